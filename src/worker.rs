//! Opens a workbook first in a child process of the same binary, under limits: an allocation that
//! fails, a stack that overflows or a file that never ends take the child and not the hub.
//!
//! Reading is deterministic: what the child survives, its parent survives. The limit of memory is
//! Unix's; elsewhere the limit of time and the guards of the reader must do.

use std::cell::Cell;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Once;
use std::time::{Duration, Instant};

use evalhub_import::{Code, Diagnostic, Options, Reading, Vocabulary, read};

/// The first argument of a process that is a worker.
pub(crate) const WORKER: &str = "open-workbook";

/// The most address space of a worker, in bytes.
const MEMORY_LIMIT: u64 = 1_000_000_000;
/// The allocator takes memory from the system in pieces, in KiB: by default it reserves 1 GiB at
/// once, which does not always fit under the limit, and then a harmless file is refused.
const ARENA: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "16384");
/// The longest that a worker may run; what it survives is read once more, and both take less than a
/// minute.
const TIME_LIMIT: Duration = Duration::from_secs(25);
/// How often a worker is looked after, at first.
const PAUSE: Duration = Duration::from_millis(1);

/// Reads a workbook that a worker has survived; else the reading says what became of it.
pub(crate) fn read_guarded(
    bytes: &[u8],
    name: &str,
    options: &Options,
    vocabulary: &Vocabulary,
) -> std::io::Result<Reading> {
    let binary = std::env::current_exe()?;
    let (code, message) = match outcome(&binary, bytes)? {
        Outcome::Survived => return Ok(read_quietly(bytes, name, options, vocabulary)),
        Outcome::Died(status) => {
            let message = format!("the file made its reader run out of memory ({status})");
            (Code::TooMuchMemory, message)
        }
        Outcome::Stopped => {
            let seconds = TIME_LIMIT.as_secs();
            (Code::TooMuchTime, format!("the file was not read after {seconds} seconds"))
        }
    };
    let diagnostic = Diagnostic::new(code, message)
        .hint("open it in Excel, delete what lies outside the tables, and save it as .xlsx");
    Ok(Reading { diagnostics: vec![diagnostic], ..Reading::default() })
}

thread_local! {
    /// Whether the thread reads a workbook.
    static IS_READING: Cell<bool> = const { Cell::new(false) };
}

/// The reader's panics are caught and become diagnostics: nobody needs to see where it panicked. Those
/// of other threads are told as ever.
fn read_quietly(bytes: &[u8], name: &str, options: &Options, vocabulary: &Vocabulary) -> Reading {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !IS_READING.get() {
                told(panic);
            }
        }));
    });
    IS_READING.set(true);
    let reading = read(bytes, name, options, vocabulary);
    IS_READING.set(false);
    reading
}

enum Outcome {
    Survived,
    Died(ExitStatus),
    Stopped,
}

fn outcome(binary: &Path, bytes: &[u8]) -> std::io::Result<Outcome> {
    let mut child = Command::new(binary)
        .arg(WORKER)
        .env(ARENA.0, ARENA.1)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A worker that died early closes its input; its status tells the rest.
        let _ = input.write_all(bytes);
    }
    match wait(&mut child)? {
        Some(status) if status.success() => Ok(Outcome::Survived),
        Some(status) => Ok(Outcome::Died(status)),
        None => {
            child.kill()?;
            child.wait()?;
            Ok(Outcome::Stopped)
        }
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

/// What a worker does: reads the workbook of its standard input, and forgets it.
pub(crate) fn work() -> std::io::Result<()> {
    #[cfg(unix)]
    rlimit::setrlimit(rlimit::Resource::AS, MEMORY_LIMIT, MEMORY_LIMIT)?;
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    drop(read(&bytes, "", &Options::default(), &Vocabulary::bundled()));
    Ok(())
}
