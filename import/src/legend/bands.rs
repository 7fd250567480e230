//! Points and the levels that they mean: "Từ 70 điểm đến dưới 90 điểm: Hoàn thành tốt nhiệm vụ".

use std::collections::HashSet;

use crate::scale::band_from;
use crate::text::in_brackets;
use crate::vocabulary::{LevelText, Vocabulary};

/// The bytes of a clause that tells one level.
const CLAUSE: usize = 120;
/// The colons of a clause that may part points from a level.
const SIGNS: usize = 3;
/// The fewest bands that make a scale of points.
const LEAST: usize = 3;

/// The levels of a scale of points, each with the points that it begins with.
#[derive(Debug, Default)]
pub(super) struct Bands {
    of: Vec<(f64, LevelText)>,
    /// The cells that tell them.
    texts: HashSet<String>,
}

impl Bands {
    /// Takes the cells of a row for a band, if one of them names points and one a level.
    pub(super) fn take(
        &mut self,
        cells: &[String],
        level: impl Fn(&str) -> Option<LevelText>,
        vocabulary: &Vocabulary,
    ) {
        let mut found: Vec<(f64, LevelText)> = Vec::new();
        for text in cells {
            for clause in text.split([';', '\n']) {
                // "výborný – 91 až 100 bodov": a dash parts them as well as a colon.
                let dashed = || clause.split_once(" – ").or_else(|| clause.split_once(" - "));
                let of = |points: &str, name: &str| {
                    Some((band_from(points, vocabulary)?, level(name.trim())?))
                };
                let either = |left: &str, right: &str| of(left, right).or_else(|| of(right, left));
                // "Ratings: 90 and over: Good": the name of the key stands before its first band.
                let signs = clause.match_indices([':', '=']).map(|(at, _)| at).take(SIGNS);
                let mut pairs = signs.map(|at| {
                    let name = clause[..at].rfind(':').map_or(0, |colon| colon + 1);
                    either(&clause[name..at], &clause[at + 1..])
                });
                let pair = pairs.find_map(|pair| pair);
                let pair = pair.or_else(|| dashed().and_then(|(left, right)| either(left, right)));
                // "từ 90 điểm trở lên là Hoàn thành xuất sắc": the level ends the clause.
                let ending = || {
                    let clause =
                        clause.rsplit_once(':').map_or(clause, |(_, behind)| behind.trim());
                    let is_short =
                        clause.len() < CLAUSE && clause.contains(|c: char| c.is_ascii_digit());
                    let ends = clause.match_indices(' ').filter(|_| is_short);
                    ends.map(|(at, _)| clause.split_at(at)).find_map(|(points, name)| {
                        Some((band_from(points, vocabulary)?, level(name.trim())?))
                    })
                };
                found.extend(pair.or_else(ending).or_else(|| {
                    // "A = Very good (90-100 points)"
                    let (named, points) = in_brackets(clause)?;
                    let name = named.rsplit([':', '=']).next().unwrap_or(named);
                    Some((band_from(points, vocabulary)?, level(name.trim())?))
                }));
            }
        }
        if found.is_empty() && (2..=3).contains(&cells.len()) {
            let points = cells.iter().find_map(|text| band_from(text, vocabulary));
            let named = || cells.iter().find_map(|text| level(text));
            found.extend(points.and_then(|points| Some((points, named()?))));
        }
        if !found.is_empty() {
            self.texts.extend(cells.iter().cloned());
        }
        for (from, level) in found {
            if self
                .of
                .iter()
                .all(|(known, other)| known.total_cmp(&from).is_ne() && *other != level)
            {
                self.of.push((from, level));
            }
        }
    }

    /// Whether a text does nothing but tell bands.
    pub(super) fn has(&self, text: &str) -> bool {
        self.of.len() >= LEAST && self.texts.contains(text)
    }

    /// The levels that the bands are of.
    pub(super) fn levels(&self) -> impl Iterator<Item = &LevelText> {
        self.of.iter().map(|(_, level)| level)
    }

    /// The level of some points; none where the bands are no scale.
    pub(super) fn level(&self, points: f64) -> Option<&LevelText> {
        let is_scale = self.of.len() >= LEAST;
        let reached = self.of.iter().filter(|(from, _)| is_scale && *from <= points + 1e-9);
        reached.max_by(|left, right| left.0.total_cmp(&right.0)).map(|(_, level)| level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_mean_the_level_whose_band_they_reach() {
        let vocabulary = Vocabulary::bundled();
        let mut bands = Bands::default();
        for text in [
            "Từ 90 điểm đến 100 điểm: Hoàn thành xuất sắc nhiệm vụ",
            "Từ 70 điểm đến dưới 90 điểm: Hoàn thành tốt nhiệm vụ",
            "Không hoàn thành nhiệm vụ – dưới 50 điểm",
        ] {
            assert_eq!(bands.level(95.0), None);
            bands.take(&[text.to_owned()], |text| vocabulary.level(text), &vocabulary);
        }
        bands.take(
            &["50 - 69".to_owned(), "Hoàn thành nhiệm vụ".to_owned()],
            |text| vocabulary.level(text),
            &vocabulary,
        );
        for (points, level) in [(95.0, "HTXSNV"), (89.5, "HTTNV"), (50.0, "HTNV"), (12.0, "KHTNV")]
        {
            assert_eq!(bands.level(points).cloned(), vocabulary.level(level), "{points}");
        }
        assert!(bands.has("Không hoàn thành nhiệm vụ – dưới 50 điểm"));
    }

    #[test]
    fn the_name_of_a_key_may_stand_before_its_first_band() {
        let vocabulary = Vocabulary::bundled();
        let mut bands = Bands::default();
        let key = "Xếp loại theo điểm: từ 90 điểm trở lên: Hoàn thành xuất sắc nhiệm vụ; từ 70 đến dưới 90: Hoàn \
                   thành tốt nhiệm vụ; từ 50 đến dưới 70: Hoàn thành nhiệm vụ";
        bands.take(&[key.to_owned()], |text| vocabulary.level(text), &vocabulary);
        assert_eq!(bands.level(94.5).cloned(), vocabulary.level("HTXSNV"));
    }
}
