//! A client of the gRPC services: over the network, or of a server inside this process.

use std::sync::Arc;

use tonic::metadata::MetadataValue;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

use super::Failure;
use super::arguments::Target;
use crate::config::Config;
use crate::domain::Clock;
use crate::grpc::pb::community_service_client::CommunityServiceClient;
use crate::grpc::pb::content_service_client::ContentServiceClient;
use crate::grpc::pb::discovery_service_client::DiscoveryServiceClient;
use crate::grpc::pb::people_service_client::PeopleServiceClient;
use crate::server::{Embedded, SystemClock};

/// Most bytes of a message that this client takes: whatever a server may be configured to send.
const MAX_MESSAGE: usize = 64 << 20;

type Named = InterceptedService<Channel, AsAsker>;

/// Names the asker in every call's metadata.
#[derive(Clone, Default)]
pub(super) struct AsAsker {
    asker: Option<MetadataValue<tonic::metadata::Ascii>>,
    groups: Option<MetadataValue<tonic::metadata::Ascii>>,
}

impl Interceptor for AsAsker {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        for (key, value) in [("rookery-as", &self.asker), ("rookery-groups", &self.groups)] {
            if let Some(value) = value {
                request.metadata_mut().insert(key, value.clone());
            }
        }
        Ok(request)
    }
}

/// A connection with the name of the asker.
pub(super) struct Client {
    channel: Channel,
    asker: AsAsker,
    embedded: Option<Embedded>,
}

impl Client {
    /// Connects to what the arguments name; opens the data directory in this process where they name one. `default_asker`
    /// asks where the arguments name nobody.
    pub(super) async fn of(target: &Target, default_asker: Option<&str>) -> Result<Self, Failure> {
        let asker = target.asker.as_deref().or(default_asker);
        match &target.data_dir {
            Some(dir) => {
                let mut config = Config::default();
                config.storage.data_dir.clone_from(dir);
                Self::embedded(&config, Arc::new(SystemClock), asker).await?.with_groups(target)
            }
            None => Self::remote(&target.addr, asker).await.map(|client| client.with_groups(target))?,
        }
    }

    /// Connects to a running server.
    pub(super) async fn remote(address: &str, asker: Option<&str>) -> Result<Self, Failure> {
        let endpoint =
            Endpoint::from_shared(address.to_owned()).map_err(|error| Failure::Usage(format!("{address}: {error}")))?;
        let channel =
            endpoint.connect().await.map_err(|error| Failure::Unavailable(format!("{address}: {}", with_causes(&error))))?;
        Ok(Self { channel, asker: named(asker)?, embedded: None })
    }

    /// Opens a data directory in this process and talks to it as to any server.
    pub(super) async fn embedded(config: &Config, clock: Arc<dyn Clock>, asker: Option<&str>) -> Result<Self, Failure> {
        let embedded = Embedded::open(config, clock).await.map_err(|error| Failure::Unavailable(error.to_string()))?;
        let client = Self::inside(&embedded, asker)?;
        Ok(Self { embedded: Some(embedded), ..client })
    }

    /// Talks to a house in this process that somebody else opened, and closes.
    pub(super) fn inside(embedded: &Embedded, asker: Option<&str>) -> Result<Self, Failure> {
        Ok(Self { channel: embedded.channel(), asker: named(asker)?, embedded: None })
    }

    fn with_groups(mut self, target: &Target) -> Result<Self, Failure> {
        self.asker.groups = target.groups.as_deref().map(metadata).transpose()?;
        Ok(self)
    }

    /// Closes what was opened in this process.
    pub(super) async fn close(self) {
        if let Some(embedded) = self.embedded {
            embedded.close().await;
        }
    }

    pub(super) fn discovery(&self) -> DiscoveryServiceClient<Named> {
        DiscoveryServiceClient::with_interceptor(self.channel.clone(), self.asker.clone()).max_decoding_message_size(MAX_MESSAGE)
    }

    pub(super) fn content(&self) -> ContentServiceClient<Named> {
        ContentServiceClient::with_interceptor(self.channel.clone(), self.asker.clone()).max_decoding_message_size(MAX_MESSAGE)
    }

    pub(super) fn people(&self) -> PeopleServiceClient<Named> {
        PeopleServiceClient::with_interceptor(self.channel.clone(), self.asker.clone()).max_decoding_message_size(MAX_MESSAGE)
    }

    pub(super) fn communities(&self) -> CommunityServiceClient<Named> {
        CommunityServiceClient::with_interceptor(self.channel.clone(), self.asker.clone()).max_decoding_message_size(MAX_MESSAGE)
    }
}

fn named(asker: Option<&str>) -> Result<AsAsker, Failure> {
    Ok(AsAsker { asker: asker.map(metadata).transpose()?, groups: None })
}

fn metadata(text: &str) -> Result<MetadataValue<tonic::metadata::Ascii>, Failure> {
    text.parse().map_err(|_| Failure::Usage(format!("{text:?} cannot be sent as an asker's name")))
}

/// An error with all its causes on one line.
pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}
