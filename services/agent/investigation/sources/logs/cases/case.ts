/** A text as a logger writes it, at 15:00:00 UTC on 22 November 2026, and what must be read of it. */
export interface LogCase {
  readonly logger: string;
  readonly language: string;
  readonly text: string;
  /** Zone of the source, where its times name none. */
  readonly zone?: string;
  /** Level of the entry that counts; default: ERROR. */
  readonly level?: string;
  /** RFC 3339 to the second, null for an entry without a time; default: 15:00:00. */
  readonly at?: string | null;
  /** What its message must hold. */
  readonly says: RegExp;
  /** How many entries the text has; default: 1. */
  readonly entries?: number;
  readonly pid?: number;
  readonly status?: number;
  /** What must not be in its message. */
  readonly not?: RegExp;
}

/** A trace that an entry may hold. */
export const PYTHON = `Traceback (most recent call last):
  File "/srv/cart/total.py", line 12, in total
    return rates[zone] * net
           ~~~~~^^^^^^
KeyError: 'EU'`;
export const JAVA = `java.lang.IllegalStateException: no rate for EU
\tat com.acme.cart.Total.rate(Total.java:12)
\tat com.acme.cart.Cart.close(Cart.java:40)
Caused by: java.io.IOException: file is gone
\tat com.acme.cart.Rates.read(Rates.java:7)
\t... 2 more`;
export const NODE = `RangeError: no rate for EU
    at total (/srv/cart/total.js:12:5)
    at close (/srv/cart/cart.js:40:9)`;
export const DOTNET = `System.InvalidOperationException: no rate for EU
   at Acme.Cart.Total.Rate(String zone) in /src/Cart/Total.cs:line 12
   at Acme.Cart.Cart.Close() in /src/Cart/Cart.cs:line 40`;
export const GO = `goroutine 7 [running]:
main.total(0x2)
\t/srv/cart/total.go:12 +0x1d
main.main()
\t/srv/cart/main.go:40 +0x2c`;
/** What shows that a whole trace is there: its call in the file `total`. */
export const TRACE = /[Tt]otal\.(?:py|java|js|cs|go|php|rb|rs|ex)(?:"|:|\()[^\n]{0,12}12/;
