//! Documents of requests, parsed once however often they are asked.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    BaseType, DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
    Selection, SelectionSet,
};
use async_graphql_value::Value as Argument;
use serde_json::{Map, Value};

/// About the most memory that parsed documents take.
const BYTES_LIMIT: usize = 32_000_000;
/// About the memory that a token of a parsed document takes.
const TOKEN_BYTES: usize = 500;

/// A parsed document; none where the text is no query, which execution tells.
pub(super) type Document = Option<Arc<Parsed>>;

/// A document, and what became of it before.
pub(super) struct Parsed {
    pub(super) document: ExecutableDocument,
    /// Whether it was executed with plain variables: then it is valid and within the limits with all
    /// others, and need not be looked through again.
    is_valid: AtomicBool,
    /// Whether it is valid and within the limits with the variables of its request, whatever they are.
    pub(super) is_checked: bool,
    /// About how many values its answer has, once it is known.
    answered: AtomicU64,
}

impl Parsed {
    pub(super) fn new(document: ExecutableDocument) -> Self {
        let (is_valid, answered) = (AtomicBool::new(false), AtomicU64::new(0));
        Self { document, is_valid, is_checked: false, answered }
    }

    /// A document that is known to be valid and within the limits with the variables of its request; of these
    /// it may leave some unused.
    pub(super) fn checked(document: ExecutableDocument, answered: u64) -> Self {
        let (is_valid, answered) = (AtomicBool::new(false), AtomicU64::new(answered));
        Self { document, is_valid, is_checked: true, answered }
    }

    pub(super) fn is_valid(&self) -> bool {
        self.is_valid.load(Ordering::Relaxed)
    }

    /// About how many values its answer has.
    pub(super) fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    pub(super) fn will_answer(&self, values: u64) {
        self.answered.store(values, Ordering::Relaxed);
    }

    pub(super) fn was_executed(&self) {
        self.is_valid.store(true, Ordering::Relaxed);
    }
}

/// Documents by their text.
#[derive(Default)]
pub(super) struct Documents(Mutex<Known>);

#[derive(Default)]
struct Known {
    by_text: HashMap<String, Arc<Parsed>>,
    bytes: usize,
}

impl Documents {
    /// The document of a text, whose tokens are counted before it is parsed.
    pub(super) fn parse(
        &self,
        text: &str,
        count: impl FnOnce(&str) -> Result<usize, String>,
    ) -> Result<Document, String> {
        let known = self.0.lock().ok().and_then(|known| known.by_text.get(text).cloned());
        if let Some(document) = known {
            return Ok(Some(document));
        }
        let bytes = count(text)? * TOKEN_BYTES + text.len();
        let Ok(document) = parse_query(text) else { return Ok(None) };
        let document = Arc::new(Parsed::new(document));
        if let Ok(mut known) = self.0.lock() {
            if known.bytes + bytes > BYTES_LIMIT {
                *known = Known::default();
            }
            known.bytes += bytes;
            known.by_text.insert(text.to_owned(), Arc::clone(&document));
        }
        Ok(Some(document))
    }
}

/// What kind of operation a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Query,
    Mutation,
    Subscription,
}

/// The operation of a document that is meant: the one that is named, or the only one. A document with
/// one operation that has a name may be asked without it.
pub(super) fn operation<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Option<&'d OperationDefinition> {
    match &document.operations {
        DocumentOperations::Single(operation) => Some(&operation.node),
        DocumentOperations::Multiple(all) => {
            let is_meant = |key: &str| name.map_or(all.len() == 1, |name| name == key);
            all.iter().find(|(key, _)| is_meant(key)).map(|(_, found)| &found.node)
        }
    }
}

/// The values of the arguments of some names, wherever they stand in a document.
pub(super) fn arguments<'d>(document: &'d ExecutableDocument, names: &[&str]) -> Vec<&'d Argument> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set);
    let mut found = Vec::new();
    for set in operations.chain(fragments) {
        add_arguments(&set.node, names, &mut found);
    }
    found
}

fn add_arguments<'d>(set: &'d SelectionSet, names: &[&str], found: &mut Vec<&'d Argument>) {
    for item in &set.items {
        match &item.node {
            Selection::Field(field) => {
                let arguments = &field.node.arguments;
                let named =
                    arguments.iter().filter(|(name, _)| names.contains(&name.node.as_str()));
                found.extend(named.map(|(_, value)| &value.node));
                add_arguments(&field.node.selection_set.node, names, found);
            }
            Selection::InlineFragment(fragment) => {
                add_arguments(&fragment.node.selection_set.node, names, found);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Whether the variables of a document are all given, and each is of a type of which every value is
/// valid wherever the type is, and none is more than one value: so that none of them can make the
/// document invalid or too large.
pub(super) fn has_plain_variables(
    document: &ExecutableDocument,
    variables: &Map<String, Value>,
) -> bool {
    let mut operations = document.operations.iter();
    let (Some((_, operation)), None) = (operations.next(), operations.next()) else { return false };
    operation.node.variable_definitions.iter().all(|definition| {
        let BaseType::Named(name) = &definition.node.var_type.node.base else { return false };
        let value = variables.get(definition.node.name.node.as_str());
        match name.as_str() {
            "String" | "ID" => value.is_some_and(Value::is_string),
            "Boolean" => value.is_some_and(Value::is_boolean),
            _ => false,
        }
    })
}

/// The first variable of an operation that must have a value and has none.
pub(super) fn missing_variable(
    document: &ExecutableDocument,
    name: Option<&str>,
    variables: &Map<String, Value>,
) -> Option<String> {
    let definitions = &operation(document, name)?.variable_definitions;
    let missing = definitions.iter().find(|definition| {
        let definition = &definition.node;
        let value = variables.get(definition.name.node.as_str());
        !definition.var_type.node.nullable
            && definition.default_value.is_none()
            && value.is_none_or(Value::is_null)
    });
    missing.map(|definition| definition.node.name.node.to_string())
}

impl Operation {
    /// The kind of operation that would be executed; a query where there is none.
    pub(super) fn of(document: &Document, name: Option<&str>) -> Self {
        let operation = document.as_ref().and_then(|parsed| operation(&parsed.document, name));
        match operation.map(|operation| operation.ty) {
            Some(OperationType::Mutation) => Self::Mutation,
            Some(OperationType::Subscription) => Self::Subscription,
            _ => Self::Query,
        }
    }
}
