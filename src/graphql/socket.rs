//! Requests over a WebSocket: executed as those over HTTP are, within the same limits.

use std::sync::Arc;

use async_graphql::http::{WebSocketProtocols, WsMessage};
use async_graphql::{Executor, Response};
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::Operation;
use super::persisted::Refusal;
use super::service::{
    ANSWER_LIMIT, Answer, Opened, Request, Service, refused, too_large, unfinished,
};

/// What is sent over a WebSocket.
#[derive(Debug)]
pub(crate) enum WebSocketMessage {
    Text(String),
    Close(u16, String),
}

impl Service {
    /// The messages to a client that speaks `graphql-transport-ws`, from its own.
    pub(crate) fn websocket(
        &self,
        messages: impl Stream<Item = Vec<u8>> + Send + 'static,
    ) -> BoxStream<'static, WebSocketMessage> {
        let session =
            Session { service: self.clone(), free: Arc::new(Semaphore::new(OPERATIONS_LIMIT)) };
        let socket = async_graphql::http::WebSocket::new(
            session,
            messages.boxed(),
            WebSocketProtocols::GraphQLWS,
        );
        socket
            .map(|message| match message {
                WsMessage::Text(text) => WebSocketMessage::Text(text),
                WsMessage::Close(code, reason) => WebSocketMessage::Close(code, reason),
            })
            .boxed()
    }

    /// The name of the WebSocket protocol that the hub speaks.
    pub(crate) fn websocket_protocol() -> &'static str {
        WebSocketProtocols::GraphQLWS.sec_websocket_protocol()
    }

    /// A response within the limits of an answer.
    fn over_socket(&self, response: Result<Response, Answer>) -> Response {
        let response = match response {
            Ok(response) => self.told(response),
            Err(answer) => return response_of(&answer),
        };
        match serde_json::to_string(&response) {
            Ok(json) if json.len() <= ANSWER_LIMIT => response,
            _ => response_of(&too_large()),
        }
    }
}

/// What one client asks over its socket. Its queries are executed to their end whether or not it reads
/// their answers: what it does not take must hold neither a turn nor a connection of others.
#[derive(Clone)]
struct Session {
    service: Service,
    free: Arc<Semaphore>,
}

/// The most queries of one client that are executed, or whose answers it has not taken.
const OPERATIONS_LIMIT: usize = 8;

impl Session {
    /// The answer to a query, once it is there.
    fn response(&self, opened: Opened) -> BoxStream<'static, Response> {
        let Ok(held) = Arc::clone(&self.free).try_acquire_owned() else {
            let message = "too many queries of this socket are not answered yet".to_owned();
            let busy = refused(&Refusal { message, code: "BUSY" });
            return stream::iter([response_of(&busy)]).boxed();
        };
        let service = self.service.clone();
        let execution = async move { service.over_socket(service.execute_within(opened).await) };
        // It ends with the set that it is in: when nobody waits for its answer any more.
        let mut task = JoinSet::new();
        task.spawn(execution);
        stream::once(async move {
            let _held = held;
            match task.join_next().await {
                Some(Ok(response)) => response,
                _ => response_of(&unfinished()),
            }
        })
        .boxed()
    }
}

#[async_trait::async_trait]
impl Executor for Session {
    async fn execute(&self, request: async_graphql::Request) -> Response {
        match self.service.open(of_socket(request)) {
            Ok(opened) => self.service.over_socket(self.service.execute_within(opened).await),
            Err(answer) => response_of(&answer),
        }
    }

    fn execute_stream(
        &self,
        request: async_graphql::Request,
        _session: Option<Arc<async_graphql::Data>>,
    ) -> BoxStream<'static, Response> {
        match self.service.open(of_socket(request)) {
            Ok(opened) if opened.operation() != Operation::Subscription => self.response(opened),
            Ok(opened) => {
                let service = self.service.clone();
                let responses = self.service.responses(opened);
                responses.map(move |response| service.over_socket(response)).boxed()
            }
            Err(answer) => stream::iter([response_of(&answer)]).boxed(),
        }
    }
}

fn of_socket(request: async_graphql::Request) -> Request {
    let variables = match serde_json::to_value(&request.variables) {
        Ok(Value::Object(variables)) => Some(variables),
        _ => None,
    };
    let persisted = request.extensions.get("persistedQuery").map(serde_json::to_value);
    let hash = persisted.and_then(Result::ok);
    let hash = hash.and_then(|hash| hash["sha256Hash"].as_str().map(ToOwned::to_owned));
    // Clients of persisted queries leave the text out, or empty.
    let query = Some(request.query).filter(|query| !query.is_empty() || hash.is_none());
    let operation_name = request.operation_name;
    Request { query, hash, operation_name, variables, files: Vec::new() }
}

fn response_of(answer: &Answer) -> Response {
    let body: Value = serde_json::from_str(&answer.json).unwrap_or_default();
    let error = &body["errors"][0];
    let message = error["message"].as_str().unwrap_or_default();
    let mut error_of_answer = async_graphql::ServerError::new(message, None);
    let mut extensions = async_graphql::ErrorExtensionValues::default();
    extensions.set("code", error["extensions"]["code"].as_str().unwrap_or_default());
    error_of_answer.extensions = Some(extensions);
    Response::from_errors(vec![error_of_answer])
}
