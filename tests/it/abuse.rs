//! What one person sends stops the hub for nobody else.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::Server;
use crate::support::{Hub, evalhub, on_both, sample, text};

/// Lists of lists without pages would take all memory: 132 bytes ask for a hundred million rows.
#[test]
fn lists_of_lists_are_refused() {
    let server = Server::start();
    let cycle = "{members(first:1000){nodes{enrolments{member{enrolments{member{enrolments{member{\
                 enrolments{member{enrolments{member{id}}}}}}}}}}}}}";
    let answer = server.ask(&json!({ "query": cycle }));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "LIMIT", "{answer}");
}

/// Any page can have a browser send a GET; only a person's own way to a page is answered.
#[test]
fn a_page_of_another_site_has_no_query_answered() {
    let server = Server::start();
    let get = |headers: &str| {
        server.send(&format!("GET /graphql?query=%7B__typename%7D HTTP/1.1\r\n{headers}"), "")
    };
    let image = "sec-fetch-site: cross-site\r\nsec-fetch-mode: no-cors\r\nsec-fetch-dest: image";
    assert!(get(image).starts_with("HTTP/1.1 403"));
    let link = "sec-fetch-site: cross-site\r\nsec-fetch-mode: navigate\r\nsec-fetch-dest: document";
    assert!(get(link).starts_with("HTTP/1.1 200"));
    assert!(get("sec-fetch-site: same-origin").starts_with("HTTP/1.1 200"));
}

/// A megabyte in a thousand places is refused without being copied to each of them.
#[test]
fn a_large_variable_in_many_places_is_refused_at_once() {
    let server = Server::start();
    let places: String = (0..1_000).map(|_| "a: members(first: $v) { totalCount } ").collect();
    let query = format!("query($v: [String]) {{ {places} }}");
    let values: Vec<&str> = vec!["x"; 200_000];
    let begun = Instant::now();
    let answer = server.ask(&json!({ "query": query, "variables": { "v": values } }));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "LIMIT", "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}

/// A frame of a client, with a mask that changes nothing.
fn frame(text: &str) -> Vec<u8> {
    let mut frame = vec![0x81];
    let length = text.len();
    if length < 126 {
        frame.push(0x80 | u8::try_from(length).unwrap());
    } else {
        frame.push(0xfe);
        frame.extend(u16::try_from(length).unwrap().to_be_bytes());
    }
    frame.extend([0; 4]);
    frame.extend(text.as_bytes());
    frame
}

/// A client that asks and never reads holds neither turns nor connections of others.
#[test]
fn a_socket_that_nobody_reads_stops_nobody() {
    let server = Server::start();
    let mut socket = TcpStream::connect(&server.address).unwrap();
    let handshake = "GET /graphql HTTP/1.1\r\nhost: hub\r\nconnection: upgrade\r\n\
                     upgrade: websocket\r\nsec-websocket-version: 13\r\n\
                     sec-websocket-protocol: graphql-transport-ws\r\n\
                     sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    socket.write_all(handshake.as_bytes()).unwrap();
    let mut head = [0; 64];
    let read = socket.read(&mut head).unwrap();
    assert!(text(&head[..read]).starts_with("HTTP/1.1 101"));
    socket.write_all(&frame("{\"type\":\"connection_init\"}")).unwrap();
    socket.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
    for number in 0..3_000 {
        let query = format!("{{ members(first: 98) {{ nodes {{ id name }} }} }} # {number}");
        let message = json!({
            "id": number.to_string(), "type": "subscribe", "payload": { "query": query }
        });
        if socket.write_all(&frame(&message.to_string())).is_err() {
            break;
        }
    }
    let begun = Instant::now();
    for number in 0..5 {
        let query = format!("{{ members(first: 5) {{ nodes {{ name }} }} }} # other {number}");
        let answer = server.ask(&json!({ "query": query }));
        assert_eq!(
            answer["data"]["members"]["nodes"].as_array().map(Vec::len),
            Some(5),
            "{answer}"
        );
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

/// A profile that would make a code of a hundred thousand digits is none.
#[test]
fn a_profile_that_is_absurd_is_refused() {
    let hub = Hub::sqlite();
    let profile = hub.path("wide.toml");
    let lines = "name = \"x\"\nheading = \"Name\"\nlevels = [[\"Good\"], [\"Bad\"]]\n\
                 [key]\nname = \"Name\"\ncode = \"Code\"\ncode_width = 100000\n";
    std::fs::write(&profile, lines).unwrap();
    let output = evalhub()
        .args(["inspect", "x.xlsx", "--profile", &profile.display().to_string()])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("40 at most"), "{}", text(&output.stderr));
}

/// A character that is none is left out, said, and enters neither database.
#[test]
fn a_nul_in_a_cell_is_left_out() {
    on_both(|hub| {
        let path = hub.path("nul.xls");
        let row = |number: usize| {
            format!(
                "<tr><td>{number}</td><td>Chi bộ 1</td><td>Lê Thị\0 A{number}</td><td>01/01/1970</td><td>HTTNV</td></tr>"
            )
        };
        let rows: String = (1..9).map(row).collect();
        let html = format!(
            "<html><meta charset=utf-8><table><tr><td>ĐẢNG BỘ XÃ AN THỊNH</td></tr><tr><td>DANH SÁCH \
             XẾP LOẠI ĐẢNG VIÊN NĂM 2019</td></tr><tr><td>TT</td><td>Chi bộ</td><td>Họ tên</td>\
             <td>Ngày sinh</td><td>Xếp loại</td></tr>\
             {rows}</table></html>"
        );
        std::fs::write(&path, html).unwrap();
        let output = hub.run(&["import", &path.display().to_string()]);
        let said = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{said}{}", text(&output.stderr));
        let members = hub.ask("{ members { totalCount } }");
        assert_eq!(members["members"]["totalCount"], 8);
        said
    });
}

/// A name that is mistyped makes no empty hub, and nobody writes into the file of another program.
#[test]
fn only_an_import_makes_a_database() {
    let hub = Hub::sqlite();
    let output = hub.run(&["query", "{ members { totalCount } }"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("there is no database at"), "{}", text(&output.stderr));
    assert!(!std::path::Path::new(hub.database()).exists());
    let book = sample("quan9_2019_ket_qua.xlsx").display().to_string();
    let trial = hub.run(&["import", &book, "--dry-run"]);
    assert_eq!(trial.status.code(), Some(0));
    assert!(!std::path::Path::new(hub.database()).exists());

    hub.execute("CREATE TABLE photos (id INTEGER); INSERT INTO photos VALUES (1)");
    let before = std::fs::read(hub.database()).unwrap();
    let output = hub.run(&["import", &book]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("of another program"), "{}", text(&output.stderr));
    assert_eq!(std::fs::read(hub.database()).unwrap(), before);
}

/// Names and birth dates are for the one who runs the hub.
#[cfg(unix)]
#[test]
fn the_file_of_a_database_is_its_owners() {
    use std::os::unix::fs::PermissionsExt;
    let hub = Hub::sqlite();
    hub.import(&[sample("quan9_2019_ket_qua.xlsx")]);
    let mode = std::fs::metadata(hub.database()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
