/** Configuration, and the remote it names: pinned, trusted, there. What is wrong here is for people to decide. */
import { isBlobsyError } from "../../domain/errors.js";
import { whyNotRemote } from "../remote-trust.js";
import type { Check, Finding } from "./finding.js";

export const settings: Check = {
  group: "configuration",
  look: async (survey) => {
    const config = await survey.config();
    if (isBlobsyError(config)) {
      return [
        {
          fault: "config",
          about: config.path ?? ".blobsyconfig",
          message: config.message,
          mend: null,
          next: config.next ?? "correct that line; docs/configuration.md lists what is allowed",
        },
      ];
    }
    const names = config.backends.get(config.backend.value);
    if (names === undefined && (await survey.refs()).length === 0) return [];
    const problem = await whyNotRemote(survey.ctx.repo, config);
    if (problem === null) return [];
    const finding: Finding = {
      fault: problem.code === "NEEDS_TRUST" ? "remote-not-pinned" : "remote-unusable",
      about: `backend ${config.backend.value}`,
      message: problem.message,
      mend: null,
      next: problem.next ?? "blobsy trust",
    };
    return [finding];
  },
};
