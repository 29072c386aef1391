// Choosing creators: a list that can be searched, those who can be given a code of the deal first.
import { BlockStack, Box, Button, Card, Checkbox, InlineStack, Scrollable, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import type { GiveCreator, GiveDeal } from "../../domain/pages.ts";
import { useT } from "../../i18n.ts";
import { JoinedMark } from "../marks.tsx";
import { stateIn } from "./give-state.ts";

type ChooseProps = { creators: GiveCreator[]; deal: GiveDeal | null; chosen: string[]; onChosen: (ids: string[]) => void };

const SHOWN = 100;

export function ChooseCreators({ creators, deal, chosen, onChosen }: ChooseProps) {
  const t = useT("codes");
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const found = creators.filter((creator) => [creator.name, creator.handle ?? "", creator.email ?? ""].some((each) => each.toLowerCase().includes(wanted)));
  const withoutCode = creators.filter((creator) => (deal?.program ? stateIn(creator, deal) === "joined" : true) && !creator.codes.some((code) => code.dealId === deal?.id));

  function toggle(id: string, on: boolean) {
    onChosen(on ? [...chosen, id] : chosen.filter((each) => each !== id));
  }

  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" gap="200">
          <Text as="h2" variant="headingSm">
            {t("give.creators.title")}
          </Text>
          <Text as="span" tone="subdued">
            {t("give.creators.chosen", { count: chosen.length })}
          </Text>
        </InlineStack>
        <TextField label={t("give.creators.search")} labelHidden placeholder={t("give.creators.search")} value={text} onChange={setText} autoComplete="off" clearButton onClearButtonClick={() => setText("")} />
        <InlineStack gap="300">
          {deal ? (
            <Button variant="plain" disabled={withoutCode.length === 0} onClick={() => onChosen(withoutCode.map((creator) => creator.id))}>
              {t("give.creators.all_without_code", { count: withoutCode.length })}
            </Button>
          ) : null}
          <Button variant="plain" disabled={chosen.length === 0} onClick={() => onChosen([])}>
            {t("give.creators.none")}
          </Button>
        </InlineStack>
        <Scrollable style={{ maxHeight: "320px" }} shadow focusable>
          <BlockStack gap="100">
            {found.slice(0, SHOWN).map((creator) => (
              <Line key={creator.id} creator={creator} deal={deal} checked={chosen.includes(creator.id)} onChange={(on) => toggle(creator.id, on)} />
            ))}
            {found.length === 0 ? <Text as="p">{t("give.creators.not_found")}</Text> : null}
            {found.length > SHOWN ? (
              <Text as="p" tone="subdued">
                {t("give.creators.more", { count: found.length - SHOWN })}
              </Text>
            ) : null}
          </BlockStack>
        </Scrollable>
      </BlockStack>
    </Card>
  );
}

function Line({ creator, deal, checked, onChange }: { creator: GiveCreator; deal: GiveDeal | null; checked: boolean; onChange: (on: boolean) => void }) {
  const t = useT("codes");
  const state = stateIn(creator, deal);
  const has = creator.codes.filter((code) => deal !== null && code.dealId === deal.id).map((code) => code.code);
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
