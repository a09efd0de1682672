//! `rookery import ... --sync`: what the files no longer have of their source is deleted after the import.

use super::Failure;
use super::arguments::ImportArguments;
use super::client::Client;
use super::tally::Tally;
use crate::connectors::jsonl::{self, Contents, SourceFile};
use crate::grpc::pb;
use crate::grpc::pb::commit_sync_response::Part;

/// Begins a sync of what jsonl files carry; its token.
///
/// # Errors
/// [`Failure::Usage`] where no file holds documents: the sync would delete all there are.
pub(super) async fn begin(client: &Client, files: &[SourceFile]) -> Result<String, Failure> {
    if !files.iter().any(|file| matches!(file.contents, Contents::Documents)) {
        return Err(Failure::Usage("--sync needs a file of documents: without one, everything would be deleted".to_owned()));
    }
    let request = pb::BeginSyncRequest { system: jsonl::SYSTEM.to_owned(), request_id: String::new() };
    Ok(client.content().begin_sync(request).await?.into_inner().sync)
}

/// Deletes what the sync did not see, and tells how much; nothing where records failed, unless that is wanted. What is
/// deleted has to be waited for by the revision that is returned.
///
/// # Errors
/// [`Failure::Data`] where records failed.
pub(super) async fn commit(
    client: &Client,
    sync: String,
    tally: &Tally,
    arguments: &ImportArguments,
) -> Result<pb::CommitSyncSummary, Failure> {
    if tally.failed > 0 && !arguments.sync_despite_failures {
        return Err(Failure::Data(format!("{} records were not imported, so nothing was deleted", tally.failed)));
    }
    let max_deletions = arguments.max_deletions.map_or(0, i64::from);
    let request = pb::CommitSyncRequest { sync, max_deletions, validate_only: false };
    let mut answers = client.content().commit_sync(request).await?.into_inner();
    while let Some(answer) = answers.message().await? {
        match answer.part {
            Some(Part::Progress(progress)) => eprintln!("{} of {} deleted", progress.deleted, progress.to_delete),
            Some(Part::Summary(summary)) => return Ok(summary),
            None => {}
        }
    }
    Err(Failure::Call("the sweep was cut off; importing again with --sync deletes the rest".to_owned()))
}
