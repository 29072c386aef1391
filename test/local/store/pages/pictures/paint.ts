// Colours of one picture, all derived from three.

export type Paints = {
  wall: string;
  wallLight: string;
  desk: string;
  deskDark: string;
  main: string;
  mainLight: string;
  mainDark: string;
  second: string;
  secondLight: string;
  secondDark: string;
};

/** Everything a drawing needs, from the ground's, the thing's and the second colour ("#rrggbb"). */
export function paintsOf(ground: string, main: string, second: string): Paints {
  return {
    wall: ground,
    wallLight: mix(ground, "#ffffff", 0.45),
    desk: mix(ground, "#b59a80", 0.3),
    deskDark: mix(ground, "#8f7459", 0.42),
    main,
    mainLight: mix(main, "#ffffff", 0.24),
    mainDark: mix(main, "#1d1410", 0.26),
    second,
    secondLight: mix(second, "#ffffff", 0.3),
    secondDark: mix(second, "#1d1410", 0.24),
  };
}

/** `share` of the other colour in the first. */
export function mix(colour: string, other: string, share: number): string {
  const [from, to] = [channels(colour), channels(other)];
  return `#${from.map((value, at) => Math.round(value + (to[at]! - value) * share).toString(16).padStart(2, "0")).join("")}`;
}

/** The shadow that a thing throws on the table. */
export function shadow(x: number, y: number, halfWidth: number, halfHeight = 20): string {
  return `<ellipse cx="${x + 14}" cy="${y}" rx="${halfWidth}" ry="${halfHeight}" fill="url(#shade)"/>`;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
