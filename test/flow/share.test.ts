// The links of a code: the network's is asked for once for each page, kept, and counted against its budget.
import { describe, expect, test } from "vitest";
import { now } from "#app/clock.ts";
import { listTrackingLinks } from "#app/db/tracking-link.ts";
import { readShare } from "#app/db/reads/share.ts";
import { PLAIN_TERMS, type DealTerms } from "#app/domain/deal.ts";
import { makeDeal } from "#app/flow/deal.ts";
import { giveCodes } from "#app/flow/give.ts";
import { hostsOf, linkForQr, qrOf, trackingLinkOf } from "#app/flow/share.ts";
import { pool } from "#app/db.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { SHOP, connected, errorsOf, must, placeAll, rows, useStage } from "./merchant-stage.ts";

useDatabase();
const stage = useStage();

const terms: DealTerms = { value: { kind: "percentage", basisPoints: 1000 }, ...PLAIN_TERMS };

async function maries(): Promise<{ id: string; code: string; creatorId: string }> {
  await pool().query("truncate tracking_link");
  const { programId, creatorIds } = await connected(stage);
  const { dealId } = must(await makeDeal(SHOP, { name: "Summer", programId, terms, startsAt: null, endsAt: null }));
  const { codes } = must(await giveCodes(SHOP, { dealId, rows: [{ creatorId: creatorIds.marie!, code: "MARIE10", policy: "always" }] }));
  await placeAll(stage);
  stage.sent.length = 0;
  return { id: codes[0]!.codeId, code: "MARIE10", creatorId: creatorIds.marie! };
}

const asked = () => stage.sent.filter((what) => what.includes("TrackingLinks")).length;

describe("a tracking link", () => {
  test("opens the address that applies the code, and is made once for each page, also on a double click", async () => {
    const { id, creatorId } = await maries();
    expect(await readShare(SHOP, id, now())).toEqual({ program: "Atelier Creators", tracking: [] });
    const [one, same] = await Promise.all([trackingLinkOf(SHOP, id, "/products/hoodie"), trackingLinkOf(SHOP, id, "products/hoodie")]);
    expect([must(one).made, must(same).made].sort()).toEqual([false, true]);
    expect(asked()).toBe(1);
    const url = new URL(must(one).url);
    const [host] = await hostsOf(SHOP);
    expect(url.searchParams.get("u")).toBe(`https://${host}/discount/MARIE10?redirect=%2Fproducts%2Fhoodie%3Fcreator%3DMARIE10`);
    must(await trackingLinkOf(SHOP, id, ""));
    expect(asked()).toBe(2);
    expect((await listTrackingLinks(SHOP, [creatorId])).map((link) => link.landing).sort()).toEqual(["/discount/MARIE10", "/discount/MARIE10?redirect=%2Fproducts%2Fhoodie"]);
    expect((await readShare(SHOP, id, now())).tracking).toHaveLength(2);
    expect(await rows("select used >= 2 as counted from rate_budget", [])).toEqual([{ counted: true }]);
  });

  test("is not made for a page elsewhere, for a code for everybody, or where the network does not answer", async () => {
    const { id } = await maries();
    expect(errorsOf(await trackingLinkOf(SHOP, id, "https://evil.example"))).toEqual(["landing: share.landing_elsewhere"]);
    expect(errorsOf(await trackingLinkOf(SHOP, "nothing", "/"))).toEqual(["form: share.no_tracking"]);
    expect(errorsOf(await trackingLinkOf("other.myshopify.com", id, "/"))).toEqual(["form: share.no_tracking"]);
    expect(asked()).toBe(0);
    stage.before = (what) => {
      if (what.includes("TrackingLinks")) throw new Error("the connection broke");
    };
    expect((await trackingLinkOf(SHOP, id, "/")).ok).toBe(false);
    expect(await rows("select 1 from tracking_link where shop = $1")).toEqual([]);
    await pool().query("update code_term set creator_id = null where code_id = $1", [id]);
    expect(errorsOf(await trackingLinkOf(SHOP, id, "/"))).toEqual(["form: share.no_tracking"]);
  });
});

describe("a QR code", () => {
  test("holds the store's link, or the network's once it is made", async () => {
    const code = await maries();
    const [host] = await hostsOf(SHOP);
    expect(await linkForQr(SHOP, code, { landing: "/pages/about", tracked: false })).toBe(`https://${host}/discount/MARIE10?redirect=%2Fpages%2Fabout%3Fcreator%3DMARIE10`);
    expect(await linkForQr(SHOP, code, { landing: "/pages/about", tracked: true })).toBeNull();
    const { url } = must(await trackingLinkOf(SHOP, code.id, "/pages/about"));
    expect(await linkForQr(SHOP, code, { landing: "/pages/about", tracked: true })).toBe(url);
    expect(await linkForQr(SHOP, code, { landing: "//evil.example", tracked: false })).toBeNull();
  });

  test("has the quiet zone of four modules on each side, in both forms; what is too long for one is refused", async () => {
    const svg = String(await qrOf("https://petit-atelier.example/discount/MARIE10", "svg"));
    const [, size] = /viewBox="0 0 (\d+) \1"/.exec(svg)!;
    // A version-4 symbol (33 modules) at error correction M, with four modules around it.
    expect(Number(size)).toBe(33 + 8);
    const png = (await qrOf("https://petit-atelier.example/discount/MARIE10", "png")) as Uint8Array;
    expect(new DataView(png.buffer).getUint32(16)).toBe(1_024);
    expect(await qrOf(`https://petit-atelier.example/${"x".repeat(3_000)}`, "svg")).toBeNull();
  });
});
