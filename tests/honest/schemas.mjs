// GitHub's published descriptions as JSON Schema, each part compiled when it is first needed.
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

export class Schemas {
  // `document` is an OpenAPI description, 3.0 or 3.1.
  constructor(document) {
    this.document = document.openapi.startsWith("3.0") ? withNullTypes(document) : document;
    this.ajv = new Ajv2020.default({ strict: false, validateSchema: false, allErrors: true, logger: false });
    addFormats.default(this.ajv);
    this.ajv.addSchema(this.document, "github", undefined, false);
    this.compiled = new Map();
  }

  resolve(part) {
    let found = part;
    while (found?.$ref) found = this.at(found.$ref);
    return found;
  }

  at(reference) {
    const steps = reference.slice(2).split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    return steps.reduce((part, step) => part?.[step], this.document);
  }

  // What is wrong with `value`, where the schema stands at the end of `path` in the document.
  problems(path, value) {
    const reference = `github#/${path.map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;
    let validate = this.compiled.get(reference);
    if (!validate) {
      validate = this.ajv.compile({ $ref: reference });
      this.compiled.set(reference, validate);
    }
    return validate(value) ? [] : validate.errors.map(inWords);
  }

  // Fields of `value` that `schema` does not know. Many of GitHub's schemas let any field pass: a misspelt one would, too.
  unknownFields(schema, value, at = "") {
    const known = this.known(schema);
    if (Array.isArray(value)) return known.items ? value.flatMap((one) => this.unknownFields(known.items, one, `${at}/*`)) : [];
    if (value === null || typeof value !== "object" || known.open) return [];
    return Object.entries(value).flatMap(([name, inner]) =>
      name in known.properties ? this.unknownFields(known.properties[name], inner, `${at}/${name}`) : [`${at}/${name}`],
    );
  }

  // The fields that any branch of a schema has.
  known(schema) {
    const one = this.resolve(schema) ?? {};
    const known = { properties: { ...one.properties }, items: one.items, open: false };
    const extra = one.additionalProperties;
    const branches = [...(one.allOf ?? []), ...(one.oneOf ?? []), ...(one.anyOf ?? [])];
    for (const branch of branches) {
      const inner = this.known(branch);
      for (const [name, property] of Object.entries(inner.properties)) {
        known.properties[name] = name in known.properties ? { anyOf: [known.properties[name], property] } : property;
      }
      known.items ??= inner.items;
    }
    const empty = Object.keys(known.properties).length === 0;
    known.open = (typeof extra === "object") || (empty && extra !== false && !known.items);
    return known;
  }
}

// OpenAPI 3.0 writes `nullable` where JSON Schema has the type `null`.
function withNullTypes(part) {
  if (Array.isArray(part)) return part.map(withNullTypes);
  if (part === null || typeof part !== "object") return part;
  const copy = Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, withNullTypes(inner)]));
  if (copy.nullable !== true) return copy;
  delete copy.nullable;
  if (copy.enum || !copy.type) return { anyOf: [{ type: "null" }, copy] };
  return { ...copy, type: [copy.type, "null"].flat() };
}

function inWords({ instancePath, message, params }) {
  const where = instancePath.replaceAll(/\/\d+(?=\/|$)/g, "/*") || "/";
  const allowed = params?.allowedValues ? ` (${params.allowedValues.join(", ")})` : "";
  return `${where} ${message}${allowed}`;
}
