//! Accepting connections, as many as allowed at once.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

use crate::config::ServerLimits;
use crate::grpc::Places;

/// How long to wait after accepting failed, as it does when file descriptors run out.
const BACK_OFF: Duration = Duration::from_millis(50);

/// A connection that gives its place back when it is closed.
pub(super) struct Connection {
    stream: TcpStream,
    /// For its calls.
    places: Places,
    _own_place: OwnedSemaphorePermit,
}

/// The connections of a listener; at most `max_connections` are open at once, and further ones wait in the system's queue.
pub(super) fn connections(listener: TcpListener, limits: &ServerLimits) -> ReceiverStream<io::Result<Connection>> {
    let (most, most_calls) = (limits.max_connections, limits.concurrency_per_connection);
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let places = Arc::new(Semaphore::new(most));
        while let Ok(place) = Arc::clone(&places).acquire_owned().await {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = sender.closed() => return,
            };
            match accepted {
                Ok((stream, _)) => {
                    // Small answers should leave at once; where the system refuses, they leave a little later.
                    let _ = stream.set_nodelay(true);
                    let places = Places::new(most_calls);
                    if sender.send(Ok(Connection { stream, places, _own_place: place })).await.is_err() {
                        return;
                    }
                }
                Err(error) => {
                    tracing::warn!(error = %error, "accepting a connection failed");
                    tokio::time::sleep(BACK_OFF).await;
                }
            }
        }
    });
    ReceiverStream::new(receiver)
}

/// Binds a listener.
pub(super) async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

impl Connected for Connection {
    type ConnectInfo = Places;

    fn connect_info(&self) -> Places {
        self.places.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, buffer)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
