// The process is killed (-9) between the store's delivery and the ledger, at each boundary, and started again. The test is the store:
// it sends again what was not answered with 200.
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { offerAll } from "#test/bench/offer.ts";
import { BENCH_SHOP, type Offer, offers } from "#test/bench/orders.ts";
import { benchShopSql } from "#test/bench/shop.ts";
import type { Fault } from "#test/local/fault.ts";
import { type RunningApp, startApp, until, untilKilled } from "#test/support/app.ts";
import { useDatabase } from "#test/support/database.ts";
import { testEnv } from "#test/support/env.ts";

const database = useDatabase();

const ENDS_THE_BATCH = "update delivery set state = 'done'";

const boundaries: { name: string; fault: Fault }[] = [
  { name: "after the signature check, before the note", fault: { at: "query", match: "^insert into delivery", when: "before", n: 4 } },
  { name: "after the note, before the answer", fault: { at: "query", match: "^insert into delivery", when: "after", n: 4 } },
  { name: "after a batch is taken", fault: { at: "query", match: "from delivery d where state = 'new'", when: "after", withRows: true } },
  { name: "after the ledger is written, before the commit", fault: { at: "query", match: "^commit", when: "before", armedBy: ENDS_THE_BATCH } },
  { name: "after the settling commits", fault: { at: "query", match: "^commit", when: "after", armedBy: ENDS_THE_BATCH } },
];

type Ledger = { order: string; credited: string; entries: number };

describe("kill -9 between a delivery and the ledger", () => {
  let client: pg.Client;
  let app: RunningApp | null = null;

  beforeEach(async () => {
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });

  afterEach(async () => {
    await app?.stop();
    app = null;
    await client.end();
  });

  for (const [at, { name, fault }] of boundaries.entries()) {
    it(`${name}: every order is credited once`, async () => {
      if (at === 0) await client.query(benchShopSql);
      const offered = offers(10, 6_000_000_000 + at * 1_000, testEnv.SHOPIFY_API_SECRET);

      app = await startApp({ databaseUrl: database.url, fault });
      const unanswered = await offerUntilRefused(app.url, offered);
      await untilKilled(app);

      app = await startApp({ databaseUrl: database.url });
      const again = await offerAll(`${app.url}/webhooks`, unanswered, 300);
      expect(again.refused).toBe(0);
      await until("the inbox is settled", async () => ((await openDeliveries()) === 0 ? true : null));

      expect(await ledgerOf(offered)).toEqual(expected(offered));
      expect(await wordsOf(offered)).toEqual(expected(offered).filter(({ entries }) => entries > 0).map(({ order }) => order));
      expect(await deliveriesOf(offered)).toBe(new Set(offered.map((offer) => offer.webhookId)).size);
    });
  }

  /** Offers one after the other; returns those that were not answered with 200. */
  async function offerUntilRefused(url: string, offered: Offer[]): Promise<Offer[]> {
    const unanswered: Offer[] = [];
    for (const offer of offered) {
      const { refused } = await offerAll(`${url}/webhooks`, [offer], 300);
      if (refused > 0) unanswered.push(offer);
    }
    return unanswered;
  }

  async function openDeliveries(): Promise<number> {
    const { rows } = await client.query<{ open: number }>("select count(*)::int as open from delivery where shop = $1 and state <> 'done'", [BENCH_SHOP]);
    return rows[0]!.open;
  }

  async function deliveriesOf(offered: Offer[]): Promise<number> {
    const { rows } = await client.query<{ n: number }>("select count(*)::int as n from delivery where shop = $1 and order_id = any($2)", [BENCH_SHOP, offered.map((offer) => offer.orderId)]);
    return rows[0]!.n;
  }

  /** The orders of which the shop's workflows are told, once for each word. */
  async function wordsOf(offered: Offer[]): Promise<string[]> {
    const { rows } = await client.query<{ order: string }>(
      `select payload ->> 'order_id' as "order" from flow_word where shop = $1 and handle = 'order-credited' and payload ->> 'order_id' = any($2) order by 1`,
      [BENCH_SHOP, offered.map((offer) => offer.orderId)],
    );
    return rows.map((row) => row.order);
  }

  async function ledgerOf(offered: Offer[]): Promise<Ledger[]> {
    const { rows } = await client.query<Ledger>(
      `select o.order_id as "order", coalesce(sum(l.amount), 0)::text as credited, count(l.id)::int as entries
       from order_state o left join ledger_entry l on l.shop = o.shop and l.order_id = o.order_id
       where o.shop = $1 and o.order_id = any($2) group by o.order_id order by o.order_id`,
      [BENCH_SHOP, offered.map((offer) => offer.orderId)],
    );
    return rows;
  }

  function expected(offered: Offer[]): Ledger[] {
    const once = new Map(offered.map((offer) => [offer.orderId, offer]));
    // Both lines of a credited order have one entry each: a second one would be a repetition.
    return [...once.values()].map(({ orderId, credited }) => ({ order: orderId, credited: String(credited), entries: credited > 0n ? 2 : 0 })).sort((a, b) => (a.order < b.order ? -1 : 1));
  }
});
