/**
 * Lines by a name that each carries in itself, as records that a file grows by: a `Map` of strings takes
 * twice the memory, and a repository may have a hundred thousand of them. Pure.
 */

const BLOCK_BYTES = 256 * 1024;
const FIRST_SLOTS = 64;
const FREE = 0;
const GONE = 0xffffffff;

export class LineTable {
  private readonly blocks: Buffer[] = [];
  private used = BLOCK_BYTES;
  /** Where a line is, plus one, by the hash of its name. */
  private slots = new Uint32Array(FIRST_SLOTS);
  private taken = 0;
  private count = 0;

  /**
   * @param nameOf finds a line's name in it
   * @param seed any number: names come from strangers, who must not choose which ones share a slot
   */
  constructor(
    private readonly nameOf: (line: string) => string,
    private readonly seed: number,
  ) {}

  get size(): number {
    return this.count;
  }

  get(name: string): string | undefined {
    const slot = this.slotOf(name);
    return this.isLine(slot) ? this.lineAt(slot) : undefined;
  }

  /** Takes the place of an earlier line of that name. One longer than any record may be is left out. */
  set(line: string): void {
    if (line.length >= BLOCK_BYTES) return;
    if ((this.taken + 1) * 2 > this.slots.length) this.makeRoom();
    const slot = this.slotOf(this.nameOf(line));
    if (!this.isLine(slot)) {
      this.count += 1;
      this.taken += 1;
    }
    this.slots[slot] = this.keep(line) + 1;
  }

  /** @returns whether there was one */
  delete(name: string): boolean {
    const slot = this.slotOf(name);
    if (!this.isLine(slot)) return false;
    this.slots[slot] = GONE;
    this.count -= 1;
    return true;
  }

  clear(): void {
    this.blocks.length = 0;
    this.used = BLOCK_BYTES;
    this.slots = new Uint32Array(FIRST_SLOTS);
    this.taken = 0;
    this.count = 0;
  }

  *lines(): Generator<string> {
    for (let slot = 0; slot < this.slots.length; slot += 1) {
      if (this.isLine(slot)) yield this.lineAt(slot);
    }
  }

  /** The slot that a name has, or the free one it would get. */
  private slotOf(name: string): number {
    const mask = this.slots.length - 1;
    for (let slot = hashOf(name, this.seed) & mask; ; slot = (slot + 1) & mask) {
      if (this.slots[slot] === FREE) return slot;
      if (this.isLine(slot) && this.nameOf(this.lineAt(slot)) === name) return slot;
    }
  }

  private isLine(slot: number): boolean {
    return this.slots[slot] !== FREE && this.slots[slot] !== GONE;
  }

  private lineAt(slot: number): string {
    const at = (this.slots[slot] ?? 0) - 1;
    const block = this.blocks[Math.floor(at / BLOCK_BYTES)] ?? Buffer.alloc(0);
    const from = at % BLOCK_BYTES;
    return block.toString("latin1", from, block.indexOf(0x0a, from));
  }

  private keep(line: string): number {
    if (this.used + line.length + 1 > BLOCK_BYTES) {
      this.blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES));
      this.used = 0;
    }
    const from = this.used;
    this.used += this.blocks.at(-1)?.write(`${line}\n`, from, "latin1") ?? 0;
    return (this.blocks.length - 1) * BLOCK_BYTES + from;
  }

  private makeRoom(): void {
    const old = this.slots;
    this.slots = new Uint32Array(
      Math.max(FIRST_SLOTS, old.length * (this.count * 4 > old.length ? 2 : 1)),
    );
    this.taken = this.count;
    for (const at of old) {
      if (at === FREE || at === GONE) continue;
      this.slots[this.slotFor(at)] = at;
    }
  }

  /** A free slot, for a line of a name that has none yet. */
  private slotFor(at: number): number {
    const mask = this.slots.length - 1;
    const block = this.blocks[Math.floor((at - 1) / BLOCK_BYTES)] ?? Buffer.alloc(0);
    const from = (at - 1) % BLOCK_BYTES;
    const name = this.nameOf(block.toString("latin1", from, block.indexOf(0x0a, from)));
    let slot = hashOf(name, this.seed) & mask;
    while (this.slots[slot] !== FREE) slot = (slot + 1) & mask;
    return slot;
  }
}

/** The lines of a text in bytes, but for empty ones. */
export function* linesIn(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length;) {
    const found = bytes.indexOf(0x0a, at);
    const end = found === -1 ? bytes.length : found;
    if (end > at) yield bytes.toString("latin1", at, end);
    at = end + 1;
  }
}

/** A line with a checksum at its end. */
export function sealed(line: string): string {
  return `${line} ${checksum(line)}`;
}

/** Is it whole, and as it was written? */
export function isSealed(line: string): boolean {
  const end = line.lastIndexOf(" ");
  return end > 0 && line === sealed(line.slice(0, end));
}

/** FNV-1a, 32 bits, as eight digits: against torn lines and bad disks, not against anybody. */
function checksum(text: string): string {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  }
  return (sum >>> 0).toString(16).padStart(8, "0");
}

/** FNV-1a, and its halves mixed, as the lower bits choose the slot. */
function hashOf(name: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < name.length; at += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}
