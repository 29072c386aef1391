// Creators are put into the shop's own programs and taken out by hand: the history stays, and orders since then are judged anew.
import { describe, expect, test } from "vitest";
import { now, nowMs } from "#app/clock.ts";
import { addCreator, makeOwnProgram } from "#app/flow/connect.ts";
import { putIntoNewProgram, putIntoProgram, takeOutOfProgram } from "#app/flow/membership.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { verifyLedger } from "#app/flow/verify.ts";
import { useDatabase } from "#test/support/database.ts";
import { note } from "#test/support/deliver.ts";
import { orderBody } from "#test/support/orders.ts";
import { makeCode } from "#test/support/shop.ts";
import { connected, errorsOf, must, rows, SHOP, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();
const HOUR_MS = 3_600_000;

async function ownProgram(names: string[]) {
  const { programId } = must(await makeOwnProgram(SHOP, { name: "Friends" }));
  const ids = await Promise.all(names.map(async (name) => must(await addCreator(SHOP, { name, email: null, handle: null, programId: null })).creatorId));
  return { programId, ids };
}

const members = async () =>
  (await rows<{ name: string; joined_at: Date; left_at: Date | null; state: string }>(
    `select c.name, m.joined_at, m.left_at, m.state from membership m join creator c on c.shop = m.shop and c.id = m.creator_id where m.shop = $1 order by c.name, m.joined_at`,
  )).map(({ name, joined_at, left_at, state }) => [name, (joined_at.getTime() - start) / HOUR_MS, left_at === null ? null : (left_at.getTime() - start) / HOUR_MS, state]);

let start = 0;
function begin() {
  stage.forward(HOUR_MS * 1_000);
  start = Math.ceil(nowMs() / HOUR_MS) * HOUR_MS;
  stage.forward(start - nowMs());
}
const at = (hours: number) => new Date(start + hours * HOUR_MS);

describe("memberships by hand", () => {
  test("who is put in is in from then on, once; who is in already is left", async () => {
    const { programId, ids } = await ownProgram(["Ann", "Ben"]);
    begin();
    stage.forward(HOUR_MS * 5);
    expect(must(await putIntoProgram(SHOP, programId, [ids[0]!], at(1)))).toEqual({ ok: true, programId, joined: 1, known: 0 });
    expect(must(await putIntoProgram(SHOP, programId, [...ids, ids[1]!, "nobody"], at(2)))).toEqual({ ok: true, programId, joined: 1, known: 1 });
    expect(await members()).toEqual([["Ann", 1, null, "joined"], ["Ben", 2, null, "joined"]]);
  });

  test("who leaves and comes back has two spans, and they never overlap, whatever date is given", async () => {
    const { programId, ids } = await ownProgram(["Ann"]);
    begin();
    stage.forward(HOUR_MS * 9);
    must(await putIntoProgram(SHOP, programId, ids, at(2)));
    expect(must(await takeOutOfProgram(SHOP, programId, ids, at(4)))).toEqual({ ok: true, left: 1 });
    must(await putIntoProgram(SHOP, programId, ids, at(3)));
    expect(await members()).toEqual([["Ann", 2, 4, "left"], ["Ann", 4, null, "joined"]]);
    must(await takeOutOfProgram(SHOP, programId, ids, at(6)));
    must(await putIntoProgram(SHOP, programId, ids, at(8)));
    // Said to have begun earlier: as far back as the end of the span before.
    expect(must(await putIntoProgram(SHOP, programId, ids, at(1))).joined).toBe(1);
    expect(await members()).toEqual([["Ann", 2, 4, "left"], ["Ann", 4, 6, "left"], ["Ann", 6, null, "joined"]]);
    must(await takeOutOfProgram(SHOP, programId, ids, at(1)));
    expect(await members()).toEqual([["Ann", 2, 4, "left"], ["Ann", 4, 6, "left"], ["Ann", 6, 6, "left"]]);
  });

  test("a program can be made for them, and what cannot be is refused at its field", async () => {
    const { programId, ids } = await ownProgram(["Ann"]);
    must(await putIntoNewProgram(SHOP, "Winter", ids, null));
    expect(await rows("select name from program where shop = $1 order by created_at, name")).toEqual([{ name: "Friends" }, { name: "Winter" }]);
    expect(errorsOf(await putIntoNewProgram(SHOP, "winter", ids, null))).toEqual(["name: program.name_taken"]);
    expect(errorsOf(await putIntoProgram(SHOP, "none", ids, null))).toEqual(["programId: program.not_found"]);
    expect(errorsOf(await putIntoProgram(SHOP, programId, ["nobody"], null))).toEqual(["creatorIds: membership.nobody"]);
    expect(errorsOf(await putIntoProgram(SHOP, programId, ids, new Date(nowMs() + HOUR_MS)))).toEqual(["at: membership.in_future"]);
    const other = await connected(stage);
    expect(errorsOf(await takeOutOfProgram(SHOP, other.programId, [other.creatorIds.marie!], null))).toEqual(["programId: creator.program_of_network"]);
  });

  test("orders since then are settled again, and the ledger agrees", async () => {
    const { programId, ids } = await ownProgram(["Ann"]);
    await makeCode("ann", { shop: SHOP, code: "ANN10", creator: ids[0]!, program: programId });
    begin();
    for (const id of ["71", "72", "73"]) {
      stage.forward(HOUR_MS);
      const created = new Date(nowMs()).toISOString();
      await note(orderBody({ id, created_at: created, updated_at: created, codes: ["ANN10"] }), { shop: SHOP, triggeredAt: created });
    }
    stage.forward(HOUR_MS);
    const settle = async () => {
      while ((await settleOnce()) > 0);
      return (await rows<{ reason: string | null }>("select coalesce(reason, outcome) as reason from order_state where shop = $1 and order_id like '7_' order by order_id")).map((row) => row.reason);
    };
    expect(await settle()).toEqual(["creator_not_in_program", "creator_not_in_program", "creator_not_in_program"]);
    must(await putIntoProgram(SHOP, programId, ids, at(1.5)));
    expect(await settle()).toEqual(["creator_not_in_program", "credited", "credited"]);
    must(await takeOutOfProgram(SHOP, programId, ids, at(2.5)));
    expect(await settle()).toEqual(["creator_not_in_program", "credited", "creator_not_in_program"]);
    expect((await verifyLedger({ shop: SHOP })).differences.filter((difference) => difference.orderId.startsWith("7"))).toEqual([]);
    expect(await rows("select members_from from program where shop = $1 and id = $2", [SHOP, programId])).toEqual([{ members_from: null }]);
    expect(now() > at(3)).toBe(true);
  });
});
