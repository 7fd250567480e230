//! Aggregated results over the tree and the rounds, from the tallies that the ledger keeps.

mod shape;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result, SimpleObject};

use super::Hub;
use super::branch::Branch;
use super::campaign::Campaign;
use super::error::bad_argument;
use super::filter::{BranchScope, CampaignFilter, Meaning, RatingFilter, StageFilter};
use super::names::{Denominator, ResultDimension, ResultSource, SourceChoice, Subject, name_of};
use super::page::{Page, Rows};
use super::rating::Rating;
pub(super) use shape::{ResultOrder, ResultPredicate, Shape, TotalKind, Totals};

use crate::db::{self, AnyConnection, DECIDING, QueryResult, Tally, TallyScope, Test, Where};

/// Which results.
#[derive(Debug, Clone, Default, InputObject)]
pub(super) struct ResultFilter {
    /// The rounds; all of them where none is named.
    campaign: Option<CampaignFilter>,
    /// The branch, with all below it; everything where none is named.
    branch: Option<BranchScope>,
    /// The levels.
    rating: Option<RatingFilter>,
    /// The stage; the deciding one where none is named.
    stage: Option<StageFilter>,
    /// Where the figures come from.
    #[graphql(default)]
    source: SourceChoice,
}

impl ResultFilter {
    /// The same question about one branch.
    pub(super) fn of_branch(mut self, id: ID) -> Self {
        self.branch = Some(BranchScope::whole(id));
        self
    }
}

/// One group key; give exactly one of its fields.
#[derive(Debug, Clone, OneofObject)]
pub(super) enum ResultGroup {
    /// By round: `{ campaign: true }`.
    Campaign(bool),
    /// By rating: `{ rating: true }`.
    Rating(bool),
    /// By branch: `{ branch: { children: true } }` or `{ branch: { each: true } }`.
    Branch(BranchGroup),
}

/// Which branches make a group each; give exactly one of its fields.
#[derive(Debug, Clone, OneofObject)]
pub(super) enum BranchGroup {
    /// The branches directly below, each with all below it.
    Children(bool),
    /// Every branch, each with what is listed for it and all below it.
    Each(bool),
    /// The branches so many levels below the one that was asked about; without one, 1 is the top.
    Level(i32),
}

/// The keys of a group; null where it is not grouped by it.
#[derive(SimpleObject, Clone)]
pub(super) struct ResultKeyValue {
    /// The round.
    campaign: Option<Campaign>,
    /// The branch.
    branch: Option<Branch>,
    /// The rating.
    rating: Option<Rating>,
}

/// A part of a whole, with both numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Share {
    numerator: i64,
    denominator: i64,
}

#[Object]
impl Share {
    /// Numerator by denominator, 0 to 1; none where the denominator is 0.
    async fn ratio(&self) -> Option<f64> {
        self.quotient()
    }

    /// The number of the group.
    async fn numerator(&self) -> i64 {
        self.numerator
    }

    /// The number that it is compared with.
    async fn denominator(&self) -> i64 {
        self.denominator
    }

    /// In per cent with some digits after the point, rounded half up: `13.3`.
    async fn percent(
        &self,
        #[graphql(default = 1, desc = "Digits after the point, 0 to 6.")] digits: u8,
    ) -> Option<String> {
        percent(self.numerator, self.denominator, digits.min(6))
    }
}

impl Share {
    pub(super) fn of(numerator: i64, denominator: i64) -> Self {
        Self { numerator, denominator }
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::as_conversions,
        reason = "counts of people are far below 2^52"
    )]
    fn quotient(self) -> Option<f64> {
        (self.denominator != 0).then(|| self.numerator as f64 / self.denominator as f64)
    }
}

/// Exact in whole numbers, so that 12.5 % of a count never becomes 12.4 or 12.6.
fn percent(numerator: i64, denominator: i64, digits: u8) -> Option<String> {
    if denominator == 0 {
        return None;
    }
    let unit = 10_i128.pow(u32::from(digits));
    let (numerator, denominator) = (i128::from(numerator), i128::from(denominator));
    let scaled = (200 * unit * numerator + denominator).div_euclid(2 * denominator);
    if digits == 0 {
        return Some(scaled.to_string());
    }
    let (whole, rest) = (scaled.div_euclid(unit), scaled.rem_euclid(unit));
    Some(format!("{whole}.{rest:0width$}", width = usize::from(digits)))
}

/// A group of results.
pub(super) struct ResultNode {
    key: ResultKeyValue,
    place: Place,
    figure: Figure,
    provisional: bool,
    bases: Arc<Bases>,
    /// Whether it is a total of groups.
    total: TotalKind,
    /// What it has in common with its whole, where nothing else is said.
    grouped: Vec<ResultDimension>,
}

impl ResultNode {
    fn share_of(&self, dimensions: &[ResultDimension], of: Denominator) -> Share {
        Share {
            numerator: self.figure.count,
            denominator: self.bases.within(self.place, dimensions, of),
        }
    }

    /// In per cent of those rated.
    fn percent(&self) -> Option<f64> {
        self.share_of(&self.grouped, Denominator::Rated).quotient().map(|ratio| ratio * 100.0)
    }

    fn round(&self) -> (i32, &str) {
        let campaign = self.key.campaign.as_ref();
        campaign.map_or((0, ""), |campaign| (campaign.0.year, campaign.0.code.as_str()))
    }

    fn branch_name(&self) -> (&str, i64) {
        let branch = self.key.branch.as_ref();
        (branch.map_or("", |branch| branch.0.sort_key.as_str()), self.place.branch)
    }

    fn rank(&self) -> (i64, i32) {
        let rating = self.key.rating.as_ref();
        rating.map_or((0, 0), |rating| (rating.0.scheme_id, rating.0.rank))
    }

    /// Oldest round first, then branches by name, then levels from the best; totals behind what
    /// they are the totals of.
    fn order(&self) -> impl Ord {
        let is_total = self.total != TotalKind::None;
        let branch = self.branch_name();
        (
            self.total == TotalKind::Grand,
            self.round().0,
            self.round().1.to_owned(),
            is_total && self.key.branch.is_none(),
            (branch.0.to_owned(), branch.1),
            is_total,
            self.rank(),
        )
    }
}

/// The round, branch and rating of a group; 0 where it is not grouped by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Place {
    campaign: i64,
    branch: i64,
    rating: i64,
}

/// A count and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Figure {
    count: i64,
    source: ResultSource,
    derived: bool,
    coverage: f64,
}

impl Figure {
    fn and(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            source: if self.source == other.source { self.source } else { ResultSource::Mixed },
            derived: self.derived || other.derived,
            coverage: self.coverage.min(other.coverage),
        }
    }
}

/// Denominators by round and branch.
#[derive(Debug, Default)]
struct Bases {
    by_place: HashMap<(i64, i64), HashMap<&'static str, i64>>,
}

/// Stands for the branch that was asked about, with all below it.
const WHOLE: i64 = -1;

const MEASURES: [&str; 3] = ["RATED", "TO_RATE", "ON_ROLL"];

impl Bases {
    /// The sum of a measure over the groups that are like a place in some dimensions.
    /// Of the whole in all branches, what is reckoned for the branch that was asked about: branches
    /// and what is above them would count twice.
    fn within(&self, place: Place, dimensions: &[ResultDimension], of: Denominator) -> i64 {
        let measure = match of {
            Denominator::Rated => MEASURES[0],
            Denominator::ToRate => MEASURES[1],
            Denominator::OnRoll => MEASURES[2],
        };
        let by_branch = dimensions.contains(&ResultDimension::Branch);
        let branch = if by_branch { place.branch } else { WHOLE };
        let alike = |key: &(i64, i64)| {
            (!dimensions.contains(&ResultDimension::Campaign) || key.0 == place.campaign)
                && key.1 == branch
        };
        self.by_place
            .iter()
            .filter(|(key, _)| alike(key))
            .filter_map(|(_, counts)| counts.get(measure))
            .sum()
    }
}

/// A group of results: its keys, its count, and shares of it.
#[Object(name = "Result")]
impl ResultNode {
    /// The keys of the group.
    async fn key(&self) -> &ResultKeyValue {
        &self.key
    }

    /// How many members or branches.
    async fn count(&self) -> i64 {
        self.figure.count
    }

    /// Where the count comes from.
    async fn source(&self) -> ResultSource {
        self.figure.source
    }

    /// Whether the count was reckoned from a printed percentage.
    async fn derived(&self) -> bool {
        self.figure.derived
    }

    /// The share of the branches directly below that have a figure, 0 to 1.
    async fn coverage(&self) -> f64 {
        self.figure.coverage
    }

    /// Whether some deciding ratings are of a stage before the branch's own.
    async fn provisional(&self) -> bool {
        self.provisional
    }

    /// The share of the group in what it is a part of. By default the whole is what has the same
    /// round and branch; `within` names what it must have in common.
    async fn share(
        &self,
        #[graphql(desc = "What the whole has in common with the group.")] within: Option<
            Vec<ResultDimension>,
        >,
        #[graphql(default, desc = "Of whom the whole is.")] of: Denominator,
    ) -> Share {
        self.share_of(&within.unwrap_or_else(|| self.grouped.clone()), of)
    }

    /// Whether it is a total of groups, and of which.
    async fn total(&self) -> TotalKind {
        self.total
    }
}

/// What is asked, in the terms of the database.
struct Question {
    subject: String,
    campaign: Where<db::CampaignFilter>,
    branch: Option<db::BranchScope>,
    rating: Option<Where<db::RatingFilter>>,
    stage: i32,
    source: SourceChoice,
    by_campaign: bool,
    by_rating: bool,
    by_branch: Option<BranchGroup>,
    /// The group keys in the order in which they were given.
    dimensions: Vec<ResultDimension>,
    shape: Shape,
}

/// What the database gave for a question.
#[derive(Clone, Copy)]
struct Found<'a> {
    tallies: &'a [Tally],
    campaigns: &'a [db::Campaign],
    ratings: &'a [db::Rating],
    branches: &'a BTreeSet<i64>,
}

/// Answers a question about results.
pub(super) async fn answer(
    ctx: &Context<'_>,
    of: Subject,
    filter: ResultFilter,
    group_by: Vec<ResultGroup>,
    shape: Shape,
    page: Page,
) -> Result<Rows<ResultNode>> {
    let dimension = |group: &ResultGroup| match group {
        ResultGroup::Campaign(_) => ResultDimension::Campaign,
        ResultGroup::Rating(_) => ResultDimension::Rating,
        ResultGroup::Branch(_) => ResultDimension::Branch,
    };
    let question = Question {
        subject: name_of(of),
        campaign: filter.campaign.unwrap_or_default().resolve()?,
        branch: filter.branch.as_ref().map(BranchScope::base).transpose()?,
        rating: filter.rating.map(RatingFilter::resolve).transpose()?,
        stage: match filter.stage.map(Meaning::<Vec<Test<i32>>>::meaning).transpose()?.as_deref() {
            Some([Test::Eq(stage)]) => *stage,
            _ => DECIDING,
        },
        source: filter.source,
        by_campaign: group_by.iter().any(|group| matches!(group, ResultGroup::Campaign(true))),
        by_rating: group_by.iter().any(|group| matches!(group, ResultGroup::Rating(true))),
        by_branch: group_by.iter().find_map(|group| match group {
            ResultGroup::Branch(branch) => Some(branch.clone()),
            _ => None,
        }),
        dimensions: group_by.iter().map(dimension).collect(),
        shape,
    };
    let off = |group: &ResultGroup| {
        matches!(
            group,
            ResultGroup::Campaign(false)
                | ResultGroup::Rating(false)
                | ResultGroup::Branch(BranchGroup::Children(false) | BranchGroup::Each(false))
        )
    };
    if group_by.iter().any(off) {
        return Err(bad_argument(
            "a group key is `false`; leave out what should not be grouped by",
        ));
    }
    let nodes = ctx.data::<Hub>()?.run(move |conn| question.answer(conn)).await?;
    Ok(page.of_all(nodes))
}

impl Question {
    fn answer(&self, conn: &mut AnyConnection) -> QueryResult<Vec<ResultNode>> {
        let campaigns = db::Campaign::matching(conn, &self.campaign)?;
        let rounds: Vec<i64> = campaigns.iter().map(|campaign| campaign.id).collect();
        let branches = self.branches(conn, &rounds)?;
        let mut ids: Vec<i64> = branches.iter().copied().collect();
        if !branches.contains(&self.base()) {
            ids.push(self.base());
        }
        let mut tallies = Vec::new();
        for chunk in ids.chunks(10_000) {
            let scope = TallyScope {
                campaigns: rounds.clone(),
                branches: chunk.to_vec(),
                subject: self.subject.clone(),
                stage: self.stage,
            };
            tallies.extend(Tally::in_scope(conn, &scope)?);
        }
        let mut ratings = db::Rating::all(conn)?;
        if let Some(filter) = &self.rating {
            let fitting = db::Rating::matching(conn, filter)?;
            ratings.retain(|rating| fitting.contains(&rating.id));
        }
        let names: HashMap<i64, db::Branch> = if self.by_branch.is_some() {
            db::Branch::by_ids(conn, &ids)?.into_iter().map(|row| (row.id, row)).collect()
        } else {
            HashMap::new()
        };
        let found = Found {
            tallies: &tallies,
            campaigns: &campaigns,
            ratings: &ratings,
            branches: &branches,
        };
        Ok(self.groups(&found, &names))
    }

    /// The branch that was asked about; 0 stands for everything.
    fn base(&self) -> i64 {
        self.branch.map_or(0, |scope| scope.id)
    }

    /// The branches that make groups.
    fn branches(&self, conn: &mut AnyConnection, rounds: &[i64]) -> QueryResult<BTreeSet<i64>> {
        let base = self.branch.map(|scope| scope.id);
        let max_depth = match &self.by_branch {
            None => return Ok(BTreeSet::from([base.unwrap_or(0)])),
            Some(BranchGroup::Children(_)) => Some(1),
            Some(BranchGroup::Level(level)) => Some(*level),
            Some(BranchGroup::Each(_)) => None,
        };
        let Some(base) = base else {
            let mut placed = BTreeSet::new();
            for round in rounds {
                // How many stand above a branch, itself included: the top is the first level.
                let mut levels: HashMap<i64, i32> = HashMap::new();
                for row in db::AncestryRow::of_campaign(conn, *round)? {
                    *levels.entry(row.branch_id).or_default() += 1;
                }
                let fits =
                    levels.iter().filter(|(_, level)| max_depth.is_none_or(|n| n == **level));
                placed.extend(fits.map(|(id, _)| *id));
            }
            return Ok(placed);
        };
        let below = db::AncestryRow::under(conn, rounds, &[base])?;
        let fits = |row: &&db::AncestryRow| match max_depth {
            Some(depth) => row.depth == depth,
            None => true,
        };
        Ok(below.iter().filter(fits).map(|row| row.branch_id).collect())
    }

    fn figure(&self, tally: &Tally) -> Option<Figure> {
        let own = self.branch.is_some_and(|scope| !scope.with_subtree);
        let counted =
            |count| Figure { count, source: ResultSource::Counted, derived: false, coverage: 1.0 };
        let source = match tally.source.as_str() {
            "COUNTED" => ResultSource::Counted,
            "REPORTED" => ResultSource::Reported,
            _ => ResultSource::Mixed,
        };
        match self.source {
            _ if own && self.source != SourceChoice::Reported => Some(counted(tally.own)),
            SourceChoice::Best => tally.best.map(|count| Figure {
                count,
                source,
                derived: tally.derived,
                coverage: tally.coverage,
            }),
            SourceChoice::Counted => Some(counted(tally.counted)),
            SourceChoice::Reported => tally.reported.map(|count| Figure {
                count,
                source: ResultSource::Reported,
                derived: tally.derived,
                coverage: 1.0,
            }),
        }
    }

    fn groups(&self, found: &Found<'_>, names: &HashMap<i64, db::Branch>) -> Vec<ResultNode> {
        let Found { tallies, campaigns, ratings, branches: wanted_branches } = *found;
        let base = self.base();
        let mut figures: BTreeMap<Place, Figure> = BTreeMap::new();
        let mut provisional: BTreeSet<(i64, i64)> = BTreeSet::new();
        let mut bases = Bases::default();
        let wanted = if self.by_rating || self.rating.is_some() { "RATING" } else { "RATED" };
        let levels: HashMap<i64, &db::Rating> =
            ratings.iter().map(|rating| (rating.id, rating)).collect();
        for tally in tallies {
            let Some(figure) = self.figure(tally) else { continue };
            let round = if self.by_campaign { tally.campaign_id } else { 0 };
            let branch = if self.by_branch.is_some() { tally.branch_id } else { 0 };
            if let Some(measure) = MEASURES.iter().find(|measure| **measure == tally.measure) {
                let whole = (tally.branch_id == base).then_some(WHOLE);
                let places =
                    if self.by_branch.is_some() { vec![Some(branch), whole] } else { vec![whole] };
                for place in places.into_iter().flatten() {
                    let counts = bases.by_place.entry((round, place)).or_default();
                    *counts.entry(measure).or_default() += figure.count;
                }
            }
            if !wanted_branches.contains(&tally.branch_id) {
                continue;
            }
            if tally.measure == "PROVISIONAL" && figure.count > 0 {
                provisional.insert((round, branch));
            }
            if self.is_wanted(tally, wanted, &levels) && figure.count != 0 {
                let rating = if self.by_rating { tally.rating_id } else { 0 };
                let place = Place { campaign: round, branch, rating };
                let sum = figures.get(&place).map_or(figure, |known| known.and(figure));
                figures.insert(place, sum);
            }
        }
        if self.shape.fill_gaps && self.by_rating {
            Self::fill_gaps(&mut figures, ratings);
        }
        let bases = Arc::new(bases);
        let groups = figures
            .into_iter()
            .map(|(place, figure)| (place, figure, TotalKind::None, self.grouped()))
            .chain(self.totals(found, wanted, &levels));
        let mut nodes: Vec<ResultNode> = groups
            .map(|(place, figure, total, grouped)| ResultNode {
                key: ResultKeyValue {
                    campaign: campaigns
                        .iter()
                        .find(|row| row.id == place.campaign)
                        .cloned()
                        .map(Campaign),
                    branch: names.get(&place.branch).cloned().map(Branch),
                    rating: levels.get(&place.rating).map(|level| Rating((*level).clone())),
                },
                place,
                figure,
                provisional: provisional.contains(&(place.campaign, place.branch)),
                bases: Arc::clone(&bases),
                total,
                grouped,
            })
            .collect();
        self.shape.apply(&mut nodes);
        nodes
    }

    fn is_wanted(&self, tally: &Tally, wanted: &str, levels: &HashMap<i64, &db::Rating>) -> bool {
        tally.measure == wanted && (self.rating.is_none() || levels.contains_key(&tally.rating_id))
    }

    /// Groups of nobody, for the levels of a scheme that has a group in the same round and branch.
    fn fill_gaps(figures: &mut BTreeMap<Place, Figure>, ratings: &[db::Rating]) {
        let known: Vec<(Place, Figure)> =
            figures.iter().map(|(place, figure)| (*place, *figure)).collect();
        for (place, figure) in known {
            let scheme = ratings.iter().find(|row| row.id == place.rating).map(|row| row.scheme_id);
            let levels = ratings.iter().filter(|row| Some(row.scheme_id) == scheme);
            for level in levels {
                let empty = Figure { count: 0, ..figure };
                figures.entry(Place { rating: level.id, ..place }).or_insert(empty);
            }
        }
    }

    /// The totals that are asked for. Branches and what is above them would count twice: what is
    /// not grouped by branch is the figure of the branch that was asked about.
    fn totals(
        &self,
        found: &Found<'_>,
        wanted: &str,
        levels: &HashMap<i64, &db::Rating>,
    ) -> Vec<(Place, Figure, TotalKind, Vec<ResultDimension>)> {
        let lengths = match self.shape.totals {
            Totals::None => 0..0,
            Totals::Grand => 0..1,
            Totals::Rollup => 0..self.dimensions.len().max(1),
        };
        let mut totals = Vec::new();
        for length in lengths {
            let keys = &self.dimensions[..length];
            let has = |dimension| keys.contains(&dimension);
            let mut sums: BTreeMap<Place, Figure> = BTreeMap::new();
            for tally in found.tallies.iter().filter(|it| self.is_wanted(it, wanted, levels)) {
                let counts = if has(ResultDimension::Branch) {
                    found.branches.contains(&tally.branch_id)
                } else {
                    tally.branch_id == self.base()
                };
                let Some(figure) = self.figure(tally).filter(|it| counts && it.count != 0) else {
                    continue;
                };
                let of = |dimension, id: i64| if has(dimension) { id } else { 0 };
                let place = Place {
                    campaign: of(ResultDimension::Campaign, tally.campaign_id),
                    branch: of(ResultDimension::Branch, tally.branch_id),
                    rating: of(ResultDimension::Rating, tally.rating_id),
                };
                let sum = sums.get(&place).map_or(figure, |known| known.and(figure));
                sums.insert(place, sum);
            }
            let kind = if length == 0 { TotalKind::Grand } else { TotalKind::Subtotal };
            let grouped: Vec<ResultDimension> =
                self.grouped().into_iter().filter(|dimension| has(*dimension)).collect();
            totals.extend(
                sums.into_iter().map(|(place, figure)| (place, figure, kind, grouped.clone())),
            );
        }
        totals
    }

    /// The dimensions that a group shares with its whole by default.
    fn grouped(&self) -> Vec<ResultDimension> {
        let campaign = self.by_campaign.then_some(ResultDimension::Campaign);
        let branch = self.by_branch.is_some().then_some(ResultDimension::Branch);
        campaign.into_iter().chain(branch).collect()
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
        assert_eq!(percent(0, 0, 1), None);
    }
}
