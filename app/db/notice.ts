// Notices: words to the merchant, one per cause while it lasts.
import { mailAt, NOTICE_CAUSES, QUIET_MS, type Cause, type NoticeCause, type NoticeLine, type NoticeSettings, type OpenNotice } from "../domain/notice.ts";
import { pool, type Queryable } from "../db.server.ts";

/** The shops that have the app, the first ones after `after`. */
export async function shopsWithApp(after: string, limit: number): Promise<string[]> {
  const found = await pool().query<{ shop: string }>("select shop from shop where shop > $1 and uninstalled_at is null order by shop limit $2", [after, limit]);
  return found.rows.map(({ shop }) => shop);
}

const LATE_MS = 10 * 60_000;
/** What names an account n (domain/notice.ts accountWords). */
export const ACCOUNT = `jsonb_build_object('network', n.network, 'account', case when n.name = n.account_sid then '' else n.name end,
       'sid', case when exists (select from network_connection o where o.shop = n.shop and o.network = n.network and o.id <> n.id) then n.account_sid else '' end)`;
/** After so many tries in vain the store is said not to answer (db/reads/home-state.ts). */
const SILENT_TRIES = 4;

/** What stands against a shop now, but for what the hours of its accounts say (db/reads/backlog.ts). */
export async function causesOf(shop: string, at: Date): Promise<Cause[]> {
  const { rows } = await pool().query<Cause>(
    `select 'token' as cause, '' as about, jsonb_build_object('problem', token_problem) as values from shop where shop = $1 and token_problem is not null
     union all select 'hooks', '', jsonb_build_object('problem', hooks_problem) from shop where shop = $1 and hooks_problem is not null
     union all select 'inbox', '', '{}' where exists (select 1 from delivery where shop = $1 and state = 'new' and received_at < $2)
     union all select 'store_silent', '', '{}' where exists (select 1 from order_state where shop = $1 and fetch_at is not null and fetch_tries >= ${SILENT_TRIES})
     union all select 'network_refused', n.id, ${ACCOUNT} from network_connection n where n.shop = $1 and n.state = 'refused'
     union all select 'network_rejects', n.id, ${ACCOUNT} from network_connection n
       where n.shop = $1 and n.state = 'connected' and exists (select 1 from conversion c join program p on p.shop = c.shop and p.id = c.program_id
         where c.shop = $1 and p.connection_id = n.id and c.state = 'stuck' and not (c.left_at is not null and c.left_at >= c.changed_at))`,
    [shop, new Date(at.getTime() - LATE_MS)],
  );
  return rows;
}

/** Of each account of the shop, by the id of its connection, what names it in a notice. */
export async function accountValues(shop: string): Promise<Map<string, Record<string, string>>> {
  const { rows } = await pool().query<{ id: string; values: Record<string, string> }>(`select n.id, ${ACCOUNT} as values from network_connection n where n.shop = $1`, [shop]);
  return new Map(rows.map(({ id, values }) => [id, values]));
}

export async function openNotices(shop: string): Promise<OpenNotice[]> {
  const found = await pool().query<OpenNotice>("select id, cause, about from notice where shop = $1 and closed_at is null order by id", [shop]);
  return found.rows;
}

/** Opens a notice. It is to be mailed, unless the same cause was mailed a while ago, or the shop wants no mails. */
export async function openNotice(shop: string, { cause, about, values }: Cause, at: Date): Promise<void> {
  await pool().query(
    `insert into notice (shop, cause, about, values, opened_at, mail_at)
     select $1, $2, $3, $4, $5, case when s.notify and not exists (select 1 from notice n where n.shop = $1 and n.cause = $2 and n.about = $3 and n.mailed_at > $7) then $6::timestamptz end from shop s where s.shop = $1
     on conflict (shop, cause, about) where closed_at is null do nothing`,
    [shop, cause, about, JSON.stringify(values), at, mailAt(cause, at), new Date(at.getTime() - QUIET_MS)],
  );
}

/** Closes notices. One that was over before it was due to be mailed mended itself, and is not kept. */
export async function closeNotices(shop: string, ids: readonly bigint[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await pool().query(
    `with over as (select id, mail_at is not null and mail_tries = 0 as unsaid from notice where shop = $1 and id = any($2::bigint[]) and closed_at is null for update),
          dropped as (delete from notice n using over where n.shop = $1 and n.id = over.id and over.unsaid)
     update notice n set closed_at = $3, mail_at = null from over where n.shop = $1 and n.id = over.id and not over.unsaid`,
    [shop, ids.map(String), at],
  );
}

/** Of shops that have left: nobody is to be told anything. */
export async function closeNoticesOfGone(at: Date): Promise<void> {
  await pool().query("update notice n set closed_at = $1, mail_at = null from shop s where s.shop = n.shop and s.uninstalled_at is not null and n.closed_at is null", [at]);
}

/** A notice that is to be mailed. `to`: where; "": the shop has no address. */
export type DueMail = { shop: string; id: bigint; cause: NoticeCause; values: Record<string, string>; openedAt: Date; to: string; language: string; shopName: string; timezone: string; tries: number; lease: Date };

/** Claims a notice that is due to be mailed, until `lease`: whoever dies meanwhile leaves it to the next one. */
export async function claimMail(at: Date, lease: Date): Promise<DueMail | null> {
  const { rows } = await pool().query<DueMail>(
    `update notice n set mail_at = $2, mail_tries = n.mail_tries + 1
     from (select shop, id from notice where mail_at <= $1 order by mail_at limit 1 for update skip locked) due, shop s
     where n.shop = due.shop and n.id = due.id and s.shop = n.shop
     returning n.shop, n.id, n.cause, n.values, n.opened_at as "openedAt", coalesce(s.notify_email, s.email) as "to", s.language, s.name as "shopName", s.timezone, n.mail_tries as tries, n.mail_at as lease`,
    [at, lease],
  );
  return rows[0] ?? null;
}

/** What became of a mail. `again`: when it is tried again; null with a problem: not any more. */
export async function endMail({ shop, id, lease }: DueMail, at: Date, { problem, again }: { problem: string | null; again: Date | null }): Promise<void> {
  // Sent is sent, though the notice was closed meanwhile or another has claimed it.
  if (problem === null) await pool().query("update notice set mailed_at = $3, mail_problem = null, mail_at = null where shop = $1 and id = $2", [shop, id, at]);
  else await pool().query("update notice set mailed_at = null, mail_problem = $3, mail_at = $4 where shop = $1 and id = $2 and mail_at = $5", [shop, id, problem, again, lease]);
}

const SHOWN = 10;

/** What the card on Settings shows: who is told, and the last notices. */
export async function noticeSettings(shop: string): Promise<Omit<NoticeSettings, "canMail">> {
  const settings = await pool().query<{ notify: boolean; email: string; ownEmail: string | null }>(`select notify, email, notify_email as "ownEmail" from shop where shop = $1`, [shop]);
  const { rows } = await pool().query<Omit<NoticeLine, "openedAt" | "closedAt" | "mailedAt"> & { openedAt: Date; closedAt: Date | null; mailedAt: Date | null }>(
    `select id::text, cause, values, opened_at as "openedAt", closed_at as "closedAt", mailed_at as "mailedAt", case when mail_at is not null then 'waits' when mail_problem is not null then 'failed' else 'none' end as mail
       from notice where shop = $1 and cause = any($2) order by id desc limit ${SHOWN}`,
    [shop, NOTICE_CAUSES],
  );
  const [found] = settings.rows;
  return {
    notify: found?.notify ?? true,
    email: found?.email ?? "",
    ownEmail: found?.ownEmail ?? null,
    lines: rows.map((row) => ({ ...row, openedAt: row.openedAt.toISOString(), closedAt: row.closedAt?.toISOString() ?? null, mailedAt: row.mailedAt?.toISOString() ?? null })),
  };
}

/** Who is told from now on. What waits to be mailed is dropped where nobody wants it. */
export async function setNoticeSettings(client: Queryable, shop: string, { notify, ownEmail }: { notify: boolean; ownEmail: string | null }): Promise<void> {
  await client.query("update shop set notify = $2, notify_email = $3 where shop = $1", [shop, notify, ownEmail]);
  if (!notify) await client.query("update notice set mail_at = null where shop = $1 and mail_at is not null", [shop]);
}

/** The language that the app was last opened in: notices are written in it. */
export async function noteLanguage(shop: string, language: string): Promise<void> {
  await pool().query("update shop set language = $2 where shop = $1 and language <> $2", [shop, language]);
}

/** Notices that stand, for Home: the causes that it does not see for itself. */
export async function standingNotices<T extends NoticeCause>(shop: string, causes: readonly T[]): Promise<{ cause: T; since: string }[]> {
  const { rows } = await pool().query<{ cause: T; since: Date }>(`select cause, opened_at as since from notice where shop = $1 and closed_at is null and cause = any($2) order by id`, [shop, causes]);
  return rows.map(({ cause, since }) => ({ cause, since: since.toISOString() }));
}
