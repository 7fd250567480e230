//! A group of results, and what can be asked of it.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use async_graphql::parser::types::Field;
use async_graphql::{Context, Object, Result, SimpleObject, Value};

use super::super::branch::{Branch, BranchEvaluation};
use super::super::campaign::Campaign;
use super::super::error::{bad_argument, internal};
use super::super::loader::{
    BranchEvaluationKey, EnrolmentKey, MemberEvaluationKey, load, load_all,
};
use super::super::member::{Enrolment, MemberEvaluation};
use super::super::missing::Missing;
use super::super::names::{
    Denominator, Measure, NotRatedReason, ResultDimension, ResultSource, Sex, Stage, named,
};
use super::super::page::{Page, Rows, Window};
use super::super::plain::{self, Plain};
use super::super::rating::{Rating, RatingScheme};
use super::drill::{DrillOf, Siblings};
use super::shape::TotalKind;
use crate::db;
use crate::rules::results::{self, Base, Dimension, Drilled, Frame, Group, Ratio};

/// The keys of a group; null where it is not grouped by it, and where nothing is stated.
#[derive(SimpleObject, Clone)]
pub(in super::super) struct ResultKeyValue {
    /// The round.
    campaign: Option<Campaign>,
    /// The branch.
    branch: Option<Branch>,
    /// The rating.
    rating: Option<Rating>,
    /// The rating scheme.
    scheme: Option<RatingScheme>,
    /// Who rated.
    stage: Option<Stage>,
    /// Sex; null for those of whom it is not stated.
    sex: Option<Sex>,
    /// The band of ages; null for those whose year of birth is not stated.
    age_band: Option<AgeBand>,
    /// The position as printed; null for those without one.
    position: Option<String>,
    /// Whether on probation.
    probationary: Option<bool>,
    /// The reason for not being rated; null for all others.
    reason: Option<NotRatedReason>,
}

impl Plain for ResultKeyValue {
    fn plain(&self, field: &Field) -> Option<Value> {
        match field.name.node.as_str() {
            "campaign" => plain::object(self.campaign.as_ref(), field),
            "branch" => plain::object(self.branch.as_ref(), field),
            "rating" => plain::object(self.rating.as_ref(), field),
            "scheme" => plain::object(self.scheme.as_ref(), field),
            "stage" => Some(self.stage.into()),
            "sex" => Some(self.sex.into()),
            "ageBand" => plain::object(self.age_band.as_ref(), field),
            "position" => Some(self.position.as_deref().into()),
            "probationary" => Some(self.probationary.into()),
            "reason" => Some(self.reason.into()),
            _ => None,
        }
    }
}

/// A band of ages in the year of the round.
#[derive(SimpleObject, Clone)]
pub(in super::super) struct AgeBand {
    /// The youngest age of the band.
    from: i32,
    /// The oldest age of the band.
    to: i32,
    /// Both, such as `30–39`.
    label: String,
}

impl Plain for AgeBand {
    fn plain(&self, field: &Field) -> Option<Value> {
        Some(match field.name.node.as_str() {
            "from" => self.from.into(),
            "to" => self.to.into(),
            "label" => self.label.as_str().into(),
            _ => return None,
        })
    }
}

#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Share(Ratio);

/// A part of a whole, with both numbers.
#[Object]
impl Share {
    /// Numerator by denominator, 0 to 1; none where the denominator is 0.
    async fn ratio(&self) -> Option<f64> {
        self.quotient()
    }

    /// The number of the group.
    async fn numerator(&self) -> i64 {
        self.0.numerator
    }

    /// The number that it is compared with.
    async fn denominator(&self) -> i64 {
        self.0.denominator
    }

    /// In per cent with some digits after the point, rounded half up: `13.3`.
    #[expect(clippy::unused_async, reason = "a resolver is asynchronous")]
    async fn percent(
        &self,
        #[graphql(default_with = "DIGITS.into()", desc = "Digits after the point, 0 to 6.")]
        digits: i32,
    ) -> Result<Option<String>> {
        Ok(self.per_cent(checked(digits)?))
    }
}

impl Plain for Share {
    fn plain(&self, field: &Field) -> Option<Value> {
        Some(match field.name.node.as_str() {
            "ratio" => self.quotient().into(),
            "numerator" => self.0.numerator.into(),
            "denominator" => self.0.denominator.into(),
            "percent" => self.per_cent(DIGITS).into(),
            _ => return None,
        })
    }
}

impl Share {
    pub(in super::super) fn of(numerator: i64, denominator: i64) -> Self {
        Self(Ratio { numerator, denominator })
    }

    fn per_cent(self, digits: u8) -> Option<String> {
        percent(self.0.numerator.into(), self.0.denominator.into(), digits)
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::as_conversions,
        reason = "counts of people are far below 2^52"
    )]
    pub(super) fn quotient(self) -> Option<f64> {
        let Ratio { numerator, denominator } = self.0;
        (denominator != 0).then(|| numerator as f64 / denominator as f64)
    }
}

/// Digits after the point of a percentage where none are asked for.
const DIGITS: u8 = 1;

/// Digits after the point that can be had.
fn checked(digits: i32) -> Result<u8> {
    let wanted = u8::try_from(digits).ok().filter(|digits| *digits <= 6);
    wanted.ok_or_else(|| bad_argument(format!("`digits` is {digits}; expected 0 to 6")))
}

/// Exact in whole numbers, so that 12.5 % of a count never becomes 12.4 or 12.6.
fn percent(numerator: i128, denominator: i128, digits: u8) -> Option<String> {
    if denominator == 0 {
        return None;
    }
    let unit = 10_i128.pow(u32::from(digits));
    let sign = if (numerator < 0) == (denominator < 0) { "" } else { "-" };
    let (numerator, denominator) = (numerator.abs(), denominator.abs());
    let scaled = (200 * unit * numerator + denominator) / (2 * denominator);
    let sign = if scaled == 0 { "" } else { sign };
    let (whole, rest) = (scaled / unit, scaled % unit);
    Some(match digits {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{rest:0width$}", width = usize::from(digits)),
    })
}

pub(in super::super) struct Delta {
    now: Ratio,
    count: i64,
    before: results::Delta,
}

/// A group against the same group of the round before.
#[Object]
impl Delta {
    /// The round before: the latest earlier one of the same kind in which the branch, or those that it
    /// follows, were rated, whatever the filter and whatever other offices did since.
    async fn campaign(&self) -> Campaign {
        Campaign(self.before.campaign.clone())
    }

    /// The count of then.
    async fn previous(&self) -> i64 {
        self.before.previous
    }

    /// The share of then, of those rated.
    async fn previous_share(&self) -> Share {
        Share(self.before.previous_share)
    }

    /// How many more than then; negative for fewer.
    async fn count(&self) -> i64 {
        self.count - self.before.previous
    }

    /// How many percentage points more of those rated than then: `1.3`, `-0.4`.
    #[expect(clippy::unused_async, reason = "a resolver is asynchronous")]
    async fn percentage_points(
        &self,
        #[graphql(default_with = "DIGITS.into()", desc = "Digits after the point, 0 to 6.")]
        digits: i32,
    ) -> Result<Option<String>> {
        let (now, then) = (self.now, self.before.previous_share);
        let product = |left: i64, right: i64| i128::from(left) * i128::from(right);
        let gained =
            product(now.numerator, then.denominator) - product(then.numerator, now.denominator);
        Ok(percent(gained, product(now.denominator, then.denominator), checked(digits)?))
    }
}

/// A group of results.
#[derive(Debug, Clone)]
pub(in super::super) struct ResultNode {
    pub(super) frame: Arc<Frame>,
    pub(super) group: Group,
    pub(super) siblings: OnceLock<Arc<Siblings>>,
}

impl ResultNode {
    pub(super) fn of(frame: &Arc<Frame>, group: Group) -> Self {
        Self { frame: Arc::clone(frame), group, siblings: OnceLock::new() }
    }

    /// In per cent of the usual whole.
    pub(super) fn percent(&self) -> Option<f64> {
        self.usual_share().quotient().map(|ratio| ratio * 100.0)
    }

    fn usual_share(&self) -> Share {
        Share(self.frame.share(&self.group, None, &self.frame.usual_base()))
    }

    fn keys(&self) -> ResultKeyValue {
        let (key, names) = (&self.group.key, self.frame.names());
        let width = self.frame.question().age_width();
        let band = |from: i32| {
            let to = from + width.unwrap_or(1) - 1;
            AgeBand { from, to, label: format!("{from}–{to}") }
        };
        ResultKeyValue {
            campaign: key.campaign.and_then(|id| names.dictionary.round(id)).cloned().map(Campaign),
            branch: key.branch.and_then(|id| names.branches.get(&id)).cloned().map(Branch),
            rating: key.rating.and_then(|id| names.dictionary.level(id)).cloned().map(Rating),
            scheme: key.scheme.and_then(|id| names.schemes.get(&id)).cloned().map(RatingScheme),
            stage: key.stage.map(Stage::of_number),
            sex: key.sex.as_deref().map(|sex| named(sex, Sex::Male)),
            age_band: key.age_band.map(band),
            position: key.position.as_deref().map(ToOwned::to_owned),
            probationary: key.probationary,
            reason: key.reason.as_deref().map(|reason| named(reason, NotRatedReason::Other)),
        }
    }

    fn spread(&self, of: Measure) -> Option<db::Spread> {
        self.frame.spread(&self.group, of == Measure::Age)
    }

    /// The rows of the group, loaded with those of all groups that are shown beside it.
    async fn drill(&self, ctx: &Context<'_>, rows: results::Rows, page: &Page) -> Result<Drilled> {
        let siblings = self.siblings.get().ok_or_else(|| internal("a group stands alone"))?;
        let key = DrillOf::of(siblings, rows, page);
        let of_groups = load(ctx, key).await?.unwrap_or_default();
        let place = (self.group.dimensions, self.group.key.clone());
        Ok(of_groups.get(&place).cloned().unwrap_or_default())
    }
}

/// A group of results: its keys, its count, and what can be reckoned of it.
#[Object(name = "Result")]
impl ResultNode {
    /// The keys of the group.
    async fn key(&self) -> ResultKeyValue {
        self.keys()
    }

    /// Whether it is a total of groups, and of which.
    async fn total(&self) -> TotalKind {
        self.group.total.into()
    }

    /// How many members or branches.
    async fn count(&self) -> i64 {
        self.group.figure.count
    }

    /// Where the count comes from.
    async fn source(&self) -> ResultSource {
        self.group.figure.source.into()
    }

    /// Whether the count was reckoned from a printed percentage.
    async fn derived(&self) -> bool {
        self.group.figure.derived
    }

    /// How much of what belongs to the group came, 0 to 1: of the branches directly below, those that have a
    /// figure; of the people on a printed roll, those that are counted; less what `missing` names.
    async fn coverage(&self) -> f64 {
        self.frame.coverage(&self.group)
    }

    /// What its rounds lack of its branch, at most 50 of it; `campaignStatus` has all.
    async fn missing(&self) -> Vec<Missing> {
        const SHOWN: usize = 50;
        self.frame.missing(&self.group).into_iter().take(SHOWN).cloned().map(Missing).collect()
    }

    /// Whether the figure may change: some deciding ratings are of a stage before the branch's own, or
    /// something is missing.
    async fn provisional(&self) -> bool {
        self.frame.is_provisional(&self.group)
    }

    /// The share of the group in what it is a part of. By default the whole is what it has the same
    /// keys with but for rating, scheme and reason, and those who were rated of it, where several
    /// schemes were used those rated by the scheme of the level; in groups by reason all on the roll.
    #[expect(clippy::unused_async, reason = "a resolver is asynchronous")]
    async fn share(
        &self,
        #[graphql(desc = "What the whole has in common with the group: `[CAMPAIGN]`.")]
        within: Option<Vec<ResultDimension>>,
        #[graphql(desc = "Of whom the whole is.")] of: Option<Denominator>,
        #[graphql(desc = "The whole are those with one of these levels, by code: `[\"HTTNV\"]`.")]
        of_ratings: Option<Vec<String>>,
    ) -> Result<Share> {
        if let Some(codes) = &of_ratings {
            let levels = self.frame.names().dictionary.levels();
            let known: BTreeSet<&str> = levels.map(|level| level.code.as_str()).collect();
            let is_known = codes.iter().all(|code| known.contains(code.as_str()));
            if codes.is_empty() || !is_known {
                let known = known.into_iter().collect::<Vec<_>>().join(", ");
                return Err(bad_argument(format!("`ofRatings` are codes of levels: {known}")));
            }
        }
        let base = match (of_ratings, of) {
            (Some(codes), _) => Base::Levels(codes),
            (None, Some(Denominator::Rated)) => Base::Rated,
            (None, Some(Denominator::ToRate)) => Base::ToRate,
            (None, Some(Denominator::OnRoll)) => Base::OnRoll,
            (None, None) => self.frame.usual_base(),
        };
        let within: Option<Vec<Dimension>> =
            within.map(|dimensions| dimensions.into_iter().map(Into::into).collect());
        Ok(Share(self.frame.share(&self.group, within.as_deref(), &base)))
    }

    /// The group against the same one of the round before of its branch, across successions; none for
    /// groups of several rounds, where the round before has nothing that can be compared (another
    /// rating scheme, a branch that was split), and for all branches together where they were last
    /// rated in different rounds.
    async fn delta(&self) -> Option<Delta> {
        let before = self.frame.delta(&self.group)?;
        let Share(now) = self.usual_share();
        Some(Delta { now, count: self.group.figure.count, before })
    }

    /// The stages whose scores averages and bounds are of, in the order in which a round passes them:
    /// of each person the stage that decides, or `UNSTATED` where it gave no score and another column
    /// has one. Averages over several of them mix what different people gave.
    async fn score_stages(&self) -> Vec<Stage> {
        self.frame.score_stages(&self.group).into_iter().map(Stage::of_number).collect()
    }

    /// The average; none where nobody of the group has a value in a list.
    async fn average(&self, #[graphql(desc = "Of what: `SCORE`.")] of: Measure) -> Option<f64> {
        let spread = self.spread(of)?;
        let count = i32::try_from(spread.count).ok().filter(|count| *count > 0)?;
        spread.sum.map(|sum| sum / f64::from(count))
    }

    /// The least value; none where nobody of the group has one in a list.
    async fn minimum(&self, #[graphql(desc = "Of what: `SCORE`.")] of: Measure) -> Option<f64> {
        self.spread(of)?.minimum
    }

    /// The greatest value; none where nobody of the group has one in a list.
    async fn maximum(&self, #[graphql(desc = "Of what: `SCORE`.")] of: Measure) -> Option<f64> {
        self.spread(of)?.maximum
    }

    /// The evaluations of members that the group counts, as far as lists have them.
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<MemberEvaluation>> {
        let page = Page::by_id(ctx, Window::forwards(first, after))?;
        let drilled = self.drill(ctx, results::Rows::MemberEvaluations, &page).await?;
        let keys = drilled.ids.into_iter().map(MemberEvaluationKey).collect();
        let rows: Vec<db::MemberEvaluation> = load_all(ctx, keys).await?;
        Ok(page.of_rows(rows, drilled.total))
    }

    /// The enrolments that the group counts, as far as lists have them; groups by reason have those
    /// who were not rated.
    async fn enrolments(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<Enrolment>> {
        let page = Page::by_id(ctx, Window::forwards(first, after))?;
        let drilled = self.drill(ctx, results::Rows::Enrolments, &page).await?;
        let keys = drilled.ids.into_iter().map(EnrolmentKey).collect();
        let rows: Vec<db::Enrolment> = load_all(ctx, keys).await?;
        Ok(page.of_rows(rows, drilled.total))
    }

    /// The evaluations of branches that the group counts, in results of branches.
    async fn branches(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "At most so many rows, from the first on: 50 where none are named, 1,000 at most."
        )]
        first: Option<i32>,
        #[graphql(desc = "Rows behind this cursor: `endCursor` of the page before.")] after: Option<
            String,
        >,
    ) -> Result<Rows<BranchEvaluation>> {
        let page = Page::by_id(ctx, Window::forwards(first, after))?;
        let drilled = self.drill(ctx, results::Rows::BranchEvaluations, &page).await?;
        let keys = drilled.ids.into_iter().map(BranchEvaluationKey).collect();
        let rows: Vec<db::BranchEvaluation> = load_all(ctx, keys).await?;
        Ok(page.of_rows(rows, drilled.total))
    }
}

impl Plain for ResultNode {
    fn plain(&self, field: &Field) -> Option<Value> {
        let figure = &self.group.figure;
        Some(match field.name.node.as_str() {
            "key" => return plain::object(Some(&self.keys()), field),
            "total" => TotalKind::from(self.group.total).into(),
            "count" => figure.count.into(),
            "source" => ResultSource::from(figure.source).into(),
            "derived" => figure.derived.into(),
            "coverage" => self.frame.coverage(&self.group).into(),
            "provisional" => self.frame.is_provisional(&self.group).into(),
            "share" => return plain::object(Some(&self.usual_share()), field),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn percentages_are_exact() {
        assert_eq!(percent(13, 98, 1).as_deref(), Some("13.3"));
        assert_eq!(percent(84, 98, 1).as_deref(), Some("85.7"));
        assert_eq!(percent(1, 98, 1).as_deref(), Some("1.0"));
        assert_eq!(percent(1, 8, 2).as_deref(), Some("12.50"));
        assert_eq!(percent(1, 8, 0).as_deref(), Some("13"));
        assert_eq!(percent(-1, 8, 1).as_deref(), Some("-12.5"));
        assert_eq!(percent(0, 0, 1), None);
    }
}
