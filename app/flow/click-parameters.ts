// The parameters of the shop's address in which clicks come: those of its networks, and those that a merchant adds for links of others.
import { now } from "../clock.ts";
import { inTransaction, type Queryable } from "../db.server.ts";
import { addedClickParameters, addedClickParametersOf, setClickParameters } from "../db/click-parameter.ts";
import { wakeOwners } from "../db/click-owner.ts";
import { listConnections } from "../db/connection.ts";
import { settleAgainForParameters } from "../db/evidence.ts";
import { addLog } from "../db/log.ts";
import { holdRulesAlone } from "../db/rules-lock.ts";
import { allClickParameters, clickNetworksOf, judgeClickParameters, readClickParameters, type ClickNetworks, type ClickParameter } from "../domain/click-parameter.ts";
import type { ClickParametersView } from "../domain/settings-page.ts";
import type { FieldError } from "../domain/problem.ts";
import { listNetworks } from "../networks/registry.ts";

/** The parameters that the storefront looks for, those of the shop's connected networks first. */
export async function clickParametersOf(shop: string): Promise<ClickParameter[]> {
  const [own, added] = await Promise.all([ownParameters(shop), addedClickParameters(shop)]);
  return allClickParameters(own, readClickParameters(added));
}

/** Whose click ids each parameter brings. Networks that the shop has left count as well: a click keeps its owner. */
export async function clickNetworks(shop: string, on?: Queryable): Promise<ClickNetworks> {
  return clickNetworksOf(allClickParameters(parametersOf(null), readClickParameters(await addedClickParameters(shop, on))));
}

/** The same of several shops. */
export async function clickNetworksByShop(shops: readonly string[], on: Queryable): Promise<Map<string, ClickNetworks>> {
  const added = await addedClickParametersOf(shops, on);
  return new Map(shops.map((shop) => [shop, clickNetworksOf(allClickParameters(parametersOf(null), readClickParameters(added.get(shop) ?? [])))]));
}

/** What the card on Settings shows. */
export async function clickParametersView(shop: string): Promise<ClickParametersView> {
  const [own, added] = await Promise.all([ownParameters(shop), addedClickParameters(shop)]);
  return { own, added: readClickParameters(added), networks: await chosenNetworks(shop) };
}

/** Keeps what a merchant typed. The storefront is given it soon, and orders that name such a click are settled again: it is known by now that it is one. */
export async function changeClickParameters(shop: string, who: string, typed: readonly ClickParameter[]): Promise<FieldError[]> {
  const judged = judgeClickParameters(typed, await ownParameters(shop), await chosenNetworks(shop));
  if (!judged.ok) return judged.errors;
  const at = now();
  const isChanged = await inTransaction(async (client) => {
    await holdRulesAlone(client, shop); // settling reads them
    const before = readClickParameters(await addedClickParameters(shop, client));
    const changed = await setClickParameters(client, shop, judged.parameters, at);
    await settleAgainForParameters(client, shop, differing(before, judged.parameters), at);
    const names = judged.parameters.map(({ name }) => name).join(", ");
    if (changed) await addLog(client, shop, at, { who, what: names === "" ? "storefront.no_parameters" : "storefront.parameters", detail: { names } });
    return changed;
  });
  if (isChanged) await wakeOwners(shop, at);
  return [];
}

/** The names that are in one list alone, or of another network there. */
function differing(before: readonly ClickParameter[], after: readonly ClickParameter[]): string[] {
  const isIn = (list: readonly ClickParameter[], one: ClickParameter) => list.some(({ name, network }) => name === one.name && network === one.network);
  return [...new Set([...before.filter((one) => !isIn(after, one)), ...after.filter((one) => !isIn(before, one))].map(({ name }) => name))];
}

async function ownParameters(shop: string): Promise<ClickParameter[]> {
  return parametersOf(await chosenNetworks(shop));
}

/** Of these networks; null: of all that there are. */
function parametersOf(networks: readonly string[] | null): ClickParameter[] {
  return listNetworks().flatMap(({ id, clickParameter }) => (clickParameter !== undefined && (networks === null || networks.includes(id)) ? [{ name: clickParameter, network: id }] : []));
}

/** The networks that the shop has an account of, each once. */
async function chosenNetworks(shop: string): Promise<string[]> {
  const connections = await listConnections(shop);
  return [...new Set(connections.filter(({ state }) => state !== "disconnected").map(({ network }) => network))];
}
