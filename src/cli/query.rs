//! `evalhub query`: an answer from the database, without a server.

use std::io::Read;
use std::path::PathBuf;

use anyhow::Context;
use evalhub_import::Vocabulary;

use super::output::print;
use super::{DatabaseArgument, Stop};
use crate::db::Database;
use crate::graphql::{self, Answer, Request};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The query; read from standard input where neither it nor a file is given
    query: Option<String>,
    /// A file that holds the query
    #[arg(short = 'f', long, value_name = "FILE", conflicts_with = "query")]
    file: Option<PathBuf>,
    /// The variables of the query, as a JSON object
    #[arg(long, value_name = "JSON")]
    variables: Option<String>,
    /// The operation to run, where the query holds several
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    #[command(flatten)]
    database: DatabaseArgument,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    let variables = arguments.variables.as_deref().map(serde_json::from_str).transpose();
    let variables = variables
        .map_err(|error| Stop::Usage(format!("--variables is no JSON object: {error}")))?;
    let request = Request {
        query: text(arguments.query, arguments.file)?,
        operation_name: arguments.operation,
        variables,
    };
    let database = Database::open(&arguments.database.database, &Vocabulary::bundled())?;
    let answer = answer(&database, request)?;
    let pretty: serde_json::Value = serde_json::from_str(&answer.json)?;
    print(&format!("{pretty:#}\n"))?;
    if answer.failed { Err(Stop::Data) } else { Ok(()) }
}

/// Answers one request on a runtime of its own.
pub(super) fn answer(database: &Database, request: Request) -> Result<Answer, Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    Ok(runtime.block_on(graphql::answer(&graphql::schema(), database, request)))
}

fn text(query: Option<String>, file: Option<PathBuf>) -> Result<String, Stop> {
    if let Some(query) = query {
        return Ok(query);
    }
    if let Some(path) = file {
        let text = std::fs::read_to_string(&path);
        return Ok(text.with_context(|| format!("cannot read the query in `{}`", path.display()))?);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}
