//! People, their place on the roll, and their evaluations.

use async_graphql::{Context, Error, ID, Object, Result, SimpleObject};

use super::branch::Branch;
use super::campaign::Campaign;
use super::error::internal;
use super::filter::{MemberEvaluationFilter, typed};
use super::loader::{
    BranchKey, EnrolmentsOf, EvaluationsOf, IdentifiersOf, MemberKey, Nested, SourcesOfMember,
    level, load, load_known, round,
};
use super::names::{NotRatedReason, Sex, Stage, named};
use super::page::{Page, Rows, wraps};
use super::provenance::{Provenance, name_cell, stage_cell};
use super::rating::Rating;
use crate::db;

#[derive(Debug, Clone)]
pub(super) struct PartialDate(String);

impl PartialDate {
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

/// A date that may be partial: `1980`, `1980-05`, `1980-05-17`.
#[async_graphql::Scalar]
impl async_graphql::ScalarType for PartialDate {
    fn parse(value: async_graphql::Value) -> async_graphql::InputValueResult<Self> {
        let async_graphql::Value::String(text) = &value else {
            return Err(async_graphql::InputValueError::expected_type(value));
        };
        let date: evalhub_import::PartialDate =
            text.parse().map_err(async_graphql::InputValueError::custom)?;
        let date = date.to_string();
        if date != *text {
            return Err(async_graphql::InputValueError::custom(format!(
                "`{text}` is no date of this form; expected `1980`, `1980-05` or `1980-05-17`"
            )));
        }
        Ok(Self(date))
    }

    fn to_value(&self) -> async_graphql::Value {
        async_graphql::Value::String(self.0.clone())
    }
}

/// A number by which a person is known.
#[derive(SimpleObject)]
struct Identifier {
    /// The number as text; leading zeros count.
    value: String,
}

#[derive(Clone)]
pub(super) struct Member(pub(super) db::Member);

wraps! { Member of db::Member; }

/// A person.
#[Object]
impl Member {
    /// The id, such as `Member:123`.
    pub(super) async fn id(&self) -> ID {
        typed("Member", self.0.id)
    }

    /// The name as printed.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The birth date, as far as it is stated.
    async fn birth_date(&self) -> Option<PartialDate> {
        self.0.birth_date.clone().map(PartialDate)
    }

    /// Sex, if it is stated.
    async fn sex(&self) -> Option<Sex> {
        self.0.sex.as_deref().map(|sex| named(sex, Sex::Male))
    }

    /// The numbers by which workbooks know the person.
    async fn identifiers(&self, ctx: &Context<'_>) -> Result<Vec<Identifier>> {
        let rows = load(ctx, IdentifiersOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| Identifier { value: row.value }).collect())
    }

    /// The date of admission on probation.
    async fn admitted_on(&self) -> Option<PartialDate> {
        self.0.admitted_on.clone().map(PartialDate)
    }

    /// The date of full membership.
    async fn official_on(&self) -> Option<PartialDate> {
        self.0.official_on.clone().map(PartialDate)
    }

    /// The rolls that list the person.
    async fn enrolments(&self, ctx: &Context<'_>) -> Result<Vec<Enrolment>> {
        let rows = load(ctx, EnrolmentsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Enrolment).collect())
    }

    /// What each stage of each round made of the person, oldest round first.
    async fn evaluations(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "where", desc = "Which ones: `{ deciding: true }`.")] filter: Option<
            Box<MemberEvaluationFilter>,
        >,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<MemberEvaluation>> {
        let page = Page::from_arguments(ctx, first, after)?;
        let key = Nested::of(ctx, self.0.id, filter.unwrap_or_default().resolve()?);
        let rows = load(ctx, key).await?.unwrap_or_default();
        Ok(page.of_all(rows.into_iter().map(MemberEvaluation)))
    }
}

/// The live records about a member that stand for one roll of one round.
async fn sources_on_roll(
    ctx: &Context<'_>,
    member: i64,
    campaign: i64,
    branch: i64,
) -> Result<Vec<db::Source>> {
    let all = load(ctx, SourcesOfMember(member)).await?.unwrap_or_default();
    let fits = |source: &&db::Source| {
        source.record.kind == "MEMBER"
            && source.record.campaign_id == campaign
            && source.link.branch_id == branch
    };
    Ok(all.iter().filter(fits).cloned().collect())
}

fn no_source() -> Error {
    internal("a fact has no live record")
}

#[derive(Clone)]
pub(super) struct Enrolment(pub(super) db::Enrolment);

wraps! { Enrolment of db::Enrolment; }

/// A member on the roll of a branch in a round.
#[Object]
impl Enrolment {
    /// The id, such as `Enrolment:123`.
    pub(super) async fn id(&self) -> ID {
        typed("Enrolment", self.0.id)
    }

    /// The round.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Campaign> {
        round(ctx, self.0.campaign_id).await.map(Campaign)
    }

    /// The person.
    async fn member(&self, ctx: &Context<'_>) -> Result<Member> {
        load_known(ctx, MemberKey(self.0.member_id)).await.map(Member)
    }

    /// The branch.
    async fn branch(&self, ctx: &Context<'_>) -> Result<Branch> {
        load_known(ctx, BranchKey(self.0.branch_id)).await.map(Branch)
    }

    /// The position, as printed.
    async fn position(&self) -> Option<&str> {
        self.0.position.as_deref()
    }

    /// Whether the person was on probation.
    async fn probationary(&self) -> bool {
        self.0.probationary
    }

    /// Why the person was not rated; none for the rated.
    async fn reason(&self) -> Option<NotRatedReason> {
        self.0.reason.as_deref().map(|reason| named(reason, NotRatedReason::Other))
    }

    /// The words of the workbook for that reason.
    async fn reason_text(&self) -> Option<&str> {
        self.0.reason_text.as_deref()
    }

    /// What each stage made of the person on this roll.
    async fn evaluations(&self, ctx: &Context<'_>) -> Result<Vec<MemberEvaluation>> {
        let rows = load(ctx, EvaluationsOf(self.0.member_id)).await?.unwrap_or_default();
        let fits = |row: &db::MemberEvaluation| {
            row.campaign_id == self.0.campaign_id && row.branch_id == self.0.branch_id
        };
        Ok(rows.into_iter().filter(fits).map(MemberEvaluation).collect())
    }

    /// All rows that state this enrolment.
    async fn sources(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        let sources =
            sources_on_roll(ctx, self.0.member_id, self.0.campaign_id, self.0.branch_id).await?;
        Ok(sources.iter().map(|source| Provenance::of(source, name_cell)).collect())
    }

    /// The row that decides.
    async fn provenance(&self, ctx: &Context<'_>) -> Result<Provenance> {
        let sources =
            sources_on_roll(ctx, self.0.member_id, self.0.campaign_id, self.0.branch_id).await?;
        sources.first().map(|source| Provenance::of(source, name_cell)).ok_or_else(no_source)
    }
}

#[derive(Clone)]
pub(super) struct MemberEvaluation(pub(super) db::MemberEvaluation);

wraps! { MemberEvaluation of db::MemberEvaluation; }

impl MemberEvaluation {
    async fn stated(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        let sources =
            sources_on_roll(ctx, self.0.member_id, self.0.campaign_id, self.0.branch_id).await?;
        let of_stage = sources.iter().filter_map(|source| {
            let statement = serde_json::from_str(&source.record.statement).ok()?;
            stage_cell(&statement, self.0.stage)?;
            Some(Provenance::of(source, |statement| stage_cell(statement, self.0.stage)))
        });
        Ok(of_stage.collect())
    }
}

/// What one stage of a round made of a member.
#[Object]
impl MemberEvaluation {
    /// The id, such as `MemberEvaluation:123`.
    pub(super) async fn id(&self) -> ID {
        typed("MemberEvaluation", self.0.id)
    }

    /// The round.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Campaign> {
        round(ctx, self.0.campaign_id).await.map(Campaign)
    }

    /// The person.
    async fn member(&self, ctx: &Context<'_>) -> Result<Member> {
        load_known(ctx, MemberKey(self.0.member_id)).await.map(Member)
    }

    /// The branch.
    async fn branch(&self, ctx: &Context<'_>) -> Result<Branch> {
        load_known(ctx, BranchKey(self.0.branch_id)).await.map(Branch)
    }

    /// Who rated.
    async fn stage(&self) -> Stage {
        Stage::of_number(self.0.stage)
    }

    /// Whether this is the last stage that is filled in: the one that results count.
    async fn deciding(&self) -> bool {
        self.0.deciding
    }

    /// The rating.
    async fn rating(&self, ctx: &Context<'_>) -> Result<Option<Rating>> {
        match self.0.rating_id {
            Some(id) => level(ctx, id).await.map(|row| Some(Rating(row))),
            None => Ok(None),
        }
    }

    /// The score.
    async fn score(&self) -> Option<f64> {
        self.0.score
    }

    /// Members are not named exemplary; always false.
    async fn exemplary(&self) -> bool {
        false
    }

    /// All cells that state it.
    async fn sources(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        self.stated(ctx).await
    }

    /// The cell that decides.
    async fn provenance(&self, ctx: &Context<'_>) -> Result<Provenance> {
        self.stated(ctx).await?.into_iter().next().ok_or_else(no_source)
    }
}
