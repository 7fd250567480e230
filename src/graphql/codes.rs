//! Codes in filters: one that nothing has is an error, for the empty answer to it would say "none".

use async_graphql::parser::types::ExecutableDocument;
use async_graphql_value::{ConstValue, Value};
use evalhub_import::search_key;
use serde_json::Value as Json;

use super::document::arguments;
use super::variables::{Given, Variables};
use crate::db::Dictionary;

/// What a code is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Campaign,
    Level,
    Scheme,
    Indicator,
}

/// A code that a filter of a document compares with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    kind: Kind,
    code: String,
}

/// The codes in the filters of a document, up to a number that no person writes.
pub(super) fn in_filters(document: &ExecutableDocument, variables: &Variables<'_>) -> Vec<Code> {
    let mut found = Found { variables, codes: Vec::new() };
    for value in arguments(document, &["where"]) {
        found.in_filter(View::Written(value), None);
    }
    found.codes
}

/// A sentence on the first code that nothing has, with what is near.
pub(super) fn unknown(codes: &[Code], dictionary: &Dictionary) -> Option<String> {
    let rounds = || dictionary.rounds().iter().map(|round| round.code.as_str());
    let levels = || dictionary.levels().map(|level| level.code.as_str());
    let known = |kind: Kind| -> (&str, Box<dyn Iterator<Item = &str> + '_>) {
        match kind {
            Kind::Campaign => ("campaign", Box::new(rounds())),
            Kind::Level => ("level", Box::new(levels())),
            Kind::Scheme => ("rating scheme", Box::new(dictionary.schemes())),
            Kind::Indicator => ("indicator", Box::new(dictionary.indicators())),
        }
    };
    let Code { kind, code } =
        codes.iter().find(|Code { kind, code }| known(*kind).1.all(|known| known != code))?;
    let (what, known) = known(*kind);
    Some(format!("no {what} has the code `{}`{}", shortened(code), near(code, known.collect())))
}

/// Codes that differ by little, else the last of all.
fn near(code: &str, mut known: Vec<&str>) -> String {
    const TOLD: usize = 5;
    known.sort_unstable();
    known.dedup();
    let key = search_key(shortened(code));
    let distance = |of: &str| strsim::osa_distance(&search_key(of), &key);
    let mut alike: Vec<(usize, &str)> = known.iter().map(|of| (distance(of), *of)).collect();
    alike.retain(|(distance, of)| *distance <= of.chars().count().div_ceil(4));
    alike.sort_unstable();
    let quoted = |codes: &[&str]| {
        codes.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ")
    };
    if known.is_empty() {
        return "; the hub has none yet".to_owned();
    }
    if alike.is_empty() {
        let last = &known[known.len().saturating_sub(TOLD)..];
        let more = if last.len() < known.len() { ", among others" } else { "" };
        return format!("; there are {}{more}", quoted(last));
    }
    let alike: Vec<&str> = alike.into_iter().map(|(_, code)| code).take(TOLD).collect();
    format!("; did you mean {}?", quoted(&alike))
}

fn shortened(code: &str) -> &str {
    const BYTES: usize = 40;
    &code[..code.floor_char_boundary(BYTES)]
}

/// A value of a document or of a variable.
#[derive(Clone, Copy)]
enum View<'a> {
    Written(&'a Value),
    Default(&'a ConstValue),
    Given(&'a Json),
}

impl<'a> View<'a> {
    fn fields(self) -> Vec<(&'a str, Self)> {
        match self {
            Self::Written(Value::Object(fields)) => {
                fields.iter().map(|(name, value)| (name.as_str(), Self::Written(value))).collect()
            }
            Self::Default(ConstValue::Object(fields)) => {
                fields.iter().map(|(name, value)| (name.as_str(), Self::Default(value))).collect()
            }
            Self::Given(Json::Object(fields)) => {
                fields.iter().map(|(name, value)| (name.as_str(), Self::Given(value))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The items of a list, or the value alone.
    fn items(self) -> Vec<Self> {
        match self {
            Self::Written(Value::List(items)) => items.iter().map(Self::Written).collect(),
            Self::Default(ConstValue::List(items)) => items.iter().map(Self::Default).collect(),
            Self::Given(Json::Array(items)) => items.iter().map(Self::Given).collect(),
            one => vec![one],
        }
    }

    fn text(self) -> Option<&'a str> {
        match self {
            Self::Written(Value::String(text)) | Self::Default(ConstValue::String(text)) => {
                Some(text)
            }
            Self::Given(value) => value.as_str(),
            _ => None,
        }
    }
}

struct Found<'d> {
    variables: &'d Variables<'d>,
    codes: Vec<Code>,
}

impl<'d> Found<'d> {
    const LIMIT: usize = 200;

    /// The codes of a filter; `kind` is what it is of.
    fn in_filter(&mut self, filter: View<'d>, kind: Option<Kind>) {
        for item in self.resolved(filter).into_iter().flat_map(View::items) {
            let Some(item) = self.resolved(item) else { continue };
            for (name, value) in item.fields() {
                match (name, kind) {
                    ("code", Some(kind)) => self.in_condition(value, kind),
                    ("scheme", Some(Kind::Level)) => self.in_condition(value, Kind::Scheme),
                    ("indicator", _) => self.in_condition(value, Kind::Indicator),
                    ("campaign", _) => self.in_filter(value, Some(Kind::Campaign)),
                    ("rating", _) => self.in_filter(value, Some(Kind::Level)),
                    ("and" | "or" | "not", _) => self.in_filter(value, kind),
                    _ => self.in_filter(value, None),
                }
            }
        }
    }

    fn in_condition(&mut self, condition: View<'d>, kind: Kind) {
        let Some(condition) = self.resolved(condition) else { return };
        for (name, value) in condition.fields() {
            if !matches!(name, "eq" | "ne" | "in" | "notIn") {
                continue;
            }
            for item in self.resolved(value).into_iter().flat_map(View::items) {
                let code = self.resolved(item).and_then(View::text);
                if let Some(code) = code.filter(|_| self.codes.len() < Self::LIMIT) {
                    self.codes.push(Code { kind, code: code.to_owned() });
                }
            }
        }
    }

    /// What a variable stands for; none where nothing is given.
    fn resolved(&self, value: View<'d>) -> Option<View<'d>> {
        let View::Written(Value::Variable(name)) = value else { return Some(value) };
        Some(match self.variables.value(name)? {
            Given::Json(value) => View::Given(value),
            Given::Written(value) => View::Default(value),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn what_is_near_is_named() {
        assert_eq!(near("htxsnv", vec!["HTTNV", "HTXSNV"]), "; did you mean `HTXSNV`, `HTTNV`?");
        assert_eq!(near("2O19", vec!["2018", "2019"]), "; did you mean `2019`?");
        assert_eq!(near("soon", vec!["2018", "2019"]), "; there are `2018`, `2019`");
        assert_eq!(near("2019", Vec::new()), "; the hub has none yet");
    }
}
