//! Organisations, and where they stand in each round.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;

use super::AnyConnection;
use super::campaign::{CampaignFilter, in_rounds};
use super::condition::{Condition, Filter, Test, Tests, Where, boxed, tested};
use super::list::list;
use super::schema::{ancestries, branches, placements};

/// An organisation of whatever kind.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = branches, treat_none_as_default_value = false, treat_none_as_null = true)]
pub(crate) struct Branch {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) code: Option<String>,
    pub(crate) comparison_key: String,
    pub(crate) search_key: String,
    pub(crate) sort_key: Vec<u8>,
    /// Whether some live record names it.
    pub(crate) live: bool,
    /// The branch that this one was found to be.
    pub(crate) merged_into: Option<i64>,
    /// The comparison key of a name that was given by hand.
    pub(crate) alias_key: Option<String>,
}

/// A branch's parent in a round.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = placements, treat_none_as_default_value = false)]
pub(crate) struct Placement {
    pub(crate) id: i64,
    pub(crate) campaign_id: i64,
    pub(crate) branch_id: i64,
    pub(crate) parent_id: Option<i64>,
}

/// A pair of the closure of the placements of a round.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Queryable, Selectable, Insertable)]
#[diesel(table_name = ancestries)]
pub(crate) struct AncestryRow {
    pub(crate) campaign_id: i64,
    pub(crate) ancestor_id: i64,
    pub(crate) branch_id: i64,
    pub(crate) depth: i32,
}

/// Which organisations.
#[derive(Debug, Clone, Default)]
pub(crate) struct BranchFilter {
    pub(crate) ids: Option<Vec<i64>>,
    pub(crate) name: Tests<String>,
    pub(crate) search: Option<String>,
    pub(crate) kind: Tests<String>,
    pub(crate) code: Tests<String>,
}

/// A branch, alone or with all that stands below it in the round of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BranchScope {
    pub(crate) id: i64,
    pub(crate) with_subtree: bool,
}

/// Which placements.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlacementFilter {
    pub(crate) campaign: Option<Where<CampaignFilter>>,
    pub(crate) branch: Option<BranchScope>,
    pub(crate) parent: Option<Vec<i64>>,
}

/// The conditions that a search key has the words that are looked for, in any order, each as the
/// beginning of a word; without letters and digits nothing is looked for.
macro_rules! found {
    ($column:expr, $search:expr) => {
        $search.iter().flat_map(|search| {
            let words = evalhub_import::search_key(search);
            let words: Vec<String> = words.split_whitespace().map(ToOwned::to_owned).collect();
            words.into_iter().map(|word| {
                let spaced = " ".into_sql::<diesel::sql_types::Text>().concat($column);
                let without = $crate::db::condition::replace(
                    spaced.clone(),
                    format!(" {word}"),
                    String::new(),
                );
                $crate::db::condition::boxed(without.ne(spaced))
            })
        })
    };
}
pub(super) use found;

/// The condition that the branch of a row is in a scope, for a table with `campaign_id` and
/// `branch_id`. The tree is that of the row's round; the branches that ever stood there are named
/// too, for an index finds rows by them.
macro_rules! in_scope {
    ($table:ident, $scope:expr) => {
        $scope.iter().map(|scope| {
            use $crate::db::schema::ancestries;
            if !scope.with_subtree {
                return $crate::db::condition::boxed($table::branch_id.eq(scope.id));
            }
            let below = ancestries::table.filter(ancestries::ancestor_id.eq(scope.id));
            let in_round = below
                .filter(ancestries::campaign_id.eq($table::campaign_id))
                .filter(ancestries::branch_id.eq($table::branch_id));
            let ever = below.select(ancestries::branch_id);
            Box::new($table::branch_id.eq_any(ever).and(diesel::dsl::exists(in_round)))
        })
    };
}
pub(super) use in_scope;

impl Filter for BranchFilter {
    type Table = branches::table;

    fn conditions(&self) -> Vec<Condition<branches::table>> {
        let ids = self.ids.iter().map(|ids| boxed(branches::id.eq_any(ids.clone())));
        ids.chain(tested!(text branches::name, self.name))
            .chain(found!(branches::search_key, self.search))
            .chain(tested!(text branches::kind, self.kind))
            .chain(tested!(nullable text branches::code, self.code))
            .collect()
    }

    fn shown() -> Option<Condition<branches::table>> {
        Some(Box::new(branches::live.eq(true)))
    }
}

impl Filter for PlacementFilter {
    type Table = placements::table;

    fn conditions(&self) -> Vec<Condition<placements::table>> {
        let parents = self
            .parent
            .iter()
            .map(|ids| placements::parent_id.assume_not_null().eq_any(ids.clone()))
            .map(|known| boxed(placements::parent_id.is_not_null().and(known)));
        parents
            .chain(in_rounds!(placements, self.campaign))
            .chain(in_scope!(placements, self.branch))
            .collect()
    }
}

list! {
    Branch of branches where BranchFilter by
    /// The columns that organisations can be ordered by.
    BranchColumn {
        IdAsc IdDesc = always id: i64,
        NameAsc NameDesc = always sort_key: Vec<u8>,
        CodeAsc CodeDesc = maybe code: String,
    }
}

list! {
    Placement of placements where PlacementFilter by
    /// The columns that placements can be ordered by.
    PlacementColumn {
        IdAsc IdDesc = always id: i64,
    }
}

impl Branch {
    pub(crate) fn by_keys(conn: &mut AnyConnection, keys: &[String]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in keys.chunks(10_000) {
            let query = branches::table.filter(
                branches::comparison_key
                    .eq_any(chunk)
                    .or(branches::alias_key.assume_not_null().eq_any(chunk)),
            );
            found.extend(query.select(Self::as_select()).order(branches::id).load::<Self>(conn)?);
        }
        Ok(found)
    }
}

impl Branch {
    /// Those that are known by one of the codes.
    pub(crate) fn by_codes(conn: &mut AnyConnection, codes: &[String]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in codes.chunks(10_000) {
            let query = branches::table.filter(branches::code.assume_not_null().eq_any(chunk));
            found.extend(query.select(Self::as_select()).order(branches::id).load::<Self>(conn)?);
        }
        Ok(found)
    }
}

impl Placement {
    /// The placements of all rounds.
    pub(crate) fn all(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        placements::table.select(Self::as_select()).order(placements::id).load(conn)
    }

    /// All placements of a round.
    pub(crate) fn of_campaign(
        conn: &mut AnyConnection,
        campaign_id: i64,
    ) -> QueryResult<Vec<Self>> {
        placements::table
            .filter(placements::campaign_id.eq(campaign_id))
            .select(Self::as_select())
            .load(conn)
    }

    /// The branches directly below each branch, by round and branch; with 0 those at the top.
    pub(crate) fn children(
        conn: &mut AnyConnection,
        campaigns: impl Iterator<Item = i64>,
    ) -> QueryResult<HashMap<(i64, i64), Vec<i64>>> {
        let rows = placements::table
            .filter(placements::campaign_id.eq_any(campaigns))
            .select((placements::campaign_id, placements::parent_id, placements::branch_id))
            .load::<(i64, Option<i64>, i64)>(conn)?;
        let mut children: HashMap<(i64, i64), Vec<i64>> = HashMap::new();
        for (campaign, parent, branch) in rows {
            children.entry((campaign, parent.unwrap_or_default())).or_default().push(branch);
        }
        Ok(children)
    }

    /// The branches of a round that stand below themselves, by circle: the first one of each, the one above it
    /// and so on. Two workbooks may each place the body of the other one below their own.
    pub(crate) fn circles(parents: &BTreeMap<i64, Option<i64>>) -> Vec<Vec<i64>> {
        let mut circles: Vec<Vec<i64>> = Vec::new();
        let mut known: BTreeSet<i64> = BTreeSet::new();
        for (id, parent) in parents {
            let mut seen = BTreeSet::from([*id]);
            let mut path = vec![*id];
            let mut above = *parent;
            while let Some(next) = above.filter(|next| seen.insert(*next)) {
                path.push(next);
                above = parents.get(&next).copied().flatten();
            }
            if above == Some(*id) && !known.contains(id) {
                known.extend(&path);
                circles.push(path);
            }
        }
        circles
    }

    /// All placements of some branches, latest round last.
    pub(crate) fn of_branches(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let query = placements::table.filter(placements::branch_id.eq_any(chunk));
            found.extend(
                query
                    .select(Self::as_select())
                    .order(placements::campaign_id)
                    .load::<Self>(conn)?,
            );
        }
        Ok(found)
    }
}

impl AncestryRow {
    pub(crate) fn of_campaign(
        conn: &mut AnyConnection,
        campaign_id: i64,
    ) -> QueryResult<Vec<Self>> {
        ancestries::table
            .filter(ancestries::campaign_id.eq(campaign_id))
            .select(Self::as_select())
            .load(conn)
    }

    /// The closure of some rounds.
    pub(crate) fn of_campaigns(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        ancestries::table
            .filter(ancestries::campaign_id.eq_any(ids))
            .select(Self::as_select())
            .load(conn)
    }

    /// The branches under each of some branches in the rounds given, themselves included.
    pub(crate) fn under(
        conn: &mut AnyConnection,
        campaigns: &[i64],
        branch_ids: &[i64],
    ) -> QueryResult<Vec<Self>> {
        ancestries::table
            .filter(ancestries::campaign_id.eq_any(campaigns))
            .filter(ancestries::ancestor_id.eq_any(branch_ids))
            .select(Self::as_select())
            .order((ancestries::depth, ancestries::branch_id))
            .load(conn)
    }

    /// The branches below each of some branches in every round, nearest first.
    pub(crate) fn below(conn: &mut AnyConnection, branch_ids: &[i64]) -> QueryResult<Vec<Self>> {
        ancestries::table
            .filter(ancestries::ancestor_id.eq_any(branch_ids))
            .filter(ancestries::depth.gt(0))
            .select(Self::as_select())
            .order((ancestries::depth, ancestries::branch_id))
            .load(conn)
    }

    /// The branches above each of some branches, themselves included.
    pub(crate) fn above(conn: &mut AnyConnection, branch_ids: &[i64]) -> QueryResult<Vec<Self>> {
        ancestries::table
            .filter(ancestries::branch_id.eq_any(branch_ids))
            .select(Self::as_select())
            .order((ancestries::campaign_id, ancestries::depth.desc()))
            .load(conn)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Placement;

    #[test]
    fn bodies_that_stand_below_themselves_are_circles_and_others_are_not() {
        let parents = BTreeMap::from([
            (0, Some(3)),
            (1, Some(3)),
            (2, Some(1)),
            (3, Some(2)),
            (4, Some(3)),
            (5, Some(6)),
            (6, None),
            (7, Some(7)),
        ]);
        assert_eq!(Placement::circles(&parents), [vec![1, 3, 2], vec![7]]);
    }
}
