// For the action on the store's own page of a discount (extensions/discount-code): ?discount=gid://shopify/DiscountCodeNode/1&q=words&locale=fr.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { now } from "../clock.ts";
import { findShop } from "../db/shop.ts";
import type { CodeAnswer, DiscountAction } from "../domain/discount-action.ts";
import { cleanText } from "../domain/typed-text.ts";
import { whoOf } from "../domain/who.ts";
import { lookAtCode, makeCodeOfDiscount, openDiscount } from "../flow/discount-code.ts";
import { authenticate } from "../shopify.server.ts";
import { codeLook, discountAction } from "../ui/codes/discount-action.ts";
import { textsFor } from "../ui/texts-for.ts";

const LONGEST = 300;
const noStore = { headers: { "cache-control": "no-store" } };

/** Extensions run on an origin of the platform's, so every answer allows that. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { session, cors } = await authenticate.admin(request);
  const asked = askedOf(request);
  const texts = await textsFor(asked("locale"), await findShop(session.shop), now());
  return cors(json<DiscountAction>(discountAction(await openDiscount(session.shop, asked("discount"), asked("q")), texts), noStore));
}

/** `intent`: look (an empty code is named by the usual pattern), or make. */
export async function action({ request }: ActionFunctionArgs) {
  const { session, cors } = await authenticate.admin(request);
  const asked = askedOf(request);
  const form = await request.formData();
  const text = (name: string) => cleanText(String(form.get(name) ?? "")).slice(0, LONGEST);
  const texts = await textsFor(asked("locale"), await findShop(session.shop), now());
  const t = texts.of("errors");
  const wanted = { discount: asked("discount"), creatorId: text("creatorId"), code: text("code") };
  if (form.get("intent") !== "make") {
    const looked = await lookAtCode(session.shop, { ...wanted, code: wanted.code || null });
    return cors(json<CodeAnswer>({ look: looked.ok ? codeLook(looked.row, texts) : null, errors: looked.ok ? [] : looked.errors.map((error) => t(error.key, error.values ?? {})), made: null }, noStore));
  }
  const made = await makeCodeOfDiscount(session.shop, wanted, whoOf(session));
  if (!made.ok) return cors(json<CodeAnswer>({ look: made.row && codeLook(made.row, texts), errors: made.errors.map((error) => t(error.key, error.values ?? {})), made: null }, noStore));
  const say = texts.of("extensions");
  const { code, creator, codeId } = made;
  return cors(json<CodeAnswer>({ look: null, errors: [], made: { code, sentence: say("made", { code, creator }), link: { text: say("open_code", { code }), path: `app/codes/${codeId}` } } }, noStore));
}

function askedOf(request: Request): (name: string) => string {
  const asked = new URL(request.url).searchParams;
  return (name) => cleanText(asked.get(name) ?? "").slice(0, LONGEST);
}
