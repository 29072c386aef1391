// The stage of the tests that kill the process while deals and codes go to store and network: a world of its own, with the app installed and the
// network's programs chosen.
import pg from "pg";
import { afterAll, afterEach, beforeAll } from "vitest";
import { connectPrograms, installApp } from "#test/local/seed/setup.ts";
import type { RunningApp } from "#test/support/app.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeWorld, type World } from "#test/support/world.ts";

export type KillStage = {
  world: World;
  client: pg.Client;
  programId: string;
  /** The process under test, where one was started; stopped after each test. */
  app: RunningApp | null;
};

export function useKillStage(): KillStage {
  const database = useDatabase();
  const stage = { app: null } as KillStage;

  beforeAll(async () => {
    stage.client = new pg.Client({ connectionString: database.url });
    await stage.client.connect();
    stage.world = await makeWorld(database.url);
    const first = await stage.world.start();
    await installApp();
    stage.programId = await connectPrograms();
    await first.stop();
  }, 240_000);

  afterEach(async () => {
    await stage.app?.stop();
    stage.app = null;
  });

  afterAll(async () => {
    await stage.world?.close();
    await stage.client?.end();
  });

  return stage;
}
