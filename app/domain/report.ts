// What a network is to be told of an order (rules, section 8).

/** One item of a conversion: lines of one SKU merged. Amount in minor units, as a string. */
export type ReportItem = { sku: string; name: string; category: string | null; quantity: number; amount: string };

/** Why a conversion waits for a person; keys of locales/<language>/network.json under "problem". */
export type Problem = "after_lock" | "added_item" | "rejected" | "no_event_type" | "no_partner" | "refused" | "gave_up" | "partly_kept";
