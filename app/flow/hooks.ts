// The webhook subscriptions. The app relies on those of shopify.app.toml: no failure ends them, and no list shows them, so that whether they tell is seen by what
// comes. Where the store changed orders and none came, subscriptions of the shop's own are made beside them, and taken back once both tell
// (docs/decisions/0023-self-healing.md).
import { now } from "../clock.ts";
import { pool } from "../db.server.ts";
import { findWatch, setHooks, setHooksProblem } from "../db/delivery-watch.ts";
import { countDoubled } from "../db/told.ts";
import { writeProblem } from "../domain/problem.ts";
import { env } from "../env.server.ts";
import { log } from "../log.server.ts";
import type { Admin, AdminFault } from "../shopify/admin.ts";
import { dropHook, HOOK_NAME, listHooks, makeHook, ORDER_HOOKS, type StoreHook } from "../shopify/hooks.ts";

/** So many changed orders, of which none was told, are silence; one alone may be a delivery that got lost. */
const SILENT_FROM = 3;

/** Says whether deliveries come, reads the shop's own subscriptions back, and makes or drops them. The fault that ended it early, or null. */
export async function mindHooks(shop: string, admin: Admin): Promise<AdminFault | null> {
  const at = now();
  const { unheard, madeAt } = await findWatch(shop);
  const isSilent = unheard >= SILENT_FROM;
  await setHooksProblem(shop, isSilent ? writeProblem("hooks.silent", { orders: unheard }) : null, at);
  const listed = await listHooks(admin);
  if (!listed.ok) return listed.fault;
  const minded = isSilent ? await make(shop, admin, listed.data) : await dropSpare(shop, admin, listed.data, madeAt);
  await setHooks(shop, minded.hooks, minded.hooks.some(isOurs) ? (madeAt ?? at) : null, at);
  return minded.fault;
}

type Minded = { hooks: StoreHook[]; fault: AdminFault | null };

function isOurs({ name }: StoreHook): boolean {
  return name === HOOK_NAME;
}

function ownAddress(): string {
  return new URL("/webhooks", env().SHOPIFY_APP_URL).href;
}

async function make(shop: string, admin: Admin, listed: readonly StoreHook[]): Promise<Minded> {
  const hooks = [...listed];
  for (const topic of ORDER_HOOKS) {
    if (hooks.some((hook) => hook.topic === topic && hook.uri === ownAddress())) continue;
    const made = await makeHook(admin, topic, ownAddress());
    if (!made.ok) return { hooks, fault: made.fault };
    if (made.data.hook !== null) hooks.push(made.data.hook);
    else log.warn({ shop, topic, refused: made.data.refused }, "the store refuses a webhook subscription of the shop's own");
  }
  return { hooks, fault: null };
}

/** Those that lead elsewhere are of an app that has moved. The others go once the same event came by both ways: the app's own tell again. */
async function dropSpare(shop: string, admin: Admin, listed: readonly StoreHook[], madeAt: Date | null): Promise<Minded> {
  const own = listed.filter(isOurs);
  const areSpare = own.length > 0 && madeAt !== null && (await countDoubled(pool(), shop, madeAt)) > 0;
  let hooks = [...listed];
  for (const { id, uri } of own) {
    if (!areSpare && uri === ownAddress()) continue;
    const dropped = await dropHook(admin, id);
    if (!dropped.ok) return { hooks, fault: dropped.fault };
    hooks = hooks.filter((hook) => hook.id !== id);
  }
  return { hooks, fault: null };
}
