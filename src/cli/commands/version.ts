import type { Run } from "../host.js";

declare const BLOBSY_VERSION: string;

export const run: Run = async () => {
  const version = typeof BLOBSY_VERSION === "string" ? BLOBSY_VERSION : "0.0.0-source";
  return {
    result: { version, node: process.versions.node },
    answer: [`blobsy ${version} (node ${process.versions.node})`],
  };
};
