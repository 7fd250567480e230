//! What people stated and decided: corrections, decisions, acceptances, pairs to decide about,
//! successions.

use async_graphql::{Context, ID, Object, Result};

use super::branch::Branch;
use super::campaign::Campaign;
use super::filter::typed;
use super::loader::{BranchKey, MemberKey, load_known, round};
use super::member::Member;
use super::names::{CorrectableField, DecisionKind, DiscrepancyKind, Stage, named};
use super::page::wraps;
use crate::ledger::Field;
use crate::{db, rules};

#[derive(Clone)]
pub(super) struct Correction(db::Correction);

#[derive(Clone)]
pub(super) struct Decision(db::Decision);

#[derive(Clone)]
pub(super) struct Acceptance(db::Acceptance);

#[derive(Clone)]
pub(super) struct MergeCandidate(pub(super) db::MergeCandidate);

#[derive(Clone)]
pub(super) struct BranchCandidate(pub(super) rules::Namesakes);

pub(super) struct Succession(pub(super) db::Succession);

wraps! {
    Correction of db::Correction;
    Decision of db::Decision;
    Acceptance of db::Acceptance;
    MergeCandidate of db::MergeCandidate;
}

/// The campaign of an id; 0 is none.
pub(super) async fn campaign(ctx: &Context<'_>, id: i64) -> Result<Option<Campaign>> {
    match id {
        0 => Ok(None),
        id => round(ctx, id).await.map(|row| Some(Campaign(row))),
    }
}

async fn member(ctx: &Context<'_>, id: i64) -> Result<Option<Member>> {
    match id {
        0 => Ok(None),
        id => load_known(ctx, MemberKey(id)).await.map(|row| Some(Member(row))),
    }
}

/// The branch of an id; 0 is none.
pub(super) async fn branch(ctx: &Context<'_>, id: i64) -> Result<Option<Branch>> {
    match id {
        0 => Ok(None),
        id => load_known(ctx, BranchKey(id)).await.map(|row| Some(Branch(row))),
    }
}

/// A statement by a person about one field of one fact; it ranks above workbooks.
#[Object]
impl Correction {
    /// The id, such as `Correction:7`.
    pub(super) async fn id(&self) -> ID {
        typed("Correction", self.0.id)
    }

    /// The type of the fact: `Member`, `MemberEvaluation`, `ReportedResult` …
    async fn target(&self) -> &str {
        &self.0.target
    }

    /// The field.
    async fn field(&self) -> CorrectableField {
        Field::of_name(&self.0.field).unwrap_or(Field::Name).into()
    }

    /// The value that was stated; none where it was cleared.
    async fn value(&self) -> Option<&str> {
        self.0.value.as_deref()
    }

    /// The value of before.
    async fn former(&self) -> Option<&str> {
        self.0.former.as_deref()
    }

    /// The round of the fact, if it has one.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Option<Campaign>> {
        campaign(ctx, self.0.campaign_id).await
    }

    /// The member that it is about.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        member(ctx, self.0.member_id).await
    }

    /// The branch that it is about.
    async fn branch(&self, ctx: &Context<'_>) -> Result<Option<Branch>> {
        branch(ctx, self.0.branch_id).await
    }

    /// The stage of an evaluation.
    async fn stage(&self) -> Option<Stage> {
        (self.0.stage >= 0).then(|| Stage::of_number(self.0.stage))
    }

    /// Why.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Who stated it.
    async fn author(&self) -> Option<&str> {
        self.0.author.as_deref()
    }

    /// When, ISO 8601.
    async fn created_at(&self) -> &str {
        &self.0.created_at
    }

    /// When it was withdrawn; none while it stands.
    async fn withdrawn_at(&self) -> Option<&str> {
        self.0.withdrawn_at.as_deref()
    }
}

/// A decision about who is who.
#[Object]
impl Decision {
    /// The id, such as `Decision:8`.
    pub(super) async fn id(&self) -> ID {
        typed("Decision", self.0.id)
    }

    /// What was decided.
    async fn kind(&self) -> DecisionKind {
        match self.0.kind.as_str() {
            "MERGE" => DecisionKind::Merge,
            "SEPARATE" => DecisionKind::Separate,
            _ => DecisionKind::Distinct,
        }
    }

    /// The member or branch that was kept, such as `Member:12`.
    async fn keep(&self) -> ID {
        typed(self.kind_of_subject(), self.0.keep_id)
    }

    /// The other one.
    async fn other(&self) -> ID {
        typed(self.kind_of_subject(), self.0.other_id)
    }

    /// Why.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }

    /// Who decided.
    async fn author(&self) -> Option<&str> {
        self.0.author.as_deref()
    }

    /// When, ISO 8601.
    async fn created_at(&self) -> &str {
        &self.0.created_at
    }

    /// When it was withdrawn; none while it stands.
    async fn withdrawn_at(&self) -> Option<&str> {
        self.0.withdrawn_at.as_deref()
    }
}

impl Decision {
    fn kind_of_subject(&self) -> &'static str {
        if self.0.subject == "MEMBER" { "Member" } else { "Branch" }
    }
}

/// A discrepancy that a person accepted as it is. It holds for these values: where one of them
/// changes, the discrepancy is open again.
#[Object]
impl Acceptance {
    /// The id, such as `Acceptance:9`.
    pub(super) async fn id(&self) -> ID {
        typed("Acceptance", self.0.id)
    }

    /// What was accepted, such as `Discrepancy:7`.
    async fn discrepancy(&self) -> ID {
        typed("Discrepancy", self.0.discrepancy_id)
    }

    /// What disagrees with what.
    async fn kind(&self) -> DiscrepancyKind {
        named(&self.0.kind, DiscrepancyKind::RivalStatements)
    }

    /// The round; none for what is stated of a person in any round.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Option<Campaign>> {
        campaign(ctx, self.0.campaign_id).await
    }

    /// The branch that it is about.
    async fn branch(&self, ctx: &Context<'_>) -> Result<Option<Branch>> {
        branch(ctx, self.0.branch_id).await
    }

    /// The member that it is about.
    async fn member(&self, ctx: &Context<'_>) -> Result<Option<Member>> {
        member(ctx, self.0.member_id).await
    }

    /// The value that stood.
    async fn found(&self) -> &str {
        &self.0.found
    }

    /// What it was compared with.
    async fn expected(&self) -> &str {
        &self.0.expected
    }

    /// Why it is as it is.
    async fn note(&self) -> &str {
        &self.0.note
    }

    /// Who accepted it.
    async fn author(&self) -> Option<&str> {
        self.0.author.as_deref()
    }

    /// When, ISO 8601.
    async fn created_at(&self) -> &str {
        &self.0.created_at
    }

    /// When it was withdrawn; none while it stands.
    async fn withdrawn_at(&self) -> Option<&str> {
        self.0.withdrawn_at.as_deref()
    }
}

/// Two members who may be one.
#[Object]
impl MergeCandidate {
    /// The id, such as `MergeCandidate:9`.
    pub(super) async fn id(&self) -> ID {
        typed("MergeCandidate", self.0.id)
    }

    /// One member.
    async fn member(&self, ctx: &Context<'_>) -> Result<Member> {
        load_known(ctx, MemberKey(self.0.member_id)).await.map(Member)
    }

    /// The other.
    async fn other(&self, ctx: &Context<'_>) -> Result<Member> {
        load_known(ctx, MemberKey(self.0.other_id)).await.map(Member)
    }

    /// Why they may be one.
    async fn rule(&self) -> &str {
        &self.0.rule
    }

    /// What was compared.
    async fn evidence(&self) -> &str {
        &self.0.evidence
    }

    /// How likely it is, in per cent.
    async fn score(&self) -> i32 {
        self.0.score
    }
}

/// From a round on, a branch stands for another one.
#[Object]
impl Succession {
    /// The id, such as `Succession:5`.
    pub(super) async fn id(&self) -> ID {
        typed("Succession", self.0.id)
    }

    /// The first round of the new branch.
    async fn campaign(&self, ctx: &Context<'_>) -> Result<Campaign> {
        round(ctx, self.0.campaign_id).await.map(Campaign)
    }

    /// The branch of before.
    async fn predecessor(&self, ctx: &Context<'_>) -> Result<Branch> {
        load_known(ctx, BranchKey(self.0.predecessor_id)).await.map(Branch)
    }

    /// The branch of after.
    async fn successor(&self, ctx: &Context<'_>) -> Result<Branch> {
        load_known(ctx, BranchKey(self.0.successor_id)).await.map(Branch)
    }

    /// Why.
    async fn note(&self) -> Option<&str> {
        self.0.note.as_deref()
    }
}

/// Two branches that may be one; `mergeBranches` joins them.
#[Object]
impl BranchCandidate {
    /// The branch that is in more rounds.
    async fn branch(&self, ctx: &Context<'_>) -> Result<Branch> {
        load_known(ctx, BranchKey(self.0.branch)).await.map(Branch)
    }

    /// The other.
    async fn other(&self, ctx: &Context<'_>) -> Result<Branch> {
        load_known(ctx, BranchKey(self.0.other)).await.map(Branch)
    }
}
