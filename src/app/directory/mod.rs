//! People and communities by name, as people type names.
//!
//! People are found in the profiles' directory, communities in one of this room's own, which the ledger's commits keep current.
//! Both find everything that words meet, and admit of it what the asker may see before anything is cut to a page.

mod communities;
mod people;

pub(super) use communities::CommunityDirectory;
pub use communities::{CommunitiesFound, CommunityFound};
pub use people::{FindPeople, PeopleFound, PersonFound};
