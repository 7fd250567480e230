//! The GraphQL schema: types that wrap the rows of `db`, and the one place that names async-graphql.

mod branch;
mod campaign;
mod error;
mod filter;
mod history;
mod import;
mod limits;
mod loader;
mod member;
mod mutation;
mod names;
mod node;
mod nulls;
mod outcome;
mod page;
mod provenance;
mod query;
mod rating;
mod reconciliation;
mod results;
mod transition;

use std::sync::{Arc, Mutex};

use async_graphql::dataloader::DataLoader;
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use async_graphql::{EmptySubscription, Schema};

use crate::db::{AnyConnection, Database, QueryResult, Snapshot};
use crate::ledger::LedgerError;
use error::{internal, refused_by_ledger};
use loader::Loaders;

/// The schema without its data.
pub(crate) type HubSchema = Schema<query::Query, mutation::Mutation, EmptySubscription>;

/// A GraphQL request as it arrives: parsed JSON or command line arguments.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    pub(crate) query: String,
    #[serde(default)]
    pub(crate) operation_name: Option<String>,
    #[serde(default)]
    pub(crate) variables: Option<serde_json::Map<String, serde_json::Value>>,
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

/// The schema that answers queries.
pub(crate) fn schema() -> HubSchema {
    Schema::build(query::Query, mutation::Mutation, EmptySubscription)
        .disable_suggestions()
        .finish()
}

/// The schema in the definition language.
pub(crate) fn sdl() -> String {
    schema().sdl()
}

/// Whether the operation that would be executed is a mutation.
pub(crate) fn is_mutation(request: &Request) -> bool {
    use async_graphql::parser::types::{DocumentOperations, OperationType};
    let Ok(document) = async_graphql::parser::parse_query(&request.query) else { return false };
    let name = request.operation_name.as_deref();
    let operation = match &document.operations {
        DocumentOperations::Single(operation) => Some(operation),
        DocumentOperations::Multiple(all) => {
            all.iter().find(|(key, _)| Some(key.as_str()) == name).map(|(_, found)| found)
        }
    };
    operation.is_some_and(|operation| operation.node.ty == OperationType::Mutation)
}

/// Whether a request comes from one's own command line, or from somebody over the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    CommandLine,
    Network,
}

/// Answers one request in one read snapshot.
pub(crate) async fn answer(
    schema: &HubSchema,
    database: &Database,
    request: Request,
    origin: Origin,
) -> Answer {
    let hub = Hub { database: database.clone(), snapshot: Arc::default() };
    let loaders =
        DataLoader::new(Loaders(hub.clone()), TokioSpawner::current(), TokioTimer::default());
    let variables = request.variables.unwrap_or_default();
    // What is no query is told by execution.
    let document = match origin {
        Origin::Network => match limits::parse(&request.query, &variables) {
            Ok(document) => document,
            Err(message) => return refused(&message, "LIMIT"),
        },
        Origin::CommandLine => async_graphql::parser::parse_query(&request.query).ok(),
    };
    if document.as_ref().is_some_and(|document| nulls::in_filters(document, &variables)) {
        let message = "a null in a filter is no condition; leave the condition out";
        return refused(message, "BAD_ARGUMENT");
    }
    let variables = async_graphql::Variables::from_json(serde_json::Value::Object(variables));
    let mut prepared =
        async_graphql::Request::new(request.query).variables(variables).data(hub).data(loaders);
    if let Some(document) = document {
        prepared.set_parsed_query(document);
    }
    if let Some(name) = request.operation_name {
        prepared = prepared.operation_name(name);
    }
    let response = schema.execute(prepared).await;
    let failed = response.is_err();
    let executed = !failed || response.errors.iter().any(|error| !error.path.is_empty());
    // A request that was refused has errors alone: `data` would say that it was executed.
    let json = if executed {
        serde_json::to_string(&response)
    } else {
        serde_json::to_string(&serde_json::json!({ "errors": response.errors }))
    };
    let unwritten = r#"{"errors":[{"message":"the answer cannot be written"}]}"#;
    let json = json.unwrap_or_else(|_cause| unwritten.to_owned());
    Answer { json, executed, failed }
}

/// The answer to a request that is not executed.
fn refused(message: &str, code: &str) -> Answer {
    let error = serde_json::json!({ "message": message, "extensions": { "code": code } });
    let json = serde_json::json!({ "errors": [error] }).to_string();
    Answer { json, executed: false, failed: true }
}

/// The database as one operation sees it.
#[derive(Clone)]
pub(crate) struct Hub {
    database: Database,
    snapshot: Arc<Mutex<Option<Snapshot>>>,
}

impl Hub {
    /// Changes the ledger; what is read after it sees the change.
    async fn write<T, F>(&self, change: F) -> async_graphql::Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Database) -> Result<T, LedgerError> + Send + 'static,
    {
        let hub = self.clone();
        let written = tokio::task::spawn_blocking(move || {
            let failed = |_cause| internal("another query of the operation failed");
            *hub.snapshot.lock().map_err(failed)? = None;
            change(&hub.database).map_err(|error| refused_by_ledger(&error))
        });
        written.await.map_err(|error| internal(&error))?
    }

    /// Runs a query in the snapshot of the operation, which is opened by the first one.
    async fn run<T, F>(&self, query: F) -> async_graphql::Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut AnyConnection) -> QueryResult<T> + Send + 'static,
    {
        let hub = self.clone();
        let result = tokio::task::spawn_blocking(move || {
            let mut snapshot = hub
                .snapshot
                .lock()
                .map_err(|_cause| internal("another query of the operation failed"))?;
            let snapshot = match &mut *snapshot {
                Some(open) => open,
                none => {
                    none.insert(Snapshot::open(&hub.database).map_err(|error| internal(&error))?)
                }
            };
            snapshot.run(query).map_err(|error| internal(&error))
        });
        result.await.map_err(|error| internal(&error))?
    }
}
