// GraphQL: our queries and the stand-in's answers, held against GitHub's published schema.
import { isDeepStrictEqual } from "node:util";
import { buildSchema, executeSync, getNamedType, getVariableValues, isCompositeType, parse, typeFromAST, validate } from "graphql";

export class GraphQl {
  constructor(text) {
    this.schema = buildSchema(text, { assumeValidSDL: true });
    this.checked = new Map();
  }

  problems(exchange) {
    if (exchange.status !== 200) return [];
    const { query, variables } = JSON.parse(exchange.request);
    const answer = JSON.parse(exchange.response);
    const { document, problems } = this.query(query);
    if (problems.length > 0) return problems.map((problem) => `query: ${problem}`);
    return [
      ...this.variables(document, variables ?? {}).map((problem) => `variables: ${problem}`),
      ...this.answer(document, variables ?? {}, answer).map((problem) => `answer: ${problem}`),
    ];
  }

  query(text) {
    let checked = this.checked.get(text);
    if (!checked) {
      checked = this.check(text);
      this.checked.set(text, checked);
    }
    return checked;
  }

  check(text) {
    try {
      const document = parse(text);
      return { document, problems: validate(this.schema, document).map((error) => error.message) };
    } catch (error) {
      return { problems: [error.message] };
    }
  }

  variables(document, given) {
    const operation = document.definitions.find((one) => one.kind === "OperationDefinition");
    const declared = operation.variableDefinitions ?? [];
    const names = declared.map((one) => one.variable.name.value);
    const unknown = Object.keys(given).filter((name) => !names.includes(name));
    const { errors } = getVariableValues(this.schema, declared, given);
    return [...unknown.map((name) => `${name} is not declared`), ...(errors ?? []).map((error) => error.message)];
  }

  // An answer is one that the schema lets pass, if running the query over it gives the same again.
  answer(document, variables, answer) {
    const problems = (answer.errors ?? []).flatMap((error) => (typeof error.message === "string" ? [] : ["an error without a message"]));
    if (answer.data === undefined || answer.data === null) {
      return answer.errors?.length ? problems : [...problems, "neither data nor errors"];
    }
    const again = executeSync({
      schema: this.schema,
      document,
      variableValues: variables,
      rootValue: answer.data,
      fieldResolver: (told, _arguments, _context, info) => told[info.path.key],
      typeResolver: (told, _context, info, type) => this.typeOf(told, info, type, document),
    });
    problems.push(...(again.errors ?? []).map((error) => error.message));
    const plain = JSON.parse(JSON.stringify(again.data));
    if (problems.length === 0 && !isDeepStrictEqual(plain, answer.data)) problems.push("it tells other fields than were asked for, or in another form");
    return problems;
  }

  // The answer does not say which type an object is of; the fields that were told do.
  typeOf(told, info, type, document) {
    const possible = this.schema.getPossibleTypes(type);
    const keys = Object.keys(told).sort();
    const fits = (one) => isDeepStrictEqual([...new Set(this.keys(one, info.fieldNodes.map((node) => node.selectionSet), document))].sort(), keys);
    return (possible.find(fits) ?? possible[0]).name;
  }

  keys(type, sets, document) {
    return sets.flatMap((set) =>
      set.selections.flatMap((one) => {
        if (one.kind === "Field") return [(one.alias ?? one.name).value];
        const fragment = one.kind === "FragmentSpread" ? document.definitions.find((found) => found.name?.value === one.name.value) : one;
        const condition = fragment.typeCondition ? typeFromAST(this.schema, fragment.typeCondition) : type;
        const applies = condition === type || (isCompositeType(condition) && getNamedType(condition).name !== type.name && this.schema.isSubType?.(condition, type));
        return applies ? this.keys(type, [fragment.selectionSet], document) : [];
      }),
    );
  }
}
