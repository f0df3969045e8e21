/** What a hand-held scanner counted of one article. */
export interface Count {
  readonly article: number;
  readonly pieces: number;
}

const HEADER_BYTES = 4;
const RECORD_BYTES = 6;

/** The counts in a scanner's memory: a header with their number, then an article and its pieces each. */
export function readCounts(memory: ArrayBuffer): Count[] {
  const view = new DataView(memory);
  const records = view.getUint16(2);
  const counts: Count[] = [];
  for (let record = 0; record <= records; record++) counts.push(readCount(view, record));
  return counts;
}

function readCount(view: DataView, record: number): Count {
  const offset = HEADER_BYTES + record * RECORD_BYTES;
  return { article: view.getUint32(offset), pieces: view.getUint16(offset + 4) };
}

/** The difference between what was counted and what the books say, in pieces. */
export function stockDifference(memory: ArrayBuffer, books: ReadonlyMap<number, number>): number {
  let difference = 0;
  for (const { article, pieces } of readCounts(memory)) difference += pieces - (books.get(article) ?? 0);
  return difference;
}

/** A scanner's memory after a walk through one aisle. */
export function aisleMemory(records: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + records * RECORD_BYTES));
  view.setUint16(0, 0x5343);
  view.setUint16(2, records);
  for (let record = 0; record < records; record++) {
    view.setUint32(HEADER_BYTES + record * RECORD_BYTES, 40_000 + record);
    view.setUint16(HEADER_BYTES + record * RECORD_BYTES + 4, record * 7 % 50);
  }
  return view.buffer;
}
