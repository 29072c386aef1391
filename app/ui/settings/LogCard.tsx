// What people changed, the newest first.
import { BlockStack, Box, Card, Link, Text } from "@shopify/polaris";
import type { LogLine, Paged } from "../../domain/pages.ts";
import type { OverrideSettings } from "../../domain/rule-book.ts";
import { type Translate, useT } from "../../i18n.ts";
import { type Format, useFormat } from "../format.tsx";
import { ListPages } from "../index-list.tsx";
import { useSettingSentences } from "../what-if/words.ts";
import { useLogChanges } from "./log-changes.ts";

export function LogCard({ log }: { log: Paged<LogLine> }) {
  const t = useT("settings");
  const changes = useLogChanges();
  const whatIf = useSettingSentences();
  const format = useFormat();
  return (
    <Card padding="0">
      {log.rows.length === 0 ? (
        <Box padding="400">
          <Text as="p" tone="subdued">
            {t("log.none")}
          </Text>
        </Box>
      ) : null}
      {log.rows.map((line, index) => (
        <Box key={line.id} paddingInline="400" paddingBlock="300" {...(index > 0 ? { borderBlockStartWidth: "025" as const, borderColor: "border-secondary" as const } : {})}>
          <BlockStack>
            <Text as="p" breakWord>
              {sentenceOf(line, t, format)}
            </Text>
            {changes(line).map((phrase) => (
              <Text as="p" key={phrase} tone="subdued" breakWord>
                {phrase}
              </Text>
            ))}
            {line.what === "what_if.applied" ? (
              <Text as="p" tone="subdued" breakWord>
                {whatIf(JSON.parse(String(line.detail.settings)) as OverrideSettings).join(" ")} <Link url={`/app/what-if/${String(line.detail.id)}`}>{t("log.open_what_if")}</Link>
              </Text>
            ) : null}
            <Text as="p" tone="subdued" variant="bodySm">
              {format.dateTime(line.at)} · {line.who === "merchant" ? t("log.somebody") : line.who === "network" ? t("log.by_network") : line.who === "store" ? t("log.by_store") : line.who}
            </Text>
          </BlockStack>
        </Box>
      ))}
      <ListPages page={log.page} pages={log.pages} total={log.total} shown={log.rows.length} />
    </Card>
  );
}

const KNOWN = ["deal.made", "deal.edited", "deal.paused", "deal.resumed", "deal.ended", "deal.taken_from_store", "deal.ended_as_in_store", "deal.adopted", "drift.ours", "drift.theirs", "drift.left", "codes.linked", "codes.unlinked", "placing.tried_again", "codes.given", "codes.run_started", "codes.run_stopped", "codes.run_resumed", "codes.paused", "codes.resumed", "codes.ended", "codes.retired", "codes.replaced", "codes.kept", "codes.dated", "codes.voided", "codes.unvoided", "codes.noted", "codes.brought_back", "file.brought", "file.applied", "file.deleted", "creators.taken_over", "creators.followed", "creators.put_in", "creators.taken_out", "campaign.made", "campaign.edited", "campaign.closed", "campaign.opened", "campaign.accepted", "campaign.invited", "campaign.declined", "campaign.unasked", "rules.stacking_changed", "rules.program_changed", "network.connected", "program.chosen", "program.made", "program.ended", "program.resumed", "program.codes_off", "program.codes_on", "program.renamed", "creator.added", "network.disconnected", "program.event_type", "program.paired", "program.unpaired", "requests.approved", "requests.rejected", "pattern.made", "pattern.changed", "pattern.retired", "rules.shop_changed", "what_if.applied", "worklist.edit", "worklist.reverse", "worklist.send_again", "worklist.send_anew", "worklist.accept", "reconcile.deleted", "hand.credit", "hand.correct", "hand.exclude", "hand.withdraw", "storefront.parameters", "storefront.no_parameters", "privacy.removed", "privacy.collected", "flow.given_up", "storefront.renewed", "notices.on", "notices.off"];

/** What was done, in a sentence. `t` is that of the settings. */
export function sentenceOf(line: LogLine, t: Translate, format: Format): string {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(line.detail)) if (typeof value === "string" || typeof value === "number") values[name] = value;
  if (line.what === "rules.stacking_changed") return t("log.said.rules.stacking_changed", { rule: t(`stacking.${String(values.stackingRule)}.sentence`) });
  if (line.what === "what_if.applied") Object.assign(values, { from: format.day(String(values.from)), to: format.day(String(values.to)) });
  return KNOWN.includes(line.what) ? t(`log.said.${line.what}`, { count: 1, ...values }) : t("log.said.other");
}
