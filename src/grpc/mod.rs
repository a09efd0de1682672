//! The API over gRPC: protobuf to domain and back, tokens, deadlines, and the error table.
//!
//! One thin adapter a service: it converts, calls one use case, and converts back. This room must never decide anything: who may
//! see what and what is a good answer is settled in `app`. Start reading in `discovery.rs`; `call.rs` is the frame around every
//! call, `convert` reads and writes messages, `seal` makes tokens, and `status.rs` alone knows the codes of errors.

mod admin;
mod arrival;
mod body;
mod call;
mod communities;
mod content;
mod convert;
mod discovery;
mod health;
mod import;
mod layers;
mod limits;
mod methods;
pub mod pb;
mod people;
mod places;
mod rates;
mod request_id;
mod seal;
mod status;
mod sweep;
mod web;

use std::sync::Arc;

use prost::Message;
use prost_types::FileDescriptorSet;
use tonic::service::Routes;

use crate::app::App;
use call::Door;
use layers::{Bounds, Watched};
use rates::Rates;
use seal::Seal;

pub use health::Health;
pub use limits::{GrpcOptions, Naming, RateLimits, TransportLimits, WebOrigins};
pub use places::{AllPlaces, Places};

/// Holds a generated service to the sizes of messages, and watches its calls.
macro_rules! served {
    ($server:path, $adapter:expr, $options:expr) => {{
        let largest = $options.largest_message();
        let server =
            <$server>::new($adapter).max_decoding_message_size(largest.0).max_encoding_message_size($options.max_response_bytes);
        Watched::new(server, Bounds { largest, longest: $options.max_deadline })
    }};
}

/// Every service over the use cases, with health and, where it is wanted, reflection and gRPC-Web.
pub fn services(app: &Arc<App>, options: &GrpcOptions, health: &Health) -> Routes {
    let door = Door {
        app: Arc::clone(app),
        seal: Arc::new(Seal::new(&app.identity(), getrandom::fill)),
        rates: Arc::new(Rates::new(&options.rates)),
        options: Arc::new(options.clone()),
    };
    let mut routes = Routes::builder();
    routes
        .add_service(served!(pb::discovery_service_server::DiscoveryServiceServer<_>, discovery::Discovery::new(&door), options))
        .add_service(served!(pb::content_service_server::ContentServiceServer<_>, content::Content::new(&door), options))
        .add_service(served!(pb::people_service_server::PeopleServiceServer<_>, people::People::new(&door), options))
        .add_service(served!(
            pb::community_service_server::CommunityServiceServer<_>,
            communities::Communities::new(&door),
            options
        ))
        .add_service(served!(pb::admin_service_server::AdminServiceServer<_>, admin::Admin::new(&door), options))
        .add_service(health.service());
    if options.reflection {
        add_reflection(&mut routes);
    }
    let routes = routes.routes();
    match &options.web {
        Some(origins) => web::spoken(routes, origins),
        None => routes,
    }
}

/// Both versions of reflection: many tools still ask for the older one.
fn add_reflection(routes: &mut tonic::service::RoutesBuilder) {
    match (described().build_v1(), described().build_v1alpha()) {
        (Ok(v1), Ok(v1alpha)) => {
            routes.add_service(v1).add_service(v1alpha);
        }
        (Err(error), _) | (_, Err(error)) => {
            tracing::error!(error = %error, "the descriptors cannot be read; there is no reflection");
        }
    }
}

fn described() -> tonic_reflection::server::Builder<'static> {
    tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(pb::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .register_file_descriptor_set(error_details())
}

/// The messages in the details of errors, so that tools can show them. `google.rpc.Status` stands in our own descriptors, under
/// another file name.
fn error_details() -> FileDescriptorSet {
    let mut described = FileDescriptorSet::decode(tonic_types::pb::FILE_DESCRIPTOR_SET).unwrap_or_else(|error| {
        tracing::error!(error = %error, "the descriptors of error details cannot be read; reflection lacks them");
        FileDescriptorSet::default()
    });
    described.file.retain(|file| file.name() != "status.proto");
    described
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use prost_types::FileDescriptorProto;

    use super::*;

    #[test]
    fn the_descriptors_can_be_reflected() {
        assert!(described().build_v1().is_ok());
        assert!(described().build_v1alpha().is_ok());
    }

    #[test]
    fn details_of_errors_are_described_and_nothing_twice() {
        let own = FileDescriptorSet::decode(pb::DESCRIPTORS).unwrap();
        let files: BTreeSet<&str> = own.file.iter().map(FileDescriptorProto::name).collect();
        let more = error_details();
        let more = more.file.iter().filter(|file| !files.contains(file.name()));
        let mut names = BTreeSet::new();
        for file in own.file.iter().chain(more) {
            for message in &file.message_type {
                assert!(names.insert(format!("{}.{}", file.package(), message.name())), "{} twice", message.name());
            }
        }
        for detail in
            ["ErrorInfo", "BadRequest", "ResourceInfo", "PreconditionFailure", "QuotaFailure", "RetryInfo", "RequestInfo"]
        {
            assert!(names.contains(&format!("google.rpc.{detail}")), "{detail}");
        }
    }
}
