import { describe, expect, it } from "vitest";
import { pool, prisma } from "#app/db.server.ts";
import { useDatabase } from "./database.ts";

const database = useDatabase();

describe("the database of a test file", () => {
  it("is migrated, empty, and the one that the app uses", async () => {
    const { rows } = await pool().query("select current_database() as name, (select count(*)::int from delivery) as deliveries");
    expect(database.url).toContain(rows[0].name);
    expect(rows[0].deliveries).toBe(0);
    expect(await prisma().session.count()).toBe(0);
  });
});
