//! The GraphQL schema: types that wrap the rows of `db`, and the one place that names async-graphql.

mod branch;
mod budget;
mod cache;
mod campaign;
mod codes;
mod document;
mod error;
mod executor;
mod filter;
mod history;
mod import;
mod limits;
mod loader;
mod member;
mod missing;
mod mutation;
mod names;
mod node;
mod nulls;
mod outcome;
mod page;
mod paged;
mod persisted;
mod plain;
mod provenance;
mod query;
mod rating;
mod reconciliation;
mod results;
mod selection;
mod service;
mod socket;
mod subscription;
mod transition;
mod turns;
mod upload;
mod variables;

use std::sync::{Arc, Mutex};

use async_graphql::{Schema, ValidationMode};
use tokio::sync::OnceCell;

use crate::db::{AnyConnection, Database, Dictionary, QueryResult, Snapshot};
use crate::ledger::LedgerError;
pub(crate) use document::Operation;
use error::{internal, refused_by_ledger};
pub(crate) use paged::{Paged, Place};
pub(crate) use persisted::{Allowed, Persisted};
pub(crate) use selection::Selected;
pub(crate) use service::{Answer, Instead, Opened, Origin, Request, Service};
pub(crate) use socket::WebSocketMessage;
use turns::Turns;
pub(crate) use upload::File;

/// The schema without its data.
type HubSchema = Schema<query::Query, mutation::Mutation, subscription::Subscription>;

/// The schema that answers queries; one that validates fast takes documents for valid.
fn schema(validation: ValidationMode) -> HubSchema {
    Schema::build(query::Query, mutation::Mutation, subscription::Subscription)
        .validation_mode(validation)
        .disable_suggestions()
        .finish()
}

/// The schema in the definition language.
pub(crate) fn sdl() -> String {
    schema(ValidationMode::Strict).sdl()
}

/// The database as one operation sees it.
#[derive(Clone)]
struct Hub {
    database: Database,
    origin: Origin,
    snapshot: Arc<Mutex<Option<Snapshot>>>,
    dictionary: Once<Arc<Dictionary>>,
    /// One change at a time, in the order in which they came.
    changes: Arc<Turns>,
}

/// What is read once, however many ask for it at the same time; until a change is made.
type Once<T> = Arc<Mutex<Arc<OnceCell<T>>>>;

impl Hub {
    fn of(database: &Database, origin: Origin, changes: &Arc<Turns>) -> Self {
        let (snapshot, dictionary) = (Arc::default(), Arc::default());
        let (database, changes) = (database.clone(), Arc::clone(changes));
        Self { database, origin, snapshot, dictionary, changes }
    }

    /// Changes the ledger; what is read after it sees the change.
    async fn write<T, F>(&self, change: F) -> async_graphql::Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Database) -> Result<T, LedgerError> + Send + 'static,
    {
        let hub = self.clone();
        // Whoever leaves while others change something is not waited for.
        let turn = self.changes.take(1).await?;
        let written = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            hub.look_again()?;
            change(&hub.database).map_err(|error| refused_by_ledger(&error))
        });
        written.await.map_err(|error| internal(&error))?
    }

    /// Ends the snapshot: what is read from now on is of a later one.
    fn look_again(&self) -> async_graphql::Result<()> {
        let failed = |_cause| internal("another query of the operation failed");
        *self.snapshot.lock().map_err(failed)? = None;
        let failed = |_cause| internal("the rounds were left half read");
        *self.dictionary.lock().map_err(failed)? = Arc::default();
        Ok(())
    }

    /// All rounds and levels, looked up once in an operation.
    async fn dictionary(&self) -> async_graphql::Result<Arc<Dictionary>> {
        let failed = |_cause| internal("the rounds were left half read");
        let cell = Arc::clone(&*self.dictionary.lock().map_err(failed)?);
        let read = || self.run_in_snapshot(true, Snapshot::dictionary);
        cell.get_or_try_init(read).await.cloned()
    }

    /// Runs a query in the snapshot of the operation, which is opened by the first one.
    async fn run<T, F>(&self, query: F) -> async_graphql::Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut AnyConnection) -> QueryResult<T> + Send + 'static,
    {
        self.run_by(false, query).await
    }

    /// As `run`, for a query that finds few rows by their keys: where the database is embedded it is
    /// done before another thread would have taken it over.
    async fn run_briefly<T, F>(&self, query: F) -> async_graphql::Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut AnyConnection) -> QueryResult<T> + Send + 'static,
    {
        self.run_by(true, query).await
    }

    /// Runs a query, briefly or not.
    async fn run_by<T, F>(&self, is_brief: bool, query: F) -> async_graphql::Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut AnyConnection) -> QueryResult<T> + Send + 'static,
    {
        self.run_in_snapshot(is_brief, |snapshot| snapshot.run(query)).await
    }

    async fn run_in_snapshot<T, F>(&self, is_brief: bool, query: F) -> async_graphql::Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Snapshot) -> QueryResult<T> + Send + 'static,
    {
        if is_brief
            && self.database.is_embedded()
            && let Ok(mut snapshot) = self.snapshot.try_lock()
        {
            return self.run_in(&mut snapshot, query);
        }
        let hub = self.clone();
        let result = tokio::task::spawn_blocking(move || {
            let failed = |_cause| internal("another query of the operation failed");
            hub.run_in(&mut *hub.snapshot.lock().map_err(failed)?, query)
        });
        result.await.map_err(|error| internal(&error))?
    }

    fn run_in<T>(
        &self,
        snapshot: &mut Option<Snapshot>,
        query: impl FnOnce(&mut Snapshot) -> QueryResult<T>,
    ) -> async_graphql::Result<T> {
        let snapshot = match snapshot {
            Some(open) => open,
            none => none.insert(self.open().map_err(|error| error::unavailable(&error))?),
        };
        query(snapshot).map_err(|error| error::failed_query(&error))
    }

    fn open(&self) -> Result<Snapshot, crate::db::DatabaseError> {
        match self.origin {
            Origin::Network => Snapshot::open_within(&self.database, service::TIME_LIMIT),
            Origin::CommandLine => Snapshot::open(&self.database),
        }
    }
}
