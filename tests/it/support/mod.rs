//! What tests stand on: the real binary on a free port, and clients of it.

mod clock;
pub(crate) mod frames;
pub(crate) mod raw;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(crate) use clock::HandClock;
use rookery::config::{self, Sources};
use rookery::domain::Clock;
use rookery::grpc::pb;
use rookery::grpc::pb::admin_service_client::AdminServiceClient;
use rookery::grpc::pb::community_service_client::CommunityServiceClient;
use rookery::grpc::pb::content_service_client::ContentServiceClient;
use rookery::grpc::pb::discovery_service_client::DiscoveryServiceClient;
use rookery::grpc::pb::import_documents_response::Part as Answer;
use rookery::grpc::pb::people_service_client::PeopleServiceClient;
use rookery::server::{Embedded, SystemClock};
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

/// How long a server may take to serve or to stop before a test gives up on it.
const PATIENCE: Duration = Duration::from_mins(2);

/// The binary under test.
pub(crate) fn rookery() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rookery"));
    command.env_remove("RUST_LOG");
    command
}

/// Runs the binary to its end.
pub(crate) fn run(arguments: &[&str]) -> Output {
    rookery().args(arguments).output().expect("the binary runs")
}

/// The sample organisation of this repository.
pub(crate) fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample")
}

/// Imports the sample organisation into a data directory that no server has open.
pub(crate) fn import_sample(data_dir: &Path) {
    let imported = rookery().args(["import", "jsonl"]).arg(sample()).arg("--data-dir").arg(data_dir).output().unwrap();
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
}

/// A server process on a free port.
pub(crate) struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts a server on a data directory and waits until it serves.
    pub(crate) fn start(data_dir: &Path) -> Self {
        Self::start_with(data_dir, &[])
    }

    /// Starts a server with variables of the environment, such as `ROOKERY__SERVER__LIMITS__UNARY_TIMEOUT`.
    pub(crate) fn start_with(data_dir: &Path, variables: &[(&str, &str)]) -> Self {
        Self::start_logging(data_dir, variables, Stdio::inherit())
    }

    /// The same, and says where its log goes.
    pub(crate) fn start_logging(data_dir: &Path, variables: &[(&str, &str)], log: Stdio) -> Self {
        let mut child = rookery()
            .envs(variables.iter().copied())
            .args(["serve", "--listen", "127.0.0.1:0", "--log-level", "warn", "--data-dir"])
            .arg(data_dir)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary starts");
        let mut first = String::new();
        BufReader::new(child.stdout.take().expect("standard output is piped"))
            .read_line(&mut first)
            .expect("it says where it listens");
        let address = first.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        assert!(address.starts_with("127.0.0.1:"), "a server that serves says where: {first:?}");
        Self { child, address: format!("http://{address}") }
    }

    /// Connects clients that ask as somebody.
    pub(crate) async fn client(&self, asker: Option<&str>) -> Client {
        let channel = Channel::from_shared(self.address.clone()).unwrap().connect().await.expect("the server accepts");
        Client { channel, asker: asker.map(str::to_owned), scopes: None }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address.trim_start_matches("http://").parse().expect("an address")
    }

    /// The number of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The anonymous memory that it holds, in bytes.
    pub(crate) fn held(&self) -> u64 {
        held(self.pid())
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the server was running");
        self.child.wait().expect("the server ends");
    }

    /// SIGTERM; the exit code.
    #[expect(clippy::disallowed_methods, reason = "the test's own thread has nothing else to do")]
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill runs").success());
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("the server can be waited for") {
                return status.code();
            }
            assert!(began.elapsed() < PATIENCE, "the server does not stop on SIGTERM");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone where a test ended it itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Clients of every service that ask as somebody.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) channel: Channel,
    pub(crate) asker: Option<String>,
    /// Nothing: every scope.
    pub(crate) scopes: Option<&'static str>,
}

impl Client {
    /// The same connection, asking as somebody else.
    pub(crate) fn with_asker(&self, asker: Option<&str>) -> Self {
        Self { channel: self.channel.clone(), asker: asker.map(str::to_owned), scopes: self.scopes }
    }

    /// The same without any scope.
    pub(crate) fn without_scopes(self) -> Self {
        Self { scopes: Some(""), ..self }
    }

    /// A request in the asker's name.
    pub(crate) fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if let Some(asker) = &self.asker {
            request.metadata_mut().insert("rookery-as", asker.parse().expect("an asker fits into metadata"));
            if let Some(scopes) = self.scopes {
                request.metadata_mut().insert("rookery-scopes", scopes.parse().expect("scopes fit into metadata"));
            }
        }
        request
    }

    pub(crate) fn discovery(&self) -> DiscoveryServiceClient<Channel> {
        DiscoveryServiceClient::new(self.channel.clone()).max_decoding_message_size(64 << 20)
    }

    pub(crate) fn content(&self) -> ContentServiceClient<Channel> {
        ContentServiceClient::new(self.channel.clone()).max_decoding_message_size(64 << 20)
    }

    pub(crate) fn people(&self) -> PeopleServiceClient<Channel> {
        PeopleServiceClient::new(self.channel.clone())
    }

    pub(crate) fn communities(&self) -> CommunityServiceClient<Channel> {
        CommunityServiceClient::new(self.channel.clone())
    }

    pub(crate) fn admin(&self) -> AdminServiceClient<Channel> {
        AdminServiceClient::new(self.channel.clone())
    }

    pub(crate) async fn find_experts(&self, query: &str) -> pb::FindExpertsResponse {
        let request = pb::FindExpertsRequest { query: query.to_owned(), ..Default::default() };
        self.discovery().find_experts(self.request(request)).await.expect("experts are found").into_inner()
    }

    pub(crate) async fn find_documents(&self, query: &str) -> pb::FindDocumentsResponse {
        let request = pb::FindDocumentsRequest { query: query.to_owned(), include_total: true, ..Default::default() };
        self.discovery().find_documents(self.request(request)).await.expect("documents are found").into_inner()
    }
}

/// The anonymous memory that a process holds, in bytes.
pub(crate) fn held(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the server runs");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("Linux tells it");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") << 10
}

/// A document that everybody may read.
pub(crate) fn document(id: &str, title: &str, body: &str, author: &str) -> pb::Document {
    pb::Document {
        name: format!("documents/{id}"),
        kind: pb::DocumentKind::Page.into(),
        title: title.to_owned(),
        body: body.to_owned(),
        people: vec![pb::Participation { person: format!("people/{author}"), role: pb::Role::Author.into() }],
        audience: Some(audience(pb::audience::Grant::World)),
        ..pb::Document::default()
    }
}

/// An audience without lists.
pub(crate) fn audience(grant: pb::audience::Grant) -> pb::Audience {
    pb::Audience { grant: grant.into(), allowed: Vec::new(), denied: Vec::new() }
}

/// Makes or replaces a document.
pub(crate) async fn put(client: &Client, document: pb::Document) -> Result<pb::Document, Status> {
    let request = pb::UpdateDocumentRequest { document: Some(document), allow_missing: true, ..Default::default() };
    Ok(client.content().update_document(client.request(request)).await?.into_inner())
}

/// An audience of listed principals.
pub(crate) fn restricted(to: &[&str]) -> pb::Audience {
    pb::Audience { allowed: to.iter().map(ToString::to_string).collect(), ..audience(pb::audience::Grant::Restricted) }
}

/// Makes or replaces a community that only its members see.
pub(crate) async fn put_community(client: &Client, id: &str, members: &[&str], caretakers: &[&str]) -> pb::Community {
    let names = |ids: &[&str]| ids.iter().map(|id| format!("people/{id}")).collect();
    let community = pb::Community {
        name: format!("communities/{id}"),
        members: names(members),
        caretakers: names(caretakers),
        audience: Some(restricted(&[&format!("communities/{id}")])),
        ..Default::default()
    };
    let request = pb::UpdateCommunityRequest { community: Some(community), allow_missing: true, ..Default::default() };
    client.communities().update_community(client.request(request)).await.expect("a community is put").into_inner()
}

/// Whether the client may read a document, by Get, by List and by a search for its title.
pub(crate) async fn reads(client: &Client, name: &str) -> bool {
    let request = pb::GetDocumentRequest { name: name.to_owned(), ..Default::default() };
    let got = client.content().get_document(client.request(request)).await.is_ok();
    let request = pb::ListDocumentsRequest { page_size: 100, ..Default::default() };
    let listed = client.content().list_documents(client.request(request)).await.unwrap().into_inner();
    let listed = listed.documents.iter().any(|document| document.name == name);
    let id = name.trim_start_matches("documents/");
    let answer = client.find_documents(&format!("title{id}")).await;
    let found = names(&answer).iter().any(|hit| hit == name);
    let counted = answer.total.is_some_and(|total| total.count == 1);
    assert!([listed, found, counted].iter().all(|also| *also == got), "{name}: got {got}, {listed} {found} {counted}");
    got
}

/// The ledger's newest revision: as it was, nothing was written.
pub(crate) async fn head(client: &Client) -> i64 {
    let status = client.admin().get_status(client.request(pb::GetStatusRequest::default())).await.unwrap().into_inner();
    status.ledger.unwrap_or_default().head_revision
}

/// The fields that a refusal names.
pub(crate) fn fields(status: &Status) -> Vec<String> {
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    assert!(status.get_details_error_info().is_some(), "every status says its reason");
    let bad = status.get_details_bad_request().expect("field violations");
    bad.field_violations.into_iter().map(|violation| violation.field).collect()
}

/// One document of an import.
pub(crate) fn import_item(sequence: i64, document: pb::Document) -> pb::ImportDocumentsRequest {
    pb::ImportDocumentsRequest {
        part: Some(pb::import_documents_request::Part::Item(pb::ImportDocumentsItem { sequence, document: Some(document) })),
    }
}

/// Imports everything, and returns the results and the summary.
pub(crate) async fn import(
    client: &Client,
    items: Vec<pb::ImportDocumentsRequest>,
) -> Result<(Vec<pb::ImportResult>, pb::ImportSummary), Status> {
    let request = client.request(tokio_stream::iter(items));
    let mut answers = client.content().import_documents(request).await?.into_inner();
    let mut results = Vec::new();
    loop {
        match answers.message().await?.and_then(|answer| answer.part) {
            Some(Answer::Result(result)) => results.push(result),
            Some(Answer::Summary(summary)) => {
                assert!(answers.message().await?.is_none(), "nothing follows the summary");
                return Ok((results, summary));
            }
            None => panic!("the stream ended without a summary"),
        }
    }
}

/// The names of hits, in order.
pub(crate) fn names(answer: &pb::FindDocumentsResponse) -> Vec<String> {
    answer.documents.iter().map(|hit| hit.document.clone().unwrap_or_default().name).collect()
}

/// The names of people, in order.
pub(crate) fn people(answer: &pb::FindExpertsResponse) -> Vec<String> {
    answer.experts.iter().map(|hit| hit.person.clone().unwrap_or_default().name).collect()
}

/// Where a case runs: the real services over a memory ledger and a RAM index inside this process, or, where the variable
/// `ROOKERY_TESTS` says `process`, the real binary on a data directory. Cases need not know which, and must hold in both.
pub(crate) enum House {
    InProcess(Box<Embedded>),
    Process { channel: Channel, _server: Server, _folder: tempfile::TempDir },
}

impl House {
    /// Opens an empty house.
    pub(crate) async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// Opens an empty house by another clock, which only one in this process can be given.
    pub(crate) async fn open_by(clock: Arc<dyn Clock>) -> Self {
        Self::in_process(clock, &[]).await
    }

    /// Opens an empty house in this process by another clock, with variables of the environment.
    pub(crate) async fn in_process(clock: Arc<dyn Clock>, variables: &[(&str, &str)]) -> Self {
        let environment = variables.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        let config = config::load(&Sources { environment, ..Sources::default() }).expect("a good configuration").config;
        let embedded = Embedded::in_memory(&config, clock).await.expect("an empty house opens");
        Self::InProcess(Box::new(embedded))
    }

    /// Opens an empty house with variables of the environment, such as `ROOKERY__LIMITS__COMMUNITY_MEMBERS`.
    pub(crate) async fn open_with(variables: &[(&str, &str)]) -> Self {
        if std::env::var_os("ROOKERY_TESTS").is_some_and(|runs| runs == "process") {
            let folder = tempfile::tempdir().expect("a temporary directory");
            let server = Server::start_with(folder.path(), variables);
            let channel = server.client(None).await.channel;
            return Self::Process { channel, _server: server, _folder: folder };
        }
        Self::in_process(Arc::new(SystemClock), variables).await
    }

    /// Clients that ask as somebody.
    pub(crate) fn client(&self, asker: Option<&str>) -> Client {
        let channel = match self {
            Self::InProcess(embedded) => embedded.channel(),
            Self::Process { channel, .. } => channel.clone(),
        };
        Client { channel, asker: asker.map(str::to_owned), scopes: None }
    }
}
