// Another shop's data: every route is called with a valid session of one shop and the ids of another's rows, and without any session. The answer is the one that an id
// gets which nobody has; nothing of the other shop is in it, and nothing of the other shop is changed.
import { createHmac, randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { env } from "#app/env.server.ts";
import { leadFetch } from "#test/local/lead.ts";
import { ask, askAsStranger } from "#test/routes/ask.ts";
import { useDatabase } from "#test/support/database.ts";
import { BARE_PATHS, type Call, ROUTES } from "./routes-table.ts";
import { countFromFarOff, fillShop, fingerprintOf, type Ids, keepRows, NOBODYS, tablesOfShops } from "./two-shops.ts";

useDatabase();
const root = join(import.meta.dirname, "../..");
const FILES = readdirSync(join(root, "app/routes"));
type Route = { loader?: (args: never) => Promise<unknown>; action?: (args: never) => Promise<unknown> };
type Args = { request: Request; params: Record<string, string>; context: object };

let azalea: Ids;
let begonia: Ids;
let real: typeof fetch;
let putBack: () => Promise<void>;

beforeAll(async () => {
  real = globalThis.fetch;
  // Nobody is there: neither a store nor a network.
  leadFetch({ store: "http://127.0.0.1:9", network: "http://127.0.0.1:9" });
  await countFromFarOff();
  azalea = await fillShop("a");
  begonia = await fillShop("b");
  putBack = await keepRows([azalea.shop, begonia.shop]);
}, 120_000);
afterAll(() => {
  globalThis.fetch = real;
  setClockOffsetMs(0);
});

const route = async (file: string) => (await import(/* @vite-ignore */ `../../app/routes/${file}`)) as Route;
const isPost = (call: Call) => call.form !== undefined || call.json !== undefined;
const nameOf = (call: Call) => `${call.path} ${call.form?.intent ?? call.form?.choice ?? call.form?.act ?? call.form?.repair ?? ""}`;

/** The call with these ids in it. */
function filled(call: Call, ids: Ids): Call {
  const fill = (text: string) => text.replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) => (name in ids ? ids[name as keyof Ids] : whole));
  return JSON.parse(JSON.stringify(call), (_key, value: unknown) => (typeof value === "string" ? fill(value) : value)) as Call;
}

function named(call: Call): (keyof Ids)[] {
  return [...new Set([...JSON.stringify(call).matchAll(/\{([a-zA-Z]+)\}/g)].map((found) => found[1]!))].filter((name): name is keyof Ids => name in NOBODYS);
}

/** What is answered, as text: status, the headers that say something, and the body. */
async function answerOf(work: Promise<unknown>): Promise<string> {
  const answer: unknown = await work.catch((fault: unknown) => fault);
  if (answer instanceof Response && answer.headers.get("content-disposition")?.includes(".xlsx")) return `${answer.status} ${answer.headers.get("content-disposition")}\n${Object.entries(unzipSync(new Uint8Array(await answer.arrayBuffer()))).map(([name, bytes]) => `${name} ${Buffer.from(bytes).toString()}`).join("\n")}`;
  if (answer instanceof Response) return `${answer.status} ${answer.headers.get("location") ?? ""} ${answer.headers.get("content-disposition") ?? ""}\n${Buffer.from(await answer.arrayBuffer()).toString("latin1")}`;
  if (answer instanceof Error) return `fault: ${answer.message}`;
  return `200\n${JSON.stringify(answer, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value)) ?? ""}`;
}

function send(file: string, call: Call, args: Args): Promise<string> {
  return answerOf(route(file).then((made) => (isPost(call) ? made.action! : made.loader!)(args as never)));
}

function argsFor(shop: string, file: string, call: Call): Args {
  if (!file.startsWith("flow.")) return ask(shop, call.path, call.form ? { form: call.form } : call.json !== undefined ? { json: call.json } : undefined, call.params ?? {});
  const body = JSON.stringify({ ...(call.json as object), action_run_id: randomUUID(), shop_id: 1, shopify_domain: shop });
  const hmac = createHmac("sha256", env().SHOPIFY_API_SECRET).update(body).digest("base64");
  return { request: new Request(`${env().SHOPIFY_APP_URL}${call.path}`, { method: "POST", body, headers: { "content-type": "application/json", "x-shopify-hmac-sha256": hmac, "x-shopify-shop-domain": shop } }), params: {}, context: {} };
}

/** Without what differs from one call to the next, and without the ids that were asked for. */
function plain(answer: string, ids: Partial<Ids>): string {
  const timeless = answer.replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.]*(Z|\+\d\d:?\d\d)?/g, "<time>").replace(UUID, (id) => (Object.values(ids).includes(id) ? id : "<uuid>"));
  const asked = Object.entries(ids).sort(([, one], [, other]) => other.length - one.length);
  return asked.reduce((text, [name, id]) => text.replaceAll(id, `<${name}>`).replaceAll(encodeURIComponent(id), `<${name}>`), timeless);
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Whatever the rows of the first shop say of themselves. */
const TELLS = /azalea|a-(creator|program|performance|connection|deal|code|pattern|campaign|run|file|what-if|asked|privacy|reconciliation)\b/i;

/** What these answer with the rows that there are is what they answer with none. */
const SAYS_NOTHING: Record<string, string> = {
  "app.$.tsx": "no page, whatever is asked",
  "app.codes.pattern_.try.ts": "tells of orders that a pattern would have matched, and there are none",
  "app.files_.$id.file.ts /app/files/{file}/file?what=filled": "only a platform's file is filled in",
};

describe("the table", () => {
  it("has every route, and no other", () => {
    expect(Object.keys(ROUTES).sort()).toEqual([...FILES].sort());
  });

  it.each(FILES)("%s: a call of each of its functions, and of each act that it takes", async (file) => {
    const { calls, intents = [] } = ROUTES[file]!;
    const { loader, action } = await route(file);
    expect({ reads: calls.some((call) => !isPost(call)), acts: calls.some(isPost) }).toEqual({ reads: loader !== undefined, acts: action !== undefined });
    const texts = [join("app/routes", file), ...intents].map((path) => readFileSync(join(root, path), "utf8"));
    // "case" and comparisons of the server's part; the page below it only asks.
    const known = new Set(texts.flatMap((text) => [...text.split(/export default function/)[0]!.matchAll(/case "([\w-]+)":|(?:intent"?\)?|choice) === "([\w-]+)"/g)].map((found) => found[1] ?? found[2]!)));
    const tried = new Set(calls.map(({ form, json }) => form?.intent ?? form?.choice ?? (json as { intent?: string } | undefined)?.intent));
    expect([...known].filter((act) => action !== undefined && !tried.has(act))).toEqual([]);
  });

  it("has every address that is answered before Remix", () => {
    const server = readFileSync(join(root, "app/server.ts"), "utf8");
    expect([...new Set([...server.matchAll(/path === "([^"]+)"/g)].map((found) => found[1]!))].sort()).toEqual(Object.keys(BARE_PATHS).sort());
  });

  it("names rows of both shops in every table that belongs to shops", async () => {
    for (const { shop } of [azalea, begonia]) {
      const empty = Object.entries(await fingerprintOf(shop)).filter(([, print]) => print === "");
      expect(empty.map(([table]) => table)).toEqual([]);
    }
    expect((await tablesOfShops()).length).toBeGreaterThan(50);
  });
});

const CALLS = Object.entries(ROUTES).flatMap(([file, { calls, open }]) => calls.map((call): [string, string, Call, boolean] => [file, nameOf(call), call, open !== undefined]));

describe("an id of another shop's row", () => {
  it.each(CALLS)("%s %s", { timeout: 60_000 }, async (file, _name, call) => {
    const before = await fingerprintOf(azalea.shop);
    const own = await fingerprintOf(begonia.shop);
    const ids = named(call).filter((name) => name !== "shop" && name !== "month");
    // All of them the other shop's; then one alone, beside the caller's own.
    for (const theirs of ids.length < 2 ? [ids] : [ids, ...ids.map((one) => [one])]) {
      const said = await saidWith(file, call, azalea, theirs);
      expect(said, `with ${theirs.join(", ")} of another shop`).not.toMatch(TELLS);
      expect(await fingerprintOf(azalea.shop)).toEqual(before);
      if (isPost(call)) await unless(own);
      expect(said, `with ${theirs.join(", ")} of another shop`).toBe(await saidWith(file, call, NOBODYS, theirs));
      if (isPost(call)) await unless(own);
    }
  });

  /** What the second shop is answered where these ids are somebody else's and the others its own. */
  async function saidWith(file: string, call: Call, others: Ids, theirs: readonly (keyof Ids)[]): Promise<string> {
    const foreign = Object.fromEntries(theirs.map((name) => [name, others[name]]));
    const asked = filled(call, { ...begonia, ...foreign });
    return plain(await send(file, asked, argsFor(begonia.shop, file, asked)), foreign);
  }

  /** Where the caller changed something of its own, that is put back: the next call is to find what this one found. */
  async function unless(same: Record<string, string>): Promise<void> {
    const now = await fingerprintOf(begonia.shop);
    if (Object.entries(same).some(([table, print]) => now[table] !== print)) await putBack();
  }
});

describe("no session at all", () => {
  it.each(CALLS.filter(([, , , open]) => !open))("%s %s", async (file, _name, call) => {
    const before = await fingerprintOf(azalea.shop);
    const asked = filled(call, azalea);
    const { request, params } = askAsStranger(asked.path, asked.params ?? {});
    const body = asked.form ? new URLSearchParams(asked.form) : asked.json === undefined ? undefined : JSON.stringify(asked.json);
    const stranger = { request: body === undefined ? request : new Request(request, { method: "POST", body }), params, context: {} };
    const said = await send(file, asked, stranger);
    expect(said).toMatch(isPost(call) ? /^401 / : /^302 \/auth\/login /);
    expect(said.split("\n").slice(1).join("")).toBe("");
    expect(await fingerprintOf(azalea.shop)).toEqual(before);
  });
});

describe("the shop's own ids", () => {
  const reads = CALLS.filter(([file, name, call, open]) => !open && !isPost(call) && named(call).some((id) => !["shop", "word", "month"].includes(id)) && !(file in SAYS_NOTHING) && !(`${file} ${name.trim()}` in SAYS_NOTHING));

  it.each(reads)("%s %s finds something", { timeout: 60_000 }, async (file, _name, call) => {
    const [own, nobodys] = [filled(call, azalea), filled(call, NOBODYS)];
    const said = plain(await send(file, own, argsFor(azalea.shop, file, own)), azalea);
    expect(said).not.toMatch(/^(fault|404|500)/);
    expect(said).not.toBe(plain(await send(file, nobodys, argsFor(azalea.shop, file, nobodys)), NOBODYS));
  });

  it("are each found by one of them, or name what another of them is about", () => {
    const found = new Set(reads.flatMap(([, , call]) => named(call)));
    const beside: (keyof Ids)[] = ["shop", "word", "month", "connection", "action", "request", "drift", "gap", "difference"];
    expect((Object.keys(NOBODYS) as (keyof Ids)[]).filter((name) => !found.has(name) && !beside.includes(name))).toEqual([]);
  });
});
