//! Whom figures count that do not say it: the bodies, or the people, of a list in the same workbook, if its
//! levels add up to those very figures.

use std::collections::HashMap;
use std::sync::Arc;

use super::Understood;
use crate::campaign::Campaign;
use crate::grid::Row;
use crate::layout::TableKind;
use crate::record::Subject;
use crate::role::{Column, Role};
use crate::text::organization_key;
use crate::value::{count_and_percent, count_in, shown, split_ordinal, whole};
use crate::vocabulary::LevelText;

/// Fewer bodies may have the figures of people by chance.
const LEAST: i64 = 5;

/// How many have each level; those that nobody has are left out.
type Tally = Vec<(LevelText, i64)>;

/// Branches, where a row or a column of the table is the tally of a list of bodies.
pub(super) fn subject(found: &Understood<'_, '_>, all: &[Understood<'_, '_>]) -> Option<Subject> {
    if found.read.subject.is_some() || found.read.kind == TableKind::Members {
        return None;
    }
    let rates_bodies = |other: &Understood<'_, '_>| other.read.kind == TableKind::Organizations;
    let printed = printed(found);
    let counts_bodies =
        rates_bodies_alone(&printed, all) || counted(&printed, all, rates_bodies).is_some() || {
            let named = named(found);
            all.iter().filter(|other| rates_bodies(other)).any(|list| is_grouped(list, &named))
        };
    counts_bodies.then_some(Subject::Branches)
}

/// The figures of levels of each row that names a body.
fn named(found: &Understood<'_, '_>) -> Vec<(String, Tally)> {
    let Some(label) = found.read.columns.iter().find(|of| of.role == Role::Organization) else {
        return Vec::new();
    };
    let counts = counts_of_levels(found);
    let of_row = |row: &Row| {
        let name = organization_key(&row.text(label.index)?);
        let tally = tally_of_row(row, &counts);
        (sum(&tally) > 1).then_some((name, tally))
    };
    found.table.body.iter().filter_map(|row| of_row(row)).collect()
}

/// Whether figures are the tallies of the groups of a list: "Burgos" over the sections of Burgos, which a column
/// of the list names, or a heading within it.
fn is_grouped(list: &Understood<'_, '_>, named: &[(String, Tally)]) -> bool {
    const ROWS: usize = 2;
    let is_counted = |groups: &HashMap<String, Tally>| {
        let pairs = named.iter().filter_map(|(name, tally)| Some((tally, groups.get(name)?)));
        let same: Vec<bool> = pairs.map(|(tally, group)| have_the_same(tally, group)).collect();
        let count = same.iter().filter(|is_same| **is_same).count();
        count >= ROWS && count * 2 > same.len()
    };
    let ratings = || list.read.columns.iter().filter(|column| column.role.is_rating());
    let places = list.table.headings.iter().map(|heading| Some(heading.column));
    places
        .chain([None])
        .any(|place| ratings().any(|rating| is_counted(&grouped(list, rating, place))))
}

/// The tallies of a column of ratings by what another column says, or by the headings within the list.
fn grouped(
    list: &Understood<'_, '_>,
    rating: &Column,
    place: Option<u32>,
) -> HashMap<String, Tally> {
    let mut groups: HashMap<String, Tally> = HashMap::new();
    let mut group = None;
    for row in &list.table.body {
        let own = match (place, row.cells.as_slice()) {
            (Some(place), _) => row.text(place),
            (None, [only]) => Some(shown(&only.value)),
            (None, _) => None,
        };
        group = own.map(|name| organization_key(split_ordinal(&name).1)).or(group);
        let level = row.cell(rating.index).and_then(|cell| list.legend.level(&shown(&cell.value)));
        if let Some(group) = &group {
            add(groups.entry(group.clone()).or_default(), level, 1);
        }
    }
    groups
}

/// Whether the scale of printed figures rates bodies in the lists of the workbook, nobody else in any, and as
/// many bodies as they count.
fn rates_bodies_alone(printed: &[Tally], all: &[Understood<'_, '_>]) -> bool {
    let counted = printed.iter().flatten().find_map(|(level, _)| level.own_scale());
    if counted.is_none() {
        return false;
    }
    // The rows that a list rates by the scale.
    let rated = |list: &Understood<'_, '_>| {
        let columns = list.read.columns.iter().filter_map(|column| match &column.role {
            Role::Tick(_, level) if level.own_scale() == counted => {
                i64::try_from(list.table.body.len()).ok()
            }
            Role::Rating(_) => {
                let levels = tally(list, column);
                levels.iter().any(|(of, _)| of.own_scale() == counted).then(|| sum(&levels))
            }
            _ => None,
        });
        columns.max()
    };
    let lists: Vec<(TableKind, i64)> =
        all.iter().filter_map(|list| Some((list.read.kind, rated(list)?))).collect();
    let bodies: i64 = lists.iter().map(|(_, rated)| rated).sum();
    // One of several may be wrong.
    let above = printed.iter().filter(|tally| sum(tally) > bodies).count();
    lists.iter().all(|(kind, _)| *kind == TableKind::Organizations)
        && above * 2 < printed.len()
        && bodies > 0
}

/// The list of people on the same sheet that figures in rows count; figures of several bodies beside one
/// another are of no list.
pub(super) fn people<'f, 's, 'v>(
    found: &Understood<'_, '_>,
    all: &'f [Understood<'s, 'v>],
) -> Option<&'f Understood<'s, 'v>> {
    if found.read.kind != TableKind::Figures {
        return None;
    }
    let printed = printed(found);
    if printed.len() > 1 {
        return None;
    }
    counted(&printed, all, |other| {
        other.read.kind == TableKind::Members && other.place == found.place
    })
}

/// The first of some lists that has a column of ratings whose tally is among those printed.
fn counted<'f, 's, 'v>(
    printed: &[Tally],
    all: &'f [Understood<'s, 'v>],
    is_meant: impl Fn(&Understood<'_, '_>) -> bool,
) -> Option<&'f Understood<'s, 'v>> {
    if printed.is_empty() {
        return None;
    }
    all.iter().filter(|other| is_meant(other)).find(|list| {
        list.read.columns.iter().filter(|column| column.role.is_rating()).any(|column| {
            let tally = tally(list, column);
            printed.iter().any(|printed| are_same(printed, &tally))
        })
    })
}

/// The levels of a column of ratings, counted.
fn tally(list: &Understood<'_, '_>, column: &Column) -> Tally {
    let mut tally = Tally::new();
    for row in &list.table.body {
        let level = row.cell(column.index).and_then(|cell| list.legend.level(&shown(&cell.value)));
        add(&mut tally, level, 1);
    }
    tally
}

/// The figures of levels of each row of a table, those of each round by themselves, or of each column where
/// the levels stand one a row.
fn printed(found: &Understood<'_, '_>) -> Vec<Tally> {
    let columns = &found.read.columns;
    let label = columns.iter().find(|column| column.role == Role::Content);
    if let Some(label) = label {
        let counts = columns.iter().filter(|column| column.role == Role::PlainCount);
        let of_column = |column: &Column| {
            let mut tally = Tally::new();
            for row in &found.table.body {
                let level =
                    row.cell(label.index).and_then(|cell| found.legend.level(&shown(&cell.value)));
                add(&mut tally, level, count_under(row, column).unwrap_or_default());
            }
            tally
        };
        return counts.map(of_column).collect();
    }
    let counts = counts_of_levels(found);
    let mut rounds: Vec<_> = counts.iter().map(|(column, _)| &column.campaign).collect();
    rounds.dedup();
    let of_row = |row: &Row, round: &Option<Arc<Campaign>>| {
        tally_of_row(row, counts.iter().filter(|(column, _)| column.campaign == *round))
    };
    let mut tallies = Vec::new();
    for row in &found.table.body {
        tallies.extend(rounds.iter().map(|round| of_row(row, round)));
    }
    tallies
}

/// The columns of counts of levels.
fn counts_of_levels<'f>(found: &'f Understood<'_, '_>) -> Vec<(&'f Column, &'f LevelText)> {
    let counts = found.read.columns.iter().filter_map(|column| match &column.role {
        Role::Count(key) | Role::CountAndPercent(key) => Some((column, key.level.as_ref()?)),
        _ => None,
    });
    counts.collect()
}

/// The figures of a row under some columns of counts.
fn tally_of_row<'c>(
    row: &Row,
    counts: impl IntoIterator<Item = &'c (&'c Column, &'c LevelText)>,
) -> Tally {
    let mut tally = Tally::new();
    for (column, level) in counts {
        add(&mut tally, Some((*level).clone()), count_under(row, column).unwrap_or_default());
    }
    tally
}

fn count_under(row: &Row, column: &Column) -> Option<i64> {
    let value = &row.cell(column.index)?.value;
    let count = count_and_percent(&shown(value)).map(|(count, _)| count);
    whole(count.or_else(|| count_in(value))?)
}

fn add(tally: &mut Tally, level: Option<LevelText>, count: i64) {
    let Some(level) = level.filter(|_| count != 0) else { return };
    match tally.iter_mut().find(|(known, _)| *known == level) {
        Some((_, sum)) => *sum += count,
        None => tally.push((level, count)),
    }
}

/// How many have any of the levels.
fn sum(tally: &Tally) -> i64 {
    tally.iter().map(|(_, count)| count).sum()
}

/// Whether two tallies are the same, of several levels and of enough.
fn are_same(left: &Tally, right: &Tally) -> bool {
    left.len() > 1 && sum(left) >= LEAST && have_the_same(left, right)
}

fn have_the_same(left: &Tally, right: &Tally) -> bool {
    left.len() == right.len() && left.iter().all(|part| right.contains(part))
}

#[cfg(test)]
mod tests {
    use crate::reading::of_page;
    use crate::record::{Statement, Subject};

    #[test]
    fn figures_below_a_list_are_of_the_body_that_it_is_of() {
        let bodies = |good: u32| {
            let reading = of_page(&format!(
                "Riverside Trust\nReviews 2023\nDepot: East Yard\n\nName|Sex|Result\n\
                 Ann Lowe|F|Good\nRay Hood|M|Fair\nEve Dale|F|Good\nJane Small|F|Good\n\
                 Peter Hale|M|Poor\n\nResult|No.\nGood|{good}\nFair|1\nPoor|1"
            ));
            let figures = reading.records.iter().filter_map(|record| match &record.statement {
                Statement::Figures { .. } => record.place.last().map(ToString::to_string),
                _ => None,
            });
            figures.collect::<Vec<_>>()
        };
        assert_eq!(bodies(3), ["East Yard"; 3]);
        assert_eq!(bodies(4), ["Riverside Trust"; 3]);
    }

    #[test]
    fn figures_that_the_list_adds_up_to_count_its_bodies() {
        let subject = |good: u32| {
            let reading = of_page(&format!(
                "Regional Inspectorate\nDepots 2023\n\nDepot|Result\n\
                 East Depot|Good\nWest Depot|Fair\nNorth Depot|Good\nSouth Depot|Poor\n\
                 Hill Depot|Good\nLake Depot|Fair\n\nSummary 2023\n\n\
                 Zone|Good|Fair|Poor\nAll|{good}|2|1\nPart|1|1|1"
            ));
            reading.records.iter().find_map(|record| match &record.statement {
                Statement::Figures { figures } => Some(figures[0].subject),
                _ => None,
            })
        };
        assert_eq!(subject(3), Some(Subject::Branches));
        assert_eq!(subject(4), Some(Subject::Members));
    }

    #[test]
    fn figures_that_groups_of_a_list_add_up_to_count_its_bodies() {
        let subject = |good: u32| {
            let reading = of_page(&format!(
                "Regional Inspectorate\nDepots 2023\n\nDepot|Zone|Result\n\
                 East Depot|Ayr|Good\nWest Depot|Bute|Fair\nNorth Depot|Ayr|Good\n\
                 South Depot|Bute|Poor\nHill Depot|Ayr|Fair\nLake Depot|Bute|Fair\n\n\
                 Rated by zone\n\n\
                 Zone|Rated|Good|Fair|Poor\nAyr|3|{good}|1|0\nBute|3|0|2|1\n\
                 Total|9|2|4|3\n\n\
                 Reviews of staff 2023\n\nName|Result\nAnn Lowe|Good\nRay Hood|Fair\n\
                 Eve Dale|Good\nPeter Hale|Poor"
            ));
            reading.records.iter().find_map(|record| match &record.statement {
                Statement::Figures { figures } => Some(figures[0].subject),
                _ => None,
            })
        };
        assert_eq!(subject(2), Some(Subject::Branches));
        assert_eq!(subject(3), Some(Subject::Members));
    }

    #[test]
    fn figures_of_a_body_that_is_rated_count_its_people() {
        let reading = of_page(
            "Tea Workers Union\nAppraisal of stewards, 2023\n\n\
             Rating|East Branch|West Branch|All branches\n\
             Excellent|6|4|10\nGood|9|5|14\nPoor|5|1|6\n\n\
             Branch grades 2023\n\nBranch|Marks|Grade\nEast Branch|44|Commendable\n\
             West Branch|22|Needs Support\n\nKey\n\
             Commendable - 40 marks and above\nOn Track - 25 to 39 marks\n\
             Needs Support - below 25 marks",
        );
        let subjects = reading.records.iter().flat_map(|record| match &record.statement {
            Statement::Figures { figures } => figures.iter().map(|of| of.subject).collect(),
            _ => Vec::new(),
        });
        let subjects: Vec<Subject> = subjects.collect();
        assert_eq!(subjects, [Subject::Members; 9]);
        let rated = reading.records.iter().filter(|record| match &record.statement {
            Statement::Branch(branch) => branch.ratings.iter().any(|of| of.rating.is_some()),
            _ => false,
        });
        assert_eq!(rated.count(), 2);
    }
}
