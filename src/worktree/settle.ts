/** What many placed payloads have made durable once, at the end, and not each. */
import { settleParents } from "../fs/safe-parent.js";
import type { PlaceContext } from "./place.js";

/** @throws system errors; what was placed is there all the same, and may not survive a power cut */
export async function settlePlaced({ store }: PlaceContext): Promise<void> {
  await Promise.all([store.settle(), settleParents()]);
}
