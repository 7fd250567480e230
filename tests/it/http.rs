//! The server, spoken to as a client does.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::support::{Hub, evalhub, sample};

/// A server on a free port that ends with the test.
struct Server {
    child: Child,
    address: String,
    _hub: Hub,
}

impl Server {
    fn start() -> Self {
        let hub = Hub::sqlite();
        hub.import(&[sample("quan9_2019_ket_qua.xlsx")]);
        let mut child = evalhub()
            .args(["serve", "--listen", "127.0.0.1:0", "--database", hub.database()])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        Self { child, address, _hub: hub }
    }

    /// Status line, headers and body of an answer.
    fn send(&self, head: &str, body: &str) -> String {
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

    fn post(&self, body: &str) -> String {
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
    let examples = server.send("GET /examples HTTP/1.1", "");
    assert!(examples.contains("groupBy"), "{examples}");
    assert!(server.send("GET /health HTTP/1.1", "").contains("generation"));
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
    let lines = ask("application/x-ndjson");
    assert!(lines.contains("{\"key\":{\"rating\":{\"code\":\"HTTNV\"}},\"count\":84,"), "{lines}");
}
