//! What was wrong with a workbook: one stable code, a place, what was found and what to do.

mod vietnamese;

use serde::{Deserialize, Serialize};

use crate::grid::{Place, cell_name};
use crate::profile::quoted;

/// How much a diagnostic weighs: an error refuses its workbook, unless invalid rows are skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// Nothing is wrong, but the reader should know.
    Notice,
    /// Read, and doubtful.
    Warning,
    /// Not read: the row or the sheet is left out, or the workbook refused.
    Error,
}

impl Severity {
    /// The name as stored and as shown by the API: `ERROR`, `WARNING`, `NOTICE`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Notice => "NOTICE",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
        }
    }
}

/// What to do about formulas whose values are not in the file.
pub(crate) const CALCULATE: &str =
    "open the workbook in Excel or LibreOffice, which calculates its formulas, and save it there";

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $meaning:literal)*) => {
        /// What a diagnostic is about. Codes are stable: scripts may rely on them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code {
            $(#[doc = $meaning] #[serde(rename = $name)] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the table in the README.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The stable name: `unknown-rating`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The severity of every diagnostic of this code.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// One sentence on what the code means.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

codes! {
    FileUnreadable "file-unreadable" Error "The file is not there, may not be read, or is no file."
    NotAWorkbook "not-a-workbook" Error "The file is no workbook that can be read, whatever its name says."
    PasswordProtected "password-protected" Error "The workbook can only be opened with its password."
    DamagedWorkbook "damaged-workbook" Error "The file is cut off or damaged."
    TooMuchMemory "too-much-memory" Error "The file asks for more memory than its content can need."
    TooMuchTime "too-much-time" Error "The file was not read in a minute."
    NoTable "no-table" Error "No sheet holds a table of evaluations that is understood."
    SheetUnreadable "sheet-unreadable" Error "One sheet cannot be read; the others were."
    SheetTooLarge "sheet-too-large" Error "The sheet has more filled cells than a table of this kind can have."
    CellUnreadable "cell-unreadable" Warning "Single cells cannot be read; the others were."
    TableNotUnderstood "table-not-understood" Error "A table names people or bodies, and it is not known what it says of them; it was left out."
    FormulasWithoutValues "formulas-without-values" Notice "No formula of the workbook holds a value; a program wrote it that does not calculate."
    SheetSkipped "sheet-skipped" Notice "The sheet is hidden, empty, or holds no table, and was left out."
    TextRepaired "text-repaired" Notice "Text of a legacy encoding was converted to Unicode, or characters that are none were left out."
    ColumnIgnored "column-ignored" Notice "The column is not needed, or not understood, and was left out."
    Question "question" Warning "It is not certain what the column holds; it is left out until a person answers."
    AssumedLevels "assumed-levels" Warning "Letters that nothing explains are taken for the levels, best first."
    NoCampaign "no-campaign" Error "Neither title nor sheet names the round that the table belongs to."
    CommitteeFromFileName "committee-from-file-name" Notice "No issuing body is printed; the name of the file stands in."
    ProfileMismatch "profile-mismatch" Error "The sheet is not laid out as the profile says."
    UnknownScale "unknown-scale" Error "The levels are of a scale whose order is not known."
    SchemeMade "scheme-made" Notice "The levels are of a scale of their own; a rating scheme was made for it."
    DoubtfulOrder "doubtful-order" Warning "Nothing in the workbook shows for certain which level of its scale is better."
    UnknownRating "unknown-rating" Error "The text is no level of the scheme."
    TwoRatings "two-ratings" Error "More than one level is ticked."
    NotATick "not-a-tick" Error "The cell of a tick column holds something else."
    ImpossibleDate "impossible-date" Error "The date does not exist or cannot be right."
    SwappedDates "swapped-dates" Warning "Day and month of the dates of a column were swapped by a program; they were put back."
    ImplausibleDate "implausible-date" Warning "By the dates the person was too young or too old, or not yet born."
    OfficialBeforeAdmission "official-before-admission" Warning "Official before admitted: one of the dates is wrong."
    CellError "cell-error" Error "A formula of the cell gave an error where a value is needed."
    DoubtfulNumber "doubtful-number" Warning "Digits of the number were lost, or somebody else has it too."
    LostLetters "lost-letters" Warning "Letters of the text were lost before it was saved: question marks stand for them."
    Withheld "withheld-figure" Warning "The figure is withheld: only a bound of it is printed."
    NotANumber "not-a-number" Error "The cell of a column of figures holds something else."
    UnregisteredBranch "unregistered-branch" Warning "The list of branches that was given has no such body."
    UnknownKind "unknown-kind" Error "The list of branches calls a body what no body is."
    MissingBranch "missing-branch" Error "The row belongs to no branch that is named."
    UnreadableRow "unreadable-row" Warning "The row is neither a record nor a heading, a total or a note that is understood."
    UnexplainedCell "unexplained-cell" Warning "The cell stands where facts do, and nothing was read from it."
    RowIgnored "row-ignored" Notice "The row counts some of another one, or compares with another round, and was left out."
    RivalFigures "rival-figures" Error "A body has two different figures for one round, and nothing tells them apart."
    SumMismatch "sum-mismatch" Warning "The figures do not add up to the printed total."
    TotalCountsMore "total-counts-more" Notice "The total counts more than its rows, as a note on the sheet says."
    PercentMismatch "percent-mismatch" Warning "The printed percentage is not that of the printed count."
    SuspectCount "suspect-count" Warning "The count contradicts its percentage and the sum; another one fits both."
    RollMismatch "roll-mismatch" Warning "The list has another number of rows than the printed total says."
    RatingContradictsScore "rating-contradicts-score" Warning "By the key of the sheet the points mean another level."
    DuplicateRow "duplicate-row" Warning "The same person is listed twice."
    ExemplaryWithoutTop "exemplary-without-top" Warning "Exemplary, but without the top rating."
    QuotaExceeded "quota-exceeded" Warning "More top ratings than the quota allows."
}

/// One thing that is wrong, or worth knowing, and where.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// What it is about.
    pub code: Code,
    /// The sheet, if it is about one.
    pub sheet: Option<String>,
    /// The cell as Excel names it, such as `C11`.
    pub cell: Option<String>,
    /// One sentence.
    pub message: String,
    /// What the workbook holds.
    pub found: Option<String>,
    /// What would have been right.
    pub expected: Option<String>,
    /// What to do.
    pub hint: Option<String>,
    /// What is asked, in a diagnostic that is a question.
    pub question: Option<Box<Question>>,
}

/// What a person is asked about a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The cells that are held back until it is answered, such as `C7:C46`.
    pub range: String,
    /// The headings of the table, by which the same question is known in other workbooks.
    pub layout: String,
    /// The words over the column.
    pub heading: String,
    /// What the column could hold, the likeliest first.
    pub readings: Vec<Likely>,
}

impl Question {
    /// The line of a profile that answers as the likeliest reading does: `"Mức xếp loại" = "rating"`.
    pub fn profile_line(&self) -> Option<String> {
        let likeliest = self.readings.first()?;
        Some(format!("{} = {}", quoted(&self.heading), quoted(&likeliest.field)))
    }
}

/// One of the things that a column could hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Likely {
    /// The field, as an answer and a profile name it.
    pub field: String,
    /// The weight of the evidence for it.
    #[serde(deserialize_with = "crate::reading::or_certain")]
    pub weight: f64,
}

/// What a person says that a column holds, in all tables that have the same headings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The headings of the table.
    pub layout: String,
    /// The words over the column.
    pub heading: String,
    /// The field.
    pub field: String,
}

impl Diagnostic {
    /// A diagnostic of a code, with one sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            sheet: None,
            cell: None,
            message: message.into(),
            found: None,
            expected: None,
            hint: None,
            question: None,
        }
    }

    /// The same as a question.
    pub(crate) fn asks(mut self, question: Question) -> Self {
        self.question = Some(Box::new(question));
        self
    }

    pub(crate) fn on_sheet(mut self, sheet: &str) -> Self {
        self.sheet = Some(sheet.to_owned());
        self
    }

    pub(crate) fn at(mut self, sheet: &str, row: u32, column: u32) -> Self {
        self.sheet = Some(sheet.to_owned());
        self.cell = Some(cell_name(row, column));
        self
    }

    pub(crate) fn at_place(self, sheet: &str, place: Place) -> Self {
        self.at(sheet, place.row, place.column)
    }

    pub(crate) fn found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    pub(crate) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// The same with an advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// How much it weighs.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}
