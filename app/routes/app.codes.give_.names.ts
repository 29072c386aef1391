// The names that a pattern gives the chosen creators, while the person types; and creators that a search finds. Nothing is kept.
import { type ActionFunctionArgs, json, type LoaderFunctionArgs } from "@remix-run/node";
import { now } from "../clock.ts";
import { searchCreatorsToGive } from "../db/reads/codes.ts";
import { type NamedForCreator, nameForCreators } from "../flow/naming.ts";
import { authenticate } from "../shopify.server.ts";
import { askedNames, MOST_INLINE, type NamesAnswer } from "../ui/codes/give-state.ts";

const SAMPLE = 20;

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const search = (new URL(request.url).searchParams.get("q") ?? "").slice(0, 200);
  return json({ search, creators: await searchCreatorsToGive(session.shop, search, now()) });
}

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request);
  const form = await request.formData();
  const asked = askedNames(String(form.get("asked") ?? ""));
  const told = await nameForCreators(session.shop, { ...asked, kept: new Map(asked.kept) });
  const n = Number(form.get("n")) || 0;
  if (!told.ok) return json<NamesAnswer>({ n, problem: told.problem, total: 0, rows: [], renamed: 0, cut: 0, cutRows: [], open: 0 });
  const { codes } = told;
  const having = (key: string) => codes.filter((one) => one.changes.some((change) => change.key === key));
  const shown = ({ creatorId, name, code, changes, taken }: NamedForCreator) => ({ creatorId, name, code, changes, taken });
  const cut = having("naming.cut");
  // Of more than a page looks at, some from the first to the last.
  const some = codes.length <= MOST_INLINE ? codes : Array.from({ length: SAMPLE }, (_, place) => codes[Math.floor((place * codes.length) / SAMPLE)]!);
  const counts = { renamed: having("naming.was_taken").length, cut: cut.length, open: codes.filter((one) => one.taken).length };
  return json<NamesAnswer>({ n, problem: null, total: codes.length, rows: some.map(shown), ...counts, cutRows: cut.slice(0, SAMPLE).map(shown) });
}
