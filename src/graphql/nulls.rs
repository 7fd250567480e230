//! A null in a filter is an error: taken for "no condition" it would answer with all rows.

use async_graphql::parser::types::ExecutableDocument;
use async_graphql_value::{ConstValue, Value};

use super::document::arguments;
use super::variables::{Given, Variables};

/// Whether a `where` or `having` argument of the query holds a null, by itself or through a variable.
pub(super) fn in_filters(document: &ExecutableDocument, variables: &Variables<'_>) -> bool {
    let filters = arguments(document, &["where", "having"]);
    filters.into_iter().any(|value| is_null(value, false, variables))
}

/// Whether a field lists values, among which a null stands for "not stated".
fn lists_values(name: &str) -> bool {
    name == "in" || name == "notIn"
}

/// Whether a value is or holds a null; `listed` says that it is the value of a field that lists values.
fn is_null(value: &Value, listed: bool, variables: &Variables<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Variable(name) => match variables.value(name) {
            Some(Given::Json(value)) => is_json_null(value, listed),
            Some(Given::Written(value)) => {
                value.clone().into_json().is_ok_and(|value| is_json_null(&value, listed))
            }
            // A variable that is not given leaves its condition out.
            None => false,
        },
        Value::List(items) => items.iter().any(|item| {
            !(listed && stands_for_null(item, variables)) && is_null(item, false, variables)
        }),
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| is_null(value, lists_values(name), variables))
        }
        _ => false,
    }
}

/// Whether a value is a null, by itself or through a variable.
fn stands_for_null(value: &Value, variables: &Variables<'_>) -> bool {
    match value {
        Value::Variable(name) => matches!(
            variables.value(name),
            Some(Given::Json(serde_json::Value::Null) | Given::Written(ConstValue::Null))
        ),
        value => *value == Value::Null,
    }
}

fn is_json_null(value: &serde_json::Value, listed: bool) -> bool {
    match value {
        serde_json::Value::Null => true,
        serde_json::Value::Array(items) => {
            items.iter().any(|item| !(listed && item.is_null()) && is_json_null(item, false))
        }
        serde_json::Value::Object(fields) => {
            fields.iter().any(|(name, value)| is_json_null(value, lists_values(name)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::{Variables, in_filters};

    fn found(query: &str, variables: &serde_json::Value) -> bool {
        let document = parse_query(query).unwrap();
        in_filters(&document, &Variables::of(&document, variables.as_object().unwrap()))
    }

    #[test]
    fn nulls_are_found_wherever_they_hide() {
        let none = serde_json::json!({});
        assert!(found("{ a(where: { b: { eq: null } }) { c } }", &none));
        assert!(found("{ a(where: null) { c } }", &none));
        assert!(found(
            "fragment f on Query { a(where: { b: { in: null } }) { c } } { ...f }",
            &none
        ));
        let query = "query($v: String) { x { a(where: { b: { eq: $v } }, after: null) { c } } }";
        assert!(found(query, &serde_json::json!({ "v": null })));
        assert!(!found(query, &serde_json::json!({ "v": "x" })));
        let query = "query($v: String = null) { a(where: { b: { eq: $v } }) { c } }";
        assert!(found(query, &none));
        assert!(!found(query, &serde_json::json!({ "v": "x" })));
        assert!(!found("{ a(after: null) { c } }", &none));
        assert!(!found("{ a(where: { b: { in: [X, null] } }) { c } }", &none));
        let query = "query($v: String) { a(where: { b: { in: [X, $v] } }) { c } }";
        assert!(!found(query, &serde_json::json!({ "v": null })));
        let query = "query($v: [String]) { a(where: { b: { in: $v } }) { c } }";
        assert!(!found(query, &serde_json::json!({ "v": ["x", null] })));
        assert!(found(query, &serde_json::json!({ "v": null })));
        let query = "query($v: [String] = [null]) { a(where: { b: { in: $v } }) { c } }";
        assert!(!found(query, &none));
    }
}
