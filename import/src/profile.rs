//! Profiles: what words cannot settle about a family of workbooks, said in a few lines of TOML.

mod figures;
mod gathered;
mod layout;
mod list;
mod scale;
mod split;
pub(crate) mod written;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::grid::cell_name;
use crate::record::Subject;
use crate::text::comparison_key;

pub(crate) use figures::{mismatch, read};
pub(crate) use list::{MEASURES, meaning, word_of};
use split::Template;

/// One family of workbooks: which sheets, where the heading is, which column is which field, how a
/// key is split, which levels there are, what missing looks like. `import/profiles` has examples.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What the profile is for.
    pub name: String,
    /// The issuing body.
    #[serde(default)]
    pub(crate) committee: Option<String>,
    /// Whom the figures count.
    #[serde(default = "members")]
    subject: Subject,
    /// Headings by which a sheet of the family is known; without them a profile must be asked for.
    #[serde(default)]
    signature: Vec<String>,
    /// The sheets that are read, with `*` for any text; all that are visible by default.
    #[serde(default)]
    sheets: Vec<String>,
    /// The sheets that are not.
    #[serde(default)]
    skip_sheets: Vec<String>,
    /// A word of the lowest heading row, or the number of that row as Excel counts.
    heading: HeadingAt,
    /// How many rows the heading has.
    #[serde(default = "one")]
    heading_rows: u32,
    /// For lists: column → field, as `inspect` names them.
    #[serde(default)]
    columns: BTreeMap<String, String>,
    /// For lists: mark → level or reason ("A" → "HTXSNV", "M" → "miễn").
    #[serde(default)]
    marks: BTreeMap<String, String>,
    #[serde(default)]
    key: Key,
    #[serde(default)]
    rows: Rows,
    /// The levels, best first: each with its name and its other spellings, which are added up.
    #[serde(default)]
    levels: Vec<Vec<String>>,
    /// The words over the columns that are meant, where several have the words of a level.
    #[serde(default)]
    under: Option<String>,
    /// The heading right over the figures that are meant: `#`, `N`.
    #[serde(default)]
    take: Option<String>,
    /// What the figures of levels are.
    #[serde(default)]
    figures: Unit,
    /// For tables of one level a row: the columns of the level and of its figure.
    #[serde(default)]
    long: Option<Long>,
    /// Columns (or levels of a long table) that are totals and the like.
    #[serde(default)]
    measures: Measures,
    /// Texts that stand for a figure that is not given, with `*` for any text (`**` for a star).
    #[serde(default)]
    missing: Vec<String>,
    /// Texts that stand for zero; "" is a blank cell.
    #[serde(default)]
    zero: Vec<String>,
    /// The profile as it was written.
    #[serde(skip)]
    text: String,
}

/// A text as TOML writes it.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The words for fields, as profiles and answers name them.
pub fn fields() -> Vec<String> {
    list::words()
}

fn members() -> Subject {
    Subject::Members
}

fn one() -> u32 {
    1
}

/// Where the lowest row of the heading is.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum HeadingAt {
    Row(u32),
    Word(String),
}

/// What figures of levels are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Unit {
    /// People or organisations.
    #[default]
    Count,
    /// Per cent: 13.3 or "13,3 %".
    Percent,
    /// Parts of one that Excel shows as per cent: 0.133.
    Fraction,
}

/// One column or several: by words of the heading, or by letter ("column C").
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Columns {
    One(String),
    Several(Vec<String>),
}

impl Columns {
    fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
}

/// Which organisation and which round a row is about.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    name: String,
    /// How the name's cell is split: `{name} ({campaign})`.
    #[serde(default)]
    split: Option<Template>,
    /// Several columns are joined.
    #[serde(default)]
    code: Option<Columns>,
    /// Digits that a code has at least, with zeros before it.
    #[serde(default)]
    code_width: CodeWidth,
    #[serde(default)]
    parent: Option<String>,
    /// Names that are misspelt → as they are meant.
    #[serde(default)]
    spelt: BTreeMap<String, String>,
    /// A column, or one of `sheet`, `title`, `file`, `heading`, or the code of a round.
    #[serde(default)]
    campaign: Option<String>,
    /// Whether blank keys are those of the row above.
    #[serde(default)]
    fill_down: bool,
}

/// The digits of a code, of which no office has many.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(try_from = "usize")]
struct CodeWidth(usize);

impl TryFrom<usize> for CodeWidth {
    type Error = String;

    fn try_from(digits: usize) -> Result<Self, String> {
        const LIMIT: usize = 40;
        if digits > LIMIT {
            return Err(format!("a code of {digits} digits is none; expected {LIMIT} at most"));
        }
        Ok(Self(digits))
    }
}

/// Which rows count.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Rows {
    /// Column → texts, one of which a row must have there.
    keep: BTreeMap<String, Vec<String>>,
    /// Column → texts, none of which a row may have there.
    drop: BTreeMap<String, Vec<String>>,
    /// Whether rows without a code are left out.
    need_code: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    level: String,
    figure: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Measures {
    on_roll: Option<Columns>,
    to_rate: Option<Columns>,
    rated: Option<Columns>,
    exempt: Option<Columns>,
    not_yet_rated: Option<Columns>,
    withheld: Option<Columns>,
}

impl Measures {
    /// In the order of `layout::MEASURES`.
    fn named(&self) -> [&Option<Columns>; 6] {
        [
            &self.on_roll,
            &self.to_rate,
            &self.rated,
            &self.exempt,
            &self.not_yet_rated,
            &self.withheld,
        ]
    }
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// What is wrong with the text, with its line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut profile: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        text.clone_into(&mut profile.text);
        if profile.is_for_lists() {
            profile.check_list()?;
        } else if profile.key.name.is_empty() || profile.levels.is_empty() {
            let message = "it names neither [columns] of a list nor [key] and levels of figures";
            return Err(message.to_owned());
        }
        Ok(profile)
    }

    /// The profile as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The profiles that come with the crate.
    pub fn bundled() -> Vec<Self> {
        let texts = [
            include_str!("../profiles/connecticut.toml"),
            include_str!("../profiles/rhode-island.toml"),
        ];
        texts.into_iter().filter_map(|text| Self::parse(text).ok()).collect()
    }

    fn reads_sheet(&self, name: &str) -> bool {
        let fits = |patterns: &[String]| patterns.iter().any(|pattern| is_like(pattern, name));
        (self.sheets.is_empty() || fits(&self.sheets)) && !fits(&self.skip_sheets)
    }
}

/// Whether a text fits a pattern in which `*` stands for any text and `**` for a star.
fn is_like(pattern: &str, text: &str) -> bool {
    const STAR: char = '\u{1}';
    if pattern.trim().eq_ignore_ascii_case(text.trim()) {
        return true;
    }
    let pattern = pattern.trim().to_lowercase().replace("**", &STAR.to_string());
    let text = text.trim().to_lowercase().replace('*', &STAR.to_string());
    let parts: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = parts.as_slice() else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else {
        return false;
    };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

/// The letters of a column: 2 is `C`.
fn letters(column: u32) -> String {
    cell_name(0, column).trim_end_matches('1').to_owned()
}

/// Whether a selector means a column: its letter ("column C"), the words of its heading, or some of the words
/// over it from the top down, parted by `/`.
fn selects(selector: &str, column: u32, path: &[String]) -> bool {
    if let Some(letter) = selector.strip_prefix("column ") {
        return letter.trim() == letters(column);
    }
    let wanted: Vec<String> = selector.split('/').map(comparison_key).collect();
    let whole = comparison_key(selector);
    let keys: Vec<String> = path.iter().map(|text| comparison_key(text)).collect();
    if keys.last() == Some(&whole) || keys.join(" ") == whole {
        return true;
    }
    let mut rest = keys.iter();
    wanted.len() > 1 && wanted.iter().all(|part| rest.any(|key| key == part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_and_selectors() {
        assert!(is_like("State*", "State Totals"));
        assert!(is_like("***", "*"));
        assert!(!is_like("<3", "<30"));
        assert!(is_like("≤*%", "≤ 1%"));
        let path = ["TEACHERS".to_owned(), "Effective".to_owned(), "#".to_owned()];
        assert!(selects("column C", 2, &path));
        assert!(selects("teachers / #", 9, &path));
        assert!(!selects("principals / #", 9, &path));
    }

    #[test]
    fn the_bundled_profiles_parse_and_are_short() {
        assert_eq!(Profile::bundled().len(), 2);
        let text = include_str!("../profiles/connecticut.toml");
        assert!(text.lines().count() <= 40);
    }
}
