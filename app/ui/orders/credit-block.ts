// An order's answer as the block in the store's admin shows it: the sentences of the proof's page, and no others.
import type { BlockState, BlockTone, CreditBlock } from "../../domain/credit-block.ts";
import type { OrderHead, OrderOutcome, OrderPage, ToldRow } from "../../domain/orders-page.ts";
import type { OrderProof } from "../../domain/explain.ts";
import type { Translate } from "../../i18n.ts";
import type { Format } from "../format.tsx";
import { codeWord } from "./click-words.ts";
import { problemKind, silence, stateOf, verdictSentences } from "./ToldCard.tsx";
import { headlineSentences, inARow, proofWords } from "./words.ts";

/** `of` gives the texts of a namespace. */
export type BlockTexts = { of: (namespace: string) => Translate; format: Format };

const OUTCOMES: Record<OrderOutcome, BlockTone> = { credited: "success", awaiting_network: "info", taken_back: "neutral", nothing: "neutral", not_credited: "neutral", waiting: "caution", unreadable: "critical", missing: "warning" };
const TOLD: Record<string, BlockTone> = { waiting: "caution", sending: "caution", queued: "caution", changing: "caution", reported: "success", stuck: "critical" };
/** After this many characters the platform cuts a summary. */
const LONGEST_SUMMARY = 30;

export function creditBlock({ order, proof, told }: OrderPage, texts: BlockTexts): CreditBlock {
  const { of, format } = texts;
  const t = of("orders");
  const words = proof && proofWords(proof, t, format);
  const state = { text: t(`outcome.${order.outcome}`), tone: OUTCOMES[order.outcome] };
  const credits = (proof?.codes ?? []).filter((code) => code.outcome === "credited").map((code) => ({ creator: code.creator?.name || t("somebody"), code: codeWord(code), amount: format.money(code.credited, proof!.currency) }));
  return {
    quiet: proof !== null && proof.codes.length === 0 && order.outcome === "not_credited" && told.length === 0,
    waiting: order.outcome === "waiting",
    state,
    summary: summary(order, credits, state, format),
    sentences: headlineSentences(order, words, t),
    credits,
    network: proof === null ? [] : networkPart(proof, told, texts),
    path: `app/orders/${order.orderId}`,
  };
}

/** "Marie · €27.75"; without credit, what became of it. */
function summary(order: OrderHead, credits: CreditBlock["credits"], state: BlockState, format: Format): string {
  if (credits.length === 0) return cut(state.text, LONGEST_SUMMARY);
  const amount = ` · ${format.money(order.credited, order.currency ?? undefined)}`;
  return cut(credits.map((one) => one.creator).join(", "), LONGEST_SUMMARY - amount.length) + amount;
}

function cut(text: string, longest: number): string {
  const letters = [...text];
  return letters.length <= longest ? text : `${letters.slice(0, Math.max(1, longest - 1)).join("").trimEnd()}…`;
}

function networkPart(proof: OrderProof, told: ToldRow[], { of, format }: BlockTexts): CreditBlock["network"] {
  const [t, network] = [of("orders"), of("network")];
  if (told.length === 0) return proof.codes.length === 0 ? [] : [{ state: null, about: "", sentences: [silence(proof, t)] }];
  return told.map((row) => {
    const state = stateOf(row);
    const lock = row.lockAt === null ? [] : [t(format.isPast(row.lockAt) ? "told.locked" : "told.lock", { when: format.dateTime(row.lockAt) })];
    const problem = row.problem === null ? [] : [t("told.problem", { what: network(`problem.${problemKind(row)}.what`) }), network(`problem.${problemKind(row)}.do`)];
    return {
      state: { text: t(`told.state.${state}`), tone: TOLD[state] ?? "neutral" },
      about: t("told.as", { program: row.program, id: row.networkOrderId }),
      // Why the network refused it, the block's first sentence has said.
      sentences: [inARow([t(`told.state_text.${state}`), ...(state === "refused" ? [] : verdictSentences(row, proof, t, format))], t), ...lock, ...problem],
    };
  });
}
