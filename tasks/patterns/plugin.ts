/** A lint plugin that reports each regular expression with its source: `deno lint` is the parser. */
const plugin: Deno.lint.Plugin = {
  name: "patterns",
  rules: {
    each: {
      create(context) {
        const built = (node: Deno.lint.NewExpression | Deno.lint.CallExpression) => {
          if (node.callee.type !== "Identifier" || node.callee.name !== "RegExp") return;
          context.report({ node, message: JSON.stringify({ built: true }) });
        };
        return {
          Literal(node) {
            if (!("regex" in node) || node.regex === undefined) return;
            const { pattern, flags } = node.regex as { readonly pattern: string; readonly flags: string };
            context.report({ node, message: JSON.stringify({ source: pattern, flags }) });
          },
          NewExpression: built,
          CallExpression: built,
        };
      },
    },
  },
};
export default plugin;
