//! `evalhub correct` and `evalhub corrections`: statements by people, above those of workbooks.

use std::fmt::Write;

use super::output::{minute, print, safe, signed};
use super::plan::{self, changes_in_words};
use super::{AuthorArguments, DatabaseArgument, Stop, number};
use crate::db::{self, List, Slice, Snapshot, Where};
use crate::ledger::{self, Field, Statement, Target};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The fact by its id in the API: `Member:12`, `MemberEvaluation:34`, `ReportedResult:56` …
    target: String,
    /// The field by its name in the API: name, birthDate, rating, count …
    field: String,
    /// The right value, as a workbook would have it: text, 17/05/1980, nữ, HTTNV or its words,
    /// Branch:12 or its name, 11, yes …
    #[arg(required_unless_present = "clear")]
    value: Option<String>,
    /// There is no value
    #[arg(long, conflicts_with = "value")]
    clear: bool,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    author: AuthorArguments,
    #[command(flatten)]
    database: DatabaseArgument,
}

#[derive(Debug, clap::Args)]
pub(super) struct ListArguments {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    database: DatabaseArgument,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List all corrections; the default
    List {
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// Withdraw a correction: what workbooks state holds again
    Withdraw {
        /// The number of the correction
        id: String,
        #[command(flatten)]
        author: AuthorArguments,
        #[command(flatten)]
        database: DatabaseArgument,
    },
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let statement = statement(arguments)?;
    let database = arguments.database.open()?;
    let author = arguments.author.author();
    let entered = ledger::correct(&database, &statement, &author, arguments.dry_run);
    let (id, plan) = entered.map_err(Stop::of_ledger)?;
    let mut text = if arguments.dry_run {
        "nothing was written; the correction would change\n".to_owned()
    } else {
        format!("correction {id} is entered\n")
    };
    if plan.change_count() == 0 {
        text.push_str("  nothing: the value is stated already\n");
    }
    plan::parts(&mut text, &plan);
    Ok(print(&text)?)
}

/// The parts of a correction, or what is wrong with them.
fn statement(arguments: &Arguments) -> Result<Statement, Stop> {
    let names = |all: &[&'static str]| all.join(", ");
    let targets: Vec<&str> = Target::ALL.iter().map(|target| target.name()).collect();
    let (kind, digits) = arguments.target.split_once(':').ok_or_else(|| {
        Stop::Usage(format!(
            "`{}` names no fact; expected an id such as Member:12, of {}",
            arguments.target,
            names(&targets)
        ))
    })?;
    let target = Target::of_name(kind).ok_or_else(|| {
        let known = names(&targets);
        Stop::Usage(format!("a {kind} cannot be corrected; expected one of {known}"))
    })?;
    let fields: Vec<&str> = target.fields().iter().map(|field| field.name()).collect();
    let field = Field::of_name(&arguments.field).ok_or_else(|| {
        let known = names(&fields);
        Stop::Usage(format!("{kind} has no `{}`; expected one of {known}", arguments.field))
    })?;
    Ok(Statement { target, id: number(kind, digits)?, field, value: arguments.value.clone() })
}

pub(super) fn list(arguments: &ListArguments) -> Result<(), Stop> {
    match &arguments.action {
        None => show(&arguments.database),
        Some(Action::List { database }) => show(database),
        Some(Action::Withdraw { id, author, database }) => {
            let id = number("Correction", id)?;
            let withdrawn = ledger::withdraw_correction(&database.open()?, id, &author.author());
            let plan = withdrawn.map_err(Stop::of_ledger)?;
            let mut text = format!("correction {id} is withdrawn\n");
            let changed = changes_in_words(&plan.changes);
            if changed.is_empty() {
                text.push_str("  nothing changed\n");
            }
            plan::parts(&mut text, &plan);
            Ok(print(&text)?)
        }
    }
}

fn show(database: &DatabaseArgument) -> Result<(), Stop> {
    let mut snapshot = Snapshot::open(&database.open()?)?;
    let all = Slice::everything();
    let rows = snapshot.run(|conn| db::Correction::page(conn, &Where::default(), &all))?;
    let waiting = snapshot.run(ledger::waiting_corrections)?;
    let ids = |of: fn(&db::Correction) -> i64| rows.iter().map(of).collect::<Vec<i64>>();
    let (members, branches) = (ids(|row| row.member_id), ids(|row| row.branch_id));
    let members = snapshot.run(|conn| db::Member::by_ids(conn, &members))?;
    let branches = snapshot.run(|conn| db::Branch::by_ids(conn, &branches))?;
    let mut text = String::new();
    for row in &rows {
        let member = members.iter().find(|member| member.id == row.member_id);
        let branch = branches.iter().find(|branch| branch.id == row.branch_id);
        let about = member.map(|member| &member.name).or(branch.map(|branch| &branch.name));
        let shown = |value: &Option<String>| value.as_deref().map_or("–".to_owned(), safe);
        let state = match &row.withdrawn_at {
            Some(date) => format!(", withdrawn {}", minute(date)),
            None if waiting.iter().any(|other| other.id == row.id) => {
                ", waiting: no workbook states the fact".to_owned()
            }
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "{:>6}  {} {} of {}: {} → {}{state}",
            row.id,
            row.target,
            row.field,
            safe(about.map_or("", String::as_str)),
            shown(&row.former),
            shown(&row.value),
        );
        let signed = signed(row.author.as_deref(), &row.created_at, row.note.as_deref());
        let _ = writeln!(text, "        {signed}");
    }
    if rows.is_empty() {
        text.push_str("nothing was corrected yet\n");
    }
    Ok(print(&text)?)
}
