//! What a person types, read as the cell of a workbook would be: in every spelling and language that
//! the reader knows.

use crate::record::{NotRatedReason, Sex};
use crate::text::tidy;
use crate::value::{self, DateOrder, PartialDate};
use crate::vocabulary::{LevelText, Vocabulary};

/// "17/09/1967", "9/1967", "1967-09-17", "17 Sept 1967", "1967". The day is first where both orders
/// make a date.
pub fn date(text: &str) -> Option<PartialDate> {
    let in_order = |order| value::date_in_order(text, order, value::LATEST);
    in_order(DateOrder::DayFirst).or_else(|| in_order(DateOrder::MonthFirst))
}

/// "13.3", "13,3", "13,3 %", "1 234,5"; none where a mark may part thousands or decimals: "7,125".
pub fn number(text: &str) -> Option<f64> {
    let plain = text.parse().ok().filter(|number: &f64| number.is_finite());
    plain.or_else(|| {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let bare = digits.trim_end_matches('%');
        let marks = bare.matches(['.', ',']).count();
        let unsure = marks == 1 && bare.rsplit(['.', ',']).next().is_some_and(|it| it.len() == 3);
        value::number_of_text(&digits).filter(|_| !unsure).map(|number| number.value)
    })
}

/// "11", "02", "1.234": a count.
pub fn count(text: &str) -> Option<i64> {
    let number = value::number_of_text(&tidy(text)).filter(|number| !number.percent)?;
    value::whole(number.value).filter(|count| *count >= 0)
}

/// "nữ", "Female", "femme", "F": a sex by a word of any language. A letter means one thing in Polish and
/// another in Indonesian: only those of Vietnamese and English are known.
pub fn sex(text: &str, vocabulary: &Vocabulary) -> Option<Sex> {
    let text = tidy(text);
    let letter = text.chars().count() == 1;
    if letter { vocabulary.sex(&text) } else { in_any(vocabulary, |words| words.sex(&text)) }
}

/// "đi học", "exempt": why somebody is not rated.
pub fn reason(text: &str, vocabulary: &Vocabulary) -> Option<NotRatedReason> {
    in_any(vocabulary, |words| words.reason(&tidy(text)))
}

/// "có", "x", "yes", "không", "no", "0", "1": yes or no.
pub fn yes_or_no(text: &str, vocabulary: &Vocabulary) -> Option<bool> {
    let text = tidy(text);
    if text == "0" {
        return Some(false);
    }
    in_any(vocabulary, |words| match (words.words.refusals.is(&text), words.is_tick(&text)) {
        (true, _) => Some(false),
        (_, true) => Some(true),
        _ => None,
    })
}

/// "Hoàn thành nhiệm vụ", "HT tốt": the levels that a text may mean, as codes of schemes and of their
/// levels.
pub fn levels(text: &str, vocabulary: &Vocabulary) -> Vec<(String, String)> {
    let Some(LevelText::Known(places)) = vocabulary.level(&tidy(text)) else { return Vec::new() };
    let level = |(scheme, level): &(usize, usize)| {
        let scheme = vocabulary.schemes.get(*scheme)?;
        Some((scheme.code.clone(), scheme.levels.get(*level)?.code.clone()))
    };
    places.iter().filter_map(level).collect()
}

/// What the first language that knows a text makes of it.
fn in_any<T>(vocabulary: &Vocabulary, read: impl Fn(&Vocabulary) -> Option<T>) -> Option<T> {
    read(vocabulary).or_else(|| vocabulary.others().find_map(read))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_numbers_are_read_as_people_write_them() {
        let dated = |text: &str| date(text).map(|date| date.to_string());
        assert_eq!(dated("17/09/1967").as_deref(), Some("1967-09-17"));
        assert_eq!(dated("09/17/1967").as_deref(), Some("1967-09-17"));
        assert_eq!(dated("9/1967").as_deref(), Some("1967-09"));
        assert_eq!(dated("1967-09-17").as_deref(), Some("1967-09-17"));
        assert_eq!(dated("31/02/1967"), None);
        assert_eq!(number("13,3 %"), Some(13.3));
        assert_eq!(number("7.125"), Some(7.125));
        assert_eq!(number("7,125"), None);
        assert_eq!(count("1.234"), Some(1234));
        assert_eq!(count("11,5"), None);
        assert_eq!(count("-3"), None);
    }

    #[test]
    fn words_are_read_in_every_language() {
        let vocabulary = Vocabulary::bundled();
        for text in ["nữ", "Nữ", "Female", "femme"] {
            assert_eq!(sex(text, &vocabulary), Some(Sex::Female), "{text}");
        }
        assert_eq!(reason("đi học", &vocabulary), Some(NotRatedReason::Absent));
        assert_eq!(yes_or_no("không", &vocabulary), Some(false));
        assert_eq!(yes_or_no("x", &vocabulary), Some(true));
        assert_eq!(yes_or_no("perhaps", &vocabulary), None);
        let found = levels("Hoàn thành nhiệm vụ", &vocabulary);
        assert!(found.iter().any(|(_, code)| code == "HTNV"), "{found:?}");
    }
}
