// The whole list of ?what=creators or codes as a file: ?as=xlsx or csv, in ?language.
import { createReadableStreamFromReadable, type LoaderFunctionArgs } from "@remix-run/node";
import { outFile } from "../flow/files-out.ts";
import { nearestLanguage } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { outWords } from "../ui/files/file-words.ts";
import { askedFile, fileHeaders } from "../ui/statements/file-answer.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { kind, language } = askedFile(request.url);
  const what = new URL(request.url).searchParams.get("what");
  if (kind === null || (what !== "creators" && what !== "codes")) throw new Response(null, { status: 400 });
  const file = await outFile(session.shop, { what, kind, words: await outWords(nearestLanguage(language) ?? "en", what) });
  return new Response(createReadableStreamFromReadable(file.body), { headers: fileHeaders(file.name, file.type) });
}
