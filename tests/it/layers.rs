//! The rooms of the house: who may name which crate.

use std::path::{Path, PathBuf};
use std::process::Command;

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// A crate may be named in these places of `src` and `import/src` and nowhere else.
#[test]
fn crates_stay_in_their_rooms() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    sources(&root.join("src"), &mut files);
    sources(&root.join("import/src"), &mut files);
    assert!(files.len() > 40, "the sources were not found");
    for (name, rooms) in [
        ("diesel", &["src/db.rs", "src/db/", "src/ledger.rs", "src/ledger/"][..]),
        ("async_graphql", &["src/graphql.rs", "src/graphql/"]),
        ("actix_web", &["src/http.rs", "src/http/"]),
        ("clap::", &["src/cli.rs", "src/cli/"]),
        ("calamine::", &["import/src/workbook/reader.rs"]),
        ("crate::http", &["src/cli/"]),
        ("crate::cli", &[]),
    ] {
        for file in &files {
            let place = file.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            let text = std::fs::read_to_string(file).unwrap();
            let names = text
                .lines()
                .any(|line| !line.trim_start().starts_with("//") && line.contains(name));
            let may = rooms
                .iter()
                .any(|room| place == *room || room.ends_with('/') && place.starts_with(room));
            assert!(!names || may, "`{name}` is named in {place}; its rooms are {rooms:?}");
        }
    }
}

/// The importer is pure: no database, network or runtime, not even through another crate.
#[test]
fn the_importer_depends_on_nothing_of_the_outside_world() {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--package",
            "evalhub-import",
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.contains("calamine"), "{tree}{}", String::from_utf8_lossy(&output.stderr));
    for banned in [
        "diesel",
        "actix",
        "async-graphql",
        "tokio",
        "libsqlite3",
        "pq-sys",
        "socket2",
        "reqwest",
        "hyper",
    ] {
        let found = tree.lines().find(|line| line.starts_with(banned));
        assert!(found.is_none(), "the importer depends on {found:?}");
    }
}
