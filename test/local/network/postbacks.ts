// Event notifications (Action Lifecycle): a GET with the macros of the address filled in, whenever an action is tracked, changed or reversed. It is sent once;
// what the other side answers changes nothing.
import { amountOf } from "./amounts.ts";
import type { Account, Action } from "./state.ts";
import { payoutOf, totalOf } from "./totals.ts";

const TIMEOUT_MS = 5_000;

export function notify(account: Account, action: Action): void {
  if (!account.postback) return;
  const values: Record<string, string> = {
    ActionId: action.id,
    CampaignId: action.programId,
    ActionTrackerId: action.eventTypeId,
    MediaPartnerId: action.partnerId,
    Status: action.reversed ? "REVERSED" : "PENDING",
    Amount: amountOf(totalOf(action.items), action.currency),
    Payout: amountOf(payoutOf(action.items, action), action.currency),
    OriginalCurrency: action.currency,
  };
  const url = account.postback.replace(/(?:\{|%7B)(\w+)(?:\}|%7D)/gi, (macro, name: string) => (name in values ? encodeURIComponent(values[name]!) : macro));
  void fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then((answer) => answer.arrayBuffer(), () => {});
}
