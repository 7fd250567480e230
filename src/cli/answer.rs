//! `evalhub answer`: what the reader asks about columns, and what people say.

use std::fmt::Write;

use super::output::{counted, print, safe};
use super::{AuthorArguments, DatabaseArgument, Stop, imports, number};
use crate::ledger::{self, OpenQuestion};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The question by its number in the list: 12, or Diagnostic:12; none lists the open ones
    question: Option<String>,
    /// What the column holds: rating self, count of rated, birth date, ignored …
    #[arg(requires = "question")]
    field: Option<String>,
    #[command(flatten)]
    author: AuthorArguments,
    #[command(flatten)]
    database: DatabaseArgument,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let database = arguments.database.open()?;
    let open = || ledger::open_questions(&database).map_err(Stop::of_ledger);
    let Some(id) = &arguments.question else { return Ok(print(&list(&open()?))?) };
    let id = number("Diagnostic", id)?;
    let Some(field) = &arguments.field else {
        let asked: Vec<OpenQuestion> =
            open()?.into_iter().filter(|open| open.diagnostic.id == id).collect();
        return Ok(print(&list(&asked))?);
    };
    let author = arguments.author.author();
    let answered = ledger::answer(&database, id, field.trim(), &author);
    let again = answered.map_err(Stop::of_ledger)?;
    print(&format!(
        "answered for {} that ask the same; their workbooks are read again\n",
        counted(again.len(), "import")
    ))?;
    imports::read_again(&database, Some(&again), false)
}

/// The questions, those of one layout together.
fn list(open: &[OpenQuestion]) -> String {
    let mut text = String::new();
    let mut told: Vec<(&str, &str)> = Vec::new();
    for asked in open {
        let key = (asked.question.layout.as_str(), asked.question.heading.as_str());
        if told.contains(&key) {
            continue;
        }
        told.push(key);
        let is_same = |other: &&OpenQuestion| {
            (other.question.layout.as_str(), other.question.heading.as_str()) == key
        };
        let others = open.iter().filter(is_same).count() - 1;
        let alike = match others {
            0 => String::new(),
            more => format!(", and {} laid out alike", counted(more, "other table")),
        };
        let sheet = asked.diagnostic.sheet.as_deref().map(safe).unwrap_or_default();
        let _ = writeln!(
            text,
            "{:>6}  {} {sheet}!{}{alike}",
            asked.diagnostic.id,
            safe(&asked.workbook),
            asked.question.range
        );
        let _ = writeln!(text, "        what does `{}` hold?", safe(&asked.question.heading));
        let _ = writeln!(text, "        {}", safe(&asked.diagnostic.message));
        let readings = asked.question.readings.iter().map(|likely| likely.field.as_str());
        let _ = writeln!(text, "        {}", readings.collect::<Vec<_>>().join(" | "));
    }
    if open.is_empty() {
        text.push_str("no question is open\n");
    } else {
        text.push_str("answer with `evalhub answer NUMBER FIELD`\n");
    }
    text
}
