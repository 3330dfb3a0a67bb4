/**
 * How many bytes may be on their way together. Where one run of a program takes many files, each may
 * have a temporary copy until the run has ended: they must not fill the disk.
 */
const MOST_BYTES = 4 * 1024 ** 3;

export class InFlight {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #bytes = 0;
  #jobs = 0;

  constructor(most = MOST_BYTES) {
    this.#most = most;
  }

  /** Runs `work` when there is room for it; one that is too large for any room runs alone. */
  async run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    while (this.#jobs > 0 && this.#bytes + bytes > this.#most) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#jobs += 1;
    this.#bytes += bytes;
    try {
      return await work();
    } finally {
      this.#jobs -= 1;
      this.#bytes -= bytes;
      // Each looks for itself whether there is room now.
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }
}
