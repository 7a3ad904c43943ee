//! From a request to an answer.

use super::Request;
use super::node::{Asked, Node, Outcome};
use super::problem::Problem;
use super::schema::Schema;
use super::selection::{Operation, QueryField, QuerySet};
use super::validate::validate;
use crate::sandbox::state::{Hub, Quota, Resource, Token};
use chrono::{DateTime, SecondsFormat};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Reads git, so it belongs where waiting is allowed.
pub fn execute(hub: &Hub, token: &Token, request: &Request) -> Value {
    let operation = match Operation::read(request) {
        Ok(operation) => operation,
        Err(problem) => return json!({"errors": [problem.into_json()]}),
    };
    let problems = validate(&operation);
    if !problems.is_empty() {
        return json!({"errors": problems.into_iter().map(Problem::into_json).collect::<Vec<_>>()});
    }
    let mut run = Run { hub, token, operation: &operation, path: Vec::new(), problems: Vec::new() };
    let data = run.query();
    let mut answer = json!({"data": data});
    if !run.problems.is_empty() {
        answer["errors"] = run.problems.into_iter().map(Problem::into_json).collect();
    }
    answer
}

struct Run<'o> {
    hub: &'o Hub,
    token: &'o Token,
    operation: &'o Operation,
    /// Response keys down to the field at hand.
    path: Vec<Value>,
    problems: Vec<Problem>,
}

impl<'o> Run<'o> {
    fn query(&mut self) -> Value {
        let mut data = Map::new();
        for (key, fields) in self.operation.fields("Query", &[&self.operation.selection]) {
            self.path.push(key.clone().into());
            let value = match fields[0].name.as_str() {
                "repository" => self.repository(&fields),
                "rateLimit" => self.rate_limit(&fields),
                _ => "Query".into(),
            };
            self.path.pop();
            data.insert(key, value);
        }
        Value::Object(data)
    }

    fn repository(&mut self, fields: &[&'o QueryField]) -> Value {
        let argument = |name| self.operation.variables.text(fields[0], name).unwrap_or_default();
        let full_name = format!("{}/{}", argument("owner"), argument("name"));
        let found = self.hub.state().repository_named(&full_name).cloned();
        let seen = found.filter(|found| found.installation == self.token.installation && self.token.reaches(found.id));
        match seen {
            Some(repository) => self.node(&Node::Repository(Arc::new(repository)), &sets(fields)),
            None => {
                let message = format!("Could not resolve to a Repository with the name '{full_name}'.");
                self.note(Problem::new(message).of_kind("NOT_FOUND"), fields[0]);
                Value::Null
            }
        }
    }

    fn rate_limit(&self, fields: &[&'o QueryField]) -> Value {
        let key = (Some(self.token.installation), Resource::GraphQl);
        let quota = self.hub.state().quotas.get(&key).copied();
        let quota = quota.unwrap_or_else(|| Quota::fresh(self.hub.limits.hourly_calls));
        let reset_at = DateTime::from_timestamp(quota.reset_at, 0).unwrap_or_default();
        let asked = self.operation.fields("RateLimit", &sets(fields));
        let value = |name: &str| match name {
            "cost" => 1.into(),
            "limit" => quota.limit.into(),
            "remaining" => quota.remaining().into(),
            "used" => quota.used.into(),
            "resetAt" => reset_at.to_rfc3339_opts(SecondsFormat::Secs, true).into(),
            "nodeCount" => 0.into(),
            _ => Value::from("RateLimit"),
        };
        Value::Object(asked.into_iter().map(|(key, fields)| (key, value(&fields[0].name))).collect())
    }

    /// Null, if one of its fields is that must not be: <https://spec.graphql.org/October2021/#sec-Handling-Field-Errors>.
    fn node(&mut self, node: &Node, sets: &[&'o QuerySet]) -> Value {
        let mut object = Map::new();
        for (key, fields) in self.operation.fields(node.type_name(), sets) {
            self.path.push(key.clone().into());
            let value = self.field(node, &fields);
            self.path.pop();
            if value.is_null() && Schema::get().is_required(node.type_name(), &fields[0].name) {
                return Value::Null;
            }
            object.insert(key, value);
        }
        Value::Object(object)
    }

    fn field(&mut self, node: &Node, fields: &[&'o QueryField]) -> Value {
        if fields[0].name == "__typename" {
            return node.type_name().into();
        }
        let (variables, text_limit) = (&self.operation.variables, self.hub.limits.graphql_text);
        match node.field(&Asked { field: fields[0], variables, text_limit }) {
            Ok(Outcome::Scalar(value)) => value,
            Ok(Outcome::One(None)) => Value::Null,
            Ok(Outcome::One(Some(inner))) => self.node(&inner, &sets(fields)),
            Ok(Outcome::Many(nodes)) => self.list(&nodes, &sets(fields)),
            Err(error) => {
                self.note(Problem::new(format!("Something went wrong while executing your query: {error}")), fields[0]);
                Value::Null
            }
        }
    }

    fn list(&mut self, nodes: &[Node], sets: &[&'o QuerySet]) -> Value {
        let mut items = Vec::new();
        for (number, node) in nodes.iter().enumerate() {
            self.path.push(number.into());
            items.push(self.node(node, sets));
            self.path.pop();
        }
        // No list of ours has room for null.
        if items.contains(&Value::Null) { Value::Null } else { items.into() }
    }

    fn note(&mut self, problem: Problem, field: &QueryField) {
        self.problems.push(problem.at(field.position).on_path(&self.path));
    }
}

fn sets<'o>(fields: &[&'o QueryField]) -> Vec<&'o QuerySet> {
    fields.iter().map(|field| &field.selection_set).collect()
}
