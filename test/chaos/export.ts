// What anyone needs to reckon a run over again, as JSON lines: what was sent, what the stores have, what the app wrote, and what the network holds.
import { spawnSync } from "node:child_process";
import { copyFileSync, createWriteStream, mkdirSync, writeFileSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { root } from "#test/local/demo/processes.ts";
import { conversionsOf } from "#test/local/network/control.ts";
import type { LocalNetwork } from "#test/local/network/server.ts";
import { writeJson } from "#test/local/store/json.ts";
import type { Truths } from "./check.ts";
import type { ChaosDatabase } from "./database.ts";
import type { Struck } from "./faults.ts";
import type { Delivery } from "./post.ts";
import type { ShopPlan } from "./shops.ts";

export type Export = {
  delivery: (delivery: Delivery) => void;
  end: (all: { shops: readonly ShopPlan[]; truths: Truths; database: ChaosDatabase; network: LocalNetwork; stuck: readonly unknown[]; strikes: readonly Struck[]; meta: Record<string, unknown> }) => Promise<void>;
};

const README = `# A chaos run, to be reckoned over again

attribution.md says how a sale is credited and what a network is told of it, in enough detail to reckon everything here anew. Every file but this one, that one and meta.json holds one JSON object per line. Amounts are whole minor units
of the currency as text, but in orders and deliveries, which are as the store writes them. Times are those of the run, but where \`machineAt\` is said.

| file | |
|---|---|
| meta.json | \`seed\`, \`commit\` (of the code that ran; "-dirty" where files had been changed), \`summary\`, \`found\` (the differences themselves, by name, each with what was wanted and what was there; \`goneUnseen\`: deleted before anything of them arrived), and \`secret\`: the key of the deliveries' signatures, of a local app that exists nowhere else |
| deliveries.jsonl | each delivery once, when it was answered or given up: \`n\`, \`kind\` (first; same id: repeated under its webhook id; another id: repeated under another; forged: the signature of another body, and \`n\` below 0), \`of\` (deliveries of one number are one), \`shop\`, \`topic\`, \`orderId\`, \`attempts\`, \`status\` of the last attempt (null: no answer), \`headers\`, and \`body\`, the raw text that was sent: base64(HMAC-SHA256(secret, body)) is \`x-shopify-hmac-sha256\`, but of the forged ones. A few first ones bear the webhook id of an earlier, other delivery of their shop |
| shops.jsonl | the shops with all that decides: \`currency\`, \`taxesIncluded\`, \`stackingRule\`, \`renewalSources\`, \`programs\` (with \`mode\` and \`orderIdForm\`), \`creators\` with \`email\`, \`partnerId\` (at the network) and \`memberships\` (\`to\` null: until today), \`codes\` in the order of the shop's list (\`creator\` null: a code for everybody; \`policy\`: its credit policy; \`createdAt\`: since when it counts), \`discounts\` (what the store sells at), and \`touches\`: the clicks of \`visitors\`, whom an order names in the note attribute \`creator_visitor\`, all noted before the run. Nothing of it changes during a run, and what stands nowhere has the defaults of attribution.md |
| orders.jsonl | \`shop\`, \`order\` as the store has it in the end (its REST form; of a deleted one, as it was before), \`deleted\`, \`disputes\` |
| fetched.jsonl | what the app kept of the store's answers when it asked for an order by itself, which no delivery carries: \`shop\`, \`order_id\`, \`received_at\`, \`updated_ns\`, \`facts\`, \`beside\`, \`body_hash\`. No body is kept by the app |
| expected.jsonl | what the run's own reference makes of each order: \`shop\`, \`order\`, \`decisions\`, \`credits\` by code, creator, program and line, and \`conversions\` that the network is to hold (\`told\`: the code; \`items\` by SKU) |
| ledger.jsonl | the rows of the app's ledger: \`shop\`, \`id\`, \`order_id\`, \`code_id\`, \`creator_id\`, \`program_id\`, \`line_id\`, \`kind\`, \`amount\`, \`currency\`, \`cause\` (the webhook id; of a fetch, its name) with \`cause_hash\` (SHA-256 of its body), \`updated_ns\` and \`triggered_ns\` (the version of the order, in nanoseconds), \`rules\` in force, \`at\`. A balance is the sum of the \`amount\`s of an order, code, creator and line |
| decisions.jsonl | what the app decided about each code of each order: \`shop\`, \`order_id\`, \`code_id\` (empty: no creator code), \`creator_id\`, \`program_id\`, \`outcome\`, \`reason\`, \`place\`, \`clicked\` |
| targets.jsonl | what the app is telling the network, by conversion (\`n\`: its number among its order's): \`target\` is what it is to hold, \`sent\` what it is known to hold. Two lists are the same where every SKU has the same \`amount\`, and the same \`quantity\` where the amount is not 0: \`name\` and \`category\` are told once and never compared |
| stuck.jsonl | the rows of targets.jsonl that waited for a person when all was first at rest, before anything was tried again (\`triedAgain\`) |
| conversions.jsonl | what the network holds: \`sid\` and \`programId\` (of which shop: programs.jsonl; ids of programs and actions are unique within a \`sid\` only), \`actionId\`, \`orderId\` (the store's, with -2, -3 and so on for further conversions of an order), \`code\`, \`partnerId\`, \`state\` (what is REVERSED holds nothing), \`currency\`, \`total\`, \`items\` |
| programs.jsonl | the shop of each of the network's programs: \`sid\`, \`programId\`, \`shop\` |
| strikes.jsonl | what was done to the app: \`what\` (kill, restart, cut, full disk), \`at\` in the run's time, \`machineAt\` by the machine's clock, \`whom\` |
`;

/** Opens the folder; deliveries are written as they end. */
export function openExport(dir: string): Export {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "README.md"), README);
  copyFileSync(join(root, "docs", "attribution.md"), join(dir, "attribution.md"));
  const deliveries = createWriteStream(join(dir, "deliveries.jsonl"));

  async function write(name: string, rows: Iterable<unknown>): Promise<void> {
    const stream = createWriteStream(join(dir, `${name}.jsonl`));
    for (const row of rows) if (!stream.write(`${writeJson(row)}\n`)) await new Promise<void>((drained) => stream.once("drain", () => drained()));
    await close(stream);
  }

  return {
    delivery: ({ headers, body, n, kind, of, shop, topic, orderId, attempts, status }) => void deliveries.write(`${JSON.stringify({ n, kind, of, shop, topic, orderId, attempts, status, headers, body })}\n`),
    async end({ shops, truths, database, network, stuck, strikes, meta }) {
      await close(deliveries);
      const asText = (_: string, value: unknown) => (typeof value === "bigint" ? value.toString() : value);
      // What the plan leaves to the app's defaults is said all the same.
      await write("shops", shops.map((shop) => ({ ...shop, programs: shop.programs.map((program) => ({ mode: "full", orderIdForm: "id", clicks: "own", newCustomersOnly: false, ...program })) })));
      await write("orders", [...truths.values()].map(({ shop, truth }) => ({ shop: shop.shop, ...truth })));
      await write("expected", [...truths.values()].map(({ shop, truth, expected }) => JSON.parse(JSON.stringify({ shop: shop.shop, order: String(truth.order.id), ...expected }, asText))));
      await write("ledger", await database.ask("select * from ledger_entry order by shop, order_id, id"));
      await write("decisions", await database.ask("select * from decision order by shop, order_id"));
      await write("targets", await database.ask("select * from conversion order by shop, order_id, n"));
      await write("stuck", stuck);
      await write("strikes", strikes);
      await write("fetched", await database.ask("select shop, order_id, received_at, updated_ns, facts, beside, body_hash from delivery where topic in ('fetch', 'unfound') order by shop, order_id, received_at"));
      await write("conversions", conversionsOf(network.network));
      await write("programs", network.network.state.accounts.flatMap(({ sid, programs }) => programs.map(({ id, name }) => ({ sid, programId: id, shop: name }))));
      writeFileSync(join(dir, "meta.json"), `${JSON.stringify({ commit: commit(), ...meta }, null, 2)}\n`);
    },
  };
}

/** The code that ran; null outside of a checkout. */
function commit(): string | null {
  const said = spawnSync("git", ["describe", "--always", "--abbrev=40", "--dirty"], { cwd: root, encoding: "utf8" });
  return said.status === 0 ? said.stdout.trim() : null;
}

function close(stream: WriteStream): Promise<void> {
  return new Promise((done) => stream.end(done));
}
