//! What was measured, in Markdown that can be read in a terminal and pasted into a note.

use std::fmt::Write;

use super::figures::{FOLDS, Figures, Part, best, chosen_without_each_fold, interval, mean, over_folds, spread, worth};
use super::sample::TRIED;
use crate::expertise::Weights;

/// Everything that follows from the figures. The weights in force are the first configuration.
pub(super) fn report(sets: &[Figures], configurations: &[Weights]) -> String {
    let all: Vec<&Figures> = sets.iter().collect();
    let chosen = chosen_without_each_fold(&all);
    let mut text = in_force(sets) + "\n" + &elsewhere(sets, &chosen, configurations.len()) + "\n";
    text += &folds(&all, &chosen);
    text += &plateau(&all, configurations.len());
    text + "\n" + &weights(configurations, best(&all, Part::All).0)
}

/// What the weights in force reach on each set.
fn in_force(sets: &[Figures]) -> String {
    let head = ["weights in force", "topics", "AP", "mean of folds", "deviation", "best published", "share of it"];
    let rows = sets.iter().map(|set| {
        let reached = set.mean(0, Part::All);
        let (mean, deviation) = over_folds(&set.reached_by(&[0; FOLDS as usize])).unzip();
        let share = reached.zip(set.published).map(|(reached, published)| reached / published);
        let figures = [reached, mean, deviation, set.published, share].map(figure);
        [vec![set.name.clone(), set.topics.len().to_string()], figures.to_vec()].concat()
    });
    table(&head, rows.collect())
}

/// What weights reach on topics that had no part in choosing them.
fn elsewhere(sets: &[Figures], chosen: &[usize], configurations: usize) -> String {
    let first = format!("the best of {configurations}, chosen elsewhere");
    let head =
        [&first, "AP, cross-validated", "mean of folds", "deviation", "minus in force", "95 % interval", "AP, by other sets"];
    let rows = sets.iter().enumerate().map(|(at, set)| {
        let reached = set.reached_by(chosen);
        let values: Vec<f64> = reached.iter().map(|(_, value)| *value).collect();
        let differences: Vec<f64> = values.iter().zip(&set.topics).map(|(value, topic)| value - topic.reached[0]).collect();
        let (folds_mean, deviation) = over_folds(&reached).unzip();
        let others: Vec<&Figures> = sets.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, set)| set).collect();
        let by_others = (!others.is_empty()).then(|| set.mean(best(&others, Part::All).0, Part::All)).flatten();
        let between = interval(&differences).map_or("-".to_owned(), |(low, high)| format!("{low:+.4} to {high:+.4}"));
        let gain = mean(&differences).map_or("-".to_owned(), |gain| format!("{gain:+.4}"));
        vec![set.name.clone(), figure(mean(&values)), figure(folds_mean), figure(deviation), gain, between, figure(by_others)]
    });
    table(&head, rows.collect())
}

/// The worth of configurations on the folds that had no part in choosing them, beside those in force.
fn folds(sets: &[&Figures], chosen: &[usize]) -> String {
    let on_each = |configuration_of: &dyn Fn(usize) -> usize| -> Vec<f64> {
        let judged = |fold: u32| sets.iter().any(|set| set.mean(0, Part::Fold(fold)).is_some());
        (0..FOLDS)
            .filter(|fold| judged(*fold))
            .map(|fold| worth(sets, configuration_of(fold as usize), Part::Fold(fold)))
            .collect()
    };
    let line = |name: &str, values: &[f64]| {
        let each = values.iter().map(|value| format!("{value:.3}")).collect::<Vec<_>>().join(" ");
        let (mean, deviation) = spread(values).unzip();
        format!("{name}: {each}; mean {}, deviation {}\n", figure(mean), figure(deviation))
    };
    let mut text =
        "Worth is the mean over sets of AP as a share of the best published method's; on each fold of the topics:\n".to_owned();
    text += &line("- chosen without it", &on_each(&|fold| chosen[fold]));
    text + &line("- in force", &on_each(&|_| 0))
}

/// How the worth of what was drawn is distributed, and where the weights in force stand.
fn plateau(sets: &[&Figures], configurations: usize) -> String {
    let in_force = worth(sets, 0, Part::All);
    let mut drawn: Vec<f64> = (1..configurations).map(|configuration| worth(sets, configuration, Part::All)).collect();
    drawn.sort_by(|a, b| b.total_cmp(a));
    let better = drawn.iter().filter(|worth| **worth > in_force).count();
    let mut text = format!("Worth of {} configurations, on all topics:", drawn.len());
    let places = [("best", 0), ("tenth part", 10), ("median", 50), ("nine tenths", 90), ("worst", 100)];
    for (name, percent) in places {
        let at = (drawn.len().saturating_sub(1)) * percent / 100;
        let _ = write!(text, " {name} {}", figure(drawn.get(at).copied()));
    }
    text + &format!("; in force {in_force:.4}, with {better} above it.\n")
}

/// The best configuration beside the one in force.
fn weights(configurations: &[Weights], best: usize) -> String {
    let rows = TRIED.iter().map(|tried| {
        let of = |configuration: usize| configurations.get(configuration).map(|weights| tried.value(weights));
        let shown = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
        vec![tried.name.to_owned(), shown(of(0)), shown(of(best)), tried.range()]
    });
    table(&["weight", "in force", "best on all topics", "tried"], rows.collect())
}

fn figure(value: Option<f64>) -> String {
    value.map_or("-".to_owned(), |value| format!("{value:.4}"))
}

/// A table whose first column is text and whose others are figures.
fn table(head: &[&str], rows: Vec<Vec<String>>) -> String {
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let _ = if column == 0 { write!(text, "| {cell:<width$} ") } else { write!(text, "| {cell:>width$} ") };
        }
        text.push_str("|\n");
        if at == 0 {
            for (column, width) in widths.iter().enumerate() {
                let _ = write!(text, "|{}{}", "-".repeat(width + 1), if column == 0 { "-" } else { ":" });
            }
            text.push_str("|\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::tune::figures::Topic;
    use crate::cli::tune::sample::configurations;

    #[test]
    fn a_report_holds_what_can_be_told_and_a_dash_for_the_rest() {
        let topics = vec![Topic { fold: 1, reached: vec![0.25, 0.5, 0.125] }];
        let sets = [Figures { name: "k8s".to_owned(), published: Some(0.5), topics }];
        let told = report(&sets, &configurations(2, 1));
        let row = |start: &str| {
            let rows: Vec<&str> = told.lines().filter(|line| line.starts_with(start)).collect();
            rows.iter().map(|row| row.split('|').map(str::trim).collect::<Vec<_>>().join("|")).collect::<Vec<_>>()
        };
        assert_eq!(row("| k8s")[0], "|k8s|1|0.2500|-|-|0.5000|0.5000|");
        // Without its one topic nothing tells the configurations apart, and the first is chosen.
        assert_eq!(row("| k8s")[1], "|k8s|0.2500|-|-|+0.0000|+0.0000 to +0.0000|-|");
        assert!(told.contains("best 1.0000") && told.contains("worst 0.2500; in force 0.5000, with 1 above it"), "{told}");
        assert!(row("| coverage")[0].starts_with("|coverage|0.75|"), "{told}");
    }
}
