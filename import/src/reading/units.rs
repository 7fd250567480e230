//! The unit that all people of a list belong to, where no column and no row within it says so: a line over
//! the list, what differs between lists of one layout, the sheet.

use super::Understood;
use crate::campaign::Campaign;
use crate::layout::TableKind;
use crate::role::{self, Column, Role};
use crate::text::comparison_key;
use crate::value::split_ordinal;
use crate::vocabulary::Vocabulary;

/// A name of a unit is short.
const WORDS_LIMIT: usize = 14;

/// The unit of a list of people.
pub(super) fn of(found: &Understood<'_, '_>, all: &[Understood<'_, '_>]) -> Option<String> {
    let unit = printed(found, all)?;
    Some(split_ordinal(&unit).1.to_owned()).filter(|name| !name.is_empty())
}

/// Texts that group the people are not their units where a line over the list names it.
pub(super) fn of_line(columns: &mut [Column], unit: Option<&String>) {
    if unit.is_some() {
        for column in columns.iter_mut().filter(|column| column.why == role::GROUPS) {
            column.role = Role::NotHeld;
        }
    }
}

fn printed(found: &Understood<'_, '_>, all: &[Understood<'_, '_>]) -> Option<String> {
    if found.read.kind != TableKind::Members {
        return None;
    }
    let vocabulary = found.legend.vocabulary;
    let lines = lines_of(found);
    if let Some(named) = lines.iter().rev().find_map(|line| named(line, vocabulary)) {
        return Some(named);
    }
    if found
        .read
        .columns
        .iter()
        .any(|column| column.role == Role::Organization && column.why != role::GROUPS)
    {
        return None;
    }
    let alike: Vec<&Understood<'_, '_>> =
        all.iter().filter(|other| !std::ptr::eq(*other, found) && is_alike(found, other)).collect();
    if alike.is_empty() {
        return None;
    }
    // The line that is this list's own.
    let others: Vec<Vec<String>> = alike.iter().map(|other| lines_of(other)).collect();
    let is_own = |line: &&String| {
        let key = comparison_key(line);
        !others.iter().flatten().any(|other| comparison_key(other) == key)
    };
    let own: Vec<&String> = lines.iter().filter(is_own).filter(|line| is_name(line)).collect();
    // The line right above the list, where that of each list is its own.
    let last_of = |lines: &[String]| lines.last().cloned();
    if let (Some(last), true) = (lines.last(), own.len() > 1)
        && own.last() == Some(&last)
        && others.iter().all(|lines| last_of(lines).is_some_and(|line| is_name(&line)))
    {
        return Some(without_number(last).to_owned());
    }
    if let [only] = own.as_slice()
        && others.iter().all(|lines| lines.len() + 1 >= lines_of(found).len())
    {
        return Some(without_number(only).to_owned());
    }
    let elsewhere = alike.iter().all(|other| other.place != found.place);
    (elsewhere && own.is_empty() && is_name(&found.sheet.name))
        .then(|| found.sheet.name.trim().to_owned())
}

/// "TABLE 1: NURSING SERVICES": what stands behind the number of a table.
fn without_number(line: &str) -> &str {
    match line.split_once(':') {
        Some((head, rest)) if head.ends_with(|c: char| c.is_ascii_digit()) => rest.trim(),
        _ => line,
    }
}

/// The lines over a table that are neither blank nor in brackets.
fn lines_of(found: &Understood<'_, '_>) -> Vec<String> {
    let frame = &found.table.frame;
    let lines = frame.block.iter().chain(&frame.titles).map(|line| line.text.clone());
    lines.filter(|line| !line.starts_with('(')).collect()
}

/// "Đơn vị: Chi bộ Phân xưởng Lò", "Department: Sales".
fn named(line: &str, vocabulary: &Vocabulary) -> Option<String> {
    let (head, name) = line.split_once([':', '：'])?;
    let name = name.trim();
    let fits = vocabulary.heads_organization(head.trim())
        && name.split_whitespace().count() <= WORDS_LIMIT;
    (fits && name.chars().any(char::is_alphabetic)).then(|| name.to_owned())
}

/// Lists of people of one layout.
fn is_alike(left: &Understood<'_, '_>, right: &Understood<'_, '_>) -> bool {
    let names = |found: &Understood<'_, '_>| {
        let mut headings: Vec<String> = found
            .table
            .headings
            .iter()
            .filter_map(|heading| heading.path.last().map(|text| comparison_key(text)))
            .collect();
        headings.sort();
        headings
    };
    let (left_names, right_names) = (names(left), names(right));
    let common = left_names.iter().filter(|name| right_names.contains(name)).count();
    left.read.kind == right.read.kind && common * 10 >= left_names.len().max(right_names.len()) * 7
}

/// A line that can name a unit: a few words, no round, no title.
fn is_name(line: &str) -> bool {
    let words = line.split_whitespace().count();
    let key = comparison_key(line);
    let generic = key.starts_with("sheet") || key.chars().all(|c| c.is_ascii_digit() || c == ' ');
    words <= WORDS_LIMIT
        && line.chars().any(char::is_alphabetic)
        && Campaign::all_in(line).is_empty()
        && !generic
}
