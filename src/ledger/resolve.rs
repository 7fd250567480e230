//! Facts from the live records of a key and the corrections by hand: corrections before workbooks,
//! later imports before earlier, the first row before others.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use evalhub_import::{
    BodyKind, IndicatorFigure, NotRatedReason, Organization, PartialDate, Person, Precision,
    RatingRef, Sex, Stage, StageRating, Stated, Statement, comparison_key, organization_key,
    search_key,
};

use super::correction::{AwardKey, Field, Target};
use crate::db::{
    Branch, BranchEvaluation, Commendation, Conflict, ConflictKey, Correction, Enrolment,
    IndicatorResult, Member, MemberEvaluation, Placement, branch_sort_key, member_sort_key,
};

/// A live record and whom it is about.
#[derive(Debug)]
pub(super) struct Linked<'r> {
    pub(super) record_id: i64,
    pub(super) import_id: i64,
    pub(super) campaign_id: i64,
    pub(super) member_id: Option<i64>,
    /// Whether the rules found somebody else, who was merged into the member since.
    pub(super) of_part: bool,
    pub(super) branch_id: i64,
    pub(super) parent_id: Option<i64>,
    pub(super) depth: usize,
    /// Lent by what is imported, or read from the ledger.
    pub(super) statement: Cow<'r, Statement>,
}

/// Ids by the codes and names that statements use.
#[derive(Default)]
pub(super) struct Codes {
    pub(super) ratings: HashMap<(String, String), i64>,
    pub(super) indicators: HashMap<String, i64>,
    /// Merged members, and whom they are a part of.
    pub(super) merged_members: HashMap<i64, i64>,
    /// Merged branches, and what they are a part of.
    pub(super) merged_branches: HashMap<i64, i64>,
    /// The first version of each import.
    pub(super) first_versions: HashMap<i64, i64>,
}

impl Codes {
    pub(super) fn rating(&self, rating: &RatingRef) -> Option<i64> {
        self.ratings.get(&(rating.scheme.to_string(), rating.code.to_string())).copied()
    }

    /// The level of a correction: `members-2018/HTTNV`.
    fn rating_of(&self, text: &str) -> Option<i64> {
        let (scheme, code) = text.split_once('/')?;
        self.ratings.get(&(scheme.to_owned(), code.to_owned())).copied()
    }

    /// What a branch is a part of since it was merged; itself, where it was not.
    pub(super) fn branch(&self, id: i64) -> i64 {
        follow(&self.merged_branches, id)
    }

    fn branch_of(&self, text: &str) -> Option<i64> {
        text.parse().ok().map(|id| self.branch(id))
    }
}

/// The end of a chain of merges.
pub(super) fn follow(merged: &HashMap<i64, i64>, mut id: i64) -> i64 {
    for _ in 0..=merged.len() {
        match merged.get(&id) {
            Some(next) => id = *next,
            None => break,
        }
    }
    id
}

/// The place of a stage in the order of a round.
pub(super) fn stage_number(stage: Stage) -> i32 {
    match stage {
        Stage::Own => 0,
        Stage::Authority => 1,
        Stage::Reviewer => 2,
        Stage::CellCommittee => 3,
        Stage::MassOrganization => 4,
        Stage::Branch => 5,
        Stage::Unstated => 6,
        Stage::Committee => 7,
    }
}

/// What stands for "no stage".
pub(super) const NO_STAGE: i32 = -1;

/// All facts about one person; ids are 0 until they are written.
pub(super) struct MemberFacts {
    pub(super) member: Member,
    /// Whether rows state the member itself, and not only those merged into it.
    pub(super) of_itself: bool,
    pub(super) identifiers: Vec<String>,
    pub(super) enrolments: BTreeMap<(i64, i64), Enrolment>,
    pub(super) evaluations: BTreeMap<(i64, i64, i32), MemberEvaluation>,
    pub(super) conflicts: BTreeMap<ConflictKey, Conflict>,
}

/// First statements of fields, and the later ones that contradict them.
#[derive(Default)]
struct Rivals {
    first: BTreeMap<(About, &'static str), (i64, String)>,
    conflicts: BTreeMap<ConflictKey, Conflict>,
}

/// Whom a statement is about: round, member, branch, stage; 0 and -1 where there is none.
type About = (i64, i64, i64, i32);

impl Rivals {
    /// Notes what a record states; `agree` tells whether two values can both be right.
    fn state(
        &mut self,
        about: About,
        field: &'static str,
        record_id: i64,
        value: String,
        agree: impl Fn(&str, &str) -> bool,
    ) {
        let (campaign_id, member_id, branch_id, stage) = about;
        let key = (about, field);
        let Some((first_id, first)) = self.first.get(&key) else {
            self.first.insert(key, (record_id, value));
            return;
        };
        if *first_id == record_id || agree(first, &value) {
            return;
        }
        let conflict = Conflict {
            id: 0,
            campaign_id,
            member_id,
            branch_id,
            stage,
            field: field.to_owned(),
            record_id: *first_id,
            other_record_id: record_id,
            value: first.clone(),
            other_value: value,
        };
        self.conflicts.insert(conflict.key(), conflict);
    }

    fn rating(&mut self, about: (i64, i64, i64), record_id: i64, rating: &StageRating) {
        let stage = stage_number(rating.stage);
        let about = (about.0, about.1, about.2, stage);
        if let Some(level) = &rating.rating {
            self.state(about, "rating", record_id, level.value.code.to_string(), |a, b| a == b);
        }
        if let Some(score) = &rating.score {
            self.state(about, "score", record_id, score.value.to_string(), |a, b| a == b);
        }
    }

    /// A date that is a part of the other agrees with it: 1980 and 1980-05-17.
    fn date(&mut self, member: i64, field: &'static str, record_id: i64, date: PartialDate) {
        let agree = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
        self.state((0, member, 0, NO_STAGE), field, record_id, date.to_string(), agree);
    }

    /// What a person decided is no conflict any more.
    fn settle(&mut self, settled: impl Fn(&Conflict) -> bool) {
        self.conflicts.retain(|_, conflict| !settled(conflict));
    }
}

/// Resolves one person from their records, in the order of precedence.
pub(super) fn member(
    id: i64,
    records: &[&Linked<'_>],
    corrections: &[&Correction],
    codes: &Codes,
) -> Option<MemberFacts> {
    let people: Vec<(&Linked<'_>, &Person)> = records
        .iter()
        .filter_map(|record| match &*record.statement {
            Statement::Member(person) => Some((*record, person)),
            _ => None,
        })
        .collect();
    let named_in_award = records.iter().find_map(|record| match &*record.statement {
        Statement::Commendation(award) => award.person.as_ref().map(|person| person.value.as_str()),
        _ => None,
    });
    // A merged member is called and dated as the one that was kept, where rows still state that.
    let mut own_first = people.clone();
    own_first.sort_by_key(|(record, _)| record.of_part);
    let mixed = |name: &&str| name.chars().any(char::is_lowercase);
    let names =
        own_first.iter().map(|(_, person)| person.name.value.as_str()).chain(named_in_award);
    let name = names.clone().find(mixed).or_else(|| names.clone().next())?;
    let mut facts = MemberFacts {
        member: attributes(id, name, &own_first),
        of_itself: records.iter().any(|record| !record.of_part),
        identifiers: Vec::new(),
        enrolments: BTreeMap::new(),
        evaluations: BTreeMap::new(),
        conflicts: BTreeMap::new(),
    };
    let moves = Moves::of(corrections, codes);
    let mut rivals = Rivals::default();
    for (record, person) in &people {
        for number in &person.identifiers {
            if !facts.identifiers.contains(&number.value) {
                facts.identifiers.push(number.value.clone());
            }
        }
        let branch_id = moves.branch(record.campaign_id, record.branch_id);
        rival_attributes(&mut rivals, id, record, person);
        enrol(&mut facts, id, record.campaign_id, branch_id, person);
        for rating in &person.ratings {
            rivals.rating((record.campaign_id, id, branch_id), record.record_id, rating);
            evaluate(&mut facts, id, (record.campaign_id, branch_id), rating, codes);
        }
    }
    for correction in corrections {
        correct_member(&mut facts, id, correction, &moves, codes);
        rivals.settle(|conflict| {
            correction.field == conflict.field
                && (conflict.campaign_id == 0 || conflict.campaign_id == correction.campaign_id)
                && (conflict.stage == NO_STAGE || conflict.stage == correction.stage)
        });
    }
    facts.conflicts = rivals.conflicts;
    settle(&mut facts);
    Some(facts)
}

/// The row of a person of whom the name is known.
fn member_row(id: i64, name: &str) -> Member {
    Member {
        id,
        name: name.to_owned(),
        comparison_key: comparison_key(name),
        search_key: search_key(name),
        sort_key: member_sort_key(name),
        birth_date: None,
        sex: None,
        admitted_on: None,
        official_on: None,
        live: true,
        merged_into: None,
    }
}

fn attributes(id: i64, name: &str, people: &[(&Linked<'_>, &Person)]) -> Member {
    let dates =
        people.iter().filter_map(|(_, person)| person.birth_date.as_ref()).map(|date| date.value);
    let precise = dates.clone().find(|date| date.precision() == Precision::Day);
    let birth_date = precise.or_else(|| {
        let month = dates.clone().find(|date| date.precision() == Precision::Month);
        month.or_else(|| dates.clone().next())
    });
    let sex = people.iter().find_map(|(_, person)| person.sex.as_ref());
    let admitted_on = people.iter().find_map(|(_, person)| person.admitted_on.as_ref());
    let official_on = people.iter().find_map(|(_, person)| person.official_on.as_ref());
    Member {
        birth_date: birth_date.map(|date| date.to_string()),
        sex: sex.map(|sex| sex_name(sex.value).to_owned()),
        admitted_on: admitted_on.map(|date| date.value.to_string()),
        official_on: official_on.map(|date| date.value.to_string()),
        ..member_row(id, name)
    }
}

fn sex_name(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "MALE",
        Sex::Female => "FEMALE",
    }
}

fn rival_attributes(rivals: &mut Rivals, id: i64, record: &Linked<'_>, person: &Person) {
    let dates = [
        ("birthDate", &person.birth_date),
        ("admittedOn", &person.admitted_on),
        ("officialOn", &person.official_on),
    ];
    for (field, date) in dates {
        if let Some(date) = date {
            rivals.date(id, field, record.record_id, date.value);
        }
    }
    if let Some(sex) = &person.sex {
        let about = (0, id, 0, NO_STAGE);
        let value = sex_name(sex.value).to_owned();
        rivals.state(about, "sex", record.record_id, value, |a, b| a == b);
    }
}

/// Enrolments that a person moved to another branch.
struct Moves(HashMap<(i64, i64), i64>);

impl Moves {
    fn of(corrections: &[&Correction], codes: &Codes) -> Self {
        let moves = corrections.iter().filter(|correction| {
            Target::Enrolment.is(&correction.target) && Field::Branch.is(&correction.field)
        });
        let moved = moves.filter_map(|correction| {
            let to = codes.branch_of(correction.value.as_deref()?)?;
            Some(((correction.campaign_id, codes.branch(correction.branch_id)), to))
        });
        Self(moved.collect())
    }

    fn branch(&self, campaign_id: i64, branch_id: i64) -> i64 {
        self.0.get(&(campaign_id, branch_id)).copied().unwrap_or(branch_id)
    }
}

fn enrol(facts: &mut MemberFacts, id: i64, campaign_id: i64, branch_id: i64, person: &Person) {
    let enrolment = facts.enrolments.entry((campaign_id, branch_id)).or_insert_with(|| Enrolment {
        id: 0,
        campaign_id,
        member_id: id,
        branch_id,
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

fn member_evaluation(
    id: i64,
    (campaign_id, branch_id): (i64, i64),
    stage: i32,
) -> MemberEvaluation {
    MemberEvaluation {
        id: 0,
        campaign_id,
        member_id: id,
        branch_id,
        stage,
        rating_id: None,
        score: None,
        deciding: false,
    }
}

fn evaluate(
    facts: &mut MemberFacts,
    id: i64,
    place: (i64, i64),
    rating: &StageRating,
    codes: &Codes,
) {
    let stage = stage_number(rating.stage);
    let evaluation = facts
        .evaluations
        .entry((place.0, place.1, stage))
        .or_insert_with(|| member_evaluation(id, place, stage));
    let rating_id = rating.rating.as_ref().and_then(|rating| codes.rating(&rating.value));
    evaluation.rating_id = evaluation.rating_id.or(rating_id);
    evaluation.score = evaluation.score.or(rating.score.as_ref().map(|score| score.value));
}

/// A correction of a fact that is stated no more waits until it is stated again.
fn correct_member(
    facts: &mut MemberFacts,
    id: i64,
    correction: &Correction,
    moves: &Moves,
    codes: &Codes,
) {
    let value = correction.value.clone();
    let place = (
        correction.campaign_id,
        moves.branch(correction.campaign_id, codes.branch(correction.branch_id)),
    );
    let Some(field) = Field::of_name(&correction.field) else { return };
    match (Target::of_name(&correction.target), field) {
        (Some(Target::Member), Field::Name) => {
            if let Some(name) = value {
                let named = member_row(id, &name);
                facts.member.name = named.name;
                facts.member.comparison_key = named.comparison_key;
                facts.member.search_key = named.search_key;
                facts.member.sort_key = named.sort_key;
            }
        }
        (Some(Target::Member), Field::BirthDate) => facts.member.birth_date = value,
        (Some(Target::Member), Field::Sex) => facts.member.sex = value,
        (Some(Target::Member), Field::AdmittedOn) => facts.member.admitted_on = value,
        (Some(Target::Member), Field::OfficialOn) => facts.member.official_on = value,
        (Some(Target::Member), Field::Identifiers) => {
            let numbers = value.as_deref().unwrap_or_default().split(", ").map(str::to_owned);
            facts.identifiers = numbers.filter(|number| !number.is_empty()).collect();
        }
        (Some(Target::Enrolment), field) => {
            let Some(enrolment) = facts.enrolments.get_mut(&place) else { return };
            match field {
                Field::Position => enrolment.position = value,
                Field::Probationary => enrolment.probationary = value.as_deref() == Some("true"),
                Field::Reason => {
                    enrolment.reason = value;
                    enrolment.reason_text = None;
                }
                _ => {}
            }
        }
        (Some(Target::MemberEvaluation), field) if facts.enrolments.contains_key(&place) => {
            let evaluation = facts
                .evaluations
                .entry((place.0, place.1, correction.stage))
                .or_insert_with(|| member_evaluation(id, place, correction.stage));
            match field {
                Field::Rating => {
                    evaluation.rating_id = value.and_then(|text| codes.rating_of(&text));
                }
                Field::Score => evaluation.score = value.and_then(|text| text.parse().ok()),
                _ => {}
            }
        }
        _ => {}
    }
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

/// The organisation itself: its fullest name, its latest code. None where no record names it.
pub(super) fn branch_itself(
    known: &Branch,
    records: &[&Linked<'_>],
    corrections: &[&Correction],
) -> Option<Branch> {
    let stated: Vec<&Organization> = records
        .iter()
        .filter_map(|record| match &*record.statement {
            Statement::Branch(organization) => Some(organization),
            _ => None,
        })
        .collect();
    let fullness = |organization: &&&Organization| {
        let name = &organization.name.value;
        (name.chars().any(char::is_lowercase), name.chars().count())
    };
    // Of equally full names the one of the latest import: `max_by_key` keeps the last.
    let printed = &stated.iter().rev().max_by_key(fullness)?.name.value;
    let mut branch = Branch {
        kind: stated
            .iter()
            .find_map(|it| it.kind)
            .unwrap_or_else(|| kind_of(&known.comparison_key))
            .name()
            .to_owned(),
        code: stated.iter().find_map(|it| it.code.as_ref()).map(|code| code.value.clone()),
        live: true,
        alias_key: None,
        ..named(known, printed)
    };
    for correction in corrections.iter().filter(|it| Target::Branch.is(&it.target)) {
        match (Field::of_name(&correction.field), &correction.value) {
            (Some(Field::Name), Some(name)) => {
                let key = organization_key(name);
                let alias_key = (key != branch.comparison_key).then_some(key);
                branch = Branch { alias_key, ..named(&branch, name) };
            }
            (Some(Field::Code), code) => branch.code.clone_from(code),
            (Some(Field::Kind), Some(kind)) => branch.kind.clone_from(kind),
            _ => {}
        }
    }
    Some(branch)
}

fn named(branch: &Branch, name: &str) -> Branch {
    Branch {
        name: name.to_owned(),
        search_key: search_key(name),
        sort_key: branch_sort_key(name),
        ..branch.clone()
    }
}

/// What an organisation is, by the words that its key begins with.
pub(super) fn kind_of(key: &str) -> BodyKind {
    let begins = |head: &str| key.starts_with(&comparison_key(head));
    if begins("đảng bộ") {
        BodyKind::Committee
    } else if begins("chi bộ") {
        BodyKind::Branch
    } else if ["công đoàn", "đoàn ", "hội ", "liên đoàn", "mặt trận"]
        .iter()
        .any(|head| begins(head))
    {
        BodyKind::MassOrganization
    } else {
        BodyKind::Unit
    }
}

/// All facts about one organisation in one round.
#[derive(Default)]
pub(super) struct BranchFacts {
    pub(super) placement: Option<Placement>,
    pub(super) evaluations: BTreeMap<i32, BranchEvaluation>,
    pub(super) indicators: BTreeMap<i64, IndicatorResult>,
    pub(super) commendations: BTreeMap<(Option<i64>, String), Commendation>,
    pub(super) conflicts: BTreeMap<ConflictKey, Conflict>,
}

/// Resolves one organisation in one round from the records about it, in the order of precedence.
pub(super) fn branch(
    (campaign_id, branch_id): (i64, i64),
    records: &[&Linked<'_>],
    corrections: &[&Correction],
    codes: &Codes,
) -> BranchFacts {
    let mut facts = BranchFacts::default();
    let mut depth = 0;
    let mut exemplary = false;
    let mut rivals = Rivals::default();
    for record in records {
        match &*record.statement {
            Statement::Branch(organization) => {
                if facts.placement.is_none() || record.depth > depth {
                    depth = record.depth;
                    facts.placement = Some(Placement {
                        id: 0,
                        campaign_id,
                        branch_id,
                        parent_id: record.parent_id.filter(|parent| *parent != branch_id),
                    });
                }
                exemplary |=
                    organization.exemplary.as_ref().is_some_and(|exemplary| exemplary.value);
                for rating in &organization.ratings {
                    rivals.rating((campaign_id, 0, branch_id), record.record_id, rating);
                    evaluate_branch(&mut facts, campaign_id, branch_id, rating, codes);
                }
            }
            Statement::Indicators { indicators } => {
                indicate(&mut facts, (campaign_id, branch_id), indicators, codes);
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
    let of_round: Vec<&Correction> =
        corrections.iter().copied().filter(|it| it.campaign_id == campaign_id).collect();
    for correction in &of_round {
        correct_branch(&mut facts, correction, (campaign_id, branch_id), codes);
        rivals.settle(|conflict| {
            correction.field == conflict.field && conflict.stage == correction.stage
        });
    }
    if let Some(correction) = of_round.iter().rfind(|it| Field::Exemplary.is(&it.field)) {
        exemplary = correction.value.as_deref() == Some("true");
    }
    settle_branch(&mut facts, campaign_id, branch_id, exemplary);
    facts.conflicts = rivals.conflicts;
    facts
}

fn indicate(
    facts: &mut BranchFacts,
    (campaign_id, branch_id): (i64, i64),
    figures: &[IndicatorFigure],
    codes: &Codes,
) {
    let value = |stated: &Option<Stated<f64>>| stated.as_ref().map(|stated| stated.value);
    for figure in figures {
        let Some(indicator_id) = codes.indicators.get(&figure.indicator).copied() else {
            continue;
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

fn correct_branch(
    facts: &mut BranchFacts,
    correction: &Correction,
    (campaign_id, branch_id): (i64, i64),
    codes: &Codes,
) {
    let Some(placement) = &mut facts.placement else { return };
    let value = correction.value.as_deref();
    let Some(field) = Field::of_name(&correction.field) else { return };
    match (Target::of_name(&correction.target), field) {
        (Some(Target::Placement), Field::Parent) => {
            placement.parent_id = value.and_then(|text| codes.branch_of(text));
        }
        (Some(Target::BranchEvaluation), Field::Rating | Field::Score) => {
            let evaluation = facts
                .evaluations
                .entry(correction.stage)
                .or_insert_with(|| branch_evaluation(campaign_id, branch_id, correction.stage));
            if field == Field::Rating {
                evaluation.rating_id = value.and_then(|text| codes.rating_of(text));
            } else {
                evaluation.score = value.and_then(|text| text.parse().ok());
            }
        }
        (Some(Target::IndicatorResult), field) => {
            let indicator = codes.indicators.get(&correction.figure);
            let Some(result) = indicator.and_then(|id| facts.indicators.get_mut(id)) else {
                return;
            };
            let number = value.and_then(|text| text.parse().ok());
            match field {
                Field::Target => result.target = number,
                Field::Actual => result.actual = number,
                Field::Percent => result.percent = number,
                _ => {}
            }
        }
        (Some(Target::Commendation), Field::Award) => {
            correct_award(facts, &correction.figure, value, codes);
        }
        _ => {}
    }
}

/// Gives a commendation its right award, or takes it away; one that no row states any more waits.
fn correct_award(facts: &mut BranchFacts, key: &str, award: Option<&str>, codes: &Codes) {
    let Ok(AwardKey { member, award: former }) = serde_json::from_str(key) else { return };
    let member = member.map(|id| follow(&codes.merged_members, id));
    let Some(row) = facts.commendations.remove(&(member, former)) else { return };
    if let Some(award) = award {
        let award = award.to_owned();
        let corrected = Commendation { award: award.clone(), ..row };
        facts.commendations.insert((member, award), corrected);
    }
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
