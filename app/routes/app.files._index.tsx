// Files: what can be brought in and taken out, and what came of what was.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { BlockStack, Card, EmptyState, Layout, Page } from "@shopify/polaris";
import { whoOf } from "../domain/who.ts";
import { filesPage, FILE_LIMITS, takeFile } from "../flow/files.ts";
import { useT } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { FilesTable } from "../ui/files/FilesTable.tsx";
import { TakeOut } from "../ui/files/TakeOut.tsx";
import { Upload, type UploadAnswer } from "../ui/files/Upload.tsx";
import { ListPages } from "../ui/index-list.tsx";
import { listState } from "../ui/list-state.ts";
import { useDoneToast } from "../ui/live.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { page } = listState(new URL(request.url).searchParams, { view: "", sort: "" });
  return { files: await filesPage(session.shop, page), limits: FILE_LIMITS };
}

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const file = await request.formData().then((form) => form.get("file"), () => null);
  if (!(file instanceof File)) throw new Response(null, { status: 400 });
  const taken = await takeFile(session.shop, { name: file.name, bytes: Buffer.from(await file.arrayBuffer()), who: whoOf(session), campaignId: new URL(request.url).searchParams.get("campaign") });
  if (taken.ok) return redirect(`/app/files/${taken.id}`);
  return json<UploadAnswer>({ ok: false, name: file.name, problem: taken.problem }, { status: 422 });
}

export default function Files() {
  const { files, limits } = useLoaderData<typeof loader>();
  const t = useT("files");
  useDoneToast(() => t("page.deleted"));
  return (
    <Page title={t("title")} subtitle={t("subtitle")} backAction={{ content: t("back"), url: "/app/codes" }}>
      <Layout>
        <Layout.Section>
          <Upload mostBytes={limits.bytes} mostRows={limits.rows} />
        </Layout.Section>
        <Layout.Section variant="oneThird">
          <TakeOut />
        </Layout.Section>
        <Layout.Section variant="fullWidth">
          {files.total === 0 ? (
            <Card>
              <EmptyState heading={t("none.title")} image="">
                <p>{t("none.text")}</p>
              </EmptyState>
            </Card>
          ) : (
            <Card padding="0">
              <BlockStack>
                <FilesTable files={files.rows} />
                <ListPages page={files.page} pages={files.pages} total={files.total} shown={files.rows.length} />
              </BlockStack>
            </Card>
          )}
        </Layout.Section>
      </Layout>
    </Page>
  );
}
