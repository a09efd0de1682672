//! `rookery demo`: the sample organisation, loaded and served, with lines to try it.

use std::net::SocketAddr;
use std::path::Path;

use tokio::sync::oneshot;

use super::Failure;
use super::arguments::DemoArguments;
use super::client::Client;
use super::import::import;
use super::serve;
use crate::config::{Config, Override, Sources, load};
use crate::domain::Audience;
use crate::server::{self, Stop};

/// The sample organisation, of this project's own writing; `sample/README.md` tells about it.
const SAMPLE: [(&str, &str); 3] = [
    ("people.jsonl", include_str!("../../sample/people.jsonl")),
    ("communities.jsonl", include_str!("../../sample/communities.jsonl")),
    ("documents.jsonl", include_str!("../../sample/documents.jsonl")),
];

/// `rookery demo`
pub(super) async fn run(arguments: &DemoArguments) -> Result<(), Failure> {
    let folder = tempfile::tempdir().map_err(|error| Failure::Unavailable(format!("no temporary directory: {error}")))?;
    let config = config(arguments, folder.path())?;
    serve::start_logging(&config)?;
    let (tell, told) = oneshot::channel();
    let (stop, stopper) = Stop::on_signal_or_request();
    let serving = async {
        let ready = move |address| {
            // The loader waits for the address as long as this runs.
            let _ = tell.send(address);
        };
        server::serve(&config, stop, ready).await.map_err(|error| serve::failure(&error))
    };
    let loading = async {
        let Ok(address) = told.await else { return Ok(()) };
        let loaded = load_sample(address, folder.path()).await;
        if arguments.load_only || loaded.is_err() {
            stopper.stop();
        } else {
            print!("{}", try_this(address));
        }
        loaded
    };
    let (served, loaded) = tokio::join!(serving, loading);
    served.and(loaded)
}

fn config(arguments: &DemoArguments, folder: &Path) -> Result<Config, Failure> {
    let overrides = vec![
        Override::listen(arguments.listen.clone()),
        Override::data_dir(folder.join("data").to_string_lossy()),
        Override::log_level("warn"),
    ];
    let loaded = load(&Sources::of_process(None, overrides)).map_err(|error| Failure::Configuration(error.to_string()))?;
    Ok(loaded.config)
}

async fn load_sample(address: SocketAddr, folder: &Path) -> Result<(), Failure> {
    let sample = folder.join("sample");
    let unwritable = |error: std::io::Error| Failure::Unavailable(format!("{}: {error}", sample.display()));
    std::fs::create_dir(&sample).map_err(unwritable)?;
    for (name, text) in SAMPLE {
        std::fs::write(sample.join(name), text).map_err(unwritable)?;
    }
    eprintln!("loading the sample organisation");
    let client = Client::remote(&format!("http://{address}"), Some("people/importer")).await?;
    let tally = import(&client, &sample, &Audience::organization()).await?;
    client.close().await;
    match tally.failed {
        0 => Ok(()),
        failed => Err(Failure::Data(format!("{failed} records of the sample were refused"))),
    }
}

/// Lines that work as they stand.
fn try_this(address: SocketAddr) -> String {
    let ask = |what: &str, asker: &str, body: &str, method: &str| {
        format!("# {what}\ngrpcurl -plaintext{asker} -d '{body}' {address} rookery.v1.{method}\n\n")
    };
    let ada = " -H 'rookery-as: people/ada'";
    let mut text = format!("\nRookery serves the sample organisation on {address}. Try, in another terminal:\n\n");
    text.push_str(&ask("Who knows about gRPC deadlines?", ada, r#"{"query": "grpc deadlines"}"#, "DiscoveryService/FindExperts"));
    text.push_str(&ask(
        "What is written about tides?",
        ada,
        r#"{"query": "tides", "include_total": true}"#,
        "DiscoveryService/FindDocuments",
    ));
    text.push_str(&ask("Both on one page", ada, r#"{"query": "kubernetes"}"#, "DiscoveryService/Search"));
    text.push_str(&ask(
        "The same without signing in: only what is open to the world",
        "",
        r#"{"query": "kubernetes"}"#,
        "DiscoveryService/Search",
    ));
    text.push_str(&ask("Who is Ada?", ada, r#"{"name": "people/ada"}"#, "PeopleService/GetPerson"));
    text.push_str(&ask(
        "Why does Ingrid not read what is planned for her farewell?",
        ada,
        r#"{"name": "documents/farewell-ingrid", "person": "people/ingrid"}"#,
        "ContentService/CheckAccess",
    ));
    text.push_str("# Everything that can be asked\n");
    text + &format!("grpcurl -plaintext {address} list\n\nCtrl-C ends the demo and removes its data.\n")
}
