import type { StackCase } from "./case.ts";

const RATES = "/build/fares/rates.go:52";
const CALLS = `main.rateOf(0x0)
\t/build/fares/rates.go:52 +0x1c
main.main()
\t/build/fares/main.go:9 +0x9d`;

/** Go. */
export const GO: readonly StackCase[] = [
  {
    language: "Go",
    form: "panic",
    text: `panic: assignment to entry in nil map\n\ngoroutine 1 [running]:\n${CALLS}\nexit status 2`,
    headline: "panic: assignment to entry in nil map",
    place: RATES,
  },
  {
    language: "Go",
    form: "signal, other goroutines below",
    text: `panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x8 pc=0x48f1a0]

goroutine 7 [running]:
${CALLS}
created by main.start in goroutine 1
\t/build/fares/start.go:3 +0x1

goroutine 1 [chan receive]:
main.wait()
\t/build/fares/wait.go:1 +0x1`,
    headline: "panic: runtime error: invalid memory address or nil pointer dereference",
    place: RATES,
  },
  {
    language: "Go",
    form: "recovered by net/http",
    text: `http: panic serving 10.0.0.4:1234: runtime error: integer divide by zero
goroutine 21 [running]:
net/http.(*conn).serve.func1()
\t/usr/local/go/src/net/http/server.go:1947 +0xbe
panic({0x6a?, 0x8b?})
\t/usr/local/go/src/runtime/panic.go:785 +0x132
${CALLS}`,
    headline: "panic: runtime error: integer divide by zero",
    place: RATES,
  },
  {
    language: "Go",
    form: "recovered by the program's own middleware",
    text: `ERROR recovered panic: boom
goroutine 21 [running]:
runtime/debug.Stack()
\t/usr/local/go/src/runtime/debug/stack.go:24 +0x5e
github.com/acme/fares/web.recoverer.func1()
\t/build/fares/web/recover.go:12 +0x1
panic({0x6a, 0x8b})
\t/usr/local/go/src/runtime/panic.go:770 +0x132
github.com/acme/fares/pricing.(*Table).RateOf(...)
\t/build/fares/rates.go:52
github.com/gin-gonic/gin.(*Context).Next(0xc0)
\t/root/go/pkg/mod/github.com/gin-gonic/gin@v1.9.1/context.go:174 +0x2b`,
    headline: "panic: boom",
    place: RATES,
  },
  {
    language: "Go",
    form: "gin",
    text: `[Recovery] 2026/03/01 - 10:00:00 panic recovered:
GET /fares HTTP/1.1
Host: fares.example

runtime error: index out of range [4] with length 2
/usr/local/go/src/runtime/panic.go:115 (0x437d44)
/build/fares/rates.go:52 (0x4a2b1c)
\trateOf: return tiers[i]
/build/fares/main.go:9 (0x4a2c90)
\tmain: quote(c)`,
    headline: "panic: runtime error: index out of range [4] with length 2",
    place: RATES,
  },
  {
    language: "Go",
    form: "echo",
    text: `[PANIC RECOVER] runtime error: slice bounds out of range [5:2] goroutine 9 [running]:
github.com/labstack/echo/v4/middleware.RecoverWithConfig.func1()
\t/go/pkg/mod/github.com/labstack/echo/v4@v4.11/middleware/recover.go:77 +0x1
panic({0x1, 0x2})
\t/usr/local/go/src/runtime/panic.go:914 +0x21f
${CALLS}`,
    headline: "panic: runtime error: slice bounds out of range [5:2]",
    place: RATES,
  },
  {
    language: "Go",
    form: "zap's stacktrace",
    text: `quote failed: no tier
main.rateOf
\t/build/fares/rates.go:52
main.main
\t/build/fares/main.go:9
runtime.main
\t/usr/local/go/src/runtime/proc.go:271`,
    headline: null,
    place: RATES,
  },
  {
    language: "Go",
    form: "pkg/errors, wrapped twice",
    text: `ERROR quote failed
no tier
main.rateOf
\t/build/fares/rates.go:52
runtime.goexit
\t/usr/local/go/src/runtime/asm_amd64.s:1700
price of order 9
main.quote
\t/build/fares/desk.go:3
main.main
\t/build/fares/main.go:9`,
    headline: "no tier",
    place: RATES,
  },
  {
    language: "Go",
    form: "stack overflow, with frame pointers",
    text: `runtime: goroutine stack exceeds 1000000000-byte limit
fatal error: stack overflow

runtime stack:
runtime.throw({0x47?, 0x0?})
\t/usr/local/go/src/runtime/panic.go:1023 +0x5c fp=0x7ff sp=0x7fe pc=0x43

goroutine 1 gp=0xc0 m=0 mp=0x5 [running]:
main.rateOf(0x1)
\t/build/fares/rates.go:52 +0x45 fp=0xc02 sp=0xc01 pc=0x47
main.main()
\t/build/fares/main.go:9 +0x1 fp=0xc03 sp=0xc02 pc=0x48`,
    headline: "fatal error: stack overflow",
    place: RATES,
  },
  {
    language: "Go",
    form: "deadlock",
    text: `fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\n${CALLS}`,
    headline: "fatal error: all goroutines are asleep - deadlock!",
    place: RATES,
  },
  {
    language: "Go",
    form: "concurrent map writes in a deeper call",
    text: `fatal error: concurrent map writes

goroutine 18 [running]:
internal/runtime/maps.fatal({0x4, 0x1})
\t/usr/local/go/src/runtime/panic.go:1058 +0x18
${CALLS}`,
    headline: "fatal error: concurrent map writes",
    place: RATES,
  },
  {
    language: "Go",
    form: "recovered and raised again",
    text: `panic: no tier [recovered]
\tpanic: no tier

goroutine 1 [running]:
main.guard.func1()
\t/build/fares/guard.go:3 +0x1
panic({0x4, 0x5})
\t/usr/local/go/src/runtime/panic.go:785 +0x132
${CALLS}`,
    headline: "panic: no tier",
    place: RATES,
  },
  {
    language: "Go",
    form: "built with -trimpath",
    text: `panic: no tier

goroutine 1 [running]:
net/http.HandlerFunc.ServeHTTP(0x1)
\tnet/http/server.go:2220 +0x29
github.com/acme/fares/pricing.RateOf(0x1)
\tgithub.com/acme/fares/pricing/rates.go:52 +0x1d`,
    headline: "panic: no tier",
    place: "github.com/acme/fares/pricing/rates.go:52",
  },
  {
    language: "Go",
    form: "vendored packages",
    text: `panic: no tier

goroutine 1 [running]:
github.com/lib/pq.(*conn).query()
\t/build/fares/vendor/github.com/lib/pq/conn.go:10 +0x1
${CALLS}`,
    headline: "panic: no tier",
    place: RATES,
  },
  {
    language: "Go",
    form: "chi",
    text: ` panic: no tier

 -> main.rateOf
 ->   /build/fares/rates.go:52

    main.main
      /build/fares/main.go:9`,
    headline: "panic: no tier",
    place: RATES,
  },
  {
    language: "Go",
    form: "logrus with its caller",
    text: 'level=error msg="quote failed: no tier" func=main.rateOf file="/build/fares/rates.go:52"',
    headline: null,
    place: RATES,
  },
  {
    language: "Go",
    form: "zerolog and slog with their caller",
    text: 'ERR quote failed error="no tier" caller=/build/fares/rates.go:52',
    headline: null,
    place: RATES,
  },
];
