//! What the variables of a request stand for: what is given, else a default of the document.

use std::collections::HashMap;

use async_graphql::parser::types::ExecutableDocument;
use async_graphql_value::{ConstValue, Name, Value};
use serde_json::Map;

/// The values of variables.
pub(super) struct Variables<'a> {
    given: &'a Map<String, serde_json::Value>,
    /// Where operations differ, the default that asks for most.
    defaults: HashMap<&'a str, &'a ConstValue>,
    /// How much there is in each that is given.
    sizes: HashMap<&'a str, Size>,
}

impl<'a> Variables<'a> {
    pub(super) fn of(
        document: &'a ExecutableDocument,
        given: &'a Map<String, serde_json::Value>,
    ) -> Self {
        let mut defaults: HashMap<&str, &ConstValue> = HashMap::new();
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
            given.iter().map(|(name, value)| (name.as_str(), Size::of_json(value))).collect();
        Self { given, defaults, sizes }
    }

    /// The value of a variable; none where nothing is given and there is no default.
    pub(super) fn value(&self, name: &Name) -> Option<Given<'_>> {
        match self.given.get(name.as_str()) {
            Some(value) => Some(Given::Json(value)),
            None => self.defaults.get(name.as_str()).map(|value| Given::Written(value)),
        }
    }

    /// The number that an argument is, by itself or through a variable: 0 where it is below, and none where it
    /// is no number, or not given.
    pub(super) fn number(&self, argument: &Value) -> Option<u64> {
        let number = match argument {
            Value::Number(number) => number,
            Value::Variable(name) => match self.value(name)? {
                Given::Json(serde_json::Value::Number(number))
                | Given::Written(ConstValue::Number(number)) => number,
                _ => return None,
            },
            _ => return None,
        };
        Some(number.as_u64().unwrap_or(0))
    }

    /// What there is in an argument, its variables with what they stand for.
    pub(super) fn size(&self, argument: &Value) -> Size {
        match argument {
            Value::Variable(name) => {
                let of_default = || self.defaults.get(name.as_str()).map(|value| Size::of(value));
                let known = self.sizes.get(name.as_str()).copied().or_else(of_default);
                known.unwrap_or(Size::ONE)
            }
            Value::List(items) => {
                items.iter().map(|item| self.size(item)).fold(Size::ONE, Size::and)
            }
            Value::Object(fields) => {
                fields.values().map(|field| self.size(field)).fold(Size::ONE, Size::and)
            }
            Value::String(text) => Size::of_text(text),
            _ => Size::ONE,
        }
    }
}

/// What a variable stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Given<'a> {
    Json(&'a serde_json::Value),
    Written(&'a ConstValue),
}

fn asks_for_more(value: &ConstValue, than: &ConstValue) -> bool {
    match (value, than) {
        (ConstValue::Null, _) => true,
        (ConstValue::Number(value), ConstValue::Number(than)) => value.as_f64() > than.as_f64(),
        _ => false,
    }
}

/// How much there is in a value: the values, itself among them, and the bytes of its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Size {
    pub(super) values: u64,
    pub(super) bytes: u64,
}

impl Size {
    const ONE: Self = Self { values: 1, bytes: 0 };

    pub(super) fn and(self, other: Self) -> Self {
        Self {
            values: self.values.saturating_add(other.values),
            bytes: self.bytes.saturating_add(other.bytes),
        }
    }

    fn of_text(text: &str) -> Self {
        Self { bytes: u64::try_from(text.len()).unwrap_or(u64::MAX), ..Self::ONE }
    }

    fn of(value: &ConstValue) -> Self {
        match value {
            ConstValue::List(items) => items.iter().map(Self::of).fold(Self::ONE, Self::and),
            ConstValue::Object(fields) => fields.values().map(Self::of).fold(Self::ONE, Self::and),
            ConstValue::String(text) => Self::of_text(text),
            _ => Self::ONE,
        }
    }

    fn of_json(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Array(items) => {
                items.iter().map(Self::of_json).fold(Self::ONE, Self::and)
            }
            serde_json::Value::Object(fields) => {
                fields.values().map(Self::of_json).fold(Self::ONE, Self::and)
            }
            serde_json::Value::String(text) => Self::of_text(text),
            _ => Self::ONE,
        }
    }
}
