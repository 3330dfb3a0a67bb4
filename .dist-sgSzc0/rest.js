import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url);
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf, __hasOwnProp = Object.prototype.hasOwnProperty;
var __require = /* @__PURE__ */ ((x) => typeof require < "u" ? require : typeof Proxy < "u" ? new Proxy(x, {
  get: (a, b) => (typeof require < "u" ? require : a)[b]
}) : x)(function(x) {
  if (typeof require < "u") return require.apply(this, arguments);
  throw Error('Dynamic require of "' + x + '" is not supported');
});
var __esm = (fn, res, err) => function() {
  if (err) throw err[0];
  try {
    return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
  } catch (e) {
    throw err = [e], e;
  }
};
var __commonJS = (cb, mod) => function() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};
var __export = (target, all) => {
  for (var name2 in all)
    __defProp(target, name2, { get: all[name2], enumerable: !0 });
}, __copyProps = (to, from, except, desc) => {
  if (from && typeof from == "object" || typeof from == "function")
    for (let key of __getOwnPropNames(from))
      !__hasOwnProp.call(to, key) && key !== except && __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: !0 }) : target,
  mod
));

// src/domain/errors.ts
function isBlobsyError(error) {
  return error instanceof BlobsyError;
}
function errnoOf(error) {
  let code = error?.code;
  return typeof code == "string" ? code : void 0;
}
function fromErrno(error, doing, path78) {
  if (isBlobsyError(error)) return error;
  let errno = errnoOf(error), facts = { path: path78, cause: error };
  return errno === "ENOSPC" || errno === "EDQUOT" || errno === "EFBIG" ? new BlobsyError("DISK_FULL", `${doing}: no space left (${errno})`, {
    ...facts,
    next: "df -h ."
  }) : errno === "EACCES" || errno === "EPERM" || errno === "EROFS" ? new BlobsyError("PERMISSION", `${doing}: not permitted (${errno})`, facts) : new BlobsyError("IO", `${doing}: ${errno ?? String(error)}`, facts);
}
var BlobsyError, init_errors = __esm({
  "src/domain/errors.ts"() {
    "use strict";
    BlobsyError = class extends Error {
      code;
      path;
      next;
      retryAfterMs;
      /** @param message one sentence that says what is true now */
      constructor(code, message, facts = {}) {
        super(message, facts.cause === void 0 ? void 0 : { cause: facts.cause }), this.name = "BlobsyError", this.code = code, this.path = facts.path, this.next = facts.next, this.retryAfterMs = facts.retryAfterMs;
      }
    };
  }
});

// src/fs/faults.ts
var faults_exports = {};
__export(faults_exports, {
  after: () => after,
  before: () => before
});
import { appendFileSync, closeSync, fstatSync, openSync, readlinkSync, writeSync } from "node:fs";
import os from "node:os";
function readSettings(text) {
  let fields = new Map(
    text.split(";").map((part) => {
      let at2 = part.indexOf("=");
      return [part.slice(0, at2), part.slice(at2 + 1)];
    })
  ), only = fields.get("only");
  return {
    at: Number(fields.get("at") ?? 0),
    action: fields.get("do") ?? "kill-before",
    only: only ? new Set(only.split(",")) : null,
    under: fields.get("under") ?? "",
    log: fields.get("log"),
    counter: fields.get("counter")
  };
}
function before(op, at2, to) {
  let from = realName(at2), target = to === void 0 ? void 0 : realName(to);
  if (!isCounted(op, from, target)) return !1;
  let n = nextNumber(), hit = n === settings.at;
  if (note({
    n,
    pid: process.pid,
    op,
    path: from,
    ...target === void 0 ? {} : { to: target },
    ...hit ? { hit: settings.action } : {}
  }), !hit) return !1;
  if (settings.action === "kill-after") return !0;
  throw settings.action === "kill-before" && die(), failure(settings.action, op, from);
}
function after(dies) {
  dies && die();
}
function isCounted(op, from, to) {
  return settings.only && !settings.only.has(op) ? !1 : from.startsWith(settings.under) || (to?.startsWith(settings.under) ?? !1);
}
function nextNumber() {
  if (settings.counter === void 0) return ++count;
  let fd = openSync(settings.counter, "a");
  try {
    return writeSync(fd, "."), fstatSync(fd).size;
  } finally {
    closeSync(fd);
  }
}
function note(line) {
  settings.log !== void 0 && appendFileSync(settings.log, `${JSON.stringify(line)}
`);
}
function realName(file) {
  let held2 = /^(\/proc\/self\/fd\/\d+)(.*)$/.exec(file);
  if (!held2) return file;
  try {
    return readlinkSync(held2[1] ?? "") + (held2[2] ?? "");
  } catch {
    return file;
  }
}
function failure(errno, op, file) {
  let number2 = os.constants.errno[errno] ?? 5;
  return Object.assign(new Error(`${errno}: made to fail, ${op} '${file}'`), {
    code: errno,
    errno: -number2,
    syscall: op,
    path: file
  });
}
function die() {
  throw process.kill(process.pid, "SIGKILL"), Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), new Error("killed");
}
var settings, count, init_faults = __esm({
  "src/fs/faults.ts"() {
    "use strict";
    settings = readSettings(process.env.BLOBSY_FAULTS ?? ""), count = 0;
  }
});

// src/fs/open-file.ts
import { closeSync as closeSync2, constants, openSync as openSync2, read, readFileSync, readSync } from "node:fs";
var AT_ONCE, OpenFile, init_open_file = __esm({
  "src/fs/open-file.ts"() {
    "use strict";
    AT_ONCE = 64 * 1024, OpenFile = class _OpenFile {
      #fd;
      /** @param fd closed with this */
      constructor(fd) {
        this.#fd = fd;
      }
      /** @throws system errors */
      static toRead(file) {
        return new _OpenFile(openSync2(file, "r"));
      }
      /** As `toRead`, without following a link at its end, nor waiting for whoever writes into a FIFO. */
      static toReadItself(file) {
        let special = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
        return new _OpenFile(openSync2(file, constants.O_RDONLY | special));
      }
      get fd() {
        return this.#fd;
      }
      /** Reads at `position`, fewer than `length` bytes at the end of the file. @throws system errors */
      async read(buffer, offset, length, position) {
        return length <= AT_ONCE ? { bytesRead: readSync(this.#fd, buffer, offset, length, position) } : new Promise((done, failed) => {
          read(this.#fd, buffer, offset, length, position, (error, bytesRead) => {
            error ? failed(error) : done({ bytesRead });
          });
        });
      }
      /** All of it, for files known to be small. @throws system errors */
      async readAll() {
        return readFileSync(this.#fd);
      }
      /** Twice does no harm. */
      async close() {
        let fd = this.#fd;
        this.#fd = -1, fd !== -1 && closeSync2(fd);
      }
    };
  }
});

// src/fs/ops.ts
import {
  appendFileSync as appendFileSync2,
  closeSync as closeSync3,
  constants as constants2,
  fchmodSync,
  fsync,
  futimesSync,
  linkSync,
  mkdirSync,
  openSync as openSync3,
  renameSync,
  rmdirSync,
  unlinkSync,
  utimesSync,
  write,
  writeSync as writeSync2
} from "node:fs";
import fsp from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
function writeFd(fd, data, offset, length, position) {
  return new Promise((done, failed) => {
    write(fd, data, offset, length, position, (error, written) => {
      error ? failed(error) : done(written);
    });
  });
}
async function guarded(op, at2, act, to) {
  if (faults === null) return act();
  let point = faults.before(op, at2, to), result = await act();
  return faults.after(point), result;
}
function guardedSync(op, at2, act, to) {
  if (faults === null) return act();
  let point = faults.before(op, at2, to), result = act();
  return faults.after(point), result;
}
function createFile(file, mode = 438) {
  let flags = constants2.O_RDWR | constants2.O_CREAT | constants2.O_EXCL | (constants2.O_NOFOLLOW ?? 0);
  return guarded("open", file, () => new OpenFile(openSync3(file, flags, mode)));
}
function openWrite(file, mode = 438) {
  let flags = constants2.O_RDWR | constants2.O_CREAT | (constants2.O_NOFOLLOW ?? 0);
  return guarded("open", file, () => new OpenFile(openSync3(file, flags, mode)));
}
async function writeAll(handle, file, data, position) {
  await guarded("write", file, async () => {
    for (let done = 0; done < data.length; ) {
      let left = data.length - done;
      done += left <= AT_ONCE ? writeSync2(handle.fd, data, done, left, position + done) : await writeFd(handle.fd, data, done, left, position + done);
    }
  });
}
function syncFile(handle, file) {
  return guarded("fsync", file, () => syncFd(handle.fd));
}
function syncForeignFile(handle, file) {
  return guarded("fsync", file, async () => {
    try {
      await syncFd(handle.fd);
    } catch (error) {
      if (!isNotSyncable(error)) throw error;
    }
  });
}
function isNotSyncable(error) {
  let errno = errnoOf(error);
  return process.platform === "win32" && (errno === "EPERM" || errno === "EACCES") ? !0 : errno === "EINVAL" || errno === "EROFS" || errno === "ENOTSUP" || errno === "ENOSYS";
}
async function syncDir(dir) {
  await guarded("fsyncdir", dir, async () => {
    let fd;
    try {
      fd = openSync3(dir, "r"), await syncFd(fd);
    } catch (error) {
      if (process.platform !== "win32") throw error;
    } finally {
      fd !== void 0 && closeSync3(fd);
    }
  });
}
function syncDirFd(fd, dir) {
  return guarded("fsyncdir", dir, () => syncFd(fd));
}
function rename(from, to) {
  return guarded("rename", from, () => renameSync(from, to), to);
}
function link(from, to) {
  return guarded("link", from, () => linkSync(from, to), to);
}
function unlink(file) {
  return guarded("unlink", file, () => unlinkSync(file));
}
async function unlinkIfThere(file) {
  try {
    await unlink(file);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}
function unlinkIfThereSync(file) {
  guardedSync("unlink", file, () => {
    try {
      unlinkSync(file);
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
    }
  });
}
function mkdir(dir) {
  return guarded("mkdir", dir, () => {
    mkdirSync(dir);
  });
}
async function mkdirs(dir) {
  try {
    await mkdir(dir);
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return;
    if (errnoOf(error) !== "ENOENT" || path.dirname(dir) === dir) throw error;
    return await mkdirs(path.dirname(dir)), mkdirs(dir);
  }
  await syncDir(path.dirname(dir));
}
function mkdirsSync(dir) {
  guardedSync("mkdir", dir, () => {
    mkdirSync(dir, { recursive: !0 });
  });
}
function rmdir(dir) {
  return guarded("rmdir", dir, () => rmdirSync(dir));
}
function removeTree(dir) {
  return guarded("rmtree", dir, () => fsp.rm(dir, { recursive: !0, force: !0 }));
}
function chmod(handle, file, mode) {
  return guarded("chmod", file, () => fchmodSync(handle.fd, mode));
}
function setMtime(handle, file, mtimeNs) {
  let seconds = Number(mtimeNs / 1000n) / 1e6;
  return guarded("utimes", file, () => futimesSync(handle.fd, seconds, seconds));
}
function setMtimeOf(file, mtimeNs) {
  let seconds = Number(mtimeNs / 1000n) / 1e6;
  return guarded("utimes", file, () => utimesSync(file, seconds, seconds));
}
function cloneFile(from, to) {
  return guarded(
    "clone",
    from,
    async () => {
      try {
        return await fsp.copyFile(from, to, constants2.COPYFILE_FICLONE_FORCE | constants2.COPYFILE_EXCL), !0;
      } catch (error) {
        if (CANNOT_CLONE.has(errnoOf(error) ?? "")) return !1;
        throw error;
      }
    },
    to
  );
}
async function appendLine(file, line, options = {}) {
  let fd = await guarded("append", file, () => {
    let opened2 = openSync3(file, "a");
    try {
      return appendFileSync2(opened2, `${line}
`), opened2;
    } catch (error) {
      throw closeSync3(opened2), error;
    }
  });
  try {
    options.durable && await guarded("fsync", file, () => syncFd(fd));
  } finally {
    closeSync3(fd);
  }
}
function appendLineSync(file, line) {
  guardedSync("append", file, () => {
    appendFileSync2(file, `${line}
`);
  });
}
function openDirFd(dir) {
  return openSync3(
    dir,
    constants2.O_RDONLY | (constants2.O_DIRECTORY ?? 0) | (constants2.O_NOFOLLOW ?? 0)
  );
}
function closeFd(fd) {
  closeSync3(fd);
}
var faults, syncFd, CANNOT_CLONE, init_ops = __esm({
  "src/fs/ops.ts"() {
    "use strict";
    init_errors();
    init_faults();
    init_open_file();
    faults = process.env.BLOBSY_FAULTS ? faults_exports : null, syncFd = promisify(fsync);
    CANNOT_CLONE = /* @__PURE__ */ new Set([
      "ENOTSUP",
      "EOPNOTSUPP",
      "EXDEV",
      "EINVAL",
      "ENOTTY",
      "ENOSYS",
      "EPERM",
      "ETXTBSY"
    ]);
  }
});

// src/fs/facts.ts
import { fstatSync as fstatSync2, lstatSync } from "node:fs";
function lstatFacts(file) {
  try {
    let stats = lstatSync(file, { bigint: !0, throwIfNoEntry: !1 });
    return stats === void 0 ? null : toFacts(stats);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return null;
    throw error;
  }
}
async function factsOf(handle) {
  return toFacts(fstatSync2(handle.fd, { bigint: !0 }));
}
function toFacts(stats) {
  let { mtimeNs, ctimeNs, dev } = stats;
  return lastDev !== dev && (lastDev = dev), {
    kind: kindOf(stats),
    size: Number(stats.size),
    mtimeNs,
    ctimeNs: ctimeNs === mtimeNs ? mtimeNs : ctimeNs,
    ino: stats.ino,
    dev: lastDev,
    nlink: Number(stats.nlink),
    mode: Number(stats.mode & 0o7777n)
  };
}
function kindOf(stats) {
  return stats.isFile() ? "file" : stats.isSymbolicLink() ? "symlink" : stats.isDirectory() ? "directory" : "other";
}
var lastDev, init_facts = __esm({
  "src/fs/facts.ts"() {
    "use strict";
    init_errors();
    lastDev = 0n;
  }
});

// src/fs/owner.ts
import { createHash } from "node:crypto";
import { readFileSync as readFileSync2, readlinkSync as readlinkSync2 } from "node:fs";
import os2 from "node:os";
function ownIdentity() {
  return own ??= {
    hostTag: hostTag(),
    boot: digest(tryRead("/proc/sys/kernel/random/boot_id")),
    pid: process.pid,
    start: startOf(process.pid) ?? "0"
  }, own;
}
function livenessOf(owner) {
  if (owner.hostTag !== ownIdentity().hostTag) return "unknown";
  if (owner.boot !== ownIdentity().boot || !pidExists(owner.pid)) return "dead";
  let start = startOf(owner.pid);
  return start === null || owner.start === "0" || start === owner.start ? "alive" : "dead";
}
function ownProcess() {
  return formatIdentity(ownIdentity());
}
function formatIdentity({ hostTag: hostTag2, boot, pid, start }) {
  return `${hostTag2}.${boot}.${pid}.${start}`;
}
function parseOwner(text) {
  let found = /^([0-9a-f]{8})\.([0-9a-f]{8})\.(\d{1,10})\.(\d+)$/.exec(text), [, tag, boot, pid, start] = found ?? [];
  return tag && boot && pid && start ? { hostTag: tag, boot, pid: Number(pid), start } : null;
}
function isOwnerAlive(text) {
  let owner = parseOwner(text);
  return owner !== null && livenessOf(owner) !== "dead";
}
function hostTag() {
  let namespace = "";
  try {
    namespace = readlinkSync2("/proc/self/ns/pid");
  } catch {
  }
  return digest([os2.hostname(), tryRead("/etc/machine-id"), namespace].join(`
`));
}
function digest(text) {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
function isEnding(pid) {
  let fields = statFields(pid);
  return fields[0] === "Z" || fields[0] === "X" || (Number(fields[6]) & EXITING) !== 0;
}
function statFields(pid) {
  let stat3 = tryRead(`/proc/${pid}/stat`);
  return stat3.slice(stat3.lastIndexOf(")") + 2).split(" ");
}
function startOf(pid) {
  let fields = statFields(pid);
  return fields[0] === "Z" || fields[0] === "X" ? "gone" : fields[19] ?? null;
}
function pidExists(pid) {
  try {
    return process.kill(pid, 0), !0;
  } catch (error) {
    return errnoOf(error) === "EPERM";
  }
}
function tryRead(file) {
  try {
    return readFileSync2(file, "latin1");
  } catch {
    return "";
  }
}
var own, EXITING, init_owner = __esm({
  "src/fs/owner.ts"() {
    "use strict";
    init_errors();
    EXITING = 4;
  }
});

// src/fs/temp.ts
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import path2 from "node:path";
function tempName(prefix) {
  return `${prefix}.${ownProcess()}.${randomBytes(6).toString("hex")}`;
}
function tempOwner(name2) {
  let owner = TEMP.exec(name2)?.[1];
  return owner === void 0 ? null : parseOwner(owner);
}
function isTempAbandoned(file, now = Date.now()) {
  let owner = tempOwner(path2.basename(file));
  if (!owner) return !1;
  let liveness = livenessOf(owner);
  return liveness !== "unknown" ? liveness === "dead" : ageMs(file, now) > 24 * HOUR_MS;
}
async function sweepTemp(dir, options = {}) {
  let { minAgeMs = HOUR_MS, prefix = "" } = options, now = Date.now(), removed = 0;
  for (let name2 of namesIn(dir)) {
    let file = path2.join(dir, name2);
    !name2.startsWith(prefix) || tempOwner(name2) === null || lstatFacts(file)?.kind === "file" && (ageMs(file, now) < minAgeMs || !isTempAbandoned(file, now) || (await unlinkIfThere(file), removed += 1));
  }
  return removed;
}
function namesIn(dir) {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}
function ageMs(file, now) {
  let facts = lstatFacts(file);
  return facts ? now - Number(facts.mtimeNs / 1000000n) : 0;
}
var HOUR_MS, TEMP, init_temp = __esm({
  "src/fs/temp.ts"() {
    "use strict";
    init_errors();
    init_facts();
    init_ops();
    init_owner();
    HOUR_MS = 36e5, TEMP = /^[A-Za-z_.-]+\.([0-9a-f]{8}\.[0-9a-f]{8}\.\d+\.\d+)\.[0-9a-f]{12}$/;
  }
});

// src/app/filter-spool.ts
var filter_spool_exports = {};
__export(filter_spool_exports, {
  openSpool: () => openSpool
});
import { createReadStream } from "node:fs";
import os3 from "node:os";
import path3 from "node:path";
async function openSpool() {
  let file = path3.join(os3.tmpdir(), tempName("blobsy-spool")), handle = await createFile(file, 384), length = 0;
  return {
    write: async (chunk) => {
      await writeAll(handle, file, chunk, length), length += chunk.length;
    },
    readBack: () => createReadStream(file),
    dispose: async () => {
      await handle.close(), await unlinkIfThere(file);
    }
  };
}
var init_filter_spool = __esm({
  "src/app/filter-spool.ts"() {
    "use strict";
    init_ops();
    init_temp();
  }
});

// src/fs/find-program.ts
import { accessSync, constants as constants3, realpathSync, statSync } from "node:fs";
import path4 from "node:path";
function findProgram(name2, notBelow = []) {
  let refused4 = notBelow.map(realOrSame), isFit = (file) => isProgram(file) && !refused4.some((dir) => isBelow(realOrSame(file), dir));
  if (path4.isAbsolute(name2)) return isFit(name2) ? name2 : void 0;
  if (!(name2 === "" || /[/\\]/.test(name2)))
    return candidates(name2).find(isFit);
}
function absolutePath(notBelow = []) {
  let refused4 = notBelow.map(realOrSame);
  return absoluteEntries().filter((dir) => !refused4.some((outer) => isBelow(realOrSame(dir), outer))).join(path4.delimiter);
}
function absoluteEntries() {
  return (process.env.PATH ?? "").split(path4.delimiter).filter((dir) => path4.isAbsolute(dir));
}
function candidates(name2) {
  let dirs = absoluteEntries(), suffixes = process.platform === "win32" && !/\.(?:exe|com)$/i.test(name2) ? [".exe", ".com"] : [""];
  return dirs.flatMap((dir) => suffixes.map((suffix) => path4.join(dir, name2 + suffix)));
}
function isProgram(file) {
  try {
    return statSync(file).isFile() ? (accessSync(file, constants3.X_OK), !0) : !1;
  } catch {
    return !1;
  }
}
function isBelow(file, dir) {
  let relative = path4.relative(dir, file);
  return relative === "" || !relative.startsWith(`..${path4.sep}`) && relative !== ".." && !path4.isAbsolute(relative);
}
function realOrSame(file) {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
var init_find_program = __esm({
  "src/fs/find-program.ts"() {
    "use strict";
  }
});

// src/git/git.ts
import { spawn } from "node:child_process";
import path5 from "node:path";
function findGit() {
  if (gitProgram ??= findProgram("git"), gitProgram === void 0)
    throw new BlobsyError("GIT_FAILED", "git was not found on PATH", { next: "git --version" });
  return gitProgram;
}
async function runGit(where, args, options = {}) {
  let cwd = options.cwd ?? (typeof where == "string" ? where : where.worktree), result = await spawnGit(cwd, args, options);
  if (!(options.okCodes ?? [0]).includes(result.code)) {
    let said = result.stderr.trim().split(`
`).at(-1) ?? "";
    throw new BlobsyError("GIT_FAILED", `git ${args[0] ?? ""} failed: ${said || result.code}`, {
      path: cwd
    });
  }
  return result;
}
function spawnGit(cwd, args, options) {
  return new Promise((resolve3, reject) => {
    let child = spawn(findGit(), args, {
      cwd,
      env: environment(options.env),
      stdio: [options.input === void 0 ? "ignore" : "pipe", "pipe", "pipe"],
      windowsHide: !0
    }), out = [], err = [];
    child.stdout?.on("data", (chunk) => out.push(chunk)), child.stderr?.on("data", (chunk) => err.push(chunk)), child.on("error", reject), child.on("close", (code, signal) => {
      resolve3({
        code: code ?? (signal ? 128 : 1),
        stdout: Buffer.concat(out),
        stderr: Buffer.concat(err).toString("utf8")
      });
    }), child.stdin && options.input !== void 0 && feed(child.stdin, options.input);
  });
}
async function feed(stdin, input) {
  if (stdin.on("error", () => {
  }), typeof input == "string" || input instanceof Uint8Array) {
    stdin.end(input);
    return;
  }
  for await (let chunk of input)
    stdin.write(chunk) || await new Promise((ready) => stdin.once("drain", ready));
  stdin.end();
}
function environment(changes) {
  let env = { ...process.env, BLOBSY_NESTED: "1", LC_ALL: "C" };
  for (let [name2, value] of Object.entries(changes ?? {}))
    value === void 0 ? delete env[name2] : env[name2] = value;
  return env;
}
async function findRepository(cwd) {
  let result = await spawnGit(cwd, ["rev-parse", "--show-toplevel", "--absolute-git-dir", "--git-common-dir"], {}), [worktree, gitDir, common] = result.stdout.toString("utf8").split(`
`);
  if (result.code !== 0 || !worktree || !gitDir || !common) {
    let said = result.stderr.trim().split(`
`)[0] ?? "";
    throw new BlobsyError("NOT_A_REPOSITORY", said || "this is not a Git worktree", { path: cwd });
  }
  let commonDir = path5.resolve(cwd, common);
  return {
    worktree,
    gitDir,
    commonDir,
    mainWorktree: mainWorktree(worktree, gitDir, commonDir),
    sharedState: path5.join(commonDir, "blobsy"),
    worktreeState: path5.join(gitDir, "blobsy", "worktree")
  };
}
function mainWorktree(worktree, gitDir, commonDir) {
  return gitDir === commonDir ? worktree : path5.basename(commonDir) === ".git" ? path5.dirname(commonDir) : worktree;
}
var gitProgram, init_git = __esm({
  "src/git/git.ts"() {
    "use strict";
    init_errors();
    init_find_program();
  }
});

// src/worktree/journal.ts
import { readFileSync as readFileSync3 } from "node:fs";
import path6 from "node:path";
function readOtherJournals(stateDir) {
  let live = /* @__PURE__ */ new Set(), orphaned = /* @__PURE__ */ new Map(), dead = [];
  for (let name2 of journalNames(stateDir)) {
    let file = path6.join(stateDir, DIR, name2), lines2 = readJournalLines(file), owner = lines2[0]?.startsWith("owner	") ? lines2[0].slice(6) : "", notes = lines2.slice(1).flatMap((line) => parseNote(line) ?? []);
    if (isOwnerAlive(owner))
      for (let note2 of notes) live.add(note2.path);
    else {
      dead.push(file);
      for (let note2 of notes) orphaned.set(note2.path, note2);
    }
  }
  return { live, orphaned, removeOrphaned: () => {
    for (let file of dead) unlinkIfThereSync(file);
  } };
}
function ownName() {
  return `${process.pid}.${ownIdentity().start}`;
}
function journalNames(stateDir) {
  return namesIn(path6.join(stateDir, DIR)).filter((name2) => name2 !== ownName());
}
function readJournalLines(file) {
  try {
    return readFileSync3(file, "utf8").split(`
`);
  } catch {
    return [];
  }
}
function formatNote(note2) {
  return [
    note2.path,
    note2.textHash,
    note2.refWas,
    note2.noticed ? "noticed" : "-",
    String(note2.passNs),
    String(note2.sinceNs),
    formatFacts(note2.payload)
  ].join("	");
}
function parseNote(line) {
  let [payloadPath, textHash2, refWas, noticed, passNs, sinceNs, facts] = line.split("	");
  if (!(!payloadPath || !textHash2 || !passNs || !sinceNs || !facts?.endsWith(".")) && !(refWas !== "absent" && refWas !== "empty" && refWas !== "present"))
    return {
      path: payloadPath,
      textHash: textHash2,
      refWas,
      noticed: noticed === "noticed",
      passNs: BigInt(passNs),
      sinceNs: BigInt(sinceNs),
      payload: parseFacts(facts)
    };
}
function formatFacts(facts) {
  if (!facts) return "-.";
  let { kind, size, mtimeNs, ctimeNs, ino, dev, nlink, mode } = facts;
  return `${kind} ${size} ${mtimeNs} ${ctimeNs} ${ino} ${dev} ${nlink} ${mode}.`;
}
function parseFacts(text) {
  if (text === "-.") return null;
  let [kind, size, mtime, ctime, ino, dev, nlink, mode] = text.slice(0, -1).split(" ");
  return {
    kind,
    size: Number(size),
    mtimeNs: BigInt(mtime ?? 0),
    ctimeNs: BigInt(ctime ?? 0),
    ino: BigInt(ino ?? 0),
    dev: BigInt(dev ?? 0),
    nlink: Number(nlink),
    mode: Number(mode)
  };
}
var DIR, Journal, init_journal = __esm({
  "src/worktree/journal.ts"() {
    "use strict";
    init_ops();
    init_owner();
    init_temp();
    DIR = "journal", Journal = class {
      notes = /* @__PURE__ */ new Map();
      file;
      begun = !1;
      constructor(stateDir) {
        this.file = path6.join(stateDir, DIR, ownName());
      }
      /** Written before Git gets its answer: a crash after it finds the note. @throws system errors */
      append(note2) {
        this.begun || (mkdirsSync(path6.dirname(this.file)), appendLineSync(this.file, `owner	${ownProcess()}`), this.begun = !0), appendLineSync(this.file, formatNote(note2)), this.notes.set(note2.path, note2);
      }
      get isEmpty() {
        return !this.begun;
      }
      /** Called when everything in it has been reconciled. */
      remove() {
        this.begun && unlinkIfThereSync(this.file);
      }
    };
  }
});

// src/fs/open-payload.ts
async function openPayload(file) {
  try {
    return OpenFile.toReadItself(file);
  } catch (error) {
    let errno = errnoOf(error);
    if (MACHINE_TROUBLE.has(errno ?? "")) throw fromErrno(error, `cannot read ${file}`, file);
    let what = errno === "ELOOP" ? "is a symbolic link" : `cannot be opened (${errno})`;
    throw new BlobsyError("PAYLOAD_UNREADABLE", `${file} ${what}`, { path: file, cause: error });
  }
}
var MACHINE_TROUBLE, init_open_payload = __esm({
  "src/fs/open-payload.ts"() {
    "use strict";
    init_errors();
    init_open_file();
    MACHINE_TROUBLE = /* @__PURE__ */ new Set(["EIO", "EMFILE", "ENFILE", "ENOMEM"]);
  }
});

// src/fs/atomic.ts
import path7 from "node:path";
async function writeFileAtomic(file, data, options) {
  let dir = path7.dirname(file), temp = path7.join(options.tempDir ?? dir, tempName(".blobsy-tmp"));
  try {
    await writeTemp(temp, partsOf(data), options), options.lastLook?.(), await rename(temp, file);
  } catch (error) {
    throw await unlinkIfThere(temp).catch(() => {
    }), error;
  }
  options.durable && await syncDir(dir);
}
function partsOf(data) {
  return typeof data == "string" ? [Buffer.from(data)] : data instanceof Uint8Array ? [data] : data;
}
async function writeTemp(temp, parts, options) {
  let handle = await createFile(temp);
  try {
    let position = 0;
    for (let part of parts)
      await writeAll(handle, temp, part, position), position += part.length;
    options.mode !== void 0 && await chmod(handle, temp, options.mode), options.durable && await syncFile(handle, temp);
  } finally {
    await handle.close();
  }
}
async function settleFile(file, { mode, mtimeNs, sync = !1 }) {
  let handle = await openPayload(file);
  try {
    await chmod(handle, file, mode), mtimeNs !== void 0 && await setMtime(handle, file, mtimeNs), sync && await syncFile(handle, file);
  } finally {
    await handle.close();
  }
}
async function moveNoReplace(from, to) {
  try {
    await link(from, to);
  } catch (error) {
    if (!CANNOT_LINK.has(errnoOf(error) ?? "")) throw error;
    if (lstatFacts(to)) throw Object.assign(new Error(`${to} is there`), { code: "EEXIST" });
    return await rename(from, to), !0;
  }
  try {
    return await unlink(from), !0;
  } catch {
    return !1;
  }
}
var CANNOT_LINK, init_atomic = __esm({
  "src/fs/atomic.ts"() {
    "use strict";
    init_errors();
    init_facts();
    init_ops();
    init_open_payload();
    init_temp();
    CANNOT_LINK = /* @__PURE__ */ new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);
  }
});

// src/domain/name-index.ts
function hashOf(bytes, from, to, seed) {
  let hash = 2166136261 ^ seed;
  for (let at2 = from; at2 < to; at2 += 1) hash = Math.imul(hash ^ (bytes[at2] ?? 0), 16777619);
  return hash ^ hash >>> 15;
}
var NameIndex, init_name_index = __esm({
  "src/domain/name-index.ts"() {
    "use strict";
    NameIndex = class {
      /**
       * @param bytes not changed while this is in use
       * @param starts where each record's name begins; of records with one name the first is found
       * @param end the byte that ends every name
       * @param seed any number: names come from strangers, who must not choose which ones share a slot
       */
      constructor(bytes, starts, end, seed) {
        this.bytes = bytes;
        this.starts = starts;
        this.end = end;
        this.seed = seed;
        let size = 16;
        for (; size < starts.length * 2; ) size *= 2;
        this.slots = new Uint32Array(size);
        for (let at2 = 0; at2 < starts.length; at2 += 1) {
          let from = starts[at2] ?? 0, slot = this.slotOf(bytes, from, bytes.indexOf(end, from));
          this.slots[slot] === 0 && (this.slots[slot] = at2 + 1);
        }
      }
      bytes;
      starts;
      end;
      seed;
      /** Position of a record in `starts`, plus one, by the hash of its name; 0 where there is none. */
      slots;
      get size() {
        return this.starts.length;
      }
      /** @returns the record's number, counted from 0; -1 when there is none of that name */
      find(name2) {
        if (this.starts.length === 0) return -1;
        let wanted = Buffer.from(name2);
        return (this.slots[this.slotOf(wanted, 0, wanted.length)] ?? 0) - 1;
      }
      /** Where the name of a record begins. */
      startOf(record) {
        return this.starts[record] ?? this.bytes.length;
      }
      /** Where it ends. */
      endOf(record) {
        return this.bytes.indexOf(this.end, this.startOf(record));
      }
      /** The slot that a name has, or would get. */
      slotOf(bytes, from, to) {
        let mask = this.slots.length - 1;
        for (let slot = hashOf(bytes, from, to, this.seed) & mask; ; slot = slot + 1 & mask) {
          let found = this.slots[slot] ?? 0;
          if (found === 0 || this.isName(this.starts[found - 1] ?? 0, bytes, from, to)) return slot;
        }
      }
      isName(start, bytes, from, to) {
        let length = to - from;
        if (this.bytes[start + length] !== this.end) return !1;
        for (let at2 = 0; at2 < length; at2 += 1)
          if (this.bytes[start + at2] !== bytes[from + at2]) return !1;
        return !0;
      }
    };
  }
});

// src/worktree/saved-lines.ts
import { createHash as createHash2, randomInt } from "node:crypto";
import { closeSync as closeSync4, fstatSync as fstatSync3, openSync as openSync4, readSync as readSync2 } from "node:fs";
function startsOf(bytes) {
  let starts = [];
  for (let at2 = 0; at2 < bytes.length; ) {
    let tab = bytes.indexOf(TAB, at2), end = bytes.indexOf(NEWLINE, at2);
    if (tab === -1 || end === -1) break;
    tab > at2 && tab < end && starts.push(at2), at2 = end + 1;
  }
  return Uint32Array.from(starts);
}
function readSavedLines(file, known) {
  let bytes = read2(file, known?.checksum);
  if (bytes === "known" && known !== null) return known;
  if (!Buffer.isBuffer(bytes)) return new SavedLines(Buffer.alloc(0), "");
  let end = bytes.length - CHECKSUM_BYTES, checksum3 = bytes.toString("latin1", Math.max(end, 0));
  return !(end >= HEADER.length && checksum3 === `${checksumOf(bytes.subarray(0, end))}
`) || bytes.toString("latin1", 0, HEADER.length) !== HEADER ? new SavedLines(Buffer.alloc(0), "") : new SavedLines(bytes.subarray(HEADER.length, end), checksum3);
}
function read2(file, knownChecksum) {
  let fd;
  try {
    fd = openSync4(file, "r");
  } catch {
    return null;
  }
  try {
    let { size } = fstatSync3(fd);
    return readRange(fd, Math.max(0, size - CHECKSUM_BYTES), size).toString("latin1") === knownChecksum ? "known" : readRange(fd, 0, size);
  } catch {
    return null;
  } finally {
    closeSync4(fd);
  }
}
function readRange(fd, from, to) {
  let bytes = Buffer.allocUnsafeSlow(to - from), done = 0;
  for (; done < bytes.length; ) {
    let more = readSync2(fd, bytes, done, bytes.length - done, from + done);
    if (more === 0) break;
    done += more;
  }
  return bytes.subarray(0, done);
}
function* saveLines(saved, changes) {
  let hash = createHash2("sha256"), pieces2 = [Buffer.from(HEADER)], length = 0, take = () => {
    let chunk = Buffer.concat(pieces2);
    return hash.update(chunk), pieces2 = [], length = 0, chunk;
  };
  for (let piece of changed(saved, changes))
    pieces2.push(piece), length += piece.length, length >= CHUNK_BYTES && (yield take());
  let rest = take();
  yield Buffer.concat([rest, Buffer.from(`${hash.digest("hex")}
`)]);
}
function* changed(saved, changes) {
  for (let { name: name2, bytes } of saved.lines())
    changes.has(name2) ? yield* lineOf(name2, changes) : yield bytes;
  for (let name2 of changes.names()) saved.has(name2) || (yield* lineOf(name2, changes));
}
function* lineOf(name2, changes) {
  let line = changes.line(name2);
  line !== null && (yield Buffer.from(`${name2}	${line}
`));
}
function checksumOf(bytes) {
  return createHash2("sha256").update(bytes).digest("hex");
}
var HEADER, CHECKSUM_BYTES, TAB, NEWLINE, CHUNK_BYTES, SEED, SavedLines, init_saved_lines = __esm({
  "src/worktree/saved-lines.ts"() {
    "use strict";
    init_name_index();
    HEADER = `blobsy stat cache 3
`, CHECKSUM_BYTES = 65, TAB = 9, NEWLINE = 10, CHUNK_BYTES = 256 * 1024, SEED = randomInt(2 ** 32), SavedLines = class {
      /** @param bytes the file's, without the header @param checksum the file's last line */
      constructor(bytes, checksum3) {
        this.bytes = bytes;
        this.checksum = checksum3;
        this.index = new NameIndex(bytes, startsOf(bytes), TAB, SEED);
      }
      bytes;
      checksum;
      index;
      get size() {
        return this.index.size;
      }
      has(name2) {
        return this.index.find(name2) !== -1;
      }
      /** What follows the name. */
      line(name2) {
        let record = this.index.find(name2);
        return record === -1 ? null : this.bytes.toString("utf8", this.index.endOf(record) + 1, this.endOfLine(record));
      }
      *names() {
        for (let record = 0; record < this.index.size; record += 1) yield this.nameOf(record);
      }
      /** Each line as it stands there, with its end. */
      *lines() {
        for (let record = 0; record < this.index.size; record += 1) {
          let bytes = this.bytes.subarray(this.index.startOf(record), this.endOfLine(record) + 1);
          yield { name: this.nameOf(record), bytes };
        }
      }
      nameOf(record) {
        return this.bytes.toString("utf8", this.index.startOf(record), this.index.endOf(record));
      }
      endOfLine(record) {
        return this.bytes.indexOf(NEWLINE, this.index.endOf(record));
      }
    };
  }
});

// src/domain/detached.ts
function detached(part) {
  return Buffer.from(part, "latin1").toString("latin1");
}
var init_detached = __esm({
  "src/domain/detached.ts"() {
    "use strict";
  }
});

// src/domain/oid.ts
function isOid(text) {
  return OID.test(text);
}
function asOid(text) {
  if (!isOid(text)) throw new TypeError(`not a SHA-256 in lower-case hex: ${JSON.stringify(text)}`);
  return text;
}
function shortOid(oid) {
  return oid.slice(0, 12);
}
var OID, init_oid = __esm({
  "src/domain/oid.ts"() {
    "use strict";
    OID = /^[0-9a-f]{64}$/;
  }
});

// src/worktree/stat-lines.ts
function formatEntry(entry) {
  let oids = new OidWriter();
  return [
    entry.dropped === void 0 ? SAME : entry.dropped ? "d" : NONE,
    field(entry.base, (base) => formatBase(base, oids)),
    field(entry.placing, (base) => formatBase(base, oids)),
    field(entry.payload, (record) => formatRecord(record, oids)),
    field(entry.ref, (record) => formatRecord(record, oids)),
    field(entry.key, ({ oid, key }) => `${oids.write(oid)} ${shortKey(key, oid)}`)
  ].join("	");
}
function parseEntry(line) {
  let [dropped, base, placing, payload, ref, key] = line.split("	");
  if (!dropped || !base || !placing || !payload || !ref || !key) return null;
  let oids = new OidReader();
  return {
    ...dropped === SAME ? {} : { dropped: dropped === "d" },
    ...base === SAME ? {} : { base: parseBase(base, oids) },
    ...placing === SAME ? {} : { placing: parseBase(placing, oids) },
    ...payload === SAME ? {} : { payload: parseRecord(payload, oids) },
    ...ref === SAME ? {} : { ref: parseRecord(ref, oids) },
    ...key === SAME ? {} : { key: parseKey(key, oids) }
  };
}
function field(value, format) {
  return value === void 0 ? SAME : value === null ? NONE : format(value);
}
function formatBase({ oid, size, remoteKey, executable }, oids) {
  return `${oids.write(oid)} ${size} ${executable ? "x" : NONE} ${shortKey(remoteKey, oid)}`;
}
function parseBase(text, oids) {
  if (text === NONE) return null;
  let [name2, size, executable, ...rest] = text.split(" "), oid = oids.read(name2), key = rest.join(" ");
  return oid === null || !size || key === "" ? null : { oid, size: Number(size), remoteKey: fullKey(key, oid), executable: executable === "x" };
}
function formatRecord(record, oids) {
  let { oid, size, mtimeNs, ctimeNs, ino, tick } = record;
  return `${oids.write(oid)} ${size} ${mtimeNs} ${ctimeNs - mtimeNs} ${ino} ${tick - mtimeNs}`;
}
function parseRecord(text, oids) {
  if (text === NONE) return null;
  let [name2, size, mtime, ctime, ino, tick] = text.split(" "), oid = oids.read(name2);
  if (oid === null || !size || !mtime || !ctime || !ino || !tick) return null;
  let mtimeNs = BigInt(mtime);
  return {
    oid,
    size: Number(size),
    mtimeNs,
    ctimeNs: mtimeNs + BigInt(ctime),
    ino: BigInt(ino),
    tick: mtimeNs + BigInt(tick)
  };
}
function parseKey(text, oids) {
  if (text === NONE) return null;
  let space = text.indexOf(" "), oid = oids.read(text.slice(0, space));
  return oid === null ? null : { oid, key: fullKey(text.slice(space + 1), oid) };
}
function shortKey(key, oid) {
  return key.replaceAll(oid, "*");
}
function fullKey(key, oid) {
  return key.replaceAll("*", oid);
}
var EMPTY_ENTRY, NONE, SAME, OidWriter, OidReader, init_stat_lines = __esm({
  "src/worktree/stat-lines.ts"() {
    "use strict";
    init_detached();
    init_oid();
    EMPTY_ENTRY = {
      base: null,
      payload: null,
      ref: null,
      dropped: !1,
      key: null,
      placing: null
    }, NONE = "-", SAME = "~";
    OidWriter = class {
      last = null;
      write(oid) {
        return oid === this.last ? "=" : (this.last = oid, oid);
      }
    }, OidReader = class {
      last = null;
      read(text) {
        return text === "=" ? this.last : this.last = text !== void 0 && isOid(text) ? detached(text) : null;
      }
    };
  }
});

// src/worktree/stat-cache.ts
import path8 from "node:path";
var PARSED_AT_ONCE, StatCache, init_stat_cache = __esm({
  "src/worktree/stat-cache.ts"() {
    "use strict";
    init_atomic();
    init_saved_lines();
    init_stat_lines();
    init_stat_lines();
    PARSED_AT_ONCE = 256, StatCache = class _StatCache {
      file;
      saved;
      /** What is saved is other than that: this process wrote it, and nobody has asked since. */
      isOutdated = !1;
      /** What this process changed, field by field, as lines; `null` where it forgot the path. */
      changes = /* @__PURE__ */ new Map();
      parsed = /* @__PURE__ */ new Map();
      constructor(file) {
        this.file = file, this.saved = readSavedLines(file, null);
      }
      /** @param stateDir the worktree's state directory; the file need not exist */
      static load(stateDir) {
        return new _StatCache(path8.join(stateDir, "stat-cache"));
      }
      get(payload) {
        let known = this.parsed.get(payload);
        if (known) return known;
        let entry = this.parse(payload);
        return this.keepParsed(payload, entry), entry;
      }
      has(payload) {
        let change = this.changes.get(payload);
        return change === void 0 ? this.lines().has(payload) : change !== null;
      }
      /** Changes some fields of an entry; in memory until `save`. */
      update(payload, change) {
        this.keepParsed(payload, { ...this.get(payload), ...change });
        let earlier = this.changes.get(payload), before2 = earlier === null ? EMPTY_ENTRY : earlier === void 0 ? {} : parseEntry(earlier);
        this.changes.set(payload, formatEntry({ ...before2, ...change }));
      }
      forget(payload) {
        this.has(payload) && (this.parsed.delete(payload), this.changes.set(payload, null));
      }
      *paths() {
        for (let payload of this.lines().names())
          this.changes.get(payload) !== null && (yield payload);
        for (let [payload, change] of this.changes)
          change !== null && !this.lines().has(payload) && (yield payload);
      }
      get size() {
        let count2 = this.lines().size;
        for (let [payload, change] of this.changes)
          this.lines().has(payload) ? count2 -= change === null ? 1 : 0 : count2 += change === null ? 0 : 1;
        return count2;
      }
      /**
       * Takes up what other processes saved meanwhile. This one's changes stay on top, field by field: a
       * process that only hashed a payload must not bring back the base it found when it started, or a
       * payload that Git has just replaced would pass for an edit.
       */
      reload() {
        let before2 = this.saved;
        this.saved = readSavedLines(this.file, before2), this.isOutdated = !1, this.saved !== before2 && this.parsed.clear();
      }
      /**
       * Writes the cache; the caller holds the worktree's lock.
       * @param options.durable when it must survive a power cut
       * @throws {BlobsyError} DISK_FULL, IO
       */
      async save(options = { durable: !1 }) {
        if (this.changes.size === 0) return;
        this.reload();
        let saving = new Map(this.changes), changes = {
          names: () => saving.keys(),
          has: (name2) => saving.has(name2),
          line: (name2) => saving.get(name2) === null ? null : formatEntry(this.parse(name2))
        };
        await writeFileAtomic(this.file, saveLines(this.saved, changes), options), this.isOutdated = !0;
        for (let [payload, change] of saving)
          this.changes.get(payload) === change && this.changes.delete(payload);
      }
      lines() {
        return this.isOutdated && this.reload(), this.saved;
      }
      parse(payload) {
        let change = this.changes.get(payload);
        if (change === null) return EMPTY_ENTRY;
        let line = this.lines().line(payload), saved = line === null ? null : parseEntry(line);
        return { ...EMPTY_ENTRY, ...saved, ...change === void 0 ? null : parseEntry(change) };
      }
      keepParsed(payload, entry) {
        this.parsed.size >= PARSED_AT_ONCE && this.parsed.clear(), this.parsed.set(payload, entry);
      }
    };
  }
});

// src/store/layout.ts
import path9 from "node:path";
function storeLayout(root) {
  return {
    root,
    objects: path9.join(root, "objects"),
    tmp: path9.join(root, "tmp"),
    aside: path9.join(root, "tmp", "aside"),
    bad: path9.join(root, "bad"),
    verified: path9.join(root, "verified"),
    recoverLog: path9.join(root, "recover.log")
  };
}
function objectPath(layout, oid) {
  return path9.join(layout.objects, oid.slice(0, 2), oid);
}
function oidOfName(dir, name2) {
  return isOid(name2) && name2.startsWith(dir) && dir.length === 2 ? name2 : null;
}
var OBJECT_MODE, init_layout = __esm({
  "src/store/layout.ts"() {
    "use strict";
    init_oid();
    OBJECT_MODE = 292;
  }
});

// src/store/recover-log.ts
import { readFileSync as readFileSync4 } from "node:fs";
import path10 from "node:path";
function parseEntry2(line) {
  let value;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (value === null || typeof value != "object") return null;
  let { time: time2, path: payload, oid, size, executable, why, worktree } = value;
  return typeof oid != "string" || !isOid(oid) || typeof size != "number" || typeof time2 != "string" || typeof payload != "string" ? null : {
    time: time2,
    path: payload,
    oid,
    size,
    executable: executable === !0,
    why,
    worktree: typeof worktree == "string" ? worktree : ""
  };
}
var RecoverLog, init_recover_log = __esm({
  "src/store/recover-log.ts"() {
    "use strict";
    init_errors();
    init_oid();
    init_layout();
    init_ops();
    RecoverLog = class {
      file;
      /** @param root `<common git dir>/blobsy` */
      constructor(root) {
        this.file = storeLayout(root).recoverLog;
      }
      /** Durable when it returns. @throws system errors */
      async append(entry) {
        await mkdirs(path10.dirname(this.file));
        let { time: time2, oid, size, executable, why, worktree } = entry, line = JSON.stringify({
          time: time2,
          path: entry.path,
          oid,
          size,
          executable,
          why,
          worktree
        });
        await appendLine(this.file, `
${line}`, { durable: !0 });
      }
      /** Every entry, newest first; the same bytes taken from the same place at one time are listed once. */
      listRecoverable() {
        let seen = /* @__PURE__ */ new Set();
        return this.read().reverse().filter((entry) => {
          let key = `${entry.time} ${entry.oid} ${entry.worktree} ${entry.path}`;
          return seen.has(key) ? !1 : (seen.add(key), !0);
        });
      }
      read() {
        let text;
        try {
          text = readFileSync4(this.file, "utf8");
        } catch (error) {
          if (errnoOf(error) === "ENOENT") return [];
          throw error;
        }
        return text.split(`
`).flatMap((line) => parseEntry2(line) ?? []);
      }
    };
  }
});

// src/domain/stat-trust.ts
function statRecord(oid, facts, tick) {
  let { size, mtimeNs, ctimeNs, ino } = facts;
  return { oid, size, mtimeNs, ctimeNs, ino, tick };
}
function vouches(record, now) {
  return isSettled(record) && matches(record, now);
}
function matches(record, now) {
  return now.kind === "file" && record.size === now.size && record.mtimeNs === now.mtimeNs && record.ctimeNs === now.ctimeNs && record.ino === now.ino;
}
function isSettled(record) {
  return isContentSettled(record) && isPast(record.ctimeNs, record.tick);
}
function isContentSettled({ mtimeNs, tick }) {
  return mtimeNs === ARMED_MTIME_NS ? tick !== 0n : isPast(mtimeNs, tick);
}
function isPast(time2, tick) {
  return time2 % SECOND === 0n ? time2 + 2n * SECOND <= tick : time2 < tick;
}
var ARMED_MTIME_NS, SECOND, init_stat_trust = __esm({
  "src/domain/stat-trust.ts"() {
    "use strict";
    ARMED_MTIME_NS = 2130019200000000000n, SECOND = 1000000000n;
  }
});

// src/fs/clock.ts
import path11 from "node:path";
async function fileSystemTick(dir) {
  let probe = path11.join(dir, tempName(".blobsy-tmp")), handle = await createFile(probe);
  try {
    return (await factsOf(handle)).mtimeNs;
  } finally {
    await handle.close(), await unlinkIfThere(probe);
  }
}
async function waitForTickAfter(dir, ns, maxMs) {
  let end = performance.now() + maxMs;
  for (; ; ) {
    let tick = await fileSystemTick(dir);
    if (tick > ns) return tick;
    if (performance.now() >= end) return null;
    await new Promise((resolve3) => setTimeout(resolve3, 1));
  }
}
function isCoarse(tick) {
  return tick % SECOND_NS === 0n;
}
function safelyBefore(tick) {
  return isCoarse(tick) ? tick - 2n * SECOND_NS : tick - 10000000n;
}
var SECOND_NS, init_clock = __esm({
  "src/fs/clock.ts"() {
    "use strict";
    init_ops();
    init_facts();
    init_temp();
    SECOND_NS = 1000000000n;
  }
});

// src/domain/file-facts.ts
function sameFacts(a, b) {
  return a.kind === b.kind && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.ino === b.ino;
}
function sameContentFacts(a, b) {
  return a.kind === b.kind && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ino === b.ino;
}
var init_file_facts = __esm({
  "src/domain/file-facts.ts"() {
    "use strict";
  }
});

// src/fs/read-ahead.ts
async function readAhead(handle, size, use, options = {}) {
  let length = Math.min(size + 1, CHUNK), current = takeBuffer(length), other = takeBuffer(length), position = 0, pending = handle.read(current, 0, length, 0);
  try {
    for (; ; ) {
      let { bytesRead } = await pending;
      if (bytesRead === 0) return position;
      assertRunning(options.signal);
      let piece = current.subarray(0, bytesRead), start = position;
      position += bytesRead;
      let isLast = position > size || position === size && bytesRead < length;
      if (isLast || (pending = handle.read(other, 0, length, position)), pending.catch(() => {
      }), await use(piece, start), options.onBytes?.(bytesRead), isLast) return position;
      [current, other] = [other, current];
    }
  } finally {
    await pending.catch(() => {
    }), giveBack(current), giveBack(other);
  }
}
function takeBuffer(length) {
  return length < CHUNK ? Buffer.allocUnsafe(length) : spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK);
}
function giveBack(buffer) {
  buffer.length === CHUNK && spare.length < MAX_SPARE && spare.push(buffer);
}
function assertRunning(signal) {
  if (signal?.aborted) throw new BlobsyError("INTERRUPTED", "stopped on request");
}
var CHUNK, spare, MAX_SPARE, init_read_ahead = __esm({
  "src/fs/read-ahead.ts"() {
    "use strict";
    init_errors();
    CHUNK = 512 * 1024, spare = [], MAX_SPARE = 32;
  }
});

// src/fs/hash.ts
import { createHash as createHash3 } from "node:crypto";
import path12 from "node:path";
function hashFile(file, options = {}) {
  return readStable(file, options, async (handle, before2, counting) => {
    let { oid, size } = await hashHandle(handle, before2.size, counting);
    return { oid, size, facts: before2 };
  });
}
async function copyHashing(file, temp, options = {}) {
  if (lstatFacts(temp)) throw Object.assign(new Error(`${temp} is there`), { code: "EEXIST" });
  try {
    return await readStable(file, options, async (handle, before2, counting) => (await unlinkIfThere(temp), await cloneHashing(handle, file, before2, temp, { ...options, ...counting }) ?? await copyAndHash(handle, before2, temp, { ...options, ...counting })));
  } catch (error) {
    throw await unlinkIfThere(temp).catch(() => {
    }), error;
  }
}
async function readStable(file, options, attempt3) {
  for (let tries = 0; tries < TRIES; tries += 1) {
    let handle = await openPayload(file), counted = 0, onBytes = (bytes) => {
      counted += bytes, options.onBytes?.(bytes);
    };
    try {
      let before2 = await settledFacts(handle, file), result = await attempt3(handle, before2, { signal: options.signal, onBytes }), after2 = await factsOf(handle);
      if (sameFacts(before2, after2) && result.size === after2.size) return result;
    } catch (error) {
      throw fromErrno(error, `cannot read ${file}`, file);
    } finally {
      await handle.close();
    }
    options.onBytes?.(-counted);
  }
  throw new BlobsyError("PAYLOAD_BUSY", `${file} keeps changing while it is read`, { path: file });
}
async function settledFacts(handle, file) {
  if ((await factsOf(handle)).kind !== "file")
    throw new BlobsyError("PAYLOAD_UNREADABLE", `${file} is not a regular file`, { path: file });
  return await syncForeignFile(handle, file), factsOf(handle);
}
async function hashHandle(handle, size, options) {
  let hash = createHash3("sha256"), read5 = await readAhead(handle, size, (piece) => {
    hash.update(piece);
  }, options);
  return { oid: asOid(hash.digest("hex")), size: read5 };
}
async function cloneHashing(source, file, before2, temp, options) {
  let pair = `${before2.dev}:${path12.dirname(temp)}`;
  if (noClone.has(pair)) return null;
  if (!await cloneFile(heldName(source, file), temp))
    return noClone.add(pair), await unlinkIfThere(temp), null;
  let clone2 = OpenFile.toRead(temp);
  try {
    let { oid, size } = await hashHandle(clone2, before2.size, options);
    return await finishCopy(clone2, temp, size, options), { oid, size, facts: before2, cloned: !0 };
  } finally {
    await clone2.close();
  }
}
function heldName(handle, file) {
  return process.platform === "linux" ? `/proc/self/fd/${handle.fd}` : file;
}
async function copyAndHash(source, before2, temp, options) {
  let hash = createHash3("sha256"), copy = await createFile(temp, 384);
  try {
    let write4 = async (piece, position) => {
      let written = writeAll(copy, temp, piece, position);
      hash.update(piece), await written;
    }, size = await readAhead(source, before2.size, write4, options);
    return await finishCopy(copy, temp, size, options), { oid: asOid(hash.digest("hex")), size, facts: before2, cloned: !1 };
  } finally {
    await copy.close();
  }
}
async function finishCopy(copy, temp, size, { mode, mtimeNs }) {
  let written = (await factsOf(copy)).size;
  if (written !== size)
    throw new BlobsyError("IO", `${temp} has ${written} bytes of ${size} after writing`);
  await chmod(copy, temp, mode ?? 438 & ~process.umask()), mtimeNs !== void 0 && await setMtime(copy, temp, mtimeNs), await syncFile(copy, temp);
}
var TRIES, noClone, init_hash = __esm({
  "src/fs/hash.ts"() {
    "use strict";
    init_errors();
    init_file_facts();
    init_oid();
    init_facts();
    init_ops();
    init_open_file();
    init_open_payload();
    init_read_ahead();
    TRIES = 3;
    noClone = /* @__PURE__ */ new Set();
  }
});

// src/fs/shared-sync.ts
var SharedSync, init_shared_sync = __esm({
  "src/fs/shared-sync.ts"() {
    "use strict";
    init_ops();
    SharedSync = class {
      running = /* @__PURE__ */ new Map();
      left = /* @__PURE__ */ new Set();
      waiting = /* @__PURE__ */ new Map();
      /** @throws system errors; every caller that shared the sync gets the same one */
      sync(dir) {
        return this.share(dir, () => syncDir(dir));
      }
      /** Leaves it to `settle`: once for however many ask. */
      later(dir) {
        this.left.add(dir);
      }
      /** Syncs what was left. @throws system errors */
      async settle() {
        let dirs = [...this.left];
        this.left.clear(), await Promise.all(dirs.map((dir) => this.sync(dir)));
      }
      /** As `sync`, by other means: `act` syncs what `dir` names, and is run for all who wait. */
      share(dir, act) {
        let joined2 = this.waiting.get(dir);
        if (joined2) return joined2;
        let next = (this.running.get(dir) ?? Promise.resolve()).catch(() => {
        }).then(() => {
          this.waiting.delete(dir);
          let now = act();
          return this.running.set(dir, now), now;
        });
        return this.waiting.set(dir, next), next;
      }
    };
  }
});

// src/store/adopt.ts
async function adoptFile(store, file, known, beforeFiling) {
  for (let tries = 0; tries < TRIES2; tries += 1) {
    let facts = lstatFacts(file);
    if (facts?.kind !== "file")
      throw new BlobsyError("PAYLOAD_UNREADABLE", `${file} is not a regular file`, { path: file });
    let blob = facts.nlink > 1 || facts.dev !== lstatFacts(store.layout.objects)?.dev ? await copyIn(store, file, beforeFiling) : await moveIn(store, file, facts, known, beforeFiling);
    if (blob) return blob;
  }
  throw new BlobsyError("PAYLOAD_BUSY", `${file} keeps changing while it is stored`, {
    path: file
  });
}
async function copyIn(store, file, beforeFiling) {
  let tick = await store.tickAfter(0n), temp = store.tempPath("adopt"), options = { mode: OBJECT_MODE, mtimeNs: safelyBefore(tick) }, { oid, size, facts } = await copyHashing(file, temp, options);
  return await beforeFiling?.({ oid, size }), await store.publishTemp(temp, { oid, size }, tick), await removeUnchanged(file, facts) ? { oid, size } : null;
}
async function moveIn(store, file, facts, known, beforeFiling) {
  let tick = await store.tickAfter(facts.mtimeNs + RECENT_NS), content = (facts.mtimeNs <= safelyBefore(tick) ? await stillKnown(file, known) : null) ?? await hashFile(file), blob = { oid: content.oid, size: content.facts.size };
  if (await beforeFiling?.(blob), await makeReadOnly(file), !await store.publish(file, blob))
    return await removeUnchanged(file, content.facts) ? blob : null;
  let filed = store.objectFacts(blob.oid);
  return filed && sameContentFacts(content.facts, filed) && await store.verified.add(statRecord(blob.oid, filed, tick)), blob;
}
async function stillKnown(file, known) {
  if (!known) return null;
  let handle = await openPayload(file);
  try {
    await syncForeignFile(handle, file);
    let facts = await factsOf(handle);
    return sameFacts(known.facts, facts) ? { oid: known.oid, facts } : null;
  } finally {
    await handle.close();
  }
}
async function makeReadOnly(file) {
  try {
    await settleFile(file, { mode: OBJECT_MODE });
  } catch (error) {
    if (errnoOf(error) !== "EPERM") throw error;
  }
}
async function removeUnchanged(file, facts) {
  let now = lstatFacts(file);
  return now && !sameContentFacts(facts, now) ? !1 : (now && await unlink(file), !0);
}
var TRIES2, RECENT_NS, init_adopt = __esm({
  "src/store/adopt.ts"() {
    "use strict";
    init_errors();
    init_file_facts();
    init_stat_trust();
    init_atomic();
    init_clock();
    init_facts();
    init_hash();
    init_open_payload();
    init_ops();
    init_layout();
    TRIES2 = 3, RECENT_NS = 3000000000n;
  }
});

// src/store/corrupt.ts
function corrupt(file, oid, size, found) {
  let got = `${found.size} bytes with SHA-256 ${found.oid}`, want = `${size} bytes with SHA-256 ${oid}`;
  return new BlobsyError("BLOB_CORRUPT", `what arrived is not the blob: got ${got}, not ${want}`, {
    path: file
  });
}
var init_corrupt = __esm({
  "src/store/corrupt.ts"() {
    "use strict";
    init_errors();
  }
});

// src/store/fan-outs.ts
var FanOuts, init_fan_outs = __esm({
  "src/store/fan-outs.ts"() {
    "use strict";
    init_errors();
    init_ops();
    FanOuts = class {
      /** @param objects the directory they lie in */
      constructor(objects, syncs3) {
        this.objects = objects;
        this.syncs = syncs3;
      }
      objects;
      syncs;
      made = /* @__PURE__ */ new Map();
      /**
       * A directory counts as made only when its own name is synced, whoever made it.
       * @throws system errors; it is tried again the next time
       */
      prepare(dir) {
        let known = this.made.get(dir);
        if (known) return known;
        let made = mkdir(dir).catch((error) => {
          if (errnoOf(error) !== "EEXIST") throw error;
        }).then(() => this.syncs.sync(this.objects)).catch((error) => {
          throw this.made.delete(dir), error;
        });
        return this.made.set(dir, made), made;
      }
    };
  }
});

// src/store/own-directory.ts
import { lstatSync as lstatSync2 } from "node:fs";
function assertOwnDirectories(dirs) {
  let uid = process.getuid?.();
  for (let dir of dirs) {
    let stats = lstatSync2(dir, { throwIfNoEntry: !1 });
    if (stats) {
      if (!stats.isDirectory()) throw refused(dir, "is not a directory");
      if (uid !== void 0 && uid !== 0 && stats.uid !== uid)
        throw refused(dir, "belongs to another user");
    }
  }
}
function refused(dir, why) {
  return new BlobsyError("REFUSED_PATH", `${dir} ${why}; the store is not used`, { path: dir });
}
var init_own_directory = __esm({
  "src/store/own-directory.ts"() {
    "use strict";
    init_errors();
  }
});

// src/store/take-out.ts
async function takeObjectOut(store, oid, size, dest, options) {
  let object = await store.verifiedPath(oid, size), before2 = object && store.objectFacts(oid);
  if (!object || !before2) return null;
  if (before2.nlink > 1) return copyObjectOut(store, oid, size, dest, options);
  let isVouched = store.verified.vouch(oid, before2);
  try {
    await rename(object, dest);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
  try {
    if (await isStill(dest, oid, before2, isVouched))
      return await settleFile(dest, { mode: modeOf(options), mtimeNs: options.mtimeNs, sync: !0 }), lstatFacts(dest);
  } catch (error) {
    throw await adoptFile(store, dest, null).catch(() => {
    }), error;
  }
  return await adoptFile(store, dest, null), null;
}
async function isStill(dest, oid, before2, isVouched) {
  if (!isVouched) return (await hashFile(dest)).oid === oid;
  let now = lstatFacts(dest);
  return now !== null && sameContentFacts(before2, now);
}
async function copyObjectOut(store, oid, size, dest, options) {
  let before2 = store.objectFacts(oid);
  if (!before2) return null;
  let object = objectPath(store.layout, oid);
  if (store.verified.vouch(oid, before2) && await cloneFile(object, dest)) {
    await finishClone(dest, options);
    let now = store.objectFacts(oid);
    if (now && sameFacts(before2, now)) return lstatFacts(dest);
    await unlinkIfThere(dest);
  }
  return copyVerified(store, oid, size, dest, options);
}
async function finishClone(dest, options) {
  try {
    await settleFile(dest, { mode: modeOf(options), mtimeNs: options.mtimeNs, sync: !0 });
  } catch (error) {
    throw await unlinkIfThere(dest).catch(() => {
    }), error;
  }
}
async function copyVerified(store, oid, size, dest, options) {
  try {
    let copied = await copyHashing(objectPath(store.layout, oid), dest, {
      mode: modeOf(options),
      mtimeNs: options.mtimeNs
    });
    if (copied.oid === oid && copied.size === size) return lstatFacts(dest);
    await unlinkIfThere(dest);
  } catch (error) {
    if (!(error instanceof BlobsyError && error.code !== "DISK_FULL") || await store.examine(oid, size) === "good") throw error;
  }
  return await store.examine(oid, size) === "bad" && await store.setAside(oid), null;
}
function modeOf({ executable }) {
  return (executable ? 511 : 438) & ~process.umask();
}
var init_take_out = __esm({
  "src/store/take-out.ts"() {
    "use strict";
    init_errors();
    init_file_facts();
    init_atomic();
    init_facts();
    init_hash();
    init_ops();
    init_adopt();
    init_layout();
  }
});

// src/fs/lock.ts
import { readFileSync as readFileSync5 } from "node:fs";
import path13 from "node:path";
async function acquireLock(file, options) {
  let end = options.waitMs === "forever" ? 1 / 0 : performance.now() + options.waitMs;
  for (let round = 0; ; round += 1) {
    if (await tryTake(file))
      return await sweepLeftovers(path13.dirname(file)), heldLock(file);
    let owner = readOwner(file);
    if (owner !== "none" && await isStale(file, owner)) {
      await removeStale(file);
      continue;
    }
    if (performance.now() >= end) return null;
    round === 0 && owner !== "none" && options.onWait?.(describe(owner)), await pause(round, end);
  }
}
async function tryTake(file) {
  let temp = path13.join(path13.dirname(file), tempName(TEMP_PREFIX));
  await writeOwner(temp);
  try {
    return await link(temp, file), !0;
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    return !1;
  } finally {
    await unlinkIfThere(temp);
  }
}
async function writeOwner(temp) {
  try {
    let handle = await createFile(temp);
    try {
      await writeAll(handle, temp, Buffer.from(`${ownProcess()}
`), 0);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    await mkdirs(path13.dirname(temp)), await writeOwner(temp);
  }
}
async function sweepLeftovers(dir) {
  swept.has(dir) || (swept.add(dir), await sweepTemp(dir, { prefix: TEMP_PREFIX, minAgeMs: 0 }));
}
function readOwner(file) {
  try {
    return parseOwner(readFileSync5(file, "utf8").trim()) ?? "unreadable";
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return "none";
    throw error;
  }
}
async function isStale(file, owner) {
  let liveness = owner === "unreadable" ? "unknown" : livenessOf(owner);
  if (liveness !== "unknown") return liveness === "dead";
  let facts = lstatFacts(file);
  return facts ? await fileSystemTick(path13.dirname(file)) - facts.mtimeNs > FOREIGN_STALE_NS : !1;
}
async function removeStale(file) {
  let remover = `${file}.remover`;
  if (!await tryTake(remover)) {
    let owner = readOwner(remover);
    owner !== "none" && await isStale(remover, owner) && await setAside(remover, owner), await pause(1, 1 / 0);
    return;
  }
  try {
    let owner = readOwner(file);
    owner !== "none" && await isStale(file, owner) && await setAside(file, owner);
  } finally {
    await unlinkIfThere(remover);
  }
}
async function setAside(file, stale) {
  let aside = path13.join(path13.dirname(file), tempName(".blobsy-lock"));
  try {
    await rename(file, aside);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return;
    throw error;
  }
  isSameOwner(readOwner(aside), stale) || await link(aside, file).catch(() => {
  }), await unlinkIfThere(aside);
}
function isSameOwner(a, b) {
  return typeof a == "string" || typeof b == "string" ? a === b : a.hostTag === b.hostTag && a.boot === b.boot && a.pid === b.pid && a.start === b.start;
}
function heldLock(file) {
  held.add(file), watchEnd();
  let touch = setInterval(() => {
    setMtimeOf(file, BigInt(Date.now()) * 1000000n).catch(() => {
    });
  }, TOUCH_MS);
  touch.unref();
  let isReleased = !1;
  return {
    release: async () => {
      isReleased || (isReleased = !0, clearInterval(touch), held.delete(file), isOurs(file) && await unlinkIfThere(file));
    }
  };
}
function isOurs(file) {
  try {
    return readFileSync5(file, "utf8").trim() === ownProcess();
  } catch {
    return !1;
  }
}
function watchEnd() {
  if (!watching) {
    watching = !0, process.once("exit", releaseAll);
    for (let signal of ["SIGTERM", "SIGHUP", "SIGINT"]) {
      let onSignal = () => {
        process.listenerCount(signal) > 1 || (releaseAll(), process.off(signal, onSignal), process.kill(process.pid, signal));
      };
      process.on(signal, onSignal);
    }
  }
}
function releaseAll() {
  for (let file of held)
    isOurs(file) && unlinkIfThereSync(file);
  held.clear();
}
function describe(owner) {
  return owner === "unreadable" ? { pid: 0, elsewhere: !0 } : { pid: owner.pid, elsewhere: livenessOf(owner) === "unknown" };
}
async function pause(round, end) {
  let step = POLL_MS[Math.min(round, POLL_MS.length - 1)] ?? 50, left = Math.max(0, Math.min(step, end - performance.now()));
  await new Promise((resolve3) => setTimeout(resolve3, left));
}
var TOUCH_MS, FOREIGN_STALE_NS, TEMP_PREFIX, POLL_MS, swept, held, watching, init_lock = __esm({
  "src/fs/lock.ts"() {
    "use strict";
    init_errors();
    init_facts();
    init_ops();
    init_owner();
    init_clock();
    init_temp();
    init_owner();
    TOUCH_MS = 3e4, FOREIGN_STALE_NS = 600n * 1000000000n, TEMP_PREFIX = ".blobsy-lock", POLL_MS = [1, 2, 5, 10, 20, 50];
    swept = /* @__PURE__ */ new Set();
    held = /* @__PURE__ */ new Set(), watching = !1;
  }
});

// src/store/verified.ts
import { createHash as createHash4 } from "node:crypto";
import { closeSync as closeSync5, constants as constants4, fstatSync as fstatSync4, openSync as openSync5, readSync as readSync3 } from "node:fs";
function readRange2(fd, from, to) {
  let bytes = Buffer.alloc(to - from), done = 0;
  for (; done < bytes.length; ) {
    let read5 = readSync3(fd, bytes, done, bytes.length - done, from + done);
    if (read5 === 0) break;
    done += read5;
  }
  return bytes.toString("latin1", 0, done);
}
function formatRecord2({ oid, size, mtimeNs, ctimeNs, ino, tick }) {
  let body = `${oid} ${size} ${mtimeNs} ${ctimeNs} ${ino} ${tick}`;
  return `${body} ${checksum(body)}`;
}
function parseRecord2(line) {
  let found = /^(([0-9a-f]{64}) (\d+) (-?\d+) (-?\d+) (\d+) (-?\d+)) ([0-9a-f]{8})$/.exec(line);
  if (!found) return null;
  let [, body = "", oid = "", size = "", mtime = "", ctime = "", ino = "", tick = "", sum] = found;
  return !isOid(oid) || checksum(body) !== sum ? null : {
    oid,
    size: Number(size),
    mtimeNs: BigInt(mtime),
    ctimeNs: BigInt(ctime),
    ino: BigInt(ino),
    tick: BigInt(tick)
  };
}
function checksum(body) {
  return createHash4("sha256").update(body).digest("hex").slice(0, 8);
}
var OID_DIGITS, SMALL, VerifiedRecords, init_verified = __esm({
  "src/store/verified.ts"() {
    "use strict";
    init_oid();
    init_stat_trust();
    init_atomic();
    init_lock();
    init_ops();
    OID_DIGITS = 64, SMALL = 1e3, VerifiedRecords = class {
      file;
      /** Lines as they stand in the file: they are parsed when asked for, most never are. */
      lines = /* @__PURE__ */ new Map();
      lineCount = 0;
      readTo = 0;
      ino = 0n;
      pending = [];
      appending = null;
      constructor(file) {
        this.file = file;
      }
      /** Is the object with these facts certainly still what was hashed? */
      vouch(oid, facts) {
        return this.matching(oid, facts) ? !0 : (this.readOn(), this.matching(oid, facts));
      }
      /** Never fails: a record that cannot be written costs a read later on. */
      async add(record) {
        let line = formatRecord2(record);
        this.lines.set(record.oid, line), this.pending.push(line), this.appending ??= this.append().finally(() => this.appending = null), await this.appending;
      }
      /**
       * Writes the file anew when most of its lines are out of date.
       * @param isCurrent whether the store still has the object
       */
      async compact(isCurrent) {
        if (this.readOn(), this.lineCount < Math.max(SMALL, 2 * this.lines.size)) return;
        let lock = await acquireLock(`${this.file}.lock`, { waitMs: 0 });
        if (lock)
          try {
            this.readOn();
            let kept = [...this.lines].flatMap(
              ([oid, line]) => isOid(oid) && isCurrent(oid) ? `${line}
` : []
            );
            await writeFileAtomic(this.file, kept.join(""), { durable: !1 });
          } finally {
            await lock.release();
          }
      }
      /**
       * The change time need not lie before the tick here: nobody but us gives an object its times, so a
       * modification time in the past cannot be a later writer's.
       */
      matching(oid, facts) {
        let line = this.lines.get(oid), record = line === void 0 ? null : parseRecord2(line);
        return record !== null && record.mtimeNs < record.tick && matches(record, facts);
      }
      async append() {
        for (; this.pending.length > 0; ) {
          let lines2 = this.pending.splice(0);
          await appendLine(this.file, `
${lines2.join(`
`)}`).catch(() => {
          });
        }
      }
      /** Reads what was appended since the last time; everything, when the file is another one. */
      readOn() {
        let fd;
        try {
          fd = openSync5(this.file, constants4.O_RDONLY);
        } catch {
          return;
        }
        try {
          let stats = fstatSync4(fd, { bigint: !0 }), size = Number(stats.size);
          (stats.ino !== this.ino || size < this.readTo) && this.startOver(stats.ino), size > this.readTo && this.take(readRange2(fd, this.readTo, size));
        } catch {
          this.startOver(0n);
        } finally {
          closeSync5(fd);
        }
      }
      startOver(ino) {
        this.ino = ino, this.readTo = 0, this.lineCount = 0;
      }
      take(text) {
        let end = text.lastIndexOf(`
`) + 1;
        this.readTo += end;
        for (let line of text.slice(0, end).split(`
`))
          line.length <= OID_DIGITS || (this.lineCount += 1, this.lines.set(line.slice(0, OID_DIGITS), line));
      }
    };
  }
});

// src/store/store.ts
import path14 from "node:path";
function isUnreadable(error) {
  return error instanceof BlobsyError && (error.code === "IO" || error.code === "PAYLOAD_BUSY");
}
function isSystemError(error) {
  return error?.syscall !== void 0;
}
var Store, init_store = __esm({
  "src/store/store.ts"() {
    "use strict";
    init_errors();
    init_stat_trust();
    init_atomic();
    init_clock();
    init_facts();
    init_hash();
    init_ops();
    init_shared_sync();
    init_temp();
    init_adopt();
    init_layout();
    init_corrupt();
    init_fan_outs();
    init_own_directory();
    init_recover_log();
    init_take_out();
    init_verified();
    Store = class _Store {
      layout;
      verified;
      recover;
      syncs = new SharedSync();
      fanOuts;
      lastTick = 0n;
      prepared = null;
      constructor(root) {
        this.layout = storeLayout(root), this.fanOuts = new FanOuts(this.layout.objects, this.syncs), this.recover = new RecoverLog(root), this.verified = new VerifiedRecords(this.layout.verified);
      }
      /**
       * @param root `<common git dir>/blobsy`; it is created when something is first put in
       * @throws {BlobsyError} REFUSED_PATH when it is a link or another user's
       */
      static open(root) {
        let store = new _Store(root), { objects, tmp, aside, bad: bad3 } = store.layout;
        return assertOwnDirectories([root, objects, tmp, aside, bad3]), store;
      }
      /** Creates the store's directories; runs once. @throws system errors, REFUSED_PATH */
      prepare() {
        return this.prepared ??= this.createDirectories().catch((error) => {
          throw this.prepared = null, error;
        }), this.prepared;
      }
      async createDirectories() {
        let { root, objects, tmp, aside, bad: bad3 } = this.layout;
        await mkdirs(objects), await mkdirs(aside), assertOwnDirectories([root, objects, tmp, aside, bad3]), await this.verified.compact((oid) => this.objectFacts(oid) !== null);
      }
      /** A path for a new temporary file on the store's file system. */
      tempPath(prefix) {
        return path14.join(this.layout.tmp, tempName(prefix));
      }
      objectFacts(oid) {
        return lstatFacts(objectPath(this.layout, oid));
      }
      /** Whether there is an object of that name (and length); whether it is good, `verifiedPath` says. */
      has(oid, size) {
        let facts = this.objectFacts(oid);
        return facts?.kind === "file" && (size === void 0 || facts.size === size);
      }
      /**
       * Copies a payload in, hashing it in the same read (or cloning it, where the file system can).
       * @param payload absolute path
       * @throws {BlobsyError} as `copyHashing`: PAYLOAD_UNREADABLE, PAYLOAD_BUSY, DISK_FULL, IO ...
       */
      async ingest(payload, options = {}) {
        return this.telling(payload, "cannot store", async () => {
          await this.prepare();
          let tick = await this.tickAfter(0n), temp = this.tempPath("ingest"), times = { mode: OBJECT_MODE, mtimeNs: safelyBefore(tick) }, { oid, size, facts } = await copyHashing(payload, temp, { ...options, ...times }), stored = await this.publishTemp(temp, { oid, size }, tick);
          return { oid, size, facts, stored };
        });
      }
      /**
       * Takes in a finished download. Its bytes are on disk when this returns; that its name is too takes
       * `settleImports`, once for all of them: until then the remote has the blob. @param temp a file in this store's `tmp`; gone when this returns
       * @throws {BlobsyError} BLOB_CORRUPT when it is not the blob it should be
       */
      async importTemp(temp, oid, size, options = {}) {
        await this.telling(temp, "cannot store", async () => {
          await this.prepare();
          let tick = await this.tickAfter(0n);
          try {
            await settleFile(temp, { mode: OBJECT_MODE, mtimeNs: safelyBefore(tick) });
            let found = await hashFile(temp, options);
            if (found.oid !== oid || found.size !== size) throw corrupt(temp, oid, size, found);
          } catch (error) {
            throw await unlinkIfThere(temp).catch(() => {
            }), error;
          }
          await this.publishTemp(temp, { oid, size }, tick, "later");
        });
      }
      /** Makes the names of imported blobs durable. @throws system errors */
      settleImports() {
        return this.syncs.settle();
      }
      /**
       * Files a payload that was moved aside, by rename where that is safe: `file` is gone when this
       * returns. Bytes that the store has already are not kept twice.
       * @param known its content, where `facts` vouch for it; else it is hashed
       * @param beforeFiling called once the content is known and before anything moves
       * @throws {BlobsyError} PAYLOAD_UNREADABLE, PAYLOAD_BUSY, DISK_FULL, IO; `file` is then still there
       */
      adopt(file, known = null, beforeFiling) {
        return this.telling(file, "cannot store", async () => (await this.prepare(), adoptFile(this, file, known, beforeFiling)));
      }
      /**
       * The path of an object that certainly holds `oid`, to be read at once.
       * @returns null when the store has no such blob, or had a damaged one
       */
      async verifiedPath(oid, size, options = {}) {
        let object = objectPath(this.layout, oid);
        return this.telling(object, "cannot verify", async () => {
          let state = await this.examine(oid, size, options);
          return state === "bad" && await this.setAside(oid), state === "good" ? object : null;
        });
      }
      /**
       * Moves an object out of the store to `dest` (same file system; nothing is there yet), with the mode
       * and time of a payload, synced. @returns its facts at `dest`; null as `verifiedPath`
       */
      takeOut(oid, size, dest, options) {
        return this.telling(
          dest,
          "cannot take out",
          () => takeObjectOut(this, oid, size, dest, options)
        );
      }
      /** As `takeOut`, leaving the object: cloned, or copied and hashed in one read. */
      copyOut(oid, size, dest, options) {
        return this.telling(dest, "cannot write", () => copyObjectOut(this, oid, size, dest, options));
      }
      /** Whether the object may go is the caller's to know. */
      async remove(oid) {
        await unlinkIfThere(objectPath(this.layout, oid));
      }
      /** Every object, by name and length; none of them is read. */
      async *list() {
        for (let dir of namesIn(this.layout.objects))
          for (let name2 of namesIn(path14.join(this.layout.objects, dir))) {
            let oid = oidOfName(dir, name2), facts = oid && this.objectFacts(oid);
            oid && facts?.kind === "file" && (yield { oid, size: facts.size });
          }
      }
      /** @internal What is under a blob's name. An object that cannot be read is as good as damaged. */
      async examine(oid, size, options = {}) {
        let facts = this.objectFacts(oid);
        if (!facts) return "absent";
        if (facts.kind !== "file" || facts.size !== size) return "bad";
        if (this.verified.vouch(oid, facts)) return "good";
        let tick = await this.tickAfter(facts.mtimeNs);
        try {
          let found = await hashFile(objectPath(this.layout, oid), options);
          return found.oid !== oid ? "bad" : (await this.verified.add(statRecord(oid, found.facts, tick)), "good");
        } catch (error) {
          if (this.objectFacts(oid) === null) return "absent";
          if (isUnreadable(error)) return "bad";
          throw error;
        }
      }
      /**
       * @internal Takes away what is under `oid` and is something else: bit rot, a damaged disk, or bytes
       * that a program wrote late into a payload moved here. These may exist nowhere else, so they are
       * filed under their own hash, and logged; what cannot be read stays in `bad`.
       */
      async setAside(oid) {
        let aside = path14.join(this.layout.bad, tempName("bad"));
        await mkdirs(this.layout.bad);
        try {
          await rename(objectPath(this.layout, oid), aside);
        } catch (error) {
          if (errnoOf(error) === "ENOENT") return;
          throw error;
        }
        if (lstatFacts(aside)?.kind !== "file") return;
        await adoptFile(this, aside, null, (blob) => (
          // It may be the right blob after all: published anew since it was examined.
          blob.oid === oid ? Promise.resolve() : this.logLateWrite(blob)
        )).catch((error) => {
          if (!isUnreadable(error)) throw error;
        });
      }
      logLateWrite({ oid, size }) {
        let time2 = (/* @__PURE__ */ new Date()).toISOString(), place = { path: "", worktree: "", executable: !1 };
        return this.recover.append({ time: time2, ...place, oid, size, why: "late-write" });
      }
      /**
       * @internal Gives a complete, synced, hashed file its name.
       * @param lasting when its name is made durable: before this returns, or by `settleImports`
       * @returns false when a good object has it already; `file` is then still there
       */
      async publish(file, { oid, size }, lasting = "now") {
        let object = objectPath(this.layout, oid);
        for (await this.fanOuts.prepare(path14.dirname(object)); ; ) {
          try {
            return await moveNoReplace(file, object), lasting === "now" ? await this.syncs.sync(path14.dirname(object)) : this.syncs.later(path14.dirname(object)), !0;
          } catch (error) {
            if (errnoOf(error) !== "EEXIST") throw error;
          }
          let state = await this.examine(oid, size);
          if (state === "good")
            return await this.syncs.sync(path14.dirname(object)), !1;
          state === "bad" && await this.setAside(oid);
        }
      }
      /** @internal Publishes a file that only this process can have written to since it was hashed. */
      async publishTemp(temp, blob, tick, lasting) {
        try {
          let stored = await this.publish(temp, blob, lasting);
          stored || await unlink(temp);
          let facts = stored ? this.objectFacts(blob.oid) : null;
          return facts && await this.verified.add(statRecord(blob.oid, facts, tick)), stored;
        } catch (error) {
          throw await unlinkIfThere(temp).catch(() => {
          }), error;
        }
      }
      /** @internal The store's clock, past `mtimeNs` if it is; read again only when it has to be. */
      async tickAfter(mtimeNs) {
        return (this.lastTick === 0n || this.lastTick <= mtimeNs) && (this.lastTick = await fileSystemTick(this.layout.tmp)), this.lastTick;
      }
      async telling(file, doing, act) {
        try {
          return await act();
        } catch (error) {
          throw error instanceof BlobsyError || !isSystemError(error) ? error : fromErrno(error, `${doing} ${file}`, file);
        }
      }
    };
  }
});

// node_modules/zod/v4/core/util.js
function getEnumValues(entries) {
  let numericValues = Object.values(entries).filter((v) => typeof v == "number");
  return Object.entries(entries).filter(([k, _]) => numericValues.indexOf(+k) === -1).map(([_, v]) => v);
}
function jsonStringifyReplacer(_, value) {
  return typeof value == "bigint" ? value.toString() : value;
}
function escapeRegex(str) {
  return str.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
function clone(inst, def, params) {
  let cl = new inst._zod.constr(def ?? inst._zod.def);
  return (!def || params?.parent) && (cl._zod.parent = inst), cl;
}
function normalizeParams(_params) {
  let params = _params;
  if (!params)
    return {};
  if (typeof params == "string")
    return { error: () => params };
  if (params?.message !== void 0) {
    if (params?.error !== void 0)
      throw new Error("Cannot specify both `message` and `error` params");
    params.error = params.message;
  }
  return delete params.message, typeof params.error == "string" ? { ...params, error: () => params.error } : params;
}
function aborted(x, startIndex = 0) {
  if (x.aborted === !0)
    return !0;
  for (let i = startIndex; i < x.issues.length; i++)
    if (x.issues[i]?.continue !== !0)
      return !0;
  return !1;
}
function explicitlyAborted(x, startIndex = 0) {
  if (x.aborted === !0)
    return !0;
  for (let i = startIndex; i < x.issues.length; i++)
    if (x.issues[i]?.continue === !1)
      return !0;
  return !1;
}
function unwrapMessage(message) {
  return typeof message == "string" ? message : message?.message;
}
function attachSchema(issues, start, inst) {
  var _a3;
  for (let i = start; i < issues.length; i++)
    (_a3 = issues[i]).schema ?? (_a3.schema = inst);
}
function finalizeIssue(iss, ctx, config2) {
  var _a3;
  let traits = iss.inst?._zod?.traits;
  traits?.has("$ZodType") && (traits.has("$ZodCheck") ? (_a3 = iss).schema ?? (_a3.schema = iss.inst) : iss.schema = iss.inst);
  let schemaError = iss.schema !== iss.inst ? iss.schema?._zod.def?.error : void 0, message = iss.message ? iss.message : unwrapMessage(iss.inst?._zod.def?.error?.(iss)) ?? unwrapMessage(schemaError?.(iss)) ?? unwrapMessage(ctx?.error?.(iss)) ?? unwrapMessage(config2.customError?.(iss)) ?? unwrapMessage(config2.localeError?.(iss)) ?? "Invalid input", full = {};
  for (let k of Object.keys(iss))
    k === "inst" || k === "schema" || k === "continue" || k === "input" || k === "__proto__" || (full[k] = iss[k]);
  return full.path ?? (full.path = []), full.message = message, ctx?.reportInput && (full.input = iss.input), full;
}
function issue(...args) {
  let [iss, input, inst] = args;
  return typeof iss == "string" ? {
    message: iss,
    code: "custom",
    input,
    inst
  } : { ...iss };
}
function members(proto, table) {
  for (let key in table) {
    let desc = Object.getOwnPropertyDescriptor(table, key);
    desc.get ? Object.defineProperty(proto, key, { ...desc, enumerable: !1 }) : defineBound(proto, key, desc.value);
  }
}
function own2(inst, key, value, enumerable = !0) {
  return Object.defineProperty(inst, key, { configurable: !0, writable: !0, enumerable, value }), value;
}
function hide(inst, key, value) {
  return own2(inst, key, value, !1);
}
function defineBound(proto, key, fn) {
  Object.defineProperty(proto, key, {
    configurable: !0,
    get() {
      return this == null ? fn : own2(this, key, fn.bind(this));
    },
    set(value) {
      own2(this, key, value);
    }
  });
}
function defineLazyInternal(inst, key, compute) {
  let proto = Object.getPrototypeOf(inst._zod);
  if (key in proto && installing !== inst._zod) {
    installing = void 0;
    return;
  }
  installing = inst._zod, Object.defineProperty(proto, key, {
    configurable: !0,
    get() {
      Object.defineProperty(this, key, breaker);
      let outer = broke;
      broke = !1;
      try {
        let value = compute(this);
        return broke ? delete this[key] : Object.defineProperty(this, key, { configurable: !0, writable: !0, value }), broke = broke || outer, value;
      } catch (err) {
        throw delete this[key], broke = broke || outer, err;
      }
    },
    set(value) {
      Object.defineProperty(this, key, { configurable: !0, writable: !0, value });
    }
  });
}
var captureStackTrace, propertyKeyTypes, installing, broke, breaker, init_util = __esm({
  "node_modules/zod/v4/core/util.js"() {
    captureStackTrace = "captureStackTrace" in Error ? Error.captureStackTrace : (..._args) => {
    }, propertyKeyTypes = /* @__PURE__ */ new Set(["string", "number", "symbol"]);
    broke = !1, breaker = {
      configurable: !0,
      get() {
        broke = !0;
      }
    };
  }
});

// node_modules/zod/v4/core/core.js
function newError(Definition) {
  let E = _E;
  if (E) {
    let saved = E.stackTraceLimit;
    if (typeof saved == "number") {
      try {
        E.stackTraceLimit = 0;
      } catch {
        return _E = null, new Definition();
      }
      try {
        return new Definition();
      } finally {
        E.stackTraceLimit = saved;
      }
    }
  }
  return new Definition();
}
// @__NO_SIDE_EFFECTS__
function $constructor(name2, initializer2, proto, params) {
  let zodProto = {};
  function Internals(def) {
    this.def = def, this.constr = _, this.traits = /* @__PURE__ */ new Set();
  }
  Internals.prototype = zodProto;
  let protoMembers = proto, initialized = protoMembers && /* @__PURE__ */ new WeakSet();
  function init2(inst, def) {
    if (inst._zod) {
      if (inst._zod.traits.has(name2))
        return;
    } else {
      _zodDesc.value = new Internals(def);
      try {
        Object.defineProperty(inst, "_zod", _zodDesc);
      } finally {
        _zodDesc.value = void 0;
      }
    }
    if (inst._zod.traits.add(name2), initializer2(inst, def), initialized) {
      let own3 = Object.getPrototypeOf(inst), ctorProto = inst._zod.constr.prototype, up = own3;
      for (; up && up !== ctorProto; )
        up = Object.getPrototypeOf(up);
      let target = up ?? own3;
      initialized.has(target) || (initialized.add(target), members(target, protoMembers));
    }
    let proto2 = _.prototype;
    for (let k in proto2)
      Object.prototype.hasOwnProperty.call(proto2, k) && (k in inst || (inst[k] = proto2[k].bind(inst)));
  }
  let Parent = params?.Parent ?? Object;
  class Definition extends Parent {
  }
  Object.defineProperty(Definition, "name", { value: name2 });
  function _(def) {
    let inst = params?.Parent ? newError(Definition) : this;
    init2(inst, def);
    let deferred = inst._zod.deferred;
    if (deferred) {
      for (let fn of deferred)
        fn();
      inst._zod.deferred = void 0;
    }
    let pp = globalThis.__zod_globalConfig?.postProcessor;
    return pp && pp(inst), inst;
  }
  return Object.defineProperty(_, "init", { value: init2 }), Object.defineProperty(_, Symbol.hasInstance, {
    value: (inst) => params?.Parent && inst instanceof params.Parent ? !0 : inst?._zod?.traits?.has(name2)
  }), Object.defineProperty(_, "name", { value: name2 }), _;
}
function config(newConfig) {
  return newConfig && Object.assign(globalConfig, newConfig), globalConfig;
}
var _a, NEVER, _zodDesc, _E, $ZodAsyncError, $ZodEncodeError, globalConfig, init_core = __esm({
  "node_modules/zod/v4/core/core.js"() {
    init_util();
    NEVER = /* @__PURE__ */ Object.freeze({
      status: "aborted"
    }), _zodDesc = { value: void 0, enumerable: !1 }, _E = "captureStackTrace" in Error ? Error : null;
    $ZodAsyncError = class extends Error {
      constructor() {
        super("Encountered Promise during synchronous parse. Use .parseAsync() instead.");
      }
    }, $ZodEncodeError = class extends Error {
      constructor(name2) {
        super(`Encountered unidirectional transform during encode: ${name2}`), this.name = "ZodEncodeError";
      }
    };
    (_a = globalThis).__zod_globalConfig ?? (_a.__zod_globalConfig = {});
    globalConfig = globalThis.__zod_globalConfig;
  }
});

// node_modules/zod/v4/core/errors.js
function _getMessage() {
  let internals = this._zod;
  return internals.message ?? (internals.message = JSON.stringify(internals.def, jsonStringifyReplacer, 2)), internals.message;
}
function _setMessage(value) {
  this._zod.message = value;
}
var _messageDesc, _issuesDesc, _installedToString, initializer, $ZodError, $ZodRealError, init_errors2 = __esm({
  "node_modules/zod/v4/core/errors.js"() {
    init_core();
    init_util();
    _messageDesc = {
      get: _getMessage,
      set: _setMessage,
      enumerable: !0,
      configurable: !0
    }, _issuesDesc = { value: void 0, enumerable: !1 }, _installedToString = /* @__PURE__ */ new WeakSet([Object.prototype, Error.prototype]), initializer = (inst, def) => {
      inst.name = "$ZodError", _issuesDesc.value = def, Object.defineProperty(inst, "issues", _issuesDesc), _issuesDesc.value = void 0, Object.defineProperty(inst, "message", _messageDesc);
      let proto = Object.getPrototypeOf(inst);
      _installedToString.has(proto) || (_installedToString.add(proto), Object.defineProperty(proto, "toString", {
        configurable: !0,
        enumerable: !1,
        get() {
          let value = () => this.message;
          return Object.defineProperty(this, "toString", { value, configurable: !0, writable: !0 }), value;
        },
        set(value) {
          Object.defineProperty(this, "toString", { value, configurable: !0, writable: !0 });
        }
      }));
    }, $ZodError = $constructor("$ZodError", initializer), $ZodRealError = $constructor("$ZodError", initializer, void 0, {
      Parent: Error
    });
  }
});

// node_modules/zod/v4/core/parse.js
function failure2(Err, issues, ctx) {
  let error;
  return {
    success: !1,
    get error() {
      return error || (error = new Err(issues.map((iss) => finalizeIssue(iss, ctx, config()))), issues = void 0, ctx = void 0), error;
    },
    set error(e) {
      error = e, issues = void 0, ctx = void 0;
    }
  };
}
var _parse, parse, _parseAsync, parseAsync, _safeParse, safeParse, _safeParseAsync, safeParseAsync, init_parse = __esm({
  "node_modules/zod/v4/core/parse.js"() {
    init_core();
    init_errors2();
    init_util();
    _parse = (_Err) => {
      let fn = (schema, value, _ctx, _params) => {
        let ctx = _ctx ? { ..._ctx, async: !1 } : { async: !1 }, result = schema._zod.run({ value, issues: [] }, ctx);
        if (result instanceof Promise)
          throw new $ZodAsyncError();
        if (result.issues.length) {
          let e = new (_params?.Err ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
          throw captureStackTrace(e, _params?.callee ?? fn), e;
        }
        return result.value;
      };
      return fn;
    }, parse = /* @__PURE__ */ _parse($ZodRealError), _parseAsync = (_Err) => {
      let fn = async (schema, value, _ctx, params) => {
        let ctx = _ctx ? { ..._ctx, async: !0 } : { async: !0 }, result = schema._zod.run({ value, issues: [] }, ctx);
        if (result instanceof Promise && (result = await result), result.issues.length) {
          let e = new (params?.Err ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
          throw captureStackTrace(e, params?.callee ?? fn), e;
        }
        return result.value;
      };
      return fn;
    }, parseAsync = /* @__PURE__ */ _parseAsync($ZodRealError), _safeParse = (_Err) => (schema, value, _ctx) => {
      let ctx = _ctx ? { ..._ctx, async: !1 } : { async: !1 }, result = schema._zod.run({ value, issues: [] }, ctx);
      if (result instanceof Promise)
        throw new $ZodAsyncError();
      return result.issues.length ? failure2(_Err, result.issues, ctx) : { success: !0, data: result.value };
    }, safeParse = /* @__PURE__ */ _safeParse($ZodRealError);
    _safeParseAsync = (_Err) => async (schema, value, _ctx) => {
      let ctx = _ctx ? { ..._ctx, async: !0 } : { async: !0 }, result = schema._zod.run({ value, issues: [] }, ctx);
      return result instanceof Promise && (result = await result), result.issues.length ? failure2(_Err, result.issues, ctx) : { success: !0, data: result.value };
    }, safeParseAsync = /* @__PURE__ */ _safeParseAsync($ZodRealError);
  }
});

// node_modules/zod/v4/core/regexes.js
var anyString, init_regexes = __esm({
  "node_modules/zod/v4/core/regexes.js"() {
    anyString = /^[\s\S]{0,}$/;
  }
});

// node_modules/zod/v4/core/checks.js
var $ZodCheck, $ZodCheckStringFormat, $ZodCheckRegex, init_checks = __esm({
  "node_modules/zod/v4/core/checks.js"() {
    init_core();
    $ZodCheck = /* @__PURE__ */ $constructor("$ZodCheck", (inst, def) => {
      var _a3;
      inst._zod ?? (inst._zod = {}), inst._zod.def = def, (_a3 = inst._zod).onattach ?? (_a3.onattach = []);
    }), $ZodCheckStringFormat = /* @__PURE__ */ $constructor("$ZodCheckStringFormat", (inst, def) => {
      var _a3, _b;
      $ZodCheck.init(inst, def), def.pattern ? (_a3 = inst._zod).check ?? (_a3.check = (payload) => {
        def.pattern.lastIndex = 0, !def.pattern.test(payload.value) && payload.issues.push({
          origin: "string",
          code: "invalid_format",
          format: def.format,
          input: payload.value,
          ...def.pattern ? { pattern: def.pattern.toString() } : {},
          inst,
          continue: !def.abort
        });
      }) : (_b = inst._zod).check ?? (_b.check = () => {
      });
    }), $ZodCheckRegex = /* @__PURE__ */ $constructor("$ZodCheckRegex", (inst, def) => {
      $ZodCheckStringFormat.init(inst, def), inst._zod.check = (payload) => {
        def.pattern.lastIndex = 0, !def.pattern.test(payload.value) && payload.issues.push({
          origin: "string",
          code: "invalid_format",
          format: "regex",
          input: payload.value,
          pattern: def.pattern.toString(),
          inst,
          continue: !def.abort
        });
      };
    });
  }
});

// node_modules/zod/v4/core/doc.js
var init_doc = __esm({
  "node_modules/zod/v4/core/doc.js"() {
  }
});

// node_modules/zod/v4/core/versions.js
var version, init_versions = __esm({
  "node_modules/zod/v4/core/versions.js"() {
    version = {
      major: 4,
      minor: 6,
      patch: 7
    };
  }
});

// node_modules/zod/v4/core/schemas.js
async function validateAsync(inst, value) {
  let ctx = { async: !0 };
  return toStandardResult(await inst._zod.run({ value, issues: [] }, ctx), ctx);
}
function standardProps(inst) {
  return {
    validate: (value) => {
      let ctx = { async: !1 };
      try {
        let r = inst._zod.run({ value, issues: [] }, ctx);
        if (!(r instanceof Promise))
          return toStandardResult(r, ctx);
      } catch {
      }
      return validateAsync(inst, value);
    },
    vendor: "zod",
    version: 1
  };
}
function handlePipeResult(left, next, ctx) {
  return left.issues.some((iss) => iss.code !== "unrecognized_keys") ? (left.aborted = !0, left) : next._zod.run({ value: left.value, issues: left.issues }, ctx);
}
function handleRefineResult(result, payload, input, inst) {
  if (!result) {
    let _iss = {
      code: "custom",
      input,
      inst,
      // incorporates params.error into issue reporting
      path: [...inst._zod.def.path ?? []],
      // incorporates params.error into issue reporting
      continue: !inst._zod.def.abort
      // params: inst._zod.def.params,
    };
    inst._zod.def.params && (_iss.params = inst._zod.def.params), payload.issues.push(issue(_iss));
  }
}
var $ZodType, toStandardResult, $ZodString, $ZodEnum, $ZodTransform, $ZodPipe, $ZodCustom, init_schemas = __esm({
  "node_modules/zod/v4/core/schemas.js"() {
    init_checks();
    init_core();
    init_regexes();
    init_util();
    init_versions();
    init_util();
    $ZodType = /* @__PURE__ */ $constructor("$ZodType", (inst, def) => {
      var _a3;
      inst ?? (inst = {}), inst._zod.def = def, inst._zod.bag = inst._zod.bag || {}, inst._zod.version = version;
      let defChecks = inst._zod.def.checks, checks = inst._zod.traits.has("$ZodCheck") ? [inst, ...defChecks ?? []] : defChecks?.length ? [...defChecks] : [];
      for (let ch of checks)
        for (let fn of ch._zod.onattach)
          fn(inst);
      if (checks.length === 0)
        (_a3 = inst._zod).deferred ?? (_a3.deferred = []), inst._zod.deferred?.push(() => {
          inst._zod.run = inst._zod.parse;
        });
      else {
        let runChecks = (payload, checks2, ctx) => {
          if (payload.memo)
            return payload;
          let isAborted = aborted(payload), asyncResult;
          for (let ch of checks2) {
            if (ch._zod.def.when) {
              if (explicitlyAborted(payload) || !ch._zod.def.when(payload))
                continue;
            } else if (isAborted)
              continue;
            let currLen = payload.issues.length, _ = ch._zod.check(payload);
            if (_ instanceof Promise && ctx?.async === !1)
              throw new $ZodAsyncError();
            if (asyncResult || _ instanceof Promise)
              asyncResult = (asyncResult ?? Promise.resolve()).then(async () => {
                await _, payload.issues.length !== currLen && (attachSchema(payload.issues, currLen, inst), isAborted || (isAborted = aborted(payload, currLen)));
              });
            else {
              if (payload.issues.length === currLen)
                continue;
              attachSchema(payload.issues, currLen, inst), isAborted || (isAborted = aborted(payload, currLen));
            }
          }
          return asyncResult ? asyncResult.then(() => payload) : payload;
        }, handleCanaryResult = (canary, payload, ctx) => {
          if (aborted(canary))
            return canary.aborted = !0, canary;
          let checkResult = runChecks(payload, checks, ctx);
          if (checkResult instanceof Promise) {
            if (ctx.async === !1)
              throw new $ZodAsyncError();
            return checkResult.then((checkResult2) => inst._zod.parse(checkResult2, ctx));
          }
          return inst._zod.parse(checkResult, ctx);
        };
        inst._zod.run = (payload, ctx) => {
          if (ctx.skipChecks)
            return inst._zod.parse(payload, ctx);
          if (ctx.direction === "backward") {
            let canary = inst._zod.parse({ value: payload.value, issues: [] }, { ...ctx, skipChecks: !0 });
            return canary instanceof Promise ? canary.then((canary2) => handleCanaryResult(canary2, payload, ctx)) : handleCanaryResult(canary, payload, ctx);
          }
          let result = inst._zod.parse(payload, ctx);
          if (result instanceof Promise) {
            if (ctx.async === !1)
              throw new $ZodAsyncError();
            return result.then((result2) => runChecks(result2, checks, ctx));
          }
          return runChecks(result, checks, ctx);
        };
      }
    }, {
      // Wrappers extend this by installing a richer factory over it; reading it eagerly would defeat the laziness.
      get "~standard"() {
        return hide(this, "~standard", standardProps(this));
      },
      set "~standard"(value) {
        own2(this, "~standard", value);
      }
    }), toStandardResult = (r, ctx) => r.issues.length ? { issues: r.issues.map((iss) => finalizeIssue(iss, ctx, config())) } : { value: r.value };
    $ZodString = /* @__PURE__ */ $constructor("$ZodString", (inst, def) => {
      $ZodType.init(inst, def), inst._zod.pattern = def.pattern ?? anyString, inst._zod.parse = (payload, _) => {
        if (def.coerce)
          try {
            payload.value = String(payload.value);
          } catch {
          }
        return typeof payload.value == "string" || payload.issues.push({
          expected: "string",
          code: "invalid_type",
          input: payload.value,
          inst
        }), payload;
      };
    }), $ZodEnum = /* @__PURE__ */ $constructor("$ZodEnum", (inst, def) => {
      $ZodType.init(inst, def);
      let values = getEnumValues(def.entries), valuesSet = new Set(values);
      inst._zod.values = valuesSet, defineLazyInternal(inst, "pattern", (zod) => {
        let patternValues = getEnumValues(zod.def.entries).filter((k) => propertyKeyTypes.has(typeof k));
        return new RegExp(patternValues.length ? `^(${patternValues.map((o) => escapeRegex(o.toString())).join("|")})$` : "^[^\\s\\S]$");
      }), inst._zod.parse = (payload, _ctx) => {
        let input = payload.value;
        return valuesSet.has(input) || payload.issues.push({
          code: "invalid_value",
          values,
          input,
          inst
        }), payload;
      };
    }), $ZodTransform = /* @__PURE__ */ $constructor("$ZodTransform", (inst, def) => {
      $ZodType.init(inst, def), inst._zod.optin = "optional", globalConfig.memoizer?.guard(inst), inst._zod.parse = (payload, ctx) => {
        if (ctx.direction === "backward")
          throw new $ZodEncodeError(inst.constructor.name);
        let _out = def.transform(payload.value, payload);
        if (ctx.async)
          return (_out instanceof Promise ? _out : Promise.resolve(_out)).then((output2) => (payload.value = output2, payload));
        if (_out instanceof Promise)
          throw new $ZodAsyncError();
        return payload.value = _out, payload;
      };
    }), $ZodPipe = /* @__PURE__ */ $constructor("$ZodPipe", (inst, def) => {
      $ZodType.init(inst, def), defineLazyInternal(inst, "values", (zod) => zod.def.in._zod.values), defineLazyInternal(inst, "optin", (zod) => zod.def.in._zod.optin), defineLazyInternal(inst, "optout", (zod) => zod.def.out._zod.optout), defineLazyInternal(inst, "propValues", (zod) => zod.def.in._zod.propValues), inst._zod.parse = (payload, ctx) => {
        if (ctx.direction === "backward") {
          let right = def.out._zod.run(payload, ctx);
          return right instanceof Promise ? right.then((right2) => handlePipeResult(right2, def.in, ctx)) : handlePipeResult(right, def.in, ctx);
        }
        let left = def.in._zod.run(payload, ctx);
        return left instanceof Promise ? left.then((left2) => handlePipeResult(left2, def.out, ctx)) : handlePipeResult(left, def.out, ctx);
      };
    });
    $ZodCustom = /* @__PURE__ */ $constructor("$ZodCustom", (inst, def) => {
      $ZodCheck.init(inst, def), $ZodType.init(inst, def), inst._zod.parse = (payload, _) => payload, inst._zod.check = (payload) => {
        let input = payload.value, r = def.fn(input);
        if (r instanceof Promise)
          return r.then((r2) => handleRefineResult(r2, payload, input, inst));
        handleRefineResult(r, payload, input, inst);
      };
    });
  }
});

// node_modules/zod/v4/core/memoizer.js
var init_memoizer = __esm({
  "node_modules/zod/v4/core/memoizer.js"() {
  }
});

// node_modules/zod/v4/locales/index.js
var init_locales = __esm({
  "node_modules/zod/v4/locales/index.js"() {
  }
});

// node_modules/zod/v4/core/registries.js
function registry() {
  return new $ZodRegistry();
}
var _a2, $ZodRegistry, globalRegistry, init_registries = __esm({
  "node_modules/zod/v4/core/registries.js"() {
    $ZodRegistry = class {
      constructor() {
        this._map = /* @__PURE__ */ new WeakMap(), this._idmap = /* @__PURE__ */ new Map();
      }
      add(schema, ..._meta) {
        let meta2 = _meta[0];
        return this._map.set(schema, meta2), meta2 && typeof meta2 == "object" && "id" in meta2 && this._idmap.set(meta2.id, schema), this;
      }
      clear() {
        return this._map = /* @__PURE__ */ new WeakMap(), this._idmap = /* @__PURE__ */ new Map(), this;
      }
      remove(schema) {
        let meta2 = this._map.get(schema);
        return meta2 && typeof meta2 == "object" && "id" in meta2 && this._idmap.delete(meta2.id), this._map.delete(schema), this;
      }
      get(schema) {
        let p = schema._zod.parent;
        if (p) {
          let pm = { ...this.get(p) ?? {} };
          delete pm.id;
          let f = { ...pm, ...this._map.get(schema) };
          return Object.keys(f).length ? f : void 0;
        }
        return this._map.get(schema);
      }
      has(schema) {
        return this._map.has(schema);
      }
    };
    (_a2 = globalThis).__zod_globalRegistry ?? (_a2.__zod_globalRegistry = registry());
    globalRegistry = globalThis.__zod_globalRegistry;
  }
});

// node_modules/zod/v4/core/compile.js
var init_compile = __esm({
  "node_modules/zod/v4/core/compile.js"() {
  }
});

// node_modules/zod/v4/core/api.js
function snapshotChecks(def) {
  return def.checks && (def.checks = [...def.checks]), def;
}
// @__NO_SIDE_EFFECTS__
function _string(Class, params) {
  return new Class(snapshotChecks({ type: "string", ...normalizeParams(params) }));
}
// @__NO_SIDE_EFFECTS__
function _regex(pattern, params) {
  return new $ZodCheckRegex({
    check: "string_format",
    format: "regex",
    ...normalizeParams(params),
    pattern
  });
}
// @__NO_SIDE_EFFECTS__
function _refine(Class, fn, _params) {
  return new Class({
    type: "custom",
    check: "custom",
    fn,
    ...normalizeParams(_params)
  });
}
var init_api = __esm({
  "node_modules/zod/v4/core/api.js"() {
    init_checks();
    init_util();
  }
});

// node_modules/zod/v4/core/to-json-schema.js
var init_to_json_schema = __esm({
  "node_modules/zod/v4/core/to-json-schema.js"() {
  }
});

// node_modules/zod/v4/core/json-schema.js
var init_json_schema = __esm({
  "node_modules/zod/v4/core/json-schema.js"() {
  }
});

// node_modules/zod/v4/core/index.js
var init_core2 = __esm({
  "node_modules/zod/v4/core/index.js"() {
    init_core();
    init_parse();
    init_errors2();
    init_schemas();
    init_memoizer();
    init_checks();
    init_versions();
    init_util();
    init_regexes();
    init_locales();
    init_registries();
    init_doc();
    init_compile();
    init_api();
    init_to_json_schema();
    init_json_schema();
  }
});

// node_modules/zod/v4/mini/parse.js
var init_parse2 = __esm({
  "node_modules/zod/v4/mini/parse.js"() {
    init_core2();
  }
});

// node_modules/zod/v4/mini/schemas.js
// @__NO_SIDE_EFFECTS__
function string2(params) {
  return _string(ZodMiniString, params);
}
// @__NO_SIDE_EFFECTS__
function _enum(values, params) {
  let entries = Array.isArray(values) ? Object.fromEntries(values.map((v) => [v, v])) : values;
  return new ZodMiniEnum({
    type: "enum",
    entries,
    ...normalizeParams(params)
  });
}
// @__NO_SIDE_EFFECTS__
function transform(fn) {
  return new ZodMiniTransform({
    type: "transform",
    transform: fn
  });
}
// @__NO_SIDE_EFFECTS__
function pipe(in_, out) {
  return new ZodMiniPipe({
    type: "pipe",
    in: in_,
    out
  });
}
// @__NO_SIDE_EFFECTS__
function refine(fn, _params = {}) {
  return _refine(ZodMiniCustom, fn, _params);
}
var ZodMiniType, ZodMiniString, ZodMiniEnum, ZodMiniTransform, ZodMiniPipe, ZodMiniCustom, init_schemas2 = __esm({
  "node_modules/zod/v4/mini/schemas.js"() {
    init_core2();
    init_util();
    init_parse2();
    ZodMiniType = /* @__PURE__ */ $constructor("ZodMiniType", (inst, def) => {
      if (!inst._zod)
        throw new Error("Uninitialized schema in ZodMiniType.");
      $ZodType.init(inst, def), inst.def = def, inst.type = def.type;
    }, {
      // `with` is an alias for `check`: the same function object, not a wrapper.
      get with() {
        return this.check;
      },
      set with(value) {
        own2(this, "with", value);
      },
      parse(data, params) {
        return parse(this, data, params, { callee: this.parse });
      },
      parseAsync(data, params) {
        return parseAsync(this, data, params, { callee: this.parseAsync });
      },
      safeParse(data, params) {
        return safeParse(this, data, params);
      },
      safeParseAsync(data, params) {
        return safeParseAsync(this, data, params);
      },
      check(...checks) {
        let def = this.def;
        return this.clone({
          ...def,
          checks: [
            ...def.checks ?? [],
            ...checks.map((ch) => typeof ch == "function" ? { _zod: { check: ch, def: { check: "custom" }, onattach: [] } } : ch)
          ]
        }, { parent: !0 });
      },
      clone(_def, params) {
        return clone(this, _def, params);
      },
      brand() {
        return this;
      },
      register(reg, meta2) {
        return reg.add(this, meta2), this;
      },
      apply(fn, ...args) {
        return args.length === 0 ? fn(this) : fn(this, ...args);
      }
    }), ZodMiniString = /* @__PURE__ */ $constructor("ZodMiniString", (inst, def) => {
      $ZodString.init(inst, def), ZodMiniType.init(inst, def);
    });
    ZodMiniEnum = /* @__PURE__ */ $constructor("ZodMiniEnum", (inst, def) => {
      $ZodEnum.init(inst, def), ZodMiniType.init(inst, def), inst.options = [...inst._zod.values];
    });
    ZodMiniTransform = /* @__PURE__ */ $constructor("ZodMiniTransform", (inst, def) => {
      $ZodTransform.init(inst, def), ZodMiniType.init(inst, def);
    });
    ZodMiniPipe = /* @__PURE__ */ $constructor("ZodMiniPipe", (inst, def) => {
      $ZodPipe.init(inst, def), ZodMiniType.init(inst, def);
    });
    ZodMiniCustom = /* @__PURE__ */ $constructor("ZodMiniCustom", (inst, def) => {
      $ZodCustom.init(inst, def), ZodMiniType.init(inst, def);
    });
  }
});

// node_modules/zod/v4/mini/checks.js
var init_checks2 = __esm({
  "node_modules/zod/v4/mini/checks.js"() {
    init_core2();
  }
});

// node_modules/zod/v4/mini/iso.js
var init_iso = __esm({
  "node_modules/zod/v4/mini/iso.js"() {
  }
});

// node_modules/zod/v4/mini/coerce.js
var init_coerce = __esm({
  "node_modules/zod/v4/mini/coerce.js"() {
  }
});

// node_modules/zod/v4/mini/external.js
var init_external = __esm({
  "node_modules/zod/v4/mini/external.js"() {
    init_core2();
    init_parse2();
    init_schemas2();
    init_checks2();
    init_core2();
    init_locales();
    init_iso();
    init_coerce();
  }
});

// node_modules/zod/mini/index.js
var init_mini = __esm({
  "node_modules/zod/mini/index.js"() {
    init_external();
  }
});

// src/domain/remote-key.ts
function checkRemoteKey(key) {
  if (key.length > 512) return refuse("it is longer than 512 bytes");
  if (key === "") return refuse("it is empty");
  if (!LEGAL.test(key)) return refuse("it has characters in it other than A-Z a-z 0-9 . _ = - /");
  for (let component of key.split("/")) {
    if (component === "") return refuse("it has an empty component");
    if (component.startsWith(".")) return refuse("a component starts with a dot");
    if (component.startsWith("-")) return refuse("a component starts with a dash");
  }
  return OK;
}
function checkKeyToWrite(key, oid) {
  let legal = checkRemoteKey(key);
  if (!legal.ok) return legal;
  let runs = hexRuns(key).filter((run15) => run15.length >= 12);
  return runs.length === 0 ? refuse("it does not name the content: no 12 digits of its hash") : runs.every((run15) => oid.startsWith(run15)) ? OK : refuse("it names another content's hash");
}
function hexRuns(text) {
  return text.match(/[0-9a-fA-F]+/g) ?? [];
}
function refuse(reason) {
  return { ok: !1, reason };
}
var LEGAL, OK, init_remote_key = __esm({
  "src/domain/remote-key.ts"() {
    "use strict";
    LEGAL = /^[A-Za-z0-9._=/-]+$/;
    OK = { ok: !0 };
  }
});

// src/domain/key-template.ts
import { createHash as createHash5 } from "node:crypto";
function checkKeyTemplate(template) {
  let parts = readTemplate(template);
  return typeof parts == "string" ? refuse2(parts) : tryOut(parts);
}
function evaluateKeyTemplate(template, variables) {
  let parts = readTemplate(template);
  if (typeof parts == "string")
    throw new BlobsyError("BAD_CONFIG", `the key template cannot be used: ${parts}`);
  let key = evaluate(parts, variables);
  if (key !== null) return key;
  let { payload: path78 } = variables;
  throw new BlobsyError("BAD_CONFIG", "the key template has no legal key for this file", { path: path78 });
}
function readTemplate(template) {
  if (template.length > 512) return `it is longer than ${512} bytes`;
  let parts = parseTemplate(template);
  return typeof parts == "string" ? parts : parts.some((part) => part.kind === "variable" && HASHES.has(part.name)) ? (parts.some(isSuffix) || parts.push({ kind: "variable", name: "compress_suffix" }), whyNotLiterals(parts) ?? whyNotNeighbours(parts) ?? parts) : "without {content_sha256} or {content_sha256_short} old commits would lose their files";
}
function parseTemplate(template) {
  let parts = [];
  for (let piece of template.split(/(\{[^{}]*\})/)) {
    if (piece === "") continue;
    if (!/^\{.*\}$/.test(piece)) {
      if (/[{}]/.test(piece)) return "a brace has no partner";
      parts.push({ kind: "literal", text: piece });
      continue;
    }
    let name2 = TEMPLATE_VARIABLES.find((known) => piece === `{${known}}`);
    if (!name2) return `${piece} is not a variable; there are {${TEMPLATE_VARIABLES.join("} {")}}`;
    parts.push({ kind: "variable", name: name2 });
  }
  return parts;
}
function whyNotLiterals(parts) {
  let text = parts.map((part) => literalOf(part) ?? (isSuffix(part) ? "" : "{}")).join(""), legal = checkRemoteKey(text.replaceAll("{}", "x"));
  return legal.ok ? text.match(/[0-9a-fA-F]+/g)?.some((run15) => run15.length > LITERAL_HEX) ? `it spells out more than ${LITERAL_HEX} hex digits in a row` : null : legal.reason;
}
function whyNotNeighbours(parts) {
  let visible = parts.filter((part) => !isSuffix(part));
  for (let [index, part] of visible.entries()) {
    if (part.kind !== "variable" || !HASHES.has(part.name)) continue;
    let before2 = visible[index - 1], after2 = visible[index + 1];
    if (!((before2 === void 0 || /[^0-9a-fA-F]$/.test(literalOf(before2) ?? "0")) && (after2 === void 0 || /^[^0-9a-fA-F]/.test(literalOf(after2) ?? "0")))) return `put one of / . _ - between {${part.name}} and what stands beside it`;
  }
  return null;
}
function tryOut(parts) {
  let long = "".repeat(512), longest = {
    oid: asOid("0".repeat(64)),
    payload: `${long}/${long}`,
    branch: long,
    nowSecs: /* @__PURE__ */ new Date(0),
    compressSuffix: ".suffix"
  };
  return evaluate(parts, longest) === null ? refuse2("it leaves no room for long paths") : { ok: !0 };
}
function evaluate(parts, variables) {
  for (let kept of KEPT) {
    let key = assemble(parts, variables, kept);
    if (key.split("/").every((component) => component.length <= MAX_COMPONENT) && checkKeyToWrite(key, variables.oid).ok) return key;
  }
  return null;
}
function assemble(parts, variables, kept) {
  let key = "";
  for (let [index, part] of parts.entries())
    if (part.kind === "literal") key += part.text;
    else if (part.name === "content_sha256") key += variables.oid;
    else if (part.name === "content_sha256_short") key += shortOid(variables.oid);
    else if (part.name === "compress_suffix") key += variables.compressSuffix;
    else {
      let room = 11 - leadingHex(parts.slice(index + 1));
      key = appendEscaped(key, shortened(valueOf(part.name, variables), kept), room);
    }
  return key;
}
function valueOf(name2, { payload, branch, nowSecs }) {
  let slash = payload.lastIndexOf("/");
  return name2 === "filename" ? payload.slice(slash + 1) : name2 === "dirname" ? payload.slice(0, Math.max(slash, 0)) || "_" : name2 === "repo_path" ? payload : name2 === "git_branch" ? branch || "detached" : nowSecs.toISOString().replace(/[-:]|\.[0-9]+/g, "");
}
function shortened(value, kept) {
  let bytes = Buffer.from(value, "utf8");
  if (bytes.length <= kept) return bytes;
  let letters = createHash5("sha256").update(bytes).digest("hex").slice(0, 16).replace(/./g, (digit) => "ghijklmnopqrstuv".charAt(parseInt(digit, 16))), end = kept;
  for (; end > 0 && ((bytes[end] ?? 0) & 192) === 128; ) end -= 1;
  return Buffer.concat([bytes.subarray(0, end), Buffer.from(`_${letters}`)]);
}
function appendEscaped(before2, value, room) {
  let key = before2, run15 = trailingHex(before2);
  for (let [index, byte] of value.entries()) {
    let character = String.fromCharCode(byte), startsName = key === "" || key.endsWith("/"), isHex = /[0-9a-fA-F]/.test(character);
    (/[A-Za-z0-9_]/.test(character) || /[.-]/.test(character) && !startsName || character === "/" && !startsName && index < value.length - 1) && !(isHex && run15 >= room) ? (key += character, run15 = isHex ? run15 + 1 : 0) : (key += `=${byte.toString(16).toUpperCase().padStart(2, "0")}`, run15 = 2);
  }
  return key;
}
function leadingHex(parts) {
  let next = parts.findIndex((part) => part.kind === "variable" && !isSuffix(part)), text = (next === -1 ? parts : parts.slice(0, next)).map((part) => literalOf(part) ?? "");
  return /^[0-9a-fA-F]*/.exec(text.join(""))?.[0].length ?? 0;
}
function trailingHex(text) {
  let start = text.length;
  for (; start > 0 && /[0-9a-fA-F]/.test(text.charAt(start - 1)); ) start -= 1;
  return text.length - start;
}
function literalOf(part) {
  return part.kind === "literal" ? part.text : null;
}
function isSuffix(part) {
  return part.kind === "variable" && part.name === "compress_suffix";
}
function refuse2(reason) {
  return { ok: !1, reason };
}
var TEMPLATE_VARIABLES, DEFAULT_KEY_TEMPLATE, LITERAL_HEX, MAX_COMPONENT, HASHES, KEPT, init_key_template = __esm({
  "src/domain/key-template.ts"() {
    "use strict";
    init_errors();
    init_oid();
    init_remote_key();
    TEMPLATE_VARIABLES = [
      "content_sha256",
      "content_sha256_short",
      "repo_path",
      "dirname",
      "filename",
      "git_branch",
      "iso_date_secs",
      "compress_suffix"
    ], DEFAULT_KEY_TEMPLATE = "sha256/{content_sha256}{compress_suffix}", LITERAL_HEX = 8, MAX_COMPONENT = 240, HASHES = /* @__PURE__ */ new Set(["content_sha256", "content_sha256_short"]);
    KEPT = [1 / 0, 180, 90, 45, 20, 4];
  }
});

// node_modules/picomatch/lib/constants.js
var require_constants = __commonJS({
  "node_modules/picomatch/lib/constants.js"(exports, module) {
    "use strict";
    var WIN_NO_SLASH = "[^\\\\/]", ONE_CHAR = "(?=.)", QMARK = "[^/]", END_ANCHOR = "(?:\\/|$)", START_ANCHOR = "(?:^|\\/)", DOTS_SLASH = `\\.{1,2}${END_ANCHOR}`, NO_DOT = "(?!\\.)", NO_DOTS = `(?!${START_ANCHOR}${DOTS_SLASH})`, NO_DOT_SLASH = `(?!\\.{0,1}${END_ANCHOR})`, NO_DOTS_SLASH = `(?!${DOTS_SLASH})`, QMARK_NO_DOT = "[^.\\/]", STAR = `${QMARK}*?`, SEP = "/", POSIX_CHARS = {
      DOT_LITERAL: "\\.",
      PLUS_LITERAL: "\\+",
      QMARK_LITERAL: "\\?",
      SLASH_LITERAL: "\\/",
      ONE_CHAR,
      QMARK,
      END_ANCHOR,
      DOTS_SLASH,
      NO_DOT,
      NO_DOTS,
      NO_DOT_SLASH,
      NO_DOTS_SLASH,
      QMARK_NO_DOT,
      STAR,
      START_ANCHOR,
      SEP
    }, WINDOWS_CHARS = {
      ...POSIX_CHARS,
      SLASH_LITERAL: "[\\\\/]",
      QMARK: WIN_NO_SLASH,
      STAR: `${WIN_NO_SLASH}*?`,
      DOTS_SLASH: "\\.{1,2}(?:[\\\\/]|$)",
      NO_DOT: "(?!\\.)",
      NO_DOTS: "(?!(?:^|[\\\\/])\\.{1,2}(?:[\\\\/]|$))",
      NO_DOT_SLASH: "(?!\\.{0,1}(?:[\\\\/]|$))",
      NO_DOTS_SLASH: "(?!\\.{1,2}(?:[\\\\/]|$))",
      QMARK_NO_DOT: "[^.\\\\/]",
      START_ANCHOR: "(?:^|[\\\\/])",
      END_ANCHOR: "(?:[\\\\/]|$)",
      SEP: "\\"
    }, POSIX_REGEX_SOURCE = {
      __proto__: null,
      alnum: "a-zA-Z0-9",
      alpha: "a-zA-Z",
      ascii: "\\x00-\\x7F",
      blank: " \\t",
      cntrl: "\\x00-\\x1F\\x7F",
      digit: "0-9",
      graph: "\\x21-\\x7E",
      lower: "a-z",
      print: "\\x20-\\x7E ",
      punct: "\\-!\"#$%&'()\\*+,./:;<=>?@[\\]^_`{|}~",
      space: " \\t\\r\\n\\v\\f",
      upper: "A-Z",
      word: "A-Za-z0-9_",
      xdigit: "A-Fa-f0-9"
    };
    module.exports = {
      DEFAULT_MAX_EXTGLOB_RECURSION: 0,
      MAX_LENGTH: 1024 * 64,
      POSIX_REGEX_SOURCE,
      // regular expressions
      REGEX_BACKSLASH: /\\(?![*+?^${}(|)[\]])/g,
      REGEX_NON_SPECIAL_CHARS: /^[^@![\].,$*+?^{}()|\\/]+/,
      REGEX_SPECIAL_CHARS: /[-*+?.^${}(|)[\]]/,
      REGEX_SPECIAL_CHARS_BACKREF: /(\\?)((\W)(\3*))/g,
      REGEX_SPECIAL_CHARS_GLOBAL: /([-*+?.^${}(|)[\]])/g,
      REGEX_REMOVE_BACKSLASH: /(?:\[.*?[^\\]\]|\\(?=.))/g,
      // Replace globs with equivalent patterns to reduce parsing time.
      REPLACEMENTS: {
        __proto__: null,
        "***": "*",
        "**/**": "**",
        "**/**/**": "**"
      },
      // Digits
      CHAR_0: 48,
      /* 0 */
      CHAR_9: 57,
      /* 9 */
      // Alphabet chars.
      CHAR_UPPERCASE_A: 65,
      /* A */
      CHAR_LOWERCASE_A: 97,
      /* a */
      CHAR_UPPERCASE_Z: 90,
      /* Z */
      CHAR_LOWERCASE_Z: 122,
      /* z */
      CHAR_LEFT_PARENTHESES: 40,
      /* ( */
      CHAR_RIGHT_PARENTHESES: 41,
      /* ) */
      CHAR_ASTERISK: 42,
      /* * */
      // Non-alphabetic chars.
      CHAR_AMPERSAND: 38,
      /* & */
      CHAR_AT: 64,
      /* @ */
      CHAR_BACKWARD_SLASH: 92,
      /* \ */
      CHAR_CARRIAGE_RETURN: 13,
      /* \r */
      CHAR_CIRCUMFLEX_ACCENT: 94,
      /* ^ */
      CHAR_COLON: 58,
      /* : */
      CHAR_COMMA: 44,
      /* , */
      CHAR_DOT: 46,
      /* . */
      CHAR_DOUBLE_QUOTE: 34,
      /* " */
      CHAR_EQUAL: 61,
      /* = */
      CHAR_EXCLAMATION_MARK: 33,
      /* ! */
      CHAR_FORM_FEED: 12,
      /* \f */
      CHAR_FORWARD_SLASH: 47,
      /* / */
      CHAR_GRAVE_ACCENT: 96,
      /* ` */
      CHAR_HASH: 35,
      /* # */
      CHAR_HYPHEN_MINUS: 45,
      /* - */
      CHAR_LEFT_ANGLE_BRACKET: 60,
      /* < */
      CHAR_LEFT_CURLY_BRACE: 123,
      /* { */
      CHAR_LEFT_SQUARE_BRACKET: 91,
      /* [ */
      CHAR_LINE_FEED: 10,
      /* \n */
      CHAR_NO_BREAK_SPACE: 160,
      /* \u00A0 */
      CHAR_PERCENT: 37,
      /* % */
      CHAR_PLUS: 43,
      /* + */
      CHAR_QUESTION_MARK: 63,
      /* ? */
      CHAR_RIGHT_ANGLE_BRACKET: 62,
      /* > */
      CHAR_RIGHT_CURLY_BRACE: 125,
      /* } */
      CHAR_RIGHT_SQUARE_BRACKET: 93,
      /* ] */
      CHAR_SEMICOLON: 59,
      /* ; */
      CHAR_SINGLE_QUOTE: 39,
      /* ' */
      CHAR_SPACE: 32,
      /*   */
      CHAR_TAB: 9,
      /* \t */
      CHAR_UNDERSCORE: 95,
      /* _ */
      CHAR_VERTICAL_LINE: 124,
      /* | */
      CHAR_ZERO_WIDTH_NOBREAK_SPACE: 65279,
      /* \uFEFF */
      /**
       * Create EXTGLOB_CHARS
       */
      extglobChars(chars) {
        return {
          "!": { type: "negate", open: "(?:(?!(?:", close: `))${chars.STAR})` },
          "?": { type: "qmark", open: "(?:", close: ")?" },
          "+": { type: "plus", open: "(?:", close: ")+" },
          "*": { type: "star", open: "(?:", close: ")*" },
          "@": { type: "at", open: "(?:", close: ")" }
        };
      },
      /**
       * Create GLOB_CHARS
       */
      globChars(win32) {
        return win32 === !0 ? WINDOWS_CHARS : POSIX_CHARS;
      }
    };
  }
});

// node_modules/picomatch/lib/utils.js
var require_utils = __commonJS({
  "node_modules/picomatch/lib/utils.js"(exports) {
    "use strict";
    var {
      REGEX_BACKSLASH,
      REGEX_REMOVE_BACKSLASH,
      REGEX_SPECIAL_CHARS,
      REGEX_SPECIAL_CHARS_GLOBAL
    } = require_constants();
    exports.isObject = (val) => val !== null && typeof val == "object" && !Array.isArray(val);
    exports.hasRegexChars = (str) => REGEX_SPECIAL_CHARS.test(str);
    exports.isRegexChar = (str) => str.length === 1 && exports.hasRegexChars(str);
    exports.escapeRegex = (str) => str.replace(REGEX_SPECIAL_CHARS_GLOBAL, "\\$1");
    exports.toPosixSlashes = (str) => str.replace(REGEX_BACKSLASH, "/");
    exports.isWindows = () => {
      if (typeof navigator < "u" && navigator.platform) {
        let platform = navigator.platform.toLowerCase();
        return platform === "win32" || platform === "windows";
      }
      return typeof process < "u" && process.platform ? process.platform === "win32" : !1;
    };
    exports.removeBackslashes = (str) => str.replace(REGEX_REMOVE_BACKSLASH, (match) => match === "\\" ? "" : match);
    exports.escapeLast = (input, char, lastIdx) => {
      let idx = input.lastIndexOf(char, lastIdx);
      return idx === -1 ? input : input[idx - 1] === "\\" ? exports.escapeLast(input, char, idx - 1) : `${input.slice(0, idx)}\\${input.slice(idx)}`;
    };
    exports.removePrefix = (input, state = {}) => {
      let output = input;
      return output.startsWith("./") && (output = output.slice(2), state.prefix = "./"), output;
    };
    exports.wrapOutput = (input, state = {}, options = {}) => {
      let prepend = options.contains ? "" : "^", append = options.contains ? "" : "$", output = `${prepend}(?:${input})${append}`;
      return state.negated === !0 && (output = `(?:^(?!${output}).*$)`), output;
    };
    exports.basename = (path78, { windows } = {}) => {
      let segs = path78.split(windows ? /[\\/]/ : "/"), last = segs[segs.length - 1];
      return last === "" ? segs[segs.length - 2] : last;
    };
  }
});

// node_modules/picomatch/lib/scan.js
var require_scan = __commonJS({
  "node_modules/picomatch/lib/scan.js"(exports, module) {
    "use strict";
    var utils = require_utils(), {
      CHAR_ASTERISK,
      /* * */
      CHAR_AT,
      /* @ */
      CHAR_BACKWARD_SLASH,
      /* \ */
      CHAR_COMMA,
      /* , */
      CHAR_DOT,
      /* . */
      CHAR_EXCLAMATION_MARK,
      /* ! */
      CHAR_FORWARD_SLASH,
      /* / */
      CHAR_LEFT_CURLY_BRACE,
      /* { */
      CHAR_LEFT_PARENTHESES,
      /* ( */
      CHAR_LEFT_SQUARE_BRACKET,
      /* [ */
      CHAR_PLUS,
      /* + */
      CHAR_QUESTION_MARK,
      /* ? */
      CHAR_RIGHT_CURLY_BRACE,
      /* } */
      CHAR_RIGHT_PARENTHESES,
      /* ) */
      CHAR_RIGHT_SQUARE_BRACKET
      /* ] */
    } = require_constants(), isPathSeparator = (code) => code === CHAR_FORWARD_SLASH || code === CHAR_BACKWARD_SLASH, depth = (token) => {
      token.isPrefix !== !0 && (token.depth = token.isGlobstar ? 1 / 0 : 1);
    }, scan = (input, options) => {
      let opts = options || {}, length = input.length - 1, scanToEnd = opts.parts === !0 || opts.tokens === !0 || opts.scanToEnd === !0, slashes = [], tokens = [], parts = [], str = input, index = -1, start = 0, lastIndex = 0, isBrace = !1, isBracket = !1, isGlob2 = !1, isExtglob = !1, isGlobstar = !1, braceEscaped = !1, backslashes = !1, negated = !1, negatedExtglob = !1, finished = !1, braces = 0, prev, code, token = { value: "", depth: 0, isGlob: !1 }, eos = () => index >= length, peek = () => str.charCodeAt(index + 1), advance = () => (prev = code, str.charCodeAt(++index));
      for (; index < length; ) {
        code = advance();
        let next;
        if (code === CHAR_BACKWARD_SLASH) {
          backslashes = token.backslashes = !0, code = advance(), code === CHAR_LEFT_CURLY_BRACE && (braceEscaped = !0);
          continue;
        }
        if (braceEscaped === !0 || code === CHAR_LEFT_CURLY_BRACE) {
          for (braces++; eos() !== !0 && (code = advance()); ) {
            if (code === CHAR_BACKWARD_SLASH) {
              backslashes = token.backslashes = !0, advance();
              continue;
            }
            if (code === CHAR_LEFT_CURLY_BRACE) {
              braces++;
              continue;
            }
            if (braceEscaped !== !0 && code === CHAR_DOT && (code = advance()) === CHAR_DOT) {
              if (isBrace = token.isBrace = !0, isGlob2 = token.isGlob = !0, finished = !0, scanToEnd === !0)
                continue;
              break;
            }
            if (braceEscaped !== !0 && code === CHAR_COMMA) {
              if (isBrace = token.isBrace = !0, isGlob2 = token.isGlob = !0, finished = !0, scanToEnd === !0)
                continue;
              break;
            }
            if (code === CHAR_RIGHT_CURLY_BRACE && (braces--, braces === 0)) {
              braceEscaped = !1, isBrace = token.isBrace = !0, finished = !0;
              break;
            }
          }
          if (scanToEnd === !0)
            continue;
          break;
        }
        if (code === CHAR_FORWARD_SLASH) {
          if (slashes.push(index), tokens.push(token), token = { value: "", depth: 0, isGlob: !1 }, finished === !0) continue;
          if (prev === CHAR_DOT && index === start + 1) {
            start += 2;
            continue;
          }
          lastIndex = index + 1;
          continue;
        }
        if (opts.noext !== !0 && (code === CHAR_PLUS || code === CHAR_AT || code === CHAR_ASTERISK || code === CHAR_QUESTION_MARK || code === CHAR_EXCLAMATION_MARK) === !0 && peek() === CHAR_LEFT_PARENTHESES) {
          if (isGlob2 = token.isGlob = !0, isExtglob = token.isExtglob = !0, finished = !0, code === CHAR_EXCLAMATION_MARK && index === start && (negatedExtglob = !0), scanToEnd === !0) {
            let parens = 0;
            for (; eos() !== !0 && (code = advance()); ) {
              if (code === CHAR_BACKWARD_SLASH) {
                backslashes = token.backslashes = !0, advance();
                continue;
              }
              if (code === CHAR_LEFT_PARENTHESES) {
                parens++;
                continue;
              }
              if (code === CHAR_RIGHT_PARENTHESES && --parens === 0) {
                finished = !0;
                break;
              }
            }
            continue;
          }
          break;
        }
        if (code === CHAR_ASTERISK) {
          if (prev === CHAR_ASTERISK && (isGlobstar = token.isGlobstar = !0), isGlob2 = token.isGlob = !0, finished = !0, scanToEnd === !0)
            continue;
          break;
        }
        if (code === CHAR_QUESTION_MARK) {
          if (isGlob2 = token.isGlob = !0, finished = !0, scanToEnd === !0)
            continue;
          break;
        }
        if (code === CHAR_LEFT_SQUARE_BRACKET) {
          for (; eos() !== !0 && (next = advance()); ) {
            if (next === CHAR_BACKWARD_SLASH) {
              backslashes = token.backslashes = !0, advance();
              continue;
            }
            if (next === CHAR_RIGHT_SQUARE_BRACKET) {
              isBracket = token.isBracket = !0, isGlob2 = token.isGlob = !0, finished = !0;
              break;
            }
          }
          if (scanToEnd === !0)
            continue;
          break;
        }
        if (opts.nonegate !== !0 && code === CHAR_EXCLAMATION_MARK && index === start) {
          negated = token.negated = !0, start++;
          continue;
        }
        if (opts.noparen !== !0 && code === CHAR_LEFT_PARENTHESES) {
          if (isGlob2 = token.isGlob = !0, scanToEnd === !0) {
            let parens = 1;
            for (; eos() !== !0 && (code = advance()); ) {
              if (code === CHAR_BACKWARD_SLASH) {
                backslashes = token.backslashes = !0, advance();
                continue;
              }
              if (code === CHAR_LEFT_PARENTHESES) {
                parens++;
                continue;
              }
              if (code === CHAR_RIGHT_PARENTHESES && --parens === 0) {
                finished = !0;
                break;
              }
            }
            continue;
          }
          break;
        }
        if (isGlob2 === !0) {
          if (finished = !0, scanToEnd === !0)
            continue;
          break;
        }
      }
      opts.noext === !0 && (isExtglob = !1, isGlob2 = !1);
      let base = str, prefix = "", glob = "";
      start > 0 && (prefix = str.slice(0, start), str = str.slice(start), lastIndex -= start), base && isGlob2 === !0 && lastIndex > 0 ? (base = str.slice(0, lastIndex), glob = str.slice(lastIndex)) : isGlob2 === !0 ? (base = "", glob = str) : base = str, base && base !== "" && base !== "/" && base !== str && isPathSeparator(base.charCodeAt(base.length - 1)) && (base = base.slice(0, -1)), opts.unescape === !0 && (glob && (glob = utils.removeBackslashes(glob)), base && backslashes === !0 && (base = utils.removeBackslashes(base)));
      let state = {
        prefix,
        input,
        start,
        base,
        glob,
        isBrace,
        isBracket,
        isGlob: isGlob2,
        isExtglob,
        isGlobstar,
        negated,
        negatedExtglob
      };
      if (opts.tokens === !0 && (state.maxDepth = 0, isPathSeparator(code) || tokens.push(token), state.tokens = tokens), opts.parts === !0 || opts.tokens === !0) {
        let prevIndex;
        for (let idx = 0; idx < slashes.length; idx++) {
          let n2 = prevIndex !== void 0 ? prevIndex + 1 : start, i = slashes[idx], value2 = input.slice(n2, i);
          opts.tokens && (idx === 0 && start !== 0 ? (tokens[idx].isPrefix = !0, tokens[idx].value = prefix) : tokens[idx].value = value2, depth(tokens[idx]), state.maxDepth += tokens[idx].depth), i >= start && (parts.push(value2), prevIndex = i);
        }
        let n = prevIndex !== void 0 ? prevIndex + 1 : start, value = input.slice(n);
        parts.push(value), opts.tokens && prevIndex && prevIndex + 1 < input.length && (tokens[tokens.length - 1].value = value, depth(tokens[tokens.length - 1]), state.maxDepth += tokens[tokens.length - 1].depth), state.slashes = slashes, state.parts = parts;
      }
      return state;
    };
    module.exports = scan;
  }
});

// node_modules/picomatch/lib/parse.js
var require_parse = __commonJS({
  "node_modules/picomatch/lib/parse.js"(exports, module) {
    "use strict";
    var constants5 = require_constants(), utils = require_utils(), {
      MAX_LENGTH: MAX_LENGTH2,
      POSIX_REGEX_SOURCE,
      REGEX_NON_SPECIAL_CHARS,
      REGEX_SPECIAL_CHARS_BACKREF,
      REPLACEMENTS
    } = constants5, expandRange = (args, options) => {
      if (typeof options.expandRange == "function")
        return options.expandRange(...args, options);
      args.sort();
      let value = `[${args.join("-")}]`;
      try {
        new RegExp(value);
      } catch {
        return args.map((v) => utils.escapeRegex(v)).join("..");
      }
      return value;
    }, syntaxError = (type, char) => `Missing ${type}: "${char}" - use "\\\\${char}" to match literal characters`, splitTopLevel = (input) => {
      let parts = [], bracket = 0, paren = 0, quote = 0, value = "", escaped = !1;
      for (let ch of input) {
        if (escaped === !0) {
          value += ch, escaped = !1;
          continue;
        }
        if (ch === "\\") {
          value += ch, escaped = !0;
          continue;
        }
        if (ch === '"') {
          quote = quote === 1 ? 0 : 1, value += ch;
          continue;
        }
        if (quote === 0) {
          if (ch === "[")
            bracket++;
          else if (ch === "]" && bracket > 0)
            bracket--;
          else if (bracket === 0) {
            if (ch === "(")
              paren++;
            else if (ch === ")" && paren > 0)
              paren--;
            else if (ch === "|" && paren === 0) {
              parts.push(value), value = "";
              continue;
            }
          }
        }
        value += ch;
      }
      return parts.push(value), parts;
    }, isPlainBranch = (branch) => {
      let escaped = !1;
      for (let ch of branch) {
        if (escaped === !0) {
          escaped = !1;
          continue;
        }
        if (ch === "\\") {
          escaped = !0;
          continue;
        }
        if (/[?*+@!()[\]{}]/.test(ch))
          return !1;
      }
      return !0;
    }, normalizeSimpleBranch = (branch) => {
      let value = branch.trim(), changed3 = !0;
      for (; changed3 === !0; )
        changed3 = !1, /^@\([^\\()[\]{}|]+\)$/.test(value) && (value = value.slice(2, -1), changed3 = !0);
      if (isPlainBranch(value))
        return value.replace(/\\(.)/g, "$1");
    }, hasRepeatedCharPrefixOverlap = (branches) => {
      let values = branches.map(normalizeSimpleBranch).filter(Boolean);
      for (let i = 0; i < values.length; i++)
        for (let j = i + 1; j < values.length; j++) {
          let a = values[i], b = values[j], char = a[0];
          if (!(!char || a !== char.repeat(a.length) || b !== char.repeat(b.length)) && (a === b || a.startsWith(b) || b.startsWith(a)))
            return !0;
        }
      return !1;
    }, parseRepeatedExtglob = (pattern, requireEnd = !0) => {
      if (pattern[0] !== "+" && pattern[0] !== "*" || pattern[1] !== "(")
        return;
      let bracket = 0, paren = 0, quote = 0, escaped = !1;
      for (let i = 1; i < pattern.length; i++) {
        let ch = pattern[i];
        if (escaped === !0) {
          escaped = !1;
          continue;
        }
        if (ch === "\\") {
          escaped = !0;
          continue;
        }
        if (ch === '"') {
          quote = quote === 1 ? 0 : 1;
          continue;
        }
        if (quote !== 1) {
          if (ch === "[") {
            bracket++;
            continue;
          }
          if (ch === "]" && bracket > 0) {
            bracket--;
            continue;
          }
          if (!(bracket > 0)) {
            if (ch === "(") {
              paren++;
              continue;
            }
            if (ch === ")" && (paren--, paren === 0))
              return requireEnd === !0 && i !== pattern.length - 1 ? void 0 : {
                type: pattern[0],
                body: pattern.slice(2, i),
                end: i
              };
          }
        }
      }
    }, buildCharClassStar = (chars) => `${chars.length === 1 ? utils.escapeRegex(chars[0]) : `[${chars.map((ch) => utils.escapeRegex(ch)).join("")}]`}*`, getStarExtglobSequenceChars = (pattern) => {
      let index = 0, chars = [];
      for (; index < pattern.length; ) {
        let match = parseRepeatedExtglob(pattern.slice(index), !1);
        if (!match || match.type !== "*")
          return;
        let branches = splitTopLevel(match.body).map((branch2) => branch2.trim());
        if (branches.length !== 1)
          return;
        let branch = normalizeSimpleBranch(branches[0]);
        if (!branch || branch.length !== 1)
          return;
        chars.push(branch), index += match.end + 1;
      }
      if (!(chars.length < 1))
        return chars;
    }, repeatedExtglobRecursion = (pattern) => {
      let depth = 0, value = pattern.trim(), match = parseRepeatedExtglob(value);
      for (; match; )
        depth++, value = match.body.trim(), match = parseRepeatedExtglob(value);
      return depth;
    }, analyzeRepeatedExtglob = (body, options) => {
      if (options.maxExtglobRecursion === !1)
        return { risky: !1 };
      let max = typeof options.maxExtglobRecursion == "number" ? options.maxExtglobRecursion : constants5.DEFAULT_MAX_EXTGLOB_RECURSION, branches = splitTopLevel(body).map((branch) => branch.trim());
      if (branches.length > 1 && (branches.some((branch) => branch === "") || branches.some((branch) => /^[*?]+$/.test(branch)) || hasRepeatedCharPrefixOverlap(branches)))
        return { risky: !0 };
      let safeChars = [], sawStarSequence = !1, combinable = !0;
      for (let branch of branches) {
        let chars = getStarExtglobSequenceChars(branch);
        if (chars) {
          sawStarSequence = !0, safeChars.push(...chars);
          continue;
        }
        let literal = normalizeSimpleBranch(branch);
        if (literal && literal.length === 1) {
          safeChars.push(literal);
          continue;
        }
        if (combinable = !1, repeatedExtglobRecursion(branch) > max)
          return { risky: !0 };
      }
      return sawStarSequence ? combinable ? { risky: !0, safeOutput: buildCharClassStar([...new Set(safeChars)]) } : { risky: !0 } : { risky: !1 };
    }, parse4 = (input, options) => {
      if (typeof input != "string")
        throw new TypeError("Expected a string");
      input = REPLACEMENTS[input] || input;
      let opts = { ...options }, max = typeof opts.maxLength == "number" ? Math.min(MAX_LENGTH2, opts.maxLength) : MAX_LENGTH2, len = input.length;
      if (len > max)
        throw new SyntaxError(`Input length: ${len}, exceeds maximum allowed length: ${max}`);
      let bos = { type: "bos", value: "", output: opts.prepend || "" }, tokens = [bos], capture = opts.capture ? "" : "?:", PLATFORM_CHARS = constants5.globChars(opts.windows), EXTGLOB_CHARS = constants5.extglobChars(PLATFORM_CHARS), {
        DOT_LITERAL,
        PLUS_LITERAL,
        SLASH_LITERAL,
        ONE_CHAR,
        DOTS_SLASH,
        NO_DOT,
        NO_DOT_SLASH,
        NO_DOTS_SLASH,
        QMARK,
        QMARK_NO_DOT,
        STAR,
        START_ANCHOR
      } = PLATFORM_CHARS, globstar = (opts2) => `(${capture}(?:(?!${START_ANCHOR}${opts2.dot ? DOTS_SLASH : DOT_LITERAL}).)*?)`, nodot = opts.dot ? "" : NO_DOT, qmarkNoDot = opts.dot ? QMARK : QMARK_NO_DOT, star = opts.bash === !0 ? globstar(opts) : STAR;
      opts.capture && (star = `(${star})`), typeof opts.noext == "boolean" && (opts.noextglob = opts.noext);
      let state = {
        input,
        index: -1,
        start: 0,
        dot: opts.dot === !0,
        consumed: "",
        output: "",
        prefix: "",
        backtrack: !1,
        negated: !1,
        brackets: 0,
        braces: 0,
        parens: 0,
        quotes: 0,
        globstar: !1,
        tokens
      };
      input = utils.removePrefix(input, state), len = input.length;
      let extglobs = [], braces = [], stack = [], prev = bos, value, eos = () => state.index === len - 1, peek = state.peek = (n = 1) => input[state.index + n], advance = state.advance = () => input[++state.index] || "", remaining = () => input.slice(state.index + 1), consume = (value2 = "", num = 0) => {
        state.consumed += value2, state.index += num;
      }, append = (token) => {
        state.output += token.output != null ? token.output : token.value, consume(token.value);
      }, negate = () => {
        let count2 = 1;
        for (; peek() === "!" && (peek(2) !== "(" || peek(3) === "?"); )
          advance(), state.start++, count2++;
        return count2 % 2 === 0 ? !1 : (state.negated = !0, state.start++, !0);
      }, increment = (type) => {
        state[type]++, stack.push(type);
      }, decrement = (type) => {
        state[type]--, stack.pop();
      }, push2 = (tok) => {
        if (prev.type === "globstar") {
          let isBrace = state.braces > 0 && (tok.type === "comma" || tok.type === "brace"), isExtglob = tok.extglob === !0 || extglobs.length && (tok.type === "pipe" || tok.type === "paren");
          tok.type !== "slash" && tok.type !== "paren" && !isBrace && !isExtglob && (state.output = state.output.slice(0, -prev.output.length), prev.type = "star", prev.value = "*", prev.output = star, state.output += prev.output);
        }
        if (extglobs.length && tok.type !== "paren" && (extglobs[extglobs.length - 1].inner += tok.value), (tok.value || tok.output) && append(tok), prev && prev.type === "text" && tok.type === "text") {
          prev.output = (prev.output || prev.value) + tok.value, prev.value += tok.value;
          return;
        }
        tok.prev = prev, tokens.push(tok), prev = tok;
      }, extglobOpen = (type, value2) => {
        let token = { ...EXTGLOB_CHARS[value2], conditions: 1, inner: "" };
        token.prev = prev, token.parens = state.parens, token.output = state.output, token.startIndex = state.index, token.tokensIndex = tokens.length;
        let output = (opts.capture ? "(" : "") + token.open;
        increment("parens"), push2({ type, value: value2, output: state.output ? "" : ONE_CHAR }), push2({ type: "paren", extglob: !0, value: advance(), output }), extglobs.push(token);
      }, extglobClose = (token) => {
        let literal = input.slice(token.startIndex, state.index + 1), body = input.slice(token.startIndex + 2, state.index), analysis = analyzeRepeatedExtglob(body, opts);
        if ((token.type === "plus" || token.type === "star") && analysis.risky) {
          let safeOutput = analysis.safeOutput ? (token.output ? "" : ONE_CHAR) + (opts.capture ? `(${analysis.safeOutput})` : analysis.safeOutput) : void 0, open = tokens[token.tokensIndex];
          open.type = "text", open.value = literal, open.output = safeOutput || utils.escapeRegex(literal);
          for (let i = token.tokensIndex + 1; i < tokens.length; i++)
            tokens[i].value = "", tokens[i].output = "", delete tokens[i].suffix;
          state.output = token.output + open.output, state.backtrack = !0, push2({ type: "paren", extglob: !0, value, output: "" }), decrement("parens");
          return;
        }
        let output = token.close + (opts.capture ? ")" : ""), rest;
        if (token.type === "negate") {
          let extglobStar = star;
          if (token.inner && token.inner.length > 1 && token.inner.includes("/") && (extglobStar = globstar(opts)), (extglobStar !== star || eos() || /^\)+$/.test(remaining())) && (output = token.close = `)$))${extglobStar}`), token.inner.includes("*") && (rest = remaining()) && /^\.[^\\/.]+$/.test(rest)) {
            let expression = parse4(rest, { ...options, fastpaths: !1 }).output;
            output = token.close = `)${expression})${extglobStar})`;
          }
          token.prev.type === "bos" && (state.negatedExtglob = !0);
        }
        push2({ type: "paren", extglob: !0, value, output }), decrement("parens");
      };
      if (opts.fastpaths !== !1 && !/(^[*!]|[/()[\]{}"])/.test(input)) {
        let backslashes = !1, output = input.replace(REGEX_SPECIAL_CHARS_BACKREF, (m, esc2, chars, first2, rest, index) => first2 === "\\" ? (backslashes = !0, m) : first2 === "?" ? esc2 ? esc2 + first2 + (rest ? QMARK.repeat(rest.length) : "") : index === 0 ? qmarkNoDot + (rest ? QMARK.repeat(rest.length) : "") : QMARK.repeat(chars.length) : first2 === "." ? DOT_LITERAL.repeat(chars.length) : first2 === "*" ? esc2 ? esc2 + first2 + (rest ? star : "") : star : esc2 ? m : `\\${m}`);
        return backslashes === !0 && (opts.unescape === !0 ? output = output.replace(/\\/g, "") : output = output.replace(/\\+/g, (m) => m.length % 2 === 0 ? "\\\\" : m ? "\\" : "")), output === input && opts.contains === !0 ? (state.output = input, state) : (state.output = utils.wrapOutput(output, state, options), state);
      }
      for (; !eos(); ) {
        if (value = advance(), value === "\0")
          continue;
        if (value === "\\") {
          let next = peek();
          if (next === "/" && opts.bash !== !0 || next === "." || next === ";")
            continue;
          if (!next) {
            value += "\\", push2({ type: "text", value });
            continue;
          }
          let match = /^\\+/.exec(remaining()), slashes = 0;
          if (match && match[0].length > 2 && (slashes = match[0].length, state.index += slashes, slashes % 2 !== 0 && (value += "\\")), opts.unescape === !0 ? value = advance() : value += advance(), state.brackets === 0) {
            push2({ type: "text", value });
            continue;
          }
        }
        if (state.brackets > 0 && (value !== "]" || prev.value === "[" || prev.value === "[^")) {
          if (opts.posix !== !1 && value === ":") {
            let inner = prev.value.slice(1);
            if (inner.includes("[") && (prev.posix = !0, inner.includes(":"))) {
              let idx = prev.value.lastIndexOf("["), pre = prev.value.slice(0, idx), rest2 = prev.value.slice(idx + 2), posix = POSIX_REGEX_SOURCE[rest2];
              if (posix) {
                prev.value = pre + posix, state.backtrack = !0, advance(), !bos.output && tokens.indexOf(prev) === 1 && (bos.output = ONE_CHAR);
                continue;
              }
            }
          }
          (value === "[" && peek() !== ":" || value === "-" && peek() === "]") && (value = `\\${value}`), value === "]" && (prev.value === "[" || prev.value === "[^") && (value = `\\${value}`), opts.posix === !0 && value === "!" && prev.value === "[" && (value = "^"), prev.value += value, append({ value });
          continue;
        }
        if (state.quotes === 1 && value !== '"') {
          value = utils.escapeRegex(value), prev.value += value, append({ value });
          continue;
        }
        if (value === '"') {
          state.quotes = state.quotes === 1 ? 0 : 1, opts.keepQuotes === !0 && push2({ type: "text", value });
          continue;
        }
        if (value === "(") {
          increment("parens"), push2({ type: "paren", value });
          continue;
        }
        if (value === ")") {
          if (state.parens === 0 && opts.strictBrackets === !0)
            throw new SyntaxError(syntaxError("opening", "("));
          let extglob = extglobs[extglobs.length - 1];
          if (extglob && state.parens === extglob.parens + 1) {
            extglobClose(extglobs.pop());
            continue;
          }
          push2({ type: "paren", value, output: state.parens ? ")" : "\\)" }), decrement("parens");
          continue;
        }
        if (value === "[") {
          if (opts.nobracket === !0 || !remaining().includes("]")) {
            if (opts.nobracket !== !0 && opts.strictBrackets === !0)
              throw new SyntaxError(syntaxError("closing", "]"));
            value = `\\${value}`;
          } else
            increment("brackets");
          push2({ type: "bracket", value });
          continue;
        }
        if (value === "]") {
          if (opts.nobracket === !0 || prev && prev.type === "bracket" && prev.value.length === 1) {
            push2({ type: "text", value, output: `\\${value}` });
            continue;
          }
          if (state.brackets === 0) {
            if (opts.strictBrackets === !0)
              throw new SyntaxError(syntaxError("opening", "["));
            push2({ type: "text", value, output: `\\${value}` });
            continue;
          }
          decrement("brackets");
          let prevValue = prev.value.slice(1);
          if (prev.posix !== !0 && prevValue[0] === "^" && !prevValue.includes("/") && (value = `/${value}`), prev.value += value, append({ value }), opts.literalBrackets === !1 || utils.hasRegexChars(prevValue))
            continue;
          let escaped = utils.escapeRegex(prev.value);
          if (state.output = state.output.slice(0, -prev.value.length), opts.literalBrackets === !0) {
            state.output += escaped, prev.value = escaped;
            continue;
          }
          prev.value = `(${capture}${escaped}|${prev.value})`, state.output += prev.value;
          continue;
        }
        if (value === "{" && opts.nobrace !== !0) {
          increment("braces");
          let open = {
            type: "brace",
            value,
            output: "(",
            outputIndex: state.output.length,
            tokensIndex: state.tokens.length
          };
          braces.push(open), push2(open);
          continue;
        }
        if (value === "}") {
          let brace = braces[braces.length - 1];
          if (opts.nobrace === !0 || !brace) {
            push2({ type: "text", value, output: value });
            continue;
          }
          let output = ")";
          if (brace.dots === !0) {
            let arr = tokens.slice(), range = [];
            for (let i = arr.length - 1; i >= 0 && (tokens.pop(), arr[i].type !== "brace"); i--)
              arr[i].type !== "dots" && range.unshift(arr[i].value);
            output = expandRange(range, opts), state.backtrack = !0;
          }
          if (brace.comma !== !0 && brace.dots !== !0) {
            let out = state.output.slice(0, brace.outputIndex), toks = state.tokens.slice(brace.tokensIndex);
            brace.value = brace.output = "\\{", value = output = "\\}", state.output = out;
            for (let t of toks)
              state.output += t.output || t.value;
          }
          push2({ type: "brace", value, output }), decrement("braces"), braces.pop();
          continue;
        }
        if (value === "|") {
          extglobs.length > 0 && extglobs[extglobs.length - 1].conditions++, push2({ type: "text", value });
          continue;
        }
        if (value === ",") {
          let output = value, brace = braces[braces.length - 1];
          brace && stack[stack.length - 1] === "braces" && (brace.comma = !0, output = "|"), push2({ type: "comma", value, output });
          continue;
        }
        if (value === "/") {
          if (prev.type === "dot" && state.index === state.start + 1) {
            state.start = state.index + 1, state.consumed = "", state.output = "", tokens.pop(), prev = bos;
            continue;
          }
          push2({ type: "slash", value, output: SLASH_LITERAL });
          continue;
        }
        if (value === ".") {
          if (state.braces > 0 && prev.type === "dot") {
            prev.value === "." && (prev.output = DOT_LITERAL);
            let brace = braces[braces.length - 1];
            prev.type = "dots", prev.output += value, prev.value += value, brace.dots = !0;
            continue;
          }
          if (state.braces + state.parens === 0 && prev.type !== "bos" && prev.type !== "slash") {
            push2({ type: "text", value, output: DOT_LITERAL });
            continue;
          }
          push2({ type: "dot", value, output: DOT_LITERAL });
          continue;
        }
        if (value === "?") {
          if (!(prev && prev.value === "(") && opts.noextglob !== !0 && peek() === "(" && peek(2) !== "?") {
            extglobOpen("qmark", value);
            continue;
          }
          if (prev && prev.type === "paren") {
            let next = peek(), output = value;
            (prev.value === "(" && !/[!=<:]/.test(next) || next === "<" && !/<([!=]|\w+>)/.test(remaining())) && (output = `\\${value}`), push2({ type: "text", value, output });
            continue;
          }
          if (opts.dot !== !0 && (prev.type === "slash" || prev.type === "bos")) {
            push2({ type: "qmark", value, output: QMARK_NO_DOT });
            continue;
          }
          push2({ type: "qmark", value, output: QMARK });
          continue;
        }
        if (value === "!") {
          if (opts.noextglob !== !0 && peek() === "(" && (peek(2) !== "?" || !/[!=<:]/.test(peek(3)))) {
            extglobOpen("negate", value);
            continue;
          }
          if (opts.nonegate !== !0 && state.index === 0) {
            negate();
            continue;
          }
        }
        if (value === "+") {
          if (opts.noextglob !== !0 && peek() === "(" && peek(2) !== "?") {
            extglobOpen("plus", value);
            continue;
          }
          if (prev && prev.value === "(" || opts.regex === !1) {
            push2({ type: "plus", value, output: PLUS_LITERAL });
            continue;
          }
          if (prev && (prev.type === "bracket" || prev.type === "paren" || prev.type === "brace") || state.parens > 0) {
            push2({ type: "plus", value });
            continue;
          }
          push2({ type: "plus", value: PLUS_LITERAL });
          continue;
        }
        if (value === "@") {
          if (opts.noextglob !== !0 && peek() === "(" && peek(2) !== "?") {
            push2({ type: "at", extglob: !0, value, output: "" });
            continue;
          }
          push2({ type: "text", value });
          continue;
        }
        if (value !== "*") {
          (value === "$" || value === "^") && (value = `\\${value}`);
          let match = REGEX_NON_SPECIAL_CHARS.exec(remaining());
          match && (value += match[0], state.index += match[0].length), push2({ type: "text", value });
          continue;
        }
        if (prev && (prev.type === "globstar" || prev.star === !0)) {
          prev.type = "star", prev.star = !0, prev.value += value, prev.output = star, state.backtrack = !0, state.globstar = !0, consume(value);
          continue;
        }
        let rest = remaining();
        if (opts.noextglob !== !0 && /^\([^?]/.test(rest)) {
          extglobOpen("star", value);
          continue;
        }
        if (prev.type === "star") {
          if (opts.noglobstar === !0) {
            consume(value);
            continue;
          }
          let prior = prev.prev, before2 = prior.prev, isStart = prior.type === "slash" || prior.type === "bos", afterStar = before2 && (before2.type === "star" || before2.type === "globstar");
          if (opts.bash === !0 && (!isStart || rest[0] && rest[0] !== "/")) {
            push2({ type: "star", value, output: "" });
            continue;
          }
          let isBrace = state.braces > 0 && (prior.type === "comma" || prior.type === "brace"), isExtglob = extglobs.length && (prior.type === "pipe" || prior.type === "paren");
          if (!isStart && prior.type !== "paren" && !isBrace && !isExtglob) {
            push2({ type: "star", value, output: "" });
            continue;
          }
          for (; rest.slice(0, 3) === "/**"; ) {
            let after2 = input[state.index + 4];
            if (after2 && after2 !== "/")
              break;
            rest = rest.slice(3), consume("/**", 3);
          }
          let isEnd = eos() || state.parens > 0 && rest === ")".repeat(state.parens) && !extglobs.some((extglob) => extglob.type === "negate");
          if (prior.type === "bos" && eos()) {
            prev.type = "globstar", prev.value += value, prev.output = globstar(opts), state.output = prev.output, state.globstar = !0, consume(value);
            continue;
          }
          if (prior.type === "slash" && prior.prev.type !== "bos" && !afterStar && isEnd) {
            state.output = state.output.slice(0, -(prior.output + prev.output).length), prior.output = `(?:${prior.output}`, prev.type = "globstar", prev.output = globstar(opts) + (opts.strictSlashes ? ")" : "|$)"), prev.value += value, state.globstar = !0, state.output += prior.output + prev.output, consume(value);
            continue;
          }
          if (prior.type === "slash" && prior.prev.type !== "bos" && rest[0] === "/") {
            let end = rest[1] !== void 0 ? "|$" : "";
            state.output = state.output.slice(0, -(prior.output + prev.output).length), prior.output = `(?:${prior.output}`, prev.type = "globstar", prev.output = `${globstar(opts)}${SLASH_LITERAL}|${SLASH_LITERAL}${end})`, prev.value += value, state.output += prior.output + prev.output, state.globstar = !0, consume(value + advance()), push2({ type: "slash", value: "/", output: "" });
            continue;
          }
          if (prior.type === "bos" && rest[0] === "/") {
            prev.type = "globstar", prev.value += value, prev.output = `(?:^|${SLASH_LITERAL}|${globstar(opts)}${SLASH_LITERAL})`, state.output = prev.output, state.globstar = !0, consume(value + advance()), push2({ type: "slash", value: "/", output: "" });
            continue;
          }
          state.output = state.output.slice(0, -prev.output.length), prev.type = "globstar", prev.output = globstar(opts), prev.value += value, state.output += prev.output, state.globstar = !0, consume(value);
          continue;
        }
        let token = { type: "star", value, output: star };
        if (opts.bash === !0) {
          token.output = ".*?", (prev.type === "bos" || prev.type === "slash") && (token.output = nodot + token.output), push2(token);
          continue;
        }
        if (prev && (prev.type === "bracket" || prev.type === "paren") && opts.regex === !0) {
          token.output = value, push2(token);
          continue;
        }
        (state.index === state.start || prev.type === "slash" || prev.type === "dot") && (prev.type === "dot" ? (state.output += NO_DOT_SLASH, prev.output += NO_DOT_SLASH) : opts.dot === !0 ? (state.output += NO_DOTS_SLASH, prev.output += NO_DOTS_SLASH) : (state.output += nodot, prev.output += nodot), peek() !== "*" && (state.output += ONE_CHAR, prev.output += ONE_CHAR)), push2(token);
      }
      for (; state.brackets > 0; ) {
        if (opts.strictBrackets === !0) throw new SyntaxError(syntaxError("closing", "]"));
        state.output = utils.escapeLast(state.output, "["), decrement("brackets");
      }
      for (; state.parens > 0; ) {
        if (opts.strictBrackets === !0) throw new SyntaxError(syntaxError("closing", ")"));
        state.output = utils.escapeLast(state.output, "("), decrement("parens");
      }
      for (; state.braces > 0; ) {
        if (opts.strictBrackets === !0) throw new SyntaxError(syntaxError("closing", "}"));
        state.output = utils.escapeLast(state.output, "{"), decrement("braces");
      }
      if (opts.strictSlashes !== !0 && (prev.type === "star" || prev.type === "bracket") && push2({ type: "maybe_slash", value: "", output: `${SLASH_LITERAL}?` }), state.backtrack === !0) {
        state.output = "";
        for (let token of state.tokens)
          state.output += token.output != null ? token.output : token.value, token.suffix && (state.output += token.suffix);
      }
      return state;
    };
    parse4.fastpaths = (input, options) => {
      let opts = { ...options }, max = typeof opts.maxLength == "number" ? Math.min(MAX_LENGTH2, opts.maxLength) : MAX_LENGTH2, len = input.length;
      if (len > max)
        throw new SyntaxError(`Input length: ${len}, exceeds maximum allowed length: ${max}`);
      input = REPLACEMENTS[input] || input;
      let {
        DOT_LITERAL,
        SLASH_LITERAL,
        ONE_CHAR,
        DOTS_SLASH,
        NO_DOT,
        NO_DOTS,
        NO_DOTS_SLASH,
        STAR,
        START_ANCHOR
      } = constants5.globChars(opts.windows), nodot = opts.dot ? NO_DOTS : NO_DOT, slashDot = opts.dot ? NO_DOTS_SLASH : NO_DOT, capture = opts.capture ? "" : "?:", state = { negated: !1, prefix: "" }, star = opts.bash === !0 ? ".*?" : STAR;
      opts.capture && (star = `(${star})`);
      let globstar = (opts2) => opts2.noglobstar === !0 ? star : `(${capture}(?:(?!${START_ANCHOR}${opts2.dot ? DOTS_SLASH : DOT_LITERAL}).)*?)`, create = (str) => {
        switch (str) {
          case "*":
            return `${nodot}${ONE_CHAR}${star}`;
          case ".*":
            return `${DOT_LITERAL}${ONE_CHAR}${star}`;
          case "*.*":
            return `${nodot}${star}${DOT_LITERAL}${ONE_CHAR}${star}`;
          case "*/*":
            return `${nodot}${star}${SLASH_LITERAL}${ONE_CHAR}${slashDot}${star}`;
          case "**":
            return nodot + globstar(opts);
          case "**/*":
            return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${slashDot}${ONE_CHAR}${star}`;
          case "**/*.*":
            return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${slashDot}${star}${DOT_LITERAL}${ONE_CHAR}${star}`;
          case "**/.*":
            return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${DOT_LITERAL}${ONE_CHAR}${star}`;
          default: {
            let match = /^(.*?)\.(\w+)$/.exec(str);
            if (!match) return;
            let source2 = create(match[1]);
            return source2 ? source2 + DOT_LITERAL + match[2] : void 0;
          }
        }
      }, output = utils.removePrefix(input, state), source = create(output);
      return source && opts.strictSlashes !== !0 && (source += `${SLASH_LITERAL}?`), source;
    };
    module.exports = parse4;
  }
});

// node_modules/picomatch/lib/picomatch.js
var require_picomatch = __commonJS({
  "node_modules/picomatch/lib/picomatch.js"(exports, module) {
    "use strict";
    var scan = require_scan(), parse4 = require_parse(), utils = require_utils(), constants5 = require_constants(), isObject2 = (val) => val && typeof val == "object" && !Array.isArray(val), picomatch2 = (glob, options, returnState = !1) => {
      if (Array.isArray(glob)) {
        let fns = glob.map((input) => picomatch2(input, options, returnState));
        return (str) => {
          for (let isMatch of fns) {
            let state2 = isMatch(str);
            if (state2) return state2;
          }
          return !1;
        };
      }
      let isState = isObject2(glob) && glob.tokens && glob.input;
      if (glob === "" || typeof glob != "string" && !isState)
        throw new TypeError("Expected pattern to be a non-empty string");
      let opts = options || {}, posix = opts.windows, regex = isState ? picomatch2.compileRe(glob, options) : picomatch2.makeRe(glob, options, !1, !0), state = regex.state;
      delete regex.state;
      let isIgnored = () => !1;
      if (opts.ignore) {
        let ignoreOpts = { ...options, ignore: null, onMatch: null, onResult: null };
        isIgnored = picomatch2(opts.ignore, ignoreOpts, returnState);
      }
      let matcher2 = (input, returnObject = !1) => {
        let { isMatch, match, output } = picomatch2.test(input, regex, options, { glob, posix }), result = { glob, state, regex, posix, input, output, match, isMatch };
        return typeof opts.onResult == "function" && opts.onResult(result), isMatch === !1 ? (result.isMatch = !1, returnObject ? result : !1) : isIgnored(input) ? (typeof opts.onIgnore == "function" && opts.onIgnore(result), result.isMatch = !1, returnObject ? result : !1) : (typeof opts.onMatch == "function" && opts.onMatch(result), returnObject ? result : !0);
      };
      return returnState && (matcher2.state = state), matcher2;
    };
    picomatch2.test = (input, regex, options, { glob, posix } = {}) => {
      if (typeof input != "string")
        throw new TypeError("Expected input to be a string");
      if (input === "")
        return { isMatch: !1, output: "" };
      let opts = options || {}, format = opts.format || (posix ? utils.toPosixSlashes : null), match = input === glob, output = match && format ? format(input) : input;
      return match === !1 && (output = format ? format(input) : input, match = output === glob), (match === !1 || opts.capture === !0) && (opts.matchBase === !0 || opts.basename === !0 ? match = picomatch2.matchBase(input, regex, options, posix) : match = regex.exec(output)), { isMatch: !!match, match, output };
    };
    picomatch2.matchBase = (input, glob, options, posix = options && options.windows) => (glob instanceof RegExp ? glob : picomatch2.makeRe(glob, options)).test(utils.basename(input, { windows: posix }));
    picomatch2.isMatch = (str, patterns, options) => picomatch2(patterns, options)(str);
    picomatch2.parse = (pattern, options) => Array.isArray(pattern) ? pattern.map((p) => picomatch2.parse(p, options)) : parse4(pattern, { ...options, fastpaths: !1 });
    picomatch2.scan = (input, options) => scan(input, options);
    picomatch2.compileRe = (state, options, returnOutput = !1, returnState = !1) => {
      if (returnOutput === !0)
        return state.output;
      let opts = options || {}, prepend = opts.contains ? "" : "^", append = opts.contains ? "" : "$", source = `${prepend}(?:${state.output})${append}`;
      state && state.negated === !0 && (source = `^(?!${source}).*$`);
      let regex = picomatch2.toRegex(source, options);
      return returnState === !0 && (regex.state = state), regex;
    };
    picomatch2.makeRe = (input, options = {}, returnOutput = !1, returnState = !1) => {
      if (!input || typeof input != "string")
        throw new TypeError("Expected a non-empty string");
      let parsed2 = { negated: !1, fastpaths: !0 };
      return options.fastpaths !== !1 && (input[0] === "." || input[0] === "*") && (parsed2.output = parse4.fastpaths(input, options)), parsed2.output || (parsed2 = parse4(input, options)), picomatch2.compileRe(parsed2, options, returnOutput, returnState);
    };
    picomatch2.toRegex = (source, options) => {
      try {
        let opts = options || {};
        return new RegExp(source, opts.flags || (opts.nocase ? "i" : ""));
      } catch (err) {
        if (options && options.debug === !0) throw err;
        return /$^/;
      }
    };
    picomatch2.constants = constants5;
    module.exports = picomatch2;
  }
});

// node_modules/picomatch/index.js
var require_picomatch2 = __commonJS({
  "node_modules/picomatch/index.js"(exports, module) {
    "use strict";
    var pico = require_picomatch(), utils = require_utils();
    function picomatch2(glob, options, returnState = !1) {
      return options && (options.windows === null || options.windows === void 0) && (options = { ...options, windows: utils.isWindows() }), pico(glob, options, returnState);
    }
    Object.assign(picomatch2, pico);
    module.exports = picomatch2;
  }
});

// src/domain/path-match.ts
var path_match_exports = {};
__export(path_match_exports, {
  pathMatcher: () => pathMatcher,
  whyNotGlob: () => whyNotGlob
});
function whyNotGlob(glob) {
  return glob === "" || glob === "/" ? "it is empty" : glob.length > MAX_LENGTH ? `it is longer than ${MAX_LENGTH} characters` : new RegExp("\\p{Cc}", "u").test(glob) ? "it has control characters in it" : glob.startsWith("!") ? "patterns cannot be turned round with !" : (glob.match(/\*+|[?[{,]/g)?.length ?? 0) > MAX_WILDCARDS ? `it has more than ${MAX_WILDCARDS} wildcards` : null;
}
function pathMatcher(globs) {
  let matchers = globs.map(oneMatcher);
  return (path78) => matchers.some((matches2) => matches2(path78));
}
function oneMatcher(glob) {
  let below = glob.endsWith("/") ? `${glob}**` : glob;
  if (!below.includes("/")) {
    let matches2 = (0, import_picomatch.default)(below, OPTIONS);
    return (path78) => matches2(path78.slice(path78.lastIndexOf("/") + 1));
  }
  return (0, import_picomatch.default)(below.replace(/^\//, ""), OPTIONS);
}
var import_picomatch, MAX_WILDCARDS, MAX_LENGTH, OPTIONS, init_path_match = __esm({
  "src/domain/path-match.ts"() {
    "use strict";
    import_picomatch = __toESM(require_picomatch2(), 1), MAX_WILDCARDS = 6, MAX_LENGTH = 500, OPTIONS = { dot: !0, noextglob: !0, nonegate: !0, windows: !1 };
  }
});

// src/domain/size.ts
function parseSize(text) {
  let match = SIZE.exec(text.trim().toLowerCase());
  if (!match) return null;
  let [, whole = "", fraction, unit = ""] = match, power = "bkmgt".indexOf(unit.charAt(0) || "b");
  if (fraction !== void 0 && power === 0) return null;
  let bytes = Math.floor(+`${whole}.${fraction ?? "0"}` * 1024 ** power);
  return Number.isSafeInteger(bytes) ? bytes : null;
}
function formatSize(bytes) {
  let amount = bytes, unit = 0;
  for (; Number(rounded(amount, unit)) >= 1024 && unit < UNITS.length - 1; )
    amount /= 1024, unit += 1;
  return `${rounded(amount, unit)} ${UNITS[unit] ?? ""}`;
}
function rounded(amount, unit) {
  return amount.toFixed(unit === 0 || amount >= 99.95 ? 0 : 1);
}
function formatDuration(seconds) {
  if (seconds < 9.95) return `${Math.max(0, seconds).toFixed(1)} s`;
  let whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return twoUnits(whole, 60, "min", "s");
  let minutes = Math.round(whole / 60);
  return minutes < 1440 ? twoUnits(minutes, 60, "h", "min") : twoUnits(Math.round(minutes / 60), 24, "d", "h");
}
function twoUnits(amount, per, big, small) {
  let rest = amount % per;
  return `${Math.floor(amount / per)} ${big}${rest === 0 ? "" : ` ${rest} ${small}`}`;
}
function formatCount(count2, noun, plural) {
  let digits = String(count2).replace(/\B(?=(?:\d{3})+$)/g, ",");
  return noun === void 0 ? digits : `${digits} ${count2 === 1 ? noun : plural ?? `${noun}s`}`;
}
var UNITS, SIZE, init_size = __esm({
  "src/domain/size.ts"() {
    "use strict";
    UNITS = ["B", "KB", "MB", "GB", "TB"], SIZE = /^([0-9]{1,16})(?:\.([0-9]{1,6}))? ?([kmgt]?b?)$/;
  }
});

// src/domain/config-keys.ts
function isBackendName(name2) {
  return NAME.schema.safeParse(name2).success;
}
function row(name2, { description, allowed, default: preset, list, userOnly }) {
  return {
    name: name2,
    description,
    allowed,
    default: preset,
    list: list ?? !1,
    userOnly: userOnly ?? !1
  };
}
function converted(convert) {
  return pipe(
    string2(),
    transform((text, context) => {
      let value = convert(text);
      return value !== null ? value : (context.issues.push({ code: "custom", message: "not allowed", input: text }), NEVER);
    })
  );
}
function parseFlag(text) {
  return /^(?:true|yes|on|1)$/i.test(text) ? !0 : /^(?:false|no|off|0|)$/i.test(text) ? !1 : null;
}
function parseWorkers(text) {
  return /^[1-9][0-9]?$/.test(text) && Number(text) <= 64 ? Number(text) : null;
}
function lower(text) {
  return text.toLowerCase();
}
var choice, SIZE2, FLAG, WORKERS, NAME, TEXT, GLOB, TEMPLATE, PLAIN_KEYS, BACKEND_KEYS, KNOWN_KEYS, init_config_keys = __esm({
  "src/domain/config-keys.ts"() {
    "use strict";
    init_mini();
    init_key_template();
    init_path_match();
    init_size();
    choice = (...values) => ({
      schema: pipe(pipe(string2(), transform(lower)), _enum(values)),
      allowed: values.join(", ")
    }), SIZE2 = { schema: converted(parseSize), allowed: "a size such as 100kb, 1mb or 10gb" }, FLAG = { schema: converted(parseFlag), allowed: "true or false" }, WORKERS = { schema: converted(parseWorkers), allowed: "a number from 1 to 64" }, NAME = {
      schema: string2().check(_regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/)),
      allowed: "letters, digits, _ . - and no dash in front"
    }, TEXT = {
      schema: string2().check(_regex(/^[^\p{Cc}\p{Surrogate}]{1,4096}$/u)),
      allowed: "one line of text"
    }, GLOB = {
      schema: string2().check(refine((glob) => whyNotGlob(glob) === null)),
      allowed: "a pattern such as *.bin or data/**, with at most 6 wildcards and without !",
      list: !0
    }, TEMPLATE = {
      schema: string2().check(refine((template) => checkKeyTemplate(template).ok)),
      allowed: "a template with {content_sha256} or {content_sha256_short} in it"
    }, PLAIN_KEYS = {
      "blobsy.backend": {
        ...NAME,
        description: "the backend that is the remote",
        default: "default"
      },
      "blobsy.keyTemplate": {
        ...TEMPLATE,
        description: "how a blob is named on the remote",
        default: DEFAULT_KEY_TEMPLATE
      },
      "blobsy.detect": {
        ...choice("monitor", "arm", "commit"),
        description: "how Git notices that a payload was edited",
        default: "monitor"
      },
      "blobsy.ignore": {
        ...choice("exclude", "gitignore"),
        description: "where payloads are ignored: .git/info/exclude or .gitignore",
        default: "exclude"
      },
      "blobsy.skipSmudge": {
        ...FLAG,
        description: "leave payloads out of the working tree until they are asked for by name",
        default: "false",
        userOnly: !0
      },
      "blobsy.trustedEndpoint": {
        ...TEXT,
        description: "an endpoint that may be given this user's credentials",
        allowed: "an https:// address",
        default: null,
        list: !0,
        userOnly: !0,
        secret: !0
      },
      "externalize.minSize": {
        ...SIZE2,
        description: "files of this size and more become payloads",
        default: "1mb"
      },
      "externalize.always": {
        ...GLOB,
        description: "files that become payloads whatever their size",
        default: null
      },
      "externalize.never": {
        ...GLOB,
        description: "files that never become payloads",
        default: null
      },
      "compress.algorithm": {
        ...choice("none", "zstd", "gzip", "brotli"),
        description: "how new blobs are compressed on the remote",
        default: "none"
      },
      "compress.minSize": {
        ...SIZE2,
        description: "blobs smaller than this are not compressed",
        default: "100kb"
      },
      "compress.always": {
        ...GLOB,
        description: "files that are compressed whatever their size and format",
        default: null
      },
      "compress.never": {
        ...GLOB,
        description: "files that are not compressed",
        default: null
      },
      "transfer.concurrency": {
        ...WORKERS,
        description: "how many files are transferred at a time",
        default: "8"
      },
      "fetch.include": {
        ...GLOB,
        description: "only these payloads are fetched by themselves",
        default: null
      },
      "fetch.exclude": {
        ...GLOB,
        description: "payloads that are not fetched by themselves",
        default: null
      },
      "cache.keep": {
        ...SIZE2,
        description: "how much the local store may hold of what the remote has too",
        default: null
      }
    }, BACKEND_KEYS = {
      url: {
        ...TEXT,
        description: "where the blobs are: local:<dir>, s3://bucket/prefix or https://host/prefix",
        allowed: "local:<dir>, s3://bucket/prefix or https://host/prefix",
        default: null,
        secret: !0
      },
      region: { ...NAME, description: "the region of the bucket", default: null },
      endpoint: {
        ...TEXT,
        description: "the address of an S3 service other than AWS",
        allowed: "an https:// address",
        default: null,
        secret: !0
      },
      pathStyle: {
        ...FLAG,
        description: "name the bucket in the path instead of the host",
        default: null
      },
      profile: {
        ...NAME,
        description: "the AWS profile whose credentials are used",
        default: null,
        userOnly: !0
      },
      tool: {
        ...choice("sdk", "rclone", "aws", "s5cmd"),
        description: "the program that copies",
        default: "sdk"
      },
      toolArgs: {
        ...TEXT,
        description: "further arguments for the tool, one each",
        default: null,
        list: !0
      },
      type: {
        ...choice("local", "s3", "https", "command"),
        description: "the kind of backend; told by the URL, except for a command",
        default: null
      },
      push: { ...TEXT, description: "the command that uploads {local}", default: null },
      pull: { ...TEXT, description: "the command that downloads {remote_key}", default: null },
      exists: { ...TEXT, description: "the command that asks for {remote_key}", default: null },
      list: { ...TEXT, description: "the command that lists keys", default: null },
      remove: { ...TEXT, description: "the command that deletes {remote_key}", default: null },
      shell: { ...FLAG, description: "run the commands through a shell", default: null }
    }, KNOWN_KEYS = [
      ...Object.entries(PLAIN_KEYS).map(
        ([name2, facts]) => row(name2.replace(/^blobsy\./, ""), facts)
      ),
      ...Object.entries(BACKEND_KEYS).map(
        ([key, facts]) => row(`backend.<name>.${key}`, facts)
      )
    ];
  }
});

// node_modules/ini/lib/ini.js
var require_ini = __commonJS({
  "node_modules/ini/lib/ini.js"(exports, module) {
    var { hasOwnProperty } = Object.prototype, encode3 = (obj, opt = {}) => {
      typeof opt == "string" && (opt = { section: opt }), opt.align = opt.align === !0, opt.newline = opt.newline === !0, opt.sort = opt.sort === !0, opt.whitespace = opt.whitespace === !0 || opt.align === !0, opt.platform = opt.platform || typeof process < "u" && process.platform, opt.bracketedArray = opt.bracketedArray !== !1;
      let eol = opt.platform === "win32" ? `\r
` : `
`, separator = opt.whitespace ? " = " : "=", children = [], keys = opt.sort ? Object.keys(obj).sort() : Object.keys(obj), padToChars = 0;
      opt.align && (padToChars = safe(
        keys.filter((k) => obj[k] === null || Array.isArray(obj[k]) || typeof obj[k] != "object").map((k) => Array.isArray(obj[k]) ? `${k}[]` : k).concat([""]).reduce((a, b) => safe(a).length >= safe(b).length ? a : b)
      ).length);
      let out = "", arraySuffix = opt.bracketedArray ? "[]" : "";
      for (let k of keys) {
        let val = obj[k];
        if (val && Array.isArray(val))
          for (let item of val)
            out += safe(`${k}${arraySuffix}`).padEnd(padToChars, " ") + separator + safe(item) + eol;
        else val && typeof val == "object" ? children.push(k) : out += safe(k).padEnd(padToChars, " ") + separator + safe(val) + eol;
      }
      opt.section && out.length && (out = "[" + safe(opt.section) + "]" + (opt.newline ? eol + eol : eol) + out);
      for (let k of children) {
        let nk = splitSections(k, ".").join("\\."), section = (opt.section ? opt.section + "." : "") + nk, child = encode3(obj[k], {
          ...opt,
          section
        });
        out.length && child.length && (out += eol), out += child;
      }
      return out;
    };
    function splitSections(str, separator) {
      var lastMatchIndex = 0, lastSeparatorIndex = 0, nextIndex = 0, sections = [];
      do
        if (nextIndex = str.indexOf(separator, lastMatchIndex), nextIndex !== -1) {
          if (lastMatchIndex = nextIndex + separator.length, nextIndex > 0 && str[nextIndex - 1] === "\\")
            continue;
          sections.push(str.slice(lastSeparatorIndex, nextIndex)), lastSeparatorIndex = nextIndex + separator.length;
        }
      while (nextIndex !== -1);
      return sections.push(str.slice(lastSeparatorIndex)), sections;
    }
    var decode4 = (str, opt = {}) => {
      opt.bracketedArray = opt.bracketedArray !== !1;
      let out = /* @__PURE__ */ Object.create(null), p = out, section = null, re = /^\[([^\]]*)\]\s*$|^([^=]+)(=(.*))?$/i, lines2 = str.split(/[\r\n]+/g), duplicates = {};
      for (let line of lines2) {
        if (!line || line.match(/^\s*[;#]/) || line.match(/^\s*$/))
          continue;
        let match = line.match(re);
        if (!match)
          continue;
        if (match[1] !== void 0) {
          if (section = unsafe(match[1]), section === "__proto__") {
            p = /* @__PURE__ */ Object.create(null);
            continue;
          }
          p = out[section] = out[section] || /* @__PURE__ */ Object.create(null);
          continue;
        }
        let keyRaw = unsafe(match[2]), isArray;
        opt.bracketedArray ? isArray = keyRaw.length > 2 && keyRaw.slice(-2) === "[]" : (duplicates[keyRaw] = (duplicates?.[keyRaw] || 0) + 1, isArray = duplicates[keyRaw] > 1);
        let key = isArray && keyRaw.endsWith("[]") ? keyRaw.slice(0, -2) : keyRaw;
        if (key === "__proto__")
          continue;
        let valueRaw = match[3] ? unsafe(match[4]) : !0, value = valueRaw === "true" || valueRaw === "false" || valueRaw === "null" ? JSON.parse(valueRaw) : valueRaw;
        isArray && (hasOwnProperty.call(p, key) ? Array.isArray(p[key]) || (p[key] = [p[key]]) : p[key] = []), Array.isArray(p[key]) ? p[key].push(value) : p[key] = value;
      }
      let remove = [];
      for (let k of Object.keys(out)) {
        if (!hasOwnProperty.call(out, k) || typeof out[k] != "object" || Array.isArray(out[k]))
          continue;
        let parts = splitSections(k, ".");
        p = out;
        let l = parts.pop(), nl = l.replace(/\\\./g, ".");
        for (let part of parts)
          part !== "__proto__" && ((!hasOwnProperty.call(p, part) || typeof p[part] != "object") && (p[part] = /* @__PURE__ */ Object.create(null)), p = p[part]);
        p === out && nl === l || (p[nl] = out[k], remove.push(k));
      }
      for (let del of remove)
        delete out[del];
      return out;
    }, isQuoted = (val) => val.startsWith('"') && val.endsWith('"') || val.startsWith("'") && val.endsWith("'"), safe = (val) => typeof val != "string" || val.match(/[=\r\n]/) || val.match(/^\[/) || val.length > 1 && isQuoted(val) || val !== val.trim() ? JSON.stringify(val) : val.split(";").join("\\;").split("#").join("\\#"), unsafe = (val) => {
      if (val = (val || "").trim(), isQuoted(val)) {
        val.charAt(0) === "'" && (val = val.slice(1, -1));
        try {
          val = JSON.parse(val);
        } catch {
        }
      } else {
        let esc2 = !1, unesc = "";
        for (let i = 0, l = val.length; i < l; i++) {
          let c = val.charAt(i);
          if (esc2)
            "\\;#".indexOf(c) !== -1 ? unesc += c : unesc += "\\" + c, esc2 = !1;
          else {
            if (";#".indexOf(c) !== -1)
              break;
            c === "\\" ? esc2 = !0 : unesc += c;
          }
        }
        return esc2 && (unesc += "\\"), unesc.trim();
      }
      return val;
    };
    module.exports = {
      parse: decode4,
      decode: decode4,
      stringify: encode3,
      encode: encode3,
      safe,
      unsafe
    };
  }
});

// src/domain/terminal.ts
function escapeForTerminal(text) {
  return text.replace(UNPRINTABLE, (character) => {
    let code = character.codePointAt(0) ?? 0, hex = code.toString(16);
    return code < 256 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`;
  });
}
var UNPRINTABLE, init_terminal = __esm({
  "src/domain/terminal.ts"() {
    "use strict";
    UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
  }
});

// src/domain/config-text.ts
function readConfigText(text, file) {
  if (text.length > MAX_BYTES) throw bad(file, `it is longer than ${MAX_BYTES} bytes`);
  let settings2 = [], section = null, body = [], finish2 = () => {
    section !== null && settings2.push(...readBody(section, body.join(`
`), file)), body = [];
  };
  for (let [index, raw] of text.replace(/^\ufeff/, "").split(/\r\n|\n|\r/).entries()) {
    let line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    let where = `line ${index + 1}`;
    if (/^(?:<{7}|={7}|>{7})(?: |$)/.test(line)) throw bad(file, `${where} is a conflict marker`);
    if (line.startsWith("["))
      finish2(), section = readHeader(line, `${where} is not a section header: ${shown(line)}`, file);
    else {
      if (section === null)
        throw bad(file, `${where} stands before the first section`);
      body.push(withoutComment(line));
    }
  }
  return finish2(), settings2;
}
function withoutComment(line) {
  return line.replace(/^([^="]*=[ \t]*"(?:[^"\\]|\\.)*")[ \t]*[;#].*$/, "$1");
}
function readGitEntry(name2, value) {
  let match = /^blobsy\.(?:(.*)\.)?([^.]+)$/is.exec(name2);
  if (!match) return null;
  let [, middle, key = ""] = match, lower2 = key.toLowerCase();
  if (middle === void 0) return { section: "blobsy", sub: null, key: lower2, value };
  let dot = middle.indexOf(".");
  return { section: (dot === -1 ? middle : middle.slice(0, dot)).toLowerCase(), sub: dot === -1 ? null : middle.slice(dot + 1), key: lower2, value };
}
function readHeader(line, reason, file) {
  let match = HEADER2.exec(line.replace(/\][ \t]*[#;].*$/, "]"));
  if (!match) throw bad(file, reason);
  let [, name2 = "", quoted, dotted] = match, sub = quoted?.replace(/\\(.)/g, "$1") ?? dotted?.toLowerCase() ?? null;
  return { section: name2.toLowerCase(), sub };
}
function readBody(section, body, file) {
  return Object.entries((0, import_ini.parse)(body, { bracketedArray: !1 })).flatMap(
    ([key, found]) => (Array.isArray(found) ? found : [found]).map((value) => {
      if (typeof value == "object" && value !== null)
        throw bad(file, `the value of ${shown(key)} is not text`);
      return { ...section, key: key.toLowerCase(), value: String(value) };
    })
  );
}
function shown(text) {
  return escapeForTerminal(text.slice(0, 60));
}
function bad(file, reason) {
  return new BlobsyError("BAD_CONFIG", `${file}: ${reason}`, { path: file });
}
var import_ini, MAX_BYTES, HEADER2, init_config_text = __esm({
  "src/domain/config-text.ts"() {
    "use strict";
    import_ini = __toESM(require_ini(), 1);
    init_errors();
    init_terminal();
    MAX_BYTES = 65536, HEADER2 = /^\[([A-Za-z0-9_-]+)(?: +"((?:[^"\\]|\\.)*)"|\.([A-Za-z0-9.-]+))?\]$/;
  }
});

// src/domain/git-names.ts
function foldName(name2) {
  return ASCII.test(name2) ? name2.toLowerCase() : name2.replace(IGNORABLE, "").normalize("NFKC").replace(IGNORABLE, "").toLowerCase().replaceAll("i\u0307", "i").replaceAll("\u0131", "i");
}
function ntfsBase(folded) {
  let colon = folded.indexOf(":"), end = colon === -1 ? folded.length : colon;
  for (; end > 0 && (folded[end - 1] === "." || folded[end - 1] === " "); ) end -= 1;
  return folded.slice(0, end);
}
function controlNameOf(component) {
  let base = ntfsBase(foldName(component)), exact = BY_NAME.get(base);
  if (exact) return exact.name;
  let tilde = base.indexOf("~");
  if (tilde === -1) return null;
  let stem = base.slice(0, tilde), count2 = base.slice(tilde + 1);
  return /^[1-9][0-9]{0,6}$/.test(count2) ? CONTROL_NAMES.find(({ name: name2, shortHash }) => stem === name2.slice(1, 7) ? !0 : base.length === 8 && shortHash.startsWith(stem))?.name ?? null : null;
}
function isDotGit(component) {
  return controlNameOf(component) === ".git";
}
function isReservedOnWindows(component) {
  let end = component.search(/[.:]/), stem = end === -1 ? component : component.slice(0, end);
  return RESERVED.test(stem.trimEnd().toLowerCase());
}
var CONTROL_NAMES, BY_NAME, IGNORABLE, ASCII, RESERVED, init_git_names = __esm({
  "src/domain/git-names.ts"() {
    "use strict";
    CONTROL_NAMES = [
      { name: ".git", shortHash: "gi2837" },
      { name: ".gitattributes", shortHash: "gi7d29" },
      { name: ".gitmodules", shortHash: "gi7eba" },
      { name: ".gitignore", shortHash: "gi250a" },
      { name: ".gitconfig", shortHash: "gi40cf" },
      { name: ".mailmap", shortHash: "maba30" },
      { name: ".blobsyconfig", shortHash: "bld4a5" },
      { name: ".blobsyignore", shortHash: "blc9c2" },
      { name: ".blobsy", shortHash: "bl4ce7" },
      { name: ".lfsconfig", shortHash: "lfd659" },
      { name: ".envrc", shortHash: "enc70d" },
      { name: ".npmrc", shortHash: "np2e83" }
    ], BY_NAME = new Map(CONTROL_NAMES.map((control) => [control.name, control])), IGNORABLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, ASCII = /^[\x20-\x7e]*$/;
    RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[1-9\u00b9\u00b2\u00b3])$/;
  }
});

// src/domain/network-address.ts
function isPublicAddress(address) {
  let v4 = parseV4(address);
  if (v4 !== null) return isPublicV4(v4);
  let v6 = parseV6(address);
  return v6 !== null && isPublicV6(v6);
}
function isAddressLiteral(host) {
  return parseV4(host) !== null || host.includes(":");
}
function isPublicV4(address) {
  return !SPECIAL_V4.some(([first2, length]) => {
    let shift = 32 - length;
    return Math.floor(address / 2 ** shift) === Math.floor((parseV4(first2) ?? 0) / 2 ** shift);
  });
}
function isPublicV6(groups) {
  let [g0 = 0, g1 = 0, g2 = 0, g3 = 0, g4 = 0, g5 = 0, g6 = 0, g7 = 0] = groups, lowest = g6 * 65536 + g7, zero = g2 === 0 && g3 === 0 && g4 === 0;
  return g0 === 0 && g1 === 0 && zero && g5 === 65535 || g0 === 100 && g1 === 65435 && zero && g5 === 0 ? isPublicV4(lowest) : g0 === 8194 ? isPublicV4(g1 * 65536 + g2) : g0 === 8193 && (g1 < 512 || g1 === 3512) || g0 === 16383 && g1 < 4096 ? !1 : g0 >= 8192 && g0 <= 16383;
}
function parseV4(text) {
  let match = /^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$/.exec(text);
  if (!match) return null;
  let parts = match.slice(1).map(Number);
  return parts.some((part) => part > 255) ? null : parts.reduce((sum, part) => sum * 256 + part, 0);
}
function parseV6(text) {
  let [bare = ""] = text.replace(/^\[|\]$/g, "").split("%"), dotted = /^(.*:)([0-9.]+)$/.exec(bare), v4 = dotted?.[2]?.includes(".") ? parseV4(dotted[2]) : null, halves = (v4 === null ? bare : `${dotted?.[1] ?? ""}${Math.floor(v4 / 65536).toString(16)}:${(v4 % 65536).toString(16)}`).split("::");
  if (halves.length > 2) return null;
  let [head = [], tail = []] = halves.map((half) => half === "" ? [] : half.split(":")), gap = 8 - head.length - tail.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return null;
  let groups = [...head, ...Array(gap).fill("0"), ...tail];
  return groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group)) ? groups.map((group) => parseInt(group, 16)) : null;
}
var SPECIAL_V4, init_network_address = __esm({
  "src/domain/network-address.ts"() {
    "use strict";
    SPECIAL_V4 = [
      ["0.0.0.0", 8],
      ["10.0.0.0", 8],
      ["100.64.0.0", 10],
      ["127.0.0.0", 8],
      ["169.254.0.0", 16],
      ["172.16.0.0", 12],
      ["192.0.0.0", 24],
      ["192.0.2.0", 24],
      ["192.168.0.0", 16],
      ["198.18.0.0", 15],
      ["198.51.100.0", 24],
      ["203.0.113.0", 24],
      ["224.0.0.0", 3]
    ];
  }
});

// src/domain/remote-url.ts
function parseRemoteUrl(text, origin) {
  let reason = whyNotText(text, origin);
  if (reason !== null) return refuse3(reason);
  if (text.startsWith("local:")) return parseLocal(text.slice(6), origin);
  if (text.startsWith("s3://")) return parseS3(text.slice(5));
  if (!/^https?:\/\//.test(text))
    return refuse3("it starts with none of local: s3:// https://");
  let web = checkWebUrl(text, origin);
  return web.ok ? { ok: !0, value: { kind: "https", url: web.value } } : web;
}
function checkEndpoint(text, origin) {
  let reason = whyNotText(text, origin);
  return reason === null ? checkWebUrl(text, origin) : refuse3(reason);
}
function redactUrls(text) {
  return text.replace(/([A-Za-z][A-Za-z0-9+.-]{0,30}:\/\/)[^/\s@]{0,2000}@/g, "$1***@");
}
function whyNotText(text, origin) {
  return text.length > 2048 ? "it is longer than 2048 characters" : /[\0-\x20\x7f-\xa0\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u.test(text) && !isLocalWithSpaces(text) ? "it has spaces or control characters in it" : origin === "user" ? null : text.includes("$") ? "variables are not expanded here: it has a $ in it" : /(?:^|[:/])~/.test(text) ? "a home directory is not expanded here: it has a ~ in it" : null;
}
function isLocalWithSpaces(text) {
  return text.startsWith("local:") && !/[\0-\x1f\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u.test(text);
}
function parseLocal(dir, origin) {
  if (dir === "") return refuse3("local: names no directory");
  if (origin === "committed") {
    if (dir.includes("\\")) return refuse3("write the directory with / instead of \\");
    if (dir.startsWith("/") || /^[A-Za-z]:/.test(dir))
      return refuse3("a committed local: directory must be relative to the repository");
    if (dir.split("/").some(isDotGit)) return refuse3("the directory lies inside a .git");
  }
  return { ok: !0, value: { kind: "local", dir } };
}
function parseS3(rest) {
  if (rest.includes("@")) return refuse3(CREDENTIALS);
  let slash = rest.indexOf("/"), bucket = slash === -1 ? rest : rest.slice(0, slash), prefix = slash === -1 ? "" : rest.slice(slash + 1).replace(/\/$/, "");
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/.test(bucket) || bucket.includes(".."))
    return refuse3("that is no name of a bucket");
  let legal = prefix === "" ? null : checkRemoteKey(prefix);
  return legal && !legal.ok ? refuse3(`the prefix cannot be used: ${legal.reason}`) : { ok: !0, value: { kind: "s3", bucket, prefix } };
}
function checkWebUrl(text, origin) {
  let match = /^(https?):\/\/([^/?#\\]+)(\/[^?#\\]*)?$/.exec(text);
  if (text.includes("@")) return refuse3(CREDENTIALS);
  if (!match) return refuse3("it is not an https:// address without query and fragment");
  let [, scheme, , path78 = "/"] = match, url = parsed(text);
  if (url === null) return refuse3("it is not a web address");
  if (url.pathname !== path78) return refuse3("its path is not in plain form");
  if (origin === "committed") {
    if (scheme !== "https") return refuse3("only https:// is allowed in a committed configuration");
    if (!isPublicHost(url.hostname)) return refuse3("it leads to this machine or this network");
  }
  return { ok: !0, value: url.href.replace(/\/+$/, "") };
}
function isPublicHost(hostname) {
  let host = hostname.replace(/\.$/, "").toLowerCase();
  if (isAddressLiteral(host)) return isPublicAddress(host);
  let domain = host.slice(host.lastIndexOf(".") + 1);
  return host.includes(".") && !["localhost", "local", "internal", "arpa", "lan"].includes(domain);
}
function parsed(text) {
  return URL.canParse(text) ? new URL(text) : null;
}
function refuse3(reason) {
  return { ok: !1, reason };
}
var CREDENTIALS, init_remote_url = __esm({
  "src/domain/remote-url.ts"() {
    "use strict";
    init_git_names();
    init_network_address();
    init_remote_key();
    CREDENTIALS = "user names and passwords do not belong in a URL";
  }
});

// src/domain/config.ts
function readConfig(input) {
  let warnings = [], table = gather(input, warnings), of = (key) => table.plain(key), backends = /* @__PURE__ */ new Map();
  for (let name2 of table.backendNames()) backends.set(name2, readBackend(name2, table));
  return { config: {
    backend: of("blobsy.backend").one ?? { value: "default", origin: "committed", file: "" },
    keyTemplate: of("blobsy.keyTemplate").value,
    detect: of("blobsy.detect").value,
    ignore: of("blobsy.ignore").value,
    skipSmudge: of("blobsy.skipSmudge").value,
    trustedEndpoints: table.values("blobsy.trustedEndpoint", null).filter(({ value }) => value !== "").map(readTrusted),
    backends,
    externalize: {
      minSize: of("externalize.minSize").value,
      always: of("externalize.always").all,
      never: of("externalize.never").all
    },
    compress: {
      algorithm: of("compress.algorithm").value,
      minSize: of("compress.minSize").value,
      always: of("compress.always").all,
      never: of("compress.never").all
    },
    transfer: { concurrency: of("transfer.concurrency").value },
    fetch: { include: of("fetch.include").all, exclude: of("fetch.exclude").all },
    cache: { keep: of("cache.keep").one?.value ?? null }
  }, warnings };
}
function gather({ committed, local }, warnings) {
  let table = new Table(), add = (setting, origin, file) => {
    let name2 = (origin === "user" ? "blobsy." : "") + nameOf(setting), known = lookUp(setting), shown2 = escapeForTerminal(`${file}: ${name2}`);
    if (known === null)
      isOwnRecord(setting, origin) || warnings.push(`${shown2} is not a known setting, and ignored`);
    else if (known.userOnly && origin === "committed")
      warnings.push(`${shown2} is ignored: only your own git config can set it`);
    else {
      if (setting.section === "backend" && !isBackendName(setting.sub ?? ""))
        throw bad2(file, `${shown2}: a backend's name has only letters, digits, _ . - in it`);
      table.add(setting, { value: setting.value, file, origin, name: name2 });
    }
  };
  if (committed) {
    let settings2 = readConfigText(committed.text, committed.file);
    for (let setting of settings2) add(setting, "committed", committed.file);
  }
  for (let { key, value, origin } of local) {
    let setting = readGitEntry(key, value);
    setting && add(setting, "user", origin);
  }
  return table;
}
function readBackend(name2, table) {
  let text = (key) => table.backend(key, name2), url = checkedUrl(table, "url", name2, parseRemoteUrl), type = text("type");
  if (type && type.value !== "command" && url && url.value.kind !== type.value)
    throw bad2(
      type.file,
      `${type.file}: backend.${name2}.type is ${type.value}, and its URL is of kind ${url.value.kind}`
    );
  let args = table.values("toolArgs", name2).filter(({ value }) => value !== ""), [first2] = args;
  return dropAbsent({
    name: name2,
    url,
    region: text("region"),
    endpoint: checkedUrl(table, "endpoint", name2, checkEndpoint),
    pathStyle: text("pathStyle"),
    profile: text("profile"),
    tool: text("tool"),
    toolArgs: first2 && {
      value: args.map(({ value }) => value),
      origin: first2.origin,
      file: first2.file
    },
    type,
    push: text("push"),
    pull: text("pull"),
    exists: text("exists"),
    list: text("list"),
    remove: text("remove"),
    shell: text("shell")
  });
}
function checkedUrl(table, key, backend, check) {
  let entry = table.values(key, backend).at(-1);
  if (!entry) return;
  let verdict = check(entry.value, entry.origin);
  if (verdict.ok) return { value: verdict.value, origin: entry.origin, file: entry.file };
  let { allowed } = BACKEND_KEYS[key];
  throw bad2(entry.file, `${entry.file}: ${entry.name}: ${verdict.reason}; allowed is ${allowed}`);
}
function readTrusted(entry) {
  let verdict = checkEndpoint(entry.value, "user");
  if (verdict.ok) return verdict.value;
  throw bad2(entry.file, `${entry.file}: ${entry.name}: ${verdict.reason}`);
}
function parseWith(schema, allowed, entry, secret) {
  let parsed2 = schema.safeParse(entry.value);
  if (parsed2.success) return parsed2.data;
  let value = secret ? "not allowed" : `"${entry.value.slice(0, 80)}"`;
  throw bad2(entry.file, `${entry.file}: ${entry.name} is ${value}; allowed is ${allowed}`);
}
function lookUp({ section, sub, key }) {
  return section === "backend" ? sub === null ? null : BACKEND_BY_FOLDED.get(key) ?? null : sub === null ? PLAIN_BY_FOLDED.get(`${section}.${key}`) ?? null : null;
}
function isOwnRecord({ section, sub, key }, origin) {
  if (origin !== "user") return !1;
  let isKept = section === "blobsy" && sub === null && KEPT_BY_INSTALL.includes(key.toLowerCase());
  return section === "trust" || isKept;
}
function idOf(section, sub, key) {
  return JSON.stringify([section, sub, key.toLowerCase()]);
}
function nameOf({ section, sub, key }) {
  return (section === "blobsy" && sub === null ? [key] : [section, sub, key]).filter((part) => part !== null).join(".").slice(0, 200);
}
function dropAbsent(backend) {
  let present = Object.entries(backend).filter(([, value]) => value !== void 0);
  return Object.fromEntries(present);
}
function bad2(file, message) {
  return new BlobsyError("BAD_CONFIG", escapeForTerminal(message), { path: file });
}
var Table, PLAIN_BY_FOLDED, BACKEND_BY_FOLDED, KEPT_BY_INSTALL, init_config = __esm({
  "src/domain/config.ts"() {
    "use strict";
    init_config_keys();
    init_config_text();
    init_errors();
    init_remote_url();
    init_terminal();
    init_config_keys();
    Table = class {
      #entries = /* @__PURE__ */ new Map();
      add(setting, entry) {
        let id = idOf(setting.section, setting.sub, setting.key), kept = (this.#entries.get(id) ?? []).filter(({ origin }) => origin === entry.origin);
        this.#entries.set(id, entry.value === "" ? [entry] : [...kept, entry]);
      }
      values(key, backend) {
        let dot = key.indexOf("."), [section, name2] = backend === null ? [key.slice(0, dot), key.slice(dot + 1)] : ["backend", key];
        return this.#entries.get(idOf(section, backend, name2)) ?? [];
      }
      backendNames() {
        let names = /* @__PURE__ */ new Set();
        for (let id of this.#entries.keys()) {
          let [section, sub] = JSON.parse(id);
          section === "backend" && sub !== null && names.add(sub);
        }
        return [...names].sort();
      }
      /** `value` is the last one given, or the default; `all` is the list; `one` is absent when unset. */
      plain(key) {
        let { schema, allowed, default: preset } = PLAIN_KEYS[key], read5 = (entry) => parseWith(schema, allowed, entry, !1), entries = this.values(key, null), last = entries.at(-1), one = () => last && { value: read5(last), origin: last.origin, file: last.file };
        return {
          get one() {
            return one();
          },
          get all() {
            return entries.filter(({ value }) => value !== "").map(read5);
          },
          get value() {
            return one()?.value ?? schema.parse(preset);
          }
        };
      }
      backend(key, backend) {
        let entry = this.values(key, backend).at(-1);
        if (!entry) return;
        let { schema, allowed } = BACKEND_KEYS[key];
        return { value: parseWith(schema, allowed, entry, "secret" in BACKEND_KEYS[key]), origin: entry.origin, file: entry.file };
      }
    };
    PLAIN_BY_FOLDED = new Map(
      Object.entries(PLAIN_KEYS).map(([key, facts]) => [key.toLowerCase(), facts])
    ), BACKEND_BY_FOLDED = new Map(
      Object.entries(BACKEND_KEYS).map(([key, facts]) => [key.toLowerCase(), facts])
    );
    KEPT_BY_INSTALL = ["hookspath", "fsmonitor"];
  }
});

// src/app/read-config.ts
var read_config_exports = {};
__export(read_config_exports, {
  CONFIG_FILE: () => CONFIG_FILE,
  readGitConfig: () => readGitConfig,
  readRepoConfig: () => readRepoConfig
});
import { readFile } from "node:fs/promises";
import path15 from "node:path";
async function readRepoConfig(repo, reporter) {
  let [text, local] = await Promise.all([readCommitted(repo), readGitConfig(repo)]), { config: config2, warnings } = readConfig({
    committed: text === null ? null : { text, file: CONFIG_FILE },
    local
  });
  for (let warning of warnings) reporter.warn(warning);
  return config2;
}
async function readCommitted(repo) {
  try {
    return await readFile(path15.join(repo.worktree, CONFIG_FILE), "utf8");
  } catch (error) {
    if (errnoOf(error) !== "ENOENT")
      throw fromErrno(error, "reading the configuration", CONFIG_FILE);
  }
  for (let name2 of [`:0:${CONFIG_FILE}`, `HEAD:${CONFIG_FILE}`]) {
    let shown2 = await runGit(repo, ["cat-file", "blob", name2], { okCodes: [0, 1, 128] });
    if (shown2.code === 0) return shown2.stdout.toString("utf8");
  }
  return null;
}
async function readGitConfig(repo) {
  let args = ["config", "-z", "--show-origin", "--includes", "--get-regexp", "^blobsy\\."], { stdout } = await runGit(repo, args, { okCodes: [0, 1] }), fields = stdout.toString("utf8").split("\0"), values = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    let [origin, pair] = [fields[i] ?? "", fields[i + 1] ?? ""], newline = pair.indexOf(`
`), key = newline < 0 ? pair : pair.slice(0, newline);
    values.push({ key, value: newline < 0 ? "true" : pair.slice(newline + 1), origin });
  }
  return values;
}
var CONFIG_FILE, init_read_config = __esm({
  "src/app/read-config.ts"() {
    "use strict";
    init_config();
    init_errors();
    init_git();
    CONFIG_FILE = ".blobsyconfig";
  }
});

// src/app/context.ts
var context_exports = {};
__export(context_exports, {
  contextFor: () => contextFor,
  openContext: () => openContext
});
import path16 from "node:path";
async function openContext(cwd, reporter, signal) {
  return contextFor(await findRepository(cwd), reporter, signal);
}
function contextFor(repo, reporter, signal) {
  let store = Store.open(repo.sharedState), recover2 = new RecoverLog(repo.sharedState), config2;
  return {
    repo,
    store,
    recover: recover2,
    reporter,
    ...signal ? { signal } : {},
    place: {
      worktree: repo.worktree,
      store,
      recover: recover2,
      asideDir: path16.join(repo.sharedState, "tmp", "aside"),
      tempDir: path16.join(repo.sharedState, "tmp")
    },
    config: () => config2 ??= Promise.resolve().then(() => (init_read_config(), read_config_exports)).then((m) => m.readRepoConfig(repo, reporter))
  };
}
var init_context = __esm({
  "src/app/context.ts"() {
    "use strict";
    init_git();
    init_recover_log();
    init_store();
  }
});

// src/domain/repo-path.ts
function checkRefPath(refPath, platform) {
  let text = typeof refPath == "string" ? refPath : decodeStrictly(refPath);
  return text === null ? refuse4(NOT_UTF8) : text.endsWith(REF_SUFFIX) ? checkPayloadPath(text.slice(0, -REF_SUFFIX.length), platform) : refuse4(`not a ref file: the name does not end in ${REF_SUFFIX}`);
}
function checkPayloadPath(path78, platform) {
  let reason = whyNotPath(path78) ?? firstReason(path78.split("/"), platform);
  return reason === null ? { ok: !0, payload: path78 } : refuse4(reason);
}
function refPathOf(payload) {
  return payload + REF_SUFFIX;
}
function whyNotPath(path78) {
  return BROKEN.test(path78) ? NOT_UTF8 : CONTROL.test(path78) ? "the name has a newline or another control character in it" : BIDI.test(path78) ? "the name has a character in it that reverses how it is displayed" : path78.includes("\\") ? "the name has a backslash in it, which Windows takes for a slash" : utf8Length(path78) > MAX_PATH_BYTES ? `the path is longer than ${MAX_PATH_BYTES} bytes` : null;
}
function firstReason(components, platform) {
  let last = components.length - 1;
  for (let [index, component] of components.entries()) {
    let reason = whyNotComponent(component) ?? (index === last ? whyNotPayloadName(component) : null) ?? (platform === "win32" ? whyNotOnWindows(component) : null);
    if (reason !== null) return reason;
  }
  return null;
}
function whyNotComponent(component) {
  if (component === "") return "the path has an empty name in it, or starts at the root";
  let folded = foldName(component);
  if (/^[. ]*$/.test(folded)) return "a name of nothing but dots and spaces leads elsewhere";
  let control = controlNameOf(component);
  return control !== null ? `the name is, or may be taken for, ${control}` : folded.startsWith(TEMP_PREFIX2) ? `names with ${TEMP_PREFIX2} are blobsy's own` : isReservedOnWindows(component) ? "the name is reserved on Windows" : utf8Length(component) > MAX_NAME_BYTES ? `a name is longer than ${MAX_NAME_BYTES} bytes` : null;
}
function whyNotPayloadName(name2) {
  return ntfsBase(foldName(name2)).endsWith(REF_SUFFIX) ? `the payload would itself end in ${REF_SUFFIX}` : null;
}
function whyNotOnWindows(component) {
  return /[<>"|?*:]/.test(component) ? 'Windows has no names with < > " | ? * : in them' : /[. ]$/.test(component) ? "Windows drops a dot or space at the end of a name" : null;
}
function refuse4(reason) {
  return { ok: !1, reason };
}
function decodeStrictly(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: !0, ignoreBOM: !0 }).decode(bytes);
  } catch {
    return null;
  }
}
function utf8Length(text) {
  return Buffer.byteLength(text, "utf8");
}
var REF_SUFFIX, TEMP_PREFIX2, MAX_NAME_BYTES, MAX_PATH_BYTES, NOT_UTF8, CONTROL, BIDI, BROKEN, init_repo_path = __esm({
  "src/domain/repo-path.ts"() {
    "use strict";
    init_git_names();
    REF_SUFFIX = ".bref", TEMP_PREFIX2 = ".blobsy-tmp-", MAX_NAME_BYTES = 240, MAX_PATH_BYTES = 4096;
    NOT_UTF8 = "the name is not valid UTF-8", CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u, BIDI = /[\u202a-\u202e\u2066-\u2069]/, BROKEN = /[\p{Surrogate}\ufffd]/u;
  }
});

// src/fs/safe-parent.ts
import path17 from "node:path";
import { lstatSync as lstatSync3 } from "node:fs";
function checkParents(root, payload) {
  let walk = new Walk(root, payload);
  try {
    for (let component of walk.components)
      if (!walk.enter(component))
        return walk.giveUp(), null;
    return walk.finish();
  } catch (error) {
    throw walk.giveUp(), error;
  }
}
async function makeParents(root, payload) {
  let walk = new Walk(root, payload);
  try {
    for (let component of walk.components)
      for (; !walk.enter(component); ) await walk.make(component);
    return walk.finish();
  } catch (error) {
    throw walk.giveUp(), error;
  }
}
function refused2(payload, reason) {
  return new BlobsyError("REFUSED_PATH", `${payload} is refused: ${reason}`, { path: payload });
}
var HOLDS_DIRECTORIES, syncs, SafeParent, Walk, init_safe_parent = __esm({
  "src/fs/safe-parent.ts"() {
    "use strict";
    init_errors();
    init_facts();
    init_ops();
    init_shared_sync();
    HOLDS_DIRECTORIES = process.platform === "linux" && lstatFacts("/proc/self/fd") !== null, syncs = new SharedSync(), SafeParent = class {
      /** Absolute path of the directory; for messages and logs. */
      dir;
      /** The payload's name in it. */
      name;
      /** Device and inode of the worktree's root and of each directory down to `dir`. */
      identity;
      root;
      fd;
      /** @internal use `checkParents` or `makeParents` */
      constructor(root, components, name2, identity, fd) {
        this.root = root, this.dir = path17.join(root, ...components), this.name = name2, this.identity = identity, this.fd = fd;
      }
      /** The file system the payload lies on. */
      get dev() {
        return this.identity.at(-1)?.dev ?? 0n;
      }
      /** A path for `name` in this very directory; the payload's own name unless told. */
      at(name2 = this.name) {
        return this.fd === null ? path17.join(this.dir, name2) : `/proc/self/fd/${this.fd}/${name2}`;
      }
      /** Shared with everybody who waits for the same directory; it stays open until this resolves. */
      sync() {
        let { fd, dir } = this;
        if (fd === null) return syncs.sync(dir);
        let { dev, ino } = this.identity.at(-1) ?? { dev: 0n, ino: 0n };
        return syncs.share(`${dev}:${ino}`, () => syncDirFd(fd, dir));
      }
      /** @throws {BlobsyError} REFUSED_PATH when the path no longer leads here */
      recheck() {
        let components = path17.relative(this.root, this.dir).split(path17.sep).filter(Boolean), now = [this.root];
        for (let component of components) now.push(path17.join(now.at(-1) ?? "", component));
        now.forEach((dir, at2) => {
          let facts = lstatFacts(dir), was = this.identity[at2];
          if (facts?.kind !== "directory" || facts.dev !== was?.dev || facts.ino !== was.ino)
            throw refused2(path17.join(this.dir, this.name), `${dir} was replaced meanwhile`);
        });
      }
      close() {
        this.fd !== null && closeFd(this.fd), this.fd = null;
      }
    };
    Walk = class {
      components;
      identity = [];
      name;
      root;
      payload;
      dir;
      fd = null;
      constructor(root, payload) {
        let parts = payload.split("/");
        if (this.name = parts.at(-1) ?? "", parts.some((part) => part === "" || part === "." || part === ".."))
          throw refused2(payload, "it is no path inside the worktree");
        this.components = parts.slice(0, -1), this.root = root, this.payload = payload, this.dir = root, HOLDS_DIRECTORIES && (this.fd = openDirFd(`${root}/.`)), this.remember();
      }
      /** @returns false when there is no such directory */
      enter(component) {
        let next = this.pathOf(component), facts = lstatFacts(next);
        if (!facts) return !1;
        let shown2 = path17.join(this.dir, component);
        if (facts.kind === "symlink") throw refused2(this.payload, `${shown2} is a symbolic link`);
        if (facts.kind !== "directory") throw refused2(this.payload, `${shown2} is not a directory`);
        if (HOLDS_DIRECTORIES) {
          let above = this.fd;
          this.fd = this.openChild(next, shown2), above !== null && closeFd(above);
        }
        if (this.dir = shown2, this.remember(), lstatFacts(this.pathOf(".git")))
          throw refused2(this.payload, `${shown2} belongs to another Git repository`);
        return !0;
      }
      async make(component) {
        try {
          await mkdir(this.pathOf(component));
        } catch (error) {
          if (errnoOf(error) === "EEXIST") return;
          throw error;
        }
        await (this.fd === null ? syncDir(this.dir) : syncDirFd(this.fd, this.dir));
      }
      finish() {
        let parent = new SafeParent(this.root, this.components, this.name, this.identity, this.fd);
        return this.fd = null, parent;
      }
      giveUp() {
        this.fd !== null && closeFd(this.fd), this.fd = null;
      }
      pathOf(name2) {
        return this.fd === null ? path17.join(this.dir, name2) : `/proc/self/fd/${this.fd}/${name2}`;
      }
      openChild(next, shown2) {
        try {
          return openDirFd(next);
        } catch (error) {
          let errno = errnoOf(error);
          throw errno === "ELOOP" || errno === "ENOTDIR" ? refused2(this.payload, `${shown2} is not a directory any more`) : error;
        }
      }
      remember() {
        let here = this.fd === null ? this.dir : `/proc/self/fd/${this.fd}/.`, { dev, ino } = lstatSync3(here, { bigint: !0 });
        this.identity.push({ dev, ino });
      }
    };
  }
});

// src/git/index-listing.ts
import { randomInt as randomInt2 } from "node:crypto";
function indexListing(output) {
  return new Listing(output);
}
function startsOf2(output) {
  let starts = [];
  for (let at2 = 0; at2 < output.length; ) {
    let tab = output.indexOf(TAB2, at2), end = output.indexOf(NUL, tab);
    if (tab === -1 || end === -1) break;
    starts.push(tab + 1), at2 = end + 1;
  }
  return Uint32Array.from(starts);
}
var TAB2, NUL, SEED2, Listing, init_index_listing = __esm({
  "src/git/index-listing.ts"() {
    "use strict";
    init_name_index();
    TAB2 = 9, NUL = 0, SEED2 = randomInt2(2 ** 32);
    Listing = class {
      constructor(output) {
        this.output = output;
        this.index = new NameIndex(output, startsOf2(output), NUL, SEED2);
      }
      output;
      index;
      has(path78) {
        return this.index.find(path78) !== -1;
      }
      get(path78) {
        let first2 = this.index.find(path78);
        return first2 === -1 ? void 0 : this.entriesFrom(first2);
      }
      *keys() {
        for (let [path78] of this) yield path78;
      }
      *[Symbol.iterator]() {
        for (let record = 0; record < this.index.size; ) {
          let entries = this.entriesFrom(record);
          yield [this.nameOf(record).toString("utf8"), entries], record += entries.length;
        }
      }
      /** The entries of one path stand one after the other. */
      entriesFrom(first2) {
        let name2 = this.nameOf(first2), entries = [];
        for (let record = first2; record < this.index.size && !(record > first2 && !this.nameOf(record).equals(name2)); record += 1)
          entries.push(this.entry(record));
        return entries;
      }
      entry(record) {
        let begin = record === 0 ? 0 : this.index.endOf(record - 1) + 1, facts = this.output.toString("latin1", begin, this.index.startOf(record) - 1), [tag, mode = "", oid = "", stage] = facts.split(" ");
        return { mode, oid, stage: Number(stage), skipWorktree: tag === "S" };
      }
      nameOf(record) {
        return this.output.subarray(this.index.startOf(record), this.index.endOf(record));
      }
    };
  }
});

// src/git/index-entries.ts
import { createHash as createHash6 } from "node:crypto";
async function listIndex(repo) {
  return indexListing((await runGit(repo, ["ls-files", "-z", "-s", "-t", "--full-name", ":/"])).stdout);
}
function gitBlobOid(bytes, like) {
  return createHash6(like.length === 64 ? "sha256" : "sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
async function settleEntries(repo, paths, textOf2) {
  if (paths.size === 0) return;
  await distrustMonitor(repo, paths);
  let listing = await listIndex(repo), lines2 = [];
  for (let path78 of paths) {
    let entries = listing.get(path78), entry = entries?.[0];
    if (!entry || entries.length !== 1 || entry.stage !== 0 || entry.skipWorktree) continue;
    let text = textOf2(path78);
    text !== null && gitBlobOid(text, entry.oid) === entry.oid && lines2.push(`${entry.mode} ${entry.oid} 0	${path78}\0`);
  }
  if (lines2.length === 0) return;
  let off = ["-c", "filter.blobsy.process=", "-c", "filter.blobsy.clean="], anyCode = { okCodes: [0, 1, 128] };
  (await runGit(repo, [...off, "update-index", "-z", "--index-info"], {
    input: lines2.join(""),
    ...anyCode
  })).code === 0 && await runGit(repo, [...off, "update-index", "-q", "--refresh"], anyCode);
}
async function distrustMonitor(repo, paths) {
  (await runGit(repo, ["config", "--get", "blobsy.fsmonitor"], { okCodes: [0, 1] })).code === 0 && await runGit(repo, ["update-index", "-z", "--no-fsmonitor-valid", "--stdin"], {
    input: [...paths].map((path78) => `${path78}\0`).join(""),
    okCodes: [0, 1, 128]
  });
}
async function stagePaths(repo, paths) {
  if (paths.length === 0) return;
  let args = ["add", "--force", "--pathspec-from-file=-", "--pathspec-file-nul"], input = paths.map((path78) => `:(literal,top)${path78}\0`).join(""), end = performance.now() + INDEX_WAIT_MS;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 500)) {
    let tried = await runGit(repo, args, { input, okCodes: [0, 128] });
    if (tried.code === 0) return;
    if (!(tried.stderr.includes("index.lock") && performance.now() < end)) break;
    await new Promise((resolve3) => setTimeout(resolve3, pauseMs));
  }
  await runGit(repo, args, { input });
}
async function notIgnored(repo, paths) {
  let open = /* @__PURE__ */ new Map();
  if (paths.length === 0) return open;
  let args = ["check-ignore", "-z", "--stdin", "--verbose", "--non-matching", "--no-index"], { stdout } = await runGit(repo, args, {
    input: paths.map((path78) => `./${path78}\0`).join(""),
    okCodes: [0, 1]
  }), fields = stdout.toString("utf8").split("\0");
  for (let i = 0; i + 3 < fields.length; i += 4) {
    let [source, line, pattern, path78] = fields.slice(i, i + 4);
    pattern !== "" && !pattern.startsWith("!") || open.set(path78.replace(/^\.\//, ""), pattern === "" ? "" : `${source}:${line}: ${pattern}`);
  }
  return open;
}
var INDEX_WAIT_MS, init_index_entries = __esm({
  "src/git/index-entries.ts"() {
    "use strict";
    init_git();
    init_index_listing();
    INDEX_WAIT_MS = 2e4;
  }
});

// src/worktree/monitor-files.ts
import { readFileSync as readFileSync6 } from "node:fs";
import path18 from "node:path";
async function writeMonitorLists(stateDir, payloads) {
  await writeList(path18.join(stateDir, "payloads"), payloads), await writeList(path18.join(stateDir, "refs"), payloads.map(refPathOf));
}
async function writeList(file, names) {
  let bytes = Buffer.from(
    [...names].sort().map((name2) => `./${name2}\0`).join("")
  );
  readIfThere(file)?.equals(bytes) || await writeFileAtomic(file, bytes, { durable: !1 });
}
function readIfThere(file) {
  try {
    return readFileSync6(file);
  } catch {
    return null;
  }
}
function lastPass(stateDir) {
  let passNs = lstatFacts(path18.join(stateDir, "pass"))?.mtimeNs ?? 0n, stamp = stampNs(stateDir) ?? 0n;
  return { passNs, sinceNs: stamp > passNs ? 0n : stamp };
}
async function moveStamp(stateDir, ns) {
  let file = path18.join(stateDir, "stamp");
  if (ns === null) {
    await unlinkIfThere(file);
    return;
  }
  lstatFacts(file) === null && await writeFileAtomic(file, Buffer.alloc(0), { durable: !1 }), await setMtimeOf(file, ns);
}
function stampNs(stateDir) {
  return lstatFacts(path18.join(stateDir, "stamp"))?.mtimeNs ?? null;
}
var init_monitor_files = __esm({
  "src/worktree/monitor-files.ts"() {
    "use strict";
    init_repo_path();
    init_atomic();
    init_facts();
    init_ops();
  }
});

// src/worktree/notices.ts
import { readFileSync as readFileSync7 } from "node:fs";
import path19 from "node:path";
function readProblems(stateDir) {
  return readList(stateDir, "problems", (value) => {
    let { path: name2, code, message, stagedOld } = value;
    return typeof name2 != "string" || typeof code != "string" || typeof message != "string" ? null : { path: name2, code, message, ...stagedOld === !0 ? { stagedOld } : {} };
  });
}
async function writeProblems(stateDir, problems) {
  await writeList2(stateDir, "problems", problems);
}
function readPending(stateDir) {
  return readList(stateDir, "pending", ({ path: name2, payload, ref }) => typeof name2 != "string" || typeof payload != "string" || typeof ref != "string" ? null : isOid(payload) && isOid(ref) ? { path: name2, payload, ref } : null);
}
async function writePending(stateDir, pending) {
  await writeList2(stateDir, "pending", pending);
}
async function leaveTodo(stateDir) {
  await writeFileAtomic(path19.join(stateDir, "todo"), Buffer.alloc(0), { durable: !1 });
}
function hasTodo(stateDir) {
  return lstatFacts(path19.join(stateDir, "todo")) !== null;
}
async function takeTodo(stateDir) {
  return hasTodo(stateDir) ? (await unlinkIfThere(path19.join(stateDir, "todo")), !0) : !1;
}
function readList(stateDir, name2, read5) {
  let text;
  try {
    text = readFileSync7(path19.join(stateDir, name2), "utf8");
  } catch {
    return [];
  }
  return text.split(`
`).flatMap((line) => {
    if (line === "") return [];
    try {
      return read5(JSON.parse(line)) ?? [];
    } catch {
      return [];
    }
  });
}
async function writeList2(stateDir, name2, values) {
  let file = path19.join(stateDir, name2);
  if (values.length === 0) {
    await unlinkIfThere(file);
    return;
  }
  let text = values.map((value) => `${JSON.stringify(value)}
`).join("");
  await writeFileAtomic(file, Buffer.from(text), { durable: !0 });
}
var init_notices = __esm({
  "src/worktree/notices.ts"() {
    "use strict";
    init_oid();
    init_atomic();
    init_facts();
    init_ops();
  }
});

// src/worktree/rewrites.ts
import { readFileSync as readFileSync8 } from "node:fs";
import path20 from "node:path";
function noteRewrite(stateDir, payload, oldText) {
  appendLineSync(fileIn(stateDir), `${payload}	${oldText}`);
}
function wasRewrittenFrom(stateDir, payload, text) {
  try {
    return readFileSync8(fileIn(stateDir), "utf8").split(`
`).includes(`${payload}	${text}`);
  } catch {
    return !1;
  }
}
function trimRewrites(stateDir) {
  (lstatFacts(fileIn(stateDir))?.size ?? 0) > MAX_BYTES2 && unlinkIfThereSync(fileIn(stateDir));
}
function fileIn(stateDir) {
  return path20.join(stateDir, "rewrites");
}
var MAX_BYTES2, init_rewrites = __esm({
  "src/worktree/rewrites.ts"() {
    "use strict";
    init_facts();
    init_ops();
    MAX_BYTES2 = 128 * 1024;
  }
});

// src/app/git-environment.ts
import { readFileSync as readFileSync9 } from "node:fs";
import path21 from "node:path";
function dropGitTemporaryIndex(gitDir) {
  let index = process.env.GIT_INDEX_FILE;
  if (index === void 0) return;
  let file = path21.resolve(index);
  path21.dirname(file) === path21.resolve(gitDir) && path21.basename(file) !== "index" && delete process.env.GIT_INDEX_FILE;
}
function gitStartedNs() {
  let startedMs = performance.timeOrigin - GUESS_MS;
  try {
    let stat3 = readFileSync9(`/proc/${process.ppid}/stat`, "latin1"), ticks2 = Number(stat3.slice(stat3.lastIndexOf(")") + 2).split(" ")[19]), agoMs = Number(readFileSync9("/proc/uptime", "latin1").split(" ")[0]) * 1e3 - ticks2 / TICKS_A_SECOND * 1e3;
    Number.isFinite(agoMs) && (startedMs = Date.now() - agoMs - SLACK_MS);
  } catch {
  }
  return BigInt(Math.floor(startedMs)) * 1000000n;
}
var TICKS_A_SECOND, SLACK_MS, GUESS_MS, init_git_environment = __esm({
  "src/app/git-environment.ts"() {
    "use strict";
    TICKS_A_SECOND = 100, SLACK_MS = 20, GUESS_MS = 500;
  }
});

// src/domain/bref.ts
function bareFacts({ oid, size, remoteKey, compressed }) {
  let facts = { oid: detached(oid), size, remoteKey: detached(remoteKey) };
  return compressed === void 0 ? facts : { ...facts, compressed };
}
function parseRefFile(bytes) {
  if (bytes.length > REF_FILE_LIMIT)
    return problem("invalid", 1, `the file is longer than ${REF_FILE_LIMIT} bytes`);
  let text = decode2(bytes);
  if (text === null) return problem("invalid", 1, "the file is not UTF-8 text");
  if (/^[\r\n]*$/.test(text)) return problem("empty", 1, "the file is empty");
  let lines2 = text.split(`
`).map((line) => line.endsWith("\r") ? line.slice(0, -1) : line), marker = lines2.findIndex((line) => /^(?:<{7}|\|{7}|={7}|>{7})(?: |$)/.test(line));
  return marker !== -1 ? problem("conflicted", marker + 1, "there are conflict markers") : lines2.pop() !== "" ? problem(
    "invalid",
    lines2.length + 1,
    "the last line is cut short: it has no line ending"
  ) : readLines(lines2);
}
function formatRefFile(facts) {
  let lines2 = [HEADER3, `format: ${FORMAT}`, ...Object.values(linesOf(facts))];
  return verified(lines2, facts);
}
function rewriteRefFile(old, next) {
  let { compressed, ...fresh } = linesOf(next), lines2 = old.lines.flatMap((line) => {
    let key = keyOf(line);
    return !isKnown(key) || key === "format" ? [line] : key === "compressed" ? [] : key === "remote_key" && compressed ? [fresh.remote_key, compressed] : [fresh[key]];
  }), text = joined(lines2);
  return byteLength(text) > REF_FILE_LIMIT ? formatRefFile(next) : verified(lines2, next);
}
function linesOf({ oid, size, remoteKey, compressed }) {
  return {
    hash: `hash: sha256:${oid}`,
    size: `size: ${size}`,
    remote_key: `remote_key: ${remoteKey}`,
    ...compressed === void 0 ? {} : { compressed: `compressed: ${compressed}` }
  };
}
function readLines(lines2) {
  let values = /* @__PURE__ */ new Map(), rank2 = 0;
  for (let [index, text] of lines2.entries()) {
    let line = index + 1;
    if (CONTROL2.test(text)) return problem("invalid", line, "a control character");
    if (text === "" || text.startsWith("#")) continue;
    let key = keyOf(text);
    if (key === null) return problem("invalid", line, "not of the form `key: value`");
    let value = { text: text.slice(key.length + 2), line };
    if (values.size === 0) {
      let wrong = checkFormat(key, value);
      if (wrong) return wrong;
    }
    if (values.has(key)) return problem("invalid", line, `a second \`${nameKey(key)}\``);
    if (values.set(key, value), !!isKnown(key)) {
      if (KNOWN.indexOf(key) < rank2) return problem("invalid", line, `\`${key}\` is out of order`);
      rank2 = KNOWN.indexOf(key);
    }
  }
  return readValues(values, lines2);
}
function checkFormat(key, { text, line }) {
  if (key !== "format") return problem("invalid", line, "`format` does not come first");
  let version2 = /^blobsy-bref\/(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})$/.exec(text);
  return version2 ? version2[1] === "0" ? null : problem("newer", line, "written by a newer version of blobsy") : problem("invalid", line, `\`format\` is not ${FORMAT}`);
}
function readValues(values, lines2) {
  let missing = REQUIRED.find((key) => !values.has(key));
  if (values.size === 0 || missing)
    return problem(
      "invalid",
      lines2.length,
      `\`${values.size === 0 ? "format" : missing}\` is missing`
    );
  let at2 = (key) => values.get(key) ?? { text: "", line: lines2.length }, wrong = (key, reason) => problem("invalid", at2(key).line, reason), oid = at2("hash").text.startsWith("sha256:") ? at2("hash").text.slice(7) : "";
  if (!isOid(oid)) return wrong("hash", "`hash` is not `sha256:` and 64 lower-case hex digits");
  let size = readSize(at2("size").text);
  if (size === null) return wrong("size", "`size` is not a plain number of bytes below 2^53");
  if (size === 0 != (oid === EMPTY_OID))
    return wrong("size", "`size` and `hash` cannot both be right");
  let remoteKey = at2("remote_key").text, safe = checkRemoteKey(remoteKey);
  if (!safe.ok) return wrong("remote_key", `\`remote_key\` is unsafe: ${safe.reason}`);
  let compressed = values.get("compressed")?.text;
  return isCompression(compressed) ? { ok: !0, ref: { ...{ oid, size, remoteKey, ...compressed === void 0 ? {} : { compressed } }, lines: lines2 } } : wrong("compressed", "`compressed` is not zstd, gzip or brotli");
}
function keyOf(line) {
  let colon = line.indexOf(": ");
  if (colon === -1 || !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(line.slice(0, colon))) return null;
  let value = line.slice(colon + 2);
  return value === "" || value.trim() !== value ? null : line.slice(0, colon);
}
function isKnown(key) {
  return KNOWN.includes(key);
}
function isCompression(text) {
  return text === void 0 || text === "zstd" || text === "gzip" || text === "brotli";
}
function readSize(text) {
  return /^(?:0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
}
function nameKey(key) {
  return key.length > 40 ? `${key.slice(0, 40)}...` : key;
}
function decode2(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: !0 }).decode(bytes);
  } catch {
    return null;
  }
}
function joined(lines2) {
  return lines2.map((line) => `${line}
`).join("");
}
function byteLength(text) {
  return Buffer.byteLength(text, "utf8");
}
function verified(lines2, { oid, size, remoteKey }) {
  let text = joined(lines2), back = parseRefFile(Buffer.from(text));
  if (!back.ok) throw new TypeError(`unfit for a ref file: ${back.reason}`);
  if (!(back.ref.oid === oid && back.ref.size === size && back.ref.remoteKey === remoteKey)) throw new TypeError("the ref file would not read back as written");
  return text;
}
function problem(kind, line, reason) {
  return { ok: !1, kind, line, reason };
}
var REF_FILE_LIMIT, HEADER3, FORMAT, KNOWN, REQUIRED, EMPTY_OID, CONTROL2, init_bref = __esm({
  "src/domain/bref.ts"() {
    "use strict";
    init_detached();
    init_oid();
    init_remote_key();
    REF_FILE_LIMIT = 4096;
    HEADER3 = "# blobsy reference: the file itself is stored outside Git. Install blobsy, then: blobsy pull", FORMAT = "blobsy-bref/0.1", KNOWN = ["format", "hash", "size", "remote_key", "compressed"], REQUIRED = ["hash", "size", "remote_key"], EMPTY_OID = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    CONTROL2 = /[\0-\x1f\x7f-\x9f]/;
  }
});

// src/app/file-tick.ts
async function fileTick(repo) {
  return fileSystemTick(repo.worktreeState);
}
var init_file_tick = __esm({
  "src/app/file-tick.ts"() {
    "use strict";
    init_clock();
  }
});

// src/app/observe.ts
import { readFileSync as readFileSync10 } from "node:fs";
import path22 from "node:path";
import { createHash as createHash7 } from "node:crypto";
function seenRef(ref) {
  if (ref.kind === "absent") return ref;
  if (ref.kind !== "hash") return { kind: ref.kind, reason: ref.reason };
  let { text, facts } = ref;
  return { kind: "hash", ref: bareFacts(ref.ref), textHash: textHash(text), facts };
}
function readRef(worktree, payload) {
  let file = path22.join(worktree, refPathOf(payload)), facts = lstatFacts(file);
  if (facts === null) return { kind: "absent" };
  if (facts.kind !== "file")
    return { kind: "refused", reason: `the ref file is a ${facts.kind}`, text: null, facts };
  if (facts.size > MAX_REF_BYTES)
    return { kind: "invalid", reason: "the ref file is longer than 4096 bytes", text: null, facts };
  let text = readFileSync10(file), parsed2 = parseRefFile(text);
  if (parsed2.ok) return { kind: "hash", ref: parsed2.ref, text, facts };
  let kind = parsed2.kind === "conflicted" ? "conflicted" : "invalid", reason = `the ref file cannot be used: line ${parsed2.line}: ${parsed2.reason}`;
  return { kind, reason, text, facts };
}
function refTextAt(worktree, refPath) {
  let payload = refPath.slice(0, -REF_SUFFIX.length), ref = readRef(worktree, payload);
  return ref.kind === "hash" ? ref.text : null;
}
function textHash(text) {
  return createHash7("sha256").update(text).digest("hex");
}
async function observePayload(ctx, cache, payload, known, sizes) {
  let file = path22.join(ctx.repo.worktree, payload), facts;
  try {
    facts = lstatFacts(file);
  } catch (error) {
    return unreadable(`it cannot be looked at (${errnoOf(error) ?? String(error)})`, null);
  }
  if (facts === null) return { state: { kind: "absent" }, facts: null };
  if (facts.kind !== "file") return unreadable(`the payload's path is a ${facts.kind}`, facts);
  let record = cache.get(payload).payload;
  if (record && vouches(record, facts)) return { state: { kind: "hash", oid: record.oid }, facts };
  try {
    let read5 = await readPayload(ctx, file, known, facts.size, sizes.has(facts.size));
    return cache.update(payload, { payload: read5.record }), { state: { kind: "hash", oid: read5.record.oid }, facts: read5.facts };
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    let seen = unreadable(error.message, facts);
    return error.code === "PAYLOAD_UNREADABLE" ? seen : { ...seen, failure: error };
  }
}
async function readPayload(ctx, file, known, size, likely) {
  let tick = await fileTick(ctx.repo), progress = ctx.reporter.progress("reading", { files: 1, bytes: size }), onBytes = (bytes) => progress.add(0, bytes);
  try {
    if (likely) {
      let hashed = await hashFile(file, { onBytes });
      if (known.has(hashed.oid) || ctx.store.has(hashed.oid, hashed.size))
        return { record: statRecord(hashed.oid, hashed.facts, tick), facts: hashed.facts };
      onBytes(-hashed.size);
    }
    let stored = await ctx.store.ingest(file, { onBytes });
    return { record: statRecord(stored.oid, stored.facts, tick), facts: stored.facts };
  } finally {
    progress.add(1, 0), progress.end();
  }
}
function unreadable(reason, facts) {
  return { state: { kind: "unreadable", reason }, facts };
}
var MAX_REF_BYTES, init_observe = __esm({
  "src/app/observe.ts"() {
    "use strict";
    init_bref();
    init_errors();
    init_repo_path();
    init_stat_trust();
    init_facts();
    init_hash();
    init_file_tick();
    MAX_REF_BYTES = 4096;
  }
});

// src/domain/remote-place.ts
function formatPlace({ key, compressed }) {
  return compressed === void 0 ? key : `${key} ${compressed}`;
}
function parsePlace(text) {
  let [key = "", compressed] = text.split(" ");
  return isCompression2(compressed) ? { key, compressed } : { key };
}
function placeOf({ remoteKey, compressed }) {
  return compressed === void 0 ? { key: remoteKey } : { key: remoteKey, compressed };
}
function blobId(blob) {
  return `${blob.oid} ${formatPlace(blob)}`;
}
function remoteBlobOf(ref) {
  return { oid: ref.oid, size: ref.size, ...placeOf(ref) };
}
function isCompression2(text) {
  return text === "zstd" || text === "gzip" || text === "brotli";
}
var init_remote_place = __esm({
  "src/domain/remote-place.ts"() {
    "use strict";
  }
});

// src/domain/compression.ts
function maxObjectSize({ size, compressed }) {
  return compressed === void 0 ? size : size + Math.ceil(size / 64) + 1024;
}
function fitsObjectSize(blob, objectSize) {
  return blob.compressed === void 0 ? objectSize === blob.size : objectSize > 0 && objectSize <= maxObjectSize(blob);
}
var COMPRESS_SUFFIXES, init_compression = __esm({
  "src/domain/compression.ts"() {
    "use strict";
    COMPRESS_SUFFIXES = {
      zstd: ".zst",
      gzip: ".gz",
      brotli: ".br"
    };
  }
});

// src/domain/compress-rules.ts
var compress_rules_exports = {};
__export(compress_rules_exports, {
  compressVerdict: () => compressVerdict,
  isCompressedFormat: () => isCompressedFormat,
  isWorthIt: () => isWorthIt,
  sampleSpans: () => sampleSpans
});
function compressVerdict(rules, path78, size) {
  return size === 0 || pathMatcher(rules.never)(path78) ? "no" : pathMatcher(rules.always)(path78) ? "yes" : size < rules.minSize || isCompressedFormat(path78) ? "no" : "ask-sample";
}
function isWorthIt(before2, after2) {
  return after2 <= before2 * (1 - MIN_SAVING);
}
function sampleSpans(size) {
  if (size <= SPAN * SPANS) return size === 0 ? [] : [{ offset: 0, length: size }];
  let step = (size - SPAN) / (SPANS - 1);
  return Array.from({ length: SPANS }, (_, at2) => ({
    offset: Math.floor(at2 * step),
    length: SPAN
  }));
}
function isCompressedFormat(path78) {
  let name2 = path78.slice(path78.lastIndexOf("/") + 1).toLowerCase(), dot = name2.lastIndexOf(".");
  return dot > 0 && COMPRESSED_FORMATS.has(name2.slice(dot + 1));
}
var MIN_SAVING, SPAN, SPANS, COMPRESSED_FORMATS, init_compress_rules = __esm({
  "src/domain/compress-rules.ts"() {
    "use strict";
    init_path_match();
    MIN_SAVING = 0.05;
    SPAN = 64 * 1024, SPANS = 4;
    COMPRESSED_FORMATS = new Set(
      [
        "7z aar apk br bz2 cab crx deb dmg ear epub gz ipa jar lz lz4 lzma lzo odg odp ods odt pack rar",
        "rpm sz tbz tbz2 tgz tlz txz tzst vsix war whl xapk xpi xz z zip zipx zst zstd",
        "docx pptx xlsx xlsb kmz 3mf ora kra sketch usdz",
        "avif gif heic heif j2k jp2 jpe jpeg jpg jxl jxr png webp",
        "aac ac3 ape flac m4a m4b mka mp3 mpc oga ogg opus spx tak wma wv",
        "3gp asf avi flv m2ts m4v mkv mov mp4 mpeg mpg mts ogv rmvb ts vob webm wmv",
        "blosc blosc2 bam cram woff woff2 gpg pgp"
      ].join(" ").split(" ")
    );
  }
});

// src/fs/zstd-wasm.ts
var zstd_wasm_exports = {};
__export(zstd_wasm_exports, {
  wasmCompressor: () => wasmCompressor,
  wasmDecompressor: () => wasmDecompressor
});
import { Transform } from "node:stream";
function load() {
  return library ??= import("./zstd-wasm.cjs").then(
    ({ default: start }) => new Promise((done) => {
      let module = {
        onRuntimeInitialized: () => done({ bindings: module })
      };
      start(module);
    })
  ), library;
}
async function wasmCompressor(level) {
  let { bindings } = await load(), binding = new bindings.ZstdCompressStreamBinding();
  return new BindingStream(binding, binding.begin(level));
}
async function wasmDecompressor(maxBytes) {
  let { bindings } = await load(), binding = new bindings.ZstdDecompressStreamBinding();
  return new BindingStream(binding, binding.begin(), maxBytes);
}
var library, INPUT_AT_ONCE, BindingStream, init_zstd_wasm = __esm({
  "src/fs/zstd-wasm.ts"() {
    "use strict";
    init_errors();
    INPUT_AT_ONCE = 1024, BindingStream = class extends Transform {
      #binding;
      #ready;
      #allowed;
      // What is given lies in the library's memory, where the next call may overwrite it.
      #give = (output) => {
        this.#allowed -= output.length, this.push(Buffer.from(output));
      };
      constructor(binding, ready, maxBytes = 1 / 0) {
        super(), this.#binding = binding, this.#ready = ready, this.#allowed = maxBytes;
      }
      _transform(input, _encoding, done) {
        this.#attempt(done, () => {
          for (let at2 = 0; at2 < input.length && this.#allowed >= 0; at2 += INPUT_AT_ONCE) {
            let piece = input.subarray(at2, at2 + INPUT_AT_ONCE);
            if (!this.#ready || !this.#binding.transform(piece, this.#give)) return !1;
          }
          return !0;
        });
      }
      _flush(done) {
        this.#attempt(done, () => this.#ready && this.#binding.end(this.#give));
      }
      _destroy(error, done) {
        this.#binding.delete(), done(error);
      }
      #attempt(done, act) {
        let ok = !1;
        try {
          ok = act();
        } catch {
        }
        done(ok ? null : new BlobsyError("BLOB_CORRUPT", "the zstd library refused the data"));
      }
    };
  }
});

// src/fs/codec.ts
var codec_exports = {};
__export(codec_exports, {
  compressor: () => compressor,
  decompressor: () => decompressor,
  sampleCompressed: () => sampleCompressed
});
import zlib from "node:zlib";
async function compressor(algorithm, size) {
  switch (algorithm) {
    case "gzip":
      return zlib.createGzip({ level: GZIP_LEVEL, chunkSize: CHUNK2 });
    case "brotli":
      return zlib.createBrotliCompress({
        chunkSize: CHUNK2,
        params: {
          [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
          [zlib.constants.BROTLI_PARAM_SIZE_HINT]: Math.min(size, 2 ** 30)
        }
      });
    case "zstd":
      return nativeZstd()?.createZstdCompress({ chunkSize: CHUNK2, pledgedSrcSize: size }) ?? (await Promise.resolve().then(() => (init_zstd_wasm(), zstd_wasm_exports))).wasmCompressor(ZSTD_LEVEL);
  }
}
async function decompressor(algorithm, maxBytes) {
  switch (algorithm) {
    case "gzip":
      return zlib.createGunzip({ chunkSize: CHUNK2 });
    case "brotli":
      return zlib.createBrotliDecompress({ chunkSize: CHUNK2 });
    case "zstd":
      return nativeZstd()?.createZstdDecompress({
        chunkSize: CHUNK2,
        params: { [ZSTD_D_WINDOW_LOG_MAX]: ZSTD_WINDOW_LOG }
      }) ?? (await Promise.resolve().then(() => (init_zstd_wasm(), zstd_wasm_exports))).wasmDecompressor(maxBytes);
  }
}
function sampleCompressed(bytes) {
  return zlib.deflateRawSync(bytes, { level: 1 }).length;
}
function nativeZstd() {
  return "createZstdCompress" in zlib ? zlib : null;
}
var ZSTD_LEVEL, GZIP_LEVEL, BROTLI_QUALITY, ZSTD_WINDOW_LOG, CHUNK2, ZSTD_D_WINDOW_LOG_MAX, init_codec = __esm({
  "src/fs/codec.ts"() {
    "use strict";
    ZSTD_LEVEL = 3, GZIP_LEVEL = 6, BROTLI_QUALITY = 4, ZSTD_WINDOW_LOG = 23, CHUNK2 = 128 * 1024;
    ZSTD_D_WINDOW_LOG_MAX = 100;
  }
});

// src/app/choose-place.ts
var choose_place_exports = {};
__export(choose_place_exports, {
  choosePlace: () => choosePlace
});
import path23 from "node:path";
async function choosePlace(ctx, cache, payload, content) {
  let config2 = await ctx.config(), { keyTemplate } = config2, isPlain = keyTemplate === DEFAULT_KEY_TEMPLATE && config2.compress.algorithm === "none", known = isPlain ? void 0 : knownPlaces(cache).get(content.oid);
  if (known) return known;
  let compressed = await chooseCompression(ctx, config2, payload, content), key = evaluateKeyTemplate(keyTemplate, {
    oid: content.oid,
    payload,
    branch: keyTemplate.includes("{git_branch}") ? await currentBranch(ctx) : null,
    nowSecs: /* @__PURE__ */ new Date(),
    compressSuffix: compressed === void 0 ? "" : COMPRESS_SUFFIXES[compressed]
  }), place = compressed === void 0 ? { key } : { key, compressed };
  return isPlain || knownPlaces(cache).set(content.oid, place), place;
}
function knownPlaces(cache) {
  let made = indexes.get(cache);
  if (made) return made;
  let places = /* @__PURE__ */ new Map();
  for (let payload of cache.paths()) {
    let { base, key } = cache.get(payload);
    base && addPlace(places, base.oid, base.remoteKey), key && addPlace(places, key.oid, key.key);
  }
  return indexes.set(cache, places), places;
}
function addPlace(places, oid, text) {
  let place = parsePlace(text);
  !places.has(oid) && checkKeyToWrite(place.key, oid).ok && places.set(oid, place);
}
async function chooseCompression(ctx, { compress }, payload, content) {
  if (compress.algorithm === "none") return;
  let { compressVerdict: compressVerdict2 } = await Promise.resolve().then(() => (init_compress_rules(), compress_rules_exports)), verdict = compressVerdict2(compress, payload, content.size);
  if (verdict !== "no")
    return verdict === "yes" || await isSampleWorthIt(ctx, payload, content) ? compress.algorithm : void 0;
}
async function isSampleWorthIt(ctx, payload, { oid, size }) {
  let [{ isWorthIt: isWorthIt2, sampleSpans: sampleSpans2 }, { sampleCompressed: sampleCompressed2 }] = await Promise.all([
    Promise.resolve().then(() => (init_compress_rules(), compress_rules_exports)),
    Promise.resolve().then(() => (init_codec(), codec_exports))
  ]), file = openFirst([
    objectPath(ctx.store.layout, oid),
    path23.join(ctx.repo.worktree, payload)
  ]);
  if (file === null) return !1;
  try {
    let [before2, after2] = [0, 0];
    for (let { offset, length } of sampleSpans2(size)) {
      let bytes = Buffer.alloc(length), { bytesRead } = await file.read(bytes, 0, length, offset);
      before2 += bytesRead, after2 += sampleCompressed2(bytes.subarray(0, bytesRead));
    }
    return isWorthIt2(before2, after2);
  } catch (error) {
    if (errnoOf(error) === void 0) throw error;
    return !1;
  } finally {
    await file.close();
  }
}
function openFirst(files) {
  for (let file of files)
    try {
      return OpenFile.toReadItself(file);
    } catch (error) {
      if (errnoOf(error) === void 0) throw error;
    }
  return null;
}
async function currentBranch(ctx) {
  let args = ["symbolic-ref", "--quiet", "--short", "HEAD"], { code, stdout } = await runGit(ctx.repo, args, { okCodes: [0, 1, 128] });
  return code === 0 ? stdout.toString("utf8").trim() : null;
}
var indexes, init_choose_place = __esm({
  "src/app/choose-place.ts"() {
    "use strict";
    init_compression();
    init_errors();
    init_key_template();
    init_remote_key();
    init_remote_place();
    init_open_file();
    init_git();
    init_layout();
    indexes = /* @__PURE__ */ new WeakMap();
  }
});

// src/app/ref-text.ts
async function refTextFor(ctx, cache, payload, content, old) {
  let { key, compressed } = await placeFor(ctx, cache, payload, content), next = { oid: content.oid, size: content.size, remoteKey: key, compressed };
  return old ? rewriteRefFile(old, next) : formatRefFile(next);
}
async function placeFor(ctx, cache, payload, content) {
  let chosen2 = cache.get(payload).key;
  if (chosen2?.oid === content.oid) return parsePlace(chosen2.key);
  let { choosePlace: choosePlace2 } = await Promise.resolve().then(() => (init_choose_place(), choose_place_exports)), place = await choosePlace2(ctx, cache, payload, content);
  return cache.update(payload, { key: { oid: content.oid, key: formatPlace(place) } }), place;
}
var init_ref_text = __esm({
  "src/app/ref-text.ts"() {
    "use strict";
    init_bref();
    init_remote_place();
  }
});

// src/app/filter-handler.ts
import path24 from "node:path";
function success(content) {
  return { status: "success", content };
}
function unchanged(content) {
  return { status: "success", content: content.bytes ?? content.chunks() };
}
var FilterHandler, init_filter_handler = __esm({
  "src/app/filter-handler.ts"() {
    "use strict";
    init_errors();
    init_file_facts();
    init_repo_path();
    init_facts();
    init_safe_parent();
    init_index_entries();
    init_journal();
    init_monitor_files();
    init_notices();
    init_rewrites();
    init_git_environment();
    init_observe();
    init_ref_text();
    FilterHandler = class {
      constructor(ctx, cache, journal) {
        this.ctx = ctx;
        this.cache = cache;
        this.journal = journal;
      }
      ctx;
      cache;
      journal;
      /** Every path Git asked about. */
      asked = /* @__PURE__ */ new Set();
      /** Payloads that were hashed for Git in this process, as they were then. */
      noticed = /* @__PURE__ */ new Map();
      pass;
      index;
      async clean(name2, content) {
        let payload = this.payloadOf(name2);
        if (payload === null || content.bytes === null) return unchanged(content);
        this.asked.add(payload);
        try {
          let text = await this.textForEdit(payload, content.bytes);
          return text === null ? unchanged(content) : success(Buffer.from(text));
        } catch (error) {
          return await this.recordFailure(payload, error), unchanged(content);
        }
      }
      smudge(name2, content) {
        let payload = this.payloadOf(name2);
        return payload === null || content.bytes === null || (this.asked.add(payload), this.journal.append(this.smudgeNote(payload, content.bytes))), Promise.resolve(unchanged(content));
      }
      /** `null` for a path that is none of ours, or that no payload may have; the latter is said once. */
      payloadOf(name2) {
        let checked = checkRefPath(name2, process.platform);
        return checked.ok ? checked.payload : (name2.toString("latin1").toLowerCase().endsWith(".bref") && this.ctx.reporter.warn(`${name2.toString("utf8")} is left alone: ${checked.reason}`), null);
      }
      /** @returns the ref text for the edited payload, `null` when there is no edit to tell of */
      async textForEdit(payload, given) {
        let { ctx, cache } = this;
        checkParents(ctx.repo.worktree, payload)?.close();
        let ref = readRef(ctx.repo.worktree, payload);
        if (ref.kind !== "hash" || this.isBeingSettled(payload)) return null;
        let overtaken = !ref.text.equals(given);
        if (overtaken && !this.wasJustRewritten(payload, ref.facts, given)) return null;
        let base = overtaken ? ref.ref : cache.get(payload).base;
        if (!base || ref.ref.oid !== base.oid) return null;
        let observed = await observePayload(
          ctx,
          cache,
          payload,
          /* @__PURE__ */ new Set([base.oid]),
          /* @__PURE__ */ new Set([base.size])
        );
        if (observed.failure) throw observed.failure;
        if (observed.state.kind !== "hash" || observed.facts === null) return null;
        if (this.noticed.set(payload, observed.facts), observed.state.oid === base.oid) return overtaken ? ref.text.toString("utf8") : null;
        if (this.index ??= listIndex(ctx.repo), (await this.index).has(payload)) return null;
        let content = { oid: observed.state.oid, size: observed.facts.size };
        return refTextFor(ctx, cache, payload, content, ref.ref);
      }
      /**
       * Git read the ref file, another blobsy process (of an editor's `git status`) took the edit in and
       * rewrote it, and now Git asks about what it read. To say "as you read it" would hide the edit from
       * this command.
       */
      wasJustRewritten(payload, facts, given) {
        return facts.ctimeNs < gitStartedNs() ? !1 : wasRewrittenFrom(this.ctx.repo.worktreeState, payload, textHash(given));
      }
      /** Git wrote this ref file in this very run; the payload follows at its end. */
      isBeingSettled(payload) {
        return this.journal.notes.has(payload) ? !0 : readOtherJournals(this.ctx.repo.worktreeState).live.has(payload);
      }
      smudgeNote(payload, text) {
        let file = path24.join(this.ctx.repo.worktree, payload), ref = lstatFacts(path24.join(this.ctx.repo.worktree, refPathOf(payload))), facts = lstatFacts(file), seen = this.noticed.get(payload);
        return this.pass ??= lastPass(this.ctx.repo.worktreeState), {
          path: payload,
          textHash: textHash(text),
          refWas: ref === null ? "absent" : ref.size === 0 ? "empty" : "present",
          payload: facts,
          noticed: seen !== void 0 && facts !== null && sameFacts(seen, facts),
          ...this.pass
        };
      }
      /** Kept until a reconcile succeeds: pre-commit refuses while it stands. */
      async recordFailure(payload, error) {
        let { code, message } = fromErrno(error, "taking in the edit", payload);
        this.ctx.reporter.warn(`${payload}: its edit is not in what Git stages: ${message}`);
        let state = this.ctx.repo.worktreeState, others = readProblems(state).filter((problem2) => problem2.path !== payload);
        await writeProblems(state, [...others, { path: payload, code, message, stagedOld: !0 }]);
      }
    };
  }
});

// src/app/lazy-reporter.ts
var LazyReporter, Counted, init_lazy_reporter = __esm({
  "src/app/lazy-reporter.ts"() {
    "use strict";
    LazyReporter = class {
      constructor(load3) {
        this.load = load3;
      }
      load;
      real;
      said = Promise.resolve();
      counted = /* @__PURE__ */ new Map();
      since;
      timer;
      note(line) {
        this.say((reporter) => {
          reporter.note(line);
        });
      }
      warn(line) {
        this.say((reporter) => {
          reporter.warn(line);
        });
      }
      progress(task, total) {
        if (this.real) return this.real.progress(task, total);
        let counted = this.counted.get(task) ?? new Counted(task);
        this.counted.set(task, counted), this.since ??= Date.now();
        let wait2 = Math.max(0, this.since + 1e3 - Date.now());
        return this.timer ??= setTimeout(() => this.showWhatIsOpen(), wait2).unref(), counted.begin(total);
      }
      /** Resolves when everything said so far has been handed on. */
      flushed() {
        return this.said;
      }
      showWhatIsOpen() {
        this.timer = void 0, [...this.counted.values()].some((counted) => counted.isOpen) && this.say(() => {
        });
      }
      say(speak) {
        if (this.real) return speak(this.real);
        this.said = this.said.then(async () => {
          this.real ??= await this.load();
          let busyMs = this.since === void 0 ? 0 : Date.now() - this.since;
          for (let counted of this.counted.values()) counted.handOver(this.real, busyMs);
          this.counted.clear(), speak(this.real);
        });
      }
    }, Counted = class {
      constructor(task) {
        this.task = task;
      }
      task;
      total = { files: 0, bytes: 0 };
      done = { files: 0, bytes: 0 };
      tasks = 0;
      shown;
      get isOpen() {
        return this.tasks > 0;
      }
      begin({ files, bytes }) {
        this.total.files += files, this.total.bytes += bytes, this.tasks += 1;
        let ended = !1;
        return {
          add: (more, moreBytes) => {
            if (this.shown) return this.shown.add(more, moreBytes);
            this.done.files += more, this.done.bytes += moreBytes;
          },
          end: () => {
            ended || (ended = !0, this.tasks -= 1, this.tasks === 0 && this.shown?.end());
          }
        };
      }
      handOver(reporter, busyMs) {
        this.shown = reporter.progress(this.task, this.total, busyMs), this.shown.add(this.done.files, this.done.bytes), this.tasks === 0 && this.shown.end();
      }
    };
  }
});

// src/app/lean-memory.ts
var lean_memory_exports = {};
__export(lean_memory_exports, {
  useLittleMemory: () => useLittleMemory
});
import { setFlagsFromString } from "node:v8";
function useLittleMemory() {
  setFlagsFromString("--optimize-for-size"), Number.parseInt(process.versions.v8, 10) <= LAST_WITH_GROWTH_FACTOR && setFlagsFromString("--semi-space-growth-factor=1");
}
var LAST_WITH_GROWTH_FACTOR, init_lean_memory = __esm({
  "src/app/lean-memory.ts"() {
    "use strict";
    LAST_WITH_GROWTH_FACTOR = 12;
  }
});

// src/domain/shell-words.ts
function quotedWord(text) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
function shellWord(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quotedWord(text);
}
function pasteWord(path78) {
  return shellWord(escapeForTerminal(path78.startsWith("-") ? `./${path78}` : path78));
}
var init_shell_words = __esm({
  "src/domain/shell-words.ts"() {
    "use strict";
    init_terminal();
  }
});

// src/app/describe.ts
function describeReport(report) {
  let lines2 = report.events.flatMap((event) => describeEvent(event) ?? []), failures = report.failures.map(({ path: path78, message }) => `${path78}: ${message}`), refused4 = report.refused.map(
    ({ refPath, reason }) => `${refPath} is left alone: ${reason}`
  );
  return [...atMost(lines2), ...atMost(failures), ...atMost(refused4)];
}
function atMost(lines2) {
  if (lines2.length <= MAX_LINES) return [...lines2];
  let rest = lines2.length - MAX_LINES;
  return [...lines2.slice(0, MAX_LINES), `and ${rest} more like these; see: blobsy status`];
}
function describeEvent(event) {
  switch (event.kind) {
    case "placed":
    case "moved":
    case "removed":
    case "ref-written":
      return null;
    case "discarded":
      return `${event.path}: Git put the committed version back; your edit ${shortOid(event.oid)} is kept: blobsy recover ${pasteWord(event.path)}`;
    case "conflict":
      return `${event.path}: conflict: the payload is ${shortOid(event.payload)}, the ref file says ${shortOid(event.ref)}; both are kept. Choose: blobsy resolve --ours ${pasteWord(event.path)} (the payload) or --theirs (the ref file)`;
    case "released":
      return `${event.path}: its ref file was removed, but the payload holds other bytes; it stays, no longer ignored by Git`;
    case "git-owns":
      return `${event.path}: Git tracks this path itself; blobsy leaves it alone`;
    case "left":
      return `${event.path} is left alone: ${event.reason}`;
    case "rescued":
      return `${event.path}: an interrupted run had moved it aside; its bytes ${shortOid(event.oid)} are kept: blobsy recover ${pasteWord(event.path)}`;
  }
}
var MAX_LINES, init_describe = __esm({
  "src/app/describe.ts"() {
    "use strict";
    init_oid();
    init_shell_words();
    MAX_LINES = 10;
  }
});

// src/app/note-stop.ts
async function noteStop(ctx, error) {
  let { code, message } = fromErrno(error, "keeping payloads in step", "."), state = ctx.repo.worktreeState;
  try {
    let others = readProblems(state).filter((problem2) => problem2.path !== ".");
    await writeProblems(state, [...others, { path: ".", code, message }]);
  } catch {
  }
}
var init_note_stop = __esm({
  "src/app/note-stop.ts"() {
    "use strict";
    init_errors();
    init_notices();
  }
});

// src/worktree/aside.ts
import { readFileSync as readFileSync11 } from "node:fs";
import path25 from "node:path";
async function writeNote(asideDir, note2, durable) {
  let id = note2.aside === null ? tempName(ASIDE_PREFIX) : path25.basename(note2.aside), noteFile = path25.join(asideDir, id + NOTE_SUFFIX), handle = await createFile(noteFile);
  try {
    await writeAll(handle, noteFile, Buffer.from(JSON.stringify(note2)), 0), durable && await syncFile(handle, noteFile);
  } catch (error) {
    throw await unlinkIfThere(noteFile).catch(() => {
    }), error;
  } finally {
    await handle.close();
  }
  return noteFile;
}
function readNote(noteFile) {
  try {
    let value = JSON.parse(readFileSync11(noteFile, "utf8"));
    if (typeof value?.path != "string" || typeof value.worktree != "string" || typeof value.time != "string" || typeof value.expected != "object") return null;
    let { expectedOid } = value;
    return {
      path: value.path,
      worktree: value.worktree,
      time: value.time,
      why: value.why ?? null,
      executable: value.executable === !0,
      aside: value.aside ?? null,
      temp: value.temp ?? null,
      expected: value.expected,
      expectedOid: expectedOid && isOid(expectedOid) ? expectedOid : null,
      movingTo: value.movingTo ?? null
    };
  } catch {
    return null;
  }
}
function expectedInNote(facts) {
  return {
    size: facts?.size ?? -1,
    mtimeNs: String(facts?.mtimeNs ?? -1n),
    ino: String(facts?.ino ?? -1n)
  };
}
function isExpected({ expected }, facts) {
  return facts.kind === "file" && facts.size === expected.size && String(facts.mtimeNs) === expected.mtimeNs && String(facts.ino) === expected.ino;
}
function recoverEntry(note2, blob) {
  let why = reasonFor(note2, blob.oid);
  if (why === null) return null;
  let { time: time2, path: payload, worktree, executable } = note2;
  return { time: time2, path: payload, oid: blob.oid, size: blob.size, executable, why, worktree };
}
function reasonFor({ why, expectedOid }, oid) {
  return expectedOid !== null && oid !== expectedOid ? "late-write" : expectedOid === null ? why ?? "replaced" : why;
}
var ASIDE_PREFIX, TAKEN_PREFIX, NOTE_SUFFIX, init_aside = __esm({
  "src/worktree/aside.ts"() {
    "use strict";
    init_oid();
    init_ops();
    init_temp();
    ASIDE_PREFIX = "aside", TAKEN_PREFIX = "take", NOTE_SUFFIX = ".json";
  }
});

// src/worktree/room.ts
import path26 from "node:path";
function findRoom(ctx, parent) {
  let isShared = parent.dev === lstatFacts(ctx.asideDir)?.dev && !apart.has(parent.dir);
  return new Room(ctx, parent, isShared);
}
function noteApart(parent, room) {
  room.isShared && apart.add(parent.dir);
}
async function recentTick(parent, room) {
  let known = ticks.get(parent.dev), now = performance.now();
  if (known && now - known.readAt < TICK_AGE_MS) return known.tick;
  let tick = await fileSystemTick(room.probeDir);
  return ticks.set(parent.dev, { tick, readAt: now }), tick;
}
var BESIDE_PREFIX, PLACE_PREFIX, apart, Room, TICK_AGE_MS, ticks, init_room = __esm({
  "src/worktree/room.ts"() {
    "use strict";
    init_clock();
    init_facts();
    init_ops();
    init_temp();
    init_aside();
    BESIDE_PREFIX = ".blobsy-tmp", PLACE_PREFIX = "place", apart = /* @__PURE__ */ new Set(), Room = class {
      /** Whether renames between the Git directory and the payload work. */
      isShared;
      ctx;
      parent;
      noted = null;
      constructor(ctx, parent, isShared) {
        this.ctx = ctx, this.parent = parent, this.isShared = isShared;
      }
      /** A directory of the payload's file system, for probes. */
      get probeDir() {
        return this.isShared ? this.ctx.tempDir : this.parent.at(".");
      }
      /** A path for the new payload while it is made; noted, where nobody would find it otherwise. */
      async newTemp(payload) {
        if (this.isShared) return path26.join(this.ctx.tempDir, tempName(PLACE_PREFIX));
        let name2 = tempName(BESIDE_PREFIX), note2 = {
          path: payload,
          worktree: this.ctx.worktree,
          time: (/* @__PURE__ */ new Date()).toISOString(),
          why: null,
          executable: !1,
          aside: null,
          temp: path26.join(this.parent.dir, name2),
          expected: expectedInNote(null),
          expectedOid: null,
          movingTo: null
        }, noteFile = await writeNote(this.ctx.asideDir, note2, !1);
        return this.noted = { temp: this.parent.at(name2), noteFile }, this.noted.temp;
      }
      /** Called at the end: the note goes once the temporary file has gone. Never fails. */
      async forgetTemp() {
        !this.noted || lstatFacts(this.noted.temp) || (await unlinkIfThere(this.noted.noteFile).catch(() => {
        }), this.noted = null);
      }
      /** Where to move the payload: a path to use now, and the one for the note. */
      newAside() {
        let name2 = tempName(this.isShared ? ASIDE_PREFIX : BESIDE_PREFIX), noted = path26.join(this.isShared ? this.ctx.asideDir : this.parent.dir, name2);
        return { file: this.isShared ? noted : this.parent.at(name2), noted };
      }
      /** The directory whose sync makes the moved payload's name durable; null when it is the parent's. */
      get asideDir() {
        return this.isShared ? this.ctx.asideDir : null;
      }
    };
    TICK_AGE_MS = 1e3, ticks = /* @__PURE__ */ new Map();
  }
});

// src/worktree/move-aside.ts
async function moveAside(ctx, parent, room, job) {
  let { file, noted } = room.newAside(), note2 = {
    path: job.payload,
    worktree: ctx.worktree,
    time: (/* @__PURE__ */ new Date()).toISOString(),
    why: job.why,
    executable: ((job.expected?.mode ?? 0) & 64) !== 0,
    aside: noted,
    temp: null,
    expected: expectedInNote(job.expected),
    expectedOid: job.expectedOid,
    movingTo: job.movingTo ?? null
  }, noteFile = await writeNote(ctx.asideDir, note2, job.why !== null), aside = { file, noteFile, note: note2, expected: null };
  try {
    if (!isStill2(parent, job.expected))
      return await unlinkIfThere(noteFile), null;
    await rename(parent.at(), file);
  } catch (error) {
    if (await unlinkIfThere(noteFile), errnoOf(error) === "ENOENT") return null;
    throw errnoOf(error) === "EXDEV" && noteApart(parent, room), error;
  }
  let moved = lstatFacts(file);
  if (moved?.kind !== "file" || !job.expected || !sameContentFacts(job.expected, moved))
    return await putBack(ctx, parent, aside), null;
  aside = { ...aside, expected: moved };
  try {
    room.asideDir && await syncs2.sync(room.asideDir);
  } catch (error) {
    throw await putBack(ctx, parent, aside), error;
  }
  return aside;
}
function isStill2(parent, expected) {
  let now = lstatFacts(parent.at());
  return now !== null && expected !== null && sameFacts(now, expected);
}
async function putBack(ctx, parent, aside) {
  let isClean = !1;
  try {
    isClean = await moveNoReplace(aside.file, parent.at()), await parent.sync();
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") return;
    let note2 = { ...aside.note, why: "raced" };
    await fileAside(ctx, { ...aside, note: note2 }).catch(() => {
    });
    return;
  }
  isClean && await unlinkIfThere(aside.noteFile).catch(() => {
  });
}
async function fileAside(ctx, { file, noteFile, note: note2, expected }) {
  let known = note2.expectedOid && expected ? { oid: note2.expectedOid, facts: expected } : null;
  if (lstatFacts(file)?.kind !== "file")
    throw new BlobsyError("PAYLOAD_UNREADABLE", `${file} is not a regular file`, { path: file });
  let blob = await ctx.store.adopt(file, known, async (found) => {
    let entry = recoverEntry(note2, found);
    entry && await ctx.recover.append(entry);
  });
  return await unlinkIfThere(noteFile), blob;
}
var syncs2, init_move_aside = __esm({
  "src/worktree/move-aside.ts"() {
    "use strict";
    init_errors();
    init_file_facts();
    init_atomic();
    init_facts();
    init_ops();
    init_shared_sync();
    init_aside();
    init_room();
    syncs2 = new SharedSync();
  }
});

// src/worktree/empty-parents.ts
import path27 from "node:path";
async function removeEmptyParents(worktree, payload) {
  let dir = path27.posix.dirname(payload);
  for (; dir !== "." && await tryRemove(worktree, dir); ) dir = path27.posix.dirname(dir);
}
async function tryRemove(worktree, dir) {
  try {
    let parent = checkParents(worktree, dir);
    if (!parent) return !1;
    try {
      return await rmdir(parent.at()), !0;
    } finally {
      parent.close();
    }
  } catch {
    return !1;
  }
}
var init_empty_parents = __esm({
  "src/worktree/empty-parents.ts"() {
    "use strict";
    init_ops();
    init_safe_parent();
  }
});

// src/worktree/sweep-aside.ts
import path28 from "node:path";
async function sweepAside(ctx) {
  for (let prefix of WORTHLESS) await sweepTemp(ctx.tempDir, { prefix, minAgeMs: 0 });
  if (abandonedIn(ctx.asideDir).length === 0) return [];
  let lock = await acquireLock(`${ctx.asideDir}.lock`, { waitMs: 0 });
  if (!lock) return [];
  try {
    return await sweepAll(ctx);
  } finally {
    await lock.release();
  }
}
async function sweepAll(ctx) {
  let swept2 = [], names = abandonedIn(ctx.asideDir).sort((a, b) => rank(a) - rank(b));
  for (let name2 of names) {
    let file = path28.join(ctx.asideDir, name2);
    try {
      let found = name2.endsWith(NOTE_SUFFIX) ? await sweepNoted(ctx, file) : await sweepFile(ctx, file);
      found && swept2.push(found);
    } catch (error) {
      if (!(error instanceof BlobsyError)) throw error;
    }
  }
  return swept2;
}
function abandonedIn(dir) {
  return namesIn(dir).filter((name2) => {
    let stem = name2.endsWith(NOTE_SUFFIX) ? name2.slice(0, -NOTE_SUFFIX.length) : name2;
    return isTempAbandoned(path28.join(dir, stem));
  });
}
async function sweepNoted(ctx, noteFile) {
  let note2 = readNote(noteFile);
  return note2?.temp && await removeBeside(note2, note2.temp), note2?.aside && lstatFacts(note2.aside) && !(await isMoved(note2, note2.aside) || await isBack(note2, note2.aside)) ? sweepPayload(ctx, noteFile, note2, note2.aside) : (await unlinkIfThere(noteFile), null);
}
async function isMoved(note2, file) {
  let here = lstatFacts(file);
  return [note2.path, note2.movingTo].some((payload) => {
    let there = payload === null ? null : lstatFacts(path28.join(note2.worktree, payload));
    return there !== null && there.ino === here?.ino && there.dev === here.dev;
  }) ? (await unlinkIfThere(file), !0) : !1;
}
async function isBack(note2, file) {
  let facts = lstatFacts(file);
  return facts && isExpected(note2, facts) && note2.movingTo === null ? !1 : putBackIfAbsent(note2, file);
}
async function sweepPayload(ctx, noteFile, note2, file) {
  let why = note2.movingTo === null ? note2.why : "interrupted", aside = { file, noteFile, note: { ...note2, why }, expected: null }, { oid, size } = await fileAside(ctx, aside);
  return { payload: note2.path, oid, size, why: why ?? "interrupted" };
}
async function sweepFile(ctx, file) {
  if (lstatFacts(file)?.kind !== "file") return null;
  if (path28.basename(file).startsWith(`${TAKEN_PREFIX}.`))
    return await ctx.store.adopt(file, null, () => Promise.resolve()), null;
  if (!path28.basename(file).startsWith(`${ASIDE_PREFIX}.`)) return null;
  let note2 = {
    path: "",
    worktree: "",
    time: (/* @__PURE__ */ new Date()).toISOString(),
    why: "interrupted",
    executable: !1,
    aside: file,
    temp: null,
    expected: expectedInNote(null),
    expectedOid: null,
    movingTo: null
  }, noteFile = file + NOTE_SUFFIX, { oid, size } = await fileAside(ctx, { file, noteFile, note: note2, expected: null });
  return { payload: "", oid, size, why: "interrupted" };
}
async function removeBeside(note2, temp) {
  let name2 = path28.basename(temp), parent = checkParents(note2.worktree, note2.path);
  if (parent)
    try {
      name2.startsWith(".blobsy-tmp.") && await unlinkIfThere(parent.at(name2));
    } finally {
      parent.close();
    }
}
async function putBackIfAbsent(note2, file) {
  try {
    let parent = checkParents(note2.worktree, note2.path);
    if (!parent) return !1;
    try {
      return await moveNoReplace(file, parent.at()), await parent.sync(), !0;
    } finally {
      parent.close();
    }
  } catch {
    return !1;
  }
}
var WORTHLESS, rank, init_sweep_aside = __esm({
  "src/worktree/sweep-aside.ts"() {
    "use strict";
    init_errors();
    init_atomic();
    init_facts();
    init_lock();
    init_ops();
    init_safe_parent();
    init_temp();
    init_aside();
    init_move_aside();
    init_room();
    WORTHLESS = ["ingest", "adopt", "download", PLACE_PREFIX, ".blobsy-tmp", ".blobsy-lock"];
    rank = (name2) => name2.endsWith(NOTE_SUFFIX) ? 0 : 1;
  }
});

// src/worktree/place.ts
import path29 from "node:path";
function replacePayload(ctx, job) {
  return telling(job.payload, "cannot place", async () => (await ctx.store.prepare(), ctx.store.has(job.incoming.oid, job.incoming.size) ? retryApart(async () => {
    let parent = job.expected ? checkParents(ctx.worktree, job.payload) : await makeParents(ctx.worktree, job.payload);
    return parent ? holding(parent, () => replaceIn(ctx, parent, job)) : raced("its directory is gone");
  }) : { kind: "missing" }));
}
function removePayload(ctx, job) {
  return telling(job.payload, "cannot remove", async () => {
    await ctx.store.prepare();
    let result = await retryApart(async () => {
      let parent = checkParents(ctx.worktree, job.payload);
      return parent ? holding(parent, () => removeIn(ctx, parent, job)) : raced("its directory is gone");
    });
    return result.kind === "removed" && await removeEmptyParents(ctx.worktree, job.payload), result;
  });
}
function movePayload(ctx, job) {
  return telling(job.from, "cannot move", async () => {
    await ctx.store.prepare();
    let result = await retryApart(async () => {
      let from = checkParents(ctx.worktree, job.from);
      return from ? holding(from, async () => {
        let to = await makeParents(ctx.worktree, job.to);
        return holding(to, () => moveBetween(ctx, from, to, job));
      }) : raced("its directory is gone");
    });
    return result.kind === "moved" && await removeEmptyParents(ctx.worktree, job.from), result;
  });
}
async function replaceIn(ctx, parent, job) {
  if (!isStill3(parent, job.expected)) return raced(CHANGED);
  let room = findRoom(ctx, parent);
  try {
    return await exchange(ctx, parent, room, job);
  } finally {
    await room.forgetTemp();
  }
}
async function exchange(ctx, parent, room, job) {
  let tick = await recentTick(parent, room), incoming = await bringIncoming(ctx, room, job, tick);
  if (!incoming) return { kind: "missing" };
  let aside = null;
  try {
    if (job.expected && (aside = await moveAside(ctx, parent, room, job), aside === null))
      return await giveBack2(ctx, incoming), raced(CHANGED);
    await linkIn(incoming.file, parent, room);
  } catch (error) {
    if (aside && await putBack(ctx, parent, aside), await giveBack2(ctx, incoming), errnoOf(error) === "EEXIST") return raced("something was put there meanwhile");
    throw error;
  }
  await parent.sync(), parent.recheck();
  let facts = placedFacts(parent, incoming.facts), filed = aside ? await fileAside(ctx, aside).catch(asBlobsyError) : null, leftAside = filed instanceof BlobsyError ? filed : null, displaced = filed && !(filed instanceof BlobsyError) ? filed.oid : null;
  return { kind: "placed", facts, tick, displaced, leftAside };
}
async function bringIncoming(ctx, room, job, tick) {
  let { oid, size, mayMove } = job.incoming, options = { executable: job.executable, mtimeNs: safelyBefore(tick) }, isTaken = mayMove && room.isShared;
  if (isTaken) {
    let file2 = path29.join(ctx.asideDir, tempName(TAKEN_PREFIX)), facts2 = await ctx.store.takeOut(oid, size, file2, options);
    return facts2 && { file: file2, facts: facts2, oid, isTaken };
  }
  let file = await room.newTemp(job.payload), facts = await ctx.store.copyOut(oid, size, file, options);
  return facts && { file, facts, oid, isTaken };
}
async function giveBack2(ctx, { file, facts, oid, isTaken }) {
  isTaken ? await ctx.store.adopt(file, { oid, facts }).catch(() => {
  }) : await unlinkIfThere(file).catch(() => {
  });
}
async function linkIn(file, parent, room) {
  try {
    await moveNoReplace(file, parent.at());
  } catch (error) {
    throw errnoOf(error) === "EXDEV" && noteApart(parent, room), error;
  }
}
function placedFacts(parent, ours) {
  let now = lstatFacts(parent.at());
  return now && sameContentFacts(ours, now) ? now : ours;
}
async function removeIn(ctx, parent, job) {
  if (!isStill3(parent, job.expected)) return raced(CHANGED);
  let room = findRoom(ctx, parent), aside = await moveAside(ctx, parent, room, job);
  if (!aside) return raced(CHANGED);
  try {
    return await parent.sync(), { kind: "removed", ...await fileAside(ctx, aside) };
  } catch (error) {
    throw await putBack(ctx, parent, aside), error;
  }
}
async function moveBetween(ctx, from, to, job) {
  if (!isStill3(from, job.expected)) return raced(CHANGED);
  if (lstatFacts(to.at())) return raced(`${job.to} exists`);
  let aside = await moveAside(ctx, from, findRoom(ctx, from), {
    payload: job.from,
    expected: job.expected,
    expectedOid: null,
    why: "moved",
    movingTo: job.to
  });
  if (!aside) return raced(CHANGED);
  let isClean;
  try {
    isClean = await moveNoReplace(aside.file, to.at());
  } catch (error) {
    if (await putBack(ctx, from, aside), errnoOf(error) === "EEXIST") return raced(`${job.to} exists`);
    throw error;
  }
  await to.sync(), await from.sync(), to.recheck(), isClean && await unlinkIfThere(aside.noteFile);
  let facts = lstatFacts(to.at());
  return facts ? { kind: "moved", facts } : raced(`${job.to} was removed meanwhile`);
}
function isStill3(parent, expected) {
  let now = lstatFacts(parent.at());
  return !now || !expected ? now === expected : now.kind === "file" && now.dev === expected.dev && sameFacts(now, expected);
}
function raced(reason) {
  return { kind: "raced", reason };
}
async function holding(parent, act) {
  try {
    return await act();
  } finally {
    parent.close();
  }
}
async function retryApart(act) {
  try {
    return await act();
  } catch (error) {
    if (errnoOf(error) !== "EXDEV") throw error;
    return act();
  }
}
function asBlobsyError(error) {
  return fromErrno(error, "cannot store the old payload", "");
}
async function telling(payload, doing, act) {
  try {
    return await act();
  } catch (error) {
    let isSystemError2 = error?.syscall !== void 0;
    throw error instanceof BlobsyError || !isSystemError2 ? error : fromErrno(error, `${doing} ${payload}`, payload);
  }
}
var CHANGED, init_place = __esm({
  "src/worktree/place.ts"() {
    "use strict";
    init_errors();
    init_file_facts();
    init_atomic();
    init_clock();
    init_facts();
    init_ops();
    init_safe_parent();
    init_temp();
    init_aside();
    init_move_aside();
    init_room();
    init_empty_parents();
    init_sweep_aside();
    CHANGED = "it changed meanwhile";
  }
});

// src/worktree/other-worktrees.ts
import { readFileSync as readFileSync12 } from "node:fs";
import path30 from "node:path";
function worktreesBeside(commonDir, ownState) {
  let all = [{ worktree: path30.dirname(commonDir), state: stateIn(commonDir) }];
  for (let name2 of namesIn(path30.join(commonDir, "worktrees"))) {
    let gitDir = path30.join(commonDir, "worktrees", name2), worktree = topOf(gitDir);
    worktree !== null && all.push({ worktree, state: stateIn(gitDir) });
  }
  return all.filter((other) => path30.resolve(other.state) !== path30.resolve(ownState));
}
function stateIn(gitDir) {
  return path30.join(gitDir, "blobsy", "worktree");
}
function topOf(gitDir) {
  try {
    let file = readFileSync12(path30.join(gitDir, "gitdir"), "utf8").trimEnd();
    return path30.dirname(path30.resolve(gitDir, file));
  } catch {
    return null;
  }
}
var init_other_worktrees = __esm({
  "src/worktree/other-worktrees.ts"() {
    "use strict";
    init_temp();
  }
});

// src/app/proofs.ts
import { createHash as createHash8 } from "node:crypto";
import { readFileSync as readFileSync13 } from "node:fs";
import path31 from "node:path";
function proofsFile(sharedState, remoteId) {
  let name2 = createHash8("sha256").update(remoteId).digest("hex").slice(0, 16);
  return path31.join(sharedState, "uploaded", name2);
}
function sizeWord({ size, compressed }) {
  return compressed === void 0 ? String(size) : `${size}/${compressed}`;
}
function sealed(line) {
  return `${line} ${checksum2(line)}`;
}
function checksum2(text) {
  let sum = 2166136261;
  for (let at2 = 0; at2 < text.length; at2 += 1)
    sum = Math.imul(sum ^ text.charCodeAt(at2), 16777619);
  return (sum >>> 0).toString(16).padStart(8, "0");
}
var BATCH, SMALL2, FORGET_WAIT_MS, Proofs, init_proofs = __esm({
  "src/app/proofs.ts"() {
    "use strict";
    init_oid();
    init_atomic();
    init_lock();
    init_ops();
    BATCH = 256, SMALL2 = 1e3, FORGET_WAIT_MS = 5e3;
    Proofs = class _Proofs {
      #file;
      #generation;
      /** By key, each as its line stands in the file: they are checked when asked for, most never are. */
      #blobs = /* @__PURE__ */ new Map();
      #commits = /* @__PURE__ */ new Set();
      #lines = 0;
      constructor(file, generation) {
        this.#file = file, this.#generation = encodeURIComponent(generation);
      }
      /** Never fails: what cannot be read is not known. */
      static load(file, generation) {
        let proofs = new _Proofs(file, generation);
        return proofs.#read(), proofs;
      }
      /** Is this very blob known to be there under this key? */
      has(blob) {
        let known = this.#blob(blob.key);
        return known?.oid === blob.oid && sizeWord(known) === sizeWord(blob);
      }
      hasCommit(commit) {
        return this.#commits.has(commit);
      }
      get commits() {
        return this.#commits;
      }
      /** Records what was just seen on the remote. Never fails: it would only be asked again. */
      async add(blobs) {
        let fresh = blobs.filter((blob) => !this.has(blob)), lines2 = fresh.map(
          (blob) => sealed(`k ${this.#generation} ${blob.oid} ${sizeWord(blob)} ${blob.key}`)
        );
        for (let [at2, { key }] of fresh.entries()) this.#blobs.set(key, lines2[at2] ?? "");
        await this.#append(lines2);
      }
      /** @param commits whose every blob, those of their whole tree, is on the remote */
      async addCommits(commits) {
        let fresh = commits.filter((commit) => !this.#commits.has(commit));
        for (let commit of fresh) this.#commits.add(commit);
        await this.#append(fresh.map((commit) => sealed(`c ${this.#generation} ${commit}`)));
      }
      /**
       * Takes back what turned out to be wrong, and with it every commit: any of them may name the blob.
       * @throws system errors when the proof cannot be taken back, which must not go unseen
       */
      async forget(keys) {
        let known = keys.filter((key) => this.#blobs.delete(key));
        if (known.length === 0) return;
        this.#commits.clear();
        let lock = await acquireLock(`${this.#file}.lock`, { waitMs: FORGET_WAIT_MS });
        try {
          if (!lock) throw new Error("locked");
          await this.#write(known.map((key) => sealed(`x ${this.#generation} ${key}`)));
        } catch {
          await unlinkIfThere(this.#file);
        } finally {
          await lock?.release();
        }
      }
      /** Writes the file anew when most of its lines count for nothing. */
      async compact() {
        if (this.#lines < Math.max(SMALL2, 2 * (this.#blobs.size + this.#commits.size))) return;
        let lock = await acquireLock(`${this.#file}.lock`, { waitMs: 0 });
        if (lock)
          try {
            this.#read();
            let commits = [...this.#commits].map((commit) => sealed(`c ${this.#generation} ${commit}`)), lines2 = [...this.#blobs.values(), ...commits], text = lines2.map((line) => `${line}
`).join("");
            await writeFileAtomic(this.#file, text, { durable: !1 }), this.#lines = lines2.length;
          } finally {
            await lock.release();
          }
      }
      async #append(lines2) {
        try {
          await this.#write(lines2);
        } catch {
        }
      }
      async #write(lines2) {
        if (lines2.length !== 0) {
          await mkdirs(path31.dirname(this.#file));
          for (let at2 = 0; at2 < lines2.length; at2 += BATCH) {
            let some = lines2.slice(at2, at2 + BATCH).join(`
`);
            await appendLine(this.#file, `
${some}`);
          }
          this.#lines += lines2.length;
        }
      }
      #read() {
        let text;
        try {
          text = readFileSync13(this.#file, "latin1");
        } catch {
          return;
        }
        this.#blobs.clear(), this.#commits.clear(), this.#lines = 0;
        for (let line of text.split(`
`))
          line !== "" && (this.#lines += 1, this.#take(line));
      }
      #take(line) {
        let kind = line[0] ?? "";
        if (!line.startsWith(`${kind} ${this.#generation} `)) return;
        let end = line.lastIndexOf(" "), subject = line.slice(line.lastIndexOf(" ", end - 1) + 1, end);
        kind === "k" ? this.#blobs.set(subject, line) : kind === "x" ? (this.#blobs.delete(subject), this.#commits.clear()) : kind === "c" && line === sealed(`c ${this.#generation} ${subject}`) && this.#commits.add(subject);
      }
      #blob(key) {
        let line = this.#blobs.get(key);
        if (line === void 0) return null;
        let [, , oid = "", word2 = ""] = line.split(" ", 4);
        if (line !== sealed(`k ${this.#generation} ${oid} ${word2} ${key}`) || !isOid(oid)) return null;
        let [size, compressed] = word2.split("/");
        return { key, oid, size: Number(size), ...compressed ? { compressed } : {} };
      }
    };
  }
});

// src/transport/copy.ts
import { fstatSync as fstatSync5 } from "node:fs";
function throwIfStopped(signal) {
  if (signal?.aborted)
    throw new BlobsyError("INTERRUPTED", "the transfer was stopped", { cause: signal.reason });
}
async function openRegular(file) {
  let handle = OpenFile.toReadItself(file);
  try {
    if (fstatSync5(handle.fd).isFile()) return handle;
  } catch (error) {
    throw await handle.close(), error;
  }
  throw await handle.close(), notRegular(file);
}
function notRegular(file) {
  return new BlobsyError("IO", `not a regular file: ${file}`, { path: file });
}
async function copyBytes(from, to, options) {
  let target = await createFile(to);
  try {
    let copied = await pump(from, target, to, options);
    return options.mode !== void 0 && await chmod(target, to, options.mode), options.durable && await syncFile(target, to), copied;
  } finally {
    await target.close();
  }
}
async function pump(from, target, to, { maxBytes, signal, onBytes }) {
  let write4 = (piece, at2) => {
    if (throwIfStopped(signal), at2 + piece.length > maxBytes) throw tooLong(maxBytes);
    return writeAll(target, to, piece, at2);
  };
  return throwIfStopped(signal), readAhead(from, maxBytes, write4, { onBytes });
}
function tooLong(maxBytes) {
  return new BlobsyError("BLOB_CORRUPT", `more than the expected ${maxBytes} bytes are there`);
}
function wrongSize(file, found, wanted) {
  return new BlobsyError("BLOB_CORRUPT", `${found} bytes where ${wanted} were expected: ${file}`, {
    path: file
  });
}
var init_copy = __esm({
  "src/transport/copy.ts"() {
    "use strict";
    init_errors();
    init_ops();
    init_open_file();
    init_read_ahead();
  }
});

// src/transport/local-tree.ts
import { fstatSync as fstatSync6 } from "node:fs";
import { lstat, stat } from "node:fs/promises";
import path32 from "node:path";
function componentsOf(key) {
  let parts = key.split("/"), unfit = (part) => part === "" || part === "." || part === ".." || /[\0\\]/.test(part);
  if (!parts.some(unfit)) return parts;
  throw new BlobsyError("REFUSED_KEY", `not a remote key: ${JSON.stringify(key)}`);
}
async function lstatOrNull(file) {
  try {
    return await lstat(file);
  } catch (error) {
    let errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR") return null;
    throw error;
  }
}
async function makeDir(dir, mode) {
  try {
    await mkdir(dir);
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    return;
  }
  let handle = OpenFile.toRead(dir);
  try {
    let wanted = mode & 1535;
    (fstatSync6(handle.fd).mode & 1535) !== wanted && await chmod(handle, dir, wanted);
  } finally {
    await handle.close();
  }
}
function notFollowed(file) {
  return new BlobsyError("IO", `a link, which is not followed: ${file}`, { path: file });
}
var LocalTree, init_local_tree = __esm({
  "src/transport/local-tree.ts"() {
    "use strict";
    init_errors();
    init_open_file();
    init_ops();
    init_shared_sync();
    init_copy();
    LocalTree = class {
      dir;
      /** Directories whose own name was synced by this process, so that what they hold can last. */
      #lasting = /* @__PURE__ */ new Set();
      #syncs = new SharedSync();
      /** @param dir absolute */
      constructor(dir) {
        this.dir = dir;
      }
      /** @throws {BlobsyError} REFUSED_KEY for a key that could leave the directory */
      pathOf(key) {
        return path32.join(this.dir, ...componentsOf(key));
      }
      /**
       * The permission bits of the directory itself.
       * @throws {BlobsyError} IO when it is not there: that is no answer about any key
       */
      async mode() {
        try {
          let found = await stat(this.dir);
          if (found.isDirectory()) return found.mode & 4095;
        } catch (error) {
          if (errnoOf(error) !== "ENOENT" && errnoOf(error) !== "ENOTDIR") throw error;
        }
        throw new BlobsyError("IO", `the remote's directory is not there: ${this.dir}`, {
          path: this.dir
        });
      }
      /**
       * @returns `null` when there is no such object
       * @throws {BlobsyError} IO where a link or a device is in its place
       */
      async find(key) {
        await this.mode();
        let parts = componentsOf(key);
        if (!await this.holds(parts.slice(0, -1))) return null;
        let file = this.pathOf(key), found = await lstatOrNull(file);
        if (!found || found.isDirectory()) return null;
        if (!found.isFile()) throw notRegular(file);
        return found;
      }
      /** Are all of these, one in the other, directories? @throws {BlobsyError} IO for a link */
      async holds(parts) {
        let dir = this.dir;
        for (let part of parts) {
          dir = path32.join(dir, part);
          let found = await lstatOrNull(dir);
          if (found?.isSymbolicLink()) throw notFollowed(dir);
          if (!found?.isDirectory()) return !1;
        }
        return !0;
      }
      /**
       * Makes the directories that an object lies in, with the permissions of the remote's own, so that
       * a shared one stays shared; all their names last when this returns.
       * @returns the innermost
       */
      async makeDirs(parts) {
        let mode = await this.mode(), dir = this.dir;
        for (let part of parts) {
          let parent = dir;
          dir = path32.join(dir, part);
          let found = await lstatOrNull(dir);
          if (found?.isSymbolicLink()) throw notFollowed(dir);
          found || await makeDir(dir, mode), !this.#lasting.has(dir) && (await this.#syncs.sync(parent), this.#lasting.add(dir));
        }
        return dir;
      }
      syncDir(dir) {
        return this.#syncs.sync(dir);
      }
    };
  }
});

// src/transport/transport.ts
var RESERVED_PREFIX, init_transport = __esm({
  "src/transport/transport.ts"() {
    "use strict";
    RESERVED_PREFIX = ".blobsy/";
  }
});

// src/transport/local.ts
var local_exports = {};
__export(local_exports, {
  markerFile: () => markerFile,
  markerText: () => markerText,
  openLocal: () => openLocal
});
import { fstatSync as fstatSync7 } from "node:fs";
import { readdir } from "node:fs/promises";
import path33 from "node:path";
function openLocal(dir) {
  return new LocalTransport(dir);
}
function markerFile(dir) {
  return path33.join(dir, MARKER_KEY);
}
function markerText(id) {
  return `This directory is a blobsy remote.
id: ${id}
`;
}
async function finishClone2(file, mode, options) {
  let handle = OpenFile.toRead(file);
  try {
    await chmod(handle, file, mode), await syncFile(handle, file);
    let { size } = fstatSync7(handle.fd);
    return options.onBytes?.(size), size;
  } finally {
    await handle.close();
  }
}
function isListed(dirKey, { name: name2 }) {
  return dirKey === RESERVED_PREFIX ? name2 !== "tmp" : !name2.startsWith(".");
}
async function entriesOf(dir) {
  try {
    return await readdir(dir, { withFileTypes: !0 });
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}
function classed(error, doing, dir) {
  return UNREACHABLE.has(errnoOf(error) ?? "") ? new BlobsyError("NETWORK", `${doing}: ${errnoOf(error)}`, { path: dir, cause: error }) : fromErrno(error, doing, dir);
}
function notFound(key, id) {
  return new BlobsyError("NOT_FOUND", `${key} is not on ${id}`);
}
var MARKER_KEY, GENERATION_KEY, TEMP2, SMALL3, STATS_AT_ONCE, LocalTransport, UNREACHABLE, init_local = __esm({
  "src/transport/local.ts"() {
    "use strict";
    init_errors();
    init_ops();
    init_open_file();
    init_temp();
    init_copy();
    init_local_tree();
    init_transport();
    MARKER_KEY = `${RESERVED_PREFIX}remote`, GENERATION_KEY = `${RESERVED_PREFIX}generation`, TEMP2 = [".blobsy", "tmp"], SMALL3 = 4096, STATS_AT_ONCE = 64;
    LocalTransport = class {
      id;
      capabilities = { list: !0, write: !0 };
      #tree;
      #canClone = !0;
      #swept = !1;
      constructor(dir) {
        this.#tree = new LocalTree(dir), this.id = `local:${dir}`;
      }
      has(key, { signal } = {}) {
        return this.#told(`asking for ${key}`, async () => {
          throwIfStopped(signal);
          let found = await this.#tree.find(key);
          return found && { size: found.size };
        });
      }
      upload(key, file, size, options = {}) {
        return this.#told(`uploading ${key}`, async () => {
          throwIfStopped(options.signal), (await this.#tree.find(key))?.size === size && !key.startsWith(RESERVED_PREFIX) ? (await this.#makeLasting(key), options.onBytes?.(size)) : await this.#put(key, file, size, options);
        });
      }
      download(key, dest, maxBytes, options = {}) {
        return this.#told(`downloading ${key}`, async () => {
          throwIfStopped(options.signal);
          let found = await this.#tree.find(key);
          if (!found) throw notFound(key, this.id);
          if (found.size > maxBytes) throw tooLong(maxBytes);
          try {
            await this.#fetch(this.#tree.pathOf(key), dest, maxBytes, options);
          } catch (error) {
            throw errnoOf(error) === "ENOENT" && !await this.#tree.find(key) ? notFound(key, this.id) : error;
          }
        });
      }
      /** Our own objects are listed only when `prefix` asks for them. */
      async *list(prefix, { signal } = {}) {
        let parts = componentsOf(`${prefix}x`).slice(0, -1), told2 = (act) => this.#told(`listing ${prefix}`, act);
        if (!await told2(async () => (await this.#tree.mode(), this.#tree.holds(parts)))) return;
        let pending = [parts.map((part) => `${part}/`).join("")];
        for (let at2 = pending.pop(); at2 !== void 0; at2 = pending.pop()) {
          throwIfStopped(signal);
          let dir = path33.join(this.#tree.dir, at2), entries = (await told2(() => entriesOf(dir))).filter((entry) => isListed(at2, entry)), names = (kept) => kept.map(({ name: name2 }) => `${at2}${name2}`), inside = names(entries.filter((entry) => entry.isDirectory())).map((key) => `${key}/`);
          pending.push(...inside.filter((key) => key.startsWith(prefix) || prefix.startsWith(key)));
          let keys = names(entries.filter((entry) => entry.isFile()));
          yield* this.#sizesOf(
            keys.filter((key) => key.startsWith(prefix)),
            told2
          );
        }
      }
      remove(key, { signal } = {}) {
        return this.#told(`removing ${key}`, async () => {
          if (throwIfStopped(signal), !await this.#tree.find(key)) return;
          let file = this.#tree.pathOf(key);
          await unlinkIfThere(file), await this.#tree.syncDir(path33.dirname(file));
        });
      }
      check({ signal } = {}) {
        return this.#told("reaching the remote", async () => {
          throwIfStopped(signal), await this.#tree.mode(), await readdir(this.#tree.dir);
        });
      }
      /**
       * Holds the marker's id as well: a directory that was emptied and made anew, or another one that
       * is mounted in its place, is not the one where a blob was seen.
       */
      generation({ signal } = {}) {
        return this.#told("reading the generation", async () => {
          throwIfStopped(signal);
          let generation = (await this.#readSmall(GENERATION_KEY))?.trim(), id = /^id: (\S+)$/m.exec(await this.#readSmall(MARKER_KEY) ?? "")?.[1];
          return `${generation || "0"}${id === void 0 ? "" : `@${id}`}`;
        });
      }
      async #put(key, file, size, options) {
        let tempDir = await this.#tree.makeDirs(TEMP2);
        await this.#sweepOnce(tempDir);
        let temp = path33.join(tempDir, tempName("upload"));
        try {
          await this.#fill(temp, file, size, options);
          let dir = await this.#tree.makeDirs(componentsOf(key).slice(0, -1));
          throwIfStopped(options.signal), await rename(temp, this.#tree.pathOf(key)), await this.#tree.syncDir(dir);
        } catch (error) {
          throw await unlinkIfThere(temp).catch(() => {
          }), error;
        }
      }
      /** Readable by whoever may read the directory, writable by nobody. */
      async #fill(temp, file, size, options) {
        let mode = await this.#tree.mode() & 292, source = await openRegular(file);
        try {
          let copied = await this.#clone(file, temp) ? await finishClone2(temp, mode, options) : await copyBytes(source, temp, { ...options, maxBytes: size, mode, durable: !0 });
          if (copied !== size) throw wrongSize(file, copied, size);
        } finally {
          await source.close();
        }
      }
      async #fetch(object, dest, maxBytes, options) {
        let source = await openRegular(object);
        try {
          if (!await this.#clone(object, dest)) {
            await copyBytes(source, dest, { ...options, maxBytes });
            return;
          }
        } finally {
          await source.close();
        }
        let size = (await lstatOrNull(dest))?.size ?? 0;
        if (size > maxBytes) throw tooLong(maxBytes);
        options.onBytes?.(size);
      }
      /** One refusal is enough to know the file system. */
      async #clone(from, to) {
        return this.#canClone &&= await cloneFile(from, to), this.#canClone;
      }
      /** For an object that is there: whoever put it may not have come to sync it. */
      async #makeLasting(key) {
        let object = this.#tree.pathOf(key), handle = await openRegular(object);
        try {
          await syncForeignFile(handle, object);
        } finally {
          await handle.close();
        }
        let dir = await this.#tree.makeDirs(componentsOf(key).slice(0, -1));
        await this.#tree.syncDir(dir);
      }
      async *#sizesOf(keys, told2) {
        for (let at2 = 0; at2 < keys.length; at2 += STATS_AT_ONCE) {
          let some = keys.slice(at2, at2 + STATS_AT_ONCE), found = await told2(
            () => Promise.all(some.map((key) => lstatOrNull(path33.join(this.#tree.dir, key))))
          );
          for (let [index, key] of some.entries()) {
            let facts = found[index];
            facts?.isFile() && (yield { key, size: facts.size });
          }
        }
      }
      async #sweepOnce(tempDir) {
        this.#swept || (this.#swept = !0, await sweepTemp(tempDir).catch(() => {
        }));
      }
      async #readSmall(key) {
        let found = await this.#tree.find(key);
        if (!found) return null;
        if (found.size > SMALL3) throw tooLong(SMALL3);
        let handle = await openRegular(this.#tree.pathOf(key));
        try {
          return (await handle.readAll()).toString("utf8");
        } finally {
          await handle.close();
        }
      }
      async #told(doing, act) {
        try {
          return await act();
        } catch (error) {
          throw classed(error, `${doing} (${this.id})`, this.#tree.dir);
        }
      }
    };
    UNREACHABLE = /* @__PURE__ */ new Set(["ESTALE", "ETIMEDOUT", "EHOSTDOWN", "EHOSTUNREACH", "ENETUNREACH"]);
  }
});

// src/app/remote-pin.ts
import { readFileSync as readFileSync14 } from "node:fs";
import path34 from "node:path";
function pinFile(sharedState) {
  return path34.join(sharedState, "pin");
}
function pinnedRemotes(sharedState) {
  try {
    return readFileSync14(pinFile(sharedState), "utf8").split(`
`).filter((line) => line !== "");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}
async function pinOrRefuse(sharedState, remote) {
  let pinned = pinnedRemotes(sharedState);
  if (pinned.includes(remote)) return;
  let [first2] = pinned;
  if (first2 === void 0) return pinRemote(sharedState, remote);
  throw new BlobsyError(
    "NEEDS_TRUST",
    `the configuration now names ${remote}, but this clone has used ${first2}; nothing was sent or fetched`,
    { next: "blobsy trust" }
  );
}
async function pinRemote(sharedState, remote) {
  let pinned = pinnedRemotes(sharedState);
  if (pinned.includes(remote)) return;
  await mkdirs(sharedState);
  let text = [...pinned, remote].map((line) => `${line}
`).join("");
  await writeFileAtomic(pinFile(sharedState), text, { durable: !0 });
}
var init_remote_pin = __esm({
  "src/app/remote-pin.ts"() {
    "use strict";
    init_errors();
    init_atomic();
    init_ops();
  }
});

// src/domain/s3-endpoint.ts
function isAwsEndpoint(url) {
  if (!URL.canParse(url)) return !1;
  let { protocol, hostname, port } = new URL(url);
  return protocol === "https:" && port === "" && OWN.test(hostname);
}
function isRegion(text) {
  return /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(text);
}
var REGION, OWN, init_s3_endpoint = __esm({
  "src/domain/s3-endpoint.ts"() {
    "use strict";
    REGION = "[a-z]{2,8}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}", OWN = new RegExp(
      `^(?:[a-z0-9.-]+\\.)?s3(?:-fips|-accelerate|-external-1|-${REGION})?(?:\\.dualstack)?(?:\\.${REGION})?(?:\\.vpce)?\\.amazonaws\\.com(?:\\.cn)?$`
    );
  }
});

// src/app/s3-remote.ts
import path35 from "node:path";
function s3Spec(repo, config2, backend, { bucket, prefix }) {
  let { region, endpoint, pathStyle, profile } = backend;
  if (region && !isRegion(region.value)) {
    let message = `${region.file}: backend.${backend.name}.region is no region: ${region.value}`;
    throw new BlobsyError("BAD_CONFIG", message, { path: region.file });
  }
  let isAws = endpoint !== void 0 && isAwsEndpoint(endpoint.value);
  return {
    kind: "s3",
    backend: backend.name,
    bucket,
    prefix,
    access: isTrusted(config2, endpoint) ? "signed" : "anonymous",
    stateDir: path35.join(repo.sharedState, "transfers"),
    ...region ? { region: region.value } : {},
    ...endpoint ? { endpoint: endpoint.value } : {},
    // AWS names the bucket in the host, and no longer promises that the path will do.
    ...pathStyle ? { pathStyle: pathStyle.value } : isAws ? { pathStyle: !1 } : {},
    ...profile ? { profile: profile.value } : {}
  };
}
function s3Name(url, { endpoint }) {
  return endpoint?.origin === "committed" ? `${url} at ${endpoint.value}` : url;
}
function isTrusted(config2, endpoint) {
  return endpoint === void 0 || endpoint.origin === "user" ? !0 : isAwsEndpoint(endpoint.value) || config2.trustedEndpoints.includes(endpoint.value);
}
var init_s3_remote = __esm({
  "src/app/s3-remote.ts"() {
    "use strict";
    init_errors();
    init_s3_endpoint();
  }
});

// src/app/remote-trust.ts
var remote_trust_exports = {};
__export(remote_trust_exports, {
  createRemote: () => createRemote,
  trustRemote: () => trustRemote,
  trustedRemote: () => trustedRemote
});
import { randomUUID } from "node:crypto";
import { lstat as lstat2, realpath, stat as stat2 } from "node:fs/promises";
import path36 from "node:path";
async function trustedRemote(repo, config2, backend) {
  let found = configuredRemote(config2, backend), spec = await specOf(repo, config2, found);
  return found.origin === "committed" && await pinOrRefuse(repo.sharedState, found.url), { name: found.name, url: found.url, spec };
}
async function trustRemote(repo, config2, backend) {
  let found = configuredRemote(config2, backend);
  found.remote.kind === "local" && await markRemote(repo, found.remote.dir, found.origin);
  let spec = await specOf(repo, config2, found);
  return found.origin === "committed" && await pinRemote(repo.sharedState, found.url), { name: found.name, url: found.url, spec };
}
async function createRemote(repo, remote, origin) {
  if (remote.kind !== "local") return;
  let dir = absoluteDir(repo, remote.dir);
  origin === "committed" && await assertPlace(repo, dir, remote.dir);
  try {
    await mkdirs(dir);
  } catch (error) {
    throw fromErrno(error, `creating the remote ${dir}`, dir);
  }
  await markRemote(repo, remote.dir, origin);
}
async function markRemote(repo, written, origin) {
  let dir = absoluteDir(repo, written);
  if (origin === "committed" && await assertPlace(repo, dir, written), await assertDirectory(dir, written), await isMarked(dir)) return;
  let marker = markerFile(dir);
  try {
    await mkdirs(path36.dirname(marker)), await writeFileAtomic(marker, markerText(randomUUID()), { durable: !0 });
  } catch (error) {
    throw fromErrno(error, `marking the remote ${dir}`, marker);
  }
}
function configuredRemote(config2, backend) {
  let name2 = backend ?? config2.backend.value, found = config2.backends.get(name2);
  if (!found?.url)
    throw new BlobsyError("NO_REMOTE", `no remote is configured: backend "${name2}" has no url`, {
      next: "blobsy init local:../blobs"
    });
  let { value: remote, origin } = found.url, url = nameOf2(remote);
  if (remote.kind !== "s3") return { name: name2, remote, backend: found, origin, url };
  let isCommitted = origin === "committed" || found.endpoint?.origin === "committed";
  return {
    name: name2,
    remote,
    backend: found,
    origin: isCommitted ? "committed" : "user",
    url: s3Name(url, found)
  };
}
function nameOf2(remote) {
  switch (remote.kind) {
    case "local":
      return `local:${path36.posix.normalize(remote.dir).replace(/(.)\/+$/, "$1")}`;
    case "s3":
      return `s3://${remote.bucket}${remote.prefix === "" ? "" : `/${remote.prefix}`}`;
    case "https":
      return remote.url;
  }
}
async function specOf(repo, config2, found) {
  if (found.remote.kind === "s3") return s3Spec(repo, config2, found.backend, found.remote);
  if (found.remote.kind !== "local")
    throw new BlobsyError("NO_REMOTE", `${found.url}: this version has no remotes of this kind`);
  let { dir: written } = found.remote, dir = absoluteDir(repo, written);
  return found.origin === "committed" && (await assertPlace(repo, dir, written), await assertDirectory(dir, written), await assertMarked(repo, dir, written)), { kind: "local", dir: await realOrSame2(dir) };
}
function absoluteDir(repo, written) {
  return path36.resolve(repo.mainWorktree, written);
}
async function assertPlace(repo, dir, written) {
  let refuse6 = (why) => {
    throw new BlobsyError("NO_REMOTE", `local:${written} is not used: ${why}`, { path: dir });
  };
  path36.isAbsolute(written) && refuse6("a committed path must be relative to the repository");
  for (let worktree of /* @__PURE__ */ new Set([repo.mainWorktree, repo.worktree]))
    isInside(worktree, dir) && refuse6("it holds the worktree itself"), await linkBelow(worktree, dir) && refuse6("it is reached through a link in the worktree");
  for (let place of /* @__PURE__ */ new Set([dir, await realOrSame2(dir)]))
    isInside(repo.commonDir, place) && refuse6("it holds the Git directory"), place.split(path36.sep).some(isDotGit) && refuse6("it lies inside a .git"), await isInGitDir(place) && refuse6("it lies inside a Git directory");
}
function isInside(inner, outer) {
  return inner === outer || inner.startsWith(outer === path36.sep ? outer : outer + path36.sep);
}
async function linkBelow(worktree, dir) {
  if (!isInside(dir, worktree)) return !1;
  let at2 = worktree;
  for (let part of path36.relative(worktree, dir).split(path36.sep))
    if (at2 = path36.join(at2, part), await is("isSymbolicLink", at2, lstat2)) return !0;
  return !1;
}
async function isInGitDir(dir) {
  for (let at2 = dir; path36.dirname(at2) !== at2; at2 = path36.dirname(at2)) {
    let names = ["HEAD", "objects", "refs"].map((name2) => stat2(path36.join(at2, name2)));
    if ((await Promise.allSettled(names)).every(({ status: status2 }) => status2 === "fulfilled")) return !0;
  }
  return !1;
}
async function assertDirectory(dir, written) {
  if (!await is("isDirectory", dir, stat2))
    throw new BlobsyError(
      "NO_REMOTE",
      `the remote local:${written} is not here: no directory ${dir}`,
      {
        path: dir,
        next: "git config blobsy.backend.default.url local:<where it is>"
      }
    );
}
async function assertMarked(repo, dir, written) {
  if (!(isInside(dir, repo.mainWorktree) || await isMarked(dir)))
    throw new BlobsyError(
      "NEEDS_TRUST",
      `local:${written} leads out of this repository, to ${dir}, which is not marked as a blobsy remote`,
      { path: dir, next: "blobsy trust" }
    );
}
async function isMarked(dir) {
  let marker = markerFile(dir);
  return await is("isDirectory", path36.dirname(marker), lstat2) && await is("isFile", marker, lstat2);
}
async function is(what, file, look2) {
  try {
    return (await look2(file))[what]();
  } catch (error) {
    let errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR" || errno === "ELOOP") return !1;
    throw fromErrno(error, "looking at the remote", file);
  }
}
async function realOrSame2(dir) {
  try {
    return await realpath(dir);
  } catch {
    return dir;
  }
}
var init_remote_trust = __esm({
  "src/app/remote-trust.ts"() {
    "use strict";
    init_errors();
    init_git_names();
    init_atomic();
    init_ops();
    init_local();
    init_remote_pin();
    init_s3_remote();
  }
});

// src/transport/retry.ts
import { setTimeout as delay } from "node:timers/promises";
function withRetry(inner, options = {}) {
  let retry = new Retrying({ ...DEFAULTS, ...options });
  return {
    id: inner.id,
    capabilities: inner.capabilities,
    has: (key, opts) => retry.run(opts, () => inner.has(key, opts)),
    upload: (key, file, size, opts) => {
      let meter = new Meter(opts);
      return retry.run(opts, () => inner.upload(key, file, size, meter.options()), { meter });
    },
    download: (key, dest, maxBytes, opts) => {
      let meter = new Meter(opts);
      return retry.run(opts, () => inner.download(key, dest, maxBytes, meter.options()), {
        meter,
        // A part may be there, and `download` wants a path that does not exist.
        tidy: () => unlinkIfThere(dest)
      });
    },
    list: (prefix, opts) => retry.list(
      opts,
      ({ key }) => key,
      () => inner.list(prefix, opts)
    ),
    remove: (key, opts) => retry.run(opts, () => inner.remove(key, opts)),
    check: (opts) => retry.run(opts, () => inner.check(opts)),
    generation: (opts) => retry.run(opts, () => inner.generation(opts)),
    ...unfinishedOf(inner, retry)
  };
}
function unfinishedOf(inner, retry) {
  return !inner.unfinished || !inner.abandon ? {} : {
    unfinished: (opts) => retry.list(
      opts,
      ({ id }) => id,
      () => inner.unfinished?.(opts) ?? NONE2
    ),
    abandon: (upload, opts) => retry.run(opts, async () => inner.abandon?.(upload, opts))
  };
}
function isPassing(error) {
  return isBlobsyError(error) && (error.code === "THROTTLED" || error.code === "NETWORK");
}
var MOST_ASKED_MS, GETTING_ON, NONE2, DEFAULTS, Retrying, Meter, init_retry = __esm({
  "src/transport/retry.ts"() {
    "use strict";
    init_errors();
    init_ops();
    init_copy();
    MOST_ASKED_MS = 6e4, GETTING_ON = 1024 * 1024, NONE2 = (async function* () {
    })(), DEFAULTS = {
      attempts: 6,
      firstPauseMs: 250,
      maxPauseMs: 1e4,
      pause: async (ms, signal) => {
        await delay(ms, void 0, signal ? { signal } : {}).catch(() => {
        });
      },
      random: Math.random
    };
    Retrying = class {
      #options;
      constructor(options) {
        this.#options = options;
      }
      async run(options, act, { meter, tidy } = {}) {
        for (let failed = 0; ; )
          try {
            return await act();
          } catch (error) {
            failed = meter?.hasGotOn() ? 1 : failed + 1, await this.#wait(error, failed, options?.signal), await tidy?.();
          }
      }
      /** Begins anew after a failure, and leaves out what was given before it. */
      async *list(options, nameOf3, begin) {
        let given = /* @__PURE__ */ new Set();
        for (let failed = 0; ; )
          try {
            for await (let item of begin())
              given.has(nameOf3(item)) || (given.add(nameOf3(item)), yield item);
            return;
          } catch (error) {
            failed += 1, await this.#wait(error, failed, options?.signal);
          }
      }
      /** @throws `error` when it is final, or has come too often */
      async #wait(error, failed, signal) {
        let { attempts, firstPauseMs, maxPauseMs, pause: pause2, random } = this.#options;
        if (!isPassing(error) || failed >= attempts) throw error;
        let own3 = Math.min(maxPauseMs, firstPauseMs * 2 ** (failed - 1)) * random();
        await pause2(Math.min(MOST_ASKED_MS, error.retryAfterMs ?? 0) + own3, signal), throwIfStopped(signal);
      }
    };
    Meter = class {
      #given;
      #counted = 0;
      #before = 0;
      constructor(given) {
        this.#given = given ?? {};
      }
      /** For the next attempt. */
      options() {
        let moved = 0;
        return {
          ...this.#given,
          onBytes: (bytes) => {
            moved += bytes, !(moved <= this.#counted) && (this.#given.onBytes?.(moved - this.#counted), this.#counted = moved);
          }
        };
      }
      /** Has the last attempt come well beyond the one before? */
      hasGotOn() {
        let isFurther = this.#counted - this.#before >= GETTING_ON;
        return this.#before = this.#counted, isFurther;
      }
    };
  }
});

// src/fs/scratch.ts
import path37 from "node:path";
async function withScratch(parent, prefix, use) {
  let dir = path37.join(parent, tempName(prefix));
  await mkdirs(parent), await mkdir(dir);
  try {
    return await use(dir);
  } finally {
    await removeTree(dir).catch(() => {
    });
  }
}
async function sweepScratch(parent, prefix) {
  for (let name2 of namesIn(parent)) {
    let dir = path37.join(parent, name2);
    !name2.startsWith(`${prefix}.`) || !isTempAbandoned(dir) || await removeTree(dir).catch(() => {
    });
  }
}
var init_scratch = __esm({
  "src/fs/scratch.ts"() {
    "use strict";
    init_ops();
    init_temp();
  }
});

// src/transport/command-list.ts
import { fstatSync as fstatSync8 } from "node:fs";
function isShort(output) {
  return fstatSync8(output.fd).size <= LONGEST_LISTING;
}
async function readListing(output, prefix, what) {
  let objects = [];
  for await (let line of linesOf2(output)) {
    if (line.trim() === "") continue;
    let object = readLine(line, what);
    if (!object.key.startsWith(prefix)) continue;
    (!object.key.startsWith(RESERVED_PREFIX) || prefix.startsWith(RESERVED_PREFIX)) && objects.push(object);
  }
  return objects;
}
function readLine(line, what) {
  let [, size, key] = /^\s*(\d{1,15})[ \t]+(\S.*?)\s*$/.exec(line) ?? [];
  if (size !== void 0 && key !== void 0) return { key, size: Number(size) };
  let shown2 = escapeForTerminal(line.slice(0, 80));
  throw new BlobsyError("IO", `${what} printed a line that is not "<size> <key>": ${shown2}`);
}
async function* linesOf2(file) {
  let buffer = Buffer.alloc(PIECE), rest = "";
  for (let at2 = 0; ; ) {
    let { bytesRead } = await file.read(buffer, 0, PIECE, at2);
    if (bytesRead === 0) break;
    at2 += bytesRead;
    let lines2 = (rest + buffer.toString("latin1", 0, bytesRead)).split(`
`);
    rest = lines2.pop() ?? "", yield* lines2;
  }
  yield rest;
}
var LONGEST_LISTING, PIECE, init_command_list = __esm({
  "src/transport/command-list.ts"() {
    "use strict";
    init_errors();
    init_terminal();
    init_transport();
    LONGEST_LISTING = 256 * 1024 * 1024, PIECE = 64 * 1024;
  }
});

// src/domain/command-template.ts
function splitTemplate(template) {
  let split2 = splitWords(template);
  if (!split2.ok) return split2;
  let [program2, ...args] = split2.value;
  if (program2 === void 0) return refuse5("it is empty");
  if (program2.includes("{")) return refuse5("the program itself cannot be filled in");
  for (let word2 of split2.value)
    for (let [whole, name2] of word2.matchAll(PLACEHOLDER))
      if (!isPlaceholder(name2))
        return refuse5(`${whole} is none of ${PLACEHOLDERS.map((one) => `{${one}}`).join(" ")}`);
  return { ok: !0, value: [program2, ...args] };
}
function fillIn(word2, values) {
  return word2.replace(
    PLACEHOLDER,
    (whole, name2) => isPlaceholder(name2) ? values[name2] : whole
  );
}
function valuesAsEnvironment(values) {
  return Object.fromEntries(PLACEHOLDERS.map((name2) => [variableOf(name2), values[name2]]));
}
function shellText(template, shell) {
  let [text, quote] = ["", ""];
  for (let at2 = 0; at2 < template.length; ) {
    let [whole, name2] = /^\{([a-z_]+)\}/.exec(template.slice(at2)) ?? [];
    if (whole !== void 0 && isPlaceholder(name2)) {
      text += shell === "sh" ? inSh(variableOf(name2), quote) : inCmd(variableOf(name2), quote), at2 += whole.length;
      continue;
    }
    let char = template[at2] ?? "", length = shell === "sh" && char === "\\" && quote !== "'" ? 2 : 1;
    quote === char ? quote = "" : quote === "" && (char === '"' || char === "'" && shell === "sh") && (quote = char), text += template.slice(at2, at2 + length), at2 += length;
  }
  return text;
}
function inSh(variable, quote) {
  return quote === '"' ? `\${${variable}}` : quote === "'" ? `'"$${variable}"'` : `"$${variable}"`;
}
function inCmd(variable, quote) {
  return quote === '"' ? `%${variable}%` : `"%${variable}%"`;
}
function variableOf(name2) {
  return `BLOBSY_${name2.toUpperCase()}`;
}
function isPlaceholder(name2) {
  return PLACEHOLDERS.includes(name2 ?? "");
}
function splitWords(template) {
  let words = [], text = template.trim();
  for (let at2 = 0; at2 < text.length; ) {
    WORD.lastIndex = at2;
    let written = WORD.exec(text)?.[0] ?? "", after2 = text[at2 + written.length] ?? " ";
    if (!/[ \t]/.test(after2)) return refuse5(`a ${after2} is not closed`);
    let reason = written === "" ? null : whyShell(written);
    if (reason !== null) return refuse5(reason);
    written !== "" && words.push(meaningOf(written)), at2 += written.length + 1;
  }
  return { ok: !0, value: words };
}
function meaningOf(written) {
  return written.replace(PIECE2, (piece, quoted, escaped) => {
    if (escaped !== void 0) return escaped.slice(1);
    if (quoted === void 0) return piece;
    let inside = quoted.slice(1, -1);
    return quoted.startsWith("'") ? inside : inside.replace(/\\(["\\])/g, "$1");
  });
}
function whyShell(written) {
  let [found] = /^(?:\|\|?|&&?|;|\(|\)|[0-9]?[<>].*)$/.exec(written) ?? /^~(?=\/|$)/.exec(written) ?? /\$(?=[A-Za-z_{(])|`/.exec(written.replace(/'[^']*'/g, "")) ?? [];
  return found === void 0 ? null : `${found} means something only to a shell: set "shell = true", or put it in single quotes`;
}
function refuse5(reason) {
  return { ok: !1, reason };
}
var PLACEHOLDERS, PLACEHOLDER, QUOTED, ESCAPED, WORD, PIECE2, init_command_template = __esm({
  "src/domain/command-template.ts"() {
    "use strict";
    PLACEHOLDERS = ["local", "remote_key", "hash", "size"], PLACEHOLDER = /\{([A-Za-z_]+)\}/g;
    QUOTED = String.raw`'[^']*'|"(?:\\["\\]|[^"])*"`, ESCAPED = String.raw`\\["'\\ \t]`, WORD = new RegExp(`(?:${QUOTED}|${ESCAPED}|[^'" 	])+`, "y"), PIECE2 = new RegExp(`(${QUOTED})|(${ESCAPED})|[^'"]`, "g");
  }
});

// src/transport/child.ts
import { spawn as spawn2, spawnSync } from "node:child_process";
import path38 from "node:path";
async function runChild(call) {
  if (call.signal?.aborted)
    return { code: null, signal: null, because: "stopped", out: "", err: "" };
  let child = spawn2(call.program, call.args, {
    cwd: call.cwd,
    env: environment2(call.env),
    stdio: ["ignore", call.stdoutFd ?? "pipe", "pipe"],
    // A group, and a session without a terminal: nothing can ask for a password there.
    detached: process.platform !== "win32",
    windowsHide: !0,
    windowsVerbatimArguments: call.verbatim ?? !1
  }), out = new Kept("first"), err = new Kept("last"), ended = new Promise((resolve3, reject) => {
    child.on("error", reject), child.on("exit", (code, signal) => resolve3({ code, signal }));
  }), streams = [
    listen(child.stdout, out, call.onLine && ((line) => call.onLine?.(line, "out"))),
    listen(child.stderr, err, call.onLine && ((line) => call.onLine?.(line, "err")))
  ], guard = new Guard(child, call);
  try {
    let end = await ended;
    return endGroup(child, "SIGKILL"), await Promise.race([Promise.all(streams), wait(LINGER_MS)]), { ...end, because: guard.because, out: out.text(), err: err.text() };
  } finally {
    guard.end(), child.stdout?.destroy(), child.stderr?.destroy();
  }
}
function endGroup(child, signal) {
  let { pid } = child;
  if (pid !== void 0) {
    if (process.platform === "win32") {
      if (child.exitCode !== null) return;
      let system = process.env.SystemRoot ?? String.raw`C:\Windows`, taskkill = path38.join(system, "System32", "taskkill.exe");
      spawnSync(taskkill, ["/pid", String(pid), "/T", "/F"], { windowsHide: !0 });
      return;
    }
    try {
      process.kill(-pid, signal);
    } catch {
    }
  }
}
async function listen(stream, kept, onLine) {
  if (!stream) return;
  stream.setEncoding("utf8");
  let line = "";
  try {
    for await (let text of stream) {
      if (kept.add(text), !onLine) continue;
      let lines2 = (line + text).split(/\r\n|\n|\r/);
      line = (lines2.pop() ?? "").slice(0, LONGEST_LINE);
      for (let whole of lines2) onLine(whole);
    }
  } catch {
  }
  line !== "" && onLine?.(line);
}
function environment2(changes) {
  let env = { ...process.env, NoDefaultCurrentDirectoryInExePath: "1" };
  for (let name2 of GITS_OWN) delete env[name2];
  for (let [name2, value] of Object.entries(changes))
    value === void 0 ? delete env[name2] : env[name2] = value;
  return env;
}
function wait(ms) {
  return new Promise((done) => setTimeout(done, ms).unref());
}
var KEPT2, LONGEST_LINE, WATCH_EVERY_MS, GRACE_MS, LINGER_MS, GITS_OWN, Guard, running, Kept, init_child = __esm({
  "src/transport/child.ts"() {
    "use strict";
    KEPT2 = 8192, LONGEST_LINE = 16384, WATCH_EVERY_MS = 100, GRACE_MS = 2e3, LINGER_MS = 500, GITS_OWN = [
      "GIT_ALTERNATE_OBJECT_DIRECTORIES",
      "GIT_COMMON_DIR",
      "GIT_CONFIG",
      "GIT_CONFIG_COUNT",
      "GIT_CONFIG_PARAMETERS",
      "GIT_DIR",
      "GIT_GRAFT_FILE",
      "GIT_IMPLICIT_WORK_TREE",
      "GIT_INDEX_FILE",
      "GIT_INTERNAL_SUPER_PREFIX",
      "GIT_NO_REPLACE_OBJECTS",
      "GIT_OBJECT_DIRECTORY",
      "GIT_PREFIX",
      "GIT_REPLACE_REF_BASE",
      "GIT_SHALLOW_FILE",
      "GIT_WORK_TREE"
    ];
    Guard = class {
      because = "itself";
      #child;
      #call;
      #timers = [];
      #stop = () => this.#finish("stopped");
      constructor(child, call) {
        this.#child = child, this.#call = call, running.add(child), call.signal?.addEventListener("abort", this.#stop), this.#timers.push(setTimeout(() => this.#finish("limit"), call.limitMs));
        let { watch } = call;
        watch && this.#timers.push(setInterval(() => watch() || this.#finish("watch"), WATCH_EVERY_MS));
      }
      end() {
        running.delete(this.#child);
        for (let timer of this.#timers) clearTimeout(timer);
        this.#call.signal?.removeEventListener("abort", this.#stop);
      }
      #finish(because) {
        this.because === "itself" && (this.because = because, endGroup(this.#child, "SIGTERM"), this.#timers.push(setTimeout(() => endGroup(this.#child, "SIGKILL"), GRACE_MS)));
      }
    };
    running = new class {
      #children = /* @__PURE__ */ new Set();
      #signals = ["SIGINT", "SIGTERM", "SIGHUP"];
      #handlers = this.#signals.map((name2) => () => this.#onSignal(name2));
      #onExit = () => this.#endAll();
      add(child) {
        if (this.#children.size === 0) {
          process.on("exit", this.#onExit);
          for (let [at2, name2] of this.#signals.entries()) process.on(name2, this.#handler(at2));
        }
        this.#children.add(child);
      }
      delete(child) {
        this.#children.delete(child) && this.#children.size === 0 && this.#retire();
      }
      /** Whoever else listens has its own way to end, and stops its programs first. */
      #onSignal(name2) {
        process.listenerCount(name2) > 1 || (this.#endAll(), this.#retire(), process.kill(process.pid, name2));
      }
      #endAll() {
        for (let child of this.#children) endGroup(child, "SIGKILL");
      }
      #retire() {
        process.removeListener("exit", this.#onExit);
        for (let [at2, name2] of this.#signals.entries())
          process.removeListener(name2, this.#handler(at2));
      }
      #handler(at2) {
        return this.#handlers[at2] ?? (() => {
        });
      }
    }(), Kept = class {
      #text = "";
      #part;
      constructor(part) {
        this.#part = part;
      }
      add(text) {
        this.#part === "last" ? this.#text = (this.#text + text).slice(-KEPT2) : this.#text.length < KEPT2 && (this.#text = (this.#text + text).slice(0, KEPT2));
      }
      text() {
        return this.#text;
      }
    };
  }
});

// src/transport/command-runner.ts
import path39 from "node:path";
function timeFor(bytes) {
  return Math.min(BASE_LIMIT_MS + bytes / SLOWEST, 2 ** 31 - 1);
}
function throughShell(template) {
  if (process.platform === "win32") {
    let system = process.env.SystemRoot ?? String.raw`C:\Windows`;
    return { program: path39.join(system, "System32", "cmd.exe"), args: ["/d", "/s", "/c", `"${shellText(template, "cmd")}"`], verbatim: !0 };
  }
  return { program: "/bin/sh", args: ["-c", shellText(template, "sh")], verbatim: !1 };
}
var BASE_LIMIT_MS, SLOWEST, CommandRunner, init_command_runner = __esm({
  "src/transport/command-runner.ts"() {
    "use strict";
    init_command_template();
    init_errors();
    init_find_program();
    init_child();
    BASE_LIMIT_MS = 600 * 1e3, SLOWEST = 32.768;
    CommandRunner = class {
      #spec;
      constructor(spec) {
        this.#spec = spec;
      }
      nameOf(name2) {
        return `the ${name2} command of backend "${this.#spec.name}"`;
      }
      describe(name2, size) {
        let lengthen = `git config blobsy.backend.${this.#spec.name}.timeLimit 12h`;
        return { what: this.nameOf(name2), limitMs: this.#limitMs(size), lengthen };
      }
      /**
       * What this command would run, its placeholders not filled in.
       * @throws {BlobsyError} BAD_CONFIG when there is none, or it cannot be run
       */
      find(name2) {
        let template = this.#spec.templates[name2];
        if (template === void 0)
          throw this.#bad(`backend "${this.#spec.name}" has no ${name2} command`);
        return this.#spec.shell ? throughShell(template.text) : this.#words(name2, template);
      }
      /** @throws {BlobsyError} BAD_CONFIG, and IO when the program cannot be started */
      async run(name2, cwd, values, { size = 0, out, ...options }) {
        let { program: program2, args, verbatim } = this.find(name2), call = {
          program: program2,
          args: this.#spec.shell ? args : args.map((word2) => fillIn(word2, values)),
          verbatim,
          cwd,
          limitMs: this.#limitMs(size),
          env: {
            ...valuesAsEnvironment(values),
            BLOBSY_TEMP_OUT: out,
            PATH: absolutePath(this.#spec.notBelow)
          },
          signal: options.signal,
          ...options.stdoutFd === void 0 ? {} : { stdoutFd: options.stdoutFd },
          ...options.watch === void 0 ? {} : { watch: options.watch }
        };
        try {
          return await runChild(call);
        } catch (error) {
          let why = error instanceof Error ? error.message : String(error);
          throw new BlobsyError("IO", `${this.nameOf(name2)} cannot be started: ${why}`, {
            cause: error
          });
        }
      }
      #words(name2, { text, own: own3 }) {
        let words = splitTemplate(text);
        if (!words.ok) throw this.#bad(`${this.nameOf(name2)} cannot be used: ${words.reason}`);
        let [first2, ...args] = words.value, isNamedByPath = /[/\\]/.test(first2);
        if (isNamedByPath && !path39.isAbsolute(first2))
          throw this.#bad(`${this.nameOf(name2)} starts with ${first2}, a relative path: name a program on PATH, or one by its absolute path`);
        let program2 = findProgram(first2, own3 && isNamedByPath ? [] : this.#spec.notBelow);
        if (program2 === void 0) {
          let where = isNamedByPath ? "is no program outside this repository" : "was not found on PATH";
          throw this.#bad(`${this.nameOf(name2)} cannot run: ${first2} ${where}`);
        }
        return { program: program2, args, verbatim: !1 };
      }
      #limitMs(size) {
        return this.#spec.limitMs ?? timeFor(size);
      }
      #bad(message) {
        return new BlobsyError("BAD_CONFIG", message);
      }
    };
  }
});

// src/transport/explain-child.ts
function classOf(said) {
  return BY_WORDS.find(([, words]) => words.test(said))?.[0];
}
function explainChild(end, { what, limitMs, lengthen }) {
  let said = lastWords(end.err), facts = end.err === "" ? {} : { cause: withoutSecrets(end.err).trim() };
  if (end.because === "stopped") return new BlobsyError("INTERRUPTED", `${what} was stopped`);
  if (end.because === "limit") {
    let message = `${what} did not end within ${formatDuration(limitMs / 1e3)}, and was ended${said}`;
    return new BlobsyError("IO", message, { ...facts, next: lengthen });
  }
  let how = end.signal === null ? `failed with exit code ${end.code}` : `was ended by ${end.signal}`, code = BY_EXIT_CODE[end.code ?? 0] ?? classOf(end.err) ?? "IO";
  return new BlobsyError(code, `${what} ${how}${said}`, facts);
}
function lastWords(err) {
  let line = err.split(/[\r\n]+/).map((text) => text.trim()).findLast((text) => text !== "");
  return line === void 0 ? "" : `: ${escapeForTerminal(withoutSecrets(line).slice(0, 300))}`;
}
function withoutSecrets(text, env = process.env) {
  let clean = redactUrls(text);
  for (let [name2, value] of Object.entries(env))
    value && value.length >= 8 && SECRET_NAME.test(name2) && (clean = clean.replaceAll(value, "***"));
  return clean;
}
var BY_EXIT_CODE, BY_WORDS, SECRET_NAME, init_explain_child = __esm({
  "src/transport/explain-child.ts"() {
    "use strict";
    init_errors();
    init_remote_url();
    init_size();
    init_terminal();
    BY_EXIT_CODE = {
      69: "NETWORK",
      // EX_UNAVAILABLE
      73: "DISK_FULL",
      // EX_CANTCREAT
      75: "THROTTLED",
      // EX_TEMPFAIL
      77: "PERMISSION"
      // EX_NOPERM
    }, BY_WORDS = [
      ["DISK_FULL", /no space left|disk quota exceeded|not enough space|\bENOSPC\b/i],
      [
        "THROTTLED",
        /SlowDown|TooManyRequests|RequestLimitExceeded|throttl|rate exceeded|\b429\b|\b503\b|reduce your request rate/i
      ],
      [
        "CREDENTIALS",
        /InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|RequestTimeTooSkewed|(?:locate|load|find|retrieve|no valid|missing) .{0,30}credential|NoCredentialProviders|\b401\b|authentication failed|unauthorized/i
      ],
      ["PERMISSION", /AccessDenied|access denied|permission denied|not permitted|forbidden|\b403\b/i],
      ["NOT_FOUND", /NoSuchKey|NoSuchBucket|no such (?:key|bucket|object)|bucket does ?not exist/i],
      [
        "NETWORK",
        /could not resolve|no such host|name or service not known|temporary failure in name resolution|connection (?:was )?(?:refused|reset|closed|timed out)|could not connect|network is unreachable|no route to host|i\/o timeout|(?:operation|connect|read) timed out|timeout on (?:endpoint|read)|TLS handshake|unexpected EOF|broken pipe/i
      ]
    ];
    SECRET_NAME = /SECRET|TOKEN|PASSW|CREDENTIAL|ACCESS_KEY|API_?KEY|PRIVATE/i;
  }
});

// src/transport/command.ts
var command_exports = {};
__export(command_exports, {
  openCommand: () => openCommand
});
import { lstatSync as lstatSync4, statfsSync } from "node:fs";
import path40 from "node:path";
function openCommand(spec) {
  return new CommandTransport(spec);
}
async function copyOf(from, to, maxBytes, { signal }) {
  throwIfStopped(signal);
  let source = await openRegular(from);
  try {
    return await cloneFile(from, to) ? lstatSync4(to).size : await copyBytes(source, to, { maxBytes, signal });
  } finally {
    await source.close();
  }
}
function asIo(error) {
  return new BlobsyError("IO", error.message, { cause: error.cause });
}
function lstatOrNull2(file) {
  try {
    return lstatSync4(file, { throwIfNoEntry: !1 }) ?? null;
  } catch {
    return null;
  }
}
var GENERATION_KEY2, SMALL4, SCRATCH, NO, NO_INPUT, CommandTransport, init_command = __esm({
  "src/transport/command.ts"() {
    "use strict";
    init_errors();
    init_ops();
    init_hash();
    init_scratch();
    init_command_list();
    init_command_runner();
    init_copy();
    init_explain_child();
    init_transport();
    GENERATION_KEY2 = `${RESERVED_PREFIX}generation`, SMALL4 = 4096, SCRATCH = "command", NO = 1, NO_INPUT = 66;
    CommandTransport = class {
      id;
      capabilities;
      #spec;
      #runner;
      #swept = !1;
      constructor(spec) {
        this.id = spec.id, this.#spec = spec, this.#runner = new CommandRunner(spec), this.capabilities = {
          list: spec.templates.list !== void 0,
          write: spec.templates.push !== void 0
        };
      }
      async has(key, options = {}) {
        throwIfStopped(options.signal);
        let { exists, list } = this.#spec.templates;
        if (exists !== void 0) {
          let answer = await this.#exists(key, options);
          if (answer !== "unknown") return answer;
        }
        if (list !== void 0) {
          for await (let object of this.list(key, options))
            if (object.key === key) return { size: object.size };
          return null;
        }
        return this.#measure(key, options, exists !== void 0);
      }
      upload(key, file, size, options = {}) {
        return this.#inScratch(options, async (dir) => {
          let local = path40.join(dir, path40.posix.basename(key)), copied = await copyOf(file, local, size, options);
          if (copied !== size) throw wrongSize(file, copied, size);
          let hash = options.oid ?? (await hashFile(local)).oid, values = { local, remote_key: key, hash, size: String(size) }, end = await this.#runner.run("push", dir, values, { ...options, size });
          if (end.because !== "itself" || end.code !== 0) throw this.#failed("push", end, size);
          options.onBytes?.(size);
        });
      }
      download(key, dest, maxBytes, options = {}) {
        return this.#inScratch(options, async (dir) => {
          let found = await this.#pull(key, dir, maxBytes, options);
          if (found === null) throw this.#notFound(key);
          let copied = await copyOf(found.file, dest, maxBytes, { signal: options.signal });
          if (copied > maxBytes) throw tooLong(maxBytes);
          options.onBytes?.(copied - found.told);
        });
      }
      async *list(prefix, options = {}) {
        throwIfStopped(options.signal), yield* await this.#inScratch(options, async (dir) => {
          let output = await createFile(path40.join(dir, "listing"));
          try {
            let values = { local: "", remote_key: prefix, hash: "", size: "" }, how = { ...options, stdoutFd: output.fd, watch: () => isShort(output) }, end = await this.#runner.run("list", dir, values, how);
            if (end.because === "watch") throw tooLong(LONGEST_LISTING);
            if (end.because !== "itself" || end.code !== 0) throw this.#failed("list", end);
            return await readListing(output, prefix, this.#runner.nameOf("list"));
          } finally {
            await output.close();
          }
        });
      }
      remove(key, options = {}) {
        return this.#inScratch(options, async (dir) => {
          let values = { local: "", remote_key: key, hash: "", size: "" }, end = await this.#runner.run("remove", dir, values, options);
          if (end.because === "itself" && end.code === 0) return;
          let failed = this.#failed("remove", end);
          if (!(failed.code !== "INTERRUPTED" && await this.#isCertainlyGone(key, options))) throw failed;
        });
      }
      /** Asks for an object that nobody has: "no" is an answer. Without `exists`, `list` has to do. */
      async check(options = {}) {
        throwIfStopped(options.signal);
        let { exists, list, pull: pull2 } = this.#spec.templates;
        exists !== void 0 ? await this.#exists(GENERATION_KEY2, options) : list !== void 0 ? await this.has(GENERATION_KEY2, options) : this.#runner.find(pull2 === void 0 ? "push" : "pull");
      }
      /**
       * Where neither `exists` nor `list` is configured, nobody can collect garbage, and what is not
       * there could not be told from what does not answer.
       */
      async generation(options = {}) {
        let { exists, list, pull: pull2 } = this.#spec.templates;
        return exists === void 0 && list === void 0 || pull2 === void 0 ? (await this.check(options), "0") : await this.#isThere(GENERATION_KEY2, options) === !1 ? "0" : this.#inScratch(options, async (dir) => {
          let found = await this.#pull(GENERATION_KEY2, dir, SMALL4, options);
          if (found === null) return "0";
          let handle = await openRegular(found.file);
          try {
            return (await handle.readAll()).toString("utf8").trim() || "0";
          } finally {
            await handle.close();
          }
        });
      }
      /** `"unknown"` where it says that the object is there, and not how large it is. */
      #exists(key, options) {
        return this.#inScratch(options, async (dir) => {
          let values = { local: "", remote_key: key, hash: "", size: "" }, end = await this.#runner.run("exists", dir, values, options);
          if (end.because === "itself" && end.code === NO) return null;
          if (end.because !== "itself" || end.code !== 0) throw this.#failed("exists", end);
          let size = /^\s*(\d{1,15})(?:\s|$)/.exec(end.out)?.[1];
          return size === void 0 ? "unknown" : { size: Number(size) };
        });
      }
      async #isThere(key, options) {
        return this.#spec.templates.exists !== void 0 ? await this.#exists(key, options) !== null : await this.has(key, options) !== null;
      }
      /** By fetching it. Whatever goes wrong is "no" where the only question is whether to send it. */
      #measure(key, options, isThere4) {
        return this.#inScratch(options, async (dir) => {
          try {
            let { signal } = options, { bavail, bsize } = statfsSync(dir), found = await this.#pull(key, dir, Math.floor(bavail * bsize / 2), { signal });
            return found && { size: found.size };
          } catch (error) {
            if (isThere4 || this.#spec.templates.pull === void 0 || !isBlobsyError(error) || error.code === "INTERRUPTED") throw error;
            return null;
          }
        });
      }
      /** @returns the file it left, and how many of its bytes were told; `null` for no such object */
      async #pull(key, dir, maxBytes, options) {
        let file = path40.join(dir, path40.posix.basename(key)), told2 = 0, watch = () => {
          let size = lstatOrNull2(file)?.size ?? 0, more = Math.min(size, maxBytes) - told2;
          return more > 0 && options.onBytes?.(more), told2 += Math.max(more, 0), size <= maxBytes;
        }, values = {
          local: file,
          remote_key: key,
          hash: options.oid ?? "",
          size: String(maxBytes)
        }, how = { ...options, size: maxBytes, watch, out: file }, end = await this.#runner.run("pull", dir, values, how);
        if (end.because === "watch") throw tooLong(maxBytes);
        if (end.because === "itself" && end.code === NO_INPUT) return null;
        if (end.because !== "itself" || end.code !== 0) {
          let failed = this.#failed("pull", end, maxBytes);
          if (failed.code === "INTERRUPTED") throw failed;
          if (await this.#isCertainlyGone(key, options)) return null;
          throw failed.code === "NOT_FOUND" ? asIo(failed) : failed;
        }
        let left = lstatOrNull2(file);
        return left === null && await this.#isCertainlyGone(key, options) ? null : { file, size: this.#sizeOf(left, lastWords(end.err), maxBytes), told: told2 };
      }
      /** @throws {BlobsyError} for anything but a regular file of a fitting size */
      #sizeOf(left, said, maxBytes) {
        let what = this.#runner.nameOf("pull");
        if (left === null)
          throw new BlobsyError(
            "IO",
            `${what} ended well, but wrote no file to $BLOBSY_TEMP_OUT${said}`
          );
        if (!left.isFile()) {
          let kind = left.isSymbolicLink() ? "a link" : left.isDirectory() ? "a directory" : "no file";
          throw new BlobsyError("IO", `${what} left ${kind} at $BLOBSY_TEMP_OUT, which is not used`);
        }
        if (left.size > maxBytes) throw tooLong(maxBytes);
        return left.size;
      }
      async #isCertainlyGone(key, options) {
        let { exists, list } = this.#spec.templates;
        return exists === void 0 && list === void 0 ? !1 : !await this.#isThere(key, { signal: options.signal });
      }
      async #inScratch(options, use) {
        throwIfStopped(options.signal);
        let { scratch } = this.#spec;
        try {
          return this.#swept || await sweepScratch(scratch, SCRATCH), this.#swept = !0, await withScratch(scratch, SCRATCH, use);
        } catch (error) {
          throw error.syscall === void 0 ? error : fromErrno(error, `a command of backend "${this.#spec.name}"`, scratch);
        }
      }
      #failed(what, end, size = 0) {
        return explainChild(end, this.#runner.describe(what, size));
      }
      #notFound(key) {
        return new BlobsyError("NOT_FOUND", `${key} is not on backend "${this.#spec.name}"`);
      }
    };
  }
});

// src/transport/lanes.ts
var Lanes, init_lanes = __esm({
  "src/transport/lanes.ts"() {
    "use strict";
    Lanes = class {
      #most;
      #waiting = [];
      #width;
      #busy = 0;
      #smooth = 0;
      /** @param most at a time */
      constructor(most) {
        this.#most = most, this.#width = most;
      }
      get width() {
        return this.#width;
      }
      /** Runs `work` when there is room. */
      async run(work) {
        for (; this.#busy >= this.#width; )
          await new Promise((resolve3) => this.#waiting.push(resolve3));
        this.#busy += 1;
        try {
          return await work();
        } finally {
          this.#busy -= 1, this.#wake();
        }
      }
      throttled() {
        this.#width = Math.max(1, Math.floor(this.#width / 2)), this.#smooth = 0;
      }
      succeeded() {
        this.#smooth += 1, !(this.#smooth < this.#width || this.#width >= this.#most) && (this.#width += 1, this.#smooth = 0, this.#wake());
      }
      #wake() {
        for (let free = this.#width - this.#busy; free > 0; free -= 1) this.#waiting.shift()?.();
      }
    };
  }
});

// src/transport/resume.ts
import { createHash as createHash9 } from "node:crypto";
import { readFileSync as readFileSync15 } from "node:fs";
import path41 from "node:path";
async function sweepResumes(stateDir, now = Date.now()) {
  try {
    for (let name2 of namesIn(stateDir)) {
      let file = path41.join(stateDir, name2), facts = NAME2.test(name2) ? lstatFacts(file) : null;
      facts && now - Number(facts.mtimeNs / 1000000n) > KEPT_MS && await unlinkIfThere(file);
    }
  } catch {
  }
}
var KEPT_MS, NAME2, Resume, init_resume = __esm({
  "src/transport/resume.ts"() {
    "use strict";
    init_lock();
    init_facts();
    init_ops();
    init_temp();
    KEPT_MS = 168 * 36e5, NAME2 = /^[0-9a-f]{32}\.(?:upload|download|part)$/, Resume = class _Resume {
      #file;
      #lock;
      /** Where a download keeps its parts. */
      partFile;
      parts = /* @__PURE__ */ new Map();
      /** What the transfer was begun as; `null` when there is none to go on with. */
      begun = null;
      constructor(file, lock) {
        this.#file = file, this.#lock = lock, this.partFile = file.replace(/\.[a-z]+$/, ".part");
      }
      /**
       * @param subject what is transferred: remote and key
       * @returns `null` when another transfer of the same is under way
       * @throws system errors
       */
      static async take(stateDir, subject, kind) {
        await mkdirs(stateDir);
        let name2 = createHash9("sha256").update(subject).digest("hex").slice(0, 32), file = path41.join(stateDir, `${name2}.${kind}`), lock = await acquireLock(`${file}.lock`, { waitMs: 0 });
        if (!lock) return null;
        let resume = new _Resume(file, lock);
        return resume.#read(), resume;
      }
      /** Begins anew. @param facts single words */
      async begin(facts) {
        await this.forget(), this.begun = facts, await this.#append(`begun ${new URLSearchParams(facts).toString()}`);
      }
      async note(part, { sha256, tag }) {
        this.parts.set(part, { sha256, tag }), await this.#append(`part ${part} ${sha256} ${encodeURIComponent(tag)}`);
      }
      /** There is nothing to go on with. */
      async forget() {
        this.begun = null, this.parts.clear(), await unlinkIfThere(this.#file);
      }
      async close() {
        await this.#lock.release();
      }
      #append(line) {
        return appendLine(this.#file, `
${line} .`);
      }
      #read() {
        let text;
        try {
          text = readFileSync15(this.#file, "utf8");
        } catch {
          return;
        }
        for (let line of text.split(`
`)) {
          let [kind, first2 = "", sha256 = "", tag = "", end] = line.split(" ");
          kind === "begun" && sha256 === "." ? (this.begun = Object.fromEntries(new URLSearchParams(first2)), this.parts.clear()) : kind === "part" && end === "." && /^[0-9a-f]{64}$/.test(sha256) && this.parts.set(Number(first2), { sha256, tag: decodeURIComponent(tag) });
        }
      }
    };
  }
});

// src/transport/public-lookup.ts
import { lookup as resolve } from "node:dns";
function leadsInside(hostname, { address }) {
  return new BlobsyError(
    "NEEDS_TRUST",
    `the committed configuration names ${hostname}, which leads to ${address}, an address of this machine or this network`
  );
}
var publicLookup, init_public_lookup = __esm({
  "src/transport/public-lookup.ts"() {
    "use strict";
    init_errors();
    init_network_address();
    publicLookup = (hostname, options, done) => {
      resolve(hostname, { ...options, all: !0 }, (error, addresses) => {
        if (error) return done(error, "");
        let inside = addresses.find(({ address }) => !isPublicAddress(address));
        if (inside) return done(leadsInside(hostname, inside), "");
        if (options.all) return done(null, addresses);
        let [first2] = addresses;
        done(null, first2?.address ?? "", first2?.family);
      });
    };
  }
});

// src/transport/s3-errors.ts
function answerOf(error) {
  let found = error ?? {}, status2 = found.$metadata?.httpStatusCode ?? found.$response?.statusCode, headers = found.$response?.headers ?? {};
  return {
    status: typeof status2 == "number" ? status2 : 0,
    name: word(found.name === "Error" ? found.Code : found.name) ?? word(found.Code) ?? "unknown",
    header: (name2) => headers[name2]
  };
}
function classed2(error, where) {
  let known = ofOurs(error);
  if (known) return known;
  if (error?.name === "AbortError") return stopped(error);
  let answer = answerOf(error);
  if (answer.status >= 300 || KEYS_ARE_WRONG.has(answer.name)) return fromAnswer(answer, where);
  let errno = errnoOf(error) ?? "";
  return CERTIFICATE.test(errno) ? told("NETWORK", `the server's certificate is not accepted (${errno})`, where, {
    next: "export NODE_EXTRA_CA_CERTS=<file with your authority's certificate>"
  }) : UNREACHABLE2.test(errno) || ON_THE_WAY.has(answer.name) ? told("NETWORK", unreachable(errno || answer.name), where) : answer.status > 0 ? told("NETWORK", "the answer is not that of an S3 server", where) : /^E[A-Z]+$/.test(errno) ? fromErrno(error, `${where.doing} (${where.remote})`, "") : error;
}
function fromAnswer(answer, where) {
  let { status: status2, name: name2 } = answer, because = `${name2}${status2 > 0 ? `, HTTP ${status2}` : ""}`, say = (code, what, next) => told(code, `${what} (${because})`, where, next === void 0 ? {} : { next });
  if (KEYS_ARE_WRONG.has(name2)) return fromKeys(answer, where, say);
  if (name2 === "NoSuchBucket")
    return say("IO", `there is no bucket ${where.bucket}`, `aws s3 mb s3://${where.bucket}`);
  if (status2 === 404) return say("NOT_FOUND", "it is not there");
  if (TOO_MUCH.has(name2) || status2 === 429 || status2 === 503 || status2 === 509) {
    let retryAfterMs = pauseAsked(answer.header("retry-after"));
    return told("THROTTLED", `the server asks to slow down (${because})`, where, {
      next: "git config blobsy.transfer.concurrency 2",
      ...retryAfterMs === void 0 ? {} : { retryAfterMs }
    });
  }
  return status2 === 301 || status2 === 307 || status2 === 308 || status2 === 302 ? redirected(answer, where, say) : status2 === 401 || status2 === 403 || status2 === 405 ? refused3(where, say) : status2 === 412 ? say("NETWORK", "it has changed meanwhile") : status2 === 507 ? say("DISK_FULL", "the remote has no space left") : status2 >= 500 && status2 !== 501 ? say("NETWORK", "the server has failed") : ON_THE_WAY.has(name2) || status2 === 408 ? say("NETWORK", "it did not arrive whole") : say("IO", "the server refuses the request");
}
function fromKeys({ name: name2 }, where, say) {
  return name2 === "CredentialsProviderError" || name2 === "TokenProviderError" ? say("CREDENTIALS", "no usable AWS credentials were found", "aws configure") : /Expired|Refresh/.test(name2) ? say("CREDENTIALS", "the credentials have expired", "aws sso login") : name2 === "RequestTimeTooSkewed" ? say("CREDENTIALS", "this machine's clock and the server's differ too much", "date") : name2 === "AuthorizationHeaderMalformed" ? say(
    "CREDENTIALS",
    "the signature is not accepted; the region may be another one",
    `git config blobsy.backend.${where.backend}.region <region>`
  ) : say("CREDENTIALS", "the credentials are not accepted", "aws sts get-caller-identity");
}
function refused3({ untrusted }, say) {
  return untrusted === void 0 ? say("PERMISSION", "these credentials may not do this", "aws sts get-caller-identity") : say(
    "CREDENTIALS",
    `${untrusted} is asked without credentials, as only a commit names it, and refuses`,
    `git config --global --add blobsy.trustedEndpoint ${untrusted}`
  );
}
function redirected({ header }, where, say) {
  let region = word(header("x-amz-bucket-region"));
  if (region !== void 0) {
    let next = `git config blobsy.backend.${where.backend}.region ${region}`;
    return say("IO", `the bucket is in region ${region}`, next);
  }
  return say("IO", "the server points to another address, which is not followed");
}
function ofOurs(error) {
  for (let at2 = error, depth = 0; at2 && depth < 4; depth += 1) {
    if (isBlobsyError(at2)) return at2;
    at2 = at2.cause;
  }
  return null;
}
function stopped(error) {
  return new BlobsyError("INTERRUPTED", "the transfer was stopped", { cause: error });
}
function told(code, what, { doing, remote }, facts = {}) {
  return new BlobsyError(code, `${doing} (${remote}): ${what}`, facts);
}
function unreachable(errno) {
  return errno === "ENOTFOUND" || errno === "EAI_AGAIN" ? `the host is not found (${errno})` : errno === "ECONNREFUSED" ? `nobody answers there (${errno})` : `the connection failed (${errno})`;
}
function pauseAsked(header) {
  if (header === void 0) return;
  if (/^[0-9]{1,6}$/.test(header)) return Number(header) * 1e3;
  let until = Date.parse(header);
  return Number.isNaN(until) ? void 0 : Math.max(0, until - Date.now());
}
function word(text) {
  return typeof text == "string" && /^[A-Za-z0-9._-]{1,64}$/.test(text) ? text : void 0;
}
var KEYS_ARE_WRONG, TOO_MUCH, ON_THE_WAY, CERTIFICATE, UNREACHABLE2, init_s3_errors = __esm({
  "src/transport/s3-errors.ts"() {
    "use strict";
    init_errors();
    KEYS_ARE_WRONG = /* @__PURE__ */ new Set([
      "AuthorizationHeaderMalformed",
      "CredentialsProviderError",
      "ExpiredToken",
      "ExpiredTokenException",
      "InvalidAccessKeyId",
      "InvalidClientTokenId",
      "InvalidSecurity",
      "InvalidToken",
      "NotSignedUp",
      "RequestExpired",
      "RequestTimeTooSkewed",
      "SignatureDoesNotMatch",
      "TokenProviderError",
      "TokenRefreshRequired"
    ]), TOO_MUCH = /* @__PURE__ */ new Set([
      "BandwidthLimitExceeded",
      "ConditionalRequestConflict",
      "OperationAborted",
      "RequestLimitExceeded",
      "ServiceUnavailable",
      "SlowDown",
      "Throttling",
      "ThrottlingException",
      "TooManyRequests"
    ]), ON_THE_WAY = /* @__PURE__ */ new Set([
      "BadDigest",
      "IncompleteBody",
      "InternalError",
      "InvalidDigest",
      "RequestTimeout",
      "TimeoutError",
      "XAmzContentSHA256Mismatch"
    ]), CERTIFICATE = /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/, UNREACHABLE2 = /^(E(CONN|HOST|NET|PIPE|PROTO|AI_|NOTFOUND|TIMEDOUT|ADDR|SOCKET)|HPE_|UND_ERR|ERR_HTTP|ERR_STREAM)/;
  }
});

// src/transport/s3-client.ts
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
function makeClient(sdk, spec, region, reread) {
  let { endpoint, access, profile, pathStyle } = spec, agent = { keepAlive: !0, maxSockets: 1 / 0, ...access === "anonymous" ? { lookup: publicLookup } : {} }, config2 = {
    region,
    maxAttempts: 1,
    logger: QUIET,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // With agents of our own the SDK asks for the server's consent and does not wait for it.
    expectContinueHeader: !1,
    followRegionRedirects: !1,
    forcePathStyle: pathStyle ?? endpoint !== void 0,
    requestHandler: new sdk.NodeHttpHandler({
      connectionTimeout: CONNECT_MS,
      socketTimeout: SILENT_MS,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent(agent)
    }),
    ...endpoint === void 0 ? {} : { endpoint }
  };
  if (access === "anonymous")
    config2.credentials = { accessKeyId: "", secretAccessKey: "" }, config2.signer = { sign: (request) => Promise.resolve(request) };
  else {
    let chosen2 = profile === void 0 ? {} : { profile };
    Object.assign(config2, chosen2), config2.credentials = sdk.defaultProvider({ ...chosen2, ignoreCache: reread, logger: QUIET });
  }
  return new sdk.S3Client(config2);
}
async function regionOf(sdk, { region, profile }) {
  if (region !== void 0) return region;
  let options = { ...sdk.NODE_REGION_CONFIG_FILE_OPTIONS, ...profile ? { profile } : {} };
  try {
    return await sdk.loadConfig(sdk.NODE_REGION_CONFIG_OPTIONS, options)();
  } catch {
    return "us-east-1";
  }
}
async function hostOf(sdk, spec, client) {
  if (spec.endpoint !== void 0) return spec.endpoint;
  let instructions = sdk.HeadObjectCommand, input = { Bucket: spec.bucket, Key: "x" }, { url } = await sdk.getEndpointFromInstructions(
    input,
    instructions,
    client.config
  );
  return /(^|\.)amazonaws\.com(\.cn)?$/.test(url.hostname) ? "AWS" : url.origin;
}
var CONNECT_MS, SILENT_MS, QUIET, S3Connection, init_s3_client = __esm({
  "src/transport/s3-client.ts"() {
    "use strict";
    init_s3_endpoint();
    init_copy();
    init_public_lookup();
    init_s3_errors();
    init_transport();
    CONNECT_MS = 15e3, SILENT_MS = 6e4, QUIET = { trace() {
    }, debug() {
    }, info() {
    }, warn() {
    }, error() {
    } }, S3Connection = class _S3Connection {
      /** Holds the address in force, so that records of one server are not taken for another's. */
      id;
      spec;
      sdk;
      #client;
      #region;
      constructor(spec, sdk, region, client, id) {
        this.spec = spec, this.sdk = sdk, this.#region = region, this.#client = client, this.id = id;
      }
      /** Reaches nobody yet. */
      static async open(spec) {
        process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
        let sdk = await import("./aws-sdk.js"), region = await regionOf(sdk, spec), client = makeClient(sdk, spec, region, !1), host = await hostOf(sdk, spec, client), below = spec.prefix === "" ? "" : `/${spec.prefix}`;
        return new _S3Connection(spec, sdk, region, client, `s3://${spec.bucket}${below} at ${host}`);
      }
      /** The object's full name in the bucket. */
      nameOf(key) {
        return this.spec.prefix === "" ? key : `${this.spec.prefix}/${key}`;
      }
      /** @returns `null` for an object that is not below our prefix */
      keyOf(name2) {
        let start = this.nameOf("");
        return name2.startsWith(start) ? name2.slice(start.length) : null;
      }
      isOurs(key) {
        return key.startsWith(RESERVED_PREFIX);
      }
      where(doing) {
        let { bucket, backend, access, endpoint } = this.spec, untrusted = access === "anonymous" ? endpoint : void 0;
        return { doing, remote: this.id, bucket, backend, untrusted };
      }
      /**
       * Sends one request; a second one where the answer says how.
       * @param make called for each, as a body can be sent only once
       * @throws {BlobsyError}
       */
      async send(doing, make, signal) {
        try {
          return await this.sendRaw(make, signal);
        } catch (error) {
          throw classed2(error, this.where(doing));
        }
      }
      /** As `send`, for callers who read the SDK's errors themselves. */
      async sendRaw(make, signal) {
        for (let mended = !1; ; mended = !0) {
          throwIfStopped(signal);
          let client = this.#client, command = await make(this.sdk), options = signal ? { abortSignal: signal } : {};
          try {
            return await client.send(command, options);
          } catch (error) {
            if (mended || !this.#mend(error, client)) throw error;
          }
        }
      }
      /** @returns whether the same request may go better now */
      #mend(error, used) {
        let { status: status2, name: name2, header } = answerOf(error);
        if (name2 === "RequestTimeTooSkewed") return !0;
        if (/^(ExpiredToken|TokenRefreshRequired)/.test(name2)) return this.#renew(used, this.#region);
        let region = header("x-amz-bucket-region");
        return !(status2 === 301 || status2 === 307 || status2 === 400) || region === void 0 || this.spec.endpoint !== void 0 || !isRegion(region) || region === this.#region ? !1 : this.#renew(used, region);
      }
      /** Others may have done so already, while this request was on its way. */
      #renew(used, region) {
        return used !== this.#client ? !0 : this.spec.access === "anonymous" && region === this.#region ? !1 : (this.#region = region, this.#client = makeClient(this.sdk, this.spec, region, !0), !0);
      }
    };
  }
});

// src/transport/s3-body.ts
import { createHash as createHash10 } from "node:crypto";
import { Readable } from "node:stream";
async function hashStretch(stretch, signal) {
  let { length } = stretch, hash = createHash10("sha256");
  if (length <= SMALL5) {
    let content = await readWhole(stretch, signal), md5 = createHash10("md5").update(content).digest("base64");
    return { length, sha256: hash.update(content).digest("hex"), md5, open: () => content };
  }
  for await (let piece of pieces(stretch, signal)) hash.update(piece);
  let open = (onBytes) => Readable.from(pieces(stretch, signal, onBytes), { objectMode: !1, highWaterMark: PIECE3 });
  return { length, sha256: hash.digest("hex"), md5: void 0, open };
}
async function readWhole(stretch, signal) {
  let all = [];
  for await (let piece of pieces(stretch, signal)) all.push(piece);
  return Buffer.concat(all);
}
async function* pieces({ file, start, length }, signal, onBytes) {
  let handle = await openRegular(file);
  try {
    for (let at2 = 0; at2 < length; ) {
      throwIfStopped(signal);
      let piece = Buffer.allocUnsafeSlow(Math.min(PIECE3, length - at2)), { bytesRead } = await handle.read(piece, 0, piece.length, start + at2);
      if (bytesRead === 0) throw tooShort(file, start + at2, start + length);
      at2 += bytesRead, yield piece.subarray(0, bytesRead), onBytes?.(bytesRead);
    }
  } finally {
    await handle.close();
  }
}
function tooShort(file, found, wanted) {
  return new BlobsyError("BLOB_CORRUPT", `${found} bytes where ${wanted} were expected: ${file}`, {
    path: file
  });
}
var SMALL5, PIECE3, init_s3_body = __esm({
  "src/transport/s3-body.ts"() {
    "use strict";
    init_errors();
    init_copy();
    SMALL5 = 1024 * 1024, PIECE3 = 256 * 1024;
  }
});

// src/transport/s3-parts.ts
function partSizeFor(size, wanted = PART) {
  let least = Math.ceil(size / MOST_PARTS);
  return least <= wanted ? wanted : Math.ceil(least / MIB) * MIB;
}
function isInParts(size, wanted = PART) {
  return size > 2 * wanted;
}
function partsOf2(size, partSize) {
  return Array.from({ length: Math.ceil(size / partSize) }, (_, at2) => ({
    number: at2 + 1,
    start: at2 * partSize,
    length: Math.min(partSize, size - at2 * partSize)
  }));
}
async function moveParts(parts, lanes, signal, move) {
  let pending = [...parts], failures = [], inARow = 0, isFinal = !1, work = async (part) => {
    try {
      await move(part), inARow = 0, lanes.succeeded();
    } catch (error) {
      failures.push(error), inARow += 1, codeOf(error) === "THROTTLED" ? lanes.throttled() : codeOf(error) !== "NETWORK" && (isFinal = !0);
    }
  }, worker = async () => {
    for (; !isFinal && inARow < IN_A_ROW && !signal?.aborted; ) {
      let part = pending.shift();
      if (!part) return;
      await lanes.run(() => work(part));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE2 }, worker)), throwIfStopped(signal);
  let worst = failures.find((error) => !["THROTTLED", "NETWORK"].includes(codeOf(error)));
  if (failures.length > 0) throw worst ?? failures[0];
}
function codeOf(error) {
  return isBlobsyError(error) ? error.code : "";
}
var MIB, PART, MOST_PARTS, AT_ONCE2, IN_A_ROW, init_s3_parts = __esm({
  "src/transport/s3-parts.ts"() {
    "use strict";
    init_errors();
    init_copy();
    MIB = 1024 * 1024, PART = 8 * MIB, MOST_PARTS = 1e4, AT_ONCE2 = 6, IN_A_ROW = 3;
  }
});

// src/transport/s3-download.ts
import { createHash as createHash11 } from "node:crypto";
async function downloadFile(download) {
  let { connection, maxBytes } = download;
  if (!isInParts(maxBytes, connection.spec.partSize)) return downloadWhole(download);
  let head = await headOf(download);
  if (head.size > maxBytes) throw tooLong(maxBytes);
  if (!isInParts(head.size, connection.spec.partSize)) return downloadWhole(download);
  let subject = `${connection.id} ${download.key}`, resume = await Resume.take(connection.spec.stateDir, subject, "download");
  try {
    await new PartsDownload(download, head, resume).run();
  } finally {
    await resume?.close();
  }
}
async function headOf({ connection, key, options }) {
  let input = objectOf(connection, key), { ContentLength = 0, ETag = "" } = await connection.send(
    `downloading ${key}`,
    (sdk) => new sdk.HeadObjectCommand(input),
    options.signal
  );
  return { size: ContentLength, tag: ETag };
}
async function downloadWhole(download) {
  let { connection, key, dest, maxBytes, options } = download, input = objectOf(connection, key), target = await createFile(dest);
  try {
    let answer = await connection.send(
      `downloading ${key}`,
      (sdk) => new sdk.GetObjectCommand(input),
      options.signal
    ), body = answer.Body, length = answer.ContentLength;
    if (length !== void 0 && length > maxBytes)
      throw body.destroy(), tooLong(maxBytes);
    let bytes = await pump2(download, body, { target, file: dest, at: 0, most: maxBytes });
    if (length !== void 0 && bytes !== length) throw cutShort(download, bytes, length);
  } finally {
    await target.close();
  }
}
async function pump2({ connection, key, options }, body, { target, file, at: at2, most, hash }) {
  let bytes = 0;
  try {
    for await (let piece of body) {
      if (throwIfStopped(options.signal), bytes + piece.length > most) throw tooLong(most);
      await writeAll(target, file, piece, at2 + bytes).catch((error) => {
        throw fromErrno(error, `writing ${key}`, file);
      }), hash?.update(piece), bytes += piece.length, options.onBytes?.(piece.length);
    }
  } catch (error) {
    throw throwIfStopped(options.signal), broken(error, connection, key);
  } finally {
    body.destroy();
  }
  return bytes;
}
function broken(error, connection, key) {
  if (isBlobsyError(error)) return error;
  let where = connection.where(`downloading ${key}`), told2 = classed2(error, where);
  if (isBlobsyError(told2) && told2.code !== "IO") return told2;
  let why = errnoOf(error) ?? "aborted";
  return new BlobsyError("NETWORK", `${where.doing} (${where.remote}): it was cut off (${why})`);
}
function objectOf(connection, key) {
  return { Bucket: connection.spec.bucket, Key: connection.nameOf(key) };
}
function cutShort({ connection, key }, found, wanted) {
  let message = `${connection.id} gave ${found} bytes of ${wanted}: ${key}`;
  return new BlobsyError("NETWORK", message);
}
var PartsDownload, init_s3_download = __esm({
  "src/transport/s3-download.ts"() {
    "use strict";
    init_errors();
    init_facts();
    init_ops();
    init_copy();
    init_resume();
    init_s3_body();
    init_s3_errors();
    init_s3_parts();
    PartsDownload = class {
      #download;
      #head;
      #resume;
      #file;
      #partSize;
      constructor(download, head, resume) {
        this.#download = download, this.#head = head, this.#resume = resume, this.#file = resume?.partFile ?? download.dest, this.#partSize = partSizeFor(head.size, download.connection.spec.partSize);
      }
      async run() {
        let { dest, lanes, options } = this.#download, missing = await this.#missing(), target = await openWrite(this.#file);
        try {
          await moveParts(missing, lanes, options.signal, (part) => this.#fetch(target, part));
        } catch (error) {
          throw await this.#giveUp(error), error;
        } finally {
          await target.close();
        }
        this.#resume && (await this.#resume.forget(), await rename(this.#file, dest));
      }
      /** Those that are not in the file yet. */
      async #missing() {
        let { size, tag } = this.#head, parts = partsOf2(size, this.#partSize);
        if (!this.#resume) return parts;
        let { begun } = this.#resume, facts = { size: String(size), partSize: String(this.#partSize), tag };
        if (!(begun && Object.entries(facts).every(([name2, value]) => begun[name2] === value)) || !lstatFacts(this.#file))
          return await unlinkIfThere(this.#file), await this.#resume.begin(facts), parts;
        let missing = [];
        for (let part of parts)
          await this.#isIn(part) ? this.#download.options.onBytes?.(part.length) : missing.push(part);
        return missing;
      }
      async #isIn(part) {
        let known = this.#resume?.parts.get(part.number);
        if (!known) return !1;
        let { signal } = this.#download.options;
        try {
          return (await hashStretch({ file: this.#file, ...part }, signal)).sha256 === known.sha256;
        } catch (error) {
          if (throwIfStopped(signal), isBlobsyError(error)) return !1;
          throw error;
        }
      }
      async #fetch(target, part) {
        let { connection, key, options } = this.#download, { tag } = this.#head, answer = await connection.send(
          `downloading ${key}`,
          (sdk) => new sdk.GetObjectCommand({
            ...objectOf(connection, key),
            Range: `bytes=${part.start}-${part.start + part.length - 1}`,
            ...tag === "" ? {} : { IfMatch: tag }
          }),
          options.signal
        ), body = answer.Body;
        if (!answer.ContentRange?.startsWith(`bytes ${part.start}-`)) {
          body.destroy();
          let message = `${connection.id} answers with other bytes than were asked for: ${key}`;
          throw new BlobsyError("IO", message);
        }
        let hash = createHash11("sha256"), into = { target, file: this.#file, at: part.start, most: part.length, hash }, bytes = await pump2(this.#download, body, into);
        if (bytes !== part.length) throw cutShort(this.#download, bytes, part.length);
        await this.#resume?.note(part.number, { sha256: hash.digest("hex"), tag: "-" });
      }
      /** What arrived is kept where it can be of use again, and not where it stands in the way. */
      async #giveUp(error) {
        let code = isBlobsyError(error) ? error.code : "";
        ["DISK_FULL", "NOT_FOUND", "BLOB_CORRUPT", "IO"].includes(code) && (await this.#resume?.forget(), await unlinkIfThere(this.#file));
      }
    };
  }
});

// src/transport/s3-list.ts
async function* listObjects(connection, prefix, { signal }) {
  let input = { Bucket: connection.spec.bucket, Prefix: connection.nameOf(prefix) }, after2;
  do {
    let page = await connection.send(
      `listing ${prefix}`,
      (sdk) => new sdk.ListObjectsV2Command({ ...input, ContinuationToken: after2 }),
      signal
    );
    for (let { Key = "", Size = 0 } of page.Contents ?? []) {
      let key = connection.keyOf(Key);
      key !== null && isListed2(key, prefix) && (yield { key, size: Size });
    }
    after2 = page.IsTruncated ? page.NextContinuationToken : void 0;
  } while (after2 !== void 0);
}
function isListed2(key, prefix) {
  return key === "" || key.endsWith("/") ? !1 : prefix.startsWith(RESERVED_PREFIX) ? !0 : !key.split("/").some((part) => part.startsWith("."));
}
async function* listUnfinished(connection, { signal }) {
  let input = { Bucket: connection.spec.bucket, Prefix: connection.nameOf("") }, more = {};
  for (; more; ) {
    let from = more, page = await connection.send(
      "listing unfinished uploads",
      (sdk) => new sdk.ListMultipartUploadsCommand({ ...input, ...from }),
      signal
    );
    for (let { Key = "", UploadId: id = "", Initiated } of page.Uploads ?? []) {
      let key = connection.keyOf(Key);
      key && (yield { key, id, begunAt: Initiated?.getTime() ?? 0 });
    }
    more = page.IsTruncated ? nextMarker(page.NextKeyMarker, page.NextUploadIdMarker) : void 0;
  }
}
function nextMarker(key, upload) {
  if (key)
    return { KeyMarker: key, ...upload ? { UploadIdMarker: upload } : {} };
}
var init_s3_list = __esm({
  "src/transport/s3-list.ts"() {
    "use strict";
    init_transport();
  }
});

// src/transport/s3-put.ts
async function sendBody(connection, { body, signal, onBytes, make }) {
  let failure3, opened2, sent = 0, count2 = (bytes) => {
    sent += bytes, onBytes?.(bytes);
  }, stop = new AbortController(), forward = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", forward, { once: !0 }), signal?.aborted && forward();
  let begin = (sdk) => (count2(-sent), opened2 = body.open(count2), Buffer.isBuffer(opened2) || opened2.on("error", (error) => stop.abort(failure3 ??= error)), signed(make(sdk, opened2), body));
  try {
    let answer = await connection.sendRaw(begin, stop.signal);
    return count2(body.length - sent), answer;
  } catch (error) {
    throw count2(-sent), failure3 ?? error;
  } finally {
    signal?.removeEventListener("abort", forward), opened2 && !Buffer.isBuffer(opened2) && opened2.destroy();
  }
}
function signed(command, { sha256 }) {
  let stack = command.middlewareStack, middleware = (next) => (args) => (args.request.headers["x-amz-content-sha256"] = sha256, next(args));
  return stack.add(middleware, { step: "build", name: "blobsySignedBody" }), command;
}
function checksumOf2({ sha256 }, { checksums }) {
  return checksums ? Buffer.from(sha256, "hex").toString("base64") : void 0;
}
function isChoking(error) {
  let { status: status2, name: name2 } = answerOf(error);
  return status2 === 501 ? !0 : status2 === 400 && /^(InvalidArgument|InvalidRequest|NotImplemented|MalformedHeader|UnsupportedHeader|UnknownError|BadRequest|400)$/.test(
    name2
  );
}
async function inDialect(dialect, headers, send) {
  let dropped = [];
  for (; ; )
    try {
      return await send();
    } catch (error) {
      let next = headers.find((header) => dialect[header]);
      if (next !== void 0 && isChoking(error)) {
        dialect[next] = !1, dropped.push(next);
        continue;
      }
      if (isChoking(error)) for (let header of dropped) dialect[header] = !0;
      throw error;
    }
}
var Dialect, init_s3_put = __esm({
  "src/transport/s3-put.ts"() {
    "use strict";
    init_s3_errors();
    Dialect = class {
      /** `If-None-Match: *`: never overwrite. */
      conditions = !0;
      /** `x-amz-checksum-sha256`: kept with the object, and told by HEAD. */
      checksums = !0;
    };
  }
});

// src/transport/s3-upload.ts
import { fstatSync as fstatSync9 } from "node:fs";
async function uploadFile(upload) {
  return await assertSize(upload), isInParts(upload.size, upload.connection.spec.partSize) ? uploadInParts(upload) : putWhole(upload);
}
async function sizeOf(connection, key, signal) {
  let input = { Bucket: connection.spec.bucket, Key: connection.nameOf(key) };
  try {
    let { ContentLength } = await connection.sendRaw(
      (sdk) => new sdk.HeadObjectCommand(input),
      signal
    );
    return ContentLength ?? -1;
  } catch (error) {
    if (answerOf(error).status === 404) return null;
    throw classed2(error, connection.where(`asking for ${key}`));
  }
}
async function putWhole(upload) {
  let { connection, dialect, key, file, size, options } = upload, { signal, onBytes } = options, body = await hashStretch({ file, start: 0, length: size }, signal), put = (isNew) => sendBody(connection, {
    body,
    signal,
    onBytes,
    make: (sdk, content) => new sdk.PutObjectCommand({
      Bucket: connection.spec.bucket,
      Key: connection.nameOf(key),
      Body: content,
      ContentLength: body.length,
      ContentType: "application/octet-stream",
      ContentMD5: body.md5,
      ChecksumSHA256: checksumOf2(body, dialect),
      IfNoneMatch: isNew ? "*" : void 0
    })
  }), isThere4 = async () => await sizeOf(connection, key, signal) !== size ? !1 : (onBytes?.(size), !0);
  try {
    await inDialect(dialect, ["conditions", "checksums"], async () => connection.isOurs(key) ? put(!1) : dialect.conditions ? put(!0) : await isThere4() ? void 0 : put(!1));
  } catch (error) {
    let doing = connection.where(`uploading ${key}`);
    if (answerOf(error).status !== 412) throw classed2(error, doing);
    if (await isThere4()) return;
    await put(!1).catch((failure3) => {
      throw classed2(failure3, doing);
    });
  }
}
async function assertSize({ file, size }) {
  let handle = await openRegular(file);
  try {
    let found = fstatSync9(handle.fd).size;
    if (found === size) return;
    let message = `${found} bytes where ${size} were expected: ${file}`;
    throw new BlobsyError("BLOB_CORRUPT", message, { path: file });
  } finally {
    await handle.close();
  }
}
var init_s3_upload = __esm({
  "src/transport/s3-upload.ts"() {
    "use strict";
    init_errors();
    init_copy();
    init_s3_body();
    init_s3_errors();
    init_s3_multipart();
    init_s3_parts();
    init_s3_put();
  }
});

// src/transport/s3-multipart.ts
async function uploadInParts(upload) {
  let { connection, key } = upload, { stateDir } = connection.spec, resume = await Resume.take(stateDir, `${connection.id} ${key}`, "upload");
  try {
    await new PartsUpload(upload, resume).run();
  } finally {
    await resume?.close();
  }
}
async function abortUpload(connection, key, id, signal) {
  let input = { Bucket: connection.spec.bucket, Key: connection.nameOf(key), UploadId: id };
  try {
    await connection.sendRaw((sdk) => new sdk.AbortMultipartUploadCommand(input), signal);
  } catch (error) {
    if (answerOf(error).status === 404) return;
    throw classed2(error, connection.where(`giving up an upload of ${key}`));
  }
}
var PartsUpload, init_s3_multipart = __esm({
  "src/transport/s3-multipart.ts"() {
    "use strict";
    init_errors();
    init_resume();
    init_s3_body();
    init_s3_errors();
    init_s3_parts();
    init_s3_put();
    init_s3_upload();
    PartsUpload = class {
      #upload;
      #resume;
      #connection;
      #object;
      #signal;
      constructor(upload, resume) {
        this.#upload = upload, this.#resume = resume, this.#connection = upload.connection, this.#signal = upload.options.signal;
        let { spec } = upload.connection;
        this.#object = { Bucket: spec.bucket, Key: upload.connection.nameOf(upload.key) };
      }
      async run() {
        let { key, size, options } = this.#upload, known = this.#known(), there = known ? await this.#partsThere(known.id) : null;
        if (!(known && there) && (await this.#resume?.forget(), !this.#connection.isOurs(key) && await this.#isComplete())) {
          options.onBytes?.(size);
          return;
        }
        let begun = known && there ? known : await this.#begin();
        try {
          let sent = await this.#send(begun, there ?? /* @__PURE__ */ new Map());
          await this.#complete(begun, sent);
        } catch (error) {
          throw this.#resume || await abortUpload(this.#connection, key, begun.id).catch(() => {
          }), error;
        }
        await this.#resume?.forget();
      }
      /** The upload to go on with, if one was begun for just this. */
      #known() {
        let { size, connection } = this.#upload, begun = this.#resume?.begun, partSize = partSizeFor(size, connection.spec.partSize);
        return !begun?.id || begun.size !== String(size) || begun.partSize !== String(partSize) ? null : { id: begun.id, partSize, checksums: begun.checksums === "1" };
      }
      async #begin() {
        let { size, dialect, connection, key } = this.#upload, partSize = partSizeFor(size, connection.spec.partSize), { UploadId: id } = await this.#told(
          `uploading ${key}`,
          () => inDialect(
            dialect,
            ["checksums"],
            () => connection.sendRaw(
              (sdk) => new sdk.CreateMultipartUploadCommand({
                ...this.#object,
                ContentType: "application/octet-stream",
                ...dialect.checksums ? { ChecksumAlgorithm: "SHA256" } : {}
              }),
              this.#signal
            )
          )
        );
        if (!id) throw new BlobsyError("IO", `${connection.id} gives no name to an upload in parts`);
        let { checksums } = dialect, facts = { id, size: String(size), partSize: String(partSize) };
        return await this.#resume?.begin({ ...facts, checksums: checksums ? "1" : "0" }), { id, partSize, checksums };
      }
      /** Number -> tag of the parts that the server has; `null` when it does not know the upload. */
      async #partsThere(id) {
        let there = /* @__PURE__ */ new Map(), after2;
        do {
          let input = { ...this.#object, UploadId: id, PartNumberMarker: after2 };
          try {
            let page = await this.#connection.sendRaw(
              (sdk) => new sdk.ListPartsCommand(input),
              this.#signal
            );
            for (let { PartNumber = 0, ETag = "" } of page.Parts ?? []) there.set(PartNumber, ETag);
            after2 = page.IsTruncated ? page.NextPartNumberMarker : void 0;
          } catch (error) {
            if (answerOf(error).status === 404) return null;
            throw classed2(error, this.#connection.where(`asking for parts of ${this.#upload.key}`));
          }
        } while (after2 !== void 0);
        return there;
      }
      async #send(begun, there) {
        let { size, lanes } = this.#upload, sent = [];
        return await moveParts(partsOf2(size, begun.partSize), lanes, this.#signal, async (part) => {
          sent.push(await this.#sendPart(begun, part, there.get(part.number)));
        }), sent.sort((a, b) => a.number - b.number);
      }
      /** @param tag of the part as it is there */
      async #sendPart(begun, part, tag) {
        let { file, key, options, connection } = this.#upload, body = await hashStretch({ file, ...part }, this.#signal), dialect = { conditions: !1, checksums: begun.checksums }, checksum3 = checksumOf2(body, dialect), known = this.#resume?.parts.get(part.number);
        if (tag !== void 0 && known?.sha256 === body.sha256 && known.tag === tag)
          return options.onBytes?.(part.length), { number: part.number, tag, checksum: checksum3 };
        let { ETag = "" } = await this.#told(
          `uploading ${key}, part ${part.number}`,
          () => sendBody(connection, {
            body,
            signal: this.#signal,
            onBytes: options.onBytes,
            make: (sdk, content) => new sdk.UploadPartCommand({
              ...this.#object,
              UploadId: begun.id,
              PartNumber: part.number,
              Body: content,
              ContentLength: body.length,
              ContentMD5: body.md5,
              ChecksumSHA256: checksum3
            })
          })
        );
        return await this.#resume?.note(part.number, { sha256: body.sha256, tag: ETag }), { number: part.number, tag: ETag, checksum: checksum3 };
      }
      async #complete({ id }, sent) {
        let { key } = this.#upload;
        if (!this.#connection.isOurs(key) && await this.#isComplete())
          return abortUpload(this.#connection, key, id);
        let Parts = sent.map(({ number: number2, tag, checksum: checksum3 }) => ({
          PartNumber: number2,
          ETag: tag,
          ...checksum3 === void 0 ? {} : { ChecksumSHA256: checksum3 }
        })), input = { ...this.#object, UploadId: id, MultipartUpload: { Parts } };
        try {
          await this.#connection.sendRaw(
            (sdk) => new sdk.CompleteMultipartUploadCommand(input),
            this.#signal
          );
        } catch (error) {
          await this.#afterFailedComplete(error);
        }
      }
      /** The answer to an earlier, successful try may have been lost on the way. */
      async #afterFailedComplete(error) {
        let { status: status2, name: name2 } = answerOf(error);
        if (status2 === 404 && await this.#isComplete()) return;
        let isOver = status2 === 404 || /^InvalidPart/.test(name2) || status2 === 400;
        isOver && await this.#resume?.forget();
        let failure3 = classed2(error, this.#connection.where(`completing ${this.#upload.key}`));
        throw isOver ? new BlobsyError("NETWORK", failure3.message, { cause: failure3 }) : failure3;
      }
      async #isComplete() {
        let { key, size } = this.#upload;
        return await sizeOf(this.#connection, key, this.#signal) === size;
      }
      async #told(doing, act) {
        try {
          return await act();
        } catch (error) {
          throw classed2(error, this.#connection.where(doing));
        }
      }
    };
  }
});

// src/transport/s3.ts
var s3_exports = {};
__export(s3_exports, {
  openS3: () => openS3
});
async function openS3(spec) {
  let connection = await S3Connection.open(spec);
  return await sweepResumes(spec.stateDir), new S3Transport(connection);
}
async function readSmall(body) {
  let pieces2 = [], bytes = 0;
  for await (let piece of body) {
    if (bytes += piece.length, bytes > SMALL6)
      throw body.destroy(), tooLong(SMALL6);
    pieces2.push(piece);
  }
  return Buffer.concat(pieces2).toString("utf8");
}
var GENERATION_KEY3, SMALL6, PARTS_AT_ONCE, S3Transport, init_s3 = __esm({
  "src/transport/s3.ts"() {
    "use strict";
    init_errors();
    init_copy();
    init_lanes();
    init_resume();
    init_s3_client();
    init_s3_download();
    init_s3_errors();
    init_s3_list();
    init_s3_multipart();
    init_s3_put();
    init_s3_upload();
    init_transport();
    GENERATION_KEY3 = `${RESERVED_PREFIX}generation`, SMALL6 = 4096, PARTS_AT_ONCE = 16;
    S3Transport = class {
      id;
      capabilities = { list: !0, write: !0 };
      #connection;
      #dialect = new Dialect();
      #lanes = new Lanes(PARTS_AT_ONCE);
      #bucketSeen = !1;
      constructor(connection) {
        this.#connection = connection, this.id = connection.id;
      }
      has(key, options = {}) {
        return this.#told(`asking for ${key}`, async () => {
          try {
            let size = await sizeOf(this.#connection, key, options.signal);
            if (size !== null) return this.#seen({ size });
          } catch (error) {
            throw isBlobsyError(error) && error.code === "PERMISSION" && await this.check(options), error;
          }
          return this.#bucketSeen || await this.check(options), null;
        });
      }
      upload(key, file, size, options = {}) {
        return this.#told(`uploading ${key}`, async () => {
          throwIfStopped(options.signal);
          let [connection, dialect, lanes] = [this.#connection, this.#dialect, this.#lanes];
          await uploadFile({ connection, dialect, lanes, key, file, size, options }), this.#bucketSeen = !0;
        });
      }
      download(key, dest, maxBytes, options = {}) {
        return this.#told(`downloading ${key}`, async () => {
          throwIfStopped(options.signal);
          let [connection, lanes] = [this.#connection, this.#lanes];
          await downloadFile({ connection, lanes, key, dest, maxBytes, options }), this.#bucketSeen = !0;
        });
      }
      list(prefix, options = {}) {
        return listObjects(this.#connection, prefix, options);
      }
      remove(key, { signal } = {}) {
        return this.#told(`removing ${key}`, async () => {
          await this.#connection.send(
            `removing ${key}`,
            (sdk) => new sdk.DeleteObjectCommand(this.#object(key)),
            signal
          );
        });
      }
      check({ signal } = {}) {
        return this.#told("reaching the remote", async () => {
          let input = { Bucket: this.#connection.spec.bucket, Prefix: this.#connection.nameOf("") };
          await this.#connection.send(
            "reaching the remote",
            (sdk) => new sdk.ListObjectsV2Command({ ...input, MaxKeys: 1 }),
            signal
          ), this.#bucketSeen = !0;
        });
      }
      generation({ signal } = {}) {
        return this.#told("reading the generation", async () => {
          try {
            let answer = await this.#connection.sendRaw(
              (sdk) => new sdk.GetObjectCommand(this.#object(GENERATION_KEY3)),
              signal
            );
            return this.#bucketSeen = !0, (await readSmall(answer.Body)).trim() || "0";
          } catch (error) {
            let { status: status2, name: name2 } = answerOf(error);
            if (status2 === 404 && name2 !== "NoSuchBucket") return "0";
            throw error;
          }
        });
      }
      unfinished(options = {}) {
        return listUnfinished(this.#connection, options);
      }
      abandon({ key, id }, { signal } = {}) {
        return this.#told(
          `giving up an upload of ${key}`,
          () => abortUpload(this.#connection, key, id, signal)
        );
      }
      #object(key) {
        return { Bucket: this.#connection.spec.bucket, Key: this.#connection.nameOf(key) };
      }
      #seen(answer) {
        return this.#bucketSeen = !0, answer;
      }
      /** What is left that is not ours: an answer of the server, or a file that cannot be read. */
      async #told(doing, act) {
        try {
          return await act();
        } catch (error) {
          throw classed2(error, this.#connection.where(doing));
        }
      }
    };
  }
});

// src/transport/registry.ts
var registry_exports = {};
__export(registry_exports, {
  openTransport: () => openTransport
});
async function openTransport(spec) {
  return withRetry(await openBare(spec));
}
function openBare(spec) {
  return OPENERS[spec.kind](spec);
}
var OPENERS, init_registry = __esm({
  "src/transport/registry.ts"() {
    "use strict";
    init_retry();
    OPENERS = {
      local: async ({ dir }) => (await Promise.resolve().then(() => (init_local(), local_exports))).openLocal(dir),
      command: async (spec) => (await Promise.resolve().then(() => (init_command(), command_exports))).openCommand(spec),
      s3: async (spec) => (await Promise.resolve().then(() => (init_s3(), s3_exports))).openS3(spec)
    };
  }
});

// src/app/remote.ts
function openRemote(ctx, backend) {
  let remotes = opened.get(ctx) ?? /* @__PURE__ */ new Map();
  opened.set(ctx, remotes);
  let name2 = backend ?? "", known = remotes.get(name2);
  if (known) return known;
  let remote = connect(ctx, backend);
  return remotes.set(name2, remote), remote.catch(() => remotes.delete(name2)), remote;
}
async function connect(ctx, backend) {
  let [{ trustedRemote: trustedRemote2 }, { openTransport: openTransport2 }] = await Promise.all([
    Promise.resolve().then(() => (init_remote_trust(), remote_trust_exports)),
    Promise.resolve().then(() => (init_registry(), registry_exports))
  ]), { name: name2, url, spec } = await trustedRemote2(ctx.repo, await ctx.config(), backend);
  return { name: name2, url, transport: await openTransport2(spec) };
}
async function loadProofs(ctx, { transport }, signal) {
  let generation = await transport.generation(signal ? { signal } : {});
  return Proofs.load(proofsFile(ctx.repo.sharedState, transport.id), generation);
}
var opened, init_remote = __esm({
  "src/app/remote.ts"() {
    "use strict";
    init_proofs();
    opened = /* @__PURE__ */ new WeakMap();
  }
});

// src/app/uploaded.ts
var uploaded_exports = {};
__export(uploaded_exports, {
  blobsOnRemote: () => blobsOnRemote,
  provenBlobs: () => provenBlobs
});
async function provenBlobs(ctx, blobs) {
  try {
    let proofs = await loadProofs(ctx, await openRemote(ctx));
    return new Set(blobs.filter((blob) => proofs.has(blob)).map(blobId));
  } catch {
    return /* @__PURE__ */ new Set();
  }
}
async function blobsOnRemote(ctx, blobs) {
  let remote = await openRemote(ctx), proofs = await loadProofs(ctx, remote), there = /* @__PURE__ */ new Set(), seen = [];
  for (let blob of blobs)
    proofs.has(blob) ? there.add(blobId(blob)) : await isThere(remote.transport, blob) && seen.push(blob);
  for (let blob of seen) there.add(blobId(blob));
  return await proofs.add(seen), there;
}
async function isThere(transport, blob) {
  let found = await transport.has(blob.key);
  return found !== null && fitsObjectSize(blob, found.size);
}
var init_uploaded = __esm({
  "src/app/uploaded.ts"() {
    "use strict";
    init_compression();
    init_remote_place();
    init_remote();
  }
});

// src/git/objects.ts
async function readBlobs(repo, oids) {
  let wanted = [...new Set(oids)], found = await readNamedBlobs(repo, wanted);
  return new Map(
    wanted.flatMap((oid, at2) => {
      let content = found[at2];
      return content ? [[oid, content]] : [];
    })
  );
}
async function readNamedBlobs(repo, names) {
  if (names.length === 0) return [];
  let { stdout } = await runGit(repo, ["cat-file", "--batch"], {
    input: names.map((name2) => `${name2}
`).join("")
  }), contents = [];
  for (let at2 = 0; at2 < stdout.length; ) {
    let end = stdout.indexOf(10, at2), header = stdout.toString("utf8", at2, end);
    at2 = end + 1;
    let [, type, size] = /^[0-9a-f]{40,64} (\w+) (\d+)$/.exec(header) ?? [];
    if (type === void 0 || size === void 0) {
      contents.push(null);
      continue;
    }
    contents.push(type === "blob" ? stdout.subarray(at2, at2 + Number(size)) : null), at2 += Number(size) + 1;
  }
  return contents;
}
var init_objects = __esm({
  "src/git/objects.ts"() {
    "use strict";
    init_git();
  }
});

// src/app/committed-bases.ts
var committed_bases_exports = {};
__export(committed_bases_exports, {
  committedBases: () => committedBases
});
async function committedBases(repo, bases) {
  let near = [...NEAR, ...await lastHeads(repo)], committed = /* @__PURE__ */ new Set(), all = [...bases.keys()];
  for (let at2 = 0; at2 < all.length; at2 += AT_ONCE3)
    await addCommitted(repo, near, all.slice(at2, at2 + AT_ONCE3), bases, committed);
  return committed;
}
async function addCommitted(repo, near, payloads, bases, committed) {
  let named3 = payloads.flatMap(
    (payload) => near.map((commit) => ({ payload, name: `${commit}:${refPathOf(payload)}` }))
  ), texts = await readNamedBlobs(
    repo,
    named3.map(({ name: name2 }) => name2)
  );
  for (let [at2, { payload }] of named3.entries()) {
    let text = texts[at2], parsed2 = text ? parseRefFile(text) : null;
    parsed2?.ok && parsed2.ref.oid === bases.get(payload) && committed.add(payload);
  }
}
async function lastHeads(repo) {
  let args = ["log", "--walk-reflogs", "--max-count=2", "--format=%H", "HEAD", "--"], { stdout } = await runGit(repo, args, { okCodes: [0, 128] });
  return stdout.toString("latin1").split(`
`).filter(Boolean).slice(1);
}
var NEAR, AT_ONCE3, init_committed_bases = __esm({
  "src/app/committed-bases.ts"() {
    "use strict";
    init_bref();
    init_repo_path();
    init_git();
    init_objects();
    NEAR = ["HEAD", "ORIG_HEAD", "refs/stash"], AT_ONCE3 = 500;
  }
});

// src/app/for-each-limit.ts
async function forEachLimit(items, limit, work) {
  let iterator = items[Symbol.iterator](), failure3, lane = async () => {
    for (let next = iterator.next(); !next.done && !failure3; next = iterator.next())
      try {
        await work(next.value);
      } catch (error) {
        failure3 ??= { error };
      }
  };
  if (await Promise.all(Array.from({ length: limit }, lane)), failure3) throw failure3.error;
}
var init_for_each_limit = __esm({
  "src/app/for-each-limit.ts"() {
    "use strict";
  }
});

// src/app/remote-presence.ts
function isListingCheaper(transport, keys) {
  return transport.capabilities.list && keys >= LIST_FROM;
}
async function sizesOnRemote(transport, keys, options) {
  let { concurrency, ...others } = options, sizes = /* @__PURE__ */ new Map();
  if (isListingCheaper(transport, keys.length)) {
    let wanted = new Set(keys);
    for await (let { key, size } of transport.list(sharedPrefix(keys), others))
      wanted.has(key) && sizes.set(key, size);
  } else
    await forEachLimit(keys, concurrency, async (key) => {
      let found = await transport.has(key, others);
      found && sizes.set(key, found.size);
    });
  return sizes;
}
function sharedPrefix(keys) {
  let prefix = keys[0] ?? "";
  for (let key of keys)
    for (; !key.startsWith(prefix); ) prefix = prefix.slice(0, -1);
  return prefix;
}
var LIST_FROM, init_remote_presence = __esm({
  "src/app/remote-presence.ts"() {
    "use strict";
    init_for_each_limit();
    LIST_FROM = 50;
  }
});

// src/app/transfer-queue.ts
async function runTransfers(jobs, tally, { concurrency, reporter, task, move }) {
  if (jobs.length === 0) return;
  let bytes = jobs.reduce((sum, job) => sum + job.size, 0), progress = reporter.progress(task, { files: jobs.length, bytes });
  try {
    await forEachLimit(jobs, concurrency, (job) => runOne(job, tally, progress, move));
  } finally {
    progress.end();
  }
}
async function runOne(job, tally, progress, move) {
  if (tally.hopeless) return tally.fail(job.wanted, notTried(tally.hopeless));
  try {
    let result = await move(job, (bytes) => progress.add(0, bytes));
    tally.succeed(result, job.size);
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    tally.fail(job.wanted, error);
  }
  progress.add(1, 0);
}
function notTried(reason) {
  let facts = reason.next === void 0 ? {} : { next: reason.next };
  return new BlobsyError(reason.code, `not tried: ${reason.message}`, { ...facts, cause: reason });
}
var OUT_OF_REACH, FAILURES_IN_A_ROW, Tally, init_transfer_queue = __esm({
  "src/app/transfer-queue.ts"() {
    "use strict";
    init_errors();
    init_for_each_limit();
    OUT_OF_REACH = /* @__PURE__ */ new Set(["CREDENTIALS", "NETWORK", "DISK_FULL"]), FAILURES_IN_A_ROW = 3, Tally = class {
      done = 0;
      bytes = 0;
      skipped = 0;
      failed = [];
      #inARow = 0;
      #hopeless = null;
      /** The reason not to try any more; null while there is hope. */
      get hopeless() {
        return this.#hopeless;
      }
      succeed(result, size) {
        this.#inARow = 0, result === "skipped" ? this.skipped += 1 : (this.done += 1, this.bytes += size);
      }
      fail(wanted, error) {
        for (let one of wanted)
          this.failed.push({ key: one.key, oid: one.oid, path: one.path, error, wanted: one });
        this.#inARow = OUT_OF_REACH.has(error.code) ? this.#inARow + 1 : 0, (this.#inARow >= FAILURES_IN_A_ROW || error.code === "INTERRUPTED") && (this.#hopeless ??= error);
      }
      report() {
        let { done, bytes, skipped, failed } = this;
        return { done, bytes, skipped, failed };
      }
    };
  }
});

// src/domain/zstd-frame.ts
function readContentSize(field2) {
  return field2.length === 0 ? null : field2.length === 1 ? field2.readUInt8(0) : field2.length === 2 ? field2.readUInt16LE(0) + 256 : field2.length === 4 ? field2.readUInt32LE(0) : Number(field2.readBigUInt64LE(0));
}
function windowSize(descriptor) {
  let base = 2 ** (10 + (descriptor >> 3));
  return base + base / 8 * (descriptor & 7);
}
function damaged(why) {
  return new BlobsyError("BLOB_CORRUPT", `the compressed object is damaged: ${why}`);
}
var MAX_WINDOW, MAX_HEADER, MAGIC, ZstdFrame, init_zstd_frame = __esm({
  "src/domain/zstd-frame.ts"() {
    "use strict";
    init_errors();
    MAX_WINDOW = 8 * 1024 * 1024, MAX_HEADER = 18, MAGIC = 4247762216, ZstdFrame = class {
      #size;
      #state = "header";
      /** Bytes of a header that came in pieces. */
      #held = Buffer.alloc(0);
      /** Bytes of a block's data, or of the checksum, that are still to come. */
      #left = 0;
      #isLast = !1;
      #hasChecksum = !1;
      /** @param size how many bytes it must say it holds, if it says so */
      constructor(size) {
        this.#size = size;
      }
      /** @throws {BlobsyError} BLOB_CORRUPT */
      take(piece) {
        let at2 = 0;
        for (; at2 < piece.length; ) {
          if (this.#state === "end") throw damaged("there are bytes behind its end");
          at2 += this.#left > 0 ? this.#skip(piece.length - at2) : this.#collect(piece.subarray(at2));
        }
      }
      /** @throws {BlobsyError} BLOB_CORRUPT when the end is missing */
      finish() {
        if (this.#state !== "end") throw damaged("its end is missing");
      }
      #skip(available) {
        let taken = Math.min(this.#left, available);
        return this.#left -= taken, this.#left === 0 && this.#afterData(), taken;
      }
      #afterData() {
        this.#state === "checksum" || !this.#isLast ? this.#state = this.#state === "checksum" ? "end" : "block" : (this.#state = this.#hasChecksum ? "checksum" : "end", this.#left = this.#hasChecksum ? 4 : 0);
      }
      /** Takes bytes until a header is whole. @returns how many */
      #collect(bytes) {
        let before2 = this.#held.length, limit = this.#state === "header" ? MAX_HEADER : 3, held2 = Buffer.concat([this.#held, bytes.subarray(0, limit - before2)]), used = this.#state === "header" ? this.#readHeader(held2) : this.#readBlock(held2);
        return this.#held = used === 0 ? held2 : Buffer.alloc(0), used === 0 ? held2.length - before2 : used - before2;
      }
      /** @returns the header's length, or 0 when there is more of it to come */
      #readHeader(held2) {
        if (held2.length < 5) return 0;
        if (held2.readUInt32LE(0) !== MAGIC) throw damaged("it is no zstd frame");
        let descriptor = held2.readUInt8(4), isSingle = (descriptor & 32) !== 0, windowBytes = isSingle ? 0 : 1, sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
        if ((descriptor & 8) !== 0) throw damaged("its header has a bit set that must not be");
        if ((descriptor & 3) !== 0) throw damaged("it needs a dictionary");
        let length = 5 + windowBytes + sizeBytes;
        if (held2.length < length) return 0;
        let content = readContentSize(held2.subarray(5 + windowBytes, length));
        if (content !== null && content !== this.#size)
          throw damaged(`it says that it holds ${content} bytes instead of ${this.#size}`);
        let window = isSingle ? content ?? 0 : windowSize(held2.readUInt8(5));
        if (window > MAX_WINDOW) throw damaged(`it needs ${window} bytes of memory`);
        return this.#hasChecksum = (descriptor & 4) !== 0, this.#state = "block", length;
      }
      #readBlock(held2) {
        if (held2.length < 3) return 0;
        let header = held2.readUIntLE(0, 3), [isLast, kind, size] = [(header & 1) === 1, header >> 1 & 3, header >> 3];
        if (kind === 3) throw damaged("it has a block of an unknown kind");
        return this.#isLast = isLast, this.#state = "data", this.#left = kind === 1 ? 1 : size, this.#left === 0 && this.#afterData(), 3;
      }
    };
  }
});

// src/fs/pack.ts
var pack_exports = {};
__export(pack_exports, {
  packFile: () => packFile,
  unpackFile: () => unpackFile
});
import { createHash as createHash12 } from "node:crypto";
import { fstatSync as fstatSync10 } from "node:fs";
import { pipeline } from "node:stream/promises";
async function packFile(file, dest, algorithm, size, options = {}) {
  let source = OpenFile.toReadItself(file);
  try {
    let hash = createHash12("sha256"), target = await createFile(dest, 384);
    try {
      let found = fstatSync10(source.fd).size;
      if (found !== size) throw corrupt2(`${file} has ${found} bytes instead of ${size}`);
      let packedSize = 0;
      return await pipeline(
        piecesOf(source, size, options),
        hashing(hash),
        await compressor(algorithm, size),
        async (output) => {
          for await (let piece of output)
            await writeAll(target, dest, piece, packedSize), packedSize += piece.length;
        }
      ), { oid: asOid(hash.digest("hex")), size, packedSize };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
async function unpackFile(file, dest, algorithm, size, options = {}) {
  let source = OpenFile.toReadItself(file), target;
  try {
    let packedSize = fstatSync10(source.fd).size;
    target = dest === null ? void 0 : await createFile(dest, 384);
    let hash = createHash12("sha256"), done = 0, codec = await decompressor(algorithm, size);
    if (await pipeline(
      piecesOf(source, packedSize, options),
      checking(algorithm, size),
      codec,
      async (output) => {
        for await (let piece of output) {
          if (done + piece.length > size) throw corrupt2(`there are more than ${size} bytes in it`);
          target && await writeAll(target, dest ?? "", piece, done), hash.update(piece), done += piece.length;
        }
      }
    ), assertAllUsed(codec, packedSize), done !== size) throw corrupt2(`there are ${done} bytes in it instead of ${size}`);
    return asOid(hash.digest("hex"));
  } catch (error) {
    throw classed3(error);
  } finally {
    await target?.close(), await source.close();
  }
}
async function* piecesOf(source, size, { signal, onBytes }) {
  for (let at2 = 0; at2 < size; ) {
    if (signal?.aborted) throw new BlobsyError("INTERRUPTED", "stopped on request");
    let piece = Buffer.allocUnsafe(Math.min(PIECE4, size - at2)), { bytesRead } = await source.read(piece, 0, piece.length, at2);
    if (bytesRead === 0) throw corrupt2("it became shorter while it was read");
    yield piece.subarray(0, bytesRead), onBytes?.(bytesRead), at2 += bytesRead;
  }
}
function hashing(hash) {
  return async function* (pieces2) {
    for await (let piece of pieces2)
      hash.update(piece), yield piece;
  };
}
function checking(algorithm, size) {
  return async function* (pieces2) {
    let frame = algorithm === "zstd" ? new ZstdFrame(size) : null;
    for await (let piece of pieces2)
      frame?.take(piece), yield piece;
    frame?.finish();
  };
}
function assertAllUsed(codec, packedSize) {
  let used = codec.bytesWritten;
  if (!(typeof used != "number" || used === packedSize))
    throw corrupt2("there are bytes behind its end");
}
function classed3(error) {
  let code = errnoOf(error) ?? "";
  return ENDED_EARLY.has(code) ? corrupt2("there are bytes behind its end", error) : REFUSALS.test(code) ? corrupt2(error.message, error) : error;
}
function corrupt2(why, cause) {
  return new BlobsyError("BLOB_CORRUPT", `the compressed object is damaged: ${why}`, { cause });
}
var PIECE4, REFUSALS, ENDED_EARLY, init_pack = __esm({
  "src/fs/pack.ts"() {
    "use strict";
    init_errors();
    init_oid();
    init_zstd_frame();
    init_codec();
    init_open_file();
    init_ops();
    PIECE4 = 256 * 1024;
    REFUSALS = /^(?:Z_|ZSTD_|ERR_(?:_ERROR|BROTLI))/, ENDED_EARLY = /* @__PURE__ */ new Set(["ABORT_ERR", "ERR_STREAM_PREMATURE_CLOSE"]);
  }
});

// src/app/transfer-session.ts
import { statfs } from "node:fs/promises";
async function assertRoom(dir, size) {
  let free;
  try {
    let { bavail, bsize } = await statfs(dir);
    free = bavail * bsize;
  } catch (error) {
    throw fromErrno(error, "looking for room", dir);
  }
  if (!(size <= free))
    throw new BlobsyError("DISK_FULL", `${size} bytes are needed, and ${free} are free`, {
      path: dir,
      next: "df -h ."
    });
}
var NOTE_EVERY, TransferSession, PayloadMeter, init_transfer_session = __esm({
  "src/app/transfer-session.ts"() {
    "use strict";
    init_compression();
    init_errors();
    init_ops();
    init_remote_presence();
    init_remote();
    NOTE_EVERY = 100, TransferSession = class _TransferSession {
      constructor(ctx, remote, proofs, concurrency, signal) {
        this.ctx = ctx;
        this.remote = remote;
        this.proofs = proofs;
        this.concurrency = concurrency;
        this.signal = signal;
      }
      ctx;
      remote;
      proofs;
      concurrency;
      signal;
      #seen = [];
      /** @throws {BlobsyError} no remote, no trust, or no answer from it */
      static async start(ctx, { signal, backend }) {
        let remote = await openRemote(ctx, backend), proofs = await loadProofs(ctx, remote, signal), { concurrency } = (await ctx.config()).transfer;
        return new _TransferSession(ctx, remote, proofs, concurrency, signal);
      }
      options(onBytes) {
        return { ...this.signal ? { signal: this.signal } : {}, ...onBytes ? { onBytes } : {} };
      }
      /** The sizes of those objects that are on the remote. @throws {BlobsyError} when it does not answer */
      sizesOf(keys) {
        let options = { ...this.options(), concurrency: this.concurrency };
        return sizesOnRemote(this.remote.transport, keys, options);
      }
      /** The remote certainly has this blob. */
      async prove({ key, oid, size, compressed }) {
        this.#seen.push({ key, oid, size, compressed }), this.#seen.length >= NOTE_EVERY && await this.#note();
      }
      /** What was fetched lasts, and what was proven is written down. @throws {BlobsyError} IO */
      async end() {
        let { store } = this.ctx;
        try {
          await store.settleImports();
        } catch (error) {
          throw fromErrno(error, "keeping what was fetched", store.layout.root);
        } finally {
          await this.#note();
        }
      }
      async #note() {
        let seen = this.#seen;
        this.#seen = [], await this.proofs.add(seen), await this.proofs.compact().catch(() => {
        });
      }
      /**
       * Downloads one blob into the store.
       * @throws {BlobsyError} BLOB_MISSING, BLOB_CORRUPT, DISK_FULL, NETWORK ...
       */
      async fetch(blob, onBytes) {
        let { store } = this.ctx, { key, oid, size } = blob;
        try {
          await store.prepare();
        } catch (error) {
          throw fromErrno(error, "preparing the store", store.layout.root);
        }
        let temp = store.tempPath("download"), meter = new PayloadMeter(size, onBytes);
        try {
          await assertRoom(store.layout.tmp, size);
          let options = this.options(meter.onBytes);
          await this.remote.transport.download(key, temp, maxObjectSize(blob), options), await store.importTemp(await this.#unpacked(blob, temp), oid, size), meter.finish();
        } catch (error) {
          throw await unlinkIfThere(temp).catch(() => {
          }), await this.#disproved(key, error);
        }
        await this.prove(blob);
      }
      /** @returns the file with the payload's bytes, as far as the object has them; `temp` is it, or gone */
      async #unpacked({ size, compressed }, temp) {
        if (compressed === void 0) return temp;
        let { store } = this.ctx, { unpackFile: unpackFile2 } = await Promise.resolve().then(() => (init_pack(), pack_exports)), plain = store.tempPath("unpacked");
        try {
          return await assertRoom(store.layout.tmp, size), await unpackFile2(temp, plain, compressed, size, { signal: this.signal }), await unlinkIfThere(temp), plain;
        } catch (error) {
          throw await unlinkIfThere(plain).catch(() => {
          }), fromErrno(error, "decompressing", plain);
        }
      }
      /** Takes back the proof for what is not there after all, and says what is. */
      async #disproved(key, error) {
        if (!isBlobsyError(error) || error.code !== "NOT_FOUND" && error.code !== "BLOB_CORRUPT") return error;
        try {
          await this.proofs.forget([key]);
        } catch (failure3) {
          return fromErrno(failure3, "taking back what was known of the remote", key);
        }
        let { url } = this.remote;
        return error.code === "NOT_FOUND" ? new BlobsyError("BLOB_MISSING", `${url} has no ${key}`, { cause: error }) : new BlobsyError("BLOB_CORRUPT", `${url} has something else as ${key}: ${error.message}`, {
          cause: error
        });
      }
    }, PayloadMeter = class {
      constructor(size, tell = () => {
      }) {
        this.tell = tell;
        this.#left = size;
      }
      tell;
      #left;
      onBytes = (bytes) => {
        let more = Math.min(bytes, this.#left);
        this.#left -= more, more > 0 && this.tell(more);
      };
      finish() {
        this.onBytes(this.#left);
      }
    };
  }
});

// src/app/upload-blob.ts
async function uploadBlob(session, blob, from, onBytes) {
  let sent = await sendOnce(session, blob, from, !1, onBytes);
  sent ??= await sendOnce(session, blob, from, !0, onBytes);
  let after2 = await session.remote.transport.has(blob.key, session.options());
  after2?.size !== sent && await lookAgain(session, blob, sent ?? 0, after2), await session.prove(blob);
}
async function lookAgain(session, blob, sent, found) {
  if (found && blob.compressed !== void 0 && fitsObjectSize(blob, found.size))
    return session.fetch(blob);
  let what = found === null ? "is not there" : `has ${found.size} bytes there`, message = `${session.remote.url} took ${blob.key}, ${sent} bytes, and it ${what}`;
  throw new BlobsyError("BLOB_CORRUPT", message);
}
async function sendOnce(session, blob, from, isLastTry, onBytes) {
  let source = await sourceOf(session, blob, from);
  if (blob.compressed !== void 0)
    return sendCompressed(session, blob, blob.compressed, source, isLastTry, onBytes);
  try {
    let options = session.options(onBytes);
    await session.remote.transport.upload(blob.key, source, blob.size, options);
  } catch (error) {
    if (isLastTry || await isInStore(session, blob)) throw error;
    return null;
  }
  return await isInStore(session, blob) || await isRightThere(session, blob, isLastTry) ? blob.size : null;
}
async function sendCompressed(session, blob, algorithm, source, isLastTry, onBytes) {
  let { store } = session.ctx, { packFile: packFile2, unpackFile: unpackFile2 } = await Promise.resolve().then(() => (init_pack(), pack_exports)), temp = store.tempPath("packed");
  try {
    await store.prepare();
    let reading = { signal: session.signal }, { oid, packedSize } = await packFile2(source, temp, algorithm, blob.size, reading);
    if (oid !== blob.oid) throw changed2(source);
    if (await unpackFile2(temp, null, algorithm, blob.size, reading) !== blob.oid)
      throw new BlobsyError(
        "IO",
        `what ${algorithm} made of blob ${oid} does not decompress to it`
      );
    let meter = new PayloadMeter(blob.size, onBytes), options = session.options(meter.onBytes);
    return await session.remote.transport.upload(blob.key, temp, packedSize, options), meter.finish(), packedSize;
  } catch (error) {
    if (isLastTry || await isInStore(session, blob))
      throw fromErrno(error, `compressing ${source}`, source);
    return null;
  } finally {
    await unlinkIfThere(temp).catch(() => {
    });
  }
}
function changed2(source) {
  return new BlobsyError("PAYLOAD_BUSY", `${source} changed while it was compressed`);
}
async function sourceOf(session, { oid, size }, from) {
  let { store } = session.ctx, stored = await store.verifiedPath(oid, size);
  if (stored !== null) return stored;
  for (let payload of await from.findPayloads()) {
    if (await ingestedOid(session, payload) !== oid) continue;
    let ingested = await store.verifiedPath(oid, size);
    if (ingested !== null) return ingested;
  }
  throw new BlobsyError("BLOB_MISSING", `this clone has no blob ${oid} to upload`);
}
async function ingestedOid(session, payload) {
  try {
    return (await session.ctx.store.ingest(payload)).oid;
  } catch (error) {
    if (isBlobsyError(error) && error.code !== "DISK_FULL") return null;
    throw error;
  }
}
async function isInStore(session, { oid, size }) {
  return await session.ctx.store.verifiedPath(oid, size) !== null;
}
async function isRightThere(session, blob, isLastTry) {
  try {
    return await session.fetch(blob), !0;
  } catch (error) {
    if (!isBlobsyError(error) || error.code !== "BLOB_CORRUPT" || (await session.remote.transport.remove(blob.key, session.options()), isLastTry)) throw error;
    return !1;
  }
}
var init_upload_blob = __esm({
  "src/app/upload-blob.ts"() {
    "use strict";
    init_compression();
    init_errors();
    init_ops();
    init_transfer_session();
  }
});

// src/app/transfer.ts
var transfer_exports = {};
__export(transfer_exports, {
  downloadBlobs: () => downloadBlobs,
  keysOnRemote: () => keysOnRemote,
  uploadBlobs: () => uploadBlobs
});
async function uploadBlobs(ctx, wanted, options = {}) {
  return transferring(ctx, wanted, ({ key, oid }) => checkKeyToWrite(key, oid), options, async (session, jobs, tally) => {
    let unknown = jobs.filter((job) => !session.proofs.has(job)), isListed3 = isListingCheaper(session.remote.transport, unknown.length), missing = isListed3 ? await missingByList(session, unknown) : unknown;
    tally.skipped += jobs.length - missing.length, await run(session, "uploading", missing, tally, async (job, onBytes) => !isListed3 && await isThere2(session, job) ? "skipped" : (await uploadBlob(session, job, { findPayloads: () => payloadsOf(job, options.findPayloads) }, onBytes), "moved"));
  });
}
async function downloadBlobs(ctx, wanted, options = {}) {
  return transferring(ctx, wanted, ({ key }) => checkRemoteKey(key), options, async (session, jobs, tally) => {
    await run(session, "downloading", jobs, tally, async (job, onBytes) => await ctx.store.verifiedPath(job.oid, job.size) !== null ? "skipped" : (await session.fetch(job, onBytes), "moved"));
  });
}
async function keysOnRemote(ctx, wanted, options = {}) {
  if (wanted.length === 0) return /* @__PURE__ */ new Set();
  let session = await TransferSession.start(ctx, options), unknown = wanted.filter((one) => !session.proofs.has(one)).map(({ key }) => key), sizes = await session.sizesOf(unknown), there = wanted.filter((one) => session.proofs.has(one) || isWhole(one, sizes));
  return new Set(there.map(({ key }) => key));
}
async function transferring(ctx, wanted, check, options, work) {
  let tally = new Tally(), jobs = jobsOf(wanted, check, tally);
  if (jobs.length === 0) return tally.report();
  try {
    let session = await TransferSession.start(ctx, options);
    try {
      await work(session, jobs, tally);
    } finally {
      await session.end();
    }
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    for (let job of jobs) tally.fail(job.wanted, error);
  }
  return tally.report();
}
function run({ ctx, concurrency }, task, jobs, tally, move) {
  return runTransfers(jobs, tally, { concurrency, reporter: ctx.reporter, task, move });
}
async function missingByList(session, jobs) {
  let sizes = await session.sizesOf(jobs.map((job) => job.key));
  for (let job of jobs) isWhole(job, sizes) && await session.prove(job);
  return jobs.filter((job) => !isWhole(job, sizes));
}
function isWhole(blob, sizes) {
  let size = sizes.get(blob.key);
  return size !== void 0 && fitsObjectSize(blob, size);
}
async function isThere2(session, job) {
  let found = await session.remote.transport.has(job.key, session.options());
  return found === null || !fitsObjectSize(job, found.size) ? !1 : (await session.prove(job), !0);
}
async function payloadsOf(job, find = () => []) {
  let found = [];
  for (let one of job.wanted) found.push(...await find(one));
  return [...new Set(found)];
}
function jobsOf(wanted, check, tally) {
  let byKey = /* @__PURE__ */ new Map();
  for (let one of wanted) {
    let same = byKey.get(one.key), refusal = refusalOf(one, check(one), same?.[0]);
    refusal ? tally.fail([one], refusal) : same ? same.push(one) : byKey.set(one.key, [one]);
  }
  return [...byKey.values()].map((all) => {
    let [{ oid, size, key, compressed }] = all;
    return { oid, size, key, compressed, wanted: all };
  });
}
function refusalOf(one, verdict, same) {
  let about = one.path === void 0 ? {} : { path: one.path };
  if (!verdict.ok)
    return new BlobsyError("REFUSED_KEY", `the remote key is refused: ${verdict.reason}`, about);
  if (!same) return null;
  if (same.oid !== one.oid || same.size !== one.size) {
    let message = `two ref files give different blobs the same remote key ${one.key}`;
    return new BlobsyError("REFUSED_KEY", message, about);
  }
  if (same.compressed !== one.compressed) {
    let message = `two ref files say of the remote key ${one.key} that it is compressed, and that it is not`;
    return new BlobsyError("REFUSED_KEY", message, about);
  }
  return null;
}
var init_transfer = __esm({
  "src/app/transfer.ts"() {
    "use strict";
    init_errors();
    init_compression();
    init_remote_key();
    init_remote_presence();
    init_transfer_queue();
    init_transfer_session();
    init_upload_blob();
  }
});

// src/app/blob-supply.ts
import path42 from "node:path";
function wantedBy(subject) {
  let oid = blobToPlace(subject.action);
  return oid === null || subject.ref.kind !== "hash" ? null : { ...remoteBlobOf(subject.ref.ref), oid, path: subject.path };
}
function baseOf(cache, payload) {
  let { base } = cache.get(payload);
  return base && { oid: base.oid, size: base.size, ...parsePlace(base.remoteKey) };
}
var BlobSupply, Needs, init_blob_supply = __esm({
  "src/app/blob-supply.ts"() {
    "use strict";
    init_remote_place();
    init_facts();
    init_stat_trust();
    init_stat_cache();
    init_other_worktrees();
    init_apply();
    BlobSupply = class _BlobSupply {
      constructor(ctx, cache, assessment) {
        this.ctx = ctx;
        this.cache = cache;
        this.needs = new Needs(ctx, cache, assessment);
      }
      ctx;
      cache;
      failures = /* @__PURE__ */ new Map();
      needs;
      proven = /* @__PURE__ */ new Set();
      committed = /* @__PURE__ */ new Set();
      /** Brings every blob that is not in the store, as far as it can be had; one failure is one path's. */
      static async prepare(work, assessment, subjects) {
        let supply = new _BlobSupply(work.ctx, work.cache, assessment);
        if (subjects.length === 0) return supply;
        let wanted = subjects.flatMap((subject) => wantedBy(subject) ?? []);
        await supply.fetchMissing(wanted);
        let bases = subjects.flatMap(({ path: payload }) => baseOf(work.cache, payload) ?? []), { provenBlobs: provenBlobs2 } = await Promise.resolve().then(() => (init_uploaded(), uploaded_exports));
        return supply.proven = await provenBlobs2(work.ctx, [...wanted, ...bases]), await supply.findCommitted(subjects), supply;
      }
      /** @throws {BlobsyError} why the blob for this path cannot be had */
      async provide(subject) {
        let wanted = wantedBy(subject);
        if (wanted === null || this.ctx.store.has(wanted.oid, wanted.size)) return;
        let failure3 = this.failures.get(wanted.oid);
        if (failure3) throw failure3;
        await this.fetchMissing([wanted]);
        let again = this.failures.get(wanted.oid);
        if (again) throw again;
      }
      /** The remote is proven to have it, and no other path or worktree needs it: it may be renamed out. */
      mayMove(subject) {
        let wanted = wantedBy(subject);
        return wanted !== null && this.proven.has(blobId(wanted)) && this.needs.count(wanted.oid) <= 1;
      }
      /** What the remote has, or a commit at hand names, needs no line in the recover list. */
      whyReplaced({ path: payload, payload: { facts }, action }) {
        return facts === null ? null : action.kind === "discard" ? "discarded" : this.isProven(payload) || this.committed.has(payload) ? null : "replaced";
      }
      isProven(payload) {
        let base = baseOf(this.cache, payload);
        return base !== null && this.proven.has(blobId(base));
      }
      async findCommitted(subjects) {
        let open = subjects.flatMap(({ path: payload, action }) => {
          let base = action.kind === "follow" && !this.isProven(payload) ? baseOf(this.cache, payload) : null;
          return base ? [[payload, base.oid]] : [];
        });
        if (open.length === 0) return;
        let { committedBases: committedBases2 } = await Promise.resolve().then(() => (init_committed_bases(), committed_bases_exports));
        this.committed = await committedBases2(this.ctx.repo, new Map(open));
      }
      async fetchMissing(wanted) {
        let missing = /* @__PURE__ */ new Map();
        for (let blob of wanted)
          this.ctx.store.has(blob.oid, blob.size) || await this.copyFromPayload(blob) || missing.set(blob.oid, blob);
        if (missing.size === 0) return;
        let { downloadBlobs: downloadBlobs2 } = await Promise.resolve().then(() => (init_transfer(), transfer_exports)), report = await downloadBlobs2(
          this.ctx,
          [...missing.values()],
          this.ctx.signal ? { signal: this.ctx.signal } : {}
        );
        for (let blob of missing.values()) this.failures.delete(blob.oid);
        for (let { oid, error } of report.failed) this.failures.set(oid, error);
      }
      /** A blob that was renamed out of the store lies at some payload's path. */
      async copyFromPayload(blob) {
        for (let file of this.needs.payloadsHolding(blob.oid))
          try {
            let { oid } = await this.ctx.store.ingest(file);
            if (oid === blob.oid) return !0;
          } catch {
          }
        return !1;
      }
    };
    Needs = class {
      constructor(ctx, cache, assessment) {
        this.ctx = ctx;
        this.cache = cache;
        this.assessment = assessment;
      }
      ctx;
      cache;
      assessment;
      counts;
      files;
      /** How many paths, here and in other worktrees, name this blob. */
      count(oid) {
        return this.counts ??= this.countAll(), this.counts.get(oid) ?? 0;
      }
      /** Files that, by their stat records, hold exactly this blob. */
      payloadsHolding(oid) {
        return this.files ??= this.findAll(), this.files.get(oid) ?? [];
      }
      countAll() {
        let counts = /* @__PURE__ */ new Map(), count2 = (oid) => counts.set(oid, (counts.get(oid) ?? 0) + 1);
        for (let payload of this.assessment.inStep) {
          let { base } = this.cache.get(payload);
          base && count2(base.oid);
        }
        for (let { ref } of this.assessment.subjects) ref.kind === "hash" && count2(ref.ref.oid);
        for (let other of this.otherCaches())
          for (let payload of other.cache.paths()) {
            let { base, ref } = other.cache.get(payload);
            for (let oid of /* @__PURE__ */ new Set([base?.oid, ref?.oid])) oid && count2(oid);
          }
        return counts;
      }
      findAll() {
        let files = /* @__PURE__ */ new Map(), own3 = { worktree: this.ctx.repo.worktree, cache: this.cache };
        for (let { worktree, cache } of [own3, ...this.otherCaches()])
          for (let payload of cache.paths()) {
            let record = cache.get(payload).payload, file = path42.join(worktree, payload), facts = record && lstatFacts(file);
            !facts || !vouches(record, facts) || files.set(record.oid, [...files.get(record.oid) ?? [], file]);
          }
        return files;
      }
      otherCaches() {
        return worktreesBeside(this.ctx.repo.commonDir, this.ctx.repo.worktreeState).map((other) => ({
          worktree: other.worktree,
          cache: StatCache.load(other.state)
        }));
      }
    };
  }
});

// src/app/place-blob.ts
async function announce(work, subjects) {
  let { cache } = work;
  for (let subject of subjects) {
    let oid = blobToPlace(subject.action);
    if (oid === null || subject.ref.kind !== "hash") continue;
    let { size } = subject.ref.ref, remoteKey = formatPlace(placeOf(subject.ref.ref)), placing = { oid, size, remoteKey, executable: isExecutable(work, subject) };
    cache.update(subject.path, { placing });
  }
  subjects.length > 0 && await cache.save({ durable: !0 });
}
async function placeBlob(work, supply, subject) {
  let { ctx, cache, report } = work, { path: path78, payload, ref, action } = subject, oid = blobToPlace(action);
  if (oid === null || ref.kind !== "hash") return;
  rememberRef(work, subject);
  let { size } = ref.ref, remoteKey = formatPlace(placeOf(ref.ref)), executable = isExecutable(work, subject), why = supply.whyReplaced(subject);
  for (let tries = 0; ; tries += 1) {
    await supply.provide(subject);
    let outcome = await replacePayload(ctx.place, {
      payload: path78,
      expected: payload.facts,
      expectedOid: payload.state.kind === "hash" ? payload.state.oid : null,
      incoming: { oid, size, mayMove: supply.mayMove(subject) },
      executable,
      why
    });
    if (outcome.kind === "placed") {
      cache.update(path78, {
        base: { oid, size, remoteKey, executable },
        placing: null,
        payload: statRecord(oid, outcome.facts, outcome.tick),
        dropped: !1
      }), report.events.push({ kind: "placed", path: path78, oid, size }), outcome.leftAside && ctx.reporter.warn(`${path78}: ${outcome.leftAside.message}`), why !== null && outcome.displaced && report.events.push({ kind: "discarded", path: path78, oid: outcome.displaced });
      return;
    }
    if (outcome.kind === "raced") throw raced2(path78, outcome.reason);
    if (tries > 0)
      throw new BlobsyError("BLOB_MISSING", `its blob ${oid.slice(0, 12)} cannot be had`, {
        path: path78,
        next: "blobsy fetch"
      });
  }
}
function isExecutable(work, subject) {
  let refMode = subject.ref.kind === "hash" ? subject.ref.facts.mode : 0, payloadMode = subject.payload.facts?.mode;
  return (refMode & 73) !== 0 ? !0 : payloadMode !== void 0 ? (payloadMode & 73) !== 0 : work.cache.get(subject.path).base?.executable ?? !1;
}
var init_place_blob = __esm({
  "src/app/place-blob.ts"() {
    "use strict";
    init_errors();
    init_remote_place();
    init_stat_trust();
    init_place();
    init_apply();
  }
});

// src/app/who-may-act.ts
function mayAct(actor, action) {
  return actor === "status" ? action === "write-ref" || action === "record" : actor !== "hook" || !NOT_FOR_HOOKS.has(action);
}
var NOT_FOR_HOOKS, init_who_may_act = __esm({
  "src/app/who-may-act.ts"() {
    "use strict";
    NOT_FOR_HOOKS = /* @__PURE__ */ new Set(["write-ref", "discard", "conflict"]);
  }
});

// src/app/write-ref.ts
import path43 from "node:path";
async function writeRef(work, subject) {
  let { ctx, cache, report } = work, { path: payload, ref, payload: observed, action } = subject;
  if (action.kind !== "write-ref" || ref.kind !== "hash" || observed.facts === null) return;
  let { oid } = action, { size } = observed.facts, refPath = refPathOf(payload), file = path43.join(ctx.repo.worktree, refPath), lastLook = () => {
    checkParents(ctx.repo.worktree, payload)?.close();
    let now = readRef(ctx.repo.worktree, payload);
    if (now.kind === "hash" && textHash(now.text) === ref.textHash) return now.ref;
    throw new BlobsyError(
      "PAYLOAD_CHANGED",
      "its ref file changed meanwhile; nothing was written",
      { path: refPath, next: "blobsy status" }
    );
  }, text = Buffer.from(await refTextFor(ctx, cache, payload, { oid, size }, lastLook())), remoteKey = cache.get(payload).key?.key ?? formatPlace(placeOf(ref.ref));
  noteRewrite(ctx.repo.worktreeState, payload, ref.textHash), await writeFileAtomic(file, text, {
    durable: !0,
    mode: ref.facts.mode,
    lastLook,
    ...tempDirFor(work, ref.facts.dev)
  });
  let facts = lstatFacts(file);
  facts !== null && (cache.update(payload, {
    base: { oid, size, remoteKey, executable: (observed.facts.mode & 73) !== 0 },
    placing: null,
    ref: {
      oid,
      size: facts.size,
      mtimeNs: facts.mtimeNs,
      ctimeNs: facts.ctimeNs,
      ino: facts.ino,
      tick: 0n
    },
    dropped: !1
  }), work.rewritten.add(refPath), report.events.push({ kind: "ref-written", path: payload, oid, size }));
}
function tempDirFor(work, dev) {
  let { tempDir } = work.ctx.place;
  return lstatFacts(tempDir)?.dev === dev ? { tempDir } : {};
}
var init_write_ref = __esm({
  "src/app/write-ref.ts"() {
    "use strict";
    init_errors();
    init_remote_place();
    init_repo_path();
    init_atomic();
    init_facts();
    init_safe_parent();
    init_rewrites();
    init_observe();
    init_ref_text();
  }
});

// src/app/apply.ts
async function apply(work, assessment) {
  let { report } = work;
  report.inStep += assessment.inStep.length, report.refused.push(...assessment.refused);
  let open = assessment.subjects.filter((subject) => isOurs2(work, subject));
  for (let subject of open) await attempt(work, subject, () => settleWithoutBlobs(work, subject));
  let toPlace = open.filter((subject) => blobToPlace(subject.action) !== null), supply = await BlobSupply.prepare(work, assessment, toPlace);
  await announce(work, toPlace), await placeAll(work, supply, toPlace);
  for (let subject of open)
    subject.action.kind === "write-ref" && await attempt(work, subject, () => writeRef(work, subject));
}
async function placeAll(work, supply, subjects) {
  if (subjects.length === 0) return;
  let sizeOf2 = ({ ref }) => ref.kind === "hash" ? ref.ref.size : 0, bytes = subjects.reduce((sum, subject) => sum + sizeOf2(subject), 0), progress = work.ctx.reporter.progress("placing", { files: subjects.length, bytes });
  try {
    await forEachLimit(subjects, PLACED_AT_ONCE, async (subject) => {
      await attempt(work, subject, () => placeBlob(work, supply, subject)), progress.add(1, sizeOf2(subject));
    });
  } finally {
    progress.end();
  }
}
function blobToPlace(action) {
  return action.kind === "materialise" || action.kind === "follow" || action.kind === "discard" ? action.oid : null;
}
function recordAtOnce(work, subject) {
  return work.ctx.signal?.aborted === !0 || !mayActOn(work, subject) ? !1 : (rememberInStep(work, subject), !0);
}
function mayActOn({ only, live, actor }, { action, path: path78 }) {
  return (only?.(path78) ?? !0) && !live.has(path78) && mayAct(actor, action.kind);
}
function isOurs2(work, subject) {
  let { path: path78 } = subject;
  return mayActOn(work, subject) ? !0 : (leaveForNext(work, subject), work.live.has(path78) && work.unsettled.add(path78), !1);
}
function leaveForNext(work, { action, path: path78 }) {
  work.report.held += 1, action.kind === "write-ref" && work.unsettled.add(path78);
}
async function attempt(work, subject, act) {
  if (work.ctx.signal?.aborted) {
    leaveForNext(work, subject);
    return;
  }
  try {
    await act();
  } catch (error) {
    if (!(isBlobsyError(error) || typeof error.code == "string")) throw error;
    recordFailure(work, subject.path, fromErrno(error, "keeping it in step", subject.path)), (subject.action.kind === "write-ref" || subject.payload.failure !== void 0) && work.unsettled.add(subject.path);
  }
}
function recordFailure(work, path78, error) {
  work.report.failures.push({ path: path78, code: error.code, message: error.message, error });
}
async function settleWithoutBlobs(work, subject) {
  let { cache, report } = work, { action, path: path78 } = subject;
  switch (action.kind) {
    case "record":
      rememberInStep(work, subject), report.inStep += 1;
      return;
    case "forget":
      cache.forget(path78);
      return;
    case "git-owns":
      cache.has(path78) && (await listOverwritten(work, path78), report.events.push({ kind: "git-owns", path: path78 })), cache.forget(path78);
      return;
    case "release":
      cache.forget(path78), report.events.push({ kind: "released", path: path78 });
      return;
    case "stay-absent":
      rememberRef(work, subject), report.leftOut += 1;
      return;
    case "leave":
      if (subject.payload.failure) throw subject.payload.failure;
      report.events.push({ kind: "left", path: path78, reason: action.reason });
      return;
    case "conflict":
      rememberRef(work, subject), report.events.push({
        kind: "conflict",
        path: path78,
        payload: action.payload,
        ref: action.ref,
        base: subject.base
      });
      return;
    case "retire":
    case "vacate":
      await takeAway(work, subject);
      return;
    case "materialise":
    case "follow":
    case "discard":
    case "write-ref":
      return;
  }
}
async function listOverwritten({ ctx, cache }, path78) {
  let { payload, base } = cache.get(path78);
  if (!payload || !ctx.store.has(payload.oid, payload.size)) return;
  let { oid, size } = payload, executable = base?.executable ?? !1, time2 = (/* @__PURE__ */ new Date()).toISOString(), { worktree } = ctx.repo;
  await ctx.recover.append({ time: time2, path: path78, oid, size, executable, why: "replaced", worktree });
}
async function takeAway(work, subject) {
  let { ctx, cache, report } = work, { path: path78, payload, ref } = subject;
  if (payload.facts === null || payload.state.kind !== "hash") return;
  let outcome = await removePayload(ctx.place, {
    payload: path78,
    expected: payload.facts,
    expectedOid: payload.state.oid,
    why: "removed"
  });
  if (outcome.kind === "raced") throw raced2(path78, outcome.reason);
  ref.kind === "hash" ? rememberRef(work, subject) : cache.forget(path78), report.events.push({ kind: "removed", path: path78, oid: outcome.oid });
}
function raced2(path78, reason) {
  return new BlobsyError("PAYLOAD_CHANGED", `it changed while it was being replaced: ${reason}`, {
    path: path78,
    next: "blobsy status"
  });
}
function rememberInStep(work, subject) {
  let { ref, payload, path: path78 } = subject;
  if (ref.kind !== "hash" || payload.facts === null) return;
  let executable = (payload.facts.mode & 73) !== 0, { oid, size } = ref.ref, base = { oid, size, remoteKey: formatPlace(placeOf(ref.ref)), executable };
  rememberRef(work, subject), work.cache.update(path78, { base, placing: null, dropped: !1 });
}
function rememberRef(work, subject) {
  let { ref, path: path78 } = subject;
  if (ref.kind !== "hash") return;
  let { size, mtimeNs, ctimeNs, ino } = ref.facts, old = work.cache.get(path78).ref, same = old?.mtimeNs === mtimeNs && old.ctimeNs === ctimeNs && old.ino === ino, tick = same && old.oid === ref.ref.oid ? old.tick : 0n;
  old && !same && !work.written.has(path78) && work.rewritten.add(refPathOf(path78)), work.cache.update(path78, { ref: { oid: ref.ref.oid, size, mtimeNs, ctimeNs, ino, tick } });
}
var PLACED_AT_ONCE, init_apply = __esm({
  "src/app/apply.ts"() {
    "use strict";
    init_errors();
    init_remote_place();
    init_repo_path();
    init_place();
    init_blob_supply();
    init_for_each_limit();
    init_place_blob();
    init_who_may_act();
    init_write_ref();
    PLACED_AT_ONCE = 8;
  }
});

// src/domain/decide.ts
function decide(s) {
  let { payload, ref, base } = s;
  return s.payloadInIndex ? { kind: "git-owns" } : payload.kind === "unreadable" ? { kind: "leave", reason: payload.reason } : ref.kind === "invalid" || ref.kind === "conflicted" || ref.kind === "refused" ? { kind: "leave", reason: ref.reason } : payload.kind === "absent" ? decideAbsentPayload(ref, s.leftOut) : ref.kind === "absent" ? decideAbsentRef(payload.oid, ref.index, base) : decideBothThere(payload.oid, ref.oid, s);
}
function decideAbsentPayload(ref, leftOut) {
  return ref.kind === "absent" ? { kind: "forget" } : leftOut ? { kind: "stay-absent" } : { kind: "materialise", oid: ref.oid };
}
function decideAbsentRef(payload, index, base) {
  return index === "listed" ? {
    kind: "leave",
    reason: "its ref file was removed by hand; git restore brings it back"
  } : payload === base ? { kind: "retire" } : index === "gone" ? { kind: "release" } : { kind: "leave", reason: "its ref file is outside the sparse checkout" };
}
function decideBothThere(payload, ref, s) {
  return payload === ref ? { kind: "record", oid: ref } : s.base === null ? { kind: "conflict", payload, ref } : payload === s.base ? s.leftOut ? { kind: "vacate" } : { kind: "follow", oid: ref } : s.discard ? { kind: "discard", oid: ref } : ref === s.base ? { kind: "write-ref", oid: payload } : { kind: "conflict", payload, ref };
}
var init_decide = __esm({
  "src/domain/decide.ts"() {
    "use strict";
  }
});

// src/domain/discard.ts
function isDiscard(note2, refTextHash, payload) {
  return note2.refWas === "present" || refTextHash !== note2.textHash || note2.payload === null || payload === null || !sameFacts(note2.payload, payload) ? !1 : note2.noticed || payload.ctimeNs < note2.passNs && payload.ctimeNs > note2.sinceNs;
}
var init_discard = __esm({
  "src/domain/discard.ts"() {
    "use strict";
    init_file_facts();
  }
});

// src/domain/moves.ts
function matchMoves(lost, found) {
  let open = new Set([...lost].sort(byPath)), moves2 = [], rest = [];
  for (let to of [...found].sort(byPath)) {
    let from = first(open, (old) => isSameFile(old, to));
    from ? take(from, to) : rest.push(to);
  }
  for (let to of rest) {
    let from = first(open, (old) => old.base === to.oid);
    from && take(from, to);
  }
  return moves2;
  function take(from, to) {
    open.delete(from), moves2.push({ from: from.path, to: to.path });
  }
}
function isSameFile({ refFile, base }, to) {
  return refFile === null || refFile.ino !== to.refFile.ino ? !1 : refFile.mtimeNs === to.refFile.mtimeNs || base === to.oid;
}
function first(items, wanted) {
  for (let item of items) if (wanted(item)) return item;
}
function byPath(a, b) {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
var init_moves = __esm({
  "src/domain/moves.ts"() {
    "use strict";
  }
});

// src/app/left-out.ts
function leftOutRule(ctx, wanted) {
  let rule;
  return async (payload, entry) => wanted?.(payload) ? null : entry.dropped ? "dropped" : (rule ??= excludedByConfig(ctx), (await rule)(payload) ? "excluded" : null);
}
async function excludedByConfig(ctx) {
  if (process.env.BLOBSY_SKIP_SMUDGE === "1") return () => !0;
  let config2 = await ctx.config();
  if (config2.skipSmudge) return () => !0;
  let { include, exclude } = config2.fetch;
  if (include.length === 0 && exclude.length === 0) return () => !1;
  let { pathMatcher: pathMatcher2 } = await Promise.resolve().then(() => (init_path_match(), path_match_exports)), isIncluded = include.length === 0 ? () => !0 : pathMatcher2(include), isExcluded = pathMatcher2(exclude);
  return (payload) => !isIncluded(payload) || isExcluded(payload);
}
var init_left_out = __esm({
  "src/app/left-out.ts"() {
    "use strict";
  }
});

// src/app/assess.ts
import path44 from "node:path";
async function assess(ctx, cache, request) {
  let known = new Set(cache.paths());
  for (let payload of request.asked) known.add(payload);
  let [inStep, open] = split(known, (payload) => isInStepByStat(ctx, cache, payload)), refused4 = [], index = null;
  if (request.everything || open.length > 0 || known.size === 0) {
    index = await listIndex(ctx.repo);
    for (let payload of refsInIndex(index, refused4))
      known.has(payload) || open.push(payload);
  }
  let moves2 = index === null ? [] : findMoves(ctx, cache, index, open), subjects = [], leaveOut = leftOutRule(ctx, request.wanted);
  return await forEachLimit(open, HASHES_AT_ONCE, async (payload) => {
    let subject = await assessOne(ctx, cache, payload, { request, index, leaveOut });
    subject.action.kind === "record" && request.record?.(subject) ? inStep.push(payload) : subjects.push(subject);
  }), subjects.sort((a, b) => a.path < b.path ? -1 : 1), { inStep, subjects, moves: moves2, refused: refused4, index };
}
function isInStepByStat(ctx, cache, payload) {
  let { base, payload: payloadRecord, ref: refRecord } = cache.get(payload);
  if (!base || payloadRecord?.oid !== base.oid || refRecord?.oid !== base.oid) return !1;
  let file = path44.join(ctx.repo.worktree, payload);
  try {
    let ref = lstatFacts(file + REF_SUFFIX), there = lstatFacts(file);
    return ref !== null && there !== null && vouches(refRecord, ref) && vouches(payloadRecord, there);
  } catch {
    return !1;
  }
}
function* refsInIndex(index, refused4) {
  for (let [name2, entries] of index) {
    if (!name2.endsWith(REF_SUFFIX)) continue;
    let checked = checkRefPath(name2, process.platform), plain = entries.every((entry) => entry.mode.startsWith("100"));
    checked.ok && plain ? yield checked.payload : refused4.push({
      refPath: name2,
      reason: checked.ok ? "it is no regular file" : checked.reason
    });
  }
}
async function assessOne(ctx, cache, payload, around) {
  let unsafe = unsafeParent(ctx, payload);
  if (unsafe !== null) return refusedSubject(payload, unsafe);
  let ref = readRef(ctx.repo.worktree, payload), seen = seenRef(ref), entry = cache.get(payload), oids = /* @__PURE__ */ new Set(), sizes = /* @__PURE__ */ new Set();
  for (let blob of [ref.kind === "hash" ? ref.ref : null, entry.base])
    blob !== null && (oids.add(blob.oid), sizes.add(blob.size));
  let payloadInIndex = around.index?.has(payload) ?? !1, observed = payloadInIndex ? { state: { kind: "absent" }, facts: null } : await observePayload(ctx, cache, payload, oids, sizes), situation = {
    payload: observed.state,
    ref: refState(seen, payload, around.index),
    base: baseOf2(cache, payload, observed),
    payloadInIndex,
    discard: hasDiscardEvidence(payload, ref, observed, around.request),
    leftOut: null
  }, action = chosen(decide(situation), payload, seen, around.request), subject = { path: payload, ref: seen, payload: observed, base: situation.base };
  if (action.kind !== "materialise" && action.kind !== "follow") return { ...subject, action };
  let leftOut = await around.leaveOut(payload, entry);
  return { ...subject, action: decide({ ...situation, leftOut }) };
}
function baseOf2(cache, payload, { state }) {
  let { base, placing } = cache.get(payload);
  return placing === null || state.kind !== "hash" || state.oid !== placing.oid ? base?.oid ?? null : (cache.update(payload, { base: placing, placing: null }), placing.oid);
}
function chosen(action, payload, ref, request) {
  if (action.kind !== "conflict" && action.kind !== "write-ref") return action;
  let choice2 = request.choose?.(payload) ?? null;
  return choice2 === "theirs" && ref.kind === "hash" ? { kind: "discard", oid: ref.ref.oid } : choice2 === "ours" && action.kind === "conflict" ? { kind: "write-ref", oid: action.payload } : action;
}
function unsafeParent(ctx, payload) {
  try {
    return checkParents(ctx.repo.worktree, payload)?.close(), null;
  } catch (error) {
    if (isBlobsyError(error)) return error.message;
    throw error;
  }
}
function refusedSubject(payload, reason) {
  let situation = {
    payload: { kind: "unreadable", reason },
    ref: { kind: "refused", reason },
    base: null,
    payloadInIndex: !1,
    discard: !1,
    leftOut: null
  }, observed = { state: situation.payload, facts: null };
  return { path: payload, ref: { kind: "absent" }, payload: observed, base: null, action: decide(situation) };
}
function refState(ref, payload, index) {
  return ref.kind === "hash" ? { kind: "hash", oid: ref.ref.oid } : ref.kind !== "absent" ? { kind: ref.kind, reason: ref.reason } : { kind: "absent", index: refInIndex(payload, index) };
}
function refInIndex(payload, index) {
  let entries = index?.get(refPathOf(payload));
  return entries ? entries.every((entry) => entry.skipWorktree) ? "skip-worktree" : "listed" : "gone";
}
function hasDiscardEvidence(payload, ref, observed, request) {
  if (ref.kind !== "hash" || observed.state.kind !== "hash") return !1;
  let { oid } = observed.state;
  if (request.pending.some(
    (p) => p.path === payload && p.payload === oid && p.ref === ref.ref.oid
  )) return !0;
  let note2 = request.notes.get(payload);
  return note2 !== void 0 && isDiscard(note2, textHash(ref.text), observed.facts);
}
function findMoves(ctx, cache, index, open) {
  let lost = open.flatMap((payload) => {
    let { base, ref } = cache.get(payload);
    return !base && !ref || refInIndex(payload, index) !== "gone" ? [] : readRef(ctx.repo.worktree, payload).kind !== "absent" ? [] : lstatFacts(path44.join(ctx.repo.worktree, payload))?.kind !== "file" ? [] : [{ path: payload, base: base?.oid ?? null, refFile: ref }];
  });
  if (lost.length === 0) return [];
  let found = open.flatMap((payload) => {
    if (cache.get(payload).base || unsafeParent(ctx, payload) !== null) return [];
    let ref = readRef(ctx.repo.worktree, payload);
    return ref.kind !== "hash" || lstatFacts(path44.join(ctx.repo.worktree, payload)) !== null ? [] : [{ path: payload, oid: ref.ref.oid, refFile: ref.facts }];
  });
  return matchMoves(lost, found).flatMap(({ from, to }) => {
    let facts = lstatFacts(path44.join(ctx.repo.worktree, from));
    return facts ? [{ from, to, facts }] : [];
  });
}
function split(items, test) {
  let yes = [], no = [];
  for (let item of items) (test(item) ? yes : no).push(item);
  return [yes, no];
}
var HASHES_AT_ONCE, init_assess = __esm({
  "src/app/assess.ts"() {
    "use strict";
    init_decide();
    init_discard();
    init_errors();
    init_moves();
    init_repo_path();
    init_stat_trust();
    init_facts();
    init_safe_parent();
    init_index_entries();
    init_for_each_limit();
    init_left_out();
    init_observe();
    HASHES_AT_ONCE = 3;
  }
});

// src/app/arm.ts
import path45 from "node:path";
async function armRefs(ctx, cache) {
  let armed = /* @__PURE__ */ new Set();
  if (!await isArming(ctx)) return armed;
  for (let payload of cache.paths()) {
    let { base, payload: record, ref } = cache.get(payload);
    if (!base || record?.oid !== base.oid || ref?.oid !== base.oid) continue;
    let refPath = refPathOf(payload), file = path45.join(ctx.repo.worktree, refPath), before2 = lstatFacts(file);
    if (before2?.kind !== "file" || before2.mtimeNs === ARMED_MTIME_NS) continue;
    let now = readRef(ctx.repo.worktree, payload);
    if (now.kind !== "hash" || now.ref.oid !== base.oid) continue;
    await setMtimeOf(file, ARMED_MTIME_NS);
    let facts = lstatFacts(file);
    if (facts === null) continue;
    let { size, mtimeNs, ctimeNs, ino } = facts;
    cache.update(payload, { ref: { oid: base.oid, size, mtimeNs, ctimeNs, ino, tick: 0n } }), armed.add(refPath);
  }
  return armed;
}
async function isArming(ctx) {
  return lstatFacts(path45.join(ctx.repo.sharedState, "fsmonitor")) !== null ? !1 : (await ctx.config()).detect === "arm";
}
var init_arm = __esm({
  "src/app/arm.ts"() {
    "use strict";
    init_repo_path();
    init_stat_trust();
    init_facts();
    init_ops();
    init_observe();
  }
});

// src/worktree/ignore-block.ts
function ignorePattern(payload) {
  return `/${payload.replace(/[\\*?[\]]/g, "\\$&").replace(/ (?= *$)/g, "\\ ")}`;
}
function splitIgnoreBlock(text) {
  let end = text.lastIndexOf(END), begin = end < 0 ? -1 : text.lastIndexOf(BEGIN, end);
  if (begin < 0) return { before: text, lines: [], after: "" };
  let inside = text.slice(begin + BEGIN.length, end);
  return {
    before: text.slice(0, begin),
    lines: inside.split(`
`).filter((line) => line !== ""),
    after: text.slice(end + END.length).replace(/^\n/, "")
  };
}
function joinIgnoreBlock(block) {
  if (block.lines.length === 0) return block.before + block.after;
  let lead = block.before === "" || block.before.endsWith(`
`) ? "" : `
`;
  return `${block.before}${lead}${BEGIN}
${block.lines.join(`
`)}
${END}
${block.after}`;
}
var BEGIN, END, init_ignore_block = __esm({
  "src/worktree/ignore-block.ts"() {
    "use strict";
    BEGIN = "# >>> blobsy: payloads, kept in step by blobsy (do not edit between these lines) >>>", END = "# <<< blobsy <<<";
  }
});

// src/worktree/ignore-exclude.ts
import { readFileSync as readFileSync16 } from "node:fs";
import path46 from "node:path";
function isExcludeInStep(request) {
  let { mode, met } = request, have = new Map(readBlock(request.commonDir).lines.map((line) => [line, !1]));
  for (let payload of everyPayload(request)) {
    let line = ignorePattern(payload);
    if (!have.has(line)) return !1;
    have.set(line, !0);
  }
  if (mode === "grow") return !0;
  if (met === void 0) return [...have.values()].every(Boolean);
  for (let payload of met) if (have.get(ignorePattern(payload)) === !1) return !1;
  return !0;
}
function* everyPayload({ payloads, commonDir, stateDir }) {
  yield* payloads;
  for (let { state } of worktreesBeside(commonDir, stateDir))
    yield* readList2(path46.join(state, "payloads"));
}
async function updateExclude(request) {
  let { commonDir } = request;
  if (isExcludeInStep(request)) return;
  let lock = await acquireLock(path46.join(commonDir, "blobsy", "exclude.lock"), {
    waitMs: "forever"
  });
  try {
    let block = readBlock(commonDir), wanted = wantedLines(request, block.lines), text = joinIgnoreBlock({ ...block, lines: [...wanted].sort() });
    await writeFileAtomic(excludeFile(commonDir), Buffer.from(text), { durable: !0 });
  } finally {
    await lock?.release();
  }
}
function keepsGitignore(stateDir) {
  return readText(path46.join(stateDir, MARKER)) !== null;
}
async function markGitignore(stateDir, keeps) {
  if (keeps === keepsGitignore(stateDir)) return;
  let file = path46.join(stateDir, MARKER);
  await (keeps ? writeFileAtomic(file, "", { durable: !0 }) : unlinkIfThere(file));
}
function wantedLines(request, lines2) {
  let { mode, met } = request, wanted = /* @__PURE__ */ new Set();
  for (let payload of everyPayload(request)) wanted.add(ignorePattern(payload));
  if (mode === "exact" && met === void 0) return wanted;
  let mayGo = new Set(mode === "grow" ? [] : [...met ?? []].map(ignorePattern));
  for (let line of lines2) mayGo.has(line) || wanted.add(line);
  return wanted;
}
function excludeFile(commonDir) {
  return path46.join(commonDir, "info", "exclude");
}
function readBlock(commonDir) {
  return splitIgnoreBlock(readText(excludeFile(commonDir)) ?? "");
}
function readList2(file) {
  return (readText(file) ?? "").split("\0").filter((entry) => entry.startsWith("./")).map((entry) => entry.slice(2));
}
function readText(file) {
  try {
    return readFileSync16(file, "utf8");
  } catch {
    return null;
  }
}
var MARKER, init_ignore_exclude = __esm({
  "src/worktree/ignore-exclude.ts"() {
    "use strict";
    init_atomic();
    init_lock();
    init_ops();
    init_ignore_block();
    init_other_worktrees();
    MARKER = "gitignore";
  }
});

// src/worktree/gitignore-text.ts
function lineFor(name2) {
  return Buffer.from(ignorePattern(name2)).toString("latin1");
}
function nameOfLine(line) {
  return /^\/(?:[^\\*?[\]/]|\\[\\*?[\] ])+$/.test(line) ? Buffer.from(line.slice(1).replace(/\\(.)/g, "$1"), "latin1").toString("utf8") : null;
}
function parseGitignore(text) {
  let rows = text.match(/[^\n]*\n|[^\n]+$/g) ?? [], all = rows.map((row2) => row2.replace(/\r?\n?$/, ""));
  if (all.some((line) => /^(?:<{7}|>{7})(?: |$)/.test(line)))
    return { kind: "unusable", reason: "it has conflict markers in it", lines: all };
  let lines2 = /* @__PURE__ */ new Set(), before2 = "", after2 = "", blocks = 0, inside = !1;
  for (let [at2, line] of all.entries()) {
    let row2 = rows[at2] ?? "";
    if (line.startsWith(ANY_BEGIN) || line === END2) {
      if (inside === (line !== END2))
        return { kind: "unusable", reason: "blobsy's marks in it are damaged", lines: all };
      inside = !inside, inside && (blocks += 1);
    } else inside && nameOfLine(line) !== null ? lines2.add(line) : inside ? after2 += line === "" ? "" : row2 : blocks === 0 ? before2 += row2 : after2 += row2;
  }
  if (inside) return { kind: "unusable", reason: "blobsy's marks in it are damaged", lines: all };
  let eol = (rows[0] ?? "").endsWith(`\r
`) ? `\r
` : `
`;
  return { kind: "usable", before: before2, lines: [...lines2].sort(), after: after2, eol };
}
function formatGitignore(text, lines2) {
  let { before: before2, after: after2, eol } = text, sorted = [...new Set(lines2)].sort();
  if (sorted.length === 0) return before2 + after2;
  let lead = before2 === "" || before2.endsWith(`
`) ? "" : eol, block = [BEGIN2, ...sorted, END2].map((line) => line + eol).join("");
  return before2 + lead + block + after2;
}
function restOf(text) {
  return (text.before + text.after).replace(/\r\n/g, `
`);
}
var BEGIN2, END2, ANY_BEGIN, EMPTY_TEXT, init_gitignore_text = __esm({
  "src/worktree/gitignore-text.ts"() {
    "use strict";
    init_ignore_block();
    BEGIN2 = "# >>> blobsy: payloads, ignored by name (kept by blobsy, as their ref files are) >>>", END2 = "# <<< blobsy <<<", ANY_BEGIN = "# >>> blobsy: ", EMPTY_TEXT = {
      kind: "usable",
      before: "",
      lines: [],
      after: "",
      eol: `
`
    };
  }
});

// src/worktree/gitignore-file.ts
import { readFileSync as readFileSync17 } from "node:fs";
import path47 from "node:path";
function gitignorePath(dir) {
  return dir === "" ? GITIGNORE : `${dir}/${GITIGNORE}`;
}
function readGitignore(worktree, dir) {
  try {
    let parent = checkParents(worktree, gitignorePath(dir));
    if (parent === null) return { kind: "absent" };
    try {
      return readIn(parent);
    } finally {
      parent.close();
    }
  } catch (error) {
    if (isBlobsyError(error)) return { kind: "refused", reason: error.message };
    throw error;
  }
}
function readIn(parent) {
  let facts = lstatFacts(parent.at());
  if (facts === null) return { kind: "absent" };
  if (facts.kind !== "file")
    return { kind: "refused", reason: `it is a ${facts.kind}, not a regular file` };
  if (facts.size > MAX_BYTES3) return { kind: "refused", reason: "it is larger than 100 MB" };
  let raw = readFileSync17(parent.at(), "latin1");
  return { kind: "text", raw, text: parseGitignore(raw) };
}
function textOf(file) {
  return file.kind === "absent" ? EMPTY_TEXT : file.text;
}
async function replaceGitignore(worktree, dir, { was, next, tempDir }) {
  let parent = checkParents(worktree, gitignorePath(dir));
  if (parent === null) return !1;
  try {
    let now = readIn(parent);
    if (now.kind !== was.kind || now.kind === "refused" || now.kind === "text" && was.kind === "text" && now.raw !== was.raw) return !1;
    if (next === "")
      return now.kind === "text" && await unlink(parent.at()), !0;
    let mode = lstatFacts(parent.at())?.mode, sameDisk = lstatFacts(tempDir)?.dev === parent.dev;
    return await writeFileAtomic(parent.at(), Buffer.from(next, "latin1"), {
      durable: !0,
      ...mode === void 0 ? {} : { mode: mode & 511 },
      ...sameDisk ? { tempDir } : {}
    }), !0;
  } finally {
    parent.close();
  }
}
function dirOf(file) {
  let dir = path47.posix.dirname(file);
  return dir === "." ? "" : dir;
}
var GITIGNORE, MAX_BYTES3, init_gitignore_file = __esm({
  "src/worktree/gitignore-file.ts"() {
    "use strict";
    init_errors();
    init_atomic();
    init_facts();
    init_ops();
    init_safe_parent();
    init_gitignore_text();
    GITIGNORE = ".gitignore", MAX_BYTES3 = 100 * 1024 * 1024;
  }
});

// src/app/root-file.ts
var root_file_exports = {};
__export(root_file_exports, {
  readRootFile: () => readRootFile,
  writeRootFile: () => writeRootFile
});
import { readFileSync as readFileSync18 } from "node:fs";
import path48 from "node:path";
function readRootFile(repo, name2) {
  let file = path48.join(repo.worktree, name2), kind = lstatFacts(file)?.kind ?? "file";
  if (kind !== "file")
    throw new BlobsyError("REFUSED_PATH", `it is a ${kind}, not a file`, { path: name2 });
  try {
    return readFileSync18(file, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return "";
    throw fromErrno(error, "reading it", name2);
  }
}
async function writeRootFile(repo, name2, text) {
  let file = path48.join(repo.worktree, name2), mode = lstatFacts(file)?.mode;
  try {
    await writeFileAtomic(file, text, { durable: !0, ...mode === void 0 ? {} : { mode } });
  } catch (error) {
    throw fromErrno(error, "writing it", name2);
  }
}
var init_root_file = __esm({
  "src/app/root-file.ts"() {
    "use strict";
    init_errors();
    init_atomic();
    init_facts();
  }
});

// src/app/team-files.ts
function withAttributes(text) {
  return text.split(/\r?\n/).filter((line) => /^\*\.bref\s/.test(line)).at(-1)?.trim().replace(/\s+/g, " ") === ATTRIBUTES_LINE ? text : appendLines(text, [ATTRIBUTES_LINE]);
}
function isIgnoreMergeOnly(before2, after2) {
  return before2 !== after2 && withIgnoreMerge(before2) === after2;
}
function withIgnoreMerge(text) {
  let says = /^\S*\.gitignore\s(?:.*\s)?[-!]?merge\b/;
  return text.split(/\r?\n/).some((line) => says.test(line)) ? text : appendLines(text, [".gitignore merge=blobsy"]);
}
function withBackendUrl(text, backend, url) {
  return withBackendValue(text, backend, "url", url);
}
function withBackendValue(text, backend, key, value) {
  let line = `    ${key} = ${iniValue(value)}`;
  if (text === "") {
    let name2 = backend === "default" ? [] : [`    backend = ${backend}`], head = ["# Where this repository's large files are shared (blobsy).", "[blobsy]"];
    return name2.length === 0 && name2.push("    backend = default"), [...head, ...name2, `[backend "${backend}"]`, line, ""].join(`
`);
  }
  let eol = text.includes(`\r
`) ? `\r
` : `
`, lines2 = text.split(/\r?\n/), section = lines2.findIndex((one) => isSection(one, backend));
  if (section < 0) return appendLines(text, [`[backend "${backend}"]`, line]);
  let after2 = lines2.findIndex((one, at3) => at3 > section && one.trimStart().startsWith("[")), end = after2 < 0 ? lines2.length : after2, same = new RegExp(`^\\s*${key}\\s*=`, "i"), at2 = lines2.flatMap((one, at3) => at3 > section && at3 < end && same.test(one) ? [at3] : []).at(-1);
  return at2 === void 0 ? lines2.splice(key === "url" ? section + 1 : lastOf(lines2, section, end), 0, line) : lines2[at2] = line, lines2.join(eol);
}
function lastOf(lines2, section, end) {
  let at2 = end;
  for (; at2 > section + 1 && lines2[at2 - 1]?.trim() === ""; ) at2 -= 1;
  return at2;
}
function isSection(line, backend) {
  let header = line.trim();
  return header === `[backend "${backend}"]` || header === `[backend.${backend}]`;
}
function iniValue(value) {
  return /^[^\s;#"'\\][^;#"'\\]*$/.test(value) ? value : JSON.stringify(value);
}
function appendLines(text, lines2) {
  let eol = text.includes(`\r
`) ? `\r
` : `
`, lead = text === "" || text.endsWith(`
`) ? "" : eol;
  return text + lead + lines2.map((line) => line + eol).join("");
}
var ATTRIBUTES_FILE, ATTRIBUTES_LINE, init_team_files = __esm({
  "src/app/team-files.ts"() {
    "use strict";
    ATTRIBUTES_FILE = ".gitattributes", ATTRIBUTES_LINE = "*.bref filter=blobsy merge=blobsy -text";
  }
});

// src/app/ignore-committed.ts
var ignore_committed_exports = {};
__export(ignore_committed_exports, {
  clearGitignores: () => clearGitignores,
  updateGitignores: () => updateGitignores
});
import path49 from "node:path";
async function updateGitignores(ctx, request) {
  if (request.headMoves === !0) return [];
  let first2 = await look(ctx, request);
  if (first2.edits.length === 0) return first2.problems;
  let lock = await acquireLock(path49.join(ctx.repo.worktreeState, "gitignore.lock"), {
    waitMs: "forever"
  });
  try {
    let { edits, problems } = await look(ctx, request);
    for (let edit of edits) {
      let problem2 = await write2(ctx, edit);
      problem2 && problems.push(problem2);
    }
    return request.actor === "command" && edits.some(({ grows }) => grows) && await mergeBySet(ctx), problems;
  } finally {
    await lock?.release();
  }
}
async function mergeBySet({ repo, reporter }) {
  try {
    let before2 = readRootFile(repo, ATTRIBUTES_FILE), after2 = withIgnoreMerge(before2);
    after2 !== before2 && await writeRootFile(repo, ATTRIBUTES_FILE, after2);
  } catch (error) {
    reporter.warn(`${ATTRIBUTES_FILE}: ${fromErrno(error, "writing it", ATTRIBUTES_FILE).message}`);
  }
}
async function clearGitignores(ctx, payloads) {
  for (let dir of new Set([...payloads].map(dirOf))) {
    let file = readGitignore(ctx.repo.worktree, dir);
    if (file.kind !== "text" || file.text.kind !== "usable" || file.text.lines.length === 0)
      continue;
    let problem2 = await write2(ctx, { dir, file, text: file.text, lines: [], grows: !1 });
    problem2 && ctx.reporter.warn(`${problem2.path ?? dir}: ${problem2.message}`);
  }
}
async function write2(ctx, edit) {
  let { dir, file } = edit, text = file.kind === "text" && file.raw === "" ? { ...edit.text, before: `
` } : edit.text, name2 = gitignorePath(dir);
  try {
    return await replaceGitignore(ctx.repo.worktree, dir, {
      was: file,
      next: formatGitignore(text, edit.lines),
      tempDir: ctx.place.tempDir
    }) ? null : new BlobsyError("PAYLOAD_CHANGED", "it changed meanwhile; it was left alone", {
      path: name2,
      next: "blobsy sync"
    });
  } catch (error) {
    return fromErrno(error, "writing the ignore lines", name2);
  }
}
async function look(ctx, request) {
  let { directories, problems } = readDirectories(ctx, request), open = directories.filter((one) => one.missing.length + one.orphans.length > 0);
  if (open.length === 0) return { edits: [], problems };
  let judge = await Judge.ask(ctx, request, open);
  return { edits: open.flatMap((directory) => {
    let { dir, file, text, missing } = directory;
    if (text.kind !== "usable")
      return request.mode === "exact" && warnUnusable(ctx, dir, text.reason), [];
    let adds = missing.filter((payload) => judge.mayAdd(payload, dir)), grows = adds.length > 0, gone2 = new Set(judge.mayRemove(directory, grows));
    if (!grows && gone2.size === 0) return [];
    let lines2 = [...text.lines.filter((line) => !gone2.has(line)), ...adds.map(lineOf2)];
    return [{ dir, file, text, lines: lines2, grows }];
  }), problems };
}
function warnUnusable(ctx, dir, reason) {
  let name2 = gitignorePath(dir);
  ctx.reporter.warn(
    `${name2} is left as it is: ${reason}. Lines are missing in it; put it right, then: blobsy sync`
  );
}
function readDirectories(ctx, request) {
  let { payloads, met, fresh } = request, byDir = /* @__PURE__ */ new Map();
  for (let payload of met ?? []) byDir.set(dirOf(payload), []);
  for (let payload of payloads) {
    let dir = dirOf(payload), there = byDir.get(dir);
    there ? there.push(payload) : byDir.set(dir, [payload]);
  }
  let problems = [], directories = [];
  for (let [dir, names] of byDir) {
    let file = readGitignore(ctx.repo.worktree, dir);
    if (file.kind === "refused") {
      names.length > 0 && problems.push(refusedFile(dir, file.reason));
      continue;
    }
    let text = textOf(file), lines2 = new Set(text.lines), missing = names.filter((payload) => lines2.has(lineOf2(payload)) ? !1 : fresh?.has(payload) === !0 || hasRef(ctx, payload)), orphans = orphansIn(ctx, dir, text, request);
    directories.push({ dir, file, text, missing, orphans });
  }
  return { directories, problems };
}
function refusedFile(dir, reason) {
  return new BlobsyError("REFUSED_PATH", `no ignore line can be kept here: ${reason}`, {
    path: gitignorePath(dir)
  });
}
function orphansIn(ctx, dir, text, { payloads, met }) {
  return text.kind !== "usable" ? [] : text.lines.filter((line) => {
    let payload = pathOf(dir, line);
    return payloads.has(payload) || hasRef(ctx, payload) ? !1 : met?.has(payload) === !0 || lstatFacts(at(ctx, payload)) === null;
  });
}
function lineOf2(payload) {
  return lineFor(path49.posix.basename(payload));
}
function pathOf(dir, line) {
  let name2 = nameOfLine(line) ?? "";
  return dir === "" ? name2 : `${dir}/${name2}`;
}
function hasRef(ctx, payload) {
  return lstatFacts(at(ctx, payload + REF_SUFFIX)) !== null;
}
function at(ctx, name2) {
  return path49.join(ctx.repo.worktree, name2);
}
var Judge, init_ignore_committed = __esm({
  "src/app/ignore-committed.ts"() {
    "use strict";
    init_errors();
    init_repo_path();
    init_lock();
    init_facts();
    init_index_entries();
    init_objects();
    init_gitignore_file();
    init_gitignore_text();
    init_root_file();
    init_team_files();
    Judge = class _Judge {
      constructor(request, index, committedRefs, committedLines) {
        this.request = request;
        this.index = index;
        this.committedRefs = committedRefs;
        this.committedLines = committedLines;
      }
      request;
      index;
      committedRefs;
      committedLines;
      static async ask(ctx, request, directories) {
        let absent = directories.some(({ file }) => file.kind === "absent"), orphaned = directories.some(({ orphans }) => orphans.length > 0), index = absent || orphaned ? await listIndex(ctx.repo) : null, refs = directories.flatMap(({ dir, missing, orphans }) => [
          ...missing,
          ...orphans.map((line) => pathOf(dir, line))
        ]), files = directories.map(({ dir }) => gitignorePath(dir)), names = [...refs.map((payload) => payload + REF_SUFFIX), ...files], blobs = await readNamedBlobs(
          ctx.repo,
          names.map((name2) => `HEAD:${name2}`)
        ), committedLines = directories.map(({ dir }, n) => {
          let raw = blobs[refs.length + n]?.toString("latin1") ?? "";
          return [dir, new Set(parseGitignore(raw).lines)];
        }), committedRefs = new Set(refs.filter((_, n) => (blobs[n] ?? null) !== null));
        return new _Judge(request, index, committedRefs, new Map(committedLines));
      }
      mayAdd(payload, dir) {
        return (this.index?.get(gitignorePath(dir)) ?? []).some(({ skipWorktree }) => skipWorktree) ? !1 : this.request.actor === "command" || !this.committedRefs.has(payload);
      }
      /** @param changes the file changes anyway: what was one too many before goes as well */
      mayRemove({ dir, orphans }, changes) {
        let committed = this.committedLines.get(dir);
        return orphans.filter((line) => {
          let payload = pathOf(dir, line);
          return this.index?.has(payload + REF_SUFFIX) === !0 ? !1 : changes ? !0 : this.request.mode === "grow" ? !1 : this.committedRefs.has(payload) || committed?.has(line) !== !0;
        });
      }
    };
  }
});

// src/app/ignore-payloads.ts
async function ignorePayloads(ctx, request) {
  let { commonDir, worktreeState: stateDir } = ctx.repo, { mode, payloads, actor } = request, isPersons = actor === "command", wasGitignore = keepsGitignore(stateDir), exclude = { commonDir, stateDir, mode, payloads, met: request.met };
  if (!wasGitignore && !isPersons && isExcludeInStep(exclude)) return [];
  await updateExclude(exclude);
  let setting = await readSetting(ctx);
  return setting === "gitignore" ? (await markGitignore(stateDir, !0), (await Promise.resolve().then(() => (init_ignore_committed(), ignore_committed_exports))).updateGitignores(ctx, request)) : (setting === "exclude" && wasGitignore && isPersons && mode === "exact" && (await (await Promise.resolve().then(() => (init_ignore_committed(), ignore_committed_exports))).clearGitignores(ctx, payloads), await markGitignore(stateDir, !1)), []);
}
async function readSetting(ctx) {
  try {
    return (await ctx.config()).ignore;
  } catch (error) {
    if (isBlobsyError(error) && error.code === "BAD_CONFIG") return null;
    throw error;
  }
}
var init_ignore_payloads = __esm({
  "src/app/ignore-payloads.ts"() {
    "use strict";
    init_errors();
    init_ignore_exclude();
  }
});

// src/app/finish.ts
import path50 from "node:path";
async function finish(work, met) {
  let { ctx, cache } = work, settling = /* @__PURE__ */ new Set([...work.rewritten, ...await armRefs(ctx, cache)]);
  await settleEntries(ctx.repo, settling, (refPath) => refTextAt(ctx.repo.worktree, refPath));
  let { newest } = sweep(work, null), state = ctx.repo.worktreeState, tick = await waitForTickAfter(state, newest, TICK_WAIT_MS), now = tick ?? await fileSystemTick(state), { examinedUpTo, isOneFileSystem } = sweep(work, now), payloads = [...cache.paths()];
  await writeMonitorLists(state, payloads);
  let problems = await ignorePayloads(ctx, {
    mode: "exact",
    actor: work.actor,
    headMoves: work.headMoves,
    payloads: new Set(payloads),
    met
  }), fine = tick !== null && !isCoarse(tick) && isOneFileSystem, limit = now - (fine ? FINE_MARGIN_NS : COARSE_MARGIN_NS);
  return await moveStamp(state, examinedUpTo !== null && examinedUpTo < limit ? examinedUpTo : limit), await cache.save(), problems;
}
function sweep(work, tick) {
  let { ctx, cache, unsettled } = work, newest = 0n, examinedUpTo = null, dev = lstatFacts(ctx.repo.worktreeState)?.dev, isOneFileSystem = lstatFacts(ctx.repo.worktree)?.dev === dev;
  for (let payload of cache.paths()) {
    let file = path50.join(ctx.repo.worktree, payload), entry = cache.get(payload), ref = lstatQuietly(file + REF_SUFFIX), there = lstatQuietly(file), settledRef = raise(entry.ref, ref, tick) ?? rereadRef(ctx, payload, entry.ref, ref, tick), settledPayload = raise(entry.payload, there, tick);
    (settledRef || settledPayload) && cache.update(payload, {
      ...settledRef ? { ref: settledRef } : {},
      ...settledPayload ? { payload: settledPayload } : {}
    });
    for (let facts of [ref, there])
      facts !== null && (facts.ctimeNs > newest && (newest = facts.ctimeNs), facts.dev !== dev && (isOneFileSystem = !1));
    let record = settledPayload ?? entry.payload, examined = there?.kind !== "file" || record && matches(record, there) && isSettled(record);
    if (there !== null && (!examined || unsettled.has(payload))) {
      let before2 = there.ctimeNs - FINE_MARGIN_NS;
      (examinedUpTo === null || before2 < examinedUpTo) && (examinedUpTo = before2);
    }
  }
  return { newest, examinedUpTo, isOneFileSystem };
}
function raise(record, facts, tick) {
  return tick === null || record === null || facts === null || isSettled(record) || !isContentSettled(record) || !matches(record, facts) ? null : { ...record, tick };
}
function rereadRef(ctx, payload, record, facts, tick) {
  if (tick === null || record === null || facts === null || isSettled(record)) return null;
  let now = readRef(ctx.repo.worktree, payload);
  return now.kind !== "hash" || now.ref.oid !== record.oid ? null : statRecord(record.oid, now.facts, tick);
}
function lstatQuietly(file) {
  try {
    return lstatFacts(file);
  } catch {
    return null;
  }
}
var TICK_WAIT_MS, COARSE_MARGIN_NS, FINE_MARGIN_NS, init_finish = __esm({
  "src/app/finish.ts"() {
    "use strict";
    init_repo_path();
    init_stat_trust();
    init_clock();
    init_facts();
    init_index_entries();
    init_monitor_files();
    init_arm();
    init_ignore_payloads();
    init_observe();
    TICK_WAIT_MS = 30, COARSE_MARGIN_NS = 2500000000n, FINE_MARGIN_NS = 2000n;
  }
});

// src/git/config-file.ts
import os4 from "node:os";
import { existsSync } from "node:fs";
import path51 from "node:path";
function valuesIn(place, key) {
  return read3(place.cwd, [`--${place.scope}`, "--get-all", key]);
}
async function effectiveValue(cwd, key, type = "text") {
  return (await read3(cwd, [...type === "path" ? ["--type=path"] : [], "--get", key]))[0];
}
async function valueUpTo(place, key, type = "text") {
  if (place.scope === "local") return effectiveValue(place.cwd, key, type);
  let typed = type === "path" ? ["--type=path"] : [], scopes = place.scope === "global" ? ["--global", "--system"] : ["--system"];
  for (let scope of scopes) {
    let [value] = (await read3(place.cwd, [scope, ...typed, "--get-all", key])).slice(-1);
    if (value !== void 0) return value;
  }
}
async function read3(cwd, args) {
  let { stdout, code } = await runGit(cwd, ["config", "-z", ...args], { okCodes: [0, 1, 128] });
  return code !== 0 ? [] : stdout.toString("utf8").split("\0").slice(0, -1);
}
async function setValues(place, key, values) {
  let scope = `--${place.scope}`, [first2, ...rest] = values;
  if (first2 === void 0) {
    await runGit(place.cwd, ["config", scope, "--unset-all", key], { okCodes: [0, 5] });
    return;
  }
  await runGit(place.cwd, ["config", scope, "--replace-all", key, first2]);
  for (let value of rest) await runGit(place.cwd, ["config", scope, "--add", key, value]);
}
function isTrue(value) {
  return value !== void 0 && /^(true|yes|on|0*[1-9]\d*)$/i.test(value);
}
function isFalse(value) {
  return value === void 0 || /^(|false|no|off|0+)$/i.test(value);
}
function globalConfigFile(env) {
  let given = env.GIT_CONFIG_GLOBAL;
  if (given) return given;
  let own3 = path51.join(homeDir(env), ".gitconfig"), xdg = path51.join(xdgConfigDir(env), "git", "config");
  return !existsSync(own3) && existsSync(xdg) ? xdg : own3;
}
function systemConfigFile(env) {
  return env.GIT_CONFIG_SYSTEM || "/etc/gitconfig";
}
function xdgConfigDir(env) {
  return env.XDG_CONFIG_HOME || path51.join(homeDir(env), ".config");
}
function homeDir(env) {
  return env.HOME || os4.homedir();
}
var init_config_file = __esm({
  "src/git/config-file.ts"() {
    "use strict";
    init_git();
  }
});

// src/git/attributes-block.ts
function withAttributes2(text) {
  let rest = withoutAttributes(text), lead = rest === "" || rest.endsWith(`
`) ? "" : `
`;
  return `${rest}${lead}${BEGIN3}
${LINES.join(`
`)}
${END3}
`;
}
function withoutAttributes(text) {
  return text.replace(BLOCK, "");
}
var BEGIN3, END3, LINES, BLOCK, init_attributes_block = __esm({
  "src/git/attributes-block.ts"() {
    "use strict";
    BEGIN3 = "# >>> blobsy: written by blobsy install >>>", END3 = "# <<< blobsy <<<", LINES = ["*.bref filter=blobsy -text -ident -working-tree-encoding"], BLOCK = new RegExp(`^${BEGIN3}
(?:.*
)*?${END3}
?`, "m");
  }
});

// src/git/shell.ts
function oneLine(script2) {
  return script2.split(`
`).map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#")).join(" ");
}
function scriptBelowGitDir(commonDir, name2) {
  let absolute = quotedWord(`${commonDir}/${name2}`);
  return `f=.git/${name2}; [ -x "$f" ] || f=${absolute}; exec "$f"`;
}
var init_shell = __esm({
  "src/git/shell.ts"() {
    "use strict";
    init_shell_words();
  }
});

// src/git/hook-files.ts
import { existsSync as existsSync2, readFileSync as readFileSync19 } from "node:fs";
import path52 from "node:path";
import { fileURLToPath } from "node:url";
function runningProgram() {
  let here = path52.dirname(fileURLToPath(import.meta.url)), beside = path52.join(here, "main.js");
  return { main: existsSync2(beside) ? beside : path52.join(packageRoot(), "dist", "main.js"), node: process.execPath };
}
function packageRoot() {
  let dir = path52.dirname(fileURLToPath(import.meta.url));
  for (; !existsSync2(path52.join(dir, "hooks", "find-blobsy")); ) {
    let up = path52.dirname(dir);
    if (up === dir) throw new Error("blobsy's hooks/ directory is not where it was installed");
    dir = up;
  }
  return dir;
}
function templateFile(name2) {
  return path52.join(packageRoot(), "hooks", name2);
}
function render(template, words) {
  return `${included(template).join(`
`)}
`.replace(/@([A-Z]+)@/g, (mark, name2) => words[name2] ?? mark);
}
function included(template) {
  return readFileSync19(templateFile(template), "utf8").trimEnd().split(`
`).flatMap((line) => {
    let [, indent = "", name2] = /^(\s*)@include (\S+)$/.exec(line) ?? [];
    return name2 === void 0 ? [line] : included(name2).map((inner) => inner === "" ? inner : indent + inner);
  });
}
function programWords(program2) {
  return { PROGRAM: quotedWord(program2.main), NODE: quotedWord(program2.node) };
}
function beforeWord(name2, before2) {
  return before2 === "nothing" ? "''" : before2 === "beside" ? `"\${0%/*}/${name2}${BEFORE_SUFFIX}"` : quotedWord(`${before2.dir}/${name2}`);
}
function renderHook(name2, before2, program2) {
  let words = { ...programWords(program2), NAME: name2, BEFORE: beforeWord(name2, before2) };
  return render(name2, words);
}
function renderPassedOn(name2, before2) {
  return render("passed-on", { BEFORE: beforeWord(name2, before2) });
}
function renderMonitor(facts, program2) {
  return render("fsmonitor", {
    ...programWords(program2),
    CHAINED: facts.chained ? "yes" : "",
    HOOKS: quotedWord(facts.hooksDir ?? "")
  });
}
function filterLine(program2) {
  return oneLine(render("filter", programWords(program2)));
}
function mergeDriverLine(program2) {
  return oneLine(render("merge-driver", programWords(program2)));
}
function isOurScript(text) {
  return MARK.test(text);
}
var OUR_HOOKS, OTHER_HOOKS, BEFORE_SUFFIX, MARK, init_hook_files = __esm({
  "src/git/hook-files.ts"() {
    "use strict";
    init_shell_words();
    init_shell();
    OUR_HOOKS = [
      "post-checkout",
      "post-merge",
      "post-index-change",
      "pre-commit",
      "pre-push"
    ], OTHER_HOOKS = [
      "applypatch-msg",
      "pre-applypatch",
      "post-applypatch",
      "pre-merge-commit",
      "prepare-commit-msg",
      "commit-msg",
      "post-commit",
      "pre-rebase",
      "pre-receive",
      "update",
      "post-receive",
      "post-update",
      "reference-transaction",
      "pre-auto-gc",
      "post-rewrite",
      "sendemail-validate",
      "fsmonitor-watchman",
      "p4-changelist",
      "p4-prepare-changelist",
      "p4-post-changelist",
      "p4-pre-submit"
    ];
    BEFORE_SUFFIX = ".before-blobsy";
    MARK = /^#!\/bin\/sh\n# blobsy (hook|monitor)\b/;
  }
});

// src/git/detect.ts
function isOurMonitor(value) {
  return value !== void 0 && OURS.test(value);
}
async function chooseDetect(place, asked) {
  let current = await valueUpTo(place, "core.fsmonitor", "path"), previous = isOurMonitor(current) ? await valueUpTo(place, "blobsy.fsmonitor") : isFalse(current) || isTrue(current) ? void 0 : current;
  if (asked !== void 0) return { detect: asked, chosen: !1, previous, said: void 0 };
  let choose2 = (detect, said) => ({ detect, chosen: !0, previous, said });
  return isTrue(current) ? choose2(
    "commit",
    "payload edits are noticed at commit and by blobsy status (detect = commit): core.fsmonitor is Git's own monitor, which hides unchanged ref files"
  ) : await canFind(place.cwd) ? choose2("monitor") : choose2(
    "arm",
    "payload edits are noticed by re-examining every ref file (detect = arm): find has no -newercm here"
  );
}
async function canFind(cwd) {
  let file = quotedWord(templateFile("fsmonitor")), script2 = `printf '%s\\0' ${file} | xargs -0 ls -d && find ${file} -prune -newercm ${file}`, { code } = await runGit(cwd, ["-c", `alias.blobsy-probe=!${script2}`, "blobsy-probe"], {
    okCodes: Array.from({ length: 256 }, (_, exitCode) => exitCode)
  });
  return code === 0;
}
var OURS, init_detect = __esm({
  "src/git/detect.ts"() {
    "use strict";
    init_shell_words();
    init_git();
    init_hook_files();
    init_config_file();
    OURS = /(^|\/)blobsy\/fsmonitor\b/;
  }
});

// src/git/filter-config.ts
function filterConfig(settings2) {
  let { program: program2, choice: choice2 } = settings2, set = /* @__PURE__ */ new Map([
    ["filter.blobsy.process", filterLine(program2)],
    ["filter.blobsy.required", "false"]
  ]);
  return settings2.withMergeDriver && (set.set("merge.blobsy.name", "blobsy: merge what ref files refer to"), set.set("merge.blobsy.driver", mergeDriverLine(program2)), set.set("merge.blobsy.recursive", "binary")), choice2.detect === "monitor" ? (set.set("core.fsmonitor", settings2.monitor), choice2.previous !== void 0 && set.set("blobsy.fsmonitor", choice2.previous)) : choice2.chosen && set.set("blobsy.detect", choice2.detect), settings2.skipSmudge && set.set("blobsy.skipSmudge", "true"), set;
}
var init_filter_config = __esm({
  "src/git/filter-config.ts"() {
    "use strict";
    init_hook_files();
  }
});

// src/git/git-version.ts
async function gitVersion(cwd) {
  let { stdout } = await runGit(cwd, ["version"]);
  return /\d+\.\d+\S*/.exec(stdout.toString("utf8"))?.[0] ?? "0.0";
}
function hasConfiguredHooks(version2) {
  let [major = 0, minor = 0] = version2.split(".").map(Number);
  return major > 2 || major === 2 && minor >= 54;
}
var init_git_version = __esm({
  "src/git/git-version.ts"() {
    "use strict";
    init_git();
  }
});

// src/git/text-file.ts
import { readFileSync as readFileSync20, readdirSync as readdirSync2, realpathSync as realpathSync2 } from "node:fs";
import path53 from "node:path";
function readBytes(file) {
  try {
    return readFileSync20(file);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return null;
    throw error;
  }
}
function readText2(file) {
  return readBytes(file)?.toString("latin1") ?? null;
}
function realPath(file) {
  try {
    return realpathSync2(file);
  } catch {
    return path53.resolve(file);
  }
}
function isWithin(file, dir) {
  let relative = path53.relative(dir, file);
  return relative === "" || !relative.startsWith("..") && !path53.isAbsolute(relative);
}
function filesBelow(dir) {
  return lstatFacts(dir)?.kind !== "directory" ? [] : readdirSync2(dir, { withFileTypes: !0 }).flatMap((entry) => {
    let name2 = path53.join(dir, entry.name);
    return entry.isDirectory() ? filesBelow(name2) : [name2];
  });
}
async function removeTree2(dir) {
  let facts = lstatFacts(dir);
  if (facts !== null) {
    if (facts.kind !== "directory") return unlinkIfThere(dir);
    for (let name2 of readdirSync2(dir)) await removeTree2(path53.join(dir, name2));
    await rmdir(dir);
  }
}
async function removeIfEmpty(dir) {
  try {
    await rmdir(dir);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "")) throw error;
  }
}
var init_text_file = __esm({
  "src/git/text-file.ts"() {
    "use strict";
    init_errors();
    init_facts();
    init_ops();
  }
});

// src/git/install-record.ts
import path54 from "node:path";
function readRecord(home) {
  try {
    let value = JSON.parse(readBytes(path54.join(home, NAME3))?.toString("utf8") ?? "null");
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
function isRecord(value) {
  let { version: version2, keys, files, kept, dirs } = value ?? {};
  return version2 === 1 && typeof keys == "object" && typeof files == "object" && Array.isArray(kept) && Array.isArray(dirs);
}
async function writeRecord(home, record) {
  let text = `${JSON.stringify(record, null, 1)}
`;
  await writeFileAtomic(path54.join(home, NAME3), text, { durable: !0 });
}
function recordFile(home) {
  return path54.join(home, NAME3);
}
var EMPTY_RECORD, NAME3, encode2, decode3, init_install_record = __esm({
  "src/git/install-record.ts"() {
    "use strict";
    init_atomic();
    init_text_file();
    EMPTY_RECORD = { version: 1, keys: {}, files: {}, kept: [], dirs: [] }, NAME3 = "install.json";
    encode2 = (bytes) => bytes?.toString("base64") ?? null, decode3 = (text) => Buffer.from(text, "base64");
  }
});

// src/git/hook-managers.ts
import path55 from "node:path";
function managerNotes(worktree) {
  return MANAGERS.flatMap(({ name: name2, files, habit, lines: lines2 }) => {
    let texts = files.map((file2) => readText2(path55.join(worktree, file2)));
    if ((name2 === "husky" ? readText2(path55.join(worktree, ".husky/_/h")) : null) === null && texts.every((text) => text === null)) return [];
    if (texts.some((text) => text?.includes(CALL))) return [];
    let file = files[texts.findIndex((text) => text !== null)] ?? files[0] ?? "";
    return [
      `${name2} ${habit}; so that pushes go on uploading for everybody, add to ${file}:`,
      ...lines2.map((line) => `    ${line}`)
    ];
  });
}
async function prePushElsewhere(repo) {
  let record = readRecord(repo.sharedState), names = [...Object.keys(record?.files ?? {}), ...Object.keys(record?.keys ?? {})];
  if (names.some((name2) => name2.startsWith("hook.")) || !names.some((name2) => name2.endsWith("/pre-push"))) return null;
  let set = await effectiveValue(repo.worktree, "core.hooksPath", "path"), dir = set ? path55.resolve(repo.worktree, set) : path55.join(repo.commonDir, "hooks"), hook = path55.join(dir, "pre-push");
  return [hook, `${hook}.legacy`].map((file) => readText2(file) ?? "").some((text) => isOurScript(text) || text.includes(CALL)) || MANAGERS.flatMap(({ files }) => files).concat(".pre-commit-config.yaml").some((file) => readText2(path55.join(repo.worktree, file))?.includes(CALL)) ? null : set ? `core.hooksPath is ${set} now` : `${hook} is another program's now`;
}
var CALL, MANAGERS, init_hook_managers = __esm({
  "src/git/hook-managers.ts"() {
    "use strict";
    init_config_file();
    init_hook_files();
    init_install_record();
    init_text_file();
    CALL = "blobsy hook pre-push", MANAGERS = [
      {
        name: "husky",
        files: [".husky/pre-push"],
        habit: "sets core.hooksPath back at every npm install",
        lines: [`${CALL} "$@"`]
      },
      {
        name: "lefthook",
        files: ["lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml"],
        habit: "moves other hooks away at every lefthook install",
        lines: [
          "pre-push:",
          "  commands:",
          "    blobsy:",
          `      run: ${CALL} {0}`,
          "      use_stdin: true"
        ]
      }
    ];
  }
});

// src/git/hook-plan.ts
import path56 from "node:path";
function configuredHooks(dir, program2, commandOf) {
  let set = /* @__PURE__ */ new Map(), files = OUR_HOOKS.map((name2) => (set.set(`hook.blobsy-${name2}.command`, commandOf(name2)), set.set(`hook.blobsy-${name2}.event`, name2), script(path56.join(dir, name2), renderHook(name2, "nothing", program2))));
  return { ...NO_HOOKS, way: "configured", dir, files, set };
}
async function localHooks(repo, place, home, program2, configured) {
  let own3 = path56.join(home, "hooks");
  if (configured)
    return configuredHooks(own3, program2, (name2) => scriptBelowGitDir(repo.commonDir, `blobsy/hooks/${name2}`));
  let given = await previousHooksPath(place), dir = given === void 0 ? path56.join(repo.commonDir, "hooks") : given, real = realPath(path56.resolve(repo.worktree, dir));
  return isWithin(real, realPath(repo.commonDir)) ? hooksBeside(path56.resolve(repo.worktree, dir), program2) : OUR_HOOKS.every((name2) => isOurScript(readText2(path56.join(real, name2)) ?? "")) ? { ...NO_HOOKS, way: "shared", dir: real } : hooksBefore(dir, own3, given, program2);
}
async function previousHooksPath(place) {
  let value = await valueUpTo(place, "core.hooksPath", "path");
  return value !== void 0 && isOurHooksPath(value) ? valueUpTo(place, "blobsy.hooksPath", "path") : value || void 0;
}
function isOurHooksPath(value) {
  return value.endsWith("/blobsy/hooks");
}
function hooksBefore(dir, own3, given, program2) {
  let before2 = { dir }, files = [
    ...OUR_HOOKS.map((name2) => script(path56.join(own3, name2), renderHook(name2, before2, program2))),
    ...OTHER_HOOKS.map((name2) => script(path56.join(own3, name2), renderPassedOn(name2, before2)))
  ], set = /* @__PURE__ */ new Map([["core.hooksPath", own3]]);
  given !== void 0 && set.set("blobsy.hooksPath", given);
  let notes = [
    `the hooks in ${dir} go on running, before blobsy's: core.hooksPath is now ${own3}; if a hook manager sets it back, run blobsy install again`
  ];
  return { ...NO_HOOKS, way: "before", dir: own3, files, set, notes };
}
function hooksBeside(dir, program2) {
  let files = [], kept = [], warnings = [];
  for (let name2 of OUR_HOOKS) {
    let file = path56.join(dir, name2), text = renderHook(name2, "beside", program2);
    if (!isForeign(file)) {
      files.push(script(file, text));
      continue;
    }
    isOurScript(readText2(`${file}.legacy`) ?? "") ? files.push(script(`${file}.legacy`, text)) : lstatFacts(file + BEFORE_SUFFIX) !== null ? warnings.push(
      `${file} has replaced blobsy's hook, and ${name2}${BEFORE_SUFFIX} is kept from before: make one of them, or remove one, and run blobsy install again`
    ) : (kept.push({ from: file, to: file + BEFORE_SUFFIX }), files.push(script(file, text)));
  }
  let notes = kept.map(
    ({ from, to }) => `${from} goes on running, first, as ${path56.basename(to)}`
  );
  return { ...NO_HOOKS, way: "beside", dir, files, kept, notes, warnings };
}
function isForeign(file) {
  let facts = lstatFacts(file);
  return facts !== null && (facts.kind !== "file" || !isOurScript(readText2(file) ?? ""));
}
function script(file, text) {
  return {
    path: file,
    text: Buffer.from(text, "utf8").toString("latin1"),
    kind: "script",
    mode: 493
  };
}
function scriptAt(file) {
  return shellWord(file);
}
var NO_HOOKS, init_hook_plan = __esm({
  "src/git/hook-plan.ts"() {
    "use strict";
    init_shell_words();
    init_facts();
    init_config_file();
    init_hook_files();
    init_shell();
    init_text_file();
    NO_HOOKS = {
      way: "none",
      dir: null,
      files: [],
      kept: [],
      set: /* @__PURE__ */ new Map(),
      notes: [],
      warnings: []
    };
  }
});

// src/fs/dir-times.ts
import path57 from "node:path";
async function tellsByDirTimes(dir) {
  let probe = path57.join(dir, tempName(".blobsy-tmp")), [file, below] = [path57.join(probe, "file"), path57.join(probe, "dir")], changes = [
    async () => (await createFile(file)).close(),
    () => mkdir(below),
    () => unlinkIfThere(file),
    () => rmdir(below)
  ];
  await mkdir(probe);
  try {
    for (let change of changes) if (!await moves(probe, change)) return !1;
    return !0;
  } finally {
    await unlinkIfThere(file), lstatFacts(below) !== null && await rmdir(below), await rmdir(probe);
  }
}
async function moves(dir, change) {
  return await setMtimeOf(dir, LONG_AGO_NS), lstatFacts(dir)?.mtimeNs !== LONG_AGO_NS ? !1 : (await change(), lstatFacts(dir)?.mtimeNs !== LONG_AGO_NS);
}
var LONG_AGO_NS, init_dir_times = __esm({
  "src/fs/dir-times.ts"() {
    "use strict";
    init_facts();
    init_ops();
    init_temp();
    LONG_AGO_NS = 1000000000n * 1000000000n;
  }
});

// src/git/untracked-cache.ts
import { existsSync as existsSync3 } from "node:fs";
import os5 from "node:os";
import path58 from "node:path";
async function wantsUntrackedCache(question) {
  let { place, gitVersion: gitVersion2, record, tryIn } = question, [major = 0, minor = 0] = gitVersion2.split(".").map(Number);
  if (major < RELIABLE_SINCE[0] || major === RELIABLE_SINCE[0] && minor < RELIABLE_SINCE[1])
    return !1;
  let ours = record?.keys[UNTRACKED_CACHE], [here] = await valuesIn(place, UNTRACKED_CACHE);
  return !(ours !== void 0 && ours.before.length === 0 && here === ours.after) && await valueUpTo(place, UNTRACKED_CACHE) !== void 0 ? !1 : tryIn === null || tellsByDirTimes(tryIn);
}
function probeDir(repo) {
  return lstatFacts(repo.gitDir)?.dev === lstatFacts(repo.worktree)?.dev ? repo.gitDir : repo.worktree;
}
function wideProbeDir(configFile) {
  let dir = path58.dirname(configFile);
  return existsSync3(dir) ? dir : os5.tmpdir();
}
async function dropUntrackedCaches(repo) {
  if (await effectiveValue(repo.worktree, UNTRACKED_CACHE) !== void 0) return [];
  let linked = path58.join(repo.commonDir, "worktrees"), gitDirs = [repo.commonDir, ...namesIn(linked).map((name2) => path58.join(linked, name2))], locked = [];
  for (let gitDir of gitDirs) {
    let index = path58.join(gitDir, "index");
    if (!existsSync3(index)) continue;
    let args = ["--git-dir", gitDir, "update-index", "--no-untracked-cache"], env = { GIT_DIR: void 0, GIT_INDEX_FILE: void 0, GIT_WORK_TREE: void 0 }, { code } = await runGit(gitDir, args, { env, okCodes: [0, 128] });
    code !== 0 && locked.push(index);
  }
  return locked;
}
var UNTRACKED_CACHE, RELIABLE_SINCE, init_untracked_cache = __esm({
  "src/git/untracked-cache.ts"() {
    "use strict";
    init_dir_times();
    init_facts();
    init_temp();
    init_config_file();
    init_git();
    UNTRACKED_CACHE = "core.untrackedCache", RELIABLE_SINCE = [2, 17];
  }
});

// src/git/global-install.ts
var global_install_exports = {};
__export(global_install_exports, {
  globalPlaces: () => globalPlaces,
  planGlobalInstall: () => planGlobalInstall
});
import os6 from "node:os";
import path59 from "node:path";
function globalPlaces(scope, env) {
  let place = { scope, cwd: os6.tmpdir() };
  if (scope === "global") {
    let home = path59.join(xdgConfigDir(env), "blobsy");
    return { place, configFile: globalConfigFile(env), home, repo: void 0 };
  }
  let configFile = systemConfigFile(env);
  return {
    place,
    configFile,
    home: path59.join(path59.dirname(configFile), "blobsy"),
    repo: void 0
  };
}
async function planGlobalInstall(scope, options) {
  let { place, configFile, home } = globalPlaces(scope, options.env ?? process.env), own3 = path59.join(home, "template"), template = await valueUpTo(place, "init.templateDir", "path") ?? own3, plan = await assemblePlan(
    options,
    {
      place,
      configFile,
      home,
      monitor: scriptAt(path59.join(home, "fsmonitor")),
      attributesFiles: [path59.join(template, "info", "attributes")],
      ignoreFile: null,
      probeDir: wideProbeDir(configFile)
    },
    (program2, configured) => {
      let dir = path59.join(home, "hooks"), command = (name2) => scriptAt(path59.join(dir, name2));
      return configured ? Promise.resolve(configuredHooks(dir, program2, command)) : templateHooks(place, template, (hooksDir) => hooksBeside(hooksDir, program2));
    }
  );
  if (template !== own3) return plan;
  let rest = options.dryRun ? [] : await defaultTemplate(own3), planned = new Set(plan.files.map((file) => file.path));
  return {
    ...plan,
    set: new Map([...plan.set, ["init.templateDir", own3]]),
    files: [...plan.files, ...rest.filter((file) => !planned.has(file.path))]
  };
}
async function templateHooks(place, template, plan) {
  let hooks = plan(path59.join(template, "hooks")), shared = await valueUpTo(place, "core.hooksPath", "path");
  if (shared === void 0 || !path59.isAbsolute(shared)) return hooks;
  let more = plan(shared);
  return {
    ...hooks,
    files: [...hooks.files, ...more.files],
    kept: [...hooks.kept, ...more.kept],
    notes: [...hooks.notes, ...more.notes],
    warnings: [...hooks.warnings, ...more.warnings]
  };
}
async function defaultTemplate(template) {
  let scratch = path59.join(os6.tmpdir(), tempName(".blobsy-tmp"));
  try {
    return await runGit(os6.tmpdir(), ["init", "-q", "--bare", scratch], {
      env: { GIT_TEMPLATE_DIR: void 0, GIT_DIR: void 0 }
    }), filesBelow(scratch).map((file) => path59.relative(scratch, file)).filter((name2) => !/^(HEAD|config|(objects|refs)[\\/].*)$/.test(name2)).map((name2) => ({
      path: path59.join(template, name2),
      text: readText2(path59.join(scratch, name2)) ?? "",
      kind: "script",
      mode: lstatFacts(path59.join(scratch, name2))?.mode ?? 420
    }));
  } finally {
    await removeTree2(scratch);
  }
}
var init_global_install = __esm({
  "src/git/global-install.ts"() {
    "use strict";
    init_facts();
    init_temp();
    init_config_file();
    init_git();
    init_hook_plan();
    init_install_plan();
    init_text_file();
    init_untracked_cache();
  }
});

// src/git/install-plan.ts
import path60 from "node:path";
async function planInstall(options) {
  let scope = options.scope ?? "local";
  if (scope !== "local")
    return (await Promise.resolve().then(() => (init_global_install(), global_install_exports))).planGlobalInstall(scope, options);
  let repo = options.repo;
  if (repo === void 0) throw new TypeError("a local install needs a repository");
  let home = repo.sharedState;
  refuseLink(home);
  let place = { scope, cwd: repo.worktree }, places = {
    place,
    configFile: path60.join(repo.commonDir, "config"),
    home,
    monitor: scriptBelowGitDir(repo.commonDir, "blobsy/fsmonitor"),
    attributesFiles: [path60.join(repo.commonDir, "info", "attributes")],
    ignoreFile: path60.join(repo.commonDir, "info", "exclude"),
    probeDir: probeDir(repo)
  };
  return assemblePlan(options, places, async (program2, configured) => {
    let hooks = await localHooks(repo, place, home, program2, configured);
    return configured ? hooks : { ...hooks, notes: [...hooks.notes, ...managerNotes(repo.worktree)] };
  });
}
async function assemblePlan(options, places, hooksFor) {
  let { place, home } = places, program2 = options.program ?? runningProgram(), version2 = options.gitVersion ?? await gitVersion(place.cwd), record = readRecord(home), choice2 = await chooseDetect(place, askedFor(options.detect, record)), hooks = options.hooks ?? !0 ? await hooksFor(program2, hasConfiguredHooks(version2)) : NO_HOOKS, config2 = filterConfig({
    program: program2,
    choice: choice2,
    monitor: places.monitor,
    skipSmudge: options.skipSmudge ?? !1,
    withMergeDriver: options.withMergeDriver ?? !1
  }), tryIn = options.dryRun ? null : places.probeDir;
  return await wantsUntrackedCache({ place, gitVersion: version2, record, tryIn }) && config2.set(UNTRACKED_CACHE, "true"), {
    place,
    configFile: places.configFile,
    home,
    ignoreFile: places.ignoreFile,
    choice: choice2,
    hooks,
    set: new Map([...config2, ...hooks.set]),
    files: [
      ...places.attributesFiles.map(attributes),
      ...detectFiles(home, choice2, hooks, program2),
      ...hooks.files
    ],
    notes: [...choice2.said === void 0 ? [] : [choice2.said], ...hooks.notes],
    warnings: hooks.warnings
  };
}
function askedFor(detect, record) {
  return record?.keys["blobsy.detect"]?.after === detect ? void 0 : detect;
}
function attributes(file) {
  return { path: file, text: withAttributes2(readText2(file) ?? ""), kind: "block" };
}
function detectFiles(home, choice2, hooks, program2) {
  if (choice2.detect === "arm") return [];
  if (choice2.detect === "commit")
    return [{ path: path60.join(home, "detect-commit"), text: "", kind: "script", mode: 420 }];
  let facts = {
    chained: choice2.previous !== void 0,
    hooksDir: hooks.way === "before" ? hooks.dir : null
  };
  return [script(path60.join(home, "fsmonitor"), renderMonitor(facts, program2))];
}
function refuseLink(home) {
  let kind = lstatFacts(home)?.kind;
  if (!(kind === void 0 || kind === "directory"))
    throw new BlobsyError("REFUSED_PATH", "blobsy's own directory is not a directory here", {
      path: home
    });
}
var init_install_plan = __esm({
  "src/git/install-plan.ts"() {
    "use strict";
    init_errors();
    init_facts();
    init_attributes_block();
    init_detect();
    init_filter_config();
    init_git_version();
    init_hook_files();
    init_hook_managers();
    init_hook_plan();
    init_install_record();
    init_shell();
    init_text_file();
    init_untracked_cache();
  }
});

// src/git/put-back.ts
async function putBackIgnore(file, before2, withoutBlock) {
  let now = readBytes(file);
  if (now === null) return;
  let rest = Buffer.from(withoutBlock(now.toString("latin1")), "latin1"), was = typeof before2 == "string" ? decode3(before2) : null, text = was !== null && rest.equals(Buffer.concat([was, Buffer.from(`
`)])) ? was : rest;
  text.equals(now) || await writeOrRemove(file, text.length === 0 && before2 === null ? null : text);
}
async function putBackFile(file, record) {
  let now = readBytes(file);
  if (now === null) return !0;
  if (record.before !== void 0 && now.equals(decode3(record.after)))
    return await writeOrRemove(file, record.before === null ? null : decode3(record.before)), !0;
  if (record.kind === "block") {
    let text = now.toString("latin1"), rest = Buffer.from(withoutAttributes(text), "latin1");
    return await writeOrRemove(file, rest.length === 0 && record.before === null ? null : rest), !0;
  }
  return record.kind === "script" && !isOurScript(now.toString("latin1")) ? !1 : (await writeOrRemove(file, null), !0);
}
async function writeOrRemove(file, bytes) {
  if (bytes === null) return unlinkIfThere(file);
  let mode = lstatFacts(file)?.mode;
  await writeFileAtomic(file, bytes, { durable: !0, ...mode === void 0 ? {} : { mode } });
}
async function putBackKey(place, key, record) {
  let now = await valuesIn(place, key);
  if (now.length === 0) return !0;
  let untouched = now.length === 1 && now[0] === record.after;
  return !untouched && !OURS_ALONE.test(key) ? !1 : (await setValues(place, key, untouched ? record.before : []), !0);
}
async function putBackName(from, to) {
  return lstatFacts(to) === null ? !0 : lstatFacts(from) !== null && !isOurScript(readBytes(from)?.toString("latin1") ?? "") ? !1 : (await rename(to, from), !0);
}
var OURS_ALONE, init_put_back = __esm({
  "src/git/put-back.ts"() {
    "use strict";
    init_atomic();
    init_facts();
    init_ops();
    init_attributes_block();
    init_config_file();
    init_hook_files();
    init_install_record();
    init_text_file();
    OURS_ALONE = /^(filter\.blobsy|merge\.blobsy|hook\.blobsy-[\w-]+)\.|^blobsy\.(fsmonitor|hooksPath)$/;
  }
});

// src/git/install.ts
import path61 from "node:path";
async function install(options) {
  let plan = await planInstall(options);
  return options.dryRun || await carryOut(plan), {
    scope: plan.place.scope,
    detect: plan.choice.detect,
    hooks: plan.hooks.way,
    hooksDir: plan.hooks.dir,
    files: [plan.configFile, ...plan.files.map((file) => file.path)],
    notes: plan.notes,
    warnings: plan.warnings
  };
}
async function carryOut(plan) {
  let old = readRecord(plan.home) ?? EMPTY_RECORD, dirs = [...old.dirs], files = {}, configBefore = readBytes(plan.configFile);
  await makeDir2(plan.home, dirs);
  for (let { from, to } of plan.hooks.kept) await giveSecondName(from, to);
  for (let file of plan.files) {
    let earlier = old.files[file.path], before2 = plan.hooks.kept.some(({ from }) => from === file.path) ? null : readBytes(file.path);
    await makeDir2(path61.dirname(file.path), dirs);
    let after2 = await writePlanned(file);
    files[file.path] = { kind: file.kind, ...beforeOf(earlier, before2), after: after2 };
  }
  let kept = new Map([
    ...old.kept,
    ...plan.hooks.kept.map(({ from, to }) => [from, to])
  ]);
  await putBackUnwanted(old, files, kept);
  let keys = await setKeys(plan.place, plan.set, old.keys);
  if (files[plan.configFile] = {
    kind: "config",
    ...beforeOf(old.files[plan.configFile], configBefore),
    after: encode2(readBytes(plan.configFile)) ?? ""
  }, plan.ignoreFile !== null) {
    let before2 = old.files[plan.ignoreFile]?.before ?? encode2(readBytes(plan.ignoreFile));
    files[plan.ignoreFile] = { kind: "ignore", before: before2, after: "" };
  }
  let record = { version: 1, keys, files, kept: [...kept], dirs };
  await writeRecord(plan.home, record);
}
async function putBackUnwanted(old, files, kept) {
  for (let [from, to] of kept)
    !(from in files) && await putBackName(from, to) && kept.delete(from);
  for (let [file, record] of Object.entries(old.files))
    file in files || record.kind !== "script" && record.kind !== "block" || await putBackFile(file, record);
}
function beforeOf(earlier, now) {
  return earlier === void 0 ? { before: encode2(now) } : now !== null && decode3(earlier.after).equals(now) && earlier.before !== void 0 ? { before: earlier.before } : {};
}
async function makeDir2(dir, made) {
  let missing = [];
  for (let at2 = dir; lstatFacts(at2) === null; at2 = path61.dirname(at2)) missing.push(at2);
  missing.length !== 0 && (await mkdirs(dir), made.push(...missing));
}
async function giveSecondName(from, to) {
  try {
    await link(from, to);
  } catch (error) {
    if (errnoOf(error) === "EEXIST") throw fromErrno(error, "keeping this hook", to);
    await rename(from, to);
  }
}
async function writePlanned(planned) {
  let { path: file } = planned, bytes = Buffer.from(planned.text, "latin1"), mode = planned.mode ?? lstatFacts(file)?.mode;
  if (!readBytes(file)?.equals(bytes) || lstatFacts(file)?.mode !== mode)
    try {
      await writeFileAtomic(file, bytes, {
        durable: !0,
        ...mode === void 0 ? {} : { mode }
      });
    } catch (error) {
      throw fromErrno(error, "installing", file);
    }
  return bytes.toString("base64");
}
async function setKeys(place, wanted, old) {
  let keys = {};
  for (let [key, value] of wanted) {
    let now = await valuesIn(place, key), earlier = old[key], ours = earlier !== void 0 && now.length === 1 && now[0] === earlier.after;
    keys[key] = { before: ours ? earlier.before : now, after: value }, (now.length !== 1 || now[0] !== value) && await setValues(place, key, [value]);
  }
  for (let [key, record] of Object.entries(old))
    wanted.has(key) || await putBackKey(place, key, record);
  return keys;
}
var init_install = __esm({
  "src/git/install.ts"() {
    "use strict";
    init_errors();
    init_atomic();
    init_facts();
    init_ops();
    init_config_file();
    init_install_plan();
    init_install_record();
    init_put_back();
    init_text_file();
  }
});

// src/git/install-traces.ts
import path62 from "node:path";
async function recordFromTraces(places) {
  let { place, home, repo } = places, keys = {}, shared = [
    { key: "core.fsmonitor", kept: "blobsy.fsmonitor", isOurs: isOurMonitor },
    { key: "core.hooksPath", kept: "blobsy.hooksPath", isOurs: isOurHooksPath }
  ];
  for (let { key, kept, isOurs: isOurs3 } of shared) {
    let [after2] = await valuesIn(place, key);
    after2 !== void 0 && isOurs3(after2) && (keys[key] = { before: await valuesIn(place, kept), after: after2 });
  }
  for (let key of OWN_KEYS) {
    let [after2] = await valuesIn(place, key);
    after2 !== void 0 && (keys[key] = { before: [], after: after2 });
  }
  let hooks = [path62.join(home, "hooks"), ...repo ? [path62.join(repo.commonDir, "hooks")] : []], files = {};
  for (let file of [...hooks.flatMap(entriesIn), ...entriesIn(home)])
    lstatFacts(file)?.kind === "file" && isOurScript(readText2(file) ?? "") && (files[file] = { kind: "script", after: "" });
  return repo && addTextFiles(repo, files), {
    version: 1,
    keys,
    files,
    kept: hooks.flatMap(keptHooks),
    dirs: [path62.join(home, "hooks")]
  };
}
function entriesIn(dir) {
  return (lstatFacts(dir)?.kind === "directory" ? namesIn(dir) : []).map((name2) => path62.join(dir, name2)).filter((file) => ["file", "symlink"].includes(lstatFacts(file)?.kind ?? ""));
}
function addTextFiles(repo, files) {
  let attributes2 = path62.join(repo.commonDir, "info", "attributes"), text = readText2(attributes2) ?? "";
  withoutAttributes(text) !== text && (files[attributes2] = { kind: "block", before: null, after: "" }), files[path62.join(repo.commonDir, "info", "exclude")] = { kind: "ignore", after: "" };
}
function keptHooks(dir) {
  return entriesIn(dir).filter((file) => file.endsWith(BEFORE_SUFFIX)).map((file) => [file.slice(0, -BEFORE_SUFFIX.length), file]);
}
var OWN_KEYS, init_install_traces = __esm({
  "src/git/install-traces.ts"() {
    "use strict";
    init_facts();
    init_temp();
    init_attributes_block();
    init_config_file();
    init_detect();
    init_hook_files();
    init_hook_plan();
    init_text_file();
    OWN_KEYS = [
      "filter.blobsy.process",
      "filter.blobsy.required",
      "merge.blobsy.name",
      "merge.blobsy.driver",
      "merge.blobsy.recursive",
      "blobsy.fsmonitor",
      "blobsy.hooksPath",
      ...OUR_HOOKS.flatMap((name2) => [`hook.blobsy-${name2}.command`, `hook.blobsy-${name2}.event`])
    ];
  }
});

// src/git/uninstall.ts
import path63 from "node:path";
async function uninstall(options) {
  let places = await findPlaces(options), record = readRecord(places.home) ?? await recordFromTraces(places), store = places.repo && holdsBytes(places.home) ? places.home : null, files = Object.entries(record.files).filter(([, { kind }]) => kind !== "ignore"), removed = [...Object.keys(record.keys), ...files.map(([file]) => file)], left = options.dryRun ? [] : await takeBack(places, record, options);
  return options.dryRun || await removeHome(places, store !== null, record), {
    scope: places.place.scope,
    removed: removed.filter((name2) => !left.includes(name2)),
    left,
    store
  };
}
async function findPlaces(options) {
  let scope = options.scope ?? "local";
  if (scope !== "local")
    return (await Promise.resolve().then(() => (init_global_install(), global_install_exports))).globalPlaces(scope, options.env ?? process.env);
  let repo = options.repo;
  if (repo === void 0) throw new TypeError("a local uninstall needs a repository");
  return {
    place: { scope, cwd: repo.worktree },
    configFile: path63.join(repo.commonDir, "config"),
    home: repo.sharedState,
    repo
  };
}
async function takeBack({ place, configFile, repo }, record, options) {
  let left = [], config2 = record.files[configFile];
  if (config2 !== void 0 && isUntouched(configFile, config2.after) && config2.before !== void 0)
    await putBackFile(configFile, config2);
  else
    for (let [key, was] of Object.entries(record.keys))
      await putBackKey(place, key, was) || left.push(key);
  for (let [file, was] of Object.entries(record.files))
    was.kind !== "config" && (was.kind !== "ignore" ? await putBackFile(file, was) || left.push(file) : options.withoutIgnoreBlock && await putBackIgnore(file, was.before, options.withoutIgnoreBlock));
  for (let [from, to] of record.kept)
    await putBackName(from, to) || left.push(to);
  return repo && UNTRACKED_CACHE in record.keys && left.push(...await dropUntrackedCaches(repo)), left;
}
function isUntouched(file, after2) {
  return readBytes(file)?.toString("base64") === after2;
}
function holdsBytes(home) {
  return ["objects", "tmp"].flatMap((name2) => filesBelow(path63.join(home, name2))).some((file) => (lstatFacts(file)?.size ?? 0) > 0);
}
async function removeHome({ home, repo }, keepsStore, record) {
  if (await unlinkIfThere(recordFile(home)), repo && !keepsStore) {
    await removeTree2(home);
    for (let name2 of namesIn(path63.join(repo.commonDir, "worktrees")))
      await removeTree2(path63.join(repo.commonDir, "worktrees", name2, "blobsy"));
  }
  let dirs = [...record.dirs].sort((a, b) => b.length - a.length);
  for (let dir of dirs) await removeIfEmpty(dir);
}
var init_uninstall = __esm({
  "src/git/uninstall.ts"() {
    "use strict";
    init_facts();
    init_temp();
    init_ops();
    init_install_record();
    init_install_traces();
    init_put_back();
    init_text_file();
    init_untracked_cache();
  }
});

// src/app/init.ts
async function init(request) {
  let { cwd, dryRun, reporter } = request, remote = parseUrl(request.url), url = writtenUrl(remote), place = placeOf2(request, remote), repo = await findRepository(cwd), texts = newTexts(repo, url, place);
  if (!dryRun) {
    await createRemote(repo, remote, "committed");
    for (let [name2, text] of texts) await writeRootFile(repo, name2, text);
    place.endpoint && await nameEndpoint(repo, place.endpoint);
    let { spec } = await trustRemote(repo, await readRepoConfig(repo, reporter));
    remote.kind === "s3" && await lookAt(spec, reporter);
  }
  let config2 = dryRun ? void 0 : await readRepoConfig(repo, reporter), installed = await install({
    scope: "local",
    repo,
    hooks: request.hooks,
    withMergeDriver: !0,
    dryRun,
    ...askedDetect(config2)
  });
  return dryRun || await stagePaths(repo, [...texts.keys()]), { url, written: [...texts.keys()], installed };
}
function askedDetect(config2) {
  return config2 === void 0 || config2.detect === "monitor" ? {} : { detect: config2.detect };
}
function parseUrl(url) {
  let parsed2 = parseRemoteUrl(url, "committed");
  if (!parsed2.ok)
    throw new BlobsyError("USAGE", `${url} cannot be used: ${parsed2.reason}`, {
      next: "blobsy init local:../blobs"
    });
  if (parsed2.value.kind === "https")
    throw new BlobsyError("NO_REMOTE", `${url}: this version has no remotes of this kind`, {
      next: "blobsy init local:../blobs"
    });
  return parsed2.value;
}
function placeOf2({ url, region, endpoint }, { kind }) {
  if (region === void 0 && endpoint === void 0) return {};
  if (kind !== "s3") throw new BlobsyError("USAGE", `${url} has no region and no endpoint`);
  let place = region === void 0 ? {} : { region };
  if (endpoint === void 0) return place;
  let checked = checkEndpoint(endpoint, "committed");
  if (checked.ok) return { ...place, endpoint: checked.value };
  throw new BlobsyError("USAGE", `that endpoint cannot be committed: ${checked.reason}`, {
    next: "git config blobsy.backend.default.endpoint <address>"
  });
}
async function nameEndpoint(repo, endpoint) {
  if (isAwsEndpoint(endpoint)) return;
  let scope = { scope: "local", cwd: repo.worktree }, named3 = await valuesIn(scope, "blobsy.trustedEndpoint");
  named3.includes(endpoint) || await setValues(scope, "blobsy.trustedEndpoint", [...named3, endpoint]);
}
async function lookAt(spec, reporter) {
  let { openTransport: openTransport2 } = await Promise.resolve().then(() => (init_registry(), registry_exports));
  try {
    await (await openTransport2(spec)).check();
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    let next = error.next === void 0 ? "" : `; next: ${error.next}`;
    reporter.warn(`nothing can be shared yet: ${error.message}${next}`);
  }
}
function newTexts(repo, url, place) {
  let texts = /* @__PURE__ */ new Map(), config2 = readRootFile(repo, CONFIG_FILE), attributes2 = readRootFile(repo, ATTRIBUTES_FILE), newConfig = configWith(config2, url, place);
  newConfig !== config2 && texts.set(CONFIG_FILE, newConfig);
  let newAttributes = withAttributes(attributes2);
  return newAttributes !== attributes2 && texts.set(ATTRIBUTES_FILE, newAttributes), texts;
}
function configWith(text, url, place) {
  let before2 = parse3(text), backend = before2?.backend.value ?? "default", next = before2 && urlOf(before2, backend) === url ? text : withBackendUrl(text, backend, url);
  for (let key of ["region", "endpoint"]) {
    let value = place[key];
    value === void 0 || parse3(next)?.backends.get(backend)?.[key]?.value === value || (next = withBackendValue(next, backend, key, value));
  }
  if (urlOf(parse3(next), backend) === url) return next;
  throw new BlobsyError("BAD_CONFIG", `the url of backend "${backend}" could not be set`, {
    path: CONFIG_FILE,
    next: "blobsy init --help"
  });
}
function parse3(text) {
  if (text !== "")
    return readConfig({ committed: { text, file: CONFIG_FILE }, local: [] }).config;
}
function urlOf(config2, backend) {
  let url = config2?.backends.get(backend)?.url?.value;
  return url && writtenUrl(url);
}
function writtenUrl(remote) {
  return remote.kind === "local" ? `local:${remote.dir}` : remote.kind === "https" ? remote.url : `s3://${remote.bucket}${remote.prefix === "" ? "" : `/${remote.prefix}`}`;
}
var init_init = __esm({
  "src/app/init.ts"() {
    "use strict";
    init_config();
    init_errors();
    init_remote_url();
    init_s3_endpoint();
    init_config_file();
    init_git();
    init_index_entries();
    init_install();
    init_read_config();
    init_remote_trust();
    init_root_file();
    init_team_files();
  }
});

// src/app/set-up.ts
var set_up_exports = {};
__export(set_up_exports, {
  setUp: () => setUp,
  takeDown: () => takeDown
});
async function setUp(request) {
  let { scope, hooks, skipSmudge, dryRun, cwd, reporter } = request, common = { scope, hooks, skipSmudge, dryRun, withMergeDriver: !0 };
  if (scope !== "local") return install(common);
  let repo = await findRepository(cwd), config2 = await readRepoConfig(repo, reporter);
  return install({ ...common, repo, ...askedDetect(config2) });
}
async function takeDown(request) {
  let { scope, dryRun, cwd } = request;
  if (scope !== "local") return uninstall({ scope, dryRun });
  let withoutIgnoreBlock = (text) => joinIgnoreBlock({ ...splitIgnoreBlock(text), lines: [] });
  return uninstall({ scope, repo: await findRepository(cwd), dryRun, withoutIgnoreBlock });
}
var init_set_up = __esm({
  "src/app/set-up.ts"() {
    "use strict";
    init_git();
    init_install();
    init_uninstall();
    init_ignore_block();
    init_init();
    init_read_config();
  }
});

// src/app/mend-install.ts
import path64 from "node:path";
async function mendInstall(ctx) {
  let { repo } = ctx;
  if (lstatFacts(path64.join(repo.sharedState, "fsmonitor")) !== null) return;
  let args = ["config", "--local", "--get-regexp", "^core\\.(fsmonitor|hookspath)$"], { stdout } = await runGit(repo, args, { okCodes: [0, 1] }), values = stdout.toString("utf8");
  if (!values.includes("blobsy/fsmonitor")) return;
  let { setUp: setUp2 } = await Promise.resolve().then(() => (init_set_up(), set_up_exports));
  await setUp2({
    cwd: repo.worktree,
    scope: "local",
    // Hook files outside `.git/blobsy` were not lost, or were not wanted.
    hooks: values.includes("blobsy/hooks"),
    skipSmudge: !1,
    dryRun: !1,
    reporter: ctx.reporter
  }), ctx.reporter.note("what install had put into .git/blobsy was lost, and is back");
}
var init_mend_install = __esm({
  "src/app/mend-install.ts"() {
    "use strict";
    init_facts();
    init_git();
  }
});

// src/app/report.ts
function emptyReport() {
  return { events: [], failures: [], refused: [], inStep: 0, held: 0, leftOut: 0, ran: !0 };
}
var init_report = __esm({
  "src/app/report.ts"() {
    "use strict";
  }
});

// src/app/reconcile.ts
var reconcile_exports = {};
__export(reconcile_exports, {
  reconcile: () => reconcile
});
import path65 from "node:path";
async function reconcile(ctx, request) {
  let state = ctx.repo.worktreeState;
  await mkdirs(state), await ctx.store.prepare(), request.actor === "command" && await mendInstall(ctx);
  let report = null;
  for (let round = 0; round < ROUNDS && !(report !== null && !hasTodo(state)); round += 1) {
    let lock = await takeLock(ctx, report === null && request.wait);
    if (lock === null && report === null && (await leaveTodo(state), lock = await takeLock(ctx, !1)), lock === null) break;
    try {
      await takeTodo(state), trimRewrites(state);
      let done = await reconcileLocked(ctx, report === null ? request : { actor: "filter", wait: !1 });
      report ??= done;
    } finally {
      await lock.release();
    }
  }
  return report ?? { ...emptyReport(), ran: !1 };
}
function takeLock(ctx, wait2) {
  let file = path65.join(ctx.repo.worktreeState, "lock");
  if (!wait2) return acquireLock(file, { waitMs: 0 });
  let waiting;
  return acquireLock(file, {
    waitMs: "forever",
    onWait: ({ pid }) => {
      waiting = setTimeout(() => {
        ctx.reporter.note(`waiting for another blobsy process (${pid}) in this worktree`);
      }, 2e3);
    }
  }).finally(() => {
    clearTimeout(waiting);
  });
}
async function reconcileLocked(ctx, request) {
  let state = ctx.repo.worktreeState, cache = request.cache ?? StatCache.load(state);
  cache.reload();
  let report = emptyReport();
  await rescueAside(ctx, report);
  let journals = readOtherJournals(state), own3 = request.journal?.notes ?? /* @__PURE__ */ new Map(), { orphaned } = journals, notes = orphaned.size === 0 ? own3 : new Map([...orphaned, ...own3]), pending = readPending(state), work = {
    ctx,
    cache,
    report,
    actor: request.actor,
    live: journals.live,
    ...request.only ? { only: request.only } : {},
    rewritten: /* @__PURE__ */ new Set(),
    written: own3,
    unsettled: /* @__PURE__ */ new Set(),
    headMoves: request.headMoves ?? !1
  }, looking = {
    asked: [...request.asked ?? [], ...notes.keys()],
    everything: request.everything ?? !1,
    notes,
    pending,
    ...request.wanted ? { wanted: request.wanted } : {},
    ...request.choose ? { choose: request.choose } : {},
    record: (subject) => recordAtOnce(work, subject)
  }, assessment = await assess(ctx, cache, looking);
  request.actor !== "status" && await applyMoves(work, assessment) && (assessment = await assess(ctx, cache, looking));
  let met = await ignoreFirst(work, assessment);
  await recordPending(state, pending, assessment, work), await apply(work, assessment);
  for (let problem2 of await finish(work, met))
    recordFailure(work, problem2.path ?? ".", problem2);
  return await settleNotices(ctx, report, assessment, work), request.journal?.remove(), journals.removeOrphaned(), report;
}
async function rescueAside(ctx, report) {
  let { asideDir, tempDir } = ctx.place, aside = path65.basename(asideDir);
  if (!(namesIn(asideDir).length === 0 && namesIn(tempDir).every((n) => n === aside)))
    for (let { payload, oid } of await sweepAside(ctx.place))
      report.events.push({ kind: "rescued", path: payload, oid });
}
async function applyMoves(work, assessment) {
  let moved = !1;
  for (let { from, to, facts } of assessment.moves) {
    if (work.live.has(from) || work.live.has(to) || work.only && !work.only(from) && !work.only(to)) continue;
    let { ctx, cache, report, actor, headMoves } = work;
    await ignorePayloads(ctx, { actor, headMoves, mode: "grow", payloads: /* @__PURE__ */ new Set([to]) });
    let outcome = await movePayload(ctx.place, { from, to, expected: facts });
    if (outcome.kind === "raced") continue;
    let entry = cache.get(from), record = entry.payload && { ...entry.payload, ctimeNs: outcome.facts.ctimeNs }, kept = record && record.mtimeNs === outcome.facts.mtimeNs ? record : null;
    cache.update(to, { ...entry, payload: kept, ref: null }), cache.forget(from), report.events.push({ kind: "moved", path: to, from }), moved = !0;
  }
  return moved;
}
async function ignoreFirst(work, { subjects }) {
  let payloads = new Set(work.cache.paths()), met = new Set(payloads);
  for (let event of work.report.events) event.kind === "moved" && met.add(event.from);
  for (let { path: payload, ref } of subjects)
    met.add(payload), ref.kind === "hash" && payloads.add(payload);
  if (payloads.size === 0) return met;
  let { ctx, actor, headMoves } = work;
  return await ignorePayloads(ctx, { actor, headMoves, mode: "grow", payloads }), met;
}
async function recordPending(state, before2, assessment, work) {
  let discards = pendingOf(assessment, work);
  discards.length === 0 && before2.length === 0 || await writePending(state, discards);
}
function pendingOf(assessment, work) {
  return assessment.subjects.flatMap(({ path: payload, action, payload: { state } }) => action.kind !== "discard" || state.kind !== "hash" ? [] : work.live.has(payload) ? [] : [{ path: payload, payload: state.oid, ref: action.oid }]);
}
async function settleNotices(ctx, report, assessment, work) {
  let state = ctx.repo.worktreeState, placed = new Set(
    report.events.flatMap((event) => event.kind === "placed" ? event.path : [])
  ), left = pendingOf(assessment, work).filter((discard) => !placed.has(discard.path));
  await writePending(state, left);
  let standing = readProblems(state).filter((problem2) => problem2.stagedOld === !0), failed = report.failures.map(({ path: name2, code, message }) => ({
    path: name2,
    code,
    message
  }));
  await writeProblems(state, [...standing, ...failed]);
}
var ROUNDS, init_reconcile = __esm({
  "src/app/reconcile.ts"() {
    "use strict";
    init_lock();
    init_ops();
    init_temp();
    init_journal();
    init_notices();
    init_place();
    init_rewrites();
    init_stat_cache();
    init_apply();
    init_assess();
    init_finish();
    init_ignore_payloads();
    init_mend_install();
    init_report();
    ROUNDS = 4;
  }
});

// src/app/warn-of-hooks.ts
var warn_of_hooks_exports = {};
__export(warn_of_hooks_exports, {
  warnOfHooks: () => warnOfHooks
});
async function warnOfHooks(ctx) {
  let where = await prePushElsewhere(ctx.repo);
  where !== null && ctx.reporter.warn(
    `git push would not upload, because blobsy's hook is not called: ${where}; next: blobsy install`
  );
}
var init_warn_of_hooks = __esm({
  "src/app/warn-of-hooks.ts"() {
    "use strict";
    init_hook_managers();
  }
});

// src/app/settle-filter.ts
var settle_filter_exports = {};
__export(settle_filter_exports, {
  settleFilter: () => settleFilter
});
async function settleFilter(ctx, end) {
  dropGitTemporaryIndex(ctx.repo.gitDir);
  try {
    let wait2 = !end.journal.isEmpty, report = await reconcile(ctx, { actor: "filter", wait: wait2, ...end });
    for (let line of describeReport({ ...report, refused: [] })) ctx.reporter.warn(line);
    return report.events.some(({ kind }) => kind === "ref-written") && await (await Promise.resolve().then(() => (init_warn_of_hooks(), warn_of_hooks_exports))).warnOfHooks(ctx), report.failures.length > 0 ? 1 : 0;
  } catch (error) {
    throw await noteStop(ctx, error), error;
  }
}
var init_settle_filter = __esm({
  "src/app/settle-filter.ts"() {
    "use strict";
    init_describe();
    init_git_environment();
    init_note_stop();
    init_reconcile();
  }
});

// src/app/filter-work.ts
var filter_work_exports = {};
__export(filter_work_exports, {
  FilterWork: () => FilterWork
});
var FilterWork, init_filter_work = __esm({
  "src/app/filter-work.ts"() {
    "use strict";
    init_owner();
    init_git();
    init_journal();
    init_stat_cache();
    init_context();
    init_filter_handler();
    init_lazy_reporter();
    init_lean_memory();
    FilterWork = class _FilterWork {
      constructor(ctx, reporter, cache, journal) {
        this.ctx = ctx;
        this.reporter = reporter;
        this.cache = cache;
        this.journal = journal;
        this.handler = new FilterHandler(ctx, cache, journal);
      }
      ctx;
      reporter;
      cache;
      journal;
      handler;
      /** @throws {BlobsyError} NOT_A_REPOSITORY, REFUSED_PATH */
      static async start(load3) {
        useLittleMemory();
        let reporter = new LazyReporter(load3), ctx = contextFor(await findRepository(process.cwd()), reporter), { worktreeState } = ctx.repo;
        return new _FilterWork(ctx, reporter, StatCache.load(worktreeState), new Journal(worktreeState));
      }
      /** A file that was answered with an error. */
      report(name2, error) {
        let reason = error instanceof Error ? error.message : String(error);
        this.reporter.warn(`${name2.toString("utf8")}: ${reason}`);
      }
      /**
       * The end of input: Git has written every file, and waits.
       * @param git the pid of the process that started this one
       * @returns 0, or 1 when something is left to do
       */
      async settle(git) {
        let { ctx, cache, journal, handler, reporter } = this;
        if (process.ppid !== git || isEnding(git)) return 1;
        let { settleFilter: settleFilter2 } = await Promise.resolve().then(() => (init_settle_filter(), settle_filter_exports)), code = await settleFilter2(ctx, { cache, journal, asked: handler.asked });
        return await reporter.flushed(), code;
      }
    };
  }
});

// src/app/reporter.ts
var SILENT, init_reporter = __esm({
  "src/app/reporter.ts"() {
    "use strict";
    SILENT = {
      note: () => {
      },
      warn: () => {
      },
      progress: () => ({ add: () => {
      }, end: () => {
      } })
    };
  }
});

// src/cli/progress.ts
function progressLine(state, columns = 1 / 0) {
  let { task, total, files, bytes, elapsed } = state, rate = elapsed > 0 ? bytes / elapsed * 1e3 : 0, left = total.bytes - bytes, parts = {
    files: total.files > 0 ? `${files}/${formatCount(total.files, "file")}` : formatCount(files, "file"),
    bytes: `${formatSize(bytes)}${total.bytes > 0 ? ` of ${formatSize(total.bytes)}` : ""}`,
    rate: `${formatSize(Math.round(rate))}/s`,
    left: `${formatDuration(left / rate)} left`
  }, known = ["files", "bytes", "rate", "left"].filter(
    (name2) => name2 === "files" || total.bytes + bytes > 0 && (name2 !== "left" || rate > 0 && left > 0)
  ), fewer = [[], ["rate"], ["rate", "bytes"]].map((without) => {
    let shown2 = known.filter((name2) => !without.includes(name2));
    return `${task}: ${shown2.map((name2) => parts[name2]).join(", ")}`;
  });
  return fewer.find((line) => line.length < columns) ?? fit(fewer.at(-1) ?? "", columns);
}
function fit(line, columns) {
  return line.length < columns ? line : line.slice(0, Math.max(0, columns - 1));
}
var LIVE_EVERY, LOG_EVERY, QUIET_FOR, CLEAR_LINE, Progress, Group, init_progress = __esm({
  "src/cli/progress.ts"() {
    "use strict";
    init_size();
    LIVE_EVERY = 100, LOG_EVERY = 5e3, QUIET_FOR = 1e3, CLEAR_LINE = "\r\x1B[K";
    Progress = class {
      #stream;
      #now;
      #live;
      #groups = [];
      #timer;
      #lineShown = !1;
      constructor({ stream, now = Date.now, live = stream.isTTY === !0 }) {
        this.#stream = stream, this.#now = now, this.#live = live;
      }
      start(name2, total, busyMs = 0) {
        let now = this.#now(), group = this.#groups.find((group2) => group2.name === name2) ?? new Group(name2, now, busyMs);
        this.#groups = [...this.#groups.filter((one) => one !== group), group], group.begin(total, now), this.#timer ??= setInterval(() => this.tick(), LIVE_EVERY).unref();
        let ended = !1;
        return {
          add: (files, bytes) => group.add(files, bytes),
          end: () => {
            ended || this.#end(group), ended = !0;
          }
        };
      }
      /** Shows what is due now. The timer calls it; a test may. */
      tick() {
        let group = this.#groups.findLast(({ isOpen }) => isOpen), now = this.#now();
        !group || group.busy(now) < QUIET_FOR || (this.#live ? (this.#stream.write(CLEAR_LINE + progressLine(group.state(now), this.#stream.columns || 80)), this.#lineShown = !0) : now - group.logged >= LOG_EVERY && (this.#stream.write(progressLine(group.state(now)) + `
`), group.logged = now));
      }
      /** Takes the live line away, so that another line can be printed in its place. */
      clear() {
        this.#lineShown && this.#stream.write(CLEAR_LINE), this.#lineShown = !1;
      }
      /** Ends every task; nothing is printed after this. */
      stop() {
        this.#rest(), this.#groups = [];
      }
      #rest() {
        clearInterval(this.#timer), this.#timer = void 0, this.clear();
      }
      #end(group) {
        group.finish(this.#now()), this.#groups.some(({ isOpen }) => isOpen) || this.#rest();
      }
    }, Group = class {
      constructor(name2, now, busyBefore) {
        this.name = name2;
        this.busyBefore = busyBefore;
        this.logged = now - busyBefore;
      }
      name;
      busyBefore;
      #total = { files: 0, bytes: 0 };
      #files = 0;
      #bytes = 0;
      #open = 0;
      #openedAt = 0;
      /** When its last line went into a log. */
      logged;
      get isOpen() {
        return this.#open > 0;
      }
      begin({ files, bytes }, now) {
        this.#open === 0 && (this.#openedAt = now), this.#open += 1, this.#total = { files: this.#total.files + files, bytes: this.#total.bytes + bytes };
      }
      add(files, bytes) {
        this.#files += files, this.#bytes += bytes;
      }
      finish(now) {
        this.#open -= 1, this.#open === 0 && (this.busyBefore += now - this.#openedAt);
      }
      busy(now) {
        return this.busyBefore + (this.#open > 0 ? now - this.#openedAt : 0);
      }
      state(now) {
        return {
          task: this.name,
          total: this.#total,
          files: this.#files,
          bytes: this.#bytes,
          elapsed: this.busy(now)
        };
      }
    };
  }
});

// src/cli/report-error.ts
var report_error_exports = {};
__export(report_error_exports, {
  describeError: () => describeError,
  errorJson: () => errorJson,
  exitCodeOf: () => exitCodeOf,
  redact: () => redact
});
function describeError(error, options) {
  if (!isBlobsyError(error)) return describeBug(error);
  let lines2 = [`blobsy: ${headline(error)}`, `  ${nextStep(error)}`];
  return options.verbose && lines2.push(...causes(error)), { lines: lines2, exitCode: exitCodeOf([error]), json: errorJson(error) };
}
function errorJson(error) {
  return {
    code: error.code,
    message: redact(error.message),
    ...error.path === void 0 ? {} : { path: error.path },
    ...error.next === void 0 ? {} : { next: redact(error.next) }
  };
}
function exitCodeOf(errors) {
  return errors.length === 0 ? 0 : errors.every(({ code }) => code === "CONFLICT") ? 2 : 1;
}
function describeBug(error) {
  let stack = error instanceof Error ? error.stack ?? error.message : String(error), lines2 = [
    "blobsy: this is a bug in blobsy; no payload is lost by it. Please report it with these lines:",
    ...redact(stack).split(`
`)
  ], message = redact(error instanceof Error ? error.message : String(error));
  return { lines: lines2, exitCode: 1, json: { code: "BUG", message } };
}
function headline({ path: path78, message }) {
  let said = message.includes(`
`) ? message.split(`
`).map(escapeForTerminal).join(`
  `) : escapeForTerminal(message), text = redact(said);
  return path78 === void 0 || message.includes(path78) ? text : `${escapeForTerminal(path78)}: ${text}`;
}
function nextStep({ next, code, path: path78 }) {
  if (next !== void 0) return redact(`next: ${escapeForTerminal(next)}`);
  let advice = ADVICE[code];
  return path78 === void 0 ? advice : advice.replaceAll("<path>", pasteWord(path78));
}
function causes(error) {
  let lines2 = [], cause = error.cause;
  for (; cause !== void 0 && lines2.length < 5; ) {
    let text = cause instanceof Error ? cause.message : JSON.stringify(cause);
    lines2.push(`  cause: ${redact(escapeForTerminal(text))}`), cause = cause instanceof Error ? cause.cause : void 0;
  }
  return lines2;
}
function redact(text) {
  return text.replace(/(\w+:\/\/)[^\s/]+@/g, "$1***@").replace(
    /([?&](?:[\w-]*(?:token|secret|signature|credential|password|key)[\w-]*)=)[^&\s]+/gi,
    "$1***"
  );
}
var ADVICE, init_report_error = __esm({
  "src/cli/report-error.ts"() {
    "use strict";
    init_errors();
    init_shell_words();
    init_terminal();
    ADVICE = {
      USAGE: "see: blobsy --help",
      NOT_A_REPOSITORY: "run blobsy inside a Git repository, or name one with -C <dir>",
      NOT_INSTALLED: "run: blobsy install",
      NO_REMOTE: "name where blobs are shared: blobsy init <url>",
      BAD_CONFIG: "correct that line; docs/configuration.md lists what is allowed",
      BAD_REF_FILE: "take the ref file from a good commit: git restore --source=<commit> <path>.bref",
      REFUSED_PATH: "nothing is written at this path; choose another one",
      REFUSED_KEY: "the ref file names an unsafe place on the remote; it has to be made again",
      NOT_TRACKED: "see what is tracked: blobsy status",
      TRACKED_BY_GIT: "stop Git from tracking the payload itself: git rm --cached <path>",
      NOT_IGNORED: "take that rule out of .gitignore, then run the command again",
      PAYLOAD_BUSY: "run the command again when nothing writes to the file",
      PAYLOAD_CHANGED: "look at it: blobsy status",
      PAYLOAD_UNREADABLE: "check the file and its permissions",
      BLOB_MISSING: "whoever committed it can run: blobsy push",
      BLOB_CORRUPT: "the damaged bytes were not used; fetch again, or push from a clone that has them",
      CONFLICT: "keep one: blobsy resolve --ours <path>, or blobsy resolve --theirs <path>",
      NEEDS_TRUST: "look at what it names, then: blobsy trust",
      CREDENTIALS: "check the credentials for this remote",
      PERMISSION: "check the permissions",
      NOT_FOUND: "check the remote's address in .blobsyconfig",
      THROTTLED: "wait a little, then run the command again",
      NETWORK: "check the connection, then run the command again",
      DISK_FULL: "free some space, then run the command again",
      IO: "run the command again; if it stays, check the disk",
      LOCKED: "wait until the other blobsy has finished, then run the command again",
      GIT_FAILED: "git's own message is above",
      PUSH_REFUSED: "nothing was pushed; correct this, then push again",
      INTERRUPTED: "run the command again to go on"
    };
  }
});

// src/cli/reporter.ts
var reporter_exports = {};
__export(reporter_exports, {
  createReporter: () => createReporter,
  reporterFor: () => reporterFor
});
function createReporter({ stream, env, quiet }) {
  let live = stream.isTTY === !0 && env.TERM !== "dumb", progress = new Progress({ stream, live }), say = (line) => {
    progress.clear(), stream.write(redact(escapeForTerminal(line)) + `
`);
  };
  return {
    note: (line) => {
      quiet || say(line);
    },
    warn: (line) => say(`blobsy: ${line}`),
    progress: (task, total, busyMs) => quiet ? SILENT.progress(task, total) : progress.start(task, total, busyMs),
    close: () => progress.stop()
  };
}
function reporterFor(stream) {
  return createReporter({ stream, env: process.env, quiet: !1 });
}
var init_reporter2 = __esm({
  "src/cli/reporter.ts"() {
    "use strict";
    init_reporter();
    init_terminal();
    init_progress();
    init_report_error();
  }
});

// src/domain/externalize.ts
function externalizer(rules) {
  let never = pathMatcher(rules.never), always = pathMatcher(rules.always);
  return (path78, size) => never(path78) ? { externalize: !1, because: "never" } : always(path78) ? { externalize: !0, because: "always" } : { externalize: size >= rules.minSize, because: "minSize" };
}
var init_externalize = __esm({
  "src/domain/externalize.ts"() {
    "use strict";
    init_path_match();
  }
});

// src/app/unstaged-edits.ts
async function standingEdits(ctx) {
  let state = ctx.repo.worktreeState, all = readProblems(state), noted = all.filter((problem2) => problem2.stagedOld === !0);
  if (noted.length === 0) return [];
  let cache = StatCache.load(state), index = await listIndex(ctx.repo), settled2 = new Set(noted.filter(({ path: path78 }) => isSettled2(ctx, cache, index, path78)));
  return settled2.size > 0 && await writeProblems(
    state,
    all.filter((problem2) => !settled2.has(problem2))
  ), noted.filter((problem2) => !settled2.has(problem2));
}
function isSettled2(ctx, cache, index, path78) {
  let payload = path78, entries = index.get(refPathOf(payload));
  if (!entries) return !0;
  let ref = readRef(ctx.repo.worktree, payload);
  return ref.kind !== "hash" || !isInStepByStat(ctx, cache, payload) ? !1 : entries.every(({ oid }) => gitBlobOid(ref.text, oid) === oid);
}
var init_unstaged_edits = __esm({
  "src/app/unstaged-edits.ts"() {
    "use strict";
    init_assess();
    init_repo_path();
    init_index_entries();
    init_notices();
    init_stat_cache();
    init_observe();
  }
});

// src/app/stage-ignore.ts
import path66 from "node:path";
async function stageIgnoreFiles(ctx, names) {
  if (names.length === 0 || !keepsGitignore(ctx.repo.worktreeState)) return;
  let dirs = [...new Set(names.map(dirOf))], files = dirs.map(gitignorePath), staged = await readNamedBlobs(
    ctx.repo,
    [...files, ATTRIBUTES_FILE].map((name2) => `:0:${name2}`)
  ), ready = files.filter((name2, n) => {
    let there = staged[n]?.toString("latin1") ?? null, verdict = compare(ctx, dirs[n] ?? "", there);
    return verdict === "own changes" && ctx.reporter.warn(
      `${name2} also has changes of your own, so it was not staged; the ignore lines in it belong to this commit: git add ${pasteWord(name2)}`
    ), verdict === "ready";
  }), attributes2 = staged[files.length]?.toString("utf8") ?? "";
  isIgnoreMergeOnly(attributes2, await readAttributes(ctx)) && ready.push(ATTRIBUTES_FILE), await stagePaths(ctx.repo, ready);
}
async function stageIgnoreFilesOfCommit(ctx) {
  if (!keepsGitignore(ctx.repo.worktreeState) || path66.basename(process.env.GIT_INDEX_FILE ?? "index").startsWith("next-index-")) return;
  let args = ["diff", "--cached", "--name-only", "-z", "--no-renames", "--"], { stdout } = await runGit(ctx.repo, [...args, `:(top,glob)**/*${REF_SUFFIX}`]), names = stdout.toString("utf8").split("\0").filter(Boolean);
  await stageIgnoreFiles(ctx, names);
}
function compare(ctx, dir, staged) {
  let file = readGitignore(ctx.repo.worktree, dir);
  if (file.kind === "refused") return "same";
  if (file.kind === "absent") {
    let before3 = staged === null ? null : parseGitignore(staged);
    return before3?.kind === "usable" && restOf(before3) === "" ? "ready" : "same";
  }
  if ((file.text.kind === "unusable" || file.text.lines.length === 0) && staged === null)
    return "same";
  let before2 = parseGitignore(staged ?? "");
  return file.text.kind === "unusable" || before2.kind === "unusable" || file.text.lines.join(`
`) === before2.lines.join(`
`) && staged !== null ? "same" : staged === null || restOf(file.text) === restOf(before2) ? "ready" : "own changes";
}
async function readAttributes(ctx) {
  let { readRootFile: readRootFile2 } = await Promise.resolve().then(() => (init_root_file(), root_file_exports));
  return lstatFacts(path66.join(ctx.repo.worktree, ATTRIBUTES_FILE))?.kind === "file" ? readRootFile2(ctx.repo, ATTRIBUTES_FILE) : "";
}
var init_stage_ignore = __esm({
  "src/app/stage-ignore.ts"() {
    "use strict";
    init_repo_path();
    init_shell_words();
    init_facts();
    init_git();
    init_index_entries();
    init_objects();
    init_gitignore_file();
    init_gitignore_text();
    init_ignore_exclude();
    init_team_files();
  }
});

// src/app/pre-commit.ts
var pre_commit_exports = {};
__export(pre_commit_exports, {
  preCommit: () => preCommit
});
import path67 from "node:path";
async function preCommit(ctx) {
  let config2 = await ctx.config(), complaints = [];
  config2.detect === "commit" && complaints.push(...await takeInEdits(ctx)), await stageIgnoreFilesOfCommit(ctx);
  let staged = await stagedFiles(ctx), refs = staged.filter((file) => file.path.endsWith(REF_SUFFIX));
  complaints.push(...await unfinishedEdits(ctx)), complaints.push(...await refsWithoutBlob(ctx, refs)), complaints.push(...await payloadsInGit(ctx, staged)), complaints.push(...await payloadsUnignored(ctx, staged));
  for (let line of complaints) ctx.reporter.warn(line);
  return complaints.length > 0 ? 1 : 0;
}
async function takeInEdits(ctx) {
  let report = await reconcile(ctx, { actor: "filter", everything: !0, wait: !0 }), written = report.events.flatMap((e) => e.kind === "ref-written" ? e.path : []), others = describeReport(report);
  if (written.length === 0) return others;
  let refs = written.map((payload) => pasteWord(payload + REF_SUFFIX)).join(" ");
  return [...others, `edited payloads are not in this commit yet; take them in: git add ${refs}`];
}
async function stagedFiles(ctx) {
  let head = await runGit(ctx.repo, ["rev-parse", "--verify", "--quiet", "HEAD^{tree}"], {
    okCodes: [0, 1, 128]
  }), args = ["diff-index", "--cached", "-z", "--no-renames", "--diff-filter=d", head.code === 0 ? head.stdout.toString("latin1").trim() : (await runGit(ctx.repo, ["hash-object", "-t", "tree", "--stdin"], { input: "" })).stdout.toString("latin1").trim(), "--"], { stdout } = await runGit(ctx.repo, args), fields = stdout.toString("utf8").split("\0"), files = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    let [, mode, , oid] = (fields[i] ?? "").split(" ");
    oid && mode?.startsWith("100") && files.push({ path: fields[i + 1] ?? "", oid });
  }
  return files;
}
async function unfinishedEdits(ctx) {
  return (await standingEdits(ctx)).map(
    ({ path: name2, message }) => `${name2}: its edit could not be taken in (${message}); then: git add ${pasteWord(name2 + REF_SUFFIX)}`
  );
}
async function refsWithoutBlob(ctx, refs) {
  let cache = StatCache.load(ctx.repo.worktreeState), texts = await readBlobs(
    ctx.repo,
    refs.map((file) => file.oid)
  ), complaints = [], unknown = [];
  for (let { path: name2, oid } of refs) {
    let checked = checkRefPath(name2, process.platform);
    if (!checked.ok) {
      complaints.push(`${name2} cannot be committed as a ref file: ${checked.reason}`);
      continue;
    }
    let parsed2 = parseRefFile(texts.get(oid) ?? Buffer.alloc(0));
    parsed2.ok ? isHere(ctx, cache, checked.payload, parsed2.ref) || unknown.push({ path: checked.payload, ref: parsed2.ref }) : complaints.push(`${name2} is no usable ref file: line ${parsed2.line}: ${parsed2.reason}`);
  }
  return unknown.length > 0 && complaints.push(...await notOnRemote(ctx, unknown)), complaints;
}
function isHere(ctx, cache, payload, ref) {
  if (ctx.store.has(ref.oid, ref.size)) return !0;
  let record = cache.get(payload).payload, facts = lstatFacts(path67.join(ctx.repo.worktree, payload));
  return record?.oid === ref.oid && facts !== null && vouches(record, facts);
}
async function notOnRemote(ctx, blobs) {
  let there = await whatIsOnRemote(ctx, blobs);
  return blobs.filter(({ ref }) => !there.has(blobId(remoteBlobOf(ref)))).map(
    ({ path: name2, ref }) => `${name2}: its blob ${ref.oid.slice(0, 12)} is nowhere to be had; blobsy status`
  );
}
async function whatIsOnRemote(ctx, blobs) {
  let { blobsOnRemote: blobsOnRemote2 } = await Promise.resolve().then(() => (init_uploaded(), uploaded_exports)), wanted = blobs.map(({ ref }) => remoteBlobOf(ref));
  try {
    return await blobsOnRemote2(ctx, wanted);
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    return ctx.reporter.warn(`the remote could not be asked: ${error.message}`), /* @__PURE__ */ new Set();
  }
}
async function payloadsUnignored(ctx, staged) {
  let cache = StatCache.load(ctx.repo.worktreeState), known = new Set(cache.paths());
  for (let { path: name2 } of staged) {
    let checked = checkRefPath(name2, process.platform);
    checked.ok && known.add(checked.payload);
  }
  for (let { path: name2 } of staged) known.delete(name2);
  let present = [...known].filter((name2) => isThere3(ctx, name2)).sort();
  return [...await notIgnored(ctx.repo, present)].map(
    ([name2, rule]) => rule === "" ? `${name2}: nothing has Git ignore this payload, so git add . would take it in; next: blobsy sync` : `${name2}: this rule has Git see the payload itself: ${rule}; take the rule out, or narrow it`
  );
}
function isThere3(ctx, name2) {
  return lstatFacts(path67.join(ctx.repo.worktree, name2))?.kind === "file";
}
async function payloadsInGit(ctx, staged) {
  let plain = staged.filter((file) => !file.path.endsWith(REF_SUFFIX));
  if (plain.length === 0) return [];
  let judge = externalizer((await ctx.config()).externalize), sizes = await blobSizes(ctx, plain), isTracked = new Set(StatCache.load(ctx.repo.worktreeState).paths());
  return plain.flatMap(({ path: name2, oid }) => {
    let size = sizes.get(oid) ?? 0, undo = `git rm --cached ${pasteWord(name2)}`;
    return isTracked.has(name2) ? [`${name2} is tracked by blobsy and was staged itself; take it out: ${undo}`] : judge(name2, size).externalize ? [
      `${name2} (${formatSize(size)}) is above externalize.minSize; ${undo} && blobsy track ${pasteWord(name2)}`
    ] : [];
  });
}
async function blobSizes(ctx, files) {
  let { stdout } = await runGit(
    ctx.repo,
    ["cat-file", "--batch-check=%(objectname) %(objectsize)"],
    {
      input: files.map((file) => `${file.oid}
`).join("")
    }
  ), pairs = stdout.toString("latin1").trim().split(`
`).map((line) => line.split(" "));
  return new Map(pairs.map(([oid, size]) => [oid, Number(size)]));
}
var init_pre_commit = __esm({
  "src/app/pre-commit.ts"() {
    "use strict";
    init_errors();
    init_bref();
    init_externalize();
    init_shell_words();
    init_size();
    init_remote_place();
    init_repo_path();
    init_stat_trust();
    init_facts();
    init_git();
    init_index_entries();
    init_objects();
    init_stat_cache();
    init_describe();
    init_reconcile();
    init_unstaged_edits();
    init_stage_ignore();
  }
});

// src/git/history.ts
function parsePushInput(input) {
  let text = Buffer.from(input).toString("latin1");
  if (text === "") return [];
  if (!text.endsWith(`
`)) throw notUnderstood("its last line has no end");
  return text.slice(0, -1).split(`
`).map(parsePushLine);
}
function parsePushLine(line, index) {
  let fields = line.length <= MAX_LINE ? PUSH_LINE.exec(line) : null, [, localRef = "", localOid = "", remoteRef = "", remoteOid = ""] = fields ?? [];
  if (fields === null || !isObjectId(localOid) || localOid.length !== remoteOid.length)
    throw notUnderstood(`line ${index + 1} is not "<ref> <object> <ref> <object>"`);
  return { localRef, localOid, remoteRef, remoteOid, isDelete: /^0+$/.test(localOid) };
}
function notUnderstood(why) {
  return new BlobsyError("PUSH_REFUSED", `what Git said about this push is not understood: ${why}`);
}
function isObjectId(text) {
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}
async function* refFilesToPublish(repo, updates, provenCommits2) {
  let tips = [...new Set(updates.filter((ref) => !ref.isDelete).map((ref) => ref.localOid))], [trees, commits, proven] = await Promise.all([
    peel(repo, tips, "tree"),
    peel(repo, tips, "commit"),
    peel(repo, [...provenCommits2].filter(isObjectId), "commit")
  ]), found = /* @__PURE__ */ new Map(), add = (output) => {
    for (let entry of changedFiles(output))
      found.set(`${entry.oid} ${entry.path.toString("latin1")}`, entry);
  };
  add(await refFilesOfTrees(repo, trees)), add(await refFilesChangedBy(repo, await newCommits(repo, commits, proven)));
  let all = [...found.values()];
  found.clear();
  for (let at2 = 0; at2 < all.length; at2 += TEXTS_AT_ONCE)
    yield* await withContents(repo, all.slice(at2, at2 + TEXTS_AT_ONCE));
}
async function peel(repo, oids, kind) {
  if (oids.length === 0) return [];
  let { stdout } = await runGit(repo, ["cat-file", "--batch-check=%(objectname) %(objecttype)"], {
    input: lines(oids.map((oid) => `${oid}^{${kind}}`)),
    env: REAL_OBJECTS
  });
  return stdout.toString("latin1").split(`
`).flatMap((line) => {
    let [oid = "", type] = line.split(" ");
    return type === kind && isObjectId(oid) ? [oid] : [];
  });
}
async function newCommits(repo, tips, proven) {
  if (tips.length === 0) return [];
  let { stdout } = await runGit(repo, ["rev-list", "--stdin"], {
    input: lines([...tips, ...proven.map((oid) => `^${oid}`)]),
    env: REAL_OBJECTS
  });
  return stdout.toString("latin1").split(`
`).filter(isObjectId);
}
async function refFilesOfTrees(repo, trees) {
  if (trees.length === 0) return Buffer.alloc(0);
  let { stdout } = await runGit(repo, ["hash-object", "-t", "tree", "--stdin"], {
    input: ""
  }), empty = stdout.toString("latin1").trim(), input = lines([...new Set(trees)].map((tree) => `${empty} ${tree}`));
  return (await runGit(repo, [...RAW, ...REF_FILES], { input, env: REAL_OBJECTS })).stdout;
}
async function refFilesChangedBy(repo, commits) {
  if (commits.length === 0) return Buffer.alloc(0);
  let args = [...RAW, "--root", "--diff-merges=first-parent", ...REF_FILES];
  return (await runGit(repo, args, { input: lines(commits), env: REAL_OBJECTS })).stdout;
}
function* changedFiles(output) {
  for (let at2 = 0; at2 < output.length; ) {
    let metaEnd = output.indexOf(0, at2), pathEnd = output.indexOf(0, metaEnd + 1);
    if (metaEnd < 0 || pathEnd < 0) return;
    let meta2 = output.toString("latin1", at2, metaEnd).split(`
`).at(-1) ?? "", [, mode = "", , oid = ""] = meta2.split(" ");
    at2 = pathEnd + 1, mode.startsWith("100") && isObjectId(oid) && (yield { oid: detached(oid), path: output.subarray(metaEnd + 1, pathEnd) });
  }
}
async function withContents(repo, entries) {
  let small = [...await blobSizes2(repo, [...new Set(entries.map((entry) => entry.oid))])].filter(([, size]) => size <= REF_FILE_LIMIT).map(([oid]) => oid), texts = await readBlobs(repo, small), tooLong2 = Buffer.alloc(REF_FILE_LIMIT + 1);
  return entries.map((entry) => ({ ...entry, content: texts.get(entry.oid) ?? tooLong2 }));
}
async function blobSizes2(repo, oids) {
  if (oids.length === 0) return /* @__PURE__ */ new Map();
  let { stdout } = await runGit(repo, ["cat-file", "--batch-check=%(objectname) %(objectsize)"], {
    input: lines(oids),
    env: REAL_OBJECTS
  }), pairs = stdout.toString("latin1").split(`
`).filter(Boolean);
  return new Map(
    pairs.flatMap((line) => {
      let [oid = "", size] = line.split(" ");
      return /^\d+$/.test(size ?? "") ? [[oid, Number(size)]] : [];
    })
  );
}
async function introducedBy(repo, blobOid, path78) {
  if (!isObjectId(blobOid)) throw new TypeError(`not an object id, for ${String(path78)}`);
  let found = [`--find-object=${blobOid}`, "--full-history", "-m"], shown2 = ["--no-patch", "--no-show-signature", "--format=%H %an <%ae>"], { stdout } = await runGit(repo, ["log", "--all", ...found, ...shown2], {
    env: REAL_OBJECTS
  }), first2 = stdout.toString("utf8").trimEnd().split(`
`).at(-1) ?? "", space = first2.indexOf(" ");
  return space < 0 ? null : { commit: first2.slice(0, space), author: first2.slice(space + 1) };
}
var PUSH_LINE, MAX_LINE, TEXTS_AT_ONCE, REAL_OBJECTS, lines, RAW, REF_FILES, init_history = __esm({
  "src/git/history.ts"() {
    "use strict";
    init_bref();
    init_detached();
    init_errors();
    init_git();
    init_objects();
    PUSH_LINE = /^(\S+(?: \S+)*) ([0-9a-f]+) (\S+) ([0-9a-f]+)$/, MAX_LINE = 16384;
    TEXTS_AT_ONCE = 2e3, REAL_OBJECTS = {
      GIT_NO_REPLACE_OBJECTS: "1",
      GIT_LITERAL_PATHSPECS: void 0,
      GIT_GLOB_PATHSPECS: void 0,
      GIT_NOGLOB_PATHSPECS: void 0,
      GIT_ICASE_PATHSPECS: void 0
    }, lines = (texts) => texts.map((text) => `${text}
`).join("");
    RAW = ["diff-tree", "--stdin", "-r", "--raw", "-z", "--no-commit-id", "--no-renames"], REF_FILES = ["--", "*.bref"];
  }
});

// src/app/pre-push.ts
var pre_push_exports = {};
__export(pre_push_exports, {
  payloadFinder: () => payloadFinder,
  prePush: () => prePush,
  publish: () => publish
});
import path68 from "node:path";
async function prePush(ctx, _args, input) {
  let updates = parsePushInput(await readAll(input));
  return await publish(ctx, updates) ? 0 : 1;
}
async function publish(ctx, updates) {
  let pushed = updates.filter((update) => !update.isDelete);
  if (pushed.length === 0) return !0;
  let proven = await provenCommits(ctx), files = refFilesToPublish(ctx.repo, pushed, proven), { blobs, refusals } = await sortOut(files);
  if (refusals.push(...await unfinished(ctx, blobs)), refusals.length > 0)
    return await explain(ctx, refusals), !1;
  if (blobs.length > 0) {
    let report = await uploadBlobs(ctx, blobs, { findPayloads: payloadFinder(ctx) });
    if (report.failed.length > 0)
      return await explain(ctx, failuresOf(report)), !1;
    await rememberCommits(ctx, pushed);
  }
  return !0;
}
async function readAll(input) {
  let chunks = [];
  for await (let chunk of input) chunks.push(chunk);
  return Buffer.concat(chunks);
}
async function provenCommits(ctx) {
  try {
    return (await loadProofs(ctx, await openRemote(ctx))).commits;
  } catch (error) {
    if (isBlobsyError(error)) return /* @__PURE__ */ new Set();
    throw error;
  }
}
async function sortOut(files) {
  let blobs = [], refusals = [];
  for await (let { path: name2, oid: textOid, content } of files) {
    let file = { path: name2, oid: textOid }, checked = checkRefPath(name2, process.platform);
    if (!checked.ok) {
      refusals.push({ file, reason: `no payload may be at this path: ${checked.reason}` });
      continue;
    }
    let parsed2 = parseRefFile(content);
    if (!parsed2.ok) {
      refusals.push({
        file,
        reason: `it is no usable ref file: line ${parsed2.line}: ${parsed2.reason}`
      });
      continue;
    }
    blobs.push({ ...remoteBlobOf(bareFacts(parsed2.ref)), path: checked.payload, file });
  }
  return { blobs, refusals };
}
async function unfinished(ctx, blobs) {
  return (await standingEdits(ctx)).flatMap(({ path: name2, message }) => {
    let blob = blobs.find((candidate) => candidate.path === name2);
    return blob ? [{ file: blob.file, reason: `its edit could not be taken in: ${message}` }] : [];
  });
}
function failuresOf(report) {
  return report.failed.map(({ wanted, error }) => ({
    file: wanted.file,
    reason: error.message,
    next: error.next
  }));
}
async function explain(ctx, refusals) {
  for (let { file, reason } of refusals.slice(0, MAX_REASONS)) {
    let name2 = Buffer.from(file.path).toString("utf8"), by = await introducedBy(ctx.repo, file.oid, file.path), where = by === null ? "" : ` (commit ${by.commit.slice(0, 12)}, ${by.author})`;
    ctx.reporter.warn(`${name2}${where}: ${reason}`);
  }
  refusals.length > MAX_REASONS && ctx.reporter.warn(`and ${refusals.length - MAX_REASONS} more`);
  let helps = [...new Set(refusals.flatMap(({ next }) => next ?? []))].slice(0, 3);
  ctx.reporter.warn(
    `nothing was pushed: others could not check these commits out; next: ${[...helps, "blobsy status"].join(", ")}`
  );
}
function payloadFinder(ctx) {
  let places;
  return ({ oid }) => (places ??= [
    { worktree: ctx.repo.worktree, state: ctx.repo.worktreeState },
    ...worktreesBeside(ctx.repo.commonDir, ctx.repo.worktreeState)
  ].map(({ worktree, state }) => ({ worktree, cache: StatCache.load(state) })), places.flatMap(
    ({ worktree, cache }) => [...cache.paths()].filter((name2) => cache.get(name2).payload?.oid === oid || cache.get(name2).base?.oid === oid).map((name2) => path68.join(worktree, name2))
  ));
}
async function rememberCommits(ctx, pushed) {
  await (await loadProofs(ctx, await openRemote(ctx))).addCommits(pushed.map((update) => update.localOid));
}
var MAX_REASONS, init_pre_push = __esm({
  "src/app/pre-push.ts"() {
    "use strict";
    init_bref();
    init_errors();
    init_remote_place();
    init_repo_path();
    init_history();
    init_other_worktrees();
    init_stat_cache();
    init_remote();
    init_unstaged_edits();
    init_transfer();
    MAX_REASONS = 20;
  }
});

// src/app/hook.ts
var hook_exports = {};
__export(hook_exports, {
  HOOKS: () => HOOKS,
  asHookName: () => asHookName,
  runHook: () => runHook
});
async function runHook(ctx, name2, args, input) {
  switch (name2) {
    case "pre-commit":
      return (await Promise.resolve().then(() => (init_pre_commit(), pre_commit_exports))).preCommit(ctx);
    case "pre-push":
      return (await Promise.resolve().then(() => (init_pre_push(), pre_push_exports))).prePush(ctx, args, input);
    case "post-checkout":
    case "post-merge":
    case "post-index-change":
    case "monitor":
      return await reconcileInHook(ctx, name2), 0;
  }
}
async function reconcileInHook(ctx, name2) {
  let headMoves = name2 === "post-index-change";
  dropGitTemporaryIndex(ctx.repo.gitDir);
  let report = await reconcile(ctx, { actor: "hook", wait: !1, headMoves }), events = report.events.filter((event) => event.kind !== "left");
  for (let line of describeReport({ ...report, events, refused: [] })) ctx.reporter.warn(line);
}
function asHookName(name2) {
  let known = HOOKS.find((hook) => hook === name2);
  if (known) return known;
  throw new BlobsyError("USAGE", `blobsy has no hook called ${name2}`, { next: "blobsy --help" });
}
var HOOKS, init_hook = __esm({
  "src/app/hook.ts"() {
    "use strict";
    init_errors();
    init_describe();
    init_git_environment();
    init_reconcile();
    HOOKS = [
      "post-checkout",
      "post-merge",
      "post-index-change",
      "monitor",
      "pre-commit",
      "pre-push"
    ];
  }
});

// src/cli/commands/hook.ts
var hook_exports2 = {};
__export(hook_exports2, {
  runHookCommand: () => runHookCommand
});
async function runHookCommand([name2 = "", ...args]) {
  let [{ openContext: openContext2 }, { asHookName: asHookName2, runHook: runHook2 }] = await Promise.all([
    Promise.resolve().then(() => (init_context(), context_exports)),
    Promise.resolve().then(() => (init_hook(), hook_exports))
  ]), reporter = reporterFor(process.stderr);
  try {
    let hook = asHookName2(name2), ctx = await openContext2(process.cwd(), reporter);
    return await runHook2(ctx, hook, args, process.stdin);
  } finally {
    reporter.close();
  }
}
var init_hook2 = __esm({
  "src/cli/commands/hook.ts"() {
    "use strict";
    init_reporter2();
  }
});

// src/domain/merge-refs.ts
function mergeRefs(base, ours, theirs) {
  let [was, mine, other] = [base, ours, theirs].map(meaning);
  return mine === other ? "ours" : was === mine ? "theirs" : was === other ? "ours" : null;
}
function meaning(text) {
  let parsed2 = parseRefFile(text);
  return parsed2.ok ? `blob ${parsed2.ref.oid}` : `text ${Buffer.from(text).toString("latin1")}`;
}
function favouredSide(args) {
  let side = null;
  for (let [at2, arg] of args.entries()) {
    let value = arg === "-X" || arg === "--strategy-option" ? args[at2 + 1] : /^(?:-X|--strategy-option=)(.+)$/.exec(arg)?.[1];
    (value === "ours" || value === "theirs") && (side = value);
  }
  return side;
}
var init_merge_refs = __esm({
  "src/domain/merge-refs.ts"() {
    "use strict";
    init_bref();
  }
});

// src/worktree/merge-gitignore.ts
async function mergeGitignore(texts, mergeText2) {
  let [base, ours, theirs] = texts.map(parseGitignore);
  if (base.kind !== "usable" || ours.kind !== "usable" || theirs.kind !== "usable")
    return mergeText2(...texts);
  let lines2 = mergeLines(base.lines, ours.lines, theirs.lines), [was, mine, other] = [base, ours, theirs].map(restOf);
  if (mine === other || other === was) return settled(ours, lines2);
  if (mine === was) return settled(theirs, lines2);
  let rest = await mergeText2(was, mine, other), around = { ...ours, before: rest.text, after: "", eol: `
` };
  return { text: formatGitignore(around, lines2), conflict: rest.conflict };
}
function settled(side, lines2) {
  return { text: formatGitignore(side, lines2), conflict: !1 };
}
function mergeLines(base, ours, theirs) {
  let [was, mine, other] = [new Set(base), new Set(ours), new Set(theirs)];
  return [.../* @__PURE__ */ new Set([...ours, ...theirs])].filter(
    (line) => mine.has(line) && other.has(line) || !was.has(line)
  );
}
var init_merge_gitignore = __esm({
  "src/worktree/merge-gitignore.ts"() {
    "use strict";
    init_gitignore_text();
  }
});

// src/app/merge-driver.ts
var merge_driver_exports = {};
__export(merge_driver_exports, {
  argumentsOfGit: () => argumentsOfGit,
  runMergeDriver: () => runMergeDriver
});
import { readFileSync as readFileSync21 } from "node:fs";
async function runMergeDriver(files, reporter) {
  let refPath = files.path;
  try {
    let [base, ours, theirs] = [files.base, files.ours, files.theirs].map((f) => readFileSync21(f));
    if (!base || !ours || !theirs) return 1;
    let side = mergeRefs(base, ours, theirs) ?? favouredSide(argumentsOfGit());
    if (side === "theirs" && await writeFileAtomic(files.ours, theirs, { durable: !1 }), side !== null) return 0;
  } catch (error) {
    throw fromErrno(error, "merging", refPath);
  }
  let word2 = pasteWord(refPath);
  return reporter.warn(
    `${refPath}: changed on both sides; ours stays in place. To take theirs: git checkout --theirs -- ${word2}, or: blobsy resolve --theirs ${word2}`
  ), 1;
}
function argumentsOfGit() {
  try {
    return readFileSync21(`/proc/${process.ppid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}
var init_merge_driver = __esm({
  "src/app/merge-driver.ts"() {
    "use strict";
    init_merge_refs();
    init_errors();
    init_shell_words();
    init_atomic();
  }
});

// src/app/merge-ignore.ts
var merge_ignore_exports = {};
__export(merge_ignore_exports, {
  mergeIgnoreFile: () => mergeIgnoreFile
});
import { readFileSync as readFileSync22 } from "node:fs";
import path69 from "node:path";
async function mergeIgnoreFile(files, reporter) {
  let { base, ours, theirs, path: name2 } = files;
  try {
    let texts = [base, ours, theirs].map(read4), merged = await mergeGitignore(texts, (...plain) => mergeText(files, plain));
    if (await write3(ours, merged.text), !merged.conflict) return 0;
  } catch (error) {
    throw fromErrno(error, "merging", name2);
  }
  return reporter.warn(`${name2}: lines that are not blobsy's were changed on both sides`), 1;
}
async function mergeText({ base, ours, theirs }, [was, mine, other]) {
  await write3(base, was), await write3(ours, mine), await write3(theirs, other);
  let side = favouredSide(argumentsOfGit()), args = ["-q", ...side ? [`--${side}`] : [], "-L", "ours", "-L", "base", "-L", "theirs"], names = [ours, base, theirs].map((file) => path69.resolve(file)), { code } = await runGit(process.cwd(), ["merge-file", ...args, ...names], {
    okCodes: CONFLICT_COUNTS
  });
  return { text: read4(ours), conflict: code !== 0 };
}
function read4(file) {
  return readFileSync22(file, "latin1");
}
function write3(file, text) {
  return writeFileAtomic(file, Buffer.from(text, "latin1"), { durable: !1 });
}
var CONFLICT_COUNTS, init_merge_ignore = __esm({
  "src/app/merge-ignore.ts"() {
    "use strict";
    init_errors();
    init_merge_refs();
    init_atomic();
    init_git();
    init_merge_gitignore();
    init_merge_driver();
    CONFLICT_COUNTS = Array.from({ length: 128 }, (_, count2) => count2);
  }
});

// src/cli/commands/merge-driver.ts
var merge_driver_exports2 = {};
__export(merge_driver_exports2, {
  runMergeDriverCommand: () => runMergeDriverCommand
});
async function runMergeDriverCommand(args) {
  let [base, ours, theirs, path78] = args;
  if (!base || !ours || !theirs || !path78)
    throw new BlobsyError("USAGE", "merge-driver takes four arguments; Git gives them");
  let files = { base, ours, theirs, path: path78 };
  if (/(?:^|\/)\.gitignore$/.test(path78)) {
    let { mergeIgnoreFile: mergeIgnoreFile2 } = await Promise.resolve().then(() => (init_merge_ignore(), merge_ignore_exports));
    return mergeIgnoreFile2(files, reporterFor(process.stderr));
  }
  let { runMergeDriver: runMergeDriver2 } = await Promise.resolve().then(() => (init_merge_driver(), merge_driver_exports));
  return runMergeDriver2(files, reporterFor(process.stderr));
}
var init_merge_driver2 = __esm({
  "src/cli/commands/merge-driver.ts"() {
    "use strict";
    init_errors();
    init_reporter2();
  }
});

// node_modules/commander/lib/error.js
var require_error = __commonJS({
  "node_modules/commander/lib/error.js"(exports) {
    var CommanderError2 = class extends Error {
      /**
       * Constructs the CommanderError class
       * @param {number} exitCode suggested exit code which could be used with process.exit
       * @param {string} code an id string representing the error
       * @param {string} message human-readable description of the error
       */
      constructor(exitCode, code, message) {
        super(message), Error.captureStackTrace(this, this.constructor), this.name = this.constructor.name, this.code = code, this.exitCode = exitCode, this.nestedError = void 0;
      }
    }, InvalidArgumentError2 = class extends CommanderError2 {
      /**
       * Constructs the InvalidArgumentError class
       * @param {string} [message] explanation of why argument is invalid
       */
      constructor(message) {
        super(1, "commander.invalidArgument", message), Error.captureStackTrace(this, this.constructor), this.name = this.constructor.name;
      }
    };
    exports.CommanderError = CommanderError2;
    exports.InvalidArgumentError = InvalidArgumentError2;
  }
});

// node_modules/commander/lib/argument.js
var require_argument = __commonJS({
  "node_modules/commander/lib/argument.js"(exports) {
    var { InvalidArgumentError: InvalidArgumentError2 } = require_error(), Argument2 = class {
      /**
       * Initialize a new command argument with the given name and description.
       * The default is that the argument is required, and you can explicitly
       * indicate this with <> around the name. Put [] around the name for an optional argument.
       *
       * @param {string} name
       * @param {string} [description]
       */
      constructor(name2, description) {
        switch (this.description = description || "", this.variadic = !1, this.parseArg = void 0, this.defaultValue = void 0, this.defaultValueDescription = void 0, this.argChoices = void 0, name2[0]) {
          case "<":
            this.required = !0, this._name = name2.slice(1, -1);
            break;
          case "[":
            this.required = !1, this._name = name2.slice(1, -1);
            break;
          default:
            this.required = !0, this._name = name2;
            break;
        }
        this._name.endsWith("...") && (this.variadic = !0, this._name = this._name.slice(0, -3));
      }
      /**
       * Return argument name.
       *
       * @return {string}
       */
      name() {
        return this._name;
      }
      /**
       * @package
       */
      _collectValue(value, previous) {
        return previous === this.defaultValue || !Array.isArray(previous) ? [value] : (previous.push(value), previous);
      }
      /**
       * Set the default value, and optionally supply the description to be displayed in the help.
       *
       * @param {*} value
       * @param {string} [description]
       * @return {Argument}
       */
      default(value, description) {
        return this.defaultValue = value, this.defaultValueDescription = description, this;
      }
      /**
       * Set the custom handler for processing CLI command arguments into argument values.
       *
       * @param {Function} [fn]
       * @return {Argument}
       */
      argParser(fn) {
        return this.parseArg = fn, this;
      }
      /**
       * Only allow argument value to be one of choices.
       *
       * @param {string[]} values
       * @return {Argument}
       */
      choices(values) {
        return this.argChoices = values.slice(), this.parseArg = (arg, previous) => {
          if (!this.argChoices.includes(arg))
            throw new InvalidArgumentError2(
              `Allowed choices are ${this.argChoices.join(", ")}.`
            );
          return this.variadic ? this._collectValue(arg, previous) : arg;
        }, this;
      }
      /**
       * Make argument required.
       *
       * @returns {Argument}
       */
      argRequired() {
        return this.required = !0, this;
      }
      /**
       * Make argument optional.
       *
       * @returns {Argument}
       */
      argOptional() {
        return this.required = !1, this;
      }
    };
    function humanReadableArgName(arg) {
      let nameOutput = arg.name() + (arg.variadic === !0 ? "..." : "");
      return arg.required ? "<" + nameOutput + ">" : "[" + nameOutput + "]";
    }
    exports.Argument = Argument2;
    exports.humanReadableArgName = humanReadableArgName;
  }
});

// node_modules/commander/lib/help.js
var require_help = __commonJS({
  "node_modules/commander/lib/help.js"(exports) {
    var { humanReadableArgName } = require_argument(), Help2 = class {
      constructor() {
        this.helpWidth = void 0, this.minWidthToWrap = 40, this.sortSubcommands = !1, this.sortOptions = !1, this.showGlobalOptions = !1;
      }
      /**
       * prepareContext is called by Commander after applying overrides from `Command.configureHelp()`
       * and just before calling `formatHelp()`.
       *
       * Commander just uses the helpWidth and the rest is provided for optional use by more complex subclasses.
       *
       * @param {{ error?: boolean, helpWidth?: number, outputHasColors?: boolean }} contextOptions
       */
      prepareContext(contextOptions) {
        this.helpWidth = this.helpWidth ?? contextOptions.helpWidth ?? 80;
      }
      /**
       * Get an array of the visible subcommands. Includes a placeholder for the implicit help command, if there is one.
       *
       * @param {Command} cmd
       * @returns {Command[]}
       */
      visibleCommands(cmd) {
        let visibleCommands = cmd.commands.filter((cmd2) => !cmd2._hidden), helpCommand = cmd._getHelpCommand();
        return helpCommand && !helpCommand._hidden && visibleCommands.push(helpCommand), this.sortSubcommands && visibleCommands.sort((a, b) => a.name().localeCompare(b.name())), visibleCommands;
      }
      /**
       * Compare options for sort.
       *
       * @param {Option} a
       * @param {Option} b
       * @returns {number}
       */
      compareOptions(a, b) {
        let getSortKey = (option) => option.short ? option.short.replace(/^-/, "") : option.long.replace(/^--/, "");
        return getSortKey(a).localeCompare(getSortKey(b));
      }
      /**
       * Get an array of the visible options. Includes a placeholder for the implicit help option, if there is one.
       *
       * @param {Command} cmd
       * @returns {Option[]}
       */
      visibleOptions(cmd) {
        let visibleOptions = cmd.options.filter((option) => !option.hidden), helpOption = cmd._getHelpOption();
        if (helpOption && !helpOption.hidden) {
          let removeShort = helpOption.short && cmd._findOption(helpOption.short), removeLong = helpOption.long && cmd._findOption(helpOption.long);
          !removeShort && !removeLong ? visibleOptions.push(helpOption) : helpOption.long && !removeLong ? visibleOptions.push(
            cmd.createOption(helpOption.long, helpOption.description)
          ) : helpOption.short && !removeShort && visibleOptions.push(
            cmd.createOption(helpOption.short, helpOption.description)
          );
        }
        return this.sortOptions && visibleOptions.sort(this.compareOptions), visibleOptions;
      }
      /**
       * Get an array of the visible global options. (Not including help.)
       *
       * @param {Command} cmd
       * @returns {Option[]}
       */
      visibleGlobalOptions(cmd) {
        if (!this.showGlobalOptions) return [];
        let globalOptions = [];
        for (let ancestorCmd = cmd.parent; ancestorCmd; ancestorCmd = ancestorCmd.parent) {
          let visibleOptions = ancestorCmd.options.filter(
            (option) => !option.hidden
          );
          globalOptions.push(...visibleOptions);
        }
        return this.sortOptions && globalOptions.sort(this.compareOptions), globalOptions;
      }
      /**
       * Get an array of the arguments if any have a description.
       *
       * @param {Command} cmd
       * @returns {Argument[]}
       */
      visibleArguments(cmd) {
        return cmd._argsDescription && cmd.registeredArguments.forEach((argument) => {
          argument.description = argument.description || cmd._argsDescription[argument.name()] || "";
        }), cmd.registeredArguments.find((argument) => argument.description) ? cmd.registeredArguments : [];
      }
      /**
       * Get the command term to show in the list of subcommands.
       *
       * @param {Command} cmd
       * @returns {string}
       */
      subcommandTerm(cmd) {
        let args = cmd.registeredArguments.map((arg) => humanReadableArgName(arg)).join(" ");
        return cmd._name + (cmd._aliases[0] ? "|" + cmd._aliases[0] : "") + (cmd.options.length ? " [options]" : "") + // simplistic check for non-help option
        (args ? " " + args : "");
      }
      /**
       * Get the option term to show in the list of options.
       *
       * @param {Option} option
       * @returns {string}
       */
      optionTerm(option) {
        return option.flags;
      }
      /**
       * Get the argument term to show in the list of arguments.
       *
       * @param {Argument} argument
       * @returns {string}
       */
      argumentTerm(argument) {
        return argument.name();
      }
      /**
       * Get the longest command term length.
       *
       * @param {Command} cmd
       * @param {Help} helper
       * @returns {number}
       */
      longestSubcommandTermLength(cmd, helper) {
        return helper.visibleCommands(cmd).reduce((max, command) => Math.max(
          max,
          this.displayWidth(
            helper.styleSubcommandTerm(helper.subcommandTerm(command))
          )
        ), 0);
      }
      /**
       * Get the longest option term length.
       *
       * @param {Command} cmd
       * @param {Help} helper
       * @returns {number}
       */
      longestOptionTermLength(cmd, helper) {
        return helper.visibleOptions(cmd).reduce((max, option) => Math.max(
          max,
          this.displayWidth(helper.styleOptionTerm(helper.optionTerm(option)))
        ), 0);
      }
      /**
       * Get the longest global option term length.
       *
       * @param {Command} cmd
       * @param {Help} helper
       * @returns {number}
       */
      longestGlobalOptionTermLength(cmd, helper) {
        return helper.visibleGlobalOptions(cmd).reduce((max, option) => Math.max(
          max,
          this.displayWidth(helper.styleOptionTerm(helper.optionTerm(option)))
        ), 0);
      }
      /**
       * Get the longest argument term length.
       *
       * @param {Command} cmd
       * @param {Help} helper
       * @returns {number}
       */
      longestArgumentTermLength(cmd, helper) {
        return helper.visibleArguments(cmd).reduce((max, argument) => Math.max(
          max,
          this.displayWidth(
            helper.styleArgumentTerm(helper.argumentTerm(argument))
          )
        ), 0);
      }
      /**
       * Get the command usage to be displayed at the top of the built-in help.
       *
       * @param {Command} cmd
       * @returns {string}
       */
      commandUsage(cmd) {
        let cmdName = cmd._name;
        cmd._aliases[0] && (cmdName = cmdName + "|" + cmd._aliases[0]);
        let ancestorCmdNames = "";
        for (let ancestorCmd = cmd.parent; ancestorCmd; ancestorCmd = ancestorCmd.parent)
          ancestorCmdNames = ancestorCmd.name() + " " + ancestorCmdNames;
        return ancestorCmdNames + cmdName + " " + cmd.usage();
      }
      /**
       * Get the description for the command.
       *
       * @param {Command} cmd
       * @returns {string}
       */
      commandDescription(cmd) {
        return cmd.description();
      }
      /**
       * Get the subcommand summary to show in the list of subcommands.
       * (Fallback to description for backwards compatibility.)
       *
       * @param {Command} cmd
       * @returns {string}
       */
      subcommandDescription(cmd) {
        return cmd.summary() || cmd.description();
      }
      /**
       * Get the option description to show in the list of options.
       *
       * @param {Option} option
       * @return {string}
       */
      optionDescription(option) {
        let extraInfo = [];
        if (option.argChoices && extraInfo.push(
          // use stringify to match the display of the default value
          `choices: ${option.argChoices.map((choice2) => JSON.stringify(choice2)).join(", ")}`
        ), option.defaultValue !== void 0 && (option.required || option.optional || option.isBoolean() && typeof option.defaultValue == "boolean") && extraInfo.push(
          `default: ${option.defaultValueDescription || JSON.stringify(option.defaultValue)}`
        ), option.presetArg !== void 0 && option.optional && extraInfo.push(`preset: ${JSON.stringify(option.presetArg)}`), option.envVar !== void 0 && extraInfo.push(`env: ${option.envVar}`), extraInfo.length > 0) {
          let extraDescription = `(${extraInfo.join(", ")})`;
          return option.description ? `${option.description} ${extraDescription}` : extraDescription;
        }
        return option.description;
      }
      /**
       * Get the argument description to show in the list of arguments.
       *
       * @param {Argument} argument
       * @return {string}
       */
      argumentDescription(argument) {
        let extraInfo = [];
        if (argument.argChoices && extraInfo.push(
          // use stringify to match the display of the default value
          `choices: ${argument.argChoices.map((choice2) => JSON.stringify(choice2)).join(", ")}`
        ), argument.defaultValue !== void 0 && extraInfo.push(
          `default: ${argument.defaultValueDescription || JSON.stringify(argument.defaultValue)}`
        ), extraInfo.length > 0) {
          let extraDescription = `(${extraInfo.join(", ")})`;
          return argument.description ? `${argument.description} ${extraDescription}` : extraDescription;
        }
        return argument.description;
      }
      /**
       * Format a list of items, given a heading and an array of formatted items.
       *
       * @param {string} heading
       * @param {string[]} items
       * @param {Help} helper
       * @returns string[]
       */
      formatItemList(heading, items, helper) {
        return items.length === 0 ? [] : [helper.styleTitle(heading), ...items, ""];
      }
      /**
       * Group items by their help group heading.
       *
       * @param {Command[] | Option[]} unsortedItems
       * @param {Command[] | Option[]} visibleItems
       * @param {Function} getGroup
       * @returns {Map<string, Command[] | Option[]>}
       */
      groupItems(unsortedItems, visibleItems, getGroup) {
        let result = /* @__PURE__ */ new Map();
        return unsortedItems.forEach((item) => {
          let group = getGroup(item);
          result.has(group) || result.set(group, []);
        }), visibleItems.forEach((item) => {
          let group = getGroup(item);
          result.has(group) || result.set(group, []), result.get(group).push(item);
        }), result;
      }
      /**
       * Generate the built-in help text.
       *
       * @param {Command} cmd
       * @param {Help} helper
       * @returns {string}
       */
      formatHelp(cmd, helper) {
        let termWidth = helper.padWidth(cmd, helper), helpWidth = helper.helpWidth ?? 80;
        function callFormatItem(term, description) {
          return helper.formatItem(term, termWidth, description, helper);
        }
        let output = [
          `${helper.styleTitle("Usage:")} ${helper.styleUsage(helper.commandUsage(cmd))}`,
          ""
        ], commandDescription = helper.commandDescription(cmd);
        commandDescription.length > 0 && (output = output.concat([
          helper.boxWrap(
            helper.styleCommandDescription(commandDescription),
            helpWidth
          ),
          ""
        ]));
        let argumentList = helper.visibleArguments(cmd).map((argument) => callFormatItem(
          helper.styleArgumentTerm(helper.argumentTerm(argument)),
          helper.styleArgumentDescription(helper.argumentDescription(argument))
        ));
        if (output = output.concat(
          this.formatItemList("Arguments:", argumentList, helper)
        ), this.groupItems(
          cmd.options,
          helper.visibleOptions(cmd),
          (option) => option.helpGroupHeading ?? "Options:"
        ).forEach((options, group) => {
          let optionList = options.map((option) => callFormatItem(
            helper.styleOptionTerm(helper.optionTerm(option)),
            helper.styleOptionDescription(helper.optionDescription(option))
          ));
          output = output.concat(this.formatItemList(group, optionList, helper));
        }), helper.showGlobalOptions) {
          let globalOptionList = helper.visibleGlobalOptions(cmd).map((option) => callFormatItem(
            helper.styleOptionTerm(helper.optionTerm(option)),
            helper.styleOptionDescription(helper.optionDescription(option))
          ));
          output = output.concat(
            this.formatItemList("Global Options:", globalOptionList, helper)
          );
        }
        return this.groupItems(
          cmd.commands,
          helper.visibleCommands(cmd),
          (sub) => sub.helpGroup() || "Commands:"
        ).forEach((commands, group) => {
          let commandList = commands.map((sub) => callFormatItem(
            helper.styleSubcommandTerm(helper.subcommandTerm(sub)),
            helper.styleSubcommandDescription(helper.subcommandDescription(sub))
          ));
          output = output.concat(this.formatItemList(group, commandList, helper));
        }), output.join(`
`);
      }
      /**
       * Return display width of string, ignoring ANSI escape sequences. Used in padding and wrapping calculations.
       *
       * @param {string} str
       * @returns {number}
       */
      displayWidth(str) {
        return stripColor(str).length;
      }
      /**
       * Style the title for displaying in the help. Called with 'Usage:', 'Options:', etc.
       *
       * @param {string} str
       * @returns {string}
       */
      styleTitle(str) {
        return str;
      }
      styleUsage(str) {
        return str.split(" ").map((word2) => word2 === "[options]" ? this.styleOptionText(word2) : word2 === "[command]" ? this.styleSubcommandText(word2) : word2[0] === "[" || word2[0] === "<" ? this.styleArgumentText(word2) : this.styleCommandText(word2)).join(" ");
      }
      styleCommandDescription(str) {
        return this.styleDescriptionText(str);
      }
      styleOptionDescription(str) {
        return this.styleDescriptionText(str);
      }
      styleSubcommandDescription(str) {
        return this.styleDescriptionText(str);
      }
      styleArgumentDescription(str) {
        return this.styleDescriptionText(str);
      }
      styleDescriptionText(str) {
        return str;
      }
      styleOptionTerm(str) {
        return this.styleOptionText(str);
      }
      styleSubcommandTerm(str) {
        return str.split(" ").map((word2) => word2 === "[options]" ? this.styleOptionText(word2) : word2[0] === "[" || word2[0] === "<" ? this.styleArgumentText(word2) : this.styleSubcommandText(word2)).join(" ");
      }
      styleArgumentTerm(str) {
        return this.styleArgumentText(str);
      }
      styleOptionText(str) {
        return str;
      }
      styleArgumentText(str) {
        return str;
      }
      styleSubcommandText(str) {
        return str;
      }
      styleCommandText(str) {
        return str;
      }
      /**
       * Calculate the pad width from the maximum term length.
       *
       * @param {Command} cmd
       * @param {Help} helper
       * @returns {number}
       */
      padWidth(cmd, helper) {
        return Math.max(
          helper.longestOptionTermLength(cmd, helper),
          helper.longestGlobalOptionTermLength(cmd, helper),
          helper.longestSubcommandTermLength(cmd, helper),
          helper.longestArgumentTermLength(cmd, helper)
        );
      }
      /**
       * Detect manually wrapped and indented strings by checking for line break followed by whitespace.
       *
       * @param {string} str
       * @returns {boolean}
       */
      preformatted(str) {
        return /\n[^\S\r\n]/.test(str);
      }
      /**
       * Format the "item", which consists of a term and description. Pad the term and wrap the description, indenting the following lines.
       *
       * So "TTT", 5, "DDD DDDD DD DDD" might be formatted for this.helpWidth=17 like so:
       *   TTT  DDD DDDD
       *        DD DDD
       *
       * @param {string} term
       * @param {number} termWidth
       * @param {string} description
       * @param {Help} helper
       * @returns {string}
       */
      formatItem(term, termWidth, description, helper) {
        let itemIndentStr = " ".repeat(2);
        if (!description) return itemIndentStr + term;
        let paddedTerm = term.padEnd(
          termWidth + term.length - helper.displayWidth(term)
        ), spacerWidth = 2, remainingWidth = (this.helpWidth ?? 80) - termWidth - spacerWidth - 2, formattedDescription;
        return remainingWidth < this.minWidthToWrap || helper.preformatted(description) ? formattedDescription = description : formattedDescription = helper.boxWrap(description, remainingWidth).replace(
          /\n/g,
          `
` + " ".repeat(termWidth + spacerWidth)
        ), itemIndentStr + paddedTerm + " ".repeat(spacerWidth) + formattedDescription.replace(/\n/g, `
${itemIndentStr}`);
      }
      /**
       * Wrap a string at whitespace, preserving existing line breaks.
       * Wrapping is skipped if the width is less than `minWidthToWrap`.
       *
       * @param {string} str
       * @param {number} width
       * @returns {string}
       */
      boxWrap(str, width) {
        if (width < this.minWidthToWrap) return str;
        let rawLines = str.split(/\r\n|\n/), chunkPattern = /[\s]*[^\s]+/g, wrappedLines = [];
        return rawLines.forEach((line) => {
          let chunks = line.match(chunkPattern);
          if (chunks === null) {
            wrappedLines.push("");
            return;
          }
          let sumChunks = [chunks.shift()], sumWidth = this.displayWidth(sumChunks[0]);
          chunks.forEach((chunk) => {
            let visibleWidth = this.displayWidth(chunk);
            if (sumWidth + visibleWidth <= width) {
              sumChunks.push(chunk), sumWidth += visibleWidth;
              return;
            }
            wrappedLines.push(sumChunks.join(""));
            let nextChunk = chunk.trimStart();
            sumChunks = [nextChunk], sumWidth = this.displayWidth(nextChunk);
          }), wrappedLines.push(sumChunks.join(""));
        }), wrappedLines.join(`
`);
      }
    };
    function stripColor(str) {
      let sgrPattern = /\x1b\[\d*(;\d*)*m/g;
      return str.replace(sgrPattern, "");
    }
    exports.Help = Help2;
    exports.stripColor = stripColor;
  }
});

// node_modules/commander/lib/option.js
var require_option = __commonJS({
  "node_modules/commander/lib/option.js"(exports) {
    var { InvalidArgumentError: InvalidArgumentError2 } = require_error(), Option2 = class {
      /**
       * Initialize a new `Option` with the given `flags` and `description`.
       *
       * @param {string} flags
       * @param {string} [description]
       */
      constructor(flags, description) {
        this.flags = flags, this.description = description || "", this.required = flags.includes("<"), this.optional = flags.includes("["), this.variadic = /\w\.\.\.[>\]]$/.test(flags), this.mandatory = !1;
        let optionFlags = splitOptionFlags(flags);
        this.short = optionFlags.shortFlag, this.long = optionFlags.longFlag, this.negate = !1, this.long && (this.negate = this.long.startsWith("--no-")), this.defaultValue = void 0, this.defaultValueDescription = void 0, this.presetArg = void 0, this.envVar = void 0, this.parseArg = void 0, this.hidden = !1, this.argChoices = void 0, this.conflictsWith = [], this.implied = void 0, this.helpGroupHeading = void 0;
      }
      /**
       * Set the default value, and optionally supply the description to be displayed in the help.
       *
       * @param {*} value
       * @param {string} [description]
       * @return {Option}
       */
      default(value, description) {
        return this.defaultValue = value, this.defaultValueDescription = description, this;
      }
      /**
       * Preset to use when option used without option-argument, especially optional but also boolean and negated.
       * The custom processing (parseArg) is called.
       *
       * @example
       * new Option('--color').default('GREYSCALE').preset('RGB');
       * new Option('--donate [amount]').preset('20').argParser(parseFloat);
       *
       * @param {*} arg
       * @return {Option}
       */
      preset(arg) {
        return this.presetArg = arg, this;
      }
      /**
       * Add option name(s) that conflict with this option.
       * An error will be displayed if conflicting options are found during parsing.
       *
       * @example
       * new Option('--rgb').conflicts('cmyk');
       * new Option('--js').conflicts(['ts', 'jsx']);
       *
       * @param {(string | string[])} names
       * @return {Option}
       */
      conflicts(names) {
        return this.conflictsWith = this.conflictsWith.concat(names), this;
      }
      /**
       * Specify implied option values for when this option is set and the implied options are not.
       *
       * The custom processing (parseArg) is not called on the implied values.
       *
       * @example
       * program
       *   .addOption(new Option('--log', 'write logging information to file'))
       *   .addOption(new Option('--trace', 'log extra details').implies({ log: 'trace.txt' }));
       *
       * @param {object} impliedOptionValues
       * @return {Option}
       */
      implies(impliedOptionValues) {
        let newImplied = impliedOptionValues;
        return typeof impliedOptionValues == "string" && (newImplied = { [impliedOptionValues]: !0 }), this.implied = Object.assign(this.implied || {}, newImplied), this;
      }
      /**
       * Set environment variable to check for option value.
       *
       * An environment variable is only used if when processed the current option value is
       * undefined, or the source of the current value is 'default' or 'config' or 'env'.
       *
       * @param {string} name
       * @return {Option}
       */
      env(name2) {
        return this.envVar = name2, this;
      }
      /**
       * Set the custom handler for processing CLI option arguments into option values.
       *
       * @param {Function} [fn]
       * @return {Option}
       */
      argParser(fn) {
        return this.parseArg = fn, this;
      }
      /**
       * Whether the option is mandatory and must have a value after parsing.
       *
       * @param {boolean} [mandatory=true]
       * @return {Option}
       */
      makeOptionMandatory(mandatory = !0) {
        return this.mandatory = !!mandatory, this;
      }
      /**
       * Hide option in help.
       *
       * @param {boolean} [hide=true]
       * @return {Option}
       */
      hideHelp(hide2 = !0) {
        return this.hidden = !!hide2, this;
      }
      /**
       * @package
       */
      _collectValue(value, previous) {
        return previous === this.defaultValue || !Array.isArray(previous) ? [value] : (previous.push(value), previous);
      }
      /**
       * Only allow option value to be one of choices.
       *
       * @param {string[]} values
       * @return {Option}
       */
      choices(values) {
        return this.argChoices = values.slice(), this.parseArg = (arg, previous) => {
          if (!this.argChoices.includes(arg))
            throw new InvalidArgumentError2(
              `Allowed choices are ${this.argChoices.join(", ")}.`
            );
          return this.variadic ? this._collectValue(arg, previous) : arg;
        }, this;
      }
      /**
       * Return option name.
       *
       * @return {string}
       */
      name() {
        return this.long ? this.long.replace(/^--/, "") : this.short.replace(/^-/, "");
      }
      /**
       * Return option name, in a camelcase format that can be used
       * as an object attribute key.
       *
       * @return {string}
       */
      attributeName() {
        return this.negate ? camelcase(this.name().replace(/^no-/, "")) : camelcase(this.name());
      }
      /**
       * Set the help group heading.
       *
       * @param {string} heading
       * @return {Option}
       */
      helpGroup(heading) {
        return this.helpGroupHeading = heading, this;
      }
      /**
       * Check if `arg` matches the short or long flag.
       *
       * @param {string} arg
       * @return {boolean}
       * @package
       */
      is(arg) {
        return this.short === arg || this.long === arg;
      }
      /**
       * Return whether a boolean option.
       *
       * Options are one of boolean, negated, required argument, or optional argument.
       *
       * @return {boolean}
       * @package
       */
      isBoolean() {
        return !this.required && !this.optional && !this.negate;
      }
    }, DualOptions = class {
      /**
       * @param {Option[]} options
       */
      constructor(options) {
        this.positiveOptions = /* @__PURE__ */ new Map(), this.negativeOptions = /* @__PURE__ */ new Map(), this.dualOptions = /* @__PURE__ */ new Set(), options.forEach((option) => {
          option.negate ? this.negativeOptions.set(option.attributeName(), option) : this.positiveOptions.set(option.attributeName(), option);
        }), this.negativeOptions.forEach((value, key) => {
          this.positiveOptions.has(key) && this.dualOptions.add(key);
        });
      }
      /**
       * Did the value come from the option, and not from possible matching dual option?
       *
       * @param {*} value
       * @param {Option} option
       * @returns {boolean}
       */
      valueFromOption(value, option) {
        let optionKey = option.attributeName();
        if (!this.dualOptions.has(optionKey)) return !0;
        let preset = this.negativeOptions.get(optionKey).presetArg, negativeValue = preset !== void 0 ? preset : !1;
        return option.negate === (negativeValue === value);
      }
    };
    function camelcase(str) {
      return str.split("-").reduce((str2, word2) => str2 + word2[0].toUpperCase() + word2.slice(1));
    }
    function splitOptionFlags(flags) {
      let shortFlag, longFlag, shortFlagExp = /^-[^-]$/, longFlagExp = /^--[^-]/, flagParts = flags.split(/[ |,]+/).concat("guard");
      if (shortFlagExp.test(flagParts[0]) && (shortFlag = flagParts.shift()), longFlagExp.test(flagParts[0]) && (longFlag = flagParts.shift()), !shortFlag && shortFlagExp.test(flagParts[0]) && (shortFlag = flagParts.shift()), !shortFlag && longFlagExp.test(flagParts[0]) && (shortFlag = longFlag, longFlag = flagParts.shift()), flagParts[0].startsWith("-")) {
        let unsupportedFlag = flagParts[0], baseError = `option creation failed due to '${unsupportedFlag}' in option flags '${flags}'`;
        throw /^-[^-][^-]/.test(unsupportedFlag) ? new Error(
          `${baseError}
- a short flag is a single dash and a single character
  - either use a single dash and a single character (for a short flag)
  - or use a double dash for a long option (and can have two, like '--ws, --workspace')`
        ) : shortFlagExp.test(unsupportedFlag) ? new Error(`${baseError}
- too many short flags`) : longFlagExp.test(unsupportedFlag) ? new Error(`${baseError}
- too many long flags`) : new Error(`${baseError}
- unrecognised flag format`);
      }
      if (shortFlag === void 0 && longFlag === void 0)
        throw new Error(
          `option creation failed due to no flags found in '${flags}'.`
        );
      return { shortFlag, longFlag };
    }
    exports.Option = Option2;
    exports.DualOptions = DualOptions;
  }
});

// node_modules/commander/lib/suggestSimilar.js
var require_suggestSimilar = __commonJS({
  "node_modules/commander/lib/suggestSimilar.js"(exports) {
    function editDistance(a, b) {
      if (Math.abs(a.length - b.length) > 3)
        return Math.max(a.length, b.length);
      let d = [];
      for (let i = 0; i <= a.length; i++)
        d[i] = [i];
      for (let j = 0; j <= b.length; j++)
        d[0][j] = j;
      for (let j = 1; j <= b.length; j++)
        for (let i = 1; i <= a.length; i++) {
          let cost = 1;
          a[i - 1] === b[j - 1] ? cost = 0 : cost = 1, d[i][j] = Math.min(
            d[i - 1][j] + 1,
            // deletion
            d[i][j - 1] + 1,
            // insertion
            d[i - 1][j - 1] + cost
            // substitution
          ), i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] && (d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1));
        }
      return d[a.length][b.length];
    }
    function suggestSimilar(word2, candidates2) {
      if (!candidates2 || candidates2.length === 0) return "";
      candidates2 = Array.from(new Set(candidates2));
      let searchingOptions = word2.startsWith("--");
      searchingOptions && (word2 = word2.slice(2), candidates2 = candidates2.map((candidate) => candidate.slice(2)));
      let similar = [], bestDistance = 3, minSimilarity = 0.4;
      return candidates2.forEach((candidate) => {
        if (candidate.length <= 1) return;
        let distance = editDistance(word2, candidate), length = Math.max(word2.length, candidate.length);
        (length - distance) / length > minSimilarity && (distance < bestDistance ? (bestDistance = distance, similar = [candidate]) : distance === bestDistance && similar.push(candidate));
      }), similar.sort((a, b) => a.localeCompare(b)), searchingOptions && (similar = similar.map((candidate) => `--${candidate}`)), similar.length > 1 ? `
(Did you mean one of ${similar.join(", ")}?)` : similar.length === 1 ? `
(Did you mean ${similar[0]}?)` : "";
    }
    exports.suggestSimilar = suggestSimilar;
  }
});

// node_modules/commander/lib/command.js
var require_command = __commonJS({
  "node_modules/commander/lib/command.js"(exports) {
    var EventEmitter = __require("node:events").EventEmitter, childProcess = __require("node:child_process"), path78 = __require("node:path"), fs = __require("node:fs"), process2 = __require("node:process"), { Argument: Argument2, humanReadableArgName } = require_argument(), { CommanderError: CommanderError2 } = require_error(), { Help: Help2, stripColor } = require_help(), { Option: Option2, DualOptions } = require_option(), { suggestSimilar } = require_suggestSimilar(), Command2 = class _Command extends EventEmitter {
      /**
       * Initialize a new `Command`.
       *
       * @param {string} [name]
       */
      constructor(name2) {
        super(), this.commands = [], this.options = [], this.parent = null, this._allowUnknownOption = !1, this._allowExcessArguments = !1, this.registeredArguments = [], this._args = this.registeredArguments, this.args = [], this.rawArgs = [], this.processedArgs = [], this._scriptPath = null, this._name = name2 || "", this._optionValues = {}, this._optionValueSources = {}, this._storeOptionsAsProperties = !1, this._actionHandler = null, this._executableHandler = !1, this._executableFile = null, this._executableDir = null, this._defaultCommandName = null, this._exitCallback = null, this._aliases = [], this._combineFlagAndOptionalValue = !0, this._description = "", this._summary = "", this._argsDescription = void 0, this._enablePositionalOptions = !1, this._passThroughOptions = !1, this._lifeCycleHooks = {}, this._showHelpAfterError = !1, this._showSuggestionAfterError = !0, this._savedState = null, this._outputConfiguration = {
          writeOut: (str) => process2.stdout.write(str),
          writeErr: (str) => process2.stderr.write(str),
          outputError: (str, write4) => write4(str),
          getOutHelpWidth: () => process2.stdout.isTTY ? process2.stdout.columns : void 0,
          getErrHelpWidth: () => process2.stderr.isTTY ? process2.stderr.columns : void 0,
          getOutHasColors: () => useColor() ?? (process2.stdout.isTTY && process2.stdout.hasColors?.()),
          getErrHasColors: () => useColor() ?? (process2.stderr.isTTY && process2.stderr.hasColors?.()),
          stripColor: (str) => stripColor(str)
        }, this._hidden = !1, this._helpOption = void 0, this._addImplicitHelpCommand = void 0, this._helpCommand = void 0, this._helpConfiguration = {}, this._helpGroupHeading = void 0, this._defaultCommandGroup = void 0, this._defaultOptionGroup = void 0;
      }
      /**
       * Copy settings that are useful to have in common across root command and subcommands.
       *
       * (Used internally when adding a command using `.command()` so subcommands inherit parent settings.)
       *
       * @param {Command} sourceCommand
       * @return {Command} `this` command for chaining
       */
      copyInheritedSettings(sourceCommand) {
        return this._outputConfiguration = sourceCommand._outputConfiguration, this._helpOption = sourceCommand._helpOption, this._helpCommand = sourceCommand._helpCommand, this._helpConfiguration = sourceCommand._helpConfiguration, this._exitCallback = sourceCommand._exitCallback, this._storeOptionsAsProperties = sourceCommand._storeOptionsAsProperties, this._combineFlagAndOptionalValue = sourceCommand._combineFlagAndOptionalValue, this._allowExcessArguments = sourceCommand._allowExcessArguments, this._enablePositionalOptions = sourceCommand._enablePositionalOptions, this._showHelpAfterError = sourceCommand._showHelpAfterError, this._showSuggestionAfterError = sourceCommand._showSuggestionAfterError, this;
      }
      /**
       * @returns {Command[]}
       * @private
       */
      _getCommandAndAncestors() {
        let result = [];
        for (let command = this; command; command = command.parent)
          result.push(command);
        return result;
      }
      /**
       * Define a command.
       *
       * There are two styles of command: pay attention to where to put the description.
       *
       * @example
       * // Command implemented using action handler (description is supplied separately to `.command`)
       * program
       *   .command('clone <source> [destination]')
       *   .description('clone a repository into a newly created directory')
       *   .action((source, destination) => {
       *     console.log('clone command called');
       *   });
       *
       * // Command implemented using separate executable file (description is second parameter to `.command`)
       * program
       *   .command('start <service>', 'start named service')
       *   .command('stop [service]', 'stop named service, or all if no name supplied');
       *
       * @param {string} nameAndArgs - command name and arguments, args are `<required>` or `[optional]` and last may also be `variadic...`
       * @param {(object | string)} [actionOptsOrExecDesc] - configuration options (for action), or description (for executable)
       * @param {object} [execOpts] - configuration options (for executable)
       * @return {Command} returns new command for action handler, or `this` for executable command
       */
      command(nameAndArgs, actionOptsOrExecDesc, execOpts) {
        let desc = actionOptsOrExecDesc, opts = execOpts;
        typeof desc == "object" && desc !== null && (opts = desc, desc = null), opts = opts || {};
        let [, name2, args] = nameAndArgs.match(/([^ ]+) *(.*)/), cmd = this.createCommand(name2);
        return desc && (cmd.description(desc), cmd._executableHandler = !0), opts.isDefault && (this._defaultCommandName = cmd._name), cmd._hidden = !!(opts.noHelp || opts.hidden), cmd._executableFile = opts.executableFile || null, args && cmd.arguments(args), this._registerCommand(cmd), cmd.parent = this, cmd.copyInheritedSettings(this), desc ? this : cmd;
      }
      /**
       * Factory routine to create a new unattached command.
       *
       * See .command() for creating an attached subcommand, which uses this routine to
       * create the command. You can override createCommand to customise subcommands.
       *
       * @param {string} [name]
       * @return {Command} new command
       */
      createCommand(name2) {
        return new _Command(name2);
      }
      /**
       * You can customise the help with a subclass of Help by overriding createHelp,
       * or by overriding Help properties using configureHelp().
       *
       * @return {Help}
       */
      createHelp() {
        return Object.assign(new Help2(), this.configureHelp());
      }
      /**
       * You can customise the help by overriding Help properties using configureHelp(),
       * or with a subclass of Help by overriding createHelp().
       *
       * @param {object} [configuration] - configuration options
       * @return {(Command | object)} `this` command for chaining, or stored configuration
       */
      configureHelp(configuration) {
        return configuration === void 0 ? this._helpConfiguration : (this._helpConfiguration = configuration, this);
      }
      /**
       * The default output goes to stdout and stderr. You can customise this for special
       * applications. You can also customise the display of errors by overriding outputError.
       *
       * The configuration properties are all functions:
       *
       *     // change how output being written, defaults to stdout and stderr
       *     writeOut(str)
       *     writeErr(str)
       *     // change how output being written for errors, defaults to writeErr
       *     outputError(str, write) // used for displaying errors and not used for displaying help
       *     // specify width for wrapping help
       *     getOutHelpWidth()
       *     getErrHelpWidth()
       *     // color support, currently only used with Help
       *     getOutHasColors()
       *     getErrHasColors()
       *     stripColor() // used to remove ANSI escape codes if output does not have colors
       *
       * @param {object} [configuration] - configuration options
       * @return {(Command | object)} `this` command for chaining, or stored configuration
       */
      configureOutput(configuration) {
        return configuration === void 0 ? this._outputConfiguration : (this._outputConfiguration = {
          ...this._outputConfiguration,
          ...configuration
        }, this);
      }
      /**
       * Display the help or a custom message after an error occurs.
       *
       * @param {(boolean|string)} [displayHelp]
       * @return {Command} `this` command for chaining
       */
      showHelpAfterError(displayHelp = !0) {
        return typeof displayHelp != "string" && (displayHelp = !!displayHelp), this._showHelpAfterError = displayHelp, this;
      }
      /**
       * Display suggestion of similar commands for unknown commands, or options for unknown options.
       *
       * @param {boolean} [displaySuggestion]
       * @return {Command} `this` command for chaining
       */
      showSuggestionAfterError(displaySuggestion = !0) {
        return this._showSuggestionAfterError = !!displaySuggestion, this;
      }
      /**
       * Add a prepared subcommand.
       *
       * See .command() for creating an attached subcommand which inherits settings from its parent.
       *
       * @param {Command} cmd - new subcommand
       * @param {object} [opts] - configuration options
       * @return {Command} `this` command for chaining
       */
      addCommand(cmd, opts) {
        if (!cmd._name)
          throw new Error(`Command passed to .addCommand() must have a name
- specify the name in Command constructor or using .name()`);
        return opts = opts || {}, opts.isDefault && (this._defaultCommandName = cmd._name), (opts.noHelp || opts.hidden) && (cmd._hidden = !0), this._registerCommand(cmd), cmd.parent = this, cmd._checkForBrokenPassThrough(), this;
      }
      /**
       * Factory routine to create a new unattached argument.
       *
       * See .argument() for creating an attached argument, which uses this routine to
       * create the argument. You can override createArgument to return a custom argument.
       *
       * @param {string} name
       * @param {string} [description]
       * @return {Argument} new argument
       */
      createArgument(name2, description) {
        return new Argument2(name2, description);
      }
      /**
       * Define argument syntax for command.
       *
       * The default is that the argument is required, and you can explicitly
       * indicate this with <> around the name. Put [] around the name for an optional argument.
       *
       * @example
       * program.argument('<input-file>');
       * program.argument('[output-file]');
       *
       * @param {string} name
       * @param {string} [description]
       * @param {(Function|*)} [parseArg] - custom argument processing function or default value
       * @param {*} [defaultValue]
       * @return {Command} `this` command for chaining
       */
      argument(name2, description, parseArg, defaultValue) {
        let argument = this.createArgument(name2, description);
        return typeof parseArg == "function" ? argument.default(defaultValue).argParser(parseArg) : argument.default(parseArg), this.addArgument(argument), this;
      }
      /**
       * Define argument syntax for command, adding multiple at once (without descriptions).
       *
       * See also .argument().
       *
       * @example
       * program.arguments('<cmd> [env]');
       *
       * @param {string} names
       * @return {Command} `this` command for chaining
       */
      arguments(names) {
        return names.trim().split(/ +/).forEach((detail) => {
          this.argument(detail);
        }), this;
      }
      /**
       * Define argument syntax for command, adding a prepared argument.
       *
       * @param {Argument} argument
       * @return {Command} `this` command for chaining
       */
      addArgument(argument) {
        let previousArgument = this.registeredArguments.slice(-1)[0];
        if (previousArgument?.variadic)
          throw new Error(
            `only the last argument can be variadic '${previousArgument.name()}'`
          );
        if (argument.required && argument.defaultValue !== void 0 && argument.parseArg === void 0)
          throw new Error(
            `a default value for a required argument is never used: '${argument.name()}'`
          );
        return this.registeredArguments.push(argument), this;
      }
      /**
       * Customise or override default help command. By default a help command is automatically added if your command has subcommands.
       *
       * @example
       *    program.helpCommand('help [cmd]');
       *    program.helpCommand('help [cmd]', 'show help');
       *    program.helpCommand(false); // suppress default help command
       *    program.helpCommand(true); // add help command even if no subcommands
       *
       * @param {string|boolean} enableOrNameAndArgs - enable with custom name and/or arguments, or boolean to override whether added
       * @param {string} [description] - custom description
       * @return {Command} `this` command for chaining
       */
      helpCommand(enableOrNameAndArgs, description) {
        if (typeof enableOrNameAndArgs == "boolean")
          return this._addImplicitHelpCommand = enableOrNameAndArgs, enableOrNameAndArgs && this._defaultCommandGroup && this._initCommandGroup(this._getHelpCommand()), this;
        let nameAndArgs = enableOrNameAndArgs ?? "help [command]", [, helpName, helpArgs] = nameAndArgs.match(/([^ ]+) *(.*)/), helpDescription = description ?? "display help for command", helpCommand = this.createCommand(helpName);
        return helpCommand.helpOption(!1), helpArgs && helpCommand.arguments(helpArgs), helpDescription && helpCommand.description(helpDescription), this._addImplicitHelpCommand = !0, this._helpCommand = helpCommand, (enableOrNameAndArgs || description) && this._initCommandGroup(helpCommand), this;
      }
      /**
       * Add prepared custom help command.
       *
       * @param {(Command|string|boolean)} helpCommand - custom help command, or deprecated enableOrNameAndArgs as for `.helpCommand()`
       * @param {string} [deprecatedDescription] - deprecated custom description used with custom name only
       * @return {Command} `this` command for chaining
       */
      addHelpCommand(helpCommand, deprecatedDescription) {
        return typeof helpCommand != "object" ? (this.helpCommand(helpCommand, deprecatedDescription), this) : (this._addImplicitHelpCommand = !0, this._helpCommand = helpCommand, this._initCommandGroup(helpCommand), this);
      }
      /**
       * Lazy create help command.
       *
       * @return {(Command|null)}
       * @package
       */
      _getHelpCommand() {
        return this._addImplicitHelpCommand ?? (this.commands.length && !this._actionHandler && !this._findCommand("help")) ? (this._helpCommand === void 0 && this.helpCommand(void 0, void 0), this._helpCommand) : null;
      }
      /**
       * Add hook for life cycle event.
       *
       * @param {string} event
       * @param {Function} listener
       * @return {Command} `this` command for chaining
       */
      hook(event, listener) {
        let allowedValues = ["preSubcommand", "preAction", "postAction"];
        if (!allowedValues.includes(event))
          throw new Error(`Unexpected value for event passed to hook : '${event}'.
Expecting one of '${allowedValues.join("', '")}'`);
        return this._lifeCycleHooks[event] ? this._lifeCycleHooks[event].push(listener) : this._lifeCycleHooks[event] = [listener], this;
      }
      /**
       * Register callback to use as replacement for calling process.exit.
       *
       * @param {Function} [fn] optional callback which will be passed a CommanderError, defaults to throwing
       * @return {Command} `this` command for chaining
       */
      exitOverride(fn) {
        return fn ? this._exitCallback = fn : this._exitCallback = (err) => {
          if (err.code !== "commander.executeSubCommandAsync")
            throw err;
        }, this;
      }
      /**
       * Call process.exit, and _exitCallback if defined.
       *
       * @param {number} exitCode exit code for using with process.exit
       * @param {string} code an id string representing the error
       * @param {string} message human-readable description of the error
       * @return never
       * @private
       */
      _exit(exitCode, code, message) {
        this._exitCallback && this._exitCallback(new CommanderError2(exitCode, code, message)), process2.exit(exitCode);
      }
      /**
       * Register callback `fn` for the command.
       *
       * @example
       * program
       *   .command('serve')
       *   .description('start service')
       *   .action(function() {
       *      // do work here
       *   });
       *
       * @param {Function} fn
       * @return {Command} `this` command for chaining
       */
      action(fn) {
        let listener = (args) => {
          let expectedArgsCount = this.registeredArguments.length, actionArgs = args.slice(0, expectedArgsCount);
          return this._storeOptionsAsProperties ? actionArgs[expectedArgsCount] = this : actionArgs[expectedArgsCount] = this.opts(), actionArgs.push(this), fn.apply(this, actionArgs);
        };
        return this._actionHandler = listener, this;
      }
      /**
       * Factory routine to create a new unattached option.
       *
       * See .option() for creating an attached option, which uses this routine to
       * create the option. You can override createOption to return a custom option.
       *
       * @param {string} flags
       * @param {string} [description]
       * @return {Option} new option
       */
      createOption(flags, description) {
        return new Option2(flags, description);
      }
      /**
       * Wrap parseArgs to catch 'commander.invalidArgument'.
       *
       * @param {(Option | Argument)} target
       * @param {string} value
       * @param {*} previous
       * @param {string} invalidArgumentMessage
       * @private
       */
      _callParseArg(target, value, previous, invalidArgumentMessage) {
        try {
          return target.parseArg(value, previous);
        } catch (err) {
          if (err.code === "commander.invalidArgument") {
            let message = `${invalidArgumentMessage} ${err.message}`;
            this.error(message, { exitCode: err.exitCode, code: err.code });
          }
          throw err;
        }
      }
      /**
       * Check for option flag conflicts.
       * Register option if no conflicts found, or throw on conflict.
       *
       * @param {Option} option
       * @private
       */
      _registerOption(option) {
        let matchingOption = option.short && this._findOption(option.short) || option.long && this._findOption(option.long);
        if (matchingOption) {
          let matchingFlag = option.long && this._findOption(option.long) ? option.long : option.short;
          throw new Error(`Cannot add option '${option.flags}'${this._name && ` to command '${this._name}'`} due to conflicting flag '${matchingFlag}'
-  already used by option '${matchingOption.flags}'`);
        }
        this._initOptionGroup(option), this.options.push(option);
      }
      /**
       * Check for command name and alias conflicts with existing commands.
       * Register command if no conflicts found, or throw on conflict.
       *
       * @param {Command} command
       * @private
       */
      _registerCommand(command) {
        let knownBy = (cmd) => [cmd.name()].concat(cmd.aliases()), alreadyUsed = knownBy(command).find(
          (name2) => this._findCommand(name2)
        );
        if (alreadyUsed) {
          let existingCmd = knownBy(this._findCommand(alreadyUsed)).join("|"), newCmd = knownBy(command).join("|");
          throw new Error(
            `cannot add command '${newCmd}' as already have command '${existingCmd}'`
          );
        }
        this._initCommandGroup(command), this.commands.push(command);
      }
      /**
       * Add an option.
       *
       * @param {Option} option
       * @return {Command} `this` command for chaining
       */
      addOption(option) {
        this._registerOption(option);
        let oname = option.name(), name2 = option.attributeName();
        if (option.negate) {
          let positiveLongFlag = option.long.replace(/^--no-/, "--");
          this._findOption(positiveLongFlag) || this.setOptionValueWithSource(
            name2,
            option.defaultValue === void 0 ? !0 : option.defaultValue,
            "default"
          );
        } else option.defaultValue !== void 0 && this.setOptionValueWithSource(name2, option.defaultValue, "default");
        let handleOptionValue = (val, invalidValueMessage, valueSource) => {
          val == null && option.presetArg !== void 0 && (val = option.presetArg);
          let oldValue = this.getOptionValue(name2);
          val !== null && option.parseArg ? val = this._callParseArg(option, val, oldValue, invalidValueMessage) : val !== null && option.variadic && (val = option._collectValue(val, oldValue)), val == null && (option.negate ? val = !1 : option.isBoolean() || option.optional ? val = !0 : val = ""), this.setOptionValueWithSource(name2, val, valueSource);
        };
        return this.on("option:" + oname, (val) => {
          let invalidValueMessage = `error: option '${option.flags}' argument '${val}' is invalid.`;
          handleOptionValue(val, invalidValueMessage, "cli");
        }), option.envVar && this.on("optionEnv:" + oname, (val) => {
          let invalidValueMessage = `error: option '${option.flags}' value '${val}' from env '${option.envVar}' is invalid.`;
          handleOptionValue(val, invalidValueMessage, "env");
        }), this;
      }
      /**
       * Internal implementation shared by .option() and .requiredOption()
       *
       * @return {Command} `this` command for chaining
       * @private
       */
      _optionEx(config2, flags, description, fn, defaultValue) {
        if (typeof flags == "object" && flags instanceof Option2)
          throw new Error(
            "To add an Option object use addOption() instead of option() or requiredOption()"
          );
        let option = this.createOption(flags, description);
        if (option.makeOptionMandatory(!!config2.mandatory), typeof fn == "function")
          option.default(defaultValue).argParser(fn);
        else if (fn instanceof RegExp) {
          let regex = fn;
          fn = (val, def) => {
            let m = regex.exec(val);
            return m ? m[0] : def;
          }, option.default(defaultValue).argParser(fn);
        } else
          option.default(fn);
        return this.addOption(option);
      }
      /**
       * Define option with `flags`, `description`, and optional argument parsing function or `defaultValue` or both.
       *
       * The `flags` string contains the short and/or long flags, separated by comma, a pipe or space. A required
       * option-argument is indicated by `<>` and an optional option-argument by `[]`.
       *
       * See the README for more details, and see also addOption() and requiredOption().
       *
       * @example
       * program
       *     .option('-p, --pepper', 'add pepper')
       *     .option('--pt, --pizza-type <TYPE>', 'type of pizza') // required option-argument
       *     .option('-c, --cheese [CHEESE]', 'add extra cheese', 'mozzarella') // optional option-argument with default
       *     .option('-t, --tip <VALUE>', 'add tip to purchase cost', parseFloat) // custom parse function
       *
       * @param {string} flags
       * @param {string} [description]
       * @param {(Function|*)} [parseArg] - custom option processing function or default value
       * @param {*} [defaultValue]
       * @return {Command} `this` command for chaining
       */
      option(flags, description, parseArg, defaultValue) {
        return this._optionEx({}, flags, description, parseArg, defaultValue);
      }
      /**
       * Add a required option which must have a value after parsing. This usually means
       * the option must be specified on the command line. (Otherwise the same as .option().)
       *
       * The `flags` string contains the short and/or long flags, separated by comma, a pipe or space.
       *
       * @param {string} flags
       * @param {string} [description]
       * @param {(Function|*)} [parseArg] - custom option processing function or default value
       * @param {*} [defaultValue]
       * @return {Command} `this` command for chaining
       */
      requiredOption(flags, description, parseArg, defaultValue) {
        return this._optionEx(
          { mandatory: !0 },
          flags,
          description,
          parseArg,
          defaultValue
        );
      }
      /**
       * Alter parsing of short flags with optional values.
       *
       * @example
       * // for `.option('-f,--flag [value]'):
       * program.combineFlagAndOptionalValue(true);  // `-f80` is treated like `--flag=80`, this is the default behaviour
       * program.combineFlagAndOptionalValue(false) // `-fb` is treated like `-f -b`
       *
       * @param {boolean} [combine] - if `true` or omitted, an optional value can be specified directly after the flag.
       * @return {Command} `this` command for chaining
       */
      combineFlagAndOptionalValue(combine = !0) {
        return this._combineFlagAndOptionalValue = !!combine, this;
      }
      /**
       * Allow unknown options on the command line.
       *
       * @param {boolean} [allowUnknown] - if `true` or omitted, no error will be thrown for unknown options.
       * @return {Command} `this` command for chaining
       */
      allowUnknownOption(allowUnknown = !0) {
        return this._allowUnknownOption = !!allowUnknown, this;
      }
      /**
       * Allow excess command-arguments on the command line. Pass false to make excess arguments an error.
       *
       * @param {boolean} [allowExcess] - if `true` or omitted, no error will be thrown for excess arguments.
       * @return {Command} `this` command for chaining
       */
      allowExcessArguments(allowExcess = !0) {
        return this._allowExcessArguments = !!allowExcess, this;
      }
      /**
       * Enable positional options. Positional means global options are specified before subcommands which lets
       * subcommands reuse the same option names, and also enables subcommands to turn on passThroughOptions.
       * The default behaviour is non-positional and global options may appear anywhere on the command line.
       *
       * @param {boolean} [positional]
       * @return {Command} `this` command for chaining
       */
      enablePositionalOptions(positional = !0) {
        return this._enablePositionalOptions = !!positional, this;
      }
      /**
       * Pass through options that come after command-arguments rather than treat them as command-options,
       * so actual command-options come before command-arguments. Turning this on for a subcommand requires
       * positional options to have been enabled on the program (parent commands).
       * The default behaviour is non-positional and options may appear before or after command-arguments.
       *
       * @param {boolean} [passThrough] for unknown options.
       * @return {Command} `this` command for chaining
       */
      passThroughOptions(passThrough = !0) {
        return this._passThroughOptions = !!passThrough, this._checkForBrokenPassThrough(), this;
      }
      /**
       * @private
       */
      _checkForBrokenPassThrough() {
        if (this.parent && this._passThroughOptions && !this.parent._enablePositionalOptions)
          throw new Error(
            `passThroughOptions cannot be used for '${this._name}' without turning on enablePositionalOptions for parent command(s)`
          );
      }
      /**
       * Whether to store option values as properties on command object,
       * or store separately (specify false). In both cases the option values can be accessed using .opts().
       *
       * @param {boolean} [storeAsProperties=true]
       * @return {Command} `this` command for chaining
       */
      storeOptionsAsProperties(storeAsProperties = !0) {
        if (this.options.length)
          throw new Error("call .storeOptionsAsProperties() before adding options");
        if (Object.keys(this._optionValues).length)
          throw new Error(
            "call .storeOptionsAsProperties() before setting option values"
          );
        return this._storeOptionsAsProperties = !!storeAsProperties, this;
      }
      /**
       * Retrieve option value.
       *
       * @param {string} key
       * @return {object} value
       */
      getOptionValue(key) {
        return this._storeOptionsAsProperties ? this[key] : this._optionValues[key];
      }
      /**
       * Store option value.
       *
       * @param {string} key
       * @param {object} value
       * @return {Command} `this` command for chaining
       */
      setOptionValue(key, value) {
        return this.setOptionValueWithSource(key, value, void 0);
      }
      /**
       * Store option value and where the value came from.
       *
       * @param {string} key
       * @param {object} value
       * @param {string} source - expected values are default/config/env/cli/implied
       * @return {Command} `this` command for chaining
       */
      setOptionValueWithSource(key, value, source) {
        return this._storeOptionsAsProperties ? this[key] = value : this._optionValues[key] = value, this._optionValueSources[key] = source, this;
      }
      /**
       * Get source of option value.
       * Expected values are default | config | env | cli | implied
       *
       * @param {string} key
       * @return {string}
       */
      getOptionValueSource(key) {
        return this._optionValueSources[key];
      }
      /**
       * Get source of option value. See also .optsWithGlobals().
       * Expected values are default | config | env | cli | implied
       *
       * @param {string} key
       * @return {string}
       */
      getOptionValueSourceWithGlobals(key) {
        let source;
        return this._getCommandAndAncestors().forEach((cmd) => {
          cmd.getOptionValueSource(key) !== void 0 && (source = cmd.getOptionValueSource(key));
        }), source;
      }
      /**
       * Get user arguments from implied or explicit arguments.
       * Side-effects: set _scriptPath if args included script. Used for default program name, and subcommand searches.
       *
       * @private
       */
      _prepareUserArgs(argv, parseOptions) {
        if (argv !== void 0 && !Array.isArray(argv))
          throw new Error("first parameter to parse must be array or undefined");
        if (parseOptions = parseOptions || {}, argv === void 0 && parseOptions.from === void 0) {
          process2.versions?.electron && (parseOptions.from = "electron");
          let execArgv = process2.execArgv ?? [];
          (execArgv.includes("-e") || execArgv.includes("--eval") || execArgv.includes("-p") || execArgv.includes("--print")) && (parseOptions.from = "eval");
        }
        argv === void 0 && (argv = process2.argv), this.rawArgs = argv.slice();
        let userArgs;
        switch (parseOptions.from) {
          case void 0:
          case "node":
            this._scriptPath = argv[1], userArgs = argv.slice(2);
            break;
          case "electron":
            process2.defaultApp ? (this._scriptPath = argv[1], userArgs = argv.slice(2)) : userArgs = argv.slice(1);
            break;
          case "user":
            userArgs = argv.slice(0);
            break;
          case "eval":
            userArgs = argv.slice(1);
            break;
          default:
            throw new Error(
              `unexpected parse option { from: '${parseOptions.from}' }`
            );
        }
        return !this._name && this._scriptPath && this.nameFromFilename(this._scriptPath), this._name = this._name || "program", userArgs;
      }
      /**
       * Parse `argv`, setting options and invoking commands when defined.
       *
       * Use parseAsync instead of parse if any of your action handlers are async.
       *
       * Call with no parameters to parse `process.argv`. Detects Electron and special node options like `node --eval`. Easy mode!
       *
       * Or call with an array of strings to parse, and optionally where the user arguments start by specifying where the arguments are `from`:
       * - `'node'`: default, `argv[0]` is the application and `argv[1]` is the script being run, with user arguments after that
       * - `'electron'`: `argv[0]` is the application and `argv[1]` varies depending on whether the electron application is packaged
       * - `'user'`: just user arguments
       *
       * @example
       * program.parse(); // parse process.argv and auto-detect electron and special node flags
       * program.parse(process.argv); // assume argv[0] is app and argv[1] is script
       * program.parse(my-args, { from: 'user' }); // just user supplied arguments, nothing special about argv[0]
       *
       * @param {string[]} [argv] - optional, defaults to process.argv
       * @param {object} [parseOptions] - optionally specify style of options with from: node/user/electron
       * @param {string} [parseOptions.from] - where the args are from: 'node', 'user', 'electron'
       * @return {Command} `this` command for chaining
       */
      parse(argv, parseOptions) {
        this._prepareForParse();
        let userArgs = this._prepareUserArgs(argv, parseOptions);
        return this._parseCommand([], userArgs), this;
      }
      /**
       * Parse `argv`, setting options and invoking commands when defined.
       *
       * Call with no parameters to parse `process.argv`. Detects Electron and special node options like `node --eval`. Easy mode!
       *
       * Or call with an array of strings to parse, and optionally where the user arguments start by specifying where the arguments are `from`:
       * - `'node'`: default, `argv[0]` is the application and `argv[1]` is the script being run, with user arguments after that
       * - `'electron'`: `argv[0]` is the application and `argv[1]` varies depending on whether the electron application is packaged
       * - `'user'`: just user arguments
       *
       * @example
       * await program.parseAsync(); // parse process.argv and auto-detect electron and special node flags
       * await program.parseAsync(process.argv); // assume argv[0] is app and argv[1] is script
       * await program.parseAsync(my-args, { from: 'user' }); // just user supplied arguments, nothing special about argv[0]
       *
       * @param {string[]} [argv]
       * @param {object} [parseOptions]
       * @param {string} parseOptions.from - where the args are from: 'node', 'user', 'electron'
       * @return {Promise}
       */
      async parseAsync(argv, parseOptions) {
        this._prepareForParse();
        let userArgs = this._prepareUserArgs(argv, parseOptions);
        return await this._parseCommand([], userArgs), this;
      }
      _prepareForParse() {
        this._savedState === null ? this.saveStateBeforeParse() : this.restoreStateBeforeParse();
      }
      /**
       * Called the first time parse is called to save state and allow a restore before subsequent calls to parse.
       * Not usually called directly, but available for subclasses to save their custom state.
       *
       * This is called in a lazy way. Only commands used in parsing chain will have state saved.
       */
      saveStateBeforeParse() {
        this._savedState = {
          // name is stable if supplied by author, but may be unspecified for root command and deduced during parsing
          _name: this._name,
          // option values before parse have default values (including false for negated options)
          // shallow clones
          _optionValues: { ...this._optionValues },
          _optionValueSources: { ...this._optionValueSources }
        };
      }
      /**
       * Restore state before parse for calls after the first.
       * Not usually called directly, but available for subclasses to save their custom state.
       *
       * This is called in a lazy way. Only commands used in parsing chain will have state restored.
       */
      restoreStateBeforeParse() {
        if (this._storeOptionsAsProperties)
          throw new Error(`Can not call parse again when storeOptionsAsProperties is true.
- either make a new Command for each call to parse, or stop storing options as properties`);
        this._name = this._savedState._name, this._scriptPath = null, this.rawArgs = [], this._optionValues = { ...this._savedState._optionValues }, this._optionValueSources = { ...this._savedState._optionValueSources }, this.args = [], this.processedArgs = [];
      }
      /**
       * Throw if expected executable is missing. Add lots of help for author.
       *
       * @param {string} executableFile
       * @param {string} executableDir
       * @param {string} subcommandName
       */
      _checkForMissingExecutable(executableFile, executableDir, subcommandName) {
        if (fs.existsSync(executableFile)) return;
        let executableDirMessage = executableDir ? `searched for local subcommand relative to directory '${executableDir}'` : "no directory for search for local subcommand, use .executableDir() to supply a custom directory", executableMissing = `'${executableFile}' does not exist
 - if '${subcommandName}' is not meant to be an executable command, remove description parameter from '.command()' and use '.description()' instead
 - if the default executable name is not suitable, use the executableFile option to supply a custom name or path
 - ${executableDirMessage}`;
        throw new Error(executableMissing);
      }
      /**
       * Execute a sub-command executable.
       *
       * @private
       */
      _executeSubCommand(subcommand, args) {
        args = args.slice();
        let launchWithNode = !1, sourceExt = [".js", ".ts", ".tsx", ".mjs", ".cjs"];
        function findFile(baseDir, baseName) {
          let localBin = path78.resolve(baseDir, baseName);
          if (fs.existsSync(localBin)) return localBin;
          if (sourceExt.includes(path78.extname(baseName))) return;
          let foundExt = sourceExt.find(
            (ext) => fs.existsSync(`${localBin}${ext}`)
          );
          if (foundExt) return `${localBin}${foundExt}`;
        }
        this._checkForMissingMandatoryOptions(), this._checkForConflictingOptions();
        let executableFile = subcommand._executableFile || `${this._name}-${subcommand._name}`, executableDir = this._executableDir || "";
        if (this._scriptPath) {
          let resolvedScriptPath;
          try {
            resolvedScriptPath = fs.realpathSync(this._scriptPath);
          } catch {
            resolvedScriptPath = this._scriptPath;
          }
          executableDir = path78.resolve(
            path78.dirname(resolvedScriptPath),
            executableDir
          );
        }
        if (executableDir) {
          let localFile = findFile(executableDir, executableFile);
          if (!localFile && !subcommand._executableFile && this._scriptPath) {
            let legacyName = path78.basename(
              this._scriptPath,
              path78.extname(this._scriptPath)
            );
            legacyName !== this._name && (localFile = findFile(
              executableDir,
              `${legacyName}-${subcommand._name}`
            ));
          }
          executableFile = localFile || executableFile;
        }
        launchWithNode = sourceExt.includes(path78.extname(executableFile));
        let proc;
        process2.platform !== "win32" ? launchWithNode ? (args.unshift(executableFile), args = incrementNodeInspectorPort(process2.execArgv).concat(args), proc = childProcess.spawn(process2.argv[0], args, { stdio: "inherit" })) : proc = childProcess.spawn(executableFile, args, { stdio: "inherit" }) : (this._checkForMissingExecutable(
          executableFile,
          executableDir,
          subcommand._name
        ), args.unshift(executableFile), args = incrementNodeInspectorPort(process2.execArgv).concat(args), proc = childProcess.spawn(process2.execPath, args, { stdio: "inherit" })), proc.killed || ["SIGUSR1", "SIGUSR2", "SIGTERM", "SIGINT", "SIGHUP"].forEach((signal) => {
          process2.on(signal, () => {
            proc.killed === !1 && proc.exitCode === null && proc.kill(signal);
          });
        });
        let exitCallback = this._exitCallback;
        proc.on("close", (code) => {
          code = code ?? 1, exitCallback ? exitCallback(
            new CommanderError2(
              code,
              "commander.executeSubCommandAsync",
              "(close)"
            )
          ) : process2.exit(code);
        }), proc.on("error", (err) => {
          if (err.code === "ENOENT")
            this._checkForMissingExecutable(
              executableFile,
              executableDir,
              subcommand._name
            );
          else if (err.code === "EACCES")
            throw new Error(`'${executableFile}' not executable`);
          if (!exitCallback)
            process2.exit(1);
          else {
            let wrappedError = new CommanderError2(
              1,
              "commander.executeSubCommandAsync",
              "(error)"
            );
            wrappedError.nestedError = err, exitCallback(wrappedError);
          }
        }), this.runningCommand = proc;
      }
      /**
       * @private
       */
      _dispatchSubcommand(commandName, operands, unknown) {
        let subCommand = this._findCommand(commandName);
        subCommand || this.help({ error: !0 }), subCommand._prepareForParse();
        let promiseChain;
        return promiseChain = this._chainOrCallSubCommandHook(
          promiseChain,
          subCommand,
          "preSubcommand"
        ), promiseChain = this._chainOrCall(promiseChain, () => {
          if (subCommand._executableHandler)
            this._executeSubCommand(subCommand, operands.concat(unknown));
          else
            return subCommand._parseCommand(operands, unknown);
        }), promiseChain;
      }
      /**
       * Invoke help directly if possible, or dispatch if necessary.
       * e.g. help foo
       *
       * @private
       */
      _dispatchHelpCommand(subcommandName) {
        subcommandName || this.help();
        let subCommand = this._findCommand(subcommandName);
        return subCommand && !subCommand._executableHandler && subCommand.help(), this._dispatchSubcommand(
          subcommandName,
          [],
          [this._getHelpOption()?.long ?? this._getHelpOption()?.short ?? "--help"]
        );
      }
      /**
       * Check this.args against expected this.registeredArguments.
       *
       * @private
       */
      _checkNumberOfArguments() {
        this.registeredArguments.forEach((arg, i) => {
          arg.required && this.args[i] == null && this.missingArgument(arg.name());
        }), !(this.registeredArguments.length > 0 && this.registeredArguments[this.registeredArguments.length - 1].variadic) && this.args.length > this.registeredArguments.length && this._excessArguments(this.args);
      }
      /**
       * Process this.args using this.registeredArguments and save as this.processedArgs!
       *
       * @private
       */
      _processArguments() {
        let myParseArg = (argument, value, previous) => {
          let parsedValue = value;
          if (value !== null && argument.parseArg) {
            let invalidValueMessage = `error: command-argument value '${value}' is invalid for argument '${argument.name()}'.`;
            parsedValue = this._callParseArg(
              argument,
              value,
              previous,
              invalidValueMessage
            );
          }
          return parsedValue;
        };
        this._checkNumberOfArguments();
        let processedArgs = [];
        this.registeredArguments.forEach((declaredArg, index) => {
          let value = declaredArg.defaultValue;
          declaredArg.variadic ? index < this.args.length ? (value = this.args.slice(index), declaredArg.parseArg && (value = value.reduce((processed, v) => myParseArg(declaredArg, v, processed), declaredArg.defaultValue))) : value === void 0 && (value = []) : index < this.args.length && (value = this.args[index], declaredArg.parseArg && (value = myParseArg(declaredArg, value, declaredArg.defaultValue))), processedArgs[index] = value;
        }), this.processedArgs = processedArgs;
      }
      /**
       * Once we have a promise we chain, but call synchronously until then.
       *
       * @param {(Promise|undefined)} promise
       * @param {Function} fn
       * @return {(Promise|undefined)}
       * @private
       */
      _chainOrCall(promise, fn) {
        return promise?.then && typeof promise.then == "function" ? promise.then(() => fn()) : fn();
      }
      /**
       *
       * @param {(Promise|undefined)} promise
       * @param {string} event
       * @return {(Promise|undefined)}
       * @private
       */
      _chainOrCallHooks(promise, event) {
        let result = promise, hooks = [];
        return this._getCommandAndAncestors().reverse().filter((cmd) => cmd._lifeCycleHooks[event] !== void 0).forEach((hookedCommand) => {
          hookedCommand._lifeCycleHooks[event].forEach((callback) => {
            hooks.push({ hookedCommand, callback });
          });
        }), event === "postAction" && hooks.reverse(), hooks.forEach((hookDetail) => {
          result = this._chainOrCall(result, () => hookDetail.callback(hookDetail.hookedCommand, this));
        }), result;
      }
      /**
       *
       * @param {(Promise|undefined)} promise
       * @param {Command} subCommand
       * @param {string} event
       * @return {(Promise|undefined)}
       * @private
       */
      _chainOrCallSubCommandHook(promise, subCommand, event) {
        let result = promise;
        return this._lifeCycleHooks[event] !== void 0 && this._lifeCycleHooks[event].forEach((hook) => {
          result = this._chainOrCall(result, () => hook(this, subCommand));
        }), result;
      }
      /**
       * Process arguments in context of this command.
       * Returns action result, in case it is a promise.
       *
       * @private
       */
      _parseCommand(operands, unknown) {
        let parsed2 = this.parseOptions(unknown);
        if (this._parseOptionsEnv(), this._parseOptionsImplied(), operands = operands.concat(parsed2.operands), unknown = parsed2.unknown, this.args = operands.concat(unknown), operands && this._findCommand(operands[0]))
          return this._dispatchSubcommand(operands[0], operands.slice(1), unknown);
        if (this._getHelpCommand() && operands[0] === this._getHelpCommand().name())
          return this._dispatchHelpCommand(operands[1]);
        if (this._defaultCommandName)
          return this._outputHelpIfRequested(unknown), this._dispatchSubcommand(
            this._defaultCommandName,
            operands,
            unknown
          );
        this.commands.length && this.args.length === 0 && !this._actionHandler && !this._defaultCommandName && this.help({ error: !0 }), this._outputHelpIfRequested(parsed2.unknown), this._checkForMissingMandatoryOptions(), this._checkForConflictingOptions();
        let checkForUnknownOptions = () => {
          parsed2.unknown.length > 0 && this.unknownOption(parsed2.unknown[0]);
        }, commandEvent = `command:${this.name()}`;
        if (this._actionHandler) {
          checkForUnknownOptions(), this._processArguments();
          let promiseChain;
          return promiseChain = this._chainOrCallHooks(promiseChain, "preAction"), promiseChain = this._chainOrCall(
            promiseChain,
            () => this._actionHandler(this.processedArgs)
          ), this.parent && (promiseChain = this._chainOrCall(promiseChain, () => {
            this.parent.emit(commandEvent, operands, unknown);
          })), promiseChain = this._chainOrCallHooks(promiseChain, "postAction"), promiseChain;
        }
        if (this.parent?.listenerCount(commandEvent))
          checkForUnknownOptions(), this._processArguments(), this.parent.emit(commandEvent, operands, unknown);
        else if (operands.length) {
          if (this._findCommand("*"))
            return this._dispatchSubcommand("*", operands, unknown);
          this.listenerCount("command:*") ? this.emit("command:*", operands, unknown) : this.commands.length ? this.unknownCommand() : (checkForUnknownOptions(), this._processArguments());
        } else this.commands.length ? (checkForUnknownOptions(), this.help({ error: !0 })) : (checkForUnknownOptions(), this._processArguments());
      }
      /**
       * Find matching command.
       *
       * @private
       * @return {Command | undefined}
       */
      _findCommand(name2) {
        if (name2)
          return this.commands.find(
            (cmd) => cmd._name === name2 || cmd._aliases.includes(name2)
          );
      }
      /**
       * Return an option matching `arg` if any.
       *
       * @param {string} arg
       * @return {Option}
       * @package
       */
      _findOption(arg) {
        return this.options.find((option) => option.is(arg));
      }
      /**
       * Display an error message if a mandatory option does not have a value.
       * Called after checking for help flags in leaf subcommand.
       *
       * @private
       */
      _checkForMissingMandatoryOptions() {
        this._getCommandAndAncestors().forEach((cmd) => {
          cmd.options.forEach((anOption) => {
            anOption.mandatory && cmd.getOptionValue(anOption.attributeName()) === void 0 && cmd.missingMandatoryOptionValue(anOption);
          });
        });
      }
      /**
       * Display an error message if conflicting options are used together in this.
       *
       * @private
       */
      _checkForConflictingLocalOptions() {
        let definedNonDefaultOptions = this.options.filter((option) => {
          let optionKey = option.attributeName();
          return this.getOptionValue(optionKey) === void 0 ? !1 : this.getOptionValueSource(optionKey) !== "default";
        });
        definedNonDefaultOptions.filter(
          (option) => option.conflictsWith.length > 0
        ).forEach((option) => {
          let conflictingAndDefined = definedNonDefaultOptions.find(
            (defined) => option.conflictsWith.includes(defined.attributeName())
          );
          conflictingAndDefined && this._conflictingOption(option, conflictingAndDefined);
        });
      }
      /**
       * Display an error message if conflicting options are used together.
       * Called after checking for help flags in leaf subcommand.
       *
       * @private
       */
      _checkForConflictingOptions() {
        this._getCommandAndAncestors().forEach((cmd) => {
          cmd._checkForConflictingLocalOptions();
        });
      }
      /**
       * Parse options from `argv` removing known options,
       * and return argv split into operands and unknown arguments.
       *
       * Side effects: modifies command by storing options. Does not reset state if called again.
       *
       * Examples:
       *
       *     argv => operands, unknown
       *     --known kkk op => [op], []
       *     op --known kkk => [op], []
       *     sub --unknown uuu op => [sub], [--unknown uuu op]
       *     sub -- --unknown uuu op => [sub --unknown uuu op], []
       *
       * @param {string[]} args
       * @return {{operands: string[], unknown: string[]}}
       */
      parseOptions(args) {
        let operands = [], unknown = [], dest = operands;
        function maybeOption(arg) {
          return arg.length > 1 && arg[0] === "-";
        }
        let negativeNumberArg = (arg) => /^-(\d+|\d*\.\d+)(e[+-]?\d+)?$/.test(arg) ? !this._getCommandAndAncestors().some(
          (cmd) => cmd.options.map((opt) => opt.short).some((short) => /^-\d$/.test(short))
        ) : !1, activeVariadicOption = null, activeGroup = null, i = 0;
        for (; i < args.length || activeGroup; ) {
          let arg = activeGroup ?? args[i++];
          if (activeGroup = null, arg === "--") {
            dest === unknown && dest.push(arg), dest.push(...args.slice(i));
            break;
          }
          if (activeVariadicOption && (!maybeOption(arg) || negativeNumberArg(arg))) {
            this.emit(`option:${activeVariadicOption.name()}`, arg);
            continue;
          }
          if (activeVariadicOption = null, maybeOption(arg)) {
            let option = this._findOption(arg);
            if (option) {
              if (option.required) {
                let value = args[i++];
                value === void 0 && this.optionMissingArgument(option), this.emit(`option:${option.name()}`, value);
              } else if (option.optional) {
                let value = null;
                i < args.length && (!maybeOption(args[i]) || negativeNumberArg(args[i])) && (value = args[i++]), this.emit(`option:${option.name()}`, value);
              } else
                this.emit(`option:${option.name()}`);
              activeVariadicOption = option.variadic ? option : null;
              continue;
            }
          }
          if (arg.length > 2 && arg[0] === "-" && arg[1] !== "-") {
            let option = this._findOption(`-${arg[1]}`);
            if (option) {
              option.required || option.optional && this._combineFlagAndOptionalValue ? this.emit(`option:${option.name()}`, arg.slice(2)) : (this.emit(`option:${option.name()}`), activeGroup = `-${arg.slice(2)}`);
              continue;
            }
          }
          if (/^--[^=]+=/.test(arg)) {
            let index = arg.indexOf("="), option = this._findOption(arg.slice(0, index));
            if (option && (option.required || option.optional)) {
              this.emit(`option:${option.name()}`, arg.slice(index + 1));
              continue;
            }
          }
          if (dest === operands && maybeOption(arg) && !(this.commands.length === 0 && negativeNumberArg(arg)) && (dest = unknown), (this._enablePositionalOptions || this._passThroughOptions) && operands.length === 0 && unknown.length === 0) {
            if (this._findCommand(arg)) {
              operands.push(arg), unknown.push(...args.slice(i));
              break;
            } else if (this._getHelpCommand() && arg === this._getHelpCommand().name()) {
              operands.push(arg, ...args.slice(i));
              break;
            } else if (this._defaultCommandName) {
              unknown.push(arg, ...args.slice(i));
              break;
            }
          }
          if (this._passThroughOptions) {
            dest.push(arg, ...args.slice(i));
            break;
          }
          dest.push(arg);
        }
        return { operands, unknown };
      }
      /**
       * Return an object containing local option values as key-value pairs.
       *
       * @return {object}
       */
      opts() {
        if (this._storeOptionsAsProperties) {
          let result = {}, len = this.options.length;
          for (let i = 0; i < len; i++) {
            let key = this.options[i].attributeName();
            result[key] = key === this._versionOptionName ? this._version : this[key];
          }
          return result;
        }
        return this._optionValues;
      }
      /**
       * Return an object containing merged local and global option values as key-value pairs.
       *
       * @return {object}
       */
      optsWithGlobals() {
        return this._getCommandAndAncestors().reduce(
          (combinedOptions, cmd) => Object.assign(combinedOptions, cmd.opts()),
          {}
        );
      }
      /**
       * Display error message and exit (or call exitOverride).
       *
       * @param {string} message
       * @param {object} [errorOptions]
       * @param {string} [errorOptions.code] - an id string representing the error
       * @param {number} [errorOptions.exitCode] - used with process.exit
       */
      error(message, errorOptions) {
        this._outputConfiguration.outputError(
          `${message}
`,
          this._outputConfiguration.writeErr
        ), typeof this._showHelpAfterError == "string" ? this._outputConfiguration.writeErr(`${this._showHelpAfterError}
`) : this._showHelpAfterError && (this._outputConfiguration.writeErr(`
`), this.outputHelp({ error: !0 }));
        let config2 = errorOptions || {}, exitCode = config2.exitCode || 1, code = config2.code || "commander.error";
        this._exit(exitCode, code, message);
      }
      /**
       * Apply any option related environment variables, if option does
       * not have a value from cli or client code.
       *
       * @private
       */
      _parseOptionsEnv() {
        this.options.forEach((option) => {
          if (option.envVar && option.envVar in process2.env) {
            let optionKey = option.attributeName();
            (this.getOptionValue(optionKey) === void 0 || ["default", "config", "env"].includes(
              this.getOptionValueSource(optionKey)
            )) && (option.required || option.optional ? this.emit(`optionEnv:${option.name()}`, process2.env[option.envVar]) : this.emit(`optionEnv:${option.name()}`));
          }
        });
      }
      /**
       * Apply any implied option values, if option is undefined or default value.
       *
       * @private
       */
      _parseOptionsImplied() {
        let dualHelper = new DualOptions(this.options), hasCustomOptionValue = (optionKey) => this.getOptionValue(optionKey) !== void 0 && !["default", "implied"].includes(this.getOptionValueSource(optionKey));
        this.options.filter(
          (option) => option.implied !== void 0 && hasCustomOptionValue(option.attributeName()) && dualHelper.valueFromOption(
            this.getOptionValue(option.attributeName()),
            option
          )
        ).forEach((option) => {
          Object.keys(option.implied).filter((impliedKey) => !hasCustomOptionValue(impliedKey)).forEach((impliedKey) => {
            this.setOptionValueWithSource(
              impliedKey,
              option.implied[impliedKey],
              "implied"
            );
          });
        });
      }
      /**
       * Argument `name` is missing.
       *
       * @param {string} name
       * @private
       */
      missingArgument(name2) {
        let message = `error: missing required argument '${name2}'`;
        this.error(message, { code: "commander.missingArgument" });
      }
      /**
       * `Option` is missing an argument.
       *
       * @param {Option} option
       * @private
       */
      optionMissingArgument(option) {
        let message = `error: option '${option.flags}' argument missing`;
        this.error(message, { code: "commander.optionMissingArgument" });
      }
      /**
       * `Option` does not have a value, and is a mandatory option.
       *
       * @param {Option} option
       * @private
       */
      missingMandatoryOptionValue(option) {
        let message = `error: required option '${option.flags}' not specified`;
        this.error(message, { code: "commander.missingMandatoryOptionValue" });
      }
      /**
       * `Option` conflicts with another option.
       *
       * @param {Option} option
       * @param {Option} conflictingOption
       * @private
       */
      _conflictingOption(option, conflictingOption) {
        let findBestOptionFromValue = (option2) => {
          let optionKey = option2.attributeName(), optionValue = this.getOptionValue(optionKey), negativeOption = this.options.find(
            (target) => target.negate && optionKey === target.attributeName()
          ), positiveOption = this.options.find(
            (target) => !target.negate && optionKey === target.attributeName()
          );
          return negativeOption && (negativeOption.presetArg === void 0 && optionValue === !1 || negativeOption.presetArg !== void 0 && optionValue === negativeOption.presetArg) ? negativeOption : positiveOption || option2;
        }, getErrorMessage = (option2) => {
          let bestOption = findBestOptionFromValue(option2), optionKey = bestOption.attributeName();
          return this.getOptionValueSource(optionKey) === "env" ? `environment variable '${bestOption.envVar}'` : `option '${bestOption.flags}'`;
        }, message = `error: ${getErrorMessage(option)} cannot be used with ${getErrorMessage(conflictingOption)}`;
        this.error(message, { code: "commander.conflictingOption" });
      }
      /**
       * Unknown option `flag`.
       *
       * @param {string} flag
       * @private
       */
      unknownOption(flag) {
        if (this._allowUnknownOption) return;
        let suggestion = "";
        if (flag.startsWith("--") && this._showSuggestionAfterError) {
          let candidateFlags = [], command = this;
          do {
            let moreFlags = command.createHelp().visibleOptions(command).filter((option) => option.long).map((option) => option.long);
            candidateFlags = candidateFlags.concat(moreFlags), command = command.parent;
          } while (command && !command._enablePositionalOptions);
          suggestion = suggestSimilar(flag, candidateFlags);
        }
        let message = `error: unknown option '${flag}'${suggestion}`;
        this.error(message, { code: "commander.unknownOption" });
      }
      /**
       * Excess arguments, more than expected.
       *
       * @param {string[]} receivedArgs
       * @private
       */
      _excessArguments(receivedArgs) {
        if (this._allowExcessArguments) return;
        let expected = this.registeredArguments.length, s = expected === 1 ? "" : "s", message = `error: too many arguments${this.parent ? ` for '${this.name()}'` : ""}. Expected ${expected} argument${s} but got ${receivedArgs.length}.`;
        this.error(message, { code: "commander.excessArguments" });
      }
      /**
       * Unknown command.
       *
       * @private
       */
      unknownCommand() {
        let unknownName = this.args[0], suggestion = "";
        if (this._showSuggestionAfterError) {
          let candidateNames = [];
          this.createHelp().visibleCommands(this).forEach((command) => {
            candidateNames.push(command.name()), command.alias() && candidateNames.push(command.alias());
          }), suggestion = suggestSimilar(unknownName, candidateNames);
        }
        let message = `error: unknown command '${unknownName}'${suggestion}`;
        this.error(message, { code: "commander.unknownCommand" });
      }
      /**
       * Get or set the program version.
       *
       * This method auto-registers the "-V, --version" option which will print the version number.
       *
       * You can optionally supply the flags and description to override the defaults.
       *
       * @param {string} [str]
       * @param {string} [flags]
       * @param {string} [description]
       * @return {(this | string | undefined)} `this` command for chaining, or version string if no arguments
       */
      version(str, flags, description) {
        if (str === void 0) return this._version;
        this._version = str, flags = flags || "-V, --version", description = description || "output the version number";
        let versionOption = this.createOption(flags, description);
        return this._versionOptionName = versionOption.attributeName(), this._registerOption(versionOption), this.on("option:" + versionOption.name(), () => {
          this._outputConfiguration.writeOut(`${str}
`), this._exit(0, "commander.version", str);
        }), this;
      }
      /**
       * Set the description.
       *
       * @param {string} [str]
       * @param {object} [argsDescription]
       * @return {(string|Command)}
       */
      description(str, argsDescription) {
        return str === void 0 && argsDescription === void 0 ? this._description : (this._description = str, argsDescription && (this._argsDescription = argsDescription), this);
      }
      /**
       * Set the summary. Used when listed as subcommand of parent.
       *
       * @param {string} [str]
       * @return {(string|Command)}
       */
      summary(str) {
        return str === void 0 ? this._summary : (this._summary = str, this);
      }
      /**
       * Set an alias for the command.
       *
       * You may call more than once to add multiple aliases. Only the first alias is shown in the auto-generated help.
       *
       * @param {string} [alias]
       * @return {(string|Command)}
       */
      alias(alias) {
        if (alias === void 0) return this._aliases[0];
        let command = this;
        if (this.commands.length !== 0 && this.commands[this.commands.length - 1]._executableHandler && (command = this.commands[this.commands.length - 1]), alias === command._name)
          throw new Error("Command alias can't be the same as its name");
        let matchingCommand = this.parent?._findCommand(alias);
        if (matchingCommand) {
          let existingCmd = [matchingCommand.name()].concat(matchingCommand.aliases()).join("|");
          throw new Error(
            `cannot add alias '${alias}' to command '${this.name()}' as already have command '${existingCmd}'`
          );
        }
        return command._aliases.push(alias), this;
      }
      /**
       * Set aliases for the command.
       *
       * Only the first alias is shown in the auto-generated help.
       *
       * @param {string[]} [aliases]
       * @return {(string[]|Command)}
       */
      aliases(aliases) {
        return aliases === void 0 ? this._aliases : (aliases.forEach((alias) => this.alias(alias)), this);
      }
      /**
       * Set / get the command usage `str`.
       *
       * @param {string} [str]
       * @return {(string|Command)}
       */
      usage(str) {
        if (str === void 0) {
          if (this._usage) return this._usage;
          let args = this.registeredArguments.map((arg) => humanReadableArgName(arg));
          return [].concat(
            this.options.length || this._helpOption !== null ? "[options]" : [],
            this.commands.length ? "[command]" : [],
            this.registeredArguments.length ? args : []
          ).join(" ");
        }
        return this._usage = str, this;
      }
      /**
       * Get or set the name of the command.
       *
       * @param {string} [str]
       * @return {(string|Command)}
       */
      name(str) {
        return str === void 0 ? this._name : (this._name = str, this);
      }
      /**
       * Set/get the help group heading for this subcommand in parent command's help.
       *
       * @param {string} [heading]
       * @return {Command | string}
       */
      helpGroup(heading) {
        return heading === void 0 ? this._helpGroupHeading ?? "" : (this._helpGroupHeading = heading, this);
      }
      /**
       * Set/get the default help group heading for subcommands added to this command.
       * (This does not override a group set directly on the subcommand using .helpGroup().)
       *
       * @example
       * program.commandsGroup('Development Commands:);
       * program.command('watch')...
       * program.command('lint')...
       * ...
       *
       * @param {string} [heading]
       * @returns {Command | string}
       */
      commandsGroup(heading) {
        return heading === void 0 ? this._defaultCommandGroup ?? "" : (this._defaultCommandGroup = heading, this);
      }
      /**
       * Set/get the default help group heading for options added to this command.
       * (This does not override a group set directly on the option using .helpGroup().)
       *
       * @example
       * program
       *   .optionsGroup('Development Options:')
       *   .option('-d, --debug', 'output extra debugging')
       *   .option('-p, --profile', 'output profiling information')
       *
       * @param {string} [heading]
       * @returns {Command | string}
       */
      optionsGroup(heading) {
        return heading === void 0 ? this._defaultOptionGroup ?? "" : (this._defaultOptionGroup = heading, this);
      }
      /**
       * @param {Option} option
       * @private
       */
      _initOptionGroup(option) {
        this._defaultOptionGroup && !option.helpGroupHeading && option.helpGroup(this._defaultOptionGroup);
      }
      /**
       * @param {Command} cmd
       * @private
       */
      _initCommandGroup(cmd) {
        this._defaultCommandGroup && !cmd.helpGroup() && cmd.helpGroup(this._defaultCommandGroup);
      }
      /**
       * Set the name of the command from script filename, such as process.argv[1],
       * or require.main.filename, or __filename.
       *
       * (Used internally and public although not documented in README.)
       *
       * @example
       * program.nameFromFilename(require.main.filename);
       *
       * @param {string} filename
       * @return {Command}
       */
      nameFromFilename(filename) {
        return this._name = path78.basename(filename, path78.extname(filename)), this;
      }
      /**
       * Get or set the directory for searching for executable subcommands of this command.
       *
       * @example
       * program.executableDir(__dirname);
       * // or
       * program.executableDir('subcommands');
       *
       * @param {string} [path]
       * @return {(string|null|Command)}
       */
      executableDir(path79) {
        return path79 === void 0 ? this._executableDir : (this._executableDir = path79, this);
      }
      /**
       * Return program help documentation.
       *
       * @param {{ error: boolean }} [contextOptions] - pass {error:true} to wrap for stderr instead of stdout
       * @return {string}
       */
      helpInformation(contextOptions) {
        let helper = this.createHelp(), context = this._getOutputContext(contextOptions);
        helper.prepareContext({
          error: context.error,
          helpWidth: context.helpWidth,
          outputHasColors: context.hasColors
        });
        let text = helper.formatHelp(this, helper);
        return context.hasColors ? text : this._outputConfiguration.stripColor(text);
      }
      /**
       * @typedef HelpContext
       * @type {object}
       * @property {boolean} error
       * @property {number} helpWidth
       * @property {boolean} hasColors
       * @property {function} write - includes stripColor if needed
       *
       * @returns {HelpContext}
       * @private
       */
      _getOutputContext(contextOptions) {
        contextOptions = contextOptions || {};
        let error = !!contextOptions.error, baseWrite, hasColors, helpWidth;
        return error ? (baseWrite = (str) => this._outputConfiguration.writeErr(str), hasColors = this._outputConfiguration.getErrHasColors(), helpWidth = this._outputConfiguration.getErrHelpWidth()) : (baseWrite = (str) => this._outputConfiguration.writeOut(str), hasColors = this._outputConfiguration.getOutHasColors(), helpWidth = this._outputConfiguration.getOutHelpWidth()), { error, write: (str) => (hasColors || (str = this._outputConfiguration.stripColor(str)), baseWrite(str)), hasColors, helpWidth };
      }
      /**
       * Output help information for this command.
       *
       * Outputs built-in help, and custom text added using `.addHelpText()`.
       *
       * @param {{ error: boolean } | Function} [contextOptions] - pass {error:true} to write to stderr instead of stdout
       */
      outputHelp(contextOptions) {
        let deprecatedCallback;
        typeof contextOptions == "function" && (deprecatedCallback = contextOptions, contextOptions = void 0);
        let outputContext = this._getOutputContext(contextOptions), eventContext = {
          error: outputContext.error,
          write: outputContext.write,
          command: this
        };
        this._getCommandAndAncestors().reverse().forEach((command) => command.emit("beforeAllHelp", eventContext)), this.emit("beforeHelp", eventContext);
        let helpInformation = this.helpInformation({ error: outputContext.error });
        if (deprecatedCallback && (helpInformation = deprecatedCallback(helpInformation), typeof helpInformation != "string" && !Buffer.isBuffer(helpInformation)))
          throw new Error("outputHelp callback must return a string or a Buffer");
        outputContext.write(helpInformation), this._getHelpOption()?.long && this.emit(this._getHelpOption().long), this.emit("afterHelp", eventContext), this._getCommandAndAncestors().forEach(
          (command) => command.emit("afterAllHelp", eventContext)
        );
      }
      /**
       * You can pass in flags and a description to customise the built-in help option.
       * Pass in false to disable the built-in help option.
       *
       * @example
       * program.helpOption('-?, --help' 'show help'); // customise
       * program.helpOption(false); // disable
       *
       * @param {(string | boolean)} flags
       * @param {string} [description]
       * @return {Command} `this` command for chaining
       */
      helpOption(flags, description) {
        return typeof flags == "boolean" ? (flags ? (this._helpOption === null && (this._helpOption = void 0), this._defaultOptionGroup && this._initOptionGroup(this._getHelpOption())) : this._helpOption = null, this) : (this._helpOption = this.createOption(
          flags ?? "-h, --help",
          description ?? "display help for command"
        ), (flags || description) && this._initOptionGroup(this._helpOption), this);
      }
      /**
       * Lazy create help option.
       * Returns null if has been disabled with .helpOption(false).
       *
       * @returns {(Option | null)} the help option
       * @package
       */
      _getHelpOption() {
        return this._helpOption === void 0 && this.helpOption(void 0, void 0), this._helpOption;
      }
      /**
       * Supply your own option to use for the built-in help option.
       * This is an alternative to using helpOption() to customise the flags and description etc.
       *
       * @param {Option} option
       * @return {Command} `this` command for chaining
       */
      addHelpOption(option) {
        return this._helpOption = option, this._initOptionGroup(option), this;
      }
      /**
       * Output help information and exit.
       *
       * Outputs built-in help, and custom text added using `.addHelpText()`.
       *
       * @param {{ error: boolean }} [contextOptions] - pass {error:true} to write to stderr instead of stdout
       */
      help(contextOptions) {
        this.outputHelp(contextOptions);
        let exitCode = Number(process2.exitCode ?? 0);
        exitCode === 0 && contextOptions && typeof contextOptions != "function" && contextOptions.error && (exitCode = 1), this._exit(exitCode, "commander.help", "(outputHelp)");
      }
      /**
       * // Do a little typing to coordinate emit and listener for the help text events.
       * @typedef HelpTextEventContext
       * @type {object}
       * @property {boolean} error
       * @property {Command} command
       * @property {function} write
       */
      /**
       * Add additional text to be displayed with the built-in help.
       *
       * Position is 'before' or 'after' to affect just this command,
       * and 'beforeAll' or 'afterAll' to affect this command and all its subcommands.
       *
       * @param {string} position - before or after built-in help
       * @param {(string | Function)} text - string to add, or a function returning a string
       * @return {Command} `this` command for chaining
       */
      addHelpText(position, text) {
        let allowedValues = ["beforeAll", "before", "after", "afterAll"];
        if (!allowedValues.includes(position))
          throw new Error(`Unexpected value for position to addHelpText.
Expecting one of '${allowedValues.join("', '")}'`);
        let helpEvent = `${position}Help`;
        return this.on(helpEvent, (context) => {
          let helpStr;
          typeof text == "function" ? helpStr = text({ error: context.error, command: context.command }) : helpStr = text, helpStr && context.write(`${helpStr}
`);
        }), this;
      }
      /**
       * Output help information if help flags specified
       *
       * @param {Array} args - array of options to search for help flags
       * @private
       */
      _outputHelpIfRequested(args) {
        let helpOption = this._getHelpOption();
        helpOption && args.find((arg) => helpOption.is(arg)) && (this.outputHelp(), this._exit(0, "commander.helpDisplayed", "(outputHelp)"));
      }
    };
    function incrementNodeInspectorPort(args) {
      return args.map((arg) => {
        if (!arg.startsWith("--inspect"))
          return arg;
        let debugOption, debugHost = "127.0.0.1", debugPort = "9229", match;
        return (match = arg.match(/^(--inspect(-brk)?)$/)) !== null ? debugOption = match[1] : (match = arg.match(/^(--inspect(-brk|-port)?)=([^:]+)$/)) !== null ? (debugOption = match[1], /^\d+$/.test(match[3]) ? debugPort = match[3] : debugHost = match[3]) : (match = arg.match(/^(--inspect(-brk|-port)?)=([^:]+):(\d+)$/)) !== null && (debugOption = match[1], debugHost = match[3], debugPort = match[4]), debugOption && debugPort !== "0" ? `${debugOption}=${debugHost}:${parseInt(debugPort) + 1}` : arg;
      });
    }
    function useColor() {
      if (process2.env.NO_COLOR || process2.env.FORCE_COLOR === "0" || process2.env.FORCE_COLOR === "false")
        return !1;
      if (process2.env.FORCE_COLOR || process2.env.CLICOLOR_FORCE !== void 0)
        return !0;
    }
    exports.Command = Command2;
    exports.useColor = useColor;
  }
});

// node_modules/commander/index.js
var require_commander = __commonJS({
  "node_modules/commander/index.js"(exports) {
    var { Argument: Argument2 } = require_argument(), { Command: Command2 } = require_command(), { CommanderError: CommanderError2, InvalidArgumentError: InvalidArgumentError2 } = require_error(), { Help: Help2 } = require_help(), { Option: Option2 } = require_option();
    exports.program = new Command2();
    exports.createCommand = (name2) => new Command2(name2);
    exports.createOption = (flags, description) => new Option2(flags, description);
    exports.createArgument = (name2, description) => new Argument2(name2, description);
    exports.Command = Command2;
    exports.Option = Option2;
    exports.Argument = Argument2;
    exports.Help = Help2;
    exports.CommanderError = CommanderError2;
    exports.InvalidArgumentError = InvalidArgumentError2;
    exports.InvalidOptionArgumentError = InvalidArgumentError2;
  }
});

// node_modules/commander/esm.mjs
var import_index, program, createCommand, createArgument, createOption, CommanderError, InvalidArgumentError, InvalidOptionArgumentError, Command, Argument, Option, Help, init_esm = __esm({
  "node_modules/commander/esm.mjs"() {
    import_index = __toESM(require_commander(), 1), {
      program,
      createCommand,
      createArgument,
      createOption,
      CommanderError,
      InvalidArgumentError,
      InvalidOptionArgumentError,
      Command: (
        // deprecated old name
        Command
      ),
      Argument,
      Option,
      Help
    } = import_index.default;
  }
});

// src/cli/render.ts
function name(path78) {
  return escapeForTerminal(path78);
}
function summary(verb, paths, bytes) {
  if (paths.length === 0) return [];
  let size = bytes === void 0 ? "" : ` (${formatSize(bytes)})`;
  if (paths.length === 1) return [`${verb} ${name(paths[0] ?? "")}${size}`];
  let names = paths.length <= MAX_NAMES ? paths.map((path78) => `  ${name(path78)}`) : [];
  return [`${verb} ${formatCount(paths.length, "payload")}${size}`, ...names];
}
function reconcileOutcome(report, { dryRun }) {
  let problems = [
    ...report.failures.map(({ error }) => error),
    ...report.events.flatMap((event) => conflictError(event) ?? [])
  ], notes = [...placedNotes(report.events, dryRun), ...wordsFor(report)];
  notes.length === 0 && problems.length === 0 && notes.push(restingNote(report));
  let attention = report.events.some(({ kind }) => kind === "left");
  return {
    result: reconcileJson(report, dryRun),
    notes,
    problems,
    ...attention && problems.length === 0 ? { exitCode: 2 } : {}
  };
}
function placedNotes(events, dryRun) {
  let would = dryRun ? "would " : "", verb = (base, done) => dryRun ? would + base : done, of = (kind) => events.filter((event) => event.kind === kind), paths = (some) => some.map(({ path: path78 }) => path78), placed = of("placed"), bytes = placed.reduce((sum, { size }) => sum + size, 0);
  return [
    ...of("moved").map(
      ({ from, path: path78 }) => `${verb("move", "moved")} ${name(from)} to ${name(path78)}`
    ),
    ...summary(verb("place", "placed"), paths(placed), bytes),
    ...summary(verb("update the ref file of", "updated the ref file of"), paths(of("ref-written"))),
    ...summary(verb("put into the store", "put into the store"), paths(of("removed")))
  ];
}
function wordsFor(report) {
  let lines2 = report.events.flatMap((event) => event.kind === "conflict" ? [] : describeEvent(event) ?? []), refused4 = report.refused.map(
    ({ refPath, reason }) => `${refPath} is left alone: ${reason}`
  );
  return [...lines2, ...refused4].map(escapeForTerminal);
}
function restingNote({ inStep, leftOut }) {
  let out = leftOut === 0 ? "" : `, ${formatCount(leftOut, "payload")} left out`;
  return `nothing to do: ${formatCount(inStep, "payload")} in step${out}`;
}
function conflictError(event) {
  if (event.kind !== "conflict") return null;
  let word2 = pasteWord(event.path);
  return new BlobsyError(
    "CONFLICT",
    event.base === null ? "the payload is not what its ref file says, and nothing tells which is newer; both are kept" : "conflict: the payload was edited and the ref file was changed; both versions are kept",
    {
      path: event.path,
      next: `blobsy resolve --ours ${word2} (the payload as it lies here), or --theirs (what the ref file says)`
    }
  );
}
function reconcileJson(report, dryRun) {
  return {
    ...dryRun ? { dry_run: !0 } : {},
    files: report.events.map(({ kind, ...facts }) => ({ ...facts, action: kind })),
    in_step: report.inStep,
    left_out: report.leftOut,
    refused: report.refused.map(({ refPath, reason }) => ({ path: refPath, reason }))
  };
}
function transferNote(verb, there, report) {
  let known = report.skipped === 0 ? "" : `; ${formatCount(report.skipped)} already ${there}`;
  return report.done === 0 ? report.skipped === 0 ? `${verb} nothing` : `${verb} nothing${known}` : `${verb} ${formatCount(report.done, "blob")} (${formatSize(report.bytes)})${known}`;
}
function transferJson({ done, bytes, skipped }) {
  return { moved: done, bytes, already_there: skipped };
}
function transferProblems(report) {
  let told2 = /* @__PURE__ */ new Set();
  for (let { error } of report.failed) told2.add(error);
  return [...told2];
}
var MAX_NAMES, init_render = __esm({
  "src/cli/render.ts"() {
    "use strict";
    init_describe();
    init_errors();
    init_shell_words();
    init_size();
    init_terminal();
    MAX_NAMES = 10;
  }
});

// src/cli/commands/init.ts
var init_exports = {};
__export(init_exports, {
  run: () => run2
});
var run2, init_init2 = __esm({
  "src/cli/commands/init.ts"() {
    "use strict";
    init_init();
    init_render();
    run2 = async ({ cwd, args, flags, dryRun, reporter }) => {
      let hooks = flags.hooks !== !1, { url, written, installed } = await init({
        cwd,
        url: args[0] ?? "",
        region: flags.region,
        endpoint: flags.endpoint,
        hooks,
        dryRun,
        reporter
      });
      for (let warning of installed.warnings) reporter.warn(warning);
      let verb = dryRun ? "would write" : "wrote and staged";
      return {
        result: { url, written, ...installed, ...dryRun ? { dry_run: !0 } : {} },
        notes: [
          `payloads are shared at ${name(url)}`,
          ...written.length > 0 ? [`${verb} ${written.join(" and ")}`] : [],
          ...installed.notes,
          ...written.length > 0 && !dryRun ? ['next: git commit -m "share large files with blobsy"'] : []
        ]
      };
    };
  }
});

// src/cli/commands/install.ts
var install_exports = {};
__export(install_exports, {
  requestOf: () => requestOf,
  run: () => run3
});
function requestOf({ cwd, flags, dryRun, reporter }) {
  let scopes = ["global", "system"].filter((scope) => flags[scope] === !0);
  if (scopes.length > 1) throw new BlobsyError("USAGE", "--global and --system exclude each other");
  return { cwd, scope: scopes[0] ?? "local", dryRun, reporter };
}
var run3, init_install2 = __esm({
  "src/cli/commands/install.ts"() {
    "use strict";
    init_set_up();
    init_errors();
    run3 = async (call) => {
      let { flags, dryRun, reporter } = call, hooks = flags.hooks !== !1, skipSmudge = flags.skipSmudge === !0, report = await setUp({ ...requestOf(call), hooks, skipSmudge });
      for (let warning of report.warnings) reporter.warn(warning);
      let where = report.scope === "local" ? "this clone" : `every repository (${report.scope})`;
      return {
        result: { ...report, ...dryRun ? { dry_run: !0 } : {} },
        notes: [
          dryRun ? `would be installed for ${where}` : `installed for ${where}`,
          ...report.notes,
          ...report.scope === "local" && !dryRun ? ["next: blobsy pull"] : []
        ]
      };
    };
  }
});

// src/cli/commands/uninstall.ts
var uninstall_exports = {};
__export(uninstall_exports, {
  run: () => run4
});
var run4, init_uninstall2 = __esm({
  "src/cli/commands/uninstall.ts"() {
    "use strict";
    init_set_up();
    init_render();
    init_install2();
    run4 = async (call) => {
      let report = await takeDown(requestOf(call)), verb = call.dryRun ? "would be put back" : "put back";
      return {
        result: { ...report, ...call.dryRun ? { dry_run: !0 } : {} },
        notes: [
          ...report.removed.length === 0 ? ["nothing was installed here"] : [],
          ...report.removed.length > 0 ? [`${verb} as it was: ${report.removed.map(name).join(", ")}`] : [],
          ...report.left.map((file) => `left alone, because somebody changed it since: ${name(file)}`),
          ...report.store === null ? [] : [`the store is kept: ${name(report.store)}`]
        ]
      };
    };
  }
});

// src/store/ingest-pool.ts
import { existsSync as existsSync4 } from "node:fs";
import os7 from "node:os";
import { fileURLToPath as fileURLToPath2 } from "node:url";
import { Worker } from "node:worker_threads";
function ingestMany(store, jobs, options = {}) {
  return runMany(store.layout.root, jobs, options, (file, read5) => store.ingest(file, read5));
}
async function runMany(storeRoot, jobs, options, work) {
  let count2 = workerCount(jobs), runners = count2 > 1 ? Array.from({ length: count2 }, () => new WorkerRunner(storeRoot, options)) : [new LocalRunner(work, options)], results = new Array(jobs.length), order = jobs.map((_, index) => index);
  order.sort((a, b) => (jobs[b]?.size ?? 0) - (jobs[a]?.size ?? 0));
  let next = 0, lane = async (runner) => {
    for (; ; ) {
      let index = order[next++], job = index === void 0 ? void 0 : jobs[index];
      if (index === void 0 || !job) return;
      let result = await runner.run(index, job.file);
      results[index] = result, options.onFile?.(index, result);
    }
  }, lanes = Math.max(1, Math.floor(IN_FLIGHT / runners.length));
  try {
    await Promise.all(
      runners.flatMap((runner) => Array.from({ length: lanes }, () => lane(runner)))
    );
  } finally {
    await Promise.all(runners.map((runner) => runner.end()));
  }
  return results;
}
function workerCount(jobs) {
  if (process.env.BLOBSY_FAULTS || !existsSync4(WORKER)) return 1;
  let bytes = jobs.reduce((sum, { size }) => sum + size, 0), worth = Math.floor(bytes / WORTH_A_WORKER) + 1;
  return Math.min(os7.availableParallelism(), jobs.length, worth, MAX_WORKERS);
}
function revive({ code, message, path: path78, next }) {
  return new BlobsyError(code, message, {
    ...path78 === void 0 ? {} : { path: path78 },
    ...next === void 0 ? {} : { next }
  });
}
function interrupted() {
  return new BlobsyError("INTERRUPTED", "stopped on request");
}
var IN_FLIGHT, WORTH_A_WORKER, MAX_WORKERS, WORKER, LocalRunner, WorkerRunner, init_ingest_pool = __esm({
  "src/store/ingest-pool.ts"() {
    "use strict";
    init_errors();
    init_hash();
    IN_FLIGHT = 16, WORTH_A_WORKER = 48 * 1024 * 1024, MAX_WORKERS = 8;
    WORKER = fileURLToPath2(new URL("./hash-worker.js", import.meta.url)), LocalRunner = class {
      work;
      options;
      constructor(work, options) {
        this.work = work, this.options = options;
      }
      async run(_index, file) {
        try {
          if (this.options.signal?.aborted) throw interrupted();
          let { oid, size, facts } = await this.work(file, this.options);
          return { ok: !0, oid, size, facts };
        } catch (error) {
          return { ok: !1, error: fromErrno(error, `cannot read ${file}`, file) };
        }
      }
      async end() {
      }
    }, WorkerRunner = class {
      worker;
      options;
      waiting = /* @__PURE__ */ new Map();
      failed = null;
      onAbort = () => this.post("stop");
      constructor(storeRoot, options) {
        this.options = options, this.worker = new Worker(WORKER, { workerData: { storeRoot } }), this.worker.on("message", (message) => this.take(message)), this.worker.on("error", (error) => this.failAll(error)), this.worker.on("exit", () => this.failAll(new Error("a worker thread ended"))), options.signal?.addEventListener("abort", this.onAbort);
      }
      run(index, file) {
        let error = this.options.signal?.aborted ? interrupted() : this.failed;
        return error ? Promise.resolve({ ok: !1, error }) : new Promise((resolve3) => {
          this.waiting.set(index, resolve3), this.post({ index, file });
        });
      }
      async end() {
        this.options.signal?.removeEventListener("abort", this.onAbort), await this.worker.terminate();
      }
      post(message) {
        this.worker.postMessage(message);
      }
      take(message) {
        if (message.kind === "bytes") {
          this.options.onBytes?.(message.bytes);
          return;
        }
        let { index, result } = message;
        this.waiting.get(index)?.(result.ok ? result : { ok: !1, error: revive(result.error) }), this.waiting.delete(index);
      }
      failAll(cause) {
        this.failed ??= new BlobsyError("IO", "a worker thread failed", { cause });
        for (let resolve3 of this.waiting.values()) resolve3({ ok: !1, error: this.failed });
        this.waiting.clear();
      }
    };
  }
});

// src/app/arguments.ts
import { realpathSync as realpathSync3 } from "node:fs";
import path70 from "node:path";
function toWorktreePath(worktree, cwd, argument) {
  let absolute = path70.resolve(cwd, argument), real = path70.dirname(absolute) === absolute ? absolute : path70.join(realOf(path70.dirname(absolute)), path70.basename(absolute)), root = realOf(worktree), relative = path70.relative(root, realOf(absolute) === root ? root : real);
  if (relative === ".." || relative.startsWith(`..${path70.sep}`) || path70.isAbsolute(relative))
    throw new BlobsyError("REFUSED_PATH", `${argument} is outside this worktree`, {
      path: argument
    });
  return relative.split(path70.sep).join("/");
}
function toPayloadPath(name2) {
  let bare = name2.endsWith(REF_SUFFIX) ? name2.slice(0, -REF_SUFFIX.length) : name2, checked = checkPayloadPath(bare, process.platform);
  if (!checked.ok) throw new BlobsyError("REFUSED_PATH", checked.reason, { path: bare });
  return checked.payload;
}
function realOf(absolute) {
  try {
    return realpathSync3(absolute);
  } catch {
    let parent = path70.dirname(absolute);
    return parent === absolute ? absolute : path70.join(realOf(parent), path70.basename(absolute));
  }
}
async function selectPayloads(worktree, cwd, args, known) {
  if (args.length === 0) return selection(known);
  let chosen2 = /* @__PURE__ */ new Set();
  for (let argument of args) {
    let name2 = toWorktreePath(worktree, cwd, argument), matches2 = await matcher(name2, !argument.includes("/")), found = known.filter((payload) => matches2(payload));
    if (found.length === 0) {
      let message = `${argument} names no tracked payload`;
      throw new BlobsyError("NOT_TRACKED", message, { path: argument });
    }
    for (let payload of found) chosen2.add(payload);
  }
  return selection([...chosen2].sort());
}
function selection(paths) {
  let set = new Set(paths);
  return { paths, has: (payload) => set.has(payload) };
}
async function matcher(name2, anyDepth) {
  if (name2 === "") return () => !0;
  let bare = name2.endsWith(REF_SUFFIX) ? name2.slice(0, -REF_SUFFIX.length) : name2, literal = (payload) => payload === bare || payload.startsWith(`${name2}/`);
  if (!isGlob(name2)) return literal;
  let dir = path70.posix.dirname(bare), glob = anyDepth && dir !== "." ? `${dir}/**/${path70.posix.basename(bare)}` : bare, { pathMatcher: pathMatcher2 } = await Promise.resolve().then(() => (init_path_match(), path_match_exports)), matchesGlob = pathMatcher2([glob]);
  return (payload) => literal(payload) || matchesGlob(payload);
}
function isGlob(name2) {
  return /[*?[{]/.test(name2);
}
var init_arguments = __esm({
  "src/app/arguments.ts"() {
    "use strict";
    init_errors();
    init_repo_path();
  }
});

// src/app/known-payloads.ts
import { existsSync as existsSync5 } from "node:fs";
import path71 from "node:path";
function knownPayloads(index, cache) {
  let known = /* @__PURE__ */ new Set();
  for (let name2 of index.keys()) {
    if (!name2.endsWith(REF_SUFFIX)) continue;
    let checked = checkRefPath(name2, process.platform);
    checked.ok && known.add(checked.payload);
  }
  for (let name2 of cache.paths()) {
    let checked = checkPayloadPath(name2, process.platform);
    checked.ok && known.add(checked.payload);
  }
  return [...known].sort();
}
async function selectKnown(ctx, cwd, args) {
  let { worktree, worktreeState } = ctx.repo, known = knownPayloads(await listIndex(ctx.repo), StatCache.load(worktreeState)), set = new Set(known);
  for (let argument of args) {
    let name2 = toWorktreePath(worktree, cwd, argument), bare = name2.endsWith(REF_SUFFIX) ? name2.slice(0, -REF_SUFFIX.length) : name2, checked = checkPayloadPath(bare, process.platform);
    checked.ok && existsSync5(path71.join(worktree, bare + REF_SUFFIX)) && set.add(checked.payload);
  }
  return selectPayloads(worktree, cwd, args, [...set].sort());
}
var init_known_payloads = __esm({
  "src/app/known-payloads.ts"() {
    "use strict";
    init_repo_path();
    init_index_entries();
    init_stat_cache();
    init_arguments();
  }
});

// src/app/require-set-up.ts
async function hasRemote(ctx) {
  let { backend, backends } = await ctx.config(), chosen2 = backends.get(backend.value);
  return chosen2?.url !== void 0 || chosen2?.type !== void 0;
}
async function requireSetUp(ctx) {
  if (await hasRemote(ctx)) return;
  let cache = StatCache.load(ctx.repo.worktreeState);
  if (!(knownPayloads(await listIndex(ctx.repo), cache).length > 0))
    throw new BlobsyError("NO_REMOTE", "this repository does not use blobsy yet", {
      next: "blobsy init local:../blobs"
    });
}
var init_require_set_up = __esm({
  "src/app/require-set-up.ts"() {
    "use strict";
    init_errors();
    init_index_entries();
    init_stat_cache();
    init_known_payloads();
  }
});

// src/app/track-files.ts
import path72 from "node:path";
async function filesToTrack(ctx, cwd, args, tree) {
  let found = { payloads: /* @__PURE__ */ new Set(), skipped: [], problems: [] };
  for (let argument of args)
    try {
      await addArgument(ctx, cwd, argument, tree, found);
    } catch (error) {
      if (!isBlobsyError(error)) throw error;
      found.problems.push(error);
    }
  return { ...found, payloads: [...found.payloads].sort() };
}
async function addArgument(ctx, cwd, argument, tree, found) {
  let { worktree } = ctx.repo, name2 = toWorktreePath(worktree, cwd, argument), facts = lstatFacts(path72.join(worktree, name2));
  if (facts?.kind === "directory")
    return name2 !== "" && refuseNested(worktree, `${name2}/x`), addDirectory(ctx, name2, tree, found);
  if (facts !== null || name2.endsWith(REF_SUFFIX) || tree.known.has(name2))
    return addFile(ctx, toPayloadPath(name2), tree.index, found);
  if (isGlob(name2)) return addGlob(ctx, name2, !argument.includes("/"), tree, found);
  throw new BlobsyError("NOT_FOUND", `there is no file ${argument}`, {
    path: argument,
    next: "blobsy status"
  });
}
function refuseNested(worktree, name2) {
  checkParents(worktree, name2)?.close();
}
function addFile(ctx, payload, index, found) {
  try {
    refuseNested(ctx.repo.worktree, payload);
    let kind = lstatFacts(path72.join(ctx.repo.worktree, payload))?.kind ?? "absent";
    if (kind !== "file" && kind !== "absent")
      throw new BlobsyError("REFUSED_PATH", `${KIND_WORDS[kind]}; only regular files are tracked`, {
        path: payload
      });
    if (index.has(payload))
      throw new BlobsyError("TRACKED_BY_GIT", "Git tracks this file itself", { path: payload });
    found.payloads.add(payload);
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    found.problems.push(error);
  }
}
async function addGlob(ctx, glob, anyDepth, tree, found) {
  let matches2 = await matcher(glob, anyDepth), { others } = await listFiles(ctx, ""), all = [...others, ...tree.index.keys(), ...tree.known], names = new Set(all.filter((name2) => matches2(name2))), any = !1;
  for (let name2 of names)
    name2.endsWith(REF_SUFFIX) || (any = !0, attempt2(found, () => addFile(ctx, toPayloadPath(name2), tree.index, found)));
  if (!any)
    throw new BlobsyError("NOT_FOUND", `no file matches ${glob}`, {
      path: glob,
      next: "blobsy status"
    });
}
async function addDirectory(ctx, dir, tree, found) {
  let { externalize } = await ctx.config(), whyNot = whyNotRule(externalize), { others, ignored } = await listFiles(ctx, dir), { index, known } = tree, below = dir === "" ? "" : `${dir}/`, inGit = [...index.keys()].filter((name2) => name2.startsWith(below));
  for (let payload of known)
    payload.startsWith(below) && addFile(ctx, payload, index, found);
  for (let name2 of ignored)
    known.has(name2) || found.skipped.push({ path: name2, reason: "ignored by Git" });
  for (let name2 of [...inGit, ...others]) {
    if (name2.endsWith(REF_SUFFIX) || known.has(name2)) continue;
    let facts = lstatFacts(path72.join(ctx.repo.worktree, name2));
    if (facts === null) continue;
    let reason = name2.endsWith("/") ? "a repository of its own" : facts.kind !== "file" ? `${KIND_WORDS[facts.kind]}, not a regular file` : whyNot(name2, facts.size);
    reason !== null ? found.skipped.push({ path: name2, reason }) : index.has(name2) ? found.skipped.push({ path: name2, reason: inGitReason(name2) }) : attempt2(found, () => addFile(ctx, toPayloadPath(name2), index, found));
  }
}
function whyNotRule(rules) {
  let verdictOf = externalizer(rules), reasons = {
    never: "stays in Git: externalize.never matches it",
    always: "stays in Git",
    minSize: `stays in Git: smaller than ${formatSize(rules.minSize)} (externalize.minSize)`
  };
  return (name2, size) => {
    let { externalize, because } = verdictOf(name2, size);
    return externalize ? null : reasons[because];
  };
}
function inGitReason(name2) {
  return `already in Git: git rm --cached ${pasteWord(name2)}, then track it; history keeps the old versions`;
}
function attempt2(found, act) {
  try {
    act();
  } catch (error) {
    if (!isBlobsyError(error)) throw error;
    found.problems.push(error);
  }
}
async function listFiles(ctx, name2) {
  let where = ["--", name2 === "" ? ":/" : `:(top,literal)${name2}`], list = async (...flags) => {
    let args = ["ls-files", "-z", "--full-name", ...flags, ...where], { stdout } = await runGit(ctx.repo, args);
    return stdout.toString("utf8").split("\0").filter(Boolean);
  }, [others, ignored] = await Promise.all([
    list("--others", "--exclude-standard"),
    list("--others", "--ignored", "--exclude-standard", "--directory")
  ]);
  return { others, ignored };
}
var KIND_WORDS, init_track_files = __esm({
  "src/app/track-files.ts"() {
    "use strict";
    init_errors();
    init_externalize();
    init_repo_path();
    init_shell_words();
    init_size();
    init_facts();
    init_safe_parent();
    init_git();
    init_arguments();
    KIND_WORDS = {
      file: "a regular file",
      symlink: "a symbolic link",
      directory: "a directory",
      other: "a FIFO, a device or a socket"
    };
  }
});

// src/app/track.ts
import path73 from "node:path";
async function track(ctx, request) {
  let cache = StatCache.load(ctx.repo.worktreeState), index = await listIndex(ctx.repo), before2 = new Set(knownPayloads(index, cache)), { payloads, skipped, problems } = await filesToTrack(ctx, request.cwd, request.args, {
    index,
    known: before2
  }), fresh = [], files = payloads.map((payload) => {
    let facts = lstatFacts(path73.join(ctx.repo.worktree, payload)), hasRef2 = readRef(ctx.repo.worktree, payload).kind !== "absent";
    return facts !== null && !hasRef2 && fresh.push({ path: payload, size: facts.size }), { path: payload, was: facts !== null && !hasRef2 ? "new" : "known", size: facts?.size ?? 0 };
  });
  if (request.dryRun || files.length === 0)
    return { files, skipped, problems, report: emptyReport() };
  await hasRemote(ctx) || ctx.reporter.warn(
    "no remote is configured yet, so nothing can be shared; next: blobsy init <url>"
  );
  let failed = [...problems, ...await writeNewRefs(ctx, cache, fresh, request.signal)], failedPaths = new Set(failed.map((problem2) => problem2.path)), asked = new Set(payloads.filter((payload) => !failedPaths.has(payload))), report = await reconcile(ctx, {
    actor: "command",
    asked,
    wait: !0,
    wanted: (payload) => asked.has(payload),
    cache
  }), unsettled = unsettledPaths(report);
  for (let { path: name2 } of failed) name2 !== void 0 && unsettled.add(name2);
  let settled2 = files.filter((file) => !unsettled.has(file.path)), refs = settled2.map((file) => refPathOf(file.path));
  return await stagePaths(
    ctx.repo,
    refs.filter((name2) => lstatFacts(path73.join(ctx.repo.worktree, name2)) !== null)
  ), await stageIgnoreFiles(ctx, refs), { files: settled2, skipped, problems: failed, report };
}
async function writeNewRefs(ctx, cache, files, signal) {
  if (files.length === 0) return [];
  let { repo, store } = ctx;
  await mkdirs(repo.worktreeState), await store.prepare();
  let { ignored, problems } = await ignoreFirst2(ctx, cache, files);
  if (ignored.length === 0) return problems;
  let bytes = ignored.reduce((sum, { size }) => sum + size, 0), progress = ctx.reporter.progress("tracking", { files: ignored.length, bytes });
  try {
    for (let at2 = 0; at2 < ignored.length; at2 += FILES_AT_ONCE) {
      let some = ignored.slice(at2, at2 + FILES_AT_ONCE);
      problems.push(...await trackSome(ctx, cache, some, { signal, progress }));
    }
  } finally {
    progress.end();
  }
  return problems;
}
async function trackSome(ctx, cache, files, { signal, progress }) {
  let tick = await tickAfter(ctx, files), jobs = files.map(({ path: payload, size }) => ({
    file: path73.join(ctx.repo.worktree, payload),
    size
  })), results = await ingestMany(ctx.store, jobs, {
    signal,
    onBytes: (more) => progress.add(0, more),
    onFile: () => progress.add(1, 0)
  });
  signal.throwIfAborted();
  let problems = [];
  for (let [at2, file] of files.entries()) {
    let result = results[at2];
    if (!result) continue;
    if (!result.ok) {
      problems.push(named(result.error, file.path));
      continue;
    }
    cache.update(file.path, { payload: statRecord(result.oid, result.facts, tick) });
    let error = await writeNewRef(ctx, cache, file, result);
    error && problems.push(error);
  }
  return problems;
}
async function tickAfter(ctx, files) {
  let { worktree, worktreeState } = ctx.repo, newest = 0n;
  for (let { path: payload } of files) {
    let ctimeNs = lstatFacts(path73.join(worktree, payload))?.ctimeNs ?? 0n;
    ctimeNs > newest && (newest = ctimeNs);
  }
  return await waitForTickAfter(worktreeState, newest, TICK_WAIT_MS2) ?? await fileSystemTick(worktreeState);
}
async function ignoreFirst2(ctx, cache, files) {
  let names = files.map((file) => file.path), refused4 = await ignorePayloads(ctx, {
    mode: "grow",
    actor: "command",
    payloads: /* @__PURE__ */ new Set([...cache.paths(), ...names]),
    fresh: new Set(names)
  }), byDir = new Map(refused4.map((problem2) => [dirOf(problem2.path ?? ""), problem2])), cannot = names.flatMap((name2) => {
    let why = byDir.get(dirOf(name2)), message = `${why?.path ?? ""}: ${why?.message ?? ""}`;
    return why ? new BlobsyError(why.code, message, { path: name2, cause: why }) : [];
  }), possible = names.filter((name2) => !byDir.has(dirOf(name2))), open = await notIgnored(ctx.repo, possible), problems = [...open].map(([name2, rule]) => {
    let which = rule === "" ? "no rule ignores it" : `this rule un-ignores it: ${rule}`;
    return new BlobsyError("NOT_IGNORED", `Git would see the payload itself: ${which}`, {
      path: name2
    });
  });
  return { ignored: files.filter(({ path: name2 }) => !byDir.has(dirOf(name2)) && !open.has(name2)), problems: [...cannot, ...problems] };
}
async function writeNewRef(ctx, cache, { path: payload }, { oid, size, facts }) {
  let text = await refTextFor(ctx, cache, payload, { oid, size }, null);
  checkParents(ctx.repo.worktree, payload)?.close();
  let file = path73.join(ctx.repo.worktree, refPathOf(payload));
  if (lstatFacts(file) !== null)
    return new BlobsyError("PAYLOAD_CHANGED", "a ref file appeared meanwhile; it was left alone", {
      path: payload,
      next: "blobsy status"
    });
  let mode = (facts.mode & 73) === 0 ? {} : { mode: EXECUTABLE };
  return await writeFileAtomic(file, text, { durable: !0, ...mode }), null;
}
function named(error, payload) {
  return new BlobsyError(error.code, error.message, {
    path: payload,
    ...error.next === void 0 ? {} : { next: error.next },
    cause: error
  });
}
function unsettledPaths({ failures, events }) {
  let open = events.filter(
    ({ kind }) => kind === "conflict" || kind === "left" || kind === "git-owns"
  );
  return new Set([...failures, ...open].map(({ path: name2 }) => name2));
}
var FILES_AT_ONCE, TICK_WAIT_MS2, EXECUTABLE, init_track = __esm({
  "src/app/track.ts"() {
    "use strict";
    init_errors();
    init_repo_path();
    init_stat_trust();
    init_atomic();
    init_clock();
    init_facts();
    init_ops();
    init_safe_parent();
    init_index_entries();
    init_ingest_pool();
    init_gitignore_file();
    init_stat_cache();
    init_ignore_payloads();
    init_known_payloads();
    init_observe();
    init_reconcile();
    init_ref_text();
    init_report();
    init_require_set_up();
    init_stage_ignore();
    init_track_files();
    FILES_AT_ONCE = 4096, TICK_WAIT_MS2 = 30;
    EXECUTABLE = 493;
  }
});

// src/cli/commands/track.ts
var track_exports = {};
__export(track_exports, {
  run: () => run5
});
var MAX_SKIPPED, run5, init_track2 = __esm({
  "src/cli/commands/track.ts"() {
    "use strict";
    init_context();
    init_track();
    init_warn_of_hooks();
    init_size();
    init_render();
    MAX_SKIPPED = 20, run5 = async ({ cwd, args, dryRun, reporter, signal }) => {
      let ctx = await openContext(cwd, reporter), { files, skipped, problems, report } = await track(ctx, { cwd, args, dryRun, signal });
      files.length > 0 && !dryRun && await warnOfHooks(ctx);
      let known = reconcileOutcome(report, { dryRun }), fresh = files.filter((file) => file.was === "new"), bytes = fresh.reduce((sum, { size }) => sum + size, 0), skippedLines = skipped.length <= MAX_SKIPPED ? skipped.map(({ path: path78, reason }) => `skipped ${name(path78)}: ${reason}`) : [`skipped ${formatCount(skipped.length, "file")} (--json lists them with their reasons)`], notes = [
        ...summary(
          dryRun ? "would track" : "tracked",
          fresh.map(({ path: path78 }) => path78),
          bytes
        ),
        ...report.events.length > 0 ? known.notes : [],
        ...skippedLines
      ];
      return notes.length === 0 && problems.length === 0 && notes.push(`nothing to do: ${formatCount(files.length, "payload")} already tracked`), {
        ...known.exitCode === void 0 || problems.length > 0 ? {} : { exitCode: known.exitCode },
        result: { ...known.result, ...dryRun ? { dry_run: !0 } : {}, tracked: files, skipped },
        notes,
        problems: [...problems, ...known.problems]
      };
    };
  }
});

// src/app/status.ts
async function status(ctx) {
  let state = ctx.repo.worktreeState;
  await ctx.store.prepare(), (await ctx.config()).detect === "commit" && await takeInEdits2(ctx);
  let cache = StatCache.load(state), { orphaned } = readOtherJournals(state), assessment = await assess(ctx, cache, {
    asked: orphaned.keys(),
    everything: !0,
    notes: orphaned,
    pending: readPending(state)
  }), letters = await refLetters(ctx), files = assessment.inStep.map((path78) => {
    let base = cache.get(path78).base, git = letters.get(refPathOf(path78)) ?? "  ";
    return { path: path78, state: "in-step", size: base?.size ?? null, oid: base?.oid ?? null, git };
  }), moved = new Set(assessment.moves.flatMap(({ from, to }) => [from, to]));
  for (let subject of assessment.subjects) {
    let git = letters.get(refPathOf(subject.path)) ?? "  ", described = describe3(subject, moved.has(subject.path));
    described && files.push({ ...described, git });
  }
  for (let [at2, file] of files.entries())
    UNMERGED.has(file.git) && (files[at2] = { ...file, state: "conflict", reason: "unmerged in Git" });
  return files.sort((a, b) => a.path < b.path ? -1 : 1), { files, refused: assessment.refused, problems: readProblems(state) };
}
async function takeInEdits2(ctx) {
  let { reconcile: reconcile2 } = await Promise.resolve().then(() => (init_reconcile(), reconcile_exports));
  await reconcile2(ctx, { actor: "status", everything: !0, wait: !0 });
}
function describe3(subject, moves2) {
  let { action, path: path78, ref, payload } = subject, state = moves2 ? "renamed" : STATES[action.kind];
  if (state === null) return null;
  let named3 = ref.kind === "hash" ? ref.ref : null, size = named3?.size ?? payload.facts?.size ?? null, reason = action.kind === "leave" ? { reason: action.reason } : {};
  return { path: path78, state, size, oid: named3?.oid ?? null, ...reason };
}
async function refLetters(ctx) {
  let args = ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--"], { stdout } = await runGit(ctx.repo, [...args, ":(top,glob)**/*.bref"]), letters = /* @__PURE__ */ new Map();
  for (let record of stdout.toString("utf8").split("\0"))
    record.length > 3 && letters.set(record.slice(3), record.slice(0, 2));
  return letters;
}
var UNMERGED, STATES, init_status = __esm({
  "src/app/status.ts"() {
    "use strict";
    init_repo_path();
    init_git();
    init_journal();
    init_notices();
    init_stat_cache();
    init_assess();
    UNMERGED = /* @__PURE__ */ new Set(["DD", "AU", "UD", "UA", "DU", "AA", "UU"]), STATES = {
      record: "in-step",
      materialise: "absent",
      "stay-absent": "left-out",
      follow: "stale",
      vacate: "stale",
      discard: "stale",
      "write-ref": "edited",
      conflict: "conflict",
      retire: "ref-removed",
      release: "ref-removed",
      leave: "unusable",
      "git-owns": "tracked-by-git",
      forget: null
    };
  }
});

// node_modules/picocolors/picocolors.js
var require_picocolors = __commonJS({
  "node_modules/picocolors/picocolors.js"(exports, module) {
    var p = process || {}, argv = p.argv || [], env = p.env || {}, isColorSupported = !(env.NO_COLOR || argv.includes("--no-color")) && (!!env.FORCE_COLOR || argv.includes("--color") || p.platform === "win32" || (p.stdout || {}).isTTY && env.TERM !== "dumb" || !!env.CI), formatter = (open, close, replace = open) => (input) => {
      let string3 = "" + input, index = string3.indexOf(close, open.length);
      return ~index ? open + replaceClose(string3, close, replace, index) + close : open + string3 + close;
    }, replaceClose = (string3, close, replace, index) => {
      let result = "", cursor = 0;
      do
        result += string3.substring(cursor, index) + replace, cursor = index + close.length, index = string3.indexOf(close, cursor);
      while (~index);
      return result + string3.substring(cursor);
    }, createColors2 = (enabled = isColorSupported) => {
      let f = enabled ? formatter : () => String;
      return {
        isColorSupported: enabled,
        reset: f("\x1B[0m", "\x1B[0m"),
        bold: f("\x1B[1m", "\x1B[22m", "\x1B[22m\x1B[1m"),
        dim: f("\x1B[2m", "\x1B[22m", "\x1B[22m\x1B[2m"),
        italic: f("\x1B[3m", "\x1B[23m"),
        underline: f("\x1B[4m", "\x1B[24m"),
        inverse: f("\x1B[7m", "\x1B[27m"),
        hidden: f("\x1B[8m", "\x1B[28m"),
        strikethrough: f("\x1B[9m", "\x1B[29m"),
        black: f("\x1B[30m", "\x1B[39m"),
        red: f("\x1B[31m", "\x1B[39m"),
        green: f("\x1B[32m", "\x1B[39m"),
        yellow: f("\x1B[33m", "\x1B[39m"),
        blue: f("\x1B[34m", "\x1B[39m"),
        magenta: f("\x1B[35m", "\x1B[39m"),
        cyan: f("\x1B[36m", "\x1B[39m"),
        white: f("\x1B[37m", "\x1B[39m"),
        gray: f("\x1B[90m", "\x1B[39m"),
        bgBlack: f("\x1B[40m", "\x1B[49m"),
        bgRed: f("\x1B[41m", "\x1B[49m"),
        bgGreen: f("\x1B[42m", "\x1B[49m"),
        bgYellow: f("\x1B[43m", "\x1B[49m"),
        bgBlue: f("\x1B[44m", "\x1B[49m"),
        bgMagenta: f("\x1B[45m", "\x1B[49m"),
        bgCyan: f("\x1B[46m", "\x1B[49m"),
        bgWhite: f("\x1B[47m", "\x1B[49m"),
        blackBright: f("\x1B[90m", "\x1B[39m"),
        redBright: f("\x1B[91m", "\x1B[39m"),
        greenBright: f("\x1B[92m", "\x1B[39m"),
        yellowBright: f("\x1B[93m", "\x1B[39m"),
        blueBright: f("\x1B[94m", "\x1B[39m"),
        magentaBright: f("\x1B[95m", "\x1B[39m"),
        cyanBright: f("\x1B[96m", "\x1B[39m"),
        whiteBright: f("\x1B[97m", "\x1B[39m"),
        bgBlackBright: f("\x1B[100m", "\x1B[49m"),
        bgRedBright: f("\x1B[101m", "\x1B[49m"),
        bgGreenBright: f("\x1B[102m", "\x1B[49m"),
        bgYellowBright: f("\x1B[103m", "\x1B[49m"),
        bgBlueBright: f("\x1B[104m", "\x1B[49m"),
        bgMagentaBright: f("\x1B[105m", "\x1B[49m"),
        bgCyanBright: f("\x1B[106m", "\x1B[49m"),
        bgWhiteBright: f("\x1B[107m", "\x1B[49m")
      };
    };
    module.exports = createColors2();
    module.exports.createColors = createColors2;
  }
});

// src/cli/render-status.ts
function severity(state) {
  return state === "in-step" || state === "left-out" ? 0 : state === "conflict" || state === "unusable" || state === "tracked-by-git" ? 2 : 1;
}
function needsAttention(report) {
  return report.files.some(({ state }) => state !== "edited" && severity(state) > 0) || report.problems.length > 0 || report.refused.length > 0;
}
function statusLines(report, { color }) {
  let paint = (0, import_picocolors.createColors)(color), lines2 = [];
  for (let state of ORDER) {
    let files = report.files.filter((file) => file.state === state);
    if (files.length === 0) continue;
    let { title, next } = STATES2[state], bytes = files.reduce((sum, { size }) => sum + (size ?? 0), 0), head = `${formatCount(files.length, "payload")} ${title} (${formatSize(bytes)})`, painted = [paint.green, paint.yellow, paint.red][severity(state)] ?? paint.red;
    lines2.push(painted(next === null ? head : `${head}; next: ${next}`)), severity(state) > 0 && lines2.push(...listed(files));
  }
  report.files.length === 0 && lines2.push("no payloads are tracked; next: blobsy track <path>");
  for (let { refPath, reason } of report.refused)
    lines2.push(paint.red(`refused: ${escapeForTerminal(refPath)}: ${escapeForTerminal(reason)}`));
  for (let { path: path78, message } of report.problems) {
    let about = path78 === "." ? "" : `${escapeForTerminal(path78)}: `;
    lines2.push(paint.red(`not done yet: ${about}${escapeForTerminal(message)}`));
  }
  return lines2;
}
function listed(files) {
  let lines2 = files.slice(0, MAX_FILES).map(({ git, path: path78, size, reason }) => {
    let facts = size === null ? "" : `  (${formatSize(size)})`, why = reason === void 0 ? "" : `: ${escapeForTerminal(reason)}`;
    return `  ${git} ${escapeForTerminal(path78)}${facts}${why}`;
  }), rest = files.length - MAX_FILES;
  return rest > 0 ? [...lines2, `     and ${formatCount(rest)} more`] : lines2;
}
function statusJson(report) {
  let summary2 = Object.fromEntries(
    ORDER.map((state) => [state, report.files.filter((file) => file.state === state).length])
  );
  return {
    files: report.files.map(({ path: path78, state, size, oid, git, reason }) => ({
      path: path78,
      state,
      size,
      hash: oid === null ? null : `sha256:${oid}`,
      short: oid === null ? null : shortOid(oid),
      git,
      ...reason === void 0 ? {} : { reason }
    })),
    summary: summary2,
    refused: report.refused.map(({ refPath, reason }) => ({ path: refPath, reason })),
    unfinished: report.problems,
    attention: needsAttention(report)
  };
}
var import_picocolors, STATES2, ORDER, MAX_FILES, init_render_status = __esm({
  "src/cli/render-status.ts"() {
    "use strict";
    import_picocolors = __toESM(require_picocolors(), 1);
    init_oid();
    init_size();
    init_terminal();
    STATES2 = {
      "in-step": { title: "in step", next: null },
      edited: { title: "edited", next: "git add -u, or git commit -a" },
      stale: { title: "older than their ref files", next: "blobsy sync" },
      absent: { title: "not here", next: "blobsy pull" },
      "left-out": { title: "left out", next: null },
      conflict: { title: "in conflict", next: "blobsy resolve --ours <path>, or --theirs" },
      "ref-removed": { title: "without their ref file", next: "blobsy sync" },
      renamed: { title: "to be renamed with their ref files", next: "blobsy sync" },
      "tracked-by-git": { title: "in Git itself", next: "git rm --cached <path>" },
      unusable: { title: "left alone", next: null }
    }, ORDER = Object.keys(STATES2).sort(
      (a, b) => severity(a) - severity(b)
    );
    MAX_FILES = 50;
  }
});

// src/cli/commands/status.ts
var status_exports = {};
__export(status_exports, {
  run: () => run6
});
var run6, init_status2 = __esm({
  "src/cli/commands/status.ts"() {
    "use strict";
    init_known_payloads();
    init_context();
    init_status();
    init_render_status();
    run6 = async ({ cwd, args, flags, reporter, color }) => {
      let ctx = await openContext(cwd, reporter), all = await status(ctx), chosen2 = args.length === 0 ? null : await selectKnown(ctx, cwd, args), report = chosen2 ? { ...all, files: all.files.filter((f) => chosen2.has(f.path)) } : all, attention = needsAttention(report);
      return {
        result: statusJson(report),
        answer: statusLines(report, { color }),
        exitCode: flags.exitCode === !0 && attention ? 2 : 0
      };
    };
  }
});

// src/app/push.ts
import path74 from "node:path";
async function push(ctx, request) {
  await requireSetUp(ctx);
  let { paths } = await selectKnown(ctx, request.cwd, request.args), wanted = paths.filter(request.only ?? (() => !0)).flatMap((payload) => {
    let ref = readRef(ctx.repo.worktree, payload);
    return ref.kind !== "hash" ? [] : [{ ...remoteBlobOf(ref.ref), path: payload }];
  });
  if (request.dryRun)
    return { wanted, report: { done: 0, bytes: 0, skipped: 0, failed: [] } };
  let report = await uploadBlobs(ctx, wanted, {
    signal: request.signal,
    ...request.to === void 0 ? {} : { backend: request.to },
    findPayloads: ({ path: payload = "", size }) => {
      let file = path74.join(ctx.repo.worktree, payload);
      return lstatFacts(file)?.size === size ? [file] : [];
    }
  });
  return { wanted, report };
}
var init_push = __esm({
  "src/app/push.ts"() {
    "use strict";
    init_remote_place();
    init_facts();
    init_known_payloads();
    init_observe();
    init_require_set_up();
    init_transfer();
  }
});

// src/cli/commands/push.ts
var push_exports = {};
__export(push_exports, {
  pushOutcome: () => pushOutcome,
  run: () => run7
});
function pushOutcome({ wanted, report }, dryRun) {
  if (dryRun) {
    let note2 = `would make sure that the remote has ${formatCount(wanted.length, "blob")}`;
    return { result: { dry_run: !0, blobs: wanted }, notes: [note2] };
  }
  return {
    result: transferJson(report),
    notes: [transferNote("uploaded", "on the remote", report)],
    problems: transferProblems(report)
  };
}
var run7, init_push2 = __esm({
  "src/cli/commands/push.ts"() {
    "use strict";
    init_context();
    init_push();
    init_size();
    init_render();
    run7 = async ({ cwd, args, flags, dryRun, reporter, signal }) => {
      let ctx = await openContext(cwd, reporter), to = typeof flags.to == "string" ? { to: flags.to } : {};
      return pushOutcome(await push(ctx, { cwd, args, dryRun, signal, ...to }), dryRun);
    };
  }
});

// src/app/preview.ts
async function assessAll(ctx, request) {
  let state = ctx.repo.worktreeState;
  await ctx.store.prepare();
  let { orphaned } = readOtherJournals(state);
  return assess(ctx, StatCache.load(state), {
    asked: [...request.asked ?? [], ...orphaned.keys()],
    everything: !0,
    notes: orphaned,
    pending: readPending(state),
    ...request.wanted ? { wanted: request.wanted } : {},
    ...request.choose ? { choose: request.choose } : {}
  });
}
async function preview(ctx, request) {
  let assessment = await assessAll(ctx, request), only = request.only ?? (() => !0), report = emptyReport();
  report.inStep = assessment.inStep.length, report.refused.push(...assessment.refused);
  let moving = /* @__PURE__ */ new Set();
  for (let { from, to } of assessment.moves)
    !only(from) && !only(to) || (report.events.push({ kind: "moved", path: to, from }), moving.add(from).add(to));
  for (let subject of assessment.subjects)
    moving.has(subject.path) || (only(subject.path) ? subject.action.kind === "record" ? report.inStep += 1 : subject.action.kind === "stay-absent" ? report.leftOut += 1 : report.events.push(...eventsOf(subject)) : report.held += 1);
  return report;
}
function eventsOf({ action, path: path78, ref, payload, base }) {
  let there = payload.state.kind === "hash" ? payload.state.oid : null, refSize = ref.kind === "hash" ? ref.ref.size : 0;
  switch (action.kind) {
    case "materialise":
    case "follow":
      return [{ kind: "placed", path: path78, oid: action.oid, size: refSize }];
    case "discard":
      return [
        { kind: "placed", path: path78, oid: action.oid, size: refSize },
        ...there === null ? [] : [{ kind: "discarded", path: path78, oid: there }]
      ];
    case "write-ref":
      return [{ kind: "ref-written", path: path78, oid: action.oid, size: payload.facts?.size ?? 0 }];
    case "conflict":
      return [
        {
          kind: "conflict",
          path: path78,
          payload: action.payload,
          ref: action.ref,
          base
        }
      ];
    case "retire":
    case "vacate":
      return there === null ? [] : [{ kind: "removed", path: path78, oid: there }];
    case "release":
      return [{ kind: "released", path: path78 }];
    case "git-owns":
      return [{ kind: "git-owns", path: path78 }];
    case "leave":
      return [{ kind: "left", path: path78, reason: action.reason }];
    case "record":
    case "stay-absent":
    case "forget":
      return [];
  }
}
var init_preview = __esm({
  "src/app/preview.ts"() {
    "use strict";
    init_journal();
    init_notices();
    init_stat_cache();
    init_assess();
    init_report();
  }
});

// src/app/pull.ts
async function pull(ctx, request) {
  await requireSetUp(ctx);
  let only = await namedPaths(ctx, request), asked = await selectKnown(ctx, request.cwd, request.args), wanted = request.args.length + (request.include?.length ?? 0) > 0 ? only : await notLeftOut(ctx), scope = {
    asked: asked.paths,
    wanted: (payload) => (only?.(payload) ?? !0) && (wanted?.(payload) ?? !0),
    ...only ? { only } : {},
    ...request.force ? { choose: (p) => only?.(p) ?? !0 ? "theirs" : null } : {}
  };
  return request.dryRun ? preview(ctx, scope) : reconcile(ctx, { ...scope, actor: "command", everything: !0, wait: !0 });
}
async function namedPaths(ctx, request) {
  let { args, cwd, include = [], exclude = [] } = request;
  if (args.length + include.length + exclude.length === 0) return;
  let { pathMatcher: pathMatcher2, whyNotGlob: whyNotGlob2 } = await Promise.resolve().then(() => (init_path_match(), path_match_exports));
  for (let glob of [...include, ...exclude]) {
    let reason = whyNotGlob2(glob);
    if (reason !== null)
      throw new BlobsyError("USAGE", `the pattern ${glob} cannot be used: ${reason}`);
  }
  let selection2 = await selectKnown(ctx, cwd, args), isIncluded = include.length === 0 ? () => !0 : pathMatcher2(include), isExcluded = pathMatcher2(exclude);
  return (payload) => (args.length === 0 || selection2.has(payload)) && isIncluded(payload) && !isExcluded(payload);
}
async function notLeftOut(ctx) {
  let { include, exclude } = (await ctx.config()).fetch, { pathMatcher: pathMatcher2 } = await Promise.resolve().then(() => (init_path_match(), path_match_exports)), isIncluded = include.length === 0 ? () => !0 : pathMatcher2(include), isExcluded = pathMatcher2(exclude), cache = StatCache.load(ctx.repo.worktreeState);
  return (payload) => !cache.get(payload).dropped && isIncluded(payload) && !isExcluded(payload);
}
var init_pull = __esm({
  "src/app/pull.ts"() {
    "use strict";
    init_errors();
    init_stat_cache();
    init_known_payloads();
    init_preview();
    init_reconcile();
    init_require_set_up();
  }
});

// src/cli/host.ts
function listFlag(flags, name2) {
  let value = flags[name2];
  return Array.isArray(value) ? value.filter((one) => typeof one == "string") : [];
}
var init_host = __esm({
  "src/cli/host.ts"() {
    "use strict";
  }
});

// src/cli/commands/pull.ts
var pull_exports = {};
__export(pull_exports, {
  run: () => run8
});
var run8, init_pull2 = __esm({
  "src/cli/commands/pull.ts"() {
    "use strict";
    init_context();
    init_pull();
    init_host();
    init_render();
    run8 = async ({ cwd, args, flags, dryRun, reporter, signal }) => {
      let ctx = await openContext(cwd, reporter, signal), scope = { include: listFlag(flags, "include"), exclude: listFlag(flags, "exclude") }, force = flags.force === !0;
      return reconcileOutcome(await pull(ctx, { cwd, args, ...scope, force, dryRun }), { dryRun });
    };
  }
});

// src/app/fetch.ts
async function fetch(ctx, request) {
  let commits = request.all ? await everyTip(ctx) : await named2(ctx, request.refs), entries = /* @__PURE__ */ new Map();
  for (let commit of commits) await addRefFiles(ctx, commit, entries);
  let texts = await readBlobs(ctx.repo, [...entries.keys()]), wanted = [];
  for (let [oid, name2] of entries) {
    let parsed2 = parseRefFile(texts.get(oid) ?? Buffer.alloc(0));
    parsed2.ok && wanted.push({ ...remoteBlobOf(parsed2.ref), path: name2 });
  }
  let report = request.dryRun ? { done: 0, bytes: 0, skipped: 0, failed: [] } : await downloadBlobs(ctx, wanted, { signal: request.signal });
  return { commits, wanted, report };
}
async function named2(ctx, refs) {
  let commits = /* @__PURE__ */ new Set();
  for (let ref of refs.length > 0 ? refs : ["HEAD", "@{upstream}"]) {
    let commit = await resolveCommit(ctx, ref);
    if (commit !== null) commits.add(commit);
    else if (refs.length > 0) throw new BlobsyError("USAGE", `${ref} names no commit here`);
  }
  return [...commits];
}
async function resolveCommit(ctx, ref) {
  let args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], { code, stdout } = await runGit(ctx.repo, args, { okCodes: [0, 1, 128] });
  return code === 0 ? stdout.toString("latin1").trim() : null;
}
async function everyTip(ctx) {
  let args = [
    "for-each-ref",
    "--format=%(objectname)",
    "refs/heads",
    "refs/tags",
    "refs/remotes"
  ], { stdout } = await runGit(ctx.repo, args), tips = /* @__PURE__ */ new Set();
  for (let oid of stdout.toString("latin1").split(`
`).filter(Boolean)) {
    let commit = await resolveCommit(ctx, oid);
    commit !== null && tips.add(commit);
  }
  return [...tips];
}
async function addRefFiles(ctx, commit, entries) {
  let args = ["ls-tree", "-r", "-z", "--full-tree", commit], { stdout } = await runGit(ctx.repo, args);
  for (let record of stdout.toString("utf8").split("\0")) {
    let tab = record.indexOf("	"), [mode, , oid] = record.slice(0, tab).split(" "), checked = checkRefPath(record.slice(tab + 1), process.platform);
    oid && mode?.startsWith("100") && checked.ok && entries.set(oid, checked.payload);
  }
}
var init_fetch = __esm({
  "src/app/fetch.ts"() {
    "use strict";
    init_bref();
    init_errors();
    init_remote_place();
    init_repo_path();
    init_git();
    init_objects();
    init_transfer();
  }
});

// src/cli/commands/fetch.ts
var fetch_exports = {};
__export(fetch_exports, {
  run: () => run9
});
var run9, init_fetch2 = __esm({
  "src/cli/commands/fetch.ts"() {
    "use strict";
    init_context();
    init_fetch();
    init_size();
    init_render();
    run9 = async ({ cwd, args, flags, dryRun, reporter, signal }) => {
      let ctx = await openContext(cwd, reporter), all = flags.all === !0, { commits, wanted, report } = await fetch(ctx, { refs: args, all, dryRun, signal });
      if (dryRun) {
        let note2 = `would bring ${formatCount(wanted.length, "blob")} of ${formatCount(commits.length, "commit")} into the store`;
        return { result: { dry_run: !0, commits, blobs: wanted }, notes: [note2] };
      }
      return {
        result: { commits, ...transferJson(report) },
        notes: [transferNote("downloaded", "here", report)],
        problems: transferProblems(report)
      };
    };
  }
});

// src/cli/commands/sync.ts
var sync_exports = {};
__export(sync_exports, {
  run: () => run10
});
var run10, init_sync = __esm({
  "src/cli/commands/sync.ts"() {
    "use strict";
    init_context();
    init_pull();
    init_push();
    init_host();
    init_render();
    init_push2();
    run10 = async ({ cwd, args, flags, dryRun, reporter, signal }) => {
      let ctx = await openContext(cwd, reporter, signal), scope = {
        cwd,
        args,
        include: listFlag(flags, "include"),
        exclude: listFlag(flags, "exclude")
      }, inStep = reconcileOutcome(await pull(ctx, { ...scope, force: !1, dryRun }), { dryRun });
      signal.throwIfAborted();
      let only = await namedPaths(ctx, scope), sent = await push(ctx, { cwd, args: [], dryRun, signal, ...only ? { only } : {} }), uploads = pushOutcome(sent, dryRun);
      return {
        ...inStep,
        result: { ...inStep.result, uploads: uploads.result },
        notes: [...inStep.notes, ...uploads.notes ?? []],
        problems: [...inStep.problems, ...uploads.problems ?? []],
        ...uploads.problems?.length ? { exitCode: 1 } : {}
      };
    };
  }
});

// src/app/resolve.ts
import path75 from "node:path";
async function resolve2(ctx, request) {
  let { paths } = await selectKnown(ctx, request.cwd, request.args), index = await listIndex(ctx.repo), unmerged = paths.filter((p) => (index.get(refPathOf(p)) ?? []).some((e) => e.stage > 0)), { subjects } = await assessAll(ctx, { asked: paths }), conflicts = new Set(
    subjects.filter(({ action }) => action.kind === "conflict").map((subject) => subject.path)
  ), settled2 = paths.filter((p) => unmerged.includes(p) || conflicts.has(p)), calm = request.args.length > 0 ? paths.filter((p) => !settled2.includes(p)) : [];
  if (request.dryRun || settled2.length === 0) return { settled: settled2, calm, report: emptyReport() };
  for (let payload of unmerged)
    await takeSide(ctx, payload, index.get(refPathOf(payload)) ?? [], request.side);
  let chosen2 = new Set(settled2), report = await reconcile(ctx, {
    actor: "command",
    asked: settled2,
    everything: !0,
    wait: !0,
    wanted: (payload) => chosen2.has(payload),
    only: (payload) => chosen2.has(payload),
    choose: (payload) => chosen2.has(payload) ? request.side : null
  }), refs = unmerged.map(refPathOf);
  return await stagePaths(
    ctx.repo,
    refs.filter((name2) => lstatFacts(path75.join(ctx.repo.worktree, name2)) !== null)
  ), { settled: settled2, calm, report };
}
async function takeSide(ctx, payload, entries, side) {
  let name2 = refPathOf(payload), file = path75.join(ctx.repo.worktree, name2);
  checkParents(ctx.repo.worktree, payload)?.close();
  let entry = entries.find(({ stage }) => stage === STAGE[side]);
  if (!entry) {
    await unlinkIfThere(file), await runGit(ctx.repo, ["update-index", "--force-remove", "-z", "--stdin"], {
      input: `${name2}\0`
    });
    return;
  }
  let text = (await readBlobs(ctx.repo, [entry.oid])).get(entry.oid);
  if (!text)
    throw new BlobsyError("GIT_FAILED", "Git has not got that side's ref file", { path: name2 });
  let mode = entry.mode === "100755" ? { mode: 493 } : {};
  await writeFileAtomic(file, text, { durable: !0, ...mode });
}
var STAGE, init_resolve = __esm({
  "src/app/resolve.ts"() {
    "use strict";
    init_errors();
    init_repo_path();
    init_atomic();
    init_facts();
    init_ops();
    init_safe_parent();
    init_git();
    init_index_entries();
    init_objects();
    init_preview();
    init_known_payloads();
    init_reconcile();
    init_report();
    STAGE = { ours: 2, theirs: 3 };
  }
});

// src/cli/commands/resolve.ts
var resolve_exports = {};
__export(resolve_exports, {
  run: () => run11
});
var run11, init_resolve2 = __esm({
  "src/cli/commands/resolve.ts"() {
    "use strict";
    init_context();
    init_resolve();
    init_errors();
    init_render();
    run11 = async ({ cwd, args, flags, dryRun, reporter, signal }) => {
      let side = flags.ours === !0 ? "ours" : flags.theirs === !0 ? "theirs" : null, next = "blobsy resolve --help";
      if (side === null) throw new BlobsyError("USAGE", "--ours or --theirs must be given", { next });
      if (args.length > 0 == (flags.all === !0))
        throw new BlobsyError("USAGE", "paths or --all must be given, and not both", { next });
      let ctx = await openContext(cwd, reporter, signal), { settled: settled2, calm, report } = await resolve2(ctx, { cwd, args, side, dryRun }), done = reconcileOutcome(report, { dryRun }), what = side === "ours" ? "kept ours in" : "took theirs in", nothing = settled2.length + calm.length === 0 ? ["there is no conflict"] : [];
      return {
        ...done,
        result: { ...done.result, side, settled: settled2, ...dryRun ? { dry_run: !0 } : {} },
        notes: [
          ...summary(dryRun ? "would settle" : what, settled2),
          ...calm.map((path78) => `${name(path78)} is in no conflict`),
          ...nothing,
          ...report.events.length > 0 ? done.notes : []
        ]
      };
    };
  }
});

// src/app/recover.ts
import path76 from "node:path";
function listRecoverable(ctx) {
  return ctx.recover.listRecoverable().map((entry) => ({ ...entry, available: ctx.store.has(entry.oid, entry.size) }));
}
async function recover(ctx, request) {
  let payload = toPayloadPath(toWorktreePath(ctx.repo.worktree, request.cwd, request.path)), entry = choose(ctx, payload, request.oid);
  if (request.dryRun) return { payload, entry, report: emptyReport() };
  let facts = lstatFacts(path76.join(ctx.repo.worktree, payload)), outcome = await replacePayload(ctx.place, {
    payload,
    expected: facts,
    expectedOid: null,
    incoming: { oid: entry.oid, size: entry.size, mayMove: !1 },
    executable: entry.executable,
    why: "replaced"
  });
  if (outcome.kind === "raced")
    throw new BlobsyError("PAYLOAD_CHANGED", `it was not replaced: ${outcome.reason}`, {
      path: payload,
      next: "blobsy status"
    });
  if (outcome.kind === "missing") throw gone(payload);
  if (outcome.leftAside && ctx.reporter.warn(outcome.leftAside.message), readRef(ctx.repo.worktree, payload).kind === "absent")
    return { payload, entry, report: emptyReport() };
  let report = await reconcile(ctx, {
    actor: "command",
    asked: [payload],
    wait: !0,
    only: (other) => other === payload
  });
  return { payload, entry, report };
}
function choose(ctx, payload, oid) {
  let wanted = listRecoverable(ctx).filter((entry) => entry.path === payload).filter((entry) => oid === void 0 || entry.oid.startsWith(oid)), [found] = [...wanted.filter((entry) => entry.available), ...wanted];
  if (!found) {
    let which = oid === void 0 ? "" : ` that begins with ${oid}`;
    throw new BlobsyError("NOT_FOUND", `no version of it${which} is listed`, {
      path: payload,
      next: "blobsy recover"
    });
  }
  if (!found.available) throw gone(payload);
  return found;
}
function gone(payload) {
  return new BlobsyError("BLOB_MISSING", "the store has not got these bytes any more", {
    path: payload,
    next: "blobsy recover"
  });
}
var init_recover = __esm({
  "src/app/recover.ts"() {
    "use strict";
    init_errors();
    init_repo_path();
    init_facts();
    init_place();
    init_arguments();
    init_observe();
    init_reconcile();
    init_report();
  }
});

// src/cli/commands/recover.ts
var recover_exports = {};
__export(recover_exports, {
  run: () => run12
});
function listed2(entries) {
  let lines2 = entries.map(({ time: time2, oid, size, why, path: path78, available }) => {
    let where = path78 === "" ? "(path unknown)" : name(path78), gone2 = available ? "" : "  (no longer in the store)";
    return `${time2}  ${shortOid(oid)}  ${formatSize(size).padStart(8)}  ${why.padEnd(11)}  ${where}${gone2}`;
  });
  return {
    result: { versions: entries },
    answer: lines2,
    notes: lines2.length === 0 ? ["nothing was replaced or removed here"] : []
  };
}
var run12, init_recover2 = __esm({
  "src/cli/commands/recover.ts"() {
    "use strict";
    init_context();
    init_recover();
    init_oid();
    init_size();
    init_render();
    run12 = async ({ cwd, args, flags, dryRun, reporter }) => {
      let ctx = await openContext(cwd, reporter), [path78] = args;
      if (path78 === void 0) return listed2(listRecoverable(ctx));
      let oid = typeof flags.oid == "string" ? { oid: flags.oid } : {}, { payload, entry, report } = await recover(ctx, { cwd, path: path78, dryRun, ...oid }), done = reconcileOutcome(report, { dryRun }), verb = dryRun ? "would bring back" : "brought back";
      return {
        ...done,
        result: { ...done.result, path: payload, version: entry },
        notes: [
          `${verb} ${name(payload)} as it was ${entry.why} at ${entry.time} (${shortOid(entry.oid)}, ${formatSize(entry.size)})`,
          ...report.events.length > 0 ? done.notes : []
        ]
      };
    };
  }
});

// src/cli/commands/trust.ts
var trust_exports = {};
__export(trust_exports, {
  run: () => run13
});
var run13, init_trust = __esm({
  "src/cli/commands/trust.ts"() {
    "use strict";
    init_context();
    init_remote_trust();
    init_render();
    run13 = async ({ cwd, dryRun, reporter }) => {
      let ctx = await openContext(cwd, reporter), config2 = await ctx.config();
      if (dryRun) {
        let backend2 = config2.backend.value, note2 = `would use the remote that backend "${name(backend2)}" of .blobsyconfig names`;
        return { result: { dry_run: !0, backend: backend2 }, notes: [note2] };
      }
      let { name: backend, url } = await trustRemote(ctx.repo, config2);
      return { result: { backend, url }, notes: [`this clone uses ${name(url)} from now on`] };
    };
  }
});

// src/cli/commands/version.ts
var version_exports = {};
__export(version_exports, {
  run: () => run14
});
var run14, init_version = __esm({
  "src/cli/commands/version.ts"() {
    "use strict";
    run14 = async () => {
      let version2 = "0.1.0";
      return {
        result: { version: version2, node: process.versions.node },
        answer: [`blobsy ${version2} (node ${process.versions.node})`]
      };
    };
  }
});

// src/cli/command-table.ts
var FIRST_STEPS, DRY_RUN, SCOPES, GLOBS, SIDES, COMMANDS, init_command_table = __esm({
  "src/cli/command-table.ts"() {
    "use strict";
    FIRST_STEPS = [
      ["blobsy init local:../blobs", "once per project: where payloads are shared"],
      ["blobsy track data/model.bin", "keep a large file out of Git; commit its ref file"],
      ["git push", "uploads payloads, then pushes"],
      ["blobsy install", "once per clone; or with --global, once per machine"],
      ["blobsy status", "what there is, and what to run next"]
    ], DRY_RUN = ["--dry-run", "say what would be done, change nothing"], SCOPES = [
      ["--global", "for every repository of this user, later clones included"],
      ["--system", "for every user of this machine"]
    ], GLOBS = [
      ["--include <glob...>", "only payloads that match"],
      ["--exclude <glob...>", "no payloads that match"]
    ], SIDES = [
      ["--ours", "keep the payload as it lies here", ["theirs"]],
      ["--theirs", "take what the ref file says", ["ours"]]
    ], COMMANDS = [
      {
        name: "init",
        args: "<url>",
        summary: "share payloads at <url>: write .blobsyconfig and .gitattributes, then install",
        options: [
          ["--region <name>", "of an s3:// bucket, for everybody"],
          ["--endpoint <address>", "of an S3 service other than AWS, for everybody"],
          ["--no-hooks", "leave Git's hooks alone"],
          DRY_RUN
        ],
        examples: [
          ["blobsy init local:../blobs", "share payloads in a directory beside the repository"],
          ["blobsy init s3://bucket/project --region eu-central-1", "share them in a bucket"]
        ],
        load: () => Promise.resolve().then(() => (init_init2(), init_exports))
      },
      {
        name: "install",
        summary: "set up the filter and the hooks in this clone",
        options: [
          ...SCOPES,
          ["--skip-smudge", "leave payloads unmaterialised until `blobsy pull`"],
          ["--no-hooks", "leave Git's hooks alone"],
          DRY_RUN
        ],
        examples: [
          ["blobsy install", "after git clone"],
          ["blobsy install --global", "every later git clone arrives complete"]
        ],
        load: () => Promise.resolve().then(() => (init_install2(), install_exports))
      },
      {
        name: "uninstall",
        summary: "take back what install did; payloads and the store stay",
        options: [...SCOPES, DRY_RUN],
        examples: [
          ["blobsy uninstall --dry-run", "see what would be put back"],
          ["blobsy uninstall", "take it all back; payloads and the store stay"]
        ],
        load: () => Promise.resolve().then(() => (init_uninstall2(), uninstall_exports))
      },
      {
        name: "track",
        args: "<path...>",
        summary: "keep files out of Git: create or update their ref files, and stage them",
        options: [DRY_RUN],
        examples: [
          ["blobsy track data/model.bin", "one file, whatever its size"],
          ["blobsy track data", "what is large enough in a directory (externalize.minSize)"],
          ["blobsy track 'data/*.bin'", "what a pattern takes"]
        ],
        load: () => Promise.resolve().then(() => (init_track2(), track_exports))
      },
      {
        name: "status",
        args: "[path...]",
        summary: "the state of every tracked file, without asking the remote",
        options: [["--exit-code", "exit 2 when anything needs attention"]],
        examples: [
          ["blobsy status", "every payload, and what to run next"],
          ["blobsy status data", "those below a directory"],
          ["blobsy status --exit-code", "for scripts: 2 when something needs you"]
        ],
        load: () => Promise.resolve().then(() => (init_status2(), status_exports))
      },
      {
        name: "push",
        args: "[path...]",
        summary: "upload what the remote has not got",
        options: [["--to <name>", "another backend of .blobsyconfig"], DRY_RUN],
        examples: [
          ["blobsy push", "what git push uploads by itself"],
          ["blobsy push --to backup", "to another backend of .blobsyconfig"]
        ],
        load: () => Promise.resolve().then(() => (init_push2(), push_exports))
      },
      {
        name: "pull",
        args: "[path...]",
        summary: "bring payloads to what their ref files say",
        options: [
          ["--force", "replace edited payloads too; `blobsy recover` has what they were"],
          ...GLOBS,
          DRY_RUN
        ],
        examples: [
          ["blobsy pull", "place every payload that is missing or older"],
          ["blobsy pull data/raw", "these, even when they are excluded"],
          ["blobsy pull --include '*.bin'", "those that match, wherever they are"],
          ["blobsy pull --force data/model.bin", "give up an edit; blobsy recover has it"]
        ],
        load: () => Promise.resolve().then(() => (init_pull2(), pull_exports))
      },
      {
        name: "fetch",
        args: "[ref...]",
        summary: "download into the store, for switching without a connection",
        options: [["--all", "every branch and tag"], DRY_RUN],
        examples: [
          ["blobsy fetch", "what HEAD needs"],
          ["blobsy fetch main v1.0", "what these need"],
          ["blobsy fetch --all", "what any branch or tag needs"]
        ],
        load: () => Promise.resolve().then(() => (init_fetch2(), fetch_exports))
      },
      {
        name: "sync",
        args: "[path...]",
        summary: "bring payloads and ref files in step, then transfer both ways",
        options: [...GLOBS, DRY_RUN],
        examples: [
          ["blobsy sync", "everything, both ways"],
          ["blobsy sync --include 'data/**'", "only these"],
          ["blobsy sync --dry-run", "see what would be done"]
        ],
        load: () => Promise.resolve().then(() => (init_sync(), sync_exports))
      },
      {
        name: "resolve",
        args: "[path...]",
        summary: "settle conflicts by taking one side",
        options: [["--all", "every conflict there is"], DRY_RUN],
        conflicts: SIDES.map(([flags, text, others]) => [flags, text, [...others]]),
        examples: [
          ["blobsy resolve --ours data/model.bin", "keep the payload as it lies here"],
          ["blobsy resolve --theirs data/model.bin", "take what the ref file says"],
          ["blobsy resolve --theirs --all", "of every conflict"]
        ],
        load: () => Promise.resolve().then(() => (init_resolve2(), resolve_exports))
      },
      {
        name: "recover",
        args: "[path]",
        summary: "list payloads that were replaced or removed; with a path, bring one back",
        options: [["--oid <hash>", "which version, as listed; the latest unless told"], DRY_RUN],
        examples: [
          ["blobsy recover", "list what was replaced or removed"],
          ["blobsy recover data/model.bin", "bring the latest of it back"],
          ["blobsy recover data/model.bin --oid 1a2b3c4d", "an earlier version"]
        ],
        load: () => Promise.resolve().then(() => (init_recover2(), recover_exports))
      },
      {
        name: "trust",
        summary: "use the remote that .blobsyconfig names now",
        options: [DRY_RUN],
        examples: [
          ["blobsy trust --dry-run", "see which remote that would be"],
          ["blobsy trust", "use it in this clone"]
        ],
        load: () => Promise.resolve().then(() => (init_trust(), trust_exports))
      },
      {
        name: "version",
        summary: "this version",
        examples: [],
        load: () => Promise.resolve().then(() => (init_version(), version_exports))
      }
    ];
  }
});

// src/cli/json.ts
function jsonDocument(command, exitCode, result, problems) {
  let document = {
    schema_version: "0.1",
    command,
    exit_code: exitCode,
    ...result,
    problems
  };
  return JSON.stringify(document, (_key, value) => typeof value == "bigint" ? Number(value) : value, 2) + `
`;
}
var init_json = __esm({
  "src/cli/json.ts"() {
    "use strict";
  }
});

// src/cli/program.ts
var program_exports = {};
__export(program_exports, {
  parseCommandLine: () => parseCommandLine,
  runProgram: () => runProgram
});
import path77 from "node:path";
async function parseCommandLine(host) {
  let call = null;
  return await buildProgram(host, (spec, command, args) => {
    call = { spec, args, flags: command.optsWithGlobals() };
  }).parseAsync(host.argv, { from: "user" }), call;
}
async function runProgram(host) {
  let call;
  try {
    call = await parseCommandLine(host);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    let wantsJson = host.argv.includes("--json");
    return fail(host, "", usageError(error, host), { json: wantsJson, verbose: !1 });
  }
  return call === null ? 0 : perform(host, call);
}
function buildProgram(host, chosen2) {
  let program2 = new Command("blobsy").description("Large files in Git, without a server and without giving up plain Git.").option("-C <dir>", "run as if started in <dir>").option("--json", "print one JSON document on stdout").option("-q, --quiet", "print warnings and errors only").option("-v, --verbose", "print causes too").exitOverride().configureOutput({
    writeOut: (text) => {
      host.stdout.write(text);
    },
    writeErr: () => {
    }
  }).configureHelp({ showGlobalOptions: !0 }).helpCommand("help [command]", "help on a command").addHelpText("after", examplesText(FIRST_STEPS));
  for (let spec of COMMANDS) {
    let command = program2.command([spec.name, spec.args].filter(Boolean).join(" "));
    command.summary(spec.summary).description(spec.summary).allowExcessArguments(!1);
    for (let [flags, text] of spec.options ?? []) command.option(flags, text);
    for (let [flags, text, others] of spec.conflicts ?? [])
      command.addOption(new Option(flags, text).conflicts(others));
    spec.examples.length > 0 && command.addHelpText("after", examplesText(spec.examples)), command.action(
      (...given) => chosen2(spec, command, given.slice(0, -2).flat().filter(isText))
    );
  }
  return program2.command("filter-process", { hidden: !0 }).description("for Git"), program2.command("hook <name>", { hidden: !0 }).description("for Git"), program2;
}
function examplesText(examples) {
  let width = Math.max(...examples.map(([line]) => line.length));
  return ["", "Examples:", ...examples.map(([line, does]) => `  ${line.padEnd(width)}  # ${does}`)].join(`
`);
}
async function perform(host, { spec, args, flags }) {
  let json = flags.json === !0, verbose = flags.verbose === !0, quiet = flags.quiet === !0, reporter = createReporter({ stream: host.stderr, env: host.env, quiet });
  try {
    let outcome = await (await spec.load()).run({
      cwd: typeof flags.C == "string" ? path77.resolve(host.cwd, flags.C) : host.cwd,
      env: host.env,
      args,
      flags,
      dryRun: flags.dryRun === !0,
      color: host.stdout.isTTY === !0 && !host.env.NO_COLOR && host.env.TERM !== "dumb",
      reporter,
      signal: host.signal
    });
    return reporter.close(), deliver(host, spec.name, outcome, { json, verbose, quiet });
  } catch (error) {
    return reporter.close(), host.signal.aborted ? 1 : fail(host, spec.name, error, { json, verbose });
  }
}
function deliver(host, command, { result, answer = [], notes = [], problems = [], exitCode }, { json, verbose, quiet }) {
  let code = exitCode ?? exitCodeOf(problems);
  for (let problem2 of problems)
    writeLines(host.stderr, describeError(problem2, { verbose }).lines);
  return json ? (host.stdout.write(jsonDocument(command, code, result, problems.map(errorJson))), code) : (writeLines(host.stdout, answer), quiet || writeLines(host.stderr, notes), code);
}
function fail(host, command, error, { json, verbose }) {
  let report = describeError(error, { verbose });
  return writeLines(host.stderr, report.lines), json && host.stdout.write(jsonDocument(command, report.exitCode, {}, [report.json])), report.exitCode;
}
function writeLines(stream, lines2) {
  lines2.length > 0 && stream.write(lines2.join(`
`) + `
`);
}
function usageError(error, host) {
  if (isBlobsyError(error)) return error;
  if (error.code === "commander.help")
    return new BlobsyError("USAGE", "no command was given", { next: "blobsy --help" });
  let [first2 = "", hint = ""] = error.message.replace(/^error: /, "").split(`
`), near = /Did you mean (?:one of )?([\w-]+)/.exec(hint)?.[1], word2 = host.argv.find((arg) => COMMANDS.some(({ name: name2 }) => name2 === arg)), next = near ? `blobsy ${near}` : word2 ? `blobsy ${word2} --help` : "blobsy --help";
  return new BlobsyError("USAGE", first2, { next });
}
var isText, init_program = __esm({
  "src/cli/program.ts"() {
    "use strict";
    init_esm();
    init_errors();
    init_command_table();
    init_json();
    init_report_error();
    init_reporter2();
    isText = (value) => typeof value == "string";
  }
});

// rest.js
var load2 = {
  "src/app/filter-spool.ts": () => Promise.resolve().then(() => (init_filter_spool(), filter_spool_exports)),
  "src/app/filter-work.ts": () => Promise.resolve().then(() => (init_filter_work(), filter_work_exports)),
  "src/app/lean-memory.ts": () => Promise.resolve().then(() => (init_lean_memory(), lean_memory_exports)),
  "src/cli/commands/hook.ts": () => Promise.resolve().then(() => (init_hook2(), hook_exports2)),
  "src/cli/commands/merge-driver.ts": () => Promise.resolve().then(() => (init_merge_driver2(), merge_driver_exports2)),
  "src/cli/program.ts": () => Promise.resolve().then(() => (init_program(), program_exports)),
  "src/cli/report-error.ts": () => Promise.resolve().then(() => (init_report_error(), report_error_exports)),
  "src/cli/reporter.ts": () => Promise.resolve().then(() => (init_reporter2(), reporter_exports))
};
export {
  load2 as load
};
