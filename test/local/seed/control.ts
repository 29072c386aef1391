// What the seeding does to the stand-ins from the outside, over the same control addresses that the demo's pages use.
import { nowMs } from "#app/clock.ts";
import { writeClock } from "#test/local/demo/stage.ts";

const clockFile = process.env.CLOCK_FILE ?? "";

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

/** Sets the shared clock to an instant. It never runs backwards here: what was done later must not look earlier. */
export function setClock(atMs: number): void {
  writeClock(clockFile, atMs - Date.now());
}

/** Runs the shared clock on. */
export function advanceClock(ms: number): void {
  setClock(nowMs() + ms);
}
