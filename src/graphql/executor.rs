//! Threads that answer large queries, so that those that accept requests stay free for others.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::{Either, select};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The threads, made when the first query comes: on each, an operation and its loaders take turns.
#[derive(Default)]
pub(super) struct Executor {
    threads: OnceLock<Vec<UnboundedSender<Work>>>,
    next: AtomicUsize,
}

/// Threads that wait for the database, for each thread that answers.
const BLOCKING_LIMIT: usize = 32;

impl Executor {
    /// Does something on one of the threads; if nobody waits for it any more it is dropped. None where
    /// the system gives no thread, or the work was not finished.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let threads = self.threads.get_or_init(start);
        let (mut done, wanted) = oneshot::channel();
        let work = async move {
            let result = match select(Box::pin(done.closed()), Box::pin(work)).await {
                Either::Left(_) => return,
                Either::Right((result, _)) => result,
            };
            // Whoever left in this moment does not need it.
            let _ = done.send(result);
        };
        let place = self.next.fetch_add(1, Ordering::Relaxed);
        let thread = threads.get(place.checked_rem(threads.len())?)?;
        thread.send(Box::pin(work)).ok()?;
        wanted.await.ok()
    }
}

fn start() -> Vec<UnboundedSender<Work>> {
    let count = std::thread::available_parallelism().map_or(1, usize::from);
    (0..count).filter_map(|_| thread()).collect()
}

fn thread() -> Option<UnboundedSender<Work>> {
    let (sender, mut work) = unbounded_channel::<Work>();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .max_blocking_threads(BLOCKING_LIMIT)
        .build()
        .ok()?;
    let run = move || {
        runtime.block_on(async {
            while let Some(work) = work.recv().await {
                tokio::spawn(work);
            }
        });
    };
    std::thread::Builder::new().name("answers".to_owned()).spawn(run).ok()?;
    Some(sender)
}
