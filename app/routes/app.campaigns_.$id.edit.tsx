// Edit a campaign: by one person after the other. Who saves later than somebody else is told what either changed.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { type ShouldRevalidateFunctionArgs, useActionData, useLoaderData, useNavigate, useNavigation, useSubmit } from "@remix-run/react";
import { SaveBar } from "@shopify/app-bridge-react";
import { Banner, BlockStack, Layout, Page, PageActions } from "@shopify/polaris";
import { useState } from "react";
import { now } from "../clock.ts";
import { findCampaign } from "../db/campaign.ts";
import { dealsForCampaign } from "../db/reads/campaigns.ts";
import { programChoices } from "../db/reads/deals.ts";
import { campaignFields, type CampaignConflict as Conflict, mergedCampaign } from "../domain/campaign.ts";
import type { FieldError } from "../domain/problem.ts";
import { askedId } from "../domain/typed-text.ts";
import { editCampaign, fieldsOf } from "../flow/campaign.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { CampaignConflict } from "../ui/campaigns/CampaignConflict.tsx";
import { CampaignForm } from "../ui/campaigns/CampaignForm.tsx";
import { CampaignPreview } from "../ui/campaigns/CampaignPreview.tsx";
import { useCampaignForm } from "../ui/campaigns/use-campaign-form.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const campaign = await findCampaign(session.shop, askedId(params.id));
  if (!campaign) throw new Response(null, { status: 404 });
  const [programs, deals] = await Promise.all([programChoices(session.shop), dealsForCampaign(session.shop, [campaign.programId], now())]);
  return { shop: session.shop, id: campaign.id, version: campaign.version, fields: fieldsOf(campaign), programs, deals };
}

/** Asking for names changes nothing; what the person began with stays what it was until it is saved. */
export function shouldRevalidate({ formAction, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs): boolean {
  return formAction?.startsWith("/app/codes/give/names") ? false : defaultShouldRevalidate;
}

type Answer = { errors: FieldError[]; conflict: Conflict | null };

export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const sent = (await request.json().catch(() => null)) as { version?: unknown; base?: unknown; fields?: unknown } | null;
  const id = askedId(params.id);
  const edited = await editCampaign(session.shop, id, { version: Number(sent?.version) || 0, base: campaignFields(sent?.base), fields: campaignFields(sent?.fields) });
  if (edited.ok) return redirect(`/app/campaigns/${id}?done=saved`);
  if ("conflict" in edited) return json<Answer>({ errors: [], conflict: edited.conflict }, { status: 409 });
  return json<Answer>({ errors: edited.errors, conflict: null }, { status: 422 });
}

const SAVE_BAR = "edit-campaign";
const NONE: FieldError[] = [];

export default function EditCampaign() {
  const { shop, id, version: newest, fields: first, programs, deals } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const t = useT("campaigns");
  const submit = useSubmit();
  const navigate = useNavigate();
  const saving = useNavigation().state === "submitting";
  const form = useCampaignForm(first, answer?.errors ?? NONE);
  // The page's data is read anew after each answer: what the person began with is not.
  const [version] = useState(newest);
  const conflict = answer?.conflict ?? null;
  const back = { content: first.name, url: `/app/campaigns/${id}` };

  function save() {
    submit({ version, base: form.begun, fields: form.fields }, { method: "post", encType: "application/json" });
  }

  /** On the newest version, with theirs where only they changed it. */
  function saveMerged(keepMine: boolean) {
    if (!conflict) return;
    const fields = mergedCampaign(conflict, keepMine);
    form.set(fields);
    submit({ version: conflict.version, base: conflict.theirs, fields }, { method: "post", encType: "application/json" });
  }

  return (
    <Page title={t("edit.title", { name: first.name })} backAction={back}>
      <SaveBar id={SAVE_BAR} open={form.dirty && !saving && conflict === null}>
        <button variant="primary" onClick={save} loading={saving ? "" : undefined}>{t("edit.save")}</button>
        <button onClick={form.discard}>{t("new.discard")}</button>
      </SaveBar>
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            {conflict ? <CampaignConflict conflict={conflict} deals={deals} saving={saving} onMine={() => saveMerged(true)} onTheirs={() => saveMerged(false)} /> : null}
            {form.errors.length > 0 ? (
              <Banner tone="critical" title={t("new.not_saved", { count: form.errors.length })}>
                <p>{t("new.see_fields")}</p>
              </Banner>
            ) : null}
            <CampaignForm fields={form.fields} change={form.change} errors={form.errors} programs={programs} deals={deals} made />
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <div style={{ position: "sticky", top: 16 }}>
            <CampaignPreview instructions={form.fields} reader={{ name: "Marie Dupont", code: "MARIE10", link: `https://${shop}/discount/MARIE10` }} />
          </div>
        </Layout.Section>
        <Layout.Section>
          <PageActions primaryAction={{ content: t("edit.save"), onAction: save, loading: saving, disabled: conflict !== null }} secondaryActions={[{ content: t("new.cancel"), onAction: () => navigate(back.url) }]} />
        </Layout.Section>
      </Layout>
    </Page>
  );
}
