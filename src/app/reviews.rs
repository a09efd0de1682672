//! Reviews of pages and articles: caretakers say that a text is right, or no longer.
//!
//! What they say stands beside what the writer said, as moderation does. A verification is of one text: it goes when that
//! changes. A deprecation stays until somebody takes it back or it lapses.

use super::writes::{Acknowledged, Draft, Shown, WriteOptions};
use super::{App, AppError, Call, FieldFault, SeenDocument};
use crate::access::Scope;
use crate::domain::{Document, DocumentName, Judgement, Moment, Record, RecordKey, Review};

/// What can be reviewed.
const REVIEWED: &str = "a page or an article";

/// What goes with a judgement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remark {
    /// Why; may be empty.
    pub note: String,
    /// From when on it says nothing any more.
    pub until: Option<Moment>,
    /// The document to read in place of one that is deprecated.
    pub replacement: Option<DocumentName>,
}

/// What caretakers say of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReviewAction {
    /// Its text is right, or no longer.
    Judge(Judgement, Remark),
    /// Nothing any more.
    Clear,
}

impl App {
    /// Verifies or deprecates a document, or takes that back. Its moments stay: nothing that is written changed.
    ///
    /// # Errors
    /// [`AppError::WrongKind`] for what is neither page nor article; [`AppError::Invalid`] where it would lapse at once or its
    /// replacement is unknown to the asker; and as [`App::moderate_document`].
    pub async fn review_document(
        &self,
        call: &Call,
        name: &DocumentName,
        action: &ReviewAction,
        options: &WriteOptions,
    ) -> Result<Acknowledged<Shown<SeenDocument>>, AppError> {
        // Asked before anything is said about a repeated request.
        let document = self.document(name).await?;
        self.check_moderator(call, name, document.as_ref(), Scope::Write)?;
        let prepare = |present: Option<Record>, now| async move {
            let present = present.and_then(Record::into_document);
            let mut document = self.check_moderator(call, name, present.as_ref(), Scope::Write)?.clone();
            if !document.kind.is_reviewed() {
                return Err(AppError::WrongKind { name: name.to_string(), needs: REVIEWED });
            }
            document.review = match action {
                ReviewAction::Judge(judgement, remark) => Some(Box::new(self.judged(call, *judgement, remark, now).await?)),
                ReviewAction::Clear => None,
            };
            Ok(Draft::alone(Record::Document(document)))
        };
        let done = self.change(RecordKey::Document(name.clone()), options, prepare).await?;
        self.seen_written(call, done, name).await
    }

    async fn judged(&self, call: &Call, judgement: Judgement, remark: &Remark, now: Moment) -> Result<Review, AppError> {
        let mut faults = Vec::new();
        if remark.until.is_some_and(|until| until <= now) {
            faults.push(FieldFault::new("expire_time", "must lie after now"));
        }
        if let Some(replacement) = &remark.replacement {
            let replacement = self.document(replacement).await?;
            let seen = |document: Document| call.asker.holds(Scope::Write) || self.sight(call).may_read(&document);
            if !replacement.is_some_and(seen) {
                faults.push(FieldFault::new("replacement", "is missing, or you may not see it"));
            }
        }
        if !faults.is_empty() {
            return Err(AppError::Invalid(faults));
        }
        let Remark { note, until, replacement } = remark.clone();
        Ok(Review { judgement, by: call.asker.name().cloned(), at: now, until, note, replacement })
    }
}

/// Takes from a changed document the review that it outlived.
pub(super) fn outlive_review(before: &Document, document: &mut Document) {
    let changed = before.title != document.title || before.body != document.body || before.format != document.format;
    let kind = document.kind;
    document.review.take_if(|review| !kind.is_reviewed() || changed && review.judgement == Judgement::Verified);
}
