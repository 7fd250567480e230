//! The list of branches that an office gave beforehand.

use diesel::prelude::*;
use evalhub_import::{BodyKind, Register, Registered};

use super::schema::registered_branches;
use super::{AnyConnection, Ids, insert_rows};

/// A branch of the list.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = registered_branches, treat_none_as_default_value = false)]
pub(crate) struct RegisteredBranch {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) code: Option<String>,
    pub(crate) kind: Option<String>,
    /// The branch of the list that stands above it.
    pub(crate) parent_id: Option<i64>,
}

impl RegisteredBranch {
    /// The list as the reader takes it; none where none was given.
    pub(crate) fn register(conn: &mut AnyConnection) -> QueryResult<Option<Register>> {
        let rows: Vec<Self> = registered_branches::table
            .select(Self::as_select())
            .order(registered_branches::id)
            .load(conn)?;
        if rows.is_empty() {
            return Ok(None);
        }
        let place = |id: i64| rows.binary_search_by_key(&id, |row| row.id).ok();
        let bodies = rows.iter().map(|row| Registered {
            name: row.name.clone(),
            code: row.code.clone(),
            kind: row.kind.as_deref().and_then(BodyKind::of_name),
            parent: row.parent_id.and_then(place),
        });
        Ok(Some(Register::new(bodies.collect())))
    }

    /// A list takes the place of the one before.
    pub(crate) fn replace(conn: &mut AnyConnection, register: &Register) -> QueryResult<()> {
        let mut ids = Ids::begin(conn)?;
        let numbers: Vec<i64> = register.bodies().iter().map(|_| ids.give()).collect();
        let rows = register.bodies().iter().zip(&numbers).map(|(body, id)| Self {
            id: *id,
            name: body.name.clone(),
            code: body.code.clone(),
            kind: body.kind.map(|kind| kind.name().to_owned()),
            parent_id: body.parent.map(|parent| numbers[parent]),
        });
        let rows: Vec<Self> = rows.collect();
        diesel::delete(registered_branches::table).execute(conn)?;
        insert_rows!(conn, registered_branches::table, rows);
        ids.finish(conn)
    }
}
