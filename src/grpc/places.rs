//! Room for the calls of one connection: a call over the limit is refused at once, never queued.
//!
//! A call has its place until its answer is complete; a stream's is as long as the stream. Health and reflection need none.
//!
//! Proved below: 1. a call over the limit is refused, and one place suffices for calls one after another; 2. a place is held until
//! an answer's last frame was taken. What a caller is told is proved in `tests/it/overload.rs`.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use http_body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::Status;
use tonic::body::Body;

/// The places of one connection, which stand in the extensions of its requests; copies share them.
#[derive(Clone, Debug)]
pub struct Places(Arc<Semaphore>);

impl Places {
    /// So many places.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self(Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))))
    }
}

/// The place of one call, given back when dropped.
#[derive(Debug)]
pub(super) struct Place(Option<OwnedSemaphorePermit>);

impl Place {
    /// A place for a call, or nothing where its connection has none left. Connections inside the process are not counted.
    pub(super) fn for_call<B>(request: &Request<B>) -> Option<Self> {
        match request.extensions().get::<Places>() {
            Some(places) => Arc::clone(&places.0).try_acquire_owned().ok().map(|permit| Self(Some(permit))),
            None => Some(Self(None)),
        }
    }

    /// Keeps the place until the answer is complete.
    pub(super) fn kept_by(self, response: Response<Body>) -> Response<Body> {
        match self.0 {
            Some(_) if !http_body::Body::is_end_stream(response.body()) => {
                response.map(|body| Body::new(Held { body, place: self }))
            }
            _ => response,
        }
    }
}

/// The rest of an answer, with its call's place.
struct Held {
    body: Body,
    place: Place,
}

impl http_body::Body for Held {
    type Data = <Body as http_body::Body>::Data;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if !matches!(&frame, Some(Ok(frame)) if frame.is_data()) {
            // Before the caller sees the end: its next call must find the place free.
            self.place = Place(None);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use http_body::Body as _;

    use super::*;

    fn call(places: &Places) -> Request<()> {
        let mut request = Request::new(());
        request.extensions_mut().insert(places.clone());
        request
    }

    #[test]
    fn a_call_over_the_limit_has_no_place() {
        let places = Places::new(1);
        for _ in 0..3 {
            let place = Place::for_call(&call(&places)).expect("a place for calls one after another");
            assert!(Place::for_call(&call(&places)).is_none());
            assert!(Place::for_call(&call(&Places::new(1))).is_some(), "another connection has its own");
            // An answer that is complete with its headers has no body to wait for.
            let answer = place.kept_by(Response::new(Body::empty()));
            assert!(Place::for_call(&call(&places)).is_some(), "{answer:?}");
        }
        assert!(Place::for_call(&Request::new(())).is_some(), "inside the process nobody is counted");
    }

    #[tokio::test]
    async fn a_place_is_held_until_the_last_frame() {
        let places = Places::new(1);
        let place = Place::for_call(&call(&places)).unwrap();
        let answer = place.kept_by(Response::new(Body::new("one frame".to_owned())));
        assert!(Place::for_call(&call(&places)).is_none(), "the answer is not complete");
        let mut body = answer.into_body();
        let mut next = async || std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await;
        assert!(next().await.is_some_and(|frame| frame.is_ok()));
        assert!(Place::for_call(&call(&places)).is_none(), "nobody said that this was the last");
        assert!(next().await.is_none());
        assert!(Place::for_call(&call(&places)).is_some());
        let place = Place::for_call(&call(&places)).unwrap();
        drop(place.kept_by(Response::new(Body::new("left".to_owned()))));
        assert!(Place::for_call(&call(&places)).is_some(), "a caller that leaves frees its place");
    }
}
