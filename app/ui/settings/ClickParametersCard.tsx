// In which parameters of the shop's address clicks come: those of the shop's networks, and those that a merchant adds for links of others.
import { useFetcher } from "@remix-run/react";
import { BlockStack, Box, Button, Card, InlineGrid, InlineStack, Select, Text, TextField } from "@shopify/polaris";
import { DeleteIcon } from "@shopify/polaris-icons";
import { useEffect, useState } from "react";
import { type ClickParameter, MOST_CLICK_PARAMETERS } from "../../domain/click-parameter.ts";
import type { FieldError } from "../../domain/problem.ts";
import type { ClickParametersView } from "../../domain/settings-page.ts";
import { useNetworkNames, useT } from "../../i18n.ts";
import { useFieldErrors } from "../field-errors.ts";
import { useToast } from "../live.ts";

const OTHER = "";

export function ClickParametersCard({ own, added, networks }: ClickParametersView) {
  const t = useT("settings");
  const fetcher = useFetcher<{ errors: FieldError[] }>();
  const [rows, setRows] = useState<ClickParameter[]>(added);
  const [errors, setErrors] = useState<FieldError[]>([]);
  const wrong = useFieldErrors(errors);
  const kept = JSON.stringify(added);

  // What is kept has changed (it was saved here, or elsewhere): the form begins from it.
  useEffect(() => setRows(JSON.parse(kept) as ClickParameter[]), [kept]);
  useEffect(() => setErrors(fetcher.data?.errors ?? []), [fetcher.data]);
  useToast(fetcher.data, fetcher.data ? t(fetcher.data.errors.length === 0 ? "click_parameters.saved" : "not_saved_short") : null, (fetcher.data?.errors.length ?? 0) > 0);

  function change(next: ClickParameter[]) {
    setErrors([]);
    setRows(next);
  }

  const isFull = rows.length >= MOST_CLICK_PARAMETERS;
  return (
    <Card>
      <BlockStack gap="400">
        <OwnParameters own={own} />
        <BlockStack gap="300">
          <Text as="h3" variant="headingSm">
            {t("click_parameters.added")}
          </Text>
          <Text as="p" tone="subdued">
            {t("click_parameters.name_help")}
          </Text>
          {rows.map((row, index) => (
            <ParameterRow
              key={index}
              row={row}
              networks={networks}
              error={wrong(`parameters.${index}`)}
              onChange={(next) => change(rows.map((each, at) => (at === index ? next : each)))}
              onRemove={() => change(rows.filter((_, at) => at !== index))}
            />
          ))}
          {wrong("parameters") ? <Text as="p" tone="critical">{wrong("parameters")}</Text> : null}
          <InlineStack gap="200" blockAlign="center">
            <Button disabled={isFull} onClick={() => change([...rows, { name: "", network: null }])}>{t("click_parameters.add")}</Button>
            <Button variant="primary" disabled={JSON.stringify(rows) === kept} loading={fetcher.state !== "idle"} onClick={() => fetcher.submit(rows, { method: "post", action: "/app/settings/parameters", encType: "application/json" })}>
              {t("click_parameters.save")}
            </Button>
            {isFull ? <Text as="span" tone="subdued">{t("click_parameters.full", { most: MOST_CLICK_PARAMETERS })}</Text> : null}
          </InlineStack>
          {rows.some(({ network }) => network === null) ? <Text as="p" tone="subdued">{t("click_parameters.unknown")}</Text> : null}
        </BlockStack>
      </BlockStack>
    </Card>
  );
}

function OwnParameters({ own }: { own: ClickParameter[] }) {
  const t = useT("settings");
  const nameOf = useNetworkNames();
  return (
    <BlockStack gap="100">
      <Text as="h3" variant="headingSm">
        {t("click_parameters.own")}
      </Text>
      {own.length === 0 ? <Text as="p" tone="subdued">{t("click_parameters.own_none")}</Text> : null}
      {own.map(({ name, network }) => (
        <Text as="p" key={name} breakWord>
          {t("click_parameters.own_line", { network: nameOf(network ?? ""), name })}
        </Text>
      ))}
    </BlockStack>
  );
}

type RowProps = { row: ClickParameter; networks: string[]; error: string | undefined; onChange: (row: ClickParameter) => void; onRemove: () => void };

function ParameterRow({ row, networks, error, onChange, onRemove }: RowProps) {
  const t = useT("settings");
  const nameOf = useNetworkNames();
  const options = [{ value: OTHER, label: t("click_parameters.other") }, ...networks.map((network) => ({ value: network, label: nameOf(network) }))];
  return (
    <InlineGrid columns={{ xs: "1fr", sm: "1fr 1fr auto" }} gap="200" alignItems="start">
      <TextField label={t("click_parameters.name")} value={row.name} onChange={(name) => onChange({ ...row, name })} autoComplete="off" maxLength={40} {...(error ? { error } : {})} />
      <Select label={t("click_parameters.network")} options={options} value={row.network ?? OTHER} onChange={(network) => onChange({ ...row, network: network === OTHER ? null : network })} />
      <Box paddingBlockStart={{ xs: "0", sm: "600" }}>
        <Button icon={DeleteIcon} variant="tertiary" onClick={onRemove} accessibilityLabel={row.name === "" ? t("click_parameters.remove_blank") : t("click_parameters.remove", { name: row.name })} />
      </Box>
    </InlineGrid>
  );
}
