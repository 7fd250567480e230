//! Errors as clients see them: a code that is stable and a message without internal causes.

use std::fmt::Display;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::iter;

use async_graphql::{Error, ErrorExtensions};

use crate::db::{DatabaseError, QueryError};
use crate::ledger::LedgerError;

/// What every line of the log about a failure begins with.
const FAILED: &str = "a query failed";

/// The database or the hub failed; the cause goes to the log, not to the client.
pub(super) fn internal(cause: impl Display) -> Error {
    failed(&log_as(&format!("{FAILED}: {cause}")))
}

fn failed(id: &str) -> Error {
    Error::new(format!("the hub could not answer; its log tells why under `{id}`")).extend_with(
        |_, e| {
            e.set("code", "INTERNAL");
            e.set("id", id);
        },
    )
}

/// The database does not answer now, and may later.
pub(super) fn unavailable(error: &DatabaseError) -> Error {
    let id = logged(error);
    Error::new("the database does not answer; try again in a few seconds").extend_with(|_, e| {
        e.set("code", "UNAVAILABLE");
        e.set("id", id.as_str());
    })
}

/// Writes a failure with all its causes to the log, once; the client is told the id that finds it there.
fn logged(error: &(dyn std::error::Error + 'static)) -> String {
    let chain = anyhow::Chain::new(error).map(ToString::to_string);
    let mut causes: Vec<String> = iter::once(FAILED.to_owned()).chain(chain).collect();
    // Errors that wrap another often say no more than what is known already.
    causes.dedup();
    log_as(&causes.join(": "))
}

fn log_as(line: &str) -> String {
    let id = format!("{:08x}", RandomState::new().build_hasher().finish() >> 32);
    crate::log(&format!("[{id}] {line}"));
    id
}

/// A query of the database failed: because it took too long, or for a cause that the log tells.
pub(super) fn failed_query(error: &QueryError) -> Error {
    if error.to_string().contains("statement timeout") {
        let message = "the database took too long for the answer; ask for less";
        return Error::new(message).extend_with(|_, e| e.set("code", "TIMEOUT"));
    }
    failed(&logged(error))
}

/// What the ledger refuses is a matter of the data, and is said; other causes are not.
pub(super) fn refused_by_ledger(error: &LedgerError) -> Error {
    if !error.is_refusal() {
        return failed(&logged(error));
    }
    Error::new(error.to_string()).extend_with(|_, e| e.set("code", "REFUSED"))
}

/// An argument is not one that can be answered.
pub(super) fn bad_argument(message: impl Display) -> Error {
    Error::new(message.to_string()).extend_with(|_, e| e.set("code", "BAD_ARGUMENT"))
}
