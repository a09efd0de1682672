//! gRPC-Web: the same services for pages of allowed origins.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Method, header};
use tonic::service::Routes;
use tonic_web::GrpcWebLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::limits::WebOrigins;

/// How long a browser may remember what it was allowed.
const REMEMBERED: Duration = Duration::from_hours(1);
/// What a page may send, beside what every page may.
const SENT: [&str; 7] =
    ["authorization", "grpc-timeout", "rookery-as", "rookery-groups", "rookery-scopes", "x-grpc-web", "x-user-agent"];
/// What a page may read.
const READ: [&str; 3] = ["grpc-status", "grpc-message", "grpc-status-details-bin"];

/// Services that speak gRPC-Web too.
pub(super) fn spoken(routes: Routes, origins: &WebOrigins) -> Routes {
    routes.into_axum_router().layer(GrpcWebLayer::new()).layer(cors(origins)).into()
}

fn cors(origins: &WebOrigins) -> CorsLayer {
    let allowed = match origins {
        WebOrigins::Any => AllowOrigin::any(),
        // An origin that is no header value is no origin either, and no browser sends it.
        WebOrigins::Listed(origins) => AllowOrigin::list(origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok())),
    };
    CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::POST])
        .allow_headers(SENT.map(HeaderName::from_static).into_iter().chain([header::CONTENT_TYPE]).collect::<Vec<_>>())
        .expose_headers(READ.map(HeaderName::from_static))
        .max_age(REMEMBERED)
}

#[cfg(test)]
mod tests {
    use http::{Request, StatusCode};
    use tonic::body::Body;
    use tower::ServiceExt;

    use super::*;
    use crate::grpc::Health;

    /// What the services answer to a page's question whether it may call.
    async fn allowed(origins: WebOrigins, origin: &str) -> Option<String> {
        let asked = Request::builder()
            .method(Method::OPTIONS)
            .uri("/grpc.health.v1.Health/Check")
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .body(Body::empty())
            .unwrap();
        let Ok(answer) = spoken(Health::new().routes(), &origins).oneshot(asked).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN).map(|origin| origin.to_str().unwrap().to_owned())
    }

    #[tokio::test]
    async fn only_allowed_origins_may_call() {
        let intranet = || WebOrigins::Listed(vec!["https://intranet.example".to_owned()]);
        assert_eq!(allowed(intranet(), "https://intranet.example").await.as_deref(), Some("https://intranet.example"));
        assert_eq!(allowed(intranet(), "https://evil.example").await, None);
        assert_eq!(allowed(WebOrigins::Listed(Vec::new()), "https://intranet.example").await, None);
        assert_eq!(allowed(WebOrigins::Any, "https://evil.example").await.as_deref(), Some("*"));
    }
}
