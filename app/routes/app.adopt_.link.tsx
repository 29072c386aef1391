// Linking codes of the store with creators: whose is each?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Page } from "@shopify/polaris";
import { foundByKeys, soldBefore } from "../db/reads/adopt.ts";
import { readLinks } from "../domain/adopt-form.ts";
import { whoOf } from "../domain/who.ts";
import { checkLinks, guessedPeople, keysOf, linkablePrograms, linkCodes } from "../flow/adopt.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { LinkForm } from "../ui/adopt/LinkForm.tsx";
import type { LinkAnswer } from "../ui/adopt/link-state.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const keys = keysOf(new URL(request.url).searchParams.get("codes") ?? "");
  const codes = (await foundByKeys(shop, keys)).filter((code) => code.linked === null);
  const [guessed, sold] = await Promise.all([guessedPeople(shop, codes.map((code) => code.key)), soldBefore(shop, codes.filter((code) => code.uses > 0).map((code) => code.key))]);
  const programs = await linkablePrograms(shop, [...new Set(Object.values(guessed).map(({ id }) => id))]);
  return { codes, programs, guessed, sold: Object.fromEntries(sold) };
}

/** `intent`: check, or link. */
export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = await request.formData();
  const [programId, rows] = [String(form.get("programId") ?? ""), readLinks(String(form.get("rows") ?? ""))];
  if (form.get("intent") === "check") {
    const checked = await checkLinks(session.shop, programId, rows);
    return json<LinkAnswer>(checked.ok ? { errors: [], rows: checked.rows } : { errors: checked.errors, rows: [] });
  }
  const linked = await linkCodes(session.shop, programId, rows, whoOf(session));
  return linked.ok ? redirect(`/app/adopt?done=linked&n=${linked.linked}`) : json<LinkAnswer>({ errors: linked.errors, rows: linked.rows ?? [] });
}

export default function Link() {
  const { codes, programs, guessed, sold } = useLoaderData<typeof loader>();
  const t = useT("adopt");
  return (
    <Page title={t("link.title", { count: codes.length })} subtitle={t("link.subtitle")} backAction={{ content: t("title"), url: "/app/adopt" }}>
      <LinkForm codes={codes} programs={programs} guessed={guessed} sold={sold} />
    </Page>
  );
}
