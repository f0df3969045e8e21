import type { StackCase } from "./case.ts";

const NPE = `java.lang.NullPointerException: Cannot invoke "org.acme.Rate.value()" because "rate" is null`;
const RATES = "org/acme/fares/Rates.java:52";

/** Java and its languages. */
export const JVM: readonly StackCase[] = [
  {
    language: "Java",
    form: "log4j, one exception",
    text: `2026-03-01 10:00:00,123 ERROR [worker-2] org.acme.fares.Desk - quote failed
${NPE}
\tat org.acme.fares.Rates.of(Rates.java:52)
\tat org.acme.fares.Desk.quote(Desk.java:17)
\tat java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1144)
\tat java.base/java.lang.Thread.run(Thread.java:1583)`,
    headline: NPE,
    place: RATES,
  },
  {
    language: "Java",
    form: "Logback with packaging data",
    text: `ERROR o.a.f.Desk - quote failed
java.lang.IllegalArgumentException: Illegal base64 character 20
\tat java.base/java.util.Base64$Decoder.decode0(Base64.java:848) ~[?:?]
\tat org.apache.commons.codec.Decoder.decode(Decoder.java:33) ~[commons-codec-1.16.jar:1.16]
\tat org.acme.fares.Rates.of(Rates.java:52) ~[classes/:?]
\tat org.acme.fares.Desk.quote(Desk.java:17) [fares.jar:2.3.1]`,
    headline: "java.lang.IllegalArgumentException: Illegal base64 character 20",
    place: RATES,
  },
  {
    language: "Java",
    form: "Spring Boot's repackaged archive",
    text: `ERROR 1 --- [fares] [exec-4] o.a.fares.Desk : quote failed

java.lang.IllegalStateException: no rate
\tat net.partner.sdk.Client.call(Client.java:12) ~[partner-sdk-4.1.jar!/:na]
\tat org.acme.fares.Rates.of(Rates.java:52) ~[classes!/:2.3.1]
\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:884) ~[spring-webmvc-6.1.jar!/:6.1]`,
    headline: "java.lang.IllegalStateException: no rate",
    place: RATES,
  },
  {
    language: "Java",
    form: "Caused by, with calls in common left out",
    text: `ERROR quote failed
org.acme.fares.QuoteFailed: quote 9
\tat org.acme.fares.Desk.quote(Desk.java:21)
\tat org.acme.fares.Rates.of(Rates.java:52)
\tat org.acme.fares.Api.get(Api.java:9)
Caused by: java.net.SocketTimeoutException: Read timed out
\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:278)
\tat okhttp3.internal.http.RealCall.execute(RealCall.kt:90)
\t... 2 more`,
    headline: "java.net.SocketTimeoutException: Read timed out",
    place: RATES,
  },
  {
    language: "Java",
    form: "three causes, the last one without calls",
    text: `org.acme.A: a
\tat org.acme.A.a(A.java:1)
Caused by: org.acme.B: b
\tat org.acme.fares.Rates.of(Rates.java:52)
\t... 1 common frames omitted
Caused by: org.acme.fares.NoRate: key "x: y" is absent`,
    headline: 'org.acme.fares.NoRate: key "x: y" is absent',
    place: RATES,
  },
  {
    language: "Java",
    form: "Logback's rootCause first",
    text: `ERROR quote failed
java.lang.ArithmeticException: / by zero
\tat org.acme.fares.Rates.of(Rates.java:52)
\t... 2 common frames omitted
Wrapped by: org.acme.fares.QuoteFailed: quote 9
\tat org.acme.fares.Desk.quote(Desk.java:21)
\tat org.acme.fares.Api.get(Api.java:9)`,
    headline: "java.lang.ArithmeticException: / by zero",
    place: RATES,
  },
  {
    language: "Java",
    form: "suppressed exceptions, which have causes of their own",
    text: `java.lang.IllegalStateException: no rate
\tat org.acme.fares.Rates.of(Rates.java:52)
\tSuppressed: java.io.IOException: close
\t\tat org.acme.fares.File.close(File.java:3)
\tCaused by: java.io.IOException: flush
\t\tat org.acme.fares.File.flush(File.java:9)
\t\t... 1 more
\tat org.acme.fares.Desk.quote(Desk.java:21)`,
    headline: "java.lang.IllegalStateException: no rate",
    place: RATES,
  },
  {
    language: "Java",
    form: "thread's own report",
    text: `Exception in thread "pool-1-thread-3" java.lang.OutOfMemoryError: Java heap space
\tat java.base/java.util.Arrays.copyOf(Arrays.java:3481)
\tat org.acme.fares.Rates.of(Rates.java:52)`,
    headline: "java.lang.OutOfMemoryError: Java heap space",
    place: RATES,
  },
  {
    language: "Java",
    form: "exception in the logger's own line",
    text: `ERROR quote failed: org.acme.fares.NoRate: rate X is absent
\tat org.acme.fares.Rates.of(Rates.java:52)
\tat org.acme.fares.Desk.quote(Desk.java:21)`,
    headline: "org.acme.fares.NoRate: rate X is absent",
    place: RATES,
  },
  {
    language: "Java",
    form: "loader and module prefixes, lambdas, proxies",
    text: `java.lang.ClassCastException: class A cannot be cast to class B
\tat org.acme.fares.Rates$$SpringCGLIB$$0.of(<generated>)
\tat jdk.internal.reflect.GeneratedMethodAccessor12.invoke(Unknown Source)
\tat app//org.acme.fares.Rates.lambda$of$3(Rates.java:52)
\tat org.acme.fares.Rates$$Lambda$88/0x00000008010c4a30.apply(Unknown Source)
\tat java.base@21.0.2/java.util.stream.ReferencePipeline$3$1.accept(ReferencePipeline.java:197)`,
    headline: "java.lang.ClassCastException: class A cannot be cast to class B",
    place: RATES,
  },
  {
    language: "Java",
    form: "message of several lines",
    text: `ERROR quote failed
org.acme.fares.SqlFailed: could not execute
  statement: select 1
  reason: gone
\tat org.acme.fares.Rates.of(Rates.java:52)`,
    headline: "org.acme.fares.SqlFailed: could not execute statement: select 1 reason: gone",
    place: RATES,
  },
  {
    language: "Java",
    form: "Reactor's checkpoints and original trace",
    text: `java.lang.IllegalStateException: no rate
\tat org.springframework.web.reactive.Dispatcher.x(Dispatcher.java:3)
\tSuppressed: reactor.core.publisher.FluxOnAssembly$OnAssemblyException: 
Error has been observed at the following site(s):
\t*__checkpoint ⇢ HTTP GET "/fares" [ExceptionHandlingWebHandler]
Original Stack Trace:
\t\tat org.acme.fares.Rates.of(Rates.java:52)
\t\tat reactor.core.publisher.MonoMap.onNext(MonoMap.java:100)`,
    headline: "java.lang.IllegalStateException: no rate",
    place: RATES,
  },
  {
    language: "Java",
    form: "escaped line breaks in one field",
    text:
      `quote failed\\njava.lang.IllegalStateException: no rate\\n\\tat org.acme.fares.Rates.of(Rates.java:52)\\n\\tat org.acme.fares.Desk.quote(Desk.java:21)`,
    headline: "java.lang.IllegalStateException: no rate",
    place: RATES,
  },
  {
    language: "Java",
    form: "a mark in front of each line (Dropwizard)",
    text: `ERROR org.acme.fares.Desk: quote failed
! java.lang.IllegalStateException: no rate
! at org.acme.fares.Rates.of(Rates.java:52)
! Causing: java.lang.Error
! at org.acme.fares.Desk.quote(Desk.java:21)`,
    headline: "java.lang.IllegalStateException: no rate",
    place: RATES,
  },
  {
    language: "Kotlin",
    form: "file facades, coroutines, value classes",
    text: `kotlin.UninitializedPropertyAccessException: lateinit property rate has not been initialized
\tat org.acme.fares.RatesKt$of$2.invokeSuspend(Rates.kt:52)
\tat org.acme.fares.DeskKt.quote-AbC_12x(Desk.kt:8)
\tat kotlin.coroutines.jvm.internal.BaseContinuationImpl.resumeWith(ContinuationImpl.kt:33)
\tat kotlinx.coroutines.DispatchedTask.run(DispatchedTask.kt:104)`,
    headline: "kotlin.UninitializedPropertyAccessException: lateinit property rate has not been initialized",
    place: "org/acme/fares/Rates.kt:52",
  },
  {
    language: "Scala",
    form: "objects and anonymous functions",
    text: `scala.MatchError: Vip (of class org.acme.fares.Vip$)
\tat org.acme.fares.Rates$.$anonfun$of$1(Rates.scala:52)
\tat scala.collection.immutable.List.map(List.scala:246)
\tat org.acme.fares.Rates$.of(Rates.scala:50)
\tat akka.actor.ActorCell.invoke(ActorCell.scala:548)`,
    headline: "scala.MatchError: Vip (of class org.acme.fares.Vip$)",
    place: "org/acme/fares/Rates.scala:52",
  },
  {
    language: "Groovy",
    form: "with the language's call sites",
    text: `groovy.lang.MissingPropertyException: No such property: rate for class: org.acme.fares.Rates
\tat org.codehaus.groovy.runtime.ScriptBytecodeAdapter.unwrap(ScriptBytecodeAdapter.java:66)
\tat org.acme.fares.Rates.of(Rates.groovy:52)`,
    headline: "groovy.lang.MissingPropertyException: No such property: rate for class: org.acme.fares.Rates",
    place: "org/acme/fares/Rates.groovy:52",
  },
  {
    language: "Clojure",
    form: "functions as classes",
    text: `clojure.lang.ExceptionInfo: no rate {:id 7}
\tat org.acme.fares.rates$of_tier.invokeStatic(rates.clj:52)
\tat org.acme.fares.rates$of_tier.invoke(rates.clj:50)
\tat clojure.lang.AFn.run(AFn.java:22)`,
    headline: "clojure.lang.ExceptionInfo: no rate {:id 7}",
    place: "org/acme/fares/rates.clj:52",
  },
];
