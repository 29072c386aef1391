// What is told to the app's endpoint. It is kept in the browser until the endpoint has taken it, so that nothing is lost with a closed page, a lost
// connection, or an endpoint that has too much to do; the next page sends it again. The endpoint knows a repeat by its key.
import { type Browser, PIXEL_ITEM } from "./browser.ts";

/** A touch or a checkout as the endpoint takes it. */
export type Note = { touches: { key: string; at: string; kind: string; parameter: string | null; value: string }[] } | { checkout: { token: string; orderId: string | null; customerId: string | null; codes: string[]; at: string } };
/** `name`: what it is known by. `since`: when it was noted; `from`: not to be sent before. Instants in ms since 1970. */
export type Waiting = { name: string; visitor: string; note: Note; since: number; from: number };
/** `done`: the names of what was settled last; `until`: the endpoint asked to be left alone so long. */
type Kept = { done: string[]; waiting: Waiting[]; until: number };
export type Endpoint = { endpoint: string; token: string };

const MOST_WAITING = 20;
const MOST_DONE = 30;
const LONGEST_WAIT_MS = 7 * 86_400_000;
/** A page that was left in the middle of sending: the next one does not send the same at once. */
const IN_FLIGHT_MS = 15_000;
const REST_MS = 60_000;
const LONGEST_REST_MS = 3_600_000;

/** Notes what is to be told, unless it was already. */
export async function enqueue(browser: Browser, name: string, visitor: string, note: Note): Promise<void> {
  const kept = await read(browser);
  if (kept.done.includes(name) || kept.waiting.some((each) => each.name === name)) return;
  await write(browser, { ...kept, waiting: [...kept.waiting, { name, visitor, note, since: Date.now(), from: 0 }].slice(-MOST_WAITING) });
}

/** The next that is due, marked as on its way; null: none. */
export async function takeDue(browser: Browser): Promise<Waiting | null> {
  const now = Date.now();
  const kept = await read(browser);
  const due = kept.until > now ? undefined : kept.waiting.find(({ from }) => from <= now);
  if (due === undefined) return null;
  await write(browser, changed(kept, due.name, { ...due, from: now + IN_FLIGHT_MS }));
  return due;
}

/** What became of it: settled for good (null), or the milliseconds for which the endpoint is left alone. */
export async function settle(browser: Browser, sent: Waiting, restMs: number | null): Promise<void> {
  const kept = await read(browser);
  if (restMs === null) await write(browser, { ...changed(kept, sent.name, null), done: [...kept.done, sent.name].slice(-MOST_DONE) });
  else await write(browser, { ...changed(kept, sent.name, { ...sent, from: 0 }), until: Date.now() + restMs });
}

export async function forgetWaiting(browser: Browser): Promise<void> {
  await browser.localStorage.removeItem(PIXEL_ITEM);
}

/** Tells the endpoint. null: it is settled, taken or refused for good. Else the milliseconds to wait before it is tried again; 0: the next page may. */
export async function post({ endpoint, token }: Endpoint, { visitor, note }: Waiting): Promise<number | null> {
  try {
    // text/plain asks for no preflight; keepalive lets the page go.
    const body = JSON.stringify({ token, visitor, source: "pixel", ...note });
    const answer = await fetch(`${endpoint}/touches`, { method: "POST", keepalive: true, headers: { "content-type": "text/plain" }, body });
    if (answer.status !== 408 && answer.status !== 429 && answer.status < 500) return null;
    const seconds = Number(answer.headers.get("retry-after") ?? "");
    return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, LONGEST_REST_MS) : REST_MS;
  } catch {
    return 0;
  }
}

function changed(kept: Kept, name: string, to: Waiting | null): Kept {
  return { ...kept, waiting: kept.waiting.flatMap((each) => (each.name !== name ? [each] : to === null ? [] : [to])) };
}

/** What is kept, without what waited too long. Any text may stand there. */
async function read(browser: Browser): Promise<Kept> {
  try {
    const kept = JSON.parse((await browser.localStorage.getItem(PIXEL_ITEM)) ?? "null") as Kept | null;
    if (kept === null || !Array.isArray(kept.done) || !Array.isArray(kept.waiting)) return { done: [], waiting: [], until: 0 };
    const now = Date.now();
    const until = Number(kept.until) <= now + LONGEST_REST_MS ? Number(kept.until) : 0; // a clock that was ahead holds nothing up
    return { done: kept.done, until, waiting: kept.waiting.filter(({ name, visitor, note, since }) => typeof name === "string" && typeof visitor === "string" && typeof note === "object" && now - since < LONGEST_WAIT_MS && since <= now) };
  } catch {
    return { done: [], waiting: [], until: 0 };
  }
}

async function write(browser: Browser, kept: Kept): Promise<void> {
  await browser.localStorage.setItem(PIXEL_ITEM, JSON.stringify(kept));
}
