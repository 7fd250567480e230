//! The ledger's rows: what a row of a workbook stated, and whom it is about.

use std::collections::HashMap;

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
    /// The same for the same row whenever it is imported; empty for records of before.
    pub(crate) fingerprint: String,
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
    /// Whom the rules found; the ids above follow the merges made since.
    pub(crate) ruled_member_id: Option<i64>,
    pub(crate) ruled_branch_id: i64,
    pub(crate) ruled_parent_id: Option<i64>,
}

/// A live record with its link and its workbook, as a source of facts.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) record: Record,
    pub(crate) link: Link,
    pub(crate) workbook: String,
}

/// Links with their records, imports and workbooks.
#[diesel::dsl::auto_type]
fn joined() -> _ {
    links::table.inner_join(records::table.inner_join(imports::table.inner_join(workbooks::table)))
}

impl Record {
    /// The branches that the live records of imports are about, each once, with import and round.
    pub(crate) fn branches_of_imports(
        conn: &mut AnyConnection,
        imports: &[i64],
    ) -> QueryResult<Vec<(i64, i64, i64)>> {
        let mut found = Vec::new();
        for chunk in imports.chunks(10_000) {
            let query = links::table
                .inner_join(records::table)
                .filter(records::import_id.eq_any(chunk))
                .filter(records::live.eq(true))
                .select((records::import_id, records::campaign_id, links::branch_id))
                .distinct();
            found.extend(query.load::<(i64, i64, i64)>(conn)?);
        }
        Ok(found)
    }
}

impl Source {
    /// The live records about some members, later imports first.
    pub(crate) fn of_members(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let mut found = Vec::new();
        for chunk in ids.chunks(10_000) {
            let rows: Vec<(Record, Link, String)> = joined()
                .filter(links::member_id.assume_not_null().eq_any(chunk))
                .filter(records::live.eq(true))
                .order((imports::applied_order.desc(), records::id.asc()))
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
            let rows: Vec<(Record, Link, String)> = joined()
                .filter(links::branch_id.eq_any(chunk))
                .filter(
                    records::kind
                        .eq_any(kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>()),
                )
                .filter(records::live.eq(true))
                .order((imports::applied_order.desc(), records::id.asc()))
                .select((Record::as_select(), Link::as_select(), workbooks::name))
                .load(conn)?;
            found.extend(rows.into_iter().map(Self::from_row));
        }
        Ok(found)
    }

    /// The records of an import, live or not.
    pub(crate) fn of_import(conn: &mut AnyConnection, id: i64) -> QueryResult<Vec<Self>> {
        let rows: Vec<(Record, Link, String)> = joined()
            .filter(records::import_id.eq(id))
            .order(records::id)
            .select((Record::as_select(), Link::as_select(), workbooks::name))
            .load(conn)?;
        Ok(rows.into_iter().map(Self::from_row).collect())
    }

    /// The records of which the rules found some members or branches, live or not.
    pub(crate) fn ruled(
        conn: &mut AnyConnection,
        member_ids: &[i64],
        branch_ids: &[i64],
    ) -> QueryResult<Vec<Self>> {
        let mut rows: Vec<(Record, Link, String)> = Vec::new();
        for chunk in member_ids.chunks(10_000) {
            let query = joined()
                .filter(links::ruled_member_id.assume_not_null().eq_any(chunk))
                .select((Record::as_select(), Link::as_select(), workbooks::name));
            rows.extend(query.load::<(Record, Link, String)>(conn)?);
        }
        for chunk in branch_ids.chunks(10_000) {
            let query = joined()
                .filter(
                    links::ruled_branch_id
                        .eq_any(chunk)
                        .or(links::ruled_parent_id.assume_not_null().eq_any(chunk)),
                )
                .select((Record::as_select(), Link::as_select(), workbooks::name));
            rows.extend(query.load::<(Record, Link, String)>(conn)?);
        }
        Ok(rows.into_iter().map(Self::from_row).collect())
    }

    /// Whom earlier records with these fingerprints were linked to; later records win.
    pub(crate) fn remembered(
        conn: &mut AnyConnection,
        fingerprints: &[String],
    ) -> QueryResult<HashMap<String, i64>> {
        let mut found = HashMap::new();
        for chunk in fingerprints.chunks(10_000) {
            let rows: Vec<(String, i64)> = links::table
                .inner_join(records::table)
                .filter(records::fingerprint.eq_any(chunk))
                .filter(links::ruled_member_id.is_not_null())
                .order(records::id)
                .select((records::fingerprint, links::ruled_member_id.assume_not_null()))
                .load(conn)?;
            found.extend(rows);
        }
        Ok(found)
    }

    /// Where some branches stood by what the rules found, whether the records are live or not:
    /// pairs of branch and parent.
    pub(crate) fn ruled_parents(
        conn: &mut AnyConnection,
        branch_ids: &[i64],
    ) -> QueryResult<Vec<(i64, i64)>> {
        links::table
            .filter(links::ruled_branch_id.eq_any(branch_ids))
            .filter(links::ruled_parent_id.is_not_null())
            .select((links::ruled_branch_id, links::ruled_parent_id.assume_not_null()))
            .distinct()
            .load(conn)
    }

    /// Whether there are any records.
    pub(crate) fn are_there(conn: &mut AnyConnection) -> QueryResult<bool> {
        records::table.select(records::id).first::<i64>(conn).optional().map(|id| id.is_some())
    }

    /// Records by id, live or not.
    pub(crate) fn by_ids(conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<Vec<Self>> {
        let rows: Vec<(Record, Link, String)> = joined()
            .filter(records::id.eq_any(ids))
            .select((Record::as_select(), Link::as_select(), workbooks::name))
            .load(conn)?;
        Ok(rows.into_iter().map(Self::from_row).collect())
    }

    fn from_row((record, link, workbook): (Record, Link, String)) -> Self {
        Self { record, link, workbook }
    }
}
