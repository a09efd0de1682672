//! Finding people and documents, asked of the real services over a memory ledger and a RAM index.
//!
//! Proved: 1. evidence adds up; 2. asking is not knowing; 3. pages follow one another without gap or duplicate; 4. filters
//! restrict and warn; 5. anonymous sees the world only, and a deny beats every grant; 6. a nonsense query names nobody;
//! 7. the same request gives the same bytes, tokens aside; 8. a blended page has room for each, which goes to others where
//! there is less, and no hidden message on it; 9. an answer waits for its revision; 10. headlines are marked, too.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;

use crate::support::{Client, House, audience, document, names, people, put_community, restricted};

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
        made.reactions = [("like".to_owned(), i32::try_from(n % 4).unwrap())].into();
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
    for order in
        [pb::DocumentOrder::Relevance, pb::DocumentOrder::Newest, pb::DocumentOrder::LastActivity, pb::DocumentOrder::Reactions]
    {
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
async fn headlines_are_marked_whether_or_not_the_body_matches() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    put(&ada, document("both", "Über Gezeiten 👩‍👩‍👧 tides", "tides", "ada")).await;
    let revision = put(&ada, document("title", "The tide", "moon", "ada")).await.revision;
    let request = pb::FindDocumentsRequest { query: "tide".to_owned(), min_revision: revision, ..Default::default() };
    let answer = ada.discovery().find_documents(ada.request(request)).await.unwrap().into_inner();
    let marked = |hit: &pb::DocumentHit| {
        let title: Vec<char> = hit.document.clone().unwrap_or_default().title.chars().collect();
        let at = |place: i32| usize::try_from(place).unwrap();
        hit.title_highlights.iter().map(|range| title[at(range.start)..at(range.end)].iter().collect()).collect::<Vec<String>>()
    };
    let of = |id: &str| answer.documents.iter().find(|hit| hit.document.as_ref().unwrap().name.ends_with(id)).unwrap();
    assert_eq!((marked(of("both")), of("both").snippet.as_ref().unwrap().highlights.len()), (vec!["tides".to_owned()], 1));
    assert_eq!((marked(of("title")), of("title").snippet.as_ref().unwrap().highlights.len()), (vec!["tide".to_owned()], 0));
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
            "documents take what room discussions, people and communities leave"
        );
        assert_eq!(answer.revision.len(), min_revision.len(), "tokens are of fixed length");
        answer.revision.clear();
        told.push(prost::Message::encode_to_vec(&answer));
    }
    assert_eq!(told[0], told[1]);
}

/// A discussion of tides, a topic and a reply, for everybody or for its community alone.
async fn discussion(client: &Client, id: &str, audience: pb::Audience) -> String {
    let kind = pb::DocumentKind::Topic.into();
    let topic = pb::Document { kind, ..document(id, &format!("Talk {id}"), "who can read tides?", "dee") };
    put(client, pb::Document { audience: Some(audience.clone()), ..topic }).await;
    let place = pb::ThreadPlace { root: format!("documents/{id}"), parent: format!("documents/{id}") };
    let kind = pb::DocumentKind::Reply.into();
    let reply = pb::Document { kind, thread: Some(place), ..document(&format!("{id}-reply"), "", "the tides say so", "eve") };
    put(client, pb::Document { audience: Some(audience), ..reply }).await.revision
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blended_page_has_room_for_each() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    tides(&ada).await;
    let mut revision = String::new();
    for at in 0..9 {
        revision = discussion(&ada, &format!("talk-{at}"), audience(Grant::World)).await;
    }
    put_community(&ada, "tides", &["ada"], &[]).await;
    for id in ["t1", "t2"] {
        let named = pb::Person { name: format!("people/{id}"), display_name: "Tides Berg".to_owned(), ..Default::default() };
        let request = pb::UpdatePersonRequest { person: Some(named), allow_missing: true, ..Default::default() };
        revision = ada.people().update_person(ada.request(request)).await.unwrap().into_inner().revision;
    }
    let ask = |request: pb::SearchRequest| {
        let ada = ada.clone();
        let request = pb::SearchRequest { query: "tides".to_owned(), min_revision: revision.clone(), ..request };
        async move {
            let found = ada.discovery().search(ada.request(request)).await.unwrap().into_inner();
            [found.people.len(), found.experts.len(), found.documents.len(), found.discussions.len(), found.communities.len()]
        }
    };
    // One person and two communities less than was wished for: their room goes to the others.
    let shared = ask(pb::SearchRequest::default()).await;
    assert_eq!((shared[0], shared[4]), (2, 1));
    assert_eq!((shared.iter().sum::<usize>(), shared), (17, [2, 4, 6, 4, 1]));
    let wish = pb::SearchRequest { people_wanted: 1, experts_wanted: 1, documents_wanted: 1, ..Default::default() };
    let wish = pb::SearchRequest { discussions_wanted: 1, communities_wanted: 1, ..wish };
    assert_eq!(ask(wish.clone()).await, [1; 5]);
    assert_eq!(ask(pb::SearchRequest { discussions_wanted: 8, communities_wanted: 3, ..wish.clone() }).await, [1, 2, 2, 8, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_discussion_is_on_no_blended_page() {
    let house = House::open().await;
    let ada = house.client(Some("people/ada"));
    discussion(&ada, "open", audience(Grant::World)).await;
    let min_revision = discussion(&ada, "shut", restricted(&["people/ada"])).await;
    let ask = |client: &Client, filter: Option<pb::DocumentFilter>| {
        let client = client.clone();
        let wanted = pb::SearchRequest { query: "tides".to_owned(), min_revision: min_revision.clone(), ..Default::default() };
        let request = pb::SearchRequest { filter, discussions_wanted: 10, ..wanted };
        async move { client.discovery().search(client.request(request)).await.unwrap().into_inner() }
    };
    let roots = |found: &pb::SearchResponse| {
        let mut roots: Vec<String> = found.discussions.iter().map(|hit| hit.name.clone()).collect();
        roots.sort_unstable();
        roots
    };
    assert_eq!(roots(&ask(&ada, None).await), ["documents/open", "documents/shut"]);
    for client in [house.client(Some("people/bo")), house.client(None)] {
        let found = ask(&client, None).await;
        assert_eq!(roots(&found), ["documents/open"]);
        assert!(!format!("{found:?}").contains("shut"));
        assert_eq!((found.discussions[0].message_count, found.discussions[0].match_count), (2, 2));
    }
    let replies = pb::DocumentFilter { kinds: vec![pb::DocumentKind::Reply.into()], ..Default::default() };
    let found = ask(&ada, Some(replies)).await;
    assert!(found.discussions.iter().all(|hit| hit.match_count == 1 && hit.message_count == 2), "the filter counts");
}
