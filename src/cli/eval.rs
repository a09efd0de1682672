//! `rookery eval`: asks every topic of a judged set through the code behind the RPCs, and writes a TREC run.
//!
//! The set is imported into a temporary store. The clock stands at the newest document, the asker is a signed-in person, and
//! nobody is left out for lack of relevance. What is measured is for others to measure.

use std::collections::HashMap;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::arguments::{EvalArguments, Judged};
use super::client::Client;
use super::import::import;
use super::runfile::{self, Topic};
use super::{Failure, show};
use crate::config::{ByteSize, Config};
use crate::connectors::jsonl::{self, Contents, Item, Reader};
use crate::domain::{Audience, FixedClock, Moment};
use crate::grpc::pb;

/// Who asks.
pub(super) const EVALUATOR: &str = "people/evaluator";

/// `rookery eval`
pub(super) async fn run(arguments: &EvalArguments) -> Result<(), Failure> {
    let default_topics = match arguments.judged {
        Judged::Experts => "topics.tsv",
        Judged::Documents => "queries.tsv",
    };
    let topics_file = arguments.topics.clone().unwrap_or_else(|| arguments.data.join(default_topics));
    let topics = runfile::topics(&topics_file, arguments.query)?;
    let survey = Survey::of(&arguments.data)?;
    let folder = tempfile::tempdir().map_err(|error| Failure::Unavailable(format!("no temporary directory: {error}")))?;
    let client =
        Client::embedded(&config(folder.path(), arguments.depth), Arc::new(FixedClock(survey.newest)), Some(EVALUATOR)).await?;
    let outcome = ask_everything(&client, arguments, &topics, &survey).await;
    client.close().await;
    outcome
}

/// The defaults, but for a page that holds a whole ranking and long questions.
pub(super) fn config(data_dir: &Path, depth: usize) -> Config {
    let mut config = Config::default();
    data_dir.clone_into(&mut config.storage.data_dir);
    config.limits.page_size_max = depth.max(1);
    config.limits.window = config.limits.window.max(depth);
    config.limits.evidence_per_person = 1;
    config.limits.query_bytes = ByteSize::mib(1);
    config.limits.query_terms = 10_000;
    config.limits.query_clauses = 10_000;
    config.server.limits.unary_timeout = std::time::Duration::from_mins(10);
    config.server.limits.max_deadline = std::time::Duration::from_mins(10);
    config.server.limits.max_response_bytes = ByteSize::gib(1);
    config
}

async fn ask_everything(client: &Client, arguments: &EvalArguments, topics: &[Topic], survey: &Survey) -> Result<(), Failure> {
    let tally = import(client, &arguments.data, &Audience::organization()).await?;
    eprintln!("{} imported, {} failed", tally.created, tally.failed);
    let mut out: Box<dyn Write> = match &arguments.run {
        Some(path) => created(path)?,
        None => Box::new(BufWriter::new(io::stdout().lock())),
    };
    let mut ratings: Box<dyn Write> = match &arguments.ratings {
        Some(path) => created(path)?,
        None => Box::new(io::sink()),
    };
    let unwritten = |error: io::Error| Failure::Call(error.to_string());
    let began = Instant::now();
    for topic in topics {
        let failed = |status| Failure::Call(format!("topic {}: {}", topic.id, show::status(&status)));
        let names: Vec<String> = match arguments.judged {
            Judged::Experts => {
                let answer = experts(client, &topic.query, arguments.depth).await.map_err(failed)?;
                rate(ratings.as_mut(), &topic.id, &answer, survey).map_err(unwritten)?;
                answer.experts.into_iter().filter_map(|hit| Some(hit.person?.name)).collect()
            }
            Judged::Documents => documents(client, &topic.query, arguments.depth).await.map_err(failed)?,
        };
        let ranked: Vec<String> = names.into_iter().map(|name| survey.source_id(&name)).collect();
        runfile::write_ranking(out.as_mut(), &topic.id, &ranked).map_err(unwritten)?;
    }
    out.flush().map_err(unwritten)?;
    ratings.flush().map_err(unwritten)?;
    eprintln!("{} topics asked in {:.1} s", topics.len(), began.elapsed().as_secs_f64());
    Ok(())
}

fn created(path: &Path) -> Result<Box<dyn Write>, Failure> {
    let file = std::fs::File::create(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    Ok(Box::new(BufWriter::new(file)))
}

/// Writes how likely it is that each person of an answer knows, and what that was learnt from.
fn rate(out: &mut dyn Write, topic: &str, answer: &pb::FindExpertsResponse, survey: &Survey) -> io::Result<()> {
    for hit in &answer.experts {
        let id = survey.source_id(&hit.person.as_ref().map(|person| person.name.clone()).unwrap_or_default());
        let level = hit.level().as_str_name().trim_start_matches("LEVEL_");
        let pb::ExpertHit { relevance, score, involved_count, .. } = hit;
        writeln!(out, "{topic}\t{id}\t{relevance}\t{level}\t{score}\t{}\t{involved_count}", answer.fit)?;
    }
    Ok(())
}

/// Judged questions are texts that nobody wrote as queries.
const PLAIN: i32 = pb::QueryMode::Plain as i32;

async fn experts(client: &Client, query: &str, depth: usize) -> Result<pb::FindExpertsResponse, tonic::Status> {
    let request = pb::FindExpertsRequest {
        query: query.to_owned(),
        page_size: i32::try_from(depth).unwrap_or(i32::MAX),
        min_relevance: Some(0.0),
        query_mode: PLAIN,
        ..Default::default()
    };
    Ok(client.discovery().find_experts(request).await?.into_inner())
}

async fn documents(client: &Client, query: &str, depth: usize) -> Result<Vec<String>, tonic::Status> {
    let request = pb::FindDocumentsRequest {
        query: query.to_owned(),
        page_size: i32::try_from(depth).unwrap_or(i32::MAX),
        // Judged sets hold copies, and judge each.
        show_copies: true,
        query_mode: PLAIN,
        ..Default::default()
    };
    let answer = client.discovery().find_documents(request).await?.into_inner();
    Ok(answer.documents.into_iter().filter_map(|hit| Some(hit.document?.name)).collect())
}

/// What must be known of a set before it is imported: the moment at which to ask, and the sources' own ids.
pub(super) struct Survey {
    pub(super) newest: Moment,
    source_ids: HashMap<String, String>,
}

impl Survey {
    pub(super) fn of(data: &Path) -> Result<Self, Failure> {
        let unreadable = |error: jsonl::SourceError| Failure::Usage(error.to_string());
        let mut survey = Self { newest: Moment::default(), source_ids: HashMap::new() };
        for file in jsonl::files(data).map_err(unreadable)? {
            if file.contents == Contents::Communities {
                continue;
            }
            let mut reader = Reader::open(&file, Audience::organization()).map_err(unreadable)?;
            while let Some(next) = reader.next_item().map_err(unreadable)? {
                match next.map(|record| record.item) {
                    Ok(Item::Document(source)) => {
                        survey.newest = survey.newest.max(source.document.updated);
                        survey.remember(source.document.name.to_string(), source.document.source);
                    }
                    Ok(Item::Person(person)) => survey.remember(person.name.to_string(), person.source),
                    Ok(Item::Community(_)) | Err(_) => {}
                }
            }
        }
        Ok(survey)
    }

    fn remember(&mut self, name: String, source: Option<crate::domain::Source>) {
        // Most names hold the source's id as it is; only the others need remembering.
        if let Some(source) = source.filter(|source| !name.ends_with(&source.id)) {
            self.source_ids.insert(name, source.id);
        }
    }

    pub(super) fn source_id(&self, name: &str) -> String {
        let bare = || name.split_once('/').map_or(name, |(_, id)| id).to_owned();
        self.source_ids.get(name).cloned().unwrap_or_else(bare)
    }
}
