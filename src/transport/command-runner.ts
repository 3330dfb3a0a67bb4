/** Turns one of a backend's templates into a program call, and runs it. */
import path from "node:path";
import {
  fillIn,
  shellText,
  splitTemplate,
  valuesAsEnvironment,
  type Values,
} from "../domain/command-template.js";
import { BlobsyError } from "../domain/errors.js";
import { pasteWord } from "../domain/shell-words.js";
import { absolutePath, findProgram } from "../fs/find-program.js";
import { runChild, type ChildCall, type ChildEnd } from "./child.js";
import type { Explained } from "./explain-child.js";
import type { TransportOptions } from "./transport.js";

export type CommandName = "push" | "pull" | "exists" | "list" | "remove";

/** A command backend that may be used now (app/command-trust.ts). */
export interface CommandSpec {
  readonly kind: "command";
  /** The backend's name. */
  readonly name: string;
  readonly id: string;
  readonly templates: { readonly [Name in CommandName]?: CommandTemplate };
  /** Let a shell read the templates. */
  readonly shell: boolean;
  /** How long any of them may run, in milliseconds; by size unless told. */
  readonly limitMs?: number;
  /** Absolute: where their own directories are made. */
  readonly scratch: string;
  /** Whatever lies below these came with a commit, and is no program. */
  readonly notBelow: readonly string[];
}

export interface CommandTemplate {
  readonly text: string;
  /** From the user's own configuration: it may name a program wherever it lies. */
  readonly own: boolean;
}

/** What will run: a program by its absolute path, and its words. */
export interface Resolved {
  readonly program: string;
  readonly args: readonly string[];
  readonly verbatim: boolean;
}

export interface RunOptions extends Pick<TransportOptions, "signal"> {
  /** Bytes to be moved: they take their time. */
  readonly size?: number;
  /** Where the command writes what it downloads. */
  readonly out?: string;
  readonly stdoutFd?: number;
  readonly watch?: () => boolean;
}

const BASE_LIMIT_MS = 10 * 60 * 1000;
/** Bytes per millisecond of the slowest line that is still waited for: 32 KiB per second. */
const SLOWEST = 32.768;

/** How long moving so many bytes may take. */
export function timeFor(bytes: number): number {
  return Math.min(BASE_LIMIT_MS + bytes / SLOWEST, 2 ** 31 - 1);
}

export class CommandRunner {
  readonly #spec: CommandSpec;

  constructor(spec: CommandSpec) {
    this.#spec = spec;
  }

  nameOf(name: CommandName): string {
    return `the ${name} command of backend "${this.#spec.name}"`;
  }

  describe(name: CommandName, size: number): Explained {
    const lengthen = `git config ${pasteWord(`blobsy.backend.${this.#spec.name}.timeLimit`)} 12h`;
    const look = this.look(name);
    return { what: this.nameOf(name), limitMs: this.#limitMs(size), lengthen, look };
  }

  /** How to see the template. */
  look(name: CommandName): string {
    return `blobsy config get ${pasteWord(`backend.${this.#spec.name}.${name}`)}`;
  }

  /**
   * What this command would run, its placeholders not filled in.
   * @throws {BlobsyError} BAD_CONFIG when there is none, or it cannot be run
   */
  find(name: CommandName): Resolved {
    const template = this.#spec.templates[name];
    if (template === undefined) {
      throw this.#bad(`backend "${this.#spec.name}" has no ${name} command`);
    }
    return this.#spec.shell ? throughShell(template.text) : this.#words(name, template);
  }

  /** @throws {BlobsyError} BAD_CONFIG, and IO when the program cannot be started */
  async run(
    name: CommandName,
    cwd: string,
    values: Values,
    { size = 0, out, ...options }: RunOptions,
  ): Promise<ChildEnd> {
    const { program, args, verbatim } = this.find(name);
    const call: ChildCall = {
      program,
      args: this.#spec.shell ? args : args.map((word) => fillIn(word, values)),
      verbatim,
      cwd,
      limitMs: this.#limitMs(size),
      env: {
        ...valuesAsEnvironment(values),
        BLOBSY_TEMP_OUT: out,
        PATH: absolutePath(this.#spec.notBelow),
      },
      signal: options.signal,
      ...(options.stdoutFd === undefined ? {} : { stdoutFd: options.stdoutFd }),
      ...(options.watch === undefined ? {} : { watch: options.watch }),
    };
    try {
      return await runChild(call);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new BlobsyError("IO", `${this.nameOf(name)} cannot be started: ${why}`, {
        cause: error,
      });
    }
  }

  #words(name: CommandName, { text, own }: CommandTemplate): Resolved {
    const words = splitTemplate(text);
    if (!words.ok) throw this.#bad(`${this.nameOf(name)} cannot be used: ${words.reason}`);
    const [first, ...args] = words.value;
    const isNamedByPath = /[/\\]/.test(first);
    if (isNamedByPath && !path.isAbsolute(first)) {
      const why = "name a program on PATH, or one by its absolute path";
      throw this.#bad(`${this.nameOf(name)} starts with ${first}, a relative path: ${why}`);
    }
    const program = findProgram(first, own && isNamedByPath ? [] : this.#spec.notBelow);
    if (program === undefined) {
      const where = isNamedByPath
        ? "is no program outside this repository"
        : "was not found on PATH";
      throw this.#bad(`${this.nameOf(name)} cannot run: ${first} ${where}`);
    }
    return { program, args, verbatim: false };
  }

  #limitMs(size: number): number {
    return this.#spec.limitMs ?? timeFor(size);
  }

  #bad(message: string): BlobsyError {
    return new BlobsyError("BAD_CONFIG", message);
  }
}

function throughShell(template: string): Resolved {
  if (process.platform === "win32") {
    const system = process.env["SystemRoot"] ?? String.raw`C:\Windows`;
    const program = path.join(system, "System32", "cmd.exe");
    // /d: without what the registry would run first. /s: the outer quotes are not part of it.
    return { program, args: ["/d", "/s", "/c", `"${shellText(template, "cmd")}"`], verbatim: true };
  }
  return { program: "/bin/sh", args: ["-c", shellText(template, "sh")], verbatim: false };
}
