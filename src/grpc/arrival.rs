//! Waiting for a call's message before anything is made ready for it.
//!
//! The transport sets 8 KiB aside for each message as soon as a call begins. A peer that opens calls and sends nothing would make
//! a server hold that for thousands of them; until the first byte is here, a call costs no more than its headers. A method that
//! takes a stream begins at once: its caller may wait for the first headers before it sends anything.
//!
//! Proved below: 1. what arrived is read from its beginning; 2. nothing begins before; 3. methods that take streams are known.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};

use http_body::{Body as _, Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

use super::methods::{Described, methods};

type Data = <Body as http_body::Body>::Data;

/// A body of which the first frame was taken already.
struct Arrived {
    first: Option<Result<Frame<Data>, Status>>,
    rest: Body,
}

/// The same body, once its first frame is here or it is known to have none.
pub(super) async fn arrived(mut body: Body) -> Body {
    if body.is_end_stream() {
        return body;
    }
    let first = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
    Body::new(Arrived { first, rest: body })
}

impl http_body::Body for Arrived {
    type Data = Data;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Data>, Status>>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(first)),
            None => Pin::new(&mut self.rest).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_none() && self.rest.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        // What the first frame held is no longer in the rest's hint, and nobody relies on one here.
        SizeHint::default()
    }
}

/// Whether the method of a path, such as `/rookery.v1.ContentService/ImportDocuments`, takes a stream.
pub(super) fn takes_stream(path: &str) -> bool {
    STREAMED.contains(path)
}

static STREAMED: LazyLock<BTreeSet<String>> =
    LazyLock::new(|| methods().iter().filter(|described| described.method.client_streaming()).map(Described::path).collect());

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use prost::bytes::Bytes;

    use super::*;

    /// A body of two frames, the first of which is late.
    struct Late(usize);

    impl http_body::Body for Late {
        type Data = Bytes;
        type Error = Status;

        fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
            self.0 += 1;
            match self.0 {
                1 => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                2 | 3 => Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![b'0', u8::try_from(self.0).unwrap()]))))),
                _ => Poll::Ready(None),
            }
        }
    }

    #[tokio::test]
    async fn what_arrived_is_read_from_its_beginning() {
        let mut waiting = Box::pin(arrived(Body::new(Late(0))));
        assert!((&mut waiting).now_or_never().is_none(), "nothing is here yet");
        let mut body = waiting.await;
        let mut frames = Vec::new();
        while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            frames.push(frame.unwrap().into_data().unwrap());
        }
        assert_eq!(frames, [b"0\x02".as_slice(), b"0\x03"]);
        assert!(arrived(Body::empty()).now_or_never().is_some(), "an empty body is here at once");
    }

    #[test]
    fn methods_that_take_streams_are_known() {
        assert!(takes_stream("/rookery.v1.ContentService/ImportDocuments"));
        assert!(!takes_stream("/rookery.v1.ContentService/GetDocument"));
    }
}
