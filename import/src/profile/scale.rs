//! The levels of a profile as a rating scheme.

use super::{Profile, Unit};
use crate::record::{RatingRef, Subject};
use crate::text::comparison_key;
use crate::vocabulary::{Level, LevelText, Scheme, Vocabulary};

/// The levels as ratings: of a known scheme, if it has them all, else of one that is made.
pub(super) struct Scale {
    pub(super) made: Option<Scheme>,
    known: Vec<LevelText>,
    schemes: Vec<Scheme>,
    /// Whether the figures of levels are percentages.
    pub(super) in_percent: bool,
}

impl Scale {
    pub(super) fn of(profile: &Profile, vocabulary: &Vocabulary) -> Self {
        let names: Vec<&str> =
            profile.levels.iter().filter_map(|names| names.first()).map(String::as_str).collect();
        let in_percent = profile.figures != Unit::Count;
        let known: Vec<LevelText> = names
            .iter()
            .filter_map(|name| vocabulary.level(name))
            .filter(|level| matches!(level, LevelText::Known(_)))
            .collect();
        if known.len() == names.len() {
            return Self { made: None, known, schemes: vocabulary.schemes.clone(), in_percent };
        }
        let code = names.iter().map(|name| comparison_key(name).replace(' ', "_"));
        let levels = names.iter().zip(1..).map(|(name, rank)| Level {
            code: comparison_key(name).replace(' ', "_").to_uppercase(),
            rank,
            label: (*name).to_owned(),
            label_en: (*name).to_owned(),
            aliases: Vec::new(),
        });
        let scheme = Scheme {
            code: code.collect::<Vec<_>>().join("-"),
            subject: profile.subject,
            name: names.join(" > "),
            from: None,
            to: None,
            documents: Vec::new(),
            levels: levels.collect(),
        };
        Self { made: Some(scheme), known: Vec::new(), schemes: Vec::new(), in_percent }
    }

    pub(super) fn rating(&self, place: usize, subject: Subject, year: i32) -> Option<RatingRef> {
        let (scheme, level) = if let Some(scheme) = &self.made {
            (scheme, scheme.levels.get(place)?)
        } else {
            let LevelText::Known(places) = self.known.get(place)? else { return None };
            let in_force = |scheme: &Scheme| {
                scheme.subject == subject
                    && scheme.from.is_none_or(|from| from <= year)
                    && scheme.to.is_none_or(|to| year <= to)
            };
            let (at, level) =
                places.iter().find(|(at, _)| self.schemes.get(*at).is_some_and(in_force))?;
            (&self.schemes[*at], self.schemes[*at].levels.get(*level)?)
        };
        Some(RatingRef { scheme: scheme.code.as_str().into(), code: level.code.as_str().into() })
    }
}
