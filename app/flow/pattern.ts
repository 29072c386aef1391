// Patterns as creator codes: tried on what is known, made, changed and retired. A change never touches the past: it retires the pattern and
// makes another one in its place, so that orders keep the pattern of their day.
import { randomUUID } from "node:crypto";
import { now } from "../clock.ts";
import { findCodeOwner, findPattern, insertPattern, retirePattern } from "../db/code.ts";
import { findCreators, listLatestMemberships } from "../db/creator.ts";
import { findProgram } from "../db/program.ts";
import { creditedFor, knownCodes, newestOrders } from "../db/reads/code.ts";
import { codeKey } from "../domain/code.ts";
import type { PatternTest } from "../domain/code-page.ts";
import type { PatternInput } from "../domain/pattern-form.ts";
import { matchesOf } from "../domain/pattern-test.ts";
import { MOST_PATTERNS, problemOf } from "../domain/pattern.ts";
import type { PatternProblem } from "../domain/pattern-problem.ts";
import type { FieldError } from "../domain/problem.ts";
import { checkMember } from "./preflight.ts";

/** `problem`: what is wrong with the pattern itself, and where. */
export type PatternRefused = { ok: false; errors: FieldError[]; problem: PatternProblem | null };
export type PatternMade = { ok: true; codeId: string };

const MOST_SHOWN = 50;

/** What a pattern would match among the codes that are known here and on the newest orders. Nothing is kept. `except`: the pattern in whose place it would be. */
export async function tryPattern(shop: string, pattern: string, except: string | null): Promise<PatternTest> {
  const problem = problemOf(pattern);
  if (problem) return { ok: false, pattern, problem };
  const [codes, orders] = await Promise.all([knownCodes(shop, except), newestOrders(shop)]);
  const found = matchesOf(pattern, codes, orders);
  const rows = found.orders.slice(0, MOST_SHOWN);
  const credited = await creditedFor(shop, rows.map((row) => row.orderId));
  return {
    ok: true,
    pattern,
    codes: { known: found.known, matching: found.codes.length, taken: found.codes.filter((code) => code.first !== null).length, rows: found.codes.slice(0, MOST_SHOWN) },
    orders: {
      known: orders.length,
      matching: found.orders.length,
      taken: found.orders.filter((order) => order.first !== null).length,
      rows: rows.map(({ codes: _, ...order }) => ({ ...order, ...(credited.get(order.orderId) ?? { creditedTo: [], awaiting: false, reason: null }) })),
    },
  };
}

/** Makes a pattern a creator's code, for orders created from now on. With `replaces`, in the place of that pattern, which is retired at the same instant. */
export async function makePattern(shop: string, input: PatternInput, replaces: string | null = null): Promise<PatternMade | PatternRefused> {
  const at = now();
  const problem = problemOf(input.pattern);
  const { errors, creator, program, partnerId } = await ownerOf(shop, input);
  const before = replaces === null ? null : await findPattern(shop, replaces);
  if (replaces !== null && !before) errors.push({ field: "form", key: "pattern.gone" });
  if (problem || errors.length > 0 || !creator || !program) return { ok: false, errors, problem };

  const id = randomUUID();
  const detail = { codeId: id, pattern: input.pattern, creator: creator.name, program: program.name };
  const written = await insertPattern(
    shop,
    {
      id,
      pattern: input.pattern,
      key: codeKey(input.pattern),
      creatorId: creator.id,
      programId: program.id,
      creditPolicy: input.policy,
      startsAt: input.startsAt,
      endsAt: input.endsAt,
      placements: program.network === "none" ? [] : [{ target: program.id, partnerId }],
    },
    {
      replaces,
      most: MOST_PATTERNS,
      at,
      log: before ? { who: "merchant", what: "pattern.changed", detail: { ...detail, replaces: before.id, before: before.pattern } } : { who: "merchant", what: "pattern.made", detail },
    },
  );
  switch (written.kind) {
    case "made":
      return { ok: true, codeId: id };
    case "full":
      return refused({ field: "form", key: "pattern.too_many", values: { limit: MOST_PATTERNS } });
    case "gone":
      return refused({ field: "form", key: "pattern.gone" });
    case "taken":
      return refused({ field: "pattern", key: "pattern.taken", values: { creator: await nameOfOwner(shop, written.codeId, at) } });
  }
}

function refused(error: FieldError): PatternRefused {
  return { ok: false, errors: [error], problem: null };
}

/** The creator and the program that the input names, and whether the one is joined to the other. */
async function ownerOf(shop: string, { creatorId, programId }: PatternInput) {
  const errors: FieldError[] = [];
  const [creator = null] = await findCreators(shop, [creatorId]);
  const program = await findProgram(shop, programId);
  const [member = null] = creator && program ? await listLatestMemberships(shop, program.id, [creator.id]) : [];
  if (!creator) errors.push({ field: "creatorId", key: "give.creator_not_found" });
  else if (!program || program.state !== "active") errors.push({ field: "programId", key: "program.not_found" });
  else errors.push(...checkMember(creator.name, program, member).map(({ key, values }) => ({ field: "programId", key, values })));
  return { errors, creator, program, partnerId: member?.partnerId ?? null };
}

async function nameOfOwner(shop: string, codeId: string, at: Date): Promise<string> {
  const owner = await findCodeOwner(shop, codeId, at);
  const [creator] = owner?.creatorId ? await findCreators(shop, [owner.creatorId]) : [];
  return creator?.name ?? "–";
}

/** Ends a pattern: orders created from now on are not its creator's any more. False where it is not in force. */
export async function endPattern(shop: string, codeId: string): Promise<boolean> {
  const pattern = await findPattern(shop, codeId);
  if (!pattern) return false;
  const at = now();
  const creator = pattern.creatorId === null ? "–" : await nameOfOwner(shop, codeId, at);
  return retirePattern(shop, codeId, at, { who: "merchant", what: "pattern.retired", detail: { codeId, pattern: pattern.pattern, creator } });
}
