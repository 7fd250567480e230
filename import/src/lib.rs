//! Reads evaluation workbooks: bytes in, located records and diagnostics out.
//!
//! The crate is pure: no database, network, clock or path. [`read`] never fails; whatever is wrong
//! with a workbook is a [`Diagnostic`] with a code, a place and a hint.

mod campaign;
mod cell;
mod check;
mod column;
mod diagnostic;
mod legend;
mod profile;
mod reading;
mod record;
mod rows;
mod table;
mod text;
mod vocabulary;
mod workbook;

pub use campaign::Campaign;
pub use cell::{PartialDate, Precision};
pub use diagnostic::{Code, Diagnostic, Severity};
pub use profile::Profile;
pub use reading::{ColumnReading, Options, Reading, SheetReading, TableReading, read};
pub use record::{
    Award, Figure, IndicatorFigure, Measure, NotRatedReason, Organization, Person, RatingRef,
    Record, Relation, Sex, Stage, StageRating, Stated, Statement, Subject,
};
pub use table::TableKind;
pub use text::{comparison_key, organization_key, search_key, sort_key};
pub use vocabulary::{Document, Level, Scheme, Vocabulary};
pub use workbook::{
    CellValue, RowCells, SheetCells, cell_count, cell_name, cells_of, position_of_cell,
};
