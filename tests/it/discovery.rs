//! Finding people and documents, asked of the real services over a memory ledger and a RAM index.
//!
//! Proved: 1. evidence adds up; 2. asking is not knowing; 3. pages follow one another without gap or duplicate; 4. filters
//! restrict and warn; 5. anonymous sees the world only, and a deny beats every grant; 6. a nonsense query names nobody;
//! 7. the same request gives the same bytes, tokens aside; 8. a blended page has room for each; 9. an answer waits for its
//! revision.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;

use crate::support::{Client, House, audience, document, names, people};

async fn put(client: &Client, document: pb::Document) -> pb::Document {
    let request = pb::UpdateDocumentRequest { document: Some(document), allow_missing: true, ..Default::default() };
    client.content().update_document(client.request(request)).await.expect("a good document goes in").into_inner()
}

/// Documents about tides by three people, at different times and with different audiences.
async fn tides(client: &Client) -> String {
    let at = |seconds: i64| Some(prost_types::Timestamp { seconds, nanos: 0 });
    for n in 0..30_i64 {
        let author = ["ada", "bo", "cy"][usize::try_from(n).unwrap() % 3];
        let mut made = document(&format!("tide-{n:02}"), &format!("Tide report {n}"), "tides, turbines and #moonlight", author);
        made.create_time = at(1_700_000_000 + n * 86_400);
        made.update_time = made.create_time;
        if n % 2 == 1 {
            made.audience = Some(audience(Grant::Organization));
        }
        put(client, made).await;
    }
    let mut question = document("why-tides", "Why are there two tides?", "I never understood tides.", "dee");
    question.kind = pb::DocumentKind::Topic.into();
    question.people[0].role = pb::Role::Asker.into();
    put(client, question).await;
    let mut denied = document("denied", "Spring tides", "spring tides of the board", "ada");
    denied.audience = Some(pb::Audience { denied: vec!["people/bo".to_owned()], ..audience(Grant::Organization) });
    put(client, denied).await.revision
}

#[tokio::test(flavor = "multi_thread")]
async fn experts_come_with_evidence_that_adds_up_and_askers_are_none() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let revision = tides(&ada).await;
    let request = pb::FindExpertsRequest { query: "tides".to_owned(), min_revision: revision, ..Default::default() };
    let answer = ada.discovery().find_experts(ada.request(request)).await.unwrap().into_inner();
    assert_eq!(people(&answer), ["people/ada", "people/bo", "people/cy"]);
    for hit in &answer.experts {
        let listed: f64 = hit.evidence.iter().map(|evidence| evidence.contribution).sum();
        assert!((listed + hit.other_contribution - hit.score).abs() <= 1e-6 * hit.score, "{hit:?}");
        assert_eq!(
            hit.evidence.len() + usize::try_from(hit.other_count).unwrap(),
            hit.counts.iter().map(|c| usize::try_from(c.count).unwrap()).sum::<usize>()
        );
        assert!((0.0..=1.0).contains(&hit.relevance) && !hit.reasons.is_empty() && hit.last_evidence_time.is_some());
    }
    assert!(!answer.abstained);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_one_another_without_gap_or_duplicate() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let revision = tides(&ada).await;
    for order in [pb::DocumentOrder::Relevance, pb::DocumentOrder::Newest] {
        let ask = |page_size, page_token| pb::FindDocumentsRequest {
            query: "tides".to_owned(),
            order: order.into(),
            page_size,
            page_token,
            include_total: true,
            min_revision: revision.clone(),
            ..Default::default()
        };
        let whole = ada.discovery().find_documents(ada.request(ask(100, String::new()))).await.unwrap().into_inner();
        assert_eq!(whole.documents.len(), 32);
        let total = whole.total.unwrap();
        assert_eq!((total.count, total.relation()), (32, pb::total::Relation::Exact));
        let (mut paged, mut token) = (Vec::new(), String::new());
        loop {
            let page = ada.discovery().find_documents(ada.request(ask(7, token))).await.unwrap().into_inner();
            paged.extend(names(&page));
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(paged, names(&whole), "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_restrict_and_warn_of_what_nobody_knows() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let min_revision = tides(&ada).await;
    let ask = |filter: pb::DocumentFilter| {
        let ada = ada.clone();
        let min_revision = min_revision.clone();
        async move {
            let request = pb::FindDocumentsRequest { filter: Some(filter), page_size: 100, min_revision, ..Default::default() };
            ada.discovery().find_documents(ada.request(request)).await.unwrap().into_inner()
        }
    };
    let by_bo = ask(pb::DocumentFilter { people: vec!["people/bo".to_owned()], ..Default::default() }).await;
    assert_eq!(by_bo.documents.len(), 10);
    assert!(by_bo.warnings.is_empty());
    let topics = ask(pb::DocumentFilter { kinds: vec![pb::DocumentKind::Topic.into()], ..Default::default() }).await;
    assert_eq!(names(&topics), ["documents/why-tides"]);
    let tagged = ask(pb::DocumentFilter { hashtags: vec!["#Moonlight".to_owned()], ..Default::default() }).await;
    assert_eq!(tagged.documents.len(), 30);
    let unknown = ask(pb::DocumentFilter { people: vec!["people/nobody".to_owned()], ..Default::default() }).await;
    assert!(unknown.documents.is_empty());
    assert_eq!(unknown.warnings[0].code(), pb::warning::Code::UnknownFilterValue);
    assert_eq!(unknown.warnings[0].field, "filter.people[0]");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_asker_sees_only_what_that_asker_may_see() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let min_revision = tides(&ada).await;
    for (asker, count, spring) in [(Some("people/ada"), 32, true), (Some("people/bo"), 31, false), (None, 16, false)] {
        let client = house.client(asker);
        let ask = |query: &str| {
            let client = client.clone();
            let request = pb::FindDocumentsRequest {
                query: query.to_owned(),
                page_size: 100,
                min_revision: min_revision.clone(),
                ..Default::default()
            };
            async move { client.discovery().find_documents(client.request(request)).await.unwrap().into_inner() }
        };
        assert_eq!(ask("tides").await.documents.len(), count, "{asker:?}");
        assert_eq!(!ask("spring").await.documents.is_empty(), spring, "{asker:?}");
        let get = pb::GetDocumentRequest { name: "documents/denied".to_owned(), ..Default::default() };
        let got = client.content().get_document(client.request(get)).await;
        let absent = pb::GetDocumentRequest { name: "documents/absent".to_owned(), ..Default::default() };
        let absent = client.content().get_document(client.request(absent)).await.unwrap_err();
        match got {
            Ok(_) => assert!(spring),
            Err(hidden) => {
                assert!(!spring);
                assert_eq!(hidden.code(), absent.code());
                assert_eq!(hidden.message().replace("denied", "absent"), absent.message());
            }
        }
    }
    let anonymous = house.client(None);
    let request = pb::FindExpertsRequest { query: "tides".to_owned(), ..Default::default() };
    let experts = anonymous.discovery().find_experts(anonymous.request(request)).await.unwrap().into_inner();
    for hit in experts.experts {
        assert!(hit.person.unwrap().emails.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonsense_query_names_nobody_and_offers_what_is_near() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let min_revision = tides(&ada).await;
    let ask = |query: &str| {
        let request =
            pb::FindExpertsRequest { query: query.to_owned(), min_revision: min_revision.clone(), ..Default::default() };
        let ada = ada.clone();
        async move { ada.discovery().find_experts(ada.request(request)).await.unwrap().into_inner() }
    };
    let nothing = ask("qwertyuiop").await;
    assert!(nothing.abstained && nothing.experts.is_empty());
    assert_eq!(nothing.abstention_reason(), pb::AbstentionReason::NoEvidence);
    let little = ask("moonlight qwertyuiop asdfghjkl zxcvbnm poiuytrewq lkjhgfdsa").await;
    assert!(little.abstained, "{little:?}");
    assert_eq!(little.neighbouring_topics, ["moonlight"]);
    let words = ask("???").await;
    assert!(words.abstained);
    assert_eq!(words.warnings[0].code(), pb::warning::Code::NoSearchableWords);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_gives_the_same_bytes_tokens_aside() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    let min_revision = tides(&ada).await;
    let mut told = Vec::new();
    for _ in 0..2 {
        let request = pb::SearchRequest { query: "tides".to_owned(), min_revision: min_revision.clone(), ..Default::default() };
        let mut answer = ada.discovery().search(ada.request(request)).await.unwrap().into_inner();
        assert_eq!(
            (answer.experts.len(), answer.documents.len()),
            (3, 10),
            "documents take what room people and communities leave"
        );
        assert_eq!(answer.revision.len(), min_revision.len(), "tokens are of fixed length");
        answer.revision.clear();
        told.push(prost::Message::encode_to_vec(&answer));
    }
    assert_eq!(told[0], told[1]);
}
