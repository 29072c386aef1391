// What each table holds of a buyer and of a shop, and what becomes of it when the privacy topics ask for its removal. A test finds tables that are missing here.
// What stays is what the accounts need: which sale earned a creator how much, and what a network was told, by ids alone.

/**
 * `person`: what the removal of a buyer does with rows that lead to him: "none" are there; "delete" them; "strip" takes out what leads to him.
 * `shop`: what the removal of a shop does: "delete" all rows; "keep" them, as they name neither the shop's people nor its texts; or what they are set to.
 */
export type TablePlan = { person: "none" | "delete" | "strip"; shop: "delete" | "keep" | { set: string } };

const NOTHING_OF_BUYERS = { person: "none", shop: "delete" } as const;

export const PRIVACY_PLAN: Record<string, TablePlan> = {
  // Accounts: ids and amounts.
  ledger_entry: { person: "none", shop: "keep" },
  decision: { person: "none", shop: "keep" },
  sum_change: { person: "none", shop: "keep" },
  sum_day: { person: "none", shop: "keep" },
  sum_period: { person: "none", shop: "keep" },
  sum_state: { person: "none", shop: "keep" },
  order_state: {
    person: "strip",
    shop: { set: "name = '', facts = null, beside = null, visitor = null, checkout_token = null, customer_hash = null, evidence = null, frozen = null, unreadable = null, fetch_at = null, fetch_why = null, redacted_at = coalesce(redacted_at, $2)" },
  },
  conversion: { person: "strip", shop: { set: "told_code = null, click_id = null, click_parameter = null, buyer = '{}', problem_detail = null, left_by = null, next_at = null" } },
  code: { person: "none", shop: { set: "code = '', key = id, deal_id = null, discount_id = null, batch_id = null, campaign_id = null, void_reason = null, comments = '', send_to = '', retired_at = coalesce(retired_at, $2)" } },
  creator: { person: "none", shop: { set: "name = '', email = null, handle = null" } },
  program: { person: "none", shop: { set: "name = '', connection_id = null, network = 'none', external_id = null, event_type_id = null, event_types = '[]', pair_id = null, media_source_id = null, media_source_name = null, actions_problem = null, state = 'ended'" } },
  shop: { person: "none", shop: { set: "name = '', domain = '', email = '', notify_email = null" } },
  pattern_set: { person: "none", shop: "keep" }, // a random number
  // What shows that the removal was done, and until when it had to be.
  privacy_request: { person: "none", shop: { set: "person = null, orders = null, file = null, file_until = null" } },

  // Of buyers, beside their orders.
  delivery: { person: "strip", shop: "delete" },
  touch: { person: "delete", shop: "delete" },
  visitor_tie: { person: "delete", shop: "delete" },
  order_click: { person: "delete", shop: "delete" },
  click_owner: { person: "delete", shop: "delete" },
  exchange: { person: "delete", shop: "delete" },
  network_action: { person: "strip", shop: "delete" },
  hand_act: { person: "strip", shop: "delete" },
  flow_word: { person: "delete", shop: "delete" },

  // Nothing of buyers.
  session: NOTHING_OF_BUYERS,
  shop_rule: NOTHING_OF_BUYERS,
  network_connection: NOTHING_OF_BUYERS,
  program_rule: NOTHING_OF_BUYERS,
  creator_email: NOTHING_OF_BUYERS,
  creator_past_handle: NOTHING_OF_BUYERS,
  membership: NOTHING_OF_BUYERS,
  deal: NOTHING_OF_BUYERS,
  deal_edit: NOTHING_OF_BUYERS,
  deal_placement: NOTHING_OF_BUYERS,
  code_term: NOTHING_OF_BUYERS,
  code_placement: NOTHING_OF_BUYERS,
  storefront: NOTHING_OF_BUYERS,
  flow_run: NOTHING_OF_BUYERS,
  what_if: NOTHING_OF_BUYERS,
  what_if_order: NOTHING_OF_BUYERS,
  reconciliation: NOTHING_OF_BUYERS,
  reconciliation_order: NOTHING_OF_BUYERS,
  reconciliation_difference: NOTHING_OF_BUYERS,
  report_end: NOTHING_OF_BUYERS,
  network_verdict: NOTHING_OF_BUYERS,
  contract: NOTHING_OF_BUYERS,
  code_request: NOTHING_OF_BUYERS,
  product_type: NOTHING_OF_BUYERS,
  unknown_topic: NOTHING_OF_BUYERS,
  shop_log: NOTHING_OF_BUYERS,
  notice: NOTHING_OF_BUYERS,
  code_batch: NOTHING_OF_BUYERS,
  code_batch_row: NOTHING_OF_BUYERS,
  campaign: NOTHING_OF_BUYERS,
  campaign_creator: NOTHING_OF_BUYERS,
  store_discount: NOTHING_OF_BUYERS,
  store_code: NOTHING_OF_BUYERS,
  store_sweep: NOTHING_OF_BUYERS,
  order_sweep: NOTHING_OF_BUYERS,
  delivery_gap: NOTHING_OF_BUYERS,
  gap_order: NOTHING_OF_BUYERS,
  delivery_watch: NOTHING_OF_BUYERS,
  reader_walk: NOTHING_OF_BUYERS,
  drift: NOTHING_OF_BUYERS,
  sheet_file: NOTHING_OF_BUYERS,
  tracking_link: NOTHING_OF_BUYERS,
};

/** Tables without a shop's rows. */
export const NO_SHOPS = ["rate_budget"];
