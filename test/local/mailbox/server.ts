// The demo's mailbox: a real SMTP server that delivers nothing, and a page of what it was given.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import { nowMs } from "#app/clock.ts";
import { html, Markup, STYLE } from "../network/markup.ts";

export type KeptMail = { at: string; from: string; to: string[]; subject: string; text: string };
type Options = { port: number; smtpPort: number; dataDir: string };

const MOST_KEPT = 200;
const MOST_BYTES = 1024 * 1024;

/** Starts both; what was kept by an earlier process is there again. */
export async function startMailbox({ port, smtpPort, dataDir }: Options): Promise<{ close: () => Promise<void> }> {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, "mails.json");
  let mails: KeptMail[] = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as KeptMail[]) : [];

  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    size: MOST_BYTES,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        PostalMime.parse(Buffer.concat(chunks)).then(({ from, subject, text }) => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          mails = [{ at: new Date(nowMs()).toISOString(), from: from?.name ? `${from.name} <${from.address}>` : (from?.address ?? ""), to, subject: subject ?? "", text: text ?? "" }, ...mails].slice(0, MOST_KEPT);
          writeFileSync(file, JSON.stringify(mails));
          done(null);
        }, done);
      });
    },
  });
  smtp.on("error", () => {}); // a sender that leaves
  await new Promise<void>((resolve, reject) => {
    smtp.on("error", reject);
    smtp.listen(smtpPort, "127.0.0.1", () => resolve());
  });
  const web = createServer((request, response) => {
    const isHead = request.method === "HEAD";
    if (request.url?.startsWith("/mails.json")) return void response.writeHead(200, { "content-type": "application/json" }).end(isHead ? undefined : JSON.stringify(mails));
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'" }).end(isHead ? undefined : page(mails).text);
  });
  await new Promise<void>((resolve, reject) => web.once("error", reject).listen(port, "127.0.0.1", resolve));
  return { close: () => Promise.all([closed(web), new Promise<void>((resolve) => smtp.close(() => resolve()))]).then(() => {}) };
}

function page(mails: readonly KeptMail[]): Markup {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Local mailbox</title><style>${new Markup(STYLE)} pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: 0; }</style></head>
  <body><header><h1>Local mailbox</h1><p>What the app sends by e-mail ends here, on this machine: nothing leaves it.</p></header>
  <main>${mails.length === 0 ? html`<section><h2>No mail yet</h2><p>The app writes when something needs the merchant and lasts: on the network's page set the fault "401 token refused", or under the store's "Time and faults" revoke the app's tokens, the refresh tokens too; then forward the clock.</p></section>` : mails.map(sheet)}</main></body></html>`;
}

function sheet({ at, from, to, subject, text }: KeptMail): Markup {
  return html`<section><h2>${subject}</h2><p>${at.slice(0, 16).replace("T", " ")} UTC · from ${from} · to ${to.join(", ")}</p><pre>${linked(text)}</pre></section>`;
}

/** Addresses in a mail can be followed, as in any mailbox. */
function linked(text: string): Markup[] {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, at) => (at % 2 === 1 ? html`<a href="${part}" target="_blank" rel="noopener">${part}</a>` : html`${part}`));
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
