// Every SQL text of app/, put together as it is sent: constants, fragments and small functions that make texts are followed through the sources.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

const root = resolve(import.meta.dirname, "../..");

/** `where`: file and function. `texts`: the ways in which it may be written, each part of every choice at least once. null: it could not be put together. */
export type SqlText = { where: string; texts: string[] | null; why?: string };

/** What a Prisma call is made of. */
export type PrismaCall = { where: string; model: string; method: string; first: ts.ObjectLiteralExpression | null };

type Env = ReadonlyMap<ts.Node, readonly string[]>;
const files = new Map<string, ts.SourceFile>();
const visited = new Set<ts.Node>();
const NOWHERE: Env = new Map();

function fileAt(path: string): ts.SourceFile {
  let file = files.get(path);
  if (!file) files.set(path, (file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true)));
  return file;
}

class Unknown extends Error {}

/** The texts that an expression may be. Throws Unknown where it depends on what only a run knows. */
function textsOf(node: ts.Expression, env: Env): string[] {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isNonNullExpression(node) || ts.isSatisfiesExpression(node)) return textsOf(node.expression, env);
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return visit(node), [node.text];
  if (ts.isNumericLiteral(node)) return [String(Number(node.text.replaceAll("_", "")))];
  if (ts.isTemplateExpression(node)) {
    visit(node);
    return joined([[node.head.text], ...node.templateSpans.flatMap((span) => [textsOf(span.expression, env), [span.literal.text]])]);
  }
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind;
    if (kind === ts.SyntaxKind.PlusToken) return joined([textsOf(node.left, env), textsOf(node.right, env)]);
    if (kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken) return [...textsOf(node.left, env), ...textsOf(node.right, env)];
    if ([ts.SyntaxKind.AsteriskToken, ts.SyntaxKind.SlashToken, ts.SyntaxKind.MinusToken].includes(kind)) return ["1"];
  }
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue, env), ...textsOf(node.whenFalse, env)];
  if (ts.isIdentifier(node)) return textsOfName(node, env);
  if (ts.isCallExpression(node)) return textsOfCall(node, env);
  if (ts.isPropertyAccessExpression(node)) {
    const holder = objectOf(node.expression);
    const property = holder?.properties.find((each) => each.name?.getText() === node.name.text);
    if (property && ts.isPropertyAssignment(property)) return textsOf(property.initializer, env);
  }
  if (ts.isElementAccessExpression(node)) {
    const values = valuesOf(node.expression);
    if (values.length > 0) return values.flatMap((each) => textsOf(each, env));
  }
  throw new Unknown(node.getText().slice(0, 80));
}

function visit(node: ts.Node): void {
  visited.add(node);
}

/** Of several choices each is taken once: the i-th text takes the i-th way of every part. */
function joined(parts: readonly (readonly string[])[]): string[] {
  const most = Math.max(1, ...parts.map((part) => part.length));
  return Array.from({ length: most }, (_, at) => parts.map((part) => part[at % part.length]).join(""));
}

function textsOfName(name: ts.Identifier, env: Env): string[] {
  const found = declarationOf(name);
  if (found && env.has(found)) return [...env.get(found)!];
  if (found && ts.isVariableDeclaration(found) && found.initializer) return textsOf(found.initializer, env);
  if (found && ts.isParameter(found) && found.type?.kind === ts.SyntaxKind.NumberKeyword) return ["1"];
  if (found && ts.isParameter(found) && found.initializer) return textsOf(found.initializer, env);
  if (found && ts.isParameter(found) && found.type && ts.isUnionTypeNode(found.type)) {
    const words = found.type.types.flatMap((each) => (ts.isLiteralTypeNode(each) && ts.isStringLiteral(each.literal) ? [each.literal.text] : []));
    if (words.length === found.type.types.length) return words;
  }
  if (found && ts.isBindingElement(found)) {
    // `const { from, where } = PARTS[kind];`
    const holder = found.parent.parent;
    const given = ts.isVariableDeclaration(holder) && holder.initializer ? unwrapped(holder.initializer) : null;
    const objects = given === null ? [] : ts.isElementAccessExpression(given) ? valuesOf(given.expression).flatMap((each) => objectOf(each) ?? []) : [objectOf(given)].flatMap((each) => each ?? []);
    const values = objects.flatMap((each) => each.properties.flatMap((one) => (ts.isPropertyAssignment(one) && one.name.getText() === name.text ? textsOf(one.initializer, env) : [])));
    if (values.length > 0) return values;
  }
  throw new Unknown(name.text);
}

function textsOfCall(call: ts.CallExpression, env: Env): string[] {
  if (ts.isPropertyAccessExpression(call.expression)) {
    const { expression, name } = call.expression;
    // `[a, b].join(" and ")`, `names.map((name) => `x.${name}`).join(", ")`
    if (name.text === "join") return [elementsOf(expression, env).join(textsOf(call.arguments[0]!, env)[0]!)];
    if (name.text === "replace" || name.text === "replaceAll") {
      const [from, to] = [textsOf(call.arguments[0]!, env)[0]!, textsOf(call.arguments[1]!, env)[0]!];
      return textsOf(expression, env).map((text) => text.replaceAll(from, to));
    }
    throw new Unknown(call.getText().slice(0, 80));
  }
  if (ts.isElementAccessExpression(call.expression)) return valuesOf(call.expression.expression).flatMap((each) => (ts.isArrowFunction(each) ? textsOfFunction(each, call, env) : []));
  if (!ts.isIdentifier(call.expression)) throw new Unknown(call.getText().slice(0, 80));
  const made = functionOf(call.expression);
  if (!made?.body) throw new Unknown(call.getText().slice(0, 80));
  return textsOfFunction(made, call, env);
}

function textsOfFunction(made: ts.FunctionDeclaration | ts.ArrowFunction, call: ts.CallExpression, env: Env): string[] {
  const inside = new Map(env);
  made.parameters.forEach((parameter, at) => {
    const given = call.arguments[at] ?? parameter.initializer;
    if (given) inside.set(parameter, attempt(() => textsOf(given, env)) ?? []);
    if ((inside.get(parameter) ?? []).length === 0) inside.delete(parameter);
  });
  const result = ts.isBlock(made.body!) ? made.body.statements.flatMap((each) => (ts.isReturnStatement(each) && each.expression ? [each.expression] : [])) : [made.body as ts.Expression];
  if (result.length === 0) throw new Unknown(call.getText().slice(0, 80));
  return result.flatMap((each) => textsOf(each, inside));
}

function elementsOf(node: ts.Expression, env: Env): string[] {
  if (ts.isArrayLiteralExpression(node)) return node.elements.map((each) => textsOf(each, env)[0]!);
  if (ts.isIdentifier(node)) {
    const found = declarationOf(node);
    if (found && ts.isVariableDeclaration(found) && found.initializer) return elementsOf(unwrapped(found.initializer), env);
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === "map") {
    const [turn] = node.arguments;
    const made = turn && (ts.isArrowFunction(turn) ? turn : ts.isIdentifier(turn) ? functionOf(turn) : null);
    if (made && ts.isArrowFunction(made) && !ts.isBlock(made.body)) return elementsOf(node.expression.expression, env).map((each, at) => textsOf(made.body as ts.Expression, new Map([...env, ...made.parameters.map((parameter, nth): [ts.Node, string[]] => [parameter, [nth === 0 ? each : String(at)]])]))[0]!);
  }
  if (ts.isCallExpression(node) && node.expression.getText() === "Object.keys") {
    const holder = objectOf(node.arguments[0]!);
    if (holder) return holder.properties.map((each) => each.name!.getText().replaceAll('"', ""));
  }
  throw new Unknown(node.getText().slice(0, 80));
}

function unwrapped(node: ts.Expression): ts.Expression {
  return ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node) ? unwrapped(node.expression) : node;
}

function objectOf(node: ts.Expression): ts.ObjectLiteralExpression | null {
  const plain = unwrapped(node);
  if (ts.isObjectLiteralExpression(plain)) return plain;
  if (!ts.isIdentifier(plain)) return null;
  const found = declarationOf(plain);
  return found && ts.isVariableDeclaration(found) && found.initializer ? objectOf(found.initializer) : null;
}

/** What an object's properties are, whichever is taken. */
function valuesOf(node: ts.Expression): ts.Expression[] {
  return (objectOf(node)?.properties ?? []).flatMap((each) => (ts.isPropertyAssignment(each) ? [unwrapped(each.initializer)] : []));
}

function functionOf(name: ts.Identifier): ts.FunctionDeclaration | ts.ArrowFunction | null {
  const found = declarationOf(name);
  if (found && ts.isFunctionDeclaration(found)) return found;
  if (found && ts.isVariableDeclaration(found) && found.initializer && ts.isArrowFunction(found.initializer)) return found.initializer;
  return null;
}

/** Where a name is declared: in a block around it, as a parameter, at the top of its file, or in the file that it is imported from. */
function declarationOf(name: ts.Identifier): ts.Node | null {
  for (let around: ts.Node = name.parent; around; around = around.parent) {
    if (ts.isFunctionLike(around)) {
      const parameter = around.parameters.find((each) => each.name.getText() === name.text);
      if (parameter) return parameter;
    }
    if (ts.isBlock(around) || ts.isSourceFile(around) || ts.isCaseClause(around)) {
      const found = declaredIn(around.statements, name.text) ?? boundIn(around.statements, name.text);
      if (found) return found;
    }
  }
  return null;
}

function boundIn(statements: readonly ts.Statement[], name: string): ts.Node | null {
  for (const statement of statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name: bound } of statement.declarationList.declarations) {
      const found = ts.isObjectBindingPattern(bound) ? bound.elements.find((each) => each.name.getText() === name) : undefined;
      if (found) return found;
    }
  }
  return null;
}

function declaredIn(statements: readonly ts.Statement[], name: string): ts.Node | null {
  for (const statement of statements) {
    if (ts.isVariableStatement(statement)) {
      const found = statement.declarationList.declarations.find((each) => each.name.getText() === name);
      if (found) return found;
    }
    if (ts.isFunctionDeclaration(statement) && statement.name?.text === name) return statement;
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier) && statement.moduleSpecifier.text.startsWith(".")) {
      const bindings = statement.importClause?.namedBindings;
      const one = bindings && ts.isNamedImports(bindings) ? bindings.elements.find((each) => each.name.text === name) : undefined;
      if (one) return declaredIn(fileAt(resolve(dirname(statement.getSourceFile().fileName), statement.moduleSpecifier.text)).statements, (one.propertyName ?? one.name).text);
    }
  }
  return null;
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (fault) {
    if (fault instanceof Unknown) return null;
    throw fault;
  }
}

function whereOf(node: ts.Node): string {
  let name = "";
  for (let around: ts.Node = node; around; around = around.parent) {
    if (ts.isFunctionDeclaration(around) && around.name) name = around.name.text;
    if (name === "" && ts.isVariableDeclaration(around) && ts.isSourceFile(around.parent.parent.parent)) name = around.name.getText();
  }
  return `${relative(root, node.getSourceFile().fileName)} ${name}`.trim();
}

const LOOKS_LIKE_SQL = /^\s*(with\s+\w+|select\s|insert\s+into\s|update\s+\w+\s|delete\s+from\s)/i;

/** All of app/: texts that are sent by .query, Prisma's raw queries, and whatever else looks like SQL. */
export function readApp(): { sql: SqlText[]; prisma: PrismaCall[] } {
  const app = join(root, "app");
  const paths = readdirSync(app, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name) && name !== join("db", "migrate.ts"));
  const sources = paths.map((path) => fileAt(join(app, path)));
  const [sql, prisma]: [SqlText[], PrismaCall[]] = [[], []];
  for (const file of sources) walk(file, (node) => take(node, sql, prisma));
  // What was passed on in a way that is not followed is taken as it stands.
  for (const file of sources) {
    walk(file, (node) => {
      if ((ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node)) && !visited.has(node) && LOOKS_LIKE_SQL.test(node.getText().slice(1)) && /\s(from|into|set)\s/i.test(node.getText())) sql.push(read(node, node));
    });
  }
  return { sql, prisma };
}

function walk(node: ts.Node, each: (node: ts.Node) => void): void {
  each(node);
  node.forEachChild((child) => walk(child, each));
}

function read(at: ts.Node, text: ts.Expression): SqlText {
  try {
    return { where: whereOf(at), texts: textsOf(text, NOWHERE) };
  } catch (fault) {
    if (!(fault instanceof Unknown)) throw fault;
    return { where: whereOf(at), texts: null, why: fault.message };
  }
}

function take(node: ts.Node, sql: SqlText[], prisma: PrismaCall[]): void {
  if (ts.isTaggedTemplateExpression(node) && /\$(query|execute)Raw/.test(node.tag.getText())) {
    const { template } = node;
    visit(template);
    const text = ts.isNoSubstitutionTemplateLiteral(template) ? template.text : template.head.text + template.templateSpans.map((span, at) => `$${at + 1}${span.literal.text}`).join("");
    sql.push({ where: whereOf(node), texts: [text] });
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return;
  const [method, holder] = [node.expression.name.text, node.expression.expression];
  if (method === "query" && node.arguments[0]) {
    const given = unwrapped(node.arguments[0]);
    const text = objectOf(given)?.properties.find((each) => each.name?.getText() === "text");
    sql.push(read(node, text && ts.isPropertyAssignment(text) ? text.initializer : text && ts.isShorthandPropertyAssignment(text) ? text.name : given));
  }
  if (ts.isPropertyAccessExpression(holder) && /^(prisma\(\)|tx)$/.test(holder.expression.getText())) {
    const first = node.arguments[0];
    prisma.push({ where: whereOf(node), model: holder.name.text, method, first: first ? objectOf(first) : null });
  }
}
