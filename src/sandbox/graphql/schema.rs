//! The schema, read once from its own text.

use graphql_parser::schema::{Definition, Field, Type, TypeDefinition, parse_schema};
use std::collections::HashMap;
use std::sync::OnceLock;

type SchemaField = Field<'static, String>;

#[derive(Debug, Default)]
pub struct Schema {
    fields: HashMap<(String, String), SchemaField>,
    /// Object types, and interfaces with the types that implement them.
    possible: HashMap<String, Vec<String>>,
}

impl Schema {
    pub fn get() -> &'static Self {
        static SCHEMA: OnceLock<Schema> = OnceLock::new();
        SCHEMA.get_or_init(|| Self::read(include_str!("schema.graphql")))
    }

    pub fn field(&self, of: &str, name: &str) -> Option<&SchemaField> {
        self.fields.get(&(of.to_owned(), name.to_owned()))
    }

    /// Whether the field is never null.
    pub fn is_required(&self, of: &str, name: &str) -> bool {
        matches!(self.field(of, name), Some(Field { field_type: Type::NonNullType(_), .. }))
    }

    /// Whether the type has fields of its own, so that a selection must follow.
    pub fn is_composite(&self, name: &str) -> bool {
        self.possible.contains_key(name)
    }

    /// Whether an object of type `object` is one of `condition`.
    pub fn fits(&self, object: &str, condition: &str) -> bool {
        self.possible.get(condition).is_some_and(|possible| possible.iter().any(|name| name == object))
    }

    /// Whether some object can be both, as a fragment within a selection must be.
    pub fn overlap(&self, one: &str, other: &str) -> bool {
        self.possible.get(one).is_some_and(|objects| objects.iter().any(|object| self.fits(object, other)))
    }

    fn read(text: &'static str) -> Self {
        let mut schema = Self::default();
        // The text is part of the program; a test reads it whole.
        let document = parse_schema::<String>(text).map(graphql_parser::schema::Document::into_static);
        for definition in document.map(|document| document.definitions).unwrap_or_default() {
            match definition {
                Definition::TypeDefinition(TypeDefinition::Object(object)) => {
                    for interface in &object.implements_interfaces {
                        schema.possible.entry(interface.clone()).or_default().push(object.name.clone());
                    }
                    schema.possible.entry(object.name.clone()).or_default().push(object.name.clone());
                    schema.add_fields(&object.name, object.fields);
                }
                Definition::TypeDefinition(TypeDefinition::Interface(interface)) => {
                    schema.possible.entry(interface.name.clone()).or_default();
                    schema.add_fields(&interface.name, interface.fields);
                }
                _ => {}
            }
        }
        schema
    }

    fn add_fields(&mut self, of: &str, fields: Vec<SchemaField>) {
        self.fields.extend(fields.into_iter().map(|field| ((of.to_owned(), field.name.clone()), field)));
    }
}

/// The name inside lists and exclamation marks.
pub fn named_type<'t>(of: &'t Type<'static, String>) -> &'t str {
    match of {
        Type::NamedType(name) => name,
        Type::ListType(inner) | Type::NonNullType(inner) => named_type(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_text_is_understood() {
        let schema = Schema::get();
        assert!(schema.field("Tag", "target").is_some());
        assert!(schema.fits("Blob", "GitObject"));
        assert!(!schema.fits("Ref", "GitObject"));
        assert!(schema.overlap("GitObject", "Commit"));
    }
}
