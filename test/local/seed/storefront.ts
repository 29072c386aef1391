// What buyers' browsers tell the app: over its public endpoint, with what the store hands to the pixel.
import { setTimeout as sleep } from "node:timers/promises";
import { touchKey } from "#app/domain/touch.ts";
import { changeClickParameters } from "#app/flow/click-parameters.ts";
import { inParallel } from "#app/flow/parallel.ts";
import { giveStorefronts } from "#app/flow/storefront.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { DEMO_ACCOUNT_SID } from "#test/local/network/accounts.ts";
import type { Order } from "#test/local/store/types.ts";
import { inNetwork, inStore } from "./control.ts";
import { OTHER_PARAMETER, type Visit } from "./visits.ts";
import { until } from "./wait.ts";

const AT_ONCE = 30;
const MOST_TRIES = 5;
/** A process reads the shared clock's file every so often only: sooner, the app would take a visit of this moment for one of the future. */
const CLOCK_MS = 25;

type Pixel = { endpoint: string; token: string };

let pixel: Pixel | null = null;

/** The merchant counts the clicks of another network, too; returns once the store has what pixel and embed work with. */
export async function openStorefront(): Promise<void> {
  const errors = await changeClickParameters(DEMO_SHOP, "merchant", [{ name: OTHER_PARAMETER, network: null }]);
  if (errors.length > 0) throw new Error(`the parameter was refused: ${JSON.stringify(errors)}`);
  await pixelSettings();
}

/** The network counts the clicks on its own links; then the browsers tell the app. */
export async function tellVisits(visits: readonly Visit[]): Promise<void> {
  const given = await pixelSettings();
  await sleep(CLOCK_MS);
  const faults: unknown[] = [];
  await inParallel([...visits], AT_ONCE, async ({ visitor, atMs, source, entries, link }) => {
    try {
      if (link !== null) await inNetwork("add-click", { sid: DEMO_ACCOUNT_SID, programId: link.programId, partnerId: link.partnerId, id: link.clickId, atMs });
      await tell(given, { visitor, source, touches: entries.map((entry) => ({ key: touchKey(visitor, entry), at: new Date(entry.atMs).toISOString(), kind: entry.kind, parameter: entry.parameter, value: entry.value })) });
    } catch (fault) {
      faults.push(fault);
    }
    return true;
  });
  if (faults.length > 0) throw faults[0];
}

/** The pixel saw the checkout through to its end. */
export async function tellCheckout(visitor: string, order: Order): Promise<void> {
  const checkout = {
    token: String(order.checkout_token), orderId: String(order.id), customerId: order.customer?.id == null ? null : String(order.customer.id), codes: order.discount_codes.map(({ code }) => code), at: new Date(order.created_at).toISOString(),
  };
  await tell(await pixelSettings(), { visitor, source: "pixel", checkout });
}

async function tell({ endpoint, token }: Pixel, note: Record<string, unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    const answer = await fetch(`${endpoint}/touches`, { method: "POST", headers: { "content-type": "text/plain" }, body: JSON.stringify({ token, ...note }) });
    const said = await answer.text();
    if (answer.status === 202) return;
    if ((answer.status !== 429 && answer.status !== 503) || tries === MOST_TRIES) throw new Error(`the app did not note a visit: ${answer.status} ${said}`);
    await sleep(Number(answer.headers.get("retry-after") ?? 1) * 1_000);
  }
}

async function pixelSettings(): Promise<Pixel> {
  await until("the store has the pixel's settings", async () => {
    if (pixel !== null) return true;
    await giveStorefronts({ shop: DEMO_SHOP }); // beside the app's own loop, which rests between its turns
    const { data } = await inStore<{ data?: { webPixel: { settings: string | Pixel } | null } | null }>("graphql", { by: "app", query: "{ webPixel { settings } }" });
    const settings = data?.webPixel?.settings ?? null;
    pixel = typeof settings === "string" ? (JSON.parse(settings) as Pixel) : settings;
    return pixel !== null;
  });
  return pixel!;
}
