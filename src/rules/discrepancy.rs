//! Two values that should be equal and are not. Each discrepancy is known by what it is about and its
//! values, so that what was accepted comes back when one of them changes.

use crate::db::Acceptance;

/// What disagrees with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A printed figure and the list.
    PrintedAgainstList,
    /// The printed figure of a committee and the sum of those of its branches.
    PrintedAgainstSum,
    /// Two printed figures of one thing.
    PrintedAgainstPrinted,
    /// A printed figure and those of its sheet, as the importer warned.
    PrintedAgainstSheet,
    /// Two rows that state different values for one fact.
    RivalStatements,
    /// A member on two rolls of one round.
    TwoRolls,
    /// A body that stands below itself in a round, over others.
    BelowItself,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PrintedAgainstList => "PRINTED_AGAINST_LIST",
            Self::PrintedAgainstSum => "PRINTED_AGAINST_SUM",
            Self::PrintedAgainstPrinted => "PRINTED_AGAINST_PRINTED",
            Self::PrintedAgainstSheet => "PRINTED_AGAINST_SHEET",
            Self::RivalStatements => "RIVAL_STATEMENTS",
            Self::TwoRolls => "TWO_ROLLS",
            Self::BelowItself => "BELOW_ITSELF",
        }
    }
}

/// Which side is likely wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Culprit {
    /// The value that was found.
    Found,
    /// What it is compared with.
    Expected,
    /// Nothing tells.
    Unknown,
}

impl Culprit {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Found => "FOUND",
            Self::Expected => "EXPECTED",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a record; the cell is none where the record itself says it.
    Record { record_id: i64, cell: Option<String> },
    /// On a sheet of an import, in no record.
    Sheet { import_id: i64, workbook: String, sheet: String, cell: String },
}

impl Place {
    /// Workbook, sheet and cell of what is in no record.
    fn on_sheet(&self) -> Option<(&str, &str, &str)> {
        match self {
            Self::Record { .. } => None,
            Self::Sheet { workbook, sheet, cell, .. } => Some((workbook, sheet, cell)),
        }
    }

    /// The record that it is in.
    pub(crate) fn record(&self) -> Option<i64> {
        match self {
            Self::Record { record_id, .. } => Some(*record_id),
            Self::Sheet { .. } => None,
        }
    }
}

/// Two values that should be equal.
#[derive(Debug, Clone)]
pub(crate) struct Discrepancy {
    /// The same for the same values of the same thing, in whatever import they are stated.
    pub(crate) id: i64,
    pub(crate) kind: Kind,
    pub(crate) campaign_id: i64,
    /// 0 where it is about a member alone.
    pub(crate) branch_id: i64,
    pub(crate) member_id: Option<i64>,
    pub(crate) subject: Option<String>,
    pub(crate) measure: Option<String>,
    pub(crate) rating_id: Option<i64>,
    pub(crate) stage: Option<i32>,
    /// The field of a member or an evaluation.
    pub(crate) field: Option<String>,
    pub(crate) found: String,
    pub(crate) expected: String,
    /// Found less expected, of counts.
    pub(crate) difference: Option<i64>,
    pub(crate) culprit: Culprit,
    /// Why one side is likely wrong, or that nothing tells.
    pub(crate) reason: String,
    /// Where the found value is printed.
    pub(crate) place: Option<Place>,
    /// Where the other one is.
    pub(crate) other_place: Option<Place>,
    /// The printed figure, to be corrected by its id.
    pub(crate) figure_id: Option<i64>,
    /// The branches on whose rolls a member is.
    pub(crate) rolls: Vec<i64>,
    /// Who accepted it as it is, and why.
    pub(crate) acceptance: Option<Acceptance>,
}

impl Discrepancy {
    pub(super) fn of(kind: Kind, campaign_id: i64, found: String, expected: String) -> Self {
        Self {
            id: 0,
            kind,
            campaign_id,
            branch_id: 0,
            member_id: None,
            subject: None,
            measure: None,
            rating_id: None,
            stage: None,
            field: None,
            found,
            expected,
            difference: None,
            culprit: Culprit::Unknown,
            reason: String::new(),
            place: None,
            other_place: None,
            figure_id: None,
            rolls: Vec::new(),
            acceptance: None,
        }
    }

    /// A number of 48 bits of what it is about and its values; where a record states them does not
    /// matter, nor in which import.
    pub(super) fn identity(&self) -> i64 {
        let about = serde_json::json!([
            (self.kind.name(), self.campaign_id, self.branch_id, self.member_id),
            (&self.subject, &self.measure, self.rating_id, self.stage, &self.field),
            (&self.found, &self.expected, &self.rolls),
            self.place.as_ref().and_then(Place::on_sheet),
        ]);
        let hash = blake3::hash(about.to_string().as_bytes());
        hash.as_bytes()[..6].iter().fold(0, |number, byte| number << 8 | i64::from(*byte))
    }

    /// What is accepted when it is; who does and why is still to be said.
    pub(crate) fn to_accept(&self) -> Acceptance {
        Acceptance {
            id: 0,
            discrepancy_id: self.id,
            kind: self.kind.name().to_owned(),
            campaign_id: self.campaign_id,
            branch_id: self.branch_id,
            member_id: self.member_id.unwrap_or_default(),
            found: self.found.clone(),
            expected: self.expected.clone(),
            note: String::new(),
            author: None,
            created_at: String::new(),
            withdrawn_at: None,
        }
    }
}
