//! What completes the text of a search box, asked of the real services.
//!
//! Proved: 1. one call completes a word as everything that it may be, in a fixed order, and each completion is read back, strictly, as
//! what it stands for; 2. operators, signs and quotes say what is being typed, and names are written so that they mean nobody else;
//! 3. words are counted among what the rest of the query finds; 4. a caret in the middle completes what it stands in; 5. what is misspelt
//! is offered where nothing completes it; 6. nothing of what an asker may not see is suggested, and whoever is not signed in is told of
//! people as `FindPeople` tells; 7. everything wrong is named at once; 8. the same question gives the same answer.

use rookery::grpc::pb;
use rookery::grpc::pb::SuggestionType as Type;
use rookery::grpc::pb::audience::Grant;
use tonic::Status;

use crate::support::{Client, House, audience, document, fields, put, put_community, restricted};

async fn ask(client: &Client, request: pb::SuggestRequest) -> Result<pb::SuggestResponse, Status> {
    Ok(client.discovery().suggest(client.request(request)).await?.into_inner())
}

/// What completes a text where `|` stands.
async fn suggested(client: &Client, marked: &str, revision: &str) -> Vec<pb::Suggestion> {
    let cursor = marked.chars().position(|c| c == '|').map(|at| i32::try_from(at).unwrap());
    let request = pb::SuggestRequest {
        query: marked.replacen('|', "", 1),
        cursor,
        min_revision: revision.to_owned(),
        per_type: 20,
        ..Default::default()
    };
    ask(client, request).await.unwrap_or_else(|status| panic!("{marked}: {status}")).suggestions
}

/// Types, texts and completions.
fn told(suggestions: &[pb::Suggestion]) -> Vec<(Type, &str, &str)> {
    suggestions.iter().map(|found| (found.r#type(), found.text.as_str(), found.completion.as_str())).collect()
}

/// The parts of a text that are highlighted, and the part of the query that is replaced.
fn marked(query: &str, found: &pb::Suggestion) -> (Vec<String>, String) {
    let cut = |text: &str, range: &pb::TextRange| {
        let place = |at: i32| usize::try_from(at).unwrap();
        text.chars().skip(place(range.start)).take(place(range.end) - place(range.start)).collect::<String>()
    };
    let highlights = found.highlights.iter().map(|range| cut(&found.text, range)).collect();
    (highlights, cut(query, found.replaced.as_ref().unwrap()))
}

async fn put_person(client: &Client, id: &str, display_name: &str) -> String {
    let person = pb::Person { name: format!("people/{id}"), display_name: display_name.to_owned(), ..Default::default() };
    let request = pb::UpdatePersonRequest { person: Some(person), allow_missing: true, ..Default::default() };
    client.people().update_person(client.request(request)).await.expect("a good person goes in").into_inner().revision
}

async fn put_open_community(client: &Client, id: &str, display_name: &str) {
    let community = pb::Community {
        name: format!("communities/{id}"),
        display_name: display_name.to_owned(),
        audience: Some(audience(Grant::World)),
        ..Default::default()
    };
    let request = pb::UpdateCommunityRequest { community: Some(community), allow_missing: true, ..Default::default() };
    client.communities().update_community(client.request(request)).await.expect("a good community goes in");
}

/// A small organisation; gives the revision at which all of it is there.
async fn organisation(client: &Client) -> String {
    for (id, title, body, author) in [
        ("a", "Harbour gauges", "gauges and gates of the harbour tides #tides", "tina"),
        ("b", "Game night", "games, a game and gauges for everybody #games", "bo"),
        ("c", "Game night", "the game goes on", "bo"),
        ("d", "Tide tables", "tides of every kind #tides #tidal-energy node.js", "tina"),
    ] {
        put(client, document(id, title, body, author)).await.unwrap();
    }
    let shut = |id: &str, title: &str, body: &str| pb::Document {
        audience: Some(restricted(&["people/cy"])),
        ..document(id, title, body, "dee")
    };
    put(client, shut("s", "Gallows tidewater", "galleon gallows tidewater gauges #tideland harbour")).await.unwrap();
    put_open_community(client, "watch", "Tide Watch").await;
    put_community(client, "tideguard", &["cy"], &[]).await;
    put_person(client, "tina", "Tina Str\u{f6}m").await;
    put_person(client, "tina2", "Tina Namesake").await;
    put_person(client, "tina3", "Tina Namesake").await;
    put_person(client, "odd", "Ti \"Quote\" Mark").await;
    put_person(client, "bo", "Bo Berg").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_is_completed_as_everything_that_it_may_be() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada")).without_scopes();
    let revision = organisation(&house.client(Some("people/writer"))).await;
    let found = suggested(&ada, "ti", &revision).await;
    let expected = [
        (Type::Term, "tides", "tides"),
        (Type::Term, "tide", "tide"),
        (Type::Person, "Ti \"Quote\" Mark", "@odd"),
        (Type::Person, "Tina Str\u{f6}m", "@\"Tina Str\u{f6}m\""),
        (Type::Person, "Tina Namesake", "@tina2"),
        (Type::Person, "Tina Namesake", "@tina3"),
        (Type::Community, "Tide Watch", "in:\"Tide Watch\""),
        (Type::Hashtag, "#tides", "#tides"),
        (Type::Hashtag, "#tidal-energy", "#tidal-energy"),
        (Type::Title, "Tide tables", "title:\"Tide tables\""),
    ];
    for expected in expected {
        assert!(told(&found).contains(&expected), "{expected:?} of {:?}", told(&found));
    }
    let types: Vec<Type> = found.iter().map(pb::Suggestion::r#type).collect();
    let order = [Type::Operator, Type::Term, Type::Person, Type::Community, Type::Hashtag, Type::Title];
    assert!(types.is_sorted_by_key(|of| order.iter().position(|known| known == of)), "{types:?}");
    let of = |text: &str| found.iter().find(|found| found.text == text).unwrap();
    assert_eq!((of("tides").count, of("#tides").count, of("#tidal-energy").count), (2, 2, 1));
    assert_eq!((of("Tide Watch").name.as_str(), of("Tide tables").name.as_str()), ("communities/watch", "documents/d"));
    assert_eq!(of("Tina Str\u{f6}m").person.clone().unwrap().name, "people/tina");
    assert_eq!(marked("ti", of("Tina Str\u{f6}m")), (vec!["Ti".to_owned()], "ti".to_owned()));
    assert_eq!(marked("ti", of("#tides")), (vec!["ti".to_owned()], "ti".to_owned()));
    let whole = found.iter().filter(|found| found.r#type() != Type::Operator);
    for found in whole {
        let request = pb::FindDocumentsRequest {
            query: found.completion.clone(),
            query_mode: pb::QueryMode::Strict.into(),
            ..Default::default()
        };
        let answer = ada.discovery().find_documents(ada.request(request)).await.unwrap().into_inner();
        assert_eq!(answer.warnings, [], "{}", found.completion);
        if let Type::Term | Type::Hashtag | Type::Title = found.r#type() {
            assert!(!answer.documents.is_empty(), "{} finds something", found.completion);
        }
    }
    // Headlines that repeat are told once, the newest of them.
    let titles: Vec<pb::Suggestion> =
        suggested(&ada, "nig", &revision).await.into_iter().filter(|found| found.r#type() == Type::Title).collect();
    assert_eq!(told(&titles), [(Type::Title, "Game night", "title:\"Game night\"")]);
    let two = pb::SuggestRequest { query: "ti".to_owned(), per_type: 1, types: vec![4, 5], ..Default::default() };
    let two = ask(&ada, two).await.unwrap().suggestions;
    assert_eq!(told(&two), [(Type::Term, "tides", "tides"), (Type::Title, "Tide tables", "title:\"Tide tables\"")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_signs_and_quotes_say_what_is_being_typed() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let revision = organisation(&ada).await;
    for (typed, expected) in [
        ("kind:pa", &[(Type::Operator, "kind:page", "kind:page")][..]),
        ("tide -kind:wi", &[(Type::Operator, "kind:page", "tide -kind:page")]),
        ("is:so", &[(Type::Operator, "is:solved", "is:solved")]),
        ("has:", &[(Type::Operator, "has:accepted", "has:accepted")]),
        ("from:bo", &[(Type::Person, "Bo Berg", "from:\"Bo Berg\"")]),
        ("from:tina2,\"bo be", &[(Type::Person, "Bo Berg", "from:tina2,\"Bo Berg\"")]),
        ("@be| tide", &[(Type::Person, "Bo Berg", "@\"Bo Berg\" tide")]),
        ("in:ti", &[(Type::Community, "Tide Watch", "in:\"Tide Watch\"")]),
        ("#ti", &[(Type::Hashtag, "#tides", "#tides"), (Type::Hashtag, "#tidal-energy", "#tidal-energy")]),
        ("tag:games,TIDAL", &[(Type::Hashtag, "#tidal-energy", "tag:games,tidal-energy")]),
        ("energy #ti", &[(Type::Hashtag, "#tidal-energy", "energy #tidal-energy"), (Type::Hashtag, "#tides", "energy #tides")]),
        ("title:tab", &[(Type::Title, "Tide tables", "title:\"Tide tables\"")]),
        ("\"harbour gau", &[(Type::Term, "gauges", "\"harbour gauges\"")]),
        ("bo ber", &[(Type::Person, "Bo Berg", "@\"Bo Berg\"")]),
        ("url:ti", &[]),
        ("t", &[]),
        ("from:", &[]),
        ("tide ", &[]),
        ("", &[]),
    ] {
        assert_eq!(told(&suggested(&ada, typed, &revision).await), expected, "{typed}");
    }
    let found = suggested(&ada, "bo ber", &revision).await;
    assert_eq!(marked("bo ber", &found[0]), (vec!["Bo".to_owned(), "Ber".to_owned()], "bo ber".to_owned()));
    let found = suggested(&ada, "surge ki", &revision).await;
    assert_eq!(told(&found)[0], (Type::Operator, "kind:", "surge kind:"));
}

#[tokio::test(flavor = "multi_thread")]
async fn words_are_counted_among_what_the_rest_of_the_query_finds() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada")).without_scopes();
    let revision = organisation(&house.client(Some("people/writer"))).await;
    let terms = async |typed: &str| -> Vec<(String, i64)> {
        let found = suggested(&ada, typed, &revision).await;
        let terms = found.into_iter().filter(|found| found.r#type() == Type::Term);
        terms.map(|found| (found.text, found.count)).collect()
    };
    let counted = |expected: &[(&str, i64)]| -> Vec<(String, i64)> {
        expected.iter().map(|(text, count)| ((*text).to_owned(), *count)).collect()
    };
    let all = counted(&[("game", 2), ("gauges", 2), ("games", 1), ("gates", 1)]);
    assert_eq!(terms("ga").await, all);
    assert_eq!(terms("harbour ga").await, counted(&[("gates", 1), ("gauges", 1)]));
    assert_eq!(terms("from:bo gau").await, counted(&[("gauges", 1)]));
    assert_eq!(terms("-harbour ga").await, counted(&[("game", 2), ("games", 1), ("gauges", 1)]));
    assert_eq!(terms("harbour OR ga").await, all, "the other side of an OR says nothing");
    assert_eq!(terms("absent ga").await, all, "where nothing is found everything counts");
    // The person may be meant by the last word alone, and a headline found among what the words before find.
    let found = suggested(&ada, "gauges tin", &revision).await;
    assert!(told(&found).contains(&(Type::Person, "Tina Str\u{f6}m", "gauges @\"Tina Str\u{f6}m\"")), "{:?}", told(&found));
    let found = suggested(&ada, "gauges nig", &revision).await;
    assert!(told(&found).contains(&(Type::Title, "Game night", "gauges title:\"Game night\"")), "{:?}", told(&found));
    assert_eq!(found.iter().find(|found| found.r#type() == Type::Title).unwrap().name, "documents/b");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caret_in_the_middle_completes_what_it_stands_in() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let revision = organisation(&ada).await;
    let found = suggested(&ada, "\u{e4}\u{1f600} gau|xyz \u{fc}ber", &revision).await;
    let term = found.iter().find(|found| found.r#type() == Type::Term).unwrap();
    assert_eq!(term.completion, "\u{e4}\u{1f600} gauges \u{fc}ber");
    assert_eq!(term.replaced, Some(pb::TextRange { start: 3, end: 9 }));
    assert_eq!(marked("\u{e4}\u{1f600} gauxyz \u{fc}ber", term).0, ["gau"]);
    assert_eq!(told(&suggested(&ada, "kind:pa|ge tide", &revision).await), [(Type::Operator, "kind:page", "kind:page tide")]);
    assert_eq!(told(&suggested(&ada, "|tide", &revision).await), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_misspelt_is_offered_where_nothing_completes_it() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada")).without_scopes();
    let revision = organisation(&house.client(Some("people/writer"))).await;
    let found = suggested(&ada, "tide guages", &revision).await;
    assert_eq!(told(&found), [(Type::Term, "gauges", "tide gauges")]);
    assert!(found[0].corrected && found[0].highlights.is_empty());
    assert_eq!(told(&suggested(&ada, "gxu", &revision).await), [], "three letters are too few");
    assert!(suggested(&ada, "gaug", &revision).await.iter().all(|found| !found.corrected));
    assert_eq!(told(&suggested(&ada, "galloxs", &revision).await), [], "it stands in a hidden document only");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_hidden_is_suggested() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    let revision = organisation(&writer).await;
    let (ada, cy, anonymous) = (house.client(Some("people/ada")), house.client(Some("people/cy")), house.client(None));
    let texts = async |client: &Client, typed: &str| -> Vec<String> {
        suggested(client, typed, &revision).await.into_iter().map(|found| found.text).collect()
    };
    for (typed, hidden) in [
        ("gall", "gallows"),
        ("gall", "Gallows tidewater"),
        ("#tidel", "#tideland"),
        ("title:gal", "Gallows tidewater"),
        ("in:tidegua", "tideguard"),
        ("harbour gall", "gallows"),
    ] {
        assert!(texts(&cy, typed).await.contains(&hidden.to_owned()), "{typed} by whom may see it");
        for client in [&ada, &anonymous] {
            assert_eq!(texts(client, typed).await, [""; 0], "{typed}, asked by {:?}", client.asker);
        }
    }
    let count = async |client: &Client| suggested(client, "gauges", &revision).await[0].count;
    assert_eq!((count(&ada).await, count(&anonymous).await, count(&cy).await), (2, 2, 3));
    // Of people who do not speak visibly nobody is told who is not signed in, and of others by ID only.
    assert_eq!(texts(&anonymous, "@tina").await, ["Tina Str\u{f6}m"]);
    let found = suggested(&anonymous, "from:tin", &revision).await;
    assert_eq!(told(&found), [(Type::Person, "Tina Str\u{f6}m", "from:tina")]);
    assert_eq!(texts(&ada, "@tina").await.len(), 3);
    assert_eq!(texts(&anonymous, "from:dee").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_wrong_is_named_at_once() {
    let house = House::open().await;
    let request = pb::SuggestRequest {
        query: "tide".to_owned(),
        cursor: Some(5),
        types: vec![2, 2, 0, 99],
        per_type: -1,
        min_revision: "nonsense".to_owned(),
    };
    let refused = ask(&house.client(None), request).await.unwrap_err();
    assert_eq!(fields(&refused), ["cursor", "types[1]", "per_type", "min_revision"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_question_gives_the_same_answer() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let revision = organisation(&ada).await;
    for typed in ["ti", "harbour ga", "from:ti", "#t", "guages"] {
        let first = suggested(&ada, typed, &revision).await;
        for _ in 0..5 {
            assert_eq!(suggested(&ada, typed, &revision).await, first, "{typed}");
        }
    }
}
