// /app-bridge.js and the other files that a page loads.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerResponse } from "node:http";
import { send } from "./exchange.ts";

const folder = join(import.meta.dirname, "assets");
const types: Record<string, string> = { css: "text/css; charset=utf-8", js: "text/javascript; charset=utf-8" };

/** In this order, as one function: the global appears at the end of the last. */
const PARTS = ["channel", "fetch", "navigation", "elements", "save-bar", "modal", "start"];

/** The stand-in of App Bridge's script, read anew each time: it is small, and whoever works on it sees it at once. */
export function appBridgeScript(): string {
  const parts = PARTS.map((name) => readFileSync(join(folder, "app-bridge", `${name}.js`), "utf8"));
  return `// Local stand-in of App Bridge. Not Shopify's script, and only for this machine.\n(() => {\n"use strict";\n${parts.join("\n")}})();\n`;
}

/** Answers /app-bridge.js and /assets/<file>; false for anything else. */
export function asset(response: ServerResponse, path: string): boolean {
  if (path === "/app-bridge.js") {
    send(response, 200, types.js!, appBridgeScript());
    return true;
  }
  const name = /^\/assets\/([a-z-]+\.(css|js))$/.exec(path)?.[1];
  if (name === undefined || !readdirSync(folder).includes(name)) return false;
  send(response, 200, types[name.split(".").at(-1)!]!, readFileSync(join(folder, name)));
  return true;
}
