//! Organisations, and where they stand in each round.

use diesel::prelude::*;

use super::campaign::{self, CampaignFilter};
use super::schema::{ancestries, branches, placements};
use super::{AnyConnection, PageOfIds, TextFilter, filter_text};

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
    pub(crate) sort_key: String,
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
    pub(crate) name: Option<TextFilter>,
    pub(crate) search: Option<String>,
    pub(crate) kind: Option<TextFilter>,
    pub(crate) code: Option<TextFilter>,
}

/// Which placements.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlacementFilter {
    pub(crate) campaign: Option<CampaignFilter>,
    pub(crate) branch_ids: Option<Vec<i64>>,
    pub(crate) parent_ids: Option<Vec<i64>>,
}

/// A `LIKE` pattern that finds a search key anywhere.
pub(super) fn anywhere(search: &str) -> String {
    format!("%{}%", evalhub_import::search_key(search))
}

impl Branch {
    /// A page by name; `after` is the sort key and the id of the last row of the page before.
    pub(crate) fn page(
        conn: &mut AnyConnection,
        filter: &BranchFilter,
        after: Option<(String, i64)>,
        limit: i64,
    ) -> QueryResult<Vec<Self>> {
        let mut query = Self::matching(filter);
        if let Some((key, id)) = after {
            let behind = branches::sort_key
                .gt(key.clone())
                .or(branches::sort_key.eq(key).and(branches::id.gt(id)));
            query = query.filter(behind);
        }
        query
            .order((branches::sort_key.asc(), branches::id.asc()))
            .limit(limit)
            .select(Self::as_select())
            .load(conn)
    }

    pub(crate) fn count(conn: &mut AnyConnection, filter: &BranchFilter) -> QueryResult<i64> {
        Self::matching(filter).count().get_result(conn)
    }

    fn matching(
        filter: &BranchFilter,
    ) -> branches::BoxedQuery<'static, <AnyConnection as Connection>::Backend> {
        let mut query = branches::table.filter(branches::live.eq(true)).into_boxed();
        if let Some(ids) = &filter.ids {
            query = query.filter(branches::id.eq_any(ids.clone()));
        }
        filter_text!(query, branches::name, &filter.name);
        filter_text!(query, branches::kind, &filter.kind);
        filter_text!(query, branches::code.assume_not_null(), &filter.code);
        if let Some(search) = &filter.search {
            query = query.filter(branches::search_key.like(anywhere(search)));
        }
        query
    }

    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        branches::table.filter(branches::id.eq_any(ids)).select(Self::as_select()).load(conn)
    }

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
    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        placements::table.filter(placements::id.eq_any(ids)).select(Self::as_select()).load(conn)
    }

    pub(crate) fn page(
        conn: &mut AnyConnection,
        filter: &PlacementFilter,
        page: PageOfIds,
    ) -> QueryResult<Vec<Self>> {
        let mut query = Self::matching(conn, filter)?;
        if let Some(id) = page.after {
            query = query.filter(placements::id.gt(id));
        }
        query.order(placements::id).limit(page.limit).select(Self::as_select()).load(conn)
    }

    pub(crate) fn count(conn: &mut AnyConnection, filter: &PlacementFilter) -> QueryResult<i64> {
        Self::matching(conn, filter)?.count().get_result(conn)
    }

    fn matching(
        conn: &mut AnyConnection,
        filter: &PlacementFilter,
    ) -> QueryResult<placements::BoxedQuery<'static, <AnyConnection as Connection>::Backend>> {
        let campaigns = campaign::ids(conn, filter.campaign.as_ref())?;
        let mut query = placements::table.into_boxed();
        if let Some(ids) = campaigns {
            query = query.filter(placements::campaign_id.eq_any(ids));
        }
        if let Some(ids) = &filter.branch_ids {
            query = query.filter(placements::branch_id.eq_any(ids.clone()));
        }
        if let Some(ids) = &filter.parent_ids {
            query = query.filter(placements::parent_id.assume_not_null().eq_any(ids.clone()));
        }
        Ok(query)
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
