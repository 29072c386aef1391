// The variables of an operation: the API reports what is wrong with them in one error each, with the path of every problem.
import {
  type DocumentNode, GraphQLError, type GraphQLInputType, type GraphQLSchema, isEnumType, isInputObjectType, isListType, isNonNullType, Kind,
  type OperationDefinitionNode, typeFromAST, print,
} from "graphql";

type Problem = { path: (string | number)[]; explanation: string };

/** Checks the given values against the declared types; the list is empty where all is well. */
export function variableErrors(schema: GraphQLSchema, operation: OperationDefinitionNode, values: Record<string, unknown>): GraphQLError[] {
  return (operation.variableDefinitions ?? []).flatMap((definition) => {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type as never) as GraphQLInputType | undefined;
    if (type === undefined) return [];
    if (values[name] === undefined && (definition.defaultValue !== undefined || !isNonNullType(type))) return [];
    const problems = check(type, values[name], []);
    if (problems.length === 0) return [];
    const said = problems.filter(({ path }) => path.length > 0).map(({ path, explanation }) => `${path.join(".")} (${explanation})`);
    const message = `Variable $${name} of type ${print(definition.type)} was provided invalid value${said.length > 0 ? ` for ${said.join(", ")}` : ""}`;
    return [new GraphQLError(message, { nodes: definition, extensions: { code: "INVALID_VARIABLE", value: values[name] ?? null, problems } })];
  });
}

function check(type: GraphQLInputType, value: unknown, path: (string | number)[]): Problem[] {
  if (isNonNullType(type)) {
    return value == null ? [{ path, explanation: "Expected value to not be null" }] : check(type.ofType as GraphQLInputType, value, path);
  }
  if (value == null) return [];
  if (isListType(type)) {
    const inner = type.ofType as GraphQLInputType;
    return Array.isArray(value) ? value.flatMap((each, at) => check(inner, each, [...path, at])) : check(inner, value, path);
  }
  if (isInputObjectType(type)) {
    if (typeof value !== "object" || Array.isArray(value)) return [{ path, explanation: `Expected ${JSON.stringify(value)} to be a key-value object.` }];
    const fields = type.getFields();
    const given = value as Record<string, unknown>;
    const unknown = Object.keys(given).filter((key) => fields[key] === undefined);
    const problems = unknown.map((key): Problem => ({ path: [...path, key], explanation: `Field is not defined on ${type.name}` }));
    for (const field of Object.values(fields)) {
      if (given[field.name] === undefined && (field.defaultValue !== undefined || !isNonNullType(field.type))) continue;
      problems.push(...check(field.type, given[field.name], [...path, field.name]));
    }
    if (type.isOneOf && Object.values(given).filter((each) => each !== undefined).length !== 1) {
      problems.push({ path, explanation: `'${type.name}' requires exactly one argument, but ${Object.keys(given).length} were provided.` });
    }
    return problems;
  }
  if (isEnumType(type)) {
    const names = type.getValues().map((each) => each.name);
    return typeof value === "string" && names.includes(value) ? [] : [{ path, explanation: `Expected ${JSON.stringify(value)} to be one of: ${names.join(", ")}` }];
  }
  try {
    type.parseValue(value);
    return [];
  } catch (fault) {
    const custom = /^(invalid|UnsignedInt64)/.test((fault as Error).message);
    return [{ path, explanation: custom ? (fault as Error).message : `Could not coerce value ${JSON.stringify(value)} to ${type.name}` }];
  }
}

/** The operation that is meant, or null where the document leaves it open. */
export function operationOf(document: DocumentNode, name: string | null | undefined): OperationDefinitionNode | null {
  const operations = document.definitions.filter((each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION);
  if (name) return operations.find((each) => each.name?.value === name) ?? null;
  return operations.length === 1 ? operations[0]! : null;
}
