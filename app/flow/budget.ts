// The network's hourly budget of requests, as a gate in front of each request.
import { nowMs } from "../clock.ts";
import { findBudget, noteLimit, noteTurnedAway, takeRequest, type Known } from "../db/budget.ts";
import { freeAtMs, type Asker } from "../domain/budget-shares.ts";

/** Two ends of a window that lie closer than this are one: the network counts whole seconds, and answers take their time. */
const SLACK_MS = 30_000;

/** Until when a kind was turned away, by account and kind: what this process was told, so that it need not ask for each row that waits. */
const told = new Map<string, number>();

/** What this process last saw of an account's hour: its count only ever grows, and its end is only ever put off. */
const seen = new Map<string, Known>();

/** The key of an account's budget: several shops may share one account. */
export function budgetKey(network: string, accountSid: string): string {
  return `${network}:${accountSid}`;
}

type Taken = { ok: true } | { ok: false; resetSeconds: number };
type Asking = { account: string; asker: Asker; firstLimit: number; answers: ((taken: Taken | Promise<Taken>) => void)[] };

/** Who asks for one account and kind in the same turn of this process: they take together. */
const asking = new Map<string, Asking>();
const MOST_TOGETHER = 20;

/** Takes one request, or says in how many seconds there is budget again for this kind (at least 1). `firstLimit`: what an hour has until the network has said otherwise. */
export function takeBudget(account: string, asker: Asker, firstLimit: number): Promise<Taken> {
  return new Promise((answer) => {
    const key = restKey(account, asker);
    const own = asking.get(key);
    if (own !== undefined && own.answers.length < MOST_TOGETHER) return void own.answers.push(answer);
    const first: Asking = { account, asker, firstLimit, answers: [answer] };
    asking.set(key, first);
    setImmediate(() => {
      if (asking.get(key) === first) asking.delete(key);
      void takeTogether(first);
    });
  });
}

/** Several at once where the hour has so many for them; where it has not, each asks for itself. */
async function takeTogether({ account, asker, firstLimit, answers }: Asking): Promise<void> {
  const taken = answers.length === 1 ? null : takeRequest(account, asker, new Date(nowMs()), firstLimit, answers.length);
  const known = await taken?.catch(() => null);
  if (known) noteTaken(account, asker, known);
  for (const answer of answers) answer(known ? { ok: true } : takeOne(account, asker, firstLimit));
}

function noteTaken(account: string, asker: Asker, known: Known): void {
  seen.set(account, known);
  told.delete(restKey(account, asker));
}

async function takeOne(account: string, asker: Asker, firstLimit: number): Promise<Taken> {
  const at = nowMs();
  const taken = await takeRequest(account, asker, new Date(at), firstLimit);
  if (taken !== null) {
    noteTaken(account, asker, taken);
    return { ok: true };
  }
  const hour = await findBudget(account);
  const untilMs = hour === null ? at : freeAtMs(hour, asker, at);
  if (asker !== "person") await noteTurnedAway(account, asker, new Date(untilMs));
  const resetSeconds = Math.max(1, Math.ceil((untilMs - at) / 1_000));
  told.set(restKey(account, asker), at + resetSeconds * 1_000);
  return { ok: false, resetSeconds };
}

/** Until when this kind has to wait, as far as this process was told (ms since 1970); null: it may ask. */
export function restsUntilMs(account: string, asker: Asker): number | null {
  const untilMs = told.get(restKey(account, asker)) ?? 0;
  return untilMs > nowMs() ? untilMs : null;
}

/** Follows what the network says of its hour; what says nothing new is not written. */
export async function noteBudget(account: string, { limit, remaining, resetSeconds }: { limit: number; remaining: number; resetSeconds: number }): Promise<void> {
  const endsAt = new Date(nowMs() + resetSeconds * 1_000);
  const known = seen.get(account);
  const behindMs = known === undefined ? 0 : known.endsAt.getTime() - endsAt.getTime();
  if (known?.limit === limit && limit - remaining <= known.used && behindMs >= 0 && behindMs <= SLACK_MS) return;
  await noteLimit(account, { limit, remaining, endsAt }, SLACK_MS);
}

function restKey(account: string, asker: Asker): string {
  return `${asker} ${account}`;
}
