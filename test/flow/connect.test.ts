import { describe, expect, test } from "vitest";
import { open } from "#app/crypto.server.ts";
import { addCreator, chooseProgram, connectNetwork, disconnectNetwork, listNetworkPrograms, makeOwnProgram, takeOverCreators } from "#app/flow/connect.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP, TOKEN, account, connected, errorsOf, must, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

describe("connecting an account", () => {
  test("checks it with the network and keeps the token sealed", async () => {
    const { connectionId } = must(await connectNetwork(SHOP, { accountSid: `  ${account} `, token: `${TOKEN}\n` }));
    const [row] = await rows<{ id: string; state: string; token: string; key_id: string; account_sid: string }>("select * from network_connection where shop = $1");
    expect(row).toMatchObject({ id: connectionId, state: "connected", account_sid: account, key_id: "k1" });
    expect(row!.token).not.toContain(TOKEN);
    expect(open(row!.token)).toBe(TOKEN);
    const log = await rows("select what, detail from shop_log where shop = $1");
    expect(log.map((entry) => entry.what)).toEqual(["network.connected"]);
    expect(JSON.stringify(log)).not.toContain(TOKEN);
  });

  test.each([
    ["nothing", "", "", ["accountSid: impact:credentials.accountSid.missing", "token: impact:credentials.token.missing"]],
    ["an account of another form", "AB12", "a-good-token", ["accountSid: impact:credentials.accountSid.form"]],
    ["a token with a space in it", "IRabcdefgh1234", "two words", ["token: impact:credentials.token.form"]],
  ])("refuses %s without asking the network", async (_name, accountSid, token, errors) => {
    expect(errorsOf(await connectNetwork(SHOP, { accountSid, token }))).toEqual(errors);
    expect(stage.sent).toEqual([]);
  });

  test("keeps nothing when the network refuses the token, fails, or forbids", async () => {
    expect(errorsOf(await connectNetwork(SHOP, { accountSid: account, token: "another-token" }))).toEqual(["token: network.unauthorized"]);
    stage.network.addToken(account, "scoped-token", ["/Campaigns"]);
    expect(errorsOf(await connectNetwork(SHOP, { accountSid: account, token: "scoped-token" }))).toEqual(["token: network.forbidden"]);
    stage.network.addFault({ kind: "503", endpoint: "*" });
    expect(errorsOf(await connectNetwork(SHOP, { accountSid: account, token: TOKEN }))).toEqual(["token: network.unavailable"]);
    expect(await rows("select id from network_connection where shop = $1")).toEqual([]);
  });

  test("the same account again takes the new token and stays one", async () => {
    const first = must(await connectNetwork(SHOP, { accountSid: account, token: TOKEN }));
    stage.network.addToken(account, "newer-token", []);
    const second = must(await connectNetwork(SHOP, { accountSid: account, token: "newer-token" }));
    expect(second.connectionId).toBe(first.connectionId);
    const kept = await rows<{ token: string }>("select token from network_connection where shop = $1");
    expect(kept.map((row) => open(row.token))).toEqual(["newer-token"]);
  });

  test("disconnecting forgets the token, and says so afterwards", async () => {
    const { connectionId } = must(await connectNetwork(SHOP, { accountSid: account, token: TOKEN }));
    must(await disconnectNetwork(SHOP, connectionId));
    expect(await rows("select state, token from network_connection where shop = $1")).toEqual([{ state: "disconnected", token: "" }]);
    expect(errorsOf(await listNetworkPrograms(SHOP, connectionId))).toEqual(["connectionId: connect.disconnected"]);
  });

  test("a token that stops working is noted on the connection", async () => {
    const { connectionId } = must(await connectNetwork(SHOP, { accountSid: account, token: TOKEN }));
    stage.network.account(account).tokens = [];
    expect(errorsOf(await listNetworkPrograms(SHOP, connectionId))).toEqual(["connectionId: network.unauthorized"]);
    expect(await rows("select state, problem from network_connection where shop = $1")).toEqual([{ state: "refused", problem: '{"key":"network.unauthorized","values":{}}' }]);
  });

  test("another shop's connection is not found", async () => {
    const { connectionId } = must(await connectNetwork(SHOP, { accountSid: account, token: TOKEN }));
    expect(errorsOf(await listNetworkPrograms("other.myshopify.com", connectionId))).toEqual(["connectionId: connect.not_found"]);
    expect(errorsOf(await disconnectNetwork("other.myshopify.com", connectionId))).toEqual(["connectionId: connect.not_found"]);
  });
});

describe("programs", () => {
  test("are listed, and chosen once, with the rules that a program begins with for every order", async () => {
    const { connectionId } = must(await connectNetwork(SHOP, { accountSid: account, token: TOKEN }));
    const listed = must(await listNetworkPrograms(SHOP, connectionId)).programs;
    expect(listed.map((program) => [program.name, program.kind, program.programId])).toEqual([["Atelier Performance", "performance", null], ["Atelier Creators", "creator", null]]);
    const { programId, eventTypeId } = must(await chooseProgram(SHOP, { connectionId, externalId: stage.creators.id }));
    expect(must(await chooseProgram(SHOP, { connectionId, externalId: stage.creators.id })).programId).toBe(programId);
    expect(eventTypeId).toBe(stage.creators.eventTypes[0]!.id);
    expect(await rows("select name, kind, network, external_id, state, event_type_id from program where shop = $1")).toEqual([
      { name: "Atelier Creators", kind: "creator", network: "impact", external_id: stage.creators.id, state: "active", event_type_id: eventTypeId },
    ]);
    expect(await rows("select valid_from, mode, credit_on, scope, click_window_days, block_self_referral from program_rule where shop = $1")).toEqual([
      { valid_from: new Date(0), mode: "full", credit_on: "paid", scope: "order", click_window_days: 30, block_self_referral: true },
    ]);
    expect(must(await listNetworkPrograms(SHOP, connectionId)).programs.map((program) => program.programId)).toEqual([null, programId]);
  });

  test("of a kind that this app cannot work with, or of nobody, are refused", async () => {
    const { connectionId } = must(await connectNetwork(SHOP, { accountSid: account, token: TOKEN }));
    const advocate = stage.network.addProgram(account, { name: "Friends", type: "Advocate" });
    expect(errorsOf(await chooseProgram(SHOP, { connectionId, externalId: advocate.id }))).toEqual(["externalId: program.kind"]);
    expect(errorsOf(await chooseProgram(SHOP, { connectionId, externalId: "1" }))).toEqual(["externalId: program.not_found"]);
  });

  test("without a network take creators by hand", async () => {
    const { programId } = must(await makeOwnProgram(SHOP, { name: " Friends " }));
    expect(errorsOf(await makeOwnProgram(SHOP, { name: "friends" }))).toEqual(["name: program.name_taken"]);
    expect(errorsOf(await makeOwnProgram(SHOP, { name: "  " }))).toEqual(["name: program.name_missing"]);
    const ada = { name: "Ada", email: "ada@example.com", handle: "@ada", programId };
    const { creatorId } = must(await addCreator(SHOP, ada));
    expect(await rows("select creator_id, state, left_at from membership where shop = $1")).toEqual([{ creator_id: creatorId, state: "joined", left_at: null }]);
    expect(errorsOf(await addCreator(SHOP, { ...ada, name: "", email: "ada" }))).toEqual(["name: creator.name_missing", "email: creator.email_form"]);
    expect(errorsOf(await addCreator(SHOP, { ...ada, email: "ADA@example.com " }))).toEqual(["email: creator.email_taken"]);
    expect(errorsOf(await takeOverCreators(SHOP, programId))).toEqual(["programId: program.no_network"]);
    expect(await rows("select network, connection_id from program where shop = $1")).toEqual([{ network: "none", connection_id: null }]);
  });

  test("an underscore in an e-mail address is no wildcard", async () => {
    must(await addCreator(SHOP, { name: "A", email: "axb@example.com", handle: null, programId: null }));
    must(await addCreator(SHOP, { name: "B", email: "a_b@example.com", handle: null, programId: null }));
  });

  test("of a network take no creator by hand", async () => {
    const { programId } = await connected(stage);
    expect(errorsOf(await addCreator(SHOP, { name: "Ada", email: null, handle: null, programId }))).toEqual(["programId: creator.program_of_network"]);
  });
});

describe("taking creators over", () => {
  const members = () => rows<{ name: string; state: string; open: boolean; partner_id: string; spans: boolean }>(
    `select c.name, m.state, m.left_at is null as open, m.partner_id, (m.left_at is null or m.left_at > m.joined_at) as spans
     from membership m join creator c on c.shop = m.shop and c.id = m.creator_id where m.shop = $1 order by c.name, m.joined_at`);

  test("brings each with its state, and twice is the same as once", async () => {
    const { programId } = await connected(stage);
    const first = await members();
    expect(first.map((row) => [row.name, row.state, row.open])).toEqual([
      ["Leo Left", "left", false],
      ["Marie Dupont", "joined", true],
      ["Pia Pending", "pending", false],
      ["Zoë Müller", "joined", true],
      ["Łukasz Nowak", "joined", true],
    ]);
    expect(must(await takeOverCreators(SHOP, programId))).toMatchObject({ added: 0, joined: 3, pending: 1, left: 1, total: 5 });
    expect(await members()).toEqual(first);
  });

  test("a creator is known by the partner id, else by the e-mail; the network's newer name is taken", async () => {
    must(await addCreator(SHOP, { name: "M. Dupont", email: "Marie@Example.com", handle: null, programId: null }));
    const { programId } = await connected(stage);
    const named = await rows<{ name: string; email: string }>("select name, email from creator where shop = $1 and lower(email) = 'marie@example.com'");
    expect(named).toEqual([{ name: "Marie Dupont", email: "marie@example.com" }]);
    const partner = stage.network.partner(account, stage.partners.marie);
    Object.assign(partner, { name: "Marie Durand", email: "marie@durand.example" });
    must(await takeOverCreators(SHOP, programId));
    expect(await rows("select count(*)::int as n from creator where shop = $1")).toEqual([{ n: 5 }]);
    expect(await rows("select email from creator where shop = $1 and name = 'Marie Durand'")).toEqual([{ email: "marie@durand.example" }]);
  });

  test("one creator in two programs of the account is one creator", async () => {
    const { connectionId, creatorIds } = await connected(stage);
    stage.network.addPartnerToProgram(account, stage.partners.zoe, stage.performance.id, { state: "joined" });
    const { programId } = must(await chooseProgram(SHOP, { connectionId, externalId: stage.performance.id }));
    must(await takeOverCreators(SHOP, programId));
    expect(await rows("select creator_id from membership where shop = $1 and program_id = $2", [SHOP, programId])).toEqual([{ creator_id: creatorIds.zoe }]);
  });

  test("who leaves keeps the time of membership; who joins again gets a second one; who was pending begins when joining", async () => {
    const { programId } = await connected(stage);
    const { marie, pia } = stage.partners;
    stage.forward(3_600_000);
    stage.network.addPartnerToProgram(account, marie, stage.creators.id, { state: "left" });
    stage.network.addPartnerToProgram(account, pia, stage.creators.id, { state: "joined" });
    must(await takeOverCreators(SHOP, programId));
    const of = async (name: string) => (await members()).filter((row) => row.name === name).map((row) => [row.state, row.open, row.spans]);
    expect(await of("Marie Dupont")).toEqual([["left", false, true]]);
    expect(await of("Pia Pending")).toEqual([["joined", true, true]]);

    stage.forward(3_600_000);
    stage.network.addPartnerToProgram(account, marie, stage.creators.id, { state: "joined", joinedMs: Date.now() + 7_200_000 });
    must(await takeOverCreators(SHOP, programId));
    expect(await of("Marie Dupont")).toEqual([["left", false, true], ["joined", true, true]]);
    must(await takeOverCreators(SHOP, programId));
    expect(await of("Marie Dupont")).toHaveLength(2);
  });

  test("a double click is the same as one: one program, one creator per partner", async () => {
    const { connectionId } = must(await connectNetwork(SHOP, { accountSid: account, token: TOKEN }));
    const chosen = await Promise.all([1, 2, 3].map(() => chooseProgram(SHOP, { connectionId, externalId: stage.creators.id })));
    const ids = new Set(chosen.map((choice) => must(choice).programId));
    expect(ids.size).toBe(1);
    await Promise.all([1, 2, 3].map(() => takeOverCreators(SHOP, [...ids][0]!)));
    expect(await rows("select count(*)::int as n from creator where shop = $1")).toEqual([{ n: 5 }]);
    expect(await members()).toHaveLength(5);
    await Promise.all([1, 2].map(() => makeOwnProgram(SHOP, { name: "Friends" })));
    expect(await rows("select name from program where shop = $1 and network = 'none'")).toHaveLength(1);
  });
});
