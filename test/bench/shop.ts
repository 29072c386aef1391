// A shop with one creator and one code, without a network: the least that an order can be credited in.
import { BENCH_CODE, BENCH_SHOP } from "./orders.ts";

/** The rows of the shop, as one script. */
export const benchShopSql = `
  insert into shop (shop, name, currency, timezone, created_at) values ('${BENCH_SHOP}', 'Bench', 'EUR', 'Europe/Berlin', '2020-01-01');
  insert into shop_rule (shop, valid_from, stacking_rule) values ('${BENCH_SHOP}', '2020-01-01', 'largest_discount');
  insert into program (shop, id, network, name, kind, created_at) values ('${BENCH_SHOP}', 'p1', 'none', 'Creators', 'creator', '2020-01-01');
  insert into program_rule (shop, program_id, valid_from, mode, credit_on, scope, click_window_days, block_self_referral)
    values ('${BENCH_SHOP}', 'p1', '2020-01-01', 'full', 'paid', 'order', 30, false);
  insert into creator (shop, id, name, created_at) values ('${BENCH_SHOP}', 'c1', 'Marie', '2020-01-01');
  insert into membership (shop, program_id, creator_id, joined_at) values ('${BENCH_SHOP}', 'p1', 'c1', '2020-01-01');
  insert into code (shop, id, code, key, match, created_at) values ('${BENCH_SHOP}', 'k1', '${BENCH_CODE}', '${BENCH_CODE}', 'exact', '2020-01-01');
  insert into code_term (shop, code_id, valid_from, creator_id, program_id, credit_policy)
    values ('${BENCH_SHOP}', 'k1', '2020-01-01', 'c1', 'p1', 'always');`;
