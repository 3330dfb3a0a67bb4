/** Takes back single things that an install changed, and leaves alone what others changed since. */
import { BlobsyError } from "../domain/errors.js";
import { lstatFacts } from "../fs/facts.js";
import { rename } from "../fs/ops.js";
import { replaceFile } from "../fs/user-file.js";
import { withoutAttributes } from "./attributes-block.js";
import { setValues, valuesIn, type ConfigPlace } from "./config-file.js";
import { isOurScript } from "./hook-files.js";
import { decode, type FileRecord, type KeyRecord } from "./install-record.js";
import { readBytes } from "./text-file.js";

/**
 * Of the exclude file only the block goes: Git users write to it by hand.
 * @param withoutBlock takes the block out of its text
 */
export async function putBackIgnore(
  file: string,
  before: string | null | undefined,
  withoutBlock: (text: string) => string,
): Promise<void> {
  const now = readBytes(file);
  if (now === null) return;
  const rest = Buffer.from(withoutBlock(now.toString("latin1")), "latin1");
  const was = typeof before === "string" ? decode(before) : null;
  // The block began on a line of its own, also where the text before it had no newline at its end.
  const ended = was !== null && rest.equals(Buffer.concat([was, Buffer.from("\n")]));
  const text = ended ? was : rest;
  if (text.equals(now)) return;
  await writeOrRemove(file, now, text.length === 0 && before === null ? null : text);
}

/** @returns false when the file is somebody else's now, and stays */
export async function putBackFile(file: string, record: FileRecord): Promise<boolean> {
  const now = readBytes(file);
  if (now === null) return true;
  if (record.before !== undefined && now.equals(decode(record.after))) {
    await writeOrRemove(file, now, record.before === null ? null : decode(record.before));
    return true;
  }
  if (record.kind === "block") {
    const text = now.toString("latin1");
    const rest = Buffer.from(withoutAttributes(text), "latin1");
    await writeOrRemove(file, now, rest.length === 0 && record.before === null ? null : rest);
    return true;
  }
  if (record.kind === "script" && !isOurScript(now.toString("latin1"))) return false;
  await writeOrRemove(file, now, null);
  return true;
}

async function writeOrRemove(file: string, was: Buffer, next: Buffer | null): Promise<void> {
  if (await replaceFile(file, { was, next })) return;
  throw new BlobsyError("PAYLOAD_CHANGED", "it was changed meanwhile, and stays as it is", {
    path: file,
    next: "blobsy uninstall",
  });
}

/** Sections that nobody but blobsy has a use for; their keys go whatever they say now. */
const OURS_ALONE =
  /^(filter\.blobsy|diff\.blobsy|merge\.blobsy|hook\.blobsy-[\w-]+)\.|^blobsy\.(fsmonitor|hooksPath)$/;

/** @returns false when the value is another one now, and stays */
export async function putBackKey(
  place: ConfigPlace,
  key: string,
  record: KeyRecord,
): Promise<boolean> {
  const now = await valuesIn(place, key);
  if (now.length === 0) return true;
  const untouched = now.length === 1 && now[0] === record.after;
  if (!untouched && !OURS_ALONE.test(key)) return false;
  await setValues(place, key, untouched ? record.before : []);
  return true;
}

/** Gives a hook of somebody else's its name back. @returns false when another one has the name now */
export async function putBackName(from: string, to: string): Promise<boolean> {
  if (lstatFacts(to) === null) return true;
  if (lstatFacts(from) !== null && !isOurScript(readBytes(from)?.toString("latin1") ?? "")) {
    return false;
  }
  await rename(to, from);
  return true;
}
