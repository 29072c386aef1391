// For the tests of the local network: one started with an account, two programs and two creators, and calls as the provider's clients make them.
import { nowMs, setClockOffsetMs } from "#app/clock.ts";
import type { Program } from "#test/local/network/state.ts";
import { type LocalNetwork, startNetwork } from "#test/local/network/server.ts";

export const SID = "IRtest1";
export const TOKEN = "secret:with-colon";
export const MARIE = "1001";
export const JONAS = "1002";
export const MINUTE = 60_000;
export const DAY = 86_400_000;

export type Answer = { status: number; headers: Headers; body: Record<string, any>; text: string };
export type Options = { token?: string; headers?: Record<string, string>; json?: unknown; sid?: string };

export type Stage = {
  local: LocalNetwork;
  network: LocalNetwork["network"];
  creator: Program;
  performance: Program;
  call: (method: string, path: string, form?: Record<string, string>, options?: Options) => Promise<Answer>;
  /** A conversion of 119.00 in two items for MARIE10, changed as given; null leaves a field out. */
  convert: (changes?: Record<string, string | null>) => Promise<string>;
  submission: (id: string) => Promise<Record<string, any>>;
  /** Sends a conversion, lets the clock run, and gives its end. */
  settled: (changes?: Record<string, string | null>) => Promise<Record<string, any>>;
  actions: () => Promise<Record<string, any>[]>;
  items: (actionId: string) => Promise<Record<string, any>[]>;
  run: (ms: number) => void;
};

let offsetMs = 0;

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export async function startStage(): Promise<Stage> {
  const local = await startNetwork();
  const { network } = local;
  network.addAccount({ sid: SID, token: TOKEN, currency: "EUR", timezone: "America/Los_Angeles" });
  const performance = network.addProgram(SID, { name: "Performance", type: "Performance", mediaSources: ["Creator"] });
  const creator = network.addProgram(SID, { name: "Creators", type: "Creator" });
  network.addPartner(SID, { id: MARIE, name: "Marie Martin", email: "marie@example.com", handle: "@marie" });
  network.addPartner(SID, { id: JONAS, name: "Jonas Jung" });
  for (const partnerId of [MARIE, JONAS]) network.addPartnerToProgram(SID, partnerId, creator.id, { joinedMs: nowMs() - 100 * DAY, payoutBasisPoints: 1000 });
  network.assignCode(SID, { programId: creator.id, partnerId: MARIE, code: "MARIE10" });

  async function call(method: string, path: string, form?: Record<string, string>, options: Options = {}): Promise<Answer> {
    const authorization = `Basic ${Buffer.from(`${options.sid ?? SID}:${options.token ?? TOKEN}`).toString("base64")}`;
    const headers: Record<string, string> = { authorization, accept: "application/json", ...(options.json === undefined ? {} : { "content-type": "application/json" }), ...options.headers };
    const body = options.json === undefined ? form && new URLSearchParams(form) : JSON.stringify(options.json);
    const response = await fetch(`${local.url}/Advertisers/${SID}${path}`, { method, headers, body });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: text.startsWith("{") ? JSON.parse(text) : {} };
  }

  async function convert(changes: Record<string, string | null> = {}): Promise<string> {
    const form: Record<string, string | null> = {
      CampaignId: creator.id, EventTypeId: creator.eventTypes[0]!.id, EventDate: iso(nowMs()), OrderId: "5001", OrderPromoCode: "MARIE10", CurrencyCode: "EUR",
      ItemSku1: "MUG", ItemName1: "Mug", ItemQuantity1: "2", ItemSubTotal1: "19.00", ItemSku2: "LAMP", ItemName2: "Lamp", ItemQuantity2: "1", ItemSubTotal2: "100.00", ...changes,
    };
    const answer = await call("POST", "/Conversions", Object.fromEntries(Object.entries(form).filter(([, value]) => value !== null)) as Record<string, string>);
    if (answer.body.Status !== "QUEUED") throw new Error(`not queued: ${answer.text}`);
    return idOf(answer);
  }

  const submission = async (id: string) => (await call("GET", `/APISubmissions/${id}`)).body;
  const run = (ms: number) => setClockOffsetMs((offsetMs += ms));
  return {
    local, network, creator, performance, call, convert, submission, run,
    async settled(changes) {
      const id = await convert(changes);
      run(22 * MINUTE);
      return submission(id);
    },
    actions: async () => (await call("GET", `/Actions?CampaignId=${creator.id}`)).body.Actions,
    items: async (actionId) => (await call("GET", `/Actions/${actionId}/Items`)).body.ActionItems,
  };
}

/** The id at the end of the Uri or QueuedUri: the only place where the network tells it. */
export function idOf(answer: Answer): string {
  return (answer.body.Uri ?? answer.body.QueuedUri).split("/").at(-1);
}
