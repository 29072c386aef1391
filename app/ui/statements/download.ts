// Files of the app: the admin signs a request, not a link, so a file is fetched and then handed to the browser.
import { useAppBridge } from "@shopify/app-bridge-react";
import { useState } from "react";
import { useLanguage, useT } from "../../i18n.ts";
import { saveBlob } from "../save-blob.ts";

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
      saveBlob(await answer.blob(), nameIn(answer.headers.get("content-disposition")) ?? `statement.${kind}`);
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
