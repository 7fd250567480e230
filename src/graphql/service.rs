//! From a request to its answer: limits first, then one execution in one snapshot.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_graphql::{Response, ValidationMode};
use futures_util::future::{Either, select};
use futures_util::stream::{self, BoxStream, StreamExt};
use serde_json::{Map, Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::budget::{self, Budget};
use super::cache::Answers;
use super::codes;
use super::document::{self, Document, Documents, Operation};
use super::executor::Executor;
use super::loader::Loading;
use super::persisted::{Persisted, Refusal};
use super::turns::{Busy, Turns};
use super::upload::{File, Files};
use super::variables::Variables;
use super::{Hub, HubSchema, limits, nulls, schema};
use crate::db::Database;

/// The longest that an answer over the network may take, in milliseconds.
pub(super) const TIME_LIMIT: u32 = 10_000;
/// The codes of what may be well a while later.
const LATER: [&str; 2] = ["BUSY", "UNAVAILABLE"];
/// The largest answer over the network, in bytes.
pub(super) const ANSWER_LIMIT: usize = 32_000_000;
/// The most errors of an answer over the network.
const ERRORS_LIMIT: usize = 10;
/// The most characters of an error over the network.
const ERROR_LIMIT: usize = 300;
/// The values of all answers that are made at the same time, in thousands: they bound the memory of all.
const ANSWERED_LIMIT: u32 = 1_600;
/// The values that any answer may have, in thousands: what a document asks for is not what it finds.
const ANSWERED_LEAST: u32 = 40;
/// The most values of one answer, in thousands.
const ANSWERED_MOST: u32 = 800;
/// An answer of more values is made where it keeps nobody from asking.
const ANSWERED_BESIDE: u64 = 500;
/// Those who wait until an answer is made, beyond whom others are sent away.
const QUEUE: usize = 1_000;
/// Those who wait until a change is made.
const QUEUE_OF_CHANGES: usize = 50;
/// The most subscriptions that are open at the same time.
const STREAMS_LIMIT: usize = 1_000;

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
    /// What else may be answered, where this was not.
    pub(crate) instead: Instead,
}

/// What may be answered instead of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Instead {
    Nothing,
    /// The same in a while.
    Later,
    /// Less of the same.
    Less,
}

/// Whether a request comes from one's own command line, or from somebody over the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    CommandLine,
    Network,
}

/// A request whose document is known.
pub(crate) struct Opened {
    query: String,
    pub(super) document: Document,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Map<String, Value>,
    files: Vec<File>,
}

impl Opened {
    /// Whether the answer is the same as long as the data are.
    fn is_of_data(&self) -> bool {
        self.document.is_some() && self.operation() == Operation::Query && self.files.is_empty()
    }

    /// A part of the same request: another document, with all else that it has.
    pub(super) fn with(&self, document: document::Parsed) -> Self {
        Self {
            query: self.query.clone(),
            document: Some(Arc::new(document)),
            operation_name: self.operation_name.clone(),
            variables: self.variables.clone(),
            files: Vec::new(),
        }
    }

    /// The kind of operation that will be executed.
    pub(crate) fn operation(&self) -> Operation {
        Operation::of(&self.document, self.operation_name.as_deref())
    }
}

/// What a request asks, as text: what tells it from others.
impl std::fmt::Display for Opened {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { query, operation_name, variables, .. } = self;
        write!(formatter, "{query} {operation_name:?} {variables:?}")
    }
}

/// Answers requests about one database.
#[derive(Clone)]
pub(crate) struct Service {
    schema: HubSchema,
    /// The same, for documents that are known to be valid; made when the first one comes.
    schema_of_valid: Arc<LazyLock<HubSchema>>,
    database: Database,
    persisted: Arc<Persisted>,
    documents: Arc<Documents>,
    /// Answers that are kept, if any are.
    answers: Option<Arc<Answers>>,
    /// Thousands of values of queries over the network that are answered at the same time.
    turns: Arc<Turns>,
    changes: Arc<Turns>,
    /// Whether every change is refused.
    is_read_only: bool,
    executor: Arc<Executor>,
    /// Subscriptions that may be open at the same time.
    streams: Arc<Semaphore>,
    pub(super) origin: Origin,
}

impl Service {
    /// A service for the network.
    pub(crate) fn for_network(database: Database, persisted: Persisted) -> Self {
        Self::of(database, persisted, Origin::Network)
    }

    /// A service for one's own command line: without limits.
    pub(crate) fn for_command_line(database: Database) -> Self {
        Self::of(database, Persisted::default(), Origin::CommandLine)
    }

    fn of(database: Database, persisted: Persisted, origin: Origin) -> Self {
        let (persisted, documents) = (Arc::new(persisted), Arc::default());
        let of_valid: fn() -> HubSchema = || schema(ValidationMode::Fast);
        let schema_of_valid = Arc::new(LazyLock::new(of_valid));
        let schema = schema(ValidationMode::Strict);
        let turns = Arc::new(Turns::new(ANSWERED_LIMIT, QUEUE, Duration::from_secs(5)));
        let changes = Arc::new(Turns::new(1, QUEUE_OF_CHANGES, Duration::from_secs(30)));
        let streams = Arc::new(Semaphore::new(STREAMS_LIMIT));
        let answers = None;
        Self {
            schema,
            schema_of_valid,
            database,
            persisted,
            documents,
            answers,
            turns,
            changes,
            is_read_only: false,
            executor: Arc::default(),
            streams,
            origin,
        }
    }

    /// The same service, which keeps its answers until the data change.
    pub(crate) fn keeping_answers(self) -> Self {
        Self { answers: Some(Arc::default()), ..self }
    }

    /// The same service, which changes nothing.
    pub(crate) fn refusing_changes(self) -> Self {
        Self { is_read_only: true, ..self }
    }

    /// The number of changes of the data so far; none where the database does not answer.
    pub(crate) async fn generation(&self) -> Option<i64> {
        let database = self.database.clone();
        let read = move || {
            let mut connection = database.take().ok()?;
            let generation = Database::generation(&mut connection).ok()?;
            connection.give_back();
            Some(generation)
        };
        if self.database.is_embedded() {
            return read();
        }
        // A database that does not answer is none.
        let limit = Duration::from_millis(TIME_LIMIT.into());
        let read = tokio::time::timeout(limit, tokio::task::spawn_blocking(read));
        read.await.ok()?.ok().flatten()
    }

    /// Finds the document of a request by its text or hash, and parses it.
    pub(crate) fn open(&self, request: Request) -> Result<Opened, Answer> {
        let query = self.persisted.document(request.query, request.hash.as_deref());
        let query = query.map_err(|refusal| refused(&refusal))?;
        let document = match self.origin {
            Origin::Network => self.documents.parse(&query, limits::scan),
            Origin::CommandLine => self.documents.parse(&query, |_| Ok(0)),
        };
        let document = document.map_err(|message| refused(&Refusal { message, code: "LIMIT" }))?;
        let Request { operation_name, variables, files, .. } = request;
        let variables = variables.unwrap_or_default();
        Ok(Opened { query, document, operation_name, variables, files })
    }

    /// Answers one request, from the answers that are kept if it is among them.
    pub(crate) async fn answer(&self, request: Opened) -> Answer {
        let Some(answers) = self.answers.as_ref().filter(|_| request.is_of_data()) else {
            return self.answer_anew(request).await;
        };
        let hash = blake3::hash(request.to_string().as_bytes());
        let before = self.generation().await;
        if let Some(json) = before.and_then(|generation| answers.of(&hash, generation)) {
            return Answer {
                json: json.to_string(),
                executed: true,
                failed: false,
                instead: Instead::Nothing,
            };
        }
        let answer = self.answer_anew(request).await;
        if let (Some(generation), false) = (before, answer.failed)
            && self.generation().await == before
        {
            answers.keep(hash, generation, &answer.json);
        }
        answer
    }

    /// Answers one request in one read snapshot.
    async fn answer_anew(&self, request: Opened) -> Answer {
        match self.execute_within(request).await {
            Ok(response) => self.sent(response),
            Err(answer) => answer,
        }
    }

    /// Executes a query or mutation, within the time of an answer where it comes over the network.
    pub(super) async fn execute_within(&self, request: Opened) -> Result<Response, Answer> {
        let operation = request.operation();
        if self.is_read_only && operation == Operation::Mutation {
            let message = "this server changes nothing (`--read-only`)".to_owned();
            return Err(refused(&Refusal { message, code: "READ_ONLY" }));
        }
        let is_query = operation == Operation::Query;
        let plain = request.document.clone().filter(|parsed| {
            is_query && document::has_plain_variables(&parsed.document, &request.variables)
        });
        let is_checked = request.document.as_ref().is_some_and(|parsed| parsed.is_checked);
        let is_valid = is_checked || plain.as_ref().is_some_and(|parsed| parsed.is_valid());
        let asks = request.document.as_ref().filter(|_| is_query && !is_checked);
        let codes = asks.map(|parsed| {
            let variables = Variables::of(&parsed.document, &request.variables);
            codes::in_filters(&parsed.document, &variables)
        });
        let (prepared, granted, hub) = self.prepare(request, is_valid)?;
        if let Some(codes) = codes.filter(|codes| !codes.is_empty())
            && let Ok(dictionary) = hub.dictionary().await
            && let Some(message) = codes::unknown(&codes, &dictionary)
        {
            return Err(refused(&Refusal { message, code: "BAD_ARGUMENT" }));
        }
        let schema = if is_valid { LazyLock::force(&self.schema_of_valid) } else { &self.schema };
        // A mutation is not taken back because it takes long.
        if self.origin == Origin::CommandLine || !is_query {
            return Ok(schema.execute(prepared).await);
        }
        let schema = schema.clone();
        let turn = self.turns.take(granted.thousands).await.map_err(busy)?;
        let is_large = granted.answered > ANSWERED_BESIDE;
        let execution = within(schema, prepared, granted, turn);
        let response = if is_large {
            let done = self.executor.run(execution).await;
            done.unwrap_or_else(|| Err(unfinished()))?
        } else {
            execution.await?
        };
        if let (Some(parsed), false) = (plain, response.is_err()) {
            parsed.was_executed();
        }
        Ok(response)
    }

    /// The answers of a subscription, or the one of another operation.
    pub(super) fn responses(
        &self,
        request: Opened,
    ) -> BoxStream<'static, Result<Response, Answer>> {
        let service = self.clone();
        if request.operation() != Operation::Subscription {
            return stream::once(async move { service.execute_within(request).await }).boxed();
        }
        let Ok(turn) = Arc::clone(&self.streams).try_acquire_owned() else {
            let message = "too many clients listen already; try again later".to_owned();
            let busy = refused(&Refusal { message, code: "BUSY" });
            return stream::iter([Err(busy)]).boxed();
        };
        match self.prepare(request, false) {
            Ok((prepared, ..)) => {
                let responses = self.schema.execute_stream(prepared);
                responses
                    .map(move |response| {
                        let _held = &turn;
                        Ok(response)
                    })
                    .boxed()
            }
            Err(answer) => stream::iter([Err(answer)]).boxed(),
        }
    }

    /// The answers of a subscription, or the one of another operation, as JSON.
    pub(crate) fn stream(&self, request: Opened) -> BoxStream<'static, String> {
        let service = self.clone();
        let json = move |response: Result<Response, Answer>| match response {
            Ok(response) => service.sent(response).json,
            Err(answer) => answer.json,
        };
        self.responses(request).map(json).boxed()
    }

    /// Checks a request, unless one like it was found valid before, and gives it all that its execution
    /// needs.
    fn prepare(
        &self,
        request: Opened,
        is_valid: bool,
    ) -> Result<(async_graphql::Request, Granted, Hub), Answer> {
        let hub = Hub::of(&self.database, self.origin, &self.changes);
        let loading = Loading::of(hub.clone());
        let Opened { query, document, operation_name, variables, files } = request;
        let mut answered = document.as_ref().map_or(0, |parsed| parsed.answered());
        if let Some(parsed) = document.as_deref().filter(|_| !is_valid) {
            let document = &parsed.document;
            let values = Variables::of(document, &variables);
            if self.origin == Origin::Network {
                answered = limits::check(document, &values)
                    .map_err(|message| refused(&Refusal { message, code: "LIMIT" }))?;
                parsed.will_answer(answered);
            }
            if nulls::in_filters(document, &values) {
                let message = "a null in a filter is no condition; leave the condition out";
                let message = message.to_owned();
                return Err(refused(&Refusal { message, code: "BAD_ARGUMENT" }));
            }
        }
        let missing = document.as_ref().and_then(|parsed| {
            let name = operation_name.as_deref();
            document::missing_variable(&parsed.document, name, &variables)
        });
        if let Some(name) = missing {
            let message = format!("the variable `${name}` is required and not given");
            return Err(refused(&Refusal { message, code: "BAD_REQUEST" }));
        }
        let variables = async_graphql::Variables::from_json(Value::Object(variables));
        let granted = match self.origin {
            Origin::Network => Granted::of(answered),
            Origin::CommandLine => Granted::everything(),
        };
        let mut prepared = async_graphql::Request::new(query)
            .variables(variables)
            .data(Arc::clone(&granted.budget))
            .data(hub.clone())
            .data(loading)
            .data(Files::of(files));
        if let Some(parsed) = document {
            prepared.set_parsed_query(parsed.document.clone());
        }
        if let Some(name) = operation_name {
            prepared = prepared.operation_name(name);
        }
        Ok((prepared, granted, hub))
    }

    /// An answer as it is sent.
    pub(super) fn sent(&self, response: Response) -> Answer {
        let response = self.told(response);
        let failed = response.is_err();
        let later = response.errors.iter().any(|error| {
            let extensions = error.extensions.as_ref();
            let code = extensions.and_then(|extensions| extensions.get("code"));
            LATER.iter().any(|later| code == Some(&async_graphql::Value::from(*later)))
        });
        let executed = !failed || response.errors.iter().any(|error| !error.path.is_empty());
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
            return too_large();
        }
        let instead = if later { Instead::Later } else { Instead::Nothing };
        Answer { json, executed, failed, instead }
    }

    /// A response with as much of its errors as is told over the network: some of them, each short,
    /// and nothing of a query that was not understood.
    pub(super) fn told(&self, mut response: Response) -> Response {
        if self.origin == Origin::CommandLine {
            return response;
        }
        response.errors.truncate(ERRORS_LIMIT);
        for error in &mut response.errors {
            // The parser draws the line that it stopped at, and below it says what it expected.
            if let Some((_, expected)) = error.message.rsplit_once("\n  = ") {
                error.message = format!("the query cannot be read here: {expected}");
            }
            if let Some((end, _)) = error.message.char_indices().nth(ERROR_LIMIT) {
                error.message.truncate(end);
                error.message.push('…');
            }
            let extensions = error.extensions.get_or_insert_default();
            if extensions.get("code").is_none() {
                let is_refused = error.path.is_empty();
                extensions.set("code", if is_refused { "BAD_REQUEST" } else { "BAD_ARGUMENT" });
            }
        }
        response
    }
}

/// What an answer may come to.
struct Granted {
    /// About how many values the document asks for.
    answered: u64,
    thousands: u32,
    budget: Arc<Budget>,
}

impl Granted {
    /// Some times of what the document seems to ask for.
    fn of(answered: u64) -> Self {
        let thousands = u32::try_from(answered / 250).unwrap_or(u32::MAX);
        let thousands = thousands.saturating_add(ANSWERED_LEAST).min(ANSWERED_MOST);
        let budget = Arc::new(Budget::of(u64::from(thousands) * 1_000));
        Self { answered, thousands, budget }
    }

    fn everything() -> Self {
        Self { answered: 0, thousands: 0, budget: Arc::new(Budget::of(u64::MAX)) }
    }
}

/// Executes a query within its time and what it was granted; what it holds is free when it is done.
async fn within(
    schema: HubSchema,
    prepared: async_graphql::Request,
    granted: Granted,
    turn: OwnedSemaphorePermit,
) -> Result<Response, Answer> {
    let _turn = turn;
    let limit = Duration::from_millis(TIME_LIMIT.into());
    let execution = tokio::time::timeout(limit, schema.execute(prepared));
    let (message, code) = match select(Box::pin(execution), Box::pin(granted.budget.over())).await {
        Either::Left((Ok(response), _)) if !granted.budget.is_over() => return Ok(response),
        Either::Left((Err(_), _)) => {
            let seconds = limit.as_secs();
            (format!("the answer takes longer than {seconds} s; ask for less"), "TIMEOUT")
        }
        _ => (budget::TOO_MUCH.to_owned(), "LIMIT"),
    };
    Err(Answer { executed: true, instead: Instead::Less, ..refused(&Refusal { message, code }) })
}

fn busy(_cause: Busy) -> Answer {
    refused(&Refusal { message: Busy::MESSAGE.to_owned(), code: Busy::CODE })
}

/// The answer instead of one whose thread ended.
pub(super) fn unfinished() -> Answer {
    let message = "the answer was not finished".to_owned();
    refused(&Refusal { message, code: "INTERNAL" })
}

/// The answer instead of one that is too large.
pub(super) fn too_large() -> Answer {
    let message =
        format!("the answer is larger than {} MB; ask for less", ANSWER_LIMIT / 1_000_000);
    Answer {
        executed: true,
        instead: Instead::Less,
        ..refused(&Refusal { message, code: "LIMIT" })
    }
}

/// The answer to a request that is not executed.
pub(super) fn refused(refusal: &Refusal) -> Answer {
    let Refusal { message, code } = refusal;
    let error = json!({ "message": message, "extensions": { "code": code } });
    let json = json!({ "errors": [error] }).to_string();
    let instead = if LATER.contains(code) { Instead::Later } else { Instead::Nothing };
    Answer { json, executed: false, failed: true, instead }
}
