import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { readCode } from "#app/db/reads/code.ts";
import { MOST_PATTERNS } from "#app/domain/pattern.ts";
import { now } from "#app/clock.ts";
import { addCreator, makeOwnProgram } from "#app/flow/connect.ts";
import { endPattern, makePattern, tryPattern } from "#app/flow/pattern.ts";
import { placeOnce } from "#app/flow/place.ts";
import { useDatabase } from "#test/support/database.ts";
import { account, connected, errorsOf, must, placeAll, rows, SHOP, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

/** A program without a network, and somebody in it. */
async function ownProgram() {
  const { programId } = must(await makeOwnProgram(SHOP, { name: "Friends" }));
  const { creatorId } = must(await addCreator(SHOP, { name: "Ada", email: null, handle: null, programId }));
  return { programId, creatorId };
}

type Owner = { programId: string; creatorId: string };

function inputOf(owner: Owner, pattern: string, policy = "always") {
  return { pattern, ...owner, policy, startsAt: null, endsAt: null };
}

const inForce = () => rows<{ code: string; creator: string }>(
  "select c.code, t.creator_id as creator from code c join code_term t on t.shop = c.shop and t.code_id = c.id where c.shop = $1 and c.match = 'regex' and c.retired_at is null order by c.position");
const logged = () => rows<{ what: string; detail: Record<string, unknown> }>("select what, detail from shop_log where shop = $1 and what like 'pattern.%' order by id");

async function fill(count: number, owner: Owner): Promise<void> {
  await pool().query("insert into code (shop, id, code, key, match, created_at) select $1, 'f' || n, '^FILL' || n, '^FILL' || n, 'regex', $3 from generate_series(1, $2::int) n", [SHOP, count, now()]);
  await pool().query("insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy) select $1, 'f' || n, $3, $4, $5, 'always' from generate_series(1, $2::int) n", [SHOP, count, now(), owner.creatorId, owner.programId]);
}

describe("making a pattern", () => {
  test("it is its creator's from now on, stands in no store, and is written to the log", async () => {
    const owner = await ownProgram();
    const before = now();
    const { codeId } = must(await makePattern(SHOP, { ...inputOf(owner, "^(?i)ADA-", "involved"), endsAt: new Date("2099-01-01T00:00:00Z") }));
    const code = (await readCode(SHOP, codeId, now()))!;
    expect(code).toMatchObject({ code: "^(?i)ADA-", match: "regex", creator: { name: "Ada" }, policy: "involved", endsAt: "2099-01-01T00:00:00.000Z", deal: null, store: null, networks: [], retiredAt: null, replaced: null, replacedBy: null });
    expect(Date.parse(code.createdAt)).toBeGreaterThanOrEqual(before.getTime());
    expect(code.history).toEqual([{ from: code.createdAt, to: null, creator: { id: owner.creatorId, name: "Ada" }, program: { id: owner.programId, name: "Friends" }, policy: "involved", startsAt: null, endsAt: "2099-01-01T00:00:00.000Z" }]);
    expect(await logged()).toEqual([{ what: "pattern.made", detail: { codeId, pattern: "^(?i)ADA-", creator: "Ada", program: "Friends" } }]);
  });

  test("what is wrong is refused with its place, and nothing is written", async () => {
    const owner = await ownProgram();
    const { creatorId: outside } = must(await addCreator(SHOP, { name: "Bea", email: null, handle: null, programId: null }));
    expect(await makePattern(SHOP, inputOf(owner, "^ADA(-"))).toEqual({ ok: false, errors: [], problem: { key: "pattern.group_open", at: { from: 4, to: 5 }, values: { part: "(" } } });
    expect(await makePattern(SHOP, inputOf(owner, "A{1000}"))).toMatchObject({ ok: false, problem: { key: "pattern.too_costly" } });
    expect(errorsOf(await makePattern(SHOP, inputOf({ ...owner, creatorId: outside }, "^BEA-")))).toEqual(["programId: give.not_in_own_program"]);
    expect(errorsOf(await makePattern(SHOP, inputOf({ ...owner, creatorId: "nobody" }, "^BEA-")))).toEqual(["creatorId: give.creator_not_found"]);
    expect(errorsOf(await makePattern(SHOP, inputOf({ ...owner, programId: "none" }, "^BEA-")))).toEqual(["programId: program.not_found"]);
    expect(await inForce()).toEqual([]);
    expect(await logged()).toEqual([]);
  });

  test("the same pattern is not in force twice; other capitals make another pattern", async () => {
    const owner = await ownProgram();
    must(await makePattern(SHOP, inputOf(owner, "^ADA\\d")));
    const again = await makePattern(SHOP, inputOf(owner, "^ADA\\d"));
    expect(again).toMatchObject({ ok: false, errors: [{ field: "pattern", key: "pattern.taken", values: { creator: "Ada" } }] });
    must(await makePattern(SHOP, inputOf(owner, "^ADA\\D")));
    expect((await inForce()).map((row) => row.code)).toEqual(["^ADA\\d", "^ADA\\D"]);
  });

  test("two that are saved at once for the last place: one is made, the other is refused", async () => {
    const owner = await ownProgram();
    await fill(MOST_PATTERNS - 1, owner);
    const made = await Promise.all(["^A-", "^B-", "^C-"].map((pattern) => makePattern(SHOP, inputOf(owner, pattern))));
    expect(made.filter((one) => one.ok)).toHaveLength(1);
    expect(made.flatMap((one) => errorsOf(one as never))).toEqual(["form: pattern.too_many", "form: pattern.too_many"]);
    expect(await inForce()).toHaveLength(MOST_PATTERNS);
    // A change takes the place of another one, and retiring one makes room.
    must(await makePattern(SHOP, inputOf(owner, "^D-"), "f1"));
    expect(await inForce()).toHaveLength(MOST_PATTERNS);
    expect(await endPattern(SHOP, "f2")).toBe(true);
    must(await makePattern(SHOP, inputOf(owner, "^E-")));
  });

  test("two that save the same pattern at once: one is made", async () => {
    const owner = await ownProgram();
    const made = await Promise.all([1, 2].map(() => makePattern(SHOP, inputOf(owner, "^ADA-"))));
    expect(made.map((one) => one.ok).sort()).toEqual([false, true]);
    expect(await inForce()).toHaveLength(1);
  });
});

describe("changing and retiring a pattern", () => {
  test("a change retires it and makes its successor at the same instant; each knows the other", async () => {
    const owner = await ownProgram();
    const { codeId: old } = must(await makePattern(SHOP, inputOf(owner, "^ADA")));
    stage.forward(60_000);
    const { codeId: next } = must(await makePattern(SHOP, inputOf(owner, "^ADA-"), old));
    const [before, after] = [(await readCode(SHOP, old, now()))!, (await readCode(SHOP, next, now()))!];
    expect(before.retiredAt).toBe(after.createdAt);
    expect([before.replacedBy, after.replaced]).toEqual([{ id: next, code: "^ADA-", at: after.createdAt }, { id: old, code: "^ADA", at: after.createdAt }]);
    expect(before.history.at(-1)!.to).toBe(before.retiredAt);
    expect((await logged()).at(-1)).toEqual({ what: "pattern.changed", detail: { codeId: next, pattern: "^ADA-", creator: "Ada", program: "Friends", replaces: old, before: "^ADA" } });
  });

  test("two that change one pattern at once: one successor is made", async () => {
    const owner = await ownProgram();
    const { codeId } = must(await makePattern(SHOP, inputOf(owner, "^ADA")));
    const made = await Promise.all(["^A1", "^A2"].map((pattern) => makePattern(SHOP, inputOf(owner, pattern), codeId)));
    expect(made.map((one) => one.ok).sort()).toEqual([false, true]);
    expect(made.flatMap((one) => errorsOf(one as never))).toEqual(["form: pattern.gone"]);
    expect(await inForce()).toHaveLength(1);
  });

  test("one that is retired cannot be changed or retired again, nor can an exact code or another shop's", async () => {
    const owner = await ownProgram();
    const { codeId } = must(await makePattern(SHOP, inputOf(owner, "^ADA")));
    await pool().query("insert into code (shop, id, code, key, match, created_at) values ($1, 'exact', 'ADA10', 'ADA10', 'exact', $2)", [SHOP, now()]);
    expect(await endPattern("elsewhere.myshopify.com", codeId)).toBe(false);
    expect(await endPattern(SHOP, "exact")).toBe(false);
    expect(await Promise.all([endPattern(SHOP, codeId), endPattern(SHOP, codeId)].map((one) => one.then(String)))).toSatisfy((both: string[]) => both.sort().join() === "false,true");
    expect(errorsOf(await makePattern(SHOP, inputOf(owner, "^ADA-"), codeId))).toEqual(["form: pattern.gone"]);
    expect(errorsOf(await makePattern(SHOP, inputOf(owner, "^ADA-"), "exact"))).toEqual(["form: pattern.gone"]);
    expect((await logged()).map((line) => line.what)).toEqual(["pattern.made", "pattern.retired"]);
  });
});

describe("a pattern in its program's network", () => {
  const codes = () => stage.network.account(account).codes.map(({ code, type, policy, partnerId, expiredMs }) => ({ code, type, policy, partnerId, expired: expiredMs !== null }));

  test("is placed as a pattern, and expired when it is changed or retired", async () => {
    const { programId, creatorIds } = await connected(stage);
    const { codeId } = must(await makePattern(SHOP, inputOf({ programId, creatorId: creatorIds.marie! }, "^(?i)MARIE-\\d", "involved")));
    await placeAll(stage);
    const first = { code: "^(?i)MARIE-\\d", type: "RE", policy: "INVOLVED", partnerId: stage.partners.marie };
    expect(codes()).toEqual([{ ...first, expired: false }]);
    // The same letters in other capitals are another pattern, also in the network.
    const { codeId: next } = must(await makePattern(SHOP, inputOf({ programId, creatorId: creatorIds.zoe! }, "^(?i)MARIE-\\D"), codeId));
    await placeAll(stage);
    const second = { code: "^(?i)MARIE-\\D", type: "RE", policy: "ALWAYS", partnerId: stage.partners.zoe };
    expect(codes()).toEqual([{ ...first, expired: true }, { ...second, expired: false }]);
    expect((await readCode(SHOP, codeId, now()))!.networks).toMatchObject([{ state: "gone", problem: null }]);
    expect((await readCode(SHOP, next, now()))!.networks).toMatchObject([{ state: "live", problem: null }]);
    await endPattern(SHOP, next);
    await placeAll(stage);
    expect(codes().map((code) => code.expired)).toEqual([true, true]);
  });

  test("the same pattern goes from one creator to another: it is expired for the one before it is placed for the other", async () => {
    const { programId, creatorIds } = await connected(stage);
    const { codeId } = must(await makePattern(SHOP, inputOf({ programId, creatorId: creatorIds.marie! }, "^TEAM-")));
    await placeAll(stage);
    const { codeId: next } = must(await makePattern(SHOP, inputOf({ programId, creatorId: creatorIds.zoe! }, "^TEAM-"), codeId));
    await placeAll(stage);
    expect(codes().map(({ partnerId, expired }) => [partnerId, expired])).toEqual([[stage.partners.marie, true], [stage.partners.zoe, false]]);
    expect((await readCode(SHOP, next, now()))!.networks).toMatchObject([{ state: "live" }]);
  });

  test("one that is retired while the answer to its placing was lost is looked for, and expired", async () => {
    const { programId, creatorIds } = await connected(stage);
    const { codeId } = must(await makePattern(SHOP, inputOf({ programId, creatorId: creatorIds.marie! }, "^MARIE-")));
    stage.after = (what) => {
      if (what === "POST PromoCodes") throw new Error("the answer is lost");
    };
    await placeOnce();
    stage.after = null;
    expect(codes()).toMatchObject([{ code: "^MARIE-", expired: false }]);
    await endPattern(SHOP, codeId);
    await placeAll(stage);
    expect(codes()).toMatchObject([{ code: "^MARIE-", expired: true }]);
    expect((await readCode(SHOP, codeId, now()))!.networks).toMatchObject([{ state: "gone" }]);
  });

  test("one that is retired before it was placed never comes there", async () => {
    const { programId, creatorIds } = await connected(stage);
    const { codeId } = must(await makePattern(SHOP, inputOf({ programId, creatorId: creatorIds.marie! }, "^MARIE-")));
    await endPattern(SHOP, codeId);
    await placeAll(stage);
    expect(codes()).toEqual([]);
    expect((await readCode(SHOP, codeId, now()))!.networks).toMatchObject([{ state: "gone" }]);
  });
});

describe("trying a pattern", () => {
  async function order(n: number, codes: string[], creditedTo: string | null): Promise<void> {
    const facts = { applications: codes.map((code) => ({ kind: "discount_code", code, title: null, target: "line_item" })) };
    const orderId = `o${randomUUID()}`;
    await pool().query("insert into order_state (shop, order_id, name, created_at, facts, outcome, reason) values ($1, $2, $3, $4, $5, $6, $7)", [
      SHOP, orderId, `#${n}`, new Date(Date.parse("2026-06-10T08:00:00Z") + n * 1_000), JSON.stringify(facts), creditedTo ? "credited" : "not_credited", creditedTo ? null : "no_creator_code",
    ]);
    if (creditedTo) await pool().query("insert into decision (shop, order_id, code_id, outcome, creator_id) values ($1, $2, 'any', 'credited', $3)", [SHOP, orderId, creditedTo]);
  }

  test("tells what it would match of the newest orders, and who has it today; nothing is written", async () => {
    await pool().query("truncate order_state, decision");
    const owner = await ownProgram();
    await fill(1, owner);
    await pool().query("insert into code (shop, id, code, key, match, created_at) values ($1, 'own', 'SPRING10', 'SPRING10', 'exact', $2)", [SHOP, now()]);
    await pool().query("insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy) values ($1, 'own', $2, $3, $4, 'always')", [SHOP, now(), owner.creatorId, owner.programId]);
    await order(1, ["SPRING-A"], null);
    await order(2, ["spring10"], owner.creatorId);
    await order(3, ["FILL1-SPRING"], owner.creatorId);
    await order(4, [], null);
    const tried = must(await tryPattern(SHOP, "(?i)SPRING", null));
    expect(tried.codes).toMatchObject({ known: 4, matching: 4, taken: 3 });
    expect(tried.orders).toMatchObject({ known: 4, matching: 3, taken: 2 });
    expect(tried.orders.rows.map(({ name, code, first, creditedTo, reason }) => [name, code, first?.codeId ?? null, creditedTo.map((one) => one.name).join(), reason])).toEqual([
      ["#3", "FILL1-SPRING", "f1", "Ada", null],
      ["#2", "spring10", "own", "Ada", null],
      ["#1", "SPRING-A", null, "", "no_creator_code"],
    ]);
    // In the place of the older pattern, that one is not in the way.
    expect(must(await tryPattern(SHOP, "(?i)SPRING", "f1")).orders.rows[0]).toMatchObject({ first: null });
    expect(await inForce()).toHaveLength(1);
    expect(await tryPattern("elsewhere.myshopify.com", "(?i)SPRING", null)).toMatchObject({ codes: { known: 0 }, orders: { known: 0, rows: [] } });
  });

  test("looks at the last 1,000 orders and no further back", async () => {
    await pool().query("truncate order_state, decision");
    await ownProgram();
    await pool().query(
      `insert into order_state (shop, order_id, name, created_at, facts) select $1, 'b' || n, '#b' || n, $2::timestamptz + n * interval '1 second', jsonb_build_object('applications', jsonb_build_array(jsonb_build_object('kind', 'discount_code', 'code', 'BULK' || n)))
       from generate_series(1, 1200) n`,
      [SHOP, "2026-06-10T08:00:00Z"],
    );
    const tried = must(await tryPattern(SHOP, "^BULK", null));
    expect(tried.orders).toMatchObject({ known: 1_000, matching: 1_000 });
    expect(tried.orders.rows.map((row) => row.name).slice(0, 2)).toEqual(["#b1200", "#b1199"]);
    expect(tried.orders.rows).toHaveLength(50);
    expect(must(await tryPattern(SHOP, "^BULK200$", null)).orders.matching).toBe(0);
    expect(must(await tryPattern(SHOP, "^BULK201$", null)).orders.matching).toBe(1);
  });

  test("says what is wrong with a pattern that cannot be one", async () => {
    expect(await tryPattern(SHOP, "^MARIE[", null)).toEqual({ ok: false, pattern: "^MARIE[", problem: { key: "pattern.class_open", at: { from: 6, to: 7 }, values: { part: "[" } } });
  });
});
