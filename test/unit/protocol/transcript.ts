/**
 * Conversations in the notation of Git's own documentation, one packet per line:
 *
 *     git> command=clean        a text packet; its LF is added
 *     git> "a\n"                these very bytes (a JSON string; \u0000 to \u00ff are bytes)
 *     git> 0000                 a flush packet
 *     git> raw "000g"           bytes that are no packet
 *     git< status=success       what the filter must answer, likewise
 */
import { PassThrough } from "node:stream";
import {
  runFilterSession,
  type FilterSessionOptions,
  type SessionEnd,
  type Spool,
} from "../../../src/protocol/filter-session.js";
import { PacketDecoder, encodePacket, lineOf } from "../../../src/protocol/pkt-line.js";

export const HANDSHAKE = `
  git> git-filter-client
  git> version=2
  git> 0000
  git< git-filter-server
  git< version=2
  git< 0000
  git> capability=clean
  git> capability=smudge
  git> capability=delay
  git> 0000
  git< capability=clean
  git< capability=smudge
  git< 0000
`;

export interface Script {
  /** Everything Git sends. */
  readonly sent: Buffer;
  /** Everything the filter must answer, as lines of this notation. */
  readonly expected: readonly string[];
}

export function parseTranscript(text: string): Script {
  const sent: Buffer[] = [];
  const expected: string[] = [];
  for (const line of text.split("\n")) {
    const match = /^\s*git([<>]) (.*)$/.exec(line);
    if (!match) {
      if (line.trim() !== "" && !line.trim().startsWith("#"))
        throw new Error(`not a line: ${line}`);
      continue;
    }
    const said = match[2] as string;
    if (match[1] === ">") sent.push(bytesOf(said));
    else expected.push(said);
  }
  return { sent: Buffer.concat(sent), expected };
}

function bytesOf(said: string): Buffer {
  if (said === "0000") return Buffer.from("0000");
  if (said.startsWith("raw ")) return Buffer.from(JSON.parse(said.slice(4)) as string, "latin1");
  if (said.startsWith('"')) return encodePacket(Buffer.from(JSON.parse(said) as string, "latin1"));
  return encodePacket(Buffer.from(`${said}\n`, "utf8"));
}

/** The filter's answers in the notation of the transcripts. */
export function render(bytes: Uint8Array): string[] {
  return [...new PacketDecoder().decode(bytes)].map((packet) => {
    if (packet.kind === "flush") return "0000";
    const plain = lineOf(packet.data).toString("latin1");
    const isLine = packet.data.at(-1) === 0x0a && /^[a-z-]+=?[\x21-\x7e]*$/.test(plain);
    return isLine ? plain : JSON.stringify(packet.data.toString("latin1"));
  });
}

/** A spool in memory that counts what it holds, and how many were never disposed of. */
export class SpoolDesk {
  open = 0;
  made = 0;
  readonly spool = async (): Promise<Spool> => {
    this.open += 1;
    this.made += 1;
    const parts: Uint8Array[] = [];
    return {
      write: async (chunk) => void parts.push(Uint8Array.from(chunk)),
      async *readBack() {
        yield* parts;
      },
      dispose: async () => void (this.open -= 1),
    };
  };
}

export interface Heard {
  readonly command: "clean" | "smudge";
  readonly path: Buffer;
  readonly content: Buffer;
  readonly keys: Record<string, string>;
}

export interface Outcome {
  readonly end: SessionEnd;
  readonly answers: Buffer;
  readonly heard: readonly Heard[];
  readonly failures: readonly { path: string; message: string }[];
  readonly desk: SpoolDesk;
}

/** Plays `chunks` to a session whose handlers answer what they were given, unless told otherwise. */
export async function play(
  chunks: Iterable<Uint8Array>,
  overrides: Partial<FilterSessionOptions> = {},
): Promise<Outcome> {
  const heard: Heard[] = [];
  const failures: { path: string; message: string }[] = [];
  const desk = new SpoolDesk();
  const output = new PassThrough({ highWaterMark: 1 << 30 });
  const echo =
    (command: Heard["command"]): NonNullable<FilterSessionOptions["handlers"]["clean"]> =>
    async (path, content, keys) => {
      const parts: Uint8Array[] = [];
      for await (const part of content.chunks()) parts.push(part);
      const others = Object.fromEntries(
        [...keys].map(([key, value]) => [key, value.toString("latin1")]),
      );
      heard.push({ command, path, content: Buffer.concat(parts), keys: others });
      return { status: "success", content: content.bytes ?? content.chunks() };
    };
  const end = await runFilterSession({
    input: (async function* () {
      yield* chunks;
    })(),
    output,
    handlers: { clean: echo("clean"), smudge: echo("smudge") },
    memoryLimit: 64 * 1024,
    spool: desk.spool,
    onFailure: (path, error) =>
      failures.push({ path: path.toString("latin1"), message: (error as Error).message }),
    ...overrides,
  });
  output.end();
  const answers: Buffer[] = [];
  for await (const part of output) answers.push(part as Buffer);
  return { end, answers: Buffer.concat(answers), heard, failures, desk };
}
