//! What every index promises of discussions.
//!
//! Proved here: 1. a topic and what somebody visible replied to are discussions, and nothing else is; 2. a discussion is found once,
//! where its first matching message stands; 3. a position leaves out every discussion that stands there or before; 4. everything
//! told comes from visible messages, at once when rights are taken away; 5. counts are of discussions; 6. patience ends it; 7. by
//! relevance, what visible messages say together counts, and what their replies make of it; 8. free words may stand in
//! different messages.

use super::{anonymous, ask, document, filled, moment, name, person, run, signed_in, world};
use crate::domain::{Audience, Document, Gates, Kind, Participation, PersonName, ResourceName, Revision, Role, ThreadPlace};
use crate::index::{
    After, Ask, AskThreads, CountHits, HitCount, Index, IndexError, Order, Pass, Patience, Revocation, ThreadDetails,
    ThreadState, ThreadsFound,
};
use crate::query::{Condition, Filter, Query};
use crate::ranking::Reason;

fn reply(id: &str, root: &str, body: &str, audience: Audience) -> Document {
    let place = ThreadPlace { root: name(root), parent: name(root) };
    Document { kind: Kind::Reply, thread: Some(place), ..document(id, body, audience) }
}

fn by(who: &str, made: Document) -> Document {
    Document { people: vec![Participation { person: person(who), role: Role::Author }], ..made }
}

fn at(seconds: i64, made: Document) -> Document {
    Document { created: moment(seconds), ..made }
}

fn topic(id: &str, body: &str) -> Document {
    Document { kind: Kind::Topic, ..world(id, body) }
}

fn threads(words: &str) -> AskThreads {
    AskThreads { messages: ask(words), state: ThreadState::Any, detailed: 10, matches: 3, window: 100 }
}

fn by_activity(words: &str) -> AskThreads {
    let mut asked = threads(words);
    asked.messages.order = Order::Newest;
    asked
}

fn roots(found: &ThreadsFound) -> Vec<&str> {
    found.threads.iter().map(|thread| thread.first.thread_root.id()).collect()
}

fn firsts(found: &ThreadsFound) -> Vec<&str> {
    found.threads.iter().map(|thread| thread.first.document.id()).collect()
}

fn details(found: &ThreadsFound, at: usize) -> &ThreadDetails {
    found.threads[at].details.as_ref().unwrap()
}

#[test]
fn topics_and_what_somebody_visible_replied_to_are_discussions() {
    run(async |index| {
        let documents = [
            topic("topic", "tide"),
            world("alone", "tide"),
            world("article", "tide"),
            reply("comment", "article", "dock", Audience::world()),
            world("quiet", "tide"),
            reply("secret", "quiet", "dock", Audience::organization()),
            reply("orphan", "gone", "tide", Audience::world()),
        ];
        filled(&index, documents, 1).await;
        for asked in [threads("tide"), by_activity("tide")] {
            let found = async |messages| {
                let found = index.threads(AskThreads { messages, ..asked.clone() }).await.unwrap();
                let mut roots: Vec<String> = roots(&found).into_iter().map(str::to_owned).collect();
                roots.sort_unstable();
                roots.join(" ")
            };
            assert_eq!(found(asked.messages.clone()).await, "article gone topic");
            let messages = Ask { sight: signed_in("ada"), ..asked.messages.clone() };
            assert_eq!(found(messages).await, "article gone quiet topic");
            let filter = Filter { kinds: vec![Kind::Topic], ..Filter::default() };
            assert_eq!(found(Ask { filter, ..asked.messages.clone() }).await, "topic");
        }
        assert_eq!(index.threads(threads("")).await.unwrap().threads, []);
    });
}

#[test]
fn a_discussion_is_found_once_where_its_first_message_stands() {
    run(async |index| {
        let documents = [
            at(1, topic("a", "tide among many words of the harbour")),
            at(9, reply("a1", "a", "tide", Audience::world())),
            at(3, reply("a2", "a", "tide tide", Audience::world())),
            at(4, topic("b", "tide and dock")),
            at(8, reply("b1", "b", "dock", Audience::world())),
        ];
        filled(&index, documents, 1).await;
        let found = index.threads(threads("tide")).await.unwrap();
        assert_eq!((firsts(&found), found.more), (vec!["a2", "b"], false));
        let of_a = details(&found, 0);
        assert_eq!(of_a.matches.iter().map(|hit| hit.document.id()).collect::<Vec<_>>(), ["a1", "a"]);
        assert_eq!((of_a.matched, of_a.messages, of_a.last_activity), (3, 3, moment(9)));
        let plain = index.search(ask("tide")).await.unwrap();
        for hit in [&found.threads[0].first, &of_a.matches[0], &of_a.matches[1]] {
            assert!(plain.hits.contains(hit), "{hit:?} is scored as a document is");
        }
        let found = index.threads(by_activity("tide")).await.unwrap();
        assert_eq!(firsts(&found), ["a1", "b"]);
        assert_eq!(firsts(&index.threads(by_activity("")).await.unwrap()), ["a1", "b1"]);
        let one = AskThreads { matches: 1, detailed: 1, ..threads("tide") };
        let found = index.threads(one).await.unwrap();
        assert_eq!((details(&found, 0).matches.len(), details(&found, 0).matched), (1, 3));
        assert_eq!(found.threads[1].details, None);
    });
}

#[test]
fn a_position_leaves_out_what_stands_there_or_before() {
    run(async |index| {
        let documents = [
            at(1, topic("a", "tide")),
            at(9, reply("a1", "a", "tide", Audience::world())),
            at(5, topic("b", "tide")),
            at(2, reply("b1", "b", "tide", Audience::world())),
            at(2, topic("c", "tide")),
        ];
        filled(&index, documents, 1).await;
        let behind = async |after: After| {
            let mut asked = by_activity("tide");
            asked.messages.after = Some(after);
            firsts(&index.threads(asked).await.unwrap()).join(" ")
        };
        assert_eq!(behind(After::Number(9, name("a1"))).await, "b c");
        assert_eq!(behind(After::Number(5, name("b"))).await, "c");
        assert_eq!(behind(After::Number(2, name("b9"))).await, "c");
        assert_eq!(behind(After::Number(2, name("c"))).await, "");
        // All have one score, and an order of their own.
        let all = index.threads(threads("tide")).await.unwrap();
        let mut asked = threads("tide");
        for (at, last) in all.threads.iter().enumerate() {
            asked.messages.after = Some(After::thread(last, Order::Relevance));
            assert_eq!(index.threads(asked.clone()).await.unwrap().threads[..], all.threads[at + 1..]);
        }
        assert_eq!(all.threads.len(), 3);
        asked.messages.order = Order::Newest;
        assert!(matches!(index.threads(asked).await, Err(IndexError::Engine(_))));
    });
}

#[test]
fn everything_told_comes_from_visible_messages() {
    run(async |index| {
        let answer = |id: &str, seconds, audience| Document { accepted: true, ..at(seconds, reply(id, "a", "tide", audience)) };
        let documents = [
            at(1, by("ada", topic("a", "tide"))),
            by("bo", answer("a1", 5, Audience::organization())),
            at(3, by("cy", reply("a2", "a", "dock", Audience::world()))),
            at(2, by("cy", reply("a3", "a", "dock", Audience::world()))),
        ];
        filled(&index, documents, 1).await;
        let told = async |sight, state| {
            let messages = Ask { sight, ..ask("tide") };
            index.threads(AskThreads { messages, state, ..threads("tide") }).await.unwrap()
        };
        let people = |of: &ThreadDetails| -> Vec<(PersonName, u64)> { of.people.clone() };
        let somebody = |id: &str, messages| (PersonName::from_id(id).unwrap(), messages);
        let inside = told(signed_in("ada"), ThreadState::Solved).await;
        let of_a = details(&inside, 0);
        assert_eq!((of_a.messages, of_a.matched, of_a.answer.clone(), of_a.last_activity), (4, 2, Some(name("a1")), moment(5)));
        assert_eq!(people(of_a), [somebody("cy", 2), somebody("ada", 1), somebody("bo", 1)]);
        assert_eq!(told(signed_in("ada"), ThreadState::Unsolved).await.threads, []);
        let outside = told(anonymous(), ThreadState::Unsolved).await;
        let of_a = details(&outside, 0);
        assert_eq!((of_a.messages, of_a.matched, of_a.answer.clone(), of_a.last_activity), (3, 1, None, moment(3)));
        assert_eq!(people(of_a), [somebody("cy", 2), somebody("ada", 1)]);
        assert_eq!(told(anonymous(), ThreadState::Solved).await.threads, []);
        // Taken away, it is gone from everything at once.
        let gates = Some(Gates::new(Audience::restricted([])));
        index.revoke(vec![Revocation { document: name("a1"), gates, revision: Revision(2) }]);
        let after = told(signed_in("ada"), ThreadState::Any).await;
        let of_a = details(&after, 0);
        assert_eq!((of_a.messages, of_a.matched, of_a.answer.clone(), of_a.last_activity), (3, 1, None, moment(3)));
        let mut narrow = threads("tide");
        narrow.window = 1;
        assert_eq!(people(details(&index.threads(narrow).await.unwrap(), 0)), [somebody("cy", 1)]);
    });
}

#[test]
fn counts_are_of_discussions() {
    run(async |index| {
        let mut documents = Vec::new();
        for at in 0..7 {
            documents.push(topic(&format!("t{at}"), "tide"));
            documents.push(reply(&format!("r{at}"), &format!("t{at}"), "tide", Audience::world()));
            documents.push(world(&format!("w{at}"), "tide"));
        }
        filled(&index, documents, 1).await;
        for mut asked in [threads("tide"), by_activity("tide")] {
            asked.messages.limit = 2;
            for (most, expected) in [(6, HitCount::AtLeast(6)), (7, HitCount::Exact(7)), (8, HitCount::Exact(7))] {
                asked.messages.count = CountHits::UpTo(most);
                let found = index.threads(asked.clone()).await.unwrap();
                assert_eq!((found.count, found.more, found.threads.len()), (Some(expected), true, 2));
            }
        }
    });
}

#[test]
fn patience_ends_a_search_for_discussions() {
    run(async |index| {
        filled(&index, [topic("a", "tide")], 1).await;
        let mut asked = threads("tide");
        asked.messages.patience = Patience::until(Some(std::time::Instant::now()));
        let outcome = index.threads(asked).await;
        assert!(matches!(outcome, Err(IndexError::TimedOut)), "{outcome:?}");
    });
}

#[test]
fn what_messages_say_together_counts() {
    run(async |index| {
        let long = "tide of the long harbour among ships and cranes";
        let documents = [
            topic("two", long),
            reply("two1", "two", "dock and sail of the long harbour among cranes", Audience::world()),
            topic("one", "tide tide"),
            topic("same", long),
            reply("same1", "same", long, Audience::world()),
            topic("half", long),
            reply("half1", "half", "dock and sail of the long harbour among cranes", Audience::organization()),
        ];
        filled(&index, documents, 1).await;
        let found = index.threads(threads("tide dock")).await.unwrap();
        assert_eq!(roots(&found)[..2], ["two", "one"], "two messages that differ beat one that says a word twice");
        let score = |found: &ThreadsFound, root: &str| {
            let thread = found.threads.iter().find(|thread| thread.first.thread_root.id() == root).unwrap();
            assert!((thread.shares.iter().sum::<f64>() - thread.score).abs() < 1e-12, "{thread:?}");
            thread.score
        };
        assert!(score(&found, "same").total_cmp(&score(&found, "half")).is_eq(), "a repetition and a hidden reply add nothing");
        let messages = Ask { sight: signed_in("ada"), ..ask("tide dock") };
        let inside = index.threads(AskThreads { messages, ..threads("") }).await.unwrap();
        assert!(score(&inside, "half").total_cmp(&score(&inside, "two")).is_eq(), "who sees both gets both");
    });
}

#[test]
fn replies_make_discussions_count_more() {
    run(async |index| {
        let audience = Audience::world;
        let reactions = |count| [("thanks".to_owned(), count)].into();
        let documents = [
            topic("plain", "tide"),
            reply("plain1", "plain", "dock", audience()),
            topic("solved", "tide"),
            Document { accepted: true, ..reply("solved1", "solved", "dock", audience()) },
            topic("good", "tide"),
            Document { reactions: reactions(3), ..reply("good1", "good", "dock", audience()) },
            topic("liked", "tide"),
            Document { reactions: reactions(2), ..reply("liked1", "liked", "dock", audience()) },
            topic("secret", "tide"),
            Document { accepted: true, ..reply("secret1", "secret", "dock", Audience::organization()) },
        ];
        filled(&index, documents, 1).await;
        let weighed = Ask { by_standing: true, ..ask("tide") };
        let found = index.threads(AskThreads { messages: weighed, ..threads("") }).await.unwrap();
        assert_eq!(roots(&found)[..2], ["solved", "good"]);
        let factors: Vec<Option<Reason>> = found.threads.iter().map(|thread| thread.factor.map(|factor| factor.reason)).collect();
        assert_eq!(factors, [Some(Reason::Solved), Some(Reason::Answered), None, None, None]);
        let [first, .., last] = &found.threads[..] else { panic!("there are five") };
        assert!((first.score / last.score - first.factor.unwrap().factor).abs() < 1e-12);
        let unweighed = index.threads(threads("tide")).await.unwrap();
        assert!(unweighed.threads.iter().all(|thread| thread.factor.is_none()));
        assert!(unweighed.threads[0].score.total_cmp(&last.score).is_eq());
    });
}

#[test]
fn free_words_may_stand_in_different_messages() {
    run(async |index| {
        let documents = [
            topic("both", "tide"),
            reply("both1", "both", "dock", Audience::world()),
            topic("tide", "tide"),
            topic("dock", "dock"),
            topic("inside", "tide"),
            reply("inside1", "inside", "dock", Audience::organization()),
        ];
        filled(&index, documents, 1).await;
        let asked = |relax_below, order, sight| {
            let all = Condition::All(vec![Condition::Slot(0), Condition::Slot(1)]);
            let query = Query { strict: all, together: vec![0, 1], ..ask("tide dock").query };
            let count = CountHits::UpTo(9);
            let messages = Ask { query, relax_below: Some(relax_below), order, sight, count, ..ask("") };
            AskThreads { messages, ..threads("") }
        };
        for order in [Order::Relevance, Order::Newest] {
            let found = index.threads(asked(1, order, anonymous())).await.unwrap();
            assert_eq!((roots(&found), found.count, found.basis.pass), (vec!["both"], Some(HitCount::Exact(1)), Pass::Strict));
            assert_eq!(details(&found, 0).matched, 2);
            let found = index.threads(asked(2, order, anonymous())).await.unwrap();
            assert_eq!((found.threads.len(), found.count, found.basis.pass), (4, Some(HitCount::Exact(4)), Pass::Relaxed));
            let found = index.threads(asked(2, order, signed_in("ada"))).await.unwrap();
            assert_eq!((found.threads.len(), found.basis.pass), (2, Pass::Strict));
        }
    });
}
