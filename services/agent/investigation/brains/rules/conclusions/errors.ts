import { adviceFor, nullRead } from "../advice.ts";
import { nameOf, where } from "../draft.ts";
import { clock, counted, listed, percent, quoted } from "../wording.ts";
import { type Conclusion, errorOf, oneOfSeveral, routesOf, wordsOf, writer } from "./common.ts";

/** An error whose stack names a line of ours. */
export const codeError: Conclusion = (signals, situation) => {
  const { shape, frame, logs, code, changes, similar, failingRoutes, errors } = signals;
  const place = `${frame!.file}:${frame!.line}`;
  const error = errorOf(shape!);
  const said = code?.result.file === frame!.file
    ? code.result.lines.find((line) => line.line === frame!.line)?.text.trim()
    : undefined;
  const read = nullRead(wordsOf(shape!), said);
  const routes = routesOf(signals);
  const call = routes.length > 0 ? ` when ${listed(routes)} ${routes.length === 1 ? "is" : "are"} called` : "";
  const inFunction = frame!.function === null ? "" : ` in ${quoted(frame!.function)}`;
  const out = writer(signals, situation)
    .cause(`${quoted(error)} is thrown${inFunction} at ${place}${call}.`, logs!.id);
  if (said !== undefined && read?.expression) {
    out.cause(`There ${quoted(read.expression)} is ${read.kind}, and ${quoted(`.${read.property}`)} is read from it.`)
      .claim(`${place} reads ${quoted(said)}.`, code!.id);
  } else if (said !== undefined) out.claim(`${place} reads ${quoted(said)}.`, code!.id);
  if (shape!.headline !== undefined) out.claim(`It was logged as ${quoted(shape!.message)}.`, logs!.id);
  const span = shape!.first !== null && shape!.last !== null
    ? ` between ${clock(shape!.first)} and ${clock(shape!.last)}`
    : "";
  out.errorRate();
  const spread = where(errors);
  if (spread !== "") out.cause(`It happens${spread}.`);
  out.claim(`It was logged ${counted(shape!.count, "time")}${span}.`, logs!.id).routes().instances(
    errors,
    "error_percent",
  );
  const commit = changes?.result.file === frame!.file ? changes?.result.commits[0] : undefined;
  if (commit) {
    out.step(
      `Look at commit ${commit.sha} of ${commit.author} ("${commit.title}"), the newest that touched ${frame!.file}.`,
    );
  }
  const before = similar?.result.incidents.find((other) => other.affected_file === frame!.file);
  if (before) out.step(`Compare with incident ${before.code}, which ended in the same file.`);
  out.step(
    `Take the last change to ${frame!.file} back if it is recent, or ship the fix.`,
    failingRoutes.length > 0 ? `Watch the error rate of ${failingRoutes[0]!.route} afterwards.` : null,
  );
  if (frame!.printed !== undefined) {
    out.step(
      `The path was derived from the repository's files; a rule under code.frames of this service that maps ${
        frame!.printed
      } to ${frame!.file} makes it explicit.`,
    );
  }
  return out.finish({
    verdict: "cause_found",
    category: "code_error",
    file: frame!.file,
    line: frame!.line,
    fix: read
      ? `Handle the case in which ${read.expression ? quoted(read.expression) : "the value"} is ${read.kind} before ${
        quoted(`.${read.property}`)
      } is read, at ${place}.`
      : adviceFor(wordsOf(shape!), place),
    instances: errors.rows.map(nameOf),
    routes: failingRoutes.map((row) => row.route),
  });
};

/** Errors whose place in the repository is not known: logged without a stack, or thrown where no rule leads to. */
export const errorWithoutPlace: Conclusion = (signals, situation) => {
  const { shape, logs, errors, failingRoutes } = signals;
  const error = errorOf(shape!);
  const [printed] = shape!.frames;
  const how = printed === undefined ? "without a stack trace" : `thrown at ${printed.file}:${printed.line}`;
  const out = writer(signals, situation)
    .cause(
      `The service fails requests with ${quoted(error)}, ${how}${where(errors)}.`,
      logs!.id,
      signals.instances?.id,
    )
    .errorRate()
    .claim(
      `It was logged ${counted(shape!.count, "time")}, ${percent(shape!.share_percent)} of the entries read.`,
      logs!.id,
    )
    .routes().instances(errors, "error_percent")
    .step(
      ...oneOfSeveral(signals, errors),
      printed === undefined
        ? null
        : `Add a rule under code.frames of this service that maps ${printed.file} to a path in the repository.`,
    );
  if (failingRoutes.length > 1) {
    out.cause(
      `${counted(failingRoutes.length, "route")} ${
        failingRoutes.length === 1 ? "is" : "are"
      } affected, so it is what they share.`,
    );
  }
  // What is loud need not be what fails: a rarer one that was thrown is named beside it.
  const rarer = printed === undefined ? logs!.result.shapes.find((one) => one.frames.length > 0) : undefined;
  if (rarer !== undefined) {
    const [at] = rarer.frames;
    out.cause(
      `More rarely, ${quoted(errorOf(rarer))} is thrown at ${at!.file}:${at!.line}, logged ${
        counted(rarer.count, "time")
      }.`,
      logs!.id,
    ).step(
      `Look at ${at!.file}:${at!.line}, too: what is thrown there is rarer and may be what the others follow from.`,
    );
  }
  return out.finish({
    verdict: "cause_found",
    category: "errors_without_stack",
    fix: adviceFor(
      wordsOf(shape!),
      printed === undefined ? "the place that logs it" : `${printed.file}:${printed.line}`,
    ),
    instances: errors.rows.map(nameOf),
    routes: failingRoutes.map((row) => row.route),
  });
};

/** Errors of which the metrics tell where, and nothing tells why. */
export const errorsUnexplained: Conclusion = (signals, situation) => {
  const { errors, failingRoutes, logs } = signals;
  const out = writer(signals, situation).cause("Requests fail, and nothing that could be read says why.").errorRate();
  if (logs !== undefined) {
    out.claim(`The log holds ${counted(logs.result.count, "error entry", "error entries")}.`, logs.id);
  }
  if (errors.rows.length > 0) out.cause(`They fail${where(errors)}.`);
  return out.routes().instances(errors, "error_percent").step(
    ...oneOfSeveral(signals, errors),
    "Read the service's own log on the machine that runs it.",
  ).finish({
    verdict: "not_enough_evidence",
    category: "errors_unexplained",
    fix: "Find the reason first: make the service log the error that it answers.",
    instances: errors.rows.map(nameOf),
    routes: failingRoutes.map((row) => row.route),
  });
};
