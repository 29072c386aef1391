// Rows of a run become codes: the code, whose it is, and where it is to stand, all in the transaction that notes it in the rows.
import { randomUUID } from "node:crypto";
import type { Program } from "@prisma/client";
import { now } from "../clock.ts";
import type { Queryable } from "../db.server.ts";
import { addCodes, type NewCode } from "../db/code.ts";
import { noteFailed, noteMade, type BatchRow, type ClaimedBatch } from "../db/code-batch.ts";
import { findDeal, type Deal } from "../db/deal.ts";
import { STORE } from "../db/placement.ts";
import { listPrograms } from "../db/program.ts";
import { latestMemberships, namesOfCreators } from "../db/reads/preflight.ts";
import { writeProblem } from "../domain/problem.ts";
import { checkMember } from "./preflight.ts";
import { variationFor } from "./variation.ts";

type Credit = { program: Program; partnerId: string | null } | { problem: string };

/** Writes the codes of these rows; one whose name was taken meanwhile, or whose creator cannot be credited any more, fails with the reason. */
export async function makeRows(client: Queryable, one: ClaimedBatch, rows: readonly BatchRow[]): Promise<boolean> {
  const { shop, id: batchId, dealId, campaignId, settings } = one;
  const deal = await findDeal(shop, dealId);
  if (deal === null) throw new Error(`the deal ${dealId} is gone`);
  const creditOf = await credits(shop, deal, rows);
  const dealIds = await dealsOf(shop, dealId, rows);
  const failed: { n: number; problem: string }[] = [];
  const codes: { n: number; code: NewCode }[] = [];
  for (const row of rows) {
    const credit = creditOf(row);
    if ("problem" in credit) {
      failed.push({ n: row.n, problem: credit.problem });
      continue;
    }
    const { program, partnerId } = credit;
    // A code for everybody belongs to nobody: a network has no place for it (rules, section 8).
    const inNetwork = program.network === "none" || row.creatorId === null ? [] : [{ target: program.id, partnerId }];
    codes.push({
      n: row.n,
      code: {
        id: randomUUID(), code: row.code, key: row.key, dealId: dealIds(row), creatorId: row.creatorId, programId: program.id, creditPolicy: row.policy,
        startsAt: row.startsAt, endsAt: row.endsAt, batchId, campaignId, comments: settings.comments ?? "", placements: [{ target: STORE, partnerId: null }, ...inNetwork],
      },
    });
  }
  const taken = await addCodes(client, shop, once(codes, failed), now());
  for (const { n, code } of codes) if (taken.has(code.key)) failed.push({ n, problem: writeProblem("give.taken_meanwhile", { code: code.code }) });
  const made = codes.filter(({ n, code }) => !taken.has(code.key) && !failed.some((row) => row.n === n));
  if (made.length > 0) await noteMade(client, one, made.map(({ n, code }) => ({ n, codeId: code.id })));
  if (failed.length > 0) await noteFailed(client, one, failed);
  return true;
}

/** The pre-flight finds a name that is twice in a run; should it have been begun anew between the two, the second fails here. */
function once(codes: readonly { n: number; code: NewCode }[], failed: { n: number; problem: string }[]): NewCode[] {
  const seen = new Set<string>();
  return codes.flatMap(({ n, code }) => {
    if (!seen.has(code.key)) {
      seen.add(code.key);
      return [code];
    }
    failed.push({ n, problem: writeProblem("give.taken_meanwhile", { code: code.code }) });
    return [];
  });
}

/** The deal in whose discount each row's code belongs: those with dates of their own share one per pair of dates. */
async function dealsOf(shop: string, dealId: string, rows: readonly BatchRow[]): Promise<(row: BatchRow) => string> {
  const known = new Map<string, string>();
  const dates = ({ startsAt, endsAt }: BatchRow) => `${startsAt?.getTime() ?? ""} ${endsAt?.getTime() ?? ""}`;
  for (const row of rows) {
    const { startsAt, endsAt } = row;
    if (!known.has(dates(row))) known.set(dates(row), startsAt === null && endsAt === null ? dealId : await variationFor(shop, dealId, { startsAt, endsAt }));
  }
  return (row) => known.get(dates(row))!;
}

/** In which program each row's code is credited, and as whose: the deal's program, or the only one that its creator is joined to. */
async function credits(shop: string, deal: Deal, rows: readonly BatchRow[]): Promise<(row: BatchRow) => Credit> {
  const ids = [...new Set(rows.flatMap((row) => row.creatorId ?? []))];
  const names = await namesOfCreators(shop, ids);
  const programs = new Map((await listPrograms(shop)).map((program) => [program.id, program]));
  const members = Map.groupBy(await latestMemberships(shop, ids, deal.programId), (member) => member.creatorId);
  const dealProgram = deal.programId === null ? null : (programs.get(deal.programId) ?? null);
  const none = (key: string, values: Record<string, string> = {}) => ({ problem: writeProblem(key, values) });

  return ({ creatorId }) => {
    if (creatorId === null) return dealProgram ? { program: dealProgram, partnerId: null } : none("give.everybody_no_program", { deal: deal.name });
    const creator = names.get(creatorId);
    if (creator === undefined) return none("give.creator_not_found");
    const mine = members.get(creatorId) ?? [];
    const joined = mine.filter((member) => member.state === "joined" && (member.leftAt === null || member.leftAt > now()));
    const member = dealProgram ? (mine[0] ?? null) : joined.length === 1 ? joined[0]! : null;
    const program = dealProgram ?? (member ? (programs.get(member.programId) ?? null) : null);
    if (program === null) return none("give.no_program", { creator });
    const wrong = checkMember(creator, program, member).find((finding) => finding.blocking);
    return wrong ? none(wrong.key, wrong.values as Record<string, string>) : { program, partnerId: member?.partnerId ?? null };
  };
}
