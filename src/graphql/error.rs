//! Errors as clients see them: a code that is stable and a message without internal causes.

use std::fmt::Display;

use async_graphql::{Error, ErrorExtensions};

use crate::db::QueryError;
use crate::ledger::LedgerError;

/// The database or the hub failed; the cause goes to the log, not to the client.
pub(super) fn internal(cause: impl Display) -> Error {
    crate::log(&format!("a query failed: {cause}"));
    Error::new("the hub could not answer; its log tells why")
        .extend_with(|_, e| e.set("code", "INTERNAL"))
}

/// A query of the database failed: because it took too long, or for a cause that the log tells.
pub(super) fn failed_query(error: &QueryError) -> Error {
    if error.to_string().contains("statement timeout") {
        let message = "the database took too long for the answer; ask for less";
        return Error::new(message).extend_with(|_, e| e.set("code", "TIMEOUT"));
    }
    internal(error)
}

/// What the ledger refuses is a matter of the data, and is said; other causes are not.
pub(super) fn refused_by_ledger(error: &LedgerError) -> Error {
    if !error.is_refusal() {
        return internal(error);
    }
    Error::new(error.to_string()).extend_with(|_, e| e.set("code", "REFUSED"))
}

/// An argument is not one that can be answered.
pub(super) fn bad_argument(message: impl Display) -> Error {
    Error::new(message.to_string()).extend_with(|_, e| e.set("code", "BAD_ARGUMENT"))
}
