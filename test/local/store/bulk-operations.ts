// Bulk operations: a query that the store runs by itself, and whose result it keeps as JSONL at an address on another host, for seven days.
import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type DocumentNode, type FieldNode, getNamedType, GraphQLError, type GraphQLSchema, isListType, isNonNullType, Kind, type OperationDefinitionNode, parse, specifiedRules, TypeInfo, validate, visit, visitWithTypeInfo,
} from "graphql";
import { type Args, connection, NotServed, onlyArguments, searchTerms, type View } from "./connection.ts";
import { digitsOf } from "./json.ts";
import type { Store } from "./store.ts";

export type BulkStatus = "CREATED" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELING" | "CANCELED" | "EXPIRED";
export type BulkOperation = {
  id: string;
  query: string;
  scopes: string[];
  createdAtMs: number;
  dueAtMs: number;
  status: BulkStatus;
  errorCode: "ACCESS_DENIED" | "INTERNAL_SERVER_ERROR" | "TIMEOUT" | null;
  completedAtMs: number | null;
  objects: number;
  roots: number;
  /** JSONL; null: there is none. */
  result: string | null;
  /** The unguessable part of its address. */
  key: string;
};
/** What becomes of an operation that ends badly; `lines`: so many of the result's are had all the same. */
export type BulkFault = { status: "FAILED" | "CANCELED" | "EXPIRED"; errorCode: BulkOperation["errorCode"]; lines: number };
/** Runs a query of ours as the Admin API does. */
export type Run = (document: DocumentNode, variables: Record<string, unknown>, scopes: ReadonlySet<string>) => { data?: Record<string, unknown> | null; errors?: readonly GraphQLError[] };

export const STORAGE_HOST = "storage.googleapis.com";
export const RESULTS_PATH = "/shopify-tiers-assets-prod-local/bulk-operation-outputs/";
const MOST_AT_ONCE = 5;
const MOST_CONNECTIONS = 5;
const MOST_DEPTH = 2;
const MOST_QUERY_BYTES = 65_535;
const STARTS_MS = 200;
const TAKES_MS = 1_500;
const KEPT_MS = 7 * 86_400_000;
const PAGE = 250;

type UserError = { field: string[] | null; code: "INVALID" | "OPERATION_IN_PROGRESS" | "LIMIT_REACHED"; message: string };

export function runBulkQuery(store: Store, schema: GraphQLSchema, { query, groupObjects }: Args, scopes: ReadonlySet<string>): View {
  const refuse = (error: UserError): View => ({ bulkOperation: null, userErrors: [error] });
  if (groupObjects === true) throw new NotServed("grouped objects of bulkOperationRunQuery");
  const running = store.state.bulkOperations.filter(({ status }) => status === "CREATED" || status === "RUNNING" || status === "CANCELING");
  if (running.length >= MOST_AT_ONCE) return refuse({ field: null, code: "OPERATION_IN_PROGRESS", message: `A bulk query operation for this app and shop is already in progress: gid://shopify/BulkOperation/${running[0]!.id}.` });
  const wrong = faultOf(schema, String(query));
  if (wrong !== null) return refuse({ field: ["query"], code: "INVALID", message: wrong });
  const at = store.nowMs();
  const operation: BulkOperation = {
    id: String(store.nextId("BulkOperation")), query: String(query), scopes: [...scopes], createdAtMs: at, dueAtMs: at + (store.options.bulkOperationMs ?? TAKES_MS), status: "CREATED", errorCode: null,
    completedAtMs: null, objects: 0, roots: 0, result: null, key: randomUUID().replaceAll("-", ""),
  };
  store.state.bulkOperations.push(operation);
  store.changed();
  return { bulkOperation: bulkView(store, operation), userErrors: [] };
}

export function cancelBulk(store: Store, { id }: Args): View {
  const operation = bulkOf(store, id);
  if (operation === null) return { bulkOperation: null, userErrors: [{ field: ["id"], message: "Bulk operation does not exist" }] };
  if (operation.status !== "CREATED" && operation.status !== "RUNNING") return { bulkOperation: bulkView(store, operation), userErrors: [{ field: null, message: "A bulk operation cannot be canceled when it is completed" }] };
  operation.status = "CANCELING";
  store.changed();
  return { bulkOperation: bulkView(store, operation), userErrors: [] };
}

export function bulkById(store: Store, { id }: Args): View | null {
  const operation = bulkOf(store, id);
  return operation === null ? null : bulkView(store, operation);
}

export function bulksConnection(store: Store, args: Args): View {
  const items = searchTerms(args.query as string | null).reduce((left, { field, value }) => {
    if (field === "status") return left.filter(({ status }) => status === value.toUpperCase());
    if (field === "operation_type") return value === "query" ? left : [];
    throw new NotServed(`the filter ${field} of bulkOperations`);
  }, store.state.bulkOperations);
  if (args.sortKey != null && args.sortKey !== "CREATED_AT") throw new NotServed(`the sort key ${String(args.sortKey)} of bulkOperations`);
  return connection({ field: "QueryRoot.bulkOperations", items, id: (each) => each.id, key: (each) => each.createdAtMs, view: (each) => bulkView(store, each) }, args, ["query", "sortKey"]);
}

function bulkOf(store: Store, id: unknown): BulkOperation | null {
  return /^gid:\/\/shopify\/BulkOperation\//.test(String(id)) ? (store.state.bulkOperations.find((each) => each.id === digitsOf(String(id))) ?? null) : null;
}

function bulkView(store: Store, operation: BulkOperation): View {
  const { id, query, status, errorCode, createdAtMs, completedAtMs, objects, roots, result } = operation;
  const address = result === null || status === "EXPIRED" || (completedAtMs !== null && store.nowMs() >= completedAtMs + KEPT_MS) ? null : addressOf(operation);
  return {
    __typename: "BulkOperation", id: `gid://shopify/BulkOperation/${id}`, query, status, errorCode, type: "QUERY", createdAt: seconds(createdAtMs), completedAt: status === "COMPLETED" && completedAtMs !== null ? seconds(completedAtMs) : null,
    objectCount: String(objects), rootObjectCount: String(roots), fileSize: address === null ? null : String(Buffer.byteLength(result!)), url: status === "COMPLETED" ? address : null, partialDataUrl: status === "COMPLETED" ? null : address,
  };
}

function addressOf({ key, completedAtMs }: BulkOperation): string {
  const expires = Math.floor((completedAtMs! + KEPT_MS) / 1000);
  const signature = createHash("sha256").update(`${key} ${expires}`).digest("base64url");
  return `https://${STORAGE_HOST}${RESULTS_PATH}${key}?GoogleAccessId=assets-us-prod%40shopify-tiers.iam.gserviceaccount.com&Expires=${expires}&Signature=${signature}&response-content-disposition=attachment%3B+filename%3D%22bulk.jsonl%22&response-content-type=application%2Fjsonl`;
}

function seconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Runs what is due by the clock. */
export function settleBulks(store: Store, run: Run): void {
  const at = store.nowMs();
  for (const operation of store.state.bulkOperations) {
    if (operation.status === "CANCELING" && operation.dueAtMs <= at) end(store, operation, "CANCELED");
    if (operation.status === "CREATED" && operation.createdAtMs + STARTS_MS <= at) operation.status = "RUNNING";
    if (operation.status === "RUNNING" && operation.dueAtMs <= at) complete(store, operation, run);
    if (operation.completedAtMs !== null && operation.completedAtMs + KEPT_MS <= at && operation.result !== null) {
      operation.result = null;
      if (operation.status === "COMPLETED") operation.status = "EXPIRED";
    }
  }
}

function end(store: Store, operation: BulkOperation, status: BulkStatus): void {
  operation.status = status;
  operation.completedAtMs = Math.max(operation.dueAtMs, operation.createdAtMs);
  const body = { admin_graphql_api_id: `gid://shopify/BulkOperation/${operation.id}`, completed_at: seconds(operation.completedAtMs), created_at: seconds(operation.createdAtMs), error_code: operation.errorCode?.toLowerCase() ?? null, status: status.toLowerCase(), type: "query" };
  store.webhooks.fire(store.event(), "bulk_operations/finish", body, null);
  store.changed();
}

function complete(store: Store, operation: BulkOperation, run: Run): void {
  const fault = store.state.bulkFaults.shift();
  if (fault?.status === "CANCELED") return end(store, operation, "CANCELED");
  const { lines, roots, denied } = collect(operation, run);
  const kept = fault === undefined || fault.status === "EXPIRED" ? lines : lines.slice(0, fault.lines);
  operation.objects = kept.length;
  operation.roots = Math.min(roots, kept.length);
  operation.errorCode = denied ? "ACCESS_DENIED" : (fault?.errorCode ?? null);
  operation.result = kept.length === 0 ? null : `${kept.join("\n")}\n`;
  end(store, operation, denied ? "FAILED" : fault?.status === "EXPIRED" ? "EXPIRED" : fault === undefined ? "COMPLETED" : "FAILED");
}

/** The lines of the result: each object by itself, those within another after all of their page, with the id of what they belong to. */
function collect(operation: BulkOperation, run: Run): { lines: string[]; roots: number; denied: boolean } {
  const document = paged(parse(operation.query));
  const lines: string[] = [];
  let roots = 0;
  let after: string | null = null;
  for (;;) {
    const answer = run(document, { bulkAfter: after }, new Set(operation.scopes));
    const root = Object.values(answer.data ?? {})[0] as Edges | null | undefined;
    if (answer.errors !== undefined || root == null) return { lines, roots, denied: true };
    const within: string[] = [];
    for (const { node } of root.edges) {
      roots += 1;
      lines.push(lineOf(node, null, within));
    }
    lines.push(...within);
    if (!root.pageInfo.hasNextPage) return { lines, roots, denied: false };
    after = root.pageInfo.endCursor;
  }
}

type Edges = { edges: { node: Record<string, unknown> }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };

function lineOf(node: Record<string, unknown>, parentId: string | null, within: string[]): string {
  const own: Record<string, unknown> = {};
  const inner: string[] = [];
  for (const [name, value] of Object.entries(node)) {
    if (!isEdges(value)) own[name] = value;
    else {
      if (value.pageInfo.hasNextPage) throw new NotServed(`more than ${PAGE} ${name} of one object in a bulk operation`);
      for (const each of value.edges) {
        const further: string[] = [];
        inner.push(lineOf(each.node, String(node.id), further), ...further);
      }
    }
  }
  within.push(...inner);
  return JSON.stringify({ ...own, ...(parentId === null ? {} : { __parentId: parentId }) });
}

function isEdges(value: unknown): value is Edges {
  return typeof value === "object" && value !== null && "edges" in value && "pageInfo" in value;
}

/** Pages of its own for each connection: those that the query asks for are passed over. */
function paged(document: DocumentNode): DocumentNode {
  let depth = 0;
  return visit(document, {
    OperationDefinition: (operation): OperationDefinitionNode => ({
      ...operation,
      operation: "query" as OperationDefinitionNode["operation"],
      variableDefinitions: [{ kind: Kind.VARIABLE_DEFINITION, variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: "bulkAfter" } }, type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: "String" } } }],
    }),
    Field: {
      enter(field): FieldNode | undefined {
        if (!asksEdges(field)) return undefined;
        depth += 1;
        const kept = (field.arguments ?? []).filter(({ name }) => !["first", "last", "after", "before"].includes(name.value));
        const first = { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: "first" }, value: { kind: Kind.INT, value: String(PAGE) } } as const;
        const after = { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: "after" }, value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: "bulkAfter" } } } as const;
        const name = (value: string): FieldNode => ({ kind: Kind.FIELD, name: { kind: Kind.NAME, value } });
        const pageInfo: FieldNode = { ...name("pageInfo"), selectionSet: { kind: Kind.SELECTION_SET, selections: [name("hasNextPage"), name("endCursor")] } };
        const selections = field.selectionSet!.selections.filter((each) => each.kind !== Kind.FIELD || each.name.value !== "pageInfo");
        return { ...field, arguments: [...kept, first, ...(depth === 1 ? [after] : [])], selectionSet: { kind: Kind.SELECTION_SET, selections: [...selections, pageInfo] } };
      },
      leave(field) {
        if (asksEdges(field)) depth -= 1;
      },
    },
  });
}

function asksEdges(field: FieldNode): boolean {
  return field.selectionSet?.selections.some((each) => each.kind === Kind.FIELD && each.name.value === "edges") ?? false;
}

/** Why a query cannot be run in bulk; null: it can. */
function faultOf(schema: GraphQLSchema, text: string): string | null {
  if (Buffer.byteLength(text) > MOST_QUERY_BYTES) return `The query is too large: at most ${MOST_QUERY_BYTES} bytes.`;
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (fault) {
    return `Invalid bulk query: ${(fault as Error).message}`;
  }
  const faults = validate(schema, document, specifiedRules);
  if (faults.length > 0) return `Invalid bulk query: ${faults[0]!.message}`;
  const operation = document.definitions[0] as OperationDefinitionNode;
  if (operation.operation !== "query" || operation.selectionSet.selections.length !== 1) return "Bulk queries cannot contain multiple top-level fields.";
  if ((operation.variableDefinitions ?? []).length > 0) return "Bulk queries cannot contain variables.";
  const root = (operation.selectionSet.selections[0] as FieldNode).name.value;
  if (root === "node" || root === "nodes") return "Bulk queries cannot use the top-level node or nodes field.";
  return connectionFault(schema, document);
}

function connectionFault(schema: GraphQLSchema, document: DocumentNode): string | null {
  const info = new TypeInfo(schema);
  let connections = 0;
  const open: ("connection" | "list" | "other")[] = [];
  let fault: string | null = null;
  visit(document, visitWithTypeInfo(info, {
    Field: {
      enter(field) {
        const type = info.getType();
        const named = type == null ? "" : getNamedType(type).name;
        const kind = named.endsWith("Connection") ? "connection" : isList(type) && field.name.value !== "edges" && field.name.value !== "nodes" ? "list" : "other";
        if (kind === "connection") {
          connections += 1;
          if (open.includes("list")) fault ??= "Queries that contain a connection field within a list field are not currently supported.";
          if (open.filter((each) => each === "connection").length >= MOST_DEPTH + 1) fault ??= `Bulk queries cannot contain connections with a nesting depth greater than ${MOST_DEPTH}.`;
          if (!asksEdges(field)) fault ??= "Bulk queries need the edges and node fields of a connection.";
          const node = field.selectionSet?.selections.flatMap((each) => (each.kind === Kind.FIELD && each.name.value === "edges" ? (each.selectionSet?.selections ?? []) : [])).find((each) => each.kind === Kind.FIELD && each.name.value === "node") as FieldNode | undefined;
          const fields = node?.selectionSet?.selections.filter((each) => each.kind === Kind.FIELD) ?? [];
          if (fields.some(asksEdges) && !fields.some((each) => each.name.value === "id")) fault ??= "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of 'ID' return type.";
        }
        open.push(kind);
      },
      leave() {
        open.pop();
      },
    },
  }));
  if (fault !== null) return fault;
  if (connections === 0) return "Bulk queries must contain at least one connection.";
  return connections > MOST_CONNECTIONS ? `Bulk queries cannot contain more than ${MOST_CONNECTIONS} connections.` : null;
}

function isList(type: ReturnType<TypeInfo["getType"]>): boolean {
  return type != null && (isListType(type) || (isNonNullType(type) && isListType(type.ofType)));
}

/** GET of a result, as the cloud storage answers: whole, or from a byte on. Past its time, or with another signature, the address leads nowhere. */
export function sendResult(store: Store, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", `https://${STORAGE_HOST}`);
  const operation = store.state.bulkOperations.find(({ key }) => url.pathname === RESULTS_PATH + key);
  if (operation?.result == null || operation.completedAtMs === null) return refuse(404, "NoSuchKey");
  if (store.nowMs() >= operation.completedAtMs + KEPT_MS) return refuse(400, "ExpiredToken");
  if (url.searchParams.get("Signature") !== new URL(addressOf(operation)).searchParams.get("Signature")) return refuse(403, "SignatureDoesNotMatch");
  const whole = Buffer.from(operation.result);
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from > 0 && from >= whole.length) return refuse(416, "InvalidRange");
  const part = whole.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, { "Content-Type": "application/jsonl", "Content-Length": part.length, ...(from > 0 ? { "Content-Range": `bytes ${from}-${whole.length - 1}/${whole.length}` } : {}) });
  response.end(part);

  function refuse(status: number, code: string): void {
    response.writeHead(status, { "Content-Type": "application/xml; charset=UTF-8" }).end(`<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code></Error>`);
  }
}

export function currentBulk(store: Store, args: Args): View | null {
  onlyArguments("QueryRoot.currentBulkOperation", args, ["type"]);
  const newest = args.type === "MUTATION" ? undefined : store.state.bulkOperations.at(-1);
  return newest === undefined ? null : bulkView(store, newest);
}
