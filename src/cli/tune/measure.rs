//! Asks the questions of a judged set, once, and ranks people by what votes with every configuration.
//!
//! A set is imported and asked as `rookery eval` does it. The votes of one topic at a time are held, and let go once every
//! configuration has ranked by them, so that memory does not grow with topics, sets or configurations.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use super::super::Failure;
use super::super::client::{Client, with_causes};
use super::super::eval::{self, Survey};
use super::super::import::import;

use super::figures::{Figures, Topic, folds_of};
use super::poll::{DEPTH, Poll};
use super::sets::{JudgedSet, Questions};
use crate::access::Asker;
use crate::app::{App, AppError, Call, FindExperts, Mode, Naming, parse_query};
use crate::domain::{Audience, FixedClock, PersonName, ResourceName};
use crate::expertise::Weights;
use crate::server::Embedded;

/// Measures every configuration on every topic of a set; the weights in force must come first.
pub(super) async fn measure(set: &JudgedSet, configurations: &[Weights]) -> Result<Vec<Figures>, Failure> {
    let survey = Survey::of(&set.directory)?;
    let folder = tempfile::tempdir().map_err(|error| Failure::Unavailable(format!("no temporary directory: {error}")))?;
    let config = eval::config(folder.path(), DEPTH);
    let clock = Arc::new(FixedClock(survey.newest));
    let house = Embedded::open(&config, clock).await.map_err(|error| Failure::Unavailable(with_causes(&error)))?;
    let outcome = import_and_ask(&house, set, configurations, &survey).await;
    house.close().await;
    outcome
}

async fn import_and_ask(
    house: &Embedded,
    set: &JudgedSet,
    configurations: &[Weights],
    survey: &Survey,
) -> Result<Vec<Figures>, Failure> {
    let client = Client::inside(house, Some(eval::EVALUATOR))?;
    let tally = import(&client, &set.directory, &Audience::organization()).await?;
    eprintln!("{}: {} imported, {} failed", set.directory.display(), tally.created, tally.failed);
    let mut figures = Vec::new();
    for questions in &set.questions {
        let began = Instant::now();
        let measured = Asked { app: house.app(), survey, configurations }.measure(questions).await?;
        let (topics, each, seconds) = (measured.topics.len(), configurations.len(), began.elapsed().as_secs_f64());
        eprintln!("{}: {topics} topics, each ranked {each} times, in {seconds:.1} s", measured.name);
        figures.push(measured);
    }
    Ok(figures)
}

/// Who is asked.
struct Asked<'a> {
    app: &'a App,
    survey: &'a Survey,
    configurations: &'a [Weights],
}

impl Asked<'_> {
    /// Every topic that is judged; one that is not asked has no right answer found.
    async fn measure(&self, questions: &Questions) -> Result<Figures, Failure> {
        let judgements = &questions.judgements;
        let queries: HashMap<&str, &str> =
            questions.topics.iter().map(|topic| (topic.id.as_str(), topic.query.as_str())).collect();
        let ids: Vec<&str> = judgements.keys().map(String::as_str).collect();
        let mut measured = Vec::with_capacity(ids.len());
        for ((topic, right), fold) in judgements.iter().zip(folds_of(&ids)) {
            let reached = match queries.get(topic.as_str()) {
                Some(query) => self.reached(query, right).await,
                None => Ok(vec![0.0; self.configurations.len()]),
            };
            let reached = reached.map_err(|failure| Failure::Call(format!("{}, topic {topic}: {failure}", questions.name)))?;
            measured.push(Topic { fold, reached });
        }
        Ok(Figures { name: questions.name.clone(), published: questions.published, topics: measured })
    }

    /// Average precision of one question's answers by every configuration.
    async fn reached(&self, query: &str, right: &BTreeSet<String>) -> Result<Vec<f64>, Failure> {
        let evaluator = PersonName::parse(eval::EVALUATOR).map_err(|error| Failure::Call(error.to_string()))?;
        let call = Call { asker: Asker::person(evaluator, BTreeSet::new(), BTreeSet::new()), ..Call::default() };
        let failed = |error: AppError| Failure::Call(with_causes(&error));
        let limits = self.app.settings().limits.query();
        // What is beyond the limits has no right answer found.
        let query = parse_query(query, Mode::Plain, &limits).unwrap_or_default();
        let mut wanted = FindExperts { query, ..FindExperts::default() };
        let votes = self.app.votes(&call, &wanted).await.map_err(failed)?;
        // Everybody for whom a document votes has room.
        let limit = votes.votes.iter().map(|vote| vote.people.len()).sum::<usize>().max(1);
        wanted.naming = Naming { min_relevance: Some(0.0), limit, ..Naming::default() };
        let answer = self.app.find_experts(&call, wanted).await.map_err(failed)?;
        let named: Vec<PersonName> = answer.experts.into_iter().map(|expert| expert.person.name).collect();
        let is_right = |name: &PersonName| right.contains(&self.survey.source_id(&name.to_string()));
        let named_as: HashMap<PersonName, bool> = named.iter().map(|name| (name.clone(), is_right(name))).collect();
        let poll = Poll { votes, named: named_as, right: right.len() };
        let in_force = &self.app.settings().experts;
        tokio::task::block_in_place(|| {
            if !poll.ranked(in_force).eq(named) {
                return Err(Failure::Call("the ranking is not the one with which FindExperts answers".to_owned()));
            }
            Ok(poll.reached(self.configurations, in_force))
        })
    }
}
