//! Evaluation rounds as workbooks name them: a year, a quarter of a year, a school year.

use serde::{Deserialize, Serialize};

use crate::text::comparison_key;

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

impl Campaign {
    /// Parses a code as written on the command line: `2019`, `2026-Q3`, `2012-13`.
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim();
        if let Some((year, quarter)) = code.split_once(['-', '/'])
            && let Some(digit) = quarter.strip_prefix(['Q', 'q'])
        {
            return Self::of_quarter(plausible_year(year)?, digit.parse().ok()?);
        }
        if let Some((first, last)) = code.split_once(['-', '/']) {
            return Self::of_school_year(first, last);
        }
        plausible_year(code).map(Self::of_year)
    }

    pub(crate) fn of_year(year: i32) -> Self {
        Self { code: year.to_string(), year, quarter: None }
    }

    /// The quarter of a text that names no year: "Quý I".
    pub(crate) fn quarter_alone(text: &str) -> Option<u8> {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        let dated = words.iter().any(|word| plausible_year(word).is_some());
        quarter_in(&words).filter(|_| !dated)
    }

    /// Whether this is a quarter of the year that the other round is.
    pub(crate) fn is_part_of(&self, other: &Self) -> bool {
        self.quarter.is_some() && other.quarter.is_none() && self.year == other.year
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

    /// The rounds that a phrase names, in the order of the text; dates do not count: a round
    /// closes in the next year, so the date line of a report never tells its round.
    pub(crate) fn all_in(text: &str) -> Vec<Self> {
        let key = comparison_key(text);
        let words: Vec<&str> = key.split(' ').collect();
        let quarter = quarter_in(&words);
        let mut rounds: Vec<Self> = Vec::new();
        let mut index = 0;
        while index < words.len() {
            let pair = words.get(index + 1).and_then(|next| {
                let first_is_short = words[index].len() == 2;
                let named = index > 0 && words[index - 1].starts_with("year");
                (!first_is_short || named).then(|| Self::of_school_year(words[index], next))?
            });
            let is_round = |_: &i32| {
                !is_dated(&words, index) && (quarter.is_some() || !is_of_months(&words, index))
            };
            let single = plausible_year(words[index]).filter(is_round);
            let found = match (pair, single, quarter) {
                (Some(round), ..) if !spelt_as_range(text, &round) => {
                    index += 1;
                    Some(round)
                }
                (_, Some(year), Some(quarter)) => Self::of_quarter(year, quarter),
                (_, Some(year), None) => Some(Self::of_year(year)),
                _ => None,
            };
            rounds.extend(found.filter(|round| !rounds.contains(round)));
            index += 1;
        }
        rounds
    }
}

/// "2 năm 2017 - 2018" compares two rounds; "năm học 2017 - 2018" and "2017-18" are one.
fn spelt_as_range(text: &str, round: &Campaign) -> bool {
    let key = comparison_key(text);
    let long = format!("{} {}", round.year - 1, round.year);
    let both_years = ["2 năm", "hai năm", "two years", "2 years", "các năm"];
    key.contains(&long) && both_years.iter().any(|words| key.contains(&comparison_key(words)))
}

/// "Quý III", "Q.III", "Q3".
fn quarter_in(words: &[&str]) -> Option<u8> {
    let quarter = comparison_key("quý");
    words.iter().enumerate().find_map(|(at, word)| {
        let apart = [quarter.as_str(), "quarter", "q"].contains(word);
        let number = if apart { words.get(at + 1)? } else { word.strip_prefix('q')? };
        match number {
            "i" | "1" => Some(1),
            "ii" | "2" => Some(2),
            "iii" | "3" => Some(3),
            "iv" | "4" => Some(4),
            _ => None,
        }
    })
}

/// Whether the year at `index` is that of a part of it which is no round: "6 tháng đầu năm 2025".
fn is_of_months(words: &[&str], index: usize) -> bool {
    let [month, first, last, year] = ["tháng", "đầu", "cuối", "năm"].map(comparison_key);
    let before = |back: usize| index.checked_sub(back).map_or("", |at| words[at]);
    let (half, at) = if before(1) == year { (before(2), 3) } else { (before(1), 2) };
    (half == first || half == last) && before(at) == month
}

/// Whether the year at `index` closes a date: "tháng 3 năm 2020", "19 3 2020".
fn is_dated(words: &[&str], index: usize) -> bool {
    let before = |back: usize| index.checked_sub(back).map(|at| words[at]);
    let is_small = |word: Option<&str>| {
        word.and_then(|word| word.parse::<u32>().ok()).is_some_and(|n| (1..=31).contains(&n))
    };
    let month = comparison_key("tháng");
    let year = comparison_key("năm");
    if before(1) == Some(&year) {
        return is_small(before(2)) && before(3) == Some(&month);
    }
    is_small(before(1)) && (is_small(before(2)) || before(2) == Some(&month))
}

fn plausible_year(text: &str) -> Option<i32> {
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().filter(|year| (1930..=2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::Campaign;

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
        assert_eq!(codes("XẾP LOẠI Q.II/2026"), ["2026-Q2"]);
        assert!(codes("ĐÁNH GIÁ 6 THÁNG ĐẦU NĂM 2025").is_empty());
        assert_eq!(codes("2012-13  Educator Evaluation"), ["2012-13"]);
        assert_eq!(codes("School Year 13-14"), ["2013-14"]);
        assert_eq!(codes("Andover (2013-14)"), ["2013-14"]);
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
        assert!(Campaign::parse("2012-15").is_none());
        assert!(Campaign::parse("next year").is_none());
    }
}
