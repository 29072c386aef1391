// Control calls for tests and for the page: everything that happens in the provider's own pages, or in a creator's. JSON in, JSON out.
import { addDemoAccount } from "./accounts.ts";
import { addAction, editAction, moveAction, removeAction, reverseAction, showState, type ActionByHand, type ItemByHand } from "./by-hand.ts";
import { Refusal, type Reply } from "./http.ts";
import { Impossible, type Join, type Network, type NewAccount, type NewClick, type NewCode, type NewFault, type NewPartner, type NewProgram, type NewRequest } from "./network.ts";
import { submissionStatus } from "./submissions.ts";
import { stateOf } from "./actions.ts";
import { totalOf } from "./totals.ts";
import { nowMs } from "#app/clock.ts";

type Asked = Record<string, unknown> & { sid: string };
type Act = (network: Network, asked: Asked) => unknown;

const ACTS: Record<string, Act> = {
  "add-account": (network, asked) => network.addAccount(asked as unknown as NewAccount),
  "add-token": (network, asked) => network.addToken(asked.sid, String(asked.token), asked.denied as string[]),
  "add-program": (network, { sid, ...asked }) => network.addProgram(sid, asked as unknown as NewProgram),
  "add-partner": (network, { sid, ...asked }) => network.addPartner(sid, asked as unknown as NewPartner),
  "add-partner-to-program": (network, { sid, partnerId, programId, ...join }) => network.addPartnerToProgram(sid, String(partnerId), String(programId), join as Join),
  "assign-code": (network, { sid, ...asked }) => network.assignCode(sid, asked as unknown as NewCode),
  "change-deal": (network, { sid, dealId, field, value, ...fields }) => network.changeDeal(sid, String(dealId), { ...(fields as Record<string, string>), ...(field ? { [String(field)]: String(value ?? "") } : {}) }),
  "expire-code": (network, { sid, codeId }) => network.expireCode(sid, String(codeId)),
  "add-click": (network, { sid, ...asked }) => network.addClick(sid, asked as unknown as NewClick),
  "add-request": (network, { sid, ...asked }) => network.addRequest(sid, asked as unknown as NewRequest),
  "withdraw-request": (network, { sid, requestId }) => network.withdrawRequest(sid, String(requestId)),
  "add-action": (network, { sid, ...asked }) => addAction(network, sid, asked as unknown as ActionByHand),
  "edit-action": (network, { sid, actionId, items, sku, quantity, amount }) => editAction(network, sid, String(actionId), (items as ItemByHand[] | undefined) ?? [{ sku: String(sku), quantity: Number(quantity), amount: String(amount) }]),
  "reverse-action": (network, { sid, actionId }) => reverseAction(network, sid, String(actionId)),
  "move-action": (network, { sid, actionId, partnerId }) => moveAction(network, sid, String(actionId), String(partnerId)),
  "show-state": (network, { sid, actionId, state }) => showState(network, sid, String(actionId), String(state ?? "")),
  "remove-action": (network, { sid, actionId }) => removeAction(network, sid, String(actionId)),
  "set-program": (network, { sid, programId, ...asked }) => Object.assign(network.program(sid, String(programId)), asked),
  "set-account": (network, { sid, ...asked }) => Object.assign(network.account(sid), pick(asked, ["hourlyLimit", "currency", "timezone", "defaultVersion", "optimize", "postback"])),
  "faults": (network, asked) => network.addFault(asked as unknown as NewFault),
  "clear-faults": (network, asked) => network.clearFaults(asked.id === undefined ? null : String(asked.id)),
  "complete": (network) => completeAll(network),
  "demo": (network) => addDemoAccount(network),
};

/** GET reads, POST acts. What cannot be done answers 400 with the reason. */
export async function control(network: Network, method: string, url: URL, body: string): Promise<Reply> {
  const name = url.pathname.slice("/_local/".length);
  if (method === "GET") return { status: 200, body: read(network, name, url.searchParams) };
  const act = ACTS[name];
  if (act === undefined || method !== "POST") throw new Refusal(404, { Status: "ERROR", Message: `There is no control call ${name}` });
  try {
    const asked = (body === "" ? {} : JSON.parse(body)) as Asked;
    const result = act(network, asked) ?? {};
    network.changed();
    return { status: 200, body: result as Record<string, unknown> };
  } catch (error) {
    if (error instanceof Impossible || error instanceof SyntaxError) return { status: 400, body: { Status: "ERROR", Message: error.message } };
    throw error;
  }
}

function read(network: Network, name: string, query: URLSearchParams): Record<string, unknown> {
  if (name === "health") return { ok: true };
  if (name === "conversions") return { conversions: conversionsOf(network, query.get("sid")) };
  if (name === "submissions") return { submissions: submissionsOf(network, query.get("sid")) };
  if (name === "faults") return { faults: network.state.faults };
  if (name === "exchanges") return { exchanges: network.state.exchanges };
  throw new Refusal(404, { Status: "ERROR", Message: `There is nothing called ${name}` });
}

export type HeldConversion = {
  sid: string; programId: string; actionId: string; orderId: string; code: string; partnerId: string; state: string; currency: string; total: string;
  items: { sku: string; quantity: number; amount: string }[];
};

/** What the network holds, in minor units of the currency that was sent. */
export function conversionsOf(network: Network, sid: string | null = null): HeldConversion[] {
  network.advance();
  return network.state.accounts.filter((account) => sid === null || account.sid === sid).flatMap((account) => account.actions.map((action) => ({
    sid: account.sid, programId: action.programId, actionId: action.id, orderId: action.orderId, code: action.promoCode, partnerId: action.partnerId, state: stateOf(action, nowMs()),
    currency: action.currency, total: String(totalOf(action.items)), items: action.items.map(({ sku, quantity, amount }) => ({ sku, quantity, amount })),
  })));
}

function submissionsOf(network: Network, sid: string | null): Record<string, unknown>[] {
  network.advance();
  return network.state.accounts.filter((account) => sid === null || account.sid === sid).flatMap((account) => account.submissions.map((each) => ({
    id: each.id, type: each.type, status: submissionStatus(each, nowMs()), orderId: each.payload.OrderId, errorReason: each.done?.errorReason, actionId: each.done?.actionId, dueMs: each.dueMs,
  })));
}

/** Completes everything that is not lost at once, whatever the clock says; for the page's button. */
function completeAll(network: Network): Record<string, unknown> {
  const waiting = network.state.accounts.flatMap((account) => account.submissions.filter((each) => each.done === null && each.dueMs !== null));
  for (const each of waiting) each.dueMs = Math.min(each.dueMs!, nowMs());
  network.hurry();
  return { completed: waiting.length };
}

function pick(asked: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(asked).filter(([name]) => names.includes(name)));
}
