// A reconciliation as its command prints it, in English, and as one JSON object. Pure.
import { amountIn, counted, grouped } from "./command-words.ts";
import { CAUSES, CAUSE_NAMES, type Cause, type Known } from "./reconcile.ts";
import type { DifferenceRow, Reconciliation, RunHead } from "./reconcile-page.ts";
import { byCurrency, type ProgramSums, type Sum } from "./reconcile-sums.ts";

/** What differs, and what mends it. */
export const CAUSE_WORDS: Record<Cause, [what: string, repair: string]> = {
  unexplained: ["no known cause explains it", "have the order fetched once more (--repair); if it stays, run npm run ledger -- verify"],
  never_seen: ["in the store, and the app never saw it", "--repair asks the store for it"],
  older: ["the app has an older state than the store", "--repair asks the store for it"],
  read_otherwise: ["the app read the same state otherwise", "--repair asks the store for it"],
  store_amount: ["its items come to another sum in the store", "--repair asks the store for it; if it stays, look at the order's proof beside the store's page of it"],
  unreadable: ["a delivery of it could not be read", "--repair asks the store for it"],
  gone_in_store: ["the store does not list it any more", "the app's page has it taken for deleted, once the store was asked"],
  fetch_fails: ["the store was asked for it in vain, several times", "open the app in the store's admin"],
  cut_off: ["its account at the network is not connected", "connect the account on the page Network"],
  not_taken: ["the network did not take it", "choose on the worklist"],
  locked: ["it changed after the network's lock date", "choose on the worklist"],
  not_there: ["the network does not hold it any more", "choose on the worklist"],
  amount: ["the network has another amount", "choose on the worklist"],
  partner: ["the network credits another partner", "choose on the worklist"],
  reversed_there: ["it was reversed in the network", "choose on the worklist"],
  stands_there: ["it stands in the network, and was taken back here", "choose on the worklist"],
  approved_early: ["the network approved it before its lock date", "choose on the worklist"],
  unknown_word: ["the network shows a state that this app does not know", "choose on the worklist"],
  too_many: ["the network holds a sale that was not reported from here", "choose on the worklist"],
  on_the_way: ["its delivery is on the way", "nothing: it passes"],
  fetch_waits: ["the store is being asked for it", "nothing: it passes"],
  waits: ["it waits to be told to the network", "nothing: it passes"],
  repair_waits: ["a repair that a person chose is under way", "nothing: it passes"],
  not_read_back: ["the network was not read back since", "--read, or Read now on the page"],
};

const KNOWN_WORDS: Record<Known, string> = {
  deleted: "orders that the store deleted",
  beyond_reach: "orders older than the store shows this app (60 days without read_all_orders): they could not be compared with the store",
  forgotten: "orders of buyers whose data was removed: what had been decided stands",
  shop_forgotten: "orders of before the shop's data was removed: their accounts are closed",
  no_network: "orders credited in programs without a network",
  codes_only: "orders in codes-only programs: the network's own store integration tells them",
  awaiting_network: "orders whose credit the network has yet to decide",
  other_currency: "sales that the network shows in another currency: their amounts cannot be compared",
  accepted: "differences that a person accepted",
  unread_delivery: "deliveries that could not be read and name no order: the orders were compared with the store itself",
};

const STAGE_WORDS: Record<RunHead["stage"], string> = { networks: "reading the networks back", store: "reading the store's orders", app: "gathering the app's orders", orders: "comparing orders", rest: "comparing what is left" };

/** How far it is: "comparing orders: 400 of 1,200". */
export function sentenceOf({ stage, done, total }: Pick<RunHead, "stage" | "done" | "total">): string {
  return stage === "orders" && total > 0 ? `${STAGE_WORDS[stage]}: ${grouped(done)} of ${grouped(total)}` : stage === "store" || stage === "app" ? `${STAGE_WORDS[stage]}: ${grouped(done)}` : STAGE_WORDS[stage];
}

/** `asked`: how many orders the store is asked for now; null: no repair was wanted. */
export function linesOf(shop: string, run: Reconciliation, listed: readonly DifferenceRow[], asked: number | null): string {
  const { counts, sums } = run;
  const days = `${shop}, ${run.from} to ${run.to}`;
  const lines = [counts.all === 0 ? `Store, app and network agree for ${days}.` : `${counted(counts.all, "difference")} for ${days}: ${counts.you === 0 ? "none needs" : counts.you === 1 ? "1 needs" : `${grouped(counts.you)} need`} a person.`, ""];
  if (sums === null) return `${lines.join("\n")}\n`;
  lines.push(...tableOf(sums), "");
  for (const { program, readAt, problem, account, isOld } of sums.reads) {
    if (!isOld && problem === null && account === "connected") continue;
    const since = readAt === null ? "was never read back" : `was last read back at ${readAt}`;
    lines.push(`The network of ${program} ${since}${account === "connected" ? "" : `, and its account is ${account ?? "gone"}`}. What it holds may be otherwise by now: --read reads it first.`);
  }
  for (const [known, count] of Object.entries(sums.known) as [Known, number][]) lines.push(`In order by a rule, ${grouped(count)} ${KNOWN_WORDS[known]}.`);
  for (const cause of CAUSE_NAMES) {
    const count = sums.causes[cause] ?? 0;
    if (count === 0) continue;
    lines.push("", `${grouped(count)}: ${CAUSE_WORDS[cause][0]}. Repair: ${CAUSE_WORDS[cause][1]}.`);
    const own = listed.filter((one) => one.cause === cause);
    lines.push(...own.map((one) => `  ${differenceLine(one)}`));
    if (own.length < count) lines.push(`  ... and ${grouped(count - own.length)} more`);
  }
  if (asked !== null) lines.push("", asked === 0 ? "There was nothing to ask the store for." : `The store is asked for ${counted(asked, "order")} now, by the app that runs: look again in a while.`);
  return `${lines.join("\n").trimEnd()}\n`;
}

function differenceLine({ order, orderRef, program, creator, currency, here, there, detail }: DifferenceRow): string {
  const parts = [orderRef, ...(order === null ? [] : [`order ${order.id}`]), ...(creator === null ? [] : [creator.name]), ...(program === null ? [] : [program])];
  const amounts = here === null && there === null ? [] : [`here ${amount(here, currency)}, there ${amount(there, currency)}`];
  const details = Object.entries(detail).flatMap(([key, value]) => (value === false || value === "" ? [] : [`${key}: ${String(value)}`]));
  return [...parts, ...amounts, ...details].join(", ").replace(/[\p{Cc}\p{Cf}]/gu, " ");
}

type Cells = [string, string, string, string];

function tableOf({ store, app, programs }: NonNullable<Reconciliation["sums"]>): string[] {
  const rows: Cells[] = [
    ["", "store", "app", "network"],
    ["orders", grouped(store.orders), grouped(app.orders), "-"],
    ["with a discount code", grouped(store.withCodes), grouped(app.withCodes), "-"],
  ];
  for (const sums of byCurrency(programs)) rows.push(...sumRows(sums, sums.currency));
  for (const sums of programs) rows.push([`${sums.program} (${sums.currency})`, "", "", ""], ...sumRows(sums, sums.currency).map(([name, ...rest]): Cells => [`  ${name}`, ...rest]));
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join("  ").trimEnd());
}

function sumRows({ credited, told, held, approvedHere, approved }: ProgramSums, currency: string): Cells[] {
  const of = (sum: Sum) => `${grouped(sum.count)} / ${amount(sum.amount, currency)}`;
  return [
    ["credited", "-", of(credited), "-"],
    ["reported", "-", of(told), of(held)],
    ["confirmed", "-", of(approvedHere), of(approved)],
  ];
}

/** One object: the numbers, and of the differences those that are listed, with what mends each. */
export function reportOf(shop: string, run: Reconciliation, listed: readonly DifferenceRow[], asked: number | null): Record<string, unknown> {
  return {
    shop, id: run.id, from: run.from, to: run.to, until: run.until, agrees: run.counts.all === 0, differenceCount: run.counts.all, needYou: run.counts.you, unexplained: run.counts.unexplained,
    store: run.sums?.store, app: run.sums?.app, sums: byCurrency(run.sums?.programs ?? []).map(({ programId: _, ...sums }) => sums), programs: run.sums?.programs, networksRead: run.sums?.reads, causes: run.sums?.causes, known: run.sums?.known, asked,
    differences: listed.map(({ id: _, live: __, work: ___, order, orderRef, ...one }) => ({ ...one, orderId: order?.id ?? null, order: orderRef, needs: CAUSES[one.cause].needs, repair: CAUSES[one.cause].repair })),
  };
}

function amount(minor: string | null, currency: string | null): string {
  if (minor === null) return "-";
  return currency === null ? minor : amountIn(minor, currency);
}
