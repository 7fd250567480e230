//! The levels that headings name: each by its own word, or together with its siblings.

use std::collections::HashSet;

use super::shape::Shape;
use crate::layout::{Sequence, Table, sequences_of};
use crate::legend::Legend;
use crate::text::{behind_words, comparison_key, search_key};
use crate::vocabulary::{LevelText, Vocabulary};

/// A level that a heading names, and the depth in its path of the word that names it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HeadLevel {
    pub(crate) level: LevelText,
    pub(crate) depth: usize,
    pub(crate) why: &'static str,
}

/// The level of each column's heading.
pub(super) fn levels_of_headings(
    table: &Table<'_>,
    shapes: &[Shape],
    legend: &Legend<'_>,
) -> Vec<Option<HeadLevel>> {
    let mut levels: Vec<Option<HeadLevel>> = table
        .headings
        .iter()
        .map(|heading| {
            let found = heading.path.iter().enumerate().rev();
            found.into_iter().find_map(|(depth, text)| {
                let share = || legend.level(&legend.vocabulary.share_of(text)?);
                let bare = || legend.level(without_common_word(table, depth, text)?);
                let bare = || bare().filter(|level| level.own_scale().is_some());
                let rated = || legend.level(behind_those_rated(text, legend.vocabulary)?);
                let level = legend.level(text).or_else(share).or_else(bare).or_else(rated)?;
                let level = with_words_above(level, &heading.path[..=depth], legend);
                Some(HeadLevel { level, depth, why: "words: a level" })
            })
        })
        .collect();
    for sequence in sequences_of(table, legend.vocabulary) {
        for (item, (level, why)) in settled(&sequence, shapes, legend) {
            for place in &sequence.items[item].1 {
                levels[*place] =
                    Some(HeadLevel { level: level.clone(), depth: sequence.depth, why });
            }
        }
    }
    levels
}

/// "Hoàn thành tốt" of "Chi hội hoàn thành tốt": a heading behind the word for those whom its figures count.
fn behind_those_rated<'t>(text: &'t str, vocabulary: &Vocabulary) -> Option<&'t str> {
    let words = &vocabulary.words;
    let rated = [&words.subject_members, &words.subject_branches, &words.counted_bodies];
    let length = rated.iter().filter_map(|of| of.begins(text)).max()?;
    Some(behind_words(text, length).trim()).filter(|rest| !rest.is_empty())
}

/// "Gold" of "Gold card" beside "Green card" and "Red card": a heading without the last word, which others have.
fn without_common_word<'t>(table: &Table<'_>, depth: usize, text: &'t str) -> Option<&'t str> {
    const LEAST: usize = 3;
    let (rest, last) = text.rsplit_once(' ')?;
    let texts = table.headings.iter().filter_map(|heading| heading.path.get(depth));
    let alike: HashSet<&str> = texts
        .map(String::as_str)
        .filter(|other| other.rsplit_once(' ').is_some_and(|(_, word)| word == last))
        .collect();
    (alike.len() >= LEAST).then_some(rest)
}

/// "Đảng viên đủ tư cách / HT tốt nhiệm vụ": the level that both words name together, in another scheme,
/// beside the one that the lower word names.
fn with_words_above(level: LevelText, path: &[String], legend: &Legend<'_>) -> LevelText {
    let LevelText::Known(mut places) = level else { return level };
    if let [.., above, text] = path
        && let Some(LevelText::Known(others)) = legend.level(&format!("{above} {text}"))
    {
        for place in others {
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }
    LevelText::Known(places)
}

type Settled = (usize, (LevelText, &'static str));

/// Words that are no level by themselves and are one among their siblings: by their letters, or by
/// the one place that is left.
fn settled(sequence: &Sequence, shapes: &[Shape], legend: &Legend<'_>) -> Vec<Settled> {
    let vocabulary = legend.vocabulary;
    let texts: Vec<&str> = sequence.items.iter().map(|(text, _)| text.as_str()).collect();
    let own: Vec<Option<LevelText>> = texts.iter().map(|text| legend.level(text)).collect();
    let in_own = own.iter().flatten().any(|level| level.own_scale().is_some());
    if in_own && let Some(found) = of_own_scale(&own, &texts, sequence, shapes, legend) {
        return found;
    }
    let unknown: Vec<usize> = (0..texts.len()).filter(|at| own[*at].is_none()).collect();
    if unknown.is_empty() || unknown.len() == texts.len() && texts.len() < 3 {
        return Vec::new();
    }
    let schemes = 0..vocabulary.schemes.len();
    let fitted = schemes.filter_map(|scheme| {
        let ranks = fit(scheme, &texts, &own, vocabulary)?;
        Some((scheme, ranks))
    });
    let fitted: Vec<(usize, Vec<usize>)> = fitted.collect();
    let Some((first, ranks)) = fitted.first() else { return Vec::new() };
    let by_place = |at: usize| !abbreviates(texts[at], *first, ranks[at], vocabulary);
    // A word that nobody knows must stand over values like those of its siblings.
    let alike = |at: usize| {
        let kind = |at: usize| {
            let shape = &shapes[sequence.items[at].1[0]];
            (shape.ticks + shape.ones > 0 && shape.texts == 0, shape.numbers > shape.ones)
        };
        let sibling = (0..texts.len()).find(|other| own[*other].is_some());
        sibling.is_none_or(|other| {
            kind(at) == kind(other) || shapes[sequence.items[at].1[0]].filled == 0
        })
    };
    if unknown.iter().any(|at| by_place(*at) && !alike(*at)) {
        return Vec::new();
    }
    let found = unknown.iter().map(|at| {
        let places = fitted.iter().map(|(scheme, ranks)| (*scheme, ranks[*at])).collect();
        let why = if by_place(*at) {
            "the place among the levels beside it"
        } else {
            "letters of a level, among its siblings"
        };
        (*at, (LevelText::Known(places), why))
    });
    found.collect()
}

/// An unknown word within a scale of the workbook's own whose other levels all stand beside it.
fn of_own_scale(
    own: &[Option<LevelText>],
    texts: &[&str],
    sequence: &Sequence,
    shapes: &[Shape],
    legend: &Legend<'_>,
) -> Option<Vec<Settled>> {
    let mut ranks: Vec<Option<usize>> = Vec::new();
    let mut scale = None;
    for level in own {
        match level {
            Some(LevelText::Own(of, rank)) if scale.is_none_or(|scale| scale == *of) => {
                scale = Some(*of);
                ranks.push(Some(*rank));
            }
            _ => ranks.push(None),
        }
    }
    let scale = scale?;
    let missing: Vec<usize> =
        (0..legend.scales.len(scale)).filter(|rank| !ranks.contains(&Some(*rank))).collect();
    let unknown: Vec<usize> = (0..texts.len()).filter(|at| ranks[*at].is_none()).collect();
    let mut found = Vec::new();
    for at in unknown {
        let by_letters =
            missing.iter().find(|rank| is_short_for(texts[at], legend.scales.label(scale, **rank)));
        let rank = match (by_letters, missing.as_slice()) {
            (Some(rank), _) => *rank,
            (None, [only]) if shapes[sequence.items[at].1[0]].filled > 0 && sequence.has_parent => {
                *only
            }
            _ => return None,
        };
        let why = if by_letters.is_some() {
            "letters of a level, among its siblings"
        } else {
            "the place among the levels beside it"
        };
        found.push((at, (LevelText::Own(scale, rank), why)));
    }
    Some(found)
}

/// The ranks of the words in a scheme: each the one it names, or one of those left in order; none where
/// the words do not stand in the order of the scheme or leave a choice.
fn fit(
    scheme: usize,
    texts: &[&str],
    own: &[Option<LevelText>],
    vocabulary: &Vocabulary,
) -> Option<Vec<usize>> {
    let count = vocabulary.schemes[scheme].levels.len();
    let choices: Vec<Vec<usize>> = texts
        .iter()
        .zip(own)
        .map(|(text, level)| match level {
            Some(LevelText::Known(places)) => {
                places.iter().filter(|(of, _)| *of == scheme).map(|(_, rank)| *rank).collect()
            }
            Some(LevelText::Rank(rank)) => vec![usize::from(*rank) - 1],
            Some(LevelText::Own(..)) => Vec::new(),
            None => {
                let short: Vec<usize> = (0..count)
                    .filter(|rank| abbreviates(text, scheme, *rank, vocabulary))
                    .collect();
                if short.is_empty() { (0..count).collect() } else { short }
            }
        })
        .collect();
    let known = own.iter().filter(|level| level.is_some()).count();
    let short = texts
        .iter()
        .zip(own)
        .filter(|(text, level)| {
            level.is_none() && (0..count).any(|rank| abbreviates(text, scheme, rank, vocabulary))
        })
        .count();
    let enough = known >= 2 || known + short == texts.len() && texts.len() >= 3;
    if !enough || known + short + 1 < texts.len() {
        return None;
    }
    let orders = [true, false].map(|falls| monotone(&choices, falls));
    let found: Vec<Vec<usize>> = orders.into_iter().flatten().flatten().collect();
    let first = found.first()?;
    found.iter().all(|ranks| ranks == first).then(|| first.clone())
}

/// The choices of one rank each that go up, or down, throughout; two at most are looked for.
fn monotone(choices: &[Vec<usize>], rises: bool) -> Option<Vec<Vec<usize>>> {
    let mut found: Vec<Vec<usize>> = vec![Vec::new()];
    for options in choices {
        let mut next = Vec::new();
        for ranks in &found {
            for option in options {
                let fits = ranks
                    .last()
                    .is_none_or(|last| if rises { option > last } else { option < last });
                if fits && next.len() < 64 {
                    next.push(ranks.iter().copied().chain([*option]).collect());
                }
            }
        }
        found = next;
    }
    (!found.is_empty()).then_some(found)
}

/// Whether a text is short for a level of a known scheme: "T" for Tốt, "K.HT" for Không hoàn thành.
fn abbreviates(text: &str, scheme: usize, rank: usize, vocabulary: &Vocabulary) -> bool {
    let level = &vocabulary.schemes[scheme].levels[rank];
    level.aliases.iter().chain([&level.label]).any(|name| is_short_for(text, name))
}

/// Whether the letters of a text are the beginnings of the words of a name, in their order; words at the
/// end may be left out.
pub(crate) fn is_short_for(text: &str, name: &str) -> bool {
    let letters: Vec<char> =
        comparison_key(text).chars().filter(|c| c.is_alphanumeric()).map(plain).collect();
    let key = search_key(name);
    let words: Vec<Vec<char>> = key.split(' ').map(|word| word.chars().collect()).collect();
    let parts = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).count();
    if letters.is_empty() || letters.len() > 6 || words.len() == 1 && letters.len() > 4 || parts > 4
    {
        return false;
    }
    begins(&letters, &words)
}

fn plain(c: char) -> char {
    search_key(&c.to_string()).chars().next().unwrap_or(c)
}

fn begins(letters: &[char], words: &[Vec<char>]) -> bool {
    if letters.is_empty() {
        return true;
    }
    let Some((word, rest)) = words.split_first() else { return false };
    let longest = letters.iter().zip(word).take_while(|(letter, of)| letter == of).count();
    (1..=longest).rev().any(|taken| begins(&letters[taken..], rest))
}

#[cfg(test)]
mod tests {
    use super::is_short_for;
    use crate::vocabulary::Vocabulary;

    #[test]
    fn letters_stand_for_words() {
        for (short, name) in [
            ("T", "Tốt"),
            ("K.HT", "Không hoàn thành"),
            ("HTXS", "Hoàn thành xuất sắc"),
            ("KHTNV", "Không hoàn thành nhiệm vụ"),
            ("HE", "Highly Effective"),
            ("TB", "Trung bình"),
        ] {
            assert!(is_short_for(short, name), "{short} for {name}");
        }
        for (short, name) in [("K", "Tốt"), ("HTK", "Hoàn thành tốt"), ("Ghi chú", "Giỏi")]
        {
            assert!(!is_short_for(short, name), "{short} for {name}");
        }
    }

    #[test]
    fn a_level_stands_behind_the_word_for_those_rated() {
        let vocabulary = Vocabulary::bundled();
        assert_eq!(
            super::behind_those_rated("Chi bộ hoàn thành tốt nhiệm vụ", &vocabulary),
            Some("hoàn thành tốt nhiệm vụ")
        );
        assert_eq!(super::behind_those_rated("Chi bộ", &vocabulary), None);
        assert_eq!(super::behind_those_rated("Zorp tốt", &vocabulary), None);
    }
}
