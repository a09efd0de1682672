//! Proved: 1. where everybody has another ID in the same order, everything but the names stays; 2. where the order of the IDs is
//! another one, everybody still has the same score, relevance and evidence, and only equal scores change places.

use std::collections::BTreeMap;

use rookery::grpc::pb;

use super::organisation::Organisation;
use super::questions::{ASKERS, all_answers, masked, named, requests};

/// New IDs for everybody, by their places in the order of the old ones.
fn ids(organisation: &Organisation, of: impl Fn(usize) -> usize) -> BTreeMap<String, String> {
    let everybody = organisation.everybody();
    assert_eq!(everybody.len(), 42, "everybody with a profile, and a stub");
    everybody.into_iter().enumerate().map(|(place, id)| (id, format!("q-{:03}", of(place)))).collect()
}

/// The answer under the old IDs. Display names are left out: they were renamed with the people.
fn under_old_ids(mut page: pb::FindExpertsResponse, old: &BTreeMap<&str, &str>) -> pb::FindExpertsResponse {
    for person in page.experts.iter_mut().filter_map(|hit| hit.person.as_mut()) {
        let id = person.name.trim_start_matches("people/");
        person.name = format!("people/{}", old.get(id).unwrap_or(&id));
        person.display_name.clear();
        if let Some(source) = &mut person.source {
            source.id = (*old.get(source.id.as_str()).unwrap_or(&source.id.as_str())).to_owned();
        }
    }
    masked(page)
}

/// Everything that an organisation and a renamed one answer, under the old IDs, with what was asked by whom.
async fn both(of: impl Fn(usize) -> usize) -> Vec<(String, [Vec<pb::FindExpertsResponse>; 2])> {
    let organisation = Organisation::sample();
    let ids = ids(&organisation, of);
    let old: BTreeMap<&str, &str> = ids.iter().map(|(old, new)| (new.as_str(), old.as_str())).collect();
    let (before, after) = (organisation.open().await, organisation.clone().renamed(&ids).open().await);
    let under_old_ids =
        |pages: Vec<pb::FindExpertsResponse>| pages.into_iter().map(|page| under_old_ids(page, &old)).collect::<Vec<_>>();
    let mut all = Vec::new();
    for asker in ASKERS {
        let new = ids.get(asker).map_or("", String::as_str);
        let answers = all_answers(&before, asker).await.into_iter().zip(all_answers(&after, new).await);
        for (request, (before, after)) in requests().into_iter().zip(answers) {
            all.push((format!("{asker:?} {request:?}"), [under_old_ids(before), under_old_ids(after)]));
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn names_in_the_same_order_change_nothing_else() {
    for (asked, [before, after]) in both(|place| place).await {
        assert!(before == after, "{asked}: {before:#?} {after:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_in_another_order_let_only_equal_scores_change_places() {
    let mut changed = 0;
    for (asked, answers) in both(|place| 41 - place).await {
        let in_turns = asked.contains("diversity: Unit");
        let [before, after] = answers.map(|pages| pages.into_iter().flat_map(|page| page.experts).collect::<Vec<_>>());
        let by_name = |experts: &[pb::ExpertHit]| -> BTreeMap<String, pb::ExpertHit> {
            experts.iter().map(|hit| (named(hit).to_owned(), hit.clone())).collect()
        };
        assert_eq!(by_name(&before), by_name(&after), "{asked}: of everybody the same is told");
        for (old, new) in before.iter().zip(&after) {
            assert!(in_turns || old.score.to_bits() == new.score.to_bits(), "{asked}: the scores fall alike");
            changed += usize::from(named(old) != named(new));
        }
    }
    assert!(changed > 0, "some have equal scores, and names decide between them");
}
