// Who is in a program of the shop's own: put in and taken out by hand, with the history kept. A network's creators are taken over from it instead.
import type { Membership, Program } from "@prisma/client";
import { now } from "../clock.ts";
import { backdateMemberships, endMemberships, findCreators, insertMemberships, listLatestMemberships } from "../db/creator.ts";
import type { NewMembership } from "../db/creator.ts";
import { inTurn } from "../db/lock.ts";
import { insertLog } from "../db/log.ts";
import { settleMembersAgain } from "../db/members.ts";
import { findProgram, noteMembersChanged } from "../db/program.ts";
import { makeOwnProgram } from "./connect.ts";
import type { Failed } from "./connected.ts";
import { turnOfCreators } from "./members.ts";

/** `joined`: who is in it now and was not, or is since earlier; `known`: who was in it all that time. */
export type PutIn = { ok: true; programId: string; joined: number; known: number };
export type TakenOut = { ok: true; left: number };

const MOST_CREATORS = 20_000;

/** Puts creators into one of the shop's own programs from `at` on (null: from now on). Orders since then are settled again where that lies in the past. */
export async function putIntoProgram(shop: string, programId: string, creatorIds: readonly string[], at: Date | null): Promise<PutIn | Failed> {
  const checked = await check(shop, programId, creatorIds, at);
  if (!checked.ok) return checked;
  const { program, ids, from } = checked;
  return inTurn(turnOfCreators(shop), () =>
    changing(shop, program, from, async () => {
      const latest = new Map((await listLatestMemberships(shop, programId, ids)).map((member) => [member.creatorId, member]));
      const fresh: NewMembership[] = [];
      const earlier = at === null ? 0 : await backdateMemberships(shop, programId, ids, from);
      for (const creatorId of ids) {
        const member = latest.get(creatorId);
        if (member && isIn(member)) continue;
        // Who comes back while a membership is said to have lasted goes on from its end: two never overlap.
        const joinedAt = member?.leftAt && member.leftAt > from ? member.leftAt : from;
        fresh.push({ shop, programId, creatorId, joinedAt, leftAt: null, partnerId: null, state: "joined", readAt: null });
      }
      await insertMemberships(fresh);
      const joined = fresh.length + earlier;
      if (joined > 0) await insertLog(shop, now(), { who: "merchant", what: "creators.put_in", detail: { program: program.name, count: joined, from: from.toISOString() } });
      return { ok: true, programId, joined, known: ids.length - joined };
    }),
  );
}

/** The same with a program that is made for it. */
export async function putIntoNewProgram(shop: string, name: string, creatorIds: readonly string[], at: Date | null): Promise<PutIn | Failed> {
  const made = await makeOwnProgram(shop, { name });
  return made.ok ? putIntoProgram(shop, made.programId, creatorIds, at) : made;
}

/** Takes creators out from `at` on (null: from now on); what they sold before stays theirs. */
export async function takeOutOfProgram(shop: string, programId: string, creatorIds: readonly string[], at: Date | null): Promise<TakenOut | Failed> {
  const checked = await check(shop, programId, creatorIds, at);
  if (!checked.ok) return checked;
  const { program, ids, from } = checked;
  return inTurn(turnOfCreators(shop), () =>
    changing(shop, program, from, async () => {
      const left = await endMemberships(shop, programId, ids, from);
      if (left > 0) await insertLog(shop, now(), { who: "merchant", what: "creators.taken_out", detail: { program: program.name, count: left, from: from.toISOString() } });
      return { ok: true, left };
    }),
  );
}

type Checked = { ok: true; program: Program; ids: string[]; from: Date };

async function check(shop: string, programId: string, creatorIds: readonly string[], at: Date | null): Promise<Checked | Failed> {
  const wrong = (field: string, key: string, values: Record<string, string | number> = {}): Failed => ({ ok: false, errors: [{ field, key, values }] });
  const program = await findProgram(shop, programId);
  if (!program) return wrong("programId", "program.not_found");
  if (program.network !== "none") return wrong("programId", "creator.program_of_network", { program: program.name });
  if (creatorIds.length > MOST_CREATORS) return wrong("creatorIds", "membership.too_many", { limit: MOST_CREATORS });
  const known = new Set((await findCreators(shop, [...new Set(creatorIds)])).map((creator) => creator.id));
  const ids = [...new Set(creatorIds)].filter((id) => known.has(id));
  if (ids.length === 0) return wrong("creatorIds", "membership.nobody");
  if (at !== null && at > now()) return wrong("at", "membership.in_future");
  return { ok: true, program, ids, from: at ?? now() };
}

/** Noted before anything changes: whatever dies in between, the orders are settled again. */
async function changing<T>(shop: string, program: Program, from: Date, change: () => Promise<T>): Promise<T> {
  await noteMembersChanged(shop, program.id, from);
  try {
    return await change();
  } finally {
    await settleMembersAgain(shop, program.id, now());
  }
}

function isIn({ state, leftAt }: Membership): boolean {
  return state === "joined" && leftAt === null;
}
