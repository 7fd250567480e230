//! Totals of columns: the figures of a flat table against its last row, ticks against their sums.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use crate::campaign::Campaign;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::grid::Place;
use crate::record::{
    Figure, Measure, RatingRef, Record, Relation, Stage, StageRating, Statement, Subject,
};

type FigureKey<'a> = (Subject, Measure, Option<&'a RatingRef>, Stage, Relation);

/// The records of one table and round.
#[derive(Default)]
struct Table<'a> {
    records: Vec<&'a Record>,
}

/// Totals that are not the sum of what stands above them, unless a cell of the sum is doubted
/// already. `noted` are the sheets that say of a total that it counts more than its rows.
pub(super) fn run(
    records: &[Record],
    known: &[Diagnostic],
    noted: &HashSet<&str>,
) -> Vec<Diagnostic> {
    let mut tables: BTreeMap<(&str, usize, Arc<Campaign>), Table<'_>> = BTreeMap::new();
    for record in records {
        let key = (&*record.sheet, record.table, Arc::clone(&record.campaign));
        tables.entry(key).or_default().records.push(record);
    }
    let mut sheets: BTreeMap<(&str, Arc<Campaign>), Vec<&Record>> = BTreeMap::new();
    for record in records {
        let key = (&*record.sheet, Arc::clone(&record.campaign));
        sheets.entry(key).or_default().push(record);
    }
    let mut diagnostics = Vec::new();
    for ((sheet, _, round), table) in &tables {
        let on_sheet = || known.iter().filter(|problem| problem.sheet.as_deref() == Some(sheet));
        let doubted: BTreeSet<&str> =
            on_sheet().filter_map(|problem| problem.cell.as_deref()).collect();
        // A cell that is no number leaves its row, and its sum is not complete.
        let is_error = |problem: &&Diagnostic| {
            problem.severity() == Severity::Error && problem.code != Code::NotANumber
        };
        let errors = on_sheet().filter(is_error).count();
        let of_sheet = &sheets[&(*sheet, Arc::clone(round))];
        diagnostics.extend(table.check_ticks(of_sheet, errors, &doubted));
        let is_list =
            table.records.iter().any(|record| matches!(record.statement, Statement::Member(_)));
        if !is_list && errors == 0 {
            let wrong = table.check_columns(&doubted, noted.contains(sheet));
            diagnostics.extend(wrong);
        }
    }
    diagnostics
}

impl<'a> Table<'a> {
    fn figures(&self) -> impl Iterator<Item = (&'a Record, &'a Figure)> + '_ {
        self.records.iter().flat_map(|record| match &record.statement {
            Statement::Figures { figures } => {
                figures.iter().map(|figure| (*record, figure)).collect::<Vec<_>>()
            }
            _ => Vec::new(),
        })
    }

    /// The sums over the organisations of a table without levels of a tree; where they do not add up, without
    /// those that are sums of others.
    fn check_columns(&self, doubted: &BTreeSet<&str>, is_noted: bool) -> Vec<Diagnostic> {
        let sums = |subtotals: &BTreeSet<u32>| self.check_sums(doubted, subtotals, is_noted);
        let wrong = sums(&BTreeSet::new());
        if wrong.is_empty() { wrong } else { sums(&self.subtotals()) }
    }

    /// The sums over organisations in rows of their own. Where headings of groups count too, other bodies may
    /// stand in them alone: a total is doubted if most others add up.
    fn check_sums(
        &self,
        doubted: &BTreeSet<&str>,
        subtotals: &BTreeSet<u32>,
        is_noted: bool,
    ) -> Vec<Diagnostic> {
        let depths: BTreeSet<usize> =
            self.figures().map(|(record, _)| record.place.len()).collect();
        let grouped = self.figures().any(|(_, figure)| figure.group.is_some());
        let own = || self.figures().filter(|(_, figure)| figure.group.is_none());
        let depths: Vec<usize> = depths.into_iter().collect();
        let [top, below] = depths.as_slice() else { return Vec::new() };
        let mut sums: BTreeMap<FigureKey<'_>, Sum> = BTreeMap::new();
        let leaves = || {
            own().filter(|(record, _)| {
                record.place.len() == *below && !subtotals.contains(&record.row)
            })
        };
        let bodies: BTreeSet<&[Arc<str>]> = leaves().map(|(record, _)| &*record.place).collect();
        for (_, figure) in leaves() {
            let sum = sums.entry(key_of(figure)).or_default();
            let Some(count) = &figure.count else { continue };
            sum.total += count.value;
            sum.bodies += 1;
            sum.doubted |= doubted.contains(count.at.to_string().as_str());
        }
        let totals = own().filter(|(record, _)| record.place.len() == *top);
        let (mut right, mut wrong) = (0, Vec::new());
        let mut rests: BTreeMap<u32, Rest<'_>> = BTreeMap::new();
        for (record, figure) in totals {
            let Some((count, sum)) = figure.count.as_ref().zip(sums.get(&key_of(figure))) else {
                continue;
            };
            rests.entry(record.row).or_default().add(record, figure, count.value - sum.total);
            let complete = sum.bodies == bodies.len() || sum.total > count.value;
            let differs = sum.bodies > 1 && sum.total != count.value && complete && !sum.doubted;
            let told = doubted.contains(count.at.to_string().as_str());
            right += usize::from(sum.total == count.value && count.value > 0);
            if differs && !told {
                wrong.push((record.row, mismatch(record, count.at, count.value, sum.total)));
            }
        }
        if grouped && right <= wrong.len() {
            return Vec::new();
        }
        rests.retain(|row, _| wrong.iter().any(|(of, _)| of == row));
        let mut unlisted = Vec::new();
        for (row, problem) in
            rests.iter().filter_map(|(row, rest)| Some((row, rest.unlisted(is_noted)?)))
        {
            wrong.retain(|(of, _)| of != row);
            unlisted.push(problem);
        }
        wrong.into_iter().map(|(_, problem)| problem).chain(unlisted).collect()
    }

    /// The rows of bodies whose figures are the sums of the rows since the one before: bodies of which another
    /// sheet says that those are not below them.
    fn subtotals(&self) -> BTreeSet<u32> {
        const PROVEN: usize = 3;
        let mut rows: BTreeMap<u32, BTreeMap<FigureKey<'_>, i64>> = BTreeMap::new();
        for (record, figure) in self.figures() {
            if let Some(count) = &figure.count
                && figure.group.is_none()
            {
                *rows.entry(record.row).or_default().entry(key_of(figure)).or_default() +=
                    count.value;
            }
        }
        let mut found = BTreeSet::new();
        let mut running: BTreeMap<FigureKey<'_>, i64> = BTreeMap::new();
        let mut summed = 0;
        for (row, counts) in &rows {
            let fits = |(key, count): &(&FigureKey<'_>, &i64)| running.get(*key) == Some(*count);
            let fitting: Vec<i64> = counts.iter().filter(fits).map(|(_, count)| *count).collect();
            let proven = fitting.iter().filter(|count| **count > 0).count() >= PROVEN;
            if summed > 1 && proven && fitting.len() * 4 >= counts.len() * 3 {
                found.insert(*row);
                running.clear();
                summed = 0;
                continue;
            }
            for (key, count) in counts {
                *running.entry(*key).or_default() += count;
            }
            summed += 1;
        }
        found
    }

    /// The sums below ticks against the ticks; rows that were left out may explain a difference.
    fn check_ticks(
        &self,
        of_sheet: &[&Record],
        errors: usize,
        doubted: &BTreeSet<&str>,
    ) -> Vec<Diagnostic> {
        let totals = self.figures().filter_map(|(record, figure)| {
            let count = figure.count.as_ref()?;
            let rating = figure.rating.as_ref()?;
            if figure.measure != Measure::Rating
                || figure.relation != Relation::Exact
                || figure.group.is_some()
            {
                return None;
            }
            let apart = self.figures().any(|(other, figure)| {
                (other.row, figure.relation) == (record.row, Relation::Disjoint)
            });
            let count_in = |records: &[&Record]| {
                let listed = records.iter().filter(|rated| {
                    rated.place.starts_with(&record.place)
                        && !(apart && is_exemplary(rated))
                        && ratings_of(rated, figure.subject).iter().any(|given| {
                            given.stage == figure.stage
                                && given.rating.as_ref().is_some_and(|given| given.value == *rating)
                        })
                });
                i64::try_from(listed.count()).unwrap_or(i64::MAX)
            };
            // What stands over all bodies of its table may sum the tables above it as well.
            let is_above =
                |rated: &&Record| rated.place.len() > record.place.len() || rated.row == record.row;
            let listed = count_in(&self.records);
            let is_short = (1..count.value).contains(&listed);
            let listed = if is_short && self.records.iter().all(is_above) {
                count_in(of_sheet)
            } else {
                listed
            };
            let tolerated = i64::try_from(errors).unwrap_or(i64::MAX);
            let told = doubted.contains(count.at.to_string().as_str());
            let differs = (listed - count.value).abs() > tolerated && listed > 0;
            (differs && !told).then(|| mismatch(record, count.at, count.value, listed))
        });
        totals.collect()
    }
}

fn is_exemplary(record: &Record) -> bool {
    matches!(&record.statement, Statement::Branch(organization) if organization.exemplary.is_some())
}

/// The ratings of a record that is about such a subject.
fn ratings_of(record: &Record, subject: Subject) -> &[StageRating] {
    match (&record.statement, subject) {
        (Statement::Member(person), Subject::Members) => &person.ratings,
        (Statement::Branch(organization), Subject::Branches) => &organization.ratings,
        _ => &[],
    }
}

/// What the figures of a total count beyond the rows that it sums.
#[derive(Default)]
struct Rest<'a> {
    of: Vec<(&'a Record, &'a Figure, i64)>,
}

impl<'a> Rest<'a> {
    fn add(&mut self, record: &'a Record, figure: &'a Figure, more: i64) {
        if figure.relation == Relation::Exact {
            self.of.push((record, figure, more));
        }
    }

    /// The one thing to say where the rest of each level adds up to the rest of all: no figure is wrong, and people
    /// or bodies are counted that no row lists.
    fn unlisted(&self, is_noted: bool) -> Option<Diagnostic> {
        const LEAST: usize = 2;
        let is_whole = |figure: &Figure| matches!(figure.measure, Measure::Rated | Measure::OnRoll);
        let whole = self.of.iter().find(|(_, figure, _)| is_whole(figure))?;
        let levels = self.of.iter().filter(|(_, figure, _)| figure.measure == Measure::Rating);
        let rests: Vec<i64> = levels.map(|(.., more)| *more).collect();
        let is_rest = rests.iter().all(|more| *more >= 0)
            && rests.iter().filter(|more| **more > 0).count() >= LEAST
            && rests.iter().sum::<i64>() == whole.2;
        let (record, figure, more) = whole;
        let count = figure.count.as_ref().filter(|_| is_rest)?;
        let listed = count.value - more;
        let message = format!(
            "the total counts {} and the rows {listed}; what it counts more adds up in itself",
            count.value
        );
        let code = if is_noted { Code::TotalCountsMore } else { Code::SumMismatch };
        let problem = Diagnostic::new(code, message)
            .at_place(&record.sheet, count.at)
            .found(count.value.to_string())
            .expected(listed.to_string());
        let hint = "kept as printed; see whether the rows leave out a body, or people of none";
        Some(if is_noted { problem } else { problem.hint(hint) })
    }
}

#[derive(Default)]
struct Sum {
    total: i64,
    bodies: usize,
    doubted: bool,
}

fn key_of(figure: &Figure) -> FigureKey<'_> {
    (figure.subject, figure.measure, figure.rating.as_ref(), figure.stage, figure.relation)
}

fn mismatch(record: &Record, at: Place, printed: i64, sum: i64) -> Diagnostic {
    let message = format!("the total says {printed}, and the rows of the table add up to {sum}");
    Diagnostic::new(Code::SumMismatch, message)
        .at_place(&record.sheet, at)
        .found(printed.to_string())
        .expected(sum.to_string())
        .hint("kept as printed; look for the wrong figure in this column")
}

#[cfg(test)]
mod tests {
    use crate::Code;
    use crate::reading::of_page;

    #[test]
    fn what_bodies_side_by_side_count_makes_up_the_total_beside_them() {
        let told = |total: u8| {
            let reading = of_page(&format!(
                "State Extension\nNumber of agents by overall rating, 2022\n\n\
                 Overall Rating|Marion County|Clay County|Pike County|All Counties\n\
                 Exceptional|1|0|1|2\nGood|1|3|2|6\nFair|4|2|6|{total}\nPoor|2|2|0|4\n\
                 Agents evaluated|8|7|9|24"
            ));
            let sums = reading.diagnostics.iter().filter(|told| told.code == Code::SumMismatch);
            sums.filter_map(|told| told.cell.clone()).collect::<Vec<_>>()
        };
        assert!(told(12).is_empty());
        assert!(told(14).contains(&"E7".to_owned()));
    }

    #[test]
    fn a_body_that_no_row_lists_is_one_thing_to_say() {
        let told = |good: u8, all: u8, note: &str| {
            let reading = of_page(&format!(
                "SCHOOL DISTRICT\nRatings by school 2022\n\nSchool|Good|Fair|Poor|Teachers\n\
                 Oak School|30|18|2|50\nElm School|18|21|3|42\nBeech School|10|9|1|20\n\
                 All schools|{good}|49|7|{all}{note}"
            ));
            let sums = reading.diagnostics.iter().filter(|told| told.code == Code::SumMismatch);
            sums.filter_map(|told| told.cell.clone()).collect::<Vec<_>>()
        };
        assert_eq!(told(60, 116, ""), ["E8"]);
        assert!(told(60, 117, "").len() > 1);
        let note = "\n\nTeachers of no school are included in the total.";
        assert!(told(60, 116, note).is_empty());
        assert!(!told(60, 117, note).is_empty());
    }

    #[test]
    fn a_cell_that_is_no_number_keeps_no_other_column_from_its_sum() {
        let reading = of_page(
            "ĐẢNG ỦY XÃ\nTỔNG HỢP XẾP LOẠI ĐẢNG VIÊN NĂM 2024\n\n\
             STT|Chi bộ|Tổng số đảng viên|Hoàn thành xuất sắc|Hoàn thành tốt|Hoàn thành\n\
             1|Chi bộ ấp 1|10|2|7|1\n2|Chi bộ ấp 2|12|2|bốn|6\n3|Chi bộ ấp 3|8|1|5|2\n\
             |Toàn xã|33|5|16|9",
        );
        let told = |code| {
            let told = reading.diagnostics.iter().filter(move |told| told.code == code);
            told.filter_map(|told| told.cell.as_deref()).collect::<Vec<_>>()
        };
        assert_eq!(told(Code::NotANumber), ["E6"]);
        assert_eq!(told(Code::SumMismatch), ["C8"]);
    }

    #[test]
    fn subtotals_are_counted_once_whatever_another_table_says_of_their_bodies() {
        let told = |total: u8| {
            let reading = of_page(&format!(
                "KAVERI MILLS LTD\nStaff appraisal 2022\n\nName|Dept.|Grade\n\
                 Mary Hill|Carding|Good\nAnn Lowe|Stores|Fair\nRay Hood|Weaving|Good\n\n\
                 Abstract of grades 2022\n\nDepartment|Strength|Good|Fair|Poor\nPRODUCTION\n\
                 Carding|9|4|3|2\nWeaving|8|4|2|2\nSub-total, Production|17|8|5|4\nSERVICES\n\
                 Stores|7|4|2|1\nTime Office|5|2|2|1\nSub-total, Services|12|6|4|2\n\
                 Grand Total|29|14|9|{total}"
            ));
            let sums = reading.diagnostics.iter().filter(|told| told.code == Code::SumMismatch);
            sums.filter_map(|told| told.cell.clone()).collect::<Vec<_>>()
        };
        assert!(told(6).is_empty(), "{:?}", told(6));
        assert!(told(8).contains(&"E20".to_owned()));
    }
}
