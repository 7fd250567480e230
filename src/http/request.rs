//! Requests as they come over HTTP, each part of its type.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{self, Bytes};
use futures_util::{StreamExt, stream};
use serde_json::{Map, Value};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::graphql::{File, Request};

/// The largest body of a request without files, in bytes.
pub(super) const BODY_LIMIT: usize = 1_000_000;
/// The most files of a request.
const FILES_LIMIT: usize = 20;
/// The largest file, in bytes.
const FILE_LIMIT: u64 = 50_000_000;
/// The largest part of a request with files that is no file, in bytes.
const PART_LIMIT: u64 = 1_000_000;
/// The largest body of a request with files, in bytes.
const UPLOAD_LIMIT: usize = 256_000_000;

/// The longest that a body may take to come, without and with files.
const BODY_TIME: Duration = Duration::from_secs(15);
const UPLOAD_TIME: Duration = Duration::from_mins(5);
/// The bytes of all requests with files that come at the same time, in megabytes.
const UPLOADS_LIMIT: usize = 512;
/// The longest that a request with files waits for others to have come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Headers that a form of another site cannot send without being asked first.
const PREFLIGHT: [&str; 3] =
    ["graphql-require-preflight", "apollo-require-preflight", "x-apollo-operation-name"];

/// A request that is none, and the status that says so.
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) message: String,
}

pub(super) fn refused(status: StatusCode, message: impl Into<String>) -> Refused {
    Refused { status, message: message.into() }
}

fn bad(message: impl Into<String>) -> Refused {
    refused(StatusCode::BAD_REQUEST, message)
}

/// Reads the body of a POST by its content type.
pub(super) async fn of_body(
    headers: &HeaderMap,
    payload: web::Payload,
) -> Result<Request, Refused> {
    match content_type(headers).as_deref() {
        Some("application/json") => of_json(&whole(payload, BODY_LIMIT, BODY_TIME).await?.concat()),
        Some("multipart/form-data") => {
            if !PREFLIGHT.iter().any(|name| headers.contains_key(*name)) {
                return Err(refused(
                    StatusCode::FORBIDDEN,
                    format!("a request with files needs a header `{}`", PREFLIGHT[0]),
                ));
            }
            if is_foreign(headers) {
                let message = "files are taken from pages of this server alone";
                return Err(refused(StatusCode::FORBIDDEN, message));
            }
            let _room = room_for(headers).await?;
            of_multipart(headers, whole(payload, UPLOAD_LIMIT, UPLOAD_TIME).await?).await
        }
        _ => Err(refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send the request as application/json, or as multipart/form-data with files",
        )),
    }
}

/// Waits until there is room for a request with files among those that come.
async fn room_for(headers: &HeaderMap) -> Result<SemaphorePermit<'static>, Refused> {
    static ROOM: Semaphore = Semaphore::const_new(UPLOADS_LIMIT);
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let length = length.and_then(|length| length.parse().ok()).unwrap_or(UPLOAD_LIMIT);
    let megabytes = u32::try_from(length.min(UPLOAD_LIMIT) / 1_000_000 + 1).unwrap_or(u32::MAX);
    let room = tokio::time::timeout(PATIENCE, ROOM.acquire_many(megabytes)).await;
    room.ok().and_then(Result::ok).ok_or_else(|| {
        let message = "too many files are sent at the same time; try again in a few seconds";
        refused(StatusCode::SERVICE_UNAVAILABLE, message)
    })
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim().to_lowercase())
}

/// Whether a page of another site sent the request.
pub(super) fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(origin) = text(header::ORIGIN) else { return false };
    let host = origin.split_once("://").map(|(_, host)| host);
    host.is_none() || host != text(header::HOST)
}

/// Whether a browser says that a page of another site had it sent, and no person who follows a link.
pub(super) fn is_of_another_site(headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &str| {
        headers
            .get(name)
            .is_some_and(|given| given.as_bytes().eq_ignore_ascii_case(value.as_bytes()))
    };
    is("sec-fetch-site", "cross-site")
        && !(is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document"))
}

/// Whether a request names a host that the server answers to. A server trusts whoever reaches it, which a
/// page of another site does once its name leads there: it answers to addresses, to names without a dot,
/// and to those that it was told.
pub(super) fn is_of_host(headers: &HeaderMap, known: &[String]) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_address = name.starts_with('[') || name.parse::<std::net::IpAddr>().is_ok();
    is_address
        || !name.contains('.')
        || name.ends_with(".localhost")
        || known.iter().any(|known| known.eq_ignore_ascii_case(&name))
}

/// The pieces of a body that is not too large and comes in time.
async fn whole(payload: web::Payload, limit: usize, time: Duration) -> Result<Vec<Bytes>, Refused> {
    let Ok(pieces) = tokio::time::timeout(time, pieces(payload, limit)).await else {
        let message = format!("the body did not come within {} s", time.as_secs());
        return Err(refused(StatusCode::REQUEST_TIMEOUT, message));
    };
    pieces
}

async fn pieces(mut payload: web::Payload, limit: usize) -> Result<Vec<Bytes>, Refused> {
    let (mut pieces, mut size) = (Vec::new(), 0_usize);
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_cause| bad("the body cannot be read"))?;
        size += piece.len();
        if size > limit {
            let message = format!("the body is larger than {} MB", limit / 1_000_000);
            return Err(refused(StatusCode::PAYLOAD_TOO_LARGE, message));
        }
        pieces.push(piece);
    }
    Ok(pieces)
}

fn of_json(body: &[u8]) -> Result<Request, Refused> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| bad(format!("the body is no JSON: {error}")))?;
    let Value::Object(fields) = value else {
        return Err(bad("the body is no JSON object with a `query`"));
    };
    of_fields(fields)
}

/// Reads the parameters of a GET.
pub(super) fn of_parameters(query: &str) -> Result<Request, Refused> {
    let parameters = web::Query::<std::collections::HashMap<String, String>>::from_query(query)
        .map_err(|_cause| bad("the query string cannot be read"))?;
    let mut fields = Map::new();
    for (name, value) in parameters.into_inner() {
        let parsed = match name.as_str() {
            "query" | "operationName" | "documentId" => Value::String(value),
            "variables" | "extensions" => serde_json::from_str(&value)
                .map_err(|_cause| bad("`variables` and `extensions` are JSON objects"))?,
            _ => continue,
        };
        fields.insert(name, parsed);
    }
    of_fields(fields)
}

/// The parts of a request, each of its type.
fn of_fields(mut fields: Map<String, Value>) -> Result<Request, Refused> {
    let mut text = |name: &str| match fields.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(bad(format!("`{name}` is no string"))),
    };
    let (query, operation_name) = (text("query")?, text("operationName")?);
    let operation_name = operation_name.filter(|name| !name.is_empty());
    let document_id = text("documentId")?;
    let mut object = |name: &str| match fields.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(bad(format!("`{name}` is no object"))),
    };
    let (variables, extensions) = (object("variables")?, object("extensions")?);
    let persisted = extensions.as_ref().and_then(|extensions| extensions.get("persistedQuery"));
    let hash = persisted.and_then(|persisted| persisted["sha256Hash"].as_str());
    let hash = hash.map(ToOwned::to_owned).or(document_id);
    if query.is_none() && hash.is_none() {
        return Err(bad("there is no `query`"));
    }
    Ok(Request { query, hash, operation_name, variables, files: Vec::new() })
}

/// A request with files: `operations`, then `map`, then the files, as the specification
/// graphql-multipart-request-spec has it.
async fn of_multipart(headers: &HeaderMap, pieces: Vec<Bytes>) -> Result<Request, Refused> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = multer::parse_boundary(kind.unwrap_or_default())
        .map_err(|_cause| bad("the multipart body has no boundary"))?;
    let body = stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>));
    let limits = multer::SizeLimit::new()
        .per_field(FILE_LIMIT)
        .for_field("operations", PART_LIMIT)
        .for_field("map", PART_LIMIT);
    let constraints = multer::Constraints::new().size_limit(limits);
    let mut parts = multer::Multipart::with_constraints(body, boundary, constraints);
    let (mut operations, mut places) = (None, None);
    let mut files: Vec<(String, File)> = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|error| unread(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(ToOwned::to_owned);
        let content = part.bytes().await.map_err(|error| unread(&error))?;
        match (name.as_str(), &places) {
            ("operations", _) => operations = Some(content),
            ("map", _) => places = Some(content),
            _ if files.len() == FILES_LIMIT => {
                return Err(bad(format!("there are more than {FILES_LIMIT} files")));
            }
            _ => {
                let file = File { name: file.unwrap_or_default(), content: content.to_vec() };
                files.push((name, file));
            }
        }
    }
    let operations = operations.ok_or_else(|| bad("the multipart body has no `operations`"))?;
    let places = places.ok_or_else(|| bad("the multipart body has no `map`"))?;
    let mut request = of_json(&operations)?;
    let places: Map<String, Value> = serde_json::from_slice(&places)
        .map_err(|_cause| bad("`map` is no JSON object of lists of places"))?;
    for (name, targets) in places {
        let Some(number) = files.iter().position(|(part, _)| *part == name) else {
            return Err(bad("`map` names a file that was not sent"));
        };
        let Some(targets) = targets.as_array() else {
            return Err(bad("`map` is no JSON object of lists of places"));
        };
        for target in targets.iter().map(|target| target.as_str().unwrap_or_default()) {
            let variables = request.variables.get_or_insert_with(Map::new);
            put(variables, target, number).ok_or_else(|| {
                bad("`map` names a place that is not null in the variables of `operations`")
            })?;
        }
    }
    request.files = files.into_iter().map(|(_, file)| file).collect();
    Ok(request)
}

fn unread(error: &multer::Error) -> Refused {
    match error {
        multer::Error::FieldSizeExceeded { limit, .. } => {
            let message = format!("a part of the body is larger than {} MB", limit / 1_000_000);
            refused(StatusCode::PAYLOAD_TOO_LARGE, message)
        }
        _ => bad("the multipart body cannot be read"),
    }
}

/// Puts the number of a file in the place of a null: `variables.files.0`.
fn put(variables: &mut Map<String, Value>, place: &str, number: usize) -> Option<()> {
    let mut steps = place.split('.');
    if steps.next() != Some("variables") {
        return None;
    }
    let mut at = variables.get_mut(steps.next()?)?;
    for step in steps {
        at = match at {
            Value::Object(fields) => fields.get_mut(step)?,
            Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    at.is_null().then(|| *at = Value::String(number.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_somebody_leads_here_is_no_host_of_the_server() {
        let is_known = |host: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, header::HeaderValue::from_static(host));
            is_of_host(&headers, &["Hub.example.org".to_owned()])
        };
        for known in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "hub", "hub.example.org"] {
            assert!(is_known(known), "{known}");
        }
        for other in ["evil.example:8080", "evil.example.", "localhost.evil.example", "1.evil.org"]
        {
            assert!(!is_known(other), "{other}");
        }
    }
}
