// The files for those who run the app in containers, held against the repository: nobody builds an image of them here.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseEnv } from "#app/env.server.ts";
import { testEnv } from "#test/support/env.ts";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

type Stage = { name: string | null; image: string; lines: { word: string; rest: string }[] };

/** The stages of the Dockerfile. Lines are whole here: none goes on with a backslash. */
function stages(): Stage[] {
  const found: Stage[] = [];
  for (const line of read("Dockerfile").split("\n").filter((one) => one.trim() !== "" && !one.startsWith("#"))) {
    const [, word, rest] = /^([A-Z]+) (.*)$/.exec(line)!;
    const from = word === "FROM" ? /^(\S+)(?: AS (\S+))?$/.exec(rest!)! : null;
    if (from) found.push({ name: from[2] ?? null, image: from[1]!, lines: [] });
    else found.at(-1)!.lines.push({ word: word!, rest: rest! });
  }
  return found;
}

const copies = ({ lines }: Stage) => lines.filter(({ word, rest }) => word === "COPY" && !rest.startsWith("--from")).flatMap(({ rest }) => rest.split(" ").slice(0, -1));

describe("the Dockerfile", () => {
  const [build, packages, final] = stages() as [Stage, Stage, Stage];

  it("has a stage that builds, one with the packages, and one that runs, on the Node that this project runs on", () => {
    expect(stages()).toHaveLength(3);
    const major = /(\d+)/.exec((JSON.parse(read("package.json")) as { devDependencies: { node: string } }).devDependencies.node)![1];
    for (const { image } of stages()) expect(image).toBe(`node:${major}-slim`);
    expect(packages.lines.find(({ word }) => word === "RUN")!.rest).toContain("npm ci --omit=dev");
    expect(build.lines.filter(({ word }) => word === "RUN").map(({ rest }) => rest)).toEqual([expect.stringContaining("npm ci"), "npm run build"]);
  });

  it("copies what is there, and .dockerignore lets it through", () => {
    const let_through = read(".dockerignore").split("\n").flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : []));
    const patterns = let_through.map((path) => new RegExp(`^${path.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}(/|$)`));
    for (const path of [build, packages, final].flatMap(copies)) {
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(patterns.some((pattern) => pattern.test(path)), `${path} is let through`).toBe(true);
    }
  });

  it("has, where it builds, every file that the app's sources name outside app/", () => {
    const has = copies(build);
    const outside = readdirSync(join(root, "app"), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .flatMap((name) => [...read(join("app", name)).matchAll(/from "((?:\.\.\/)+[^"]+)"/g)].map(([, path]) => join("app", name, "..", path!)))
      .filter((path) => !path.startsWith("app/"));
    expect(outside.length).toBeGreaterThan(0);
    for (const path of outside) expect(has).toContain(path);
  });

  it("runs as nobody of importance, asks whether it is alive, and starts the server itself, so that signals reach it", () => {
    const of = (word: string) => final.lines.filter((line) => line.word === word).map(({ rest }) => rest);
    expect(of("USER")).toEqual(["node"]);
    expect(of("HEALTHCHECK")[0]).toContain("/healthz");
    expect(JSON.parse(of("CMD")[0]!)).toEqual(["node", "app/server.ts"]);
    expect(final.lines.findIndex(({ word }) => word === "USER")).toBeGreaterThan(final.lines.findLastIndex(({ word }) => word === "COPY"));
    const script = JSON.parse(/CMD (\[.*\])$/.exec(of("HEALTHCHECK")[0]!)![1]!) as string[];
    expect(() => new Function(script[2]!)).not.toThrow();
  });
});

describe("compose.yaml", () => {
  type Service = { environment?: Record<string, string>; build?: string; ports?: string[]; stop_grace_period?: string; volumes?: string[]; image: string };
  const { services, volumes } = parse(read("compose.yaml"), { merge: true }) as { services: Record<string, Service>; volumes: Record<string, unknown> };

  it("runs a database, one that answers and one that works; each variable is one that the app reads", () => {
    expect(Object.keys(services).sort()).toEqual(["database", "web", "worker"]);
    for (const role of ["web", "worker"]) {
      const { environment, stop_grace_period: grace } = services[role]!;
      expect(environment!.ROLE).toBe(role);
      // What is told to end has ten seconds.
      expect(Number.parseInt(grace!)).toBeGreaterThan(10);
      const known = new RegExp(`\\b(${Object.keys(environment!).join("|")})\\b`, "g");
      expect(new Set([...read("app/env.server.ts").matchAll(known)].map(([name]) => name))).toEqual(new Set(Object.keys(environment!)));
    }
    expect(services.worker!.ports).toBeUndefined();
  });

  it("what is left out is as if it were not there: an empty variable takes its default", () => {
    const filled = Object.fromEntries(Object.entries(services.web!.environment!).map(([name, value]) => [name, /^\$\{\w+:-(.*)\}$/.exec(value)?.[1] ?? (testEnv as Record<string, string>)[name] ?? value]));
    const { ROLE, LOG_LEVEL, METRICS_TOKEN } = parseEnv({ ...filled, DATABASE_URL: "postgresql://creator_codes:x@database:5432/creator_codes" });
    expect({ ROLE, LOG_LEVEL, METRICS_TOKEN }).toEqual({ ROLE: "web", LOG_LEVEL: "info", METRICS_TOKEN: undefined });
  });

  it("keeps the data in a volume, where PostgreSQL 18 has it", () => {
    expect(services.database!.image).toBe("postgres:18");
    expect(services.database!.volumes).toEqual(["database:/var/lib/postgresql"]);
    expect(Object.keys(volumes)).toEqual(["database"]);
  });
});
