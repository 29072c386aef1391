// The shapes of the pages that show a code in its networks: what is wanted there, the steps of the two-program set-up, and what is kept for pasting.
// Plain JSON; instants are ISO 8601.
import type { KeptStep } from "./network-steps.ts";

/** What a person pastes into the network's own form. Dates null: none. `comments` and `sendTo` are kept here alone: no call of the API takes them. */
export type SetupValues = { code: string; match: string; policy: string; startsAt: string | null; endsAt: string | null; comments: string; sendTo: string };

/** A code in one program's network. `source`: the media source as the network showed it. */
export type CodeInNetwork = {
  programId: string;
  program: string;
  network: string;
  kind: string;
  holder: "partner" | "media_source";
  source: string | null;
  /** When the network last refused the media source over its API. */
  refusedAt: string | null;
  wanted: "live" | "gone";
  state: string;
  steps: KeptStep[];
  readAt: string | null;
  nextAt: string | null;
  /** It is to be here, and a person let it be gone there. */
  givenUp: boolean;
};

/** `joined`: how its creator stands in the code's program, where that is not as it should be. */
export type CodeSetup = SetupValues & { places: CodeInNetwork[]; joined: { state: string; creatorId: string; creator: string; program: string; network: string } | null };

/** A code that waits for a person's step in a program. */
export type WaitingStep = SetupValues & { codeId: string; creator: string; steps: KeptStep[]; readAt: string | null };

/** A code whose steps are done: since `doneAt` the network is known to have it. */
export type DoneStep = WaitingStep & { doneAt: string };

/** `done`: those whose steps were done lately, the newest first. */
export type WaitingSteps = { program: { id: string; name: string; network: string; source: string | null; refusedAt: string | null }; rows: WaitingStep[]; done: DoneStep[]; total: number; live: number };

/** What the card of a creator program says of its set-up. `pairId` null: nobody has said yet; "": its creators are its own. */
export type ProgramPair = { programId: string; pairId: string | null; choices: { id: string; name: string }[]; suggested: string | null };

/** What the card of a performance program says of the creators' codes in it. */
export type ProgramSteps = { programId: string; byHand: number; refused: number; live: number; source: string | null; refusedAt: string | null };
