// The shapes of the page of one code, and of the form and the tester of a pattern: plain JSON. Times are ISO 8601, amounts are minor units as strings.
import type { Reason } from "./credit.ts";
import type { FieldError } from "./problem.ts";
import type { CodeRow } from "./pages.ts";
import type { PatternProblem } from "./pattern-problem.ts";

type Named = { id: string; name: string };

/** Whose the code was, where and how, from `from` until `to`; null: since it was made, and still. */
export type CodeTermLine = { from: string; to: string | null; creator: Named | null; program: Named | null; policy: string; startsAt: string | null; endsAt: string | null };

/** A code before or after this one: one that takes another's place. */
export type OtherCode = { id: string; code: string; at: string };

/** What a person did with the code: the shop's log, `what` as there. */
export type CodeEvent = { at: string; who: string; what: string; detail: Record<string, string> };

/** Its own dates as the shop's wall clock shows them; "": as its deal. */
export type OwnWindow = { startDate: string; startTime: string; endDate: string; endTime: string };

export type CodeDetail = CodeRow & { history: CodeTermLine[]; replaced: OtherCode | null; replacedBy: OtherCode | null; events: CodeEvent[]; window: OwnWindow };

/** What an act on codes came to. `count`: how many codes; of a void, how many orders are settled anew. `code`: the name of a successor. */
export type ActAnswer = { intent: string; done: boolean; count: number; code?: string; errors: FieldError[] };

/**
 * What the links of a code are made of: the store's hosts, the one that links name first; the program whose network can make tracking links (null:
 * none), and those that it has made, each with the path that it opens.
 */
export type Share = { hosts: string[]; program: string | null; tracking: { landing: string; url: string }[] };

/** An order on which the code matched. `codes`: the discount codes as they stand on it. */
export type CodeOrder = { orderId: string; name: string; createdAt: string | null; codes: string[]; credited: boolean; awaiting: boolean; reason: Reason | null; currency: string | null; amount: string };

/** A creator who can be given a pattern, with the programs that he has joined. */
export type PatternCreator = { id: string; name: string; handle: string | null; programs: { id: string; name: string; network: string }[] };

/** What takes a code before the pattern gets to it: somebody's own code, or an older pattern. */
export type ComesFirst = { codeId: string; match: "exact" | "regex"; code: string; creator: Named | null };

export type TestedCode = { code: string; orders: number; first: ComesFirst | null };

/** `code`: the one on the order that the pattern matches. `creditedTo`: who is credited for the order today. */
export type TestedOrder = { orderId: string; name: string; createdAt: string; code: string; first: ComesFirst | null; creditedTo: Named[]; awaiting: boolean; reason: Reason | null };

export type PatternTest =
  | { ok: false; pattern: string; problem: PatternProblem }
  | {
      ok: true;
      pattern: string;
      /** `taken`: how many of the matching ones something else takes first. */
      codes: { known: number; matching: number; taken: number; rows: TestedCode[] };
      orders: { known: number; matching: number; taken: number; rows: TestedOrder[] };
    };
