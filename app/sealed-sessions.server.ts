// Shopify's sessions, kept by its own storage, with the tokens sealed: whoever reads the database alone cannot speak for a shop.
import { Session } from "@shopify/shopify-api";
import { PrismaSessionStorage } from "@shopify/shopify-app-session-storage-prisma";
import type { PrismaClient } from "@prisma/client";
import { open, seal, SealError } from "./crypto.server.ts";

export class SealedSessionStorage extends PrismaSessionStorage<PrismaClient> {
  override async storeSession(session: Session): Promise<boolean> {
    return super.storeSession(withTokens(session, seal));
  }

  /** A session whose tokens do not open is none: the library then exchanges the next session token for a new one. */
  override async loadSession(id: string): Promise<Session | undefined> {
    const session = await super.loadSession(id);
    return session && opened(session);
  }

  override async findSessionsByShop(shop: string): Promise<Session[]> {
    return (await super.findSessionsByShop(shop)).flatMap((session) => opened(session) ?? []);
  }
}

function opened(session: Session): Session | undefined {
  try {
    return withTokens(session, open);
  } catch (fault) {
    if (fault instanceof SealError) return undefined;
    throw fault;
  }
}

function withTokens(session: Session, change: (token: string) => string): Session {
  const copy = new Session(session.toObject());
  if (copy.accessToken) copy.accessToken = change(copy.accessToken);
  if (copy.refreshToken) copy.refreshToken = change(copy.refreshToken);
  return copy;
}
