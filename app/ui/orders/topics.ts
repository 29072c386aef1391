// What the store said, in words.
import { useT } from "../../i18n.ts";

const KNOWN = ["orders/create", "orders/paid", "orders/updated", "orders/cancelled", "orders/edited", "orders/delete", "refunds/create", "fetch", "touch"];

/** The words of a webhook's topic; returns/* are one. */
export function useTopicWords(): (topic: string) => string {
  const t = useT("orders");
  return (topic) => t(`topic.${KNOWN.includes(topic) ? topic.replace("/", "_") : topic.startsWith("returns/") ? "returns" : "other"}`);
}
