// The state of a list, as the address carries it.
import { cleanText } from "../domain/typed-text.ts";

export type ListState = { view: string; q: string; sort: string; page: number };

/** Reads the state of a list from the address; what is not in it is the default. For loaders, too. */
export function listState(params: URLSearchParams, defaults: { view: string; sort: string }): ListState {
  const page = Number(params.get("page"));
  return {
    view: known(params.get("view"), defaults.view),
    q: cleanText(params.get("q") ?? "").slice(0, 100),
    sort: known(params.get("sort"), defaults.sort),
    page: Number.isInteger(page) && page > 0 && page < 1_000_000 ? page : 1,
  };
}

/** Views and sorts are looked up by their names: one that every object has ("constructor") is none. */
function known(asked: string | null, usual: string): string {
  return asked && !(asked in {}) ? asked : usual;
}
