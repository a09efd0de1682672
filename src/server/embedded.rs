//! The same services inside this process, over a connection in memory: for the command line and for tests.

use std::io;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use tokio::io::DuplexStream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::{Channel, Endpoint, Uri};
use tower::service_fn;

use super::compose::{self, StartError};
use super::listen::router;
use crate::app::App;
use crate::config::Config;
use crate::domain::Clock;
use crate::grpc;

/// Bytes that lie between client and server.
const BUFFER: usize = 1 << 20;

/// A house without a listener.
pub struct Embedded {
    app: Arc<App>,
    channel: Channel,
    close: oneshot::Sender<()>,
    serving: JoinHandle<Result<(), tonic::transport::Error>>,
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
        let (dial, dialled) = mpsc::channel::<io::Result<DuplexStream>>(1);
        let health = grpc::Health::new();
        let services = grpc::services(&app, &compose::grpc_options(config), &health);
        health.serving().await;
        let (close, closing) = oneshot::channel::<()>();
        let serving = tokio::spawn(router(&config.server.limits, false, services).serve_with_incoming_shutdown(
            ReceiverStream::new(dialled),
            async {
                // Closing and being dropped are the same.
                let _ = closing.await;
            },
        ));
        let connector = service_fn(move |_: Uri| {
            let dial = dial.clone();
            async move {
                let (near, far) = tokio::io::duplex(BUFFER);
                dial.send(Ok(far)).await.map_err(|_| io::Error::from(io::ErrorKind::ConnectionRefused))?;
                Ok::<_, io::Error>(TokioIo::new(near))
            }
        });
        let channel = Endpoint::from_static("http://embedded.invalid").connect_with_connector_lazy(connector);
        Self { app, channel, close, serving }
    }

    /// A connection to the services.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Closes everything; what was acknowledged is durable where there is a data directory.
    pub async fn close(self) {
        drop(self.channel);
        drop(self.close);
        self.serving.abort();
        self.app.stop().await;
    }
}
