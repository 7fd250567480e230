//! The command line: arguments in, exit status out.

mod accept;
mod answer;
mod branches;
mod check;
mod correct;
mod demo;
mod import;
mod imports;
mod inspect;
mod output;
mod picture;
mod plan;
mod query;
mod report;
mod review;
mod schema;
mod serve;
mod status;
mod trace;
mod workbooks;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use evalhub_import::Vocabulary;

use crate::db::Database;
use crate::ledger::{Author, LedgerError};
use crate::worker;

/// A GraphQL data hub for yearly evaluations, with an importer for the workbooks they were kept in.
#[derive(Debug, Parser)]
#[command(name = "evalhub", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Import workbooks, or folders of them, into a database
    Import(import::Arguments),
    /// List what was imported, show an import, or undo it
    #[command(args_conflicts_with_subcommands = true)]
    Imports(imports::Arguments),
    /// List what the reader asks about columns, or answer: the workbooks are read again
    Answer(answer::Arguments),
    /// Correct a field of a fact by hand; a correction ranks above what workbooks state
    Correct(correct::Arguments),
    /// List the corrections, or withdraw one
    #[command(args_conflicts_with_subcommands = true)]
    Corrections(correct::ListArguments),
    /// Show pairs of members who may be one, and decide about them
    #[command(args_conflicts_with_subcommands = true)]
    Review(review::Arguments),
    /// Merge, rename or place branches, or say which one follows which
    Branches(branches::Arguments),
    /// Show what does not agree: printed against counted, rival statements, quotas exceeded
    Check(check::Arguments),
    /// Accept what does not agree and is as it is, with a reason
    Accept(accept::Arguments),
    /// List what was accepted, or withdraw an acceptance
    #[command(args_conflicts_with_subcommands = true)]
    Acceptances(accept::ListArguments),
    /// Say whether the campaigns are whole, and what they lack
    Status(status::Arguments),
    /// Show the cells that state a fact
    Trace(trace::Arguments),
    /// Show how each sheet would be read: tables, heading rows, columns and why; needs no database
    Inspect(inspect::Arguments),
    /// Serve the GraphQL API and its query page
    Serve(serve::Arguments),
    /// Answer a query from the database, without a server
    Query(query::Arguments),
    /// Print the GraphQL schema
    Schema,
    /// Open the workbook of standard input under limits; the importer runs itself so
    #[command(name = worker::WORKER, hide = true)]
    OpenWorkbook,
    /// Import the bundled samples, print results and example queries, and serve the API
    Demo(demo::Arguments),
}

/// Where the database is.
#[derive(Debug, clap::Args)]
struct DatabaseArgument {
    /// A path to a SQLite file, or a postgres:// URL
    #[arg(
        long,
        value_name = "URL",
        default_value = "evalhub.db",
        env = "EVALHUB_DATABASE",
        hide_env_values = true
    )]
    database: String,
}

impl DatabaseArgument {
    fn open(&self) -> Result<Database, Stop> {
        Ok(Database::open(&self.database, &Vocabulary::bundled())?)
    }

    fn open_or_create(&self) -> Result<Database, Stop> {
        Ok(Database::open_or_create(&self.database, &Vocabulary::bundled())?)
    }
}

/// Who states or decides something, and why.
#[derive(Debug, clap::Args)]
struct AuthorArguments {
    /// Why
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Who says so
    #[arg(long, value_name = "NAME", env = "USER", hide_env_values = true)]
    author: Option<String>,
}

impl AuthorArguments {
    fn author(&self) -> Author {
        let now = jiff::Timestamp::now().to_string();
        Author { name: self.author.clone(), note: self.note.clone(), now }
    }
}

/// The number of an id: 3 of `3` and of `Import:3`.
fn number(kind: &str, id: &str) -> Result<i64, Stop> {
    let digits = id.strip_prefix(kind).and_then(|rest| rest.strip_prefix(':')).unwrap_or(id);
    digits.parse().map_err(|_cause| {
        let thing = kind.to_lowercase();
        Stop::Usage(format!("`{id}` is no {thing}; expected its number, such as 3 or {kind}:3"))
    })
}

fn numbers(kind: &str, ids: &[String]) -> Result<Vec<i64>, Stop> {
    ids.iter().map(|id| number(kind, id)).collect()
}

/// Why a command stopped.
#[derive(Debug)]
enum Stop {
    /// The data was refused; what was wrong has been said.
    Data,
    /// The command line asks for something that cannot be; a sentence says what.
    Usage(String),
    /// The outside world: files, database, network.
    World(anyhow::Error),
}

impl Stop {
    /// What the ledger refuses is a matter of the data.
    fn of_ledger(error: LedgerError) -> Self {
        if error.is_refusal() {
            crate::log(&format!("error: {error}"));
            return Self::Data;
        }
        Self::World(error.into())
    }
}

impl<E: Into<anyhow::Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::World(error.into())
    }
}

/// Runs the command of the process's arguments: status 0 done, 1 refused because of the data,
/// 2 usage, 3 the outside world.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let shown = error.print();
            return if error.use_stderr() || shown.is_err() {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let done = match arguments.command {
        Command::Import(arguments) => import::run(&arguments),
        Command::Imports(arguments) => imports::run(&arguments),
        Command::Answer(arguments) => answer::run(&arguments),
        Command::Correct(arguments) => correct::run(&arguments),
        Command::Corrections(arguments) => correct::list(&arguments),
        Command::Review(arguments) => review::run(&arguments),
        Command::Branches(arguments) => branches::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Accept(arguments) => accept::run(&arguments),
        Command::Acceptances(arguments) => accept::list(&arguments),
        Command::Status(arguments) => status::run(&arguments),
        Command::Trace(arguments) => trace::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Query(arguments) => query::run(arguments),
        Command::Schema => schema::run(),
        Command::OpenWorkbook => worker::work().map_err(Stop::from),
        Command::Demo(arguments) => demo::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Data) => ExitCode::from(1),
        Err(Stop::Usage(message)) => {
            crate::log(&format!("error: {message}"));
            ExitCode::from(2)
        }
        Err(Stop::World(error)) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(Stop::World(error)) => {
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            crate::log(&format!("error: {}", causes.join(": ").trim_end()));
            ExitCode::from(3)
        }
    }
}

/// The reader of our output went away, as `head` does.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
