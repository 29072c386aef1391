// What the links of creators offer, as their buyers may know it.
import { pool } from "../../db.server.ts";
import type { DealTerms } from "../../domain/deal.ts";
import type { OfferedCode } from "../../domain/storefront-offer.ts";

type Row = {
  id: string; key: string; code: string; creator: string | null; createdAt: Date; retiredAt: Date | null; pausedAt: Date | null; voidFrom: Date | null; startsAt: Date | null; endsAt: Date | null; inStore: boolean;
  hasDeal: boolean; terms: DealTerms | null; dealStartsAt: Date | null; dealEndsAt: Date | null; dealPausedAt: Date | null;
};

const MOST = 200;

/** The codes with this key (domain/code.ts codeKey), and those of the creators with this handle (domain/touch-word.ts handleKey), the newest first. */
export async function codesOffered(shop: string, key: string, handle: string): Promise<OfferedCode[]> {
  const found = await pool().query<Row>({
    name: "codes_offered",
    text: `with meant as (
        select c.id from code c where c.shop = $1 and c.key = $2 and c.match = 'exact'
        union
        select t.code_id from creator r join code_term t on t.shop = r.shop and t.creator_id = r.id where r.shop = $1 and r.handle is not null and lower(ltrim(r.handle, '@')) = $3)
      select c.id, c.key, c.code, r.name as creator, c.created_at as "createdAt", c.retired_at as "retiredAt", c.paused_at as "pausedAt", c.void_from as "voidFrom", t.starts_at as "startsAt", t.ends_at as "endsAt",
          coalesce(p.wanted = 'live' and p.state = 'live', true) as "inStore", (d.id is not null or s.store_id is not null) as "hasDeal", coalesce(d.terms, s.terms) as terms,
          coalesce(d.starts_at, s.starts_at) as "dealStartsAt", coalesce(d.ends_at, s.ends_at) as "dealEndsAt", d.paused_at as "dealPausedAt"
        from meant m join code c on c.shop = $1 and c.id = m.id and c.match = 'exact'
        join lateral (select * from code_term t where t.shop = c.shop and t.code_id = c.id order by t.valid_from desc limit 1) t on true
        left join creator r on r.shop = c.shop and r.id = t.creator_id
        left join deal d on d.shop = c.shop and d.id = c.deal_id
        left join store_discount s on s.shop = c.shop and s.store_id = c.discount_id and d.id is null
        left join code_placement p on p.shop = c.shop and p.code_id = c.id and p.target = 'store'
        where c.key = $2 or lower(ltrim(r.handle, '@')) = $3 order by c.key = $2 desc, c.position desc limit ${MOST}`,
    values: [shop, key, handle],
  });
  const ms = (at: Date | null) => at?.getTime() ?? null;
  return found.rows.map(({ id, key, code, creator, ...row }) => ({
    id, key, code, creator, terms: [], inStore: row.inStore,
    createdAtMs: row.createdAt.getTime(), retiredAtMs: ms(row.retiredAt), pausedAtMs: ms(row.pausedAt), voidFromMs: ms(row.voidFrom), startsAtMs: ms(row.startsAt), endsAtMs: ms(row.endsAt),
    deal: row.hasDeal ? { terms: row.terms, startsAtMs: ms(row.dealStartsAt), endsAtMs: ms(row.dealEndsAt), pausedAtMs: ms(row.dealPausedAt) } : null,
  }));
}
