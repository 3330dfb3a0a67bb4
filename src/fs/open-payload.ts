/** Opens what may be anything: a payload path holds whatever the user, or a commit, put there. */
import { BlobsyError, errnoOf, fromErrno } from "../domain/errors.js";
import { OpenFile } from "./open-file.js";

const MACHINE_TROUBLE = new Set(["EIO", "EMFILE", "ENFILE", "ENOMEM"]);

/**
 * Opens to read, without following a link, and without waiting for whoever writes into a FIFO.
 * @throws {BlobsyError} PAYLOAD_UNREADABLE, or IO when it is the machine that fails
 */
export async function openPayload(file: string): Promise<OpenFile> {
  try {
    return OpenFile.toReadItself(file);
  } catch (error) {
    const errno = errnoOf(error);
    if (MACHINE_TROUBLE.has(errno ?? "")) throw fromErrno(error, `cannot read ${file}`, file);
    const what = errno === "ELOOP" ? "is a symbolic link" : `cannot be opened (${errno})`;
    throw new BlobsyError("PAYLOAD_UNREADABLE", `${file} ${what}`, { path: file, cause: error });
  }
}
