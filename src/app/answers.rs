//! Accepted answers: which reply of a thread answered it.
//!
//! What is accepted is a word of the reply itself, so that whoever may not read the reply learns nothing of it. Moving it writes
//! every reply that changes in one commit, which holds only while the root, the other replies and their number are what they
//! were: of two who accept at once, one is prepared anew. Sources may bring several; the first to accept here leaves one.

use super::writes::{Acknowledged, Draft, Shown, WriteOptions};
use super::{App, AppError, Call, SeenDocument};
use crate::access::Scope;
use crate::domain::{Document, DocumentName, Participation, PersonName, Record, RecordKey, Role};
use crate::storage::ledger::{Expect, Operation, Stored};

/// How many replies are read at a time.
const BATCH: usize = 500;
/// Who may accept an answer.
const NEEDS: &str = "the opener of the thread or a caretaker";
/// What can be accepted.
const A_REPLY: &str = "a reply";

/// Whether an answer is accepted or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// It answers the thread, and no other reply does.
    Accept,
    /// It does not, after all.
    Withdraw,
}

impl App {
    /// Marks a reply as the accepted answer of its thread, or takes that back. Its moments stay: nothing that is written changed.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`]; [`AppError::NotFound`] where the reply is missing or hidden from the asker;
    /// [`AppError::WrongKind`] where it is no reply; [`AppError::NotAllowed`] to others than who opened the thread, caretakers of
    /// its community and holders of the write scope; [`AppError::RootMissing`]; and what [`App`]'s writes share.
    pub async fn accept_answer(
        &self,
        call: &Call,
        name: &DocumentName,
        acceptance: Acceptance,
        options: &WriteOptions,
    ) -> Result<Acknowledged<Shown<SeenDocument>>, AppError> {
        // Asked before anything is said about a repeated request.
        self.answer_to(call, name, self.document(name).await?).await?;
        let prepare = |present: Option<Record>, _| async move {
            let (mut reply, root) = self.answer_to(call, name, present.and_then(Record::into_document)).await?;
            let beside = match acceptance {
                Acceptance::Accept => self.alone_accepted(name, root).await?,
                Acceptance::Withdraw => Vec::new(),
            };
            mark(&mut reply, acceptance);
            Ok(Draft { record: Record::Document(reply), beside })
        };
        let done = self.change(RecordKey::Document(name.clone()), options, prepare).await?;
        self.seen_written(call, done, name).await
    }

    /// The reply and the root of its thread, where the asker may say what answers it.
    async fn answer_to(&self, call: &Call, name: &DocumentName, reply: Option<Document>) -> Result<(Document, Stored), AppError> {
        let privileged = call.asker.holds(Scope::Write);
        if call.asker.name().is_none() && !privileged {
            return Err(AppError::Unauthenticated);
        }
        let sight = self.sight(call);
        let reply = reply.filter(|reply| privileged || sight.may_read(reply)).ok_or_else(|| AppError::not_found(name))?;
        let Some(place) = &reply.thread else {
            return Err(AppError::WrongKind { name: name.to_string(), needs: A_REPLY });
        };
        // Who may read the reply may read its root.
        let stored = self.backends.ledger.get(&RecordKey::Document(place.root.clone())).await?;
        let root = stored.as_ref().and_then(|stored| match &stored.record {
            Record::Document(root) => Some(root),
            Record::Person(_) | Record::Community(_) | Record::SynonymSet(_) | Record::Curation(_) => None,
        });
        let opened = root.is_some_and(|root| opened(root, |person| self.is_themselves(call, person)));
        let caretaker = root.and_then(|root| root.community.as_ref()).is_some_and(|of| sight.takes_care_of(of));
        if !(privileged || opened || caretaker) {
            return Err(AppError::NotAllowed { name: name.to_string(), needs: NEEDS });
        }
        stored.map(|root| (reply, root)).ok_or_else(|| AppError::RootMissing { name: name.to_string() })
    }

    /// What must happen and hold so that a reply is the only one accepted in its thread.
    async fn alone_accepted(&self, name: &DocumentName, root: Stored) -> Result<Vec<Operation>, AppError> {
        let ledger = &self.backends.ledger;
        let Record::Document(opener) = root.record else { return Ok(Vec::new()) };
        let joined = ledger.thread_joined(&opener.name).await?;
        let key = RecordKey::Document(opener.name.clone());
        let mut beside = vec![
            Operation::Require { key, expect: Expect::Revision(root.revision) },
            Operation::RequireThread { root: opener.name.clone(), joined },
        ];
        let mut after: Option<String> = None;
        loop {
            let page = ledger.replies(&opener.name, after.as_deref(), BATCH).await?;
            after = page.last().map(|stored| stored.record.key().id().to_owned());
            let last = page.len() < BATCH;
            beside.extend(page.into_iter().filter_map(|stored| not_accepted(stored, name)));
            if last {
                return Ok(beside);
            }
        }
    }
}

/// Whether somebody opened a thread.
fn opened(root: &Document, is_asker: impl Fn(&PersonName) -> bool) -> bool {
    root.people.iter().any(|of| matches!(of.role, Role::Author | Role::Asker) && is_asker(&of.person))
}

/// That another reply than the named one is not accepted, or no longer.
fn not_accepted(stored: Stored, named: &DocumentName) -> Option<Operation> {
    let expect = Expect::Revision(stored.revision);
    let Record::Document(mut other) = stored.record else { return None };
    if other.name == *named {
        return None;
    }
    if !other.accepted {
        return Some(Operation::Require { key: RecordKey::Document(other.name), expect });
    }
    mark(&mut other, Acceptance::Withdraw);
    Some(Operation::Put { record: Box::new(Record::Document(other)), expect })
}

/// Says of a reply whether it is accepted, and so of its people as what they wrote it.
fn mark(reply: &mut Document, acceptance: Acceptance) {
    let (before, now) = match acceptance {
        Acceptance::Accept => (Role::Author, Role::Answerer),
        Acceptance::Withdraw if reply.accepted => (Role::Answerer, Role::Author),
        Acceptance::Withdraw => return,
    };
    reply.accepted = acceptance == Acceptance::Accept;
    for people in [&mut reply.people, &mut reply.given.people] {
        let in_role = |of: &mut Participation| of.role = if of.role == before { now } else { of.role };
        people.iter_mut().for_each(in_role);
        people.sort_unstable();
        people.dedup();
    }
}

#[cfg(test)]
mod tests {
    //! Proved: 1. accepting and withdrawing are each other's inverse for writers, and leave others alone; 2. a reply that was never
    //! accepted keeps its people when that is withdrawn.
    use super::*;
    use crate::domain::{Audience, Kind, Moment, ResourceName};

    fn reply(people: &[(&str, Role)], accepted: bool) -> Document {
        let name = DocumentName::from_id("r").unwrap();
        let mut reply = Document::new(name, Kind::Reply, Audience::world(), Moment::default());
        let participation = |(id, role): &(&str, Role)| Participation { person: PersonName::from_id(id).unwrap(), role: *role };
        reply.given.people = people.iter().map(participation).collect();
        reply.people = reply.given.people.clone();
        reply.people.push(Participation { person: PersonName::from_id("zed").unwrap(), role: Role::Mentioned });
        Document { accepted, ..reply }
    }

    #[test]
    fn withdrawing_undoes_accepting() {
        let before = reply(&[("ada", Role::Author), ("bo", Role::Contributor), ("cy", Role::Author)], false);
        let mut marked = before.clone();
        mark(&mut marked, Acceptance::Accept);
        assert_eq!(marked, reply(&[("ada", Role::Answerer), ("bo", Role::Contributor), ("cy", Role::Answerer)], true));
        mark(&mut marked, Acceptance::Accept);
        mark(&mut marked, Acceptance::Withdraw);
        assert_eq!(marked, before);
    }

    #[test]
    fn nobody_is_in_a_role_twice() {
        let mut marked = reply(&[("ada", Role::Author), ("ada", Role::Answerer)], false);
        mark(&mut marked, Acceptance::Accept);
        assert_eq!(marked, reply(&[("ada", Role::Answerer)], true));
    }

    #[test]
    fn what_was_never_accepted_keeps_its_people() {
        let mut marked = reply(&[("ada", Role::Answerer)], false);
        mark(&mut marked, Acceptance::Withdraw);
        assert_eq!(marked, reply(&[("ada", Role::Answerer)], false));
    }
}
