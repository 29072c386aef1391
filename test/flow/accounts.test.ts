// Several accounts in a shop, several shops on an account, and what becomes of both when one is disconnected, connected again, or gets another token.
import { describe, expect, test } from "vitest";
import { open } from "#app/crypto.server.ts";
import { pool } from "#app/db.server.ts";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import { chooseProgram, connectNetwork, disconnectNetwork, listNetworkPrograms, takeOverCreators } from "#app/flow/connect.ts";
import { actOnCodes } from "#app/flow/code-life.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { networkFor } from "#app/flow/networks.ts";
import { connectAccount } from "#app/flow/permissions.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP, TOKEN, account, connected, errorsOf, must, placeAll, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();
const OTHER_SHOP = "other-atelier.myshopify.com";

/** A further account at the network with one program and one creator. */
function anotherAccount(sid: string): { sid: string; token: string; programId: string } {
  const token = `token-of-${sid}`;
  stage.network.addAccount({ sid, token, name: sid });
  const program = stage.network.addProgram(sid, { name: `Creators of ${sid}`, type: "Creator" });
  const partner = stage.network.addPartner(sid, { name: "Ida", email: `ida@${sid.toLowerCase()}.example` });
  stage.network.addPartnerToProgram(sid, partner.id, program.id, { state: "joined" });
  return { sid, token, programId: program.id };
}

async function budgets(): Promise<string[]> {
  return (await rows<{ account: string }>("select account from rate_budget order by account", [])).map((row) => row.account);
}

describe("accounts", () => {
  test("several in one shop are read with their own tokens, and each has its own hour", async () => {
    const first = await connected(stage);
    const other = anotherAccount(`${account}B`);
    const second = must(await connectNetwork(SHOP, { accountSid: other.sid, token: other.token }));
    expect(second.connectionId).not.toBe(first.connectionId);
    const chosen = must(await chooseProgram(SHOP, { connectionId: second.connectionId, externalId: other.programId }));
    must(await takeOverCreators(SHOP, chosen.programId));
    expect(must(await listNetworkPrograms(SHOP, first.connectionId)).programs.map((program) => program.name)).not.toContain(`Creators of ${other.sid}`);
    expect(await budgets()).toEqual([`impact:${account}`, `impact:${other.sid}`]);
    // One that is disconnected takes nothing from the other.
    must(await disconnectNetwork(SHOP, second.connectionId));
    must(await takeOverCreators(SHOP, first.programId));
    expect(errorsOf(await takeOverCreators(SHOP, chosen.programId))).toEqual(["connectionId: connect.disconnected"]);
  });

  test("several shops on one account share its hour, each with a token of its own", async () => {
    const here = await connected(stage);
    await pool().query("insert into shop (shop, currency, created_at) values ($1, 'EUR', now())", [OTHER_SHOP]);
    stage.network.addToken(account, "token-of-the-other", []);
    const there = must(await connectNetwork(OTHER_SHOP, { accountSid: account, token: "token-of-the-other" }));
    must(await listNetworkPrograms(OTHER_SHOP, there.connectionId));
    expect(await budgets()).toEqual([`impact:${account}`]);
    const used = await rows<{ used: number }>("select used from rate_budget", []);
    expect(used[0]!.used).toBe(stage.sent.filter((what) => /^(GET|POST|PUT|DELETE) /.test(what)).length);
    // A token that is taken away there refuses that shop alone.
    stage.network.account(account).tokens = stage.network.account(account).tokens.filter((each) => each.token !== "token-of-the-other");
    expect(errorsOf(await listNetworkPrograms(OTHER_SHOP, there.connectionId))).toEqual(["connectionId: network.unauthorized"]);
    must(await listNetworkPrograms(SHOP, here.connectionId));
    expect(await rows("select shop, state from network_connection order by shop", [])).toEqual([{ shop: OTHER_SHOP, state: "refused" }, { shop: SHOP, state: "connected" }]);
  });

  test("a creator's code that two shops on one account have stays in the network when one of them gives it up", async () => {
    const { programId, creatorIds } = await connected(stage);
    const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId, terms: { value: { kind: "percentage", basisPoints: 1_000 }, ...PLAIN_TERMS }, startsAt: null, endsAt: null }));
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] }));
    await placeAll(stage);
    for (const table of ["shop", "network_connection", "program", "code", "code_term", "code_placement"]) {
      await pool().query(`insert into ${table} select (jsonb_populate_record(null::${table}, to_jsonb(t) || jsonb_build_object('shop', $2::text))).* from ${table} t where shop = $1`, [SHOP, OTHER_SHOP]);
    }
    const [code] = await rows<{ id: string }>("select id from code where shop = $1");
    const standing = () => stage.network.account(account).codes.map((each) => [each.code, each.expiredMs !== null]);
    const place = () => rows<{ state: string }>("select state from code_placement where shop = $1 and target <> 'store'");
    await actOnCodes(SHOP, "retire", [code!.id], "Camille");
    await placeAll(stage);
    expect([await place(), standing()]).toEqual([[{ state: "expired" }], [["MARIE10", false]]]);
    // The last one takes it with it.
    await pool().query("update code_placement set wanted = 'gone' where shop = $1", [OTHER_SHOP]);
    await pool().query("update code_placement set state = 'live', external_id = o.external_id, next_at = now() from code_placement o where code_placement.shop = $1 and o.shop = $2 and code_placement.target = o.target and o.target <> 'store'", [SHOP, OTHER_SHOP]);
    await placeAll(stage);
    expect(standing()).toEqual([["MARIE10", true]]);
  });

  test("connected again, the same account goes on with its programs, creators and codes; what waited is placed", async () => {
    const { connectionId, programId, creatorIds } = await connected(stage);
    const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId, terms: { value: { kind: "percentage", basisPoints: 1_000 }, ...PLAIN_TERMS }, startsAt: null, endsAt: null }));
    must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] }));
    must(await disconnectNetwork(SHOP, connectionId));
    await placeAll(stage);
    const standing = () => stage.network.account(account).codes.map((code) => code.code);
    expect(standing()).toEqual([]);
    const again = must(await connectNetwork(SHOP, { accountSid: account, token: TOKEN }));
    expect(again.connectionId).toBe(connectionId);
    await placeAll(stage);
    expect(standing()).toEqual(["MARIE10"]);
    expect(await rows("select id, connection_id from program where shop = $1", [SHOP])).toEqual([{ id: programId, connection_id: connectionId }]);
    expect((await rows("select 1 from membership where shop = $1")).length).toBe(5);
  });

  test("another account is another connection: the first one's programs stay its own", async () => {
    const { connectionId, programId } = await connected(stage);
    must(await disconnectNetwork(SHOP, connectionId));
    const other = anotherAccount(`${account}C`);
    const second = must(await connectNetwork(SHOP, { accountSid: other.sid, token: other.token }));
    expect(second.connectionId).not.toBe(connectionId);
    expect(must(await listNetworkPrograms(SHOP, second.connectionId)).programs.map((program) => program.programId)).toEqual([null]);
    expect(await rows("select connection_id from program where shop = $1 and id = $2", [SHOP, programId])).toEqual([{ connection_id: connectionId }]);
    expect(await rows("select state from network_connection where shop = $1 order by state")).toEqual([{ state: "connected" }, { state: "disconnected" }]);
  });
});

describe("a new token", () => {
  test("is in use with the next call, and what an older one was permitted is forgotten", async () => {
    await connected(stage);
    stage.network.addToken(account, "scoped-token", ["/Deals"]);
    const first = must(await connectAccount(SHOP, { accountSid: account, token: "scoped-token" }));
    const lacking = () => rows<{ id: string }>("select p->>'id' as id from network_connection n, jsonb_array_elements(n.permissions) p where n.shop = $1 and p->>'state' = 'lacking'");
    expect(await lacking()).toEqual([{ id: "deals_read" }]);
    stage.network.addToken(account, "newer-token", []);
    const second = must(await connectAccount(SHOP, { accountSid: account, token: "newer-token" }));
    expect(second.connectionId).toBe(first.connectionId);
    expect(await lacking()).toEqual([]);
    const [row] = await rows<{ token: string }>("select token from network_connection where shop = $1");
    expect(open(row!.token)).toBe("newer-token");
  });

  test("that is refused leaves the one in use", async () => {
    const { connectionId } = await connected(stage);
    expect(errorsOf(await connectNetwork(SHOP, { accountSid: account, token: "no-such-token" }))).toEqual(["token: network.unauthorized"]);
    must(await listNetworkPrograms(SHOP, connectionId));
    expect(await rows("select state from network_connection where shop = $1")).toEqual([{ state: "connected" }]);
  });

  test("is not refused for a call with the older one that was under way", async () => {
    const { connectionId } = await connected(stage);
    const older = await networkFor(SHOP, connectionId);
    stage.network.addToken(account, "newer-token", []);
    must(await connectNetwork(SHOP, { accountSid: account, token: "newer-token" }));
    stage.network.account(account).tokens = stage.network.account(account).tokens.filter((each) => each.token === "newer-token");
    expect(await older.programs()).toEqual({ ok: false, fault: { kind: "limited", resetSeconds: 1 } });
    expect((await (await networkFor(SHOP, connectionId)).programs()).ok).toBe(true);
    // Where nothing was swapped, a refusal is one.
    stage.network.account(account).tokens = [];
    expect(await (await networkFor(SHOP, connectionId)).programs()).toEqual({ ok: false, fault: { kind: "unauthorized" } });
  });
});
