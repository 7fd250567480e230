//! What the style of a cell changes of what a person sees in it.

use std::collections::HashMap;
use std::sync::Arc;

use super::{LegacyFont, Value};
use crate::value::{PartialDate, date, whole};

/// The style of a cell, as far as it changes what is read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Look {
    pub(super) font: Option<LegacyFont>,
    pub(super) format: NumberFormat,
}

/// The looks of the cells of a sheet that are not plain, by row and column.
pub(super) type Looks = HashMap<(u32, u32), Look>;

/// What a number format makes of a number, where a person reads something else than the number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum NumberFormat {
    /// The number itself, or a date with its day.
    #[default]
    Plain,
    /// A whole number with at least so many digits: `000000`.
    Digits(usize),
    /// A whole number behind a word, with at least so many digits: `"Cell "00`.
    Behind(Arc<str>, usize),
    /// A hundred times the number, and "%" behind it: `0.0%`.
    Percent,
    /// The number, and "%" behind it: `0"%"`.
    PercentSign,
    /// The year alone of a date: `yyyy`.
    Year,
    /// Month and year of a date: `mm/yyyy`.
    Month,
}

impl NumberFormat {
    /// What a format code shows of numbers that are not below zero.
    pub(super) fn of_code(code: &str) -> Self {
        let code = Code::of(code);
        let bare = code.bare.trim();
        let is_only = |letters: &str| !bare.is_empty() && bare.chars().all(|c| letters.contains(c));
        if bare.contains('%') {
            Self::Percent
        } else if code.quoted.trim() == "%" && bare.starts_with(['0', '#']) {
            Self::PercentSign
        } else if is_only("0#") && code.is_behind_word() {
            Self::Behind(code.quoted.as_str().into(), bare.matches('0').count())
        } else if bare.len() > 1 && is_only("0") {
            Self::Digits(bare.len())
        } else if is_only("yY") {
            Self::Year
        } else if bare.contains(['y', 'Y']) && bare.contains(['m', 'M']) && is_only("yYmM/-. ") {
            Self::Month
        } else {
            Self::Plain
        }
    }

    /// The formats that every .xls file has without saying so.
    pub(super) fn built_in(index: u16) -> Self {
        match index {
            9 | 10 => Self::Percent,
            17 => Self::Month,
            _ => Self::Plain,
        }
    }

    /// What a person sees of a value.
    fn shown(&self, value: Value, epoch_1904: bool) -> Value {
        match (self, &value) {
            (Self::Digits(digits), Value::Number(number)) if *number >= 0.0 => {
                let whole = whole(*number).map(|number| format!("{number:0digits$}"));
                let padded = whole.filter(|text| text.starts_with('0') && text.len() > 1);
                padded.map_or(value, |text| Value::Text(text.into()))
            }
            (Self::Behind(word, digits), Value::Number(number)) if *number >= 0.0 => whole(*number)
                .map_or(value, |number| Value::Text(format!("{word}{number:0digits$}").into())),
            (Self::Percent, Value::Number(number)) => percent(number * 100.0),
            (Self::PercentSign, Value::Number(number)) => percent(*number),
            (Self::Year, Value::Date(_) | Value::Text(_)) => {
                date(&value, epoch_1904).map_or(value, |date| Value::Number(f64::from(date.year())))
            }
            (Self::Month, Value::Date(_) | Value::Text(_)) => date(&value, epoch_1904)
                .and_then(PartialDate::in_month)
                .map_or(value, |month| Value::Text(month.into())),
            _ => value,
        }
    }
}

/// A percentage as it is written; what doubles cannot hold behind the sixth decimal is none of it.
fn percent(number: f64) -> Value {
    Value::Text(format!("{}%", (number * 1e6).round() / 1e6).into())
}

impl Look {
    /// Whether nothing of the cell is shown in another way than it is stored.
    pub(super) fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// What a person sees of a value of the cell.
    pub(super) fn shown(&self, value: Value, epoch_1904: bool) -> Value {
        self.format.shown(value, epoch_1904)
    }
}

/// The first part of a format code: what it says, and the text that it puts beside that.
#[derive(Default)]
struct Code {
    bare: String,
    quoted: String,
    /// The text in quotes stands before the number.
    is_quoted_first: bool,
}

impl Code {
    fn of(code: &str) -> Self {
        let mut parts = Self::default();
        let mut letters = code.chars();
        while let Some(letter) = letters.next() {
            match letter {
                ';' => break,
                '"' => parts.quoted.extend(letters.by_ref().take_while(|c| *c != '"')),
                '\\' => parts.quoted.extend(letters.next()),
                // Colours, countries and conditions; the width of a letter that is not shown.
                '[' => letters.by_ref().take_while(|c| *c != ']').for_each(drop),
                '_' | '*' => drop(letters.next()),
                letter => {
                    parts.is_quoted_first |= parts.bare.is_empty() && !parts.quoted.is_empty();
                    parts.bare.push(letter);
                }
            }
        }
        parts
    }

    fn is_behind_word(&self) -> bool {
        self.is_quoted_first && self.quoted.contains(char::is_alphabetic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, value: Value) -> String {
        let seen = NumberFormat::of_code(code).shown(value, false);
        format!(
            "{}{}",
            crate::value::shown(&seen),
            if matches!(seen, Value::Date(_)) { " days" } else { "" }
        )
    }

    #[test]
    fn a_number_is_what_its_format_shows() {
        let of = |code: &str, number: f64| shown(code, Value::Number(number));
        assert_eq!(of("000000", 1234.0), "001234");
        assert_eq!(of("000000", 1_234_567.0), "1234567");
        assert_eq!(of("0.0%", 0.175), "17.5%");
        assert_eq!(of("0%", 0.133), "13.3%");
        assert_eq!(of("[Red]0.00%;-0.00%", 1.0 / 3.0), "33.333333%");
        assert_eq!(of("0%", 1.0), "100%");
        assert_eq!(of(r#"0.0"%""#, 13.3), "13.3%");
        assert_eq!(of(r"0\%", 13.0), "13%");
        assert_eq!(of(r#"0" %""#, 13.0), "13%");
        assert_eq!(of("General", 12.0), "12");
        assert_eq!(of("#,##0", 1234.0), "1234");
        assert_eq!(of("0.00", 12.5), "12.5");
        assert_eq!(of("@", 12.0), "12");
        assert_eq!(of(r#""Cell "00"#, 3.0), "Cell 03");
        assert_eq!(of(r#"0" points""#, 3.0), "3");
        assert_eq!(of(r##""R$ "#,##0.00"##, 3.0), "3");
    }

    #[test]
    fn a_date_is_as_much_of_it_as_its_format_shows() {
        let of = |code: &str| shown(code, Value::Date(27_531.0));
        assert_eq!(of("yyyy"), "1975");
        assert_eq!(of("mm/yyyy"), "05/1975");
        assert_eq!(of("[$-409]mmm\\-yy;@"), "05/1975");
        assert_eq!(of("dd/mm/yyyy"), "27531 days");
        assert_eq!(of(r#""ngày "dd" tháng "mm" năm "yyyy"#), "27531 days");
    }
}
