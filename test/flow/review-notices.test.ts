// A notice that is closed while its mail is on the way was mailed all the same: the same cause, soon after, is not mailed once more.
import { expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { claimMail, closeNotices, endMail, openNotice, openNotices } from "#app/db/notice.ts";
import { useDatabase } from "#test/support/database.ts";

useDatabase();

const SHOP = "told.myshopify.com";

test("a mail that was sent counts, though its notice was closed meanwhile", async () => {
  await pool().query("insert into shop (shop, email, created_at) values ($1, 'shop@example.com', now())", [SHOP]);
  const cause = { cause: "token", about: "", values: {} } as const;
  await openNotice(SHOP, cause, now());
  const later = new Date(now().getTime() + 3_600_000);
  const due = await claimMail(later, new Date(later.getTime() + 60_000));
  const [open] = await openNotices(SHOP);
  await closeNotices(SHOP, [open!.id], later);
  await endMail(due!, later, { problem: null, again: null });
  await openNotice(SHOP, cause, new Date(later.getTime() + 60_000));
  expect((await pool().query("select mailed_at, mail_at, closed_at is null as open from notice order by id")).rows).toEqual([{ mailed_at: later, mail_at: null, open: false }, { mailed_at: null, mail_at: null, open: true }]);
});
