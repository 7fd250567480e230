//! What a row of a table states: the unit that enters the ledger.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::campaign::Campaign;
use crate::grid::Place;
use crate::text::search_key;
use crate::value::PartialDate;

/// The names of bodies from the topmost one down.
pub(crate) type Path = Arc<[Arc<str>]>;

/// What is rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Subject {
    /// People.
    Members,
    /// Organisations.
    Branches,
}

/// Who rated, in the order in which a round passes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// The rated themselves.
    #[serde(rename = "SELF")]
    Own,
    /// The employer.
    Authority,
    /// A body between the employer and the one that decides, in offices that have such.
    Reviewer,
    /// The committee of the branch.
    CellCommittee,
    /// A mass organisation.
    MassOrganization,
    /// The branch.
    Branch,
    /// A column that names no body.
    Unstated,
    /// The committee above the branch.
    Committee,
}

/// Why somebody was not rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotRatedReason {
    /// Excused from work and meetings.
    Exempt,
    /// Admitted less than six months before.
    UnderSixMonths,
    /// Suspended.
    Suspended,
    /// Absent, with or without leave.
    Absent,
    /// Another reason, in the words of the workbook.
    Other,
}

/// What a printed figure measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Measure {
    /// Everybody on the roll.
    OnRoll,
    /// Those who are to be rated.
    ToRate,
    /// Those who were rated.
    Rated,
    /// Those who are exempt.
    Exempt,
    /// Those who are not rated yet.
    NotYetRated,
    /// Figures that were withheld or cannot be accounted for.
    Withheld,
    /// Those with one rating.
    Rating,
    /// Those with the award for exemplary organisations.
    Exemplary,
}

/// How a printed figure relates to the levels beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Relation {
    /// The level itself.
    Exact,
    /// Contained in the level above it ("trong đó").
    Nested,
    /// Beside the level above it, not contained in it.
    Disjoint,
    /// The level and all better ones ("hoàn thành tốt trở lên").
    OrBetter,
}

/// Sex as stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Sex {
    /// Nam.
    Male,
    /// Nữ.
    Female,
}

/// A value with the cell it was read from, and the text as printed where that differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stated<T> {
    /// The value.
    #[serde(rename = "v")]
    pub value: T,
    /// The cell it was read from.
    pub at: Place,
    /// The text as printed, where the value does not show it.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

/// A level of a scheme.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RatingRef {
    /// The code of the scheme.
    pub scheme: Arc<str>,
    /// The code of the level.
    pub code: Arc<str>,
}

/// The rating or the score that one stage gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageRating {
    /// Who rated.
    pub stage: Stage,
    /// The rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Stated<RatingRef>>,
    /// The score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Stated<f64>>,
}

/// A person on a roll.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are named as the columns of a list are")]
pub struct Person {
    pub name: Stated<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<Stated<PartialDate>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Stated<Sex>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Stated<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Stated<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admitted_on: Option<Stated<PartialDate>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub official_on: Option<Stated<PartialDate>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probationary: Option<Stated<bool>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Stated<NotRatedReason>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ratings: Vec<StageRating>,
}

impl Person {
    /// Whether some stage gave a rating.
    pub(crate) fn is_rated(&self) -> bool {
        self.ratings.iter().any(|rating| rating.rating.is_some())
    }
}

/// An organisation: that it is there, under whom, and how it was rated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are named as the columns of a list are")]
pub struct Organization {
    pub name: Stated<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Stated<String>>,
    /// What the list of branches says that it is.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<BodyKind>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ratings: Vec<StageRating>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exemplary: Option<Stated<bool>>,
}

/// What an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BodyKind {
    /// A committee with branches below it.
    Committee,
    /// A branch.
    Branch,
    /// A mass organisation.
    MassOrganization,
    /// Any other unit.
    Unit,
}

impl BodyKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Committee, Self::Branch, Self::MassOrganization, Self::Unit];

    /// The name as stored and as the API has it: `MASS_ORGANIZATION`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Committee => "COMMITTEE",
            Self::Branch => "BRANCH",
            Self::MassOrganization => "MASS_ORGANIZATION",
            Self::Unit => "UNIT",
        }
    }

    /// The kind of a name: `MASS_ORGANIZATION`, `mass organization`.
    pub fn of_name(name: &str) -> Option<Self> {
        let key = search_key(name);
        Self::ALL.into_iter().find(|kind| search_key(&kind.name().replace('_', " ")) == key)
    }
}

/// A printed figure: a count, a percentage, or both.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are the parts of a printed figure")]
pub struct Figure {
    pub subject: Subject,
    pub measure: Measure,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<RatingRef>,
    pub stage: Stage,
    pub relation: Relation,
    /// A printed heading that is no organisation; the figure belongs to the committee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Stated<i64>>,
    /// In per cent units: 13.3 for 13.3 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<Stated<f64>>,
}

/// A commendation of a person or, where no person is named, of the organisation of the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are the parts of a commendation")]
pub struct Award {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Stated<String>>,
    pub award: Stated<String>,
}

/// A target and what was achieved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are the parts of an indicator's figure")]
pub struct IndicatorFigure {
    pub indicator: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Stated<f64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<Stated<f64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<Stated<f64>>,
}

/// What a record states.
#[expect(clippy::large_enum_variant, reason = "most records of a large workbook are members")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Statement {
    /// A person on the roll of the organisation of the record.
    Member(Person),
    /// The organisation of the record itself.
    Branch(Organization),
    /// Printed figures about the organisation of the record.
    Figures {
        /// The figures of the row.
        figures: Vec<Figure>,
    },
    /// A commendation.
    Commendation(Award),
    /// Figures of indicators.
    Indicators {
        /// The figures of the row.
        indicators: Vec<IndicatorFigure>,
    },
}

impl Statement {
    /// The cells that it was read from.
    pub(crate) fn places(&self) -> Vec<Place> {
        fn at<T>(stated: Option<&Stated<T>>) -> Option<Place> {
            stated.map(|stated| stated.at)
        }
        fn rated(ratings: &[StageRating]) -> impl Iterator<Item = Place> {
            ratings.iter().flat_map(|of| [at(of.rating.as_ref()), at(of.score.as_ref())]).flatten()
        }
        match self {
            Self::Member(person) => {
                let fields = [
                    at(person.birth_date.as_ref()),
                    at(person.sex.as_ref()),
                    at(person.position.as_ref()),
                    at(person.admitted_on.as_ref()),
                    at(person.official_on.as_ref()),
                    at(person.probationary.as_ref()),
                    at(person.reason.as_ref()),
                ];
                let identifiers = person.identifiers.iter().map(|of| of.at);
                let named = [person.name.at].into_iter().chain(fields.into_iter().flatten());
                named.chain(identifiers).chain(rated(&person.ratings)).collect()
            }
            Self::Branch(of) => {
                let fields = [Some(of.name.at), at(of.code.as_ref()), at(of.exemplary.as_ref())];
                fields.into_iter().flatten().chain(rated(&of.ratings)).collect()
            }
            Self::Figures { figures } => figures
                .iter()
                .flat_map(|of| [at(of.count.as_ref()), at(of.percent.as_ref())])
                .flatten()
                .collect(),
            Self::Commendation(of) => {
                at(of.person.as_ref()).into_iter().chain([of.award.at]).collect()
            }
            Self::Indicators { indicators } => indicators
                .iter()
                .flat_map(|of| {
                    [at(of.target.as_ref()), at(of.actual.as_ref()), at(of.percent.as_ref())]
                })
                .flatten()
                .collect(),
        }
    }
}

/// One row of one table of one workbook, for one round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The sheet.
    pub sheet: Arc<str>,
    /// The row as Excel numbers it, from 1.
    pub row: u32,
    /// The place of the table in its reading.
    pub table: usize,
    /// The round.
    pub campaign: Arc<Campaign>,
    /// The organisations from the topmost one that is printed down to the one it is about.
    pub place: Arc<[Arc<str>]>,
    /// What the row states.
    pub statement: Statement,
}
