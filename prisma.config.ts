import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { defineConfig } from "prisma/config";

// Prisma's CLI would download an engine. Its WebAssembly engine over our own driver needs none, but does not know two types of
// PostgreSQL's own catalogue, "name" and "char": to it they are text.
const AS_TEXT: Record<number, number> = { 18: 1042, 19: 25 };

type Result = { fields?: { dataTypeID: number }[] } | undefined;

function asText<T extends Result>(result: T): T {
  for (const field of result?.fields ?? []) field.dataTypeID = AS_TEXT[field.dataTypeID] ?? field.dataTypeID;
  return result;
}

class CatalogueClient extends pg.Client {
  override query(...args: never[]): never {
    const query = super.query.bind(this) as (...args: unknown[]) => unknown;
    const done = args.at(-1) as unknown;
    if (typeof done === "function") return query(...args.slice(0, -1), (fault: unknown, result: Result) => done(fault, asText(result))) as never;
    const answer = query(...args);
    return (answer instanceof Promise ? answer.then(asText) : answer) as never;
  }
}

async function adapter(): Promise<PrismaPg> {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, Client: CatalogueClient, allowExitOnIdle: true, idleTimeoutMillis: 500 } as pg.PoolConfig);
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const connected = await connect();
    // The adapter would cut a script at every semicolon, those within the body of a function too: PostgreSQL takes it whole.
    connected.executeScript = async (script) => void (await pool.query(script));
    return connected;
  };
  return factory;
}

export default defineConfig({ schema: "prisma/schema.prisma", engine: "js", experimental: { adapter: true }, adapter });
