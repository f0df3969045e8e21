/** A telephone number in international form. */
export const E164 = /^\+[1-9]\d{6,14}$/;
export const NUMBER_EXPECTED = "expected numbers in international form, e.g. +14155238886";

/** A number without spaces, dashes, brackets and Twilio's `whatsapp:` before it. */
export function bareNumber(text: string): string {
  return text.replace(/^\s*whatsapp:/i, "").replaceAll(/[\s().-]/g, "");
}
