//! What there is where a database is looked for: evalhub's own, nothing, or what is of another program.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{Connection, RunQueryDsl, SqliteConnection};

use super::{AnyConnection, Database, DatabaseError, Location, Taken};

/// The number that SQLite keeps in the head of a file for the program it belongs to: "evhb".
const APPLICATION: i64 = 0x6576_6862;

pub(super) enum Presence {
    Ours(Taken),
    Nothing,
    Foreign,
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn number(connection: &mut AnyConnection, query: &str) -> Result<i64, diesel::result::Error> {
    let row: Number = diesel::sql_query(query).get_result(connection)?;
    Ok(row.n)
}

impl Database {
    /// Looks without writing anything.
    pub(super) fn presence(&self) -> Result<Presence, DatabaseError> {
        if let Location::File(path) = &self.location {
            if std::fs::metadata(path).map_or(0, |file| file.len()) == 0 {
                return Ok(Presence::Nothing);
            }
            let owner = owner(path)
                .map_err(|source| DatabaseError::Connect { database: self.shown(), source })?;
            return match owner {
                Owner::Evalhub => Ok(Presence::Ours(self.take()?)),
                Owner::Nobody => Ok(Presence::Nothing),
                Owner::Other => Ok(Presence::Foreign),
            };
        }
        let mut connection = self.take()?;
        let query = "SELECT count(*) AS n FROM pg_catalog.pg_class \
                     WHERE oid = to_regclass('import_sheets')";
        let is_there = number(&mut connection, query)? > 0;
        if is_there {
            return Ok(Presence::Ours(connection));
        }
        connection.give_back();
        Ok(Presence::Nothing)
    }

    /// Makes the file of a database, for its owner alone.
    pub(super) fn created(&self) -> Result<Taken, DatabaseError> {
        let Location::File(path) = &self.location else { return self.take() };
        let failed = |error: diesel::ConnectionError| DatabaseError::Connect {
            database: self.shown(),
            source: error,
        };
        file_of_owner(path)
            .map_err(|error| failed(diesel::ConnectionError::BadConnection(error.to_string())))?;
        let mut connection = self.take()?;
        connection.batch_execute(&format!("PRAGMA application_id = {APPLICATION}"))?;
        Ok(connection)
    }
}

/// Makes a file that nobody else reads; one that is there stays as it is.
fn file_of_owner(path: &Path) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new();
    file.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut file, 0o600);
    file.open(path).map(drop)
}

enum Owner {
    Evalhub,
    Nobody,
    Other,
}

/// Whose file it is.
fn owner(path: &Path) -> Result<Owner, diesel::ConnectionError> {
    let connection = SqliteConnection::establish(&path.to_string_lossy())?;
    let mut connection = AnyConnection::Sqlite(connection);
    let mut of = |query: &str| {
        number(&mut connection, query).map_err(diesel::ConnectionError::CouldntSetupConfiguration)
    };
    let application = of("SELECT application_id AS n FROM pragma_application_id")?;
    if application == APPLICATION {
        return Ok(Owner::Evalhub);
    }
    if application != 0 {
        return Ok(Owner::Other);
    }
    // Earlier versions did not put their number there.
    if of("SELECT count(*) AS n FROM sqlite_master WHERE name IN \
           ('__diesel_schema_migrations', 'import_sheets')")?
        == 2
    {
        return Ok(Owner::Evalhub);
    }
    let tables = of("SELECT count(*) AS n FROM sqlite_master")?;
    Ok(if tables == 0 { Owner::Nobody } else { Owner::Other })
}
