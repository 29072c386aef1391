// impact.com's event notifications (help: enable event notification postbacks for brands): a GET with macros in the address, or a POST whose body the brand
// writes: JSON, a form, or whatever else. Only ids are taken from it. No signature and no retry is documented.
import type { PostbackReader } from "../port.ts";
import { isRaw } from "./transform.ts";

const ACTION = ["actionid", "action_id", "id"];
const PROGRAM = ["campaignid", "campaign_id", "programid", "program_id"];
/** "1000.4636.158133": the program's id and two numbers. */
const ACTION_FORM = /^\d{1,12}\.\d{1,12}\.\d{1,16}$/;
const PROGRAM_FORM = /^\d{1,12}$/;
const DEEPEST = 4;
const MOST_FIELDS = 200;

export const postback: PostbackReader = {
  query: "ActionId={ActionId}&CampaignId={CampaignId}&Status={Status}",
  read(query, body) {
    const fields = [...query.entries(), ...fieldsOf(body)];
    const actionId = named(fields, ACTION, ACTION_FORM) ?? standing(body);
    return actionId === null ? null : { actionId, programExternalId: named(fields, PROGRAM, PROGRAM_FORM) };
  },
};

function named(fields: readonly [string, string][], names: readonly string[], form: RegExp): string | null {
  for (const name of names) {
    const found = fields.find(([key, value]) => key.toLowerCase() === name && form.test(value.trim()));
    if (found) return found[1].trim();
  }
  return null;
}

function fieldsOf(body: string): [string, string][] {
  const text = body.trim();
  if (text.startsWith("{") || text.startsWith("[")) {
    try {
      return flat(JSON.parse(text), 0).slice(0, MOST_FIELDS);
    } catch {
      return [];
    }
  }
  return text.includes("=") && !text.startsWith("<") ? [...new URLSearchParams(text).entries()].slice(0, MOST_FIELDS) : [];
}

function flat(value: unknown, depth: number): [string, string][] {
  if (depth > DEEPEST) return [];
  if (Array.isArray(value)) return value.slice(0, MOST_FIELDS).flatMap((one) => flat(one, depth + 1));
  if (!isRaw(value)) return [];
  return Object.entries(value).slice(0, MOST_FIELDS).flatMap(([key, one]): [string, string][] => (typeof one === "string" || typeof one === "number" ? [[key, String(one)]] : flat(one, depth + 1)));
}

/** In a body of any other form: what stands there like an action's id. */
function standing(body: string): string | null {
  return /(?<![\d.])\d{1,12}\.\d{1,12}\.\d{1,16}(?![\d.])/.exec(body)?.[0] ?? null;
}
