// What the page Requests shows. Instants are ISO 8601.
import type { Standing } from "./code-request.ts";
import type { Paged } from "./pages.ts";
import type { Finding } from "./preflight.ts";
import type { FieldError } from "./problem.ts";

type Named = { id: string; name: string };
/** How a side has a code: ui/marks.tsx. */
type Mark = { state: string; problem: string | null; readAt: string | null };

export type RequestItem = {
  id: string; // domain/request-page.ts requestId
  creator: Named | null;
  partnerName: string;
  /** To whom a reason can be sent. */
  email: string | null;
  program: Named | null;
  asked: string[]; // as the creator wrote them
  count: number;
  note: string;
  /** The deal that the creator names; its id is null where it is none of ours. */
  wishedDeal: { id: string | null; name: string } | null;
  placedAt: string | null;
  neededAt: string | null;
  standing: Standing;
  wanted: string | null; // approve | reject: what a person chose
  stage: string | null;
  stateWord: string;
  state: string;
  /** With what it was granted, as the network says. */
  granted: string[];
  comments: string;
  code: string | null;
  codeId: string | null;
  codeStands: boolean;
  policy: string | null;
  deal: Named | null;
  reason: string | null;
  problem: string | null;
  who: string | null;
  chosenAt: string | null;
  doneAt: string | null;
  store: Mark | null;
  network: Mark | null;
};

export type RequestsList = Paged<RequestItem> & { counts: { open: number; decided: number } };

/** Whether requests can come at all, and when they were last read. */
export type RequestsReading = { accounts: number; readAt: string | null; problem: string | null };

/** What an act of the page answers. `rows`: what was found, by the request's id. */
export type RequestAnswer = { intent: string; ok: boolean; chosen: number; late: number; errors: FieldError[]; rows: { id: string; code: string; findings: Finding[] }[] };

export function requestId({ connectionId, requestId }: { connectionId: string; requestId: string }): string {
  return `${connectionId} ${requestId}`;
}

export function requestKey(id: string): { connectionId: string; requestId: string } {
  const [connectionId = "", ...rest] = id.split(" ");
  return { connectionId, requestId: rest.join(" ") };
}
