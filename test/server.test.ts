// The process itself: how it starts, answers, refuses to start, and ends.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startProcess } from "#test/local/demo/processes.ts";
import { type RunningApp, startApp } from "#test/support/app.ts";
import { useDatabase } from "#test/support/database.ts";
import { testEnv } from "#test/support/env.ts";
import { SHOP } from "#test/support/orders.ts";
import { makeShop } from "#test/support/shop.ts";
import { ask, keepSession } from "#test/routes/ask.ts";

const database = useDatabase();
const BROWSER = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36" };

/** Runs the app until it ends by itself. */
async function untilItEnds(env: Record<string, string>): Promise<{ how: string; said: string }> {
  const process = startProcess({ name: "app", script: "app/server.ts", env });
  return { how: await process.end, said: process.tail() };
}

describe("a running app", () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp({ databaseUrl: database.url, env: { LOCAL_ADMIN_URL: "http://localhost:4999" } });
  });
  afterAll(() => app.stop());

  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${app.url}${path}`, { headers: { ...BROWSER, ...headers }, redirect: "manual" });

  it("is healthy while its database answers", async () => {
    const answer = await get("/healthz");
    expect([answer.status, await answer.text()]).toEqual([200, "ok\n"]);
  });

  it.each([["en-GB,en;q=0.9", "en", "Open"], ["fr-CA", "fr", "Ouvrir"], ["zh-TW,zh;q=0.8", "zh-CN", "打开"], ["sv", "en", "Open"]])("asks a visitor of %s for the shop in %s", async (accepted, language, words) => {
    const page = await (await get("/", { "accept-language": accepted })).text();
    expect(page).toContain(`<html lang="${language}">`);
    expect(page).toContain(words);
  });

  it("the admin's language comes before the browser's", async () => {
    expect(await (await get("/?locale=fr", { "accept-language": "zh-CN" })).text()).toContain('<html lang="fr">');
  });

  it("an address that does not exist is a page that says so", async () => {
    const answer = await get("/nowhere");
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("There is no page at this address.");
  });

  it("a file of another build is not found, and no page", async () => {
    const answer = await get("/assets/old-12345678.js");
    expect([answer.status, await answer.text()]).toEqual([404, ""]);
  });

  it("the files of this build are kept by the browser for good", async () => {
    const [asset] = /\/assets\/[\w.-]+\.js/.exec(await (await get("/")).text())!;
    expect((await get(asset)).headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  });

  it("without a session token the app's pages lead to signing in", async () => {
    const answer = await get("/app/orders");
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toContain("/auth/login");
  });

  it("a session token that is none is refused", async () => {
    expect((await get("/app/orders", { authorization: "Bearer nonsense" })).status).toBe(401);
  });

  it("shows a shop its pages, which only the store's admin may hold in a frame, and the local one where it is named", async () => {
    await makeShop();
    await keepSession(SHOP);
    const { request } = ask(SHOP, `/app/settings?shop=${SHOP}&embedded=1&locale=fr`);
    const answer = await fetch(`${app.url}${new URL(request.url).pathname}${new URL(request.url).search}`, { headers: request.headers, redirect: "manual" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-security-policy")).toMatch(new RegExp(`; frame-ancestors http://localhost:4999 https://${SHOP} https://admin\\.shopify\\.com$`));
    const page = await answer.text();
    expect(page).toContain("http://localhost:4999/app-bridge.js");
    expect(page).toContain("Plusieurs codes sur une commande");
  });

  it("a webhook without a signature is refused before anything is read", async () => {
    expect((await fetch(`${app.url}/webhooks`, { method: "POST", body: "{}" })).status).toBeGreaterThanOrEqual(400);
  });

  it("says where it is reached, once", () => {
    expect(app.process.tail().match(/Creator Codes listens on port \d+/g)).toHaveLength(1);
  });
});

it("SIGTERM ends it in good order", async () => {
  const app = await startApp({ databaseUrl: database.url });
  const began = performance.now();
  app.process.kill("SIGTERM");
  expect(await app.process.end).toBe("code 0");
  expect(performance.now() - began).toBeLessThan(10_000);
});

it("a port in use is named, with the variable that changes it", async () => {
  const taken = createServer().listen(0);
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  const { how, said } = await untilItEnds({ ...testEnv, NODE_ENV: "production", DATABASE_URL: database.url, PORT: String(port) });
  taken.close();
  expect([how, said]).toEqual(["code 1", expect.stringContaining(`Port ${port} is in use. Set PORT to another one.`)]);
});

it("what the environment lacks is told plainly, without a stack", async () => {
  const { how, said } = await untilItEnds({ NODE_ENV: "production", DATABASE_URL: database.url });
  expect(how).toBe("code 1");
  expect(said).toContain("SHOPIFY_API_SECRET: is missing");
  expect(said).not.toMatch(/^\s+at /m);
});
