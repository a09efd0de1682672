//! Listening, and leaving in good order: not serving, then no new calls, then nothing.
//!
//! Proved below: 1. a ledger that failed ends the server, after health has said so; 2. one that was closed in good order is no
//! failure.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::compose::{self, StartError, SystemClock};
use super::connections::{self, Transport};
use super::signals::asked_to_stop;
use crate::app::App;
use crate::config::Config;
use crate::grpc;

/// How long running calls may take at most once the ledger failed: reads still end well, writes cannot.
const FAILED_DRAIN: Duration = Duration::from_secs(5);

/// Why a server would not start or ended badly.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The data directory cannot be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// An address cannot be listened on.
    #[error("{address} cannot be listened on: {error}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What failed.
        error: io::Error,
    },
    /// The ledger failed in a way after which nothing may be written: a new process must look at the disk.
    #[error("the ledger failed and takes no more writes")]
    LedgerFailed,
}

/// What ends a server.
pub struct Stop {
    requested: Option<oneshot::Receiver<()>>,
}

/// Ends a server from inside the process; dropping it does nothing.
pub struct Stopper(oneshot::Sender<()>);

impl Stopper {
    /// Ends the server.
    pub fn stop(self) {
        // A server that ended already needs no telling.
        let _ = self.0.send(());
    }
}

impl Stop {
    /// At SIGTERM or SIGINT.
    #[must_use]
    pub fn on_signal() -> Self {
        Self { requested: None }
    }

    /// At SIGTERM, SIGINT or when asked.
    #[must_use]
    pub fn on_signal_or_request() -> (Self, Stopper) {
        let (sender, receiver) = oneshot::channel();
        (Self { requested: Some(receiver) }, Stopper(sender))
    }

    async fn wait(self) {
        let requested = async {
            match self.requested {
                Some(receiver) => {
                    if receiver.await.is_err() {
                        std::future::pending::<()>().await;
                    }
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = asked_to_stop() => {}
            () = requested => {}
        }
    }
}

/// Opens the data directory, serves until told to stop, and drains. `ready` is told the address once calls are answered.
///
/// # Errors
/// [`ServeError`].
pub async fn serve(config: &Config, stop: Stop, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    let (listener, address) = bind(config.server.listen).await?;
    let health = grpc::Health::new();
    let probes = match config.server.health_listen {
        Some(address) => {
            let (listener, _) = bind(address).await?;
            let transport = Transport::new(&config.server.limits, false, health.routes());
            let accepting = transport.clone();
            tokio::spawn(async move { accepting.accept(listener).await });
            Some(transport)
        }
        None => None,
    };
    let app = compose::open(config, Arc::new(SystemClock)).await?;
    let services = grpc::services(&app, &compose::grpc_options(config), &health);
    health.serving().await;
    tracing::info!(address = %address, "serving");
    ready(address);
    let transport = Transport::new(&config.server.limits, config.web.grpc_web, services);
    let ended = run(config, &app, &transport, listener, stop, &health).await;
    app.stop().await;
    if let Some(probes) = probes {
        // The probes' listener ends when its last connection does; the kubelet's are short.
        let _ = tokio::time::timeout(Duration::from_secs(1), probes.close()).await;
    }
    ended
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let fail = |error| ServeError::Bind { address, error };
    let listener = connections::bind(address).await.map_err(fail)?;
    let bound = listener.local_addr().map_err(fail)?;
    Ok((listener, bound))
}

/// Serves until told to stop or the ledger fails; then says that it does not serve, waits for balancers to notice, and lets running
/// calls finish.
async fn run(
    config: &Config,
    app: &App,
    transport: &Transport,
    listener: TcpListener,
    stop: Stop,
    health: &grpc::Health,
) -> Result<(), ServeError> {
    let accepting = transport.clone();
    tokio::spawn(async move { accepting.accept(listener).await });
    let cause = tokio::select! {
        () = stop.wait() => Ok(()),
        () = app.ledger_failed() => Err(ServeError::LedgerFailed),
    };
    health.not_serving().await;
    let patience = if let Err(error) = &cause {
        tracing::error!(error = %error, "this process ends, so that a new one opens the data directory");
        config.server.drain_timeout.min(FAILED_DRAIN)
    } else {
        tracing::info!("draining");
        tokio::time::sleep(config.server.drain_delay).await;
        config.server.drain_timeout
    };
    if tokio::time::timeout(patience, transport.close()).await.is_err() {
        tracing::warn!("calls still run at the end of the drain; they are cut off");
    }
    cause
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use tonic::transport::Endpoint;
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_check_response::ServingStatus;
    use tonic_health::pb::health_client::HealthClient;

    use super::*;
    use crate::app::Backends;

    async fn house(config: &Config) -> (Arc<App>, Backends) {
        let backends = compose::backends_in_memory(config).unwrap();
        let app =
            App::new(backends.clone(), compose::settings(config), compose::pace(config), Arc::new(SystemClock), getrandom::fill);
        app.start().await.unwrap();
        (app, backends)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_failed_ledger_ends_the_server() {
        let mut config = Config::default();
        config.server.drain_timeout = Duration::from_millis(200);
        let (app, backends) = house(&config).await;
        let (listener, address) = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let health = grpc::Health::new();
        health.serving().await;
        let transport = Transport::new(&config.server.limits, false, health.routes());
        let (stop, _stopper) = Stop::on_signal_or_request();
        let serving = Arc::clone(&app);
        let server = tokio::spawn(async move { run(&config, &serving, &transport, listener, stop, &health).await });

        let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
        let asked = HealthCheckRequest { service: String::new() };
        let mut told = HealthClient::new(channel).watch(asked).await.unwrap().into_inner();
        assert_eq!(told.message().await.unwrap().unwrap().status(), ServingStatus::Serving);
        // To those who watch it, a ledger that was closed behind the app's back looks like one that failed.
        backends.ledger.close().await;
        assert_eq!(told.message().await.unwrap().unwrap().status(), ServingStatus::NotServing);
        assert!(matches!(server.await.unwrap(), Err(ServeError::LedgerFailed)));
        app.stop().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_ledger_closed_in_good_order_has_not_failed() {
        let (app, _) = house(&Config::default()).await;
        assert!(app.ledger_failed().now_or_never().is_none(), "it is open");
        app.stop().await;
        assert!(app.ledger_failed().now_or_never().is_none(), "it was closed in good order");
        let (app, backends) = house(&Config::default()).await;
        backends.ledger.close().await;
        assert!(app.ledger_failed().now_or_never().is_some());
        app.stop().await;
    }
}
