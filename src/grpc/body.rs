//! The rest of an answer: it holds its call's place until it is complete, and a panic in it is an answer, too.
//!
//! A stream's code runs while its frames are taken, long after the call returned. Without this, a panic in it would end without
//! a status, which clients take for a connection that broke, or for the end.
//!
//! Proved below: 1. a place is held until an answer's last frame was taken; 2. a panic ends a stream with the status of a fault of
//! the service, and nothing after it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use http_body::{Body as _, Frame, SizeHint};
use tonic::Status;
use tonic::body::Body;

use super::places::Place;
use super::request_id::{RequestId, panic_text};
use super::status::{Refusal, status};

/// The rest of an answer, with its call's place.
struct Watched {
    body: Body,
    place: Place,
    id: RequestId,
    over: bool,
}

/// Watches over an answer until it is complete.
pub(super) fn watched(response: Response<Body>, place: Place, id: RequestId) -> Response<Body> {
    if response.body().is_end_stream() {
        return response;
    }
    response.map(|body| Body::new(Watched { body, place, id, over: false }))
}

impl Watched {
    /// Before the caller sees the end: its next call must find the place free.
    fn end(&mut self) {
        self.over = true;
        self.place = Place::none();
    }

    fn fault(&self) -> Frame<<Body as http_body::Body>::Data> {
        let told = status(&Refusal::Panicked, &self.id);
        let mut trailers = http::HeaderMap::new();
        // A status of ours always fits into headers; where it did not, the stream would end without one, as it did before.
        let _ = told.add_header(&mut trailers);
        Frame::trailers(trailers)
    }
}

impl http_body::Body for Watched {
    type Data = <Body as http_body::Body>::Data;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if self.over {
            return Poll::Ready(None);
        }
        // Nothing of the stream is looked at again after a panic; what calls share is made to bear it.
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut self.body).poll_frame(context)));
        let frame = match polled {
            Ok(polled) => ready!(polled),
            Err(panic) => {
                tracing::error!(panic = panic_text(panic.as_ref()), request.id = %self.id, "a stream panicked");
                self.body = Body::empty();
                let fault = self.fault();
                self.end();
                return Poll::Ready(Some(Ok(fault)));
            }
        };
        if !matches!(&frame, Some(Ok(frame)) if frame.is_data()) {
            self.end();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.over || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use http::Extensions;
    use tonic::Code;
    use tonic_types::StatusExt;

    use super::super::places::{AllPlaces, Places};
    use super::*;

    fn place(places: &Places) -> Option<Place> {
        let mut call = Extensions::new();
        call.insert(places.clone());
        Place::for_call(&call)
    }

    fn answer(body: Body, place: Place) -> Response<Body> {
        watched(Response::new(body), place, RequestId::of("c0ffee"))
    }

    async fn next(body: &mut Body) -> Option<Result<Frame<prost::bytes::Bytes>, Status>> {
        std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await
    }

    #[tokio::test]
    async fn a_place_is_held_until_the_last_frame() {
        let places = AllPlaces::new(9).connection(1);
        let mut body = answer(Body::new("one frame".to_owned()), place(&places).unwrap()).into_body();
        assert!(place(&places).is_none(), "the answer is not complete");
        assert!(next(&mut body).await.is_some_and(|frame| frame.is_ok()));
        assert!(place(&places).is_none(), "nobody said that this was the last");
        assert!(next(&mut body).await.is_none());
        assert!(place(&places).is_some());
        drop(answer(Body::new("left".to_owned()), place(&places).unwrap()));
        assert!(place(&places).is_some(), "a caller that leaves frees its place");
        let complete = answer(Body::empty(), place(&places).unwrap());
        assert!(place(&places).is_some(), "{complete:?} is complete with its headers");
    }

    /// A stream of which one message is good.
    struct Breaking(bool);

    impl http_body::Body for Breaking {
        type Data = prost::bytes::Bytes;
        type Error = Status;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
            assert!(!std::mem::replace(&mut self.0, true), "as planned");
            Poll::Ready(Some(Ok(Frame::data(prost::bytes::Bytes::from_static(b"good")))))
        }
    }

    #[tokio::test]
    async fn a_panic_ends_a_stream_with_a_status() {
        let places = AllPlaces::new(9).connection(1);
        let mut body = answer(Body::new(Breaking(false)), place(&places).unwrap()).into_body();
        assert!(next(&mut body).await.unwrap().unwrap().is_data());
        let trailers = next(&mut body).await.unwrap().unwrap().into_trailers().unwrap();
        let told = Status::from_header_map(&trailers).unwrap();
        assert_eq!(told.code(), Code::Internal);
        assert_eq!(told.get_details_request_info().unwrap().request_id, "c0ffee");
        assert!(!told.message().contains("as planned"), "{told:?}");
        assert!(next(&mut body).await.is_none());
        assert!(place(&places).is_some());
    }
}
