//! Rating schemes and their levels.

use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::{Context, ID, Object, Result, SimpleObject, Value};

use super::filter::typed;
use super::loader::{DocumentsOf, LevelsOf, SchemeKey, load, load_known};
use super::names::{Subject, named};
use super::page::wraps;
use super::plain::Plain;
use crate::db;

#[derive(Clone)]
pub(super) struct Rating(pub(super) Arc<db::Rating>);

/// A level of a rating scheme. Compare by rank within a scheme, never by label: "hoàn thành tốt
/// nhiệm vụ" was the second level of organisations before 2018 too, below "trong sạch, vững mạnh".
#[Object]
impl Rating {
    /// The code: `HTXSNV`, `HTTNV`, `HTNV`, `KHTNV`; `DTC_HTXSNV` … for members until 2013; `TSVM` … for
    /// organisations until 2017.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The label as the governing document spells it.
    async fn label(&self) -> &str {
        &self.0.label
    }

    /// The label in English.
    async fn label_en(&self) -> &str {
        &self.0.label_en
    }

    /// The place in the scheme; 1 is the best.
    async fn rank(&self) -> i32 {
        self.0.rank
    }

    /// The scheme.
    async fn scheme(&self, ctx: &Context<'_>) -> Result<RatingScheme> {
        load_known(ctx, SchemeKey(self.0.scheme_id)).await.map(RatingScheme)
    }
}

impl Plain for Rating {
    fn plain(&self, field: &Field) -> Option<Value> {
        Some(match field.name.node.as_str() {
            "code" => self.0.code.as_str().into(),
            "label" => self.0.label.as_str().into(),
            "labelEn" => self.0.label_en.as_str().into(),
            "rank" => self.0.rank.into(),
            _ => return None,
        })
    }
}

/// A document that set a scheme for some years.
#[derive(SimpleObject)]
struct SchemeDocument {
    /// Number, issuer and date.
    name: String,
    /// The first year that was rated by it.
    from: i32,
    /// The last one; none while it is in force.
    to: Option<i32>,
}

#[derive(Clone)]
pub(super) struct RatingScheme(pub(super) db::Scheme);

wraps! { RatingScheme of db::Scheme; }

/// A scale of ratings for one subject.
#[Object]
impl RatingScheme {
    /// The id, such as `RatingScheme:3`.
    pub(super) async fn id(&self) -> ID {
        typed("RatingScheme", self.0.id)
    }

    /// The code, such as `members-2014`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What is rated.
    async fn subject(&self) -> Subject {
        named(&self.0.subject, Subject::Members)
    }

    /// The number of its levels.
    async fn levels(&self, ctx: &Context<'_>) -> Result<usize> {
        Ok(load(ctx, LevelsOf(self.0.id)).await?.unwrap_or_default().len())
    }

    /// Its levels, best first.
    async fn ratings(&self, ctx: &Context<'_>) -> Result<Vec<Rating>> {
        let levels = load(ctx, LevelsOf(self.0.id)).await?.unwrap_or_default();
        Ok(levels.into_iter().map(|row| Rating(Arc::new(row))).collect())
    }

    /// The documents that set it, oldest first.
    async fn documents(&self, ctx: &Context<'_>) -> Result<Vec<SchemeDocument>> {
        let documents = load(ctx, DocumentsOf(self.0.id)).await?.unwrap_or_default();
        let shown = |row: db::SchemeDocument| SchemeDocument {
            name: row.name,
            from: row.first_year,
            to: row.last_year,
        };
        Ok(documents.into_iter().map(shown).collect())
    }
}

impl Plain for RatingScheme {
    fn plain(&self, field: &Field) -> Option<Value> {
        Some(match field.name.node.as_str() {
            "id" => typed("RatingScheme", self.0.id).into(),
            "code" => self.0.code.as_str().into(),
            "name" => self.0.name.as_str().into(),
            "subject" => named(&self.0.subject, Subject::Members).into(),
            _ => return None,
        })
    }
}
