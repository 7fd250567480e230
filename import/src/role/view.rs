//! What the rules see of a table: its columns with their words and the shapes of their values, the
//! levels that headings name, the title.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use super::levels::{HeadLevel, levels_of_headings};
use super::shape::{Shape, is_organization_name, sample};
use crate::campaign::{Campaign, is_word_of_years};
use crate::grid::{Cell, Row};
use crate::layout::{Heading, Table, TableKind, is_figure, kinds_in_lines};
use crate::legend::Legend;
use crate::record::{Stage, Subject};
use crate::text::{comparison_key, have_one_stem, in_brackets, is_abbreviation, says_more_than};
use crate::value::{ordinal, shown, split_ordinal};
use crate::vocabulary::{Field, Vocabulary};

/// A table as the rules see it.
#[expect(clippy::struct_excessive_bools, reason = "each tells a rule something of its own")]
pub(super) struct View<'a> {
    pub(super) table: &'a Table<'a>,
    pub(super) columns: Vec<ColumnView<'a>>,
    pub(super) legend: &'a Legend<'a>,
    pub(super) vocabulary: &'a Vocabulary,
    /// Whether the columns of levels hold ticks rather than figures, seen over all of them.
    pub(super) levels_are_ticked: bool,
    /// "(Đơn vị tính: %)" under the title.
    pub(super) in_percent: bool,
    pub(super) is_award: bool,
    pub(super) indicator: Option<String>,
    /// Whether the title names people who are else a part of those counted: "đoàn viên" of a union.
    pub(super) is_about_details: bool,
    /// Whom the title is about.
    pub(super) subject: Option<Subject>,
    /// The words of the title.
    title: String,
    /// Whether headings within the body name organisations.
    pub(super) has_sections: bool,
    /// Whether a column says what the figures of each row are counted in.
    pub(super) has_units: bool,
    /// Whom the columns beside the levels count.
    pub(super) counted: Option<Subject>,
    /// The only round that the title names.
    pub(super) campaign: Option<Campaign>,
}

/// A column: its words from above, its values, what its heading says.
pub(super) struct ColumnView<'a> {
    pub(super) heading: &'a Heading,
    pub(super) shape: Shape,
    /// The field that the lowest word names, with the weight of the phrase.
    pub(super) field: Option<(Field, usize)>,
    pub(super) level: Option<HeadLevel>,
    pub(super) campaign: Option<Arc<Campaign>>,
    pub(super) stage: Option<Stage>,
    /// Whether it is named after who heads the bodies of the rows: "Home manager" beside "Home".
    pub(super) is_of_head: bool,
    /// Whether it ends as the heading over the bodies of the rows does: "Xếp loại tổ công đoàn" beside "Tổ công đoàn".
    pub(super) is_of_rows: bool,
    /// The sign that ticks all levels of the table and else stands for nothing: "/".
    sign: Option<String>,
}

impl<'a> View<'a> {
    pub(super) fn new(table: &'a Table<'a>, legend: &'a Legend<'a>, title: &str) -> Self {
        let vocabulary = legend.vocabulary;
        let words = &vocabulary.words;
        let evaluates = vocabulary.field(title).is_some_and(|(field, _)| field == Field::Rating);
        let mut rounds = Campaign::all_in(title);
        let campaign = if rounds.len() == 1 { rounds.pop() } else { None };
        let rows = without_key(sample(&table.body, vocabulary), legend);
        let shapes: Vec<Shape> =
            table.headings.iter().map(|heading| Shape::of(heading.column, &rows, legend)).collect();
        let levels = levels_of_headings(table, &shapes, legend);
        // One line without a title is the caption of one of several tables.
        let frame = &table.frame;
        let is_caption = frame.titles.is_empty() && frame.block.len() == 1;
        let block = frame.block.iter().filter(|_| !is_caption);
        let issuers: Vec<String> = block.map(|line| comparison_key(&line.text)).collect();
        let bodies = bodies_over(table, vocabulary);
        let columns: Vec<ColumnView<'a>> = table
            .headings
            .iter()
            .zip(shapes)
            .zip(levels)
            .map(|((heading, shape), level)| ColumnView {
                field: field_of(heading, vocabulary)
                    .or_else(|| legend.field_of(heading.path.last()?))
                    .or_else(|| field_of_round(heading.path.last()?, vocabulary)),
                campaign: campaign_of(heading, campaign.as_ref()),
                stage: stage_of(heading, level.as_ref(), vocabulary, &issuers, &bodies),
                heading,
                shape,
                level,
                is_of_head: false,
                is_of_rows: false,
                sign: None,
            })
            .collect();
        let columns = with_heads(with_sign(columns, &rows), vocabulary);
        let all: Vec<&ColumnView<'_>> = columns.iter().collect();
        let levels_are_ticked = are_ticked(&all).unwrap_or(false);
        Self {
            table,
            legend,
            vocabulary,
            levels_are_ticked,
            in_percent: words.units_in_percent.found_in(title),
            is_award: words.award_titles.found_in(title),
            indicator: vocabulary.indicator(title).filter(|_| !evaluates),
            subject: subject_of(title, vocabulary).or_else(|| {
                let mut captions = table.frame.captions().filter(|_| title.is_empty());
                captions.any(|line| words.counts_bodies(line)).then_some(Subject::Branches)
            }),
            title: comparison_key(title),
            is_about_details: words.details.found_in(title),
            has_sections: has_sections(table, vocabulary),
            counted: counted(&columns, vocabulary),
            has_units: columns.iter().any(|column| column.shape.says_units()),
            campaign,
            columns,
        }
    }

    /// Whether the levels of the columns under one heading are ticked, and no figures count them.
    pub(super) fn is_ticked(&self, column: &ColumnView<'_>) -> bool {
        let group: Vec<&ColumnView<'_>> =
            self.columns.iter().filter(|other| other.parent() == column.parent()).collect();
        let told = are_ticked(&group).filter(|_| !column.parent().is_empty());
        told.unwrap_or(self.levels_are_ticked)
    }

    /// Whether the columns under the heading over one hold figures of several, such as votes.
    pub(super) fn counts_under_heading(&self, column: &ColumnView<'_>) -> bool {
        let group = self.columns.iter().filter(|other| other.parent() == column.parent());
        let (counted, filled) = group.fold((0, 0), |(counted, filled), other| {
            let shape = &other.shape;
            (counted + shape.numbers - shape.ones - shape.zeros, filled + shape.filled_data())
        });
        !column.parent().is_empty() && counted * 3 > filled
    }

    /// Whether some column holds levels.
    pub(super) fn is_rated(&self) -> bool {
        self.columns.iter().any(|column| column.shape.is_mostly_levels())
    }

    /// Whether some column is a field of some kind, whatever stands above it.
    pub(super) fn is_of(&self, wanted: &[Field]) -> bool {
        let fields = self.columns.iter().filter_map(|column| column.field);
        fields.into_iter().any(|(field, _)| wanted.contains(&field))
    }

    /// Whether the table has fields of some kind by the words of its headings.
    pub(super) fn has(&self, wanted: &[Field]) -> bool {
        self.columns.iter().any(|column| {
            column.texts().any(|text| {
                self.vocabulary.field(text).is_some_and(|(field, _)| wanted.contains(&field))
            })
        })
    }
}

impl ColumnView<'_> {
    pub(super) fn texts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.heading.path.iter().map(String::as_str)
    }

    /// The one short sign that all filled cells have: a tick of whatever font.
    pub(super) fn mark(&self) -> Option<&str> {
        if let Some(sign) = &self.sign {
            return Some(sign);
        }
        let shape = &self.shape;
        let only = shape.seen.keys().next().filter(|_| shape.seen.len() == 1)?;
        let short = only.chars().count() == 1 && shape.numbers + shape.levels + shape.ticks == 0;
        (short && self.level.is_some()).then_some(only.as_str())
    }

    /// The words above the lowest one, which columns of one group have in common.
    pub(super) fn parent(&self) -> &[String] {
        self.heading.path.split_last().map_or(&[], |(_, above)| above)
    }

    pub(super) fn any(&self, test: impl Fn(&str) -> bool) -> bool {
        self.texts().any(test)
    }

    pub(super) fn last(&self) -> &str {
        self.heading.path.last().map_or("", String::as_str)
    }

    /// The body that rates; in a table of branches a branch that is named is the one that is rated.
    pub(super) fn stage_in(&self, kind: TableKind) -> Stage {
        let of_branches = matches!(kind, TableKind::Organizations | TableKind::Indicators);
        if of_branches && self.is_of_rows && self.stage == Some(Stage::MassOrganization) {
            return Stage::Unstated;
        }
        if of_branches && self.is_of_head && self.stage == Some(Stage::Authority) {
            return Stage::Own;
        }
        self.stage
            .filter(|stage| !(of_branches && *stage == Stage::Branch))
            .unwrap_or(Stage::Unstated)
    }

    /// Whether the column holds levels, or stands under one.
    pub(super) fn rates(&self) -> bool {
        self.shape.is_mostly_levels() || self.level.is_some()
    }

    /// Whether no word over the column is known, but that of its level.
    pub(super) fn is_unknown(&self, vocabulary: &Vocabulary) -> bool {
        let of_level = self.level.as_ref().map(|level| level.depth);
        let words = self.texts().enumerate().filter(|(depth, _)| Some(*depth) != of_level);
        let lowest = words.last().map(|(_, text)| text);
        self.stage.is_none()
            && lowest.is_some_and(|text| {
                vocabulary.field(text).is_none()
                    && vocabulary.level(text).is_none()
                    && vocabulary.measure(text).is_none()
            })
    }

    /// How surely the words name a field: 1 for a whole phrase, less for one among other words.
    pub(super) fn sureness(&self) -> f64 {
        match self.field {
            Some((_, weight)) if weight >= 100 => 1.0,
            Some(_) => 0.7,
            None => 0.0,
        }
    }
}

/// The columns of levels with the one sign that stands in them, if in no row it fills more than half of
/// them: a sign for nothing fills all that are not ticked.
fn with_sign<'a>(mut columns: Vec<ColumnView<'a>>, rows: &[&Row]) -> Vec<ColumnView<'a>> {
    const LEAST: usize = 3;
    let levels: Vec<u32> = columns
        .iter()
        .filter(|column| column.level.is_some())
        .map(|column| column.heading.column)
        .collect();
    let mut sign: Option<String> = None;
    let mut ticked = 0;
    for row in rows {
        let cells = levels.iter().filter_map(|column| row.cell(*column));
        let texts: Vec<String> = cells.map(|cell| shown(&cell.value)).collect();
        let is_sign = |text: &String| {
            text.chars().count() == 1
                && !text.contains(char::is_alphanumeric)
                && sign.as_ref().is_none_or(|sign| sign == text)
        };
        if texts.len() * 2 > levels.len() || !texts.iter().all(is_sign) {
            return columns;
        }
        ticked += usize::from(!texts.is_empty());
        sign = sign.or_else(|| texts.into_iter().next());
    }
    let free = ticked >= LEAST && columns.iter().all(|column| column.shape.ticks == 0);
    for column in columns.iter_mut().filter(|column| free && column.level.is_some()) {
        column.sign.clone_from(&sign);
    }
    columns
}

/// "estate officer", "society committee": the kind of a body, with who answers for it.
fn answers_for(key: &str, kind: &str, vocabulary: &Vocabulary) -> bool {
    let behind = key.strip_prefix(kind).filter(|rest| rest.starts_with(' '));
    let before = key.strip_suffix(kind).filter(|rest| rest.ends_with(' '));
    let rest = behind.or(before).map(str::trim);
    let is_head = |rest: &str| {
        vocabulary.is_position(rest) || vocabulary.stage(rest) == Some(Stage::Committee)
    };
    !kind.is_empty() && rest.is_some_and(is_head)
}

/// The columns, with those told that are named after who heads the bodies of the rows.
fn with_heads<'a>(
    mut columns: Vec<ColumnView<'a>>,
    vocabulary: &Vocabulary,
) -> Vec<ColumnView<'a>> {
    let kinds: Vec<String> = columns.iter().map(|column| comparison_key(column.last())).collect();
    let is_rows = |column: &&ColumnView<'_>| {
        matches!(column.field, Some((Field::Organization, _))) || column.shape.organizations > 1
    };
    let rows = columns.iter().filter(is_rows).filter(|column| !column.rates());
    let bodies = rows.map(|column| comparison_key(column.last()));
    let bodies: Vec<String> = bodies.filter(|kind| !kind.is_empty()).collect();
    for column in &mut columns {
        let key = comparison_key(column.last());
        column.is_of_head = kinds.iter().any(|kind| answers_for(&key, kind, vocabulary));
        column.is_of_rows = bodies.iter().any(|kind| {
            key.strip_suffix(kind.as_str()).is_some_and(|before| before.ends_with(' '))
        });
        let is_open =
            matches!(column.stage, None | Some(Stage::MassOrganization | Stage::Committee));
        let names_rater = |text: &String| is_called_as(text, &bodies);
        if is_open && column.rates() && column.heading.path.iter().any(names_rater) {
            column.stage = Some(Stage::Branch);
        }
    }
    // "CĐCS tự xếp loại | Công đoàn huyện xếp loại" of bodies: where nobody else decides, who rates beside them does.
    let stands = |of: Stage| columns.iter().any(|column| column.stage == Some(of));
    let lists_people = columns.iter().any(|column| {
        matches!(column.field, Some((Field::Name | Field::FamilyName | Field::GivenName, _)))
    });
    if !bodies.is_empty() && !lists_people && stands(Stage::Own) && !stands(Stage::Committee) {
        for column in columns.iter_mut().filter(|of| of.stage == Some(Stage::MassOrganization)) {
            column.stage = Some(Stage::Committee);
        }
    }
    columns
}

/// Whether levels are ticked; none where too few cells are filled to tell.
fn are_ticked(columns: &[&ColumnView<'_>]) -> Option<bool> {
    let sum = |part: fn(&Shape) -> usize| -> usize {
        columns.iter().filter(|column| column.level.is_some()).map(|of| part(&of.shape)).sum()
    };
    let marks: usize =
        columns.iter().filter(|column| column.mark().is_some()).map(|of| of.shape.filled).sum();
    let (ticks, ones) = (sum(|shape| shape.ticks) + marks, sum(|shape| shape.ones));
    let (numbers, zeros) = (sum(|shape| shape.numbers - shape.ones), sum(|shape| shape.zeros));
    // Ones alone are ticks, unless each row has a figure in each column.
    let ticked = ticks > numbers || ticks + ones > 2 && numbers == 0 && zeros == 0;
    (ticks + ones + numbers > 0).then_some(ticked)
}

impl View<'_> {
    /// Whether a word for ratings, or for who rates, stands over a column: digits under it are grades.
    pub(super) fn is_called_grade(&self, column: &ColumnView<'_>) -> bool {
        let grades = |field| matches!(field, Some((Field::Rating | Field::Position, _)));
        // "Hodnocení vedení školy": the body that rates stands behind the word.
        let first = column.last().split_whitespace().next().unwrap_or_default();
        let first = self.vocabulary.field(first);
        grades(column.field)
            || matches!(first, Some((Field::Rating, _)))
            // "Care mark", where the key says "care mark, 5 is the best"; no body is called by a digit.
            || matches!(column.field, None | Some((Field::Organization, _)))
                && self.legend.scales.tells_of(column.last())
            // "Class" over digits, where the key says "Class 1: good".
            || self.legend.heads_digits(column.last())
            // "Grade 2023": the word and its round.
            || column.campaign.is_some() && grades(first)
            || column.stage.is_some()
    }

    /// Whether the headings of more than one column name a field.
    pub(super) fn has_two_of(&self, field: Field) -> bool {
        let named = |column: &&ColumnView<'_>| column.field.is_some_and(|(of, _)| of == field);
        self.columns.iter().filter(named).nth(1).is_some()
    }

    /// Whether some column is of what people have: a birth, a sex, a post.
    pub(super) fn tells_of_people(&self) -> bool {
        let of_people = [
            Field::FamilyName,
            Field::GivenName,
            Field::BirthDate,
            Field::Sex,
            Field::Identifier,
            Field::Position,
            Field::AdmittedOn,
        ];
        self.columns.iter().any(|column| {
            // "Grade" over letters is no position.
            let field = column.field.map(|(field, _)| field);
            field.is_some_and(|field| of_people.contains(&field))
                && (field != Some(Field::Position) || column.shape.positions > 0)
        })
    }

    /// Whether parts of names recur in ever other pairs, in a long list or beside dates of many years, as those
    /// on which people were taken on.
    pub(super) fn has_people_crossing(&self, column: &ColumnView<'_>) -> bool {
        /// What happened in a round lies in fewer years.
        const YEARS: i32 = 4;
        /// Names of places may cross by chance in a shorter list.
        const MANY: usize = 20;
        let is_of_lives = |other: &ColumnView<'_>| {
            let shape = &other.shape;
            let years = shape.earliest_year.zip(shape.latest_year);
            shape.share(shape.dates) > 0.8
                && years.is_some_and(|(first, last)| last - first >= YEARS)
        };
        let field = column.field.map(|(field, _)| field);
        field.is_none()
            && self.subject != Some(Subject::Branches)
            && (self.columns.iter().any(is_of_lives)
                || column.shape.distinct >= MANY
                    && column.shape.organizations + column.shape.linked == 0)
            && column.shape.crosses()
    }

    /// "Estate" beside "Estate officer (self)": what an officer answers for is a body, under whatever word
    /// nobody knows.
    pub(super) fn has_officers(&self, column: &ColumnView<'_>) -> bool {
        let head = comparison_key(column.last());
        let answers = |text: &str| answers_for(&comparison_key(text), &head, self.vocabulary);
        let others = self.columns.iter().filter(|other| !std::ptr::eq(*other, column));
        !self.vocabulary.is_position(&head)
            && column.shape.share(column.shape.surnames) < 0.3
            && others.flat_map(ColumnView::texts).any(answers)
    }

    /// "Cedars Nursing Home" under "Nursing home", "Mill Race Park" under "Park or green space", however many others
    /// leave the kind out: a body is called what it is, and nobody's name says that they are a person.
    pub(super) fn says_its_kind(&self, column: &ColumnView<'_>) -> bool {
        column.shape.distinctness() > 0.9 && self.names_kind(column)
    }

    /// Whether several texts of a column have a word of its heading and more: they are of that kind.
    pub(super) fn names_kind(&self, column: &ColumnView<'_>) -> bool {
        const LEAST: usize = 2;
        /// Shorter words of a heading are none for a kind.
        const LETTERS: usize = 4;
        let heading = comparison_key(column.last());
        let words = heading.split(' ').filter(|word| word.chars().count() >= LETTERS);
        let kinds: Vec<&str> = std::iter::once(heading.as_str()).chain(words).collect();
        let says = |text: &&String| {
            let text = comparison_key(text);
            // "Cá nhân" within "Tập thể, cá nhân" says no more than the heading.
            !heading.contains(&text) && kinds.iter().any(|kind| says_more_than(&text, kind))
        };
        heading.chars().count() > 2
            && !self.vocabulary.is_position(&heading)
            && column.shape.seen.keys().filter(says).count() >= LEAST
    }

    /// "All parks" in a column under "Park": what the total sums up is what is listed.
    pub(super) fn is_summed_up(&self, column: &ColumnView<'_>) -> bool {
        /// The letters that a plural may have more.
        const ENDING: usize = 3;
        /// A total stands above the list, or below it.
        const ENDS: usize = 20;
        let body = &self.table.body;
        let (first, last) = (body.iter().take(ENDS), body.iter().skip(ENDS).rev().take(ENDS));
        let kind = comparison_key(column.last());
        let is_plural = |word: &str| {
            word.strip_prefix(&kind).is_some_and(|ending| ending.chars().count() <= ENDING)
        };
        let sums = |text: &String| {
            self.vocabulary.is_total(text) && comparison_key(text).split(' ').any(is_plural)
        };
        kind.chars().count() > 2
            && !self.vocabulary.is_position(&kind)
            && self.subject != Some(Subject::Members)
            && first
                .chain(last)
                .filter_map(|row| row.text(column.heading.column))
                .any(|text| sums(&text))
    }

    /// "Evaluation of leaf buying centres" over a column "Buying centre", beside which people stand by the shape of
    /// their names or by how they begin: what the title says is evaluated.
    pub(super) fn is_evaluated(&self, column: &ColumnView<'_>) -> bool {
        let is_other = |of_people: &dyn Fn(&Shape) -> usize| {
            let share = |of: &ColumnView<'_>| of.shape.share(of_people(&of.shape));
            share(column) < 0.3 && self.columns.iter().any(|other| share(other) > 0.8)
        };
        column.field.is_none()
            && self.title_names(column)
            && column.shape.distinctness() > 0.9
            && (is_other(&|shape| shape.people) || is_other(&|shape| shape.surnames))
    }

    /// "Review of locals" over numbers under "Local": what stands beside them under "Name" names bodies.
    pub(super) fn numbers_bodies(&self) -> bool {
        let is_number = |column: &ColumnView<'_>| {
            let shape = &column.shape;
            matches!(column.field, Some((Field::Organization, 100..)))
                && shape.numbers > 2
                && shape.numbers == shape.filled
        };
        let is_of_people =
            |column: &ColumnView<'_>| column.shape.share(column.shape.surnames) > 0.5;
        !self.tells_of_people()
            && !self.columns.iter().any(is_of_people)
            && self.columns.iter().any(|column| is_number(column) && self.title_names(column))
    }

    /// Whether the title has the word over a column, in the plural or behind "each".
    fn title_names(&self, column: &ColumnView<'_>) -> bool {
        /// The letters that a plural may have more.
        const ENDING: usize = 2;
        let kind = comparison_key(column.last());
        let parts: Vec<&str> = self.title.split(' ').collect();
        let words = kind.split(' ').count();
        let names = |run: &[&str]| {
            let run = run.join(" ");
            let plural = run.strip_prefix(&kind);
            plural.is_some_and(|ending| (1..=ENDING).contains(&ending.chars().count()))
        };
        // "Standing of each academy": of every row of the column.
        let of_each =
            |run: &[&str]| self.vocabulary.words.each.is(run[0]) && run[1..].join(" ") == kind;
        kind.chars().count() > 2
            && !self.vocabulary.is_position(&kind)
            && self.subject != Some(Subject::Members)
            && (parts.windows(words).any(names) || parts.windows(words + 1).any(of_each))
    }

    /// "Shivneri Sugar Mill", "Nira Sugar Mill": all end with one word, as no list of people does.
    pub(super) fn end_alike(&self, column: &ColumnView<'_>) -> bool {
        const LEAST: usize = 4;
        let last = |text: &String| {
            let (_, last) = text.rsplit_once(' ')?;
            last.chars().all(char::is_alphabetic).then(|| last.to_lowercase())
        };
        let ends: HashSet<Option<String>> = column.shape.seen.keys().map(last).collect();
        ends.len() == 1
            && ends.iter().flatten().any(|word| word.chars().count() > 2)
            && column.shape.seen.len() >= LEAST
            && column.shape.distinctness() > 0.9
            && self.subject != Some(Subject::Members)
    }

    /// "Sektion" beside "Sektionens förslag": few words that come again, under a word by which a rater is called.
    pub(super) fn names_rater(&self, column: &ColumnView<'_>) -> bool {
        let shape = &column.shape;
        let key = comparison_key(column.last());
        let rates = |other: &ColumnView<'_>| {
            let heading = comparison_key(other.last());
            other.shape.is_mostly_levels() && heading.split(' ').any(|of| have_one_stem(&key, of))
        };
        column.field.is_none()
            && column.level.is_none()
            && shape.texts == shape.filled
            && shape.distinct > 1
            && shape.distinct * 2 <= shape.filled
            && !shape.is_mostly_levels()
            && self.columns.iter().any(rates)
    }

    /// Whether a column under a word that nobody knows names bodies by its words: many begin, or end, alike,
    /// as the names of people do not, or have words that these never have, or some are of one word beside those
    /// of several, and nothing beside them is told of people.
    pub(super) fn names_alike(&self, column: &ColumnView<'_>) -> bool {
        /// Two people share a part of their name less often.
        const ALIKE: f64 = 0.15;
        const LEAST: usize = 8;
        /// Slips and titles are fewer.
        const LINKED: f64 = 0.08;
        /// People who are called by one name alone are fewer.
        const SINGLE: f64 = 0.25;
        let shape = &column.shape;
        let single = shape.share(shape.single_words);
        // "Condition of the beats" over "Beat": one name of one word is enough.
        let are_mixed =
            || single < 0.9 && (single >= SINGLE || single > 0.0 && self.title_names(column));
        column.field.is_none()
            && shape.texts >= LEAST
            && shape.texts == shape.filled
            && shape.levels + shape.polar + shape.long == 0
            && shape.distinctness() > 0.9
            && shape.share(shape.lettered) > 0.9
            && shape.share(shape.surnames) < 0.3
            && self.subject != Some(Subject::Members)
            && !self.tells_of_people()
            && (shape.likeness() > ALIKE || shape.share(shape.linked) > LINKED || are_mixed())
            && !self.has_people_crossing(column)
    }
}

/// The rows without those of a key below them: a level and what it means, beside rows of more cells.
fn without_key<'r>(mut rows: Vec<&'r Row>, legend: &Legend<'_>) -> Vec<&'r Row> {
    const CELLS: usize = 2;
    let wide = rows.iter().filter(|row| row.cells.len() > CELLS).count();
    if wide * 2 > rows.len() {
        let is_level = |cell: &Cell| legend.level(&shown(&cell.value)).is_some();
        rows.retain(|row| row.cells.len() > CELLS || !row.cells.first().is_some_and(is_level));
    }
    rows
}

/// Whether several rows hold nothing but the name of an organisation, with a mark or without, or one word
/// again and again before what it is of: "Trade: Carpentry".
fn has_sections(table: &Table<'_>, vocabulary: &Vocabulary) -> bool {
    let rows = || table.body.iter().take(400);
    let kinds = kinds_in_lines(rows().map(|row| &**row), |text| {
        let (kind, name) = text.split_once(':')?;
        let is_named = name.contains(char::is_alphabetic) && !vocabulary.is_note(text);
        is_named.then_some((kind, name))
    });
    if !kinds.is_empty() || begins_with_heading(table) {
        return true;
    }
    // "I | Chi bộ thôn Đông | 1 | 7 | 1": a heading may count those below it.
    let heads = |row: &&Cow<'_, Row>| {
        let texts = row.cells.iter().map(|cell| shown(&cell.value));
        let mut words =
            texts.filter(|text| text.contains(char::is_alphabetic) && ordinal(text).is_none());
        let is_counted = row.cells.len() <= 2
            || row.cells.iter().filter(|cell| is_figure(&cell.value)).count() > 1;
        let named = words
            .next()
            .is_some_and(|text| is_organization_name(split_ordinal(&text).1, vocabulary));
        named && is_counted && words.next().is_none()
    };
    let (named, all) = (rows().filter(heads).count(), rows().count());
    named > 1 && named * 2 < all
}

/// Whether the body begins with a row of one text alone and more of them stand right over data.
fn begins_with_heading(table: &Table<'_>) -> bool {
    /// The cells of a row of data.
    const CELLS: usize = 4;
    let rows: Vec<&Row> = table.body.iter().take(400).map(|row| &**row).collect();
    let heads = |at: usize| {
        let [only] = rows[at].cells.as_slice() else { return false };
        let is_text = shown(&only.value).contains(char::is_alphabetic);
        is_text && rows.get(at + 1).is_some_and(|next| next.cells.len() >= CELLS)
    };
    let named = (0..rows.len()).filter(|at| heads(*at)).count();
    !rows.is_empty() && heads(0) && named > 1 && named * 3 < rows.len()
}

/// Whom the figures beside levels count: "Số đảng viên", "Số chi bộ"; none where both stand there.
fn counted(columns: &[ColumnView<'_>], vocabulary: &Vocabulary) -> Option<Subject> {
    let subjects = columns.iter().filter_map(|column| {
        let counts = column.level.is_none() && column.shape.numbers > 0;
        subject_of(column.last(), vocabulary).filter(|_| counts)
    });
    let subjects: Vec<Subject> = subjects.collect();
    let first = *subjects.first()?;
    subjects.iter().all(|subject| *subject == first).then_some(first)
}

/// The lowest heading that names a field decides; the one above helps it out.
fn field_of(heading: &Heading, vocabulary: &Vocabulary) -> Option<(Field, usize)> {
    let mut lower: Option<(Field, usize)> = None;
    for text in heading.path.iter().rev() {
        let born = || born_as(text, vocabulary);
        let named = || vocabulary.field(text).or_else(|| of_two_languages(text, vocabulary));
        let Some((field, weight)) = born().or_else(named) else { continue };
        match (lower, field) {
            (None, _) => lower = Some((field, weight)),
            (Some((Field::Male | Field::Female, _)), Field::BirthDate) => {
                return Some((Field::BirthDate, weight));
            }
            _ => return lower,
        }
    }
    let last = heading.path.last().map_or("", String::as_str);
    let is_open =
        matches!(lower, None | Some((Field::Name, _))) && vocabulary.stage(last).is_none();
    if is_open && vocabulary.heads_bodies(last) { Some((Field::Organization, 100)) } else { lower }
}

/// "Sinh (Nam)": a birth, with the sex in brackets.
fn born_as(text: &str, vocabulary: &Vocabulary) -> Option<(Field, usize)> {
    let (birth, sex) = in_brackets(text)?;
    let is_sex = matches!(vocabulary.field(sex)?.0, Field::Male | Field::Female);
    vocabulary.field(birth).filter(|(field, _)| is_sex && *field == Field::BirthDate)
}

/// "Khen thưởng năm 2012": the field of what stands beside the ratings of a round, which the heading names.
fn field_of_round(text: &str, vocabulary: &Vocabulary) -> Option<(Field, usize)> {
    if Campaign::all_in(text).len() != 1 {
        return None;
    }
    let key = comparison_key(text);
    let is_word =
        |word: &&str| !word.contains(|c: char| c.is_ascii_digit()) && !is_word_of_years(word);
    let bare = key.split(' ').filter(is_word).collect::<Vec<_>>().join(" ");
    let field = vocabulary.field(&bare);
    field.filter(|(field, _)| matches!(field, Field::Award | Field::Reason | Field::Note))
}

/// "Family Họ", "Grade Mức xếp loại": the field that one of two languages names in full.
fn of_two_languages(text: &str, vocabulary: &Vocabulary) -> Option<(Field, usize)> {
    let words: Vec<&str> = text.split([' ', '/']).filter(|word| !word.is_empty()).collect();
    // The signs of numbers are of every language.
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii() || "ºª°№".contains(c));
    // "Nr. salariați": what is counted is no other language.
    let counts = |word: &&str| vocabulary.words.counted_units.is(word);
    if is_plain(text) || words.len() > 10 || words.iter().any(counts) {
        return None;
    }
    let whole =
        |words: &[&str]| vocabulary.field(&words.join(" ")).filter(|(_, weight)| *weight >= 100);
    (1..words.len()).find_map(|at| {
        let (left, right) = words.split_at(at);
        let parted = is_plain(&left.join("")) && !is_plain(right[0])
            || !is_plain(&left.join("")) && is_plain(&right.join(""));
        whole(right).or_else(|| whole(left)).filter(|_| parted)
    })
}

/// The round that the lowest heading names; a part of a year takes its year from above or the title.
fn campaign_of(heading: &Heading, title: Option<&Campaign>) -> Option<Arc<Campaign>> {
    let texts = || heading.path.iter().map(String::as_str);
    let only = |text: &str| {
        let mut rounds = Campaign::all_in(text);
        (rounds.len() == 1).then(|| rounds.remove(0))
    };
    let above = || texts().find_map(only).or_else(|| title.cloned());
    let part = texts().rev().find(|text| Campaign::is_part_alone(text));
    let part = part.and_then(|text| above()?.part_named(text));
    part.or_else(|| texts().rev().find_map(only)).map(Arc::new)
}

/// The body that the words name, but not by the word that is the level.
fn stage_of(
    heading: &Heading,
    level: Option<&HeadLevel>,
    vocabulary: &Vocabulary,
    issuers: &[String],
    bodies: &[String],
) -> Option<Stage> {
    let of_level = level.map(|level| level.depth);
    heading
        .path
        .iter()
        .enumerate()
        .rev()
        .filter(|(depth, _)| Some(*depth) != of_level)
        .find_map(|(_, text)| {
            let decides = || names_issuer(text, issuers).then_some(Stage::Committee);
            let stage = vocabulary.stage(text);
            // In a workbook of the trade union its own bodies decide, and its branches before them.
            let is_open = matches!(stage, None | Some(Stage::MassOrganization));
            if is_open && begins_as(text, bodies) && !begins_as(text, issuers) {
                return Some(Stage::Branch);
            }
            let of_union = stage.filter(|of| *of == Stage::MassOrganization);
            of_union.and_then(|_| decides()).or(stage).or_else(decides)
        })
        .or_else(|| {
            heading
                .path
                .iter()
                .rev()
                .find_map(|text| vocabulary.stage(text))
                .filter(|_| of_level.is_none())
        })
}

/// "Tổ công đoàn bình xét", "Tổ CĐ bình" where people stand under "Tổ công đoàn Kế toán": who rated begins as their
/// body does, in full or in letters.
fn begins_as(text: &str, bodies: &[String]) -> bool {
    const WORDS: usize = 2;
    let key = comparison_key(text);
    let first = key.split(' ').next().unwrap_or_default();
    let begins = |body: &String| {
        body.split(' ').next() == Some(first) && words_in_common(&key, body) >= WORDS
    };
    bodies.iter().any(begins)
}

/// "Công đoàn bộ phận xếp loại" beside a column "Công đoàn bộ phận": who rated is called as the bodies of the rows
/// are, by several words.
fn is_called_as(text: &str, kinds: &[String]) -> bool {
    let key = comparison_key(text);
    let begins = |kind: &String| {
        key.strip_prefix(kind.as_str()).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    kinds.iter().any(|kind| kind.contains(' ') && begins(kind))
}

/// The bodies that stand over the rows of a table: its captions, and headings within it.
fn bodies_over(table: &Table<'_>, vocabulary: &Vocabulary) -> Vec<String> {
    const LINES: usize = 5;
    // The title says what is rated.
    let titles = &vocabulary.words.titles;
    let is_body = |line: &&str| titles.begins(line).is_none() && Campaign::all_in(line).is_empty();
    let captions = table.frame.captions().filter(is_body).map(comparison_key);
    let lines = table.body.iter().filter(|row| row.cells.len() == 1);
    let lines = lines.filter_map(|row| row.cells.first()).take(LINES);
    let headings = lines.map(|cell| comparison_key(split_ordinal(&shown(&cell.value)).1));
    captions.chain(headings).collect()
}

/// "Huyện đoàn xếp loại" in a workbook of "Huyện đoàn Yên Ba", "Hội LHPN xã xếp loại" in one of "Hội Liên hiệp
/// Phụ nữ xã Vĩnh Thuận": who issued it decided.
pub(crate) fn names_issuer(text: &str, issuers: &[String]) -> bool {
    const WORDS: usize = 2;
    let key = comparison_key(text);
    // "BCH Hội xã": the letters of a committee stand before the name of its body.
    let is_letters = |word: &str| {
        (2..=4).contains(&word.len())
            && word.chars().all(|c| c.is_ascii_alphabetic())
            && is_abbreviation(word)
    };
    let behind = key.split_once(' ').filter(|(first, _)| is_letters(first)).map(|(_, rest)| rest);
    let texts = [Some(key.as_str()), behind];
    // "Thị hội xếp loại" in a workbook of "Hội Liên hiệp Phụ nữ thị xã": of what it is stands before the body.
    let is_turned = |issuer: &String| {
        let mut words = key.split(' ');
        let (of, body) = (words.next(), words.next());
        let mut names = issuer.split(' ');
        of.is_some() && body == names.next() && names.any(|word| Some(word) == of)
    };
    let names = |text: &str| issuers.iter().any(|issuer| words_in_common(text, issuer) >= WORDS);
    texts.into_iter().flatten().any(names) || issuers.iter().any(is_turned)
}

/// How many first words of a text are those of a name, in their order, in full or by their first letters.
fn words_in_common(key: &str, name: &str) -> usize {
    let name: Vec<&str> = name.split(' ').collect();
    let mut at = 0;
    let mut common = 0;
    for word in key.split(' ') {
        let rest = &name[at..];
        let letters = word.chars().count();
        let initials = || rest.iter().take(letters).filter_map(|of| of.chars().next());
        let later = rest.iter().position(|of| *of == word);
        if let Some(later) = later.filter(|later| *later == 0 || common > 0) {
            // "Hội xã" of "Hội Liên hiệp Phụ nữ xã": what lies between is left out.
            at += later + 1;
        } else if letters > 1 && rest.len() >= letters && initials().eq(word.chars()) {
            // Letters stand for as many words.
            at += letters;
            common += letters - 1;
        } else {
            break;
        }
        common += 1;
    }
    common
}

/// Members or organisations, by the word that stands first: "xếp loại đảng viên của các chi bộ".
pub(crate) fn subject_of(text: &str, vocabulary: &Vocabulary) -> Option<Subject> {
    let words = &vocabulary.words;
    // "单位:人、%" is the word for bodies and tells what figures are in.
    let is_unit = |part: &str| part == "%" || vocabulary.counts_in(part);
    let tells_units = |word: &&str| {
        let behind = word.trim_matches(['(', ')']).split_once(':').map(|(_, units)| units);
        behind.is_some_and(|units| units.split([',', '/', '、']).all(is_unit))
    };
    let plain = || text.split_whitespace().filter(|word| !tells_units(word)).collect::<Vec<_>>();
    let of_branches = || words.subject_branches.found_in(&words.without_groups(&plain().join(" ")));
    match (words.subject_members.found_in(text), of_branches()) {
        (true, _) => Some(Subject::Members),
        (false, true) => Some(Subject::Branches),
        (false, false) => words.counts_bodies(text).then_some(Subject::Branches),
    }
}

#[cfg(test)]
mod tests {
    use super::{names_issuer, subject_of};
    use crate::record::Subject;
    use crate::text::comparison_key;
    use crate::vocabulary::Vocabulary;

    #[test]
    fn what_figures_are_parted_by_and_measured_in_is_not_counted() {
        let vocabulary = Vocabulary::bundled();
        let of = |sample: &str| {
            let mut all = vocabulary.others();
            all.find(|of| of.words.totals.is(sample)).expect("the words of a language")
        };
        let (japanese, chinese) = (of("部計"), of("合计"));
        assert_eq!(subject_of("部門別 評価分布", japanese), None);
        assert_eq!(subject_of("部門の評価", japanese), Some(Subject::Branches));
        assert_eq!(subject_of("考核结果统计表 单位:人、%", chinese), None);
        assert_eq!(subject_of("单位考核结果", chinese), Some(Subject::Branches));
    }

    #[test]
    fn the_issuer_is_named_in_full_or_by_letters() {
        let issuers = [comparison_key("HỘI LIÊN HIỆP PHỤ NỮ XÃ VĨNH THUẬN")];
        for text in [
            "Hội LHPN xã xếp loại",
            "Hội Liên hiệp Phụ nữ xã",
            "HỘI LH phụ nữ",
            "BCH Hội xã xếp loại",
        ] {
            assert!(names_issuer(text, &issuers), "{text}");
        }
        for text in ["Hội viên tự xếp loại", "Chi hội tự xếp loại", "LHPN"] {
            assert!(!names_issuer(text, &issuers), "{text}");
        }
    }
}
