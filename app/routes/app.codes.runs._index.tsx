// Runs: which codes are being made in the background, and what came of those before?
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Card, EmptyState, Page } from "@shopify/polaris";
import { now } from "../clock.ts";
import { listRuns } from "../db/reads/batch.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { RunsTable } from "../ui/codes/runs/RunsTable.tsx";
import { ListPages } from "../ui/index-list.tsx";
import { listState } from "../ui/list-state.ts";
import { useFollow } from "../ui/live.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { page } = listState(new URL(request.url).searchParams, { view: "", sort: "" });
  return { runs: await listRuns(session.shop, page, now()) };
}

export default function Runs() {
  const { runs } = useLoaderData<typeof loader>();
  const t = useT("runs");
  useFollow(runs.rows.some(({ state }) => state === "checking" || state === "running"));
  const action = { content: t("empty.action"), url: "/app/codes/give" };
  return (
    <Page fullWidth title={t("title")} subtitle={t("subtitle")} backAction={{ content: t("codes_page"), url: "/app/codes" }} {...(runs.total > 0 ? { primaryAction: action } : {})}>
      {runs.total === 0 ? (
        <Card>
          <EmptyState heading={t("empty.title")} image="" action={action}>
            <p>{t("empty.text")}</p>
          </EmptyState>
        </Card>
      ) : (
        <Card padding="0">
          <RunsTable runs={runs.rows} />
          <ListPages page={runs.page} pages={runs.pages} total={runs.total} shown={runs.rows.length} />
        </Card>
      )}
    </Page>
  );
}
