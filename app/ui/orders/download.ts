// Downloads the proof as data: a plain link would lack the admin's session token, which App Bridge puts on every fetch.

/** Gives whether it worked. */
export async function downloadProof(orderId: string, name: string): Promise<boolean> {
  const answer = await fetch(`/app/orders/${encodeURIComponent(orderId)}/proof.json`).catch(() => null);
  if (!answer?.ok) return false;
  const url = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = proofFileName(name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return true;
}

/** "#1001" is "proof-1001.json": what a file system may mind is left out. */
export function proofFileName(name: string): string {
  return `proof-${name.replace(/[^\p{L}\p{N}._-]+/gu, "") || "order"}.json`;
}
