// The demo's account: two programs, eight creators in several states, some ordinary partners. Ids are fixed, so that the demo is the same everywhere.
import { nowMs } from "#app/clock.ts";
import { DAY_MS } from "./instants.ts";
import type { MembershipState, PayoutGroup } from "./state.ts";
import type { Network } from "./network.ts";

export const DEMO_ACCOUNT_SID = "IRdemo7Qm4Zt2Kx9Vb6Rp1Ws";
export const DEMO_ACCOUNT_TOKEN = "demo-Yh3Kq8Lw5Nc2Tf7Xv";
/** A second token of the same account, which may read everything and write nothing: what a scoped token looks like to the app. */
export const DEMO_READING_TOKEN = "demo-read-Jd5Rn2Xb8Qz";
export const DEMO_PERFORMANCE_PROGRAM_ID = "21400";
export const DEMO_CREATOR_PROGRAM_ID = "21401";
export const DEMO_MEDIA_SOURCE = "Creator (Petit Atelier Creators)";
/** The first that an account gets. */
export const DEMO_MEDIA_SOURCE_ID = "910300";

export type DemoCreator = { id: string; name: string; email: string; handle: string; platform: string; country: string; state: MembershipState; payoutBasisPoints: number; payoutGroups?: PayoutGroup[]; joinedDaysAgo: number };

/** Six have joined, one has applied, one has left. */
export const DEMO_CREATORS: readonly DemoCreator[] = [
  { id: "2552801", name: "Marie Lefèvre", email: "marie@atelier-marie.example", handle: "marie.atelier", platform: "INSTAGRAM", country: "FR", state: "joined", payoutBasisPoints: 1200, payoutGroups: [{ category: "Candle", basisPoints: 2000 }], joinedDaysAgo: 320 },
  { id: "2552802", name: "Jonas Brandt", email: "jonas@kaffeeundholz.example", handle: "kaffeeundholz", platform: "INSTAGRAM", country: "DE", state: "joined", payoutBasisPoints: 1000, joinedDaysAgo: 210 },
  { id: "2552803", name: "林小雨", email: "xiaoyu@teahouse.example", handle: "xiaoyu.tea", platform: "TIKTOK", country: "CN", state: "joined", payoutBasisPoints: 1000, joinedDaysAgo: 190 },
  { id: "2552804", name: "Chiara Conti", email: "ciao@chiaraconti.example", handle: "chiaraconti.home", platform: "INSTAGRAM", country: "IT", state: "joined", payoutBasisPoints: 1000, joinedDaysAgo: 160 },
  { id: "2552805", name: "Ben Okafor", email: "ben@slowrooms.example", handle: "slowrooms", platform: "YOUTUBE", country: "GB", state: "joined", payoutBasisPoints: 1500, joinedDaysAgo: 120 },
  { id: "2552806", name: "Anaïs Weber", email: "anais@linge-et-lin.example", handle: "linge.et.lin", platform: "INSTAGRAM", country: "FR", state: "joined", payoutBasisPoints: 1000, joinedDaysAgo: 95 },
  { id: "2552807", name: "Théo Marchand", email: "theo@marchand-video.example", handle: "theo.tourne", platform: "YOUTUBE", country: "FR", state: "pending", payoutBasisPoints: 1000, joinedDaysAgo: 0 },
  { id: "2552808", name: "Lena Vogt", email: "lena@vogt-wohnt.example", handle: "vogtwohnt", platform: "TIKTOK", country: "DE", state: "left", payoutBasisPoints: 1000, joinedDaysAgo: 400 },
];

/** Ordinary partners, in the Performance program only. */
const PARTNERS: readonly { id: string; name: string; email: string; website: string; country: string }[] = [
  { id: "2552901", name: "Sparfuchs Gutscheine", email: "partner@sparfuchs.example", website: "https://sparfuchs.example/", country: "DE" },
  { id: "2552902", name: "Maison & Déco Magazine", email: "regie@maison-deco.example", website: "https://maison-deco.example/", country: "FR" },
  { id: "2552903", name: "CashBack Club", email: "brands@cashbackclub.example", website: "https://cashbackclub.example/", country: "GB" },
];

/** Makes the demo's account where there is none yet. */
export function addDemoAccount(network: Network): void {
  if (network.state.accounts.some((each) => each.sid === DEMO_ACCOUNT_SID)) return;
  const atMs = nowMs();
  network.addAccount({ sid: DEMO_ACCOUNT_SID, token: DEMO_ACCOUNT_TOKEN, name: "Petit Atelier", currency: "EUR", timezone: "Europe/Berlin" });
  network.addToken(DEMO_ACCOUNT_SID, DEMO_READING_TOKEN, ["POST /Conversions", "POST /PromoCodes", "DELETE /PromoCodes/*", "POST /Deals", "PUT /Deals/*", "DELETE /Deals/*", "PUT /Actions", "DELETE /Actions"]);
  const performance = network.addProgram(DEMO_ACCOUNT_SID, { id: DEMO_PERFORMANCE_PROGRAM_ID, name: "Petit Atelier Performance", type: "Performance", mediaSources: [DEMO_MEDIA_SOURCE], landingPage: "https://petit-atelier.example/" });
  const creators = network.addProgram(DEMO_ACCOUNT_SID, { id: DEMO_CREATOR_PROGRAM_ID, name: "Petit Atelier Creators", type: "Creator", landingPage: "https://petit-atelier.example/" });
  for (const { id, name, email, handle, platform, country, state, payoutBasisPoints, payoutGroups, joinedDaysAgo } of DEMO_CREATORS) {
    network.addPartner(DEMO_ACCOUNT_SID, { id, name, email, handle, platform, country });
    const joinedMs = state === "joined" || state === "left" ? atMs - joinedDaysAgo * DAY_MS : undefined;
    network.addPartnerToProgram(DEMO_ACCOUNT_SID, id, creators.id, { state, payoutBasisPoints, payoutGroups, joinedMs, leftMs: state === "left" ? atMs - 40 * DAY_MS : undefined });
  }
  for (const { id, name, email, website, country } of PARTNERS) {
    network.addPartner(DEMO_ACCOUNT_SID, { id, name, email, website, country });
    network.addPartnerToProgram(DEMO_ACCOUNT_SID, id, performance.id, { payoutBasisPoints: 500, joinedMs: atMs - 500 * DAY_MS });
  }
  network.assignCode(DEMO_ACCOUNT_SID, { programId: performance.id, partnerId: "2552901", code: "FUCHS5", policy: "WINNER", createdMs: atMs - 200 * DAY_MS });
}
