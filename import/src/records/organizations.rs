//! Lists of organisations: one row, one organisation, with its rating, with printed figures, or both.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::prose::{self, Clause};
use super::sums::{columns_of_counts, counted, is_in_percent, subtotals, sums, wholes};
use super::{Output, RowKind, Sections, TableContext};
use crate::campaign::Campaign;
use crate::diagnostic::{Code, Diagnostic};
use crate::grid::{Cell, Row, Value};
use crate::layout::RowRole;
use crate::legend::Mark;
use crate::record::{
    Figure, Measure, Organization, RatingRef, Record, Relation, Stage, StageRating, Stated,
    Statement, Subject,
};
use crate::role::{Column, FigureKey, Role, is_organization_name, round_of};
use crate::text::{comparison_key, organization_key};
use crate::value::{Ordinal, count_and_percent, number, ordinal, shown, split_ordinal, whole};
use crate::vocabulary::{Field, Vocabulary};

pub(super) fn read(context: &TableContext<'_>) -> Output {
    let key = context.column_of(&Role::Organization);
    let names: Option<Vec<String>> =
        key.map(|key| context.body.iter().filter_map(|row| row.text(key)).collect());
    let mut reader = Reader {
        context,
        sections: Sections::default(),
        named_in_full: names.as_deref().is_some_and(|names| mostly_named_in_full(names, context)),
        share_head: names.as_deref().is_some_and(share_head),
        round: None,
        owner: None,
        sums: sums(context),
        subtotals: subtotals(context),
        wholes: wholes(context),
        open_wholes: Vec::new(),
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
    /// Whether most rows begin with one word ("CĐCS …"): what does not, and is no body, is a group of them.
    share_head: bool,
    /// The round of the row, where a column names it.
    round: Option<Arc<Campaign>>,
    /// To whom the figures of the row above belong: its name may reach down.
    owner: Option<FigureOwner>,
    /// The rows whose figures are the sums of all others.
    sums: HashSet<u32>,
    /// The rows of totals whose figures are the sums of some of the others: those since the one before.
    subtotals: HashSet<u32>,
    /// The rows that are the sums of those right below, with the last of these.
    wholes: BTreeMap<u32, u32>,
    /// The last parts of the bodies that a row stands under because they are sums, with what was open above.
    open_wholes: Vec<(u32, usize)>,
    output: Output,
}

/// The place that figures belong to, and the group of organisations that they count.
type FigureOwner = (Arc<[Arc<str>]>, Option<String>);

/// Whether most rows name organisations by one word at their head ("Chi bộ …"): what does not is a group
/// of them.
fn mostly_named_in_full(names: &[String], context: &TableContext<'_>) -> bool {
    let in_full = names
        .iter()
        .filter(|name| is_named_in_full(split_ordinal(name).1, context.vocabulary))
        .count();
    in_full * 10 >= names.len() * 6
}

/// Whether most names begin with the same word.
fn share_head(names: &[String]) -> bool {
    const LEAST: usize = 4;
    let mut heads: BTreeMap<String, usize> = BTreeMap::new();
    for name in names {
        let key = comparison_key(split_ordinal(name).1);
        *heads.entry(key.split(' ').next().unwrap_or_default().to_owned()).or_default() += 1;
    }
    let most = heads.values().max().copied().unwrap_or(0);
    most >= LEAST && most * 10 >= names.len() * 6
}

/// A body of the Party by its full name.
fn is_named_in_full(name: &str, vocabulary: &Vocabulary) -> bool {
    vocabulary.words.full_heads.begins(name).is_some() && !vocabulary.is_bare_head(name)
}

/// Records above a row of percentages in which the counts of its row can be.
const RECENT: usize = 4;

/// To whom the figures of a row belong.
enum Owner {
    Organization(Stated<String>),
    Group(String),
    Committee,
}

impl Reader<'_> {
    fn row(&mut self, row: &Row) {
        while let Some((_, depth)) = self.open_wholes.pop_if(|(last, _)| *last < row.index) {
            self.sections.close_to(depth);
        }
        let round = self.context.column_of(&Role::Round).and_then(|column| row.cell(column));
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
                self.output.set_aside(row, RowRole::Section);
                if let Some(of) = self.context.mark_of_heading(&text) {
                    self.sections.enter_rating(mark, &text, of);
                    self.count_in_heading(row, column);
                } else if self.is_no_body(&text) {
                    self.sections.enter_group(mark.unwrap_or(Ordinal::Letter), &text);
                } else {
                    self.sections.enter(mark, &text, self.context.vocabulary);
                }
            }
            RowKind::Total { text, .. } => {
                self.output.set_aside(row, RowRole::Total);
                if let Some(place) = self.summed(&text) {
                    self.figures_of(row, place, None);
                } else {
                    let group = self.group_summed(row, &text);
                    self.figures_of(row, self.context.committee.clone(), group);
                }
            }
            RowKind::Nothing => self.output.set_aside(row, RowRole::Note),
        }
    }

    /// Whether a heading over rows that are all named alike names none of their kind and no other body.
    fn is_no_body(&self, text: &str) -> bool {
        let vocabulary = self.context.vocabulary;
        self.named_in_full && !is_named_in_full(text, vocabulary)
            || self.share_head && !is_organization_name(text, vocabulary)
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
                        at: row.place(column),
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

    /// The group that a row sums some of the organisations of, by the heading that it repeats or in its own
    /// words: "Cộng các phòng tham mưu".
    fn group_summed(&self, row: &Row, text: &str) -> Option<String> {
        let rest = self.context.vocabulary.behind_total(text).filter(|rest| !rest.is_empty())?;
        let key = comparison_key(&rest);
        let heading = self.sections.names().find(|name| comparison_key(name) == key);
        let is_part = self.subtotals.contains(&row.index);
        is_part.then(|| heading.map_or_else(|| text.to_owned(), str::to_owned))
    }

    /// The body that a total names, where one of that name stands above.
    fn summed(&self, text: &str) -> Option<Arc<[Arc<str>]>> {
        let key = organization_key(text);
        let open = self.sections.organizations();
        let named = open.iter().position(|name| {
            let name = organization_key(name);
            !name.is_empty() && key != name && (key.starts_with(&name) || key.ends_with(&name))
        });
        let stated = || self.stated_above(&self.context.vocabulary.behind_total(text)?);
        named.map(|at| self.context.place(&open[..=at])).or_else(stated)
    }

    /// The place of the body of a name that has a row above: "Clinical Services" over its wards and
    /// "Sub-total Clinical Services" below them.
    fn stated_above(&self, name: &str) -> Option<Arc<[Arc<str>]>> {
        let key = organization_key(name);
        self.output.records.iter().rev().find_map(|record| match &record.statement {
            Statement::Branch(body) if organization_key(&body.name.value) == key => {
                Some(Arc::clone(&record.place))
            }
            _ => None,
        })
    }

    /// What the row is named by: the text of its organisation, or the first one that it has.
    fn label(&self, row: &Row) -> Option<String> {
        let key = self.context.column_of(&Role::Organization);
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

    /// A line of a key below the list: a level and its points.
    fn explains(&self, row: &Row) -> bool {
        const CELLS: usize = 3;
        let legend = self.context.legend;
        let is_level = |cell: &Cell| legend.level(&shown(&cell.value)).is_some();
        row.cells.len() <= CELLS && row.cells.iter().take(2).any(is_level)
    }

    /// A few words behind a gap below all rows with figures or ratings: offices that sign.
    fn is_signed(&self, row: &Row) -> bool {
        let context = self.context;
        let after = context.body.partition_point(|other| other.index <= row.index);
        let says = |cell: &Cell| {
            number(&cell.value).is_some() || context.legend.level(&shown(&cell.value)).is_some()
        };
        let follow = context.body[after..].iter().any(|row| row.cells.iter().any(says));
        !self.output.records.is_empty() && context.is_parted_line(row) && !follow
    }

    /// Figures in per cent under counts: the shares of the row above, whatever they are called.
    fn is_share_of_above(&self, row: &Row) -> bool {
        let counts =
            self.context.columns.iter().filter(|column| matches!(column.role, Role::Count(_)));
        let numbers: Vec<crate::value::Number> =
            counts.filter_map(|column| number(&row.cell(column.index)?.value)).collect();
        numbers.len() > 1 && numbers.iter().all(|number| number.percent)
    }

    fn data(&mut self, row: &Row) {
        if let Some(problem) = self.context.erroneous_key(row, &[Role::Organization]) {
            self.output.diagnostics.push(problem);
            return;
        }
        if self.is_signed(row) {
            self.output.set_aside(row, RowRole::Note);
            return;
        }
        if self.is_share_of_above(row)
            && let Some((place, group)) = self.owner.clone()
        {
            self.figures(row, &place, group.as_deref());
            return;
        }
        let Some(owner) = self.owner(row) else {
            if self.explains(row) {
                self.output.set_aside(row, RowRole::Note);
                return;
            }
            let reaches_down = self.round.is_some()
                && self.context.column_of(&Role::Round).is_some()
                || self
                    .context
                    .column_of(&Role::Unit)
                    .is_some_and(|column| row.cell(column).is_some());
            if reaches_down && let Some((place, group)) = self.owner.clone() {
                self.figures(row, &place, group.as_deref());
            } else if row.cells.len() > 1 {
                let message = "the row names no organisation; it was left out";
                let problem =
                    self.context.problem(Code::UnreadableRow, row, row.cells[0].column, message);
                self.output.diagnostics.push(problem.hint("add the name, or delete the row"));
            } else {
                self.output.set_aside(row, RowRole::Note);
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
                let whole = self.wholes.get(&row.index).filter(|_| mark.is_none());
                if let Some(last) = whole {
                    self.open_wholes.push((*last, self.sections.enter_whole(&name.value)));
                } else if mark.is_some_and(|mark| mark <= Ordinal::Roman)
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
        let column = self.context.column_of(&Role::Ordinal);
        let in_column = column.and_then(|column| row.text(column)).and_then(|text| ordinal(&text));
        in_column.or_else(|| {
            let key = self.context.column_of(&Role::Organization)?;
            split_ordinal(&row.text(key)?).0
        })
    }

    fn owner(&mut self, row: &Row) -> Option<Owner> {
        let context = self.context;
        let vocabulary = context.vocabulary;
        let has_unit = context.column_of(&Role::Unit).is_some();
        if is_in_percent(self.context, row) && !has_unit || self.sums.contains(&row.index) {
            return Some(Owner::Committee);
        }
        let parent = context
            .column_of(&Role::ParentOrganization)
            .and_then(|column| context.said(row, column));
        let key = context.column_of(&Role::Organization);
        let cell = key.and_then(|column| row.cell(column));
        let Some(cell) = cell else {
            let Some(column) = context.column_of(&Role::ParentOrganization) else {
                // A row for each round, and no body but the one that issued the table.
                return (key.is_none() && self.round.is_some()).then_some(Owner::Committee);
            };
            let name = parent.filter(|name| !vocabulary.is_total(name))?;
            self.close_for(row, &name);
            return Some(Owner::Organization(context.stated(row, row.cell(column)?, name)));
        };
        let text = shown(&cell.value);
        let name = split_ordinal(&text).1.to_owned();
        if !name.chars().any(char::is_alphanumeric) {
            return None;
        }
        // "Số lượng | 1 | 10 | 2": the counts of all that stand above.
        let counts =
            matches!(vocabulary.field(&name), Some((Field::Count, weight)) if weight >= 100);
        // One of another round was left out before.
        // "District" among schools with names is all of them.
        let named_so = vocabulary.words.organization_tails.is(&name);
        let counts_all = self.sums.contains(&row.index)
            || !columns_of_counts(self.context)
                .iter()
                .any(|column| counted(row, *column).is_some());
        let is_whole = vocabulary.is_bare_head(&name) || named_so && counts_all;
        if counts
            || is_whole
            || vocabulary.is_total(&name)
            || vocabulary.round_of_total(&name).is_some()
        {
            return Some(Owner::Committee);
        }
        let mark = self.mark(row);
        let counted = mark.is_some_and(|mark| mark > Ordinal::Roman);
        let reads_as_group = vocabulary.is_group(&name) && !vocabulary.is_bare_head(&name);
        let is_no_name = self.named_in_full && !is_named_in_full(&name, vocabulary)
            || mark.is_some() && self.is_no_body(&name);
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

    /// The organisation with its ratings, once for each round that its columns of ratings name.
    fn organization(&mut self, row: &Row, place: &Arc<[Arc<str>]>, name: &Stated<String>) {
        let context = self.context;
        let code = context.column_of(&Role::OrganizationCode).and_then(|column| {
            let cell = row.cell(column)?;
            Some(context.stated(row, cell, shown(&cell.value)))
        });
        for campaign in self.rounds() {
            let mut organization = Organization {
                name: name.clone(),
                code: code.clone(),
                ratings: Vec::new(),
                kind: None,
                exemplary: None,
            };
            if self.rate_in_round(row, &campaign, &mut organization) {
                let statement = Statement::Branch(organization);
                self.output.records.push(context.record(row, &campaign, place, statement));
            }
        }
    }

    /// The rounds that a row states something of, as its columns name them: those of its ratings, and that of
    /// the title where some of them name none; without ratings those of its figures, if all name theirs.
    fn rounds(&self) -> Vec<Arc<Campaign>> {
        let columns = self.context.columns.iter();
        let rated: Vec<&Column> =
            columns.clone().filter(|column| column.role.is_rating()).collect();
        let stating = if rated.is_empty() {
            columns.filter(|column| column.role.figure_key().is_some()).collect()
        } else {
            rated.clone()
        };
        let all_named = stating.iter().all(|column| column.campaign.is_some());
        let mut rounds: Vec<Arc<Campaign>> = Vec::new();
        for round in stating.iter().filter_map(|column| column.campaign.clone()) {
            if !rounds.contains(&round) && (all_named || !rated.is_empty()) {
                rounds.push(round);
            }
        }
        if !all_named || rounds.is_empty() {
            rounds.extend(self.campaign().filter(|round| !rounds.contains(round)));
        }
        rounds
    }

    /// The ratings of a row for one round; false where a cell of them cannot be read.
    fn rate_in_round(
        &mut self,
        row: &Row,
        campaign: &Arc<Campaign>,
        organization: &mut Organization,
    ) -> bool {
        let context = self.context;
        let errors = self.output.diagnostics.len();
        for column in context.columns {
            let Some(cell) = row.cell(column.index) else { continue };
            let of_title = self.campaign().is_none_or(|title| title == *campaign);
            if column.campaign.as_ref().map_or(of_title, |of| of == campaign) {
                self.rating_of(row, cell, &column.role, campaign, organization);
            }
        }
        let mut problems = self.output.diagnostics[errors..].iter();
        if problems.any(|problem| problem.severity() == crate::Severity::Error) {
            return false;
        }
        self.rate_exemplary(row, campaign, organization);
        if let Some((Mark::Level(level), words)) = self.sections.rating()
            && organization.ratings.iter().all(|rating| rating.rating.is_none())
        {
            let rating = context.rating(level, Subject::Branches, campaign);
            let at = organization.name.at;
            let stated = |value| Stated { value, at, raw: Some(words.to_owned()) };
            let rating = rating.map(stated);
            organization.ratings.push(StageRating { stage: Stage::Unstated, rating, score: None });
        }
        self.check_exemplary(organization);
        true
    }

    /// A tick for exemplary among ticks for levels is one for the level beside it, too.
    fn rate_exemplary(&self, row: &Row, campaign: &Campaign, organization: &mut Organization) {
        let context = self.context;
        if organization.exemplary.is_none() || !organization.ratings.is_empty() {
            return;
        }
        let parent = |heading: &str| heading.rsplit_once(" / ").map(|(head, _)| head.to_owned());
        let pairs = context
            .columns
            .windows(2)
            .flat_map(|pair| [(&pair[0], &pair[1]), (&pair[1], &pair[0])]);
        let rated = pairs.into_iter().find_map(|(of, beside)| match &beside.role {
            Role::Tick(stage, level)
                if of.role == Role::Exemplary
                    && parent(&of.heading).is_some()
                    && parent(&of.heading) == parent(&beside.heading) =>
            {
                Some((
                    row.cell(of.index)?,
                    *stage,
                    context.rating(level, Subject::Branches, campaign)?,
                ))
            }
            _ => None,
        });
        if let Some((cell, stage, rating)) = rated {
            let rating = Some(context.stated_as(row, cell, rating));
            organization.ratings.push(StageRating { stage, rating, score: None });
        }
    }

    fn rating_of(
        &mut self,
        row: &Row,
        cell: &Cell,
        meaning: &Role,
        campaign: &Campaign,
        organization: &mut Organization,
    ) {
        let context = self.context;
        let vocabulary = context.vocabulary;
        let text = shown(&cell.value);
        let exemplary = || Some(context.stated_as(row, cell, true));
        match meaning {
            Role::Rating(stage)
                if !context.legend.is_missing(&text)
                    && context.legend.not_rated(&text).is_none() =>
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
            Role::Tick(stage, level) => {
                let one = text == "1" || matches!(cell.value, Value::Bool(true));
                if (one || context.is_tick_of(cell, &text))
                    && let Some(rating) = context.rating(level, Subject::Branches, campaign)
                {
                    self.rate(row, cell, *stage, rating, organization);
                }
            }
            Role::Exemplary
                if vocabulary.is_tick(&text)
                    || text == "1"
                    || vocabulary.words.exemplary.found_in(&text) =>
            {
                organization.exemplary = exemplary();
            }
            Role::Note if vocabulary.words.exemplary.found_in(&text) => {
                organization.exemplary = exemplary();
            }
            Role::Score(stage) => {
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
            let problem = Diagnostic::new(Code::TwoRatings, "two levels of one body are given")
                .at_place(&self.context.sheet_name, other.at);
            self.output.diagnostics.push(problem.expected("1 × x").hint("clear the wrong one"));
        }
        let rating = Some(self.context.stated_as(row, cell, rating));
        organization.ratings.push(StageRating { stage, rating, score: None });
    }

    /// The award for exemplary organisations goes to those with the top rating.
    fn check_exemplary(&mut self, organization: &Organization) {
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
            let problem = Diagnostic::new(Code::ExemplaryWithoutTop, message)
                .at_place(&self.context.sheet_name, exemplary.at);
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
        let in_percent = is_in_percent(self.context, row) || self.is_share_of_above(row);
        for column in self.context.columns {
            let Some(cell) = row.cell(column.index) else { continue };
            let totalled = Self::tick_total(&column.role, cell);
            let (key, part) = match &column.role {
                Role::Count(key) => (key, Part::Count),
                Role::Percent(key) => (key, Part::Percent),
                Role::CountAndPercent(key) => (key, Part::Both),
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
            let scale = if in_percent { scale_of(row) } else { self.context.percent_scale };
            let Some((count, percent)) = self.values(row, cell, part, scale) else { continue };
            let Some(rating) = self.rating_ref(key, &campaign) else { continue };
            let fits = |record: &Record, figure: &Figure| {
                record.place == *place
                    && figure.group.as_deref() == group
                    && (figure.subject, figure.measure, figure.stage)
                        == (key.subject, key.measure, key.stage)
                    && figure.rating == rating
            };
            if count.is_none()
                && in_percent
                && let Some(percent) = &percent
                && self.output.join_percent(percent, RECENT, fits)
            {
                continue;
            }
            let figures = by_round.entry(campaign).or_default();
            add(figures, key, rating, group, count, percent);
        }
        for (campaign, figures) in by_round {
            let statement = Statement::Figures { figures };
            self.output.records.push(self.context.record(row, &campaign, place, statement));
        }
    }

    /// Under ticks, the number in a row of totals counts them.
    fn tick_total(meaning: &Role, cell: &Cell) -> Option<FigureKey> {
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
            Role::Tick(stage, level) => {
                Some(key(Measure::Rating, Some(level.clone()), *stage, Relation::Exact))
            }
            Role::Exemplary => {
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
        scale: f64,
    ) -> Option<(Option<Stated<i64>>, Option<Stated<f64>>)> {
        let context = self.context;
        let text = shown(&cell.value);
        if let Some((count, percent)) = count_and_percent(&text) {
            let count = whole(count).map(|count| context.stated(row, cell, count));
            return Some((count, Some(context.stated(row, cell, percent))));
        }
        if let Some(problem) = context.no_figure(row, cell, &text) {
            self.output.diagnostics.push(problem);
            return None;
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
            Part::Percent => {
                Some((None, Some(context.stated(row, cell, percentage(number, scale)))))
            }
            Part::Count | Part::Both => {
                let count = whole(number.value).map(|count| context.stated(row, cell, count));
                count.map(|count| (Some(count), None))
            }
        }
    }
}

/// 100 where a row of percentages holds fractions.
pub(super) fn scale_of(row: &Row) -> f64 {
    let numbers =
        row.cells.iter().filter_map(|cell| number(&cell.value)).filter(|number| !number.percent);
    let values: Vec<f64> = numbers.map(|number| number.value).collect();
    let largest = values.iter().copied().fold(0.0, f64::max);
    if largest <= 1.0 && values.iter().any(|value| *value > 0.0 && *value < 1.0) {
        100.0
    } else {
        1.0
    }
}

#[derive(Clone, Copy)]
enum Part {
    Count,
    Percent,
    Both,
}

/// A percentage in per cent units, without the noise of the multiplication.
pub(super) fn percentage(number: crate::value::Number, scale: f64) -> f64 {
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

#[cfg(test)]
mod tests {
    use crate::reading::of_page;

    #[test]
    fn a_subtotal_belongs_to_the_body_that_it_repeats() {
        let reading = of_page(
            "St Anne Hospital\nOutcomes of appraisal 2023\n\n\
             Department|Staff appraised|Not met|Partly met|Fully met\n\
             Clinical Services\nMaternity|10|1|2|7\nTheatre|12|0|4|8\nPharmacy|6|1|1|4\n\
             Sub-total Clinical Services|28|2|7|19\n\
             Support Services\nCatering|9|1|2|6\nLaundry|8|0|3|5\nSecurity|7|2|1|4\n\
             Sub-total Support Services|24|3|6|15\nHospital total|52|5|13|34",
        );
        let places_of = |row: u32| {
            let of_row = reading.records.iter().filter(|record| record.row == row);
            let mut places: Vec<String> = of_row.map(|record| record.place.join(" / ")).collect();
            places.dedup();
            places
        };
        assert_eq!(places_of(9), ["St Anne Hospital / Clinical Services"]);
        assert_eq!(places_of(14), ["St Anne Hospital / Support Services"]);
        assert_eq!(places_of(15), ["St Anne Hospital"]);
    }
}
