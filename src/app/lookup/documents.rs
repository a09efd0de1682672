//! Documents that are already known of: by name, many at once, and by where they were imported from.

use crate::app::writes::Shown;
use crate::app::{App, AppError, Call, SeenDocument};
use crate::domain::{Document, DocumentName, Record, RecordKey, RecordKind, Source};

/// What stands in place of a name where a source is unknown: the same whether the document is missing or hidden.
const OF_SOURCE: &str = "documents/- of this source";

/// Documents by name, from one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentBatch {
    /// Those that the asker may read, in the order in which they were named.
    pub documents: Vec<Shown<SeenDocument>>,
    /// The others, missing or hidden alike, in that order.
    pub not_found: Vec<DocumentName>,
}

impl App {
    /// The documents of these names that the asker may read, and the names of the others.
    ///
    /// # Errors
    /// [`AppError::DeadlineExceeded`] where `min_revision` is not reached in time.
    pub async fn batch_get_documents(&self, call: &Call, names: Vec<DocumentName>) -> Result<DocumentBatch, AppError> {
        self.freshen(call).await?;
        let keys: Vec<RecordKey> = names.iter().cloned().map(RecordKey::Document).collect();
        let records = self.backends.ledger.get_many(&keys).await?;
        let sight = self.sight(call);
        let (mut documents, mut not_found) = (Vec::new(), Vec::new());
        for (name, stored) in names.into_iter().zip(records) {
            let document = stored.and_then(|stored| stored.record.into_document());
            match document.filter(|document| sight.may_read(document)) {
                Some(document) => documents.push(document),
                None => not_found.push(name),
            }
        }
        Ok(DocumentBatch { documents: self.seen(call, documents).await?, not_found })
    }

    /// The document that was imported from a source.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it is missing or hidden, in the same words.
    pub async fn lookup_document(&self, call: &Call, source: &Source) -> Result<Shown<SeenDocument>, AppError> {
        self.freshen(call).await?;
        let found = self.backends.ledger.find_source(RecordKind::Document, source).await?;
        let document = match found {
            Some(key) => self.record(key, Record::into_document).await?,
            None => None,
        };
        let sight = self.sight(call);
        // Between the two reads the document may have been given another source.
        let still = |document: &Document| document.source.as_ref() == Some(source) && sight.may_read(document);
        self.seen_one(call, document.filter(still), &OF_SOURCE).await
    }
}
