//! What is to be said of one method of one path. What every route has in common (path parameters, who may ask, the errors that
//! follow from that, the command to paste) is filled in by [`Operation::describe`].

use super::parameters::{self, PathParameter};
use super::refusals;
use crate::api::answer::{Meta, Sample};
use crate::api::code::Code;
use crate::api::query::PageQuery;
use actix_web::http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Audience {
    Anybody,
    /// Whoever has a token that reaches there.
    Reader,
    /// Whoever has a token that may do more than read.
    Limited(&'static str),
}

#[derive(Clone, Debug)]
pub(in crate::api) struct Operation {
    id: &'static str,
    summary: &'static str,
    about: Option<&'static str>,
    audience: Audience,
    /// Of the query and of headers.
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: BTreeMap<String, Value>,
    refusals: BTreeSet<Code>,
    /// What stands behind the path in the example: a query.
    example: &'static str,
    example_headers: Vec<&'static str>,
    pub(super) schemas: BTreeMap<String, Value>,
}

impl Operation {
    fn new(id: &'static str, summary: &'static str, audience: Audience) -> Self {
        Self {
            id,
            summary,
            about: None,
            audience,
            parameters: vec![],
            body: None,
            answers: BTreeMap::new(),
            refusals: BTreeSet::new(),
            example: "",
            example_headers: vec![],
            schemas: BTreeMap::new(),
        }
    }

    /// Asked by anybody, without a token.
    pub(in crate::api) fn open(id: &'static str, summary: &'static str) -> Self {
        Self::new(id, summary, Audience::Anybody)
    }

    pub(in crate::api) fn read(id: &'static str, summary: &'static str) -> Self {
        Self::new(id, summary, Audience::Reader)
    }

    pub(in crate::api) fn write(id: &'static str, summary: &'static str) -> Self {
        Self::new(id, summary, Audience::Limited("Needs a token that may write."))
    }

    /// Asked by the administrators of a workspace.
    pub(in crate::api) fn own(id: &'static str, summary: &'static str) -> Self {
        Self::new(id, summary, Audience::Limited("Needs an administrator of the workspace."))
    }

    /// Asked by administrators of the whole registry.
    pub(in crate::api) fn administer(id: &'static str, summary: &'static str) -> Self {
        Self::new(id, summary, Audience::Limited("Needs an administrator's token."))
    }

    /// More than the summary says.
    pub(in crate::api) fn about(self, about: &'static str) -> Self {
        Self { about: Some(about), ..self }
    }

    /// The parameters of the query.
    pub(in crate::api) fn query<Q: IntoParams>(mut self) -> Self {
        self.parameters.extend(Q::into_params(|| None).iter().map(|parameter| json!(parameter)));
        self.refuses(Code::InvalidRequest)
    }

    /// Leaves a parameter of the query out, where a path says it.
    pub(in crate::api) fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|parameter| parameter["name"] != name);
        self
    }

    /// A header that the route reads.
    pub(in crate::api) fn header(mut self, name: &str, about: &str, example: &str) -> Self {
        let schema = json!({"type": "string"});
        self.parameters
            .push(json!({"name": name, "in": "header", "description": about, "schema": schema, "example": example}));
        self
    }

    /// Takes an `Idempotency-Key`.
    pub(super) fn repeatable(self) -> Self {
        let about = "Any text of yours of up to 255 visible ASCII characters: the same request with the same key is done once, \
            and answered the same for a day, with the header `Idempotency-Replayed: true`.";
        self.header("Idempotency-Key", about, "a6b1f0de-2f0c-4c52-9d3b-5a7d0f0e7f10")
            .refuses(Code::InvalidRequest)
            .refuses(Code::IdempotencyKeyInUse)
            .refuses(Code::IdempotencyKeyReused)
            .refuses(Code::TooLarge)
    }

    /// The JSON that the body holds.
    pub(in crate::api) fn takes<T: Sample>(mut self) -> Self {
        let schema = self.reference::<T>();
        let content = json!({"application/json": {"schema": schema, "example": T::sample()}});
        self.body = Some(json!({"required": true, "content": content}));
        self.refuses(Code::InvalidRequest)
    }

    /// 200 with one of them.
    pub(in crate::api) fn answers<T: Sample>(self) -> Self {
        self.answers_as::<T>(StatusCode::OK)
    }

    pub(in crate::api) fn answers_as<T: Sample>(mut self, status: StatusCode) -> Self {
        let schema = self.reference::<T>();
        self.answers_json(status, &json!({"data": schema}), &json!({"data": T::sample()}))
    }

    /// All of them, without pages.
    pub(in crate::api) fn answers_all<T: Sample>(mut self, status: StatusCode) -> Self {
        let schema = json!({"type": "array", "items": self.reference::<T>()});
        self.answers_json(status, &json!({"data": schema}), &json!({"data": [T::sample()]}))
    }

    /// 200 with a page of them; `page` and `pageSize` are parameters.
    pub(in crate::api) fn answers_page<T: Sample>(mut self) -> Self {
        let data = json!({"type": "array", "items": self.reference::<T>()});
        let properties = json!({"data": data, "meta": self.reference::<Meta>()});
        let meta = json!({"total": 1, "page": 1, "pageSize": 50});
        self.query::<PageQuery>().answers_json(
            StatusCode::OK,
            &properties,
            &json!({"data": [T::sample()], "meta": meta}),
        )
    }

    /// 302 with a header `Location`.
    pub(in crate::api) fn answers_elsewhere(mut self, about: &str) -> Self {
        let headers = json!({"Location": {"schema": {"type": "string"}}});
        self.answers.insert(key(StatusCode::FOUND), json!({"description": about, "headers": headers}));
        self
    }

    /// 200 with JSON that has no schema here.
    pub(in crate::api) fn answers_object(mut self, about: &str) -> Self {
        let content = json!({"application/json": {"schema": {"type": "object"}, "example": {}}});
        self.answers.insert(key(StatusCode::OK), json!({"description": about, "content": content}));
        self
    }

    /// 204.
    pub(in crate::api) fn answers_nothing(mut self) -> Self {
        self.answers.insert(key(StatusCode::NO_CONTENT), json!({"description": "Done."}));
        self
    }

    /// 200 with a text; given once for each type that it can have.
    pub(in crate::api) fn answers_text(mut self, content_type: &str, example: &str) -> Self {
        let answer = self.answers.entry(key(StatusCode::OK)).or_insert_with(|| json!({"description": "OK"}));
        answer["content"][content_type] = json!({"schema": {"type": "string"}, "example": example});
        self
    }

    fn answers_json(mut self, status: StatusCode, properties: &Value, example: &Value) -> Self {
        let required: Vec<&String> = properties.as_object().into_iter().flat_map(Map::keys).collect();
        let schema = json!({"type": "object", "required": required, "properties": properties});
        let name = status.canonical_reason().unwrap_or_default();
        let answer = self.answers.entry(key(status)).or_insert_with(|| json!({"description": name}));
        answer["content"]["application/json"] = json!({"schema": schema, "example": example});
        self
    }

    /// An error that this route answers beside those which follow from its path, its parameters and who may ask.
    pub(in crate::api) fn refuses(mut self, code: Code) -> Self {
        self.refusals.insert(code);
        self
    }

    /// What stands behind the path in the example: `?search=style`.
    pub(in crate::api) fn example(self, example: &'static str) -> Self {
        Self { example, ..self }
    }

    /// A header of the example: `If-Match: *`.
    pub(in crate::api) fn example_header(mut self, header: &'static str) -> Self {
        self.example_headers.push(header);
        self
    }

    /// Where `T` stands in the document.
    fn reference<T: ToSchema + PartialSchema>(&mut self) -> Value {
        let mut found = vec![];
        T::schemas(&mut found);
        found.push((T::name().into_owned(), T::schema()));
        self.schemas.extend(found.into_iter().map(|(name, schema)| (name, json!(schema))));
        json!({"$ref": format!("#/components/schemas/{}", T::name())})
    }

    pub(in crate::api) fn has_query(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter["in"] == "query")
    }

    /// As the document holds it.
    pub(super) fn describe(&self, method: &Method, path: &'static str, is_tagged: bool) -> Value {
        let in_path = parameters::of(path);
        let mut parameters: Vec<Value> = in_path.iter().map(PathParameter::describe).collect();
        parameters.extend(self.parameters.iter().cloned());
        let mut answers = self.answers.clone();
        if is_tagged {
            parameters.push(json!({"$ref": "#/components/parameters/IfNoneMatch"}));
            answers.insert(key(StatusCode::NOT_MODIFIED), json!({"$ref": "#/components/responses/not-modified"}));
            if let Some(answer) = answers.get_mut("200") {
                answer["headers"]["ETag"] = json!({"$ref": "#/components/headers/ETag"});
            }
        }
        answers.extend(refusals::by_status(&self.all_refusals(path)));
        let mut described = json!({
            "operationId": self.id,
            "summary": self.summary,
            "tags": [parameters::tag(path)],
            "parameters": parameters,
            "responses": answers,
            "security": if self.audience == Audience::Anybody { json!([]) } else { json!([{"token": []}]) },
            "x-codeSamples": [{"lang": "Shell", "label": "curl", "source": self.command(method, path, &in_path)}],
        });
        if let Some(body) = &self.body {
            described["requestBody"] = body.clone();
        }
        let needs = if let Audience::Limited(needs) = self.audience { Some(needs) } else { None };
        let text: Vec<&str> = self.about.into_iter().chain(needs).collect();
        if !text.is_empty() {
            described["description"] = json!(text.join(" "));
        }
        described
    }

    pub(super) fn all_refusals(&self, path: &str) -> BTreeSet<Code> {
        let mut all = self.refusals.clone();
        // Of a parameter that the route does not know, for one.
        if path.starts_with("/api/") {
            all.insert(Code::InvalidRequest);
        }
        if self.audience != Audience::Anybody {
            all.extend([Code::Unauthorized, Code::TooManyRequests, Code::Internal, Code::Unavailable]);
        }
        if path.starts_with("/auth/") {
            all.insert(Code::TooManyRequests);
        }
        if matches!(self.audience, Audience::Limited(_)) {
            all.insert(Code::Forbidden);
        }
        if path.contains('{') {
            all.insert(Code::NotFound);
        }
        all
    }

    /// What it tells is worth showing before it ends.
    fn is_stream(&self) -> bool {
        let content = self.answers.get("200").and_then(|answer| answer["content"].as_object());
        content.is_some_and(|types| types.keys().any(|name| name.starts_with("text/event-stream")))
    }

    /// To be pasted where what the description of the document names is set.
    fn command(&self, method: &Method, path: &str, in_path: &[PathParameter]) -> String {
        let mut command = if self.is_stream() { "curl -sN" } else { "curl -s" }.to_owned();
        if *method != Method::GET {
            command.push_str(&format!(" -X {method}"));
        }
        let token = (self.audience != Audience::Anybody).then_some("Authorization: Bearer $TOKEN");
        let json = self.body.as_ref().map(|_| "Content-Type: application/json");
        for header in token.into_iter().chain(json).chain(self.example_headers.iter().copied()) {
            command.push_str(&format!(" -H \"{header}\""));
        }
        if let Some(body) = &self.body {
            let text = body["content"]["application/json"]["example"].to_string();
            command.push_str(&format!(" -d '{}'", text.replace('\'', r"'\''")));
        }
        let path = in_path.iter().fold(path.to_owned(), |path, one| one.fill(&path));
        command.push_str(&format!(" \"$URL{path}{}\"", self.example));
        command
    }
}

fn key(status: StatusCode) -> String {
    status.as_u16().to_string()
}
