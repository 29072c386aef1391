// Every case through the code of production, as `npm run replay` runs it: in order, shuffled with repeats, and killed in between.
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const shared = join(root, "..", "shared", "cases");
const ofFolder = (folder: string) => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")).map((name) => join(folder, name)) : []);
const sharedCases = ofFolder(shared);
const ownCases = ofFolder(join(root, "test", "cases"));
const LONG_MS = 1_800_000;

/** A few cases that touch every stage: a refund, an edit, a deletion, a fetch, a split. */
const KILLED = ["refund-partial-line", "edit-moves-credit", "order-deleted", "refund-known-to-the-store-only", "stack-split", "cancelled-with-refund"];
/** Of our own: what only the store can tell, a dispute, and what people decide. */
const OWN_KILLED = ["renewals-none-asks-the-store-for-the-plan", "chargeback-told-before-its-order", "hand-corrects-and-a-line-comes-back", "hand-credits-and-the-order-is-cancelled"];

function replay(args: string[]): Promise<{ code: number | null; told: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, "test", "replay", "main.ts"), "--check", ...args], { cwd: root, stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, DATABASE_URL: undefined } });
    let told = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (told += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, told }));
  });
}

describe.skipIf(ownCases.length === 0)("our own cases", () => {
  test("agree as they stand", async () => {
    expect(await replay(ownCases)).toEqual({ code: 0, told: expect.stringContaining(`${ownCases.length} of ${ownCases.length} cases agree`) });
  }, LONG_MS);

  test("agree in another order, with repeats", async () => {
    expect(await replay(["--shuffle", "11", ...ownCases])).toMatchObject({ code: 0 });
  }, LONG_MS);

  test("agree when the process is killed between two stages", async () => {
    const killed = ownCases.filter((file) => OWN_KILLED.some((name) => file.endsWith(`/${name}.json`)));
    expect(killed).toHaveLength(OWN_KILLED.length);
    expect(await replay(["--kill", "--shuffle", "3", ...killed])).toMatchObject({ code: 0 });
  }, LONG_MS);
});

describe.skipIf(sharedCases.length === 0)("the shared cases (skipped where ../shared is absent)", () => {
  test("agree as they stand", async () => {
    expect(await replay(sharedCases)).toEqual({ code: 0, told: expect.stringContaining(`${sharedCases.length} of ${sharedCases.length} cases agree`) });
  }, LONG_MS);

  test("agree in another order, with repeats", async () => {
    const seed = String(1 + Math.floor(Math.random() * 1_000_000));
    expect({ seed, ...(await replay(["--shuffle", seed, ...sharedCases])) }).toMatchObject({ code: 0 });
  }, LONG_MS);

  test("agree when the process is killed between two stages", async () => {
    const killed = sharedCases.filter((file) => KILLED.some((name) => file.endsWith(`/${name}.json`)));
    expect(killed).toHaveLength(KILLED.length);
    for (const seed of ["1", "2"]) expect(await replay(["--kill", "--shuffle", seed, ...killed])).toMatchObject({ code: 0 });
  }, LONG_MS);
});
