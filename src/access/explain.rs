//! Why somebody may read a document or not, audience by audience, in words that a moderator understands.
//!
//! Proved below: 1. everything is passed exactly where the document may be read; 2. each sentence says what decided.

use super::Sight;
use crate::domain::{Audience, Document, Grant, Principals};

/// Which audience stands before a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gate {
    /// What its writer said.
    Document,
    /// What caretakers of its community limited it to.
    Moderation,
    /// What stands before the document that opened its thread.
    Thread,
}

/// One audience before a document, against one sight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which audience.
    pub gate: Gate,
    /// The audience.
    pub audience: Audience,
    /// Whether the sight is in it.
    pub passed: bool,
    /// What of its grant stands for the asker; empty where the grant lists nobody.
    pub granted_by: Principals,
    /// What of its denies stands for the asker.
    pub denied_by: Principals,
    signed_in: bool,
}

impl Sight {
    /// One verdict for each audience that stands before a document, in the order of its gates.
    #[must_use]
    pub fn explain(&self, document: &Document) -> Vec<Verdict> {
        let own = (Gate::Document, document.audience.clone());
        let moderation = document.moderated_audience().map(|audience| (Gate::Moderation, audience));
        let thread = document.inherited.iter().map(|audience| (Gate::Thread, audience.clone()));
        [own].into_iter().chain(moderation).chain(thread).map(|(gate, audience)| self.verdict(gate, audience)).collect()
    }

    fn verdict(&self, gate: Gate, audience: Audience) -> Verdict {
        let granted_by = match &audience.grant {
            Grant::World | Grant::Organization => Principals::new(),
            Grant::Restricted(to) => self.among(to),
        };
        Verdict {
            gate,
            passed: self.admits(&audience),
            granted_by,
            denied_by: self.among(&audience.denies),
            signed_in: self.signed_in(),
            audience,
        }
    }
}

impl Verdict {
    /// The verdict as a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let subject = match self.gate {
            Gate::Document => "the document",
            Gate::Moderation => "the caretakers' limit",
            Gate::Thread => "the thread",
        };
        if !self.denied_by.is_empty() {
            return format!("{subject} is denied to {}", listed(&self.denied_by));
        }
        match &self.audience.grant {
            Grant::World => format!("{subject} is open to the world"),
            Grant::Organization if self.signed_in => format!("{subject} is open to everybody signed in"),
            Grant::Organization => format!("{subject} is open to everybody signed in, and this is somebody who is not"),
            Grant::Restricted(to) if to.is_empty() => format!("{subject} is open to nobody"),
            Grant::Restricted(to) if self.granted_by.is_empty() => {
                format!("{subject} is open to {} only", listed(to))
            }
            Grant::Restricted(_) => format!("{subject} is open to {}", listed(&self.granted_by)),
        }
    }
}

/// Most principals that a sentence names.
const NAMED: usize = 5;

fn listed(principals: &Principals) -> String {
    let mut names: Vec<String> = principals.iter().take(NAMED).map(ToString::to_string).collect();
    if principals.len() > NAMED {
        names.push(format!("{} more", principals.len() - NAMED));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::sight::tests::{askers, audiences, document, group, memberships, person};
    use super::*;

    #[test]
    fn everything_is_passed_exactly_where_the_document_may_be_read() {
        let audiences = audiences();
        for (at, audience) in audiences.iter().enumerate() {
            let mut document = document(audience.clone());
            document.moderation = (at % 2 == 0).then(|| audiences[(at * 5) % audiences.len()].clone());
            document.inherited = audiences.iter().skip(at).step_by(7).cloned().collect();
            for sight in askers(&memberships()) {
                let verdicts = sight.explain(&document);
                assert_eq!(verdicts.iter().all(|verdict| verdict.passed), sight.may_read(&document), "{document:?}");
                assert_eq!(verdicts.len(), 1 + usize::from(at % 2 == 0) + document.inherited.len());
            }
        }
    }

    #[test]
    fn each_sentence_says_what_decided() {
        let [anonymous, ada, bo, _] = askers(&memberships());
        let said = |sight: &Sight, audience: Audience| sight.explain(&document(audience))[0].sentence();
        assert_eq!(said(&anonymous, Audience::world()), "the document is open to the world");
        assert!(said(&anonymous, Audience::organization()).ends_with("somebody who is not"));
        assert_eq!(said(&ada, Audience::organization()), "the document is open to everybody signed in");
        assert_eq!(said(&ada, Audience::restricted([])), "the document is open to nobody");
        let board = Audience::restricted([group("board"), person("cy")]);
        assert_eq!(said(&ada, board.clone()), "the document is open to groups/board");
        assert_eq!(said(&bo, board.clone()), "the document is open to groups/board, people/cy only");
        assert_eq!(said(&ada, board.denying([person("ada")])), "the document is denied to people/ada");
        let many = Audience::restricted((0..7).map(|at| person(&format!("p{at}"))));
        assert!(said(&ada, many).ends_with("people/p4, 2 more only"));
        let mut moderated = document(Audience::world());
        moderated.moderation = Some(Audience::restricted([]));
        moderated.inherited = vec![Audience::organization()];
        let sentences: Vec<String> = bo.explain(&moderated).iter().map(Verdict::sentence).collect();
        assert_eq!(
            sentences[1..],
            ["the caretakers' limit is open to communities/tides/caretakers only", "the thread is open to everybody signed in",]
        );
    }
}
