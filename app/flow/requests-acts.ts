// The acts on requests as the page asks for them, by the intent of a form.
import { requestId, requestKey, type RequestAnswer } from "../domain/request-page.ts";
import { cleanText } from "../domain/typed-text.ts";
import type { Failed } from "./connected.ts";
import { readRequestsNow } from "./requests-read.ts";
import { approveRequests, checkGrants, type CheckedGrant, type Decided, keepCodeOfRequest, rejectRequests, retryRequest, takeOutRequestCode } from "./requests.ts";

const MOST_ROWS = 200;

/** `ids`: the requests, one a line; `codes`: what they get, line by line. */
export async function requestAct(shop: string, sent: Record<string, string>, who: string): Promise<RequestAnswer> {
  const form = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, cleanText(value)])) as Partial<Record<string, string>>;
  const intent = form.intent ?? "";
  const ids = (form.ids ?? "").split("\n").filter(Boolean).slice(0, MOST_ROWS);
  const keys = ids.map(requestKey);
  const codes = (sent.codes ?? "").split("\n").map(cleanText);
  const grants = { dealId: form.dealId ?? "", policy: form.policy ?? "", hyphens: form.hyphens === "true", rows: keys.map((key, index) => ({ ...key, code: (codes[index] ?? "").slice(0, 300) })) };
  switch (intent) {
    case "check": {
      const checked = await checkGrants(shop, grants);
      return checked.ok ? { intent, ok: !checked.blocking, chosen: 0, late: 0, errors: [], rows: shown(checked.rows) } : answered(intent, checked);
    }
    case "approve":
      return answered(intent, await approveRequests(shop, grants, who));
    case "reject":
      return answered(intent, await rejectRequests(shop, keys, form.reason ?? "", who));
    case "again":
      return answered(intent, await retryRequest(shop, keys[0] ?? requestKey(""), who));
    case "take_out":
      return answered(intent, await takeOutRequestCode(shop, keys[0] ?? requestKey(""), who));
    case "keep":
      return answered(intent, await keepCodeOfRequest(shop, keys[0] ?? requestKey("")));
    case "look":
      return answered(intent, { ok: true, chosen: await readRequestsNow(shop), late: 0 });
    default:
      return answered(intent, { ok: false, errors: [{ field: "form", key: "life.not_now" }] });
  }
}

function answered(intent: string, done: Decided | (Failed & { rows?: CheckedGrant[] })): RequestAnswer {
  return done.ok ? { intent, ok: true, chosen: done.chosen, late: done.late, errors: [], rows: [] } : { intent, ok: false, chosen: 0, late: 0, errors: done.errors, rows: shown(done.rows ?? []) };
}

function shown(rows: readonly CheckedGrant[]): RequestAnswer["rows"] {
  return rows.map((row) => ({ id: requestId(row), code: row.code, findings: row.findings }));
}
