// What was read of a program's actions is kept: the actions themselves, what they pay, and what the network decided of sales whose credit it decides.
import { keepActions, type KeptAction } from "../db/network-action.ts";
import { notePayouts, type ReadPayout } from "../db/payout.ts";
import type { DueProgram } from "../db/read-back.ts";
import { log } from "../log.server.ts";
import type { ActionInfo } from "../networks/port.ts";

const CHUNK = 1_000;

export async function keepRead({ shop, programId, programExternalId }: Pick<DueProgram, "shop" | "programId" | "programExternalId">, read: readonly ActionInfo[], readAt: Date): Promise<void> {
  // One that was asked for by itself may be another program's: that program's own reading shows it.
  const actions = read.filter((action) => action.actionId !== "" && (action.programExternalId === "" || action.programExternalId === programExternalId));
  const unreadable = actions.filter((action) => action.payout === null).length;
  if (unreadable > 0) log.warn({ shop, programId, actions: unreadable }, "the network shows payouts that cannot be read; they count as unknown");
  for (let from = 0; from < actions.length; from += CHUNK) {
    const some = actions.slice(from, from + CHUNK);
    await keepActions(shop, programId, some.map(keptOf), readAt);
    await notePayouts(shop, programId, some.map(payoutOf), readAt);
  }
}

const MOST_TEXT = 255;

function keptOf(action: ActionInfo): KeptAction {
  const { actionId, orderId, eventTypeId, partnerId, partnerName, code, state, word, currency, amount, payout, eventAt, createdAt, lockAt, seen } = action;
  return {
    actionId,
    orderRef: clean(orderId),
    eventTypeId,
    partnerId,
    partnerName: clean(partnerName),
    code: code === null ? null : clean(code),
    state,
    currency,
    amount,
    payout,
    eventAt,
    createdAt,
    lockAt,
    seen: { word, fields: seen },
  };
}

/** No database keeps a NUL. */
function clean(text: string): string {
  return text.replaceAll("\0", "").slice(0, MOST_TEXT);
}

function payoutOf({ actionId, payout, currency, state, partnerId, eventAt, lockAt }: ActionInfo): ReadPayout {
  return { actionId, payout, currency: payout === null ? null : currency, state: state === "other" ? null : state, partnerId, eventAt, lockAt };
}
