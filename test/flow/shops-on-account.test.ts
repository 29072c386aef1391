// Two shops on one account whose orders have the same name, with the same creator: neither takes the other's sale for its own, changes it or has it reversed.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { now, nowMs, setClockOffsetMs } from "#app/clock.ts";
import { seal, sealingKeyId } from "#app/crypto.server.ts";
import { pool, prisma } from "#app/db.server.ts";
import { listWork } from "#app/db/reads/worklist.ts";
import { newReaderState, readBack } from "#app/flow/read-back.ts";
import { useDatabase } from "#test/support/database.ts";
import { A1, A2, held, openScene, pass, row, SHOP, SID, TOKEN, wanted, work, workFor, type Scene } from "./reporting.ts";

useDatabase();

const SISTER = "sister.myshopify.com";
let scene: Scene;
let order = 1_000;

beforeAll(async () => {
  scene = await openScene();
  const at = new Date(nowMs() - 86_400_000 * 90);
  await prisma().networkConnection.create({ data: { shop: SISTER, id: "net", network: "impact", accountSid: SID, token: seal(TOKEN), keyId: sealingKeyId(), state: "connected", createdAt: at } });
  await prisma().program.create({ data: { shop: SISTER, id: "q1", connectionId: "net", network: "impact", externalId: scene.programId, eventTypeId: scene.eventTypeId, name: "Creators", kind: "creator", createdAt: at } });
  for (const [shop, program] of [[SHOP, "p1"], [SISTER, "q1"]] as const) {
    await prisma().creator.create({ data: { shop, id: "c1", name: "Marie", createdAt: at } });
    await prisma().membership.create({ data: { shop, programId: program, creatorId: "c1", joinedAt: at, partnerId: scene.partnerId } });
  }
});
beforeEach(() => void (order += 1));
afterAll(async () => {
  setClockOffsetMs(0);
  await scene.close();
});

/** The other shop's order of the same name, under an id of its own. */
async function sisters(target = A2): Promise<void> {
  const at = now();
  await prisma().conversion.create({
    data: { shop: SISTER, orderId: `9${order}`, n: 1, networkOrderId: `#${order}`, programId: "q1", codeId: "k9", creatorId: "c1", partnerId: scene.partnerId, toldCode: "MARIE10", currency: "EUR", eventAt: at, target: [target], state: "waiting", nextAt: at, createdAt: at, changedAt: at },
  });
}

async function ours(): Promise<void> {
  await wanted(scene, String(order), [A1]);
  await pool().query("update conversion set network_order_id = $2 where shop = $3 and order_id = $1", [String(order), `#${order}`, SHOP]);
}

const ofSister = async () => (await pool().query("select state, problem_detail, action_id is not null as has from conversion where shop = $1 and order_id = $2", [SISTER, `9${order}`])).rows[0];

describe("orders of one name in two shops", () => {
  it("told one after the other: the second is for a person, and the first's sale stays as it is", async () => {
    await sisters();
    await workFor(60);
    await ours();
    await workFor(240);
    expect(await row(String(order))).toMatchObject({ state: "stuck", problem: "rejected", problem_detail: "CONV_DUPLICATE", action_id: null, next_at: null });
    expect(held(scene, `#${order}`)).toMatchObject([{ state: "PENDING", items: { A: "2/2000" } }]);
    expect(await ofSister()).toMatchObject({ state: "reported", has: true });
  });

  it("told at once: whoever told it first has it, whoever looks first", async () => {
    await sisters();
    await work();
    pass(1);
    await ours();
    await work();
    await pool().query("update conversion set next_at = next_at + interval '1 hour' where shop = $1 and order_id = $2", [SISTER, `9${order}`]);
    await workFor(240);
    expect(await row(String(order))).toMatchObject({ state: "stuck", problem_detail: "CONV_DUPLICATE", action_id: null });
    expect(held(scene, `#${order}`)).toMatchObject([{ state: "PENDING", items: { A: "2/2000" } }]);
    expect(await ofSister()).toMatchObject({ state: "reported", has: true });
  });

  it("a sale of the other shop is no difference here, and is not offered to be reversed", async () => {
    await sisters();
    await workFor(60);
    const state = newReaderState();
    pass(30);
    await readBack({ shop: SHOP, state });
    expect((await pool().query("select 1 from network_action where shop = $1 and order_ref = $2", [SHOP, `#${order}`])).rowCount).toBe(1);
    expect((await listWork(SHOP, { view: "all", q: `#${order}`, page: 1 }, now())).rows).toEqual([]);
  });
});
