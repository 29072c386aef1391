// Word to the merchant: from what stands in the tables follows which notices are open; each is mailed once, if its cause lasts.
import { now } from "../clock.ts";
import { withLock } from "../db/lock.ts";
import { addLog } from "../db/log.ts";
import { accountValues, causesOf, claimMail, closeNotices, closeNoticesOfGone, endMail, noticeSettings, openNotice, openNotices, setNoticeSettings, shopsWithApp, type DueMail } from "../db/notice.ts";
import { listBacklogs } from "../db/reads/backlog.ts";
import { noticeChanges, readTypedEmail, type Cause, type NoticeSettings } from "../domain/notice.ts";
import type { FieldError } from "../domain/problem.ts";
import { inTransaction } from "../db.server.ts";
import { log } from "../log.server.ts";
import { canMail, sendMail } from "../mail.server.ts";
import { after, backoffMs } from "./again.ts";
import { startLoop, type Loop } from "./loop.ts";

const REST_MS = 5_000;
const ROUND_MS = 60_000;
const AT_ONCE = 50;
/** Longer than a mail server may take to answer. */
const LEASE_MS = 2 * 60_000;
/** After so many tries, some four hours, a mail is given up; the notice stays on Home. */
const MOST_TRIES = 24;

/** What a notice says as a mail, in a language. */
export type SayNotice = (notice: Pick<DueMail, "shop" | "cause" | "values" | "openedAt" | "language" | "shopName" | "timezone">) => { subject: string; text: string };

/** Starts the loop that looks after notices; `say` has the words. */
export function startNotices(say: SayNotice): Loop {
  let nextRound = 0;
  let at = "";
  async function work(): Promise<number> {
    if (now().getTime() >= nextRound) {
      const next = await withLock("notices", () => lookOver(at));
      // Another process looks over them.
      if (next === null) nextRound = now().getTime() + ROUND_MS;
      else if (next.next !== null) {
        at = next.next;
        return 1;
      } else {
        at = "";
        nextRound = now().getTime() + ROUND_MS;
      }
    }
    return mailOnce(say);
  }
  return startLoop({ name: "notices", everyMs: REST_MS, work });
}

/** Looks over some shops, the first ones after `from`. `next`: where to go on; null: that was the last one. */
async function lookOver(from: string): Promise<{ next: string | null }> {
  if (from === "") await closeNoticesOfGone(now());
  const shops = await shopsWithApp(from, AT_ONCE);
  for (const shop of shops) await noticeShop(shop);
  return { next: shops.length < AT_ONCE ? null : shops.at(-1)! };
}

/** Opens and closes a shop's notices, so that exactly the causes that stand have one. */
export async function noticeShop(shop: string): Promise<void> {
  const at = now();
  const [open, causes] = [await openNotices(shop), [...(await causesOf(shop, at)), ...(await backlogs(shop, at))]];
  const { toOpen, toClose } = noticeChanges(open, causes);
  await closeNotices(shop, toClose, at);
  for (const cause of toOpen) {
    await openNotice(shop, cause, at);
    log.warn({ shop, cause: cause.cause, about: cause.about }, "a notice is opened");
  }
}

async function backlogs(shop: string, at: Date): Promise<Cause[]> {
  const late = (await listBacklogs(shop, at)).filter(({ warns }) => warns !== null);
  if (late.length === 0) return [];
  const accounts = await accountValues(shop);
  return late.map(({ connectionId }) => ({ cause: "network_backlog", about: connectionId, values: accounts.get(connectionId) ?? {} }));
}

/** Sends one mail that is due; returns how many were. It is sent at least once: a process that dies after it was sent sends it again, under the same name. */
export async function mailOnce(say: SayNotice): Promise<number> {
  if (!canMail()) return 0;
  const at = now();
  const due = await claimMail(at, after(at, LEASE_MS));
  if (due === null) return 0;
  const answer = due.to === "" ? ({ ok: false, passing: false, detail: "the shop has no address" } as const) : await sendMail({ to: due.to, ...say(due), id: `notice-${due.id}.${due.shop}` });
  const ended = now();
  if (answer.ok) await endMail(due, ended, { problem: null, again: null });
  else {
    const again = answer.passing && due.tries < MOST_TRIES ? after(ended, backoffMs(due.tries)) : null;
    await endMail(due, ended, { problem: answer.detail, again });
    log.warn({ shop: due.shop, cause: due.cause, fault: answer.detail, tries: due.tries, again: again?.toISOString() ?? null }, "a notice could not be mailed");
  }
  return 1;
}

/** What the card on Settings shows. */
export async function noticesView(shop: string): Promise<NoticeSettings> {
  return { ...(await noticeSettings(shop)), canMail: canMail() };
}

/** Keeps who is to be told. */
export async function changeNoticeSettings(shop: string, who: string, typed: { notify: boolean; email: unknown }): Promise<FieldError[]> {
  const read = readTypedEmail(typed.email);
  if (read === null) return [{ field: "email", key: "notices.email" }];
  await inTransaction(async (client) => {
    await setNoticeSettings(client, shop, { notify: typed.notify, ownEmail: read.email });
    await addLog(client, shop, now(), { who, what: typed.notify ? "notices.on" : "notices.off", detail: {} });
  });
  return [];
}
