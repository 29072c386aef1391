// A creator's statement as a file: ?as=xlsx or csv, in ?language.
import { createReadableStreamFromReadable, type LoaderFunctionArgs } from "@remix-run/node";
import { askedId } from "../domain/typed-text.ts";
import { statementFile } from "../flow/statement-file.ts";
import { nearestLanguage } from "../i18n.ts";
import { authenticate } from "../shopify.server.ts";
import { askedFile, fileHeaders } from "../ui/statements/file-answer.ts";
import { fileWords } from "../ui/statements/file-words.ts";

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const { kind, language } = askedFile(request.url);
  if (kind === null) throw new Response(null, { status: 400 });
  const words = await fileWords(nearestLanguage(language) ?? "en");
  const file = await statementFile(session.shop, { creatorId: askedId(params.id), month: params.month ?? "", kind, words });
  if (!file) throw new Response(null, { status: 404 });
  return new Response(createReadableStreamFromReadable(file.body), { headers: fileHeaders(file.name, file.type) });
}
