import { describe, expect, test } from "vitest";
import { connectNetwork, disconnectNetwork } from "#app/flow/connect.ts";
import { keepInStep } from "#app/flow/keep-in-step.ts";
import { connectAccount, tryPermissions } from "#app/flow/permissions.ts";
import { nowMs } from "#app/clock.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP, TOKEN, account, connected, must, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

const DAY_MS = 86_400_000;
const LATER_MS = 4 * 3_600_000;

function read(): Promise<number> {
  return keepInStep({ shop: SHOP });
}

function members() {
  return rows<{ name: string; state: string; left_at: Date | null; ends_at: Date | null; contact_name: string; contact_email: string }>(
    `select c.name, m.state, m.left_at, m.ends_at, m.contact_name, m.contact_email from membership m join creator c on c.shop = m.shop and c.id = m.creator_id where m.shop = $1 order by c.name, m.joined_at`,
  );
}

async function memberNamed(name: string) {
  return (await members()).find((member) => member.name === name)!;
}

describe("keeping an account in step", () => {
  test("reads contracts with what they pay, contacts, and what contracts name; then rests", async () => {
    const { programId } = await connected(stage);
    expect(await read()).toBe(1);
    const contracts = await rows<{ partner_id: string; state: string; payouts: unknown }>("select partner_id, state, payouts from contract where shop = $1 order by partner_id");
    expect(contracts.map((contract) => contract.state)).toEqual(["active", "active", "active", "pending", "expired"]);
    expect(contracts[0]!.payouts).toEqual([
      { eventTypeId: stage.creators.eventTypes[0]!.id, eventTypeName: "Online Sale", level: "item", default: { kind: "percent", basisPoints: 1_000 }, groups: [] },
    ]);
    expect(await rows("select event_types, takes_codes, state from program where shop = $1 and id = $2", [SHOP, programId])).toEqual([
      { event_types: [{ eventTypeId: stage.creators.eventTypes[0]!.id, name: "Online Sale" }], takes_codes: true, state: "active" },
    ]);
    expect(await memberNamed("Marie Dupont")).toMatchObject({ contact_name: "Marie Dupont", contact_email: "marie@example.com", ends_at: null });
    const asked = stage.sent.length;
    expect(await read()).toBe(0);
    expect(stage.sent.length).toBe(asked);
  });

  test("follows who joined and left, and logs only that", async () => {
    await connected(stage);
    await read();
    stage.network.addPartnerToProgram(account, stage.partners.pia, stage.creators.id, { state: "joined" });
    stage.network.addPartnerToProgram(account, stage.partners.lukas, stage.creators.id, { state: "left", leftMs: nowMs() });
    stage.forward(LATER_MS);
    await read();
    expect(await memberNamed("Pia Pending")).toMatchObject({ state: "joined", left_at: null });
    expect(await memberNamed("Łukasz Nowak")).toMatchObject({ state: "left", left_at: expect.any(Date) as Date });
    stage.forward(LATER_MS);
    await read();
    expect((await rows<{ what: string }>("select what from shop_log where shop = $1 order by id")).map((row) => row.what)).toEqual(["network.connected", "program.chosen", "creators.taken_over", "creators.followed"]);
  });

  test("an end of a contract that lies ahead is known and changes no membership; when it came, the network says what holds", async () => {
    await connected(stage);
    const endsMs = Math.floor(nowMs() / 1_000) * 1_000 + 10 * DAY_MS;
    stage.network.addPartnerToProgram(account, stage.partners.marie, stage.creators.id, { state: "left", leftMs: endsMs });
    await read();
    expect(await memberNamed("Marie Dupont")).toMatchObject({ state: "joined", left_at: null, ends_at: new Date(endsMs) });
    // Extended: no end lies ahead any more.
    stage.network.addPartnerToProgram(account, stage.partners.marie, stage.creators.id, { state: "joined" });
    stage.forward(LATER_MS);
    await read();
    expect(await memberNamed("Marie Dupont")).toMatchObject({ state: "joined", left_at: null, ends_at: null });
    stage.network.addPartnerToProgram(account, stage.partners.marie, stage.creators.id, { state: "left", leftMs: endsMs });
    stage.forward(LATER_MS);
    await read();
    stage.forward(11 * DAY_MS);
    await read();
    expect(await memberNamed("Marie Dupont")).toMatchObject({ state: "left", left_at: new Date(endsMs), ends_at: null });
  });

  test("a program that ends, switches promo codes off, or is in no contract any more is noted", async () => {
    const { programId } = await connected(stage);
    await read();
    const before = stage.creators.eventTypes[0]!.id;
    stage.creators.promoCodeTracking = false;
    stage.creators.eventTypes = [{ ...stage.creators.eventTypes[0]!, id: "9999", name: "Purchase" }];
    stage.forward(LATER_MS);
    await read();
    expect(await rows("select takes_codes, event_type_id, event_types from program where shop = $1 and id = $2", [SHOP, programId])).toEqual([
      { takes_codes: false, event_type_id: before, event_types: [{ eventTypeId: "9999", name: "Purchase" }] },
    ]);
    stage.creators.state = "DEACTIVATED";
    stage.forward(LATER_MS);
    await read();
    expect(await rows("select state from program where shop = $1 and id = $2", [SHOP, programId])).toEqual([{ state: "ended" }]);
    expect((await rows<{ what: string }>("select what from shop_log where shop = $1 and who = 'network' order by id")).map((row) => row.what)).toEqual(["program.codes_off", "program.ended"]);
  });

  test("a token that lacks one permission keeps working for the rest, and names what it lacks", async () => {
    const { connectionId } = await connected(stage);
    stage.network.addToken(account, "scoped-token", ["/Campaigns/*/Contracts", "POST /PromoCodes"]);
    must(await connectAccount(SHOP, { accountSid: account, token: "scoped-token" }));
    await read();
    const states = async () => Object.fromEntries((await rows<{ id: string; state: string }>("select p->>'id' as id, p->>'state' as state from network_connection n, jsonb_array_elements(n.permissions) p where n.shop = $1")).map((row) => [row.id, row.state]));
    expect(await states()).toMatchObject({ programs_read: "allowed", contracts_read: "lacking", codes_read: "allowed", codes_make: "untried", conversions_send: "untried" });
    expect(await memberNamed("Marie Dupont")).toMatchObject({ contact_email: "marie@example.com" });
    expect(await rows("select state, problem from network_connection where shop = $1")).toEqual([{ state: "connected", problem: null }]);
    // Switched on there: the next trial knows.
    stage.network.account(account).tokens.find((each) => each.token === "scoped-token")!.denied = [];
    must(await tryPermissions(SHOP, connectionId));
    expect(await states()).toMatchObject({ contracts_read: "allowed", codes_make: "untried" });
  });

  test("a network that does not answer is asked again later, ever more seldom, and nothing is lost", async () => {
    await connected(stage);
    stage.network.addFault({ kind: "503", endpoint: "*", count: 100 });
    expect(await read()).toBe(0);
    expect(await rows("select attempts, read_at, state from network_connection where shop = $1")).toEqual([{ attempts: 1, read_at: null, state: "connected" }]);
    expect(await read()).toBe(0);
    stage.network.clearFaults();
    stage.forward(120_000);
    expect(await read()).toBe(1);
    expect(await rows("select attempts from network_connection where shop = $1")).toEqual([{ attempts: 0 }]);
  });

  test("after disconnecting nothing is read; connected again, the same account goes on with all that it had", async () => {
    const { connectionId, programId } = await connected(stage);
    await read();
    const before = await members();
    must(await disconnectNetwork(SHOP, connectionId));
    stage.forward(LATER_MS);
    expect(await read()).toBe(0);
    const again = must(await connectNetwork(SHOP, { accountSid: account, token: TOKEN }));
    expect(again.connectionId).toBe(connectionId);
    expect(await read()).toBe(1);
    expect(await members()).toEqual(before);
    expect(await rows("select id, connection_id from program where shop = $1")).toEqual([{ id: programId, connection_id: connectionId }]);
  });
});
