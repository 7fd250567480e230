//! Anything by its id.

use async_graphql::{Context, ID, Interface, Result};

use super::Hub;
use super::branch::{Branch, BranchEvaluation, Placement};
use super::campaign::Campaign;
use super::error::bad_argument;
use super::filter::id_of;
use super::history::Correction;
use super::import::{Diagnostic, Import};
use super::member::{Enrolment, Member, MemberEvaluation};
use super::outcome::{Commendation, IndicatorResult, ReportedResult};
use super::rating::RatingScheme;
use crate::db;

macro_rules! nodes {
    ($($kind:ident of $row:ident,)*) => {
        /// Anything with an id.
        #[derive(Interface)]
        #[graphql(field(name = "id", ty = "ID", desc = "The typed id, such as `Member:123`."))]
        pub(super) enum Node {
            $($kind($kind),)*
        }

        /// What has an id, if it is there.
        pub(super) async fn by_id(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
            let kind = id.split_once(':').map(|(kind, _)| kind).unwrap_or_default();
            $(if kind == stringify!($kind) {
                let number = id_of(kind, id)?;
                let hub = ctx.data::<Hub>()?;
                let rows = hub.run_briefly(move |conn| db::$row::by_ids(conn, &[number])).await?;
                return Ok(rows.into_iter().next().map(|row| Node::$kind($kind::from(row))));
            })*
            let known = [$(stringify!($kind)),*].join(", ");
            Err(bad_argument(format!(
                "`{}` is no id of this hub; expected one of {known} with `:` and a number",
                id.as_str()
            )))
        }
    };
}

nodes! {
    Branch of Branch,
    BranchEvaluation of BranchEvaluation,
    Campaign of Campaign,
    Commendation of Commendation,
    Correction of Correction,
    Diagnostic of Diagnostic,
    Enrolment of Enrolment,
    Import of Import,
    IndicatorResult of IndicatorResult,
    Member of Member,
    MemberEvaluation of MemberEvaluation,
    Placement of Placement,
    RatingScheme of Scheme,
    ReportedResult of ReportedResult,
}
