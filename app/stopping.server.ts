// Whether this process is about to end. What takes long asks between two steps, and hands back what it has not begun; what waits for another's answer is cut off
// in the end, as if that one had been too slow: every stage knows how to go on from there.

type Stopping = { begun: boolean; cut: boolean; requests: Set<AbortController> };
// The server and Remix's bundle each load this module: both are the same process.
const shared = ((globalThis as unknown as { creatorCodesStopping?: Stopping }).creatorCodesStopping ??= { begun: false, cut: false, requests: new Set() });

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
  for (const request of shared.requests) end(request);
  shared.requests.clear();
}

/** For a request to store or network: it is given up after `ms`, and where the process ends before. */
export function requestSignal(ms: number): AbortSignal {
  const request = new AbortController();
  if (shared.cut) end(request);
  else {
    shared.requests.add(request);
    setTimeout(() => {
      shared.requests.delete(request);
      end(request);
    }, ms).unref();
  }
  return request.signal;
}

function end(request: AbortController): void {
  request.abort(new DOMException("no answer in time", "TimeoutError"));
}
