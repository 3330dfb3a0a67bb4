/**
 * Builds commits that Git's porcelain refuses to make: any name, any bytes, links and gitlinks, put
 * together as raw tree objects in a bare repository.
 */
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readdirSync, readlinkSync } from "node:fs";
import path from "node:path";
import type { World } from "./world.js";

export interface Entry {
  /** Path from the root; each name is taken as it is, in bytes. */
  readonly at: string | Buffer;
  readonly content: string | Buffer;
  /** "100644" unless told; "120000" a link, "160000" a submodule (content is its commit). */
  readonly mode?: string;
}

interface Tree {
  readonly files: Map<string, { mode: string; oid: string }>;
  readonly dirs: Map<string, Tree>;
}

/** Text of a ref file in its usual form, unless `override` says otherwise. */
export function refText(content: Buffer, override: Partial<Record<string, string>> = {}): string {
  const hash = createHash("sha256").update(content).digest("hex");
  const fields: Record<string, string> = {
    format: "blobsy-bref/0.1",
    hash: `sha256:${hash}`,
    size: String(content.length),
    remote_key: `sha256/${hash}`,
    ...override,
  };
  const lines = Object.entries(fields).map(([key, value]) => `${key}: ${value}`);
  return ["# blobsy reference", ...lines, ""].join("\n");
}

/** A commit on top of `parent` with all of its entries and these. Returns its name. */
export function commitOf(
  w: World,
  gitDir: string,
  entries: readonly Entry[],
  parent: string | null,
): string {
  const git = (args: string[], input?: Buffer): string => {
    const ran = w.run(["git", "--git-dir", gitDir, ...args], input ? { input } : {});
    if (ran.code !== 0) throw new Error(`git ${args.join(" ")}: ${ran.stderr}`);
    return ran.stdout.trim();
  };
  const root = parent === null ? emptyTree() : readTree(w, gitDir, parent);
  for (const { at, content, mode = "100644" } of entries) {
    const oid =
      mode === "160000"
        ? content.toString()
        : git(["hash-object", "-w", "--stdin"], Buffer.from(content));
    put(root, Buffer.from(at).toString("latin1"), { mode, oid });
  }
  const write = (tree: Tree): string => {
    const all = [
      ...[...tree.files].map(([name, file]) => ({ name, sort: name, ...file })),
      ...[...tree.dirs].map(([name, dir]) => ({
        name,
        sort: `${name}/`,
        mode: "40000",
        oid: write(dir),
      })),
    ].sort((a, b) => (a.sort < b.sort ? -1 : 1));
    const raw = Buffer.concat(
      all.flatMap(({ mode, name, oid }) => [
        Buffer.from(`${mode} ${name}\0`, "latin1"),
        Buffer.from(oid, "hex"),
      ]),
    );
    return git(["hash-object", "-w", "-t", "tree", "--literally", "--stdin"], raw);
  };
  const tree = write(root);
  return git(["commit-tree", tree, "-m", "hostile", ...(parent === null ? [] : ["-p", parent])]);
}

function emptyTree(): Tree {
  return { files: new Map(), dirs: new Map() };
}

/** Names are kept as latin1 text: one character per byte. */
function put(tree: Tree, at: string, file: { mode: string; oid: string }): void {
  const cut = at.indexOf("/");
  if (cut === -1) {
    tree.files.set(at, file);
    return;
  }
  const dir = tree.dirs.get(at.slice(0, cut)) ?? emptyTree();
  tree.dirs.set(at.slice(0, cut), dir);
  put(dir, at.slice(cut + 1), file);
}

function readTree(w: World, gitDir: string, commit: string): Tree {
  const tree = emptyTree();
  const { stdout } = w.run(["git", "--git-dir", gitDir, "ls-tree", "-rz", commit]);
  for (const record of stdout.split("\0").filter(Boolean)) {
    const [meta = "", name = ""] = record.split("\t");
    const [mode = "", , oid = ""] = meta.split(" ");
    put(tree, Buffer.from(name).toString("latin1"), { mode, oid });
  }
  return tree;
}

/** What lies below a directory: kind, content or target, mode. `skip` leaves names out anywhere. */
export function inventory(dir: string, skip: readonly string[] = []): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (at: Buffer): void => {
    for (const name of readdirSync(at, { encoding: "buffer" })) {
      const text = name.toString("latin1");
      if (skip.includes(text)) continue;
      const full = Buffer.concat([at, Buffer.from("/"), name]);
      const stat = lstatSync(full);
      const key = path.relative(dir, full.toString("latin1"));
      if (stat.isDirectory()) {
        found[key] = "directory";
        walk(full);
      } else if (stat.isSymbolicLink()) found[key] = `link to ${readlinkSync(full)}`;
      else if (stat.isFile()) {
        const hash = createHash("sha256").update(readFileSync(full)).digest("hex");
        found[key] = `${(stat.mode & 0o777).toString(8)} ${hash}`;
      } else found[key] = "special";
    }
  };
  walk(Buffer.from(dir));
  return found;
}
