//! Whether the facts and tallies are what the ledger says: everything is resolved and counted again
//! from the live records alone, and compared.

use std::collections::HashSet;

use diesel::prelude::*;

use super::LedgerError;
use super::facts::{self, Fresh, Touched};
use super::plan::{Log, Plan};
use crate::db::{AnyConnection, Campaign, Ids, ScoreTally, Tally, tables};

/// What was found to differ; nothing, where all is well.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) facts: usize,
    pub(crate) tallies: usize,
    /// What resolving again would change.
    pub(crate) plan: Plan,
    /// Tallies that counting again would change.
    pub(crate) stale_tallies: usize,
}

/// Resolves and recounts everything; the caller takes it back.
pub(super) fn everything(conn: &mut AnyConnection) -> Result<Verdict, LedgerError> {
    use tables::{branches, links, members, records};
    let mut touched = Touched::default();
    let before = tallies(conn)?;
    touched.members = members::table.select(members::id).load(conn)?.into_iter().collect();
    touched.branches = branches::table.select(branches::id).load(conn)?.into_iter().collect();
    touched.rounds = Campaign::all(conn)?.into_iter().map(|round| round.id).collect();
    let places: Vec<(i64, i64, String)> = links::table
        .inner_join(records::table)
        .select((records::campaign_id, links::branch_id, records::kind))
        .distinct()
        .load(conn)?;
    for (campaign_id, branch_id, kind) in places {
        if kind == "FIGURES" {
            touched.figures.insert((campaign_id, branch_id));
        } else {
            touched.branch_rounds.insert((campaign_id, branch_id));
        }
    }
    let mut ids = Ids::begin(conn)?;
    let mut log = Log::default();
    facts::settle(conn, &touched, &Fresh::none(), &mut ids, &mut log)?;
    ids.finish(conn)?;
    let after = tallies(conn)?;
    let stale_tallies = before.symmetric_difference(&after).count();
    let plan = log.into_plan(conn)?;
    let facts = plan
        .parts
        .iter()
        .map(|part| part.unchanged + part.changed.len() + part.added.values().sum::<usize>())
        .sum();
    Ok(Verdict { facts, tallies: after.len(), plan, stale_tallies })
}

/// All tallies as text, for they hold shares.
fn tallies(conn: &mut AnyConnection) -> QueryResult<HashSet<String>> {
    let counts = Tally::all(conn)?.into_iter().map(|row| format!("{row:?}"));
    let scores = ScoreTally::all(conn)?.into_iter().map(|row| format!("{row:?}"));
    Ok(counts.chain(scores).collect())
}
