// What the provider answers, as its files describe it and as it may come all the same, is read or is a fault: never an exception, never nonsense.
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Answer } from "#app/networks/port.ts";
import { answerOf, drawnAnswers, type Manner } from "./contract-answers.ts";
import { CALLS } from "./contract-calls.ts";
import { hasContract, operationOf } from "./contract.ts";
import { stubNetwork, type Reply, type Stub } from "./stub.ts";

let stub: Stub | null = null;
afterEach(() => stub?.restore());

const names = Object.keys(CALLS) as (keyof typeof CALLS & string)[];
/** Looks into each endpoint whether it may: what an endpoint answers is its result, and no fault of the call. */
const OWN_FAULTS = ["tryPermissions"];
const reading = names.filter((name) => !OWN_FAULTS.includes(name));

async function ask(name: (typeof names)[number], args: readonly unknown[], answer: (method: string, path: string) => Reply): Promise<Answer<unknown>> {
  stub = stubNetwork(answer);
  try {
    return await (stub.network as unknown as Record<string, (...args: readonly unknown[]) => Promise<Answer<unknown>>>)[name]!(...args);
  } finally {
    stub.restore();
  }
}

const argsOf = (name: (typeof names)[number]) => CALLS[name] as fc.Arbitrary<unknown[]>;
const someArgs = (name: (typeof names)[number]) => fc.sample(argsOf(name), { numRuns: 1, seed: 7 })[0]!;

/** What no value of the port may hold, whatever it was read from. */
function nonsense(value: unknown, at = ""): string[] {
  if (value === undefined) return [`${at} is undefined`];
  if (typeof value === "number") return Number.isSafeInteger(value) ? [] : [`${at} is ${value}`];
  if (typeof value === "string") return nonsenseText(value, at);
  if (typeof value !== "object" || value === null) return [];
  // What is kept as it was read, new words and all, is nobody's figure.
  return Object.entries(value).filter(([key]) => key !== "seen").flatMap(([key, each]) => nonsense(each, `${at}.${key}`));
}

function nonsenseText(value: string, at: string): string[] {
  if (value.includes("\0") || value !== value.toWellFormed()) return [`${at} is no text that a database keeps`];
  if (/(At|From|To)$/.test(at) && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return [`${at} is ${value}`];
  if (/\.(amount|payout|clientCost)$/i.test(at) && !/^-?\d+$/.test(value)) return [`${at} is ${value}`];
  return [];
}

const MANNERS: [string, Manner][] = [
  ["typed as the files have it", { scalars: "typed" }],
  ["all as texts, blanks as \"\"", { scalars: "texts" }],
  ["lists of one as that one, empty ones as {}", { scalars: "texts", bareLists: true }],
];

describe.skipIf(!hasContract)("documented answers (skipped where ../shared is absent)", () => {
  describe.each(MANNERS)("%s", (_manner, manner) => {
    it.each(names)("%s reads them", async (name) => {
      await fc.assert(fc.asyncProperty(argsOf(name), drawnAnswers(manner), async (args, answer) => {
        const answered = await ask(name, args, (method, path) => ({ body: answer(method, path) }));
        expect(answered).toMatchObject({ ok: true });
        expect(nonsense(answered)).toEqual([]);
      }), { numRuns: 8 });
    }, 60_000);
  });

  it.each(names)("%s reads the example of the file, where it has one", async (name) => {
    const answered = await ask(name, someArgs(name), (method, path) => {
      const operation = operationOf(method, path)!;
      const { example } = answerOf(operation, 200)!;
      return { body: example ?? drawnBody(method, path) };
    });
    expect(answered).toMatchObject({ ok: true });
  });

  it.each(names)("%s outlives blanks, fields and words that no file knows, and fields that are left out", async (name) => {
    await fc.assert(fc.asyncProperty(argsOf(name), drawnAnswers({ scalars: "texts", newer: true, blanks: true, bareLists: true }), drawnAnswers({ scalars: "typed", newer: true, blanks: true }), fc.boolean(), async (args, texts, typed, asTexts) => {
      const answered = await ask(name, args, (method, path) => ({ body: (asTexts ? texts : typed)(method, path) }));
      if (!answered.ok) expect(["unreadable", "invalid"]).toContain(answered.fault.kind);
      expect(nonsense(answered)).toEqual([]);
      expect(nonsense(stub!.exchanges.map(({ what, outcome }) => ({ what, outcome })))).toEqual([]);
    }), { numRuns: 30 });
  }, 60_000);
});

function drawnBody(method: string, path: string): unknown {
  return fc.sample(drawnAnswers({ scalars: "texts" }), { numRuns: 1, seed: 3 })[0]!(method, path);
}

/** Where the port has a word of its own for one of the network's: of which field, and where the network's is kept if it is a new one. */
const WORDS: [keyof typeof CALLS, string, string, string][] = [
  ["programs", "Type", "kind", "word"], ["partners", "State", "state", "word"], ["contracts", "Status", "state", "word"], ["codes", "CreditPolicy", "policy", "policyWord"], ["codeRequests", "State", "state", "stateWord"], ["actions", "State", "state", "word"],
];

describe("words that no file knows", () => {
  it.each(WORDS)("%s: a new %s is \"other\", and kept to be shown", async (name, field, told, word) => {
    await fc.assert(fc.asyncProperty(fc.constantFrom("SUSPENDED_NEW", "constructor", "__proto__", "Ünbekannt 2", "null", "😀".repeat(200)), async (raw) => {
      const lists = Object.fromEntries(["Campaigns", "Partners", "Contracts", "PromoCodes", "TrackingValueRequests", "Actions"].map((key) => [key, [{ Id: "7", [field]: raw }]]));
      const answered = await ask(name as (typeof names)[number], someArgs(name as (typeof names)[number]), () => ({ body: { "@numpages": "1", ...lists } }));
      const value = answered.ok ? (answered.value as Record<string, unknown>[] | { actions: Record<string, unknown>[] }) : [];
      const [first] = Array.isArray(value) ? value : value.actions;
      expect(first).toMatchObject({ [told]: "other", [word]: raw.slice(0, 120) });
    }), { numRuns: 10 });
  });
});

/** Each status that is documented for all endpoints or for one of them, and the fault that it is. */
const STATUSES: [number, string][] = [
  [400, "invalid"], [401, "unauthorized"], [402, "invalid"], [403, "forbidden"], [404, "not_found"], [405, "invalid"], [409, "invalid"], [429, "limited"], [500, "unavailable"], [502, "unavailable"], [503, "unavailable"], [504, "unavailable"],
];
const ERRORS: [string, unknown][] = [
  ["in capitals", { Status: "ERROR", Message: "Validation Failed", Errors: [{ Field: "CampaignId", Message: "Not a numeric value" }] }],
  ["in lower case", { Status: "ERROR", errors: [{ field: "CampaignId", level: "ERROR", message: "Not a numeric value" }] }],
  ["a single error that is no list", { Status: "ERROR", Errors: { Field: "CampaignId", Message: "Not a numeric value" } }],
  ["with a message alone", { Status: "ERROR", Message: "Not a numeric value" }],
  ["as XML", '<?xml version="1.0"?><ImpactRadiusResponse><Status>ERROR</Status><Message>Not a numeric value</Message></ImpactRadiusResponse>'],
  ["as a page", "<!doctype html><html><body><h1>Bad gateway</h1></body></html>"],
  ["cut off", '{"Status":"ERROR","Mess'],
  ["empty", ""],
  ["of another shape", [null, 1, { Errors: [[null]] }]],
];

describe("documented errors", () => {
  it.each(STATUSES)("%i is the fault %s, of every call and whatever its body is", async (status, kind) => {
    for (const name of reading) {
      for (const [shape, body] of ERRORS) {
        const headers = { "content-type": shape === "as XML" ? "application/xml" : "application/json", "x-ratelimit-limit": "1000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "99" };
        const answered = await ask(name, someArgs(name), () => ({ status, headers, body }));
        expect([name, shape, answered.ok ? "ok" : answered.fault.kind]).toEqual([name, shape, kind]);
        if (answered.ok) continue;
        if (answered.fault.kind === "invalid") expect(JSON.stringify(answered.fault.errors)).toContain(typeof body === "object" && !Array.isArray(body) ? "Not a numeric value" : `HTTP ${status}`);
        if (answered.fault.kind === "limited") expect(answered.fault.resetSeconds).toBe(99);
        expect(JSON.stringify(stub!.exchanges).length).toBeLessThan(20_000);
      }
    }
  }, 60_000);

  it.each(STATUSES)("%i with a body of two megabytes is the same fault, and the log no larger", async (status, kind) => {
    const answered = await ask("programs", [], () => ({ status, body: `{"Message":"${"x".repeat(2_000_000)}"}` }));
    expect(answered.ok ? "ok" : answered.fault.kind).toBe(kind);
    expect(JSON.stringify(stub!.exchanges).length).toBeLessThan(20_000);
  });

  it("a status of success with an error in it is the refusal that it says", async () => {
    for (const name of reading) {
      for (const body of [{ Status: "ERROR" }, { Status: "Error", Message: "no" }]) expect(await ask(name, someArgs(name), () => ({ body }))).toMatchObject({ ok: false, fault: { kind: "invalid", errors: [{}] } });
    }
  });
});

describe("answers that no file describes", () => {
  const OTHERS: [string, Reply][] = [
    ["XML", { body: "<ImpactRadiusResponse><Campaigns/></ImpactRadiusResponse>", headers: { "content-type": "application/xml" } }],
    ["a page", { body: "<!doctype html><title>Maintenance</title>", headers: { "content-type": "text/html" } }],
    ["JSON that is cut off", { body: '{"Status":"OK","Uri":"/Advertisers/IRx/PromoCodes/77' }],
    ["nothing", { body: "" }],
    ["null", { body: "null" }],
    ["a number", { body: "7" }],
    ["a list", { body: "[]" }],
    ["an empty object", { body: {} }],
    ["an object of something else", { body: { Hello: "world" } }],
    ["a list that says that it has elements, and none of them", { body: { "@total": "3", "@numpages": "1", Campaigns: [], Partners: [], Contracts: {}, Deals: "", PromoCodes: null, Actions: [], ActionItems: [], TrackingValueRequests: [] } }],
    ["a redirection", { status: 302, headers: { location: "https://example.com/" }, body: { Status: "OK", Uri: "/x/7" } }],
    ["nothing new", { status: 304, body: "" } as Reply],
  ];
  it.each(OTHERS.filter(([name]) => name !== "nothing new"))("%s is no success, and no empty list", async (_name, reply) => {
    for (const name of reading) {
      const answered = await ask(name, someArgs(name), () => reply);
      expect([name, answered.ok ? answered.value : answered.fault.kind]).toEqual([name, "unreadable"]);
    }
  });

  it.each([[], {}, null, ""])("a list that comes as %j in its envelope is empty", async (empty) => {
    stub = stubNetwork([{ body: { "@total": "0", Campaigns: empty } }]);
    expect(await stub.network.programs()).toEqual({ ok: true, value: [] });
  });
});
