import { PassThrough } from "node:stream";
import { createReadableStreamFromReadable, type EntryContext } from "@remix-run/node";
import { isRouteErrorResponse, RemixServer } from "@remix-run/react";
import { isbot } from "isbot";
import { renderToPipeableStream } from "react-dom/server";
import { loadLanguages } from "./i18n.ts";
import { allowLocalAdmin } from "./local-admin.server.ts";
import { log } from "./log.server.ts";
import { NonceContext } from "./nonce.ts";
import { makeNonce, setPagePolicy } from "./page-policy.server.ts";
import { addDocumentResponseHeaders } from "./shopify.server.ts";

const GIVE_UP_MS = 10_000;
const languages = loadLanguages();

export default async function handleRequest(request: Request, status: number, headers: Headers, context: EntryContext): Promise<Response> {
  await languages;
  addDocumentResponseHeaders(request, headers);
  allowLocalAdmin(headers);
  const nonce = makeNonce();
  setPagePolicy(headers, request.url, nonce);
  const whole = isbot(request.headers.get("user-agent") ?? "") ? "onAllReady" : "onShellReady";
  return new Promise((resolve, reject) => {
    let answered = status;
    const page = (
      <NonceContext.Provider value={nonce}>
        <RemixServer context={context} url={request.url} abortDelay={GIVE_UP_MS} nonce={nonce} />
      </NonceContext.Provider>
    );
    const { pipe, abort } = renderToPipeableStream(page, {
      nonce,
      [whole]() {
        const body = new PassThrough();
        headers.set("content-type", "text/html; charset=utf-8");
        resolve(new Response(createReadableStreamFromReadable(body), { headers, status: answered }));
        pipe(body);
      },
      onShellError: reject,
      onError(fault: unknown) {
        answered = 500;
        log.error({ fault: fault instanceof Error ? fault.message : String(fault) }, "a page could not be rendered");
      },
    });
    setTimeout(abort, GIVE_UP_MS).unref();
  });
}

export function handleError(fault: unknown, { request }: { request: Request }): void {
  // What does not exist is no fault of ours.
  if (isRouteErrorResponse(fault) && fault.status < 500) return;
  if (!request.signal.aborted) log.error({ path: new URL(request.url).pathname, fault: fault instanceof Error ? fault.message : "unknown" }, "a page met a fault");
}
