// A sweep by a bulk operation of the store: asked for once, looked after until it is done, and its result read as a stream. What is kept is the operation's id and
// how many bytes of its result were read: whoever is killed leaves that to the next worker. Where operations end badly, pages do the same, slower.
import { now } from "../clock.ts";
import type { OrderSweep } from "../db/sweep.ts";
import { writeProblem } from "../domain/problem.ts";
import { log } from "../log.server.ts";
import type { Admin } from "../shopify/admin.ts";
import { readBulk, ReadEnded, readResult, runBulk, type BulkOperation } from "../shopify/changed-orders.ts";
import { isStopping, requestSignal } from "../stopping.server.ts";
import { after, backoffMs } from "./again.ts";
import { finish, keep, noteFound } from "./sweep-note.ts";
import { putOff, type Step } from "./sweep-step.ts";

/** An operation takes seconds to hours. */
const LOOK_MS = 10_000;
const BUSY_MS = 60_000;
/** A storage that stops in the middle is given up while the lease still holds. */
const REST_OF_LEASE_MS = 30_000;
/** So many operations may end badly before the pages are turned instead. */
const MOST_TRIES = 3;

export async function bulkStep(sweep: OrderSweep, admin: Admin, upSince: Date, endMs: number): Promise<Step> {
  if (sweep.bulkId === null) return run(sweep, admin);
  const read = await readBulk(admin, sweep.bulkId);
  if (!read.ok) return read.fault.kind === "graphql" ? anew(sweep, "the store knows the operation no more") : putOff(sweep, read.fault);
  const operation = read.data;
  if (operation === null) return anew(sweep, "the store knows the operation no more");
  switch (operation.status) {
    case "CREATED":
    case "RUNNING":
    case "CANCELING":
      return { sweep: await keep(sweep, { nextAt: after(now(), LOOK_MS) }), then: "rest" };
    case "COMPLETED":
      return operation.url === null ? done(sweep) : readOn(sweep, operation, operation.url, upSince, endMs);
    case "FAILED":
      // What it had is read all the same: so much less is missing, whatever comes of the next one.
      return operation.partialDataUrl === null ? anew(sweep, `it failed: ${operation.errorCode}`) : readOn(sweep, operation, operation.partialDataUrl, upSince, endMs);
    default:
      return anew(sweep, operation.status);
  }
}

async function run(sweep: OrderSweep, admin: Admin): Promise<Step> {
  const begun = await runBulk(admin, sweep.since, sweep.id);
  if (begun.ok) {
    const { id, createdAt } = begun.data;
    return { sweep: await keep(sweep, { state: "running", bulkId: id, bulkAt: new Date(createdAt), cursor: null, problem: null, nextAt: now() }), then: "more" };
  }
  const { fault } = begun;
  if (fault.kind === "busy") return { sweep: await keep(sweep, { nextAt: after(now(), BUSY_MS) }), then: "rest" };
  return fault.kind === "refused" ? anew(sweep, fault.words) : putOff(sweep, fault);
}

async function readOn(begun: OrderSweep, operation: BulkOperation, url: string, upSince: Date, endMs: number): Promise<Step> {
  let sweep = begun;
  const left = new AbortController();
  try {
    const signal = AbortSignal.any([left.signal, requestSignal(Math.max(0, endMs - performance.now()) + REST_OF_LEASE_MS)]);
    for await (const { orders, bytes } of readResult(url, Number(sweep.cursor ?? 0), signal)) {
      sweep = await noteFound(sweep, orders, { state: "reading", cursor: String(bytes), problem: null }, upSince);
      if (performance.now() >= endMs || isStopping()) return { sweep, then: "rest" };
    }
  } catch (fault) {
    if (!(fault instanceof ReadEnded)) throw fault;
    if (fault.fault.kind === "gone") return anew(sweep, "its result is there no more");
    if (fault.fault.kind === "unreadable") return anew(sweep, fault.fault.detail);
    return putOff(sweep, { kind: "unavailable", status: null });
  } finally {
    left.abort();
  }
  return operation.status === "FAILED" ? anew(sweep, `it failed: ${operation.errorCode}`) : done(sweep);
}

async function done(sweep: OrderSweep): Promise<Step> {
  await finish(sweep);
  return { sweep, then: "done" };
}

/** Another operation is asked for, or after some the pages are turned; what was noted already is not asked for twice. */
async function anew(sweep: OrderSweep, why: string): Promise<Step> {
  log.warn({ shop: sweep.shop, bulkId: sweep.bulkId, why: why.slice(0, 200) }, "a bulk operation brought nothing, or not all");
  const attempts = sweep.attempts + 1;
  const next = attempts >= MOST_TRIES ? { kind: "pages" as const, attempts: 0, nextAt: now() } : { attempts, nextAt: after(now(), backoffMs(attempts)) };
  return { sweep: await keep(sweep, { ...next, state: "counted", bulkId: null, bulkAt: null, cursor: null, problem: writeProblem("store.bulk") }), then: "rest" };
}
