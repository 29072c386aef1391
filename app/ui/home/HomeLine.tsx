// The first line of Home: all is well, what is on the way, or what is wrong with the way to mend it.
import { Banner, Card, Icon, InlineStack, Link, List, Text } from "@shopify/polaris";
import { CheckCircleIcon, ClockIcon } from "@shopify/polaris-icons";
import type { HomeState, Setup } from "../../domain/home-page.ts";
import { accountWords } from "../../domain/notice.ts";
import { useNetworkNames, useT } from "../../i18n.ts";
import { useFormat } from "../format.tsx";

const NOTICE_URLS = { token: "/app/deliveries", hooks: "/app/deliveries", inbox: "/app/orders?view=waiting" } as const;

/** What is wrong, worst first: its sentence and where it can be mended. */
export function useFaults(state: HomeState): { key: string; text: string; url: string; mend: string }[] {
  const t = useT("home");
  const tNotices = useT("notices");
  const networkOf = useNetworkNames();
  const fault = (key: string, count: number, url: string) => (count === 0 ? [] : [{ key, text: t(`fault.${key}`, { count }), url, mend: t(`mend.${key}`) }]);
  return [
    ...state.notices.map((cause) => ({ key: cause, text: tNotices(`home.${cause}`), url: NOTICE_URLS[cause], mend: tNotices(`mend.${cause}`) })),
    ...state.refused.map((account) => ({ key: `refused ${account.id}`, text: t("fault.refused", { account: accountWords(account, networkOf(account.network)) }), url: "/app/network", mend: t("mend.refused") })),
    ...state.hindered.map((account) => ({ key: `hindered ${account.id}`, text: t("fault.hindered", { account: accountWords(account, networkOf(account.network)) }), url: "/app/network", mend: t("mend.hindered") })),
    ...fault("storefront", state.storefront === null ? 0 : 1, "/app/settings?show=storefront"),
    ...fault("cut", state.reports.cut, "/app/network"),
    ...fault("unreadable", state.deliveries.unreadable, "/app/orders?view=unreadable"),
    ...fault("stuck", state.reports.stuck, "/app/network/worklist"),
    ...fault("differs", state.differs, "/app/drift"),
    ...fault("requests", state.requests, "/app/requests"),
    ...fault("wrong", state.placements.wrong, "/app/codes?view=wrong"),
    ...fault("contracts", state.contracts, "/app/codes?view=contract"),
    ...fault("lags", state.lags, "/app/network"),
    ...fault("failing", state.fetches.failing, "/app/orders?view=waiting"),
  ];
}

/** What is under way, in words; empty where nothing is. */
export function useUnderWay(state: HomeState): string[] {
  const t = useT("home");
  const orders = state.deliveries.waiting + state.fetches.waiting;
  return [
    ...(orders > 0 ? [t("way.orders", { count: orders })] : []),
    ...(state.reports.waiting > 0 ? [t("way.reports", { count: state.reports.waiting })] : []),
    ...(state.placements.waiting > 0 ? [t("way.placements", { count: state.placements.waiting })] : []),
  ];
}

export function HomeLine({ state, setup }: { state: HomeState; setup: Setup }) {
  const t = useT("home");
  const format = useFormat();
  const faults = useFaults(state);
  const way = useUnderWay(state);
  const [only] = faults;
  if (only && faults.length === 1) {
    return <Banner tone="warning" title={only.text} action={{ content: only.mend, url: only.url }} />;
  }
  if (only) {
    return (
      <Banner tone="warning" title={t("line.faults", { count: faults.length })}>
        <List>
          {faults.map((fault) => (
            <List.Item key={fault.key}>
              {fault.text} <Link url={fault.url}>{fault.mend}</Link>
            </List.Item>
          ))}
        </List>
      </Banner>
    );
  }
  if (!setup.credited && way.length === 0) return null;
  return (
    <Card>
      <InlineStack gap="200" blockAlign="center" wrap={false}>
        <div>
          <Icon source={way.length > 0 ? ClockIcon : CheckCircleIcon} tone={way.length > 0 ? "info" : "success"} />
        </div>
        <Text as="p" variant="bodyLg">
          {way.length > 0 ? t("line.on_the_way", { what: format.list(way) }) : t(setup.connected ? "line.well" : "line.well_without_network")}
        </Text>
      </InlineStack>
    </Card>
  );
}
