// What the log of exchanges keeps: no secret and no person's data, wherever they stand, and no more than a page shows.
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { loggable, loggableFields } from "#app/networks/impact/loggable.ts";
import { SID, stubNetwork, TOKEN, type Stub } from "./stub.ts";

let stub: Stub | null = null;
afterEach(() => stub?.restore());

/** What must not come through, recognisable wherever it comes out. */
const NAME = "Zyxwille Qqpatterson";
const PERSONAL_FIELDS = [
  "CustomerId", "CustomerEmail", "CustomerCity", "CustomerPostCode", "CustomerCountry", "CustomerRegion", "CustomerArea", "customeremail", "IpAddress", "CustomerIpAddress", "CallerId", "Contacts", "CompanyContacts", "Address", "Address1",
  "AddressLine1", "Phone", "PhoneNumber", "PhoneNumbers", "IndirectTax", "FirstName", "LastName", "Email", "UserEmail", "EmailAddress", "PartnerSignatory", "BrandSignatory", "AccountManager", "CreatedBy", "LastUpdatedBy", "User", "Username", "PostalCode", "City",
  "CustomProfileId", "UserAgent", "GoogAId",
];
const SECRET_FIELDS = ["AuthToken", "access_token", "Password", "ClientSecret", "Authorization", "apiKey"];
const OPEN_FIELDS = ["Id", "Name", "Note", "Message", "State", "PromoCode", "Payload", "DeepLink", "Uri", "ItemName1", "surprise"];

const email = fc.tuple(fc.stringMatching(/^[a-z0-9._+-]{1,12}$/), fc.constantFrom("example.com", "mail.atelier.example", "bücher.example")).map(([user, host]) => `zyx${user}@${host}`);
const holders = fc.constantFrom((text: string) => text, (text: string) => `No such person: ${text}.`, (text: string) => `<b>${text}</b>`, (text: string) => `a=1&mail=${encodeURIComponent(text)}&b=2`, (text: string) => "x".repeat(390) + " " + text);
const secret = fc.constantFrom(TOKEN, Buffer.from(`${SID}:${TOKEN}`).toString("base64"), `Basic ${Buffer.from("IRx:y0").toString("base64")}`);
/** Something to hide in an open field, in other words or alone. */
const hiding = fc.tuple(fc.oneof(email, secret), holders).map(([what, hold]) => hold(what));

const { value } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  object: fc.record({
    personal: fc.dictionary(fc.constantFrom(...PERSONAL_FIELDS, ...SECRET_FIELDS), fc.constantFrom<unknown>(NAME, { First: NAME }, [NAME, NAME], [{ Deep: { Deeper: NAME } }]), { maxKeys: 4 }),
    open: fc.dictionary(fc.constantFrom(...OPEN_FIELDS), fc.oneof({ maxDepth: 6 }, hiding, fc.constantFrom("MARIE10", "", 7, true, null), tie("value")), { maxKeys: 4 }),
  }).map(({ personal, open }) => ({ ...personal, ...open })),
  value: fc.oneof({ maxDepth: 6 }, hiding, tie("object"), fc.array(tie("object"), { maxLength: 8 })),
}));

function traces(kept: unknown): string[] {
  const text = JSON.stringify(kept);
  return ["Zyxwille", "Qqpatterson", TOKEN, Buffer.from(`${SID}:${TOKEN}`).toString("base64"), Buffer.from("IRx:y0").toString("base64")].filter((trace) => text.includes(trace)).concat(/zyx[\w.+-]*(@|%40)[\w.-]+/i.exec(text)?.[0] ?? []);
}

describe("the log", () => {
  it("keeps of an answer neither persons nor secrets, at any depth and in any words", () => {
    fc.assert(fc.property(value, (answer) => {
      expect(traces(loggable(answer, [TOKEN, Buffer.from(`${SID}:${TOKEN}`).toString("base64")]))).toEqual([]);
    }), { numRuns: 300 });
  });

  it("keeps of a request that a person's data was sent, and not what it was", () => {
    const fields = fc.record({ personal: fc.dictionary(fc.constantFrom(...PERSONAL_FIELDS, ...SECRET_FIELDS), fc.constant(NAME), { maxKeys: 6 }), open: fc.dictionary(fc.constantFrom(...OPEN_FIELDS), hiding, { maxKeys: 4 }) });
    fc.assert(fc.property(fields, ({ personal, open }) => {
      const kept = loggableFields({ ...personal, ...open, CustomerStatus: "NEW" }, [TOKEN, Buffer.from(`${SID}:${TOKEN}`).toString("base64")]);
      expect(traces(kept)).toEqual([]);
      expect(kept).toMatchObject({ CustomerStatus: "NEW" });
      expect(Object.keys(kept).sort()).toEqual([...new Set([...Object.keys(personal), ...Object.keys(open), "CustomerStatus"])].sort());
    }));
  });

  it("keeps what is no person's: codes, states, orders, the fields of a submission", () => {
    const answer = { State: "PENDING", PromoCode: "MARIE10", Oid: "1001", CustomerStatus: "NEW", Payload: "OrderId=1001&CustomerEmail=4db6c86b&OrderPromoCode=MARIE10&CustomerId=77" };
    expect(loggable(answer)).toEqual({ ...answer, Payload: "OrderId=1001&CustomerEmail=…&OrderPromoCode=MARIE10&CustomerId=…" });
  });

  it("is bounded", () => {
    const kept = loggable({ Partners: Array.from({ length: 9 }, (_, n) => ({ Id: String(n), Contacts: [{ Email: "a@example.com" }], Address: { City: "X" } })), Note: "x".repeat(2_000_000), CustomerId: "c", CustomerStatus: "NEW" });
    expect(JSON.stringify(kept).length).toBeLessThan(1_000);
    expect(kept).toMatchObject({ CustomerStatus: "NEW", Partners: { length: 6, 5: { more: 4 } } });
    const deep = JSON.parse(`${'{"a":'.repeat(1_000)}1${"}".repeat(1_000)}`);
    expect(JSON.stringify(loggable(deep)).length).toBeLessThan(100);
    expect(Object.keys(loggable(Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`f${n}`, n]))) as object)).toHaveLength(80);
  });

  it("hides the account's own token wherever the client meets it", async () => {
    stub = stubNetwork([{ status: 400, body: { Status: "ERROR", Message: `The token ${TOKEN} of marie@example.com is not for Basic ${Buffer.from(`${SID}:${TOKEN}`).toString("base64")}` } }]);
    await stub.network.trackingLink("1", "2", { landing: `https://shop.example/?t=${TOKEN}` });
    expect(stub.exchanges).toHaveLength(1);
    expect(traces(stub.exchanges)).toEqual([]);
    expect(JSON.stringify(stub.exchanges)).not.toContain("marie@");
  });
});
