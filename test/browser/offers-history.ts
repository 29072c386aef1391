// The shop before a walk through its deals: the store had a discount of its own, the app is installed, the network connected; one creator more has joined
// there, and a deal for friends stands in a program without a network. Runs beside the app, as the demo's own seed does.
import { closeDatabase } from "#app/db.server.ts";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import { makeOwnProgram } from "#app/flow/connect.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { DEMO_ACCOUNT_SID, DEMO_CREATOR_PROGRAM_ID } from "#test/local/network/accounts.ts";
import { inNetwork } from "#test/local/seed/control.ts";
import { askStore } from "#test/local/seed/found.ts";
import { connectPrograms, good, installApp } from "#test/local/seed/setup.ts";
import { FRIENDS, FRIENDS_DEAL, LILEI, OWN_DISCOUNT } from "./offers.ts";

await askStore("merchant", "mutation ($input: DiscountCodeBasicInput!) { done: discountCodeBasicCreate(basicCodeDiscount: $input) { userErrors { message } } }", {
  input: { ...OWN_DISCOUNT, startsAt: new Date(Date.now() - 86_400_000).toISOString(), context: { all: "ALL" }, customerGets: { items: { all: true }, value: { percentage: 0.1 } } },
});
await inNetwork("add-partner", { sid: DEMO_ACCOUNT_SID, ...LILEI, platform: "TIKTOK", country: "CN" });
await inNetwork("add-partner-to-program", { sid: DEMO_ACCOUNT_SID, partnerId: LILEI.id, programId: DEMO_CREATOR_PROGRAM_ID, state: "joined", payoutBasisPoints: 1_000 });
await installApp();
await connectPrograms();
const { programId } = good(await makeOwnProgram(DEMO_SHOP, { name: FRIENDS }));
good(await makeDeal(DEMO_SHOP, { name: FRIENDS_DEAL, programId, terms: { ...PLAIN_TERMS, value: { kind: "percentage", basisPoints: 1_200 } }, startsAt: null, endsAt: null }));
await closeDatabase();
