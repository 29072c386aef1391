// How much of the readers' code the inputs reached, as V8 itself counts it. Types are stripped in place, so its offsets are those of the source.
import { Session } from "node:inspector/promises";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export type Coverage = { file: string; lines: number; reached: number };

const root = join(import.meta.dirname, "..", "..");

/** The readers: what makes values of what came from outside. */
const READERS = /^app\/(flow\/intake-(content|pubsub|eventbridge)|domain\/(read-order|read-dispute|json|instant|money|origin|touch|touch-note|redact|order|match|base|code)|networks\/impact\/postback|sheets\/(read|read-xlsx|csv|text|zip|xml|workbook|cells|number-format|problem))\.ts$/;

/** Begins to count; the answer ends it and says what was reached. */
export async function startCoverage(): Promise<() => Promise<Coverage[]>> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  return async () => {
    const { result } = await session.post("Profiler.takePreciseCoverage");
    session.disconnect();
    return result.flatMap(({ url, functions }) => {
      const file = url.startsWith("file://") ? relative(root, fileURLToPath(url)).split("?")[0]! : relative(root, url.split("?")[0]!);
      return READERS.test(file) ? [linesOf(file, functions.flatMap(({ ranges }) => ranges))] : [];
    }).sort((a, b) => a.file.localeCompare(b.file));
  };
}

type Range = { startOffset: number; endOffset: number; count: number };

/** Lines with code in them, and those of them that ran: the innermost range around a line says so. */
function linesOf(file: string, ranges: readonly Range[]): Coverage {
  const text = readFileSync(join(root, file), "utf8");
  const inner = [...ranges].sort((a, b) => (b.endOffset - b.startOffset) - (a.endOffset - a.startOffset));
  let [offset, lines, reached] = [0, 0, 0];
  for (const line of text.split("\n")) {
    const at = offset + (line.length - line.trimStart().length);
    offset += line.length + 1;
    if (!/[a-zA-Z]/.test(line) || /^\s*(\/\/|\*|\/\*|import |export type |type )/.test(line)) continue;
    lines += 1;
    let count = 1;
    for (const range of inner) if (range.startOffset <= at && at < range.endOffset) count = range.count;
    if (count > 0) reached += 1;
  }
  return { file, lines, reached };
}
