// A file as it came, filled in, or what is to be said of its rows: ?what=original, filled or notes.
import { type LoaderFunctionArgs } from "@remix-run/node";
import { askedId } from "../domain/typed-text.ts";
import { fileAsItCame, filledFile } from "../flow/files-fill.ts";
import { notesFile } from "../flow/files-notes.ts";
import { nearestLanguage } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { noteWords } from "../ui/files/file-words.ts";
import { fileHeaders } from "../ui/statements/file-answer.ts";

const BYTES = "application/octet-stream";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const search = new URL(request.url).searchParams;
  const id = askedId(params.id);
  if (search.get("what") === "notes") {
    const notes = await notesFile(session.shop, id, await noteWords(nearestLanguage(search.get("language")) ?? "en"));
    if (!notes) throw new Response(null, { status: 404 });
    return new Response(notes.text, { headers: fileHeaders(notes.name, "text/csv; charset=utf-8") });
  }
  const file = search.get("what") === "filled" ? await filledFile(session.shop, id) : await fileAsItCame(session.shop, id);
  if (!file) throw new Response(null, { status: 404 });
  if ("problem" in file) throw new Response(null, { status: 422 });
  return new Response(new Uint8Array(file.bytes), { headers: fileHeaders(file.name, BYTES) });
}
