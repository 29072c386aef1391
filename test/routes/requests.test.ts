import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "#test/support/database.ts";
import { ask, keepSession, thrown } from "./ask.ts";
import { insert, makeAtelier, NOW, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();
const page = () => import("#app/routes/app.requests._index.tsx");
const act = async (form: Record<string, string>, shop = SHOP) => {
  const { action } = await page();
  const answer = await action(ask(shop, "/app/requests?index", { form }));
  return { status: answer.status, ...(await answer.json()) };
};
const shown = async (query = "", shop = SHOP) => (await page()).loader(ask(shop, `/app/requests${query}`));
const byId = async (id: string) => (await shown("?view=all")).list.rows.find((row) => row.id === `acc ${id}`)!;

function request(id: string, fields: Record<string, unknown> = {}) {
  const seen = { codes: [{ asked: `WISH${id}`, approved: null }], count: 1, stateWord: "NEW", completedAt: null, comments: "", dealName: "" };
  return insert("code_request", {
    shop: SHOP, connection_id: "acc", request_id: id, program_id: "creators", program_external_id: "31002", partner_id: "770", partner_name: "Marie L.", creator_id: "marie", asked: `WISH${id}`, note: "<script>alert(1)</script>",
    deal_external_id: "901", state: "new", placed_at: NOW, needed_at: NOW, seen, read_at: NOW, ...fields,
  });
}

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
  await request("1");
  await request("2", { state: "declined", seen: { codes: [], count: 1, stateWord: "DECLINED", comments: "No." } });
  await request("3", { state: "other", seen: { codes: [{ asked: "A", approved: null }], count: 1, stateWord: "ON_HOLD", comments: "" } });
  await request("4", { stage: "failed", wanted: "approve", deal_id: "autumn", code: "MARIE10", code_id: "c1", policy: "always", problem: "said" });
  await request("5", { state: "approved", stage: "done", wanted: "approve", deal_id: "autumn", code: "ZOE10", code_id: "c2", policy: "winner", who: "Claire", done_at: NOW });
  await request("6", { state: "gone", program_id: null, creator_id: null });
  // Declined here, but it was gone there: nothing is left to be done about it.
  await request("7", { state: "gone", stage: "failed", wanted: "reject", problem: JSON.stringify({ key: "request.withdrawn", values: {} }) });
});

describe("Requests", () => {
  it("shows what waits, what failed first; what was decided lies in its own view; another shop sees nothing", async () => {
    const open = await shown();
    expect(open.list.rows.map((row) => [row.id, row.standing])).toEqual([["acc 4", "failed"], ["acc 1", "open"], ["acc 3", "unknown"]]);
    expect(open.list.counts).toEqual({ open: 3, decided: 4 });
    expect((await shown("?view=decided")).list.rows.map((row) => row.standing).sort()).toEqual(["approved", "elsewhere", "failed", "gone"]);
    expect((await shown("?view=all&q=zoe")).list.rows.map((row) => row.id)).toEqual(["acc 5"]);
    expect((await shown("?view=all", OTHER_SHOP)).list).toMatchObject({ total: 0, counts: { open: 0, decided: 0 } });
  });

  it("a request names creator, program, the deal of ours that it is for, and what the creator wrote, as it was written", async () => {
    expect(await byId("1")).toMatchObject({ creator: { id: "marie", name: "Marie Laurent" }, email: "marie@example.com", program: { id: "creators" }, asked: ["WISH1"], wishedDeal: { id: "autumn", name: "Autumn 10" }, note: "<script>alert(1)</script>", neededAt: NOW.toISOString() });
    expect(await byId("5")).toMatchObject({ deal: { name: "Autumn 10" }, codeStands: true, store: { state: "live" }, network: { state: "refused" }, who: "Claire" });
    expect(await byId("6")).toMatchObject({ creator: null, program: null, partnerName: "Marie L." });
  });

  it("what the network was asked about a request is in its log, under who asked", async () => {
    await insert("exchange", { shop: SHOP, connection_id: "acc", at: NOW, about: "request", about_id: "1", what: "GET /TrackingValueRequests/1", status: 200, answer: {}, outcome: "ok" });
    const { loader } = await import("#app/routes/app.network.tsx");
    expect((await loader(ask(SHOP, "/app/network?view=request"))).log.rows).toMatchObject([{ about: "request", aboutName: "Marie L.", openId: "Marie L." }]);
  });

  it("says how many wait on the page Network", async () => {
    const { loader } = await import("#app/routes/app.network.tsx");
    expect((await loader(ask(SHOP, "/app/network"))).requests).toBe(2);
    expect((await loader(ask(OTHER_SHOP, "/app/network"))).requests).toBe(0);
  });

  it.each<[string, Record<string, string>, string]>([
    ["no request", { intent: "reject", ids: "", reason: "No" }, "request.none_chosen"],
    ["one that is not there", { intent: "approve", ids: "acc 99", codes: "X1", dealId: "autumn", policy: "always" }, "request.not_found"],
    ["no reason", { intent: "reject", ids: "acc 1", reason: " " }, "hand.reason_missing"],
    ["a reason that is too long", { intent: "reject", ids: "acc 1", reason: "x".repeat(501) }, "hand.reason_long"],
    ["one that is decided", { intent: "reject", ids: "acc 2", reason: "No" }, "request.decided_here"],
    ["one whose code stands", { intent: "reject", ids: "acc 4", reason: "No" }, "request.decided_here"],
    ["an id that nothing can have", { intent: "approve", ids: "acc 1\u0000\ud83d' or 1=1--", codes: "X\u00001", dealId: "\u0000", policy: "constructor" }, "request.not_found"],
    ["an act that is none", { intent: "destroy", ids: "acc 1" }, "life.not_now"],
  ])("refuses %s", async (_name, form, key) => {
    expect(await act(form)).toMatchObject({ status: 422, ok: false, errors: [{ key }] });
  });

  it("a page past the end is the last one", async () => {
    expect((await shown("?view=all&page=9999")).list).toMatchObject({ page: 1, pages: 1, total: 7 });
  });

  it("another shop decides nothing of it", async () => {
    expect(await act({ intent: "reject", ids: "acc 1", reason: "No" }, OTHER_SHOP)).toMatchObject({ ok: false });
    expect(await byId("1")).toMatchObject({ standing: "open" });
  });

  it("what failed is tried again, and its code taken out; then it can be rejected, with who and why", async () => {
    expect(await act({ intent: "take_out", ids: "acc 4" })).toMatchObject({ ok: true });
    expect(await byId("4")).toMatchObject({ standing: "failed", codeStands: false });
    expect(await act({ intent: "reject", ids: "acc 4\nacc 1", reason: "Not this month." })).toMatchObject({ ok: true, chosen: 2, late: 0 });
    expect(await byId("4")).toMatchObject({ standing: "working", stage: "rejecting", reason: "Not this month.", who: "Camille Martin" });
    expect(await act({ intent: "again", ids: "acc 4" })).toMatchObject({ ok: false, errors: [{ key: "life.not_now" }] });
  });

  it("without a session nobody gets in", async () => {
    const { loader } = await page();
    expect((await thrown(loader({ request: new Request("http://localhost:3000/app/requests", { headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0" } }), params: {}, context: {} }))).status).toBeGreaterThanOrEqual(300);
  });
});
