//! Text for people, on terminals that must not be tricked by what a cell holds.

use std::io::{self, Write};

/// For people, or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
}

/// The language in which people are told what is wrong; programs get English and codes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Language {
    /// Vietnamese.
    Vi,
    /// English.
    #[default]
    En,
}

impl Language {
    /// The language that is asked for, else that of the locale.
    pub(super) fn chosen(asked: Option<Self>) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var_os(name).filter(|value| !value.is_empty()));
        let is_vietnamese = locale.is_some_and(|locale| locale.to_string_lossy().starts_with("vi"));
        asked.unwrap_or(if is_vietnamese { Self::Vi } else { Self::En })
    }
}

/// Writes to standard output; only data goes there.
pub(super) fn print(text: &str) -> io::Result<()> {
    print_bytes(text.as_bytes())
}

/// As `print`, for what is no text.
pub(super) fn print_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// A time to the minute.
pub(super) fn minute(time: &str) -> &str {
    time.get(..16).unwrap_or(time)
}

/// Who said something, when and why: "by an, 2026-11-25T17:57: the list says 11".
pub(super) fn signed(author: Option<&str>, time: &str, note: Option<&str>) -> String {
    let by = author.map_or("somebody".to_owned(), safe);
    let note = note.map_or(String::new(), |note| format!(": {}", safe(note)));
    format!("by {by}, {}{note}", minute(time))
}

/// Text of a workbook without control characters and marks that turn the direction of writing.
pub(super) fn safe(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let is_mark = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if c.is_control() || is_mark {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// "1 workbook", "2 workbooks".
pub(super) fn counted(count: usize, noun: &str) -> String {
    let plural = match noun.strip_suffix("branch") {
        Some(head) => format!("{head}branches"),
        None => format!("{noun}s"),
    };
    if count == 1 { format!("1 {noun}") } else { format!("{count} {plural}") }
}

#[cfg(test)]
mod tests {
    use super::{counted, safe};

    #[test]
    fn cells_cannot_trick_the_terminal() {
        assert_eq!(safe("a\u{1b}[2Jb\u{202e}c"), "a\\u{1b}[2Jb\\u{202e}c");
        assert_eq!(safe("Nguyễn Thị Hòa"), "Nguyễn Thị Hòa");
        assert_eq!(counted(2, "branch"), "2 branches");
    }
}
