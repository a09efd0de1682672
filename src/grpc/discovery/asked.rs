//! Requests of discovery, checked whole.
//!
//! Proved below: 1. everything wrong is named at once; 2. sizes of pages and rooms default, clamp and refuse; 3. a page token
//! holds whatever the size of the page; 4. a query is read as its mode says, and all that is wrong with a strict one is named.

use super::around::sound;
use super::facets;
use crate::access::Asker;
use crate::app::{
    After, AppError, Basis, Copies, ExpertsPosition, FindDiscussions, FindDocuments, FindExperts, Limits, Naming, Order,
    SearchEverything, ThreadState,
};
use crate::domain::{DocumentName, PersonName, ResourceName, Role};
use crate::grpc::call::Door;
use crate::grpc::convert::{Faults, View, filter, moment, page_size, people_filter, query, read_role, required_query};
use crate::grpc::pb;
use crate::grpc::seal::{Binding, Position, Seal, Wanted};

/// Room for people who know on a blended page, where the request does not say.
const EXPERTS: usize = 3;
/// Room for documents on a blended page, where the request does not say.
const DOCUMENTS: usize = 5;
/// Room for discussions on a blended page, where the request does not say.
const DISCUSSIONS: usize = 3;
/// Room for people by name on a blended page, where the request does not say.
const PEOPLE: usize = 3;
/// Room for communities on a blended page, where the request does not say.
const COMMUNITIES: usize = 3;

/// What a blended search asks for.
pub(super) fn search(message: &pb::SearchRequest, door: &Door) -> Result<(SearchEverything, Wanted, View), AppError> {
    read_search(message, door.limits(), &door.seal)
}

fn read_search(message: &pb::SearchRequest, limits: &Limits, seal: &Seal) -> Result<(SearchEverything, Wanted, View), AppError> {
    let mut faults = Faults::default();
    let asked = SearchEverything {
        query: required_query(&message.query, message.query_mode, limits, &mut faults),
        exact_spelling: message.exact_spelling,
        filter: filter(message.filter.as_ref(), limits, &mut faults),
        experts: room("experts_wanted", message.experts_wanted, EXPERTS, limits, &mut faults),
        documents: room("documents_wanted", message.documents_wanted, DOCUMENTS, limits, &mut faults),
        discussions: room("discussions_wanted", message.discussions_wanted, DISCUSSIONS, limits, &mut faults),
        people: room("people_wanted", message.people_wanted, PEOPLE, limits, &mut faults),
        communities: room("communities_wanted", message.communities_wanted, COMMUNITIES, limits, &mut faults),
        facets: facets::asked(&message.facets, limits, &mut faults),
    };
    let min_revision = seal.min_revision(&message.min_revision, &mut faults);
    let view = View::read(message.view, View::Basic, &mut faults);
    faults.finish(Some((asked, min_revision, view)))
}

/// Which people are asked for, and what the next page's token will hold for.
pub(super) fn experts(
    message: pb::FindExpertsRequest,
    asker: &Asker,
    door: &Door,
) -> Result<(FindExperts, Wanted, Binding), AppError> {
    read_experts(message, asker, door.limits(), &door.seal)
}

fn read_experts(
    message: pb::FindExpertsRequest,
    asker: &Asker,
    limits: &Limits,
    seal: &Seal,
) -> Result<(FindExperts, Wanted, Binding), AppError> {
    let mut faults = Faults::default();
    let query = required_query(&message.query, message.query_mode, limits, &mut faults);
    let filter = filter(message.filter.as_ref(), limits, &mut faults);
    let roles = roles(&message.roles, &mut faults);
    if message.min_relevance.is_some_and(|floor| !(0.0..=1.0).contains(&floor)) {
        faults.add("min_relevance", "must lie between 0 and 1");
    }
    let (people, communities) = people_filter("people_filter", message.people_filter.as_ref(), limits, &mut faults);
    let active_since = message.active_since.as_ref().and_then(|since| moment("active_since", since, &mut faults));
    let by_unit = diversity(message.diversity, &mut faults);
    let limit = page_size(message.page_size, limits, &mut faults);
    let min_revision = seal.min_revision(&message.min_revision, &mut faults);
    let (token, min_relevance, exclude_asker) = (message.page_token.clone(), message.min_relevance, message.exclude_asker);
    let rest = pb::FindExpertsRequest { page_size: 0, page_token: String::new(), min_revision: String::new(), ..message };
    let binding = Binding::new("FindExperts", asker, &rest);
    let position = seal.page_token(&binding, &token, &mut faults);
    let after = position.and_then(|position| experts_position(position, &mut faults));
    let naming = Naming { people, communities, active_since, exclude_asker, by_unit, min_relevance, limit, after };
    faults.finish(Some((FindExperts { query, filter, roles, naming }, min_revision, binding)))
}

/// Which documents are asked for, and what the next page's token will hold for.
pub(super) fn documents(
    message: pb::FindDocumentsRequest,
    asker: &Asker,
    door: &Door,
) -> Result<(FindDocuments, Wanted, Binding, View), AppError> {
    read_documents(message, asker, door.limits(), &door.seal)
}

fn read_documents(
    message: pb::FindDocumentsRequest,
    asker: &Asker,
    limits: &Limits,
    seal: &Seal,
) -> Result<(FindDocuments, Wanted, Binding, View), AppError> {
    let mut faults = Faults::default();
    let query = query(&message.query, message.query_mode, limits, &mut faults);
    let filter = filter(message.filter.as_ref(), limits, &mut faults);
    let order = order(message.order, &mut faults);
    let view = View::read(message.view, View::Basic, &mut faults);
    let limit = page_size(message.page_size, limits, &mut faults);
    let min_revision = seal.min_revision(&message.min_revision, &mut faults);
    let people = people(message.people_wanted, limits, &mut faults);
    let facets = facets::asked(&message.facets, limits, &mut faults);
    let (token, count, exact_spelling) = (message.page_token.clone(), message.include_total, message.exact_spelling);
    let copies = if message.show_copies { Copies::Shown } else { Copies::Folded };
    let rest = pb::FindDocumentsRequest { page_size: 0, page_token: String::new(), min_revision: String::new(), ..message };
    let binding = Binding::new("FindDocuments", asker, &rest);
    let position = seal.page_token(&binding, &token, &mut faults);
    let after = position.and_then(|position| documents_position(position, &mut faults));
    let asked = FindDocuments { query, exact_spelling, filter, order, limit, after, count, people, copies, facets };
    faults.finish(Some((asked, min_revision, binding, view)))
}

/// Which discussions are asked for, and what the next page's token will hold for.
pub(super) fn discussions(
    message: pb::FindDiscussionsRequest,
    asker: &Asker,
    door: &Door,
) -> Result<(FindDiscussions, Wanted, Binding, View), AppError> {
    read_discussions(message, asker, door.limits(), &door.seal)
}

fn read_discussions(
    message: pb::FindDiscussionsRequest,
    asker: &Asker,
    limits: &Limits,
    seal: &Seal,
) -> Result<(FindDiscussions, Wanted, Binding, View), AppError> {
    let mut faults = Faults::default();
    let query = query(&message.query, message.query_mode, limits, &mut faults);
    let filter = filter(message.filter.as_ref(), limits, &mut faults);
    let order = discussion_order(message.order, &mut faults);
    let state = discussion_state(message.state, &mut faults);
    let people = people(message.people_wanted, limits, &mut faults);
    let view = View::read(message.view, View::Basic, &mut faults);
    let limit = page_size(message.page_size, limits, &mut faults);
    let min_revision = seal.min_revision(&message.min_revision, &mut faults);
    let (token, count, exact_spelling) = (message.page_token.clone(), message.include_total, message.exact_spelling);
    let rest = pb::FindDiscussionsRequest { page_size: 0, page_token: String::new(), min_revision: String::new(), ..message };
    let binding = Binding::new("FindDiscussions", asker, &rest);
    let position = seal.page_token(&binding, &token, &mut faults);
    let after = position.and_then(|position| documents_position(position, &mut faults));
    let asked = FindDiscussions { query, exact_spelling, filter, order, state, limit, after, count, people };
    faults.finish(Some((asked, min_revision, binding, view)))
}

fn people(wished: i32, limits: &Limits, faults: &mut Faults) -> usize {
    room("people_wanted", wished, 0, limits, faults)
}

fn room(field: &str, wished: i32, unsaid: usize, limits: &Limits, faults: &mut Faults) -> usize {
    match usize::try_from(wished) {
        Ok(0) => unsaid.min(limits.page_size_max),
        Ok(wished) => wished.min(limits.page_size_max),
        Err(_) => {
            faults.add(field, "must not be negative");
            unsaid
        }
    }
}

fn roles(numbers: &[i32], faults: &mut Faults) -> Vec<Role> {
    let mut roles = Vec::new();
    // There are only so many roles, so a longer list repeats some and is cut off by its first repetition.
    for (at, number) in numbers.iter().enumerate() {
        let field = format!("roles[{at}]");
        match read_role(&field, *number, faults) {
            Some(role) if roles.contains(&role) => {
                faults.add(field, "is listed already");
                break;
            }
            Some(role) => roles.push(role),
            None => {}
        }
    }
    roles
}

/// Whether units take turns.
fn diversity(number: i32, faults: &mut Faults) -> bool {
    let read = pb::ExpertDiversity::try_from(number);
    if read.is_err() {
        faults.add("diversity", format!("{number} is not a known diversity"));
    }
    read == Ok(pb::ExpertDiversity::Unit)
}

fn order(number: i32, faults: &mut Faults) -> Order {
    match pb::DocumentOrder::try_from(number) {
        Ok(pb::DocumentOrder::Unspecified | pb::DocumentOrder::Relevance) => Order::Relevance,
        Ok(pb::DocumentOrder::Newest) => Order::Newest,
        Ok(pb::DocumentOrder::LastActivity) => Order::Updated,
        Ok(pb::DocumentOrder::Reactions) => Order::Reactions,
        Err(_) => {
            faults.add("order", format!("{number} is not a known order"));
            Order::default()
        }
    }
}

fn discussion_order(number: i32, faults: &mut Faults) -> Order {
    match pb::DiscussionOrder::try_from(number) {
        Ok(pb::DiscussionOrder::Unspecified | pb::DiscussionOrder::Relevance) => Order::Relevance,
        Ok(pb::DiscussionOrder::LastActivity) => Order::Newest,
        Ok(pb::DiscussionOrder::Reactions) => Order::Reactions,
        Err(_) => {
            faults.add("order", format!("{number} is not a known order"));
            Order::default()
        }
    }
}

fn discussion_state(number: i32, faults: &mut Faults) -> ThreadState {
    match pb::DiscussionState::try_from(number) {
        Ok(pb::DiscussionState::Unspecified) => ThreadState::Any,
        Ok(pb::DiscussionState::Solved) => ThreadState::Solved,
        Ok(pb::DiscussionState::Unsolved) => ThreadState::Unsolved,
        Err(_) => {
            faults.add("state", format!("{number} is not a known state of discussions"));
            ThreadState::default()
        }
    }
}

fn experts_position(position: Position, faults: &mut Faults) -> Option<ExpertsPosition> {
    let read = match position {
        Position::Turn(turn, score, id, first_page) => {
            PersonName::from_id(&id).ok().map(|person| ExpertsPosition { turn, score, person, first_page })
        }
        Position::Score(..) | Position::Number(..) | Position::Id(_) | Position::Called(..) => None,
    };
    sound(read, faults)
}

fn documents_position(position: Position, faults: &mut Faults) -> Option<(After, Basis)> {
    let name = |id: &str| DocumentName::from_id(id).ok();
    let read = match position {
        Position::Score(score, id, first_page) => name(&id).map(|name| (After::Score(score, name), first_page)),
        Position::Number(number, id, first_page) => name(&id).map(|name| (After::Number(number, name), first_page)),
        Position::Turn(..) | Position::Id(_) | Position::Called(..) => None,
    };
    sound(read, faults)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::app::{FieldFault, Identity, Pass};
    use crate::domain::Moment;

    pub(in crate::grpc::discovery) fn seal() -> Seal {
        Seal::new(&Identity { epoch: 1, sealing_key: [7; 32] }, getrandom::fill)
    }

    pub(in crate::grpc::discovery) fn limits() -> Limits {
        Limits {
            query_bytes: 1_024,
            query_terms: 32,
            query_clauses: 64,
            query_depth: 8,
            page_size_default: 20,
            page_size_max: 100,
            window: 1_000,
            document_text_bytes: 1 << 20,
            title_bytes: 1_024,
            audience_principals: 1_000,
            asker_groups: 2_048,
            hashtags_per_document: 64,
            people_per_document: 256,
            batch: 500,
            sweep_batch: 500,
            filter_values: 2,
            community_members: 1_000,
            reactors_per_document: 10_000,
            description_words: 500,
            snippet_chars: 240,
            evidence_per_person: 5,
            endorsements_per_person: 2_000,
            topics_per_person: 50,
            alias_links_per_person: 1_000,
            matches_per_discussion: 3,
            participants_per_discussion: 10,
            prefix_expansions: 128,
            misspelt_words: 3,
            relax_below: 10,
            synonym_sets: 5_000,
            curations: 5_000,
            facet_values: 100,
        }
    }

    pub(in crate::grpc::discovery) fn fields<T: std::fmt::Debug>(read: Result<T, AppError>) -> Vec<String> {
        match read {
            Err(AppError::Invalid(faults)) => faults.into_iter().map(|FieldFault { field, .. }| field).collect(),
            other => panic!("a bad request was taken: {other:?}"),
        }
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let bad = pb::DocumentFilter { kinds: vec![77], people: vec!["ada".to_owned()], ..Default::default() };
        let nonsense = || "nonsense".to_owned();
        let documents = pb::FindDocumentsRequest {
            filter: Some(bad.clone()),
            order: 9,
            view: 9,
            page_size: -1,
            page_token: nonsense(),
            min_revision: nonsense(),
            people_wanted: -1,
            ..Default::default()
        };
        let named = fields(read_documents(documents, &Asker::anonymous(), &limits(), &seal()).map(|_| ()));
        let of_pages = ["filter.kinds[0]", "filter.people[0]", "order", "view", "page_size", "page_token", "min_revision"];
        for field in of_pages.into_iter().chain(["people_wanted"]) {
            assert!(named.contains(&field.to_owned()), "{field} in {named:?}");
        }
        let discussions = pb::FindDiscussionsRequest {
            filter: Some(bad.clone()),
            order: 9,
            state: 9,
            view: 9,
            page_size: -1,
            people_wanted: -1,
            page_token: nonsense(),
            min_revision: nonsense(),
            ..Default::default()
        };
        let named = fields(read_discussions(discussions, &Asker::anonymous(), &limits(), &seal()).map(|_| ()));
        for field in of_pages.into_iter().chain(["state", "people_wanted"]) {
            assert!(named.contains(&field.to_owned()), "{field} in {named:?}");
        }
        let experts = pb::FindExpertsRequest {
            query: " ".to_owned(),
            filter: Some(bad),
            roles: vec![1, 99, 1],
            min_relevance: Some(f64::NAN),
            page_size: -1,
            page_token: nonsense(),
            min_revision: nonsense(),
            people_filter: Some(pb::PeopleFilter { kinds: vec![9], units: vec![String::new()], ..Default::default() }),
            active_since: Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 }),
            exclude_asker: true,
            diversity: 9,
            query_mode: 9,
        };
        let named = fields(read_experts(experts, &Asker::anonymous(), &limits(), &seal()).map(|_| ()));
        let of_people = ["people_filter.kinds[0]", "people_filter.units[0]", "active_since", "diversity", "query_mode"];
        for field in
            ["query", "filter.kinds[0]", "roles[1]", "roles[2]", "min_relevance", "page_size", "page_token", "min_revision"]
                .into_iter()
                .chain(of_people)
        {
            assert!(named.contains(&field.to_owned()), "{field} in {named:?}");
        }
        let search = pb::SearchRequest {
            experts_wanted: -1,
            documents_wanted: -1,
            people_wanted: -1,
            communities_wanted: -1,
            discussions_wanted: -1,
            view: 9,
            ..Default::default()
        };
        let named = fields(read_search(&search, &limits(), &seal()).map(|_| ()));
        let rooms = ["experts_wanted", "documents_wanted", "discussions_wanted", "people_wanted", "communities_wanted"];
        assert_eq!(named, [&["query"][..], &rooms[..], &["view"]].concat());
    }

    #[test]
    fn rooms_default_and_clamp() {
        for (wished, expected) in [(0, [3, 5, 3, 3, 3]), (1, [1; 5]), (1_000, [100; 5])] {
            let message = pb::SearchRequest {
                query: "tides".to_owned(),
                experts_wanted: wished,
                documents_wanted: wished,
                people_wanted: wished,
                communities_wanted: wished,
                discussions_wanted: wished,
                ..Default::default()
            };
            let (asked, wanted, view) = read_search(&message, &limits(), &seal()).unwrap();
            let rooms = [asked.experts, asked.documents, asked.discussions, asked.people, asked.communities];
            assert_eq!(rooms, expected);
            assert_eq!((wanted, view), (Wanted::Anything, View::Basic));
        }
    }

    #[test]
    fn a_query_is_read_as_its_mode_says() {
        let read = |query: &str, mode: pb::QueryMode| {
            let message = pb::FindDocumentsRequest { query: query.to_owned(), query_mode: mode.into(), ..Default::default() };
            read_documents(message, &Asker::anonymous(), &limits(), &seal()).map(|(asked, ..)| asked.query)
        };
        for mode in [pb::QueryMode::Unspecified, pb::QueryMode::Lenient] {
            let typed = read("(Tides kind:foo", mode).unwrap();
            assert_eq!((typed.tree.to_string().as_str(), typed.notes.len()), ("tides", 2));
        }
        assert_eq!(read("Tides kind:page", pb::QueryMode::Strict).unwrap().tree.to_string(), "tides kind:page");
        assert_eq!(read("(Tides kind:page", pb::QueryMode::Plain).unwrap().tree.to_string(), "tides kind page");
        let Err(AppError::Invalid(faults)) = read("(Tides kind:foo", pb::QueryMode::Strict) else { panic!("two faults") };
        let told: Vec<(&str, &str)> =
            faults.iter().map(|fault| (fault.field.as_str(), fault.description.split(": ").next().unwrap())).collect();
        assert_eq!(told, [("query", "character 1"), ("query", "characters 13 to 15")]);
        for mode in [pb::QueryMode::Lenient, pb::QueryMode::Strict] {
            assert_eq!(fields(read(&"(".repeat(1_000), mode).map(|_| ())), ["query"]);
        }
    }

    #[test]
    fn a_page_token_holds_whatever_the_size_of_the_page() {
        let ask = |page_size, page_token: &str, order: pb::DocumentOrder| {
            let message = pb::FindDocumentsRequest {
                query: "tides".to_owned(),
                order: order.into(),
                page_size,
                page_token: page_token.to_owned(),
                ..Default::default()
            };
            read_documents(message, &Asker::anonymous(), &limits(), &seal())
        };
        let (first, _, binding, _) = ask(3, "", pb::DocumentOrder::Relevance).unwrap();
        assert_eq!((first.limit, first.after), (3, None));
        let token = seal()
            .page(
                &binding,
                &Position::Score(
                    1.5,
                    "a".to_owned(),
                    Basis { documents: 7, lengths: [8, 9], frequencies: vec![1], pass: Pass::Relaxed, now: Moment::MAX },
                ),
            )
            .unwrap();
        let (next, ..) = ask(5, &token, pb::DocumentOrder::Relevance).unwrap();
        let name = DocumentName::from_id("a").unwrap();
        assert_eq!(
            (next.limit, next.after),
            (
                5,
                Some((
                    After::Score(1.5, name),
                    Basis { documents: 7, lengths: [8, 9], frequencies: vec![1], pass: Pass::Relaxed, now: Moment::MAX }
                ))
            )
        );
        assert_eq!(fields(ask(5, &token, pb::DocumentOrder::Newest).map(|_| ())), ["page_token"]);
        let list = seal().page(&binding, &Position::Id("a".to_owned())).unwrap();
        assert_eq!(fields(ask(5, &list, pb::DocumentOrder::Relevance).map(|_| ())), ["page_token"]);
    }
}
