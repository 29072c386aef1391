// (written below)
import type { Network } from "./network.ts";
export function page(network: Network, url: URL): string {
  return `<p>${network.state.accounts.length} ${url.pathname}</p>`;
}
