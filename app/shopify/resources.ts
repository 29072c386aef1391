// Whom a deal can be for, as the store names them.
import type { Picked } from "../domain/deal.ts";
import type { Admin, AdminAnswer } from "./admin.ts";
import { FIND_MARKETS, FIND_SEGMENTS } from "./resources.graphql.ts";

/** `more`: there are others beside these; a search finds them. */
export type Choices = { choices: Picked[]; more: boolean };

type Found = Record<string, { nodes: { id: string; name: string }[]; pageInfo: { hasNextPage: boolean } }>;

/** At most 100 of the store's segments or markets whose name has these words; "": of all of them. */
export async function findChoices(admin: Admin, kind: "segments" | "markets", words: string): Promise<AdminAnswer<Choices>> {
  const plain = words.replace(/[^\p{L}\p{N} ]/gu, " ").trim();
  const query = plain === "" ? null : `name:${plain.includes(" ") ? `"${plain}"` : `${plain}*`}`;
  const answer = await admin<Found>(kind === "segments" ? FIND_SEGMENTS : FIND_MARKETS, { query });
  if (!answer.ok) return answer;
  const { nodes = [], pageInfo } = answer.data[kind] ?? {};
  return { ...answer, data: { choices: nodes.map(({ id, name }) => ({ id, title: name })), more: pageInfo?.hasNextPage ?? false } };
}
