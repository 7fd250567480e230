//! What an answer may come to, charged while it is made: a list is longer than its document tells, and
//! whoever asks for lists of lists must not take the memory of all others.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_graphql::parser::types::{Selection, SelectionSet};
use async_graphql::{Context, Error, ErrorExtensions, Result};
use tokio::sync::Notify;

/// The values that an answer may still have; below zero it has asked for too many.
pub(super) struct Budget {
    left: AtomicI64,
    over: Notify,
}

impl Budget {
    /// A budget of so many values.
    pub(super) fn of(values: u64) -> Self {
        let left = AtomicI64::new(i64::try_from(values).unwrap_or(i64::MAX));
        Self { left, over: Notify::new() }
    }

    /// Charges an operation for rows that a field gives, each with all that is selected of it.
    pub(super) fn charge(ctx: &Context<'_>, rows: usize) -> Result<()> {
        let budget = ctx.data::<Arc<Self>>()?;
        let below = i64::try_from(rows).unwrap_or(i64::MAX);
        let cost = below.saturating_mul(1 + values(ctx, &ctx.item.node.selection_set.node));
        let before = budget.left.fetch_sub(cost, Ordering::Relaxed);
        if before >= cost {
            return Ok(());
        }
        // What was taken is not given back: nothing else of the operation goes on.
        budget.over.notify_one();
        Err(Error::new(TOO_MUCH).extend_with(|_, e| e.set("code", "LIMIT")))
    }

    /// Whether more was asked for than there was left.
    pub(super) fn is_over(&self) -> bool {
        self.left.load(Ordering::Relaxed) < 0
    }

    /// Waits until more is asked for than there is left.
    pub(super) async fn over(&self) {
        self.over.notified().await;
    }
}

pub(super) const TOO_MUCH: &str =
    "the answer has more values than one answer may have; ask for fewer rows or fields at once";

/// How many values a selection gives for one row, lists below it counted once: they are charged when
/// they are there.
fn values(ctx: &Context<'_>, set: &SelectionSet) -> i64 {
    let of_item = |selection: &Selection| match selection {
        Selection::Field(field) => 1 + values(ctx, &field.node.selection_set.node),
        Selection::InlineFragment(fragment) => values(ctx, &fragment.node.selection_set.node),
        Selection::FragmentSpread(spread) => {
            let fragment = ctx.query_env.fragments.get(&spread.node.fragment_name.node);
            fragment.map_or(0, |fragment| values(ctx, &fragment.node.selection_set.node))
        }
    };
    set.items.iter().map(|item| of_item(&item.node)).sum()
}

/// How many rows a loaded value is.
pub(super) trait Counted {
    fn rows(&self) -> usize;
}

impl<T> Counted for Vec<T> {
    fn rows(&self) -> usize {
        self.len()
    }
}

impl<T> Counted for Arc<Vec<T>> {
    fn rows(&self) -> usize {
        self.len()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use async_graphql::{Request, ValidationMode, Value};

    use super::{Arc, Budget};
    use crate::db::Database;
    use crate::graphql::loader::Loading;
    use crate::graphql::turns::Turns;
    use crate::graphql::{Hub, Origin, schema};

    #[test]
    fn an_answer_ends_where_its_budget_does() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hub.db").display().to_string();
        let vocabulary = evalhub_import::Vocabulary::bundled();
        let database = Database::open_or_create(&path, &vocabulary).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let answer = |values: u64| {
            let hub = Hub::of(
                &database,
                Origin::Network,
                &Arc::new(Turns::new(1, 1, Duration::from_secs(1))),
            );
            let budget = Arc::new(Budget::of(values));
            let request = Request::new("{ ratingSchemes { code ratings { code } } }")
                .data(Loading::of(hub.clone()))
                .data(hub)
                .data(Arc::clone(&budget));
            let response = runtime.block_on(schema(ValidationMode::Strict).execute(request));
            let extensions = response.errors.first().and_then(|error| error.extensions.clone());
            (extensions.and_then(|all| all.get("code").cloned()), budget.is_over())
        };
        assert_eq!(answer(10_000), (None, false));
        assert_eq!(answer(5), (Some(Value::from("LIMIT")), true));
    }
}
