// The differences of ?run as a file: ?as=xlsx or csv, in ?language.
import { createReadableStreamFromReadable, type LoaderFunctionArgs } from "@remix-run/node";
import { askedId } from "../domain/typed-text.ts";
import { differencesFile } from "../flow/reconcile-file.ts";
import { nearestLanguage } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { differenceWords } from "../ui/reconcile/file-words.ts";
import { askedFile, fileHeaders } from "../ui/statements/file-answer.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { kind, language } = askedFile(request.url);
  if (kind === null) throw new Response(null, { status: 400 });
  const file = await differencesFile(session.shop, { id: askedId(new URL(request.url).searchParams.get("run") ?? ""), kind, words: await differenceWords(nearestLanguage(language) ?? "en") });
  if (file === null) throw new Response(null, { status: 404 });
  return new Response(createReadableStreamFromReadable(file.body), { headers: fileHeaders(file.name, file.type) });
}
