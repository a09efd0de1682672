//! `rookery find`: one question, one answer.

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};

use super::arguments::{FindArguments, PeersArguments};
use super::client::Client;
use super::{Failure, show};
use crate::grpc::pb;

/// `rookery find experts`
pub(super) async fn experts(arguments: &FindArguments) -> Result<(), Failure> {
    let client = Client::of(&arguments.answer.target, None).await?;
    let request = pb::FindExpertsRequest {
        query: arguments.query.clone(),
        page_size: i32::from(arguments.answer.limit),
        ..Default::default()
    };
    let answer = client.discovery().find_experts(request).await;
    client.close().await;
    let answer = answer?.into_inner();
    if arguments.answer.json {
        return print_json("rookery.v1.FindExpertsResponse", &answer);
    }
    print!("{}", show::experts(&answer));
    Ok(())
}

/// `rookery find documents`
pub(super) async fn documents(arguments: &FindArguments) -> Result<(), Failure> {
    let client = Client::of(&arguments.answer.target, None).await?;
    let request = pb::FindDocumentsRequest {
        query: arguments.query.clone(),
        page_size: i32::from(arguments.answer.limit),
        include_total: true,
        ..Default::default()
    };
    let answer = client.discovery().find_documents(request).await;
    client.close().await;
    let answer = answer?.into_inner();
    if arguments.answer.json {
        return print_json("rookery.v1.FindDocumentsResponse", &answer);
    }
    print!("{}", show::documents(&answer));
    Ok(())
}

/// `rookery find discussions`
pub(super) async fn discussions(arguments: &FindArguments) -> Result<(), Failure> {
    let client = Client::of(&arguments.answer.target, None).await?;
    let request = pb::FindDiscussionsRequest {
        query: arguments.query.clone(),
        page_size: i32::from(arguments.answer.limit),
        include_total: true,
        ..Default::default()
    };
    let answer = client.discovery().find_discussions(request).await;
    client.close().await;
    let answer = answer?.into_inner();
    if arguments.answer.json {
        return print_json("rookery.v1.FindDiscussionsResponse", &answer);
    }
    print!("{}", show::discussions(&answer));
    Ok(())
}

/// `rookery find people`
pub(super) async fn people(arguments: &FindArguments) -> Result<(), Failure> {
    let client = Client::of(&arguments.answer.target, None).await?;
    let request = pb::FindPeopleRequest {
        query: arguments.query.clone(),
        page_size: i32::from(arguments.answer.limit),
        include_total: true,
        ..Default::default()
    };
    let answer = client.discovery().find_people(request).await;
    client.close().await;
    let answer = answer?.into_inner();
    if arguments.answer.json {
        return print_json("rookery.v1.FindPeopleResponse", &answer);
    }
    print!("{}", show::people(&answer));
    Ok(())
}

/// `rookery find peers`
pub(super) async fn peers(arguments: &PeersArguments) -> Result<(), Failure> {
    let client = Client::of(&arguments.answer.target, None).await?;
    let request = pb::FindPeersRequest {
        person: arguments.person.clone().unwrap_or_default(),
        page_size: i32::from(arguments.answer.limit),
        ..Default::default()
    };
    let answer = client.discovery().find_peers(request).await;
    client.close().await;
    let answer = answer?.into_inner();
    if arguments.answer.json {
        return print_json("rookery.v1.FindPeersResponse", &answer);
    }
    print!("{}", show::peers(&answer));
    Ok(())
}

/// Prints a message in the JSON form of protobuf, as grpcurl does.
fn print_json(name: &str, message: &impl Message) -> Result<(), Failure> {
    let fault = |error: &dyn std::error::Error| Failure::Call(error.to_string());
    let pool = DescriptorPool::decode(pb::DESCRIPTORS).map_err(|error| fault(&error))?;
    let descriptor = pool.get_message_by_name(name).ok_or_else(|| Failure::Call(format!("{name} is not in the descriptors")))?;
    let dynamic = DynamicMessage::decode(descriptor, &message.encode_to_vec()[..]).map_err(|error| fault(&error))?;
    println!("{}", serde_json::to_string_pretty(&dynamic).map_err(|error| fault(&error))?);
    Ok(())
}
