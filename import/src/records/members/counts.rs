//! Rows of a list of people that count them: totals, headings with figures, sentences, percentages.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::organizations::{percentage, scale_of};
use super::super::prose::{self, Clause};
use super::super::{Listed, RowKind, section_name};
use super::Reader;
use crate::campaign::Campaign;
use crate::diagnostic::{Code, Diagnostic};
use crate::grid::{Cell, Place, Row};
use crate::layout::RowRole;
use crate::record::{Figure, Measure, NotRatedReason, Relation, Stage, Stated, Statement, Subject};
use crate::role::{Column, Role, is_organization_name};
use crate::text::{comparison_key, organization_key};
use crate::value::{Ordinal, number, ordinal, shown, split_ordinal, whole};
use crate::vocabulary::Field;

/// Whether a total names a body: "Subtotal Letters" below "Subject: Letters".
fn ends_with_name(body: &str, named: &str) -> bool {
    let key = organization_key(body);
    let before = key.strip_suffix(named).filter(|_| !named.is_empty());
    before.is_some_and(|before| before.is_empty() || before.ends_with(' '))
}

impl Reader<'_> {
    /// Reads a line below the people that counts some of them: "Tổng số đảng viên | 80",
    /// "- Tốt | 60 | 78,9 %". Returns false where the row is none.
    pub(super) fn is_summary(&mut self, row: &Row) -> bool {
        let context = self.context;
        let has_words = |cell: &&Cell| shown(&cell.value).chars().any(char::is_alphabetic);
        let (words, figures): (Vec<&Cell>, Vec<&Cell>) =
            row.cells.iter().partition(|cell| has_words(cell));
        let [label] = words.as_slice() else { return false };
        if figures.is_empty() || figures.len() > 2 || figures[0].column < label.column {
            return false;
        }
        // "Total | 4 | 1" below the ticks of two levels sums each of them.
        if figures.len() > 1 && figures.iter().all(|cell| context.counts_ticks(cell)) {
            return false;
        }
        let text = shown(&label.value);
        let bare = section_name(
            split_ordinal(&text).1.trim_start_matches(['-', '+', '–', ' ']),
            context.vocabulary,
        )
        .to_owned();
        let level = context.level_counted(&bare);
        let measure = context.vocabulary.measure(&bare).map(|(measure, _)| measure);
        let rating = match &level {
            Some(level) => context.rating(level, Subject::Members, &self.campaign),
            None => None,
        };
        if rating.is_none() && measure.is_none() {
            return false;
        }
        let (mut count, mut percent) = (None, None);
        for cell in figures {
            let Some(value) = number(&cell.value) else { return false };
            if !value.percent && count.is_none() && whole(value.value).is_some() {
                count = whole(value.value).map(|number| context.stated(row, cell, number));
            } else {
                percent = Some(context.stated(row, cell, percentage(value, context.percent_scale)));
            }
        }
        if rating.is_none()
            && measure == Some(Measure::OnRoll)
            && let Some(printed) = &count
        {
            let rows = if self.sections.is_empty() || self.rows_in_section == 0 {
                self.rows
            } else {
                self.rows_in_section
            };
            if printed.value != self.rows {
                self.check_roll(printed.at, printed.value, rows);
            }
        }
        let figure = Figure {
            subject: Subject::Members,
            measure: if rating.is_some() {
                Measure::Rating
            } else {
                measure.unwrap_or(Measure::OnRoll)
            },
            stage: if rating.is_some() { self.last_stage() } else { Stage::Unstated },
            rating,
            relation: Relation::Exact,
            group: None,
            count,
            percent,
        };
        let branch: Vec<&str> = self.caption.branch.as_deref().into_iter().collect();
        let place = context.place(&branch);
        let statement = Statement::Figures { figures: vec![figure] };
        self.output.records.push(context.record(row, &self.campaign, &place, statement));
        true
    }

    /// Reads a line below the people that counts some of them under each column of ratings, for each body that
    /// rates or for each round: "Cộng loại A | 6 | 8 | 7". Returns false where the row is none.
    pub(super) fn is_count_under_ratings(&mut self, row: &Row) -> bool {
        let context = self.context;
        let rated = context.columns.iter().filter_map(|column| {
            let Role::Rating(stage) = &column.role else { return None };
            let count = whole(number(&row.cell(column.index)?.value)?.value)?;
            let round = column.campaign.as_ref().unwrap_or(&self.campaign);
            Some((Arc::clone(round), *stage, column.index, count))
        });
        let rated: Vec<(Arc<Campaign>, Stage, u32, i64)> = rated.collect();
        let texts = row.cells.iter().map(|cell| shown(&cell.value));
        let mut words = texts.filter(|text| text.chars().any(char::is_alphabetic));
        let (Some(label), None, false) = (words.next(), words.next(), rated.is_empty()) else {
            return false;
        };
        let vocabulary = context.vocabulary;
        let behind =
            vocabulary.behind_level(&label).and_then(|behind| context.legend.level(&behind));
        let figures = row.cells.iter().filter(|cell| number(&cell.value).is_some()).count();
        if behind.is_none() && (rated.len() < 2 || rated.len() < figures) {
            return false;
        }
        let bare = section_name(split_ordinal(&label).1, vocabulary);
        let level = behind.or_else(|| context.level_counted(bare));
        let measure = vocabulary.measure(bare).map(|(measure, _)| measure);
        let (measure, rating) = match (&level, measure) {
            (Some(level), _) => {
                let Some(rating) = context.rating(level, Subject::Members, &self.campaign) else {
                    return false;
                };
                (Measure::Rating, Some(rating))
            }
            (None, Some(measure)) => (measure, None),
            (None, None) => return false,
        };
        let branch: Vec<&str> = self.caption.branch.as_deref().into_iter().collect();
        let place = context.place(&branch);
        for round in &self.rounds {
            let of_round = rated.iter().filter(|(of, ..)| of == round);
            let figures = of_round.filter_map(|(_, stage, column, count)| {
                let cell = row.cell(*column)?;
                Some(Figure {
                    subject: Subject::Members,
                    measure,
                    rating: rating.clone(),
                    stage: if rating.is_some() { *stage } else { Stage::Unstated },
                    relation: Relation::Exact,
                    group: None,
                    count: Some(context.stated(row, cell, *count)),
                    percent: None,
                })
            });
            // Whoever rates, the people are the same.
            let one = if rating.is_some() { usize::MAX } else { 1 };
            let figures: Vec<Figure> = figures.take(one).collect();
            if !figures.is_empty() {
                let statement = Statement::Figures { figures };
                self.output.records.push(context.record(row, round, &place, statement));
            }
        }
        true
    }

    /// Reads a heading of a body within the list that carries the sums of its rows: "I. CHI BỘ 1: 14 đ/c |
    /// 1 | 10 | 2 | 0". Returns false where the row is none.
    pub(super) fn is_summed_section(&mut self, row: &Row) -> bool {
        let context = self.context;
        let has_words = |cell: &&Cell| {
            let text = shown(&cell.value);
            text.chars().any(char::is_alphabetic) && ordinal(&text).is_none()
        };
        let mut words = row.cells.iter().filter(has_words);
        let (Some(label), None) = (words.next(), words.next()) else { return false };
        let text = shown(&label.value);
        let (own_mark, name) = split_ordinal(&text);
        let name = section_name(name, context.vocabulary).to_owned();
        let ticked = self.tick_totals(row);
        let beside = row.cells.iter().filter(|cell| cell.column < label.column);
        let mark =
            own_mark.or_else(|| beside.clone().find_map(|cell| ordinal(&shown(&cell.value))));
        let is_counted = mark.is_some_and(|mark| mark > Ordinal::Roman);
        if ticked.len() < 2 || context.vocabulary.is_total(&name) {
            return false;
        }
        let is_body = is_organization_name(&name, context.vocabulary);
        let names_body = is_body && !is_counted;
        // Between its rows and the heading of the next section it sums those above.
        let is_last = || context.right_below(row).is_none_or(|below| below.cells.len() == 1);
        if !is_body && is_last() && context.counts_all_ticks(row) {
            return false;
        }
        if !names_body && !self.are_below(row, &ticked) {
            return false;
        }
        self.output.set_aside(row, RowRole::Section);
        self.sections.enter(mark, &name, context.vocabulary);
        self.people = None;
        self.rows_in_section = 0;
        let mut figures = ticked;
        let behind = text.rsplit([':', '(']).next().unwrap_or_default().trim_end_matches(')');
        if let Some(number) = prose::people_in(behind, context.vocabulary) {
            let clause = Clause::Measure(Measure::OnRoll, number);
            figures.extend(self.prose_figure(row, label.column, &text, clause));
        }
        let place = context.place(&self.open_bodies());
        let statement = Statement::Figures { figures };
        self.output.records.push(context.record(row, &self.campaign, &place, statement));
        true
    }

    /// Whether figures below ticks count the people between their row and the next one of the kind.
    fn are_below(&self, row: &Row, ticked: &[Figure]) -> bool {
        let below = self.rows_below(row);
        let below = below.take_while(|other| self.tick_totals(other).len() < 2);
        let name = self.column_of_names();
        let named = below.filter(|other| name.is_some_and(|name| other.cell(name).is_some()));
        let counted: i64 = ticked.iter().filter_map(|of| Some(of.count.as_ref()?.value)).sum();
        // Who is not rated has a name and no tick.
        let named: Vec<&Cow<'_, Row>> = named.collect();
        let rated = named.iter().filter(|row| self.ticks_in(row).next().is_some()).count();
        let is_counted = |rows: usize| i64::try_from(rows) == Ok(counted);
        counted > 0 && (is_counted(named.len()) || is_counted(rated))
    }

    /// How many people a heading within the list counts beside itself: "Chi bộ 1 | 7 đ/c".
    pub(super) fn count_beside(&mut self, row: &Row) {
        let vocabulary = self.context.vocabulary;
        let counted = row.cells.iter().find_map(|cell| {
            let text = shown(&cell.value);
            Some((cell, prose::people_in(&text, vocabulary)?))
        });
        let Some((cell, number)) = counted else { return };
        let text = shown(&cell.value);
        let clause = Clause::Measure(Measure::OnRoll, number);
        let figures = self.prose_figure(row, cell.column, &text, clause).into_iter().collect();
        let place = self.context.place(&self.open_bodies());
        let statement = Statement::Figures { figures };
        self.output.records.push(self.context.record(row, &self.campaign, &place, statement));
    }

    /// Reads a line that counts people of the list ("Hoàn thành tốt nhiệm vụ: 26", "Trong đó:"), or
    /// heads some, in the place of a name. Returns false where the row is none.
    pub(super) fn is_line(&mut self, row: &Row) -> bool {
        let context = self.context;
        let words = |cell: &&Cell| shown(&cell.value).chars().any(char::is_alphabetic);
        let Some(cell) = row.cells.iter().find(words).filter(|cell| context.is_key(cell.column))
        else {
            return false;
        };
        let text = shown(&cell.value);
        let (mark, bare) = split_ordinal(&text);
        let bare = bare.trim_end_matches([':', ' ']);
        if context.vocabulary.words.nested.is(bare) {
            return true;
        }
        let label = section_name(bare, context.vocabulary);
        // "Tổng số Xuất sắc: 8" counts a level as well.
        let counted = context.vocabulary.behind_total(label);
        let of = context.mark_of_heading(label).or_else(|| context.mark_of_heading(&counted?));
        let Some(of) = of else { return false };
        let behind: Vec<&Cell> =
            row.cells.iter().filter(|other| other.column > cell.column).collect();
        let clause = |text: &str| prose::clause_of(text, context.legend);
        let counted = match behind.as_slice() {
            [] => clause(bare).map(|clause| (cell.column, clause)),
            cells => cells.iter().find_map(|other| {
                Some((other.column, clause(&format!("{label} {}", shown(&other.value)))?))
            }),
        };
        if let Some((column, clause)) = counted {
            let figure = self.prose_figure(row, column, &text, clause);
            let whole_list = self.sections.is_empty() || self.rows_in_section == 0;
            let branch: Vec<&str> = if whole_list {
                self.caption.branch.as_deref().into_iter().collect()
            } else {
                self.open_bodies()
            };
            let place = context.place(&branch);
            let statement = Statement::Figures { figures: figure.into_iter().collect() };
            self.output.records.push(context.record(row, &self.campaign, &place, statement));
            return true;
        }
        if behind.is_empty() {
            self.sections.enter_rating(mark, label, of);
        }
        behind.is_empty()
    }

    /// Percentages under the ticks of a list, of the total above them.
    pub(super) fn percentages(&mut self, row: &Row) -> bool {
        let context = self.context;
        if self.last_total.is_none() {
            return false;
        }
        let label = row
            .cells
            .iter()
            .map(|cell| shown(&cell.value))
            .find(|text| text.chars().any(char::is_alphabetic));
        let says = label.is_none_or(|label| {
            label.contains('%')
                || matches!(context.vocabulary.field(&label), Some((Field::Percent, _)))
        });
        let Some(place) = self.last_total.clone().filter(|_| says) else { return false };
        let scale = scale_of(row);
        let figures = context.columns.iter().filter_map(|column| {
            let Role::Tick(stage, level) = &column.role else { return None };
            let cell = row.cell(column.index)?;
            let percent = percentage(number(&cell.value)?, scale);
            Some(Figure {
                subject: Subject::Members,
                measure: Measure::Rating,
                rating: Some(context.rating(level, Subject::Members, &self.campaign)?),
                stage: *stage,
                relation: Relation::Exact,
                group: None,
                count: None,
                percent: Some(context.stated(row, cell, percent)),
            })
        });
        let figures: Vec<Figure> = figures.collect();
        if figures.len() < 2 {
            return false;
        }
        let statement = Statement::Figures { figures };
        self.output.records.push(context.record(row, &self.campaign, &place, statement));
        true
    }

    /// A row without a name whose cells under ticks are numbers: it sums them, whatever it is called.
    pub(super) fn is_sum_of_ticks(&self, row: &Row) -> bool {
        let ticks =
            self.context.columns.iter().filter(|column| matches!(column.role, Role::Tick(..)));
        let numbers = ticks.filter_map(|column| number(&row.cell(column.index)?.value));
        let numbers: Vec<f64> = numbers.map(|number| number.value).collect();
        self.rows > 0 && numbers.len() >= 2 && numbers.iter().any(|number| *number > 1.0)
    }

    /// A total belongs to the open section if its number is that of the section's rows.
    pub(super) fn total(&mut self, row: &Row, text: &str, column: u32) {
        self.output.set_aside(row, RowRole::Total);
        // "Cộng chi bộ số 1": the number is of the name.
        let behind = self.context.vocabulary.behind_total(text).unwrap_or_default();
        let names_body = is_organization_name(&behind, self.context.vocabulary);
        let counts = !names_body || text.contains(':');
        let clauses = if counts { prose::clauses(text, self.context.legend) } else { Vec::new() };
        let printed = clauses.iter().find_map(|clause| match clause {
            Clause::Measure(Measure::OnRoll, number) => Some(*number),
            _ => None,
        });
        let rolled = self.rolled(row).filter(|_| printed.is_none());
        let printed = printed.or(rolled.as_ref().map(|rolled| rolled.value));
        // A total that more people follow sums those of its section, whatever it is called, and so does
        // one that names it.
        let named = organization_key(&behind);
        let is_named = |body: &str| ends_with_name(body, &named);
        let names_section = self.sections.innermost().is_some_and(is_named);
        // "Total for panel" again is that of another section.
        let again = self.section_totals.contains(&comparison_key(text));
        let of_section = again || names_section;
        let is_grand = self.context.vocabulary.is_grand_total(text)
            && !of_section
            && printed != Some(self.rows_in_section)
            && (printed.is_some() || !self.people_follow(row));
        // "Sub-total" right below a heading sums those who follow.
        let is_above = !self.sections.is_empty()
            && self.rows_in_section == 0
            && !is_grand
            && self.people_follow(row);
        let whole_list = self.sections.is_empty()
            || is_grand
            || printed == Some(self.rows) && self.rows != self.rows_in_section;
        let ticked = self.tick_totals(row);
        let several = printed.is_none() && self.rows > self.rows_in_section && !again;
        let is_more = || several && self.is_more_than_section(&ticked);
        let whole_list = !is_above && (whole_list || !names_section && is_more());
        let names_branch =
            self.sections.is_empty() && self.above.branch.as_deref().is_some_and(is_named);
        let of_branch = names_branch || self.is_of_branch_above(row, printed, &ticked);
        let of_lists = self.sums_lists(printed, &ticked);
        let place = self.place_of_total(of_lists, of_branch, whole_list);
        let mut figures = Vec::new();
        for clause in clauses {
            figures.extend(self.prose_figure(row, column, text, clause));
        }
        figures.extend(ticked);
        figures.extend(rolled.map(on_roll));
        if self.rows == 0 {
            self.printed_above =
                printed.map(|printed| (printed, row.place(column))).or(self.printed_above);
        } else if let Some(printed) = printed.filter(|_| !is_above) {
            self.check_roll(
                row.place(column),
                printed,
                match (of_branch, whole_list) {
                    _ if of_lists => self.context.above.people + self.rows,
                    (true, _) => self.above.rows,
                    (false, true) => self.rows,
                    _ => self.rows_in_section,
                },
            );
        }
        if !whole_list && !is_above {
            self.section_totals.insert(comparison_key(text));
            self.sections.close_last();
            self.rows_in_section = 0;
        }
        self.last_total = Some(Arc::clone(&place));
        if !figures.is_empty() {
            let statement = Statement::Figures { figures };
            self.output.records.push(self.context.record(row, &self.campaign, &place, statement));
        }
    }

    /// The row of one person, with its ticks under levels.
    pub(super) fn listed_in(&self, row: &Row) -> Listed {
        let ticks = self.ticks_in(row).map(|cell| (cell.column, 1));
        Listed { people: 1, ticks: ticks.collect() }
    }

    /// The ticks of a row under levels.
    fn ticks_in<'r>(&self, row: &'r Row) -> impl Iterator<Item = &'r Cell> {
        row.cells.iter().filter(|cell| {
            let column = self.context.column(cell.column);
            column.is_some_and(|column| matches!(column.role, Role::Tick(..)))
                && self.context.is_tick_of(cell, &shown(&cell.value))
        })
    }

    /// Whether a total below the last of several lists sums all of them: "Total: 34 members" where the lists
    /// above have 27 and this one has 7.
    fn sums_lists(&self, printed: Option<i64>, ticked: &[Figure]) -> bool {
        let (above, own) = (&self.context.above, &self.output.listed);
        if above.people == 0 {
            return false;
        }
        let mut all = above.clone();
        all.add(own);
        let of = |listed: &Listed, figure: &Figure| {
            let count = figure.count.as_ref()?;
            let ticks = listed.ticks.get(&count.at.column).copied().unwrap_or_default();
            Some((ticks, count.value))
        };
        let fits = |listed: &Listed| {
            let pairs = ticked.iter().filter_map(|figure| of(listed, figure));
            pairs.filter(|(ticks, count)| ticks == count).count()
        };
        match printed {
            Some(printed) => printed != self.rows && printed == above.people + self.rows,
            None => fits(&all) > fits(own) && fits(&all) * 2 > ticked.len(),
        }
    }

    /// Whom a total sums: several lists, a branch of the column of branches, the list, or the open section.
    fn place_of_total(&self, of_lists: bool, of_branch: bool, whole_list: bool) -> Arc<[Arc<str>]> {
        let above = &self.above;
        if of_lists {
            self.context.place(&[])
        } else if of_branch {
            let bodies = above.parent.iter().chain(&above.branch).map(String::as_str);
            self.context.place(&bodies.collect::<Vec<_>>())
        } else if whole_list {
            // A list under the name of a branch is the branch's.
            let branch: Vec<&str> = self.caption.branch.as_deref().into_iter().collect();
            self.context.place(&branch)
        } else {
            self.context.place(&self.open_bodies())
        }
    }

    /// Whether people stand below a row.
    pub(super) fn people_follow(&self, row: &Row) -> bool {
        let name = self.column_of_names();
        let named = |row: &Row| {
            row.cells.len() > 2 && name.is_some_and(|column| row.cell(column).is_some())
        };
        let is_data = |row: &Row| self.context.kind_of_row(row) == RowKind::Data;
        self.rows_below(row).any(|row| named(row) && is_data(row))
    }

    fn column_of_names(&self) -> Option<u32> {
        [Role::Name, Role::FamilyName].iter().find_map(|role| self.context.column_of(role))
    }

    fn rows_below(&self, row: &Row) -> impl Iterator<Item = &Cow<'_, Row>> {
        let body = self.context.body;
        body[body.partition_point(|other| other.index <= row.index)..].iter()
    }

    /// How many people a total counts in the column of their numbers.
    pub(super) fn rolled(&self, row: &Row) -> Option<Stated<i64>> {
        let cell = row.cell(self.context.column_of(&Role::Ordinal)?)?;
        let count = whole(number(&cell.value)?.value)?;
        (count == self.rows || count == self.rows_in_section || count == self.above.rows)
            .then(|| self.context.stated(row, cell, count))
    }

    /// Whether a total is that of the branch of the rows above it, in a list with a column of branches: by
    /// the number that it prints, or by ticks that are nearer to those rows than to all.
    fn is_of_branch_above(&self, row: &Row, printed: Option<i64>, ticked: &[Figure]) -> bool {
        let above = &self.above;
        let is_part = above.rows < self.rows;
        if !self.sections.is_empty() || above.branch.is_none() {
            return false;
        }
        match printed {
            Some(printed) => is_part && printed == above.rows,
            None if ticked.is_empty() => false,
            None => {
                let sum = ticked_people(ticked);
                let off = |rows: i64| sum.abs_diff(rows);
                sum == above.rows && is_part
                    || self.people_follow(row) && off(above.rows) <= off(self.rows)
            }
        }
    }

    /// Ticks of more people than the open section has are those of the whole list.
    pub(super) fn is_more_than_section(&self, ticked: &[Figure]) -> bool {
        ticked_people(ticked) > self.rows_in_section
    }

    pub(super) fn check_roll(&mut self, at: Place, printed: i64, counted: i64) {
        if printed != counted {
            let message = format!("the total says {printed}, and the list has {counted} rows");
            let problem =
                Diagnostic::new(Code::RollMismatch, message).at_place(&self.context.sheet_name, at);
            let problem = problem.found(printed.to_string());
            self.output.diagnostics.push(
                problem
                    .expected(counted.to_string())
                    .hint("look for missing, added or doubled rows"),
            );
        }
    }

    pub(super) fn prose_figure(
        &self,
        row: &Row,
        column: u32,
        text: &str,
        clause: Clause,
    ) -> Option<Figure> {
        let (measure, level, number) = match clause {
            Clause::Measure(measure, number) => (measure, None, number),
            Clause::Level(level, number) => (Measure::Rating, Some(level), number),
        };
        let rating = match &level {
            Some(level) => Some(self.context.rating(level, Subject::Members, &self.campaign)?),
            None => None,
        };
        let raw = self.context.raw(row, column).unwrap_or(text).to_owned();
        Some(Figure {
            subject: Subject::Members,
            measure,
            stage: if rating.is_some() { self.last_stage() } else { Stage::Unstated },
            rating,
            relation: Relation::Exact,
            group: None,
            count: Some(Stated { value: number, at: row.place(column), raw: Some(raw) }),
            percent: None,
        })
    }

    /// Figures in a heading of the rows below it: "I. Hoàn thành tốt nhiệm vụ: 29 đồng chí".
    pub(super) fn sentence(&mut self, row: &Row, column: u32) {
        let Some(text) = row.text(column) else { return };
        let bare = split_ordinal(&text).1.to_owned();
        let mut figures = Vec::new();
        for clause in prose::clauses(&bare, self.context.legend) {
            figures.extend(self.prose_figure(row, column, &text, clause));
        }
        if !figures.is_empty() {
            let names = self.open_bodies();
            let place = self.context.place(&names);
            let statement = Statement::Figures { figures };
            self.output.records.push(self.context.record(row, &self.campaign, &place, statement));
        }
    }

    /// Totals in a sentence above the heading count the whole list.
    pub(super) fn sentences_above(&mut self) {
        let context = self.context;
        let lines = context.frame.block.iter().chain(&context.frame.titles);
        for line in lines.filter(|line| context.vocabulary.is_total(&line.text)) {
            let at = context.sheet.rows.binary_search_by_key(&line.row, |row| row.index);
            let Some(row) = at.ok().and_then(|at| context.sheet.rows.get(at)) else { continue };
            let mut figures = Vec::new();
            for clause in prose::clauses(&line.text, context.legend) {
                figures.extend(self.prose_figure(row, line.column, &line.text, clause));
            }
            if !figures.is_empty() {
                let branch: Vec<&str> = self.caption.branch.as_deref().into_iter().collect();
                let place = context.place(&branch);
                let statement = Statement::Figures { figures };
                let record = context.record(row, &self.campaign, &place, statement);
                self.output.records.push(record);
            }
        }
    }

    pub(super) fn last_stage(&self) -> Stage {
        let stages = self.context.columns.iter().filter_map(|column| match &column.role {
            Role::Rating(stage) | Role::Tick(stage, _) => Some(*stage),
            _ => None,
        });
        stages.max().unwrap_or(Stage::Unstated)
    }

    pub(super) fn tick_totals(&self, row: &Row) -> Vec<Figure> {
        let columns = self.context.columns.iter();
        let of_round =
            |column: &&Column| column.campaign.as_ref().is_none_or(|round| *round == self.campaign);
        let figures = columns.filter(of_round).filter_map(|column| {
            let (measure, level, stage) = match &column.role {
                Role::Tick(stage, level) => (Measure::Rating, Some(level), *stage),
                Role::ReasonTick(NotRatedReason::Exempt) => {
                    (Measure::Exempt, None, Stage::Unstated)
                }
                Role::ReasonTick(NotRatedReason::Other) => {
                    (Measure::NotYetRated, None, Stage::Unstated)
                }
                _ => return None,
            };
            let cell = row.cell(column.index)?;
            let count = whole(number(&cell.value)?.value)?;
            let rating = match level {
                Some(level) => {
                    Some(self.context.rating(level, Subject::Members, &self.campaign)?)
                }
                None => None,
            };
            Some(Figure {
                subject: Subject::Members,
                measure,
                rating,
                stage,
                relation: Relation::Exact,
                group: None,
                count: Some(self.context.stated(row, cell, count)),
                percent: None,
            })
        });
        figures.collect()
    }
}

/// How many people the ticks of the last stage count.
fn ticked_people(ticked: &[Figure]) -> i64 {
    let last = ticked.iter().map(|figure| figure.stage).max();
    let levels = ticked
        .iter()
        .filter(|figure| figure.measure == Measure::Rating && Some(figure.stage) == last);
    levels.filter_map(|figure| Some(figure.count.as_ref()?.value)).sum()
}

fn on_roll(count: Stated<i64>) -> Figure {
    Figure {
        subject: Subject::Members,
        measure: Measure::OnRoll,
        stage: Stage::Unstated,
        rating: None,
        relation: Relation::Exact,
        group: None,
        count: Some(count),
        percent: None,
    }
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Code;
    use crate::reading::{Reading, of_page};
    use crate::record::Measure;

    /// Each figure as its round, branch, measure or level, and count.
    fn figures(reading: &Reading) -> Vec<String> {
        let told = reading.figures().map(|(record, figure)| {
            let level = figure.rating.as_ref().map(|rating| rating.code.to_string());
            let measure = match figure.measure {
                Measure::Rated => "rated".to_owned(),
                _ => level.unwrap_or_default(),
            };
            let branch = record.place.last().map(ToString::to_string).unwrap_or_default();
            let count = figure.count.as_ref().map_or(-1, |count| count.value);
            format!("{} {branch} {measure} {count}", record.campaign.code)
        });
        told.collect()
    }

    #[test]
    fn counts_below_the_columns_of_years_are_of_their_years() {
        let reading = of_page(
            "ĐẢNG ỦY PHƯỜNG\nSỔ THEO DÕI XẾP LOẠI ĐẢNG VIÊN CÁC NĂM 2021 - 2022\n\n\
             TT|Họ tên|2021|2022||X: hoàn thành xuất sắc nhiệm vụ\n\
             1|Mai Bá Bình|T|X||T: hoàn thành tốt nhiệm vụ\n2|Mai Thị Cường|X|T||M: miễn sinh hoạt\n\
             3|Đỗ Đình Cường|T|M||\n4|Võ Thị Hà|T|T||\n5|Tạ Thị Hồng|T|T\n6|Bùi Văn Nam|T|X\n\
             |Số được xếp loại|6|5\n|Xuất sắc|1|2\n|Tốt|5|3",
        );
        let told = [
            "2021 ĐẢNG ỦY PHƯỜNG rated 6",
            "2022 ĐẢNG ỦY PHƯỜNG rated 5",
            "2021 ĐẢNG ỦY PHƯỜNG HTXSNV 1",
            "2022 ĐẢNG ỦY PHƯỜNG HTXSNV 2",
            "2021 ĐẢNG ỦY PHƯỜNG HTTNV 5",
            "2022 ĐẢNG ỦY PHƯỜNG HTTNV 3",
        ];
        assert_eq!(figures(&reading), told);
    }

    #[test]
    fn a_lettered_heading_carries_the_sums_of_its_rows() {
        let reading = of_page(
            "ĐẢNG ỦY TRƯỜNG\nPHÂN LOẠI ĐẢNG VIÊN NĂM 2022\n\n\
             Stt|Họ và tên|Năm sinh|HTXSNV|HTTNV|HTNV\n\
             a)|Chi bộ Khoa Cơ khí||1|1|0\n1|Bùi Quang Toàn|1963|x||\n2|Thái Thị Vân|1976||x|\n\
             b)|Chi bộ Khoa Điện||0|2|1\n1|Tống Văn Lộc|1974||x|\n2|Trần Kim Thúy|1986||x|\n\
             3|Đinh Thị Thảo|1970|||x",
        );
        let told = [
            "2022 Chi bộ Khoa Cơ khí HTXSNV 1",
            "2022 Chi bộ Khoa Cơ khí HTTNV 1",
            "2022 Chi bộ Khoa Cơ khí HTNV 0",
            "2022 Chi bộ Khoa Điện HTXSNV 0",
            "2022 Chi bộ Khoa Điện HTTNV 2",
            "2022 Chi bộ Khoa Điện HTNV 1",
        ];
        assert_eq!(figures(&reading), told);
        assert_eq!(reading.diagnostics, []);
    }

    #[test]
    fn a_total_below_the_last_of_several_lists_sums_all_of_them() {
        let page = |sums: &str| {
            let list = |unit: &str, rows: &str, sums: &str| {
                format!("{unit}\nNo.|Name|Good|Fair|Poor\n{rows}{sums}\n\n")
            };
            let rows = "1|Mary Hill|+||\n2|Ann Lowe||+|\n3|Ray Hood|+||\n";
            let one = list("East Branch", rows, "|Total|2|1|0");
            let two = list("West Branch", &rows.replace("Mary", "Eve"), "|Total|2|1|0");
            of_page(&format!("UNION OF LOCALS\nRatings of members 2023\n\n{one}{two}{sums}"))
        };
        let reading = page("|All branches|4|2|0");
        assert_eq!(
            figures(&reading)[6..],
            [
                "2023 UNION OF LOCALS GOOD 4",
                "2023 UNION OF LOCALS FAIR 2",
                "2023 UNION OF LOCALS POOR 0"
            ]
        );
        let told = |reading: &Reading| {
            reading.diagnostics.iter().filter(|of| of.code == Code::SumMismatch).count()
        };
        assert_eq!(told(&reading), 0);
        assert_eq!(told(&page("|All branches|4|3|0")), 1);
        let reading = page("|Total: 6 members");
        assert!(!reading.diagnostics.iter().any(|of| of.code == Code::RollMismatch));
    }

    #[test]
    fn headings_with_counts_head_those_below_them_though_one_is_not_rated() {
        let reading = of_page(
            "GROWERS COOPERATIVE\nRatings of growers 2020\n\nMem. No.|Grower|Good|Fair|Poor|Note\n\
             Point: Kiboko||1|1|0\nMG0318|Mary Hill|+\nMG0063|Ann Lowe||+\n\
             Point: Daraja||1|0|1\nMG0439|Ray Hood|+\nMG0065|Eve Dale|||+\nMG0920|Peter Hale||||joined in May\n\
             All points||2|1|1",
        );
        let places: Vec<&str> =
            reading.people().map(|(of, _)| &**of.place.last().expect("a body")).collect();
        assert_eq!(places[1..3], ["Point: Kiboko", "Point: Daraja"]);
        assert_eq!(places.len(), 5);
        assert!(!reading.diagnostics.iter().any(|of| of.code == Code::SumMismatch));
    }

    #[test]
    fn figures_beside_a_label_alone_sum_ticks_whatever_the_label() {
        let reading = of_page(
            "EBEN CHAPEL\nRatings of members 2022\n\nNo.|Name|Good|Fair|Poor\n\
             1|Mary Hill|+\n2|Ann Lowe||+\n3|Ray Hood|+|+\n4|Eve Dale|||+\n|Sum of the fold|2|1|1\n\
             |%|50,5|25|24,5",
        );
        let told: Vec<Code> = reading.diagnostics.iter().map(|of| of.code).collect();
        assert!(told.contains(&Code::TwoRatings) && !told.contains(&Code::NotATick), "{told:?}");
    }

    #[test]
    fn a_total_that_names_its_body_is_of_it_whatever_it_counts() {
        let reading = of_page(
            "Lycée Castellane\nPersonnel 2022\n\nN°|Nom|Prénom|Excellent|Bon|Faible\n\
             Discipline : Maths||||| \n1|FERRAND|Luc|X||\n2|GUILBERT|Anne||X|\n||Sous-total Maths|1|1|0\n\
             Discipline : Lettres||||| \n3|ABADIE|Jean||X|\n4|CHEVRIER|Paul||X|X\n||Sous-total Lettres|0|2|1\n\
             ||TOTAL|1|3|1",
        );
        let places = reading.figures().map(|(of, _)| of.place.last().unwrap().to_string());
        let places: std::collections::BTreeSet<String> = places.collect();
        assert_eq!(
            places.into_iter().collect::<Vec<_>>(),
            ["Lettres", "Lycée Castellane", "Maths"]
        );
    }
}
