import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { leadFetch } from "./lead.ts";

describe("the lead to the stand-ins", () => {
  let server: Server;
  let url: string;
  let undo = () => {};

  beforeEach(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => (body += part));
      request.on("end", () => response.end(JSON.stringify({ method: request.method, path: request.url, meant: request.headers["x-forwarded-host"], type: request.headers["content-type"], body })));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    undo();
    server.close();
  });

  it("leads a shop's host to the store, with method, path, headers and body, and says which host was meant", async () => {
    undo = leadFetch({ store: url });
    const answer = await fetch("https://petit-atelier.myshopify.com/admin/api/2026-10/graphql.json?x=1", { method: "POST", headers: { "content-type": "application/json" }, body: '{"query":"{shop{name}}"}' });
    expect(await answer.json()).toEqual({
      method: "POST", path: "/admin/api/2026-10/graphql.json?x=1", meant: "petit-atelier.myshopify.com", type: "application/json", body: '{"query":"{shop{name}}"}',
    });
  });

  it("leads a Request as well as an address, and the network's host to the network", async () => {
    undo = leadFetch({ network: url });
    const answer = await fetch(new Request("https://api.impact.com/Advertisers/IR1/Deals", { method: "POST", body: new URLSearchParams({ Name: "Ten" }) }));
    expect(await answer.json()).toMatchObject({ method: "POST", path: "/Advertisers/IR1/Deals", meant: "api.impact.com", body: "Name=Ten" });
  });

  it("leaves every other host alone", async () => {
    undo = leadFetch({ store: "http://127.0.0.1:9", network: "http://127.0.0.1:9" });
    expect(await (await fetch(`${url}/own`)).json()).toMatchObject({ path: "/own", body: "" });
  });

  it.each(["https://petit-atelier.myshopify.com/admin", "https://api.impact.com/Advertisers", "https://www.googleapis.com/oauth2/v3/certs"])("refuses %s where it has no stand-in: nothing local reaches the real services", async (address) => {
    undo = leadFetch({});
    await expect(fetch(address)).rejects.toThrow(/no local stand-in/);
  });

  it("keeps an abort working", async () => {
    undo = leadFetch({ store: url });
    await expect(fetch("https://petit-atelier.myshopify.com/", { signal: AbortSignal.abort() })).rejects.toThrow();
  });

  it("ends a call without an answer when its time is up, although garbage was collected meanwhile", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    undo = leadFetch({ network: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` });
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const collecting = setInterval(collect, 50);
    try {
      await expect(fetch("https://api.impact.com/Advertisers/IR1/Deals", { method: "POST", body: "Name=Ten", signal: AbortSignal.timeout(500) })).rejects.toMatchObject({ name: "TimeoutError" });
    } finally {
      clearInterval(collecting);
      silent.closeAllConnections();
      silent.close();
    }
  }, 5_000);

  it("is undone", async () => {
    const before = globalThis.fetch;
    leadFetch({ store: url })();
    expect(globalThis.fetch).toBe(before);
  });
});
