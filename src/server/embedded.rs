//! The same services inside this process, over a connection in memory: for the command line and for tests.

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use tonic::transport::{Channel, Endpoint, Uri};
use tower::service_fn;

use super::compose::{self, StartError};
use super::connections::Transport;
use crate::app::App;
use crate::config::Config;
use crate::domain::Clock;
use crate::grpc;

/// Bytes that lie between client and server.
const BUFFER: usize = 1 << 20;
/// How long running calls may still take when the house is closed.
const LEAVING: Duration = Duration::from_secs(1);

/// A house without a listener.
pub struct Embedded {
    app: Arc<App>,
    channel: Channel,
    transport: Transport,
}

impl Embedded {
    /// Opens a data directory that no server uses.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        Ok(Self::over(compose::open(config, clock).await?, config).await)
    }

    /// A house that keeps everything in memory and is gone with the process.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn in_memory(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        Ok(Self::over(compose::open_in_memory(config, clock).await?, config).await)
    }

    async fn over(app: Arc<App>, config: &Config) -> Self {
        let health = grpc::Health::new();
        let services = grpc::services(&app, &compose::grpc_options(config), &health);
        health.serving().await;
        let transport = Transport::new(&config.server.limits, false, services);
        let taking = transport.clone();
        let connector = service_fn(move |_: Uri| {
            let (near, far) = tokio::io::duplex(BUFFER);
            taking.take(far);
            ready(Ok::<_, Infallible>(TokioIo::new(near)))
        });
        let channel = Endpoint::from_static("http://embedded.invalid").connect_with_connector_lazy(connector);
        Self { app, channel, transport }
    }

    /// The use cases on which the services stand.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// A connection to the services.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Closes everything; what was acknowledged is durable where there is a data directory.
    pub async fn close(self) {
        drop(self.channel);
        // Somebody may still hold a connection; what they ask for from now on finds a house that is closed.
        let _ = tokio::time::timeout(LEAVING, self.transport.close()).await;
        self.app.stop().await;
    }
}
