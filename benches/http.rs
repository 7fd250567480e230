//! The server under load, every answer reckoned anew: rates of questions beside that of
//! `{ __typename }`, on 20,000 members × 13 rounds and on a tenth of them; then with answers kept; and
//! how long hostile queries take, and how much memory.
//!
//! `cargo bench --bench http` prints tables. Each question is asked in turns with the one that it is
//! compared with, for a short while each; the ratio is the median of the turns, so that a machine that
//! is faster now than a minute ago does not count. With `EVALHUB_BENCH_POSTGRES` set to a URL of an empty database, the same on PostgreSQL. Making the hubs
//! takes a minute or two the first time.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on should say where")]
#![expect(clippy::print_stdout, reason = "the table is what it is for")]

mod data;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long each question is asked in a turn.
const SPELL: Duration = Duration::from_millis(300);
/// How many turns there are.
const TURNS: usize = 11;
/// How many ask at once.
const CLIENTS: usize = 4;

const GROUPS: &str = "nodes { key { rating { code } } count share { percent } }";

fn questions() -> Vec<(&'static str, String)> {
    // Every question takes both variables, whether it needs them or not.
    let of = |filter: &str, groups: &str, fields: &str| {
        format!(
            "query ($year: String!, $branch: ID!) {{ \
               results(of: MEMBERS, where: {{ {filter} }}, groupBy: [{groups}], first: 50) {{ {fields} }} \
               campaign(code: $year) @skip(if: true) {{ id }} branch(id: $branch) @skip(if: true) {{ id }} }}"
        )
    };
    let year = "campaign: { code: { eq: $year } }";
    let in_branch = "campaign: { code: { eq: $year } }, branch: { id: $branch }";
    let counts = "nodes { key { campaign { code } rating { code } } count }";
    vec![
        ("a round: one count", of(year, "", "nodes { count }")),
        ("a round by rating", of(year, "{ rating: true }", GROUPS)),
        ("a branch and round by rating", of(in_branch, "{ rating: true }", GROUPS)),
        (
            "a branch by round and rating",
            of("branch: { id: $branch }", "{ campaign: true }, { rating: true }", counts),
        ),
        ("a round by reason", of(year, "{ reason: true }", "nodes { key { reason } count }")),
        (
            "a branch and round by stage",
            of(in_branch, "{ stage: true }", "nodes { key { stage } count }"),
        ),
        (
            "a round by 200 branches",
            of(year, "{ branch: { level: 2 } }", "nodes { key { branch { name } } count }"),
        ),
        (
            "a round by sex and rating",
            of(
                year,
                "{ sex: true }, { rating: true }",
                "nodes { key { sex rating { code } } count }",
            ),
        ),
        (
            "a round by age",
            of(year, "{ ageBand: { width: 10 } }", "nodes { key { ageBand { label } } count }"),
        ),
    ]
}

/// What all others are compared with.
const NOTHING: &str = "{ __typename }";

/// A server on a free port that ends with the benchmark.
struct Server {
    child: Child,
    address: String,
    branches: Vec<i64>,
}

impl Server {
    fn start(database: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_evalhub"))
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        Self { child, address, branches: data::branches(database) }
    }

    /// The most memory that it took so far, in MB.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or("VmHWM: 0 kB");
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    }

    /// Answers in a second to a question that several clients ask one after the other.
    fn rate(&self, query: &str) -> f64 {
        let begun = Instant::now();
        let ask = |client: usize| {
            let mut stream = Client::open(&self.address);
            let mut answered = 0_u32;
            while begun.elapsed() < SPELL {
                let number = usize::try_from(answered).unwrap() * CLIENTS + client;
                let year = data::YEARS.start + u32::try_from(number % data::YEARS.len()).unwrap();
                let branch = self.branches[number * 7 % self.branches.len()];
                let body = serde_json::json!({ "query": query, "variables": { "year": year.to_string(), "branch": format!("Branch:{branch}") } });
                let answer = stream.post(&body.to_string());
                assert!(
                    answer.starts_with("{\"data\"") && !answer.contains("\"errors\""),
                    "{answer}"
                );
                answered += 1;
            }
            answered
        };
        let answered: u32 = std::thread::scope(|scope| {
            let clients: Vec<_> =
                (0..CLIENTS).map(|client| scope.spawn(move || ask(client))).collect();
            clients.into_iter().map(|client| client.join().unwrap()).sum()
        });
        f64::from(answered) / begun.elapsed().as_secs_f64()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A client that keeps its connection.
struct Client(BufReader<TcpStream>);

impl Client {
    fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    fn post(&mut self, body: &str) -> String {
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.get_mut().write_all(head.as_bytes()).unwrap();
        let (mut length, mut line) = (0, String::new());
        loop {
            line.clear();
            self.0.read_line(&mut line).unwrap();
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut answer = vec![0; length];
        self.0.read_exact(&mut answer).unwrap();
        String::from_utf8(answer).unwrap()
    }
}

/// The rate of a question, and its ratio to the one of another server or question: the medians of
/// several turns.
fn compared((server, query): (&Server, &str), (other, beside): (&Server, &str)) -> (f64, f64) {
    let turn = |_| {
        let (rate, beside) = (server.rate(query), other.rate(beside));
        (rate, rate / beside)
    };
    let (rates, ratios): (Vec<f64>, Vec<f64>) = (0..TURNS).map(turn).unzip();
    (median(rates), median(ratios))
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn rates(title: &str, server: &Server) {
    println!("\n{title}");
    println!(
        "  {NOTHING:<32} {:>9.0} /s",
        median((0..TURNS).map(|_| server.rate(NOTHING)).collect())
    );
    for (name, query) in questions() {
        let (rate, ratio) = compared((server, &query), (server, NOTHING));
        println!("  {name:<32} {rate:>9.0} /s  {ratio:>5.2} of {NOTHING}");
    }
    println!("  memory: {} MB", server.memory());
}

/// Queries that ask for far more than their bytes show.
fn hostile() -> Vec<(&'static str, String)> {
    let fan: Vec<String> = (0..100)
        .map(|n| format!("fragment F{n} on Query {{ ...F{m} ...F{m} }} ", m = n + 1))
        .collect();
    let fan = fan.concat();
    let bytes = 900_000;
    let aliases: Vec<String> = (0..bytes / 20).map(|n| format!("a{n}: __typename ")).collect();
    vec![
        ("deep", format!("{{{}id{}}}", "node{".repeat(bytes / 6), "}".repeat(bytes / 6))),
        ("wide", format!("{{ {} }}", "__typename ".repeat(bytes / 11))),
        ("aliased", format!("{{ {} }}", aliases.concat())),
        ("directives", format!("{{ __typename {} }}", "@skip(if: false) ".repeat(bytes / 17))),
        ("fragment fan-out", format!("{{ ...F0 }} {fan} fragment F100 on Query {{ __typename }}")),
        ("fragment cycle", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned()),
        ("giant lists", "{ members(first: 1000) { nodes { evaluations(first: 1000) { nodes { member { evaluations(first: 1000) { nodes { id } } } } } } } }".to_owned()),
        ("brackets in values", format!("{{ campaigns(where: {}) {{ totalCount }} }}", "[".repeat(bytes))),
    ]
}

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let shown = |path: &Path| path.display().to_string();
    let (large, small) = (shown(&data::hub(20_000)), shown(&data::hub(2_000)));
    {
        let (large, small) =
            (Server::start(&large, &["--no-cache"]), Server::start(&small, &["--no-cache"]));
        rates("20,000 members × 13 rounds, answers reckoned anew", &large);
        println!("\nthe same beside 2,000 members × 13 rounds");
        for (name, query) in questions() {
            let (_, ratio) = compared((&large, &query), (&small, &query));
            println!("  {name:<32} {ratio:>5.2}");
        }
    }
    rates("20,000 members × 13 rounds, answers kept", &Server::start(&large, &[]));

    println!("\nhostile queries: refused after");
    let server = Server::start(&small, &[]);
    let mut client = Client::open(&server.address);
    client.post(&serde_json::json!({ "query": NOTHING }).to_string());
    let before = server.memory();
    for (name, query) in hostile() {
        let body = serde_json::json!({ "query": query }).to_string();
        let begun = Instant::now();
        let answer = client.post(&body);
        let taken = begun.elapsed();
        assert!(answer.contains("\"errors\"") && answer.len() < 400, "{name}: {answer}");
        println!("  {name:<32} {:>9.2} ms, {:>7} bytes", taken.as_secs_f64() * 1000.0, body.len());
    }
    println!("  memory: {} MB more than before", server.memory() - before);

    if let Some(url) = std::env::var_os("EVALHUB_BENCH_POSTGRES") {
        let url = url.into_string().unwrap();
        data::fill(20_000, &url);
        rates(
            "20,000 members × 13 rounds on PostgreSQL, answers reckoned anew",
            &Server::start(&url, &["--no-cache"]),
        );
    }
}
