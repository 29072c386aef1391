// What the app keeps of deals and codes, and what store and network hold, asked for directly: a walk holds the pages against it. And their clock, which goes on
// while one waits.
import { expect } from "vitest";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { DEMO_ACCOUNT_SID, DEMO_ACCOUNT_TOKEN, DEMO_CREATOR_PROGRAM_ID } from "#test/local/network/accounts.ts";
import type { Discount } from "#test/local/store/discount-types.ts";
import { until } from "#test/support/app.ts";
import type { Stand } from "./stand.ts";

const TICK_MS = 1_000;
/** Generous: on a busy machine each loop of the app takes its time. */
const PATIENCE_MS = 90_000;

/** `percent` in basis points; `store`, `network`: the states that are known of them. */
export type DealRow = { id: string; storeId: string; version: number; name: string; percent: number; terms: object; startsAt: Date; endsAt: Date | null; store: string; network: string | null };
/** `live`: on how many sides. */
export type CodeRow = { id: string; code: string; creator: string; live: number };

export function sidesOf(stand: Stand) {
  async function inStore<T>(action: string, input: object = {}): Promise<T> {
    const response = await fetch(`${stand.stage.urls.store}/_local/${action}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(input) });
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  }

  /** The brand API itself, with the demo's credentials. */
  async function api<T>(path: string): Promise<T> {
    const authorization = `Basic ${Buffer.from(`${DEMO_ACCOUNT_SID}:${DEMO_ACCOUNT_TOKEN}`).toString("base64")}`;
    const response = await fetch(`${stand.stage.urls.network}/Advertisers/${DEMO_ACCOUNT_SID}/${path}`, { headers: { authorization, accept: "application/json" } });
    expect(response.status).toBe(200);
    return (await response.json()) as T;
  }

  const discounts = () => inStore<Discount[]>("discounts");

  /** By its gid. */
  async function discount(storeId: string): Promise<Discount> {
    const found = (await discounts()).filter(({ id }) => storeId.endsWith(`/${id}`));
    expect(found).toHaveLength(1);
    return found[0]!;
  }

  return {
    async deal(name: string): Promise<DealRow | null> {
      const [found] = await stand.rows<DealRow>(
        `select d.id, d.store_id as "storeId", d.version, d.name, (d.terms #>> '{value,basisPoints}')::int as percent, d.terms, d.starts_at as "startsAt", d.ends_at as "endsAt", d.store_state as store, p.state as network
         from deal d left join deal_placement p on p.shop = d.shop and p.deal_id = d.id where d.shop = $1 and d.name = $2`, [DEMO_SHOP, name],
      );
      return found ?? null;
    },
    /** Its codes by name, but those whose place another took. */
    codesOf({ id }: DealRow): Promise<CodeRow[]> {
      return stand.rows<CodeRow>(
        `select c.id, c.code, r.name as creator, (select count(*)::int from code_placement p where p.shop = c.shop and p.code_id = c.id and p.state = 'live') as live
         from code c join code_term t on t.shop = c.shop and t.code_id = c.id join creator r on r.shop = c.shop and r.id = t.creator_id where c.shop = $1 and c.deal_id = $2 and c.replaced_by is null order by c.code`, [DEMO_SHOP, id],
      );
    },
    /** The redeem codes of its one discount, without the one that holds it open. */
    async codesInStore({ id, storeId }: DealRow): Promise<string[]> {
      const [reserve] = await stand.rows<{ code: string }>("select reserve_code as code from deal where shop = $1 and id = $2", [DEMO_SHOP, id]);
      return (await discount(storeId)).codes.map(({ code }) => code).filter((code) => code !== reserve!.code).sort();
    },
    discounts,
    discount,
    /** How often the store has each of these codes, over all of its discounts. */
    async timesInStore(codes: readonly string[]): Promise<number[]> {
      const all = (await discounts()).flatMap((discount) => discount.codes.map(({ code }) => code));
      return codes.map((code) => all.filter((each) => each === code).length);
    },
    async networkDeals(): Promise<Record<string, string>[]> {
      return (await api<{ Deals: Record<string, string>[] }>(`Deals?CampaignId=${DEMO_CREATOR_PROGRAM_ID}`)).Deals;
    },
    /** Those in force, by code. */
    async networkCodes(): Promise<{ code: string; partner: string }[]> {
      const { PromoCodes } = await api<{ PromoCodes: { Code: string; AssignedPartnerId: string; State: string }[] }>(`PromoCodes?CampaignId=${DEMO_CREATOR_PROGRAM_ID}`);
      return PromoCodes.filter(({ State }) => State === "ACTIVE").map(({ Code, AssignedPartnerId }) => ({ code: Code, partner: AssignedPartnerId })).sort((a, b) => (a.code < b.code ? -1 : 1));
    },
    /** Runs the clock on until `check` gives something that is not null. */
    settled<T>(what: string, check: () => Promise<T | null>): Promise<T> {
      return until(what, async () => {
        await inStore("clock", { advanceMs: TICK_MS });
        return check();
      }, PATIENCE_MS);
    },
  };
}
