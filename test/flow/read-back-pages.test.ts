// A program with more actions than a page of the network holds: nothing is missed while they change, and whoever has to wait goes on where he was.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { pool, prisma } from "#app/db.server.ts";
import { newReaderState, readBack } from "#app/flow/read-back.ts";
import { addAction, editAction } from "#test/local/network/by-hand.ts";
import { useDatabase } from "#test/support/database.ts";
import { openScene, pass, SHOP, SID, type Scene } from "./reporting.ts";

useDatabase();

const MANY = 20_100;
let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
  const { network } = scene.local;
  const at = nowMs();
  for (let n = 0; n < MANY; n++) addAction(network, SID, { programId: scene.programId, partnerId: scene.partnerId, orderId: `other-${n}`, items: [{ sku: "A", quantity: 1, amount: "1000" }] });
  network.account(SID).updates = [];
  network.account(SID).actions.forEach((action, index) => (action.updatedMs = at - 3_600_000 + index));
  await prisma().codeTerm.create({ data: { shop: SHOP, codeId: "k1", validFrom: new Date(at), creatorId: "c1", programId: "p1", creditPolicy: "always" } });
  await pool().query("update program set actions_to = $1", [new Date(at - 86_400_000)]);
}, 120_000);
afterAll(async () => {
  setClockOffsetMs(0);
  await scene.close();
});

function pagesAsked(): (string | null)[] {
  const asked = scene.local.network.state.exchanges.map(({ path, took, status }) => ({ query: new URLSearchParams(path.split("?")[1]), took, status })).filter(({ status }) => status === 200);
  return asked.map(({ query }) => query.get("Page"));
}

async function kept(): Promise<{ actions: number; edited: number }> {
  const { rows } = await pool().query("select count(*)::int as actions, (count(*) filter (where amount = 2000))::int as edited from network_action where shop = $1", [SHOP]);
  return rows[0];
}

describe("the pages of a window", () => {
  it("are read from the last to the first, go on after a wait where they were, and what changes meanwhile is not missed", async () => {
    const { network } = scene.local;
    const state = newReaderState();
    network.state.exchanges = [];
    const turnedAway = network.addFault({ kind: "429", endpoint: "GET /Actions", count: null, probability: 0 });
    const real = globalThis.fetch;
    let asked = 0;
    globalThis.fetch = async (input, init) => {
      const answer = await real(input, init);
      asked += 1;
      // After the first page: the hour is used up, and one that stands there changes and leaves the window. The first of the second page takes its place.
      if (asked === 1) {
        turnedAway.probability = 1;
        editAction(network, SID, network.account(SID).actions[20_050]!.id, [{ sku: "A", quantity: 1, amount: "2000" }]);
      }
      return answer;
    };
    try {
      await readBack({ shop: SHOP, state });
      expect([pagesAsked(), (await kept()).actions]).toEqual([["1"], 20_000]);
      network.clearFaults();
      pass(90);
      await readBack({ shop: SHOP, state });
      for (let turns = 0; turns < 5 && (await readBack({ shop: SHOP, state })) > 0; turns++);
    } finally {
      globalThis.fetch = real;
    }
    expect(pagesAsked().slice(0, 3)).toEqual(["1", "2", "1"]);
    expect(await kept()).toEqual({ actions: MANY, edited: 1 });
    const { rows } = await pool().query("select actions_to, actions_problem from program");
    expect([rows[0].actions_to.getTime() >= nowMs() - 3_600_000, rows[0].actions_problem]).toEqual([true, null]);
  }, 300_000);
});
