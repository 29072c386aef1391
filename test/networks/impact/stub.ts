// A fetch that answers from a list, or as it is told, and keeps what was sent: for what the client itself does with requests and answers.
import { impact } from "#app/networks/impact/index.ts";
import type { Exchanged, Network } from "#app/networks/port.ts";
import type { SentRequest } from "./contract.ts";

export type Reply = { status?: number; headers?: Record<string, string>; body?: unknown } | Error;

export type Stub = {
  network: Network;
  sent: (SentRequest & { body: string; headers: Headers })[];
  exchanges: Exchanged[];
  budgets: { limit: number; remaining: number; resetSeconds: number }[];
  restore: () => void;
};

export const SID = "IRtest0123456789abcd";
export const TOKEN = "secret-token-of-the-test";

/**
 * Answers requests with the replies, one after the other, the last one for ever, or with what a function makes of each. A body that is a
 * string is sent as it stands.
 */
export function stubNetwork(replies: Reply[] | ((method: string, pathname: string) => Reply), budget: () => Promise<{ ok: true } | { ok: false; resetSeconds: number }> = async () => ({ ok: true })): Stub {
  const real = globalThis.fetch;
  const stub: Stub = { network: null as unknown as Network, sent: [], exchanges: [], budgets: [], restore: () => void (globalThis.fetch = real) };
  let at = 0;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const body = await request.text();
    const isForm = !request.headers.get("content-type")?.includes("json");
    stub.sent.push({ method: request.method, url, form: isForm ? Object.fromEntries(new URLSearchParams(body)) : {}, body, headers: request.headers });
    const reply = typeof replies === "function" ? replies(request.method, url.pathname) : (replies[Math.min(at++, replies.length - 1)] ?? {});
    if (reply instanceof Error) throw reply;
    return new Response(typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? {}), { status: reply.status ?? 200, headers: reply.headers });
  };
  stub.network = impact({
    accountSid: SID,
    token: TOKEN,
    takeBudget: budget,
    noteBudget: async (said) => void stub.budgets.push(said),
    onExchange: async (exchange) => void stub.exchanges.push(exchange),
  });
  return stub;
}
