// The acts on codes as the pages ask for them, by the intent of a form.
import type { ActAnswer } from "../domain/code-page.ts";
import { actOnCodes, giveWindow, isBulkAct, keepOld, makeVoid, replaceCode, undoVoid } from "./code-life.ts";
import { keepNotes, placeThereAgain } from "./code-notes.ts";
import type { Failed } from "./connected.ts";
import { tryAgain } from "./place.ts";
import { trackingLinkOf } from "./share.ts";

type Form = Record<string, string>;

/** One code's act. */
export async function codeAct(shop: string, id: string, form: Form, who: string): Promise<ActAnswer> {
  const intent = form.intent ?? "";
  const text = (name: string) => form[name] ?? "";
  switch (intent) {
    case "replace": {
      const done = await replaceCode(shop, id, text("code"), who);
      return { ...answered(intent, done), code: text("code").trim() };
    }
    case "keep":
      return answered(intent, { ok: await keepOld(shop, id, who) });
    case "dates":
      return answered(intent, await giveWindow(shop, id, { startDate: text("startDate"), startTime: text("startTime"), endDate: text("endDate"), endTime: text("endTime") }, who));
    case "void":
      return answered(intent, await makeVoid(shop, id, { from: text("from"), reason: text("reason") }, who));
    case "unvoid":
      return answered(intent, await undoVoid(shop, id, who));
    case "notes":
      return answered(intent, await keepNotes(shop, id, { comments: text("comments"), sendTo: text("sendTo") }, who));
    case "bring-back":
      return answered(intent, await placeThereAgain(shop, id, text("programId"), who));
    case "track":
      return answered(intent, await trackingLinkOf(shop, id, text("landing")));
    default:
      return codesAct(shop, [id], intent, who);
  }
}

/** The same act on several codes. */
export async function codesAct(shop: string, ids: string[], intent: string, who: string): Promise<ActAnswer> {
  const count = isBulkAct(intent) ? await actOnCodes(shop, intent, ids, who) : intent === "again" ? await tryAgain(shop, { codeIds: ids }, who) : 0;
  return { intent, done: count > 0, count, errors: [] };
}

function answered(intent: string, done: { ok: boolean; orders?: number } | Failed): ActAnswer {
  return { intent, done: done.ok, count: "orders" in done ? (done.orders ?? 1) : 1, errors: "errors" in done ? done.errors : [] };
}
