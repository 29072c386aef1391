// The numbers of each side: of all programs first, then of each.
import { BlockStack, Box, Button, Card, IndexTable, InlineStack, Text, useBreakpoints } from "@shopify/polaris";
import type { RunSums } from "../../domain/reconcile-page.ts";
import { byCurrency, type ProgramSums, type Sum } from "../../domain/reconcile-sums.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { useProblemWords } from "../marks.tsx";

/** What stands in one field: how many, and what they come to; null: this side says nothing of it. */
type Field = { count: string; amount: string | null } | null;
type Line = { key: string; name: string; head?: boolean; fields: [Field, Field, Field] };

export function NumbersCard({ sums, onRead, busy }: { sums: RunSums; onRead: () => void; busy: boolean }) {
  const t = useT("reconcile");
  const { smDown } = useBreakpoints();
  const lines = useLines(sums);
  const sides = [t("numbers.store"), t("numbers.app"), t("numbers.network")] as const;
  return (
    <Card padding="0">
      <Box padding="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingSm">
            {t("numbers.title")}
          </Text>
          <Text as="p" tone="subdued">
            {t("numbers.help")}
          </Text>
        </BlockStack>
      </Box>
      <IndexTable
        condensed={smDown}
        selectable={false}
        itemCount={lines.length}
        resourceName={{ singular: t("numbers.resource"), plural: t("numbers.resource") }}
        headings={[{ title: t("numbers.title"), hidden: true }, ...sides.map((title) => ({ title, alignment: "end" as const }))]}
      >
        {lines.map((line, index) => (
          <IndexTable.Row id={line.key} key={line.key} position={index} {...(line.head ? { rowType: "subheader" as const } : {})}>
            {smDown ? <Narrow line={line} sides={sides} /> : <Wide line={line} />}
          </IndexTable.Row>
        ))}
      </IndexTable>
      <Reads reads={sums.reads} onRead={onRead} busy={busy} />
    </Card>
  );
}

function useLines({ store, app, programs }: RunSums): Line[] {
  const t = useT("reconcile");
  const format = useFormat();
  const orders = (count: number): Field => ({ count: format.number(count), amount: null });
  const of = ({ count, amount }: Sum, currency: string): Field => ({ count: format.number(count), amount: format.money(amount, currency) });
  const rows = (key: string, { credited, told, held, approvedHere, approved, currency }: ProgramSums, network: boolean): Line[] => {
    const here: Line = { key: `${key} credited`, name: t("numbers.credited"), fields: [null, of(credited, currency), null] };
    if (!network) return [here];
    return [
      here,
      { key: `${key} reported`, name: t("numbers.reported"), fields: [null, of(told, currency), of(held, currency)] },
      { key: `${key} confirmed`, name: t("numbers.confirmed"), fields: [null, of(approvedHere, currency), of(approved, currency)] },
    ];
  };
  const all = byCurrency(programs);
  const parts = programs.length > all.length ? programs : [];
  return [
    { key: "orders", name: t("numbers.orders"), fields: [orders(store.orders), orders(app.orders), null] },
    { key: "codes", name: t("numbers.with_codes"), fields: [orders(store.withCodes), orders(app.withCodes), null] },
    ...all.flatMap((sum): Line[] => [...(all.length > 1 ? [{ key: sum.currency, name: t("numbers.all_in", { currency: sum.currency }), head: true, fields: [null, null, null] } satisfies Line] : []), ...rows(sum.currency, sum, true)]),
    ...parts.flatMap((one): Line[] => {
      const key = `${one.programId} ${one.currency}`;
      return [{ key, name: all.length > 1 ? t("numbers.in", { program: one.program, currency: one.currency }) : one.program, head: true, fields: [null, null, null] }, ...rows(key, one, one.network !== "none")];
    }),
  ];
}

function Wide({ line }: { line: Line }) {
  if (line.head) {
    return (
      <IndexTable.Cell as="th" scope="col" colSpan={4}>
        {line.name}
      </IndexTable.Cell>
    );
  }
  return (
    <>
      <IndexTable.Cell as="th" scope="row">
        {line.name}
      </IndexTable.Cell>
      {line.fields.map((field, index) => (
        <IndexTable.Cell key={index}>
          <Shown field={field} />
        </IndexTable.Cell>
      ))}
    </>
  );
}

function Shown({ field }: { field: Field }) {
  if (field === null) {
    return (
      <Text as="span" alignment="end" tone="subdued">
        –
      </Text>
    );
  }
  return (
    <BlockStack>
      <Text as="span" alignment="end" numeric>
        {field.count}
      </Text>
      {field.amount === null ? null : (
        <Text as="span" alignment="end" numeric tone="subdued" variant="bodySm">
          {field.amount}
        </Text>
      )}
    </BlockStack>
  );
}

function Narrow({ line, sides }: { line: Line; sides: readonly string[] }) {
  return (
    <NarrowRow>
      <BlockStack gap="050">
        <Text as="span" fontWeight="semibold">
          {line.name}
        </Text>
        {line.fields.map((field, index) =>
          field === null ? null : (
            <InlineStack key={index} align="space-between" gap="200">
              <Text as="span" tone="subdued">
                {sides[index]}
              </Text>
              <Text as="span" numeric>
                {[field.count, field.amount].filter(Boolean).join(" · ")}
              </Text>
            </InlineStack>
          ),
        )}
      </BlockStack>
    </NarrowRow>
  );
}

/** Since when what is known of each network holds. */
function Reads({ reads, onRead, busy }: { reads: RunSums["reads"]; onRead: () => void; busy: boolean }) {
  const t = useT("reconcile");
  const format = useFormat();
  const problems = useProblemWords();
  if (reads.length === 0) return null;
  const sentences = reads.map(({ program, readAt, problem, account, isOld }) => {
    if (account !== "connected") return t(`reads.account_${account ?? "none"}`, { program });
    if (problem !== null) return t("reads.problem", { program, why: problems(problem) ?? "" });
    return t(readAt === null ? "reads.never" : isOld ? "reads.old" : "reads.read", { program, when: format.ago(readAt) });
  });
  return (
    <Box padding="400" borderBlockStartWidth="025" borderColor="border-secondary">
      <BlockStack gap="200" inlineAlign="start">
        {sentences.map((sentence) => (
          <Text key={sentence} as="p" tone="subdued" variant="bodySm" breakWord>
            {sentence}
          </Text>
        ))}
        {reads.some(({ account }) => account === "connected") ? (
          <Button size="slim" onClick={onRead} loading={busy}>
            {t("reads.now")}
          </Button>
        ) : null}
      </BlockStack>
    </Box>
  );
}
