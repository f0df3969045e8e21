import assert from "node:assert/strict";
import { type Catalogue, shippedCatalogue } from "./catalogue/mod.ts";
import type { Diagnosis } from "../incidents/mod.ts";
import { investigateRecorded } from "./testing/investigation.ts";
import type { Recorded } from "./testing/recorded.ts";

const demo: Recorded = JSON.parse(Deno.readTextFileSync(
  new URL("./situations/null_dereference_on_one_route_fresh_system_both_instances.json", import.meta.url),
));

/** The shipped service with code and no rule for its frames. */
function withCode(code: { readonly source: "auto" | "none" }): Catalogue {
  const shipped = shippedCatalogue();
  const services = shipped.services.map((service) => ({
    ...service,
    code: { ...code, frames: [], include: ["**"], exclude: ["private/**"] },
  }));
  return { ...shipped, services };
}

async function diagnosed(
  message: string,
  files: readonly string[],
  code: { readonly source: "auto" | "none" } = { source: "auto" },
): Promise<Diagnosis> {
  const text = Array.from(
    { length: 60 },
    (_, i) => i + 1 === 16 ? "total = rate * weightOfTheParcel" : `step ${i + 1}`,
  );
  const recorded = {
    ...demo,
    logs: [{ message, from: 100, to: 2, count: 80 }],
    code: Object.fromEntries(files.map((file) => [file, text])),
  };
  return (await investigateRecorded(recorded, { catalogue: withCode(code) })).diagnosis;
}

const TRACES: readonly (readonly [language: string, message: string, path: string])[] = [
  [
    "Java",
    "quote failed\njava.lang.IllegalStateException: no rate\n\tat com.acme.fares.Pricing.rateOf(Pricing.java:16)\n\tat com.acme.fares.Desk.quote(Desk.java:31)",
    "fares/src/main/java/com/acme/fares/Pricing.java",
  ],
  [
    "Go",
    "panic: no rate\n\ngoroutine 7 [running]:\nexample.com/acme/fares/internal/pricing.RateOf(...)\n\t/build/internal/pricing/pricing.go:16 +0x1d\nmain.main()\n\t/build/main.go:9 +0x20",
    "internal/pricing/pricing.go",
  ],
  [
    "Python",
    'quote failed\nTraceback (most recent call last):\n  File "/usr/src/app/fares/desk.py", line 31, in quote\n    rate_of(q)\n  File "/usr/src/app/fares/pricing.py", line 16, in rate_of\n    raise KeyError("rate")\nKeyError: \'rate\'',
    "backend/fares/pricing.py",
  ],
  [
    ".NET",
    "quote failed\nSystem.InvalidOperationException: no rate\n   at Fares.Pricing.RateOf(Quote q) in C:\\agent\\_work\\1\\s\\Fares\\Pricing.cs:line 16",
    "src/Fares/Pricing.cs",
  ],
  [
    "JavaScript",
    "quote failed\nTypeError: rate is undefined\n    at rateOf (webpack:///./src/pricing.ts:16:9)\n    at quote (webpack:///./src/desk.ts:31:3)",
    "web/src/pricing.ts",
  ],
  [
    "Dart",
    "Unhandled exception:\nBad state: no rate\n#0      rateOf (package:fares/pricing.dart:16:3)\n#1      main (package:fares/main.dart:31:5)",
    "lib/pricing.dart",
  ],
  [
    "Perl",
    "no rate at /srv/fares/lib/Fares/Pricing.pm line 16.\n\tFares::Pricing::rate_of(1) called at /srv/fares/desk.pl line 31",
    "lib/Fares/Pricing.pm",
  ],
  [
    "C++",
    "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010\n    #0 0x55d0 in rate_of /build/native/pricing.cpp:16:9\n    #1 0x55d1 in main /build/native/main.cpp:31:3",
    "native/pricing.cpp",
  ],
  [
    "Elixir",
    "** (RuntimeError) no rate\n    (fares 0.1.0) lib/fares/pricing.ex:16: Fares.Pricing.rate_of/1\n    (fares 0.1.0) lib/fares/desk.ex:31: Fares.Desk.quote/1",
    "apps/fares/lib/fares/pricing.ex",
  ],
  [
    "Kotlin",
    "java.lang.IllegalStateException: no rate\n\tat com.acme.fares.PricingKt.rateOf(Pricing.kt:16)\n\tat com.acme.fares.DeskKt.quote(Desk.kt:31)",
    "src/main/kotlin/fares/Pricing.kt",
  ],
];
for (const [language, message, path] of TRACES) {
  Deno.test(`investigation derives the place from the checkout when no rule matches a trace of ${language}`, async () => {
    const diagnosis = await diagnosed(message, [path, "README.md", "other/unrelated.txt"]);
    const context = JSON.stringify(diagnosis, null, 1);
    assert.deepEqual(
      [diagnosis.category, diagnosis.affected_file, diagnosis.line_number],
      ["code_error", path, 16],
      context,
    );
    assert(diagnosis.claims.some(({ text, verified }) => verified && text.includes("weightOfTheParcel")), context);
    assert.match(diagnosis.next_steps.join("\n"), new RegExp(`rule under code\\.frames .* ${path} makes it explicit`));
  });

  Deno.test(`investigation names the place as printed when it is no file of the checkout or no code is set: ${language}`, async () => {
    for (
      const [files, source] of [[["README.md", "x/y.md"], "auto"], [[`private/${path}`], "auto"], [
        [path],
        "none",
      ]] as const
    ) {
      const diagnosis = await diagnosed(message, files, { source });
      const context = JSON.stringify(diagnosis, null, 1);
      assert.equal(diagnosis.affected_file, null, context);
      assert.match(diagnosis.root_cause, /thrown at \S.*:16/, context);
      assert.match(diagnosis.next_steps.join("\n"), /Add a rule under code\.frames/, context);
    }
  });
}

Deno.test("investigation derives no place when two files may be it", async () => {
  const [, message, path] = TRACES[0]!;
  const diagnosis = await diagnosed(message, [path, path.replace("fares/", "copy/")]);
  assert.equal(diagnosis.affected_file, null);
});
