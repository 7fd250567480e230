//! Branches that may be one: spellings of one name under one parent, never in one round together.

use std::collections::{BTreeMap, BTreeSet};

use evalhub_import::organization_likeness;

use crate::db::{self, AnyConnection, QueryResult};

/// Two branches that may be one; the first is in more rounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Namesakes {
    pub(crate) branch: i64,
    pub(crate) other: i64,
    /// The name of each.
    pub(crate) names: [String; 2],
}

/// Where a branch stands: the rounds, and the branches above it.
#[derive(Default)]
struct Standing {
    rounds: BTreeSet<i64>,
    parents: BTreeSet<Option<i64>>,
}

/// The pairs of branches that may be one.
pub(crate) fn namesakes(conn: &mut AnyConnection) -> QueryResult<Vec<Namesakes>> {
    let mut standing: BTreeMap<i64, Standing> = BTreeMap::new();
    for row in db::Placement::all(conn)? {
        let of = standing.entry(row.branch_id).or_default();
        of.rounds.insert(row.campaign_id);
        of.parents.insert(row.parent_id);
    }
    let ids: Vec<i64> = standing.keys().copied().collect();
    let mut alike: BTreeMap<String, Vec<db::Branch>> = BTreeMap::new();
    for branch in db::Branch::by_ids(conn, &ids)? {
        alike.entry(organization_likeness(&branch.name)).or_default().push(branch);
    }
    let mut found = Vec::new();
    for branches in alike.values_mut().filter(|branches| branches.len() > 1) {
        branches.sort_by_key(|branch| {
            (std::cmp::Reverse(standing[&branch.id].rounds.len()), branch.id)
        });
        for (at, branch) in branches.iter().enumerate() {
            for other in &branches[at + 1..] {
                let (left, right) = (&standing[&branch.id], &standing[&other.id]);
                let may_be_one = left.rounds.is_disjoint(&right.rounds)
                    && !left.parents.is_disjoint(&right.parents);
                if may_be_one {
                    found.push(Namesakes {
                        branch: branch.id,
                        other: other.id,
                        names: [branch.name.clone(), other.name.clone()],
                    });
                }
            }
        }
    }
    Ok(found)
}
