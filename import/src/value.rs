//! Values of cells: dates and their precision, numbers, percentages, ticks, ordinals.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_normalization::char::is_combining_mark;

use crate::campaign::{
    bare_year, day_named, in_common_terms, is_particle, is_word_of_dates, month_named,
};
use crate::grid::Value;
use crate::text::{comparison_key, is_capitals, may_begin_name, roman, tidy};

/// How much of a date is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// The year alone.
    Year,
    /// Year and month.
    Month,
    /// The day.
    Day,
}

/// A date of which the year is known, perhaps the month, perhaps the day: `1980`, `1980-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl PartialDate {
    /// A date that exists; a day needs its month.
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Option<Self> {
        Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
        (day.is_none() || month.is_some()).then_some(Self { year, month, day })
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The date with day and month in each other's place, where there is one.
    fn swapped(self) -> Self {
        Self::new(self.year, self.day, self.month).unwrap_or(self)
    }

    /// Whether day and month can be taken for one another.
    pub(crate) fn is_early_in_month(self) -> bool {
        self.day.is_some_and(|day| day <= 12)
    }

    /// Its month as it is written: "05/1975".
    pub(crate) fn in_month(self) -> Option<String> {
        Some(format!("{:02}/{}", self.month?, self.year))
    }

    /// How much of it is known.
    pub fn precision(self) -> Precision {
        match (self.month, self.day) {
            (Some(_), Some(_)) => Precision::Day,
            (Some(_), None) => Precision::Month,
            _ => Precision::Year,
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(formatter, "-{part:02}")?;
        }
        Ok(())
    }
}

impl FromStr for PartialDate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no date; expected `1980`, `1980-05` or `1980-05-17`");
        let mut parts = text.split('-');
        let year = parts.next().and_then(|part| part.parse().ok()).ok_or_else(wrong)?;
        let mut next = || parts.next().map(str::parse::<i8>).transpose().map_err(|_cause| wrong());
        let (month, day) = (next()?, next()?);
        Self::new(year, month, day).ok_or_else(wrong)
    }
}

impl Serialize for PartialDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A cell as text, the way Excel would show it without a format.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => tidy(text),
        Value::Number(number) | Value::Date(number) => number.to_string(),
        Value::Bool(true) => "TRUE".to_owned(),
        Value::Bool(false) => "FALSE".to_owned(),
        Value::Error(name) => (*name).to_owned(),
    }
}

/// The date that a cell states, with whatever precision it has.
pub(crate) fn date(value: &Value, epoch_1904: bool) -> Option<PartialDate> {
    date_of_column(value, epoch_1904, DateOrder::DayFirst, LATEST)
}

/// The date that a cell states, in the order of its column; a year of two digits lies in the century
/// before where it would be after the latest one.
pub(crate) fn date_of_column(
    value: &Value,
    epoch_1904: bool,
    order: DateOrder,
    latest: i32,
) -> Option<PartialDate> {
    match value {
        Value::Date(serial) => {
            let date = date_of_serial(*serial, epoch_1904)?;
            if order == DateOrder::Swapped { Some(date.swapped()) } else { Some(date) }
        }
        Value::Number(number) if order == DateOrder::YearFirst => {
            let digits = six_digits(&shown(value), order, latest);
            digits.or_else(|| date_of_serial(*number, epoch_1904))
        }
        Value::Number(number) => {
            let year = whole(*number).filter(|year| (1900..=2100).contains(year));
            match year {
                Some(year) => PartialDate::new(i16::try_from(year).ok()?, None, None),
                None => date_of_serial(*number, epoch_1904),
            }
        }
        Value::Text(text) => {
            let plain = date_in_order(text, order, latest);
            plain
                .or_else(|| six_digits(text, order, latest))
                .or_else(|| behind_place(text, order, latest))
        }
        Value::Bool(_) | Value::Error(_) => None,
    }
}

/// "Garut, 26 Mei 1979": a day behind the place where somebody was born.
fn behind_place(text: &str, order: DateOrder, latest: i32) -> Option<PartialDate> {
    let (place, date) = text.rsplit_once(", ")?;
    let is_place =
        place.contains(char::is_alphabetic) && !place.contains(|c: char| c.is_ascii_digit());
    let date = date_in_order(date, order, latest).filter(|_| is_place)?;
    (date.precision() == Precision::Day).then_some(date)
}

/// "820210", "021082": the digits of a day, with the year first or last; none where there is no such day.
pub(crate) fn six_digits(text: &str, order: DateOrder, latest: i32) -> Option<PartialDate> {
    let text = text.trim();
    if text.len() != 6 || !text.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let part = |at: usize| &text[at..at + 2];
    let (year, month, day) = match order {
        DateOrder::YearFirst => (part(0), part(2), part(4)),
        DateOrder::MonthFirst => (part(4), part(0), part(2)),
        DateOrder::DayFirst | DateOrder::Swapped => (part(4), part(2), part(0)),
    };
    let full = full_year(year.parse().ok()?, year, latest)?;
    PartialDate::new(full, Some(month.parse().ok()?), Some(day.parse().ok()?))
}

fn date_of_serial(serial: f64, epoch_1904: bool) -> Option<PartialDate> {
    let days = whole(serial.floor()).filter(|days| (1..=2_958_465).contains(days))?;
    let epoch = if epoch_1904 {
        Date::constant(1904, 1, 1)
    } else if days < 60 {
        Date::constant(1899, 12, 31)
    } else {
        Date::constant(1899, 12, 30)
    };
    let date = epoch.checked_add(jiff::Span::new().days(days)).ok()?;
    PartialDate::new(date.year(), Some(date.month()), Some(date.day()))
}

/// dd/mm/yyyy in every usual spelling, mm/yyyy, yyyy, yyyy-mm-dd, "ngày 3 tháng 2 năm 2005".
pub(crate) fn date_of_text(text: &str) -> Option<PartialDate> {
    date_in_order(text, DateOrder::DayFirst, LATEST)
}

/// Which part of "03/04/2005" is the day; the column as a whole tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum DateOrder {
    #[default]
    DayFirst,
    MonthFirst,
    /// Texts have the day first, and the dates of the file took it for the month: a program that expects
    /// the month first made dates of all texts that it could, and left the others.
    Swapped,
    /// Six digits of which the first two are the year.
    YearFirst,
}

/// The order that one text proves: the part that is no month.
pub(crate) fn proven_order(text: &str) -> Option<DateOrder> {
    let mut parts = text.trim().split(['/', '-', '.']).map(|part| part.trim().parse::<u16>());
    let (first, second, third) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    match (first > 12, second > 12) {
        _ if first > 31 || (100..1900).contains(&third) => None,
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// A date as text, in the order that its column has.
pub(crate) fn date_in_order(text: &str, order: DateOrder, latest: i32) -> Option<PartialDate> {
    let text = tidy(text);
    let text = without_time(text.trim_matches(|c: char| "'`.,;".contains(c)));
    // Every text of a sheet comes by here, and few have digits.
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let key = comparison_key(text);
    let key = in_common_terms(&key);
    let mut parts: Vec<&str> = key.split(' ').filter(|part| !is_word_of_dates(part)).collect();
    if let Some(date) = with_name_of_month(&parts, latest) {
        return Some(date);
    }
    // "09.01.1995 r.", "09.01.1995 г.": the word for a year, in letters.
    if let [_, _, year, letter] = parts[..]
        && year.len() == 4
        && letter.chars().count() == 1
    {
        parts.pop();
    }
    let numbers: Option<Vec<i16>> = parts.iter().map(|part| part.parse().ok()).collect();
    let small = |number: i16| i8::try_from(number).ok();
    match (numbers?.as_slice(), parts.as_slice()) {
        ([year], [digits]) if digits.len() == 4 => PartialDate::new(common_year(*year), None, None),
        ([year, month], [digits, _]) if digits.len() == 4 => {
            PartialDate::new(*year, Some(small(*month)?), None)
        }
        ([month, year], [_, digits]) => {
            PartialDate::new(full_year(*year, digits, latest)?, Some(small(*month)?), None)
        }
        ([year, month, day, rest @ ..], [digits, ..])
            if digits.len() == 4 && rest.iter().all(|part| *part == 0) =>
        {
            PartialDate::new(*year, Some(small(*month)?), Some(small(*day)?))
        }
        ([_, month, day], [digits, ..]) if digits.len() == 3 => {
            PartialDate::new(bare_year(digits)?, Some(small(*month)?), Some(small(*day)?))
        }
        ([first, second, year, rest @ ..], [_, _, digits, ..])
            if rest.iter().all(|part| *part == 0) =>
        {
            let (day, month) = match order {
                DateOrder::MonthFirst => (second, first),
                _ => (first, second),
            };
            let year = full_year(*year, digits, latest)?;
            PartialDate::new(year, Some(small(*month)?), Some(small(*day)?))
        }
        _ => None,
    }
}

/// The date of "1982-04-03T00:00:00", "07/08/1990 12:00:00 SA": what stands before the hour.
fn without_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else { return text };
    let date = text[..colon].trim_end_matches(|c: char| c.is_ascii_digit());
    let parted = date.strip_suffix(['T', ' ']);
    parted.filter(|date| date.ends_with(|c: char| c.is_ascii_digit())).unwrap_or(text).trim_end()
}

/// "19-Feb-1988", "March 5, 2020", "5 de marzo de 1985": the name of the month tells which part it is.
fn with_name_of_month(parts: &[&str], latest: i32) -> Option<PartialDate> {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !is_particle(part)).collect();
    let (day, month, year) = match parts.as_slice() {
        [first, second, year] => match (month_named(first), month_named(second)) {
            (None, Some(month)) => (Some(day_named(first)?), month, year),
            (Some(month), None) => (Some(day_named(second)?), month, year),
            _ => return None,
        },
        [month, year] => (None, month_named(month)?, year),
        _ => return None,
    };
    PartialDate::new(full_year(year.parse().ok()?, year, latest)?, Some(month), day)
}

/// Whether a text is a date in one order or the other.
pub(crate) fn is_date(value: &Value) -> bool {
    match value {
        Value::Text(text) => {
            date_of_text(text).is_some()
                || date_in_order(text, DateOrder::MonthFirst, LATEST).is_some()
        }
        _ => false,
    }
}

/// Whether a text is written as a date is, though no calendar may have it: "31/02/1975".
pub(crate) fn is_written_as_date(text: &str) -> bool {
    let is_number = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_year =
        |text: &str| is_number(text, 4) && (text.starts_with("19") || text.starts_with("20"));
    let mut parts = text.trim().split('/').map(str::trim);
    let mut is_next = |fits: &dyn Fn(&str) -> bool| parts.next().is_some_and(fits);
    is_next(&|day| is_number(day, 2))
        && is_next(&|month| is_number(month, 2))
        && is_next(&is_year)
        && parts.next().is_none()
}

/// Whether a text is nothing but a date to the day.
pub(crate) fn is_day(value: &Value) -> bool {
    let Value::Text(text) = value else { return false };
    date_of_text(text).is_some_and(|date| date.precision() == Precision::Day)
}

/// The latest year that two digits mean where no round tells.
pub(crate) const LATEST: i32 = 2030;

/// The common year of one of the Buddhist calendar, which nobody takes for another: "12/05/2520".
fn common_year(year: i16) -> i16 {
    const BUDDHIST: i16 = 543;
    if (2400..2700).contains(&year) { year - BUDDHIST } else { year }
}

/// Two digits are of the century that makes a person of a roll between 0 and 100 years old: "28" in a
/// roll of 2021 is 1928.
fn full_year(year: i16, digits: &str, latest: i32) -> Option<i16> {
    match digits.len() {
        4 => Some(common_year(year)),
        2 if i32::from(year) + 2000 <= latest.min(LATEST) => Some(2000 + year),
        2 => Some(1900 + year),
        _ => None,
    }
}

/// A number with its kind of writing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number {
    pub(crate) value: f64,
    /// A per cent sign stood beside it.
    pub(crate) percent: bool,
}

/// The number that a cell states: "1.724", "13,3 %", "02", "≤1%", padded or plain.
pub(crate) fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Number(value) | Value::Date(value) => Some(Number { value: *value, percent: false }),
        Value::Text(text) => number_of_text(&tidy(text)),
        Value::Bool(_) | Value::Error(_) => None,
    }
}

/// "<3", "≤1%", ">95%", "~", "*": a figure of which only a bound is told, or that is there and is not told.
pub(crate) fn is_withheld(text: &str) -> bool {
    let text = text.trim();
    if text == "*" {
        return true;
    }
    let bounded = text.starts_with(['<', '>', '≤', '≥', '~']);
    bounded && text.len() < 12 && text.chars().all(|c| !c.is_alphabetic())
}

pub(crate) fn number_of_text(text: &str) -> Option<Number> {
    let text = text.trim_start_matches(['\'', '≈']).trim();
    // In Turkish the sign stands before the number.
    let (digits, percent) = match text.strip_suffix('%').or_else(|| text.strip_prefix('%')) {
        Some(rest) => (rest.trim(), true),
        None => (text, false),
    };
    let digits: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-');
    if digits.is_empty()
        || !digits.chars().all(allowed)
        || !digits.contains(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let groups: Vec<&str> = digits.split(['.', ',']).skip(1).collect();
    let is_date_like =
        groups.len() > 1 && groups[..groups.len() - 1].iter().any(|group| group.len() != 3);
    if is_date_like {
        return None;
    }
    let value = plain_digits(&digits, percent).parse().ok()?;
    Some(Number { value, percent })
}

/// Thousands marks are dropped and the decimal mark is made a point: a mark that is followed by
/// three digits, and stands once or repeats, parts thousands; once in a percentage, it is a decimal mark.
fn plain_digits(digits: &str, percent: bool) -> String {
    let marks: Vec<char> = digits.chars().filter(|c| matches!(c, '.' | ',')).collect();
    let after_last = digits.rsplit(['.', ',']).next().map_or(0, str::len);
    let before_first = digits.split(['.', ',']).next().unwrap_or_default();
    let both = marks.contains(&'.') && marks.contains(&',');
    let decimal = match marks.last() {
        None => None,
        Some(last) if both => Some(*last),
        Some(_) if marks.len() > 1 => None,
        Some(_) if after_last == 3 && !percent && !matches!(before_first, "" | "0" | "-0") => None,
        Some(last) => Some(*last),
    };
    digits
        .chars()
        .filter(|c| !matches!(c, '.' | ',') || Some(*c) == decimal)
        .map(|c| if c == ',' { '.' } else { c })
        .collect()
}

/// What part of something a count is: 0 of nothing, never more than 1.
pub(crate) fn share(part: usize, of: usize) -> f64 {
    let [part, of] = [part, of].map(|count| f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    if of == 0.0 { 0.0 } else { (part / of).min(1.0) }
}

/// The whole number that a double holds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::as_conversions,
    reason = "the range and the fraction are checked first"
)]
pub(crate) fn whole(value: f64) -> Option<i64> {
    let near = value.round();
    ((value - near).abs() < 1e-9 && near.abs() < 9e15).then_some(near as i64)
}

/// Whether each number is one more than the one before it, or each one less.
pub(crate) fn follow_one_another(values: &[i64]) -> bool {
    let by = |step: i64| values.windows(2).all(|pair| pair[1] - pair[0] == step);
    by(1) || by(-1)
}

/// Two facts in a cell: "17 (81,0%)", "02 - 11,8%" are a count and a percentage.
pub(crate) fn count_and_percent(text: &str) -> Option<(f64, f64)> {
    let text = tidy(text);
    let (count, percent) = if let Some((count, rest)) = text.split_once('(') {
        (count, rest.trim_end().strip_suffix(')')?)
    } else {
        let marks = [" - ", " – ", "/", ";", "-", "–"];
        let parted = marks.iter().find_map(|mark| text.split_once(mark));
        parted.filter(|(count, percent)| !count.is_empty() && percent.trim_end().ends_with('%'))?
    };
    Some((number_of_text(count.trim())?.value, number_of_text(percent.trim())?.value))
}

/// Points and words in a cell: "86,5 - HTT", "HTT (86,5)".
pub(crate) fn points_and_level(text: &str) -> Option<(f64, &str)> {
    const SIGNS: [&str; 7] = [" - ", " – ", " / ", "\n", "; ", " | ", " ("];
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    SIGNS.iter().find_map(|sign| {
        let (left, right) = text.split_once(sign)?;
        let (left, right) = (left.trim(), right.trim().trim_end_matches(')'));
        let points = |text: &str| number_of_text(text).filter(|of| !of.percent);
        let said = |text: &str| text.contains(char::is_alphabetic);
        let before = || Some((points(left).filter(|_| said(right))?.value, right));
        let behind = || Some((points(right).filter(|_| said(left))?.value, left));
        before().or_else(behind)
    })
}

/// "4/2 (200%)": achieved, target and, if printed, the percentage.
pub(crate) fn ratio(text: &str) -> Option<(f64, f64, Option<f64>)> {
    let text = tidy(text);
    let (ratio, percent) = match text.split_once('(') {
        Some((ratio, percent)) => (ratio, percent.trim_end().strip_suffix(')')),
        None => (text.as_str(), None),
    };
    let (actual, target) = ratio.split_once('/')?;
    let actual = number_of_text(actual.trim())?.value;
    let target = number_of_text(target.trim())?.value;
    Some((actual, target, percent.and_then(number_of_text).map(|number| number.value)))
}

/// Words as a person's name has them: two to six, each with a capital, no digits. "Last, First" too.
pub(crate) fn has_shape_of_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_letter = |c: char| c.is_alphabetic() || is_combining_mark(c);
    let is_part = |word: &&str| {
        let capital = word.trim_start_matches(['(', '"', '\'']).starts_with(may_begin_name);
        let letters = word.chars().all(|c| is_letter(c) || "'’.,-()/".contains(c));
        // "van der", "de la", "bin": small words within a name.
        letters && (capital || word.chars().count() <= 3)
    };
    (2..=6).contains(&words.len())
        && text.chars().next().is_some_and(char::is_alphabetic)
        && words.first().is_some_and(|word| word.starts_with(may_begin_name))
        && words
            .last()
            .is_some_and(|word| word.starts_with(|c: char| may_begin_name(c) || c == '('))
        && words.iter().all(is_part)
}

/// The mark before a heading or in the first column: "A", "I", "1", "a", "-".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ordinal {
    Letter,
    Roman,
    Arabic,
    SmallLetter,
    Dash,
}

pub(crate) fn ordinal(text: &str) -> Option<Ordinal> {
    let mark = text.trim().trim_matches(|c: char| "().:/".contains(c));
    if mark.is_empty() {
        return text.trim().starts_with('-').then_some(Ordinal::Dash);
    }
    if matches!(mark, "-" | "–" | "+" | "*") {
        return Some(Ordinal::Dash);
    }
    let is_number = |part: &str| {
        !part.is_empty() && part.len() <= 5 && part.bytes().all(|b| b.is_ascii_digit())
    };
    if mark.split('.').all(is_number) {
        return Some(if mark.contains('.') { Ordinal::SmallLetter } else { Ordinal::Arabic });
    }
    if roman(&mark.to_lowercase()).is_some() && mark.chars().all(char::is_uppercase) {
        return Some(Ordinal::Roman);
    }
    let mut chars = mark.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if c.is_uppercase() => Some(Ordinal::Letter),
        (Some(c), None) if c.is_lowercase() && c != 'x' => Some(Ordinal::SmallLetter),
        _ => None,
    }
}

/// The count of a cell: a number, or the first of "17 (81,0%)".
pub(crate) fn count_in(value: &Value) -> Option<f64> {
    let pair = count_and_percent(&shown(value)).map(|(count, _)| count);
    pair.or_else(|| number(value).map(|number| number.value))
}

/// Whether another letter and its full stop follow at once: ".O. Cardiologia".
fn is_abbreviated(rest: &str) -> bool {
    let mut letters = rest.chars();
    letters.next() == Some('.')
        && letters.next().is_some_and(char::is_alphabetic)
        && letters.next() == Some('.')
}

/// A heading without the mark before it: "II. Chi bộ Phòng Nội vụ" has Roman and the name.
pub(crate) fn split_ordinal(text: &str) -> (Option<Ordinal>, &str) {
    let text = text.trim();
    let marks: &[char] = &['.', ')', '/', ':', '-', ' '];
    if let Some(at) = text.find(marks) {
        let (mark, rest) = text.split_at(at);
        let punctuated = !rest.starts_with(' ');
        let body = rest.trim_start_matches(|c: char| ".)/:- ".contains(c));
        let known = ordinal(mark);
        let counts = match known {
            // "U.O. Cardiologia" begins with an abbreviation, "1.ª Esquadra" with the word for a number.
            Some(_) if is_abbreviated(rest) || body.starts_with(['ª', 'º']) => false,
            Some(Ordinal::Letter | Ordinal::SmallLetter) => {
                rest.starts_with(['.', ')']) || rest.starts_with("- ") || rest.starts_with("/ ")
            }
            // "V O Marlow", "X Media": a Roman numeral without a mark numbers what stands in capitals alone.
            Some(Ordinal::Roman) => punctuated || is_capitals(body) && body.chars().count() > 3,
            Some(_) => true,
            None => false,
        };
        if counts && !body.is_empty() && (punctuated || !body.starts_with(char::is_lowercase)) {
            return (known, body);
        }
    }
    match text.strip_prefix(['-', '–', '+', '*']) {
        Some(rest) => (Some(Ordinal::Dash), rest.trim_start()),
        None => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn a_number_written_as_a_word_is_no_mark() {
        assert_eq!(split_ordinal("1.ª Esquadra"), (None, "1.ª Esquadra"));
        assert_eq!(split_ordinal("2. Esquadra").1, "Esquadra");
    }

    #[test]
    fn a_column_tells_more_of_dates_than_a_cell_does() {
        let read = |written: &str, order| {
            let date = date_of_column(&text(written), false, order, 2023);
            date.map(|date| date.to_string())
        };
        assert_eq!(read("820210", DateOrder::YearFirst).as_deref(), Some("1982-02-10"));
        assert_eq!(read("100282", DateOrder::DayFirst).as_deref(), Some("1982-02-10"));
        assert_eq!(read("826310", DateOrder::YearFirst), None);
        assert_eq!(read("Garut, 26 Mei 1979", DateOrder::DayFirst).as_deref(), Some("1979-05-26"));
        assert_eq!(read("Garut 2, 1979", DateOrder::DayFirst), None);
        assert_eq!(points_and_level("86,5 - HTT"), Some((86.5, "HTT")));
        assert_eq!(points_and_level("HTT / 90"), Some((90.0, "HTT")));
        assert_eq!(points_and_level("17 (81,0%)"), None);
    }

    #[test]
    fn dates_in_every_spelling() {
        for (written, meant) in [
            ("28/06/2011", "2011-06-28"),
            ("13.8.75", "1975-08-13"),
            ("1-2-2005", "2005-02-01"),
            ("04/1957", "1957-04"),
            ("1973", "1973"),
            ("ngày 03 tháng 02 năm 2005", "2005-02-03"),
            ("2005-02-03", "2005-02-03"),
            ("'16/01/1960", "1960-01-16"),
            ("1982-04-03T00:00:00", "1982-04-03"),
            ("09.01.1995 r.", "1995-01-09"),
            ("09.01.1995 г.", "1995-01-09"),
            ("07/08/1990 12:00:00 SA", "1990-08-07"),
            ("30.09.1977 00:00", "1977-09-30"),
            ("19-Feb-1988", "1988-02-19"),
            ("March 5th, 2020", "2020-03-05"),
            ("5 de marzo de 1985", "1985-03-05"),
            ("12 août 1979", "1979-08-12"),
            ("Sep 2014", "2014-09"),
            ("3. März 1971", "1971-03-03"),
            ("12 ต.ค. 2532", "1989-10-12"),
            ("1 มีนาคม พ.ศ. 2515", "1972-03-01"),
            ("058/06/21", "1969-06-21"),
            ("民國58年6月21日", "1969-06-21"),
            ("S42.4.27", "1967-04-27"),
        ] {
            assert_eq!(date(&text(written), false).unwrap().to_string(), meant);
        }
        for wrong in ["31/02/1980", "16/13/1980", "chưa rõ", "12", "1/2/3/4"] {
            assert_eq!(date(&text(wrong), false), None, "{wrong}");
        }
        assert_eq!(date(&Value::Date(44927.0), false).unwrap().to_string(), "2023-01-01");
        assert_eq!(date(&Value::Date(43465.0), true).unwrap().to_string(), "2023-01-01");
        assert_eq!(date(&Value::Number(1973.0), false).unwrap().to_string(), "1973");
    }

    #[test]
    fn the_sign_of_a_percentage_stands_before_it_or_behind() {
        for text in ["33,3 %", "%33,3", "% 33.3", "33.300%"] {
            let number = number_of_text(text).unwrap();
            assert!(number.percent && (number.value - 33.3).abs() < 1e-9, "{text}");
        }
    }

    #[test]
    fn a_bound_is_no_figure() {
        for bound in ["<3", "≤1%", "> 95%", "~"] {
            assert!(is_withheld(bound), "{bound}");
            assert_eq!(number_of_text(bound), None, "{bound}");
        }
        assert!(!is_withheld("3") && !is_withheld("<b>"));
    }

    #[test]
    fn a_letter_of_a_name_is_no_roman_numeral() {
        assert_eq!(split_ordinal("V O Marlow"), (None, "V O Marlow"));
        assert_eq!(split_ordinal("X Media"), (None, "X Media"));
        assert_eq!(split_ordinal("U.O. Cardiologia"), (None, "U.O. Cardiologia"));
        assert_eq!(split_ordinal("V. Chi bộ 5").1, "Chi bộ 5");
        assert_eq!(split_ordinal("II ĐẢNG BỘ XÃ").1, "ĐẢNG BỘ XÃ");
    }

    #[test]
    fn numbers_in_every_spelling() {
        for (written, value, percent) in [
            ("     117", 117.0, false),
            ("1.724", 1724.0, false),
            ("1,804", 1804.0, false),
            ("13,3", 13.3, false),
            ("8,96 %", 8.96, true),
            ("0.125", 0.125, false),
            ("1.234,5", 1234.5, false),
            ("02", 2.0, false),
        ] {
            assert_eq!(number(&text(written)), Some(Number { value, percent }), "{written}");
        }
        for wrong in ["hai", "-", "4/2", "x", "1a", "07.01.2020", "13.8.75"] {
            assert_eq!(number(&text(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn two_facts_in_a_cell() {
        assert_eq!(count_and_percent("17 (81,0%)"), Some((17.0, 81.0)));
        assert_eq!(ratio("4/2 (200%)"), Some((4.0, 2.0, Some(200.0))));
        assert_eq!(ratio("1.724/1.640"), Some((1724.0, 1640.0, None)));
    }

    #[test]
    fn headings_lose_their_marks() {
        for (heading, mark, name) in [
            ("II. Chi bộ Phòng Nội vụ", Some(Ordinal::Roman), "Chi bộ Phòng Nội vụ"),
            ("1. Chi bộ Văn phòng", Some(Ordinal::Arabic), "Chi bộ Văn phòng"),
            ("A Đảng bộ xã", None, "A Đảng bộ xã"),
            ("- Chi bộ 1", Some(Ordinal::Dash), "Chi bộ 1"),
            ("Đ/c Lê Trọng Bảo", None, "Đ/c Lê Trọng Bảo"),
            ("Chi bộ 1", None, "Chi bộ 1"),
        ] {
            assert_eq!(split_ordinal(heading), (mark, name));
        }
    }
}
