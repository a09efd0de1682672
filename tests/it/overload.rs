//! More calls than a connection may have at work are refused in words that a client can act on.
//!
//! Proved, over real connections of a real server: 1. a call over `concurrency_per_connection` is UNAVAILABLE with its reason and
//! when to try again; 2. other connections and health are answered meanwhile; 3. one place serves calls one after another, and is
//! free as soon as a stream has ended.

use rookery::grpc::pb;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::StatusExt;

use crate::support::{Client, Server};

async fn limits(client: &Client) -> Result<(), tonic::Status> {
    client.admin().get_limits(client.request(pb::GetLimitsRequest::default())).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_over_the_limit_is_told_when_to_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_with(folder.path(), &[("ROOKERY__SERVER__LIMITS__CONCURRENCY_PER_CONNECTION", "1")]);
    let ada = server.client(Some("people/ada")).await;
    for _ in 0..100 {
        limits(&ada).await.expect("one call at a time has its place");
    }
    let (sender, items) = mpsc::channel(1);
    let mut importing = ada.content().import_documents(ada.request(ReceiverStream::new(items))).await.unwrap().into_inner();

    let refused = limits(&ada).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unavailable, "{refused:?}");
    assert_eq!(refused.get_details_error_info().unwrap().reason, "OVERLOADED");
    assert!(refused.get_details_retry_info().unwrap().retry_delay.is_some_and(|delay| !delay.is_zero()));
    let asked = HealthCheckRequest { service: String::new() };
    HealthClient::new(ada.channel.clone()).check(asked).await.expect("health needs no place");
    limits(&server.client(Some("people/ada")).await).await.expect("another connection has places of its own");

    drop(sender);
    while importing.message().await.unwrap().is_some() {}
    limits(&ada).await.expect("the stream has given its place back");
    assert_eq!(server.terminate(), Some(0));
}
