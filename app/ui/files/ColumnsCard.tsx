// What a file is for, and which of its columns is what.
import { BlockStack, Card, ChoiceList, InlineGrid, Select, Text } from "@shopify/polaris";
import { type Columns, FIELDS_OF, type Purpose, PURPOSES, type SheetField } from "../../domain/sheet-columns.ts";
import type { FileChoices } from "../../domain/sheet-page.ts";
import { useT } from "../../i18n.ts";
import { useColumnName } from "./words.ts";

type ColumnsCardProps = { choices: FileChoices; names: readonly string[]; onChange: (change: Partial<FileChoices>) => void };

export function ColumnsCard({ choices, names, onChange }: ColumnsCardProps) {
  const t = useT("files");
  return (
    <Card>
      <BlockStack gap="400">
        <ChoiceList
          title={t("choose.purpose")}
          choices={PURPOSES.map((purpose) => ({ value: purpose, label: t(`purpose.${purpose}.label`), helpText: t(`purpose.${purpose}.help`) }))}
          selected={[choices.purpose]}
          onChange={([purpose]) => onChange({ purpose: purpose as Purpose })}
        />
        <BlockStack gap="200">
          <Text as="h2" variant="headingSm">
            {t("choose.columns")}
          </Text>
          <Text as="p" tone="subdued">
            {t("choose.columns_help")}
          </Text>
          <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
            {FIELDS_OF[choices.purpose].map((field) => (
              <ColumnSelect key={field} field={field} columns={choices.columns} names={names} onColumns={(columns) => onChange({ columns })} />
            ))}
          </InlineGrid>
        </BlockStack>
      </BlockStack>
    </Card>
  );
}

type ColumnSelectProps = { field: SheetField; columns: Columns; names: readonly string[]; onColumns: (columns: Columns) => void };

function ColumnSelect({ field, columns, names, onColumns }: ColumnSelectProps) {
  const t = useT("files");
  const columnName = useColumnName();
  const options = [{ value: "", label: t("choose.not_there") }, ...names.map((_, at) => ({ value: String(at), label: columnName(names, at) }))];
  function choose(value: string) {
    // A column is one field: whatever had it gives it up.
    const rest = Object.entries(columns).filter(([other, at]) => other !== field && String(at) !== value);
    onColumns({ ...Object.fromEntries(rest), ...(value === "" ? {} : { [field]: Number(value) }) });
  }
  return <Select label={t(`field.${field}`)} options={options} value={columns[field] === undefined ? "" : String(columns[field])} onChange={choose} />;
}
