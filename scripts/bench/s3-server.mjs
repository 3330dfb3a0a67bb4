/** A real S3 server on loopback to measure against: the one that the tests use. */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("../../test/helpers/radosgw.sh", import.meta.url));
const PROGRAMS = ["radosgw", "ceph-mon", "ceph-osd", "ceph"];

/** @throws when it is not installed, or does not come up */
export async function startServer(lab) {
  const missing = PROGRAMS.filter((name) => !lab.has(name));
  if (missing.length > 0) throw new Error(`not installed: ${missing.join(", ")}`);
  const [monitor, port] = [await freePort(), await freePort()];
  const child = spawn("bash", [SERVER, lab.folder("radosgw"), monitor, port].map(String), {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await new Promise((resolve, reject) => {
    child.stdout.on("data", resolve);
    child.on("exit", () => reject(new Error("radosgw did not start")));
  });
  const bucket = "bench";
  const endpoint = `http://127.0.0.1:${port}`;
  const env = {
    ...lab.env.plain,
    AWS_ACCESS_KEY_ID: "AKIAOWNER",
    AWS_SECRET_ACCESS_KEY: "owner-secret",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
  const { S3Client, CreateBucketCommand } = await import("@aws-sdk/client-s3");
  const client = new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "AKIAOWNER", secretAccessKey: "owner-secret" },
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  // rclone counts and deletes for all of them.
  const tooling = rclone({ env, endpoint, bucket });
  const run = (line) => lab.sh(line, { env: tooling.env });
  return {
    endpoint,
    bucket,
    env,
    count: (prefix) =>
      run(`rclone lsf -R --files-only ${tooling.at(prefix)}`)
        .trim()
        .split("\n").length,
    purge: (prefix) => void run(`rclone delete -q --checkers 32 ${tooling.at(prefix)}`),
    stop: () => child.stdin.end(),
  };
}

/** How rclone copies to and from this server. */
export function rclone(server) {
  const env = { ...server.env };
  // With these set, the S3 part of rclone 1.60 fails every request.
  for (const name of ["AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"]) delete env[name];
  Object.assign(env, {
    RCLONE_CONFIG: "/dev/null",
    RCLONE_S3_PROVIDER: "Ceph",
    RCLONE_S3_ENV_AUTH: "true",
    RCLONE_S3_ENDPOINT: server.endpoint,
  });
  const copy = (from, to) => `rclone copy -q --s3-no-check-bucket --transfers 8 ${from} ${to}`;
  return { env, copy, at: (prefix) => `:s3:${server.bucket}/${prefix}` };
}

function freePort() {
  return new Promise((resolve) => {
    const held = createServer();
    held.listen(0, "127.0.0.1", () => {
      const { port } = held.address();
      held.close(() => resolve(port));
    });
  });
}
