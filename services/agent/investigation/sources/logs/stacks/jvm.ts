import { type Head, headAbove, headOf } from "./head.ts";
import { found, type Reader, type Reading, reading } from "./reader.ts";
import type { StackFrame } from "./types.ts";

const FRAME = /^\s{0,80}at ([^()]{1,400})\(([^()]{0,300})\)(?:[ \t]+(~?)\[([^\]]{0,300})\])?$/;
const PLACE =
  /^([^:]{1,200}\.(?:java|kt|kts|scala|sc|groovy|gvy|clj|cljc|jsp|rb|xtend|ceylon)|NO_SOURCE_FILE):(\d{1,7})$/i;
const NO_PLACE = /^(?:Native Method|Unknown Source|<generated>|Unknown|[\w$.-]+\.(?:java|kt|scala|groovy|clj))$/;
const MORE = /^\s*\.\.\. (\d{1,5}) (?:more|common frames|frames)/;
/** Packages of the platform, its languages and the usual frameworks, servers, drivers and clients. */
const PACKAGES = new RegExp(
  `^(?:${
    [
      "java|javax|jakarta|jdk|sun|com\\.sun|kotlin|kotlinx|scala|groovy|groovyjarjar\\w*|clojure|android|androidx|dalvik|libcore",
      "com\\.android|com\\.google|com\\.fasterxml|com\\.zaxxer|com\\.mysql|com\\.microsoft|com\\.mongodb|com\\.netflix|com\\.amazonaws|com\\.datastax|com\\.ibm|com\\.intellij|com\\.squareup|com\\.typesafe|com\\.rabbitmq|com\\.codahale|com\\.linecorp|com\\.twitter\\.(?:finagle|util)|com\\.lightbend|com\\.hazelcast|com\\.lmax|com\\.newrelic|com\\.thoughtworks",
      "org\\.(?:springframework|apache|hibernate|eclipse|jboss|wildfly|codehaus|slf4j|postgresql|mariadb|mongodb|elasticsearch|opensearch|flywaydb|jooq|junit|testng|mockito|aspectj|glassfish|jetbrains|gradle|quartz|redisson|thymeleaf|grails|joda|http4s|typelevel|xerial|h2|hsqldb|sqlite|xnio|openjdk|graalvm|bouncycastle|yaml|json|xml|w3c|w3|infinispan|keycloak|neo4j|datanucleus|mybatis|objectweb|reactivestreams|scalatest|togglz|zeroturnaround)",
      "ch\\.qos|io\\.(?:netty|reactivex|micrometer|micronaut|quarkus|undertow|vertx|grpc|lettuce|ktor|jsonwebtoken|smallrye|helidon|dropwizard|opentelemetry|opentracing|circe|r2dbc|debezium|prometheus|sentry|swagger)",
      "reactor|rx|akka|play|zio|cats|fs2|monix|sttp|doobie|slick|feign|okhttp3?|okio|retrofit2|redis\\.clients|net\\.bytebuddy|net\\.sf|net\\.logstash|net\\.minecraft|liquibase|graphql|oracle|software\\.amazon|freemarker|ring|compojure|aleph|manifold|nrepl|leiningen|datadog|brave|zipkin2?|lombok|antlr|bsh|dagger|ratpack|spark\\.(?:Service|http|route|webserver)|zipkin",
    ].join("|")
  })[.$]`,
);

/** Java, Kotlin, Scala, Groovy, Clojure: `at package.Class.method(File.java:12)`, `Caused by:`, `Suppressed:`. */
export const jvm: Reader = {
  language: "Java, Kotlin, Scala, Groovy, Clojure",
  sign: /^\s{0,80}at [^()]{1,400}\([^()]{0,300}\)|^\s*(?:Caused by|Wrapped by|Causing): [\w$]+\./,
  read(lines) {
    const chain: Reading[] = [];
    /** Lines since the last call, among which the next exception's head is. */
    let above: string[] = [];
    let rootFirst = false;
    let suppressed: number | null = null;
    for (const line of lines) {
      const indent = line.length - line.trimStart().length;
      if (suppressed !== null) {
        const original = /^\s*Original Stack Trace:/.test(line);
        if (!original && !(indent < suppressed) && !(suppressed === 0 && /^Caused by: /.test(line))) continue;
        suppressed = null;
        if (original) continue;
      }
      if (/^\s*(?:Suppressed|Original Stack Trace): /.test(line)) {
        suppressed = indent;
        above = [];
        continue;
      }
      const frame = frameOf(line);
      if (frame) {
        if (chain.length === 0 || above.some((one) => headOf(one) !== null && !isNote(one))) {
          chain.push(reading(headAbove(above.filter((one) => !isNote(one)), true)));
        }
        above = [];
        chain.at(-1)!.frames.push(frame);
        continue;
      }
      const more = MORE.exec(line);
      if (more) {
        const [outer, inner] = [chain.at(-2), chain.at(-1)];
        if (outer && inner && !rootFirst) inner.frames.push(...outer.frames.slice(-Number(more[1])));
        above = [];
        continue;
      }
      if (/^\s*(?:Caused by|Wrapped by|Causing): /.test(line)) {
        if (/^\s*(?:Wrapped|Causing)/.test(line)) rootFirst = true;
        // One without calls of its own, before this one.
        pushBare(chain, above);
        above = [line];
      } else above.push(line);
    }
    pushBare(chain, above.filter((line) => /^\s*(?:Caused by|Wrapped by|Causing): /.test(line)));
    return found(rootFirst ? chain.reverse() : chain);
  },
};

function pushBare(chain: Reading[], above: readonly string[]): void {
  const line = above.find((one) => /^\s*(?:Caused by|Wrapped by|Causing): /.test(one));
  const head: Head | null = line === undefined ? null : headOf(line, true);
  if (head) chain.push(reading(head));
}

/** Frameworks' remarks between calls. */
function isNote(line: string): boolean {
  return /^\s*(?:\||_?\*?_{0,3}checkpoint|Error has been observed|Assembly trace|\[CIRCULAR|Locked ownable|- (?:locked|waiting))/
    .test(
      line,
    );
}

function frameOf(line: string): StackFrame | null {
  const match = FRAME.exec(line);
  if (!match) return null;
  const [, printed, where, , packaging] = match;
  const place = PLACE.exec(where!);
  if (!place && !NO_PLACE.test(where!)) return null;
  const name = withoutModule(printed!.trim());
  const file = place && place[1] !== "NO_SOURCE_FILE" ? pathOf(name, place[1]!) : null;
  return {
    function: name,
    file,
    line: place && file !== null ? Number(place[2]) : null,
    library: PACKAGES.test(name) || /\.jar!\//.test(packaging ?? "") || file === null ||
      /\$\$(?:Enhancer|FastClass|SpringCGLIB)/.test(name),
  };
}

/** `app//com.acme.Shop.total` and `java.base@21/java.lang.Thread.run` without loader and module. */
function withoutModule(name: string): string {
  const parts = name.split("/");
  const at = parts.findIndex((part, i) => i > 0 && /^(?:0x|\d)/.test(part));
  return (at > 0 ? parts.slice(at - 1).join("/") : parts.at(-1)!) || name;
}

/** The package is the folder: `a.b.C.m` in `C.java` stands in `a/b/C.java`. */
function pathOf(name: string, file: string): string {
  if (file.includes("/")) return file;
  const folders = name.split("/", 1)[0]!.split(".").slice(0, -2);
  return [...folders.filter((folder) => !folder.includes("$")), file].join("/");
}
