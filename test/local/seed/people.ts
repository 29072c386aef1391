// Creators who come later: some join the network's program, some are the shop's own friends, whom no network knows. Names in many scripts.
import { addCreator, makeOwnProgram, takeOverCreators } from "#app/flow/connect.ts";
import { DEMO_SHOP } from "#test/local/demo/stage.ts";
import { DEMO_ACCOUNT_SID, DEMO_CREATOR_PROGRAM_ID } from "#test/local/network/accounts.ts";
import { inNetwork } from "./control.ts";
import { good } from "./setup.ts";

export const NEWCOMERS = [
  { id: "2552811", name: "Łucja Nowak", email: "lucja@glinainiebo.example", handle: "glina.i.niebo", platform: "INSTAGRAM", country: "PL" },
  { id: "2552812", name: "韩梅梅", email: "meimei@chuantea.example", handle: "meimei.chuan", platform: "TIKTOK", country: "CN" },
  { id: "2552813", name: "Zoë Martens", email: "zoe@zoekookt.example", handle: "zoekookt", platform: "YOUTUBE", country: "BE" },
  { id: "2552814", name: "Óscar Ibáñez", email: "oscar@mesalarga.example", handle: "mesa.larga", platform: "INSTAGRAM", country: "ES" },
];

export const FRIENDS = [
  { name: "Zoë van den Berg", email: "zoe@atelier-friends.example", handle: "zoe.draait" },
  { name: "Łukasz Wójcik", email: "lukasz@atelier-friends.example", handle: "lukasz.parzy" },
  { name: "李雷", email: "lilei@atelier-friends.example", handle: "lilei.cha" },
  { name: "Søren Ågård", email: "soren@atelier-friends.example", handle: "soren.ler" },
  { name: "Đặng Thu Hà", email: "ha@atelier-friends.example", handle: "ha.gom" },
  { name: "Ελένη Παπαδοπούλου", email: "eleni@atelier-friends.example", handle: "eleni.pilos" },
  { name: "Анна Соколова", email: "anna@atelier-friends.example", handle: "anna.glina" },
  { name: "佐藤さくら", email: "sakura@atelier-friends.example", handle: "sakura.utsuwa" },
  { name: "Zoe Lindqvist", email: "zoe.l@atelier-friends.example", handle: "zoe.lera" },
  { name: "Şebnem Yılmaz", email: "sebnem@atelier-friends.example", handle: "sebnem.comlek" },
];

/** Four join in the network, and are taken over; they have no codes yet. */
export async function welcomeNewcomers(programId: string): Promise<void> {
  for (const { id, ...partner } of NEWCOMERS) {
    await inNetwork("add-partner", { sid: DEMO_ACCOUNT_SID, id, ...partner });
    await inNetwork("add-partner-to-program", { sid: DEMO_ACCOUNT_SID, partnerId: id, programId: DEMO_CREATOR_PROGRAM_ID, state: "joined", payoutBasisPoints: 1_000 });
  }
  good(await takeOverCreators(DEMO_SHOP, programId));
}

/** A program of the shop's own; returns it and its creators' ids. */
export async function gatherFriends(): Promise<{ programId: string; creatorIds: string[] }> {
  const { programId } = good(await makeOwnProgram(DEMO_SHOP, { name: "Friends of the atelier" }));
  const creatorIds: string[] = [];
  for (const friend of FRIENDS) creatorIds.push(good(await addCreator(DEMO_SHOP, { ...friend, programId })).creatorId);
  return { programId, creatorIds };
}
