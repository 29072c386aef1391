// The codes of a performance program that a person has to assign to the creators' media source: what to do there, and all of them in one list.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData } from "@remix-run/react";
import { Banner, BlockStack, Card, Layout, Page, Text } from "@shopify/polaris";
import { useState } from "react";
import { now } from "../clock.ts";
import { shopFacts } from "../db/reads/sold.ts";
import { waitingSteps } from "../db/reads/setup.ts";
import { askedId } from "../domain/typed-text.ts";
import { whoOf } from "../domain/who.ts";
import { lookAtSteps, tryMediaSource } from "../flow/pair.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { useFormat } from "../ui/format.tsx";
import { useFollow, useToast } from "../ui/live.ts";
import { LookedBanner } from "../ui/setup/LookedBanner.tsx";
import { MenuSteps } from "../ui/setup/StepLines.tsx";
import { StepsTable } from "../ui/setup/StepsTable.tsx";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const at = now();
  const [steps, { timezone }] = await Promise.all([waitingSteps(session.shop, askedId(params.id), at), shopFacts(session.shop)]);
  if (!steps) throw new Response(null, { status: 404 });
  return { steps, timezone, at: at.toISOString() };
}

export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const [id, form] = [askedId(params.id), await request.formData()];
  const intent = form.get("intent") === "try" ? "try" : "look";
  const at = now().toISOString();
  return json({ intent, at, count: intent === "try" ? await tryMediaSource(session.shop, id, whoOf(session)) : await lookAtSteps(session.shop, id) });
}

export default function Steps() {
  const { steps, timezone, at } = useLoaderData<typeof loader>();
  const t = useT("setup");
  const format = useFormat();
  const fetcher = useFetcher<typeof action>();
  const { program, rows, total } = steps;
  const data = fetcher.data;
  const [openedAt] = useState(at);
  const [lookedAt, setLookedAt] = useState<string | null>(null);
  if (data?.intent === "look" && data.at !== lookedAt) setLookedAt(data.at);
  const done = steps.done.filter((row) => row.doneAt >= openedAt);
  useToast(data, data?.intent === "try" ? t("page.trying", { count: data.count }) : null);
  useFollow(total > 0, 4_000);
  const busy = fetcher.state !== "idle";
  return (
    <Page
      title={t("page.title", { program: program.name })}
      subtitle={t("page.subtitle", { count: total })}
      backAction={{ content: t("title"), url: "/app/network" }}
      {...(total > 0 ? { primaryAction: { content: t("look"), loading: busy && fetcher.formData?.get("intent") === "look", onAction: () => fetcher.submit({ intent: "look" }, { method: "post" }) } } : {})}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            {lookedAt === null ? null : <LookedBanner lookedAt={lookedAt} rows={rows} done={done} program={program.name} />}
            {total > 0 ? (
              <Card>
                <BlockStack gap="300">
                  <Text as="h2" variant="headingSm">
                    {t("yours", { program: program.name })}
                  </Text>
                  <Text as="p">{t(program.refusedAt === null ? "yours_why" : "yours_refused", { program: program.name })}</Text>
                  <MenuSteps network={program.network} program={program.name} source={program.source} />
                </BlockStack>
              </Card>
            ) : null}
            {program.refusedAt !== null && total > 0 ? (
              <Banner action={{ content: t("page.try_api"), onAction: () => fetcher.submit({ intent: "try" }, { method: "post" }), loading: busy && fetcher.formData?.get("intent") === "try" }}>
                <p>{t("page.try_api_what", { date: format.date(program.refusedAt) })}</p>
              </Banner>
            ) : null}
            <StepsTable rows={rows} done={done} total={total} program={program} timezone={timezone} />
          </BlockStack>
        </Layout.Section>
      </Layout>
    </Page>
  );
}
