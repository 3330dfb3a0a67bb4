/**
 * An open file. Node's own FileHandle hands even opening and closing to a thread, which
 * for thousands of files costs more than reading them does; so here only what is long goes there.
 */
import { closeSync, constants, openSync, read, readFileSync, readSync } from "node:fs";

/** Up to so many bytes are read or written at once; a thread is told to do more. */
export const AT_ONCE = 64 * 1024;

export class OpenFile {
  #fd: number;

  /** @param fd closed with this */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /** @throws system errors */
  static toRead(file: string): OpenFile {
    return new OpenFile(openSync(file, "r"));
  }

  /** As `toRead`, without following a link at its end, nor waiting for whoever writes into a FIFO. */
  static toReadItself(file: string): OpenFile {
    const special = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    return new OpenFile(openSync(file, constants.O_RDONLY | special));
  }

  get fd(): number {
    return this.#fd;
  }

  /** Reads at `position`, fewer than `length` bytes at the end of the file. @throws system errors */
  async read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesRead: number }> {
    if (length <= AT_ONCE) {
      return { bytesRead: readSync(this.#fd, buffer, offset, length, position) };
    }
    return new Promise((done, failed) => {
      read(this.#fd, buffer, offset, length, position, (error, bytesRead) => {
        if (error) failed(error);
        else done({ bytesRead });
      });
    });
  }

  /** All of it, for files known to be small. @throws system errors */
  async readAll(): Promise<Buffer> {
    return readFileSync(this.#fd);
  }

  /** Twice does no harm. */
  async close(): Promise<void> {
    const fd = this.#fd;
    this.#fd = -1;
    if (fd !== -1) closeSync(fd);
  }
}

/** Opens a directory to hold on to, refusing a link. The caller closes it with `closeFd`. */
export function openDirFd(dir: string): number {
  return openSync(
    dir,
    constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0),
  );
}

export function closeFd(fd: number): void {
  closeSync(fd);
}
