// Every call of the network, with arguments such as the app may give it: ordinary ones and extreme ones. A method that is not here yet
// fails contract-requests.test.ts, which says what to add.
import fc from "fast-check";
import type { Network, NewCode, NewConversion, NewDeal, ReverseReason } from "#app/networks/port.ts";

type Methods = { [Name in keyof Network as Network[Name] extends (...args: never[]) => unknown ? Name : never]: Network[Name] };
export type Calls = { [Name in keyof Methods]?: fc.Arbitrary<Parameters<Methods[Name]>> };

/** The network's own ids of programs, partners, deals, codes and event types are numbers of at most ten digits. */
const number = fc.oneof(fc.constant("21400"), fc.integer({ min: 1, max: 2_147_483_647 }).map(String));
const actionId = fc.constantFrom("1000.4636.158133", "2147483647.9999.2147483647");
/** What a database keeps as text: no NUL. */
const words = fc.oneof(fc.constantFrom("Lamp & shade", "ÉTÉ 10%", "a=b;c?d/e#f+g", "林小雨 的灯", "😀", "\ta\n", "x".repeat(255)), fc.string({ minLength: 1, unit: "grapheme", maxLength: 60 }).filter((text) => text.trim() !== "" && !/[\0\uFFFD]/.test(text)));
const at = fc.oneof(fc.constantFrom("2026-06-10T08:00:00.000Z", "2026-03-29T02:30:00+02:00", "2028-02-29T23:59:59.999999Z"), fc.date({ min: new Date("2015-01-01"), max: new Date("2099-01-01"), noInvalidDate: true }).map((date) => date.toISOString()));
const perhaps = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const currency = fc.constantFrom("EUR", "USD", "JPY", "KWD", "HUF");
const minor = fc.oneof(fc.constantFrom("1", "99999999999999999", "900719925474099301"), fc.integer({ min: 1, max: 10_000_000 }).map(String));
const percent = fc.constantFrom("0.5", "10", "12.25", "100");
const code = fc.oneof(fc.constantFrom("MARIE10", "ÉTÉ-10", "a", "X".repeat(255)), fc.stringMatching(/^[A-Z0-9_-]{1,40}$/));
const window = fc.tuple(fc.constantFrom("updated" as const, "event" as const), at, fc.integer({ min: 0, max: 45 })).map(([by, from, days]) => ({ by, from, to: new Date(Date.parse(from) + days * 86_400_000).toISOString() }));

const side = fc.record({ quantity: fc.integer({ min: 1, max: 99 }), scope: fc.constantFrom("product" as const, "category" as const), name: words });
const discount: fc.Arbitrary<NewDeal["discount"]> = fc.oneof(
  percent.map((each) => ({ kind: "percent" as const, percent: each })),
  fc.record({ kind: fc.constant("fixed" as const), amount: minor, currency }),
  fc.constant({ kind: "free_shipping" as const }),
  fc.record({ kind: fc.constant("buy_get" as const), buys: side, gets: side, effect: fc.oneof(fc.constant({ kind: "free" as const }), percent.map((each) => ({ kind: "percent" as const, percent: each })), fc.record({ kind: fc.constant("amount" as const), amount: minor, currency })) }),
);
const applies: fc.Arbitrary<NewDeal["applies"]> = fc.oneof(fc.constant({ scope: "entire_store" as const }), fc.record({ scope: fc.constantFrom("product" as const, "category" as const), names: words }));
const deal: fc.Arbitrary<NewDeal> = fc.record({ name: words, description: perhaps(words), discount, applies, startsAt: perhaps(at), endsAt: perhaps(at), syncs: fc.boolean() });
const newCode: fc.Arbitrary<NewCode> = fc.record({
  code: fc.oneof(code, fc.constant("^(?i)(SUMMER).*")), match: fc.constantFrom("exact", "regex"), policy: fc.constantFrom("always", "involved", "winner"), partnerId: number, dealExternalId: perhaps(number), startsAt: perhaps(at), endsAt: perhaps(at),
});

const sku = fc.oneof(words, fc.nat(9_999_999).map((id) => `variant-${id}`));
const items = fc.uniqueArray(fc.record({ sku, name: words, category: perhaps(words), quantity: fc.nat(9_999), amount: fc.oneof(fc.constant("0"), minor) }), { selector: (item) => item.sku, minLength: 1, maxLength: 12 });
const clickId = fc.oneof(fc.constant("QiiWXOVnrQ3SQHl24jQjyxBGUkmzfJ3i1VHrWM0"), fc.stringMatching(/^[\w.~-]{1,64}$/));
const conversion: fc.Arbitrary<NewConversion> = fc.record({
  orderId: fc.oneof(fc.constantFrom("9007199254740993", "5001-2", "#ÉTÉ 1001", "o".repeat(64)), fc.stringMatching(/^[A-Z0-9-]{1,64}$/)), eventTypeId: number, eventAt: at, currency,
  attribution: fc.oneof(fc.record({ code, clickId: fc.oneof(clickId, fc.constant("c".repeat(300))), partnerId: number }, { requiredKeys: ["code"] }), fc.record({ clickId }), fc.record({ partnerId: number })), partnerId: perhaps(number), items,
  customer: fc.record({ status: perhaps(fc.constantFrom("new", "existing")), emailHash: perhaps(fc.stringMatching(/^[0-9a-f]{64}$/)) }),
}, { requiredKeys: ["orderId", "eventTypeId", "eventAt", "currency", "attribution", "partnerId", "items"] });

/** All reasons there are: one that is added has to stand here. */
const REASONS: Record<ReverseReason, true> = { returned: true, customer: true, fraud: true, out_of_stock: true, declined: true, order_error: true, test: true, other_creator: true, excluded: true, terms: true, other: true };

export const CALLS: Calls = {
  check: fc.constant([]),
  tryPermissions: fc.constant([]),
  programs: fc.constant([]),
  partners: fc.tuple(number),
  contracts: fc.tuple(number),
  eventTypes: fc.tuple(number),
  deals: fc.tuple(number),
  findDeal: fc.tuple(number, words),
  deal: fc.tuple(number),
  createDeal: fc.tuple(number, deal),
  updateDeal: fc.tuple(number, fc.record({ name: words, description: perhaps(words), discount, applies, startsAt: perhaps(at), endsAt: perhaps(at), syncs: fc.boolean() }, { requiredKeys: [] })),
  codes: fc.tuple(number),
  findCodes: fc.tuple(number, words),
  code: fc.tuple(number),
  placeCode: fc.tuple(number, newCode),
  expireCode: fc.tuple(number),
  codeRequests: fc.tuple(fc.record({ programExternalId: number, open: fc.boolean() }, { requiredKeys: [] })),
  codeRequest: fc.tuple(number),
  approveRequest: fc.tuple(number, newCode.map(({ code, match, policy, dealExternalId }) => ({ code, match, policy, dealExternalId }))),
  rejectRequest: fc.tuple(number),
  trackingLink: fc.tuple(number, number, fc.record({ landing: fc.oneof(fc.constant("https://shop.example/discount/MARIE10?redirect=/collections/lamps&a=%20"), fc.webUrl({ withQueryParameters: true, withFragments: true })) })),
  clickOwner: fc.tuple(number, clickId.filter((id) => !/^\.+$/.test(id))),
  report: fc.tuple(number, conversion),
  edit: fc.tuple(actionId, currency, items.map((all) => all.map(({ sku, quantity, amount }) => ({ sku, quantity, amount })))),
  reverse: fc.tuple(actionId, fc.constantFrom(...(Object.keys(REASONS) as ReverseReason[]))),
  submission: fc.tuple(fc.constantFrom("A-4632dba3-2211-4615-a62d-6e121ddcdfa1", "B-1")),
  actions: fc.tuple(number, window, fc.integer({ min: 1, max: 10 })),
  action: fc.tuple(actionId),
  actionItems: fc.tuple(actionId, currency),
};
