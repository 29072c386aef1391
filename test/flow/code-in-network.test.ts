// Codes in a network: what is kept for pasting, coming back to where a person gave them up, and names that only seem to be taken.
import { describe, expect, test } from "vitest";
import { PLAIN_TERMS, type DealTerms } from "#app/domain/deal.ts";
import { readCode } from "#app/db/reads/code.ts";
import { readSetup } from "#app/db/reads/setup.ts";
import { now } from "#app/clock.ts";
import { codeAct } from "#app/flow/code-acts.ts";
import { actOnCodes } from "#app/flow/code-life.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { compareConnection } from "#app/flow/drift-network.ts";
import { giveCodes } from "#app/flow/give.ts";
import { repairDrifts } from "#app/flow/repair.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP, account, connected, errorsOf, must, placeAll, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

const terms: DealTerms = { ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 1000 } };
const DAY_MS = 86_400_000;

async function atelier(dates: { startsAt: string | null } = { startsAt: null }) {
  const { programId, connectionId, creatorIds } = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId, terms, ...dates, endsAt: null }));
  return { programId, connectionId, creatorIds, dealId };
}

const network = () => rows<{ wanted: string; state: string; problem: string | null }>("select wanted, state, problem from code_placement where shop = $1 and target <> 'store'");

describe("comments and e-mail, which no call takes", () => {
  test("are kept with the code, changed later, and noted in its history", async () => {
    const { dealId, creatorIds } = await atelier();
    const input = { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }], comments: " For your reel.\r\nHave fun! ", sendTo: " marie@example.com " };
    expect(errorsOf(await giveCodes(SHOP, { ...input, sendTo: "marie" }))).toEqual(["sendTo: give.send_to_form"]);
    expect(errorsOf(await giveCodes(SHOP, { ...input, comments: "x".repeat(1_001) }))).toEqual(["comments: give.comments_long"]);
    const { codeId } = must(await giveCodes(SHOP, input)).codes[0]!;
    expect(await readSetup(SHOP, codeId, now())).toMatchObject({ comments: "For your reel.\nHave fun!", sendTo: "marie@example.com", policy: "always", joined: null });

    expect(await codeAct(SHOP, codeId, { intent: "notes", comments: "Later.", sendTo: "nobody" }, "Ada")).toMatchObject({ done: false, errors: [{ field: "sendTo" }] });
    expect(await codeAct(SHOP, codeId, { intent: "notes", comments: "Later.", sendTo: "" }, "Ada")).toMatchObject({ done: true });
    expect(await readSetup(SHOP, codeId, now())).toMatchObject({ comments: "Later.", sendTo: "" });
    expect((await readCode(SHOP, codeId, now()))!.events.map((event) => event.what)).toEqual(["codes.noted"]);
  });

  test("an e-mail address is of one creator, and not kept with the codes of several", async () => {
    const { dealId, creatorIds } = await atelier();
    const two = ["marie", "lukas"].map((name) => ({ creatorId: creatorIds[name]!, code: `${name.toUpperCase()}10`, policy: "winner" }));
    must(await giveCodes(SHOP, { dealId, rows: two, comments: "Hello", sendTo: "marie@example.com" }));
    expect(await rows("select comments, send_to from code where shop = $1")).toEqual([{ comments: "Hello", send_to: "" }, { comments: "Hello", send_to: "" }]);
  });

  test("of whom the network has as pending or gone, the page knows that he has not joined", async () => {
    const { dealId, creatorIds, programId } = await atelier();
    const { codeId } = must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] })).codes[0]!;
    await rows("update membership set state = 'left', left_at = now() - interval '1 day' where shop = $1 and program_id = $2 and creator_id = $3", [SHOP, programId, creatorIds.marie]);
    expect((await readSetup(SHOP, codeId, now()))!.joined).toMatchObject({ state: "left", creator: "Marie Dupont", program: "Atelier Creators", network: "impact" });
  });
});

test("a code that a person let be gone from the network comes back there when that is asked for, and stays through a pause", async () => {
  const { dealId, creatorIds, connectionId, programId } = await atelier();
  const { codeId } = must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] })).codes[0]!;
  await placeAll(stage);
  stage.network.expireCode(account, stage.network.codesNamed(account, "MARIE10")[0]!.id);
  stage.forward(1_000);
  expect(await compareConnection(SHOP, connectionId)).toBe(true);
  const [drift] = await rows<{ id: string }>("select id::text as id from drift where shop = $1 and closed_at is null");
  expect(await repairDrifts(SHOP, [drift!.id], "theirs", "Ada")).toMatchObject({ done: 1 });
  expect(await network()).toMatchObject([{ wanted: "gone", state: "expired" }]);
  expect((await readSetup(SHOP, codeId, now()))!.places).toMatchObject([{ givenUp: true }]);

  expect(await codeAct(SHOP, codeId, { intent: "bring-back", programId: "store" }, "Ada")).toMatchObject({ done: false });
  expect(await codeAct(SHOP, codeId, { intent: "bring-back", programId }, "Ada")).toMatchObject({ done: true });
  expect(await codeAct(SHOP, codeId, { intent: "bring-back", programId }, "Ada")).toMatchObject({ done: false });
  await placeAll(stage);
  expect(await network()).toMatchObject([{ wanted: "live", state: "live" }]);
  await actOnCodes(SHOP, "pause", [codeId], "Ada");
  await placeAll(stage);
  await actOnCodes(SHOP, "resume", [codeId], "Ada");
  await placeAll(stage);
  expect(await network()).toMatchObject([{ wanted: "live", state: "live" }]);
});

describe("a code of another partner that has not begun, whose dates are its deal's", () => {
  /** Lukas has the name in a deal that begins in three days and keeps its codes in step. */
  async function lukasHas(expired: boolean) {
    const { dealId, creatorIds } = await atelier();
    const his = stage.network.assignCode(account, { programId: stage.creators.id, partnerId: stage.partners.lukas, code: "MARIE10" });
    const startMs = Date.now() + 3 * DAY_MS;
    stage.network.account(account).deals.push({ ...(await dealOfOurs()), id: "39999", synch: true, startMs, endMs: null });
    his.dealId = "39999";
    if (expired) stage.network.expireCode(account, his.id);
    return { dealId, creatorIds };
  }

  async function dealOfOurs() {
    await placeAll(stage);
    return structuredClone(stage.network.account(account).deals[0]!);
  }

  test("is in nobody's way once it was expired", async () => {
    const { dealId, creatorIds } = await lukasHas(true);
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] }));
    await placeAll(stage);
    expect(await network()).toMatchObject([{ state: "live", problem: null }]);
  });

  test("is refused by the network itself where it was not, in its own words", async () => {
    const { dealId, creatorIds } = await lukasHas(false);
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] }));
    await placeAll(stage);
    expect(await network()).toMatchObject([{ state: "refused", problem: expect.stringContaining("assigned to another partner") }]);
  });
});

test("a deal that the network's list leaves out is asked for by itself before it is called gone", async () => {
  const { connectionId } = await atelier();
  await placeAll(stage);
  const { deals } = stage.network.account(account);
  const [mine] = deals;
  stage.forward(1_000);
  // It is on no page of the list, and is there all the same.
  stage.before = (what) => void (what === "GET Deals" ? (stage.network.account(account).deals = []) : (stage.network.account(account).deals = [mine!]));
  expect(await compareConnection(SHOP, connectionId)).toBe(true);
  expect(stage.sent).toContain(`GET Deals/${mine!.id}`);
  const found = () => rows<{ kind: string }>("select kind from drift where shop = $1 and closed_at is null");
  expect(await found()).toEqual([]);
  stage.before = null;
  stage.network.account(account).deals = [];
  stage.forward(1_000);
  expect(await compareConnection(SHOP, connectionId)).toBe(true);
  expect(await found()).toEqual([{ kind: "gone" }]);
});
