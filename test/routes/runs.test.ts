// Runs: what their pages show, what is done from them, and that each shop sees its own only.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { now, nowMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import type { NewBatchRow } from "#app/domain/code-batch.ts";
import { createBatch } from "#app/flow/batch.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, askAsStranger, keepSession, thrown } from "./ask.ts";
import { insert, makeAtelier, OTHER_SHOP, SHOP } from "./atelier.ts";

useDatabase();

const list = () => import("#app/routes/app.codes.runs._index.tsx");
const one = () => import("#app/routes/app.codes.runs.$id.tsx");
const progress = () => import("#app/routes/app.codes.runs_.progress.ts");

beforeAll(async () => {
  await makeAtelier();
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

beforeEach(async () => {
  await pool().query("delete from code_batch_row");
  await pool().query("delete from code_batch");
  await pool().query("delete from code_placement where code_id like 'run-%'");
  await pool().query("delete from code where id like 'run-%'");
});

const rows = (count: number): NewBatchRow[] => Array.from({ length: count }, (_, n) => ({ creatorId: n === 0 ? "marie" : null, code: `RUN${n + 1}`, policy: "always", startsAt: null, endsAt: null, fileRow: n === 0 ? 7 : null }));

async function planned(count = 6): Promise<string> {
  const made = await createBatch(SHOP, { dealId: "autumn", campaignId: null, fileId: null, rows: rows(count), who: "Marie" });
  if (!made.ok) throw new Error(JSON.stringify(made));
  return made.batchId;
}

/** Of six rows: two are checked, one is blocked, one failed; two are codes, of which the store has one and the other waits. */
async function midway(): Promise<string> {
  const id = await planned();
  const set = (n: number, values: string) => pool().query(`update code_batch_row set ${values} where shop = $1 and batch_id = $2 and n = $3`, [SHOP, id, n]);
  const finding = { field: "code", key: "give.taken_here", values: { code: "RUN3", creator: "Marie", deal: "Autumn" }, blocking: true, remedies: [] };
  for (const n of [5, 6]) await set(n, "state = 'checked'");
  await set(3, `state = 'blocked', findings = '${JSON.stringify([finding])}'`);
  await set(4, `state = 'failed', problem = '{"key":"problem.taken_in_store","values":{"code":"RUN4","discount":"Theirs"}}'`);
  for (const n of [1, 2]) {
    await insert("code", { shop: SHOP, id: `run-${n}`, code: `RUN${n}`, key: `RUN${n}`, match: "exact", deal_id: "autumn", batch_id: id, created_at: now() });
    await insert("code_placement", { shop: SHOP, code_id: `run-${n}`, target: "store", state: n === 1 ? "live" : "waiting", problem: n === 1 ? null : '{"key":"store.unauthorized","values":{}}', asked_at: now(), next_at: new Date(nowMs() + 60_000) });
    await set(n, `state = 'made', code_id = 'run-${n}'`);
  }
  await insert("code_placement", { shop: SHOP, code_id: "run-1", target: "creators", state: "waiting", next_at: now() });
  await pool().query("update code_batch set state = 'running', started_at = $2 where id = $1", [id, new Date(nowMs() - 30_000)]);
  return id;
}

async function shown(id: string, search = "", shop = SHOP) {
  return (await one()).loader(ask(shop, `/app/codes/runs/${id}${search}`, undefined, { id }));
}

async function act(id: string, form: Record<string, string>, shop = SHOP) {
  const answer = await (await one()).action(ask(shop, `/app/codes/runs/${id}`, { form }, { id }));
  return { status: answer.status, ...((await answer.json()) as { ok: boolean; rows?: number; errors?: { key: string }[] }) };
}

describe("the page of a run", () => {
  it("says how far it is, what keeps it, and how long the network's queue is", async () => {
    const { run } = await shown(await midway());
    expect(run).toMatchObject({ state: "running", deal: { id: "autumn" }, who: "Marie", file: null });
    expect(run.progress).toEqual({ total: 6, rows: { new: 0, checked: 2, blocked: 1, made: 2, failed: 1, skipped: 0 }, inStore: 1, asked: 0, refused: 0, forNetwork: 1, inNetwork: 0 });
    expect(run.perSecond).toBeGreaterThan(0);
    expect(run.perSecond).toBeLessThanOrEqual(1);
    expect(run.hindrance).toMatchObject({ problem: '{"key":"store.unauthorized","values":{}}' });
    expect(run.queues).toMatchObject([{ programId: "creators", total: 1, live: 0, waiting: 1, problem: null }]);
    await pool().query("update code_placement set state = 'asked' where shop = $1 and code_id = 'run-2' and target = 'store'", [SHOP]);
    expect((await shown(run.id)).run.progress).toMatchObject({ inStore: 1, asked: 1 });
  });

  it.each<[string, string[]]>([
    ["", ["RUN1", "RUN2", "RUN3", "RUN4", "RUN5", "RUN6"]],
    ["?view=open", ["RUN3", "RUN4"]],
    ["?view=failed", ["RUN4"]],
    ["?view=constructor", ["RUN1", "RUN2", "RUN3", "RUN4", "RUN5", "RUN6"]],
    ["?q=run5", ["RUN5"]],
    ["?q=marie", ["RUN1"]],
    ["?q=%25", []],
  ])("shows with %s the rows %j", async (search, codes) => {
    const { rows: found } = await shown(await midway(), search);
    expect(found.rows.map((row) => row.code)).toEqual(codes);
  });

  it("shows of each row whose it is, where it came from, where it stands and why", async () => {
    const { rows: found } = await shown(await midway());
    expect(found.rows[0]).toMatchObject({ fileRow: 7, creator: { id: "marie", name: "Marie Laurent" }, codeId: "run-1", store: "live", network: { state: "waiting" } });
    expect(found.rows[1]).toMatchObject({ creator: null, store: "waiting", problem: '{"key":"store.unauthorized","values":{}}' });
    expect(found.rows[2]!.findings.map((finding) => finding.key)).toEqual(["give.taken_here"]);
    expect(found.rows[3]!.problem).toContain("problem.taken_in_store");
  });

  it("is another shop's business for nobody", async () => {
    const id = await midway();
    expect((await thrown(shown(id, "", OTHER_SHOP))).status).toBe(404);
    expect(await act(id, { intent: "stop" }, OTHER_SHOP)).toMatchObject({ status: 422, errors: [{ key: "run.not_found" }] });
    expect(await act(id, { intent: "retry_all" }, OTHER_SHOP)).toMatchObject({ status: 422 });
    expect((await shown(id)).run.state).toBe("running");
    expect((await (await list()).loader(ask(OTHER_SHOP, "/app/codes/runs"))).runs.total).toBe(0);
    expect((await thrown((await one()).loader(askAsStranger(`/app/codes/runs/${id}`, { id })))).status).not.toBe(200);
  });

  it.each([["", 400], ["delete", 400]])("does nothing that it does not know (%j)", async (intent, status) => {
    const id = await midway();
    expect((await thrown(act(id, { intent }))).status).toBe(status);
  });
});

describe("what is done from it", () => {
  it("starts only what was checked", async () => {
    const id = await planned();
    expect(await act(id, { intent: "start" })).toMatchObject({ status: 422, errors: [{ key: "run.not_now" }] });
    await pool().query("update code_batch set state = 'checked'");
    expect(await act(id, { intent: "start" })).toMatchObject({ status: 200, ok: true });
    expect(await act(id, { intent: "start" })).toMatchObject({ status: 422 });
    expect((await shown(id)).run).toMatchObject({ state: "running" });
  });

  it("stops and goes on", async () => {
    const id = await midway();
    expect(await act(id, { intent: "stop" })).toMatchObject({ ok: true });
    expect((await shown(id)).run.state).toBe("stopped");
    expect(await act(id, { intent: "stop" })).toMatchObject({ ok: false });
    expect(await act(id, { intent: "go_on" })).toMatchObject({ ok: true });
    expect((await shown(id)).run.state).toBe("running");
  });

  it("tries one row again, or all, and leaves rows out", async () => {
    const id = await midway();
    expect(await act(id, { intent: "retry", n: "4" })).toMatchObject({ ok: true, rows: 1 });
    expect((await shown(id)).run.progress.rows).toMatchObject({ new: 1, blocked: 1, failed: 0 });
    expect(await act(id, { intent: "retry_all" })).toMatchObject({ ok: true, rows: 1 });
    expect(await act(id, { intent: "skip", n: "5" })).toMatchObject({ ok: true, rows: 1 });
    expect(await act(id, { intent: "skip", n: "1" })).toMatchObject({ ok: false, errors: [{ key: "run.nothing_to_skip" }] });
    expect(await act(id, { intent: "retry", n: "x" })).toMatchObject({ ok: false });
    expect((await shown(id, "?view=skipped")).rows.rows.map((row) => row.code)).toEqual(["RUN5"]);
  });
});

describe("the bar and the list", () => {
  it("name the run under way, and none where none is", async () => {
    const underWay = async () => ((await (await (await progress()).loader(ask(SHOP, "/app/codes/runs/progress"))).json()) as { run: { id: string; others: number; hindered: boolean } | null }).run;
    expect(await underWay()).toBeNull();
    const id = await midway();
    expect(await underWay()).toMatchObject({ id, others: 0, hindered: true });
    await planned(2);
    expect(await underWay()).toMatchObject({ others: 1 });
    await pool().query("update code_batch set state = 'stopped'");
    expect(await underWay()).toBeNull();
  });

  it("list the newest first, with how far each is", async () => {
    const id = await midway();
    await pool().query("update code_batch set created_at = created_at - interval '1 day' where id = $1", [id]);
    const next = await planned(3);
    const { runs } = await (await list()).loader(ask(SHOP, "/app/codes/runs"));
    expect(runs.rows.map((run) => [run.id, run.state, run.progress.total])).toEqual([[next, "checking", 3], [id, "running", 6]]);
    expect(runs.rows[1]!.progress).toMatchObject({ inStore: 1, inNetwork: 0, forNetwork: 1 });
  });
});
