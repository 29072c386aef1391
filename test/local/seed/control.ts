// What the seeding does to the stand-ins from the outside, over the same control addresses that the demo's pages use.
import { nowMs, setClockOffsetMs } from "#app/clock.ts";

/** One act in the local store (POST /_local/<action>). Throws with the store's words where it refuses. */
export async function inStore<T>(action: string, input: Record<string, unknown> = {}): Promise<T> {
  const response = await fetch(`${process.env.STORE_URL}/_local/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the local store refused ${action} ${JSON.stringify(input)}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text) as T;
}

/** One act in the local network (POST /_local/<action>). Throws with the network's words where it refuses. */
export async function inNetwork(action: string, input: Record<string, unknown>): Promise<void> {
  const response = await fetch(`${process.env.NETWORK_URL}/_local/${action}`, { method: "POST", body: JSON.stringify(input) });
  if (!response.ok) throw new Error(`the local network refused ${action} ${JSON.stringify(input)}: ${response.status} ${(await response.text()).slice(0, 500)}`);
}

/**
 * Sets the shared clock to an instant. The store does it, so that what it does next happens then: a process reads the clock's file every so often
 * only. It never runs backwards here: what was done later must not look earlier.
 */
export async function setClock(atMs: number): Promise<void> {
  const { offsetMs } = await inStore<{ offsetMs: number }>("clock", { offsetMs: Math.round(atMs - Date.now()) });
  setClockOffsetMs(offsetMs);
}

/** Runs the shared clock on. */
export async function advanceClock(ms: number): Promise<void> {
  await setClock(nowMs() + ms);
}
