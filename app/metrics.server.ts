// What this process counts, for Prometheus. Each process has counters of its own, which are summed over all of them; what is read from the database is told by one
// process only (app/probes.server.ts). No label names a shop, an order, a creator or an account: their number has no bound, and who buys where is nobody's business here.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

const PREFIX = "creator_codes_";
/** From a twentieth of a second to two hours. */
const LAG_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1_800, 7_200];
/** More words than the log has sentences: whatever comes beyond them is one. */
const MOST_WORDS = 300;

/** How long something waited: from noting to its settling, from settling until the network took it, from a visit's telling to its commit. */
export type Lag = "noted_to_settled" | "settled_to_told" | "touch_to_kept";

function makeMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const counter = <T extends string>(name: string, help: string, ...labelNames: T[]) => new Counter({ name: PREFIX + name, help, labelNames, registers });
  const gauge = <T extends string>(name: string, help: string, ...labelNames: T[]) => new Gauge({ name: PREFIX + name, help, labelNames, registers });
  return {
    registry,
    words: new Set<string>(),
    received: counter("deliveries_total", "Deliveries that reached this process, by what became of them: noted, repeated, or why not.", "topic", "result"),
    settled: counter("deliveries_settled_total", "Deliveries that this process settled, by what they changed.", "topic", "effect"),
    entries: counter("ledger_entries_total", "Ledger entries that this process wrote.", "kind"),
    lag: new Histogram({ name: `${PREFIX}lag_seconds`, help: "How long work waited before a stage was done with it.", labelNames: ["stage"] as const, buckets: LAG_BUCKETS, registers }),
    fetched: counter("fetches_total", "Orders that the store was asked for, by its answer.", "result"),
    told: counter("network_requests_total", "Requests to networks, by their outcome.", "network", "outcome"),
    asked: counter("store_requests_total", "Requests to stores, by their outcome.", "outcome"),
    lines: counter("log_lines_total", "Warnings and faults in the log, by their sentence: what goes wrong, and how often.", "level", "reason"),
    turns: counter("loop_turns_total", "Turns of the loops that drive the stages.", "loop"),
    loopFaults: counter("loop_faults_total", "Turns of a loop that met a fault.", "loop"),
    turnAge: gauge("loop_turn_seconds", "How long the present turn of a loop has taken; 0 while it rests.", "loop"),
    requests: counter("http_requests_total", "Requests that were answered, by the part of the app and the class of the status.", "part", "status"),
    connections: gauge("database_connections", "Connections to the database that this process holds, or waits for.", "pool", "state"),
    ready: gauge("ready", "1 while /readyz answers 200."),
    build: gauge("build_info", "Always 1: which version runs, and as what.", "version", "role"),
    stores: gauge("store_rate", "The stores' budgets of points as this process knows them: how many stores, calls that wait for points, and the least that a bucket is filled (0 to 1).", "of"),
    database: {
      isHere: gauge("database_told_here", "1 in the one process that tells what is in the database; all metrics named creator_codes_db_ come from it."),
      inbox: gauge("db_inbox", "Deliveries that wait to be settled, counted up to 10,000, and the age in seconds of the oldest.", "of"),
      outbox: gauge("db_outbox", "Conversions that are due to be told, counted up to 10,000, and for how many seconds the one that waits longest has been due.", "of"),
      fetches: gauge("db_fetches", "Orders that the store is to be asked for, counted up to 10,000, and for how many seconds the oldest has been due.", "of"),
      stuck: gauge("db_conversions_stuck", "Conversions that wait for a person, counted up to 10,000."),
      unreadable: gauge("db_deliveries_unreadable", "Deliveries that could not be read or settled, counted up to 10,000."),
      ledger: gauge("db_ledger_entries", "Ledger entries, as the database estimates them."),
      budget: gauge("db_network_budget", "Requests that networks permit in an hour: used and limit over all accounts, how many accounts there are, and how far the fullest is used (0 to 1).", "network", "of"),
      seconds: gauge("db_read_seconds", "How long it took to read these from the database."),
    },
  };
}

type Metrics = ReturnType<typeof makeMetrics>;

// The server and Remix's bundle each load this module: a process has one set of counters.
const shared = globalThis as unknown as { creatorCodesMetrics?: Metrics };
export const metrics: Metrics = (shared.creatorCodesMetrics ??= makeMetrics());

/** Topics are the store's own words; one that no version knew is "other", as whoever signs could name any number. */
const TOPIC = /^(orders|refunds|returns|disputes|discounts|app|customers|shop|products|fulfillments)\/[a-z_]{1,40}$|^(fetch|unfound|what-if|hand|members|redecide)$/;

function topicLabel(topic: string): string {
  return TOPIC.test(topic) ? topic : "other";
}

/** A delivery was answered: "noted", "repeated", "unknown_topic", "unreadable", or why it was turned away ("signature", "headers", "too_large", "fault"). Unsigned topics are not believed: topic null. */
export function countDelivery(topic: string | null, result: string): void {
  metrics.received.inc({ topic: topic === null ? "unsigned" : topicLabel(topic), result });
}

/** Deliveries were settled and are committed. `receivedAt`: when each was noted. */
export function countSettled(deliveries: readonly { topic: string; effect: string; receivedAt: Date }[], at: Date): void {
  for (const { topic, effect, receivedAt } of deliveries) {
    metrics.settled.inc({ topic: topicLabel(topic), effect });
    observeLag("noted_to_settled", receivedAt, at);
  }
}

export function countEntries(entries: readonly { kind: string }[]): void {
  for (const { kind } of entries) metrics.entries.inc({ kind });
}

/** Clocks of several processes may differ: nothing waits less than no time. */
export function observeLag(stage: Lag, from: Date, to: Date): void {
  metrics.lag.observe({ stage }, Math.max(0, to.getTime() - from.getTime()) / 1_000);
}

/** A line of the log that tells of something wrong, by its sentence. */
export function countLine(level: string, sentence: string): void {
  const known = metrics.words.has(sentence);
  if (!known && metrics.words.size < MOST_WORDS) metrics.words.add(sentence);
  metrics.lines.inc({ level, reason: known || metrics.words.has(sentence) ? sentence : "other" });
}
