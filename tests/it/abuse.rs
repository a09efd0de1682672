//! What a hostile peer may do to a server: cost it little, and others nothing.
//!
//! Proved, over real connections of a real server, each while another client calls all the time: after 1. streams reset as soon as
//! they are opened, 2. ten thousand streams that are opened and left, 3. headers that never end, 4. messages of 5 MiB, and
//! messages that never come, 5. peers that do not greet, the server holds at most 64 MiB more, and each call of the other client
//! succeeded.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use rookery::grpc::pb;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::support::frames::{Abuser, begin_message, more_headers, more_of_a_message, open, open_without_end, reset};
use crate::support::{Server, document, held, put};

const CALL: &str = "/rookery.v1.DiscoveryService/FindDocuments";
/// What a server may hold more, at any moment.
const MOST_BYTES: u64 = 64 << 20;

/// A server with a document, somebody who finds it all the time, and what the server held before.
struct Scene {
    server: Server,
    address: SocketAddr,
    before: u64,
    most: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
    asking: tokio::task::JoinHandle<usize>,
}

impl Scene {
    async fn set(variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start_with(&folder.keep(), variables);
        let ada = server.client(Some("people/ada")).await;
        let revision = put(&ada, document("tide", "Tide", "tide", "ada")).await.unwrap().revision;
        let request = pb::FindDocumentsRequest { query: "tide".to_owned(), min_revision: revision, ..Default::default() };
        ada.discovery().find_documents(ada.request(request)).await.unwrap();
        let (over, most) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (end, highest, pid) = (Arc::clone(&over), Arc::clone(&most), server.pid());
        let before = server.held();
        let asking = tokio::spawn(async move {
            let mut answered = 0;
            while !end.load(Ordering::Relaxed) {
                let found = ada.find_documents("tide").await;
                assert_eq!(found.documents.len(), 1);
                answered += 1;
                highest.fetch_max(usize::try_from(held(pid)).unwrap(), Ordering::Relaxed);
            }
            answered
        });
        Self { address: server.address(), server, before, most, over, asking }
    }

    /// Ends the scene: every call of the other client succeeded, and the server never held much more.
    async fn end(self) {
        self.over.store(true, Ordering::Relaxed);
        let answered = self.asking.await.expect("every call of another client succeeds");
        assert!(answered > 0, "the other client was heard");
        let most = u64::try_from(self.most.load(Ordering::Relaxed)).unwrap();
        let more = most.saturating_sub(self.before);
        assert!(more <= MOST_BYTES, "{} MiB more than the {} MiB before", more >> 20, self.before >> 20);
        assert_eq!(self.server.terminate(), Some(0));
    }
}

/// The numbers of a client's first streams.
fn streams(count: u32) -> impl Iterator<Item = u32> {
    (0..count).map(|number| 2 * number + 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_are_reset_at_once_cost_others_nothing() {
    let scene = Scene::set(&[]).await;
    for _ in 0..4 {
        let abuser = Abuser::connect(scene.address).await;
        for stream in streams(10_000) {
            if !abuser.send(&[open(stream, CALL), reset(stream)].concat()).await {
                break;
            }
        }
        abuser.leave();
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_open_streams_are_refused() {
    let scene = Scene::set(&[]).await;
    let abuser = Abuser::connect(scene.address).await;
    for stream in streams(10_000) {
        if !abuser.send(&open(stream, CALL)).await {
            break;
        }
    }
    let heard = abuser.until_closed().await;
    assert!(heard.closed && heard.resets + heard.goaways > 0, "more streams than may be are no way to be served: {heard:?}");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_streams_of_many_connections_take_nobodys_place() {
    let scene = Scene::set(&[]).await;
    let mut abusers = Vec::new();
    for _ in 0..100 {
        let abuser = Abuser::connect(scene.address).await;
        for stream in streams(100) {
            assert!(abuser.send(&open(stream, CALL)).await, "100 streams are within the limits");
        }
        abusers.push(abuser);
    }
    // They hold what they hold for a while.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(abusers.iter().all(|abuser| !abuser.is_closed()), "they are slow, which is no crime");
    abusers.into_iter().for_each(Abuser::leave);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_never_end_close_the_connection() {
    let scene = Scene::set(&[]).await;
    let mut slow = Vec::new();
    for _ in 0..100 {
        let abuser = Abuser::connect(scene.address).await;
        assert!(abuser.send(&open_without_end(1, CALL)).await);
        slow.push(abuser);
    }
    let abuser = Abuser::connect(scene.address).await;
    let mut open = abuser.send(&open_without_end(1, CALL)).await;
    for _ in 0..10_000 {
        open = open && abuser.send(&more_headers(1, &"x".repeat(100))).await;
    }
    assert!(abuser.until_closed().await.closed);
    slow.into_iter().for_each(Abuser::leave);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_over_the_limit_are_not_taken_in() {
    let scene = Scene::set(&[]).await;
    let mut abusers = Vec::new();
    for _ in 0..8 {
        let abuser = Abuser::connect(scene.address).await;
        for stream in streams(32) {
            let mut sent = abuser.send(&[open(stream, CALL), begin_message(stream, 5 << 20)].concat()).await;
            for _ in 0..3 {
                sent = sent && abuser.send(&more_of_a_message(stream)).await;
            }
        }
        abusers.push(abuser);
    }
    abusers.into_iter().for_each(Abuser::leave);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_greet_is_cut_off() {
    let scene = Scene::set(&[("ROOKERY__SERVER__LIMITS__HANDSHAKE_TIMEOUT", "300ms")]).await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(TcpStream::connect(scene.address).await.unwrap());
    }
    for mut peer in silent {
        let mut rest = Vec::new();
        // Whatever the server still says, it ends.
        let _ = peer.read_to_end(&mut rest).await;
    }
    scene.end().await;
}
