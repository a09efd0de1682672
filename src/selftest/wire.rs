//! Calls as bytes: what a caller of the services gets, before anybody interprets it.

use std::sync::LazyLock;

use futures::StreamExt;
use http::uri::PathAndQuery;
use prost::bytes::{Buf, BufMut};
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, MethodDescriptor};
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::service::Routes;
use tonic::{Code, Request, Status};

use super::cast::{Asker, WRITER};
use crate::grpc::pb;

/// Most messages that are taken from an answer that is a stream.
const MOST_MESSAGES: usize = 16;

/// Everything of the package, as it is described. Descriptors that cannot be read describe nothing, which the test of coverage
/// notices.
static DESCRIBED: LazyLock<DescriptorPool> = LazyLock::new(|| DescriptorPool::decode(pb::DESCRIPTORS).unwrap_or_default());

/// The descriptor of a method such as `/rookery.v1.AdminService/GetLimits`; nothing where it is of another package.
pub(super) fn method(path: &str) -> Option<MethodDescriptor> {
    let (service, method) = path.strip_prefix('/')?.split_once('/')?;
    DESCRIBED.get_service_by_name(service)?.methods().find(|described| described.name() == method)
}

/// A message as it goes over the wire, as a message.
pub(super) fn message(descriptor: MessageDescriptor, bytes: &[u8]) -> Option<DynamicMessage> {
    DynamicMessage::decode(descriptor, bytes).ok()
}

/// A request as text, for reports.
pub(super) fn request_text(path: &str, bytes: &[u8]) -> String {
    text(method(path).map(|method| method.input()), bytes)
}

/// An answer's message as text, for reports.
pub(super) fn response_text(path: &str, bytes: &[u8]) -> String {
    text(method(path).map(|method| method.output()), bytes)
}

fn text(descriptor: Option<MessageDescriptor>, bytes: &[u8]) -> String {
    let message = descriptor.and_then(|descriptor| message(descriptor, bytes));
    let json = message.and_then(|message| serde_json::to_string(&message).ok());
    json.unwrap_or_else(|| format!("{bytes:02x?}"))
}

/// Everything that a caller gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) code: i32,
    pub(super) text: String,
    pub(super) details: Vec<u8>,
    /// Headers and trailers, sorted.
    pub(super) metadata: Vec<(String, Vec<u8>)>,
    pub(super) messages: Vec<Vec<u8>>,
}

impl Answer {
    /// An answer that is a status only.
    pub(super) fn refused(status: &Status) -> Self {
        Self {
            code: status.code().into(),
            text: status.message().to_owned(),
            details: status.details().to_vec(),
            metadata: sorted(status.metadata().clone()),
            messages: Vec::new(),
        }
    }

    /// Whether the service itself failed, which no question should bring about.
    pub(super) fn is_failure(&self) -> bool {
        matches!(
            Code::from(self.code),
            Code::Internal | Code::Unknown | Code::DataLoss | Code::Unavailable | Code::DeadlineExceeded | Code::Unimplemented
        )
    }

    /// All of it in one piece, in which no part can pass for another.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.code.to_be_bytes().to_vec();
        let mut part = |part: &[u8]| {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        };
        part(self.text.as_bytes());
        part(&self.details);
        for (key, value) in &self.metadata {
            part(key.as_bytes());
            part(value);
        }
        for message in &self.messages {
            part(message);
        }
        bytes
    }
}

fn sorted(metadata: tonic::metadata::MetadataMap) -> Vec<(String, Vec<u8>)> {
    let headers = metadata.into_headers();
    let mut listed: Vec<_> = headers.iter().map(|(key, value)| (key.to_string(), value.as_bytes().to_vec())).collect();
    listed.sort_unstable();
    listed
}

/// Calls a method with messages, as somebody.
pub(super) async fn call(routes: &Routes, asker: &Asker, path: &'static str, messages: Vec<Vec<u8>>) -> Answer {
    let mut client = Grpc::new(routes.clone());
    if let Err(never) = client.ready().await {
        match never {}
    }
    let streams = method(path).map_or_else(
        || path.starts_with("/grpc.reflection"),
        |method| method.is_client_streaming() || method.is_server_streaming(),
    );
    let path = PathAndQuery::from_static(path);
    if streams {
        let answered = client.streaming(request(asker, futures::stream::iter(messages)), path, Raw).await;
        let (headers, messages, _) = match answered {
            Ok(answer) => answer.into_parts(),
            Err(status) => return Answer::refused(&status),
        };
        let mut taken = Answer { metadata: sorted(headers), ..Answer::default() };
        let mut messages = messages.take(MOST_MESSAGES);
        while let Some(message) = messages.next().await {
            match message {
                Ok(message) => taken.messages.push(message),
                Err(status) => {
                    let ended = Answer::refused(&status);
                    return Answer { messages: taken.messages, metadata: [taken.metadata, ended.metadata].concat(), ..ended };
                }
            }
        }
        return taken;
    }
    match client.unary(request(asker, messages.into_iter().next().unwrap_or_default()), path, Raw).await {
        Ok(answer) => {
            let (metadata, message, _) = answer.into_parts();
            Answer { metadata: sorted(metadata), messages: vec![message], ..Answer::default() }
        }
        Err(status) => Answer::refused(&status),
    }
}

/// A call's metadata: who asks holds no scope, unless it is the writer.
fn request<T>(asker: &Asker, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let mut say = |key, value| {
        request.metadata_mut().insert(key, tonic::metadata::MetadataValue::from_static(value));
    };
    if !asker.is_anonymous() {
        say("rookery-as", asker.person);
        say("rookery-groups", asker.groups);
        if *asker != WRITER {
            say("rookery-scopes", "");
        }
    }
    request
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
