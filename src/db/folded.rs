//! Text as it is looked for: without regard to letter case and marks, alike on both back ends.

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{PgConnection, QueryResult, SqliteConnection};

#[diesel::declare_sql_function]
extern "SQL" {
    /// The text in small letters and without marks.
    fn evalhub_folded(text: Text) -> Text;
    /// Where a part of a text begins, from 1; 0 where it has none. PostgreSQL knows it by this name.
    fn strpos(text: Text, part: Text) -> Integer;
}

/// Makes the functions known to a connection.
pub(super) fn register(connection: &mut SqliteConnection) -> QueryResult<()> {
    evalhub_folded_utils::register_impl(connection, |text: String| evalhub_import::folded(&text))?;
    strpos_utils::register_impl(connection, |text: String, part: String| {
        text.find(&part).map_or(0, |at| super::condition::length(&text[..at]).saturating_add(1))
    })
}

/// Makes the function known to a server.
pub(super) fn create(connection: &mut PgConnection) -> QueryResult<()> {
    connection.batch_execute(
        "CREATE OR REPLACE FUNCTION evalhub_folded(text) RETURNS text \
         LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT translate(lower(\
         regexp_replace(normalize($1, NFD), U&'[\\0300-\\036F]', '', 'g')), 'Đđ', 'dd') $$",
    )
}
