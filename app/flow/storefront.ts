// Gives each shop's storefront what pixel and embed work with: the app's address, the shop's token, the parameters of the networks' click ids. The store is
// asked first what it has, and asked again after each write; so a process that dies in between leaves nothing that the next turn does not put right.
import { now } from "../clock.ts";
import { withLock } from "../db/lock.ts";
import { type DueStorefront, dueStorefronts, type GivenSettings, setStorefrontGiven, setStorefrontProblem, storefrontsElsewhere } from "../db/storefront.ts";
import { type KeptProblem, writeProblem } from "../domain/problem.ts";
import { env } from "../env.server.ts";
import { log } from "../log.server.ts";
import { type Admin, adminFor } from "../shopify/admin.ts";
import type { StoreAnswer, StoreFault } from "../shopify/discounts.ts";
import { createPixel, type PixelSettings, readEmbedSettings, readPixel, setEmbedSettings, updatePixel } from "../shopify/storefront.ts";
import { after, backoffMs } from "./again.ts";
import { clickParametersOf } from "./click-parameters.ts";
import { startLoop, type Loop } from "./loop.ts";
import { storeProblem } from "./store-faults.ts";
import { storefrontToken } from "./storefront-token.ts";

const REST_MS = 3_000;
/** A merchant can disconnect the pixel in the admin, and a store can lose it. */
const LOOK_AGAIN_MS = 6 * 3_600_000;
/** What the store refused, it will refuse again until another version of the extension is deployed. */
const REFUSED_MS = 3_600_000;
const MOST_AT_ONCE = 20;
/** Written, found changed, written again: after so many rounds somebody else keeps writing. */
const MOST_ROUNDS = 4;

export function startStorefronts(): Loop {
  let looked = false;
  return startLoop({
    name: "storefronts",
    everyMs: REST_MS,
    async work() {
      if (!looked) await storefrontsElsewhere(endpoint(), now());
      looked = true;
      return giveStorefronts();
    },
  });
}

/** Sees to every storefront that is due; returns how many were seen to. shop: only this one's. */
export async function giveStorefronts({ shop = null }: { shop?: string | null } = {}): Promise<number> {
  const due = await dueStorefronts(shop, now(), MOST_AT_ONCE);
  let done = 0;
  for (const each of due) done += (await withLock(`storefront ${each.shop}`, async () => give(each))) === null ? 0 : 1;
  return done;
}

/** The address that pixel and embed speak to, without a slash at its end. */
function endpoint(): string {
  return env().SHOPIFY_APP_URL.replace(/\/+$/, "");
}

async function give(due: DueStorefront): Promise<true> {
  const parameters = await clickParametersOf(due.shop);
  const wanted: GivenSettings = { endpoint: endpoint(), token: storefrontToken(due.shop, due.tokenVersion), parameters: parameters.map(({ name }) => name) };
  const admin = adminFor(due.shop);
  // The embed's needs no scope: it is given even where the pixel cannot be.
  const embed = await giveEmbed(admin, wanted);
  const pixel = await givePixel(admin, { ...wanted, parameters: wanted.parameters.join(",") || NO_PARAMETERS });
  const at = now();
  if (pixel.ok && embed.ok) {
    await setStorefrontGiven(due, pixel.value, wanted, at, after(at, LOOK_AGAIN_MS));
    return true;
  }
  const fault = !pixel.ok ? pixel.fault : (embed as { fault: StoreFault }).fault;
  const { key, values } = problemOf(fault);
  const tries = fault.kind === "throttled" ? due.tries : due.tries + 1;
  const waitMs = fault.kind === "throttled" ? fault.waitMs : fault.kind === "refused" || fault.kind === "graphql" ? REFUSED_MS : backoffMs(tries);
  await setStorefrontProblem(due, writeProblem(key, values), tries, after(at, waitMs));
  log.warn({ shop: due.shop, fault: fault.kind, problem: key }, "the storefront could not be given what it works with");
  return true;
}

/** The store takes no empty text for a setting. No parameter has this name. */
const NO_PARAMETERS = "-";

/** Writes until what is read back is what is wanted. Returns the pixel's gid. */
async function givePixel(admin: Admin, wanted: PixelSettings): Promise<StoreAnswer<string>> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const read = await readPixel(admin);
    if (!read.ok) return read;
    const pixel = read.value;
    if (pixel !== null && sameSettings(pixel.settings, wanted)) return { ok: true, value: pixel.id };
    const written = pixel === null ? await createPixel(admin, wanted) : await updatePixel(admin, pixel.id, wanted);
    // Another hand was quicker: what it did is read.
    if (!written.ok && !isRefusedWith(written.fault, pixel === null ? "TAKEN" : "NOT_FOUND")) return written;
  }
  return { ok: false, fault: { kind: "unreadable", detail: "the pixel's settings do not stay as they were written" } };
}

async function giveEmbed(admin: Admin, wanted: GivenSettings): Promise<StoreAnswer<null>> {
  const read = await readEmbedSettings(admin);
  if (!read.ok) return read;
  if (sameSettings(read.value.value, wanted)) return { ok: true, value: null };
  return setEmbedSettings(admin, read.value.installationId, wanted);
}

function sameSettings(kept: unknown, wanted: Record<string, unknown>): boolean {
  if (typeof kept !== "object" || kept === null) return false;
  const has = kept as Record<string, unknown>;
  return Object.keys(has).length === Object.keys(wanted).length && Object.entries(wanted).every(([key, value]) => JSON.stringify(has[key]) === JSON.stringify(value));
}

function isRefusedWith(fault: StoreFault, code: string): boolean {
  return fault.kind === "refused" && fault.errors.some((error) => error.code === code);
}

/** What a fault means for the storefront, in words of its own where a person can do something about it. */
function problemOf(fault: StoreFault): KeptProblem {
  if (fault.kind === "scope") return { key: "storefront.scope", values: {} };
  if (isRefusedWith(fault, "NO_EXTENSION")) return { key: "storefront.no_extension", values: {} };
  if (["INVALID_SETTINGS", "INVALID_CONFIGURATION_JSON", "INVALID_SETTINGS_DEFINITION", "BLANK"].some((code) => isRefusedWith(fault, code))) {
    return { key: "storefront.settings", values: { words: fault.kind === "refused" ? fault.errors.map(({ message }) => message).join("; ").slice(0, 300) : "" } };
  }
  return storeProblem(fault);
}
