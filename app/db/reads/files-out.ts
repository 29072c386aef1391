// The whole list of creators, and of codes, page by page as they were made.
import { pool } from "../../db.server.ts";

export type CreatorOut = { position: string; id: string; name: string; email: string | null; handle: string | null; programs: string[]; codes: string[]; createdAt: Date };

/** Creators after a position (null: from the first), with the programs that they are joined to and their codes in force. */
export async function creatorsOut(shop: string, after: string | null, limit: number): Promise<CreatorOut[]> {
  const { rows } = await pool().query<CreatorOut>(
    `select r.position::text, r.id, r.name, r.email, r.handle, r.created_at as "createdAt",
            array(select g.name from membership m join program g on g.shop = m.shop and g.id = m.program_id
                   where m.shop = r.shop and m.creator_id = r.id and m.state = 'joined' and m.left_at is null order by lower(g.name)) as programs,
            array(select c.code from code_term t join code c on c.shop = t.shop and c.id = t.code_id
                   where t.shop = r.shop and t.creator_id = r.id and c.retired_at is null
                     and not exists (select 1 from code_term l where l.shop = t.shop and l.code_id = t.code_id and l.valid_from > t.valid_from) order by c.position) as codes
       from creator r where r.shop = $1 and r.position > coalesce($2::bigint, -1) order by r.position limit $3`,
    [shop, after, limit],
  );
  return rows;
}

export type CodeOut = {
  position: string;
  id: string;
  code: string;
  creator: string | null; // null: a code for everybody
  email: string | null;
  handle: string | null;
  program: string | null;
  deal: string | null;
  policy: string | null;
  startsAt: Date | null;
  endsAt: Date | null;
  createdAt: Date;
  retiredAt: Date | null;
  pausedAt: Date | null;
  store: string | null; // states of db/placement.ts
  networks: { program: string; state: string }[];
};

/** Codes after a position (null: from the first), the retired ones too; patterns are no codes that anybody could type. */
export async function codesOut(shop: string, after: string | null, limit: number): Promise<CodeOut[]> {
  const { rows } = await pool().query<CodeOut>(
    `select c.position::text, c.id, c.code, r.name as creator, r.email, r.handle, g.name as program, d.name as deal, t.credit_policy as policy,
            coalesce(t.starts_at, d.starts_at) as "startsAt", coalesce(t.ends_at, d.ends_at) as "endsAt", c.created_at as "createdAt", c.retired_at as "retiredAt", c.paused_at as "pausedAt",
            (select p.state from code_placement p where p.shop = c.shop and p.code_id = c.id and p.target = 'store') as store,
            coalesce((select jsonb_agg(jsonb_build_object('program', pg.name, 'state', p.state) order by pg.name) from code_placement p join program pg on pg.shop = p.shop and pg.id = p.target
                       where p.shop = c.shop and p.code_id = c.id), '[]') as networks
       from code c
       left join lateral (select * from code_term t where t.shop = c.shop and t.code_id = c.id order by t.valid_from desc limit 1) t on true
       left join creator r on r.shop = c.shop and r.id = t.creator_id
       left join program g on g.shop = c.shop and g.id = t.program_id
       left join deal d on d.shop = c.shop and d.id = c.deal_id
      where c.shop = $1 and c.match = 'exact' and c.position > coalesce($2::bigint, -1) order by c.position limit $3`,
    [shop, after, limit],
  );
  return rows;
}

/** By creator: what is left of the credit of their orders. */
export async function soldByCreator(shop: string, creatorIds: string[]): Promise<Map<string, { orders: number; amount: string }>> {
  const { rows } = await pool().query<{ id: string; orders: number; amount: string }>(
    `select creator_id as id, (count(*) filter (where balance > 0))::int as orders, sum(balance)::text as amount
       from (select creator_id, order_id, sum(amount) as balance from ledger_entry where shop = $1 and creator_id = any($2) group by creator_id, order_id) each_order group by creator_id`,
    [shop, creatorIds],
  );
  return new Map(rows.map(({ id, orders, amount }) => [id, { orders, amount }]));
}
