//! Answers in the words of a terminal.

use std::fmt::Write as _;

use tonic::Status;
use tonic_types::StatusExt;
use tonic_types::pb::Status as RpcStatus;

use crate::grpc::pb;
use crate::grpc::pb::expert_hit::Level;

/// A status with its field violations, for people.
pub(super) fn status(status: &Status) -> String {
    let mut text = format!("{:?}: {}", status.code(), status.message());
    if let Some(bad) = status.get_details_bad_request() {
        for violation in bad.field_violations {
            let _ = write!(text, "\n  {}: {}", violation.field, violation.description);
        }
    }
    text
}

/// The status of one item, on one line.
pub(super) fn rpc_status(error: &RpcStatus) -> String {
    use prost::Message;
    let violations: Vec<String> = error
        .details
        .iter()
        .filter(|detail| detail.type_url.ends_with("google.rpc.BadRequest"))
        .filter_map(|detail| tonic_types::pb::BadRequest::decode(&detail.value[..]).ok())
        .flat_map(|bad| bad.field_violations)
        .map(|violation| format!("{}: {}", violation.field, violation.description))
        .collect();
    if violations.is_empty() { error.message.clone() } else { violations.join("; ") }
}

/// A call's status as an item's.
pub(super) fn as_rpc_status(status: &Status) -> RpcStatus {
    RpcStatus { code: status.code().into(), message: self::status(status), details: Vec::new() }
}

/// People who know, with the evidence.
pub(super) fn experts(answer: &pb::FindExpertsResponse) -> String {
    let mut text = String::new();
    warnings(&mut text, &answer.warnings);
    if answer.abstained {
        text.push_str("Nobody is named: the evidence is too thin.\n");
        if !answer.neighbouring_topics.is_empty() {
            let topics: Vec<String> = answer.neighbouring_topics.iter().map(|topic| format!("#{topic}")).collect();
            let _ = writeln!(text, "Topics nearby: {}", topics.join(" "));
        }
    } else if !answer.uncovered_words.is_empty() {
        let _ = writeln!(text, "Nobody here knows of: {}", answer.uncovered_words.join(", "));
    }
    for (at, hit) in answer.experts.iter().enumerate() {
        let person = hit.person.clone().unwrap_or_default();
        let level = match hit.level() {
            Level::High => "high",
            Level::Medium => "medium",
            Level::Low | Level::Unspecified => "low",
        };
        let _ =
            writeln!(text, "{:>2}. {} ({})  {level}, relevance {:.2}", at + 1, person.display_name, person.name, hit.relevance);
        place(&mut text, &person);
        let _ = writeln!(text, "    {}", hit.reasons.join("; "));
        communities(&mut text, &hit.communities);
        for evidence in &hit.evidence {
            let share = 100.0 * evidence.contribution / hit.score.max(f64::MIN_POSITIVE);
            let title = match (evidence.title.as_str(), evidence.thread_title.as_str()) {
                ("", "") => "(no title)".to_owned(),
                ("", thread) => format!("in \u{201c}{thread}\u{201d}"),
                (title, _) => title.to_owned(),
            };
            let _ = writeln!(text, "    {share:>3.0} %  {title}  {}", evidence.document);
        }
        if hit.other_count > 0 {
            let share = 100.0 * hit.other_contribution / hit.score.max(f64::MIN_POSITIVE);
            let _ = writeln!(text, "    {share:>3.0} %  {} more", hit.other_count);
        }
    }
    text
}

/// What is written, with the passages that match.
pub(super) fn documents(answer: &pb::FindDocumentsResponse) -> String {
    let mut text = String::new();
    warnings(&mut text, &answer.warnings);
    if answer.documents.is_empty() {
        text.push_str("Nothing found.\n");
    }
    for (at, hit) in answer.documents.iter().enumerate() {
        let document = hit.document.clone().unwrap_or_default();
        let title = if document.title.is_empty() { "(no title)" } else { &document.title };
        let _ = writeln!(text, "{:>2}. {title}  {}", at + 1, document.name);
        let people: Vec<&str> = hit.people.iter().take(3).map(|person| person.display_name.as_str()).collect();
        let kind = document.kind().as_str_name().trim_start_matches("DOCUMENT_KIND_").to_lowercase();
        let date = document.create_time.map(|time| time.to_string()).unwrap_or_default();
        let date = date.split('T').next().unwrap_or_default();
        let _ = writeln!(text, "    {kind}, {}, {date}{}", people.join(", "), standing(&hit.factors));
        if let Some(snippet) = &hit.snippet {
            let _ = writeln!(text, "    {}", marked(snippet));
        }
        if hit.copy_count > 0 {
            let _ = writeln!(text, "    +{} copies: {}", hit.copy_count, hit.copies.join(", "));
        }
    }
    total(&mut text, answer.total.as_ref());
    text
}

/// What speaks for or against something, beside its age, which its date tells.
fn standing(factors: &[pb::ScoreFactor]) -> String {
    use pb::score_factor::Reason;
    let said = |factor: &pb::ScoreFactor| match factor.reason() {
        Reason::Unspecified | Reason::Age => "",
        Reason::Verified => ", verified",
        Reason::Deprecated => ", deprecated",
        Reason::ReviewExpired => ", not looked after",
        Reason::Solved => ", solved",
        Reason::WellAnswered => ", well answered",
    };
    factors.iter().map(said).collect()
}

/// Where it is being talked about, with the passages that match.
pub(super) fn discussions(answer: &pb::FindDiscussionsResponse) -> String {
    let mut text = String::new();
    warnings(&mut text, &answer.warnings);
    if answer.discussions.is_empty() {
        text.push_str("Nothing found.\n");
    }
    for (at, hit) in answer.discussions.iter().enumerate() {
        let title = hit.root.as_ref().map(|root| root.title.as_str()).filter(|title| !title.is_empty()).unwrap_or("(no title)");
        let solved = if hit.solved { ", solved".to_owned() } else { standing(&hit.factors) };
        let _ = writeln!(text, "{:>2}. {title}  {}", at + 1, hit.name);
        let people: Vec<&str> = hit.participants.iter().take(3).map(|person| person.display_name.as_str()).collect();
        let (people, messages) = (people.join(", "), hit.message_count);
        let date = hit.last_activity_time.map(|time| time.to_string()).unwrap_or_default();
        let date = date.split('T').next().unwrap_or_default();
        let _ = writeln!(text, "    {messages} messages{solved}, {} match, {people}, {date}", hit.match_count);
        if let Some(snippet) = hit.best.as_ref().and_then(|best| best.snippet.as_ref()) {
            let _ = writeln!(text, "    {}", marked(snippet));
        }
    }
    total(&mut text, answer.total.as_ref());
    text
}

/// People by name, with what the words met.
pub(super) fn people(answer: &pb::FindPeopleResponse) -> String {
    let mut text = String::new();
    warnings(&mut text, &answer.warnings);
    if answer.people.is_empty() {
        text.push_str("Nobody found.\n");
    }
    for (at, hit) in answer.people.iter().enumerate() {
        let person = hit.person.clone().unwrap_or_default();
        let _ = writeln!(text, "{:>2}. {} ({})", at + 1, person.display_name, person.name);
        place(&mut text, &person);
        let met: Vec<String> = hit.matches.iter().map(met).collect();
        if !met.is_empty() {
            let _ = writeln!(text, "    {}", met.join("; "));
        }
    }
    total(&mut text, answer.total.as_ref());
    text
}

/// People who share interests, with the topics that they share.
pub(super) fn peers(answer: &pb::FindPeersResponse) -> String {
    let mut text = String::new();
    warnings(&mut text, &answer.warnings);
    let topics: Vec<String> = answer.topics.iter().map(|interest| format!("#{}", interest.topic)).collect();
    if topics.is_empty() {
        text.push_str("No interests are known.\n");
    } else {
        let _ = writeln!(text, "Interests: {}", topics.join(" "));
    }
    if answer.abstained && !topics.is_empty() {
        text.push_str("Nobody found.\n");
    }
    for (at, hit) in answer.peers.iter().enumerate() {
        let person = hit.person.clone().unwrap_or_default();
        let _ = writeln!(text, "{:>2}. {} ({})  similarity {:.2}", at + 1, person.display_name, person.name, hit.similarity);
        place(&mut text, &person);
        let _ = writeln!(text, "    {}", hit.reasons.join("; "));
        let share = |contribution: f64| 100.0 * contribution / hit.similarity.max(f64::MIN_POSITIVE);
        for pb::SharedTopic { topic, document_count, peer_document_count, contribution } in &hit.shared_topics {
            let counts = format!("documents: {document_count} and {peer_document_count}");
            let _ = writeln!(text, "    {:>3.0} %  #{topic}  {counts}", share(*contribution));
        }
        if hit.other_count > 0 {
            let _ = writeln!(text, "    {:>3.0} %  {} more", share(hit.other_contribution), hit.other_count);
        }
    }
    text
}

fn met(met: &pb::DirectoryMatch) -> String {
    use pb::directory_match::How;
    let pb::DirectoryMatch { word, field, met: what, .. } = met;
    match met.how() {
        How::Exact | How::Unspecified => format!("{word} in {field}"),
        How::Prefix => format!("{word} begins {what} in {field}"),
        How::Misspelt => format!("{word} is nearly {what} in {field}"),
    }
}

/// Where somebody works, where it is known.
fn place(text: &mut String, person: &pb::Person) {
    let place: Vec<&str> =
        [&person.title, &person.unit, &person.location].into_iter().map(String::as_str).filter(|s| !s.is_empty()).collect();
    if !place.is_empty() {
        let _ = writeln!(text, "    {}", place.join(", "));
    }
}

/// Which communities hold what speaks for somebody, where any does.
fn communities(text: &mut String, counts: &[pb::CommunityCount]) {
    let id = |name: &str| name.strip_prefix("communities/").unwrap_or(name).to_owned();
    let held: Vec<String> = counts.iter().map(|held| format!("{} ({})", id(&held.community), held.count)).collect();
    if !held.is_empty() {
        let _ = writeln!(text, "    in: {}", held.join(", "));
    }
}

fn total(text: &mut String, total: Option<&pb::Total>) {
    if let Some(total) = total {
        let more = if total.relation() == pb::total::Relation::AtLeast { " or more" } else { "" };
        let _ = writeln!(text, "{}{more} in all", total.count);
    }
}

fn warnings(text: &mut String, warnings: &[pb::Warning]) {
    for warning in warnings {
        let _ = writeln!(text, "note: {}", warning.message);
    }
}

/// A snippet with what matched between stars.
fn marked(snippet: &pb::Snippet) -> String {
    let position = |at: i32| usize::try_from(at).unwrap_or(usize::MAX);
    let starts: Vec<usize> = snippet.highlights.iter().map(|range| position(range.start)).collect();
    let ends: Vec<usize> = snippet.highlights.iter().map(|range| position(range.end)).collect();
    let mut text = String::new();
    for (at, c) in snippet.text.chars().chain([' ']).enumerate() {
        if ends.contains(&at) {
            text.push('*');
        }
        if starts.contains(&at) {
            text.push('*');
        }
        text.push(c);
    }
    text.trim_end().to_owned()
}
