// A code takes another's place in the network: expired and made, so that in the end it stands exactly once, wherever the process dies, and nobody's sale is left without an owner.
import { describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { tellCodesAgain } from "#app/db/deal-placement.ts";
import { PLAIN_TERMS, type DealTerms } from "#app/domain/deal.ts";
import { giveWindow } from "#app/flow/code-life.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { placeOnce } from "#app/flow/place.ts";
import { useDatabase } from "#test/support/database.ts";
import { Died, killAt } from "./killed.ts";
import { SHOP, account, connected, must, placeAll, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

const terms: DealTerms = { ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 1000 } };
const DAY_MS = 86_400_000;

/** Marie's code stands in store and network, and is to have another end from now on. */
async function changing() {
  const { programId, creatorIds } = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId, terms, startsAt: null, endsAt: null }));
  const { codes } = must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] }));
  await placeAll(stage);
  const [first] = stage.network.codesNamed(account, "MARIE10");
  const endDate = new Date(Date.now() + 60 * DAY_MS).toISOString().slice(0, 10);
  must(await giveWindow(SHOP, codes[0]!.codeId, { startDate: "", startTime: "", endDate, endTime: "" }, "Ada"));
  stage.sent.length = 0;
  return { first: first!, endDate };
}

const placed = () => rows<{ state: string; external_id: string; problem: string | null; told: { endsAt: string | null; before?: unknown } }>("select state, external_id, problem, told from code_placement where shop = $1 and target <> 'store'");
const standing = () => stage.network.codesNamed(account, "MARIE10").filter((code) => code.expiredMs === null);

async function expectChanged({ first, endDate }: Awaited<ReturnType<typeof changing>>) {
  const [code, ...others] = standing();
  expect(others).toEqual([]);
  expect(code).toMatchObject({ partnerId: stage.partners.marie, policy: "ALWAYS" });
  expect(code!.id).not.toBe(first.id);
  // Its dates are its deal's, which is the one with the dates of its own now, and begins where the other did.
  const deal = (id: string | null) => stage.network.account(account).deals.find((one) => one.id === id)!;
  expect(new Date(deal(code!.dealId).endMs!).toISOString().slice(0, 10)).toBe(endDate);
  expect(deal(code!.dealId).startMs).toBe(deal(first.dealId).startMs);
  expect(code!.startMs).toBe(first.startMs);
  expect(await placed()).toMatchObject([{ state: "live", external_id: code!.id, problem: null }]);
  expect((await placed())[0]!.told.before).toBeUndefined();
}

test("that another one takes its place is noted before the old one is expired, and until the new one stands", async () => {
  const change = await changing();
  const seen: { at: string; state: string; standing: number }[] = [];
  stage.before = async (what) => {
    if (/^(DELETE|POST) PromoCodes/.test(what)) seen.push({ at: what, state: (await placed())[0]!.state, standing: standing().length });
  };
  await placeAll(stage);
  stage.before = null;
  expect(seen).toEqual([
    { at: `DELETE PromoCodes/${change.first.id}`, state: "asked", standing: 1 },
    { at: "POST PromoCodes", state: "asked", standing: 0 },
  ]);
  await expectChanged(change);
});

const boundaries = [
  ["before the old one is expired", "DELETE", "before"],
  ["after the old one was expired", "DELETE", "after"],
  ["before the new one is made", "POST", "before"],
  ["after the new one was made", "POST", "after"],
] as const;

describe("in the end it stands once, as it is to be", () => {
  test.each(boundaries)("when the process is killed %s", async (_name, method, when) => {
    const change = await changing();
    const killed = await killAt(stage, method === "POST" ? "POST PromoCodes" : `DELETE PromoCodes/${change.first.id}`, when);
    // Whoever reports a sale sees that the code is being made anew.
    expect(await placed()).toMatchObject([{ state: "asked", external_id: change.first.id }]);
    await placeAll(stage);
    await expectChanged(change);
    await killed.bury();
  });

  test.each(boundaries.filter(([, , when]) => when === "after"))("when the connection breaks %s", async (_name, method, when) => {
    const change = await changing();
    let broken = 0;
    stage[when] = (what) => {
      if (what.startsWith(`${method} PromoCodes`) && ++broken === 1) throw new Died();
    };
    for (let turn = 0; turn < 4; turn++) {
      await placeAll(stage);
      stage.forward(20_000);
    }
    stage.before = stage.after = null;
    expect(broken).toBeGreaterThan(0);
    await expectChanged(change);
  });
});

test("what the network refuses to take in its place leaves the old terms there, not nobody", async () => {
  const { programId, creatorIds } = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId, terms, startsAt: null, endsAt: null }));
  const { codes } = must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] }));
  await placeAll(stage);
  const [first] = standing();
  await rows("update code_term set credit_policy = 'winner' where shop = $1");
  await tellCodesAgain(pool(), SHOP, [codes[0]!.codeId], now());
  stage.network.addFault({ kind: "402", endpoint: "POST /PromoCodes", count: 1, when: "before" });
  await placeAll(stage);
  const [code, ...others] = standing();
  expect(others).toEqual([]);
  expect(code).toMatchObject({ partnerId: stage.partners.marie, policy: "ALWAYS", dealId: first!.dealId });
  expect(code!.id).not.toBe(first!.id);
  const [row] = await placed();
  expect(row).toMatchObject({ state: "live", external_id: code!.id, told: { policy: "always" } });
  expect(JSON.parse(row!.problem!)).toMatchObject({ key: "problem.change_refused_in_network", values: { code: "MARIE10" } });
  stage.sent.length = 0;
  expect(await placeOnce()).toBe(0);
  expect(stage.sent).toEqual([]);
});
