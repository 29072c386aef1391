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

/** All loops at their busiest hold 14 (flow/place.ts 6, reading back 4, inventory 2, comparing and members one each); the others are for what people do, some of it two deep. */
const MOST_LOCKS = 20;

/** What the storefront tells is written by one or two at a time. */
const MOST_PIPELINES = 4;

type Database = { pool: pg.Pool; locks: pg.Pool; pipelines: pg.Pool; prisma: PrismaClient };

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
const shared = globalThis as unknown as { creatorCodesDatabase?: Database };

function database(): Database {
  if (!shared.creatorCodesDatabase) {
    const connectionString = env().DATABASE_URL;
    const pool = new AgainPool({ connectionString, max: 16, types: ownTypes });
    const locks = new pg.Pool({ connectionString, max: MOST_LOCKS });
    // What these write is looked up by keys. A plan that was made while a table was young would be kept, and read the shop through for every touch.
    const pipelines = new pg.Pool({ connectionString, max: MOST_PIPELINES, types: ownTypes, pipeline: true, options: "-c plan_cache_mode=force_custom_plan -c enable_seqscan=off" });
    for (const each of [pool, locks, pipelines]) each.on("error", () => {}); // an idle connection that breaks is replaced at the next use
    shared.creatorCodesDatabase = { pool, locks, pipelines, prisma: new PrismaClient({ adapter: new PrismaPg({ connectionString, max: 8 }) }) };
  }
  return shared.creatorCodesDatabase;
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

export async function closeDatabase(): Promise<void> {
  const open = shared.creatorCodesDatabase;
  shared.creatorCodesDatabase = undefined;
  if (open) await Promise.all([open.pool.end(), open.locks.end(), open.pipelines.end(), open.prisma.$disconnect()]);
}
