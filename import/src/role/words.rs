//! Evidence of words: what headings say that columns hold.

use super::choose::Claims;
use super::view::{ColumnView, View, subject_of};
use super::{FigureKey, LETTERS, Role};
use crate::layout::TableKind;
use crate::record::{Measure, NotRatedReason, Relation, Sex, Stage, Subject};
use crate::text::in_brackets;
use crate::value::share;
use crate::vocabulary::{Field, LevelText};

/// What a whole heading weighs that names a field.
pub(super) const WORD: f64 = 3.0;
/// What a heading weighs that names a level, over values that fit.
const LEVEL: f64 = 3.4;

pub(super) fn claim(view: &View<'_>, kind: TableKind, claims: &mut Claims) {
    for place in 0..view.columns.len() {
        let words = Words { view, kind, column: &view.columns[place], place };
        words.level(claims);
        words.exemplary(claims);
        words.measure(claims);
        words.not_rated(claims);
        words.indicator(claims);
        words.field(claims);
        words.not_held(claims);
    }
}

struct Words<'a> {
    view: &'a View<'a>,
    kind: TableKind,
    column: &'a ColumnView<'a>,
    place: usize,
}

impl Words<'_> {
    fn stage(&self) -> Stage {
        self.column.stage_in(self.kind)
    }

    /// A level over ticks is one of a list or of rated organisations, over figures it counts.
    fn level(&self, claims: &mut Claims) {
        let Some(level) = &self.column.level else { return };
        let shape = &self.column.shape;
        if shape.is_mostly_levels() {
            return;
        }
        let marked = self.column.mark().is_some();
        let texts = if marked { 0.0 } else { shape.share(shape.texts + shape.dates) };
        let weight = LEVEL * (1.0 - texts);
        let fits = |kind| self.kind == kind;
        let of_bodies = fits(TableKind::Organizations) || fits(TableKind::Indicators);
        if fits(TableKind::Members) || of_bodies && self.view.is_ticked(self.column) {
            // In a list of people figures under levels are no ticks.
            let numbers = shape.share(
                shape.numbers - shape.ones - shape.zeros
                    + shape.pairs
                    + shape.percents.min(shape.ones),
            );
            // "Số phiếu bầu / HTXSNV | HTTNV | …": nor are those in a column where they happen to be few.
            let numbers = if self.view.counts_under_heading(self.column) { 1.0 } else { numbers };
            let weight = weight - 2.0 * LEVEL * numbers;
            claims.add(
                self.place,
                Role::Tick(self.stage(), level.level.clone()),
                weight,
                level.why,
            );
        } else if fits(TableKind::Organizations) && shape.ticks * 2 <= shape.filled_data() {
            let key = self.figure_key(Measure::Rating, Some(level.level.clone()));
            claims.add(self.place, self.figure(key), weight, level.why);
        } else if fits(TableKind::Figures) {
            claims.add(self.place, Role::NotHeld, 0.1, "a level beside rows of levels");
        }
    }

    fn figure_key(&self, measure: Measure, level: Option<LevelText>) -> FigureKey {
        let (view, column) = (self.view, self.column);
        let vocabulary = view.vocabulary;
        let subject = column.texts().rev().find_map(|text| subject_of(text, vocabulary));
        // "A. TỔ CHỨC ĐẢNG / HTXSNV": what stands over the levels says whose they are, unless it
        // names who rated.
        let over = column.heading.path.iter().enumerate().rev().find_map(|(depth, text)| {
            let subject = subject_of(text, vocabulary)?;
            let names_rater = vocabulary.stage(text).is_some() && !self.is_beside(depth, subject);
            (vocabulary.level(text).is_none() && !names_rater).then_some(subject)
        });
        let words = &vocabulary.words;
        let or_better = column.any(|text| words.or_better.found_in(text));
        FigureKey {
            campaign: column.campaign.clone(),
            subject: if level.is_some() { over } else { subject.or_else(|| self.subject_before()) }
                .or(view.counted.filter(|_| level.is_some()))
                .or(view.subject)
                .or(subject)
                .unwrap_or(Subject::Members),
            measure,
            level,
            stage: if measure == Measure::Rating {
                self.stage_of_figures()
            } else {
                Stage::Unstated
            },
            relation: if or_better { Relation::OrBetter } else { Relation::Exact },
        }
    }

    /// Whether others than those who are meant stand over other columns at a depth: "CHI BỘ TRỰC THUỘC | ĐẢNG VIÊN".
    fn is_beside(&self, depth: usize, subject: Subject) -> bool {
        let vocabulary = self.view.vocabulary;
        let levels = self.view.columns.iter().filter(|other| other.level.is_some());
        let texts = levels.filter_map(|other| other.heading.path.get(depth));
        texts.into_iter().any(|text| {
            vocabulary.stage(text).is_none()
                && subject_of(text, vocabulary).is_some_and(|other| other != subject)
        })
    }

    /// A branch over figures is the one that is rated, unless others who rate stand over the same level.
    fn stage_of_figures(&self) -> Stage {
        let level = |column: &ColumnView<'_>| column.level.as_ref().map(|of| of.level.clone());
        let mut others = self.view.columns.iter().filter(|other| {
            level(other) == level(self.column) && other.campaign == self.column.campaign
        });
        let beside = others.any(|other| {
            other.stage.is_some_and(|stage| !matches!(stage, Stage::Branch | Stage::Unstated))
        });
        match self.column.stage {
            Some(Stage::Branch) if beside => Stage::Branch,
            _ => self.stage(),
        }
    }

    /// Whom the measure before counts: "Tổng số đảng viên | Miễn | Chưa xếp loại".
    fn subject_before(&self) -> Option<Subject> {
        let vocabulary = self.view.vocabulary;
        let before = self.view.columns[..self.place].iter().rev();
        let mut measures = before.take_while(|column| {
            column.level.is_none() && vocabulary.measure(column.last()).is_some()
        });
        measures.find_map(|column| subject_of(column.last(), vocabulary))
    }

    fn says_percent(&self) -> bool {
        let vocabulary = self.view.vocabulary;
        let percent = |text: &str| {
            text.contains('%') || matches!(vocabulary.field(text), Some((Field::Percent, _)))
        };
        percent(self.column.last()) || self.column.any(percent) && !self.says_count()
    }

    /// Whether the lowest word says that it counts; "F" over a level F does not.
    fn says_count(&self) -> bool {
        let lowest = self.column.heading.path.len().checked_sub(1);
        let is_level = self.column.level.as_ref().is_some_and(|of| Some(of.depth) == lowest);
        !is_level
            && matches!(self.view.vocabulary.field(self.column.last()), Some((Field::Count, _)))
    }

    /// A count, a percentage or both, by words, signs and the columns beside it.
    fn figure(&self, key: FigureKey) -> Role {
        let shape = &self.column.shape;
        if shape.is_mostly_pairs() {
            Role::CountAndPercent(key)
        } else if self.says_percent()
            || self.view.in_percent && key.level.is_some() && !self.says_count()
            || shape.is_mostly_signed_percentages() && !self.view.has_units
            // Nobody counts parts of people.
            || shape.fractions > 0 && shape.above_one == 0 && !self.view.has_units
            || shape.fractions * 10 > shape.numbers * 7 && !self.view.has_units
            || !self.says_count() && self.follows_its_count(&key)
            || self.is_zero_among_percentages(&key)
        {
            Role::Percent(key)
        } else {
            Role::Count(key)
        }
    }

    /// The second of two columns under one heading of a level holds its percentages.
    fn follows_its_count(&self, key: &FigureKey) -> bool {
        let before = self.place.checked_sub(1).map(|before| &self.view.columns[before]);
        self.column.shape.looks_like_percentages()
            && before.is_some_and(|before| {
                key.level.is_some()
                    && before.level.as_ref().map(|level| &level.level) == key.level.as_ref()
                    && before.campaign == key.campaign
                    && !before.shape.looks_like_percentages()
            })
    }

    /// Zeros under a level whose neighbours are percentages are percentages, too.
    fn is_zero_among_percentages(&self, key: &FigureKey) -> bool {
        let shape = &self.column.shape;
        let siblings = self.view.columns.iter().filter(|other| {
            other.level.is_some()
                && other.parent() == self.column.parent()
                && other.heading.column != self.column.heading.column
        });
        let (percents, all) = siblings.fold((0, 0), |sums, other| {
            (sums.0 + usize::from(other.shape.are_percentages_or_zeros()), sums.1 + 1)
        });
        key.level.is_some()
            && shape.zeros > 0
            && shape.zeros == shape.numbers
            && percents == all
            && all > 1
    }

    fn exemplary(&self, claims: &mut Claims) {
        let (view, column) = (self.view, self.column);
        let words = &view.vocabulary.words;
        let shape = &column.shape;
        if !column.any(|text| words.exemplary.found_in(text)) || shape.is_mostly_levels() {
            return;
        }
        let figures =
            shape.numbers + shape.pairs > 0 && shape.ticks == 0 && !view.is_ticked(column);
        if figures && self.kind == TableKind::Organizations {
            let mut key = self.figure_key(Measure::Exemplary, None);
            key.subject = Subject::Branches;
            // Since 2018 the award is chosen from those with the top rating, whatever the words.
            let round = column.campaign.as_deref().or(view.campaign.as_ref());
            let nested = column.any(|text| words.nested.found_in(text))
                || column.heading.path.len() > 2
                || round.is_some_and(|round| round.year >= 2018);
            key.relation = if nested { Relation::Nested } else { Relation::Disjoint };
            claims.add(self.place, self.figure(key), LEVEL + 0.6, "words: exemplary, over figures");
        } else if matches!(self.kind, TableKind::Organizations | TableKind::Members)
            && (words.exemplary.found_in(column.last()) || column.heading.path.len() == 1)
        {
            claims.add(self.place, Role::Exemplary, LEVEL + 0.6, "words: exemplary");
        }
    }

    fn measure(&self, claims: &mut Claims) {
        let (view, column) = (self.view, self.column);
        let vocabulary = view.vocabulary;
        let shape = &column.shape;
        if self.kind != TableKind::Organizations || shape.levels > 0 || column.level.is_some() {
            return;
        }
        // Texts and dates ("Reviewed on") count nobody.
        let others = shape.texts + shape.dates;
        if others > shape.numbers + shape.missing || shape.filled == 0 {
            return;
        }
        // "N.°" over 1, 2, 3 numbers the rows.
        if shape.steps * 10 > shape.numbers * 8 && column.heading.path.len() == 1 {
            return;
        }
        let last = column.last();
        let held = vocabulary.measure(last).filter(|(measure, _)| *measure != Measure::OnRoll);
        if vocabulary.words.ignored.found_in(last)
            && vocabulary.measure(last).is_none_or(|m| m.1 <= 100)
            && held.is_none()
        {
            return;
        }
        // "Không phải đánh giá / Bị đình chỉ": a reason that has no measure of its own.
        if vocabulary.measure(last).is_none() && vocabulary.reason(last).is_some() {
            claims.add(self.place, Role::NotHeld, 1.0, "words: a reason for not being rated");
            return;
        }
        // "Số đảng viên được xếp loại / Tổng số" counts the rated.
        let measures = || column.texts().rev().filter_map(|text| Some(vocabulary.measure(text)?.0));
        let unrated = vocabulary.heads_unrated(last).then_some(Measure::NotYetRated);
        let found = measures()
            .find(|measure| *measure != Measure::OnRoll)
            .or(unrated)
            .or_else(|| measures().next());
        if let Some(measure) = found {
            let role = self.figure(self.figure_key(measure, None));
            // What stands above says less of a column than its own word.
            let own = vocabulary.measure(last).is_some() || unrated.is_some();
            let weight = if own { WORD } else { 0.5 * WORD };
            claims.add(self.place, role, weight, "words: a measure, over figures");
        }
    }

    fn not_rated(&self, claims: &mut Claims) {
        let shape = &self.column.shape;
        // "Répond en partie" beside the levels of its scale is one of them.
        let is_level = self.column.level.as_ref().is_some_and(|of| of.level.own_scale().is_some());
        if self.kind != TableKind::Members
            || shape.ticks + shape.ones == 0
            || shape.texts > 0
            || is_level
        {
            return;
        }
        let vocabulary = self.view.vocabulary;
        let last = self.column.last();
        let reason = match vocabulary.measure(last).map(|(measure, _)| measure) {
            Some(Measure::NotYetRated) => Some(NotRatedReason::Other),
            Some(Measure::Exempt) => Some(NotRatedReason::Exempt),
            _ => vocabulary.reason(last),
        };
        if let Some(reason) = reason {
            claims.add(
                self.place,
                Role::ReasonTick(reason),
                LEVEL + 0.3,
                "words: not rated, over ticks",
            );
        }
    }

    fn indicator(&self, claims: &mut Claims) {
        let (view, column) = (self.view, self.column);
        let vocabulary = view.vocabulary;
        // "Kết nạp đảng viên / Chỉ tiêu | Đã kết nạp | Đạt %" beside ratings.
        let is_beside = self.kind == TableKind::Organizations
            && column.level.is_none()
            && view.is_of(&[Field::Target])
            && view.is_rated();
        if self.kind != TableKind::Indicators && !is_beside {
            return;
        }
        let named = column.texts().find_map(|text| vocabulary.indicator(text));
        let is_named = named.is_some();
        if is_beside && !is_named {
            return;
        }
        // Where each row is an indicator, the row names it.
        let indicator = named.or_else(|| view.indicator.clone()).unwrap_or_default();
        if column.any(|text| vocabulary.words.nested.found_in(text)) {
            claims.add(self.place, Role::NotHeld, 1.0, "a part of the figure beside it");
            return;
        }
        let shape = &column.shape;
        let percent = self.says_percent();
        let (role, why) = match column.field.map(|(field, _)| field) {
            // "TH/KH", "4/2 (200%)": both in one cell.
            _ if shape.ratios + shape.pairs > 0
                && is_named
                && shape.ratios * 2 >= shape.filled_data() =>
            {
                (Role::Actual(indicator), "a name, and achievements by targets below")
            }
            Some(Field::Actual | Field::Count) if percent => {
                (Role::IndicatorPercent(indicator), "words: a percentage")
            }
            Some(Field::Target) => (Role::Target(indicator), "words: a target"),
            Some(Field::Actual) => (Role::Actual(indicator), "words: an achievement"),
            Some(Field::Percent) => (Role::IndicatorPercent(indicator), "words: a percentage"),
            Some(Field::Count) => (Role::Actual(indicator), "words: a number achieved"),
            Some(Field::Rating) if shape.is_mostly_pairs() || shape.ratios > 0 => {
                (Role::IndicatorPercent(indicator), "words: a result, over figures")
            }
            _ if is_named && percent && shape.numbers > 0 => {
                (Role::IndicatorPercent(indicator), "words: a percentage")
            }
            _ if is_named && shape.numbers > 0 => (Role::Actual(indicator), "words: an indicator"),
            _ => return,
        };
        claims.add(self.place, role, WORD, why);
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each field that a heading can name")]
    fn field(&self, claims: &mut Claims) {
        let (view, column) = (self.view, self.column);
        let Some((field, _)) = column.field else { return };
        let shape = &column.shape;
        let weight = WORD * column.sureness();
        let people = matches!(self.kind, TableKind::Members | TableKind::Commendations);
        let bodies = self.kind == TableKind::Organizations;
        let why = "words";
        let mut add = |role: Role, weight: f64| claims.add(self.place, role, weight, why);
        let texts = shape.share(shape.texts);
        let levels = shape.share(shape.levels);
        match field {
            // "Good / N.º" counts them, and so does "2023 / N.º" over numbers in no order.
            Field::Ordinal
                if column.level.is_none()
                    && shape.texts <= shape.numbers + shape.filled / 2
                    && (column.parent().is_empty() || shape.steps * 2 >= shape.numbers) =>
            {
                add(Role::Ordinal, weight);
            }
            Field::Name if bodies && view.numbers_bodies() => {
                add(Role::Organization, weight * fits(shape.texts, shape.filled));
            }
            Field::Name if people && !view.numbers_bodies() => {
                add(Role::Name, weight * fits(shape.texts, shape.filled) * (1.0 - levels));
                // "Surname | Name".
                if self.is_part_of_name() {
                    add(Role::GivenName, weight);
                }
            }
            Field::FamilyName if people => add(Role::FamilyName, weight),
            Field::SecondFamilyName if people => add(Role::SecondFamilyName, weight),
            // "Surname | Other names": the other names are the given ones.
            Field::MiddleName
                if people
                    && column.last().is_ascii()
                    && view.has(&[Field::FamilyName])
                    && !view.is_of(&[Field::GivenName, Field::Name]) =>
            {
                add(Role::GivenName, weight);
            }
            Field::MiddleName if people => add(Role::MiddleName, weight),
            Field::GivenName if people => add(Role::GivenName, weight),
            // "Họ và tên / Tên", and "Tên" beside "Họ đệm".
            Field::Organization if people && self.is_part_of_name() => {
                add(Role::GivenName, weight);
            }
            // A few letters that repeat tell nobody apart.
            Field::Identifier if people => {
                let repeats = shape.texts * 2 > shape.filled && shape.distinctness() < 0.5;
                add(Role::Identifier, if repeats { 0.0 } else { weight });
            }
            Field::BirthDate if people => add(
                Role::BirthDate(self.sex()),
                weight * fits(shape.dates + shape.years + shape.numbers, shape.filled),
            ),
            Field::Sex if people => add(Role::Sex, weight),
            // "Zyxq / Nam" over dates: who is born then, by sex.
            Field::Male if people && shape.dates * 2 > shape.filled => {
                add(Role::BirthDate(Some(Sex::Male)), weight);
            }
            Field::Female if people && shape.dates * 2 > shape.filled => {
                add(Role::BirthDate(Some(Sex::Female)), weight);
            }
            Field::Male if people => add(Role::SexTick(Sex::Male), weight),
            Field::Female if people => add(Role::SexTick(Sex::Female), weight),
            Field::Position if people => {
                let others = (1.0 - levels)
                    * (1.0 - shape.share(shape.marked))
                    * (1.0 - shape.share(shape.serials))
                    * (1.0 - shape.share(shape.numbers - shape.marked));
                // "Job title | Band": of two words for what people are, the one over steps of pay gives way.
                let is_step = shape.numbered * 2 > shape.filled && view.has_two_of(Field::Position);
                let stands = if is_step { 0.5 } else { 1.0 };
                add(Role::Position, weight * others * stands);
            }
            Field::AdmittedOn | Field::Probationary
                if people
                    && shape.ticks > 0
                    && view.vocabulary.words.probationary.found_in(column.last()) =>
            {
                add(Role::Probationary, weight + 0.4);
            }
            Field::AdmittedOn if people => add(
                Role::AdmittedOn,
                weight
                    * fits(
                        shape.dates + shape.years + shape.numbers + shape.texts / 2,
                        shape.filled,
                    ),
            ),
            Field::OfficialOn if people && shape.dates + shape.years + shape.numbers > 0 => {
                add(Role::OfficialOn, weight);
            }
            Field::Probationary if people => add(Role::Probationary, weight),
            // "Cost centre" over "CC10": a code beside people is no name of a body.
            Field::Organization if people && shape.is_mostly_serials() => {}
            Field::Organization if !matches!(self.kind, TableKind::Figures) => {
                add(
                    Role::Organization,
                    weight * fits(shape.texts + shape.organizations, shape.filled) * (1.0 - levels),
                );
            }
            Field::ParentOrganization if !matches!(self.kind, TableKind::Figures) => {
                add(Role::ParentOrganization, weight);
            }
            Field::OrganizationCode => add(Role::OrganizationCode, weight),
            // "Không xếp loại vì" over texts that are no levels.
            Field::Rating
                if people
                    && view.vocabulary.words.unrated.begins(column.last()).is_some()
                    && levels == 0.0
                    && shape.texts > 0 =>
            {
                add(Role::Reason, weight);
            }
            Field::Rating if people || bodies => self.rating(claims, weight),
            Field::Score if people || bodies => {
                add(Role::Score(self.stage()), weight * fits(shape.numbers, shape.filled));
            }
            Field::Reason if self.kind == TableKind::Commendations => add(Role::NotHeld, weight),
            Field::Reason if people || bodies => add(Role::Reason, weight),
            // "Chỉ huy nhận xét" over levels rates.
            Field::Note => add(Role::Note, weight * (1.0 - levels)),
            // "Diễn giải" beside people explains them.
            Field::Content if people => add(Role::Note, 0.5 * weight * texts),
            Field::Count if self.kind == TableKind::Figures => add(Role::PlainCount, weight),
            Field::Percent if self.kind == TableKind::Figures => add(Role::PlainPercent, weight),
            Field::Content if matches!(self.kind, TableKind::Figures | TableKind::Indicators) => {
                add(Role::Content, weight * texts.max(levels));
            }
            Field::Unit => add(Role::Unit, weight),
            // "Năm sanh" over "1961", "1987": the years of lives, and of no rounds.
            Field::Campaign if people && shape.spans_lives() => {
                add(Role::BirthDate(None), weight);
            }
            Field::Campaign if shape.is_mostly_rounds() => add(Role::Round, weight),
            Field::Award if self.kind == TableKind::Commendations => add(Role::Award, weight),
            Field::Award if (people || bodies) && shape.share(shape.awards) > 0.5 => {
                add(Role::Award, weight);
            }
            _ => {}
        }
    }

    /// A word for ratings: over levels it says little that they do not; over a few unknown words it says
    /// what they are.
    fn rating(&self, claims: &mut Claims, weight: f64) {
        let shape = &self.column.shape;
        let stage = self.stage();
        if self.column.level.is_some() && !shape.is_mostly_levels() {
            return;
        }
        if shape.is_all_letters() {
            claims.add(self.place, Role::Rating(stage), weight, LETTERS);
            return;
        }
        let unfit = shape.share(shape.numbers + shape.dates + shape.ticks);
        // "Danh hiệu thi đua" over "Lao động tiên tiến", beside ticks: what somebody is commended for.
        let is_ticked =
            |other: &ColumnView<'_>| other.level.is_some() && self.view.is_ticked(other);
        if shape.levels == 0
            && shape.share(shape.awards) > 0.5
            && self.view.columns.iter().any(is_ticked)
        {
            claims.add(self.place, Role::Award, weight, "names of awards beside ratings");
            return;
        }
        // "Level" over "Consultant | Principal" beside a column of the workbook's own levels.
        let rates = || self.view.is_rated() || self.view.columns.iter().any(is_ticked);
        if shape.levels + shape.polar == 0 && self.view.legend.scales.count() > 0 && rates() {
            return;
        }
        let few = if shape.distinct <= 12 || shape.levels > 0 { 1.0 } else { 0.3 };
        claims.add(self.place, Role::Rating(stage), weight * (1.0 - unfit) * few * 0.7, "words");
    }

    /// The sex that a date of birth stands under, by its own word or as the other one of two.
    fn sex(&self) -> Option<Sex> {
        let word = |text: &str| match self.view.vocabulary.field(text)?.0 {
            Field::Male => Some(Sex::Male),
            Field::Female => Some(Sex::Female),
            _ => None,
        };
        // "Sinh (Nam)"
        let inside = |text: &str| word(in_brackets(text)?.1);
        let of = |column: &ColumnView<'_>| word(column.last()).or_else(|| inside(column.last()));
        let own = self.column.parent();
        let siblings: Vec<&ColumnView<'_>> = self
            .view
            .columns
            .iter()
            .filter(|other| !own.is_empty() && other.parent() == own)
            .collect();
        let other = || match siblings.as_slice() {
            [left, right] => of(left).or(of(right)).map(|sex| match sex {
                Sex::Male => Sex::Female,
                Sex::Female => Sex::Male,
            }),
            _ => None,
        };
        of(self.column).or_else(other)
    }

    fn is_part_of_name(&self) -> bool {
        let vocabulary = self.view.vocabulary;
        let under_name = self
            .column
            .texts()
            .rev()
            .skip(1)
            .any(|text| matches!(vocabulary.field(text), Some((Field::Name, _))));
        let before = self.place.checked_sub(1).map(|before| &self.view.columns[before]);
        // "Förnamn | Efternamn | Avdelning": where another column has the given names, none is wanted.
        let after_family = !self.view.is_of(&[Field::GivenName])
            && before.is_some_and(|before| {
                matches!(before.field, Some((Field::FamilyName | Field::MiddleName, _)))
            });
        under_name || after_family
    }

    /// Columns that a table may have and that the hub does not hold.
    fn not_held(&self, claims: &mut Claims) {
        let vocabulary = self.view.vocabulary;
        let words = &vocabulary.words;
        let last = self.column.last();
        let shape = &self.column.shape;
        let compares = words.comparisons.found_in(last) && self.column.level.is_none();
        if matches!(self.kind, TableKind::Organizations | TableKind::Figures) && compares {
            claims.add(self.place, Role::NotHeld, WORD + 1.0, super::COMPARISON);
        }
        if words.ignored.found_in(last) && shape.levels == 0 {
            claims.add(self.place, Role::NotHeld, 1.6, "words: a field that the hub does not hold");
        }
        let above = self.column.texts().rev().nth(1);
        let nested =
            [Some(last), above].into_iter().flatten().any(|text| words.nested.found_in(text));
        if self.kind == TableKind::Organizations
            && words.details.found_in(last)
            && !self.view.is_about_details
            && (nested || self.column.heading.path.len() > 1)
        {
            claims.add(self.place, Role::NotHeld, 6.0, "a part of the figure beside it");
        }
    }
}

/// A share of values that fit, with some doubt allowed; a blank column fits anything.
fn fits(part: usize, of: usize) -> f64 {
    if of == 0 {
        return 0.8;
    }
    share(part, of)
}
