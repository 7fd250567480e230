//! Rounds.

use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::{ID, Object, Value};

use super::filter::typed;
use super::plain::Plain;
use crate::db;

#[derive(Clone)]
pub(super) struct Campaign(pub(super) Arc<db::Campaign>);

impl From<db::Campaign> for Campaign {
    fn from(row: db::Campaign) -> Self {
        Self(Arc::new(row))
    }
}

/// An evaluation round: a year, a quarter, a school year.
#[Object]
impl Campaign {
    /// The id, such as `Campaign:12`.
    pub(super) async fn id(&self) -> ID {
        typed("Campaign", self.0.id)
    }

    /// The code, such as `2019`, `2026-Q3`, `2012-13`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The year in which the period ends.
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// The quarter, 1 to 4, of a quarterly round.
    async fn quarter(&self) -> Option<i32> {
        self.0.quarter
    }
}

impl Plain for Campaign {
    fn plain(&self, field: &Field) -> Option<Value> {
        Some(match field.name.node.as_str() {
            "id" => typed("Campaign", self.0.id).into(),
            "code" => self.0.code.as_str().into(),
            "year" => self.0.year.into(),
            "quarter" => self.0.quarter.into(),
            _ => return None,
        })
    }
}
