// The app's extensions as the platform knows them once they are deployed: read from the folder beside shopify.app.toml, anew whenever it is asked.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "smol-toml";

export type SettingField = { name: string; validations: { name: string; value: string }[] };
/** `privacy`: the purposes that the visitor has to grant, all of them. */
export type PixelExtension = { handle: string; folder: string; source: string; privacy: ("analytics" | "marketing" | "preferences" | "sale_of_data")[]; fields: Record<string, SettingField> };

type PixelToml = {
  type?: string;
  handle?: string;
  customer_privacy?: { analytics?: boolean; marketing?: boolean; preferences?: boolean; sale_of_data?: string };
  settings?: { fields?: Record<string, { name?: string; validations?: { name: string; value: string }[] }> };
};

/** Where extensions lie that go with an app's TOML; null: it has none. */
export function extensionsFolder(appToml: string | null): string | null {
  const folder = appToml === null ? null : join(dirname(appToml), "extensions");
  return folder !== null && existsSync(folder) ? folder : null;
}

/** The app's web pixel; null where none is deployed. */
export function pixelExtension(appToml: string | null): PixelExtension | null {
  const folder = extensionsFolder(appToml);
  if (folder === null) return null;
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name, "shopify.extension.toml");
    if (!existsSync(path)) continue;
    const toml = parse(readFileSync(path, "utf8")) as PixelToml;
    if (toml.type !== "web_pixel_extension") continue;
    const { analytics = false, marketing = false, preferences = false, sale_of_data = "disabled" } = toml.customer_privacy ?? {};
    const privacy = Object.entries({ analytics, marketing, preferences, sale_of_data: sale_of_data !== "disabled" }).flatMap(([purpose, needed]) => (needed ? [purpose as PixelExtension["privacy"][number]] : []));
    const fields = Object.fromEntries(Object.entries(toml.settings?.fields ?? {}).map(([key, field]) => [key, { name: field.name ?? key, validations: field.validations ?? [] }]));
    return { handle: toml.handle ?? name, folder: join(folder, name), source: join(folder, name, "src", "index.ts"), privacy, fields };
  }
  return null;
}
