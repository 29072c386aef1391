// What the pixel keeps in the visitor's browser, all of it with consent only: his random name, his newest touches, and what waits to be sent.
import { CLICKS_NAME, type Entry, isVisitor, readClicks, VISITOR_NAME, writeClicks } from "../../../app/domain/touch.ts";

/** The part of the platform's `browser` that is used. Every call crosses the border of the sandbox. */
export type Browser = {
  cookie: { get: (name?: string) => Promise<string>; set: (cookie: string) => Promise<unknown> };
  localStorage: { getItem: (key: string) => Promise<string | null>; setItem: (key: string, value: string) => Promise<unknown>; removeItem: (key: string) => Promise<unknown> };
};

export const PIXEL_ITEM = "creator_pixel";
const YEAR_SECONDS = 31_536_000;
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH = 24;

export async function cookie(browser: Browser, name: string): Promise<string> {
  return (await browser.cookie.get(name)) ?? "";
}

/**
 * The visitor's name, made where there is none; `carried`: the name that came along with the cart, where the checkout is on a host of its own. null: the
 * browser keeps no cookies, so the visit is nobody's.
 */
export async function visitorOf(browser: Browser, carried = ""): Promise<string | null> {
  const known = await cookie(browser, VISITOR_NAME);
  if (isVisitor(known)) return known;
  await browser.cookie.set(written(VISITOR_NAME, isVisitor(carried) ? carried : newVisitor()));
  // The app embed may have made one in the same moment: the one that stands there is the visitor's.
  const kept = await cookie(browser, VISITOR_NAME);
  return isVisitor(kept) ? kept : null;
}

function newVisitor(): string {
  return `v${Array.from(crypto.getRandomValues(new Uint8Array(LENGTH)), (byte) => LETTERS[byte % LETTERS.length]).join("")}`;
}

export async function clicksOf(browser: Browser): Promise<Entry[]> {
  return readClicks(await cookie(browser, CLICKS_NAME));
}

export async function keepClicks(browser: Browser, entries: readonly Entry[]): Promise<void> {
  await browser.cookie.set(written(CLICKS_NAME, writeClicks(entries)));
}

/** Takes away what was kept: nobody is to be known again by it. */
export async function forgetVisitor(browser: Browser): Promise<void> {
  await browser.cookie.set(`${VISITOR_NAME}=; Path=/; Max-Age=0; SameSite=Lax`);
  await browser.cookie.set(`${CLICKS_NAME}=; Path=/; Max-Age=0; SameSite=Lax`);
}

function written(name: string, value: string): string {
  return `${name}=${value}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax`;
}
