//! Loaders by key: however many rows ask for their neighbours, each kind is one query.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::runtime::{Timer, TokioSpawner};
use async_graphql::{Context, Error, Pos, Result};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::Hub;
use super::budget::{Budget, Counted};
use super::error::internal;
use super::results::{Groups, ResultsOf};
use crate::db::{self, AnyConnection, QueryResult, Where};
use crate::rules::results::DrilledGroups;

/// Loads rows in the snapshot of the operation.
pub(super) struct Loaders(Hub);

impl Loaders {
    pub(super) fn hub(&self) -> &Hub {
        &self.0
    }
}

/// The loaders of an operation: many ask for no key at all.
pub(super) struct Loading {
    hub: Hub,
    loaders: OnceLock<DataLoader<Loaders>>,
}

impl Loading {
    pub(super) fn of(hub: Hub) -> Self {
        Self { hub, loaders: OnceLock::new() }
    }

    /// Loaders that gather keys until every field that can go on has asked for its own.
    fn loaders(&self) -> &DataLoader<Loaders> {
        let loaders = || DataLoader::new(Loaders(self.hub.clone()), TokioSpawner::current(), Turn);
        self.loaders.get_or_init(loaders)
    }
}

/// Waits for one's turn and not for a time: an operation and its loaders share a thread, so that all
/// its fields were asked before a loader has its next turn.
struct Turn;

impl Timer for Turn {
    fn delay(&self, _duration: Duration) -> BoxFuture<'static, ()> {
        tokio::task::yield_now().boxed()
    }
}

/// So many keys find their rows sooner than another thread would take them over.
const FEW: usize = 8;

macro_rules! keys {
    ($($(#[$doc:meta])* $key:ident => $value:ty, $load:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) struct $key(pub(super) i64);

        #[async_trait::async_trait]
        impl Loader<$key> for Loaders {
            type Value = $value;
            type Error = Arc<Error>;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, $value>, Arc<Error>> {
                let ids: Vec<i64> = keys.iter().map(|key| key.0).collect();
                let load: fn(&mut AnyConnection, &[i64]) -> QueryResult<HashMap<i64, $value>> = $load;
                let loaded = self.0.run_by(keys.len() <= FEW, move |conn| load(conn, &ids));
                let rows = loaded.await.map_err(Arc::new)?;
                Ok(rows.into_iter().map(|(id, value)| ($key(id), value)).collect())
            }
        }
    )*};
}

keys! {
    /// A branch.
    BranchKey => db::Branch, |conn, ids| Ok(by(db::Branch::by_ids(conn, ids)?, |row| row.id));
    /// An enrolment.
    EnrolmentKey => db::Enrolment, |conn, ids| Ok(by(db::Enrolment::by_ids(conn, ids)?, |row| row.id));
    /// An evaluation of a member.
    MemberEvaluationKey => db::MemberEvaluation,
        |conn, ids| Ok(by(db::MemberEvaluation::by_ids(conn, ids)?, |row| row.id));
    /// An evaluation of a branch.
    BranchEvaluationKey => db::BranchEvaluation,
        |conn, ids| Ok(by(db::BranchEvaluation::by_ids(conn, ids)?, |row| row.id));
    /// A member.
    MemberKey => db::Member, |conn, ids| Ok(by(db::Member::by_ids(conn, ids)?, |row| row.id));
    /// A rating scheme.
    SchemeKey => db::Scheme, |conn, ids| Ok(by(db::Scheme::by_ids(conn, ids)?, |row| row.id));
    /// The levels of a scheme.
    LevelsOf => Vec<db::Rating>, |conn, ids| Ok(group(db::Rating::of_schemes(conn, ids)?, |row| row.scheme_id));
    /// The documents of a scheme.
    DocumentsOf => Vec<db::SchemeDocument>,
        |conn, ids| Ok(group(db::SchemeDocument::of_schemes(conn, ids)?, |row| row.scheme_id));
    /// An indicator.
    IndicatorKey => db::Indicator, |conn, _| Ok(by(db::Indicator::all(conn)?, |row| row.id));
    /// The numbers of a member.
    IdentifiersOf => Vec<db::Identifier>,
        |conn, ids| Ok(group(db::Identifier::of_members(conn, ids)?, |row| row.member_id));
    /// The enrolments of a member.
    EnrolmentsOf => Vec<db::Enrolment>,
        |conn, ids| Ok(group(db::Enrolment::of_members(conn, ids)?, |row| row.member_id));
    /// The evaluations of a member.
    EvaluationsOf => Vec<db::MemberEvaluation>,
        |conn, ids| Ok(group(db::MemberEvaluation::of_members(conn, ids)?, |row| row.member_id));
    /// The pairs of the closure above a branch, in every round, topmost first.
    Above => Vec<db::AncestryRow>, |conn, ids| Ok(group(db::AncestryRow::above(conn, ids)?, |row| row.branch_id));
    /// The pairs of the closure below a branch, in every round, nearest first.
    Below => Vec<db::AncestryRow>, |conn, ids| Ok(group(db::AncestryRow::below(conn, ids)?, |row| row.ancestor_id));
    /// The live records about a member.
    SourcesOfMember => Arc<Vec<db::Source>>, |conn, ids| {
        let rows = db::Source::of_members(conn, ids)?;
        Ok(shared(group(rows, |source| source.link.member_id.unwrap_or_default())))
    };
    /// The live records about a branch.
    SourcesOfBranch => Arc<Vec<db::Source>>, |conn, ids| {
        let rows = db::Source::of_branches(conn, ids, &["BRANCH", "INDICATORS", "COMMENDATION"])?;
        Ok(shared(group(rows, |source| source.link.branch_id)))
    };
    /// A record.
    RecordKey => db::Source, |conn, ids| Ok(by(db::Source::by_ids(conn, ids)?, |source| source.record.id));
    /// An import.
    ImportKey => db::Import, |conn, ids| Ok(by(db::Import::by_ids(conn, ids)?, |row| row.id));
    /// A workbook.
    WorkbookKey => db::Workbook, |conn, ids| Ok(by(db::Workbook::by_ids(conn, ids)?, |row| row.id));
    /// The sheets of an import.
    SheetsOf => Vec<db::ImportSheet>,
        |conn, ids| Ok(group(db::ImportSheet::of_imports(conn, ids)?, |row| row.import_id));
}

/// What stands below a row: the rows that fit the filter of a field. What one field asks of many rows
/// is loaded together.
#[derive(Debug, Clone)]
pub(super) struct Nested<F> {
    parent: i64,
    filter: Arc<F>,
    asked: Asked,
}

/// Where a field stands in the document, and the round if each row has its own: what else it asks is
/// the same for every row.
type Asked = (Pos, Option<i64>);

impl<F> Nested<F> {
    pub(super) fn of(ctx: &Context<'_>, parent: i64, filter: F) -> Self {
        Self { parent, filter: Arc::new(filter), asked: (ctx.item.pos, None) }
    }

    pub(super) fn in_round(self, campaign: i64) -> Self {
        Self { asked: (self.asked.0, Some(campaign)), ..self }
    }
}

impl<F> PartialEq for Nested<F> {
    fn eq(&self, other: &Self) -> bool {
        self.parent == other.parent && self.asked == other.asked
    }
}

impl<F> Eq for Nested<F> {}

impl<F> Hash for Nested<F> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.parent, self.asked).hash(state);
    }
}

/// What is one row each, or charged where its rows are shown.
macro_rules! single {
    ($($row:ty)*) => {$(
        impl Counted for $row {
            fn rows(&self) -> usize {
                1
            }
        }
    )*};
}

single! {
    db::Branch db::Enrolment db::MemberEvaluation db::BranchEvaluation db::Member db::Scheme
    db::Indicator db::Source db::Import db::Workbook Roll Groups Arc<DrilledGroups>
}

/// Loads what stands below rows: one query for each field.
macro_rules! nested {
    ($($filter:ty => $value:ty, $load:expr, brief: $is_brief:expr;)*) => {$(
        #[async_trait::async_trait]
        impl Loader<Nested<$filter>> for Loaders {
            type Value = $value;
            type Error = Arc<Error>;

            async fn load(
                &self,
                keys: &[Nested<$filter>],
            ) -> Result<HashMap<Nested<$filter>, $value>, Arc<Error>> {
                let mut found = HashMap::new();
                let mut by_field: HashMap<Asked, Vec<&Nested<$filter>>> = HashMap::new();
                for key in keys {
                    by_field.entry(key.asked).or_default().push(key);
                }
                for keys in by_field.into_values() {
                    let ids: Vec<i64> = keys.iter().map(|key| key.parent).collect();
                    let Some(filter) = keys.first().map(|key| Arc::clone(&key.filter)) else {
                        continue;
                    };
                    let load: fn(&mut AnyConnection, &[i64], &$filter) -> QueryResult<HashMap<i64, $value>> = $load;
                    let is_brief: fn(&$filter) -> bool = $is_brief;
                    let is_brief = ids.len() <= FEW && is_brief(&filter);
                    let loaded = self.0.run_by(is_brief, move |conn| load(conn, &ids, &filter));
                    let mut rows = loaded.await.map_err(Arc::new)?;
                    let of_keys = keys.into_iter();
                    found.extend(of_keys.filter_map(|key| Some((key.clone(), rows.remove(&key.parent)?))));
                }
                Ok(found)
            }
        }
    )*};
}

/// The evaluations of members.
pub(super) type MemberEvaluations = Where<db::MemberEvaluationFilter>;
/// The evaluations of branches.
pub(super) type BranchEvaluations = Where<db::BranchEvaluationFilter>;

nested! {
    MemberEvaluations => Vec<db::MemberEvaluation>, |conn, ids, filter| {
        Ok(group(db::MemberEvaluation::of_members_where(conn, ids, filter)?, |row| row.member_id))
    }, brief: |_| true;
    BranchEvaluations => Vec<db::BranchEvaluation>, |conn, ids, filter| {
        Ok(group(db::BranchEvaluation::of_branches_where(conn, ids, filter)?, |row| row.branch_id))
    }, brief: |_| true;
    RollOf => Roll, |conn, ids, roll| roll.load(conn, ids), brief: |_| false;
    ResultsOf => Groups, |conn, ids, results| results.load(conn, ids), brief: ResultsOf::is_brief;
}

/// A page of the roll of branches in a round.
#[derive(Debug, Clone)]
pub(super) struct RollOf {
    pub(super) campaign: i64,
    pub(super) with_subtree: bool,
    pub(super) member: Where<db::MemberFilter>,
    pub(super) after: i64,
    pub(super) limit: i64,
}

/// Members by name, and how many are on the roll.
#[derive(Debug, Clone, Default)]
pub(super) struct Roll {
    pub(super) members: Vec<i64>,
    pub(super) total: i64,
}

impl RollOf {
    fn load(&self, conn: &mut AnyConnection, ids: &[i64]) -> QueryResult<HashMap<i64, Roll>> {
        let rolls = db::RollsOf {
            branches: ids.to_vec(),
            campaign: self.campaign,
            with_subtree: self.with_subtree,
            member: self.member.clone(),
            after: self.after,
            limit: self.limit,
        };
        let mut found: HashMap<i64, Roll> = HashMap::new();
        for row in db::OnRoll::of(conn, &rolls)? {
            let roll = found.entry(row.branch_id).or_default();
            roll.members.push(row.member_id);
            roll.total = row.total;
        }
        Ok(found)
    }
}

pub(super) fn by<T>(rows: Vec<T>, key: impl Fn(&T) -> i64) -> HashMap<i64, T> {
    rows.into_iter().map(|row| (key(&row), row)).collect()
}

fn group<T>(rows: Vec<T>, key: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut groups: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

fn shared<T>(groups: HashMap<i64, Vec<T>>) -> HashMap<i64, Arc<Vec<T>>> {
    groups.into_iter().map(|(id, rows)| (id, Arc::new(rows))).collect()
}

/// A round that a row of the database refers to.
pub(super) async fn round(ctx: &Context<'_>, id: i64) -> Result<Arc<db::Campaign>> {
    let dictionary = ctx.data::<Hub>()?.dictionary().await?;
    dictionary.round(id).cloned().ok_or_else(|| internal(format!("round {id} is not there")))
}

/// A level that a row of the database refers to.
pub(super) async fn level(ctx: &Context<'_>, id: i64) -> Result<Arc<db::Rating>> {
    let dictionary = ctx.data::<Hub>()?.dictionary().await?;
    dictionary.level(id).cloned().ok_or_else(|| internal(format!("level {id} is not there")))
}

/// The value of a key, if there is one.
pub(super) async fn load<K>(
    ctx: &Context<'_>,
    key: K,
) -> Result<Option<<Loaders as Loader<K>>::Value>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Loaders: Loader<K, Error = Arc<Error>>,
    <Loaders as Loader<K>>::Value: Counted,
{
    let loaders = ctx.data::<Loading>()?.loaders();
    let loaded = loaders.load_one(key).await.map_err(|error| (*error).clone())?;
    Budget::charge(ctx, loaded.as_ref().map_or(0, Counted::rows))?;
    Ok(loaded)
}

/// The value of a key that a row of the database refers to.
pub(super) async fn load_known<K>(
    ctx: &Context<'_>,
    key: K,
) -> Result<<Loaders as Loader<K>>::Value>
where
    K: Send + Sync + Hash + Eq + Clone + std::fmt::Debug + 'static,
    Loaders: Loader<K, Error = Arc<Error>>,
    <Loaders as Loader<K>>::Value: Counted,
{
    let value = load(ctx, key.clone()).await?;
    value.ok_or_else(|| internal(format!("{key:?} is referred to and is not there")))
}

/// The values of keys that rows of the database refer to, in the order of the keys, each once.
pub(super) async fn load_all<K>(
    ctx: &Context<'_>,
    keys: Vec<K>,
) -> Result<Vec<<Loaders as Loader<K>>::Value>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Loaders: Loader<K, Error = Arc<Error>>,
{
    Budget::charge(ctx, keys.len())?;
    let loaders = ctx.data::<Loading>()?.loaders();
    let mut found = loaders.load_many(keys.clone()).await.map_err(|error| (*error).clone())?;
    Ok(keys.iter().filter_map(|key| found.remove(key)).collect())
}
