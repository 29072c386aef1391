// A shop whose codes are credited by clicks, with the app embed turned on in its theme; and a click on a creator's link that the network counts.
// Runs beside the app, as the demo's own seed does.
import { closeDatabase } from "#app/db.server.ts";
import { DEMO_ACCOUNT_SID, DEMO_CREATOR_PROGRAM_ID } from "#test/local/network/accounts.ts";
import { inNetwork, inStore, setClock } from "#test/local/seed/control.ts";
import { connectPrograms, installApp, joinedCreators, makeClickCodes } from "#test/local/seed/setup.ts";
import { CLICK_OF_ANAIS } from "./shopper.ts";

await installApp();
const program = await connectPrograms();
const creators = await joinedCreators(program);
await makeClickCodes(program, creators);
await inStore("embed", { handle: "share-link", on: true });
const anais = creators.find(({ name }) => name === "Anaïs Weber")!;
await inNetwork("add-click", { sid: DEMO_ACCOUNT_SID, programId: DEMO_CREATOR_PROGRAM_ID, partnerId: anais.partnerId, id: CLICK_OF_ANAIS, atMs: Date.now() - 600_000 }); // the network shows a click only some minutes after it happened
await setClock(Date.now());
await closeDatabase();
