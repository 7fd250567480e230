//! Rows and queries; with `ledger`, the only room where diesel is named.

mod acceptance;
mod branch;
mod campaign;
mod collation;
pub(crate) mod condition;
mod conflict;
mod connection;
mod correction;
mod deadline;
mod decision;
mod dictionary;
mod enrolment;
mod evaluation;
mod folded;
mod import;
pub(crate) mod list;
mod member;
mod mended;
mod outcome;
mod pool;
mod presence;
mod progress;
mod rating;
mod record;
mod register;
mod roll;
pub(crate) mod schema;
mod tally;
mod windowed;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub(crate) use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::migration::MigrationSource;
pub(crate) use diesel::result::Error as QueryError;
use diesel::{Connection, ExpressionMethods, QueryDsl, RunQueryDsl};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use evalhub_import::Vocabulary;

pub(crate) use acceptance::Acceptance;
pub(crate) use branch::{
    AncestryRow, Branch, BranchColumn, BranchFilter, BranchScope, Placement, PlacementColumn,
    PlacementFilter,
};
pub(crate) use campaign::{Campaign, CampaignColumn, CampaignFilter};
pub(crate) use collation::{branch_sort_key, member_sort_key};
pub(crate) use condition::{Test, Tests, Where};
pub(crate) use conflict::{Conflict, ConflictKey};
pub(crate) use connection::{AnyConnection, Location, insert_rows, on_each};
pub(crate) use correction::{Correction, CorrectionColumn, CorrectionFilter};
pub(crate) use decision::{Decision, MergeCandidate, Succession, merged_branches, merged_members};
pub(crate) use dictionary::Dictionary;
pub(crate) use enrolment::{Enrolment, EnrolmentColumn, EnrolmentFilter};
pub(crate) use evaluation::{
    BranchEvaluation, BranchEvaluationColumn, BranchEvaluationFilter, MemberEvaluation,
    MemberEvaluationColumn, MemberEvaluationFilter,
};
pub(crate) use import::{
    Answer, Diagnostic, DiagnosticColumn, DiagnosticFilter, Import, ImportColumn, ImportFilter,
    ImportSheet, ImportStatus, Version, Workbook,
};
pub(crate) use list::{Direction, List, Slice, SortValue};
pub(crate) use member::{Identifier, Likeness, Member, MemberColumn, MemberFilter};
pub(crate) use mended::MendedRows;
pub(crate) use outcome::{
    Commendation, CommendationColumn, CommendationFilter, Indicator, IndicatorResult,
    IndicatorResultColumn, IndicatorResultFilter, ReportedResult, ReportedResultColumn,
    ReportedResultFilter,
};
pub(crate) use pool::Taken;
use presence::Presence;
pub(crate) use progress::Progress;
pub(crate) use rating::{Rating, RatingFilter, Scheme, SchemeDocument, add_schemes};
pub(crate) use record::{Link, Record, Source};
pub(crate) use register::RegisteredBranch;
pub(crate) use roll::{
    OWN_SCORE, OnRoll, RollBranches, RollColumn, RollCount, RollKey, RollMeasures, RollPage,
    RollRow, RollScope, RollsOf, RowId, Spread, StageScope, decided_score, spread,
    stages_of_scores,
};
pub(crate) use schema as tables;
pub(crate) use tally::{ScoreTally, Tally, TallyScope};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// The number that stands for the deciding stage in tallies.
pub(crate) const DECIDING: i32 = -1;
/// The stage of what no column says the stage of.
pub(crate) const UNSTATED: i32 = 6;

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// The name is neither a path nor a URL of a known kind.
    #[error("{0}")]
    Location(String),
    /// The database does not answer.
    #[error("cannot open the database `{database}`")]
    Connect {
        /// The database, without its password.
        database: String,
        /// What the back end said.
        source: diesel::ConnectionError,
    },
    /// The tables cannot be made or brought up to date.
    #[error("cannot bring the tables of `{database}` up to date: {reason}")]
    Migrate {
        /// The database, without its password.
        database: String,
        /// What the back end said.
        reason: String,
    },
    /// The tables are those of another version.
    #[error(
        "the database `{database}` was made by another version of evalhub; import the workbooks \
         again into a new one"
    )]
    Version {
        /// The database, without its password.
        database: String,
    },
    /// There is no database, or none of evalhub's tables in it.
    #[error(
        "there is no database at `{database}`; `evalhub import` makes one, and `--database` or \
         EVALHUB_DATABASE names another"
    )]
    Missing {
        /// The database, without its password.
        database: String,
    },
    /// The file belongs to another program.
    #[error("`{database}` is the database of another program; give evalhub one of its own")]
    Foreign {
        /// The database, without its password.
        database: String,
    },
    /// All connections were in use for too long.
    #[error("all connections to `{database}` are in use")]
    Busy {
        /// The database, without its password.
        database: String,
    },
    /// A query failed.
    #[error("a query failed")]
    Query(#[from] diesel::result::Error),
}

/// Applies the migrations that are new; false where one was applied that this version does not know.
fn bring_up_to_date<DB: Backend>(
    connection: &mut impl MigrationHarness<DB>,
) -> diesel::migration::Result<bool> {
    let migrations = MigrationSource::<DB>::migrations(&MIGRATIONS)?;
    let known: Vec<String> =
        migrations.iter().map(|migration| migration.name().version().to_string()).collect();
    let applied = connection.applied_migrations()?;
    if applied.iter().any(|version| !known.contains(&version.to_string())) {
        return Ok(false);
    }
    connection.run_pending_migrations(MIGRATIONS)?;
    Ok(true)
}

/// Why migrations end within their transaction.
enum Migrating {
    Failed(Box<dyn std::error::Error + Send + Sync>),
    Query(diesel::result::Error),
}

impl From<diesel::result::Error> for Migrating {
    fn from(error: diesel::result::Error) -> Self {
        Self::Query(error)
    }
}

/// A database of either kind and its connections.
#[derive(Clone)]
pub struct Database {
    location: Location,
    pool: Arc<pool::Pool>,
    /// How many statements were sent so far.
    statements: Arc<AtomicU64>,
    dictionary: Arc<Mutex<Option<Arc<Dictionary>>>>,
    board: progress::Board,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Database").field(&self.location.shown()).finish()
    }
}

impl Database {
    /// Opens a database, brings its tables up to date and seeds the rating schemes.
    ///
    /// # Errors
    /// When the name is not understood, there is no database of evalhub, it does not answer, or its tables
    /// cannot be brought up to date.
    pub fn open(name: &str, vocabulary: &Vocabulary) -> Result<Self, DatabaseError> {
        Self::open_as(name, vocabulary, false)
    }

    /// Opens a database, or makes it where there is none.
    ///
    /// # Errors
    /// When the name is not understood, it is that of another program's database, the database does not
    /// answer, or its tables cannot be made.
    pub fn open_or_create(name: &str, vocabulary: &Vocabulary) -> Result<Self, DatabaseError> {
        Self::open_as(name, vocabulary, true)
    }

    fn open_as(
        name: &str,
        vocabulary: &Vocabulary,
        may_create: bool,
    ) -> Result<Self, DatabaseError> {
        let location: Location = name.parse().map_err(DatabaseError::Location)?;
        let (pool, statements) = (Arc::default(), Arc::default());
        let (dictionary, board) = (Arc::default(), Arc::default());
        let database = Self { location, pool, statements, dictionary, board };
        let mut connection = match database.presence()? {
            Presence::Ours(connection) => connection,
            Presence::Nothing if may_create => database.created()?,
            Presence::Nothing => {
                return Err(DatabaseError::Missing { database: database.shown() });
            }
            Presence::Foreign => {
                return Err(DatabaseError::Foreign { database: database.shown() });
            }
        };
        database.migrate(&mut connection)?;
        let is_seeded = rating::is_seeded(&mut connection, &vocabulary.schemes)?;
        let is_sorted = collation::is_current(&mut connection)?;
        connection.give_back();
        if !is_seeded || !is_sorted {
            database.write(|conn| {
                rating::seed(conn, &vocabulary.schemes)?;
                if !is_sorted {
                    collation::renew(conn)?;
                }
                Ok::<_, DatabaseError>(())
            })?;
        }
        Ok(database)
    }

    fn connect(&self) -> Result<AnyConnection, DatabaseError> {
        let mut connection = self
            .location
            .connect()
            .map_err(|source| DatabaseError::Connect { database: self.location.shown(), source })?;
        let statements = Arc::clone(&self.statements);
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                statements.fetch_add(1, Ordering::Relaxed);
            }
        });
        Ok(connection)
    }

    /// Whether the database is a file that this process reads itself.
    pub(crate) fn is_embedded(&self) -> bool {
        matches!(self.location, Location::File(_))
    }

    /// How many statements were sent so far, those that begin and end transactions among them.
    pub(crate) fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Migrations lock the table of those that were applied, for poolers know no other lock of a session;
    /// where another process made it at the same moment, a second look finds it made.
    fn migrate(&self, connection: &mut AnyConnection) -> Result<(), DatabaseError> {
        let failed = |reason: Box<dyn std::error::Error + Send + Sync>| DatabaseError::Migrate {
            database: self.shown(),
            reason: reason.to_string(),
        };
        let known = match connection {
            AnyConnection::Sqlite(inner) => {
                bring_up_to_date(inner).or_else(|_first| bring_up_to_date(inner))
            }
            AnyConnection::Postgres(inner) => inner
                .applied_migrations()
                .or_else(|_first| inner.applied_migrations())
                .and_then(|_| {
                    let locked = inner.transaction(|inner| {
                        inner.batch_execute(
                            "LOCK TABLE __diesel_schema_migrations IN ACCESS EXCLUSIVE MODE",
                        )?;
                        if inner.has_pending_migration(MIGRATIONS).map_err(Migrating::Failed)? {
                            folded::create(inner)?;
                        }
                        bring_up_to_date(inner).map_err(Migrating::Failed)
                    });
                    locked.map_err(|error| match error {
                        Migrating::Failed(error) => error,
                        Migrating::Query(error) => error.into(),
                    })
                }),
        };
        let known = known.map_err(failed)?;
        if known { Ok(()) } else { Err(DatabaseError::Version { database: self.shown() }) }
    }

    /// As shown to people: without the password of a URL.
    pub fn shown(&self) -> String {
        self.location.shown()
    }

    /// Runs the whole of a change in one transaction, after all other writers.
    pub(crate) fn write<T, E>(
        &self,
        change: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<DatabaseError> + From<diesel::result::Error>,
    {
        let mut connection = self.take()?;
        let result = AnyConnection::transaction(&mut *connection, |connection| {
            diesel::update(tables::state::table)
                .set(tables::state::generation.eq(tables::state::generation + step()))
                .execute(connection)?;
            change(connection)
        });
        if let (Ok(_), AnyConnection::Sqlite(inner)) = (&result, &mut *connection) {
            // The planner must know that there are few rounds and many tallies; a server looks itself.
            // Where it cannot be told now, it is told after the next change.
            let _ = inner.batch_execute("PRAGMA analysis_limit = 400; PRAGMA optimize = 0x10002;");
        }
        // A connection to a server that failed may be broken: the next change gets another one.
        if result.is_ok() || self.is_embedded() {
            connection.give_back();
        }
        result
    }

    /// A number that each change makes greater: what was read under one generation agrees with itself.
    pub(crate) fn generation(connection: &mut AnyConnection) -> QueryResult<i64> {
        on_each!(connection, inner => {
            tables::state::table.select(tables::state::generation).first(inner)
        })
    }
}

/// How much greater a change makes the generation. At random, so that it is not the one of other data
/// in another database, or in one that a backup took the place of.
fn step() -> i64 {
    let random = RandomState::new().build_hasher().finish();
    i64::try_from(random % (1 << 30)).unwrap_or(0) + 1
}

/// A read snapshot: one connection in one read transaction, for the whole of an operation.
pub(crate) struct Snapshot {
    connection: Option<Taken>,
    database: Database,
    /// When its queries end, on SQLite.
    deadline: Option<Instant>,
}

impl Snapshot {
    /// Opens a snapshot whose statements end after a limit, in milliseconds: on a server each of them,
    /// on SQLite all of them together.
    pub(crate) fn open_within(database: &Database, limit: u32) -> Result<Self, DatabaseError> {
        let mut snapshot = Self::open(database)?;
        match snapshot.connection.as_deref_mut() {
            Some(AnyConnection::Postgres(connection)) => {
                connection.batch_execute(&format!("SET LOCAL statement_timeout = {limit}"))?;
            }
            _ => snapshot.deadline = Some(Instant::now() + Duration::from_millis(limit.into())),
        }
        Ok(snapshot)
    }

    pub(crate) fn open(database: &Database) -> Result<Self, DatabaseError> {
        let mut connection = database.take()?;
        let begin = match &*connection {
            AnyConnection::Sqlite(_) => "BEGIN",
            AnyConnection::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        connection.batch_execute(begin)?;
        let (connection, database) = (Some(connection), database.clone());
        Ok(Self { connection, database, deadline: None })
    }

    pub(crate) fn run<T>(
        &mut self,
        query: impl FnOnce(&mut AnyConnection) -> QueryResult<T>,
    ) -> QueryResult<T> {
        match &mut self.connection {
            Some(connection) => deadline::within(self.deadline, || query(connection)),
            None => Err(diesel::result::Error::BrokenTransactionManager),
        }
    }

    /// The rounds and levels that the snapshot sees.
    pub(crate) fn dictionary(&mut self) -> QueryResult<Arc<Dictionary>> {
        let kept = Arc::clone(&self.database.dictionary);
        self.run(|conn| {
            let generation = Database::generation(conn)?;
            let known = kept.lock().ok().and_then(|kept| kept.clone());
            if let Some(known) = known.filter(|known| known.is_of(generation)) {
                return Ok(known);
            }
            let read = Arc::new(Dictionary::read(conn, generation)?);
            if let Ok(mut kept) = kept.lock() {
                *kept = Some(Arc::clone(&read));
            }
            Ok(read)
        })
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        if let Some(mut connection) = self.connection.take()
            && connection.batch_execute("ROLLBACK").is_ok()
        {
            connection.give_back();
        }
    }
}

/// Ids are given by the application inside the write transaction.
pub(crate) struct Ids {
    next: i64,
}

impl Ids {
    pub(crate) fn begin(connection: &mut AnyConnection) -> QueryResult<Self> {
        let next = tables::state::table.select(tables::state::next_id).first(connection)?;
        Ok(Self { next })
    }

    pub(crate) fn give(&mut self) -> i64 {
        let id = self.next;
        self.next += 1;
        id
    }

    pub(crate) fn finish(self, connection: &mut AnyConnection) -> QueryResult<()> {
        diesel::update(tables::state::table)
            .set(tables::state::next_id.eq(self.next))
            .execute(connection)
            .map(drop)
    }
}
