//! Scales of the workbook's own: which words are its levels, and which of them is better.
//!
//! Levels are learned from legends, from headings side by side, from labels below one another and from
//! columns whose few values repeat. A set of words that one known scheme has is that scheme, and no
//! scale of the workbook's own. What the order follows from is kept.

mod gather;
pub(crate) mod ranges;

use std::collections::{HashMap, HashSet};

use crate::grid::{Sheet, Value};
use crate::layout::Table;
use crate::record::Subject;
use crate::text::{
    comparison_key, grade_key, in_brackets, initials, is_drawn, is_sign, search_key,
    signs_of_grade, word_count,
};
use crate::value::number_of_text;
use crate::vocabulary::{BAD, Level, LevelText, Scheme, Vocabulary};

/// The scales that a workbook uses beside the known schemes.
#[derive(Debug, Default)]
pub(crate) struct Scales {
    own: Vec<OwnScale>,
    /// Whether some table counts who has each level of a scale: they stand over its columns, or before its rows.
    counted: Vec<bool>,
    keys: HashMap<String, (usize, usize)>,
    /// Letters and digits that stand for levels, as they are written.
    marks: HashMap<String, (usize, usize)>,
    /// Labels without the marks that they have: "A améliorer" is "À améliorer".
    plain: HashMap<String, (usize, usize)>,
    /// What the workbook says of the best number: "care mark, 5 is the best".
    told: Vec<String>,
}

/// A label with fewer letters is told by its marks.
const SHORTEST: usize = 5;

/// One scale, best level first.
#[derive(Debug)]
pub(crate) struct OwnScale {
    levels: Vec<Entry>,
    /// What the order follows from.
    pub(crate) order_from: &'static str,
    /// Whether nothing shows which end is the better one.
    pub(crate) is_doubtful: bool,
}

/// A level as a workbook writes it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) label: String,
    /// The keys of all its spellings, the label's first.
    pub(crate) keys: Vec<String>,
    /// The letter or the digit that stands for it.
    pub(crate) mark: Option<String>,
    /// The points that it begins with, or the digit that stands for it.
    pub(crate) points: Option<f64>,
    pub(crate) polarity: Option<u8>,
}

/// Words that are levels of one scale, as one place of a workbook has them.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) entries: Vec<Entry>,
    pub(crate) source: Source,
    /// Whether a line over them says that the best one, or the worst one, stands first.
    pub(crate) best_first: Option<bool>,
}

impl Candidate {
    fn of(entries: Vec<Entry>, source: Source) -> Self {
        Self { entries, source, best_first: None }
    }
}

/// Where levels were found; an order that a legend shows weighs most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Values,
    Rows,
    Headings,
    Legend,
}

/// "V. Good" in full: a letter for a word that makes levels better, and no mark as A to F are.
fn cut_short(text: &str, vocabulary: &Vocabulary) -> Option<String> {
    let (letter, rest) = text.trim().split_once('.')?;
    let mut letters = letter.chars();
    let (Some(first), None) = (letters.next(), letters.next()) else { return None };
    if matches!(first.to_ascii_uppercase(), 'A'..='F') {
        return None;
    }
    let letter = first.to_lowercase().to_string();
    let word = vocabulary.words.highly.words_of_one().find(|word| word.starts_with(&letter))?;
    vocabulary.exact_polarity(rest)?;
    Some(format!("{word} {}", rest.trim().to_lowercase()))
}

/// "Box 1" of "Box 1 - Exceeded": a word and the number of a level, before what it is.
fn numbered_head(label: &str) -> Option<&str> {
    let (head, _) = [" - ", " – ", ": "].iter().find_map(|by| label.split_once(by))?;
    let (word, number) = head.rsplit_once(' ')?;
    let is_word = word.chars().all(char::is_alphabetic);
    (is_word && number.len() == 1 && number.parse::<u8>().is_ok()).then_some(head)
}

/// The key of "V. Good", for "Very Good".
fn with_initial(label: &str, vocabulary: &Vocabulary) -> Option<String> {
    let (first, rest) = label.split_once(' ')?;
    let initial = first.chars().next()?;
    vocabulary.words.highly.is(first).then(|| grade_key(&format!("{initial} {rest}")))
}

/// "ή" of "Πολύ καλός/ή", "a" of "Bueno/a": the word with its other ending, of one letter or of two in place of
/// those it has; any other part as it is.
fn with_endings(word: &str, part: &str) -> Vec<String> {
    const ENDING: usize = 2;
    let letters: Vec<char> = word.chars().collect();
    let is_ending = part != word
        && (1..=ENDING).contains(&part.chars().count())
        && part.chars().all(char::is_lowercase)
        && letters.len() > 2 * ENDING;
    if !is_ending {
        return vec![part.to_owned()];
    }
    (1..=ENDING)
        .map(|cut| letters[..letters.len() - cut].iter().collect::<String>() + part)
        .collect()
}

impl Entry {
    /// A level as a text names it: "Very Good", "4 - Very Good", "Tốt / Good", "Good (B)".
    pub(crate) fn of(text: &str, vocabulary: &Vocabulary) -> Self {
        let full = cut_short(text, vocabulary);
        let (mark, label) = match (split_mark(text), behind_digit(text)) {
            _ if full.is_some() => (None, text),
            ((None, _), Some((digit, label))) if vocabulary.polarity(label).is_some() => {
                (Some(digit.to_owned()), label)
            }
            (split, _) => split,
        };
        // "Outstanding (4.500 - 5.000)": the points of the level stand behind it.
        let ranged = in_brackets(label).filter(|(head, inside)| {
            gather::is_range(inside) && head.chars().any(char::is_alphabetic)
        });
        let (label, range) = ranged.map_or((label, None), |(head, inside)| {
            (head.trim_end(), points_of(inside, vocabulary))
        });
        let mut parts: Vec<String> = label.split('/').map(|part| part.trim().to_owned()).collect();
        if parts.len() == 1
            && let Some((left, right)) = two_languages(&parts[0], vocabulary)
        {
            parts = vec![left, right];
        }
        parts = parts.iter().flat_map(|part| with_endings(&parts[0], part)).collect();
        let whole = grade_key(text);
        let mut keys: Vec<String> = parts.iter().map(|part| grade_key(part)).collect();
        keys.extend([grade_key(label), whole]);
        keys.extend(full.as_deref().map(grade_key));
        keys.extend(with_initial(label, vocabulary));
        keys.extend(numbered_head(label).map(grade_key));
        let mut seen = HashSet::new();
        keys.retain(|key| !key.is_empty() && seen.insert(key.clone()));
        let polarity = full.iter().chain(&parts).find_map(|part| vocabulary.polarity(part));
        let points = mark.as_deref().and_then(|mark| mark.parse().ok()).or(range);
        Self { label: parts.swap_remove(0), keys, mark, points, polarity }
    }

    /// "Grade 1 (highest)" as "Grade 1".
    fn without_note(self) -> Self {
        let bare = self.label.split('(').next().unwrap_or_default().trim().to_owned();
        if bare.is_empty() || bare == self.label {
            return self;
        }
        let mut keys = vec![grade_key(&bare)];
        keys.extend(self.keys);
        Self { label: bare, keys, ..self }
    }

    /// The digit that stands for it.
    fn digit(&self) -> Option<u8> {
        self.mark.as_ref()?.parse().ok()
    }

    fn shares_key(&self, other: &Self) -> bool {
        self.keys.iter().any(|key| other.keys.contains(key))
            || self.mark.is_some()
                && self.mark == other.mark
                && (self.keys.is_empty() || other.keys.is_empty())
    }

    fn join(&mut self, other: &Self) {
        for key in &other.keys {
            if !self.keys.contains(key) {
                self.keys.push(key.clone());
            }
        }
        self.mark = self.mark.take().or_else(|| other.mark.clone());
        self.points = self.points.or(other.points);
        self.polarity = self.polarity.or(other.polarity);
    }
}

/// Whether a text can stand for a level: a letter, a digit, "A+", or the first letters of its words.
fn is_mark(text: &str, label: &str) -> bool {
    let text = text.trim();
    let mut chars = text.chars();
    match (chars.next(), chars.next(), chars.next()) {
        (Some(first), None, None) => first.is_ascii_alphanumeric() || is_sign(first),
        (Some(first), Some('+' | '-'), None | Some('+' | '-')) if text.chars().count() <= 3 => {
            first.is_ascii_uppercase()
        }
        _ if is_numbered_letter(text) || is_starred(text) => true,
        _ => {
            let count = text.chars().count();
            // "VYC: Vượt yêu cầu / Above requirements": the letters of the words in one of the languages.
            let stands_for = |label: &str| {
                text == initials(label)
                    || text == initials(&search_key(label))
                    || is_drawn_from(text, label)
            };
            (2..=4).contains(&count) && (stands_for(label) || label.split('/').any(stands_for))
        }
    }
}

/// "A1": a letter that a digit parts into several grades.
fn is_numbered_letter(text: &str) -> bool {
    let mut chars = text.chars();
    matches!((chars.next(), chars.next(), chars.next()), (Some('A'..='Z'), Some('1'..='9'), None))
}

/// "A*", "4*": a letter or a digit that a star raises.
fn is_starred(text: &str) -> bool {
    let mut chars = text.chars();
    matches!(
        (chars.next(), chars.next(), chars.next()),
        (Some('A'..='Z' | '0'..='9'), Some('*'), None)
    )
}

/// "US" of "Unsatisfactory": capitals that stand in the label in their order, its first letter first.
fn is_drawn_from(text: &str, label: &str) -> bool {
    let capitals = text.chars().all(char::is_uppercase);
    let mut letters = label.trim().chars().flat_map(char::to_uppercase);
    capitals
        && label.trim().chars().next().is_some_and(|first| text.starts_with(first))
        && text.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

/// "4 - Very Good", "A: Xuất sắc", "Good (B)": the mark and the label.
pub(crate) fn split_mark(text: &str) -> (Option<String>, &str) {
    let text = text.trim();
    for by in [" - ", " – ", " = ", ": ", "=", ":", ". ", ") ", "-", "–"] {
        if let Some((mark, label)) = text.split_once(by)
            && is_mark(mark, label)
            && label.chars().any(char::is_alphabetic)
        {
            return (Some(mark.trim().to_uppercase()), label.trim());
        }
    }
    if let Some((outside, inside)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('(')) {
        let (outside, inside) = (outside.trim(), inside.trim());
        if is_mark(inside, outside) {
            return (Some(inside.to_uppercase()), outside);
        }
        if is_mark(outside, inside) && inside.chars().any(char::is_alphabetic) {
            return (Some(outside.to_uppercase()), inside);
        }
    }
    (None, text)
}

/// "1 sehr gut": a digit and a blank before a word, which may be a level and its place, or a number of some.
fn behind_digit(text: &str) -> Option<(&str, &str)> {
    let (digit, label) = text.trim().split_once(' ')?;
    let is_digit = digit.len() == 1 && digit.starts_with(|c: char| c.is_ascii_digit());
    (is_digit && label.starts_with(char::is_alphabetic)).then_some((digit, label))
}

/// All marks that a text explains one after the other: "5 = Outstanding   4 = Good", "A – Tốt; B – Khá".
pub(crate) fn marks_in(text: &str) -> Vec<(&str, &str)> {
    let mut starts: Vec<(usize, usize, usize)> = Vec::new();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let begins = !before.is_alphanumeric() && !matches!(before, '.' | '-' | '–' | '/' | '+');
        before = c;
        // "Đ" is a mark as "T" is.
        if !begins || !c.is_ascii_alphanumeric() && !c.is_uppercase() && !is_sign(c) {
            continue;
        }
        let rest = &text[at..];
        let is_end = |c: char| !c.is_alphanumeric() && !matches!(c, '+' | '*');
        let long = if is_sign(c) { c.len_utf8() } else { rest.find(is_end).unwrap_or(rest.len()) };
        let mark = &rest[..long];
        let is_short = long == c.len_utf8()
            || mark.chars().count() <= 4 && mark.chars().all(|c| c.is_uppercase() || c == '+')
            || is_starred(mark);
        let behind = rest[long..].trim_start();
        let by = behind.chars().next().filter(|c| matches!(c, '=' | ':' | '-' | '–' | '—'));
        let spaced = |c: char| matches!(c, '=' | ':') || rest[long..].starts_with(' ');
        let Some(by) = by.filter(|c| is_short && spaced(*c)) else { continue };
        starts.push((at, at + long, at + (rest.len() - behind.len()) + by.len_utf8()));
    }
    if starts.len() < 2 {
        return Vec::new();
    }
    let ends = starts.iter().skip(1).map(|(at, ..)| *at).chain([text.len()]);
    let found = starts.iter().zip(ends).filter_map(|((at, end, meaning), next)| {
        let meaning = text.get(*meaning..next)?;
        let meaning = meaning.trim().trim_end_matches([',', ';', '.', '|', '/', '•']).trim();
        meaning.chars().any(char::is_alphabetic).then(|| (&text[*at..*end], meaning))
    });
    found.collect()
}

/// "Tốt Good": two words for one level, where both are known as such.
fn two_languages(text: &str, vocabulary: &Vocabulary) -> Option<(String, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (1..words.len()).find_map(|at| {
        let (left, right) = (words[..at].join(" "), words[at..].join(" "));
        let (of_left, of_right) =
            (vocabulary.exact_polarity(&left)?, vocabulary.exact_polarity(&right)?);
        (left.is_ascii() != right.is_ascii() && of_left.abs_diff(of_right) < 40)
            .then_some((left, right))
    })
}

impl Scales {
    /// The scales of a workbook's tables and legends, but for those whose levels a legend explains as known ones.
    pub(crate) fn learn(
        sheets: &[Sheet],
        tables: &[&Table<'_>],
        is_explained: &dyn Fn(&str) -> bool,
        vocabulary: &Vocabulary,
    ) -> Self {
        let beside = |sheet: &Sheet| if sheet.hidden { Vec::new() } else { gather::sides(sheet) };
        let sides: Vec<Vec<Sheet>> = sheets.iter().map(beside).collect();
        let told = gather::told_of_numbers(sheets, &sides, vocabulary);
        let mut candidates = gather::candidates(sheets, tables, &sides, &told, vocabulary);
        spell_out(&mut candidates);
        take_in_full(&mut candidates);
        rate_denials(&mut candidates, vocabulary);
        let of_party = is_of_party(sheets, vocabulary);
        if !of_party {
            let marked = |text: &str| {
                let mut entries = candidates.iter().flat_map(|candidate| &candidate.entries);
                entries.any(|entry| entry.mark.as_deref() == Some(text) || entry.label == text)
            };
            candidates.extend(gather::letter_grades(tables, vocabulary, marked));
        }
        candidates.retain(|candidate| {
            let are_explained = || candidate.entries.iter().all(|entry| is_explained(&entry.label));
            !is_known(candidate, of_party, vocabulary) && !are_explained()
        });
        let mut scales: Vec<Vec<Candidate>> = Vec::new();
        candidates.sort_by_key(|candidate| {
            std::cmp::Reverse((candidate.source, candidate.entries.len()))
        });
        for candidate in candidates {
            let shared = |of: &Vec<Candidate>| {
                let known: Vec<&Entry> = of.iter().flat_map(|other| &other.entries).collect();
                let common = candidate
                    .entries
                    .iter()
                    .filter(|entry| known.iter().any(|other| other.shares_key(entry)))
                    .count();
                common >= 2 || common * 2 >= candidate.entries.len().max(1)
            };
            match scales.iter_mut().find(|scale| shared(scale)) {
                Some(scale) => scale.push(candidate),
                None if candidate.entries.len() > 1 => scales.push(vec![candidate]),
                None => {}
            }
        }
        for scale in &mut scales {
            drop_slips(scale, tables);
        }
        let counts = |of: &Candidate| matches!(of.source, Source::Headings | Source::Rows);
        let counted = scales.iter().map(|of| of.iter().any(counts)).collect();
        let own: Vec<OwnScale> = scales.iter().map(|of| OwnScale::ordered(of)).collect();
        let (mut keys, mut marks) = (HashMap::new(), HashMap::new());
        let mut plain = HashMap::new();
        for (place, scale) in own.iter().enumerate() {
            let short: Vec<String> =
                scale.levels.iter().map(|level| initials(&level.label)).collect();
            let tell_apart = (0..short.len()).all(|at| !short[..at].contains(&short[at]));
            for (rank, entry) in scale.levels.iter().enumerate() {
                for key in entry.keys.iter().cloned() {
                    keys.entry(key).or_insert((place, rank));
                }
                let mark = entry.mark.clone().or_else(|| tell_apart.then(|| short[rank].clone()));
                if !entry.label.is_ascii() && entry.label.chars().count() >= SHORTEST {
                    plain.entry(search_key(&entry.label)).or_insert((place, rank));
                }
                // "AC" of "À consolider": capitals go without marks.
                let unmarked = initials(&search_key(&entry.label));
                let unmarked = Some(unmarked).filter(|mark| tell_apart && mark.len() > 1);
                for mark in mark.into_iter().chain(unmarked) {
                    marks.entry(mark.to_uppercase()).or_insert((place, rank));
                }
            }
        }
        let told = told.iter().map(|(text, _)| comparison_key(text)).collect();
        Self { own, counted, keys, marks, plain, told }
    }

    /// Whether a text stands in what the workbook says of its best number, as the words of a heading do.
    pub(crate) fn tells_of(&self, text: &str) -> bool {
        let key = comparison_key(text);
        let is_named = |told: &String| format!(" {told} ").contains(&format!(" {key} "));
        !key.is_empty() && self.told.iter().any(is_named)
    }

    /// Whether some table of the workbook counts who has the levels of a scale.
    pub(crate) fn is_counted(&self, scale: usize) -> bool {
        self.counted[scale]
    }

    /// Whether a word stands in the name of some level.
    pub(crate) fn has_word(&self, word: &str) -> bool {
        let word = grade_key(word);
        let mut keys = self.keys.keys().flat_map(|key| key.split(' '));
        keys.any(|of| of == word)
    }

    /// The level of a scale of the workbook's own that a text names.
    pub(crate) fn level(&self, text: &str) -> Option<LevelText> {
        if self.own.is_empty() {
            return None;
        }
        let of = |text: &str| {
            let marked = || self.marks.get(&text.trim().to_uppercase());
            marked().or_else(|| self.keys.get(&grade_key(text))).copied()
        };
        // A star that parts no grades is that of a note.
        let of = |text: &str| of(text).or_else(|| of(text.trim_end().strip_suffix('*')?));
        let found = of(text).or_else(|| {
            let (mark, label) = split_mark(text);
            mark?;
            of(label)
        });
        // "1 Ready to lead" is a level if the digit is its mark, and one of such people if it is not.
        let found = found.or_else(|| {
            let (digit, label) = behind_digit(text)?;
            of(label).filter(|(scale, level)| {
                self.own[*scale].levels[*level].mark.as_deref() == Some(digit)
            })
        });
        let found = found.or_else(|| self.cut(text));
        let found = found.or_else(|| {
            let is_word = text.chars().count() >= SHORTEST && !self.plain.is_empty();
            is_word.then(|| self.plain.get(&search_key(text)).copied())?
        });
        found.map(|(scale, level)| LevelText::Own(scale, level))
    }

    /// "удовл.": the only level of which each word begins so.
    fn cut(&self, text: &str) -> Option<(usize, usize)> {
        const LEAST: usize = 3;
        let key = grade_key(text.trim().strip_suffix('.')?);
        let is_told = key.split(' ').any(|word| word.chars().count() >= LEAST);
        let mut meant = self.keys.iter().filter(|(full, _)| is_told && is_beginning(&key, full));
        let (_, level) = meant.next()?;
        meant.all(|(_, other)| other == level).then_some(*level)
    }

    /// Whether a text is the letter or the digit of a level, and nothing more.
    pub(crate) fn is_mark(&self, text: &str) -> bool {
        self.own
            .iter()
            .flat_map(|scale| &scale.levels)
            .any(|level| level.mark.as_deref() == Some(text.trim()))
    }

    /// The letter or the digit of a level.
    pub(crate) fn mark(&self, level: &LevelText) -> Option<&str> {
        let LevelText::Own(scale, level) = level else { return None };
        self.own[*scale].levels[*level].mark.as_deref()
    }

    /// The number of scales.
    pub(crate) fn count(&self) -> usize {
        self.own.len()
    }

    /// The levels of a scale in one line, best first.
    pub(crate) fn name(&self, scale: usize) -> String {
        let labels = self.own[scale].levels.iter().map(|level| level.label.as_str());
        labels.collect::<Vec<_>>().join(" > ")
    }

    pub(crate) fn label(&self, scale: usize, level: usize) -> &str {
        &self.own[scale].levels[level].label
    }

    /// The number of the levels of a scale.
    pub(crate) fn len(&self, scale: usize) -> usize {
        self.own[scale].levels.len()
    }

    pub(crate) fn get(&self, scale: usize) -> &OwnScale {
        &self.own[scale]
    }

    /// The code of the scheme that is made for a scale and those whom it rates.
    pub(crate) fn scheme_code(&self, scale: usize, subject: Subject) -> String {
        let labels =
            self.own[scale].levels.iter().map(|level| code_of(&level.label).to_lowercase());
        let whom = match subject {
            Subject::Members => "",
            Subject::Branches => "organizations-",
        };
        format!("{whom}{}", labels.collect::<Vec<_>>().join("-"))
    }

    /// The code of a level within its scheme.
    pub(crate) fn level_code(&self, scale: usize, level: usize) -> String {
        code_of(&self.own[scale].levels[level].label)
    }

    /// The scheme that is made for a scale and those whom it rates.
    pub(crate) fn scheme(&self, scale: usize, subject: Subject) -> Scheme {
        let levels = &self.own[scale].levels;
        let levels = levels.iter().zip(1..).enumerate().map(|(place, (level, rank))| Level {
            code: self.level_code(scale, place),
            rank,
            label: level.label.clone(),
            label_en: level.label.clone(),
            aliases: level.mark.iter().cloned().chain(level.keys.iter().skip(1).cloned()).collect(),
        });
        Scheme {
            code: self.scheme_code(scale, subject),
            subject,
            name: self.name(scale),
            from: None,
            to: None,
            documents: Vec::new(),
            levels: levels.collect(),
        }
    }
}

/// The code of a level by its label: `VERY_GOOD`, `C_PLUS`, `STAR_4`.
fn code_of(label: &str) -> String {
    if let Some(sign) = label.trim().chars().next().filter(|_| is_drawn(label)) {
        return format!("{}_{}", name_of_sign(sign), label.trim().chars().count());
    }
    let key = grade_key(label);
    let signs = signs_of_grade(&key).chars().map(|sign| match sign {
        '+' => "_PLUS",
        '*' => "_STAR",
        _ => "_MINUS",
    });
    let signs: String = signs.collect();
    search_key(label).replace(' ', "_").to_uppercase() + &signs
}

/// The word for a drawn sign, or its number where it has none.
fn name_of_sign(sign: char) -> String {
    let name = match sign {
        '★' | '☆' => "STAR",
        '◎' => "DOUBLE_CIRCLE",
        '○' => "CIRCLE",
        '●' => "DISC",
        '△' | '▲' => "TRIANGLE",
        '□' | '■' => "SQUARE",
        '◇' | '◆' => "DIAMOND",
        '×' => "CROSS",
        other => return format!("SIGN_{:X}", u32::from(other)),
    };
    name.to_owned()
}

/// The levels of several places, each once.
fn joined(candidates: &[Candidate]) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    for entry in candidates.iter().flat_map(|candidate| &candidate.entries) {
        match all.iter_mut().find(|other| other.shares_key(entry)) {
            Some(other) => other.join(entry),
            None => all.push(entry.clone()),
        }
    }
    all
}

/// Whether a workbook is of the office whose schemes are known: it names one of its bodies.
fn is_of_party(sheets: &[Sheet], vocabulary: &Vocabulary) -> bool {
    const ROWS: usize = 60;
    let words = &vocabulary.words;
    let rows = sheets.iter().flat_map(|sheet| sheet.rows.iter().take(ROWS));
    let mut texts = rows.flat_map(|row| &row.cells).map(|cell| crate::value::shown(&cell.value));
    texts.any(|text| words.committee_heads.found_in(&text) || words.branches.found_in(&text))
}

/// Whether one known scheme has all the words, each as another level. Short words that many scales have
/// ("Tốt", "Khá") are those of the known schemes in workbooks of their office alone.
fn is_known(candidate: &Candidate, of_party: bool, vocabulary: &Vocabulary) -> bool {
    const OWN: usize = 3;
    // "Hoàn thành tốt" elsewhere is the office's own word, and no "Hoàn thành tốt nhiệm vụ" of the law.
    let is_official = |entry: &Entry| match vocabulary.level(&entry.label) {
        Some(LevelText::Known(places)) => places.iter().any(|(scheme, rank)| {
            let level = &vocabulary.schemes[*scheme].levels[*rank];
            comparison_key(&level.label) == comparison_key(&entry.label)
        }),
        _ => true,
    };
    let in_full = |entry: &Entry| word_count(&entry.label) >= OWN && is_official(entry);
    let is_short = !candidate.entries.iter().any(in_full);
    let polar = candidate.entries.iter().all(|entry| entry.polarity.is_some());
    let lettered = candidate.entries.iter().all(|entry| entry.mark.is_some());
    if !of_party && is_short && (polar || lettered) {
        return false;
    }
    let ranks = |scheme: usize| {
        let mut ranks = Vec::new();
        for entry in &candidate.entries {
            let known = entry.keys.iter().find_map(|key| vocabulary.level(key));
            let Some(LevelText::Known(places)) = vocabulary.level(&entry.label).or(known) else {
                return None;
            };
            let (_, rank) = *places.iter().find(|(of, _)| *of == scheme)?;
            ranks.push(rank);
        }
        Some(ranks)
    };
    (0..vocabulary.schemes.len()).any(|scheme| ranks(scheme).is_some())
}

/// A word that stands once in a column of ratings and not in the key that tells the order of all others is a slip.
fn drop_slips(scale: &mut [Candidate], tables: &[&Table<'_>]) {
    const LEAST: usize = 3;
    let keys = scale.iter().filter(|of| of.source == Source::Legend && of.best_first.is_some());
    let told: Vec<Entry> = keys.flat_map(|of| of.entries.clone()).collect();
    if told.len() < LEAST {
        return;
    }
    let stands_once = |entry: &Entry| {
        let rows = tables.iter().flat_map(|table| &table.body);
        let cells = rows.flat_map(|row| &row.cells).filter(|cell| match &cell.value {
            Value::Text(text) => entry.keys.contains(&grade_key(text)),
            _ => false,
        });
        cells.take(2).count() == 1
    };
    for candidate in scale.iter_mut().filter(|of| of.source == Source::Values) {
        candidate
            .entries
            .retain(|entry| told.iter().any(|of| of.shares_key(entry)) || !stands_once(entry));
    }
}

/// Gives levels that are cut short the key of the only level in full that they can be: "хор." and "хорошо",
/// "Uppf. ej kraven" and "Uppfyller ej kraven".
fn spell_out(candidates: &mut [Candidate]) {
    let is_cut = |entry: &Entry| entry.label.split(' ').any(|word| word.ends_with('.'));
    let all = || candidates.iter().flat_map(|candidate| &candidate.entries);
    if !all().any(is_cut) {
        return;
    }
    let full: HashMap<String, String> = all()
        .filter(|entry| !is_cut(entry))
        .filter_map(|entry| Some((entry.keys.first()?.clone(), entry.label.clone())))
        .collect();
    for entry in candidates.iter_mut().flat_map(|candidate| &mut candidate.entries) {
        let Some(own) = entry.keys.first().filter(|_| is_cut(entry)) else { continue };
        let mut meant = full.iter().filter(|(key, _)| is_beginning(own, key));
        if let (Some((key, label)), None) = (meant.next(), meant.next()) {
            entry.keys.push(key.clone());
            entry.label.clone_from(label);
        }
    }
}

/// "Not achieving" beside "Partly achieving" is bad: what levels deny is what is asked of people.
fn rate_denials(candidates: &mut [Candidate], vocabulary: &Vocabulary) {
    for candidate in candidates {
        let labels: Vec<String> =
            candidate.entries.iter().map(|entry| entry.label.clone()).collect();
        let denials = candidate.entries.iter_mut().filter(|entry| entry.polarity.is_none());
        for entry in denials {
            let is_denial = vocabulary.denies_one_of(&entry.label, &labels);
            entry.polarity = is_denial.then_some(BAD);
        }
    }
}

/// "L. gerai", which a key tells in full, is no level "gerai" with the mark "L".
fn take_in_full(candidates: &mut [Candidate]) {
    let of_key = |entry: &Entry| -> Option<(String, Entry)> {
        let full = entry.keys.first()?;
        let cut = entry.keys.iter().find(|key| is_beginning(key, full))?;
        Some((cut.clone(), entry.clone()))
    };
    let legends = candidates.iter().filter(|candidate| candidate.source == Source::Legend);
    let told: HashMap<String, Entry> =
        legends.flat_map(|candidate| &candidate.entries).filter_map(of_key).collect();
    for entry in candidates.iter_mut().flat_map(|candidate| &mut candidate.entries) {
        let full = entry.keys.iter().find_map(|key| told.get(key));
        if let Some(full) = full.filter(|_| entry.mark.is_some()) {
            *entry = full.clone();
        }
    }
}

/// Whether each word of a key begins one of the other, in their order.
pub(super) fn is_beginning(short: &str, full: &str) -> bool {
    const LEAST: usize = 2;
    let (short, full): (Vec<&str>, Vec<&str>) =
        (short.split(' ').collect(), full.split(' ').collect());
    short.len() == full.len()
        && short != full
        && short.iter().zip(&full).all(|(short, full)| full.starts_with(short))
        && short.iter().any(|word| word.chars().count() >= LEAST)
}

impl Candidate {
    /// Whether it is a key that tells the order of several levels, by their points or in words.
    fn is_whole_key(&self) -> bool {
        const LEAST: usize = 4;
        self.source == Source::Legend
            && self.entries.len() >= LEAST
            && (self.best_first.is_some() || gather::is_ranged(&self.entries))
    }

    /// Whether more points are better, where a line tells the order of the levels in words.
    fn more_is_better(&self) -> Option<bool> {
        let (first, last) = (self.entries.first()?.points?, self.entries.last()?.points?);
        Some(self.best_first? == (first > last))
    }
}

impl OwnScale {
    /// The levels of all places that have the scale, best first.
    fn ordered(candidates: &[Candidate]) -> Self {
        let mut all = joined(candidates);
        // What a key that puts its levels in order leaves out is no level: "NRC" beside them.
        let whole = candidates.iter().find(|candidate| candidate.is_whole_key());
        if let Some(key) = whole {
            let is_told = |entry: &Entry| key.entries.iter().any(|of| of.shares_key(entry));
            all.retain(|entry| entry.polarity.is_some() || is_told(entry));
        }
        // Points or digits of a legend, their direction told by the words.
        if all.len() > 1 && all.iter().all(|entry| entry.points.is_some()) {
            let distinct = |left: &Entry, right: &Entry| left.points != right.points;
            if all.windows(2).all(|pair| distinct(&pair[0], &pair[1])) {
                let mut levels = all.clone();
                levels.sort_by(|left, right| {
                    right.points.partial_cmp(&left.points).unwrap_or(std::cmp::Ordering::Equal)
                });
                let told = candidates.iter().find_map(Candidate::more_is_better);
                // "1 - … 2 - … 3 - …" may count places as well as points.
                let counts = all.iter().zip(1_u8..).all(|(entry, place)| {
                    entry.points.is_some_and(|points| points.total_cmp(&place.into()).is_eq())
                });
                let direction = told.or_else(|| direction(&levels));
                if direction == Some(false) {
                    levels.reverse();
                }
                return Self {
                    levels,
                    order_from: "the points of its legend",
                    is_doubtful: counts && direction.is_none(),
                };
            }
        }
        let base = candidates
            .iter()
            .filter(|candidate| candidate.source != Source::Values)
            .max_by_key(|candidate| {
                (candidate.entries.len(), candidate.best_first.is_some(), candidate.source)
            });
        let Some(base) = base else { return Self::by_polarity(all) };
        let find = |entry: &Entry| all.iter().find(|other| other.shares_key(entry)).cloned();
        let mut levels: Vec<Entry> = Vec::new();
        for entry in base.entries.iter().filter_map(find) {
            if !levels.contains(&entry) {
                levels.push(entry);
            }
        }
        let direction = base.best_first.or_else(|| direction(&levels));
        if direction == Some(false) {
            levels.reverse();
        }
        let mut is_doubtful = direction.is_none();
        for entry in
            all.iter().filter(|entry| !base.entries.iter().any(|other| other.shares_key(entry)))
        {
            let better = |other: &Entry| matches!((other.polarity, entry.polarity), (Some(of), Some(own)) if of >= own);
            is_doubtful |= entry.polarity.is_none();
            let at = levels
                .iter()
                .rposition(better)
                .map_or(if entry.polarity.is_none() { levels.len() } else { 0 }, |at| at + 1);
            levels.insert(at, entry.clone());
        }
        let order_from = match base.source {
            Source::Legend => "the order of its legend",
            Source::Headings => "the order of the columns",
            _ => "the order of the rows",
        };
        Self { levels, order_from, is_doubtful }
    }

    fn by_polarity(mut levels: Vec<Entry>) -> Self {
        let is_doubtful = levels.iter().any(|entry| entry.polarity.is_none());
        levels.sort_by_key(|entry| std::cmp::Reverse(entry.polarity.unwrap_or(50)));
        Self { levels, order_from: "what the words say", is_doubtful }
    }
}

/// Whether levels stand best first; none where the words do not tell.
fn direction(levels: &[Entry]) -> Option<bool> {
    let known: Vec<i32> = levels.iter().filter_map(|level| level.polarity.map(i32::from)).collect();
    let falls: i32 = known.windows(2).map(|pair| (pair[0] - pair[1]).signum()).sum();
    if falls != 0 {
        return Some(falls > 0);
    }
    // Letters go down from A.
    let marks: Vec<&str> = levels.iter().filter_map(|level| level.mark.as_deref()).collect();
    let letters = marks.iter().all(|mark| mark.starts_with(|c: char| c.is_ascii_alphabetic()));
    // "S" is above "A" where all others are grades.
    let is_special = |letter: char| {
        letter == 'S' && marks.iter().all(|mark| mark.starts_with(['S', 'A', 'B', 'C', 'D', 'E']))
    };
    // "A+" is before "A", and "A" before "A-"; "A1" is before "A2".
    let place = |mark: &str| {
        let letter = mark.chars().next().filter(|letter| !is_special(*letter));
        let plus = mark.matches('+').count();
        let digit = mark.chars().last().filter(char::is_ascii_digit);
        (letter, std::cmp::Reverse(plus), mark.matches('-').count(), digit)
    };
    let places: Vec<_> = marks.iter().map(|mark| place(mark)).collect();
    let all = |is: &dyn Fn(&[_]) -> bool| {
        letters && places.len() == levels.len() && places.windows(2).all(is)
    };
    // Letters in another order tell nothing.
    match (all(&|pair| pair[0] < pair[1]), all(&|pair| pair[0] > pair[1])) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

/// Whether a text tells points that a level does not reach: "below 60", "< 60".
pub(crate) fn is_below(text: &str, vocabulary: &Vocabulary) -> bool {
    text.trim().starts_with(['<', '≤']) || vocabulary.words.below.begins(text).is_some()
}

/// The points that a level begins with: 0 of "below 60".
pub(crate) fn points_of(text: &str, vocabulary: &Vocabulary) -> Option<f64> {
    first_points(text).map(|points| if is_below(text, vocabulary) { 0.0 } else { points })
}

/// The points that a range begins with: 80 of "80 - 89", "từ 80 đến dưới 90", "≥ 80"; 0 of "dưới 50".
pub(crate) fn band_from(text: &str, vocabulary: &Vocabulary) -> Option<f64> {
    let text = text.trim();
    let words = &vocabulary.words;
    let key = comparison_key(text);
    let numbers = key.split(' ').filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let bounded = text.starts_with(['>', '≥', '<', '≤'])
        || is_below(text, vocabulary)
        || words.bounds.begins(text).is_some()
        || words.or_better.found_in(text)
        || numbers.clone().count() > 1 && text.starts_with(|c: char| c.is_ascii_digit());
    if !bounded || numbers.count() == 0 || word_count(&key) > 10 {
        return None;
    }
    points_of(text, vocabulary)
}

/// The number that a range of points begins with: "3.50 - 4.00", "≥ 90", "từ 80 đến dưới 90".
fn first_points(text: &str) -> Option<f64> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let rest = &text[start..];
    let end =
        rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(rest.len());
    let number = rest[..end].trim_end_matches(['.', ',']);
    // Nobody has thousands of points: "4.500 - 5.000" is between four and five.
    let thousandths = number.split_once(['.', ',']).filter(|(whole, rest)| {
        whole.len() == 1 && rest.len() == 3 && rest.bytes().all(|byte| byte.is_ascii_digit())
    });
    match thousandths {
        Some((whole, rest)) => format!("{whole}.{rest}").parse().ok(),
        None => number_of_text(number).map(|number| number.value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_split_from_their_marks() {
        let vocabulary = Vocabulary::bundled();
        let entry = Entry::of("4 - Very Good", &vocabulary);
        assert_eq!((entry.label.as_str(), entry.mark.as_deref()), ("Very Good", Some("4")));
        let entry = Entry::of("Xuất sắc Outstanding", &vocabulary);
        assert_eq!(entry.label, "Xuất sắc");
        assert!(entry.keys.contains(&"outstanding".to_owned()));
        assert_eq!(split_mark("Good (B)"), (Some("B".to_owned()), "Good"));
        assert_eq!(split_mark("Highly Effective"), (None, "Highly Effective"));
        let key = "RATING KEY:  5 = Outstanding   4 = Meets Target";
        assert_eq!(marks_in(key), [("5", "Outstanding"), ("4", "Meets Target")]);
        assert_eq!(marks_in("Quy ước: A – Xuất sắc; B – Tốt"), [("A", "Xuất sắc"), ("B", "Tốt")]);
        assert!(marks_in("Mẫu 2 - ĐV").is_empty());
    }

    #[test]
    fn levels_are_written_in_short_and_for_women_and_men() {
        let vocabulary = Vocabulary::bundled();
        let keys = |text: &str| Entry::of(text, &vocabulary).keys;
        let (short, full) =
            (Entry::of("V. Good", &vocabulary), Entry::of("Very Good", &vocabulary));
        assert_eq!((short.mark.as_deref(), short.polarity), (None, full.polarity));
        assert!(short.shares_key(&full));
        assert!(!short.shares_key(&Entry::of("Good", &vocabulary)));
        // A letter of a list is a mark.
        assert_eq!(Entry::of("C. Fair", &vocabulary).mark.as_deref(), Some("C"));
        let greek = "Πολύ καλός/ή";
        assert!(keys(greek).contains(&grade_key("Πολύ καλή")), "{:?}", keys(greek));
        assert!(keys("Bueno/a").contains(&grade_key("Buena")));
    }

    #[test]
    fn points_behind_a_level_are_no_part_of_it() {
        let vocabulary = Vocabulary::bundled();
        let entry = Entry::of("Very Satisfactory (3.500-4.499)", &vocabulary);
        assert_eq!((entry.label.as_str(), entry.points), ("Very Satisfactory", Some(3.5)));
        assert_eq!(points_of("dưới 50 điểm", &vocabulary), Some(0.0));
        assert_eq!(points_of("từ 50 đến dưới 70 điểm", &vocabulary), Some(50.0));
    }

    #[test]
    fn the_order_that_a_line_tells_outranks_points() {
        let vocabulary = Vocabulary::bundled();
        let order = |best_first| {
            let entries =
                ["1. Zorp", "2. Blim", "3. Quax"].map(|text| Entry::of(text, &vocabulary));
            let source = Source::Legend;
            let scale =
                OwnScale::ordered(&[Candidate { entries: entries.into(), source, best_first }]);
            let labels: Vec<String> = scale.levels.into_iter().map(|level| level.label).collect();
            (labels.join(" > "), scale.is_doubtful)
        };
        assert_eq!(order(Some(true)), ("Zorp > Blim > Quax".to_owned(), false));
        assert_eq!(order(Some(false)), ("Quax > Blim > Zorp".to_owned(), false));
        // Numbers alone may count places as well as points.
        assert!(order(None).1);
    }

    #[test]
    fn levels_that_are_cut_short_are_those_in_full() {
        let vocabulary = Vocabulary::bundled();
        let of = |texts: &[&str]| {
            let entries = texts.iter().map(|text| Entry::of(text, &vocabulary)).collect();
            Candidate::of(entries, Source::Values)
        };
        let mut found = [
            of(&["отлично", "хорошо", "очень хорошо"]),
            of(&["отл.", "хор.", "оч. хор.", "удовл."]),
        ];
        spell_out(&mut found);
        let keys: Vec<Option<&str>> =
            found[1].entries.iter().map(|entry| entry.keys.get(1).map(String::as_str)).collect();
        assert_eq!(keys, [Some("отлично"), Some("хорошо"), Some("очень хорошо"), None]);
    }

    #[test]
    fn a_digit_before_a_word_is_the_mark_of_a_level() {
        let vocabulary = Vocabulary::bundled();
        let entry = Entry::of("1 Very Good", &vocabulary);
        assert_eq!((entry.label.as_str(), entry.mark.as_deref()), ("Very Good", Some("1")));
        assert_eq!(Entry::of("5 Star", &vocabulary).label, "5 Star");
    }

    #[test]
    fn the_signs_of_a_grade_count() {
        assert_eq!(["A++", "A+", "A", "B -"].map(code_of), ["A_PLUS_PLUS", "A_PLUS", "A", "B"]);
        assert_eq!(["★★★", "★", "◎"].map(code_of), ["STAR_3", "STAR_1", "DOUBLE_CIRCLE_1"]);
    }

    #[test]
    fn a_letter_is_parted_by_signs_and_digits() {
        let vocabulary = Vocabulary::bundled();
        assert_eq!(split_mark("A1: vượt định mức"), (Some("A1".to_owned()), "vượt định mức"));
        let levels = ["A1: vượt", "A2: đạt", "B: gần đạt"].map(|text| Entry::of(text, &vocabulary));
        assert_eq!(direction(&levels), Some(true));
        let levels = ["B = ba", "A = tám", "A+ = chín"].map(|text| Entry::of(text, &vocabulary));
        assert_eq!(direction(&levels), Some(false));
        let levels = ["S = ba", "A = tám", "B = chín"].map(|text| Entry::of(text, &vocabulary));
        assert_eq!(direction(&levels), Some(true));
        let levels = ["G = ba", "A = tám", "R = chín"].map(|text| Entry::of(text, &vocabulary));
        assert_eq!(direction(&levels), None);
    }
}
