//! What happens around every call: an id, a class, a span, a place on its connection, and that a panic ends one call only.
//!
//! The texts of requests are never logged here, only method, code and duration.
//!
//! Proved below: 1. a panic is answered as a fault of the service, with the request's id; 2. a message that the transport could
//! not read is answered as a fault of the request; 3. other answers pass as they are, and every call has an id of its own; 4. a
//! message that does not come is not waited for.

use std::convert::Infallible;
use std::future::ready;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures::FutureExt;
use http::{HeaderMap, Request, Response};
use tonic::body::Body;
use tonic::server::NamedService;
use tonic::{Code, Status};
use tower::Service;
use tracing::Instrument;

use super::arrival::{arrived, takes_stream};
use super::body::watched;
use super::places::Place;
use super::rates::Class;
use super::request_id::{RequestId, panic_text};
use super::status::{Refusal, status, unreadable_message};
use crate::app::AppError;

/// A service whose every call has an id, a span and a place on its connection, and whose panics end one call.
#[derive(Clone)]
pub(super) struct Watched<S> {
    service: S,
    bounds: Bounds,
}

/// What the calls of a service are held to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// The largest message that the transport takes, and the key that says so.
    pub(super) largest: (usize, &'static str),
    /// How long a call may take until its answer begins, its message included: who sends slowly is not waited for any longer.
    pub(super) longest: Duration,
}

impl<S> Watched<S> {
    /// Watches a service.
    pub(super) fn new(service: S, bounds: Bounds) -> Self {
        Self { service, bounds }
    }
}

impl<S: NamedService> NamedService for Watched<S> {
    const NAME: &'static str = S::NAME;
}

impl<S> Service<Request<Body>> for Watched<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let id = RequestId::fresh();
        let span = tracing::info_span!("call", rpc.method = request.uri().path(), request.id = %id);
        let Some(place) = Place::for_call(request.extensions()) else {
            let refused = status(&AppError::Overloaded.into(), &id);
            span.in_scope(|| tracing::debug!(rpc.code = ?refused.code(), "refused, for its connection has too many calls"));
            return Box::pin(ready(Ok(refused.into_http())));
        };
        request.extensions_mut().insert(id.clone());
        let class = Class::of(request.uri().path());
        request.extensions_mut().insert(class);
        let (mut service, bounds) = (self.service.clone(), self.bounds);
        let answering = async move {
            if takes_stream(request.uri().path()) {
                return service.call(request).await;
            }
            let (head, message) = request.into_parts();
            service.call(Request::from_parts(head, arrived(message).await)).await
        };
        let answered = async move { watch(answering, id.clone(), bounds).await.map(|response| watched(response, place, id)) };
        Box::pin(answered.instrument(span))
    }
}

async fn watch(
    answering: impl Future<Output = Result<Response<Body>, Infallible>>,
    id: RequestId,
    bounds: Bounds,
) -> Result<Response<Body>, Infallible> {
    let began = Instant::now();
    let (most_bytes, limit) = bounds.largest;
    // Nothing of the call is looked at again after a panic; what calls share is made to bear it.
    let answering = AssertUnwindSafe(answering).catch_unwind();
    let response = match tokio::time::timeout(bounds.longest, answering).await {
        Ok(Ok(Ok(response))) => match early_status(response.headers()) {
            Some(status) => unreadable_message(status, most_bytes, limit, &id).into_http(),
            None => response,
        },
        Err(_) => status(&AppError::DeadlineExceeded.into(), &id).into_http(),
        Ok(Err(panic)) => {
            tracing::error!(panic = panic_text(panic.as_ref()), "a call panicked");
            status(&Refusal::Panicked, &id).into_http()
        }
    };
    let code = Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code());
    tracing::debug!(rpc.code = ?code, rpc.duration_us = began.elapsed().as_micros(), "answered");
    Ok(response)
}

/// The status of an answer that failed before its first message, where the transport made it: it has no details.
fn early_status(headers: &HeaderMap) -> Option<Status> {
    Status::from_header_map(headers).filter(|status| status.code() != Code::Ok && status.details().is_empty())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tonic_types::StatusExt;

    use super::*;
    use crate::grpc::pb;
    use crate::grpc::pb::admin_service_server::{AdminService, AdminServiceServer};

    fn bounds(most_bytes: usize) -> Bounds {
        Bounds { largest: (most_bytes, "server.limits.max_request_bytes"), longest: Duration::from_mins(1) }
    }

    /// What a watched service that answers so tells its caller, and the id that the call had.
    async fn told(answer: impl Fn() -> Response<Body> + Send + Sync + 'static) -> (Option<Status>, RequestId) {
        let seen = Arc::new(Mutex::new(None));
        let (note, answer) = (Arc::clone(&seen), Arc::new(answer));
        let service = tower::service_fn(move |request: Request<Body>| {
            *note.lock().unwrap() = request.extensions().get::<RequestId>().cloned();
            let answer = Arc::clone(&answer);
            async move { Ok::<_, Infallible>(answer()) }
        });
        let Ok(response) = Watched::new(service, bounds(4_096)).call(Request::new(Body::empty())).await;
        let id = seen.lock().unwrap().clone().expect("every call has an id");
        (Status::from_header_map(response.headers()), id)
    }

    #[tokio::test]
    async fn a_panic_ends_one_call_only() {
        let (status, id) = told(|| panic!("oh")).await;
        let status = status.unwrap();
        assert_eq!(status.code(), Code::Internal);
        assert_eq!(status.get_details_request_info().unwrap().request_id, id.to_string());
        assert!(!status.message().contains("oh"));
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_the_requests_fault() {
        let (status, _) = told(|| Status::out_of_range("too large").into_http()).await;
        let status = status.unwrap();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert!(status.get_details_bad_request().unwrap().field_violations[0].description.contains("max_request_bytes"));
    }

    /// An adapter whose answers are seen only where a message can be read.
    struct Anybody;

    /// Answers one method; the others are not looked at.
    macro_rules! answering {
        ($($method:ident($request:ident) -> $answer:ident;)*) => {
            #[tonic::async_trait]
            impl AdminService for Anybody {
                async fn get_status(
                    &self,
                    _: tonic::Request<pb::GetStatusRequest>,
                ) -> Result<tonic::Response<pb::GetStatusResponse>, Status> {
                    Ok(tonic::Response::new(pb::GetStatusResponse::default()))
                }

                $(
                    async fn $method(&self, _: tonic::Request<pb::$request>) -> Result<tonic::Response<pb::$answer>, Status> {
                        Err(Status::unimplemented("not here"))
                    }
                )*
            }
        };
    }

    answering! {
        get_limits(GetLimitsRequest) -> GetLimitsResponse;
        rebuild_index(RebuildIndexRequest) -> RebuildIndexResponse;
        vacuum(VacuumRequest) -> VacuumResponse;
        get_synonym_set(GetSynonymSetRequest) -> SynonymSet;
        list_synonym_sets(ListSynonymSetsRequest) -> ListSynonymSetsResponse;
        update_synonym_set(UpdateSynonymSetRequest) -> SynonymSet;
        delete_synonym_set(DeleteSynonymSetRequest) -> DeleteSynonymSetResponse;
        get_curation(GetCurationRequest) -> Curation;
        list_curations(ListCurationsRequest) -> ListCurationsResponse;
        update_curation(UpdateCurationRequest) -> Curation;
        delete_curation(DeleteCurationRequest) -> DeleteCurationResponse;
        list_fruitless_queries(ListFruitlessQueriesRequest) -> ListFruitlessQueriesResponse;
    }

    /// What the generated service makes of a message of these bytes, all of them ASCII.
    async fn received(message: &str) -> Option<Status> {
        let mut frame = String::from("\0\0\0\0");
        frame.push(char::from(u8::try_from(message.len()).unwrap()));
        frame.push_str(message);
        let request = Request::post("/rookery.v1.AdminService/GetStatus").header("content-type", "application/grpc");
        let server = AdminServiceServer::new(Anybody).max_decoding_message_size(20);
        let mut watched = Watched::new(server, bounds(20));
        let Ok(response) = watched.call(request.body(Body::new(frame)).unwrap()).await;
        Status::from_header_map(response.headers())
    }

    #[tokio::test]
    async fn broken_and_oversized_messages_are_told_from_good_ones() {
        assert!(received("\n\u{3}abc").await.is_none(), "one field of three bytes");
        let told = |status: Option<Status>| {
            let bad = status.unwrap().get_details_bad_request().expect("a fault of the request");
            bad.field_violations[0].description.clone()
        };
        assert!(told(received("\n\u{7f}abc").await).contains("cannot be read"));
        assert!(told(received(&"x".repeat(21)).await).contains("20 bytes"));
    }

    #[tokio::test]
    async fn a_message_that_does_not_come_is_not_waited_for() {
        let service = tower::service_fn(|_: Request<Body>| std::future::pending::<Result<Response<Body>, Infallible>>());
        let impatient = Bounds { longest: Duration::from_millis(10), ..bounds(20) };
        let Ok(response) = Watched::new(service, impatient).call(Request::new(Body::empty())).await;
        let told = Status::from_header_map(response.headers()).unwrap();
        assert_eq!(told.code(), Code::DeadlineExceeded);
        assert_eq!(told.get_details_error_info().unwrap().reason, "DEADLINE_EXCEEDED");
    }

    #[tokio::test]
    async fn other_answers_pass_and_ids_differ() {
        let (fine, first) = told(|| Response::new(Body::empty())).await;
        assert!(fine.is_none());
        let (unknown, second) = told(|| Status::unimplemented("no such method").into_http()).await;
        assert_eq!(unknown.unwrap().message(), "no such method");
        assert_ne!(first, second);
    }
}
