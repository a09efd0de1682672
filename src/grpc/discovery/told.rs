//! Answers of discovery.
//!
//! Proved below: 1. highlights count characters, wherever they lie in the text; 2. counts and levels keep their meaning; 3. a
//! blended page tells the oldest of its revisions, and each warning once; 4. warnings of a query say which characters and names they
//! are about.

use std::ops::Range;

use super::around::{page_token, total, warning};
use super::facets;
use super::people::{community_hit, person_hit};
use crate::app::{
    After, Basis, BlendedFound, DiscussionFound, DiscussionsFound, DocumentFound, DocumentsFound, EvidenceShown, ExpertFound,
    ExpertsFound, Factor, Interpreted, Level, PersonBehind, Reason, Snippet, Stretch, Stretched,
};
use crate::domain::ResourceName;
use crate::grpc::convert::{View, card, document, kind, role, timestamp};
use crate::grpc::pb;
use crate::grpc::seal::{Binding, Position, Seal};
use crate::grpc::status::Refusal;

/// A blended page.
pub(super) fn blended(found: BlendedFound, view: View, seal: &Seal) -> Result<pb::SearchResponse, Refusal> {
    let BlendedFound { experts, documents, discussions, people, communities } = found;
    // They were searched one beside the other; what is promised of the oldest one is true of all.
    let oldest = experts.revision.min(documents.revision).min(discussions.revision).min(people.revision);
    let revision = seal.revision(oldest)?;
    let reason = abstention(&experts);
    let mut warnings = experts.warnings;
    for warning in documents.warnings.into_iter().chain(discussions.warnings).chain(people.warnings) {
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
    let words = documents.interpreted.words.clone();
    Ok(pb::SearchResponse {
        abstained: experts.abstained,
        abstention_reason: reason.into(),
        neighbouring_topics: experts.neighbours.iter().map(|topic| topic.as_str().to_owned()).collect(),
        experts: experts.experts.into_iter().map(expert).collect(),
        documents: documents.documents.into_iter().map(|hit| document_hit(hit, &words, view)).collect(),
        discussions: discussions.discussions.into_iter().map(|hit| discussion_hit(hit, &words, view)).collect(),
        interpreted_query: Some(interpreted(documents.interpreted)),
        warnings: warnings.into_iter().map(warning).collect(),
        revision,
        people: people.people.into_iter().map(person_hit).collect(),
        communities: communities.communities.into_iter().map(community_hit).collect(),
        facets: documents.facets.into_iter().map(facets::told).collect(),
    })
}

/// A page of people.
pub(super) fn experts(found: ExpertsFound, binding: &Binding, seal: &Seal) -> Result<pb::FindExpertsResponse, Refusal> {
    let next = found
        .next
        .as_ref()
        .map(|next| Position::Turn(next.turn, next.score, next.person.id().to_owned(), next.first_page.clone()));
    Ok(pb::FindExpertsResponse {
        next_page_token: page_token(next.as_ref(), binding, seal)?,
        abstained: found.abstained,
        abstention_reason: abstention(&found).into(),
        neighbouring_topics: found.neighbours.iter().map(|topic| topic.as_str().to_owned()).collect(),
        experts: found.experts.into_iter().map(expert).collect(),
        interpreted_query: Some(interpreted(found.interpreted)),
        warnings: found.warnings.into_iter().map(warning).collect(),
        revision: seal.revision(found.revision)?,
        uncovered_words: found.uncovered,
        fit: found.fit,
    })
}

/// A page of documents.
pub(super) fn documents(
    found: DocumentsFound,
    view: View,
    binding: &Binding,
    seal: &Seal,
) -> Result<pb::FindDocumentsResponse, Refusal> {
    let next = found.next.map(position);
    let words = found.interpreted.words.clone();
    Ok(pb::FindDocumentsResponse {
        documents: found.documents.into_iter().map(|hit| document_hit(hit, &words, view)).collect(),
        next_page_token: page_token(next.as_ref(), binding, seal)?,
        total: found.total.map(total),
        people: found.people.into_iter().map(person_count).collect(),
        facets: found.facets.into_iter().map(facets::told).collect(),
        interpreted_query: Some(interpreted(found.interpreted)),
        warnings: found.warnings.into_iter().map(warning).collect(),
        revision: seal.revision(found.revision)?,
    })
}

/// A page of discussions.
pub(super) fn discussions(
    found: DiscussionsFound,
    view: View,
    binding: &Binding,
    seal: &Seal,
) -> Result<pb::FindDiscussionsResponse, Refusal> {
    let next = found.next.map(position);
    let words = found.interpreted.words.clone();
    Ok(pb::FindDiscussionsResponse {
        discussions: found.discussions.into_iter().map(|hit| discussion_hit(hit, &words, view)).collect(),
        next_page_token: page_token(next.as_ref(), binding, seal)?,
        total: found.total.map(total),
        people: found.people.into_iter().map(person_count).collect(),
        interpreted_query: Some(interpreted(found.interpreted)),
        warnings: found.warnings.into_iter().map(warning).collect(),
        revision: seal.revision(found.revision)?,
    })
}

/// Most terms that are told of what stood for a word.
const TERMS: usize = 10;

fn interpreted(found: Interpreted) -> pb::InterpretedQuery {
    let Interpreted { words, text, stretched, relaxed, meant } = found;
    let expansion = |stretched: Stretched| pb::WordExpansion {
        word: words.get(stretched.word).cloned().unwrap_or_default(),
        kind: match stretched.by {
            Stretch::Beginning => pb::word_expansion::Kind::Prefix,
            Stretch::Misspelt => pb::word_expansion::Kind::Misspelt,
            Stretch::Synonym => pb::word_expansion::Kind::Synonym,
        }
        .into(),
        term_count: count(stretched.terms.len()),
        terms: stretched.terms.into_iter().take(TERMS).collect(),
    };
    let expansions = stretched.into_iter().map(expansion).collect();
    pb::InterpretedQuery { text, expansions, relaxed, did_you_mean: meant, words }
}

fn position((after, first_page): (After, Basis)) -> Position {
    match after {
        After::Score(score, name) => Position::Score(score, name.id().to_owned(), first_page),
        After::Number(number, name) => Position::Number(number, name.id().to_owned(), first_page),
    }
}

fn abstention(found: &ExpertsFound) -> pb::AbstentionReason {
    match (found.abstained, found.matched) {
        (false, _) => pb::AbstentionReason::Unspecified,
        (true, false) => pb::AbstentionReason::NoEvidence,
        (true, true) => pb::AbstentionReason::TooLittleEvidence,
    }
}

fn expert(found: ExpertFound) -> pb::ExpertHit {
    let level = match found.level {
        Level::Low => pb::expert_hit::Level::Low,
        Level::Medium => pb::expert_hit::Level::Medium,
        Level::High => pb::expert_hit::Level::High,
    };
    let counts = found.counts.into_iter().map(|((what, speaking), number)| pb::EvidenceCount {
        kind: kind(what).into(),
        role: role(speaking).into(),
        count: count(number),
    });
    let communities = found
        .communities
        .into_iter()
        .map(|(community, number)| pb::CommunityCount { community: community.to_string(), count: count(number) });
    let skills = found.skills.into_iter().map(|signal| pb::SkillSignal {
        skill: signal.skill,
        declared: signal.declared,
        endorsement_count: count(signal.endorsements),
    });
    pb::ExpertHit {
        person: Some(card(found.person)),
        score: found.score,
        relevance: found.relevance,
        level: level.into(),
        reasons: found.reasons,
        evidence: found.evidence.into_iter().map(evidence).collect(),
        other_count: count(found.other_count),
        other_contribution: found.other_contribution,
        counts: counts.collect(),
        last_evidence_time: Some(timestamp(found.last_evidence)),
        involved_count: count(usize::try_from(found.involved).unwrap_or(usize::MAX)),
        communities: communities.collect(),
        skills: skills.collect(),
    }
}

fn evidence(shown: EvidenceShown) -> pb::Evidence {
    let EvidenceShown { evidence, title, thread_title } = shown;
    pb::Evidence {
        document: evidence.document.to_string(),
        title,
        thread_title,
        kind: kind(evidence.kind).into(),
        role: role(evidence.role).into(),
        update_time: Some(timestamp(evidence.updated)),
        contribution: evidence.contribution,
    }
}

fn discussion_hit(found: DiscussionFound, words: &[String], view: View) -> pb::DiscussionHit {
    pb::DiscussionHit {
        score: found.score,
        contributions: contributions(words, found.contributions),
        factors: found.factor.into_iter().map(score_factor).collect(),
        name: found.name.to_string(),
        root: found.root.map(|root| view.of(document(root, String::new()))),
        best: Some(document_hit(found.best, words, view)),
        matches: found.matches.into_iter().map(|hit| document_hit(hit, words, view)).collect(),
        match_count: messages(found.matched),
        message_count: messages(found.messages),
        participants: found.participants.into_iter().map(card).collect(),
        participant_count: count(found.participant_count),
        solved: found.answer.is_some(),
        accepted_answer: found.answer.map(|answer| answer.to_string()).unwrap_or_default(),
        last_activity_time: Some(timestamp(found.last_activity)),
    }
}

fn person_count(found: PersonBehind) -> pb::PersonCount {
    let roles =
        found.roles.into_iter().map(|(as_what, number)| pb::RoleCount { role: role(as_what).into(), count: count(number) });
    pb::PersonCount { person: Some(card(found.person)), count: count(found.hits), roles: roles.collect() }
}

pub(super) fn document_hit(found: DocumentFound, words: &[String], view: View) -> pb::DocumentHit {
    let title_highlights = text_ranges(&found.document.value.document.title, &found.title_highlights);
    pb::DocumentHit {
        title_highlights,
        document: Some(view.of(document(found.document, String::new()))),
        score: found.score,
        contributions: contributions(words, found.contributions),
        factors: found.factors.into_iter().map(score_factor).collect(),
        snippet: Some(snippet(found.snippet)),
        copy_count: count(found.copy_count),
        copies: found.copies.iter().map(ToString::to_string).collect(),
        people: found.people.into_iter().map(card).collect(),
        pinned: found.pinned,
    }
}

/// The shares of a score, word by word; nothing where there is none.
fn contributions(words: &[String], shares: Vec<f64>) -> Vec<pb::WordContribution> {
    if shares.iter().all(|share| *share <= 0.0) {
        return Vec::new();
    }
    words.iter().zip(shares).map(|(word, contribution)| pb::WordContribution { word: word.clone(), contribution }).collect()
}

fn score_factor(found: Factor) -> pb::ScoreFactor {
    use pb::score_factor::Reason as Told;
    let reason = match found.reason {
        Reason::Age => Told::Age,
        Reason::Verified => Told::Verified,
        Reason::Deprecated => Told::Deprecated,
        Reason::Expired => Told::ReviewExpired,
        Reason::Solved => Told::Solved,
        Reason::Answered => Told::WellAnswered,
    };
    pb::ScoreFactor { reason: reason.into(), factor: found.factor }
}

/// A passage with its highlights.
fn snippet(snippet: Snippet) -> pb::Snippet {
    let highlights = text_ranges(&snippet.text, &snippet.ranges);
    pb::Snippet { text: snippet.text, highlights }
}

/// Ranges of a text counted in characters. They are in order and lie on the borders of characters.
fn text_ranges(text: &str, ranges: &[Range<usize>]) -> Vec<pb::TextRange> {
    let (mut at_byte, mut at_char) = (0, 0);
    let mut chars_before = |byte: usize| {
        // A border that lies before the last one, or within a character, would count nothing and stay where it is.
        at_char += text.get(at_byte..byte).map_or(0, |passed| passed.chars().count());
        at_byte = at_byte.max(byte);
        count(at_char)
    };
    ranges.iter().map(|range| pb::TextRange { start: chars_before(range.start), end: chars_before(range.end) }).collect()
}

/// A number of messages in one thread, of which no index holds more than this type.
fn messages(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A number of things on a page, all of which are bounded far below this type's end.
pub(super) fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{CommunitiesFound, HitCount, Identity, PeopleFound, Warning};
    use crate::domain::Revision;
    use crate::grpc::convert::Faults;
    use crate::grpc::seal::Wanted;

    #[test]
    fn highlights_count_characters() {
        let text = "Ebbe über Föhr 👩‍👩‍👧 und Ebbe".to_owned();
        let find = |what: &str, from: usize| {
            let at = text[from..].find(what).unwrap() + from;
            at..at + what.len()
        };
        let ranges = vec![find("Ebbe", 0), find("über", 0), find("Föhr", 0), find("Ebbe", 10)];
        let told = snippet(Snippet { text: text.clone(), ranges });
        let chars: Vec<char> = text.chars().collect();
        let at = |place: i32| usize::try_from(place).unwrap();
        let marked: Vec<String> =
            told.highlights.iter().map(|range| chars[at(range.start)..at(range.end)].iter().collect()).collect();
        assert_eq!(marked, ["Ebbe", "über", "Föhr", "Ebbe"]);
    }

    #[test]
    fn warnings_of_a_query_say_what_they_are_about() {
        use crate::app::{Limits, Mode, parse_query};
        let limits: Limits = super::super::asked::tests::limits();
        let notes = parse_query("\u{e4}\u{1f600} kind:foo", Mode::Lenient, &limits.query()).unwrap().notes;
        let told = warning(Warning::QuerySyntax(notes[0].clone()));
        assert_eq!(told.range, Some(pb::TextRange { start: 8, end: 11 }), "counted in characters");
        assert_eq!((told.code(), told.field.as_str()), (pb::warning::Code::QuerySyntax, "query"));
        assert!(told.message.starts_with("kind: takes post"), "{}", told.message);
        for (about, code, said) in [
            (Warning::UnknownQueryName { name: "Bo".to_owned() }, pb::warning::Code::UnknownQueryName, "\"Bo\" is missing"),
            (Warning::AmbiguousName { name: "Bo".to_owned(), count: 3 }, pb::warning::Code::AmbiguousName, "3 are called \"Bo\""),
            (Warning::Contradiction, pb::warning::Code::Contradiction, "nothing can have all"),
        ] {
            let told = warning(about);
            assert_eq!((told.code(), told.field.as_str(), told.range), (code, "query", None));
            assert!(told.message.starts_with(said), "{}", told.message);
        }
    }

    #[test]
    fn totals_say_how_they_are_meant() {
        assert_eq!(total(HitCount::Exact(3)).relation(), pb::total::Relation::Exact);
        let many = total(HitCount::AtLeast(1_000));
        assert_eq!((many.count, many.relation()), (1_000, pb::total::Relation::AtLeast));
    }

    #[test]
    fn a_blended_page_tells_the_oldest_revision_and_each_warning_once() {
        let experts = ExpertsFound {
            experts: Vec::new(),
            next: None,
            abstained: true,
            matched: false,
            neighbours: Vec::new(),
            uncovered: Vec::new(),
            fit: 0.0,
            interpreted: Interpreted::default(),
            warnings: vec![Warning::NoSearchableWords],
            revision: Revision(4),
        };
        let documents = DocumentsFound {
            documents: Vec::new(),
            next: None,
            total: None,
            people: Vec::new(),
            facets: Vec::new(),
            interpreted: Interpreted::default(),
            warnings: vec![Warning::NoSearchableWords, Warning::UnknownFilterValue { field: "filter.people[0]".to_owned() }],
            revision: Revision(4),
        };
        let discussions = DiscussionsFound {
            discussions: Vec::new(),
            next: None,
            total: None,
            people: Vec::new(),
            interpreted: Interpreted::default(),
            warnings: documents.warnings.clone(),
            revision: Revision(3),
        };
        let seal = Seal::new(&Identity { epoch: 1, sealing_key: [7; 32] }, getrandom::fill);
        let people = PeopleFound {
            people: Vec::new(),
            next: None,
            total: None,
            words: Vec::new(),
            warnings: vec![Warning::NoSearchableWords],
            revision: Revision(5),
        };
        let communities = CommunitiesFound::default();
        let found = BlendedFound { experts, documents, discussions, people, communities };
        let told = blended(found, View::Basic, &seal).unwrap();
        assert_eq!(told.abstention_reason(), pb::AbstentionReason::NoEvidence);
        let codes: Vec<_> = told.warnings.iter().map(pb::Warning::code).collect();
        assert_eq!(codes, [pb::warning::Code::NoSearchableWords, pb::warning::Code::UnknownFilterValue]);
        assert_eq!(seal.min_revision(&told.revision, &mut Faults::default()), Wanted::Revision(Revision(3)));
    }
}
