/** Folders into which package managers and runtimes put other people's code. */
const FOLDERS =
  /(?:^|[/\\])(?:node_modules|bower_components|site-packages|dist-packages|\.venv|virtualenvs|vendor|\.pnpm|\.yarn|\.cargo[/\\](?:registry|git)|registry[/\\]src|pkg[/\\]mod|gems|rubygems|bundler|\.rbenv|\.rvm|\.asdf|\.nvm|\.deno|\.pub-cache|\.nuget|Pods|\.build[/\\]checkouts|deps|rustc|third_party)[/\\]/;
/** Parts of runtimes and their standard libraries. */
const RUNTIMES =
  /^(?:node:|internal\/|deno:|ext:|bun:|native|npm:|jsr:|dart:|<frozen |<internal:|https?:\/\/(?:deno\.land|jsr\.io|esm\.sh|cdn\.|unpkg\.com)|\[native code\]|webpack\/(?:bootstrap|runtime))|(?:^|[/\\])(?:lib(?:64|exec)?[/\\](?:python|ruby|perl|erlang|elixir|dart)[\w.]*[/\\]|python\d[\w.]*\.zip|usr[/\\](?:include|lib|libexec)[/\\]|lib[/\\]x86_64)/i;
const GOROOT =
  /(?:^|[/\\])(?:go|goroot|golang)[\w.-]*[/\\](?:\d[\w.]*[/\\])?(?:libexec[/\\])?src[/\\][^/\\.]+(?:[/\\][^/\\.]+)*[/\\][^/\\]+$/i;

/** Whether a path is one of a runtime, a standard library or an installed package. */
export function isLibraryPath(file: string): boolean {
  return FOLDERS.test(file) || RUNTIMES.test(file) || (/\.(?:go|s)$/.test(file) && GOROOT.test(file));
}
