//! Reactions of people to documents: each person once in a kind.
//!
//! They stand beside what the writer and the source said, so neither an import nor a change undoes them, and they move neither the
//! document's moments nor its etag. Who reacted is told to nobody but themselves.

use std::collections::BTreeSet;

use super::writes::{Acknowledged, Draft, Shown, WriteOptions};
use super::{App, AppError, Call, FieldFault, SeenDocument};
use crate::domain::{Document, DocumentName, PersonName, Record, RecordKey};

/// Most kinds of reactions to a document, its source's included; part of what the API promises, so no setting.
const KINDS: usize = 64;

/// A reaction of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// The asker reacts so.
    Give(String),
    /// The asker does not, after all.
    Withdraw(String),
}

impl App {
    /// Reacts to a document, or takes that back.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`]; [`AppError::NotFound`] where the document is missing or hidden from the asker;
    /// [`AppError::Invalid`] where it has as many reactions or kinds of them as it may have; and what [`App`]'s writes share.
    pub async fn react(
        &self,
        call: &Call,
        name: &DocumentName,
        reaction: &Reaction,
        options: &WriteOptions,
    ) -> Result<Acknowledged<Shown<SeenDocument>>, AppError> {
        let person = &self.person_of(call.asker.name().ok_or(AppError::Unauthenticated)?);
        let read = |document: Option<Document>| {
            document.filter(|document| self.sight(call).may_read(document)).ok_or_else(|| AppError::not_found(name))
        };
        // Asked before anything is said about a repeated request.
        read(self.document(name).await?)?;
        let most = self.settings.limits.reactors_per_document;
        let change = |present: Option<Record>, _| {
            let document = read(present.and_then(Record::into_document));
            let document = document.and_then(|document| reacted(document, person, reaction, most));
            std::future::ready(document.map(|document| Draft::alone(Record::Document(document))))
        };
        let done = self.change(RecordKey::Document(name.clone()), options, change).await?;
        self.seen_written(call, done, name).await
    }
}

/// A document after a reaction of somebody; the same where it makes no difference.
fn reacted(mut document: Document, person: &PersonName, reaction: &Reaction, most: usize) -> Result<Document, AppError> {
    match reaction {
        Reaction::Withdraw(kind) => {
            if let Some(people) = document.reacted.get_mut(kind) {
                people.remove(person);
                document.reacted.retain(|_, people| !people.is_empty());
            }
        }
        Reaction::Give(kind) if document.reacted.get(kind).is_some_and(|people| people.contains(person)) => {}
        Reaction::Give(kind) => {
            let faults = faults(&document, kind, most);
            if !faults.is_empty() {
                return Err(AppError::Invalid(faults));
            }
            document.reacted.entry(kind.clone()).or_default().insert(person.clone());
        }
    }
    Ok(document)
}

/// Why a document has no room for one more reaction of a kind.
fn faults(document: &Document, kind: &str, most: usize) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let given: usize = document.reacted.values().map(BTreeSet::len).sum();
    if given >= most {
        let told = format!("has {given} reactions of people already; limits.reactors_per_document allows {most}");
        faults.push(FieldFault::new("name", told));
    }
    let kinds: BTreeSet<&str> = document.reactions.keys().chain(document.reacted.keys()).map(String::as_str).collect();
    if kinds.len() >= KINDS && !kinds.contains(kind) {
        faults.push(FieldFault::new("reaction", format!("is a new kind, and there are {KINDS} already; no more are allowed")));
    }
    faults
}

#[cfg(test)]
mod tests {
    //! 1. a person counts once in a kind, and withdrawing leaves nothing behind; 2. what is full takes no more, and still lets go.
    use super::*;
    use crate::domain::{Audience, Kind, Moment, ResourceName};

    fn person(at: usize) -> PersonName {
        PersonName::from_id(&format!("p{at}")).unwrap()
    }

    fn blank() -> Document {
        Document::new(DocumentName::from_id("d").unwrap(), Kind::Post, Audience::world(), Moment::default())
    }

    fn give(document: Document, at: usize, kind: &str) -> Result<Document, AppError> {
        reacted(document, &person(at), &Reaction::Give(kind.to_owned()), 3)
    }

    fn withdraw(document: Document, at: usize, kind: &str) -> Document {
        reacted(document, &person(at), &Reaction::Withdraw(kind.to_owned()), 3).unwrap()
    }

    fn fields(refused: Result<Document, AppError>) -> Vec<String> {
        let Err(AppError::Invalid(faults)) = refused else { panic!("taken: {refused:?}") };
        faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn a_person_counts_once_in_a_kind() {
        let imported = Document { reactions: [("like".to_owned(), 2), ("wow".to_owned(), 1)].into(), ..blank() };
        let once = give(imported.clone(), 1, "like").unwrap();
        let twice = give(once.clone(), 1, "like").unwrap();
        assert_eq!(once, twice);
        let more = give(give(twice, 2, "like").unwrap(), 1, "thanks").unwrap();
        let counts = [("like", 4), ("thanks", 1), ("wow", 1)].map(|(kind, count)| (kind.to_owned(), count));
        assert_eq!(more.reaction_counts(), counts.into());
        let gone = withdraw(withdraw(withdraw(more, 1, "like"), 1, "thanks"), 2, "like");
        assert_eq!(gone, imported);
        assert_eq!(withdraw(imported.clone(), 1, "like"), imported, "what its source counted is nobody's to take");
    }

    #[test]
    fn what_is_full_takes_no_more_and_lets_go() {
        let full = (0..3).fold(blank(), |document, at| give(document, at, "like").unwrap());
        assert_eq!(fields(give(full.clone(), 3, "like")), ["name"]);
        assert!(give(full.clone(), 2, "like").is_ok(), "who is counted already");
        assert!(give(withdraw(full, 0, "like"), 3, "like").is_ok());
        let kinds = Document { reactions: (0..KINDS).map(|at| (format!("k{at}"), 1)).collect(), ..blank() };
        assert_eq!(fields(give(kinds.clone(), 0, "like")), ["reaction"]);
        assert!(give(kinds, 0, "k7").is_ok());
    }
}
