// What is asked of the app from outside: by workflows of the platform, and by buyers about what is kept of them. Over the store, as it signs and repeats it.
import { pool } from "#app/db.server.ts";
import { answerPrivacyOnce } from "#app/flow/privacy.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { inStore } from "./control.ts";
import { untilPlaced } from "./setup.ts";
import { until } from "./wait.ts";

/** One buyer asks what is kept of her, another one is to be forgotten. */
const ASKED = [{ what: "data_request", email: "nora.felder@example.com" }, { what: "redact", email: "felix.morel@example.com" }];

/** A workflow makes a code, and one wants to pause a code that is not the app's. */
export async function runWorkflows(): Promise<void> {
  await runAction("make-code", { creator: "mesa.larga", deal: "The winter table", code: "" });
  await runAction("pause-code", { code: "WELCOME10" });
  await untilPlaced();
}

export async function askForData(): Promise<void> {
  for (const asked of ASKED) await inStore("customer", asked);
  await until("what buyers asked is answered", async () => {
    await answerPrivacyOnce(); // beside the app's own loop, which rests between its turns
    return (await countOf("privacy_request where shop = $1 and done_at is not null")) === ASKED.length;
  });
}

/** On the local admin's page of workflows. */
async function runAction(handle: string, fields: Record<string, string>): Promise<void> {
  const ended = () => countOf("flow_run where shop = $1 and state in ('done', 'refused')");
  const before = await ended();
  const answer = await fetch(`${process.env.STORE_URL}/admin/flow/${handle}`, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
  if (answer.status >= 400) throw new Error(`the workflow ${handle} was not run: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
  await until(`the workflow ${handle} has run`, async () => (await ended()) > before);
}

async function countOf(what: string): Promise<number> {
  return (await pool().query<{ count: number }>(`select count(*)::int as count from ${what}`, [DEMO_SHOP])).rows[0]!.count;
}
