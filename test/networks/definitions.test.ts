// A network is its folder: nothing else knows it, and it brings all that is said of it.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, test } from "vitest";
import { answerWithout } from "#app/flow/network-can.ts";
import type { Network } from "#app/networks/port.ts";
import { listNetworks, networkNamed, networksIn } from "#app/networks/registry.ts";

const root = resolve(import.meta.dirname, "..", "..");
const app = join(root, "app");
const networks = join(app, "networks");
const folders = new Map([...(await networksIn(networks)), ...(await networksIn(join(root, "test", "networks")))]);
const ids = [...folders.keys()];

function sourcesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.(tsx?|json)$/.test(name)).map((name) => join(folder, name));
}

/** The folder of a network that a file lies in, or null. */
function networkOf(file: string): string | null {
  const [id, ...below] = relative(networks, file).split(sep);
  return id !== ".." && below.length > 0 ? id! : null;
}

describe("the networks", () => {
  test("are the folders beside the port, and known by their names", () => {
    expect(listNetworks().map(({ id }) => id)).toEqual(readdirSync(networks, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort());
    expect(networkNamed("unheard")).toBeNull();
    expect(ids).toContain("tiny");
  });

  test("are named by no file outside their folders", () => {
    const named = sourcesUnder(app).flatMap((file) => ids.filter((id) => networkOf(file) !== id && new RegExp(`\\b${id}\\b`, "i").test(readFileSync(file, "utf8"))).map((id) => `${relative(root, file)} names ${id}`));
    expect(named).toEqual([]);
  });

  test("are imported by nobody: the registry finds them", () => {
    const imported = sourcesUnder(app).flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].flatMap(([, specifier]) => {
        const path = specifier!.startsWith("#app/") ? join(app, specifier!.slice(5)) : specifier!.startsWith(".") ? resolve(dirname(file), specifier!) : null;
        const to = path === null ? null : networkOf(path);
        return to === null || to === networkOf(file) ? [] : [`${relative(root, file)} imports ${specifier}`];
      }),
    );
    expect(imported).toEqual([]);
  });
});

type Tree = { [key: string]: string | Tree };

describe.each(ids)("%s", (id) => {
  const definition = folders.get(id)!;
  const home = id === "tiny" ? join(root, "test", "networks", id) : join(networks, id);
  const texts = JSON.parse(readFileSync(join(home, "locales", "en.json"), "utf8")) as Tree;
  const text = (key: string) => key.split(".").reduce<string | Tree | undefined>((tree, part) => (typeof tree === "object" ? tree[part] : undefined), texts);

  test("says in words all that the pages ask of a network", () => {
    const fields = (["accountSid", "token"] as const).flatMap((field) => ["label", "missing", "form"].map((what) => `credentials.${field}.${what}`));
    const keys = ["name", "connect.title", "connect.where", "connect.refused", "account.unnamed", "account.sid", "permission.where", ...fields, ...definition.permissions.map((permission) => `permission.doing.${permission.id}`)];
    expect(keys.filter((key) => typeof text(key) !== "string")).toEqual([]);
  });

  test("has limits that can be kept", () => {
    const { requestsAnHour, longestWindowDays, oldestDays } = definition.limits;
    expect(Math.min(requestsAnHour, longestWindowDays, oldestDays)).toBeGreaterThan(0);
    expect(definition.credentials.accountSid.form.test("")).toBe(false);
    expect(definition.credentials.token.form.test("")).toBe(false);
  });
});

describe("what a network cannot do", () => {
  const nothing = { deals: false, patterns: false, edits: false, mediaSources: false, requests: false, contracts: false, links: false, clickOwners: false };
  const all = { deals: true, patterns: true, edits: true, mediaSources: true, requests: true, contracts: true, links: true, clickOwners: true };

  test.each<[keyof Network, unknown[], unknown]>([
    ["deals", ["1"], []],
    ["findDeal", ["1", "Spring"], null],
    ["contracts", ["1"], []],
    ["codeRequests", [{}], []],
  ])("%s finds nothing there, and is not asked", (method, args, found) => {
    expect(answerWithout(nothing, method, args)).toEqual({ ok: true, value: found });
    expect(answerWithout(all, method, args)).toBeNull();
  });

  test.each<[keyof Network, unknown[]]>([
    ["createDeal", ["1", {}]],
    ["updateDeal", ["1", {}]],
    ["edit", ["1", "EUR", []]],
    ["approveRequest", ["1", {}]],
    ["trackingLink", ["1", "2", {}]],
    ["clickOwner", ["1", "c-1"]],
    ["placeCode", ["1", { match: "regex" }]],
  ])("%s is refused without a call", (method, args) => {
    expect(answerWithout(nothing, method, args)).toMatchObject({ ok: false, fault: { kind: "invalid" } });
    expect(answerWithout(all, method, args)).toBeNull();
  });

  test.each<[keyof Network, unknown[]]>([["placeCode", ["1", { match: "exact" }]], ["report", ["1", {}]], ["reverse", ["1", "other"]], ["actions", ["1", {}, 1]]])("%s is what every network can do", (method, args) => {
    expect(answerWithout(nothing, method, args)).toBeNull();
  });
});
