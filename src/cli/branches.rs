//! `evalhub branches`: reviewing, merging, renaming, placing, and which branch follows which.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use evalhub_import::{Diagnostic, Register, Registered, Vocabulary};

use super::output::{counted, print, safe};
use super::plan;
use super::{AuthorArguments, DatabaseArgument, Stop, number, numbers};
use crate::db::{self, Snapshot};
use crate::ledger::{self, Field, Statement, Subject, Target};
use crate::rules;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Take a list of the branches beforehand: name, code, parent, kind; it takes the place of the one
    /// before, and workbooks are matched against it
    Import {
        /// A workbook or a CSV file with a row of headings
        file: PathBuf,
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// Branches are one: the others become a part of the first
    Merge {
        /// The branch to keep: 12, or Branch:12
        keep: String,
        /// The branches that are the same
        #[arg(required = true)]
        others: Vec<String>,
        #[command(flatten)]
        author: AuthorArguments,
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// List pairs of branches that may be one: spellings of one name under one parent
    Review {
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// Give a branch its right name; workbooks that print it are about this branch
    Rename {
        /// The branch: 12, or Branch:12
        branch: String,
        /// The name
        name: String,
        #[command(flatten)]
        author: AuthorArguments,
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// Say under which branch a branch stood in a campaign
    Place {
        /// The branch: 12, or Branch:12
        branch: String,
        /// The campaign: 2019
        campaign: String,
        /// The branch above it; none for a branch at the top
        parent: Option<String>,
        #[command(flatten)]
        author: AuthorArguments,
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// Say that from a campaign on some branches follow others: renamed, merged, split
    Succeed {
        /// The first campaign of the new branches: 2019
        campaign: String,
        /// The branches of before, parted by commas
        #[arg(long, value_delimiter = ',', required = true, value_name = "BRANCH")]
        from: Vec<String>,
        /// The branches of after, parted by commas
        #[arg(long, value_delimiter = ',', required = true, value_name = "BRANCH")]
        to: Vec<String>,
        #[command(flatten)]
        author: AuthorArguments,
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// List which branch follows which
    Successions {
        #[command(flatten)]
        database: DatabaseArgument,
    },
    /// Take a succession back
    Forget {
        /// The number of the succession
        id: String,
        #[command(flatten)]
        database: DatabaseArgument,
    },
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let mut text = String::new();
    match &arguments.action {
        Action::Import { file, database } => return import(file, database),
        Action::Merge { keep, others, author, database } => {
            let (keep, others) = (number("Branch", keep)?, numbers("Branch", others)?);
            let database = database.open()?;
            let merged =
                ledger::merge(&database, Subject::Branches, keep, &others, &author.author());
            let plan = merged.map_err(Stop::of_ledger)?;
            let merged = if others.len() == 1 { "1 branch" } else { "branches" };
            let _ = writeln!(text, "{merged} merged into Branch:{keep}");
            plan::parts(&mut text, &plan);
        }
        Action::Review { database } => return review(database),
        Action::Rename { branch, name, author, database } => {
            let id = number("Branch", branch)?;
            let value = Some(name.clone());
            let statement = Statement { target: Target::Branch, id, field: Field::Name, value };
            let corrected = ledger::correct(&database.open()?, &statement, &author.author(), false);
            let (correction, plan) = corrected.map_err(Stop::of_ledger)?;
            let _ = writeln!(text, "Branch:{id} is renamed (correction {correction})");
            plan::parts(&mut text, &plan);
        }
        Action::Place { branch, campaign, parent, author, database } => {
            let id = number("Branch", branch)?;
            let parent = parent.as_ref().map(|id| number("Branch", id)).transpose()?;
            let database = database.open()?;
            let placed = ledger::place(&database, id, campaign, parent, &author.author());
            let (correction, plan) = placed.map_err(Stop::of_ledger)?;
            let _ = writeln!(text, "Branch:{id} is placed (correction {correction})");
            plan::parts(&mut text, &plan);
        }
        Action::Succeed { campaign, from, to, author, database } => {
            let (from, to) = (numbers("Branch", from)?, numbers("Branch", to)?);
            ledger::succeed(&database.open()?, &from, &to, campaign, &author.author())
                .map_err(Stop::of_ledger)?;
            let pairs = counted(from.len() * to.len(), "succession");
            let _ = writeln!(text, "from campaign {campaign} on: {pairs}");
        }
        Action::Successions { database } => return successions(database),
        Action::Forget { id, database } => {
            let id = number("Succession", id)?;
            ledger::forget_succession(&database.open()?, id).map_err(Stop::of_ledger)?;
            let _ = writeln!(text, "succession {id} is taken back");
        }
    }
    Ok(print(&text)?)
}

fn review(database: &DatabaseArgument) -> Result<(), Stop> {
    let mut snapshot = Snapshot::open(&database.open()?)?;
    let pairs = snapshot.run(rules::namesakes)?;
    let mut text = String::new();
    for pair in &pairs {
        let (branch, other) = (pair.branch, pair.other);
        let [name, spelt] = &pair.names;
        let _ = writeln!(text, "Branch:{branch} {}, Branch:{other} {}", safe(name), safe(spelt));
    }
    text.push_str(if pairs.is_empty() {
        "no pair of branches may be one\n"
    } else {
        "none is joined by itself; `evalhub branches merge KEEP OTHER` does\n"
    });
    Ok(print(&text)?)
}

fn import(file: &Path, database: &DatabaseArgument) -> Result<(), Stop> {
    let bytes = std::fs::read(file).with_context(|| format!("`{}`", file.display()))?;
    let read = Register::read(&bytes, &Vocabulary::bundled());
    let register = read.map_err(|wrong| {
        crate::log(&format!("error: nothing was taken of `{}`", file.display()));
        for diagnostic in &wrong {
            crate::log(&told(diagnostic));
        }
        Stop::Data
    })?;
    ledger::register(&database.open_or_create()?, &register).map_err(Stop::of_ledger)?;
    let mut text = String::new();
    tree(&mut text, register.bodies(), None, 0);
    let bodies = counted(register.bodies().len(), "branch");
    let _ =
        writeln!(text, "{bodies} taken; `evalhub imports reread --all` matches what is imported");
    Ok(print(&text)?)
}

/// One line on what is wrong with a list.
fn told(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.cell.as_deref().unwrap_or("the file");
    let found = diagnostic.expected.iter().map(|expected| format!("; expected {expected}"));
    let hint = diagnostic.hint.iter().map(|hint| format!("; {hint}"));
    format!("{place}: {}{}", diagnostic.message, found.chain(hint).collect::<String>())
}

/// The bodies under one of them, each indented below the one above it.
fn tree(text: &mut String, bodies: &[Registered], parent: Option<usize>, depth: usize) {
    for (at, body) in bodies.iter().enumerate().filter(|(_, body)| body.parent == parent) {
        let code = body.code.as_deref().map(safe).unwrap_or_default();
        let line = format!("{:indent$}{}  {code}", "", safe(&body.name), indent = 2 * depth);
        let _ = writeln!(text, "{}", line.trim_end());
        tree(text, bodies, Some(at), depth + 1);
    }
}

fn successions(database: &DatabaseArgument) -> Result<(), Stop> {
    let mut snapshot = Snapshot::open(&database.open()?)?;
    let rows = snapshot.run(db::Succession::all)?;
    let rounds = snapshot.run(db::Campaign::all)?;
    let ids: Vec<i64> =
        rows.iter().flat_map(|row| [row.predecessor_id, row.successor_id]).collect();
    let branches = snapshot.run(|conn| db::Branch::by_ids(conn, &ids))?;
    let named = |id: i64| {
        let name = branches.iter().find(|branch| branch.id == id).map(|branch| &branch.name);
        format!("{} (Branch:{id})", safe(name.map_or("", String::as_str)))
    };
    let mut text = String::new();
    for row in &rows {
        let round = rounds.iter().find(|round| round.id == row.campaign_id);
        let round = round.map_or("", |round| round.code.as_str());
        let (before, after) = (named(row.predecessor_id), named(row.successor_id));
        let _ = writeln!(text, "{:>6}  from {round} on: {before} → {after}", row.id);
    }
    if rows.is_empty() {
        text.push_str("no branch follows another\n");
    }
    Ok(print(&text)?)
}
