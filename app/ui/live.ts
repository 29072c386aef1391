// Pages that follow what is under way, and toasts of what is done.
import { useRevalidator, useSearchParams } from "@remix-run/react";
import { useAppBridge } from "@shopify/app-bridge-react";
import { useEffect, useRef } from "react";

/**
 * Reads the page's data again every few seconds while something is waiting and somebody is looking, and once when nothing waits any more: the parts
 * of a page are read beside each other, and those of the last reading may be from before and after the end.
 */
export function useFollow(waiting: boolean, everyMs = 3_000): void {
  const revalidator = useRevalidator();
  const waited = useRef(waiting);
  useEffect(() => {
    if (waited.current && !waiting) revalidator.revalidate();
    waited.current = waiting;
  }, [waiting]);
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible" && revalidator.state === "idle") revalidator.revalidate();
    }, everyMs);
    return () => clearInterval(timer);
  }, [waiting, everyMs, revalidator]);
}

/** Shows a toast once for each new `answer` for which there is a message. */
export function useToast(answer: unknown, message: string | null, isError = false): void {
  const shopify = useAppBridge();
  useEffect(() => {
    if (answer && message) shopify.toast.show(message, { isError, duration: 5_000 });
    // The message follows from the answer; a new render alone is no news.
  }, [answer]);
}

/** The toast after a redirect: `?done=<what>&n=<how many>` is shown once and leaves the address. */
export function useDoneToast(say: (done: string, count: number) => string): void {
  const shopify = useAppBridge();
  const [params, setParams] = useSearchParams();
  const done = params.get("done");
  const count = Number(params.get("n") ?? 1);
  useEffect(() => {
    if (!done) return;
    shopify.toast.show(say(done, count), { duration: 5_000 });
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        after.delete("done");
        after.delete("n");
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
  }, [done]);
}
