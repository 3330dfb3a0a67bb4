/**
 * How this user's Git gets out: the proxy and the certificates of their Git configuration, for the address
 * in question (`http.<url>.proxy` too). The environment says the rest, and no commit says anything.
 */
import { homedir } from "node:os";
import path from "node:path";
import { runGit } from "../git/git.js";
import type { Repository } from "../git/repository.js";
import type { TransportSpec } from "../transport/registry.js";
import type { WebWay } from "../transport/web-agents.js";

const AWS = "https://s3.amazonaws.com";

/** The same remote, with what the user's Git configuration says of the way to it. */
export async function withWebWay(repo: Repository, spec: TransportSpec): Promise<TransportSpec> {
  switch (spec.kind) {
    case "https":
      return { ...spec, ...(await webWay(repo, spec.url)) };
    case "s3":
      return { ...spec, ...(await webWay(repo, spec.endpoint ?? AWS)) };
    case "tool":
      return { ...spec, s3: { ...spec.s3, ...(await webWay(repo, spec.s3.endpoint ?? AWS)) } };
    default:
      return spec;
  }
}

async function webWay(repo: Repository, url: string): Promise<{ readonly way?: WebWay }> {
  const args = ["config", "-z", "--includes", "--get-urlmatch", "http", url];
  const { stdout } = await runGit(repo, args, { okCodes: [0, 1] });
  const values = new Map<string, string>();
  for (const pair of stdout.toString("utf8").split("\0")) {
    const at = pair.indexOf("\n");
    if (at > 0) values.set(pair.slice(0, at).toLowerCase(), pair.slice(at + 1));
  }
  const proxy = values.get("http.proxy");
  const authorities = values.get("http.sslcainfo");
  const way = {
    ...(proxy === undefined ? {} : { proxy }),
    ...(authorities ? { authorities: absolute(authorities) } : {}),
  };
  return Object.keys(way).length === 0 ? {} : { way };
}

/** As Git reads a path in its configuration (git-config(1), pathname). */
function absolute(file: string): string {
  return file.startsWith("~/") ? path.join(homedir(), file.slice(2)) : file;
}
