/** A secret as it is written somewhere, and what of it must not be found anywhere afterwards. */
export interface Planted {
  readonly text: string;
  readonly secret: string;
}

/** Ways to write a secret, each with a value of its own. */
const FORMS: readonly ((value: string) => string | { readonly text: string; readonly secret: string })[] = [
  (v) => `password=${v}`,
  (v) => `DB_PASS: ${v}`,
  (v) => `AWS_SECRET_ACCESS_KEY=${v}`,
  (v) => `"stripeApiKey": "${v}"`,
  (v) => `SECRET_KEY_BASE => '${v}'`,
  (v) => `mysql --user app --password ${v} shop`,
  (v) => `<clientSecret>${v}</clientSecret>`,
  (v) => `Authorization: Bearer ${v}`,
  (v) => `Authorization: Basic ${btoa(`app:${v}`)}`,
  (v) => `Cookie: session=${v}; theme=dark`,
  (v) => `postgres://app:${v}@db.internal:5432/shop`,
  (v) => `https://store.example.com/x?sig=${v}&se=2027`,
  (v) => `redis://:${v}@cache:6379/0`,
  (v) => `Server=db;User Id=app;Password=${v};`,
  (v) => `X-Api-Key: ${v}`,
  (v) => `client_secret=${v}&grant_type=client_credentials`,
  (v) => `refresh_token: '${v}'`,
  (v) => `curl -u app:${v} http://cart.internal`,
  (v) => ({ text: `token ghp_${v}0123456789abcd`.slice(0, 46), secret: `ghp_${v}` }),
  (v) => ({ text: `pushed with glpat-${v}`, secret: `glpat-${v}` }),
  (v) => ({ text: `charge failed for sk_live_${v}0000`, secret: `sk_live_${v}` }),
  (v) => ({ text: `hook said xoxb-123456789012-123456789012-${v}`, secret: v }),
  (v) => ({ text: `model said no to hf_${v}0000000000`, secret: `hf_${v}` }),
  (v) => ({ text: `vault gave hvs.${v}00000000`, secret: `hvs.${v}` }),
  (v) => ({ text: `mail of ${v.toLowerCase()}@example.org bounced`, secret: `${v.toLowerCase()}@example.org` }),
];

/** `count` secrets for a place, each written in another way. */
export function plant(place: string, count: number): Planted[] {
  return Array.from({ length: count }, (_, i) => {
    const value = valueOf(`${place}${i}`);
    const made = FORMS[i % FORMS.length]!(value);
    if (typeof made !== "string") return made;
    return { text: made, secret: made.includes(value) ? value : made.split(" ").at(-1)! };
  });
}

/** Twenty-four letters and digits that look drawn, always the same for a name. */
function valueOf(name: string): string {
  let state = 2166136261;
  let value = "";
  for (let i = 0; value.length < 24; i++) {
    state = Math.imul(state ^ name.charCodeAt(i % name.length) ^ i, 16777619) >>> 0;
    value += "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"[(state >>> 8) % 56];
  }
  return value;
}
