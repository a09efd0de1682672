//! What is asked: one table with every method of every service.
//!
//! A new method is one line in [`TABLE`] and a function that makes its requests, out of names that are visible, hidden or nobody's.
//! Pages are followed by themselves where a request has a `page_token`. A method that stands neither here nor among the
//! [`EXCLUDED`] fails the test of coverage.

mod content;
mod directory;
mod discovery;
mod discussions;
mod people;
mod reads;
mod similar;
mod suggest;
mod syncs;
mod upkeep;
mod writes;

use prost::Message;

use super::generate::Names;
use super::random::Random;

/// Requests of one method.
type Requests = Vec<Vec<u8>>;

/// Makes them.
type Ask = fn(&mut Inquirer<'_>) -> Requests;

/// Every method that is asked.
const TABLE: &[(&str, Ask)] = &[
    ("/rookery.v1.DiscoveryService/Search", discovery::search),
    ("/rookery.v1.DiscoveryService/FindExperts", discovery::find_experts),
    ("/rookery.v1.DiscoveryService/FindDocuments", discovery::find_documents),
    ("/rookery.v1.DiscoveryService/FindDiscussions", discussions::find_discussions),
    ("/rookery.v1.DiscoveryService/FindPeople", directory::find_people),
    ("/rookery.v1.DiscoveryService/FindPeers", people::find_peers),
    ("/rookery.v1.DiscoveryService/FindSimilar", similar::find_similar),
    ("/rookery.v1.DiscoveryService/ListOperators", discovery::list_operators),
    ("/rookery.v1.DiscoveryService/Suggest", suggest::suggest),
    ("/rookery.v1.ContentService/GetDocument", reads::get_document),
    ("/rookery.v1.ContentService/BatchGetDocuments", content::batch_get_documents),
    ("/rookery.v1.ContentService/LookupDocument", content::lookup_document),
    ("/rookery.v1.ContentService/ListDocuments", reads::list_documents),
    ("/rookery.v1.ContentService/CreateDocument", content::create_document),
    ("/rookery.v1.ContentService/UpdateDocument", writes::update_document),
    ("/rookery.v1.ContentService/DeleteDocument", writes::delete_document),
    ("/rookery.v1.ContentService/UpdateAudience", writes::update_audience),
    ("/rookery.v1.ContentService/ModerateDocument", writes::moderate_document),
    ("/rookery.v1.ContentService/AcceptAnswer", content::accept_answer),
    ("/rookery.v1.ContentService/React", content::react),
    ("/rookery.v1.ContentService/ReviewDocument", content::review_document),
    ("/rookery.v1.ContentService/CheckAccess", reads::check_access),
    ("/rookery.v1.ContentService/ImportDocuments", writes::import_documents),
    ("/rookery.v1.ContentService/BeginSync", syncs::begin_sync),
    ("/rookery.v1.ContentService/CommitSync", syncs::commit_sync),
    ("/rookery.v1.PeopleService/GetPerson", reads::get_person),
    ("/rookery.v1.PeopleService/ListPeople", reads::list_people),
    ("/rookery.v1.PeopleService/BatchGetPeople", people::batch_get_people),
    ("/rookery.v1.PeopleService/LookupPerson", people::lookup_person),
    ("/rookery.v1.PeopleService/CreatePerson", people::create_person),
    ("/rookery.v1.PeopleService/UpdatePerson", people::update_own_person),
    ("/rookery.v1.PeopleService/GetExpertise", people::get_expertise),
    ("/rookery.v1.PeopleService/EndorseSkill", people::endorse_skill),
    ("/rookery.v1.PeopleService/WithdrawEndorsement", people::withdraw_endorsement),
    ("/rookery.v1.PeopleService/LinkAlias", people::link_alias),
    ("/rookery.v1.PeopleService/UnlinkAlias", people::unlink_alias),
    ("/rookery.v1.PeopleService/ListAliasLinks", people::list_alias_links),
    ("/rookery.v1.PeopleService/DeletePerson", writes::delete_person),
    ("/rookery.v1.PeopleService/ImportPeople", writes::import_people),
    ("/rookery.v1.CommunityService/GetCommunity", reads::get_community),
    ("/rookery.v1.CommunityService/ListCommunities", reads::list_communities),
    ("/rookery.v1.CommunityService/CreateCommunity", writes::create_community),
    ("/rookery.v1.CommunityService/ListMembers", reads::list_members),
    ("/rookery.v1.CommunityService/AddMember", writes::add_member),
    ("/rookery.v1.CommunityService/RemoveMember", writes::remove_member),
    ("/rookery.v1.CommunityService/UpdateCommunity", writes::update_community),
    ("/rookery.v1.CommunityService/DeleteCommunity", writes::delete_community),
    ("/rookery.v1.AdminService/GetStatus", reads::get_status),
    ("/rookery.v1.AdminService/RebuildIndex", upkeep::rebuild_index),
    ("/rookery.v1.AdminService/Vacuum", upkeep::vacuum),
    ("/rookery.v1.AdminService/GetLimits", reads::get_limits),
    ("/rookery.v1.AdminService/GetSynonymSet", upkeep::get_synonym_set),
    ("/rookery.v1.AdminService/ListSynonymSets", upkeep::list_synonym_sets),
    ("/rookery.v1.AdminService/UpdateSynonymSet", upkeep::update_synonym_set),
    ("/rookery.v1.AdminService/DeleteSynonymSet", upkeep::delete_synonym_set),
    ("/rookery.v1.AdminService/GetCuration", upkeep::get_curation),
    ("/rookery.v1.AdminService/ListCurations", upkeep::list_curations),
    ("/rookery.v1.AdminService/UpdateCuration", upkeep::update_curation),
    ("/rookery.v1.AdminService/DeleteCuration", upkeep::delete_curation),
    ("/rookery.v1.AdminService/ListFruitlessQueries", upkeep::list_fruitless_queries),
    ("/grpc.health.v1.Health/Check", reads::check_health),
];

/// Methods that are not asked, and why.
pub(super) const EXCLUDED: &[(&str, &str)] = &[
    ("/grpc.health.v1.Health/Watch", "never ends; it tells the state of the process, as Check does"),
    ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "tells the protos; the list of methods is made by it"),
];

/// One call.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) path: &'static str,
    pub(super) message: Vec<u8>,
}

/// The methods that are asked.
pub(super) fn methods() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(path, _)| *path)
}

/// Every question to a pair of worlds, the same for both. Whoever asks holds no scope.
pub(super) fn questions(names: &Names, random: Random) -> Vec<Question> {
    let mut inquirer = Inquirer { names, random };
    let mut questions = Vec::new();
    for (path, ask) in TABLE {
        questions.extend(ask(&mut inquirer).into_iter().map(|message| Question { path, message }));
    }
    inquirer.random.shuffle(&mut questions);
    questions
}

/// Makes requests.
struct Inquirer<'a> {
    names: &'a Names,
    random: Random,
}

/// What no name looks like.
const NO_NAMES: [&str; 4] = ["", "documents/", "people/a b", "nonsense"];

impl Inquirer<'_> {
    /// So many requests.
    fn requests<M: Message>(&mut self, count: usize, mut make: impl FnMut(&mut Self) -> M) -> Requests {
        (0..count).map(|_| make(self).encode_to_vec()).collect()
    }

    /// One request for each of at most so many names, and for one that is none.
    fn for_names<M: Message>(&mut self, names: &[String], most: usize, make: impl Fn(&mut Self, String) -> M) -> Requests {
        let mut names = names.to_vec();
        self.random.shuffle(&mut names);
        names.truncate(most);
        names.push(self.random.one(&NO_NAMES).to_owned());
        names.into_iter().map(|name| make(self, name).encode_to_vec()).collect()
    }

    /// Small pages, so that there are many; sometimes one that is refused.
    fn page_size(&mut self) -> i32 {
        self.random.one(&[1, 1, 2, 2, 3, 4, 5, 7, 0, 0, 1_000, -1])
    }

    /// A token that is none, sometimes.
    fn token(&mut self) -> String {
        let drawn = self.random.below(60);
        match drawn {
            0 => "nonsense".to_owned(),
            1 => "0".repeat(114),
            2 => "0".repeat(1_212),
            _ => String::new(),
        }
    }

    /// A number of an enumeration, or nearly.
    fn number(&mut self, most: usize) -> i32 {
        let number = if self.random.percent(3) { 77 } else { self.random.between(0, most) };
        i32::try_from(number).unwrap_or_default()
    }
}
