// A part of a deal in words, for comparing two states of it.
import type { DealPart, DealState } from "../../domain/deal-parts.ts";
import { buyersOf, few, minimumOf, namesOf, offerOf, type Phrase, purchaseOf } from "../../domain/deal-words.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { sayPhrase, useDealWords } from "../offer.ts";

/** Gives the words of a part: its name, and what it is in a state. */
export function usePartWords(): { name: (part: DealPart) => string; of: (part: DealPart, state: DealState) => string } {
  const t = useT("deals");
  const tOffer = useT("errors");
  const words = useDealWords();
  const format = useFormat();
  const say = (phrase: Phrase | string | null, otherwise: string) => (phrase === null ? otherwise : typeof phrase === "string" ? phrase : capital(sayPhrase(tOffer, phrase)));

  function of(part: DealPart, { name, terms, startsAt, endsAt, pausedAt }: DealState): string {
    const { value } = terms;
    switch (part) {
      case "name":
        return name;
      case "value": {
        const more: Phrase[] = [];
        if (value.kind === "free_shipping" && value.countries !== null) more.push({ key: "offer.countries", values: { names: few(value.countries.map(words.country), words.all) } });
        if (value.kind === "free_shipping" && value.highestRate !== null) more.push({ key: "offer.highest_rate", values: { amount: words.money(BigInt(value.highestRate)) } });
        if (value.kind === "buy_get" && value.usesPerOrder !== null) more.push({ key: "offer.per_order", values: { count: value.usesPerOrder } });
        const offer = offerOf({ value, minimum: { kind: "none" }, appliesTo: terms.appliesTo }, words);
        return [offer, ...more].map((phrase) => sayPhrase(tOffer, phrase)).join(t("offer_joint"));
      }
      case "appliesTo":
        return terms.appliesTo.kind === "everything" ? t("part.everything") : say(few(namesOf(terms.appliesTo), words.all), "");
      case "minimum":
        return say(minimumOf(terms.minimum, words), "");
      case "buyers":
        return say(buyersOf(terms.buyers, words), t("part.everybody"));
      case "purchase":
        return say(purchaseOf(terms.purchase), t("part.one_time"));
      case "oncePerCustomer":
        return t(terms.oncePerCustomer ? "terms.once" : "terms.any_times");
      case "usageLimit":
        return terms.usageLimit === null ? t("terms.no_limit") : t("terms.limit_times", { count: terms.usageLimit });
      case "combinesWith": {
        const kinds = (["product", "order", "shipping"] as const).filter((kind) => terms.combinesWith[kind]).map((kind) => t(`terms.combines.${kind}`));
        return kinds.length > 0 ? capital(format.list(kinds)) : t("terms.combines.nothing");
      }
      case "tags":
        return terms.tags.length > 0 ? terms.tags.join(", ") : t("part.no_tags");
      case "startsAt":
        return format.dateTime(startsAt);
      case "endsAt":
        return endsAt === null ? t("terms.no_end") : format.dateTime(endsAt);
      case "pausedAt":
        return pausedAt === null ? t("part.runs") : t("part.paused", { when: format.dateTime(pausedAt) });
    }
  }

  return { name: (part) => t(`part.name.${part}`), of };
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
