//! Lists: page sizes, and where a page begins.

use prost::Message;

use super::Faults;
use crate::app::{Call, Limits};
use crate::domain::ResourceName;
use crate::grpc::pb;
use crate::grpc::seal::{Binding, Position, Seal};
use crate::grpc::status::Refusal;

/// How many results a page has.
pub(crate) fn page_size(wanted: i32, limits: &Limits, faults: &mut Faults) -> usize {
    match usize::try_from(wanted) {
        Ok(0) => limits.page_size_default,
        Ok(wanted) => wanted.min(limits.page_size_max),
        Err(_) => {
            faults.add("page_size", "must not be negative");
            limits.page_size_default
        }
    }
}

/// A request for a page of resources by name.
pub(crate) trait ListRequest: Message + Sized {
    /// The method, for which its tokens hold.
    const METHOD: &'static str;

    /// Takes out what may differ between the pages of one list: `page_size`, `page_token` and `min_revision`.
    fn take_place(&mut self) -> (i32, String, String);
}

macro_rules! list_request {
    ($request:ident, $method:literal) => {
        impl ListRequest for pb::$request {
            const METHOD: &'static str = $method;

            fn take_place(&mut self) -> (i32, String, String) {
                (
                    std::mem::take(&mut self.page_size),
                    std::mem::take(&mut self.page_token),
                    std::mem::take(&mut self.min_revision),
                )
            }
        }
    };
}

list_request!(ListAliasLinksRequest, "ListAliasLinks");
list_request!(ListDocumentsRequest, "ListDocuments");
list_request!(ListPeopleRequest, "ListPeople");
list_request!(ListCommunitiesRequest, "ListCommunities");
list_request!(ListMembersRequest, "ListMembers");
list_request!(ListSynonymSetsRequest, "ListSynonymSets");
list_request!(ListCurationsRequest, "ListCurations");

impl ListRequest for pb::ListFruitlessQueriesRequest {
    const METHOD: &'static str = "ListFruitlessQueries";

    fn take_place(&mut self) -> (i32, String, String) {
        // What is counted in memory is of no revision.
        (std::mem::take(&mut self.page_size), std::mem::take(&mut self.page_token), String::new())
    }
}

/// Where a page begins: after the resource of an id, or after another mark of a place in a list.
pub(crate) trait Place: Sized {
    /// Reads a place; what is wrong with it, where it is none.
    fn read(text: &str) -> Result<Self, String>;

    /// The place as text, at most 200 bytes.
    fn text(&self) -> String;
}

impl<N: ResourceName> Place for N {
    fn read(text: &str) -> Result<Self, String> {
        N::from_id(text).map_err(|error| error.to_string())
    }

    fn text(&self) -> String {
        self.id().to_owned()
    }
}

/// A page that is asked for.
pub(crate) struct Listing<N> {
    /// The call, with the revision that it wants to see.
    pub(crate) call: Call,
    /// The place after which the page begins.
    pub(crate) after: Option<N>,
    /// Most resources of the page.
    pub(crate) size: usize,
    binding: Binding,
}

impl<N: Place> Listing<N> {
    /// Reads a request; `faults` holds what is wrong with its other fields.
    ///
    /// # Errors
    /// [`Refusal`] with everything that is wrong.
    pub(crate) fn read<R: ListRequest>(
        mut request: R,
        call: Call,
        seal: &Seal,
        limits: &Limits,
        mut faults: Faults,
    ) -> Result<Self, Refusal> {
        let (page_size, page_token, min_revision) = request.take_place();
        let size = self::page_size(page_size, limits, &mut faults);
        let binding = Binding::new(R::METHOD, &call.asker, &request);
        let after = match seal.page_token(&binding, &page_token, &mut faults) {
            Some(Position::Id(id)) => N::read(&id).inspect_err(|error| faults.add("page_token", error.as_str())).ok(),
            Some(Position::Score(..) | Position::Turn(..) | Position::Number(..) | Position::Called(..)) => {
                faults.add("page_token", "is no page token of a list");
                None
            }
            None => None,
        };
        let wanted = seal.min_revision(&min_revision, &mut faults);
        faults.finish(Some(()))?;
        Ok(Self { call: Call { min_revision: wanted.revision()?, ..call }, after, size, binding })
    }

    /// The token of the page after this one's last place; empty where there is no more.
    ///
    /// # Errors
    /// [`Refusal`] where the system gives no randomness.
    pub(crate) fn next_page_token(&self, last: Option<&N>, more: bool, seal: &Seal) -> Result<String, Refusal> {
        match last {
            Some(last) if more => seal.page(&self.binding, &Position::Id(last.text())),
            _ => Ok(String::new()),
        }
    }
}
