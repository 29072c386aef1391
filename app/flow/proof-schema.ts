// The published shape of an order's proof as data, version 3: what the page of the order says, for machines. A change of it is a new version,
// at a new address; docs/order-proof.v3.json, which was published, is held against it by a test. Version 1, which knew no word of the network, and
// version 2, which did not say where clicks are known from, are served as they were (docs/order-proof.v1.json, order-proof.v2.json).
import { z } from "zod";
import { instantNs } from "../domain/instant.ts";
import { CLICK_PARTS, CONTESTS } from "../domain/proof.ts";

export const PROOF_SCHEMA_PATH = "/schemas/order-proof.v3.json";

const id = (what: string) => z.string().describe(what);
const instant = (what: string) =>
  z
    .string()
    .refine((text) => instantNs(text) !== null, "is no instant")
    .meta({ description: what, format: "date-time" });
const maybeInstant = (what: string) => instant(what).nullable().describe(what);
const maybe = (what: string) => z.string().nullable().describe(what);
const words = (what: string) => z.string().describe(`${what} In English.`);

function money(what: string) {
  return z
    .strictObject({
      minor: z.string().regex(/^-?\d+$/).describe("The exact amount in minor units (cents), as digits: it may be larger than a number can hold."),
      currency: z.string().regex(/^[A-Z]{3}$/).describe("ISO 4217."),
      decimal: z.string().regex(/^-?\d+(\.\d+)?$/).describe("The same amount as a decimal number with the currency's decimals, as text."),
    })
    .describe(what);
}

const named = (what: string) => z.strictObject({ id: id("The app's own id."), name: z.string().describe("The name, as it is today.") }).describe(what);
const version = z.strictObject({
  updatedAt: maybeInstant("The order's own time of change, to the last digit that the store gave; null where it is not known."),
  triggeredAt: maybeInstant("When the store sent this state; null where the app asked for it."),
});
const rules = z.record(z.string(), z.unknown());
const sku = z.strictObject({ sku: z.string().describe("The SKU under which the network knows the item."), name: z.string().describe("The item's name."), quantity: z.int().describe("Pieces."), amount: money("Their amount.") });

const dispute = z.strictObject({
  id: id("The store's id of the dispute."),
  kind: z.enum(["chargeback", "inquiry", "unknown"]).describe("What it is by now; unknown: the store says only that it began as an inquiry. An inquiry moves no money."),
  status: z.string().describe("The store's word for how it stands; lost and accepted mean that the shop lost the money."),
  toldAt: maybeInstant("When the store told it; null: it was found when the app asked for the order."),
  sentence: words("The same in words."),
});

const order = z
  .strictObject({
    id: id("The store's id of the order."),
    name: z.string().describe("The order's number as people know it."),
    createdAt: instant("When the order was placed."),
    version: version.describe("The newest state of the order that is known, on which all of this rests."),
    paid: z.boolean().describe("Some known state of the order was paid. Paid once is paid."),
    financialStatus: z.string().describe("The store's word for the state of the payment."),
    cancelledAt: maybeInstant("When the order was cancelled; null: it was not."),
    test: z.boolean().describe("A test order."),
    deleted: z.boolean().describe("The store deleted the order."),
    currency: z.string().describe("The shop's currency, in which everything is computed."),
    taxesIncluded: z.boolean().describe("Prices contain the tax."),
    presentment: z.strictObject({ currency: z.string().describe("ISO 4217."), total: money("What the order comes to for the buyer.").nullable() }).describe("The buyer's currency; nothing is computed in it."),
    source: maybe("Where the order came from, in the store's word."),
    returningCustomer: z.boolean().nullable().describe("The buyer had ordered before; null: the store was not asked."),
    disputes: z.array(dispute).describe("The disputes about its payment."),
  })
  .describe("The order, without anything that names its buyer.");

const inForce = z
  .strictObject({
    stackingRule: z.enum(["largest_discount", "first_listed", "newest_code", "split"]).describe("Which of several creator codes is credited."),
    since: maybeInstant("From when the shop's rules hold; null: since ever."),
    neverEarn: z.strictObject({ tags: z.array(z.string()).describe("Tags of products."), types: z.array(z.string()).describe("Types of products."), skus: z.array(z.string()).describe("SKUs of lines.") }).describe("Products that earn nothing."),
    renewalSources: z.array(z.string()).describe("The sources of orders that renew a subscription."),
    programs: z
      .array(
        z.strictObject({
          id: id("The program."),
          name: z.string().describe("Its name, as it is today."),
          network: z.string().describe("The network that it reports to; \"none\" for none."),
          since: maybeInstant("From when its settings hold; null: since ever."),
          settings: rules.describe("Its settings in force: creditOn, scope, clickWindowDays, blockSelfReferral, renewals, newCustomersOnly, chargebacks, mode, orderIdForm, clicks, emailHash."),
        }),
      )
      .describe("The programs whose codes matched on the order."),
    overrides: z
      .array(z.strictObject({ id: id("The what-if that was applied."), program: named("The program."), appliedAt: maybeInstant("When."), settings: rules.describe("What it set.") }))
      .describe("Other settings that people chose afterwards for the orders of this time; they are contained in the settings above."),
    hand: z
      .strictObject({
        act: z.enum(["credit", "correct", "exclude"]).describe("credit: a code is credited whatever the rules say; correct: with an amount; exclude: nobody is credited."),
        at: instant("When."),
        codeId: maybe("The code that was chosen."),
        amount: money("The amount that was set.").nullable(),
        reason: z.string().describe("The reason, as the person wrote it."),
      })
      .nullable()
      .describe("What a person decided about this order; null: nothing."),
  })
  .describe("The rules by which the order was judged: those in force when it was placed.");

const discount = z.strictObject({
  index: z.int().describe("Its place in the order's list of discounts."),
  kind: z.enum(["discount_code", "automatic", "manual", "script"]).describe("What kind of discount."),
  name: z.string().describe("The code, or the title of a discount without one."),
  onShipping: z.boolean().describe("It applies to shipping, not to items."),
  amount: money("What it took off in all."),
  allocations: z.array(z.strictObject({ lineId: maybe("The line; null: shipping."), amount: money("What it took off there.") })).describe("What it took off where."),
});

const code = z.strictObject({
  id: id("The creator code."),
  code: z.string().describe("The code, or the pattern."),
  match: z.enum(["exact", "regex"]).describe("How it is compared with the codes on the order."),
  onOrder: z.array(z.string()).describe("The codes on the order that it matched; none where a person chose a code that is not on it."),
  creator: named("Whose it was when the order was placed; of a code for everybody, whom the click names.").nullable(),
  generic: z.boolean().describe("A code for everybody, which credits the creator who was clicked last."),
  program: named("The program in which it is credited."),
  policy: z.enum(["always", "involved", "winner"]).describe("always: without a click; involved: the buyer has clicked the creator; winner: clicked the creator last. Not consulted for a code for everybody."),
  linkedAt: instant("When the code was given to its creator."),
  startsAt: maybeInstant("From when it was valid; null: from the beginning."),
  endsAt: maybeInstant("Until when; null: without end."),
  place: z.int().describe("Its place among the codes on the order, from 0."),
  discount: money("What it took off on this order."),
  outcome: z.enum(["credited", "awaiting_network", "not_credited"]).describe("What became of it; awaiting_network: the network holds the clicks and has yet to decide, and until then it is in no total."),
  reason: maybe("The key of the reason for which it earned nothing; null where it was credited, or waits for the network."),
  network: z
    .strictObject({
      verdict: z.enum(["credited", "refused"]).nullable().describe("What the network decided; null: nothing yet."),
      at: maybeInstant("When that became known."),
      reason: maybe("Why it refused: rule, priority, others, nobody, late or reversed, or \"partner\" with its id of whom it credited instead."),
      partner: maybe("Whom it credited instead, by name where that is known."),
      ownClicks: z.enum(["credited", "no_click", "not_winning_click"]).describe("What the shop's own clicks say, which decide nothing here."),
    })
    .nullable()
    .describe("The network's word, where it decides about the code's clicks; null: the shop's own clicks decide, or none are asked for."),
  sentences: z.array(z.string()).describe("The same in words. In English."),
  credited: money("What it is credited with now."),
  awaited: money("What it will be credited with if the network says so."),
  alsoMatched: z.array(z.strictObject({ id: id("The creator code."), code: z.string().describe("The code, or the pattern.") })).describe("Other creator codes that would have matched as well."),
});

const contest = z
  .strictObject({
    how: z.enum(CONTESTS).describe("alone: no other code matched; only_one_left: the others earned nothing for reasons of their own; won: by the stacking rule; tie: equal under it, so that the one entered first won; shared: all of them; by_hand: a person chose."),
    rule: z.enum(["largest_discount", "first_listed", "newest_code", "split"]).describe("The stacking rule."),
    sentence: maybe("Why, in words; null where there was no other code. In English."),
    ranking: z
      .array(z.strictObject({ rank: z.int().min(1).describe("1 is the first."), codeId: id("The code."), discount: money("What it took off."), place: z.int().describe("Its place among the codes on the order, from 0."), linkedAt: instant("When it was given to its creator.") }))
      .describe("The codes that competed, as the rule ranks them."),
  })
  .nullable()
  .describe("Why the credited code won; null where none came so far as to compete.");

const evidence = z
  .strictObject({
    source: z.enum(["attributes", "pixel", "landing"]).nullable().describe("The first of these that named a click up to the order, and that alone: the cart's attributes, the pixel, the landing page of the visit. Where none did, the first that named a browser. null: nothing names a visit, and no click can be known."),
    by: z.enum(["visitor", "clicks", "checkout", "customer", "landing"]).nullable().describe("visitor: the cart named the browser; clicks: the cart named the clicks themselves; checkout: the pixel tied a browser to the checkout; customer: to the customer's account; landing: the landing page of the visit."),
    removedAt: maybeInstant("When the buyer's data was removed at the store's request. What had been decided from it stands; the clicks are no longer known."),
    sentence: words("The same in words."),
  })
  .describe("Where the buyer's clicks are known from.");

const click = z.strictObject({
  at: instant("When; where nobody said when, the time of the order."),
  dated: z.boolean().describe("Somebody said when it was; otherwise it counts at the time of the order."),
  kind: z.enum(["click_id", "code", "link"]).nullable().describe("What named the creator: a network's click id, the link of a code, or a creator's own link; null: it was not noted."),
  word: maybe("Of a code or a creator's own link: the word, as it stood in the address."),
  parameter: maybe("The parameter of the address that the click id came in, which says whose id it is."),
  clickId: maybe("The network's click id."),
  from: z.enum(["pixel", "embed", "cart", "landing"]).nullable().describe("Who told of it: the pixel or the theme noted it; the cart or the landing page named it, so that it is known from the order alone; null: not noted."),
  noted: maybeInstant("When it became known by itself; null: with the order, or it was not noted when."),
  creator: named("Whose link it was; null: not known.").nullable(),
  meaning: z
    .array(z.strictObject({ codeId: id("The code."), insideWindow: z.boolean().describe("It happened in the click window of the code's program."), part: z.enum(CLICK_PARTS).describe("What it meant for this code.") }))
    .describe("What it meant for each code."),
  sentences: z.array(z.string()).describe("The same in words. In English."),
});

const line = z.strictObject({
  id: id("The store's id of the line."),
  title: z.string().describe("The item."),
  sku: maybe("Its SKU."),
  quantity: z.int().describe("Pieces ordered."),
  quantityLeft: z.int().describe("Pieces neither returned nor removed."),
  price: money("The price of one piece."),
  gross: money("price x quantity"),
  discounts: z.array(z.strictObject({ index: z.int().describe("The discount, by its place in the list of discounts."), name: z.string().describe("Its name."), amount: money("What it took off the line.") })).describe("Every discount on the line, whatever its kind."),
  tax: money("The line's tax, inside the price or on top."),
  taxInside: money("What is taken off for it: 0 where prices are without tax."),
  noBase: z.enum(["gift_card", "tip"]).nullable().describe("Why the line has no base at all; null: it has one."),
  base: money("gross - discounts - taxInside, held at 0"),
  returned: z.strictObject({ quantity: z.int().describe("Pieces."), amount: money("Without their tax where prices contain it.") }).nullable().describe("Refunds of this line; null: none."),
  removed: z.strictObject({ quantity: z.int().describe("Pieces."), amount: money("Their share of the base.") }).nullable().describe("Taken off the order without a refund; null: nothing."),
  goodwill: money("The line's share of what was refunded without naming a line, without its tax."),
  left: money("base - (returned + removed, held at 0) - goodwill, held at 0"),
  subscribed: z.boolean().nullable().describe("Bought under a selling plan, that is, as part of a subscription; null: the store was not asked."),
  neverEarns: z
    .strictObject({ by: z.enum(["sku", "type", "tag"]).describe("What of the product the rule names."), word: z.string().describe("The SKU, type or tag, as the rule has it.") })
    .nullable()
    .describe("By what the product earns nothing, a rule of the shop; null: it earns."),
  counts: z.array(z.strictObject({ codeId: id("A credited code."), counts: z.boolean().describe("The line counts for it: under the scope \"discounted_lines\" only those do that the code took something off.") })).describe("Whether the line counts."),
  credited: z.array(z.strictObject({ codeId: id("A credited code."), amount: money("What it is credited with for this line.") })).describe("Who is credited with what."),
  awaited: z.array(z.strictObject({ codeId: id("A code that waits for the network."), amount: money("What it will be credited with for this line.") })).describe("Who will be credited with what if the network says so."),
  sentence: words("The whole line in words."),
});

const entry = z.strictObject({
  id: id("The entry."),
  at: instant("When it was written."),
  kind: z.enum(["credit", "reversal", "adjustment"]).describe("credit: the first of its account; reversal: it lowers the balance; adjustment: any other."),
  amount: money("Signed. The sum of an account's entries is its balance."),
  lineId: id("The line."),
  codeId: id("The code."),
  creator: z.string().describe("The creator's name, as it is today."),
  program: z.string().describe("The program's name, as it is today."),
  cause: z
    .strictObject({
      id: id("The delivery that brought the change, by the store's own id of it where the store sent it."),
      topic: maybe("Its topic, as the store calls it; null where the delivery is kept no more. \"fetch\", \"touch\", \"hand\" and \"what_if\" are the app's own: the order was asked for, a click became known, a person decided, other rules were applied to the past. So are \"unfound\" (it was asked for in vain), \"members\" (who was in the program changed), \"rules\" (rules changed), \"void\" (a code was made void, or stands again) and \"verdict\" (the network decided)."),
      hash: maybe("SHA-256 of what was delivered."),
      receivedAt: maybeInstant("When it came."),
    })
    .describe("Why it was written."),
  byHand: maybe("The reason of the person's decision under which it was written; null: the rules alone."),
  version: version.describe("The state of the order that it rests on."),
  rules: rules.describe("The rules in force, as they were kept with the entry."),
});

const conversion = z.strictObject({
  n: z.int().describe("1 for the first conversion of the order."),
  orderId: id("The order id that the network was told."),
  program: z.string().describe("The program's name, as it is today."),
  creator: z.string().describe("The creator's name, as it is today."),
  code: maybe("The code that was told; null: told by its click."),
  byNetwork: z.boolean().describe("The network decides whether it is credited."),
  state: z.string().describe("waiting, sending, queued, reported, reversed, dropped (nothing was ever sent, or the network refused it, so that nothing of it is there) or stuck (a person is asked)."),
  problem: maybe("Why a person is asked."),
  actionId: maybe("What the network calls it."),
  lockAt: maybeInstant("Until when it can be changed there."),
  wanted: z.array(sku).describe("What the network is to hold."),
  held: z.array(sku).nullable().describe("What it is known to hold; null: nothing yet."),
});

const exchange = z.strictObject({
  at: instant("When."),
  orderId: maybe("The order id of the conversion that it was about."),
  what: z.string().describe("The request."),
  sent: z.record(z.string(), z.unknown()).describe("What it said."),
  status: z.int().nullable().describe("The HTTP status of the answer; null: none came."),
  outcome: z.string().describe("\"ok\", or what went wrong."),
  answer: z.unknown().describe("What matters of the answer; null: nothing does."),
});

export const OrderProofDocument = z
  .strictObject({
    $schema: z.string().describe("Where this schema is served."),
    version: z.literal("3").describe("The version of this format."),
    madeAt: instant("When this document was made."),
    shop: z.strictObject({ domain: z.string().describe("The store."), name: z.string().describe("Its name.") }).describe("The shop."),
    order,
    result: z
      .strictObject({ credited: money("The sum of the order's credit now: what is credited under all codes."), awaited: money("What will be credited beside it if the network says so; it is in no total."), sentences: z.array(z.string()).describe("Who was credited with what and why, or why nobody was. In English.") })
      .describe("The answer."),
    rules: inForce,
    discounts: z.array(discount).describe("Every discount of the order."),
    codes: z.array(code).describe("Every creator code that matched, in the order of their places; none: no creator code stood on the order."),
    contest,
    evidence,
    clicks: z.array(click).describe("The clicks of the buyer that were looked at, the newest first."),
    lines: z.array(line).describe("Line by line, how the amount came about."),
    ledger: z.strictObject({ balance: money("The sum of all entries."), entries: z.array(entry).describe("In the order in which they were written. Entries are only ever added.") }).describe("What was written, when, and because of what."),
    network: z.strictObject({ conversions: z.array(conversion).describe("What the network is to hold of the order, and what it holds."), exchanges: z.array(exchange).describe("Each exchange about them, the newest first.") }).describe("What the network was told, and what it answered."),
  })
  .describe("How the credit of one order came about.");

export type OrderProofDocument = z.infer<typeof OrderProofDocument>;

/** A schema is there for anybody. */
export const SCHEMA_HEADERS = { "content-type": "application/schema+json; charset=utf-8", "access-control-allow-origin": "*", "cache-control": "public, max-age=3600" };

/** The JSON Schema (draft 2020-12) of the document. */
export function proofJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(OrderProofDocument, { target: "draft-2020-12", reused: "inline" }) as Record<string, unknown>;
  return { $schema, $id: "urn:creator-codes:order-proof:v3", title: "Proof of an order's credit", ...schema };
}
