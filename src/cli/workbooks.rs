//! Files and folders of the command line to workbooks that were read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use evalhub_import::{Campaign, Options, Profile, Reading, Vocabulary};

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

    /// The files that are named, and those in the folders that are; lock files are left out.
    pub(super) fn files(&self) -> Result<Vec<PathBuf>, Stop> {
        let mut files = Vec::new();
        for path in &self.paths {
            if path.is_dir() {
                let before = files.len();
                add_folder(path, &mut files)?;
                if files.len() == before {
                    return Err(Stop::Usage(format!(
                        "there is no workbook in `{}`; expected files ending in {}",
                        path.display(),
                        EXTENSIONS.map(|extension| format!(".{extension}")).join(", ")
                    )));
                }
            } else {
                files.push(path.clone());
            }
        }
        Ok(files)
    }
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

fn add_folder(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Stop> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot open the folder `{}`", folder.display()))?;
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    for path in paths {
        let name =
            path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let extension =
            path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        if path.is_dir() {
            add_folder(&path, files)?;
        } else if extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
            && !name.starts_with("~$")
        {
            files.push(path);
        }
    }
    Ok(())
}

/// Reads one file.
pub(super) fn read_file(
    path: &Path,
    options: &Options,
    vocabulary: &Vocabulary,
) -> Result<ReadWorkbook, Stop> {
    let bytes = std::fs::read(path)
        .with_context(|| format!("cannot read the file `{}`", path.display()))?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let reading = read_guarded(&bytes, &name, options, vocabulary)?;
    Ok(ReadWorkbook { name, bytes, reading })
}
