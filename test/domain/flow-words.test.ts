import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import type { Credit } from "#app/domain/credit.ts";
import { FLOW_ACTION_FIELDS, FLOW_ACTIONS, flowReply, readFlowStep, type StepAnswer, withoutAddress } from "#app/domain/flow-steps.ts";
import { conflictWord, creditChanges, creditWord, FLOW_TRIGGERS, type FlowWord, isNews, rejectedWord } from "#app/domain/flow-words.ts";
import type { Balance } from "#app/domain/ledger.ts";
import { writeProblem } from "#app/domain/problem.ts";
import { flowExtensions } from "#test/local/store/flow.ts";

const root = join(import.meta.dirname, "..", "..");
const extensions = flowExtensions(join(root, "shopify.app.toml"));
const names = { code: "MARIE10", creator: "Marie", program: "Atelier" };
const change = { codeId: "k1", creatorId: "c1", programId: "p1", amount: 9000n, left: 0n };
const order = { id: "5814203711488", currency: "EUR", cause: "w1" };

/** One word of each trigger. */
const words: FlowWord[] = [
  creditWord("s", { ...change, kind: "order-credited" }, order, names),
  creditWord("s", { ...change, kind: "credit-reversed" }, order, names),
  conflictWord("s", "k1", { kind: "missing", place: null, cause: "difference 1" }, names),
  rejectedWord("s", { kind: "code", about: "k1", name: "MARIE10", cause: "1", reason: null }, names),
];

describe("the extensions", () => {
  test("are the four triggers and two actions, in a folder named after each handle", () => {
    expect(extensions.filter(({ type }) => type === "flow_trigger").map(({ handle }) => handle).sort()).toEqual([...FLOW_TRIGGERS].sort());
    expect(extensions.filter(({ type }) => type === "flow_action").map(({ handle }) => handle).sort()).toEqual([...FLOW_ACTIONS].sort());
    const folders = readdirSync(join(root, "extensions")).filter((name) => name.startsWith("flow-"));
    expect(folders.sort()).toEqual(extensions.map(({ handle }) => `flow-${handle}`).sort());
  });

  test.each(words.map((word) => [word.handle, word] as const))("%s declares the fields that are told, each by its type", (handle, { payload }) => {
    const { fields } = extensions.find((one) => one.handle === handle)!;
    expect(fields.map(({ key }) => key).sort()).toEqual(Object.keys(payload).sort());
    for (const { key, type } of fields) expect([key, typeof payload[key]]).toEqual([key, type === "single_line_text_field" ? "string" : "number"]);
    expect(handle).toMatch(/^[a-z0-9-]{1,30}$/);
  });

  test("declare types and keys that the platform's builder takes", () => {
    for (const { type, handle, fields } of extensions) {
      const own = fields.filter((field) => !field.type.endsWith("_reference"));
      const types = ["boolean", "email", "single_line_text_field", "url", "number_decimal", ...(type === "flow_action" ? ["multi_line_text_field", "number_integer"] : [])];
      for (const field of own) expect(types, `${handle}: ${field.key}`).toContain(field.type);
      for (const field of own) expect(field.key, handle).toMatch(type === "flow_trigger" ? /^[a-zA-Z\s]+$/ : /^[a-zA-Z0-9_-]+$/);
      for (const field of fields.filter((one) => one.type.endsWith("_reference"))) expect(["order_reference", "customer_reference", "product_reference", "company_reference", "company_contact_reference"]).toContain(field.type);
    }
  });

  test.each(FLOW_ACTIONS)("%s declares the fields that are read, and the type that is answered", (handle) => {
    const action = extensions.find((one) => one.handle === handle)!;
    expect(action.fields.map(({ key }) => key)).toEqual(FLOW_ACTION_FIELDS[handle]);
    expect(action.runtimeUrl).toBe(`/flow/${handle}`);
    const folder = join(root, "extensions", `flow-${handle}`);
    const toml = parse(readFileSync(join(folder, "shopify.extension.toml"), "utf8")) as { extensions: { schema?: string; return_type_ref?: string }[] };
    const { schema, return_type_ref } = toml.extensions[0]!;
    const declared = schema === undefined ? [] : [...readFileSync(join(folder, schema), "utf8").matchAll(/^ {2}(\w+): String!$/gm)].map(([, name]) => name);
    const { body } = flowReply({ kind: "done", made: handle === "make-code" ? { code: "A", creator: "B", deal: "C" } : null }, () => "");
    expect([return_type_ref !== undefined, declared]).toEqual([body.return_value !== undefined, Object.keys(body.return_value ?? {})]);
  });
});

describe("what settling changes", () => {
  const balance = (amount: bigint, of: Partial<Balance> = {}): Balance => ({ codeId: "k1", creatorId: "c1", programId: "p1", lineId: "1", amount, ...of });
  const credit = (amounts: bigint[], of: Partial<Credit> = {}): Credit => ({ codeId: "k1", creatorId: "c1", programId: "p1", told: null, clickId: null, byNetwork: false, lines: amounts.map((amount, index) => ({ lineId: String(index + 1), amount })), ...of }) as Credit;
  const said = (balances: Balance[], credits: Credit[]) => creditChanges(balances, credits).map(({ kind, creatorId, amount, left }) => [kind, creatorId, amount, left]);

  test.each<[string, Balance[], Credit[], unknown[]]>([
    ["nothing before, nothing now", [], [], []],
    ["a first credit over two lines is one", [], [credit([10n, 5n])], [["order-credited", "c1", 15n, 15n]]],
    ["a credit of nothing is none", [], [credit([0n])], []],
    ["the same again", [balance(15n)], [credit([15n])], []],
    ["moved from one line to another", [balance(15n)], [credit([5n, 10n])], []],
    ["a part taken back", [balance(15n)], [credit([5n])], [["credit-reversed", "c1", 10n, 5n]]],
    ["all taken back", [balance(15n)], [], [["credit-reversed", "c1", 15n, 0n]]],
    ["a rise of what is credited", [balance(5n)], [credit([15n])], []],
    ["a rise from nothing that was something once", [balance(5n), balance(-5n, { lineId: "2" })], [credit([15n])], [["order-credited", "c1", 15n, 15n]]],
    ["moved to another creator", [balance(15n)], [credit([15n], { creatorId: "c2" })], [["credit-reversed", "c1", 15n, 0n], ["order-credited", "c2", 15n, 15n]]],
  ])("%s", (_, balances, credits, expected) => {
    expect(said(balances, credits)).toEqual(expected);
  });

  test("whatever happened to an account, what was told of it adds up to what it holds where it began with nothing and only fell since", () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 1_000n), { minLength: 1, maxLength: 12 }), (targets) => {
        let before = 0n;
        for (const target of targets) {
          const told = creditChanges(before === 0n ? [] : [balance(before)], target === 0n ? [] : [credit([target])]);
          expect(told.length).toBeLessThanOrEqual(1);
          const [one] = told;
          if (one?.kind === "order-credited") expect([before, one.amount, one.left]).toEqual([0n, target, target]);
          if (one?.kind === "credit-reversed") expect([before - one.amount, one.left]).toEqual([target, target]);
          if (one === undefined) expect(target === before || (before > 0n && target > before)).toBe(true);
          before = target;
        }
      }),
    );
  });

  const DAY = 86_400_000;
  test.each([
    ["order-credited", { age: 1, isFirst: true, cause: "w" }, true],
    ["order-credited", { age: DAY, isFirst: true, cause: "w" }, true],
    ["order-credited", { age: DAY + 1, isFirst: true, cause: "fetch:1:2" }, false],
    ["order-credited", { age: 40 * DAY, isFirst: false, cause: "w" }, true],
    ["order-credited", { age: 40 * DAY, isFirst: false, cause: "touch:1:2" }, true],
    ["order-credited", { age: 40 * DAY, isFirst: false, cause: "members:1:2" }, false],
    ["order-credited", { age: 40 * DAY, isFirst: false, cause: "rules:1:2" }, false],
    ["order-credited", { age: 1, isFirst: false, cause: "members:1:2" }, true],
    ["order-credited", { age: 1, isFirst: false, cause: "what-if:1:2" }, false],
    ["credit-reversed", { age: 40 * DAY, isFirst: false, cause: "members:1:2" }, true],
    ["credit-reversed", { age: 1, isFirst: false, cause: "what-if:1:2" }, false],
  ] as const)("%s %o is news: %s", (kind, { age, isFirst, cause }, expected) => {
    expect(isNews(kind, { createdMs: 1_000, atMs: 1_000 + age, isFirst, cause })).toBe(expected);
  });
});

describe("a word", () => {
  test.each([
    ["JPY", 1580n, 1580],
    ["EUR", 1n, 0.01],
    ["KWD", 12_345n, 12.345],
    ["EUR", 123_456_789_012_345n, 1_234_567_890_123.45],
  ])("tells an amount in %s as a number: %s is %s", (currency, amount, expected) => {
    expect(creditWord("s", { ...change, kind: "order-credited", amount }, { ...order, currency }, names).payload.amount).toBe(expected);
  });

  test("names an order by its number, and by its digits where a number cannot hold them", () => {
    expect(words[0]!.payload.order_id).toBe(5814203711488);
    expect(creditWord("s", { ...change, kind: "order-credited" }, { ...order, id: "90071992547409921" }, names).payload.order_id).toBe("90071992547409921");
  });

  test("has no empty field, no endless one, and fits whatever the names are", () => {
    fc.assert(
      fc.property(fc.record({ code: fc.string(), creator: fc.option(fc.string({ maxLength: 2_000 })), program: fc.string({ maxLength: 2_000 }) }), fc.string({ maxLength: 9_000 }), (of, reason) => {
        for (const { payload } of [creditWord("s", { ...change, kind: "credit-reversed" }, order, of), conflictWord("s", "k1", { kind: "policy", place: of.program, cause: "1" }, of), rejectedWord("s", { kind: "order", about: "1", name: of.code, cause: "1", reason }, of)]) {
          for (const value of Object.values(payload)) expect(value).not.toBe("");
          expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThan(20_000);
        }
      }),
    );
  });

  test.each<[string | null, string]>([
    [null, "The network gave no reason."],
    ["BLOCKED_BY_PROMOCODE", "The network says: blocked by promocode (BLOCKED_BY_PROMOCODE)."],
    ["Sold out at SKU_1", "Sold out at SKU_1"],
    [writeProblem("network.refused", { words: "Code: taken" }), "Code: taken"],
    [writeProblem("problem.change_refused_in_network", { code: "A", reason: "too long" }), "too long"],
    [writeProblem("problem.no_partner", { code: "A" }), "The creator's partner id in the network is not known."],
    [writeProblem("network.unheard_of"), "The network gave no reason."],
  ])("says of the reason %s: %s", (reason, expected) => {
    expect(rejectedWord("s", { kind: "code", about: "k1", name: "A", cause: "1", reason }, names).payload.reason).toBe(expected);
  });
});

describe("a step", () => {
  test.each<[string, unknown]>([
    ["nothing", null],
    ["a text", "make-code"],
    ["no run", { handle: "make-code", properties: {} }],
    ["an empty run", { action_run_id: "", handle: "make-code", properties: {} }],
    ["a run that is no name", { action_run_id: "a\n".repeat(90), handle: "make-code", properties: {} }],
    ["another action", { action_run_id: "r", handle: "pause-code", properties: {} }],
    ["no properties", { action_run_id: "r", handle: "make-code" }],
  ])("%s is none", (_, body) => {
    expect(readFlowStep(body, "make-code")).toBe(null);
  });

  test("has the declared fields as texts, whatever else is sent", () => {
    const properties = { creator: " @marie\0 ", deal: 7, code: { a: 1 }, constructor: "x", more: "y" };
    expect(readFlowStep({ action_run_id: "9f0a-1", handle: "make-code", properties }, "make-code")).toEqual({ runId: "9f0a-1", action: "make-code", properties: { creator: "@marie", deal: "7", code: "" } });
  });

  test.each([
    ["buyer@mail.example", "…@mail.example"],
    ["Buyer <buyer.one+x@mail.example>, a@b.co", "Buyer <…@mail.example>, …@b.co"],
    ["@marie.coud", "@marie.coud"],
    ["MARIE10", "MARIE10"],
  ])("of %s is kept %s", (text, kept) => {
    expect(withoutAddress(text)).toBe(kept);
  });

  test.each<[StepAnswer, number, unknown]>([
    [{ kind: "done", made: null }, 200, {}],
    [{ kind: "done", made: { code: "A", creator: "B", deal: "C" } }, 200, { return_value: { code: "A", creator: "B", deal: "C" } }],
    [{ kind: "busy" }, 202, {}],
    [{ kind: "later" }, 503, {}],
    [{ kind: "refused", errors: [{ field: "a", key: "x" }, { field: "b", key: "y" }] }, 422, { message: "x y", errors: [{ message: "x" }, { message: "y" }] }],
  ])("%o is answered %i", (answer, status, body) => {
    expect(flowReply(answer, ({ key }) => key)).toEqual({ status, body });
  });
});
