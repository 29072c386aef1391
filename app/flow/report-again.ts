// A person has mended what kept the network from taking a sale: it is told once more, after the network was asked what it has.
import { now } from "../clock.ts";
import { wakeConversion } from "../db/conversion.ts";
import { insertLog } from "../db/log.ts";
import { MENDABLE } from "../domain/report.ts";

/** `who` mended it. Not ok: it waits for a person no more, or for something that telling again does not mend. */
export async function tellAgain(shop: string, { orderId, n, who }: { orderId: string; n: number; who: string }): Promise<{ ok: boolean }> {
  const order = Number.isInteger(n) && n > 0 && n < 1_000 ? await wakeConversion(shop, orderId, n, [...MENDABLE], now()) : null;
  if (order === null) return { ok: false };
  await insertLog(shop, now(), { who, what: "network.told_again", detail: { order } });
  return { ok: true };
}
