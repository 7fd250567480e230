//! Lists of people: one row, one person on the roll of a branch.

mod person;

use std::sync::Arc;

use super::prose::{self, Clause};
use super::{Output, RowKind, Sections, TableContext, section_name, without_address};
use crate::campaign::Campaign;
use crate::cell::{number, shown, split_ordinal, whole};
use crate::column::{Column, Meaning};
use crate::diagnostic::Code;
use crate::legend::Mark;
use crate::record::{
    Figure, Measure, NotRatedReason, Person, Relation, Stage, StageRating, Stated, Statement,
    Subject,
};
use crate::text::{comparison_key, organization_key, tidy};
use crate::workbook::{Cell, Row, Value};
use person::PersonReader;

pub(super) fn read(context: &TableContext<'_>) -> Output {
    let rounds = rounds(context);
    let Some(campaign) = rounds.first().cloned() else { return Output::default() };
    let mut reader = Reader {
        context,
        campaign,
        rounds,
        caption: captions(context),
        sections: Sections::default(),
        people: None,
        is_noted: false,
        above: Above::default(),
        rows_in_section: 0,
        rows: 0,
        output: Output::default(),
    };
    reader.sentences_above();
    for row in context.body {
        reader.row(row);
    }
    reader.output
}

/// The rounds whose ratings the list holds: that of the title first, then those of columns.
fn rounds(context: &TableContext<'_>) -> Vec<Arc<Campaign>> {
    // Quarters of the year of the title are rounds in its place.
    let rated = |column: &&Column| column.meaning.is_rating();
    let is_quarter = |title: &Arc<Campaign>| {
        let mut rounds = context.columns.iter().filter(rated).map(|column| &column.campaign);
        let is_part =
            |of: &Option<Arc<Campaign>>| of.as_ref().is_some_and(|of| of.is_part_of(title));
        rounds.clone().count() > 0 && rounds.all(is_part)
    };
    let title = context.campaign.iter().filter(|title| !is_quarter(title));
    let mut rounds: Vec<Arc<Campaign>> = title.cloned().collect();
    for column in context.columns {
        if let Some(round) = column.campaign.as_ref().filter(|_| rated(&column))
            && !rounds.contains(round)
        {
            rounds.push(Arc::clone(round));
        }
    }
    rounds
}

/// What the lines above the heading say of all rows below it: their branch, their rating.
#[derive(Default)]
struct Caption {
    branch: Option<String>,
    mark: Option<Mark>,
}

fn captions(context: &TableContext<'_>) -> Caption {
    let mut caption = Caption::default();
    for text in context.frame.captions() {
        let bare = section_name(split_ordinal(text).1);
        let issuer = context.committee.last().map(|body| organization_key(body));
        let is_issuer = issuer == Some(organization_key(bare));
        let names_branch = is_branch(bare) && !is_issuer && bare.split(' ').count() <= 12;
        if caption.branch.is_none() && names_branch {
            caption.branch = Some(bare.to_owned());
        }
        if caption.mark.is_none() {
            caption.mark = context.mark_of_heading(text);
        }
    }
    caption
}

/// Values that a cell above lends to the blank cells below it.
#[derive(Default)]
struct Above {
    parent: Option<String>,
    branch: Option<String>,
}

struct Reader<'a> {
    context: &'a TableContext<'a>,
    campaign: Arc<Campaign>,
    rounds: Vec<Arc<Campaign>>,
    caption: Caption,
    sections: Sections,
    /// What a heading says that the people below it are, and that names no body.
    people: Option<String>,
    /// Whether a line said that notes follow.
    is_noted: bool,
    above: Above,
    rows_in_section: i64,
    rows: i64,
    output: Output,
}

impl Reader<'_> {
    fn row(&mut self, row: &Row) {
        match self.context.kind_of_row(row) {
            RowKind::Data if self.is_line(row) || self.is_noted && self.is_lone(row) => {}
            RowKind::Data => self.person_row(row),
            RowKind::Section { mark, text, column } if let Some(of) = self.mark_of_band(&text) => {
                self.sections.enter_rating(mark, &text, of);
                self.people = None;
                self.sentence(row, column);
            }
            RowKind::Section { text, .. } if self.context.vocabulary.is_of_people(&text) => {
                self.sections.close_ratings();
                self.people = Some(text);
            }
            RowKind::Section { mark, text, .. } => {
                self.sections.enter(mark, &text, self.context.vocabulary);
                self.people = None;
                self.rows_in_section = 0;
            }
            RowKind::Total { text, column } => self.total(row, &text, column),
            RowKind::Nothing => {
                let text = row.cells.first().map(|cell| shown(&cell.value)).unwrap_or_default();
                self.is_noted |= self.context.vocabulary.is_note(&text);
            }
        }
    }

    /// Whether a row says nothing of the person whom it may name.
    fn is_lone(&self, row: &Row) -> bool {
        let ordinals = self.context.column_of(&Meaning::Ordinal);
        row.cells.iter().filter(|cell| Some(cell.column) != ordinals).count() <= 1
    }

    /// What a heading within the list says of the ratings below it.
    fn mark_of_band(&self, text: &str) -> Option<Mark> {
        let vocabulary = self.context.vocabulary;
        self.context.mark_of_heading(text).or_else(|| {
            let reason = vocabulary.reason(text).filter(|_| vocabulary.is_of_people(text));
            reason.map(Mark::NotRated)
        })
    }

    /// Reads a line that counts people of the list ("Hoàn thành tốt nhiệm vụ: 26", "Trong đó:"), or
    /// heads some, in the place of a name. Returns false where the row is none.
    fn is_line(&mut self, row: &Row) -> bool {
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
        let label = section_name(bare);
        let Some(of) = context.mark_of_heading(label) else { return false };
        let behind: Vec<&Cell> =
            row.cells.iter().filter(|other| other.column > cell.column).collect();
        let clause = |text: &str| prose::clause_of(text, context.vocabulary);
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
                self.sections.organizations()
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

    fn person_row(&mut self, row: &Row) {
        let Some(name) = self.name(row) else {
            if row.cells.len() > 1 {
                let column = row.cells[0].column;
                let message = "the row has no name; it was left out";
                let problem = self.context.problem(Code::UnreadableRow, row, column, message);
                self.output.diagnostics.push(problem.hint("add the name, or delete the row"));
            }
            return;
        };
        self.rows += 1;
        self.rows_in_section += 1;
        let before = self.output.diagnostics.len();
        let (name, probationary) = self.name_and_marks(name);
        let words = &self.context.vocabulary.words;
        let probationary =
            probationary || self.people.as_deref().is_some_and(|kind| words.probationary.is(kind));
        let column = name.column;
        let mut people: Vec<(Arc<Campaign>, Person)> = Vec::with_capacity(self.rounds.len());
        for (place, round) in self.rounds.iter().enumerate() {
            let reader = PersonReader { context: self.context, row, campaign: round };
            let mut problems = Vec::new();
            let mut person = reader.read(name.clone(), probationary, &mut problems);
            self.by_heading(&mut person);
            let is_of_title = place == 0 && self.context.campaign.as_ref() == Some(round);
            // Who is rated in none of several rounds is on the roll of the last one.
            let is_last = place + 1 == self.rounds.len() && people.is_empty();
            if is_of_title || person.is_rated() || is_last {
                people.push((Arc::clone(round), person));
            }
            for problem in problems {
                if !self.output.diagnostics[before..].contains(&problem) {
                    self.output.diagnostics.push(problem);
                }
            }
        }
        let Some(place) = self.place(row, column - row.shift) else { return };
        let refused = self.output.diagnostics[before..]
            .iter()
            .any(|problem| problem.severity() == crate::Severity::Error);
        if !refused {
            let records = people.into_iter().map(|(round, person)| {
                self.context.record(row, &round, &place, Statement::Member(person))
            });
            self.output.records.extend(records);
        }
    }

    /// Who has no rating of their own has that of the heading they stand under.
    fn by_heading(&self, person: &mut Person) {
        let (mark, words) = match self.sections.rating() {
            Some((mark, words)) => (mark, words),
            None => match &self.caption.mark {
                Some(mark) => (mark, self.context.title),
                None => return,
            },
        };
        if person.is_rated() {
            return;
        }
        let column = person.name.column;
        let raw = Some(words.to_owned());
        match mark {
            Mark::Level(level) => {
                let rating = self.context.rating(level, Subject::Members, &self.campaign);
                let rating = rating.map(|value| Stated { value, column, raw });
                person.ratings.push(StageRating { stage: Stage::Unstated, rating, score: None });
                person.reason = None;
            }
            Mark::NotRated(reason) => {
                person.reason.get_or_insert(Stated { value: *reason, column, raw });
            }
        }
    }

    /// The name of one column, or of two; of a cell of several lines the first one.
    fn name(&self, row: &Row) -> Option<Stated<String>> {
        let context = self.context;
        let cell_of = |meaning| context.column_of(&meaning).and_then(|column| row.cell(column));
        if let Some(cell) = cell_of(Meaning::Name) {
            let text = lines_of(cell).next()?;
            return text.chars().any(char::is_alphabetic).then(|| context.stated(row, cell, text));
        }
        let family = cell_of(Meaning::FamilyName);
        let given = cell_of(Meaning::GivenName);
        let cell = family.or(given)?;
        let parts: Vec<String> =
            [family, given].into_iter().flatten().map(|cell| shown(&cell.value)).collect();
        let name = parts.join(" ");
        let raw = (parts.len() > 1).then(|| parts.join(" | "));
        name.chars().any(char::is_alphabetic).then_some(Stated {
            value: name,
            column: cell.column + row.shift,
            raw,
        })
    }

    /// "Đ/c Lê Văn A (DB)": prefixes and suffixes are kept as what they mean.
    fn name_and_marks(&self, mut name: Stated<String>) -> (Stated<String>, bool) {
        let words = &self.context.vocabulary.words;
        let printed = name.value.clone();
        let mut bare = without_address(&printed, self.context.vocabulary);
        let mut probationary = false;
        while let Some((head, mark)) =
            bare.trim_end().strip_suffix(')').and_then(|text| text.rsplit_once('('))
        {
            probationary |= words.probationary.found_in(mark);
            bare = head;
        }
        // "Nguyễn Trọng Trung - DB"
        if let Some((head, tail)) = bare.rsplit_once(['-', '–', ','])
            && words.probationary.is(tail)
        {
            probationary = true;
            bare = head;
        }
        if let Some(sign) = self.context.legend.probationary {
            let printed = printed.trim_end_matches([')', ' ']);
            probationary |= printed.ends_with(sign);
        }
        let bare = bare.trim().trim_end_matches(['.', ',', '*', '#', '+', '†', '-']).trim_end();
        if bare != printed {
            name.raw.get_or_insert(printed.clone());
            bare.clone_into(&mut name.value);
        }
        (name, probationary)
    }

    /// The branch of a row: its own column, the open headings, or the issuing branch.
    fn place(&mut self, row: &Row, name_column: u32) -> Option<Arc<[Arc<str>]>> {
        let context = self.context;
        let parent_column = context.column_of(&Meaning::ParentOrganization);
        let branch_column = context.column_of(&Meaning::Organization);
        let parent = parent_column.and_then(|column| context.said(row, column));
        let branch = branch_column.and_then(|column| context.said(row, column));
        if parent.is_some() && parent != self.above.parent {
            self.above = Above { parent, branch: None };
        }
        if branch.is_some() {
            self.above.branch = branch;
        }
        let mut below: Vec<&str> = self.sections.organizations();
        below.extend(self.above.parent.as_deref());
        below.extend(self.above.branch.as_deref());
        if below.is_empty() {
            // "Chi bộ Cơ quan" may be a kind of branches, but not where people stand right under it.
            let section = self.sections.innermost().filter(|name| is_branch(name));
            below.extend(section.or(self.caption.branch.as_deref()));
        }
        let issued_by_branch = context.committee.last().is_some_and(|body| is_branch(body));
        if below.is_empty() && !issued_by_branch && branch_column.is_some() {
            let message = "the person belongs to no branch that is named";
            let problem = context.problem(Code::MissingBranch, row, name_column, message);
            self.output.diagnostics.push(problem.hint("fill in the branch of this row"));
            return None;
        }
        let issuer = context.committee.last().map(|body| organization_key(body));
        below.retain(|name| Some(organization_key(name)) != issuer);
        Some(context.place(&below))
    }

    /// A total belongs to the open section if its number is that of the section's rows.
    fn total(&mut self, row: &Row, text: &str, column: u32) {
        let clauses = prose::clauses(text, self.context.vocabulary);
        let printed = clauses.iter().find_map(|clause| match clause {
            Clause::Measure(Measure::OnRoll, number) => Some(*number),
            _ => None,
        });
        let whole_list = self.sections.is_empty()
            || comparison_key(text).starts_with(&comparison_key("tổng"))
                && printed != Some(self.rows_in_section)
            || printed == Some(self.rows) && self.rows != self.rows_in_section;
        let ticked = self.tick_totals(row);
        let several = printed.is_none() && self.rows > self.rows_in_section;
        let whole_list = whole_list || several && self.is_more_than_section(&ticked);
        let place = if whole_list {
            // A list under the name of a branch is the branch's.
            let branch: Vec<&str> = self.caption.branch.as_deref().into_iter().collect();
            self.context.place(&branch)
        } else {
            self.context.place(&self.sections.organizations())
        };
        let mut figures = Vec::new();
        for clause in clauses {
            figures.extend(self.prose_figure(row, column, text, clause));
        }
        figures.extend(ticked);
        if let Some(printed) = printed {
            self.check_roll(
                row,
                column,
                printed,
                if whole_list { self.rows } else { self.rows_in_section },
            );
        }
        if !whole_list {
            self.sections.close_last();
            self.rows_in_section = 0;
        }
        if !figures.is_empty() {
            let statement = Statement::Figures { figures };
            self.output.records.push(self.context.record(row, &self.campaign, &place, statement));
        }
    }

    /// Ticks of more people than the open section has are those of the whole list.
    fn is_more_than_section(&self, ticked: &[Figure]) -> bool {
        let last = ticked.iter().map(|figure| figure.stage).max();
        let levels = ticked
            .iter()
            .filter(|figure| figure.measure == Measure::Rating && Some(figure.stage) == last);
        let sum: i64 = levels.filter_map(|figure| Some(figure.count.as_ref()?.value)).sum();
        sum > self.rows_in_section
    }

    fn check_roll(&mut self, row: &Row, column: u32, printed: i64, counted: i64) {
        if printed != counted {
            let message = format!("the total says {printed}, and the list has {counted} rows");
            let problem = self.context.problem(Code::RollMismatch, row, column, message);
            self.output.diagnostics.push(
                problem
                    .expected(counted.to_string())
                    .hint("look for missing, added or doubled rows"),
            );
        }
    }

    fn prose_figure(&self, row: &Row, column: u32, text: &str, clause: Clause) -> Option<Figure> {
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
            count: Some(Stated { value: number, column: column + row.shift, raw: Some(raw) }),
            percent: None,
        })
    }

    /// Figures in a heading of the rows below it: "I. Hoàn thành tốt nhiệm vụ: 29 đồng chí".
    fn sentence(&mut self, row: &Row, column: u32) {
        let Some(text) = row.text(column) else { return };
        let bare = split_ordinal(&text).1.to_owned();
        let mut figures = Vec::new();
        for clause in prose::clauses(&bare, self.context.vocabulary) {
            figures.extend(self.prose_figure(row, column, &text, clause));
        }
        if !figures.is_empty() {
            let names = self.sections.organizations();
            let place = self.context.place(&names);
            let statement = Statement::Figures { figures };
            self.output.records.push(self.context.record(row, &self.campaign, &place, statement));
        }
    }

    /// Totals in a sentence above the heading count the whole list.
    fn sentences_above(&mut self) {
        let context = self.context;
        let lines = context.frame.block.iter().chain(&context.frame.titles);
        for line in lines.filter(|line| context.vocabulary.is_total(&line.text)) {
            let at = context.sheet.rows.binary_search_by_key(&line.row, |row| row.index);
            let Some(row) = at.ok().and_then(|at| context.sheet.rows.get(at)) else { continue };
            let mut figures = Vec::new();
            for clause in prose::clauses(&line.text, context.vocabulary) {
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

    fn last_stage(&self) -> Stage {
        let stages = self.context.columns.iter().filter_map(|column| match &column.meaning {
            Meaning::Rating(stage) | Meaning::Tick(stage, _) => Some(*stage),
            _ => None,
        });
        stages.max().unwrap_or(Stage::Unstated)
    }

    fn tick_totals(&self, row: &Row) -> Vec<Figure> {
        let columns = self.context.columns.iter();
        let of_round =
            |column: &&Column| column.campaign.as_ref().is_none_or(|round| *round == self.campaign);
        let figures = columns.filter(of_round).filter_map(|column| {
            let (measure, level, stage) = match &column.meaning {
                Meaning::Tick(stage, level) => (Measure::Rating, Some(level), *stage),
                Meaning::ReasonTick(NotRatedReason::Exempt) => {
                    (Measure::Exempt, None, Stage::Unstated)
                }
                Meaning::ReasonTick(NotRatedReason::Other) => {
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

/// Whether a body is a branch, whose sheets list its own people.
fn is_branch(name: &str) -> bool {
    organization_key(name).starts_with(&comparison_key("chi bộ"))
}

/// The lines of a cell that has several, tidied.
fn lines_of(cell: &Cell) -> impl Iterator<Item = String> {
    let text = match &cell.value {
        Value::Text(text) => text.to_string(),
        value => shown(value),
    };
    let lines: Vec<String> = text.lines().map(tidy).filter(|line| !line.is_empty()).collect();
    lines.into_iter()
}
