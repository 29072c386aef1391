// A fault of the Admin API in the merchant's words: keys of locales/<language>/errors.json under "store".
import type { KeptProblem } from "../domain/problem.ts";
import type { StoreFault } from "../shopify/discounts.ts";

/** What a fault means to a person. The store's own words come along where it refused an input. */
export function storeProblem(fault: StoreFault): KeptProblem {
  switch (fault.kind) {
    case "refused":
      return { key: "store.refused", values: { words: fault.errors.map((error) => error.message).join("; ").slice(0, 500) } };
    case "graphql":
      return { key: "store.refused", values: { words: fault.errors.map((error) => error.message).join("; ").slice(0, 500) } };
    case "throttled":
      return { key: "store.throttled", values: {} };
    case "unauthorized":
      return { key: "store.unauthorized", values: {} };
    case "scope":
      return { key: "store.scope", values: { words: fault.detail.slice(0, 200) } };
    case "unavailable":
      return { key: "store.unavailable", values: {} };
    case "timeout":
      return { key: "store.timeout", values: {} };
    case "unreadable":
      return { key: "store.unreadable", values: { detail: fault.detail.slice(0, 200) } };
  }
}
