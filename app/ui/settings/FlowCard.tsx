// Workflows of the platform: what this app tells them, what they can ask of it, and what failed lately.
import { Badge, BlockStack, Card, Divider, InlineStack, Text } from "@shopify/polaris";
import type { FlowCard as Facts, FlowFailure } from "../../domain/flow-page.ts";
import { useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";
import { useProblemWords } from "../marks.tsx";

export function FlowCard({ flow }: { flow: Facts }) {
  const t = useT("flow");
  const { number, dateTime } = useFormat();
  const said = (parts: (string | null)[]) => parts.filter((part) => part !== null).join(" · ");
  return (
    <Card>
      <BlockStack gap="400">
        <Group title={t("triggers")}>
          {flow.triggers.map(({ handle, told, waiting, failed, lastAt }) => (
            <Line key={handle} name={t(`trigger.${handle}.name`)} about={t(`trigger.${handle}.about`)} failed={failed > 0 ? t("not_told", { count: failed, number: number(failed) }) : null}>
              {said([told === 0 ? t("nothing_told") : t("told", { count: told, number: number(told) }), waiting === 0 ? null : t("waiting", { count: waiting, number: number(waiting) }), lastAt && t("last", { when: dateTime(lastAt) })])}
            </Line>
          ))}
        </Group>
        <Divider />
        <Group title={t("actions")}>
          {flow.actions.map(({ handle, done, refused, lastAt }) => (
            <Line key={handle} name={t(`action.${handle}.name`)} about={t(`action.${handle}.about`)} failed={refused > 0 ? t("refused", { count: refused, number: number(refused) }) : null}>
              {said([done === 0 ? t("nothing_done") : t("done", { count: done, number: number(done) }), lastAt && t("last", { when: dateTime(lastAt) })])}
            </Line>
          ))}
        </Group>
        {flow.failures.length > 0 ? (
          <>
            <Divider />
            <Group title={t("failures")}>
              {flow.failures.map((failure) => (
                <Failure key={`${failure.kind} ${failure.id}`} failure={failure} />
              ))}
            </Group>
          </>
        ) : null}
      </BlockStack>
    </Card>
  );
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <BlockStack gap="300">
      <Text as="h3" variant="headingSm">{title}</Text>
      {children}
    </BlockStack>
  );
}

function Line({ name, about, failed, children }: { name: string; about: string; failed: string | null; children: React.ReactNode }) {
  return (
    <BlockStack gap="050">
      <InlineStack gap="200" align="space-between" blockAlign="center">
        <Text as="span" fontWeight="semibold">{name}</Text>
        {failed === null ? null : <Badge tone="warning">{failed}</Badge>}
      </InlineStack>
      <Text as="p">{about}</Text>
      <Text as="p" tone="subdued" variant="bodySm">{children}</Text>
    </BlockStack>
  );
}

function Failure({ failure }: { failure: FlowFailure }) {
  const t = useT("flow");
  const tErrors = useT("errors");
  const words = useProblemWords();
  const { dateTime } = useFormat();
  const why = failure.kind === "trigger" ? words(failure.problem) : failure.errors.map(({ key, values }) => tErrors(key, values ?? {})).join(" ");
  return (
    <BlockStack gap="050">
      <Text as="p" breakWord>{why}</Text>
      <Text as="p" tone="subdued" variant="bodySm" breakWord>
        {[dateTime(failure.at), t(`${failure.kind}.${failure.handle}.name`), failure.about].filter(Boolean).join(" · ")}
      </Text>
    </BlockStack>
  );
}
