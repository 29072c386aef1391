import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeKey } from "#app/domain/code.ts";
import { fileNameOf, readLanding, shareLink } from "#app/domain/share-link.ts";

const HOST = "petit-atelier.example";
const HOSTS = [HOST, "petit-atelier.myshopify.com"];

describe("the link of a code", () => {
  test.each([
    ["MARIE10", "/", "https://petit-atelier.example/discount/MARIE10"],
    ["MARIE10", "/products/hoodie", "https://petit-atelier.example/discount/MARIE10?redirect=%2Fproducts%2Fhoodie"],
    ["MARIE10", "/products/hoodie?variant=1&a=b#size", "https://petit-atelier.example/discount/MARIE10?redirect=%2Fproducts%2Fhoodie%3Fvariant%3D1%26a%3Db%23size"],
    ["ÉTÉ 10%", "/", "https://petit-atelier.example/discount/%C3%89T%C3%89%2010%25"],
    ["A/B?C#D&E", "/", "https://petit-atelier.example/discount/A%2FB%3FC%23D%26E"],
    ["A,B", "/", "https://petit-atelier.example/discount/A%2CB"],
    ["..", "/", "https://petit-atelier.example/?discount=.."],
    [".", "/collections/all?sort=new", "https://petit-atelier.example/collections/all?sort=new&discount=."],
  ])("of %s to %s", (code, landing, link) => {
    expect(shareLink(HOST, code, landing)).toBe(link);
  });

  test("any code and page can be read back from it, as a browser reads it", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), fc.webPath(), (code, path) => {
        const landing = path === "" ? "/" : path;
        const url = new URL(shareLink(HOST, code, landing));
        expect(url.host).toBe(HOST);
        if (code === "." || code === "..") {
          expect(url.searchParams.get("discount")).toBe(code);
          return;
        }
        expect(codeKey(decodeURIComponent(url.pathname.slice("/discount/".length)))).toBe(codeKey(code.toWellFormed()));
        expect(url.searchParams.get("redirect") ?? "/").toBe(landing);
      }),
    );
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
