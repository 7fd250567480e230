//! The value of a correction: what a person typed, as the ledger keeps it, or what is wrong with it.

use evalhub_import::{
    BodyKind, NotRatedReason as Reason, Sex, Vocabulary, comparison_key, organization_key, typed,
};

use super::{Field, LedgerError, LevelContext, name_of, refused};
use crate::db::{self, AnyConnection, Rating, Scheme};

/// Reads what was typed as the importer reads the cells of workbooks.
pub(super) fn read(
    conn: &mut AnyConnection,
    field: Field,
    text: &str,
    level: &LevelContext,
) -> Result<String, LedgerError> {
    let wrong =
        |expected: &str| refused(format!("`{text}` is no {}; expected {expected}", field.name()));
    let words = Vocabulary::bundled;
    match field {
        Field::Name | Field::Code | Field::Position | Field::Award => {
            Some(text.to_owned()).filter(|text| !text.is_empty()).ok_or_else(|| wrong("some text"))
        }
        Field::Identifiers => {
            let numbers = text.split(',').map(str::trim).filter(|number| !number.is_empty());
            let numbers: Vec<&str> = numbers.collect();
            Some(numbers.join(", "))
                .filter(|numbers| !numbers.is_empty())
                .ok_or_else(|| wrong("numbers, with commas between them"))
        }
        Field::BirthDate | Field::AdmittedOn | Field::OfficialOn => typed::date(text)
            .map(|date| date.to_string())
            .ok_or_else(|| wrong("a date such as 17/05/1980, 1980-05-17, 05/1980 or 1980")),
        Field::Sex => {
            let all = [Sex::Male, Sex::Female];
            let known = one_of(&all, text)?.or_else(|| typed::sex(text, &words()));
            known.map_or_else(|| Err(wrong(&words_or(&all)?)), |sex| Ok(name_of(&sex)?))
        }
        Field::Reason => {
            let all = [
                Reason::Exempt,
                Reason::UnderSixMonths,
                Reason::Suspended,
                Reason::Absent,
                Reason::Other,
            ];
            let known = one_of(&all, text)?.or_else(|| typed::reason(text, &words()));
            known.map_or_else(|| Err(wrong(&words_or(&all)?)), |reason| Ok(name_of(&reason)?))
        }
        Field::Kind => {
            let known = BodyKind::of_name(text).map(|kind| kind.name().to_owned());
            known.ok_or_else(|| wrong(&BodyKind::ALL.map(BodyKind::name).join(", ")))
        }
        Field::Probationary | Field::Exemplary => {
            let known = text.to_lowercase().parse().ok();
            let known: Option<bool> = known.or_else(|| typed::yes_or_no(text, &words()));
            known.map(|known| known.to_string()).ok_or_else(|| wrong("true, false, yes or no"))
        }
        Field::Score | Field::Percent | Field::Target | Field::Actual => {
            let known = typed::number(text).map(|number| number.to_string());
            known.ok_or_else(|| wrong("a number such as 13.3"))
        }
        Field::Count => {
            let known = typed::count(text).map(|count| count.to_string());
            known.ok_or_else(|| wrong("a whole number such as 11"))
        }
        Field::Branch | Field::Parent => branch(conn, field, text),
        Field::Rating => rating(conn, text, level)?.ok_or_else(|| {
            wrong("a level by its code or words, such as HTTNV; `ratingSchemes` has them all")
        }),
    }
}

/// The variant whose name in the API a text is.
fn one_of<T: serde::Serialize + Copy>(
    all: &[T],
    text: &str,
) -> Result<Option<T>, serde_json::Error> {
    let upper = text.to_uppercase();
    for variant in all {
        if name_of(variant)? == upper {
            return Ok(Some(*variant));
        }
    }
    Ok(None)
}

/// What is expected of a value with names in the API.
fn words_or<T: serde::Serialize>(all: &[T]) -> Result<String, serde_json::Error> {
    let names: Vec<String> = all.iter().map(name_of).collect::<Result<_, _>>()?;
    Ok(format!("{}, or a word that workbooks have for it", names.join(", ")))
}

/// A branch by its id, its code, or a name that one branch alone has.
fn branch(conn: &mut AnyConnection, field: Field, text: &str) -> Result<String, LedgerError> {
    let digits = text.strip_prefix("Branch:").unwrap_or(text);
    let mut found = match digits.parse::<i64>() {
        Ok(id) => db::Branch::by_ids(conn, &[id])?,
        Err(_) => Vec::new(),
    };
    if found.is_empty() {
        found = db::Branch::by_codes(conn, &[text.to_owned()])?;
    }
    if found.is_empty() {
        found = db::Branch::by_keys(conn, &[organization_key(text)])?;
    }
    found.retain(|branch| branch.live);
    match found.as_slice() {
        [branch] => Ok(branch.id.to_string()),
        [] => Err(refused(format!(
            "`{text}` is no {}; expected a branch that exists, by its id, code or name: Branch:12",
            field.name()
        ))),
        several => {
            let ids: Vec<String> =
                several.iter().map(|branch| format!("Branch:{}", branch.id)).collect();
            Err(refused(format!(
                "`{text}` is the name of {} branches; expected one of {}",
                several.len(),
                ids.join(", ")
            )))
        }
    }
}

/// The level that a text names by its code, its label or another spelling of it: of the scheme that
/// the rating has now, else of the one in force, else of any that has it. `scheme/code` names both.
fn rating(
    conn: &mut AnyConnection,
    text: &str,
    context: &LevelContext,
) -> Result<Option<String>, LedgerError> {
    let schemes = Scheme::all(conn, Some(context.subject))?;
    let ratings = Rating::all(conn)?;
    let named: Vec<(String, String)> = match text.split_once('/') {
        Some((scheme, code)) if schemes.iter().any(|it| it.code == scheme) => {
            vec![(scheme.to_owned(), code.to_owned())]
        }
        _ => typed::levels(text, &Vocabulary::bundled()),
    };
    let key = comparison_key(text);
    let spelled = |scheme: &Scheme, level: &Rating| {
        let is_named = named.iter().any(|(of, code)| *of == scheme.code && *code == level.code);
        let texts = [&level.code, &level.label, &level.label_en];
        is_named || texts.iter().any(|it| !it.is_empty() && comparison_key(it) == key)
    };
    let now = context.rating_id.and_then(|id| ratings.iter().find(|rating| rating.id == id));
    let in_force = |scheme: &Scheme| {
        let year = context.year.unwrap_or_default();
        scheme.first_year.is_some_and(|first| first <= year)
            && scheme.last_year.is_none_or(|last| last >= year)
    };
    let found = schemes
        .iter()
        .filter_map(|scheme| {
            let mut levels = ratings.iter().filter(|level| level.scheme_id == scheme.id);
            levels.find(|level| spelled(scheme, level)).map(|level| (scheme, level))
        })
        .max_by_key(|(scheme, _)| {
            let is_now = now.is_some_and(|rating| rating.scheme_id == scheme.id);
            (is_now, in_force(scheme), scheme.first_year)
        });
    Ok(found.map(|(scheme, level)| format!("{}/{}", scheme.code, level.code)))
}
