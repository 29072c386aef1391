// Approving requests: the code of each, the deal, when the creator is credited; what store and network say, and what will happen on both sides.
import { Banner, BlockStack, Box, Button, Checkbox, ChoiceList, List, Modal, Select, Text, TextField } from "@shopify/polaris";
import type { GiveDeal } from "../../domain/pages.ts";
import type { FieldError } from "../../domain/problem.ts";
import type { RequestItem } from "../../domain/request-page.ts";
import { useT } from "../../i18n.ts";
import { GiveFindings } from "../codes/GiveFindings.tsx";
import { useOffer } from "../offer.ts";
import { CreatorsWords } from "./RequestParts.tsx";
import { useGrant } from "./use-grant.ts";

type GrantProps = { items: RequestItem[]; deals: GiveDeal[]; busy: boolean; errors: readonly FieldError[]; onClose: () => void; onGrant: (form: Record<string, string>) => void };

export function GrantDialog({ items, deals, busy, errors, onClose, onGrant }: GrantProps) {
  const t = useT("requests");
  const tErrors = useT("errors");
  const grant = useGrant(items, deals);
  const general = [...errors.filter((error) => !error.field.startsWith("rows.")), ...grant.errors];
  return (
    <Modal
      open
      onClose={onClose}
      title={items.length === 1 ? t("grant.title", { creator: nameOf(items[0]!) }) : t("grant.title_many", { count: items.length })}
      primaryAction={{ content: t("grant.yes", { count: items.length }), onAction: () => onGrant({ ...grant.form, intent: "approve" }), disabled: !grant.ready || busy, loading: busy }}
      secondaryActions={[{ content: t("cancel"), onAction: onClose, disabled: busy }]}
    >
      <Modal.Section>
        <BlockStack gap="400">
          {general.length > 0 ? (
            <Banner tone="critical">
              <List>{general.map((error) => <List.Item key={error.key}>{tErrors(error.key, error.values ?? {})}</List.Item>)}</List>
            </Banner>
          ) : null}
          {grant.fitting.length === 0 ? <NoDeal program={items[0]?.program?.name ?? null} /> : <DealChoice grant={grant} />}
          {items.map((item) => (
            <CodeField key={item.id} item={item} alone={items.length === 1} grant={grant} />
          ))}
          <PolicyChoice policy={grant.policy} onPolicy={grant.setPolicy} />
          {grant.deal ? <WhatHappens items={items} grant={grant} deal={grant.deal} /> : null}
        </BlockStack>
      </Modal.Section>
    </Modal>
  );
}

function nameOf(item: RequestItem): string {
  return item.creator?.name ?? item.partnerName;
}

type Grant = ReturnType<typeof useGrant>;

function NoDeal({ program }: { program: string | null }) {
  const t = useT("requests");
  return (
    <Banner tone="warning" action={{ content: t("grant.new_deal"), url: "/app/deals/new" }}>
      <p>{program === null ? t("grant.no_deal_here") : t("grant.no_deal", { program })}</p>
    </Banner>
  );
}

function DealChoice({ grant }: { grant: Grant }) {
  const t = useT("requests");
  const offer = useOffer();
  return (
    <Select
      label={t("grant.deal")}
      options={grant.fitting.map((deal) => ({ value: deal.id, label: deal.name }))}
      value={grant.deal?.id ?? ""}
      onChange={grant.setDealId}
      {...(grant.deal ? { helpText: offer(grant.deal.terms, grant.deal) } : {})}
    />
  );
}

function CodeField({ item, alone, grant }: { item: RequestItem; alone: boolean; grant: Grant }) {
  const t = useT("requests");
  const findings = grant.found?.get(item.id) ?? null;
  const code = grant.codes[item.id] ?? "";
  const blocked = findings?.some((finding) => finding.blocking) ?? false;
  const hyphen = code.includes("-");
  return (
    <BlockStack gap="200">
      {alone ? <CreatorsWords item={item} /> : null}
      <TextField
        label={alone ? t("grant.code") : t("grant.code_of", { creator: nameOf(item) })}
        value={code}
        onChange={(next) => grant.setCode(item.id, next)}
        autoComplete="off"
        spellCheck={false}
        maxLength={300}
        {...(item.asked.length > 0 && item.asked[0] !== code ? { helpText: t("grant.asked", { code: item.asked.join(", ") }), connectedRight: <Button onClick={() => grant.setCode(item.id, item.asked[0]!)}>{t("grant.as_asked")}</Button> } : {})}
      />
      {hyphen ? <Checkbox label={t("grant.hyphens")} checked={grant.hyphens} onChange={grant.setHyphens} /> : null}
      <div aria-live="polite">{grant.checking ? <Text as="p" tone="subdued">{t("grant.checking")}</Text> : <GiveFindings findings={findings} free={t("grant.free")} {...(blocked ? { onName: (name: string) => grant.setCode(item.id, name) } : {})} />}</div>
    </BlockStack>
  );
}

function PolicyChoice({ policy, onPolicy }: { policy: string; onPolicy: (policy: string) => void }) {
  const t = useT("codes");
  return (
    <BlockStack gap="200">
      <ChoiceList
        title={t("give.policy.title")}
        name="request-policy"
        choices={["always", "involved", "winner"].map((value) => ({ value, label: t(`policy.${value}.label`), helpText: t(`policy.${value}.help`) }))}
        selected={[policy]}
        onChange={([chosen]) => onPolicy(chosen ?? "always")}
      />
      {policy === "always" ? (
        <Banner tone="warning">
          <p>{t("policy.always.warning")}</p>
        </Banner>
      ) : null}
    </BlockStack>
  );
}

function WhatHappens({ items, grant, deal }: { items: RequestItem[]; grant: Grant; deal: GiveDeal }) {
  const t = useT("requests");
  const tCodes = useT("codes");
  const names = items.map((item) => (grant.codes[item.id] ?? "").trim()).filter(Boolean).join(", ");
  const values = { code: names, deal: deal.name, program: items[0]?.program?.name ?? "", policy: tCodes(`policy.${grant.policy}.label`), count: items.length };
  return (
    <Box background="bg-surface-secondary" padding="300" borderRadius="200">
      <BlockStack gap="150">
        <Text as="h3" variant="headingSm">
          {t("grant.happens.title")}
        </Text>
        <List type="number">
          <List.Item>{t("grant.happens.store", values)}</List.Item>
          <List.Item>{t("grant.happens.network", values)}</List.Item>
          <List.Item>{t("grant.happens.ours", values)}</List.Item>
        </List>
        <Text as="p" tone="subdued" variant="bodySm">
          {t("grant.happens.refused")}
        </Text>
      </BlockStack>
    </Box>
  );
}
