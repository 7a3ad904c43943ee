//! An operation out of its document, and the fields that a selection asks of one type.

use super::Request;
use super::arguments::Variables;
use super::problem::Problem;
use super::schema::Schema;
use graphql_parser::query::{
    Definition, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet, TypeCondition, parse_query,
};
use std::collections::HashMap;

pub type QueryField = Field<'static, String>;
pub type QuerySet = SelectionSet<'static, String>;

/// A query that was understood, though not yet checked.
#[derive(Debug)]
pub struct Operation {
    pub selection: QuerySet,
    pub variables: Variables,
    pub fragments: HashMap<String, FragmentDefinition<'static, String>>,
}

impl Operation {
    pub fn read(request: &Request) -> Result<Self, Problem> {
        let document = parse_query::<String>(&request.query)
            .map_err(|error| Problem::new(format!("Parse error: {error}")))?
            .into_static();
        let mut fragments = HashMap::new();
        let mut operations = Vec::new();
        for definition in document.definitions {
            match definition {
                Definition::Fragment(fragment) => {
                    fragments.insert(fragment.name.clone(), fragment);
                }
                Definition::Operation(operation) => operations.push(operation),
            }
        }
        let (selection, definitions) = choose(operations, request.operation_name.as_deref())?;
        let given = request.variables.clone().unwrap_or_default();
        Ok(Self { selection, variables: Variables::bind(&definitions, &given)?, fragments })
    }

    /// The fields asked of an object of type `of`, by response key in the order of the query. A key that is asked twice
    /// has several fields, whose selections belong together.
    pub fn fields<'o>(&'o self, of: &str, sets: &[&'o QuerySet]) -> Vec<(String, Vec<&'o QueryField>)> {
        let mut fields = Vec::new();
        for set in sets {
            self.collect(of, set, &mut fields);
        }
        fields
    }

    fn collect<'o>(&'o self, of: &str, set: &'o QuerySet, fields: &mut Vec<(String, Vec<&'o QueryField>)>) {
        for selection in &set.items {
            match selection {
                Selection::Field(field) if self.variables.wanted(&field.directives) => {
                    let key = field.alias.as_ref().unwrap_or(&field.name);
                    match fields.iter_mut().find(|(known, _)| known == key) {
                        Some((_, same)) => same.push(field),
                        None => fields.push((key.clone(), vec![field])),
                    }
                }
                Selection::InlineFragment(fragment) if self.variables.wanted(&fragment.directives) => {
                    let condition = fragment.type_condition.as_ref();
                    if condition.is_none_or(|TypeCondition::On(name)| Schema::get().fits(of, name)) {
                        self.collect(of, &fragment.selection_set, fields);
                    }
                }
                Selection::FragmentSpread(spread) if self.variables.wanted(&spread.directives) => {
                    let Some(fragment) = self.fragments.get(&spread.fragment_name) else { continue };
                    let TypeCondition::On(name) = &fragment.type_condition;
                    if Schema::get().fits(of, name) {
                        self.collect(of, &fragment.selection_set, fields);
                    }
                }
                _ => {}
            }
        }
    }
}

type Chosen = (QuerySet, Vec<graphql_parser::query::VariableDefinition<'static, String>>);

fn choose(operations: Vec<OperationDefinition<'static, String>>, name: Option<&str>) -> Result<Chosen, Problem> {
    let several = operations.len() > 1;
    for operation in operations {
        match operation {
            OperationDefinition::SelectionSet(set) if name.is_none() && !several => return Ok((set, Vec::new())),
            OperationDefinition::Query(query) => {
                let fits = name.map_or(!several, |name| query.name.as_deref() == Some(name));
                if fits {
                    return Ok((query.selection_set, query.variable_definitions));
                }
            }
            OperationDefinition::Mutation(mutation) => {
                let message = "The stand-in answers queries, no mutations";
                return Err(Problem::new(message).at(mutation.position));
            }
            _ => {}
        }
    }
    Err(Problem::new("An operation name is required, and must name one of the document's queries"))
}
