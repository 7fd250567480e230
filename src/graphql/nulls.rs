//! A null in a filter is an error: taken for "no condition" it would answer with all rows.

use std::convert::Infallible;

use async_graphql::Value;
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};

use super::variables::Variables;

/// Whether a `where` or `having` argument of the query holds a null, by itself or through a variable.
pub(super) fn in_filters(document: &ExecutableDocument, variables: &Variables<'_>) -> bool {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set);
    operations.chain(fragments).any(|set| in_selections(&set.node, variables))
}

fn in_selections(set: &SelectionSet, variables: &Variables<'_>) -> bool {
    set.items.iter().any(|item| match &item.node {
        Selection::Field(field) => {
            let field = &field.node;
            let filters = field
                .arguments
                .iter()
                .filter(|(name, _)| name.node == "where" || name.node == "having");
            filters.into_iter().any(|(_, value)| {
                // A variable that is not given leaves its condition out.
                let given = |name: async_graphql::Name| {
                    Ok::<_, Infallible>(variables.value(&name).unwrap_or(Value::Boolean(true)))
                };
                value.node.clone().into_const_with(given).is_ok_and(|value| is_null(&value))
            }) || in_selections(&field.selection_set.node, variables)
        }
        Selection::InlineFragment(fragment) => {
            in_selections(&fragment.node.selection_set.node, variables)
        }
        Selection::FragmentSpread(_) => false,
    })
}

fn is_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::List(items) => items.iter().any(is_null),
        // Among the values of `in` it stands for "not stated".
        Value::Object(fields) => fields.iter().any(|(name, value)| match (name.as_str(), value) {
            ("in" | "notIn", Value::List(items)) => {
                items.iter().any(|item| *item != Value::Null && is_null(item))
            }
            (_, value) => is_null(value),
        }),
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
    }
}
