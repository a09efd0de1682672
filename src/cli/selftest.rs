//! `rookery selftest`: proofs that anybody can run, of what the service promises.

use std::time::{Duration, Instant};

use super::Failure;
use super::arguments::{NoninterferenceArguments, StoresWord};
use crate::selftest::{Campaign, Leak, Outcome, Stores, uncovered_methods};

/// How often is told how far it is.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// `rookery selftest noninterference`
pub(super) async fn noninterference(arguments: &NoninterferenceArguments) -> Result<(), Failure> {
    let stores = match arguments.stores {
        StoresWord::Memory => Stores::Memory,
        StoresWord::Disk => Stores::Disk,
    };
    let mut campaign =
        Campaign { worlds: arguments.worlds, first_world: arguments.first_world, seed: arguments.seed, stores, planted: None };
    let Some(planted) = &arguments.planted else {
        let missing = uncovered_methods().await.map_err(|error| Failure::Call(error.to_string()))?;
        if !missing.is_empty() {
            return Err(Failure::Call(format!("these methods are not asked: {}", missing.join(", "))));
        }
        return compared(&run(campaign).await?);
    };
    for leak in named(planted)? {
        campaign.planted = Some(leak);
        let outcome = run(campaign).await?;
        if outcome.compared.first.is_none() {
            return Err(Failure::Call(format!("the leak {} was not found in {} worlds", leak.name(), outcome.worlds)));
        }
        println!("the leak {} was found after {} worlds", leak.name(), outcome.worlds);
    }
    Ok(())
}

/// The leaks that a name means.
fn named(name: &str) -> Result<Vec<Leak>, Failure> {
    let leaks: Vec<Leak> = Leak::ALL.into_iter().filter(|leak| name == "all" || leak.name() == name).collect();
    if leaks.is_empty() {
        let known: Vec<&str> = Leak::ALL.into_iter().map(Leak::name).collect();
        return Err(Failure::Usage(format!("{name} is no leak; there are: all, {}", known.join(", "))));
    }
    Ok(leaks)
}

async fn run(campaign: Campaign) -> Result<Outcome, Failure> {
    let began = Instant::now();
    let mut told = began;
    let progress = |outcome: &Outcome| {
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            eprintln!("{} of {} worlds after {} s", outcome.worlds, campaign.worlds, began.elapsed().as_secs());
        }
    };
    let outcome = campaign.run(progress).await.map_err(|stopped| Failure::Call(stopped.to_string()))?;
    if campaign.planted.is_none() {
        eprintln!("{:.1} s", began.elapsed().as_secs_f64());
    }
    Ok(outcome)
}

/// Tells what was compared; a difference is a failure.
fn compared(outcome: &Outcome) -> Result<(), Failure> {
    let compared = &outcome.compared;
    println!("worlds            {:>12}", outcome.worlds);
    println!("questions         {:>12}", compared.questions);
    println!("answers compared  {:>12}", compared.answers);
    println!("bytes compared    {:>12}", compared.bytes);
    println!("differing bytes   {:>12}", compared.differing_bytes);
    match &compared.first {
        None => Ok(()),
        Some(difference) => {
            println!("{difference}");
            Err(Failure::Call(format!(
                "an answer depends on what is hidden; see it again with: --seed {} --first-world {} --worlds 1",
                difference.seed, difference.world
            )))
        }
    }
}
