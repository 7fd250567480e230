//! What columns hold, by evidence: families of rules claim roles, one joint decision takes them.
//!
//! A rule looks at the view of a table and claims (column, role, weight, because); it sees no other
//! rule's verdict. All columns are decided at once, for each kind of rows that the table may have, and
//! the kind whose assignment weighs most is taken.

mod arithmetic;
mod choose;
mod levels;
mod neighbours;
mod shape;
#[cfg(test)]
mod tests;
mod values;
mod view;
mod whole;
mod words;

use std::sync::Arc;

use crate::campaign::Campaign;
use crate::diagnostic::Answer;
use crate::grid::Place;
use crate::layout::{Table, TableKind};
use crate::legend::Legend;
use crate::profile;
use crate::record::{Measure, NotRatedReason, Relation, Sex, Stage, Subject};
use crate::value::DateOrder;
use crate::vocabulary::LevelText;

use choose::Claims;
pub(crate) use shape::{is_organization_name, round_of};
use view::View;
pub(crate) use view::{names_issuer, subject_of};

/// What the figures of a column are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FigureKey {
    pub(crate) campaign: Option<Arc<Campaign>>,
    pub(crate) subject: Subject,
    pub(crate) measure: Measure,
    pub(crate) level: Option<LevelText>,
    pub(crate) stage: Stage,
    pub(crate) relation: Relation,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Role {
    Ordinal,
    Name,
    FamilyName,
    /// That of the mother, behind that of the father.
    SecondFamilyName,
    GivenName,
    MiddleName,
    Identifier,
    BirthDate(Option<Sex>),
    Sex,
    SexTick(Sex),
    Position,
    AdmittedOn,
    OfficialOn,
    Probationary,
    Organization,
    ParentOrganization,
    OrganizationCode,
    Rating(Stage),
    Score(Stage),
    Tick(Stage, LevelText),
    Exemplary,
    Reason,
    /// A tick for those who are not rated.
    ReasonTick(NotRatedReason),
    Note,
    Content,
    /// What the figures of a row are counted in: people, or per cent.
    Unit,
    /// The round of the row.
    Round,
    Award,
    Count(FigureKey),
    Percent(FigureKey),
    CountAndPercent(FigureKey),
    /// A column of counts whose rows say what is counted.
    PlainCount,
    PlainPercent,
    Target(String),
    Actual(String),
    IndicatorPercent(String),
    /// One of several criteria that are judged by the levels of the rating.
    Criterion,
    /// A field that the hub does not hold.
    NotHeld,
    /// Left out, for a reason that the reader is told.
    Ignored,
}

impl Role {
    /// Whether it rates those of the rows.
    pub(crate) fn is_rating(&self) -> bool {
        matches!(self, Self::Rating(_) | Self::Tick(..) | Self::Score(_))
    }

    /// What its figures are, if it holds printed ones.
    pub(crate) fn figure_key(&self) -> Option<&FigureKey> {
        match self {
            Self::Count(key) | Self::Percent(key) | Self::CountAndPercent(key) => Some(key),
            _ => None,
        }
    }

    /// The name as `inspect` shows it.
    pub(crate) fn name(&self) -> String {
        let sex = |sex: &Sex| if *sex == Sex::Male { "male" } else { "female" };
        let figure = |what: &str, key: &FigureKey| {
            let of = match (&key.level, key.measure) {
                (Some(level), _) => level_name(level),
                (None, measure) => format!("{measure:?}").to_lowercase(),
            };
            let round = key.campaign.as_ref().map(|round| format!(" {}", round.code));
            format!("{what} of {of}{}", round.unwrap_or_default())
        };
        match self {
            Self::Ordinal => "ordinal".into(),
            Self::Name => "name".into(),
            Self::FamilyName => "family name".into(),
            Self::SecondFamilyName => "second family name".into(),
            Self::GivenName => "given name".into(),
            Self::MiddleName => "middle name".into(),
            Self::Identifier => "identifier".into(),
            Self::BirthDate(None) => "birth date".into(),
            Self::BirthDate(Some(of)) => format!("birth date ({})", sex(of)),
            Self::Sex => "sex".into(),
            Self::SexTick(of) => format!("tick: {}", sex(of)),
            Self::Position => "position".into(),
            Self::AdmittedOn => "admitted on".into(),
            Self::OfficialOn => "official on".into(),
            Self::Probationary => "probationary".into(),
            Self::Organization => "organisation".into(),
            Self::ParentOrganization => "parent organisation".into(),
            Self::OrganizationCode => "organisation code".into(),
            Self::Rating(stage) => format!("rating, stage {stage:?}").to_lowercase(),
            Self::Score(stage) => format!("score, stage {stage:?}").to_lowercase(),
            Self::Tick(stage, level) => {
                format!(
                    "tick: {}, stage {}",
                    level_name(level),
                    format!("{stage:?}").to_lowercase()
                )
            }
            Self::Exemplary => "exemplary".into(),
            Self::Reason => "reason".into(),
            Self::ReasonTick(_) => "tick: not rated".into(),
            Self::Note => "note".into(),
            Self::Content => "content".into(),
            Self::Unit => "unit".into(),
            Self::Round => "round".into(),
            Self::Award => "award".into(),
            Self::Count(key) => figure("count", key),
            Self::Percent(key) => figure("percentage", key),
            Self::CountAndPercent(key) => figure("count and percentage", key),
            Self::PlainCount => "count".into(),
            Self::PlainPercent => "percentage".into(),
            Self::Target(of) => format!("target of {of}"),
            Self::Actual(of) => format!("achievement of {of}"),
            Self::IndicatorPercent(of) => format!("percentage of {of}"),
            Self::Criterion => "criterion".into(),
            Self::NotHeld => "not held".into(),
            Self::Ignored => "ignored".into(),
        }
    }
}

fn level_name(level: &LevelText) -> String {
    match level {
        LevelText::Known(_) => "a level".into(),
        LevelText::Rank(rank) => format!("level {rank}"),
        LevelText::Own(_, rank) => format!("level {} of its own scale", rank + 1),
    }
}

/// A column with its role and the reasons for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    pub(crate) index: u32,
    pub(crate) heading: String,
    /// The cell of the heading.
    pub(crate) place: Place,
    /// The round that the heading names.
    pub(crate) campaign: Option<Arc<Campaign>>,
    pub(crate) role: Role,
    pub(crate) why: &'static str,
    /// The weight of all evidence for the role.
    pub(crate) weight: f64,
    /// What else it could hold, the likeliest first, with the weight of the evidence.
    pub(crate) readings: Vec<(Role, f64)>,
    /// What the whole assignment would lose without this role, and the role that it would take then.
    pub(crate) runner_up: Option<(Role, f64)>,
    /// Whether the values look like names, levels, marks or figures, whatever became of the column.
    pub(crate) looks_like: Option<&'static str>,
    /// The sign that ticks it, if that is no known one.
    pub(crate) mark: Option<String>,
    /// Which part of its dates is the day.
    pub(crate) date_order: DateOrder,
    /// Whether M is for women, as beside H for men, here or on another sheet.
    pub(crate) m_is_for_women: bool,
    /// Whether no word over it is known.
    pub(crate) is_unknown: bool,
    /// How the name is put together of its columns: given name first.
    pub(crate) is_western: bool,
}

/// A table's kind and columns.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(crate) kind: TableKind,
    pub(crate) columns: Vec<Column>,
    /// The weight of the assignment.
    pub(crate) weight: f64,
    /// Whom the title is about.
    pub(crate) subject: Option<Subject>,
}

/// The kinds of rows that compete.
const KINDS: [TableKind; 5] = [
    TableKind::Members,
    TableKind::Organizations,
    TableKind::Figures,
    TableKind::Indicators,
    TableKind::Commendations,
];

/// Why a rating of a list is left out: its heading names another round than the title.
pub(crate) const OTHER_ROUND: &str = "the heading names another round than the title";
/// Why ratings or counts of them are left out: they are not what was decided in the round.
pub(crate) const OTHER_RESULT: &str = "the heading is of a pledge or of the round before";
/// Why figures are left out: they are not those of all members.
pub(crate) const PART_OF_MEMBERS: &str = "it counts official or probationary members alone";
/// Why figures are left out: they are differences.
const COMPARISON: &str = "a comparison with another round";
/// Why ratings of a list are left out: nothing says which of them counts.
pub(crate) const SEVERAL_RATINGS: &str = "several columns of ratings name the same body or none";
/// Why a rating of a list is left out: the bodies that are named rate by other levels.
pub(crate) const OTHER_SCALE: &str = "its levels are none of those by which the others rate";
/// Why letters are taken for levels, which the reader is told.
pub(crate) const LETTERS: &str = "words, and letters below that nothing explains";
/// Why texts are taken for names of people: by their shape.
pub(crate) const NAMES: &str = "names of people below";
/// Why texts are taken for the units of people, where no word says so.
pub(crate) const GROUPS: &str = "texts that group the rows";
/// Why a column is taken for units though nothing but the texts themselves says so.
pub(crate) const SCATTERED: &str = "texts that come again in rows apart";
/// Why a column is left out: it is not known what it holds.
pub(crate) const NOT_UNDERSTOOD: &str = "neither its words nor its values are understood";

/// The kind of a table and the roles of its columns.
pub(crate) fn read(
    table: &Table<'_>,
    legend: &Legend<'_>,
    title: &str,
    answers: &[Answer],
) -> Read {
    read_as(&KINDS, table, legend, title, answers)
}

/// The same of a table whose rows are of one of some kinds.
pub(crate) fn read_as(
    kinds: &[TableKind],
    table: &Table<'_>,
    legend: &Legend<'_>,
    title: &str,
    answers: &[Answer],
) -> Read {
    let mut view = View::new(table, legend, title);
    let answers = answered(&view, answers);
    whole::settle_stages(&mut view);
    let choices = kinds.iter().filter_map(|kind| {
        let mut claims = claims(&view, *kind);
        for (column, role) in &answers {
            claims.add(*column, role.clone(), BEYOND_DOUBT, ANSWERED);
        }
        let choice = choose::best(&view, *kind, &claims)?;
        Some((*kind, claims, choice))
    });
    let choices = choices.map(|(kind, claims, choice)| {
        let weight = choose::explained(&view, kind, &claims, &choice);
        (kind, claims, choice, weight)
    });
    let best = choices.max_by(|left, right| left.3.total_cmp(&right.3));
    let Some((kind, claims, choice, weight)) = best.filter(|(.., weight)| *weight >= MIN_WEIGHT)
    else {
        let columns = view.columns.iter().map(|column| unread(column)).collect();
        return Read { kind: TableKind::Unknown, columns, weight: 0.0, subject: view.subject };
    };
    let columns = choose::columns(&view, kind, &claims, &choice);
    Read { kind, columns, weight, subject: view.subject }
}

/// What a person says weighs more than all evidence.
const BEYOND_DOUBT: f64 = 1_000.0;
/// Why a column has its field: a person said so.
pub(crate) const ANSWERED: &str = "a person said so";

/// The columns that answers name, in a table with the headings that they are of.
fn answered(view: &View<'_>, answers: &[Answer]) -> Vec<(usize, Role)> {
    if answers.is_empty() {
        return Vec::new();
    }
    let layout = view.table.layout_key();
    let of_layout = answers.iter().filter(|answer| answer.layout == layout);
    let found = of_layout.filter_map(|answer| {
        let heads =
            |column: &view::ColumnView<'_>| column.heading.path.join(" / ") == answer.heading;
        Some((view.columns.iter().position(heads)?, profile::meaning(&answer.field)?))
    });
    found.collect()
}

/// Below this weight a table is none of evaluations.
const MIN_WEIGHT: f64 = 4.0;

fn claims(view: &View<'_>, kind: TableKind) -> Claims {
    let mut claims = Claims::new(view.columns.len());
    words::claim(view, kind, &mut claims);
    values::claim(view, kind, &mut claims);
    neighbours::claim(view, kind, &mut claims);
    arithmetic::claim(view, kind, &mut claims);
    whole::claim(view, kind, &mut claims);
    // A key that begins beside the headings is none of them.
    for (place, column) in view.columns.iter().enumerate() {
        let defines = column.last().contains([':', '=']) && view.legend.defines(column.last());
        if defines && column.level.is_none() {
            claims.of[place].clear();
            claims.add(place, Role::NotHeld, words::WORD, "a key beside the table");
        }
    }
    claims
}

fn unread(column: &view::ColumnView<'_>) -> Column {
    Column {
        index: column.heading.column,
        heading: column.heading.path.join(" / "),
        place: column.heading.place,
        campaign: column.campaign.clone(),
        role: Role::Ignored,
        why: NOT_UNDERSTOOD,
        weight: 0.0,
        readings: Vec::new(),
        runner_up: None,
        looks_like: None,
        mark: None,
        date_order: column.shape.date_order(),
        m_is_for_women: false,
        is_unknown: column.field.is_none(),
        is_western: false,
    }
}
