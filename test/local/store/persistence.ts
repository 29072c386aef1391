// The state of the store on disk: one JSON file, written whole beside the old one and put in its place.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson, writeJson } from "./json.ts";
import { emptyState, NO_FAULTS, type Store } from "./store.ts";
import { THIS_APP } from "./discounts.ts";
import type { Discount, StoreState } from "./types.ts";

const FILE = "store.json";
const DEBOUNCE_MS = 500;
const MOST_SHARE = 20; // writing takes at most a twentieth of the time, however large the state

/** The state that was kept in the directory; null where there is none yet. A file that cannot be read is a fault, not a fresh start. */
export function readState(dataDir: string): StoreState | null {
  const path = join(dataDir, FILE);
  if (!existsSync(path)) return null;
  const state = parseJson(readFileSync(path, "utf8")) as StoreState;
  if (state.version !== 1) throw new Error(`${path} is of another version of the local store; start afresh with --fresh`);
  return { ...emptyState(), ...state, nextId: { ...emptyState().nextId, ...state.nextId }, faults: { ...NO_FAULTS, ...state.faults }, discounts: state.discounts.map(completed) };
}

/** A discount as it was kept before it had all of today's parts. */
function completed(kept: Discount): Discount {
  const value = kept.value.kind === "free_shipping" ? { ...kept.value, countries: kept.value.countries ?? null } : kept.value;
  return { ...kept, value, context: kept.context ?? { kind: "all" }, codes: kept.codes.map((code) => ({ ...code, createdBy: code.createdBy === undefined ? THIS_APP : code.createdBy })) };
}

/** Writes the state soon after every change. `flush` writes what is not yet written, at once. */
export function keepState(store: Store, dataDir: string): { flush: () => void } {
  mkdirSync(dataDir, { recursive: true });
  let timer: NodeJS.Timeout | null = null;
  let tookMs = 0;
  const path = join(dataDir, FILE);
  store.onChange = () => {
    timer ??= setTimeout(write, Math.max(DEBOUNCE_MS, tookMs * MOST_SHARE)).unref();
  };
  return {
    flush() {
      if (timer !== null) write();
    },
  };

  function write(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const began = performance.now();
    writeFileSync(`${path}.new`, writeJson(store.state));
    renameSync(`${path}.new`, path);
    tookMs = performance.now() - began;
  }
}
