//! Evaluation rounds as workbooks name them: a year, a quarter of a year, a school year.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::{Deserialize, Serialize};

use crate::text::{comparison_key, file_stem, stands_alone};

/// An evaluation round: "2019", "2026-Q3", "2012-13".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Campaign {
    /// The code by which the round is known: `2019`, `2026-Q3`, `2012-13`.
    pub code: String,
    /// The year in which the round's period ends.
    pub year: i32,
    /// The quarter, 1 to 4, where the round is quarterly.
    pub quarter: Option<u8>,
}

/// The words of rounds, from `vocabulary/rounds.toml`.
#[derive(Debug, Deserialize)]
struct Words {
    day: Vec<String>,
    month: Vec<String>,
    year: Vec<String>,
    born: Vec<String>,
    first_year: Vec<String>,
    months: Vec<Vec<String>>,
    particles: Vec<String>,
    ordinals: Vec<Vec<String>>,
    quarter: Parts,
    half: Parts,
    counted: Vec<String>,
    both_years: Vec<String>,
    since: Vec<String>,
    school_year: Vec<String>,
    abbreviated_year: Vec<String>,
    eras: Vec<Era>,
}

/// A calendar that counts its years from elsewhere: "令和5年", "民國112年", "พ.ศ. 2566".
#[derive(Debug, Deserialize)]
struct Era {
    names: Vec<String>,
    /// A letter right before the year of a date: "S50.3.2".
    #[serde(default)]
    mark: Option<String>,
    /// The word behind a year of three digits that stands without a name: "112年".
    #[serde(default)]
    bare: Option<String>,
    /// The common year before its first one.
    before: i32,
}

impl Era {
    fn common_year(&self, year: &str) -> Option<String> {
        let first = WORDS.first_year.iter().any(|of| of == year).then_some(1);
        let year: i32 = first.or_else(|| year.parse().ok())?;
        let year = (year + self.before).to_string();
        (year.len() == 4).then(|| plausible_year(&year).map(|_| year))?
    }
}

/// How the parts of a year are named: by a noun with a number, a mark with one, or a phrase.
#[derive(Debug, Deserialize)]
struct Parts {
    nouns: Vec<String>,
    marks: Vec<String>,
    /// The phrases of each part, the first one first.
    phrases: Vec<Vec<String>>,
    /// All nouns and phrases: every text of a workbook comes by here, and few hold any of them.
    #[serde(skip)]
    any: Option<AhoCorasick>,
}

#[expect(clippy::expect_used, reason = "the file is part of the crate and tests read it")]
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let words: Words = toml::from_str(include_str!("../vocabulary/rounds.toml"))
        .expect("vocabulary/rounds.toml is valid");
    let keys = |list: Vec<String>| list.iter().map(|word| comparison_key(word)).collect();
    let parts = |parts: Parts| {
        let nouns: Vec<String> = keys(parts.nouns);
        let phrases: Vec<Vec<String>> = parts.phrases.into_iter().map(keys).collect();
        let any = AhoCorasick::new(nouns.iter().chain(phrases.iter().flatten())).ok();
        Parts { nouns, marks: keys(parts.marks), phrases, any }
    };
    Words {
        day: keys(words.day),
        month: keys(words.month),
        year: keys(words.year),
        born: keys(words.born),
        first_year: keys(words.first_year),
        months: words.months.into_iter().map(keys).collect(),
        particles: keys(words.particles),
        ordinals: words.ordinals.into_iter().map(keys).collect(),
        quarter: parts(words.quarter),
        half: parts(words.half),
        counted: keys(words.counted),
        both_years: keys(words.both_years),
        since: keys(words.since),
        school_year: keys(words.school_year),
        abbreviated_year: keys(words.abbreviated_year),
        eras: words.eras.into_iter().map(|era| Era { names: keys(era.names), ..era }).collect(),
    }
});

/// The names of the months, as every text with digits asks for them.
struct Months {
    /// 1 to 12 by the name in one word.
    numbers: HashMap<String, i8>,
    /// The names whose letters a key parts, with the same in one word, the longest first.
    lettered: Vec<(String, String)>,
}

static MONTHS: LazyLock<Months> = LazyLock::new(|| {
    let mut months = Months { numbers: HashMap::new(), lettered: Vec::new() };
    for (number, names) in (1..).zip(&WORDS.months) {
        for name in names {
            let whole = name.replace(' ', "");
            if whole != *name {
                months.lettered.push((name.clone(), whole.clone()));
            }
            months.numbers.entry(whole).or_insert(number);
        }
    }
    months.lettered.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    months
});

/// "Từ năm 2021 đến nay", "members since 2021": a year from which on something lasts is no round.
fn begins_open_time(words: &[&str], index: usize) -> bool {
    let before = |by: usize| index.checked_sub(by).map(|at| &words[at]);
    let behind_noun = is_one_of(&WORDS.year, before(1)) && is_one_of(&WORDS.since, before(2));
    let is_open = || !words[index + 1..].iter().any(|word| plausible_year(word).is_some());
    (behind_noun || is_one_of(&WORDS.since, before(1))) && is_open()
}

/// A key with the years of other calendars as those of the common one, and the letters of the name of a
/// month as one word.
pub(crate) fn in_common_terms(key: &str) -> Cow<'_, str> {
    let common = behind_era(key).or_else(|| behind_letter(key)).or_else(|| without_era(key));
    let common = common.map_or(Cow::Borrowed(key), Cow::Owned);
    with_whole_months(&common).map_or(common, Cow::Owned)
}

/// "令 和 5 年": the year behind the name of its calendar, and those behind it.
fn behind_era(key: &str) -> Option<String> {
    // Most texts are in letters that no name has.
    let plain = key.is_ascii();
    let stands = |name: &&String| (!plain || name.is_ascii()) && contains(key, name);
    let (era, name) = WORDS.eras.iter().find_map(|era| {
        let names = era.names.iter().filter(stands);
        Some((era, names.max_by_key(|name| name.len())?))
    })?;
    let (before, behind) = key.split_once(name.as_str())?;
    // "ประจำปี พ.ศ. 2566": one word for the years of the calendar behind another.
    let mut behind = behind.trim_start();
    while let Some(rest) = era.names.iter().find_map(|name| behind.strip_prefix(name.as_str())) {
        behind = rest.trim_start();
    }
    let (year, rest) = behind.split_once(' ').unwrap_or((behind, ""));
    let common = format!("{before}{} {}", era.common_year(year)?, in_common_terms(rest));
    Some(common.trim_end().to_owned())
}

/// "112 年": the years of three digits before the word of a calendar.
fn without_era(key: &str) -> Option<String> {
    let (era, word) = bare_era()?;
    let words: Vec<&str> = key.split(' ').filter(|_| key.contains(word)).collect();
    let common = |at: usize| {
        let is_bare = words[at].len() == DIGITS_OF_BARE && words.get(at + 1) == Some(&word);
        is_bare.then(|| era.common_year(words[at]))?
    };
    let common: Vec<Option<String>> = (0..words.len()).map(common).collect();
    common.iter().any(Option::is_some).then(|| {
        let plain = words.iter().zip(&common);
        plain.map(|(word, year)| year.as_deref().unwrap_or(word)).collect::<Vec<_>>().join(" ")
    })
}

/// The digits of a year that tell its calendar, which has no other such years.
const DIGITS_OF_BARE: usize = 3;

/// The calendar of which years stand without its name, and the word behind them.
fn bare_era() -> Option<(&'static Era, &'static str)> {
    WORDS.eras.iter().find_map(|era| Some((era, era.bare.as_deref()?)))
}

/// The common year of three digits that stand for one: "058" of "058/06/21".
pub(crate) fn bare_year(digits: &str) -> Option<i16> {
    let (era, _) = bare_era()?;
    (digits.len() == DIGITS_OF_BARE).then(|| era.common_year(digits)?.parse().ok())?
}

/// "ม ี น า ค ม": the names of months in a script without blanks, each as one word.
fn with_whole_months(key: &str) -> Option<String> {
    if key.is_ascii() || !key.contains(stands_alone) {
        return None;
    }
    let (name, whole) = MONTHS.lettered.iter().find(|(name, _)| contains(key, name))?;
    let whole = key.replacen(name.as_str(), whole, 1);
    Some(with_whole_months(&whole).unwrap_or(whole))
}

/// "s50 3 2": the letter of a calendar before the three numbers of a date.
fn behind_letter(key: &str) -> Option<String> {
    WORDS.eras.iter().find_map(|era| {
        let mut numbers = key.strip_prefix(era.mark.as_deref()?)?.split(' ');
        let [year, month, day] = [numbers.next()?, numbers.next()?, numbers.next()?];
        let is_number = |word: &str| word.parse::<u8>().is_ok();
        let is_date = numbers.next().is_none() && [year, month, day].into_iter().all(is_number);
        is_date.then(|| Some(format!("{} {month} {day}", era.common_year(year)?)))?
    })
}

/// Whether a word of a key is one of those that a date is written with.
pub(crate) fn is_word_of_dates(word: &str) -> bool {
    let words = &*WORDS;
    [&words.day, &words.month, &words.year, &words.born]
        .iter()
        .any(|list| list.iter().any(|of| of == word))
}

/// Whether a word of a key is part of the name of a round.
fn is_word_of_rounds(word: &str) -> bool {
    let words = &*WORDS;
    let of = |parts: &'static Parts| {
        parts.nouns.iter().chain(&parts.marks).chain(parts.phrases.iter().flatten())
    };
    let named = of(&words.quarter).chain(of(&words.half));
    let mut all = named.chain(words.ordinals.iter().flatten()).chain(&words.school_year);
    all.any(|phrase| phrase.split(' ').any(|of| of == word))
}

/// Whether a word of a key stands before a year.
pub(crate) fn is_word_of_years(word: &str) -> bool {
    WORDS.year.iter().any(|of| of == word)
}

/// The month that a word of a key names, 1 to 12.
pub(crate) fn month_named(word: &str) -> Option<i8> {
    MONTHS.numbers.get(word).copied()
}

/// Whether a word of a key joins others: "5 de marzo", "total of the branch".
pub(crate) fn is_particle(word: &str) -> bool {
    WORDS.particles.iter().any(|of| of == word)
}

/// The day of a month as a word of a key has it: "5", "05", "1st".
pub(crate) fn day_named(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
    (word.len() - digits.len() <= 2)
        .then(|| digits.parse().ok())
        .flatten()
        .filter(|day| (1..=31).contains(day))
}

/// Whether a text has the words of a date in full: "ngày … tháng … năm …".
pub(crate) fn spells_date(key: &str) -> bool {
    let words = &*WORDS;
    [&words.day, &words.month, &words.year]
        .iter()
        .all(|list| key.split(' ').any(|word| list.iter().any(|of| of == word)))
}

/// A part of a year that is a round of its own; the halves of a school year are its terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Quarter(u8),
    Half(u8),
}

impl Part {
    fn in_key(key: &str) -> Option<Self> {
        let words: Vec<&str> = key.split(' ').collect();
        let quarter = WORDS.quarter.part_in(key, &words).map(Self::Quarter);
        quarter.or_else(|| WORDS.half.part_in(key, &words).map(Self::Half))
    }
}

impl Parts {
    /// The number of the part that a key names.
    fn part_in(&self, key: &str, words: &[&str]) -> Option<u8> {
        if self.any.as_ref().is_some_and(|any| !any.is_match(key)) {
            return self.marked(words);
        }
        let phrase = |phrases: &Vec<String>| phrases.iter().any(|phrase| contains(key, phrase));
        let named = || (1..).zip(&self.phrases).find(|(_, phrases)| phrase(phrases));
        let nouns = self.nouns.iter().filter(|noun| key.contains(noun.as_str()));
        let by_noun = || nouns.into_iter().find_map(|noun| numbered(words, noun));
        by_noun().or_else(|| self.marked(words)).or_else(|| named().map(|(number, _)| number))
    }

    /// "Q3", "3Q", "Q 3", "HKI".
    fn marked(&self, words: &[&str]) -> Option<u8> {
        words.iter().enumerate().find_map(|(at, word)| {
            self.marks.iter().find_map(|mark| {
                let rest = word.strip_prefix(mark.as_str());
                match rest.or_else(|| word.strip_suffix(mark.as_str()))? {
                    "" => part_number(words.get(at + 1)?),
                    number => part_number(number),
                }
            })
        })
    }
}

/// The number that stands behind a noun, or before it as an ordinal: "Quý III", "3rd quarter".
fn numbered(words: &[&str], noun: &str) -> Option<u8> {
    let is_counted = WORDS.counted.iter().any(|counted| counted == noun);
    let noun: Vec<&str> = noun.split(' ').collect();
    let at = words.windows(noun.len()).position(|window| window == noun)?;
    let ordinal = |word: &&str| {
        let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
        let is_plain = digits.len() == word.len() && !digits.is_empty();
        let of_digits = || part_number(digits).filter(|_| word.len() <= digits.len() + ENDING);
        let number = part_number(word).or_else(of_digits).filter(|_| !(is_counted && is_plain));
        number.or_else(|| ordinal_named(word))
    };
    // "2/4분기" is the second quarter of four.
    if let [.., number, "4"] = &words[..at]
        && let Some(number) = part_number(number)
    {
        return Some(number);
    }
    let behind = words.get(at + noun.len());
    behind
        .and_then(|word| part_number(word).or_else(|| ordinal_named(word)))
        .or_else(|| words[..at].last().and_then(ordinal))
}

/// The most bytes behind the digits of an ordinal: "2nd", "2ème".
const ENDING: usize = 5;

fn ordinal_named(word: &str) -> Option<u8> {
    (1..).zip(&WORDS.ordinals).find(|(_, names)| names.iter().any(|of| of == word)).map(|of| of.0)
}

fn part_number(word: &str) -> Option<u8> {
    match word {
        "i" | "1" => Some(1),
        "ii" | "2" => Some(2),
        "iii" | "3" => Some(3),
        "iv" | "4" => Some(4),
        _ => None,
    }
}

/// "fy2023": the abbreviation that is glued to a year, and the year.
fn parted(word: &str) -> impl Iterator<Item = &str> {
    let mark = WORDS.abbreviated_year.iter().find(|mark| {
        word.strip_prefix(mark.as_str())
            .is_some_and(|year| !year.is_empty() && year.bytes().all(|byte| byte.is_ascii_digit()))
    });
    let (mark, year) = word.split_at(mark.map_or(0, String::len));
    [mark, year].into_iter().filter(|part| !part.is_empty())
}

/// The year of two digits behind an abbreviation: "FY24".
fn short_year(words: &[&str], index: usize) -> Option<i32> {
    let (mark, year) = (words.get(index.checked_sub(1)?)?, words[index]);
    let is_short = year.len() == 2 && is_one_of(&WORDS.abbreviated_year, Some(mark));
    is_short.then(|| year.parse::<i32>().ok())?.map(|year| 2000 + year)
}

/// Whether a key has a phrase as whole words.
fn contains(key: &str, phrase: &str) -> bool {
    let mut from = 0;
    while let Some(at) = key[from..].find(phrase) {
        let (start, end) = (from + at, from + at + phrase.len());
        let starts = start == 0 || key.as_bytes()[start - 1] == b' ';
        let ends = end == key.len() || key.as_bytes()[end] == b' ';
        if starts && ends {
            return true;
        }
        from = end;
    }
    false
}

impl Campaign {
    /// Parses a code as written on the command line: `2019`, `2026-Q3`, `2023-H1`, `2012-13`,
    /// `2012-13-S2`.
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim();
        if let Some((whole, part)) = code.rsplit_once(['-', '/']) {
            let number = |mark: [char; 2]| part.strip_prefix(mark)?.parse::<u8>().ok();
            if let Some(quarter) = number(['Q', 'q']) {
                return Self::of_quarter(plausible_year(whole)?, quarter);
            }
            if let Some(half) = number(['H', 'h']) {
                return Self::of_year(plausible_year(whole)?).part("H", half);
            }
            if let Some(term) = number(['S', 's']) {
                return Self::parse(whole)?.part("S", term);
            }
        }
        if let Some((first, last)) = code.split_once(['-', '/']) {
            return Self::of_school_year(first, last);
        }
        plausible_year(code).map(Self::of_year)
    }

    pub(crate) fn of_year(year: i32) -> Self {
        Self { code: year.to_string(), year, quarter: None }
    }

    /// A half or a term of a year.
    fn part(self, mark: &str, number: u8) -> Option<Self> {
        (1..=3)
            .contains(&number)
            .then(|| Self { code: format!("{}-{mark}{number}", self.code), ..self })
    }

    /// The part of this round that a text without a year names: "Quý I", "2nd semester".
    pub(crate) fn part_named(&self, text: &str) -> Option<Self> {
        let part = Part::in_key(&comparison_key(text))?;
        let is_whole = self.quarter.is_none() && !self.code.contains(['H', 'S']);
        let named = self.clone().with_part(Some(part)).filter(|named| named != self);
        named.filter(|_| is_whole && Self::all_in(text).is_empty())
    }

    /// Whether a text names a part of a year and no year: "Quý I", "H2".
    pub(crate) fn is_part_alone(text: &str) -> bool {
        Part::in_key(&comparison_key(text)).is_some() && Self::all_in(text).is_empty()
    }

    /// Whether this is a part of the year that the other round is.
    pub(crate) fn is_part_of(&self, other: &Self) -> bool {
        self.code.len() > other.code.len() + 1
            && self.code.starts_with(&other.code)
            && self.code[other.code.len() + 1..].starts_with(['Q', 'H', 'S'])
    }

    pub(crate) fn of_quarter(year: i32, quarter: u8) -> Option<Self> {
        (1..=4).contains(&quarter).then(|| Self {
            code: format!("{year}-Q{quarter}"),
            year,
            quarter: Some(quarter),
        })
    }

    /// "2013", "14" or "13", "14" or "2013", "2014": two years that follow one another.
    fn of_school_year(first: &str, last: &str) -> Option<Self> {
        let full = |text: &str| match text.len() {
            2 => text.parse::<i32>().ok().map(|year| 2000 + year),
            4 => plausible_year(text),
            _ => None,
        };
        let (first, last) = (full(first)?, full(last)?);
        (last == first + 1).then(|| Self {
            code: format!("{first}-{:02}", last % 100),
            year: last,
            quarter: None,
        })
    }

    /// A year, or the part of it that the text names.
    fn with_part(self, part: Option<Part>) -> Option<Self> {
        let is_school_year = self.code.len() > 4;
        match part {
            Some(Part::Quarter(quarter)) if !is_school_year => Self::of_quarter(self.year, quarter),
            Some(Part::Half(half)) if !is_school_year => self.part("H", half),
            Some(Part::Half(half)) => self.part("S", half),
            _ => Some(self),
        }
    }

    /// The rounds that a phrase names, in the order of the text; dates do not count: a round
    /// closes in the next year, so the date line of a report never tells its round. Of a date with the
    /// name of its month ("year ended 30 June 2020") the year counts where no other does.
    pub(crate) fn all_in(text: &str) -> Vec<Self> {
        let is_first = |year: &String| text.contains(year.as_str());
        if !text.contains(char::is_numeric) && !WORDS.first_year.iter().any(is_first) {
            return Vec::new();
        }
        let key = comparison_key(text);
        let key = in_common_terms(&key);
        let words: Vec<&str> = key.split(' ').flat_map(parted).collect();
        let is_of_date = |index| {
            has_named_month(&words, index)
                || begins_date(&words, index)
                || index > 0 && month_named(words[index - 1]).is_some()
        };
        let rounds = Self::among(&key, &words, &is_of_date);
        if rounds.is_empty() { Self::among(&key, &words, &|_| false) } else { rounds }
    }

    fn among(key: &str, words: &[&str], is_of_date: &dyn Fn(usize) -> bool) -> Vec<Self> {
        let part = Part::in_key(key);
        let mut rounds: Vec<Self> = Vec::new();
        let mut index = 0;
        while index < words.len() {
            if let Some((round, length)) = twelve_months(&words[index..]) {
                rounds.extend(Some(round).filter(|round| !rounds.contains(round)));
                index += length;
                continue;
            }
            let pair = words.get(index + 1).and_then(|next| {
                let first_is_short = words[index].len() == 2;
                let named = index > 0
                    && (is_one_of(&WORDS.abbreviated_year, words.get(index - 1))
                        || WORDS.school_year.iter().any(|word| {
                            word.split(' ')
                                .next_back()
                                .is_some_and(|last| words[index - 1].starts_with(last))
                        }));
                (!first_is_short || named).then(|| Self::of_school_year(words[index], next))?
            });
            let single = plausible_year(words[index]).or_else(|| short_year(words, index));
            let single = single.filter(|_| {
                !is_dated(words, index)
                    && !is_of_date(index)
                    && !begins_open_time(words, index)
                    && (part.is_some() || !is_of_months(words, index))
            });
            let found = match (pair, single) {
                (Some(round), _) if !spelt_as_range(key, &round) => {
                    index += 1;
                    Some(round)
                }
                (_, Some(year)) => Some(Self::of_year(year)),
                _ => None,
            };
            let found = found.and_then(|round| round.with_part(part));
            rounds.extend(found.filter(|round| !rounds.contains(round)));
            index += 1;
        }
        rounds
    }

    /// The round of a text that names nothing else: "NĂM 2015", "FY 2022/23", "Quý I/2024". What a language
    /// calls a round is told by `is_word`.
    pub(crate) fn alone_in(text: &str, is_word: &dyn Fn(&str) -> bool) -> Option<Self> {
        const LONGEST: usize = 40;
        if text.len() > LONGEST {
            return None;
        }
        let mut rounds = Self::all_in(text);
        let key = comparison_key(text);
        let is_number = |word: &&str| {
            word.bytes().any(|byte| byte.is_ascii_digit()) || part_number(word).is_some()
        };
        let words: Vec<&str> = key.split(' ').filter(|word| !is_number(word)).collect();
        let spoken = words.join(" ");
        let known = words.is_empty()
            || is_word(&spoken)
            || words.iter().all(|word| is_word_of_dates(word) || is_word_of_rounds(word));
        (rounds.len() == 1 && known).then(|| rounds.remove(0))
    }

    /// The round that the name of a file tells, however it is glued to other words: `report2013-14`,
    /// `17-18`, `ratings1516`.
    pub(crate) fn of_file_name(name: &str) -> Option<Self> {
        let stem = file_stem(name);
        let mut spaced = String::with_capacity(stem.len() + 8);
        let mut last: Option<char> = None;
        for c in stem.chars() {
            let border = last.is_some_and(|last| last.is_ascii_digit() != c.is_ascii_digit());
            if border {
                spaced.push(' ');
            }
            spaced.push(if c == '_' { ' ' } else { c });
            last = Some(c);
        }
        let mut rounds = Self::all_in(&spaced);
        if rounds.len() == 1 {
            return rounds.pop();
        }
        if !rounds.is_empty() {
            return None;
        }
        let key = comparison_key(&spaced);
        let words: Vec<&str> = key.split(' ').collect();
        let short = words.windows(2).find_map(|pair| {
            let both = pair.iter().all(|word| word.len() == 2);
            both.then(|| Self::of_school_year(pair[0], pair[1]))?
        });
        short.or_else(|| {
            words
                .iter()
                .filter(|word| word.len() == 4 && word.is_ascii())
                .find_map(|word| Self::of_school_year(&word[..2], &word[2..]))
        })
    }
}

/// "2 năm 2017 - 2018" compares two rounds; "năm học 2017 - 2018" and "2017-18" are one.
fn spelt_as_range(key: &str, round: &Campaign) -> bool {
    let long = format!("{} {}", round.year - 1, round.year);
    key.contains(&long) && WORDS.both_years.iter().any(|words| contains(key, words))
}

/// Whether the year at `index` is that of some months of it which are no round: "9 tháng đầu năm 2025".
fn is_of_months(words: &[&str], index: usize) -> bool {
    let is = |list: &[String], word: &str| list.iter().any(|of| of == word);
    let before = |back: usize| index.checked_sub(back).map_or("", |at| words[at]);
    let at = if is(&WORDS.year, before(1)) { 3 } else { 2 };
    is(&WORDS.month, before(at))
        && before(at + 1).parse::<u32>().is_ok_and(|months| months > 1)
        && before(at - 1).parse::<u32>().is_err()
}

/// Whether there is a word and a list has it.
fn is_one_of(list: &[String], word: Option<&&str>) -> bool {
    word.is_some_and(|word| list.iter().any(|of| of == word))
}

/// Whether there is a word and it is the number of a day or a month.
fn is_small(word: Option<&&str>) -> bool {
    let number = word.and_then(|word| word.parse::<u32>().ok());
    number.is_some_and(|number| (1..=31).contains(&number))
}

/// Whether the year at `index` closes a date: "tháng 3 năm 2020", "19 3 2020".
fn is_dated(words: &[&str], index: usize) -> bool {
    let before = |back: usize| words.get(index.checked_sub(back)?);
    if is_one_of(&WORDS.year, before(1)) {
        return is_small(before(2)) && is_one_of(&WORDS.month, before(3));
    }
    is_small(before(1)) && (is_small(before(2)) || is_one_of(&WORDS.month, before(2)))
}

/// Whether the year at `index` begins a date: "2023 年 3 月", "2023 03 31".
fn begins_date(words: &[&str], index: usize) -> bool {
    let after = |ahead: usize| words.get(index + ahead);
    if is_one_of(&WORDS.year, after(1)) {
        return is_small(after(2)) && is_one_of(&WORDS.month, after(3));
    }
    is_small(after(1)) && is_small(after(2))
}

/// "JULY 2021 - JUNE 2022": twelve months over two years, and how many words they are.
fn twelve_months(words: &[&str]) -> Option<(Campaign, usize)> {
    let [first, year, rest @ ..] = words else { return None };
    let (from, start) = (month_named(first)?, plausible_year(year)?);
    let (at, last) =
        rest.iter().enumerate().take(2).find_map(|(at, word)| Some((at, month_named(word)?)))?;
    let end = plausible_year(rest.get(at + 1)?)?;
    let whole = end == start + 1 && from == last + 1;
    let round = whole.then(|| Campaign::of_school_year(year, rest[at + 1])).flatten()?;
    Some((round, at + 4))
}

/// Whether the year at `index` closes a date with the name of its month: "31 March 2024", "April 1, 2023",
/// "31 de diciembre de 2023".
fn has_named_month(words: &[&str], index: usize) -> bool {
    let mut before = words[..index].iter().rev().filter(|word| !is_particle(word));
    let (Some(last), Some(first)) = (before.next(), before.next()) else { return false };
    let is = |month: &str, day: &str| month_named(month).is_some() && day_named(day).is_some();
    is(last, first) || is(first, last)
}

fn plausible_year(text: &str) -> Option<i32> {
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|year| (1930..=2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::{Campaign, in_common_terms};

    fn codes(text: &str) -> Vec<String> {
        Campaign::all_in(text).into_iter().map(|round| round.code).collect()
    }

    #[test]
    fn rounds_are_found_in_titles() {
        assert_eq!(codes("DANH SÁCH ĐẢNG VIÊN XẾP LOẠI NĂM 2019"), ["2019"]);
        assert_eq!(codes("SO SÁNH KẾT QUẢ 2 NĂM 2017 - 2018"), ["2017", "2018"]);
        assert_eq!(codes("XẾP LOẠI QUÝ III NĂM 2026"), ["2026-Q3"]);
        assert_eq!(codes("TỶ LỆ HOÀN THÀNH XUẤT SẮC QUÝ III/2026"), ["2026-Q3"]);
        assert_eq!(codes("Kết quả Q2/2026"), ["2026-Q2"]);
        assert_eq!(codes("Final grades by department, 3Q 2024"), ["2024-Q3"]);
        assert_eq!(codes("XẾP LOẠI Q.II/2026"), ["2026-Q2"]);
        assert_eq!(codes("ĐÁNH GIÁ 6 THÁNG ĐẦU NĂM 2025"), ["2025-H1"]);
        assert!(codes("ĐÁNH GIÁ 9 THÁNG ĐẦU NĂM 2025").is_empty());
        assert_eq!(codes("For the rating period January to June 2023"), ["2023-H1"]);
        assert_eq!(codes("Appraisal year 2023/24 (1 April 2023 to 31 March 2024)"), ["2023-24"]);
        assert_eq!(codes("Ejercicio 2023 (31 de diciembre de 2023)"), ["2023"]);
        assert_eq!(codes("Results 2019, as at March 5th, 2020"), ["2019"]);
        assert_eq!(codes("Year ended 30 June 2020"), ["2020"]);
        assert_eq!(codes("Standing at July 2023 (year 2022/23)"), ["2022-23"]);
        assert_eq!(codes("Standing at July 2023"), ["2023"]);
        assert_eq!(codes("REVIEW PERIOD: JULY 2021 - JUNE 2022"), ["2021-22"]);
        assert_eq!(codes("XẾP LOẠI HỌC KỲ II NĂM HỌC 2022-2023"), ["2022-23-S2"]);
        assert_eq!(codes("1st Semester, CY 2023"), ["2023-H1"]);
        assert_eq!(codes("Third Quarter 2024 (July - September)"), ["2024-Q3"]);
        assert_eq!(codes("2. Quartal 2023"), ["2023-Q2"]);
        assert_eq!(codes("IV kwartał 2023"), ["2023-Q4"]);
        assert_eq!(codes("1º semestre de 2022"), ["2022-H1"]);
        assert_eq!(codes("2ème trimestre 2022"), ["2022-Q2"]);
        assert_eq!(codes("So sánh 4 quý năm 2023"), ["2023"]);
        assert_eq!(codes("Primer trimestre de 2023"), ["2023-Q1"]);
        assert_eq!(codes("2012-13  Educator Evaluation"), ["2012-13"]);
        assert_eq!(codes("School Year 13-14"), ["2013-14"]);
        assert_eq!(codes("Andover (2013-14)"), ["2013-14"]);
        assert_eq!(codes("Annual appraisal, FY2022/23"), ["2022-23"]);
        assert_eq!(codes("AY22-23 | FY 24"), ["2022-23", "2024"]);
        assert!(codes("Class K2015, room B12").is_empty());
    }

    #[test]
    fn years_of_other_calendars_are_common_ones() {
        for (text, code) in [
            ("令和5年度 人事考課結果", "2023"),
            ("平成30年度上期", "2018-H1"),
            ("2023年度第1四半期", "2023-Q1"),
            ("2022년 하반기 근무평정", "2022-H2"),
            ("2022년 2/4분기", "2022-Q2"),
            ("民國112年度考績", "2023"),
            ("第二季度 2021年", "2021-Q2"),
            ("ปีงบประมาณ พ.ศ. ๒๕๖๖", "2023"),
            ("สรุปผลการประเมิน ประจำปี พ.ศ. 2566", "2023"),
            ("2023年度 評価 (2024年3月31日現在)", "2023"),
            ("令和元年度 評価", "2019"),
            ("112年考績清冊", "2023"),
            ("บัญชี ณ วันที่ 30 กันยายน 2566 ปีงบประมาณ 2566", "2023"),
        ] {
            assert_eq!(codes(text), [code], "{text}");
        }
        assert_eq!(in_common_terms("s50 3 2"), "1975 3 2");
        assert_eq!(in_common_terms("s50"), "s50");
        assert_eq!(codes("北溪鄉公所111年及112年考績"), ["2022", "2023"]);
    }

    #[test]
    fn parts_without_a_year_are_of_the_round_above() {
        let year = Campaign::of_year(2023);
        let school = Campaign::parse("2022-23").unwrap();
        let code = |round: &Campaign, text: &str| round.part_named(text).map(|round| round.code);
        assert_eq!(code(&year, "1st Quarter").as_deref(), Some("2023-Q1"));
        assert_eq!(code(&year, "Quý hai").as_deref(), Some("2023-Q2"));
        assert_eq!(code(&year, "H2").as_deref(), Some("2023-H2"));
        assert_eq!(code(&school, "HK I").as_deref(), Some("2022-23-S1"));
        assert_eq!(code(&school, "Quý I"), None);
        assert_eq!(code(&year, "Q1 2022"), None);
        assert_eq!(code(&Campaign::of_quarter(2023, 1).unwrap(), "Q2"), None);
    }

    #[test]
    fn names_of_files_tell_rounds() {
        for (name, code) in [
            ("report2013-14.xlsx", "2013-14"),
            ("2015-16ratings.xls", "2015-16"),
            ("eval 17-18.xlsx", "2017-18"),
            ("ratings1516.xlsx", "2015-16"),
            ("ket_qua_2019.xlsx", "2019"),
        ] {
            assert_eq!(Campaign::of_file_name(name).unwrap().code, code, "{name}");
        }
        assert_eq!(Campaign::of_file_name("summary.xlsx"), None);
    }

    #[test]
    fn dates_are_no_rounds() {
        assert!(codes("Quận 9, ngày 19 tháng 3 năm 2020").is_empty());
        assert!(codes("(Kèm theo Báo cáo số 27-BC/ĐU ngày 19/3/2020)").is_empty());
    }

    #[test]
    fn codes_are_parsed() {
        assert_eq!(Campaign::parse("2026-Q3").unwrap().quarter, Some(3));
        assert_eq!(Campaign::parse("2012-13").unwrap().year, 2013);
        assert_eq!(Campaign::parse("2012-13-S2").unwrap().year, 2013);
        assert!(Campaign::parse("2023-H1").unwrap().is_part_of(&Campaign::of_year(2023)));
        assert!(Campaign::parse("2012-15").is_none());
        assert!(Campaign::parse("next year").is_none());
    }

    #[test]
    fn a_year_from_which_on_something_lasts_is_no_round() {
        let codes = |text| Campaign::all_in(text).into_iter().map(|of| of.code).collect::<Vec<_>>();
        assert!(codes("sinh hoạt liên tục từ năm 2021 đến nay").is_empty());
        assert!(codes("Members since 2021").is_empty());
        assert_eq!(codes("Từ 2021 đến 2023"), ["2021", "2023"]);
    }
}
