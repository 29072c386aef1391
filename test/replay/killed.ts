// The stages in a process that is killed (-9) once, at a point that the seed draws, and started again. What comes out must be the same.
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { freePort, startProcess, untilAnswers, type Process } from "#test/local/demo/processes.ts";
import type { Fault } from "#test/local/fault.ts";
import { random } from "./arrivals.ts";

const ENDS_THE_BATCH = "update delivery set state = 'done'";

/** Between any two stages, and within each: what is known then is only what was committed. */
const POINTS: Fault[] = [
  { at: "query", match: "^insert into delivery", when: "before" },
  { at: "query", match: "^insert into delivery", when: "after" },
  { at: "query", match: "from delivery where state = 'new'", when: "after", withRows: true },
  { at: "query", match: "^commit", when: "before", armedBy: ENDS_THE_BATCH },
  { at: "query", match: "^commit", when: "after", armedBy: ENDS_THE_BATCH },
  { at: "query", match: "update order_state o set fetch_at", when: "after", withRows: true },
  { at: "request", match: "graphql\\.json", when: "after" },
  { at: "request", match: "POST .*/Conversions", when: "before" },
  { at: "request", match: "POST .*/Conversions", when: "after" },
  { at: "request", match: "GET .*/APISubmissions", when: "after" },
  { at: "request", match: "GET .*/Actions", when: "after" },
  { at: "request", match: "PUT .*/Actions", when: "after" },
  { at: "request", match: "DELETE .*/Actions", when: "after" },
];

export type KilledApp = {
  url: string;
  /** Lets the stages come to rest, running the clock on to whatever is due next. Throws where they do not. */
  rest: (untilMs: number) => Promise<void>;
  stop: () => Promise<void>;
};

type Options = { databaseUrl: string; storeUrl: string; networkUrl: string; token: string; clockFile: string; seed: number };

export async function startKilled({ databaseUrl, storeUrl, networkUrl, token, clockFile, seed }: Options): Promise<KilledApp> {
  const next = random(seed);
  const fault = { ...POINTS[Math.floor(next() * POINTS.length)]!, n: 1 + Math.floor(next() * 3) };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let stopping = false;
  let running = start(fault);
  const watching = watch();
  await untilAnswers(running, url).catch(() => {});

  function start(withFault: Fault | null): Process {
    return startProcess({
      name: "stages",
      script: "test/replay/stages.ts",
      imports: ["test/local/lead.ts", "test/local/fault.ts"],
      env: {
        ...process.env, LOG_LEVEL: "error", DATABASE_URL: databaseUrl, PORT: String(port), STORE_TOKEN: token, CLOCK_FILE: clockFile,
        LOCAL_STORE_URL: storeUrl, LOCAL_NETWORK_URL: networkUrl, FAULT: withFault === null ? undefined : JSON.stringify(withFault),
      },
    });
  }

  async function watch(): Promise<void> {
    const how = await running.end;
    if (stopping) return;
    if (how !== "SIGKILL") throw new Error(`the stages ended otherwise (${how}):\n${running.tail()}`);
    running = start(null);
  }

  async function rest(untilMs: number): Promise<void> {
    for (;;) {
      const due = await quiet();
      if (due === null) return;
      if (due.getTime() > untilMs) throw new Error(`the stages do not come to rest:\n${running.tail()}`);
      const aheadMs = Math.max(due.getTime() - nowMs(), 0) + 1_000;
      const offset = nowMs() + aheadMs - Date.now();
      setClockOffsetMs(offset);
      writeFileSync(clockFile, String(offset));
    }
  }

  return {
    url,
    rest,
    async stop() {
      stopping = true;
      await running.stop();
      await watching.catch(() => {});
    },
  };
}

/** Waits until nothing that is due is left undone for a while, and says what is due next; null: nothing. A request under way is nobody's due, so one look is not enough. */
async function quiet(): Promise<Date | null> {
  let before = "";
  let calm = 0;
  for (let looks = 0; looks < 2_000; looks++) {
    const { rows } = await pool().query<{ waiting: number; due: number; next: Date | null; print: string }>(
      `select (select count(*)::int from delivery where state = 'new') as waiting,
        ((select count(*) from conversion where next_at <= $1) + (select count(*) from order_state where fetch_at <= $1))::int as due,
        least((select min(next_at) from conversion), (select min(fetch_at) from order_state)) as next,
        (select coalesce(sum(hashtext(c::text)::bigint), 0)::text from conversion c) || '/' || (select count(*) from exchange)::text || '/' || (select coalesce(sum(hashtext(o::text)::bigint), 0)::text from order_state o) as print`,
      [new Date(nowMs())],
    );
    const { waiting, due, next, print } = rows[0]!;
    calm = waiting === 0 && due === 0 && print === before ? calm + 1 : 0;
    before = print;
    if (calm >= 8) return next;
    await sleep(50);
  }
  throw new Error("the stages do not get their work done");
}
