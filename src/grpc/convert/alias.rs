//! Requests to link and unlink aliases, and the journal of that.

use prost::Message;

use super::page::Place;
use super::{Change, Faults, bounds, moment, write};
use crate::access::Asker;
use crate::app::{AppError, Limits, WriteOptions};
use crate::domain::{Alias, AliasLink, LinkChange, PersonName};
use crate::grpc::pb;

/// A request to link or unlink an alias.
pub(crate) trait AliasRequest: Message {
    /// The method, for which its request ids hold.
    const METHOD: &'static str;

    /// The person, the alias, the note, the caller's id of the write, and whether it is only checked.
    fn parts(&self) -> (&str, &str, &str, &str, bool);
}

macro_rules! alias_request {
    ($request:ident, $method:literal) => {
        impl AliasRequest for pb::$request {
            const METHOD: &'static str = $method;

            fn parts(&self) -> (&str, &str, &str, &str, bool) {
                (&self.person, &self.alias, &self.note, &self.request_id, self.validate_only)
            }
        }
    };
}

alias_request!(LinkAliasRequest, "LinkAlias");
alias_request!(UnlinkAliasRequest, "UnlinkAlias");

/// A request to link or unlink an alias: which, and why.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn alias_change<R: AliasRequest>(
    request: &R,
    asker: &Asker,
    limits: &Limits,
) -> Result<Change<PersonName, (Alias, String)>, AppError> {
    let mut faults = Faults::default();
    let (person, alias, note, request_id, validate_only) = request.parts();
    let name = faults.name("person", person);
    let alias = faults.short_text("alias", alias.to_owned(), bounds::title(limits));
    let alias = Alias::parse(&alias).inspect_err(|error| faults.add("alias", error.to_string())).ok();
    let note = faults.short_text("note", note.to_owned(), bounds::title(limits));
    let request = write::request_key(asker, R::METHOD, request_id, request, &mut faults);
    let options = WriteOptions { request, validate_only, ..WriteOptions::default() };
    faults.finish(name.zip(alias).map(|(name, alias)| Change { name, patch: (alias, note), options }))
}

/// A line of the journal, as shown.
pub(crate) fn alias_link(link: &AliasLink) -> pb::AliasLink {
    pb::AliasLink {
        alias: link.alias.clone(),
        change: match link.change {
            LinkChange::Linked => pb::AliasChange::Linked,
            LinkChange::Unlinked => pb::AliasChange::Unlinked,
        }
        .into(),
        by: link.by.as_ref().map(ToString::to_string).unwrap_or_default(),
        change_time: Some(moment::timestamp(link.at)),
        note: link.note.clone(),
    }
}

/// How many lines of the journal stand before a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LinesBefore(pub(crate) usize);

impl Place for LinesBefore {
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| "is no place in a journal".to_owned())
    }

    fn text(&self) -> String {
        self.0.to_string()
    }
}
