//! A socket that is given up where its peer does not greet, or does not read what is written.
//!
//! HTTP/2's own pings find a peer that is gone, but only after it greeted; and whoever answers pings and reads nothing else holds
//! what is written to it in memory.
//!
//! Proved below: 1. a peer that does not greet in time is cut off, and one that greeted may be silent; 2. a peer that does not read
//! is cut off, and a slow one is not.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// Bytes after which a peer has greeted: those of HTTP/2's preface. HTTP/1 has a clock of its own for its headers.
const GREETING: usize = 24;

/// A socket with its clocks.
pub(super) struct Socket<S> {
    stream: S,
    /// Until the peer has greeted: how many bytes it sent, and when it is too late.
    greeting: Option<(usize, Pin<Box<Sleep>>)>,
    write_timeout: Duration,
    /// While a write waits: when it has waited too long.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl<S> Socket<S> {
    /// A socket whose peer must greet, and read, in so much time each.
    pub(super) fn new(stream: S, handshake_timeout: Duration, write_timeout: Duration) -> Self {
        Self { stream, greeting: Some((0, Box::pin(sleep(handshake_timeout)))), write_timeout, stalled: None }
    }

    /// Passes on what a write came to, unless writes have waited too long by now.
    fn written<T>(&mut self, polled: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.stalled = None;
            return polled;
        }
        let timeout = self.write_timeout;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(timeout)));
        stalled.as_mut().poll(context).map(|()| Err(too_late("read")))
    }
}

fn too_late(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, format!("the peer did not {what} in time"))
}

impl<S: AsyncRead + Unpin> AsyncRead for Socket<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let socket = &mut *self;
        let before = buffer.filled().len();
        let polled = Pin::new(&mut socket.stream).poll_read(context, buffer);
        if let Some((sent, too_late_at)) = &mut socket.greeting {
            *sent += buffer.filled().len() - before;
            if *sent >= GREETING {
                socket.greeting = None;
            } else if polled.is_pending() && too_late_at.as_mut().poll(context).is_ready() {
                return Poll::Ready(Err(too_late("greet")));
            }
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Socket<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, buffer);
        self.written(polled, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, buffers);
        self.written(polled, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(context);
        self.written(polled, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(1);

    #[tokio::test]
    async fn a_peer_that_does_not_greet_is_cut_off() {
        let (mut peer, near) = duplex(64);
        let mut socket = Socket::new(near, TIMEOUT, TIMEOUT);
        peer.write_all(&[b'x'; GREETING - 1]).await.unwrap();
        let mut read = [0; GREETING - 1];
        socket.read_exact(&mut read).await.unwrap();
        assert_eq!(socket.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_peer_that_greeted_may_be_silent() {
        let (mut peer, near) = duplex(64);
        let mut socket = Socket::new(near, TIMEOUT, TIMEOUT);
        peer.write_all(&[b'x'; GREETING]).await.unwrap();
        socket.read_exact(&mut [0; GREETING]).await.unwrap();
        tokio::select! {
            read = socket.read_u8() => panic!("nobody wrote: {read:?}"),
            () = sleep(TIMEOUT * 2) => {}
        }
    }

    #[tokio::test]
    async fn a_peer_that_does_not_read_is_cut_off_and_a_slow_one_is_not() {
        let (mut peer, near) = duplex(1);
        let mut socket = Socket::new(near, TIMEOUT, TIMEOUT);
        let slow = tokio::spawn(async move {
            for _ in 0..9 {
                sleep(TIMEOUT / 6).await;
                peer.read_u8().await.unwrap();
            }
            peer
        });
        socket.write_all(&[b'x'; 10]).await.unwrap();
        let _silent = slow.await.unwrap();
        assert_eq!(socket.write_u8(b'x').await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
