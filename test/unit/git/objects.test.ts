import { expect, it } from "vitest";
import { REF_FILE_LIMIT } from "../../../src/domain/bref.js";
import { readBlobs, readNamedBlobs } from "../../../src/git/objects.js";
import { gitWorld } from "./git-world.js";

it("blobs by their names, whatever their lengths; of a long one no more than is wanted", async () => {
  const repo = gitWorld().init("a");
  repo.commit("a", "text\n");
  repo.commit("empty", "");
  repo.commit("sub/long", "x".repeat(300_000));
  const at = await repo.find();
  const names = ["HEAD:a", "HEAD:none", "HEAD:empty", "HEAD:sub", "HEAD:sub/long", "HEAD:a"];
  const lengths = (limit?: number) =>
    readNamedBlobs(at, names, limit).then((all) => all.map((one) => one?.length ?? null));
  expect(await lengths()).toEqual([5, null, 0, null, REF_FILE_LIMIT + 1, 5]);
  expect(await lengths(1e6)).toEqual([5, null, 0, null, 300_000, 5]);
  expect(await lengths(3)).toEqual([3, null, 0, null, 3, 3]);
  const oid = repo.must("rev-parse", "HEAD:a").trim();
  const texts = await readBlobs(at, [oid, "0".repeat(40)]);
  expect([...texts].map(([name, text]) => [name, text.toString()])).toEqual([[oid, "text\n"]]);
});
