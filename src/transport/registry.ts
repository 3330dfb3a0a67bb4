/** The one list of transports. Each is loaded when it is first used. */
import { isTracing } from "../fs/trace.js";
import type { CommandSpec } from "./command-runner.js";
import type { HttpsSpec } from "./https.js";
import { withRetry } from "./retry.js";
import type { S3Spec } from "./s3-client.js";
import type { ToolSpec } from "./tool-spec.js";
import type { Transport } from "./transport.js";

/** Where a remote is, checked and trusted before (app/remote-trust.ts). */
export interface LocalSpec {
  readonly kind: "local";
  /** Absolute and real. */
  readonly dir: string;
}

/** A further kind is one more member here and one more line in `OPENERS`. */
export type TransportSpec = LocalSpec | HttpsSpec | S3Spec | CommandSpec | ToolSpec;

type Openers = {
  readonly [Kind in TransportSpec["kind"]]: (
    spec: Extract<TransportSpec, { kind: Kind }>,
  ) => Promise<Transport>;
};

const OPENERS: Openers = {
  local: async ({ dir }) => (await import("./local.js")).openLocal(dir),
  https: async (spec) => (await import("./https.js")).openHttps(spec),
  command: async (spec) => (await import("./command.js")).openCommand(spec),
  tool: async (spec) => (await import("./tool.js")).openTool(spec),
  s3: async (spec) => (await import("./s3.js")).openS3(spec),
};

/** Opens a transport that repeats what is worth repeating. Reaches nobody yet. */
export async function openTransport(spec: TransportSpec): Promise<Transport> {
  const transport = withRetry(await openBare(spec));
  return isTracing() ? (await import("./trace.js")).withTrace(transport) : transport;
}

function openBare<Kind extends TransportSpec["kind"]>(
  spec: Extract<TransportSpec, { kind: Kind }>,
): Promise<Transport> {
  const openers: Openers = OPENERS;
  return openers[spec.kind](spec);
}
