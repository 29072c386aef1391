// A connection that breaks in the very moment in which it is handed out: the work on it fails, and the process lives on.
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeDatabase, inTransaction, pool, prisma } from "#app/db.server.ts";
import { setTestEnv } from "#test/support/env.ts";

/** A message of PostgreSQL's protocol. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

const WELCOME = message("R", Buffer.from([0, 0, 0, 0]));
const READY = message("Z", Buffer.from("I"));
const GOODBYE = message("E", Buffer.from("SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"));

describe("a connection that is cut as it is handed out", () => {
  let server: Server;
  const faults: unknown[] = [];
  const note = (fault: unknown) => void faults.push(fault);
  let others: NodeJS.UncaughtExceptionListener[] = [];

  beforeAll(async () => {
    setTestEnv();
    server = createServer((socket: Socket) => {
      socket.on("error", () => {});
      // In one piece, as it comes where the process has been busy meanwhile.
      socket.once("data", () => socket.end(Buffer.concat([WELCOME, READY, GOODBYE])));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    process.env.DATABASE_URL = `postgresql://nobody@127.0.0.1:${(server.address() as AddressInfo).port}/none`;
    others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", note);
  });

  afterAll(async () => {
    process.off("uncaughtException", note);
    for (const other of others) process.on("uncaughtException", other);
    await closeDatabase();
    await new Promise((done) => server.close(done));
  });

  const ways: [string, () => Promise<unknown>][] = [
    ["a transaction", () => inTransaction(async (client) => client.query("select 1"))],
    ["a statement", () => pool().query("select 1")],
    ["a transaction of Prisma's", () => prisma().$transaction(async (tx) => tx.session.count())],
  ];
  it.each(ways)("%s fails, and the process lives on", async (_, work) => {
    await expect(work()).rejects.toThrow();
    await new Promise((done) => setTimeout(done, 50));
    expect(faults).toEqual([]);
  });
});
