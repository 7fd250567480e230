//! What a row holds already is told at once: a future for each field of each row would cost more than
//! the field.

use std::borrow::Cow;
use std::ops::Deref;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, Selection, SelectionSet};
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};

/// An object some fields of which take nothing but itself to tell.
pub(super) trait Plain: OutputType {
    /// The value of a field that has no arguments and no directives; none where it takes more than
    /// the object to tell it.
    fn plain(&self, field: &Field) -> Option<Value>;

    /// All that is selected; none where some of it takes more than the object, or is written in
    /// another way than by naming fields once each.
    fn tell(&self, selected: &SelectionSet) -> Option<Value> {
        let mut told = IndexMap::with_capacity(selected.items.len());
        for selection in &selected.items {
            let Selection::Field(Positioned { node: field, .. }) = &selection.node else {
                return None;
            };
            if !field.arguments.is_empty() || !field.directives.is_empty() {
                return None;
            }
            let value = match field.name.node.as_str() {
                "__typename" => Value::String(Self::type_name().into_owned()),
                _ => self.plain(field)?,
            };
            if told.insert(field.response_key().node.clone(), value).is_some() {
                return None;
            }
        }
        Some(Value::Object(told))
    }
}

/// An object in the place of a field, or null.
pub(super) fn object(object: Option<&impl Plain>, field: &Field) -> Option<Value> {
    object.map_or(Some(Value::Null), |object| object.tell(&field.selection_set.node))
}

/// An object that is told at once wherever it can be.
#[derive(Debug, Clone)]
pub(super) struct AtOnce<T>(pub(super) T);

impl<T> Deref for AtOnce<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[async_trait::async_trait]
impl<T: Plain> OutputType for AtOnce<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        match self.0.tell(&ctx.item.node) {
            Some(value) => Ok(value),
            None => self.0.resolve(ctx, field).await,
        }
    }
}
