// Our own cases through the code of production, as `npm run replay` runs them: in order, shuffled with repeats, and killed in between.
import { describe, expect, test } from "vitest";
import { casesOf, LONG_MS, runReplay } from "./run-command.ts";

const ownCases = casesOf("test", "cases");

/** What only the store can tell, a dispute, and what people decide. */
const OWN_KILLED = ["renewals-none-asks-the-store-for-the-plan", "chargeback-told-before-its-order", "hand-corrects-and-a-line-comes-back", "hand-credits-and-the-order-is-cancelled"];

describe("our own cases", () => {
  test("agree as they stand", async () => {
    expect(await runReplay(ownCases)).toEqual({ code: 0, told: expect.stringContaining(`${ownCases.length} of ${ownCases.length} cases agree`) });
  }, LONG_MS);

  test("agree in another order, with repeats", async () => {
    expect(await runReplay(["--shuffle", "11", ...ownCases])).toMatchObject({ code: 0 });
  }, LONG_MS);

  test("agree when the process is killed between two stages", async () => {
    const killed = ownCases.filter((file) => OWN_KILLED.some((name) => file.endsWith(`/${name}.json`)));
    expect(killed).toHaveLength(OWN_KILLED.length);
    expect(await runReplay(["--kill", "--shuffle", "3", ...killed])).toMatchObject({ code: 0 });
  }, LONG_MS);
});
