/** Where content goes that is too long for a ref file, until Git wants it back. */
import { createReadStream } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createFile, unlinkIfThere, writeAll } from "../fs/ops.js";
import { tempName } from "../fs/temp.js";
import type { Spool } from "../protocol/filter-session.js";

/** @throws system errors; Git then gets an error for that file */
export async function openSpool(): Promise<Spool> {
  const file = path.join(os.tmpdir(), tempName("blobsy-spool"));
  const handle = await createFile(file, 0o600);
  let length = 0;
  return {
    write: async (chunk) => {
      await writeAll(handle, file, chunk, length);
      length += chunk.length;
    },
    readBack: () => createReadStream(file),
    dispose: async () => {
      await handle.close();
      await unlinkIfThere(file);
    },
  };
}
