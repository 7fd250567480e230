//! Requests over a WebSocket: executed as those over HTTP are, within the same limits.

use std::sync::Arc;

use async_graphql::http::{WebSocketProtocols, WsMessage};
use async_graphql::{Executor, Response};
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use serde_json::Value;

use super::service::{ANSWER_LIMIT, Answer, Request, Service, too_large};

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
        let socket = async_graphql::http::WebSocket::new(
            self.clone(),
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

#[async_trait::async_trait]
impl Executor for Service {
    async fn execute(&self, request: async_graphql::Request) -> Response {
        match self.open(of_socket(request)) {
            Ok(opened) => self.over_socket(self.execute_within(opened).await),
            Err(answer) => response_of(&answer),
        }
    }

    fn execute_stream(
        &self,
        request: async_graphql::Request,
        _session: Option<Arc<async_graphql::Data>>,
    ) -> BoxStream<'static, Response> {
        match self.open(of_socket(request)) {
            Ok(opened) => {
                let service = self.clone();
                self.responses(opened).map(move |response| service.over_socket(response)).boxed()
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
