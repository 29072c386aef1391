// Files of the app: the admin signs a request, not a link, so a file is fetched and then handed to the browser.
import { useAppBridge } from "@shopify/app-bridge-react";
import { useState } from "react";
import { useLanguage, useT } from "../../i18n.ts";

export type Download = { busy: string | null; download: (path: string, kind: "xlsx" | "csv") => Promise<void> };

/** `busy`: the kind that is being fetched. `path` is the file's own, without what follows the question mark. */
export function useDownload(query: Record<string, string> = {}): Download {
  const t = useT("statements");
  const language = useLanguage();
  const shopify = useAppBridge();
  const [busy, setBusy] = useState<string | null>(null);
  async function download(path: string, kind: "xlsx" | "csv") {
    setBusy(kind);
    try {
      const answer = await fetch(`${path}?${new URLSearchParams({ ...query, as: kind, language })}`);
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      save(await answer.blob(), nameIn(answer.headers.get("content-disposition")) ?? `statement.${kind}`);
    } catch {
      shopify.toast.show(t("action.failed"), { isError: true });
    } finally {
      setBusy(null);
    }
  }
  return { busy, download };
}

function nameIn(disposition: string | null): string | null {
  const found = /filename\*=UTF-8''([^;]+)/.exec(disposition ?? "");
  return found ? decodeURIComponent(found[1]!) : null;
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads it after the click; a minute is more than it needs.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
