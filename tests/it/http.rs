//! The server, spoken to as a client does.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::support::{Hub, both, evalhub, sample, text};

/// A server on a free port that ends with the test.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    _hub: Hub,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::on(Hub::sqlite(), &[])
    }

    /// A server of a hub with District 9.
    pub(crate) fn on(hub: Hub, arguments: &[&str]) -> Self {
        hub.import(&[sample("quan9_2019_ket_qua.xlsx")]);
        let mut child = evalhub()
            .args(["serve", "--listen", "127.0.0.1:0", "--database", hub.database()])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        Self { child, address, _hub: hub }
    }

    /// The JSON of an answer to a POST.
    pub(crate) fn ask(&self, body: &Value) -> Value {
        let answer = self.post(&body.to_string());
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// An answer to a multipart request: `operations`, `map` and files.
    pub(crate) fn upload(
        &self,
        operations: &Value,
        files: &[(&str, &[u8])],
        headers: &str,
    ) -> String {
        let mut body: Vec<u8> = Vec::new();
        let mut part = |disposition: &str, content: &[u8]| {
            let head = format!("--parts\r\ncontent-disposition: form-data; {disposition}\r\n\r\n");
            body.extend(head.as_bytes());
            body.extend(content);
            body.extend(b"\r\n");
        };
        part("name=\"operations\"", operations.to_string().as_bytes());
        let places: Vec<(String, Value)> = (0..files.len())
            .map(|place| (place.to_string(), json!([format!("variables.files.{place}")])))
            .collect();
        let places: serde_json::Map<String, Value> = places.into_iter().collect();
        part("name=\"map\"", Value::Object(places).to_string().as_bytes());
        for (place, (name, content)) in files.iter().enumerate() {
            part(&format!("name=\"{place}\"; filename=\"{name}\""), content);
        }
        body.extend(b"--parts--\r\n");
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\
             content-type: multipart/form-data; boundary=parts\r\n{headers}content-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(&body).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Status line, headers and body of an answer.
    pub(crate) fn send(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "{head}\r\nhost: hub\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    pub(crate) fn post(&self, body: &str) -> String {
        let head = "POST /graphql HTTP/1.1\r\ncontent-type: application/json\r\naccept: application/graphql-response+json";
        self.send(head, body)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn the_server_speaks_graphql_over_http() {
    let server = Server::start();
    let good = server.post(r#"{"query":"{ campaigns { nodes { code } } }"}"#);
    assert!(good.starts_with("HTTP/1.1 200 OK"), "{good}");
    assert!(good.contains("content-type: application/graphql-response+json"), "{good}");
    assert!(good.ends_with(r#"{"data":{"campaigns":{"nodes":[{"code":"2019"}]}}}"#), "{good}");

    for (body, status) in [
        ("{", "400"),
        ("[]", "400"),
        ("{}", "400"),
        (r#"{"query":1}"#, "400"),
        (r#"{"query":"{ __typename }","variables":[]}"#, "400"),
        (r#"{"query":"{ nothing }"}"#, "400"),
        (r#"{"query":"{"}"#, "400"),
    ] {
        let answer = server.post(body);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{body}: {answer}");
        assert!(answer.contains("\"errors\""), "{body}: {answer}");
    }

    let get = server.send("GET /graphql?query=%7B__typename%7D HTTP/1.1", "");
    assert!(get.ends_with(r#"{"data":{"__typename":"Query"}}"#), "{get}");
    let mutation = server.send("GET /graphql?query=mutation%7B__typename%7D HTTP/1.1", "");
    assert!(
        mutation.starts_with("HTTP/1.1 405") && mutation.to_lowercase().contains("allow: post"),
        "{mutation}"
    );
    // A document with one operation is executed without its name.
    let named = "query=mutation%20M%7Bcorrect(input:%7Btarget:%22Member:1%22,field:NAME,value:%22X%22%7D)%7Bid%7D%7D";
    let mutation = server.send(&format!("GET /graphql?{named} HTTP/1.1"), "");
    assert!(mutation.starts_with("HTTP/1.1 405"), "{mutation}");
    let unnamed = server.post(r#"{"query":"query Q($id: ID!) { node(id: $id) { id } }"}"#);
    assert!(unnamed.contains("`$id` is required"), "{unnamed}");
    let upgrade = server.send(
        "GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nconnection: upgrade\r\nupgrade: h2c",
        "",
    );
    assert!(upgrade.starts_with("HTTP/1.1 200"), "{upgrade}");
    let form = server.send("POST /graphql HTTP/1.1\r\ncontent-type: text/plain", "{}");
    assert!(form.starts_with("HTTP/1.1 415"), "{form}");
    let deletion = server.send("DELETE /graphql HTTP/1.1", "");
    assert!(deletion.starts_with("HTTP/1.1 405"), "{deletion}");
}

#[test]
fn the_page_needs_nothing_from_elsewhere() {
    let server = Server::start();
    let page = server.send("GET / HTTP/1.1", "");
    assert!(
        page.starts_with("HTTP/1.1 200 OK") && page.contains("content-security-policy"),
        "{page}"
    );
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "the page names another server"
    );
    let policy = page.lines().find(|line| line.starts_with("content-security-policy")).unwrap();
    assert!(!policy.contains("unsafe"), "{policy}");
    for part in ["page.js", "page.css"] {
        assert!(page.contains(&format!("\"{part}\"")), "{page}");
        let answer = server.send(&format!("GET /{part} HTTP/1.1"), "");
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
    let examples = server.send("GET /examples HTTP/1.1", "");
    assert!(examples.contains("groupBy"), "{examples}");
    assert!(server.send("GET /health HTTP/1.1", "").contains("generation"));
}

/// What a browser, or a cache between, would make of an answer by itself is told to it.
#[test]
fn answers_are_what_they_say_and_of_one_client() {
    let server = Server::start();
    let head = |request: &str, body: &str| {
        server.send(request, body).split_once("\r\n\r\n").unwrap().0.to_owned()
    };
    let post = "POST /graphql HTTP/1.1\r\ncontent-type: application/json";
    for head in [
        head("GET / HTTP/1.1", ""),
        head("GET /graphql?query=%7B__typename%7D HTTP/1.1", ""),
        head(post, r#"{"query":"{ __typename }"}"#),
        head(post, "{"),
        head("DELETE /graphql HTTP/1.1", ""),
    ] {
        assert!(head.contains("x-content-type-options: nosniff"), "{head}");
        assert!(head.contains("cache-control: private"), "{head}");
    }
}

/// A hub that is shown to others is changed by none of them.
#[test]
fn a_server_for_reading_changes_nothing() {
    const PREFLIGHT: &str = "graphql-require-preflight: 1\r\n";
    let server = Server::on(Hub::sqlite(), &["--read-only"]);
    let accept =
        "mutation { acceptDiscrepancy(input: { cell: \"x\", reason: \"y\" }) { __typename } }";
    let refused = server.ask(&json!({ "query": accept }));
    assert_eq!(refused["errors"][0]["extensions"]["code"], "READ_ONLY", "{refused}");
    let upload =
        "mutation($files: [Upload!]!) { importWorkbooks(files: $files) { imports { id } } }";
    let operations = json!({ "query": upload, "variables": { "files": [null] } });
    let answer = server.upload(&operations, &[("a.csv", b"1,2\n")], PREFLIGHT);
    assert!(answer.contains("READ_ONLY"), "{answer}");
    let asked = server.ask(&json!({ "query": "{ imports { totalCount } }" }));
    assert_eq!(asked["data"]["imports"]["totalCount"], 1, "{asked}");
}

/// A page of another site whose name is led to this machine is not answered.
#[test]
fn a_host_that_is_not_ours_is_refused() {
    let server = Server::start();
    let ask = |host: &str| {
        let mut stream = TcpStream::connect(&server.address).unwrap();
        let request = format!(
            "GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert!(ask("evil.example").starts_with("HTTP/1.1 421"));
    assert!(ask("localhost:1").starts_with("HTTP/1.1 200"));
    assert!(ask("127.0.0.1").starts_with("HTTP/1.1 200"));
}

/// What asks for too much is refused before it runs, with a code and without an echo.
#[test]
fn hostile_queries_are_refused_by_the_server() {
    let server = Server::start();
    let deep = format!("{{{}id{}}}", "node{".repeat(40), "}".repeat(40));
    let fanned: String = (0..30)
        .map(|n| format!("fragment F{n} on Query {{ ...F{m} ...F{m} }} ", m = n + 1))
        .collect::<Vec<_>>()
        .concat();
    let fanned = format!("{{ ...F0 }} {fanned} fragment F30 on Query {{ __typename }}");
    let lists = "{ members(first: 1000) { nodes { name } } b: members(first: 500) { nodes { evaluations { nodes { id } } } } enrolments(first: 1000) { nodes { id } } }";
    for (query, refused) in [(deep.as_str(), true), (&fanned, true), (lists, false)] {
        let body = serde_json::json!({ "query": query }).to_string();
        let answer = server.post(&body);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert_eq!(head.starts_with("HTTP/1.1 400"), refused, "{answer}");
        assert_eq!(body.contains("\"code\":\"LIMIT\""), refused, "{answer}");
        assert!(!refused || body.len() < 200, "{body}");
    }
}

/// The same endpoint gives tables to those who ask for them.
#[test]
fn answers_come_as_tables() {
    let server = Server::start();
    let ask = |accept: &str| {
        let head =
            format!("POST /graphql HTTP/1.1\r\ncontent-type: application/json\r\naccept: {accept}");
        let query = "{ results(of: MEMBERS, groupBy: [{ rating: true }]) { nodes { key { rating { code } } count share { percent } } } }";
        server.send(&head, &serde_json::json!({ "query": query }).to_string())
    };
    let csv = ask("text/csv");
    assert!(csv.contains("content-type: text/csv"), "{csv}");
    assert!(
        csv.contains("\u{feff}key.rating.code,count,share.percent\r\nHTXSNV,13,13.3\r\n"),
        "{csv}"
    );
    let csv = ask("text/csv; delimiter=semicolon, text/csv;q=0.5");
    assert!(csv.contains("content-type: text/csv; charset=utf-8; delimiter=semicolon"), "{csv}");
    assert!(csv.contains("\r\nHTXSNV;13;13,3\r\n"), "{csv}");
    let lines = ask("application/x-ndjson");
    assert!(lines.contains("{\"key\":{\"rating\":{\"code\":\"HTTNV\"}},\"count\":84,"), "{lines}");
}

/// A table has every row of its list, however many pages that takes; what `first` leaves out is named.
#[test]
fn a_table_has_every_row_of_its_list() {
    const MEMBERS: usize = 2_601;
    for hub in both() {
        let book = hub.path("all.csv");
        std::fs::write(&book, list_of(MEMBERS)).unwrap();
        hub.import(&[book]);
        let server = Server::on(hub, &[]);
        let ask = |accept: &str, query: &str| {
            let head = format!(
                "POST /graphql HTTP/1.1\r\ncontent-type: application/json\r\naccept: {accept}"
            );
            let answer = server.send(&head, &json!({ "query": query }).to_string());
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            (head.to_owned(), body.to_owned())
        };
        let named = |body: &str| body.matches("Member ").count();
        for accept in ["text/csv", "application/x-ndjson"] {
            let (_, body) = ask(accept, "{ members { nodes { name } } }");
            assert_eq!(named(&body), MEMBERS);
        }
        // A list within a row that is cut is an error, and as long as it asks to be if it does.
        let (_, body) =
            ask("text/csv", "{ branches { nodes { name members { nodes { name } } } } }");
        assert!(body.contains("a list of `members` within a row has more rows"), "{body}");
        let (_, body) = ask(
            "text/csv",
            "{ branches { nodes { name members(first: 60) { nodes { name } } } } }",
        );
        assert_eq!(named(&body), 60, "{body}");
        let (head, body) = ask("text/csv", "{ all: members(first: 10) { nodes { name } } }");
        assert!(head.contains("evalhub-more-rows: all"), "{head}");
        assert_eq!(named(&body), 10);
        let (head, body) = ask("text/csv", "{ members(first: 1200) { nodes { name } } }");
        assert!(head.contains("evalhub-more-rows: members"), "{head}");
        assert_eq!(named(&body), 1_200);
        let (_, body) = ask("application/json", "{ members(first: 1001) { nodes { name } } }");
        assert!(body.contains("`first` is 1001; expected 0 to 1000"), "{body}");
        let (_, body) = ask("text/csv", "{ members(first: -1) { nodes { name } } }");
        assert!(body.contains("`first` is -1; expected 0 to 1000"), "{body}");
        let (_, body) = ask("text/csv", "query($n: Int) { members(first: $n) { nodes { name } } }");
        assert!(named(&body) == MEMBERS, "{body}");
        let (_, body) = ask("text/csv", "{ members { nodes { name }  nonsense } }");
        assert!(body.contains("nonsense"), "{body}");
    }
}

/// A table that others change while it is written is none.
#[test]
fn a_table_is_never_of_two_times() {
    let hub = Hub::sqlite();
    let book = hub.path("all.csv");
    std::fs::write(&book, list_of(4_000)).unwrap();
    hub.import(&[book]);
    let mut child = evalhub()
        .args(["query", "{ members { nodes { id name fullName: name again: name } } }"])
        .args(["--format", "csv", "--database", hub.database()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = child.stdout.take().unwrap();
    // The pipe is full, and the rest waits for its reader.
    output.read_exact(&mut [0; 3]).unwrap();
    hub.import(&[sample("quan9_2019_ket_qua.xlsx")]);
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(!done.status.success());
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(said.contains("CHANGED") && said.contains("ask for it again"), "{said}");
}

/// A list of people as CSV.
fn list_of(members: usize) -> String {
    let people = (0..members).map(|number| {
        let (day, month, year) = (number % 28 + 1, number / 28 % 12 + 1, 1950 + number / 336);
        format!("{number},Member {number},{day:02}/{month:02}/{year},HTTNV\n")
    });
    format!(
        "CHI BỘ THÔN ĐÔNG\nDANH SÁCH NĂM 2021\nSTT,Họ và tên,Ngày sinh,Xếp loại\n{}",
        people.collect::<String>()
    )
}

const UPLOAD: &str = "mutation ($files: [Upload!]!, $options: ImportOptions) { \
    importWorkbooks(files: $files, options: $options) { id status workbook diagnostics { nodes { code } } } }";

/// A workbook is uploaded and planned, its progress streamed while it is applied; what cannot be read
/// is refused, and the refusal is an answer.
#[test]
fn workbooks_are_uploaded_planned_and_applied() {
    for hub in both() {
        let server = Server::on(hub, &[]);
        let content = std::fs::read(sample("ds_dv_2021_mot_cot.xlsx")).unwrap();
        let operations = json!({ "query": UPLOAD, "variables": { "files": [null, null] } });
        let files: [(&str, &[u8]); 2] = [("ds.xlsx", &content), ("note.xlsx", b"no workbook")];
        let header = "graphql-require-preflight: 1\r\n";
        let answer = server.upload(&operations, &files, header);
        assert!(answer.contains(r#""status":"PLANNED","workbook":"ds.xlsx""#), "{answer}");
        assert!(answer.contains(r#""code":"not-a-workbook""#), "{answer}");

        let id = "Import:2";
        let subscription = format!(
            "subscription {{ importProgress(id: \"{id}\") {{ phase done total finished import {{ status }} }} }}"
        );
        let mut stream = TcpStream::connect(&server.address).unwrap();
        let body = json!({ "query": subscription }).to_string();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\n\
             accept: text/event-stream\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut events = BufReader::new(stream);
        let mut line = String::new();
        while !line.contains("WAITING") {
            line.clear();
            assert!(events.read_line(&mut line).unwrap() > 0, "the stream ended");
        }
        let applied = server.ask(
            &json!({ "query": format!("mutation {{ applyImport(id: \"{id}\") {{ status }} }}") }),
        );
        assert_eq!(applied["data"]["applyImport"]["status"], "APPLIED", "{applied}");
        let mut rest = String::new();
        events.read_to_string(&mut rest).unwrap();
        assert!(rest.contains(r#""phase":"DONE","done":6,"total":6,"finished":true"#), "{rest}");
        assert!(rest.contains("event: complete"), "{rest}");

        let once_more = server.upload(&operations, &files, header);
        assert!(once_more.contains(r#""id":"Import:2","status":"APPLIED""#), "{once_more}");
    }
}

/// A form or a page of another site uploads nothing.
#[test]
fn an_upload_comes_from_this_site_alone() {
    let server = Server::start();
    let operations = json!({ "query": UPLOAD, "variables": { "files": [null] } });
    let files: [(&str, &[u8]); 1] = [("a.xlsx", b"x")];
    let status = |headers: &str| {
        let answer = server.upload(&operations, &files, headers);
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(status(""), "403");
    let preflight = "graphql-require-preflight: 1\r\n";
    assert_eq!(status(&format!("{preflight}origin: http://elsewhere.example\r\n")), "403");
    assert_eq!(status(&format!("{preflight}origin: http://hub\r\n")), "200");
    let many: Vec<(&str, &[u8])> = vec![("a.xlsx", b"x"); 21];
    let operations = json!({ "query": UPLOAD, "variables": { "files": vec![Value::Null; 21] } });
    assert!(server.upload(&operations, &many, preflight).starts_with("HTTP/1.1 400"));
    let operations = json!({ "query": UPLOAD, "variables": { "files": ["7"] } });
    let forged = server.upload(&operations, &[], preflight);
    assert!(forged.contains("BAD_ARGUMENT"), "{forged}");
}

#[test]
fn queries_are_known_by_their_hash() {
    let server = Server::start();
    let query = "{ campaigns { nodes { code } } }";
    let hash = "6c3ee6ec9c0b0e0e0e";
    let by = |hash: &str, query: Option<&str>| {
        let mut body =
            json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } });
        if let Some(query) = query {
            body["query"] = json!(query);
        }
        server.ask(&body)
    };
    assert_eq!(by(hash, None)["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(by(hash, Some(query))["errors"][0]["extensions"]["code"], "BAD_REQUEST");
    let right = HASH;
    assert_eq!(by(right, Some(query))["data"]["campaigns"]["nodes"][0]["code"], "2019");
    assert_eq!(by(right, None)["data"]["campaigns"]["nodes"][0]["code"], "2019");
}

/// The SHA-256 of `{ campaigns { nodes { code } } }`.
const HASH: &str = "a40e6d5a90f9fa2a6fe96dba9aa5aa2ffe0f4028d8be0a156dedf087648f6491";

/// With `--queries` nothing else is answered.
#[test]
fn a_server_may_answer_some_queries_alone() {
    let hub = Hub::sqlite();
    let folder = hub.path("queries");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("rounds.graphql"), "{ campaigns { nodes { code } } }").unwrap();
    std::fs::write(folder.join("manifest.json"), r#"{ "kinds": "{ __typename }" }"#).unwrap();
    let folder = folder.display().to_string();
    let server = Server::on(hub, &["--queries", &folder]);
    let by_text = |query: &str| server.ask(&json!({ "query": query }));
    assert_eq!(
        by_text("{ campaigns { nodes { code } } }")["data"]["campaigns"]["nodes"][0]["code"],
        "2019"
    );
    assert_eq!(
        by_text("{ members { nodes { name } } }")["errors"][0]["extensions"]["code"],
        "QUERY_NOT_ALLOWED"
    );
    let by_id = |id: &str| server.ask(&json!({ "documentId": id }));
    assert_eq!(by_id("kinds")["data"]["__typename"], "Query");
    assert!(by_id(&format!("sha256:{HASH}"))["data"].is_object());
    let empty = evalhub()
        .args(["serve", "--queries", "src", "--listen", "127.0.0.1:0", "--database", ":memory:"])
        .output()
        .unwrap();
    assert!(text(&empty.stderr).contains("there is no query"), "{}", text(&empty.stderr));
}

/// A GET that nothing has made stale is not sent again.
#[test]
fn a_get_is_sent_again_only_when_the_data_changed() {
    let (server, other) = (Server::start(), Server::start());
    let get_from = |server: &Server, headers: &str| {
        let query = "query=%7Bcampaigns%7BtotalCount%7D%7D";
        server.send(&format!("GET /graphql?{query} HTTP/1.1{headers}"), "")
    };
    let get = |headers: &str| get_from(&server, headers);
    let first = get("");
    let tag = first.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
    let known = format!("\r\nif-none-match: {tag}");
    assert!(get(&known).starts_with("HTTP/1.1 304"), "{}", get(&known));
    // Another database that was changed as often may hold other data.
    let answer = get_from(&other, &known);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let rename =
        "mutation { correct(input: { target: \"Member:1\", field: NAME, value: \"x\" }) { id } }";
    let ids = server.ask(&json!({ "query": "{ members(first: 1) { nodes { id } } }" }));
    let id = ids["data"]["members"]["nodes"][0]["id"].as_str().unwrap();
    let changed = server.ask(&json!({ "query": rename.replace("Member:1", id) }));
    assert!(changed["errors"].is_null(), "{changed}");
    assert!(get(&known).starts_with("HTTP/1.1 200"), "{}", get(&known));
}
