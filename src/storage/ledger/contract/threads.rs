//! What every ledger promises of threads, and of writes that rest on what was read.
//!
//! Proved: 1. the replies of every root, and when a document last came into it, through random changes; 2. a reply that
//! changes, leaves or is deleted does not count as one that joined; 3. a required state holds or refuses, also one that the
//! same write made; 4. so does a thread; 5. checks alone make no revision, have outcomes, and are replayed; 6. a closed ledger
//! has no threads; 7. rewriting a thread misses no reply that joined meanwhile.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::*;
use crate::domain::ResourceName;

async fn ids_in(ledger: &dyn Ledger, root: &str, page: usize) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    loop {
        let replies = ledger.replies(&name(root), ids.last().map(String::as_str), page).await.unwrap();
        assert!(replies.len() <= page);
        if replies.is_empty() {
            return ids;
        }
        for stored in &replies {
            assert_eq!(ledger.get(&stored.record.key()).await.unwrap().as_ref(), Some(stored));
        }
        ids.extend(replies.iter().map(|stored| stored.record.key().id().to_owned()));
    }
}

async fn joined(ledger: &dyn Ledger, root: &str) -> u64 {
    ledger.thread_joined(&name(root)).await.unwrap().0
}

/// Prefixes of each other, bytes around the separators of keys, and one that is never written.
const IDS: [&str; 7] = ["a", "ab", "a-", "b", "-", "~", "c"];
const ROOTS: [&str; 5] = ["a", "ab", "a-", "~", "never"];

#[derive(Clone, Debug)]
enum Step {
    Put { id: &'static str, root: Option<&'static str>, body: u8 },
    Delete(&'static str),
}

impl Step {
    fn operation(&self) -> Operation {
        match self {
            Self::Put { id, root: Some(root), body } => put(reply(id, root, &body.to_string()), Expect::Any),
            Self::Put { id, root: None, body } => put(document(id, &body.to_string()), Expect::Any),
            Self::Delete(id) => delete(id, Expect::Any),
        }
    }
}

fn any_write() -> impl Strategy<Value = Vec<Step>> {
    let ids = || prop::sample::select(IDS.to_vec());
    let roots = prop::option::weighted(0.8, prop::sample::select(ROOTS.to_vec()));
    let step = prop_oneof![
        4 => (ids(), roots, 0..2_u8).prop_map(|(id, root, body)| Step::Put { id, root, body }),
        1 => ids().prop_map(Step::Delete),
    ];
    prop::collection::vec(step, 1..5)
}

/// What counting by hand gives.
#[derive(Default)]
struct Model {
    head: u64,
    documents: BTreeMap<&'static str, (Option<&'static str>, u8)>,
    joined: BTreeMap<&'static str, u64>,
}

impl Model {
    fn apply(&mut self, step: &Step) {
        match *step {
            Step::Put { id, root, body } => {
                let before = self.documents.insert(id, (root, body));
                if before == Some((root, body)) {
                    return;
                }
                self.head += 1;
                if let Some(root) = root.filter(|root| before.is_none_or(|(before, _)| before != Some(*root))) {
                    self.joined.insert(root, self.head);
                }
            }
            Step::Delete(id) => self.head += u64::from(self.documents.remove(id).is_some()),
        }
    }

    fn replies(&self, root: &str) -> Vec<&str> {
        self.documents.iter().filter(|(_, (its, _))| *its == Some(root)).map(|(id, _)| *id).collect()
    }
}

pub(super) async fn threads_follow_every_change(ledger: &dyn Ledger) {
    let mut runner = TestRunner::deterministic();
    let history = prop::collection::vec(any_write(), 120).new_tree(&mut runner).unwrap().current();
    let mut model = Model::default();
    let mut longest = 0;
    for (at, steps) in history.into_iter().enumerate() {
        let written = write(ledger, steps.iter().map(Step::operation).collect()).await.unwrap();
        for step in &steps {
            model.apply(step);
        }
        assert_eq!(written.revision.0, model.head);
        for root in ROOTS {
            let expected = model.replies(root);
            longest = longest.max(expected.len());
            assert_eq!(ids_in(ledger, root, 1 + at % 3).await, expected, "in {root} after {steps:?}");
            assert_eq!(joined(ledger, root).await, model.joined.get(root).copied().unwrap_or(0), "of {root} after {steps:?}");
        }
    }
    assert!(longest > 3, "the history fills threads");
}

pub(super) async fn only_those_that_come_count_as_joined(ledger: &dyn Ledger) {
    assert_eq!((joined(ledger, "r").await, ids_in(ledger, "r", 9).await), (0, vec![]));
    // The root itself comes later, and is not in its thread.
    write(ledger, vec![put(reply("a", "r", "one"), Expect::Absent)]).await.unwrap();
    write(ledger, vec![put(document("r", "root"), Expect::Absent)]).await.unwrap();
    assert_eq!((joined(ledger, "r").await, ids_in(ledger, "r", 9).await), (1, vec!["a".to_owned()]));
    write(ledger, vec![put(reply("a", "r", "two"), Expect::Any)]).await.unwrap();
    let mut elsewhere = reply("a", "r", "two");
    if let Record::Document(document) = &mut elsewhere {
        document.thread.as_mut().unwrap().parent = name("b");
    }
    write(ledger, vec![put(elsewhere, Expect::Any)]).await.unwrap();
    assert_eq!(joined(ledger, "r").await, 1);
    write(ledger, vec![put(reply("a", "s", "two"), Expect::Any)]).await.unwrap();
    assert_eq!([joined(ledger, "r").await, joined(ledger, "s").await], [1, 5]);
    assert!(ids_in(ledger, "r", 9).await.is_empty());
    write(ledger, vec![put(reply("a", "r", "two"), Expect::Any)]).await.unwrap();
    write(ledger, vec![delete("a", Expect::Any), delete("r", Expect::Any)]).await.unwrap();
    assert_eq!([joined(ledger, "r").await, joined(ledger, "s").await], [6, 5]);
    assert!(ids_in(ledger, "r", 9).await.is_empty());
    // Who comes again joined again, within one write too.
    write(ledger, vec![put(reply("a", "r", "two"), Expect::Any), delete("a", Expect::Any)]).await.unwrap();
    assert_eq!((joined(ledger, "r").await, ids_in(ledger, "r", 9).await), (9, vec![]));
    // The id to start after need not be in the thread, and may be anything.
    write(ledger, ["a", "c"].map(|id| put(reply(id, "r", "x"), Expect::Any)).into()).await.unwrap();
    for (after, expected) in [("", 2), ("a", 1), ("b", 1), ("c", 0), ("\u{0}", 2), ("\u{10ffff}", 0)] {
        assert_eq!(ledger.replies(&name("r"), Some(after), 9).await.unwrap().len(), expected, "after {after:?}");
    }
    assert!(ledger.replies(&name("r"), None, 0).await.unwrap().is_empty());
    // A refused write brings nobody in.
    let refused = vec![put(reply("d", "r", "x"), Expect::Any), delete("nothing", Expect::Present)];
    write(ledger, refused).await.unwrap_err();
    assert_eq!((joined(ledger, "r").await, ids_in(ledger, "r", 9).await.len()), (12, 2));
}

pub(super) async fn a_required_state_holds_or_refuses(ledger: &dyn Ledger) {
    write(ledger, vec![put(document("there", "one"), Expect::Any)]).await.unwrap();
    let resting_on = async |id: &str, expect: Expect| {
        let operations = vec![require(id, expect), put(document("new", &format!("{id}{expect:?}")), Expect::Any)];
        write(ledger, operations).await.map(|written| written.outcomes[0].clone()).map_err(|error| error.to_string())
    };
    for expect in [Expect::Any, Expect::Present, Expect::Revision(Revision(1))] {
        let outcome = Outcome { key: key("there"), revision: Revision(1), changed: false, existed: true };
        assert_eq!(resting_on("there", expect).await, Ok(outcome));
    }
    for expect in [Expect::Any, Expect::Absent] {
        let outcome = Outcome { key: key("gone"), revision: Revision::ZERO, changed: false, existed: false };
        assert_eq!(resting_on("gone", expect).await, Ok(outcome));
    }
    let refusals = [
        ("there", Expect::Absent, "documents/there exists already"),
        ("there", Expect::Revision(Revision(2)), "documents/there has changed since revision 2"),
        ("gone", Expect::Present, "documents/gone does not exist"),
        ("gone", Expect::Revision(Revision(1)), "documents/gone does not exist"),
    ];
    for (id, expect, text) in refusals {
        assert_eq!(resting_on(id, expect).await, Err(text.to_owned()));
    }
    assert_eq!(*ledger.head().borrow(), Revision(6));
    // What an earlier operation of the same write did counts.
    let changed = |expect| vec![put(document("there", "two"), Expect::Any), require("there", expect)];
    let stale = write(ledger, changed(Expect::Revision(Revision(1)))).await;
    assert!(matches!(stale, Err(LedgerError::Stale { key: of, expected: Revision(1) }) if of == key("there")));
    let gone = write(ledger, vec![delete("there", Expect::Any), require("there", Expect::Present)]).await;
    assert!(matches!(gone, Err(LedgerError::Missing { .. })));
    assert_eq!(ledger.get(&key("there")).await.unwrap().unwrap().revision, Revision(1));
    write(ledger, changed(Expect::Revision(Revision(7)))).await.unwrap();
    let deleted = write(ledger, vec![delete("there", Expect::Any), require("there", Expect::Absent)]).await.unwrap();
    assert_eq!(deleted.outcomes[1], Outcome { key: key("there"), revision: Revision(8), changed: false, existed: false });
}

pub(super) async fn a_required_thread_holds_or_refuses(ledger: &dyn Ledger) {
    let resting_on = async |root: &str, joined: u64| {
        let operations = vec![require_thread(root, joined), put(document("new", &format!("{root}{joined}")), Expect::Any)];
        write(ledger, operations).await.map(|written| written.outcomes[0].clone()).map_err(|error| error.to_string())
    };
    let unborn = Outcome { key: key("r"), revision: Revision::ZERO, changed: false, existed: false };
    assert_eq!(resting_on("r", 0).await, Ok(unborn));
    write(ledger, vec![put(document("r", "root"), Expect::Any), put(reply("a", "r", "x"), Expect::Any)]).await.unwrap();
    let born = Outcome { key: key("r"), revision: Revision(2), changed: false, existed: true };
    assert_eq!(resting_on("r", 3).await, Ok(born.clone()));
    for other in [0, 2, 4] {
        assert_eq!(resting_on("r", other).await, Err(format!("documents/r has changed since revision {other}")));
    }
    // Neither the root's nor a reply's own changes count, nor another thread's.
    let changes = vec![put(reply("a", "r", "y"), Expect::Any), put(reply("b", "a", "x"), Expect::Any), delete("a", Expect::Any)];
    write(ledger, changes).await.unwrap();
    assert_eq!(resting_on("r", 3).await, Ok(born));
    // What an earlier operation of the same write brought in counts, what a later one brings does not.
    let joins = put(reply("c", "r", "x"), Expect::Any);
    let stale = write(ledger, vec![joins.clone(), require_thread("r", 3)]).await;
    assert!(matches!(stale, Err(LedgerError::Stale { key: of, expected: Revision(3) }) if of == key("r")));
    let head = ledger.head().borrow().0;
    write(ledger, vec![joins.clone(), require_thread("r", head + 1)]).await.unwrap();
    write(ledger, vec![require_thread("r", head + 1), put(reply("d", "r", "x"), Expect::Any)]).await.unwrap();
    assert!(matches!(write(ledger, vec![require_thread("r", head + 1)]).await, Err(LedgerError::Stale { .. })));
}

pub(super) async fn checks_alone_make_no_revision(ledger: &dyn Ledger) {
    write(ledger, vec![put(reply("a", "r", "x"), Expect::Any), put(document("b", "x"), Expect::Any)]).await.unwrap();
    let operations = vec![require("a", Expect::Present), require_thread("r", 1), put(document("b", "x"), Expect::Present)];
    let checks = Write { operations, request: Some(request(1, 1)), at: at(100) };
    let written = ledger.write(checks.clone()).await.unwrap();
    assert_eq!((written.revision, written.replayed), (Revision(2), false));
    let outcome =
        |id: &str, revision: u64| Outcome { key: key(id), revision: Revision(revision), changed: false, existed: revision > 0 };
    assert_eq!(written.outcomes, [outcome("a", 1), outcome("r", 0), outcome("b", 2)]);
    assert_eq!(*ledger.head().borrow(), Revision(2));
    assert_eq!(journal_of(ledger, 0).await.len(), 2);
    // A retry is answered as before, whatever has changed since; a refused one did not use up its id.
    write(ledger, vec![put(reply("c", "r", "x"), Expect::Any), delete("a", Expect::Any)]).await.unwrap();
    assert_eq!(ledger.write(checks.clone()).await.unwrap(), Written { replayed: true, ..written });
    let other = Write { request: Some(request(2, 1)), ..checks };
    assert!(matches!(ledger.write(other).await, Err(LedgerError::Missing { .. })));
    assert_eq!(ledger.recall(&request(2, 1)).await.unwrap(), None);
}

pub(super) async fn a_closed_ledger_has_no_threads(ledger: &dyn Ledger) {
    ledger.close().await;
    assert!(matches!(ledger.replies(&name("r"), None, 1).await, Err(LedgerError::Closed)));
    assert!(matches!(ledger.thread_joined(&name("r")).await, Err(LedgerError::Closed)));
}

/// Sees after every commit that every reply carries what its root carries.
#[derive(Debug, Default)]
struct Consistency {
    bodies: Mutex<BTreeMap<String, String>>,
    broken: Mutex<Vec<Revision>>,
}

impl CommitObserver for Consistency {
    fn committed(&self, changes: &[Committed<'_>]) {
        let mut bodies = self.bodies.lock().unwrap();
        for change in changes {
            if let Some(Record::Document(document)) = change.now {
                bodies.insert(document.name.id().to_owned(), document.body.clone());
            }
        }
        if bodies.values().any(|body| *body != bodies["r"]) {
            self.broken.lock().unwrap().extend(changes.iter().map(|change| change.revision));
        }
    }
}

/// Adds a reply that carries what its root carries.
async fn joining(ledger: &dyn Ledger, id: &str) -> Vec<Operation> {
    let root = ledger.get(&key("r")).await.unwrap().unwrap();
    let Record::Document(document) = root.record else { unreachable!() };
    vec![require("r", Expect::Revision(root.revision)), put(reply(id, "r", &document.body), Expect::Absent)]
}

/// Changes what a root carries, and every reply with it.
async fn rewriting(ledger: &dyn Ledger, body: &str) -> Vec<Operation> {
    let joined = joined(ledger, "r").await;
    let mut operations = vec![require_thread("r", joined), put(document("r", body), Expect::Present)];
    let mut after = None;
    loop {
        let replies = ledger.replies(&name("r"), after.as_deref(), 7).await.unwrap();
        let Some(last) = replies.last() else { return operations };
        after = Some(last.record.key().id().to_owned());
        for stored in replies {
            operations.push(put(reply(stored.record.key().id(), "r", body), Expect::Revision(stored.revision)));
        }
        tokio::task::yield_now().await;
    }
}

/// Does a write; one that was overtaken is worked out anew.
async fn at_last(ledger: &dyn Ledger, work_out: impl AsyncFn() -> Vec<Operation>) {
    loop {
        let operations = work_out().await;
        tokio::task::yield_now().await;
        match write(ledger, operations).await {
            Ok(_) => return,
            Err(LedgerError::Stale { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

pub(super) async fn rewriting_a_thread_misses_nobody(ledger: &dyn Ledger) {
    let consistency = Arc::new(Consistency::default());
    ledger.observe(consistency.clone());
    write(ledger, vec![put(document("r", "first"), Expect::Absent)]).await.unwrap();
    // Of two that were worked out from the same state the second is refused, whichever it is.
    let (joins, rewrites) = (joining(ledger, "early").await, rewriting(ledger, "second").await);
    write(ledger, joins).await.unwrap();
    assert!(matches!(write(ledger, rewrites).await, Err(LedgerError::Stale { .. })));
    let (joins, rewrites) = (joining(ledger, "late").await, rewriting(ledger, "third").await);
    write(ledger, rewrites).await.unwrap();
    assert!(matches!(write(ledger, joins).await, Err(LedgerError::Stale { .. })));
    // Many at once.
    let repliers = (0..4).map(|replier| async move {
        for n in 0..10 {
            at_last(ledger, async || joining(ledger, &format!("{replier}-{n}")).await).await;
        }
    });
    let rewriters = (0..2).map(|rewriter| async move {
        for n in 0..5 {
            at_last(ledger, async || rewriting(ledger, &format!("{rewriter}-{n}")).await).await;
        }
    });
    tokio::join!(futures::future::join_all(repliers), futures::future::join_all(rewriters));
    assert_eq!(ids_in(ledger, "r", 9).await.len(), 41);
    assert!(consistency.broken.lock().unwrap().is_empty(), "{consistency:?}");
}
