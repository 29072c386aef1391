// Comments and e-mail of a code, which no call of a network takes, and codes that are wanted in a network again.
import { now } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { bringBack, setCodeNotes } from "../db/code-notes.ts";
import { findCodeRow } from "../db/code.ts";
import { addLog } from "../db/log.ts";
import { findProgram } from "../db/program.ts";
import { judgeNotes, type CodeNotes } from "../domain/code-notes.ts";
import type { Failed } from "./connected.ts";

/** Keeps what is to be pasted for a code. */
export async function keepNotes(shop: string, id: string, asked: CodeNotes, who: string): Promise<{ ok: true } | Failed> {
  const judged = judgeNotes(asked);
  if (!judged.ok) return judged;
  const code = await findCodeRow(shop, id);
  if (!code) return { ok: false, errors: [{ field: "form", key: "life.not_now" }] };
  await inTransaction(async (client) => {
    if (await setCodeNotes(client, shop, id, judged.notes)) await addLog(client, shop, now(), { who, what: "codes.noted", detail: { codeIds: id, code: code.code } });
  });
  return { ok: true };
}

/** Has a code that a person let be gone from a network placed there again. */
export async function placeThereAgain(shop: string, id: string, programId: string, who: string): Promise<{ ok: true } | Failed> {
  const at = now();
  const [code, program] = [await findCodeRow(shop, id), await findProgram(shop, programId)];
  const done = await inTransaction(async (client) => {
    if (!(await bringBack(client, shop, id, programId, at))) return false;
    await addLog(client, shop, at, { who, what: "codes.brought_back", detail: { codeIds: id, code: code?.code ?? "", programId, program: program?.name ?? "" } });
    return true;
  });
  return done ? { ok: true } : { ok: false, errors: [{ field: "form", key: "life.not_now" }] };
}
