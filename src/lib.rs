//! A GraphQL data hub for yearly evaluations: a ledger of what workbooks state, the facts that
//! follow from it, and an API over them.

pub mod cli;
mod db;
mod examples;
mod export;
mod graphql;
mod http;
mod ledger;
mod rules;
mod worker;

pub use db::{Database, DatabaseError};

/// A hub in process: answers queries as `evalhub query` does, without limits.
pub struct Hub {
    service: graphql::Service,
    runtime: tokio::runtime::Runtime,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Hub").finish_non_exhaustive()
    }
}

impl Hub {
    /// A hub on a database.
    ///
    /// # Errors
    /// When the system gives no runtime for queries.
    pub fn open(database: Database) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        Ok(Self { service: graphql::Service::for_command_line(database), runtime })
    }

    /// The answer to a query, as JSON: an object with `data` and, if there are any, `errors`.
    /// `variables` is a JSON object; what is none is no variables.
    pub fn answer(&self, query: &str, variables: &serde_json::Value) -> String {
        let request = graphql::Request {
            query: Some(query.to_owned()),
            variables: variables.as_object().cloned(),
            ..graphql::Request::default()
        };
        match self.service.open(request) {
            Ok(opened) => self.runtime.block_on(self.service.answer(opened)).json,
            Err(answer) => answer.json,
        }
    }
}

/// Writes a line to the log: standard error.
pub(crate) fn log(line: &str) {
    use std::io::Write;
    // A log that cannot be written has nobody to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}
