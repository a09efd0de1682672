//! Copies: what was posted again or handed on stands behind the best of its like, instead of filling a page.
//!
//! A document copies a better one of the ranking or none, whatever stands behind it: so every page folds alike that looks from the top
//! of the ranking, and as far as it needs. Behind the window nothing is folded. Everything comes from hits that the asker may see.
//! What administrators pinned is no part of the ranking: it is folded behind nothing, and nothing is folded behind it, so that it is
//! shown as they said and takes nothing away from who looks for another version.

use std::collections::HashMap;

use super::found::DocumentFound;
use super::writes::off_thread;
use super::{App, AppError};
use crate::domain::DocumentName;
use crate::index::{After, Ask, CountHits, Found, Hit, Order};
use crate::ranking::fold;
use crate::text::Sketch;

/// Most copies that are named; part of what the API promises, so no setting.
const NAMED: usize = 5;
/// How much deeper is looked where a page was not filled.
const DEEPER: usize = 4;

/// Whether copies stand behind what they copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Copies {
    /// They do, where the order is by relevance.
    #[default]
    Folded,
    /// They have places of their own.
    Shown,
}

/// What a page of documents should be.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageWish {
    /// Most documents; at least 1.
    pub(super) limit: usize,
    /// Whether copies are folded.
    pub(super) copies: Copies,
}

/// What was looked at for a page of documents.
pub(super) struct Page {
    /// What was found. Its hits are the best, or those of the page where nothing is folded, or both.
    pub(super) found: Found,
    /// The places of the page's documents among the hits.
    shown: Vec<usize>,
    /// Behind which place each hit stands.
    folded: Vec<Option<usize>>,
    /// Whether another page follows.
    pub(super) more: bool,
}

/// The names of the copies behind documents, in order.
pub(super) struct Behind(HashMap<DocumentName, Vec<DocumentName>>);

impl App {
    /// What a page of documents is made of, for which a question looks at least at so many hits as it says.
    pub(super) async fn page_of_documents(&self, ask: Ask, wish: PageWish) -> Result<Page, AppError> {
        let PageWish { limit, copies } = wish;
        if copies == Copies::Folded && ask.order == Order::Relevance {
            return Box::pin(self.folded_page(ask, limit)).await;
        }
        let found = self.backends.index.search(ask).await?;
        let shown = (0..found.hits.len().min(limit)).collect();
        let more = found.more || found.hits.len() > limit;
        Ok(Page { shown, folded: vec![None; found.hits.len()], more, found })
    }

    async fn folded_page(&self, mut ask: Ask, limit: usize) -> Result<Page, AppError> {
        let window = self.settings.limits.window.max(ask.limit);
        let after = ask.after.take();
        // A few more than a page, in case of copies; where earlier pages are in the way, some of those.
        let spare = limit / 2 + 1;
        let first_look = (limit + spare) * if after.is_some() { DEEPER } else { 1 };
        ask.limit = ask.limit.max(first_look).min(window);
        let mut found = self.backends.index.search(ask.clone()).await?;
        // Deeper looks rest on the statistics of the first, and are of its pass, so that they go on with one ranking.
        ask.basis.get_or_insert_with(|| found.basis.clone());
        loop {
            let (folded, shown) = folded(&found, after.as_ref(), limit).await?;
            if shown.len() > limit || !found.more {
                let more = shown.len() > limit;
                return Ok(Page { shown: shown.into_iter().take(limit).collect(), folded, more, found });
            }
            if ask.limit >= window {
                return self.beyond(Page { shown, folded, more: true, found }, ask, after, limit).await;
            }
            ask.limit = (ask.limit * DEEPER).min(window);
            // The number of hits, the statistics and the revision that the whole answer holds for were told by the first look.
            let deeper = self.backends.index.search(Ask { count: CountHits::No, ..ask.clone() }).await?;
            (found.hits, found.more) = (deeper.hits, deeper.more);
        }
    }

    /// A page that the window does not fill goes on behind it.
    async fn beyond(&self, mut page: Page, ask: Ask, after: Option<After>, limit: usize) -> Result<Page, AppError> {
        let wanted = limit - page.shown.len();
        if wanted == 0 {
            return Ok(page);
        }
        let last = page.found.hits.last();
        let end = last.filter(|last| after.as_ref().is_none_or(|after| is_behind(last, after)));
        let after = end.map(|last| After::hit(last, Order::Relevance)).or(after);
        let rest = self.backends.index.search(Ask { after, limit: wanted, count: CountHits::No, ..ask }).await?;
        let looked_at = page.found.hits.len();
        page.shown.extend(looked_at..looked_at + rest.hits.len());
        page.folded.resize(looked_at + rest.hits.len(), None);
        page.found.hits.extend(rest.hits);
        page.more = rest.more;
        Ok(page)
    }
}

/// Behind which place each hit stands, and the places of the next documents that stand behind none, one more than are wanted.
async fn folded(found: &Found, after: Option<&After>, limit: usize) -> Result<(Vec<Option<usize>>, Vec<usize>), AppError> {
    let sketches: Vec<Option<Sketch>> = found.hits.iter().map(|hit| hit.sketch).collect();
    let folded = off_thread(move || fold(&sketches, Sketch::is_copy_of)).await?;
    let next = found.hits.iter().zip(&folded).enumerate();
    let next = next.filter(|(_, (hit, folded))| folded.is_none() && after.is_none_or(|after| is_behind(hit, after)));
    let shown = next.map(|(at, _)| at).take(limit.saturating_add(1)).collect();
    Ok((folded, shown))
}

/// Whether a hit comes behind a position, by relevance.
fn is_behind(hit: &Hit, after: &After) -> bool {
    match after {
        After::Score(score, name) => score.total_cmp(&hit.score).then_with(|| hit.document.cmp(name)).is_gt(),
        After::Number(..) => true,
    }
}

impl Page {
    /// Puts pins before its documents, and takes off what has no room any more: most stay for the next page.
    pub(super) fn begin_with(&mut self, pins: Vec<Hit>, limit: usize) {
        let moved = pins.len();
        self.found.hits.splice(0..0, pins);
        self.shown = (0..moved).chain(self.shown.iter().map(|at| at + moved)).collect();
        self.folded = std::iter::repeat_n(None, moved).chain(self.folded.iter().map(|at| at.map(|at| at + moved))).collect();
        self.more |= self.shown.len() > limit;
        self.shown.truncate(limit);
    }

    /// The documents of the page, and what stands behind each.
    pub(super) fn into_documents(self) -> (Vec<Hit>, Behind) {
        let mut behind: HashMap<DocumentName, Vec<DocumentName>> = HashMap::new();
        for (hit, original) in self.found.hits.iter().zip(&self.folded) {
            if let Some(original) = original.and_then(|at| self.found.hits.get(at)) {
                behind.entry(original.document.clone()).or_default().push(hit.document.clone());
            }
        }
        let mut shown = self.shown.into_iter().peekable();
        let hits = self.found.hits.into_iter().enumerate().filter(|(at, _)| shown.next_if_eq(at).is_some());
        (hits.map(|(_, hit)| hit).collect(), Behind(behind))
    }
}

impl Behind {
    /// Tells documents of their copies.
    pub(super) fn tell(mut self, documents: &mut [DocumentFound]) {
        for document in documents {
            let mut copies = self.0.remove(&document.document.value.document.name).unwrap_or_default();
            document.copy_count = copies.len();
            copies.truncate(NAMED);
            document.copies = copies;
        }
    }
}
