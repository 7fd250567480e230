//! Rounds, levels, schemes and indicators: the few rows that all others refer to, read once until the data
//! change.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::campaign::{Campaign, CampaignFilter, Named};
use super::condition::Where;
use super::outcome::Indicator;
use super::rating::{Rating, Scheme};
use super::{AnyConnection, QueryResult};

/// The rounds and levels of one generation of the data, and the codes of schemes and indicators.
#[derive(Debug)]
pub(crate) struct Dictionary {
    generation: i64,
    all_rounds: HashMap<i64, Arc<Campaign>>,
    rounds: Vec<Arc<Campaign>>,
    levels: HashMap<i64, Arc<Rating>>,
    schemes: Vec<String>,
    indicators: Vec<String>,
    derived: OnceLock<Arc<dyn Any + Send + Sync>>,
}

impl Dictionary {
    pub(super) fn read(conn: &mut AnyConnection, generation: i64) -> QueryResult<Self> {
        let all_rounds: HashMap<i64, Arc<Campaign>> =
            Campaign::all(conn)?.into_iter().map(|row| (row.id, Arc::new(row))).collect();
        let shown = Campaign::matching(conn, &Where::default())?;
        let rounds = shown.iter().filter_map(|row| all_rounds.get(&row.id)).cloned().collect();
        let levels = Rating::all(conn)?.into_iter().map(|row| (row.id, Arc::new(row))).collect();
        let schemes = Scheme::all(conn, None)?.into_iter().map(|row| row.code).collect();
        let indicators = Indicator::all(conn)?.into_iter().map(|row| row.code).collect();
        let derived = OnceLock::new();
        Ok(Self { generation, all_rounds, rounds, levels, schemes, indicators, derived })
    }

    pub(super) fn is_of(&self, generation: i64) -> bool {
        self.generation == generation
    }

    /// A round, also one that nothing stands in any more.
    pub(crate) fn round(&self, id: i64) -> Option<&Arc<Campaign>> {
        self.all_rounds.get(&id)
    }

    /// The round of a code that something stands in.
    pub(crate) fn round_of_code(&self, code: &str) -> Option<&Arc<Campaign>> {
        self.rounds.iter().find(|round| round.code == code)
    }

    /// The rounds that something stands in, oldest first.
    pub(crate) fn rounds(&self) -> &[Arc<Campaign>] {
        &self.rounds
    }

    /// The rounds that fit and that something stands in, oldest first.
    pub(crate) fn rounds_where(
        &self,
        conn: &mut AnyConnection,
        filter: &Where<CampaignFilter>,
    ) -> QueryResult<Vec<Arc<Campaign>>> {
        Ok(match CampaignFilter::named(filter) {
            Named::All => self.rounds.clone(),
            Named::One(code) => self.round_of_code(code).cloned().into_iter().collect(),
            Named::Others => {
                let rows = Campaign::matching(conn, filter)?;
                rows.iter().filter_map(|row| self.round(row.id).cloned()).collect()
            }
        })
    }

    /// What follows from the data of this generation: made when it is first asked for, and of one type.
    pub(crate) fn derived<T: Any + Send + Sync>(
        &self,
        make: impl FnOnce() -> QueryResult<T>,
    ) -> QueryResult<Arc<T>> {
        let known = self.derived.get().and_then(|known| Arc::clone(known).downcast::<T>().ok());
        if let Some(known) = known {
            return Ok(known);
        }
        let made = Arc::new(make()?);
        let kept: Arc<dyn Any + Send + Sync> = Arc::<T>::clone(&made);
        // Another thread may have made the same.
        let _ = self.derived.set(kept);
        Ok(made)
    }

    pub(crate) fn level(&self, id: i64) -> Option<&Arc<Rating>> {
        self.levels.get(&id)
    }

    /// The codes of all rating schemes.
    pub(crate) fn schemes(&self) -> impl Iterator<Item = &str> {
        self.schemes.iter().map(String::as_str)
    }

    /// The codes of all indicators.
    pub(crate) fn indicators(&self) -> impl Iterator<Item = &str> {
        self.indicators.iter().map(String::as_str)
    }

    /// All levels of all schemes.
    pub(crate) fn levels(&self) -> impl Iterator<Item = &Arc<Rating>> {
        self.levels.values()
    }
}
