import type { StackCase } from "./case.ts";

/** Elixir, Erlang, Dart, Swift, C and C++, Lua, Perl. */
export const MORE: readonly StackCase[] = [
  {
    language: "Elixir",
    form: "Logger",
    text: `[error] Task #PID<0.1.0> started from #PID<0.2.0> terminating
** (ArithmeticError) bad argument in arithmetic expression
    (fares 1.2.0) lib/fares/rates.ex:52: Fares.Rates.of/1
    (elixir 1.16.0) lib/task/supervised.ex:101: Task.Supervised.invoke_mfa/2`,
    headline: "ArithmeticError: bad argument in arithmetic expression",
    place: "lib/fares/rates.ex:52",
  },
  {
    language: "Elixir",
    form: "Phoenix, wrapped, a package below",
    text: `#PID<0.9.0> running FaresWeb.Endpoint terminated
Request: GET /fares
** (exit) an exception was raised:
    ** (Ecto.NoResultsError) expected at least one result but got none in query:

from t in Fares.Tier

        (ecto 3.11.0) lib/ecto/repo/queryable.ex:166: Ecto.Repo.Queryable.one!/3
        (fares 1.2.0) lib/fares/rates.ex:52: Fares.Rates.of/1
        (phoenix 1.7.0) lib/phoenix/router.ex:432: Phoenix.Router.__call__/5`,
    headline: "Ecto.NoResultsError: expected at least one result but got none in query:",
    place: "lib/fares/rates.ex:52",
  },
  {
    language: "Elixir",
    form: "Plug's wrapper",
    text: `** (Plug.Conn.WrapperError) ** (KeyError) key :gold not found in: %{}
    lib/fares/rates.ex:52: Fares.Rates.of/1
    (plug 1.15.0) lib/plug/builder.ex:1: Plug.Builder.call/2`,
    headline: "KeyError: key :gold not found in: %{}",
    place: "lib/fares/rates.ex:52",
  },
  {
    language: "Erlang",
    form: "crash report",
    text: `=CRASH REPORT====
  exception error: no match of right hand side value undefined
    in function  fares_rates:of/1 (src/fares_rates.erl, line 52)
    in call from gen_server:try_handle_call/4 (gen_server.erl, line 721)`,
    headline: "error: no match of right hand side value undefined",
    place: "src/fares_rates.erl:52",
  },
  {
    language: "Erlang",
    form: "reason with its calls",
    text: `** Reason for termination ==
** {{badkey,gold},[{maps,get,[gold,#{}],[]},{fares_rates,of,1,[{file,"src/fares_rates.erl"},{line,52}]},{gen_server,loop,7,[{file,"gen_server.erl"},{line,721}]}]}`,
    headline: "error: {badkey,gold}",
    place: "src/fares_rates.erl:52",
  },
  {
    language: "Dart",
    form: "uncaught",
    text: `Unhandled exception:
FormatException: Invalid radix-10 number (at character 1)
#0      int._handleFormatError (dart:core-patch/integers_patch.dart:134:5)
#1      rateOf (package:fares/rates.dart:52:14)
<asynchronous suspension>
#2      main (file:///opt/fares/bin/main.dart:9:3)`,
    headline: "FormatException: Invalid radix-10 number (at character 1)",
    place: "package:fares/rates.dart:52",
  },
  {
    language: "Dart",
    form: "Flutter",
    text: `══╡ EXCEPTION CAUGHT BY WIDGETS LIBRARY ╞══
The following _TypeError was thrown building Fares(dirty):
Null check operator used on a null value

When the exception was thrown, this was the stack:
#0      FaresState.build (package:fares/rates.dart:52:14)
#1      StatefulElement.build (package:flutter/src/widgets/framework.dart:5080:27)`,
    headline: "_TypeError: Null check operator used on a null value",
    place: "package:fares/rates.dart:52",
  },
  {
    language: "Dart",
    form: "stack_trace, terse",
    text: `Bad state: No element
dart:collection                 ListBase.first
package:fares/rates.dart 52:14  rateOf
bin/main.dart 9:3               main`,
    headline: null,
    place: "package:fares/rates.dart:52",
  },
  {
    language: "Swift",
    form: "fatal error",
    text: "Fares/Rates.swift:52: Fatal error: Unexpectedly found nil while unwrapping an Optional value",
    headline: "Fatal error: Unexpectedly found nil while unwrapping an Optional value",
    place: "Fares/Rates.swift:52",
  },
  {
    language: "Swift",
    form: "fatal error (before 5.4)",
    text: "Fatal error: Index out of range: file /build/Sources/Fares/Rates.swift, line 52",
    headline: "Fatal error: Index out of range",
    place: "/build/Sources/Fares/Rates.swift:52",
  },
  {
    language: "Swift",
    form: "the runtime's backtrace",
    text: `*** Program crashed: Bad pointer dereference at 0x0000000000000004 ***

Thread 0 "fares" crashed:

0               0x00005650a1 closure #1 in rateOf(_:) + 12 in fares at /build/Sources/Fares/Rates.swift:52:14
1 [ra]          0x00005650b2 main + 44 in fares at /build/Sources/Fares/main.swift:9:3`,
    headline: "crash: Bad pointer dereference at 0x0000000000000004 ***",
    place: "/build/Sources/Fares/Rates.swift:52",
  },
  {
    language: "C++",
    form: "AddressSanitizer",
    text: `==812==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010 at pc 0x4f bp 0x7f sp 0x7e
READ of size 4 at 0x602000000010 thread T0
    #0 0x4f1a2b in std::vector<int>::at(unsigned long) /usr/include/c++/12/bits/stl_vector.h:1150:9
    #1 0x4f1a2c in rateOf(Tier const&) /build/fares/rates.cc:52:14
    #2 0x4f1b00 in main /build/fares/main.cc:9:3

0x602000000010 is located 0 bytes inside of 4-byte region
freed by thread T0 here:
    #0 0x4c in operator delete(void*) (/build/fares/bin+0x4c)
    #1 0x4f in drop() /build/fares/drop.cc:1:1`,
    headline: "AddressSanitizer: heap-use-after-free",
    place: "/build/fares/rates.cc:52",
  },
  {
    language: "C++",
    form: "UndefinedBehaviorSanitizer",
    text:
      "/build/fares/rates.cc:52:14: runtime error: signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'",
    headline: "runtime error: signed integer overflow: 2147483647 + 1 cannot be represented in type 'int'",
    place: "/build/fares/rates.cc:52",
  },
  {
    language: "C++",
    form: "terminate and gdb's backtrace",
    text: `terminate called after throwing an instance of 'std::out_of_range'
  what():  map::at
#0  __pthread_kill_implementation (no_tid=0, signo=6) at ./nptl/pthread_kill.c:44
#1  0x00007ffff7c42476 in __GI_raise (sig=6) at ../sysdeps/posix/raise.c:26
#2  0x0000555555555279 in rateOf (tier=0x0) at /build/fares/rates.cc:52
#3  0x00005555555552f1 in main () at /build/fares/main.cc:9`,
    headline: "std::out_of_range: map::at",
    place: "/build/fares/rates.cc:52",
  },
  {
    language: "C++",
    form: "boost::stacktrace and std::stacktrace",
    text: `terminate called after throwing an instance of 'fares::NoTier'
  what():  no tier
 0# boost::stacktrace::basic_stacktrace<>::init() at /usr/include/boost/stacktrace.hpp:1
 1# fares::rateOf(int) at /build/fares/rates.cpp:52
 2# main at /build/fares/main.cpp:9`,
    headline: "fares::NoTier: no tier",
    place: "/build/fares/rates.cpp:52",
  },
  {
    language: "C++",
    form: "backward-cpp",
    text: `Stack trace (most recent call last):
#1    Source "/build/fares/main.cpp", line 9, in main
          7: int main() {
#0    Source "/build/fares/rates.cpp", line 52, in rateOf
Segmentation fault (Address not mapped to object [(nil)])`,
    headline: "Segmentation fault",
    place: "/build/fares/rates.cpp:52",
  },
  {
    language: "C",
    form: "failed assertion",
    text: "fares: /build/fares/rates.c:52: rate_of: Assertion `tier != NULL' failed.",
    headline: "Assertion: tier != NULL",
    place: "/build/fares/rates.c:52",
  },
  {
    language: "C++",
    form: "glog",
    text: "F0301 10:00:00.123456  812 rates.cc:52] Check failed: tier != nullptr (0x0 vs. 0x0)",
    headline: "Check failed: tier != nullptr (0x0 vs. 0x0)",
    place: "rates.cc:52",
  },
  {
    language: "Lua",
    form: "traceback",
    text: `lua: lib/rates.lua:52: attempt to index a nil value (local 'tier')
stack traceback:
\tlib/rates.lua:52: in function 'rate_of'
\tmain.lua:9: in main chunk
\t[C]: in ?`,
    headline: "error: attempt to index a nil value (local 'tier')",
    place: "lib/rates.lua:52",
  },
  {
    language: "Lua",
    form: "nginx",
    text:
      `[error] 7#7: *1 lua entry thread aborted: runtime error: /opt/fares/rates.lua:52: attempt to perform arithmetic on a nil value
stack traceback:
coroutine 0:
\t/opt/fares/rates.lua:52: in function 'rate_of'`,
    headline: "error: attempt to perform arithmetic on a nil value",
    place: "/opt/fares/rates.lua:52",
  },
  {
    language: "Perl",
    form: "die",
    text: `Can't call method "rate" on an undefined value at /opt/fares/lib/Fares/Rates.pm line 52.`,
    headline: `die: Can't call method "rate" on an undefined value`,
    place: "/opt/fares/lib/Fares/Rates.pm:52",
  },
  {
    language: "Perl",
    form: "Carp's confess",
    text: `no tier at /opt/fares/lib/Fares/Rates.pm line 52.
\tFares::Rates::of('gold') called at /opt/fares/bin/quote.pl line 9`,
    headline: "die: no tier",
    place: "/opt/fares/lib/Fares/Rates.pm:52",
  },
];
