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
