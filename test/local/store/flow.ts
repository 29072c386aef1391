// Workflows, as far as an app sees them: what its triggers are told, held against the fields that its extensions declare, and its actions, run with a signed
// POST and again as the platform repeats them: after a 202, a 429, a 5xx or no answer in time, for 36 hours by the clock.
import { createHmac, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import type { Args, View } from "./connection.ts";
import { extensionsFolder } from "./extensions.ts";
import { writeJson } from "./json.ts";
import { Refused, type Store } from "./store.ts";

export type FlowField = { type: string; key: string; name: string; description: string; required: boolean };
export type FlowExtension = { type: "flow_trigger" | "flow_action"; handle: string; name: string; description: string; runtimeUrl: string; fields: FlowField[] };
export type FlowWordThere = { at: string; handle: string; payload: Record<string, unknown> };
export type FlowRunThere = {
  runId: string;
  handle: string;
  properties: Record<string, string>;
  at: string;
  state: "pending" | "done" | "failed";
  attempts: number;
  dueAtMs: number;
  lastStatus: number | null;
  lastAnswer: string;
};
export type FlowState = { words: FlowWordThere[]; runs: FlowRunThere[] };

const MOST_KEPT = 1_000;
const MOST_BYTES = 50_000;
const ANSWER_MS = 10_000;
const REPEATED_MS = 36 * 3_600_000;
const FIRST_WAIT_MS = 60_000;
const POLL_MS = 100;

/** As documented, the settings stand beside the one extension of a file. */
type Toml = {
  extensions?: { type?: string; handle?: string; name?: string; description?: string; runtime_url?: string }[];
  settings?: { fields?: { type: string; key?: string; name?: string; description?: string; required?: boolean }[] };
};

/** The app's triggers and actions, as its extensions declare them. A reference is known by the name of its kind: order_reference is told as order_id. */
export function flowExtensions(appToml: string | null): FlowExtension[] {
  const folder = extensionsFolder(appToml);
  if (folder === null) return [];
  const files = readdirSync(folder).sort().map((name) => join(folder, name, "shopify.extension.toml")).filter((path) => existsSync(path));
  return files.map((path) => parse(readFileSync(path, "utf8")) as Toml).flatMap(({ extensions = [], settings }) => extensions.flatMap((one): FlowExtension[] => {
    if (one.type !== "flow_trigger" && one.type !== "flow_action") return [];
    const fields = (settings?.fields ?? []).map(({ type, key, name, description, required }) => {
      const own = key ?? type.replace(/_reference$/, "_id");
      return { type, key: own, name: name ?? own, description: description ?? "", required: required ?? false };
    });
    return [{ type: one.type, handle: one.handle ?? "", name: one.name ?? "", description: one.description ?? "", runtimeUrl: one.runtime_url ?? "", fields }];
  }));
}

export function flowOf(store: Store): FlowState {
  return (store.state.flow ??= { words: [], runs: [] });
}

/** flowTriggerReceive, with the recorded errors of what cannot be taken. */
export function receiveTrigger(store: Store, { handle, payload, body }: Args): View {
  const refuse = (field: string, message: string) => ({ userErrors: [{ field: [field], message }] });
  if (body != null) return refuse("body", "`handle` and `payload` are to be given instead of `body`");
  if (handle == null || payload == null) return refuse("handle", "`handle` and `payload` arguments are required");
  const invalid = (what: string) => refuse("body", `Errors validating schema:\n  ${what}\n`);
  if (Buffer.byteLength(JSON.stringify(payload)) > MOST_BYTES) return invalid(`Properties size exceeds the limit of ${MOST_BYTES} bytes.`);
  const trigger = flowExtensions(store.options.appToml ?? null).find((one) => one.type === "flow_trigger" && one.handle === handle);
  if (trigger === undefined) return invalid(`Invalid handle '${String(handle)}'.`);
  const wrong = wrongIn(trigger, payload as Record<string, unknown>);
  if (wrong !== null) return invalid(wrong);
  const { words } = flowOf(store);
  words.push({ at: store.utcNow(), handle: trigger.handle, payload: payload as Record<string, unknown> });
  words.splice(0, Math.max(0, words.length - MOST_KEPT));
  store.changed();
  return { userErrors: [] };
}

/** Every declared field has to be told, each by its type, and none that is not declared. */
function wrongIn(trigger: FlowExtension, payload: Record<string, unknown>): string | null {
  if (typeof payload !== "object" || Array.isArray(payload)) return "Payload must be an object.";
  for (const field of trigger.fields) if (!(field.key in payload)) return `Required field missing: '${field.key}'.`;
  for (const [key, value] of Object.entries(payload)) {
    const field = trigger.fields.find((one) => one.key === key);
    if (field === undefined) return `Unknown field '${key}'.`;
    if (!isOf(field.type, value)) return `Invalid value for field '${key}' of type ${field.type}.`;
  }
  return null;
}

function isOf(type: string, value: unknown): boolean {
  if (type.endsWith("_reference")) return /^\d{1,20}$/.test(String(value));
  if (type === "number_decimal") return typeof value === "number" && Number.isFinite(value);
  if (type === "boolean") return typeof value === "boolean";
  return typeof value === "string" && value !== "";
}

/** Begins a run of one of the app's actions, as a workflow does. Throws Refused where a field that has to be filled in is not. */
export function beginRun(store: Store, handle: string, given: Record<string, string>): FlowRunThere {
  const action = flowExtensions(store.options.appToml ?? null).find((one) => one.type === "flow_action" && one.handle === handle);
  if (action === undefined) throw new Refused(`the app has no action ${handle}`);
  const properties = Object.fromEntries(action.fields.map(({ key }) => [key, (given[key] ?? "").trim()]));
  const open = action.fields.find(({ key, required }) => required && properties[key] === "");
  if (open !== undefined) throw new Refused(`${open.name} has to be filled in`);
  const run: FlowRunThere = { runId: randomUUID(), handle, properties, at: store.utcNow(), state: "pending", attempts: 0, dueAtMs: store.nowMs(), lastStatus: null, lastAnswer: "" };
  const { runs } = flowOf(store);
  runs.push(run);
  runs.splice(0, Math.max(0, runs.length - MOST_KEPT));
  store.changed();
  return run;
}

/** What is posted for a run: the body, and its headers with the signature over it. */
export function requestOf(store: Store, run: Pick<FlowRunThere, "runId" | "handle" | "properties">): { body: string; headers: Record<string, string> } {
  const body = writeJson({
    shop_id: Number(store.shop.id), shopify_domain: store.shop.domain, action_run_id: run.runId, action_definition_id: run.handle, handle: run.handle,
    step_reference: `step::${run.handle}`, properties: run.properties,
  });
  const hmac = createHmac("sha256", store.apiSecret).update(body).digest("base64");
  return { body, headers: { "Content-Type": "application/json", "X-Shopify-Hmac-Sha256": hmac, "X-Shopify-Shop-Domain": store.shop.domain, "User-Agent": "Shopify-Flow (local stand-in)" } };
}

/** Posts a run once, and notes what became of it. */
export async function postRun(store: Store, run: FlowRunThere): Promise<void> {
  const action = flowExtensions(store.options.appToml ?? null).find((one) => one.type === "flow_action" && one.handle === run.handle);
  run.attempts++;
  const { body, headers } = requestOf(store, run);
  try {
    const response = await fetch(new URL(action?.runtimeUrl ?? "/", store.appUrl), { method: "POST", body, headers, redirect: "manual", signal: AbortSignal.timeout(ANSWER_MS) });
    run.lastStatus = response.status;
    run.lastAnswer = (await response.text()).slice(0, MOST_BYTES);
  } catch (fault) {
    run.lastStatus = null;
    run.lastAnswer = fault instanceof Error ? fault.message : String(fault);
  }
  const { lastStatus: status } = run;
  const again = status === null || status === 202 || status === 429 || status >= 500;
  run.dueAtMs = store.nowMs() + FIRST_WAIT_MS * 2 ** Math.min(run.attempts - 1, 8);
  if (!again) run.state = status >= 200 && status < 300 ? "done" : "failed";
  else if (run.dueAtMs > Date.parse(run.at) + REPEATED_MS) run.state = "failed";
  store.changed();
}

/** Posts what is due, until it is stopped. */
export function startFlow(store: Store): { stop: () => Promise<void> } {
  const flying = new Map<string, Promise<void>>();
  const timer = setInterval(() => {
    if (!store.state.installed) return;
    for (const run of store.state.flow?.runs ?? []) {
      if (run.state !== "pending" || run.dueAtMs > store.nowMs() || flying.has(run.runId)) continue;
      flying.set(run.runId, postRun(store, run).finally(() => flying.delete(run.runId)));
    }
  }, POLL_MS).unref();
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(flying.values());
    },
  };
}
