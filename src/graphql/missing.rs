//! Whether a round is whole, and what it lacks.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use super::Hub;
use super::branch::Branch;
use super::campaign::Campaign;
use super::import::Import;
use super::loader::{BranchKey, ImportKey, load_known};
use super::names::MissingKind;
use super::page::{Page, Rows};
use crate::{db, rules};

pub(super) struct CampaignStatus {
    round: Arc<db::Campaign>,
    missing: Vec<rules::Missing>,
}

pub(super) async fn status(ctx: &Context<'_>, code: &str) -> Result<Option<CampaignStatus>> {
    let hub = ctx.data::<Hub>()?;
    let Some(round) = hub.dictionary().await?.round_of_code(code).cloned() else {
        return Ok(None);
    };
    let of = Arc::clone(&round);
    let dictionary = hub.dictionary().await?;
    let missing = hub.run(move |conn| {
        let gaps = rules::gaps(conn, &dictionary)?;
        Ok(gaps.get(&of.id).into_iter().flat_map(rules::Gaps::all).cloned().collect())
    });
    let missing = missing.await?;
    Ok(Some(CampaignStatus { round, missing }))
}

/// Whether all that is known to belong to a round is in the hub.
#[Object]
impl CampaignStatus {
    /// The round.
    async fn campaign(&self) -> Campaign {
        Campaign(Arc::clone(&self.round))
    }

    /// Whether nothing is known to be missing.
    async fn is_whole(&self) -> bool {
        self.missing.is_empty()
    }

    /// What is missing.
    #[expect(clippy::unused_async, reason = "a resolver is asynchronous")]
    async fn missing(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<Missing>> {
        let page = Page::from_arguments(ctx, first, after)?;
        Ok(page.of_all(self.missing.iter().cloned().map(Missing)))
    }
}

#[derive(Clone)]
pub(super) struct Missing(pub(super) rules::Missing);

/// Something that a round lacks.
#[Object]
impl Missing {
    /// What it is.
    async fn kind(&self) -> MissingKind {
        match self.0 {
            rules::Missing::Refused { .. } => MissingKind::RefusedWorkbook,
            rules::Missing::LeftOut { .. } => MissingKind::RowsLeftOut,
            rules::Missing::Asked { .. } => MissingKind::OpenQuestions,
            rules::Missing::Empty { .. } => MissingKind::EmptyBranch,
            rules::Missing::Unlisted { .. } => MissingKind::UnlistedPeople,
            rules::Missing::Absent { .. } => MissingKind::AbsentBranch,
        }
    }

    /// The import of the workbook; null where a branch lacks everything.
    async fn import(&self, ctx: &Context<'_>) -> Result<Option<Import>> {
        let import = match self.0 {
            rules::Missing::Refused { import }
            | rules::Missing::LeftOut { import, .. }
            | rules::Missing::Asked { import, .. } => import,
            rules::Missing::Empty { .. }
            | rules::Missing::Unlisted { .. }
            | rules::Missing::Absent { .. } => return Ok(None),
        };
        load_known(ctx, ImportKey(import)).await.map(|row| Some(Import(row)))
    }

    /// The branch that lacks everything, or people; null where a workbook lacks something, and for a branch that is
    /// known from the list of branches alone.
    async fn branch(&self, ctx: &Context<'_>) -> Result<Option<Branch>> {
        let (rules::Missing::Empty { branch }
        | rules::Missing::Unlisted { branch, .. }
        | rules::Missing::Absent { branch: Some(branch), .. }) = self.0
        else {
            return Ok(None);
        };
        load_known(ctx, BranchKey(branch)).await.map(|row| Some(Branch(row)))
    }

    /// The name of a branch of which nothing came.
    async fn name(&self) -> Option<&str> {
        match &self.0 {
            rules::Missing::Absent { name, .. } => Some(name),
            _ => None,
        }
    }

    /// How many rows were left out, how many questions are open, or how many people are on no list.
    async fn count(&self) -> Option<i32> {
        let count = match self.0 {
            rules::Missing::Unlisted { people, .. } => return i32::try_from(people).ok(),
            rules::Missing::LeftOut { rows, .. } => rows,
            rules::Missing::Asked { questions, .. } => questions,
            rules::Missing::Refused { .. }
            | rules::Missing::Empty { .. }
            | rules::Missing::Absent { .. } => return None,
        };
        Some(i32::try_from(count).unwrap_or(i32::MAX))
    }
}
