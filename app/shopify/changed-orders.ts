// Which orders of a store changed: page by page, or by a bulk operation where they are many. Only which, and when: what an order is by now is fetched as for any
// other hint (docs/decisions/0023-self-healing.md says why).
import { instantNs } from "../domain/instant.ts";
import type { Admin, AdminAnswer } from "./admin.ts";
import { BULK_OPERATION, NEWEST_BULK_OPERATIONS, RUN_BULK_QUERY } from "./changed-orders.graphql.ts";
import { CHANGED_COUNTED, ORDERS_CHANGED } from "./orders.graphql.ts";
import { digitsOf } from "./text.ts";

/** `updatedNs`: nanoseconds since 1970, as text. */
export type ChangedOrder = { orderId: string; updatedNs: string };
type Node = { id: string; updatedAt: string };
type Page = { orders: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: Node[] } };

export async function countChanged(admin: Admin, since: Date, limit: number): Promise<AdminAnswer<{ count: number; allOrders: boolean }>> {
  const answer = await admin<{ ordersCount: { count: number } | null; currentAppInstallation: { accessScopes: { handle: string }[] } }>(CHANGED_COUNTED, { query: changedSince(since), limit });
  if (!answer.ok) return answer;
  const { ordersCount, currentAppInstallation } = answer.data;
  return { ...answer, data: { count: ordersCount?.count ?? 0, allOrders: currentAppInstallation.accessScopes.some(({ handle }) => handle === "read_all_orders") } };
}

/** One page, the oldest change first. `next` null: it was the last one. */
export async function listChanged(admin: Admin, since: Date, after: string | null): Promise<AdminAnswer<{ orders: ChangedOrder[]; next: string | null }>> {
  const answer = await admin<Page>(ORDERS_CHANGED, { query: changedSince(since), after });
  if (!answer.ok) return answer;
  const { nodes, pageInfo } = answer.data.orders;
  return { ...answer, data: { orders: nodes.map(changedOf), next: pageInfo.hasNextPage ? pageInfo.endCursor : null } };
}

/** As the store's search reads it. Never by discount code: it knows only the first code of an order. */
function changedSince(since: Date): string {
  return `updated_at:>='${since.toISOString()}'`;
}

function changedOf({ id, updatedAt }: Node): ChangedOrder {
  return { orderId: digitsOf(id), updatedNs: (instantNs(updatedAt) ?? 0n).toString() };
}

export type BulkStatus = "CREATED" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELING" | "CANCELED" | "EXPIRED";
export type BulkOperation = { id: string; status: BulkStatus; errorCode: string | null; createdAt: string; url: string | null; partialDataUrl: string | null };
/** `busy`: as many operations run as may (five of each app in a shop). */
export type BulkRun = AdminAnswer<BulkOperation> | { ok: false; fault: { kind: "busy" } | { kind: "refused"; words: string } };

/** What the operation asks. It is found again by this text, so that the text names the sweep: no order has an id as low as that. */
function bulkQuery(since: Date, sweepId: bigint): string {
  return `{ orders(query: "${changedSince(since)} AND id:>=${sweepId}", sortKey: UPDATED_AT) { edges { node { id updatedAt } } } }`;
}

/** Has the store collect the orders that changed; or finds the operation that was asked to before somebody died. */
export async function runBulk(admin: Admin, since: Date, sweepId: bigint): Promise<BulkRun> {
  const query = bulkQuery(since, sweepId);
  const listed = await admin<{ bulkOperations: { nodes: (BulkOperation & { query: string })[] } }>(NEWEST_BULK_OPERATIONS);
  if (!listed.ok) return listed;
  const own = listed.data.bulkOperations.nodes.find((each) => each.query === query && ["CREATED", "RUNNING", "COMPLETED"].includes(each.status));
  if (own) return { ...listed, data: own };
  const run = await admin<{ bulkOperationRunQuery: { bulkOperation: BulkOperation | null; userErrors: { code: string | null; message: string }[] } | null }>(RUN_BULK_QUERY, { query });
  if (!run.ok) return run;
  const said = run.data.bulkOperationRunQuery;
  if (said?.userErrors.some(({ code }) => code === "OPERATION_IN_PROGRESS" || code === "LIMIT_REACHED")) return { ok: false, fault: { kind: "busy" } };
  if (!said?.bulkOperation) return { ok: false, fault: { kind: "refused", words: said?.userErrors.map(({ message }) => message).join("; ") ?? "" } };
  return { ...run, data: said.bulkOperation };
}

/** null: the store knows no such operation. */
export async function readBulk(admin: Admin, id: string): Promise<AdminAnswer<BulkOperation | null>> {
  const answer = await admin<{ bulkOperation: BulkOperation | null }>(BULK_OPERATION, { id });
  if (!answer.ok) return answer;
  return { ...answer, data: answer.data.bulkOperation };
}

/** Some lines of the result; `bytes`: how much of the file was read up to their end. */
export type Lines = { orders: ChangedOrder[]; bytes: number };
/** `gone`: the address is good no more. */
export type ReadFault = { kind: "gone" } | { kind: "unavailable" } | { kind: "unreadable"; detail: string };

export class ReadEnded extends Error {
  readonly fault: ReadFault;
  constructor(fault: ReadFault) {
    super(fault.kind);
    this.fault = fault;
  }
}

const MOST_LINES = 500;
const MOST_LINE_BYTES = 64 * 1024;
const NEWLINE = 10;

/** Reads a result from `from` bytes on, as a stream: of the file no more than some lines are held. Ends with ReadEnded where it cannot be read to its end. */
export async function* readResult(url: string, from: number, signal: AbortSignal): AsyncGenerator<Lines> {
  if (!isPublic(url)) throw new ReadEnded({ kind: "unreadable", detail: "the result lies at an address that is not the public internet's" });
  const response = await fetch(url, { signal, redirect: "error", headers: from > 0 ? { range: `bytes=${from}-` } : {} }).catch(() => {
    throw new ReadEnded({ kind: "unavailable" });
  });
  if (response.status === 416) return; // nothing is left beyond
  if ([400, 401, 403, 404, 410].includes(response.status)) throw new ReadEnded({ kind: "gone" });
  if ((response.status !== 200 && response.status !== 206) || response.body === null) throw new ReadEnded({ kind: "unavailable" });
  yield* linesOf(response.body as unknown as AsyncIterable<Uint8Array>, from, response.status === 200 ? from : 0);
}

async function* linesOf(body: AsyncIterable<Uint8Array>, from: number, unwanted: number): AsyncGenerator<Lines> {
  let bytes = from;
  let skip = unwanted;
  let rest: Buffer = Buffer.alloc(0);
  let orders: ChangedOrder[] = [];
  try {
    for await (const chunk of body) {
      const fresh = skip > 0 ? chunk.subarray(Math.min(skip, chunk.length)) : chunk;
      skip -= chunk.length - fresh.length;
      rest = rest.length === 0 ? Buffer.from(fresh) : Buffer.concat([rest, fresh]);
      for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
        orders.push(...orderIn(rest.subarray(0, end)));
        rest = rest.subarray(end + 1);
        bytes += end + 1;
        if (orders.length < MOST_LINES) continue;
        yield { orders, bytes };
        orders = [];
      }
      if (rest.length > MOST_LINE_BYTES) throw new ReadEnded({ kind: "unreadable", detail: "a line of the result has no end" });
    }
  } catch (fault) {
    if (fault instanceof ReadEnded) throw fault;
    throw new ReadEnded({ kind: "unavailable" });
  }
  orders.push(...orderIn(rest));
  if (orders.length > 0) yield { orders, bytes: bytes + rest.length };
}

/** A line that is an order; one that is a part of another (`__parentId`) is none. */
function orderIn(line: Buffer): ChangedOrder[] {
  if (line.length === 0) return [];
  let node: Partial<Node> & { __parentId?: string };
  try {
    node = JSON.parse(line.toString("utf8")) as typeof node;
  } catch {
    throw new ReadEnded({ kind: "unreadable", detail: "a line of the result is no JSON" });
  }
  return typeof node.id === "string" && typeof node.updatedAt === "string" && node.__parentId === undefined ? [changedOf({ id: node.id, updatedAt: node.updatedAt })] : [];
}

/** The address comes from the store's API, and leads to its cloud storage; to nothing within our own walls. */
function isPublic(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url !== null && url.protocol === "https:" && url.username === "" && url.port === "" && /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$/.test(url.hostname) && !/\.(local|internal|localhost)$/.test(url.hostname);
}
