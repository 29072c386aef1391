// Whether this process is about to end. What takes long asks between two steps, and hands back what it has not begun; what waits for another's answer is cut off
// in the end, as if that one had been too slow: every stage knows how to go on from there.

type Stopping = { begun: boolean; cut: boolean; requests: Map<AbortSignal, { request: AbortController; timer: NodeJS.Timeout }> };
// The server and Remix's bundle each load this module: both are the same process.
const shared = ((globalThis as unknown as { creatorCodesStopping?: Stopping }).creatorCodesStopping ??= { begun: false, cut: false, requests: new Map() });

/** True from the moment the process was told to end: nothing new is begun. */
export function isStopping(): boolean {
  return shared.begun;
}

export function beginStopping(): void {
  shared.begun = true;
}

/** Ends all requests to store and networks that still wait for an answer, and those that begin from here on. They fail as after a time-out. */
export function cutRequests(): void {
  shared.cut = true;
  for (const { request } of shared.requests.values()) end(request);
  shared.requests.clear();
}

/** For a request to store or network: it is given up after `ms`, and where the process ends before. */
export function requestSignal(ms: number): AbortSignal {
  const request = new AbortController();
  if (shared.cut) end(request);
  else {
    const timer = setTimeout(() => {
      shared.requests.delete(request.signal);
      end(request);
    }, ms).unref();
    shared.requests.set(request.signal, { request, timer });
  }
  return request.signal;
}

/** The request has its answer: nothing is left to be given up. Who does not say so keeps the signal until its time is over. */
export function isAnswered(signal: AbortSignal): void {
  clearTimeout(shared.requests.get(signal)?.timer);
  shared.requests.delete(signal);
}

function end(request: AbortController): void {
  request.abort(new DOMException("no answer in time", "TimeoutError"));
}
