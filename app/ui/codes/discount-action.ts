// What the action on the store's own page of a discount is told, in words; the same sentences as on the page Give codes.
import type { CodeLook, DiscountAction } from "../../domain/discount-action.ts";
import { describeDeal } from "../../domain/deal-words.ts";
import type { GiveCreator, GiveDeal } from "../../domain/pages.ts";
import type { Finding } from "../../domain/preflight.ts";
import type { FoundCode, FoundDiscount } from "../../domain/adopt.ts";
import type { FieldError } from "../../domain/problem.ts";
import type { Language, Translate } from "../../i18n.ts";
import type { Format } from "../format.tsx";
import { dealWords, sayPhrase } from "../offer.ts";
import { findingWords } from "./GiveFindings.tsx";
import { byReadiness, codesOf, stateIn } from "./give-state.ts";

/** `of` gives the texts of a namespace. */
export type ActionTexts = { of: (namespace: string) => Translate; format: Format; language: Language };

/** As flow/discount-code.ts has it. */
type Place = { kind: "deal"; deal: { id: string; name: string }; errors: FieldError[] } | { kind: "found"; discount: FoundDiscount; linked: FoundCode[] } | { kind: "automatic" } | { kind: "unknown" };
type Opened = { place: Place; deal: GiveDeal | null; creators: GiveCreator[] };

const CREATORS_SHOWN = 5;
const CODES_NAMED = 5;

export function discountAction({ place, deal, creators }: Opened, texts: ActionTexts): DiscountAction {
  const { of } = texts;
  const t = of("extensions");
  if (place.kind === "deal" && deal !== null) {
    const codes = of("codes");
    const offer = describeDeal(deal.terms, deal, dealWords(texts.language, texts.format)).map((phrase) => sayPhrase(of("errors"), phrase)).join(of("deals")("offer_joint"));
    return {
      canMake: true,
      title: deal.name,
      sentences: [offer, deal.program ? codes("give.deal.program", { program: deal.program.name }) : codes("give.deal.no_program")],
      link: { text: t("open_deal"), path: `app/deals/${deal.id}` },
      creators: withoutFirst(creators, deal).slice(0, CREATORS_SHOWN).map((creator) => ({ id: creator.id, name: creator.handle ? `${creator.name} (${creator.handle})` : creator.name, about: aboutCreator(creator, deal, texts) })),
      more: creators.length > CREATORS_SHOWN,
    };
  }
  return { canMake: false, creators: [], more: false, ...placeWords(place, texts) };
}

/** Who has no code in the deal yet is whom the action is opened for. */
function withoutFirst(creators: GiveCreator[], deal: GiveDeal): GiveCreator[] {
  const has = (creator: GiveCreator) => Number(codesOf(creator, deal).length > 0);
  return [...byReadiness(creators, deal)].sort((a, b) => has(a) - has(b));
}

function aboutCreator(creator: GiveCreator, deal: GiveDeal, { of }: ActionTexts): string {
  const [codes, people] = [of("codes"), of("creators")];
  const state = stateIn(creator, deal);
  const known = state !== null && ["joined", "pending", "declined", "left"].includes(state) ? state : "other";
  const has = codesOf(creator, deal);
  return [
    ...(deal.program === null ? [] : [state === null ? codes("give.creators.not_in_program") : people(`joined.${known}`)]),
    ...(has.length > 0 ? [codes("give.creators.has", { codes: has.join(", ") })] : []),
  ].join(" · ");
}

/** What a discount is in which no code can be made, and where to go with it. */
export function placeWords(place: Place, { of, format }: ActionTexts): Pick<DiscountAction, "title" | "sentences" | "link"> {
  const t = of("extensions");
  if (place.kind === "deal") {
    return { title: place.deal.name, sentences: place.errors.map((error) => of("errors")(error.key, error.values ?? {})), link: { text: t("open_deal"), path: `app/deals/${place.deal.id}` } };
  }
  if (place.kind !== "found") return { title: "", sentences: [t(`place.${place.kind}`)], link: place.kind === "unknown" ? { text: t("place.adopt"), path: "app/adopt" } : null };
  const { discount, linked } = place;
  const digits = discount.storeId.split("/").at(-1)!;
  const named = linked.slice(0, CODES_NAMED).map(({ code, linked: to }) => (to?.creator ? `${code} (${to.creator.name})` : code));
  const said = linked.length === 0 ? [] : [t("place.linked", { count: linked.length, codes: format.list(linked.length > CODES_NAMED ? [...named, "…"] : named) })];
  return discount.terms === null
    ? { title: discount.title, sentences: [t("place.unread", { title: discount.title }), ...said], link: { text: t("place.link_codes"), path: `app/adopt?discount=${encodeURIComponent(discount.storeId)}` } }
    : { title: discount.title, sentences: [t("place.found", { title: discount.title }), ...said], link: { text: t("place.take_over"), path: `app/adopt/discount/${digits}` } };
}

type Looked = { code: string; findings: readonly Finding[]; program: { network: string } | null };

export function codeLook({ code, findings, program }: Looked, { of, format }: ActionTexts): CodeLook {
  const words = findingWords(of("errors"), format);
  // That the creator has this very code is said once, by what stands in the way.
  const inTheWay = findings.filter(({ blocking }) => blocking).map(({ values }) => values.code);
  const sorted = findings.filter(({ blocking, key, values }) => blocking || !/(?:^|\.)has_code$/.test(key) || !inTheWay.includes(values.code)).sort((a, b) => Number(b.blocking) - Number(a.blocking));
  return {
    code,
    blocked: sorted.some((finding) => finding.blocking),
    findings: sorted.map((finding) => ({ text: words(finding), blocking: finding.blocking })),
    free: of("codes")(program === null || program.network === "none" ? "give.preview.free_store" : "give.preview.free"),
    suggestion: sorted.flatMap((finding) => finding.remedies).find((remedy) => remedy.suggestion)?.suggestion ?? null,
  };
}
