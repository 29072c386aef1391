// What impact.com's brand API answers, as far as this app reads it. Scalars come as strings, whatever the contract calls them,
// blanks as "", lists as [], {} or null: so nothing here is more than a claim, and transform.ts reads each field with care.

export type Scalar = string | number | boolean | null | undefined;

export type Raw = { [field: string]: Scalar | Raw | Raw[] | Scalar[] };

/** The lists that are read, by the name of their key in the envelope. */
export type ListKey = "Campaigns" | "Partners" | "Contracts" | "Deals" | "PromoCodes" | "TrackingValueRequests" | "Actions" | "ActionItems";

/** Form fields or query, in the order in which they are sent. */
export type Fields = Record<string, string>;
