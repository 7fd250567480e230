//! The ledger: records enter it, facts are resolved from its live records, tallies follow the facts.
//!
//! An import is one transaction. A dry run is the same transaction, taken back.

mod apply;
mod identity;
mod resolve;
mod revert;
mod tally;

use std::collections::BTreeMap;

use evalhub_import::{Diagnostic, Reading, Severity};
use serde::{Deserialize, Serialize};

use crate::db::{Database, DatabaseError};

/// A workbook that was read and wants to enter the ledger.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) name: String,
    pub(crate) content_hash: String,
    pub(crate) byte_count: i64,
    pub(crate) reading: Reading,
}

impl Candidate {
    pub(crate) fn new(name: String, bytes: &[u8], reading: Reading) -> Self {
        Self {
            name,
            content_hash: blake3::hash(bytes).to_hex().to_string(),
            byte_count: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            reading,
        }
    }

    fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.reading
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity() == Severity::Error)
    }
}

/// How to import.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) dry_run: bool,
    pub(crate) skip_invalid_rows: bool,
    /// The time of the import, ISO 8601.
    pub(crate) now: String,
}

/// What became of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Status {
    /// Its records are in the ledger.
    Applied,
    /// Its records would enter the ledger; nothing was written.
    Planned,
    /// Its errors keep it out; nothing but the refusal was recorded.
    Refused,
    /// The same content is in the ledger already.
    Unchanged,
}

/// How many facts of one kind were added, changed, removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) added: usize,
    pub(crate) changed: usize,
    pub(crate) removed: usize,
}

/// Changes by kind of fact: `members`, `enrolments`, …
pub(crate) type Changes = BTreeMap<String, Change>;

/// The result for one candidate.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) import_id: Option<i64>,
    pub(crate) status: Status,
    pub(crate) changes: Changes,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LedgerError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("a query failed")]
    Query(#[from] diesel::result::Error),
    #[error("a record of the ledger cannot be read")]
    Record(#[from] serde_json::Error),
    #[error("there is no import {0}")]
    NoImport(i64),
    #[error("import {id} is {status}: only an applied import can be reverted")]
    NotApplied { id: i64, status: String },
    #[error("nothing was written: this was a dry run")]
    DryRun(Vec<Outcome>),
    #[error("nothing was written: this was a dry run")]
    DryRevert(Changes),
}

/// Imports candidates, in their order, in one transaction.
pub(crate) fn import(
    database: &Database,
    candidates: &[Candidate],
    options: &Options,
    progress: &mut dyn FnMut(usize),
) -> Result<Vec<Outcome>, LedgerError> {
    let result = database.write(|conn| {
        let mut outcomes = Vec::with_capacity(candidates.len());
        for (place, candidate) in candidates.iter().enumerate() {
            progress(place);
            outcomes.push(apply::candidate(conn, candidate, options)?);
        }
        progress(candidates.len());
        if options.dry_run { Err(LedgerError::DryRun(outcomes)) } else { Ok(outcomes) }
    });
    match result {
        Err(LedgerError::DryRun(outcomes)) => Ok(outcomes),
        result => result,
    }
}

/// Undoes an import in one transaction; a dry run takes it back and tells what would change.
pub(crate) fn revert(
    database: &Database,
    import_id: i64,
    dry_run: bool,
) -> Result<Changes, LedgerError> {
    let result = database.write(|conn| {
        let changes = revert::import(conn, import_id)?;
        if dry_run { Err(LedgerError::DryRevert(changes)) } else { Ok(changes) }
    });
    match result {
        Err(LedgerError::DryRevert(changes)) => Ok(changes),
        result => result,
    }
}
