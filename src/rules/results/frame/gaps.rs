//! Groups of nobody: what others have and these have not.

use std::collections::BTreeSet;

use super::super::cell::{Figure, Measure, Part, Sums};
use super::super::key::{Dimension, Dimensions, Key};
use super::{Frame, check_number};

impl Frame {
    /// Groups of nobody: levels of a scheme that others have, and values of the last key.
    pub(super) fn fill_gaps(&self, figures: &mut Sums) -> Result<(), String> {
        let last = self.question().groups.last().map(|group| group.dimension());
        let Some(last) = last else { return Ok(()) };
        self.fill_places(figures);
        let known: Vec<(Key, Figure)> =
            figures.iter().map(|(key, figure)| (key.clone(), *figure)).collect();
        if self.question().has(Dimension::Rating) {
            let is_asked =
                |id: &i64| self.asked.fitting.as_ref().is_none_or(|ids| ids.contains(id));
            for (key, figure) in &known {
                let scheme = key.rating.and_then(|id| self.names().dictionary.level(id));
                let scheme = scheme.map(|level| level.scheme_id);
                let levels = self.names().dictionary.levels();
                for level in levels.filter(|it| Some(it.scheme_id) == scheme && is_asked(&it.id)) {
                    let key = Key { rating: Some(level.id), ..key.clone() };
                    figures.entry(key).or_insert(Figure { count: 0, ..*figure });
                }
            }
        }
        if last != Dimension::Rating {
            let only = Dimensions::default().with(last);
            let values: BTreeSet<Key> = known.iter().map(|(key, _)| key.within(only)).collect();
            let places: BTreeSet<Key> =
                known.iter().map(|(key, _)| key.with(last, &Key::default())).collect();
            check_number(places.len().saturating_mul(values.len()))?;
            for (key, figure) in &known {
                for value in &values {
                    let key = key.with(last, value);
                    figures.entry(key).or_insert(Figure { count: 0, ..*figure });
                }
            }
        }
        Ok(())
    }

    /// Rounds and branches that were rated and have nobody of the levels that are asked for; where
    /// these are grouped by, with one of the levels of the round.
    fn fill_places(&self, figures: &mut Sums) {
        if self.question().wanted() != Measure::Rating {
            return;
        }
        let dimensions = self.question().dimensions();
        let places = dimensions.without(Dimensions::parts());
        let levels: Vec<Key> = figures.keys().cloned().collect();
        for (place, figure) in self.sums(&Part::All(Measure::Rated), places).iter() {
            if figure.count == 0 || levels.iter().any(|key| key.within(places) == *place) {
                continue;
            }
            let of_round = levels.iter().find(|key| key.campaign == place.campaign);
            let key = match of_round {
                Some(level) => Key { rating: level.rating, scheme: level.scheme, ..place.clone() },
                None if dimensions.has_any(Dimensions::parts()) => continue,
                None => place.clone(),
            };
            figures.insert(key, Figure { count: 0, ..*figure });
        }
    }
}
