const MIN_LENGTH = 6;
let own: readonly string[] = [];

/**
 * Makes {@linkcode withoutOwn} take these values wherever they stand, also as base64, in a URL or in JSON. Values of fewer
 * than 6 characters are left out: they stand in ordinary words too.
 */
export function protectSecrets(values: readonly (string | undefined)[]): void {
  const forms = new Set<string>(own);
  for (const value of values) {
    if (value === undefined || value.length < MIN_LENGTH) continue;
    forms.add(value);
    forms.add(encodeURIComponent(value));
    forms.add(JSON.stringify(value).slice(1, -1));
    for (const shift of [0, 1, 2]) forms.add(base64Core(value, shift));
  }
  // The longest first: a value that holds another goes whole.
  own = [...forms].sort((a, b) => b.length - a.length);
}

/** What {@linkcode protectSecrets} was given so far, in every form. */
export function protectedForms(): readonly string[] {
  return own;
}

/** Protects what another thread protects. */
export function takeProtected(forms: readonly string[]): void {
  own = forms;
}

/** The part of the base64 of `value` that is the same whatever stands `shift` bytes before it and behind it. */
function base64Core(value: string, shift: number): string {
  const bytes = new TextEncoder().encode(value);
  const padded = new Uint8Array(shift + bytes.length);
  padded.set(bytes, shift);
  const text = btoa(String.fromCharCode(...padded)).replace(/={1,2}$/, "");
  const from = shift === 0 ? 0 : shift === 1 ? 2 : 3;
  const whole = Math.floor(((shift + bytes.length) * 8) / 6);
  return text.slice(from, whole);
}

/** Takes the agent's own secrets out of a text. */
export function withoutOwn(text: string): string {
  let out = text;
  for (const value of own) if (out.includes(value)) out = out.replaceAll(value, "[redacted value]");
  return out;
}
