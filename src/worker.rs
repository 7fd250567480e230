//! Reads a workbook in a child process of the same binary, under limits: an allocation that fails, a
//! stack that overflows or a file that never ends take the child and not the hub.
//!
//! The child is told a task in one line of JSON, then the bytes of the workbook. It answers with the
//! reading without its records in a line, then the records, each in a line. The limit of memory is
//! Unix's; elsewhere the limit of time and the guards of the reader must do.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use evalhub_import::{Code, Diagnostic, Options, Reading, Record, Vocabulary, read};
use serde::{Deserialize, Serialize};

/// The first argument of a process that is a worker.
pub(crate) const WORKER: &str = "open-workbook";

/// The most address space of a worker, in bytes.
const MEMORY_LIMIT: u64 = 1_000_000_000;
/// The allocator takes memory from the system in pieces, in KiB: by default it reserves 1 GiB at
/// once, which does not always fit under the limit, and then a harmless file is refused.
const ARENA: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "16384");
/// The most bytes of a reading: some ten times what the largest honest workbook comes to.
const READING_LIMIT: u64 = 500_000_000;
/// The longest that a worker may run.
const TIME_LIMIT: Duration = Duration::from_secs(50);
/// How often a worker is looked after, at first.
const PAUSE: Duration = Duration::from_millis(1);

/// What a worker is told beside the bytes of the workbook.
#[derive(Serialize, Deserialize)]
struct Task {
    name: String,
    options: Options,
}

/// What becomes of a worker.
enum Outcome {
    Read(Box<Reading>),
    Died(ExitStatus),
    Endless,
    TooMuch,
}

/// The reading of a workbook; of one that its worker does not survive it says what became of it.
pub(crate) fn read_guarded(
    bytes: &[u8],
    name: &str,
    options: &Options,
) -> std::io::Result<Reading> {
    let binary = std::env::current_exe()?;
    let task = Task { name: name.to_owned(), options: options.clone() };
    let (code, message) = match outcome(&binary, &task, bytes)? {
        Outcome::Read(reading) => return Ok(*reading),
        Outcome::Died(status) => {
            let message = format!("the file made its reader run out of memory ({status})");
            (Code::TooMuchMemory, message)
        }
        Outcome::TooMuch => {
            let megabytes = READING_LIMIT / 1_000_000;
            (Code::TooMuchMemory, format!("what is read of the file is more than {megabytes} MB"))
        }
        Outcome::Endless => {
            let seconds = TIME_LIMIT.as_secs();
            (Code::TooMuchTime, format!("the file was not read after {seconds} seconds"))
        }
    };
    let diagnostic = Diagnostic::new(code, message)
        .hint("open it in Excel, delete what lies outside the tables, and save it as .xlsx");
    Ok(Reading { diagnostics: vec![diagnostic], ..Reading::default() })
}

fn outcome(binary: &Path, task: &Task, bytes: &[u8]) -> std::io::Result<Outcome> {
    let mut child = Command::new(binary)
        .arg(WORKER)
        .env(ARENA.0, ARENA.1)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    std::thread::scope(|scope| {
        let reading = scope.spawn(move || output.map(received).unwrap_or_default());
        scope.spawn(move || {
            // A worker that died early closes its input; its status tells the rest.
            let mut input = BufWriter::new(input?);
            serde_json::to_writer(&mut input, task).ok()?;
            input.write_all(b"\n").ok()?;
            input.write_all(bytes).ok()
        });
        let status = wait(&mut child)?;
        if status.is_none() {
            child.kill()?;
            child.wait()?;
        }
        let received = reading.join().unwrap_or_default();
        match (status, received) {
            (Some(status), Received::Whole(reading)) if status.success() => {
                Ok(Outcome::Read(reading))
            }
            (_, Received::TooMuch) => Ok(Outcome::TooMuch),
            (Some(status), Received::Part) if status.success() => {
                Err(std::io::Error::other("the reading of a workbook came in parts alone"))
            }
            (Some(status), _) => match stopped_from_outside(status) {
                Some(signal) => {
                    let message =
                        format!("the reader of a workbook was stopped by signal {signal}");
                    Err(std::io::Error::other(message))
                }
                None => Ok(Outcome::Died(status)),
            },
            (None, _) => Ok(Outcome::Endless),
        }
    })
}

/// The signal of a worker that somebody else stopped; what a workbook does to it ends it otherwise.
#[cfg(unix)]
fn stopped_from_outside(status: ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt;
    const HANGUP: i32 = 1;
    const INTERRUPT: i32 = 2;
    const KILL: i32 = 9;
    const TERMINATE: i32 = 15;
    status.signal().filter(|signal| [HANGUP, INTERRUPT, KILL, TERMINATE].contains(signal))
}

#[cfg(not(unix))]
fn stopped_from_outside(_status: ExitStatus) -> Option<i32> {
    None
}

/// What came of a reading.
#[derive(Default)]
enum Received {
    Whole(Box<Reading>),
    TooMuch,
    #[default]
    Part,
}

fn received(output: ChildStdout) -> Received {
    let mut output = BufReader::with_capacity(1 << 16, output).take(READING_LIMIT);
    match whole(&mut output) {
        Some(reading) => Received::Whole(Box::new(reading)),
        None if output.limit() == 0 => Received::TooMuch,
        None => Received::Part,
    }
}

/// A reading, if all of it came: its first line says how many records follow.
fn whole(output: &mut impl BufRead) -> Option<Reading> {
    let mut line = String::new();
    output.read_line(&mut line).ok()?;
    let (mut reading, count): (Reading, usize) = serde_json::from_str(&line).ok()?;
    for _ in 0..count {
        line.clear();
        output.read_line(&mut line).ok()?;
        let mut record: Record = serde_json::from_str(&line).ok()?;
        if let Some(before) = reading.records.last() {
            share(&mut record, before);
        }
        reading.records.push(record);
    }
    Some(reading)
}

/// Rows of a table share what they have in common.
fn share(record: &mut Record, before: &Record) {
    if record.sheet == before.sheet {
        record.sheet = Arc::clone(&before.sheet);
    }
    if record.campaign == before.campaign {
        record.campaign = Arc::clone(&before.campaign);
    }
    if record.place == before.place {
        record.place = Arc::clone(&before.place);
    }
}

/// The status of a child that ends in time.
fn wait(child: &mut Child) -> std::io::Result<Option<ExitStatus>> {
    let begun = Instant::now();
    let mut pause = PAUSE;
    while begun.elapsed() < TIME_LIMIT {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
    Ok(None)
}

/// What a worker does: reads the workbook of its standard input, and tells what it read.
pub(crate) fn work() -> std::io::Result<()> {
    #[cfg(unix)]
    rlimit::setrlimit(rlimit::Resource::AS, MEMORY_LIMIT, MEMORY_LIMIT)?;
    let mut input = BufReader::new(std::io::stdin().lock());
    let mut task = String::new();
    input.read_line(&mut task)?;
    let task: Task = serde_json::from_str(&task)?;
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    let mut reading = read(&bytes, &task.name, &task.options, &Vocabulary::bundled());
    drop(bytes);
    let records = std::mem::take(&mut reading.records);
    let mut output = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    serde_json::to_writer(&mut output, &(reading, records.len()))?;
    for record in records {
        output.write_all(b"\n")?;
        serde_json::to_writer(&mut output, &record)?;
    }
    output.write_all(b"\n")?;
    output.flush()
}
