//! Nothing acknowledged is lost, and everything derived can be thrown away.
//!
//! Proved: 1. after `kill -9` at any moment of an import every acknowledged document is there and found; 2. without the
//! profiles' and the index' directories every answer is as before; 3. a second server on the directory leaves at once and
//! harms nothing; 4. SIGTERM ends a server cleanly.

use std::time::Duration;

use rookery::grpc::pb;
use rookery::grpc::pb::import_documents_request::Part;
use rookery::grpc::pb::import_documents_response::Part as Answer;
use tokio::sync::{mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;

use crate::support::{Client, Server, document, import_sample, names, run};

/// How often the import is killed.
const KILLS: u64 = 20;
/// Documents offered in each round.
const OFFERED: u64 = 2_000;

/// A small generator, so that a failing run can be told by its seed (Steele, Lea and Flood, `SplitMix64`, OOPSLA 2014).
struct Moments(u64);

impl Moments {
    fn next_below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

/// Imports one round's documents until the connection breaks, and tells how far it is; the names that were acknowledged.
async fn import_until_cut(client: Client, round: u64, so_far: watch::Sender<u64>) -> Vec<String> {
    let (sender, items) = mpsc::channel(64);
    let feeding = tokio::spawn(async move {
        for at in 0..OFFERED {
            let word = format!("round{round}item{at}");
            let document = document(&format!("r{round}-{at}"), &word, &format!("{word} tells of tides and turbines"), "ada");
            let item = pb::ImportDocumentsItem { sequence: i64::try_from(at).unwrap(), document: Some(document) };
            if sender.send(pb::ImportDocumentsRequest { part: Some(Part::Item(item)) }).await.is_err() {
                return;
            }
        }
    });
    let mut acknowledged = Vec::new();
    if let Ok(answers) = client.content().import_documents(client.request(ReceiverStream::new(items))).await {
        let mut answers = answers.into_inner();
        while let Ok(Some(answer)) = answers.message().await {
            if let Some(Answer::Result(result)) = answer.part {
                assert!(result.error.is_none(), "{result:?}");
                acknowledged.push(result.name);
                so_far.send_modify(|so_far| *so_far += 1);
            }
        }
    }
    feeding.abort();
    acknowledged
}

async fn assert_all_there(server: &Server, acknowledged: &[String]) {
    let client = server.client(Some("people/ada")).await;
    for name in acknowledged {
        let request = pb::GetDocumentRequest { name: name.clone(), ..Default::default() };
        let found = client.content().get_document(client.request(request)).await;
        let found = found.unwrap_or_else(|status| panic!("{name} was acknowledged and is lost: {status}")).into_inner();
        assert_eq!(&found.name, name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_kill_minus_nine() {
    let folder = tempfile::tempdir().unwrap();
    let seed = std::process::id().into();
    println!("seed {seed}");
    let mut moments = Moments(seed);
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..KILLS {
        let server = Server::start(folder.path());
        let (so_far, mut watched) = watch::channel(0);
        let importing = tokio::spawn(import_until_cut(server.client(Some("people/importer")).await, round, so_far));
        // A moment by chance of the import, however fast the machine is, and then one of what it is just doing.
        let far = moments.next_below(80);
        watched.wait_for(|so_far| *so_far >= far).await.expect("an import goes on until it is cut");
        tokio::time::sleep(Duration::from_millis(moments.next_below(40))).await;
        server.kill();
        let news = importing.await.unwrap();
        println!("round {round}: {} acknowledged", news.len());
        let server = Server::start(folder.path());
        assert_all_there(&server, &news).await;
        if let Some(last) = news.last() {
            let client = server.client(Some("people/ada")).await;
            let word = last.trim_start_matches("documents/r").replacen('-', "item", 1);
            assert_eq!(names(&client.find_documents(&format!("round{word}")).await), std::slice::from_ref(last));
        }
        server.kill();
        acknowledged.extend(news);
    }
    assert!(acknowledged.len() > 100, "the import got somewhere: {}", acknowledged.len());
    let server = Server::start(folder.path());
    assert_all_there(&server, &acknowledged).await;
    let client = server.client(Some("people/ada")).await;
    let total = client.find_documents("turbines").await.total.unwrap();
    assert!(usize::try_from(total.count).unwrap() >= acknowledged.len().min(1_000), "{total:?}");
}

/// Answers to a fixed set of questions, with the tokens masked.
async fn answers(server: &Server) -> Vec<String> {
    let mut told = Vec::new();
    for asker in [None, Some("people/ada")] {
        let client = server.client(asker).await;
        for query in ["grpc deadlines", "tide", "rust", "kubernetes", "Urlaub", "safety"] {
            let mut documents = client.find_documents(query).await;
            documents.revision.clear();
            documents.next_page_token.clear();
            let mut experts = client.find_experts(query).await;
            experts.revision.clear();
            experts.next_page_token.clear();
            told.extend([format!("{asker:?} {query}: {documents:?}"), format!("{experts:?}")]);
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn read_models_can_be_deleted_and_answers_stay() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    import_sample(&data);
    let server = Server::start(&data);
    let before = answers(&server).await;
    assert_eq!(server.terminate(), Some(0));
    for derived in ["profiles", "index"] {
        assert!(data.join(derived).is_dir(), "{derived} lies in the data directory");
        std::fs::remove_dir_all(data.join(derived)).unwrap();
        let server = Server::start(&data);
        assert_eq!(answers(&server).await, before, "answers changed with {derived} deleted");
        assert_eq!(server.terminate(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_leaves_at_once_and_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let client = server.client(Some("people/ada")).await;
    let request = pb::UpdateDocumentRequest {
        document: Some(document("here", "Here", "before the second server", "ada")),
        allow_missing: true,
        ..Default::default()
    };
    client.content().update_document(client.request(request)).await.unwrap();
    let dir = folder.path().to_str().unwrap();
    let second = run(&["serve", "--listen", "127.0.0.1:0", "--data-dir", dir]);
    assert_eq!(second.status.code(), Some(69));
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("another process uses this directory"), "{said}");
    assert_all_there(&server, &["documents/here".to_owned()]).await;
    assert_eq!(server.terminate(), Some(0));
    let server = Server::start(folder.path());
    assert_all_there(&server, &["documents/here".to_owned()]).await;
}
