//! Evidence of values: what the cells of a column look like, whatever stands over them.

use std::collections::HashSet;

use super::choose::Claims;
use super::shape::{Shape, is_organization_name};
use super::view::{ColumnView, View};
use super::{NAMES, Role};
use crate::layout::TableKind;
use crate::record::Stage;
use crate::text::{comparison_key, word_count};
use crate::value::{number, split_ordinal};
use crate::vocabulary::Field;

pub(super) fn claim(view: &View<'_>, kind: TableKind, claims: &mut Claims) {
    for (place, column) in view.columns.iter().enumerate() {
        if column.shape.filled == 0 {
            continue;
        }
        let mut values = Values { view, kind, place, column, shape: &column.shape, claims };
        match kind {
            TableKind::Members | TableKind::Commendations => {
                values.people();
                values.units_of_people();
            }
            TableKind::Organizations => {
                values.labels();
                values.of_organizations();
            }
            TableKind::Figures => {
                values.figures();
                values.over_labels();
            }
            TableKind::Indicators if column.shape.is_mostly_indicators() => {
                values.add(Role::Content, 3.0, "indicators, one a row");
            }
            _ => {}
        }
        values.of_all();
        values.dates_of_the_round();
        values.levels();
    }
}

/// The values of a column, under the supposition of a kind of rows.
struct Values<'a> {
    view: &'a View<'a>,
    kind: TableKind,
    place: usize,
    column: &'a ColumnView<'a>,
    shape: &'a Shape,
    claims: &'a mut Claims,
}

impl Values<'_> {
    fn add(&mut self, role: Role, weight: f64, why: &'static str) {
        self.claims.add(self.place, role, weight, why);
    }

    fn share(&self, part: usize) -> f64 {
        self.shape.share(part)
    }

    fn stage(&self) -> Stage {
        self.column.stage_in(self.kind)
    }

    /// Numbers that go up, and names of organisations.
    fn of_all(&mut self) {
        let shape = self.shape;
        let ordinals = if shape.numbers > 1 { self.share(shape.steps + 1) } else { 0.0 };
        // Nobody is numbered 0.
        let column = self.column.heading.column;
        let counts =
            || self.view.table.body.iter().any(|row| row.text(column).is_some_and(|of| of == "0"));
        if ordinals > 0.5 && self.column.level.is_none() && !counts() {
            // "Số | Nội dung": before all else, whatever the word, unless that says so itself.
            let is_told = matches!(self.column.field, Some((Field::Ordinal, _)));
            let is_first = self.place == 0 && shape.counts_rows() && !is_told;
            let weight = if is_first { 4.5 } else { 1.6 * ordinals };
            self.add(Role::Ordinal, weight, "numbers that go up by one");
            // Whatever the word over them, they count the rows.
            if shape.counts_rows() && !self.is_padded_beside_ordinals() {
                self.add(Role::Identifier, -4.0, "numbers from one on, in their order");
            }
        }
        // "Nr. of staff" over figures.
        if self.kind == TableKind::Figures && shape.numbers > 2 && shape.steps * 2 < shape.numbers {
            self.add(Role::Ordinal, -4.0, "numbers in no order");
        }
        if self.kind != TableKind::Figures {
            // Remarks may begin or end with a word for a body.
            let is_note = matches!(self.column.field, Some((Field::Note, _)));
            let names = if is_note { 0.0 } else { 3.2 * self.share(shape.organizations) };
            self.add(Role::Organization, names, "names of organisations below");
            // "4.5 and above", "3.5 to 4.4": a key, and no bodies.
            if self.share(shape.ranges) > 0.5 {
                self.add(Role::Organization, -4.0, "points of levels");
            }
            if self.are_raters() {
                self.add(Role::Organization, -6.0, "who rated, one a row");
            }
        }
    }

    /// "00000001" beside "1": what counts the rows once more with zeros before it is what people are known by.
    fn is_padded_beside_ordinals(&self) -> bool {
        let counts =
            |other: &ColumnView<'_>| other.shape.counts_rows() && !other.shape.is_of_one_length();
        self.shape.is_of_one_length() && self.view.columns[..self.place].iter().any(counts)
    }

    /// "Date of panel": what happened in the round is no date of a life.
    fn dates_of_the_round(&mut self) {
        let shape = self.shape;
        let round = self.view.campaign.as_ref().map(|round| round.year);
        let since = shape.earliest_year.zip(round).is_some_and(|(year, round)| year >= round - 1);
        if self.column.field.is_none() && since && self.share(shape.dates) > 0.8 {
            self.add(Role::NotHeld, 1.0, "dates of the round itself");
        }
    }

    fn people(&mut self) {
        let shape = self.shape;
        // Names of people differ, begin with a family name or a title, and are no bodies.
        let names = self.share(shape.people) * shape.distinctness();
        let known = self.share(shape.surnames);
        let polar = self.share(shape.polar + shape.levels);
        let bodies = self.share(shape.organizations);
        // "Field office" over names that could be those of people.
        let of_bodies = matches!(self.column.field, Some((Field::Organization, _)));
        let headed = if of_bodies && known < 0.5 { 2.6 } else { 0.0 };
        // "Job title" over what people do.
        let is_work = matches!(self.column.field, Some((Field::Position, 100..)));
        let work = if is_work && known < 0.5 { 2.6 } else { 0.0 };
        let alike = if self.of_bodies().is_some() { 3.0 } else { 0.0 };
        let weight = 2.2 * names + 1.6 * known * names - 3.0 * bodies - 2.0 * polar - headed - work;
        let crossed = if self.view.has_people_crossing(self.column) { 3.4 } else { 0.0 };
        let weight = weight - alike + crossed;
        self.add(Role::Name, weight, NAMES);
        // "Office: Vicar, Curate, Vicar": what comes again and again in every section is no body of it.
        let is_held = of_bodies
            && self.view.has_sections
            && bodies < 0.1
            && shape.distinct > 1
            && shape.distinct * 3 < shape.texts
            && self.share(shape.runs) < 0.5;
        if is_held {
            let why = "the same few words in every section";
            self.add(Role::Organization, -4.0, why);
            self.add(Role::Position, 2.0, why);
        }
        self.parts_of_names();
        let is_free = self.column.field.is_none();
        if is_free || self.share(shape.positions) > 0.8 {
            let names = if shape.people * 2 > shape.filled { 0.4 } else { 1.0 };
            // "Band 5" is a step of pay; what somebody does has no number.
            let positions = shape.positions.saturating_sub(shape.numbered);
            self.add(Role::Position, 2.4 * self.share(positions) * names, "positions below");
        }
        // "G, L, M, K": some letters for grades are letters for a sex too.
        let sexes = self.share(shape.sexes);
        if sexes > 0.5 {
            self.add(Role::Sex, 3.2 * sexes, "words for a sex below");
        }
        let births = self.share(shape.births);
        // Who is rated was born some time before: later dates are of something else.
        let grown = self.view.campaign.as_ref().map_or(YOUNGEST, |round| round.year - WORKING_AGE);
        let is_unnamed = self.view.vocabulary.field(self.column.last()).is_none();
        let latest = shape.latest_year.unwrap_or(shape.latest_birth);
        if births > 0.7 && is_unnamed && latest <= grown {
            self.add(Role::BirthDate(None), 1.4 * births, "dates of birth below");
        }
        self.identifiers();
        self.points_of_raters();
        if shape.reasons * 2 > shape.filled && shape.levels == 0 {
            let weight = if shape.reasons * 10 > shape.filled * 8 { 2.4 } else { 1.6 };
            self.add(Role::Reason, weight, "reasons for not being rated below");
        }
        if shape.remarks > 0 && shape.levels == 0 && shape.people * 2 < shape.filled {
            let weight = 0.3 + 1.4 * self.share(shape.remarks);
            self.add(Role::Note, weight, "remarks on who is probationary or not rated");
        }
        if self.names_rounds() {
            self.add(Role::Round, 3.0, "years, under a word for rounds");
        }
        if self.kind == TableKind::Commendations {
            self.add(Role::Award, 3.2 * self.share(shape.awards), "names of awards below");
        }
    }

    /// "Điểm xếp loại / Chi bộ chấm" over "85": the points that somebody gave, where a key has the levels of points.
    fn points_of_raters(&mut self) {
        const DIFFERENT: usize = 3;
        let shape = self.shape;
        let is_named = self.column.stage.is_some()
            || matches!(self.column.field, Some((Field::Rating | Field::Score, _)));
        let are_points = || self.share(shape.numbers) > 0.8 && self.different_numbers() > DIFFERENT;
        // Beside words for levels the key itself tells which points are theirs.
        let has_key = || self.view.legend.levels_of_points().count() > 2 && !self.view.is_rated();
        if is_named && self.column.level.is_none() && has_key() && are_points() {
            let why = "numbers under who rates, with a key to points";
            self.add(Role::Score(self.stage()), 2.8, why);
        }
    }

    fn different_numbers(&self) -> usize {
        const ROWS: usize = 60;
        let column = self.column.heading.column;
        let cells = self.view.table.body.iter().take(ROWS).filter_map(|row| row.cell(column));
        let numbers = cells.filter_map(|cell| Some(number(&cell.value)?.value.to_bits()));
        numbers.collect::<HashSet<u64>>().len()
    }

    /// Numbers and codes that differ from person to person.
    fn identifiers(&mut self) {
        let shape = self.shape;
        let last = self.view.vocabulary.field(self.column.last());
        let tails = &self.view.vocabulary.words.identifier_tails;
        let heading = self.column.last();
        let is_numbered =
            tails.ends(heading) || tails.is(heading) || heading.trim_end().ends_with(['#', '№']);
        // "N.º mec.", "Collar No." over "4484", "2011": the number of a word, and no count of the rows.
        let words = word_count(self.column.last());
        let counts = matches!(last, None | Some((Field::Ordinal, _)));
        let begins = tails.begins(self.column.last()).is_some();
        // "Branch No." numbers bodies.
        let key = comparison_key(self.column.last());
        let of_body = |(head, _): (&str, &str)| self.view.vocabulary.heads_organization(head);
        let is_numbered_person = is_numbered && !key.rsplit_once(' ').is_some_and(of_body);
        if counts && words == 2 && (begins || is_numbered_person) && shape.are_numerals() {
            self.add(Role::Identifier, 2.4, "numbers that differ from row to row below");
            self.add(Role::Ordinal, -4.0, "numbers in no order");
        }
        // "Cost center" over codes that several have, beside the number of each.
        let is_own = |other: &ColumnView<'_>| {
            let of = &other.shape;
            of.share(of.serials) > 0.9 && of.distinct == of.filled && of.filled >= shape.filled
        };
        let is_shared =
            shape.distinct < shape.filled && !is_numbered && self.view.columns.iter().any(is_own);
        if (last.is_none() && !is_shared || is_numbered)
            && shape.numbers + shape.texts + shape.ratios > 2
        {
            // "Mã số CC, VC": numbers of whom the abbreviation stands for.
            let begins = begins && !self.view.vocabulary.heads_bodies(self.column.last());
            let weight = if is_numbered || begins { 2.4 } else { 1.2 };
            let weight = weight * self.share(shape.serials) * serial_distinctness(shape);
            self.add(Role::Identifier, weight, "identifiers below");
        }
    }

    /// "Review Year" over a few years, where the title has no round.
    fn names_rounds(&self) -> bool {
        const YEARS: i32 = 6;
        let shape = self.shape;
        let last = self.column.last().rsplit(' ').next().unwrap_or_default();
        let is_short = shape
            .earliest_year
            .zip(shape.latest_year)
            .is_some_and(|(first, last)| last - first <= YEARS);
        self.column.field.is_none()
            && self.view.campaign.is_none()
            && is_short
            && shape.years == shape.filled
            && shape.is_mostly_rounds()
            && matches!(self.view.vocabulary.field(last), Some((Field::Campaign, _)))
    }

    /// "Rev. Fr." beside names, "W.A.M." before family names, and names in the letters by which Japanese ones
    /// are read.
    fn parts_of_names(&mut self) {
        let shape = self.shape;
        // "Rev. Fr.", "Mrs.": how people are addressed, where what they do stands in another column.
        let is_address = |text: &String| {
            let mut words = text.split(' ');
            words.all(|word| word.ends_with('.') && word.chars().count() <= 6)
        };
        let addressed: usize =
            shape.seen.iter().filter(|(text, _)| is_address(text)).map(|(_, count)| count).sum();
        let works = self.view.columns.iter().filter(|column| is_work_field(column)).count();
        if shape.texts > 2 && addressed * 10 > shape.texts * 8 && works > 1 {
            self.add(Role::Position, -4.0, "forms of address");
            self.add(Role::NotHeld, 2.0, "forms of address");
        }
        let is_initials = |text: &String| {
            text.ends_with('.') && text.chars().filter(|c| *c == '.').count() * 4 >= text.len()
        };
        let initials = shape.seen.keys().filter(|text| is_initials(text)).count();
        if self.column.field.is_none()
            && initials * 10 > shape.seen.len() * 8
            && shape.seen.len() > 2
            && self.view.is_of(&[Field::FamilyName])
        {
            self.add(Role::GivenName, 2.6, "initials beside family names");
        }
        let is_kana = |text: &String| text.chars().all(|c| is_kana(c) || c.is_whitespace());
        let is_read = shape.seen.len() > 2 && shape.seen.keys().all(is_kana);
        if is_read && self.view.columns.iter().any(|other| is_written_out(other, shape)) {
            let why = "how the names beside it are read";
            self.add(Role::Name, -8.0, why);
            self.add(Role::NotHeld, 2.0, why);
        }
    }

    /// A few texts that come in runs: the units that the people belong to.
    fn units_of_people(&mut self) {
        /// Fewer of the same follow one another by chance.
        const RUNS: f64 = 0.2;
        let shape = self.shape;
        // One letter beside each name is no body.
        let is_letter = |text: &String| text.chars().count() == 1;
        if self.column.field.is_some() && !self.is_place_of_work()
            || self.column.level.is_some()
            || shape.seen.keys().all(is_letter)
            || self.are_codes()
        {
            return;
        }
        if self.view.names_rater(self.column) {
            self.add(Role::Organization, 2.6, "groups that a rater beside them is called after");
        }
        // "licence B": what begins with a small letter is no name.
        let is_small = |text: &&String| text.starts_with(char::is_lowercase);
        if shape.seen.keys().filter(is_small).count() * 2 > shape.seen.len() {
            return;
        }
        // "Central Library" beside the first of its people, and blanks below it.
        let leads = self.place <= 1 && shape.is_over_rows() && shape.texts == shape.filled_data();
        if leads && !self.view.has_sections {
            let names = 1.0 - self.share(shape.levels + shape.polar + shape.long);
            self.add(Role::Organization, 2.0 * names, super::GROUPS);
        }
        let groups = shape.repetition() * self.share(shape.texts) * (0.6 + self.share(shape.runs));
        let others = 2.0 * self.share(shape.levels + shape.polar)
            + self.share(shape.people) * shape.distinctness()
            + self.share(shape.positions)
            + 2.0 * self.share(shape.long);
        // Where headings within the list name the bodies no column need do so.
        let sections = if self.view.has_sections { 2.0 } else { 0.0 };
        let weight = 1.1 * (groups - others - sections);
        // Steps of pay and terms of a contract are fewer.
        let are_many = shape.distinct >= 4 && shape.numbered == 0;
        let least = if are_many { 0.4 } else { 0.8 };
        if weight > least && self.column.field.is_none() && self.view.names_kind(self.column) {
            let why = "names that say what they are, as the heading does";
            self.add(Role::Organization, weight.max(0.8) + 1.0, why);
        } else if weight > 0.8 {
            // Seats of a boat come again as well.
            let is_run = self.share(shape.runs) > RUNS;
            let why = if is_run { super::GROUPS } else { super::SCATTERED };
            self.add(Role::Organization, weight, why);
        }
    }

    /// "Post" over "Mwanzi Bridge" beside "Rank" over "Officer": a word for what people do, over the places where
    /// they do it.
    fn is_place_of_work(&self) -> bool {
        let shape = self.shape;
        let works = |other: &ColumnView<'_>| {
            is_work_field(other) && other.shape.positions > shape.positions
        };
        is_work_field(self.column)
            && self.share(shape.positions) < 0.3
            && self.share(shape.runs) > 0.5
            && self.view.columns.iter().any(works)
    }

    /// "CC10" under "Cost centre": codes, where as many words stand beside them under another unknown heading.
    fn are_codes(&self) -> bool {
        let shape = self.shape;
        let has_digit = |text: &String| text.contains(|c: char| c.is_ascii_digit());
        let is_code = |text: &String| has_digit(text) && !text.contains(' ');
        let names_them = |other: &ColumnView<'_>| {
            other.field.is_none()
                && other.shape.distinct == shape.distinct
                && other.shape.texts == shape.texts
                && other.shape.seen.keys().all(|text| !has_digit(text))
        };
        shape.is_mostly_serials()
            || shape.seen.keys().all(is_code) && self.view.columns.iter().any(names_them)
    }

    /// Texts that name the rows of a list of organisations, and those over them.
    fn labels(&mut self) {
        let (shape, columns) = (self.shape, &self.view.columns);
        let texts = self.share(shape.texts);
        // "From", "To": the points that levels begin and end with, one a row.
        let bounds = &self.view.vocabulary.words.bounds;
        let are_all = shape.coverage() > 0.9 && shape.seen.keys().all(|text| bounds.is(text));
        if texts > 0.0 && are_all {
            return;
        }
        // Beside columns of levels words like "under" or "senior" are parts of names.
        let heads = columns.iter().filter(|column| column.level.is_some()).count();
        let graded = if heads > 1 { shape.levels } else { shape.levels + shape.polar };
        let labels = texts
            * shape.distinctness()
            * (1.0 - self.share(graded))
            * self.share(shape.lettered + shape.organizations);
        // Blanks below a text are of it: what stands in every row beside it is one level deeper.
        let is_deeper = columns[..self.place].iter().any(|left| {
            let of = &left.shape;
            of.texts > 1 && of.coverage() < 0.7 && of.levels == 0 && shape.coverage() > 0.9
        });
        let is_whole =
            |of: &Shape| of.texts * 2 > of.filled && of.coverage() > 0.9 && of.distinctness() > 0.9;
        let is_over = shape.coverage() < 0.7
            && columns[self.place + 1..].iter().any(|right| is_whole(&right.shape));
        if is_over && shape.texts > 1 {
            let why = "each text stands over the rows below it";
            self.add(Role::ParentOrganization, 4.2 * texts, why);
            // "Zone | Address" over names that differ in each row: those have the figures, whatever the word.
            let names_rows = columns[self.place + 1..].iter().any(|right| {
                let of = &right.shape;
                let is_short = of.numbered + of.levels + of.long + of.polar + of.surnames == 0;
                is_whole(of) && is_short && !self.view.has_people_crossing(right)
            });
            if names_rows {
                self.add(Role::Organization, -3.0, why);
            }
        }
        // "DC8906" beside "Eastern Creek North": the codes of what is listed.
        let labels = if self.are_codes() { 0.0 } else { labels };
        // Names of people lead a list of people.
        let labels = if self.view.has_people_crossing(self.column) { 0.3 * labels } else { labels };
        let lead = match self.place {
            _ if is_deeper => 3.4,
            0..3 => 1.8,
            _ => 0.6,
        };
        self.add(Role::Organization, lead * labels, "a different text in each row");
        if let Some(why) = self.of_bodies() {
            self.add(Role::Organization, 3.4, why);
        }
    }

    /// Why a column under a word that nobody knows, beside which nothing is told of people, is of bodies.
    fn of_bodies(&self) -> Option<&'static str> {
        let (view, column) = (self.view, self.column);
        // "Team" over names beside "Base" over others: what a known word heads is what is rated.
        let is_known = |other: &ColumnView<'_>| {
            let of = &other.shape;
            matches!(other.field, Some((Field::Organization, 100..)))
                && of.texts == of.filled
                && of.distinctness() > 0.9
                && of.texts >= column.shape.texts
        };
        if column.field.is_some() || view.tells_of_people() || view.columns.iter().any(is_known) {
            None
        } else if view.names_alike(column) {
            Some("names with words of bodies, or that begin or end alike")
        } else if column.shape.is_numbered() {
            Some("names with numbers, as nobody's is")
        } else if view.is_summed_up(column) {
            Some("names of what a total sums up by the word of the heading")
        } else if view.is_evaluated(column) {
            Some("names of what the title says is evaluated")
        } else if view.end_alike(column) {
            Some("names that all end with one word")
        } else if view.has_officers(column) {
            Some("bodies that officers answer for")
        } else if view.says_its_kind(column) {
            Some("names that say what they are, as the heading does")
        } else {
            None
        }
    }

    fn of_organizations(&mut self) {
        let shape = self.shape;
        if shape.says_units() {
            self.add(Role::Unit, 3.2, "words for counts and percentages below");
        }
        if shape.is_mostly_rounds()
            && shape.texts + shape.dates == shape.filled
            && shape.distinct > 1
        {
            self.add(Role::Round, 3.2, "rounds below");
        }
        if shape.exemplary > 0 && shape.exemplary * 2 > shape.filled {
            self.add(Role::Exemplary, 3.8, "words for exemplary below");
        }
    }

    /// "Front Office" or "2019" beside the first of the levels that are counted in it.
    fn over_labels(&mut self) {
        let (shape, columns) = (self.shape, &self.view.columns);
        let labels = columns[self.place + 1..].iter();
        let is_over = labels.take(2).any(|other| other.shape.is_mostly_labels_of_figures());
        if !is_over || shape.levels + shape.measures > 0 || shape.distinct + shape.years < 2 {
            return;
        }
        let why = "each stands over the labels beside it";
        if shape.is_mostly_rounds() {
            self.add(Role::Round, 3.4, why);
        } else if shape.texts == shape.filled_data() {
            self.add(Role::ParentOrganization, 3.4, why);
        }
    }

    fn levels(&mut self) {
        let (shape, column) = (self.shape, self.column);
        if self.kind == TableKind::Indicators && shape.is_mostly_levels() {
            self.add(Role::NotHeld, 1.0, "what is thought of an achievement");
        }
        let is_rated = matches!(self.kind, TableKind::Members | TableKind::Organizations);
        let share = self.share(shape.levels);
        if is_rated && shape.is_mostly_levels() && (column.level.is_none() || share > 0.6) {
            // Every level once beside sentences, or beside no body: a key that explains them, and nobody
            // is rated.
            let names_body = |other: &ColumnView<'_>| {
                matches!(other.field, Some((Field::Organization | Field::ParentOrganization, _)))
                    || other.shape.share(other.shape.organizations) > 0.3
            };
            let columns = &self.view.columns;
            let is_key = self.kind == TableKind::Organizations
                && shape.levels > 2
                && shape.distinct_levels.len() == shape.levels
                && (columns.iter().any(|other| other.shape.share(other.shape.long) > 0.3)
                    || !columns.iter().any(names_body));
            // Most rows of a list have a rating; a few levels among blanks are remarks.
            let weight = 3.6 * share * (0.3 + shape.coverage()).min(1.0);
            let weight = weight - if is_key { 9.0 } else { 0.0 };
            // "v", "m" under "m/v" in a workbook of the levels V and M.
            let is_sex = matches!(column.field, Some((Field::Sex, _)));
            // "Б | В" beside ratings in words: letters of something else, where many of them are no level.
            let unknown = shape.filled_data().saturating_sub(shape.levels);
            let is_other = unknown * 5 >= shape.filled_data()
                && !shape.seen.is_empty()
                && shape.seen.keys().all(|text| text.chars().count() == 1)
                && columns.iter().any(|other| other.shape.share(other.shape.levels) > 0.9);
            if !is_sex && !is_other {
                self.add(Role::Rating(self.stage()), weight, "levels below");
            }
        }
        // "Rating: Self | Unit | Director" over letters: the unit rates, and is not named.
        let is_letter = |text: &String| text.chars().count() == 1;
        if is_rated && shape.texts + shape.levels > 2 && shape.seen.keys().all(is_letter) {
            self.add(Role::Organization, -4.0, "letters, which name no body");
        }
        let called = self.view.is_called_grade(column);
        if is_rated && shape.is_mostly_marked() && (called || self.is_of_rounds()) {
            self.add(Role::Rating(self.stage()), 3.2, "digits that the legend explains");
        }
    }

    /// "Condition 2022 | Condition 2023" over digits that the legend explains: the same of several rounds,
    /// where no column is called a rating.
    fn is_of_rounds(&self) -> bool {
        let is_marked = |of: &&ColumnView<'_>| {
            of.campaign.is_some() && of.shape.is_mostly_marked() && of.shape.marked > 2
        };
        let called = |of: &ColumnView<'_>| matches!(of.field, Some((Field::Rating, _)));
        let columns = &self.view.columns;
        is_marked(&self.column)
            && columns.iter().filter(is_marked).count() > 1
            && !columns.iter().any(|of| called(of) || of.shape.is_mostly_levels())
    }

    fn figures(&mut self) {
        let shape = self.shape;
        let is_free = matches!(self.column.field, None | Some((Field::Ordinal, _)));
        let weight = if is_free { 1.6 } else { 0.4 };
        let weight = weight * self.share(shape.numbers + shape.pairs);
        if shape.is_mostly_percentages() {
            self.add(Role::PlainPercent, weight, "percentages below");
        } else {
            self.add(Role::PlainCount, weight, "figures below");
        }
        // "5 | Zorp | 12", "4 | Blim | 30": the numbers of the levels beside them count nobody.
        let labels = |of: &ColumnView<'_>| of.shape.is_mostly_labels_of_figures();
        if shape.counts_down() && self.view.columns.get(self.place + 1).is_some_and(labels) {
            self.add(Role::PlainCount, -4.0, "numbers of the levels beside them");
            self.add(Role::Ordinal, 3.0, "numbers of the levels beside them");
        }
        // "Score from | Score to | Rating": the points of the levels count nobody.
        let of_points = matches!(self.column.field, Some((Field::Score, _)));
        if of_points || self.share(shape.ranges) > 0.5 {
            self.add(Role::PlainCount, -4.0, "points of levels");
            self.add(Role::PlainPercent, -4.0, "points of levels");
        }
        if shape.is_mostly_labels_of_figures() {
            let weight = 5.0 * self.share(shape.levels + shape.measures);
            self.add(Role::Content, weight, "levels and measures, one a row");
        }
    }

    /// "Đơn vị tự nhận xét | Cấp trên kết luận", one below the other: each row is of another body that rated, and
    /// one of them rates itself.
    fn are_raters(&self) -> bool {
        const MOST: usize = 6;
        let (shape, vocabulary) = (&self.column.shape, self.view.vocabulary);
        if !(2..=MOST).contains(&shape.filled) || shape.seen.len() != shape.filled {
            return false;
        }
        let stage = |text: &str| vocabulary.stage(split_ordinal(text).1);
        let rates =
            |text: &&String| stage(text).is_some() || is_organization_name(text, vocabulary);
        shape.seen.keys().all(|text| rates(&text))
            && shape.seen.keys().filter(|text| stage(text) == Some(Stage::Own)).count() == 1
    }
}

fn is_work_field(column: &ColumnView<'_>) -> bool {
    matches!(column.field, Some((Field::Position, _)))
}

/// Whether a letter is one of the Japanese syllables, in full width or in half.
fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{ff65}'..='\u{ff9f}')
}

/// Whether a column has as many names, in other letters than those by which they are read.
fn is_written_out(other: &ColumnView<'_>, read: &Shape) -> bool {
    let texts = &other.shape.seen;
    let has_others = |text: &&String| text.chars().any(|c| c.is_alphabetic() && !is_kana(c));
    let is_alike = other.shape.texts == read.texts && other.shape.distinctness() > 0.8;
    is_alike && texts.keys().filter(has_others).count() * 10 > texts.len() * 9
}

/// The age from which people are rated.
const WORKING_AGE: i32 = 16;
/// The latest year of birth where no round is known.
const YOUNGEST: i32 = 2012;

/// Identifiers differ from row to row.
fn serial_distinctness(shape: &Shape) -> f64 {
    if shape.texts * 2 > shape.filled { shape.distinctness() } else { 0.8 }
}
