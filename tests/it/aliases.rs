//! Linked accounts, handles and addresses, asked of the real services.
//!
//! Proved: 1. an account is the person everywhere: by name, beside documents, as an expert, in filters, in what is known of them;
//! 2. what stands for an account, denies included, stands for the person, and for nobody once it is unlinked; 3. what is somebody
//! else's is refused and named, and there are no chains; 4. linked handles and addresses stay through imports; 5. the journal tells
//! everything by pages, to the person and to who may write; 6. a deleted person's links are gone; 7. limits are named; 8. what is
//! wrong is named at once; 9. whoever looks for people by name finds the person by every name, once, from one call to the next.

use std::sync::Arc;

use rookery::config::Config;
use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use rookery::server::{Embedded, SystemClock};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::support::{Client, House, audience, document, fields, names, people, put, put_community, reads, restricted};

async fn profile(client: &Client, person: pb::Person) -> pb::Person {
    let request = pb::UpdatePersonRequest { person: Some(person), allow_missing: true, ..Default::default() };
    client.people().update_person(client.request(request)).await.expect("a profile is put").into_inner()
}

fn named(id: &str) -> pb::Person {
    pb::Person { name: format!("people/{id}"), ..Default::default() }
}

async fn link(client: &Client, person: &str, alias: &str) -> Result<pb::Person, Status> {
    let (person, alias) = (format!("people/{person}"), alias.to_owned());
    let request = pb::LinkAliasRequest { person, alias, note: "said so".to_owned(), ..Default::default() };
    Ok(client.people().link_alias(client.request(request)).await?.into_inner())
}

async fn unlink(client: &Client, person: &str, alias: &str) -> Result<pb::Person, Status> {
    let (person, alias) = (format!("people/{person}"), alias.to_owned());
    let request = pb::UnlinkAliasRequest { person, alias, ..Default::default() };
    Ok(client.people().unlink_alias(client.request(request)).await?.into_inner())
}

async fn links(client: &Client, person: &str, page_token: &str) -> Result<pb::ListAliasLinksResponse, Status> {
    let (parent, page_token) = (format!("people/{person}"), page_token.to_owned());
    let request = pb::ListAliasLinksRequest { parent, page_size: 2, page_token, ..Default::default() };
    Ok(client.people().list_alias_links(client.request(request)).await?.into_inner())
}

async fn get(client: &Client, id: &str) -> Result<pb::Person, Status> {
    let request = pb::GetPersonRequest { name: format!("people/{id}"), ..Default::default() };
    Ok(client.people().get_person(client.request(request)).await?.into_inner())
}

async fn knows(client: &Client, id: &str) -> pb::Expertise {
    let request = pb::GetExpertiseRequest { name: format!("people/{id}"), ..Default::default() };
    client.people().get_expertise(client.request(request)).await.unwrap().into_inner()
}

async fn by_person(client: &Client, id: &str) -> Vec<String> {
    let filter = Some(pb::DocumentFilter { people: vec![format!("people/{id}")], ..Default::default() });
    let request = pb::FindDocumentsRequest { filter, ..Default::default() };
    let found = client.discovery().find_documents(client.request(request)).await.unwrap().into_inner();
    assert!(found.warnings.is_empty());
    let mut names = names(&found);
    names.sort_unstable();
    names
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Status>) -> Code {
    outcome.unwrap_err().code()
}

/// Documents by a person, by an account, and by both.
async fn three_documents(writer: &Client) {
    let tagged = |id: &str, author: &str| pb::Document {
        hashtags: vec!["tides".to_owned()],
        ..document(id, "Tide tables", "what the tide does", author)
    };
    put(writer, tagged("own", "ada")).await.unwrap();
    put(writer, tagged("theirs", "forum:7")).await.unwrap();
    let mut both = tagged("both", "ada");
    both.people.push(pb::Participation { person: "people/forum:7".to_owned(), role: pb::Role::Contributor.into() });
    let revision = put(writer, both).await.unwrap().revision;
    let request = pb::FindDocumentsRequest { min_revision: revision, ..Default::default() };
    writer.discovery().find_documents(writer.request(request)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_the_person_everywhere() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    profile(&writer, pb::Person { title: "Engineer".to_owned(), ..named("ada") }).await;
    profile(&writer, pb::Person { title: "Forum".to_owned(), ..named("forum:7") }).await;
    three_documents(&writer).await;
    let anybody = house.client(Some("people/any")).without_scopes();
    assert_eq!(people(&anybody.find_experts("tide tables").await).len(), 2);
    let linked = link(&writer, "ada", "people/forum:7").await.unwrap();
    assert_eq!(linked.accounts, ["people/forum:7"]);
    assert_eq!(get(&anybody, "forum:7").await.unwrap().title, "Engineer");
    assert_eq!(get(&house.client(None), "forum:7").await.unwrap().name, "people/ada");
    let asked = ["people/forum:7", "people/ada"].map(str::to_owned).to_vec();
    let request = pb::BatchGetPeopleRequest { names: asked, ..Default::default() };
    let found = anybody.people().batch_get_people(anybody.request(request)).await.unwrap().into_inner();
    assert_eq!((found.people.len(), found.people[0].name.as_str(), found.not_found.len()), (1, "people/ada", 0));
    let listed = anybody.people().list_people(anybody.request(pb::ListPeopleRequest::default())).await.unwrap().into_inner();
    assert_eq!(listed.people.len(), 1);
    let experts = anybody.find_experts("tide tables").await;
    assert_eq!(people(&experts), ["people/ada"]);
    assert_eq!(experts.experts[0].evidence.len(), 3, "each document once");
    for id in ["ada", "forum:7"] {
        assert_eq!(by_person(&anybody, id).await, ["documents/both", "documents/own", "documents/theirs"]);
        assert_eq!(by_person(&house.client(None), id).await.len(), 3);
    }
    for hit in anybody.find_documents("tide tables").await.documents {
        let cards: Vec<&str> = hit.people.iter().map(|card| card.name.as_str()).collect();
        assert_eq!(cards, ["people/ada"]);
    }
    let known = knows(&anybody, "forum:7").await;
    assert_eq!(known.person.unwrap().name, "people/ada");
    let count = |role: pb::Role| known.inferred[0].documents.iter().find(|of| of.role() == role).map(|of| of.count);
    assert_eq!((count(pb::Role::Author), count(pb::Role::Contributor)), (Some(3), None), "each document once");
    let unlinked = unlink(&writer, "ada", "people/forum:7").await.unwrap();
    assert!(unlinked.accounts.is_empty());
    assert_eq!(get(&anybody, "forum:7").await.unwrap().title, "Forum");
    assert_eq!(people(&anybody.find_experts("tide tables").await).len(), 2);
    assert_eq!(by_person(&anybody, "forum:7").await, ["documents/both", "documents/theirs"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_for_an_account_stands_for_the_person() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    profile(&writer, named("ada")).await;
    put_community(&writer, "tides", &["forum:7"], &[]).await;
    let behind = |id: &str, audience: pb::Audience| pb::Document {
        audience: Some(audience),
        ..document(id, &format!("title{id}"), "body", "writer")
    };
    put(&writer, behind("named", restricted(&["people/forum:7"]))).await.unwrap();
    put(&writer, behind("members", restricted(&["communities/tides"]))).await.unwrap();
    let denied = pb::Audience { denied: vec!["people/forum:7".to_owned()], ..audience(Grant::World) };
    let revision = put(&writer, behind("denied", denied)).await.unwrap().revision;
    let request = pb::FindDocumentsRequest { min_revision: revision, ..Default::default() };
    writer.discovery().find_documents(writer.request(request)).await.unwrap();
    let ada = house.client(Some("people/ada")).without_scopes();
    let account = house.client(Some("people/forum:7")).without_scopes();
    let allowed = |name: &'static str| {
        let writer = writer.clone();
        async move {
            let request = pb::CheckAccessRequest { name: name.to_owned(), person: "people/ada".to_owned(), ..Default::default() };
            writer.content().check_access(writer.request(request)).await.unwrap().into_inner().allowed
        }
    };
    for is_linked in [false, true, false, true] {
        if is_linked {
            link(&writer, "ada", "people/forum:7").await.unwrap();
        }
        assert_eq!(reads(&ada, "documents/named").await, is_linked);
        assert_eq!(reads(&ada, "documents/members").await, is_linked);
        assert_eq!(reads(&ada, "documents/denied").await, !is_linked);
        assert_eq!(allowed("documents/members").await, is_linked);
        assert_eq!(allowed("documents/denied").await, !is_linked);
        assert!(reads(&account, "documents/named").await && !reads(&account, "documents/denied").await);
        if is_linked {
            unlink(&writer, "ada", "people/forum:7").await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_somebody_elses_is_refused_and_named() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    profile(&writer, pb::Person { handles: vec!["Lovelace".to_owned()], ..named("ada") }).await;
    profile(&writer, named("bo")).await;
    profile(&writer, named("cy")).await;
    link(&writer, "ada", "people/forum:7").await.unwrap();
    for alias in ["@lovelace", "people/forum:7", "ada"] {
        let refused = link(&writer, "bo", alias).await.unwrap_err();
        assert_eq!(refused.code(), Code::AlreadyExists, "{alias}");
        assert_eq!(refused.get_details_resource_info().unwrap().resource_name, "people/ada");
    }
    assert_eq!(code(link(&writer, "bo", "people/ada").await), Code::FailedPrecondition, "ada has accounts");
    link(&writer, "cy", "people/bo").await.unwrap();
    assert_eq!(code(link(&writer, "bo", "people/other").await), Code::FailedPrecondition, "bo is an account");
    assert_eq!(fields(&link(&writer, "ada", "people/ada").await.unwrap_err()), ["alias"]);
    assert_eq!(code(link(&writer, "nobody", "@free").await), Code::NotFound);
    assert_eq!(code(unlink(&writer, "nobody", "@free").await), Code::NotFound);
    assert_eq!(code(unlink(&writer, "ada", "@lovelace").await), Code::FailedPrecondition, "it was never linked");
    let ada = house.client(Some("people/ada")).without_scopes();
    assert_eq!(code(link(&ada, "ada", "@free").await), Code::PermissionDenied);
    assert_eq!(code(unlink(&ada, "ada", "people/forum:7").await), Code::PermissionDenied);
    assert_eq!(code(link(&house.client(None), "ada", "@free").await), Code::Unauthenticated);
    assert_eq!(get(&writer, "forum:7").await.unwrap().name, "people/ada");
    assert_eq!(get(&writer, "bo").await.unwrap().name, "people/cy");
}

#[tokio::test(flavor = "multi_thread")]
async fn linked_handles_and_addresses_stay_through_imports() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    profile(&writer, named("ada")).await;
    for alias in ["@Lovelace", "ada@example.org"] {
        link(&writer, "ada", alias).await.unwrap();
        link(&writer, "ada", &alias.to_uppercase()).await.expect("linking again changes nothing");
    }
    let imported = pb::Person { handles: vec!["al".to_owned()], ..named("ada") };
    let item = pb::ImportPeopleItem { sequence: 1, person: Some(imported) };
    let item = pb::ImportPeopleRequest { part: Some(pb::import_people_request::Part::Item(item)) };
    let mut answers = writer.people().import_people(writer.request(tokio_stream::iter([item]))).await.unwrap().into_inner();
    while answers.message().await.unwrap().is_some() {}
    let ada = get(&writer, "ada").await.unwrap();
    assert_eq!((ada.handles, ada.emails), (vec!["al".to_owned(), "Lovelace".to_owned()], vec!["ada@example.org".to_owned()]));
    let key = |alias: &str| pb::LookupPersonRequest {
        key: Some(pb::lookup_person_request::Key::Alias(alias.to_owned())),
        ..Default::default()
    };
    let found = writer.people().lookup_person(writer.request(key("LOVELACE"))).await.unwrap().into_inner();
    assert_eq!(found.name, "people/ada");
    let ada = unlink(&writer, "ada", "lovelace").await.unwrap();
    assert_eq!(ada.handles, ["al"]);
    assert_eq!(code(writer.people().lookup_person(writer.request(key("lovelace"))).await), Code::NotFound);
    assert_eq!(code(unlink(&writer, "ada", "lovelace").await), Code::FailedPrecondition);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_tells_everything_by_pages() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    profile(&writer, named("ada")).await;
    link(&writer, "ada", "people/forum:7").await.unwrap();
    link(&writer, "ada", "@Lovelace").await.unwrap();
    unlink(&writer, "ada", "people/forum:7").await.unwrap();
    link(&writer, "ada", "people/forum:7").await.unwrap();
    let ada = house.client(Some("people/ada")).without_scopes();
    let (mut lines, mut token) = (Vec::new(), String::new());
    loop {
        let page = links(&ada, "ada", &token).await.unwrap();
        assert!(page.links.len() <= 2);
        lines.extend(page.links);
        if page.next_page_token.is_empty() {
            break;
        }
        token = page.next_page_token;
    }
    let told: Vec<(&str, bool, &str)> =
        lines.iter().map(|line| (line.alias.as_str(), line.change() == pb::AliasChange::Linked, line.note.as_str())).collect();
    assert_eq!(
        told,
        [
            ("people/forum:7", true, "said so"),
            ("Lovelace", true, "said so"),
            ("people/forum:7", false, ""),
            ("people/forum:7", true, "said so")
        ]
    );
    assert!(lines.iter().all(|line| line.by == "people/writer" && line.change_time.is_some()));
    assert_eq!(code(links(&house.client(Some("people/bo")).without_scopes(), "ada", "").await), Code::PermissionDenied);
    assert_eq!(code(links(&house.client(None), "ada", "").await), Code::Unauthenticated);
    assert_eq!(code(links(&writer, "nobody", "").await), Code::NotFound);
    assert_eq!(fields(&links(&writer, "ada", &token).await.unwrap_err()), ["page_token"], "it is another asker's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_persons_links_are_gone() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    profile(&writer, named("ada")).await;
    profile(&writer, named("bo")).await;
    link(&writer, "ada", "people/forum:7").await.unwrap();
    let gone = pb::DeletePersonRequest { name: "people/ada".to_owned(), ..Default::default() };
    writer.people().delete_person(writer.request(gone)).await.unwrap();
    assert_eq!(code(get(&writer, "forum:7").await), Code::NotFound);
    link(&writer, "bo", "people/forum:7").await.unwrap();
    profile(&writer, named("ada")).await;
    assert!(links(&writer, "ada", "").await.unwrap().links.is_empty());
    assert_eq!(get(&writer, "forum:7").await.unwrap().name, "people/bo");
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_are_named() {
    let mut config = Config::default();
    config.limits.alias_links_per_person = 5;
    let embedded = Embedded::in_memory(&config, Arc::new(SystemClock)).await.unwrap();
    let writer = Client { channel: embedded.channel(), asker: Some("people/writer".to_owned()), scopes: None };
    profile(&writer, named("ada")).await;
    for account in ["people/a", "people/b"] {
        link(&writer, "ada", account).await.unwrap();
    }
    let refused = link(&writer, "ada", "people/c").await.unwrap_err();
    assert_eq!(fields(&refused), ["person"]);
    let told = refused.get_details_bad_request().unwrap().field_violations[0].description.clone();
    assert!(told.contains("limits.alias_links_per_person"), "{told}");
    for account in ["people/a", "people/b"] {
        unlink(&writer, "ada", account).await.expect("there is room to take each back");
    }
    let limits = writer.admin().get_limits(writer.request(pb::GetLimitsRequest {})).await.unwrap().into_inner();
    assert_eq!(limits.alias_links_per_person, 5);
    embedded.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_at_once() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    profile(&ada, named("ada")).await;
    let bad = pb::LinkAliasRequest {
        person: "ada".to_owned(),
        alias: "people/a b".to_owned(),
        note: "a\u{0}".to_owned(),
        request_id: "nonsense".to_owned(),
        validate_only: false,
    };
    let refused = ada.people().link_alias(ada.request(bad)).await.unwrap_err();
    assert_eq!(fields(&refused), ["person", "alias", "note", "request_id"]);
    for alias in ["", "@", " ", "people/", "a\u{1}", &"x".repeat(1_025)] {
        assert_eq!(fields(&link(&ada, "ada", alias).await.unwrap_err()), ["alias"], "{alias:?}");
        assert_eq!(fields(&unlink(&ada, "ada", alias).await.unwrap_err()), ["alias"], "{alias:?}");
    }
    let request = pb::ListAliasLinksRequest {
        parent: "ada".to_owned(),
        page_size: -1,
        page_token: "nonsense".to_owned(),
        min_revision: "nonsense".to_owned(),
    };
    let refused = ada.people().list_alias_links(ada.request(request)).await.unwrap_err();
    assert_eq!(fields(&refused), ["parent", "page_size", "page_token", "min_revision"]);
    assert!(links(&ada, "ada", "").await.unwrap().links.is_empty(), "nothing is written");
}

async fn find(client: &Client, query: &str, request: pb::FindPeopleRequest) -> (Vec<String>, i32, String) {
    let request = pb::FindPeopleRequest { query: query.to_owned(), include_total: true, ..request };
    let found = client.discovery().find_people(client.request(request)).await.unwrap().into_inner();
    let names = found.people.iter().filter_map(|hit| hit.person.as_ref()).map(|person| person.name.clone()).collect();
    (names, found.total.unwrap_or_default().count, found.next_page_token)
}

async fn on_blended_page(client: &Client, query: &str) -> Vec<String> {
    let request = pb::SearchRequest { query: query.to_owned(), people_wanted: 9, ..Default::default() };
    let found = client.discovery().search(client.request(request)).await.unwrap().into_inner();
    found.people.into_iter().filter_map(|hit| hit.person).map(|person| person.name).collect()
}

/// Ada, whose account is called otherwise and speaks for everybody to see, and belongs to a community; and Bo.
async fn ada_and_her_account(writer: &Client) {
    profile(writer, pb::Person { display_name: "Ada Lovelace".to_owned(), ..named("ada") }).await;
    let handles = vec!["tidefan".to_owned()];
    profile(writer, pb::Person { display_name: "Moonlight Reader".to_owned(), handles, ..named("forum:7") }).await;
    profile(writer, pb::Person { display_name: "Bo Moonlight".to_owned(), ..named("bo") }).await;
    put_community(writer, "tides", &["forum:7", "any"], &[]).await;
    let min_revision = put(writer, document("said", "Tides", "of tides", "forum:7")).await.unwrap().revision;
    find(writer, "", pb::FindPeopleRequest { min_revision, ..Default::default() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_found_by_every_name_and_once() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    ada_and_her_account(&writer).await;
    let anybody = house.client(Some("people/any")).without_scopes();
    let anonymous = house.client(None);
    let (ada, bo, account) = ("people/ada", "people/bo", "people/forum:7");
    let members = pb::PeopleFilter { communities: vec!["communities/tides".to_owned()], ..Default::default() };
    for is_linked in [false, true, false, true] {
        if is_linked {
            link(&writer, "ada", account).await.unwrap();
        }
        let own = if is_linked { ada } else { account };
        let all = if is_linked { vec![ada, bo] } else { vec![ada, bo, account] };
        for (query, expected) in [
            ("", all),
            ("lovelace", vec![ada]),
            ("reader", vec![own]),
            ("tidefan", vec![own]),
            ("forum:7", vec![own]),
            ("moonlight", if is_linked { vec![ada, bo] } else { vec![bo, account] }),
        ] {
            let (names, total, _) = find(&anybody, query, pb::FindPeopleRequest::default()).await;
            assert_eq!(names, expected, "{query:?}");
            assert_eq!(usize::try_from(total).unwrap(), expected.len(), "{query:?}");
            let (mut paged, mut page_token) = (Vec::new(), String::new());
            loop {
                let page = pb::FindPeopleRequest { page_size: 1, page_token, ..Default::default() };
                let (names, _, next) = find(&anybody, query, page).await;
                paged.extend(names);
                page_token = next;
                if page_token.is_empty() {
                    break;
                }
            }
            assert_eq!(paged, expected, "{query:?}");
            if !query.is_empty() {
                assert_eq!(on_blended_page(&anybody, query).await, expected, "{query:?}");
            }
        }
        let members = pb::FindPeopleRequest { filter: Some(members.clone()), ..Default::default() };
        assert_eq!(find(&anybody, "", members).await, (vec![own.to_owned()], 1, String::new()));
        for (query, expected) in
            [("", own), ("lovelace", if is_linked { ada } else { "" }), ("reader", if is_linked { "" } else { own })]
        {
            let found = find(&anonymous, query, pb::FindPeopleRequest::default()).await.0;
            assert_eq!(
                found.first().map_or("", String::as_str),
                expected,
                "{query:?}: an account's name is not shown to anonymous"
            );
            assert!(found.len() <= 1);
        }
        if is_linked {
            unlink(&writer, "ada", account).await.unwrap();
        }
    }
}
