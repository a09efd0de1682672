//! What went wrong as a gRPC status: this file alone makes them, and no other part of the house knows their codes.
//!
//! Every status has an `ErrorInfo` whose reason stands in `error_reason.proto`, and the details that its code promises. A fault
//! of the service tells its caller a fixed sentence and the request's id; the cause goes to the log, once, here.
//!
//! Proved below: 1. every refusal has the code, reason and details of the table; 2. the metadata hold every value that the text
//! mentions; 3. causes are never told; 4. an item's status carries the same details; 5. the same refusal is the same bytes.

use std::collections::BTreeMap;
use std::time::Duration;

use prost::Message;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use super::pb::ErrorReason;
use super::request_id::RequestId;
use crate::app::{AppError, FieldFault};

/// The domain of every `ErrorInfo`.
const DOMAIN: &str = "rookery";
/// When an overloaded or closing service may be asked again.
const RETRY_AFTER: Duration = Duration::from_secs(1);
const FAULT: &str = "the service failed; its log tells why under the request id";
const DAMAGE: &str = "stored data are damaged; the service's log tells more under the request id";

/// Why a call is not answered.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    /// The use case could not be done.
    App(AppError),
    /// The credentials in the call's metadata cannot be read.
    BadCredentials {
        /// The metadata key.
        key: &'static str,
        /// What is wrong, as a sentence part.
        why: String,
    },
    /// A revision token belongs to another history of the data.
    OtherEpoch {
        /// The field that holds it.
        field: &'static str,
    },
    /// The asker calls more often than is allowed.
    TooOften {
        /// The key that sets the rate.
        limit: &'static str,
        /// The rate, in calls a second.
        per_second: u32,
        /// When the next call is taken.
        wait: Duration,
    },
    /// The code that answers broke off.
    Panicked,
}

impl From<AppError> for Refusal {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

/// A status in the making.
struct Outline {
    code: Code,
    reason: ErrorReason,
    message: String,
    values: Vec<(&'static str, String)>,
    details: ErrorDetails,
}

/// A refusal as its caller sees it; what a person must look at goes to the log.
pub(crate) fn status(refusal: &Refusal, request: &RequestId) -> Status {
    let Outline { code, reason, message, values, details } = match refusal {
        Refusal::App(error) => of_app(error, request),
        Refusal::BadCredentials { key, why } => outline(Code::Unauthenticated, ErrorReason::BadCredentials)
            .saying(format!("{key} {why}"))
            .with("key", *key)
            .with("why", why.as_str()),
        Refusal::OtherEpoch { field } => {
            let told = format!("{field} is of another history of the data; read again without it");
            outline(Code::FailedPrecondition, ErrorReason::OtherEpoch).saying(told.as_str()).with("field", *field).detailed(
                |details| {
                    details.add_precondition_failure_violation("EPOCH", *field, told.as_str());
                },
            )
        }
        Refusal::TooOften { limit, per_second, wait } => {
            let told = format!("more calls than {limit} allows one asker: {per_second} a second");
            outline(Code::ResourceExhausted, ErrorReason::TooOften)
                .saying(told.as_str())
                .with("limit", *limit)
                .with("per_second", per_second.to_string())
                .detailed(|details| {
                    details.add_quota_failure_violation("asker", told.as_str()).set_retry_info(Some(*wait));
                })
        }
        // The layer that caught it has told the log already.
        Refusal::Panicked => outline(Code::Internal, ErrorReason::Internal).saying(FAULT).of_request(request),
    };
    let name = reason.as_str_name();
    let info = ErrorInfo {
        reason: name.strip_prefix("ERROR_REASON_").unwrap_or(name).to_owned(),
        domain: DOMAIN.to_owned(),
        metadata: values.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
    };
    let mut rpc = tonic_types::pb::Status { code: code.into(), message: message.clone(), details: vec![info.packed()] };
    // The other details come packed by the library, which packs an `ErrorInfo` in random order.
    let others = Status::with_error_details(code, "", details);
    rpc.details.extend(tonic_types::pb::Status::decode(others.details()).map(|others| others.details).unwrap_or_default());
    Status::with_details(code, message, rpc.encode_to_vec().into())
}

/// `google.rpc.ErrorInfo` with its metadata in the order of their keys, so that the same refusal is the same bytes.
#[derive(Clone, PartialEq, prost::Message)]
struct ErrorInfo {
    #[prost(string, tag = "1")]
    reason: String,
    #[prost(string, tag = "2")]
    domain: String,
    #[prost(btree_map = "string, string", tag = "3")]
    metadata: BTreeMap<String, String>,
}

impl ErrorInfo {
    fn packed(&self) -> prost_types::Any {
        prost_types::Any { type_url: "type.googleapis.com/google.rpc.ErrorInfo".to_owned(), value: self.encode_to_vec() }
    }
}

/// A refusal as the status of one item of a stream.
pub(crate) fn rpc_status(refusal: &Refusal, request: &RequestId) -> tonic_types::pb::Status {
    let status = status(refusal, request);
    tonic_types::pb::Status::decode(status.details()).unwrap_or_else(|_| tonic_types::pb::Status {
        code: status.code().into(),
        message: status.message().to_owned(),
        details: Vec::new(),
    })
}

/// A status that the transport made because it could not read a message, as a fault of the request; other statuses stay.
pub(crate) fn unreadable_message(status: Status, most_bytes: usize, limit: &str, request: &RequestId) -> Status {
    let told = match status.code() {
        Code::OutOfRange => format!("is larger than {limit} allows: {most_bytes} bytes"),
        Code::Internal => "cannot be read as the message of this method".to_owned(),
        _ => return status,
    };
    if !status.details().is_empty() {
        return status;
    }
    self::status(&AppError::Invalid(vec![FieldFault::new("request", told)]).into(), request)
}

fn of_app(error: &AppError, request: &RequestId) -> Outline {
    match error {
        AppError::Invalid(faults) => {
            let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
            let violations: Vec<FieldViolation> =
                faults.iter().map(|fault| FieldViolation::new(fault.field.as_str(), fault.description.as_str())).collect();
            outline(Code::InvalidArgument, ErrorReason::InvalidFields)
                .saying(format!("wrong fields: {}", fields.join(", ")))
                .with("fields", fields.join(", "))
                .detailed(|details| {
                    details.set_bad_request(violations);
                })
        }
        AppError::Unauthenticated => {
            outline(Code::Unauthenticated, ErrorReason::SignInRequired).saying("this call needs a signed-in asker")
        }
        AppError::Forbidden { scope } => outline(Code::PermissionDenied, ErrorReason::ScopeMissing)
            .saying(format!("this call needs the {scope} scope"))
            .with("scope", *scope),
        AppError::NotAllowed { name, needs } => outline(Code::PermissionDenied, ErrorReason::NotAllowed)
            .of_resource(name, format!("this needs {needs} of {name}"))
            .with("needs", *needs),
        AppError::WrongKind { name, needs } => outline(Code::FailedPrecondition, ErrorReason::WrongKind)
            .unmet("KIND", name, format!("this needs {needs}; {name} is none"))
            .with("needs", *needs),
        AppError::RootMissing { name } => {
            let told = format!("the document that opened the thread of {name} is missing");
            outline(Code::FailedPrecondition, ErrorReason::RootMissing).unmet("ROOT", name, told)
        }
        AppError::NotFound { name } => {
            outline(Code::NotFound, ErrorReason::NotFound).of_resource(name, format!("{name} was not found"))
        }
        AppError::Exists { name } => {
            outline(Code::AlreadyExists, ErrorReason::AlreadyExists).of_resource(name, format!("{name} exists already"))
        }
        AppError::Taken { alias, by } => outline(Code::AlreadyExists, ErrorReason::AliasTaken)
            .of_resource(by, format!("{alias} belongs to {by}"))
            .with("alias", alias.as_str()),
        AppError::WrongState { name, why } => {
            let told = format!("{name} {why}");
            outline(Code::FailedPrecondition, ErrorReason::WrongState)
                .saying(told.as_str())
                .with("name", name.as_str())
                .with("why", *why)
                .detailed(|details| {
                    details.add_precondition_failure_violation("STATE", name.as_str(), told.as_str());
                })
        }
        AppError::Stale { name } => outline(Code::Aborted, ErrorReason::StaleEtag)
            .of_resource(name, format!("{name} has changed since its etag was read")),
        AppError::SyncSuperseded { system } => outline(Code::FailedPrecondition, ErrorReason::SyncSuperseded)
            .of_sync(system, format!("another sync of {system} has begun since; begin a new one")),
        AppError::SyncCommitted { system } => outline(Code::FailedPrecondition, ErrorReason::SyncCommitted)
            .of_sync(system, format!("the sync of {system} is committed; begin a new one")),
        AppError::TooManyDeletions { system, deletions, most } => {
            outline(Code::FailedPrecondition, ErrorReason::TooManyDeletions)
                .of_sync(system, format!("the sync of {system} would delete {deletions} documents; max_deletions allows {most}"))
                .with("deletions", deletions.to_string())
                .with("max_deletions", most.to_string())
        }
        AppError::DeadlineExceeded => {
            outline(Code::DeadlineExceeded, ErrorReason::DeadlineExceeded).saying("the deadline passed")
        }
        AppError::Overloaded => outline(Code::Unavailable, ErrorReason::Overloaded).saying("too many calls at once").retried(),
        AppError::Closing => outline(Code::Unavailable, ErrorReason::Closing).saying("the service is closing").retried(),
        AppError::DiskFull => {
            let told = "the disk is full; nothing can be written until there is room";
            outline(Code::ResourceExhausted, ErrorReason::DiskFull).saying(told).detailed(|details| {
                details.add_quota_failure_violation("disk", told);
            })
        }
        AppError::DataLoss(what) => {
            tracing::error!(request.id = %request, error = %what, "stored data are damaged");
            outline(Code::DataLoss, ErrorReason::DataLoss).saying(DAMAGE).of_request(request)
        }
        AppError::Internal(cause) => {
            tracing::error!(request.id = %request, error = %with_causes(cause.as_ref()), "a call failed");
            outline(Code::Internal, ErrorReason::Internal).saying(FAULT).of_request(request)
        }
    }
}

fn outline(code: Code, reason: ErrorReason) -> Outline {
    Outline { code, reason, message: String::new(), values: Vec::new(), details: ErrorDetails::new() }
}

impl Outline {
    fn saying(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.values.push((key, value.into()));
        self
    }

    fn detailed(mut self, add: impl FnOnce(&mut ErrorDetails)) -> Self {
        add(&mut self.details);
        self
    }

    fn of_resource(self, name: &str, message: String) -> Self {
        let kind = match name.split_once('/') {
            Some(("documents", _)) => "rookery.dev/Document",
            Some(("people", _)) => "rookery.dev/Person",
            Some(("communities", _)) => "rookery.dev/Community",
            Some(("synonymSets", _)) => "rookery.dev/SynonymSet",
            Some(("curations", _)) => "rookery.dev/Curation",
            _ => "",
        };
        let description = message.clone();
        self.saying(message).with("name", name).detailed(|details| {
            details.set_resource_info(kind, name, "", description);
        })
    }

    /// A state of the resource of a name that does not allow the call.
    fn unmet(self, kind: &str, name: &str, message: String) -> Self {
        self.unmet_of("name", kind, name, message)
    }

    /// A state of the sync of a source system that does not allow the call.
    fn of_sync(self, system: &str, message: String) -> Self {
        let kind = self.reason.as_str_name().trim_start_matches("ERROR_REASON_");
        self.unmet_of("system", kind, system, message)
    }

    fn unmet_of(self, key: &'static str, kind: &str, name: &str, message: String) -> Self {
        let description = message.clone();
        self.saying(message).with(key, name).detailed(|details| {
            details.add_precondition_failure_violation(kind, name, description);
        })
    }

    fn retried(self) -> Self {
        self.detailed(|details| {
            details.set_retry_info(Some(RETRY_AFTER));
        })
    }

    fn of_request(self, request: &RequestId) -> Self {
        self.detailed(|details| {
            details.set_request_info(request.to_string(), "");
        })
    }
}

/// An error with all its causes on one line.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Each refusal with its code, its reason, and the details beside the `ErrorInfo`.
    fn table() -> Vec<(Refusal, Code, &'static str, &'static str)> {
        let name = || "documents/a".to_owned();
        let secret = || Arc::new(std::io::Error::other("/secret/path"));
        let faults = vec![FieldFault::new("document.kind", "is required"), FieldFault::new("document.name", "is too long")];
        vec![
            (AppError::Invalid(faults).into(), Code::InvalidArgument, "INVALID_FIELDS", "BadRequest"),
            (AppError::Unauthenticated.into(), Code::Unauthenticated, "SIGN_IN_REQUIRED", ""),
            (AppError::Forbidden { scope: "write" }.into(), Code::PermissionDenied, "SCOPE_MISSING", ""),
            (
                AppError::NotAllowed { name: name(), needs: "a caretaker" }.into(),
                Code::PermissionDenied,
                "NOT_ALLOWED",
                "ResourceInfo",
            ),
            (
                AppError::WrongKind { name: name(), needs: "a reply" }.into(),
                Code::FailedPrecondition,
                "WRONG_KIND",
                "PreconditionFailure",
            ),
            (AppError::RootMissing { name: name() }.into(), Code::FailedPrecondition, "ROOT_MISSING", "PreconditionFailure"),
            (AppError::NotFound { name: name() }.into(), Code::NotFound, "NOT_FOUND", "ResourceInfo"),
            (AppError::Exists { name: name() }.into(), Code::AlreadyExists, "ALREADY_EXISTS", "ResourceInfo"),
            (
                AppError::Taken { alias: "ada@example.org".to_owned(), by: "people/ada".to_owned() }.into(),
                Code::AlreadyExists,
                "ALIAS_TAKEN",
                "ResourceInfo",
            ),
            (
                AppError::WrongState { name: name(), why: "is not there any more" }.into(),
                Code::FailedPrecondition,
                "WRONG_STATE",
                "PreconditionFailure",
            ),
            (AppError::Stale { name: name() }.into(), Code::Aborted, "STALE_ETAG", "ResourceInfo"),
            (
                AppError::SyncSuperseded { system: "wiki".to_owned() }.into(),
                Code::FailedPrecondition,
                "SYNC_SUPERSEDED",
                "PreconditionFailure",
            ),
            (
                AppError::SyncCommitted { system: "wiki".to_owned() }.into(),
                Code::FailedPrecondition,
                "SYNC_COMMITTED",
                "PreconditionFailure",
            ),
            (
                AppError::TooManyDeletions { system: "wiki".to_owned(), deletions: 7, most: 3 }.into(),
                Code::FailedPrecondition,
                "TOO_MANY_DELETIONS",
                "PreconditionFailure",
            ),
            (AppError::DeadlineExceeded.into(), Code::DeadlineExceeded, "DEADLINE_EXCEEDED", ""),
            (AppError::Overloaded.into(), Code::Unavailable, "OVERLOADED", "RetryInfo"),
            (AppError::Closing.into(), Code::Unavailable, "CLOSING", "RetryInfo"),
            (AppError::DiskFull.into(), Code::ResourceExhausted, "DISK_FULL", "QuotaFailure"),
            (AppError::DataLoss("/secret/path".to_owned()).into(), Code::DataLoss, "DATA_LOSS", "RequestInfo"),
            (AppError::Internal(secret()).into(), Code::Internal, "INTERNAL", "RequestInfo"),
            (
                Refusal::BadCredentials { key: "rookery-as", why: "is no name".to_owned() },
                Code::Unauthenticated,
                "BAD_CREDENTIALS",
                "",
            ),
            (Refusal::OtherEpoch { field: "min_revision" }, Code::FailedPrecondition, "OTHER_EPOCH", "PreconditionFailure"),
            (
                Refusal::TooOften { limit: "server.limits.reads_per_second", per_second: 7, wait: Duration::from_millis(40) },
                Code::ResourceExhausted,
                "TOO_OFTEN",
                "RetryInfo QuotaFailure",
            ),
            (Refusal::Panicked, Code::Internal, "INTERNAL", "RequestInfo"),
        ]
    }

    /// The names of a status' details, but for its `ErrorInfo`.
    fn details(rpc: &tonic_types::pb::Status) -> Vec<&str> {
        let names = rpc.details.iter().filter_map(|detail| detail.type_url.rsplit('.').next());
        names.filter(|name| *name != "ErrorInfo").collect()
    }

    #[test]
    fn every_refusal_has_the_code_reason_and_detail_of_the_table() {
        for (refusal, code, reason, detail) in table() {
            let request = RequestId::of("cafe");
            let status = status(&refusal, &request);
            assert_eq!(status.code(), code, "{refusal:?}");
            let info = status.get_details_error_info().expect("every status says its reason");
            assert_eq!((info.reason.as_str(), info.domain.as_str()), (reason, "rookery"));
            assert!(ErrorReason::from_str_name(&format!("ERROR_REASON_{reason}")).is_some());
            let rpc = rpc_status(&refusal, &request);
            assert_eq!((rpc.code, rpc.message.as_str()), (code.into(), status.message()));
            assert_eq!(details(&rpc).join(" "), detail, "{refusal:?}");
            assert!(!format!("{status:?}").contains("secret"), "causes are for the log: {status:?}");
        }
    }

    #[test]
    fn metadata_hold_what_the_text_mentions() {
        let of = |refusal: Refusal| {
            let status = status(&refusal, &RequestId::of("cafe"));
            (status.message().to_owned(), status.get_details_error_info().unwrap().metadata)
        };
        for (refusal, ..) in table() {
            let (message, metadata) = of(refusal);
            for value in metadata.values() {
                assert!(message.contains(value.as_str()), "{value} in {message}");
            }
            for mentioned in ["documents/a", "document.kind, document.name", "rookery-as", "min_revision", "wiki"] {
                assert_eq!(message.contains(mentioned), metadata.values().any(|value| value == mentioned), "{message}");
            }
        }
    }

    #[test]
    fn the_same_refusal_is_the_same_bytes() {
        for (refusal, ..) in table() {
            let bytes = || status(&refusal, &RequestId::of("cafe")).details().to_vec();
            let first = bytes();
            assert!((0..50).all(|_| bytes() == first), "{refusal:?}");
        }
    }

    #[test]
    fn a_fault_of_the_service_is_found_by_its_request_id() {
        let status = status(&Refusal::Panicked, &RequestId::of("cafe"));
        assert_eq!(status.get_details_request_info().unwrap().request_id, "cafe");
    }

    #[test]
    fn what_the_transport_cannot_read_is_a_fault_of_the_request() {
        let request = RequestId::of("cafe");
        for (made, told) in [(Status::out_of_range("too large"), "4096 bytes"), (Status::internal("wire type"), "cannot be read")]
        {
            let status = unreadable_message(made, 4_096, "server.limits.max_request_bytes", &request);
            assert_eq!(status.code(), Code::InvalidArgument);
            let violation = &status.get_details_bad_request().unwrap().field_violations[0];
            assert!(violation.field == "request" && violation.description.contains(told), "{violation:?}");
        }
        let own = self::status(&Refusal::Panicked, &request);
        assert_eq!(unreadable_message(own, 1, "", &request).code(), Code::Internal, "the service's own faults stay its own");
        assert_eq!(unreadable_message(Status::unimplemented(""), 1, "", &request).code(), Code::Unimplemented);
    }
}
