import { PrismaPg } from "@prisma/adapter-pg";
import { defineConfig } from "prisma/config";

// The WebAssembly engine over our own driver: Prisma's CLI then downloads nothing.
export default defineConfig({
  schema: "prisma/schema.prisma",
  engine: "js",
  experimental: { adapter: true },
  adapter: async () => new PrismaPg({ connectionString: process.env.DATABASE_URL }),
});
