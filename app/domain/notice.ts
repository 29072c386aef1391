// Words to the merchant: which causes there are, which notices open and close, and when one is mailed. Pure.

/**
 * token: the store takes the app's token no more. hooks: deliveries do not come as they should. inbox: what came waits for long. store_silent: the store
 * does not answer for orders that it was asked for. network_refused: an account's token is refused. network_rejects: conversions wait for a person, because
 * a network took them in no form. network_backlog: an account's hours do not suffice.
 */
export const NOTICE_CAUSES = ["token", "hooks", "inbox", "store_silent", "network_refused", "network_rejects", "network_backlog"] as const;
export type NoticeCause = (typeof NOTICE_CAUSES)[number];

/** A cause as it stands now. `about` tells several of a kind apart; `values` are what its sentence names. */
export type Cause = { cause: NoticeCause; about: string; values: Record<string, string> };

/**
 * How the sentences of a notice name its account: by its own name; where its network tells none, by the network's, with the account's id beside it where the shop has several there.
 * `network`: that network's name as people say it.
 */
export function accountWords({ account = "", sid = "" }: Record<string, string>, network: string): string {
  if (account !== "") return account;
  return sid === "" ? network : `${network} (${sid})`;
}

export type OpenNotice = { id: bigint; cause: string; about: string };

/** How long a cause has to last before it is mailed: what mends itself meanwhile is no mail. */
const MAILED_AFTER_MS: Record<NoticeCause, number> = {
  token: 10 * 60_000,
  hooks: 0, // it was watched for hours before it is said
  inbox: 15 * 60_000,
  store_silent: 30 * 60_000,
  network_refused: 10 * 60_000,
  network_rejects: 60 * 60_000,
  network_backlog: 30 * 60_000,
};

/** A cause that comes back within this time of its last mail is not mailed again. */
export const QUIET_MS = 24 * 3_600_000;

/** When a notice that is opened now is to be mailed. */
export function mailAt(cause: NoticeCause, openedAt: Date): Date {
  return new Date(openedAt.getTime() + MAILED_AFTER_MS[cause]);
}

/** What has to be opened and closed, so that exactly the causes that stand have a notice. */
export function noticeChanges(open: readonly OpenNotice[], causes: readonly Cause[]): { toOpen: Cause[]; toClose: bigint[] } {
  const stands = new Set(causes.map(keyOf));
  const known = new Set(open.map(keyOf));
  return { toOpen: causes.filter((cause) => !known.has(keyOf(cause))), toClose: open.filter((notice) => !stands.has(keyOf(notice))).map(({ id }) => id) };
}

function keyOf({ cause, about }: { cause: string; about: string }): string {
  return `${cause} ${about}`;
}

/** Plain JSON, for the page. Instants are ISO 8601. `mailed`: when it was; `mail`: what becomes of its mail where it was not. */
export type NoticeLine = { id: string; cause: NoticeCause; values: Record<string, string>; openedAt: string; closedAt: string | null; mailedAt: string | null; mail: "waits" | "failed" | "none" };

export type NoticeSettings = { notify: boolean; email: string; ownEmail: string | null; canMail: boolean; lines: NoticeLine[] };

export const LONGEST_EMAIL = 254;

/** An address as a person types it: blank is none. null: it is no address. */
export function readTypedEmail(typed: unknown): { email: string | null } | null {
  if (typed === null) return { email: null };
  if (typeof typed !== "string") return null;
  const email = typed.trim();
  if (email === "") return { email: null };
  return email.length <= LONGEST_EMAIL && /^[^\s@<>",;:\\()[\]]+@[^\s@<>",;:\\()[\]]+\.[^\s@<>",;:\\()[\].]+$/.test(email) ? { email } : null;
}
