// The shop's pictures, drawn here from shapes: a wall, a table, light from the left, and the thing itself.
import type { Picture } from "../catalogue.ts";
import { paintsOf } from "./pictures/paint.ts";
import type { Paints } from "./pictures/paint.ts";
import { light } from "./pictures/light.ts";
import { paper } from "./pictures/paper.ts";
import { table } from "./pictures/table.ts";
import { textile } from "./pictures/textile.ts";

/** A drawing stands on the table at y = 470, about x = 300, in a square of 600. */
export type Drawing = (paints: Paints) => string;

const drawings: Record<string, Drawing> = { ...light, ...table, ...paper, ...textile };

/** True where the kind has a drawing. */
export function isDrawn(kind: string): boolean {
  return Object.hasOwn(drawings, kind);
}

/** A square SVG of the product. A kind without a drawing of its own is shown as a wrapped box. */
export function picture(subject: Picture, label: string): string {
  const paints = paintsOf(subject.ground, subject.main, subject.second);
  const draw = Object.hasOwn(drawings, subject.kind) ? drawings[subject.kind]! : drawings.box!;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 600" role="img" aria-label="${attribute(label)}">`,
    `<defs>`,
    gradient("wall", [paints.wallLight, paints.wall], "0", "0", "1", "1"),
    gradient("desk", [paints.desk, paints.deskDark], "0", "0", "0", "1"),
    gradient("body", [paints.mainLight, paints.main, paints.mainDark], "0", "0", "1", "0"),
    gradient("trim", [paints.secondLight, paints.second, paints.secondDark], "0", "0", "1", "0"),
    `<radialGradient id="shade"><stop offset="0" stop-color="#2b2018" stop-opacity=".34"/><stop offset="1" stop-color="#2b2018" stop-opacity="0"/></radialGradient>`,
    `</defs>`,
    `<rect width="600" height="600" fill="url(#wall)"/>`,
    `<path d="M150 440V262a150 150 0 0 1 300 0V440Z" fill="${paints.wallLight}" opacity=".75"/>`,
    `<rect y="440" width="600" height="160" fill="url(#desk)"/>`,
    draw(paints),
    `</svg>`,
  ].join("");
}

function gradient(id: string, colours: string[], x1: string, y1: string, x2: string, y2: string): string {
  const stops = colours.map((colour, at) => `<stop offset="${at / (colours.length - 1)}" stop-color="${colour}"/>`);
  return `<linearGradient id="${id}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}">${stops.join("")}</linearGradient>`;
}

function attribute(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
