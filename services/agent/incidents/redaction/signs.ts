/** One character out of a set, or possibly one. */
export type Step = string | { readonly maybe: string };

/** A few characters in a row that tell that something may be there. */
export type Sign = readonly Step[];

/** Stands for every character beyond ASCII in a step. */
export const BEYOND_ASCII = "\u0080";
/** What `\s` may match. */
export const SPACE = ` \t\n\v\f\r${BEYOND_ASCII}`;

/** The characters of `text`, capitals or not. */
export function anyCase(text: string): string[] {
  return [...text].map((c) => c.toLowerCase() + c.toUpperCase());
}

/** The characters of `text`. */
export function exact(text: string): string[] {
  return [...text];
}

/** One of `characters`, or none. */
export function maybe(characters: string): Step {
  return { maybe: characters };
}

/** Which of up to 31 lists of signs a text holds, as bits. */
export type Scan = (text: string) => number;

const UNKNOWN = 0xffff;

/**
 * Makes one pass over the text out of all signs: a deterministic automaton over ASCII, in which everything beyond is one
 * character. Its states are made when a text first leads to them; when there are `maxStates`, it starts over.
 *
 * @throws {RangeError} when there are too many lists.
 */
export function compileScan(lists: readonly (readonly Sign[])[], maxStates = 2_048): Scan {
  if (lists.length > 31) throw new RangeError(`Cannot scan for ${lists.length} lists of signs: at most 31`);
  const { places, starts } = placesOf(lists);
  const { columns, samples } = columnsOf(lists);
  const width = samples.length;
  const table = new Uint16Array(maxStates * width).fill(UNKNOWN);
  const found = new Uint32Array(maxStates);
  const known = new Map<string, number>();
  let states: (readonly number[])[] = [];

  /** The state of being at these places, in order; places that are always there (the signs' starts) are left out. */
  const stateOf = (at: readonly number[]): number => {
    const name = at.join();
    const number = known.get(name) ?? states.push(at) - 1;
    known.set(name, number);
    found[number] = at.reduce((bits, place) => bits | places[place]!.found, 0);
    return number;
  };
  const grow = (state: number, column: number): number => {
    const moved = [...starts, ...states[state]!].filter((place) => places[place]!.wanted.includes(samples[column]!))
      .flatMap((place) => places[place]!.next);
    const at = [...new Set(moved)].sort((a, b) => a - b);
    if (states.length === maxStates) {
      known.clear();
      states = [];
      table.fill(UNKNOWN);
      stateOf([]);
      return stateOf(at);
    }
    return table[state * width + column] = stateOf(at);
  };
  stateOf([]);
  return (text) => {
    let state = 0;
    let bits = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      const column = columns[code < 128 ? code : 128]!;
      const next = table[state * width + column]!;
      state = next === UNKNOWN ? grow(state, column) : next;
      bits |= found[state]!;
    }
    return bits;
  };
}

/** A place within a sign: what has to come next, and where that leads. */
interface Place {
  readonly wanted: string;
  readonly next: readonly number[];
  /** The bit of the sign's list at the sign's end. */
  readonly found: number;
}

function placesOf(lists: readonly (readonly Sign[])[]): { places: readonly Place[]; starts: readonly number[] } {
  const places: Place[] = [];
  const starts: number[] = [];
  for (const [index, list] of lists.entries()) {
    for (const sign of list) {
      const first = places.length;
      /** The place before a step, and those behind the steps from there on that may be left out. */
      const reached = (step: number): number[] => {
        const left = sign[step] !== undefined && typeof sign[step] !== "string";
        return left ? [first + step, ...reached(step + 1)] : [first + step];
      };
      for (let step = 0; step <= sign.length; step++) {
        const wanted = sign[step];
        places.push(
          wanted === undefined
            ? { wanted: "", next: [], found: 1 << index }
            : { wanted: charactersOf(wanted), next: reached(step + 1), found: 0 },
        );
      }
      starts.push(...reached(0));
    }
  }
  return { places, starts };
}

/** Characters that all signs treat alike share a column of the table, so that it stays small; one sample of each. */
function columnsOf(lists: readonly (readonly Sign[])[]): { columns: Uint8Array; samples: readonly string[] } {
  const sets = [...new Set(lists.flat(2).map(charactersOf))];
  const columns = new Uint8Array(129);
  const known = new Map<string, number>();
  const samples: string[] = [];
  for (let code = 0; code <= 128; code++) {
    const character = code === 128 ? BEYOND_ASCII : String.fromCharCode(code);
    const name = sets.map((set) => set.includes(character) ? "1" : "0").join("");
    if (!known.has(name)) known.set(name, samples.push(character) - 1);
    columns[code] = known.get(name)!;
  }
  return { columns, samples };
}

function charactersOf(step: Step): string {
  return typeof step === "string" ? step : step.maybe;
}
