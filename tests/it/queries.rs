//! The query language as callers meet it: what a query was understood as, what is said of it, and whom its names mean.
//!
//! Proved: 1. a query is told as it was understood, and what could not be read with its characters; strictly the same is refused, all of
//! it at once; 2. names are looked up for the asker, and missing and hidden ones warn alike; 3. conditions without a word browse; a query
//! of which nothing is left finds nothing; 4. a contradiction is told; 5. the language is told to everybody, and its examples are good.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use rookery::grpc::pb::warning::Code;
use tonic::Status;
use tonic_types::StatusExt;

use crate::support::{Client, House, audience, document, names, put, put_community, restricted};

async fn ask(client: &Client, query: &str, mode: pb::QueryMode, revision: &str) -> Result<pb::FindDocumentsResponse, Status> {
    let request = pb::FindDocumentsRequest {
        query: query.to_owned(),
        query_mode: mode.into(),
        min_revision: revision.to_owned(),
        ..Default::default()
    };
    Ok(client.discovery().find_documents(client.request(request)).await?.into_inner())
}

async fn lenient(client: &Client, query: &str, revision: &str) -> pb::FindDocumentsResponse {
    ask(client, query, pb::QueryMode::Unspecified, revision).await.unwrap_or_else(|status| panic!("{query}: {status}"))
}

fn codes(answer: &pb::FindDocumentsResponse) -> Vec<Code> {
    answer.warnings.iter().map(pb::Warning::code).collect()
}

async fn put_person(client: &Client, person: pb::Person) -> String {
    let request = pb::UpdatePersonRequest { person: Some(person), allow_missing: true, ..Default::default() };
    client.people().update_person(client.request(request)).await.expect("a good person goes in").into_inner().revision
}

fn called(id: &str, display_name: &str) -> pb::Person {
    pb::Person { name: format!("people/{id}"), display_name: display_name.to_owned(), ..Default::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_is_told_as_it_was_understood() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    for (query, text, words) in [
        ("Tides AND (Moon OR kind:wiki)", "+tides (moon OR kind:page)", &["tides", "moon"][..]),
        ("#Tides tid* -sea \"spring tide\"", "#tides tid* -sea \"spring tide\"", &["#tides", "tid*", "spring", "tide"]),
        ("", "", &[]),
    ] {
        for mode in [pb::QueryMode::Unspecified, pb::QueryMode::Lenient, pb::QueryMode::Strict] {
            let told = ask(&ada, query, mode, "").await.unwrap().interpreted_query.unwrap();
            assert_eq!(
                (told.text.as_str(), told.words),
                (text, words.iter().map(|word| (*word).to_owned()).collect()),
                "{query}"
            );
        }
    }
    let query = "\u{e4}\u{1f600} kind:foo OR";
    let answer = lenient(&ada, query, "").await;
    let ranges: Vec<pb::TextRange> = answer.warnings.iter().filter_map(|warning| warning.range).collect();
    assert_eq!(ranges, [pb::TextRange { start: 8, end: 11 }, pb::TextRange { start: 12, end: 14 }]);
    assert_eq!(codes(&answer), [Code::QuerySyntax, Code::QuerySyntax]);
    let refused = ask(&ada, query, pb::QueryMode::Strict, "").await.unwrap_err();
    let violations = refused.get_details_bad_request().unwrap().field_violations;
    let told: Vec<(&str, bool)> =
        violations.iter().map(|violation| (violation.field.as_str(), violation.description.starts_with("characters "))).collect();
    assert_eq!(told, [("query", true), ("query", true)], "{violations:?}");
    assert!(violations[0].description.starts_with("characters 9 to 11: kind: takes "), "{violations:?}");
    let everything = pb::SearchRequest { query: "tides (moon".to_owned(), ..Default::default() };
    let everything = ada.discovery().search(ada.request(everything)).await.unwrap().into_inner();
    let codes: Vec<Code> = everything.warnings.iter().map(pb::Warning::code).collect();
    assert_eq!(codes, [Code::QuerySyntax], "each warning is told once");
    assert_eq!(everything.interpreted_query.unwrap().text, "tides moon");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_looked_up_for_the_asker() {
    let house = House::open().await;
    let writer = house.client(Some("people/writer"));
    put(&writer, pb::Document { audience: Some(audience(Grant::World)), ..document("open", "Tide", "tides", "ada") })
        .await
        .unwrap();
    put(&writer, pb::Document { audience: Some(restricted(&["people/cy"])), ..document("shut", "Tide", "tides", "dee") })
        .await
        .unwrap();
    put_community(&writer, "shut", &["cy"], &[]).await;
    let community = pb::Community {
        name: "communities/open".to_owned(),
        display_name: "Tide Watch".to_owned(),
        audience: Some(audience(Grant::World)),
        ..Default::default()
    };
    let request = pb::UpdateCommunityRequest { community: Some(community), allow_missing: true, ..Default::default() };
    writer.communities().update_community(writer.request(request)).await.unwrap();
    put_person(&writer, called("writer", "Writer")).await;
    put_person(&writer, called("bo", "Bo Str\u{f6}m")).await;
    put_person(&writer, called("bob", "BO STROM")).await;
    put_person(&writer, called("other", "Bo Strom Junior")).await;
    let ada = pb::Person {
        handles: vec!["countess".to_owned()],
        emails: vec!["ada@marram.example".to_owned()],
        ..called("ada", "Ada Lovelace")
    };
    let revision = put_person(&writer, ada).await;
    let anonymous = house.client(None);
    let (unknown, ambiguous) = (&[Code::UnknownQueryName][..], &[Code::AmbiguousName][..]);
    for (query, signed_in, not_signed_in) in [
        ("from:ada", &[][..], &[][..]),
        ("from:people/ada", &[], &[]),
        ("@ada", &[], &[]),
        ("-from:ada", &[], &[]),
        ("from:countess", &[], unknown),
        ("from:COUNTESS", &[], unknown),
        ("@ada@marram.example", &[], unknown),
        ("from:\"ada  LOVELACE\"", &[], unknown),
        // As an ID it is compared as it stands, as an alias in any case.
        ("from:Ada", &[], unknown),
        ("from:Lovelace", unknown, unknown),
        ("from:bo", &[], unknown),
        ("from:\"Bo Strom\"", ambiguous, unknown),
        ("@\"Bo Strom Junior\"", &[], unknown),
        ("from:me", &[], unknown),
        ("from:nobody", unknown, unknown),
        ("from:dee", unknown, unknown),
        ("in:open", &[], &[]),
        ("in:communities/open", &[], &[]),
        ("in:\"tide watch\"", &[], &[]),
        ("in:tide", unknown, unknown),
        ("in:shut", unknown, unknown),
        ("in:communities/shut", unknown, unknown),
        ("in:never", unknown, unknown),
    ] {
        for (client, expected) in [(&writer, signed_in), (&anonymous, not_signed_in)] {
            let answer = lenient(client, query, &revision).await;
            assert_eq!(codes(&answer), expected, "{query}, asked by {:?}", client.asker);
        }
    }
    let told = |answer: pb::FindDocumentsResponse| answer.warnings[0].message.clone();
    let (hidden, missing) = (lenient(&writer, "in:shut", &revision).await, lenient(&writer, "in:gone", &revision).await);
    assert_eq!(told(hidden).replace("shut", "gone"), told(missing), "the same words");
    assert!(told(lenient(&writer, "from:\"bo strom\"", &revision).await).starts_with("2 are called \"bo strom\""));
    let member = house.client(Some("people/cy"));
    assert_eq!(codes(&lenient(&member, "in:shut from:dee", &revision).await), [], "who may see them may name them");
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_without_a_word_browse() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let mut revision = String::new();
    for id in ["b", "c", "a"] {
        revision = put(&ada, document(id, "Tide", "tides", "ada")).await.unwrap().revision;
    }
    let newest = names(&lenient(&ada, "", &revision).await);
    assert_eq!(newest.len(), 3);
    for query in ["-absent", "kind:post,page,article,topic,reply", "from:me OR -from:me", "after:2000", "NOT is:solved"] {
        let answer = lenient(&ada, query, &revision).await;
        assert_eq!((names(&answer), codes(&answer)), (newest.clone(), vec![]), "{query}");
        assert!(answer.documents.iter().all(|hit| hit.score == 0.0), "{query} is in the order of time");
    }
    for query in ["!!!", "()", "\"\"", "AND", "kind:foo"] {
        let answer = lenient(&ada, query, &revision).await;
        assert!(answer.documents.is_empty() && codes(&answer).contains(&Code::NoSearchableWords), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contradiction_is_told() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    for (query, kinds, contradictory) in [
        ("tides kind:post kind:page", vec![], true),
        ("tides -tides", vec![], true),
        ("kind:post", vec![pb::DocumentKind::Page], true),
        ("kind:post", vec![pb::DocumentKind::Page, pb::DocumentKind::Post], false),
        ("tides kind:post,page", vec![], false),
    ] {
        let filter = Some(pb::DocumentFilter { kinds: kinds.into_iter().map(i32::from).collect(), ..Default::default() });
        let request = pb::FindDocumentsRequest { query: query.to_owned(), filter, ..Default::default() };
        let answer = ada.discovery().find_documents(ada.request(request)).await.unwrap().into_inner();
        assert_eq!(codes(&answer), if contradictory { vec![Code::Contradiction] } else { vec![] }, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_is_told_to_everybody() {
    let house = House::open().await;
    let (ada, anonymous) = (house.client(Some("people/ada")), house.client(None));
    let list = |client: Client| async move {
        client.discovery().list_operators(client.request(pb::ListOperatorsRequest {})).await.unwrap().into_inner()
    };
    let told = list(anonymous).await;
    assert_eq!(told, list(ada.clone()).await);
    let operators: Vec<&str> = told.operators.iter().map(|operator| operator.name.as_str()).collect();
    assert_eq!(
        operators,
        ["kind", "from", "in", "tag", "lang", "title", "url", "before", "after", "during", "active", "is", "has"]
    );
    let examples = told.operators.iter().flat_map(|operator| &operator.examples);
    for example in examples.chain(told.syntax.iter().flat_map(|syntax| &syntax.examples)) {
        let answer = ask(&ada, example, pb::QueryMode::Strict, "").await;
        assert!(answer.is_ok_and(|answer| !answer.interpreted_query.unwrap_or_default().text.is_empty()), "{example}");
    }
}
