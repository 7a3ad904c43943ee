//! The check of a whole query against the schema, before any of it runs: what GitHub refuses outright.

use super::problem::Problem;
use super::schema::{Schema, named_type};
use super::selection::{Operation, QueryField, QuerySet};
use graphql_parser::Pos;
use graphql_parser::query::{Selection, TypeCondition, Value as Literal};
use graphql_parser::schema::{Field as SchemaField, Type};

const DEEPEST: usize = 25;
const MOST_FIELDS: usize = 10_000;

/// All that is wrong with the query; nothing if it may run.
pub fn validate(operation: &Operation) -> Vec<Problem> {
    let mut check = Check { operation, problems: Vec::new(), fields: 0 };
    check.set("Query", &operation.selection, 0);
    if check.fields > MOST_FIELDS {
        let message = format!("This query asks for more than {MOST_FIELDS} fields");
        return vec![Problem::new(message).of_kind("MAX_NODE_LIMIT_EXCEEDED")];
    }
    check.problems
}

struct Check<'o> {
    operation: &'o Operation,
    problems: Vec<Problem>,
    fields: usize,
}

impl Check<'_> {
    fn set(&mut self, of: &str, set: &QuerySet, depth: usize) {
        if depth > DEEPEST {
            self.problems.push(Problem::new(format!("Query is deeper than {DEEPEST} levels")).at(set.span.0));
            return;
        }
        for selection in &set.items {
            if self.fields > MOST_FIELDS {
                return;
            }
            match selection {
                Selection::Field(field) => self.field(of, field, depth),
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.type_condition.as_ref().map_or(of, |TypeCondition::On(name)| name);
                    self.fragment(of, condition, &fragment.selection_set, fragment.position, depth);
                }
                Selection::FragmentSpread(spread) => match self.operation.fragments.get(&spread.fragment_name) {
                    Some(fragment) => {
                        let TypeCondition::On(condition) = &fragment.type_condition;
                        self.fragment(of, condition, &fragment.selection_set, spread.position, depth);
                    }
                    None => {
                        let message = format!("Fragment {} was used, but not defined", spread.fragment_name);
                        self.problems.push(Problem::new(message).at(spread.position));
                    }
                },
            }
        }
    }

    fn fragment(&mut self, of: &str, condition: &str, set: &QuerySet, position: Pos, depth: usize) {
        self.fields += 1; // so that fragments of nothing but fragments come to an end
        let schema = Schema::get();
        if !schema.is_composite(condition) {
            let message = format!("No such type {condition}, so it can't be a fragment condition");
            self.problems.push(Problem::new(message).at(position));
        } else if !schema.overlap(of, condition) {
            let message = format!("Fragment on {condition} can't be spread inside {of}");
            self.problems.push(Problem::new(message).at(position));
        } else {
            self.set(condition, set, depth + 1);
        }
    }

    fn field(&mut self, of: &str, field: &QueryField, depth: usize) {
        self.fields += 1;
        if field.name == "__typename" {
            return;
        }
        let Some(known) = Schema::get().field(of, &field.name) else {
            self.problems.push(Problem::undefined_field(of, &field.name).at(field.position));
            return;
        };
        self.arguments(field, known);
        let inner = named_type(&known.field_type);
        match (Schema::get().is_composite(inner), field.selection_set.items.is_empty()) {
            (true, true) => {
                let message = format!(
                    "Field must have selections (field '{}' returns {inner} but has no selections. Did you mean '{} {{ ... }}'?)",
                    field.name, field.name
                );
                self.problems.push(Problem::new(message).at(field.position));
            }
            (false, false) => {
                let message = format!("Selections can't be made on scalars (field '{}' returns {inner})", field.name);
                self.problems.push(Problem::new(message).at(field.position));
            }
            (true, false) => self.set(inner, &field.selection_set, depth + 1),
            (false, true) => {}
        }
    }

    fn arguments(&mut self, field: &QueryField, known: &SchemaField<'static, String>) {
        for (name, literal) in &field.arguments {
            if !known.arguments.iter().any(|argument| argument.name == *name) {
                let message = format!("Field '{}' doesn't accept argument '{name}'", field.name);
                self.problems.push(Problem::new(message).at(field.position));
            }
            if let Literal::Variable(variable) = literal
                && !self.operation.variables.is_known(variable)
            {
                let message = format!("Variable ${variable} is used by the query but not declared");
                self.problems.push(Problem::new(message).at(field.position));
            }
        }
        for argument in &known.arguments {
            let given = field.arguments.iter().any(|(name, value)| *name == argument.name && *value != Literal::Null);
            if !given && matches!(argument.value_type, Type::NonNullType(_)) {
                let message = format!("Field '{}' is missing required arguments: {}", field.name, argument.name);
                self.problems.push(Problem::new(message).at(field.position));
            }
        }
    }
}
