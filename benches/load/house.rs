//! The program under load: a process of its own, and what is asked of it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rookery::grpc::pb;
use rookery::grpc::pb::community_service_client::CommunityServiceClient;
use rookery::grpc::pb::content_service_client::ContentServiceClient;
use rookery::grpc::pb::discovery_service_client::DiscoveryServiceClient;
use rookery::grpc::pb::import_documents_response::Part as Answer;
use rookery::grpc::pb::people_service_client::PeopleServiceClient;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;
use tonic::{Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::numbers::Numbers;
use crate::plain::Filling;
use crate::world::{Asker, World, document_name};

/// Messages that lie between the generator and the import.
const AHEAD: usize = 256;

/// A server and a connection to it.
pub(crate) struct House {
    child: Child,
    channel: Channel,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// The empty call: what a call costs that does nothing.
    Check,
    GetDocument,
    FindDocuments,
    FindExperts,
    FindDiscussions,
    FindPeople,
    Search,
    Suggest,
    /// `FindDocuments` with the most costly query known: beginnings of two letters, any of which will do.
    Beginnings,
}

impl Method {
    /// All, the empty call first.
    pub(crate) const ALL: [Self; 9] = [
        Self::Check,
        Self::GetDocument,
        Self::FindDocuments,
        Self::FindExperts,
        Self::FindDiscussions,
        Self::FindPeople,
        Self::Search,
        Self::Suggest,
        Self::Beginnings,
    ];

    /// Most calls of it one after another, those that warm it among them: few where one alone takes long.
    pub(crate) fn most_calls(self) -> usize {
        if self == Self::Beginnings { 100 } else { usize::MAX }
    }
}

/// One question, made before it is timed.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) method: Method,
    pub(crate) asker: Asker,
    pub(crate) text: String,
}

impl Question {
    pub(crate) fn draw(method: Method, world: &World, documents: usize, numbers: &mut Numbers) -> Self {
        let words = 1 + numbers.below(3);
        let text = match method {
            Method::Check => String::new(),
            Method::GetDocument => document_name(numbers.below(documents)),
            Method::FindPeople => world.person(0, numbers).display_name,
            Method::Suggest => world.beginning(numbers),
            Method::Beginnings => world.beginnings(numbers),
            _ => world.question(words, numbers),
        };
        Self { method, asker: world.asker(numbers), text }
    }
}

impl House {
    /// Starts a server on a data directory.
    pub(crate) async fn start(data_dir: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rookery"))
            .args(["serve", "--listen", "127.0.0.1:0", "--log-level", "warn", "--data-dir"])
            .arg(data_dir)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut first = String::new();
        let said = child.stdout.take().expect("its output is read");
        BufReader::new(said).read_line(&mut first).expect("it says where it listens");
        let address = first.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        let channel = Channel::from_shared(format!("http://{address}")).expect("an address").connect().await.expect("it serves");
        Self { child, channel }
    }

    /// Anonymous memory, in MiB.
    pub(crate) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() >> 10
    }

    /// Imports the organisation, which plain tantivy gets as well; how long that took until everything can be found.
    pub(crate) async fn import(&self, world: &World, documents: usize, plain: &mut Filling, numbers: &mut Numbers) -> Duration {
        self.people_and_communities(world, numbers).await;
        let (sender, items) = mpsc::channel(AHEAD);
        let mut content = ContentServiceClient::new(self.channel.clone());
        let importing = tokio::spawn(async move {
            let mut answers =
                content.import_documents(as_somebody(ReceiverStream::new(items))).await.expect("an import").into_inner();
            while let Some(answer) = answers.message().await.expect("answers") {
                match answer.part {
                    Some(Answer::Summary(summary)) => return summary,
                    Some(Answer::Result(result)) => assert!(result.error.is_none(), "{result:?}"),
                    None => {}
                }
            }
            panic!("an import ends with a summary");
        });
        let (mut topics, mut generating) = (Vec::new(), Duration::ZERO);
        let began = Instant::now();
        for id in 0..documents {
            let apart = Instant::now();
            let document = world.document(id, &mut topics, numbers);
            plain.add(&document.name, &document.title, &document.body);
            generating += apart.elapsed();
            let item = pb::ImportDocumentsItem { sequence: i64::try_from(id).unwrap_or_default(), document: Some(document) };
            let part = Some(pb::import_documents_request::Part::Item(item));
            sender.send(pb::ImportDocumentsRequest { part }).await.expect("the import goes on");
        }
        drop(sender);
        let summary = importing.await.expect("the import ends");
        let everything = pb::FindDocumentsRequest { min_revision: summary.revision, page_size: 1, ..Default::default() };
        let mut discovery = DiscoveryServiceClient::new(self.channel.clone());
        while discovery.find_documents(as_somebody(everything.clone())).await.is_err() {}
        began.elapsed().saturating_sub(generating)
    }

    async fn people_and_communities(&self, world: &World, numbers: &mut Numbers) {
        let items: Vec<_> = (0..world.people())
            .map(|number| {
                let item = pb::ImportPeopleItem { sequence: 0, person: Some(world.person(number, numbers)) };
                pb::ImportPeopleRequest { part: Some(pb::import_people_request::Part::Item(item)) }
            })
            .collect();
        let mut people = PeopleServiceClient::new(self.channel.clone());
        let request = as_somebody(tokio_stream::iter(items));
        let mut answers = people.import_people(request).await.expect("an import").into_inner();
        while answers.message().await.expect("answers").is_some() {}
        let mut communities = CommunityServiceClient::new(self.channel.clone());
        for community in world.communities(numbers) {
            let request = pb::UpdateCommunityRequest { community: Some(community), allow_missing: true, ..Default::default() };
            communities.update_community(as_somebody(request)).await.expect("a community");
        }
    }

    /// Asks; the call's own status.
    pub(crate) async fn ask(&self, question: &Question) -> Result<(), Status> {
        let asker = &question.asker;
        let query = || question.text.clone();
        let mut discovery = DiscoveryServiceClient::new(self.channel.clone());
        match question.method {
            Method::Check => {
                let request = HealthCheckRequest { service: String::new() };
                HealthClient::new(self.channel.clone()).check(request).await.map(drop)
            }
            Method::GetDocument => {
                let request = pb::GetDocumentRequest { name: question.text.clone(), ..Default::default() };
                match ContentServiceClient::new(self.channel.clone()).get_document(asking(asker, request)).await {
                    Err(status) if status.code() == tonic::Code::NotFound => Ok(()),
                    answered => answered.map(drop),
                }
            }
            Method::FindDocuments | Method::Beginnings => {
                let request = pb::FindDocumentsRequest { query: query(), page_size: 10, ..Default::default() };
                discovery.find_documents(asking(asker, request)).await.map(drop)
            }
            Method::FindExperts => {
                let request = pb::FindExpertsRequest { query: query(), page_size: 10, ..Default::default() };
                discovery.find_experts(asking(asker, request)).await.map(drop)
            }
            Method::FindDiscussions => {
                let request = pb::FindDiscussionsRequest { query: query(), page_size: 10, ..Default::default() };
                discovery.find_discussions(asking(asker, request)).await.map(drop)
            }
            Method::FindPeople => {
                let request = pb::FindPeopleRequest { query: query(), page_size: 10, ..Default::default() };
                discovery.find_people(asking(asker, request)).await.map(drop)
            }
            Method::Search => {
                let request = pb::SearchRequest { query: query(), ..Default::default() };
                discovery.search(asking(asker, request)).await.map(drop)
            }
            Method::Suggest => {
                let request = pb::SuggestRequest { query: query(), ..Default::default() };
                discovery.suggest(asking(asker, request)).await.map(drop)
            }
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // Its directory goes with the run.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn as_somebody<T>(message: T) -> Request<T> {
    asking(&Asker { name: "people/p0".to_owned(), groups: String::new() }, message)
}

fn asking<T>(asker: &Asker, message: T) -> Request<T> {
    let mut request = Request::new(message);
    for (key, value) in [("rookery-as", &asker.name), ("rookery-groups", &asker.groups)] {
        request.metadata_mut().insert(key, value.parse().expect("names fit into metadata"));
    }
    request
}
