//! How far an import is while it is applied.
//!
//! On a server it is a row that a connection of its own writes, so that any hub sees it. An embedded
//! database has one writer, and the import is it: there the hub that applies keeps it in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use diesel::prelude::*;

use super::schema::import_progress;
use super::{AnyConnection, Database, DatabaseError};

/// A phase of an import, and how many of them are behind it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = import_progress)]
pub(crate) struct Progress {
    pub(crate) import_id: i64,
    pub(crate) phase: String,
    pub(crate) done: i32,
    pub(crate) total: i32,
}

/// What the hubs on one embedded database tell one another within a process.
pub(super) type Board = Arc<Mutex<HashMap<i64, Progress>>>;

impl Progress {
    /// Tells how far an import is. Nobody is stopped by a progress that cannot be told.
    pub(crate) fn tell(self, database: &Database) {
        let told = database.take().and_then(|mut connection| {
            if let AnyConnection::Postgres(inner) = &mut *connection {
                diesel::insert_into(import_progress::table)
                    .values(&self)
                    .on_conflict(import_progress::import_id)
                    .do_update()
                    .set(&self)
                    .execute(inner)?;
            } else if let Ok(mut board) = database.board.lock() {
                board.insert(self.import_id, self.clone());
            }
            connection.give_back();
            Ok(())
        });
        if let Err(error) = told {
            crate::log(&format!("the progress of import {} is not told: {error}", self.import_id));
        }
    }

    /// How far an import is, if it was told.
    pub(crate) fn of(database: &Database, import_id: i64) -> Result<Option<Self>, DatabaseError> {
        let mut connection = database.take()?;
        let found = if matches!(*connection, AnyConnection::Sqlite(_)) {
            database.board.lock().ok().and_then(|board| board.get(&import_id).cloned())
        } else {
            import_progress::table
                .filter(import_progress::import_id.eq(import_id))
                .select(Self::as_select())
                .first(&mut *connection)
                .optional()?
        };
        connection.give_back();
        Ok(found)
    }
}
