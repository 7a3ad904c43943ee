//! Arguments and directives, with the variables put in.

use super::problem::Problem;
use graphql_parser::query::{Directive, Field, Type, Value as Literal, VariableDefinition};
use serde_json::{Map, Value};

/// What the variables of an operation stand for.
#[derive(Debug)]
pub struct Variables(Map<String, Value>);

impl Variables {
    /// The given values and the defaults; one that is required and missing is a problem.
    pub fn bind(
        definitions: &[VariableDefinition<'static, String>],
        given: &Map<String, Value>,
    ) -> Result<Self, Problem> {
        let mut bound = Self(Map::new());
        for definition in definitions {
            let default = definition.default_value.as_ref().map(|literal| bound.value(literal));
            let value = given.get(&definition.name).cloned().or(default).unwrap_or(Value::Null);
            if value.is_null() && matches!(definition.var_type, Type::NonNullType(_)) {
                let message =
                    format!("Variable ${} of type {} was provided invalid value", definition.name, definition.var_type);
                return Err(Problem::new(message).at(definition.position));
            }
            bound.0.insert(definition.name.clone(), value);
        }
        Ok(bound)
    }

    pub fn is_known(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// An argument of the field as text; `None` if it is missing or null.
    pub fn text(&self, field: &Field<'static, String>, argument: &str) -> Option<String> {
        let (_, literal) = field.arguments.iter().find(|(name, _)| name == argument)?;
        self.value(literal).as_str().map(str::to_owned)
    }

    /// Whether `@include` and `@skip` let the selection stand.
    pub fn wanted(&self, directives: &[Directive<'static, String>]) -> bool {
        directives.iter().all(|directive| {
            let condition = directive.arguments.iter().find(|(name, _)| name == "if");
            let holds = condition.is_some_and(|(_, literal)| self.value(literal) == Value::Bool(true));
            holds == (directive.name == "include")
        })
    }

    fn value(&self, literal: &Literal<'static, String>) -> Value {
        match literal {
            Literal::Variable(name) => self.0.get(name).cloned().unwrap_or(Value::Null),
            Literal::Int(number) => number.as_i64().map_or(Value::Null, Value::from),
            Literal::Float(number) => (*number).into(),
            Literal::String(text) | Literal::Enum(text) => text.clone().into(),
            Literal::Boolean(truth) => (*truth).into(),
            Literal::Null => Value::Null,
            Literal::List(items) => items.iter().map(|item| self.value(item)).collect(),
            Literal::Object(fields) => {
                Value::Object(fields.iter().map(|(name, item)| (name.clone(), self.value(item))).collect())
            }
        }
    }
}
