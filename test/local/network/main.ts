// The local network as a process: NETWORK_PORT, NETWORK_DATA (a directory), CLOCK_FILE; STORE_URL: where the partners' links lead.
import { startNetwork } from "./server.ts";

const port = Number(process.env.NETWORK_PORT ?? 3002);

try {
  const { url, network, close } = await startNetwork({ port, dataDir: process.env.NETWORK_DATA ?? null, demo: true, storefront: process.env.STORE_URL ?? null });
  // Links are made on this very process, so that whoever opens one clicks.
  for (const account of network.state.accounts) for (const program of account.programs) program.trackingDomain = `localhost:${port}`;
  console.log(`local network: ${url}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void close().then(() => process.exit(0)));
  }
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.error(code === "EADDRINUSE" ? `local network: port ${port} is in use; NETWORK_PORT names another` : `local network: ${message}`);
  process.exit(1);
}
