//! How long the statements of a snapshot may run on SQLite, which has no time limit that safe code can
//! set: queries that scan ask a function of ours row by row, and find nothing more when time is up.
//! What was found till then is not told; the query fails.

use std::cell::Cell;
use std::time::Instant;

use diesel::QueryResult;
use diesel::result::Error;
use diesel::sql_types::BigInt;

#[diesel::declare_sql_function]
extern "SQL" {
    /// Whether there is time for another row.
    fn evalhub_in_time(row: BigInt) -> Bool;
}

/// How many rows are read between two looks at the clock.
const ROWS: u32 = 256;

thread_local! {
    // A statement runs on one thread from its beginning to its end.
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
    static SEEN: Cell<u32> = const { Cell::new(0) };
    static IS_PASSED: Cell<bool> = const { Cell::new(false) };
}

/// Makes the function known to a connection.
pub(super) fn register(connection: &mut diesel::SqliteConnection) -> QueryResult<()> {
    evalhub_in_time_utils::register_nondeterministic_impl(connection, |_: i64| is_in_time())
}

fn is_in_time() -> bool {
    let seen = SEEN.get();
    SEEN.set(seen.wrapping_add(1));
    if seen.is_multiple_of(ROWS)
        && DEADLINE.get().is_some_and(|deadline| Instant::now() >= deadline)
    {
        IS_PASSED.set(true);
    }
    !IS_PASSED.get()
}

/// Runs queries that end at a deadline.
pub(super) fn within<T>(
    deadline: Option<Instant>,
    queries: impl FnOnce() -> QueryResult<T>,
) -> QueryResult<T> {
    /// The next queries of the thread have a deadline of their own, or none, also after a panic.
    struct Over;
    impl Drop for Over {
        fn drop(&mut self) {
            DEADLINE.set(None);
            IS_PASSED.set(false);
        }
    }
    let _over = Over;
    DEADLINE.set(deadline);
    SEEN.set(0);
    let result = queries();
    if IS_PASSED.get() {
        return Err(Error::QueryBuilderError(
            "canceling statement due to statement timeout".into(),
        ));
    }
    result
}

#[cfg(test)]
mod tests {
    use crate::db::{self, Database, List, Snapshot};

    #[test]
    fn a_scan_ends_when_time_is_up() {
        let vocabulary = evalhub_import::Vocabulary::bundled();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hub.db").display().to_string();
        let database = Database::open_or_create(&path, &vocabulary).unwrap();
        database
            .write(|conn| {
                use diesel::RunQueryDsl;
                diesel::sql_query(
                    "INSERT INTO members (id, name, comparison_key, search_key, sort_key, live) \
                     VALUES (1, 'An', 'an', 'an', '', TRUE)",
                )
                .execute(conn)?;
                Ok::<_, db::DatabaseError>(())
            })
            .unwrap();
        let count = |limit: u32, filter: db::MemberFilter| {
            let mut snapshot = Snapshot::open_within(&database, limit).unwrap();
            snapshot.run(|conn| db::Member::count(conn, &db::Where::Is(filter)))
        };
        let of_nobody = || db::MemberFilter {
            name: vec![db::Test::Contains("x".to_owned())],
            ..db::MemberFilter::default()
        };
        assert_eq!(count(60_000, db::MemberFilter::default()).unwrap(), 1);
        assert_eq!(count(60_000, of_nobody()).unwrap(), 0);
        // Rows that do not fit take time as well.
        for filter in [db::MemberFilter::default(), of_nobody()] {
            assert!(count(0, filter).unwrap_err().to_string().contains("statement timeout"));
        }
    }
}
