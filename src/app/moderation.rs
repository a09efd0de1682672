//! Who may read a document: changing that, limiting it as a caretaker, and explaining it.
//!
//! What caretakers say stands beside what the writer said and never opens more than that, so neither an import nor a writer
//! undoes it by writing the document again.

use std::collections::BTreeSet;

use super::writes::{Acknowledged, Shown, WriteOptions};
use super::{App, AppError, Call, SeenDocument};
use crate::access::{Asker, Scope, Sight, Verdict};
use crate::domain::{Audience, Document, DocumentName, GroupId, PersonName, Record, RecordKey};

/// Who may moderate and ask who may read.
const NEEDS: &str = "a caretaker of the community";

/// What caretakers do with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moderation {
    /// Only they themselves read it.
    Hide,
    /// Of those who could read it, only who is in this audience, too.
    Narrow(Audience),
    /// As if nothing had been done.
    Lift,
}

impl App {
    /// Changes who may read a document, and nothing else of it. Its moments stay: nothing that is written changed.
    ///
    /// # Errors
    /// What [`App`]'s writes share.
    pub async fn update_audience(
        &self,
        call: &Call,
        name: &DocumentName,
        audience: &Audience,
        options: &WriteOptions,
    ) -> Result<Acknowledged<Shown<SeenDocument>>, AppError> {
        Self::authorise_write(call)?;
        self.regate(call, name, options, |document| {
            document.audience = audience.clone();
            Ok(())
        })
        .await
    }

    /// Hides or narrows a document, or takes that back.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`]; [`AppError::NotFound`] where the document is missing or hidden from the asker;
    /// [`AppError::NotAllowed`] to others than caretakers of its community and holders of the write scope; and what [`App`]'s
    /// writes share.
    pub async fn moderate_document(
        &self,
        call: &Call,
        name: &DocumentName,
        moderation: &Moderation,
        options: &WriteOptions,
    ) -> Result<Acknowledged<Shown<SeenDocument>>, AppError> {
        // Asked before anything is said about a repeated request.
        let document = self.document(name).await?;
        self.check_moderator(call, name, document.as_ref(), Scope::Write)?;
        self.regate(call, name, options, |document| {
            self.check_moderator(call, name, Some(document), Scope::Write)?;
            document.moderation = match moderation {
                Moderation::Hide => Some(Audience::restricted([])),
                Moderation::Narrow(audience) => Some(audience.clone()),
                Moderation::Lift => None,
            };
            Ok(())
        })
        .await
    }

    /// Whether a person, or nobody, with some groups may read a document: one verdict for each audience before it. All of them
    /// must be passed.
    ///
    /// # Errors
    /// As [`App::moderate_document`], with the administer scope in place of the write scope.
    pub async fn check_access(
        &self,
        call: &Call,
        name: &DocumentName,
        person: Option<PersonName>,
        groups: BTreeSet<GroupId>,
    ) -> Result<Vec<Verdict>, AppError> {
        self.freshen(call).await?;
        let document = self.document(name).await?;
        let document = self.check_moderator(call, name, document.as_ref(), Scope::Administer)?;
        let reader = person.map_or_else(Asker::anonymous, |person| Asker::person(person, groups, BTreeSet::new()));
        Ok(Sight::of(&reader, &self.memberships).explain(document))
    }

    async fn regate(
        &self,
        call: &Call,
        name: &DocumentName,
        options: &WriteOptions,
        change: impl Fn(&mut Document) -> Result<(), AppError> + Send + Sync,
    ) -> Result<Acknowledged<Shown<SeenDocument>>, AppError> {
        let prepare = |present: Option<Record>, _| {
            let present = present.and_then(Record::into_document);
            let changed = present.clone().ok_or_else(|| AppError::not_found(name)).and_then(|mut document| {
                change(&mut document)?;
                Ok(document)
            });
            async { self.in_its_thread(changed?, present).await }
        };
        let done = self.change(RecordKey::Document(name.clone()), options, prepare).await?;
        self.seen_written(call, done, name).await
    }

    /// Lets through who may judge who reads a document: caretakers of its community, and holders of a scope.
    pub(super) fn check_moderator<'a>(
        &self,
        call: &Call,
        name: &DocumentName,
        document: Option<&'a Document>,
        scope: Scope,
    ) -> Result<&'a Document, AppError> {
        let privileged = call.asker.holds(scope);
        if call.asker.name().is_none() && !privileged {
            return Err(AppError::Unauthenticated);
        }
        let sight = self.sight(call);
        let document =
            document.filter(|document| privileged || sight.may_read(document)).ok_or_else(|| AppError::not_found(name))?;
        let caretaker = document.community.as_ref().is_some_and(|of| sight.takes_care_of(of));
        if privileged || caretaker { Ok(document) } else { Err(AppError::NotAllowed { name: name.to_string(), needs: NEEDS }) }
    }
}
