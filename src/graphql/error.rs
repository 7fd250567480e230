//! Errors as clients see them: a code that is stable and a message without internal causes.

use std::fmt::Display;

use async_graphql::{Error, ErrorExtensions};

/// The database or the hub failed; the cause goes to the log, not to the client.
pub(super) fn internal(cause: impl Display) -> Error {
    crate::log(&format!("a query failed: {cause}"));
    Error::new("the hub could not answer; its log tells why")
        .extend_with(|_, e| e.set("code", "INTERNAL"))
}

/// An argument is not one that can be answered.
pub(super) fn bad_argument(message: impl Display) -> Error {
    Error::new(message.to_string()).extend_with(|_, e| e.set("code", "BAD_ARGUMENT"))
}
