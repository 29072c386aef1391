// The shared cases through the code of production, as `npm run replay` runs them: in order, shuffled with repeats, and killed in between.
import { describe, expect, test } from "vitest";
import { casesOf, LONG_MS, runReplay } from "./run-command.ts";

const sharedCases = casesOf("..", "shared", "cases");

/** A few cases that touch every stage: a refund, an edit, a deletion, a fetch, a split. */
const KILLED = ["refund-partial-line", "edit-moves-credit", "order-deleted", "refund-known-to-the-store-only", "stack-split", "cancelled-with-refund"];

describe.skipIf(sharedCases.length === 0)("the shared cases (skipped where ../shared is absent)", () => {
  test("agree as they stand", async () => {
    expect(await runReplay(sharedCases)).toEqual({ code: 0, told: expect.stringContaining(`${sharedCases.length} of ${sharedCases.length} cases agree`) });
  }, LONG_MS);

  test("agree in another order, with repeats", async () => {
    const seed = String(1 + Math.floor(Math.random() * 1_000_000));
    expect({ seed, ...(await runReplay(["--shuffle", seed, ...sharedCases])) }).toMatchObject({ code: 0 });
  }, LONG_MS);

  test("agree when the process is killed between two stages", async () => {
    const killed = sharedCases.filter((file) => KILLED.some((name) => file.endsWith(`/${name}.json`)));
    expect(killed).toHaveLength(KILLED.length);
    for (const seed of ["1", "2"]) expect(await runReplay(["--kill", "--shuffle", seed, ...killed])).toMatchObject({ code: 0 });
  }, LONG_MS);
});
