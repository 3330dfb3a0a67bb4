/** What the suites over transports work with. */
import { build } from "esbuild";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isBlobsyError } from "../../src/domain/errors.js";
import type { RemoteObject } from "../../src/transport/transport.js";
import type { ChildTask } from "./child.js";

/** Files on this side, and children to run. */
export class Desk {
  #dir = "";
  #count = 0;

  async open(): Promise<void> {
    this.#dir = await mkdtemp(path.join(tmpdir(), "contract-"));
    await chmod(this.#dir, 0o755);
    await mkdir(path.join(this.#dir, "files"));
    await chmod(path.join(this.#dir, "files"), 0o777);
    await build({
      entryPoints: [fileURLToPath(new URL("./child.ts", import.meta.url))],
      outfile: path.join(this.#dir, "child.mjs"),
      bundle: true,
      platform: "node",
      format: "esm",
      banner: {
        js: 'import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url);',
      },
    });
  }

  close(): Promise<void> {
    return rm(this.#dir, { recursive: true, force: true });
  }

  /** A path where nothing is. */
  path(): string {
    this.#count += 1;
    return path.join(this.#dir, "files", String(this.#count));
  }

  async file(content: Uint8Array): Promise<string> {
    const file = this.path();
    await writeFile(file, content);
    return file;
  }

  /** @returns what it printed, or "killed" */
  async child(task: ChildTask, user?: number, more: NodeJS.ProcessEnv = {}): Promise<unknown> {
    const command = [process.execPath, path.join(this.#dir, "child.mjs"), JSON.stringify(task)];
    const as = user === undefined ? {} : { uid: user, gid: user };
    const env = { ...process.env, ...more };
    const [program, ...args] = command as [string, ...string[]];
    try {
      const { stdout } = await promisify(execFile)(program, args, { ...as, cwd: "/", env });
      return JSON.parse(stdout) as unknown;
    } catch (error) {
      if ((error as { signal?: string }).signal === "SIGKILL") return "killed";
      throw error;
    }
  }
}

/** Bytes that differ by place and by length. */
export function bytes(size: number): Buffer {
  const content = Buffer.alloc(size);
  for (let at = 0; at < size; at += 1) content[at] = (at * 7 + (at >>> 9) + size) & 0xff;
  return content;
}

export function digest(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

export async function all(objects: AsyncIterable<RemoteObject>): Promise<RemoteObject[]> {
  const found: RemoteObject[] = [];
  for await (const object of objects) found.push(object);
  return found;
}

/** The code of the BlobsyError it fails with; "done" when it does not. Other errors are thrown. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (isBlobsyError(error)) return error.code;
    throw error;
  }
}
