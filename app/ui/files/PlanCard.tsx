// What would come of a file, in numbers, by examples, and row by row where something is to be said.
import { Badge, BlockStack, Button, Card, Divider, InlineStack, List, SkeletonBodyText, Text } from "@shopify/polaris";
import type { FilePlan } from "../../domain/sheet-page.ts";
import type { KeptProblem } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useDownload } from "../statements/download.ts";
import { useFileProblem, useRowNote } from "./words.ts";

const MOST_SHOWN = 20;
const COUNTS = ["rows", "added", "known", "joining", "codes", "had", "kept", "repeated", "left"] as const;

type PlanCardProps = { fileId: string; applied: boolean; plan: FilePlan | null; missing: KeptProblem | null; busy: boolean };

export function PlanCard({ fileId, applied, plan, missing, busy }: PlanCardProps) {
  const t = useT("files");
  const problem = useFileProblem();
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingSm">
          {t(applied ? "plan.title_applied" : "plan.title")}
        </Text>
        <div aria-live="polite">
          {busy ? (
            <BlockStack gap="200">
              <Text as="p" tone="subdued">
                {t("page.planning")}
              </Text>
              <SkeletonBodyText lines={4} />
            </BlockStack>
          ) : missing ? (
            <Text as="p">{problem(missing)}</Text>
          ) : plan ? (
            <BlockStack gap="400">
              <Counts plan={plan} />
              <Examples plan={plan} />
            </BlockStack>
          ) : (
            <Text as="p">{t("plan.nothing")}</Text>
          )}
        </div>
        {plan && !missing && !busy ? <Notes fileId={fileId} plan={plan} /> : null}
      </BlockStack>
    </Card>
  );
}

function Counts({ plan }: { plan: FilePlan }) {
  const t = useT("files");
  const format = useFormat();
  return (
    <BlockStack gap="100">
      {COUNTS.filter((count) => count === "rows" || plan[count] > 0).map((count) => (
        <InlineStack key={count} align="space-between" gap="400" wrap={false}>
          <Text as="span" {...(count === "left" ? { tone: "caution" as const } : {})}>
            {t(`plan.${count}`)}
          </Text>
          <Text as="span" numeric fontWeight="semibold" {...(count === "left" ? { tone: "caution" as const } : {})}>
            {format.number(plan[count])}
          </Text>
        </InlineStack>
      ))}
      {plan.newDeals.length > 0 ? (
        <InlineStack align="space-between" gap="400">
          <Text as="span">{t("plan.new_deals")}</Text>
          <Text as="span" fontWeight="semibold">
            {format.list(plan.newDeals)}
          </Text>
        </InlineStack>
      ) : null}
    </BlockStack>
  );
}

function Examples({ plan }: { plan: FilePlan }) {
  const t = useT("files");
  if (plan.examples.length === 0) return null;
  return (
    <BlockStack gap="100">
      <Text as="h3" variant="headingXs" tone="subdued">
        {t("plan.examples")}
      </Text>
      {plan.examples.map(({ n, who, code, isNew }) => (
        <InlineStack key={n} align="space-between" gap="200" blockAlign="center">
          <Text as="span" breakWord>
            {who}
          </Text>
          <InlineStack gap="150" blockAlign="center">
            <Text as="span" fontWeight="semibold" breakWord>
              {code}
            </Text>
            <Badge {...(isNew ? { tone: "info" as const } : {})}>{t(isNew ? "plan.example_new" : "plan.example_had")}</Badge>
          </InlineStack>
        </InlineStack>
      ))}
    </BlockStack>
  );
}

function Notes({ fileId, plan }: { fileId: string; plan: FilePlan }) {
  const t = useT("files");
  const words = useRowNote();
  const format = useFormat();
  const { busy, download } = useDownload({ what: "notes" });
  const shown = plan.notes.slice(0, MOST_SHOWN);
  const more = plan.noteCount - shown.length;
  return (
    <BlockStack gap="200">
      <Divider />
      <Text as="h3" variant="headingSm">
        {t("plan.notes")}
      </Text>
      {shown.length === 0 ? <Text as="p" tone="subdued">{t("plan.notes_none")}</Text> : null}
      <List gap="extraTight">
        {shown.map((note, at) => (
          <List.Item key={`${note.n} ${at}`}>
            {t("plan.note", { row: format.number(note.n), text: words(note) })} {note.blocking ? <Badge tone="warning">{t("plan.left_out")}</Badge> : null}
          </List.Item>
        ))}
      </List>
      {more > 0 ? <Text as="p">{t("plan.notes_more", { count: more })}</Text> : null}
      {plan.noteCount > 0 ? (
        <InlineStack>
          <Button variant="plain" onClick={() => void download(`/app/files/${fileId}/file`, "csv")} loading={busy !== null}>
            {t("plan.notes_file")}
          </Button>
        </InlineStack>
      ) : null}
    </BlockStack>
  );
}
