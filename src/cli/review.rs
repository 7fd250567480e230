//! `evalhub review`: pairs of members who may be one, and what people decided about them.

use std::fmt::Write;

use super::output::{counted, minute, print, safe, signed};
use super::plan;
use super::{AuthorArguments, DatabaseArgument, Stop, number, numbers};
use crate::db::{self, Database, Snapshot};
use crate::ledger::{self, Subject};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    database: DatabaseArgument,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the pairs that wait for a decision, the likeliest first; the default
    List {
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// Members are one: the others become a part of the first
    Merge {
        /// The member to keep: 12, or Member:12
        keep: String,
        /// The members that are the same person
        #[arg(required = true)]
        others: Vec<String>,
        #[command(flatten)]
        author: AuthorArguments,
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// A member is two: some enrolments are those of somebody else
    Separate {
        /// The member: 12, or Member:12
        member: String,
        /// The enrolments of the other person: 34, or Enrolment:34
        #[arg(required = true)]
        enrolments: Vec<String>,
        #[command(flatten)]
        author: AuthorArguments,
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// Two members are two: the pair leaves the queue
    Distinct {
        /// One member
        left: String,
        /// The other
        right: String,
        #[command(flatten)]
        author: AuthorArguments,
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// List the decisions
    Decisions {
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// Withdraw a decision
    Undo {
        /// The number of the decision
        id: String,
        #[command(flatten)]
        author: AuthorArguments,
        #[command(flatten)]
        database: DatabaseArgument,
    },
}

/// The most pairs that a list shows.
const LIMIT: i64 = 1_000;

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let mut text = String::new();
    match &arguments.action {
        None => return list(&arguments.database.open()?),
        Some(Action::List { database }) => return list(&database.open()?),
        Some(Action::Decisions { database }) => return decisions(&database.open()?),
        Some(Action::Merge { keep, others, author, database }) => {
            let keep = number("Member", keep)?;
            let others = numbers("Member", others)?;
            let database = database.open()?;
            let merged =
                ledger::merge(&database, Subject::Members, keep, &others, &author.author());
            let plan = merged.map_err(Stop::of_ledger)?;
            let _ = writeln!(text, "{} merged into Member:{keep}", counted(others.len(), "member"));
            plan::parts(&mut text, &plan);
        }
        Some(Action::Separate { member, enrolments, author, database }) => {
            let member = number("Member", member)?;
            let enrolments = numbers("Enrolment", enrolments)?;
            let separated =
                ledger::separate(&database.open()?, member, &enrolments, &author.author());
            let (id, plan) = separated.map_err(Stop::of_ledger)?;
            let _ = writeln!(text, "Member:{id} is separated from Member:{member}");
            plan::parts(&mut text, &plan);
        }
        Some(Action::Distinct { left, right, author, database }) => {
            let (left, right) = (number("Member", left)?, number("Member", right)?);
            ledger::distinguish(&database.open()?, left, right, &author.author())
                .map_err(Stop::of_ledger)?;
            let _ = writeln!(text, "Member:{left} and Member:{right} are two");
        }
        Some(Action::Undo { id, author, database }) => {
            let id = number("Decision", id)?;
            let undone = ledger::withdraw_decision(&database.open()?, id, &author.author());
            let plan = undone.map_err(Stop::of_ledger)?;
            let _ = writeln!(text, "decision {id} is withdrawn");
            plan::parts(&mut text, &plan);
        }
    }
    Ok(print(&text)?)
}

fn list(database: &Database) -> Result<(), Stop> {
    let mut snapshot = Snapshot::open(database)?;
    let pairs = snapshot.run(|conn| db::MergeCandidate::page(conn, None, LIMIT))?;
    let all = snapshot.run(db::MergeCandidate::count)?;
    let mut text = String::new();
    for pair in &pairs {
        let (left, right) = (pair.member_id, pair.other_id);
        let _ = writeln!(
            text,
            "{:>3} %  Member:{left}, Member:{right}  {}\n       {}",
            pair.score,
            safe(&pair.evidence),
            pair.rule
        );
    }
    if pairs.is_empty() {
        text.push_str("no pair waits for a decision\n");
    } else {
        let _ = writeln!(
            text,
            "{} of {all}; decide with `evalhub review merge KEEP OTHER` or `evalhub review \
             distinct ONE OTHER`",
            counted(pairs.len(), "pair"),
        );
    }
    Ok(print(&text)?)
}

fn decisions(database: &Database) -> Result<(), Stop> {
    let mut snapshot = Snapshot::open(database)?;
    let rows = snapshot.run(db::Decision::all)?;
    let mut text = String::new();
    for row in &rows {
        let kind = if row.subject == "MEMBER" { "Member" } else { "Branch" };
        let (keep, other) = (row.keep_id, row.other_id);
        let said = match row.kind.as_str() {
            "MERGE" => format!("{kind}:{other} is {kind}:{keep}"),
            "SEPARATE" => format!("{kind}:{other} was made of {kind}:{keep}"),
            _ => format!("{kind}:{keep} and {kind}:{other} are two"),
        };
        let withdrawn = match &row.withdrawn_at {
            Some(date) => format!(", withdrawn {}", minute(date)),
            None => String::new(),
        };
        let signed = signed(row.author.as_deref(), &row.created_at, row.note.as_deref());
        let _ = writeln!(text, "{:>6}  {said}{withdrawn}\n        {signed}", row.id);
    }
    if rows.is_empty() {
        text.push_str("nothing was decided yet\n");
    }
    Ok(print(&text)?)
}
