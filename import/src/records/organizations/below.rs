//! Rows below a list of rated organisations that count it: a level or a measure a row, under the columns of the
//! ratings that are counted.

use std::sync::Arc;

use super::Reader;
use crate::grid::{Cell, Row};
use crate::layout::RowRole;
use crate::record::{Figure, Measure, Relation, Stage, Stated, Statement, Subject};
use crate::role::{Column, Role};
use crate::value::{Number, number, shown, split_ordinal, whole};
use crate::vocabulary::{Field, LevelText};

impl Reader<'_> {
    /// Reads "- Hoàn thành tốt nhiệm vụ | 45 | 44 | 43" under columns of ratings, and the percentages below it.
    /// Returns false where the row counts nothing.
    pub(super) fn counts_list(&mut self, row: &Row) -> bool {
        let context = self.context;
        let rated: Vec<(&Column, Stage, &Cell, Number)> = context
            .columns
            .iter()
            .filter_map(|column| {
                let Role::Rating(stage) = column.role else { return None };
                let cell = row.cell(column.index)?;
                let is_level = context.legend.level(&shown(&cell.value)).is_some();
                Some((column, stage, cell, number(&cell.value).filter(|_| !is_level)?))
            })
            .collect();
        let Some(label) = self.label(row).filter(|_| !rated.is_empty()) else { return false };
        let bare = split_ordinal(label.trim_start_matches(['-', '+', '–', ' '])).1;
        let by_words = self.what_is_counted(bare);
        let Some((measure, level)) = by_words.or_else(|| self.adds_up_levels(row, &rated)) else {
            return self.percentages_of_count(row, bare, &rated);
        };
        for (column, _, _, number) in rated.iter().filter(|_| level.is_some()) {
            *self.counted_levels.entry(column.index).or_default() += number.value;
        }
        if level.is_none() {
            self.counted_levels.clear();
        }
        for (column, stage, cell, number) in rated {
            let campaign = column.campaign.clone().or_else(|| self.campaign());
            let Some((campaign, count)) = campaign.zip(whole(number.value)) else { continue };
            let rating = self.rating_ref(level.as_ref(), Subject::Branches, &campaign);
            let Some(rating) = rating else { continue };
            let figure = Figure {
                subject: Subject::Branches,
                measure,
                stage: if rating.is_some() { stage } else { Stage::Unstated },
                rating,
                relation: Relation::Exact,
                group: None,
                count: Some(context.stated(row, cell, count)),
                percent: None,
            };
            let statement = Statement::Figures { figures: vec![figure] };
            let committee = Arc::clone(&context.committee);
            self.output.records.push(context.record(row, &campaign, &committee, statement));
        }
        self.last_count = Some(row.index);
        self.output.set_aside(row, RowRole::Total);
        true
    }

    /// "Services that have one | 34 | 31 | 33": under most columns the sum of the levels right above.
    fn adds_up_levels(
        &self,
        row: &Row,
        rated: &[(&Column, Stage, &Cell, Number)],
    ) -> Option<(Measure, Option<LevelText>)> {
        let is_below = self.last_count.is_some_and(|last| last + 1 == row.index);
        let is_sum = |column: &Column, number: &Number| {
            let sum = self.counted_levels.get(&column.index);
            sum.is_some_and(|sum| (sum - number.value).abs() < 1e-9)
        };
        let sums = rated.iter().filter(|(column, _, _, number)| is_sum(column, number)).count();
        (is_below && sums * 2 > rated.len()).then_some((Measure::Rated, None))
    }

    /// A level, or a measure of those who have one.
    fn what_is_counted(&self, label: &str) -> Option<(Measure, Option<LevelText>)> {
        let context = self.context;
        let vocabulary = context.vocabulary;
        if let Some(level) = context.level_counted(label) {
            return Some((Measure::Rating, Some(level)));
        }
        let measure = vocabulary.measure(label).map(|(measure, _)| measure);
        let measure = measure.or_else(|| vocabulary.is_total(label).then_some(Measure::OnRoll));
        measure.map(|measure| (measure, None))
    }

    /// "Tỷ lệ % | 77.6 | 75.9 | 74.1" right below counts.
    fn percentages_of_count(
        &mut self,
        row: &Row,
        label: &str,
        rated: &[(&Column, Stage, &Cell, Number)],
    ) -> bool {
        let context = self.context;
        let is_below = self.last_count.is_some_and(|last| last + 1 == row.index);
        let says = matches!(context.vocabulary.field(label), Some((Field::Percent, _)));
        if !is_below || !says {
            return false;
        }
        let scale = super::scale_of(row);
        for (_, _, cell, number) in rated {
            let percent: Stated<f64> = context.stated(row, cell, super::percentage(*number, scale));
            self.output.join_percent(&percent, rated.len(), |_, _| true);
        }
        self.output.set_aside(row, RowRole::Total);
        true
    }
}

#[cfg(test)]
mod tests {
    use crate::reading::of_page;
    use crate::record::{Measure, Statement};

    #[test]
    fn what_the_levels_below_a_list_add_up_to_counts_the_rated() {
        let reading = of_page(
            "County Council\nService ratings 2023\n\nService|Q1 2023|Q2 2023\n\
             Housing Unit|Good|Good\nParks Unit|Fair|Good\nRoads Unit|Good|Good\n\
             Water Unit|Good|Fair\n\nNumber of services\nGood|3|3\nFair|1|1\nServices seen|4|4",
        );
        let figures: Vec<_> = reading
            .records
            .iter()
            .filter_map(|record| match &record.statement {
                Statement::Figures { figures } => Some((record.row, figures[0].measure)),
                Statement::Branch(of) => {
                    assert_ne!(of.name.value, "Number of services");
                    None
                }
                _ => None,
            })
            .collect();
        let (levels, sums) = (Measure::Rating, Measure::Rated);
        let expected =
            [(11, levels), (11, levels), (12, levels), (12, levels), (13, sums), (13, sums)];
        assert_eq!(figures, expected);
    }

    #[test]
    fn a_level_is_counted_whose_number_a_row_tells_in_words() {
        let reading = of_page(
            "Uzima Pharmacies Ltd\nOutlet grading 2023\n\n\
             Outlet|No. of staff|Grade Q1|Grade Q2\nWestlands|5|A|B\nNyali|12|C|B\n\
             Ruiru|10|B|A\nThika Town|7|A|A\nNyeri|3|A|A\nKakamega|7|A|B\nMoi Street|9|B|B\n\
             Likoni Road|5|B|C\nNo. of outlets with grade A||4|3\n\
             No. of outlets with grade B||3|4\nNo. of outlets with grade C||1|1\n\
             Total outlets graded||8|8\n\nKey: A = Excellent; B = Good; C = Fair",
        );
        let of = |record: &crate::record::Record| match &record.statement {
            Statement::Figures { figures } => {
                let label = figures[0].rating.as_ref().map(|rating| rating.code.to_string());
                Some((record.row, record.campaign.code.clone(), figures[0].measure, label))
            }
            _ => None,
        };
        let figures: Vec<_> = reading.records.iter().filter_map(of).collect();
        let levels = figures.iter().filter(|figure| figure.2 == Measure::Rating).count();
        assert_eq!(levels, 6, "{figures:?}");
        assert_eq!(figures.iter().filter(|figure| figure.2 == Measure::Rated).count(), 2);
        // What no quarter is named of is of each.
        let staff = figures.iter().filter(|figure| figure.2 == Measure::OnRoll);
        let rounds: std::collections::BTreeSet<&str> =
            staff.map(|figure| figure.1.as_str()).collect();
        assert_eq!(rounds.into_iter().collect::<Vec<_>>(), ["2023-Q1", "2023-Q2"]);
    }

    #[test]
    fn levels_below_a_list_are_counted_in_each_round() {
        let reading = of_page(
            "HUYỆN ỦY ĐỒNG NAM\nKẾT QUẢ XẾP LOẠI TỔ CHỨC CƠ SỞ ĐẢNG\n\n\
             TT|Tên tổ chức|Năm 2022|Năm 2021\n\
             1|Đảng bộ xã Đồng Tiến|HTTNV|HTXSNV\n2|Đảng bộ xã Đồng Lạc|HTTNV|HTTNV\n\
             3|Đảng bộ xã Đồng Phú|HTNV|HTTNV\n4|Đảng bộ xã An Bình|HTTNV|HTTNV\n\
             |Tổng số tổ chức được xếp loại|4|4\n|- Hoàn thành tốt nhiệm vụ|3|3\n|Tỷ lệ %|75.0|75.0",
        );
        assert_eq!(
            reading.diagnostics.iter().filter(|told| told.severity().name() == "ERROR").count(),
            0
        );
        let figures = reading.records.iter().filter_map(|record| match &record.statement {
            Statement::Figures { figures } => {
                Some((record.row, record.campaign.code.as_str(), &figures[0]))
            }
            _ => None,
        });
        let figures: Vec<_> = figures
            .map(|(row, round, figure)| {
                let count = figure.count.as_ref().map(|count| count.value);
                (row, round, count, figure.percent.as_ref().map(|percent| percent.value))
            })
            .collect();
        let expected = [
            (9, "2022", Some(4), None),
            (9, "2021", Some(4), None),
            (10, "2022", Some(3), Some(75.0)),
            (10, "2021", Some(3), Some(75.0)),
        ];
        assert_eq!(figures, expected);
    }
}
