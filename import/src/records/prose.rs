//! Figures in sentences: "Tổng cộng: 98 đảng viên, trong đó được xếp loại: 70 đảng viên".

use crate::campaign::is_word_of_years;
use crate::legend::Legend;
use crate::record::Measure;
use crate::text::{behind_words, comparison_key};
use crate::vocabulary::{LevelText, Vocabulary};

/// A figure of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Clause {
    Measure(Measure, i64),
    Level(LevelText, i64),
}

/// The figures that a sentence states; clauses that define words ("Mức 1: Hoàn thành xuất sắc")
/// have no number behind the words and state none.
pub(super) fn clauses(text: &str, legend: &Legend<'_>) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let mut clause = String::new();
    // "Chưa đánh giá, xếp loại: 02": a part without a figure belongs to the next one.
    for part in text.split_inclusive([',', ';', '.']) {
        clause.push_str(part.trim_end_matches([',', ';', '.']));
        let ends = !part.ends_with(',') || part.contains(|c: char| c.is_ascii_digit());
        if ends {
            clauses.extend(clause_of(&clause, legend));
            clause.clear();
        }
    }
    clauses.extend(clause_of(&clause, legend));
    clauses
}

pub(super) fn clause_of(text: &str, legend: &Legend<'_>) -> Option<Clause> {
    let vocabulary = legend.vocabulary;
    let key = comparison_key(text);
    let words: Vec<&str> = key.split(' ').collect();
    let at = words.iter().rposition(|word| word.chars().all(|c| c.is_ascii_digit()))?;
    // "Tổng hợp chung năm 2019" names a round.
    if at.checked_sub(1).is_some_and(|before| is_word_of_years(words[before])) {
        return None;
    }
    let number: i64 = words[at].parse().ok()?;
    let unit = words[at + 1..].join(" ");
    if !unit.is_empty() && !vocabulary.counts_in(&unit) {
        return None;
    }
    let label = label_of(text, &words[..at]);
    // "trong đó A: 02"
    let nested = vocabulary.words.nested.begins(&label);
    let label = nested.map_or(label.as_str(), |length| behind_words(&label, length).trim());
    if let Some(level) = legend.level(label) {
        return Some(Clause::Level(level, number));
    }
    match vocabulary.measure(label) {
        Some((measure, _)) if measure != Measure::OnRoll => Some(Clause::Measure(measure, number)),
        _ if vocabulary.is_total(label) => Some(Clause::Measure(Measure::OnRoll, number)),
        found => found.map(|(measure, _)| Clause::Measure(measure, number)),
    }
}

/// "7 đ/c", "12 đảng viên": a number of people and nothing more.
pub(super) fn people_in(text: &str, vocabulary: &Vocabulary) -> Option<i64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number = number.parse().ok()?;
    let words = &vocabulary.words;
    (words.subject_members.is(unit) || words.person_prefixes.is(unit)).then_some(number)
}

/// The words before the number; behind a colon, if there are any ("Tổng hợp: HTXSNV 7").
fn label_of(text: &str, before: &[&str]) -> String {
    let behind = text.split_once(':').map(|(head, _)| comparison_key(head).split(' ').count());
    match behind {
        Some(head) if head < before.len() => before[head..].join(" "),
        _ => before.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::Scales;

    #[test]
    fn sentences_state_figures() {
        let vocabulary = Vocabulary::bundled();
        let scales = Scales::default();
        let legend = Legend::new(&vocabulary, &scales);
        let found = |text| clauses(text, &legend);
        assert_eq!(found("Cộng I: 10 đồng chí"), [Clause::Measure(Measure::OnRoll, 10)]);
        assert_eq!(
            found("TỔNG CỘNG: 74 đảng viên, trong đó được xếp loại: 70 đảng viên"),
            [Clause::Measure(Measure::OnRoll, 74), Clause::Measure(Measure::Rated, 70)]
        );
        let levels = found("Tổng hợp: HTXSNV 7; HTTNV 41");
        assert!(matches!(levels.as_slice(), [Clause::Level(_, 7), Clause::Level(_, 41)]));
        assert_eq!(
            found("Tổng cộng: 34 đảng viên. Mức 1: Hoàn thành xuất sắc; mức 2: Hoàn thành tốt"),
            [Clause::Measure(Measure::OnRoll, 34)]
        );
    }
}
