// All that the page Network shows, read at once.
import { listBacklogs } from "./backlog.ts";
import { countDrifts } from "./drift.ts";
import { listConnections, listExchanges, listPrograms } from "./network.ts";
import { reportDays } from "./report-days.ts";
import { countWaitingRequests } from "./requests.ts";
import { sendersWarnings } from "./senders.ts";
import { listPairs, listProgramSteps } from "./setup.ts";
import { shopFacts } from "./sold.ts";
import { readWorklist } from "./worklist.ts";

/** The most urgent of what needs a hand; the rest is on the page of the worklist. */
const MOST_WORK = 5;
const DAYS = 30;

export async function readNetworkPage(shop: string, log: Parameters<typeof listExchanges>[1], now: Date) {
  const [accounts, backlogs, programs, work, senders, exchanges, drift, requests, pairs, steps, days] = await Promise.all([
    listConnections(shop, now),
    listBacklogs(shop, now),
    listPrograms(shop, now),
    readWorklist(shop, { view: "all", q: "", page: 1 }, now, MOST_WORK),
    sendersWarnings(shop, now),
    listExchanges(shop, log),
    countDrifts(shop),
    countWaitingRequests(shop),
    listPairs(shop),
    listProgramSteps(shop),
    shopFacts(shop).then(({ timezone }) => reportDays(shop, { days: DAYS, now, timezone })),
  ]);
  return { accounts, backlogs, programs, work, senders, log: exchanges, drift, requests, setUps: { pairs, steps }, told: days };
}
