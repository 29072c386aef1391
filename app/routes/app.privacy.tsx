// Privacy: what did customers and the platform ask of their data, and was it done in time?
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Page } from "@shopify/polaris";
import { readPrivacyPage } from "../flow/privacy.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { useFollow } from "../ui/live.ts";
import { PrivacyRequests } from "../ui/privacy/PrivacyRequests.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  return { requests: await readPrivacyPage(session.shop) };
}

export default function Privacy() {
  const { requests } = useLoaderData<typeof loader>();
  const t = useT("privacy");
  useFollow(requests.some(({ state }) => state === "new"));
  return (
    <Page title={t("title")} subtitle={t("subtitle")} backAction={{ content: t("back"), url: "/app/settings" }}>
      <PrivacyRequests requests={requests} />
    </Page>
  );
}
