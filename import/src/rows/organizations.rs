//! Lists of organisations: one row, one organisation, with its rating, with printed figures, or both.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::prose::{self, Clause};
use super::{Output, RowKind, Sections, TableContext};
use crate::campaign::Campaign;
use crate::cell::{Ordinal, count_and_percent, number, ordinal, shown, split_ordinal, whole};
use crate::column::{FigureKey, Meaning, is_organization_name, round_of};
use crate::diagnostic::Code;
use crate::legend::Mark;
use crate::record::{
    Figure, Measure, Organization, RatingRef, Relation, Stage, StageRating, Stated, Statement,
    Subject,
};
use crate::vocabulary::Field;
use crate::workbook::{Cell, Row, Value};

pub(super) fn read(context: &TableContext<'_>) -> Output {
    let key = context.column_of(&Meaning::Organization);
    let names = key.map(|key| context.body.iter().filter_map(|row| row.text(key)).collect());
    let mut reader = Reader {
        context,
        sections: Sections::default(),
        named_in_full: names
            .is_some_and(|names: Vec<String>| mostly_named_in_full(&names, context)),
        round: None,
        owner: None,
        output: Output::default(),
    };
    for row in context.body {
        reader.row(row);
    }
    reader.output
}

struct Reader<'a> {
    context: &'a TableContext<'a>,
    sections: Sections,
    /// Whether the rows name organisations as such ("Chi bộ …"): what does not is a group of them.
    named_in_full: bool,
    /// The round of the row, where a column names it.
    round: Option<Arc<Campaign>>,
    /// To whom the figures of the row above belong: its name may reach down.
    owner: Option<FigureOwner>,
    output: Output,
}

/// The place that figures belong to, and the group of organisations that they count.
type FigureOwner = (Arc<[Arc<str>]>, Option<String>);

fn mostly_named_in_full(names: &[String], context: &TableContext<'_>) -> bool {
    let in_full = names
        .iter()
        .filter(|name| is_organization_name(split_ordinal(name).1, context.vocabulary))
        .count();
    in_full * 10 >= names.len() * 6
}

/// To whom the figures of a row belong.
enum Owner {
    Organization(Stated<String>),
    Group(String),
    Committee,
}

impl Reader<'_> {
    fn row(&mut self, row: &Row) {
        let round = self.context.column_of(&Meaning::Round).and_then(|column| row.cell(column));
        if let Some(cell) = round {
            self.round = round_of(&cell.value).map(Arc::new);
        }
        if self.is_aside(row) {
            let message = "the row counts some of another one, or compares with another round";
            let column = row.cells[0].column;
            let notice = self.context.problem(Code::RowIgnored, row, column, message);
            self.output.diagnostics.push(notice);
            return;
        }
        match self.context.kind_of_row(row) {
            RowKind::Data => self.data(row),
            RowKind::Section { mark, text, column } => {
                if let Some(of) = self.context.mark_of_heading(&text) {
                    self.sections.enter_rating(mark, &text, of);
                    self.count_in_heading(row, column);
                } else if self.named_in_full
                    && !is_organization_name(&text, self.context.vocabulary)
                {
                    self.sections.enter_group(mark.unwrap_or(Ordinal::Letter), &text);
                } else {
                    self.sections.enter(mark, &text, self.context.vocabulary);
                }
            }
            RowKind::Total { .. } => self.figures_of(row, self.context.committee.clone(), None),
            RowKind::Nothing => {}
        }
    }

    /// "Hoàn thành tốt nhiệm vụ (10 chi bộ)" counts those who stand under it.
    fn count_in_heading(&mut self, row: &Row, column: u32) {
        let (Some(campaign), Some(text)) = (self.campaign(), row.text(column)) else { return };
        let context = self.context;
        let figures = prose::clauses(split_ordinal(&text).1, context.vocabulary)
            .into_iter()
            .filter_map(|clause| {
                let Clause::Level(level, number) = clause else { return None };
                Some(Figure {
                    subject: Subject::Branches,
                    measure: Measure::Rating,
                    rating: Some(context.rating(&level, Subject::Branches, &campaign)?),
                    stage: Stage::Unstated,
                    relation: Relation::Exact,
                    group: None,
                    count: Some(Stated {
                        value: number,
                        column: column + row.shift,
                        raw: Some(text.clone()),
                    }),
                    percent: None,
                })
            });
        let figures: Vec<Figure> = figures.collect();
        if !figures.is_empty() {
            let statement = Statement::Figures { figures };
            let record = context.record(row, &campaign, &context.committee, statement);
            self.output.records.push(record);
        }
    }

    /// What the row is named by: the text of its organisation, or the first one that it has.
    fn label(&self, row: &Row) -> Option<String> {
        let key = self.context.column_of(&Meaning::Organization);
        let named = key.and_then(|column| row.text(column));
        let is_words = |text: &String| text.chars().any(char::is_alphabetic);
        let mut texts = row.cells.iter().map(|cell| shown(&cell.value));
        let label = named.or_else(|| texts.find(is_words))?;
        let bare = split_ordinal(&label).1.trim_end_matches([':', ' ']);
        Some(bare.to_owned())
    }

    /// A row under the figures of others that counts nobody else: a difference, another year, women.
    fn is_aside(&self, row: &Row) -> bool {
        let Some(label) = self.label(row) else { return false };
        let vocabulary = self.context.vocabulary;
        let has_figures = row.cells.iter().any(|cell| number(&cell.value).is_some());
        let of_another_round = match (vocabulary.round_of_total(&label), self.campaign()) {
            (Some(of), Some(round)) => of != *round,
            _ => false,
        };
        has_figures
            && (of_another_round
                || vocabulary.words.comparisons.begins(&label).is_some()
                || vocabulary.is_part_of_above(&label))
    }

    /// The figures of a row, and of the rows below it that name nobody.
    fn figures_of(&mut self, row: &Row, place: Arc<[Arc<str>]>, group: Option<String>) {
        self.figures(row, &place, group.as_deref());
        self.owner = Some((place, group));
    }

    fn data(&mut self, row: &Row) {
        let Some(owner) = self.owner(row) else {
            let reaches_down =
                self.round.is_some() && self.context.column_of(&Meaning::Round).is_some();
            if reaches_down && let Some((place, group)) = self.owner.clone() {
                self.figures(row, &place, group.as_deref());
            } else if row.cells.len() > 1 {
                let message = "the row names no organisation; it was left out";
                let problem =
                    self.context.problem(Code::UnreadableRow, row, row.cells[0].column, message);
                self.output.diagnostics.push(problem.hint("add the name, or delete the row"));
            }
            return;
        };
        match owner {
            Owner::Organization(name) => {
                let mut below = self.sections.organizations();
                below.push(&name.value);
                let place = self.context.place(&below);
                self.organization(row, &place, &name);
                self.figures_of(row, place, None);
                let mark = self.mark(row);
                if mark.is_some_and(|mark| mark <= Ordinal::Roman)
                    || self.is_committee(&name.value) && mark.is_some()
                {
                    self.sections.enter(mark, &name.value, self.context.vocabulary);
                } else if mark.is_none() && self.is_committee(&name.value) {
                    self.sections.enter(Some(Ordinal::Roman), &name.value, self.context.vocabulary);
                }
            }
            Owner::Group(name) => {
                self.figures_of(row, self.context.committee.clone(), Some(name.clone()));
                let mark = self.mark(row).unwrap_or(Ordinal::Letter);
                self.sections.enter_group(mark, &name);
            }
            Owner::Committee => self.figures_of(row, self.context.committee.clone(), None),
        }
    }

    fn is_committee(&self, name: &str) -> bool {
        self.context.vocabulary.words.committee_heads.begins(name).is_some()
    }

    /// The mark of a row closes the headings of its rank.
    fn mark(&self, row: &Row) -> Option<Ordinal> {
        let column = self.context.column_of(&Meaning::Ordinal);
        let in_column = column.and_then(|column| row.text(column)).and_then(|text| ordinal(&text));
        in_column.or_else(|| {
            let key = self.context.column_of(&Meaning::Organization)?;
            split_ordinal(&row.text(key)?).0
        })
    }

    fn owner(&mut self, row: &Row) -> Option<Owner> {
        let context = self.context;
        let vocabulary = context.vocabulary;
        if self.is_row_of_percentages(row) {
            return Some(Owner::Committee);
        }
        let parent = context
            .column_of(&Meaning::ParentOrganization)
            .and_then(|column| context.said(row, column));
        let key = context.column_of(&Meaning::Organization);
        let cell = key.and_then(|column| row.cell(column));
        let Some(cell) = cell else {
            let column = context.column_of(&Meaning::ParentOrganization)?;
            let name = parent.filter(|name| !vocabulary.is_total(name))?;
            self.close_for(row, &name);
            return Some(Owner::Organization(context.stated(row, row.cell(column)?, name)));
        };
        let text = shown(&cell.value);
        let name = split_ordinal(&text).1.to_owned();
        if !name.chars().any(char::is_alphanumeric) {
            return None;
        }
        // One of another round was left out before.
        if vocabulary.is_total(&name) || vocabulary.round_of_total(&name).is_some() {
            return Some(Owner::Committee);
        }
        let mark = self.mark(row);
        let counted = mark.is_some_and(|mark| mark > Ordinal::Roman);
        let reads_as_group = vocabulary.is_group(&name) && !vocabulary.is_bare_head(&name);
        let is_no_name = self.named_in_full && !is_organization_name(&name, vocabulary);
        if !counted && (reads_as_group || is_no_name) {
            return Some(Owner::Group(name));
        }
        self.close_for(row, &name);
        if let Some(parent) = parent {
            self.sections.enter(Some(Ordinal::Roman), &parent, vocabulary);
        }
        Some(Owner::Organization(context.stated(row, cell, name)))
    }

    /// An organisation closes the headings of its rank.
    fn close_for(&mut self, row: &Row, name: &str) {
        if let Some(mark) = self.mark(row) {
            self.sections.close_from(mark);
        } else if self.is_committee(name) {
            self.sections.close_from(Ordinal::Roman);
        }
    }

    /// The organisation with its ratings, for each round that the columns name.
    fn organization(&mut self, row: &Row, place: &Arc<[Arc<str>]>, name: &Stated<String>) {
        let Some(campaign) = self.campaign() else { return };
        let context = self.context;
        let code = context.column_of(&Meaning::OrganizationCode).and_then(|column| {
            let cell = row.cell(column)?;
            Some(context.stated(row, cell, shown(&cell.value)))
        });
        let mut organization =
            Organization { name: name.clone(), code, ratings: Vec::new(), exemplary: None };
        let errors = self.output.diagnostics.len();
        for column in context.columns {
            let Some(cell) = row.cell(column.index) else { continue };
            self.rating_of(row, cell, &column.meaning, &campaign, &mut organization);
        }
        if self.output.diagnostics[errors..].iter().any(|d| d.severity() == crate::Severity::Error)
        {
            return;
        }
        if let Some((Mark::Level(level), words)) = self.sections.rating()
            && organization.ratings.iter().all(|rating| rating.rating.is_none())
        {
            let rating = context.rating(level, Subject::Branches, &campaign);
            let stated = |value| Stated { value, column: name.column, raw: Some(words.to_owned()) };
            let rating = rating.map(stated);
            organization.ratings.push(StageRating { stage: Stage::Unstated, rating, score: None });
        }
        self.check_exemplary(row, &organization);
        let statement = Statement::Branch(organization);
        self.output.records.push(context.record(row, &campaign, place, statement));
    }

    fn rating_of(
        &mut self,
        row: &Row,
        cell: &Cell,
        meaning: &Meaning,
        campaign: &Campaign,
        organization: &mut Organization,
    ) {
        let context = self.context;
        let vocabulary = context.vocabulary;
        let text = shown(&cell.value);
        let exemplary = || Some(context.stated_as(row, cell, true));
        match meaning {
            Meaning::Rating(stage)
                if !vocabulary.is_missing(&text) && context.legend.not_rated(&text).is_none() =>
            {
                if vocabulary.words.exemplary.found_in(&text) {
                    organization.exemplary = exemplary();
                }
                let level = context.legend.level(&text);
                if let Some(rating) =
                    level.and_then(|level| context.rating(&level, Subject::Branches, campaign))
                {
                    self.rate(row, cell, *stage, rating, organization);
                } else {
                    let message =
                        format!("`{text}` is no level of the scheme of {}", campaign.code);
                    let problem = context.problem(Code::UnknownRating, row, cell.column, message);
                    self.output.diagnostics.push(problem.hint("write one of the levels"));
                }
            }
            Meaning::Tick(stage, level) => {
                let one = text == "1" || matches!(cell.value, Value::Bool(true));
                if (one || vocabulary.is_tick(&text))
                    && let Some(rating) = context.rating(level, Subject::Branches, campaign)
                {
                    self.rate(row, cell, *stage, rating, organization);
                }
            }
            Meaning::Exemplary
                if vocabulary.is_tick(&text)
                    || text == "1"
                    || vocabulary.words.exemplary.found_in(&text) =>
            {
                organization.exemplary = exemplary();
            }
            Meaning::Note if vocabulary.words.exemplary.found_in(&text) => {
                organization.exemplary = exemplary();
            }
            Meaning::Score(stage) => {
                let score = number(&cell.value).map(|score| context.stated(row, cell, score.value));
                organization.ratings.push(StageRating { stage: *stage, rating: None, score });
            }
            _ => {}
        }
    }

    fn rate(
        &mut self,
        row: &Row,
        cell: &Cell,
        stage: Stage,
        rating: RatingRef,
        organization: &mut Organization,
    ) {
        let before = organization
            .ratings
            .iter()
            .find(|other| other.stage == stage && other.rating.is_some());
        if let Some(other) = before.and_then(|before| before.rating.as_ref()) {
            let problem = self.context.problem(
                Code::TwoRatings,
                row,
                other.column,
                "two levels of one body are given",
            );
            self.output.diagnostics.push(problem.expected("1 × x").hint("clear the wrong one"));
        }
        let rating = Some(self.context.stated_as(row, cell, rating));
        organization.ratings.push(StageRating { stage, rating, score: None });
    }

    /// The award for exemplary organisations goes to those with the top rating.
    fn check_exemplary(&mut self, row: &Row, organization: &Organization) {
        let Some(exemplary) = &organization.exemplary else { return };
        let deciding = organization
            .ratings
            .iter()
            .filter(|rating| rating.rating.is_some())
            .max_by_key(|r| r.stage);
        let Some(rating) = deciding.and_then(|deciding| deciding.rating.as_ref()) else { return };
        let scheme =
            self.context.vocabulary.schemes.iter().find(|s| *s.code == *rating.value.scheme);
        let top = scheme.and_then(|scheme| scheme.levels.first());
        if let Some(top) = top.filter(|top| *top.code != *rating.value.code) {
            let message = "exemplary, but not rated with the top level";
            let problem =
                self.context.problem(Code::ExemplaryWithoutTop, row, exemplary.column, message);
            self.output.diagnostics.push(
                problem
                    .expected(top.label.clone())
                    .hint("the award is chosen from the top-rated; check both cells"),
            );
        }
    }

    /// The round of the table, else the last one that a column names.
    fn campaign(&self) -> Option<Arc<Campaign>> {
        let named = self.context.columns.iter().filter_map(|column| column.campaign.clone()).max();
        self.round.clone().or_else(|| self.context.campaign.clone()).or(named)
    }

    /// The printed figures of a row, one record for each round.
    fn figures(&mut self, row: &Row, place: &Arc<[Arc<str>]>, group: Option<&str>) {
        let mut by_round: BTreeMap<Arc<Campaign>, Vec<Figure>> = BTreeMap::new();
        let in_percent = self.is_row_of_percentages(row);
        for column in self.context.columns {
            let Some(cell) = row.cell(column.index) else { continue };
            let totalled = Self::tick_total(&column.meaning, cell);
            let (key, part) = match &column.meaning {
                Meaning::Count(key) => (key, Part::Count),
                Meaning::Percent(key) => (key, Part::Percent),
                Meaning::CountAndPercent(key) => (key, Part::Both),
                _ => match &totalled {
                    Some(key) if group.is_some() || place.len() == self.context.committee.len() => {
                        (key, Part::Count)
                    }
                    _ => continue,
                },
            };
            let round = key.campaign.clone().or_else(|| self.round.clone());
            let Some(campaign) = round.or_else(|| self.context.campaign.clone()) else { continue };
            let part = if in_percent { Part::Percent } else { part };
            let Some((count, percent)) = self.values(row, cell, part) else { continue };
            let Some(rating) = self.rating_ref(key, &campaign) else { continue };
            let figures = by_round.entry(campaign).or_default();
            add(figures, key, rating, group, count, percent);
        }
        for (campaign, figures) in by_round {
            let statement = Statement::Figures { figures };
            self.output.records.push(self.context.record(row, &campaign, place, statement));
        }
    }

    /// "Tỷ lệ (%)" below a total: the same figures in per cent.
    fn is_row_of_percentages(&self, row: &Row) -> bool {
        let Some(first) = row.cells.first() else { return false };
        let text = shown(&first.value);
        matches!(self.context.vocabulary.field(&text), Some((Field::Percent, _)))
            && number(&first.value).is_none()
    }

    /// Under ticks, the number in a row of totals counts them.
    fn tick_total(meaning: &Meaning, cell: &Cell) -> Option<FigureKey> {
        let key = |measure, level, stage, relation| FigureKey {
            campaign: None,
            subject: Subject::Branches,
            measure,
            level,
            stage,
            relation,
        };
        number(&cell.value)?;
        match meaning {
            Meaning::Tick(stage, level) => {
                Some(key(Measure::Rating, Some(level.clone()), *stage, Relation::Exact))
            }
            Meaning::Exemplary => {
                Some(key(Measure::Exemplary, None, Stage::Unstated, Relation::Nested))
            }
            _ => None,
        }
    }

    #[expect(
        clippy::option_option,
        reason = "no level is needed, or the level is of no known scheme"
    )]
    fn rating_ref(&self, key: &FigureKey, campaign: &Campaign) -> Option<Option<RatingRef>> {
        match &key.level {
            None => Some(None),
            Some(level) => self.context.rating(level, key.subject, campaign).map(Some),
        }
    }

    #[expect(clippy::type_complexity, reason = "a count and a percentage, each with its cell")]
    fn values(
        &mut self,
        row: &Row,
        cell: &Cell,
        part: Part,
    ) -> Option<(Option<Stated<i64>>, Option<Stated<f64>>)> {
        let context = self.context;
        let text = shown(&cell.value);
        if let Some((count, percent)) = count_and_percent(&text) {
            let count = whole(count).map(|count| context.stated(row, cell, count));
            return Some((count, Some(context.stated(row, cell, percent))));
        }
        if context.vocabulary.is_missing(&text) {
            return None;
        }
        let Some(number) = number(&cell.value) else {
            let problem = context.problem(
                Code::NotANumber,
                row,
                cell.column,
                format!("`{text}` is no number"),
            );
            self.output
                .diagnostics
                .push(problem.expected("0, 1, 2 …").hint("write the figure in digits"));
            return None;
        };
        match part {
            Part::Percent => Some((
                None,
                Some(context.stated(row, cell, percentage(number, context.percent_scale))),
            )),
            Part::Count | Part::Both => {
                let count = whole(number.value).map(|count| context.stated(row, cell, count));
                count.map(|count| (Some(count), None))
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Part {
    Count,
    Percent,
    Both,
}

/// A percentage in per cent units, without the noise of the multiplication.
pub(super) fn percentage(number: crate::cell::Number, scale: f64) -> f64 {
    if number.percent { number.value } else { (number.value * scale * 1e6).round() / 1e6 }
}

/// Joins the percentage to the count of the same figure.
fn add(
    figures: &mut Vec<Figure>,
    key: &FigureKey,
    rating: Option<RatingRef>,
    group: Option<&str>,
    count: Option<Stated<i64>>,
    percent: Option<Stated<f64>>,
) {
    let same = figures.iter_mut().find(|figure| {
        let same_key = (figure.subject, figure.measure, figure.stage, figure.relation)
            == (key.subject, key.measure, key.stage, key.relation);
        let free = figure.percent.is_none() && count.is_none()
            || figure.count.is_none() && percent.is_none();
        same_key && figure.rating == rating && free
    });
    if let Some(figure) = same {
        figure.count = figure.count.take().or(count);
        figure.percent = figure.percent.take().or(percent);
        return;
    }
    figures.push(Figure {
        subject: key.subject,
        measure: key.measure,
        rating,
        stage: key.stage,
        relation: key.relation,
        group: group.map(str::to_owned),
        count,
        percent,
    });
}
