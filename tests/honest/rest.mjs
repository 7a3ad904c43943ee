// REST: what we send and what the stand-in answers, held against GitHub's OpenAPI description.
import { Schemas } from "./schemas.mjs";

// Pages for browsers, which the description of the API does not tell of.
const PAGES = [/^\/login\/oauth\//, /^\/settings\/apps\/new/, /^\/organizations\/[^/]+\/settings\/apps\/new/];
// GitHub redirects there from a name that was given up, and describes it nowhere: taken as the repository by its name.
const BY_NUMBER = /^\/repositories\/\d+(?=\/|$)/;
// Media types that GitHub documents in words.
const OTHER_MEDIA = /^application\/vnd\.github\.(v3\.)?(raw|sha|diff|patch)/;
// octocrab names itself beside us.
const OURS = /\bdotcursor\//;

export class Rest {
  constructor(document) {
    this.schemas = new Schemas(corrected(document));
    const { paths } = this.schemas.document;
    this.routes = Object.keys(paths).map((template) => this.route(template, paths[template]));
    this.routes.sort((one, other) => one.variables - other.variables || other.template.length - one.template.length);
  }

  route(template, operations) {
    const many = (name) => Object.values(operations).some((operation) => this.parameters(operation).some((one) => one.name === name && one["x-multi-segment"]));
    const names = [];
    const pattern = template.split(/\{([^}]+)\}/).map((part, place) => {
      if (place % 2 === 0) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
      names.push(part);
      return many(part) ? "(.+)" : "([^/]+)";
    });
    return { template, operations, names, variables: names.length, pattern: new RegExp(`^${pattern.join("")}$`) };
  }

  parameters(operation) {
    return (operation.parameters ?? []).map((one) => this.schemas.resolve(one));
  }

  // The operation of a call, with the values in its path.
  operation(method, path) {
    for (const route of this.routes) {
      const values = route.pattern.exec(path);
      const operation = values && route.operations[method.toLowerCase()];
      if (operation) return { route, operation, values: values.slice(1), name: `${method} ${route.template}` };
    }
    return undefined;
  }

  // Whether it is a call of the API, and no page.
  concerns(exchange) {
    return !PAGES.some((page) => page.test(exchange.path));
  }

  problems(exchange) {
    const url = new URL(exchange.path, "http://stand-in");
    let { pathname } = url;
    if (exchange.edition === "enterprise-server") {
      if (!pathname.startsWith("/api/v3/")) return this.unserved(exchange, "Enterprise Server has its REST API below /api/v3");
      pathname = pathname.slice("/api/v3".length);
    }
    const found = this.operation(exchange.method, pathname.replace(BY_NUMBER, "/repos/owner/repo"));
    if (!found) return this.unserved(exchange, "GitHub describes no such operation");
    const asked = OURS.test(exchange.agent ?? "") ? this.request(found, url, exchange) : [];
    const told = this.answer(found, exchange);
    return [...asked.map((problem) => `asked: ${problem}`), ...told.map((problem) => `answered ${exchange.status}: ${problem}`)]
      .map((problem) => `${found.name} ${problem}`);
  }

  // Anybody but us may ask for what is not there, to see that it is not.
  unserved(exchange, reason) {
    const ours = OURS.test(exchange.agent ?? "");
    return ours || exchange.status !== 404 ? [`${exchange.method} ${exchange.path}: ${reason}`] : [];
  }

  request({ route, operation, values }, url, exchange) {
    const parameters = this.parameters(operation);
    const at = (place) => ["paths", route.template, exchange.method.toLowerCase(), "parameters", String(place)];
    const problems = [];
    const check = (parameter, place, text) => {
      const schema = this.schemas.resolve(parameter.schema);
      const path = operation.parameters[place].$ref ? operation.parameters[place].$ref.slice(2).split("/") : at(place);
      const found = this.schemas.problems([...path, "schema"], asTyped(schema, text));
      problems.push(...found.map((problem) => `parameter ${parameter.name}: ${problem}`));
    };
    const look = (name, where, text) => {
      const place = parameters.findIndex((one) => one.name === name && one.in === where);
      if (place < 0) problems.push(`parameter ${name} is not described`);
      else check(parameters[place], place, text);
    };
    if (!BY_NUMBER.test(url.pathname.replace(/^\/api\/v3/, ""))) {
      route.names.forEach((name, number) => look(name, "path", decodeURIComponent(values[number])));
    }
    for (const [name, text] of url.searchParams) look(name, "query", text);
    for (const parameter of parameters.filter((one) => one.in === "query" && one.required)) {
      if (!url.searchParams.has(parameter.name)) problems.push(`parameter ${parameter.name} is required`);
    }
    return [...problems, ...this.body(route, operation, exchange)];
  }

  body(route, operation, exchange) {
    const described = this.schemas.resolve(operation.requestBody);
    if (!exchange.request) return described?.required ? ["a body is required"] : [];
    // An empty object says nothing: there is no telling it from no body.
    if (!described) return exchange.request === "{}" ? [] : ["a body is not described"];
    const media = (exchange.contentType ?? "").split(";")[0];
    if (!described.content[media]) return [`a body of type ${media || "unknown"} is not described`];
    const value = JSON.parse(exchange.request);
    const path = ["paths", route.template, exchange.method.toLowerCase(), "requestBody", "content", media, "schema"];
    const unknown = this.schemas.unknownFields(described.content[media].schema, value);
    return [...this.schemas.problems(path, value), ...unknown.map((field) => `${field} is not described`)];
  }

  answer({ route, operation }, exchange) {
    const { status, headers } = exchange;
    if (status === 304) return headers.etag ? [] : ["an unchanged answer names no etag"];
    if (status >= 300 && status < 400 && !headers.location) return ["a redirect names no location"];
    const described = operation.responses[String(status)];
    if (!described) return status < 300 ? ["the status is not described"] : this.error(exchange);
    const { content } = this.schemas.resolve(described);
    const media = (headers["content-type"] ?? "").split(";")[0];
    if (!content) return exchange.response ? ["a body is not described"] : [];
    if (OTHER_MEDIA.test(media)) return [];
    if (!content[media]) return [`a body of type ${media || "unknown"} is not described`];
    const base = described.$ref ? described.$ref.slice(2).split("/") : ["paths", route.template, exchange.method.toLowerCase(), "responses", String(status)];
    const value = JSON.parse(exchange.response);
    const unknown = this.schemas.unknownFields(content[media].schema, value);
    return [...this.schemas.problems([...base, "content", media, "schema"], value), ...unknown.map((field) => `${field} is not described`)];
  }

  // What GitHub says with any status that is no success.
  error({ response }) {
    const body = JSON.parse(response);
    return [
      ...this.schemas.problems(["components", "schemas", "basic-error"], body),
      ...(typeof body.message === "string" ? [] : ["an error without a message"]),
    ];
  }
}

// This list is described in place, with accounts that are a user and an enterprise at once. Whatever else tells of installations
// has them as either.
function corrected(document) {
  const list = document.paths["/app/installations"].get.responses["200"].content["application/json"];
  list.schema.items = { $ref: "#/components/schemas/installation" };
  return document;
}

// Paths and queries are text: a number in them is what a number is read from.
function asTyped(schema, text) {
  if (["integer", "number"].includes(schema?.type) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (schema?.type === "boolean" && ["true", "false"].includes(text)) return text === "true";
  return text;
}
