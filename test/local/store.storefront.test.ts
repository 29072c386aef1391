// What the store keeps for the app's extensions in the storefront, and what its pages tell the pixel: no kinder than the platform.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { AdminApi } from "#test/local/store/graphql.ts";
import { type LocalStore, startStore } from "#test/local/store/server.ts";

const root = join(import.meta.dirname, "..", "..");
const ALL = ["read_orders", "write_pixels", "read_customer_events"];
const SETTINGS = { endpoint: "https://app.example", token: "t", parameters: "irclickid" };
const CREATE = "mutation($settings: JSON!) { webPixelCreate(webPixel: { settings: $settings }) { webPixel { id settings } userErrors { code field message } } }";
const UPDATE = "mutation($id: ID!, $settings: JSON!) { webPixelUpdate(id: $id, webPixel: { settings: $settings }) { webPixel { id settings } userErrors { code field } } }";
const DELETE = "mutation($id: ID!) { webPixelDelete(id: $id) { deletedWebPixelId userErrors { code } } }";
const READ = "{ webPixel { id settings } }";

let local: LocalStore;
let api: AdminApi;
beforeEach(async () => {
  local = await startStore({ appUrl: "http://127.0.0.1:9", appToml: join(root, "shopify.app.toml") });
  local.store.state.faults.hold = true; // nobody listens for webhooks here
  api = new AdminApi(local.store);
});
afterEach(() => local.close());

type Errors = { message: string; extensions?: { code?: string } }[];
async function ask(query: string, variables: Record<string, unknown> = {}, scopes = ALL): Promise<{ data: Record<string, Record<string, unknown>>; errors: Errors }> {
  const { data = {}, errors = [] } = await api.answer({ query, variables }, new Set(scopes));
  return { data: data as Record<string, Record<string, unknown>>, errors: errors as Errors };
}
const make = async (settings: unknown = JSON.stringify(SETTINGS)) => (await ask(CREATE, { settings })).data.webPixelCreate as { webPixel: { id: string; settings: string } | null; userErrors: { code: string }[] };

describe("the web pixel", () => {
  test("is one for each app; asked for where there is none, the API answers with an error", async () => {
    expect((await ask(READ)).errors[0]!.message).toBe("No web pixel was found for this app.");
    const { webPixel } = await make();
    expect(JSON.parse(webPixel!.settings)).toEqual(SETTINGS);
    expect((await make()).userErrors).toMatchObject([{ code: "TAKEN" }]);
    expect((await ask(READ)).data.webPixel).toEqual(webPixel);
  });

  test("is changed and deleted by its id", async () => {
    const { id } = (await make()).webPixel!;
    const other = "gid://shopify/WebPixel/1";
    const changed = { ...SETTINGS, token: "u" };
    expect((await ask(UPDATE, { id: other, settings: JSON.stringify(changed) })).data.webPixelUpdate).toMatchObject({ webPixel: null, userErrors: [{ code: "NOT_FOUND" }] });
    expect((await ask(UPDATE, { id, settings: JSON.stringify(changed) })).data.webPixelUpdate).toMatchObject({ userErrors: [], webPixel: { id, settings: JSON.stringify(changed) } });
    expect((await ask(DELETE, { id: other })).data.webPixelDelete).toEqual({ deletedWebPixelId: null, userErrors: [{ code: "NOT_FOUND" }] });
    expect((await ask(DELETE, { id })).data.webPixelDelete).toEqual({ deletedWebPixelId: id, userErrors: [] });
    expect(local.store.state.webPixel).toBeNull();
  });

  test.each([
    ["{", "INVALID_CONFIGURATION_JSON"], ["[]", "INVALID_CONFIGURATION_JSON"], ["{}", "INVALID_SETTINGS"], [JSON.stringify({ ...SETTINGS, more: "x" }), "INVALID_SETTINGS"],
    [JSON.stringify({ ...SETTINGS, token: "" }), "INVALID_SETTINGS"], [JSON.stringify({ ...SETTINGS, parameters: ["irclickid"] }), "INVALID_SETTINGS"],
  ])("takes exactly the settings of the extension's TOML: %s is %s", async (settings, code) => {
    expect(await make(settings)).toMatchObject({ webPixel: null, userErrors: [{ code }] });
  });

  test.each([[["read_orders"]], [["write_pixels"]], [["read_customer_events"]]])("needs both scopes: %j", async (scopes) => {
    expect((await ask(CREATE, { settings: JSON.stringify(SETTINGS) }, scopes)).errors[0]!.extensions!.code).toBe("ACCESS_DENIED");
    expect(local.store.state.webPixel).toBeNull();
  });

  test("is refused where no extension is deployed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "bare-"));
    afterAll(() => rmSync(folder, { recursive: true }));
    cpSync(join(root, "shopify.app.toml"), join(folder, "shopify.app.toml"));
    const bare = await startStore({ appToml: join(folder, "shopify.app.toml") });
    const { data } = await new AdminApi(bare.store).answer({ query: CREATE, variables: { settings: "{}" } }, new Set(ALL));
    await bare.close();
    expect(data!.webPixelCreate).toMatchObject({ userErrors: [{ code: "NO_EXTENSION" }] });
  });

  test("goes with the app", async () => {
    await make();
    local.store.uninstall();
    expect(local.store.state).toMatchObject({ webPixel: null, appMetafields: {} });
  });
});

describe("metafields of the app's installation", () => {
  const SET = "mutation($metafields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $metafields) { metafields { value } userErrors { code field } } }";
  const READ_ONE = '{ currentAppInstallation { id metafield(namespace: "creator_codes", key: "storefront") { value type jsonValue } } }';
  const owner = "gid://shopify/AppInstallation/507219443";
  const one = { ownerId: owner, namespace: "creator_codes", key: "storefront", type: "json", value: '{"a":1}' };

  test("are set, set anew, and read; there is nothing before", async () => {
    expect((await ask(READ_ONE)).data.currentAppInstallation).toEqual({ id: owner, metafield: null });
    for (const value of ['{"a":1}', '{"a":2}']) expect((await ask(SET, { metafields: [{ ...one, value }] })).data.metafieldsSet).toEqual({ metafields: [{ value }], userErrors: [] });
    expect((await ask(READ_ONE)).data.currentAppInstallation).toMatchObject({ metafield: { value: '{"a":2}', type: "json", jsonValue: { a: 2 } } });
  });

  test.each([
    ["another installation", { ownerId: "gid://shopify/AppInstallation/1" }, "INVALID"], ["no JSON", { value: "{" }, "INVALID_VALUE"], ["nothing", { value: "" }, "BLANK"],
    ["a short key", { key: "s" }, "INVALID"], ["no type", { type: null }, "BLANK"], ["a digest of another value", { compareDigest: "00" }, "STALE_OBJECT"],
  ])("all or none: %s", async (_name, change, code) => {
    expect((await ask(SET, { metafields: [{ ...one, key: "other" }, { ...one, ...change }] })).data.metafieldsSet).toMatchObject({ metafields: [], userErrors: [{ code }] });
    expect(local.store.state.appMetafields).toEqual({});
  });
});

describe("the pages", () => {
  const dataOf = (page: string) => JSON.parse(/<script type="application\/json" id="web-pixels">(.*?)<\/script>/s.exec(page)![1]!) as { pixels: { script: string; privacy: string[]; settings: unknown }[]; published: { name: string; data: { checkout: Record<string, unknown> } }[] };

  test("name the active pixel with its settings and purposes, and serve it as it is bundled", async () => {
    expect(dataOf(await (await fetch(local.url)).text()).pixels).toEqual([]);
    await make();
    const [pixel] = dataOf(await (await fetch(local.url)).text()).pixels;
    expect(pixel).toMatchObject({ settings: SETTINGS, privacy: ["analytics", "marketing"] });
    const script = await (await fetch(local.url + pixel!.script)).text();
    expect(script).toContain("WebPixel::Render");
    expect(script.length).toBeLessThan(10_000);
    expect((await fetch(`${local.url}/web-pixels/other.js`)).status).toBe(404);
  });

  test("tell one token of a checkout: to the pixel, with the webhook, and in the Admin API", async () => {
    const variant = local.store.catalogue.products[0]!.variants[0]!.id;
    const send = async (path: string, cookie: string, form?: Record<string, string>) => {
      const answer = await fetch(local.url + path, { headers: { cookie }, redirect: "manual", ...(form && { method: "POST", body: new URLSearchParams(form) }) });
      return { text: await answer.text(), to: answer.headers.get("location"), cookie: answer.headers.getSetCookie().find((each) => each.startsWith("cart="))?.split(";")[0] ?? cookie };
    };
    const filled = await send("/cart/add", "", { variant, quantity: "1" });
    const begun = await send("/checkout", filled.cookie);
    const paid = await send("/checkout", begun.cookie, { email: "ines@example.com", name: "Ines" });
    const thanks = await send(paid.to!, paid.cookie);
    const event = (page: string, name: string) => dataOf(page).published.find((each) => each.name === name)!.data.checkout;
    const order = local.store.orders()[0]!;
    const { token } = event(begun.text, "checkout_started");
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(event(thanks.text, "checkout_completed")).toMatchObject({ token, order: { id: String(order.id), customer: { id: expect.any(String) } } });
    expect((order as unknown as { checkout_token: string }).checkout_token).toBe(token);
    const asked = await ask("query($id: ID!) { order(id: $id) { checkoutToken } }", { id: `gid://shopify/Order/${String(order.id)}` });
    expect(asked.data.order).toEqual({ checkoutToken: token });
    const next = await send("/cart/add", thanks.cookie, { variant, quantity: "1" });
    expect(event((await send("/checkout", next.cookie)).text, "checkout_started").token).not.toBe(token);
  });
});
