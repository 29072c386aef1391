// The database: one pool for plain SQL, one Prisma client over the same driver. Only app/db (and Shopify's session storage) import this.
import { setTimeout } from "node:timers/promises";
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@prisma/client";
import pg from "pg";
import { env } from "./env.server.ts";

// Only for our own pool: Prisma reads what its driver gives it in its own way, and a BigInt where it expects text is a fault there.
const ownTypes = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === pg.types.builtins.INT8 && format !== "binary" ? BigInt : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

/** What a process does: the server's roles, or a command that a person runs. */
export type ProcessRole = "all" | "web" | "worker" | "command";

/**
 * How many connections a process holds at most (docs/running.md has the sums). `plain`: pages, intake and the loops' own statements; `locks`: one has all locks of the
 * process (db/lock.ts), the other is for while it is lost; `pipelines`: what the storefront tells is written by one or two at a time; `settling`: two batches at
 * once, and one more where a process ends its last one while another begins.
 */
const MOST: Record<ProcessRole, { plain: number; locks: number; pipelines: number; settling: number; prisma: number }> = {
  all: { plain: 14, locks: 2, pipelines: 2, settling: 3, prisma: 6 },
  web: { plain: 10, locks: 2, pipelines: 2, settling: 1, prisma: 5 },
  worker: { plain: 10, locks: 2, pipelines: 1, settling: 3, prisma: 4 },
  command: { plain: 14, locks: 2, pipelines: 2, settling: 3, prisma: 6 },
};

/**
 * What hangs is ended, so that it holds up nobody for long: a statement, a wait for somebody's lock, a transaction whose process stands still; and who waits for a
 * connection is told that there is none. Commands go through millions of rows, and may take as long as they need.
 */
const LIMITS = { statement_timeout: 120_000, lock_timeout: 30_000, idle_in_transaction_session_timeout: 60_000, connectionTimeoutMillis: 10_000 } as const;

/** What touches and settling write is looked up by keys. A plan that was made while a table was young would be kept, and read the shop through for every touch and order. */
const BY_KEYS = "-c plan_cache_mode=force_custom_plan -c enable_seqscan=off";

/**
 * What settling commits is on the disk a moment later. Should PostgreSQL itself fall before that, the newest of it is gone as if it had never begun, and its deliveries, which are on the disk, wait again.
 * Nobody outside can have heard of it: whoever tells somebody commits first that he does, and with that all that was committed before is on the disk (docs/decisions/0028).
 */
const SOON_ON_DISK = "-c synchronous_commit=off";

type Database = { pool: pg.Pool; locks: pg.Pool; pipelines: pg.Pool; settling: pg.Pool; prisma: PrismaClient };

/** What PostgreSQL undid because two stood in each other's way: nothing of it was done, and done again it may well pass. */
const IN_THE_WAY = new Set(["40P01", "40001"]);
const MOST_TRIES = 6;
/** Before the nth try again: long enough for the other, who was let through, to get hold of what he waited for. */
const PAUSE_MS = 40;

/** Runs `work` again where it was undone because it stood in another's way. */
async function untilPassed<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (fault) {
      if (tries === MOST_TRIES || !IN_THE_WAY.has((fault as { code?: string }).code ?? "")) throw fault;
      await setTimeout(PAUSE_MS * tries * (1 + Math.random()));
    }
  }
}

/** A statement of its own is a transaction of its own, and tried again as one. */
class AgainPool extends pg.Pool {
  override query = ((...args: Parameters<pg.Pool["query"]>) => untilPassed(() => pg.Pool.prototype.query.apply(this, args) as unknown as Promise<pg.QueryResult>)) as unknown as pg.Pool["query"];
}

// The server and Remix's bundle each load this module: the pool is one all the same.
const shared = globalThis as unknown as { creatorCodesDatabase?: Database; creatorCodesRole?: ProcessRole; creatorCodesClosers?: (() => Promise<void>)[] };

function database(): Database {
  if (!shared.creatorCodesDatabase) {
    const role = shared.creatorCodesRole ?? "command";
    const most = MOST[role];
    const options = { connectionString: env().DATABASE_URL, application_name: `creator-codes ${role}`, keepAlive: true, keepAliveInitialDelayMillis: 10_000, ...(role === "command" ? {} : LIMITS) };
    const pool = new AgainPool({ ...options, max: most.plain, types: ownTypes });
    const locks = new pg.Pool({ ...options, max: most.locks });
    const pipelines = new pg.Pool({ ...options, max: most.pipelines, types: ownTypes, pipeline: true, options: BY_KEYS });
    const settling = new pg.Pool({ ...options, max: most.settling, types: ownTypes, pipeline: true, options: `${BY_KEYS} ${SOON_ON_DISK} -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off` });
    const prismas = new pg.Pool({ ...options, max: most.prisma });
    for (const each of [pool, locks, pipelines, settling, prismas]) surviving(each);
    shared.creatorCodesDatabase = { pool, locks, pipelines, settling, prisma: new PrismaClient({ adapter: new PrismaPg(prismas, { disposeExternalPool: true }) }) };
  }
  return shared.creatorCodesDatabase;
}

/**
 * An idle connection that breaks is replaced at the next use. One that breaks in the moment in which it changes hands (its last answer and its end may come in one
 * piece) has no listener of the pool's, nor yet of its new holder: without one of its own its loss would end the process.
 */
function surviving(pool: pg.Pool): void {
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
}

/** Says what this process is; before anything is asked of the database. */
export function openAs(role: ProcessRole): void {
  shared.creatorCodesRole = role;
}

/** The connections of this process: `total` are open, `idle` of them rest, and `waiting` wait for one. */
export function connectionsNow(): { pool: string; total: number; idle: number; waiting: number }[] {
  const open = shared.creatorCodesDatabase;
  if (open === undefined) return [];
  const { pool: plain, locks, pipelines, settling } = open;
  return Object.entries({ plain, locks, pipelines, settling }).map(([name, { totalCount, idleCount, waitingCount }]) => ({ pool: name, total: totalCount, idle: idleCount, waiting: waitingCount }));
}

export type Queryable = pg.Pool | pg.PoolClient;

export function pool(): pg.Pool {
  return database().pool;
}

/** Connections that only hold locks (db/lock.ts): whoever waits for one takes none that work is done with. */
export function lockPool(): pg.Pool {
  return database().locks;
}

export function prisma(): PrismaClient {
  return database().prisma;
}

/**
 * Runs `work` in one transaction; a fault rolls back and is thrown on. Where two transactions stood in each other's way, the one that PostgreSQL undid is
 * run again: `work` changes nothing but the database.
 */
export function inTransaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return untilPassed(() => once(work));
}

/**
 * A transaction of two round trips: what `look` asks goes out with its begin, and what `write` starts, in the order in which it starts it, with its commit. Neither
 * waits for an answer in between. As with inTransaction, a fault rolls back, and both may run again.
 */
export function inTwoSteps<T>(look: (client: pg.PoolClient) => Promise<T>, write: (client: pg.PoolClient, seen: T) => Promise<unknown>[]): Promise<T> {
  return untilPassed(() => twoSteps(look, write));
}

function twoSteps<T>(look: (client: pg.PoolClient) => Promise<T>, write: (client: pg.PoolClient, seen: T) => Promise<unknown>[]): Promise<T> {
  return undoingFaults(database().pipelines, async (client) => {
    const [, seen] = await Promise.all([client.query("begin"), look(client)]);
    // After a fault of one of them the others fail as well, and the commit is a rollback.
    await Promise.all([...write(client, seen), client.query("commit")]);
    return seen;
  });
}

/**
 * A transaction on a connection that does not wait between its statements: whatever `work` starts goes out at once, in the order in which it starts it, and what it
 * leaves in `writes` is waited for together with the commit: only PostgreSQL can still refuse them, what their answers show comes too late. As with inTransaction, a fault rolls back, and `work` may run again.
 */
export function inPipeline<T>(work: (client: pg.PoolClient) => Promise<{ value: T; writes: Promise<unknown>[] }>): Promise<T> {
  return untilPassed(() => pipelined(work));
}

function pipelined<T>(work: (client: pg.PoolClient) => Promise<{ value: T; writes: Promise<unknown>[] }>): Promise<T> {
  return undoingFaults(database().settling, async (client) => {
    const begun = client.query("begin");
    begun.catch(() => {}); // what `work` asks fails with it
    const { value, writes } = await work(client);
    await Promise.all([begun, ...writes, client.query("commit")]);
    return value;
  });
}

/** Asks several things of one connection: at once where it is one of inPipeline, else one after the other. They are asked in this order. */
export async function together<T extends readonly unknown[]>(on: Queryable, ...asks: { [K in keyof T]: () => Promise<T[K]> }): Promise<T> {
  if ("pipeline" in on && on.pipeline === true) return (await Promise.all(asks.map((ask) => ask()))) as unknown as T;
  const answers: unknown[] = [];
  for (const ask of asks) answers.push(await ask());
  return answers as unknown as T;
}

function once<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return undoingFaults(pool(), async (client) => {
    await client.query("begin");
    const value = await work(client);
    await client.query("commit");
    return value;
  });
}

/** Runs a transaction on a connection of its own; after a fault it is rolled back, and a connection that broke is given up. */
async function undoingFaults<T>(from: pg.Pool, transaction: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await from.connect();
  let broken: Error | undefined;
  // A connection that is lost between two statements says so here; the next statement then fails, and nothing was committed.
  const noteLoss = (fault: Error) => (broken = fault);
  client.on("error", noteLoss);
  try {
    return await transaction(client);
  } catch (fault) {
    await client.query("rollback").catch((error: Error) => (broken = error));
    throw fault;
  } finally {
    client.off("error", noteLoss);
    client.release(broken);
  }
}

/** What is to be done before the connections are closed: whoever keeps one lets go of it. */
export function beforeClosing(work: () => Promise<void>): void {
  (shared.creatorCodesClosers ??= []).push(work);
}

export async function closeDatabase(): Promise<void> {
  for (const close of shared.creatorCodesClosers?.splice(0) ?? []) await close();
  const open = shared.creatorCodesDatabase;
  shared.creatorCodesDatabase = undefined;
  if (open) await Promise.all([open.pool.end(), open.locks.end(), open.pipelines.end(), open.settling.end(), open.prisma.$disconnect()]);
}
