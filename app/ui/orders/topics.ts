// What the store said, in words.
import { useT } from "../../i18n.ts";

const KNOWN = ["orders/create", "orders/paid", "orders/updated", "orders/cancelled", "orders/edited", "orders/delete", "refunds/create", "fetch", "touch", "unfound", "hand", "what_if", "members", "rules", "void", "verdict"];

/** The words of a delivery's topic, one of the store's or of our own; returns/* are one, and so are disputes/*. */
export function useTopicWords(): (topic: string) => string {
  const t = useT("orders");
  return (topic) => t(`topic.${KNOWN.includes(topic) ? topic.replace("/", "_") : topic.startsWith("returns/") ? "returns" : topic.startsWith("disputes/") ? "disputes" : "other"}`);
}
