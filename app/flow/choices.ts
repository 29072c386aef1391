// Whom a deal can be for: what the store has, or in words why it is not known.
import type { ChoicesAnswer } from "../domain/deal-page.ts";
import { writeProblem } from "../domain/problem.ts";
import { adminFor } from "../shopify/admin.ts";
import { findChoices } from "../shopify/resources.ts";
import { storeProblem } from "./store-faults.ts";

export async function choicesOf(shop: string, kind: "segments" | "markets", words: string): Promise<ChoicesAnswer> {
  const found = await findChoices(adminFor(shop, "person"), kind, words);
  if (found.ok) return { ...found.data, problem: null };
  const { key, values } = found.fault.kind === "scope" ? { key: `store.scope_${kind}`, values: {} } : storeProblem(found.fault);
  return { choices: [], more: false, problem: writeProblem(key, values) };
}
