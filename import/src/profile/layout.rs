//! Which column of a table is for what, as a profile says.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::figures::round;
use super::{Columns, Profile, is_like, selects};
use crate::campaign::Campaign;
use crate::layout::Heading;
use crate::record::Measure;
use crate::text::comparison_key;

/// What a column's figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// A place in the levels.
    Level(usize),
    /// A place in [`MEASURES`].
    Measure(usize),
}

pub(super) const MEASURES: [Measure; 6] = [
    Measure::OnRoll,
    Measure::ToRate,
    Measure::Rated,
    Measure::Exempt,
    Measure::NotYetRated,
    Measure::Withheld,
];

/// A column of figures with the round that its heading names.
pub(super) type FigureColumn = (u32, What, Option<Arc<Campaign>>);

/// The columns of the table by what they are for.
pub(super) struct Layout {
    pub(super) name: u32,
    pub(super) parent: Option<u32>,
    pub(super) code: Vec<u32>,
    pub(super) campaign: Option<u32>,
    pub(super) figures: Vec<FigureColumn>,
    pub(super) long: Option<(u32, u32)>,
    pub(super) keep: Vec<(u32, Vec<String>)>,
    pub(super) drop: Vec<(u32, Vec<String>)>,
}

impl Layout {
    /// Err holds the selector that no column fits.
    pub(super) fn of(profile: &Profile, headings: &[Heading]) -> Result<Self, String> {
        let find = |selector: &str| {
            let found =
                headings.iter().find(|heading| selects(selector, heading.column, &heading.path));
            found.map(|heading| heading.column).ok_or_else(|| selector.to_owned())
        };
        let conditions = |of: &BTreeMap<String, Vec<String>>| {
            of.iter()
                .map(|(selector, texts)| Ok((find(selector)?, texts.clone())))
                .collect::<Result<Vec<_>, String>>()
        };
        let key = &profile.key;
        let code = key.code.iter().flat_map(Columns::names).map(|name| find(name));
        let words = ["sheet", "title", "file", "heading"];
        let campaign = key
            .campaign
            .as_deref()
            .filter(|word| !words.contains(word) && Campaign::parse(word).is_none());
        let long = match &profile.long {
            Some(long) => Some((find(&long.level)?, find(&long.figure)?)),
            None => None,
        };
        Ok(Self {
            name: find(&key.name)?,
            parent: key.parent.as_deref().map(find).transpose()?,
            code: code.collect::<Result<_, _>>()?,
            campaign: campaign.map(find).transpose()?,
            figures: figures(profile, headings)?,
            long,
            keep: conditions(&profile.rows.keep)?,
            drop: conditions(&profile.rows.drop)?,
        })
    }

    pub(super) fn described(&self, headings: &[Heading]) -> Vec<(u32, String, String)> {
        let field = |column: u32| {
            let figure = self.figures.iter().find(|(at, ..)| *at == column);
            match figure {
                Some((_, What::Level(level), _)) => format!("level {}", level + 1),
                Some((_, What::Measure(measure), _)) => {
                    format!("{:?}", MEASURES[*measure]).to_lowercase()
                }
                None if column == self.name => "organisation".to_owned(),
                None if self.code.contains(&column) => "organisation code".to_owned(),
                None if Some(column) == self.parent => "parent organisation".to_owned(),
                None if Some(column) == self.campaign => "round".to_owned(),
                None => "ignored".to_owned(),
            }
        };
        let described =
            |heading: &Heading| (heading.column, heading.path.join(" / "), field(heading.column));
        headings.iter().map(described).collect()
    }
}

/// The columns of levels and measures of a wide table.
fn figures(profile: &Profile, headings: &[Heading]) -> Result<Vec<FigureColumn>, String> {
    let by_heading = profile.key.campaign.as_deref() == Some("heading");
    let round_of = |heading: &Heading| {
        by_heading.then(|| heading.path.iter().find_map(|text| round(text))).flatten()
    };
    let mut found = Vec::new();
    for (place, columns) in profile.measures.named().into_iter().enumerate() {
        // Years differ in their words: of several selectors one must fit.
        let Some(columns) = columns else { continue };
        let fits = |heading: &&Heading| {
            columns.names().iter().any(|name| selects(name, heading.column, &heading.path))
        };
        let before = found.len();
        for heading in headings.iter().filter(fits).take(if by_heading { usize::MAX } else { 1 }) {
            found.push((heading.column, What::Measure(place), round_of(heading)));
        }
        if found.len() == before && profile.long.is_none() {
            return Err(columns.names().join(" or "));
        }
    }
    if profile.long.is_some() {
        return Ok(found);
    }
    for (place, names) in profile.levels.iter().enumerate() {
        let before = found.len();
        for heading in headings.iter().filter(|heading| profile.means(heading)) {
            let is_level = |text: &String| {
                let key = comparison_key(text);
                names.iter().any(|name| comparison_key(name) == key || is_like(name, text))
            };
            let by_letter = names.iter().any(|name| selects(name, heading.column, &[]));
            if by_letter || heading.path.iter().any(is_level) {
                found.push((heading.column, What::Level(place), round_of(heading)));
            }
        }
        if found.len() == before {
            return Err(names.join(" or "));
        }
    }
    Ok(found)
}

impl Profile {
    /// Whether a heading is under the words and over the figures that the profile means.
    fn means(&self, heading: &Heading) -> bool {
        let keys: Vec<String> = heading.path.iter().map(|text| comparison_key(text)).collect();
        let under = self.under.as_ref().is_none_or(|under| keys.contains(&comparison_key(under)));
        let take = self.take.as_ref().is_none_or(|take| keys.last() == Some(&comparison_key(take)));
        under && take
    }
}
