//! Many pairs, some at once.

use std::num::NonZero;

use futures::{StreamExt, stream};

use super::compare::{self, CannotCompare, Compared};
use super::house::Stores;
use super::leaks::Leak;

/// Pairs at once for each core: a world that waits for its index leaves the core to another.
const PAIRS_A_CORE: usize = 2;

/// What is to be proved.
#[derive(Clone, Copy, Debug)]
pub struct Campaign {
    /// How many pairs of worlds.
    pub worlds: u64,
    /// The first of their numbers.
    pub first_world: u64,
    /// From what they are made.
    pub seed: u64,
    /// Where they are kept.
    pub stores: Stores,
    /// A leak that is planted, to show that it is found.
    pub planted: Option<Leak>,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Pairs compared.
    pub worlds: u64,
    /// What was compared in them.
    pub compared: Compared,
}

/// A pair that could not be compared.
#[derive(Debug, thiserror::Error)]
#[error("seed {seed}, world {world}: {fault}")]
pub struct Stopped {
    /// From what it was made.
    pub seed: u64,
    /// Its number.
    pub world: u64,
    /// Why not.
    pub fault: CannotCompare,
}

impl Campaign {
    /// Compares pairs in the order of their numbers, until all are or one differs.
    ///
    /// # Errors
    /// [`Stopped`] at the first pair that could not be compared.
    pub async fn run(self, mut progress: impl FnMut(&Outcome)) -> Result<Outcome, Stopped> {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let pairs = (self.first_world..self.first_world.saturating_add(self.worlds)).map(|world| {
            let Self { seed, stores, planted, .. } = self;
            async move { tokio::spawn(compare::pair(seed, world, stores, planted)).await }
        });
        let mut compared = stream::iter(pairs).buffered(cores.saturating_mul(PAIRS_A_CORE));
        let mut outcome = Outcome::default();
        while let Some(pair) = compared.next().await {
            let world = self.first_world + outcome.worlds;
            let pair = pair.unwrap_or_else(|died| Err(CannotCompare::Died(died)));
            let pair = pair.map_err(|fault| Stopped { seed: self.seed, world, fault })?;
            outcome.worlds += 1;
            outcome.compared.add(pair);
            progress(&outcome);
            if outcome.compared.first.is_some() {
                break;
            }
        }
        Ok(outcome)
    }
}
