// What the network was told of the order, what it holds, and each exchange.
import { Badge, type BadgeProps, Banner, BlockStack, Box, Card, DataTable, InlineStack, Link, Text } from "@shopify/polaris";
import type { Earning } from "../../domain/earnings.ts";
import type { OrderProof } from "../../domain/explain.ts";
import type { ToldRow } from "../../domain/orders-page.ts";
import type { ExchangeRow } from "../../domain/pages.ts";
import type { ReportItem } from "../../domain/report.ts";
import { type Translate, useT } from "../../i18n.ts";
import { EarningLine } from "../earnings/EarningLine.tsx";
import { type Format, useFormat } from "../format.tsx";
import { useDetailWords } from "../network/code-words.ts";
import { Exchanges } from "./Exchanges.tsx";
import { inARow, refusalWords } from "./words.ts";

const TONES: Record<string, BadgeProps["tone"]> = { waiting: "attention", sending: "attention", queued: "attention", changing: "attention", reported: "success", stuck: "critical" };
const KNOWN_PROBLEMS = ["after_lock", "added_item", "rejected", "no_event_type", "no_partner", "refused", "gave_up", "partly_kept", "no_edits", "foreign_click"];

type ToldProps = { told: ToldRow[]; earnings: Record<number, Earning>; exchanges: ExchangeRow[]; proof: OrderProof | null };

export function ToldCard({ told, earnings, exchanges, proof }: ToldProps) {
  const t = useT("orders");
  const silent = silence(proof, t);
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingSm">
          {t("told.title")}
        </Text>
        {told.length === 0 ? <Text as="p" tone="subdued">{silent}</Text> : null}
        {told.map((row) => (
          <Told key={row.n} row={row} earning={earnings[row.n] ?? null} proof={proof} />
        ))}
        {exchanges.length > 0 ? <Exchanges exchanges={exchanges} /> : null}
      </BlockStack>
    </Card>
  );
}

/** Why the network was told nothing. */
export function silence(proof: OrderProof | null, t: Translate): string {
  const code = proof?.codes.find((one) => one.outcome !== "not_credited") ?? proof?.codes[0];
  if (code?.program.network === "none") return t("told.no_network", { program: code.program.name });
  return t(code?.rule.mode === "codes_only" ? "told.codes_only" : "told.none");
}

/** What the network decided of a conversion that it decides about, or since when it is waited for. */
export function verdictSentences(row: ToldRow, proof: OrderProof | null, t: Translate, format: Format): string[] {
  const network = proof?.codes.find((code) => code.codeId === row.codeId)?.network ?? null;
  if (!row.byNetwork || network === null) return [];
  if (network.verdict === null) return ["waiting", "dropped"].includes(row.state) ? [t("told.decides")] : [t("told.decides_since", { when: format.dateTime(row.toldAt) })];
  const values = { when: format.dateTime(network.verdict.at), refusal: network.verdict.verdict === "refused" ? refusalWords(network, t) : "" };
  return [t(`told.decided.${network.verdict.verdict}`, values)];
}

function Told({ row, earning, proof }: { row: ToldRow; earning: Earning | null; proof: OrderProof | null }) {
  const t = useT("orders");
  const format = useFormat();
  const state = stateOf(row);
  const tone = TONES[state];
  // What it had there is another's by now, if anybody's.
  const known = row.state === "dropped" ? [] : (row.sent ?? []);
  const skus = [...new Set([...row.target, ...known].map((item) => item.sku))];
  const money = (item: ReportItem | undefined) => (item ? format.money(item.amount, row.currency) : "–");
  const when = [...(row.lockAt ? [t(format.isPast(row.lockAt) ? "told.locked" : "told.lock", { when: format.dateTime(row.lockAt) })] : []), ...(row.nextAt && state !== "stuck" ? [t("told.next", { when: format.dateTime(row.nextAt) })] : []), ...(row.lateThere ? [t("told.late", { when: format.dateTime(row.lateThere) })] : [])];
  const of = (items: ReportItem[], sku: string) => items.find((item) => item.sku === sku);
  return (
    <BlockStack gap="200">
      <InlineStack gap="200" blockAlign="center">
        <Badge {...(tone ? { tone } : {})}>{t(`told.state.${state}`)}</Badge>
        <Text as="span">{t("told.as", { program: row.program, id: row.networkOrderId })}</Text>
      </InlineStack>
      <Text as="p">{inARow([t(`told.state_text.${state}`), ...verdictSentences(row, proof, t, format)], t)}</Text>
      {when.length > 0 ? (
        <Text as="p" tone="subdued">
          {when.map((sentence) => (
            <span key={sentence} style={{ display: "block" }}>
              {sentence}
            </span>
          ))}
        </Text>
      ) : null}
      {earning !== null && row.state !== "dropped" ? <EarningLine earning={earning} /> : null}
      {row.problem ? <Problem row={row} /> : null}
      {skus.length > 0 ? (
        <DataTable
          columnContentTypes={["text", "numeric", "numeric", "numeric"]}
          headings={[t("told.item"), t("told.quantity"), t("told.wanted"), t("told.known")]}
          rows={skus.map((sku) => {
            const item = of(row.target, sku) ?? of(known, sku)!;
            return [
              <div key="item" style={{ whiteSpace: "normal" }}>
                {item.name}{" "}
                <Text as="span" tone="subdued" variant="bodySm" breakWord>
                  {[sku, of(known, sku)?.category].filter(Boolean).join(" · ")}
                </Text>
              </div>,
              format.number(of(row.target, sku)?.quantity ?? 0),
              money(of(row.target, sku) ?? { ...item, amount: "0" }),
              row.sent === null || row.state === "dropped" ? "–" : money(of(known, sku) ?? { ...item, amount: "0" }),
            ];
          })}
          increasedTableDensity
        />
      ) : null}
      <Text as="p" tone="subdued" variant="bodySm">
        {[row.creator, row.toldCode, row.actionId ? t("told.action", { id: row.actionId }) : ""].filter(Boolean).join(" · ")}
      </Text>
    </BlockStack>
  );
}

/** A reported conversion with work due is about to be changed. */
export function stateOf(row: ToldRow): string {
  if (row.state === "reported" && row.nextAt !== null) return "changing";
  if (row.state === "dropped" && row.byNetwork) return "refused";
  return ["waiting", "sending", "queued", "reported", "reversed", "dropped", "stuck"].includes(row.state) ? row.state : "waiting";
}

/** Under which name the texts have what troubles a conversion. */
export function problemKind(row: ToldRow): string {
  return KNOWN_PROBLEMS.includes(row.problem ?? "") ? row.problem! : "refused";
}

function Problem({ row }: { row: ToldRow }) {
  const t = useT("orders");
  const tNetwork = useT("network");
  const { said, todo } = useDetailWords(row.network)(row.problemDetail);
  const kind = problemKind(row);
  return (
    <Banner tone="warning" title={t("told.problem", { what: tNetwork(`problem.${kind}.what`) })}>
      <Box>
        {said.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
        <p>
          {todo[0] ?? tNetwork(`problem.${kind}.do`)} <Link url="/app/network">{t("told.worklist")}</Link>
        </p>
      </Box>
    </Banner>
  );
}
