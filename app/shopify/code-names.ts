// Which of many names the store has already, in which discount, and who made them.
import { codeKey } from "../domain/code.ts";
import type { Admin } from "./admin.ts";
import { findMakersDocument, findNamesDocument, MOST_MAKERS_A_CALL, MOST_NAMES_A_CALL } from "./code-names.graphql.ts";
import { TAG } from "./discounts-input.ts";
import type { FoundDiscount, StoreAnswer } from "./discounts.ts";

/** A name that the store has. `ours`: its discount carries the app's tag. `kind`: the store's name for it ("DiscountCodeBasic"). */
export type StoreName = FoundDiscount & { kind: string; ours: boolean };

type Node = { id: string; codeDiscount: { __typename: string; title?: string; status?: FoundDiscount["status"]; tags?: string[] } };

/** Asks for at most MOST_NAMES_A_CALL names, in one call. By key (domain/code.ts); a name that is not in the answer is free. */
export async function findNames(admin: Admin, codes: readonly string[]): Promise<StoreAnswer<Map<string, StoreName>>> {
  const asked = codes.slice(0, MOST_NAMES_A_CALL);
  if (asked.length === 0) return { ok: true, value: new Map() };
  const variables = Object.fromEntries(asked.map((code, n) => [`c${n}`, code]));
  const answer = await admin<Record<string, Node | null>>(findNamesDocument(asked.length), variables);
  if (!answer.ok) return answer;
  const found = asked.flatMap((code, n) => {
    const node = answer.data[`n${n}`];
    if (!node) return [];
    const { __typename: kind, title = "", status = "ACTIVE", tags = [] } = node.codeDiscount;
    return [[codeKey(code), { id: node.id, title, status, kind, ours: tags.includes(TAG) }] as const];
  });
  return { ok: true, value: new Map(found) };
}

/** Who made a code: an app by its title; null: nobody is named, so a person in the store's admin. */
export type Maker = { app: string | null };

type WithCodes = { codeDiscount: { codes?: { nodes: { code: string; createdBy: { title: string | null } | null }[] } } };

/** Asks who made at most MOST_MAKERS_A_CALL names that findNames found. By key; a name whose code did not come along is left out. */
export async function findMakers(admin: Admin, names: readonly { code: string; kind: string }[]): Promise<StoreAnswer<Map<string, Maker>>> {
  const asked = names.slice(0, MOST_MAKERS_A_CALL);
  if (asked.length === 0) return { ok: true, value: new Map() };
  const variables = Object.fromEntries(asked.flatMap(({ code }, n) => [[`c${n}`, code], [`q${n}`, searchFor(code)]]));
  const answer = await admin<Record<string, WithCodes | null>>(findMakersDocument(asked.map(({ kind }) => kind)), variables);
  if (!answer.ok) return answer;
  const makers = asked.flatMap(({ code }, n) => {
    const made = answer.data[`n${n}`]?.codeDiscount.codes?.nodes.find((node) => codeKey(node.code) === codeKey(code));
    return made ? [[codeKey(code), { app: made.createdBy?.title ?? null }] as const] : [];
  });
  return { ok: true, value: new Map(makers) };
}

/** A search for one code: in quotes, since a hyphen before a word means "not" there. */
function searchFor(code: string): string {
  return `"${code.replace(/["\\]/g, " ")}"`;
}
