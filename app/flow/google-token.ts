// The tokens with which Google signs what it pushes: JWTs of OpenID Connect, RS256, good for an hour at most.
// https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
import { createLocalJWKSet, errors, jwtVerify, type FlattenedJWSInput, type JSONWebKeySet, type JWTHeaderParameters } from "jose";
import { now, nowMs } from "../clock.ts";

const CERTS = "https://www.googleapis.com/oauth2/v3/certs";
const ISSUERS = ["https://accounts.google.com", "accounts.google.com"];
/** What Google publishes is believed so long; a key that it takes back is refused no later. */
const CERTS_MS = 3_600_000;
/** A key that is not among them may be a new one: they are read anew, but not for each forged token. */
const NEW_KEY_MS = 30_000;
const AFTER_A_FAULT_MS = 1_000;
const FETCH_MS = 4_000;
const CLOCKS_DIFFER_S = 60;
/** Google signs with one token for a while: it is checked once. */
const MOST_REMEMBERED = 100;

/** Google's certificates cannot be read at this moment: nobody can tell whether a token is genuine. */
export class CertsUnreachable extends Error {}

type Certs = { atMs: number; keyOf: ReturnType<typeof createLocalJWKSet> };

let known: Certs | null = null;
let reading: Promise<Certs> | null = null;
let failedMs = -Infinity;
const remembered = new Map<string, number>();

/** Is this a token that Google made for `audience`, for this service account, and still good? Rejects with CertsUnreachable. */
export async function isGoogles(token: string, audience: string, account: string): Promise<boolean> {
  const name = `${audience} ${account} ${token}`;
  const untilMs = remembered.get(name);
  if (untilMs !== undefined && nowMs() < untilMs) return true;
  remembered.delete(name);
  try {
    const { payload } = await jwtVerify(token, keyOf, { algorithms: ["RS256"], issuer: ISSUERS, audience, requiredClaims: ["exp"], currentDate: now(), clockTolerance: CLOCKS_DIFFER_S });
    if (payload.email !== account || payload.email_verified !== true) return false;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(name, Math.min(payload.exp! * 1_000, (known?.atMs ?? 0) + CERTS_MS));
    return true;
  } catch (fault) {
    if (fault instanceof errors.JOSEError) return false;
    throw fault;
  }
}

/** Forgets what was read (tests). */
export function forgetCerts(): void {
  known = null;
  failedMs = -Infinity;
  remembered.clear();
}

async function keyOf(header: JWTHeaderParameters, token: FlattenedJWSInput) {
  const certs = await certsOf(CERTS_MS);
  try {
    return await certs.keyOf(header, token);
  } catch (fault) {
    if (!(fault instanceof errors.JWKSNoMatchingKey)) throw fault;
    return (await certsOf(NEW_KEY_MS)).keyOf(header, token);
  }
}

/** Google's certificates, no older than `mostMs`. */
async function certsOf(mostMs: number): Promise<Certs> {
  // Also where the clock was set back meanwhile.
  if (known !== null && Math.abs(nowMs() - known.atMs) < mostMs) return known;
  if (Math.abs(nowMs() - failedMs) < AFTER_A_FAULT_MS) throw new CertsUnreachable("Google's certificates could not be read a moment ago");
  reading ??= read().finally(() => (reading = null));
  return reading;
}

async function read(): Promise<Certs> {
  try {
    const answer = await fetch(CERTS, { signal: AbortSignal.timeout(FETCH_MS), redirect: "error" });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    known = { atMs: nowMs(), keyOf: createLocalJWKSet((await answer.json()) as JSONWebKeySet) };
    return known;
  } catch (fault) {
    failedMs = nowMs();
    throw new CertsUnreachable(`Google's certificates cannot be read: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
}
