//! The levels that one text tells: "Key: 5 - Outstanding; 4 - Very Good".

use super::legends::{are_drawn, is_series, is_told};
use super::{LABEL_LIMIT, LEVELS_LIMIT, is_known_level};
use crate::scale::{
    Entry, band_from, is_beginning, is_numbered_letter, is_starred, marks_in, points_of, split_mark,
};
use crate::text::{comparison_key, grade_key, sentences, word_count};
use crate::value::date_of_text;
use crate::vocabulary::{Field, Vocabulary, WHOLE};

/// The letter or the digit that a text is, or names: "A", "A+", "A1", "EE", "Loại A", "Grade 1", "Band P", "Class IV".
pub(super) fn mark_of(text: &str, vocabulary: &Vocabulary) -> Option<String> {
    let is_mark = |text: &str| {
        let bare = text.trim_end_matches(['+', '-', '*']);
        let count = text.chars().count();
        count == 1 && text.chars().all(|c| c.is_ascii_alphanumeric() || c.is_uppercase())
            || (1..=3).contains(&count) && !bare.is_empty() && bare.chars().all(char::is_uppercase)
            || is_numbered_letter(text)
            || is_starred(text)
    };
    let bare = vocabulary.without_fillers(text);
    let bare = bare.trim().to_uppercase();
    // "Red" is a word, "RED" could be a mark.
    let is_written = |mark: &str| mark.chars().count() == 1 || text.contains(mark);
    let named = text.trim().split_once(' ').filter(|(word, mark)| {
        let is_roman = (2..=4).contains(&mark.len()) && mark.chars().all(|c| "IVX".contains(c));
        word.chars().count() > 2
            && word.chars().all(char::is_alphabetic)
            && (mark.len() == 1 || is_roman)
            && !vocabulary.is_total(word)
    });
    let named = named.map(|(_, mark)| mark);
    let marks = [text.trim(), &bare].into_iter().chain(named).filter(|mark| is_written(mark));
    marks.into_iter().find(|text| is_mark(text)).map(str::to_uppercase)
}

/// "Xuất sắc > Tốt > Đạt", "Grades D < C (fair) < B (good)": levels in the order that the signs between them
/// tell, which is with the best first or with the worst.
pub(super) fn chained(text: &str, vocabulary: &Vocabulary) -> Option<(Vec<Entry>, bool)> {
    let chained = |sign: char| text.matches(sign).count() >= 2;
    let sign = ['>', '<'].into_iter().find(|sign| chained(*sign))?;
    let (first, rest) = text.split_once(sign)?;
    // What is no part of the first level introduces them: a word before its colon, or before a mark alone.
    let first = first.rsplit_once(':').map_or(first, |(_, first)| first).trim();
    let level = |part: &str| Entry::of(without_next_key(part).trim(), vocabulary);
    let rest: Vec<Entry> = rest.split(sign).map(level).collect();
    let marked =
        |entry: &Entry| entry.mark.is_some() || mark_of(&entry.label, vocabulary).is_some();
    let words = first.match_indices(' ').rev().map(|(at, _)| first[at..].trim_start());
    let last = words.map(|part| Entry::of(part, vocabulary)).find(marked);
    let last = last.filter(|_| rest.iter().all(marked));
    let mut entries = vec![last.unwrap_or_else(|| Entry::of(first, vocabulary))];
    entries.extend(rest);
    let is_level = |entry: &Entry| (1..=LABEL_LIMIT).contains(&word_count(&entry.label));
    let fits = entries.len() <= LEVELS_LIMIT && entries.iter().all(is_level);
    fits.then_some((entries, sign == '>'))
}

/// "Key: 5 - Outstanding; 4 - Very Good".
pub(super) fn clauses(text: &str, vocabulary: &Vocabulary) -> Vec<Entry> {
    if let Some(listed) = plain_list(text, vocabulary) {
        return listed;
    }
    let marks = marks_in(text).into_iter();
    let explained = marks.map(|(mark, label)| of_mark(mark, without_next_key(label), vocabulary));
    let explained: Vec<Entry> = explained.filter(|of| !names_field(of, vocabulary)).collect();
    if is_told(&explained) || is_series(&explained) || are_drawn(&explained) {
        return explained;
    }
    let sentences: Vec<&str> = sentences(text)
        .into_iter()
        .flat_map(|part| part.split([';', '\n', ',', '|', '•']))
        .collect();
    let introduces_all = sentences.iter().skip(1).all(|part| !part.contains(':'));
    let entries = sentences.iter().enumerate().filter_map(|(at, part)| {
        let part = part.trim().trim_end_matches('.');
        // "Criteria: Gold – 90–100 points, Silver – 75–89 points": one colon introduces them all.
        let introduced = part.split_once(':').filter(|_| at == 0 && introduces_all);
        let introduced = introduced.and_then(|(_, first)| defined(first.trim(), vocabulary));
        if let Some(first) = introduced.filter(|_| sentences.len() > 1) {
            return Some(first);
        }
        // "Ghi chú: Vàng từ 90 điểm": the word for notes stands before the first level.
        let noted = part.split_once(':').filter(|(head, _)| vocabulary.words.notes.is(head));
        let part = noted.map_or(part, |(_, rest)| rest.trim());
        let part = part
            .split_once(':')
            .filter(|(head, rest)| {
                head.trim().chars().count() > 2 && split_mark(rest.trim()).0.is_some()
            })
            .map_or(part, |(_, rest)| rest.trim());
        defined(part, vocabulary).filter(|entry| !names_field(entry, vocabulary))
    });
    entries.collect()
}

/// "Poor" of "Poor. L = men": what explains something else behind a level is a sentence of its own.
fn without_next_key(label: &str) -> &str {
    match sentences(label).as_slice() {
        [level, behind, ..] if behind.contains(['=', ':']) => level,
        _ => label,
    }
}

/// "PR: on probation" behind marks of levels: what stands over a column of another kind is no level.
fn names_field(entry: &Entry, vocabulary: &Vocabulary) -> bool {
    let field = vocabulary.field(&entry.label);
    let is_other = field.is_some_and(|(field, weight)| weight >= WHOLE && field != Field::Rating);
    is_other && entry.polarity.is_none() && !is_known_level(&entry.label, vocabulary)
}

/// "Exc. = Excellent", "V.Gd. = Very Good": letters with full stops, and the level that they are short for.
pub(super) fn abbreviated(part: &str, vocabulary: &Vocabulary) -> Option<Entry> {
    const LETTERS: usize = 8;
    let (short, full) = part.split_once('=')?;
    let (short, full) = (short.trim(), full.trim());
    let is_short = short.contains('.')
        && short.chars().count() <= LETTERS
        && short.chars().all(|c| c.is_alphabetic() || c == '.');
    let mut entry = Entry::of(full, vocabulary);
    entry.keys.push(grade_key(short));
    (is_short && entry.polarity.is_some()).then_some(entry)
}

/// "Poor, Fair, Good" of "(From the lowest: Poor, Fair, Good)": without the bracket that closes the line, and no level.
pub(super) fn within_bracket(list: &str) -> &str {
    let is_open = list.matches(')').count() > list.matches('(').count();
    list.strip_suffix(')').filter(|_| is_open).unwrap_or(list)
}

/// "Ratings, best first: Commended, Approved, Not approved": levels one after the other behind a colon.
fn plain_list(text: &str, vocabulary: &Vocabulary) -> Option<Vec<Entry>> {
    let (head, list) = text.split_once(':')?;
    let by: &[char] = if list.contains([',', ';']) { &[',', ';'] } else { &['/'] };
    let list = within_bracket(list.trim().trim_end_matches('.'));
    let parts: Vec<&str> = list.split(by).map(str::trim).collect();
    let short = |part: &&str| (1..=LABEL_LIMIT).contains(&word_count(part));
    let in_order = vocabulary.words.best_first.found_in(head);
    let entry = |part: &&str| Entry::of(part, vocabulary).without_note();
    let entries: Vec<Entry> = parts.iter().map(entry).collect();
    let polar = entries.iter().filter(|entry| entry.polarity.is_some()).count();
    let fits = (3..=LEVELS_LIMIT).contains(&parts.len())
        && parts.iter().all(short)
        && entries.iter().all(|entry| entry.mark.is_none())
        && (polar == entries.len() || in_order && polar > 0);
    fits.then_some(entries)
}

/// "L. gerai – labai gerai", "Gerai – gerai": a level as the values have it, cut short or not, and in full.
pub(super) fn in_full(short: &str, full: &str, vocabulary: &Vocabulary) -> Option<Entry> {
    let (key, whole) = (grade_key(short), grade_key(full));
    let is_cut = short.contains('.') && is_beginning(&key, &whole);
    let mut entry = Entry::of(full, vocabulary);
    entry.keys.extend(Some(key.clone()).filter(|_| is_cut));
    (entry.polarity.is_some() && (is_cut || key == whole)).then_some(entry)
}

/// A level that a mark stands for.
pub(super) fn of_mark(mark: &str, label: &str, vocabulary: &Vocabulary) -> Entry {
    // "A: từ 90 điểm trở lên": the letter is the level, and the rest tells its points.
    // "A: từ 90 đến 100 điểm, hoàn thành xuất sắc": the points stand before the words.
    if let Some((range, words)) = label.split_once(", ")
        && is_range(range)
        && band_from(range, vocabulary).is_some()
        && !words.contains(|c: char| c.is_ascii_digit())
    {
        let mut entry = Entry::of(mark, vocabulary);
        entry.keys.push(grade_key(words));
        return Entry {
            points: points_of(range, vocabulary),
            mark: Some(mark.to_uppercase()),
            ..entry
        };
    }
    let letter = mark.starts_with(|c: char| c.is_ascii_alphabetic());
    let outside = label.split('(').next().unwrap_or_default();
    // "Very Good: marks 7.0 to 8.9": what stands behind the level tells its points.
    let level = outside.split_once(':').filter(|(_, range)| is_range(range));
    let outside = level.map_or(outside, |(level, _)| level).trim();
    let is_bound = vocabulary.words.below.begins(outside).is_some();
    if letter && is_range(outside) && (is_bound || vocabulary.polarity(outside).is_none()) {
        let points = points_of(label, vocabulary);
        return Entry { points, mark: Some(mark.to_uppercase()), ..Entry::of(mark, vocabulary) };
    }
    let mut entry = Entry::of(if outside.is_empty() { label } else { outside }, vocabulary);
    entry.points = mark.parse().ok().or_else(|| points_of(label, vocabulary));
    entry.mark = Some(mark.to_uppercase());
    entry
}

/// "A = Excellent", "5 - Outstanding", "A: 90 - 100", "Excellent (90-100)".
pub(super) fn defined(part: &str, vocabulary: &Vocabulary) -> Option<Entry> {
    let behind_colon = part.rsplit_once(':').map_or(part, |(_, rest)| rest);
    if let Some(entry) = abbreviated(behind_colon, vocabulary) {
        return Some(entry);
    }
    // "Class A (Excellent): 90 points and more"
    let named = part.split_once([':', '=']).filter(|(_, range)| is_range(range.trim()));
    let both = named.and_then(|(head, range)| {
        let (mark, label) = head.trim().strip_suffix(')')?.rsplit_once('(')?;
        Some((mark_of(mark.trim(), vocabulary)?, label.trim(), range.trim()))
    });
    if let Some((mark, label, range)) = both {
        let points = points_of(range, vocabulary);
        return Some(Entry { points, ..of_mark(&mark, label, vocabulary) });
    }
    let (mark, label) = match split_mark(part) {
        (None, _) => part
            .split_once([':', '='])
            .and_then(|(head, label)| Some((mark_of(head, vocabulary)?, label.trim())))
            .filter(|(_, label)| label.chars().any(char::is_alphabetic))
            .map_or((None, part), |(mark, label)| (Some(mark), label)),
        (mark, label) => (mark, label),
    };
    if let Some(mark) = mark {
        return Some(of_mark(&mark, label, vocabulary));
    }
    // A letter with its points.
    let by = [": ", " = ", "=", " - ", " – ", ":"];
    if let Some((mark, range)) = by.into_iter().find_map(|by| part.split_once(by)) {
        let mark = mark.trim();
        let letter = mark.chars().count() == 1 && mark.chars().all(|c| c.is_ascii_uppercase());
        let points = points_of(range, vocabulary).filter(|_| letter);
        if points.is_some() {
            let key = comparison_key(mark);
            return Some(Entry {
                label: mark.to_owned(),
                keys: vec![key],
                mark: None,
                points,
                polarity: None,
            });
        }
    }
    // "Vững mạnh (VM): từ 90 điểm trở lên", "Gold: 90 and over".
    let colon = part.split_once(':').filter(|(_, range)| is_range(range));
    let bounded = || before_bound(part, vocabulary);
    let colon =
        colon.or_else(bounded).or_else(|| before_points(part)).or_else(|| beside_points(part));
    let (label, range) = colon.or_else(|| part.split_once(['(', ':', '=']))?;
    let signs = ['-', '–', '•', '+', '*'];
    let label = label.trim().trim_start_matches(signs).trim_end_matches(['-', '–', ' ']).trim();
    let mut entry = Entry::of(label, vocabulary);
    let known = entry.polarity.is_some() || is_known_level(label, vocabulary);
    let few = word_count(label) <= LABEL_LIMIT;
    entry.points = points_of(range, vocabulary);
    // What nobody knows is a level where it has points of its own, and a column shows that it is one.
    let is_meant = known || few && (colon.is_some() || band_from(range, vocabulary).is_some());
    (entry.points.is_some() && is_meant).then_some(entry)
}

/// "Vàng từ 90 đến dưới 95 điểm": a level and the word that its points begin with.
fn before_bound<'t>(part: &'t str, vocabulary: &Vocabulary) -> Option<(&'t str, &'t str)> {
    let words = &vocabulary.words;
    let digit = part.find(|c: char| c.is_ascii_digit())?;
    let starts = part[..digit].match_indices(' ').map(|(at, _)| at);
    starts.into_iter().map(|at| (&part[..at], part[at..].trim_start())).find(|(label, rest)| {
        let bound = words.bounds.begins(rest).is_some() || words.below.begins(rest).is_some();
        bound && label.contains(char::is_alphabetic)
    })
}

/// "Commendable - 40 marks and above": a level, a dash and its points.
fn before_points(part: &str) -> Option<(&str, &str)> {
    let (label, range) = part.split_once(" - ").or_else(|| part.split_once(" – "))?;
    let is_of_points = range.starts_with(|c: char| c.is_ascii_digit()) && is_range(range);
    (is_of_points && label.starts_with(char::is_alphabetic)).then_some((label, range))
}

/// "Vigorous 85-100", "85-100 Vigorous": a level right beside two numbers.
fn beside_points(part: &str) -> Option<(&str, &str)> {
    let first = part.find(|c: char| c.is_ascii_digit())?;
    let last = part.rfind(|c: char| c.is_ascii_digit() || c == '%')?;
    let (before, rest) = part.split_at(first);
    let (range, behind) = rest.split_at(last - first + 1);
    let (before, behind) = (before.trim(), behind.trim());
    let label = if behind.is_empty() { before } else { behind };
    let (low, high) = range.split_once(['-', '–'])?;
    let is_number = |text: &str| {
        let text = text.trim().trim_end_matches('%');
        (1..=5).contains(&text.len())
            && text.chars().all(|c| c.is_ascii_digit() || ".,".contains(c))
    };
    let is_label = label.chars().all(|c| c.is_alphabetic() || " '-".contains(c));
    let is_one_sided = before.is_empty() != behind.is_empty();
    (is_number(low) && is_number(high) && is_label && is_one_sided).then_some((label, range))
}

/// "từ 90% đến 110%", "70 - 79", "below 50 points", "≥ 90".
pub(in crate::scale) fn is_range(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let between =
        text.trim().trim_start_matches(['-', '–']).contains(['-', '–', '<', '>', '≥', '≤']);
    digits > 0
        && text.len() < 40
        && date_of_text(text).is_none()
        && (between || text.chars().any(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::{Vocabulary, chained, of_mark};

    /// Each level that a text explains, with its points.
    fn told(text: &str) -> Vec<(String, Option<f64>)> {
        let entries = super::clauses(text, &Vocabulary::bundled());
        entries.into_iter().map(|entry| (entry.label, entry.points)).collect()
    }

    #[test]
    fn one_colon_introduces_all_levels() {
        for text in [
            "Criteria: Gold – 90–100 points, Silver – 75–89 points, Tin – 50–74 points",
            "Gold: 90 and over, Silver: 75 and over, Tin: 50 and over",
        ] {
            let levels = [("Gold", Some(90.0)), ("Silver", Some(75.0)), ("Tin", Some(50.0))];
            assert_eq!(
                told(text),
                levels.map(|(label, points)| (label.to_owned(), points)),
                "{text}"
            );
        }
    }

    #[test]
    fn a_level_may_stand_right_beside_its_points() {
        for text in [
            "Class by points: Zorp 85-100; Blim 65-84; Quax below 65.",
            "85-100 Zorp, 65-84 Blim, below 65 Quax",
        ] {
            let levels = [("Zorp", Some(85.0)), ("Blim", Some(65.0))];
            assert_eq!(told(text)[..2], levels.map(|(label, points)| (label.to_owned(), points)));
        }
    }

    #[test]
    fn a_sentence_behind_a_chain_of_levels_is_no_part_of_the_last() {
        let vocabulary = Vocabulary::bundled();
        let levels = |text: &str| {
            let (entries, _) = chained(text, &vocabulary).expect("a chain");
            entries.into_iter().map(|entry| entry.label).collect::<Vec<String>>()
        };
        assert_eq!(levels("Good > Fair > Poor. M = men, W = women"), ["Good", "Fair", "Poor"]);
        assert_eq!(levels("Excellent > V. Good > Good")[1], "V. Good");
    }

    #[test]
    fn points_behind_a_colon_are_no_part_of_a_level() {
        let vocabulary = Vocabulary::bundled();
        let entry = of_mark("VG", "Very Good: marks 7.0 to 8.9", &vocabulary);
        assert_eq!((entry.label.as_str(), entry.points), ("Very Good", Some(7.0)));
        let entry = of_mark("C", "Below 50 marks", &vocabulary);
        assert_eq!((entry.label.as_str(), entry.points), ("C", Some(0.0)));
        let entry = of_mark("B", "Good: does what is asked", &vocabulary);
        assert_eq!(entry.label, "Good: does what is asked");
    }

    #[test]
    fn what_a_key_explains_beside_its_levels_is_none() {
        let vocabulary = Vocabulary::bundled();
        let labels = |text: &str| {
            let entries = super::clauses(text, &vocabulary).into_iter();
            entries.map(|entry| entry.label).collect::<Vec<String>>()
        };
        let levels = ["Excellent", "Good", "Poor"];
        assert_eq!(labels("X - Excellent; Y - Good; Z - Poor. D.B: date of birth."), levels);
        assert_eq!(labels("X: Excellent; Y: Good; Z: Poor; N: Remarks"), levels);
        // The points may stand before the words.
        let entry = of_mark("B", "từ 75 đến dưới 90 điểm, zorp blim", &vocabulary);
        assert_eq!((entry.label.as_str(), entry.points), ("B", Some(75.0)));
    }
}
