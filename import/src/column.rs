//! Columns to fields: the words over a column, the shape of its values, its neighbours.

mod shape;

use std::borrow::Cow;
use std::sync::Arc;

use crate::campaign::Campaign;
use crate::legend::Legend;
use crate::record::{Measure, NotRatedReason, Relation, Sex, Stage, Subject};
use crate::table::{Heading, TableKind};
use crate::vocabulary::{Field, LevelText, Vocabulary};
use crate::workbook::Row;

pub(crate) use shape::{Shape, is_organization_name, round_of};

/// What the figures of a column are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FigureKey {
    pub(crate) campaign: Option<Arc<Campaign>>,
    pub(crate) subject: Subject,
    pub(crate) measure: Measure,
    pub(crate) level: Option<LevelText>,
    pub(crate) stage: Stage,
    pub(crate) relation: Relation,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Meaning {
    Ordinal,
    Name,
    FamilyName,
    GivenName,
    Identifier,
    BirthDate(Option<Sex>),
    Sex,
    SexTick(Sex),
    Position,
    AdmittedOn,
    OfficialOn,
    Probationary,
    Organization,
    ParentOrganization,
    OrganizationCode,
    Rating(Stage),
    Score(Stage),
    Tick(Stage, LevelText),
    Exemplary,
    Reason,
    /// A tick for those who are not rated.
    ReasonTick(NotRatedReason),
    Note,
    Content,
    /// What the figures of a row are counted in: people, or per cent.
    Unit,
    /// The round of the row.
    Round,
    Award,
    Count(FigureKey),
    Percent(FigureKey),
    CountAndPercent(FigureKey),
    /// A column of counts whose rows say what is counted.
    PlainCount,
    PlainPercent,
    Target(String),
    Actual(String),
    IndicatorPercent(String),
    Ignored,
}

impl Meaning {
    /// Whether it rates those of the rows.
    pub(crate) fn is_rating(&self) -> bool {
        matches!(self, Self::Rating(_) | Self::Tick(..) | Self::Score(_))
    }

    /// What its figures are, if it holds printed ones.
    fn figure_key(&self) -> Option<&FigureKey> {
        match self {
            Self::Count(key) | Self::Percent(key) | Self::CountAndPercent(key) => Some(key),
            _ => None,
        }
    }

    /// The name as `inspect` shows it.
    pub(crate) fn name(&self) -> String {
        let sex = |sex: &Sex| if *sex == Sex::Male { "male" } else { "female" };
        let figure = |what: &str, key: &FigureKey| {
            let of = match (&key.level, key.measure) {
                (Some(level), _) => level_name(level),
                (None, measure) => format!("{measure:?}").to_lowercase(),
            };
            let round = key.campaign.as_ref().map(|round| format!(" {}", round.code));
            format!("{what} of {of}{}", round.unwrap_or_default())
        };
        match self {
            Self::Ordinal => "ordinal".into(),
            Self::Name => "name".into(),
            Self::FamilyName => "family name".into(),
            Self::GivenName => "given name".into(),
            Self::Identifier => "identifier".into(),
            Self::BirthDate(None) => "birth date".into(),
            Self::BirthDate(Some(of)) => format!("birth date ({})", sex(of)),
            Self::Sex => "sex".into(),
            Self::SexTick(of) => format!("tick: {}", sex(of)),
            Self::Position => "position".into(),
            Self::AdmittedOn => "admitted on".into(),
            Self::OfficialOn => "official on".into(),
            Self::Probationary => "probationary".into(),
            Self::Organization => "organisation".into(),
            Self::ParentOrganization => "parent organisation".into(),
            Self::OrganizationCode => "organisation code".into(),
            Self::Rating(stage) => format!("rating, stage {stage:?}").to_lowercase(),
            Self::Score(stage) => format!("score, stage {stage:?}").to_lowercase(),
            Self::Tick(stage, level) => {
                format!(
                    "tick: {}, stage {}",
                    level_name(level),
                    format!("{stage:?}").to_lowercase()
                )
            }
            Self::Exemplary => "exemplary".into(),
            Self::Reason => "reason".into(),
            Self::ReasonTick(_) => "tick: not rated".into(),
            Self::Note => "note".into(),
            Self::Content => "content".into(),
            Self::Unit => "unit".into(),
            Self::Round => "round".into(),
            Self::Award => "award".into(),
            Self::Count(key) => figure("count", key),
            Self::Percent(key) => figure("percentage", key),
            Self::CountAndPercent(key) => figure("count and percentage", key),
            Self::PlainCount => "count".into(),
            Self::PlainPercent => "percentage".into(),
            Self::Target(of) => format!("target of {of}"),
            Self::Actual(of) => format!("achievement of {of}"),
            Self::IndicatorPercent(of) => format!("percentage of {of}"),
            Self::Ignored => "ignored".into(),
        }
    }
}

fn level_name(level: &LevelText) -> String {
    match level {
        LevelText::Known(_) => "a level".into(),
        LevelText::Rank(rank) => format!("level {rank}"),
        LevelText::Foreign { label, .. } => format!("`{label}`"),
    }
}

/// A column with its meaning and the reason for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Column {
    pub(crate) index: u32,
    pub(crate) heading: String,
    /// The round that the heading names.
    pub(crate) campaign: Option<Arc<Campaign>>,
    pub(crate) meaning: Meaning,
    pub(crate) why: &'static str,
}

/// What is known of a table before its columns are read.
pub(crate) struct Context<'a> {
    pub(crate) legend: &'a Legend<'a>,
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) is_award: bool,
    /// "(Đơn vị tính: %)" under the title.
    in_percent: bool,
    pub(crate) indicator: Option<String>,
    pub(crate) subject: Option<Subject>,
    /// The only round that the title names.
    campaign: Option<Campaign>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(legend: &'a Legend<'a>, title: &str) -> Self {
        let vocabulary = legend.vocabulary;
        let words = &vocabulary.words;
        let evaluates = vocabulary.field(title).is_some_and(|(field, _)| field == Field::Rating);
        let indicator = vocabulary.indicator(title).filter(|_| !evaluates);
        let mut rounds = Campaign::all_in(title);
        let campaign = if rounds.len() == 1 { rounds.pop() } else { None };
        Self {
            campaign,
            in_percent: crate::text::comparison_key(title)
                .contains(&crate::text::comparison_key("đơn vị tính %")),
            is_award: words.award_titles.found_in(title),
            indicator,
            subject: subject_of(title, vocabulary),
            legend,
            vocabulary,
        }
    }
}

/// Members or organisations, by the word that stands first: "xếp loại đảng viên của các chi bộ".
pub(crate) fn subject_of(text: &str, vocabulary: &Vocabulary) -> Option<Subject> {
    let words = &vocabulary.words;
    match (words.subject_members.found_in(text), words.subject_branches.found_in(text)) {
        (true, _) => Some(Subject::Members),
        (false, true) => Some(Subject::Branches),
        (false, false) => None,
    }
}

/// The kind of a table and the meaning of its columns.
pub(crate) fn read(
    headings: &[Heading],
    body: &[Cow<'_, Row>],
    context: &Context<'_>,
) -> (TableKind, Vec<Column>) {
    let shapes: Vec<Shape> =
        headings.iter().map(|heading| Shape::of(heading.column, body, context.legend)).collect();
    let kind = kind_of(headings, &shapes, context);
    let levels_are_ticked = levels_are_ticked(headings, &shapes, context.vocabulary);
    let mut columns: Vec<Column> = Vec::with_capacity(headings.len());
    for (place, (heading, shape)) in headings.iter().zip(&shapes).enumerate() {
        let before = columns.last();
        let reader = ColumnReader { kind, heading, shape, before, context, levels_are_ticked };
        let (meaning, why) = reader.meaning();
        let campaign = reader.campaign();
        let (meaning, why) = match reader.left_out(campaign.as_deref(), &meaning) {
            Some(why) => (Meaning::Ignored, why),
            None => (meaning, why),
        };
        let heading = headings[place].path.join(" / ");
        columns.push(Column { index: headings[place].column, heading, campaign, meaning, why });
    }
    settle_duplicates(&mut columns, &shapes, kind, context.vocabulary);
    (kind, columns)
}

fn kind_of(headings: &[Heading], shapes: &[Shape], context: &Context<'_>) -> TableKind {
    let has = |wanted: &[Field]| {
        headings.iter().any(|heading| {
            let found = heading.path.iter().filter_map(|text| context.vocabulary.field(text));
            found.into_iter().any(|(field, _)| wanted.contains(&field))
        })
    };
    let has_people = has(&[Field::Name, Field::FamilyName]);
    let has_organizations = has(&[Field::Organization, Field::ParentOrganization]);
    let targets = headings.iter().any(|heading| {
        let last = heading.path.last().map(String::as_str).unwrap_or_default();
        matches!(context.vocabulary.field(last), Some((Field::Target, _)))
    });
    let rated = shapes.iter().any(Shape::is_mostly_levels);
    let listed = shapes.iter().any(Shape::is_mostly_organizations);
    let rows_are_indicators = shapes.iter().any(Shape::is_mostly_indicators);
    let rows_are_figures = shapes.iter().any(Shape::is_mostly_labels_of_figures);
    if has_people && !rated && (context.is_award || has(&[Field::Award])) {
        TableKind::Commendations
    } else if has_people {
        TableKind::Members
    } else if (has_organizations || rows_are_indicators && has(&[Field::Content]))
        && targets
        && !rated
    {
        TableKind::Indicators
    } else if has_organizations && (context.is_award && has(&[Field::Award])) {
        TableKind::Commendations
    } else if rows_are_figures && (has(&[Field::Content]) || !has_organizations) {
        TableKind::Figures
    } else if has_organizations || listed {
        TableKind::Organizations
    } else {
        TableKind::Unknown
    }
}

/// Whether the columns of levels hold ticks rather than figures, seen over all of them.
fn levels_are_ticked(headings: &[Heading], shapes: &[Shape], vocabulary: &Vocabulary) -> bool {
    let is_level =
        |heading: &Heading| heading.path.iter().any(|text| vocabulary.level(text).is_some());
    let of_levels = headings.iter().zip(shapes).filter(|(heading, _)| is_level(heading));
    let (ticks, numbers) = of_levels.fold((0, 0), |sums, (_, shape)| {
        (sums.0 + shape.ticks, sums.1 + shape.numbers - shape.ones)
    });
    ticks > numbers
}

/// Why a rating of a list is left out: its heading names another round than the title.
pub(crate) const OTHER_ROUND: &str = "the heading names another round than the title";
/// Why ratings or counts of them are left out: they are not what was decided in the round.
pub(crate) const OTHER_RESULT: &str = "the heading is of a pledge or of the round before";
/// Why figures are left out: they are not those of all members.
pub(crate) const PART_OF_MEMBERS: &str = "it counts official or probationary members alone";
/// Why figures are left out: they are differences.
const COMPARISON: &str = "a comparison with another round";
/// Why ratings of a list are left out: nothing says which of them counts.
pub(crate) const SEVERAL_RATINGS: &str = "several columns of ratings name the same body or none";
/// Why a column is one of ratings though its words do not say so.
const LEVELS_BELOW: &str = "levels below";
/// Why letters are taken for levels, which the reader is told.
pub(crate) const LETTERS: &str = "words, and letters below that nothing explains";
/// Why a column is left out: it is not known what it holds.
pub(crate) const NOT_UNDERSTOOD: &str = "neither its words nor its values are understood";

struct ColumnReader<'a> {
    kind: TableKind,
    heading: &'a Heading,
    shape: &'a Shape,
    before: Option<&'a Column>,
    context: &'a Context<'a>,
    levels_are_ticked: bool,
}

type Decided = (Meaning, &'static str);

impl ColumnReader<'_> {
    fn meaning(&self) -> Decided {
        if let Some(decided) = self.exemplary() {
            return decided;
        }
        self.detail()
            .or_else(|| self.level())
            .or_else(|| self.indicator())
            .or_else(|| self.not_rated())
            .or_else(|| self.measure())
            .or_else(|| self.by_words())
            .or_else(|| self.by_values())
            .unwrap_or((Meaning::Ignored, NOT_UNDERSTOOD))
    }

    fn texts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.heading.path.iter().map(String::as_str)
    }

    fn any(&self, test: impl Fn(&str) -> bool) -> bool {
        self.texts().any(test)
    }

    /// The lowest heading that names a field decides; the one above helps it out.
    fn field(&self) -> Option<Field> {
        let vocabulary = self.context.vocabulary;
        let mut lower: Option<Field> = None;
        for text in self.texts().rev() {
            let Some((field, _)) = vocabulary.field(text) else { continue };
            match (lower, field) {
                (None, found) => lower = Some(found),
                (Some(Field::Male | Field::Female), Field::BirthDate) => {
                    return Some(Field::BirthDate);
                }
                _ => return lower,
            }
        }
        lower
    }

    fn stage(&self) -> Stage {
        let vocabulary = self.context.vocabulary;
        self.texts().rev().find_map(|text| vocabulary.stage(text)).unwrap_or(Stage::Unstated)
    }

    /// The round that the lowest heading names; a quarter takes its year from above or the title.
    fn campaign(&self) -> Option<Arc<Campaign>> {
        let only = |text: &str| {
            let mut rounds = Campaign::all_in(text);
            (rounds.len() == 1).then(|| rounds.remove(0))
        };
        let above = || self.texts().find_map(only).or_else(|| self.context.campaign.clone());
        let quarter = self.texts().rev().find_map(Campaign::quarter_alone);
        let of_quarter = quarter.and_then(|quarter| Campaign::of_quarter(above()?.year, quarter));
        of_quarter.or_else(|| self.texts().rev().find_map(only)).map(Arc::new)
    }

    /// Why a column is none of the table, though it is understood.
    fn left_out(&self, campaign: Option<&Campaign>, meaning: &Meaning) -> Option<&'static str> {
        if self.is_of_another_round(campaign, meaning) {
            Some(OTHER_ROUND)
        } else if self.is_other_result(meaning) {
            Some(OTHER_RESULT)
        } else if self.counts_part(meaning) {
            Some(PART_OF_MEMBERS)
        } else {
            self.compares(meaning).then_some(COMPARISON)
        }
    }

    /// A list holds the ratings of one round: those of other years stand beside them to compare.
    fn is_of_another_round(&self, campaign: Option<&Campaign>, meaning: &Meaning) -> bool {
        let differs = matches!(
            (campaign, &self.context.campaign),
            (Some(of), Some(title)) if of != title && !of.is_part_of(title)
        );
        self.kind == TableKind::Members && meaning.is_rating() && differs
    }

    /// Pledges, and last year's ratings, stand beside those of the round.
    fn is_other_result(&self, meaning: &Meaning) -> bool {
        let words = &self.context.vocabulary.words;
        let counts_level = meaning.figure_key().is_some_and(|key| key.level.is_some());
        (meaning.is_rating() || counts_level) && self.any(|text| words.other_results.found_in(text))
    }

    /// "Đảng viên chính thức / HTXSNV" beside the same of probationary members.
    fn counts_part(&self, meaning: &Meaning) -> bool {
        let words = &self.context.vocabulary.words;
        meaning.figure_key().is_some() && self.any(|text| words.parts_of_members.found_in(text))
    }

    /// "Tăng, giảm so với năm 2020" under a level counts nobody.
    fn compares(&self, meaning: &Meaning) -> bool {
        let words = &self.context.vocabulary.words;
        meaning.figure_key().is_some()
            && self.texts().next_back().is_some_and(|text| words.comparisons.found_in(text))
    }

    fn figure_key(&self, measure: Measure, level: Option<LevelText>) -> FigureKey {
        let vocabulary = self.context.vocabulary;
        let subject = self.texts().rev().find_map(|text| subject_of(text, vocabulary));
        // "A. TỔ CHỨC ĐẢNG / HTXSNV": what stands over the levels says whose they are, unless it
        // names who rated.
        let over = self.texts().rev().find_map(|text| {
            let is_group = vocabulary.level(text).is_none() && vocabulary.stage(text).is_none();
            subject_of(text, vocabulary).filter(|_| is_group)
        });
        let default = if self.kind == TableKind::Members { Some(Subject::Members) } else { None };
        let words = &vocabulary.words;
        let relation = if self.any(|text| words.or_better.found_in(text)) {
            Relation::OrBetter
        } else {
            Relation::Exact
        };
        FigureKey {
            campaign: self.campaign(),
            subject: default
                .or(if level.is_some() { over } else { subject })
                .or(self.context.subject)
                .or(subject)
                .unwrap_or(Subject::Members),
            measure,
            level,
            stage: if level_is_rated(measure) { self.stage() } else { Stage::Unstated },
            relation,
        }
    }

    fn says_percent(&self) -> bool {
        let vocabulary = self.context.vocabulary;
        let percent = |text: &str| {
            text.contains('%') || matches!(vocabulary.field(text), Some((Field::Percent, _)))
        };
        let last = self.texts().next_back().unwrap_or_default();
        percent(last) || self.any(percent) && !self.says_count()
    }

    fn says_count(&self) -> bool {
        let last = self.texts().next_back().unwrap_or_default();
        matches!(self.context.vocabulary.field(last), Some((Field::Count, _)))
    }

    fn figure(&self, key: FigureKey) -> Meaning {
        if self.shape.is_mostly_pairs() {
            Meaning::CountAndPercent(key)
        } else if self.says_percent()
            || self.context.in_percent && key.level.is_some() && !self.says_count()
            || self.shape.is_mostly_signed_percentages()
            || !self.says_count() && self.follows_its_count(&key)
        {
            Meaning::Percent(key)
        } else {
            Meaning::Count(key)
        }
    }

    /// The second of two columns under one heading of a level holds its percentages.
    fn follows_its_count(&self, key: &FigureKey) -> bool {
        self.before.is_some_and(|before| {
            matches!(&before.meaning, Meaning::Count(other) if other == key)
                && self.shape.looks_like_percentages()
        })
    }

    fn exemplary(&self) -> Option<Decided> {
        let words = &self.context.vocabulary.words;
        let last = self.texts().next_back()?;
        let group = self.any(|text| words.exemplary.found_in(text));
        if !group || self.shape.is_mostly_levels() {
            return None;
        }
        let figures = self.shape.numbers > 0 && self.shape.ticks == 0 && !self.levels_are_ticked;
        if figures && self.kind == TableKind::Organizations {
            let mut key = self.figure_key(Measure::Exemplary, None);
            key.subject = Subject::Branches;
            key.relation =
                if self.any(|text| words.nested.found_in(text)) || self.heading.path.len() > 2 {
                    Relation::Nested
                } else {
                    Relation::Disjoint
                };
            return Some((self.figure(key), "words: exemplary, over figures"));
        }
        (words.exemplary.found_in(last) || self.heading.path.len() == 1)
            .then_some((Meaning::Exemplary, "words: exemplary"))
    }

    /// "Trong đó: Nữ" is a part of the figure beside it.
    fn detail(&self) -> Option<Decided> {
        let words = &self.context.vocabulary.words;
        let last = self.texts().next_back()?;
        let above = self.texts().rev().nth(1);
        let nested =
            [Some(last), above].into_iter().flatten().any(|text| words.nested.found_in(text));
        let is_part = self.kind == TableKind::Organizations
            && words.details.found_in(last)
            && (nested || self.heading.path.len() > 1);
        is_part.then_some((Meaning::Ignored, "a part of the figure beside it"))
    }

    fn level(&self) -> Option<Decided> {
        let vocabulary = self.context.vocabulary;
        let level = self.texts().rev().find_map(|text| vocabulary.level(text))?;
        if self.shape.is_mostly_levels() {
            return None;
        }
        if self.kind == TableKind::Organizations && self.levels_are_ticked {
            return Some((Meaning::Tick(self.stage(), level), "words: a level, over ticks"));
        }
        if self.kind == TableKind::Members {
            return Some((Meaning::Tick(self.stage(), level), "words: a level of a list"));
        }
        let key = self.figure_key(Measure::Rating, Some(level));
        Some((self.figure(key), "words: a level, over figures"))
    }

    fn indicator(&self) -> Option<Decided> {
        let vocabulary = self.context.vocabulary;
        if self.kind != TableKind::Indicators {
            return None;
        }
        let named = self.texts().find_map(|text| vocabulary.indicator(text));
        // Where each row is an indicator, the row names it.
        let indicator = named.or_else(|| self.context.indicator.clone()).unwrap_or_default();
        if self.any(|text| vocabulary.words.nested.found_in(text)) {
            return Some((Meaning::Ignored, "a part of the figure beside it"));
        }
        match self.field()? {
            Field::Actual | Field::Count if self.says_percent() => {
                Some((Meaning::IndicatorPercent(indicator), "words: a percentage"))
            }
            Field::Target => Some((Meaning::Target(indicator), "words: a target")),
            Field::Actual => Some((Meaning::Actual(indicator), "words: an achievement")),
            Field::Percent => Some((Meaning::IndicatorPercent(indicator), "words: a percentage")),
            Field::Count => Some((Meaning::Actual(indicator), "words: a number achieved")),
            Field::Rating if self.shape.is_mostly_pairs() || self.shape.ratios > 0 => {
                Some((Meaning::IndicatorPercent(indicator), "words: a result, over figures"))
            }
            _ => None,
        }
    }

    fn not_rated(&self) -> Option<Decided> {
        let ticked = self.kind == TableKind::Members && self.shape.ticks > 0;
        let last = self.texts().next_back()?;
        let vocabulary = self.context.vocabulary;
        let measure = vocabulary.measure(last).filter(|_| ticked).map(|(measure, _)| measure);
        let reason = match measure {
            Some(Measure::NotYetRated) => NotRatedReason::Other,
            Some(Measure::Exempt) => NotRatedReason::Exempt,
            _ => vocabulary.reason(last).filter(|_| ticked && self.shape.texts == 0)?,
        };
        Some((Meaning::ReasonTick(reason), "words: not rated, over ticks"))
    }

    fn measure(&self) -> Option<Decided> {
        let vocabulary = self.context.vocabulary;
        let fits = matches!(self.kind, TableKind::Organizations) && self.shape.levels == 0;
        if !fits || self.shape.texts > self.shape.numbers + self.shape.missing {
            return None;
        }
        let last = self.texts().next_back()?;
        if vocabulary.words.ignored.found_in(last)
            && vocabulary.measure(last).is_none_or(|m| m.1 <= 100)
        {
            let better =
                vocabulary.measure(last).filter(|(measure, _)| *measure != Measure::OnRoll);
            if better.is_none() {
                return Some((Meaning::Ignored, "words: a column that the hub does not hold"));
            }
        }
        // "Không phải đánh giá / Bị đình chỉ": a reason that has no measure of its own.
        if vocabulary.measure(last).is_none() && vocabulary.reason(last).is_some() {
            return Some((Meaning::Ignored, "words: a reason for not being rated"));
        }
        // "Số đảng viên được xếp loại / Tổng số" counts the rated.
        let measures = || self.texts().rev().filter_map(|text| Some(vocabulary.measure(text)?.0));
        let found = measures().find(|measure| *measure != Measure::OnRoll);
        let found = found.or_else(|| measures().next())?;
        Some((self.figure(self.figure_key(found, None)), "words: a measure, over figures"))
    }

    fn by_words(&self) -> Option<Decided> {
        let field = self.field()?;
        let stage = || self.stage();
        let rated = self.shape.is_mostly_levels();
        let meaning = match field {
            Field::Ordinal => Meaning::Ordinal,
            Field::Note if self.shape.levels < 3 => Meaning::Note,
            _ if rated => return Some((Meaning::Rating(stage()), "words, and levels below")),
            Field::Rating if self.shape.is_all_letters() => {
                return Some((Meaning::Rating(stage()), LETTERS));
            }
            Field::Male
            | Field::Female
            | Field::AdmittedOn
            | Field::OfficialOn
            | Field::BirthDate
                if self.kind == TableKind::Organizations =>
            {
                return None;
            }
            Field::Name => Meaning::Name,
            Field::FamilyName => Meaning::FamilyName,
            Field::Organization if self.follows_family_name() || self.is_part_of_name() => {
                Meaning::GivenName
            }
            Field::GivenName => Meaning::GivenName,
            Field::Identifier => Meaning::Identifier,
            Field::BirthDate => Meaning::BirthDate(self.sex_of_column()),
            Field::Sex => Meaning::Sex,
            Field::Male => Meaning::SexTick(Sex::Male),
            Field::Female => Meaning::SexTick(Sex::Female),
            Field::Position => Meaning::Position,
            Field::AdmittedOn => Meaning::AdmittedOn,
            Field::OfficialOn if self.shape.dates == 0 && self.shape.filled > 0 => return None,
            Field::OfficialOn => Meaning::OfficialOn,
            Field::Probationary => Meaning::Probationary,
            Field::Organization => Meaning::Organization,
            Field::ParentOrganization => Meaning::ParentOrganization,
            Field::OrganizationCode => Meaning::OrganizationCode,
            Field::Rating if self.shape.filled == 0 => Meaning::Rating(stage()),
            Field::Rating if self.kind == TableKind::Members && self.shape.numbers == 0 => {
                Meaning::Rating(stage())
            }
            Field::Score => Meaning::Score(stage()),
            Field::Reason if self.kind == TableKind::Commendations => Meaning::Ignored,
            Field::Reason => Meaning::Reason,
            Field::Note => Meaning::Note,
            Field::Count if self.kind == TableKind::Figures => Meaning::PlainCount,
            Field::Percent if self.kind == TableKind::Figures => Meaning::PlainPercent,
            // "HTXSNV | % | HTTNV | %" in one row of headings.
            Field::Percent => match self.before.map(|before| &before.meaning) {
                Some(Meaning::Count(key)) if key.level.is_some() => Meaning::Percent(key.clone()),
                _ => return None,
            },
            Field::Content => Meaning::Content,
            Field::Unit => Meaning::Unit,
            Field::Campaign if self.shape.is_mostly_rounds() => Meaning::Round,
            Field::Rating | Field::Target | Field::Actual | Field::Count | Field::Campaign => {
                return None;
            }
            Field::Award => Meaning::Award,
        };
        Some((meaning, "words"))
    }

    /// "Chi bộ khu phố 1", "Toàn đảng bộ", "Số đảng viên" over a column of figures.
    fn heads_figures(&self) -> bool {
        let vocabulary = self.context.vocabulary;
        self.any(|text| {
            is_organization_name(text, vocabulary)
                || vocabulary.is_total(text)
                || subject_of(text, vocabulary).is_some()
        })
    }

    /// "Họ và tên / Tên"
    fn is_part_of_name(&self) -> bool {
        let vocabulary = self.context.vocabulary;
        let mut above = self.texts().rev().skip(1);
        above.any(|text| matches!(vocabulary.field(text), Some((Field::Name, _))))
    }

    fn follows_family_name(&self) -> bool {
        self.before.is_some_and(|before| before.meaning == Meaning::FamilyName)
    }

    fn sex_of_column(&self) -> Option<Sex> {
        let last = self.texts().next_back()?;
        match self.context.vocabulary.field(last)?.0 {
            Field::Male => Some(Sex::Male),
            Field::Female => Some(Sex::Female),
            _ => None,
        }
    }

    fn by_values(&self) -> Option<Decided> {
        if self.shape.is_mostly_levels() {
            return Some((Meaning::Rating(self.stage()), LEVELS_BELOW));
        }
        if self.kind == TableKind::Figures && self.shape.numbers > 0 && self.heads_figures() {
            return Some((Meaning::PlainCount, "figures of what stands over them"));
        }
        if matches!(self.kind, TableKind::Members | TableKind::Organizations) {
            if self.shape.is_mostly_organizations() {
                return Some((Meaning::Organization, "names of organisations below"));
            }
            if self.heading.path.is_empty() && self.follows_family_name() {
                return Some((Meaning::GivenName, "beside the family name"));
            }
        }
        None
    }
}

fn level_is_rated(measure: Measure) -> bool {
    matches!(measure, Measure::Rating | Measure::Exemplary)
}

/// One heading over two columns: the second "Họ và tên" is the given name; of two columns of
/// one meaning the second is left out.
fn settle_duplicates(
    columns: &mut [Column],
    shapes: &[Shape],
    kind: TableKind,
    vocabulary: &Vocabulary,
) {
    for place in 1..columns.len() {
        let (before, rest) = columns.split_at_mut(place);
        let (before, column) = (&mut before[place - 1], &mut rest[0]);
        let same_heading = before.heading == column.heading && !before.heading.is_empty();
        if same_heading && before.meaning == Meaning::Name && column.meaning == Meaning::Name {
            if shapes[place].filled > 0 {
                before.meaning = Meaning::FamilyName;
                column.meaning = Meaning::GivenName;
                column.why = "the second column under one heading of names";
            } else {
                column.meaning = Meaning::Ignored;
                column.why = "blank";
            }
        }
    }
    settle_ratings(columns, kind, vocabulary);
    for place in 1..columns.len() {
        let single = matches!(
            columns[place].meaning,
            Meaning::Name
                | Meaning::Position
                | Meaning::Organization
                | Meaning::Rating(_)
                | Meaning::Note
                | Meaning::AdmittedOn
                | Meaning::OfficialOn
                | Meaning::Ordinal
        );
        let taken = columns[..place].iter().any(|other| {
            other.meaning == columns[place].meaning && other.campaign == columns[place].campaign
        });
        if single && taken && (shapes[place].filled == 0 || columns[place].meaning != Meaning::Note)
        {
            columns[place].meaning = Meaning::Ignored;
            columns[place].why = "another column has this meaning";
        }
    }
}

/// Of several columns of ratings for one stage that one is taken which the words mark out; else none:
/// a wrong column read in silence is the worst failure there is.
fn settle_ratings(columns: &mut [Column], kind: TableKind, vocabulary: &Vocabulary) {
    let mut groups: Vec<(Stage, Option<Arc<Campaign>>, Vec<usize>)> = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        let Meaning::Rating(stage) = column.meaning else { continue };
        let of = groups.iter_mut().find(|(of, round, _)| *of == stage && *round == column.campaign);
        match of {
            Some((_, _, places)) => places.push(place),
            None => groups.push((stage, column.campaign.clone(), vec![place])),
        }
    }
    for (stage, _, places) in groups.iter().filter(|(.., places)| places.len() > 1) {
        let kept = marked_out(columns, *stage, places, kind, vocabulary);
        for place in places.iter().filter(|place| Some(**place) != kept) {
            columns[*place].meaning = Meaning::Ignored;
            columns[*place].why = SEVERAL_RATINGS;
        }
    }
}

/// The column of ratings among several of one stage: the only one that is called so, beside criteria
/// that are judged by the same levels; the only one that says whom it rates; of those of committees,
/// which judge one after the other, the last.
fn marked_out(
    columns: &[Column],
    stage: Stage,
    places: &[usize],
    kind: TableKind,
    vocabulary: &Vocabulary,
) -> Option<usize> {
    let only = |test: &dyn Fn(&Column) -> bool| {
        let mut found = places.iter().copied().filter(|place| test(&columns[*place]));
        found.next().filter(|_| found.next().is_none())
    };
    let words = &vocabulary.words;
    let subject = match kind {
        TableKind::Members => &words.subject_members,
        _ => &words.subject_branches,
    };
    only(&|column| column.why != LEVELS_BELOW)
        .or_else(|| only(&|column| subject.found_in(&column.heading)))
        .or_else(|| places.last().copied().filter(|_| stage == Stage::Committee))
}
