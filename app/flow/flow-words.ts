// Tells the platform's workflows what was noted for them (db/flow-word.ts): at least once, and what is about one thing in its order. What cannot be told is
// given up in the end: a workflow that begins days late is worse than none.
import { now } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { claimFlowWords, endFlowWord, forgetFlowWords, giveUpFlowWord, putOffFlowWord, shopsWithFlowWords, type ClaimedWord } from "../db/flow-word.ts";
import { forgetFlowRuns } from "../db/flow-run.ts";
import { addLog } from "../db/log.ts";
import { writeProblem } from "../domain/problem.ts";
import { log } from "../log.server.ts";
import { isStopping } from "../stopping.server.ts";
import { adminFor, type Admin } from "../shopify/admin.ts";
import type { StoreFault } from "../shopify/discounts.ts";
import { tellFlow } from "../shopify/flow.ts";
import { after, backoffMs } from "./again.ts";
import { startLoop, type Loop } from "./loop.ts";
import { inParallel } from "./parallel.ts";
import { storeProblem } from "./store-faults.ts";

const REST_MS = 1_000;
const AT_ONCE = 20;
const MOST_SHOPS_AT_ONCE = 4;
/** A claimed word is told within this time, or by whoever finds it then. */
const LEASE_MS = 2 * 60_000;
const MOST_TRIES = 8;
/** What is refused as it stands may pass once the app's extensions are deployed; it is tried this often, an hour apart. */
const MOST_REFUSALS = 3;
const HOUR_MS = 3_600_000;
const TOO_OLD_MS = 3 * 24 * HOUR_MS;
const KEPT_MS = 30 * 24 * HOUR_MS;

/** Starts the loop that tells; once an hour it forgets what is old. */
export function startTellingFlow(): Loop {
  let tidyAt = 0;
  async function work(): Promise<number> {
    const at = now();
    if (at.getTime() >= tidyAt) {
      tidyAt = at.getTime() + HOUR_MS;
      await forgetFlowWords(after(at, -KEPT_MS));
      await forgetFlowRuns(after(at, -KEPT_MS));
    }
    return tellOnce();
  }
  return startLoop({ name: "workflows", everyMs: REST_MS, work });
}

/** Tells what is due, some of each shop; returns how many words were told or given up. */
export async function tellOnce(): Promise<number> {
  let done = 0;
  await inParallel(await shopsWithFlowWords(now()), MOST_SHOPS_AT_ONCE, async (shop) => {
    const at = now();
    const admin = adminFor(shop, "idle");
    const words = await claimFlowWords(shop, at, after(at, LEASE_MS), AT_ONCE);
    for (const [place, word] of words.entries()) {
      if (isStopping()) {
        for (const other of words.slice(place)) await putOffFlowWord(shop, other.id, null, now(), false);
        break;
      }
      const told = await tell(admin, word);
      if (told !== "rest") done += told === "done" ? 1 : 0;
      else {
        // What holds one up holds up all: nothing was tried of the others.
        for (const other of words.slice(place + 1)) await putOffFlowWord(shop, other.id, null, after(now(), backoffMs(1)), false);
        break;
      }
    }
    return true;
  });
  return done;
}

/** rest: the shop cannot be told anything now. */
async function tell(admin: Admin, word: ClaimedWord): Promise<"done" | "later" | "rest"> {
  const { shop, id, handle, tries } = word;
  if (now().getTime() - word.createdAt.getTime() > TOO_OLD_MS) {
    await giveUp(word, writeProblem("flow.too_old"));
    return "done";
  }
  const answer = await tellFlow(admin, handle, word.payload);
  const at = now();
  if (answer.ok) {
    await endFlowWord(shop, id, at);
    return "done";
  }
  const { key, values } = storeProblem(answer.fault);
  const problem = writeProblem(key, values);
  if (isRefusal(answer.fault)) {
    if (tries >= MOST_REFUSALS) await giveUp(word, problem);
    else await putOffFlowWord(shop, id, problem, after(at, HOUR_MS), true);
    return tries >= MOST_REFUSALS ? "done" : "later";
  }
  const counts = answer.fault.kind !== "throttled" && answer.fault.kind !== "unauthorized";
  if (counts && tries >= MOST_TRIES) {
    await giveUp(word, problem);
    return "done";
  }
  const waitMs = answer.fault.kind === "throttled" ? answer.fault.waitMs : answer.fault.kind === "unauthorized" ? HOUR_MS : backoffMs(tries);
  await putOffFlowWord(shop, id, problem, after(at, waitMs), counts);
  return "rest";
}

function isRefusal(fault: StoreFault): boolean {
  return fault.kind === "refused" || fault.kind === "graphql" || fault.kind === "scope";
}

/** Quietly, but for one line a day and trigger in the shop's log. */
async function giveUp({ shop, id, handle }: ClaimedWord, problem: string): Promise<void> {
  const at = now();
  await inTransaction(async (client) => {
    const isFirst = await giveUpFlowWord(client, shop, id, problem, at);
    if (isFirst) await addLog(client, shop, at, { who: "store", what: "flow.given_up", detail: { trigger: handle } });
  });
  log.warn({ shop, handle, id }, "a word for the shop's workflows is given up");
}
