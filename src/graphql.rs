//! The GraphQL schema: types that wrap the rows of `db`, and the one place that names async-graphql.

mod branch;
mod campaign;
mod document;
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
mod persisted;
mod provenance;
mod query;
mod rating;
mod reconciliation;
mod results;
mod service;
mod subscription;
mod transition;
mod upload;

use std::sync::{Arc, Mutex};

use async_graphql::Schema;

use crate::db::{AnyConnection, Database, QueryResult, Snapshot};
use crate::ledger::LedgerError;
pub(crate) use document::Operation;
use error::{internal, refused_by_ledger};
pub(crate) use persisted::{Allowed, Persisted};
pub(crate) use service::{Answer, Opened, Origin, Request, Service, WebSocketMessage};
pub(crate) use upload::File;

/// The schema without its data.
type HubSchema = Schema<query::Query, mutation::Mutation, subscription::Subscription>;

/// The schema that answers queries.
fn schema() -> HubSchema {
    Schema::build(query::Query, mutation::Mutation, subscription::Subscription)
        .disable_suggestions()
        .finish()
}

/// The schema in the definition language.
pub(crate) fn sdl() -> String {
    schema().sdl()
}

/// The database as one operation sees it.
#[derive(Clone)]
struct Hub {
    database: Database,
    origin: Origin,
    snapshot: Arc<Mutex<Option<Snapshot>>>,
}

impl Hub {
    fn of(database: &Database, origin: Origin) -> Self {
        Self { database: database.clone(), origin, snapshot: Arc::default() }
    }

    /// Changes the ledger; what is read after it sees the change.
    async fn write<T, F>(&self, change: F) -> async_graphql::Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Database) -> Result<T, LedgerError> + Send + 'static,
    {
        let hub = self.clone();
        let written = tokio::task::spawn_blocking(move || {
            hub.look_again()?;
            change(&hub.database).map_err(|error| refused_by_ledger(&error))
        });
        written.await.map_err(|error| internal(&error))?
    }

    /// Ends the snapshot: what is read from now on is of a later one.
    fn look_again(&self) -> async_graphql::Result<()> {
        let failed = |_cause| internal("another query of the operation failed");
        *self.snapshot.lock().map_err(failed)? = None;
        Ok(())
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
                none => none.insert(hub.open().map_err(|error| internal(&error))?),
            };
            snapshot.run(query).map_err(|error| error::failed_query(&error))
        });
        result.await.map_err(|error| internal(&error))?
    }

    fn open(&self) -> Result<Snapshot, crate::db::DatabaseError> {
        match self.origin {
            Origin::Network => Snapshot::open_within(&self.database, service::TIME_LIMIT),
            Origin::CommandLine => Snapshot::open(&self.database),
        }
    }
}
