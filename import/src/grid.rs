//! The grid of a sheet: values, cells that know their place, rows, merged regions. It knows nothing of
//! what they mean.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::value::shown;

/// A cell of a sheet, row and column counted from 0; written as Excel does: `C7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Place {
    /// The row, from 0.
    pub row: u32,
    /// The column, from 0.
    pub column: u32,
}

impl Place {
    pub(crate) fn new(row: u32, column: u32) -> Self {
        Self { row, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&column_name(self.column))?;
        write!(formatter, "{}", self.row + 1)
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let place = position_of_cell(name);
        let wrong = || format!("`{name}` is no cell; expected a name such as `C7`");
        place.map(|(row, column)| Self { row, column }).ok_or_else(wrong)
    }
}

impl Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

/// The name of a column as Excel shows it: 0 is `A`, 26 is `AA`.
pub(crate) fn column_name(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// The name of a cell as Excel shows it: row 0, column 1 is `B1`.
pub fn cell_name(row: u32, column: u32) -> String {
    Place { row, column }.to_string()
}

/// The row and column of a cell's name: `B1` is row 0, column 1.
pub fn position_of_cell(name: &str) -> Option<(u32, u32)> {
    let digits = name.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = name.split_at(digits);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let digit = letter.is_ascii_uppercase().then(|| u32::from(letter - b'A') + 1)?;
        column.checked_mul(26)?.checked_add(digit)
    })?;
    Some((row.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

/// A value as the file holds it; dates keep their serial number, for the column decides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(Arc<str>),
    Number(f64),
    /// Days since the epoch of the workbook, in a cell that is formatted as a date.
    Date(f64),
    Bool(bool),
    /// An error of a formula, as Excel names it: `#N/A`.
    Error(&'static str),
}

/// The error of a formula whose value the file does not hold.
pub(crate) const NO_VALUE: &str = "#NO VALUE";

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    pub(crate) column: u32,
    pub(crate) value: Value,
}

/// The filled cells of one record of a table, by column: mostly a row as it stands on the sheet.
///
/// Of a table that is turned, folded or goes on beside itself, columns are those of its headings and
/// [`Row::place`] says where a cell really stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Row {
    /// The row of the sheet, or the first one of several.
    pub(crate) index: u32,
    pub(crate) cells: Vec<Cell>,
    /// Where the cells stand, one for each; empty where the row is one of the sheet.
    pub(crate) places: Vec<Place>,
}

impl Row {
    fn position(&self, column: u32) -> Option<usize> {
        self.cells.binary_search_by_key(&column, |cell| cell.column).ok()
    }

    pub(crate) fn cell(&self, column: u32) -> Option<&Cell> {
        self.cells.get(self.position(column)?)
    }

    /// The text of a cell, if it holds something.
    pub(crate) fn text(&self, column: u32) -> Option<String> {
        self.cell(column).map(|cell| shown(&cell.value)).filter(|text| !text.is_empty())
    }

    /// Where a column of the row stands on the sheet.
    pub(crate) fn place(&self, column: u32) -> Place {
        let placed = || self.places.get(self.position(column)?).copied();
        let here = Place { row: self.index, column };
        if self.places.is_empty() { here } else { placed().unwrap_or(here) }
    }
}

/// A merged region; its value stands in the first cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) first_row: u32,
    pub(crate) last_row: u32,
    pub(crate) first_column: u32,
    pub(crate) last_column: u32,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    /// The place in the file; chart and macro sheets have places too.
    pub(crate) place: usize,
    pub(crate) hidden: bool,
    pub(crate) rows: Vec<Row>,
    /// By first row; at most [`MERGES_LIMIT`].
    pub(crate) merges: Vec<Region>,
    pub(crate) epoch_1904: bool,
    /// The cells that are set in a font of the time before Unicode, by row and column.
    pub(crate) fonts: HashMap<(u32, u32), LegacyFont>,
    /// Text as read, by row and column, where an encoding was repaired.
    pub(crate) raw: HashMap<(u32, u32), Arc<str>>,
}

impl Sheet {
    /// The same sheet with other rows.
    pub(crate) fn with_rows(&self, rows: Vec<Row>) -> Self {
        Self {
            name: self.name.clone(),
            place: self.place,
            hidden: self.hidden,
            rows,
            merges: self.merges.clone(),
            epoch_1904: self.epoch_1904,
            fonts: self.fonts.clone(),
            raw: self.raw.clone(),
        }
    }
}

/// A font whose glyphs are not those of its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum LegacyFont {
    /// `.VnTime` and its like.
    Tcvn3,
    /// `.VnTimeH` and its like: small letters are shown as capitals.
    Tcvn3Capitals,
    /// `VNI-Times` and its like.
    Vni,
    Wingdings,
    Wingdings2,
    Webdings,
}

impl LegacyFont {
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let name = name.trim().to_lowercase();
        match name.as_str() {
            "wingdings" => return Some(Self::Wingdings),
            "wingdings 2" => return Some(Self::Wingdings2),
            "webdings" => return Some(Self::Webdings),
            _ => {}
        }
        if let Some(family) = name.strip_prefix(".vn") {
            return Some(if family.ends_with('h') { Self::Tcvn3Capitals } else { Self::Tcvn3 });
        }
        name.starts_with("vni-").then_some(Self::Vni)
    }

    /// The family of fonts, as it is shown.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tcvn3 => ".Vn… (TCVN3)",
            Self::Tcvn3Capitals => ".Vn…H (TCVN3 in capitals)",
            Self::Vni => "VNI-…",
            Self::Wingdings => "Wingdings",
            Self::Wingdings2 => "Wingdings 2",
            Self::Webdings => "Webdings",
        }
    }
}

/// A sheet of texts as a test writes it: numbers are numbers, blanks are blank.
#[cfg(test)]
pub(crate) fn sheet_of(rows: &[&[&str]]) -> Sheet {
    let row = |(index, texts): (u32, &&[&str])| {
        let filled = (0..).zip(texts.iter()).filter(|(_, text)| !text.is_empty());
        let cells = filled.map(|(column, text)| Cell {
            column,
            value: text.parse().map_or_else(|_| Value::Text((*text).into()), Value::Number),
        });
        Row { index, cells: cells.collect(), places: Vec::new() }
    };
    let rows = (0..).zip(rows).map(row).filter(|row| !row.cells.is_empty());
    Sheet { name: "Sheet1".into(), rows: rows.collect(), ..Sheet::default() }
}

#[cfg(test)]
mod tests {
    use super::{Place, cell_name, position_of_cell};

    #[test]
    fn cells_are_named_as_excel_does() {
        assert_eq!(cell_name(0, 0), "A1");
        assert_eq!(cell_name(10, 25), "Z11");
        assert_eq!(cell_name(10, 26), "AA11");
        assert_eq!(cell_name(1_048_575, 16_383), "XFD1048576");
        assert_eq!(position_of_cell("AA11"), Some((10, 26)));
        assert_eq!(position_of_cell("11"), None);
        assert_eq!("C7".parse(), Ok(Place { row: 6, column: 2 }));
    }
}
