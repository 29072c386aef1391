// The comments for a creator and the e-mail to which a network is to send a code. Pure.
import type { FieldError } from "./problem.ts";
import { cleanText } from "./typed-text.ts";

export type CodeNotes = { comments: string; sendTo: string };

/** As long as a person writes into such a form; how long the network's own field is stands nowhere. */
export const LONGEST_COMMENTS = 1_000;
const LONGEST_EMAIL = 254;

/** Line ends as \n, without white space around; or what is wrong with which field. */
export function judgeNotes(asked: CodeNotes): { ok: true; notes: CodeNotes } | { ok: false; errors: FieldError[] } {
  const comments = cleanText(asked.comments).replace(/\r\n?/g, "\n");
  const sendTo = cleanText(asked.sendTo);
  const errors: FieldError[] = [];
  if (comments.length > LONGEST_COMMENTS) errors.push({ field: "comments", key: "give.comments_long", values: { limit: LONGEST_COMMENTS } });
  if (sendTo !== "" && (sendTo.length > LONGEST_EMAIL || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(sendTo))) errors.push({ field: "sendTo", key: "give.send_to_form" });
  return errors.length > 0 ? { ok: false, errors } : { ok: true, notes: { comments, sendTo } };
}
