/** Groups of letters and digits, separated by a dash, a dot or a space. */
const PRODUCT_CODE = /^(?:[A-Z0-9]+[-. ]?)+$/;

/** Codes from the labels of this week's deliveries. */
const LABELS = [
  "AX-100.20",
  "BRKT 40 ZN",
  "HEX-M8-1.25",
  "TORQUEWRENCH200NMSET12ZNC_B",
  "CROWBAR600MMSTEEL2025PK_B",
  "PMP.4.2-INOX",
];

/** Whether a text has the form of a product code. */
export function isProductCode(text: string): boolean {
  return PRODUCT_CODE.test(text);
}

/** How many of the labels bear a product code. */
export function countProductCodes(labels: readonly string[] = LABELS): { labels: number; codes: number } {
  return { labels: labels.length, codes: labels.filter(isProductCode).length };
}
