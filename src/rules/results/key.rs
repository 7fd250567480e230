//! What results are grouped by, and what a group has in common.

use std::sync::Arc;

/// One thing that results are grouped by, or that a whole has in common with its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Dimension {
    Campaign,
    Branch,
    Rating,
    Scheme,
    Stage,
    Sex,
    AgeBand,
    Position,
    Probationary,
    Reason,
}

/// A set of dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Dimensions(u16);

impl Dimensions {
    /// What each person, and not their organisation or evaluation, has.
    pub(super) fn personal() -> Self {
        use Dimension::{AgeBand, Position, Probationary, Sex};
        [Sex, AgeBand, Position, Probationary].into_iter().collect()
    }

    /// What parts the people of a group into the rated and the others, and the rated by level.
    pub(super) fn parts() -> Self {
        [Dimension::Rating, Dimension::Scheme, Dimension::Reason].into_iter().collect()
    }

    fn bit(dimension: Dimension) -> u16 {
        1 << match dimension {
            Dimension::Campaign => 0,
            Dimension::Branch => 1,
            Dimension::Rating => 2,
            Dimension::Scheme => 3,
            Dimension::Stage => 4,
            Dimension::Sex => 5,
            Dimension::AgeBand => 6,
            Dimension::Position => 7,
            Dimension::Probationary => 8,
            Dimension::Reason => 9,
        }
    }

    pub(crate) fn has(self, dimension: Dimension) -> bool {
        self.0 & Self::bit(dimension) != 0
    }

    pub(super) fn has_any(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    pub(super) fn with(self, dimension: Dimension) -> Self {
        Self(self.0 | Self::bit(dimension))
    }

    pub(super) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    pub(super) fn common(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }
}

impl FromIterator<Dimension> for Dimensions {
    fn from_iter<I: IntoIterator<Item = Dimension>>(dimensions: I) -> Self {
        dimensions.into_iter().fold(Self::default(), Self::with)
    }
}

/// What a group has in common; none where it is not grouped by it, and where nothing is stated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) campaign: Option<i64>,
    pub(crate) branch: Option<i64>,
    pub(crate) rating: Option<i64>,
    pub(crate) scheme: Option<i64>,
    pub(crate) stage: Option<i32>,
    pub(crate) sex: Option<Arc<str>>,
    /// The youngest age of the band.
    pub(crate) age_band: Option<i32>,
    pub(crate) position: Option<Arc<str>>,
    pub(crate) probationary: Option<bool>,
    pub(crate) reason: Option<Arc<str>>,
}

impl Key {
    /// The key in some dimensions alone.
    pub(crate) fn within(&self, dimensions: Dimensions) -> Self {
        let has = |dimension| dimensions.has(dimension);
        Self {
            campaign: self.campaign.filter(|_| has(Dimension::Campaign)),
            branch: self.branch.filter(|_| has(Dimension::Branch)),
            rating: self.rating.filter(|_| has(Dimension::Rating)),
            scheme: self.scheme.filter(|_| has(Dimension::Scheme)),
            stage: self.stage.filter(|_| has(Dimension::Stage)),
            sex: self.sex.clone().filter(|_| has(Dimension::Sex)),
            age_band: self.age_band.filter(|_| has(Dimension::AgeBand)),
            position: self.position.clone().filter(|_| has(Dimension::Position)),
            probationary: self.probationary.filter(|_| has(Dimension::Probationary)),
            reason: self.reason.clone().filter(|_| has(Dimension::Reason)),
        }
    }

    /// The same key with the value that another one has in a dimension.
    pub(super) fn with(&self, dimension: Dimension, other: &Self) -> Self {
        let mut key = self.clone();
        match dimension {
            Dimension::Campaign => key.campaign = other.campaign,
            Dimension::Branch => key.branch = other.branch,
            Dimension::Rating => key.rating = other.rating,
            Dimension::Scheme => key.scheme = other.scheme,
            Dimension::Stage => key.stage = other.stage,
            Dimension::Sex => key.sex.clone_from(&other.sex),
            Dimension::AgeBand => key.age_band = other.age_band,
            Dimension::Position => key.position.clone_from(&other.position),
            Dimension::Probationary => key.probationary = other.probationary,
            Dimension::Reason => key.reason.clone_from(&other.reason),
        }
        key
    }
}
