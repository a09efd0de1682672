//! What every index promises of terms.
//!
//! Proved here: 1. terms come from live documents that the sight admits, and from those of a search alone where one is given;
//! 2. what most of these documents have comes first, then by itself, up to the limit, however often hidden ones have it; 3. near
//! words are those that a misspelt word may have been, the nearest first; 4. labels come without their sign; 5. patience ends it;
//! 6. words that too many visible documents have restrict nothing.

use super::{anonymous, ask, document, filled, name, run, signed_in, world};
use crate::access::Sight;
use crate::domain::{Audience, Document, Hashtag, Kind, Revision};
use crate::index::{Ask, AskTerms, Index, IndexChange, IndexError, Patience, Revocation, TermFound, TermPattern};
use crate::query::{Condition, Query};

fn beginning(text: &str) -> TermPattern {
    TermPattern::Beginning(text.to_owned())
}

fn near(text: &str) -> TermPattern {
    TermPattern::Near(text.to_owned())
}

fn asked(sight: Sight, pattern: TermPattern) -> AskTerms {
    AskTerms { patterns: vec![pattern], among: None, broad: 100, sight, limit: 10, patience: Patience::default() }
}

async fn found(index: &impl Index, ask: AskTerms) -> Vec<(String, u64)> {
    let found = index.terms(ask).await.unwrap();
    let [terms] = found.terms.as_slice() else { panic!("as many lists as patterns") };
    terms.iter().map(|TermFound { text, documents, .. }| (text.clone(), *documents)).collect()
}

fn terms(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    expected.iter().map(|(text, documents)| ((*text).to_owned(), *documents)).collect()
}

#[test]
fn terms_come_from_live_visible_documents() {
    run(async |index| {
        filled(&index, [world("a", "Tides tide tidal"), world("b", "the tide"), world("c", "tidings")], 1).await;
        filled(&index, [document("d", "tidewater tide", Audience::organization())], 2).await;
        let open = [("tide", 2), ("tidal", 1), ("tides", 1), ("tidings", 1)];
        assert_eq!(found(&index, asked(anonymous(), beginning("ti"))).await, terms(&open));
        let all = [("tide", 3), ("tidal", 1), ("tides", 1), ("tidewater", 1), ("tidings", 1)];
        assert_eq!(found(&index, asked(signed_in("ada"), beginning("ti"))).await, terms(&all));
        let two = AskTerms { limit: 2, ..asked(anonymous(), beginning("ti")) };
        assert_eq!(found(&index, two).await, terms(&[("tide", 2), ("tidal", 1)]));
        index.revoke(vec![Revocation { document: name("a"), gates: None, revision: Revision(3) }]);
        assert_eq!(found(&index, asked(anonymous(), beginning("ti"))).await, terms(&[("tide", 1), ("tidings", 1)]));
        index.apply(vec![IndexChange::Delete(name("a"))]).await.unwrap();
        index.commit(Revision(3)).await.unwrap();
        assert_eq!(found(&index, asked(anonymous(), beginning("ti"))).await, terms(&[("tide", 1), ("tidings", 1)]));
    });
}

#[test]
fn what_only_hidden_documents_have_often_is_not_frequent() {
    run(async |index| {
        filled(&index, [world("a", "tiara tidal"), world("b", "tide"), world("c", "tide")], 1).await;
        let hidden = ["d", "e", "f", "g"].map(|id| document(id, "tidal tidewater", Audience::organization()));
        filled(&index, hidden, 2).await;
        for (limit, expected) in
            [(1, &[("tide", 2)][..]), (2, &[("tide", 2), ("tiara", 1)]), (3, &[("tide", 2), ("tiara", 1), ("tidal", 1)])]
        {
            let ask = AskTerms { limit, ..asked(anonymous(), beginning("ti")) };
            assert_eq!(found(&index, ask).await, terms(expected), "{limit}");
        }
        let all = [("tidal", 5), ("tidewater", 4), ("tide", 2), ("tiara", 1)];
        assert_eq!(found(&index, asked(signed_in("ada"), beginning("ti"))).await, terms(&all));
    });
}

#[test]
fn terms_of_a_search_come_from_what_it_finds() {
    run(async |index| {
        filled(&index, [world("a", "harbour gauge"), world("b", "harbour gate"), world("c", "gateway")], 1).await;
        let among = Some(Box::new(Ask { limit: 1, ..ask("harbour") }));
        let ask = AskTerms { among, ..asked(anonymous(), beginning("ga")) };
        let narrow = terms(&[("gate", 1), ("gauge", 1)]);
        assert_eq!(found(&index, ask.clone()).await, narrow);
        // Two have the word that is asked for, as far as this asker sees.
        filled(&index, [document("d", "harbour garden", Audience::organization())], 2).await;
        assert_eq!(found(&index, AskTerms { broad: 2, ..ask.clone() }).await, narrow);
        let broad = AskTerms { broad: 1, ..ask };
        assert_eq!(found(&index, broad.clone()).await, terms(&[("gate", 1), ("gateway", 1), ("gauge", 1)]));
        let of_posts = Query { strict: Condition::Kind(Kind::Post), ..super::ask("harbour").query };
        let among = Some(Box::new(Ask { query: of_posts, ..super::ask("") }));
        assert_eq!(found(&index, AskTerms { among, ..broad }).await, narrow, "a condition tells something");
    });
}

#[test]
fn near_words_are_what_a_misspelt_one_may_have_been() {
    run(async |index| {
        filled(&index, [world("a", "harbour harbours #harbour tide"), world("b", "harbor harbours"), world("c", "arbour")], 1)
            .await;
        filled(&index, [document("d", "harbouro", Audience::organization())], 2).await;
        // Four to seven letters may have one wrong.
        assert_eq!(found(&index, asked(anonymous(), near("harbuor"))).await, terms(&[("harbor", 1), ("harbour", 1)]));
        let long = index.terms(asked(anonymous(), near("harbourz"))).await.unwrap().terms.remove(0);
        let long: Vec<(&str, usize)> = long.iter().map(|term| (term.text.as_str(), term.distance)).collect();
        assert_eq!(long, [("harbours", 1), ("harbour", 1), ("arbour", 2), ("harbor", 2)]);
        assert_eq!(found(&index, asked(signed_in("ada"), near("harbourz"))).await[2], ("harbouro".to_owned(), 1));
        for typed in ["tid", "tide1", "tide", ""] {
            assert_eq!(found(&index, asked(anonymous(), near(typed))).await, terms(&[]), "{typed}");
        }
    });
}

#[test]
fn labels_come_without_their_sign() {
    run(async |index| {
        let labelled = |id: &str, labels: &[&str]| Document {
            hashtags: labels.iter().map(|label| Hashtag::parse(label).unwrap()).collect(),
            ..world(id, "tide")
        };
        filled(&index, [labelled("a", &["tides", "tidal-energy"]), labelled("b", &["tides"]), labelled("c", &["ebb"])], 1).await;
        let ask = |beginning: &str| asked(anonymous(), TermPattern::Hashtag(beginning.to_owned()));
        assert_eq!(found(&index, ask("ti")).await, terms(&[("tides", 2), ("tidal-energy", 1)]));
        assert_eq!(found(&index, ask("")).await, terms(&[("tides", 2), ("ebb", 1), ("tidal-energy", 1)]));
    });
}

#[test]
fn patience_ends_it() {
    run(async |index| {
        filled(&index, [world("a", "tide")], 1).await;
        let patience = Patience::until(Some(std::time::Instant::now()));
        let outcome = index.terms(AskTerms { patience, ..asked(anonymous(), beginning("ti")) }).await;
        assert!(matches!(outcome, Err(IndexError::TimedOut)));
    });
}
