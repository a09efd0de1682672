//! Finding people who share interests: requests, checked whole, and answers.
//!
//! Proved below: 1. everything wrong is named at once; 2. a page token brings back the place, and holds for nothing else; 3. why nobody
//! is named keeps its meaning.

use super::around::{page_token, sound, warning};
use super::told::count;
use crate::access::Asker;
use crate::app::{AppError, FindPeers, InterestFound, Limits, PeerFound, PeersFound, PeersPosition, SharedFound};
use crate::domain::{PersonName, ResourceName};
use crate::grpc::call::Door;
use crate::grpc::convert::{Faults, card, page_size, people_filter};
use crate::grpc::pb;
use crate::grpc::seal::{Binding, Position, Seal, Wanted};
use crate::grpc::status::Refusal;

/// Whose peers are asked for, and what the next page's token will hold for.
pub(super) fn asked(message: pb::FindPeersRequest, asker: &Asker, door: &Door) -> Result<(FindPeers, Wanted, Binding), AppError> {
    read(message, asker, door.limits(), &door.seal)
}

fn read(
    message: pb::FindPeersRequest,
    asker: &Asker,
    limits: &Limits,
    seal: &Seal,
) -> Result<(FindPeers, Wanted, Binding), AppError> {
    let mut faults = Faults::default();
    let person = (!message.person.is_empty()).then(|| faults.name("person", &message.person)).flatten();
    let (people, communities) = people_filter("people_filter", message.people_filter.as_ref(), limits, &mut faults);
    let limit = page_size(message.page_size, limits, &mut faults);
    let min_revision = seal.min_revision(&message.min_revision, &mut faults);
    let token = message.page_token.clone();
    let rest = pb::FindPeersRequest { page_size: 0, page_token: String::new(), min_revision: String::new(), ..message };
    let binding = Binding::new("FindPeers", asker, &rest);
    let position = seal.page_token(&binding, &token, &mut faults);
    let after = position.and_then(|position| sound(place(position), &mut faults));
    faults.finish(Some((FindPeers { person, people, communities, limit, after }, min_revision, binding)))
}

fn place(position: Position) -> Option<PeersPosition> {
    match position {
        Position::Score(similarity, id, first_page) => {
            PersonName::from_id(&id).ok().map(|person| PeersPosition { similarity, person, first_page })
        }
        Position::Turn(..) | Position::Number(..) | Position::Id(_) | Position::Called(..) => None,
    }
}

/// A page of people.
pub(super) fn told(found: PeersFound, binding: &Binding, seal: &Seal) -> Result<pb::FindPeersResponse, Refusal> {
    let reason = abstention(&found);
    let next = found.next.map(|next| Position::Score(next.similarity, next.person.id().to_owned(), next.first_page));
    Ok(pb::FindPeersResponse {
        peers: found.peers.into_iter().map(peer).collect(),
        next_page_token: page_token(next.as_ref(), binding, seal)?,
        topics: found.interests.iter().map(interest).collect(),
        abstained: found.abstained,
        abstention_reason: reason.into(),
        warnings: found.warnings.into_iter().map(warning).collect(),
        revision: seal.revision(found.revision)?,
    })
}

fn abstention(found: &PeersFound) -> pb::AbstentionReason {
    match (found.abstained, found.matched) {
        (false, _) => pb::AbstentionReason::Unspecified,
        (true, false) => pb::AbstentionReason::NoEvidence,
        (true, true) => pb::AbstentionReason::TooLittleEvidence,
    }
}

fn interest(found: &InterestFound) -> pb::Interest {
    pb::Interest {
        topic: found.topic.as_str().to_owned(),
        document_count: documents(found.documents),
        declared: found.declared,
        weight: found.weight,
    }
}

fn peer(found: PeerFound) -> pb::PeerHit {
    pb::PeerHit {
        person: Some(card(found.person)),
        similarity: found.similarity,
        reasons: found.reasons,
        shared_topics: found.shared.iter().map(shared_topic).collect(),
        other_count: count(found.other_count),
        other_contribution: found.other_contribution,
    }
}

fn shared_topic(found: &SharedFound) -> pb::SharedTopic {
    pb::SharedTopic {
        topic: found.topic.as_str().to_owned(),
        document_count: documents(found.documents),
        peer_document_count: documents(found.peer_documents),
        contribution: found.contribution,
    }
}

/// A number of documents, of which no index holds more than this type.
fn documents(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Basis;
    use crate::domain::Revision;
    use crate::grpc::discovery::asked::tests::{fields, limits, seal};

    fn ask(person: &str, page_size: i32, page_token: &str) -> Result<(FindPeers, Wanted, Binding), AppError> {
        let (person, page_token) = (person.to_owned(), page_token.to_owned());
        let message = pb::FindPeersRequest { person, page_size, page_token, ..Default::default() };
        read(message, &Asker::anonymous(), &limits(), &seal())
    }

    #[test]
    fn everything_wrong_is_named_at_once() {
        let request = pb::FindPeersRequest {
            person: "ada".to_owned(),
            people_filter: Some(pb::PeopleFilter { kinds: vec![9], units: vec![String::new()], ..Default::default() }),
            page_size: -1,
            page_token: "nonsense".to_owned(),
            min_revision: "nonsense".to_owned(),
        };
        let named = fields(read(request, &Asker::anonymous(), &limits(), &seal()).map(|_| ()));
        let expected = ["person", "people_filter.kinds[0]", "people_filter.units[0]", "page_size", "min_revision", "page_token"];
        assert_eq!(named, expected);
    }

    #[test]
    fn a_page_token_brings_back_the_place() {
        let (first, _, binding) = ask("people/bo", 3, "").unwrap();
        assert_eq!((first.limit, first.after, first.person), (3, None, PersonName::from_id("bo").ok()));
        let frequencies = (0..64).collect();
        let place = PeersPosition {
            similarity: 0.75,
            person: PersonName::from_id("ada").unwrap(),
            first_page: Basis { documents: 9, frequencies, ..Basis::default() },
        };
        let position = Position::Score(place.similarity, "ada".to_owned(), place.first_page.clone());
        let token = seal().page(&binding, &position).unwrap();
        assert_eq!(ask("people/bo", 5, &token).unwrap().0.after, Some(place));
        assert_eq!(fields(ask("", 5, &token)), ["page_token"]);
        let list = seal().page(&binding, &Position::Id("ada".to_owned())).unwrap();
        assert_eq!(fields(ask("people/bo", 5, &list)), ["page_token"]);
    }

    #[test]
    fn why_nobody_is_named_keeps_its_meaning() {
        let (_, _, binding) = ask("people/bo", 3, "").unwrap();
        let reason = |abstained, matched| {
            let found = PeersFound {
                peers: Vec::new(),
                next: None,
                interests: Vec::new(),
                abstained,
                matched,
                warnings: Vec::new(),
                revision: Revision(1),
            };
            told(found, &binding, &seal()).unwrap().abstention_reason()
        };
        assert_eq!(reason(true, false), pb::AbstentionReason::NoEvidence);
        assert_eq!(reason(true, true), pb::AbstentionReason::TooLittleEvidence);
        assert_eq!(reason(false, true), pb::AbstentionReason::Unspecified);
    }
}
