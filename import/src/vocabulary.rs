//! The words of workbooks, compiled from `vocabulary/*.toml` for look-up.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::campaign::Campaign;
use crate::record::{Measure, NotRatedReason, Stage, Subject};
use crate::text::{comparison_key, search_key};

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
    GivenName,
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
    polarity: Vec<(Vec<String>, String, u8)>,
    aliases: HashMap<String, Vec<(usize, usize)>>,
    /// The same without marks, for text that was typed without any.
    unmarked: HashMap<String, Vec<(usize, usize)>>,
    abbreviations: Vec<(Phrase, Vec<String>)>,
    fillers: Vec<Phrase>,
    unmarked_fillers: Vec<Phrase>,
    /// What a level may carry besides: "trong sạch, vững mạnh (tiêu biểu)".
    exemplary_mark: [Phrase; 1],
    fields: Vec<(Phrase, Field)>,
    measures: Vec<(Phrase, Measure)>,
    stages: Vec<(Phrase, Stage)>,
    reasons: Vec<(Phrase, NotRatedReason)>,
    indicators: Vec<(Phrase, String)>,
    pub(crate) words: Words,
}

/// Sets of phrases, each for one question.
#[derive(Debug, Deserialize)]
pub(crate) struct Words {
    fillers: Vec<String>,
    pub(crate) or_better: PhraseSet,
    pub(crate) nested: PhraseSet,
    pub(crate) exemplary: PhraseSet,
    totals: PhraseSet,
    page_totals: PhraseSet,
    footers: PhraseSet,
    signatures: PhraseSet,
    notes: PhraseSet,
    ticks: Vec<String>,
    missing: Vec<String>,
    unrated: PhraseSet,
    pub(crate) organization_heads: PhraseSet,
    pub(crate) committee_heads: PhraseSet,
    pub(crate) group_nouns: PhraseSet,
    pub(crate) titles: PhraseSet,
    pub(crate) subject_members: PhraseSet,
    pub(crate) subject_branches: PhraseSet,
    pub(crate) award_titles: PhraseSet,
    pub(crate) person_prefixes: PhraseSet,
    pub(crate) probationary: PhraseSet,
    pub(crate) details: PhraseSet,
    pub(crate) ignored: PhraseSet,
    pub(crate) other_results: PhraseSet,
    pub(crate) parts_of_members: PhraseSet,
    pub(crate) comparisons: PhraseSet,
    people: PhraseSet,
}

/// A sequence of words; `whole` phrases match only the whole text.
#[derive(Debug, Clone)]
struct Phrase {
    words: Vec<String>,
    whole: bool,
}

impl Phrase {
    fn new(text: &str) -> Self {
        let (whole, text) = match text.strip_prefix('=') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let key = comparison_key(text);
        Self { words: key.split(' ').map(str::to_owned).collect(), whole }
    }

    fn found_at(&self, words: &[&str]) -> Option<usize> {
        if self.whole {
            return (words == self.words).then_some(0);
        }
        words.windows(self.words.len()).position(|window| window == self.words)
    }

    /// Longer phrases decide; a phrase that is the whole text beats any other.
    fn weight(&self, words: &[&str]) -> Option<usize> {
        let at = self.found_at(words)?;
        let whole = if self.words.len() == words.len() { 100 } else { 0 };
        let front = usize::from(at == 0);
        Some(whole + 2 * self.words.len() + front)
    }
}

/// Phrases that all answer the same question with yes.
#[derive(Debug, Deserialize)]
#[serde(from = "Vec<String>")]
pub(crate) struct PhraseSet(Vec<Phrase>);

impl From<Vec<String>> for PhraseSet {
    fn from(phrases: Vec<String>) -> Self {
        Self(phrases.iter().map(|phrase| Phrase::new(phrase)).collect())
    }
}

impl PhraseSet {
    pub(crate) fn found_in(&self, text: &str) -> bool {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        self.0.iter().any(|phrase| phrase.found_at(&words).is_some())
    }

    /// The number of words of the longest phrase that the text begins with.
    pub(crate) fn begins(&self, text: &str) -> Option<usize> {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        let begins = |phrase: &&Phrase| phrase.found_at(&words) == Some(0);
        self.0.iter().filter(begins).map(|phrase| phrase.words.len()).max()
    }

    pub(crate) fn is(&self, text: &str) -> bool {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        self.0.iter().any(|phrase| phrase.words == words)
    }
}

fn without(phrases: &[Phrase], key: &str) -> String {
    let mut words: Vec<&str> = key.split(' ').collect();
    for phrase in phrases {
        while let Some(at) = phrase.found_at(&words) {
            words.drain(at..at + phrase.words.len());
        }
    }
    words.join(" ")
}

/// A level as a text names it, before the scheme is known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum LevelText {
    /// An alias in some of the known schemes: places in `schemes` and `levels`.
    Known(Vec<(usize, usize)>),
    /// "Mức 2": a rank in whatever scheme.
    Rank(u8),
    /// A word of a scale that no known scheme has: label and polarity.
    Foreign { label: String, polarity: u8 },
}

#[derive(Deserialize)]
struct SchemesFile {
    scheme: Vec<SchemeEntry>,
    polarity: BTreeMap<String, u8>,
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

#[derive(Deserialize)]
struct WordsFile {
    #[serde(flatten)]
    words: Words,
    abbreviations: BTreeMap<String, String>,
    reasons: BTreeMap<NotRatedReason, Vec<String>>,
    measures: BTreeMap<Measure, Vec<String>>,
    stages: BTreeMap<Stage, Vec<String>>,
    indicators: BTreeMap<String, Vec<String>>,
    fields: BTreeMap<Field, Vec<String>>,
}

impl Vocabulary {
    /// The vocabulary that comes with the crate.
    ///
    /// # Panics
    /// Never in a release: a test parses the bundled files.
    #[expect(
        clippy::expect_used,
        reason = "the files are part of the crate and a test parses them"
    )]
    pub fn bundled() -> Self {
        let schemes: SchemesFile = toml::from_str(include_str!("../vocabulary/schemes.toml"))
            .expect("vocabulary/schemes.toml is valid");
        let words: WordsFile = toml::from_str(include_str!("../vocabulary/words.toml"))
            .expect("vocabulary/words.toml is valid");
        Self::compile(schemes, words)
    }

    fn compile(schemes: SchemesFile, file: WordsFile) -> Self {
        let mut fillers: Vec<Phrase> =
            file.words.fillers.iter().map(|filler| Phrase::new(filler)).collect();
        fillers.sort_by_key(|filler| std::cmp::Reverse(filler.words.len()));
        let unmarked_fillers: Vec<Phrase> =
            file.words.fillers.iter().map(|filler| Phrase::new(&search_key(filler))).collect();
        let polarity = schemes
            .polarity
            .into_iter()
            .map(|(label, weight)| {
                let words = comparison_key(&label).split(' ').map(str::to_owned).collect();
                (words, label, weight)
            })
            .collect();
        let schemes: Vec<Scheme> = schemes.scheme.into_iter().map(scheme).collect();
        let mut aliases: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        let mut unmarked: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
        for (place, scheme) in schemes.iter().enumerate() {
            for (level_place, level) in scheme.levels.iter().enumerate() {
                let names = level.aliases.iter().chain([&level.label, &level.code]);
                for name in names {
                    let key = without(&fillers, &comparison_key(name));
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
        Self {
            schemes,
            polarity,
            aliases,
            unmarked,
            abbreviations,
            unmarked_fillers,
            fillers,
            exemplary_mark: [Phrase::new("tiêu biểu")],
            fields: phrases(file.fields),
            measures: phrases(file.measures),
            stages: phrases(file.stages),
            reasons: phrases(file.reasons),
            indicators: phrases(file.indicators),
            words: file.words,
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
        let found = best(&self.fields, text);
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

    /// The measure that a text names: "tổng số đảng viên được xếp loại" counts the rated, for what
    /// says more than "all of them" decides.
    pub(crate) fn measure(&self, text: &str) -> Option<(Measure, usize)> {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        let found = self
            .measures
            .iter()
            .filter_map(|(phrase, measure)| Some((*measure, phrase.weight(&words)?)));
        found.max_by_key(|(measure, weight)| (*measure != Measure::OnRoll, *weight))
    }

    pub(crate) fn indicator(&self, text: &str) -> Option<String> {
        best(&self.indicators, text).map(|(code, _)| code)
    }

    pub(crate) fn reason(&self, text: &str) -> Option<NotRatedReason> {
        best(&self.reasons, text).map(|(reason, _)| reason)
    }

    /// The stage that a heading names: a body that rates itself is SELF, whatever its name.
    pub(crate) fn stage(&self, text: &str) -> Option<Stage> {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        let itself = self
            .stages
            .iter()
            .any(|(phrase, stage)| *stage == Stage::Own && phrase.found_at(&words).is_some());
        if itself { Some(Stage::Own) } else { best(&self.stages, text).map(|(stage, _)| stage) }
    }

    /// The level that a cell or a heading names, without the words that say nothing.
    pub(crate) fn level(&self, text: &str) -> Option<LevelText> {
        let key = comparison_key(text);
        if let Some(rank) = rank_word(&key) {
            return Some(LevelText::Rank(rank));
        }
        let bare = without(&self.fillers, &without(&self.exemplary_mark, &key));
        if bare.is_empty() {
            return None;
        }
        if let Some(places) = self.aliases.get(&bare).or_else(|| self.abbreviated(&bare)) {
            return Some(LevelText::Known(places.clone()));
        }
        if let Some((before, votes)) = text.rsplit_once('(')
            && votes.trim_end().ends_with(')')
            && votes.contains(|c: char| c.is_ascii_digit())
        {
            // "HTTNV (15/16)": the votes for it do not change a level.
            return self.level(before);
        }
        let words: Vec<&str> = bare.split(' ').collect();
        let foreign = self.polarity.iter().find(|(phrase, ..)| *phrase == words)?;
        Some(LevelText::Foreign { label: foreign.1.clone(), polarity: foreign.2 })
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
            let unmarked = bare.is_ascii() && bare.contains(' ');
            unmarked.then(|| self.unmarked.get(&without(&self.unmarked_fillers, bare)))?
        })
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
        let year = comparison_key("năm");
        let words = key.split(' ').filter(|word| *word != year && *word != round.code);
        let rest = words.collect::<Vec<_>>().join(" ");
        (rest.is_empty() || self.is_total(&rest)).then_some(round)
    }

    /// A row that counts some of those of the row above: "Trong đó: Nữ", "- Dự bị".
    pub(crate) fn is_part_of_above(&self, text: &str) -> bool {
        let words = &self.words;
        words.nested.begins(text).is_some() || words.details.is(text) || words.probationary.is(text)
    }

    /// A row that carries sums from page to page and counts nothing of its own.
    pub(crate) fn is_page_total(&self, text: &str) -> bool {
        self.words.page_totals.begins(text).is_some()
    }

    /// A row that sums others: "Tổng cộng", "Cộng I: 10 đồng chí", "Total".
    pub(crate) fn is_total(&self, text: &str) -> bool {
        let Some(length) = self.words.totals.begins(text) else { return false };
        let key = comparison_key(text);
        let rest: Vec<&str> = key.split(' ').skip(length).collect();
        let head = text.split(':').next().unwrap_or_default();
        let before_colon = comparison_key(head).split(' ').count();
        let after = text.split_once(':').map_or("", |(_, after)| after.trim_start());
        let counts = after.starts_with(|c: char| c.is_ascii_digit());
        let behind = rest.join(" ");
        let sums_body = !behind.is_empty()
            && (self.words.organization_heads.begins(&behind).is_some()
                || self.words.group_nouns.begins(&behind).is_some()
                || key.split(' ').take(4).any(|word| word == comparison_key("toàn")));
        match rest.first() {
            _ if sums_body => true,
            None => true,
            Some(next) => {
                next.chars().all(|c| c.is_ascii_digit())
                    || crate::cell::roman(next).is_some()
                    || text.contains(':') && (before_colon <= length + 4 || counts)
            }
        }
    }

    pub(crate) fn is_footer(&self, text: &str) -> bool {
        let words = comparison_key(text).split(' ').count();
        self.words.footers.begins(text).is_some_and(|length| words <= length + 6)
    }

    /// "T/M BAN THƯỜNG VỤ": wherever in a row it stands, the row signs the sheet.
    pub(crate) fn signs_for(&self, text: &str) -> bool {
        self.words.signatures.begins(text).is_some()
    }

    pub(crate) fn is_note(&self, text: &str) -> bool {
        self.words.notes.begins(text).is_some()
    }

    pub(crate) fn is_tick(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        self.words.ticks.contains(&text)
    }

    pub(crate) fn is_missing(&self, text: &str) -> bool {
        let text = text.trim();
        self.words.missing.iter().any(|missing| missing.eq_ignore_ascii_case(text))
            || text.chars().all(|c| !c.is_alphanumeric() && c != '%') && !self.is_tick(text)
            || text.len() <= 4 && ["na", "n a"].contains(&comparison_key(text).as_str())
    }

    /// Words in the place of a rating that say that there is none.
    pub(crate) fn is_unrated(&self, text: &str) -> bool {
        self.words.unrated.is(text)
    }

    /// The same of a heading, which says more: "Đảng viên chưa đánh giá, xếp loại".
    pub(crate) fn heads_unrated(&self, text: &str) -> bool {
        let bare = without(&self.fillers, &comparison_key(text));
        self.words.unrated.is(&bare)
    }

    /// A heading that names a group of bodies and no single one: "Đảng bộ xã", "CHI BỘ CƠ SỞ".
    pub(crate) fn is_group(&self, text: &str) -> bool {
        let key = comparison_key(text);
        let mut rest = key.as_str();
        for set in [&self.words.organization_heads, &self.words.group_nouns] {
            while let Some(length) = set.begins(rest) {
                rest = rest.splitn(length + 1, ' ').nth(length).unwrap_or_default();
            }
        }
        rest.is_empty()
    }

    /// Whether the whole text is a head of organisation names without a name ("Chi bộ").
    pub(crate) fn is_bare_head(&self, text: &str) -> bool {
        self.words.organization_heads.is(text)
    }
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

fn best<T: Clone>(phrases: &[(Phrase, T)], text: &str) -> Option<(T, usize)> {
    let key = comparison_key(text);
    let words: Vec<&str> = key.split(' ').collect();
    phrases
        .iter()
        .filter_map(|(phrase, value)| Some((value, phrase.weight(&words)?)))
        .max_by_key(|(_, weight)| *weight)
        .map(|(value, weight)| (value.clone(), weight))
}

/// "mức 2", "loại 2": the rank.
fn rank_word(key: &str) -> Option<u8> {
    let key = key.replace(&comparison_key("xếp"), "");
    let (word, digit) = key.trim().split_once(' ')?;
    let is_rank = [comparison_key("mức"), comparison_key("loại")].contains(&word.to_owned());
    is_rank.then(|| digit.parse().ok()).flatten().filter(|rank| (1..=9).contains(rank))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert_eq!(code(text, Subject::Members, 2021).as_deref(), Some("HTTNV"), "{text}");
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
    fn stages_and_groups() {
        let vocabulary = Vocabulary::bundled();
        assert_eq!(vocabulary.stage("Chi bộ tự xếp loại"), Some(Stage::Own));
        assert_eq!(vocabulary.stage("Đảng ủy công nhận"), Some(Stage::Committee));
        assert_eq!(vocabulary.stage("Chi ủy đánh giá, xếp loại (3)"), Some(Stage::CellCommittee));
        assert!(vocabulary.is_group("ĐẢNG BỘ CƠ SỞ"));
        assert!(vocabulary.is_group("Chi bộ cơ quan"));
        assert!(!vocabulary.is_group("Chi bộ cơ quan Quận đoàn"));
        assert!(!vocabulary.is_group("Đảng bộ xã Sơn Hà"));
    }
}
