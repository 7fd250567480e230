//! What the rows of a list say against one another: people twice, numbers of two people, dates of nobody.

use std::collections::{BTreeMap, HashMap};

use crate::diagnostic::{Code, Diagnostic};
use crate::record::{Person, Record, Stated, Statement};
use crate::text::comparison_key;
use crate::value::PartialDate;

pub(super) fn run(records: &[Record]) -> Vec<Diagnostic> {
    let people: Vec<(&Record, &Person)> = records
        .iter()
        .filter_map(|record| match &record.statement {
            Statement::Member(person) => Some((record, person)),
            _ => None,
        })
        .collect();
    let mut diagnostics = doubled(&people);
    diagnostics.extend(shared_numbers(&people));
    diagnostics.extend(implausible_dates(&people));
    diagnostics
}

/// The same person twice on one sheet: same name and the same identifier or birth date.
fn doubled(people: &[(&Record, &Person)]) -> Vec<Diagnostic> {
    let mut seen: HashMap<(&str, &str, String, String), &Record> = HashMap::new();
    let mut diagnostics = Vec::new();
    for (record, person) in people {
        let proof = match (person.identifiers.first(), &person.birth_date) {
            (Some(identifier), _) => identifier.value.clone(),
            (None, Some(date)) => date.value.to_string(),
            (None, None) => continue,
        };
        let key = (
            &*record.sheet,
            record.campaign.code.as_str(),
            comparison_key(&person.name.value),
            proof,
        );
        if let Some(first) = seen.get(&key) {
            let branch = first.place.last().map(ToString::to_string).unwrap_or_default();
            let message =
                format!("{} is already listed in row {} ({branch})", person.name.value, first.row);
            let diagnostic = Diagnostic::new(Code::DuplicateRow, message);
            diagnostics.push(
                diagnostic
                    .at_place(&record.sheet, person.name.at)
                    .hint("delete one of the rows, or correct the one that is another person"),
            );
        } else {
            seen.insert(key, record);
        }
    }
    diagnostics
}

/// A number beside two names of one list. A column where many share one holds no numbers of people.
fn shared_numbers(people: &[(&Record, &Person)]) -> Vec<Diagnostic> {
    let mut owners: BTreeMap<(&str, &str, &str), Vec<&Person>> = BTreeMap::new();
    let mut numbered = 0;
    for (record, person) in people {
        for number in &person.identifiers {
            numbered += 1;
            let key = (&*record.sheet, record.campaign.code.as_str(), number.value.as_str());
            owners.entry(key).or_default().push(person);
        }
    }
    let mut diagnostics = Vec::new();
    for ((sheet, _, number), owners) in owners.iter().filter(|(_, owners)| owners.len() > 1) {
        let first = owners[0];
        let name = comparison_key(&first.name.value);
        let others = owners[1..].iter().filter(|other| comparison_key(&other.name.value) != name);
        for other in others {
            let at = other.identifiers.iter().find(|own| own.value == *number);
            let message = format!("{} in {} has the same number", first.name.value, first.name.at);
            let place = at.map_or(other.name.at, |number| number.at);
            let problem = Diagnostic::new(Code::DoubtfulNumber, message).at_place(sheet, place);
            let problem = problem.found((*number).to_owned());
            diagnostics.push(problem.hint("compare both numbers with the cards"));
        }
    }
    if diagnostics.len() * 5 > numbered { Vec::new() } else { diagnostics }
}

/// Ages between which somebody is on a list of grown people.
const AGES: std::ops::RangeInclusive<i32> = 14..=105;
const GROWN: i32 = 18;
/// Nobody is admitted to anything at this age.
const CHILD: i32 = 5;

/// Who is a child among grown people, or was admitted before or just after birth.
fn implausible_dates(people: &[(&Record, &Person)]) -> Vec<Diagnostic> {
    let mut ages: HashMap<(&str, usize), Vec<i32>> = HashMap::new();
    for (record, person) in people {
        if let Some(age) = age(record, person) {
            ages.entry((&*record.sheet, record.table)).or_default().push(age);
        }
    }
    let are_grown = |ages: &mut Vec<i32>| {
        ages.sort_unstable();
        ages[ages.len() / 2] >= GROWN
    };
    let grown: HashMap<(&str, usize), bool> =
        ages.iter_mut().map(|(table, ages)| (*table, are_grown(ages))).collect();
    let mut diagnostics = Vec::new();
    for (record, person) in people {
        let (Some(born), Some(age)) = (&person.birth_date, age(record, person)) else { continue };
        let is_grown = grown.get(&(&*record.sheet, record.table)) == Some(&true);
        if is_grown && !AGES.contains(&age) {
            let message =
                format!("{} would be aged {age} in {}", person.name.value, record.campaign.code);
            diagnostics.push(doubt(record, message, born));
        } else if let Some(admitted) = &person.admitted_on
            && i32::from(admitted.value.year()) <= i32::from(born.value.year()) + CHILD
        {
            let message = format!("admitted on {}, and born on {}", admitted.value, born.value);
            diagnostics.push(doubt(record, message, admitted));
        }
    }
    diagnostics
}

fn age(record: &Record, person: &Person) -> Option<i32> {
    let born = person.birth_date.as_ref()?;
    Some(record.campaign.year - i32::from(born.value.year()))
}

fn doubt(record: &Record, message: String, date: &Stated<PartialDate>) -> Diagnostic {
    Diagnostic::new(Code::ImplausibleDate, message)
        .at_place(&record.sheet, date.at)
        .found(date.value.to_string())
        .hint("compare the dates with the file of the member")
}
