//! `evalhub query`: an answer from the database, without a server.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;

use anyhow::Context;
use evalhub_import::Vocabulary;

use super::output::{print, print_bytes};
use super::{DatabaseArgument, Stop};
use crate::db::Database;
use crate::graphql::{Answer, Request, Selected, Service};
use crate::{examples, export};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Print twelve questions and the queries that answer them
    #[arg(long, conflicts_with_all = ["query", "file"])]
    examples: bool,
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
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
    /// Write the answer into a file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Say on standard error how many statements the answer took, and how long
    #[arg(long, short)]
    verbose: bool,
    #[command(flatten)]
    database: DatabaseArgument,
}

/// The forms of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// As GraphQL has it.
    Json,
    /// Columns for the terminal.
    Table,
    /// For spreadsheets: the first list of the answer.
    Csv,
    /// A workbook: a sheet for each list of the answer.
    Xlsx,
    /// A line of JSON for each row of the first list.
    Ndjson,
}

pub(super) fn run(arguments: Arguments) -> Result<(), Stop> {
    if arguments.examples {
        return print_examples();
    }
    let variables = arguments.variables.as_deref().map(serde_json::from_str).transpose();
    let variables = variables
        .map_err(|error| Stop::Usage(format!("--variables is no JSON object: {error}")))?;
    let request = Request {
        query: Some(text(arguments.query, arguments.file)?),
        operation_name: arguments.operation,
        variables,
        ..Request::default()
    };
    let database = Database::open(&arguments.database.database, &Vocabulary::bundled())?;
    let (begun, before) = (std::time::Instant::now(), database.statements());
    let (answer, selected) = answer(&database, request)?;
    if arguments.verbose {
        let (statements, taken) = (database.statements() - before, begun.elapsed());
        crate::log(&format!("{statements} statements, {} ms", taken.as_millis()));
    }
    let body: serde_json::Value = serde_json::from_str(&answer.json)?;
    // An answer with errors is told as it is: a table would hide them.
    let format = if answer.failed { Format::Json } else { arguments.format };
    let data = &body["data"];
    let tables = || export::tables(data, &selected);
    let bytes = match format {
        Format::Json => format!("{body:#}\n").into_bytes(),
        Format::Table => export::columns(&tables()).into_bytes(),
        Format::Csv => export::csv(&tables())?,
        Format::Xlsx => export::xlsx(&tables())?,
        Format::Ndjson => export::ndjson(data).into_bytes(),
    };
    match arguments.output.filter(|_| !answer.failed) {
        Some(path) => std::fs::write(&path, bytes)
            .with_context(|| format!("cannot write the file `{}`", path.display()))?,
        None if format == Format::Xlsx && std::io::stdout().is_terminal() => {
            return Err(Stop::Usage(
                "a workbook is no text for a terminal; name a file with --output".to_owned(),
            ));
        }
        None => print_bytes(&bytes)?,
    }
    if answer.failed { Err(Stop::Data) } else { Ok(()) }
}

/// Each question as a comment of its query, so that the text can be kept and run.
fn print_examples() -> Result<(), Stop> {
    for (place, example) in examples::ALL.iter().enumerate() {
        let gap = if place == 0 { "" } else { "\n" };
        print(&format!("{gap}# {}\n{}", example.title, example.query))?;
    }
    Ok(())
}

/// Answers one request on a runtime of its own; with what it selects.
pub(super) fn answer(
    database: &Database,
    request: Request,
) -> Result<(Answer, Vec<Selected>), Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let service = Service::for_command_line(database.clone());
    match service.open(request) {
        Ok(opened) => {
            let selected = opened.selecting().selected();
            Ok((runtime.block_on(service.answer(opened)), selected))
        }
        Err(answer) => Ok((answer, Vec::new())),
    }
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
