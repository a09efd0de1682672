//! Finding people and communities by name, asked of the real services.
//!
//! Proved: 1. people are found as people type names: misspelt, without accents, by handle, e-mail, title, unit, skill and beginning,
//! and the answer says what was met; 2. bots and those who left are shown where they are asked for, and filters
//! restrict by unit, place, skill, language and community; 3. members of a community are
//! shown to those who may see them, and a hidden community warns; 4. anonymous finds those who speak visibly, by name and ID only;
//! 5. pages follow one another whoever comes and goes; 6. everything wrong is named at once; 7. a blended page holds the person, and
//! the community around a hashtag, as far as the asker may see them, from one call to the next.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use rookery::grpc::pb::directory_match::How;
use tonic::Status;
use tonic_types::StatusExt;

use crate::support::{Client, House, audience, document, fields, put, put_community, restricted};

async fn person(client: &Client, person: pb::Person) -> String {
    let request = pb::UpdatePersonRequest { person: Some(person), allow_missing: true, ..Default::default() };
    client.people().update_person(client.request(request)).await.expect("a good person goes in").into_inner().revision
}

fn called(id: &str, display_name: &str) -> pb::Person {
    pb::Person { name: format!("people/{id}"), display_name: display_name.to_owned(), ..Default::default() }
}

async fn ask(client: &Client, request: pb::FindPeopleRequest) -> Result<pb::FindPeopleResponse, Status> {
    Ok(client.discovery().find_people(client.request(request)).await?.into_inner())
}

fn ids(answer: &pb::FindPeopleResponse) -> Vec<String> {
    let people = answer.people.iter().map(|hit| hit.person.clone().unwrap_or_default().name);
    people.map(|name| name.trim_start_matches("people/").to_owned()).collect()
}

async fn find(client: &Client, query: &str, filter: pb::PeopleFilter) -> pb::FindPeopleResponse {
    let request =
        pb::FindPeopleRequest { query: query.to_owned(), filter: Some(filter), include_total: true, ..Default::default() };
    ask(client, request).await.unwrap()
}

async fn search(client: &Client, query: &str) -> pb::SearchResponse {
    let request = pb::SearchRequest { query: query.to_owned(), ..Default::default() };
    client.discovery().search(client.request(request)).await.unwrap().into_inner()
}

/// Some staff; gives the revision at which all of them are there.
async fn staff(client: &Client) -> String {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let jurgen = pb::Person {
        handles: owned(&["@countess", "jm"]),
        emails: owned(&["juergen.m@example.org"]),
        title: "Harbour engineer".to_owned(),
        unit: "Docks & Quays".to_owned(),
        location: "Kiel".to_owned(),
        skills: owned(&["Sail making", "C++"]),
        languages: owned(&["de-AT", "EN"]),
        ..called("u17", "Jürgen Müller-Lovelace")
    };
    person(client, jurgen).await;
    person(client, called("ada", "Ada Lovelace")).await;
    person(client, called("adam", "Adam Ada Berg")).await;
    let bot = pb::Person { kind: pb::PersonKind::Bot.into(), ..called("lovebot", "Love Bot") };
    person(client, bot).await;
    let left = pb::Person { state: pb::PersonState::Left.into(), ..called("gone", "Lovis Gone") };
    person(client, left).await
}

async fn settle(client: &Client, min_revision: String) {
    ask(client, pb::FindPeopleRequest { min_revision, ..Default::default() }).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_as_people_type_names() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada")).without_scopes();
    settle(&ada, staff(&house.client(Some("people/writer"))).await).await;
    for (query, how) in [
        ("jürgen müller", How::Exact),
        ("JUERGEN MUELLER", How::Exact),
        ("jurgen muller", How::Exact),
        ("jurgne", How::Misspelt),
        ("Mueler", How::Misspelt),
        ("@countess", How::Exact),
        ("jm", How::Exact),
        ("juergen.m@example.org", How::Exact),
        ("juergen.m", How::Exact),
        ("u17", How::Exact),
        ("harbour engineer", How::Exact),
        ("quays", How::Exact),
        ("kiel", How::Exact),
        ("sail", How::Exact),
        ("c++", How::Exact),
        ("mull", How::Prefix),
        ("engin", How::Prefix),
        ("müller kiel quays", How::Exact),
    ] {
        let answer = find(&ada, query, pb::PeopleFilter::default()).await;
        assert_eq!(ids(&answer), ["u17"], "{query}");
        let hit = &answer.people[0];
        assert!(hit.matches.iter().all(|met| met.how() == how), "{query}: {hit:?}");
        assert_eq!(hit.matches.len(), answer.interpreted_query.clone().unwrap().words.len(), "{query}");
        assert!(hit.score > 0.0 && answer.warnings.is_empty(), "{query}");
        assert_eq!(hit.person.clone().unwrap().location, "Kiel", "the whole profile is shown");
    }
    assert_eq!(ids(&find(&ada, "ada", pb::PeopleFilter::default()).await), ["ada", "adam"]);
    assert_eq!(ids(&find(&ada, "ada berg", pb::PeopleFilter::default()).await), ["adam"]);
    let fields: Vec<String> =
        find(&ada, "ada", pb::PeopleFilter::default()).await.people[0].matches.iter().map(|met| met.field.clone()).collect();
    assert_eq!(fields, ["display_name"]);
    for query in ["example", "ada kiel", "qwertyuiop"] {
        assert!(find(&ada, query, pb::PeopleFilter::default()).await.people.is_empty(), "{query}");
    }
    let nothing = find(&ada, "!!!", pb::PeopleFilter::default()).await;
    assert_eq!(nothing.warnings[0].code(), pb::warning::Code::NoSearchableWords);
    assert!(nothing.people.is_empty() && nothing.total.unwrap().count == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_shown_depends_on_the_filter() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    settle(&writer, staff(&writer).await).await;
    put_community(&writer, "club", &["ada", "gone"], &["u17"]).await;
    put_community(&writer, "other", &[], &[]).await;
    let ada = house.client(Some("people/ada")).without_scopes();
    let (bot, left, active) = (pb::PersonKind::Bot, pb::PersonState::Left, pb::PersonState::Active);
    let both = || vec![active.into(), left.into()];
    let owned = |text: &str| vec![text.to_owned()];
    for (filter, expected) in [
        (pb::PeopleFilter::default(), &["ada", "adam", "u17", "lovebot"][..]),
        (pb::PeopleFilter { states: both(), ..Default::default() }, &["ada", "adam", "u17", "lovebot", "gone"]),
        (pb::PeopleFilter { states: vec![left.into()], ..Default::default() }, &["gone"]),
        (pb::PeopleFilter { kinds: vec![bot.into()], ..Default::default() }, &["lovebot"]),
        (pb::PeopleFilter { kinds: vec![bot.into()], states: vec![left.into()], ..Default::default() }, &[]),
        (pb::PeopleFilter { units: owned("docks & quays"), ..Default::default() }, &["u17"]),
        (pb::PeopleFilter { units: owned("docks"), ..Default::default() }, &[]),
        (pb::PeopleFilter { locations: owned("KIEL"), skills: owned("sail  making"), ..Default::default() }, &["u17"]),
        (pb::PeopleFilter { communities: owned("communities/club"), ..Default::default() }, &["ada", "u17"]),
        (pb::PeopleFilter { languages: vec!["fr".to_owned(), "de-CH".to_owned()], ..Default::default() }, &["u17"]),
        (pb::PeopleFilter { languages: owned("en"), communities: owned("communities/club"), ..Default::default() }, &["u17"]),
        (pb::PeopleFilter { languages: owned("fr"), ..Default::default() }, &[]),
    ] {
        let answer = find(&ada, "", filter.clone()).await;
        assert_eq!(ids(&answer), expected, "{filter:?}");
        assert_eq!((answer.total.unwrap().count, answer.warnings.len()), (i32::try_from(expected.len()).unwrap(), 0));
    }
    let narrowed = pb::PeopleFilter { communities: owned("communities/club"), ..Default::default() };
    assert_eq!(ids(&find(&ada, "lovelace", narrowed).await), ["ada", "u17"]);
    let outsider = house.client(Some("people/out")).without_scopes();
    for (client, community) in [(&outsider, "club"), (&ada, "other"), (&ada, "missing"), (&house.client(None), "club")] {
        let answer =
            find(client, "", pb::PeopleFilter { communities: owned(&format!("communities/{community}")), ..Default::default() });
        let answer = answer.await;
        assert!(answer.people.is_empty());
        let warned: Vec<_> = answer.warnings.iter().map(|warning| (warning.code(), warning.field.as_str())).collect();
        assert_eq!(warned, [(pb::warning::Code::UnknownFilterValue, "filter.communities[0]")]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn anonymous_finds_who_speaks_visibly_by_name_and_id_only() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    staff(&writer).await;
    for (id, author, grant) in [("a", "u17", Grant::World), ("b", "ada", Grant::Organization), ("c", "gone", Grant::World)] {
        let written = document(id, "Tides", "tides turn", author);
        let written = pb::Document { audience: Some(audience(grant)), ..written };
        settle(&writer, put(&writer, written).await.unwrap().revision).await;
    }
    let anonymous = house.client(None);
    for (query, expected) in [
        ("", &["u17"][..]),
        ("müller", &["u17"]),
        ("lovelace", &["u17"]),
        ("u17", &["u17"]),
        ("ada", &[]),
        ("gone", &[]),
        ("kiel", &[]),
        ("countess", &[]),
        ("engineer", &[]),
        ("juergen.m@example.org", &[]),
        ("müller kiel", &[]),
    ] {
        let answer = find(&anonymous, query, pb::PeopleFilter::default()).await;
        assert_eq!(ids(&answer), expected, "{query}");
        assert_eq!(answer.total.unwrap().count, i32::try_from(expected.len()).unwrap(), "{query}");
        for hit in answer.people {
            assert!(hit.matches.iter().all(|met| ["display_name", "name"].contains(&met.field.as_str())), "{query}");
            let shown = hit.person.unwrap();
            assert!(shown.emails.is_empty() && shown.location.is_empty() && shown.create_time.is_none());
        }
        let everything = search(&anonymous, if query.is_empty() { "lovelace" } else { query }).await;
        assert!(everything.people.len() <= 1);
    }
    let units = pb::PeopleFilter { units: vec!["Docks & Quays".to_owned()], ..Default::default() };
    let left = pb::PeopleFilter { states: vec![pb::PersonState::Left.into()], ..Default::default() };
    let spoken = pb::PeopleFilter { languages: vec!["de".to_owned()], ..Default::default() };
    for filter in [units, left, spoken] {
        assert!(find(&anonymous, "", filter).await.people.is_empty());
    }
    // The profile goes, and with it what names the person, from the acknowledgement on.
    let request = pb::DeletePersonRequest { name: "people/u17".to_owned(), ..Default::default() };
    writer.people().delete_person(writer.request(request)).await.unwrap();
    assert!(find(&anonymous, "müller", pb::PeopleFilter::default()).await.people.is_empty());
    assert!(find(&writer, "müller", pb::PeopleFilter::default()).await.people.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_one_another_whoever_comes_and_goes() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    let mut revision = String::new();
    for at in 0..300 {
        let name = ["Anna Berg", "Anne Berg", "Annabel Lind"][at % 3];
        revision = person(&writer, called(&format!("p{at:03}"), name)).await;
        if at % 2 == 0 {
            let written = put(&writer, document(&format!("d{at}"), "Tides", "tides", &format!("p{at:03}"))).await.unwrap();
            revision = written.revision;
        }
    }
    settle(&writer, revision).await;
    for (client, query, expected) in [
        (&writer, "", 300),
        (&writer, "anna", 300),
        (&writer, "berg", 200),
        (&house.client(None), "", 150),
        (&house.client(None), "anna", 150),
    ] {
        let request = |page_size, page_token| pb::FindPeopleRequest {
            query: query.to_owned(),
            page_size,
            page_token,
            include_total: true,
            ..Default::default()
        };
        let (mut seen, mut token, mut newcomers) = (Vec::new(), String::new(), 0);
        loop {
            let page = ask(client, request(37, token)).await.unwrap();
            assert_eq!(page.total.unwrap().count, expected + newcomers, "{query}");
            seen.extend(ids(&page));
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
            if client.asker.is_some() && newcomers == 0 {
                // Somebody comes before everybody: no page behind moves.
                settle(&writer, person(&writer, called("a", "Anna Berg")).await).await;
                newcomers = 1;
            }
        }
        let distinct: std::collections::BTreeSet<&String> = seen.iter().collect();
        assert_eq!((distinct.len(), seen.len()), (seen.len(), usize::try_from(expected).unwrap()), "{query}");
        assert!(!distinct.contains(&"a".to_owned()), "{query}");
        if newcomers == 1 {
            let request = pb::DeletePersonRequest { name: "people/a".to_owned(), ..Default::default() };
            let gone = writer.people().delete_person(writer.request(request)).await.unwrap().into_inner();
            settle(&writer, gone.revision).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_is_named_at_once() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let filter = pb::PeopleFilter {
        kinds: vec![1, 77, 0],
        states: vec![9],
        units: vec!["x".to_owned(); 101],
        locations: vec![String::new()],
        skills: vec!["x".repeat(2_000)],
        communities: vec!["club".to_owned(), String::new()],
        languages: vec!["de-AT".to_owned(), "deutsch".to_owned(), "\u{0}".to_owned(), "e".repeat(9_000)],
    };
    let request = pb::FindPeopleRequest {
        filter: Some(filter),
        page_size: -1,
        page_token: "x".to_owned(),
        min_revision: "y".to_owned(),
        ..Default::default()
    };
    let expected = [
        "filter.kinds[1]",
        "filter.kinds[2]",
        "filter.states[0]",
        "filter.units",
        "filter.locations[0]",
        "filter.skills[0]",
        "filter.communities[0]",
        "filter.communities[1]",
        "filter.languages[1]",
        "filter.languages[2]",
        "filter.languages[3]",
        "page_size",
        "min_revision",
        "page_token",
    ];
    let many = pb::PeopleFilter { languages: vec!["en".to_owned(); 101], ..Default::default() };
    let refused = ask(&ada, pb::FindPeopleRequest { filter: Some(many), ..Default::default() }).await.unwrap_err();
    assert_eq!(fields(&refused), ["filter.languages"]);
    let told = refused.get_details_bad_request().unwrap().field_violations[0].description.clone();
    assert!(told.contains("filter_values"), "{told}");
    let mut named = fields(&ask(&ada, request).await.unwrap_err());
    named.sort_unstable();
    let mut sorted = expected;
    sorted.sort_unstable();
    assert_eq!(named, sorted);
    for query in ["word ".repeat(10_000), "(".repeat(10_000), (0..60).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ")] {
        let request = pb::FindPeopleRequest { query, ..Default::default() };
        assert_eq!(fields(&ask(&ada, request).await.unwrap_err()), ["query"]);
    }
    for query in ["((((", "\u{0}\u{7f}", "@", "#", "😀👩‍👩‍👧‍👦", "\u{202e}ada"] {
        let request = pb::FindPeopleRequest { query: query.to_owned(), ..Default::default() };
        ask(&ada, request).await.unwrap_or_else(|status| panic!("{query:?}: {status}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blended_page_holds_the_person_and_the_community_around_a_hashtag() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    settle(&writer, staff(&writer).await).await;
    let ada = house.client(Some("people/ada")).without_scopes();
    let put_room = |audience: pb::Audience, listed: bool| {
        let community = pb::Community {
            name: "communities/waiting".to_owned(),
            display_name: "Calls & deadlines".to_owned(),
            description: "How long to wait for others.".to_owned(),
            hashtags: vec!["gRPC".to_owned()],
            members: vec!["people/adam".to_owned()],
            audience: Some(audience),
            listed,
            ..Default::default()
        };
        let request = pb::UpdateCommunityRequest {
            community: Some(community),
            update_mask: Some(prost_types::FieldMask { paths: vec!["*".to_owned()] }),
            allow_missing: true,
            ..Default::default()
        };
        let writer = writer.clone();
        async move { writer.communities().update_community(writer.request(request)).await.unwrap() }
    };
    let (world, shut) = (audience(Grant::World), restricted(&["people/adam"]));
    put_room(world.clone(), false).await;
    for query in ["#grpc", "gRPC", "deadlines", "calls dedalines", "wait", "waiting"] {
        let answer = search(&ada, query).await;
        let community = answer.communities[0].community.clone().unwrap();
        assert_eq!(community.name, "communities/waiting", "{query}");
        assert!(community.members.is_empty() && !community.etag.is_empty(), "people are told by ListMembers");
    }
    let matched = search(&ada, "#grpc").await.communities[0].matches[0].clone();
    assert_eq!((matched.word.as_str(), matched.field.as_str(), matched.how()), ("grpc", "hashtags", How::Exact));
    assert_eq!(search(&house.client(None), "#grpc").await.communities.len(), 1);
    put_room(shut.clone(), true).await;
    assert_eq!(search(&ada, "#grpc").await.communities.len(), 1, "it is listed");
    assert!(search(&house.client(None), "#grpc").await.communities.is_empty());
    for _ in 0..10 {
        put_room(shut.clone(), false).await;
        assert!(search(&ada, "#grpc").await.communities.is_empty());
        assert_eq!(search(&house.client(Some("people/adam")), "#grpc").await.communities.len(), 1);
        put_room(world.clone(), false).await;
        assert_eq!(search(&ada, "#grpc").await.communities.len(), 1);
    }
    let request = pb::DeleteCommunityRequest { name: "communities/waiting".to_owned(), ..Default::default() };
    writer.communities().delete_community(writer.request(request)).await.unwrap();
    assert!(search(&ada, "#grpc").await.communities.is_empty());
    let answer = search(&ada, "ada lovelcae").await;
    assert_eq!(answer.people[0].person.clone().unwrap().name, "people/ada");
    assert!(answer.people.iter().all(|hit| hit.matches.len() == 2));
}
