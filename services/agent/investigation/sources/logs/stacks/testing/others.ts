import type { StackCase } from "./case.ts";

/** Rust, Ruby, PHP. */
export const OTHERS: readonly StackCase[] = [
  {
    language: "Rust",
    form: "panic (since 1.73)",
    text: `thread 'main' panicked at src/rates.rs:52:9:
called \`Option::unwrap()\` on a \`None\` value
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
    headline: "panic: called `Option::unwrap()` on a `None` value",
    place: "src/rates.rs:52",
  },
  {
    language: "Rust",
    form: "panic (before 1.73)",
    text:
      `thread 'tokio-runtime-worker' panicked at 'index out of bounds: the len is 2 but the index is 4', src/rates.rs:52:9
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
    headline: "panic: index out of bounds: the len is 2 but the index is 4",
    place: "src/rates.rs:52",
  },
  {
    language: "Rust",
    form: "panic with the thread's number (since 1.91)",
    text: `thread 'worker' (81234) panicked at src/rates.rs:52:9:\nattempt to divide by zero`,
    headline: "panic: attempt to divide by zero",
    place: "src/rates.rs:52",
  },
  {
    language: "Rust",
    form: "RUST_BACKTRACE=1, raised within the standard library",
    text:
      `thread 'main' panicked at /rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/core/src/slice/index.rs:53:5:
range end index 9 out of range for slice of length 3
stack backtrace:
   0: rust_begin_unwind
             at /rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/std/src/panicking.rs:665:5
   1: core::slice::index::slice_end_index_len_fail
             at /rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/core/src/slice/index.rs:53:5
   2: fares::rates::of
             at ./src/rates.rs:52:9
   3: fares::main
             at ./src/main.rs:3:5`,
    headline: "panic: range end index 9 out of range for slice of length 3",
    place: "./src/rates.rs:52",
  },
  {
    language: "Rust",
    form: "anyhow with causes and a backtrace",
    text: `Error: quote failed

Caused by:
    0: rate of gold
    1: No such file or directory (os error 2)

Stack backtrace:
   0: anyhow::error::<impl core::convert::From<E> for anyhow::Error>::from
             at /root/.cargo/registry/src/index.crates.io-6f17d22bba15001f/anyhow-1.0.86/src/backtrace.rs:27:14
   1: fares::rates::of
             at ./src/rates.rs:52:9`,
    headline: "Error: No such file or directory (os error 2)",
    place: "./src/rates.rs:52",
  },
  {
    language: "Rust",
    form: "eyre",
    text: `Error:
   0: quote failed
   1: no tier

Location:
   src/rates.rs:52`,
    headline: "Error: no tier",
    place: "src/rates.rs:52",
  },
  {
    language: "Rust",
    form: "tracing, pretty",
    text: `  ERROR fares::rates: no tier, name: "gold"\n    at src/rates.rs:52 on tokio-runtime-worker`,
    headline: null,
    place: "src/rates.rs:52",
  },
  {
    language: "Ruby",
    form: "uncaught (before 3.4)",
    text: `/opt/fares/lib/rates.rb:52:in \`of': undefined method \`rate' for nil:NilClass (NoMethodError)
\tfrom /opt/fares/lib/desk.rb:9:in \`block in quote'
\tfrom /usr/local/bundle/gems/rack-3.0.8/lib/rack.rb:1:in \`call'`,
    headline: "NoMethodError: undefined method `rate' for nil:NilClass",
    place: "/opt/fares/lib/rates.rb:52",
  },
  {
    language: "Ruby",
    form: "uncaught (3.4), with its cause",
    text: `/opt/fares/lib/desk.rb:11:in 'Desk#quote': quote 9 (Fares::QuoteFailed)
\tfrom /opt/fares/lib/main.rb:1:in '<main>'
/opt/fares/lib/rates.rb:52:in 'Hash#fetch': key not found: :gold (KeyError)
\tfrom /opt/fares/lib/rates.rb:52:in 'Rates.of'`,
    headline: "KeyError: key not found: :gold",
    place: "/opt/fares/lib/rates.rb:52",
  },
  {
    language: "Ruby",
    form: "most recent call last (2.5 to 2.7)",
    text: `Traceback (most recent call last):
\t2: from main.rb:1:in \`<main>'
\t1: from lib/desk.rb:9:in \`quote'
lib/rates.rb:52:in \`of': no tier (ArgumentError)`,
    headline: "ArgumentError: no tier",
    place: "lib/rates.rb:52",
  },
  {
    language: "Ruby",
    form: "Rails",
    text: `[3fa9] NoMethodError (undefined method 'rate' for nil):
[3fa9]   
app/models/rates.rb:52:in 'Rates#of'
app/controllers/quotes_controller.rb:9:in 'QuotesController#create'`,
    headline: "NoMethodError: undefined method 'rate' for nil",
    place: "app/models/rates.rb:52",
  },
  {
    language: "Ruby",
    form: "Rails with causes and gems",
    text: `ActionView::Template::Error (no tier):
    1: <%= rate %>
app/views/quotes/show.html.erb:1
actionview (7.1.2) lib/action_view/base.rb:265:in \`_run'

Causes:
KeyError (key not found: :gold)
activesupport (7.1.2) lib/active_support/hash.rb:3:in \`fetch'
app/models/rates.rb:52:in \`of'`,
    headline: "KeyError: key not found: :gold",
    place: "app/models/rates.rb:52",
  },
  {
    language: "Ruby",
    form: "Sidekiq",
    text: `WARN: ZeroDivisionError: divided by 0
/opt/fares/app/workers/rates.rb:52:in '/'
/opt/fares/vendor/bundle/ruby/3.3.0/gems/sidekiq-7.2/lib/sidekiq/processor.rb:202:in 'execute_job'`,
    headline: "ZeroDivisionError: divided by 0",
    place: "/opt/fares/app/workers/rates.rb:52",
  },
  {
    language: "PHP",
    form: "error_log",
    text:
      `PHP Fatal error:  Uncaught TypeError: Fares\\Rates::of(): Argument #1 ($tier) must be of type Fares\\Tier, null given in /opt/fares/src/Rates.php:52
Stack trace:
#0 /opt/fares/src/Desk.php(9): Fares\\Rates->of(NULL)
#1 {main}
  thrown in /opt/fares/src/Rates.php on line 52`,
    headline: "TypeError: Fares\\Rates::of(): Argument #1 ($tier) must be of type Fares\\Tier, null given",
    place: "/opt/fares/src/Rates.php:52",
  },
  {
    language: "PHP",
    form: "previous exceptions (Next)",
    text:
      `PHP Fatal error:  Uncaught PDOException: SQLSTATE[42S22]: Column not found in /opt/fares/vendor/laravel/db/Connection.php:1
Stack trace:
#0 /opt/fares/src/Rates.php(52): PDO->query('select 1')
#1 {main}

Next Fares\\QuoteFailed: quote 9 in /opt/fares/src/Desk.php:11
Stack trace:
#0 /opt/fares/public/index.php(3): Fares\\Desk->quote()
#1 {main}
  thrown in /opt/fares/src/Desk.php on line 11`,
    headline: "PDOException: SQLSTATE[42S22]: Column not found",
    place: "/opt/fares/src/Rates.php:52",
  },
  {
    language: "PHP",
    form: "PHP 5 and Yii",
    text: `exception 'Fares\\NoTier' with message 'no tier' in /opt/fares/src/Rates.php:52
Stack trace:
#0 [internal function]: Fares\\Rates->of()
#1 /opt/fares/src/Desk.php(9): call_user_func_array()`,
    headline: "Fares\\NoTier: no tier",
    place: "/opt/fares/src/Rates.php:52",
  },
  {
    language: "PHP",
    form: "Laravel",
    text:
      `production.ERROR: no tier {"userId":7,"exception":"[object] (Fares\\\\NoTier(code: 0): no tier at /opt/fares/app/Rates.php:52)
[stacktrace]
#0 /opt/fares/app/Desk.php(9): Fares\\\\Rates->of()
#1 /opt/fares/vendor/laravel/framework/src/Illuminate/Routing/Controller.php(54): call()
"} `,
    headline: "Fares\\\\NoTier: no tier",
    place: "/opt/fares/app/Rates.php:52",
  },
  {
    language: "PHP",
    form: "Laravel with a previous exception",
    text:
      `production.ERROR: quote 9 {"exception":"[object] (Fares\\QuoteFailed(code: 0): quote 9 at /opt/fares/app/Desk.php:11)
[stacktrace]
#0 /opt/fares/public/index.php(3): Fares\\Desk->quote()
#1 {main}

[previous exception] [object] (DivisionByZeroError(code: 0): Division by zero at /opt/fares/app/Rates.php:52)
[stacktrace]
#0 /opt/fares/app/Desk.php(9): Fares\\Rates->of()
"}`,
    headline: "DivisionByZeroError: Division by zero",
    place: "/opt/fares/app/Rates.php:52",
  },
  {
    language: "PHP",
    form: "Symfony",
    text:
      `request.CRITICAL: Uncaught PHP Exception Fares\\NoTier: "no tier" at /opt/fares/src/Rates.php line 52 {"exception":"[object] (Fares\\\\NoTier(code: 0): no tier at /opt/fares/src/Rates.php:52)"} []`,
    headline: "Fares\\\\NoTier: no tier",
    place: "/opt/fares/src/Rates.php:52",
  },
  {
    language: "PHP",
    form: "parse error",
    text: `PHP Parse error:  syntax error, unexpected token "}" in /opt/fares/src/Rates.php on line 52`,
    headline: `Parse error: syntax error, unexpected token "}"`,
    place: "/opt/fares/src/Rates.php:52",
  },
];
