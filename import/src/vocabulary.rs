//! The words of workbooks, compiled from `vocabulary/*.toml` for look-up.

mod abbreviations;
mod languages;
mod unmarked;
mod words;

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use whatlang::Lang;

use crate::campaign::{Campaign, is_particle};
use crate::record::{Measure, NotRatedReason, Sex, Stage, Subject};
use crate::text::{
    comparison_key, in_brackets, is_abbreviation, is_drawn, search_key, stands_alone, with_signs,
    word_count,
};
use languages::{Language, Other};
use words::{Keys, Phrase, without};
pub(crate) use words::{PhraseSet, WHOLE, Words};

/// A level of a rating scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// The stable code, such as `HTXSNV`.
    pub code: String,
    /// The place in the scheme; 1 is the best.
    pub rank: u8,
    /// The full label as the governing document spells it.
    pub label: String,
    /// The label in English.
    pub label_en: String,
    /// Other spellings found in workbooks.
    pub aliases: Vec<String>,
}

/// A document that set a scheme for some years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The first year that was rated by it.
    pub from: i32,
    /// The last such year; none while it is in force.
    pub to: Option<i32>,
    /// Number, issuer and date.
    pub name: String,
}

/// A scale of ratings for one subject and the years in which it was in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    /// The stable code, such as `members-2014`.
    pub code: String,
    /// What is rated.
    pub subject: Subject,
    /// The name shown to people.
    pub name: String,
    /// The first year rated; none for a scheme made from a workbook.
    pub from: Option<i32>,
    /// The last year rated; none while it is in force.
    pub to: Option<i32>,
    /// The documents that set it, oldest first.
    pub documents: Vec<Document>,
    /// The levels, best first.
    pub levels: Vec<Level>,
}

/// What a heading can say that a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Field {
    Ordinal,
    Name,
    FamilyName,
    SecondFamilyName,
    GivenName,
    MiddleName,
    Identifier,
    BirthDate,
    Sex,
    Male,
    Female,
    Position,
    AdmittedOn,
    OfficialOn,
    Probationary,
    Organization,
    ParentOrganization,
    OrganizationCode,
    Rating,
    Score,
    Reason,
    Note,
    Count,
    Percent,
    Target,
    Actual,
    Content,
    Unit,
    Campaign,
    Award,
}

/// Words compiled into phrases; made once and passed along.
#[derive(Debug)]
pub struct Vocabulary {
    /// The rating schemes that are known from the start.
    pub schemes: Vec<Scheme>,
    /// Words of scales that no scheme knows, longest first, with their place between 0 and 100.
    polarity: Vec<(Vec<String>, u8)>,
    aliases: HashMap<String, Vec<(usize, usize)>>,
    /// The same without marks, for text that was typed without any.
    unmarked: HashMap<String, Vec<(usize, usize)>>,
    abbreviations: Vec<(Phrase, Vec<String>)>,
    /// The names of levels, in full and without fillers.
    spelt: Spellings,
    fillers: Vec<Phrase>,
    unmarked_fillers: Vec<Phrase>,
    /// What a level may carry besides: "trong sạch, vững mạnh (tiêu biểu)".
    exemplary_mark: Vec<Phrase>,
    fields: Vec<(Phrase, Field)>,
    /// The same by the key of a text that is nothing more.
    whole_fields: HashMap<String, Field>,
    measures: Vec<(Phrase, Measure)>,
    stages: Vec<(Phrase, Stage)>,
    reasons: Vec<(Phrase, NotRatedReason)>,
    indicators: Vec<(Phrase, String)>,
    pub(crate) words: Words,
    surnames: HashSet<String>,
    /// The same with the words of another language before those of the first ones.
    others: Vec<Other>,
}

#[expect(clippy::expect_used, reason = "the file is part of the crate and a test parses it")]
fn schemes_file() -> SchemesFile {
    toml::from_str(include_str!("../vocabulary/schemes.toml"))
        .expect("vocabulary/schemes.toml is valid")
}

/// "★★", "★", "○○○": drawn signs that say how many.
fn are_stars(text: &str) -> bool {
    is_drawn(text) && (text.contains(['★', '☆']) || text.chars().count() > 1)
}

/// A level as a text names it, before the scheme is known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum LevelText {
    /// An alias in some of the known schemes: places in `schemes` and `levels`.
    Known(Vec<(usize, usize)>),
    /// "Mức 2": a rank in whatever scheme.
    Rank(u8),
    /// A level of a scale of the workbook's own: places among its scales and in the scale.
    Own(usize, usize),
}

impl LevelText {
    /// The scale of the workbook's own that it is of.
    pub(crate) fn own_scale(&self) -> Option<usize> {
        match self {
            Self::Own(scale, _) => Some(*scale),
            Self::Known(_) | Self::Rank(_) => None,
        }
    }
}

#[derive(Deserialize)]
struct SchemesFile {
    scheme: Vec<SchemeEntry>,
}

#[derive(Deserialize)]
struct SchemeEntry {
    code: String,
    subject: Subject,
    from: i32,
    to: Option<i32>,
    name: String,
    documents: Vec<Document>,
    levels: Vec<LevelEntry>,
}

#[derive(Deserialize)]
struct LevelEntry {
    code: String,
    label: String,
    label_en: String,
    aliases: Vec<String>,
}

impl Vocabulary {
    /// The vocabulary that comes with the crate.
    ///
    /// # Panics
    /// Never in a release: a test parses the bundled files.
    pub fn bundled() -> Self {
        let mut vocabulary = Self::compile(schemes_file(), languages::common());
        vocabulary.others = languages::others();
        vocabulary
    }

    /// The vocabulary of a workbook: that of the language that its trigrams tell and of which it has some
    /// phrases, or, where they tell none, that of which its texts that are known in one language alone have
    /// most phrases; one that stands in every name ("Gerai Bandung") speaks once. Where headings have two
    /// such languages beside each other it is that of both.
    pub(crate) fn of_language<'t>(&self, texts: impl Iterator<Item = &'t str>) -> &Self {
        const TEXTS: usize = 400;
        const LEAST: usize = 3;
        /// Phrases of the language that the trigrams tell: letters of an old encoding have none.
        const SURE: usize = 2;
        // A sign speaks no language, and a word that stands in every row speaks it once.
        let mut seen: HashSet<&str> = HashSet::new();
        let texts = texts.filter(|text| text.len() < 60 && text.contains(char::is_alphabetic));
        let texts: Vec<&str> = texts.take(TEXTS).filter(|text| seen.insert(text)).collect();
        let own = |vocabulary: &Self, text: &str| {
            vocabulary.field(text).is_some() || vocabulary.measure(text).is_some()
        };
        let told = languages::spoken(&texts);
        if told.is_some_and(|lang| matches!(lang, Lang::Eng | Lang::Vie)) {
            return self;
        }
        let known = texts.iter().filter(|text| own(self, text)).count();
        let others = texts.iter().filter(|text| !own(self, text)).map(|text| comparison_key(text));
        let keys = Keys::of(others.collect());
        let most = |is_one: &dyn Fn(&Other) -> bool| {
            let of = self.others.iter().filter(|other| is_one(other));
            let hits = of.map(|other| (keys.count_in(other.marks()), other));
            hits.max_by_key(|(hits, _)| *hits)
        };
        let told = told.and_then(|lang| most(&|other| other.is_told_by(lang)));
        let told = told.filter(|(hits, _)| *hits >= SURE);
        let voted = || most(&|_| true).filter(|(hits, _)| *hits >= LEAST && *hits * 2 > known);
        let Some((_, first)) = told.or_else(voted) else { return self };
        // "Prénom / Voornaam": a text begins with one language and ends with the other.
        let half = keys.beside_more(first.marks());
        let parted = texts.iter().filter(|text| text.contains(['/', '\n']));
        if half.len() < LEAST || parted.count() < LEAST {
            return first.vocabulary();
        }
        let others = self.others.iter().filter(|other| !std::ptr::eq(*other, first));
        let both = |other: &Other| {
            half.intersection(&keys.beside_others(other.marks(), first.marks())).count()
        };
        let second = others.map(|other| (both(other), other));
        let second = second.max_by_key(|(texts, _)| *texts).filter(|(texts, _)| *texts >= LEAST);
        second.map_or_else(|| first.vocabulary(), |(_, second)| first.beside(second))
    }

    /// The vocabularies of the other languages.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Self> {
        self.others.iter().map(Other::vocabulary)
    }

    fn compile(schemes: SchemesFile, file: Language) -> Self {
        let mut fillers: Vec<Phrase> =
            file.words.fillers.0.iter().map(|filler| Phrase::new(filler)).collect();
        fillers.sort_by_key(|filler| std::cmp::Reverse(filler.words.len()));
        let unmarked_fillers: Vec<Phrase> =
            file.words.fillers.0.iter().map(|filler| Phrase::new(&search_key(filler))).collect();
        let mut polarity: Vec<(Vec<String>, u8)> = file
            .polarity
            .into_iter()
            .map(|(words, weight)| {
                (comparison_key(&words).split(' ').map(str::to_owned).collect(), weight)
            })
            .collect();
        polarity.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        let surnames = file.words.surnames.0.iter().map(|name| comparison_key(name)).collect();
        let schemes: Vec<Scheme> = schemes.scheme.into_iter().map(scheme).collect();
        let mut aliases: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        let mut unmarked: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        let mut spelt = Spellings::new();
        for (place, scheme) in schemes.iter().enumerate() {
            for (level_place, level) in scheme.levels.iter().enumerate() {
                let names = level.aliases.iter().chain([&level.label, &level.code]);
                for name in names {
                    let key = without(&fillers, &comparison_key(name));
                    for whole in [&comparison_key(name), &key] {
                        keep_spelling(&mut spelt, whole, &key);
                    }
                    let plain = without(&unmarked_fillers, &comparison_key(&search_key(name)));
                    for places in
                        [aliases.entry(key).or_default(), unmarked.entry(plain).or_default()]
                    {
                        if !places.contains(&(place, level_place)) {
                            places.push((place, level_place));
                        }
                    }
                }
            }
        }
        let mut abbreviations: Vec<(Phrase, Vec<String>)> = file
            .abbreviations
            .iter()
            .map(|(short, long)| {
                (Phrase::new(short), comparison_key(long).split(' ').map(str::to_owned).collect())
            })
            .collect();
        abbreviations.sort_by_key(|(short, _)| std::cmp::Reverse(short.words.len()));
        let fields = phrases(file.fields);
        let whole = |(phrase, field): &(Phrase, Field)| (phrase.words.join(" "), *field);
        Self {
            whole_fields: fields.iter().map(whole).collect(),
            fields,
            schemes,
            polarity,
            aliases,
            unmarked,
            abbreviations,
            spelt,
            unmarked_fillers,
            fillers,
            exemplary_mark: file.words.exemplary_marks.0.clone(),
            measures: phrases(file.measures),
            stages: with_closed(phrases(file.stages)),
            reasons: phrases(file.reasons),
            indicators: phrases(file.indicators),
            words: file.words,
            surnames,
            others: Vec::new(),
        }
    }

    /// The known scheme of a subject in a year.
    pub(crate) fn scheme(&self, subject: Subject, year: i32) -> Option<&Scheme> {
        self.schemes.iter().find(|scheme| {
            scheme.subject == subject
                && scheme.from.is_none_or(|from| from <= year)
                && scheme.to.is_none_or(|to| year <= to)
        })
    }

    /// The field that a heading names; one of several lines is named by what it begins with.
    pub(crate) fn field(&self, text: &str) -> Option<(Field, usize)> {
        // "Prénom(s)", "Name(s)": one or several.
        if let Some((one, rest)) = text.split_once("(s)") {
            return self.field(&format!("{one}{rest}"));
        }
        // "Reviewer's remarks": what somebody remarks is a remark, whoever it is.
        if let Some((_, what)) = text.split_once("'s ").or_else(|| text.split_once("’s "))
            && let Some((Field::Note, weight)) = best(&self.fields, what)
        {
            return Some((Field::Note, weight));
        }
        // "Points (0–100)": the bounds behind a word.
        let before_bounds = || {
            let (word, bounds) = in_brackets(text)?;
            let is_bounds = !bounds.is_empty() && !bounds.contains(char::is_alphabetic);
            best(&self.fields, word).filter(|_| is_bounds)
        };
        let found = best(&self.fields, text)
            .or_else(before_bounds)
            .or_else(|| self.field_cut(text))
            .or_else(|| self.field_twice(text))
            .or_else(|| self.field_without_articles(text));
        let begins = |wanted: Field| {
            let key = comparison_key(text);
            let words: Vec<&str> = key.split(' ').collect();
            let phrases = self.fields.iter().filter(|(_, field)| *field == wanted);
            phrases
                .filter_map(|(phrase, _)| {
                    (phrase.found_at(&words)? == 0).then(|| phrase.weight(&words))?
                })
                .max()
        };
        let first = match found.as_ref()?.0 {
            Field::BirthDate => begins(Field::Name).map(|weight| (Field::Name, weight)),
            Field::OfficialOn if text.contains('-') || text.contains('/') => {
                begins(Field::AdmittedOn).map(|weight| (Field::AdmittedOn, weight))
            }
            _ => None,
        };
        first.or(found)
    }

    /// "Prénom / Voornaam", "Họ tên Full name": a field in two languages, each of them all of its part.
    fn field_twice(&self, text: &str) -> Option<(Field, usize)> {
        const LONGEST: usize = 8;
        let key = comparison_key(text);
        let blanks = || key.match_indices(' ').map(|(at, _)| at);
        if blanks().count() >= LONGEST {
            return None;
        }
        let field = blanks().find_map(|at| {
            let field = self.whole_fields.get(&key[..at])?;
            (self.whole_fields.get(&key[at + 1..]) == Some(field)).then_some(*field)
        });
        field.map(|field| (field, WHOLE))
    }

    /// "Name of the employee" is "Name of employee".
    fn field_without_articles(&self, text: &str) -> Option<(Field, usize)> {
        const LONGEST: usize = 60;
        if self.words.articles.0.is_empty() || text.len() > LONGEST {
            return None;
        }
        let key = comparison_key(text);
        let plain: Vec<&str> =
            key.split(' ').filter(|word| !self.words.articles.has(word)).collect();
        let plain = plain.join(" ");
        (plain.len() < key.len()).then(|| best(&self.fields, &plain))?
    }

    /// The measure that a text names: "tổng số đảng viên được xếp loại" counts the rated, for what
    /// says more than "all of them" decides.
    pub(crate) fn measure(&self, text: &str) -> Option<(Measure, usize)> {
        self.measure_in(text).or_else(|| {
            // "T. số": the first word cut short, which is spelt out once.
            text.split_whitespace().next().filter(|word| is_abbreviation(word))?;
            let key = comparison_key(text);
            let words: Vec<&str> = key.split(' ').collect();
            let spelt = self.words.totals.spelt_out(&words);
            spelt.iter().find_map(|spelt| self.measure_in(spelt))
        })
    }

    /// The measure that the words of a text name as they stand.
    fn measure_in(&self, text: &str) -> Option<(Measure, usize)> {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        let found = self
            .measures
            .iter()
            .filter_map(|(phrase, measure)| Some((*measure, phrase.weight(&words)?)));
        let best = found.max_by_key(|(measure, weight)| (*measure != Measure::OnRoll, *weight));
        let best = best
            .or_else(|| self.counts_people(text, &words).then_some((Measure::OnRoll, words.len())));
        // "No. of teachers rated" counts them, "No rating" and "Số chưa xếp loại" do not.
        let after = self.words.numbers_of.begins(text).unwrap_or(0);
        let rest = words.get(after..).unwrap_or_default().join(" ");
        let denied = self.words.negations.begins(&rest).is_some();
        match best {
            Some((Measure::Rated, weight)) if denied => Some((Measure::NotYetRated, weight)),
            // "Số đảng viên đã phân tích": whatever was done with them.
            Some((Measure::OnRoll, weight))
                if self.words.done.found_in(text)
                    || self.words.done.ends(text)
                    || self.ends_as_rating(&words) =>
            {
                Some((Measure::Rated, weight))
            }
            other => other,
        }
    }

    /// "Tổng số ĐV xếp loại": the last words name the rating, and none before them denies it.
    fn ends_as_rating(&self, words: &[&str]) -> bool {
        const LONGEST: usize = 3;
        let tail = |length: usize| words.get(words.len().checked_sub(length)?..);
        let is_rating = |tail: &[&str]| matches!(self.field(&tail.join(" ")), Some((Field::Rating, weight)) if weight >= 100);
        words.len() > LONGEST
            && (1..=LONGEST).filter_map(tail).any(is_rating)
            && !self.words.unrated.found_in(&words.join(" "))
    }

    /// "Total officers graded", "Số hội viên": all of them, and nothing more is said.
    fn counts_people(&self, text: &str, words: &[&str]) -> bool {
        let number = self.words.numbers_of.begins(text).unwrap_or(0);
        let total = usize::from(self.words.totals.is(words[0]));
        let rest = words.get(number.max(total)..).unwrap_or_default();
        let rest = match rest.split_last() {
            Some((last, before)) if self.words.done.is(last) => before,
            _ => rest,
        };
        let rest = rest.join(" ");
        // "Số đoàn viên công đoàn": those of a body.
        let of_body = || {
            let people = self.words.subject_members.begins(&rest)?;
            Some(self.words.organization_heads.is(&without_first_words(&rest, people)?))
        };
        number.max(total) > 0 && (self.are_people(&rest) || of_body().unwrap_or(false))
    }

    /// "hội viên, đoàn viên": nothing but words for people.
    fn are_people(&self, words: &str) -> bool {
        let people = &self.words.subject_members;
        people.is(words)
            || people.begins(words).is_some_and(|length| {
                without_first_words(words, length).is_some_and(|rest| self.are_people(&rest))
            })
    }

    pub(crate) fn indicator(&self, text: &str) -> Option<String> {
        best(&self.indicators, text).map(|(code, _)| code)
    }

    pub(crate) fn reason(&self, text: &str) -> Option<NotRatedReason> {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        // "Not graded – seconded to the ministry": what says more than that there is no rating decides.
        let says_more = |reason: NotRatedReason| reason != NotRatedReason::Other;
        let found = self.reasons.iter().filter_map(|(phrase, reason)| {
            Some(((says_more(*reason), phrase.weight(&words)?), *reason))
        });
        let (_, reason) = found.max_by_key(|(weight, _)| *weight)?;
        // "Camp Maternity Home": a word in the midst of a name says nothing of who bears it.
        let is_name = text.split_whitespace().all(|word| word.starts_with(char::is_uppercase));
        let says = |(phrase, _): &(Phrase, NotRatedReason)| phrase.stands_at_an_end_of(&words);
        (!is_name || self.reasons.iter().any(says)).then_some(reason)
    }

    /// The stage that a heading names: a body that rates itself is SELF, whatever its name.
    pub(crate) fn stage(&self, text: &str) -> Option<Stage> {
        // "Mức được công nhận" does not say by whom.
        if self.words.decided_by_nobody.found_in(text) {
            return self.stage(&self.words.decided_by_nobody.without(text));
        }
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        let itself = self
            .stages
            .iter()
            .any(|(phrase, stage)| *stage == Stage::Own && phrase.found_at(&words).is_some());
        // "Tự PL": whatever the letters stand for.
        let abbreviated = self.words.own.is(words[0])
            && words.len() == 2
            && text.split_whitespace().next_back().is_some_and(is_abbreviation);
        let alone = words.len() == 1 && self.words.own.is(words[0]);
        if itself || abbreviated || alone {
            return Some(Stage::Own);
        }
        if self.words.line_manager.found_in(text) {
            return Some(Stage::Authority);
        }
        if self.words.second_manager.found_in(text) {
            return Some(Stage::Reviewer);
        }
        // "Calibrated (Final)", "Giám đốc quyết định": what was calibrated last, and what the head of an office
        // decides, is what was decided.
        let phrases = |of: Stage| -> Vec<usize> {
            let of_stage = self.stages.iter().filter(|(_, stage)| *stage == of);
            let found = of_stage.filter(|(phrase, _)| phrase.found_at(&words).is_some());
            found.map(|(phrase, _)| phrase.words.len()).collect()
        };
        let longest = |of: Stage| phrases(of).into_iter().max();
        let decides = longest(Stage::Committee);
        let named = best(&self.stages, text).map(|(stage, _)| stage);
        let is_head = named == Some(Stage::Authority) && decides >= longest(Stage::Authority);
        // "Review committee (final)" says it twice.
        let is_final = named == Some(Stage::Reviewer) && phrases(Stage::Committee).len() > 1;
        if decides.is_some() && (is_head || is_final || self.words.moderated.found_in(text)) {
            return Some(Stage::Committee);
        }
        named.or_else(|| self.stage_by_initials(&words)).or_else(|| self.stage_cut(text))
    }

    /// The level that a cell or a heading names, without the words that say nothing.
    pub(crate) fn level(&self, text: &str) -> Option<LevelText> {
        let key = comparison_key(text);
        if let Some(rank) = self.rank(&key) {
            return Some(LevelText::Rank(rank));
        }
        let bare = without(&self.fillers, &without(&self.exemplary_mark, &key));
        if bare.is_empty() {
            return None;
        }
        let known = self.aliases.get(&bare).or_else(|| self.abbreviated(&bare));
        if let Some(places) = known.or_else(|| self.by_initials(&key)) {
            return Some(LevelText::Known(places.clone()));
        }
        if let Some(level) = self.level_in_two_languages(&bare) {
            return Some(level);
        }
        let (before, behind) = in_brackets(text)?;
        // "HTTNV (15/16)": the votes for it do not change a level; nor does its word in another language.
        if behind.contains(|c: char| c.is_ascii_digit()) {
            return self.level(before);
        }
        let level = self.level(before)?;
        let LevelText::Known(places) = &level else { return None };
        let says_the_same = match self.level(behind) {
            Some(LevelText::Known(others)) => others.iter().any(|place| places.contains(place)),
            Some(_) => false,
            None => {
                let key = comparison_key(behind);
                let is_label = |place: &(usize, usize)| self.is_english_for(*place, &key);
                self.polarity(behind).is_some() || places.iter().any(is_label)
            }
        };
        says_the_same.then_some(level)
    }

    /// "Hoàn thành tốt nhiệm vụ / Good": a known level and behind it a word of another language that is as good.
    fn level_in_two_languages(&self, key: &str) -> Option<LevelText> {
        const NEAR: usize = 40;
        let at = key.rfind(|c: char| !c.is_ascii())?;
        let from = key[at..].find(' ').map(|blank| at + blank)?;
        let (known, other) = (&key[..from], key[from..].trim_start());
        let places = self.aliases.get(known)?;
        let good = self.polarity(other).map(usize::from);
        let is_same = |place: &(usize, usize)| {
            let (scheme, rank) = *place;
            let steps = self.schemes[scheme].levels.len().saturating_sub(1).max(1);
            let own = 100 - 100 * rank / steps;
            self.is_english_for(*place, other) || good.is_some_and(|good| good.abs_diff(own) < NEAR)
        };
        places.iter().any(is_same).then(|| LevelText::Known(places.clone()))
    }

    /// Whether a key is the English label of a level of a known scheme.
    fn is_english_for(&self, (scheme, rank): (usize, usize), key: &str) -> bool {
        comparison_key(&self.schemes[scheme].levels[rank].label_en) == key
    }

    /// What a text names the share of, as a key: "good" of "% good", "Good (per cent)" and "Share of good".
    pub(crate) fn share_of(&self, text: &str) -> Option<String> {
        let key = comparison_key(text);
        let words: Vec<String> = key.split(' ').map(str::to_owned).collect();
        let mut rest = &words[..];
        // "Gold in %"
        let (before, unit) = rest.split_at(rest.len().saturating_sub(2));
        if self.words.units_in_percent.is(&unit.join(" ")) {
            rest = before;
        }
        let phrases = self.fields.iter().filter(|(_, field)| *field == Field::Percent);
        let phrases: Vec<&[String]> = phrases.map(|(phrase, _)| &phrase.words[..]).collect();
        let sign = ["%".to_owned()];
        let longest = |stands: &dyn Fn(&[String]) -> bool| {
            let all = phrases.iter().copied().chain([&sign[..]]);
            all.filter(|phrase| stands(phrase)).map(<[String]>::len).max()
        };
        loop {
            rest = if let Some(length) = longest(&|phrase| rest.ends_with(phrase)) {
                &rest[..rest.len() - length]
            } else if let Some(length) = longest(&|phrase| rest.starts_with(phrase)) {
                &rest[length..]
            } else {
                break;
            };
        }
        (rest.len() < words.len() && !rest.is_empty()).then(|| rest.join(" "))
    }

    /// A text without the words that say nothing of a level: "Grade A", "Overall rating: Good".
    pub(crate) fn without_fillers(&self, text: &str) -> String {
        with_signs(without(&self.fillers, &comparison_key(text)), text)
    }

    /// How good a word of some scale is, from 0 to 100: by the longest known phrase in it, if that is
    /// most of it.
    pub(crate) fn polarity(&self, text: &str) -> Option<u8> {
        let key = comparison_key(text);
        let words: Vec<&str> =
            key.split(' ').filter(|word| !word.chars().all(|c| c.is_ascii_digit())).collect();
        if words.is_empty() || word_count(&key) > 8 || text.contains(['"', '{', '[', '\\']) {
            return None;
        }
        let Some((length, good)) = self.good_in(&words) else { return self.denied(&words) };
        (length * 5 >= words.len() * 2).then_some(good)
    }

    /// How good something is of which a sentence tells: by the longest known phrase anywhere in it.
    pub(crate) fn polarity_within(&self, sentence: &str) -> Option<u8> {
        let key = comparison_key(sentence);
        let words: Vec<&str> = key.split(' ').collect();
        self.good_in(&words).map(|(_, good)| good)
    }

    /// The longest known phrase in some words with the word of degree before it: how many words, and how good.
    fn good_in(&self, words: &[&str]) -> Option<(usize, u8)> {
        let phrase_in = |words: &[&str]| {
            self.polarity.iter().find_map(|(phrase, good)| {
                let at = words.windows(phrase.len()).position(|window| window == phrase)?;
                Some((phrase.len(), *good, at.checked_sub(1)))
            })
        };
        // "Insuffisante", "deficientes": the same word of another gender or number.
        let bare = |word: &&str| word.trim_end_matches('s').trim_end_matches('e').len();
        let plain: Vec<&str> = words.iter().map(|word| &word[..bare(word)]).collect();
        let (length, good, before) = phrase_in(words).or_else(|| phrase_in(&plain))?;
        let before = before.map(|at| words[at]);
        let degree = before.and_then(|word| self.by_degree(good, word));
        Some((length + usize::from(degree.is_some()), degree.unwrap_or(good)))
    }

    /// How good something is by a word of degree before it: "not effective", "largely effective", "far
    /// below".
    fn by_degree(&self, good: u8, word: &str) -> Option<u8> {
        const STEP: u8 = 6;
        let words = &self.words;
        let is_good = good >= MIDDLE;
        if words.negations.is(word) {
            Some(if is_good { BAD } else { MIDDLE + STEP })
        } else if words.halfway.is(word) {
            Some(good.min(MIDDLE + 2))
        } else if words.nearly.is(word) || words.highly.is(word) && !is_good {
            Some(good.saturating_sub(STEP))
        } else if words.highly.is(word) {
            Some(good.saturating_add(2 * STEP).min(100))
        } else {
            None
        }
    }

    /// "Not meeting requirements": what denies a word that is good is bad.
    fn denied(&self, words: &[&str]) -> Option<u8> {
        const STEM: usize = 4;
        let [first, second, ..] = words else { return None };
        if !self.words.negations.is(first) || !second.is_ascii() {
            return None;
        }
        let stem = second.get(..STEM)?;
        let good = |(phrase, weight): &(Vec<String>, u8)| {
            *weight >= MIDDLE
                && phrase.iter().any(|word| word.len() > STEM && word.starts_with(stem))
        };
        self.polarity.iter().any(good).then_some(BAD)
    }

    /// The same of a text that is such a phrase and nothing more.
    pub(crate) fn exact_polarity(&self, text: &str) -> Option<u8> {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        self.polarity.iter().find(|(phrase, _)| *phrase == words).map(|(_, weight)| *weight)
    }

    /// Whether a text names what somebody is: "Bí thư", "Giáo viên", "Staff Nurse".
    pub(crate) fn is_position(&self, text: &str) -> bool {
        self.words.positions.found_in(text)
    }

    /// "mức 2", "loại 2": the rank.
    fn rank(&self, key: &str) -> Option<u8> {
        let length = self.words.ranks.begins(key)?;
        let digit = key.splitn(length + 1, ' ').nth(length)?;
        digit.parse().ok().filter(|rank| (1..=9).contains(rank))
    }

    /// The sex that a cell states.
    pub(crate) fn sex(&self, text: &str) -> Option<Sex> {
        let text = text.split('/').next().unwrap_or(text);
        match (self.words.women.is(text), self.words.men.is(text)) {
            (true, _) => Some(Sex::Female),
            (_, true) => Some(Sex::Male),
            _ => None,
        }
    }

    /// Whether a heading names organisations: the word before the colon of "Trường: THCS Lê Lợi".
    pub(crate) fn heads_organization(&self, text: &str) -> bool {
        matches!(self.field(text), Some((Field::Organization | Field::ParentOrganization, weight)) if weight >= 100)
            || self.words.organization_heads.is(text)
    }

    /// "Field office", "Name & place of the college": whether the last word of a heading is one for bodies.
    pub(crate) fn heads_bodies(&self, text: &str) -> bool {
        const WORDS: usize = 7;
        let key = comparison_key(text);
        let last = key.rsplit(' ').next().unwrap_or_default();
        let is_short = key.contains(' ') && word_count(&key) <= WORDS;
        let counts = self.words.numbers_of.begins(text).is_some() || self.is_total(text);
        let names = self.words.organization_tails.is(last)
            || text.is_ascii() && self.words.organization_heads.is(last);
        is_short && names && !counts
    }

    /// Whether a text begins as a person's name does: with a family name or a form of address.
    pub(crate) fn begins_as_person(&self, text: &str) -> bool {
        let key = comparison_key(text);
        let first = key.split(' ').next().unwrap_or_default();
        self.surnames.contains(first) || self.words.person_prefixes.begins(text).is_some()
    }

    /// "Mr Fergus Whitlock": a form of address, and a given and a family name behind it.
    pub(crate) fn is_name_in_full(&self, text: &str) -> bool {
        let address = self.words.person_prefixes.begins(text);
        address.is_some_and(|words| comparison_key(text).split(' ').count() >= words + 2)
    }

    /// "h thành tốt", "HT XS", "hoan thanh tot": spelt out, or typed without marks.
    fn abbreviated(&self, bare: &str) -> Option<&Vec<(usize, usize)>> {
        if bare.len() > 60 {
            return None;
        }
        let mut words: Vec<&str> = bare.split(' ').collect();
        let mut at = 0;
        while at < words.len() {
            let starts = |short: &Phrase| {
                words[at..].starts_with(&short.words.iter().map(String::as_str).collect::<Vec<_>>())
            };
            if let Some((short, long)) = self.abbreviations.iter().find(|(short, _)| starts(short))
            {
                words.splice(at..at + short.words.len(), long.iter().map(String::as_str));
                at += long.len();
            } else {
                at += 1;
            }
        }
        let spelt = without(&self.fillers, &words.join(" "));
        self.aliases.get(&spelt).or_else(|| {
            // "Hoàn thành tôt nhiệm vụ": one mark of several words is a slip.
            let unmarked = bare.split(' ').count() > if bare.is_ascii() { 1 } else { 2 };
            let plain = || without(&self.unmarked_fillers, &search_key(bare));
            unmarked.then(|| self.unmarked.get(&plain()))?
        })
    }

    /// "Hoàn thành XSNV", "HTXS nhiệm vụ": the level of which each word is one, or the first letters of
    /// several.
    fn by_initials(&self, key: &str) -> Option<&Vec<(usize, usize)>> {
        const WORDS: usize = 8;
        let words: Vec<&str> = key.split(' ').collect();
        if !(2..=WORDS).contains(&words.len()) {
            return None;
        }
        let alike = self.spelt.get(&key.chars().next()?)?.iter();
        let mut found = alike.filter(|(spelt, _)| is_spelt(&words, spelt));
        let (_, first) = found.next()?;
        let places = self.aliases.get(first)?;
        found.all(|(_, other)| self.aliases.get(other) == Some(places)).then_some(places)
    }

    /// A heading that says what people are and names no body: "A. Đảng viên chính thức".
    pub(crate) fn is_of_people(&self, text: &str) -> bool {
        self.words.people.begins(text).is_some() && !self.words.organization_heads.found_in(text)
            || self.words.people.is(text)
    }

    /// The round of a row that sums one: "Cộng năm 2021", "Năm 2020".
    pub(crate) fn round_of_total(&self, text: &str) -> Option<Campaign> {
        let mut rounds = Campaign::all_in(text);
        let round = if rounds.len() == 1 { rounds.remove(0) } else { return None };
        let key = comparison_key(text);
        let words = key
            .split(' ')
            .filter(|word| !crate::campaign::is_word_of_years(word) && *word != round.code);
        let rest = words.collect::<Vec<_>>().join(" ");
        (rest.is_empty() || self.is_total(&rest)).then_some(round)
    }

    /// A row that counts some of those of the row above: "Trong đó: Nữ", "- Dự bị".
    pub(crate) fn is_part_of_above(&self, text: &str) -> bool {
        let words = &self.words;
        words.nested.begins(text).is_some() || words.details.is(text) || words.probationary.is(text)
    }

    /// A row that carries sums from page to page, or averages others, and counts nothing of its own.
    pub(crate) fn is_derived(&self, text: &str) -> bool {
        // "Átlag alatti", below average, is a level.
        let averages = || self.words.averages.begins(text).is_some();
        self.words.page_totals.begins(text).is_some()
            || averages() && self.exact_polarity(text).is_none()
    }

    /// "全社計": a word for all before a body, and one for a total behind it, in a script without blanks.
    pub(crate) fn sums_everything(&self, text: &str) -> bool {
        let everything = &self.words.everything;
        let mut letters = text.chars();
        letters.next().is_some_and(stands_alone)
            && self.words.totals.ends(text)
            && (everything.begins(text).is_some()
                || text.char_indices().nth(1).is_some_and(|(end, _)| everything.is(&text[..end])))
    }

    /// A row that sums others: "Tổng cộng", "Cộng I: 10 đồng chí", "Total".
    pub(crate) fn is_total(&self, text: &str) -> bool {
        // "TỔNG CỘNG (A + B)": what is summed stands in brackets.
        if let Some((head, inside)) = in_brackets(text)
            && inside.contains('+')
        {
            return self.is_total(head.trim_end());
        }
        // "Trust total", "All country offices", "Total estatal", "ОБЩО за инспекцията".
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        let sums = |word: Option<&&str>| {
            word.is_some_and(|word| ["total", "totals", "subtotal"].contains(word))
        };
        let is_part = words.len() <= 8 && self.words.subtotals.begins(text).is_some();
        if is_part
            || self.sums_everything(text)
            || words.len() <= 8 && sums(words.last()) && words.len() > 1
            || words.len() == 2 && sums(words.first())
            || (2..=3).contains(&words.len()) && self.words.totals.ends(text)
            || words.get(1).is_some_and(|word| is_particle(word))
                && (sums(words.first()) || self.words.totals.is(words[0]))
            || words.len() <= 4
                && words.len() > 1
                && self.words.everything.begins(text).is_some()
                && self.words.names_of_all.begins(text).is_none()
        {
            return true;
        }
        // "TOTAL, LIBRARY SERVICE", "Total - service": a total and of what.
        let parted = [", ", " - ", " – "].iter().find_map(|by| text.split_once(by));
        if parted.is_some_and(|(left, _)| self.words.totals.is(left)) && words.len() <= 8 {
            return true;
        }
        if let Some((left, right)) = text.split_once('/')
            && self.words.totals.is(left)
        {
            return right.chars().any(char::is_alphabetic);
        }
        // "Havneby IF i alt: 8 vurderet".
        if let Some((head, counted)) = text.split_once(':')
            && counted.trim_start().starts_with(|c: char| c.is_ascii_digit())
            && self.words.totals.ends(head)
        {
            return true;
        }
        let Some(length) = self.words.totals.begins(text) else { return false };
        // "Tổng công ty Điện lực" is a body.
        if self.words.organization_heads.begins(text).is_some_and(|head| head > length) {
            return false;
        }
        let rest = words.get(length..).unwrap_or_default();
        let head = text.split(':').next().unwrap_or_default();
        let before_colon = comparison_key(head).split(' ').count();
        let after = text.split_once(':').map_or("", |(_, after)| after.trim_start());
        let counts = after.starts_with(|c: char| c.is_ascii_digit());
        let behind = rest.join(" ");
        let sums_body = !behind.is_empty()
            && (self.words.organization_heads.begins(&behind).is_some()
                || self.words.group_nouns.begins(&behind).is_some()
                || self.words.organization_tails.ends(&behind)
                || words.iter().take(4).any(|word| self.words.everything.is(word)));
        // "Разом по відділу", "Summe je Abteilung": by what is summed.
        let parted = || words[1..].iter().any(|word| self.words.by.is(word));
        let sums_body = sums_body || words.len() <= length + 2 && parted();
        match rest.first() {
            _ if sums_body => true,
            None => true,
            Some(next) => {
                next.chars().all(|c| c.is_ascii_digit())
                    || crate::text::roman(next).is_some()
                    || text.contains(':') && (before_colon <= length + 4 || counts)
            }
        }
    }

    /// A total of everything, and not of a part of it: "Tổng cộng", "Toàn phường", "Grand total".
    pub(crate) fn is_grand_total(&self, text: &str) -> bool {
        self.words.grand_totals.begins(text).is_some()
    }

    /// What a line counts, without the words for a sum before it: "Cộng loại A", "Loại A".
    pub(crate) fn behind_level(&self, text: &str) -> Option<String> {
        without_first_words(text, self.words.totals.begins(text).unwrap_or(0))
    }

    /// What a total counts: "Tổng số Xuất sắc" without its first words.
    pub(crate) fn behind_total(&self, text: &str) -> Option<String> {
        without_first_words(text, self.words.totals.begins(text)?)
    }

    /// What a total counts that stands behind it: "Marmara Bölgesi Toplamı" without its last words.
    pub(crate) fn before_total(&self, text: &str) -> Option<String> {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        let before = self.words.totals.length_at_end(&words)?;
        Some(words[..words.len() - before].join(" "))
    }

    /// Whether numbers of people or bodies stand before a word: "26 đoàn viên", "7 staff".
    pub(crate) fn counts_in(&self, unit: &str) -> bool {
        self.words.counted_units.is(unit) || self.words.subject_members.is(unit)
    }

    pub(crate) fn is_footer(&self, text: &str) -> bool {
        let words = comparison_key(text).split(' ').count();
        self.words.footers.begins(text).is_some_and(|length| words <= length + 6)
    }

    /// "T/M BAN THƯỜNG VỤ", "Head of Libraries: ........": wherever in a row it stands, the row signs the
    /// sheet.
    pub(crate) fn signs_for(&self, text: &str) -> bool {
        SIGNED_ON.iter().any(|line| text.contains(line))
            || self.words.signatures.begins(text).is_some()
    }

    /// "Ghi chú: …", "Note:", "Key - …": a word for notes, alone or with what it introduces.
    pub(crate) fn is_note(&self, text: &str) -> bool {
        let Some(length) = self.words.notes.begins(text) else { return false };
        let words = comparison_key(text).split(' ').count();
        words == length || words > 6 || text.contains([':', '=', ';'])
    }

    pub(crate) fn is_tick(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        self.words.ticks.0.contains(&text)
    }

    pub(crate) fn is_missing(&self, text: &str) -> bool {
        let text = text.trim();
        self.words.missing.0.iter().any(|missing| missing.eq_ignore_ascii_case(text))
            || text.chars().all(|c| !c.is_alphanumeric() && c != '%')
                && !self.is_tick(text)
                && !are_stars(text)
            || text.len() <= 4 && ["na", "n a"].contains(&comparison_key(text).as_str())
    }

    /// Words in the place of a rating that say that there is none.
    pub(crate) fn is_unrated(&self, text: &str) -> bool {
        let denied = || {
            // Where no blanks part words, a letter that denies others is part of a word: "不足".
            let few = word_count(text) <= 4 && text.trim().contains(char::is_whitespace);
            let begins = self.words.negations.begins(text).is_some();
            few && begins && self.level(text).is_none() && self.polarity(text).is_none()
        };
        self.words.unrated.is(text) || denied() || self.abbreviates_denial(text)
    }

    /// "Not graded", "not yet appraised": whatever was not done with them.
    pub(crate) fn denies_rating(&self, text: &str) -> bool {
        let key = comparison_key(text);
        let begins = self.words.negations.begins(text).is_some();
        begins && key.rsplit(' ').next().is_some_and(|last| self.words.done.has(last))
    }

    /// "N/G", "N.R.": the first letters of "not graded", "not rated".
    fn abbreviates_denial(&self, text: &str) -> bool {
        let parts: Vec<&str> = text.trim().trim_end_matches('.').split(['/', '.']).collect();
        let [first, second] = parts.as_slice() else { return false };
        let begins = |words: &PhraseSet, letter: &str| {
            words.words_of_one().any(|word| word.starts_with(&letter.to_lowercase()))
        };
        let are_letters = parts
            .iter()
            .all(|part| part.chars().count() == 1 && part.chars().all(char::is_uppercase));
        are_letters && begins(&self.words.negations, first) && begins(&self.words.done, second)
    }

    /// Whether a text denies what others say: "Not achieving" beside "Partly achieving". What is known to say
    /// that there is no rating denies none.
    pub(crate) fn denies_one_of(&self, text: &str, others: &[String]) -> bool {
        if self.words.unrated.is(text) {
            return false;
        }
        let length = self.words.negations.begins(text);
        let Some(denied) = length.and_then(|length| without_first_words(text, length)) else {
            return false;
        };
        // "Not yet ready" beside "Ready to lead" denies its word.
        let last = denied.rsplit(' ').next().filter(|word| word.chars().count() > 3);
        others.iter().filter(|other| *other != text).any(|other| {
            let key = comparison_key(other);
            let is_suffix = key
                .strip_suffix(denied.as_str())
                .is_some_and(|before| before.is_empty() || before.ends_with(' '));
            is_suffix || last.is_some_and(|word| key.split(' ').any(|of| of == word))
        })
    }

    /// The same among other words, which explain a mark: "on leave of absence, not rated".
    pub(crate) fn says_unrated(&self, text: &str) -> bool {
        self.is_unrated(text) || text.split([',', ';']).any(|part| self.is_unrated(part))
    }

    /// The same of a heading, which says more: "Đảng viên chưa đánh giá, xếp loại".
    pub(crate) fn heads_unrated(&self, text: &str) -> bool {
        let bare = without(&self.fillers, &comparison_key(text));
        self.words.unrated.is(&bare)
    }

    /// A heading that names a group of bodies and no single one: "Đảng bộ xã", "CHI BỘ CƠ SỞ".
    pub(crate) fn is_group(&self, text: &str) -> bool {
        let key = comparison_key(text);
        let behind = |text: &str, length: usize| -> String {
            text.splitn(length + 1, ' ').nth(length).unwrap_or_default().to_owned()
        };
        let head = self.words.organization_heads.begins(&key);
        let mut rest = head.map_or(key.clone(), |length| behind(&key, length));
        // "Đảng bộ khối cơ quan": the body that stands over all of a block has its name from it.
        if head.is_some() && self.words.blocks.begins(&rest).is_some() {
            return false;
        }
        while let Some(length) = self.words.group_nouns.begins(&rest) {
            rest = behind(&rest, length);
        }
        rest.is_empty()
    }

    /// "Krishna Valley Federation of Co-operative Sugar Factories Ltd.": a name of any length with a legal form
    /// behind it.
    pub(crate) fn has_legal_form(&self, text: &str) -> bool {
        const LAST: usize = 4;
        let words: Vec<&str> = text.split_whitespace().collect();
        let last = &words[words.len().saturating_sub(LAST)..];
        self.words.legal_forms.ends(&last.join(" "))
    }

    /// Whether the whole text is a head of organisation names without a name ("Chi bộ").
    pub(crate) fn is_bare_head(&self, text: &str) -> bool {
        self.words.organization_heads.is(text)
    }

    /// Whether a text is nothing but a word for bodies of some kind, which may stand before or behind a name.
    pub(crate) fn is_kind_of_bodies(&self, text: &str) -> bool {
        self.is_bare_head(text) || self.words.organization_tails.is(text)
    }
}

/// How good a word for what is bad, and one for what is neither, is.
pub(crate) const BAD: u8 = 12;
const MIDDLE: u8 = 40;

/// Lines to sign on.
const SIGNED_ON: [&str; 3] = [".....", "_____", "……"];

/// The key of a text behind its first words, if anything is left.
fn without_first_words(text: &str, count: usize) -> Option<String> {
    let key = comparison_key(text);
    let rest: Vec<&str> = key.split(' ').skip(count).collect();
    (!rest.is_empty()).then(|| rest.join(" "))
}

fn scheme(entry: SchemeEntry) -> Scheme {
    let levels = entry.levels.into_iter().zip(1..).map(|(level, rank)| Level {
        code: level.code,
        rank,
        label: level.label,
        label_en: level.label_en,
        aliases: level.aliases,
    });
    Scheme {
        code: entry.code,
        subject: entry.subject,
        name: entry.name,
        from: Some(entry.from),
        to: entry.to,
        documents: entry.documents,
        levels: levels.collect(),
    }
}

fn phrases<T: Clone>(entries: BTreeMap<T, Vec<String>>) -> Vec<(Phrase, T)> {
    entries
        .into_iter()
        .flat_map(|(value, texts)| {
            texts.into_iter().map(move |text| (Phrase::new(&text), value.clone()))
        })
        .collect()
}

/// Phrases of two words in one as well: "Self-" and "assessment" on the next line.
fn with_closed<T: Clone>(mut phrases: Vec<(Phrase, T)>) -> Vec<(Phrase, T)> {
    let closed: Vec<(Phrase, T)> = phrases
        .iter()
        .filter_map(|(phrase, value)| Some((phrase.closed()?, value.clone())))
        .collect();
    phrases.extend(closed);
    phrases
}

/// By its first letter, a name word by word and the key of the alias that it is.
type Spellings = HashMap<char, Vec<(Vec<String>, String)>>;

/// Keeps a name of several words once.
fn keep_spelling(spellings: &mut Spellings, name: &str, alias: &str) {
    let words: Vec<String> = name.split(' ').map(str::to_owned).collect();
    let Some(letter) = name.chars().next().filter(|_| words.len() > 1) else { return };
    let alike = spellings.entry(letter).or_default();
    if !alike.iter().any(|(known, _)| *known == words) {
        alike.push((words, alias.to_owned()));
    }
}

/// Whether each word is one of a phrase, or the first letters of several, in their order.
fn is_spelt(words: &[&str], phrase: &[String]) -> bool {
    let Some((word, words)) = words.split_first() else { return phrase.is_empty() };
    let initials = word.chars().count();
    let stands_for = |(letter, whole): (char, &String)| whole.starts_with(letter);
    match phrase.split_first() {
        Some((first, rest)) if first == word => is_spelt(words, rest),
        Some(_) if initials <= phrase.len() => {
            word.chars().zip(phrase).all(stands_for) && is_spelt(words, &phrase[initials..])
        }
        _ => false,
    }
}

fn best<T: Clone>(phrases: &[(Phrase, T)], text: &str) -> Option<(T, usize)> {
    let key = comparison_key(text);
    let words: Vec<&str> = key.split(' ').collect();
    phrases
        .iter()
        .filter_map(|(phrase, value)| Some((value, phrase.weight(&words)?)))
        .max_by_key(|(_, weight)| *weight)
        .map(|(value, weight)| (value.clone(), weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_short_is_spelt_out_once() {
        let vocabulary = Vocabulary::bundled();
        assert_eq!(vocabulary.measure("T. số đảng viên").map(|of| of.0), Some(Measure::OnRoll));
        // No word, in whatever language, is spelt out by words that are spelt out again.
        let letters = ('a'..='z').chain('а'..='я').chain('α'..='ω');
        for letter in letters {
            for of in vocabulary.others().chain([&vocabulary]) {
                let text = format!("{letter}. zorp");
                assert!(of.measure(&text).is_none(), "{text}");
            }
        }
    }

    fn code(text: &str, subject: Subject, year: i32) -> Option<String> {
        let vocabulary = Vocabulary::bundled();
        let scheme = vocabulary.scheme(subject, year)?.code.clone();
        let LevelText::Known(places) = vocabulary.level(text)? else { return None };
        places.into_iter().find_map(|(place, level)| {
            let found = &vocabulary.schemes[place];
            (found.code == scheme).then(|| found.levels[level].code.clone())
        })
    }

    #[test]
    fn words_for_shares_and_sums_stand_at_either_end() {
        let vocabulary = Vocabulary::bundled();
        let share = |text: &str| vocabulary.share_of(text);
        for text in ["Good (Percent)", "% good", "Share good", "good_percent", "Good %"] {
            assert_eq!(share(text).as_deref(), Some("good"), "{text}");
        }
        assert_eq!((share("Good"), share("%"), share("Percent")), (None, None, None));
        let of = |sample: &str| vocabulary.others().find(|of| of.words.totals.is(sample)).unwrap();
        for (text, language) in
            [("全社計", "合計"), ("全所合計", "合计"), ("ОБЩО за звеното", "общо")]
        {
            assert!(of(language).is_total(text), "{text}");
        }
        assert!(!of("合計").is_total("全日制"));
    }

    #[test]
    fn a_known_level_may_have_its_like_of_another_language_behind_it() {
        for text in ["Hoàn thành tốt nhiệm vụ / Good", "Hoàn thành tốt nhiệm vụ\nCompleted well"]
        {
            assert_eq!(code(text, Subject::Members, 2021).as_deref(), Some("HTTNV"), "{text}");
        }
        assert_eq!(code("Hoàn thành tốt nhiệm vụ / Poor", Subject::Members, 2021), None);
    }

    #[test]
    fn a_first_word_may_be_cut_to_its_letter() {
        let vocabulary = Vocabulary::bundled();
        let field = |text: &str| vocabulary.field(text).map(|(field, _)| field);
        assert_eq!(field("C/thức"), Some(Field::OfficialOn));
        assert_eq!(field("C.vụ"), Some(Field::Position));
        assert_eq!(field("X/loại"), Some(Field::Rating));
        assert_eq!(field("Z/thức"), None);
    }

    #[test]
    fn levels_are_found_in_every_spelling() {
        for text in [
            "Hoàn thành Tốt nhiệm vụ  ",
            "Httnv ",
            "HTT",
            "hoàn thành tốt",
            "Số đảng viên HTTNV",
            "H.thành tốt NV",
            "HT tốt N.vụ.",
            "HTTNV (15/16)",
            "Hoan thanh tot nhiem vu",
            "Hoàn thành tốt NV",
            "Hoàn thành TNV",
            "HTT nhiệm vụ",
        ] {
            assert_eq!(code(text, Subject::Members, 2021).as_deref(), Some("HTTNV"), "{text}");
        }
        for text in ["Hoàn thành XSNV", "HTXS nhiệm vụ", "HT xuất sắc NV"] {
            assert_eq!(code(text, Subject::Members, 2021).as_deref(), Some("HTXSNV"), "{text}");
        }
        let old = "ĐV đủ tư cách, hoàn thành xuất sắc nhiệm vụ";
        assert_eq!(code(old, Subject::Members, 2012).as_deref(), Some("DTC_HTXSNV"));
        let worst = "ĐV vi phạm tư cách hoặc không hoàn thành nhiệm vụ";
        assert_eq!(code(worst, Subject::Members, 2012).as_deref(), Some("VPTC"));
        assert_eq!(
            code("Trong sạch vững mạnh (tiêu biểu)", Subject::Branches, 2015).as_deref(),
            Some("TSVM")
        );
        assert_eq!(code("Hoàn thành khá nhiệm vụ", Subject::Members, 2021), None);
        assert_eq!(code("Đảng viên", Subject::Members, 2021), None);
    }

    #[test]
    fn totals_are_told_from_names() {
        let vocabulary = Vocabulary::bundled();
        for text in ["Tổng cộng", "Cộng I: 10 đồng chí", "TỔNG CỘNG: 74 đảng viên", "State Totals"]
        {
            assert!(vocabulary.is_total(text), "{text}");
        }
        for text in ["Cộng toàn xã", "Cộng chi bộ ấp 1", "Tổng số toàn Đảng bộ"]
        {
            assert!(vocabulary.is_total(text), "{text}");
        }
        for text in ["Tổng công ty Điện lực", "Chi bộ Tổng hợp", "Cộng đồng"] {
            assert!(!vocabulary.is_total(text), "{text}");
        }
    }

    #[test]
    fn words_of_degree_tell_how_good_something_is() {
        let vocabulary = Vocabulary::bundled();
        let language =
            vocabulary.of_language(["Name of officer", "Rating", "Department"].into_iter());
        let good = |text: &str| language.polarity(text).unwrap();
        for (better, worse) in [
            ("Effective", "Largely effective"),
            ("Largely effective", "Partially effective"),
            ("Partially effective", "Not effective"),
            ("Below target", "Far below target"),
            ("Very satisfactory", "Satisfactory"),
        ] {
            assert!(good(better) > good(worse), "{better}, {worse}");
        }
    }

    #[test]
    fn those_who_are_not_rated_are_counted_as_such() {
        let vocabulary = Vocabulary::bundled();
        let measure = |text: &str| vocabulary.measure(text).map(|(measure, _)| measure);
        assert_eq!(measure("Số đảng viên được phân tích chất lượng"), Some(Measure::Rated));
        assert_eq!(measure("Số chưa phân tích chất lượng"), Some(Measure::NotYetRated));
    }

    #[test]
    fn a_word_in_another_language_behind_a_level_changes_nothing() {
        let vocabulary = Vocabulary::bundled();
        for (text, plain) in [
            ("HTXSNV (Excellent)", "HTXSNV"),
            ("HTTNV (Good)", "HTTNV"),
            ("HTNV (Completed)", "HTNV"),
            ("KHTNV (Not completed)", "KHTNV"),
        ] {
            assert_eq!(vocabulary.level(text), vocabulary.level(plain), "{text}");
        }
        assert_eq!(vocabulary.level("HTTNV (trong đó nữ)"), None);
    }

    #[test]
    fn stages_and_groups() {
        let vocabulary = Vocabulary::bundled();
        assert_eq!(vocabulary.stage("Chi bộ tự xếp loại"), Some(Stage::Own));
        assert_eq!(vocabulary.stage("Đảng ủy công nhận"), Some(Stage::Committee));
        assert_eq!(vocabulary.stage("Chi ủy đánh giá, xếp loại (3)"), Some(Stage::CellCommittee));
        assert_eq!(vocabulary.stage("ĐU XL"), Some(Stage::Committee));
        assert_eq!(vocabulary.stage("LM rating"), Some(Stage::Authority));
        assert_eq!(vocabulary.stage("Review committee (final)"), Some(Stage::Committee));
        assert_eq!(vocabulary.stage("Next level review"), Some(Stage::Reviewer));
        assert_eq!(vocabulary.stage("SL"), None);
        let measure = |text| vocabulary.measure(text).map(|(measure, _)| measure);
        assert_eq!(measure("TS đảng viên"), Some(Measure::OnRoll));
        assert_eq!(measure("Số đảng viên đã phân tích"), Some(Measure::Rated));
        assert_eq!(measure("Tổng số ĐV xếp loại"), Some(Measure::Rated));
        assert_ne!(measure("Tổng số ĐV chưa xếp loại"), Some(Measure::Rated));
        assert!(vocabulary.is_group("ĐẢNG BỘ CƠ SỞ"));
        assert!(vocabulary.is_group("Chi bộ cơ quan"));
        assert!(!vocabulary.is_group("Chi bộ cơ quan Quận đoàn"));
        assert!(!vocabulary.is_group("Đảng bộ xã Sơn Hà"));
    }

    #[test]
    fn first_letters_may_deny_and_a_level_may_be_below_the_average() {
        let vocabulary = Vocabulary::bundled();
        let english = vocabulary.others().find(|of| of.words.totals.is("grand total"));
        let english = english.unwrap_or(&vocabulary);
        assert!(
            english.is_total("TOTAL, LIBRARY SERVICE") && !english.is_total("Totals Ltd, Leeds")
        );
        for (text, unrated) in [("N/G", true), ("N.R.", true), ("Y/G", false), ("N/X", false)] {
            assert_eq!(english.is_unrated(text), unrated, "{text}");
        }
        let of = |text: &str| vocabulary.others().find(|of| of.exact_polarity(text).is_some());
        let hungarian = of("átlag alatti").expect("the words of a language");
        assert!(!hungarian.is_derived("átlag alatti") && hungarian.is_derived("átlag"));
        let own = of("vynikající").and_then(|czech| czech.stage("vlastní"));
        assert_eq!(own, Some(Stage::Own));
        let stage = |text: &str| english.stage(text);
        assert_eq!(stage("Calibrated (final)"), Some(Stage::Committee));
        assert_eq!(stage("Calibrated"), Some(Stage::Reviewer));
        let vietnamese = |text: &str| vocabulary.stage(text);
        assert_eq!(vietnamese("Giám đốc quyết định"), Some(Stage::Committee));
        assert_eq!(vietnamese("Giám đốc xếp loại"), Some(Stage::Authority));
    }
}
