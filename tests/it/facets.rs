//! Facets, asked of the real services.
//!
//! Proved: 1. every facet counts the hits on all pages, with cards and display names, and tells whether there is more; 2. a
//! chosen value restricts the other facets and not its own, and is listed beside the limit and where nobody has it; 3. hidden
//! documents and communities have no part, and what is taken away none with the next call; 4. an account's documents are the
//! person's; 5. counts are of the pass in which the hits were found, of the first page only, and the blended page tells them,
//! too; 6. what is wrong is named at once.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use rookery::grpc::pb::{DocumentKind, Facet};
use tonic::Status;

use crate::support::{Client, House, audience, document, fields, put, put_community, restricted};

const ALL: [Facet; 6] = [Facet::Kind, Facet::Person, Facet::Community, Facet::Hashtag, Facet::Language, Facet::Year];

/// A page about tides of 2024 in a community, two posts of 2025, and what only some may read; the revision of the last.
async fn fill(ada: &Client) -> String {
    put_community(ada, "tides", &["ada"], &[]).await;
    let written = |seconds: i64, made: pb::Document| {
        let time = Some(prost_types::Timestamp { seconds, nanos: 0 });
        pb::Document { create_time: time, update_time: time, hashtags: vec!["sea".to_owned()], ..made }
    };
    let post = |id: &str, author: &str| pb::Document {
        kind: DocumentKind::Post.into(),
        language: "en".to_owned(),
        ..written(1_750_000_000, document(id, "Tide", "tide", author))
    };
    let page = pb::Document {
        community: "communities/tides".to_owned(),
        language: "de".to_owned(),
        ..written(1_715_000_000, document("page", "Tide", "tide #dock", "bo"))
    };
    let hidden = pb::Document {
        community: "communities/board".to_owned(),
        hashtags: vec!["secret".to_owned()],
        audience: Some(restricted(&["people/ada"])),
        ..post("hidden", "zed")
    };
    let mut revision = String::new();
    for made in [page, post("one", "bo"), post("two", "cy"), hidden] {
        revision = put(ada, made).await.expect("a good document").revision;
    }
    revision
}

fn wanted(facets: &[Facet], limit: i32) -> Vec<pb::FacetRequest> {
    facets.iter().map(|facet| pb::FacetRequest { facet: (*facet).into(), limit }).collect()
}

fn about(facets: &[Facet], limit: i32, min_revision: &str) -> pb::FindDocumentsRequest {
    pb::FindDocumentsRequest {
        query: "tide".to_owned(),
        facets: wanted(facets, limit),
        include_total: true,
        min_revision: min_revision.to_owned(),
        ..Default::default()
    }
}

async fn try_find(client: &Client, request: pb::FindDocumentsRequest) -> Result<pb::FindDocumentsResponse, Status> {
    Ok(client.discovery().find_documents(client.request(request)).await?.into_inner())
}

async fn find(client: &Client, request: pb::FindDocumentsRequest) -> pb::FindDocumentsResponse {
    try_find(client, request).await.unwrap()
}

fn counts(facet: &pb::FacetResult) -> Vec<(&str, i32)> {
    facet.values.iter().map(|value| (value.value.as_str(), value.count)).collect()
}

fn selected(facet: &pb::FacetResult) -> Vec<&str> {
    facet.values.iter().filter(|value| value.selected).map(|value| value.value.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_facet_counts_what_is_found_and_may_be_seen() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let revision = fill(&ada).await;
    let (bo, nobody) = (house.client(Some("people/bo")), house.client(None));
    for client in [&bo, &nobody] {
        let answer = find(client, pb::FindDocumentsRequest { page_size: 1, ..about(&ALL, 0, &revision) }).await;
        assert_eq!((answer.documents.len(), answer.total.unwrap().count), (1, 3));
        let told: Vec<Vec<(&str, i32)>> = answer.facets.iter().map(counts).collect();
        let expected: [&[(&str, i32)]; 6] = [
            &[("post", 2), ("page", 1)],
            &[("people/bo", 2), ("people/cy", 1)],
            &[("communities/tides", 1)],
            &[("sea", 3), ("dock", 1)],
            &[("en", 2), ("de", 1)],
            &[("2025", 2), ("2024", 1)],
        ];
        assert_eq!(told, expected, "{:?}", client.asker);
        assert_eq!(answer.facets.iter().map(pb::FacetResult::facet).collect::<Vec<_>>(), ALL);
        assert!(answer.facets.iter().all(|facet| !facet.has_more && selected(facet).is_empty()));
        let cards = answer.facets[1].values.iter().map(|value| value.person.clone().unwrap_or_default().name);
        assert_eq!(cards.collect::<Vec<_>>(), ["people/bo", "people/cy"]);
        assert_eq!(answer.facets[2].values[0].community_display_name, "", "who may not see it is told its name only");
    }
    let inside = find(&ada, about(&ALL, 1, &revision)).await;
    let told: Vec<(Vec<(&str, i32)>, bool)> = inside.facets.iter().map(|facet| (counts(facet), facet.has_more)).collect();
    let expected = [
        (vec![("post", 3)], true),
        (vec![("people/bo", 2)], true),
        (vec![("communities/board", 1)], true),
        (vec![("sea", 3)], true),
        (vec![("en", 3)], true),
        (vec![("2025", 3)], true),
    ];
    assert_eq!(told, expected);
    let whole = find(&ada, about(&[Facet::Community], 0, &revision)).await;
    let named: Vec<(&str, &str)> =
        whole.facets[0].values.iter().map(|value| (value.value.as_str(), value.community_display_name.as_str())).collect();
    assert_eq!(named, [("communities/board", ""), ("communities/tides", "tides")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_value_restricts_the_other_facets_only() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let revision = fill(&ada).await;
    let bo = house.client(Some("people/bo"));
    let filter = pb::DocumentFilter { people: vec!["people/cy".to_owned()], ..Default::default() };
    let request = pb::FindDocumentsRequest { filter: Some(filter), ..about(&[Facet::Person, Facet::Kind], 1, &revision) };
    let answer = find(&bo, request).await;
    assert_eq!(answer.total.unwrap().count, 1);
    assert_eq!(counts(&answer.facets[0]), [("people/bo", 2), ("people/cy", 1)], "beside the limit");
    assert_eq!((selected(&answer.facets[0]), answer.facets[0].has_more), (vec!["people/cy"], false));
    assert_eq!((counts(&answer.facets[1]), selected(&answer.facets[1])), (vec![("post", 1)], vec![]));

    let both = pb::DocumentFilter {
        kinds: vec![DocumentKind::Page.into(), DocumentKind::Reply.into()],
        languages: vec!["de-AT".to_owned()],
        hashtags: vec!["#Dock".to_owned(), "gone".to_owned()],
        create_time: Some(pb::TimeRange {
            start_time: Some(prost_types::Timestamp { seconds: 1_704_067_200, nanos: 0 }),
            end_time: Some(prost_types::Timestamp { seconds: 1_735_689_600, nanos: 0 }),
        }),
        ..Default::default()
    };
    let facets = [Facet::Kind, Facet::Language, Facet::Hashtag, Facet::Year, Facet::Person];
    let answer = find(&bo, pb::FindDocumentsRequest { filter: Some(both), ..about(&facets, 0, &revision) }).await;
    let told: Vec<_> = answer.facets.iter().map(|facet| (counts(facet), selected(facet))).collect();
    let expected = [
        (vec![("page", 1), ("reply", 0)], vec!["page", "reply"]),
        (vec![("de", 1)], vec!["de"]),
        (vec![("dock", 1), ("sea", 1), ("gone", 0)], vec!["dock", "gone"]),
        (vec![("2024", 1)], vec!["2024"]),
        (vec![("people/bo", 1)], vec![]),
    ];
    assert_eq!(told, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_has_no_part() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let revision = fill(&ada).await;
    let nobody = house.client(None);
    // Whoever is chosen is echoed; a hidden name and one that is nobody's are told alike.
    let facets = [Facet::Person, Facet::Community, Facet::Hashtag];
    let chosen = |person: &str, community: &str, hashtag: &str| {
        let filter = pb::DocumentFilter {
            people: vec![format!("people/{person}")],
            communities: vec![format!("communities/{community}")],
            hashtags: vec![hashtag.to_owned()],
            ..Default::default()
        };
        find(&nobody, pb::FindDocumentsRequest { filter: Some(filter), ..about(&facets, 0, &revision) })
    };
    let told = |answer: pb::FindDocumentsResponse| {
        let values = |facet: pb::FacetResult| facet.values.into_iter().map(|value| (value.count, value.person, value.selected));
        answer.facets.into_iter().map(|facet| values(facet).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    let hidden = told(chosen("zed", "board", "secret").await);
    assert_eq!(hidden, told(chosen("nil", "none", "absent").await));
    assert_eq!(hidden, vec![vec![(0, None, true)]; 3]);
    // Taken away: gone with the next call, whatever the index has applied.
    let kinds = || about(&[Facet::Kind], 0, "");
    assert_eq!(counts(&find(&nobody, kinds()).await.facets[0]), [("post", 2), ("page", 1)]);
    let narrowed = pb::UpdateAudienceRequest {
        name: "documents/one".to_owned(),
        audience: Some(audience(Grant::Organization)),
        ..Default::default()
    };
    ada.content().update_audience(ada.request(narrowed)).await.unwrap();
    assert_eq!(counts(&find(&nobody, kinds()).await.facets[0]), [("page", 1), ("post", 1)]);
    let delete = pb::DeleteDocumentRequest { name: "documents/page".to_owned(), ..Default::default() };
    ada.content().delete_document(ada.request(delete)).await.unwrap();
    assert_eq!(counts(&find(&nobody, kinds()).await.facets[0]), [("post", 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accounts_documents_are_the_persons() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    fill(&ada).await;
    let person = pb::Person { name: "people/cy".to_owned(), display_name: "Cy".to_owned(), ..Default::default() };
    let request = pb::UpdatePersonRequest { person: Some(person), allow_missing: true, ..Default::default() };
    ada.people().update_person(ada.request(request)).await.unwrap();
    let link = pb::LinkAliasRequest { person: "people/cy".to_owned(), alias: "people/bo".to_owned(), ..Default::default() };
    let revision = ada.people().link_alias(ada.request(link)).await.unwrap().into_inner().revision;
    let filter = pb::DocumentFilter { people: vec!["people/bo".to_owned()], ..Default::default() };
    let request = pb::FindDocumentsRequest { filter: Some(filter), ..about(&[Facet::Person], 0, &revision) };
    let answer = find(&house.client(None), request).await;
    assert_eq!((counts(&answer.facets[0]), selected(&answer.facets[0])), (vec![("people/cy", 3)], vec!["people/cy"]));
    assert_eq!(answer.facets[0].values[0].person.as_ref().unwrap().display_name, "Cy");
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_of_what_the_first_page_found() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let mut revision = String::new();
    // Enough that have both words, so that those with one are no hits.
    for n in 0..12 {
        let body = if n < 11 { "tide moon" } else { "tide" };
        revision = put(&ada, document(&format!("d{n:02}"), "Title", body, "bo")).await.unwrap().revision;
    }
    let page = |query: &str, token: &str| pb::FindDocumentsRequest {
        query: query.to_owned(),
        page_size: 4,
        page_token: token.to_owned(),
        ..about(&[Facet::Person], 0, &revision)
    };
    for (query, count) in [("tide moon", 11), ("tide", 12), ("", 12), ("tide -moon", 1), ("moon kind:post", 0)] {
        let answer = find(&ada, page(query, "")).await;
        assert_eq!(answer.total.unwrap().count, count, "{query}");
        assert_eq!(answer.facets[0].values.first().map_or(0, |value| value.count), count, "{query}");
    }
    let first = find(&ada, page("tide moon", "")).await;
    let next = find(&ada, page("tide moon", &first.next_page_token)).await;
    assert!(!next.documents.is_empty() && next.facets.is_empty());
    let nothing = find(&ada, page("!!!", "")).await;
    assert_eq!(nothing.facets.iter().map(|facet| facet.values.len()).collect::<Vec<_>>(), [0]);
    let blended = pb::SearchRequest { query: "tide moon".to_owned(), facets: wanted(&[Facet::Person], 0), ..Default::default() };
    let blended = ada.discovery().search(ada.request(blended)).await.unwrap().into_inner();
    assert_eq!(blended.facets, first.facets);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_at_once() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let facets = vec![
        pb::FacetRequest { facet: 77, limit: -1 },
        pb::FacetRequest { facet: 0, limit: 0 },
        pb::FacetRequest { facet: 1, limit: 1 },
        pb::FacetRequest { facet: 1, limit: 2 },
    ];
    let expected = ["facets[0].facet", "facets[0].limit", "facets[1].facet", "facets[3].facet"];
    let request = pb::FindDocumentsRequest { facets: facets.clone(), ..Default::default() };
    assert_eq!(fields(&try_find(&ada, request).await.unwrap_err()), expected);
    let request = pb::SearchRequest { query: "tide".to_owned(), facets, ..Default::default() };
    assert_eq!(fields(&ada.discovery().search(ada.request(request)).await.unwrap_err()), expected);
    let limits = ada.admin().get_limits(ada.request(pb::GetLimitsRequest {})).await.unwrap().into_inner();
    assert_eq!(limits.facet_values, 100);
}
