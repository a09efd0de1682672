//! Documents: read, list, change, delete.

use std::sync::Arc;

use super::listing::Page;
use super::patch::DocumentPatch;
use super::reviews::outlive_review;
use super::writes::{Acknowledged, Presence, Shown, WriteOptions, off_thread};
use super::{App, AppError, Call, FieldFault, SeenDocument, Settings, SyncRef, reading};
use crate::domain::{
    Document, DocumentName, Kind, MarkupFormat, Moment, PersonName, Record, RecordKey, RecordKind, ResourceName, Revision,
};
use crate::storage::ledger::Operation;

impl App {
    /// A document that the asker may read.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it is missing or hidden, in the same words.
    pub async fn get_document(&self, call: &Call, name: &DocumentName) -> Result<Shown<SeenDocument>, AppError> {
        self.freshen(call).await?;
        let document = self.document(name).await?;
        let sight = self.sight(call);
        self.seen_one(call, document.filter(|document| sight.may_read(document)), name).await
    }

    /// The documents that the asker may read, ascending by name.
    ///
    /// # Errors
    /// [`AppError::DeadlineExceeded`] where the page is not full in time.
    pub async fn list_documents(
        &self,
        call: &Call,
        after: Option<&DocumentName>,
        limit: usize,
    ) -> Result<Page<SeenDocument>, AppError> {
        self.freshen(call).await?;
        let sight = self.sight(call);
        let mut scan = self.scan(call, RecordKind::Document, after.map(ResourceName::id));
        let (mut documents, mut more) = (Vec::new(), false);
        while let Some(record) = scan.next().await? {
            let Record::Document(document) = record else { continue };
            if !sight.may_read(&document) {
                continue;
            }
            if documents.len() == limit {
                more = true;
                break;
            }
            documents.push(document);
        }
        Ok(Page { items: self.seen(call, documents).await?, more })
    }

    /// Makes a document; without a name, under one that nobody can guess.
    ///
    /// # Errors
    /// [`AppError::Exists`] where there is one of that name, and as [`App::update_document`].
    pub async fn create_document(
        &self,
        call: &Call,
        name: Option<DocumentName>,
        patch: DocumentPatch,
        options: &WriteOptions,
    ) -> Result<Acknowledged<Shown<SeenDocument>>, AppError> {
        Self::authorise_write(call)?;
        let name = name.map_or_else(|| self.unguessable_name(), Ok)?;
        let options = WriteOptions { presence: Presence::Refused, ..options.clone() };
        Box::pin(self.update_document(call, name, patch, &options)).await
    }

    fn unguessable_name(&self) -> Result<DocumentName, AppError> {
        let mut bytes = [0; 16];
        (self.randomness)(&mut bytes).map_err(|error| AppError::Internal(Arc::new(error)))?;
        let id = format!("{:032x}", u128::from_be_bytes(bytes));
        DocumentName::from_id(&id).map_err(|error| AppError::Internal(Arc::new(error)))
    }

    /// Makes or changes a document.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where the outcome would break a rule of documents, and what [`App`]'s writes share.
    pub async fn update_document(
        &self,
        call: &Call,
        name: DocumentName,
        patch: DocumentPatch,
        options: &WriteOptions,
    ) -> Result<Acknowledged<Shown<SeenDocument>>, AppError> {
        self.write_document(call, name, patch, options, None).await
    }

    /// Makes or changes a document, or finds it unchanged, in one commit with the mark of the sync that saw it.
    pub(super) async fn write_document(
        &self,
        call: &Call,
        name: DocumentName,
        patch: DocumentPatch,
        options: &WriteOptions,
        sync: Option<&SyncRef>,
    ) -> Result<Acknowledged<Shown<SeenDocument>>, AppError> {
        Self::authorise_write(call)?;
        let mentioned = self.mentioned_people(call, &name, &patch).await?;
        let job = Preparation { name: name.clone(), patch, mentioned, settings: Arc::clone(&self.settings) };
        let prepare = |present: Option<Record>, now| {
            let job = job.clone();
            async move {
                let present = present.and_then(Record::into_document);
                let (document, present) = off_thread(move || (job.run(present.as_ref(), now), present)).await?;
                let mut draft = self.in_its_thread(document.map_err(AppError::Invalid)?, present).await?;
                draft.beside.extend(sync.map(|sync| Operation::Mark { key: draft.record.key(), sync: sync.clone() }));
                Ok(draft)
            }
        };
        let done = self.change(RecordKey::Document(name.clone()), options, prepare).await?;
        self.seen_written(call, done, &name).await
    }

    /// Deletes a document; its replies stay, open to no more than they were.
    ///
    /// # Errors
    /// [`AppError::NotFound`] where it is missing and that is not allowed.
    pub async fn delete_document(&self, call: &Call, name: DocumentName, options: &WriteOptions) -> Result<Revision, AppError> {
        Self::authorise_write(call)?;
        self.remove(RecordKey::Document(name), options).await
    }

    /// The people whom the text will mention, resolved by handle where exactly one profile has it. Waits until the profiles
    /// know every person written before, so that importing people first and documents then always gives the same mentions.
    async fn mentioned_people(
        &self,
        call: &Call,
        name: &DocumentName,
        patch: &DocumentPatch,
    ) -> Result<Vec<PersonName>, AppError> {
        let present = match (&patch.title, &patch.body, patch.format, &patch.when_missing) {
            (Some(_), Some(_), Some(_), None) => None,
            _ => self.document(name).await?,
        };
        let patch = patch.for_present(present.is_some());
        let (title, body, format) = match present {
            Some(document) => (document.title, document.body, document.format),
            None => (String::new(), String::new(), MarkupFormat::default()),
        };
        let title = patch.title.clone().unwrap_or(title);
        let body = patch.body.clone().unwrap_or(body);
        let format = patch.format.unwrap_or(format);
        if !title.contains('@') && !body.contains('@') {
            return Ok(Vec::new());
        }
        let settings = Arc::clone(&self.settings);
        let handles = off_thread(move || reading::handles(&title, &body, format, &settings)).await?;
        if !handles.is_empty() {
            self.projection.profiles_caught_up(self.rights.people_changed(), &call.patience).await?;
        }
        let mut mentioned = Vec::new();
        for handle in handles {
            let mut holders = self.backends.profiles.resolve(&handle).await?;
            if let (Some(person), true) = (holders.pop(), holders.is_empty()) {
                mentioned.push(person);
            }
        }
        Ok(mentioned)
    }
}

/// What a change of a document needs, so that it can be worked out off the async threads, and again if somebody came between.
#[derive(Clone)]
struct Preparation {
    name: DocumentName,
    patch: DocumentPatch,
    mentioned: Vec<PersonName>,
    settings: Arc<Settings>,
}

impl Preparation {
    /// The document after the patch, with what is found in its text, or what is wrong with it.
    fn run(&self, present: Option<&Document>, now: Moment) -> Result<Document, Vec<FieldFault>> {
        let patch = self.patch.for_present(present.is_some());
        let blank = || patch.blank(self.name.clone(), now, self.settings.default_language);
        let mut document = present.cloned().or_else(blank).ok_or_else(|| missing_parts(patch))?;
        patch.apply(&mut document);
        if let Some(present) = present {
            outlive_review(present, &mut document);
        }
        reading::find_in_text(&mut document, &self.mentioned, &self.settings);
        let faults = rule_faults(&document);
        if !faults.is_empty() {
            return Err(faults);
        }
        let unsaid = matches!(patch.updated, None | Some(None));
        if unsaid && present.is_some_and(|present| *present != document) {
            document.updated = now;
        }
        Ok(document)
    }
}

fn missing_parts(patch: &DocumentPatch) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if patch.kind.is_none() {
        faults.push(FieldFault::new("document.kind", "is required for a new document"));
    }
    if patch.audience.is_none() {
        faults.push(FieldFault::new("document.audience", "is required for a new document: nothing is public by default"));
    }
    faults
}

/// What is wrong with a document as a whole, whatever field the request set.
fn rule_faults(document: &Document) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    match (&document.thread, document.kind) {
        (None, Kind::Reply) => faults.push(FieldFault::new("document.thread", "is required for a reply")),
        (Some(place), Kind::Reply) => {
            if place.root == document.name {
                faults.push(FieldFault::new("document.thread.root", "must not be the reply itself"));
            }
            if place.parent == document.name {
                faults.push(FieldFault::new("document.thread.parent", "must not be the reply itself"));
            }
        }
        (Some(_), _) => faults.push(FieldFault::new("document.thread", "is for replies only")),
        (None, _) => {}
    }
    if document.accepted && document.kind != Kind::Reply {
        faults.push(FieldFault::new("document.accepted", "is for replies only"));
    }
    faults
}
