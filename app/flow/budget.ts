// The network's hourly budget of requests, as a gate in front of each request (impact.com: 1,000 an hour and account, readme/rate-limits).
import { nowMs } from "../clock.ts";
import { noteLimit, takeRequest } from "../db/budget.ts";

const WINDOW_MS = 3_600_000;
/** Until the network has said otherwise. */
const FIRST_LIMIT = 1_000;
/** Two ends of a window that lie closer than this are one: the network counts whole seconds, and answers take their time. */
const SLACK_MS = 30_000;

/** The key of an account's budget: several shops may share one account. */
export function budgetKey(network: string, accountSid: string): string {
  return `${network}:${accountSid}`;
}

/** Takes one request, or says in how many seconds there is budget again (at least 1). */
export async function takeBudget(account: string): Promise<{ ok: true } | { ok: false; resetSeconds: number }> {
  const at = nowMs();
  const taken = await takeRequest(account, new Date(at), WINDOW_MS, FIRST_LIMIT);
  return taken.ok ? taken : { ok: false, resetSeconds: Math.max(1, Math.ceil((taken.endsAt.getTime() - at) / 1_000)) };
}

export async function noteBudget(account: string, said: { limit: number; remaining: number; resetSeconds: number }): Promise<void> {
  await noteLimit(account, { limit: said.limit, remaining: said.remaining, endsAt: new Date(nowMs() + said.resetSeconds * 1_000) }, SLACK_MS);
}
