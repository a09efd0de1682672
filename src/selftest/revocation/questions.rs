//! Every way by which something of a room can show.
//!
//! What bears a room's mark shows wherever it stands in an answer. A question may know more: a count, an absent warning, or that
//! somebody speaks, tells of a document that is not named.

use prost::Message;

use super::board::{Loser, Part};
use super::rooms::{Room, common};
use crate::grpc::pb;
use crate::selftest::wire::Answer;

const FIND_DOCUMENTS: &str = "/rookery.v1.DiscoveryService/FindDocuments";
const FIND_DISCUSSIONS: &str = "/rookery.v1.DiscoveryService/FindDiscussions";
const FIND_EXPERTS: &str = "/rookery.v1.DiscoveryService/FindExperts";
const FIND_PEERS: &str = "/rookery.v1.DiscoveryService/FindPeers";
const GET_EXPERTISE: &str = "/rookery.v1.PeopleService/GetExpertise";
const SEARCH: &str = "/rookery.v1.DiscoveryService/Search";
/// The word that most documents hold.
const COMMON: &str = "tide";

/// One question.
pub(super) struct Question {
    pub(super) name: &'static str,
    /// What of a room it is about.
    pub(super) part: Part,
    pub(super) path: &'static str,
    /// The request.
    pub(super) ask: fn(&Asking) -> Vec<u8>,
    /// Whether an answer tells that there is something, whatever it names.
    pub(super) betrays: fn(&Answer) -> bool,
    /// Whether an answer repeats what was asked for, so that a mark in it tells nothing.
    pub(super) echoes: bool,
    pub(super) by: By,
    pub(super) pages: Pages,
}

/// Whether an answer is a page of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pages {
    /// It is all there is.
    No,
    /// Each room has pages of its own.
    OfRoom,
    /// The same pages hold every room.
    OfAll,
}

/// In whose name a question is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Of each who may lose rights.
    Loser,
    /// Of those of them who are somebody.
    Reader,
    /// Of a moderator, about them. The answer may name anything.
    Moderator,
}

/// What a request is made of.
pub(super) struct Asking {
    pub(super) room: Room,
    pub(super) loser: Loser,
    pub(super) page_token: String,
    pub(super) min_revision: String,
}

impl Question {
    const fn new(name: &'static str, part: Part, path: &'static str, ask: fn(&Asking) -> Vec<u8>) -> Self {
        Self { name, part, path, ask, betrays: |_| false, echoes: false, by: By::Loser, pages: Pages::No }
    }

    const fn betraying(self, betrays: fn(&Answer) -> bool) -> Self {
        Self { betrays, ..self }
    }

    const fn echoing(self) -> Self {
        Self { echoes: true, ..self }
    }

    const fn by(self, by: By) -> Self {
        Self { by, ..self }
    }

    const fn paged(self, pages: Pages) -> Self {
        Self { pages, ..self }
    }
}

/// All of them.
pub(super) const QUESTIONS: &[Question] = &[
    Question::new("get the root", Part::Documents, "/rookery.v1.ContentService/GetDocument", |asking| get(asking, 0)),
    Question::new("get a reply", Part::Documents, "/rookery.v1.ContentService/GetDocument", |asking| get(asking, 1)),
    Question::new("get all at once", Part::Documents, "/rookery.v1.ContentService/BatchGetDocuments", |asking| {
        let names = asking.room.names();
        pb::BatchGetDocumentsRequest { names, min_revision: asking.min_revision.clone(), ..Default::default() }.encode_to_vec()
    })
    .betraying(|answer| read::<pb::BatchGetDocumentsResponse>(answer).is_some_and(|batch| !batch.documents.is_empty()))
    .echoing(),
    Question::new("look up a reply", Part::Documents, "/rookery.v1.ContentService/LookupDocument", |asking| {
        let source = Some(asking.room.source(1));
        pb::LookupDocumentRequest { source, min_revision: asking.min_revision.clone(), ..Default::default() }.encode_to_vec()
    }),
    Question::new("list documents", Part::Documents, "/rookery.v1.ContentService/ListDocuments", |asking| {
        let page = pb::ListDocumentsRequest { page_size: 100, ..Default::default() };
        pb::ListDocumentsRequest { page_token: asking.page_token.clone(), min_revision: asking.min_revision.clone(), ..page }
            .encode_to_vec()
    })
    .paged(Pages::OfAll),
    Question::new("find by its word", Part::Documents, FIND_DOCUMENTS, |asking| {
        find(asking, pb::FindDocumentsRequest { query: asking.room.word(), include_total: true, ..Default::default() })
    })
    .betraying(counts),
    Question::new("page by its word", Part::Documents, FIND_DOCUMENTS, |asking| {
        find(asking, pb::FindDocumentsRequest { query: asking.room.word(), page_size: 1, ..Default::default() })
    })
    .paged(Pages::OfRoom),
    Question::new("page by its word, newest", Part::Documents, FIND_DOCUMENTS, |asking| {
        let order = pb::DocumentOrder::Newest.into();
        let word = pb::FindDocumentsRequest { query: asking.room.word(), order, page_size: 1, ..Default::default() };
        find(asking, pb::FindDocumentsRequest { include_total: true, ..word })
    })
    .betraying(counts)
    .paged(Pages::OfRoom),
    Question::new("page by a common word", Part::Documents, FIND_DOCUMENTS, |asking| {
        find(
            asking,
            pb::FindDocumentsRequest { query: COMMON.to_owned(), page_size: 30, include_total: true, ..Default::default() },
        )
    })
    .paged(Pages::OfAll),
    Question::new("page through the newest", Part::Documents, FIND_DOCUMENTS, |asking| {
        find(asking, pb::FindDocumentsRequest { page_size: 30, view: pb::DocumentView::Full.into(), ..Default::default() })
    })
    .paged(Pages::OfAll),
    Question::new("find by its person", Part::Documents, FIND_DOCUMENTS, |asking| {
        find(asking, by_filter(pb::DocumentFilter { people: vec![asking.room.stub()], ..Default::default() }))
    })
    .betraying(|answer| counts(answer) || !warns(answer)),
    Question::new("find by its community", Part::Documents, FIND_DOCUMENTS, |asking| {
        find(asking, by_filter(pb::DocumentFilter { communities: vec![asking.room.community()], ..Default::default() }))
    })
    .betraying(counts),
    Question::new("find by its hashtag", Part::Documents, FIND_DOCUMENTS, |asking| {
        find(asking, by_filter(pb::DocumentFilter { hashtags: vec![asking.room.hashtag()], ..Default::default() }))
    })
    .betraying(counts),
    Question::new("find by its time", Part::Documents, FIND_DOCUMENTS, |asking| {
        let time = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
        let range = pb::TimeRange { start_time: time(asking.room.written()), end_time: time(asking.room.written() + 60) };
        find(asking, by_filter(pb::DocumentFilter { create_time: Some(range), ..Default::default() }))
    })
    .betraying(counts),
    Question::new("people behind its word", Part::Documents, FIND_DOCUMENTS, |asking| {
        find(asking, pb::FindDocumentsRequest { query: asking.room.word(), people_wanted: 9, ..Default::default() })
    })
    .betraying(|answer| read::<pb::FindDocumentsResponse>(answer).is_some_and(|found| !found.people.is_empty())),
    Question::new("people behind a common word", Part::Documents, FIND_DOCUMENTS, |asking| {
        let all = pb::FindDocumentsRequest { page_size: 1, people_wanted: 1_000, ..Default::default() };
        pb::FindDocumentsRequest { query: COMMON.to_owned(), min_revision: asking.min_revision.clone(), ..all }.encode_to_vec()
    }),
    Question::new("discussions by its word", Part::Documents, FIND_DISCUSSIONS, |asking| {
        discuss(asking, pb::FindDiscussionsRequest { query: asking.room.word(), people_wanted: 9, ..Default::default() })
    })
    .betraying(discussed),
    Question::new("solved discussions by its hashtag", Part::Documents, FIND_DISCUSSIONS, |asking| {
        let filter = Some(pb::DocumentFilter { hashtags: vec![asking.room.hashtag()], ..Default::default() });
        let state = pb::DiscussionState::Solved.into();
        discuss(asking, pb::FindDiscussionsRequest { filter, state, ..Default::default() })
    })
    .betraying(discussed),
    Question::new("page through discussions", Part::Documents, FIND_DISCUSSIONS, |asking| {
        let order = pb::DiscussionOrder::LastActivity.into();
        discuss(asking, pb::FindDiscussionsRequest { order, page_size: 5, ..Default::default() })
    })
    .paged(Pages::OfAll),
    Question::new("page through discussions of a common word", Part::Documents, FIND_DISCUSSIONS, |asking| {
        discuss(asking, pb::FindDiscussionsRequest { query: COMMON.to_owned(), page_size: 5, ..Default::default() })
    })
    .paged(Pages::OfAll),
    Question::new("experts for its word", Part::Documents, FIND_EXPERTS, |asking| {
        experts(asking, pb::FindExpertsRequest { query: asking.room.word(), ..Default::default() })
    })
    .betraying(speak),
    Question::new("experts in its community", Part::Documents, FIND_EXPERTS, |asking| {
        let filter = Some(pb::DocumentFilter { communities: vec![asking.room.community()], ..Default::default() });
        experts(asking, pb::FindExpertsRequest { query: COMMON.to_owned(), filter, ..Default::default() })
    })
    .betraying(speak),
    Question::new("experts for a common word", Part::Documents, FIND_EXPERTS, |asking| {
        experts(asking, pb::FindExpertsRequest { query: COMMON.to_owned(), page_size: 100, ..Default::default() })
    })
    .paged(Pages::OfAll),
    Question::new("page through experts", Part::Documents, FIND_EXPERTS, |asking| {
        let query = format!("{COMMON} {}", asking.room.word());
        experts(asking, pb::FindExpertsRequest { query, page_size: 1, ..Default::default() })
    })
    .paged(Pages::OfRoom),
    Question::new("search for its word", Part::Documents, SEARCH, |asking| {
        search(asking, pb::SearchRequest { query: asking.room.word(), ..Default::default() })
    })
    .betraying(speak_in_search),
    Question::new("search for a common word", Part::Documents, SEARCH, |asking| {
        let query = format!("{COMMON} {}", asking.room.word());
        let wanted = pb::SearchRequest { documents_wanted: 40, experts_wanted: 40, discussions_wanted: 40, ..Default::default() };
        search(asking, pb::SearchRequest { query, ..wanted })
    }),
    Question::new("get its stub", Part::Documents, "/rookery.v1.PeopleService/GetPerson", |asking| {
        pb::GetPersonRequest { name: asking.room.stub(), min_revision: asking.min_revision.clone() }.encode_to_vec()
    }),
    Question::new("get its stub among others", Part::Documents, "/rookery.v1.PeopleService/BatchGetPeople", |asking| {
        let names = vec![asking.room.stub(), "people/nobody".to_owned()];
        pb::BatchGetPeopleRequest { names, min_revision: asking.min_revision.clone() }.encode_to_vec()
    })
    .betraying(|answer| read::<pb::BatchGetPeopleResponse>(answer).is_some_and(|found| !found.people.is_empty()))
    .echoing(),
    Question::new("what its stub knows", Part::Documents, GET_EXPERTISE, |asking| knows(asking, asking.room.stub())),
    Question::new("what its author knows", Part::Documents, GET_EXPERTISE, |asking| knows(asking, asking.room.author()))
        .betraying(|answer| read::<pb::Expertise>(answer).is_some_and(|known| !known.inferred.is_empty())),
    Question::new("what somebody ordinary knows", Part::Documents, GET_EXPERTISE, |asking| {
        knows(asking, common(asking.room.number))
    }),
    Question::new("peers of its author", Part::Documents, FIND_PEERS, |asking| share(asking, asking.room.author()))
        .betraying(|answer| read::<pb::FindPeersResponse>(answer).is_some_and(|found| !found.topics.is_empty())),
    Question::new("peers of somebody ordinary", Part::Documents, FIND_PEERS, |asking| share(asking, common(asking.room.number)))
        .paged(Pages::OfAll),
    Question::new("get its author", Part::Profile, "/rookery.v1.PeopleService/GetPerson", |asking| {
        pb::GetPersonRequest { name: asking.room.author(), min_revision: asking.min_revision.clone() }.encode_to_vec()
    }),
    Question::new("find its author by name", Part::Profile, "/rookery.v1.DiscoveryService/FindPeople", |asking| {
        // Its mark would stand in the query as it was understood, so the page of everybody is asked for.
        let (page_token, min_revision) = (asking.page_token.clone(), asking.min_revision.clone());
        pb::FindPeopleRequest { page_size: 100, page_token, min_revision, ..Default::default() }.encode_to_vec()
    })
    .paged(Pages::OfAll),
    Question::new("list people", Part::Profile, "/rookery.v1.PeopleService/ListPeople", |asking| {
        let (page_token, min_revision) = (asking.page_token.clone(), asking.min_revision.clone());
        pb::ListPeopleRequest { page_size: 100, page_token, min_revision }.encode_to_vec()
    })
    .paged(Pages::OfAll),
    Question::new("check access", Part::Documents, "/rookery.v1.ContentService/CheckAccess", |asking| {
        let asker = asking.loser.asker();
        let groups = asker.groups.split(',').filter(|group| !group.is_empty()).map(|group| format!("groups/{group}")).collect();
        let (name, min_revision) = (asking.room.root(), asking.min_revision.clone());
        pb::CheckAccessRequest { name, person: asker.person.to_owned(), groups, min_revision }.encode_to_vec()
    })
    .betraying(|answer| read::<pb::CheckAccessResponse>(answer).is_some_and(|told| told.allowed))
    .by(By::Moderator),
    Question::new("get its community", Part::Community, "/rookery.v1.CommunityService/GetCommunity", |asking| {
        pb::GetCommunityRequest { name: asking.room.community(), min_revision: asking.min_revision.clone() }.encode_to_vec()
    })
    .by(By::Reader),
    Question::new("search for its community", Part::Community, SEARCH, |asking| {
        let id = asking.room.community();
        let query = id.trim_start_matches("communities/").to_owned();
        search(asking, pb::SearchRequest { query, communities_wanted: 20, ..Default::default() })
    })
    .by(By::Reader),
    Question::new("search for every community", Part::Community, SEARCH, |asking| {
        search(asking, pb::SearchRequest { query: "quay talked".to_owned(), communities_wanted: 100, ..Default::default() })
    })
    .by(By::Reader),
    Question::new("list communities", Part::Community, "/rookery.v1.CommunityService/ListCommunities", |asking| {
        let (page_token, min_revision) = (asking.page_token.clone(), asking.min_revision.clone());
        pb::ListCommunitiesRequest { page_size: 20, page_token, min_revision }.encode_to_vec()
    })
    .by(By::Reader)
    .paged(Pages::OfAll),
    Question::new("page through members", Part::Community, "/rookery.v1.CommunityService/ListMembers", |asking| {
        let (page_token, min_revision) = (asking.page_token.clone(), asking.min_revision.clone());
        pb::ListMembersRequest { parent: asking.room.community(), page_size: 1, page_token, min_revision }.encode_to_vec()
    })
    .betraying(|answer| answer.code == 0)
    .by(By::Reader)
    .paged(Pages::OfRoom),
    Question::new("filter by its community", Part::Community, FIND_DOCUMENTS, |asking| {
        find(asking, by_filter(pb::DocumentFilter { communities: vec![asking.room.community()], ..Default::default() }))
    })
    .betraying(|answer| !warns(answer))
    .by(By::Reader),
];

fn knows(asking: &Asking, name: String) -> Vec<u8> {
    pb::GetExpertiseRequest { name, min_revision: asking.min_revision.clone() }.encode_to_vec()
}

fn share(asking: &Asking, person: String) -> Vec<u8> {
    let (page_token, min_revision) = (asking.page_token.clone(), asking.min_revision.clone());
    pb::FindPeersRequest { person, page_size: 100, page_token, min_revision, ..Default::default() }.encode_to_vec()
}

fn get(asking: &Asking, at: usize) -> Vec<u8> {
    let name = asking.room.names().into_iter().nth(at).unwrap_or_default();
    pb::GetDocumentRequest { name, min_revision: asking.min_revision.clone(), ..Default::default() }.encode_to_vec()
}

fn by_filter(filter: pb::DocumentFilter) -> pb::FindDocumentsRequest {
    pb::FindDocumentsRequest { filter: Some(filter), include_total: true, ..Default::default() }
}

// Near words of a room's own are those of other rooms, which show rightly.
fn find(asking: &Asking, request: pb::FindDocumentsRequest) -> Vec<u8> {
    let (page_token, min_revision) = (asking.page_token.clone(), asking.min_revision.clone());
    pb::FindDocumentsRequest { page_token, min_revision, exact_spelling: true, ..request }.encode_to_vec()
}

fn discuss(asking: &Asking, request: pb::FindDiscussionsRequest) -> Vec<u8> {
    let (page_token, min_revision) = (asking.page_token.clone(), asking.min_revision.clone());
    pb::FindDiscussionsRequest { page_token, min_revision, include_total: true, exact_spelling: true, ..request }.encode_to_vec()
}

fn experts(asking: &Asking, request: pb::FindExpertsRequest) -> Vec<u8> {
    let (page_token, min_revision) = (asking.page_token.clone(), asking.min_revision.clone());
    pb::FindExpertsRequest { page_token, min_revision, min_relevance: Some(0.0), ..request }.encode_to_vec()
}

fn search(asking: &Asking, request: pb::SearchRequest) -> Vec<u8> {
    pb::SearchRequest { min_revision: asking.min_revision.clone(), exact_spelling: true, ..request }.encode_to_vec()
}

fn read<M: Message + Default>(answer: &Answer) -> Option<M> {
    answer.messages.first().and_then(|message| M::decode(message.as_slice()).ok())
}

/// Whether any document is counted.
fn counts(answer: &Answer) -> bool {
    let total = read::<pb::FindDocumentsResponse>(answer).and_then(|found| found.total);
    total.is_some_and(|total| total.count > 0)
}

/// Whether there is any discussion.
fn discussed(answer: &Answer) -> bool {
    let found = read::<pb::FindDiscussionsResponse>(answer).unwrap_or_default();
    !found.discussions.is_empty() || !found.people.is_empty() || found.total.is_some_and(|total| total.count > 0)
}

/// Whether it warns that somebody or something of the filter cannot be seen.
fn warns(answer: &Answer) -> bool {
    let warnings = read::<pb::FindDocumentsResponse>(answer).map(|found| found.warnings).unwrap_or_default();
    warnings.iter().any(|warning| warning.code() == pb::warning::Code::UnknownFilterValue)
}

/// Whether any document speaks for anybody.
fn speak(answer: &Answer) -> bool {
    let found = read::<pb::FindExpertsResponse>(answer).unwrap_or_default();
    !found.experts.is_empty() || found.abstention_reason() == pb::AbstentionReason::TooLittleEvidence
}

fn speak_in_search(answer: &Answer) -> bool {
    let found = read::<pb::SearchResponse>(answer).unwrap_or_default();
    let speak = !found.experts.is_empty() || found.abstention_reason() == pb::AbstentionReason::TooLittleEvidence;
    speak || !found.documents.is_empty() || !found.discussions.is_empty()
}
