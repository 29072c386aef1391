// Where "Open the deal" of the store's own page of a discount leads (extensions/open-deal): to the deal that owns it, or what else it is here. The
// admin adds the discount to the address: ?id=1, or its gid.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Button, Card, InlineStack, Page, Text } from "@shopify/polaris";
import { placeOfDiscount } from "../flow/discount-code.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";

const LONGEST = 300;

export async function loader({ request }: LoaderFunctionArgs) {
  // This redirect keeps what the admin put into the address: without it the next page would not be signed in.
  const { session, redirect } = await authenticate.admin(request);
  const place = await placeOfDiscount(session.shop, (new URL(request.url).searchParams.get("id") ?? "").slice(0, LONGEST));
  if (place.kind === "deal") throw redirect(`/app/deals/${place.deal.id}`);
  if (place.kind === "found" && place.discount.terms === null) throw redirect(`/app/adopt?discount=${encodeURIComponent(place.discount.storeId)}`);
  if (place.kind === "found") throw redirect(`/app/adopt/discount/${place.discount.storeId.split("/").at(-1)}`);
  return { kind: place.kind };
}

export default function OpenDeal() {
  const { kind } = useLoaderData<typeof loader>();
  const t = useT("extensions");
  return (
    <Page title={t("open.title")}>
      <Card>
        <BlockStack gap="300">
          <Text as="p">{t(`place.${kind}`)}</Text>
          <InlineStack>
            <Button url="/app/adopt">{t("place.adopt")}</Button>
          </InlineStack>
        </BlockStack>
      </Card>
    </Page>
  );
}
