// The local network as a process: NETWORK_PORT, NETWORK_DATA (a directory), CLOCK_FILE.
import { startNetwork } from "./server.ts";

const port = Number(process.env.NETWORK_PORT ?? 3002);

try {
  const { url, close } = await startNetwork({ port, dataDir: process.env.NETWORK_DATA ?? null, demo: true });
  console.log(`local network: ${url}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void close().then(() => process.exit(0)));
  }
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  console.error(code === "EADDRINUSE" ? `local network: port ${port} is in use; NETWORK_PORT names another` : `local network: ${message}`);
  process.exit(1);
}
