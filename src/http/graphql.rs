//! `/graphql`: requests by GET and POST, answers in the media type that was asked for.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

use super::Hub;
use crate::export;
use crate::graphql::{self, Request};

const RESPONSE: &str = "application/graphql-response+json; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";
const CSV: &str = "text/csv; charset=utf-8";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const NDJSON: &str = "application/x-ndjson; charset=utf-8";

/// A request that is none, and the status that says so.
struct Refused {
    status: StatusCode,
    message: String,
}

fn refused(status: StatusCode, message: impl Into<String>) -> Refused {
    Refused { status, message: message.into() }
}

pub(super) async fn post(
    hub: web::Data<Hub>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let Some(media) = media_type(request.headers()) else { return not_acceptable() };
    let is_json = content_type(request.headers()).is_some_and(|kind| kind == "application/json");
    if !is_json {
        let refusal =
            refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the request as application/json");
        return refuse(&refusal, media);
    }
    match parse_body(&body) {
        Ok(parsed) => respond(&hub, parsed, media).await,
        Err(refusal) => refuse(&refusal, media),
    }
}

pub(super) async fn get(hub: web::Data<Hub>, request: HttpRequest) -> HttpResponse {
    let Some(media) = media_type(request.headers()) else { return not_acceptable() };
    match parse_parameters(request.query_string()) {
        Ok(parsed) if graphql::is_mutation(&parsed) => {
            let refusal = refused(StatusCode::METHOD_NOT_ALLOWED, "a mutation needs POST");
            let mut response = refuse(&refusal, media);
            response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("POST"));
            response
        }
        Ok(parsed) => respond(&hub, parsed, media).await,
        Err(refusal) => refuse(&refusal, media),
    }
}

pub(super) async fn other() -> HttpResponse {
    HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, POST")).finish()
}

fn not_acceptable() -> HttpResponse {
    HttpResponse::NotAcceptable().content_type("text/plain; charset=utf-8").body(
        "answers come as application/graphql-response+json, application/json, text/csv, \
             application/x-ndjson or as a workbook (.xlsx)\n",
    )
}

async fn respond(hub: &Hub, request: Request, media: &'static str) -> HttpResponse {
    let answer =
        graphql::answer(&hub.schema, &hub.database, request, graphql::Origin::Network).await;
    if !answer.failed && media != RESPONSE && media != JSON {
        return download(&answer.json, media);
    }
    // What cannot be a download is told in JSON.
    let media = if media == RESPONSE { RESPONSE } else { JSON };
    let status =
        if answer.executed || media == JSON { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    HttpResponse::build(status).content_type(media).body(answer.json)
}

/// The answer as a table.
fn download(json: &str, media: &'static str) -> HttpResponse {
    let body: Value = serde_json::from_str(json).unwrap_or_default();
    let data = &body["data"];
    let (bytes, name) = match media {
        CSV => (export::csv(&export::tables(data)).ok(), "answer.csv"),
        XLSX => (export::xlsx(&export::tables(data)).ok(), "answer.xlsx"),
        _ => (Some(export::ndjson(data).into_bytes()), "answer.ndjson"),
    };
    match bytes {
        Some(bytes) => HttpResponse::Ok()
            .content_type(media)
            .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename={name}")))
            .body(bytes),
        None => HttpResponse::InternalServerError()
            .content_type(JSON)
            .body(r#"{"errors":[{"message":"the answer cannot be written as a table"}]}"#),
    }
}

fn refuse(refusal: &Refused, media: &'static str) -> HttpResponse {
    let body = json!({ "errors": [{ "message": refusal.message, "extensions": { "code": "BAD_REQUEST" } }] });
    HttpResponse::build(refusal.status).content_type(media).body(body.to_string())
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim().to_lowercase())
}

/// The media type that the client accepts; the one of old clients where it does not say.
fn media_type(headers: &HeaderMap) -> Option<&'static str> {
    let Some(accept) = headers.get(header::ACCEPT) else { return Some(JSON) };
    let accept = accept.to_str().unwrap_or_default().to_lowercase();
    let kinds: Vec<&str> =
        accept.split(',').map(|kind| kind.split(';').next().unwrap_or_default().trim()).collect();
    kinds.iter().find_map(|kind| match *kind {
        "application/graphql-response+json" => Some(RESPONSE),
        "application/json" | "application/*" | "*/*" | "" => Some(JSON),
        "text/csv" => Some(CSV),
        "application/x-ndjson" => Some(NDJSON),
        kind if kind == XLSX => Some(XLSX),
        _ => None,
    })
}

fn parse_body(body: &[u8]) -> Result<Request, Refused> {
    let bad = |message: String| refused(StatusCode::BAD_REQUEST, message);
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| bad(format!("the body is no JSON: {error}")))?;
    let Value::Object(fields) = value else {
        return Err(bad("the body is no JSON object with a `query`".to_owned()));
    };
    request_of(&fields)
}

fn parse_parameters(query: &str) -> Result<Request, Refused> {
    let bad = |message: &str| refused(StatusCode::BAD_REQUEST, message);
    let parameters = web::Query::<std::collections::HashMap<String, String>>::from_query(query)
        .map_err(|_cause| bad("the query string cannot be read"))?;
    let mut fields = Map::new();
    for (name, value) in parameters.into_inner() {
        let parsed = match name.as_str() {
            "query" | "operationName" => Value::String(value),
            "variables" | "extensions" => serde_json::from_str(&value)
                .map_err(|_cause| bad("`variables` and `extensions` are JSON objects"))?,
            _ => continue,
        };
        fields.insert(name, parsed);
    }
    request_of(&fields)
}

/// The parts of a request, each of its type.
fn request_of(fields: &Map<String, Value>) -> Result<Request, Refused> {
    let bad = |message: &str| refused(StatusCode::BAD_REQUEST, message);
    let query = match fields.get("query") {
        Some(Value::String(query)) => query.clone(),
        Some(_) => return Err(bad("`query` is no string")),
        None => return Err(bad("there is no `query`")),
    };
    let operation_name = match fields.get("operationName") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name.clone()),
        Some(_) => return Err(bad("`operationName` is no string")),
    };
    let variables = match fields.get("variables") {
        None | Some(Value::Null) => None,
        Some(Value::Object(variables)) => Some(variables.clone()),
        Some(_) => return Err(bad("`variables` is no object")),
    };
    if !matches!(fields.get("extensions"), None | Some(Value::Null | Value::Object(_))) {
        return Err(bad("`extensions` is no object"));
    }
    Ok(Request { query, operation_name, variables })
}
