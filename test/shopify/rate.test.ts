import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nowMs, setClockOffsetMs, setRest } from "#app/clock.ts";
import type { SaidCost, Urgency } from "#app/domain/rate.ts";
import { enter, forgetRates, leave, type Entered, type Ticket } from "#app/shopify/rate.ts";

const SHOP = "gate.myshopify.com";
const CHEAP = "query Cheap { shop { name } }";
const DEAR = "query Dear { orders(first: 50) { nodes { id customer { id } } } }"; // 102 points

const realNow = Date.now;
let atMs = 0;

beforeEach(() => {
  forgetRates();
  atMs = realNow();
  Date.now = () => atMs;
  setClockOffsetMs(0);
  setRest(async (ms) => {
    await new Promise((resolve) => setImmediate(resolve));
    atMs += ms;
  });
});
afterEach(() => {
  Date.now = realNow;
  setRest(null);
  forgetRates();
});

const said = (available: number, requested = 1): SaidCost => ({ requested, actual: requested, available, maximum: 2_000, restorePerSecond: 100 });
const asked = (document: string, urgency: Urgency = "background") => enter(SHOP, document, {}, urgency);

async function ticketOf(entering: Promise<Entered>): Promise<Ticket> {
  const entered = await entering;
  if (!entered.ok) throw new Error("it was not let in");
  return entered.ticket;
}

/** The first answer tells the budget. */
async function known(available: number): Promise<void> {
  leave(SHOP, await ticketOf(asked(CHEAP)), said(available));
}

describe("the gate", () => {
  test("lets one call out until the budget is known, and then the others", async () => {
    const first = await ticketOf(asked(CHEAP));
    const order: string[] = [];
    const second = asked(CHEAP).then(() => order.push("second"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual([]);
    leave(SHOP, first, said(1_999));
    await second;
    expect(order).toEqual(["second"]);
  });

  test("lets the next one try where the first call told nothing", async () => {
    leave(SHOP, await ticketOf(asked(CHEAP)), null);
    expect((await asked(CHEAP)).ok).toBe(true);
  });

  test("holds a call back until its points are there, and what is kept for people beside them", async () => {
    await known(150);
    const began = nowMs();
    await ticketOf(asked(DEAR));
    expect(nowMs() - began).toBeGreaterThanOrEqual(1_520); // 102 + 200 - 150 points, at 100 a second
    expect(nowMs() - began).toBeLessThan(1_800);
  });

  test("lets a call that a person waits for go first, and at once where there are points for it", async () => {
    await known(150);
    const order: string[] = [];
    const background = asked(DEAR).then(() => order.push("background"));
    const person = asked(DEAR, "person").then(() => order.push("person"));
    await Promise.all([background, person]);
    expect(order).toEqual(["person", "background"]);
  });

  test("lets what nobody waits for go last, and only from a bucket that is half full", async () => {
    await known(1_060);
    const order: string[] = [];
    const idle = asked(DEAR, "idle").then(() => order.push("idle"));
    const others = Array.from({ length: 3 }, () => asked(DEAR).then(() => order.push("background")));
    await Promise.all([idle, ...others]);
    expect(order).toEqual(["background", "background", "background", "idle"]);
  });

  test("keeps the line: a dear call is not passed by cheap ones for ever", async () => {
    await known(210);
    const order: string[] = [];
    await Promise.all([asked(DEAR).then(() => order.push("dear")), asked(CHEAP).then(() => order.push("cheap"))]);
    expect(order).toEqual(["dear", "cheap"]);
  });

  test("learns what a document costs", async () => {
    await known(2_000);
    leave(SHOP, await ticketOf(asked(DEAR)), { ...said(1_500, 300), actual: 300 });
    expect((await ticketOf(asked(DEAR))).points).toBe(300);
  });

  test("obeys a store that wants no call for a while", async () => {
    await known(2_000);
    leave(SHOP, await ticketOf(asked(CHEAP)), null, 5_000);
    const began = nowMs();
    await ticketOf(asked(CHEAP, "person"));
    expect(nowMs() - began).toBeGreaterThanOrEqual(5_000);
  });

  test("sends nobody after half a minute in line: the caller comes back another time", async () => {
    await known(0);
    leave(SHOP, await ticketOf(asked(CHEAP, "person")), null, 120_000);
    const [background, person] = await Promise.all([asked(CHEAP), asked(CHEAP, "person")]);
    expect(background).toMatchObject({ ok: false });
    expect(person).toMatchObject({ ok: false });
    if (!person.ok) expect(person.waitMs).toBeGreaterThan(60_000);
  });

  test("keeps the shops apart", async () => {
    await known(0);
    expect((await enter("other.myshopify.com", CHEAP, {}, "background")).ok).toBe(true);
  });
});
