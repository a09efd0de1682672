//! `rookery selftest`: proofs that anybody can run, of what the service promises.

use std::time::{Duration, Instant};

use super::Failure;
use super::arguments::{NoninterferenceArguments, RevocationArguments, StoresWord, TimingArguments};
use crate::selftest::{Campaign, Leak, Mistake, Outcome, Race, RaceOutcome, Stores, Timing, Way, uncovered_methods};

/// How often is told how far it is.
const TELL_EVERY: Duration = Duration::from_secs(10);
/// From so many rounds on, every way to take rights away and every question about it must have come up.
const ENOUGH_ROUNDS: u64 = 1_000;

/// `rookery selftest noninterference`
pub(super) async fn noninterference(arguments: &NoninterferenceArguments) -> Result<(), Failure> {
    let stores = stores(arguments.stores);
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

/// `rookery selftest revocation`
pub(super) async fn revocation(arguments: &RevocationArguments) -> Result<(), Failure> {
    let (rounds, seed) = (arguments.rounds, arguments.seed);
    let mut race = Race { rounds, seed, stores: stores(arguments.stores), planted: None };
    let Some(planted) = &arguments.planted else { return raced(&hold(race).await?, rounds) };
    for mistake in mistakes(planted)? {
        race.planted = Some(mistake);
        let outcome = hold(race).await?;
        if outcome.leak.is_none() {
            return Err(Failure::Call(format!("the mistake {} was not found in {} rounds", mistake.name(), outcome.rounds)));
        }
        println!("the mistake {} was found after {} rounds", mistake.name(), outcome.rounds);
    }
    Ok(())
}

/// The mistakes that a name means.
fn mistakes(name: &str) -> Result<Vec<Mistake>, Failure> {
    let mistakes: Vec<Mistake> = Mistake::ALL.into_iter().filter(|mistake| name == "all" || mistake.name() == name).collect();
    if mistakes.is_empty() {
        let known: Vec<&str> = Mistake::ALL.into_iter().map(Mistake::name).collect();
        return Err(Failure::Usage(format!("{name} is no mistake; there are: all, {}", known.join(", "))));
    }
    Ok(mistakes)
}

async fn hold(race: Race) -> Result<RaceOutcome, Failure> {
    let began = Instant::now();
    let mut told = began;
    let progress = |outcome: &RaceOutcome| {
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            eprintln!("{} of {} rounds after {} s", outcome.rounds, race.rounds, began.elapsed().as_secs());
        }
    };
    let outcome = race.run(progress).await.map_err(|error| Failure::Call(error.to_string()))?;
    if race.planted.is_none() {
        eprintln!("{:.1} s", began.elapsed().as_secs_f64());
    }
    Ok(outcome)
}

/// Tells what was asked; what showed is a failure.
fn raced(outcome: &RaceOutcome, wanted: u64) -> Result<(), Failure> {
    for (way, count) in &outcome.ways {
        println!("{:<32}{count:>12} rounds", way.name());
    }
    for asked in &outcome.asked {
        println!("{:<32}{:>12} calls judged{:>12} showed it before", asked.question, asked.judged, asked.shown);
    }
    println!("{:<32}{:>12}", "rounds", outcome.rounds);
    println!("{:<32}{:>12}", "calls", outcome.calls);
    println!("{:<32}{:>12}", "calls judged", outcome.judged());
    println!("{:<32}{:>12}", "leaks", usize::from(outcome.leak.is_some()));
    if let Some(shown) = &outcome.leak {
        println!("{shown}");
        return Err(Failure::Call("what was taken away was shown after the acknowledgement".to_owned()));
    }
    // With fewer rounds, chance alone leaves a question out.
    if wanted >= ENOUGH_ROUNDS && (!outcome.idle().is_empty() || outcome.ways.len() < Way::ALL.len()) {
        return Err(Failure::Call(format!("nothing is proved by: {}", outcome.idle().join(", "))));
    }
    Ok(())
}

/// `rookery selftest timing`
pub(super) async fn timing(arguments: &TimingArguments) -> Result<(), Failure> {
    let timing = Timing { documents: arguments.documents, calls: arguments.calls, stores: stores(arguments.stores) };
    let measured = timing.run().await.map_err(|error| Failure::Call(error.to_string()))?;
    println!("| question | asker | hidden, median | absent, median | difference | AUC |");
    println!("|---|---|---|---|---|---|");
    for told in measured {
        println!("{told}");
    }
    Ok(())
}

fn stores(word: StoresWord) -> Stores {
    match word {
        StoresWord::Memory => Stores::Memory,
        StoresWord::Disk => Stores::Disk,
    }
}
