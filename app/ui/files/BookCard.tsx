// What is in a file: which sheet is read, its first rows, and what is odd about it.
import { BlockStack, Card, DataTable, Select, Text } from "@shopify/polaris";
import type { FileBook } from "../../domain/sheet-page.ts";
import { useT } from "../../i18n.ts";
import { useColumnName } from "./words.ts";

const SEPARATORS: Record<string, string> = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" };
const ENCODINGS: Record<string, string> = { "utf-8": "UTF-8", "utf-16le": "UTF-16", "utf-16be": "UTF-16", "windows-1252": "Windows-1252", gb18030: "GB 18030" };

type BookCardProps = { book: FileBook; sheet: number; onSheet: ((sheet: number) => void) | null };

export function BookCard({ book, sheet, onSheet }: BookCardProps) {
  const t = useT("files");
  const columnName = useColumnName();
  const { csv, header } = book;
  const said = csv
    ? t("book.csv", { encoding: ENCODINGS[csv.encoding] ?? csv.encoding, separator: t(`separator.${SEPARATORS[csv.separator] ?? "comma"}`), row: header.n })
    : t("book.xlsx", { sheet: book.sheets[book.sheet]?.name ?? "", row: header.n });
  const width = Math.max(...book.sample.map((row) => row.cells.length), header.names.length);
  const columns = Array.from({ length: Math.min(width, 60) }, (_, at) => at);
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("book.title")}
        </Text>
        <BlockStack gap="100">
          <Text as="p">
            {said} {t("book.rows", { count: book.rows })}
          </Text>
          {book.formulas > 0 ? <Text as="p">{t("book.formulas", { count: book.formulas })}</Text> : null}
          {book.macros ? <Text as="p">{t("book.macros")}</Text> : null}
        </BlockStack>
        {book.sheets.length > 1 && onSheet ? (
          <Select label={t("book.sheet")} options={book.sheets.map(({ name, hidden }, at) => ({ value: String(at), label: hidden ? t("book.hidden", { name }) : name }))} value={String(sheet)} onChange={(chosen) => onSheet(Number(chosen))} />
        ) : null}
        <Text as="h3" variant="headingXs" tone="subdued">
          {t("book.sample")}
        </Text>
        <DataTable
          columnContentTypes={columns.map(() => "text")}
          headings={columns.map((at) => columnName(header.names, at))}
          rows={book.sample.map(({ cells }) => columns.map((at) => cells[at] ?? ""))}
          increasedTableDensity
          truncate
        />
      </BlockStack>
    </Card>
  );
}
