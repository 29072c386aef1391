// What the page Edit deal sends: the fields, the version that they began with, and that version's dates.
import { dealFields, type KnownDates, type ReadDeal, readDealForm } from "./deal-form.ts";
import { instantIso } from "./instant.ts";

export function dealEditRequest(sent: unknown, shop: { currency: string; timezone: string }): { version: number; read: ReadDeal } {
  const from = (typeof sent === "object" && sent !== null ? sent : {}) as { version?: unknown; known?: { startsAt?: unknown; endsAt?: unknown }; fields?: unknown };
  const iso = (value: unknown) => (typeof value === "string" ? instantIso(value) : null);
  const startsAt = iso(from.known?.startsAt);
  const known: KnownDates | null = startsAt === null ? null : { startsAt, endsAt: iso(from.known?.endsAt) };
  return { version: Number.isInteger(from.version) ? Number(from.version) : 0, read: readDealForm(dealFields(from.fields), shop, known) };
}
