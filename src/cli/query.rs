//! `evalhub query`: an answer from the database, without a server.

use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;

use anyhow::Context;
use evalhub_import::Vocabulary;

use super::output::{print, print_bytes};
use super::{DatabaseArgument, Stop};
use crate::db::Database;
use crate::examples;
use crate::export::{Dialect, Export, Failure, Form};
use crate::graphql::{Answer, Request, Service};

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
    /// The same with `;` between cells and decimal commas.
    CsvSemicolon,
    /// A workbook: a sheet for each list of the answer.
    Xlsx,
    /// A line of JSON for each row of the first list.
    Ndjson,
}

impl Format {
    /// The form of its tables; none where it has none.
    fn form(self) -> Option<Form> {
        match self {
            Self::Json => None,
            Self::Table => Some(Form::Terminal),
            Self::Csv => Some(Form::Csv(Dialect::Comma)),
            Self::CsvSemicolon => Some(Form::Csv(Dialect::Semicolon)),
            Self::Xlsx => Some(Form::Xlsx),
            Self::Ndjson => Some(Form::Ndjson),
        }
    }
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
    if arguments.format == Format::Xlsx
        && arguments.output.is_none()
        && std::io::stdout().is_terminal()
    {
        return Err(Stop::Usage(
            "a workbook is no text for a terminal; name a file with --output".to_owned(),
        ));
    }
    let (begun, before) = (std::time::Instant::now(), database.statements());
    let mut output = Output { path: arguments.output, file: None };
    let done = match arguments.format.form() {
        Some(form) => write_tables(&database, request, form, &mut output),
        None => write_answer(&answer(&database, request)?, &mut output),
    };
    if arguments.verbose {
        let (statements, taken) = (database.statements() - before, begun.elapsed());
        crate::log(&format!("{statements} statements, {} ms", taken.as_millis()));
    }
    done
}

/// Where an answer is written: a file, or standard output.
struct Output {
    path: Option<PathBuf>,
    file: Option<std::fs::File>,
}

impl Output {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let Some(path) = &self.path else { return Ok(print_bytes(bytes)?) };
        let failed = || format!("cannot write the file `{}`", path.display());
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(std::fs::File::create(path).with_context(failed)?),
        };
        Ok(file.write_all(bytes).with_context(failed)?)
    }
}

/// An answer with errors is told as it is, and where it is read.
fn write_answer(answer: &Answer, output: &mut Output) -> Result<(), Stop> {
    let body: serde_json::Value = serde_json::from_str(&answer.json)?;
    let bytes = format!("{body:#}\n").into_bytes();
    if answer.failed {
        print_bytes(&bytes)?;
        return Err(Stop::Data);
    }
    output.write(&bytes)
}

/// Writes the lists of a query as tables, each with all of its rows.
fn write_tables(
    database: &Database,
    request: Request,
    form: Form,
    output: &mut Output,
) -> Result<(), Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let service = Service::for_command_line(database.clone());
    let opened = match service.open(request) {
        Ok(opened) => opened,
        Err(answer) => return write_answer(&answer, output),
    };
    let paged = match runtime.block_on(service.paged(opened)) {
        Ok(paged) => paged,
        Err(answer) => return write_answer(&answer, output),
    };
    let mut export = Export::new(paged, form);
    let mut is_begun = false;
    loop {
        match runtime.block_on(export.next()) {
            Ok(Some(bytes)) => output.write(&bytes)?,
            Ok(None) => break,
            Err(Failure::Answer(answer)) if !is_begun => return write_answer(&answer, output),
            Err(failure) => return Err(ended(failure, output)),
        }
        is_begun = true;
    }
    for list in &export.cut {
        crate::log(&format!("`{list}` has more rows than its `first` asks for"));
    }
    Ok(())
}

/// A table that cannot be written to its end is none: its file goes, and it is said.
fn ended(failure: Failure, output: &Output) -> Stop {
    if let (Some(path), Some(_)) = (&output.path, &output.file) {
        let _ = std::fs::remove_file(path);
    }
    match failure {
        Failure::Answer(answer) => {
            crate::log(&answer.json);
            Stop::Data
        }
        Failure::Unwritten(error) => error.into(),
    }
}

/// Each question as a comment of its query, so that the text can be kept and run.
fn print_examples() -> Result<(), Stop> {
    for (place, example) in examples::ALL.iter().enumerate() {
        let gap = if place == 0 { "" } else { "\n" };
        print(&format!("{gap}# {}\n{}", example.title, example.query))?;
    }
    Ok(())
}

/// Answers one request on a runtime of its own.
pub(super) fn answer(database: &Database, request: Request) -> Result<Answer, Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let service = Service::for_command_line(database.clone());
    Ok(match service.open(request) {
        Ok(opened) => runtime.block_on(service.answer(opened)),
        Err(answer) => answer,
    })
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
