/**
 * `fsck --remote`: has the remote every blob of the history, and whole? And are there uploads that nobody
 * will finish? The only check that asks the remote.
 */
import { BlobsyError, isBlobsyError } from "../../domain/errors.js";
import { namesContent } from "../../domain/remote-key.js";
import { formatCount } from "../../domain/size.js";
import {
  checkRemote,
  type RemoteFault,
  type RemoteFinding,
  repairRemote,
} from "../check-remote.js";
import { isShallow } from "../../git/history.js";
import type { HistoryBlob } from "../history-blobs.js";
import { openRemote } from "../remote.js";
import type { Check, Fault, Finding } from "./finding.js";
import type { Survey } from "./survey.js";

/** Nobody uploads one blob for longer, and a clock may be wrong by hours. */
const ABANDONED_MS = 2 * 24 * 3600 * 1000;

const SHALLOW =
  "this clone is shallow: the remote was asked for the blobs of the commits it has; git fetch --unshallow brings the others";

const FAULT_OF: Readonly<Record<RemoteFault, Fault>> = {
  missing: "remote-missing",
  "wrong-size": "remote-damaged",
  damaged: "remote-damaged",
  unreadable: "remote-unreadable",
};

export interface RemoteLook {
  /** Which part of the blobs is read back and hashed: 0 for none, 1 for all. */
  readonly readShare: number;
  /** Name of the backend; the configured default unless told. */
  readonly backend?: string;
  /** Told what was done, in one sentence. */
  readonly note: (line: string) => void;
}

/** One run's check; the look after a repair is at what the first look found. */
export function remoteCheck({ readShare, backend, note }: RemoteLook): Check {
  const which = backend === undefined ? {} : { backend };
  let suspects: readonly HistoryBlob[] | null = null;
  return {
    group: "remote",
    look: async (survey) => {
      const { ctx, signal } = survey;
      const again = { ...which, ...(suspects === null ? {} : { blobs: suspects }) };
      const share = suspects === null ? readShare : 1;
      const checked = await checkRemote(ctx, { ...again, readShare: share, signal });
      if (suspects === null) {
        const read = checked.read === 0 ? "" : `, and ${checked.read} of them read back`;
        if (await isShallow(ctx.repo)) note(SHALLOW);
        note(
          `${checked.url} was asked for ${formatCount(checked.asked, "blob")} of the history${read}`,
        );
        survey.read.add(checked.read, checked.readBytes);
      }
      suspects = checked.findings.map(({ blob }) => blob);
      const mend = async () => repair(survey, checked.findings, which);
      return [
        ...checked.findings.map((one) => blobFinding(one, mend)),
        ...checked.unreadableRefFiles.map(({ path, refOid, reason }): Finding => ({
          fault: "ref-file-in-history",
          about: `${path} (${refOid.slice(0, 12)})`,
          message: `a ref file of an earlier commit cannot be used: ${reason}`,
          mend: null,
          next: "git log --find-object with that id finds its commit",
        })),
        ...(await abandonedUploads(survey, backend).catch((error: unknown) => {
          // Few have the right to see them, and some servers do not know the question.
          if (!isBlobsyError(error) || !["PERMISSION", "IO"].includes(error.code)) throw error;
          note(`uploads that nobody finished were not looked for: ${error.message}`);
          return [];
        })),
      ];
    },
  };
}

function blobFinding({ fault, blob, message }: RemoteFinding, mend: () => Promise<void>): Finding {
  return {
    fault: FAULT_OF[fault],
    about: `${blob.path} (${blob.key})`,
    message,
    mend: fault === "unreadable" ? null : mend,
    next: fault === "unreadable" ? "try again later" : "blobsy push, in a clone that has it",
  };
}

/** @throws {BlobsyError} the first blob that this clone cannot bring either */
async function repair(
  survey: Survey,
  findings: readonly RemoteFinding[],
  which: { readonly backend?: string },
): Promise<void> {
  const { ctx, signal } = survey;
  const { failed } = await repairRemote(ctx, findings, { ...which, signal });
  const [first] = failed;
  if (first !== undefined) throw first.error;
}

async function abandonedUploads(survey: Survey, backend?: string): Promise<Finding[]> {
  const { transport } = await openRemote(survey.ctx, backend);
  const options = { signal: survey.signal };
  const found: Finding[] = [];
  for await (const upload of transport.unfinished?.(options) ?? []) {
    const age = Date.now() - upload.begunAt;
    // Not one that somebody may still be at, whose age is not known, or that is another program's.
    if (!(age >= ABANDONED_MS) || !namesContent(upload.key)) continue;
    found.push({
      fault: "remote-unfinished",
      about: upload.key,
      message: `an upload was begun ${Math.floor(age / 86_400_000)} days ago and never finished; its parts take up room`,
      mend: async () => transport.abandon?.(upload, options),
    });
  }
  return found;
}

/** @param text "25%", or a number from 0 to 1 @throws {BlobsyError} USAGE */
export function readShareOf(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const share = Number(digits) / (percent ? 100 : 1);
  if (share > 0 && share <= 1) return share;
  throw new BlobsyError("USAGE", `--read-data takes a share such as 25%, not ${text}`);
}
