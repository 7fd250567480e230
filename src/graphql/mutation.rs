//! The root of all mutations: each is one transaction of the ledger.

use async_graphql::{Context, ID, InputObject, Object, Result};
use futures_util::future::try_join_all;

use super::Hub;
use super::branch::Branch;
use super::error::bad_argument;
use super::filter::id_of;
use super::history::{Acceptance, Correction, Decision, Succession};
use super::import::Import;
use super::loader::{BranchKey, ImportKey, MemberKey, load_known};
use super::member::Member;
use super::names::CorrectableField;
use super::upload::{File, Upload};
use crate::ledger::{
    self, Author, Candidate, Field, Known, Mode, Replaces, Said, Statement, Subject, Target,
};
use crate::worker::read_guarded;
use crate::{db, rules};

pub(crate) struct Mutation;

/// A statement about one field of one fact.
#[derive(InputObject)]
struct CorrectionInput {
    /// The fact by its id: `Member:12`, `MemberEvaluation:34`, `ReportedResult:56` …
    target: ID,
    /// The field.
    field: CorrectableField,
    /// The right value, as a workbook would have it: text, `17/05/1980`, `nữ`, `HTTNV` or its
    /// words, `Branch:12` or its name, `11`, `true`; left out, there is none.
    value: Option<String>,
    /// Why.
    note: Option<String>,
    /// Who states it.
    author: Option<String>,
}

fn author(name: Option<String>, note: Option<String>) -> Author {
    Author { name, note, now: jiff::Timestamp::now().to_string() }
}

fn ids_of(kind: &str, ids: &[ID]) -> Result<Vec<i64>> {
    ids.iter().map(|id| id_of(kind, id)).collect()
}

/// What to do with workbooks, and what they do not say.
#[derive(Debug, Default, InputObject)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
struct ImportOptions {
    /// Apply at once; else each workbook becomes a plan for `applyImport`.
    #[graphql(default)]
    apply: bool,
    /// The round, where a workbook names none: `2019`, `2026-Q3`, `2012-13`.
    campaign: Option<String>,
    /// The issuing body, where a workbook names none.
    committee: Option<String>,
    /// The body above the issuing body, where a workbook prints none.
    superior: Option<String>,
    /// How the workbooks are laid out, where words cannot settle it: the text of a profile (TOML).
    profile: Option<String>,
    /// The import that the workbook takes the place of; found by itself where none is named.
    replaces: Option<ID>,
    /// The workbooks take the place of none.
    #[graphql(default)]
    replaces_none: bool,
    /// Leave out rows that have errors, instead of refusing the workbook.
    #[graphql(default)]
    skip_invalid_rows: bool,
    /// Import all workbooks, or none where one is refused.
    #[graphql(default)]
    strict: bool,
    /// Keep the workbooks themselves in the database.
    #[graphql(default)]
    keep_workbooks: bool,
}

impl ImportOptions {
    /// What the workbooks do not say.
    fn reading(&self) -> Result<evalhub_import::Options> {
        let campaign = match &self.campaign {
            Some(code) => Some(evalhub_import::Campaign::parse(code).ok_or_else(|| {
                bad_argument(format!("`{code}` is no campaign; expected 2019, 2026-Q3 or 2012-13"))
            })?),
            None => None,
        };
        let profile = self.profile.as_deref().map(evalhub_import::Profile::parse).transpose();
        let profile =
            profile.map_err(|reason| bad_argument(format!("the profile is wrong: {reason}")))?;
        Ok(evalhub_import::Options {
            campaign,
            committee: self.committee.clone(),
            superior: self.superior.clone(),
            profile: profile.map(std::sync::Arc::new),
            ..evalhub_import::Options::default()
        })
    }

    fn handling(&self, files: usize) -> Result<ledger::Options> {
        let replaces = match &self.replaces {
            _ if self.replaces_none => Replaces::Nothing,
            Some(_) if files > 1 => {
                return Err(bad_argument("`replaces` names one import; send one workbook with it"));
            }
            Some(id) => Replaces::Import(id_of("Import", id)?),
            None => Replaces::Recognised,
        };
        Ok(ledger::Options {
            mode: if self.apply { Mode::Apply } else { Mode::Plan },
            skip_invalid_rows: self.skip_invalid_rows,
            strict: self.strict,
            keep_workbooks: self.keep_workbooks,
            replaces,
            now: jiff::Timestamp::now().to_string(),
        })
    }
}

/// The most workbooks of one request.
const FILES_LIMIT: usize = 20;

/// The root of all mutations.
#[Object]
impl Mutation {
    /// Reads workbooks and plans their import, or applies it at once; the answer has an import for each
    /// workbook, in their order: its plan or changes, and what was wrong with it. One that is refused,
    /// or was imported before, is no error; with `strict` the answer has the refused ones alone, for
    /// nothing is imported. It comes as a multipart request.
    async fn import_workbooks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workbooks, at most 20.")] files: Vec<Upload>,
        #[graphql(
            desc = "What the workbooks do not say, and what is done with them: `{ apply: true }`."
        )]
        options: Option<ImportOptions>,
    ) -> Result<Vec<Import>> {
        let options = options.unwrap_or_default();
        if files.is_empty() || files.len() > FILES_LIMIT {
            let count = files.len();
            return Err(bad_argument(format!("there are {count} files; send 1 to {FILES_LIMIT}")));
        }
        let (mut reading, handling) = (options.reading()?, options.handling(files.len())?);
        let said = Said::of(&reading, options.skip_invalid_rows);
        let files = files.iter().map(|file| file.file(ctx)).collect::<Result<Vec<_>>>()?;
        let change = move |database: &db::Database| {
            Known::of(database)?.complete(&mut reading);
            let mut candidates = read(files, &reading, &said)?;
            let outcomes = ledger::import(database, &mut candidates, &handling, &mut |_, _| {})?;
            Ok(outcomes.into_iter().map(|outcome| outcome.import_id).collect::<Vec<_>>())
        };
        let ids: Vec<i64> = write(ctx, change).await?.into_iter().flatten().collect();
        // The same workbook twice is the same import twice.
        let rows = try_join_all(ids.into_iter().map(|id| load_known(ctx, ImportKey(id)))).await?;
        Ok(rows.into_iter().map(Import).collect())
    }

    /// Applies an import that was planned, if what it would change is as it was then.
    async fn apply_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The planned import: `Import:7`.")] id: ID,
    ) -> Result<Import> {
        let number = id_of("Import", &id)?;
        write(ctx, move |database| ledger::apply(database, number)).await?;
        load_known(ctx, ImportKey(number)).await.map(Import)
    }

    /// Undoes an import: its records are withdrawn, what others state stays. A planned import is
    /// dropped.
    async fn revert_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The import: `Import:7`.")] id: ID,
    ) -> Result<Import> {
        let number = id_of("Import", &id)?;
        write(ctx, move |database| ledger::revert(database, number, false)).await?;
        load_known(ctx, ImportKey(number)).await.map(Import)
    }

    /// Corrects one field of one fact: `{ target: "ReportedResult:56", field: COUNT, value: "11" }`.
    async fn correct(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is stated of which fact.")] input: CorrectionInput,
    ) -> Result<Correction> {
        let kind = input.target.split_once(':').map(|(kind, _)| kind).unwrap_or_default();
        let Some(target) = Target::of_name(kind) else {
            let known: Vec<&str> = Target::ALL.iter().map(|target| target.name()).collect();
            return Err(bad_argument(format!(
                "`{}` cannot be corrected; expected an id of {}",
                input.target.as_str(),
                known.join(", ")
            )));
        };
        let statement = Statement {
            target,
            id: id_of(kind, &input.target)?,
            field: input.field.into(),
            value: input.value,
        };
        let author = author(input.author, input.note);
        let change =
            move |database: &db::Database| ledger::correct(database, &statement, &author, false);
        let (id, _) = write(ctx, change).await?;
        correction(ctx, id).await
    }

    /// Withdraws a correction: what workbooks state holds again.
    async fn withdraw_correction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The correction: `Correction:7`.")] id: ID,
    ) -> Result<Correction> {
        let number = id_of("Correction", &id)?;
        let author = author(None, None);
        write(ctx, move |database| ledger::withdraw_correction(database, number, &author)).await?;
        correction(ctx, number).await
    }

    /// Accepts a discrepancy as it is: it leaves `discrepancies` and comes back when one of its values
    /// changes.
    async fn accept_discrepancy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is accepted: `Discrepancy:7`.")] id: ID,
        #[graphql(desc = "Why it is as it is.")] note: String,
        #[graphql(desc = "Who says so.")] author: Option<String>,
    ) -> Result<Acceptance> {
        let number = id_of("Discrepancy", &id)?;
        let author = self::author(author, Some(note));
        let hub = ctx.data::<Hub>()?;
        let Some(found) = hub.run(move |conn| rules::discrepancy(conn, number)).await? else {
            return Err(bad_argument(format!("there is no {} any more", id.as_str())));
        };
        let change =
            move |database: &db::Database| ledger::accept(database, &found.to_accept(), &author);
        write(ctx, change).await.map(Acceptance::from)
    }

    /// Withdraws an acceptance: the discrepancy is open again.
    async fn withdraw_acceptance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The acceptance: `Acceptance:9`.")] id: ID,
    ) -> Result<Acceptance> {
        let number = id_of("Acceptance", &id)?;
        let author = author(None, None);
        let change =
            move |database: &db::Database| ledger::withdraw_acceptance(database, number, &author);
        write(ctx, change).await.map(Acceptance::from)
    }

    /// Members are one: the others become a part of the first, in later imports too.
    async fn merge_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who stays: `Member:12`.")] keep: ID,
        #[graphql(desc = "Who become a part: `[\"Member:34\"]`.")] merge: Vec<ID>,
        #[graphql(desc = "Why.")] note: Option<String>,
    ) -> Result<Member> {
        let (keep, others) = (id_of("Member", &keep)?, ids_of("Member", &merge)?);
        let author = author(None, note);
        let change = move |database: &db::Database| {
            ledger::merge(database, Subject::Members, keep, &others, &author)
        };
        write(ctx, change).await?;
        load_known(ctx, MemberKey(keep)).await.map(Member)
    }

    /// A member is two: the enrolments named are those of somebody else, whom the answer gives.
    async fn separate_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is two: `Member:12`.")] member: ID,
        #[graphql(desc = "The enrolments of the other: `[\"Enrolment:56\"]`.")] enrolments: Vec<ID>,
        #[graphql(desc = "Why.")] note: Option<String>,
    ) -> Result<Member> {
        let (member, enrolments) = (id_of("Member", &member)?, ids_of("Enrolment", &enrolments)?);
        let author = author(None, note);
        let change =
            move |database: &db::Database| ledger::separate(database, member, &enrolments, &author);
        let (id, _) = write(ctx, change).await?;
        load_known(ctx, MemberKey(id)).await.map(Member)
    }

    /// Two members are two: the pair leaves the queue of `mergeCandidates`.
    async fn distinguish_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "One of them: `Member:12`.")] member: ID,
        #[graphql(desc = "The other one: `Member:34`.")] other: ID,
        #[graphql(desc = "Why.")] note: Option<String>,
    ) -> Result<Vec<Member>> {
        let (left, right) = (id_of("Member", &member)?, id_of("Member", &other)?);
        let author = author(None, note);
        write(ctx, move |database| ledger::distinguish(database, left, right, &author)).await?;
        let left = load_known(ctx, MemberKey(left)).await?;
        let right = load_known(ctx, MemberKey(right)).await?;
        Ok(vec![Member(left), Member(right)])
    }

    /// Withdraws a decision: who was merged is two again, who was separated is one.
    async fn withdraw_decision(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The decision: `Decision:8`.")] id: ID,
    ) -> Result<Option<Decision>> {
        let number = id_of("Decision", &id)?;
        let author = author(None, None);
        write(ctx, move |database| ledger::withdraw_decision(database, number, &author)).await?;
        let rows =
            ctx.data::<Hub>()?.run(move |conn| db::Decision::by_ids(conn, &[number])).await?;
        Ok(rows.into_iter().next().map(Decision::from))
    }

    /// Branches are one: the others become a part of the first, in later imports too.
    async fn merge_branches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which stays: `Branch:12`.")] keep: ID,
        #[graphql(desc = "Which become a part: `[\"Branch:34\"]`.")] merge: Vec<ID>,
        #[graphql(desc = "Why.")] note: Option<String>,
    ) -> Result<Branch> {
        let (keep, others) = (id_of("Branch", &keep)?, ids_of("Branch", &merge)?);
        let author = author(None, note);
        let change = move |database: &db::Database| {
            ledger::merge(database, Subject::Branches, keep, &others, &author)
        };
        write(ctx, change).await?;
        load_known(ctx, BranchKey(keep)).await.map(Branch)
    }

    /// Gives a branch its right name.
    async fn rename_branch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The branch: `Branch:12`.")] id: ID,
        #[graphql(desc = "Its right name.")] name: String,
    ) -> Result<Branch> {
        let id = id_of("Branch", &id)?;
        let value = Some(name);
        let statement = Statement { target: Target::Branch, id, field: Field::Name, value };
        let author = author(None, None);
        write(ctx, move |database| ledger::correct(database, &statement, &author, false)).await?;
        load_known(ctx, BranchKey(id)).await.map(Branch)
    }

    /// Says under which branch a branch stood in a round; without a parent it stands at the top.
    async fn place_branch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The branch: `Branch:12`.")] id: ID,
        #[graphql(desc = "The code of the round: `2019`.")] campaign: String,
        #[graphql(desc = "The branch above it: `Branch:3`.")] parent: Option<ID>,
    ) -> Result<Branch> {
        let id = id_of("Branch", &id)?;
        let parent = parent.map(|parent| id_of("Branch", &parent)).transpose()?;
        let author = author(None, None);
        write(ctx, move |database| ledger::place(database, id, &campaign, parent, &author)).await?;
        load_known(ctx, BranchKey(id)).await.map(Branch)
    }

    /// Says that from a round on some branches follow others: renamed, merged or split.
    async fn succeed_branches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Those that are followed: `[\"Branch:12\"]`.")] from: Vec<ID>,
        #[graphql(desc = "Those that follow: `[\"Branch:14\"]`.")] to: Vec<ID>,
        #[graphql(desc = "The code of the first round of those that follow.")] campaign: String,
        #[graphql(desc = "Why.")] note: Option<String>,
    ) -> Result<Vec<Branch>> {
        let (from, to) = (ids_of("Branch", &from)?, ids_of("Branch", &to)?);
        let author = author(None, note);
        let after = to.clone();
        let change = move |database: &db::Database| {
            ledger::succeed(database, &from, &to, &campaign, &author)
        };
        write(ctx, change).await?;
        let mut branches = Vec::with_capacity(after.len());
        for id in after {
            branches.push(Branch(load_known(ctx, BranchKey(id)).await?));
        }
        Ok(branches)
    }

    /// Takes a succession back; the answer has those that are left.
    async fn forget_succession(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The succession: `Succession:9`.")] id: ID,
    ) -> Result<Vec<Succession>> {
        let number = id_of("Succession", &id)?;
        write(ctx, move |database| ledger::forget_succession(database, number)).await?;
        let rows = ctx.data::<Hub>()?.run(db::Succession::all).await?;
        Ok(rows.into_iter().map(Succession).collect())
    }
}

/// Reads workbooks, each in a process of its own.
fn read(
    files: Vec<File>,
    options: &evalhub_import::Options,
    said: &Said,
) -> Result<Vec<Candidate>, ledger::LedgerError> {
    let one = |file: File| {
        let reading = read_guarded(&file.content, &file.name, options)
            .map_err(ledger::LedgerError::Reader)?;
        Ok(Candidate::new(file.name, file.content, reading, said.clone()))
    };
    files.into_iter().map(one).collect()
}

/// Runs a change of the ledger; what the ledger refuses is said to the client.
async fn write<T, F>(ctx: &Context<'_>, change: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(&db::Database) -> Result<T, ledger::LedgerError> + Send + 'static,
{
    ctx.data::<Hub>()?.write(change).await
}

async fn correction(ctx: &Context<'_>, id: i64) -> Result<Correction> {
    let rows = ctx.data::<Hub>()?.run(move |conn| db::Correction::by_ids(conn, &[id])).await?;
    let row = rows.into_iter().next();
    row.map(Correction::from).ok_or_else(|| super::error::internal("a correction is not there"))
}
