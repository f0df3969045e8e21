/** A telephone number in international form. */
export const E164 = /^\+[1-9]\d{6,14}$/;
export const NUMBER_EXPECTED = "expected numbers in international form, e.g. +14155238886";

/** A number without spaces, dashes, brackets and Twilio's `whatsapp:` before it. */
export function bareNumber(text: string): string {
  return text.replace(/^\s*whatsapp:/i, "").replaceAll(/[\s().-]/g, "");
}

/**
 * Mobile numbers that are written in two ways, and the longer of them: Mexico's and Argentina's have a digit that is only
 * dialed from abroad or on WhatsApp, Brazil's got a ninth digit that WhatsApp leaves out of older accounts.
 */
const TWO_FORMS: readonly (readonly [shorter: RegExp, longer: string])[] = [
  [/^\+52([2-9]\d{9})$/, "+521$1"],
  [/^\+54([1-8]\d{9})$/, "+549$1"],
  [/^\+55([1-9]{2})([6-9]\d{7})$/, "+55$19$2"],
];

/** Whether two numbers in E.164 reach the same telephone. */
export function samePhone(a: string, b: string): boolean {
  return a === b || longForm(a) === longForm(b);
}

function longForm(number: string): string {
  const form = TWO_FORMS.find(([shorter]) => shorter.test(number));
  return form === undefined ? number : number.replace(form[0], form[1]);
}
