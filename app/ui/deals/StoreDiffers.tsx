// Before an edit: somebody changed the discount in the store, and saving here would take that back.
import { Banner, BlockStack, List } from "@shopify/polaris";
import type { DealToEdit } from "../../domain/deal-page.ts";
import { differsFrom, storeWindow } from "../../domain/deal-seen.ts";
import { useT } from "../../i18n.ts";
import { usePartWords } from "./part-words.ts";

export function StoreDiffers({ deal, page }: { deal: DealToEdit; page: string }) {
  const t = useT("deals");
  const words = usePartWords();
  const { seen, state } = deal;
  // What is on its way there is no news, nor what the store refused.
  if (!seen || deal.storeVersion < deal.version || !["live", "ended", "scheduled"].includes(deal.storeState)) return null;
  const instant = (iso: string | null) => (iso === null ? null : new Date(iso));
  const window = storeWindow({ startsAt: new Date(state.startsAt), endsAt: instant(state.endsAt), pausedAt: instant(state.pausedAt) });
  const parts = differsFrom({ title: state.name, terms: state.terms, ...window }, seen);
  if (parts.length === 0) return null;
  const theirs = seen.terms && { name: seen.title, terms: seen.terms, startsAt: seen.startsAt, endsAt: seen.endsAt, pausedAt: null };
  return (
    <Banner tone="warning" title={t("edit.store_differs")} action={{ content: t("edit.store_settle"), url: page }}>
      <BlockStack gap="100">
        <p>{t("edit.store_overwrites")}</p>
        <List>
          {theirs
            ? parts.map((part) => <List.Item key={part}>{t("sides.part", { part: words.name(part), value: words.of(part, theirs) })}</List.Item>)
            : seen.unread.map((key) => <List.Item key={key}>{t(`unread.${key}`)}</List.Item>)}
        </List>
      </BlockStack>
    </Banner>
  );
}
