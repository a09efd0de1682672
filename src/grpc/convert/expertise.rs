//! What somebody knows, as shown, and requests to endorse.

use super::{Change, Faults, bounds, moment, person, word, write};
use crate::access::Asker;
use crate::app::{AppError, EndorsedSkill, Expertise, InferredTopic, Limits, TopicEvidence, Trend, WriteOptions};
use crate::domain::{PersonName, Skill};
use crate::grpc::pb;

/// A request to say that somebody has a skill.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn endorsement(
    request: &pb::EndorseSkillRequest,
    asker: &Asker,
    limits: &Limits,
) -> Result<Change<PersonName, Skill>, AppError> {
    let mut faults = Faults::default();
    let name = faults.name("name", &request.name);
    let skill = skill(&request.skill, limits, &mut faults);
    let options = WriteOptions {
        request: write::request_key(asker, "EndorseSkill", &request.request_id, request, &mut faults),
        validate_only: request.validate_only,
        ..WriteOptions::default()
    };
    faults.finish(name.zip(skill).map(|(name, patch)| Change { name, patch, options }))
}

/// A request to take back that somebody has a skill: the skill, and who said it where it is not the asker.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn withdrawal(
    request: &pb::WithdrawEndorsementRequest,
    asker: &Asker,
    limits: &Limits,
) -> Result<Change<PersonName, (Skill, Option<PersonName>)>, AppError> {
    let mut faults = Faults::default();
    let name = faults.name("name", &request.name);
    let skill = skill(&request.skill, limits, &mut faults);
    let endorser = (!request.endorser.is_empty()).then(|| faults.name("endorser", &request.endorser)).flatten();
    let options = WriteOptions {
        request: write::request_key(asker, "WithdrawEndorsement", &request.request_id, request, &mut faults),
        validate_only: request.validate_only,
        ..WriteOptions::default()
    };
    faults.finish(name.zip(skill).map(|(name, skill)| Change { name, patch: (skill, endorser), options }))
}

fn skill(text: &str, limits: &Limits, faults: &mut Faults) -> Option<Skill> {
    let text = faults.short_text("skill", text.to_owned(), bounds::title(limits));
    Skill::parse(&text).inspect_err(|error| faults.add("skill", error.to_string())).ok()
}

/// What somebody knows, as shown.
pub(crate) fn expertise(known: Expertise) -> pb::Expertise {
    pb::Expertise {
        person: Some(person::card(known.person)),
        declared: known.declared,
        endorsed: known.endorsed.into_iter().map(endorsed).collect(),
        inferred: known.inferred.into_iter().map(inferred).collect(),
    }
}

fn endorsed(skill: EndorsedSkill) -> pb::EndorsedSkill {
    pb::EndorsedSkill {
        skill: skill.skill,
        endorsers: skill.endorsers.into_iter().map(person::card).collect(),
        count: i32::try_from(skill.count).unwrap_or(i32::MAX),
        last_time: Some(moment::timestamp(skill.last)),
    }
}

fn inferred(topic: InferredTopic) -> pb::InferredTopic {
    let documents = topic.documents.into_iter().map(|(role, count)| pb::TopicDocuments {
        role: word::role(role).into(),
        count: i32::try_from(count).unwrap_or(i32::MAX),
    });
    pb::InferredTopic {
        topic: topic.topic.as_str().to_owned(),
        documents: documents.collect(),
        first_month: topic.first.to_string(),
        last_month: topic.last.to_string(),
        strength: topic.standing.strength,
        trend: trend(topic.standing.trend).into(),
        recent_months: topic.standing.recent.into_iter().map(|count| i32::try_from(count).unwrap_or(i32::MAX)).collect(),
        evidence: topic.evidence.into_iter().map(evidence).collect(),
    }
}

fn trend(trend: Trend) -> pb::inferred_topic::Trend {
    match trend {
        Trend::Rising => pb::inferred_topic::Trend::Rising,
        Trend::Steady => pb::inferred_topic::Trend::Steady,
        Trend::Falling => pb::inferred_topic::Trend::Falling,
        Trend::Dormant => pb::inferred_topic::Trend::Dormant,
    }
}

fn evidence(item: TopicEvidence) -> pb::TopicEvidence {
    pb::TopicEvidence {
        document: item.document.to_string(),
        title: item.title,
        kind: word::kind(item.kind).into(),
        role: word::role(item.role).into(),
        update_time: Some(moment::timestamp(item.updated)),
    }
}
