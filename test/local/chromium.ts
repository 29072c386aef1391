// The browser of the browser tests: one that is there, or else Debian's, installed where we may.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge"];
const ELSEWHERE = [
  "/usr/bin/chromium",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const WHAT_TO_DO = `The browser tests need Chromium or Chrome, and there is none on this machine.
  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install -y chromium fonts-noto-cjk
  elsewhere:       install Chrome or Chromium, and name its program: CHROMIUM=/path/to/chrome npm test`;

/** The path of a Chromium; installs Debian's where this is Debian and we are root. Throws with what to do where there is none. */
export function chromiumPath(): string {
  const named = process.env.CHROMIUM;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM names ${named}, which is not there`);
    return named;
  }
  const found = find();
  if (found !== null) return found;
  const refused = installFromDebian();
  const installed = find();
  if (installed !== null) return installed;
  throw new Error(refused === null ? WHAT_TO_DO : `${WHAT_TO_DO}\n\nIt was tried with apt-get, which said:\n${refused}`);
}

/** A headless browser. Chromium's sandbox does not run as root, so root goes without: it opens only our own local pages. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [...(process.getuid?.() === 0 ? ["--no-sandbox"] : []), "--disable-dev-shm-usage", "--force-color-profile=srgb"],
  });
}

/** What a browser with a window says that it is: Shopify's library takes a headless one for a bot, and answers it with 410. */
export function userAgent(browser: Browser): string {
  return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version().split(".")[0]}.0.0.0 Safari/537.36`;
}

function find(): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...ELSEWHERE];
  return candidates.find((path) => existsSync(path)) ?? null;
}

/** Null where it was not tried or went well; else what apt-get said. */
function installFromDebian(): string | null {
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return null;
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"]]) {
    const ran = spawnSync("apt-get", args, { encoding: "utf8", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
    if (ran.status !== 0) return (ran.stderr || ran.error?.message || `apt-get ${args[0]} ended with ${ran.status}`).slice(-2_000);
  }
  return null;
}
