//! Text of the time before Unicode: TCVN3 (ABC), VNI-Windows, Windows-1258 and VIQR, recognised by a vote over
//! a column of a block of rows and never cell by cell, because single names read well in several
//! encodings (Hoàng is Hồng when taken for VNI); and UTF-8 read as Windows-1252, which each cell shows.
//!
//! The byte tables are data (`encodings/*.tsv`): TCVN3 equals glibc's `TCVN5712-1`; the pairs of
//! VNI are those of the VNI-Windows fonts; VIQR, marks written behind their letters, is RFC 1456.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::{symbols, tidy};
use crate::grid::{Cell, LegacyFont, Row, Sheet, Value};

/// An encoding that a text was written in and not read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Encoding {
    Tcvn3,
    Vni,
    Windows1258,
    Viqr,
    Utf8,
}

impl Encoding {
    /// Those that a column as a whole tells; UTF-8 shows in every cell.
    const VOTED: [Self; 4] = [Self::Tcvn3, Self::Vni, Self::Windows1258, Self::Viqr];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tcvn3 => "TCVN3 (ABC)",
            Self::Vni => "VNI",
            Self::Windows1258 => "Windows-1258",
            Self::Viqr => "VIQR",
            Self::Utf8 => "UTF-8 read as Windows-1252",
        }
    }

    fn decode(self, text: &str) -> String {
        match self {
            Self::Tcvn3 => in_capitals(text, &text.chars().map(tcvn3).collect::<String>()),
            Self::Vni => vni(text),
            Self::Windows1258 => text.chars().map(windows_1258).nfc().collect(),
            Self::Viqr => viqr(text),
            Self::Utf8 => utf8(text).unwrap_or_else(|| text.to_owned()),
        }
    }
}

/// What speaks for an encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// The cells are set in a font of it.
    Font(LegacyFont),
    /// Read as bytes they are UTF-8, which no other text is.
    Bytes,
    /// Syllables of the column: how many there are, are Vietnamese as read, and when converted.
    Vote { syllables: usize, as_read: usize, converted: usize },
}

/// A column of a block of rows whose text was repaired.
#[derive(Debug, Clone)]
pub(crate) struct Repair {
    pub(crate) encoding: Encoding,
    pub(crate) evidence: Evidence,
    pub(crate) first_row: u32,
    pub(crate) column: u32,
    pub(crate) cells: usize,
}

/// A column of a block of rows, parted by the fonts of its cells.
type Place = (usize, u32, Option<LegacyFont>);

/// Rewrites the legacy text of a sheet and tells where; the text as read stays in `sheet.raw`.
pub(crate) fn repair(sheet: &mut Sheet, by_vote: bool) -> Vec<Repair> {
    symbols::show(sheet);
    let mut repairs = utf8_cells(sheet);
    let blocks = blocks_of_rows(sheet);
    let votes: BTreeMap<Place, Vote> = collect_votes(sheet, &blocks);
    let sheet_is_unicode = votes.values().any(|vote| vote.has_unicode);
    let sheet_is_viqr = votes.values().map(|vote| vote.own_marks).sum::<isize>() > 0;
    let prior = if sheet_is_unicode { None } else { commonest(&votes) };
    let decisions: HashMap<Place, (Encoding, Evidence)> = votes
        .iter()
        .filter_map(|(place, vote)| Some((*place, vote.decide(place.2, prior)?)))
        .filter(|(_, (_, evidence))| by_vote || matches!(evidence, Evidence::Font(_)))
        .filter(|(_, (encoding, _))| *encoding != Encoding::Viqr || sheet_is_viqr)
        .collect();
    if !decisions.is_empty() {
        repairs.extend(rewrite(sheet, &blocks, &decisions));
    }
    repairs
}

/// Mends the cells whose UTF-8 was read as Windows-1252, each by its own bytes.
fn utf8_cells(sheet: &mut Sheet) -> Vec<Repair> {
    let mut repairs: BTreeMap<u32, Repair> = BTreeMap::new();
    for row in &mut sheet.rows {
        for cell in &mut row.cells {
            let Value::Text(text) = &cell.value else { continue };
            let Some(mended) = utf8(text).or_else(|| utf8_with_blanks(text)) else { continue };
            let column = cell.column;
            sheet.raw.insert((row.index, column), Arc::clone(text));
            cell.value = Value::Text(mended.into());
            let repair = repairs.entry(column).or_insert(Repair {
                encoding: Encoding::Utf8,
                evidence: Evidence::Bytes,
                first_row: row.index,
                column,
                cells: 0,
            });
            repair.cells += 1;
        }
    }
    repairs.into_values().collect()
}

/// The same where "à" lost its second byte, a blank that does not break, to tidying; other letters must
/// show what the text is.
fn utf8_with_blanks(text: &str) -> Option<String> {
    let ends = text.strip_suffix('Ã').map(|rest| format!("{rest}Ã\u{a0}"));
    let text = ends.as_deref().unwrap_or(text);
    let mended = utf8(&text.replace("Ã  ", "Ã ").replace("Ã ", "Ã\u{a0} "))?;
    mended.chars().any(|c| !c.is_ascii() && c != 'à').then_some(mended)
}

fn place(sheet: &Sheet, block: usize, row: &Row, cell: &Cell) -> Place {
    (block, cell.column, sheet.fonts.get(&(row.index, cell.column)).copied())
}

fn rewrite(
    sheet: &mut Sheet,
    blocks: &[usize],
    decisions: &HashMap<Place, (Encoding, Evidence)>,
) -> Vec<Repair> {
    let mut repairs: BTreeMap<Place, Repair> = BTreeMap::new();
    let mut rows = std::mem::take(&mut sheet.rows);
    for (row, block) in rows.iter_mut().zip(blocks) {
        for at in 0..row.cells.len() {
            let place = place(sheet, *block, row, &row.cells[at]);
            let first_row = row.index;
            let cell = &mut row.cells[at];
            let (Some((encoding, evidence)), Value::Text(text)) =
                (decisions.get(&place), &cell.value)
            else {
                continue;
            };
            if is_certainly_unicode(text) {
                continue;
            }
            let mut decoded = encoding.decode(text);
            if place.2 == Some(LegacyFont::Tcvn3Capitals) {
                decoded = decoded.to_uppercase();
            }
            if decoded == **text {
                continue;
            }
            let column = cell.column;
            sheet.raw.insert((first_row, column), Arc::clone(text));
            cell.value = Value::Text(decoded.into());
            repairs
                .entry(place)
                .or_insert(Repair {
                    encoding: *encoding,
                    evidence: *evidence,
                    first_row,
                    column,
                    cells: 0,
                })
                .cells += 1;
        }
    }
    sheet.rows = rows;
    repairs.into_values().collect()
}

/// The number of the block of each row: blank rows part the blocks of a sheet.
fn blocks_of_rows(sheet: &Sheet) -> Vec<usize> {
    let mut block = 0;
    let mut before: Option<u32> = None;
    sheet
        .rows
        .iter()
        .map(|row| {
            if before.is_some_and(|before| row.index > before + 1) {
                block += 1;
            }
            before = Some(row.index);
            block
        })
        .collect()
}

#[derive(Default)]
struct Vote {
    has_unicode: bool,
    /// By how many words with marks that VIQR alone writes outnumber those with full stops and apostrophes.
    own_marks: isize,
    as_read: Syllables,
    decoded: [Syllables; Encoding::VOTED.len()],
}

/// How many syllables texts have, and how many of them can be Vietnamese.
#[derive(Default, Clone, Copy)]
struct Syllables {
    all: usize,
    valid: usize,
}

impl Syllables {
    fn count(&mut self, text: &str) {
        self.all += syllables(text).count();
        self.valid += syllables(text).filter(|word| is_syllable(word)).count();
    }
}

/// Syllables that tell an encoding, whatever follows.
const ENOUGH: usize = 2_000;

impl Vote {
    fn count(&mut self, text: &str) {
        if is_certainly_unicode(text) {
            self.has_unicode = true;
            return;
        }
        // A long column is told by its first texts.
        if self.as_read.all > ENOUGH {
            return;
        }
        // Marks behind letters part no syllables.
        let (marked, plain): (Vec<&str>, Vec<&str>) =
            text.split_whitespace().partition(|word| shows_viqr(word));
        let plain = plain.join(" ");
        let own = marked.iter().filter(|word| viqr(word).contains(is_of_vietnamese)).count();
        self.own_marks += 2 * own.cast_signed() - marked.len().cast_signed();
        self.as_read.all += marked.len();
        self.as_read.count(&plain);
        for (decoded, encoding) in self.decoded.iter_mut().zip(Encoding::VOTED) {
            if encoding == Encoding::Viqr {
                decoded.count(&viqr(text));
            } else {
                decoded.all += marked.len();
                decoded.count(&encoding.decode(&plain));
            }
        }
    }

    /// A font of an encoding decides unless its text reads better as it is. Else as read wins
    /// ties, except on a sheet that has no Unicode and is in `prior` elsewhere.
    fn decide(
        &self,
        font: Option<LegacyFont>,
        prior: Option<Encoding>,
    ) -> Option<(Encoding, Evidence)> {
        let encoding = match font {
            Some(LegacyFont::Vni) => Some(Encoding::Vni),
            Some(LegacyFont::Tcvn3 | LegacyFont::Tcvn3Capitals) => Some(Encoding::Tcvn3),
            _ => None,
        };
        if let (Some(font), Some(encoding)) = (font, encoding) {
            let converted = self.decoded[usize::from(encoding == Encoding::Vni)].valid;
            if converted > self.as_read.valid
                || !self.has_unicode && converted == self.as_read.valid
            {
                return Some((encoding, Evidence::Font(font)));
            }
        }
        if self.has_unicode || self.as_read.all == 0 {
            return None;
        }
        let (best, Syllables { all, valid }) = Encoding::VOTED
            .into_iter()
            .zip(self.decoded)
            .max_by_key(|(encoding, decoded)| (decoded.valid, Some(*encoding) == prior))?;
        let as_read = self.as_read.valid;
        let by_prior = prior == Some(best) && valid >= as_read;
        let evidence = Evidence::Vote { syllables: all, as_read, converted: valid };
        // Names of other languages have syllables by chance that are Vietnamese then.
        let is_most = valid * 2 >= all;
        (valid > as_read && is_most || by_prior).then_some((best, evidence))
    }
}

/// Text that is ASCII alone reads the same in every encoding, except in a font of capitals and where marks
/// stand behind their letters.
fn collect_votes(sheet: &Sheet, blocks: &[usize]) -> BTreeMap<Place, Vote> {
    let mut votes: BTreeMap<Place, Vote> = BTreeMap::new();
    for (row, block) in sheet.rows.iter().zip(blocks) {
        for cell in &row.cells {
            if let Value::Text(text) = &cell.value {
                let place = place(sheet, *block, row, cell);
                let may_be_read_otherwise = !text.is_ascii()
                    || place.2 == Some(LegacyFont::Tcvn3Capitals)
                    || text.split_whitespace().any(shows_viqr);
                if may_be_read_otherwise {
                    votes.entry(place).or_default().count(text);
                }
            }
        }
    }
    votes
}

fn commonest(votes: &BTreeMap<Place, Vote>) -> Option<Encoding> {
    let mut counts: BTreeMap<Encoding, usize> = BTreeMap::new();
    for (encoding, _) in votes.iter().filter_map(|(place, vote)| vote.decide(place.2, None)) {
        *counts.entry(encoding).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(encoding, _)| encoding)
}

/// A letter that only Unicode has: nothing that was read through a code page holds it.
fn is_certainly_unicode(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c, '\u{100}'..='\u{151}' | '\u{154}'..='\u{15f}' | '\u{162}'..='\u{177}')
            || matches!(c, '\u{1a0}' | '\u{1a1}' | '\u{1af}' | '\u{1b0}' | '\u{1ea0}'..='\u{1ef9}')
            || matches!(c, '\u{300}'..='\u{36f}')
    })
}

fn syllables(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || "(),.;:-–/\"'“”+*0123456789".contains(c))
        .filter(|word| !word.is_empty())
}

/// Whether a word can be a Vietnamese syllable: a known onset and a known rhyme.
fn is_syllable(word: &str) -> bool {
    let word = tidy(word);
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let letters = word.chars().count();
    if capitals > 1 && capitals < letters {
        return false;
    }
    let bare: String = word
        .to_lowercase()
        .nfd()
        .filter(|c| !matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}'))
        .nfc()
        .collect();
    let vowel = |c: char| "aăâeêioôơuưy".contains(c);
    let onset_end = match bare.find(vowel) {
        Some(at) if bare.starts_with("gi") && bare[2..].starts_with(vowel) => at + 1,
        Some(at) if bare.starts_with("qu") => at + 1,
        Some(at) => at,
        None => return bare.len() == 1 || is_abbreviation(&word),
    };
    let (onset, rhyme) = bare.split_at(onset_end);
    ONSETS.contains(&onset) && RHYMES.contains(&rhyme) || is_abbreviation(&word)
}

fn is_abbreviation(word: &str) -> bool {
    word.is_ascii() && word.chars().all(|c| c.is_ascii_uppercase())
}

const ONSETS: [&str; 29] = [
    "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh",
    "nh", "p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x", "q",
];

const RHYMES: [&str; 160] = [
    "a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "ăc", "ăm",
    "ăn", "ăng", "ăp", "ăt", "âc", "âm", "ân", "âng", "âp", "ât", "âu", "ây", "e", "ec", "em",
    "en", "eng", "eo", "ep", "et", "ê", "êch", "êm", "ên", "ênh", "êp", "êt", "êu", "i", "ia",
    "ich", "iêc", "iêm", "iên", "iêng", "iêp", "iêt", "iêu", "im", "in", "inh", "ip", "it", "iu",
    "o", "oa", "oac", "oach", "oai", "oam", "oan", "oang", "oanh", "oao", "oat", "oay", "oăc",
    "oăm", "oăn", "oăng", "oăt", "oc", "oe", "oen", "oeo", "oet", "oi", "om", "on", "ong", "oong",
    "op", "ot", "ô", "ôc", "ôi", "ôm", "ôn", "ông", "ôp", "ôt", "ơ", "ơi", "ơm", "ơn", "ơp", "ơt",
    "u", "ua", "uan", "uat", "uâ", "uân", "uâng", "uât", "uây", "uc", "uê", "uêch", "uênh", "ui",
    "um", "un", "ung", "uôc", "uôi", "uôm", "uôn", "uông", "uôt", "uơ", "up", "ut", "uy", "uya",
    "uych", "uyên", "uyêt", "uynh", "uyt", "uyu", "ư", "ưa", "ưc", "ưi", "ưng", "ươc", "ươi",
    "ươm", "ươn", "ương", "ươp", "ươt", "ươu", "ưt", "ưu", "y", "yêm", "yên", "yêng", "yêt", "yêu",
    "yn", "yt", "ynh",
];

fn tcvn3(c: char) -> char {
    tables().tcvn3.get(&c).copied().unwrap_or(c)
}

/// TCVN3 has no capital accented vowels: a capital text was set in a capital font.
fn in_capitals(source: &str, decoded: &str) -> String {
    let ascii: Vec<char> = source.chars().filter(char::is_ascii_alphabetic).collect();
    let only_capitals = ascii.len() > 1 && ascii.iter().all(char::is_ascii_uppercase);
    if only_capitals && decoded.split_whitespace().any(is_half_capital) {
        return decoded.to_uppercase();
    }
    decoded
        .split(' ')
        .map(|word| if is_half_capital(word) { word.to_uppercase() } else { word.to_owned() })
        .collect::<Vec<_>>()
        .join(" ")
}

/// "ĐảNG": capital ASCII after the first letter beside small accented letters.
fn is_half_capital(word: &str) -> bool {
    let after_first = |c: &char| c.is_ascii_uppercase();
    word.chars().skip(1).any(|c| after_first(&c))
        && word.chars().any(|c| !c.is_ascii() && c.is_lowercase())
        && !word.chars().any(|c| c.is_ascii_lowercase())
}

fn vni(text: &str) -> String {
    let tables = tables();
    let chars: Vec<char> = text.chars().collect();
    let mut decoded = String::with_capacity(text.len());
    let mut index = 0;
    while let Some(&c) = chars.get(index) {
        let pair = chars.get(index + 1).and_then(|mark| tables.vni_pairs.get(&(c, *mark)));
        if let Some(letter) = pair {
            decoded.push(*letter);
            index += 2;
        } else {
            decoded.push(tables.vni_singles.get(&c).copied().unwrap_or(c));
            index += 1;
        }
    }
    decoded
}

fn windows_1258(c: char) -> char {
    match c {
        'Ã' => 'Ă',
        'ã' => 'ă',
        'Ð' => 'Đ',
        'ð' => 'đ',
        'Õ' => 'Ơ',
        'õ' => 'ơ',
        'Ý' => 'Ư',
        'ý' => 'ư',
        'Ì' => '\u{300}',
        'Ò' => '\u{309}',
        'Þ' => '\u{303}',
        'ì' => '\u{301}',
        'ò' => '\u{323}',
        other => other,
    }
}

/// "Hu+o+ng" is "Hương": behind a vowel stand its own mark and the tone, of which a syllable has one; "dd"
/// that begins a syllable is "đ".
fn viqr(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let (mut begins, mut has_tone) = (true, false);
    while let Some(c) = characters.next() {
        let is_letter = c.is_ascii_alphabetic();
        if begins {
            has_tone = false;
        }
        if begins
            && matches!(c, 'd' | 'D')
            && characters.next_if(|next| matches!(next, 'd' | 'D')).is_some()
        {
            decoded.push(if c == 'D' { 'Đ' } else { 'đ' });
            begins = false;
            continue;
        }
        begins = !is_letter;
        decoded.push(c);
        if !"aeiouy".contains(c.to_ascii_lowercase()) {
            continue;
        }
        let own = match (c.to_ascii_lowercase(), characters.peek()) {
            ('a' | 'e' | 'o', Some('^')) => Some('\u{302}'),
            ('a', Some('(')) => Some('\u{306}'),
            ('o' | 'u', Some('+')) => Some('\u{31b}'),
            _ => None,
        };
        if own.is_some() {
            characters.next();
            decoded.extend(own);
        }
        let tone = characters.peek().copied().and_then(tone_of).filter(|_| !has_tone);
        if tone.is_some() {
            characters.next();
            decoded.extend(tone);
            has_tone = true;
        }
    }
    decoded.nfc().collect()
}

/// Whether marks stand within a word; those at its end may close a sentence.
fn shows_viqr(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| tone_of(c).is_some());
    // Every word of a workbook comes by here, and few have a mark.
    let may_show = |c: char| tone_of(c).is_some() || matches!(c, '^' | '(' | '+' | 'd' | 'D');
    word.is_ascii() && word.contains(may_show) && viqr(word) != word
}

/// Whether a letter has a mark that no full stop and no apostrophe makes: "ă", "ê", "ơ", "đ".
fn is_of_vietnamese(letter: char) -> bool {
    let base = |c: char| c == 'đ' || matches!(c, '\u{302}' | '\u{306}' | '\u{31b}');
    letter.to_lowercase().nfd().any(base)
}

/// The tone that a sign of VIQR stands for; an apostrophe may be a typographic one.
fn tone_of(sign: char) -> Option<char> {
    Some(match sign {
        '\'' | '’' => '\u{301}',
        '`' => '\u{300}',
        '?' => '\u{309}',
        '~' => '\u{303}',
        '.' => '\u{323}',
        _ => return None,
    })
}

/// The text whose UTF-8 bytes were read as Windows-1252, if they were.
fn utf8(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(windows_1252_byte).collect();
    let decoded = String::from_utf8(bytes?).ok()?;
    (decoded != text).then_some(decoded)
}

fn windows_1252_byte(c: char) -> Option<u8> {
    const HIGH: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    let place = HIGH.chars().position(|high| high == c)?;
    u8::try_from(0x80 + place).ok()
}

struct Tables {
    tcvn3: HashMap<char, char>,
    vni_pairs: HashMap<(char, char), char>,
    vni_singles: HashMap<char, char>,
}

fn tables() -> &'static Tables {
    static TABLES: std::sync::LazyLock<Tables> = std::sync::LazyLock::new(|| {
        let mut tables = Tables {
            tcvn3: HashMap::new(),
            vni_pairs: HashMap::new(),
            vni_singles: HashMap::new(),
        };
        for (read, meant) in pairs(include_str!("../../encodings/tcvn3.tsv")) {
            tables.tcvn3.extend(read.chars().next().map(|read| (read, meant)));
        }
        for (read, meant) in pairs(include_str!("../../encodings/vni_win.tsv")) {
            let mut chars = read.chars();
            match (chars.next(), chars.next()) {
                (Some(base), Some(mark)) => tables.vni_pairs.insert((base, mark), meant),
                (Some(single), None) => tables.vni_singles.insert(single, meant),
                _ => None,
            };
        }
        tables
    });
    &TABLES
}

/// The columns "as Windows-1252" and "Unicode" of a table of bytes.
fn pairs(table: &'static str) -> impl Iterator<Item = (&'static str, char)> {
    table.lines().skip(1).filter_map(|line| {
        let mut fields = line.split('\t').skip(1);
        Some((fields.next()?, fields.next()?.chars().next()?))
    })
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Vote, is_syllable, repair, utf8, utf8_with_blanks};
    use crate::grid::sheet_of;

    fn decided(cells: &[&str]) -> Option<Encoding> {
        let mut vote = Vote::default();
        for cell in cells {
            vote.count(cell);
        }
        vote.decide(None, None).map(|(encoding, _)| encoding)
    }

    #[test]
    fn legacy_text_is_decoded() {
        for (encoding, read, meant) in [
            (Encoding::Tcvn3, "Hoµn thµnh xuÊt s¾c nhiÖm vô", "Hoàn thành xuất sắc nhiệm vụ"),
            (Encoding::Tcvn3, "NguyÔn ThÞ Thóy H\u{ad}êng", "Nguyễn Thị Thúy Hường"),
            (Encoding::Tcvn3, "DANH S¸CH §¶NG VI£N", "DANH SÁCH ĐẢNG VIÊN"),
            (Encoding::Vni, "Khoâng hoaøn thaønh nhieäm vuï", "Không hoàn thành nhiệm vụ"),
            (Encoding::Vni, "DANH SAÙCH ÑAÛNG VIEÂN", "DANH SÁCH ĐẢNG VIÊN"),
            (Encoding::Windows1258, "Hoàn thành tôìt nhiêòm vuò", "Hoàn thành tốt nhiệm vụ"),
            (Encoding::Viqr, "Hoa`n tha`nh to^'t nhie^.m vu.", "Hoàn thành tốt nhiệm vụ"),
            (Encoding::Viqr, "DDA?NG BO^. NGOA`I NU+O+'C", "ĐẢNG BỘ NGOÀI NƯỚC"),
            (Encoding::Viqr, "DDo^~ Va(n Lu+o+.ng", "Đỗ Văn Lượng"),
        ] {
            assert_eq!(encoding.decode(read), meant);
            assert_eq!(decided(&[read]), Some(encoding), "{read}");
        }
    }

    #[test]
    fn utf8_is_told_by_its_bytes() {
        for (read, meant) in [
            ("tá»‘t nhiá»‡m vá»¥", "tốt nhiệm vụ"),
            ("Pháº¡m Thu HÃ", "Phạm Thu Hà"),
            ("HÃ  Thá»‹ Lan", "Hà Thị Lan"),
            ("HÃ Thá»‹ Lan", "Hà Thị Lan"),
            ("MÃ¼ller", "Müller"),
        ] {
            assert_eq!(utf8(read).or_else(|| utf8_with_blanks(read)).as_deref(), Some(meant));
        }
        for proper in ["IRMÃ MARIA", "SÃO PAULO", "Hồ Công Nhân", "Côte d'Ivoire", "Müller", "Hà"]
        {
            assert_eq!(utf8(proper).or_else(|| utf8_with_blanks(proper)), None, "{proper}");
        }
    }

    #[test]
    fn unicode_is_never_touched() {
        assert_eq!(decided(&["Hoàng", "Công", "Hòa", "Bình", "Tú"]), None);
        assert_eq!(decided(&["Hồ Công Nhân", "Thái Văn Hiệp"]), None);
        assert_eq!(decided(&["Côte d'Ivoire"]), None);
    }

    #[test]
    fn apostrophes_and_full_stops_are_no_marks_of_vietnamese() {
        for text in ["Mary O'Hara", "Add the areas (all of them).", "Who rated? Everyone.", "Xi'an"]
        {
            assert_eq!(decided(&[text]), None, "{text}");
        }
    }

    #[test]
    fn a_sheet_is_in_viqr_by_marks_that_nothing_else_writes() {
        let repaired = |rows: &[&[&str]]| repair(&mut sheet_of(rows), true).len();
        assert_eq!(repaired(&[&["Payroll", "D.O.B.", "Note"], &["1", "1999", "ok"]]), 0);
        let names = ["Nguye^~n Va(n Hu`ng", "Tra^`n Thi. Ba'ch"];
        assert!(repaired(&[&["Ho. te^n"], &names[..1], &names[1..]]) > 0);
    }

    #[test]
    fn syllables_are_told_from_garbage() {
        for word in ["Nguyễn", "Khuyên", "giỏi", "quý", "nghiệm", "ĐẢNG", "xoong"] {
            assert!(is_syllable(word), "{word}");
        }
        for word in ["Hä", "vµ", "nhiÖm", "Hoaøn", "Ngaøy"] {
            assert!(!is_syllable(word), "{word}");
        }
    }
}
