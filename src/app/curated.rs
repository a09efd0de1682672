//! Answers as administrators arranged them: what they pinned comes first, and what they buried is left out.
//!
//! Only what the asker may read and the filter admits takes part. A pin or a bury of anything else changes nothing at all, not even a
//! warning, so that nobody learns from an arrangement that there is something to hide. Pins are places in the order of the answer,
//! before every score, so that pages may begin between them. They stand apart from copies: see `copies`.

use futures::future::try_join;

use super::copies::{Page, PageWish};
use super::curation::{Curated, distinct_words};
use super::{App, AppError};
use crate::domain::DocumentName;
use crate::index::{After, Ask, Basis, CountHits, Hit, HitCount, Order};
use crate::query::{Filter, Query, Typed};

/// The score of a pin's place: before all others.
const BEFORE_ALL: f64 = f64::INFINITY;

/// A page of hits as it was arranged.
pub(super) struct Arranged {
    /// The pins of this page, then the others.
    pub(super) page: Page,
    /// Those of the hits that are pinned.
    pub(super) pinned: Vec<DocumentName>,
    /// Whether anything is other than it would have been.
    pub(super) touched: bool,
}

/// The place of a hit, beside those that are pinned.
pub(super) fn position(hit: &Hit, order: Order, pinned: &[DocumentName]) -> After {
    if pinned.contains(&hit.document) { After::Score(BEFORE_ALL, hit.document.clone()) } else { After::hit(hit, order) }
}

/// Where a page begins.
enum Begins {
    /// With the first pin.
    First,
    /// Behind a pin.
    Behind(DocumentName),
    /// Among the others.
    Later,
}

impl App {
    /// Searches for what was typed, as administrators arranged it. Only the order by relevance is arranged, and of plain words alone: who
    /// types operators wants what they say.
    pub(super) async fn search_arranged(&self, typed: &Typed, mut ask: Ask, wish: PageWish) -> Result<Arranged, AppError> {
        let begins = begins(&mut ask);
        let arranged = match ask.order {
            Order::Relevance if typed.tree.is_plain() => {
                self.curations.curation_for(&distinct_words(&typed.free), &ask.sight, self.clock.now())
            }
            _ => None,
        };
        let Some(curated) = arranged else {
            let page = self.page_of_documents(ask, wish).await?;
            return Ok(Arranged { page, pinned: Vec::new(), touched: false });
        };
        let whole = ask.clone();
        ask.filter.without_documents.extend(curated.pins.iter().chain(&curated.buries).cloned());
        let page = self.page_of_documents(ask, wish).await?;
        let basis = whole.basis.clone().unwrap_or_else(|| page.found.basis.clone());
        let (shown, scored) = try_join(self.shown_pins(&whole, &curated), self.scored(&whole, &curated, basis)).await?;
        Ok(arrange(page, wish.limit, &curated, &begins, [&shown, &scored]))
    }

    /// The pins that the asker may read and the filter admits, whether or not they match.
    async fn shown_pins(&self, whole: &Ask, curated: &Curated) -> Result<Vec<Hit>, AppError> {
        let everything = Ask { query: Query::default(), order: Order::Newest, basis: None, ..whole.clone() };
        self.among(everything, curated.pins.clone()).await
    }

    /// What matches of the pins and the buries, with the scores that it has anyway.
    async fn scored(&self, whole: &Ask, curated: &Curated, basis: Basis) -> Result<Vec<Hit>, AppError> {
        let matching = Ask { basis: Some(basis), ..whole.clone() };
        self.among(matching, curated.pins.iter().chain(&curated.buries).cloned().collect()).await
    }

    /// All hits among some documents.
    async fn among(&self, ask: Ask, documents: Vec<DocumentName>) -> Result<Vec<Hit>, AppError> {
        // A filter without names would restrict nothing.
        if documents.is_empty() {
            return Ok(Vec::new());
        }
        let limit = documents.len();
        let filter = Filter { documents, ..ask.filter };
        let found = self.backends.index.search(Ask { filter, after: None, limit, count: CountHits::No, ..ask }).await?;
        Ok(found.hits)
    }
}

/// Where a page begins; the search behind it is told nothing of pins.
fn begins(ask: &mut Ask) -> Begins {
    match ask.after.take() {
        None => Begins::First,
        Some(After::Score(score, pin)) if score.total_cmp(&BEFORE_ALL).is_eq() => Begins::Behind(pin),
        later => {
            ask.after = later;
            Begins::Later
        }
    }
}

fn arrange(mut page: Page, limit: usize, curated: &Curated, begins: &Begins, [shown, scored]: [&[Hit]; 2]) -> Arranged {
    let buried = scored.iter().any(|hit| curated.buries.contains(&hit.document));
    let touched = buried || !shown.is_empty();
    if let Some(HitCount::Exact(count)) = &mut page.found.count {
        *count = count.saturating_add(u32::try_from(shown.len()).unwrap_or(u32::MAX));
    }
    let place = |name: &DocumentName| curated.pins.iter().position(|pin| pin == name);
    let passed = match begins {
        Begins::First => Some(0),
        Begins::Behind(pin) => place(pin).map(|place| place + 1),
        Begins::Later => None,
    };
    let of_page = curated.pins.get(passed.unwrap_or(usize::MAX)..).unwrap_or_default();
    // A pin that matches has its own score; one that does not has none.
    let best = |pin: &DocumentName| scored.iter().chain(shown).find(|hit| hit.document == *pin);
    let admitted = |pin: &&DocumentName| shown.iter().any(|hit| hit.document == **pin);
    let pins: Vec<Hit> = of_page.iter().filter(admitted).filter_map(best).cloned().collect();
    let pinned = pins.iter().map(|hit| hit.document.clone()).collect();
    page.begin_with(pins, limit);
    Arranged { page, pinned, touched }
}
