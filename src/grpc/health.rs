//! `grpc.health.v1`: whether this process serves, by service and as a whole.
//!
//! Proved below: 1. nothing is said to serve before it does; 2. every service and the whole serve, and stop serving, together.

use futures::FutureExt;
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::pb::health_server::HealthServer;
use tonic_health::server::{HealthReporter, HealthService};

/// The names under which health is told; the empty one is the whole.
const SERVICES: [&str; 6] = [
    "",
    "rookery.v1.DiscoveryService",
    "rookery.v1.ContentService",
    "rookery.v1.PeopleService",
    "rookery.v1.CommunityService",
    "rookery.v1.AdminService",
];

/// What the health service tells; copies tell the same.
#[derive(Clone, Debug)]
pub struct Health {
    reporter: HealthReporter,
}

impl Default for Health {
    fn default() -> Self {
        Self::new()
    }
}

impl Health {
    /// Nothing serves yet.
    #[must_use]
    pub fn new() -> Self {
        let health = Self { reporter: HealthReporter::new() };
        // Nobody else has the reporter yet, so nothing is waited for.
        let told = health.tell(ServingStatus::NotServing).now_or_never();
        debug_assert!(told.is_some(), "a new reporter is free");
        health
    }

    /// Everything serves.
    pub async fn serving(&self) {
        self.tell(ServingStatus::Serving).await;
    }

    /// Nothing serves any more; whoever watches is told.
    pub async fn not_serving(&self) {
        self.tell(ServingStatus::NotServing).await;
    }

    /// The health service alone, for a listener of its own.
    #[must_use]
    pub fn routes(&self) -> Routes {
        Routes::new(self.service())
    }

    pub(super) fn service(&self) -> HealthServer<HealthService> {
        HealthServer::new(HealthService::from_health_reporter(self.reporter.clone()))
    }

    async fn tell(&self, status: ServingStatus) {
        for service in SERVICES {
            self.reporter.set_service_status(service, status).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_check_response::ServingStatus as Told;
    use tonic_health::pb::health_server::Health as _;

    use super::*;

    async fn all_tell(health: &Health, expected: Told) {
        for service in SERVICES {
            let service_health = HealthService::from_health_reporter(health.reporter.clone());
            let asked = tonic::Request::new(HealthCheckRequest { service: service.to_owned() });
            assert_eq!(service_health.check(asked).await.unwrap().into_inner().status(), expected, "{service:?}");
        }
    }

    #[tokio::test]
    async fn health_follows_the_house() {
        let health = Health::new();
        all_tell(&health, Told::NotServing).await;
        health.serving().await;
        all_tell(&health.clone(), Told::Serving).await;
        health.not_serving().await;
        all_tell(&health, Told::NotServing).await;
    }

    #[test]
    fn every_service_has_its_health() {
        let pool = prost_reflect::DescriptorPool::decode(crate::grpc::pb::DESCRIPTORS).unwrap();
        let mut services: Vec<String> = pool.services().map(|service| service.full_name().to_owned()).collect();
        services.push(String::new());
        services.sort_unstable();
        let mut told = SERVICES.to_vec();
        told.sort_unstable();
        assert_eq!(told, services);
    }
}
