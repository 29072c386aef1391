// A file: what is in it, which column is what, what would come of it; and then what did.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Layout, Page } from "@shopify/polaris";
import { useState } from "react";
import { now } from "../clock.ts";
import { programChoices } from "../db/reads/deals.ts";
import { dealsForFiles, fileRuns } from "../db/reads/files.ts";
import { whatIsMissing } from "../domain/sheet-missing.ts";
import { askedId } from "../domain/typed-text.ts";
import { whoOf } from "../domain/who.ts";
import { applyFile } from "../flow/files-apply.ts";
import { chooseForFile, fileDetail, forgetFile } from "../flow/files.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { BookCard } from "../ui/files/BookCard.tsx";
import { ColumnsCard } from "../ui/files/ColumnsCard.tsx";
import { DeleteFile } from "../ui/files/DeleteFile.tsx";
import { DoneCard, FillCard, isWaiting } from "../ui/files/DoneCards.tsx";
import { FileState } from "../ui/files/FilesTable.tsx";
import { OptionsCard } from "../ui/files/OptionsCard.tsx";
import { PlanCard } from "../ui/files/PlanCard.tsx";
import { Refused } from "../ui/files/Refused.tsx";
import { useChoices } from "../ui/files/use-choices.ts";
import { useFollow } from "../ui/live.ts";
import { useDownload } from "../ui/statements/download.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const id = askedId(params.id);
  const file = await fileDetail(session.shop, id);
  if (!file) throw new Response(null, { status: 404 });
  const [programs, deals, runs] = await Promise.all([programChoices(session.shop), dealsForFiles(session.shop, now()), fileRuns(session.shop, id)]);
  return { file, programs, deals, runs };
}

export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const id = askedId(params.id);
  const sent = (await request.json()) as { intent?: unknown; choices?: unknown } | null;
  switch (sent?.intent) {
    case "choose": {
      const chosen = await chooseForFile(session.shop, id, sent.choices);
      return json(chosen, { status: chosen.ok ? 200 : 422 });
    }
    case "start": {
      const applied = await applyFile(session.shop, id, whoOf(session));
      return json(applied, { status: applied.ok ? 200 : 422 });
    }
    case "delete":
      await forgetFile(session.shop, id, whoOf(session));
      return redirect("/app/files?done=deleted");
    default:
      throw new Response(null, { status: 400 });
  }
}

export default function File() {
  const { file, programs, deals, runs } = useLoaderData<typeof loader>();
  const t = useT("files");
  const { choices, change, start, starting, planning, refused } = useChoices(file);
  const [deleting, setDeleting] = useState(false);
  const original = useDownload({ what: "original" });
  useFollow(isWaiting(runs));
  const applied = file.state === "applied";
  const missing = whatIsMissing(choices);
  const fillOnly = !missing && choices.purpose === "platform" && file.plan?.codes === 0 && file.plan.added === 0;
  const ready = !applied && !missing && !planning && file.plan !== null && file.plan.left < file.plan.rows;
  return (
    <Page
      title={file.name}
      titleMetadata={<FileState state={file.state} />}
      backAction={{ content: t("title"), url: "/app/files" }}
      {...(applied ? {} : { primaryAction: { content: t(fillOnly ? "page.fill_only" : `page.start_${choices.purpose}`), onAction: start, disabled: !ready || starting, loading: starting } })}
      secondaryActions={[
        { content: t("page.original"), onAction: () => void original.download(`/app/files/${file.id}/file`, file.book.kind), loading: original.busy !== null },
        { content: t("page.delete"), destructive: true, onAction: () => setDeleting(true) },
      ]}
    >
      <Layout>
        <Layout.Section>
          <BlockStack gap="400">
            <Refused answer={refused} />
            {applied ? <DoneCard file={file} runs={runs} /> : null}
            {applied && file.purpose === "platform" ? <FillCard file={file} runs={runs} /> : null}
            <BookCard book={file.book} sheet={choices.sheet} onSheet={applied ? null : (sheet) => change({ sheet })} />
            {applied ? null : <ColumnsCard choices={choices} names={file.book.header.names} onChange={change} />}
          </BlockStack>
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <BlockStack gap="400">
            {applied ? null : <OptionsCard choices={choices} programs={programs} deals={deals} onChange={change} />}
            <PlanCard fileId={file.id} applied={applied} plan={file.plan} missing={applied ? null : missing} busy={planning} />
          </BlockStack>
        </Layout.Section>
      </Layout>
      <DeleteFile open={deleting} onClose={() => setDeleting(false)} />
    </Page>
  );
}
