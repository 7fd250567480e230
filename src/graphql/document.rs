//! Documents of requests, parsed once however often they are asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use serde_json::{Map, Value};

/// The most bytes of documents that are kept parsed.
const BYTES_LIMIT: usize = 4_000_000;

/// A parsed document; none where the text is no query, which execution tells.
pub(super) type Document = Option<Arc<ExecutableDocument>>;

/// Documents by their text.
#[derive(Default)]
pub(super) struct Documents(Mutex<Known>);

#[derive(Default)]
struct Known {
    by_text: HashMap<String, Arc<ExecutableDocument>>,
    bytes: usize,
}

impl Documents {
    /// The document of a text, which is checked before it is parsed.
    pub(super) fn parse(
        &self,
        text: &str,
        check: impl FnOnce(&str) -> Result<(), String>,
    ) -> Result<Document, String> {
        let known = self.0.lock().ok().and_then(|known| known.by_text.get(text).cloned());
        if let Some(document) = known {
            return Ok(Some(document));
        }
        check(text)?;
        let Ok(document) = parse_query(text) else { return Ok(None) };
        let document = Arc::new(document);
        if let Ok(mut known) = self.0.lock() {
            if known.bytes + text.len() > BYTES_LIMIT {
                *known = Known::default();
            }
            known.bytes += text.len();
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

/// The operation of a document that is meant.
fn operation<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Option<&'d OperationDefinition> {
    match &document.operations {
        DocumentOperations::Single(operation) => Some(&operation.node),
        DocumentOperations::Multiple(all) => {
            all.iter().find(|(key, _)| Some(key.as_str()) == name).map(|(_, found)| &found.node)
        }
    }
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
        let operation = document.as_ref().and_then(|document| operation(document, name));
        match operation.map(|operation| operation.ty) {
            Some(OperationType::Mutation) => Self::Mutation,
            Some(OperationType::Subscription) => Self::Subscription,
            _ => Self::Query,
        }
    }
}
