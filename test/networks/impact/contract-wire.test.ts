// What only a real connection can do: an answer that comes slowly, breaks off, never ends, or leads elsewhere.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { impact } from "#app/networks/impact/index.ts";
import type { Network } from "#app/networks/port.ts";
import { leadFetch } from "#test/local/lead.ts";

let answer: (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
let undo: () => void;
let elsewhere = 0;
let written = 0;
beforeAll(async () => {
  server = createServer((request, response) => (request.url === "/elsewhere" ? (elsewhere++, response.end("{}")) : answer(request, response)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  undo = leadFetch({ network: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
afterAll(async () => {
  undo();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  written = 0;
});

function networkOf(timeoutMs: number): Network {
  return impact({ accountSid: "IRx", token: "t0k3n", takeBudget: async () => ({ ok: true }), noteBudget: async () => {}, onExchange: async () => {}, timeoutMs });
}

/** Writes pieces of blanks, which JSON may begin with, until the reader is gone. */
function pour(response: ServerResponse, status: number): void {
  const piece = Buffer.alloc(1024 * 1024, " ");
  response.writeHead(status, { "content-type": "application/json" });
  const more = () => {
    while (!response.destroyed) {
      written += 1;
      if (written > 400 || !response.write(piece)) return;
    }
  };
  response.on("drain", more);
  more();
}

describe("a connection", () => {
  it("whose answer is begun and not ended is a time-out: what was done is unknown", async () => {
    answer = (_request, response) => void response.writeHead(200, { "content-type": "application/json" }).write('{"Status":"QU');
    expect(await networkOf(300).reverse("1.2.3", "other")).toEqual({ ok: false, fault: { kind: "timeout" } });
  });

  it("that breaks off in the middle of an answer is unavailable: what was done is unknown", async () => {
    answer = (_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" }).write('{"Status":"QU', () => response.destroy());
    };
    expect(await networkOf(20_000).reverse("1.2.3", "other")).toEqual({ ok: false, fault: { kind: "unavailable", status: 0 } });
  });

  it("leads nowhere else: the credentials go to the provider alone", async () => {
    answer = (_request, response) => void response.writeHead(307, { location: "/elsewhere" }).end();
    expect(await networkOf(20_000).programs()).toEqual({ ok: false, fault: { kind: "unavailable", status: 0 } });
    expect(elsewhere).toBe(0);
  });

  it.each([[200, 64, "unreadable"], [400, 1, "invalid"], [503, 1, "unavailable"]])("that pours without an end (%i) is read no further than %i MB", async (status, most, kind) => {
    answer = (_request, response) => pour(response, status);
    const answered = await networkOf(60_000).programs();
    expect(answered.ok ? "ok" : answered.fault.kind).toBe(kind);
    // What the two ends of the connection have in their buffers was written as well.
    expect(written).toBeLessThan(most + 40);
  }, 90_000);

  it("that is asked again afterwards answers as ever", async () => {
    answer = (_request, response) => void response.writeHead(200, { "content-type": "application/json" }).end('{"Campaigns":[]}');
    expect(await networkOf(20_000).programs()).toEqual({ ok: true, value: [] });
  });
});
