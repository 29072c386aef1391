// Changes of the rules by which credit is decided: each holds for orders created from now on, and what went before keeps its own.
import { now } from "../clock.ts";
import { insertLog } from "../db/log.ts";
import { findProgram, insertProgramRule } from "../db/program.ts";
import type { ProgramSettings } from "../db/program.ts";
import { insertShopRule } from "../db/shop.ts";
import type { FieldError } from "../domain/problem.ts";
import type { Failed } from "./connected.ts";

const STACKING_RULES = ["largest_discount", "first_listed", "newest_code", "split"];
const LONGEST_WINDOW_DAYS = 365;

/** How one order with several creator codes is credited (rules, section 5). */
export async function changeStackingRule(shop: string, stackingRule: string): Promise<{ ok: true } | Failed> {
  if (!STACKING_RULES.includes(stackingRule)) return { ok: false, errors: [{ field: "stackingRule", key: "rules.stacking_unknown" }] };
  const at = now();
  await insertShopRule(shop, at, stackingRule);
  await insertLog(shop, at, { who: "merchant", what: "rules.stacking_changed", detail: { stackingRule } });
  return { ok: true };
}

/** What a program credits, when, and how it is told (rules, sections 3, 4, 6 and 8). */
export async function changeProgramRule(shop: string, programId: string, settings: ProgramSettings): Promise<{ ok: true } | Failed> {
  const { mode, creditOn, scope, clickWindowDays, blockSelfReferral, orderIdForm, renewals, newCustomersOnly, chargebacks } = settings;
  const errors: FieldError[] = [];
  const oneOf = (field: string, value: string, values: string[]) => values.includes(value) || errors.push({ field, key: "rules.choice_unknown" });
  oneOf("mode", mode, ["full", "codes_only"]);
  oneOf("creditOn", creditOn, ["paid", "created"]);
  oneOf("scope", scope, ["order", "discounted_lines"]);
  oneOf("orderIdForm", orderIdForm, ["id", "name"]);
  oneOf("renewals", renewals, ["first", "every", "none"]);
  oneOf("chargebacks", chargebacks, ["reverse", "keep"]);
  if (!Number.isInteger(clickWindowDays) || clickWindowDays < 1 || clickWindowDays > LONGEST_WINDOW_DAYS) {
    errors.push({ field: "clickWindowDays", key: "rules.window_range", values: { limit: LONGEST_WINDOW_DAYS } });
  }
  const program = await findProgram(shop, programId);
  if (!program) errors.push({ field: "programId", key: "program.not_found" });
  if (!program || errors.length > 0) return { ok: false, errors };
  const at = now();
  const kept = { mode, creditOn, scope, clickWindowDays, blockSelfReferral: blockSelfReferral === true, orderIdForm, renewals, newCustomersOnly: newCustomersOnly === true, chargebacks };
  await insertProgramRule(shop, programId, at, kept);
  await insertLog(shop, at, { who: "merchant", what: "rules.program_changed", detail: { program: program.name, ...kept } });
  return { ok: true };
}
