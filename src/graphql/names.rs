//! Enumerations, and the bridge from the names that the database keeps.

use async_graphql::Enum;
use async_graphql::resolver_utils::EnumType;

use crate::db;
use crate::ledger::Field;
use crate::rules::results;

/// What is rated.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    /// People.
    Members,
    /// Organisations.
    Branches,
}

/// Who rated, in the order in which a round passes them.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Stage {
    /// The rated themselves.
    #[graphql(name = "SELF")]
    Own,
    /// The employer, or the line manager.
    Authority,
    /// A body between the line manager and the one that decides.
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

impl Stage {
    /// The stage of a number as stored.
    pub(super) fn of_number(number: i32) -> Self {
        match number {
            0 => Self::Own,
            1 => Self::Authority,
            2 => Self::Reviewer,
            3 => Self::CellCommittee,
            4 => Self::MassOrganization,
            5 => Self::Branch,
            7 => Self::Committee,
            _ => Self::Unstated,
        }
    }

    pub(super) fn number(self) -> i32 {
        match self {
            Self::Own => 0,
            Self::Authority => 1,
            Self::Reviewer => 2,
            Self::CellCommittee => 3,
            Self::MassOrganization => 4,
            Self::Branch => 5,
            Self::Unstated => 6,
            Self::Committee => 7,
        }
    }
}

/// The kind of an organisation.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BranchKind {
    /// A committee with branches below it (đảng bộ, đảng ủy).
    Committee,
    /// A branch (chi bộ).
    Branch,
    /// A mass organisation (công đoàn, đoàn thanh niên, hội).
    MassOrganization,
    /// Any other unit, such as a school district.
    Unit,
}

/// Sex as stated.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sex {
    /// Nam.
    Male,
    /// Nữ.
    Female,
}

/// Why somebody was not rated.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotRatedReason {
    /// Excused from work and meetings.
    Exempt,
    /// Admitted less than six months before.
    UnderSixMonths,
    /// Suspended.
    Suspended,
    /// Absent.
    Absent,
    /// Another reason; `reasonText` has the words of the workbook.
    Other,
}

/// What a printed figure measures.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReportedMeasure {
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
    /// Withheld or unaccounted.
    Withheld,
    /// Those with one rating.
    Rating,
    /// Those with the award for exemplary organisations.
    Exemplary,
}

/// How a printed figure relates to the level above it.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReportedRelation {
    /// The level itself.
    Exact,
    /// Contained in the level above it ("trong đó").
    Nested,
    /// Beside the level above it.
    Disjoint,
    /// The level and all better ones ("trở lên").
    OrBetter,
}

/// How much a diagnostic weighs.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Severity {
    /// Not read: the row or the sheet was left out, or the workbook refused.
    Error,
    /// Read, and doubtful.
    Warning,
    /// Nothing is wrong, but one should know.
    Notice,
}

/// What became of an import.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ImportStatus {
    /// Its records are in the ledger.
    Applied,
    /// It waits to be applied; nothing is in the ledger yet.
    Planned,
    /// Its errors kept it out.
    Refused,
    /// It was undone: its records are withdrawn.
    Reverted,
}

/// What is being done with an import.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ImportPhase {
    /// It is planned; nobody has applied it yet.
    Waiting,
    /// Its rows enter the ledger.
    Records,
    /// What it states of branches is resolved.
    Branches,
    /// What it states of members is resolved.
    Members,
    /// What it states of figures is resolved.
    Figures,
    /// Results are counted again.
    Tallies,
    /// The transaction ends.
    Commit,
    /// It is applied, or was refused or reverted before.
    Done,
    /// It could not be applied; `applyImport` says why.
    Failed,
}

/// A field that can be corrected by hand.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Field")]
pub(super) enum CorrectableField {
    /// The name of a member or a branch.
    Name,
    /// The birth date of a member.
    BirthDate,
    /// The sex of a member: `MALE`, `FEMALE`, or the word for it.
    Sex,
    /// A member's date of admission on probation.
    AdmittedOn,
    /// A member's date of full membership.
    OfficialOn,
    /// All numbers of a member, with commas between them.
    Identifiers,
    /// The branch of an enrolment, by its id.
    Branch,
    /// The position of an enrolment.
    Position,
    /// Whether an enrolment is probationary.
    Probationary,
    /// The reason of an enrolment for not being rated.
    Reason,
    /// The rating of an evaluation, by its code.
    Rating,
    /// The score of an evaluation.
    Score,
    /// Whether an evaluation of a branch has the award for exemplary organisations.
    Exemplary,
    /// The code of a branch.
    Code,
    /// The kind of a branch.
    Kind,
    /// The branch above a placement, by its id.
    Parent,
    /// The count of a printed figure.
    Count,
    /// The percentage of a printed figure or an indicator.
    Percent,
    /// The target of an indicator.
    Target,
    /// What was achieved of an indicator.
    Actual,
    /// The award of a commendation.
    Award,
}

/// What was decided about two members or branches.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DecisionKind {
    /// The other is the one that was kept.
    Merge,
    /// The other was made of some enrolments of the one that was kept.
    Separate,
    /// They are two.
    Distinct,
}

/// What disagrees with what.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DiscrepancyKind {
    /// A printed figure and the list.
    PrintedAgainstList,
    /// The printed figure of a committee and the sum of those of its branches.
    PrintedAgainstSum,
    /// Two printed figures of one thing.
    PrintedAgainstPrinted,
    /// A printed figure and those of its sheet, as the importer warned when it read it.
    PrintedAgainstSheet,
    /// Two rows that state different values for one fact.
    RivalStatements,
    /// A member on two rolls of one round.
    TwoRolls,
    /// A body that stands below itself in a round, over others: it is counted at the top.
    BelowItself,
}

/// Which side of a discrepancy is likely wrong.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DiscrepancyCulprit {
    /// The value that was found.
    Found,
    /// What it is compared with.
    Expected,
    /// Nothing tells.
    Unknown,
}

/// What a round lacks.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MissingKind {
    /// A workbook was refused, and nothing of its name or content came after it.
    RefusedWorkbook,
    /// Rows of a workbook have errors and were left out.
    RowsLeftOut,
    /// Columns of a workbook wait for a person to answer.
    OpenQuestions,
    /// A branch without branches of its own has neither people nor figures.
    EmptyBranch,
    /// The lists of a branch have fewer people than its printed figures count.
    UnlistedPeople,
    /// Nothing came of a branch that the round before has, or the list of branches.
    AbsentBranch,
}

/// Where a result comes from.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "results::Source")]
pub(super) enum ResultSource {
    /// Counted from lists.
    Counted,
    /// As printed.
    Reported,
    /// Some branches counted, others as printed.
    Mixed,
}

/// Which source of results to use.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq, Default)]
#[graphql(remote = "results::SourceChoice")]
pub(super) enum SourceChoice {
    /// The list if it is complete, else the sum of the branches below, else the printed figure.
    #[default]
    Best,
    /// Lists only.
    Counted,
    /// Printed figures only.
    Reported,
}

/// How far below a branch a question reaches.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Include {
    /// The branch and all below it.
    #[default]
    Subtree,
    /// The branch itself.
    #[graphql(name = "SELF")]
    Itself,
}

/// By what results can be grouped, and within what shares are taken.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "results::Dimension")]
pub(super) enum ResultDimension {
    /// The round.
    Campaign,
    /// The branch.
    Branch,
    /// The rating.
    Rating,
    /// The rating scheme.
    Scheme,
    /// Who rated.
    Stage,
    /// Sex.
    Sex,
    /// The band of ages.
    AgeBand,
    /// The position.
    Position,
    /// On probation or not.
    Probationary,
    /// The reason for not being rated.
    Reason,
}

/// Of whom a share is taken.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Denominator {
    /// Those who were rated.
    Rated,
    /// Those who were to be rated: the roll without the exempt.
    ToRate,
    /// Everybody on the roll.
    OnRoll,
}

/// What averages, minima and maxima are taken of.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// The score of the evaluation that is counted.
    Score,
    /// The age in the year of the round, of those whose year of birth is stated.
    Age,
}

/// The order of rounds; several are taken one after the other.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "db::CampaignColumn")]
pub(super) enum CampaignOrder {
    /// As the rows came in.
    IdAsc,
    /// Latest rows first.
    IdDesc,
    /// By code: `2018`, `2019`.
    CodeAsc,
    /// By code, backwards.
    CodeDesc,
    /// Oldest year first.
    YearAsc,
    /// Latest year first.
    YearDesc,
}

/// The order of organisations; several are taken one after the other. Those without a value come last.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "db::BranchColumn")]
pub(super) enum BranchOrder {
    /// As the rows came in.
    IdAsc,
    /// Latest rows first.
    IdDesc,
    /// By name; numbers in names count as numbers.
    NameAsc,
    /// By name, backwards.
    NameDesc,
    /// By the code that workbooks give.
    CodeAsc,
    /// By code, backwards.
    CodeDesc,
}

/// The order of people; several are taken one after the other. Those without a value come last.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "db::MemberColumn")]
pub(super) enum MemberOrder {
    /// As the rows came in.
    IdAsc,
    /// Latest rows first.
    IdDesc,
    /// By given name, then family name, as officials sort.
    NameAsc,
    /// By given name, backwards.
    NameDesc,
    /// Oldest first.
    BirthDateAsc,
    /// Youngest first.
    BirthDateDesc,
    /// Admitted first, first.
    AdmittedOnAsc,
    /// Admitted last, first.
    AdmittedOnDesc,
    /// Full member first, first.
    OfficialOnAsc,
    /// Full member last, first.
    OfficialOnDesc,
}

/// The order of enrolments; several are taken one after the other. Those without a value come last.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "db::EnrolmentColumn")]
pub(super) enum EnrolmentOrder {
    /// As the rows came in.
    IdAsc,
    /// Latest rows first.
    IdDesc,
    /// By position.
    PositionAsc,
    /// By position, backwards.
    PositionDesc,
}

/// The order of evaluations of members; several are taken one after the other. Those without a value come last.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "db::MemberEvaluationColumn")]
pub(super) enum MemberEvaluationOrder {
    /// As the rows came in.
    IdAsc,
    /// Latest rows first.
    IdDesc,
    /// Lowest score first.
    ScoreAsc,
    /// Highest score first.
    ScoreDesc,
    /// First stage first.
    StageAsc,
    /// Last stage first.
    StageDesc,
}

/// The order of evaluations of branches; several are taken one after the other. Those without a value come last.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "db::BranchEvaluationColumn")]
pub(super) enum BranchEvaluationOrder {
    /// As the rows came in.
    IdAsc,
    /// Latest rows first.
    IdDesc,
    /// Lowest score first.
    ScoreAsc,
    /// Highest score first.
    ScoreDesc,
    /// First stage first.
    StageAsc,
    /// Last stage first.
    StageDesc,
}

/// The order of placements.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "db::PlacementColumn")]
pub(super) enum PlacementOrder {
    /// As the rows came in.
    IdAsc,
    /// Latest rows first.
    IdDesc,
}

/// The order of printed figures; several are taken one after the other. Those without a value come last.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "db::ReportedResultColumn")]
pub(super) enum ReportedResultOrder {
    /// As the rows came in.
    IdAsc,
    /// Latest rows first.
    IdDesc,
    /// Smallest count first.
    CountAsc,
    /// Greatest count first.
    CountDesc,
    /// Smallest percentage first.
    PercentAsc,
    /// Greatest percentage first.
    PercentDesc,
}

/// The order of commendations; several are taken one after the other.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "db::CommendationColumn")]
pub(super) enum CommendationOrder {
    /// As the rows came in.
    IdAsc,
    /// Latest rows first.
    IdDesc,
    /// By award.
    AwardAsc,
    /// By award, backwards.
    AwardDesc,
}

/// The order of results of indicators; several are taken one after the other. Those without a value come last.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "db::IndicatorResultColumn")]
pub(super) enum IndicatorResultOrder {
    /// As the rows came in.
    IdAsc,
    /// Latest rows first.
    IdDesc,
    /// Smallest achievement first.
    ActualAsc,
    /// Greatest achievement first.
    ActualDesc,
    /// Farthest below the target first.
    PercentAsc,
    /// Farthest above the target first.
    PercentDesc,
}

/// The order of imports.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "db::ImportColumn")]
pub(super) enum ImportOrder {
    /// First imports first.
    IdAsc,
    /// Latest imports first.
    IdDesc,
}

/// The order of diagnostics; several are taken one after the other.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "db::DiagnosticColumn")]
pub(super) enum DiagnosticOrder {
    /// As the rows came in.
    IdAsc,
    /// Latest rows first.
    IdDesc,
    /// By code.
    CodeAsc,
    /// By code, backwards.
    CodeDesc,
}

/// The order of corrections.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "db::CorrectionColumn")]
pub(super) enum CorrectionOrder {
    /// First corrections first.
    IdAsc,
    /// Latest corrections first.
    IdDesc,
}

/// The value of a name that the database keeps; `fallback` for one that it should not.
pub(super) fn named<T: EnumType>(name: &str, fallback: T) -> T {
    T::items().iter().find(|item| item.name == name).map_or(fallback, |item| item.value)
}

/// The name of a value, as the database keeps it.
pub(super) fn name_of<T: EnumType>(value: T) -> String {
    T::items().iter().find(|item| item.value == value).map_or("", |item| item.name).to_owned()
}
