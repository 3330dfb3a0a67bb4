/** Push to and pull from an S3 bucket, beside rclone and aws-cli on the same server and files. */
import { randomBytes } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { GIB, KIB, MIB } from "../lab.mjs";
import { compare } from "../measure.mjs";
import { rclone, startServer } from "../s3-server.mjs";
import { ratio } from "../table.mjs";

export async function* s3(lab) {
  const server = await startServer(lab);
  try {
    for (const [count, size, say] of [
      [1, lab.scaled(GIB / MIB) * MIB, "one payload"],
      [lab.scaled(500), MIB, "payloads of 1 MiB"],
      [lab.scaled(5000), KIB, "payloads of 1 KiB"],
    ]) {
      yield measure(lab, server, { count, size, say });
    }
  } finally {
    server.stop();
  }
}

function measure(lab, server, { count, size, say }) {
  const files = lab.folder("s3-files");
  lab.files(files, count, size);
  const tools = ["rclone", "aws"].filter((name) => lab.has(name));
  const others = { rclone: rclone(server), aws: aws(server) };
  const up = compare(lab, [
    pushing(lab, server, files, count),
    ...tools.map((name) => copyingUp(server, name, others[name], files)),
  ]);
  const down = compare(lab, [
    pulling(lab, server, files, count),
    ...tools.map((name) => copyingDown(lab, server, name, others[name], files, count)),
  ]);
  lab.remove(files);
  const samples = new Map();
  for (const [way, found] of [
    ["up", up],
    ["down", down],
  ]) {
    for (const [name, times] of found) samples.set(`${name}, ${way}`, times);
  }
  const against = (tool, way, what) => ({
    say: `${what === "cpu" ? "CPU" : "wall"} of ${tool}, ${way}`,
    value: ratio(samples, `blobsy, ${way}`, `${tool}, ${way}`, what),
  });
  const targets = tools.flatMap((tool) =>
    ["up", "down"].flatMap((way) => [against(tool, way, "wall"), against(tool, way, "cpu")]),
  );
  const title = `${count} ${say}, ${Math.round((count * size) / KIB)} KiB in all, radosgw`;
  return { title, samples, targets, notes: tools.length === 2 ? [] : ["rclone or aws is missing"] };
}

/** A repository that has everything committed and nothing pushed; each run gets a prefix of its own. */
export function repository(lab, server, files) {
  const dir = lab.folder("s3-repository");
  const env = { ...lab.env.blobsy, ...server.env };
  const sh = (line) => lab.sh(line, { cwd: dir, env });
  sh(
    `git init -q work && cd work && git config blobsy.backend.default.endpoint ${server.endpoint}`,
  );
  sh(`cd work && blobsy init --quiet s3://${server.bucket}/start && git commit -qm 'set up'`);
  sh(`cd work && printf '[externalize]\\n\\talways = *.bin\\n' >>.blobsyconfig`);
  sh(`cd work && cp -r "${files}"/. . && blobsy track --quiet . && git commit -qam payloads`);
  return { work: path.join(dir, "work"), env, dir };
}

function pushing(lab, server, files, count) {
  const { work, env } = repository(lab, server, files);
  return {
    name: "blobsy",
    before() {
      const prefix = `push-${randomBytes(4).toString("hex")}`;
      const url = `s3://${server.bucket}/${prefix}`;
      lab.sh(`git config blobsy.backend.default.url ${url}`, { cwd: work, env });
      return prefix;
    },
    run: () => ({ line: "blobsy push --quiet", cwd: work, env }),
    after(prefix) {
      const found = server.count(prefix);
      if (found !== count) throw new Error(`blobsy pushed ${found} of ${count}`);
      server.purge(prefix);
    },
  };
}

function pulling(lab, server, files, count) {
  const { work, env, dir } = repository(lab, server, files);
  const prefix = `pull-${randomBytes(4).toString("hex")}`;
  const url = `s3://${server.bucket}/${prefix}`;
  lab.sh(`git config blobsy.backend.default.url ${url} && blobsy push -q`, { cwd: work, env });
  let round = 0;
  return {
    name: "blobsy",
    before() {
      const to = path.join(dir, `clone${(round += 1)}`);
      lab.sh(`BLOBSY_SKIP_SMUDGE=1 git clone -q work "${to}"`, { cwd: dir, env });
      const setUp = `git config blobsy.backend.default.endpoint ${server.endpoint}`;
      lab.sh(`${setUp} && git config blobsy.backend.default.url ${url}`, { cwd: to, env });
      return to;
    },
    run: (to) => ({ line: "blobsy pull --quiet", cwd: to, env }),
    after(to) {
      assertWhole(to, count, "blobsy");
      lab.remove(to);
    },
  };
}

function copyingUp(server, name, tool, files) {
  return {
    name,
    before: () => `${name}-${randomBytes(4).toString("hex")}`,
    run: (prefix) => ({ line: tool.copy(`"${files}"`, tool.at(prefix)), env: tool.env }),
    after: (prefix) => server.purge(prefix),
  };
}

function copyingDown(lab, server, name, tool, files, count) {
  const prefix = `${name}-down-${randomBytes(4).toString("hex")}`;
  lab.sh(tool.copy(`"${files}"`, tool.at(prefix)), { env: tool.env });
  return {
    name,
    before: () => lab.folder(`s3-${name}`),
    // As durable as what blobsy does.
    run: (to) => ({
      line: `${tool.copy(tool.at(prefix), `"${to}"`)} && sync -f "${to}"`,
      env: tool.env,
    }),
    after(to) {
      assertWhole(to, count, name);
      lab.remove(to);
    },
  };
}

function assertWhole(dir, count, name) {
  const isWhole = (file) => file.endsWith(".bin") && statSync(path.join(dir, file)).size > 0;
  const found = readdirSync(dir, { recursive: true }).filter(isWhole).length;
  if (found !== count) throw new Error(`${name} brought ${found} of ${count}`);
}

function aws(server) {
  const copy = (from, to) =>
    `aws --endpoint-url ${server.endpoint} s3 cp --quiet --recursive ${from} ${to}`;
  const env = { ...server.env };
  delete env["AWS_CA_BUNDLE"];
  return { env, copy, at: (prefix) => `s3://${server.bucket}/${prefix}` };
}
