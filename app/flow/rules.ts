// Changes of the rules by which credit is decided: each holds for orders created from now on, and what went before keeps its own.
import { now } from "../clock.ts";
import { addLog } from "../db/log.ts";
import { findProgram, FIRST_SETTINGS, insertProgramRule, newestProgramRule } from "../db/program.ts";
import type { ProgramSettings } from "../db/program.ts";
import { newestShopRule, SINCE_EVER, writeShopRule } from "../db/shop.ts";
import { holdRulesAlone, settleSince } from "../db/rules-lock.ts";
import { inTransaction, type Queryable } from "../db.server.ts";
import type { FieldError } from "../domain/problem.ts";
import { DEFAULT_SHOP_RULE, type StackingRule } from "../domain/rule-book.ts";
import { cleanWords, LONGEST_WORD, MOST_WORDS, WORD_FIELDS, type ProgramFields, type RuleChanges, type ShopFields } from "../domain/rule-form.ts";
import type { ShopSettingsView } from "../domain/settings-page.ts";
import type { Failed } from "./connected.ts";

const STACKING_RULES = ["largest_discount", "first_listed", "newest_code", "split"];
const LONGEST_WINDOW_DAYS = 365;

/** Writes what a person changed on Settings; where a part of it cannot be taken, nothing is written. A program's fields are named "<id>.<field>". */
export async function changeRules(shop: string, who: string, changes: RuleChanges): Promise<FieldError[]> {
  const shopPart = readShopChanges(changes.shop);
  const errors = shopPart.ok ? [] : [...shopPart.errors];
  const programs: ReadProgram[] = [];
  for (const [id, fields] of Object.entries(changes.programs)) {
    const read = await readProgramSettings(shop, id, settingsOf(fields));
    if (read.ok) programs.push(read);
    else errors.push(...read.errors.map((error) => ({ ...error, field: `${id}.${error.field}` })));
  }
  if (errors.length > 0 || !shopPart.ok) return errors;
  await writeShopChanges(shop, who, shopPart.changes);
  for (const read of programs) await writeProgramSettings(shop, who, read);
  return [];
}

/**
 * The rules of the shop as a whole: how one order with several creator codes is credited (rules, section 5), which orders are renewals, and which
 * products never earn. What `changes` leaves out stays as it is; what changes nothing writes nothing.
 */
export async function changeShopRule(shop: string, who: string, changes: Partial<ShopFields>): Promise<{ ok: true } | Failed> {
  const read = readShopChanges(changes);
  if (!read.ok) return read;
  await writeShopChanges(shop, who, read.changes);
  return { ok: true };
}

/** What a program credits, when, and how it is told (rules, sections 3, 4, 6 and 8). */
export async function changeProgramRule(shop: string, who: string, programId: string, settings: ProgramSettings): Promise<{ ok: true } | Failed> {
  const read = await readProgramSettings(shop, programId, settings);
  if (!read.ok) return read;
  await writeProgramSettings(shop, who, read);
  return { ok: true };
}

function readShopChanges(changes: Partial<ShopFields>): { ok: true; changes: Partial<ShopFields> } | Failed {
  const errors: FieldError[] = [];
  if (changes.stackingRule !== undefined && !STACKING_RULES.includes(changes.stackingRule)) errors.push({ field: "stackingRule", key: "rules.stacking_unknown" });
  const read: Partial<ShopFields> = { ...changes };
  for (const field of WORD_FIELDS) {
    if (changes[field] === undefined) continue;
    const words = cleanWords(changes[field]);
    read[field] = words;
    const long = words.find((word) => word.length > LONGEST_WORD);
    if (words.length > MOST_WORDS) errors.push({ field, key: "rules.words_many", values: { limit: MOST_WORDS } });
    if (long !== undefined) errors.push({ field, key: "rules.word_long", values: { word: `${long.slice(0, 40)}…`, limit: LONGEST_WORD } });
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, changes: read };
}

async function writeShopChanges(shop: string, who: string, changes: Partial<ShopFields>): Promise<void> {
  if (Object.keys(changes).length === 0) return;
  await inTransaction(async (client) => {
    // Whoever settles has read the rules before the change, or waits and knows it; and two changes add to one another.
    await holdRulesAlone(client, shop);
    const held = (await newestShopRule(client, shop)) ?? (await beginWith(client, shop));
    const rule = changed(held, changes);
    if (JSON.stringify(rule) === JSON.stringify(held)) return;
    const at = now();
    await writeShopRule(client, shop, at, rule);
    await addLog(client, shop, at, { who, what: "rules.shop_changed", detail: differing(held, rule) });
    await settleSince(client, shop, at, `shop ${at.getTime()}`);
  });
}

/** What held until the first change, so that older orders keep it. */
async function beginWith(client: Queryable, shop: string): Promise<ShopSettingsView> {
  const { validFromMs: _, ...first } = DEFAULT_SHOP_RULE;
  await writeShopRule(client, shop, SINCE_EVER, first);
  return first;
}

function changed(held: ShopSettingsView, changes: Partial<ShopFields>): ShopSettingsView {
  const { tags, types, skus } = { ...held.neverEarn, ...changes };
  return { stackingRule: (changes.stackingRule as StackingRule | undefined) ?? held.stackingRule, renewalSources: changes.renewalSources ?? held.renewalSources, neverEarn: { tags, types, skus } };
}

/** Only what is another now, for the shop's log; lists as JSON, and so is what stood there before. */
function differing(held: ShopSettingsView, rule: ShopSettingsView): Record<string, string> {
  const before = differences(rule, held);
  const after = Object.entries(differences(held, rule)).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
  return { ...(Object.fromEntries(after) as Record<string, string>), before: JSON.stringify(before) };
}

/** Those settings of `rule` that are not as in `held`. */
function differences<T extends object>(held: T, rule: T): Partial<T> {
  return Object.fromEntries(Object.entries(rule).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(held[name as keyof T]))) as Partial<T>;
}

function settingsOf(fields: ProgramFields): ProgramSettings {
  return { ...fields, clickWindowDays: fields.clickWindowDays === "" ? Number.NaN : Number(fields.clickWindowDays) };
}

type ReadProgram = { ok: true; programId: string; name: string; settings: ProgramSettings };

async function readProgramSettings(shop: string, programId: string, settings: ProgramSettings): Promise<ReadProgram | Failed> {
  const { mode, creditOn, scope, clickWindowDays, blockSelfReferral, orderIdForm, renewals, newCustomersOnly, chargebacks, clicks, emailHash } = settings;
  const errors: FieldError[] = [];
  const oneOf = (field: string, value: string, values: string[]) => values.includes(value) || errors.push({ field, key: "rules.choice_unknown" });
  oneOf("mode", mode, ["full", "codes_only"]);
  oneOf("creditOn", creditOn, ["paid", "created"]);
  oneOf("scope", scope, ["order", "discounted_lines"]);
  oneOf("orderIdForm", orderIdForm, ["id", "name"]);
  oneOf("renewals", renewals, ["first", "every", "none"]);
  oneOf("chargebacks", chargebacks, ["reverse", "keep"]);
  oneOf("clicks", clicks, ["own", "network"]);
  if (!Number.isInteger(clickWindowDays) || clickWindowDays < 1 || clickWindowDays > LONGEST_WINDOW_DAYS) {
    errors.push({ field: "clickWindowDays", key: "rules.window_range", values: { limit: LONGEST_WINDOW_DAYS } });
  }
  const program = await findProgram(shop, programId);
  if (!program) errors.push({ field: "programId", key: "program.not_found" });
  if (!program || errors.length > 0) return { ok: false, errors };
  const kept = { mode, creditOn, scope, clickWindowDays, blockSelfReferral: blockSelfReferral === true, orderIdForm, renewals, newCustomersOnly: newCustomersOnly === true, chargebacks, clicks, emailHash: emailHash === true };
  return { ok: true, programId, name: program.name, settings: kept };
}

async function writeProgramSettings(shop: string, who: string, { programId, name, settings }: ReadProgram): Promise<void> {
  await inTransaction(async (client) => {
    await holdRulesAlone(client, shop);
    const held = (await newestProgramRule(client, shop, programId)) ?? FIRST_SETTINGS;
    const before = differences(settings, held);
    if (Object.keys(before).length === 0) return;
    const at = now();
    await insertProgramRule(client, shop, programId, at, settings);
    await addLog(client, shop, at, { who, what: "rules.program_changed", detail: { program: name, ...settings, before: JSON.stringify(before) } });
    await settleSince(client, shop, at, `${programId} ${at.getTime()}`);
  });
}
