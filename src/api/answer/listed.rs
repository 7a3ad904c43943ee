//! Definitions in lists.

use super::{Definition, Sample};
use crate::store::catalog::Shown;
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, AnyOfBuilder, ObjectBuilder, Ref, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A definition, or those of its fields that were asked for.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(in crate::api) struct ListedDefinition(Value);

impl ListedDefinition {
    pub(in crate::api) fn of(shown: &Shown) -> Self {
        Self(json!(Definition::of(shown)))
    }

    pub(in crate::api) fn with_only(mut self, fields: &[String]) -> Self {
        if let Some(all) = self.0.as_object_mut() {
            all.retain(|name, _| fields.contains(name));
        }
        self
    }
}

impl Sample for ListedDefinition {
    fn sample() -> Self {
        Self(json!(Definition::sample()))
    }
}

impl PartialSchema for ListedDefinition {
    fn schema() -> RefOr<Schema> {
        let some = ObjectBuilder::new()
            .description(Some("Where `fields` is given: those fields."))
            .additional_properties(Some(AdditionalProperties::FreeForm(true)));
        let all = Ref::from_schema_name(Definition::name());
        RefOr::T(Schema::AnyOf(AnyOfBuilder::new().item(all).item(some).build()))
    }
}

impl ToSchema for ListedDefinition {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ListedDefinition")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Definition::schemas(schemas);
        schemas.push((Definition::name().into_owned(), Definition::schema()));
    }
}
