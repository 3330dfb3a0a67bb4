#!/usr/bin/env node
import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url);
var __defProp = Object.defineProperty;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __esm = (fn, res, err) => function() {
  if (err) throw err[0];
  try {
    return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
  } catch (e) {
    throw err = [e], e;
  }
};
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: !0 });
};

// src/protocol/pkt-line.ts
function encodePacket(data) {
  if (data.length > 65516)
    throw new RangeError(`a packet holds at most 65516 bytes, not ${data.length}`);
  let packet = Buffer.allocUnsafe(4 + data.length);
  return packet.write((4 + data.length).toString(16).padStart(4, "0"), 0, "ascii"), packet.set(data, 4), packet;
}
function encodeLine(text) {
  return encodePacket(Buffer.from(`${text}
`, "utf8"));
}
function* encodeContent(content) {
  for (let at = 0; at < content.length; at += 65516)
    yield encodePacket(content.subarray(at, at + 65516));
}
function lineOf(data) {
  return data.at(-1) === 10 ? data.subarray(0, -1) : data;
}
function parseLength(header) {
  let digits = header.toString("latin1"), length = HEX.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  if (length === 0 || length >= 4 && length <= 65520) return length;
  throw new ProtocolError("BAD_LENGTH", `not a packet length: ${JSON.stringify(digits)}`);
}
var ProtocolError, FLUSH, FLUSH_BYTES, PacketDecoder, HEX, init_pkt_line = __esm({
  "src/protocol/pkt-line.ts"() {
    "use strict";
    ProtocolError = class extends Error {
      code;
      constructor(code, message) {
        super(message), this.name = "ProtocolError", this.code = code;
      }
    }, FLUSH = { kind: "flush" }, FLUSH_BYTES = Buffer.from("0000", "ascii");
    PacketDecoder = class {
      #header = Buffer.alloc(4);
      #headerFilled = 0;
      /** Begun packet that lay across two chunks; `null` between packets. */
      #body = null;
      #bodyFilled = 0;
      /**
       * Gives the packets that `chunk` completes. The iterator must be run to its end before the next
       * call. Packets may share memory with `chunk`, which must not be written to afterwards.
       *
       * @throws {ProtocolError} BAD_LENGTH, after the packets before the bad one were given
       */
      *decode(chunk) {
        let bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength), at = 0;
        for (; at < bytes.length; ) {
          if (this.#body !== null) {
            if (at += this.#fill(this.#body, bytes.subarray(at)), this.#bodyFilled < this.#body.length) return;
            let data = this.#body;
            this.#body = null, yield { kind: "data", data };
            continue;
          }
          let taken = bytes.copy(this.#header, this.#headerFilled, at);
          if (this.#headerFilled += taken, at += taken, this.#headerFilled < 4) return;
          this.#headerFilled = 0;
          let length = parseLength(this.#header);
          if (length === 0) {
            yield FLUSH;
            continue;
          }
          let end = at + length - 4;
          if (end <= bytes.length) {
            let data = bytes.subarray(at, end);
            at = end, yield { kind: "data", data };
          } else
            this.#body = Buffer.allocUnsafe(length - 4), this.#bodyFilled = 0;
        }
      }
      /** @throws {ProtocolError} TRUNCATED when the input ended inside a packet */
      end() {
        if (!(this.#body === null && this.#headerFilled === 0))
          throw new ProtocolError("TRUNCATED", "the input ended inside a packet");
      }
      #fill(body, bytes) {
        let taken = bytes.copy(body, this.#bodyFilled);
        return this.#bodyFilled += taken, taken;
      }
    }, HEX = /^[0-9a-fA-F]{4}$/;
  }
});

// src/protocol/content.ts
async function drain(source, options) {
  let drainage = new Drainage(options);
  try {
    for (let data = await nextPart(source); data !== null; data = await nextPart(source))
      await drainage.take(data);
  } catch (error) {
    throw await drainage.dispose(), error;
  }
  return drainage.result();
}
async function discard(source) {
  for (; await nextPart(source) !== null; ) ;
}
async function nextPart(source) {
  let packet = await source.next();
  if (packet === null) throw new ProtocolError("TRUNCATED", "the input ended inside a file");
  return packet.kind === "flush" ? null : packet.data;
}
function inMemory(kept) {
  let bytes = kept.length === 1 ? kept[0] : Buffer.concat(kept);
  return {
    size: bytes.length,
    bytes,
    async *chunks() {
      yield bytes;
    }
  };
}
function spooled(spool, size) {
  return { size, bytes: null, chunks: () => spool.readBack() };
}
var Drainage, init_content = __esm({
  "src/protocol/content.ts"() {
    "use strict";
    init_pkt_line();
    Drainage = class {
      #options;
      #kept = [];
      #size = 0;
      #spool = null;
      #failure = null;
      constructor(options) {
        this.#options = options;
      }
      async take(data) {
        if (this.#size += data.length, this.#failure === null)
          if (this.#spool === null)
            this.#kept.push(data), this.#size > this.#options.memoryLimit && await this.#attempt(() => this.#spill());
          else {
            let spool = this.#spool;
            await this.#attempt(() => spool.write(data));
          }
      }
      result() {
        let dispose = () => this.dispose();
        return this.#failure !== null ? { content: null, failure: this.#failure, dispose } : { content: this.#spool === null ? inMemory(this.#kept) : spooled(this.#spool, this.#size), failure: null, dispose };
      }
      async dispose() {
        let spool = this.#spool;
        this.#spool = null;
        try {
          await spool?.dispose();
        } catch {
        }
      }
      async #spill() {
        this.#spool = await this.#options.spool();
        let kept = this.#kept;
        this.#kept = [];
        for (let data of kept) await this.#spool.write(data);
      }
      async #attempt(work) {
        try {
          await work();
        } catch (error) {
          this.#failure = error ?? new Error("the spool failed"), this.#kept = [], await this.dispose();
        }
      }
    };
  }
});

// src/protocol/packet-io.ts
var PacketSource, GATHER, PacketSink, init_packet_io = __esm({
  "src/protocol/packet-io.ts"() {
    "use strict";
    init_pkt_line();
    PacketSource = class {
      #chunks;
      #decoder = new PacketDecoder();
      #packets = [].values();
      constructor(input) {
        this.#chunks = input[Symbol.asyncIterator]();
      }
      /**
       * @returns `null` at the end of the input, which lies between two packets
       * @throws {ProtocolError} for bytes that are no packet, and for an end inside one
       */
      async next() {
        for (; ; ) {
          let packet = this.#packets.next();
          if (packet.done !== !0) return packet.value;
          let chunk = await this.#chunks.next();
          if (chunk.done === !0)
            return this.#decoder.end(), null;
          this.#packets = this.#decoder.decode(chunk.value);
        }
      }
      /** Lets go of an input that will not be read to its end. */
      async close() {
        try {
          await this.#chunks.return?.();
        } catch {
        }
      }
    }, GATHER = 16 * 1024, PacketSink = class {
      #output;
      // A broken pipe is told twice, to the write's callback and as an event; the first is enough.
      #ignore = () => {
      };
      constructor(output) {
        this.#output = output, output.on("error", this.#ignore);
      }
      /** Resolves when the bytes were handed to the system, so nothing piles up here. */
      async write(...packets) {
        let gathered = [], bytes = 0;
        for (let packet of packets)
          gathered.push(packet), bytes += packet.length, !(bytes < GATHER) && (await this.#send(gathered), gathered = [], bytes = 0);
        bytes > 0 && await this.#send(gathered);
      }
      /** Cuts `bytes` into packets and writes them. */
      async writeContent(bytes) {
        for (let packet of encodeContent(bytes)) await this.write(packet);
      }
      /** The error listener stays: a failed stream may tell so later, to nobody else. */
      #send(parts) {
        let bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts);
        return new Promise((resolve, reject) => {
          this.#output.write(bytes, (error) => error ? reject(error) : resolve());
        });
      }
    };
  }
});

// src/protocol/filter-session.ts
async function runFilterSession(options) {
  let source = new PacketSource(options.input), sink = new PacketSink(options.output), requests = 0;
  try {
    let offered = await shakeHands(source, sink, offer(options));
    for (; ; ) {
      let request = await readRequest(source);
      if (request === null) return { end: "clean", requests };
      requests += 1, await serve(request, { source, sink, offered, options });
    }
  } catch (error) {
    return await source.close(), {
      end: "broken",
      requests,
      error: error instanceof Error ? error : new Error(String(error))
    };
  }
}
function offer(options) {
  let { clean, smudge } = options.handlers;
  return [
    ...clean ? ["clean"] : [],
    ...smudge ? ["smudge"] : []
  ].filter((capability) => options.capabilities?.includes(capability) ?? !0);
}
async function shakeHands(source, sink, able) {
  let [welcome, ...versions] = await readHandshakeList(source);
  if (welcome !== "git-filter-client")
    throw new ProtocolError(
      "BAD_HANDSHAKE",
      `not Git's filter protocol: ${JSON.stringify(welcome)}`
    );
  if (!versions.includes("version=2"))
    throw new ProtocolError(
      "BAD_HANDSHAKE",
      `Git does not offer version 2: ${versions.join(", ")}`
    );
  await sink.write(encodeLine("git-filter-server"), encodeLine("version=2"), FLUSH_BYTES);
  let known = await readHandshakeList(source), offered = able.filter((capability) => known.includes(`capability=${capability}`));
  return await sink.write(...offered.map((name) => encodeLine(`capability=${name}`)), FLUSH_BYTES), new Set(offered);
}
async function readHandshakeList(source) {
  let lines = [];
  for (; ; ) {
    let packet = await source.next();
    if (packet === null) throw new ProtocolError("TRUNCATED", "the input ended in the handshake");
    if (packet.kind === "flush") return lines;
    if (lines.length === MAX_HEADERS) throw new ProtocolError("BAD_HANDSHAKE", "too many lines");
    lines.push(lineOf(packet.data).toString("utf8"));
  }
}
async function readRequest(source) {
  let keys = /* @__PURE__ */ new Map();
  for (let count = 0; ; count += 1) {
    let packet = await source.next();
    if (packet === null) {
      if (count === 0) return null;
      throw new ProtocolError("TRUNCATED", "the input ended inside a request");
    }
    if (packet.kind === "flush") return asRequest(keys);
    if (count === MAX_HEADERS) throw new ProtocolError("BAD_REQUEST", "too many headers");
    addHeader(keys, lineOf(packet.data));
  }
}
function quote(line) {
  return JSON.stringify(line.toString("utf8", 0, 200));
}
function addHeader(keys, line) {
  let equals = line.indexOf(61);
  if (equals <= 0)
    throw new ProtocolError("BAD_REQUEST", `a header is not key=value: ${quote(line)}`);
  let key = line.toString("latin1", 0, equals);
  if (keys.has(key)) throw new ProtocolError("BAD_REQUEST", `a header came twice: ${quote(line)}`);
  keys.set(key, line.subarray(equals + 1));
}
function asRequest(keys) {
  let command = keys.get("command"), path = keys.get("pathname") ?? null;
  if (command === void 0) throw new ProtocolError("BAD_REQUEST", "a request names no command");
  if (path?.length === 0) throw new ProtocolError("BAD_REQUEST", "a request has an empty pathname");
  return keys.delete("command"), keys.delete("pathname"), { command: command.toString("latin1"), path, keys };
}
async function serve(request, session) {
  let { source, sink, offered, options } = session, { command, path, keys } = request, handler = offered.has(command) ? options.handlers[command] : void 0;
  if (path === null) {
    if (handler) throw new ProtocolError("BAD_REQUEST", `${command} without a pathname`);
    return sendStatus(sink, "error");
  }
  if (!handler)
    return await discard(source), sendStatus(sink, "error");
  let fail = (error) => options.onFailure(path, error), drained = await drain(source, options);
  try {
    let answer = await ask(() => handler(path, contentIn(drained), keys), fail);
    answer.status === "success" ? await sendContent(sink, answer.content, fail) : await sendStatus(sink, answer.status);
  } finally {
    await drained.dispose();
  }
}
function contentIn(drained) {
  if (drained.content === null) throw drained.failure;
  return drained.content;
}
async function ask(handle, fail) {
  try {
    return await handle();
  } catch (error) {
    return fail(error), { status: "error" };
  }
}
function sendStatus(sink, status) {
  return sink.write(encodeLine(`status=${status}`), FLUSH_BYTES);
}
async function sendContent(sink, content, fail) {
  let begin = [encodeLine("status=success"), FLUSH_BYTES], end = [FLUSH_BYTES, FLUSH_BYTES];
  if (content instanceof Uint8Array)
    return sink.write(...begin, ...encodeContent(content), ...end);
  await sink.write(...begin);
  let pieces = content[Symbol.asyncIterator]();
  try {
    for (; ; ) {
      let piece = await nextPiece(pieces);
      if (piece === null) return await sink.write(...end);
      if ("failure" in piece)
        return fail(piece.failure), await sink.write(FLUSH_BYTES, encodeLine("status=error"), FLUSH_BYTES);
      await sink.writeContent(piece.bytes);
    }
  } finally {
    await pieces.return?.();
  }
}
async function nextPiece(pieces) {
  try {
    let piece = await pieces.next();
    return piece.done === !0 ? null : { bytes: piece.value };
  } catch (failure) {
    return { failure };
  }
}
var MAX_HEADERS, init_filter_session = __esm({
  "src/protocol/filter-session.ts"() {
    "use strict";
    init_content();
    init_packet_io();
    init_pkt_line();
    MAX_HEADERS = 256;
  }
});

// src/app/filter-process.ts
var filter_process_exports = {};
__export(filter_process_exports, {
  runFilterProcess: () => runFilterProcess
});
async function runFilterProcess(io) {
  let nested = process.env.BLOBSY_NESTED === "1", git = process.ppid, work, start = () => work ??= import("./rest.js").then(({ load }) => load["src/app/filter-work.ts"]()).then(({ FilterWork }) => FilterWork.start(io.reporter)), handle = (kind) => async (name, content) => nested ? { status: "success", content: content.bytes ?? content.chunks() } : (await start()).handler[kind](name, content);
  return (await runFilterSession({
    input: io.input,
    output: io.output,
    handlers: { clean: handle("clean"), smudge: handle("smudge") },
    memoryLimit: MEMORY_LIMIT,
    spool: makeSpool,
    onFailure: (name, error) => {
      start().then((started) => started.report(name, error));
    }
  })).end === "broken" ? 1 : work ? (await work).settle(git) : 0;
}
async function makeSpool() {
  let { openSpool } = await import("./rest.js").then(({ load }) => load["src/app/filter-spool.ts"]());
  return openSpool();
}
var MEMORY_LIMIT, init_filter_process = __esm({
  "src/app/filter-process.ts"() {
    "use strict";
    init_filter_session();
    MEMORY_LIMIT = 64 * 1024;
  }
});

// src/main.ts
var SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }, GRACE_MS = 3e3, certificates = process.env.BLOBSY_EXTRA_CA_CERTS;
certificates && (process.env.NODE_EXTRA_CA_CERTS ||= certificates);
process.on("uncaughtException", (error) => {
  failed(error);
});
process.on("unhandledRejection", (error) => {
  failed(error);
});
var [word, ...rest] = process.argv.slice(2);
try {
  if (word === "filter-process") {
    let { runFilterProcess: runFilterProcess2 } = await Promise.resolve().then(() => (init_filter_process(), filter_process_exports)), reporter = async () => {
      let { createReporter } = await import("./rest.js").then(({ load }) => load["src/cli/reporter.ts"]());
      return createReporter({ stream: process.stderr, env: process.env, quiet: !1 });
    };
    await leave(await runFilterProcess2({ input: process.stdin, output: process.stdout, reporter }));
  } else if (word === "hook") {
    ignoreClosedPipes(), await useLittleMemory();
    let { runHookCommand } = await import("./rest.js").then(({ load }) => load["src/cli/commands/hook.ts"]());
    await leave(await runHookCommand(rest));
  } else if (word === "merge-driver") {
    let { runMergeDriverCommand } = await import("./rest.js").then(({ load }) => load["src/cli/commands/merge-driver.ts"]());
    await leave(await runMergeDriverCommand(rest));
  } else
    ignoreClosedPipes(), await useLittleMemory(), await leave(await runCommand());
} catch (error) {
  await failed(error);
}
async function runCommand() {
  let interrupt = new AbortController(), signalled;
  for (let name of Object.keys(SIGNALS))
    process.on(name, () => {
      signalled && process.exit(SIGNALS[signalled]), signalled = name, interrupt.abort(), setTimeout(() => interrupted(name), GRACE_MS).unref();
    });
  let { runProgram } = await import("./rest.js").then(({ load }) => load["src/cli/program.ts"]()), host = {
    argv: process.argv.slice(2),
    cwd: process.cwd(),
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupt.signal
  }, code = await runProgram(host);
  return signalled && interrupted(signalled), code;
}
async function useLittleMemory() {
  (await import("./rest.js").then(({ load }) => load["src/app/lean-memory.ts"]())).useLittleMemory();
}
function interrupted(name) {
  process.stderr.isTTY && process.stderr.write("\r\x1B[K"), process.stderr.write(
    `blobsy: stopped by ${name}; what was done is kept, run it again to go on
`
  ), process.exit(SIGNALS[name]);
}
function ignoreClosedPipes() {
  for (let stream of [process.stdout, process.stderr])
    stream.on("error", (error) => {
      if (error.code !== "EPIPE") throw error;
    });
}
async function failed(error) {
  error?.code === "EPIPE" && process.exit(1);
  let { describeError } = await import("./rest.js").then(({ load }) => load["src/cli/report-error.ts"]()), { lines, exitCode } = describeError(error, {
    verbose: !!process.env.BLOBSY_TRACE
  });
  process.stderr.write(lines.join(`
`) + `
`), await leave(exitCode);
}
async function leave(code) {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise((done) => stream.writable ? stream.write("", done) : done(null))
    )
  ), process.exit(code);
}
