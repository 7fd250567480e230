//! `evalhub accept` and `evalhub acceptances`: what does not agree and is as it is.

use std::fmt::Write;

use super::output::{minute, print, safe, signed};
use super::{AuthorArguments, DatabaseArgument, Stop, number};
use crate::db::{self, Snapshot};
use crate::{ledger, rules};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The discrepancy by the id that `evalhub check` prints: `Discrepancy:7`
    discrepancy: String,
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
    /// List all acceptances; the default
    List {
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// Withdraw an acceptance: the discrepancy is open again
    Withdraw {
        /// The number of the acceptance
        id: String,
        #[command(flatten)]
        author: AuthorArguments,
        #[command(flatten)]
        database: DatabaseArgument,
    },
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let id = number("Discrepancy", &arguments.discrepancy)?;
    if arguments.author.note.is_none() {
        return Err(Stop::Usage("say why it is as it is: --note TEXT".to_owned()));
    }
    let database = arguments.database.open()?;
    let found = Snapshot::open(&database)?.run(|conn| rules::discrepancy(conn, id))?;
    let Some(found) = found else {
        return Err(Stop::Usage(format!(
            "there is no Discrepancy:{id}; `evalhub check` lists those that are there"
        )));
    };
    let accepted = ledger::accept(&database, &found.to_accept(), &arguments.author.author());
    let accepted = accepted.map_err(Stop::of_ledger)?;
    Ok(print(&format!(
        "acceptance {} is entered: {} beside {} is as it is until one of them changes\n",
        accepted.id,
        safe(&accepted.found),
        safe(&accepted.expected)
    ))?)
}

pub(super) fn list(arguments: &ListArguments) -> Result<(), Stop> {
    match &arguments.action {
        None => show(&arguments.database),
        Some(Action::List { database }) => show(database),
        Some(Action::Withdraw { id, author, database }) => {
            let id = number("Acceptance", id)?;
            ledger::withdraw_acceptance(&database.open()?, id, &author.author())
                .map_err(Stop::of_ledger)?;
            Ok(print(&format!("acceptance {id} is withdrawn\n"))?)
        }
    }
}

fn show(database: &DatabaseArgument) -> Result<(), Stop> {
    let mut snapshot = Snapshot::open(&database.open()?)?;
    let rows = snapshot.run(db::Acceptance::all)?;
    let rounds = snapshot.run(db::Campaign::all)?;
    let there = snapshot.run(|conn| rules::discrepancies(conn, &rounds))?;
    let ids = |of: fn(&db::Acceptance) -> i64| rows.iter().map(of).collect::<Vec<i64>>();
    let (members, branches) = (ids(|row| row.member_id), ids(|row| row.branch_id));
    let members = snapshot.run(|conn| db::Member::by_ids(conn, &members))?;
    let branches = snapshot.run(|conn| db::Branch::by_ids(conn, &branches))?;
    let mut text = String::new();
    for row in &rows {
        let round = rounds.iter().find(|round| round.id == row.campaign_id);
        let branch = branches.iter().find(|branch| branch.id == row.branch_id);
        let member = members.iter().find(|member| member.id == row.member_id);
        let about: Vec<String> = [
            round.map(|round| round.code.as_str()),
            branch.map(|branch| branch.name.as_str()),
            member.map(|member| member.name.as_str()),
        ]
        .into_iter()
        .flatten()
        .map(safe)
        .collect();
        let state = match &row.withdrawn_at {
            Some(date) => format!(", withdrawn {}", minute(date)),
            None if there.iter().all(|found| found.id != row.discrepancy_id) => {
                ", no longer there: a value has changed".to_owned()
            }
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "{:>6}  {}: {} beside {}, {}{state}\n        {}",
            row.id,
            about.join(", "),
            safe(&row.found),
            safe(&row.expected),
            row.kind.to_lowercase().replace('_', " "),
            signed(row.author.as_deref(), &row.created_at, Some(&row.note)),
        );
    }
    if rows.is_empty() {
        text.push_str("nothing was accepted yet\n");
    }
    Ok(print(&text)?)
}
