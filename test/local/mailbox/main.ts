// The mailbox as a process: MAIL_PORT (its page), SMTP_PORT, MAIL_DATA (directory), CLOCK_FILE.
import { join, resolve } from "node:path";
import { startMailbox } from "./server.ts";

const { MAIL_PORT = "3003", SMTP_PORT = "3025", MAIL_DATA } = process.env;
const mailbox = await startMailbox({ port: Number(MAIL_PORT), smtpPort: Number(SMTP_PORT), dataDir: MAIL_DATA ?? join(resolve(import.meta.dirname, "..", "..", ".."), ".data", "demo", "mail") });
console.log(`The local mailbox answers on port ${MAIL_PORT}`);

for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void mailbox.close().then(() => process.exit(0)));
