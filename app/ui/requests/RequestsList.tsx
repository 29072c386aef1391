// The requests of creators, each with what can be done about it; several can be decided together.
import { BlockStack, Box, Button, ButtonGroup, Card, Checkbox, EmptyState, InlineStack, Link, Text } from "@shopify/polaris";
import { useState } from "react";
import type { RequestItem, RequestsList as List } from "../../domain/request-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { ListFilters, ListPages } from "../index-list.tsx";
import type { ListState } from "../list-state.ts";
import { CreatorsWords, Progress, StandingBadge } from "./RequestParts.tsx";

type Act = (item: RequestItem, intent: "again" | "take_out" | "keep") => void;
type ListProps = { list: List; state: ListState; busy: string | null; onGrant: (items: RequestItem[]) => void; onReject: (items: RequestItem[]) => void; onAct: Act };

/** One that nobody decided about, or whose decision left nothing behind. */
export function isFree(item: RequestItem): boolean {
  return item.state === "new" && (item.standing === "open" || (item.standing === "failed" && !item.codeStands));
}

export function RequestsList({ list, state, busy, onGrant, onReject, onAct }: ListProps) {
  const t = useT("requests");
  const [chosen, setChosen] = useState<string[]>([]);
  const free = list.rows.filter((item) => isFree(item) && item.count === 1);
  const picked = free.filter((item) => chosen.includes(item.id));
  const views = (["open", "decided", "all"] as const).map((id) => ({ id, label: t(`view.${id}`), ...(id === "open" && list.counts.open > 0 ? { count: list.counts.open } : {}) }));
  return (
    <Card padding="0">
      <ListFilters state={state} views={views} sorts={[]} searchLabel={t("search")} />
      {free.length > 1 ? (
        <Box paddingInline="400" paddingBlock="200" borderBlockEndWidth="025" borderColor="border-secondary">
          <InlineStack align="space-between" blockAlign="center" gap="200">
            <Checkbox
              label={picked.length === 0 ? t("choose_all") : t("chosen", { count: picked.length })}
              checked={picked.length === 0 ? false : picked.length === free.length ? true : "indeterminate"}
              onChange={(all) => setChosen(all ? free.map((item) => item.id) : [])}
            />
            <ButtonGroup>
              <Button id="reject-chosen" disabled={picked.length === 0} onClick={() => onReject(picked)}>
                {t("reject.chosen")}
              </Button>
              <Button id="grant-chosen" disabled={picked.length === 0} variant="primary" onClick={() => onGrant(picked)}>
                {t("grant.chosen")}
              </Button>
            </ButtonGroup>
          </InlineStack>
        </Box>
      ) : null}
      {list.rows.length === 0 ? <Nothing state={state} any={list.counts.open + list.counts.decided > 0} /> : null}
      {list.rows.map((item, index) => (
        <Box key={item.id} padding="400" {...(index > 0 ? { borderBlockStartWidth: "025" as const, borderColor: "border-secondary" as const } : {})}>
          <InlineStack gap="300" wrap={false} blockAlign="start">
            {free.length > 1 && free.includes(item) ? (
              <Checkbox label={t("choose", { creator: nameOf(item), code: item.asked.join(", ") })} labelHidden checked={chosen.includes(item.id)} onChange={(on) => setChosen(on ? [...chosen, item.id] : chosen.filter((id) => id !== item.id))} />
            ) : free.length > 1 ? (
              <div style={{ width: 18, flex: "none" }} />
            ) : null}
            <div style={{ flex: 1, minWidth: 0 }}>
              <Item item={item} busy={busy === item.id} onGrant={() => onGrant([item])} onReject={() => onReject([item])} onAct={onAct} />
            </div>
          </InlineStack>
        </Box>
      ))}
      <ListPages page={list.page} pages={list.pages} total={list.total} shown={list.rows.length} />
    </Card>
  );
}

function nameOf(item: RequestItem): string {
  return item.creator?.name ?? item.partnerName;
}

function Item({ item, busy, onGrant, onReject, onAct }: { item: RequestItem; busy: boolean; onGrant: () => void; onReject: () => void; onAct: Act }) {
  const t = useT("requests");
  return (
    <BlockStack gap="200">
      <InlineStack gap="200" blockAlign="center">
        <Text as="h3" variant="headingSm">
          {item.creator ? (
            <Link url={`/app/creators/${item.creator.id}`} monochrome>
              {item.creator.name}
            </Link>
          ) : (
            item.partnerName
          )}
        </Text>
        <StandingBadge item={item} />
      </InlineStack>
      <Wish item={item} />
      <CreatorsWords item={item} />
      <Progress item={item} />
      {item.count > 1 && item.standing === "open" ? (
        <Text as="p" tone="subdued">
          {t("several")}
        </Text>
      ) : null}
      <Acts item={item} busy={busy} onGrant={onGrant} onReject={onReject} onAct={(intent) => onAct(item, intent)} />
    </BlockStack>
  );
}

/** What is wished for, for which program and deal, since when and until when. */
function Wish({ item }: { item: RequestItem }) {
  const t = useT("requests");
  const format = useFormat();
  const late = item.neededAt !== null && (item.standing === "open" || item.standing === "failed") && format.isPast(item.neededAt);
  const codes = item.asked.join(", ");
  const facts = [
    item.program ? item.program.name : t("no_program"),
    item.wishedDeal ? t("wished_deal", { deal: item.wishedDeal.name }) : "",
    item.placedAt ? t("placed", { when: format.date(item.placedAt) }) : "",
  ].filter(Boolean);
  return (
    <BlockStack gap="050">
      <Text as="p" variant="bodyLg" breakWord>
        {codes === "" ? t("wish_any", { count: item.count }) : t("wish", { code: codes })}
      </Text>
      <Text as="p" tone="subdued" breakWord>
        {facts.join(" · ")}
      </Text>
      {item.neededAt ? (
        <Text as="p" {...(late ? { tone: "critical" as const } : { tone: "subdued" as const })}>
          {t(late ? "needed_past" : "needed", { when: format.date(item.neededAt) })}
        </Text>
      ) : null}
    </BlockStack>
  );
}

type ActsProps = { item: RequestItem; busy: boolean; onGrant: () => void; onReject: () => void; onAct: (intent: "again" | "take_out" | "keep") => void };

function Acts({ item, busy, onGrant, onReject, onAct }: ActsProps) {
  const t = useT("requests");
  const name = nameOf(item);
  if (isFree(item)) {
    return (
      <ButtonGroup>
        {item.count === 1 ? (
          <Button id={`grant-${item.id}`} variant="primary" onClick={onGrant} accessibilityLabel={t("grant.open_named", { creator: name })}>
            {t("grant.open")}
          </Button>
        ) : (
          <Button url="/app/codes/give">{t("give_by_hand")}</Button>
        )}
        <Button id={`reject-${item.id}`} onClick={onReject} accessibilityLabel={t("reject.open_named", { creator: name })}>
          {t("reject.open")}
        </Button>
      </ButtonGroup>
    );
  }
  if (item.standing !== "failed") return null;
  const decided = item.state !== "new";
  return (
    <ButtonGroup>
      {decided ? null : (
        <Button variant="primary" loading={busy} onClick={() => onAct("again")}>
          {t("again")}
        </Button>
      )}
      {item.codeStands && decided ? (
        <Button loading={busy} onClick={() => onAct("keep")}>
          {t("keep", { code: item.code ?? "" })}
        </Button>
      ) : null}
      {item.codeStands ? (
        <Button disabled={busy} tone="critical" onClick={() => onAct("take_out")}>
          {t("take_out", { code: item.code ?? "" })}
        </Button>
      ) : null}
    </ButtonGroup>
  );
}

function Nothing({ state, any }: { state: ListState; any: boolean }) {
  const t = useT("requests");
  if (!any && state.q === "") {
    return (
      <EmptyState heading={t("empty.title")} image="" secondaryAction={{ content: t("empty.give"), url: "/app/codes/give" }}>
        <p>{t("empty.text")}</p>
      </EmptyState>
    );
  }
  return (
    <Box padding="400">
      <Text as="p" tone="subdued">
        {t(state.q ? "none.found" : state.view === "decided" ? "none.decided" : "none.open")}
      </Text>
    </Box>
  );
}
