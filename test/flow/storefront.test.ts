// What the storefront is given: pixel and embed in the local store, whatever comes between.
import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { noteDelivery } from "#app/db/delivery.ts";
import { raiseTokenVersion, storefrontsElsewhere } from "#app/db/storefront.ts";
import { readProblem } from "#app/domain/problem.ts";
import { env } from "#app/env.server.ts";
import { changeClickParameters } from "#app/flow/click-parameters.ts";
import { settleOnce } from "#app/flow/settle.ts";
import { welcomeShop } from "#app/flow/shop.ts";
import { giveStorefronts } from "#app/flow/storefront.ts";
import { readStorefrontToken } from "#app/flow/storefront-token.ts";
import { setTokenSource } from "#app/shopify/admin.ts";
import { exchangeToken } from "#test/local/store/auth.ts";
import { useDatabase } from "#test/support/database.ts";
import { connected, rows, SHOP, useStage } from "./merchant-stage.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "storefront-"));
const toml = join(folder, "shopify.app.toml");
const PIXEL = join(folder, "extensions", "click-pixel");
cpSync(join(root, "shopify.app.toml"), toml);

useDatabase();
const stage = useStage({ appToml: toml });
afterAll(() => rmSync(folder, { recursive: true }));

const HOUR = 3_600_000;
const WRITES = ["CreateWebPixel", "UpdateWebPixel", "SetEmbedSettings"];
const writes = () => stage.sent.filter((what) => WRITES.includes(what));
const pixel = () => (stage.store.state.webPixel === null ? null : (JSON.parse(stage.store.state.webPixel.settings) as Record<string, string>));
const embed = () => JSON.parse(stage.store.state.appMetafields["creator_codes storefront"]?.value ?? "null") as Record<string, unknown> | null;
const row = async () => (await rows<{ pixel_id: string | null; settings: Record<string, unknown> | null; problem: string | null; tries: number; next_at: Date | null }>("select * from storefront where shop = $1"))[0];
const problem = async () => readProblem((await row())?.problem ?? null)?.key ?? null;

/** The pixel's extension as it is deployed; `other`: a version with other settings. null: none is. */
function deploy(what: "ours" | "other" | null): void {
  rmSync(PIXEL, { recursive: true, force: true });
  if (what !== null) cpSync(join(root, "extensions", "click-pixel"), PIXEL, { recursive: true });
  if (what === "other") writeFileSync(join(PIXEL, "shopify.extension.toml"), 'type = "web_pixel_extension"\nname = "Old"\n[settings.fields.accountID]\nname = "Account"\ntype = "single_line_text_field"\n');
}

/** Gives what is due until nothing is, over the waits after failures. */
async function giveAll(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) {
    await giveStorefronts();
    if ((await row())?.problem === null) return;
    stage.forward(HOUR);
  }
}

async function hear(topic: string): Promise<void> {
  await noteDelivery({ shop: SHOP, webhookId: randomUUID(), topic, eventId: null, triggeredNs: 0n, receivedAt: now(), orderId: null, facts: null, bodyHash: "hash", state: "new", reason: null });
  while ((await settleOnce()) > 0);
}

/** Pixel and embed have the same, and it is what the shop is to have. */
async function expectGiven(parameters: string[], version = 1): Promise<void> {
  const given = pixel()!;
  expect(given).toEqual({ endpoint: env().SHOPIFY_APP_URL, token: expect.any(String), parameters: parameters.join(",") || "-" });
  expect(readStorefrontToken(given.token!)).toEqual({ shop: SHOP, version });
  expect(embed()).toEqual({ endpoint: given.endpoint, token: given.token, parameters });
  expect(await row()).toMatchObject({ pixel_id: `gid://shopify/WebPixel/${stage.store.state.webPixel!.id}`, settings: embed(), problem: null, tries: 0 });
}

describe("a shop", () => {
  test("is given pixel and embed, and then they are only looked at", async () => {
    deploy("ours");
    expect(await giveStorefronts()).toBe(1);
    await expectGiven([]);
    expect(await giveStorefronts()).toBe(0);
    stage.forward(6 * HOUR);
    stage.sent.length = 0;
    expect(await giveStorefronts()).toBe(1);
    expect(writes()).toEqual([]);
  });

  test("has the parameters of its networks, and those that a merchant adds, at once", async () => {
    deploy("ours");
    await giveStorefronts();
    await connected(stage);
    await giveStorefronts();
    await expectGiven(["irclickid"]);
    expect(await changeClickParameters(SHOP, "Camille", [{ name: "awc", network: null }])).toEqual([]);
    await giveStorefronts();
    await expectGiven(["irclickid", "awc"]);
  });

  test("whose tokens were made worthless is given another one", async () => {
    deploy("ours");
    await giveStorefronts();
    await raiseTokenVersion(SHOP, now());
    await giveStorefronts();
    await expectGiven([], 2);
  });

  test("that was given another address of the app is given this one", async () => {
    deploy("ours");
    await giveStorefronts();
    const elsewhere = "https://old.example";
    stage.store.state.webPixel!.settings = JSON.stringify({ ...pixel(), endpoint: elsewhere });
    stage.store.state.appMetafields["creator_codes storefront"]!.value = JSON.stringify({ ...embed(), endpoint: elsewhere });
    await pool().query(`update storefront set settings = settings || '{"endpoint":"https://old.example"}'`);
    expect(await storefrontsElsewhere(elsewhere, now())).toBe(0);
    expect(await storefrontsElsewhere(env().SHOPIFY_APP_URL, now())).toBe(1);
    await giveStorefronts();
    await expectGiven([]);
  });

  test("whose pixel was disconnected in the admin gets it back", async () => {
    deploy("ours");
    await giveStorefronts();
    stage.store.state.webPixel = null;
    stage.forward(6 * HOUR);
    await giveStorefronts();
    await expectGiven([]);
  });

  test("that leaves and comes back is given all anew", async () => {
    deploy("ours");
    await giveStorefronts();
    const before = (await row())!.pixel_id;
    stage.store.uninstall();
    await hear("app/uninstalled");
    expect(await row()).toMatchObject({ pixel_id: null, settings: null, problem: null });
    expect(await giveStorefronts()).toBe(0); // nobody asks for a shop that has left
    const again = exchangeToken(stage.store, {
      client_id: stage.store.apiKey, client_secret: stage.store.apiSecret, grant_type: "urn:ietf:params:oauth:grant-type:token-exchange", subject_token: stage.store.sessionToken(),
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token", requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token", expiring: "1",
    }).body.access_token as string;
    setTokenSource(async () => again);
    await welcomeShop(SHOP);
    await giveStorefronts();
    await expectGiven([]);
    expect((await row())!.pixel_id).not.toBe(before);
  });
});

describe("what cannot be given is said", () => {
  const without = "read_orders,read_discounts,write_discounts,read_products,read_customers,read_markets,read_shopify_payments_disputes";

  test.each([without, `${without},write_pixels`])("the merchant has not accepted the scopes yet: %s", async (scopes) => {
    deploy("ours");
    stage.store.grant(scopes);
    await giveStorefronts();
    expect(await problem()).toBe("storefront.scope");
    expect(embed()).toMatchObject({ endpoint: env().SHOPIFY_APP_URL }); // it needs none
    stage.store.grant(`${without},write_pixels,read_customer_events`);
    await hear("app/scopes_update");
    await giveStorefronts();
    await expectGiven([]);
  });

  test.each([[null, "storefront.no_extension"], ["other", "storefront.settings"]] as const)("the extension that is deployed is %s: %s; once ours is, it goes on", async (deployed, key) => {
    deploy(deployed);
    await giveStorefronts();
    expect(await problem()).toBe(key);
    expect(await giveStorefronts()).toBe(0);
    deploy("ours");
    stage.forward(HOUR);
    await giveStorefronts();
    await expectGiven([]);
  });

  test("the app's access is refused: it is tried again, less and less often", async () => {
    deploy("ours");
    const waits: number[] = [];
    setTokenSource(async () => null);
    for (let turn = 0; turn < 3; turn++) {
      const at = now().getTime();
      await giveStorefronts();
      expect(await problem()).toBe("store.unauthorized");
      waits.push((await row())!.next_at!.getTime() - at);
      stage.forward(waits.at(-1)! + 1_000);
    }
    expect(waits[1]!).toBeGreaterThan(waits[0]!);
    expect(waits[2]!).toBeGreaterThan(waits[1]!);
  });
});

describe("another hand", () => {
  test("makes the pixel in the same moment: there is one, with what is wanted", async () => {
    deploy("ours");
    let once = true;
    stage.before = (what) => {
      if (what !== "CreateWebPixel" || !once) return;
      once = false;
      stage.store.state.webPixel = { id: "77", settings: JSON.stringify({ endpoint: "x", token: "y", parameters: "z" }) };
    };
    await giveStorefronts();
    expect(stage.store.state.webPixel!.id).toBe("77");
    await expectGiven([]);
  });

  test("deletes it in the same moment: it is made anew", async () => {
    deploy("ours");
    await giveStorefronts();
    await raiseTokenVersion(SHOP, now());
    let once = true;
    stage.before = (what) => {
      if (what !== "UpdateWebPixel" || !once) return;
      once = false;
      stage.store.state.webPixel = null;
    };
    await giveStorefronts();
    await expectGiven([], 2);
  });

  test("keeps writing: it is said, and there is an end to it", async () => {
    deploy("ours");
    stage.before = (what) => {
      if (what === "ReadWebPixel" && stage.store.state.webPixel !== null) stage.store.state.webPixel.settings = JSON.stringify({ endpoint: "x", token: "y", parameters: "z" });
    };
    await giveStorefronts();
    expect(await problem()).toBe("store.unreadable");
    expect(writes().length).toBeLessThan(8);
  });

  test.each([["for the first time", false], ["again", true]])("wishes for something else while it is being given %s: that is given next", async (_name, before) => {
    deploy("ours");
    if (before) {
      await giveStorefronts();
      stage.forward(6 * HOUR);
    }
    for (const [wish, becomes] of [[() => connected(stage), ["irclickid"]], [() => raiseTokenVersion(SHOP, now()), ["irclickid"]]] as const) {
      let once = true;
      stage.after = async (what) => {
        if (what !== "ReadEmbedSettings" || !once) return;
        once = false;
        stage.forward(1_000);
        await wish();
      };
      await giveStorefronts();
      expect(await giveStorefronts()).toBe(1);
      expect(embed()).toMatchObject({ parameters: becomes });
      stage.forward(6 * HOUR);
    }
    stage.after = null;
    await expectGiven(["irclickid"], 2);
  });
});

/** The requests of a first giving: ReadEmbedSettings, SetEmbedSettings, ReadWebPixel, CreateWebPixel, ReadWebPixel. */
describe.each([1, 2, 3, 4, 5])("where it ends at request %i", (n) => {
  test.each([["before", true], ["before", false], ["after", true], ["after", false]] as const)("%s it, and the row is written: %s, the next turn finds what there is", async (when, written) => {
    deploy("ours");
    let met = 0;
    stage[when] = () => {
      met += 1;
      if (met === n) throw new TypeError("fetch failed");
    };
    await giveStorefronts();
    expect(met).toBeGreaterThanOrEqual(n);
    stage[when] = null;
    if (!written) await pool().query("delete from storefront"); // as after kill -9
    await giveAll();
    await expectGiven([]);
    expect(stage.sent.filter((what) => what === "CreateWebPixel").length).toBeLessThanOrEqual(2);
  });
});
