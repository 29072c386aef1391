// The shapes of the page Settings: types only, plain JSON. Times are ISO 8601.
import type { ClickParameter } from "./click-parameter.ts";
import type { LogLine, Paged } from "./pages.ts";
import type { ShopRule } from "./rule-book.ts";

export type ProgramSettingsView = { mode: string; creditOn: string; scope: string; clickWindowDays: number; blockSelfReferral: boolean; orderIdForm: string; renewals: string; newCustomersOnly: boolean; chargebacks: string; clicks: string; emailHash: boolean };

/** The rules of the shop as a whole. */
export type ShopSettingsView = Omit<ShopRule, "validFromMs">;

/** `from` null: since ever. */
export type Since<T> = { from: string | null; value: T };

export type ProgramRulesView = { id: string; name: string; kind: string; network: string; state: string; history: Since<ProgramSettingsView>[] };

export type ConnectionLine = { id: string; name: string; accountSid: string; network: string; state: string; checkedAt: string | null };

/** A word that stood on orders of late, on how many of them; `title` of an SKU is its product's. */
export type SeenWord = { word: string; orders: number; title: string | null };

/** What the shop's newest orders carried, the most frequent first; `orders` is how many were looked at. */
export type SeenOnOrders = { orders: number; sources: SeenWord[]; tags: SeenWord[]; types: SeenWord[]; skus: SeenWord[] };

/** The parameters in which clicks come: those of the shop's networks, those that were added, and the networks that may be chosen for one. */
export type ClickParametersView = { own: ClickParameter[]; added: ClickParameter[]; networks: string[] };

export type SettingsView = {
  /** the newest first; the first entry holds now */
  shopRules: Since<ShopSettingsView>[];
  programs: ProgramRulesView[];
  connections: ConnectionLine[];
  seen: SeenOnOrders;
  clickParameters: ClickParametersView;
  log: Paged<LogLine>;
};
