// The preview: a code for each creator, what was changed to make it, and what store, network and app say about it before anything is made.
import { Banner, BlockStack, Box, Button, Card, Divider, InlineGrid, InlineStack, List, Text, TextField } from "@shopify/polaris";
import type { NameChange } from "../../domain/naming.ts";
import type { GiveDeal } from "../../domain/pages.ts";
import type { Finding } from "../../domain/preflight.ts";
import { useT } from "../../i18n.ts";
import { GiveFindings } from "./GiveFindings.tsx";
import type { NamedRow, NamesAnswer } from "./give-state.ts";

type PreviewProps = {
  names: NamesAnswer;
  deal: GiveDeal;
  checked: ReadonlyMap<string, Finding[]>;
  wasChecked: boolean;
  busy: boolean;
  onCode: (creatorId: string | null, code: string) => void;
  onLeaveOut: (creatorId: string) => void;
  onCheck: () => void;
  checking: boolean;
};

export function GivePreview({ names, deal, checked, wasChecked, busy, onCode, onLeaveOut, onCheck, checking }: PreviewProps) {
  const t = useT("codes");
  const inNetwork = deal.program !== null && deal.program.network !== "none";
  const shared = sharedFindings([...checked.values()]);
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm">
            {t("give.preview.title")}
          </Text>
          <Button onClick={onCheck} loading={checking} disabled={busy}>
            {t(wasChecked ? "give.preview.check_again" : "give.preview.check")}
          </Button>
        </InlineStack>
        <Text as="p" tone="subdued">
          {t(inNetwork ? "give.preview.help" : "give.preview.help_without_network")}
        </Text>
        {names.open > 0 ? (
          <Banner tone="warning">
            <p>{t("give.preview.open", { count: names.open })}</p>
          </Banner>
        ) : null}
        <div aria-live="polite" aria-busy={checking || busy}>
          <BlockStack gap="300">
            {shared.length > 0 ? <GiveFindings findings={shared} free="" /> : null}
            {names.rows.map((row, index) => (
              <BlockStack key={row.creatorId ?? ""} gap="300">
                {index > 0 ? <Divider /> : null}
                <Row
                  row={row}
                  findings={checked.get(row.creatorId ?? "")?.filter((finding) => !shared.some((one) => sameFinding(one, finding))) ?? null}
                  free={t(inNetwork && row.creatorId !== null ? "give.preview.free" : "give.preview.free_store")}
                  onCode={(code) => onCode(row.creatorId, code)}
                  {...(row.creatorId === null || names.rows.length < 2 ? {} : { onLeaveOut: () => onLeaveOut(row.creatorId!) })}
                />
              </BlockStack>
            ))}
          </BlockStack>
        </div>
      </BlockStack>
    </Card>
  );
}

/** What was found about every code in the same words (a date, a store that does not answer) is said once. */
function sharedFindings(all: Finding[][]): Finding[] {
  const [first = [], ...others] = all;
  return others.length === 0 ? [] : first.filter((finding) => others.every((findings) => findings.some((one) => sameFinding(one, finding))));
}

function sameFinding(a: Finding, b: Finding): boolean {
  return a.key === b.key && JSON.stringify(a.values) === JSON.stringify(b.values);
}

type RowProps = { row: NamedRow; findings: Finding[] | null; free: string; onCode: (code: string) => void; onLeaveOut?: () => void };

function Row({ row, findings, free, onCode, onLeaveOut }: RowProps) {
  const t = useT("codes");
  const label = row.creatorId === null ? t("give.preview.code_for_everybody") : t("give.preview.code_for", { name: row.name });
  const blocked = row.taken || (findings?.some((finding) => finding.blocking && finding.field !== "dates") ?? false);
  return (
    <InlineGrid columns={{ xs: 1, md: "2fr 3fr" }} gap="300" alignItems="start">
      <TextField
        label={label}
        {...(onLeaveOut ? { labelAction: { content: t("give.preview.leave_out"), accessibilityLabel: t("give.preview.leave_out_named", { name: row.name }), onAction: onLeaveOut } } : {})}
        value={row.code}
        onChange={(code) => onCode(code.toUpperCase())}
        helpText={<Changes changes={row.changes} />}
        autoComplete="off"
        spellCheck={false}
        error={blocked}
      />
      <Box paddingBlockStart={{ md: "600" }}>
        {row.taken && findings === null ? (
          <Text as="p" tone="critical">
            {t("give.preview.taken")}
          </Text>
        ) : (
          <GiveFindings findings={findings} free={free} onName={onCode} />
        )}
      </Box>
    </InlineGrid>
  );
}

/** What was cut or written otherwise. */
function Changes({ changes }: { changes: readonly NameChange[] }) {
  const tErrors = useT("errors");
  // What the pattern itself loses is the same for all, and is said beside it.
  const own = changes.filter((change) => change.key !== "naming.text_changed");
  return own.length === 0 ? null : <>{own.map((change) => tErrors(change.key, change.values)).join(" ")}</>;
}

/** More creators than can be looked at one by one: some names, and how many of all are cut or numbered. */
export function GiveSample({ names, busy }: { names: NamesAnswer; busy: boolean }) {
  const t = useT("codes");
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("give.preview.title")}
        </Text>
        <Text as="p">{t("give.sample.run", { count: names.total })}</Text>
        <div aria-live="polite" aria-busy={busy}>
          <BlockStack gap="100">
            {names.renamed > 0 ? <Text as="p" tone="subdued">{t("give.sample.renamed", { count: names.renamed })}</Text> : null}
            {names.cut > 0 ? <Text as="p" tone="subdued">{t("give.sample.cut", { count: names.cut })}</Text> : null}
            {names.cut > 0 ? <CutNames names={names} /> : null}
            {names.open > 0 ? <Text as="p" tone="caution">{t("give.sample.open", { count: names.open })}</Text> : null}
          </BlockStack>
        </div>
        <Divider />
        <InlineGrid columns={{ xs: 1, sm: 2 }} gap={{ xs: "200", sm: "400" }}>
          {names.rows.map((row) => (
            <InlineStack key={row.creatorId} gap="200" wrap={false} align="space-between">
              <Text as="span" truncate>
                {row.name}
              </Text>
              <Text as="span" fontWeight="semibold" {...(row.taken ? { tone: "critical" as const } : {})}>
                {row.code}
              </Text>
            </InlineStack>
          ))}
        </InlineGrid>
        {names.total > names.rows.length ? <Text as="p" tone="subdued">{t("give.sample.more", { count: names.total - names.rows.length })}</Text> : null}
      </BlockStack>
    </Card>
  );
}

/** Whose names were cut, and what they were before. */
function CutNames({ names }: { names: NamesAnswer }) {
  const t = useT("codes");
  const tErrors = useT("errors");
  return (
    <List>
      {names.cutRows.map(({ creatorId, name, code, changes }) => (
        <List.Item key={creatorId}>
          {t("give.sample.cut_row", { name, code, changes: changes.filter((change) => change.key === "naming.cut").map((change) => tErrors(change.key, change.values)).join(" ") })}
        </List.Item>
      ))}
      {names.cut > names.cutRows.length ? <List.Item>{t("give.sample.more", { count: names.cut - names.cutRows.length })}</List.Item> : null}
    </List>
  );
}
