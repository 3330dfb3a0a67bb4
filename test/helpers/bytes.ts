/**
 * Contents for the stories. Most have the same length, so that no edit is given away by its size;
 * `digits` and `sized` make those whose size has another number of digits.
 */
import { createHash } from "node:crypto";

export const USUAL_SIZE = 64;

/** `size` bytes that start with `tag` where they can, and differ for every tag. */
export function sized(tag: string, size: number): Buffer {
  const parts: Buffer[] = [Buffer.from(`${tag}\n`)];
  let length = parts[0]?.length ?? 0;
  for (let n = 0; length < size; n += 1) {
    const part = createHash("sha256").update(`${tag} ${n}`).digest();
    parts.push(part);
    length += part.length;
  }
  return Buffer.concat(parts).subarray(0, size);
}

/** Content of the usual size, told by its tag. */
export function bytes(tag: string): Buffer {
  return sized(tag, USUAL_SIZE);
}

/** Content whose size needs more digits than the usual one. */
export function digits(tag: string): Buffer {
  return sized(tag, 12_345);
}

export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
