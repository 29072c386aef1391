// A short history for a walk through the proofs, every amount of which can be reckoned by hand. Runs beside the app, as the demo's own seed does.
import { closeDatabase } from "#app/db.server.ts";
import { wallTime } from "#app/domain/zone.ts";
import { setClock } from "#test/local/seed/control.ts";
import { liveThrough } from "#test/local/seed/days.ts";
import type { Step } from "#test/local/seed/plan.ts";
import { connectPrograms, installApp, joinedCreators, makeDealsAndCodes } from "#test/local/seed/setup.ts";
import { creatorsLink, visitOf } from "#test/local/seed/visits.ts";
import { BEAKERS, cartOf, LAMP_AND_CUPS } from "./goods.ts";

const DAY_MS = 86_400_000;
const [year, month] = wallTime(new Date(), "Europe/Berlin").date.split("-").map(Number) as [number, number];
/** Noon of a day of the month before this one; 0 and below lie before it. */
const lastMonth = (day: number) => Date.UTC(year, month - 2, day, 12);
const yesterdayMs = Date.now() - DAY_MS;

await setClock(lastMonth(-5));
await installApp();
const program = await connectPrograms();
await makeDealsAndCodes(program);
const creators = await joinedCreators(program);
const jonas = creators.find(({ name }) => name === "Jonas Brandt")!;
const visitor = "v1f0c3a9";
const clicked = visitOf("click of Ines", visitor, lastMonth(9), { by: "tracking", word: null, link: creatorsLink(jonas.partnerId) });

const steps: Step[] = [
  { atMs: clicked.atMs, ref: -1, kind: "click", visits: [clicked] },
  { atMs: lastMonth(10), ref: 0, kind: "checkout", input: { ...cartOf(LAMP_AND_CUPS, ["MARIE10", "JONASFREE"], "Ines Haller"), noteAttributes: [{ name: "creator_visitor", value: visitor }] } },
  { atMs: lastMonth(12), ref: 1, kind: "checkout", input: cartOf(BEAKERS, ["MARIE10"], "Karl Vogel") },
  { atMs: lastMonth(20), ref: 1, kind: "refund_line", pieces: 1 },
  { atMs: yesterdayMs, ref: 2, kind: "checkout", input: cartOf(LAMP_AND_CUPS, ["MARIE10"], "Zoé Garnier") },
  { atMs: yesterdayMs + 60_000, ref: 3, kind: "checkout", input: cartOf(BEAKERS, ["CHIARA10"], "Theo Lang") },
];
await liveThrough(steps, () => {});
await setClock(Date.now());
await closeDatabase();
