//! How the services are served, and the one place that holds messages to their sizes.

use std::time::Duration;

use prost::Message;

use super::status::Refusal;
use crate::app::{AppError, FieldFault};

/// Whether call metadata may name the asker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Naming {
    /// Everybody is anonymous.
    #[default]
    Nobody,
    /// `rookery-as` names the asker, who then holds every scope or those that `rookery-scopes` lists, and `rookery-groups` the
    /// asker's groups. For a listener on loopback only.
    Metadata,
}

/// Whose pages may call by gRPC-Web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebOrigins {
    /// Every origin's.
    Any,
    /// These, as a browser writes them; possibly none.
    Listed(Vec<String>),
}

/// How the services are served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrpcOptions {
    /// Whether call metadata may name the asker.
    pub naming: Naming,
    /// Whether reflection is served, v1 and v1alpha.
    pub reflection: bool,
    /// Whether gRPC-Web is spoken, and for whose pages.
    pub web: Option<WebOrigins>,
    /// The largest message of a call that is no stream, in bytes after decompression.
    pub max_request_bytes: usize,
    /// The largest message that is sent, in bytes.
    pub max_response_bytes: usize,
    /// The largest message of an import stream, in bytes after decompression.
    pub max_import_message_bytes: usize,
    /// The deadline of a call that is no stream and brings none.
    pub unary_timeout: Duration,
    /// The longest deadline that such a call may bring; a longer one is shortened to this.
    pub max_deadline: Duration,
    /// What the transport holds its peers to, told to those who ask for the limits.
    pub transport: TransportLimits,
    /// How often one asker may call.
    pub rates: RateLimits,
}

/// How often one asker may call, in calls a second on average; twice as many at once. 0: as often as the asker likes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateLimits {
    /// Calls that search.
    pub searches_per_second: u32,
    /// Calls that read what has a name, or list.
    pub reads_per_second: u32,
    /// Calls that change something, or start work.
    pub writes_per_second: u32,
}

/// What the transport holds its peers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransportLimits {
    /// Open calls of one connection.
    pub max_concurrent_streams: u32,
    /// Calls of one connection that are worked on at once.
    pub concurrency_per_connection: usize,
    /// Calls of all connections that are worked on at once.
    pub concurrency: usize,
    /// Age at which a connection is told to leave, give or take a tenth.
    pub connection_age: Duration,
    /// How long its calls may still take then.
    pub connection_age_grace: Duration,
}

impl Default for GrpcOptions {
    /// The values of the default configuration, without reflection, gRPC-Web and names in metadata.
    fn default() -> Self {
        Self {
            naming: Naming::Nobody,
            reflection: false,
            web: None,
            max_request_bytes: 4 << 20,
            max_response_bytes: 8 << 20,
            max_import_message_bytes: 2 << 20,
            unary_timeout: Duration::from_secs(10),
            max_deadline: Duration::from_secs(30),
            transport: TransportLimits {
                max_concurrent_streams: 128,
                concurrency_per_connection: 64,
                concurrency: 1024,
                connection_age: Duration::from_mins(30),
                connection_age_grace: Duration::from_mins(10),
            },
            rates: RateLimits::default(),
        }
    }
}

impl GrpcOptions {
    /// The largest message that any method takes, and the key that sets it. The transport knows one limit for each service; where
    /// a method has a lower one, [`check_size`] holds it to that.
    pub(crate) fn largest_message(&self) -> (usize, &'static str) {
        let unary = (self.max_request_bytes, "server.limits.max_request_bytes");
        let import = (self.max_import_message_bytes, "server.limits.max_import_message_bytes");
        unary.max(import)
    }
}

/// Holds a message to its limit, whose key is `limit`.
///
/// # Errors
/// A fault of the request that names the limit.
pub(crate) fn check_size(message: &impl Message, most_bytes: usize, limit: &str) -> Result<(), Refusal> {
    let actual = message.encoded_len();
    if actual <= most_bytes {
        return Ok(());
    }
    let told = format!("has {actual} bytes; {limit} allows {most_bytes}");
    Err(AppError::Invalid(vec![FieldFault::new("request", told)]).into())
}

/// An answer that may be sent. The transport would cut a larger one off, after it said that all is well.
///
/// # Errors
/// A fault of the request that names the limit.
pub(crate) fn fitting<A: Message>(answer: A, most_bytes: usize) -> Result<A, Refusal> {
    let actual = answer.encoded_len();
    if actual <= most_bytes {
        return Ok(answer);
    }
    let told = format!(
        "would be answered with {actual} bytes; server.limits.max_response_bytes allows {most_bytes}: ask for a smaller page, or for \
         less of each result"
    );
    Err(AppError::Invalid(vec![FieldFault::new("request", told)]).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grpc::pb;

    #[test]
    fn a_message_over_its_limit_is_a_fault_that_names_it() {
        let message = pb::GetDocumentRequest { name: "x".repeat(98), ..Default::default() };
        assert!(check_size(&message, 100, "server.limits.max_request_bytes").is_ok());
        let refused = check_size(&message, 99, "server.limits.max_request_bytes");
        let Err(Refusal::App(AppError::Invalid(faults))) = refused else { panic!("100 bytes of 99: {refused:?}") };
        assert_eq!(faults[0], FieldFault::new("request", "has 100 bytes; server.limits.max_request_bytes allows 99"));
    }

    #[test]
    fn an_answer_over_its_limit_is_told_before_it_is_sent() {
        let answer = || pb::Document { title: "x".repeat(98), ..Default::default() };
        assert_eq!(fitting(answer(), 100).unwrap(), answer());
        let refused = fitting(answer(), 99);
        let Err(Refusal::App(AppError::Invalid(faults))) = refused else { panic!("100 bytes of 99: {refused:?}") };
        assert!(faults[0].description.contains("max_response_bytes"), "{faults:?}");
    }
}
