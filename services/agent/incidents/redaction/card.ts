const LONGEST = 19;

/** How card numbers are written: in fours, as 4-6-5 or 4-6-4, or without gaps. */
const FORMS = [
  /(?<!\d)\d{4}([ -])\d{4}\1\d{4}\1\d{4}\1\d{3}(?!\d)/g,
  /(?<!\d)\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?!\d)/g,
  /(?<!\d)\d{4}([ -])\d{6}\1\d{4,5}(?!\d)/g,
  /(?<!\d)\d{13,19}(?!\d)/g,
];

/** Digits and the gaps between them, with card numbers taken out: all of it, or what looks like one among others. */
export function withoutCards(digits: string): string {
  if (isCardNumber(digits)) return "[redacted card]";
  return FORMS.reduce(withoutForm, digits);
}

function withoutForm(text: string, form: RegExp): string {
  const pieces: string[] = [];
  let kept = 0;
  form.lastIndex = 0;
  for (let match = form.exec(text); match !== null; match = form.exec(text)) {
    const [found] = match;
    if (isCardNumber(found)) {
      pieces.push(text.slice(kept, match.index), "[redacted card]");
      kept = form.lastIndex;
    } else {
      // What begins within something that was none may be one.
      form.lastIndex = match.index + 1;
    }
  }
  return kept === 0 ? text : pieces.join("") + text.slice(kept);
}

/** Luhn's check. Card numbers begin with 2 to 6; timestamps and identifiers mostly do not pass both tests. */
function isCardNumber(text: string): boolean {
  const digits = text.replaceAll(/\D/g, "");
  if (digits.length > LONGEST || !/^[2-6]/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = Number(digits[digits.length - 1 - i]);
    if (i % 2 === 1 && (digit *= 2) > 9) digit -= 9;
    sum += digit;
  }
  return sum % 10 === 0;
}
