//! The rows of groups: however many groups and answers are shown, each kind is read together.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Error, Result};

use super::super::loader::Loaders;
use super::super::page::Page;
use super::group::ResultNode;
use crate::rules::results::{DrilledGroups, Frame, Group, Rows, drill};

/// The groups that are shown of an answer.
#[derive(Debug)]
pub(super) struct Siblings {
    frame: Arc<Frame>,
    groups: Vec<Group>,
}

/// Lets the groups of a page load their rows together.
pub(super) fn share<'a>(nodes: impl Iterator<Item = &'a ResultNode> + Clone) {
    let Some(first) = nodes.clone().next() else { return };
    let groups = nodes.clone().map(|node| node.group.clone()).collect();
    let siblings = Arc::new(Siblings { frame: Arc::clone(&first.frame), groups });
    for node in nodes {
        node.siblings.get_or_init(|| Arc::clone(&siblings));
    }
}

/// A page of the rows of each group that is shown of an answer.
#[derive(Debug, Clone)]
pub(super) struct DrillOf {
    siblings: Arc<Siblings>,
    page: DrillPage,
}

/// What rows are shown as, behind which one, and how many at most.
type DrillPage = (Rows, Option<i64>, i64);

impl DrillOf {
    pub(super) fn of(siblings: &Arc<Siblings>, rows: Rows, page: &Page) -> Self {
        Self { siblings: Arc::clone(siblings), page: (rows, page.after_id(), page.limit()) }
    }
}

impl PartialEq for DrillOf {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.siblings, &other.siblings) && self.page == other.page
    }
}

impl Eq for DrillOf {}

impl Hash for DrillOf {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (Arc::as_ptr(&self.siblings), self.page).hash(state);
    }
}

#[async_trait::async_trait]
impl Loader<DrillOf> for Loaders {
    type Value = Arc<DrilledGroups>;
    type Error = Arc<Error>;

    #[expect(clippy::mutable_key_type, reason = "keys are compared by their address")]
    async fn load(
        &self,
        keys: &[DrillOf],
    ) -> Result<HashMap<DrillOf, Arc<DrilledGroups>>, Arc<Error>> {
        let mut found = HashMap::new();
        let is_read_with = |left: &DrillOf, right: &DrillOf| {
            left.page == right.page && left.siblings.frame.is_read_with(&right.siblings.frame)
        };
        let mut rest: Vec<DrillOf> = keys.to_vec();
        while let Some(first) = rest.first().cloned() {
            let (batch, others): (Vec<_>, Vec<_>) =
                rest.into_iter().partition(|key| is_read_with(&first, key));
            rest = others;
            let (rows, after, limit) = first.page;
            let asked = batch.clone();
            let read = move |conn: &mut crate::db::AnyConnection| {
                let answers: Vec<(&Frame, &[Group])> = asked
                    .iter()
                    .map(|key| (&*key.siblings.frame, key.siblings.groups.as_slice()))
                    .collect();
                drill(conn, &answers, rows, (after, limit))
            };
            let drilled = self.hub().run(read).await.map_err(Arc::new)?;
            found.extend(batch.into_iter().zip(drilled.into_iter().map(Arc::new)));
        }
        Ok(found)
    }
}
