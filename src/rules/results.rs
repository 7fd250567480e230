//! Aggregated results: what is asked for, counted from tallies or from the roll.
//!
//! Tallies answer by round, branch, rating, scheme, stage and reason without a scan. By what each
//! person has (sex, age, position, probation) the enrolments are counted; nothing is printed by it.

mod cell;
mod drill;
mod frame;
mod key;
mod listed;
mod printed;
mod tree;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::db::{
    Branch, BranchScope, Campaign, CampaignFilter, EnrolmentFilter, MemberFilter, QueryResult,
    Rating, RatingFilter, Scheme, StageScope, Succession, Test, Where,
};
pub(crate) use cell::Source;
pub(crate) use drill::{Drilled, Rows, drill};
pub(crate) use frame::{Base, Delta, Frame, Group, Ratio, TotalKind};
pub(crate) use key::{Dimension, Dimensions, Key};

use crate::db::AnyConnection;
use cell::{Cell, Measure};
use tree::Tree;
pub(crate) use tree::origins;

/// Which source of results to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SourceChoice {
    /// The list if it is complete, else the sum of the branches below, else the printed figure.
    Best,
    /// Lists only.
    Counted,
    /// Printed figures only.
    Reported,
}

/// Which branches make a group each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BranchGroup {
    /// Those directly below.
    Children,
    /// All of them.
    Each,
    /// Those so many levels below; of everything, 1 is the top.
    Level(i32),
}

/// One group key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupBy {
    Campaign,
    Branch(BranchGroup),
    Rating,
    Scheme,
    Stage,
    Sex,
    /// Bands of so many years.
    AgeBand(i32),
    Position,
    Probationary,
    Reason,
}

impl GroupBy {
    pub(crate) fn dimension(self) -> Dimension {
        match self {
            Self::Campaign => Dimension::Campaign,
            Self::Branch(_) => Dimension::Branch,
            Self::Rating => Dimension::Rating,
            Self::Scheme => Dimension::Scheme,
            Self::Stage => Dimension::Stage,
            Self::Sex => Dimension::Sex,
            Self::AgeBand(_) => Dimension::AgeBand,
            Self::Position => Dimension::Position,
            Self::Probationary => Dimension::Probationary,
            Self::Reason => Dimension::Reason,
        }
    }
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Members,
    Branches,
}

impl Subject {
    fn name(self) -> &'static str {
        match self {
            Self::Members => "MEMBERS",
            Self::Branches => "BRANCHES",
        }
    }
}

/// Which totals come with the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Totals {
    None,
    /// One of everything.
    Grand,
    /// One of everything, and one for each leading group key.
    Rollup,
}

/// What of an answer is looked at: the rest is not reckoned.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Needs {
    /// The rounds before.
    pub(crate) earlier: bool,
    /// Scores and ages.
    pub(crate) spreads: bool,
    /// Those on the roll and those to be rated.
    pub(crate) roll: bool,
}

/// A question about results.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) subject: Subject,
    pub(crate) campaign: Where<CampaignFilter>,
    pub(crate) branch: Option<BranchScope>,
    /// Whether branches count without those below them.
    pub(crate) own: bool,
    pub(crate) rating: Option<Where<RatingFilter>>,
    /// Stages by their numbers; the deciding one where none is named.
    pub(crate) stages: Option<Vec<i32>>,
    pub(crate) source: SourceChoice,
    pub(crate) member: Option<Where<MemberFilter>>,
    /// Conditions on enrolments; those of round, branch and member stand beside it.
    pub(crate) enrolment: Option<EnrolmentFilter>,
    /// In the order in which they were given.
    pub(crate) groups: Vec<GroupBy>,
    pub(crate) totals: Totals,
    pub(crate) fill_gaps: bool,
    pub(crate) needs: Needs,
}

impl Question {
    /// Why there is no answer, in a sentence.
    pub(crate) fn check(&self) -> Result<(), String> {
        let dimensions = self.dimensions();
        let mut seen = Dimensions::default();
        for group in &self.groups {
            if seen.has(group.dimension()) {
                return Err("a group key is given twice; give each once".to_owned());
            }
            seen = seen.with(group.dimension());
            match group {
                GroupBy::AgeBand(width) if !(1..=100).contains(width) => {
                    return Err(format!("`width` is {width}; expected 1 to 100 years"));
                }
                GroupBy::Branch(BranchGroup::Level(level)) if *level < 1 => {
                    return Err(format!("`level` is {level}; expected 1 or more"));
                }
                _ => {}
            }
        }
        if self.subject == Subject::Branches {
            let personal = Dimensions::personal().with(Dimension::Reason);
            if dimensions.has_any(personal) || self.is_about_persons() {
                return Err("branches have no sex, age, position, probation or reason: ask for \
                            `of: MEMBERS`"
                    .to_owned());
            }
        }
        if self.own {
            if self.branch_group().is_some() {
                return Err("a branch itself (`include: SELF`) has no branches below it: leave \
                            `branch` out of `groupBy`, or `include` out of `where`"
                    .to_owned());
            }
            if self.subject == Subject::Branches {
                return Err("results of branches are of those below a branch: ask \
                            `branchEvaluations` for its own"
                    .to_owned());
            }
        }
        let of_rated = [Dimension::Rating, Dimension::Scheme, Dimension::Stage];
        let is_of_rated = of_rated.iter().any(|dimension| dimensions.has(*dimension));
        if dimensions.has(Dimension::Reason)
            && (is_of_rated || self.rating.is_some() || self.stages.is_some())
        {
            return Err("those with a reason were not rated: by `{ reason: true }` leave rating, \
                        scheme and stage out, or ask for them in a field of their own"
                .to_owned());
        }
        if self.scans() && self.source == SourceChoice::Reported {
            return Err("nothing is printed by sex, age, position or probation: leave \
                        `source: REPORTED` out"
                .to_owned());
        }
        let several = self.stages.as_ref().is_some_and(|stages| stages.len() > 1);
        if several && !dimensions.has(Dimension::Stage) {
            return Err("several stages would count people several times: name one, or group by \
                        `{ stage: true }`"
                .to_owned());
        }
        Ok(())
    }

    fn is_about_persons(&self) -> bool {
        self.member.is_some() || self.enrolment.is_some()
    }

    /// Whether the answer is a few tallies.
    pub(crate) fn is_brief(&self) -> bool {
        !self.scans() && !self.needs.spreads && !self.needs.earlier && self.branch_group().is_none()
    }

    /// Whether tallies do not tell.
    fn scans(&self) -> bool {
        self.dimensions().has_any(Dimensions::personal()) || self.is_about_persons()
    }

    pub(crate) fn dimensions(&self) -> Dimensions {
        self.groups.iter().map(|group| group.dimension()).collect()
    }

    fn has(&self, dimension: Dimension) -> bool {
        self.dimensions().has(dimension)
    }

    fn branch_group(&self) -> Option<BranchGroup> {
        self.groups.iter().find_map(|group| match group {
            GroupBy::Branch(group) => Some(*group),
            _ => None,
        })
    }

    fn stage_scope(&self) -> StageScope {
        match self.stages.as_deref() {
            _ if self.has(Dimension::Stage) => StageScope::Each,
            Some([stage, ..]) => StageScope::One(*stage),
            _ => StageScope::Deciding,
        }
    }

    /// What the groups count: levels, reasons, or all who were rated.
    fn wanted(&self) -> Measure {
        let parted = self.has(Dimension::Rating) || self.has(Dimension::Scheme);
        if self.has(Dimension::Reason) {
            Measure::Reason
        } else if parted || self.rating.is_some() {
            Measure::Rating
        } else {
            Measure::Rated
        }
    }

    /// Answers the question.
    pub(crate) fn answer(self, conn: &mut AnyConnection) -> QueryResult<Frame> {
        // Tallies bring their rounds and levels with them; the rest must know them before.
        let mut known = Known::default();
        let is_of_tallies = !self.scans() && !self.needs.spreads;
        let rounds =
            if self.is_brief() { Vec::new() } else { Campaign::matching(conn, &self.campaign)? };
        if !is_of_tallies || self.fill_gaps {
            known.levels =
                Rating::all(conn)?.into_iter().map(|row| (row.id, Arc::new(row))).collect();
        }
        known.rounds.extend(rounds.iter().map(|round| (round.id, Arc::new(round.clone()))));
        let fitting: Option<HashSet<i64>> = match &self.rating {
            Some(filter) => Some(Rating::matching(conn, filter)?.into_iter().collect()),
            None => None,
        };
        let tree = Tree::load(conn, &self, &rounds)?;
        let cells = self.cells(conn, (&rounds, &self.campaign), &tree, &mut known)?;
        let spreads = if self.needs.spreads {
            listed::spreads(conn, &self, &rounds, &tree, &known.levels, fitting.as_ref())?
        } else {
            Vec::new()
        };
        let earlier = if self.needs.earlier {
            Some(self.earlier(conn, &rounds, &tree, &mut known)?)
        } else {
            None
        };
        let branches = match self.branch_group() {
            Some(_) => {
                let ids: Vec<i64> = tree.groups().collect();
                Branch::by_ids(conn, &ids)?.into_iter().map(|row| (row.id, row)).collect()
            }
            None => HashMap::new(),
        };
        let schemes = if self.has(Dimension::Scheme) {
            Scheme::all(conn, None)?.into_iter().map(|row| (row.id, row)).collect()
        } else {
            HashMap::new()
        };
        let Known { rounds: campaigns, levels } = known;
        let names = frame::Names { campaigns, branches, levels, schemes };
        Ok(Frame::of(self, cells, spreads, earlier, names, fitting))
    }

    /// The cells of some rounds, and the filter that leaves them.
    fn cells(
        &self,
        conn: &mut AnyConnection,
        (rounds, filter): (&[Campaign], &Where<CampaignFilter>),
        tree: &Tree,
        known: &mut Known,
    ) -> QueryResult<Vec<Cell>> {
        if self.scans() {
            listed::cells(conn, self, rounds, tree, &known.levels)
        } else {
            printed::cells(conn, self, filter, tree, known)
        }
    }

    /// The same of the round before each round, for the branches that today's ones come from.
    fn earlier(
        &self,
        conn: &mut AnyConnection,
        rounds: &[Campaign],
        tree: &Tree,
        known: &mut Known,
    ) -> QueryResult<frame::Earlier> {
        let all = Campaign::matching(conn, &Where::default())?;
        let before = |round: &Campaign| {
            let alike = all.iter().filter(|it| it.quarter.is_some() == round.quarter.is_some());
            let mut earlier = alike.filter(|it| (it.year, &it.code) < (round.year, &round.code));
            earlier.next_back().cloned()
        };
        let previous: HashMap<i64, Campaign> =
            rounds.iter().filter_map(|round| Some((round.id, before(round)?))).collect();
        let successions = Succession::all(conn)?;
        let order: Vec<i64> = all.iter().map(|round| round.id).collect();
        let base = self.branch.map(|scope| scope.id);
        let mut origins: HashMap<(i64, i64), Option<Vec<i64>>> = HashMap::new();
        for (round, earlier) in &previous {
            for branch in tree.groups_of(*round).chain(base) {
                let found = tree::origins(branch, (earlier.id, *round), &order, &successions);
                origins.insert((*round, branch), found);
            }
        }
        let mut rows: Vec<Campaign> = previous.values().cloned().collect();
        rows.sort_by_key(|round| round.id);
        rows.dedup_by_key(|round| round.id);
        let before_tree = Tree::of_origins(
            conn,
            &rows,
            previous.iter().flat_map(|(round, earlier)| {
                let of_round = origins.iter().filter(move |((of, _), _)| of == round);
                of_round
                    .filter_map(|(_, found)| found.as_ref())
                    .flatten()
                    .map(move |branch| (earlier.id, *branch))
            }),
            self.own,
        )?;
        // Everything, or the branch that was asked about, is looked up by its branches.
        let question = Self { branch: None, groups: self.groups_by_each_branch(), ..self.clone() };
        let codes = rows.iter().map(|round| round.code.clone()).collect();
        let filter = CampaignFilter { code: vec![Test::In(codes)], ..CampaignFilter::default() };
        // The rounds before are none of those that were asked for.
        let mut others = Known { levels: known.levels.clone(), ..Known::default() };
        let cells = question.cells(conn, (&rows, &Where::Is(filter)), &before_tree, &mut others)?;
        known.levels.extend(others.levels);
        Ok(frame::Earlier { previous, origins, cells })
    }

    fn groups_by_each_branch(&self) -> Vec<GroupBy> {
        let others = self.groups.iter().copied();
        let others = others.filter(|group| !matches!(group, GroupBy::Branch(_)));
        others.chain([GroupBy::Branch(BranchGroup::Each)]).collect()
    }
}

/// Rounds and levels that an answer names.
#[derive(Debug, Default)]
struct Known {
    rounds: HashMap<i64, Arc<Campaign>>,
    levels: Levels,
}

/// Levels by their id.
type Levels = HashMap<i64, Arc<Rating>>;

/// A text that many keys share.
fn shared(texts: &mut HashSet<Arc<str>>, text: Option<String>) -> Option<Arc<str>> {
    let text = text?;
    if let Some(known) = texts.get(text.as_str()) {
        return Some(Arc::clone(known));
    }
    let text: Arc<str> = text.into();
    texts.insert(Arc::clone(&text));
    Some(text)
}
