// One worker at a time, across processes. All locks that a process holds belong to one connection: they are free the moment the process dies, however many there are,
// and whoever waits for one takes no connection at all.
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { beforeClosing, lockPool } from "../db.server.ts";

type Session = { client: Promise<pg.PoolClient>; onError: (fault: Error) => void; asked: Promise<unknown>; users: number; lost: boolean };
type Shared = { session: Session | null; closes: boolean; names: Set<string>; turns: Map<string, Promise<void>> };
// The server and Remix's bundle each load this module: within one session PostgreSQL gives a lock as often as it is asked for, so the names are kept here.
const shared = ((globalThis as unknown as { creatorCodesLocks?: Shared }).creatorCodesLocks ??= { session: null, closes: false, names: new Set(), turns: new Map() });

/** How often it is asked whether another process has let go: at first, and in the end. */
const FIRST_ASK_MS = 10;
const LAST_ASK_MS = 150;

/** A lock that is held until it is let go, or its connection is lost. */
export type Held = { isHeld: () => boolean; release: () => Promise<void> };

/** Takes the lock of this name; null where another worker holds it, here or elsewhere. */
export async function holdLock(name: string): Promise<Held | null> {
  if (shared.names.has(name)) return null;
  shared.names.add(name);
  const session = enter();
  try {
    if (await ask(session, "select pg_try_advisory_lock(hashtextextended($1, 2)) as got", name)) return { isHeld: () => !session.lost, release: () => release(session, name) };
  } catch (fault) {
    end(session, name);
    throw fault;
  }
  end(session, name);
  return null;
}

/** Runs `work` while holding the lock of this name; null where another worker holds it. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T | null> {
  const held = await holdLock(name);
  if (held === null) return null;
  try {
    return await work();
  } finally {
    await held.release();
  }
}

/**
 * Runs `work` after whoever holds the lock of this name: two tabs, or a double click, do the same thing one after the other. Those of one
 * process queue here, in the order in which they came.
 */
export function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const done = (shared.turns.get(name) ?? Promise.resolve()).then(() => afterOthers(name, work));
  const ended = done.then(() => {}, () => {});
  shared.turns.set(name, ended);
  void ended.then(() => {
    if (shared.turns.get(name) === ended) shared.turns.delete(name);
  });
  return done;
}

async function afterOthers<T>(name: string, work: () => Promise<T>): Promise<T> {
  for (let askMs = FIRST_ASK_MS; ; askMs = Math.min(LAST_ASK_MS, askMs * 1.5)) {
    const held = await holdLock(name);
    if (held === null) {
      await sleep(askMs * (0.5 + Math.random()));
      continue;
    }
    try {
      return await work();
    } finally {
      await held.release();
    }
  }
}

/** One question at a time. */
function ask(session: Session, text: string, name: string): Promise<boolean> {
  const answer = session.asked.then(async () => (await (await session.client).query<{ got: boolean }>(text, [name])).rows[0]!.got);
  session.asked = answer.catch(() => {});
  return answer;
}

function enter(): Session {
  const session = (shared.session ??= open());
  session.users += 1;
  return session;
}

function open(): Session {
  const session: Session = { client: lockPool().connect(), onError: () => {}, asked: Promise.resolve(), users: 0, lost: false };
  if (!shared.closes) beforeClosing(letGo);
  shared.closes = true;
  session.client.then(
    (client) => {
      // It rests while the work is done: without a listener its loss would end the process.
      session.onError = (fault) => lose(session, client, fault);
      client.on("error", session.onError);
    },
    () => forget(session),
  );
  return session;
}

/** Locks that are held for as long as the process lives go with its connections. */
async function letGo(): Promise<void> {
  shared.closes = false;
  const session = shared.session;
  if (session !== null) lose(session, await session.client, new Error("the process closes its connections"));
}

function lose(session: Session, client: pg.PoolClient, fault: Error): void {
  if (session.lost) return;
  forget(session);
  client.off("error", session.onError);
  client.release(fault);
}

function forget(session: Session): void {
  session.lost = true;
  if (shared.session === session) shared.session = null;
}

async function release(session: Session, name: string): Promise<void> {
  if (!session.lost) {
    const client = await session.client;
    await ask(session, "select pg_advisory_unlock(hashtextextended($1, 2)) as got", name).catch((fault: Error) => lose(session, client, fault));
  }
  end(session, name);
}

/** The connection goes back once nobody holds anything by it. */
function end(session: Session, name: string): void {
  shared.names.delete(name);
  session.users -= 1;
  if (session.users > 0 || session.lost) return;
  forget(session);
  void session.client.then((client) => {
    client.off("error", session.onError);
    client.release();
  });
}
