// Which codes a network can get now: while their deal is paused or over they stay as they are, and are on the way nowhere (db/placement-network.ts).

/** Of a code `c`: its deal is neither paused nor over. `at`: the place of the instant among the values. */
export const dealIsOpen = (at: string) => `not exists (select from deal od where od.shop = c.shop and od.id = c.deal_id and (od.paused_at is not null or od.ends_at <= ${at}))`;
