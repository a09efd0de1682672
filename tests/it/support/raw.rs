//! Calls by messages that are only described: for tests that know no method by name.

use http::uri::PathAndQuery;
use prost::Message;
use prost::bytes::{Buf, BufMut};
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};
use tonic::Status;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

use super::Client;

/// Everything of the package, as it is described.
pub(crate) fn described() -> DescriptorPool {
    DescriptorPool::decode(rookery::grpc::pb::DESCRIPTORS).expect("the protos are described")
}

/// Every method of the package.
pub(crate) fn methods() -> Vec<MethodDescriptor> {
    let services: Vec<_> = described().services().filter(|service| service.package_name() == "rookery.v1").collect();
    services.iter().flat_map(|service| service.methods().collect::<Vec<_>>()).collect()
}

/// Such as `/rookery.v1.AdminService/GetStatus`.
pub(crate) fn path(method: &MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// Calls a method with one message, and returns every message of the answer.
pub(crate) async fn call(
    client: &Client,
    method: &MethodDescriptor,
    message: &DynamicMessage,
) -> Result<Vec<DynamicMessage>, Status> {
    let mut grpc = Grpc::new(client.channel.clone());
    grpc.ready().await.expect("the house is open");
    let path = PathAndQuery::try_from(path(method)).expect("a path");
    if !method.is_client_streaming() && !method.is_server_streaming() {
        let answer = grpc.unary(client.request(message.encode_to_vec()), path, Raw).await?.into_inner();
        return Ok(vec![read(method, &answer)]);
    }
    let messages = futures::stream::iter([message.encode_to_vec()]);
    let mut answer = grpc.streaming(client.request(messages), path, Raw).await?.into_inner();
    let mut told = Vec::new();
    while let Some(message) = answer.message().await? {
        told.push(read(method, &message));
    }
    Ok(told)
}

fn read(method: &MethodDescriptor, bytes: &[u8]) -> DynamicMessage {
    DynamicMessage::decode(method.output(), bytes).expect("answers are what the protos say")
}

/// Messages as the bytes that they are.
#[derive(Clone, Copy, Debug, Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut message = vec![0; from.remaining()];
        from.copy_to_slice(&mut message);
        Ok(Some(message))
    }
}
