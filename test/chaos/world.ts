// The sides of a chaos run as they stand before the first order: the local stores and the local network in this process, and the app's tables, all from the
// same plan.
import { Session } from "@shopify/shopify-api";
import { seal, sealingKeyId } from "#app/crypto.server.ts";
import { closeDatabase, pool, prisma } from "#app/db.server.ts";
import { SealedSessionStorage } from "#app/sealed-sessions.server.ts";
import { catalogue } from "#test/local/store/catalogue.ts";
import { exchangeToken } from "#test/local/store/auth.ts";
import { emptyState } from "#test/local/store/store.ts";
import { type LocalStore, startStore } from "#test/local/store/server.ts";
import type { Discount } from "#test/local/store/types.ts";
import { type LocalNetwork, startNetwork } from "#test/local/network/server.ts";
import { testEnv } from "#test/support/env.ts";
import { makeCode, makeCreator, makeProgram, makeShop } from "#test/support/shop.ts";
import { firstIdsOf } from "./history.ts";
import type { PlannedDiscount, ShopPlan } from "./shops.ts";

export const TOKEN = "token-of-the-chaos-run";
const LONG_MS = 365 * 86_400_000;

export type World = { stores: LocalStore[]; network: LocalNetwork; close: () => Promise<void> };

/** Starts the stand-ins, and writes the shops into store, network and the app's database (DATABASE_URL, migrated and empty). */
export async function makeWorld(shops: readonly ShopPlan[], beginMs: number): Promise<World> {
  const network = await startNetwork();
  const stores: LocalStore[] = [];
  for (const plan of shops) {
    const store = await openStore(plan);
    stores.push(store);
    const programId = joinNetwork(plan, network, beginMs);
    await install(plan, store, programId, beginMs);
  }
  await closeDatabase();
  return {
    stores,
    network,
    async close() {
      await Promise.all(stores.map((store) => store.close()));
      await network.close();
    },
  };
}

/** What can be bought; a gift card is not shipped and a sample is free, so they are among it. */
export function variantIds(): string[] {
  return catalogue().products.flatMap(({ variants }) => variants.map(({ id }) => id));
}

async function openStore(plan: ShopPlan): Promise<LocalStore> {
  const shop = {
    id: String(68_000_000_000 + plan.at), domain: plan.shop, name: `Chaos ${plan.at}`, email: `owner${plan.at}@shops.example`, currency: plan.currency, timezone: plan.timezone, taxesIncluded: plan.taxesIncluded,
    shippingPrice: plan.currency === "JPY" ? "490" : "4.9", taxTitle: "VAT",
  };
  const local = await startStore({ port: 0, dataDir: null, shop, apiKey: testEnv.SHOPIFY_API_KEY, apiSecret: testEnv.SHOPIFY_API_SECRET, scopes: testEnv.SCOPES, appToml: "shopify.app.toml" });
  const { store } = local;
  store.state.nextId = firstIdsOf(emptyState().nextId, plan.at);
  for (const discount of plan.discounts) store.state.discounts.push(discountOf(local, discount));
  return local;
}

function discountOf({ store }: LocalStore, { title, kind, percentage, collection, codes }: PlannedDiscount): Discount {
  const collections = store.catalogue.collections.filter(({ handle }) => handle === collection).map(({ id }) => id);
  const at = new Date(store.nowMs() - LONG_MS).toISOString();
  return {
    id: String(store.nextId("Discount")), title,
    value: kind === "free_shipping" ? { kind, maximum: null, countries: null } : kind === "amount" ? { kind, amount: "5", onEachItem: false } : { kind, percentage },
    items: collection === null ? { kind: "all" } : { kind: "collections", collections }, context: { kind: "all" },
    codes: codes.map((code) => ({ id: String(store.nextId("RedeemCode")), code, usageCount: 0, createdBy: null })), startsAt: at, endsAt: null, usageLimit: null, oncePerCustomer: false, minimum: { kind: "none" },
    combinesWith: { order: true, product: true, shipping: true }, appliesOnOneTimePurchase: true, appliesOnSubscription: true, recurringCycleLimit: 0, tags: [], usedBy: [], salesMinor: "0", bulk: codes.length > 1,
    createdAt: at, updatedAt: at,
  };
}

/** Returns the id of the shop's program there. */
function joinNetwork(plan: ShopPlan, { network }: LocalNetwork, beginMs: number): { id: string; eventTypeId: string } {
  const { sid } = plan;
  if (!network.state.accounts.some((account) => account.sid === sid)) network.addAccount({ sid, token: TOKEN, currency: null, hourlyLimit: 1_000 });
  const longAgo = beginMs - 120 * 86_400_000;
  const program = network.addProgram(sid, { name: plan.shop, type: "Creator", referralDays: 3_650 });
  for (const { id, name, email, partnerId } of plan.creators) {
    network.addPartner(sid, { id: partnerId, name, email });
    // There everybody stays: who had joined when is the app's to know in this run.
    network.addPartnerToProgram(sid, partnerId, program.id, { joinedMs: longAgo });
    for (const code of plan.codes.filter((each) => each.creator === id && each.program === "p1")) {
      network.keepCode(network.account(sid), { code: code.code, type: code.match === "regex" ? "RE" : "LI", policy: "ALWAYS", programId: program.id, partnerId, dealId: null, createdMs: longAgo, startMs: null, endMs: null, expiredMs: null });
    }
    for (const touch of plan.touches.filter(({ creator }) => creator === id)) network.addClick(sid, { id: touch.clickId, programId: program.id, partnerId, atMs: Date.parse(touch.at) });
  }
  return { id: program.id, eventTypeId: program.eventTypes[0]!.id };
}

async function install(plan: ShopPlan, local: LocalStore, program: { id: string; eventTypeId: string }, beginMs: number): Promise<void> {
  const { shop } = plan;
  await makeShop({ shop, currency: plan.currency, stackingRule: plan.stackingRule, renewalSources: plan.renewalSources });
  // The app was installed an hour ago: what its store changed before that is no business of this run.
  await pool().query("update shop set created_at = $2, timezone = $3 where shop = $1", [shop, new Date(beginMs - 3_600_000), plan.timezone]);
  await prisma().networkConnection.create({ data: { shop, id: "net", network: "impact", accountSid: plan.sid, token: seal(TOKEN), keyId: sealingKeyId(), state: "connected", createdAt: new Date(beginMs) } });
  for (const { id, network, ...rules } of plan.programs) {
    await makeProgram(id, { shop, network, ...rules, ...(network === "none" ? {} : { connectionId: "net", externalId: program.id, eventTypeId: program.eventTypeId }) });
  }
  for (const creator of plan.creators) await makeCreator(creator.id, { shop, name: creator.name, email: creator.email, memberships: creator.memberships.map((each) => ({ ...each, partnerId: each.program === "p1" ? creator.partnerId : null })) });
  for (const { id, ...code } of plan.codes) await makeCode(id, { shop, ...code });
  for (const { at, visitor, creator, clickId } of plan.touches) await pool().query("insert into touch (shop, at, visitor, creator_id, click_id) values ($1, $2, $3, $4, $5)", [shop, at, visitor, creator, clickId]);
  await new SealedSessionStorage(prisma()).storeSession(sessionOf(plan, local));
}

/** An offline token, had as the app has it: for a session token. */
function sessionOf({ shop }: ShopPlan, { store }: LocalStore): Session {
  const { body } = exchangeToken(store, {
    client_id: testEnv.SHOPIFY_API_KEY, client_secret: testEnv.SHOPIFY_API_SECRET, grant_type: "urn:ietf:params:oauth:grant-type:token-exchange", subject_token: store.sessionToken(),
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token", requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token", expiring: "1",
  });
  const after = (seconds: unknown) => new Date(Date.now() + Number(seconds) * 1_000);
  return new Session({
    id: `offline_${shop}`, shop, state: "", isOnline: false, scope: String(body.scope), accessToken: String(body.access_token), expires: after(body.expires_in),
    refreshToken: String(body.refresh_token), refreshTokenExpires: after(body.refresh_token_expires_in),
  });
}
