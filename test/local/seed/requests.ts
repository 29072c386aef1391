// Creators who ask for a code in the network: one that can be had, one that its creator has already, and, of those who came late, one in Chinese.
import { DEMO_ACCOUNT_SID, DEMO_CREATOR_PROGRAM_ID } from "#test/local/network/accounts.ts";
import { inNetwork } from "./control.ts";

type Asked = { partnerId: string; code: string; instructions: string; days: number };

const ALWAYS: Asked[] = [
  { partnerId: "2552804", code: "CHIARACASA", instructions: "For the reel about the winter table. Something with “casa” would be lovely, my people remember it.", days: 6 },
  { partnerId: "2552802", code: "JONAS10", instructions: "Ich finde meinen Code nicht mehr – bekomme ich ihn noch einmal?", days: 14 },
];
/** She has joined meanwhile (people.ts) and has no code. */
const NEWCOMER: Asked = { partnerId: "2552812", code: "MEIMEI", instructions: "想要一个好记的优惠码，下周的开箱视频要用，谢谢！", days: 9 };

export async function askForCodes(newcomers: boolean): Promise<void> {
  for (const asked of newcomers ? [...ALWAYS, NEWCOMER] : ALWAYS) await inNetwork("add-request", { sid: DEMO_ACCOUNT_SID, programId: DEMO_CREATOR_PROGRAM_ID, ...asked });
}
