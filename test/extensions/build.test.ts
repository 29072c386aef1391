// The platform's own tools, without a network: the extensions are bundled, type-checked, and the theme's part is clean.
import { execFile } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const folder = join(root, "extensions");
/** Below the project, so that the packages are found; without the app's own build, which has nothing to do with it. */
const copy = join(root, ".data", "test", "extensions");
const bin = (name: string) => join(root, "node_modules", ".bin", name);
const WAIT_MS = 240_000;

type Ran = { code: number; out: string; said: string };

async function run(command: string, args: string[], cwd: string): Promise<Ran> {
  const env = { PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH}`, HOME: join(copy, "home"), CI: "1", SHOPIFY_CLI_NO_ANALYTICS: "1", NO_COLOR: "1" } as unknown as NodeJS.ProcessEnv;
  try {
    const { stdout, stderr } = await promisify(execFile)(bin(command), args, { cwd, env, timeout: WAIT_MS - 10_000, maxBuffer: 32 * 1024 * 1024 });
    return { code: 0, out: stdout, said: stdout + stderr };
  } catch (fault) {
    const { code, stdout, stderr } = fault as { code?: number; stdout?: string; stderr?: string };
    return { code: Number(code ?? 1), out: String(stdout), said: `${stdout}${stderr}` };
  }
}

/** The extensions whose source is bundled: pixels, and what is drawn in the admin. */
const bundled = readdirSync(folder).filter((name) => existsSync(join(folder, name, "src")) && existsSync(join(folder, name, "shopify.extension.toml")));

let built: Ran;

beforeAll(async () => {
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(join(copy, "home"), { recursive: true });
  for (const part of ["extensions", "app", "shopify.app.toml", "tsconfig.json"]) cpSync(join(root, part), join(copy, part), { recursive: true, filter: (path) => !path.endsWith("/dist") });
  const { imports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { imports: unknown };
  writeFileSync(join(copy, "package.json"), JSON.stringify({ name: "creator-codes", private: true, type: "module", imports, dependencies: {} }));
  built = await run("shopify", ["app", "build", "--path", copy, "--skip-dependencies-installation"], copy);
}, WAIT_MS);

describe("shopify app build", () => {
  test("succeeds", () => {
    expect(built.said).toContain("built!");
    expect(built.code, built.said).toBe(0);
  });

  test.each(bundled)("%s is bundled, and small enough for the platform", (name) => {
    const dist = join(copy, "extensions", name, "dist");
    const [bundle] = readdirSync(dist).filter((file) => file.endsWith(".js"));
    const bytes = statSync(join(dist, bundle!)).size;
    expect(bytes).toBeGreaterThan(200);
    expect(bytes).toBeLessThan(64 * 1024 * 3); // the platform's limit holds for the compressed one
  });
});

test("the extensions pass the type check", async () => {
  const { code, said } = await run("tsc", ["--noEmit", "-p", folder], root);
  expect(said.trim()).toBe("");
  expect(code).toBe(0);
}, WAIT_MS);

describe("shopify theme check", () => {
  async function check(path: string): Promise<unknown[]> {
    const { out } = await run("shopify", ["theme", "check", "--path", path, "--output", "json"], copy);
    return (JSON.parse(out) as { offenses: unknown[] }[]).flatMap(({ offenses }) => offenses);
  }

  test("finds nothing in the theme's part", async () => {
    expect(await check(join(folder, "share-link"))).toEqual([]);
  }, WAIT_MS);

  test("would find something", async () => {
    const spoiled = join(copy, "spoiled");
    cpSync(join(folder, "share-link"), spoiled, { recursive: true });
    appendFileSync(join(spoiled, "blocks", "share-link.liquid"), "\n{{ nobody_knows_this }}\n");
    expect(await check(spoiled)).toContainEqual(expect.objectContaining({ check: "UndefinedObject" }));
  }, WAIT_MS);
});
