// The store's side of the pre-flight: which names it has already, in whose discount, and who made them.
import { setTimeout as sleep } from "node:timers/promises";
import { dealsOfDiscounts } from "../db/reads/preflight.ts";
import { aboutCode, type Finding, type Remedy } from "../domain/preflight.ts";
import type { Urgency } from "../domain/rate.ts";
import { adminFor } from "../shopify/admin.ts";
import type { Admin } from "../shopify/admin.ts";
import { findMakers, findNames, type Maker, type StoreName } from "../shopify/code-names.ts";
import { MOST_MAKERS_A_CALL, MOST_NAMES_A_CALL } from "../shopify/code-names.graphql.ts";
import type { StoreAnswer, StoreFault } from "../shopify/discounts.ts";
import { storeProblem } from "./store-faults.ts";

type Asked = { code: string; key: string; findings: Finding[] };

/** How long a throttled question waits in all, before it is left for later. */
const PATIENCE_MS = 20_000;
/** Whose makers are asked for: of ten thousand names that are taken, the first few tell enough. */
const MOST_MAKERS = 100;

export type StoreSide = { judge: (rows: readonly Asked[]) => Promise<void> };

export function openStoreSide(shop: string, dealId: string, urgency: Urgency): StoreSide {
  const admin = adminFor(shop, urgency);
  let makersLeft = MOST_MAKERS;
  let patienceMs = PATIENCE_MS;

  /** A throttled call did nothing: it waits as long as it was told to, while there is patience. */
  async function patient<T>(ask: (admin: Admin) => Promise<StoreAnswer<T>>): Promise<StoreAnswer<T>> {
    for (;;) {
      const answer = await ask(admin);
      if (answer.ok || answer.fault.kind !== "throttled" || answer.fault.waitMs > patienceMs) return answer;
      patienceMs -= answer.fault.waitMs;
      await sleep(answer.fault.waitMs);
    }
  }

  async function judgeSome(rows: readonly Asked[]): Promise<StoreFault | null> {
    const answer = await patient((asked) => findNames(asked, rows.map((row) => row.code)));
    if (!answer.ok) return answer.fault;
    const taken = rows.flatMap((row) => (answer.value.has(row.key) ? [{ row, found: answer.value.get(row.key)! }] : []));
    const deals = new Map((taken.length === 0 ? [] : await dealsOfDiscounts(shop, taken.map(({ found }) => found.id))).map((deal) => [deal.storeId, deal]));
    const makers = await makersOf(taken.filter(({ found }) => !deals.has(found.id)));
    for (const { row, found } of taken) row.findings.push(judge(row, found, { deal: deals.get(found.id) ?? null, maker: makers.get(row.key) ?? null, dealId }));
    return null;
  }

  async function makersOf(taken: readonly { row: Asked; found: StoreName }[]): Promise<Map<string, Maker>> {
    const asked = taken.slice(0, Math.min(makersLeft, MOST_MAKERS_A_CALL));
    makersLeft -= asked.length;
    if (asked.length === 0) return new Map();
    const answer = await patient((admin) => findMakers(admin, asked.map(({ row, found }) => ({ code: row.code, kind: found.kind }))));
    return answer.ok ? answer.value : new Map(); // the name is taken whoever made it
  }

  return {
    async judge(rows) {
      patienceMs = PATIENCE_MS;
      for (let from = 0; from < rows.length; from += MOST_NAMES_A_CALL) {
        const fault = await judgeSome(rows.slice(from, from + MOST_NAMES_A_CALL));
        if (fault === null) continue;
        // What could not be asked is not known to be free.
        const { key, values } = storeProblem(fault);
        const later = ["throttled", "unavailable", "timeout"].includes(fault.kind);
        for (const row of rows.slice(from)) row.findings.push({ ...aboutCode(key, values, true, []), ...(later ? { later } : {}) });
        return;
      }
    },
  };
}

type Whose = { deal: { id: string; name: string } | null; maker: Maker | null; dealId: string };

/** By whom a name is taken: a deal of ours, this app before, another app, or a person. */
function judge({ code }: Asked, found: StoreName, { deal, maker, dealId }: Whose): Finding {
  const values = { code, discount: found.title };
  const adopt: Remedy = { kind: "adopt", href: `/app/adopt?q=${encodeURIComponent(code)}` };
  if (deal) return aboutCode(deal.id === dealId ? "give.taken_in_this_deal" : "give.taken_in_our_deal", { ...values, discount: deal.name }, true, [{ kind: "rename" }, { kind: "open_deal", href: `/app/deals/${deal.id}` }]);
  if (found.ours) return aboutCode("give.taken_by_this_app", values, true, [{ kind: "rename" }, adopt]);
  if (maker?.app) return aboutCode("give.taken_by_app", { ...values, app: maker.app }, true, [{ kind: "rename" }, adopt]);
  return aboutCode(maker ? "give.taken_by_merchant" : "give.taken_in_store", values, true, [{ kind: "rename" }, adopt]);
}
