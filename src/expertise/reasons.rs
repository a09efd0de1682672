//! Why somebody is named, in words that a colleague would use.

use super::SkillSignal;
use crate::domain::{Kind, Moment, Role};

/// One document that speaks for a person, as the words need it.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// What it is.
    pub kind: Kind,
    /// The person's role in it.
    pub role: Role,
    /// Its headline; empty where it has none or where it may not be quoted.
    pub title: String,
}

const DAY: i64 = 86_400;

/// Reasons, the strongest first: what was answered, written, edited and reviewed, then what people say, and how long ago the last
/// document was. `spoken` comes in the order of the evidence; the first titled document of a sort is named.
#[must_use]
pub fn reasons(spoken: &[Spoken], skills: &[SkillSignal], last: Moment, now: Moment) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    reasons.extend(answered(spoken));
    for kind in [Kind::Page, Kind::Article, Kind::Topic, Kind::Post] {
        reasons.extend(wrote(spoken, kind));
    }
    reasons.extend(counted(spoken, Role::Contributor, "contributed to", "document"));
    reasons.extend(counted(spoken, Role::Reviewer, "reviewed", "document"));
    reasons.extend(skills.iter().map(said));
    reasons.push(format!("last active {}", ago(last, now)));
    reasons
}

fn answered(spoken: &[Spoken]) -> Option<String> {
    let accepted = spoken.iter().filter(|item| item.role == Role::Answerer).count();
    let replies =
        spoken.iter().filter(|item| item.kind == Kind::Reply && matches!(item.role, Role::Author | Role::Answerer)).count();
    let answers = replies.max(accepted);
    match (answers, accepted) {
        (0, _) => None,
        (answers, 0) => Some(format!("replied in {}", plural(answers, "discussion message"))),
        (answers, accepted) => Some(format!("answered {}, {accepted} accepted", plural(answers, "question"))),
    }
}

fn wrote(spoken: &[Spoken], kind: Kind) -> Option<String> {
    let of_kind = || spoken.iter().filter(|item| item.kind == kind && item.role == Role::Author);
    let count = of_kind().count();
    let title = of_kind().map(|item| item.title.trim()).find(|title| !title.is_empty());
    match (count, title) {
        (0, _) => None,
        (1, Some(title)) => Some(format!("wrote the {} \u{201c}{title}\u{201d}", kind.as_str())),
        (count, Some(title)) => Some(format!("wrote {}, among them \u{201c}{title}\u{201d}", plural(count, kind.as_str()))),
        (count, None) => Some(format!("wrote {}", plural(count, kind.as_str()))),
    }
}

fn counted(spoken: &[Spoken], role: Role, verb: &str, noun: &str) -> Option<String> {
    let count = spoken.iter().filter(|item| item.role == role).count();
    (count > 0).then(|| format!("{verb} {}", plural(count, noun)))
}

/// What is said of a skill, which is declared, endorsed or both.
fn said(SkillSignal { skill, declared, endorsements }: &SkillSignal) -> String {
    match (declared, endorsements) {
        (true, 0) => format!("declares \u{201c}{skill}\u{201d}"),
        (true, count) => format!("declares \u{201c}{skill}\u{201d}, endorsed by {count}"),
        (false, count) => format!("endorsed for \u{201c}{skill}\u{201d} by {count}"),
    }
}

/// So many of something, in words.
pub(super) fn plural(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// A span of time as people say it; what lies ahead of the clock counts as today.
fn ago(then: Moment, now: Moment) -> String {
    let days = (now.unix_seconds() - then.unix_seconds()).max(0) / DAY;
    let count = |n: i64, unit: &str| if n == 1 { format!("1 {unit} ago") } else { format!("{n} {unit}s ago") };
    match days {
        0 => "today".to_owned(),
        1..14 => count(days, "day"),
        14..60 => count(days / 7, "week"),
        60..730 => count(days / 30, "month"),
        _ => count(days / 365, "year"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(kind: Kind, role: Role, title: &str) -> Spoken {
        Spoken { kind, role, title: title.to_owned() }
    }

    #[test]
    fn reasons_count_and_name() {
        let given = [
            spoken(Kind::Reply, Role::Answerer, ""),
            spoken(Kind::Reply, Role::Author, ""),
            spoken(Kind::Page, Role::Author, "Deadlines"),
            spoken(Kind::Post, Role::Author, ""),
            spoken(Kind::Post, Role::Author, ""),
            spoken(Kind::Page, Role::Reviewer, "Keepalive"),
        ];
        let day = |n: i64| Moment::from_unix_seconds(n * DAY).unwrap();
        assert_eq!(
            reasons(&given, &[], day(100), day(121)),
            [
                "answered 2 questions, 1 accepted",
                "wrote the page \u{201c}Deadlines\u{201d}",
                "wrote 2 posts",
                "reviewed 1 document",
                "last active 3 weeks ago"
            ]
        );
    }

    #[test]
    fn what_people_say_comes_behind_what_documents_show() {
        let said = |skill: &str, declared, endorsements| SkillSignal { skill: skill.to_owned(), declared, endorsements };
        let skills = [said("gRPC", true, 3), said("protobuf", false, 2), said("grpc web", true, 0)];
        assert_eq!(
            reasons(&[spoken(Kind::Post, Role::Author, "")], &skills, Moment::MIN, Moment::MIN),
            [
                "wrote 1 post",
                "declares \u{201c}gRPC\u{201d}, endorsed by 3",
                "endorsed for \u{201c}protobuf\u{201d} by 2",
                "declares \u{201c}grpc web\u{201d}",
                "last active today"
            ]
        );
    }

    #[test]
    fn time_ahead_of_the_clock_is_today() {
        assert_eq!(ago(Moment::MAX, Moment::from_unix_seconds(0).unwrap()), "today");
        assert!(ago(Moment::MIN, Moment::MAX).ends_with("years ago"));
    }
}
