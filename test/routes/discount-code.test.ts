// A discount on the store's own page: what it is here, a creator code made in its deal, and the way to the deal.
import { beforeAll, describe, expect, test } from "vitest";
import type { CodeAnswer, DiscountAction } from "#app/domain/discount-action.ts";
import { PLAIN_TERMS } from "#app/domain/deal.ts";
import { linkCodes } from "#app/flow/adopt.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { inventoryOnce } from "#app/flow/inventory.ts";
import { connected, must, placeAll, rows, SHOP, useStage } from "#test/flow/merchant-stage.ts";
import { makeDiscount } from "#test/flow/store-side.ts";
import { useDatabase } from "#test/support/database.ts";
import { ask, keepSession, thrown } from "./ask.ts";

useDatabase();
const stage = useStage({ bucket: { maximum: 1_000_000, restorePerSecond: 1_000_000 } });
const OTHER_SHOP = "elsewhere.myshopify.com";
const ORIGIN = "https://extensions.shopifycdn.com";
const route = () => import("#app/routes/extensions.discount-code.ts");

beforeAll(async () => {
  await keepSession(SHOP);
  await keepSession(OTHER_SHOP);
});

/** As an extension asks: its origin is none of ours. */
function asked(discount: string, { form, shop = SHOP, q = "", locale = "en" }: { form?: Record<string, string>; shop?: string; q?: string; locale?: string } = {}) {
  const one = ask(shop, `/extensions/discount-code?${new URLSearchParams({ discount, q, locale })}`, form && { form });
  one.request.headers.set("origin", ORIGIN);
  return one;
}

async function open(discount: string, more: Parameters<typeof asked>[1] = {}): Promise<DiscountAction> {
  const answer = await (await route()).loader(asked(discount, more));
  expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
  return (await answer.json()) as DiscountAction;
}

async function say(discount: string, form: Record<string, string>, more: Parameters<typeof asked>[1] = {}): Promise<CodeAnswer> {
  const answer = await (await route()).action(asked(discount, { ...more, form }));
  expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
  return (await answer.json()) as CodeAnswer;
}

/** Where "Open the deal" leads; null: it is a page with words. */
async function leads(id: string, shop = SHOP): Promise<string | null> {
  const { loader } = await import("#app/routes/app.discounts_.open.tsx");
  const answer: unknown = await loader(ask(shop, `/app/discounts/open?id=${encodeURIComponent(id)}`)).catch((fault: unknown) => fault);
  return answer instanceof Response ? new URL(answer.headers.get("location")!, "http://a").pathname : null;
}

/** A deal with its discount in the store. */
async function dealInStore() {
  const known = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name: "Spring", programId: known.programId, terms: { value: { kind: "percentage", basisPoints: 1000 }, ...PLAIN_TERMS }, startsAt: null, endsAt: null }));
  await placeAll(stage);
  const [{ store_id: storeId }] = (await rows<{ store_id: string }>("select store_id from deal where shop = $1")) as [{ store_id: string }];
  return { ...known, dealId, storeId };
}

async function foundInStore() {
  const known = await connected(stage);
  const storeId = await makeDiscount("SALE10", { title: "Summer sale" });
  for (let turn = 0; turn < 50 && (await inventoryOnce(new Date(0))) > 0; turn++);
  return { ...known, storeId };
}

const digits = (gid: string) => gid.split("/").at(-1)!;
const codes = () => rows<{ code: string }>("select code from code where shop = $1 order by code");

describe("a discount that is a deal's", () => {
  test("says the deal, what it offers, and who can have a code of it, those who can first", async () => {
    const { dealId, storeId } = await dealInStore();
    const { creators, ...said } = await open(storeId);
    expect(said).toEqual({ canMake: true, title: "Spring", sentences: ["10% off everything", "Credited in Atelier Creators"], link: { text: "Open the deal", path: `app/deals/${dealId}` }, more: false });
    expect(creators.map(({ name, about }) => [name, about])).toEqual([
      ["Marie Dupont (marie)", "Joined"], ["Zoë Müller (zoë)", "Joined"], ["Łukasz Nowak (łukasz)", "Joined"], ["Leo Left (leo)", "Left"], ["Pia Pending (pia)", "Asked to join"],
    ]);
    expect((await open(storeId, { q: "zoë" })).creators.map(({ name }) => name)).toEqual(["Zoë Müller (zoë)"]);
    expect((await open(storeId, { locale: "fr" })).link!.text).toBe("Ouvrir l’offre");
  });

  test("a code is named by the usual pattern, looked at, made, and reaches both sides", async () => {
    const { storeId, creatorIds } = await dealInStore();
    const creatorId = creatorIds.marie!;
    const looked = await say(storeId, { intent: "look", creatorId, code: "" });
    expect(looked).toEqual({ look: { code: "MARIE10", blocked: false, findings: [], free: "Free on both sides", suggestion: null }, errors: [], made: null });
    expect(await codes()).toEqual([]);
    const { made } = await say(storeId, { intent: "make", creatorId, code: "MARIE10" });
    const [{ id }] = (await rows<{ id: string }>("select id from code where shop = $1")) as [{ id: string }];
    expect(made).toEqual({ code: "MARIE10", sentence: "MARIE10 is made for Marie Dupont. Store and network get it within a minute or two.", link: { text: "Open MARIE10", path: `app/codes/${id}` } });
    await placeAll(stage);
    expect(stage.store.discount(storeId)!.codes.map((each) => each.code)).toContain("MARIE10");
    // A second one is named round the first, and both sides are said.
    const { look } = await say(storeId, { intent: "look", creatorId, code: "" });
    expect(look).toMatchObject({ code: "MARIE10X2", blocked: false, findings: [{ text: "Marie Dupont has MARIE10 in this deal already; this would be a second one.", blocking: false }] });
    // Of the same name it is said once; and who has no code yet comes first.
    expect((await say(storeId, { intent: "look", creatorId, code: "MARIE10" })).look!.findings).toEqual([{ text: "Marie Dupont has MARIE10 already (deal: Spring). A code is given once; choose another name.", blocking: true }]);
    expect((await open(storeId)).creators.map(({ name }) => name).at(-1)).toBe("Marie Dupont (marie)");
    expect((await open(storeId, { q: "marie" })).creators[0]!.about).toBe("Joined · Has MARIE10");
    const [log] = await rows<{ who: string }>("select who from shop_log where shop = $1 and what = 'codes.given'");
    expect(log!.who).toBe("Camille Martin");
  });

  test("what speaks against a name is said, and nothing is made", async () => {
    const { storeId, creatorIds } = await dealInStore();
    await say(storeId, { intent: "make", creatorId: creatorIds.marie!, code: "SPRING10" });
    for (const intent of ["look", "make"]) {
      const { look, made } = await say(storeId, { intent, creatorId: creatorIds.zoe!, code: "spring10" });
      expect(made).toBeNull();
      expect(look).toMatchObject({ blocked: true, suggestion: "SPRING10X2", findings: [{ blocking: true, text: "spring10 belongs to Marie Dupont (deal: Spring). Choose another name." }] });
    }
    const { look } = await say(storeId, { intent: "make", creatorId: creatorIds.pia!, code: "PIA10" });
    expect(look!.findings[0]!.text).toContain("has not joined");
    expect((await say(storeId, { intent: "make", creatorId: "nobody", code: "NOBODY10" })).look).toMatchObject({ blocked: true });
    expect((await say(storeId, { intent: "make", creatorId: creatorIds.zoe!, code: "" })).look).toMatchObject({ blocked: true });
    expect(await codes()).toEqual([{ code: "SPRING10" }]);
  });

  test("two persons at once make it once", async () => {
    const { storeId, creatorIds } = await dealInStore();
    const both = await Promise.all([creatorIds.marie!, creatorIds.zoe!].map((creatorId) => say(storeId, { intent: "make", creatorId, code: "ONCE10" })));
    expect(both.filter(({ made }) => made !== null)).toHaveLength(1);
    expect(both.flatMap(({ look, errors }) => [...errors, ...(look?.findings ?? []).map(({ text }) => text)])).toHaveLength(1);
    expect(await codes()).toEqual([{ code: "ONCE10" }]);
  });

  test("takes no codes any more where the deal has ended, and says so", async () => {
    const { dealId, storeId, creatorIds } = await dealInStore();
    await rows("update deal set ends_at = '2020-01-01T00:00:00Z' where shop = $1");
    expect(await open(storeId)).toMatchObject({ canMake: false, title: "Spring", sentences: ["The deal “Spring” has ended; a new code would not work. Choose a deal that still runs."], link: { path: `app/deals/${dealId}` }, creators: [] });
    expect(await say(storeId, { intent: "make", creatorId: creatorIds.marie!, code: "LATE10" })).toMatchObject({ look: null, made: null, errors: ["The deal “Spring” has ended; a new code would not work. Choose a deal that still runs."] });
  });

  test("its page opens the deal, by gid and by number, and keeps what the admin put into the address", async () => {
    const { dealId, storeId } = await dealInStore();
    for (const id of [storeId, digits(storeId), `gid://shopify/DiscountNode/${digits(storeId)}`]) expect(await leads(id)).toBe(`/app/deals/${dealId}`);
    const { loader } = await import("#app/routes/app.discounts_.open.tsx");
    const answer = await thrown(loader(ask(SHOP, `/app/discounts/open?id=${digits(storeId)}&host=aG9zdA&shop=${SHOP}&embedded=1`)));
    expect(Object.fromEntries(new URL(answer.headers.get("location")!).searchParams)).toMatchObject({ host: "aG9zdA", shop: SHOP, embedded: "1" });
  });
});

describe("a discount that is no deal's", () => {
  test("can be made one", async () => {
    const { storeId } = await foundInStore();
    const said = await open(storeId);
    expect(said).toMatchObject({ canMake: false, title: "Summer sale", creators: [], link: { text: "Make it a deal", path: `app/adopt/discount/${digits(storeId)}` } });
    expect(said.sentences[0]).toContain("“Summer sale” is none of your deals yet.");
    expect(await leads(digits(storeId))).toBe(`/app/adopt/discount/${digits(storeId)}`);
  });

  test("says which of its codes are creators' as they are", async () => {
    const { storeId, programId, creatorIds } = await foundInStore();
    must(await linkCodes(SHOP, programId, [{ key: "SALE10", creatorId: creatorIds.marie!, policy: "always" }], "Camille"));
    expect((await open(storeId)).sentences[1]).toBe("One of its codes is linked to a creator as it is: SALE10 (Marie Dupont).");
  });

  test("takes no code from here", async () => {
    const { storeId, creatorIds } = await foundInStore();
    for (const intent of ["look", "make"]) expect(await say(storeId, { intent, creatorId: creatorIds.marie!, code: "MARIE10" })).toEqual({ look: null, made: null, errors: ["This deal does not exist any more. Load the page again."] });
    expect(await codes()).toEqual([]);
  });

  test.each([["gid://shopify/DiscountAutomaticNode/5", "This discount works without a code"], ["gid://shopify/DiscountCodeNode/999999", "Creator Codes does not know this discount."], ["5; drop", "Creator Codes does not know this discount."], ["", "Creator Codes does not know this discount."]])("%s is said in words", async (id, words) => {
    const { sentences, canMake } = await open(id);
    expect([canMake, sentences.length, sentences[0]!.startsWith(words)]).toEqual([false, 1, true]);
    expect(await leads(id)).toBeNull();
  });
});

describe("another shop", () => {
  test("knows nothing of it", async () => {
    const { storeId, creatorIds } = await dealInStore();
    expect((await open(storeId, { shop: OTHER_SHOP })).canMake).toBe(false);
    expect((await say(storeId, { intent: "make", creatorId: creatorIds.marie!, code: "MARIE10" }, { shop: OTHER_SHOP })).made).toBeNull();
    expect(await leads(storeId, OTHER_SHOP)).toBeNull();
    expect(await codes()).toEqual([]);
  });

  test("and whoever has no session is told nothing", async () => {
    const { loader, action } = await route();
    for (const [what, form] of [[loader, undefined], [action, { intent: "make" }]] as const) {
      const forged = asked("gid://shopify/DiscountCodeNode/1", { ...(form && { form }) });
      forged.request.headers.set("authorization", `${forged.request.headers.get("authorization")!.slice(0, -4)}AAAA`);
      expect((await thrown(what(forged) as Promise<unknown>)).status).toBe(401);
    }
  });
});
