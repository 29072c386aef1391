// Many jobs, or many codes, asked about in one call.
import type { Admin } from "./admin.ts";
import type { BulkCreation, StoreAnswer } from "./discounts.ts";
import { findCodesDocument, readJobsDocument } from "./bulk-codes.graphql.ts";

/** The most that one call asks about: each costs a point, and a call may cost 1,000 (a small bucket holds less). */
export const MOST_JOBS_A_CALL = 50;
export const MOST_NAMES_A_CALL = 100;

type Job = { done: boolean; codesCount: number; importedCount: number; failedCount: number };

/** How jobs of addRedeemCodes stand, in their order; null: the store does not know the job (any more). At most MOST_JOBS_A_CALL. */
export async function readBulkCreations(admin: Admin, jobIds: string[]): Promise<StoreAnswer<(BulkCreation | null)[]>> {
  const variables = Object.fromEntries(jobIds.map((id, n) => [`i${n}`, id]));
  const answer = await admin<Record<string, Job | null>>(readJobsDocument(jobIds.length), variables);
  if (!answer.ok) return answer;
  const jobs = jobIds.map((_, n) => answer.data[`j${n}`] ?? null);
  // Whatever was not counted as made is looked at by name.
  return { ok: true, value: jobs.map((job) => job && { done: job.done, failed: Math.max(job.failedCount, job.codesCount - job.importedCount) }) };
}

/** The discounts that have these codes, in their order; null: the code is free. Case does not matter. At most MOST_NAMES_A_CALL. */
export async function findDiscountsOfCodes(admin: Admin, codes: string[]): Promise<StoreAnswer<(string | null)[]>> {
  const variables = Object.fromEntries(codes.map((code, n) => [`k${n}`, code]));
  const answer = await admin<Record<string, { id: string } | null>>(findCodesDocument(codes.length), variables);
  return answer.ok ? { ok: true, value: codes.map((_, n) => answer.data[`c${n}`]?.id ?? null) } : answer;
}
