// Statement: what was this creator credited in this month, and what will the network pay? Made to be read and printed.
import type { LinksFunction, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useNavigate } from "@remix-run/react";
import { Page } from "@shopify/polaris";
import { askedId } from "../domain/typed-text.ts";
import { readStatement } from "../flow/statement.ts";
import { useLanguage, useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { useDownload } from "../ui/statements/download.ts";
import { elided, useMonthName } from "../ui/statements/month.ts";
import { StatementSheet } from "../ui/statements/StatementSheet.tsx";
import statementStyles from "../ui/statements/statement.css?url";

export const links: LinksFunction = () => [{ rel: "stylesheet", href: statementStyles }];

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const statement = await readStatement(session.shop, askedId(params.id), params.month ?? "");
  if (!statement) throw new Response(null, { status: 404 });
  return { statement };
}

export default function Statement() {
  const { statement } = useLoaderData<typeof loader>();
  const t = useT("statements");
  const language = useLanguage();
  const month = useMonthName();
  const navigate = useNavigate();
  const { busy, download } = useDownload();
  const { creator, previous, next } = statement;
  const at = (of: string) => `/app/creators/${creator.id}/statements/${of}`;
  const file = `${at(statement.month)}/file`;
  return (
    <Page
      title={elided(language, t("page.title", { month: month(statement.month) }))}
      subtitle={creator.name}
      backAction={{ content: creator.name, url: `/app/creators/${creator.id}` }}
      primaryAction={{ content: t("action.print"), onAction: () => window.print() }}
      secondaryActions={[
        { content: t("action.excel"), onAction: () => void download(file, "xlsx"), loading: busy === "xlsx", disabled: busy !== null },
        { content: t("action.csv"), helpText: t("action.csv_help"), onAction: () => void download(file, "csv"), loading: busy === "csv", disabled: busy !== null },
      ]}
      pagination={{
        hasPrevious: previous !== null,
        onPrevious: () => navigate(at(previous!)),
        previousTooltip: t("action.previous"),
        hasNext: next !== null,
        onNext: () => navigate(at(next!)),
        nextTooltip: t("action.next"),
      }}
    >
      <StatementSheet statement={statement} />
    </Page>
  );
}
