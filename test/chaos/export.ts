// What anyone needs to reckon a run over again, as JSON lines: what was sent, what the stores have, what the app wrote, and what the network holds.
import { createWriteStream, mkdirSync, writeFileSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { conversionsOf } from "#test/local/network/control.ts";
import type { LocalNetwork } from "#test/local/network/server.ts";
import { writeJson } from "#test/local/store/json.ts";
import type { Truths } from "./check.ts";
import type { ChaosDatabase } from "./database.ts";
import type { Delivery } from "./post.ts";
import type { ShopPlan } from "./shops.ts";

export type Export = {
  delivery: (delivery: Delivery) => void;
  end: (all: { shops: readonly ShopPlan[]; truths: Truths; database: ChaosDatabase; network: LocalNetwork; meta: Record<string, unknown> }) => Promise<void>;
};

const README = `# A chaos run, to be reckoned over again

Every file but this one and meta.json holds one JSON object per line. Amounts are whole minor units of the currency as text, but in orders and deliveries, which are as the store writes them.

| file | |
|---|---|
| meta.json | the seed, the summary, and \`secret\`: the key of the deliveries' signatures, of a local app that exists nowhere else |
| deliveries.jsonl | each delivery once, when it was answered or given up: \`n\`, \`kind\` (first; same id: repeated under its webhook id; another id: repeated under another), \`of\` (deliveries of one number are one), \`shop\`, \`topic\`, \`attempts\`, \`status\` of the last attempt (null: no answer), \`headers\`, and \`body\`, the raw text that was signed: base64(HMAC-SHA256(secret, body)) is \`x-shopify-hmac-sha256\` |
| shops.jsonl | the shops with all that decides: \`stackingRule\`, \`renewalSources\`, \`programs\`, \`creators\` with their e-mails and memberships, \`codes\` in the order of the shop's list, and \`touches\`: the clicks of visitors, whom an order names in the note attribute \`creator_visitor\` |
| orders.jsonl | \`shop\`, \`order\` as the store has it in the end (its REST form; of a deleted one, as it was before), \`deleted\`, \`disputes\` |
| expected.jsonl | what the run's own reference makes of each: \`decisions\`, and \`credits\` by code, creator and line |
| ledger.jsonl | the rows of the app's ledger, as they stand: a balance is the sum of the \`amount\`s of an order, code, creator and line |
| decisions.jsonl | what the app decided about each code of each order |
| targets.jsonl | what the app is telling the network, by conversion: \`target\` is what it is to hold, \`sent\` what it is known to hold |
| conversions.jsonl | what the network holds. An \`orderId\` is the store's, with -2, -3 and so on for further codes of an order; what is REVERSED holds nothing. \`programId\` and \`sid\` say which shop: programs.jsonl |
| programs.jsonl | the shop of each of the network's programs |

The rules by which an order is credited are those of the project's README; an order's credit is worth what expected.jsonl says of it, or the run has failed.
`;

/** Opens the folder; deliveries are written as they end. */
export function openExport(dir: string): Export {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "README.md"), README);
  const deliveries = createWriteStream(join(dir, "deliveries.jsonl"));

  async function write(name: string, rows: Iterable<unknown>): Promise<void> {
    const stream = createWriteStream(join(dir, `${name}.jsonl`));
    for (const row of rows) if (!stream.write(`${writeJson(row)}\n`)) await new Promise<void>((drained) => stream.once("drain", () => drained()));
    await close(stream);
  }

  return {
    delivery: ({ headers, body, n, kind, of, shop, topic, orderId, attempts, status }) => void deliveries.write(`${JSON.stringify({ n, kind, of, shop, topic, orderId, attempts, status, headers, body })}\n`),
    async end({ shops, truths, database, network, meta }) {
      await close(deliveries);
      const asText = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);
      await write("shops", shops);
      await write("orders", [...truths.values()].map(({ shop, truth }) => ({ shop: shop.shop, ...truth })));
      await write("expected", [...truths.values()].map(({ shop, truth, expected }) => JSON.parse(JSON.stringify({ shop: shop.shop, order: String(truth.order.id), ...expected }, asText))));
      await write("ledger", await database.ask("select * from ledger_entry order by shop, order_id, id"));
      await write("decisions", await database.ask("select * from decision order by shop, order_id"));
      await write("targets", await database.ask("select * from conversion order by shop, order_id, n"));
      await write("conversions", conversionsOf(network.network));
      await write("programs", network.network.state.accounts.flatMap(({ sid, programs }) => programs.map(({ id, name }) => ({ sid, programId: id, shop: name }))));
      writeFileSync(join(dir, "meta.json"), `${JSON.stringify(meta, null, 2)}\n`);
    },
  };
}

function close(stream: WriteStream): Promise<void> {
  return new Promise((done) => stream.end(done));
}
