// Deliveries: does the store tell of its orders, and what was asked where it did not?
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useActionData, useLoaderData, useNavigation, useSubmit } from "@remix-run/react";
import { BlockStack, Page } from "@shopify/polaris";
import { askStoreNow, readDeliveriesPage } from "../flow/deliveries.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { DeliveriesNow } from "../ui/deliveries/DeliveriesNow.tsx";
import { Gaps } from "../ui/deliveries/Gaps.tsx";
import { Sweeps } from "../ui/deliveries/Sweeps.tsx";
import { useFollow, useToast } from "../ui/live.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return { view: await readDeliveriesPage(session.shop, session.scope ?? "") };
}

/** The one act of the page: the store is asked now. */
export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  if ((await request.formData()).get("intent") !== "ask") throw new Response(null, { status: 400 });
  await askStoreNow(session.shop);
  return json({ asked: true });
}

export default function Deliveries() {
  const { view } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const t = useT("deliveries");
  const submit = useSubmit();
  const isAsking = useNavigation().state === "submitting";
  const isUnderWay = view.sweeps.some(({ isOpen }) => isOpen);
  useFollow(isUnderWay || view.gaps.some(({ filledAt }) => filledAt === null));
  useToast(answer, answer ? t("asked") : null);
  return (
    <Page
      title={t("title")}
      subtitle={t("subtitle")}
      backAction={{ content: t("back"), url: "/app/settings" }}
      primaryAction={{ content: t("ask"), loading: isAsking, disabled: isUnderWay, onAction: () => submit({ intent: "ask" }, { method: "post" }) }}
    >
      <BlockStack gap="400">
        <DeliveriesNow view={view} />
        <Gaps gaps={view.gaps} total={view.total} />
        <Sweeps sweeps={view.sweeps} />
      </BlockStack>
    </Page>
  );
}
