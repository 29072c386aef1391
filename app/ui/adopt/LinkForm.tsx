// Codes of the store with whom each is to be linked; with a discount, that one becomes a deal as well.
import { useFetcher } from "@remix-run/react";
import { Banner, BlockStack, Box, Button, Card, InlineStack, Layout, Select, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import type { FoundCode, FoundDiscount, SoldBefore } from "../../domain/adopt.ts";
import { useT } from "../../i18n.ts";
import { PolicyPart } from "../codes/PolicyPart.tsx";
import { useUnread } from "../drift/words.ts";
import { useFieldErrors } from "../field-errors.ts";
import { useFormat } from "../format.tsx";
import { useOffer } from "../offer.ts";
import { type LinkAnswer, type Owners, rowsOf } from "./link-state.ts";
import { LinkRows } from "./LinkRows.tsx";

type LinkFormProps = {
  /** To be taken over into a deal; left out: the codes are linked as they are. */
  discount?: FoundDiscount;
  codes: FoundCode[];
  programs: { id: string; name: string; inNetwork: boolean }[];
  guessed: Record<string, { id: string; name: string }>;
  sold: Record<string, SoldBefore>;
};

export function LinkForm({ discount, codes, programs, guessed, sold }: LinkFormProps) {
  const t = useT("adopt");
  const fetcher = useFetcher<LinkAnswer>();
  const [owners, setOwners] = useState<Owners>(() => Object.fromEntries(codes.map(({ key }) => [key, guessed[key] ?? null])));
  const [programId, setProgram] = useState(programs[0]?.id ?? "");
  const [policy, setPolicy] = useState("always");
  const [name, setName] = useState(discount?.title ?? "");
  const errors = useFieldErrors(fetcher.data?.errors ?? []);
  const rows = rowsOf(owners, policy);
  const busy = fetcher.state === "idle" ? null : String(fetcher.formData?.get("intent"));
  const readable = discount === undefined || discount.terms !== null;
  const submit = (intent: "check" | "link") => fetcher.submit({ intent, programId, name, rows: JSON.stringify(rows) }, { method: "post" });
  const guesses = codes.filter(({ key }) => guessed[key] && owners[key]?.id === guessed[key]!.id).length;
  const general = errors("form") ?? errors("rows");

  return (
    <Layout>
      <Layout.Section>
        <BlockStack gap="400">
          {general ? (
            <Banner tone="critical" title={general}>
              <Unread unread={fetcher.data?.unread ?? []} />
            </Banner>
          ) : null}
          {discount ? <DiscountCard discount={discount} name={name} onName={setName} error={errors("name")} /> : null}
          <Card padding="0">
            <Box padding="400">
              <BlockStack gap="100">
                <Text as="h2" variant="headingSm">
                  {t("link.codes")}
                </Text>
                <Text as="p" tone="subdued">
                  {guesses > 0 ? t("link.guessed", { count: guesses }) : t("link.not_guessed")}
                </Text>
              </BlockStack>
            </Box>
            <LinkRows codes={codes} owners={owners} sold={sold} checked={fetcher.data?.rows ?? null} onOwner={(key, owner) => setOwners({ ...owners, [key]: owner })} />
          </Card>
        </BlockStack>
      </Layout.Section>
      <Layout.Section variant="oneThird">
        <BlockStack gap="400">
          <Card>
            <Select label={t("link.program")} options={programs.map(({ id, name }) => ({ value: id, label: name }))} value={programId} onChange={setProgram} error={errors("programId")} helpText={t("link.program_help")} />
          </Card>
          <PolicyPart title={t("link.policy")} policy={policy} inNetwork={programs.find(({ id }) => id === programId)?.inNetwork === true} onPolicy={setPolicy} />
          <Card>
            <BlockStack gap="300">
              <Text as="p">{rows.length === 0 ? t(discount ? "over.then_none" : "link.then_nobody") : t(discount ? "over.then" : "link.then", { count: rows.length })}</Text>
              <Text as="p" tone="subdued">
                {t("link.before")}
              </Text>
              <InlineStack gap="200">
                <Button variant="primary" disabled={!readable || (!discount && rows.length === 0)} loading={busy === "link"} onClick={() => submit("link")}>
                  {discount ? t("over.do") : rows.length === 0 ? t("link.do_nobody") : t("link.do", { count: rows.length })}
                </Button>
                {discount ? null : (
                  <Button disabled={rows.length === 0} loading={busy === "check"} onClick={() => submit("check")}>
                    {t("link.check")}
                  </Button>
                )}
              </InlineStack>
            </BlockStack>
          </Card>
        </BlockStack>
      </Layout.Section>
    </Layout>
  );
}

type DiscountCardProps = { discount: FoundDiscount; name: string; onName: (name: string) => void; error: string | undefined };

function DiscountCard({ discount, name, onName, error }: DiscountCardProps) {
  const t = useT("adopt");
  const offer = useOffer();
  const format = useFormat();
  const { terms, startsAt, endsAt } = discount;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t("over.offer")}
        </Text>
        {terms === null ? (
          <Banner tone="warning" title={t("over.cannot")}>
            <Unread unread={discount.unread} />
          </Banner>
        ) : (
          <Text as="p" variant="bodyLg" breakWord>
            {offer(terms, { startsAt, endsAt })}
          </Text>
        )}
        <Text as="p" tone="subdued">
          {t("over.facts", { codes: discount.codes, uses: discount.uses, from: format.date(startsAt) })}
        </Text>
        {terms === null ? null : <TextField label={t("over.name")} value={name} onChange={onName} autoComplete="off" maxLength={255} error={error} helpText={t(name.trim() === discount.title ? "over.name_same" : "over.name_new")} />}
      </BlockStack>
    </Card>
  );
}

function Unread({ unread }: { unread: string[] }) {
  const words = useUnread()(unread);
  return words === "" ? null : <p>{words}</p>;
}
