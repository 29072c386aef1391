// What became of the requests, by day of the shop's zone.
import { expect, test } from "vitest";
import { pool } from "#app/db.server.ts";
import { reportDays } from "#app/db/reads/report-days.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeProgram } from "#test/support/shop.ts";

useDatabase();

const SHOP = "petit-atelier.myshopify.com";

const end = (shop: string, orderId: string, endedAt: string, outcome: string, op = "create", errors: string[] = []) =>
  pool().query("insert into report_end (shop, order_id, n, program_id, connection_id, op, sent_at, ended_at, outcome, errors) values ($1, $2, 1, 'p1', null, $3, $4, $4, $5, $6)", [shop, orderId, op, endedAt, outcome, errors]);

test("each day of the period has what ended on it in the shop's zone; reasons come by how often, with the newest order; another shop's are not counted", async () => {
  await makeProgram("p1", { shop: SHOP });
  await pool().query("insert into order_state (shop, order_id, name, outcome) values ($1, '3', '#1003', 'credited')", [SHOP]);
  // Half past eleven in the evening in UTC is the next day in Paris.
  await end(SHOP, "1", "2026-11-19T23:30:00Z", "accepted");
  await end(SHOP, "2", "2026-11-20T10:00:00Z", "rejected", "create", ["CONV_DUPLICATE"]);
  await end(SHOP, "3", "2026-11-20T11:00:00Z", "rejected", "edit", ["CONV_DUPLICATE", "NEW_WORD"]);
  await end(SHOP, "4", "2026-11-18T11:00:00Z", "lost", "reverse");
  await end(SHOP, "5", "2026-11-17T22:59:00Z", "accepted"); // the day before the period
  await end("other.myshopify.com", "6", "2026-11-20T10:00:00Z", "accepted");

  const read = await reportDays(SHOP, { days: 4, now: new Date("2026-11-21T09:00:00Z"), timezone: "Europe/Paris" });
  expect(read.days).toEqual([
    { day: "2026-11-18", accepted: 0, rejected: 0, lost: 1 },
    { day: "2026-11-19", accepted: 0, rejected: 0, lost: 0 },
    { day: "2026-11-20", accepted: 1, rejected: 2, lost: 0 },
    { day: "2026-11-21", accepted: 0, rejected: 0, lost: 0 },
  ]);
  expect(read.kinds).toEqual({ create: 2, edit: 1, reverse: 1 });
  expect(read.errors).toEqual([
    { network: "impact", code: "CONV_DUPLICATE", count: 2, orderId: "3", orderName: "#1003", at: "2026-11-20T11:00:00.000Z" },
    { network: "impact", code: "NEW_WORD", count: 1, orderId: "3", orderName: "#1003", at: "2026-11-20T11:00:00.000Z" },
  ]);
  expect(read.open).toBe(0);
});
