import { BlockStack, IndexTable, Link, Text, useBreakpoints } from "@shopify/polaris";
import type { WhatIfLine } from "../../domain/what-if-page.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, WrapCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";
import { StateBadge } from "./StateBadge.tsx";
import { usePeriodWords, useResultWords, useSettingSentences, useWho } from "./words.ts";

export function WhatIfsTable({ whatIfs }: { whatIfs: WhatIfLine[] }) {
  const t = useT("whatif");
  const { smDown } = useBreakpoints();
  return (
    <IndexTable
      condensed={smDown}
      selectable={false}
      itemCount={whatIfs.length}
      resourceName={{ singular: t("resource", { count: 1 }), plural: t("resource", { count: 2 }) }}
      headings={[{ title: t("column.what") }, { title: t("column.settings") }, { title: t("column.state") }, { title: t("column.result") }, { title: t("column.made") }]}
    >
      {whatIfs.map((whatIf, index) => (
        <IndexTable.Row id={whatIf.id} key={whatIf.id} position={index}>
          {smDown ? <Narrow whatIf={whatIf} /> : <Wide whatIf={whatIf} />}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

function What({ whatIf }: { whatIf: WhatIfLine }) {
  const period = usePeriodWords();
  return (
    <BlockStack gap="050">
      <Link url={`/app/what-if/${whatIf.id}`} dataPrimaryLink monochrome removeUnderline>
        <Text as="span" fontWeight="semibold" breakWord>
          {whatIf.program.name}
        </Text>
      </Link>
      <Text as="span" tone="subdued">
        {period(whatIf)}
      </Text>
    </BlockStack>
  );
}

function useResult(): (whatIf: WhatIfLine) => string {
  const t = useT("whatif");
  const format = useFormat();
  const words = useResultWords();
  return ({ result, state, done, total }) => {
    if (result) return words(result, state === "applied");
    return total > 0 ? t("progress.of", { done: format.number(Math.min(done, total)), total: format.number(total) }) : "–";
  };
}

function Wide({ whatIf }: { whatIf: WhatIfLine }) {
  const t = useT("whatif");
  const format = useFormat();
  const sentences = useSettingSentences();
  const result = useResult();
  const who = useWho();
  return (
    <>
      <WrapCell>
        <What whatIf={whatIf} />
      </WrapCell>
      <WrapCell width={320}>{sentences(whatIf.settings).join(" ")}</WrapCell>
      <IndexTable.Cell>
        <StateBadge whatIf={whatIf} />
      </IndexTable.Cell>
      <WrapCell width={320}>{result(whatIf)}</WrapCell>
      <WrapCell width={200}>{t("made_by", { when: format.dateTime(whatIf.createdAt), who: who(whatIf.who) })}</WrapCell>
    </>
  );
}

function Narrow({ whatIf }: { whatIf: WhatIfLine }) {
  const sentences = useSettingSentences();
  const result = useResult();
  return (
    <NarrowRow>
      <BlockStack gap="150" inlineAlign="start">
        <What whatIf={whatIf} />
        <StateBadge whatIf={whatIf} />
        <Text as="span">{result(whatIf)}</Text>
        <Text as="span" tone="subdued" variant="bodySm">
          {sentences(whatIf.settings).join(" ")}
        </Text>
      </BlockStack>
    </NarrowRow>
  );
}
