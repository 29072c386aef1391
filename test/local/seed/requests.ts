// Creators who ask for a code in the network: two that are decided, one that can be had, one that its creator has already, and, of those who came late, one in Chinese.
import { pool } from "#app/db.server.ts";
import { carryRequests } from "#app/flow/requests-carry.ts";
import { placeOnce } from "#app/flow/place.ts";
import { readRequestsNow } from "#app/flow/requests-read.ts";
import { approveRequests, rejectRequests } from "#app/flow/requests.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { DEMO_ACCOUNT_SID, DEMO_CREATOR_PROGRAM_ID } from "#test/local/network/accounts.ts";
import { advanceClock, inNetwork } from "./control.ts";
import { good } from "./setup.ts";
import { until } from "./wait.ts";

type Asked = { partnerId: string; code: string; instructions: string; days: number };

const ALWAYS: Asked[] = [
  { partnerId: "2552804", code: "CHIARACASA", instructions: "For the reel about the winter table. Something with “casa” would be lovely, my people remember it.", days: 6 },
  { partnerId: "2552802", code: "JONAS10", instructions: "Ich finde meinen Code nicht mehr – bekomme ich ihn noch einmal?", days: 14 },
];
/** She has joined meanwhile (people.ts) and has no code. */
const NEWCOMER: Asked = { partnerId: "2552812", code: "MEIMEI", instructions: "想要一个好记的优惠码，下周的开箱视频要用，谢谢！", days: 9 };

/** Decided some days ago: one was granted, one declined. */
const GRANTED: Asked = { partnerId: "2552806", code: "ANAISLIN", instructions: "Pour ma série sur le linge de lit : un code qui se retient, s’il vous plaît.", days: 10 };
const DECLINED: Asked = { partnerId: "2552805", code: "BEN50", instructions: "Could we try half price for one weekend?", days: 5 };

/** Two requests, and what the merchant decided about them; returns once the first one's code stands. */
export async function decideRequests(): Promise<void> {
  for (const asked of [GRANTED, DECLINED]) await ask(asked);
  await until("the requests are read", async () => {
    await readRequestsNow(DEMO_SHOP); // unless the app reads at this moment
    return (await pool().query("select 1 from code_request where shop = $1 and asked = any($2) and creator_id is not null", [DEMO_SHOP, [GRANTED.code, DECLINED.code]])).rowCount === 2;
  });
  const keyOf = async (code: string) => (await pool().query<{ connectionId: string; requestId: string }>('select connection_id as "connectionId", request_id as "requestId" from code_request where shop = $1 and asked = $2', [DEMO_SHOP, code])).rows[0]!;
  const { rows } = await pool().query<{ id: string }>("select id from deal where shop = $1 and name = 'The winter table'", [DEMO_SHOP]);
  good(await approveRequests(DEMO_SHOP, { dealId: rows[0]!.id, policy: "always", rows: [{ ...(await keyOf(GRANTED.code)), code: GRANTED.code }] }));
  good(await rejectRequests(DEMO_SHOP, [await keyOf(DECLINED.code)], "Half price is more than we can give; the winter table has fifteen per cent for him."));
  await until("the requests are decided", async () => {
    await carryRequests({ shop: DEMO_SHOP }); // beside the app's own loops, which rest between their turns
    await placeOnce({ shop: DEMO_SHOP });
    await advanceClock(2_000);
    const { rowCount } = await pool().query("select 1 from code_request where shop = $1 and stage in ('making', 'approving', 'rejecting')", [DEMO_SHOP]);
    return rowCount === 0;
  });
}

export async function askForCodes(newcomers: boolean): Promise<void> {
  for (const asked of newcomers ? [...ALWAYS, NEWCOMER] : ALWAYS) await ask(asked);
}

function ask(asked: Asked): Promise<void> {
  return inNetwork("add-request", { sid: DEMO_ACCOUNT_SID, programId: DEMO_CREATOR_PROGRAM_ID, ...asked });
}
