// The credit of one order beside what its networks are to hold of it, and what they hold: the second half of a reconciliation. Pure. It judges with what the
// worklist judges with (domain/read-back.ts), so that both say the same of a sale.
import type { ReportState } from "./plan-report.ts";
import { total } from "./plan-report.ts";
import { compareAction, isLocked, printOf, type Difference as ActionDifference } from "./read-back.ts";
import type { ReportItem } from "./report.ts";
import type { ActionFacts } from "./worklist.ts";
import { difference, type Cause, type Difference, type Known, type OrderFound } from "./reconcile.ts";

/** What the ledger has for an order in one program and currency: the sum of its entries. */
export type Balance = { programId: string; creatorId: string; currency: string; amount: string };

/** A conversion of the outbox, with how its action was last read; null: no read-back has shown it. */
export type OwnSale = {
  n: number;
  programId: string;
  creatorId: string;
  codeId: string;
  state: ReportState;
  currency: string;
  target: ReportItem[];
  sent: ReportItem[] | null;
  actionId: string | null;
  lockAt: string | null;
  nextAt: string | null;
  underWay: boolean;
  problem: string | null;
  /** A person left it as it is, and it has not changed since. */
  left: boolean;
};

/** An action that was read back, as the worklist knows it. `repair`: what a person chose and is being done; `accepted`: the difference that one accepted. */
export type ReadAction = ActionFacts & { programId: string; creatorId: string | null; repair: string | null; accepted: string | null };

/** A program as it was when the order was made; `account`: its network account's state, null: it has none. */
export type ProgramThen = { network: string; mode: "full" | "codes_only"; account: "connected" | "refused" | "disconnected" | null };

export type Credited = {
  /** The sum that is kept with the order, of all programs. */
  rollUp: string;
  balances: Balance[];
  /** Codes whose credit the network has yet to decide. */
  awaiting: string[];
  sales: OwnSale[];
  actions: ReadAction[];
};

const OF_ACTION: Record<string, Cause> = { missing: "not_there", extra: "too_many", amount: "amount", partner: "partner", reversed: "reversed_there", stands: "stands_there", early: "approved_early", word: "unknown_word" };

export function compareSales(credited: Credited, programOf: (programId: string) => ProgramThen, nowMs: number): OrderFound {
  const found: OrderFound = { differences: [], known: [] };
  for (const sale of credited.sales) add(found, compareSale(sale, credited, programOf(sale.programId), nowMs));
  for (const action of credited.actions) {
    // That of a conversion was looked at with it.
    if (!credited.sales.some((sale) => sale.programId === action.programId && sale.actionId === action.held.actionId)) add(found, compareOther(action, programOf(action.programId), nowMs));
  }
  add(found, compareLedger(credited, programOf));
  return found;
}

function add(found: OrderFound, more: OrderFound): void {
  found.differences.push(...more.differences);
  found.known.push(...more.known);
}

const IN_ORDER: OrderFound = { differences: [], known: [] };

function differs(one: Difference): OrderFound {
  return { differences: [one], known: [] };
}

function explained(known: Known): OrderFound {
  return { differences: [], known: [known] };
}

function compareSale(sale: OwnSale, credited: Credited, program: ProgramThen, nowMs: number): OrderFound {
  const action = credited.actions.find((one) => one.programId === sale.programId && one.held.actionId === sale.actionId);
  const wanted = total(sale.target);
  const there = action?.held.state === "gone" ? null : action !== undefined && action.held.currency === sale.currency ? action.held.amount : sale.sent === null ? null : total(sale.sent).toString();
  const about = { n: sale.n, programId: sale.programId, actionId: sale.actionId, creatorId: sale.creatorId, currency: sale.currency, here: wanted.toString(), there };
  const waiting = credited.awaiting.includes(sale.codeId) ? explained("awaiting_network") : IN_ORDER;
  if (sale.state === "stuck" || (sale.state === "reversed" && sale.problem !== null)) {
    if (sale.left) return explained("accepted");
    return differs(difference(sale.problem === "after_lock" ? "locked" : "not_taken", { ...about, detail: { problem: sale.problem ?? "" } }));
  }
  // Nothing was told, and nothing is to be.
  if (sale.state === "waiting" && !sale.underWay && wanted === 0n) return IN_ORDER;
  if (sale.underWay || sale.state === "waiting" || sale.state === "sending" || sale.state === "queued") {
    return differs(program.account === "connected" ? difference("waits", { ...about, detail: sale.nextAt === null ? {} : { nextAt: sale.nextAt } }) : difference("cut_off", { ...about, detail: { account: program.account ?? "none" } }));
  }
  if (sale.state === "dropped" && action === undefined) return waiting;
  if (action === undefined || action.held.state === "unread") {
    // What was reversed, and is read back no more, has nothing to be held against.
    if (sale.state === "reversed") return IN_ORDER;
    return differs(program.account === "connected" ? difference("not_read_back", about) : difference("cut_off", { ...about, detail: { account: program.account ?? "none" } }));
  }
  const judged = judge(action, about, nowMs);
  if (judged !== null) return judged;
  return action.held.currency !== sale.currency && wanted !== 0n ? { differences: [], known: ["other_currency", ...waiting.known] } : waiting;
}

/** An action that is no conversion's: a sale of the order that was not told from here, or somebody else's. */
function compareOther(action: ReadAction, program: ProgramThen, nowMs: number): OrderFound {
  const { held, place } = action;
  const about = { programId: action.programId, actionId: held.actionId, creatorId: action.creatorId, currency: held.currency || null, there: held.amount };
  const judged = judge(action, about, nowMs);
  if (judged !== null) return judged;
  const stands = (held.state === "pending" || held.state === "approved") && held.amount !== "0";
  return stands && place.mine && program.mode === "codes_only" ? explained("codes_only") : IN_ORDER;
}

/** How an action differs by the worklist's rules; null: it does not. */
function judge(action: ReadAction, about: Partial<Difference>, nowMs: number): OrderFound | null {
  const { held, own, place } = action;
  const found = compareAction(held, own, place, nowMs);
  if (action.repair !== null) return differs(difference("repair_waits", { ...about, detail: { repair: action.repair } }));
  if (found === "wait") return differs(difference("not_read_back", about));
  if (found === "same") return null;
  if (printOf(found, held, own) === action.accepted) return explained("accepted");
  return differs(difference(causeOf(found), { ...about, detail: { locked: isLocked(held, nowMs), ...(held.word === null ? {} : { word: held.word }) } }));
}

function causeOf({ kind, how }: ActionDifference): Cause {
  return OF_ACTION[kind === "state" ? (how ?? "word") : kind] ?? "unexplained";
}

/** Is what the network is to be told of each program what the ledger has? What is not told at all has to have its reason. */
function compareLedger({ rollUp, balances, awaiting, sales }: Credited, programOf: (programId: string) => ProgramThen): OrderFound {
  const found: OrderFound = { differences: [], known: [] };
  const sum = balances.reduce((all, one) => all + BigInt(one.amount), 0n);
  if (sum !== BigInt(rollUp)) found.differences.push(difference("unexplained", { here: sum.toString(), there: rollUp, currency: balances[0]?.currency ?? null, detail: { what: "roll_up" } }));
  for (const [programId, own] of Map.groupBy([...balances, ...sales], (one) => one.programId)) {
    const ledger = balances.filter((one) => one.programId === programId).reduce((all, one) => all + BigInt(one.amount), 0n);
    const told = sales.filter((one) => one.programId === programId);
    const program = programOf(programId);
    if (told.length === 0) {
      if (ledger === 0n) continue;
      if (program.network === "none") found.known.push("no_network");
      else if (program.mode === "codes_only") found.known.push("codes_only");
      else found.differences.push(unexplained(programId, own, ledger, 0n, "not_told"));
      continue;
    }
    const decided = told.filter((one) => !awaiting.includes(one.codeId)).reduce((all, one) => all + total(one.target), 0n);
    if (decided !== ledger) found.differences.push(unexplained(programId, own, ledger, decided, "outbox"));
  }
  return found;
}

function unexplained(programId: string, own: readonly (Balance | OwnSale)[], here: bigint, there: bigint, what: string): Difference {
  return difference("unexplained", { programId, creatorId: own[0]?.creatorId ?? null, currency: own[0]?.currency ?? null, here: here.toString(), there: there.toString(), detail: { what } });
}
