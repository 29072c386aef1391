// Giving codes: the deal, for whom, how they are named, and when they are credited; then a preview that store and network were asked about. More
// codes than can be looked at one by one are made in the background.
import { useNavigate } from "@remix-run/react";
import { Banner, BlockStack, Box, Card, Layout, List, PageActions, Text } from "@shopify/polaris";
import type { FieldError } from "../../domain/problem.ts";
import { useT } from "../../i18n.ts";
import { ChooseCreators } from "./ChooseCreators.tsx";
import type { Policy } from "./give-state.ts";
import { DatesPart, DealPart, WhoPart } from "./GiveDeal.tsx";
import { GiveNaming } from "./GiveNaming.tsx";
import { GivePreview, GiveSample } from "./GivePreview.tsx";
import { NotesFields } from "../setup/NotesPart.tsx";
import { PolicyPart } from "./PolicyPart.tsx";
import { type GiveStart, useGive } from "./use-give.ts";

export type { CheckedRow, GiveAnswer } from "./use-give.ts";

export function GiveForm(start: GiveStart) {
  const t = useT("codes");
  const give = useGive(start);
  const { deal, chosen, settings, names, busy, own } = give;
  const everybody = chosen.kind === "everybody";
  const ofNetwork = (deal?.program?.network ?? "none") !== "none";
  const inNetwork = ofNetwork && !everybody;
  return (
    <Layout>
      <Layout.Section>
        <BlockStack gap="400">
          <Problems errors={give.general} />
          <DealPart deals={start.deals} deal={deal} onDeal={give.setDeal} />
          <WhoPart everybody={everybody} program={deal?.program?.name ?? null} inNetwork={ofNetwork} onEverybody={(all) => give.choose(all ? { kind: "everybody" } : { kind: "creators", ids: [] })} />
          {everybody ? null : <ChooseCreators creators={give.sorted} more={start.more} deal={deal} chosen={chosen} count={busy ? null : (names?.total ?? null)} onChosen={give.choose} />}
          <GiveNaming settings={settings} inNetwork={inNetwork} each={!everybody} onSettings={give.setSettings} />
          <Codes give={give} />
        </BlockStack>
      </Layout.Section>
      <Layout.Section variant="oneThird">
        <BlockStack gap="400">
          {everybody ? null : <PolicyPart title={t("give.policy.title")} policy={give.policy} onPolicy={(next) => give.setPolicy(next as Policy)} inNetwork={inNetwork} />}
          <DatesPart dates={give.dates} timezone={give.timezone} wrong={{ startDate: own.startsAt === undefined, endDate: own.endsAt === undefined }} found={give.wrongDates} onDates={give.setDates} />
          {inNetwork ? <ForNetwork give={give} pair={start.pairs[deal?.program?.id ?? ""] ?? null} /> : null}
        </BlockStack>
      </Layout.Section>
      <Layout.Section>
        <Actions give={give} />
      </Layout.Section>
    </Layout>
  );
}

/** What the network's API does not take, and where each code goes beside the deal's program. */
function ForNetwork({ give, pair }: GiveProps & { pair: string | null }) {
  const t = useT("setup");
  const total = give.names?.total ?? 0;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {t(pair === null ? "notes.title" : "title")}
        </Text>
        {pair === null ? null : (
          <>
            <Text as="p">{t("give.paired", { program: give.deal?.program?.name ?? "", pair })}</Text>
            <Text as="h3" variant="headingSm">
              {t("notes.title")}
            </Text>
          </>
        )}
        <Text as="p" tone="subdued">
          {t("notes.what")}
        </Text>
        <NotesFields notes={give.notes} onNotes={give.setNotes} errors={give.wrongNotes} oneCode={total <= 1} />
      </BlockStack>
    </Card>
  );
}

type GiveProps = { give: ReturnType<typeof useGive> };

function Codes({ give }: GiveProps) {
  const { asked, names, deal, busy } = give;
  if (asked === null || names === null || names.problem !== null || names.total === 0 || deal === null) return null;
  if (give.inRun) return <GiveSample names={names} busy={busy} />;
  return (
    <GivePreview
      names={names}
      deal={deal}
      checked={give.checked}
      wasChecked={give.wasChecked}
      busy={busy}
      onCode={give.keep}
      onLeaveOut={give.leaveOut}
      onCheck={() => give.send("check")}
      checking={give.working === "check"}
    />
  );
}

function Actions({ give }: GiveProps) {
  const t = useT("codes");
  const navigate = useNavigate();
  const { working, ready, names } = give;
  const count = give.asked === null ? 0 : give.rows.length;
  return (
    <>
      {give.blocked ? (
        <Box paddingBlockEnd="200" paddingInline={{ xs: "400", sm: "0" }}>
          <Text as="p" tone="critical">
            {t("give.blocked")}
          </Text>
        </Box>
      ) : null}
      <PageActions
        primaryAction={
          give.inRun
            ? { content: t("give.run", { count: names?.total ?? 0 }), onAction: () => give.send("run"), disabled: !ready || working !== "", loading: working === "run" }
            : { content: t("give.give", { count }), onAction: () => give.send("give"), disabled: !ready || give.blocked || working !== "", loading: working === "give" }
        }
        secondaryActions={[{ content: t("give.cancel"), onAction: () => navigate("/app/codes") }]}
      />
    </>
  );
}

function Problems({ errors }: { errors: FieldError[] }) {
  const t = useT("codes");
  const tErrors = useT("errors");
  if (errors.length === 0) return null;
  return (
    <Banner tone="critical" title={t("give.not_given")}>
      <List>
        {errors.map((error) => (
          <List.Item key={error.key}>{tErrors(error.key, error.values ?? {})}</List.Item>
        ))}
      </List>
    </Banner>
  );
}

