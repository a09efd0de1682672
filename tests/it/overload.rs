//! More calls than a connection may have at work, or an asker may make, are refused in words that a client can act on.
//!
//! Proved, over real connections of a real server: 1. a call over `concurrency_per_connection` is UNAVAILABLE with its reason and
//! when to try again; 2. other connections and health are answered meanwhile; 3. one place serves calls one after another, and is
//! free as soon as a stream has ended; 4. an asker over the rate of a class of calls is `RESOURCE_EXHAUSTED`, alone and in that class
//! alone, and is answered again after the time told.

use std::time::Duration;

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

#[tokio::test(flavor = "multi_thread")]
async fn who_calls_too_often_is_told_when_to_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let rates = [
        ("ROOKERY__SERVER__LIMITS__SEARCHES_PER_SECOND", "1"),
        ("ROOKERY__SERVER__LIMITS__READS_PER_SECOND", "1000000"),
        ("ROOKERY__SERVER__LIMITS__WRITES_PER_SECOND", "1"),
    ];
    let server = Server::start_with(folder.path(), &rates);
    let ada = server.client(Some("people/ada")).await;
    let told = ada.admin().get_limits(ada.request(pb::GetLimitsRequest::default())).await.unwrap().into_inner();
    assert_eq!((told.searches_per_second, told.reads_per_second, told.writes_per_second), (1, 1_000_000, 1));

    let refused = loop {
        let request = pb::FindDocumentsRequest { query: "tide".to_owned(), ..Default::default() };
        if let Err(refused) = ada.discovery().find_documents(ada.request(request)).await {
            break refused;
        }
    };
    assert_eq!(refused.code(), Code::ResourceExhausted, "{refused:?}");
    let info = refused.get_details_error_info().unwrap();
    assert_eq!((info.reason.as_str(), info.metadata["limit"].as_str()), ("TOO_OFTEN", "server.limits.searches_per_second"));
    assert!(!refused.get_details_quota_failure().unwrap().violations.is_empty());
    let wait = refused.get_details_retry_info().unwrap().retry_delay.unwrap();
    assert!(!wait.is_zero() && wait <= Duration::from_secs(1), "{wait:?}");
    server.client(Some("people/bo")).await.find_documents("tide").await;
    limits(&ada).await.expect("reads have a rate of their own");

    let mut refused = None;
    while refused.is_none() {
        let (_sender, items) = mpsc::channel::<pb::ImportDocumentsRequest>(1);
        refused = ada.content().import_documents(ada.request(ReceiverStream::new(items))).await.err();
    }
    assert_eq!(refused.unwrap().get_details_error_info().unwrap().reason, "TOO_OFTEN", "streams are counted");
    tokio::time::sleep(wait).await;
    ada.find_documents("tide").await;
    assert_eq!(server.terminate(), Some(0));
}
