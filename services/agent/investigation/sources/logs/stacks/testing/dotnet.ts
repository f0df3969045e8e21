import type { StackCase } from "./case.ts";

const NULL = "System.NullReferenceException: Object reference not set to an instance of an object.";
const RATES = "/build/Fares/Rates.cs:52";

/** .NET. */
export const DOTNET: readonly StackCase[] = [
  {
    language: "C#",
    form: "one exception",
    text: `fail: Fares.Desk[0]
      quote failed
      ${NULL}
         at Fares.Rates.Of(Tier tier) in /build/Fares/Rates.cs:line 52
         at Microsoft.AspNetCore.Mvc.Infrastructure.ActionMethodExecutor.Execute()`,
    headline: NULL,
    place: RATES,
  },
  {
    language: "C#",
    form: "inner exceptions",
    text: `Fares.QuoteFailedException: quote 9
 ---> System.InvalidOperationException: no tier
 ---> System.Collections.Generic.KeyNotFoundException: The given key 'gold' was not present in the dictionary.
   at System.Collections.Generic.Dictionary\`2.get_Item(TKey key)
   at Fares.Rates.Of(String name) in /build/Fares/Rates.cs:line 52
   --- End of inner exception stack trace ---
   at Fares.Tiers.Find() in /build/Fares/Tiers.cs:line 3
   --- End of inner exception stack trace ---
   at Fares.Desk.Quote() in /build/Fares/Desk.cs:line 9`,
    headline:
      "System.Collections.Generic.KeyNotFoundException: The given key 'gold' was not present in the dictionary.",
    place: RATES,
  },
  {
    language: "C#",
    form: "inner exception on the same line (.NET Framework)",
    text:
      `Unhandled Exception: Fares.QuoteFailedException: quote 9 ---> System.DivideByZeroException: Attempted to divide by zero.
   at Fares.Rates.Of(String name) in C:\\build\\Fares\\Rates.cs:line 52
   --- End of inner exception stack trace ---
   at Fares.Desk.Quote() in C:\\build\\Fares\\Desk.cs:line 9`,
    headline: "System.DivideByZeroException: Attempted to divide by zero.",
    place: "C:\\build\\Fares\\Rates.cs:52",
  },
  {
    language: "C#",
    form: "AggregateException",
    text: `System.AggregateException: One or more errors occurred. (no tier) (closed)
 ---> System.InvalidOperationException: no tier
   at Fares.Rates.Of(String name) in /build/Fares/Rates.cs:line 52
   --- End of inner exception stack trace ---
   at System.Threading.Tasks.Task.Wait()
   at Fares.Desk.Quote() in /build/Fares/Desk.cs:line 9
 ---> (Inner Exception #1) System.IO.IOException: closed
   at Fares.File.Close() in /build/Fares/File.cs:line 1<---`,
    headline: "System.InvalidOperationException: no tier",
    place: RATES,
  },
  {
    language: "C#",
    form: "async methods and lambdas",
    text: `${NULL}
   at Fares.Rates.<>c__DisplayClass3_0.<Of>b__1(Tier x) in /build/Fares/Rates.cs:line 52
   at System.Linq.Enumerable.Select()
   at Fares.Desk.<Quote>d__7.MoveNext() in /build/Fares/Desk.cs:line 9
--- End of stack trace from previous location ---
   at System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw()`,
    headline: NULL,
    place: RATES,
  },
  {
    language: "C#",
    form: "without debugging symbols: no line",
    text: `Unhandled exception. ${NULL}
   at Fares.Rates.Of(Tier tier)
   at Fares.Program.Main(String[] args)`,
    headline: NULL,
    place: null,
  },
  {
    language: "C#",
    form: "a German system's words",
    text: `${NULL}
   bei Fares.Rates.Of(Tier tier) in /build/Fares/Rates.cs:Zeile 52.
   bei Fares.Desk.Quote() in /build/Fares/Desk.cs:Zeile 9.`,
    headline: NULL,
    place: RATES,
  },
  {
    language: "F#",
    form: "one exception",
    text: `System.Exception: no tier
   at Fares.Rates.of@52-1.Invoke(String name) in /build/Fares/Rates.fs:line 52
   at Microsoft.FSharp.Control.AsyncPrimitives.CallThenInvoke()`,
    headline: "System.Exception: no tier",
    place: "/build/Fares/Rates.fs:52",
  },
];
