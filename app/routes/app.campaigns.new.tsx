// New campaign: instructions, codes and deal on one page, with what a creator will read beside the form.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { type ShouldRevalidateFunctionArgs, useActionData, useLoaderData, useNavigate, useNavigation, useSubmit } from "@remix-run/react";
import { SaveBar } from "@shopify/app-bridge-react";
import { Banner, BlockStack, Card, EmptyState, Layout, Page, PageActions } from "@shopify/polaris";
import { now } from "../clock.ts";
import { dealsForCampaign } from "../db/reads/campaigns.ts";
import { programChoices } from "../db/reads/deals.ts";
import { campaignFields, emptyCampaign } from "../domain/campaign.ts";
import type { FieldError } from "../domain/problem.ts";
import { makeCampaign } from "../flow/campaign.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { CampaignForm } from "../ui/campaigns/CampaignForm.tsx";
import { CampaignPreview } from "../ui/campaigns/CampaignPreview.tsx";
import { useCampaignForm } from "../ui/campaigns/use-campaign-form.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const programs = await programChoices(session.shop);
  const deals = await dealsForCampaign(session.shop, programs.map(({ id }) => id), now());
  const params = new URL(request.url).searchParams;
  const chosen = programs.find(({ id }) => id === params.get("program")) ?? programs[0];
  return { shop: session.shop, programs, deals, fields: emptyCampaign(chosen?.id ?? "") };
}

/** Asking for names changes nothing. */
export function shouldRevalidate({ formAction, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs): boolean {
  return formAction?.startsWith("/app/codes/give/names") ? false : defaultShouldRevalidate;
}

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const made = await makeCampaign(session.shop, campaignFields(await request.json().catch(() => null)));
  if (!made.ok) return json({ errors: made.errors }, { status: 422 });
  return redirect(`/app/campaigns/${made.campaignId}?done=made`);
}

const SAVE_BAR = "new-campaign";
const NONE: FieldError[] = [];

export default function NewCampaign() {
  const { shop, programs, deals, fields: first } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const t = useT("campaigns");
  const submit = useSubmit();
  const navigate = useNavigate();
  const saving = useNavigation().state === "submitting";
  const form = useCampaignForm(first, answer?.errors ?? NONE);
  const save = () => submit(form.fields, { method: "post", encType: "application/json" });
  const back = { content: t("title"), url: "/app/campaigns" };
  if (programs.length === 0) {
    return (
      <Page title={t("new.title")} backAction={back}>
        <Card>
          <EmptyState heading={t("no_program.title")} image="" action={{ content: t("no_program.action"), url: "/app/network" }}>
            <p>{t("no_program.text")}</p>
          </EmptyState>
        </Card>
      </Page>
    );
  }
  return (
    <Page title={t("new.title")} subtitle={t("new.subtitle")} backAction={back}>
      <SaveBar id={SAVE_BAR} open={form.dirty && !saving}>
        <button variant="primary" onClick={save} loading={saving ? "" : undefined}>{t("new.save")}</button>
        <button onClick={form.discard}>{t("new.discard")}</button>
      </SaveBar>
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            {form.errors.length > 0 ? (
              <Banner tone="critical" title={t("new.not_saved", { count: form.errors.length })}>
                <p>{t("new.see_fields")}</p>
              </Banner>
            ) : null}
            <CampaignForm fields={form.fields} change={form.change} errors={form.errors} programs={programs} deals={deals} made={false} />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <div style={{ position: "sticky", top: 16 }}>
            <CampaignPreview instructions={form.fields} reader={{ name: "Marie Dupont", code: "MARIE10", link: `https://${shop}/discount/MARIE10` }} />
          </div>
        </Layout.Section>
        <Layout.Section>
          <PageActions primaryAction={{ content: t("new.save"), onAction: save, loading: saving }} secondaryActions={[{ content: t("new.cancel"), onAction: () => navigate("/app/campaigns") }]} />
        </Layout.Section>
      </Layout>
    </Page>
  );
}
