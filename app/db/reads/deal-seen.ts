// What the store was last read to have of a deal `d`, by whoever read it: the placing loop, or the look at what the store has.

/** To be joined; then STORE_SEEN and STORE_READ_AT can be selected. */
export const SEEN_JOIN = "left join store_discount s on s.shop = d.shop and s.store_id = d.store_id and s.gone_at is null and s.read_at > d.store_read_at";

/** domain/deal-seen.ts SeenInStore. */
export const STORE_SEEN = `case when s.store_id is null then d.store_seen else jsonb_build_object('title', s.title, 'terms', s.terms, 'unread', s.unread, 'startsAt', s.starts_at, 'endsAt', s.ends_at,
  'codesCount', s.codes_count, 'uses', s.uses) end`;

export const STORE_READ_AT = "coalesce(s.read_at, d.store_read_at)";
