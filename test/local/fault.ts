// A preload that ends the process with SIGKILL at a chosen point, from the outside: before or after the n-th query or request that
// matches. FAULT is JSON of the shape below. The product has no hook for it.
import { writeSync } from "node:fs";
import pg from "pg";

export type Fault = {
  at: "query" | "request";
  /** Regular expression, on a query's text or on "METHOD url body". */
  match: string;
  /** after: PostgreSQL has answered, or the answer has arrived; nothing of it has reached the program. */
  when: "before" | "after";
  /** The n-th match; 1 where it is left out. */
  n?: number;
  /** Only on a connection to the database that has seen a query that matches this. */
  armedBy?: string;
  /** Only an answer with rows counts (after a query). */
  withRows?: boolean;
};

if (process.env.FAULT) install(JSON.parse(process.env.FAULT) as Fault);

function install(fault: Fault): void {
  const pattern = new RegExp(fault.match, "is");
  let met = 0;

  function isTheOne(): boolean {
    met += 1;
    return met === (fault.n ?? 1);
  }

  function die(what: string): never {
    writeSync(2, `fault: killed ${fault.when} ${what.replace(/\s+/g, " ").slice(0, 200)}\n`);
    process.kill(process.pid, "SIGKILL");
    // The signal is delivered at once; nothing of the program runs on.
    for (;;);
  }

  if (fault.at === "query") breakQueries(fault, pattern, isTheOne, die);
  else breakRequests(fault, pattern, isTheOne, die);
}

function breakQueries(fault: Fault, pattern: RegExp, isTheOne: () => boolean, die: (what: string) => never): void {
  type Query = (this: pg.Client, ...args: unknown[]) => unknown;
  type Result = { rows?: unknown[] } | undefined;
  const arming = fault.armedBy === undefined ? null : new RegExp(fault.armedBy, "is");
  const armed = new WeakSet<pg.Client>();
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const real = prototype.query;

  prototype.query = function query(...args) {
    const first = args[0];
    const what = typeof first === "string" ? first : String((first as { text?: string } | undefined)?.text ?? "");
    const matches = pattern.test(what) && (arming === null || armed.has(this));
    if (arming?.test(what)) armed.add(this);
    if (!matches) return real.apply(this, args);
    if (fault.when === "before") return isTheOne() ? die(what) : real.apply(this, args);

    const check = (result: Result) => {
      if ((!fault.withRows || (result?.rows?.length ?? 0) > 0) && isTheOne()) die(what);
    };
    const last = args.at(-1);
    if (typeof last === "function") {
      args[args.length - 1] = (error: unknown, result: Result) => {
        if (!error) check(result);
        (last as (error: unknown, result: Result) => void)(error, result);
      };
      return real.apply(this, args);
    }
    const answer = real.apply(this, args) as Promise<Result>;
    return answer.then((result) => {
      check(result);
      return result;
    });
  };
}

function breakRequests(fault: Fault, pattern: RegExp, isTheOne: () => boolean, die: (what: string) => never): void {
  const real = globalThis.fetch;

  globalThis.fetch = async function fetch(input, init) {
    // A copy: a request whose body was read cannot be sent.
    const request = new Request(input instanceof Request ? input.clone() : input, init);
    const body = request.body === null ? "" : await request.clone().text();
    const what = `${request.method} ${request.url} ${body}`;
    if (!pattern.test(what) || !isTheOne()) return real(input, init);
    if (fault.when === "before") die(what);
    const answer = await real(request);
    await answer.arrayBuffer();
    return die(what);
  };
}
