// The look-up of a session, which every request of a page makes.
import type { PrismaClient } from "@prisma/client";
import { pool, prisma } from "../db.server.ts";

/** The client for Shopify's session storage. A session is looked up over the driver itself: Prisma's engine takes ten times as much of the process for one row of it, and stays for all that is rare. */
export function prismaForSessions(): PrismaClient {
  const quick = prisma().$extends({
    query: {
      session: {
        findUnique: async ({ args, query }) => (typeof args.where.id === "string" && Object.keys(args).length === 1 ? findSession(args.where.id) : query(args)),
      },
    },
  });
  return quick as unknown as PrismaClient;
}

/** As Prisma gives it. Its instants are kept without a zone, and are UTC. */
async function findSession(id: string) {
  const { rows } = await pool().query({
    name: "session",
    text: `select id, shop, state, "isOnline", scope, expires at time zone 'UTC' as expires, "accessToken", "userId", "firstName", "lastName", email, "accountOwner", locale, collaborator, "emailVerified", "refreshToken",
      "refreshTokenExpires" at time zone 'UTC' as "refreshTokenExpires" from "Session" where id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}
