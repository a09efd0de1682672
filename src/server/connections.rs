//! Connections, as many as allowed at once, each served until its peer leaves, it is too old, or the server closes.
//!
//! The loop is our own because the transport's ends an old connection without a word where it has a grace, and all of one age at
//! the same moment; see ADR 18.
//!
//! Proved below: 1. ages are spread by a tenth both ways; 2. an old connection is told to leave, finishes its calls, and is cut at
//! the end of its grace. What peers may do to a server is proved in `tests/it/abuse.rs`.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::body::Body;
use tonic::service::Routes;
use tower::Service;

use super::socket::Socket;
use crate::config::ServerLimits;
use crate::grpc::{AllPlaces, Places};

/// How long to wait after accepting failed, as it does when file descriptors run out.
const BACK_OFF: Duration = Duration::from_millis(50);

/// The transport with its limits, and what it serves. Copies share the places of calls and what closes them.
#[derive(Clone)]
pub(super) struct Transport {
    builder: Builder<TokioExecutor>,
    routes: Routes,
    limits: ServerLimits,
    places: AllPlaces,
    running: TaskTracker,
    closing: CancellationToken,
}

impl Transport {
    /// Serves routes over HTTP/2, and over HTTP/1 where that is wanted, as gRPC-Web needs it.
    pub(super) fn new(limits: &ServerLimits, http1: bool, routes: Routes) -> Self {
        Self {
            builder: builder(limits, http1),
            routes,
            limits: limits.clone(),
            places: AllPlaces::new(limits.concurrency),
            running: TaskTracker::new(),
            closing: CancellationToken::new(),
        }
    }

    /// Takes connections until [`Transport::close`]; at most `max_connections` are open at once, and further ones wait in the
    /// system's queue.
    pub(super) async fn accept(&self, listener: TcpListener) {
        let open = Arc::new(Semaphore::new(self.limits.max_connections));
        let accepting = async {
            while let Ok(place) = Arc::clone(&open).acquire_owned().await {
                match listener.accept().await {
                    Ok((stream, _)) => {
                        // Small answers should leave at once; where the system refuses, they leave a little later.
                        let _ = stream.set_nodelay(true);
                        let serving = self.clone().serve(stream);
                        self.running.spawn(async move {
                            serving.await;
                            drop(place);
                        });
                    }
                    Err(error) => {
                        tracing::warn!(error = %error, "accepting a connection failed");
                        sleep(BACK_OFF).await;
                    }
                }
            }
        };
        tokio::select! {
            () = accepting => {}
            () = self.closing.cancelled() => {}
        }
    }

    /// Serves a connection that was made inside this process.
    pub(super) fn take(&self, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
        self.running.spawn(self.clone().serve(stream));
    }

    /// Takes no more connections, tells peers to leave, and returns once the last one left. Whoever does not wait for that cuts
    /// nobody off: the connections end with the runtime.
    pub(super) async fn close(&self) {
        self.closing.cancel();
        self.running.close();
        self.running.wait().await;
    }

    async fn serve(self, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) {
        let age = spread(self.limits.connection_age, getrandom::u64().unwrap_or_default());
        let places = self.places.connection(self.limits.concurrency_per_connection);
        let routes = self.routes;
        let answer = service_fn(move |request| answer(routes.clone(), &places, request));
        let socket = TokioIo::new(Socket::new(stream, self.limits.handshake_timeout, self.limits.write_timeout));
        let mut serving = pin!(self.builder.serve_connection(socket, answer));
        let cause = tokio::select! {
            ended = serving.as_mut() => return noted(ended),
            () = sleep(age) => Cause::Age,
            () = self.closing.cancelled() => Cause::Closing,
        };
        serving.as_mut().graceful_shutdown();
        match cause {
            // The server's own drain has a limit for all connections.
            Cause::Closing => noted(serving.await),
            Cause::Age => {
                if let Ok(ended) = tokio::time::timeout(self.limits.connection_age_grace, serving).await {
                    noted(ended);
                } else {
                    tracing::debug!("a connection that was told to leave is cut off");
                }
            }
        }
    }
}

/// Why a connection is told to leave.
enum Cause {
    Age,
    Closing,
}

fn builder(limits: &ServerLimits, http1: bool) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    if !http1 {
        builder = builder.http2_only();
    }
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.handshake_timeout);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.max_concurrent_streams)
        .keep_alive_interval(limits.keepalive_interval)
        .keep_alive_timeout(limits.keepalive_timeout)
        .max_header_list_size(limits.max_header_list_bytes.as_u32())
        .max_pending_accept_reset_streams(limits.max_pending_accept_reset_streams)
        .max_local_error_reset_streams(limits.max_local_error_reset_streams);
    builder
}

fn answer(
    mut routes: Routes,
    places: &Places,
    request: Request<Incoming>,
) -> impl Future<Output = Result<Response<Body>, Infallible>> + use<> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(places.clone());
    routes.call(request)
}

/// An age between nine and eleven tenths, so that the connections of one moment do not all come back in one moment (gRFC A9).
fn spread(age: Duration, drawn: u64) -> Duration {
    let share = f64::from(u32::try_from(drawn >> 32).unwrap_or_default()) / f64::from(u32::MAX);
    age.mul_f64(0.9 + share / 5.0)
}

/// Peers leave as they like; nobody has to look.
fn noted(ended: Result<(), Box<dyn std::error::Error + Send + Sync>>) {
    if let Err(error) = ended {
        tracing::debug!(error = %error, "a connection ended badly");
    }
}

/// Binds a listener.
pub(super) async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

#[cfg(test)]
mod tests {
    use tonic::transport::Endpoint;
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_client::HealthClient;

    use super::*;
    use crate::config::Config;
    use crate::grpc::Health;

    #[test]
    fn ages_are_spread_by_a_tenth_both_ways() {
        let age = Duration::from_secs(100);
        assert_eq!(spread(age, 0), Duration::from_secs(90));
        assert_eq!(spread(age, u64::MAX), Duration::from_secs(110));
        let middle = spread(age, u64::MAX / 2);
        assert!(middle > Duration::from_secs(99) && middle < Duration::from_secs(101), "{middle:?}");
    }

    /// A server of health alone, and a connection to it.
    async fn connected(limits: &ServerLimits) -> (Transport, HealthClient<tonic::transport::Channel>) {
        let health = Health::new();
        health.serving().await;
        let transport = Transport::new(limits, false, health.routes());
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepting = transport.clone();
        tokio::spawn(async move { accepting.accept(listener).await });
        let channel = Endpoint::from_shared(format!("http://{address}")).unwrap().connect().await.unwrap();
        (transport, HealthClient::new(channel))
    }

    fn anything() -> HealthCheckRequest {
        HealthCheckRequest { service: String::new() }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_old_connection_finishes_its_calls_and_is_cut_at_the_end_of_its_grace() {
        let mut limits = Config::default().server.limits;
        limits.connection_age = Duration::from_millis(100);
        limits.connection_age_grace = Duration::from_millis(300);
        let (transport, mut client) = connected(&limits).await;
        let mut watching = client.watch(anything()).await.unwrap().into_inner();
        assert!(watching.message().await.unwrap().is_some());
        // A watch never ends by itself: what ends it is the cut.
        let cut = watching.message().await;
        assert!(cut.is_err(), "{cut:?}");
        // A call that meets a connection just when it closes is never sent, and is made again.
        let mut tries = 0;
        while let Err(unsent) = client.check(anything()).await {
            tries += 1;
            assert!(tries < 9, "another connection serves: {unsent:?}");
        }
        transport.close().await;
    }
}
