import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeKey } from "#app/domain/code.ts";
import { creatorLink, fileNameOf, openedPath, readLanding, shareLink, sharePath } from "#app/domain/share-link.ts";

const HOST = "petit-atelier.example";
const HOSTS = [HOST, "petit-atelier.myshopify.com"];

describe("the link of a code", () => {
  test.each([
    ["MARIE10", "/", "https://petit-atelier.example/discount/MARIE10?redirect=%2F%3Fcreator%3DMARIE10"],
    ["MARIE10", "/products/hoodie", "https://petit-atelier.example/discount/MARIE10?redirect=%2Fproducts%2Fhoodie%3Fcreator%3DMARIE10"],
    ["MARIE10", "/products/hoodie?variant=1&creator=LEO&a=b#size", "https://petit-atelier.example/discount/MARIE10?redirect=%2Fproducts%2Fhoodie%3Fvariant%3D1%26a%3Db%26creator%3DMARIE10%23size"],
    ["ÉTÉ 10%", "/", "https://petit-atelier.example/discount/%C3%89T%C3%89%2010%25?redirect=%2F%3Fcreator%3D%25C3%2589T%25C3%2589%252010%2525"],
    ["A/B?C#D&E", "/", "https://petit-atelier.example/discount/A%2FB%3FC%23D%26E?redirect=%2F%3Fcreator%3DA%252FB%253FC%2523D%2526E"],
    ["..", "/", "https://petit-atelier.example/?creator=..&discount=.."],
    [".", "/collections/all?sort=new#top", "https://petit-atelier.example/collections/all?sort=new&creator=.&discount=.#top"],
  ])("of %s to %s", (code, landing, link) => {
    expect(shareLink(HOST, code, landing)).toBe(link);
  });

  test("any code and page can be read back from it, as a browser reads it: the store applies the code, the page knows whose link it was", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), fc.webPath(), fc.webQueryParameters(), (code, path, query) => {
        const landing = `${path === "" ? "/" : path}${query === "" ? "" : `?${query}`}`;
        const url = new URL(shareLink(HOST, code, landing));
        expect(url.host).toBe(HOST);
        const dots = code === "." || code === "..";
        const page = new URL(dots ? url.href : `https://${HOST}${url.searchParams.get("redirect")!}`);
        if (dots) expect(url.searchParams.get("discount")).toBe(code);
        else expect(codeKey(decodeURIComponent(url.pathname.slice("/discount/".length)))).toBe(codeKey(code.toWellFormed()));
        expect(page.pathname).toBe(new URL(`https://${HOST}${landing}`).pathname);
        expect(page.searchParams.get("creator")).toBe(code.toWellFormed());
        const others = (params: URLSearchParams) => [...params].filter(([name]) => name !== "creator" && !(dots && name === "discount"));
        expect(others(page.searchParams)).toEqual(others(new URL(`https://${HOST}${landing}`).searchParams));
      }),
    );
  });

  test("tracking links that were made before are still known: their path has no word", () => {
    expect([sharePath("MARIE10"), sharePath("MARIE10", "/products/hoodie")]).toEqual(["/discount/MARIE10", "/discount/MARIE10?redirect=%2Fproducts%2Fhoodie"]);
    expect(openedPath("MARIE10", "/products/hoodie")).toBe("/discount/MARIE10?redirect=%2Fproducts%2Fhoodie%3Fcreator%3DMARIE10");
  });
});

describe("the link of a creator without a code", () => {
  test.each([
    ["@marie.laurent", "/", "https://petit-atelier.example/?creator=marie.laurent"],
    [" 李雷 ", "/collections/table?sort=new#top", "https://petit-atelier.example/collections/table?sort=new&creator=%E6%9D%8E%E9%9B%B7#top"],
  ])("of %s to %s", (handle, landing, link) => {
    expect(creatorLink(HOST, handle, landing)).toBe(link);
  });
});

describe("the page that a link opens", () => {
  test.each([
    ["", "/"],
    ["/", "/"],
    [" /products/hoodie ", "/products/hoodie"],
    ["products/hoodie", "/products/hoodie"],
    ["?view=new", "/?view=new"],
    ["https://petit-atelier.example/collections/all?sort=new#top", "/collections/all?sort=new#top"],
    ["http://PETIT-ATELIER.myshopify.com/pages/über uns", "/pages/%C3%BCber%20uns"],
    ["petit-atelier.example/pages/about", "/pages/about"],
    ["/a/../products/x", "/products/x"],
  ])("%j is %s", (typed, landing) => {
    expect(readLanding(typed, HOSTS)).toEqual({ ok: true, landing });
  });

  test.each([
    ["https://evil.example/products/x", "share.landing_elsewhere"],
    ["//evil.example/products/x", "share.landing_elsewhere"],
    ["/\\evil.example", "share.landing_elsewhere"],
    ["\\\\evil.example", "share.landing_elsewhere"],
    ["javascript:alert(1)", "share.landing_elsewhere"],
    ["https://petit-atelier.example.evil.example/", "share.landing_elsewhere"],
    ["https://", "share.landing_form"],
    ["/discount/OTHER", "share.landing_discount"],
    [`/${"a".repeat(500)}`, "share.landing_long"],
  ])("%j is refused", (typed, key) => {
    expect(readLanding(typed, HOSTS)).toMatchObject({ ok: false, key });
  });
});

test("a file's name is one that every system takes", () => {
  expect(["MARIE10", "A/B:C", "..", "ÉTÉ 10%", "a".repeat(300)].map((code) => fileNameOf(code, "svg"))).toEqual(["MARIE10.svg", "A-B-C.svg", "code.svg", "ÉTÉ 10%.svg", `${"a".repeat(100)}.svg`]);
});
