//! Cells from the tallies that the ledger keeps: counted, as printed, and the best of both.

use std::collections::{HashMap, HashSet};

use super::cell::{Cell, Figure, Measure, Source, Spreads};
use super::key::{Dimension, Key};
use super::tree::Forest;
use super::{BranchGroup, EVERYTHING, Question, Rounds, SourceChoice};
use crate::db::{
    AnyConnection, DECIDING, Dictionary, QueryResult, ScoreTally, Spread, Tally, TallyScope,
};

/// The reasons for not being rated, as tallies name them.
const REASONS: [&str; 5] = ["EXEMPT", "UNDER_SIX_MONTHS", "SUSPENDED", "ABSENT", "OTHER"];

impl Question {
    /// The key of the stage of a tally of ratings; none where that stage is not asked for.
    fn key_of_stage(&self, stage: i32) -> Option<Key> {
        let (is_deciding, by_stage) = (stage == DECIDING, self.has(Dimension::Stage));
        let is_meant = is_deciding != (by_stage || self.stages.is_some());
        let stage = Some(stage).filter(|_| by_stage && !is_deciding);
        is_meant.then(|| Key { stage, ..Key::default() })
    }

    /// Which tallies the answer is reckoned from.
    fn tallies(&self, rounds: &Rounds, forest: &Forest<'_>) -> TallyScope<'static> {
        let looked_up = forest.looked_up();
        let everywhere = looked_up.contains(&EVERYTHING)
            && self.branch_group() == Some(BranchGroup::Each)
            && !self.needs.earlier;
        TallyScope {
            campaigns: rounds.named(),
            branches: (!everywhere).then(|| looked_up.into_iter().collect()),
            subject: self.subject.name(),
            measures: self.measures(),
            stages: match &self.stages {
                Some(stages) => Some(stages.iter().copied().chain([DECIDING]).collect()),
                None if self.has(Dimension::Stage) => None,
                None => Some(vec![DECIDING]),
            },
        }
    }

    /// The measures that the answer is reckoned from; all of them where the roll is looked at.
    fn measures(&self) -> Option<[&'static str; 3]> {
        if self.needs.roll || self.has(Dimension::Reason) {
            return None;
        }
        let by_level = self.wanted() == Measure::Rating || self.needs.levels || self.needs.earlier;
        let of = |is_needed, measure| if is_needed { measure } else { "RATED" };
        Some(["RATED", of(by_level, "RATING"), of(self.needs.provisional, "PROVISIONAL")])
    }
}

/// The cells of each tree in some rounds.
pub(super) fn cells(
    conn: &mut AnyConnection,
    dictionary: &Dictionary,
    question: &Question,
    rounds: &Rounds,
    forest: &Forest<'_>,
) -> QueryResult<Vec<Vec<Cell>>> {
    let scope = question.tallies(rounds, forest);
    let mut cells = forest.empty();
    let mut place = |branch: i64, measure: Measure, key: Key, figure: Figure| {
        forest.place(&mut cells, branch, &key, |key| Some(Cell { key, measure, figure }));
    };
    let mut rolls: HashMap<(i64, i64), Roll> = HashMap::new();
    let mut measured: HashMap<(i64, i64), Vec<Measure>> = HashMap::new();
    for tally in Tally::in_scope(conn, &scope)? {
        let Some(figure) = figure(question, &tally) else { continue };
        if question.has(Dimension::Reason) {
            let roll = rolls.entry((tally.campaign_id, tally.branch_id)).or_default();
            roll.add(&tally.measure, figure);
        }
        let Some((measure, mut key)) = of_measure(question, &tally, dictionary) else { continue };
        measured.entry((tally.campaign_id, tally.branch_id)).or_default().push(measure);
        key.campaign = Some(tally.campaign_id);
        place(tally.branch_id, measure, key, figure);
    }
    // A round or branch without a roll has no share of it, and no sum that it is a part of has one.
    for ((campaign, branch), measures) in measured {
        let is_rated = measures.contains(&Measure::Rated) || measures.contains(&Measure::Rating);
        let missing = [Measure::OnRoll, Measure::ToRate].into_iter();
        for measure in missing.filter(|measure| is_rated && !measures.contains(measure)) {
            let key = Key { campaign: Some(campaign), ..Key::default() };
            place(branch, measure, key, Figure { coverage: 0.0, ..Figure::counted(0) });
        }
    }
    for ((campaign, branch), roll) in rolls {
        for (reason, figure) in roll.by_reason() {
            let reason = reason.map(Into::into);
            let key = Key { campaign: Some(campaign), reason, ..Key::default() };
            place(branch, Measure::Reason, key, figure);
        }
    }
    Ok(cells)
}

/// The scores of those who are counted in each tree, by the keys of the groups.
pub(super) fn spreads(
    conn: &mut AnyConnection,
    dictionary: &Dictionary,
    question: &Question,
    rounds: &Rounds,
    forest: &Forest<'_>,
    fitting: Option<&HashSet<i64>>,
) -> QueryResult<Vec<Vec<(Key, Spreads)>>> {
    let scope = question.tallies(rounds, forest);
    let by_level = question.wanted() == Measure::Rating;
    let mut spreads = forest.empty();
    for tally in ScoreTally::in_scope(conn, &scope)? {
        let level = dictionary.level(tally.rating_id);
        let is_asked_for = match level {
            Some(level) => by_level && fitting.is_none_or(|ids| ids.contains(&level.id)),
            None => !by_level,
        };
        let Some(key) = question.key_of_stage(tally.stage).filter(|_| is_asked_for) else {
            continue;
        };
        let key = Key {
            campaign: Some(tally.campaign_id),
            rating: level.map(|level| level.id),
            scheme: level.map(|level| level.scheme_id),
            ..key
        };
        let found = Spreads { score: tally.spread(), stages: tally.stages, age: Spread::NONE };
        forest.place(&mut spreads, tally.branch_id, &key, |key| Some((key, found)));
    }
    Ok(spreads)
}

/// What a tally measures, and of whom.
fn of_measure(
    question: &Question,
    tally: &Tally,
    dictionary: &Dictionary,
) -> Option<(Measure, Key)> {
    let is_of_roll = matches!(tally.measure.as_str(), "TO_RATE" | "ON_ROLL" | "PROVISIONAL");
    let key = if is_of_roll {
        Some(Key::default()).filter(|_| tally.stage == DECIDING)?
    } else {
        question.key_of_stage(tally.stage)?
    };
    Some(match tally.measure.as_str() {
        "RATING" => {
            let level = dictionary.level(tally.rating_id)?;
            let (rating, scheme) = (Some(level.id), Some(level.scheme_id));
            (Measure::Rating, Key { rating, scheme, ..key })
        }
        "RATED" => (Measure::Rated, key),
        "TO_RATE" => (Measure::ToRate, key),
        "ON_ROLL" => (Measure::OnRoll, key),
        "PROVISIONAL" => (Measure::Provisional, key),
        _ => return None,
    })
}

fn figure(question: &Question, tally: &Tally) -> Option<Figure> {
    let source = match tally.source.as_str() {
        "COUNTED" => Source::Counted,
        "REPORTED" => Source::Reported,
        _ => Source::Mixed,
    };
    match question.source {
        SourceChoice::Best | SourceChoice::Counted if question.own => {
            Some(Figure::counted(tally.own))
        }
        SourceChoice::Best => tally.best.map(|count| Figure {
            count,
            source,
            derived: tally.derived,
            coverage: tally.coverage,
        }),
        SourceChoice::Counted => Some(Figure::counted(tally.counted)),
        SourceChoice::Reported => tally.reported.map(|count| Figure {
            count,
            source: Source::Reported,
            derived: tally.derived,
            coverage: 1.0,
        }),
    }
}

/// What is known of the roll of a branch.
#[derive(Debug, Default)]
struct Roll {
    /// Everybody on it.
    all: Option<Figure>,
    rated: Option<Figure>,
    not_yet_rated: Option<Figure>,
    reasons: HashMap<&'static str, Figure>,
}

impl Roll {
    fn add(&mut self, measure: &str, figure: Figure) {
        match measure {
            "ON_ROLL" => self.all = Some(figure),
            "RATED" => self.rated = Some(figure),
            "NOT_YET_RATED" => self.not_yet_rated = Some(figure),
            _ => {
                let reason = REASONS.into_iter().find(|reason| *reason == measure);
                self.reasons.extend(reason.map(|reason| (reason, figure)));
            }
        }
    }

    /// The roll by reason. Those who are printed as not rated yet, without a reason that is known,
    /// have another one; all who are left have none.
    fn by_reason(self) -> Vec<(Option<&'static str>, Figure)> {
        let mut reasons = self.reasons;
        if let Some(all) = self.not_yet_rated {
            let known = reasons.iter().filter(|(reason, _)| **reason != "EXEMPT");
            let known: i64 = known.map(|(_, figure)| figure.count).sum();
            if all.count > known {
                let rest = Figure { count: all.count - known, ..all };
                reasons.entry("OTHER").and_modify(|it| *it = it.and(rest)).or_insert(rest);
            }
        }
        let with_reason: i64 = reasons.values().map(|figure| figure.count).sum();
        let rest = self
            .all
            .map(|roll| Figure { count: (roll.count - with_reason).max(0), ..roll })
            .or(self.rated);
        let reasons = reasons.into_iter().map(|(reason, figure)| (Some(reason), figure));
        reasons.chain(rest.map(|figure| (None, figure))).collect()
    }
}
