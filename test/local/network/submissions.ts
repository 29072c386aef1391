// What was queued: when it completes, and what is told of it. A submission never names the action it made.
import { createHash } from "node:crypto";
import { delayed } from "./faults.ts";
import { submissionById } from "./find.ts";
import { pageOf, refused, uriOf, type Call, type Reply } from "./http.ts";
import { instantOf, MINUTE_MS } from "./instants.ts";
import type { Account, Submission } from "./state.ts";

const SHORTEST_MS = 4 * MINUTE_MS;
const LONGEST_MS = 21 * MINUTE_MS;

/** Between 4 and 21 minutes, always the same for an id. A later submission may well complete before an earlier one. */
export function latencyMs(id: string): number {
  const drawn = createHash("sha256").update(id).digest().readUInt32BE(0) / 2 ** 32;
  return Math.round(SHORTEST_MS + drawn * (LONGEST_MS - SHORTEST_MS));
}

/** Looks like a UUID, and comes out the same for the same number: so does everything that follows from it. */
function drawnId(sid: string, number: string): string {
  return createHash("sha256").update(`${sid} ${number}`).digest("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

/** Notes what was sent and answers QUEUED. `endpoint` is the template, for the faults that lose or slow it. */
export function queued(call: Call, type: Submission["type"], endpoint: string): Reply {
  const id = `A-${drawnId(call.account.sid, call.network.nextId(call.account, "submission", 1))}`;
  const dueMs = delayed(call.network, call.method, endpoint, call.atMs + latencyMs(id));
  call.network.queue(call.account, { id, type, payload: { ...call.fields }, submittedMs: call.atMs, dueMs, done: null });
  return { status: 200, body: { Status: "QUEUED", QueuedUri: uriOf(call.account, "APISubmissions", id) } };
}

export function listSubmissions(call: Call): Reply {
  const rows = [...call.account.submissions].reverse();
  return pageOf(call, "APISubmission", rows, (submission) => submissionBody(call.account, submission, call.atMs));
}

export function submissionDetails(call: Call): Reply {
  const submission = submissionById(call.account, call.parts[0]!);
  if (submission === null) throw refused(404, "There is no such submission");
  return { status: 200, body: submissionBody(call.account, submission, call.atMs) };
}

/** Being worked on in the last minute before it completes. */
export function submissionStatus(submission: Submission, atMs: number): "Queued" | "In Progress" | "Complete" {
  if (submission.done !== null) return "Complete";
  return submission.dueMs !== null && submission.dueMs - atMs <= MINUTE_MS ? "In Progress" : "Queued";
}

function submissionBody(account: Account, submission: Submission, atMs: number): Record<string, unknown> {
  const of = submission.payload;
  const { done } = submission;
  return {
    BatchId: submission.id, AccountId: account.id, SubmissionDate: instantOf(submission.submittedMs, account.timezone),
    CampaignId: of.CampaignId, ActionTrackerId: of.ActionTrackerId ?? of.EventTypeId, MediaPartnerId: done?.partnerId ?? of.MediaPartnerId ?? of.MediaId, EventCode: of.EventTypeCode,
    OrderId: of.OrderId, Payload: new URLSearchParams(of).toString(), Type: submission.type, Status: submissionStatus(submission, atMs),
    CompletionDate: instantOf(done?.atMs ?? null, account.timezone), ErrorType: done?.errorType, ErrorReason: done?.errorReason, Uri: uriOf(account, "APISubmissions", submission.id),
  };
}
