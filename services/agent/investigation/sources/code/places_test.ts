import assert from "node:assert/strict";
import { placesIn } from "./places.ts";

const FILES = `
pom.xml
pricing/src/main/java/com/acme/fares/Pricing.java
pricing/src/test/java/com/acme/fares/PricingTest.java
desk/src/main/java/com/acme/desk/Money.java
desk/src/main/kotlin/desk/Quotes.kt
desk/src/main/kotlin/Flat.kt
desk/src/main/scala/com/acme/desk/Ledger.scala
desk/src/main/groovy/com/acme/desk/Rates.groovy
desk/src/main/kotlin/org/elsewhere/Bill.kt
go.mod
main.go
internal/rates/rates.go
cmd/desk/main.go
tools/go.mod
tools/internal/rates/rates.go
fares/pricing.py
fares/__init__.py
src/ledger/book.py
web/src/cart/total.ts
web/src/index.ts
web/src/pages/[id].tsx
Fares/Services/PriceService.cs
lib/fares/tariff.rb
lib/src/route.dart
lib/ticket.dart
apps/fares/lib/fares/zone.ex
crates/meter/src/meter.rs
Sources/Fares/Models/Seat.swift
app/Http/Controllers/FareController.php
native/clock.cpp
a/twin.py
b/twin.py
`.trim().split("\n");

const MODULES = [{ folder: "", name: "example.com/acme/fares" }, {
  folder: "tools/",
  name: "example.com/acme/fares/tools",
}];
const places = placesIn({ files: FILES, include: ["**"], modules: MODULES });
const own = (file: string) => places(file, { library: false });

const FOUND: readonly (readonly [printed: string, path: string])[] = [
  ["com/acme/fares/Pricing.java", "pricing/src/main/java/com/acme/fares/Pricing.java"],
  ["com/acme/desk/Quotes.kt", "desk/src/main/kotlin/desk/Quotes.kt"],
  ["com/acme/desk/Flat.kt", "desk/src/main/kotlin/Flat.kt"],
  ["com/acme/desk/Ledger.scala", "desk/src/main/scala/com/acme/desk/Ledger.scala"],
  ["com/acme/desk/Rates.groovy", "desk/src/main/groovy/com/acme/desk/Rates.groovy"],
  ["example.com/acme/fares/main.go", "main.go"],
  ["/go/src/example.com/acme/fares/internal/rates/rates.go", "internal/rates/rates.go"],
  ["example.com/acme/fares/tools/internal/rates/rates.go", "tools/internal/rates/rates.go"],
  ["/build/cmd/desk/main.go", "cmd/desk/main.go"],
  ["/app/fares/pricing.py", "fares/pricing.py"],
  ["/usr/src/app/fares/pricing.py", "fares/pricing.py"],
  ["/home/deploy/releases/20261122/fares/pricing.py", "fares/pricing.py"],
  ["./fares/pricing.py", "fares/pricing.py"],
  ["/srv/book.py", "src/ledger/book.py"],
  ["webpack:///./src/cart/total.ts", "web/src/cart/total.ts"],
  ["webpack://fares/./src/cart/total.ts", "web/src/cart/total.ts"],
  ["webpack-internal:///(rsc)/./src/cart/total.ts", "web/src/cart/total.ts"],
  ["file:///workspace/web/src/cart/total.ts", "web/src/cart/total.ts"],
  ["https://fares.example/src/cart/total.ts?v=17", "web/src/cart/total.ts"],
  ["file:///app/web/src/pages/%5Bid%5D.tsx", "web/src/pages/[id].tsx"],
  ["/app/dist/../src/cart/total.ts", "web/src/cart/total.ts"],
  ["/app/index.ts", "web/src/index.ts"],
  ["C:\\build\\Fares\\Services\\PriceService.cs", "Fares/Services/PriceService.cs"],
  ["c:\\build\\fares\\services\\priceservice.cs", "Fares/Services/PriceService.cs"],
  ["file:///C:/build/web/src/cart/total.ts", "web/src/cart/total.ts"],
  ["/_/Fares/Services/PriceService.cs", "Fares/Services/PriceService.cs"],
  ["/var/www/fares/current/lib/fares/tariff.rb", "lib/fares/tariff.rb"],
  ["package:fares/src/route.dart", "lib/src/route.dart"],
  ["package:fares/ticket.dart", "lib/ticket.dart"],
  ["lib/fares/zone.ex", "apps/fares/lib/fares/zone.ex"],
  ["crates/meter/src/meter.rs", "crates/meter/src/meter.rs"],
  ["Fares/Seat.swift", "Sources/Fares/Models/Seat.swift"],
  ["/var/www/html/app/Http/Controllers/FareController.php", "app/Http/Controllers/FareController.php"],
  ["../native/clock.cpp", "native/clock.cpp"],
  ["/app/a/twin.py", "a/twin.py"],
];
for (const [printed, path] of FOUND) {
  Deno.test(`placesIn() finds the file when ${printed} is printed`, () => assert.equal(own(printed), path));
}

const NOT_FOUND: readonly (readonly [why: string, printed: string])[] = [
  ["two files end alike", "/app/twin.py"],
  ["two files end alike behind a folder that none has", "/app/c/twin.py"],
  ["a Java class of another package has the name", "com/acme/other/Money.java"],
  ["a Kotlin file of another package has the name", "com/acme/desk/Bill.kt"],
  ["a usual name stands in another folder", "/app/elsewhere/deep/index.ts"],
  ["no file has the name", "/app/fares/none.py"],
  ["the name is in another case", "/app/fares/Pricing.py"],
  ["it is no file", "<anonymous>"],
  ["it is empty", ""],
  ["it leads out", "../../../etc/passwd"],
  ["it holds a control character", "fares/pricing.py\0"],
  ["it is endless", `${"a/".repeat(5_000)}fares/pricing.py`],
];
for (const [why, printed] of NOT_FOUND) {
  Deno.test(`placesIn() finds nothing when ${why}`, () => assert.equal(own(printed), null));
}

Deno.test("placesIn() takes an installed package for the program's only when its whole path is there", () => {
  const library = (file: string) => places(file, { library: true });
  assert.equal(library("/usr/lib/python3.12/site-packages/fares/pricing.py"), "fares/pricing.py");
  assert.equal(library("/usr/lib/python3/dist-packages/ledger/book.py"), "src/ledger/book.py");
  assert.equal(library("/usr/lib/python3.12/site-packages/other/pricing.py"), null);
  assert.equal(library("/app/node_modules/fares/pricing.py"), null);
});

Deno.test("placesIn() counts only what the service's description includes", () => {
  const one = placesIn({ files: FILES, include: ["a/**"], modules: [] });
  assert.equal(one("/app/twin.py", { library: false }), "a/twin.py");
  assert.equal(one("/app/fares/pricing.py", { library: false }), null);
});
