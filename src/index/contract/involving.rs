//! What every index promises of how many documents involve people.
//!
//! Proved here: 1. every role but being mentioned counts, and a document once; 2. only what the sight admits counts, at once when
//! rights are taken away; 3. several names of a person count together; 4. patience ends it.

use std::collections::BTreeSet;

use super::{anonymous, document, filled, name, person, run, signed_in, world};
use crate::access::Sight;
use crate::domain::{Audience, Document, Participation, Revision, Role};
use crate::index::{AskInvolving, Index, IndexChange, IndexError, Patience, Revocation};

fn with(people: &[(&str, Role)], made: Document) -> Document {
    let people = people.iter().map(|(id, role)| Participation { person: person(id), role: *role }).collect();
    Document { people, ..made }
}

fn ask(sight: Sight, people: &[&[&str]]) -> AskInvolving {
    let people = people.iter().map(|names| names.iter().map(|id| person(id)).collect::<BTreeSet<_>>()).collect();
    AskInvolving { people, sight, patience: Patience::default() }
}

#[test]
fn documents_count_that_involve_somebody_and_may_be_seen() {
    run(async |index| {
        let ada = [("ada", Role::Author), ("ada", Role::Answerer), ("bo", Role::Mentioned)];
        filled(&index, [with(&ada, world("a", "tide")), with(&[("bo", Role::Asker)], world("b", "dock"))], 1).await;
        let hidden = with(&[("ada", Role::Reviewer), ("bo", Role::Author)], document("c", "tide", Audience::organization()));
        let both = with(&[("cy", Role::Author), ("ada", Role::Contributor)], world("d", "tide"));
        filled(&index, [hidden, both], 2).await;
        let people: &[&[&str]] = &[&["bo"], &["ada"], &["nobody"], &["ada", "cy"], &["ada", "bo"], &[]];
        assert_eq!(index.involving(ask(anonymous(), people)).await.unwrap(), [1, 2, 0, 2, 3, 0]);
        assert_eq!(index.involving(ask(signed_in("di"), people)).await.unwrap(), [2, 3, 0, 3, 4, 0]);
        index.revoke(vec![Revocation { document: name("a"), gates: None, revision: Revision(3) }]);
        assert_eq!(index.involving(ask(anonymous(), people)).await.unwrap(), [1, 1, 0, 1, 2, 0]);
        index.apply(vec![IndexChange::Delete(name("a"))]).await.unwrap();
        index.commit(Revision(3)).await.unwrap();
        assert_eq!(index.involving(ask(signed_in("di"), people)).await.unwrap(), [2, 2, 0, 2, 3, 0]);
    });
}

#[test]
fn patience_ends_it() {
    run(async |index| {
        filled(&index, [with(&[("ada", Role::Author)], world("a", "tide"))], 1).await;
        let patience = Patience::until(Some(std::time::Instant::now()));
        let outcome = index.involving(AskInvolving { patience, ..ask(anonymous(), &[&["ada"]]) }).await;
        assert!(matches!(outcome, Err(IndexError::TimedOut)));
    });
}
