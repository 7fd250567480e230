//! `evalhub status`: whether the rounds are whole, and what they lack.

use std::collections::HashMap;
use std::fmt::Write;

use super::output::{counted, print, safe};
use super::{DatabaseArgument, Stop};
use crate::db::{self, Snapshot};
use crate::rules::{self, Missing};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// One campaign: 2019; all of them by default
    #[arg(long, value_name = "CODE")]
    campaign: Option<String>,
    #[command(flatten)]
    database: DatabaseArgument,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Stop> {
    let database = arguments.database.open()?;
    let mut snapshot = Snapshot::open(&database)?;
    let filter = arguments.campaign.clone().map(db::CampaignFilter::of_code).unwrap_or_default();
    let rounds = snapshot.run(|conn| db::Campaign::matching(conn, &filter))?;
    if let Some(code) = arguments.campaign.as_ref().filter(|_| rounds.is_empty()) {
        return Err(Stop::Usage(format!("there is no campaign `{code}`")));
    }
    let mut text = String::new();
    let is_whole = write(&mut snapshot, &rounds, &mut text)?;
    print(&text)?;
    if is_whole { Ok(()) } else { Err(Stop::Data) }
}

/// Writes what each round lacks; whether none lacks anything.
pub(super) fn write(
    snapshot: &mut Snapshot,
    rounds: &[db::Campaign],
    text: &mut String,
) -> Result<bool, Stop> {
    let mut is_whole = true;
    let dictionary = snapshot.dictionary()?;
    let all = snapshot.run(|conn| rules::gaps(conn, &dictionary))?;
    let of = |round: &db::Campaign| all.get(&round.id).into_iter().flat_map(rules::Gaps::all);
    let names = Names::of(snapshot, rounds.iter().flat_map(of))?;
    for round in rounds {
        let missing: Vec<&Missing> = of(round).collect();
        if missing.is_empty() {
            let _ = writeln!(text, "{}: whole", round.code);
            continue;
        }
        is_whole = false;
        let _ = writeln!(text, "{}: not whole", round.code);
        for of in missing {
            let _ = writeln!(text, "  {}", names.sentence(of));
        }
    }
    if rounds.is_empty() {
        text.push_str("no campaign is in the database\n");
    }
    Ok(is_whole && !rounds.is_empty())
}

/// The names of what is missing.
struct Names {
    workbooks: HashMap<i64, String>,
    branches: HashMap<i64, String>,
}

impl Names {
    fn of<'m>(
        snapshot: &mut Snapshot,
        missing: impl Iterator<Item = &'m Missing>,
    ) -> Result<Self, Stop> {
        let branches = missing.filter_map(|of| match of {
            Missing::Empty { branch } | Missing::Unlisted { branch, .. } => Some(*branch),
            _ => None,
        });
        let ids: Vec<i64> = branches.collect();
        let branches = snapshot.run(|conn| db::Branch::by_ids(conn, &ids))?;
        let imports = snapshot.run(db::Import::versions_with_workbooks)?;
        Ok(Self {
            workbooks: imports.into_iter().map(|(import, book)| (import.id, book.name)).collect(),
            branches: branches.into_iter().map(|branch| (branch.id, branch.name)).collect(),
        })
    }

    fn sentence(&self, missing: &Missing) -> String {
        let book = |import: &i64| {
            let name = self.workbooks.get(import).map(String::as_str).unwrap_or_default();
            format!("{} (import {import})", safe(name))
        };
        let named = |branch: &i64| safe(self.branches.get(branch).map_or("", String::as_str));
        match missing {
            Missing::Refused { import } => format!("{} was refused", book(import)),
            Missing::LeftOut { import, rows } => {
                format!("{}: {} with errors left out", book(import), counted(*rows, "row"))
            }
            Missing::Asked { import, questions } => {
                format!("{}: {} to answer", book(import), counted(*questions, "question"))
            }
            Missing::Unlisted { branch, people } => {
                let people = usize::try_from(*people).unwrap_or(usize::MAX);
                format!("{}: {} printed and on no list", named(branch), counted(people, "person"))
            }
            Missing::Absent { name, .. } => format!("nothing came of {}", safe(name)),
            Missing::Empty { branch } => {
                format!("{} has neither people nor figures", named(branch))
            }
        }
    }
}
