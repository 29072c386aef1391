// Who may read the metrics, and a log whose reader is gone or slow.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { setTestEnv, testEnv } from "#test/support/env.ts";

setTestEnv();
const { refusalOf } = await import("#app/probes.server.ts");

const asked = (remoteAddress: string | undefined, headers: Record<string, string | undefined> = {}) => ({ headers, socket: { remoteAddress } }) as never;

describe("who may read the metrics", () => {
  it.each([
    { who: "this machine", from: "127.0.0.1", headers: {}, token: null, answer: null },
    { who: "this machine, over IPv6", from: "::1", headers: {}, token: null, answer: null },
    { who: "this machine, as an IPv6 socket shows it", from: "::ffff:127.0.0.1", headers: {}, token: null, answer: null },
    { who: "another machine", from: "10.0.0.7", headers: {}, token: null, answer: 404 },
    { who: "nobody knows who", from: undefined, headers: {}, token: null, answer: 404 },
    { who: "somebody through a proxy on this machine", from: "127.0.0.1", headers: { "x-forwarded-for": "203.0.113.9" }, token: null, answer: 404 },
    { who: "somebody through another proxy", from: "127.0.0.1", headers: { forwarded: "for=203.0.113.9" }, token: null, answer: 404 },
    { who: "who shows the token", from: "10.0.0.7", headers: { authorization: "Bearer the-token-of-metrics" }, token: "the-token-of-metrics", answer: null },
    { who: "who shows another", from: "10.0.0.7", headers: { authorization: "Bearer the-token-of-metricz" }, token: "the-token-of-metrics", answer: 401 },
    { who: "who shows none, though on this machine", from: "127.0.0.1", headers: {}, token: "the-token-of-metrics", answer: 401 },
    { who: "who shows it otherwise", from: "10.0.0.7", headers: { authorization: "Basic the-token-of-metrics" }, token: "the-token-of-metrics", answer: 401 },
  ])("$who: $answer", ({ from, headers, token, answer }) => {
    expect(refusalOf(asked(from, headers), token)).toBe(answer);
  });
});

const root = join(import.meta.dirname, "..");
const SCRIPT = `
  const { log } = await import("./app/log.server.ts");
  for (let n = 0; n < 5000; n++) log.info({ n }, "a line that is long enough to fill a pipe that nobody reads from, again and again");
  setTimeout(() => process.exit(0), 300);
`;

test("a process whose log has lost its reader goes on, and ends", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "-e", SCRIPT], { cwd: root, env: { ...testEnv, LOG_LEVEL: "info", PATH: process.env.PATH! }, stdio: ["ignore", "pipe", "inherit"] });
  child.stdout!.destroy();
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("what was logged before the end is written, whole and in order, though the reader is slow", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "-e", SCRIPT], { cwd: root, env: { ...testEnv, LOG_LEVEL: "info", PATH: process.env.PATH! }, stdio: ["ignore", "pipe", "inherit"] });
  const chunks: Buffer[] = [];
  child.stdout!.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    child.stdout!.pause();
    setTimeout(() => child.stdout!.resume(), 5);
  });
  await once(child, "close");
  const lines = Buffer.concat(chunks).toString().trimEnd().split("\n").map((line) => (JSON.parse(line) as { n: number }).n);
  expect(lines).toEqual(Array.from({ length: 5000 }, (_, n) => n));
});
