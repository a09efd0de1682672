//! What is not asked: the methods that the running services describe, against the table of questions.

use std::collections::BTreeSet;

use prost::Message;
use prost_types::FileDescriptorProto;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};

use super::cast::CAST;
use super::compare::CannotCompare;
use super::house::{House, Stores};
use super::questions;

const REFLECTION: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

/// The methods of the running services that are neither asked nor excluded with a reason, and those that are asked or excluded
/// and do not exist; sorted. Reflection says which there are.
///
/// # Errors
/// [`CannotCompare`] where no house can be opened or reflection does not answer.
pub async fn uncovered_methods() -> Result<Vec<String>, CannotCompare> {
    let house = House::empty(Stores::Memory, None).await?;
    let listed = methods(&house).await;
    house.close().await;
    let listed = listed?;
    let known: BTreeSet<String> =
        questions::methods().chain(questions::EXCLUDED.iter().map(|(path, _)| *path)).map(str::to_owned).collect();
    Ok(listed.symmetric_difference(&known).cloned().collect())
}

/// Every method of every service, by reflection.
async fn methods(house: &House) -> Result<BTreeSet<String>, CannotCompare> {
    let mut methods = BTreeSet::new();
    let MessageResponse::ListServicesResponse(services) = reflected(house, MessageRequest::ListServices(String::new())).await?
    else {
        return Err(unreflected("a list of services"));
    };
    for service in services.service {
        let asked = MessageRequest::FileContainingSymbol(service.name.clone());
        let MessageResponse::FileDescriptorResponse(files) = reflected(house, asked).await? else {
            return Err(unreflected(&service.name));
        };
        let before = methods.len();
        for file in files.file_descriptor_proto {
            let file = FileDescriptorProto::decode(file.as_slice()).map_err(|_| unreflected(&service.name))?;
            for described in &file.service {
                if format!("{}.{}", file.package(), described.name()) == service.name {
                    methods.extend(described.method.iter().map(|method| format!("/{}/{}", service.name, method.name())));
                }
            }
        }
        if methods.len() == before {
            return Err(unreflected(&service.name));
        }
    }
    Ok(methods)
}

async fn reflected(house: &House, asked: MessageRequest) -> Result<MessageResponse, CannotCompare> {
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(asked) };
    let answer = house.service.call(&CAST[0], REFLECTION, vec![request.encode_to_vec()]).await;
    let message = answer.messages.first().and_then(|message| ServerReflectionResponse::decode(message.as_slice()).ok());
    message.and_then(|message| message.message_response).ok_or_else(|| unreflected("an answer"))
}

fn unreflected(what: &str) -> CannotCompare {
    CannotCompare::Unreflected(what.to_owned())
}
