import { describe, expect, it } from "vitest";
import { findHeader, guessColumns, guessPurpose, isPlatformExport } from "#app/domain/sheet-columns.ts";

describe("columns are known by their headings", () => {
  const headings: [string[], object][] = [
    [["E-mail", "Full Name", "Instagram handle", "Promo Code"], { email: 0, name: 1, handle: 2, code: 3 }],
    [["Adresse e-mail", "Prénom", "Nom", "Code promo", "Début", "Fin"], { email: 0, first: 1, last: 2, code: 3, start: 4, end: 5 }],
    [["Nom", "Courriel", "Remise"], { name: 0, email: 1, deal: 2 }],
    [["Vorname", "Nachname", "E-Mail-Adresse", "Gutscheincode", "Gültig ab", "Gültig bis"], { first: 0, last: 1, email: 2, code: 3, start: 4, end: 5 }],
    [["姓名", "邮箱", "账号", "优惠码", "开始日期", "结束日期"], { name: 0, email: 1, handle: 2, code: 3, start: 4, end: 5 }],
    [["Order ID", "Country code", "Zip code", "Creator e-mail (private)"], { email: 3 }],
    [["email", "Email", "EMAIL"], { email: 0 }],
    [["", "a", "b"], {}],
  ];
  it.each(headings)("%j", (names, columns) => {
    expect(guessColumns(names)).toEqual(columns);
  });
});

describe("what a file is for", () => {
  const files: [string[], string[], string][] = [
    [["Order ID", "Email", "Username", "Promo Code", "Affiliate Link"], ["", ""], "platform"],
    [["Username", "Affiliate Link"], [], "platform"],
    [["Email", "Promo Code"], ["MARIE10", ""], "platform"],
    [["Email", "Promo Code"], ["MARIE10", "ZOE10"], "codes"],
    [["E-mail", "Code"], ["", ""], "codes"],
    [["E-mail", "Name"], [], "creators"],
  ];
  it.each(files)("%j with the codes %j", (names, codes, purpose) => {
    expect(guessPurpose(names, codes)).toBe(purpose);
  });

  it("is not the platform's where nobody is named", () => {
    expect(isPlatformExport(["Order ID", "Promo Code"])).toBe(false);
  });
});

describe("the header", () => {
  const row = (n: number, ...cells: string[]) => ({ n, cells });
  it("is the row with the most known headings among the first ones", () => {
    expect(findHeader([row(1, "Our creators"), row(3, "Code"), row(4, "E-mail", "Code"), row(5, "zoe@x.example", "ZOE")])?.n).toBe(4);
  });
  it("is the first row where none is known", () => {
    expect(findHeader([row(2, "Anschrift", "Ort"), row(3, "zoe@x.example", "Köln")])?.n).toBe(2);
  });
  it("is none where the first row holds an address", () => {
    expect(findHeader([row(1, "zoe@x.example", "Zoë")])).toBeNull();
  });
});
