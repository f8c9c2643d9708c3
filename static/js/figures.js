/* Numbers as people write them, exact: the same rules as on the server, in whole millionths. */

const UNITS = { "%": [1n, 100n], "‰": [1n, 1000n], "千": [1000n, 1n], "万": [10000n, 1n], "亿": [100000000n, 1n] };
const PLAIN = /^([+-]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)$/;
const YUAN = /^(?:元|¥|人民币)|(?:元|¥|人民币)$/g;
export const SCALE = 1000000n;

/* Millionths of the number, or a reason: "empty", "notNumber", "tooPrecise", "notPositive". */
export function millionths(text) {
  let plain = text.normalize("NFKC").replace(/\s+/g, "").replace("−", "-").replace(YUAN, "");
  if (!plain) return { wrong: "empty" };
  const unit = UNITS[plain.at(-1)] || [1n, 1n];
  if (plain.at(-1) in UNITS) plain = plain.slice(0, -1);
  const found = PLAIN.exec(plain);
  if (!found) return { wrong: "notNumber" };
  const [whole, fraction = ""] = found[2].replaceAll(",", "").split(".");
  const digits = BigInt(whole + fraction) * unit[0] * SCALE;
  const divisor = 10n ** BigInt(fraction.length) * unit[1];
  if (digits % divisor || digits / divisor >= 10n ** 18n) return { wrong: "tooPrecise" };
  const value = digits / divisor;
  if (found[1] === "-" || value === 0n) return { wrong: "notPositive" };
  return { value };
}

/* As the server writes it: no zeros that say nothing. */
export function written(value) {
  const fraction = String(value % SCALE).padStart(6, "0").replace(/0+$/, "");
  return String(value / SCALE) + (fraction ? `.${fraction}` : "");
}

/* By how many hundredths of a percent a number moved, half away from zero. */
export function moved(before, after) {
  const twice = (after - before) * 20000n;
  const sign = twice < 0n ? -1n : 1n;
  return sign * ((sign * twice + before) / (2n * before));
}

export function percent(hundredths) {
  const size = hundredths < 0n ? -hundredths : hundredths;
  const sign = hundredths < 0n ? "-" : "+";
  return `${sign}${size / 100n}.${String(size % 100n).padStart(2, "0")} %`;
}
