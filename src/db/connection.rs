//! One connection type for both back ends, and where a database is.

use std::path::PathBuf;
use std::str::FromStr;

use diesel::connection::SimpleConnection;
use diesel::{Connection, ConnectionError, PgConnection, SqliteConnection};

mod multi {
    //! Private, because the derive gives no documentation to what it makes.

    /// A connection to either back end.
    #[expect(unreachable_pub, reason = "the derive gives its parts this visibility")]
    #[derive(diesel::MultiConnection)]
    pub enum AnyConnection {
        /// An embedded file.
        Sqlite(diesel::SqliteConnection),
        /// A server.
        Postgres(diesel::PgConnection),
    }
}

pub(crate) use multi::AnyConnection;

/// Writes a query once for the statements that need the concrete connection.
macro_rules! on_each {
    ($connection:expr, $inner:ident => $query:expr) => {
        match $connection {
            $crate::db::AnyConnection::Sqlite($inner) => $query,
            $crate::db::AnyConnection::Postgres($inner) => $query,
        }
    };
}
pub(crate) use on_each;

/// Inserts many rows, in statements that stay below the bind limits of both back ends.
macro_rules! insert_rows {
    ($connection:expr, $table:expr, $rows:expr) => {{
        for chunk in $rows.chunks(1_000) {
            $crate::db::on_each!($connection, inner => {
                diesel::RunQueryDsl::execute(diesel::insert_into($table).values(chunk), inner)
            })?;
        }
    }};
}
pub(crate) use insert_rows;

/// Where a database is: a file, or a PostgreSQL URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    File(PathBuf),
    Server(String),
}

impl FromStr for Location {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Server(text.to_owned())),
            Some(("sqlite" | "file", path)) => Ok(Self::File(path.into())),
            Some((scheme, _)) => Err(format!(
                "`{scheme}://` is no database that is known; expected a path or a `postgres://` URL"
            )),
            None if text.is_empty() => Err("the name of the database is empty".to_owned()),
            None => Ok(Self::File(text.into())),
        }
    }
}

impl Location {
    pub(super) fn connect(&self) -> Result<AnyConnection, ConnectionError> {
        match self {
            Self::File(path) => {
                let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
                connection
                    .batch_execute(
                        "PRAGMA busy_timeout = 600000; PRAGMA journal_mode = WAL; \
                         PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; \
                         PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;",
                    )
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                super::deadline::register(&mut connection)
                    .and_then(|()| super::folded::register(&mut connection))
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(AnyConnection::Sqlite(connection))
            }
            Self::Server(url) => PgConnection::establish(url).map(AnyConnection::Postgres),
        }
    }

    /// As shown to people: without the password of a URL.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Server(url) => {
                // Parameters may hold a password as well.
                let (place, parameters) = url.split_once('?').unwrap_or((url, ""));
                let place = match (place.find("://"), place.rfind('@')) {
                    (Some(scheme), Some(at)) => {
                        format!("{}…{}", &place[..scheme + 3], &place[at..])
                    }
                    _ => place.to_owned(),
                };
                if parameters.is_empty() { place } else { format!("{place}?…") }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Location;

    #[test]
    fn a_bad_url_is_no_file() {
        assert!("mysql://host/db".parse::<Location>().is_err());
        assert!(matches!("evalhub.db".parse(), Ok(Location::File(_))));
        let server: Location = "postgres://user:secret@host/db".parse().unwrap();
        assert!(!server.shown().contains("secret"));
        let server: Location = "postgres://host/db?user=u&password=secret".parse().unwrap();
        assert_eq!(server.shown(), "postgres://host/db?…");
    }
}
