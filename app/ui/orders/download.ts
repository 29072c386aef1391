// Downloads the proof as data: a plain link would lack the admin's session token, which App Bridge puts on every fetch.
import { saveBlob } from "../save-blob.ts";

/** Gives whether it worked. */
export async function downloadProof(orderId: string, name: string): Promise<boolean> {
  const answer = await fetch(`/app/orders/${encodeURIComponent(orderId)}/proof.json`).catch(() => null);
  if (!answer?.ok) return false;
  saveBlob(await answer.blob(), proofFileName(name));
  return true;
}

/** "#1001" is "proof-1001.json": what a file system may mind is left out. */
export function proofFileName(name: string): string {
  return `proof-${name.replace(/[^\p{L}\p{N}._-]+/gu, "") || "order"}.json`;
}
