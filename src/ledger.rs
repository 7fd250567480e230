//! The ledger: records enter it and are withdrawn, facts are resolved from its live records,
//! tallies follow the facts.
//!
//! A change is one transaction. A dry run is the same transaction, taken back.

mod acceptance;
mod correction;
mod decision;
mod entry;
mod facts;
mod identity;
mod plan;
mod reread;
mod resolve;
mod revert;
mod review;
mod tally;
pub(crate) mod trace;
mod verify;
mod version;

use evalhub_import::{Diagnostic, Reading, Severity};
use serde::Serialize;

use crate::db::{Acceptance, AnyConnection, Correction, Database, DatabaseError, Progress};

pub(crate) use correction::{Field, Statement, Target};
pub(crate) use decision::Subject;
pub(crate) use plan::{Change, Changes, FactChange, Phase, Plan, PlanPart};
pub(crate) use reread::{Known, OpenQuestion, Said, answer, kept, open_questions, register};
pub(crate) use verify::Verdict;
pub(crate) use version::Replaces;

/// A workbook that was read and wants to enter the ledger.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
    pub(crate) content_hash: String,
    pub(crate) byte_count: usize,
    pub(crate) reading: Reading,
    /// What was said when it was read.
    pub(crate) said: Said,
}

impl Candidate {
    pub(crate) fn new(name: String, content: Vec<u8>, reading: Reading, said: Said) -> Self {
        let content_hash = blake3::hash(&content).to_hex().to_string();
        let byte_count = content.len();
        Self { name, content, content_hash, byte_count, reading, said }
    }

    /// The same without the bytes of the workbook, where nobody needs them any more.
    pub(crate) fn without_content(self) -> Self {
        Self { content: Vec::new(), ..self }
    }

    /// What all records come to: a workbook that is read alike changes nothing.
    fn reading_hash(&self) -> Result<String, serde_json::Error> {
        let mut hasher = blake3::Hasher::new();
        serde_json::to_writer(&mut hasher, &self.reading.records)?;
        Ok(hasher.finalize().to_hex().chars().take(32).collect())
    }

    fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.reading
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity() == Severity::Error)
    }

    /// Whether its errors keep it out.
    fn is_refused(&self, skip_invalid_rows: bool) -> bool {
        self.reading.records.is_empty() || !skip_invalid_rows && self.errors().next().is_some()
    }

    /// What enters the ledger; the records are lent, and given back by the caller.
    fn entry(&mut self, replaces: Option<i64>, fingerprints: Vec<String>) -> entry::Entry {
        entry::Entry {
            fingerprints,
            records: std::mem::take(&mut self.reading.records),
            schemes: self.reading.schemes.clone(),
            replaces,
        }
    }
}

/// What is done with the changes that candidates would make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// They are made.
    Apply,
    /// They are shown; nothing is written.
    DryRun,
    /// They are kept as plans, to be applied later.
    Plan,
}

/// How to import.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) mode: Mode,
    pub(crate) skip_invalid_rows: bool,
    /// One workbook that is refused keeps all others out.
    pub(crate) strict: bool,
    /// The workbooks themselves are kept.
    pub(crate) keep_workbooks: bool,
    /// Which earlier version the workbooks replace.
    pub(crate) replaces: Replaces,
    /// The time of the import, ISO 8601.
    pub(crate) now: String,
}

/// Who states or decides something, when and why.
#[derive(Debug, Clone, Default)]
pub(crate) struct Author {
    pub(crate) name: Option<String>,
    pub(crate) note: Option<String>,
    /// ISO 8601.
    pub(crate) now: String,
}

/// What became of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    /// Its records are in the ledger.
    Applied,
    /// Its records would enter the ledger.
    Planned,
    /// Its errors keep it out; nothing but the refusal was recorded.
    Refused,
    /// The same content is in the ledger already.
    Unchanged,
    /// Another workbook was refused, and all or none was asked for.
    LeftOut,
}

/// The result for one candidate.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) import_id: Option<i64>,
    pub(crate) status: Status,
    /// The import of the version before.
    pub(crate) replaces: Option<i64>,
    pub(crate) plan: Plan,
}

impl Outcome {
    fn of(status: Status) -> Self {
        Self { import_id: None, status, replaces: None, plan: Plan::default() }
    }
}

/// What undoing an import did.
#[derive(Debug)]
pub(crate) struct Reverted {
    pub(crate) plan: Plan,
    /// Imports whose records are live again: the version before.
    pub(crate) returned: Vec<i64>,
    /// Corrections that lost their ground: they are kept, and hold again when it comes back.
    pub(crate) waiting: Vec<Correction>,
}

/// Why the ledger was not changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LedgerError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("a query failed")]
    Query(#[from] diesel::result::Error),
    #[error("a record of the ledger cannot be read")]
    Record(#[from] serde_json::Error),
    #[error("the process that reads workbooks does not start")]
    Reader(#[source] std::io::Error),
    #[error("there is no import {0}")]
    NoImport(i64),
    #[error("import {id} is {status}: only an applied import can be reverted")]
    NotApplied { id: i64, status: String },
    #[error("what the plan starts from has changed since:\n  {}", .0.join("\n  "))]
    PlanIsStale(Vec<String>),
    /// What was stated cannot be; the sentence says why.
    #[error("{0}")]
    Statement(String),
}

impl LedgerError {
    /// Whether the data, and not the outside world, is why.
    pub(crate) fn is_refusal(&self) -> bool {
        !matches!(self, Self::Database(_) | Self::Query(_) | Self::Record(_) | Self::Reader(_))
    }
}

/// What was stated cannot be; the sentence says why.
fn refused(message: impl Into<String>) -> LedgerError {
    LedgerError::Statement(message.into())
}

/// Carries a result out of a transaction that is taken back.
enum Undo<T> {
    Done(T),
    Failed(LedgerError),
}

impl<T> From<diesel::result::Error> for Undo<T> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl<T> From<DatabaseError> for Undo<T> {
    fn from(error: DatabaseError) -> Self {
        Self::Failed(error.into())
    }
}

impl<T> Undo<T> {
    /// Ends a transaction with what was done in it, so that it is taken back.
    fn after(done: Result<T, LedgerError>) -> Result<(), Self> {
        Err(done.map_or_else(Self::Failed, Self::Done))
    }

    /// What was done in a transaction that was taken back.
    fn result(undone: Result<(), Self>) -> Result<T, LedgerError> {
        match undone {
            Err(Self::Done(result)) => Ok(result),
            Err(Self::Failed(error)) => Err(error),
            Ok(()) => Err(diesel::result::Error::RollbackTransaction.into()),
        }
    }
}

/// Does something inside a transaction and takes it back.
fn trial<T>(
    conn: &mut AnyConnection,
    change: impl FnOnce(&mut AnyConnection) -> Result<T, LedgerError>,
) -> Result<T, LedgerError> {
    Undo::result(diesel::Connection::transaction(conn, |conn| Undo::after(change(conn))))
}

/// Runs a change, or shows what it would do.
fn change<T>(
    database: &Database,
    dry_run: bool,
    change: impl FnOnce(&mut AnyConnection) -> Result<T, LedgerError>,
) -> Result<T, LedgerError> {
    if dry_run {
        Undo::result(database.write(|conn| Undo::after(change(conn))))
    } else {
        database.write(change)
    }
}

/// Imports candidates, in their order, in one transaction.
pub(crate) fn import(
    database: &Database,
    candidates: &mut [Candidate],
    options: &Options,
    progress: &mut dyn FnMut(usize, Option<Phase>),
) -> Result<Vec<Outcome>, LedgerError> {
    let skip = options.skip_invalid_rows;
    let leave_out = options.strict && candidates.iter().any(|candidate| candidate.is_refused(skip));
    let mut enter = |conn: &mut AnyConnection, candidates: &mut [Candidate]| {
        let mut outcomes = Vec::with_capacity(candidates.len());
        for (place, candidate) in candidates.iter_mut().enumerate() {
            progress(place, None);
            if leave_out && !candidate.is_refused(skip) {
                outcomes.push(Outcome::of(Status::LeftOut));
            } else {
                outcomes.push(entry::candidate(conn, candidate, options, &mut |phase| {
                    progress(place, Some(phase));
                })?);
            }
        }
        progress(candidates.len(), None);
        Ok(outcomes)
    };
    match options.mode {
        Mode::Apply => change(database, false, |conn| enter(conn, candidates)),
        Mode::DryRun => {
            let mut outcomes = change(database, true, |conn| enter(conn, candidates))?;
            for outcome in &mut outcomes {
                if outcome.status == Status::Applied {
                    outcome.status = Status::Planned;
                }
                if outcome.status != Status::Unchanged {
                    outcome.import_id = None;
                }
            }
            Ok(outcomes)
        }
        Mode::Plan => change(database, false, |conn| {
            let mut outcomes = trial(conn, |conn| enter(conn, candidates))?;
            for (candidate, outcome) in candidates.iter_mut().zip(&mut outcomes) {
                entry::store(conn, candidate, outcome, options)?;
                if outcome.status == Status::Applied {
                    outcome.status = Status::Planned;
                }
            }
            Ok(outcomes)
        }),
    }
}

/// Applies an import that was planned, if what it would change is as it was then; tells how far it is.
pub(crate) fn apply(database: &Database, import_id: i64) -> Result<Outcome, LedgerError> {
    let total = i32::try_from(Phase::ALL.len()).unwrap_or(i32::MAX);
    let tell = |phase: &str, done: i32| {
        let phase = phase.to_uppercase();
        Progress { import_id, phase, done, total }.tell(database);
    };
    let mut done = 0;
    let mut begin = |phase: Phase| {
        tell(phase.name(), done);
        done += 1;
    };
    let applied = change(database, false, |conn| entry::apply_planned(conn, import_id, &mut begin));
    match &applied {
        Ok(_) => tell("done", total),
        // One that is not there, or was applied before, has no progress.
        Err(LedgerError::NoImport(_) | LedgerError::Statement(_)) => {}
        Err(_) => tell("failed", done),
    }
    applied
}

/// Undoes an import in one transaction; a dry run takes it back and tells what would change.
pub(crate) fn revert(
    database: &Database,
    import_id: i64,
    dry_run: bool,
) -> Result<Reverted, LedgerError> {
    change(database, dry_run, |conn| revert::import(conn, import_id))
}

/// Enters a correction by hand.
pub(crate) fn correct(
    database: &Database,
    statement: &Statement,
    author: &Author,
    dry_run: bool,
) -> Result<(i64, Plan), LedgerError> {
    change(database, dry_run, |conn| correction::enter(conn, statement, author))
}

/// Says under which branch a branch stood in a round: a correction of its placement.
pub(crate) fn place(
    database: &Database,
    branch: i64,
    campaign: &str,
    parent: Option<i64>,
    author: &Author,
) -> Result<(i64, Plan), LedgerError> {
    change(database, false, |conn| correction::place(conn, branch, campaign, parent, author))
}

/// Withdraws a correction.
pub(crate) fn withdraw_correction(
    database: &Database,
    id: i64,
    author: &Author,
) -> Result<Plan, LedgerError> {
    change(database, false, |conn| correction::withdraw(conn, id, author))
}

/// Corrections that stand about members or branches that no live record names.
pub(crate) fn waiting_corrections(
    conn: &mut AnyConnection,
) -> diesel::QueryResult<Vec<Correction>> {
    revert::groundless(conn)
}

/// Makes members or branches parts of one.
pub(crate) fn merge(
    database: &Database,
    subject: Subject,
    keep: i64,
    others: &[i64],
    author: &Author,
) -> Result<Plan, LedgerError> {
    change(database, false, |conn| decision::merge(conn, subject, keep, others, author))
}

/// Makes a member of its own of some enrolments of another; gives its id.
pub(crate) fn separate(
    database: &Database,
    member: i64,
    enrolments: &[i64],
    author: &Author,
) -> Result<(i64, Plan), LedgerError> {
    change(database, false, |conn| decision::separate(conn, member, enrolments, author))
}

/// Notes that two members are two.
pub(crate) fn distinguish(
    database: &Database,
    left: i64,
    right: i64,
    author: &Author,
) -> Result<(), LedgerError> {
    change(database, false, |conn| decision::distinguish(conn, left, right, author))
}

/// Withdraws a decision about who is who.
pub(crate) fn withdraw_decision(
    database: &Database,
    id: i64,
    author: &Author,
) -> Result<Plan, LedgerError> {
    change(database, false, |conn| decision::withdraw(conn, id, author))
}

/// Notes that from a round on some branches stand for others.
pub(crate) fn succeed(
    database: &Database,
    from: &[i64],
    to: &[i64],
    campaign: &str,
    author: &Author,
) -> Result<(), LedgerError> {
    change(database, false, |conn| decision::succeed(conn, from, to, campaign, author))
}

/// Takes a succession back.
pub(crate) fn forget_succession(database: &Database, id: i64) -> Result<(), LedgerError> {
    change(database, false, |conn| decision::forget_succession(conn, id))
}

/// Accepts a discrepancy as it is; the note of the author says why.
pub(crate) fn accept(
    database: &Database,
    acceptance: &Acceptance,
    author: &Author,
) -> Result<Acceptance, LedgerError> {
    change(database, false, |conn| acceptance::enter(conn, acceptance.clone(), author))
}

/// Withdraws an acceptance.
pub(crate) fn withdraw_acceptance(
    database: &Database,
    id: i64,
    author: &Author,
) -> Result<Acceptance, LedgerError> {
    change(database, false, |conn| acceptance::withdraw(conn, id, author))
}

/// Resolves and counts everything again from the live records, and tells what differs; nothing is
/// written.
pub(crate) fn verify(database: &Database) -> Result<Verdict, LedgerError> {
    change(database, true, verify::everything)
}
