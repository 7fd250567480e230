//! The query page: three files of this server, nothing from elsewhere, so that it works without internet.

use actix_web::http::header;
use actix_web::{HttpResponse, web};

use super::Hub;
use crate::examples;

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
                      form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

pub(super) async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .content_type("text/html; charset=utf-8")
        .body(include_str!("page.html"))
}

pub(super) async fn script() -> HttpResponse {
    HttpResponse::Ok().content_type("text/javascript; charset=utf-8").body(include_str!("page.js"))
}

pub(super) async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(include_str!("page.css"))
}

pub(super) async fn examples() -> HttpResponse {
    HttpResponse::Ok().json(examples::ALL)
}

/// Answers when the database does; the number is the generation of the data.
pub(super) async fn health(hub: web::Data<Hub>) -> HttpResponse {
    match hub.service.generation().await {
        Some(generation) => {
            HttpResponse::Ok().json(serde_json::json!({ "generation": generation }))
        }
        None => HttpResponse::ServiceUnavailable().body("the database does not answer\n"),
    }
}
