//! What the variables of a request stand for: what is given, else a default of the document.

use std::collections::HashMap;

use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Name, Value};
use serde_json::Map;

/// The values of variables.
pub(super) struct Variables<'a> {
    given: &'a Map<String, serde_json::Value>,
    /// Where operations differ, the default that asks for most.
    defaults: HashMap<&'a str, &'a Value>,
    /// How many values there are in each that is given.
    sizes: HashMap<&'a str, u64>,
}

impl<'a> Variables<'a> {
    pub(super) fn of(
        document: &'a ExecutableDocument,
        given: &'a Map<String, serde_json::Value>,
    ) -> Self {
        let mut defaults: HashMap<&str, &Value> = HashMap::new();
        let operations = document.operations.iter().map(|(_, operation)| &operation.node);
        for definition in operations.flat_map(|operation| &operation.variable_definitions) {
            let definition = &definition.node;
            if let Some(value) = &definition.default_value {
                let known = defaults.entry(definition.name.node.as_str()).or_insert(&value.node);
                if asks_for_more(&value.node, known) {
                    *known = &value.node;
                }
            }
        }
        let sizes =
            given.iter().map(|(name, value)| (name.as_str(), size_of_json(value))).collect();
        Self { given, defaults, sizes }
    }

    /// The value of a variable; none where nothing is given and there is no default.
    pub(super) fn value(&self, name: &Name) -> Option<Value> {
        match self.given.get(name.as_str()) {
            Some(value) => Value::from_json(value.clone()).ok(),
            None => self.defaults.get(name.as_str()).copied().cloned(),
        }
    }

    /// How many values there are in the value of a variable.
    pub(super) fn size(&self, name: &Name) -> u64 {
        let of_default = || self.defaults.get(name.as_str()).map_or(1, |value| size(value));
        self.sizes.get(name.as_str()).copied().unwrap_or_else(of_default)
    }
}

fn asks_for_more(value: &Value, than: &Value) -> bool {
    match (value, than) {
        (Value::Null, _) => true,
        (Value::Number(value), Value::Number(than)) => value.as_f64() > than.as_f64(),
        _ => false,
    }
}

/// How many values there are in a value, itself among them.
pub(super) fn size(value: &Value) -> u64 {
    match value {
        Value::List(items) => items.iter().map(size).sum::<u64>() + 1,
        Value::Object(fields) => fields.values().map(size).sum::<u64>() + 1,
        _ => 1,
    }
}

fn size_of_json(value: &serde_json::Value) -> u64 {
    match value {
        serde_json::Value::Array(items) => items.iter().map(size_of_json).sum::<u64>() + 1,
        serde_json::Value::Object(fields) => fields.values().map(size_of_json).sum::<u64>() + 1,
        _ => 1,
    }
}
