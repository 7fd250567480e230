//! From a request to its answer: limits first, then one execution in one snapshot.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::dataloader::DataLoader;
use async_graphql::http::{WebSocketProtocols, WsMessage};
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use async_graphql::{Executor, Response};
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use serde_json::{Map, Value, json};

use super::loader::Loaders;
use super::persisted::{Persisted, Refusal};
use super::upload::{File, Files};
use super::{Hub, HubSchema, limits, nulls, schema};
use crate::db::Database;

/// The longest that an answer over the network may take, in milliseconds.
pub(super) const TIME_LIMIT: u32 = 10_000;
/// The largest answer over the network, in bytes.
const ANSWER_LIMIT: usize = 32_000_000;
/// The most errors of an answer over the network.
const ERRORS_LIMIT: usize = 10;

/// A GraphQL request as it arrives: parsed JSON or command line arguments.
#[derive(Debug, Default)]
pub(crate) struct Request {
    /// The document; none where only its hash is sent.
    pub(crate) query: Option<String>,
    /// The SHA-256 of the document, in hexadecimal digits.
    pub(crate) hash: Option<String>,
    pub(crate) operation_name: Option<String>,
    pub(crate) variables: Option<Map<String, Value>>,
    /// What was sent beside the request; variables name the files by their places.
    pub(crate) files: Vec<File>,
}

/// An answer, ready to be sent.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The body: a JSON object with `data` and, if there are any, `errors`.
    pub(crate) json: String,
    /// False when the request was refused before anything was executed.
    pub(crate) executed: bool,
    /// Whether there are errors.
    pub(crate) failed: bool,
}

/// Whether a request comes from one's own command line, or from somebody over the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    CommandLine,
    Network,
}

/// What kind of operation a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Query,
    Mutation,
    Subscription,
}

/// What is sent over a WebSocket.
#[derive(Debug)]
pub(crate) enum WebSocketMessage {
    Text(String),
    Close(u16, String),
}

/// Answers requests about one database.
#[derive(Clone)]
pub(crate) struct Service {
    schema: HubSchema,
    database: Database,
    persisted: Arc<Persisted>,
    origin: Origin,
}

impl Service {
    /// A service for the network.
    pub(crate) fn for_network(database: Database, persisted: Persisted) -> Self {
        let persisted = Arc::new(persisted);
        Self { schema: schema(), database, persisted, origin: Origin::Network }
    }

    /// A service for one's own command line: without limits.
    pub(crate) fn for_command_line(database: Database) -> Self {
        let persisted = Arc::new(Persisted::default());
        Self { schema: schema(), database, persisted, origin: Origin::CommandLine }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// The document of a request; one that is known by its hash is put in.
    pub(crate) fn find(&self, request: &mut Request) -> Result<(), Answer> {
        let query = self.persisted.document(request.query.take(), request.hash.as_deref());
        request.query = Some(query.map_err(|refusal| refused(&refusal))?);
        Ok(())
    }

    /// The kind of operation that would be executed; a query where there is none.
    pub(crate) fn operation(request: &Request) -> Operation {
        let text = request.query.as_deref().unwrap_or_default();
        let kind = limits::document(text)
            .ok()
            .flatten()
            .and_then(|document| operation_of(&document, request.operation_name.as_deref()));
        match kind {
            Some(OperationType::Mutation) => Operation::Mutation,
            Some(OperationType::Subscription) => Operation::Subscription,
            _ => Operation::Query,
        }
    }

    /// Answers one request in one read snapshot.
    pub(crate) async fn answer(&self, request: Request) -> Answer {
        let is_query = Self::operation(&request) == Operation::Query;
        let prepared = match self.prepare(request) {
            Ok(prepared) => prepared,
            Err(answer) => return answer,
        };
        // A mutation is not taken back because it takes long.
        if self.origin == Origin::CommandLine || !is_query {
            return self.sent(self.schema.execute(prepared).await);
        }
        let limit = Duration::from_millis(TIME_LIMIT.into());
        match tokio::time::timeout(limit, self.schema.execute(prepared)).await {
            Ok(response) => self.sent(response),
            Err(_elapsed) => {
                let seconds = limit.as_secs();
                let message = format!("the answer takes longer than {seconds} s; ask for less");
                Answer { executed: true, ..refused(&Refusal { message, code: "TIMEOUT" }) }
            }
        }
    }

    /// The answers of a subscription, or the one of another operation, as JSON.
    pub(crate) fn stream(&self, request: Request) -> BoxStream<'static, String> {
        match self.prepare(request) {
            Ok(prepared) => {
                let service = self.clone();
                let responses = self.schema.execute_stream(prepared);
                responses.map(move |response| service.sent(response).json).boxed()
            }
            Err(answer) => stream::iter([answer.json]).boxed(),
        }
    }

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

    /// Checks a request and gives it all that its execution needs.
    fn prepare(&self, request: Request) -> Result<async_graphql::Request, Answer> {
        let hub = Hub::of(&self.database, self.origin);
        let loaders =
            DataLoader::new(Loaders(hub.clone()), TokioSpawner::current(), TokioTimer::default());
        let variables = request.variables.unwrap_or_default();
        let query = request.query.unwrap_or_default();
        // What is no query is told by execution.
        let document = match self.origin {
            Origin::Network => limits::parse(&query, &variables)
                .map_err(|message| refused(&Refusal { message, code: "LIMIT" }))?,
            Origin::CommandLine => async_graphql::parser::parse_query(&query).ok(),
        };
        if document.as_ref().is_some_and(|document| nulls::in_filters(document, &variables)) {
            let message = "a null in a filter is no condition; leave the condition out".to_owned();
            return Err(refused(&Refusal { message, code: "BAD_ARGUMENT" }));
        }
        let variables = async_graphql::Variables::from_json(Value::Object(variables));
        let mut prepared = async_graphql::Request::new(query)
            .variables(variables)
            .data(hub)
            .data(loaders)
            .data(Files::of(request.files));
        if let Some(document) = document {
            prepared.set_parsed_query(document);
        }
        if let Some(name) = request.operation_name {
            prepared = prepared.operation_name(name);
        }
        Ok(prepared)
    }

    /// An answer as it is sent.
    fn sent(&self, mut response: Response) -> Answer {
        let failed = response.is_err();
        let executed = !failed || response.errors.iter().any(|error| !error.path.is_empty());
        if self.origin == Origin::Network {
            response.errors.truncate(ERRORS_LIMIT);
        }
        // A request that was refused has errors alone: `data` would say that it was executed.
        let json = if executed {
            serde_json::to_string(&response)
        } else {
            serde_json::to_string(&json!({ "errors": response.errors }))
        };
        let Ok(json) = json else {
            let message = "the answer cannot be written".to_owned();
            return refused(&Refusal { message, code: "INTERNAL" });
        };
        if self.origin == Origin::Network && json.len() > ANSWER_LIMIT {
            let message =
                format!("the answer is larger than {} MB; ask for less", ANSWER_LIMIT / 1_000_000);
            return Answer { executed: true, ..refused(&Refusal { message, code: "LIMIT" }) };
        }
        Answer { json, executed, failed }
    }
}

/// What comes over a WebSocket is executed as what comes over HTTP.
impl Executor for Service {
    async fn execute(&self, request: async_graphql::Request) -> Response {
        match self.prepare(of_socket(request)) {
            Ok(prepared) => self.schema.execute(prepared).await,
            Err(answer) => response_of(&answer),
        }
    }

    fn execute_stream(
        &self,
        request: async_graphql::Request,
        _session: Option<Arc<async_graphql::Data>>,
    ) -> BoxStream<'static, Response> {
        let mut request = of_socket(request);
        let prepared = self.find(&mut request).and_then(|()| self.prepare(request));
        match prepared {
            Ok(prepared) => self.schema.execute_stream(prepared),
            Err(answer) => stream::iter([response_of(&answer)]).boxed(),
        }
    }
}

fn of_socket(request: async_graphql::Request) -> Request {
    let variables = match serde_json::to_value(&request.variables) {
        Ok(Value::Object(variables)) => Some(variables),
        _ => None,
    };
    let operation_name = request.operation_name;
    Request { query: Some(request.query), operation_name, variables, ..Request::default() }
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

/// The answer to a request that is not executed.
pub(super) fn refused(refusal: &Refusal) -> Answer {
    let Refusal { message, code } = refusal;
    let error = json!({ "message": message, "extensions": { "code": code } });
    let json = json!({ "errors": [error] }).to_string();
    Answer { json, executed: false, failed: true }
}

fn operation_of(document: &ExecutableDocument, name: Option<&str>) -> Option<OperationType> {
    let operation = match &document.operations {
        DocumentOperations::Single(operation) => Some(operation),
        DocumentOperations::Multiple(all) => {
            all.iter().find(|(key, _)| Some(key.as_str()) == name).map(|(_, found)| found)
        }
    };
    operation.map(|operation| operation.node.ty)
}
