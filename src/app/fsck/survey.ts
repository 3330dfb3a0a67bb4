/**
 * What several checks look at, read once per pass: index, ref files, stat cache, what was hashed. Reading
 * it changes nothing, not even what blobsy remembers: `fsck` without `--repair` leaves no trace.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Compression, parseRefFile, type RefFile } from "../../domain/bref.js";
import type { Config } from "../../domain/config.js";
import { type BlobsyError, isBlobsyError } from "../../domain/errors.js";
import type { Oid } from "../../domain/oid.js";
import { checkRefPath, type PayloadPath, REF_SUFFIX } from "../../domain/repo-path.js";
import { runGit } from "../../git/git.js";
import type { PushedRef } from "../../git/history.js";
import { lstatFacts } from "../../fs/facts.js";
import { checkParents } from "../../fs/safe-parent.js";
import { type IndexEntry, type IndexListing, listIndex } from "../../git/index-entries.js";
import { StatCache } from "../../worktree/stat-cache.js";
import type { RefusedPath } from "../assess.js";
import type { Context } from "../context.js";
import { readRef, type RefOnDisk } from "../observe.js";
import type { ProgressTask } from "../reporter.js";

/** A ref file of the index, with what lies in the worktree. */
export interface SurveyedRef {
  readonly payload: PayloadPath;
  readonly disk: RefOnDisk;
  readonly entries: readonly IndexEntry[];
}

/** A blob that something names. */
export interface NamedBlob {
  readonly oid: Oid;
  readonly size: number;
  readonly key: string;
  /** The payload whose ref file names it; another commit's where `commit` is told. */
  readonly path: PayloadPath;
  readonly commit?: string;
  readonly compressed?: Compression;
}

export class Survey {
  private indexRead: Promise<IndexListing> | undefined;
  private refsRead: Promise<{ refs: SurveyedRef[]; refused: RefusedPath[] }> | undefined;
  private blobsRead: Promise<ReadonlyMap<Oid, NamedBlob>> | undefined;
  private cacheRead: StatCache | undefined;

  /**
   * @param all ref files of every commit count, not only those of the worktree
   * @param read counts what is read
   */
  constructor(
    readonly ctx: Context,
    readonly all: boolean,
    readonly read: ProgressTask,
    readonly signal: AbortSignal,
  ) {}

  get worktree(): string {
    return this.ctx.repo.worktree;
  }

  get cache(): StatCache {
    return (this.cacheRead ??= StatCache.load(this.ctx.repo.worktreeState));
  }

  index(): Promise<IndexListing> {
    return (this.indexRead ??= listIndex(this.ctx.repo));
  }

  /** Every ref file of the index that may have a payload. */
  async refs(): Promise<readonly SurveyedRef[]> {
    return (await this.surveyRefs()).refs;
  }

  async refused(): Promise<readonly RefusedPath[]> {
    return (await this.surveyRefs()).refused;
  }

  private surveyRefs(): NonNullable<typeof this.refsRead> {
    return (this.refsRead ??= this.index().then((index) => {
      const refs: SurveyedRef[] = [];
      const refused: RefusedPath[] = [];
      for (const [name, entries] of index) {
        if (!name.endsWith(REF_SUFFIX)) continue;
        const checked = checkRefPath(name, process.platform);
        const isPlain = entries.every(({ mode }) => mode.startsWith("100"));
        if (!checked.ok) refused.push({ refPath: name, reason: checked.reason });
        else if (!isPlain) refused.push({ refPath: name, reason: "it is no regular file" });
        else refs.push({ payload: checked.payload, disk: this.readDisk(checked.payload), entries });
      }
      return { refs, refused };
    }));
  }

  private readDisk(payload: PayloadPath): RefOnDisk {
    return readRef(this.worktree, payload);
  }

  /** A regular file lies at the payload's path, which leads there through no link, and Git has not got it. */
  async isPayloadThere(payload: string): Promise<boolean> {
    if ((await this.index()).has(payload)) return false;
    try {
      const parent = checkParents(this.worktree, payload);
      if (parent === null) return false;
      parent.close();
      return lstatFacts(path.join(this.worktree, payload))?.kind === "file";
    } catch {
      return false; // paths.ts tells why
    }
  }

  /** Payloads that blobsy knows, and those it will when it looks. */
  async known(): Promise<string[]> {
    const known = new Set<string>(this.cache.paths());
    for (const { payload, disk } of await this.refs()) {
      if (disk.kind === "hash" && (await this.isPayloadThere(payload))) known.add(payload);
    }
    return [...known];
  }

  /** Every blob that a ref file names, of the worktree and with `all` of every commit. */
  blobs(): Promise<ReadonlyMap<Oid, NamedBlob>> {
    return (this.blobsRead ??= this.readNamed());
  }

  private async readNamed(): Promise<ReadonlyMap<Oid, NamedBlob>> {
    const blobs = new Map<Oid, NamedBlob>();
    for (const { payload, disk } of await this.refs()) {
      if (disk.kind === "hash") blobs.set(disk.ref.oid, namedBy(payload, disk.ref));
    }
    if (!this.all) return blobs;
    const { refFilesToPublish } = await import("../../git/history.js");
    const published = refFilesToPublish(this.ctx.repo, await this.tips(), []);
    for await (const { path: name, content } of published) {
      const checked = checkRefPath(name, process.platform);
      const parsed = parseRefFile(content);
      if (!checked.ok || !parsed.ok || blobs.has(parsed.ref.oid)) continue;
      blobs.set(parsed.ref.oid, namedBy(checked.payload, parsed.ref));
    }
    return blobs;
  }

  /** Everything that a ref leads to, as if it were about to be pushed. */
  private async tips(): Promise<PushedRef[]> {
    const args = ["for-each-ref", "--format=%(objectname)"];
    const { stdout } = await runGit(this.ctx.repo, args);
    const oids = stdout.toString("latin1").split("\n").filter(Boolean);
    return oids.map((localOid) => ({
      localRef: "",
      localOid,
      remoteRef: "",
      remoteOid: "",
      isDelete: false,
    }));
  }

  /** The configuration, or what is wrong with it. */
  async config(): Promise<Config | BlobsyError> {
    try {
      return await this.ctx.config();
    } catch (error) {
      if (isBlobsyError(error)) return error;
      throw error;
    }
  }
}

function namedBy(payload: PayloadPath, ref: RefFile): NamedBlob {
  const { oid, size, remoteKey, compressed } = ref;
  const extra = compressed === undefined ? {} : { compressed };
  return { oid, size, key: remoteKey, path: payload, ...extra };
}

/** The text of a file in a git directory, `null` where there is none that can be read. */
export function readIfThere(...names: string[]): Buffer | null {
  try {
    return readFileSync(path.join(...names));
  } catch {
    return null;
  }
}
