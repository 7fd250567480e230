//! Undoing an import: its records are withdrawn, and what they touched is resolved again.
//!
//! Facts are never edited, so that nothing else is needed: what other live records state stays, the
//! version before comes back, and the order of imports does not matter.

use diesel::prelude::*;

use super::facts::{self, Fresh, Touched};
use super::plan::Log;
use super::{LedgerError, Reverted, version};
use crate::db::{
    AnyConnection, Branch, Correction, CorrectionFilter, Ids, Import, ImportStatus, List, Member,
    Slice, Where, tables,
};

/// Withdraws the records of an applied import; a planned one is dropped.
pub(super) fn import(conn: &mut AnyConnection, id: i64) -> Result<Reverted, LedgerError> {
    let import = Import::by_ids(conn, &[id])?.pop();
    match import.map(|import| import.status).as_deref() {
        Some(status)
            if status == ImportStatus::Applied.name() || status == ImportStatus::Planned.name() => {
        }
        Some(status) => {
            return Err(LedgerError::NotApplied { id, status: status.to_lowercase() });
        }
        None => return Err(LedgerError::NoImport(id)),
    }
    let live = version::live(conn)?;
    let without_ground = groundless(conn)?;
    diesel::update(tables::imports::table.filter(tables::imports::id.eq(id)))
        .set(tables::imports::status.eq(ImportStatus::Reverted.name()))
        .execute(conn)?;
    let planned = tables::planned_readings::table;
    diesel::delete(planned.filter(tables::planned_readings::import_id.eq(id))).execute(conn)?;
    let toggled = version::toggle(conn, &live)?;
    let mut returned: Vec<i64> = version::live(conn)?.difference(&live).copied().collect();
    returned.sort_unstable();
    let touched = Touched::by(&facts::linked(&toggled)?);
    let mut ids = Ids::begin(conn)?;
    let mut log = Log::default();
    facts::settle(conn, &touched, &Fresh::none(), &mut ids, &mut log)?;
    ids.finish(conn)?;
    let mut waiting = groundless(conn)?;
    waiting.retain(|row| without_ground.iter().all(|before| before.id != row.id));
    Ok(Reverted { plan: log.into_plan(conn)?, returned, waiting })
}

/// Corrections that stand, about members or branches that no live record names: they wait.
pub(super) fn groundless(conn: &mut AnyConnection) -> QueryResult<Vec<Correction>> {
    let standing = Where::Is(CorrectionFilter { withdrawn: Some(false) });
    let standing = Correction::page(conn, &standing, &Slice::everything())?;
    let members: Vec<i64> = standing.iter().map(|row| row.member_id).collect();
    let branches: Vec<i64> = standing.iter().map(|row| row.branch_id).collect();
    let members = Member::by_ids(conn, &members)?;
    let branches = Branch::by_ids(conn, &branches)?;
    let gone = |row: &Correction| {
        let member = members.iter().find(|member| member.id == row.member_id);
        let branch = branches.iter().find(|branch| branch.id == row.branch_id);
        member.is_some_and(|row| !row.live && row.merged_into.is_none())
            || branch.is_some_and(|row| !row.live && row.merged_into.is_none())
    };
    Ok(standing.into_iter().filter(gone).collect())
}
