// The shapes of the page Home: types only, plain JSON. Times are ISO 8601, days "2026-06-10", amounts minor units as strings.
import type { NoticeCause } from "./notice.ts";

/** So far is counted; where there is more, it is shown as "1,000+". */
export const MOST_COUNTED = 1_000;

/** What waits and what failed, everywhere: each counted up to MOST_COUNTED. */
export type HomeState = {
  /** noted, not settled yet */
  deliveries: { waiting: number; unreadable: number };
  /** orders that the store is being asked for; `failing`: it did not answer several times */
  fetches: { waiting: number; failing: number };
  /** `cut`: sales that wait for an account which was disconnected */
  reports: { waiting: number; cut: number; stuck: number };
  /** codes and deals, in the store and in the networks */
  placements: { waiting: number; wrong: number };
  /** what store and networks have otherwise than this app, and nobody has settled */
  differs: number;
  /** creators' requests for a code that wait for a person */
  requests: number;
  /** accounts at networks whose hours do not suffice for what comes in, or take long for what waits */
  lags: number;
  /** what stands against the shop as a whole: notices that the rest of this state does not say */
  notices: Extract<NoticeCause, "token" | "hooks" | "inbox">[];
  refused: HomeAccount[];
  /** why the storefront's pixel could not be given (domain/problem.ts) */
  storefront: string | null;
  /** codes in force that outlive their creators' contracts, which end soon or ended */
  contracts: number;
  /** accounts whose token is good but lacks a permission */
  hindered: HomeAccount[];
};

/** An account at a network, with what names it in a sentence (domain/notice.ts accountWords). */
export type HomeAccount = { id: string; network: string; account: string; sid: string };

/** The merchant's first steps, each done or not. */
export type Setup = { programs: number; connected: boolean; creators: number; deals: number; codes: number; credited: boolean };

export type Totals = { sales: string; orders: number; takenBack: string };

export type HomeDay = { day: string; orders: number; amount: string; before: string };

export type Best = { id: string; name: string; owner: { id: string; name: string } | null; orders: number; amount: string; days: string[] };

export type Sales = {
  /** the first instant of the period, and of the one before it */
  from: string;
  before: string;
  now: Totals;
  then: Totals;
  days: HomeDay[];
  creators: Best[];
  codes: Best[];
};
