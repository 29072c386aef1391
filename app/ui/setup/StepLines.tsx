// The step of the two-program set-up in the network's own menu words, with what is to be entered.
import { BlockStack, Box, InlineStack, List, Text } from "@shopify/polaris";
import type { KeptStep } from "../../domain/network-steps.ts";
import type { SetupValues } from "../../domain/setup-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { CopyButton } from "../share/copy.tsx";

type MenuProps = { network: string; program: string; source: string | null };

/** Where a person goes in the network, menu by menu. */
export function MenuSteps({ network, program, source }: MenuProps) {
  const tNetwork = useT(network);
  return (
    <BlockStack gap="200">
      <List type="number" gap="extraTight">
        <List.Item>{tNetwork("setup.go", { program })}</List.Item>
        <List.Item>{source === null ? tNetwork("setup.choose_unnamed") : tNetwork("setup.choose", { source })}</List.Item>
        <List.Item>{tNetwork("setup.enter")}</List.Item>
      </List>
      <Text as="p" tone="subdued">
        {tNetwork("setup.addon")}
      </Text>
      <Text as="p" tone="subdued">
        {tNetwork("setup.rest")}
      </Text>
    </BlockStack>
  );
}

/** What was entered otherwise than it is to be, each in a sentence. */
export function WrongSteps({ network, steps }: { network: string; steps: readonly KeptStep[] }) {
  const tNetwork = useT(network);
  const words = useNetworkWords(network);
  return (
    <List gap="extraTight">
      {steps.map(({ key, values }) => (
        <List.Item key={key}>{tNetwork(`setup.${key}`, { ...values, policy: words.policy(String(values.policy ?? "")), theirs: values.word ? String(values.word) : words.policy(String(values.theirs ?? "")) })}</List.Item>
      ))}
    </List>
  );
}

/** Policies and match types as the network's form calls them. */
export function useNetworkWords(network: string): { policy: (policy: string) => string; match: (match: string) => string } {
  const tNetwork = useT(network);
  const known = ["always", "involved", "winner"];
  return { policy: (policy) => tNetwork(`setup.policy_is.${known.includes(policy) ? policy : "other"}`), match: (match) => tNetwork(`setup.match_is.${match === "regex" ? "regex" : "exact"}`) };
}

/** The fields of the network's form, in its order, each to be copied. */
export function ValuesToEnter({ network, values, timezone }: { network: string; values: SetupValues; timezone: string }) {
  const t = useT("setup");
  const tNetwork = useT(network);
  const format = useFormat();
  const words = useNetworkWords(network);
  const fields: { name: string; text: string }[] = [
    { name: "code", text: values.code },
    { name: "policy", text: words.policy(values.policy) },
    { name: "match", text: words.match(values.match) },
    { name: "comments", text: values.comments },
    { name: "sendTo", text: values.sendTo },
    { name: "starts", text: values.startsAt === null ? "" : format.dateTime(values.startsAt) },
    { name: "ends", text: values.endsAt === null ? "" : format.dateTime(values.endsAt) },
  ];
  const dated = values.startsAt !== null || values.endsAt !== null;
  return (
    <Box padding="300" background="bg-surface-secondary" borderRadius="200">
      <BlockStack gap="200">
        <Text as="h4" variant="headingXs">
          {t("values")}
        </Text>
        {fields.map(({ name, text }) => {
          const label = tNetwork(`setup.field.${name}`);
          return (
            <InlineStack key={name} align="space-between" blockAlign="center" gap="200" wrap={false}>
              <BlockStack>
                <Text as="span" tone="subdued" variant="bodySm">
                  {label}
                </Text>
                <Text as="span" breakWord {...(text === "" ? { tone: "subdued" as const } : {})}>
                  {text === "" ? t("empty") : text}
                </Text>
              </BlockStack>
              {text === "" ? null : <CopyButton text={text} label={t("copy", { field: label })} />}
            </InlineStack>
          );
        })}
        {dated ? (
          <Text as="p" tone="subdued" variant="bodySm">
            {t("zone", { timezone })}
          </Text>
        ) : null}
      </BlockStack>
    </Box>
  );
}

/** How a creator who has not joined is invited. */
export function InviteSteps({ network, program }: { network: string; program: string }) {
  const tNetwork = useT(network);
  return (
    <List type="number" gap="extraTight">
      <List.Item>{tNetwork("setup.joined", { program })}</List.Item>
      <List.Item>{tNetwork("setup.invite")}</List.Item>
    </List>
  );
}
