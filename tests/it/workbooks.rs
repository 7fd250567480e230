//! What is read from each workbook of `tests/workbooks`, fact by fact, and that no file does harm.
//!
//! The facts of a workbook stand in `expected/NAME.txt`. After a change that is meant, run the tests
//! once with `UPDATE_EXPECTED=1` and read the difference.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Hub, evalhub, lines, sample};

const FACTS: &str = "{
  enrolments(first: 1000) { nodes { campaign { code } branch { path } member { name birthDate sex admittedOn officialOn
    identifiers { value } } position probationary reason evaluations { stage rating { code } score } sources { sheet row } } }
  placements(first: 1000) { nodes { campaign { code } parent { name } branch { name } } }
  branchEvaluations(first: 1000) { nodes { campaign { code } branch { name } stage rating { code } score exemplary sources { sheet row } } }
  reportedResults(first: 1000) { nodes { campaign { code } branch { name } group subject measure rating { code } relation stage count
    percent provenance { sheet cell } } }
  commendations(first: 1000) { nodes { campaign { code } branch { name } member { name } award sources { sheet row } } }
  indicatorResults(first: 1000) { nodes { campaign { code } branch { name } indicator { code } target actual percent sources { sheet row } } }
  diagnostics(first: 1000, where: { severity: { in: [ERROR, WARNING] } }) { nodes { severity code sheet cell } }
}";

/// The facts of a workbook as sorted lines.
fn facts(path: &Path) -> String {
    let hub = Hub::sqlite();
    hub.run(&["import", &path.display().to_string(), "--skip-invalid-rows"]);
    let answer = hub.ask(FACTS);
    let mut all: Vec<String> = Vec::new();
    for (kind, nodes) in answer.as_object().unwrap() {
        let nodes: &Value = &nodes["nodes"];
        all.extend(lines(nodes).lines().map(|line| format!("{kind}: {line}")));
    }
    all.sort();
    all.join("\n") + "\n"
}

fn files_of(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(sample(folder)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn check(folder: &str) {
    let mut differ = Vec::new();
    for path in files_of(folder) {
        let name = path.file_name().unwrap().to_str().unwrap();
        let expected = sample("expected").join(format!("{name}.txt"));
        let found = facts(&path);
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            std::fs::write(&expected, &found).unwrap();
        }
        let known = std::fs::read_to_string(&expected).unwrap();
        if known != found {
            let lost = known.lines().find(|line| !found.lines().any(|other| other == *line));
            let new = found.lines().find(|line| !known.lines().any(|other| other == *line));
            differ.push(format!("{name}\n  expected {lost:?}\n  found    {new:?}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn the_samples_are_read_as_they_are_meant() {
    check("samples");
}

#[test]
fn other_layouts_and_wordings_are_read_as_they_are_meant() {
    check("layouts");
}

/// Schools, hospitals, companies and others, in four languages.
#[test]
fn other_offices_are_read_as_they_are_meant() {
    check("offices");
}

/// Errors of formulas, hours behind dates, signs of fonts, lost letters, "as above", yes and no.
#[test]
fn values_are_read_as_a_person_sees_them() {
    check("values");
}

/// Each file that was made to do harm ends in a reading or a clear refusal, in time and with little
/// memory: neither killed nor aborted under a limit of address space.
#[cfg(unix)]
#[test]
fn hostile_files_do_no_harm() {
    for path in files_of("hostile") {
        let begun = Instant::now();
        let program = evalhub().get_program().to_owned();
        let mut shell = Command::new("sh");
        shell.args(["-c", "ulimit -S -v 400000; exec \"$0\" inspect \"$1\""]).arg(program);
        // The allocator takes its memory in pieces of 16 MiB, so that the limit counts what is used.
        shell.arg(&path).env("MIMALLOC_ARENA_RESERVE", "16384");
        // The names of frames in a test binary may take longer to find than the file takes to be refused.
        let output = shell.env("RUST_BACKTRACE", "0").output().unwrap();
        let name = path.display();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{name}: {:?}", output.status);
        assert!(begun.elapsed() < Duration::from_secs(10), "{name}");
    }
}

/// Bytes of real workbooks changed, cut and doubled: every one ends in a reading or a refusal.
/// `MUTATIONS=5000` makes more of them.
#[test]
fn mutated_files_do_no_harm() {
    let runs =
        std::env::var_os("MUTATIONS").map_or(120, |runs| runs.to_str().unwrap().parse().unwrap());
    let mut files = files_of("samples");
    files.extend(files_of("layouts"));
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for run in 0..runs {
        let source = &files[random.below(files.len())];
        let bytes = mutated(std::fs::read(source).unwrap(), &mut random);
        let path = folder.path().join(source.file_name().unwrap());
        std::fs::write(&path, bytes).unwrap();
        let output = evalhub().arg("inspect").arg(&path).output().unwrap();
        let name = source.display();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{name}, run {run}: {output:?}");
    }
}

/// The parts of a zip file are changed unpacked, so that the change gets past their checksums.
fn mutated(bytes: Vec<u8>, random: &mut Random) -> Vec<u8> {
    if !bytes.starts_with(b"PK") || random.below(8) == 0 {
        return changed(bytes, random);
    }
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut written = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let victim = random.below(archive.len());
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).unwrap();
        let mut part = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut part).unwrap();
        let name = entry.name().unwrap().into_owned();
        let part = if place == victim { changed(part, random) } else { part };
        written.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut written, &part).unwrap();
    }
    written.finish().unwrap().into_inner()
}

/// A few bytes set, a piece cut out, or a piece doubled.
fn changed(mut bytes: Vec<u8>, random: &mut Random) -> Vec<u8> {
    if bytes.is_empty() {
        return bytes;
    }
    let (at, length) = (random.below(bytes.len()), 1 + random.below(64));
    let end = (at + length).min(bytes.len());
    match random.below(4) {
        0 => drop(bytes.drain(at..end)),
        1 => {
            let piece = bytes[at..end].to_vec();
            bytes.splice(at..at, piece);
        }
        _ => {
            for _ in 0..=random.below(12) {
                let at = random.below(bytes.len());
                bytes[at] = [0, 0xff, b'9', b'<', b'"', 0x7f][random.below(6)];
            }
        }
    }
    bytes
}

/// The same numbers in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(limit).unwrap()).unwrap()
    }
}
