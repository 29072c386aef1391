// What the store keeps for the app's extensions in the storefront: the web pixel with its settings, and a metafield of the app's own installation, which
// the theme's app embed reads.
import type { Admin, AdminAnswer } from "./admin.ts";
import type { StoreAnswer } from "./discounts.ts";
import { CREATE_WEB_PIXEL, READ_EMBED_SETTINGS, READ_WEB_PIXEL, SET_EMBED_SETTINGS, UPDATE_WEB_PIXEL } from "./storefront.graphql.ts";

/** The fields of extensions/click-pixel/shopify.extension.toml, which are texts. */
export type PixelSettings = { endpoint: string; token: string; parameters: string };
export type Pixel = { id: string; settings: unknown };

/** `app.metafields.creator_codes.storefront` in Liquid. */
const NAMESPACE = "creator_codes";
const KEY = "storefront";
/** The store answers the question for a pixel that is not there with this error alone. */
const NO_PIXEL = /no web pixel was found/i;

type UserError = { code: string | null; field: string[] | null; message: string };
type PixelPayload = { webPixel: { id: string; settings: unknown } | null; userErrors: UserError[] };

/** The app's pixel in this store; null: there is none. */
export async function readPixel(admin: Admin): Promise<StoreAnswer<Pixel | null>> {
  const answer = await admin<{ webPixel: Pixel | null }>(READ_WEB_PIXEL);
  if (answer.ok) return { ok: true, value: answer.data.webPixel === null ? null : pixelOf(answer.data.webPixel) };
  const { fault } = answer;
  return fault.kind === "graphql" && fault.errors.every(({ message }) => NO_PIXEL.test(message)) ? { ok: true, value: null } : { ok: false, fault };
}

/** Activates the pixel. Refused with the code TAKEN where there is one, NO_EXTENSION where the extension is not deployed. */
export async function createPixel(admin: Admin, settings: PixelSettings): Promise<StoreAnswer<Pixel>> {
  const answer = await admin<{ webPixelCreate: PixelPayload }>(CREATE_WEB_PIXEL, { webPixel: { settings: JSON.stringify(settings) } });
  return written(answer, ({ webPixelCreate }) => webPixelCreate);
}

/** Gives a pixel other settings. Refused with the code NOT_FOUND where it is gone. */
export async function updatePixel(admin: Admin, id: string, settings: PixelSettings): Promise<StoreAnswer<Pixel>> {
  const answer = await admin<{ webPixelUpdate: PixelPayload }>(UPDATE_WEB_PIXEL, { id, webPixel: { settings: JSON.stringify(settings) } });
  return written(answer, ({ webPixelUpdate }) => webPixelUpdate);
}

/** What the embed reads now (null: nothing), and the installation that it is kept with. */
export async function readEmbedSettings(admin: Admin): Promise<StoreAnswer<{ installationId: string; value: unknown }>> {
  const answer = await admin<{ currentAppInstallation: { id: string; metafield: { value: string } | null } }>(READ_EMBED_SETTINGS, { namespace: NAMESPACE, key: KEY });
  if (!answer.ok) return answer;
  const { id, metafield } = answer.data.currentAppInstallation;
  return { ok: true, value: { installationId: id, value: metafield === null ? null : parsed(metafield.value) } };
}

export async function setEmbedSettings(admin: Admin, installationId: string, value: unknown): Promise<StoreAnswer<null>> {
  const metafields = [{ ownerId: installationId, namespace: NAMESPACE, key: KEY, type: "json", value: JSON.stringify(value) }];
  const answer = await admin<{ metafieldsSet: { userErrors: UserError[] } }>(SET_EMBED_SETTINGS, { metafields });
  if (!answer.ok) return answer;
  return answer.data.metafieldsSet.userErrors.length > 0 ? refused(answer.data.metafieldsSet.userErrors) : { ok: true, value: null };
}

function written<T>(answer: AdminAnswer<T>, payload: (data: T) => PixelPayload): StoreAnswer<Pixel> {
  if (!answer.ok) return answer;
  const { webPixel, userErrors } = payload(answer.data);
  if (userErrors.length > 0) return refused(userErrors);
  return webPixel === null ? { ok: false, fault: { kind: "unreadable", detail: "a pixel was written without an id" } } : { ok: true, value: pixelOf(webPixel) };
}

function refused(errors: UserError[]): { ok: false; fault: { kind: "refused"; errors: { code: string | null; field: string | null; message: string }[] } } {
  return { ok: false, fault: { kind: "refused", errors: errors.map(({ code, field, message }) => ({ code, field: field?.join(".") ?? null, message })) } };
}

/** Settings come as JSON, or as its text. */
function pixelOf({ id, settings }: Pixel): Pixel {
  return { id, settings: typeof settings === "string" ? parsed(settings) : settings };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
