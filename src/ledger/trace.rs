//! From a fact back to the cells that state it.

use diesel::QueryResult;
use evalhub_import::{Person, Place, StageRating, Stated as Value, Statement as Stated};

use super::resolve::stage_number;
use super::{LedgerError, Target};
use crate::db::{self, AnyConnection, Correction, Source};

/// A cell that states a fact, with the text where the value does not show it.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) name: String,
    pub(crate) raw: Option<String>,
}

/// A fact, what states it, and what people said of it.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) campaign_id: Option<i64>,
    pub(crate) member_id: Option<i64>,
    pub(crate) branch_id: Option<i64>,
    /// Field and value, by the names of the API.
    pub(crate) fields: Vec<(&'static str, String)>,
    /// The rows that state it, the one that decides first.
    pub(crate) sources: Vec<(Source, Option<Cell>)>,
    /// Corrections that stand, the last one first.
    pub(crate) corrections: Vec<Correction>,
}

/// The cell that `at` finds in the statement of a record.
pub(crate) fn stated_cell(
    source: &Source,
    at: impl FnOnce(&Stated) -> Option<(Place, Option<String>)>,
) -> Option<Cell> {
    let statement: Stated = serde_json::from_str(&source.record.statement).ok()?;
    let (place, raw) = at(&statement)?;
    Some(Cell { name: place.to_string(), raw })
}

/// The cell of the name of whom or what a record is about.
pub(crate) fn name_cell(statement: &Stated) -> Option<(Place, Option<String>)> {
    match statement {
        Stated::Member(Person { name, .. }) => Some((name.at, name.raw.clone())),
        Stated::Branch(organization) => Some((organization.name.at, organization.name.raw.clone())),
        Stated::Commendation(award) => {
            let named = award.person.as_ref().unwrap_or(&award.award);
            Some((named.at, named.raw.clone()))
        }
        Stated::Indicators { indicators } => {
            let figure = indicators.first()?;
            let stated =
                figure.actual.as_ref().or(figure.target.as_ref()).or(figure.percent.as_ref())?;
            Some((stated.at, stated.raw.clone()))
        }
        Stated::Figures { .. } => None,
    }
}

/// The cell of the rating or score that a stage gave, if the record states one.
pub(crate) fn stage_cell(statement: &Stated, stage: i32) -> Option<(Place, Option<String>)> {
    let ratings: &[StageRating] = match statement {
        Stated::Member(person) => &person.ratings,
        Stated::Branch(organization) => &organization.ratings,
        _ => return None,
    };
    let of_stage = ratings.iter().filter(|rating| stage_number(rating.stage) == stage);
    let rated = of_stage
        .clone()
        .find_map(|rating| rating.rating.as_ref().map(|stated| (stated.at, stated.raw.clone())));
    rated.or_else(|| {
        let scored = of_stage.clone().find_map(|rating| rating.score.as_ref());
        scored.map(|stated| (stated.at, stated.raw.clone()))
    })
}

/// The cell in which a record states a field, by the field's name in the API.
pub(crate) fn field_cell(source: &Source, field: &str, stage: Option<i32>) -> Option<Cell> {
    fn of<T>(stated: Option<&Value<T>>) -> Option<(Place, Option<String>)> {
        stated.map(|stated| (stated.at, stated.raw.clone()))
    }
    stated_cell(source, |statement| match (statement, field, stage) {
        (_, "rating" | "score", Some(stage)) => stage_cell(statement, stage),
        (Stated::Member(person), "birthDate", _) => of(person.birth_date.as_ref()),
        (Stated::Member(person), "sex", _) => of(person.sex.as_ref()),
        (Stated::Member(person), "admittedOn", _) => of(person.admitted_on.as_ref()),
        (Stated::Member(person), "officialOn", _) => of(person.official_on.as_ref()),
        _ => name_cell(statement),
    })
}

/// Traces a fact by its id.
pub(crate) fn of(conn: &mut AnyConnection, target: Target, id: i64) -> Result<Trace, LedgerError> {
    let mut trace = Trace {
        campaign_id: None,
        member_id: None,
        branch_id: None,
        fields: Vec::new(),
        sources: Vec::new(),
        corrections: Vec::new(),
    };
    match target {
        Target::Member | Target::Enrolment | Target::MemberEvaluation => {
            trace.of_member(conn, target, id)?;
        }
        _ => trace.of_branch(conn, target, id)?,
    }
    trace.corrections.reverse();
    Ok(trace)
}

fn missing(target: Target, id: i64) -> LedgerError {
    LedgerError::Statement(format!("there is no {}:{id}", target.name()))
}

impl Trace {
    fn of_member(
        &mut self,
        conn: &mut AnyConnection,
        target: Target,
        id: i64,
    ) -> Result<(), LedgerError> {
        let missing = || missing(target, id);
        match target {
            Target::Member => {
                let row = db::Member::by_ids(conn, &[id])?.pop().filter(|row| row.live);
                let row = row.ok_or_else(missing)?;
                self.member_id = Some(id);
                self.fields.push(("name", row.name));
                let fields = [
                    ("birthDate", row.birth_date),
                    ("sex", row.sex),
                    ("admittedOn", row.admitted_on),
                    ("officialOn", row.official_on),
                ];
                self.say(fields);
                for number in db::Identifier::of_members(conn, &[id])? {
                    self.fields.push(("identifiers", number.value));
                }
                self.members(conn, None, |source| stated_cell(source, name_cell))?;
            }
            Target::Enrolment => {
                let row = db::Enrolment::by_ids(conn, &[id])?.pop().ok_or_else(missing)?;
                self.place(Some(row.campaign_id), Some(row.member_id), Some(row.branch_id));
                let probationary = row.probationary.then(|| "true".to_owned());
                self.say([
                    ("position", row.position),
                    ("probationary", probationary),
                    ("reason", row.reason),
                ]);
                self.members(conn, None, |source| stated_cell(source, name_cell))?;
            }
            _ => {
                let row = db::MemberEvaluation::by_ids(conn, &[id])?.pop().ok_or_else(missing)?;
                self.place(Some(row.campaign_id), Some(row.member_id), Some(row.branch_id));
                self.evaluation(conn, row.stage, row.rating_id, row.score)?;
                let stage = row.stage;
                self.members(conn, Some(stage), |source| {
                    stated_cell(source, |statement| stage_cell(statement, stage))
                })?;
                self.sources.retain(|(_, cell)| cell.is_some());
            }
        }
        Ok(())
    }

    fn of_branch(
        &mut self,
        conn: &mut AnyConnection,
        target: Target,
        id: i64,
    ) -> Result<(), LedgerError> {
        let missing = || missing(target, id);
        match target {
            Target::Branch => {
                let row = db::Branch::by_ids(conn, &[id])?.pop().filter(|row| row.live);
                let row = row.ok_or_else(missing)?;
                self.branch_id = Some(id);
                self.say([("name", Some(row.name)), ("code", row.code), ("kind", Some(row.kind))]);
                self.branches(conn, "BRANCH", |source| stated_cell(source, name_cell))?;
            }
            Target::Placement => {
                let row = db::Placement::by_ids(conn, &[id])?.pop().ok_or_else(missing)?;
                self.place(Some(row.campaign_id), None, Some(row.branch_id));
                self.say([("parent", row.parent_id.map(|id| format!("Branch:{id}")))]);
                self.branches(conn, "BRANCH", |source| stated_cell(source, name_cell))?;
            }
            Target::BranchEvaluation => {
                let row = db::BranchEvaluation::by_ids(conn, &[id])?.pop().ok_or_else(missing)?;
                self.place(Some(row.campaign_id), None, Some(row.branch_id));
                self.evaluation(conn, row.stage, row.rating_id, row.score)?;
                let stage = row.stage;
                self.branches(conn, "BRANCH", |source| {
                    stated_cell(source, |statement| stage_cell(statement, stage))
                })?;
                self.sources.retain(|(_, cell)| cell.is_some());
            }
            Target::ReportedResult => {
                let row = db::ReportedResult::by_ids(conn, &[id])?.pop().ok_or_else(missing)?;
                self.place(Some(row.campaign_id), None, Some(row.branch_id));
                self.say([
                    ("measure", Some(row.measure)),
                    ("count", row.count.map(|count| count.to_string())),
                    ("percent", row.percent.map(|percent| percent.to_string())),
                ]);
                let cell = Cell { name: row.cell, raw: row.raw };
                for source in Source::by_ids(conn, &[row.record_id])? {
                    self.sources.push((source, Some(cell.clone())));
                }
                self.correct_branches(conn, "ReportedResult")?;
            }
            Target::Commendation => {
                let row = db::Commendation::by_ids(conn, &[id])?.pop().ok_or_else(missing)?;
                self.place(Some(row.campaign_id), None, Some(row.branch_id));
                self.say([
                    ("award", Some(row.award)),
                    ("member", row.member_id.map(|id| format!("Member:{id}"))),
                ]);
                self.branches(conn, "COMMENDATION", |source| {
                    let of_member = source.link.member_id == row.member_id;
                    stated_cell(source, name_cell).filter(|_| of_member)
                })?;
                self.sources.retain(|(_, cell)| cell.is_some());
            }
            _ => {
                let row = db::IndicatorResult::by_ids(conn, &[id])?.pop().ok_or_else(missing)?;
                self.place(Some(row.campaign_id), None, Some(row.branch_id));
                let number = |value: Option<f64>| value.map(|number| number.to_string());
                self.say([
                    ("target", number(row.target)),
                    ("actual", number(row.actual)),
                    ("percent", number(row.percent)),
                ]);
                self.branches(conn, "INDICATORS", |source| stated_cell(source, name_cell))?;
            }
        }
        Ok(())
    }

    fn place(&mut self, campaign: Option<i64>, member: Option<i64>, branch: Option<i64>) {
        (self.campaign_id, self.member_id, self.branch_id) = (campaign, member, branch);
    }

    fn say<const N: usize>(&mut self, fields: [(&'static str, Option<String>); N]) {
        self.fields.extend(fields.into_iter().filter_map(|(name, value)| Some((name, value?))));
    }

    fn evaluation(
        &mut self,
        conn: &mut AnyConnection,
        stage: i32,
        rating: Option<i64>,
        score: Option<f64>,
    ) -> QueryResult<()> {
        let rating = match rating {
            Some(id) => db::Rating::by_ids(conn, &[id])?.pop().map(|rating| rating.code),
            None => None,
        };
        let stage = super::facts::stage_name(stage);
        let score = score.map(|score| score.to_string());
        self.say([("stage", Some(stage)), ("rating", rating), ("score", score)]);
        Ok(())
    }

    /// The live records about the member, of the round and branch if they are named.
    fn members(
        &mut self,
        conn: &mut AnyConnection,
        stage: Option<i32>,
        cell: impl Fn(&Source) -> Option<Cell>,
    ) -> QueryResult<()> {
        let id = self.member_id.unwrap_or_default();
        let fits = |campaign: i64, branch: i64| {
            self.campaign_id.is_none_or(|id| id == campaign)
                && self.branch_id.is_none_or(|id| id == branch)
        };
        let sources = Source::of_members(conn, &[id])?;
        // Whom a correction moved to the branch is stated for another one.
        let of_branch = |source: &&Source| {
            let round = source.record.campaign_id;
            fits(round, source.link.branch_id)
        };
        let mut found: Vec<Source> = sources.iter().filter(of_branch).cloned().collect();
        if found.is_empty() {
            let of_round =
                |source: &Source| self.campaign_id.is_none_or(|id| id == source.record.campaign_id);
            found = sources.into_iter().filter(of_round).collect();
        }
        self.sources = found.into_iter().map(|source| (source.clone(), cell(&source))).collect();
        let corrections = Correction::of_members(conn, &[id])?;
        self.corrections = corrections
            .into_iter()
            .filter(|row| {
                (row.campaign_id == 0 || self.campaign_id.is_none_or(|id| id == row.campaign_id))
                    && stage.is_none_or(|stage| row.stage == stage)
            })
            .collect();
        Ok(())
    }

    /// The live records of a kind about the branch, of the round if it is named.
    fn branches(
        &mut self,
        conn: &mut AnyConnection,
        kind: &str,
        cell: impl Fn(&Source) -> Option<Cell>,
    ) -> QueryResult<()> {
        let id = self.branch_id.unwrap_or_default();
        let mut sources = Source::of_branches(conn, &[id], &[kind])?;
        sources.retain(|source| self.campaign_id.is_none_or(|id| id == source.record.campaign_id));
        self.sources = sources.into_iter().map(|source| (source.clone(), cell(&source))).collect();
        let targets =
            ["Branch", "Placement", "BranchEvaluation", "IndicatorResult", "Commendation"];
        for target in targets {
            self.correct_branches(conn, target)?;
        }
        Ok(())
    }

    fn correct_branches(&mut self, conn: &mut AnyConnection, target: &str) -> QueryResult<()> {
        let id = self.branch_id.unwrap_or_default();
        let corrections = Correction::of_branches(conn, &[id])?;
        self.corrections.extend(corrections.into_iter().filter(|row| {
            row.target == target
                && (row.campaign_id == 0 || self.campaign_id.is_none_or(|id| id == row.campaign_id))
        }));
        Ok(())
    }
}
