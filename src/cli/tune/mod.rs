//! `rookery tune`: tries weights of the ranking of people on judged sets, and tells how far what it finds can be trusted.
//!
//! Start reading at [`run`]: `sets.rs` finds the sets and `judged.rs` reads judgements, `sample.rs` draws what is tried, `measure.rs`
//! asks and `poll.rs` ranks, `figures.rs` says what follows, and `report.rs` prints it. Nothing is changed: weights are chosen by people,
//! in `expertise/weights.rs`. Those in force were chosen with all of these topics in view, so that what is drawn and chosen on some
//! of the topics alone starts with a handicap beside them.

mod figures;
mod judged;
mod measure;
mod poll;
mod report;
mod sample;
mod sets;

use super::Failure;
use super::arguments::TuneArguments;

/// `rookery tune`
pub(super) async fn run(arguments: &TuneArguments) -> Result<(), Failure> {
    let sets = sets::below(&arguments.data, &arguments.only)?;
    let configurations = sample::configurations(arguments.samples, arguments.seed);
    let mut figures = Vec::new();
    for set in &sets {
        figures.extend(measure::measure(set, &configurations).await?);
    }
    print!("{}", report::report(&figures, &configurations));
    Ok(())
}
