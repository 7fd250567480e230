//! Text as it is compared: one Unicode form, one case, one place for the tone mark.

mod legacy;
mod symbols;

use std::borrow::Cow;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, decompose_canonical};

pub(crate) use legacy::{Evidence, repair};

/// Tidies printed text: NFC, ordinary blanks, look-alike letters replaced, ends trimmed; the stroke that
/// makes Arabic words longer is none of their letters.
pub(crate) fn tidy(text: &str) -> String {
    if text.chars().all(is_settled) {
        return collapse(text);
    }
    if let Some((line, rest)) = parted_word(text) {
        return tidy(&format!("{line}{rest}"));
    }
    let composed: String = text
        .nfc()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{640}'))
        .map(|c| match c {
            '\u{d0}' | '\u{189}' => 'Đ',
            '\u{a0}' | '\u{2007}' | '\u{202f}' | '\t' | '\r' | '\n' => ' ',
            '\u{ff01}'..='\u{ff5e}' => full_width(c),
            // The signs of Arabic numbers.
            '\u{66a}' => '%',
            '\u{66b}' => '.',
            '\u{66c}' => ',',
            other => plain_digit(other),
        })
        .collect();
    collapse(&composed)
}

/// Whether a key has other words before or behind some words: "depot north" is more than "depot".
pub(crate) fn says_more_than(key: &str, words: &str) -> bool {
    let (behind, before) = (key.strip_prefix(words), key.strip_suffix(words));
    behind.is_some_and(|rest| rest.starts_with(' '))
        || before.is_some_and(|rest| rest.ends_with(' '))
}

/// The first letters of the words of a text, in capitals.
pub(crate) fn initials(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

/// "Selbst-" and "einschätzung" on the next line: the two parts of a word, without the hyphen.
fn parted_word(text: &str) -> Option<(&str, &str)> {
    text.match_indices("-\n").find_map(|(at, hyphen)| {
        let (line, rest) = (&text[..at], &text[at + hyphen.len()..]);
        let parted = line.ends_with(char::is_lowercase) && rest.starts_with(char::is_lowercase);
        parted.then_some((line, rest))
    })
}

/// Letters that are composed already and look like nothing else: most of all text.
fn is_settled(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{c0}'..='\u{cf}' | '\u{d1}'..='\u{17f}')
        || matches!(c, '\u{1a0}' | '\u{1a1}' | '\u{1af}' | '\u{1b0}' | '\u{1ea0}'..='\u{1ef9}')
}

/// A text with the signs and letters of full width as those of ASCII, and its lines as they are.
pub(crate) fn half_width(text: &str) -> Cow<'_, str> {
    let is_wide = |c: char| matches!(c, '\u{3000}'..='\u{3002}' | '\u{ff01}'..='\u{ff5e}');
    if !text.contains(is_wide) {
        return Cow::Borrowed(text);
    }
    let narrow = text.chars().map(|c| match c {
        '\u{3000}' => ' ',
        '\u{3001}' => ',',
        '\u{3002}' => '.',
        '\u{ff01}'..='\u{ff5e}' => full_width(c),
        other => other,
    });
    Cow::Owned(narrow.collect())
}

/// The ASCII character that a full-width one stands for.
fn full_width(c: char) -> char {
    u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c)
}

/// The ASCII digit that a digit of another script stands for.
fn plain_digit(c: char) -> char {
    /// Zero in Arabic, Persian, Devanagari and Thai.
    const ZEROS: [u32; 4] = [0x660, 0x6f0, 0x966, 0xe50];
    let digit = ZEROS.iter().filter_map(|zero| u32::from(c).checked_sub(*zero)).find(|it| *it < 10);
    digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c)
}

/// Whether a letter is written without a blank between words, and so counts as a word of its own: those of
/// Thai, Lao, Burmese and Khmer, kana, Chinese characters and Korean syllables.
pub(crate) fn stands_alone(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
        || matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
        || matches!(c, '\u{ac00}'..='\u{d7a3}' | '\u{20000}'..='\u{323af}')
}

/// Whether a letter may begin a name: a capital, or one of a script without capitals.
pub(crate) fn may_begin_name(c: char) -> bool {
    c.is_alphabetic() && !c.is_lowercase()
}

/// How many words a text has; where no blank parts them, two characters or syllables are taken for one, and
/// five letters of an alphabet with the vowels among them.
pub(crate) fn word_count(text: &str) -> usize {
    const SYLLABLES: usize = 2;
    const LETTERS: usize = 5;
    let (mut words, mut syllables, mut letters) = (0, 0, 0_usize);
    for word in text.split_whitespace() {
        let before = syllables + letters;
        for c in word.chars().filter(|c| stands_alone(*c)) {
            *(if c < '\u{2000}' { &mut letters } else { &mut syllables }) += 1;
        }
        words += usize::from(syllables + letters == before);
    }
    words + syllables.div_ceil(SYLLABLES) + letters.div_ceil(LETTERS)
}

/// What stands behind the first words of a text, as many as its key has.
pub(crate) fn behind_words(text: &str, count: usize) -> &str {
    let (mut words, mut is_open) = (0, false);
    for (at, c) in text.char_indices() {
        let is_alone = stands_alone(c);
        let begins = c.is_alphanumeric() && (!is_open || is_alone);
        // A sign above a letter is no letter and parts none from its word.
        let is_sign = unicode_normalization::char::is_combining_mark(c);
        if !is_sign && words == count && (begins || !c.is_alphanumeric()) {
            return &text[at..];
        }
        words += usize::from(begins);
        is_open = c.is_alphanumeric() && !is_alone || is_sign && is_open;
    }
    ""
}

fn collapse(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !result.is_empty() {
            result.push(' ');
        }
        result.push_str(word);
    }
    result
}

/// The comparison key of a level; the signs of a grade count: "C+" is not "C", nor "A++" "A+".
pub(crate) fn grade_key(text: &str) -> String {
    if is_drawn(text) {
        return text.trim().to_owned();
    }
    with_signs(comparison_key(text), text)
}

/// Whether a text has letters of an alphabet that is not Latin: Greek, Cyrillic, Arabic, Thai.
pub(crate) fn has_other_letters(text: &str) -> bool {
    text.contains(|c: char| c.is_alphabetic() && matches!(c, '\u{0370}'..='\u{10ff}'))
}

/// "◎", "★★★": one drawn sign, alone or again and again.
pub(crate) fn is_drawn(text: &str) -> bool {
    let mut signs = text.trim().chars();
    signs.next().is_some_and(|first| is_sign(first) && signs.all(|sign| sign == first))
}

/// "◎", "○", "△", "×": a drawn sign that can stand for a level.
pub(crate) fn is_sign(c: char) -> bool {
    matches!(c, '\u{25a0}'..='\u{25ff}' | '★' | '☆' | '×')
}

/// A key of a grade with the signs that its text ends with: "A+", "Succeeded –".
pub(crate) fn with_signs(mut key: String, text: &str) -> String {
    if key.chars().count() <= 2 {
        key.push_str(signs_of_grade(text));
    } else if text.trim_end().ends_with('+') {
        key.push('+');
    } else if [" -", " –", " −"].iter().any(|sign| text.trim_end().ends_with(sign)) {
        key.push('-');
    }
    key
}

/// The signs behind a grade: "++" of "A++", "*" of "A*".
pub(crate) fn signs_of_grade(text: &str) -> &str {
    let text = text.trim();
    let bare = text.trim_end_matches(['+', '-', '*']);
    if bare.ends_with(char::is_alphanumeric) { &text[bare.len()..] } else { "" }
}

/// The key under which two spellings of one text are equal: letter case, runs of blanks,
/// punctuation and the place of the tone mark ("hòa", "hoà") do not count; marks do. Letters of scripts
/// without blanks are words of their own: "営業部" is three.
pub fn comparison_key(text: &str) -> String {
    let tidied: Cow<'_, str> =
        if text.chars().all(is_settled) { Cow::Borrowed(text) } else { Cow::Owned(tidy(text)) };
    let mut key = String::with_capacity(text.len() + 4);
    let mut tone = None;
    let mut is_open = false;
    let mut characters = tidied.chars().peekable();
    while let Some(c) = characters.next() {
        // "N.º" is "Nº".
        if c == '.' && matches!(characters.peek(), Some('º' | 'ª')) {
            continue;
        }
        let Some((letters, own)) = letter_of(c) else {
            key.extend(tone.take());
            is_open = false;
            continue;
        };
        let is_alone = stands_alone(c);
        if (!is_open || is_alone) && !key.is_empty() {
            key.extend(tone.take());
            key.push(' ');
        }
        is_open = !is_alone;
        key.push_str(letters.as_str());
        tone = own.or(tone);
    }
    key.extend(tone);
    key
}

/// A letter or digit of a key, in small letters and without its tone, in few bytes.
#[derive(Debug, Clone, Copy)]
struct Letters {
    bytes: [u8; 8],
    length: u8,
}

impl Letters {
    fn of(text: &str) -> Option<Self> {
        let mut bytes = [0; 8];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self { bytes, length: u8::try_from(text.len()).ok()? })
    }

    fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

/// What a character adds to a key: its letters, and the tone that goes to the end of the word.
type Letter = Option<(Letters, Option<char>)>;

fn letter_of(c: char) -> Letter {
    /// The characters up to the last Vietnamese letter are looked up.
    const TABLE: u32 = 0x1f00;
    static LETTERS: LazyLock<Vec<Letter>> =
        LazyLock::new(|| (0..TABLE).map(|code| make_letter(char::from_u32(code)?)).collect());
    match LETTERS.get(usize::try_from(u32::from(c)).unwrap_or(usize::MAX)) {
        Some(letter) => *letter,
        None => make_letter(c),
    }
}

fn make_letter(c: char) -> Letter {
    if c == '№' {
        return Some((Letters::of("no")?, None));
    }
    if !c.is_alphanumeric() && !matches!(c, '%' | '#') {
        return None;
    }
    let mut tone = None;
    let mut letters = String::new();
    for small in c.to_lowercase() {
        // One letter in the hands of clerks: "ı" beside "I", "ς" beside "Σ", "ё" written "е", Arabic letters
        // with and without what stands above or below them.
        let small = match small {
            'ı' => 'i',
            'ς' => 'σ',
            'ё' => 'е',
            'أ' | 'إ' | 'آ' => 'ا',
            'ة' => 'ه',
            'ى' => 'ي',
            small => small,
        };
        let mut letter = None;
        decompose_canonical(small, |part| match (part, letter) {
            // The dot that is left of "İ", and the accent that Greek capitals do not have.
            ('\u{307}', None) | ('\u{301}', Some('α'..='ω')) => {}
            // Commas and cedillas below s and t are one.
            ('\u{326}', Some(base)) => letter = compose(base, '\u{327}').or(letter),
            ('\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}', _) => tone = Some(part),
            (_, None) => letter = Some(part),
            (mark, Some(base)) => letter = compose(base, mark).or(letter),
        });
        letters.extend(letter);
    }
    Some((Letters::of(&letters)?, tone.map(tone_digit)))
}

/// Tone marks as digits in the order of the dictionary: combining marks never stand alone in a key.
fn tone_digit(mark: char) -> char {
    match mark {
        '\u{300}' => '¹',
        '\u{309}' => '²',
        '\u{303}' => '³',
        '\u{301}' => '⁴',
        _ => '⁵',
    }
}

/// The key under which a search finds a text: no marks, no case ("nguyen thi hoa").
pub fn search_key(text: &str) -> String {
    let letter_or_blank = |c: char| if c.is_alphanumeric() { c } else { ' ' };
    let letters = folded(&tidy(text));
    let bare = letters.chars().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    collapse(&bare.map(letter_or_blank).collect::<String>())
}

/// A text in small letters and without accents; its punctuation and blanks stay.
pub fn folded(text: &str) -> String {
    let letters = text.nfd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}'));
    letters.flat_map(char::to_lowercase).map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

/// A name as it is sorted: letter case and punctuation do not count, and a tone mark stands behind
/// its word, so that "hòa" and "hoà" are one.
pub fn sortable(name: &str) -> String {
    comparison_key(name).chars().map(tone_mark).collect()
}

/// The mark that a tone digit stands for.
fn tone_mark(digit: char) -> char {
    match digit {
        '¹' => '\u{300}',
        '²' => '\u{309}',
        '³' => '\u{303}',
        '⁴' => '\u{301}',
        '⁵' => '\u{323}',
        other => other,
    }
}

/// Heads of organisation names that name the same body: the committee and its organisation.
const ORGANIZATION_HEADS: [(&str, &str); 11] = [
    ("ban chấp hành đảng bộ", "đảng bộ"),
    ("bch đảng bộ", "đảng bộ"),
    ("ban chấp hành chi bộ", "chi bộ"),
    ("ban thường vụ", ""),
    ("đảng ủy", "đảng bộ"),
    ("huyện ủy", "đảng bộ huyện"),
    ("quận ủy", "đảng bộ quận"),
    ("thị ủy", "đảng bộ thị xã"),
    ("tỉnh ủy", "đảng bộ tỉnh"),
    ("thành ủy", "đảng bộ thành phố"),
    ("cb", "chi bộ"),
];

/// The comparison key of an organisation: Đảng ủy X, BCH Đảng bộ X and Đảng bộ X are one, and so
/// are Huyện ủy Y and Đảng bộ huyện Y.
pub fn organization_key(name: &str) -> String {
    static HEADS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
        let keys = |(head, common)| (comparison_key(head), comparison_key(common));
        ORGANIZATION_HEADS.into_iter().map(keys).collect()
    });
    let mut key = comparison_key(name);
    for (head, common) in HEADS.iter() {
        if let Some(rest) = key.strip_prefix(head.as_str())
            && (rest.is_empty() || rest.starts_with(' '))
        {
            key = collapse(&format!("{common} {rest}"));
        }
    }
    key
}

/// Words before the number of a body that say no more than the number.
const NUMBER_WORDS: [&str; 4] = ["số", "no", "nr", "n"];

/// The key under which spellings of one organisation meet that are not joined by themselves: "Chi bộ số 2",
/// "CB 02" and "Chi bộ II".
pub fn organization_likeness(name: &str) -> String {
    static NUMBERS: LazyLock<Vec<String>> =
        LazyLock::new(|| NUMBER_WORDS.into_iter().map(comparison_key).collect());
    let key = organization_key(name);
    let words: Vec<&str> =
        key.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let number = |at: usize| {
        let word = *words.get(at)?;
        let is_last = at + 1 == words.len();
        word.parse::<u32>().ok().or_else(|| roman(word).filter(|_| is_last && at > 0))
    };
    let kept = (0..words.len())
        .filter(|at| !(number(*at + 1).is_some() && NUMBERS.iter().any(|word| word == words[*at])));
    let kept = kept.map(|at| number(at).map_or_else(|| words[at].to_owned(), |it| it.to_string()));
    kept.collect::<Vec<_>>().join(" ")
}

/// The value of a roman numeral in small letters, up to 39.
pub(crate) fn roman(text: &str) -> Option<u32> {
    const ONES: [&str; 10] = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    let tens = text.chars().take_while(|c| *c == 'x').count();
    let ones = ONES.iter().position(|ones| *ones == &text[tens..])?;
    let value = 10 * tens + ones;
    (1..40).contains(&value).then(|| u32::try_from(value).ok()).flatten()
}

/// "CB thôn Đông" with its head in full; none where the head stands in full already.
pub(crate) fn with_head_in_full(name: &str) -> Option<String> {
    let (word, rest) = name.trim().split_once(' ')?;
    let key = comparison_key(word);
    let is_short = |head: &&(&str, &str)| head.0 == key && head.1.len() > head.0.len();
    let (_, full) = ORGANIZATION_HEADS.iter().find(is_short)?;
    let mut letters = full.chars();
    let first = letters.next()?.to_uppercase();
    Some(format!("{first}{} {}", letters.as_str(), rest.trim_start()))
}

/// Whether a word stands for its letters: "TS", "T.số", "ts", and not "At".
pub(crate) fn is_abbreviation(word: &str) -> bool {
    let is_vowel = |c: char| "aeiouy".contains(search_key(&c.to_string()).as_str());
    is_capitals(word)
        || word.contains('.')
        || word.chars().count() == 1
        || !word.chars().any(is_vowel)
}

/// The name of a file without its ending.
pub(crate) fn file_stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Whether the text is written in capital letters throughout.
pub(crate) fn is_capitals(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}

/// A text by its full stops, but for those of "Exc. = Excellent".
pub(crate) fn sentences(text: &str) -> Vec<&str> {
    let ends = text.match_indices(". ").map(|(at, _)| at);
    let ends = ends.filter(|at| !text[at + 2..].starts_with(['=', ':', '-', '–']));
    let mut start = 0;
    let mut found = Vec::new();
    for end in ends {
        found.push(&text[start..end]);
        start = end + 2;
    }
    found.push(&text[start..]);
    found
}

/// A text without the bracket that ends it, and what stands in that: "Points (0–100)".
pub(crate) fn in_brackets(text: &str) -> Option<(&str, &str)> {
    text.trim_end().strip_suffix(')')?.rsplit_once('(')
}

/// Whether two words are forms of one: "svaz" and "svazu".
pub(crate) fn have_one_stem(left: &str, right: &str) -> bool {
    const STEM: usize = 4;
    /// "Sektionens" of "Sektion".
    const LONG: usize = 6;
    let common = left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count();
    let ending = if common < LONG { 2 } else { 3 };
    common >= STEM && left.chars().count().max(right.chars().count()) <= common + ending
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_body_meet() {
        let same =
            |one: &str, other: &str| organization_likeness(one) == organization_likeness(other);
        for name in ["Chi bộ số 2", "CB 02", "Chi bộ II", "chi bộ 2"] {
            assert!(same(name, "Chi bộ 2"), "{name}");
        }
        assert!(same("School No. 05", "School 5") && same("Chi bộ IX", "Chi bộ 9"));
        for (one, other) in [
            ("Chi bộ Số lượng", "Chi bộ lượng"),
            ("X Media", "10 Media"),
            ("Chi bộ thôn 1A", "Chi bộ thôn 1"),
            ("Chi bộ 1", "Chi bộ 11"),
        ] {
            assert!(!same(one, other), "{one}, {other}");
        }
    }

    #[test]
    fn a_word_that_a_line_parts_is_one() {
        assert_eq!(tidy("Selbst-\neinschätzung"), "Selbsteinschätzung");
        assert_eq!(tidy("Hoàn thành -\ntốt"), "Hoàn thành - tốt");
        assert_eq!(tidy("2019-\n2020"), "2019- 2020");
    }

    #[test]
    fn letters_of_scripts_without_blanks_are_words() {
        assert_eq!(comparison_key("営業部 第1課"), "営 業 部 第 1 課");
        assert_eq!(comparison_key("2023년도 상반기"), "2023 년 도 상 반 기");
        assert_eq!(comparison_key("Ｓ評価"), comparison_key("S 評価"));
        assert_eq!(comparison_key("التقييم ٢٠٢٣"), comparison_key("التقـييم 2023"));
        assert_eq!(word_count("人事考課結果 一覧"), 4);
        assert_eq!(word_count("Hoàn thành tốt"), 3);
    }

    #[test]
    fn what_stands_behind_some_words_begins_with_its_own_letter() {
        assert_eq!(behind_words("Đ/c Lê Văn Tám", 2), " Lê Văn Tám");
        assert_eq!(behind_words("นางสาวสุรศักดิ์ แก้ว", 6), "สุรศักดิ์ แก้ว");
        assert_eq!(behind_words("Tám", 1), "");
        assert_eq!(word_count("กลุ่มสาระการเรียนรู้วิทยาศาสตร์และเทคโนโลยี"), 9);
        assert_eq!(half_width("Ｓ：優；\nＡ、Ｂ。"), "S:優;\nA,B.");
    }

    #[test]
    fn tone_place_and_case_do_not_count() {
        assert_eq!(comparison_key("HOÀ  Bình"), comparison_key("Hòa bình"));
        assert_ne!(comparison_key("Hoàng"), comparison_key("Hoằng"));
        assert_ne!(comparison_key("Hoàng"), comparison_key("Hoang"));
        assert_eq!(comparison_key("N.º mec."), comparison_key("Nº mec"));
    }

    #[test]
    fn committees_and_their_organizations_are_one() {
        assert_eq!(organization_key("ĐẢNG UỶ XÃ PHÚ LẠC"), organization_key("Đảng bộ xã Phú Lạc"));
        assert_eq!(organization_key("HUYỆN ỦY SƠN VI"), organization_key("Đảng bộ huyện Sơn Vi"));
        assert_eq!(organization_key("CB Văn phòng"), organization_key("Chi bộ Văn phòng"));
        assert_ne!(organization_key("Chi bộ 1"), organization_key("Chi bộ 10"));
    }

    #[test]
    fn search_ignores_marks() {
        assert_eq!(search_key("Nguyễn Thị Hoà"), "nguyen thi hoa");
        assert_eq!(search_key("ĐẢNG BỘ"), "dang bo");
    }
}
