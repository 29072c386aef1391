// Where the focus goes once a dialog has closed: back to the button that opened it.
import type { RefObject } from "react";

/**
 * For a Modal's `activator`: the parent of the button with this id, in which the button is the first thing that can have the focus.
 * It is looked for when the dialog has closed, as the page may have been drawn anew meanwhile.
 */
export function openerOf(id: string): RefObject<HTMLElement> {
  return {
    get current() {
      return document.getElementById(id)?.parentElement ?? null;
    },
  };
}
