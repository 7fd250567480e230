//! `/graphql`: requests by GET and POST, answers in the media type that was asked for.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::stream::{self, LocalBoxStream, StreamExt};
use serde_json::{Value, json};

use super::request::{self, Refused, refused};
use super::{Hub, stream as streams};
use crate::export::{Dialect, Export, Failure, Form};
use crate::graphql::{Answer, Instead, Opened, Operation};

const RESPONSE: &str = "application/graphql-response+json; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";
const CSV: &str = "text/csv; charset=utf-8";
const CSV_SEMICOLON: &str = "text/csv; charset=utf-8; delimiter=semicolon";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const NDJSON: &str = "application/x-ndjson; charset=utf-8";
/// Names the lists of a table that have more rows than their `first` asks for.
const MORE_ROWS: &str = "evalhub-more-rows";
const EVENTS: &str = "text/event-stream; charset=utf-8";

pub(super) async fn post(
    hub: web::Data<Hub>,
    http: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    if !hub.is_of(&http) {
        return of_another_host();
    }
    let Some(media) = media_type(http.headers()) else { return not_acceptable() };
    let Some(sender) = hub.senders.of(&http) else {
        let message = "too many requests of one address are not sent to their end";
        return refuse(&refused(StatusCode::SERVICE_UNAVAILABLE, message), media);
    };
    let request = match request::of_body(http.headers(), payload).await {
        Ok(request) => request,
        Err(refusal) => return refuse(&refusal, media),
    };
    drop(sender);
    match hub.service.open(request) {
        Ok(opened) => respond(&hub, opened, media).await.0,
        Err(answer) => unopened(answer, media),
    }
}

/// The answer to a request whose document is not known or too large.
fn unopened(answer: Answer, media: &'static str) -> HttpResponse {
    if media == EVENTS {
        return streams::event(answer.json);
    }
    // Clients of automatic persisted queries look for the error in an answer that is well.
    let status = if media == RESPONSE { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    refuse_json(status, answer.json, media)
}

pub(super) async fn get(
    hub: web::Data<Hub>,
    http: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    if !hub.is_of(&http) {
        return of_another_host();
    }
    if request::is_of_another_site(http.headers()) {
        let message = "queries are taken from pages of this server alone";
        return refuse(&refused(StatusCode::FORBIDDEN, message), JSON);
    }
    let upgrade = http.headers().get(header::UPGRADE);
    if upgrade.is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket")) {
        return streams::websocket(&hub.service, &http, payload);
    }
    let Some(media) = media_type(http.headers()) else { return not_acceptable() };
    let request = match request::of_parameters(http.query_string()) {
        Ok(request) => request,
        Err(refusal) => return refuse(&refusal, media),
    };
    let request = match hub.service.open(request) {
        Ok(opened) => opened,
        Err(answer) => return unopened(answer, media),
    };
    if request.operation() == Operation::Mutation {
        let refusal = refused(StatusCode::METHOD_NOT_ALLOWED, "a mutation needs POST");
        let mut response = refuse(&refusal, media);
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    cached(&hub, &http, request, media).await
}

pub(super) async fn other() -> HttpResponse {
    HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, "GET, POST")).finish()
}

/// Answers a GET; one that the client has, and that no change has made stale, is not sent again.
async fn cached(
    hub: &Hub,
    http: &HttpRequest,
    request: Opened,
    media: &'static str,
) -> HttpResponse {
    if media == EVENTS {
        return respond(hub, request, media).await.0;
    }
    let asked = request.to_string();
    let tag = |generation: i64| {
        let version = env!("CARGO_PKG_VERSION");
        let hash = blake3::hash(format!("{version} {generation} {media} {asked}").as_bytes());
        format!("W/\"{}\"", &hash.to_hex()[..32])
    };
    let before = hub.service.generation().await.map(tag);
    let known = http.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if let (Some(tag), Some(known)) = (&before, known)
        && known.split(',').any(|known| known.trim() == tag)
    {
        return with_tag(HttpResponse::NotModified().finish(), tag);
    }
    let (response, failed) = respond(hub, request, media).await;
    let after = hub.service.generation().await.map(tag);
    // What failed, and what was changed while it was answered, has no tag.
    match after.filter(|after| !failed && before.as_ref() == Some(after)) {
        Some(tag) => with_tag(response, &tag),
        None => response,
    }
}

fn with_tag(mut response: HttpResponse, tag: &str) -> HttpResponse {
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.append(header::VARY, HeaderValue::from_static("accept"));
    response
}

fn of_another_host() -> HttpResponse {
    HttpResponse::MisdirectedRequest().content_type("text/plain; charset=utf-8").body(
        "the request names a host that this server does not know; the one who runs it starts it \
         with `--host NAME`\n",
    )
}

fn not_acceptable() -> HttpResponse {
    HttpResponse::NotAcceptable().content_type("text/plain; charset=utf-8").body(
        "answers come as application/graphql-response+json, application/json, text/event-stream, \
         text/csv, application/x-ndjson or as a workbook (.xlsx)\n",
    )
}

/// The answer to a request, and whether there are errors in it.
async fn respond(hub: &Hub, request: Opened, media: &'static str) -> (HttpResponse, bool) {
    if media == EVENTS {
        return (streams::events(&hub.service, request), false);
    }
    if request.operation() == Operation::Subscription {
        let message = "a subscription needs `accept: text/event-stream`, or a WebSocket";
        return (refuse(&refused(StatusCode::BAD_REQUEST, message), media), true);
    }
    if let Some((form, name)) = form_of(media) {
        return table(hub, request, media, form, name).await;
    }
    let answer = hub.service.answer(request).await;
    told(answer, media)
}

/// An answer in JSON, and whether there are errors in it.
fn told(answer: Answer, media: &'static str) -> (HttpResponse, bool) {
    // What cannot be a download is told in JSON.
    let media = if media == RESPONSE { RESPONSE } else { JSON };
    if answer.instead == Instead::Later {
        return (refuse_json(StatusCode::SERVICE_UNAVAILABLE, answer.json, media), true);
    }
    let status =
        if answer.executed || media == JSON { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    (HttpResponse::build(status).content_type(media).body(answer.json), answer.failed)
}

/// The form of the tables of a media type, and the name of their file.
fn form_of(media: &str) -> Option<(Form, &'static str)> {
    match media {
        CSV => Some((Form::Csv(Dialect::Comma), "answer.csv")),
        CSV_SEMICOLON => Some((Form::Csv(Dialect::Semicolon), "answer.csv")),
        XLSX => Some((Form::Xlsx, "answer.xlsx")),
        NDJSON => Some((Form::Ndjson, "answer.ndjson")),
        _ => None,
    }
}

/// The lists of a query as tables with all of their rows: sent whole where they have a page, else page by page.
async fn table(
    hub: &Hub,
    request: Opened,
    media: &'static str,
    form: Form,
    name: &str,
) -> (HttpResponse, bool) {
    let paged = match hub.service.paged(request).await {
        Ok(paged) => paged,
        Err(answer) => return told(answer, media),
    };
    let mut export = Export::new(paged, form);
    let mut content = Vec::new();
    let mut pages = 0;
    let is_whole = loop {
        match export.next().await {
            Ok(Some(bytes)) => content.extend(bytes),
            Ok(None) => break true,
            Err(Failure::Answer(answer)) => return told(answer, media),
            Err(Failure::Unwritten(error)) => return (unwritten(&error), true),
        }
        pages += 1;
        if pages > 1 && form != Form::Xlsx && !export.is_over() {
            break false;
        }
    };
    let mut response = HttpResponse::Ok();
    let disposition = format!("attachment; filename={name}");
    response.content_type(media).insert_header((header::CONTENT_DISPOSITION, disposition));
    if !export.cut.is_empty() {
        response.insert_header((MORE_ROWS, export.cut.join(", ")));
    }
    if is_whole {
        return (response.body(content), false);
    }
    // What is sent while it is read has no tag.
    (response.streaming(pages_of(content, export, form)), true)
}

/// The pages of a table as they are read. One that ends before its end says so in its last line, and is cut off.
fn pages_of(
    first: Vec<u8>,
    export: Export,
    form: Form,
) -> LocalBoxStream<'static, Result<Bytes, std::io::Error>> {
    let cut_off = || std::io::Error::other("the table ends before its end");
    let rest = stream::unfold(Some(export), move |export| async move {
        let mut export = export?;
        match export.next().await {
            Ok(Some(bytes)) => Some((vec![Ok(Bytes::from(bytes))], Some(export))),
            Ok(None) => None,
            Err(failure) => {
                let last = Bytes::from(last_line(&failure, form));
                Some((vec![Ok(last), Err(cut_off())], None))
            }
        }
    });
    stream::iter([Ok(Bytes::from(first))]).chain(rest.flat_map(stream::iter)).boxed_local()
}

/// Why a table ends, as a line of it.
fn last_line(failure: &Failure, form: Form) -> String {
    let json = match failure {
        Failure::Answer(answer) => answer.json.clone(),
        Failure::Unwritten(error) => {
            json!({ "errors": [{ "message": error.to_string() }] }).to_string()
        }
    };
    if form == Form::Ndjson {
        return format!("{json}\n");
    }
    let body: Value = serde_json::from_str(&json).unwrap_or_default();
    let error = &body["errors"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().replace('"', "'");
    format!("error,{},\"{}\"\r\n", text(&error["extensions"]["code"]), text(&error["message"]))
}

fn unwritten(error: &anyhow::Error) -> HttpResponse {
    let message = format!("the answer cannot be written as a table: {error:#}");
    let error = json!({ "message": message, "extensions": { "code": "LIMIT" } });
    HttpResponse::UnprocessableEntity()
        .content_type(JSON)
        .body(json!({ "errors": [error] }).to_string())
}

fn refuse(refusal: &Refused, media: &'static str) -> HttpResponse {
    let code = match refusal.status {
        StatusCode::FORBIDDEN => "FORBIDDEN",
        StatusCode::METHOD_NOT_ALLOWED => "METHOD_NOT_ALLOWED",
        StatusCode::PAYLOAD_TOO_LARGE => "LIMIT",
        StatusCode::REQUEST_TIMEOUT => "TIMEOUT",
        StatusCode::SERVICE_UNAVAILABLE => "BUSY",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "UNSUPPORTED_MEDIA_TYPE",
        _ => "BAD_REQUEST",
    };
    let error = json!({ "message": refusal.message, "extensions": { "code": code } });
    refuse_json(refusal.status, json!({ "errors": [error] }).to_string(), media)
}

fn refuse_json(status: StatusCode, json: String, media: &'static str) -> HttpResponse {
    let media = if media == RESPONSE { RESPONSE } else { JSON };
    let mut response = HttpResponse::build(status);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((header::RETRY_AFTER, "3"));
    }
    response.content_type(media).body(json)
}

/// The media type that the client accepts; the one of old clients where it does not say.
fn media_type(headers: &HeaderMap) -> Option<&'static str> {
    let Some(accept) = headers.get(header::ACCEPT) else { return Some(JSON) };
    let accept = accept.to_str().unwrap_or_default().to_lowercase();
    let mut kinds: Vec<Accepted<'_>> = accept.split(',').map(Accepted::of).collect();
    kinds.retain(|kind| kind.weight > 0.0);
    // The sort is stable: of equal weights the first one counts.
    kinds.sort_by(|left, right| right.weight.total_cmp(&left.weight));
    kinds.iter().find_map(|kind| match kind.name {
        "application/graphql-response+json" => Some(RESPONSE),
        "application/json" | "application/*" | "*/*" | "" => Some(JSON),
        "text/event-stream" => Some(EVENTS),
        "text/csv" if kind.has_semicolons => Some(CSV_SEMICOLON),
        "text/csv" | "text/*" => Some(CSV),
        "application/x-ndjson" => Some(NDJSON),
        kind if kind == XLSX => Some(XLSX),
        _ => None,
    })
}

/// A media type that a client takes: `text/csv;delimiter=semicolon;q=0.5`.
struct Accepted<'a> {
    name: &'a str,
    has_semicolons: bool,
    /// From 0 to 1.
    weight: f32,
}

impl<'a> Accepted<'a> {
    fn of(kind: &'a str) -> Self {
        let mut parts = kind.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let (mut has_semicolons, mut weight) = (false, 1.0);
        for part in parts {
            has_semicolons |= part == "delimiter=semicolon";
            if let Some(of) = part.strip_prefix("q=") {
                weight = of.parse().unwrap_or(1.0);
            }
        }
        Self { name, has_semicolons, weight }
    }
}
