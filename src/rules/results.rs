//! Aggregated results: what is asked for, counted from tallies or from the roll.
//!
//! Tallies answer by round, branch, rating, scheme, stage and reason without a scan. By what each
//! person has (sex, age, position, probation) the enrolments are counted; nothing is printed by it.

mod cell;
mod drill;
mod earlier;
mod frame;
mod key;
mod listed;
mod printed;
mod tree;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::db::{
    Branch, Campaign, CampaignFilter, Dictionary, EnrolmentFilter, MemberFilter, QueryResult,
    Rating, RatingFilter, Scheme, StageScope, Where,
};
pub(crate) use cell::Source;
pub(crate) use drill::{Drilled, DrilledGroups, Rows, drill};
pub(crate) use frame::{Base, Delta, Frame, Group, Ratio, TotalKind};
pub(crate) use key::{Dimension, Dimensions, Key};

use super::missing::gaps;
use crate::db::AnyConnection;
use cell::{Cell, Measure};
pub(crate) use tree::origins;
use tree::{Forest, Tree};

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

impl BranchGroup {
    /// Whether branches so many levels below make groups.
    fn is_level(self, level: i32) -> bool {
        match self {
            Self::Each => true,
            Self::Children => level == 1,
            Self::Level(wanted) => level == wanted,
        }
    }
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
#[expect(
    clippy::struct_excessive_bools,
    reason = "each of them is needed or not, whatever the others are"
)]
pub(crate) struct Needs {
    /// The rounds before.
    pub(crate) earlier: bool,
    pub(crate) scores: bool,
    pub(crate) ages: bool,
    /// Those on the roll and those to be rated.
    pub(crate) roll: bool,
    /// Those with some levels, whatever the groups are.
    pub(crate) levels: bool,
    /// Those whose rating is of a stage before the last one.
    pub(crate) provisional: bool,
    /// What the rounds lack.
    pub(crate) gaps: bool,
}

/// What an answer is about that is about no branch alone.
pub(crate) const EVERYTHING: i64 = 0;

/// A question about results of some branch or of everything.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) subject: Subject,
    pub(crate) campaign: Where<CampaignFilter>,
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
        !self.scans()
            && !self.spreads_scan()
            && !self.needs.earlier
            && self.branch_group().is_none()
    }

    /// Whether tallies do not tell the scores and ages that are looked at.
    fn spreads_scan(&self) -> bool {
        let no_tally = self.scans()
            || self.own
            || self.subject == Subject::Branches
            || self.has(Dimension::Reason);
        self.needs.ages || (self.needs.scores && no_tally)
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

    /// The years of a band of ages.
    pub(crate) fn age_width(&self) -> Option<i32> {
        self.groups.iter().find_map(|group| match group {
            GroupBy::AgeBand(width) => Some(*width),
            _ => None,
        })
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

    /// Answers the question for each of some branches, with all below it, or for `EVERYTHING`: however
    /// many they are, figures of one kind are read together.
    pub(crate) fn answer(
        self: &Arc<Self>,
        conn: &mut AnyConnection,
        dictionary: &Arc<Dictionary>,
        wholes: &[i64],
    ) -> QueryResult<HashMap<i64, Frame>> {
        let rounds = Rounds {
            rows: dictionary.rounds_where(conn, &self.campaign)?,
            all: dictionary.rounds().len(),
        };
        let fitting: Option<HashSet<i64>> = match &self.rating {
            Some(filter) => Some(Rating::matching(conn, filter)?.into_iter().collect()),
            None => None,
        };
        let trees = Tree::load(conn, self, &rounds.rows, wholes)?;
        let forest = Forest::of(&trees);
        let cells = self.cells(conn, dictionary, &rounds, &forest)?;
        let spreads = if self.spreads_scan() {
            let fitting = fitting.as_ref();
            listed::spreads(conn, dictionary, self, &rounds.rows, &forest, fitting)?
        } else if self.needs.scores {
            printed::spreads(conn, dictionary, self, &rounds, &forest, fitting.as_ref())?
        } else {
            forest.empty()
        };
        let earlier = if self.needs.earlier {
            Some(self.earlier(conn, dictionary, &rounds.rows, (wholes, &trees))?)
        } else {
            None
        };
        let branches = match self.branch_group() {
            Some(_) => {
                let rows = Branch::by_ids(conn, &forest.groups())?;
                rows.into_iter().map(|row| (row.id, row)).collect()
            }
            None => HashMap::new(),
        };
        let schemes = if self.has(Dimension::Scheme) {
            Scheme::all(conn, None)?.into_iter().map(|row| (row.id, row)).collect()
        } else {
            HashMap::new()
        };
        let names = frame::Names { dictionary: Arc::clone(dictionary), branches, schemes };
        let gaps = if self.needs.gaps { Some(gaps(conn, dictionary)?) } else { None };
        let (question, rounds) = (Arc::clone(self), rounds.rows);
        let asked = Arc::new(frame::Asked { question, rounds, names, fitting, earlier, gaps });
        let found = trees.into_iter().zip(cells).zip(spreads);
        let frames = found
            .map(|((tree, cells), spreads)| Frame::of(Arc::clone(&asked), tree, cells, spreads));
        Ok(wholes.iter().copied().zip(frames).collect())
    }

    fn cells(
        &self,
        conn: &mut AnyConnection,
        dictionary: &Dictionary,
        rounds: &Rounds,
        forest: &Forest<'_>,
    ) -> QueryResult<Vec<Vec<Cell>>> {
        if self.scans() {
            listed::cells(conn, dictionary, self, &rounds.rows, forest)
        } else {
            printed::cells(conn, dictionary, self, rounds, forest)
        }
    }
}

/// The rounds that are asked about.
struct Rounds {
    rows: Vec<Arc<Campaign>>,
    /// How many there are in all.
    all: usize,
}

impl Rounds {
    /// Their ids; none where all rounds are asked about.
    fn named(&self) -> Option<Vec<i64>> {
        let ids = || self.rows.iter().map(|round| round.id).collect();
        (self.rows.len() != self.all || self.all == 1).then(ids)
    }
}

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
