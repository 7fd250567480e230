//! Rows of a body to records: what kind of row it is, and what all kinds of tables share.

mod figures;
mod members;
mod organizations;
mod others;
mod points;
mod prose;
pub(crate) mod report;
mod sums;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::campaign::Campaign;
use crate::diagnostic::{CALCULATE, Code, Diagnostic};
use crate::grid::{Cell, NO_VALUE, Row, Sheet, Value};
use crate::layout::{
    self, Frame, RowRole, TableKind, is_figure, is_motto, is_total_of_named, merge_at,
};
use crate::legend::{Legend, Mark};
use crate::record::{Award, Figure, NotRatedReason, RatingRef, Record, Stated, Statement, Subject};
use crate::role::{Column, Role, is_organization_name, round_of};
use crate::text::{
    behind_words, comparison_key, is_capitals, is_drawn, organization_key, word_count,
};
use crate::value::{Ordinal, is_withheld, number, ordinal, shown, split_ordinal, whole};
use crate::vocabulary::{LevelText, Vocabulary};

/// Everything that the rows of one table are read with.
pub(crate) struct TableContext<'a> {
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) legend: &'a Legend<'a>,
    pub(crate) sheet: &'a Sheet,
    pub(crate) sheet_name: Arc<str>,
    pub(crate) table: usize,
    pub(crate) kind: TableKind,
    pub(crate) columns: &'a [Column],
    /// The headings, by which answers are known.
    pub(crate) layout: &'a str,
    pub(crate) body: &'a [Cow<'a, Row>],
    pub(crate) frame: &'a Frame,
    pub(crate) title: &'a str,
    /// The round of the title; columns may name their own.
    pub(crate) campaign: Option<Arc<Campaign>>,
    /// The printed bodies from the topmost one down to the issuing one.
    pub(crate) committee: Arc<[Arc<str>]>,
    pub(crate) subject: Subject,
    /// The unit of all rows, where a line above the table or the sheet names it.
    pub(crate) unit: Option<String>,
    /// 100 where percentages are written as fractions, else 1.
    pub(crate) percent_scale: f64,
    /// The words before the names of bodies in lines within the list: "Station" of "Station: Olkeri".
    pub(crate) kinds_in_lines: HashSet<String>,
    /// What the lists of the same headings hold that stand above on the sheet.
    pub(crate) above: Listed,
    /// Whether it is asked what became of each cell.
    pub(crate) in_detail: bool,
}

/// Whom a list holds: how many people, and how many ticks under each column of levels.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Listed {
    pub(crate) people: i64,
    pub(crate) ticks: BTreeMap<u32, i64>,
}

impl Listed {
    pub(crate) fn add(&mut self, other: &Self) {
        self.people += other.people;
        for (column, count) in &other.ticks {
            *self.ticks.entry(*column).or_default() += count;
        }
    }
}

/// What the rows gave.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) records: Vec<Record>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The rows that were understood though they name nobody, by their number, and what they are for.
    pub(crate) rows: BTreeMap<u32, RowRole>,
    pub(crate) listed: Listed,
}

impl Output {
    /// Says what a row is for that is no record.
    fn set_aside(&mut self, row: &Row, role: RowRole) {
        self.rows.insert(row.index, role);
    }

    /// Puts a percentage to the count right above it, of which it is, and says whether there is one: among
    /// the figures that fit in so many of the last records.
    fn join_percent(
        &mut self,
        percent: &Stated<f64>,
        recent: usize,
        fits: impl Fn(&Record, &Figure) -> bool,
    ) -> bool {
        let is_above = |count: &Stated<i64>| {
            count.at.column == percent.at.column && count.at.row + 1 == percent.at.row
        };
        for record in self.records.iter_mut().rev().take(recent) {
            let Statement::Figures { figures } = &record.statement else { continue };
            let above = figures.iter().position(|figure| {
                figure.percent.is_none()
                    && figure.count.as_ref().is_some_and(is_above)
                    && fits(record, figure)
            });
            if let (Some(at), Statement::Figures { figures }) = (above, &mut record.statement) {
                figures[at].percent = Some(percent.clone());
                return true;
            }
        }
        false
    }
}

/// Reads the body of a table.
pub(crate) fn read(context: &TableContext<'_>) -> Output {
    let mut output = read_rows(context);
    output.diagnostics.extend(points::contradictions(context, &output.records));
    output
}

fn read_rows(context: &TableContext<'_>) -> Output {
    match context.kind {
        TableKind::Members => members::read(context),
        TableKind::Organizations => {
            let mut output = organizations::read(context);
            // What a body achieved may stand beside its rating.
            if context.columns.iter().any(|column| matches!(column.role, Role::Target(_))) {
                let beside = others::indicators(context);
                output.records.extend(beside.records);
                output.diagnostics.extend(beside.diagnostics);
            }
            output
        }
        TableKind::Figures => figures::read(context),
        TableKind::Indicators => {
            let mut output = others::indicators(context);
            // A body may be rated beside what it achieved.
            if context.columns.iter().any(|column| column.role.is_rating()) {
                output.records.extend(organizations::read(context).records);
            }
            output
        }
        TableKind::Commendations => others::commendations(context),
        TableKind::Unknown => Output::default(),
    }
}

/// A row by what it is for.
#[derive(Debug, PartialEq)]
pub(crate) enum RowKind {
    Data,
    /// A heading of the rows below it.
    Section {
        mark: Option<Ordinal>,
        text: String,
        column: u32,
    },
    /// A row or a sentence that sums rows above.
    Total {
        text: String,
        column: u32,
    },
    /// A note, a legend or a blank row.
    Nothing,
}

/// A line of a key has a mark, a level, points and what it means.
const CELLS_OF_KEY: usize = 4;

impl TableContext<'_> {
    pub(crate) fn column(&self, index: u32) -> Option<&Column> {
        self.columns.iter().find(|column| column.index == index)
    }

    /// Whether a column of the table has a role that the hub holds.
    pub(crate) fn is_read(&self, index: u32) -> bool {
        self.column(index)
            .is_some_and(|column| !matches!(column.role, Role::Ignored | Role::NotHeld))
    }

    pub(crate) fn column_of(&self, meaning: &Role) -> Option<u32> {
        self.columns.iter().find(|column| column.role == *meaning).map(|column| column.index)
    }

    /// The cell of a row under the column of a role.
    pub(crate) fn cell_of<'r>(&self, role: &Role, row: &'r Row) -> Option<&'r Cell> {
        row.cell(self.column_of(role)?)
    }

    /// The level that a line counts, alone or behind a word for totals: "Cộng loại A".
    pub(crate) fn level_counted(&self, label: &str) -> Option<LevelText> {
        let behind = || self.legend.level(&self.vocabulary.behind_total(label)?);
        self.legend.level(label).or_else(behind).or_else(|| self.level_numbered(label))
    }

    /// "No. of outlets with grade A": the level that the words for a number end with.
    fn level_numbered(&self, label: &str) -> Option<LevelText> {
        self.vocabulary.words.numbers_of.begins(label)?;
        let mut blanks = label.match_indices(' ');
        let level = blanks.find_map(|(at, _)| self.legend.level(&label[at + 1..]));
        level.filter(|_| self.legend.not_rated(label).is_none())
    }

    /// A cell's text where it says something: not a dash, not blank.
    pub(crate) fn said(&self, row: &Row, column: u32) -> Option<String> {
        let is_said = |text: &String| {
            !self.vocabulary.is_missing(text) && !self.vocabulary.words.dittos.is(text)
        };
        row.text(column).filter(is_said)
    }

    /// What somebody, or the body of the row, is commended for beside ratings.
    pub(crate) fn award(&self, row: &Row, person: Option<Stated<String>>) -> Option<Award> {
        let cell = self.cell_of(&Role::Award, row)?;
        let text = shown(&cell.value);
        let is_said = !self.vocabulary.is_missing(&text);
        is_said.then(|| Award { person, award: self.stated(row, cell, text) })
    }

    /// What a sign for the text above it stands for: "nt".
    pub(crate) fn repeated(&self, row: &Row, cell: &Cell) -> Option<&Cell> {
        // "NT" may be a level of somebody's own.
        let is_ditto = |cell: &Cell| match &cell.value {
            Value::Text(text) => {
                !text.contains(char::is_uppercase)
                    && self.vocabulary.words.dittos.is(text)
                    && self.legend.level(text).is_none()
            }
            _ => false,
        };
        let at = self.body.partition_point(|other| other.index < row.index);
        let above = self.body.get(..at).filter(|_| is_ditto(cell))?;
        above.iter().rev().filter_map(|row| row.cell(cell.column)).find(|cell| !is_ditto(cell))
    }

    /// A value with its column and, where the value does not show it, the text as read.
    pub(crate) fn stated<T: ToString>(&self, row: &Row, cell: &Cell, value: T) -> Stated<T> {
        let read = match self.raw(row, cell.column) {
            Some(raw) => raw.to_owned(),
            None => match &cell.value {
                Value::Text(text) => text.to_string(),
                value => shown(value),
            },
        };
        let raw = (read != value.to_string()).then_some(read);
        Stated { value, at: row.place(cell.column), raw }
    }

    /// The text of a cell as it was read, where an encoding was repaired.
    pub(crate) fn raw(&self, row: &Row, column: u32) -> Option<&str> {
        let place = row.place(column);
        self.sheet.raw.get(&(place.row, place.column)).map(AsRef::as_ref)
    }

    /// As `stated`, for values that have no text of their own: the text as read is always kept.
    pub(crate) fn stated_as<T>(&self, row: &Row, cell: &Cell, value: T) -> Stated<T> {
        let text = self.stated(row, cell, String::new());
        Stated { value, at: text.at, raw: text.raw }
    }

    pub(crate) fn problem(
        &self,
        code: Code,
        row: &Row,
        column: u32,
        message: impl Into<String>,
    ) -> Diagnostic {
        let diagnostic =
            Diagnostic::new(code, message).at_place(&self.sheet_name, row.place(column));
        match row.text(column) {
            Some(found) => diagnostic.found(found),
            None => diagnostic,
        }
    }

    /// Why a cell of a column of figures holds none: an error of Excel, or a figure that is withheld.
    pub(crate) fn no_figure(&self, row: &Row, cell: &Cell, text: &str) -> Option<Diagnostic> {
        if matches!(cell.value, Value::Error(_)) {
            return Some(self.cell_error(row, cell.column));
        }
        let said = if is_withheld(text) {
            "is a bound and no figure"
        } else if self.legend.is_sign(text) {
            "is no figure, as a note explains"
        } else {
            return None;
        };
        let message = format!("`{text}` {said}; nothing is held");
        Some(self.problem(Code::Withheld, row, cell.column, message))
    }

    /// The error of a formula in one of the cells that name a row.
    pub(crate) fn erroneous_key(&self, row: &Row, keys: &[Role]) -> Option<Diagnostic> {
        let is_error = |column: &u32| {
            row.cell(*column).is_some_and(|cell| matches!(cell.value, Value::Error(_)))
        };
        let column = keys.iter().filter_map(|key| self.column_of(key)).find(is_error)?;
        Some(self.cell_error(row, column))
    }

    /// An error of a formula where a value is needed.
    pub(crate) fn cell_error(&self, row: &Row, column: u32) -> Diagnostic {
        let is_blank = row.cell(column).is_some_and(|cell| cell.value == Value::Error(NO_VALUE));
        let (message, hint) = if is_blank {
            (
                "the file does not hold the value of the cell's formula, and it is needed here",
                CALCULATE,
            )
        } else {
            (
                "a formula of the cell gave an error, and a value is needed here",
                "mend the formula, or write the value into the cell",
            )
        };
        self.problem(Code::CellError, row, column, message).hint(hint)
    }

    /// 0, FALSE, "Không", "No" in a column of yes or no.
    pub(crate) fn says_no(&self, cell: &Cell, text: &str) -> bool {
        matches!(cell.value, Value::Bool(false))
            || text == "0"
            || self.vocabulary.words.refusals.is(text)
    }

    /// Whether a cell is ticked, by a known sign or by the one that its column has.
    pub(crate) fn is_tick_of(&self, cell: &Cell, text: &str) -> bool {
        self.vocabulary.is_tick(text)
            || self
                .column(cell.column)
                .and_then(|column| column.mark.as_deref())
                .is_some_and(|mark| mark == text)
    }

    /// The round that a cell names, or the part of the round of the title: "Q1" below "2023".
    pub(crate) fn round_in(&self, cell: &Cell) -> Option<Campaign> {
        let part = || self.campaign.as_ref()?.part_named(&shown(&cell.value));
        round_of(&cell.value).or_else(part)
    }

    /// Whether a cell is a number in a column of ticks: it counts some of them.
    pub(crate) fn counts_ticks(&self, cell: &Cell) -> bool {
        let is_ticked = |column: &Column| matches!(column.role, Role::Tick(..));
        self.column(cell.column).is_some_and(is_ticked)
            && number(&cell.value).is_some_and(|number| !number.percent)
    }

    /// Whether a row counts the ticks of all others: numbers that their columns add up to, under whatever label, or
    /// figures beside a label alone.
    fn counts_all_ticks(&self, row: &Row) -> bool {
        const LEAST: usize = 2;
        let counting = row.cells.iter().filter(|cell| self.counts_ticks(cell));
        let counts: Vec<(u32, f64)> =
            counting.filter_map(|cell| Some((cell.column, number(&cell.value)?.value))).collect();
        // A "1" may be a tick.
        if counts.len() < LEAST || counts.iter().all(|(_, count)| count.total_cmp(&1.0).is_eq()) {
            return false;
        }
        let ticks = |rows: &[Cow<'_, Row>], column: u32| {
            let cells = rows.iter().filter_map(|row| row.cell(column));
            let ticks = cells.filter(|cell| self.is_tick_of(cell, &shown(&cell.value))).count();
            i64::try_from(ticks).ok()
        };
        let counts_those = |rows: &[Cow<'_, Row>]| {
            counts.iter().all(|(column, count)| whole(*count) == ticks(rows, *column))
        };
        let all_ticked = || counts.iter().all(|(column, _)| ticks(self.body, *column) > Some(0));
        // In a list of bodies a heading may count those below it.
        let several = counts.iter().map(|(_, count)| count).sum::<f64>() > 1.0;
        let may_sum = several
            && self.kind == TableKind::Members
            && counts.iter().all(|(_, count)| whole(*count).is_some());
        counts_those(self.body) && all_ticked()
            || may_sum && (counts_those(self.section_above(row)) || self.has_one_label(row))
    }

    /// Whether a row has one text, which is no tick and does not carry sums from page to page: those count nothing
    /// of their own.
    fn has_one_label(&self, row: &Row) -> bool {
        let texts = row.cells.iter().filter(|cell| number(&cell.value).is_none());
        let texts: Vec<String> = texts.map(|cell| shown(&cell.value)).collect();
        let ticks = || row.cells.iter().any(|cell| self.is_tick_of(cell, &shown(&cell.value)));
        matches!(texts.as_slice(), [label] if !self.vocabulary.is_derived(label)) && !ticks()
    }

    /// The rows right above a row, down from a line alone or from another row with several figures under ticks.
    fn section_above(&self, row: &Row) -> &[Cow<'_, Row>] {
        const FIGURES: usize = 2;
        let at = self.body.partition_point(|other| other.index < row.index);
        let ends = |row: &Cow<'_, Row>| {
            row.cells.len() == 1
                || row.cells.iter().filter(|cell| self.counts_ticks(cell)).count() >= FIGURES
        };
        let first = self.body[..at].iter().rposition(ends).map_or(0, |above| above + 1);
        &self.body[first..at]
    }

    /// Whom ticks rate: the people of a list, or the organisations of one.
    pub(crate) fn subject_of_ticks(&self) -> Subject {
        if self.kind == TableKind::Members { Subject::Members } else { Subject::Branches }
    }

    /// The level as a rating of the scheme that was in force.
    pub(crate) fn rating(
        &self,
        level: &LevelText,
        subject: Subject,
        campaign: &Campaign,
    ) -> Option<RatingRef> {
        let schemes = &self.vocabulary.schemes;
        let in_force = self.vocabulary.scheme(subject, campaign.year);
        let (scheme, level) = match level {
            LevelText::Known(places) => {
                let of = |place: &&(usize, usize)| {
                    in_force.is_some_and(|s| s.code == schemes[place.0].code)
                };
                let same_subject = |place: &&(usize, usize)| schemes[place.0].subject == subject;
                let place = places.iter().find(of).or_else(|| places.iter().find(same_subject))?;
                (&schemes[place.0], &schemes[place.0].levels[place.1])
            }
            LevelText::Rank(rank) => {
                let scheme = in_force?;
                (scheme, scheme.levels.iter().find(|level| level.rank == *rank)?)
            }
            LevelText::Own(scale, level) => {
                let scales = self.legend.scales;
                return Some(RatingRef {
                    scheme: scales.scheme_code(*scale, subject).into(),
                    code: scales.level_code(*scale, *level).into(),
                });
            }
        };
        Some(RatingRef { scheme: scheme.code.as_str().into(), code: level.code.as_str().into() })
    }

    pub(crate) fn record(
        &self,
        row: &Row,
        campaign: &Arc<Campaign>,
        place: &Arc<[Arc<str>]>,
        statement: Statement,
    ) -> Record {
        Record {
            sheet: Arc::clone(&self.sheet_name),
            row: row.cells.first().map_or(row.index, |cell| row.place(cell.column).row) + 1,
            table: self.table,
            campaign: Arc::clone(campaign),
            place: Arc::clone(place),
            statement,
        }
    }

    /// What a heading says of the ratings of all rows below it.
    pub(crate) fn mark_of_heading(&self, text: &str) -> Option<Mark> {
        let bare = section_name(split_ordinal(text).1, self.vocabulary);
        let of = |text: &str| {
            let level = self.legend.level(text).map(Mark::Level);
            let is_unrated = || self.vocabulary.heads_unrated(text);
            level.or_else(|| is_unrated().then_some(Mark::NotRated(NotRatedReason::Other)))
        };
        of(bare).or_else(|| of(&without_title(bare, self.vocabulary)?))
    }

    /// The committee's path with organisations below it.
    pub(crate) fn place(&self, below: &[&str]) -> Arc<[Arc<str>]> {
        let mut place: Vec<Arc<str>> = self.committee.to_vec();
        for name in below {
            // No body stands below itself: one that is named again is meant as it stands.
            let key = organization_key(name);
            match place.iter().position(|above| organization_key(above) == key) {
                Some(at) => place.truncate(at + 1),
                None => place.push(Arc::from(*name)),
            }
        }
        place.into()
    }

    /// Whether a row is a few words behind a gap: a line of those who sign, or a note.
    pub(crate) fn is_parted_line(&self, row: &Row) -> bool {
        const CELLS: usize = 3;
        let at = self.body.partition_point(|other| other.index < row.index);
        let parted = at > 0 && self.body[at - 1].index + 1 < row.index;
        let words = row.cells.iter().all(|cell| {
            let text = shown(&cell.value);
            !is_figure(&cell.value)
                && text.chars().any(char::is_alphabetic)
                && self.legend.level(&text).is_none()
        });
        // The second line of those who sign is right below the first one.
        let below = || at > 0 && self.is_parted_line(&self.body[at - 1]);
        words && row.cells.len() <= CELLS && (parted || below())
    }

    /// The columns that name the row: they hold headings and totals as well.
    fn is_key(&self, column: u32) -> bool {
        self.columns.iter().any(|candidate| {
            candidate.index == column
                && matches!(
                    candidate.role,
                    Role::Ordinal
                        | Role::Name
                        | Role::FamilyName
                        | Role::Organization
                        | Role::Content
                        | Role::ParentOrganization
                )
        })
    }

    pub(crate) fn kind_of_row(&self, row: &Row) -> RowKind {
        let ordinal_column = self.column_of(&Role::Ordinal);
        let is_mark = |cell: &&Cell| {
            Some(cell.column) == ordinal_column && ordinal(&shown(&cell.value)).is_some()
        };
        if self.counts_all_ticks(row) {
            let label = row.cells.iter().find(|cell| number(&cell.value).is_none());
            let text = label.map_or_else(String::new, |cell| shown(&cell.value));
            let column = label.unwrap_or(&row.cells[0]).column;
            return RowKind::Total { text, column };
        }
        if self.is_key_across(row) {
            return RowKind::Nothing;
        }
        let mark_cell = row.cells.iter().find(is_mark);
        // What stands in columns that are not read makes no row of one, but for a line alone in the first.
        let is_alone = row.cells.len() == 1;
        let is_read = |cell: &&Cell| {
            let before = self.columns.first().is_some_and(|first| {
                cell.column < first.index || is_alone && cell.column == first.index
            });
            before || self.is_read(cell.column) || self.vocabulary.is_total(&shown(&cell.value))
        };
        if row.cells.first().is_some_and(|cell| self.begins_line_of_key(row, cell, is_read(&cell)))
        {
            return RowKind::Nothing;
        }
        let mut rest = row.cells.iter().filter(|cell| !is_mark(cell)).filter(is_read);
        let Some(first) = rest.next() else { return RowKind::Nothing };
        let others = rest.filter(|cell| !matches!(cell.value, Value::Error(_))).count();
        let text = shown(&first.value);
        let is_words = !is_figure(&first.value) && text.chars().any(char::is_alphabetic);
        let before_columns = self.columns.first().is_some_and(|column| first.column < column.index);
        let lone = others == 0;
        let sums = || self.vocabulary.is_total(&text) && self.kind == TableKind::Organizations;
        let may_explain = self.kind == TableKind::Members && row.cells.len() <= CELLS_OF_KEY;
        if may_explain && is_words && self.explains_mark(row, &text) {
            return RowKind::Nothing;
        }
        if !is_words || !(self.is_key(first.column) || before_columns || lone || sums()) {
            return if row.cells.len() == 1 && !is_words {
                RowKind::Nothing
            } else {
                RowKind::Data
            };
        }
        if self.vocabulary.is_derived(&text) {
            return RowKind::Nothing;
        }
        let bare = split_ordinal(&text).1;
        let is_total =
            self.vocabulary.is_total(bare) || is_total_of_named(bare, self.body, self.vocabulary);
        if is_total && self.kind != TableKind::Figures {
            return RowKind::Total { text, column: first.column };
        }
        if others == 0 && (self.legend.defines(&text) || is_motto(&text, self.vocabulary)) {
            return RowKind::Nothing;
        }
        if self.kind == TableKind::Organizations && self.explains_mark(row, &text)
            || lone && self.heads_key(row)
        {
            return RowKind::Nothing;
        }
        if self.is_footnote(row, &text, bare) {
            return RowKind::Nothing;
        }
        let is_band = others == 1 && self.kind == TableKind::Members && self.is_band(row, first);
        if others > 0 && !is_band || self.kind == TableKind::Figures {
            return RowKind::Data;
        }
        let mark = mark_cell.and_then(|cell| ordinal(&shown(&cell.value)));
        self.lone_text(row, first, mark, &text)
    }

    /// A line that explains something, by its first word or its sign; none is "* Chi đoàn 10A1" right above its
    /// people.
    fn is_footnote(&self, row: &Row, text: &str, bare: &str) -> bool {
        // "n/a: branch formed in November": what stands for nothing is explained.
        let explains_nothing =
            text.split_once(':').is_some_and(|(head, _)| self.vocabulary.is_missing(head));
        let heads = || {
            is_organization_name(bare, self.vocabulary)
                && self.right_below(row).is_some_and(|below| below.cells.len() > CELLS_OF_KEY)
        };
        self.vocabulary.is_note(text) || text.starts_with('*') && !heads() || explains_nothing
    }

    /// "Key: | S: Superb | A: Able | B: Fair": cells that explain marks, and at most one that heads them.
    pub(crate) fn is_key_across(&self, row: &Row) -> bool {
        const LEAST: usize = 2;
        let explains = |cell: &&Cell| match &cell.value {
            Value::Text(text) => {
                text.contains([':', '=', '：']) && self.legend.defines(&shown(&cell.value))
            }
            _ => false,
        };
        let count = row.cells.iter().filter(explains).count();
        count >= LEAST && count + 1 >= row.cells.len()
    }

    /// "Grading key" right above the lines of a key.
    fn heads_key(&self, row: &Row) -> bool {
        let at = self.body.partition_point(|other| other.index <= row.index);
        let mut below = self.body[at..].iter().take(2).map(|row| {
            let first = row.cells.first().map(|cell| shown(&cell.value)).unwrap_or_default();
            match row.cells.len() {
                1 => self.legend.defines(&first),
                _ => self.explains_mark(row, &first),
            }
        });
        below.len() == 2 && below.all(|explains| explains)
    }

    /// "Amber | worn", "★★ | will do": a line of a key that begins in a column which is not read, or with a sign.
    fn begins_line_of_key(&self, row: &Row, first: &Cell, is_read: bool) -> bool {
        let text = shown(&first.value);
        (!is_read || is_drawn(&text)) && self.explains_mark(row, &text)
    }

    /// A line of a key: "A | Excellent", "Effective | no or minor findings".
    fn explains_mark(&self, row: &Row, first: &str) -> bool {
        let scales = self.legend.scales;
        let is_label = |cell: &Cell| {
            let text = shown(&cell.value);
            scales.level(&text).is_some() && scales.level(&text) == scales.level(first)
        };
        let is_rated = |cell: &Cell| {
            let rates = self.column(cell.column).is_some_and(|column| {
                column.role.is_rating() || column.role.figure_key().is_some()
            });
            rates && (is_figure(&cell.value) || self.legend.level(&shown(&cell.value)).is_some())
        };
        let is_short = row.cells.len() < CELLS_OF_KEY;
        let is_marked = || scales.is_mark(first) && row.cells.iter().skip(1).any(is_label);
        row.cells.len() <= CELLS_OF_KEY && is_marked()
            || is_short && scales.level(first).is_some() && !row.cells.iter().any(is_rated)
    }

    /// A body over the rows below it, with nothing beside it but how many they are: "Chi bộ 1 | 7 đ/c".
    fn is_band(&self, row: &Row, first: &Cell) -> bool {
        let name = shown(&first.value);
        let name = split_ordinal(&name).1;
        let is_body = is_organization_name(name, self.vocabulary)
            || self.vocabulary.heads_organization(name.split(':').next().unwrap_or_default());
        let place = row.place(first.column);
        let wide = merge_at(self.sheet, place.row, place.column)
            .is_some_and(|region| region.last_column >= region.first_column + 2);
        let counts = row.cells.iter().filter(|cell| cell.column != first.column).all(|cell| {
            let text = shown(&cell.value);
            text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().count() <= 16
                || ordinal(&text).is_some()
        });
        counts && (is_body || wide)
    }

    /// "SWIMMING" over "1 | Emerson | …": a text without a number right above rows whose numbers begin with one,
    /// or in capitals among names that are not.
    fn heads_numbered(&self, row: &Row, text: &str) -> bool {
        let Some(numbers) = self.column_of(&Role::Ordinal) else { return false };
        let Some(below) = self.right_below(row) else { return false };
        let names = [Role::Name, Role::FamilyName].iter().find_map(|role| self.column_of(role));
        let name = names.and_then(|column| below.text(column));
        let begins = below.text(numbers).is_some_and(|number| number == "1");
        row.cells.len() == 1
            && below.text(numbers).is_some_and(|number| ordinal(&number).is_some())
            && (begins || is_capitals(text) && name.is_some_and(|name| !is_capitals(&name)))
    }

    /// "Rimu Farm" alone over a broad row, in a list that begins with such a line.
    fn heads_broad(&self, row: &Row) -> bool {
        const BROAD: usize = 4;
        let begins = self.body.first().is_some_and(|first| first.cells.len() == 1);
        let is_over = || self.right_below(row).is_some_and(|below| below.cells.len() >= BROAD);
        begins && row.cells.len() == 1 && is_over()
    }

    /// The row on the very next line of the sheet.
    fn right_below(&self, row: &Row) -> Option<&Row> {
        let at = self.body.partition_point(|other| other.index <= row.index);
        self.body.get(at).map(|below| &**below).filter(|below| below.index == row.index + 1)
    }

    /// A row with one text: a heading, a person of whom nothing else is known, or a note.
    fn lone_text(&self, row: &Row, cell: &Cell, mark: Option<Ordinal>, text: &str) -> RowKind {
        let (own_mark, name) = split_ordinal(text);
        let mark = mark.or(own_mark);
        let in_ordinals = Some(cell.column) == self.column_of(&Role::Ordinal);
        let wide = merge_at(self.sheet, row.index, cell.column)
            .is_some_and(|region| region.last_column >= region.first_column + 2);
        let names_body =
            is_organization_name(name, self.vocabulary) || self.vocabulary.is_group(name);
        let ranked = matches!(mark, Some(Ordinal::Letter | Ordinal::Roman));
        let is_section = match self.kind {
            TableKind::Organizations | TableKind::Indicators => ranked || wide || in_ordinals,
            _ => {
                let heads = self.heads_numbered(row, text) || self.heads_broad(row);
                names_body || ranked || wide || in_ordinals || heads
            }
        };
        let words = word_count(name);
        // A sentence below the bodies explains them.
        let is_sentence = !names_body && (words > 8 || words > 4 && name.ends_with('.'));
        let defines = words > 3 && name.contains(" = ");
        let explains = match self.kind {
            TableKind::Organizations => is_sentence || defines,
            TableKind::Members => is_sentence && words > 8 || defines,
            _ => false,
        };
        // "Station: Olkeri Law Courts" over some rows, "Station: Siria Court" over others.
        if let Some((kind, named)) = name.split_once(':')
            && self.kind == TableKind::Members
            && self.kinds_in_lines.contains(&comparison_key(kind))
        {
            let text = section_name(named.trim(), self.vocabulary).to_owned();
            return RowKind::Section { mark, text, column: cell.column };
        }
        if explains && !is_section {
            return RowKind::Nothing;
        }
        if !is_section {
            // Nobody's name ends with a colon, nor with what is counted: "Rated in the sector: 9".
            let counts =
                name.rsplit_once(':').is_some_and(|(_, of)| of.trim().parse::<u32>().is_ok());
            return if name.ends_with(':') || counts { RowKind::Nothing } else { RowKind::Data };
        }
        if words > 20 || !names_body && mark.is_none() && (words > 12 || name.starts_with('(')) {
            return RowKind::Nothing;
        }
        RowKind::Section {
            mark,
            text: name_of_section(name, self.vocabulary).into_owned(),
            column: cell.column,
        }
    }
}

/// The words before the names of bodies in lines within a list, where several names follow one of them.
pub(crate) fn kinds_in_lines(body: &[Cow<'_, Row>], vocabulary: &Vocabulary) -> HashSet<String> {
    const WORDS: usize = 3;
    layout::kinds_in_lines(body.iter().map(|row| &**row), |text| {
        let (kind, name) = split_ordinal(text).1.split_once(':')?;
        let names_body = name.trim().starts_with(char::is_alphabetic)
            && word_count(kind) <= WORDS
            && !vocabulary.is_note(text)
            && !vocabulary.is_footer(text)
            && !vocabulary.is_total(text)
            && vocabulary.level(kind).is_none();
        names_body.then_some((kind, name))
    })
}

/// "Chi bộ Văn phòng (11 đ/c)", "TẬP THỂ: 01 chi bộ", "School: Cedar Grove (10)": the name without the
/// count behind it and without the word for what it names.
pub(crate) fn section_name<'t>(text: &'t str, vocabulary: &Vocabulary) -> &'t str {
    let mut name = text.trim();
    if let Some(open) = name.rfind('(')
        && name.ends_with(')')
        && name[open..].chars().any(|c| c.is_ascii_digit())
    {
        name = name[..open].trim_end();
    }
    if let Some((head, tail)) = name.split_once(':') {
        let tail = tail.trim();
        let names = tail.chars().next().is_some_and(char::is_alphabetic);
        if names && vocabulary.heads_organization(head) {
            return tail;
        }
        if tail.is_empty() || tail.chars().any(|c| c.is_ascii_digit()) {
            name = head.trim_end();
        }
    }
    name
}

/// The same, but for "CHI BỘ: KHOA NỘI": the unit of the party and the body that it is of are one name.
pub(crate) fn name_of_section<'t>(text: &'t str, vocabulary: &Vocabulary) -> Cow<'t, str> {
    let name = section_name(text, vocabulary);
    match text.split_once(':') {
        Some((kind, _)) if name != text.trim() => unit_of_body(kind.trim(), name, vocabulary),
        _ => Cow::Borrowed(name),
    }
}

/// "Chi bộ" and "Khoa Nội" as one name; the name alone where the word before it says no more than that it is one.
pub(crate) fn unit_of_body<'t>(kind: &str, name: &'t str, vocabulary: &Vocabulary) -> Cow<'t, str> {
    let words = &vocabulary.words;
    let is_rated = words.subject_branches.is(kind) && words.organization_heads.is(kind);
    let begins = words.subject_branches.begins(name).is_some();
    if is_rated && !begins {
        return Cow::Owned(format!("{kind} {name}"));
    }
    Cow::Borrowed(name)
}

/// "Danh sách đảng viên hoàn thành tốt nhiệm vụ năm 2021" without its first and last words;
/// none where it has neither.
fn without_title(text: &str, vocabulary: &Vocabulary) -> Option<String> {
    let key = comparison_key(text);
    let words: Vec<&str> = key.split(' ').collect();
    let listed = vocabulary.words.list_titles.begins(text);
    let rest = words.get(listed.unwrap_or(0)..)?;
    let year = rest.iter().rposition(|word| crate::campaign::is_word_of_years(word));
    let head =
        year.filter(|_| Campaign::all_in(text).len() == 1).map(|year| rest[..year].join(" "));
    head.or_else(|| listed.map(|_| rest.join(" ")))
}

/// A person's name without the forms of address before it: "Đ/c", "Đồng chí", "Ông".
pub(crate) fn without_address<'n>(name: &'n str, vocabulary: &Vocabulary) -> &'n str {
    let mut bare = name;
    while let Some(length) = vocabulary.words.person_prefixes.begins(bare)
        && !is_surname(bare, vocabulary)
    {
        // "Đ/c" is two words and written as one.
        let name = behind_words(bare, length).trim_start_matches([' ', ':', '.']);
        if name.is_empty() {
            break;
        }
        bare = name;
    }
    bare
}

/// "Ông" and "Bà" are forms of address and surnames: before two words, or before Thị or Văn, they
/// are a surname (Ông Ích Khiêm, Bà Thị Lý).
fn is_surname(name: &str, vocabulary: &Vocabulary) -> bool {
    let key = comparison_key(name);
    let words: Vec<&str> = key.split(' ').collect();
    let known = &vocabulary.words;
    known.addresses_and_surnames.is(words[0])
        && words.len() > 1
        && (words.len() < 4 || known.middle_names.is(words[1]))
}

/// The headings that are open above a row, outermost first.
#[derive(Debug, Default)]
pub(crate) struct Sections {
    open: Vec<Section>,
}

#[derive(Debug)]
struct Section {
    mark: Ordinal,
    name: String,
    is_group: bool,
    /// The rating of all who stand under it.
    rating: Option<Mark>,
}

impl Sections {
    /// Opens a heading; headings of its rank and below are closed.
    pub(crate) fn enter(&mut self, mark: Option<Ordinal>, name: &str, vocabulary: &Vocabulary) {
        let is_committee = vocabulary.words.committee_heads.begins(name).is_some();
        let mark = mark.unwrap_or(if is_committee { Ordinal::Letter } else { Ordinal::Arabic });
        self.close_from(mark);
        let is_group = mark <= Ordinal::Roman && vocabulary.is_group(name);
        self.open.push(Section { mark, name: name.to_owned(), is_group, rating: None });
    }

    /// Opens a body with its parts, below all that is open; gives how much was open.
    pub(crate) fn enter_whole(&mut self, name: &str) -> usize {
        let mark = Ordinal::Letter;
        self.open.push(Section { mark, name: name.to_owned(), is_group: false, rating: None });
        self.open.len() - 1
    }

    /// Closes what was opened since so much was open.
    pub(crate) fn close_to(&mut self, depth: usize) {
        self.open.truncate(depth);
    }

    /// Opens a heading that groups organisations and is none.
    pub(crate) fn enter_group(&mut self, mark: Ordinal, name: &str) {
        self.close_from(mark);
        self.open.push(Section { mark, name: name.to_owned(), is_group: true, rating: None });
    }

    /// Opens a heading that rates all who stand under it; without a mark it stands below branches.
    pub(crate) fn enter_rating(&mut self, mark: Option<Ordinal>, name: &str, rating: Mark) {
        let mark = mark.unwrap_or(Ordinal::SmallLetter);
        self.close_from(mark);
        let rating = Some(rating);
        self.open.push(Section { mark, name: name.to_owned(), is_group: true, rating });
    }

    /// The innermost heading that rates, with its words.
    pub(crate) fn rating(&self) -> Option<(&Mark, &str)> {
        let rated = |section: &'_ Section| section.rating.is_some();
        let section = self.open.iter().rev().find(|section| rated(section))?;
        section.rating.as_ref().map(|rating| (rating, section.name.as_str()))
    }

    /// Closes the headings of a rank and below it.
    pub(crate) fn close_from(&mut self, mark: Ordinal) {
        self.open.retain(|section| section.mark < mark);
    }

    /// Closes the headings that rate.
    pub(crate) fn close_ratings(&mut self) {
        self.open.retain(|section| section.rating.is_none());
    }

    pub(crate) fn close_last(&mut self) {
        self.open.pop();
    }

    /// The names of the open headings that are organisations.
    pub(crate) fn organizations(&self) -> Vec<&str> {
        self.open
            .iter()
            .filter(|section| !section.is_group)
            .map(|section| section.name.as_str())
            .collect()
    }

    /// The innermost heading, whether it reads as a group of bodies or not.
    pub(crate) fn innermost(&self) -> Option<&str> {
        let named = |section: &&Section| section.rating.is_none();
        self.open.iter().rev().find(named).map(|section| section.name.as_str())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.open.iter().map(|section| section.name.as_str())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }
}

/// The name of a cell of a row.
pub(crate) fn name_of_cell(row: &Row, column: u32) -> String {
    row.place(column).to_string()
}

#[cfg(test)]
mod tests {
    use super::without_address;
    use crate::reading::of_page;
    use crate::record::{Record, Statement};
    use crate::vocabulary::Vocabulary;

    #[test]
    fn addresses_are_told_from_surnames() {
        let vocabulary = Vocabulary::bundled();
        for (printed, name) in [
            ("Đ/c Lê Trọng Bảo", "Lê Trọng Bảo"),
            ("Đồng chí Lê Văn Tám", "Lê Văn Tám"),
            ("Ông Nguyễn Văn An", "Nguyễn Văn An"),
            ("Đ/c Ông Ích Mễ", "Ông Ích Mễ"),
            ("Bà Thị Lý", "Bà Thị Lý"),
            ("Lê Thị Bà", "Lê Thị Bà"),
        ] {
            assert_eq!(without_address(printed, &vocabulary), name);
        }
        let thai = vocabulary.others().find(|words| words.words.person_prefixes.is("นาย"));
        let thai = thai.expect("the titles of Thai");
        // No blank parts a title from a name, and signs above letters are no words.
        for (printed, name) in [
            ("นายสุรศักดิ์  แก้วมณี", "สุรศักดิ์  แก้วมณี"),
            ("นางสาวจันทร์เพ็ญ วงศ์ใหญ่", "จันทร์เพ็ญ วงศ์ใหญ่"),
            ("น.ส.กาญจนา ศรีสุข", "กาญจนา ศรีสุข"),
            ("ว่าที่ร้อยตรี วิชัย ทองคำ", "วิชัย ทองคำ"),
        ] {
            assert_eq!(without_address(printed, thai), name);
        }
    }

    #[test]
    fn a_body_that_is_named_again_stands_where_it_stood() {
        let reading = of_page(
            "ĐẢNG ỦY XÃ KIM SƠN\nDANH SÁCH KHEN THƯỞNG NĂM 2024\n\nHọ và tên|Chi bộ|Hình thức khen thưởng\n\
             Hồ Ngọc Khuyên|Đảng ủy xã Kim Sơn|Giấy khen\nMai Thanh Thuận|Chi bộ Tổ 3|Giấy khen\n\
             Phạm Công Khải|Chi bộ Tổ 3|Bằng khen",
        );
        let commends = |of: &&Record| matches!(of.statement, Statement::Commendation(_));
        let commended = reading.records.iter().filter(commends);
        let places: Vec<usize> = commended.map(|of| of.place.len()).collect();
        assert_eq!(places, [1, 2, 2]);
    }
}
