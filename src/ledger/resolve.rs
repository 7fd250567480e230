//! Facts from the live records of a key: later imports before earlier, the first row before others.

use std::collections::{BTreeMap, HashMap};

use evalhub_import::{
    NotRatedReason, Person, Precision, RatingRef, Sex, Stage, StageRating, Statement,
};

use super::identity::member_row;
use crate::db::{
    BranchEvaluation, Commendation, Enrolment, IndicatorResult, Member, MemberEvaluation, Placement,
};

/// A live record and whom it is about.
#[derive(Debug)]
pub(super) struct Linked {
    pub(super) campaign_id: i64,
    pub(super) member_id: Option<i64>,
    pub(super) branch_id: i64,
    pub(super) parent_id: Option<i64>,
    pub(super) depth: usize,
    pub(super) statement: Statement,
}

/// Ids of levels and indicators by their codes.
pub(super) struct Codes {
    pub(super) ratings: HashMap<(String, String), i64>,
    pub(super) indicators: HashMap<String, i64>,
}

impl Codes {
    pub(super) fn rating(&self, rating: &RatingRef) -> Option<i64> {
        self.ratings.get(&(rating.scheme.to_string(), rating.code.to_string())).copied()
    }
}

/// The place of a stage in the order of a round.
pub(super) fn stage_number(stage: Stage) -> i32 {
    match stage {
        Stage::Own => 0,
        Stage::Authority => 1,
        Stage::CellCommittee => 2,
        Stage::MassOrganization => 3,
        Stage::Branch => 4,
        Stage::Unstated => 5,
        Stage::Committee => 6,
    }
}

/// All facts about one person; ids are 0 until they are written.
pub(super) struct MemberFacts {
    pub(super) member: Member,
    pub(super) identifiers: Vec<String>,
    pub(super) enrolments: BTreeMap<(i64, i64), Enrolment>,
    pub(super) evaluations: BTreeMap<(i64, i64, i32), MemberEvaluation>,
}

/// Resolves one person from their records, in the order of precedence.
pub(super) fn member(id: i64, records: &[&Linked], codes: &Codes) -> Option<MemberFacts> {
    let people: Vec<(&Linked, &Person)> = records
        .iter()
        .filter_map(|record| match &record.statement {
            Statement::Member(person) => Some((*record, person)),
            _ => None,
        })
        .collect();
    let named_in_award = records.iter().find_map(|record| match &record.statement {
        Statement::Commendation(award) => award.person.as_ref().map(|person| person.value.as_str()),
        _ => None,
    });
    let mixed = |name: &&str| name.chars().any(char::is_lowercase);
    let names = people.iter().map(|(_, person)| person.name.value.as_str()).chain(named_in_award);
    let name = names.clone().find(mixed).or_else(|| names.clone().next())?;
    let mut facts = MemberFacts {
        member: attributes(id, name, &people),
        identifiers: Vec::new(),
        enrolments: BTreeMap::new(),
        evaluations: BTreeMap::new(),
    };
    for (record, person) in &people {
        for number in &person.identifiers {
            if !facts.identifiers.contains(&number.value) {
                facts.identifiers.push(number.value.clone());
            }
        }
        enrol(&mut facts, id, record, person);
        for rating in &person.ratings {
            evaluate(&mut facts, id, record, rating, codes);
        }
    }
    settle(&mut facts);
    Some(facts)
}

fn attributes(id: i64, name: &str, people: &[(&Linked, &Person)]) -> Member {
    let dates =
        people.iter().filter_map(|(_, person)| person.birth_date.as_ref()).map(|date| date.value);
    let precise = dates.clone().find(|date| date.precision() == Precision::Day);
    let birth_date = precise.or_else(|| {
        let month = dates.clone().find(|date| date.precision() == Precision::Month);
        month.or_else(|| dates.clone().next())
    });
    let sex =
        people.iter().find_map(|(_, person)| person.sex.as_ref()).map(|sex| match sex.value {
            Sex::Male => "MALE".to_owned(),
            Sex::Female => "FEMALE".to_owned(),
        });
    let admitted_on = people.iter().find_map(|(_, person)| person.admitted_on.as_ref());
    let official_on = people.iter().find_map(|(_, person)| person.official_on.as_ref());
    Member {
        birth_date: birth_date.map(|date| date.to_string()),
        sex,
        admitted_on: admitted_on.map(|date| date.value.to_string()),
        official_on: official_on.map(|date| date.value.to_string()),
        ..member_row(id, name)
    }
}

fn enrol(facts: &mut MemberFacts, id: i64, record: &Linked, person: &Person) {
    let key = (record.campaign_id, record.branch_id);
    let enrolment = facts.enrolments.entry(key).or_insert_with(|| Enrolment {
        id: 0,
        campaign_id: record.campaign_id,
        member_id: id,
        branch_id: record.branch_id,
        position: None,
        probationary: false,
        reason: None,
        reason_text: None,
    });
    enrolment.position = enrolment
        .position
        .take()
        .or_else(|| person.position.as_ref().map(|position| position.value.clone()));
    enrolment.probationary |=
        person.probationary.as_ref().is_some_and(|probationary| probationary.value);
    if let Some(reason) = person.reason.as_ref().filter(|_| enrolment.reason.is_none()) {
        enrolment.reason = Some(reason_name(reason.value).to_owned());
        enrolment.reason_text.clone_from(&reason.raw);
    }
}

fn reason_name(reason: NotRatedReason) -> &'static str {
    match reason {
        NotRatedReason::Exempt => "EXEMPT",
        NotRatedReason::UnderSixMonths => "UNDER_SIX_MONTHS",
        NotRatedReason::Suspended => "SUSPENDED",
        NotRatedReason::Absent => "ABSENT",
        NotRatedReason::Other => "OTHER",
    }
}

fn evaluate(
    facts: &mut MemberFacts,
    id: i64,
    record: &Linked,
    rating: &StageRating,
    codes: &Codes,
) {
    let stage = stage_number(rating.stage);
    let key = (record.campaign_id, record.branch_id, stage);
    let evaluation = facts.evaluations.entry(key).or_insert_with(|| MemberEvaluation {
        id: 0,
        campaign_id: record.campaign_id,
        member_id: id,
        branch_id: record.branch_id,
        stage,
        rating_id: None,
        score: None,
        deciding: false,
    });
    let rating_id = rating.rating.as_ref().and_then(|rating| codes.rating(&rating.value));
    evaluation.rating_id = evaluation.rating_id.or(rating_id);
    evaluation.score = evaluation.score.or(rating.score.as_ref().map(|score| score.value));
}

/// The last stage that is filled in decides; who is rated has no reason for not being rated.
fn settle(facts: &mut MemberFacts) {
    let mut last: BTreeMap<(i64, i64), i32> = BTreeMap::new();
    for (campaign, branch, stage) in
        facts.evaluations.iter().filter(|(_, e)| e.rating_id.is_some()).map(|(key, _)| *key)
    {
        let last = last.entry((campaign, branch)).or_insert(stage);
        *last = stage.max(*last);
    }
    for ((campaign, branch, stage), evaluation) in &mut facts.evaluations {
        evaluation.deciding = last.get(&(*campaign, *branch)) == Some(stage);
    }
    for (key, enrolment) in &mut facts.enrolments {
        if last.contains_key(key) {
            enrolment.reason = None;
            enrolment.reason_text = None;
        }
    }
}

/// All facts about one organisation in one round.
#[derive(Default)]
pub(super) struct BranchFacts {
    pub(super) placement: Option<Placement>,
    pub(super) code: Option<String>,
    pub(super) evaluations: BTreeMap<i32, BranchEvaluation>,
    pub(super) indicators: BTreeMap<i64, IndicatorResult>,
    pub(super) commendations: BTreeMap<(Option<i64>, String), Commendation>,
}

/// Resolves one organisation in one round from the records about it, in the order of precedence.
pub(super) fn branch(
    campaign_id: i64,
    branch_id: i64,
    records: &[&Linked],
    codes: &Codes,
) -> BranchFacts {
    let mut facts = BranchFacts::default();
    let mut depth = 0;
    let mut exemplary = false;
    for record in records {
        match &record.statement {
            Statement::Branch(organization) => {
                if facts.placement.is_none() || record.depth > depth {
                    depth = record.depth;
                    facts.placement = Some(Placement {
                        id: 0,
                        campaign_id,
                        branch_id,
                        parent_id: record.parent_id,
                    });
                }
                facts.code = facts
                    .code
                    .take()
                    .or_else(|| organization.code.as_ref().map(|code| code.value.clone()));
                exemplary |=
                    organization.exemplary.as_ref().is_some_and(|exemplary| exemplary.value);
                for rating in &organization.ratings {
                    evaluate_branch(&mut facts, campaign_id, branch_id, rating, codes);
                }
            }
            Statement::Indicators { indicators } => {
                for figure in indicators {
                    let Some(indicator_id) = codes.indicators.get(&figure.indicator).copied()
                    else {
                        continue;
                    };
                    let value = |stated: &Option<evalhub_import::Stated<f64>>| {
                        stated.as_ref().map(|stated| stated.value)
                    };
                    facts.indicators.entry(indicator_id).or_insert_with(|| IndicatorResult {
                        id: 0,
                        campaign_id,
                        branch_id,
                        indicator_id,
                        target: value(&figure.target),
                        actual: value(&figure.actual),
                        percent: value(&figure.percent),
                    });
                }
            }
            Statement::Commendation(award) => {
                let key = (record.member_id, award.award.value.clone());
                facts.commendations.entry(key).or_insert_with(|| Commendation {
                    id: 0,
                    campaign_id,
                    member_id: record.member_id,
                    branch_id,
                    award: award.award.value.clone(),
                });
            }
            Statement::Member(_) | Statement::Figures { .. } => {}
        }
    }
    settle_branch(&mut facts, campaign_id, branch_id, exemplary);
    facts
}

fn branch_evaluation(campaign_id: i64, branch_id: i64, stage: i32) -> BranchEvaluation {
    BranchEvaluation {
        id: 0,
        campaign_id,
        branch_id,
        stage,
        rating_id: None,
        score: None,
        exemplary: false,
        deciding: false,
    }
}

fn evaluate_branch(
    facts: &mut BranchFacts,
    campaign_id: i64,
    branch_id: i64,
    rating: &StageRating,
    codes: &Codes,
) {
    let stage = stage_number(rating.stage);
    let evaluation = facts
        .evaluations
        .entry(stage)
        .or_insert_with(|| branch_evaluation(campaign_id, branch_id, stage));
    let rating_id = rating.rating.as_ref().and_then(|rating| codes.rating(&rating.value));
    evaluation.rating_id = evaluation.rating_id.or(rating_id);
    evaluation.score = evaluation.score.or(rating.score.as_ref().map(|score| score.value));
}

/// The award belongs to the deciding evaluation, or stands alone where nothing was rated.
fn settle_branch(facts: &mut BranchFacts, campaign_id: i64, branch_id: i64, exemplary: bool) {
    let unstated = stage_number(Stage::Unstated);
    if exemplary && facts.evaluations.is_empty() {
        facts.evaluations.insert(unstated, branch_evaluation(campaign_id, branch_id, unstated));
    }
    let rated =
        facts.evaluations.values_mut().rev().find(|evaluation| evaluation.rating_id.is_some());
    if let Some(evaluation) = rated {
        evaluation.deciding = true;
        evaluation.exemplary = exemplary;
    } else if let Some(evaluation) = facts.evaluations.values_mut().next_back() {
        evaluation.exemplary = exemplary;
    }
}
