//! Discussions whose messages have words together, though perhaps none has them all.

use super::admission::Admission;
use super::pace::Pace;
use super::seen::SeenTerm;
use super::statistics::Terms;
use super::thread::ThreadSet;
use crate::index::IndexError;

/// The threads whose admitted messages have each of some words of the query, by their places there.
pub(super) fn threads_with_all(
    words: &[usize],
    segments: &[Admission<'_>],
    terms: &Terms,
    pace: &mut Pace<'_>,
) -> Result<ThreadSet, IndexError> {
    let forms = |word: usize| terms.words.get(word).into_iter().flatten().filter_map(|form| terms.distinct.get(form.place));
    let mut rarest_first = words.to_vec();
    rarest_first.sort_by_key(|word| forms(*word).map(SeenTerm::visible).sum::<u64>());
    let mut threads: Option<ThreadSet> = None;
    for word in rarest_first {
        let mut having = ThreadSet::default();
        for segment in segments {
            for form in forms(word) {
                form.each(segment.at, segment.segment, pace, |doc, _| {
                    if segment.sees(doc) && segment.admits(doc)? {
                        let thread = segment.segment.thread(doc)?;
                        if threads.as_ref().is_none_or(|threads| threads.contains(&thread)) {
                            having.insert(thread);
                        }
                    }
                    Ok(())
                })?;
            }
        }
        threads = Some(having);
    }
    Ok(threads.unwrap_or_default())
}
