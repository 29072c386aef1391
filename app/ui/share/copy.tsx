// Copying in one click, also where the frame is kept from the clipboard.
import { useAppBridge } from "@shopify/app-bridge-react";
import { Button, type ButtonProps } from "@shopify/polaris";
import { ClipboardIcon } from "@shopify/polaris-icons";
import { useT } from "../../i18n.ts";

type CopyButtonProps = { text: string; label: string; children?: string; icon?: ButtonProps["icon"]; size?: "slim" | "medium" };

/** `label` says to a screen reader what is copied; the text itself is said by the toast. */
export function CopyButton({ text, label, children, icon = ClipboardIcon, size = "slim" }: CopyButtonProps) {
  const t = useT("share");
  const shopify = useAppBridge();
  async function copy() {
    const copied = await copyText(text);
    shopify.toast.show(t(copied ? "copied" : "not_copied", { text }), { isError: !copied });
  }
  return (
    <Button size={size} icon={icon} onClick={() => void copy()} accessibilityLabel={`${label}: ${text}`}>
      {children ?? t("copy")}
    </Button>
  );
}

/** A frame may be kept from the clipboard; then the older way by a selection is tried. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}
