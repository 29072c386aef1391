// The networks that this app speaks to: every folder beside this file whose index.ts exports `network`. A new network is a new folder, and no line elsewhere.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { NetworkDefinition } from "./port.ts";

// The server and Remix's bundle each load this module: the server comes first, finds the folders, and the bundle takes what it found.
const shared = globalThis as unknown as { creatorCodesNetworks?: Map<string, NetworkDefinition> };

const networks = (shared.creatorCodesNetworks ??= await networksIn(import.meta.dirname));

/** The definitions in the folders below `folder`, by their id. */
export async function networksIn(folder: string): Promise<Map<string, NetworkDefinition>> {
  const found = new Map<string, NetworkDefinition>();
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => a.name.localeCompare(b.name))) {
    const file = join(folder, entry.name, "index.ts");
    if (!entry.isDirectory() || !existsSync(file)) continue;
    const { network } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { network?: NetworkDefinition };
    if (network === undefined || network.id !== entry.name) throw new Error(`${file} exports no network of the id ${entry.name}`);
    found.set(network.id, network);
  }
  return found;
}

/** Adds networks that lie in another folder, for as long as the process lives. */
export function addNetworks(found: ReadonlyMap<string, NetworkDefinition>): void {
  for (const network of found.values()) networks.set(network.id, network);
}

/** null: an account of a network that this version does not have. */
export function networkNamed(id: string): NetworkDefinition | null {
  return networks.get(id) ?? null;
}

export function listNetworks(): NetworkDefinition[] {
  return [...networks.values()];
}
