// Adopt: what does the store have already, and whose is it?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Page } from "@shopify/polaris";
import { discountsToAdopt, listFound, makersOfCodes, soldBefore } from "../db/reads/adopt.ts";
import { inventoryState } from "../db/reads/drift.ts";
import { whoOf } from "../domain/who.ts";
import { unlink } from "../flow/adopt.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { FoundCodes } from "../ui/adopt/FoundCodes.tsx";
import { useDoneToast, useFollow } from "../ui/live.ts";
import { listState } from "../ui/list-state.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { shop } = session;
  const params = new URL(request.url).searchParams;
  const state = listState(params, { view: "free", sort: "discount" });
  const narrowed = { discountId: params.get("discount") ?? "", by: params.get("by") ?? "", used: params.get("used") ?? "" };
  const [found, discounts, makers, inventory] = await Promise.all([listFound(shop, { ...state, ...narrowed }), discountsToAdopt(shop), makersOfCodes(shop), inventoryState(shop)]);
  const sold = await soldBefore(shop, found.rows.filter((row) => row.uses > 0).map((row) => row.key));
  return { found, discounts, makers, inventory, state, narrowed, sold: Object.fromEntries(sold) };
}

/** Gives a code back to the store alone. */
export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = await request.formData();
  return json({ unlinked: await unlink(session.shop, String(form.get("unlink") ?? ""), whoOf(session)) });
}

export default function Adopt() {
  const data = useLoaderData<typeof loader>();
  const t = useT("adopt");
  useFollow(data.inventory.reading || data.inventory.waiting > 0);
  useDoneToast((done, count) => t(`done.${done}`, { count }));
  return (
    <Page fullWidth title={t("title")} subtitle={t("subtitle")} backAction={{ content: t("back"), url: "/app/codes" }}>
      <FoundCodes {...data} />
    </Page>
  );
}
