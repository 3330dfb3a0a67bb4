/** Takes a lock, writes its pid into the guarded file, checks that nobody else does, and lets go. */
import { readFileSync, writeFileSync } from "node:fs";
import { acquireLock } from "../../src/fs/lock.js";

const [lockFile = "", guarded = "", rounds = "1", end = ""] = process.argv.slice(2);
for (let round = 0; round < Number(rounds); round += 1) {
  const lock = await acquireLock(lockFile, { waitMs: "forever" });
  const mine = `${process.pid} ${round}`;
  writeFileSync(guarded, mine);
  if (end === "die") process.kill(process.pid, "SIGKILL");
  if (end === "stay") await new Promise((resolve) => setTimeout(resolve, 600_000));
  await new Promise((resolve) => setTimeout(resolve, 1));
  if (readFileSync(guarded, "utf8") !== mine) throw new Error("somebody else had the lock too");
  await lock?.release();
}
