//! Answers that come one after the other: server-sent events (the distinct mode of graphql-sse) and
//! `WebSocket`s (`graphql-transport-ws`).

use std::time::Duration;

use actix_web::http::header::{self, HeaderValue};
use actix_web::rt;
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use actix_ws::{AggregatedMessage, CloseCode, CloseReason};
use futures_util::future::{Either, select};
use futures_util::stream::{self, BoxStream, LocalBoxStream, StreamExt};
use tokio::sync::mpsc;

use super::request::{BODY_LIMIT, is_foreign};
use crate::graphql::{Opened, Service, WebSocketMessage};

/// How often an idle connection is heard of: proxies end those that are silent.
const PULSE: Duration = Duration::from_secs(12);

/// How long a client of a `WebSocket` may take to read what is sent.
const SENDING: Duration = Duration::from_secs(20);
/// How long a client of a `WebSocket` may be silent before it says hello.
const PATIENCE: Duration = Duration::from_secs(3);
/// What a client that was not heard of in time is told, as the protocol has it.
const SILENT: (u16, &str) = (4408, "Connection initialisation timeout");

/// The answers to a request as events.
pub(super) fn events(service: &Service, request: Opened) -> HttpResponse {
    told(service.stream(request))
}

/// One answer as an event.
pub(super) fn event(json: String) -> HttpResponse {
    told(stream::iter([json]).boxed())
}

fn told(answers: BoxStream<'static, String>) -> HttpResponse {
    let answers = answers.map(|json| format!("event: next\ndata: {json}\n\n"));
    let over = stream::iter(["event: complete\ndata:\n\n".to_owned()]);
    let lines = pulse(answers.chain(over).boxed());
    HttpResponse::Ok()
        .content_type("text/event-stream; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // A compressor would keep events back.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .streaming(lines.map(|text| Ok::<_, std::io::Error>(Bytes::from(text))))
}

/// The same events, with a comment whenever there was none for a while.
fn pulse(events: BoxStream<'static, String>) -> LocalBoxStream<'static, String> {
    stream::unfold(Some(events), |events| async move {
        let mut events = events?;
        let next = match select(events.next(), Box::pin(rt::time::sleep(PULSE))).await {
            Either::Left((next, _)) => next,
            Either::Right(_) => return Some((":\n\n".to_owned(), Some(events))),
        };
        next.map(|event| (event, Some(events)))
    })
    .boxed_local()
}

/// The most bytes of the reason in a frame that closes a `WebSocket`.
const REASON_LIMIT: usize = 123;

/// Speaks `graphql-transport-ws` with a client.
pub(super) fn websocket(
    service: &Service,
    http: &HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let protocol = Service::websocket_protocol();
    let offered = http.headers().get(header::SEC_WEBSOCKET_PROTOCOL);
    let offered = offered.and_then(|value| value.to_str().ok()).unwrap_or_default();
    if is_foreign(http.headers()) {
        return HttpResponse::Forbidden().body("a WebSocket is for pages of this server alone\n");
    }
    if !offered.split(',').any(|name| name.trim() == protocol) {
        return HttpResponse::BadRequest().body(format!("the WebSocket protocol is {protocol}\n"));
    }
    let Ok((mut response, mut session, messages)) = actix_ws::handle(http, payload) else {
        return HttpResponse::BadRequest().body("this is no handshake of a WebSocket\n");
    };
    let name = HeaderValue::from_static(protocol);
    response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, name);
    let mut messages = messages.max_frame_size(BODY_LIMIT).aggregate_continuations();
    messages = messages.max_continuation_size(BODY_LIMIT);
    let (sender, receiver) = mpsc::channel::<Vec<u8>>(16);
    let mut pings = session.clone();
    rt::spawn(async move {
        while let Some(Ok(message)) = messages.next().await {
            let bytes = match message {
                AggregatedMessage::Text(text) => text.into_bytes().to_vec(),
                AggregatedMessage::Binary(bytes) => bytes.to_vec(),
                AggregatedMessage::Ping(bytes) => {
                    if pings.pong(&bytes).await.is_err() {
                        break;
                    }
                    continue;
                }
                AggregatedMessage::Pong(_) => continue,
                AggregatedMessage::Close(_) => break,
            };
            if sender.send(bytes).await.is_err() {
                break;
            }
        }
    });
    let incoming = stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|message| (message, receiver))
    });
    let mut outgoing = service.websocket(incoming);
    rt::spawn(async move {
        let mut is_greeted = false;
        loop {
            let wait = rt::time::sleep(if is_greeted { PULSE } else { PATIENCE });
            let sent = match select(outgoing.next(), Box::pin(wait)).await {
                Either::Left((Some(WebSocketMessage::Text(text)), _)) => {
                    is_greeted = true;
                    sent_in_time(&mut session, text).await
                }
                Either::Left((Some(WebSocketMessage::Close(code, reason)), _)) => {
                    return close(session, code, reason).await;
                }
                Either::Left((None, _)) => {
                    let _ = session.close(None).await;
                    return;
                }
                Either::Right(_) if !is_greeted => {
                    let (code, reason) = SILENT;
                    return close(session, code, reason.to_owned()).await;
                }
                Either::Right(_) => session.ping(b"").await,
            };
            if sent.is_err() {
                return;
            }
        }
    });
    response
}

/// Sends a message; a client that does not read it is as good as gone.
async fn sent_in_time(
    session: &mut actix_ws::Session,
    text: String,
) -> Result<(), actix_ws::Closed> {
    rt::time::timeout(SENDING, session.text(text)).await.unwrap_or(Err(actix_ws::Closed))
}

async fn close(session: actix_ws::Session, code: u16, mut reason: String) {
    reason.truncate(reason.floor_char_boundary(REASON_LIMIT));
    let reason = CloseReason::from((CloseCode::from(code), reason));
    // A client that has gone already is closed as well.
    let _ = session.close(Some(reason)).await;
}
