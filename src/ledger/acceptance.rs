//! What does not agree and is as it is: accepted by a person, with a reason.

use diesel::prelude::*;

use super::{Author, LedgerError, refused};
use crate::db::{Acceptance, AnyConnection, Ids, insert_rows, tables};

/// Enters an acceptance; gives it as it was entered. The reason is the note of the author.
pub(super) fn enter(
    conn: &mut AnyConnection,
    acceptance: Acceptance,
    author: &Author,
) -> Result<Acceptance, LedgerError> {
    let Some(note) = author.note.as_deref().map(str::trim).filter(|note| !note.is_empty()) else {
        return Err(refused("a discrepancy is accepted for a reason; say why it is as it is"));
    };
    let standing = Acceptance::standing(conn)?;
    if let Some(known) =
        standing.iter().find(|known| known.discrepancy_id == acceptance.discrepancy_id)
    {
        return Err(refused(format!(
            "Discrepancy:{} is accepted already: {}",
            known.discrepancy_id, known.note
        )));
    }
    let mut ids = Ids::begin(conn)?;
    let row = Acceptance {
        id: ids.give(),
        note: note.to_owned(),
        author: author.name.clone(),
        created_at: author.now.clone(),
        ..acceptance
    };
    insert_rows!(conn, tables::acceptances::table, [row.clone()]);
    ids.finish(conn)?;
    Ok(row)
}

/// Withdraws an acceptance, and gives it: the discrepancy is open again, as long as it is there.
pub(super) fn withdraw(
    conn: &mut AnyConnection,
    id: i64,
    author: &Author,
) -> Result<Acceptance, LedgerError> {
    let Some(known) = Acceptance::by_ids(conn, &[id])?.pop() else {
        return Err(refused(format!("there is no acceptance {id}")));
    };
    if let Some(date) = &known.withdrawn_at {
        return Err(refused(format!("acceptance {id} was withdrawn already, on {date}")));
    }
    diesel::update(tables::acceptances::table.filter(tables::acceptances::id.eq(id)))
        .set(tables::acceptances::withdrawn_at.eq(&author.now))
        .execute(conn)?;
    Ok(Acceptance { withdrawn_at: Some(author.now.clone()), ..known })
}
