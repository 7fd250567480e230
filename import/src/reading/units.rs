//! The unit that all people of a list belong to, where no column and no row within it says so: a line over
//! the list, what differs between lists of one layout, the sheet.

use std::collections::HashSet;

use super::understood::{bodies_of, texts_of};
use super::{Understood, tallied};
use crate::campaign::Campaign;
use crate::diagnostic::{Code, Diagnostic};
use crate::layout::TableKind;
use crate::records::unit_of_body;
use crate::role::{self, Column, Role};
use crate::text::{comparison_key, may_begin_name, search_key, word_count};
use crate::value::split_ordinal;
use crate::vocabulary::Vocabulary;

/// A name of a unit is short.
const WORDS_LIMIT: usize = 14;

/// The unit of a list of people, or of the figures that count them.
pub(super) fn of(found: &Understood<'_, '_>, all: &[Understood<'_, '_>]) -> Option<String> {
    let unit = printed(tallied::people(found, all).unwrap_or(found), all)?;
    Some(split_ordinal(&unit).1.to_owned()).filter(|name| !name.is_empty())
}

/// Texts that group the people are not their units where a line over the list names it, unless another table
/// has them for bodies; the columns that are left out for it are told.
pub(super) fn of_line(
    columns: &mut [Column],
    unit: Option<&String>,
    found: &Understood<'_, '_>,
    all: &[Understood<'_, '_>],
) -> Vec<Diagnostic> {
    if unit.is_none() {
        return Vec::new();
    }
    let groups = |column: &&mut Column| is_group(column) && !are_bodies(column.index, found, all);
    let left_out = columns.iter_mut().filter(groups).map(|column| {
        column.role = Role::NotHeld;
        let message =
            "the column was left out: it groups the people, and a line over the list names their unit";
        Diagnostic::new(Code::ColumnIgnored, message)
            .at_place(&found.sheet.name, column.place)
            .found(column.heading.clone())
    });
    left_out.collect()
}

/// Whether nothing but its texts says that a column is of units.
fn is_group(column: &Column) -> bool {
    matches!(column.why, role::GROUPS | role::SCATTERED)
}

/// Whether most texts of a column are bodies of another table, "Red Watch (11)" as well as "Red Watch".
fn are_bodies(column: u32, found: &Understood<'_, '_>, all: &[Understood<'_, '_>]) -> bool {
    let bodies: Vec<String> = all.iter().flat_map(bodies_of).collect();
    let texts: HashSet<String> = texts_of(&found.table, column).collect();
    let is_body = |text: &&String| {
        let begins = |body: &String| {
            body.strip_prefix(text.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        bodies.iter().any(begins)
    };
    texts.iter().filter(is_body).count() * 10 >= texts.len() * 6
}

fn printed(found: &Understood<'_, '_>, all: &[Understood<'_, '_>]) -> Option<String> {
    if found.read.kind != TableKind::Members {
        return None;
    }
    let vocabulary = found.legend.vocabulary;
    let lines = lines_of(found);
    let mut upwards = lines.iter().rev();
    if let Some((kind, name)) = upwards.find_map(|line| kind_and_name(line, vocabulary)) {
        return Some(unit_of_body(kind, name, vocabulary).into_owned());
    }
    if found
        .read
        .columns
        .iter()
        .any(|column| column.role == Role::Organization && !is_group(column))
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
    // "PART A: CATECHISTS" over the first page and "PART A (continued)" over the next one.
    let head = |line: &str| comparison_key(line.split([':', '(']).next().unwrap_or_default());
    let is_page = |line: &&String| {
        let all = || others.iter().flatten();
        let goes_on = |other: &String| other.contains('(') && head(other) == head(line);
        all().any(|other| goes_on(other) || line.contains('(') && head(other) == head(line))
    };
    let own = lines.iter().filter(is_own).filter(|line| is_name(line) && !is_page(line));
    let own: Vec<&String> = own.collect();
    // The line right above the list, where that of each list is its own.
    let last_of = |lines: &[String]| lines.last().cloned();
    if let (Some(last), true) = (lines.last(), own.len() > 1)
        && own.last() == Some(&last)
        && others.iter().all(|lines| last_of(lines).is_some_and(|line| is_name(&line)))
    {
        return Some(without_label(last, &others).to_owned());
    }
    if let [only] = own.as_slice()
        && others.iter().all(|lines| lines.len() + 1 >= lines_of(found).len())
    {
        return Some(without_label(only, &others).to_owned());
    }
    if let Some(branch) = lines.iter().rev().find_map(|line| branch_in(line, vocabulary)) {
        return Some(branch);
    }
    let elsewhere = alike.iter().all(|other| other.place != found.place);
    (elsewhere && own.is_empty() && is_name(&found.sheet.name))
        .then(|| named_in_full(found.sheet.name.trim(), all))
}

/// "Kết quả xếp loại đảng viên Chi bộ Khoa Toán - Tin năm 2016": the branch that a title names.
fn branch_in(line: &str, vocabulary: &Vocabulary) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let starts = |at: &usize| {
        let rest = words[*at..].join(" ");
        let head = vocabulary.words.branches.begins(&rest);
        // "Xếp loại chi bộ và đảng viên", "các chi bộ trực thuộc".
        let behind = head.map(|length| words[(at + length).min(words.len())..].join(" "));
        behind.is_some_and(|behind| {
            vocabulary.words.group_nouns.begins(&behind).is_none()
                && behind.starts_with(may_begin_name)
        })
    };
    let start = (1..words.len()).find(starts)?;
    let ends = |word: &&str| {
        let key = comparison_key(word);
        crate::campaign::is_word_of_years(&key)
            || word.starts_with('(')
            || !Campaign::all_in(&key).is_empty()
    };
    let name: Vec<&str> = words[start..].iter().take_while(|word| !ends(word)).copied().collect();
    let name = name.join(" ");
    let name = name.trim_end_matches([',', ';', '.', ' ', '-', '–']);
    let few = (3..=WORDS_LIMIT).contains(&word_count(name));
    few.then(|| name.to_owned())
}

/// The only organisation of the workbook's other tables that has all the words of the name of a sheet,
/// marks or not: "Toan Tin" is "Chi bộ Khoa Toán - Tin".
fn named_in_full(sheet: &str, all: &[Understood<'_, '_>]) -> String {
    let key = search_key(sheet);
    let words: Vec<&str> = key.split(' ').collect();
    let mut fitting: Vec<String> = Vec::new();
    for table in all.iter().filter(|table| table.read.kind == TableKind::Organizations) {
        let named = |column: &&Column| column.role == Role::Organization;
        let Some(column) = table.read.columns.iter().find(named) else { continue };
        for row in &table.table.body {
            let Some(text) = row.text(column.index) else { continue };
            let name = split_ordinal(&text).1;
            let key = search_key(name);
            let has = |word: &&str| key.split(' ').any(|of| of == *word);
            if words.iter().all(has) && !fitting.iter().any(|other| other == name) {
                fitting.push(name.to_owned());
            }
        }
    }
    match fitting.as_slice() {
        [only] => only.clone(),
        _ => sheet.to_owned(),
    }
}

/// "TABLE 1: NURSING SERVICES", "部店名:港支店": what stands behind the number of a table, or behind a word that
/// the lines over all lists begin with.
fn without_label<'t>(line: &'t str, others: &[Vec<String>]) -> &'t str {
    let begins_with =
        |line: &String, head: &str| line.split_once(':').is_some_and(|(other, _)| other == head);
    let is_label = |head: &str| {
        let mut all = others.iter().map(|lines| lines.iter().any(|line| begins_with(line, head)));
        head.ends_with(|c: char| c.is_ascii_digit()) || !others.is_empty() && all.all(|of| of)
    };
    match line.split_once(':') {
        Some((head, rest)) if !rest.trim().is_empty() && is_label(head) => rest.trim(),
        _ => line,
    }
}

/// The lines over a table that are neither blank nor in brackets.
fn lines_of(found: &Understood<'_, '_>) -> Vec<String> {
    let frame = &found.table.frame;
    // What stands beside the table is not said of it.
    let columns: Vec<u32> = found.table.headings.iter().map(|heading| heading.column).collect();
    let gap = columns.windows(2).find(|pair| pair[0] + 1 < pair[1]).map(|pair| pair[0]);
    let last = gap.or(columns.last().copied()).unwrap_or(u32::MAX);
    let lines = frame.block.iter().chain(&frame.titles).filter(|line| line.column <= last);
    let lines = lines.map(|line| line.text.clone());
    let vocabulary = found.legend.vocabulary;
    lines.filter(|line| !line.starts_with('(') && !names_head(line, vocabulary)).collect()
}

/// "Proviseure : Mme Hélène Vasseur", "Ward sister: A. Hill": who heads the unit, and not the unit.
fn names_head(line: &str, vocabulary: &Vocabulary) -> bool {
    line.split_once(':').is_some_and(|(head, behind)| {
        let is_meant = !vocabulary.heads_organization(head.trim());
        is_meant && (vocabulary.is_name_in_full(behind) || vocabulary.is_position(head))
    })
}

/// "Đơn vị: Chi bộ Phân xưởng Lò", "Department: Sales", "单位(盖章):…": what stands behind a word for bodies.
pub(super) fn named<'t>(line: &'t str, vocabulary: &Vocabulary) -> Option<&'t str> {
    kind_and_name(line, vocabulary).map(|(_, name)| name)
}

/// The word for bodies and what stands behind it.
fn kind_and_name<'t>(line: &'t str, vocabulary: &Vocabulary) -> Option<(&'t str, &'t str)> {
    let (head, name) = line.split_once(':')?;
    let (head, name) = (head.trim(), name.trim());
    // The place of the seal, which bodies have.
    let sealed = head.strip_suffix(')').and_then(|head| head.rsplit_once('('));
    let is_sealed = sealed.is_some_and(|(_, seal)| vocabulary.words.signatures.is(seal));
    let bare = sealed.map_or(head, |(head, _)| head.trim_end());
    // "填报单位": words that no blanks part.
    let ends_as_head = || {
        let starts = bare.char_indices().map(|(at, _)| at).skip(1);
        !bare.is_ascii()
            && !bare.contains(' ')
            && starts.into_iter().any(|at| vocabulary.heads_organization(&bare[at..]))
    };
    let is_head = is_sealed || vocabulary.heads_organization(bare) || ends_as_head();
    // "Reported by: Human Resources": who writes of all.
    let writes = vocabulary.words.authors.found_in(name);
    let fits = is_head && !writes && word_count(name) <= WORDS_LIMIT;
    (fits && name.chars().any(char::is_alphabetic)).then_some((bare, name))
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
    let words = word_count(line);
    let key = comparison_key(line);
    let generic = key.starts_with("sheet") || key.chars().all(|c| c.is_ascii_digit() || c == ' ');
    words <= WORDS_LIMIT
        && line.chars().any(char::is_alphabetic)
        && Campaign::all_in(line).is_empty()
        && !generic
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Code;
    use crate::reading::of_page;

    #[test]
    fn pages_and_kinds_of_bodies_are_no_units() {
        let bodies = |rows: &str| {
            let reading = of_page(rows);
            let bodies = reading.people().filter_map(|(record, _)| record.place.last());
            let mut names: Vec<String> = bodies.map(ToString::to_string).collect();
            names.dedup();
            names
        };
        let pages = "St. Kizito's Parish\nAssessment 2023\n\nPART A: LAY WORKERS\n\
             S/N|NAME|SEX|Good|Fair|Poor\n1|Nnamdi Jude|M|x||\n2|Emeka Obi|M||x|\n3|Ada Rita|F|x||\n\n\
             PART A (continued)\nS/N|NAME|SEX|Good|Fair|Poor\n4|Peter Udeh|M|x||\n5|Mary Uzoma|F||x|\n\
             6|Rita Ezeilo|F|x||";
        assert_eq!(bodies(pages), ["St. Kizito's Parish"]);
        let lines = "RIFT LAKES REGION\nStaff appraisal 2022\n\n\
             S/No|P/No.|Name|M/F|Rating\nSTATION: OLKERI\n1|0011|Rukia Muthoni|F|Good\n\
             2|0043|Daudi Njoroge|M|Poor\nSTATION: NAKWELE\n3|0092|Chebet Nyambura|F|Good\n\
             4|0043|Barasa Omondi|M|Fair";
        assert_eq!(bodies(lines), ["OLKERI", "NAKWELE"]);
    }

    #[test]
    fn who_heads_a_unit_is_not_the_unit() {
        let sheet = |unit: &str, head: &str, rows: &str| {
            format!(
                "BAY COUNCIL\nReviews 2023\n{unit}\nZorper: {head}\n\nNo.|Name|Rating\n{rows}\n\n"
            )
        };
        let rows = [
            "1|Mary Hill|Good\n2|Ann Lowe|Fair\n3|Tom Bell|Good",
            "1|Eve Dale|Good\n2|Peter Hale|Poor\n3|Amy Wood|Fair",
        ];
        let page = sheet("Tool Room", "Mrs Jane Small", rows[0])
            + &sheet("Machine Shop", "Mr Ray Hood", rows[1]);
        let reading = of_page(&page);
        let bodies = reading.people().filter_map(|(record, _)| record.place.last());
        let mut bodies: Vec<String> = bodies.map(ToString::to_string).collect();
        bodies.dedup();
        assert_eq!(bodies, ["Tool Room", "Machine Shop"]);
    }

    #[test]
    fn what_groups_the_people_of_a_unit_is_told() {
        let list = "NORTHMOOR SERVICE\nReviews 2022\nUnit: Station Harbour\n\n\
             Watch|Svc No|Name|Outcome\nRed|020330|Ollie Clegg|Good\nRed|020339|Megan Hall|Fair\n\
             Red|020370|Jamie Lowe|Good\nBlue|020374|Hannah Dale|Poor\nBlue|020412|Tom Hood|Good\n\
             Blue|020450|Beth Small|Good";
        let reading = of_page(list);
        let places = || reading.records.iter().filter_map(|record| record.place.last());
        assert!(!places().any(|place| &**place == "Red"));
        let told = reading.diagnostics.iter().find(|problem| problem.code == Code::ColumnIgnored);
        assert_eq!(told.and_then(|problem| problem.found.as_deref()), Some("Watch"));
    }
}
