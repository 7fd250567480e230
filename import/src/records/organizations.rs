//! Lists of organisations: one row, one organisation, with its rating, with printed figures, or both.

mod below;
mod figures;
mod ratings;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::prose::{self, Clause};
use super::sums::{columns_of_counts, counted, is_in_percent, subtotals, sums, wholes};
use super::{Output, RowKind, Sections, TableContext};
use crate::campaign::Campaign;
use crate::diagnostic::Code;
use crate::grid::{Cell, Row};
use crate::layout::RowRole;
use crate::record::{Figure, Measure, Relation, Stage, Stated, Statement, Subject};
use crate::role::{Role, is_organization_name};
use crate::text::{comparison_key, organization_key, word_count};
use crate::value::{Ordinal, number, ordinal, shown, split_ordinal};
use crate::vocabulary::{Field, Vocabulary, WHOLE};

pub(super) use figures::{percentage, scale_of};

pub(super) fn read(context: &TableContext<'_>) -> Output {
    let key = context.column_of(&Role::Organization);
    let names: Option<Vec<String>> =
        key.map(|key| context.body.iter().filter_map(|row| row.text(key)).collect());
    let wholes = wholes(context);
    let mut reader = Reader {
        context,
        sections: Sections::default(),
        named_in_full: names.as_deref().is_some_and(|names| mostly_named_in_full(names, context)),
        share_head: names.as_deref().is_some_and(share_head),
        one_has_number: names.as_deref().is_some_and(one_has_number),
        kinds: names.as_deref().map_or(0, |names| count_kinds(names, context)),
        groups: names.as_deref().map_or(0, |names| count_groups(names, context)),
        are_of_one_kind: are_of_one_kind(context),
        in_pairs: are_in_pairs(context),
        issuer_is_summed: false,
        are_in_two_parts: names.as_deref().is_some_and(|names| are_in_two_parts(names, context)),
        round: None,
        owner: None,
        last_count: None,
        counted_levels: HashMap::new(),
        sums: sums(context).into_iter().chain(wholes.top).collect(),
        subtotals: subtotals(context),
        wholes: wholes.parts,
        open_wholes: Vec::new(),
        output: Output::default(),
    };
    for row in context.body {
        reader.row(row);
    }
    reader.output
}

/// Whether one of several names has a number before it, and no other.
fn one_has_number(names: &[String]) -> bool {
    const LEAST: usize = 3;
    let is_numbered = |name: &&String| matches!(split_ordinal(name), (Some(Ordinal::Arabic), _));
    names.len() >= LEAST && names.iter().filter(is_numbered).count() == 1
}

#[expect(clippy::struct_excessive_bools, reason = "each tells of the rows something of its own")]
struct Reader<'a> {
    context: &'a TableContext<'a>,
    sections: Sections,
    /// Whether the rows name organisations as such ("Chi bộ …"): what does not is a group of them.
    named_in_full: bool,
    /// Whether most rows begin with one word ("CĐCS …"): what does not, and is no body, is a group of them.
    share_head: bool,
    /// Whether one name alone begins with a number ("1. stupeň"): it is a part of the name.
    one_has_number: bool,
    /// How many names are nothing but a kind ("Surgery", "Paediatrics"): one alone is all of them.
    kinds: usize,
    /// How many names could be those of groups: one word alone ("Offices") is a body among the others.
    groups: usize,
    /// Whether the headings over rows name bodies of one kind: "County North", "County South", ….
    are_of_one_kind: bool,
    /// Whether below each row of counts there is one of its percentages.
    in_pairs: bool,
    /// Whether a total above said that it is the issuer's.
    issuer_is_summed: bool,
    /// Whether several bodies that could stand over others all stand before those: none is over them.
    are_in_two_parts: bool,
    /// The round of the row, where a column names it.
    round: Option<Arc<Campaign>>,
    /// To whom the figures of the row above belong: its name may reach down.
    owner: Option<FigureOwner>,
    /// What a row below the list counted last, of which a row of percentages right below is.
    last_count: Option<u32>,
    /// The sums of the levels that rows below the list counted, by column, since the last measure.
    counted_levels: HashMap<u32, f64>,
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

fn count_kinds(names: &[String], context: &TableContext<'_>) -> usize {
    let bare = names.iter().map(|name| split_ordinal(name).1);
    let kinds = bare.filter(|name| context.vocabulary.is_kind_of_bodies(name)).map(comparison_key);
    kinds.collect::<BTreeSet<String>>().len()
}

/// "Đảng bộ xã A", "Đảng bộ xã B", "Đảng bộ xã C" and then all that are "Chi bộ …": a list by kind.
fn are_in_two_parts(names: &[String], context: &TableContext<'_>) -> bool {
    const LEAST: usize = 3;
    let heads = &context.vocabulary.words.committee_heads;
    let is_above = |name: &String| heads.begins(split_ordinal(name).1).is_some();
    let first = names.iter().take_while(|name| is_above(name)).count();
    first >= LEAST && !names[first..].iter().any(is_above)
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

fn count_groups(names: &[String], context: &TableContext<'_>) -> usize {
    names.iter().filter(|name| context.vocabulary.is_group(name)).count()
}

/// Whether the headings within a list begin with the same word and each goes on with its own: they name bodies,
/// whatever the word.
fn are_of_one_kind(context: &TableContext<'_>) -> bool {
    const LEAST: usize = 3;
    let mut names = BTreeSet::new();
    for row in context.body {
        if let RowKind::Section { text, .. } = context.kind_of_row(row) {
            names.insert(comparison_key(&text));
        }
    }
    let head = |name: &str| name.split_once(' ').map(|(head, _)| head.to_owned());
    let heads: BTreeSet<Option<String>> = names.iter().map(|name| head(name)).collect();
    let is_group = |name: &String| context.vocabulary.is_group(name);
    names.len() >= LEAST
        && heads.len() == 1
        && !heads.contains(&None)
        && !names.iter().any(is_group)
}

/// "Station East | 8 | 1" over "% | | 12.5%", again and again.
fn are_in_pairs(context: &TableContext<'_>) -> bool {
    const LEAST: usize = 2;
    if context.column_of(&Role::Unit).is_some() {
        return false;
    }
    let rows: Vec<bool> = context.body.iter().map(|row| is_in_percent(context, row)).collect();
    let shares = rows.iter().filter(|is_share| **is_share).count();
    let pairs = rows.windows(2).filter(|pair| !pair[0] && pair[1]).count();
    shares >= LEAST && pairs == shares && shares * 5 >= rows.len() * 2
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
        if let Some(cell) = self.context.cell_of(&Role::Round, row) {
            self.round = self.context.round_in(cell).map(Arc::new);
        }
        if self.is_aside(row) {
            let message = "the row counts some of another one, or compares with another round";
            let column = row.cells[0].column;
            let notice = self.context.problem(Code::RowIgnored, row, column, message);
            self.output.diagnostics.push(notice);
            return;
        }
        if self.counts_list(row) {
            return;
        }
        // "Number of services" over the levels that are counted below the list.
        if let [only] = row.cells.as_slice()
            && self.context.vocabulary.words.numbers_of.begins(&shown(&only.value)).is_some()
        {
            self.output.set_aside(row, RowRole::Section);
            return;
        }
        match self.context.kind_of_row(row) {
            RowKind::Data => self.data(row),
            RowKind::Section { mark, text, column } => {
                self.output.set_aside(row, RowRole::Section);
                if let Some(of) = self.context.mark_of_heading(&text) {
                    self.sections.enter_rating(mark, &text, of);
                    self.count_in_heading(row, column);
                } else if self.is_no_body(&text) || self.context.vocabulary.words.names_kind(&text)
                {
                    self.sections.enter_group(mark.unwrap_or(Ordinal::Letter), &text);
                } else {
                    // Numbers of the bodies below it do not close it.
                    let numbered = self.context.column_of(&Role::Ordinal).is_some();
                    let mark = mark.or(numbered.then_some(Ordinal::Roman));
                    self.sections.enter(mark, &text, self.context.vocabulary);
                }
            }
            RowKind::Total { text, .. }
                if self.issuer_is_summed
                    && !self.is_of_issuer(&text)
                    && !is_in_percent(self.context, row) =>
            {
                // "Statewide" below "District total" is of a body that stands above the issuer.
                self.output.set_aside(row, RowRole::Total);
                self.figures_of(row, [Arc::from(text)].into(), None);
            }
            RowKind::Total { text, .. } => {
                self.output.set_aside(row, RowRole::Total);
                self.issuer_is_summed |= self.is_of_issuer(&text);
                if let Some(place) = self.summed(&text).or_else(|| self.parent_summed(row, &text)) {
                    self.figures_of(row, place, None);
                } else {
                    let group = self.group_summed(row, &text);
                    self.figures_of(row, self.context.committee.clone(), group);
                }
            }
            RowKind::Nothing => self.output.set_aside(row, RowRole::Note),
        }
    }

    /// "District total" in a workbook of "Millbrook School District": a total that says what the issuer is.
    fn is_of_issuer(&self, text: &str) -> bool {
        let vocabulary = self.context.vocabulary;
        let named = vocabulary.before_total(text).or_else(|| vocabulary.behind_total(text));
        let Some(kind) = named.filter(|kind| !kind.is_empty()) else { return false };
        let issuer = self.context.committee.last().map(|name| comparison_key(name));
        issuer.is_some_and(|issuer| issuer.split(' ').any(|word| word == kind))
    }

    /// What a body is commended for beside its ratings.
    fn commend(&mut self, row: &Row, place: &Arc<[Arc<str>]>) {
        let context = self.context;
        if let (Some(award), Some(campaign)) = (context.award(row, None), self.campaign()) {
            let statement = Statement::Commendation(award);
            self.output.records.push(context.record(row, &campaign, place, statement));
        }
    }

    /// Whether a heading over rows that are all named alike names none of their kind and no other body.
    fn is_no_body(&self, text: &str) -> bool {
        let vocabulary = self.context.vocabulary;
        self.named_in_full && !is_named_in_full(text, vocabulary)
            || self.share_head && !self.are_of_one_kind && !is_organization_name(text, vocabulary)
    }

    /// "Hoàn thành tốt nhiệm vụ (10 chi bộ)" counts those who stand under it.
    fn count_in_heading(&mut self, row: &Row, column: u32) {
        let (Some(campaign), Some(text)) = (self.campaign(), row.text(column)) else { return };
        let context = self.context;
        let figures = prose::clauses(split_ordinal(&text).1, context.legend)
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
        if !self.subtotals.contains(&row.index) || self.context.vocabulary.sums_everything(text) {
            return None;
        }
        // "All Adult Centres" below some of the rows, and over a total of all, is of those.
        let at = self.context.body.partition_point(|other| other.index <= row.index);
        // The same word below sums up another round.
        let is_other = |row: &Cow<'_, Row>| match self.context.kind_of_row(row) {
            RowKind::Total { text: other, .. } => comparison_key(&other) != comparison_key(text),
            _ => false,
        };
        let is_inner = || self.context.body[at..].iter().any(is_other);
        let named = self.context.vocabulary.behind_total(text);
        let rest = named.or_else(|| is_inner().then(|| text.to_owned()))?;
        let key = comparison_key(&rest);
        let heading = self.sections.names().find(|name| comparison_key(name) == key);
        (!rest.is_empty()).then(|| heading.map_or_else(|| text.to_owned(), str::to_owned))
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

    /// The body in the column of those above, where a sub-total names none and stands in its rows.
    fn parent_summed(&self, row: &Row, text: &str) -> Option<Arc<[Arc<str>]>> {
        let column = self.context.column_of(&Role::ParentOrganization)?;
        let is_part =
            self.subtotals.contains(&row.index) || self.context.vocabulary.words.subtotals.is(text);
        let open = self.sections.organizations();
        let at = match self.context.said(row, column) {
            Some(parent) => open.iter().rposition(|name| *name == parent)?,
            None => open.len().checked_sub(1)?,
        };
        is_part.then(|| self.context.place(&open[..=at]))
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
        self.figures(row, &place, group.as_deref(), false);
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
        let is_share = self.in_pairs && is_in_percent(self.context, row);
        if (is_share || self.is_share_of_above(row))
            && let Some((place, group)) = self.owner.clone()
        {
            self.figures(row, &place, group.as_deref(), false);
            return;
        }
        let Some(owner) = self.owner(row) else {
            if self.enters_counted(row) {
                return;
            }
            if self.explains(row) {
                self.output.set_aside(row, RowRole::Note);
                return;
            }
            let reaches_down = self.round.is_some()
                && self.context.column_of(&Role::Round).is_some()
                || self.context.cell_of(&Role::Unit, row).is_some();
            if reaches_down && let Some((place, group)) = self.owner.clone() {
                self.figures(row, &place, group.as_deref(), false);
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
                self.figures(row, &place, None, true);
                self.commend(row, &place);
                self.owner = Some((place, None));
                let mark = self.mark(row);
                let whole = self.wholes.get(&row.index).filter(|_| mark.is_none());
                if let Some(last) = whole {
                    self.open_wholes.push((*last, self.sections.enter_whole(&name.value)));
                } else if mark.is_some_and(|mark| mark <= Ordinal::Roman)
                    || self.is_committee(&name.value) && mark.is_some()
                {
                    self.sections.enter(mark, &name.value, self.context.vocabulary);
                } else if mark.is_none() && self.is_committee(&name.value) && !self.are_in_two_parts
                {
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

    /// Enters "Gwynedd District | | 1 | 2 | 0" over "0103 | Bethesda Branch | | X |": a heading before the names,
    /// which counts what is ticked below it.
    fn enters_counted(&mut self, row: &Row) -> bool {
        let context = self.context;
        let Some(key) = context.column_of(&Role::Organization) else { return false };
        let Some((first, rest)) = row.cells.split_first() else { return false };
        let text = shown(&first.value);
        let is_heading = first.column < key
            && text.chars().filter(|c| c.is_alphabetic()).count() > 1
            && rest.iter().any(|cell| context.counts_ticks(cell))
            && !rest.iter().any(|cell| cell.column == key);
        if is_heading {
            self.sections.enter(Some(Ordinal::Roman), &text, context.vocabulary);
            let place = context.place(&self.sections.organizations());
            self.figures_of(row, place, None);
            self.output.set_aside(row, RowRole::Section);
        }
        is_heading
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
        let Some(cell) = context.cell_of(&Role::Organization, row) else {
            let Some(column) = context.column_of(&Role::ParentOrganization) else {
                // A row for each round, and no body but the one that issued the table.
                return (key.is_none() && self.round.is_some()).then_some(Owner::Committee);
            };
            let name = parent.filter(|name| !vocabulary.is_total(name))?;
            self.close_for(row, &name);
            return Some(Owner::Organization(context.stated(row, row.cell(column)?, name)));
        };
        let text = shown(&cell.value);
        let is_numbered = matches!(split_ordinal(&text), (Some(Ordinal::Arabic), _));
        let bare = if is_numbered && self.one_has_number { &text } else { split_ordinal(&text).1 };
        // "Chi hội Trường Tiểu học (*)": the sign of a note.
        let name = bare.trim_end_matches(['*', ' ']);
        let name = name.strip_suffix("(*)").unwrap_or(name).trim_end_matches(['*', ' ']).to_owned();
        if !name.chars().any(char::is_alphanumeric) {
            return None;
        }
        // "Số lượng | 1 | 10 | 2", "Số đảng viên | 5 | 38 | 2": the counts of all that stand above.
        let counts = matches!(vocabulary.field(&name), Some((Field::Count, weight)) if weight >= WHOLE)
            || vocabulary.measure(&name).is_some_and(|(_, weight)| weight >= WHOLE);
        // One of another round was left out before.
        // "District" among schools with names is all of them.
        let named_so = vocabulary.words.organization_tails.is(&name);
        let counts_all = self.sums.contains(&row.index)
            || !columns_of_counts(self.context)
                .iter()
                .any(|column| counted(row, *column).is_some());
        // "19 | 营业部" goes on with the numbers of the bodies above it.
        let is_numbered = self.mark(row).is_some_and(|mark| mark > Ordinal::Roman);
        let is_whole = self.kinds < 2
            && !is_numbered
            && (vocabulary.is_bare_head(&name)
                && (counts_all || !self.have_total(self.context.body))
                || named_so && counts_all);
        if counts
            || is_whole
            || vocabulary.is_total(&name)
            || vocabulary.round_of_total(&name).is_some()
        {
            return Some(Owner::Committee);
        }
        let mark = self.mark(row);
        let counted = mark.is_some_and(|mark| mark > Ordinal::Roman);
        let is_alone = self.groups == 1
            && mark.is_none()
            && word_count(&name) == 1
            && !self.wholes.contains_key(&row.index);
        let reads_as_group =
            !is_alone && vocabulary.is_group(&name) && !vocabulary.is_bare_head(&name);
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

    /// Whether one of some rows is a total: "General Directorate" beside it is one of those summed.
    fn have_total(&self, rows: &[Cow<'_, Row>]) -> bool {
        rows.iter().any(|row| matches!(self.context.kind_of_row(row), RowKind::Total { .. }))
    }

    /// An organisation closes the headings of its rank.
    fn close_for(&mut self, row: &Row, name: &str) {
        if let Some(mark) = self.mark(row) {
            self.sections.close_from(mark);
        } else if self.is_committee(name) {
            self.sections.close_from(Ordinal::Roman);
        }
    }

    /// The round of the table, else the last one that a column names.
    fn campaign(&self) -> Option<Arc<Campaign>> {
        let named = self.context.columns.iter().filter_map(|column| column.campaign.clone()).max();
        self.round.clone().or_else(|| self.context.campaign.clone()).or(named)
    }
}

#[cfg(test)]
mod tests {
    use crate::reading::of_page;
    use crate::record::{Figure, Measure, Relation, Statement};

    #[test]
    fn one_word_for_a_kind_among_names_is_a_body() {
        let reading = of_page(
            "Cooperativa del Trigal\nValoración del personal 2023\n\nSección|Bueno|Regular|Malo|Total valorados\n\
             Sección de Cereal|4|2|1|7\nSección de Olivar|6|3|0|9\nOficinas|5|1|1|7\nTotal|15|6|2|23",
        );
        let mut bodies: Vec<String> =
            reading.figures().filter_map(|(of, _)| Some(of.place.get(1)?.to_string())).collect();
        bodies.dedup();
        assert_eq!(bodies, ["Sección de Cereal", "Sección de Olivar", "Oficinas"]);
    }

    #[test]
    fn a_subtotal_without_a_name_is_of_the_body_that_its_rows_are_under() {
        let reading = of_page(
            "WELFARE COUNCIL\nRatings of staff 2023\n\n\
             Region|County|Good|Fair|Poor\nEastern|Ash County|6|2|1\n|Elm County|5|3|0\n\
             |Subtotal|11|5|1\nWestern|Oak County|4|1|1\n|Fir County|7|2|0\n|Subtotal|11|3|1\n\
             Total||22|8|2",
        );
        let counts = |place: &str| {
            let of =
                reading.records.iter().filter(|record| &**record.place.last().unwrap() == place);
            let figures = of.filter_map(|record| match &record.statement {
                Statement::Figures { figures } => Some(figures),
                _ => None,
            });
            figures.flatten().filter_map(|figure| Some(figure.count.as_ref()?.value)).collect()
        };
        let counts: [Vec<i64>; 3] = ["Eastern", "Western", "WELFARE COUNCIL"].map(counts);
        assert_eq!(counts, [vec![11, 5, 1], vec![11, 3, 1], vec![22, 8, 2]]);
    }

    #[test]
    fn rows_of_percentages_are_of_the_body_above_each() {
        let reading = of_page(
            "POLICE ADMINISTRATION\nRatings of staff 2022\n\nStation|Rated|Good|Fair|Poor\n\
             Station East|8|1|3|4\n%||12.5%|37.5%|50.0%\nStation West|7|1|6|0\n%||14.3%|85.7%|0.0%\n\
             Station Hill|6|0|4|2\n%||0.0%|66.7%|33.3%\nTotal|21|2|13|6\n%||9.5%|61.9%|28.6%",
        );
        let of =
            reading.figures().filter(|(record, _)| record.place[1..] == ["Station West".into()]);
        let told: Vec<(i64, Option<f64>)> = of
            .filter_map(|(_, of)| {
                Some((of.count.as_ref()?.value, of.percent.as_ref().map(|percent| percent.value)))
            })
            .collect();
        assert_eq!(told, [(7, None), (1, Some(14.3)), (6, Some(85.7)), (0, Some(0.0))]);
    }

    #[test]
    fn a_number_that_one_name_alone_begins_with_is_a_part_of_it() {
        let names = |first: &str| {
            let reading = of_page(&format!(
                "School of Zorp\nRatings 2022\n\nPart|Rated|Good|Fair|Poor\n{first}|6|2|3|1\n\
                 Languages|7|2|4|1\nSciences|7|1|4|2\nTotal|20|5|11|4"
            ));
            let names = reading.figures().map(|(of, _)| of.place.last().unwrap().to_string());
            names.collect::<std::collections::BTreeSet<String>>()
        };
        assert!(names("1. stage").contains("1. stage"));
        assert!(names("1. stage").contains("Languages"));
    }

    #[test]
    fn a_total_over_its_percentages_is_of_all() {
        let reading = of_page(
            "ZONE\nRécapitulatif 2022\n\nPoste|Agents évalués|Bon|Moyen|Mauvais\nPoste de Ro|13|6|6|1\n\
             Poste de Ma|10|4|6|0\nPoste de Ha|11|5|5|1\nEnsemble de la zone|34|15|17|2\nEn %||44|50|6",
        );
        let all: Vec<_> = reading.figures().filter(|(of, _)| of.place.len() == 1).collect();
        assert!(all.len() >= 4 && all.iter().all(|(_, of)| of.group.is_none()));
    }

    #[test]
    fn several_bodies_may_have_nothing_but_a_kind_for_a_name() {
        let rated = |names: [&str; 3]| {
            let [first, second, third] = names;
            let reading = of_page(&format!(
                "County Services\nRatings of services 2023\n\nService|Score|Rating\n\
                 {first}|91|Good\n{second}|72|Fair\n{third}|55|Poor\nSouth Depot|60|Fair"
            ));
            let rated = reading.records.iter().filter_map(|record| match &record.statement {
                Statement::Branch(body) if record.place.len() > 1 => Some(body.name.value.clone()),
                _ => None,
            });
            rated.collect::<Vec<String>>()
        };
        let kinds = ["Library", "Clinic", "Depot"];
        assert_eq!(rated(kinds), ["Library", "Clinic", "Depot", "South Depot"]);
    }

    #[test]
    fn a_heading_before_the_names_counts_what_is_ticked_below_it() {
        let reading = of_page(
            "UNION OF QUARRY WORKERS\nAnnual returns 2024\n\n\
             Branch No.|Branch|Excellent|Good|Poor\n\
             Gwynedd District||1|2|1\n0103|Bethesda Branch|||X\n0108|Llanberis Branch|X||\n\
             0111|Porthmadog Branch||X|\n0115|Dolgellau Branch||X|\nDyfed District||1|2|1\n\
             0202|Llanelli Branch|X||\n0204|Ammanford Branch|||X\n0206|Cardigan Branch||X|\n\
             0209|Tenby Branch||X|",
        );
        let of = |record: &crate::record::Record| match &record.statement {
            Statement::Figures { figures } => {
                let counts = figures.iter().filter_map(|of| Some(of.count.as_ref()?.value));
                Some((record.place.last()?.to_string(), counts.collect::<Vec<_>>()))
            }
            _ => None,
        };
        let figures: Vec<_> = reading.records.iter().filter_map(of).collect();
        let expected = [("Gwynedd District", vec![1, 2, 1]), ("Dyfed District", vec![1, 2, 1])];
        assert_eq!(figures, expected.map(|(name, counts)| (name.to_owned(), counts)));
        let rated =
            reading.records.iter().filter(|of| matches!(of.statement, Statement::Branch(_)));
        assert_eq!(rated.filter(|of| of.place.len() == 3).count(), 8);
    }

    #[test]
    fn the_sums_below_ticks_are_of_the_rounds_of_their_columns() {
        let reading = of_page(
            "Ville de Grandval\nAudits de qualité des crèches\n\n\
             N°|Crèche|Good 2022|Poor 2022|Good 2023|Poor 2023\n\
             1|Crèche Les Coccinelles|x|||x\n\
             2|Crèche Le Petit Prince||x|x|\n3|Crèche La Farandole|x||x|\n\
             4|Crèche La Marelle||x|x|\nTotal||2|2|3|1",
        );
        let of = |record: &crate::record::Record| match &record.statement {
            Statement::Figures { figures } => {
                let counts = figures.iter().filter_map(|of| Some(of.count.as_ref()?.value));
                Some((record.campaign.code.clone(), counts.collect::<Vec<_>>()))
            }
            _ => None,
        };
        let figures: Vec<_> = reading.records.iter().filter_map(of).collect();
        let expected = [("2022".to_owned(), vec![2, 2]), ("2023".to_owned(), vec![3, 1])];
        assert_eq!(figures, expected);
    }

    #[test]
    fn a_quarter_in_a_column_is_of_the_year_of_the_title() {
        let reading = of_page(
            "Passenger Ferry Authority\nNumber of terminals in each rating, 2023\n\n\
             Quarter|Excellent|Good|Poor|Terminals rated\nQ1|1|8|0|9\nQ2|1|4|4|9\nQ3|5|3|1|9\n\
             Q4|3|4|2|9",
        );
        let counts =
            |of: &&crate::record::Record| matches!(of.statement, Statement::Figures { .. });
        let figures = reading.records.iter().filter(counts);
        let rounds = figures.map(|of| (of.row, of.campaign.code.as_str()));
        let expected = [(5, "2023-Q1"), (6, "2023-Q2"), (7, "2023-Q3"), (8, "2023-Q4")];
        assert_eq!(rounds.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn ticks_for_exemplary_alone_are_counted_apart() {
        let relation = |totals: &str| {
            let reading = of_page(&format!(
                "ĐẢNG ỦY TRUNG ĐOÀN 9\nKẾT QUẢ PHÂN LOẠI TỔ CHỨC ĐẢNG NĂM 2016\n\n\
                 TT|Tổ chức đảng|Kết quả|Kết quả|Kết quả\n\
                 TT|Tổ chức đảng|TSVM tiêu biểu|TSVM|Hoàn thành tốt nhiệm vụ\n\
                 1|Chi bộ Đại đội 1||+|\n2|Chi bộ Đại đội 2|+||\n3|Chi bộ Đại đội 3|||+\n\
                 4|Chi bộ Đại đội 5||+|\n|Cộng|{totals}"
            ));
            let sums = reading.diagnostics.iter();
            let told = sums.filter(|told| told.code == crate::Code::SumMismatch).count();
            let relations = reading.records.iter().find_map(|record| match &record.statement {
                Statement::Figures { figures } => {
                    let is_award = |of: &&Figure| of.measure == Measure::Exemplary;
                    figures.iter().find(is_award).map(|of| of.relation)
                }
                _ => None,
            });
            (relations, told)
        };
        assert_eq!(relation("1|2|1"), (Some(Relation::Disjoint), 0));
        assert_eq!(relation("1|3|1"), (Some(Relation::Nested), 0));
    }

    #[test]
    fn headings_of_one_kind_name_bodies_whatever_the_word() {
        let places = |names: [&str; 3]| {
            let [first, second, third] = names;
            let reading = of_page(&format!(
                "Wydział Nadzoru\nWyniki oceny 2023\n\nLp.|Nazwa domu|Ocena\n\
                 {first}||\n1|Dom Pomocy „Lipa”|dobra\n2|Dom Pomocy „Jesień”|dobra\n\
                 {second}||\n3|Dom Pomocy „Ostoja”|dobra\n4|Dom Pomocy „Arka”|zła\n\
                 {third}||\n5|Dom Pomocy „Wrzos”|zła\n6|Dom Pomocy „Promyk”|dobra"
            ));
            let bodies = reading.records.iter();
            let bodies = bodies.filter(|of| matches!(of.statement, Statement::Branch(_)));
            bodies.map(|of| of.place.len()).take(6).collect::<Vec<_>>()
        };
        assert_eq!(places(["Zorpat wodzicki", "Zorpat leśny", "Zorpat górny"]), [3; 6]);
        assert_eq!(places(["Zorpat wodzicki", "Inne", "Duże"]), [2; 6]);
    }

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

    #[test]
    fn a_total_of_rows_that_a_text_stands_over_is_of_that_text() {
        let reading = of_page(
            "City of Valmont\nOutcomes of appraisal 2023\n\n\
             Area|School|Staff appraised|Not met|Met\n\
             North|Perrin School|10|1|9\n|Laurencin School|12|2|10\nTotal North||22|3|19\n\
             South|Maritime School|9|1|8\n|Segalen School|8|0|8\n|Condorcet School|7|2|5\n\
             Total South||24|3|21\nTotal||46|6|40",
        );
        let place = |row: u32| {
            let found = reading.records.iter().find(|record| record.row == row);
            found.map(|record| record.place.join(" / "))
        };
        assert_eq!(place(7).as_deref(), Some("City of Valmont / North"));
        assert_eq!(place(11).as_deref(), Some("City of Valmont / South"));
        assert_eq!(place(12).as_deref(), Some("City of Valmont"));
    }

    #[test]
    fn a_total_may_stand_behind_the_name_of_the_body_that_it_sums() {
        let reading = of_page(
            "ANADOLU BANKASI A.Ş.\nŞube Değerlendirme Sonuçları 2021\n\nBölge|Şube|Çalışan Sayısı|İyi|Orta|Zayıf\n\
             Marmara Bölge Müdürlüğü|Kadıköy Şubesi|10|3|2|5\n|Nilüfer Şubesi|18|2|8|8\n\
             Marmara Bölge Müdürlüğü Toplamı||28|5|10|13\n\
             Ege Bölge Müdürlüğü|Bornova Şubesi|11|2|8|1\n|Manisa Şubesi|15|7|7|1\n\
             Ege Bölge Müdürlüğü Toplamı||26|9|15|2",
        );
        let sums: Vec<(&str, i64)> = reading
            .figures()
            .filter(|(record, _)| record.row == 7 || record.row == 10)
            .filter(|(_, figure)| figure.measure == Measure::OnRoll)
            .filter_map(|(record, figure)| {
                Some((&**record.place.last()?, figure.count.as_ref()?.value))
            })
            .collect();
        assert_eq!(sums, [("Marmara Bölge Müdürlüğü", 28), ("Ege Bölge Müdürlüğü", 26)]);
    }

    #[test]
    fn counts_of_all_are_of_whoever_issued_the_table_and_numbered_bodies_are_not() {
        let reading = of_page(
            "HILL COLLEGE\nRatings decided 2023\n\nRating|Excellent|Good|Fair|Poor\n\
             Number of staff|5|38|2|1\nPercentage|10.9|82.6|4.3|2.2",
        );
        let places: Vec<&str> =
            reading.figures().map(|(record, _)| &**record.place.last().unwrap()).collect();
        assert_eq!(places, ["HILL COLLEGE"; 4]);
    }

    #[test]
    fn a_body_named_by_its_kind_alone_is_all_of_them_only_without_a_total() {
        let of = |total: &str| {
            let reading = of_page(&format!(
                "BAY COUNTY\nRatings of staff 2023\n\nUnit|Excellent|Good|Fair|Poor\n\
                 North School|4|3|1|1\nSouth School|1|2|1|0\nDistrict|5|5|2|1{total}"
            ));
            let district = reading.figures().filter(|(record, _)| record.row == 7);
            let mut places: Vec<String> =
                district.map(|(record, _)| record.place.last().unwrap().to_string()).collect();
            places.dedup();
            places
        };
        assert_eq!(of(""), ["BAY COUNTY"]);
        assert_eq!(of("\nTotal|10|10|4|2"), ["District"]);
    }

    #[test]
    fn a_plural_of_bodies_heads_a_group_and_no_body() {
        let reading = of_page(
            "PINE HOLLOW DISTRICT\nRatings of staff 2023\n\nSchool|Good|Fair|Poor\nElementary Schools|||\n\
             Aspen Elementary|6|2|1\nBirch Elementary|5|3|0\nMiddle Schools|||\nHawthorne Middle|4|1|1\n\
             Juniper Middle|7|2|0",
        );
        let mut places = reading.figures().map(|(of, _)| of.place.len());
        assert!(places.all(|length| length == 2), "{:?}", reading.records.first());
    }

    #[test]
    fn the_total_of_a_round_is_no_part_of_that_of_another_one() {
        let reading = of_page(
            "HILL UNIVERSITY\nRatings of staff by year\n\nYear|Unit|Good|Fair|Poor|Total\n\
             2022|Arts|6|2|1|9\n|Science|5|3|1|9\n|All staff|11|5|2|18\n2023|Arts|4|1|1|6\n\
             |Science|7|2|0|9\n|All staff|11|3|1|15",
        );
        let totals = reading.figures().filter(|(of, _)| of.place.len() == 1);
        let rows: std::collections::BTreeSet<u32> = totals.map(|(of, _)| of.row).collect();
        assert_eq!(rows.len(), 2, "{rows:?}");
    }

    #[test]
    fn an_area_below_the_total_of_the_issuer_is_a_body_of_its_own() {
        let reading = of_page(
            "MILLBROOK SCHOOL DISTRICT\nTeacher ratings 2023\n\nSchool|Rated|Good|Fair|Poor\n\
             Elm School|30|20|8|2\nOak School|41|30|10|1\nAsh School|22|15|6|1\n\
             District total|93|65|24|4\nStatewide|9300|6500|2400|400",
        );
        let of = |name: &str| {
            let named = reading.figures().filter(|(of, _)| &**of.place.last().unwrap() == name);
            named.filter_map(|(_, of)| Some(of.count.as_ref()?.value)).collect::<Vec<i64>>()
        };
        assert_eq!(of("Statewide"), [9300, 6500, 2400, 400]);
        assert_eq!(of("MILLBROOK SCHOOL DISTRICT"), [93, 65, 24, 4]);
    }

    #[test]
    fn a_body_is_commended_beside_its_rating_and_a_sign_is_no_part_of_its_name() {
        let reading = of_page(
            "LIÊN ĐOÀN LAO ĐỘNG HUYỆN TRÀ BUNG\nXẾP LOẠI CÔNG ĐOÀN CƠ SỞ NĂM 2021\n\n\
             TT|Công đoàn cơ sở|Xếp loại|Hình thức khen thưởng\n1|CĐCS Trường Hoa Ban (*)|Tốt|Giấy khen\n\
             2|CĐCS Kho bạc|Xuất sắc|Bằng khen\n3|CĐCS Xã Trà Phú|Tốt|\n4|CĐCS Xưởng gỗ|Hoàn thành|",
        );
        let awards = reading.records.iter().filter_map(|of| match &of.statement {
            Statement::Commendation(award) => {
                Some((&**of.place.last()?, award.award.value.as_str()))
            }
            _ => None,
        });
        let expected = [("CĐCS Trường Hoa Ban", "Giấy khen"), ("CĐCS Kho bạc", "Bằng khen")];
        assert_eq!(awards.collect::<Vec<_>>(), expected);
    }
}
