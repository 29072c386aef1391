// What-ifs: what was tried, and what came of it.
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Card, EmptyState, Page } from "@shopify/polaris";
import { listWhatIfs } from "../db/reads/what-if.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { ListPages } from "../ui/index-list.tsx";
import { listState } from "../ui/list-state.ts";
import { useFollow } from "../ui/live.ts";
import { WhatIfsTable } from "../ui/what-if/WhatIfsTable.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { page } = listState(new URL(request.url).searchParams, { view: "", sort: "" });
  return { whatIfs: await listWhatIfs(session.shop, page) };
}

export default function WhatIfs() {
  const { whatIfs } = useLoaderData<typeof loader>();
  const t = useT("whatif");
  useFollow(whatIfs.rows.some(({ state }) => state === "waiting" || state === "running"));
  const action = { content: t("new.action"), url: "/app/what-if/new" };
  return (
    <Page fullWidth title={t("title")} subtitle={t("subtitle")} backAction={{ content: t("settings_page"), url: "/app/settings" }} {...(whatIfs.total > 0 ? { primaryAction: action } : {})}>
      {whatIfs.total === 0 ? (
        <Card>
          <EmptyState heading={t("empty.title")} image="" action={action}>
            <p>{t("empty.text")}</p>
          </EmptyState>
        </Card>
      ) : (
        <Card padding="0">
          <WhatIfsTable whatIfs={whatIfs.rows} />
          <ListPages page={whatIfs.page} pages={whatIfs.pages} total={whatIfs.total} shown={whatIfs.rows.length} />
        </Card>
      )}
    </Page>
  );
}
