// A small run of what `npm run chaos` does: two thousand deliveries, and everything that can go wrong with them. What it draws is the same in every run.
import { describe, expect, it } from "vitest";
import { type ChaosOptions, chaosRun, faultsOf } from "./chaos/run.ts";

describe("chaos", () => {
  it("nothing is lost, nothing is there twice, and ledger and network are what the stores' truth makes of it", async () => {
    const options: ChaosOptions = {
      seed: 7, deliveries: 2_000, shops: 10, hours: 2, faults: { kills: 5, restarts: 1, cuts: 3, fullDiskMs: 1_000 }, share: { store: 0.2, network: 0.1 }, exportDir: null, say: () => {},
    };
    const { summary, found, left, crashes } = await chaosRun(options);
    expect({ ...found, left }).toEqual({ orders: found.orders, credited: found.credited, lost: [], doubled: [], balances: {}, decisions: {}, network: {}, goneUnseen: found.goneUnseen, pendingAtNetwork: found.pendingAtNetwork, left: [] });
    expect(crashes).toEqual([]);
    expect(faultsOf(summary, options)).toEqual([]);
    expect(summary).toMatchObject({ kills: 5, lost: 0, doubled: 0, balanceDifferences: 0, networkDifferences: 0, decisionDifferences: 0, verifyDifferences: 0, shops: 10 });
    expect(summary.faults).toMatchObject({ restarts: 1, cuts: 3, fullDisk: 1, "clocks wrong by an hour": 2 });
    // What was to go wrong did, and there was something for it to go wrong with.
    for (const struck of ["statementsRefused", "connectionsCut", "stale", "forged", "webhook ids used again", "acts told by no delivery", "store 503", "store timeout after", "network reset", "network 502 after"]) expect(summary.faults[struck], struck).toBeGreaterThan(0);
    // Who was deleted before anything arrived is named, and is the exception.
    expect(summary.goneUnseen).toBeLessThan(5);
    expect(summary.credited).toBeGreaterThan(100);
  }, 900_000);
});
