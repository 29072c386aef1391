// Look-ups over the state's arrays that stay quick with tens of thousands of rows: an index per array, made once and then continued.
import type { Account, Action, Submission } from "./state.ts";

type Index<Row> = { seen: number; rows: Map<string, Row> };

const indexes = new WeakMap<readonly unknown[], Map<string, Index<unknown>>>();

/** The first row under a key. Keys must not change, and rows must only ever be added to the array (a new array is indexed anew). */
function firstBy<Row>(array: readonly Row[], name: string, keyOf: (row: Row) => string, key: string): Row | null {
  const named = indexes.get(array) ?? new Map<string, Index<unknown>>();
  indexes.set(array, named);
  const index = (named.get(name) ?? { seen: 0, rows: new Map<string, unknown>() }) as Index<Row>;
  named.set(name, index);
  for (; index.seen < array.length; index.seen += 1) {
    const row = array[index.seen]!;
    const of = keyOf(row);
    if (!index.rows.has(of)) index.rows.set(of, row);
  }
  return index.rows.get(key) ?? null;
}

export function actionById(account: Account, id: string): Action | null {
  return firstBy(account.actions, "id", (action) => action.id, id);
}

/** The action of an order in an event type; the first one, since a second is a duplicate. */
export function actionByOrder(account: Account, eventTypeId: string, orderId: string): Action | null {
  return firstBy(account.actions, "order", (action) => `${action.eventTypeId} ${action.orderId}`, `${eventTypeId} ${orderId}`);
}

export function submissionById(account: Account, id: string): Submission | null {
  return firstBy(account.submissions, "id", (submission) => submission.id, id);
}
