// Taking a discount of the store over into a deal: is this what it offers, and whose are its codes?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Page } from "@shopify/polaris";
import { codesOfDiscount, findFoundDiscount, soldBefore } from "../db/reads/adopt.ts";
import { readLinks } from "../domain/adopt-form.ts";
import { whoOf } from "../domain/who.ts";
import { guessedPeople, linkablePrograms, takeOverDiscount } from "../flow/adopt.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { LinkForm } from "../ui/adopt/LinkForm.tsx";
import type { LinkAnswer } from "../ui/adopt/link-state.ts";

/** Codes of a discount that are offered at once; the others can be linked afterwards. */
const MOST_CODES = 100;

function gid(digits: string | undefined): string {
  if (!/^\d{1,20}$/.test(digits ?? "")) throw new Response(null, { status: 404 });
  return `gid://shopify/DiscountCodeNode/${digits}`;
}

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const discount = await findFoundDiscount(shop, gid(params.id));
  if (!discount) throw new Response(null, { status: 404 });
  if (discount.deal) throw redirect(`/app/deals/${discount.deal.id}`);
  const codes = (await codesOfDiscount(shop, discount.storeId, MOST_CODES)).filter((code) => code.linked === null);
  const [guessed, sold] = await Promise.all([guessedPeople(shop, codes.map((code) => code.key)), soldBefore(shop, codes.filter((code) => code.uses > 0).map((code) => code.key))]);
  const programs = await linkablePrograms(shop, [...new Set(Object.values(guessed).map(({ id }) => id))]);
  return { discount, codes, programs, guessed, sold: Object.fromEntries(sold) };
}

export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = await request.formData();
  const text = (name: string) => String(form.get(name) ?? "");
  const taken = await takeOverDiscount(session.shop, { storeId: gid(params.id), programId: text("programId"), name: text("name"), rows: readLinks(text("rows")) }, whoOf(session));
  return taken.ok ? redirect(`/app/deals/${taken.dealId}?done=adopted&n=${taken.linked}`) : json<LinkAnswer>({ errors: taken.errors, rows: taken.rows ?? [], unread: taken.unread ?? [] });
}

export default function TakeOver() {
  const { discount, codes, programs, guessed, sold } = useLoaderData<typeof loader>();
  const t = useT("adopt");
  return (
    <Page title={t("over.title", { title: discount.title })} subtitle={t("over.subtitle")} backAction={{ content: t("title"), url: "/app/adopt" }}>
      <LinkForm discount={discount} codes={codes} programs={programs} guessed={guessed} sold={sold} />
    </Page>
  );
}
