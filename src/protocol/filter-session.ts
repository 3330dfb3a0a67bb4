/**
 * One conversation of Git's long-running filter protocol, version 2, seen from the filter.
 * (gitattributes(5), "Long Running Filter Process".)
 *
 * Knows framing, order and status; what clean and smudge mean is the handlers' business. Two rules
 * shape it:
 *
 * - Git writes a file's whole content before it reads a byte of the answer. So the content is
 *   drained first, in memory up to a limit and beyond that into a spool of the caller's, and the
 *   answer comes after. Answering early would fill both pipes and stop both processes.
 * - Only an end of input between two requests means that Git wanted no more. Everything else that
 *   ends a session is `broken`, and then nobody may act on what was said in it.
 *
 * Not here: delayed answers (never offered), files, processes, signals.
 */
import type { Writable } from "node:stream";
import { discard, drain, type Content, type Drained, type DrainOptions } from "./content.js";
import { PacketSink, PacketSource } from "./packet-io.js";
import { FLUSH_BYTES, ProtocolError, encodeContent, encodeLine, lineOf } from "./pkt-line.js";

export type { Content, Spool } from "./content.js";

export type Capability = "clean" | "smudge";

export type Answer =
  /** Git takes `content` for the file's. */
  | { readonly status: "success"; readonly content: Uint8Array | AsyncIterable<Uint8Array> }
  /** This file could not be done. Git fails it, or uses the original when not `required`. */
  | { readonly status: "error" }
  /** As `error`, and Git asks for no other file of this command in this session. */
  | { readonly status: "abort" };

/**
 * @param path the pathname's raw bytes, relative to the top of the worktree
 * @param keys the request's other keys as Git sent them (`ref`, `treeish`, `blob`, ...)
 */
export type FilterHandler = (
  path: Buffer,
  content: Content,
  keys: ReadonlyMap<string, Buffer>,
) => Promise<Answer>;

export interface FilterSessionOptions extends DrainOptions {
  /** Git's side of the pipe. Chunks must not be reused for later bytes. */
  readonly input: AsyncIterable<Uint8Array>;
  readonly output: Writable;
  readonly handlers: { readonly clean?: FilterHandler; readonly smudge?: FilterHandler };
  /** What to offer; Git gets what it also knows. Default: what there are handlers for. */
  readonly capabilities?: readonly Capability[];
  /** Told of every file that is answered with an error because a handler or the spool threw. */
  readonly onFailure: (path: Buffer, error: unknown) => void;
}

export type SessionEnd =
  | { readonly end: "clean"; readonly requests: number }
  | { readonly end: "broken"; readonly requests: number; readonly error: Error };

/** Headers of one request; far more than Git sends. */
const MAX_HEADERS = 256;

/** Runs one session to its end. Never rejects: see `SessionEnd`. */
export async function runFilterSession(options: FilterSessionOptions): Promise<SessionEnd> {
  const source = new PacketSource(options.input);
  const sink = new PacketSink(options.output);
  let requests = 0;
  try {
    const offered = await shakeHands(source, sink, offer(options));
    for (;;) {
      const request = await readRequest(source);
      if (request === null) return { end: "clean", requests };
      requests += 1;
      await serve(request, { source, sink, offered, options });
    }
  } catch (error) {
    await source.close();
    return {
      end: "broken",
      requests,
      error: error instanceof Error ? error : new Error(String(error)),
    };
  }
}

interface Session {
  readonly source: PacketSource;
  readonly sink: PacketSink;
  readonly offered: ReadonlySet<string>;
  readonly options: FilterSessionOptions;
}

function offer(options: FilterSessionOptions): readonly Capability[] {
  const { clean, smudge } = options.handlers;
  const able: Capability[] = [
    ...(clean ? ["clean" as const] : []),
    ...(smudge ? ["smudge" as const] : []),
  ];
  return able.filter((capability) => options.capabilities?.includes(capability) ?? true);
}

async function shakeHands(
  source: PacketSource,
  sink: PacketSink,
  able: readonly Capability[],
): Promise<ReadonlySet<string>> {
  const [welcome, ...versions] = await readHandshakeList(source);
  if (welcome !== "git-filter-client") {
    throw new ProtocolError(
      "BAD_HANDSHAKE",
      `not Git's filter protocol: ${JSON.stringify(welcome)}`,
    );
  }
  if (!versions.includes("version=2")) {
    throw new ProtocolError(
      "BAD_HANDSHAKE",
      `Git does not offer version 2: ${versions.join(", ")}`,
    );
  }
  await sink.write(encodeLine("git-filter-server"), encodeLine("version=2"), FLUSH_BYTES);

  const known = await readHandshakeList(source);
  const offered = able.filter((capability) => known.includes(`capability=${capability}`));
  await sink.write(...offered.map((name) => encodeLine(`capability=${name}`)), FLUSH_BYTES);
  return new Set(offered);
}

async function readHandshakeList(source: PacketSource): Promise<string[]> {
  const lines: string[] = [];
  for (;;) {
    const packet = await source.next();
    if (packet === null) throw new ProtocolError("TRUNCATED", "the input ended in the handshake");
    if (packet.kind === "flush") return lines;
    if (lines.length === MAX_HEADERS) throw new ProtocolError("BAD_HANDSHAKE", "too many lines");
    lines.push(lineOf(packet.data).toString("utf8"));
  }
}

interface Request {
  readonly command: string;
  /** `null` for commands that are about no file, and carry no content. */
  readonly path: Buffer | null;
  readonly keys: ReadonlyMap<string, Buffer>;
}

/** @returns `null` at the only clean end there is: no packet where a request would begin */
async function readRequest(source: PacketSource): Promise<Request | null> {
  const keys = new Map<string, Buffer>();
  for (let count = 0; ; count += 1) {
    const packet = await source.next();
    if (packet === null) {
      if (count === 0) return null;
      throw new ProtocolError("TRUNCATED", "the input ended inside a request");
    }
    if (packet.kind === "flush") return asRequest(keys);
    if (count === MAX_HEADERS) throw new ProtocolError("BAD_REQUEST", "too many headers");
    addHeader(keys, lineOf(packet.data));
  }
}

function quote(line: Buffer): string {
  return JSON.stringify(line.toString("utf8", 0, 200));
}

function addHeader(keys: Map<string, Buffer>, line: Buffer): void {
  const equals = line.indexOf(0x3d);
  if (equals <= 0)
    throw new ProtocolError("BAD_REQUEST", `a header is not key=value: ${quote(line)}`);
  const key = line.toString("latin1", 0, equals);
  // A second value would make two readers of one request see two different files.
  if (keys.has(key)) throw new ProtocolError("BAD_REQUEST", `a header came twice: ${quote(line)}`);
  keys.set(key, line.subarray(equals + 1));
}

function asRequest(keys: Map<string, Buffer>): Request {
  const command = keys.get("command");
  const path = keys.get("pathname") ?? null;
  if (command === undefined) throw new ProtocolError("BAD_REQUEST", "a request names no command");
  if (path?.length === 0) throw new ProtocolError("BAD_REQUEST", "a request has an empty pathname");
  keys.delete("command");
  keys.delete("pathname");
  return { command: command.toString("latin1"), path, keys };
}

async function serve(request: Request, session: Session): Promise<void> {
  const { source, sink, offered, options } = session;
  const { command, path, keys } = request;
  const handler = offered.has(command) ? options.handlers[command as Capability] : undefined;
  if (path === null) {
    if (handler) throw new ProtocolError("BAD_REQUEST", `${command} without a pathname`);
    return sendStatus(sink, "error");
  }
  if (!handler) {
    await discard(source);
    return sendStatus(sink, "error");
  }

  const fail = (error: unknown): void => options.onFailure(path, error);
  const drained = await drain(source, options);
  try {
    const answer = await ask(() => handler(path, contentIn(drained), keys), fail);
    if (answer.status === "success") await sendContent(sink, answer.content, fail);
    else await sendStatus(sink, answer.status);
  } finally {
    await drained.dispose();
  }
}

function contentIn(drained: Drained): Content {
  if (drained.content === null) throw drained.failure;
  return drained.content;
}

async function ask(handle: () => Promise<Answer>, fail: (error: unknown) => void): Promise<Answer> {
  try {
    return await handle();
  } catch (error) {
    fail(error);
    return { status: "error" };
  }
}

function sendStatus(sink: PacketSink, status: "error" | "abort"): Promise<void> {
  return sink.write(encodeLine(`status=${status}`), FLUSH_BYTES);
}

async function sendContent(
  sink: PacketSink,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  fail: (error: unknown) => void,
): Promise<void> {
  const begin = [encodeLine("status=success"), FLUSH_BYTES];
  // The empty list after the content keeps the status as it was.
  const end = [FLUSH_BYTES, FLUSH_BYTES];
  if (content instanceof Uint8Array) {
    return sink.write(...begin, ...encodeContent(content), ...end);
  }
  await sink.write(...begin);
  const pieces = content[Symbol.asyncIterator]();
  try {
    for (;;) {
      const piece = await nextPiece(pieces);
      if (piece === null) return await sink.write(...end);
      if ("failure" in piece) {
        fail(piece.failure);
        // Git throws away what it got when the status after the content is an error.
        return await sink.write(FLUSH_BYTES, encodeLine("status=error"), FLUSH_BYTES);
      }
      await sink.writeContent(piece.bytes);
    }
  } finally {
    await pieces.return?.();
  }
}

/** Keeps a source that fails, which costs one file, apart from a pipe that fails, which ends all. */
async function nextPiece(
  pieces: AsyncIterator<Uint8Array>,
): Promise<{ bytes: Uint8Array } | { failure: unknown } | null> {
  try {
    const piece = await pieces.next();
    return piece.done === true ? null : { bytes: piece.value };
  } catch (failure) {
    return { failure };
  }
}
