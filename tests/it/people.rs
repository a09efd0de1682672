//! People one by one, several at once, and by what is known of them, asked of the real services.
//!
//! Proved: 1. a person is made once, under a given name or one of the server's, which a repeated request shares; 2. several people
//! come in the order asked for, and missing and hidden ones are listed alike; 3. a look-up finds the one holder, and nobody where
//! there are several or nobody is signed in; 4. people keep their own profile, and nothing more of it than is theirs; 5. what is
//! wrong is named at once and nothing is written.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use rookery::grpc::pb::lookup_person_request::Key;
use tonic::{Code, Status};

use crate::support::{Client, House, audience, document, fields, put};

const REQUEST: &str = "0190163d-8694-739b-aea5-966c26f8ad91";

async fn create(client: &Client, id: &str, person: pb::Person) -> Result<pb::Person, Status> {
    let request = pb::CreatePersonRequest { person: Some(person), person_id: id.to_owned(), ..Default::default() };
    Ok(client.people().create_person(client.request(request)).await?.into_inner())
}

async fn batch(client: &Client, names: &[&str], min_revision: &str) -> Result<pb::BatchGetPeopleResponse, Status> {
    let names = names.iter().map(ToString::to_string).collect();
    let request = pb::BatchGetPeopleRequest { names, min_revision: min_revision.to_owned() };
    Ok(client.people().batch_get_people(client.request(request)).await?.into_inner())
}

async fn lookup(client: &Client, key: Key) -> Result<String, Status> {
    let request = pb::LookupPersonRequest { key: Some(key), ..Default::default() };
    Ok(client.people().lookup_person(client.request(request)).await?.into_inner().name)
}

async fn alias(client: &Client, alias: &str) -> Result<String, Status> {
    lookup(client, Key::Alias(alias.to_owned())).await
}

async fn update(client: &Client, person: pb::Person, paths: &[&str]) -> Result<pb::Person, Status> {
    let update_mask = Some(prost_types::FieldMask { paths: paths.iter().map(ToString::to_string).collect() });
    let request = pb::UpdatePersonRequest { person: Some(person), update_mask, ..Default::default() };
    Ok(client.people().update_person(client.request(request)).await?.into_inner())
}

fn handles(of: &[&str]) -> pb::Person {
    pb::Person { handles: of.iter().map(ToString::to_string).collect(), ..Default::default() }
}

fn names(people: &[pb::Person]) -> Vec<&str> {
    people.iter().map(|person| person.name.as_str()).collect()
}

fn code<T: std::fmt::Debug>(outcome: Result<T, Status>) -> Code {
    outcome.unwrap_err().code()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_made_once() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    let made = create(&writer, "ada", pb::Person { title: "Engineer".to_owned(), ..Default::default() }).await.unwrap();
    assert_eq!((made.name.as_str(), made.display_name.as_str(), made.title.as_str()), ("people/ada", "ada", "Engineer"));
    assert!(!made.etag.is_empty() && !made.revision.is_empty() && !made.stub);
    assert_eq!(code(create(&writer, "ada", pb::Person::default()).await), Code::AlreadyExists);
    let plain = house.client(Some("people/bo")).without_scopes();
    assert_eq!(code(create(&plain, "bo", pb::Person::default()).await), Code::PermissionDenied, "not even oneself");
    create(&writer, "bo", pb::Person::default()).await.unwrap();
    assert_eq!(code(create(&plain, "bo", pb::Person::default()).await), Code::PermissionDenied, "nor as one is");
    assert_eq!(code(create(&house.client(None), "cy", pb::Person::default()).await), Code::Unauthenticated);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_names_whom_nobody_named() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    let [one, two] = [0, 1].map(|_| create(&writer, "", pb::Person::default()));
    let (one, two) = (one.await.unwrap(), two.await.unwrap());
    assert!(one.name.len() == "people/".len() + 32 && one.name != two.name, "{} {}", one.name, two.name);
    let repeated = || async {
        let person = Some(pb::Person { unit: "Docks".to_owned(), ..Default::default() });
        let request = pb::CreatePersonRequest { person, request_id: REQUEST.to_owned(), ..Default::default() };
        writer.people().create_person(writer.request(request)).await.unwrap().into_inner().name
    };
    assert_eq!(repeated().await, repeated().await);
    let listed = writer.people().list_people(writer.request(pb::ListPeopleRequest::default())).await.unwrap().into_inner();
    assert_eq!(listed.people.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_people_come_in_the_order_asked_for() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    for id in ["ada", "bo"] {
        create(&writer, id, pb::Person { title: "Engineer".to_owned(), ..Default::default() }).await.unwrap();
    }
    let inner = pb::Document { audience: Some(audience(Grant::Organization)), ..document("inner", "Inner", "inner", "stub") };
    put(&writer, document("outer", "Outer", "outer", "bo")).await.unwrap();
    let revision = put(&writer, inner).await.unwrap().revision;
    let asked = ["people/stub", "people/bo", "people/zed", "people/ada", "people/bo", "people/zed"];
    let plain = house.client(Some("people/any")).without_scopes();
    let found = batch(&plain, &asked, &revision).await.unwrap();
    assert_eq!(names(&found.people), ["people/stub", "people/bo", "people/ada"]);
    assert!(found.people[0].stub && found.people[1].title == "Engineer" && !found.people[1].etag.is_empty());
    assert_eq!(found.not_found, ["people/zed"]);
    let found = batch(&house.client(None), &asked, &revision).await.unwrap();
    assert_eq!(names(&found.people), ["people/bo"], "as the author of what everybody may read");
    assert!(found.people[0].title.is_empty());
    assert_eq!(found.not_found, ["people/stub", "people/zed", "people/ada"], "hidden and missing alike");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_up_finds_the_one_holder() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    let source = |id: &str| pb::Source { system: "forum".to_owned(), id: id.to_owned() };
    let ada = pb::Person { emails: vec!["ada@example.org".to_owned()], source: Some(source("12")), ..handles(&["Ada.L", "al"]) };
    create(&writer, "ada", ada).await.unwrap();
    create(&writer, "bo", handles(&["al"])).await.unwrap();
    let plain = house.client(Some("people/any")).without_scopes();
    for known in ["@ada.l", "ADA.L", "ada@example.org", "ada"] {
        assert_eq!(alias(&plain, known).await.unwrap(), "people/ada", "{known}");
    }
    assert_eq!(lookup(&plain, Key::Source(source("12"))).await.unwrap(), "people/ada");
    for unknown in [Key::Alias("al".to_owned()), Key::Alias("zed".to_owned()), Key::Source(source("13"))] {
        assert_eq!(code(lookup(&plain, unknown).await), Code::NotFound);
    }
    let nobody = house.client(None);
    assert_eq!(code(alias(&nobody, "ada.l").await), Code::NotFound);
    assert_eq!(code(lookup(&nobody, Key::Source(source("12"))).await), Code::NotFound);
    let gone = pb::DeletePersonRequest { name: "people/bo".to_owned(), ..Default::default() };
    writer.people().delete_person(writer.request(gone)).await.unwrap();
    assert_eq!(alias(&plain, "al").await.unwrap(), "people/ada", "the other holder is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_keep_their_own_profile() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    create(&writer, "ada", pb::Person { title: "Engineer".to_owned(), ..handles(&["al"]) }).await.unwrap();
    create(&writer, "bo", pb::Person::default()).await.unwrap();
    let ada = house.client(Some("people/ada")).without_scopes();
    let own = pb::Person {
        name: "people/ada".to_owned(),
        bio: "I sail.".to_owned(),
        skills: vec!["tides".to_owned()],
        languages: vec!["en".to_owned()],
        location: "Kiel".to_owned(),
        ..Default::default()
    };
    let changed = update(&ada, own.clone(), &[]).await.unwrap();
    assert_eq!((changed.bio.as_str(), changed.location.as_str(), changed.title.as_str()), ("I sail.", "Kiel", "Engineer"));
    let whole = pb::Person { bio: "I row.".to_owned(), ..changed };
    assert_eq!(update(&ada, whole, &[]).await.unwrap().bio, "I row.", "what stays as it is may be said again");
    assert!(update(&ada, own.clone(), &["skills", "bio"]).await.is_ok());
    let promoted = pb::Person { title: "Director".to_owned(), ..own.clone() };
    for paths in [&[][..], &["title"], &["*"], &["bio", "title"]] {
        assert_eq!(code(update(&ada, promoted.clone(), paths).await), Code::PermissionDenied, "{paths:?}");
    }
    let same = pb::Person { title: "Engineer".to_owned(), ..own.clone() };
    assert_eq!(code(update(&ada, same, &["title"]).await), Code::PermissionDenied, "a mask asks for it");
    let bo = pb::Person { name: "people/bo".to_owned(), ..own.clone() };
    assert_eq!(code(update(&ada, bo, &["bio"]).await), Code::PermissionDenied);
    let unknown = house.client(Some("people/cy")).without_scopes();
    let cy = pb::UpdatePersonRequest {
        person: Some(pb::Person { name: "people/cy".to_owned(), ..own }),
        allow_missing: true,
        ..Default::default()
    };
    assert_eq!(code(unknown.people().update_person(unknown.request(cy)).await), Code::PermissionDenied);
    let found = batch(&writer, &["people/ada", "people/bo", "people/cy"], "").await.unwrap();
    assert_eq!((found.people[0].title.as_str(), found.people[1].bio.as_str()), ("Engineer", ""));
    assert_eq!(found.not_found, ["people/cy"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_at_once() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let bad = pb::CreatePersonRequest {
        person: Some(pb::Person {
            name: "people/x".to_owned(),
            etag: "e".to_owned(),
            title: "a\u{0}".to_owned(),
            kind: 77,
            ..Default::default()
        }),
        person_id: "a b".to_owned(),
        request_id: "nonsense".to_owned(),
        validate_only: false,
    };
    let refused = ada.people().create_person(ada.request(bad)).await.unwrap_err();
    assert_eq!(fields(&refused), ["request_id", "person_id", "person.name", "person.etag", "person.title", "person.kind"]);
    let refused = ada.people().create_person(ada.request(pb::CreatePersonRequest::default())).await.unwrap_err();
    assert_eq!(fields(&refused), ["person"]);
    let refused = batch(&ada, &["people/ada", "ada", "", "people/a b"], "nonsense").await.unwrap_err();
    assert_eq!(fields(&refused), ["names[1]", "names[2]", "names[3]", "min_revision"]);
    assert_eq!(fields(&batch(&ada, &[], "").await.unwrap_err()), ["names"]);
    assert_eq!(fields(&batch(&ada, &vec!["people/ada"; 501], "").await.unwrap_err()), ["names"]);
    for (key, wrong) in [
        (None, "key"),
        (Some(Key::Alias(String::new())), "alias"),
        (Some(Key::Alias("@ ".to_owned())), "alias"),
        (Some(Key::Alias("a\u{1}".to_owned())), "alias"),
        (Some(Key::Alias("x".repeat(1_025))), "alias"),
        (Some(Key::Source(pb::Source::default())), "source.system"),
    ] {
        let request = pb::LookupPersonRequest { key, ..Default::default() };
        let refused = ada.people().lookup_person(ada.request(request)).await.unwrap_err();
        assert!(fields(&refused).contains(&wrong.to_owned()), "{wrong}: {:?}", fields(&refused));
    }
    let listed = ada.people().list_people(ada.request(pb::ListPeopleRequest::default())).await.unwrap().into_inner();
    assert!(listed.people.is_empty());
}
