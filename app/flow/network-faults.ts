// A network's fault in the merchant's words: keys of locales/<language>/errors.json under "network".
import type { KeptProblem } from "../domain/problem.ts";
import type { NetworkFault } from "../networks/port.ts";

/** What a fault means to a person. The network's own words come along where it refused an input. */
export function networkProblem(fault: NetworkFault): KeptProblem {
  switch (fault.kind) {
    case "unauthorized":
      return { key: "network.unauthorized", values: {} };
    case "forbidden":
      return { key: "network.forbidden", values: { permission: fault.permission } };
    case "invalid":
      return { key: "network.refused", values: { words: fault.errors.map((error) => (error.field ? `${error.field}: ${error.message}` : error.message)).join("; ").slice(0, 500) } };
    case "not_found":
      return { key: "network.not_found", values: {} };
    case "limited":
      return { key: "network.limited", values: { minutes: Math.max(1, Math.ceil(fault.resetSeconds / 60)) } };
    case "unavailable":
      return { key: "network.unavailable", values: {} };
    case "timeout":
      return { key: "network.timeout", values: {} };
    case "unreadable":
      return { key: "network.unreadable", values: { detail: fault.detail.slice(0, 200) } };
  }
}
