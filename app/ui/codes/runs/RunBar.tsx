// A slim bar at the foot of every page while a run is under way. It lies over the page, so that nothing moves when it comes or goes.
import { useFetcher, useLocation } from "@remix-run/react";
import { Box, Button, ProgressBar, Text } from "@shopify/polaris";
import { useEffect, useRef, useState } from "react";
import type { RunUnderWay } from "../../../domain/run-page.ts";
import { useT } from "../../../i18n.ts";
import { percentOf, useCounted, useStepWords } from "./words.ts";

const FIRST_MS = 3_000;
const LONGEST_MS = 15_000;
const HEIGHT = "3.25rem";

/** `run`: as of when the page was loaded. It is asked for again while one is under way and somebody is looking, more seldom while nothing changes. */
export function RunBar({ run: loaded }: { run: RunUnderWay | null }) {
  const t = useT("runs");
  const run = useRunUnderWay(loaded);
  const announced = useAnnouncement(run);
  const { pathname } = useLocation();
  return (
    <>
      <div role="status" aria-live="polite" style={{ position: "absolute", width: 1, height: 1, overflow: "hidden", clip: "rect(0 0 0 0)" }}>
        {announced}
      </div>
      {run && pathname !== `/app/codes/runs/${run.id}` ? (
        <>
          <div aria-hidden style={{ height: HEIGHT }} />
          <section aria-label={t("bar.label")} style={{ position: "fixed", insetInline: 0, bottom: 0, zIndex: 30, minHeight: HEIGHT, background: "var(--p-color-bg-surface)", borderBlockStart: "1px solid var(--p-color-border)", boxShadow: "var(--p-shadow-300)" }}>
            <Line run={run} />
          </section>
        </>
      ) : null}
    </>
  );
}

function Line({ run }: { run: RunUnderWay }) {
  const t = useT("runs");
  const counted = useCounted();
  const words = useStepWords()(run, run.hindered);
  const title = t(`bar.${run.state === "checking" ? "checking" : "running"}`, { deal: run.deal });
  return (
    <Box paddingInline="400" paddingBlock="200">
      <div style={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr) auto", columnGap: "var(--p-space-400)", alignItems: "center" }}>
        <div style={{ minWidth: 0 }}>
          <div style={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr) auto", columnGap: "var(--p-space-200)" }}>
            <Text as="span" variant="bodySm" fontWeight="semibold" truncate id="run-bar">
              {run.others > 0 ? `${title} ${counted("bar.more", run.others)}` : title}
            </Text>
            <Text as="span" variant="bodySm" tone="subdued">
              {words.left ?? words.far}
            </Text>
          </div>
          <div style={{ paddingBlockStart: "var(--p-space-100)" }}>
            <ProgressBar progress={percentOf(run)} size="small" tone="highlight" ariaLabelledBy="run-bar" animated={false} />
          </div>
        </div>
        <Button url={`/app/codes/runs/${run.id}`} size="slim">
          {t("bar.open")}
        </Button>
      </div>
    </Box>
  );
}

/** What is under way now. */
function useRunUnderWay(loaded: RunUnderWay | null): RunUnderWay | null {
  const fetcher = useFetcher<{ run: RunUnderWay | null }>();
  const [run, setRun] = useState(loaded);
  const wait = useRef(FIRST_MS);
  const { data, load, state } = fetcher;
  // Whatever was heard last holds: the page's own data, or the answer.
  useEffect(() => setRun(loaded), [loaded]);
  useEffect(() => {
    if (!data) return;
    setRun((before) => {
      const same = before !== null && data.run !== null && before.id === data.run.id && percentOf(before) === percentOf(data.run);
      wait.current = same ? Math.min(LONGEST_MS, wait.current * 1.5) : FIRST_MS;
      return data.run;
    });
  }, [data]);
  const under = run !== null;
  useEffect(() => {
    if (!under || state !== "idle") return;
    const timer = setTimeout(function ask() {
      if (document.visibilityState === "visible") load("/app/codes/runs/progress");
      else document.addEventListener("visibilitychange", () => load("/app/codes/runs/progress"), { once: true });
    }, wait.current);
    return () => clearTimeout(timer);
  }, [under, state, data, load]);
  return run;
}

const EACH_PERCENT = 25;

/** Said aloud at each quarter only. */
function useAnnouncement(run: RunUnderWay | null): string {
  const t = useT("runs");
  if (run === null) return "";
  const phase = t(`bar.${run.state === "checking" ? "checking" : "running"}`, { deal: run.deal });
  return t("progress.announced", { phase, percent: `${Math.floor(percentOf(run) / EACH_PERCENT) * EACH_PERCENT} %` });
}
