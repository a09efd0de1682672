//! Requests about who may read a document, and the answers to them.
//!
//! Proved below: 1. an audience goes with narrowing, and with nothing else; 2. a missing audience or action is refused; 3. groups
//! say nothing without a person.

use std::collections::BTreeSet;

use super::{Change, Faults, audience, bounds, write};
use crate::access::{Asker, Gate, Verdict};
use crate::app::{AppError, Limits, Moderation, WriteOptions};
use crate::domain::{Audience, DocumentName, GroupId, PersonName, Principal, Principals};
use crate::grpc::pb;

/// A request to change who may read a document.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn audience_change(
    request: &pb::UpdateAudienceRequest,
    asker: &Asker,
    limits: &Limits,
) -> Result<Change<DocumentName, Audience>, AppError> {
    let mut faults = Faults::default();
    let name = faults.name("name", &request.name);
    if request.audience.is_none() {
        faults.add("audience", "is required: nothing is public by default");
    }
    let audience = request.audience.as_ref().and_then(|given| audience::read("audience", given, limits, &mut faults));
    let options = WriteOptions {
        etag: write::etag("etag", &request.etag, &mut faults),
        request: write::request_key(asker, "UpdateAudience", &request.request_id, request, &mut faults),
        validate_only: request.validate_only,
        ..WriteOptions::default()
    };
    faults.finish(name.zip(audience).map(|(name, patch)| Change { name, patch, options }))
}

/// A request to hide or narrow a document, or to take that back.
///
/// # Errors
/// [`AppError::Invalid`] with everything that is wrong.
pub(crate) fn moderation(
    request: &pb::ModerateDocumentRequest,
    asker: &Asker,
    limits: &Limits,
) -> Result<Change<DocumentName, Moderation>, AppError> {
    let mut faults = Faults::default();
    let name = faults.name("name", &request.name);
    let moderation = read_action(request, limits, &mut faults);
    let options = WriteOptions {
        etag: write::etag("etag", &request.etag, &mut faults),
        request: write::request_key(asker, "ModerateDocument", &request.request_id, request, &mut faults),
        validate_only: request.validate_only,
        ..WriteOptions::default()
    };
    faults.finish(name.zip(moderation).map(|(name, patch)| Change { name, patch, options }))
}

fn read_action(request: &pb::ModerateDocumentRequest, limits: &Limits, faults: &mut Faults) -> Option<Moderation> {
    use pb::ModerationAction as Action;
    let action = Action::try_from(request.action);
    match action {
        Ok(Action::Unspecified) => faults.add("action", "is required"),
        Err(_) => faults.add("action", format!("{} is not a known action", request.action)),
        Ok(Action::Narrow) if request.audience.is_none() => faults.add("audience", "is required with MODERATION_ACTION_NARROW"),
        Ok(Action::Hide | Action::Lift) if request.audience.is_some() => {
            faults.add("audience", "goes with MODERATION_ACTION_NARROW only");
        }
        Ok(Action::Narrow | Action::Hide | Action::Lift) => {}
    }
    // Looked at whatever the action is, so that all that is wrong is told at once.
    let audience = request.audience.as_ref().and_then(|given| audience::read("audience", given, limits, faults));
    match action.ok()? {
        Action::Hide => Some(Moderation::Hide),
        Action::Lift => Some(Moderation::Lift),
        Action::Narrow => audience.map(Moderation::Narrow),
        Action::Unspecified => None,
    }
}

/// Whose access is asked about: the document, the person or nobody, and the groups.
pub(crate) type Reader = (DocumentName, Option<PersonName>, BTreeSet<GroupId>);

/// Reads whose access is asked about.
pub(crate) fn reader(request: &pb::CheckAccessRequest, limits: &Limits, faults: &mut Faults) -> Option<Reader> {
    let name = faults.name("name", &request.name);
    let person = (!request.person.is_empty()).then(|| faults.name::<PersonName>("person", &request.person)).flatten();
    if request.person.is_empty() && !request.groups.is_empty() {
        faults.add("groups", "say nothing without a person");
    }
    let mut groups = BTreeSet::new();
    if faults.check_entries("groups", request.groups.len(), bounds::asker_groups(limits)) {
        for (at, group) in request.groups.iter().enumerate() {
            match Principal::parse(group) {
                Ok(Principal::Group(group)) => {
                    groups.insert(group);
                }
                Ok(_) => faults.add(format_args!("groups[{at}]"), "must be groups/ID"),
                Err(error) => faults.add(format_args!("groups[{at}]"), error.to_string()),
            }
        }
    }
    name.map(|name| (name, person, groups))
}

/// Verdicts as they are told.
pub(crate) fn access_told(verdicts: &[Verdict]) -> pb::CheckAccessResponse {
    let names = |principals: &Principals| principals.iter().map(ToString::to_string).collect();
    let checks = verdicts.iter().map(|verdict| pb::AccessCheck {
        gate: match verdict.gate {
            Gate::Document => pb::AccessGate::Document,
            Gate::Moderation => pb::AccessGate::Moderation,
            Gate::Thread => pb::AccessGate::Thread,
        }
        .into(),
        audience: Some(audience::write(&verdict.audience)),
        passed: verdict.passed,
        granted_by: names(&verdict.granted_by),
        denied_by: names(&verdict.denied_by),
        explanation: verdict.sentence(),
    });
    pb::CheckAccessResponse { allowed: verdicts.iter().all(|verdict| verdict.passed), checks: checks.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::convert::tests::limits;

    fn fields<T: std::fmt::Debug>(refused: Result<T, AppError>) -> Vec<String> {
        let Err(AppError::Invalid(faults)) = refused else { panic!("taken: {refused:?}") };
        faults.into_iter().map(|fault| fault.field).collect()
    }

    fn world() -> pb::Audience {
        pb::Audience { grant: pb::audience::Grant::World.into(), ..Default::default() }
    }

    #[test]
    fn an_audience_goes_with_narrowing_and_with_nothing_else() {
        use pb::ModerationAction::{Hide, Lift, Narrow, Unspecified};
        let read = |action: i32, audience: Option<pb::Audience>| {
            let request = pb::ModerateDocumentRequest { name: "documents/a".to_owned(), action, audience, ..Default::default() };
            moderation(&request, &Asker::service(), &limits())
        };
        assert_eq!(read(Hide.into(), None).unwrap().patch, Moderation::Hide);
        assert_eq!(read(Lift.into(), None).unwrap().patch, Moderation::Lift);
        assert_eq!(read(Narrow.into(), Some(world())).unwrap().patch, Moderation::Narrow(Audience::world()));
        assert_eq!(fields(read(Narrow.into(), None)), ["audience"]);
        assert_eq!(fields(read(Hide.into(), Some(world()))), ["audience"]);
        assert_eq!(fields(read(Lift.into(), Some(world()))), ["audience"]);
        assert_eq!(fields(read(Unspecified.into(), None)), ["action"]);
        assert_eq!(fields(read(99, Some(world()))), ["action"]);
    }

    #[test]
    fn a_missing_audience_is_refused_beside_everything_else() {
        let request = pb::UpdateAudienceRequest { name: "ada".to_owned(), request_id: "1".to_owned(), ..Default::default() };
        let refused = audience_change(&request, &Asker::service(), &limits());
        assert_eq!(fields(refused.map(|_| ())), ["name", "audience", "request_id"]);
    }

    #[test]
    fn groups_say_nothing_without_a_person() {
        let read = |person: &str, groups: &[&str]| {
            let request = pb::CheckAccessRequest {
                name: "documents/a".to_owned(),
                person: person.to_owned(),
                groups: groups.iter().map(ToString::to_string).collect(),
                ..Default::default()
            };
            let mut faults = Faults::default();
            let reader = reader(&request, &limits(), &mut faults);
            faults.finish(reader)
        };
        assert_eq!(read("people/ada", &["groups/board"]).unwrap().2.len(), 1);
        assert_eq!(read("", &[]).unwrap().1, None);
        assert_eq!(fields(read("", &["groups/board"])), ["groups"]);
        assert_eq!(fields(read("people/ada", &["board", "people/bo"])), ["groups[0]", "groups[1]"]);
        assert_eq!(fields(read("ada", &[])), ["person"]);
    }
}
