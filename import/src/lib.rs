//! Reads evaluation workbooks: bytes in, located records and diagnostics out.
//!
//! The crate is pure: no database, network, clock or path. [`read`] never fails; whatever is wrong
//! with a workbook is a [`Diagnostic`] with a code, a place and a hint.

mod account;
mod campaign;
mod check;
mod diagnostic;
mod grid;
mod layout;
mod legend;
mod mended;
mod profile;
mod question;
mod reading;
mod record;
mod records;
mod register;
mod role;
mod scale;
mod text;
pub mod typed;
mod value;
mod vocabulary;
mod workbook;

pub use account::{Account, Fate};
pub use campaign::Campaign;
pub use diagnostic::{Answer, Code, Diagnostic, Likely, Question, Severity};
pub use grid::{Place, cell_name, position_of_cell};
pub use layout::{RowRole, TableKind};
pub use mended::{Mended, ORIGIN_HEADINGS, ORIGIN_SHEET};
pub use profile::{Profile, fields};
pub use reading::{ColumnReading, Options, Reading, RunnerUp, SheetReading, TableReading, read};
pub use record::{
    Award, BodyKind, Figure, IndicatorFigure, Measure, NotRatedReason, Organization, Person,
    RatingRef, Record, Relation, Sex, Stage, StageRating, Stated, Statement, Subject,
};
pub use register::{Register, Registered};
pub use text::{
    comparison_key, folded, organization_key, organization_likeness, search_key, sortable,
};
pub use value::{PartialDate, Precision};
pub use vocabulary::{Document, Level, Scheme, Vocabulary};
pub use workbook::{CellValue, RowCells, SheetCells, cell_count, cells_of};
