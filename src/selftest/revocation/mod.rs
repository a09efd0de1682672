//! Races readers against writers who take rights away.
//!
//! Writers deny, narrow, hide, delete and remove, wait for the acknowledgement, and give back later. Readers never pause and try every
//! way by which a document can show, with page tokens from before. A call that was started after an acknowledgement and has
//! ended before the grant began must show nothing of what was taken away. Start reading in `board.rs`, where that is judged.

mod board;
mod planted;
mod questions;
mod reader;
mod record;
mod rooms;
mod ways;
mod writer;

#[cfg(test)]
mod tests;

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinSet;

pub use record::{Asked, RaceOutcome, Shown};
pub use ways::Way;

use super::house::{Broken, House, Service, Stores};
use super::leaks::Leak;
use super::random::Random;
use board::Board;
use reader::{Reader, Walks};
use record::Record;
use rooms::Room;
use writer::Writer;

/// Writers, each with rooms of its own.
const LANES: usize = 4;
/// Readers of each writer's rooms.
const READERS: usize = 2;
/// The shortest time between two commits of the index, so that revocations are asked for before, during and after them.
const COMMIT_AT_LEAST: Duration = Duration::from_millis(10);
/// The longest.
const COMMIT_AT_MOST: Duration = Duration::from_millis(100);
/// How often is told how far it is.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// What is to be proved.
#[derive(Clone, Copy, Debug)]
pub struct Race {
    /// How many revocations.
    pub rounds: u64,
    /// From what they are drawn.
    pub seed: u64,
    /// Where everything is kept.
    pub stores: Stores,
    /// A mistake that is planted, to show that it is found.
    pub planted: Option<Mistake>,
}

/// A mistake on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// The index hears of rights taken away with its next commit only.
    LateRevocation,
    /// Pages are remembered and given again.
    KeptAnswers,
}

impl Mistake {
    /// Every mistake.
    pub const ALL: [Self; 2] = [Self::LateRevocation, Self::KeptAnswers];

    /// What it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LateRevocation => "late-revocation",
            Self::KeptAnswers => "kept-answers",
        }
    }
}

/// Why a race could not be held.
#[derive(Debug, thiserror::Error)]
pub enum CannotRace {
    /// The house would not open.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// A call was refused that never should be.
    #[error("a call failed: {0}")]
    Call(String),
}

impl Race {
    /// Races until every round is over or something showed that should not.
    ///
    /// # Errors
    /// [`CannotRace`].
    pub async fn run(self, progress: impl FnMut(&RaceOutcome)) -> Result<RaceOutcome, CannotRace> {
        let leak = self.planted.filter(|planted| *planted == Mistake::LateRevocation).map(|_| Leak::LateRevocation);
        let house = House::tuned(self.stores, leak, |config| {
            config.index.commit_interval_min = COMMIT_AT_LEAST;
            config.index.commit_interval_max = COMMIT_AT_MOST;
            config.index.search_threads = 2;
        })
        .await?;
        let service: Arc<dyn Service> = match self.planted {
            Some(Mistake::KeptAnswers) => {
                Arc::new(planted::KeepsAnswers { service: Arc::clone(&house.service), kept: Mutex::default() })
            }
            _ => Arc::clone(&house.service),
        };
        let outcome = self.race(service, progress).await;
        house.close().await;
        outcome
    }

    async fn race(self, service: Arc<dyn Service>, mut progress: impl FnMut(&RaceOutcome)) -> Result<RaceOutcome, CannotRace> {
        let rooms = LANES * writer::ROOMS;
        fill(service.as_ref(), rooms).await.map_err(CannotRace::Call)?;
        let board = Arc::new(Board::new(rooms, LANES));
        (0..rooms).for_each(|number| Room::of(number).register(&board));
        (0..LANES).for_each(|lane| board.turn_to(lane, lane * writer::ROOMS));
        let record = Arc::new(Record::new());
        let rounds = Arc::new(AtomicU64::new(self.rounds));
        let (mut writing, mut reading) = (JoinSet::new(), JoinSet::new());
        for lane in 0..LANES {
            let (service, board, record) = (Arc::clone(&service), Arc::clone(&board), Arc::clone(&record));
            let random = |who: usize| Random::of(&[self.seed, lane as u64, who as u64]);
            for reader in 0..READERS {
                let (service, board, record) = (Arc::clone(&service), Arc::clone(&board), Arc::clone(&record));
                let random = random(1 + reader);
                reading.spawn(Reader { service, board, record, lane, random, walks: Walks::default() }.run());
            }
            let (rounds, random) = (Arc::clone(&rounds), random(0));
            writing.spawn(Writer { service, board, record, rounds, lane, random }.run());
        }
        let mut tick = tokio::time::interval(TELL_EVERY);
        loop {
            tokio::select! {
                ended = writing.join_next() => match ended {
                    Some(Ok(())) => {}
                    Some(Err(died)) => {
                        record.fail(died.to_string());
                        board.end();
                    }
                    None => break,
                },
                _ = tick.tick() => progress(&record.outcome()),
            }
        }
        board.end();
        while let Some(ended) = reading.join_next().await {
            if let Err(died) = ended {
                record.fail(died.to_string());
            }
        }
        record.failure().map_or_else(|| Ok(record.outcome()), |failed| Err(CannotRace::Call(failed)))
    }
}

/// Writes everything as it is while nothing is taken away, and waits until the index has it.
async fn fill(service: &dyn Service, rooms: usize) -> Result<(), String> {
    let mut writes: Vec<ways::Write> = rooms::people(rooms).iter().map(ways::put_person).collect();
    writes.extend(rooms::communities().iter().map(ways::put_community));
    writes.extend(rooms::crowd().iter().map(ways::put_document));
    for room in (0..rooms).map(Room::of) {
        writes.extend([room.community_record(), room.shut_out_record()].iter().map(ways::put_community));
        writes.extend(room.documents().iter().map(ways::put_document));
    }
    let mut newest = String::new();
    for write in writes {
        newest = writer::done(service, write).await?.unwrap_or(newest);
    }
    writer::settle(service, &newest).await
}
