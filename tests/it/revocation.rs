//! What is taken away stays away although the process is killed before the index has committed it.
//!
//! Proved: 1. after `kill -9` between the acknowledgement of a revocation and the commit of the index, the first answer of every way
//! of reading hides what was taken away, for each way to take it; 2. a page token from before the kill holds afterwards, and
//! shows nothing of it either.

use rookery::grpc::pb;
use rookery::grpc::pb::audience::Grant;
use tempfile::TempDir;
use tonic::{Code, Status};

use crate::support::{Client, Server, audience, document, put, put_community, restricted};

/// So rarely that nothing is committed between an acknowledgement and the kill, unless somebody waits for it.
const SELDOM: [(&str, &str); 2] = [("ROOKERY__INDEX__COMMIT_INTERVAL_MIN", "10s"), ("ROOKERY__INDEX__COMMIT_INTERVAL_MAX", "1m")];
/// How often each way is tried.
const ROUNDS: usize = 3;

/// How rights are taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Deny,
    Narrow,
    NarrowRoot,
    Hide,
    HideRoot,
    Delete,
    RemoveMember,
    DeleteCommunity,
}

const WAYS: [Way; 8] =
    [Way::Deny, Way::Narrow, Way::NarrowRoot, Way::Hide, Way::HideRoot, Way::Delete, Way::RemoveMember, Way::DeleteCommunity];

/// A thread of its own for each try, found by a word of its own.
struct Thread {
    way: Way,
    id: String,
}

impl Thread {
    fn of(way: Way, round: usize) -> Self {
        Self { way, id: format!("{way:?}{round}").to_lowercase() }
    }

    /// The documents that are lost.
    fn lost(&self) -> Vec<String> {
        let root = format!("documents/{}", self.id);
        let reply = format!("documents/{}r", self.id);
        match self.way {
            Way::Deny | Way::Narrow | Way::Hide | Way::Delete => vec![reply],
            Way::NarrowRoot | Way::HideRoot | Way::RemoveMember | Way::DeleteCommunity => vec![root, reply],
        }
    }

    fn community(&self) -> String {
        format!("communities/{}", self.id)
    }

    /// Who may read while nothing is taken away.
    fn audience(&self) -> pb::Audience {
        match self.way {
            Way::RemoveMember | Way::DeleteCommunity => restricted(&[&self.community()]),
            _ => audience(Grant::Organization),
        }
    }

    /// Writes the thread; the token of the last write.
    async fn write(&self, writer: &Client) -> String {
        put_community(writer, &self.id, &["ada"], &["cy"]).await;
        let of = |suffix: &str, author: &str| pb::Document {
            kind: pb::DocumentKind::Topic.into(),
            community: self.community(),
            audience: Some(self.audience()),
            ..document(&format!("{}{suffix}", self.id), &format!("titleof{suffix} turbines"), &format!("word{}", self.id), author)
        };
        let root = put(writer, of("", &format!("{}writer", self.id))).await.unwrap();
        let place = pb::ThreadPlace { root: root.name.clone(), parent: root.name };
        let reply =
            pb::Document { kind: pb::DocumentKind::Reply.into(), thread: Some(place), ..of("r", &format!("{}replier", self.id)) };
        put(writer, reply).await.unwrap().revision
    }

    /// Takes the thread, or its reply, away from Ada.
    async fn take(&self, writer: &Client) -> Result<(), Status> {
        let root = format!("documents/{}", self.id);
        let reply = format!("documents/{}r", self.id);
        let set = |name: String, audience: pb::Audience| {
            let request = pb::UpdateAudienceRequest { name, audience: Some(audience), ..Default::default() };
            async move { writer.content().update_audience(writer.request(request)).await.map(|_| ()) }
        };
        let hide = |name: String| {
            let action = pb::ModerationAction::Hide.into();
            let request = pb::ModerateDocumentRequest { name, action, ..Default::default() };
            async move { writer.content().moderate_document(writer.request(request)).await.map(|_| ()) }
        };
        match self.way {
            Way::Deny => set(reply, pb::Audience { denied: vec!["people/ada".to_owned()], ..audience(Grant::World) }).await,
            Way::Narrow => set(reply, restricted(&["people/bo"])).await,
            Way::NarrowRoot => set(root, restricted(&["people/bo"])).await,
            Way::Hide => hide(reply).await,
            Way::HideRoot => hide(root).await,
            Way::Delete => {
                let request = pb::DeleteDocumentRequest { name: reply, ..Default::default() };
                writer.content().delete_document(writer.request(request)).await.map(|_| ())
            }
            Way::RemoveMember => {
                let person = "people/ada".to_owned();
                let request = pb::RemoveMemberRequest { parent: self.community(), person, ..Default::default() };
                writer.communities().remove_member(writer.request(request)).await.map(|_| ())
            }
            Way::DeleteCommunity => {
                let request = pb::DeleteCommunityRequest { name: self.community(), ..Default::default() };
                writer.communities().delete_community(writer.request(request)).await.map(|_| ())
            }
        }
    }

    fn search(&self, page_size: i32, page_token: &str) -> pb::FindDocumentsRequest {
        let query = format!("word{}", self.id);
        pb::FindDocumentsRequest {
            query,
            page_size,
            page_token: page_token.to_owned(),
            include_total: true,
            ..Default::default()
        }
    }

    /// What of the thread Ada is shown, by every way of reading, as text: each name and title in it counts.
    async fn shown(&self, ada: &Client, page_token: &str) -> String {
        let query = format!("word{}", self.id);
        let mut shown = Vec::new();
        for page_size in [0, 1] {
            let request = ada.request(self.search(page_size, if page_size == 1 { page_token } else { "" }));
            let found = ada.discovery().find_documents(request).await.expect("a token of before holds").into_inner();
            shown.push(format!("{:?} {:?}", found.documents, found.total));
        }
        let newest = pb::FindDocumentsRequest { page_size: 100, ..Default::default() };
        shown.push(format!("{:?}", ada.discovery().find_documents(ada.request(newest)).await.unwrap().into_inner().documents));
        shown.push(format!("{:?}", ada.find_experts(&query).await.experts));
        let request = pb::SearchRequest { query, ..Default::default() };
        let found = ada.discovery().search(ada.request(request)).await.unwrap().into_inner();
        shown.push(format!("{:?} {:?} {:?}", found.experts, found.documents, found.discussions));
        let listed = pb::ListDocumentsRequest { page_size: 100, ..Default::default() };
        shown.push(format!("{:?}", ada.content().list_documents(ada.request(listed)).await.unwrap().into_inner().documents));
        for name in [format!("documents/{}", self.id), format!("documents/{}r", self.id)] {
            let request = pb::GetDocumentRequest { name, ..Default::default() };
            if let Ok(got) = ada.content().get_document(ada.request(request)).await {
                shown.push(format!("{:?}", got.into_inner()));
            }
        }
        shown.join("\n")
    }

    async fn assert_lost(&self, ada: &Client, page_token: &str) {
        let shown = self.shown(ada, page_token).await;
        for name in self.lost() {
            assert!(!shown.contains(&format!("\"{name}\"")), "{name} shows:\n{shown}");
        }
        let replier = format!("people/{}replier", self.id);
        assert!(!shown.contains(&replier), "the reply's author shows:\n{shown}");
        let stub = pb::GetPersonRequest { name: replier, ..Default::default() };
        assert_eq!(ada.people().get_person(ada.request(stub)).await.unwrap_err().code(), Code::NotFound);
        let found = ada.discovery().find_documents(ada.request(self.search(0, ""))).await.unwrap().into_inner();
        let left = 2 - self.lost().len();
        assert_eq!(usize::try_from(found.total.unwrap_or_default().count).unwrap(), left, "the total counts what is left");
        let members = pb::ListMembersRequest { parent: self.community(), ..Default::default() };
        let members = ada.communities().list_members(ada.request(members)).await;
        let outside = matches!(self.way, Way::RemoveMember | Way::DeleteCommunity);
        assert_eq!(members.is_err_and(|refused| refused.code() == Code::NotFound), outside, "members are listed to members");
    }
}

/// Lets the index commit everything that was written before.
async fn settle(client: &Client, revision: String) {
    let request = pb::FindDocumentsRequest { min_revision: revision, ..Default::default() };
    client.discovery().find_documents(client.request(request)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_away_before_a_kill_shows_nowhere_after_it() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start_with(folder.path(), &SELDOM);
    let mut rounds = 0;
    for round in 0..ROUNDS {
        for way in WAYS {
            let thread = Thread::of(way, round);
            let (writer, ada) = (server.client(Some("people/writer")).await, server.client(Some("people/ada")).await);
            let written = thread.write(&writer).await;
            settle(&writer, written).await;
            let first = ada.discovery().find_documents(ada.request(thread.search(1, ""))).await.unwrap().into_inner();
            let token = first.next_page_token;
            assert!(!token.is_empty(), "there is a second page");
            let shown = thread.shown(&ada, &token).await;
            assert!(thread.lost().iter().all(|name| shown.contains(&format!("\"{name}\""))), "seen before:\n{shown}");
            thread.take(&writer).await.unwrap();
            let admin = writer.admin().get_status(writer.request(pb::GetStatusRequest::default())).await.unwrap().into_inner();
            let (head, applied) = (admin.ledger.unwrap().head_revision, admin.index.unwrap().applied_revision);
            assert!(applied < head, "{way:?}: the index has not committed it: {applied} of {head}");
            server.kill();
            server = Server::start_with(folder.path(), &SELDOM);
            let ada = server.client(Some("people/ada")).await;
            thread.assert_lost(&ada, &token).await;
            rounds += 1;
        }
    }
    assert_eq!(rounds, ROUNDS * WAYS.len());
}
