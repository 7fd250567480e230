//! Turns: so many may do something at once, others wait in a queue that has an end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_graphql::{Error, ErrorExtensions};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Turns of one kind.
pub(super) struct Turns {
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
    /// The longest that somebody waits.
    patience: Duration,
}

/// Too many wait already, or the wait was too long.
#[derive(Debug)]
pub(super) struct Busy;

impl Busy {
    pub(super) const MESSAGE: &str = "the hub is busy; try again in a few seconds";
    pub(super) const CODE: &str = "BUSY";
}

impl From<Busy> for Error {
    fn from(_busy: Busy) -> Self {
        Self::new(Busy::MESSAGE).extend_with(|_, e| e.set("code", Busy::CODE))
    }
}

impl Turns {
    /// So many turns at once, and so many who wait for one, each for so long.
    pub(super) fn new(free: u32, queue: usize, patience: Duration) -> Self {
        let free = usize::try_from(free).unwrap_or(Semaphore::MAX_PERMITS);
        let (free, waiting) = (Arc::new(Semaphore::new(free)), AtomicUsize::new(0));
        Self { free, waiting, queue, patience }
    }

    /// Waits for turns, which end when what is given is dropped.
    pub(super) async fn take(&self, turns: u32) -> Result<OwnedSemaphorePermit, Busy> {
        if let Ok(turn) = Arc::clone(&self.free).try_acquire_many_owned(turns) {
            return Ok(turn);
        }
        let _place = Place::of(self).ok_or(Busy)?;
        let turn = Arc::clone(&self.free).acquire_many_owned(turns);
        tokio::time::timeout(self.patience, turn).await.ok().and_then(Result::ok).ok_or(Busy)
    }
}

/// A place in the queue, also of those who leave it early.
struct Place<'a>(&'a Turns);

impl<'a> Place<'a> {
    fn of(turns: &'a Turns) -> Option<Self> {
        let before = turns.waiting.fetch_add(1, Ordering::Relaxed);
        let place = Self(turns);
        (before < turns.queue).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Turns};

    #[test]
    fn who_finds_the_queue_full_is_told_at_once() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let turns = Turns::new(1, 0, Duration::from_secs(1));
            let first = turns.take(1).await;
            assert!(first.is_ok());
            assert!(turns.take(1).await.is_err());
            drop(first);
            assert!(turns.take(1).await.is_ok());
        });
    }
}
