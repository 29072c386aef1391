// How a file goes out: with its name, whatever letters it has, and kept by nobody on the way.

export function fileHeaders(name: string, type: string): Record<string, string> {
  const coded = encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return { "content-type": type, "content-disposition": `attachment; filename*=UTF-8''${coded}`, "cache-control": "no-store" };
}

/** What the address asks for: the kind of file and its language. */
export function askedFile(url: string): { kind: "xlsx" | "csv" | null; language: string | null; month: string | null } {
  const params = new URL(url).searchParams;
  const kind = params.get("as");
  return { kind: kind === "xlsx" || kind === "csv" ? kind : null, language: params.get("language"), month: params.get("month") };
}
