// Fills the demo's shop. Runs beside the app, in its environment, led to the same stand-ins. What it says begins with "seed: ".
import { closeDatabase } from "#app/db.server.ts";
import { catalogue } from "#test/local/store/catalogue.ts";
import { askForData } from "./asked.ts";
import type { ClickCodes } from "./clicks.ts";
import { inStore, setClock } from "./control.ts";
import { liveThrough } from "./days.ts";
import { foundOrders, makeFound } from "./found.ts";
import { lookers } from "./lookers.ts";
import { endOfHistory, networkSteps } from "./network.ts";
import { offerOrders } from "./offer-orders.ts";
import { merchantSteps } from "./offers.ts";
import { DAYS, nextRef, planHistory, type SeedCode, type Step } from "./plan.ts";
import { askForCodes } from "./requests.ts";
import { connectPrograms, installApp, joinedCreators, makeClickCodes, makeDealsAndCodes, openToSubscriptions, type SeedCreator } from "./setup.ts";
import { openStorefront } from "./storefront.ts";

const DAY_MS = 86_400_000;

function say(text: string): void {
  process.stdout.write(`seed: ${text}\n`);
}

const withOrders = !process.argv.includes("--no-orders");
const endMs = Date.now();
const installedMs = endMs - (withOrders ? DAYS : 1) * DAY_MS;
const fromMs = installedMs + DAY_MS;

await makeFound(fromMs, withOrders);
await setClock(installedMs);
await installApp();
await inStore("embed", { handle: "share-link", on: true });
const program = await connectPrograms();
await openStorefront();
const creators = await joinedCreators(program);
const codes = await makeDealsAndCodes(program);
const clickCodes = await makeClickCodes(program, creators);
await openToSubscriptions();
say(`the app is installed, the network connected; ${codes.length + Object.keys(clickCodes).length} codes stand in store and network`);

if (withOrders) {
  const steps = wholeHistory(program, creators, codes, clickCodes);
  const all = steps.filter((step) => step.kind === "checkout").length;
  let told = 0;
  await liveThrough(steps, (day, orders) => {
    if (day - told < 15 && orders < all) return;
    told = day;
    say(`day ${day} of ${DAYS}: ${orders} orders`);
  });
}
await askForCodes(withOrders);
await setClock(Date.now());
if (withOrders) {
  await endOfHistory(program);
  await askForData();
}
await closeDatabase();

/** The plan, what the merchant does meanwhile, and what is bought with the codes that come of it. */
function wholeHistory(programId: string, joined: SeedCreator[], given: SeedCode[], byClicks: ClickCodes): Step[] {
  const { products } = catalogue();
  const plan = planHistory(products, given, byClicks, fromMs, endMs);
  const offered = offerOrders(products, fromMs, nextRef(plan));
  const found = foundOrders(fromMs, nextRef(offered));
  return [...plan, ...lookers(given, fromMs, endMs), ...merchantSteps(programId, joined, fromMs), ...networkSteps(programId, fromMs), ...offered, ...found].sort((a, b) => a.atMs - b.atMs || a.ref - b.ref);
}
