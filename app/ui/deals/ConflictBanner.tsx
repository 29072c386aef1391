// Somebody else saved the deal first: what either changed, part by part, and what to do about it.
import { Banner, BlockStack, Box, Button, ChoiceList, InlineGrid, InlineStack, Text } from "@shopify/polaris";
import { useState } from "react";
import { type ConflictPart, type DealConflict, mergeDeals } from "../../domain/deal-edit.ts";
import type { DealPart, DealState } from "../../domain/deal-parts.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { usePartWords } from "./part-words.ts";

type Props = { conflict: DealConflict; onTheirs: () => void; onMerged: (merged: DealState) => void };

export function ConflictBanner({ conflict, onTheirs, onMerged }: Props) {
  const t = useT("deals");
  const format = useFormat();
  const [mine, setMine] = useState<DealPart[]>([]);
  const who = conflict.who === "merchant" ? t("conflict.somebody") : conflict.who;
  const both = conflict.parts.some(({ changedBy }) => changedBy === "both");
  return (
    <div tabIndex={-1} id="conflict">
      <Banner tone="warning" title={t("conflict.title", { who, when: format.dateTime(conflict.at) })}>
        <BlockStack gap="300">
          <p>{t(both ? "conflict.both" : "conflict.apart")}</p>
          <BlockStack gap="200">
            {conflict.parts.map((part) => (
              <Difference
                key={part.part}
                part={part}
                conflict={conflict}
                who={who}
                keepMine={mine.includes(part.part)}
                onChoose={(keep) => setMine((before) => (keep ? [...before, part.part] : before.filter((each) => each !== part.part)))}
              />
            ))}
          </BlockStack>
          <InlineStack gap="200">
            <Button variant="primary" onClick={() => onMerged(mergeDeals(conflict, mine))}>
              {t("conflict.merge")}
            </Button>
            <Button onClick={onTheirs}>{t("conflict.theirs")}</Button>
          </InlineStack>
          <Text as="p" variant="bodySm">
            {t("conflict.not_saved")}
          </Text>
        </BlockStack>
      </Banner>
    </div>
  );
}

function Difference({ part: { part, changedBy }, conflict, who, keepMine, onChoose }: { part: ConflictPart; conflict: DealConflict; who: string; keepMine: boolean; onChoose: (keep: boolean) => void }) {
  const t = useT("deals");
  const words = usePartWords();
  const [theirs, mine] = [words.of(part, conflict.theirs), words.of(part, conflict.mine)];
  return (
    <Box padding="300" background="bg-surface" borderRadius="200" borderWidth="025" borderColor="border-secondary">
      <BlockStack gap="150">
        <Text as="h3" variant="headingXs">
          {words.name(part)}
        </Text>
        {changedBy === "both" ? (
          <ChoiceList
            title={words.name(part)}
            titleHidden
            name={`conflict-${part}`}
            choices={[
              { value: "theirs", label: t("conflict.of_them", { who, value: theirs }) },
              { value: "mine", label: t("conflict.of_me", { value: mine }) },
            ]}
            selected={[keepMine ? "mine" : "theirs"]}
            onChange={([chosen]) => onChoose(chosen === "mine")}
          />
        ) : (
          <InlineGrid columns={{ xs: 1, sm: 2 }} gap="200">
            <Text as="p" breakWord {...(changedBy === "them" ? { fontWeight: "semibold" } : {})}>
              {t("conflict.of_them", { who, value: theirs })}
            </Text>
            <Text as="p" breakWord {...(changedBy === "me" ? { fontWeight: "semibold" } : {})}>
              {t("conflict.of_me", { value: mine })}
            </Text>
          </InlineGrid>
        )}
      </BlockStack>
    </Box>
  );
}
