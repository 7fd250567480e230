//! Files and folders of the command line to workbooks that were read.

use std::collections::HashSet;
use std::fs::ReadDir;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use evalhub_import::{Campaign, Code, Diagnostic, Options, Profile, Reading};

use super::Stop;
use super::output::Language;
use crate::worker::read_guarded;

/// A workbook's bytes and what was read from them.
pub(super) struct ReadWorkbook {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) reading: Reading,
}

/// What the command line says that a workbook does not.
#[derive(Debug, clap::Args)]
pub(super) struct ReadingArguments {
    /// Workbooks, or folders of them
    #[arg(required = true, value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// The round, where a workbook names none: 2019, 2026-Q3, 2012-13
    #[arg(long, value_name = "CODE")]
    campaign: Option<String>,
    /// The issuing body, where a workbook names none
    #[arg(long, value_name = "NAME")]
    committee: Option<String>,
    /// The body above the issuing body, where a workbook prints none
    #[arg(long, value_name = "NAME")]
    superior: Option<String>,
    /// How the workbooks are laid out, where words cannot settle it: a profile in TOML, or a folder
    /// of profiles that are found by their signature
    #[arg(long, value_name = "PATH")]
    profile: Option<PathBuf>,
    /// The language of what is wrong; that of the locale by default
    #[arg(long, value_enum)]
    lang: Option<Language>,
}

const EXTENSIONS: [&str; 5] = ["xlsx", "xlsm", "xls", "xlsb", "ods"];
/// The largest file: none of Excel's is so large.
const BYTES_LIMIT: u64 = 500_000_000;

impl ReadingArguments {
    pub(super) fn language(&self) -> Language {
        Language::chosen(self.lang)
    }

    pub(super) fn options(&self) -> Result<Options, Stop> {
        let campaign = match &self.campaign {
            Some(code) => Some(Campaign::parse(code).ok_or_else(|| {
                Stop::Usage(format!(
                    "`{code}` is no campaign; expected a code such as 2019, 2026-Q3 or 2012-13"
                ))
            })?),
            None => None,
        };
        let (mut profile, mut known_profiles) = (None, Vec::new());
        match &self.profile {
            Some(folder) if folder.is_dir() => known_profiles = profiles_of(folder)?,
            Some(path) => profile = Some(Arc::new(read_profile(path)?)),
            None => {}
        }
        Ok(Options {
            campaign,
            committee: self.committee.clone(),
            superior: self.superior.clone(),
            profile,
            known_profiles,
            ..Options::default()
        })
    }

    /// The files that are named, and those in the folders that are, each once; lock files are left out.
    pub(super) fn files(&self) -> Result<Vec<PathBuf>, Stop> {
        let mut found = Files::default();
        for path in &self.paths {
            if path.is_dir() {
                let before = found.files.len();
                let entries = std::fs::read_dir(path)
                    .with_context(|| format!("cannot open the folder `{}`", path.display()))?;
                found.add(path, entries);
                if found.files.len() == before {
                    return Err(Stop::Usage(format!(
                        "there is no workbook in `{}`; expected files ending in {}",
                        path.display(),
                        EXTENSIONS.map(|extension| format!(".{extension}")).join(", ")
                    )));
                }
            } else {
                std::fs::symlink_metadata(path)
                    .with_context(|| format!("cannot read the file `{}`", path.display()))?;
                found.files.push(path.clone());
            }
        }
        Ok(found.files)
    }
}

/// The workbooks of folders.
#[derive(Default)]
struct Files {
    files: Vec<PathBuf>,
    /// Where the folders and files are that were looked at: links may lead in circles.
    seen: HashSet<PathBuf>,
}

impl Files {
    /// Adds the workbooks of a folder and of those in it, by name. A folder in it that cannot be opened is
    /// added as if it were a file: reading it tells why.
    fn add(&mut self, folder: &Path, entries: ReadDir) {
        if !self.is_new(folder) {
            return;
        }
        let mut paths: Vec<PathBuf> =
            entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                match std::fs::read_dir(&path) {
                    Ok(entries) => self.add(&path, entries),
                    Err(_) => self.files.push(path),
                }
            } else if is_workbook(&path) && self.is_new(&path) {
                self.files.push(path);
            }
        }
    }

    fn is_new(&mut self, path: &Path) -> bool {
        // What leads nowhere is told when it is read.
        path.canonicalize().map_or(true, |place| self.seen.insert(place))
    }
}

/// Whether a file is one of Excel's by its name, and not the lock of one that is open.
fn is_workbook(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
        && !name_of(path).starts_with("~$")
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn read_profile(path: &Path) -> Result<Profile, Stop> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the profile `{}`", path.display()))?;
    Profile::parse(&text).map_err(|reason| {
        Stop::Usage(format!("the profile `{}` is wrong: {reason}", path.display()))
    })
}

/// The profiles of a folder, by name.
fn profiles_of(folder: &Path) -> Result<Vec<Arc<Profile>>, Stop> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot open the folder `{}`", folder.display()))?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    if paths.is_empty() {
        return Err(Stop::Usage(format!("there is no profile (.toml) in `{}`", folder.display())));
    }
    paths.iter().map(|path| read_profile(path).map(Arc::new)).collect()
}

/// Reads one file; what keeps it from being read is told in its reading, so that others go on.
pub(super) fn read_file(path: &Path, options: &Options) -> Result<ReadWorkbook, Stop> {
    let name = name_of(path);
    let (bytes, reading) = match content(path) {
        Ok(bytes) => {
            let reading = read_guarded(&bytes, &name, options)?;
            (bytes, reading)
        }
        Err(reason) => {
            let diagnostic = Diagnostic::new(Code::FileUnreadable, reason)
                .hint("see that the file is there and may be read, and import it again");
            (Vec::new(), Reading { diagnostics: vec![diagnostic], ..Reading::default() })
        }
    };
    Ok(ReadWorkbook { name, bytes, reading })
}

/// The bytes of a regular file: others may never end, or never begin.
fn content(path: &Path) -> Result<Vec<u8>, String> {
    let cause = |error: std::io::Error| format!("`{}` cannot be read: {error}", path.display());
    let file = std::fs::metadata(path).map_err(cause)?;
    if file.is_dir() {
        let error = std::fs::read_dir(path).err();
        let reason = error.map_or_else(String::new, |error| format!(": {error}"));
        return Err(format!("the folder `{}` cannot be opened{reason}", path.display()));
    }
    if !file.is_file() {
        return Err(format!("`{}` is a device or a pipe, and no file", path.display()));
    }
    if file.len() > BYTES_LIMIT {
        let megabytes = BYTES_LIMIT / 1_000_000;
        return Err(format!("`{}` is larger than {megabytes} MB", path.display()));
    }
    std::fs::read(path).map_err(cause)
}
