// The code that is being made: whose, how it is called, and what is found about the name while it is typed.
import { useEffect, useRef, useState } from "preact/hooks";
import type { CodeAnswer, CodeLook } from "../../../app/domain/discount-action.ts";
import { ask } from "../../shared/ask.ts";

const TYPING_MS = 500;

export type Code = {
  creatorId: string;
  /** As it is typed; "" until the app has proposed one. */
  name: string;
  look: CodeLook | null;
  errors: string[];
  /** Asked, and not answered yet: what is shown is of an earlier name. */
  looking: boolean;
  making: boolean;
  unreached: boolean;
  ready: boolean;
  made: CodeAnswer["made"];
  choose: (creatorId: string) => void;
  type: (name: string) => void;
  lookAgain: () => void;
  make: () => void;
  restart: () => void;
};

const NOTHING = { creatorId: "", name: "", look: null, errors: [] as string[], looking: false, making: false, unreached: false, made: null };
type State = Omit<Code, "ready" | "choose" | "type" | "lookAgain" | "make" | "restart">;

export function useCode(path: string, asked: Record<string, string>): Code {
  const [state, setState] = useState<State>(NOTHING);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  // Only the answer to the last question counts: names are typed faster than they are looked up.
  const questions = useRef(0);

  useEffect(() => () => clearTimeout(timer.current), []);

  async function send(intent: "look" | "make", creatorId: string, code: string): Promise<void> {
    questions.current += 1;
    const mine = questions.current;
    const answer = await ask<CodeAnswer>(path, asked, { intent, creatorId, code });
    if (mine !== questions.current) return;
    setState((now) => {
      const next = { ...now, looking: false, making: false, unreached: !answer.ok };
      if (!answer.ok) return next;
      const { look, errors, made } = answer.value;
      return { ...next, look, errors, made, name: now.name === "" ? (look?.code ?? "") : now.name };
    });
  }

  function lookAt(creatorId: string, name: string, afterMs: number): void {
    clearTimeout(timer.current);
    questions.current += 1;
    setState((now) => ({ ...now, creatorId, name, looking: true, unreached: false, errors: [], ...(creatorId === now.creatorId ? {} : { look: null }) }));
    timer.current = setTimeout(() => void send("look", creatorId, name), afterMs);
  }

  const { creatorId, name, look, looking, making, unreached } = state;
  return {
    ...state,
    ready: look !== null && !look.blocked && !looking && !making && !unreached && name.trim() !== "",
    // Another creator's code is named anew.
    choose: (chosen) => chosen !== creatorId && lookAt(chosen, "", 0),
    type: (typed) => lookAt(creatorId, typed, TYPING_MS),
    lookAgain: () => lookAt(creatorId, name, 0),
    make: () => {
      clearTimeout(timer.current);
      setState((now) => ({ ...now, making: true, errors: [] }));
      void send("make", creatorId, name);
    },
    restart: () => setState(NOTHING),
  };
}
