//! Connections that are kept: to a server only so many, and others wait until one is given back.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;

use super::{AnyConnection, Database, DatabaseError};

/// The most connections that are kept to an embedded database.
const IDLE_LIMIT: usize = 8;
/// The most connections to a server, which has some 100 for all who use it.
const OPEN_LIMIT: usize = 16;
/// The longest that somebody waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// A connection that was idle for so long may be broken, and is tried before it is used.
const STALE: Duration = Duration::from_secs(5);

/// The connections of a database.
#[derive(Default)]
pub(super) struct Pool {
    connections: Mutex<Connections>,
    returned: Condvar,
}

#[derive(Default)]
struct Connections {
    idle: Vec<(AnyConnection, Instant)>,
    /// How many there are, those in use included.
    open: usize,
}

impl Pool {
    fn lock(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One that is idle, or the right to open another.
    fn next(&self, limit: usize) -> Result<Option<AnyConnection>, Waits> {
        let until = Instant::now() + PATIENCE;
        let mut connections = self.lock();
        loop {
            if let Some((mut connection, since)) = connections.idle.pop() {
                if since.elapsed() < STALE || is_sound(&mut connection) {
                    return Ok(Some(connection));
                }
                connections.open = connections.open.saturating_sub(1);
                continue;
            }
            if connections.open < limit {
                connections.open += 1;
                return Ok(None);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Waits);
            }
            let waited = self.returned.wait_timeout(connections, left);
            connections = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lost(&self) {
        let mut connections = self.lock();
        connections.open = connections.open.saturating_sub(1);
        self.returned.notify_one();
    }

    fn give_back(&self, connection: AnyConnection) {
        let mut connections = self.lock();
        if matches!(connection, AnyConnection::Postgres(_)) || connections.idle.len() < IDLE_LIMIT {
            connections.idle.push((connection, Instant::now()));
        } else {
            connections.open = connections.open.saturating_sub(1);
        }
        self.returned.notify_one();
    }

    /// How many others have a connection.
    fn others(&self) -> usize {
        self.lock().open
    }
}

/// All connections were in use for longer than somebody waits.
struct Waits;

fn is_sound(connection: &mut AnyConnection) -> bool {
    matches!(connection, AnyConnection::Sqlite(_)) || connection.batch_execute("SELECT 1").is_ok()
}

/// A connection in use. One that is not given back is closed: it may be broken.
pub(crate) struct Taken {
    connection: Option<AnyConnection>,
    pool: Arc<Pool>,
}

impl Database {
    /// An idle connection, or a new one; where a server gives no more, one that is given back.
    pub(crate) fn take(&self) -> Result<Taken, DatabaseError> {
        let taken =
            |connection| Taken { connection: Some(connection), pool: Arc::clone(&self.pool) };
        let mut limit = if self.is_embedded() { usize::MAX } else { OPEN_LIMIT };
        loop {
            match self.pool.next(limit) {
                Ok(Some(connection)) => return Ok(taken(connection)),
                Err(Waits) => return Err(DatabaseError::Busy { database: self.shown() }),
                Ok(None) => {}
            }
            match self.connect() {
                Ok(connection) => return Ok(taken(connection)),
                Err(error) => {
                    self.pool.lost();
                    limit = self.pool.others();
                    if limit == 0 {
                        return Err(error);
                    }
                }
            }
        }
    }
}

impl Taken {
    /// Gives the connection to others.
    pub(crate) fn give_back(mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.give_back(connection);
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if self.connection.take().is_some() {
            self.pool.lost();
        }
    }
}

impl Deref for Taken {
    type Target = AnyConnection;

    #[expect(clippy::expect_used, reason = "it is taken only by what ends the value")]
    fn deref(&self) -> &AnyConnection {
        self.connection.as_ref().expect("a connection in use")
    }
}

impl DerefMut for Taken {
    #[expect(clippy::expect_used, reason = "it is taken only by what ends the value")]
    fn deref_mut(&mut self) -> &mut AnyConnection {
        self.connection.as_mut().expect("a connection in use")
    }
}
