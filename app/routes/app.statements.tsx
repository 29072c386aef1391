// Statements: what was every creator credited in a month?
import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useSearchParams } from "@remix-run/react";
import { Box, Card, Page, Select } from "@shopify/polaris";
import { readOverview } from "../flow/statement.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { ListPages } from "../ui/index-list.tsx";
import { listState } from "../ui/list-state.ts";
import { useDownload } from "../ui/statements/download.ts";
import { useMonthName } from "../ui/statements/month.ts";
import { OverviewTable } from "../ui/statements/OverviewTable.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const params = new URL(request.url).searchParams;
  const overview = await readOverview(session.shop, params.get("month") || null, listState(params, { view: "all", sort: "name" }).page);
  if (!overview) throw new Response(null, { status: 404 });
  return { overview };
}

export default function Statements() {
  const { overview } = useLoaderData<typeof loader>();
  const t = useT("statements");
  const name = useMonthName();
  const [, setParams] = useSearchParams();
  const { busy, download } = useDownload({ month: overview.month });
  const none = overview.total === 0;
  const months = overview.months.map((month) => ({ value: month, label: month === overview.months[0] ? t("month_under_way", { month: name(month) }) : name(month) }));

  function choose(month: string) {
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        after.set("month", month);
        after.delete("page");
        return after;
      },
      { preventScrollReset: true },
    );
  }

  return (
    <Page
      fullWidth
      title={t("title")}
      subtitle={t("subtitle")}
      backAction={{ content: t("column.creator"), url: "/app/creators" }}
      secondaryActions={[
        { content: t("action.excel"), onAction: () => void download("/app/statements/file", "xlsx"), loading: busy === "xlsx", disabled: none || busy !== null },
        { content: t("action.csv"), helpText: t("action.csv_help"), onAction: () => void download("/app/statements/file", "csv"), loading: busy === "csv", disabled: none || busy !== null },
      ]}
    >
      <Card padding="0">
        <Box padding="400" maxWidth="320px">
          <Select label={t("overview.month")} labelInline options={months} value={overview.month} onChange={choose} />
        </Box>
        <OverviewTable overview={overview} />
        <ListPages page={overview.page} pages={overview.pages} total={overview.total} shown={overview.rows.length} />
      </Card>
    </Page>
  );
}
