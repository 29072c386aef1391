// A preload: when the process that started this one is gone (kill -9 included), this one ends too, in good order where it can,
// and the PostgreSQL with it that was started beside it (LEASH_POSTGRES_PID).
import { spawn } from "node:child_process";

process.channel?.unref();

process.once("disconnect", () => {
  const postgres = Number(process.env.LEASH_POSTGRES_PID);
  if (Number.isInteger(postgres) && postgres > 0) {
    // A little later, so that it is not taken from under the last words of the others on the same leash.
    spawn("sh", ["-c", `sleep 2; kill -INT ${postgres}`], { detached: true, stdio: "ignore" }).unref();
  }
  setTimeout(() => process.exit(1), 5_000).unref();
  process.kill(process.pid, "SIGTERM");
});
