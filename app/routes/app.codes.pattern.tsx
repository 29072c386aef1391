// A pattern for a creator: one code that stands for many. It is tried out on what is known before it is kept; a change is a new one in its place.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useActionData, useLoaderData, useNavigation, useSubmit } from "@remix-run/react";
import { Card, EmptyState, Page } from "@shopify/polaris";
import { now } from "../clock.ts";
import { creatorsForPattern, readCode } from "../db/reads/code.ts";
import { shopFacts } from "../db/reads/sold.ts";
import { dayOf, patternFields, readPatternForm } from "../domain/pattern-form.ts";
import { problemOf } from "../domain/pattern.ts";
import { makePattern } from "../flow/pattern.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { type PatternAnswer, PatternForm } from "../ui/codes/PatternForm.tsx";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const params = new URL(request.url).searchParams;
  const { timezone } = await shopFacts(session.shop);
  const changed = params.get("change");
  const before = changed === null ? null : await readCode(session.shop, changed, now());
  if (changed !== null && (before === null || before.match !== "regex" || before.retiredAt !== null)) throw new Response(null, { status: 404 });
  const term = before?.history.at(-1);
  const fields = patternFields({
    pattern: params.get("pattern") ?? before?.code ?? "",
    creatorId: before?.creator?.id ?? params.get("creator") ?? "",
    programId: before?.program?.id ?? "",
    policy: before?.policy ?? "always",
    startDate: dayOf(term?.startsAt ?? null, timezone),
    endDate: dayOf(term?.endsAt ?? null, timezone),
  });
  const creators = await creatorsForPattern(session.shop, fields.creatorId, now());
  return { creators, fields, timezone, replaces: before && { id: before.id, code: before.code } };
}

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const sent = (await request.json()) as Record<string, unknown> | null;
  const replaces = typeof sent?.replaces === "string" ? sent.replaces : null;
  const { timezone } = await shopFacts(session.shop);
  const { input, errors } = readPatternForm(patternFields(sent), timezone, now());
  if (errors.length > 0) return json<PatternAnswer>({ errors, problem: problemOf(input.pattern) }, { status: 422 });
  const made = await makePattern(session.shop, input, replaces);
  if (!made.ok) return json<PatternAnswer>({ errors: made.errors, problem: made.problem }, { status: 422 });
  return redirect(`/app/codes/${made.codeId}?done=${replaces === null ? "made" : "changed"}`);
}

export default function Pattern() {
  const { creators, fields, timezone, replaces } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const t = useT("codes");
  const submit = useSubmit();
  const saving = useNavigation().state === "submitting";
  const back = replaces ? { content: replaces.code, url: `/app/codes/${replaces.id}` } : { content: t("title"), url: "/app/codes" };
  return (
    <Page title={t(replaces ? "pattern.change_title" : "pattern.title")} subtitle={t(replaces ? "pattern.change_subtitle" : "pattern.subtitle")} backAction={back}>
      {creators.length === 0 ? (
        <Card>
          <EmptyState heading={t("pattern.no_creator.title")} image="" action={{ content: t("pattern.no_creator.action"), url: "/app/creators" }}>
            <p>{t("pattern.no_creator.text")}</p>
          </EmptyState>
        </Card>
      ) : (
        <PatternForm
          creators={creators}
          first={fields}
          timezone={timezone}
          replaces={replaces?.id ?? null}
          answer={answer ?? null}
          saving={saving}
          back={back.url}
          onSave={(now) => submit({ ...now, ...(replaces ? { replaces: replaces.id } : {}) }, { method: "post", encType: "application/json" })}
        />
      )}
    </Page>
  );
}
