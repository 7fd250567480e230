//! Corrections by hand: what may be corrected, and how.

mod value;

use serde::{Deserialize, Serialize};

use super::facts::{self, Touched};
use super::plan::{Log, Plan};
use super::resolve::NO_STAGE;
use super::{Author, LedgerError, refused};
use crate::db::{self, AnyConnection, Correction, Ids, Rating, insert_rows, tables};
use diesel::prelude::*;

macro_rules! named_variants {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name { $($variant,)* }

        impl $name {
            /// All of them, in the order of the documentation.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)*];

            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            pub(crate) fn of_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|variant| variant.is(name))
            }

            pub(crate) fn is(self, name: &str) -> bool {
                self.name() == name
            }
        }
    };
}

named_variants! {
    /// The kinds of facts that can be corrected, by the names of their GraphQL types.
    Target {
        Member = "Member",
        Enrolment = "Enrolment",
        MemberEvaluation = "MemberEvaluation",
        Branch = "Branch",
        Placement = "Placement",
        BranchEvaluation = "BranchEvaluation",
        ReportedResult = "ReportedResult",
        IndicatorResult = "IndicatorResult",
        Commendation = "Commendation",
    }
}

named_variants! {
    /// The fields that can be corrected, by their GraphQL names.
    Field {
        Name = "name",
        BirthDate = "birthDate",
        Sex = "sex",
        AdmittedOn = "admittedOn",
        OfficialOn = "officialOn",
        Identifiers = "identifiers",
        Branch = "branch",
        Position = "position",
        Probationary = "probationary",
        Reason = "reason",
        Rating = "rating",
        Score = "score",
        Exemplary = "exemplary",
        Code = "code",
        Kind = "kind",
        Parent = "parent",
        Count = "count",
        Percent = "percent",
        Target = "target",
        Actual = "actual",
        Award = "award",
    }
}

impl Field {
    fn may_be_cleared(self) -> bool {
        !matches!(
            self,
            Self::Name | Self::Branch | Self::Probationary | Self::Exemplary | Self::Kind
        )
    }
}

impl Target {
    /// The fields of it that can be corrected.
    pub(crate) fn fields(self) -> &'static [Field] {
        match self {
            Self::Member => &[
                Field::Name,
                Field::BirthDate,
                Field::Sex,
                Field::AdmittedOn,
                Field::OfficialOn,
                Field::Identifiers,
            ],
            Self::Enrolment => {
                &[Field::Branch, Field::Position, Field::Probationary, Field::Reason]
            }
            Self::MemberEvaluation => &[Field::Rating, Field::Score],
            Self::Branch => &[Field::Name, Field::Code, Field::Kind],
            Self::Placement => &[Field::Parent],
            Self::BranchEvaluation => &[Field::Rating, Field::Score, Field::Exemplary],
            Self::ReportedResult => &[Field::Count, Field::Percent],
            Self::IndicatorResult => &[Field::Target, Field::Actual, Field::Percent],
            Self::Commendation => &[Field::Award],
        }
    }
}

/// What a person states: the field of a fact, and its value; none clears it.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) target: Target,
    pub(crate) id: i64,
    pub(crate) field: Field,
    pub(crate) value: Option<String>,
}

/// Tells a printed figure from the others of its branch, whichever version of its workbook prints it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct FigureKey {
    group: Option<String>,
    subject: String,
    measure: String,
    rating: Option<i64>,
    stage: i32,
    relation: String,
    /// As printed: where another figure is printed, the correction has no ground.
    count: Option<i64>,
    percent: Option<f64>,
}

impl FigureKey {
    pub(super) fn of(row: &db::ReportedResult) -> Self {
        Self {
            group: row.group_name.clone(),
            subject: row.subject.clone(),
            measure: row.measure.clone(),
            rating: row.rating_id,
            stage: row.stage,
            relation: row.relation.clone(),
            count: row.count,
            percent: row.percent,
        }
    }
}

/// Tells a commendation from the others of its branch: who got it, and what it was before.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct AwardKey {
    pub(super) member: Option<i64>,
    pub(super) award: String,
}

/// Enters a correction, and resolves what it touches.
pub(super) fn enter(
    conn: &mut AnyConnection,
    statement: &Statement,
    author: &Author,
) -> Result<(i64, Plan), LedgerError> {
    let Statement { target, id, field, .. } = *statement;
    if !target.fields().contains(&field) {
        let fields: Vec<&str> = target.fields().iter().map(|field| field.name()).collect();
        return Err(refused(format!(
            "{} has no `{}` to correct; expected one of {}",
            target.name(),
            field.name(),
            fields.join(", ")
        )));
    }
    if statement.value.is_none() && !field.may_be_cleared() {
        return Err(refused(format!("`{}` cannot be cleared; give its value", field.name())));
    }
    let mut ids = Ids::begin(conn)?;
    let mut correction = Correction {
        id: ids.give(),
        target: target.name().to_owned(),
        campaign_id: 0,
        member_id: 0,
        branch_id: 0,
        stage: NO_STAGE,
        figure: String::new(),
        field: field.name().to_owned(),
        value: None,
        former: None,
        note: author.note.clone(),
        author: author.name.clone(),
        created_at: author.now.clone(),
        withdrawn_at: None,
    };
    let level = locate(conn, target, id, field, &mut correction)?;
    correction.value = match &statement.value {
        None => None,
        Some(text) => Some(value::read(conn, field, text.trim(), &level)?),
    };
    if field == Field::Parent {
        refuse_circle(conn, &correction)?;
    }
    if field == Field::Branch {
        refuse_absent(conn, &correction)?;
    }
    let correction_id = correction.id;
    let mut log = Log::default();
    let touched = touched_by(&correction);
    insert_rows!(conn, tables::corrections::table, [correction]);
    facts::settle(conn, &touched, &facts::Fresh::none(), &mut ids, &mut log)?;
    ids.finish(conn)?;
    Ok((correction_id, log.into_plan(conn)?))
}

/// A branch cannot stand below itself.
fn refuse_circle(conn: &mut AnyConnection, correction: &Correction) -> Result<(), LedgerError> {
    let parent = correction.value.as_deref().and_then(|text| text.parse::<i64>().ok());
    let branch = correction.branch_id;
    let below = db::AncestryRow::under(conn, &[correction.campaign_id], &[branch])?;
    match parent.filter(|parent| below.iter().any(|row| row.branch_id == *parent)) {
        Some(parent) => Err(refused(format!(
            "Branch:{parent} stands below Branch:{branch}; place it elsewhere first"
        ))),
        None => Ok(()),
    }
}

/// A member can only be moved to a branch that stands in the round.
fn refuse_absent(conn: &mut AnyConnection, correction: &Correction) -> Result<(), LedgerError> {
    let to = correction.value.as_deref().and_then(|text| text.parse::<i64>().ok());
    let placements = db::Placement::of_branches(conn, &to.into_iter().collect::<Vec<_>>())?;
    if placements.iter().any(|row| row.campaign_id == correction.campaign_id) {
        return Ok(());
    }
    Err(refused(format!(
        "Branch:{} does not stand in the campaign of the enrolment",
        to.unwrap_or_default()
    )))
}

/// Says under which branch a branch stood in a round.
pub(super) fn place(
    conn: &mut AnyConnection,
    branch: i64,
    campaign: &str,
    parent: Option<i64>,
    author: &Author,
) -> Result<(i64, Plan), LedgerError> {
    let rounds = db::Campaign::all(conn)?;
    let Some(round) = rounds.iter().find(|round| round.code == campaign) else {
        return Err(refused(format!("there is no campaign `{campaign}`")));
    };
    let placements = db::Placement::of_branches(conn, &[branch])?;
    let Some(placement) = placements.iter().find(|row| row.campaign_id == round.id) else {
        return Err(refused(format!("Branch:{branch} does not stand in campaign `{campaign}`")));
    };
    let statement = Statement {
        target: Target::Placement,
        id: placement.id,
        field: Field::Parent,
        value: parent.map(|id| id.to_string()),
    };
    enter(conn, &statement, author)
}

/// Withdraws a correction: what workbooks state holds again.
pub(super) fn withdraw(
    conn: &mut AnyConnection,
    id: i64,
    author: &Author,
) -> Result<Plan, LedgerError> {
    let Some(correction) = Correction::by_ids(conn, &[id])?.pop() else {
        return Err(refused(format!("there is no correction {id}")));
    };
    if let Some(date) = &correction.withdrawn_at {
        return Err(refused(format!("correction {id} was withdrawn already, on {date}")));
    }
    diesel::update(tables::corrections::table.filter(tables::corrections::id.eq(id)))
        .set(tables::corrections::withdrawn_at.eq(&author.now))
        .execute(conn)?;
    let mut ids = Ids::begin(conn)?;
    let mut log = Log::default();
    facts::settle(conn, &touched_by(&correction), &facts::Fresh::none(), &mut ids, &mut log)?;
    ids.finish(conn)?;
    Ok(log.into_plan(conn)?)
}

fn touched_by(correction: &Correction) -> Touched {
    let mut touched = Touched::default();
    if correction.member_id != 0 {
        touched.members.insert(correction.member_id);
    } else if Target::ReportedResult.is(&correction.target) {
        touched.figures.insert((correction.campaign_id, correction.branch_id));
    } else {
        touched.branches.insert(correction.branch_id);
        if correction.campaign_id != 0 {
            touched.branch_rounds.insert((correction.campaign_id, correction.branch_id));
        }
    }
    if correction.campaign_id != 0 {
        touched.rounds.insert(correction.campaign_id);
    }
    touched
}

/// For values that are levels: the subject, the year and the scheme of what is corrected.
#[derive(Default)]
struct LevelContext {
    subject: &'static str,
    year: Option<i32>,
    rating_id: Option<i64>,
}

/// Finds the fact, and notes its keys and its value in the correction.
fn locate(
    conn: &mut AnyConnection,
    target: Target,
    id: i64,
    field: Field,
    correction: &mut Correction,
) -> Result<LevelContext, LedgerError> {
    let mut level = LevelContext::default();
    let former = match target {
        Target::Member | Target::Enrolment | Target::MemberEvaluation => {
            locate_of_member(conn, target, id, field, correction, &mut level)?
        }
        _ => locate_of_branch(conn, target, id, field, correction, &mut level)?,
    };
    let rounds = db::Campaign::by_ids(conn, &[correction.campaign_id])?;
    level.year = rounds.first().map(|round| round.year);
    let rated = level.rating_id.filter(|_| field == Field::Rating);
    let code = match rated {
        Some(id) => Rating::by_ids(conn, &[id])?.pop().map(|rating| rating.code),
        None => None,
    };
    correction.former = former.or(code);
    Ok(level)
}

fn missing(target: Target, id: i64) -> LedgerError {
    refused(format!("there is no {}:{id}", target.name()))
}

/// A fact about a member; gives its value of before.
fn locate_of_member(
    conn: &mut AnyConnection,
    target: Target,
    id: i64,
    field: Field,
    correction: &mut Correction,
    level: &mut LevelContext,
) -> Result<Option<String>, LedgerError> {
    let missing = || missing(target, id);
    Ok(match target {
        Target::Member => {
            let row = db::Member::by_ids(conn, &[id])?.pop().filter(|row| row.live);
            let row = row.ok_or_else(missing)?;
            correction.member_id = id;
            match field {
                Field::Name => Some(row.name),
                Field::BirthDate => row.birth_date,
                Field::Sex => row.sex,
                Field::AdmittedOn => row.admitted_on,
                Field::OfficialOn => row.official_on,
                _ => {
                    let numbers = db::Identifier::of_members(conn, &[id])?;
                    let numbers: Vec<String> = numbers.into_iter().map(|row| row.value).collect();
                    Some(numbers.join(", ")).filter(|numbers| !numbers.is_empty())
                }
            }
        }
        Target::Enrolment => {
            let row = db::Enrolment::by_ids(conn, &[id])?.pop().ok_or_else(missing)?;
            (correction.campaign_id, correction.member_id) = (row.campaign_id, row.member_id);
            correction.branch_id = row.branch_id;
            match field {
                Field::Branch => Some(format!("Branch:{}", row.branch_id)),
                Field::Position => row.position,
                Field::Probationary => Some(row.probationary.to_string()),
                _ => row.reason,
            }
        }
        _ => {
            let row = db::MemberEvaluation::by_ids(conn, &[id])?.pop().ok_or_else(missing)?;
            (correction.campaign_id, correction.member_id) = (row.campaign_id, row.member_id);
            (correction.branch_id, correction.stage) = (row.branch_id, row.stage);
            (level.subject, level.rating_id) = ("MEMBERS", row.rating_id);
            if field == Field::Score { row.score.map(|score| score.to_string()) } else { None }
        }
    })
}

/// A fact about a branch; gives its value of before.
fn locate_of_branch(
    conn: &mut AnyConnection,
    target: Target,
    id: i64,
    field: Field,
    correction: &mut Correction,
    level: &mut LevelContext,
) -> Result<Option<String>, LedgerError> {
    let missing = || missing(target, id);
    Ok(match target {
        Target::Branch => {
            let row = db::Branch::by_ids(conn, &[id])?.pop().filter(|row| row.live);
            let row = row.ok_or_else(missing)?;
            correction.branch_id = id;
            match field {
                Field::Name => Some(row.name),
                Field::Code => row.code,
                _ => Some(row.kind),
            }
        }
        Target::Placement => {
            let row = db::Placement::by_ids(conn, &[id])?.pop().ok_or_else(missing)?;
            (correction.campaign_id, correction.branch_id) = (row.campaign_id, row.branch_id);
            row.parent_id.map(|id| format!("Branch:{id}"))
        }
        Target::BranchEvaluation => {
            let row = db::BranchEvaluation::by_ids(conn, &[id])?.pop().ok_or_else(missing)?;
            (correction.campaign_id, correction.branch_id) = (row.campaign_id, row.branch_id);
            correction.stage = row.stage;
            (level.subject, level.rating_id) = ("BRANCHES", row.rating_id);
            match field {
                Field::Score => row.score.map(|score| score.to_string()),
                Field::Exemplary => Some(row.exemplary.to_string()),
                _ => None,
            }
        }
        Target::ReportedResult => {
            let mut row = db::ReportedResult::by_ids(conn, &[id])?.pop().ok_or_else(missing)?;
            (correction.campaign_id, correction.branch_id) = (row.campaign_id, row.branch_id);
            let former = match field {
                Field::Count => row.count.map(|count| count.to_string()),
                _ => row.percent.map(|percent| percent.to_string()),
            };
            facts::as_printed(conn, &mut row)?;
            correction.figure = serde_json::to_string(&FigureKey::of(&row))?;
            former
        }
        Target::Commendation => {
            let row = db::Commendation::by_ids(conn, &[id])?.pop().ok_or_else(missing)?;
            (correction.campaign_id, correction.branch_id) = (row.campaign_id, row.branch_id);
            let key = AwardKey { member: row.member_id, award: row.award };
            correction.figure = serde_json::to_string(&key)?;
            Some(key.award)
        }
        _ => {
            let row = db::IndicatorResult::by_ids(conn, &[id])?.pop().ok_or_else(missing)?;
            (correction.campaign_id, correction.branch_id) = (row.campaign_id, row.branch_id);
            let all = db::Indicator::all(conn)?;
            let indicator = all.into_iter().find(|indicator| indicator.id == row.indicator_id);
            correction.figure = indicator.map(|indicator| indicator.code).unwrap_or_default();
            let value = match field {
                Field::Target => row.target,
                Field::Actual => row.actual,
                _ => row.percent,
            };
            value.map(|number| number.to_string())
        }
    })
}

/// The name of a variant, as it is stored.
pub(super) fn name_of<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(value)?;
    Ok(json.trim_matches('"').to_owned())
}
