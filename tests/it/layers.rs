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

/// The words of workbooks stand in `import/vocabulary`; in the rules of the importer there are none.
///
/// Words in a language with letters of its own are found by those letters. The rooms that are left out
/// are about the letters themselves, or speak to people.
#[test]
fn words_of_workbooks_stand_in_the_vocabulary() {
    const ABOUT_LETTERS: [&str; 4] = ["text.rs", "text/", "diagnostic/", "value.rs"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("import/src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 30, "the sources were not found");
    for file in &files {
        let place = file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        let is_test = place.ends_with("tests.rs");
        if is_test || ABOUT_LETTERS.iter().any(|room| place == *room || place.starts_with(room)) {
            continue;
        }
        let text = std::fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (line, number) in code.lines().zip(1..) {
            let bare = line.split("//").next().unwrap_or_default();
            let is_own = |c: char| matches!(c, 'À'..='ɏ' | 'Ḁ'..='ỿ') && c != '×';
            let words = bare.split('"').skip(1).step_by(2).find(|quoted| quoted.contains(is_own));
            if let Some(words) = words {
                panic!("import/src/{place}:{number}: put `{words}` into import/vocabulary");
            }
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
