// Product types by variant, as the store last told them: the category of what is sold.
import { pool } from "../db.server.ts";

/** A line of an order whose conversion is to be told. `type`: of its product, where the store was asked for the order; null: it was not, or there is none. */
export type SoldLine = { orderId: string; id: string; sku: string | null; variantId: string | null; type: string | null };

export async function linesOfOrders(shop: string, orderIds: readonly string[]): Promise<SoldLine[]> {
  if (orderIds.length === 0) return [];
  const { rows } = await pool().query<SoldLine>({
    name: "lines_of_orders",
    text: `select o.order_id as "orderId", l->>'id' as id, l->>'sku' as sku, l->>'variantId' as "variantId", o.beside->'lines'->(l->>'id')->>'type' as type
      from order_state o cross join lateral jsonb_array_elements(case when jsonb_typeof(o.facts->'lines') = 'array' then o.facts->'lines' else '[]'::jsonb end) l where o.shop = $1 and o.order_id = any($2)`,
    values: [shop, orderIds],
  });
  return rows;
}

/** The kept types of some variants that were read since `since`; null: the product has none, or is gone. */
export async function typesOfVariants(shop: string, variantIds: readonly string[], since: Date): Promise<Map<string, string | null>> {
  if (variantIds.length === 0) return new Map();
  const { rows } = await pool().query<{ id: string; type: string | null }>({
    name: "types_of_variants",
    text: "select variant_id as id, type from product_type where shop = $1 and variant_id = any($2) and read_at >= $3",
    values: [shop, variantIds, since],
  });
  return new Map(rows.map(({ id, type }) => [id, type]));
}

export async function keepTypes(shop: string, types: ReadonlyMap<string, string | null>, readAt: Date): Promise<void> {
  if (types.size === 0) return;
  await pool().query({
    name: "keep_types",
    text: `insert into product_type (shop, variant_id, type, read_at) select $1, k.id, k.type, $3 from jsonb_to_recordset($2::jsonb) as k(id text, type text)
      on conflict (shop, variant_id) do update set type = excluded.type, read_at = excluded.read_at`,
    values: [shop, JSON.stringify([...types].map(([id, type]) => ({ id, type })).sort((a, b) => (a.id < b.id ? -1 : 1))), readAt],
  });
}
