//! Answers in process, beside SQL that was written by hand: 50 members of a branch with all their
//! evaluations, of 20,000 members × 13 rounds.
//!
//! `cargo bench --bench query`; the ratio of the two medians in one run is what counts.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should say where")]

mod data;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use diesel::prelude::*;
use divan::{Bencher, black_box};
use evalhub::{Database, Hub};
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

static HUB: LazyLock<PathBuf> = LazyLock::new(|| data::hub(20_000));

const MEMBERS: &str = "query ($branch: ID!) { branch(id: $branch) { members(campaign: \"2022\", first: 50) { nodes { \
    id name evaluations(first: 100) { nodes { campaign { code } stage rating { code } score } } } } } }";

fn variables() -> impl Iterator<Item = i64> {
    data::branches(&HUB.display().to_string()).into_iter().cycle()
}

fn hub() -> Hub {
    let vocabulary = evalhub_import::Vocabulary::bundled();
    Hub::open(Database::open(&HUB.display().to_string(), &vocabulary).unwrap()).unwrap()
}

#[divan::bench(sample_count = 200)]
fn members_by_graphql(bencher: Bencher<'_, '_>) {
    let (hub, branches) = (hub(), RefCell::new(variables()));
    bencher.bench_local(|| {
        let branch = branches.borrow_mut().next().unwrap();
        let answer = hub.answer(MEMBERS, &json!({ "branch": format!("Branch:{branch}") }));
        assert!(answer.len() > 10_000);
        black_box(answer)
    });
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    id: i64,
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    code: String,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    stage: i32,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    rating: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Double>)]
    score: Option<f64>,
}

/// The same JSON from two joins.
#[divan::bench(sample_count = 200)]
fn members_by_hand(bencher: Bencher<'_, '_>) {
    let mut connection = SqliteConnection::establish(&HUB.display().to_string()).unwrap();
    let mut branches = variables();
    bencher.bench_local(|| {
        let rows: Vec<Row> = diesel::sql_query(
            "SELECT m.id, m.name, c.code, v.stage, r.code AS rating, v.score FROM ( \
               SELECT DISTINCT m.id, m.name, m.sort_key FROM members m \
               JOIN enrolments e ON e.member_id = m.id \
               JOIN ancestries a ON a.campaign_id = e.campaign_id AND a.branch_id = e.branch_id \
               WHERE a.ancestor_id = $1 AND e.campaign_id = (SELECT id FROM campaigns WHERE code = '2022') \
               ORDER BY m.sort_key, m.id LIMIT 50) m \
             JOIN member_evaluations v ON v.member_id = m.id JOIN campaigns c ON c.id = v.campaign_id \
             LEFT JOIN ratings r ON r.id = v.rating_id ORDER BY m.sort_key, m.id, c.year, v.stage",
        )
        .bind::<diesel::sql_types::BigInt, _>(branches.next().unwrap())
        .load(&mut connection)
        .unwrap();
        let mut members: BTreeMap<i64, (String, Vec<Value>)> = BTreeMap::new();
        for row in rows {
            let member = members.entry(row.id).or_insert_with(|| (row.name, Vec::new()));
            member.1.push(json!({ "campaign": { "code": row.code }, "stage": row.stage, "rating": row.rating.map(|code| json!({ "code": code })), "score": row.score }));
        }
        let nodes: Vec<Value> = members
            .into_iter()
            .map(|(id, (name, evaluations))| json!({ "id": format!("Member:{id}"), "name": name, "evaluations": { "nodes": evaluations } }))
            .collect();
        black_box(json!({ "data": { "branch": { "members": { "nodes": nodes } } } }).to_string())
    });
}

const RESULTS: &str = "query ($branch: ID!) { results(of: MEMBERS, where: { branch: { id: $branch } }, \
    groupBy: [{ campaign: true }, { rating: true }]) { nodes { key { campaign { code } rating { code } } count share { percent } } } }";

#[divan::bench(sample_count = 200)]
fn results_of_a_branch_over_all_rounds(bencher: Bencher<'_, '_>) {
    let (hub, branches) = (hub(), RefCell::new(variables()));
    bencher.bench_local(|| {
        let branch = branches.borrow_mut().next().unwrap();
        black_box(hub.answer(RESULTS, &json!({ "branch": format!("Branch:{branch}") })))
    });
}

#[divan::bench(sample_count = 200)]
fn typename(bencher: Bencher<'_, '_>) {
    let hub = hub();
    bencher.bench_local(|| black_box(hub.answer("{ __typename }", &json!({}))));
}

fn main() {
    divan::main();
}
