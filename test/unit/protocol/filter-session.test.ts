import fc from "fast-check";
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Answer } from "../../../src/protocol/filter-session.js";
import {
  PacketDecoder,
  encodeContent,
  encodeLine,
  type ProtocolError,
} from "../../../src/protocol/pkt-line.js";
import { HANDSHAKE, parseTranscript, play, render, type Outcome } from "./transcript.js";

/** Plays a transcript and holds every answer against it. */
async function expectTranscript(
  text: string,
  overrides: Parameters<typeof play>[1] = {},
): Promise<Outcome> {
  const { sent, expected } = parseTranscript(text);
  const outcome = await play([sent], overrides);
  expect(render(outcome.answers)).toEqual(expected);
  expect(outcome.desk.open).toBe(0);
  return outcome;
}

function brokenCode(outcome: Outcome): string {
  expect(outcome.end.end).toBe("broken");
  return outcome.end.end === "broken" ? (outcome.end.error as ProtocolError).code : "";
}

const answering = (answer: Answer): Parameters<typeof play>[1] => ({
  handlers: { clean: async () => answer, smudge: async () => answer },
});

describe("handshake", () => {
  it("offers version 2, clean and smudge, and never delay", async () => {
    const { end } = await expectTranscript(HANDSHAKE);
    expect(end).toEqual({ end: "clean", requests: 0 });
  });

  it("takes version 2 among others, and offers only what Git knows", async () => {
    await expectTranscript(`
      git> git-filter-client
      git> version=2
      git> version=42
      git> 0000
      git< git-filter-server
      git< version=2
      git< 0000
      git> capability=smudge
      git> capability=not-yet-invented
      git> 0000
      git< capability=smudge
      git< 0000
    `);
  });

  it("can offer nothing", async () => {
    const text = HANDSHAKE.replace(/ *git< capability=.*\n/g, "");
    await expectTranscript(text, { capabilities: [] });
  });

  it.each([
    ["another program", "git> GET / HTTP/1.1\n git> 0000", "BAD_HANDSHAKE"],
    [
      "only a version to come",
      "git> git-filter-client\n git> version=3\n git> 0000",
      "BAD_HANDSHAKE",
    ],
    ["nothing but a flush", "git> 0000", "BAD_HANDSHAKE"],
    ["an end inside", "git> git-filter-client\n git> version=2", "TRUNCATED"],
    ["nothing at all", "", "TRUNCATED"],
    ["no packets", 'git> raw "git-filter-client"', "BAD_LENGTH"],
  ])("is broken by %s", async (_, text, code) => {
    expect(brokenCode(await expectTranscript(text))).toBe(code);
  });

  it("is broken when Git goes before it names capabilities", async () => {
    const upTo = HANDSHAKE.slice(0, HANDSHAKE.indexOf("  git> capability"));
    expect(brokenCode(await expectTranscript(upTo))).toBe("TRUNCATED");
  });
});

describe("a file", () => {
  it("empty file", async () => {
    const { heard } = await expectTranscript(`${HANDSHAKE}
      git> command=clean
      git> pathname=empty.bref
      git> 0000
      git> 0000
      git< status=success
      git< 0000
      git< 0000
      git< 0000
    `);
    expect(heard).toMatchObject([{ command: "clean", content: Buffer.alloc(0), keys: {} }]);
  });

  it("many packets, empty ones among them", async () => {
    const { heard, end } = await expectTranscript(`${HANDSHAKE}
      git> command=smudge
      git> pathname=a.bref
      git> 0000
      git> "one"
      git> ""
      git> "\\ntwo\\n"
      git> "0000"
      git> 0000
      git< status=success
      git< 0000
      git< "one\\ntwo\\n0000"
      git< 0000
      git< 0000
      git> command=clean
      git> pathname=b.bref
      git> 0000
      git> "x"
      git> 0000
      git< status=success
      git< 0000
      git< "x"
      git< 0000
      git< 0000
    `);
    expect(heard.map(({ command }) => command)).toEqual(["smudge", "clean"]);
    expect(end).toEqual({ end: "clean", requests: 2 });
  });

  it.each(["error", "abort"] as const)("%s, and the session goes on", async (status) => {
    const request = `
      git> command=clean
      git> pathname=a
      git> 0000
      git> "content"
      git> 0000
      git< status=${status}
      git< 0000
    `;
    const { end } = await expectTranscript(HANDSHAKE + request + request, answering({ status }));
    expect(end).toEqual({ end: "clean", requests: 2 });
  });

  it("a handler that throws costs its own file", async () => {
    let calls = 0;
    const { failures, end } = await expectTranscript(
      `${HANDSHAKE.replace(/ *git< capability=smudge\n/, "")}
      git> command=clean
      git> pathname=bad
      git> 0000
      git> "content"
      git> 0000
      git< status=error
      git< 0000
      git> command=clean
      git> pathname=good
      git> 0000
      git> 0000
      git< status=success
      git< 0000
      git< "fine"
      git< 0000
      git< 0000
    `,
      {
        handlers: {
          clean: async () => {
            calls += 1;
            if (calls === 1) throw new Error("disk on fire");
            return { status: "success", content: Buffer.from("fine") };
          },
        },
      },
    );
    expect(failures).toEqual([{ path: "bad", message: "disk on fire" }]);
    expect(end.end).toBe("clean");
  });

  it("an answer that fails half way is taken back after its content", async () => {
    const content = (async function* () {
      yield Buffer.from("half");
      throw new Error("read error");
    })();
    const { failures, end } = await expectTranscript(
      `${HANDSHAKE}
      git> command=smudge
      git> pathname=a
      git> 0000
      git> 0000
      git< status=success
      git< 0000
      git< "half"
      git< 0000
      git< status=error
      git< 0000
    `,
      answering({ status: "success", content }),
    );
    expect(failures).toEqual([{ path: "a", message: "read error" }]);
    expect(end.end).toBe("clean");
  });
});

describe("headers", () => {
  const CONTENT_AND_ECHO = `
      git> 0000
      git> "x"
      git> 0000
      git< status=success
      git< 0000
      git< "x"
      git< 0000
      git< 0000
  `;

  it("unknown keys reach the handler, in any order, and may be empty", async () => {
    const { heard } = await expectTranscript(`${HANDSHAKE}
      git> ref=refs/heads/main
      git> command=smudge
      git> treeish=0123abcd
      git> pathname=a.bref
      git> blob=
      git> __proto__=x=y
      ${CONTENT_AND_ECHO}
    `);
    expect(heard[0]?.keys["blob"]).toBe("");
    expect(Object.entries(heard[0]?.keys ?? {})).toContainEqual(["ref", "refs/heads/main"]);
    expect(Object.entries(heard[0]?.keys ?? {})).toContainEqual(["__proto__", "x=y"]);
  });

  it("unknown commands are answered with an error, with and without a file", async () => {
    const { end, heard } = await expectTranscript(`${HANDSHAKE}
      git> command=list_available_blobs
      git> 0000
      git< status=error
      git< 0000
      git> command=constructor
      git> pathname=a
      git> 0000
      git> "lots of"
      git> "content"
      git> 0000
      git< status=error
      git< 0000
      git> command=clean
      git> pathname=a
      ${CONTENT_AND_ECHO}
    `);
    expect(heard).toHaveLength(1);
    expect(end).toEqual({ end: "clean", requests: 3 });
  });

  it.each([
    ["no equals sign", "command=clean\n git> pathname"],
    ["no key", "command=clean\n git> =a"],
    ["an empty packet", 'command=clean\n git> ""'],
    ["two pathnames", "command=clean\n git> pathname=a\n git> pathname=b"],
    ["two commands", "command=clean\n git> command=smudge\n git> pathname=a"],
    ["no command", "pathname=a"],
    ["no pathname", "command=clean"],
    ["an empty pathname", "command=clean\n git> pathname="],
  ])("%s breaks the session and is answered with nothing", async (_, headers) => {
    const outcome = await expectTranscript(`${HANDSHAKE}
      git> ${headers}
      git> 0000
      git> "x"
      git> 0000
    `);
    expect(brokenCode(outcome)).toBe("BAD_REQUEST");
    expect(outcome.heard).toEqual([]);
  });

  it("more headers than anybody needs break the session", async () => {
    const many = Array.from({ length: 300 }, (_, at) => `git> key${at}=x`).join("\n");
    expect(brokenCode(await expectTranscript(`${HANDSHAKE}${many}`))).toBe("BAD_REQUEST");
  });

  it("a pathname keeps every byte a Git path can hold", async () => {
    const every = Buffer.from(Array.from({ length: 255 }, (_, at) => at + 1));
    const paths = [
      every,
      Buffer.from("a\nref=evil"),
      Buffer.from("ends in newline\n"),
      Buffer.from("a=b=c"),
      Buffer.from("=", "latin1"),
      Buffer.from([0xff, 0xfe, 0x80]),
      Buffer.from("../outside"),
      Buffer.alloc(4096, "long/"),
    ];
    for (const path of paths) {
      const header = `git> ${JSON.stringify(`pathname=${path.toString("latin1")}\n`)}`;
      const { heard } = await expectTranscript(
        `${HANDSHAKE}\ngit> command=clean\n${header}\n${CONTENT_AND_ECHO}`,
      );
      expect(heard[0]?.path.equals(path)).toBe(true);
      expect(heard[0]?.keys).toEqual({});
    }
  });
});

describe("an end that is not clean", () => {
  const WHOLE = parseTranscript(`${HANDSHAKE}
    git> command=clean
    git> pathname=a
    git> 0000
    git> "content"
    git> 0000
  `).sent;
  const START = parseTranscript(HANDSHAKE).sent.length;

  it("peer dies at any byte: only the two boundaries are clean", async () => {
    for (let cut = START; cut <= WHOLE.length; cut += 1) {
      const { end, heard } = await play([WHOLE.subarray(0, cut)]);
      const atBoundary = cut === START || cut === WHOLE.length;
      expect([cut, end.end]).toEqual([cut, atBoundary ? "clean" : "broken"]);
      expect(heard).toHaveLength(cut === WHOLE.length ? 1 : 0);
    }
  });

  it("a packet that is none breaks it, and nothing after it is read", async () => {
    const outcome = await play([
      Buffer.concat([WHOLE, Buffer.from("0003"), WHOLE.subarray(START)]),
    ]);
    expect(brokenCode(outcome)).toBe("BAD_LENGTH");
    expect(outcome.heard).toHaveLength(1);
  });

  it("an input that fails breaks it", async () => {
    const input = (async function* () {
      yield WHOLE;
      throw new Error("EIO");
    })();
    const { end } = await play([], { input });
    expect(end).toMatchObject({ end: "broken", requests: 1, error: { message: "EIO" } });
  });

  it("an output that fails breaks it at once", async () => {
    let left = 2;
    const output = new Writable({
      write(_chunk, _encoding, done) {
        left -= 1;
        done(left < 0 ? Object.assign(new Error("write EPIPE"), { code: "EPIPE" }) : null);
      },
    });
    const { end } = await play([WHOLE, WHOLE.subarray(START)], { output });
    expect(end).toMatchObject({ end: "broken", requests: 1, error: { code: "EPIPE" } });
  });

  it("lets go of the input when it gives up", async () => {
    let closed = false;
    const input = (async function* () {
      try {
        for (;;) yield Buffer.from("0001");
      } finally {
        closed = true;
      }
    })();
    expect((await play([], { input })).end.end).toBe("broken");
    expect(closed).toBe(true);
  });
});

describe("content longer than memory", () => {
  const bytes = Buffer.from(
    Array.from({ length: 300_000 }, (_, at) => (at * 31 + (at >> 8)) & 255),
  );
  const request = Buffer.concat([
    parseTranscript(HANDSHAKE).sent,
    encodeLine("command=smudge"),
    encodeLine("pathname=big"),
    Buffer.from("0000"),
    ...encodeContent(bytes),
    Buffer.from("0000"),
  ]);

  it("passes through a spool, byte for byte", async () => {
    const { heard, answers, desk } = await play([request]);
    expect(desk).toMatchObject({ made: 1, open: 0 });
    expect(heard[0]?.content.equals(bytes)).toBe(true);
    const content = [...new PacketDecoder().decode(answers)]
      .filter((packet) => packet.kind === "data")
      .slice(5)
      .map(({ data }) => data);
    expect(Buffer.concat(content).equals(bytes)).toBe(true);
  });

  it("stays in memory up to the limit itself, and not one byte more", async () => {
    expect((await play([request], { memoryLimit: bytes.length })).desk.made).toBe(0);
    expect((await play([request], { memoryLimit: bytes.length - 1 })).desk.made).toBe(1);
  });

  it("a spool that fails costs the file, not the session", async () => {
    const good = parseTranscript(`
      git> command=clean
      git> pathname=small
      git> 0000
      git> "x"
      git> 0000
    `).sent;
    for (const failing of ["open", "write"] as const) {
      let disposed = 0;
      const { end, heard, failures, answers } = await play([request, good], {
        spool: async () => {
          if (failing === "open") throw new Error("ENOSPC");
          return {
            write: async () => {
              throw new Error("ENOSPC");
            },
            readBack: () => {
              throw new Error("not to be read");
            },
            dispose: async () => void (disposed += 1),
          };
        },
      });
      expect(end).toEqual({ end: "clean", requests: 2 });
      expect(failures).toEqual([{ path: "big", message: "ENOSPC" }]);
      expect(heard.map(({ path }) => path.toString())).toEqual(["small"]);
      expect(render(answers)).toContain("status=error");
      expect(disposed).toBe(failing === "open" ? 0 : 1);
    }
  });

  it("disposes of the spool when Git dies inside the file", async () => {
    const { end, desk } = await play([request.subarray(0, -10)]);
    expect(end.end).toBe("broken");
    expect(desk).toMatchObject({ made: 1, open: 0 });
  });
});

describe("chunking", () => {
  it("never changes the meaning", async () => {
    const { sent } = parseTranscript(`${HANDSHAKE}
      git> command=clean
      git> pathname=a
      git> ref=x
      git> 0000
      git> "content"
      git> 0000
      git> command=unknown
      git> 0000
      git> command=smudge
      git> "pathname=\\u00ff\\n\\n"
      git> 0000
      git> 0000
    `);
    const whole = await play([sent]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(sent.length), { maxLength: 30 }), async (cuts) => {
        const ends = [...new Set(cuts)].sort((a, b) => a - b);
        const chunks = [0, ...ends].map((start, at) =>
          sent.subarray(start, ends[at] ?? sent.length),
        );
        const cut = await play(chunks);
        expect(cut.answers.equals(whole.answers)).toBe(true);
        expect(cut.heard).toEqual(whole.heard);
        expect(cut.end).toEqual(whole.end);
      }),
      { numRuns: 200 },
    );
  });
});
