//! What people say that no workbook does: answers to questions, the list of branches; and workbooks that
//! are read again with it.

use std::sync::Arc;

use diesel::prelude::*;
use evalhub_import::{Campaign, Options, Profile, Question, Register, fields};
use serde::{Deserialize, Serialize};

use super::{Author, LedgerError, version};
use crate::db::{self, AnyConnection, Database, Ids, Import, Workbook};

/// What was said when a workbook was read, which it does not say itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Said {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    campaign: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    committee: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    superior: Option<String>,
    /// The profile in TOML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    /// Whether rows with errors were left out.
    #[serde(default)]
    pub(crate) skip_invalid_rows: bool,
}

impl Said {
    pub(crate) fn of(options: &Options, skip_invalid_rows: bool) -> Self {
        Self {
            campaign: options.campaign.as_ref().map(|campaign| campaign.code.clone()),
            committee: options.committee.clone(),
            superior: options.superior.clone(),
            profile: options.profile.as_ref().map(|profile| profile.text().to_owned()),
            skip_invalid_rows,
        }
    }

    /// The same with what people have said since.
    fn options(&self, known: &Known) -> Options {
        let profile = self.profile.as_deref().and_then(|text| Profile::parse(text).ok());
        Options {
            campaign: self.campaign.as_deref().and_then(Campaign::parse),
            committee: self.committee.clone(),
            superior: self.superior.clone(),
            profile: profile.map(Arc::new),
            answers: known.answers.clone(),
            register: known.register.clone(),
            ..Options::default()
        }
    }
}

/// What people have said of all workbooks: answers to questions, and the list of branches.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    pub(crate) answers: Vec<evalhub_import::Answer>,
    pub(crate) register: Option<Arc<Register>>,
}

impl Known {
    pub(crate) fn of(database: &Database) -> Result<Self, LedgerError> {
        Ok(db::Snapshot::open(database)?.run(Self::load)?)
    }

    fn load(conn: &mut AnyConnection) -> QueryResult<Self> {
        let register = db::RegisteredBranch::register(conn)?.map(Arc::new);
        Ok(Self { answers: db::Answer::all(conn)?, register })
    }

    /// Adds it to how workbooks are read.
    pub(crate) fn complete(self, options: &mut Options) {
        options.answers = self.answers;
        options.register = self.register;
    }
}

/// Takes a list of branches in the place of the one before; workbooks that are imported from now on, or
/// read again, are matched against it.
pub(crate) fn register(database: &Database, register: &Register) -> Result<(), LedgerError> {
    database.write(|conn| Ok(db::RegisteredBranch::replace(conn, register)?))
}

/// A question that waits for an answer.
#[derive(Debug)]
pub(crate) struct OpenQuestion {
    pub(crate) diagnostic: db::Diagnostic,
    pub(crate) question: Question,
    pub(crate) workbook: String,
}

/// The questions of the imports that hold, in their order.
pub(crate) fn open_questions(database: &Database) -> Result<Vec<OpenQuestion>, LedgerError> {
    let mut snapshot = db::Snapshot::open(database)?;
    Ok(snapshot.run(all)?)
}

fn all(conn: &mut AnyConnection) -> QueryResult<Vec<OpenQuestion>> {
    let live: Vec<i64> = version::live(conn)?.into_iter().collect();
    let imports = Import::by_ids(conn, &live)?;
    let ids: Vec<i64> = imports.iter().map(|import| import.workbook_id).collect();
    let workbooks = Workbook::by_ids(conn, &ids)?;
    let name_of = |import_id: i64| {
        let import = imports.iter().find(|import| import.id == import_id)?;
        workbooks.iter().find(|book| book.id == import.workbook_id).map(|book| book.name.clone())
    };
    let questions = db::Diagnostic::questions(conn, &live)?.into_iter();
    let open = questions.map(|(diagnostic, question)| OpenQuestion {
        workbook: name_of(diagnostic.import_id).unwrap_or_default(),
        diagnostic,
        question,
    });
    Ok(open.collect())
}

/// Answers a question, and the same one of all other workbooks that are laid out alike; the answer has
/// the imports whose workbooks are to be read again.
pub(crate) fn answer(
    database: &Database,
    diagnostic_id: i64,
    field: &str,
    author: &Author,
) -> Result<Vec<i64>, LedgerError> {
    if !fields().iter().any(|known| known == field) {
        return Err(LedgerError::Statement(format!(
            "`{field}` is no field; expected one of {}",
            fields().join(", ")
        )));
    }
    database.write(|conn| {
        let open = all(conn)?;
        let Some(asked) = open.iter().find(|open| open.diagnostic.id == diagnostic_id) else {
            return Err(LedgerError::Statement(format!(
                "there is no open question {diagnostic_id}; `evalhub answer` lists them"
            )));
        };
        let mut ids = Ids::begin(conn)?;
        let answer = db::Answer {
            id: ids.give(),
            layout: asked.question.layout.clone(),
            heading: asked.question.heading.clone(),
            field: field.to_owned(),
            author: author.name.clone(),
            note: author.note.clone(),
            created_at: author.now.clone(),
        };
        answer.enter(conn)?;
        ids.finish(conn)?;
        let same = open.iter().filter(|open| {
            open.question.layout == asked.question.layout
                && open.question.heading == asked.question.heading
        });
        let mut imports: Vec<i64> = same.map(|open| open.diagnostic.import_id).collect();
        imports.dedup();
        Ok(imports)
    })
}

/// A workbook that was kept, and how it is to be read.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) import_id: i64,
    pub(crate) name: String,
    /// None where it was not kept.
    pub(crate) content: Option<Vec<u8>>,
    pub(crate) said: Said,
    pub(crate) options: Options,
}

/// The workbooks of imports that hold, all of them where none is named.
pub(crate) fn kept(database: &Database, ids: Option<&[i64]>) -> Result<Vec<Kept>, LedgerError> {
    let mut snapshot = db::Snapshot::open(database)?;
    let (imports, workbooks, known) = snapshot.run(|conn| {
        let live = version::live(conn)?;
        let wanted: Vec<i64> = match ids {
            Some(ids) => ids.to_vec(),
            None => live.into_iter().collect(),
        };
        let imports = Import::by_ids(conn, &wanted)?;
        let books: Vec<i64> = imports.iter().map(|import| import.workbook_id).collect();
        Ok((imports, Workbook::by_ids(conn, &books)?, Known::load(conn)?))
    })?;
    if let Some(missing) =
        ids.unwrap_or_default().iter().find(|id| !imports.iter().any(|import| import.id == **id))
    {
        return Err(LedgerError::NoImport(*missing));
    }
    let mut kept = Vec::with_capacity(imports.len());
    for import in imports {
        let Some(book) = workbooks.iter().find(|book| book.id == import.workbook_id) else {
            continue;
        };
        let said: Said = serde_json::from_str(&import.said)?;
        kept.push(Kept {
            import_id: import.id,
            name: book.name.clone(),
            content: snapshot.run(|conn| Workbook::content(conn, &book.content_hash))?,
            options: said.options(&known),
            said,
        });
    }
    kept.sort_by_key(|kept| kept.import_id);
    Ok(kept)
}
