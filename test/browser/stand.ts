// What a walk stands on: the demo's servers with data of their own, a merchant at a browser, and the app's database to check against.
import { join } from "node:path";
import pg from "pg";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, onTestFailed } from "vitest";
import { launchBrowser } from "#test/local/chromium.ts";
import { freePort, root } from "#test/local/demo/processes.ts";
import { type Stage, startStage } from "#test/local/demo/stage.ts";
import { makeMerchant, type Merchant } from "./merchant.ts";

/** There from the first test on. */
export type Stand = {
  readonly stage: Stage;
  readonly merchant: Merchant;
  rows: <T extends pg.QueryResultRow>(sql: string, values: unknown[]) => Promise<T[]>;
};

type Options = {
  /** Where the shared clock begins, against the machine's. */
  clockOffsetMs?: number;
  /** A script that runs beside the app before the first test. */
  history?: string;
};

/** Call at the top of a walk. `name`: of its folder of data. Each step of a walk stands on the one before: after one that failed the others are skipped. */
export function useStand(name: string, { clockOffsetMs = 0, history }: Options = {}): Stand {
  let stage: Stage | null = null;
  let browser: Browser | null = null;
  let merchant: Merchant | null = null;
  let database: pg.Client | null = null;
  let broken = false;

  beforeAll(async () => {
    stage = await startStage({ dataDir: join(root, ".data", "test", name), ports: { app: await freePort(), store: await freePort(), network: await freePort() }, fresh: true, clockOffsetMs });
    if (history) await stage.runBeside(history, [], () => {});
    browser = await launchBrowser();
    merchant = await makeMerchant(browser, `${stage.urls.store}/admin`, name);
    database = new pg.Client({ connectionString: stage.databaseUrl });
    await database.connect();
  }, 240_000);

  afterAll(async () => {
    await database?.end();
    await browser?.close();
    await stage?.stop();
  }, 60_000);

  beforeEach((context) => {
    if (broken) context.skip("an earlier step failed");
    onTestFailed(async () => {
      broken = true;
      await merchant?.look("failed");
    });
  });

  return {
    get stage() {
      return there(stage);
    },
    get merchant() {
      return there(merchant);
    },
    async rows<T extends pg.QueryResultRow>(sql: string, values: unknown[]): Promise<T[]> {
      return (await there(database).query<T>(sql, values)).rows;
    },
  };
}

function there<T>(part: T | null): T {
  if (part === null) throw new Error("the walk has not begun: ask inside a test");
  return part;
}
