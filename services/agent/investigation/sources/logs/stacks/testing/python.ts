import type { StackCase } from "./case.ts";

const TRACE = `Traceback (most recent call last):
  File "/opt/fares/api.py", line 9, in get
    return quote(x)
  File "/opt/fares/rates.py", line 52, in of
    return table[name]
KeyError: 'gold'`;
const RATES = "/opt/fares/rates.py:52";
const LIBRARY = `  File "/opt/fares/.venv/lib/python3.12/site-packages/httpx/_client.py", line 1000, in send
    raise exc
`;

/** Python. */
export const PYTHON: readonly StackCase[] = [
  {
    language: "Python",
    form: "logging.exception",
    text: `ERROR:fares:quote failed\n${TRACE}`,
    headline: "KeyError: 'gold'",
    place: RATES,
  },
  {
    language: "Python",
    form: "raise … from …",
    text: `${TRACE}

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/opt/fares/api.py", line 11, in get
    raise QuoteFailed("9") from error
fares.errors.QuoteFailed: 9`,
    headline: "KeyError: 'gold'",
    place: RATES,
  },
  {
    language: "Python",
    form: "raised while another was handled, in the same function",
    text: `Traceback (most recent call last):
  File "/opt/fares/rates.py", line 52, in of
    return table[name]
KeyError: 'gold'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/opt/fares/api.py", line 9, in get
    return of(x)
  File "/opt/fares/rates.py", line 54, in of
    raise NoRate(name)
fares.NoRate: gold`,
    headline: "KeyError: 'gold'",
    place: RATES,
  },
  {
    language: "Python",
    form: "a handled lookup, then a failure of its own",
    text: `Traceback (most recent call last):
  File "/opt/fares/cache.py", line 3, in get
    return items[key]
KeyError: 'gold'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/opt/fares/cache.py", line 5, in get
    items[key] = load(key)
  File "/opt/fares/rates.py", line 52, in load
    return 1 / 0
ZeroDivisionError: division by zero`,
    headline: "ZeroDivisionError: division by zero",
    place: RATES,
  },
  {
    language: "Python",
    form: "three in a chain, the first one within a package",
    text: `Traceback (most recent call last):
  File "/opt/fares/rates.py", line 52, in of
    client.get("/rates")
${LIBRARY}ConnectionRefusedError: [Errno 111] Connection refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
${LIBRARY}httpx.ConnectError: [Errno 111] Connection refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/opt/fares/api.py", line 11, in get
    raise QuoteFailed from error
fares.errors.QuoteFailed`,
    headline: "ConnectionRefusedError: [Errno 111] Connection refused",
    place: RATES,
  },
  {
    language: "Python",
    form: "carets of 3.11 and later, a package below",
    text: `Traceback (most recent call last):
  File "/opt/fares/rates.py", line 52, in of
    client.get("/rates")
    ~~~~~~~~~~^^^^^^^^^^
  File "/usr/local/lib/python3.12/json/decoder.py", line 355, in raw_decode
    raise JSONDecodeError("Expecting value", s, err.value) from None
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)`,
    headline: "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
    place: RATES,
  },
  {
    language: "Python",
    form: "exception group",
    text: `  + Exception Group Traceback (most recent call last):
  |   File "/opt/fares/api.py", line 9, in get
  |     async with TaskGroup() as tg:
  | ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/opt/fares/rates.py", line 52, in of
    |     return table[name]
    | KeyError: 'gold'
    +---------------- 2 ----------------
    | Traceback (most recent call last):
    |   File "/opt/fares/other.py", line 1, in f
    |     raise ValueError(1)
    | ValueError: 1
    +------------------------------------`,
    headline: "KeyError: 'gold'",
    place: RATES,
  },
  {
    language: "Python",
    form: "exception group within a group, with a cause",
    text: `  + Exception Group Traceback (most recent call last):
  |   File "/opt/fares/api.py", line 9, in get
  |     run()
  | ExceptionGroup: outer (1 sub-exception)
  +-+---------------- 1 ----------------
    | ExceptionGroup: inner (1 sub-exception)
    +-+---------------- 1 ----------------
      | Traceback (most recent call last):
      |   File "/opt/fares/rates.py", line 52, in of
      |     return table[name]
      | KeyError: 'gold'
      | 
      | The above exception was the direct cause of the following exception:
      | 
      | Traceback (most recent call last):
      |   File "/opt/fares/desk.py", line 4, in quote
      |     raise NoRate from e
      | fares.NoRate
      +------------------------------------`,
    headline: "KeyError: 'gold'",
    place: RATES,
  },
  {
    language: "Python",
    form: "syntax error",
    text: `Traceback (most recent call last):
  File "/opt/fares/main.py", line 2, in <module>
    import rates
  File "/opt/fares/rates.py", line 52
    def of(name
          ^
SyntaxError: '(' was never closed`,
    headline: "SyntaxError: '(' was never closed",
    place: RATES,
  },
  {
    language: "Python",
    form: "endless recursion",
    text: `Traceback (most recent call last):
  File "/opt/fares/rates.py", line 52, in of
    return of(name)
  [Previous line repeated 996 more times]
RecursionError: maximum recursion depth exceeded`,
    headline: "RecursionError: maximum recursion depth exceeded",
    place: RATES,
  },
  {
    language: "Python",
    form: "message of several lines and notes",
    text: `Traceback (most recent call last):
  File "/opt/fares/rates.py", line 52, in of
    db.run(query)
sqlalchemy.exc.ProgrammingError: (psycopg2.errors.UndefinedColumn) column "gold" does not exist
LINE 1: SELECT gold

[SQL: SELECT gold]`,
    headline:
      'sqlalchemy.exc.ProgrammingError: (psycopg2.errors.UndefinedColumn) column "gold" does not exist LINE 1: SELECT gold',
    place: RATES,
  },
  {
    language: "Python",
    form: "loguru's marks and values",
    text: `ERROR | fares:get:9 - quote failed
Traceback (most recent call last):

> File "/opt/fares/rates.py", line 52, in of
    return table[name]
           │     └ 'gold'
           └ {}

KeyError: 'gold'`,
    headline: "KeyError: 'gold'",
    place: RATES,
  },
  {
    language: "Python",
    form: "rich's box",
    text: `╭─────────── Traceback (most recent call last) ───────────╮
│ /opt/fares/api.py:9 in get                              │
│                                                         │
│ ❱  9     return quote(x)                                │
│                                                         │
│ /opt/fares/rates.py:52 in of                            │
╰─────────────────────────────────────────────────────────╯
KeyError: 'gold'`,
    headline: "KeyError: 'gold'",
    place: RATES,
  },
  {
    language: "Python",
    form: "faulthandler",
    text: `Fatal Python error: Segmentation fault

Current thread 0x00007f1 (most recent call first):
  File "/opt/fares/rates.py", line 52 in of
  File "/opt/fares/api.py", line 9 in get

Thread 0x00007f2 (most recent call first):
  File "/usr/lib/python3.12/threading.py", line 331 in wait`,
    headline: "Fatal Python error: Segmentation fault",
    place: RATES,
  },
  {
    language: "Python",
    form: "Windows paths",
    text: `Traceback (most recent call last):
  File "C:\\fares\\rates.py", line 52, in of
    x()
  File "C:\\Python312\\Lib\\json\\__init__.py", line 346, in loads
    return _default_decoder.decode(s)
ValueError: bad`,
    headline: "ValueError: bad",
    place: "C:\\fares\\rates.py:52",
  },
];
