//! The root of all subscriptions.

use std::time::Duration;

use async_graphql::{Context, ID, Object, Result, Subscription as Root};
use futures_util::stream::{self, Stream};

use super::Hub;
use super::error::{bad_argument, internal};
use super::filter::id_of;
use super::import::Import;
use super::names::{ImportPhase, named};
use crate::db::{self, ImportStatus, Progress};

/// How often the progress of an import is looked at.
const PAUSE: Duration = Duration::from_millis(100);

pub(crate) struct Subscription;

/// How far an import is.
pub(super) struct ImportProgress {
    import: db::Import,
    progress: Option<Progress>,
}

impl ImportProgress {
    async fn of(hub: &Hub, id: i64) -> Result<Option<Self>> {
        let database = hub.database.clone();
        let read = tokio::task::spawn_blocking(move || Progress::of(&database, id));
        let progress = read.await.map_err(|error| internal(&error))?;
        let progress = progress.map_err(|error| internal(&error))?;
        hub.look_again()?;
        let rows = hub.run(move |conn| db::Import::by_ids(conn, &[id])).await?;
        // Nothing is held open while there is nothing to tell.
        hub.look_again()?;
        Ok(rows.into_iter().next().map(|import| Self { import, progress }))
    }

    fn phase(&self) -> ImportPhase {
        if self.import.status == ImportStatus::Planned.name() {
            let phase = self.progress.as_ref().map(|progress| progress.phase.as_str());
            phase.map_or(ImportPhase::Waiting, |phase| named(phase, ImportPhase::Waiting))
        } else {
            ImportPhase::Done
        }
    }

    fn is_over(&self) -> bool {
        matches!(self.phase(), ImportPhase::Done | ImportPhase::Failed)
    }
}

/// How far an import is.
#[Object]
impl ImportProgress {
    /// The import.
    async fn import(&self) -> Import {
        Import::from(self.import.clone())
    }

    /// What is being done.
    #[graphql(name = "phase")]
    async fn phase_of_import(&self) -> ImportPhase {
        self.phase()
    }

    /// How many phases are done.
    async fn done(&self) -> i32 {
        match (&self.progress, self.phase()) {
            (Some(progress), ImportPhase::Done) => progress.total,
            (Some(progress), _) => progress.done,
            (None, _) => 0,
        }
    }

    /// How many phases there are.
    async fn total(&self) -> i32 {
        self.progress.as_ref().map_or(0, |progress| progress.total)
    }

    /// Whether nothing more will be told.
    async fn finished(&self) -> bool {
        self.is_over()
    }
}

/// The root of all subscriptions.
#[Root]
impl Subscription {
    /// How far an import is while `applyImport` applies it: at once, at each new phase, and when it is
    /// over.
    async fn import_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The planned import, such as `Import:7`.")] id: ID,
    ) -> Result<impl Stream<Item = Result<ImportProgress>> + use<>> {
        let number = id_of("Import", &id)?;
        let hub = ctx.data::<Hub>()?.clone();
        if ImportProgress::of(&hub, number).await?.is_none() {
            return Err(bad_argument(format!("there is no import `{}`", id.as_str())));
        }
        let begin = Told { hub, number, last: None, is_over: false };
        Ok(stream::unfold(begin, Told::next))
    }
}

/// What a client was told.
struct Told {
    hub: Hub,
    number: i64,
    last: Option<(ImportPhase, i32)>,
    is_over: bool,
}

impl Told {
    /// Waits for what the client does not know yet.
    async fn next(mut self) -> Option<(Result<ImportProgress>, Self)> {
        if self.is_over {
            return None;
        }
        loop {
            let found = match ImportProgress::of(&self.hub, self.number).await {
                Ok(Some(found)) => found,
                // A planned import that was dropped has no more to tell.
                Ok(None) => return None,
                Err(error) => {
                    self.is_over = true;
                    return Some((Err(error), self));
                }
            };
            let done = found.progress.as_ref().map_or(0, |progress| progress.done);
            let now = Some((found.phase(), done));
            if now != self.last {
                self.last = now;
                self.is_over = found.is_over();
                return Some((Ok(found), self));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}
