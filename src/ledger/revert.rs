//! Undoing an import: its records are withdrawn, and what they touched is resolved again.
//!
//! Facts are never edited, so that nothing else is needed: what other live records state stays, and
//! the order of imports does not matter.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::apply::{Touched, codes, count};
use super::{Changes, LedgerError, tally};
use crate::db::{AnyConnection, Ids, Import, ImportStatus, Source, tables};

/// Withdraws the records of an applied import.
pub(super) fn import(conn: &mut AnyConnection, id: i64) -> Result<Changes, LedgerError> {
    let import = Import::by_ids(conn, &[id])?.pop();
    let status = import.map(|import| import.status);
    match status.as_deref() {
        Some(status) if status == ImportStatus::Applied.name() => {}
        Some(status) => {
            return Err(LedgerError::NotApplied { id, status: status.to_lowercase() });
        }
        None => return Err(LedgerError::NoImport(id)),
    }
    let withdrawn = Source::of_import(conn, id)?;
    let record_ids: Vec<i64> = withdrawn.iter().map(|source| source.record.id).collect();
    let linked = Touched::from_ledger(withdrawn)?;
    diesel::update(tables::records::table.filter(tables::records::import_id.eq(id)))
        .set(tables::records::live.eq(false))
        .execute(conn)?;
    diesel::update(tables::imports::table.filter(tables::imports::id.eq(id)))
        .set(tables::imports::status.eq(ImportStatus::Reverted.name()))
        .execute(conn)?;
    let mut changes = Changes::new();
    let mut reported = 0;
    for chunk in record_ids.chunks(10_000) {
        reported += diesel::delete(
            tables::reported_results::table
                .filter(tables::reported_results::record_id.eq_any(chunk)),
        )
        .execute(conn)?;
    }
    count(&mut changes, "reported results", 0, 0, reported);
    let mut ids = Ids::begin(conn)?;
    let codes = codes(conn, &linked, &mut ids)?;
    let none = BTreeSet::new();
    let touched = Touched { linked: &linked, added: &none, added_branches: &none };
    touched.resolve_members(conn, &codes, &mut changes, &mut ids)?;
    touched.resolve_branches(conn, &codes, &mut changes, &mut ids)?;
    ids.finish(conn)?;
    let rounds: BTreeSet<i64> = linked.iter().map(|record| record.campaign_id).collect();
    for campaign_id in rounds {
        tally::recount(conn, campaign_id)?;
    }
    let members: BTreeSet<i64> = linked.iter().filter_map(|record| record.member_id).collect();
    let branches: BTreeSet<i64> = linked.iter().map(|record| record.branch_id).collect();
    let gone = delete_members(conn, &members)?;
    count(&mut changes, "members", 0, 0, gone);
    let gone = delete_branches(conn, &branches)?;
    count(&mut changes, "branches", 0, 0, gone);
    Ok(changes)
}

/// People whom no live record names any more.
fn delete_members(conn: &mut AnyConnection, touched: &BTreeSet<i64>) -> QueryResult<usize> {
    let ids: Vec<i64> = touched.iter().copied().collect();
    let named: BTreeSet<i64> = Source::of_members(conn, &ids)?
        .into_iter()
        .filter_map(|source| source.link.member_id)
        .collect();
    let gone: Vec<i64> = touched.difference(&named).copied().collect();
    let mut deleted = 0;
    for chunk in gone.chunks(10_000) {
        deleted += diesel::delete(tables::members::table.filter(tables::members::id.eq_any(chunk)))
            .execute(conn)?;
    }
    Ok(deleted)
}

/// Organisations that no live record names any more, and under which none stands.
fn delete_branches(conn: &mut AnyConnection, touched: &BTreeSet<i64>) -> QueryResult<usize> {
    let ids: Vec<i64> = touched.iter().copied().collect();
    let named = Source::branches_named(conn, &ids)?;
    let gone: Vec<i64> = touched.difference(&named).copied().collect();
    let mut deleted = 0;
    for chunk in gone.chunks(10_000) {
        deleted +=
            diesel::delete(tables::branches::table.filter(tables::branches::id.eq_any(chunk)))
                .execute(conn)?;
    }
    Ok(deleted)
}
