//! What a caller is told, and whether that is in good order.

use std::fmt;

use prost::Message;
use prost_reflect::{DynamicMessage, MethodDescriptor, Value};
use rookery::grpc::pb;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::places::Place;
use crate::support::Client;
use crate::support::raw::call;

/// What a caller was told: that all is well, or a status; an item of a stream may have one of its own.
pub(super) struct Told(Result<(), Status>);

/// Calls a method.
pub(super) async fn ask(client: &Client, method: &MethodDescriptor, request: &DynamicMessage) -> Told {
    match call(client, method, request).await {
        Ok(answers) => Told(answers.iter().find_map(item_error).map_or(Ok(()), Err)),
        Err(status) => Told(Err(status)),
    }
}

/// The newest revision of the ledger.
pub(super) async fn head(client: &Client) -> i64 {
    let status = client.admin().get_status(client.request(pb::GetStatusRequest::default())).await;
    status.expect("the status is told").into_inner().ledger.expect("of the ledger, too").head_revision
}

/// The error of an import's result.
fn item_error(answer: &DynamicMessage) -> Option<Status> {
    let result = answer.get_field_by_name("result")?.as_message()?.clone();
    let error = result.get_field_by_name("error")?.as_message()?.clone();
    let code = match error.get_field_by_name("code")?.as_ref() {
        Value::I32(code) if *code != 0 => Code::from(*code),
        _ => return None,
    };
    Some(Status::with_details(code, "of an item", error.encode_to_vec().into()))
}

impl Told {
    pub(super) fn is_ok(&self) -> bool {
        self.0.is_ok()
    }

    pub(super) fn is_invalid(&self) -> bool {
        self.code() == Code::InvalidArgument
    }

    fn code(&self) -> Code {
        self.0.as_ref().err().map_or(Code::Ok, Status::code)
    }

    fn fields(&self) -> Vec<String> {
        let details = self.0.as_ref().err().and_then(Status::get_details_bad_request);
        details.into_iter().flat_map(|bad| bad.field_violations).map(|violation| violation.field).collect()
    }

    /// How many faults are listed.
    pub(super) fn listed(&self) -> usize {
        self.fields().len()
    }

    /// Whether a refusal names the field, or what stands in it.
    pub(super) fn names(&self, place: &Place) -> bool {
        let path = place.to_string();
        let named = |field: &String| {
            let rest = field.strip_prefix(path.as_str());
            path.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.is_invalid() && self.fields().iter().any(named)
    }

    /// What is wrong with the answer, whatever was asked.
    pub(super) fn complaint(&self) -> Option<String> {
        let status = self.0.as_ref().err()?;
        let code = status.code();
        let in_good_order = [
            Code::InvalidArgument,
            Code::NotFound,
            Code::AlreadyExists,
            Code::Aborted,
            Code::FailedPrecondition,
            Code::PermissionDenied,
        ];
        if !in_good_order.contains(&code) {
            return Some(format!("{code:?} is no answer to a bad request"));
        }
        if status.get_details_error_info().is_none() {
            return Some("every status says its reason".to_owned());
        }
        (code == Code::InvalidArgument && self.fields().is_empty()).then(|| "a refusal lists fields".to_owned())
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(()) => f.write_str("it went through"),
            Err(status) => {
                let text: String = status.message().chars().take(200).collect();
                write!(f, "{:?} {text:?} of {:?}", status.code(), self.fields())
            }
        }
    }
}
