// Choosing creators: a list that can be searched, those who can be given a code of the deal first; or everybody who can and has none.
import { useFetcher } from "@remix-run/react";
import { BlockStack, Box, Button, Card, Checkbox, InlineStack, Scrollable, Text, TextField } from "@shopify/polaris";
import { useEffect, useState } from "react";
import type { GiveCreator, GiveDeal } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { JoinedMark } from "../marks.tsx";
import { byReadiness, type Chosen, codesOf, stateIn } from "./give-state.ts";

type ChooseProps = {
  creators: GiveCreator[];
  /** The shop has more creators than are listed: they are searched for on the server. */
  more: boolean;
  deal: GiveDeal | null;
  chosen: Chosen;
  /** How many a choice by filter comes to; null: not known yet. */
  count: number | null;
  onChosen: (chosen: Chosen) => void;
};

const SHOWN = 100;
const TYPING_MS = 250;

export function ChooseCreators({ creators, more, deal, chosen, count, onChosen }: ChooseProps) {
  const t = useT("codes");
  const [text, setText] = useState("");
  const found = useFound(creators, more, text, deal);
  const ids = chosen.kind === "creators" ? chosen.ids : [];
  const withoutCode = creators.filter((creator) => (deal?.program ? stateIn(creator, deal) === "joined" : true) && codesOf(creator, deal).length === 0);
  const known = chosen.kind === "creators" ? ids.length : count;

  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm">
            {t("give.creators.title")}
          </Text>
          {known === null ? null : (
            <Text as="span" tone="subdued">
              {t("give.creators.chosen", { count: known })}
            </Text>
          )}
        </InlineStack>
        {chosen.kind === "without_code" ? (
          <Everybody count={count} search={chosen.search} onList={() => onChosen({ kind: "creators", ids: [] })} />
        ) : (
          <>
            <TextField label={t("give.creators.search")} labelHidden placeholder={t("give.creators.search")} value={text} onChange={setText} autoComplete="off" clearButton onClearButtonClick={() => setText("")} />
            <InlineStack gap="300">
              {deal ? (
                <Button
                  variant="plain"
                  disabled={!more && withoutCode.length === 0}
                  onClick={() => onChosen(more ? { kind: "without_code", search: text.trim() } : { kind: "creators", ids: withoutCode.map((creator) => creator.id) })}
                >
                  {more ? t(text.trim() === "" ? "give.creators.everybody" : "give.creators.everybody_found") : t("give.creators.all_without_code", { count: withoutCode.length })}
                </Button>
              ) : null}
              <Button variant="plain" disabled={ids.length === 0} onClick={() => onChosen({ kind: "creators", ids: [] })}>
                {t("give.creators.none")}
              </Button>
            </InlineStack>
            <List found={found} deal={deal} ids={ids} more={more} onIds={(next) => onChosen({ kind: "creators", ids: next })} />
          </>
        )}
      </BlockStack>
    </Card>
  );
}

/** The creators that the text finds: among those listed, or on the server where there are more. */
function useFound(creators: GiveCreator[], more: boolean, text: string, deal: GiveDeal | null): GiveCreator[] {
  const fetcher = useFetcher<{ search: string; creators: GiveCreator[] }>();
  const { load } = fetcher;
  const search = text.trim();
  useEffect(() => {
    if (!more || search === "") return;
    const timer = setTimeout(() => load(`/app/codes/give/names?${new URLSearchParams({ q: search })}`), TYPING_MS);
    return () => clearTimeout(timer);
  }, [more, search, load]);
  if (more && search !== "" && fetcher.data?.search === search) return byReadiness(fetcher.data.creators, deal);
  const wanted = search.toLowerCase();
  return creators.filter((creator) => [creator.name, creator.handle ?? "", creator.email ?? ""].some((each) => each.toLowerCase().includes(wanted)));
}

function Everybody({ count, search, onList }: { count: number | null; search: string; onList: () => void }) {
  const t = useT("codes");
  return (
    <BlockStack gap="200">
      <Text as="p">{count === null ? t("give.creators.counting") : search === "" ? t("give.creators.filtered", { count }) : t("give.creators.filtered_search", { count, search })}</Text>
      <span>
        <Button variant="plain" onClick={onList}>
          {t("give.creators.one_by_one")}
        </Button>
      </span>
    </BlockStack>
  );
}

type ListProps = { found: GiveCreator[]; deal: GiveDeal | null; ids: string[]; more: boolean; onIds: (ids: string[]) => void };

function List({ found, deal, ids, more, onIds }: ListProps) {
  const t = useT("codes");
  const chosen = new Set(ids);
  return (
    <Scrollable style={{ maxHeight: "320px" }} shadow focusable>
      <BlockStack gap="100">
        {found.slice(0, SHOWN).map((creator) => (
          <Line key={creator.id} creator={creator} deal={deal} checked={chosen.has(creator.id)} onChange={(on) => onIds(on ? [...ids, creator.id] : ids.filter((each) => each !== creator.id))} />
        ))}
        {found.length === 0 ? <Text as="p">{t("give.creators.not_found")}</Text> : null}
        {found.length > SHOWN ? (
          <Text as="p" tone="subdued">
            {more ? t("give.creators.many_more") : t("give.creators.more", { count: found.length - SHOWN })}
          </Text>
        ) : null}
      </BlockStack>
    </Scrollable>
  );
}

function Line({ creator, deal, checked, onChange }: { creator: GiveCreator; deal: GiveDeal | null; checked: boolean; onChange: (on: boolean) => void }) {
  const t = useT("codes");
  const state = stateIn(creator, deal);
  const has = codesOf(creator, deal);
  return (
    <Box paddingInline="100">
      <InlineStack align="space-between" blockAlign="center" gap="200">
        <Checkbox label={creator.handle ? `${creator.name} (${creator.handle})` : creator.name} checked={checked} onChange={onChange} />
        <InlineStack gap="150" blockAlign="center">
          {has.length > 0 ? (
            <Text as="span" tone="subdued" variant="bodySm">
              {t("give.creators.has", { codes: has.join(", ") })}
            </Text>
          ) : null}
          {deal?.program ? state ? <JoinedMark state={state} /> : <Text as="span" tone="subdued" variant="bodySm">{t("give.creators.not_in_program")}</Text> : null}
        </InlineStack>
      </InlineStack>
    </Box>
  );
}
