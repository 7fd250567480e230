//! What the tests share: databases that vanish, the binary, and answers as text.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl};
use serde_json::Value;
use tempfile::TempDir;

/// The variable that switches the tests on PostgreSQL on: a URL of a database that tests may use.
const POSTGRES: &str = "EVALHUB_TEST_POSTGRES";

/// A row of a query in SQL.
#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    a: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    b: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    c: Option<String>,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// A folder, an empty database, and the binary that works with them.
pub(crate) struct Hub {
    folder: TempDir,
    database: String,
    schema: Option<(String, String)>,
}

impl Hub {
    /// A hub on an embedded database.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("test.db").display().to_string();
        Self { folder, database, schema: None }
    }

    /// A hub on a schema of its own in the PostgreSQL that the environment names.
    fn postgres() -> Option<Self> {
        static SAID: Once = Once::new();
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let Some(url) = std::env::var_os(POSTGRES).map(|url| url.into_string().unwrap()) else {
            assert!(
                std::env::var_os("CI").is_none(),
                "{POSTGRES} is not set, and CI tests both back ends"
            );
            SAID.call_once(|| {
                let notice = format!(
                    "NOTE: nothing is tested on PostgreSQL; set {POSTGRES} to a postgres:// URL\n"
                );
                std::io::stderr().write_all(notice.as_bytes()).unwrap();
            });
            return None;
        };
        let name = format!(
            "evalhub_test_{}_{}",
            std::process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        PgConnection::establish(&url)
            .unwrap()
            .batch_execute(&format!("CREATE SCHEMA {name}"))
            .unwrap();
        let sign = if url.contains('?') { '&' } else { '?' };
        let database = format!("{url}{sign}options=-csearch_path%3D{name}");
        Some(Self { folder: tempfile::tempdir().unwrap(), database, schema: Some((url, name)) })
    }

    /// Makes the database, with nothing in it.
    pub(crate) fn create(&self) {
        let vocabulary = evalhub_import::Vocabulary::bundled();
        evalhub::Database::open_or_create(&self.database, &vocabulary).unwrap();
    }

    /// Runs the binary on the hub's database.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = evalhub();
        command.args(arguments).args(["--database", &self.database]).output().unwrap()
    }

    /// Imports workbooks; all of them must go in.
    pub(crate) fn import(&self, paths: &[PathBuf]) -> String {
        let mut arguments = vec!["import".to_owned()];
        arguments.extend(paths.iter().map(|path| path.display().to_string()));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = self.run(&arguments);
        assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }

    /// The `data` of an answer without errors.
    pub(crate) fn ask(&self, query: &str) -> Value {
        let output = self.run(&["query", query]);
        let answer: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}{}", text(&output.stdout), text(&output.stderr)));
        assert!(answer.get("errors").is_none(), "{answer:#}");
        answer["data"].clone()
    }

    /// How many statements an answer takes.
    pub(crate) fn statements(&self, query: &str) -> u64 {
        let output = self.run(&["query", "--verbose", query]);
        assert!(output.status.success(), "{}", text(&output.stdout));
        let said = text(&output.stderr);
        said.split(' ').next().unwrap().parse().unwrap()
    }

    /// The rows of a query in SQL: texts that may be null, and a count.
    pub(crate) fn sql(&self, query: &str) -> Vec<(Vec<Option<String>>, i64)> {
        let rows: Vec<Row> = if self.schema.is_some() {
            let mut connection = PgConnection::establish(&self.database).unwrap();
            diesel::sql_query(query).load(&mut connection).unwrap()
        } else {
            let mut connection = diesel::SqliteConnection::establish(&self.database).unwrap();
            diesel::sql_query(query).load(&mut connection).unwrap()
        };
        rows.into_iter().map(|row| (vec![row.a, row.b, row.c], row.n)).collect()
    }

    /// Changes the database behind the hub's back.
    pub(crate) fn execute(&self, statement: &str) {
        if self.schema.is_some() {
            PgConnection::establish(&self.database).unwrap().batch_execute(statement).unwrap();
        } else {
            let mut connection = diesel::SqliteConnection::establish(&self.database).unwrap();
            connection.batch_execute(statement).unwrap();
        }
    }

    /// A path in the hub's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The name of the database as the command line takes it.
    pub(crate) fn database(&self) -> &str {
        &self.database
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        if let Some((url, name)) = &self.schema {
            let mut connection = PgConnection::establish(url).unwrap();
            connection.batch_execute(&format!("DROP SCHEMA {name} CASCADE")).unwrap();
        }
    }
}

/// The binary under test, without the environment's say in its database.
pub(crate) fn evalhub() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evalhub"));
    command.env_remove("EVALHUB_DATABASE");
    command
}

/// Does the same on SQLite and, if it is switched on, on PostgreSQL: the results must be equal.
pub(crate) fn on_both<T: PartialEq + std::fmt::Debug>(scene: impl Fn(&Hub) -> T) -> T {
    let result = scene(&Hub::sqlite());
    if let Some(hub) = Hub::postgres() {
        assert_eq!(scene(&hub), result, "PostgreSQL answers as SQLite does");
    }
    result
}

/// A hub on SQLite and, if it is switched on, one on PostgreSQL.
pub(crate) fn both() -> Vec<Hub> {
    [Some(Hub::sqlite()), Hub::postgres()].into_iter().flatten().collect()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A bundled workbook.
pub(crate) fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/workbooks").join(name)
}

/// What `results` answers, a group a line.
pub(crate) fn results(hub: &Hub, arguments: &str, fields: &str) -> String {
    let answer = hub.ask(&format!("{{ results({arguments}) {{ nodes {{ {fields} }} }} }}"));
    lines(&answer["results"]["nodes"])
}

/// The rows of a list as lines: the values of each node, parted by " | ".
pub(crate) fn lines(nodes: &Value) -> String {
    let line = |node: &Value| {
        let mut cells = Vec::new();
        leaves(node, &mut cells);
        cells.join(" | ")
    };
    nodes.as_array().unwrap().iter().map(line).collect::<Vec<_>>().join("\n")
}

fn leaves(value: &Value, cells: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.values().for_each(|value| leaves(value, cells)),
        Value::Array(items) => items.iter().for_each(|value| leaves(value, cells)),
        Value::String(text) => cells.push(text.clone()),
        Value::Null => cells.push("–".to_owned()),
        other => cells.push(other.to_string()),
    }
}

/// Writes a workbook of one sheet from rows of cells; "" is blank, numbers are written as numbers.
pub(crate) fn write_workbook(path: &Path, sheet: &str, rows: &[&[&str]]) {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let worksheet = workbook.add_worksheet().set_name(sheet).unwrap();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            match cell.parse::<f64>() {
                Ok(number) => worksheet.write_number(row, column, number).map(drop).unwrap(),
                Err(_) if cell.is_empty() => {}
                Err(_) => worksheet.write_string(row, column, *cell).map(drop).unwrap(),
            }
        }
    }
    workbook.save(path).unwrap();
}
