/** What a `list` command prints: a line for each object, its size in bytes and its key. */
import { fstatSync } from "node:fs";
import { BlobsyError } from "../domain/errors.js";
import { escapeForTerminal } from "../domain/terminal.js";
import type { OpenFile } from "../fs/open-file.js";
import { RESERVED_PREFIX, type RemoteObject } from "./transport.js";

/** Bytes; about two million objects. */
export const LONGEST_LISTING = 256 * 1024 * 1024;
const PIECE = 64 * 1024;

/** Is the listing still one that can be read? */
export function isShort(output: OpenFile): boolean {
  return fstatSync(output.fd).size <= LONGEST_LISTING;
}

/**
 * @param what the command, as messages name it
 * @throws {BlobsyError} IO for a line that is no such line: half a listing would be a wrong one
 */
export async function readListing(
  output: OpenFile,
  prefix: string,
  what: string,
): Promise<RemoteObject[]> {
  const objects: RemoteObject[] = [];
  for await (const line of linesOf(output)) {
    if (line.trim() === "") continue;
    const object = readLine(line, what);
    if (!object.key.startsWith(prefix)) continue;
    // Our own are listed only when they are asked for.
    const isOwn = object.key.startsWith(RESERVED_PREFIX);
    if (!isOwn || prefix.startsWith(RESERVED_PREFIX)) objects.push(object);
  }
  return objects;
}

function readLine(line: string, what: string): RemoteObject {
  const [, size, key] = /^\s*(\d{1,15})[ \t]+(\S.*?)\s*$/.exec(line) ?? [];
  if (size !== undefined && key !== undefined) return { key, size: Number(size) };
  const shown = escapeForTerminal(line.slice(0, 80));
  throw new BlobsyError("IO", `${what} printed a line that is not "<size> <key>": ${shown}`);
}

async function* linesOf(file: OpenFile): AsyncGenerator<string> {
  const buffer = Buffer.alloc(PIECE);
  let rest = "";
  for (let at = 0; ;) {
    const { bytesRead } = await file.read(buffer, 0, PIECE, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    // Keys are ASCII: cutting a character of another name in two does no harm.
    const lines = (rest + buffer.toString("latin1", 0, bytesRead)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest;
}
