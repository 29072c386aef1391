// What other settings would change (rules, section 7): the same order settled under the rules as they are and under those that a person tries.
import type { Credit, Settlement } from "./credit.ts";
import { creditTotal } from "./credit.ts";
import type { OverrideSettings } from "./rule-book.ts";

/** What one code, creator and program have on an order before and after. Minor units of the order's currency. */
export type AccountChange = { codeId: string; creatorId: string; programId: string; before: bigint; after: bigint };

/** Whether a code of the program stands on the order: all others are left alone. */
export function concerns({ candidates }: Settlement, programId: string): boolean {
  return candidates.some(({ term }) => term.programId === programId);
}

/** The accounts of an order whose sums differ. A line that moves within one account is no difference. */
export function changesOf(before: readonly Credit[], after: readonly Credit[]): AccountChange[] {
  const accounts = new Map<string, AccountChange>();
  const add = (credit: Credit, side: "before" | "after") => {
    const { codeId, creatorId, programId } = credit;
    const key = JSON.stringify([codeId, creatorId, programId]);
    const account = accounts.get(key) ?? { codeId, creatorId, programId, before: 0n, after: 0n };
    account[side] += creditTotal(credit);
    accounts.set(key, account);
  };
  for (const credit of before) add(credit, "before");
  for (const credit of after) add(credit, "after");
  return [...accounts.values()].filter((account) => account.before !== account.after);
}

/** Stands for an order on which no sum differs, and which would be settled otherwise all the same. */
export const NO_ACCOUNT: AccountChange = { codeId: "", creatorId: "", programId: "", before: 0n, after: 0n };

/** Does anything differ that settling writes: a reason, a line, or what the network is told? */
export function isSettledOtherwise(before: Settlement, after: Settlement): boolean {
  const written = ({ decisions, credits, told }: Settlement) => JSON.stringify([decisions, credits, told], (_key, value: unknown) => (typeof value === "bigint" ? value.toString() : value));
  return written(before) !== written(after);
}

export type WhatIfState = "waiting" | "running" | "done" | "stopped" | "failed" | "applied";

/** A what-if that was applied later: all its settings were given back, or others hold. `at` is ISO 8601. */
export type Since = { id: string; at: string; undone: boolean };

/**
 * What became of one that was applied. `later`: those of the same program that were applied after it and cover its whole period, in the
 * order in which they were. null: at least one of its settings still holds there.
 */
export function heldSince(settings: OverrideSettings, later: readonly { id: string; at: string; settings: OverrideSettings }[]): Since | null {
  const names = Object.keys(settings) as (keyof OverrideSettings)[];
  const lasts = names.map((name) => later.findLast((one) => one.settings[name] !== undefined));
  if (names.length === 0 || lasts.some((last) => last === undefined)) return null;
  const { id, at } = later.findLast((one) => lasts.includes(one))!;
  // One that itself only gave settings back is not undone by another that does so again.
  const undone = names.every((name, index) => lasts[index]!.settings[name] === null) && names.some((name) => settings[name] !== null);
  return { id, at, undone };
}

/** Amounts are minor units as strings; a day is "2026-06-10" in the shop's time zone, by the order's creation. */
export type WhatIfSums = { before: string; after: string };

/** What is kept once all orders were looked at. Sums are those of the orders on which a code of the program stands, whoever is credited. */
export type WhatIfSummary = {
  /** Orders of the period on which a code of the program stands, and how many of them would change. */
  orders: number;
  changed: number;
  /** Orders that could not be settled: they stay as they are. */
  skipped: number;
  /** Orders of which the store has yet to tell something that the settings ask for. */
  asks: number;
  currencies: ({ currency: string; changed: number } & WhatIfSums)[];
  /** Those whose sum changes, or that of one of their orders. */
  creators: ({ creatorId: string; currency: string; changed: number } & WhatIfSums)[];
  days: ({ day: string; currency: string } & WhatIfSums)[];
  /** Orders that applying had settled again. */
  asked?: number;
};

const DAY_MS = 86_400_000;
/** Beyond so many days a plot shows weeks. */
export const MOST_DAYS_SHOWN = 100;

export type WhatIfBar = { day: string } & WhatIfSums;

/** Every day from the first to the last, those without sales too; where there are too many, every week, named by its first day. */
export function barsOf(days: readonly WhatIfBar[], first: string, last: string): { by: "day" | "week"; bars: WhatIfBar[] } {
  const firstMs = Date.parse(`${first}T00:00:00Z`);
  const count = Math.round((Date.parse(`${last}T00:00:00Z`) - firstMs) / DAY_MS) + 1;
  const size = count > MOST_DAYS_SHOWN ? 7 : 1;
  const bars = Array.from({ length: Math.max(0, Math.ceil(count / size)) }, (_, at) => ({ day: new Date(firstMs + at * size * DAY_MS).toISOString().slice(0, 10), before: 0n, after: 0n }));
  for (const one of days) {
    const bar = bars[Math.floor(Math.round((Date.parse(`${one.day}T00:00:00Z`) - firstMs) / DAY_MS) / size)];
    if (!bar) continue;
    bar.before += BigInt(one.before);
    bar.after += BigInt(one.after);
  }
  return { by: size === 1 ? "day" : "week", bars: bars.map(({ day, before, after }) => ({ day, before: before.toString(), after: after.toString() })) };
}

/** So many creators are named in a sentence; where there is only one more, that one too. */
const MOST_NAMED = 2;

/** Whose sum changes, the largest difference first: those that a sentence names, and how many more there are. */
export function mostMoved<T extends WhatIfSums>(creators: readonly T[], most = MOST_NAMED): { named: T[]; more: number } {
  const moved = byDifference(creators.filter((one) => one.before !== one.after));
  const named = moved.slice(0, moved.length === most + 1 ? most + 1 : most);
  return { named, more: moved.length - named.length };
}

/** Whoever's sum would change most, the largest difference first. */
export function byDifference<T extends WhatIfSums>(sums: readonly T[]): T[] {
  const size = ({ before, after }: WhatIfSums) => {
    const difference = BigInt(after) - BigInt(before);
    return difference < 0n ? -difference : difference;
  };
  return [...sums].sort((a, b) => (size(a) === size(b) ? 0 : size(a) > size(b) ? -1 : 1));
}
