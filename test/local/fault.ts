// A preload that ends the process with SIGKILL at a chosen point, from the outside: before or after the n-th query or request that
// matches. FAULT is JSON: {"at": "query" | "request", "match": "<regular expression>", "when": "before" | "after", "n": 1}.
// Queries are matched by their text, requests by "METHOD url body". "after" means: PostgreSQL has answered, the answer has arrived.
import { writeSync } from "node:fs";
import pg from "pg";

type Fault = { at: "query" | "request"; match: string; when: "before" | "after"; n?: number };

const text = process.env.FAULT;
if (text) install(JSON.parse(text) as Fault);

function install({ at, match, when, n = 1 }: Fault): void {
  const pattern = new RegExp(match, "is");
  let met = 0;

  function isIt(what: string): boolean {
    if (!pattern.test(what)) return false;
    met += 1;
    return met === n;
  }

  function die(what: string): never {
    writeSync(2, `fault: killed ${when} ${what.replace(/\s+/g, " ").slice(0, 200)}\n`);
    process.kill(process.pid, "SIGKILL");
    // The signal is delivered at once; nothing of the program runs on.
    for (;;);
  }

  if (at === "query") breakQueries(isIt, when, die);
  else breakRequests(isIt, when, die);
}

function breakQueries(isIt: (what: string) => boolean, when: Fault["when"], die: (what: string) => never): void {
  type Query = (this: pg.Client, ...args: unknown[]) => unknown;
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const real = prototype.query;

  prototype.query = function query(...args) {
    const first = args[0];
    const what = typeof first === "string" ? first : String((first as { text?: string } | undefined)?.text ?? "");
    if (!isIt(what)) return real.apply(this, args);
    if (when === "before") die(what);
    const last = args.at(-1);
    if (typeof last === "function") {
      args[args.length - 1] = () => die(what);
      return real.apply(this, args);
    }
    const answer = real.apply(this, args) as Promise<unknown>;
    return answer.then(() => die(what));
  };
}

function breakRequests(isIt: (what: string) => boolean, when: Fault["when"], die: (what: string) => never): void {
  const real = globalThis.fetch;

  globalThis.fetch = async function fetch(input, init) {
    const request = new Request(input, init);
    const body = request.body === null ? "" : await request.clone().text();
    const what = `${request.method} ${request.url} ${body}`;
    if (!isIt(what)) return real(input, init);
    if (when === "before") die(what);
    const answer = await real(request);
    await answer.arrayBuffer();
    return die(what);
  };
}
