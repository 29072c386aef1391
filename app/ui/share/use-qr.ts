// The file of a QR code: the admin signs a request, not a link, so it is fetched and then handed to the browser.
import { useAppBridge } from "@shopify/app-bridge-react";
import { useState } from "react";
import { fileNameOf } from "../../domain/share-link.ts";
import { useT } from "../../i18n.ts";
import { saveBlob } from "../save-blob.ts";

export type QrKind = "svg" | "png";

export type QrAsked = { codeId: string; code: string; landing: string; tracked: boolean };

/** `busy`: the kind that is being fetched. */
export function useQr(): { busy: QrKind | null; download: (asked: QrAsked, kind: QrKind) => Promise<void> } {
  const t = useT("share");
  const shopify = useAppBridge();
  const [busy, setBusy] = useState<QrKind | null>(null);
  async function download({ codeId, code, landing, tracked }: QrAsked, kind: QrKind) {
    setBusy(kind);
    try {
      const answer = await fetch(`/app/codes/${encodeURIComponent(codeId)}/qr?${new URLSearchParams({ as: kind, landing, ...(tracked ? { of: "tracking" } : {}) })}`);
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      saveBlob(await answer.blob(), fileNameOf(code, kind));
    } catch {
      shopify.toast.show(t("qr.failed"), { isError: true });
    } finally {
      setBusy(null);
    }
  }
  return { busy, download };
}
