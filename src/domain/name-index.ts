/**
 * Finds the records of one buffer by their names. A `Map` takes some 200 bytes of memory for each small
 * record, and this takes eight: repositories have a hundred thousand payloads. Pure.
 */

/** Half of the slots stay free, so that a free one is met soon. */
const ROOM = 2;

export class NameIndex {
  /** Position of a record in `starts`, plus one, by the hash of its name; 0 where there is none. */
  private readonly slots: Uint32Array;

  /**
   * @param bytes not changed while this is in use
   * @param starts where each record's name begins; of records with one name the first is found
   * @param end the byte that ends every name
   * @param seed any number: names come from strangers, who must not choose which ones share a slot
   */
  constructor(
    readonly bytes: Uint8Array,
    private readonly starts: Uint32Array,
    private readonly end: number,
    private readonly seed: number,
  ) {
    let size = 16;
    while (size < starts.length * ROOM) size *= 2;
    this.slots = new Uint32Array(size);
    for (let at = 0; at < starts.length; at += 1) {
      const from = starts[at] ?? 0;
      const slot = this.slotOf(bytes, from, bytes.indexOf(end, from));
      if (this.slots[slot] === 0) this.slots[slot] = at + 1;
    }
  }

  get size(): number {
    return this.starts.length;
  }

  /** @returns the record's number, counted from 0; -1 when there is none of that name */
  find(name: string): number {
    if (this.starts.length === 0) return -1;
    const wanted = Buffer.from(name);
    return (this.slots[this.slotOf(wanted, 0, wanted.length)] ?? 0) - 1;
  }

  /** Where the name of a record begins. */
  startOf(record: number): number {
    return this.starts[record] ?? this.bytes.length;
  }

  /** Where it ends. */
  endOf(record: number): number {
    return this.bytes.indexOf(this.end, this.startOf(record));
  }

  /** The slot that a name has, or would get. */
  private slotOf(bytes: Uint8Array, from: number, to: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hashOf(bytes, from, to, this.seed) & mask; ; slot = (slot + 1) & mask) {
      const found = this.slots[slot] ?? 0;
      if (found === 0 || this.isName(this.starts[found - 1] ?? 0, bytes, from, to)) return slot;
    }
  }

  private isName(start: number, bytes: Uint8Array, from: number, to: number): boolean {
    const length = to - from;
    if (this.bytes[start + length] !== this.end) return false;
    for (let at = 0; at < length; at += 1) {
      if (this.bytes[start + at] !== bytes[from + at]) return false;
    }
    return true;
  }
}

/** FNV-1a, and its halves mixed, as the lower bits choose the slot. */
function hashOf(bytes: Uint8Array, from: number, to: number, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}
