//! The ledger's rows: what a row of a workbook stated, and whom it is about.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::AnyConnection;
use super::schema::{imports, links, records, workbooks};

/// A record of the ledger; `place` and `statement` are JSON.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = records)]
pub(crate) struct Record {
    pub(crate) id: i64,
    pub(crate) import_id: i64,
    pub(crate) campaign_id: i64,
    pub(crate) sheet: String,
    pub(crate) row_number: i64,
    pub(crate) kind: String,
    pub(crate) live: bool,
    pub(crate) place: String,
    pub(crate) statement: String,
}

/// Who and where a record is about, and the rule that says so.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = links, treat_none_as_default_value = false)]
pub(crate) struct Link {
    pub(crate) record_id: i64,
    pub(crate) member_id: Option<i64>,
    pub(crate) branch_id: i64,
    pub(crate) parent_id: Option<i64>,
    pub(crate) rule: String,
}

/// A live record with its link and its workbook, as a source of facts.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) record: Record,
    pub(crate) link: Link,
    pub(crate) workbook: String,
}

impl Source {
    /// The live records about some members, later imports first.
    pub(crate) fn of_members(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let rows: Vec<(Record, Link, String)> = links::table
                .inner_join(records::table.inner_join(imports::table.inner_join(workbooks::table)))
                .filter(links::member_id.assume_not_null().eq_any(chunk))
                .filter(records::live.eq(true))
                .order((records::import_id.desc(), records::id.asc()))
                .select((Record::as_select(), Link::as_select(), workbooks::name))
                .load(conn)?;
            found.extend(rows.into_iter().map(Self::from_row));
        }
        Ok(found)
    }

    /// The live records of some kinds about some branches, later imports first.
    pub(crate) fn of_branches(
        conn: &mut AnyConnection,
        ids: &[i64],
        kinds: &[&str],
    ) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let rows: Vec<(Record, Link, String)> = links::table
                .inner_join(records::table.inner_join(imports::table.inner_join(workbooks::table)))
                .filter(links::branch_id.eq_any(chunk))
                .filter(
                    records::kind
                        .eq_any(kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>()),
                )
                .filter(records::live.eq(true))
                .order((records::import_id.desc(), records::id.asc()))
                .select((Record::as_select(), Link::as_select(), workbooks::name))
                .load(conn)?;
            found.extend(rows.into_iter().map(Self::from_row));
        }
        Ok(found)
    }

    /// The live records of an import.
    pub(crate) fn of_import(conn: &mut AnyConnection, id: i64) -> QueryResult<Vec<Self>> {
        let rows: Vec<(Record, Link, String)> = links::table
            .inner_join(records::table.inner_join(imports::table.inner_join(workbooks::table)))
            .filter(records::import_id.eq(id))
            .filter(records::live.eq(true))
            .order(records::id)
            .select((Record::as_select(), Link::as_select(), workbooks::name))
            .load(conn)?;
        Ok(rows.into_iter().map(Self::from_row).collect())
    }

    /// Those of some branches that a live record is about, or under which it says that one stands.
    pub(crate) fn branches_named(
        conn: &mut AnyConnection,
        ids: &[i64],
    ) -> QueryResult<BTreeSet<i64>> {
        let mut named = BTreeSet::new();
        for chunk in ids.chunks(10_000) {
            let live = || links::table.inner_join(records::table).filter(records::live.eq(true));
            let about: Vec<i64> = live()
                .filter(links::branch_id.eq_any(chunk))
                .select(links::branch_id)
                .distinct()
                .load(conn)?;
            let parents: Vec<i64> = live()
                .filter(links::parent_id.assume_not_null().eq_any(chunk))
                .select(links::parent_id.assume_not_null())
                .distinct()
                .load(conn)?;
            named.extend(about.into_iter().chain(parents));
        }
        Ok(named)
    }

    /// Records by id, live or not.
    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let rows: Vec<(Record, Link, String)> = links::table
            .inner_join(records::table.inner_join(imports::table.inner_join(workbooks::table)))
            .filter(records::id.eq_any(ids))
            .select((Record::as_select(), Link::as_select(), workbooks::name))
            .load(conn)?;
        Ok(rows.into_iter().map(Self::from_row).collect())
    }

    fn from_row((record, link, workbook): (Record, Link, String)) -> Self {
        Self { record, link, workbook }
    }
}
