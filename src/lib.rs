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

/// Writes a line to the log: standard error.
pub(crate) fn log(line: &str) {
    use std::io::Write;
    // A log that cannot be written has nobody to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}
