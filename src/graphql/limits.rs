//! Limits of a request over HTTP, before anything is executed: each is counted in time that is
//! linear in the bytes of the query, however often a fragment is spread.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned};

use super::variables::{Size, Variables};

const TOKENS: usize = 5_000;
/// Brackets within brackets, in the text: what parsers walk by calling themselves.
const NESTING: usize = 60;
const DEPTH: u64 = 15;
const FIELDS: u64 = 5_000;
const ALIASES: u64 = 60;
const DIRECTIVES_OF_A_FIELD: usize = 5;
const DIRECTIVES: u64 = 50;
const ROOT_FIELDS: u64 = 20;
/// Rows that lists may give in all, each page counted in full.
const ROWS: u64 = 50_000;
/// Rows of a page where none are asked for.
const ROWS_DEFAULT: u64 = 50;
/// Values in the arguments of all fields: back ends take some 30,000 in a statement.
const VALUES: u64 = 10_000;
/// Bytes in the arguments of all fields: each is copied wherever its variable stands.
const BYTES: u64 = 4_000_000;
/// Values of an answer, each page counted in full.
const ANSWERED: u64 = 1_000_000;
/// The lists that have no pages, and about how long they are in most offices; one that is much longer is
/// stopped while it is answered.
const UNPAGED: [(&str, u64); 21] = [
    ("added", 10),
    ("ancestors", 5),
    ("changed", 10),
    ("changes", 10),
    ("columns", 20),
    ("documents", 3),
    ("enrolments", 5),
    ("evaluations", 4),
    ("identifiers", 3),
    ("missing", 5),
    ("plan", 10),
    ("quotaChecks", 10),
    ("ratings", 5),
    ("ratingSchemes", 20),
    ("readings", 5),
    ("scoreStages", 2),
    ("sheets", 5),
    ("sources", 3),
    ("successions", 10),
    ("tables", 3),
    ("transitions", 30),
];
/// The lists of the schema about itself, which have no pages, and about how long they are.
const INTROSPECTED: [(&str, u64); 7] = [
    ("types", 200),
    ("fields", 20),
    ("args", 5),
    ("interfaces", 14),
    ("possibleTypes", 14),
    ("inputFields", 10),
    ("enumValues", 10),
];

/// About how many values the answer to a document will have, if what it asks for is within the limits;
/// else a sentence that says which one it is not.
pub(super) fn check(
    document: &ExecutableDocument,
    variables: &Variables<'_>,
) -> Result<u64, String> {
    let mut answered = 0;
    let mut counter = Counter { document, variables, fragments: HashMap::new() };
    for (_, operation) in document.operations.iter() {
        let set = &operation.node.selection_set.node;
        let counts = counter.set(set)?;
        let is_introspection = operation.node.ty == OperationType::Query && introspects(set);
        counts.check(is_introspection)?;
        answered = counts.answered.max(answered);
    }
    Ok(answered)
}

/// How many tokens the text of a query has, without comments, if it is within the limits: what is
/// larger is not even parsed. Strings and comments end where the grammar ends them: what hides behind
/// one here would be read there.
pub(super) fn scan(query: &str) -> Result<usize, String> {
    let bytes = query.as_bytes();
    let (mut at, mut tokens, mut open) = (0, 0, 0_usize);
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'#' => {
                while bytes.get(at).is_some_and(|byte| !matches!(byte, b'\n' | b'\r')) {
                    at += 1;
                }
            }
            b'"' => {
                tokens += 1;
                at = end_of_string(bytes, at).ok_or("a string of the query has no end")?;
            }
            b'{' | b'(' | b'[' => {
                tokens += 1;
                open += 1;
                if open > NESTING {
                    return Err(format!("the query nests more than {NESTING} brackets"));
                }
            }
            b'}' | b')' | b']' => {
                tokens += 1;
                open = open.saturating_sub(1);
            }
            b if b.is_ascii_alphanumeric() || b == b'_' => {
                tokens += 1;
                while bytes.get(at + 1).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_') {
                    at += 1;
                }
            }
            b if b.is_ascii_whitespace() || b == b',' => {}
            _ => tokens += 1,
        }
        if tokens > TOKENS {
            return Err(format!("the query has more than {TOKENS} tokens"));
        }
        at += 1;
    }
    Ok(tokens)
}

/// The place of the quotation mark that closes a string; none if it is not closed.
fn end_of_string(bytes: &[u8], start: usize) -> Option<usize> {
    let is_block = bytes[start..].starts_with(b"\"\"\"");
    let mut at = start + if is_block { 3 } else { 1 };
    loop {
        match bytes.get(at)? {
            b'"' if !is_block => return Some(at),
            b'\n' | b'\r' if !is_block => return None,
            b'\\' if !is_block => at += 1,
            b'\\' if bytes[at..].starts_with(b"\\\"\"\"") => at += 3,
            b'"' if bytes[at..].starts_with(b"\"\"\"") => return Some(at + 2),
            _ => {}
        }
        at += 1;
    }
}

/// What a selection asks for when all its fragments are written out.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    depth: u64,
    fields: u64,
    aliases: u64,
    directives: u64,
    /// Fields of the selection itself.
    own: u64,
    rows: u64,
    /// Values of the answer.
    answered: u64,
    /// What there is in arguments.
    given: Size,
    /// Whether the rows of a connection are among the fields of the selection itself.
    is_connection: bool,
}

impl Counts {
    fn and(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            own: self.own.saturating_add(other.own),
            rows: self.rows.saturating_add(other.rows),
            answered: self.answered.saturating_add(other.answered),
            given: self.given.and(other.given),
            is_connection: self.is_connection || other.is_connection,
        }
    }

    fn check(self, is_introspection: bool) -> Result<(), String> {
        let limits = [
            (self.depth, if is_introspection { DEPTH + 10 } else { DEPTH }, "levels"),
            (self.fields, FIELDS, "fields"),
            (self.aliases, ALIASES, "aliases"),
            (self.directives, DIRECTIVES, "directives"),
            (self.own, ROOT_FIELDS, "fields at its root"),
            (self.rows, ROWS, "rows, each page counted in full"),
            (self.answered, ANSWERED, "values, each page counted in full"),
            (self.given.values, VALUES, "values in its arguments"),
            (self.given.bytes, BYTES, "bytes in its arguments"),
        ];
        match limits.iter().find(|(count, limit, _)| count > limit) {
            Some((_, limit, what)) => Err(format!("the query asks for more than {limit} {what}")),
            None => Ok(()),
        }
    }
}

/// Counts each fragment once.
struct Counter<'d> {
    document: &'d ExecutableDocument,
    variables: &'d Variables<'d>,
    /// What was counted; none while it is being counted.
    fragments: HashMap<&'d str, Option<Counts>>,
}

impl<'d> Counter<'d> {
    fn set(&mut self, set: &'d SelectionSet) -> Result<Counts, String> {
        let mut counts = Counts::default();
        for item in &set.items {
            let directives = item.node.directives().len();
            if directives > DIRECTIVES_OF_A_FIELD {
                return Err(format!("a field has more than {DIRECTIVES_OF_A_FIELD} directives"));
            }
            let inner = match &item.node {
                Selection::Field(field) => self.field(field)?,
                Selection::InlineFragment(fragment) => {
                    self.set(&fragment.node.selection_set.node)?
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(spread.node.fragment_name.node.as_str())?
                }
            };
            counts = counts.and(inner);
            counts.directives = counts.directives.saturating_add(as_u64(directives));
        }
        Ok(counts)
    }

    fn field(&mut self, field: &'d Positioned<Field>) -> Result<Counts, String> {
        let field = &field.node;
        let inner = self.set(&field.selection_set.node)?;
        let page = self.page(field, inner.is_connection);
        let rows = match page {
            Some(page) => page.saturating_add(page.saturating_mul(inner.rows)),
            None => inner.rows,
        };
        let own = field.arguments.iter().map(|(_, value)| self.variables.size(&value.node));
        Ok(Counts {
            depth: inner.depth + 1,
            fields: inner.fields.saturating_add(1),
            aliases: inner.aliases.saturating_add(u64::from(field.alias.is_some())),
            directives: inner.directives,
            own: 1,
            rows,
            answered: page.unwrap_or(1).saturating_mul(inner.answered).saturating_add(1),
            given: own.fold(inner.given, Size::and),
            is_connection: matches!(field.name.node.as_str(), "nodes" | "edges"),
        })
    }

    /// How many rows a list gives at most; none where the field is no list.
    fn page(&self, field: &Field, is_connection: bool) -> Option<u64> {
        let name = field.name.node.as_str();
        let of_length = |lists: &[(&str, u64)]| {
            lists.iter().find(|(list, _)| *list == name).map(|(_, length)| *length)
        };
        if let Some(length) = of_length(&INTROSPECTED) {
            return Some(length);
        }
        let first = field.get_argument("first").or_else(|| field.get_argument("last"));
        let Some(value) = first else {
            return is_connection.then_some(ROWS_DEFAULT).or_else(|| of_length(&UNPAGED));
        };
        // A number that is none of a page is refused by the field.
        Some(self.variables.number(&value.node).unwrap_or(ROWS_DEFAULT))
    }

    fn fragment(&mut self, name: &'d str) -> Result<Counts, String> {
        match self.fragments.get(name) {
            Some(Some(counts)) => return Ok(*counts),
            Some(None) => return Err("a fragment holds itself".to_owned()),
            None => {}
        }
        // One that is not there is found out by validation.
        let Some(fragment) = self.document.fragments.get(&Name::new(name)) else {
            return Ok(Counts::default());
        };
        self.fragments.insert(name, None);
        let counts = self.set(&fragment.node.selection_set.node)?;
        self.fragments.insert(name, Some(counts));
        Ok(counts)
    }
}

/// Whether nothing but the schema itself is asked for.
fn introspects(set: &SelectionSet) -> bool {
    set.items.iter().all(|item| {
        matches!(&item.node, Selection::Field(field) if field.node.name.node.starts_with("__"))
    })
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::Map;

    use super::*;

    fn refusal(query: &str) -> String {
        let refused = scan(query).and_then(|_| match parse_query(query) {
            Ok(document) => check(&document, &Variables::of(&document, &Map::new())).map(drop),
            Err(_) => Ok(()),
        });
        refused.err().unwrap_or_default()
    }

    #[test]
    fn hostile_queries_are_refused_before_they_run() {
        let deep = format!("{{{}id{}}}", "a{".repeat(30), "}".repeat(30));
        assert!(refusal(&deep).contains("levels"));
        let deeper = format!("{}{}", "{a".repeat(200_000), "}".repeat(200_000));
        assert!(refusal(&deeper).contains("brackets"));
        let wide: Vec<String> = (0..100).map(|n| format!("a{n}: __typename")).collect();
        assert!(refusal(&format!("{{ {} }}", wide.join(" "))).contains("aliases"));
        assert!(refusal(&format!("{{ {} }}", "__typename ".repeat(6_000))).contains("tokens"));
        assert!(refusal("{ a @x @x @x @x @x @x }").contains("directives"));
        assert!(refusal("{ ...A } fragment A on Query { ...A }").contains("itself"));
        assert!(
            refusal(
                "{ members(first: 1000) { nodes { evaluations(first: 1000) { nodes { id } } } } }"
            )
            .contains("rows")
        );
    }

    /// What the scan takes for a comment or a string, the parser must as well.
    #[test]
    fn nothing_hides_from_the_scan() {
        let nested = format!("{{a(b:{}{})}}", "{c:".repeat(200), "}".repeat(200));
        for hidden in [
            format!("#\r{nested}"),
            format!("# x\r\n{nested}"),
            format!("{{a(b:\"\"\"\")}} {nested}"),
            format!("{{a(b:\"\"\"\\\"\"\"\"\"\")}} {nested}"),
            format!("{{a(b:\"\"\"\\\\\"\"\")}} {nested}"),
            format!("{{a(b:\"\\\\\")}} {nested}"),
            format!("{{a(b:\"\r\")}} {nested}"),
        ] {
            assert!(!refusal(&hidden).is_empty(), "{hidden:.40}");
        }
    }

    #[test]
    fn rows_are_counted_however_they_are_asked_for() {
        let by_default = "query($n: Int = 1000) { members(first: $n) { nodes { \
                          evaluations(first: $n) { nodes { id } } } } }";
        assert!(refusal(by_default).contains("rows"));
        let levels: Vec<String> = (0..5)
            .map(|n| {
                format!("fragment F{n} on C {{ nodes {{ descendants {{ ...F{} }} }} }}", n + 1)
            })
            .collect();
        let last = "fragment F5 on C { nodes { id } }";
        let in_fragments = format!("{{ branches {{ ...F0 }} }} {} {last}", levels.join(" "));
        assert!(refusal(&in_fragments).contains("rows"));
        let of_schema = "{ __type(name: \"Node\") { possibleTypes { interfaces { possibleTypes { \
                         interfaces { possibleTypes { name } } } } } } }";
        assert!(refusal(of_schema).contains("rows"));
    }

    #[test]
    fn values_are_counted_through_variables() {
        let query = parse_query("query($x: [ID!]) { a(b: $x) c: a(b: [$x, $x]) }").unwrap();
        let of = |length: usize| {
            let variables = serde_json::json!({ "x": vec!["1"; length] });
            check(&query, &Variables::of(&query, variables.as_object().unwrap()))
        };
        assert!(of(3_000).is_ok());
        assert!(of(3_400).unwrap_err().contains("values"));
    }

    /// A megabyte that stands in a thousand places is a gigabyte where it is copied to each of them.
    #[test]
    fn bytes_are_counted_through_variables_and_not_copied() {
        let query = format!("query($x: String) {{ n {{ {} }} }}", "a(b: $x) ".repeat(1_000));
        let query = parse_query(query).unwrap();
        let variables = serde_json::json!({ "x": "1".repeat(1_000_000) });
        let variables = Variables::of(&query, variables.as_object().unwrap());
        assert!(check(&query, &variables).unwrap_err().contains("bytes"));
    }

    #[test]
    fn lists_without_pages_are_counted() {
        let cycle = "{ members(first: 1000) { nodes { enrolments { member { enrolments { member { \
                     enrolments { member { enrolments { member { id } } } } } } } } } } }";
        assert!(refusal(cycle).contains("rows"));
    }

    /// A list that is added to the schema is counted as well.
    #[test]
    fn every_list_of_the_schema_has_a_length() {
        use async_graphql::parser::parse_schema;
        use async_graphql::parser::types::{BaseType, TypeKind, TypeSystemDefinition};
        let schema = parse_schema(crate::graphql::sdl()).unwrap();
        for definition in schema.definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            let TypeKind::Object(object) = definition.node.kind else { continue };
            if name == "Mutation" || name.ends_with("Connection") {
                continue;
            }
            for field in object.fields {
                let field = field.node;
                let is_known = UNPAGED.iter().any(|(list, _)| *list == field.name.node);
                let is_list = matches!(field.ty.node.base, BaseType::List(_));
                assert!(is_known || !is_list, "{name}.{}", field.name.node);
            }
        }
    }

    /// Twenty fragments that each spread the next one twice are a million fields.
    #[test]
    fn fragments_are_counted_once() {
        let fragments: Vec<String> = (0..50)
            .map(|n| format!("fragment F{n} on Query {{ a ...F{} ...F{} }}", n + 1, n + 1))
            .collect();
        let last = "fragment F50 on Query { __typename }";
        assert!(refusal(&format!("{{ ...F0 }} {} {last}", fragments.join(" "))).contains("fields"));
    }

    #[test]
    fn what_is_within_the_limits_passes() {
        assert_eq!(
            refusal("{ members(first: 50) { nodes { name evaluations { rating { code } } } } }"),
            ""
        );
        assert_eq!(refusal("query ($n: Int) { members(first: $n) { nodes { name } } }"), "");
        assert_eq!(refusal("{ a(text: \"{{{{ \\\" }\") # {{{{\n }"), "");
    }
}
