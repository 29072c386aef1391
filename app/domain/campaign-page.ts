// The shapes that the pages of campaigns are handed: types only, plain JSON. Times are ISO 8601, amounts are minor units as strings.
import type { AskedState, CampaignState } from "./campaign.ts";
import type { Mark, ProgramMark, Sold } from "./pages.ts";

export type CampaignRow = {
  id: string;
  name: string;
  title: string;
  codes: string;
  state: CampaignState;
  programName: string;
  dealName: string | null;
  createdAt: string;
  invited: number;
  accepted: number;
  declined: number;
  orders: number;
  amount: string;
};

/** `usable`: neither void nor out of use; only such a code is handed on. */
export type CampaignCode = { id: string; code: string; usable: boolean; store: Mark | null; networks: ProgramMark[] };

/** `joined`: how the creator stands in the program, null: not at all; `asked`: in the campaign, null: never asked. */
export type CampaignCreatorRow = { id: string; name: string; email: string | null; handle: string | null; joined: string | null; asked: AskedState | null; code: CampaignCode | null; sold: Sold };

/** With the link that applies the code: the network's tracking link of the creator, where there is one for this page, or the store's own. */
export type CampaignPerson = CampaignCreatorRow & { link: string | null };

export type CampaignCounts = { all: number; accepted: number; waiting: number; invited: number; declined: number; open: number };
