// The shop's buyers: made-up names from around the Rhine, addresses that lead nowhere.
import type { Dice } from "./dice.ts";

const FIRST = [
  "Anna", "Ben", "Camille", "Clara", "David", "Elif", "Emil", "Finn", "Greta", "Hannah", "Inès", "Jakob", "Jule", "Karim", "Lara", "Léa", "Leon", "Lina", "Louis", "Manon",
  "Mathis", "Mia", "Nadia", "Noé", "Oskar", "Paula", "Quentin", "Romy", "Sami", "Sophie", "Theo", "Ulla", "Victor", "Yara", "Zoé",
];
const LAST = [
  "Albrecht", "Baumann", "Bernard", "Brandt", "Chevalier", "Colin", "Dietrich", "Dubois", "Engel", "Fabre", "Fischer", "Garnier", "Haas", "Huber", "Jung", "Keller", "Klein",
  "Lambert", "Lang", "Meyer", "Moreau", "Neumann", "Perrin", "Petit", "Richter", "Roussel", "Schmitt", "Simon", "Vogel", "Weber", "Wolff", "Ziegler",
];

/** Gives the next buyer: one in five bought before. */
export function makeBuyers(dice: Dice): () => { name: string; email: string } {
  const known: { name: string; email: string }[] = [];
  return () => {
    if (known.length > 5 && dice.chance(0.2)) return dice.pick(known);
    const first = dice.pick(FIRST);
    const last = dice.pick(LAST);
    const plain = (text: string) => text.normalize("NFD").replace(/\p{Mark}/gu, "").toLowerCase();
    const buyer = { name: `${first} ${last}`, email: `${plain(first)}.${plain(last)}${known.length}@example.com` };
    known.push(buyer);
    return buyer;
  };
}
