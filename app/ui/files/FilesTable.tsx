// The files that were brought in, and what came of each.
import { Badge, BlockStack, IndexTable, Link, Text, useBreakpoints } from "@shopify/polaris";
import type { FileDone, FileLine } from "../../domain/sheet-page.ts";
import { useT } from "../../i18n.ts";
import { NarrowRow, WrapCell } from "../cells.tsx";
import { useFormat } from "../format.tsx";

export function FilesTable({ files }: { files: FileLine[] }) {
  const t = useT("files");
  const { smDown } = useBreakpoints();
  return (
    <IndexTable
      condensed={smDown}
      selectable={false}
      itemCount={files.length}
      resourceName={{ singular: t("resource", { count: 1 }), plural: t("resource", { count: 2 }) }}
      headings={[{ title: t("column.file") }, { title: t("column.purpose") }, { title: t("column.state") }, { title: t("column.result") }, { title: t("column.when") }]}
    >
      {files.map((file, index) => (
        <IndexTable.Row id={file.id} key={file.id} position={index}>
          {smDown ? <Narrow file={file} /> : <Wide file={file} />}
        </IndexTable.Row>
      ))}
    </IndexTable>
  );
}

export function FileState({ state }: { state: FileLine["state"] }) {
  const t = useT("files");
  return <Badge tone={state === "applied" ? "success" : "attention"}>{t(`state.${state}`)}</Badge>;
}

function Name({ file }: { file: FileLine }) {
  return (
    <Link url={`/app/files/${file.id}`} dataPrimaryLink monochrome removeUnderline>
      <Text as="span" fontWeight="semibold" breakWord>
        {file.name}
      </Text>
    </Link>
  );
}

/** What came of a file in a line: "3 creators added, 12 codes in runs, 1 row left out". */
export function useDoneWords(): (done: FileDone) => string {
  const t = useT("files");
  const format = useFormat();
  return ({ added, known, joined, codes, left }) => {
    const counts = { added, known, joined, codes, left };
    const said = (Object.keys(counts) as (keyof typeof counts)[]).filter((what) => counts[what] > 0).map((what) => t(`done.${what}`, { count: counts[what] }));
    return said.length === 0 ? "–" : format.list(said);
  };
}

function useWhen(): (file: FileLine) => string {
  const t = useT("files");
  const format = useFormat();
  return ({ createdAt, who }) => t("brought", { when: format.dateTime(createdAt), who: who === "merchant" ? t("who.merchant") : who });
}

function Wide({ file }: { file: FileLine }) {
  const t = useT("files");
  const done = useDoneWords();
  const when = useWhen();
  return (
    <>
      <WrapCell>
        <Name file={file} />
      </WrapCell>
      <WrapCell width={200}>{t(`purpose.${file.purpose}.label`)}</WrapCell>
      <IndexTable.Cell>
        <FileState state={file.state} />
      </IndexTable.Cell>
      <WrapCell width={320}>{file.done ? done(file.done) : t("rows", { count: file.rows })}</WrapCell>
      <WrapCell width={200}>{when(file)}</WrapCell>
    </>
  );
}

function Narrow({ file }: { file: FileLine }) {
  const t = useT("files");
  const done = useDoneWords();
  const when = useWhen();
  return (
    <NarrowRow>
      <BlockStack gap="150" inlineAlign="start">
        <Name file={file} />
        <FileState state={file.state} />
        <Text as="span">{t(`purpose.${file.purpose}.label`)}</Text>
        <Text as="span">{file.done ? done(file.done) : t("rows", { count: file.rows })}</Text>
        <Text as="span" tone="subdued" variant="bodySm">
          {when(file)}
        </Text>
      </BlockStack>
    </NarrowRow>
  );
}
