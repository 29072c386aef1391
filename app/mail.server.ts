// Mail by SMTP, in plain text. Faults are values: whether it is worth trying again is what the server's answer says.
import { createTransport, type Transporter } from "nodemailer";
import { env } from "./env.server.ts";

export type Mail = { to: string; subject: string; text: string; id: string };
/** `passing`: the same mail may pass later. `detail`: the server's words, without addresses. */
export type MailAnswer = { ok: true } | { ok: false; passing: boolean; detail: string };

const WAIT_MS = 15_000;
let transporter: { url: string; made: Transporter } | null = null;

/** Whether whoever runs the app has named a mail server. */
export function canMail(): boolean {
  return env().SMTP_URL !== undefined && env().MAIL_FROM !== undefined;
}

/** Sends a mail. The same `id` makes the same Message-ID: who gets a mail twice, because a process died after it was sent, can tell. */
export async function sendMail({ to, subject, text, id }: Mail): Promise<MailAnswer> {
  const { SMTP_URL: url, MAIL_FROM: from } = env();
  if (url === undefined || from === undefined) return { ok: false, passing: false, detail: "no mail server is set" };
  try {
    const host = from.split("@").at(-1)!.replace(/[>\s]/g, "");
    await transportTo(url).sendMail({ from, to, subject, text, messageId: `<${id}@${host}>`, headers: { "auto-submitted": "auto-generated" }, disableFileAccess: true, disableUrlAccess: true });
    return { ok: true };
  } catch (fault) {
    return faultOf(fault);
  }
}

function transportTo(url: string): Transporter {
  if (transporter?.url !== url) {
    const { hostname, protocol } = new URL(url);
    const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
    transporter?.made.close();
    // Nothing goes over the open network in the clear: where a server offers no TLS, that is a fault.
    transporter = { url, made: createTransport({ url, requireTLS: protocol === "smtp:" && !isLocal, connectionTimeout: WAIT_MS, greetingTimeout: WAIT_MS, socketTimeout: WAIT_MS }) };
  }
  return transporter.made;
}

/** 5xx: the server will not take it. 4xx, no answer at all, or a login that whoever runs the app has to mend: later. */
function faultOf(fault: unknown): MailAnswer {
  const { responseCode, code, message } = fault as { responseCode?: number; code?: string; message?: string };
  const isFinal = code !== "EAUTH" && (responseCode !== undefined ? responseCode >= 500 : code === "EENVELOPE");
  return { ok: false, passing: !isFinal, detail: withoutAddresses(message ?? "unknown").slice(0, 300) };
}

function withoutAddresses(text: string): string {
  return text.replace(/[^\s<>@]+@[^\s<>@]+/g, "…");
}
