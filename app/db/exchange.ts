// The log of what was said to networks and what they answered, for the pages that prove it. Credentials never come here.
import { pool } from "../db.server.ts";

/** What an exchange was about: "<order id>/<n>", a deal's id, a code's id, a request's id at the network, a connection's id. */
export type About = { about: "conversion" | "deal" | "code" | "request" | "account"; aboutId: string };

export type NewExchange = About & {
  shop: string;
  at: Date;
  connectionId: string | null;
  what: string;
  request: Record<string, string>;
  status: number | null;
  answer: unknown;
  outcome: string;
};

export async function insertExchange(exchange: NewExchange): Promise<void> {
  await pool().query({
    name: "insert_exchange",
    text: `insert into exchange (shop, at, connection_id, about, about_id, what, request, status, answer, outcome) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    values: [
      exchange.shop,
      exchange.at,
      exchange.connectionId,
      exchange.about,
      exchange.aboutId,
      exchange.what,
      json(exchange.request),
      exchange.status,
      json(exchange.answer),
      exchange.outcome,
    ],
  });
}

/** Several exchanges in one statement. */
export async function insertExchanges(exchanges: readonly NewExchange[]): Promise<void> {
  const column = <T>(of: (exchange: NewExchange) => T) => exchanges.map(of);
  await pool().query({
    name: "insert_exchanges",
    text: `insert into exchange (shop, at, connection_id, about, about_id, what, request, status, answer, outcome)
      select shop, at, connection_id, about, about_id, what, request::jsonb, status, answer::jsonb, outcome
        from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::text[], $10::text[])
          as e(shop, at, connection_id, about, about_id, what, request, status, answer, outcome)`,
    values: [
      column((one) => one.shop), column((one) => one.at), column((one) => one.connectionId), column((one) => one.about), column((one) => one.aboutId), column((one) => one.what),
      column((one) => json(one.request)), column((one) => one.status), column((one) => json(one.answer)), column((one) => one.outcome),
    ],
  });
}

/** Forgets what is old: questions that were answered before `askedBefore`, everything before `allBefore`. At most `limit` rows; returns how many. */
export async function forgetExchanges(askedBefore: Date, allBefore: Date, limit: number): Promise<number> {
  const { rowCount } = await pool().query(
    `delete from exchange e using (select shop, id from exchange where at < $2 or (at < $1 and outcome = 'ok' and what like 'GET %') limit $3) old where e.shop = old.shop and e.id = old.id`,
    [askedBefore, allBefore, limit],
  );
  return rowCount ?? 0;
}

/** PostgreSQL takes neither a NUL nor half of a surrogate pair in JSON text. */
function json(value: unknown): string {
  return JSON.stringify(plain(value ?? null));
}

function plain(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("\0", "").toWellFormed();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [plain(key), plain(one)]));
}
