/** Findings that fail the gate by default. A `possible` one is neither a find nor a false alarm. */
export function accusations(report) {
  return report.findings.filter((finding) => finding.confidence !== 'possible');
}

/**
 * Scores the report of a leaky program: was the leak found, was the culprit named, and if not, why not.
 *
 * Found: an accusation has an accepted kind and a path to one of the `leaks`. Named: every `culprit` matches the
 * text of one path of the *first* accusation that leads to the principal of the `leaks`.
 */
export function scoreLeaky(report, expectation) {
  const accused = accusations(report);
  const accepted = [expectation.detector, ...(expectation.also ?? [])];
  const fitting = accused.filter((finding) =>
    [finding.kind, ...finding.also].some((kind) => accepted.includes(kind)),
  );
  const found = fitting.some((finding) =>
    expectation.leaks.some((leak) => pathsTo(finding, leak).length > 0),
  );
  const [first] = accused;
  const paths = first ? pathsTo(first, expectation.leaks[0]) : [];
  const missing = leastMissing(paths, expectation.culprit);
  const positioned =
    !expectation.position || (first !== undefined && hasPosition(first, expectation.position));
  const unseen = (expectation.holders ?? []).filter(
    (holder) => !paths.some((path) => new RegExp(holder).test(textOf(path))),
  );
  const named = paths.length > 0 && missing.length === 0 && unseen.length === 0 && positioned;

  let why;
  if (accused.length === 0)
    why = `no accusation; ${summary(report.findings)}; ${report.verdict.reasons.join('; ')}`;
  else if (fitting.length === 0) why = `kind is none of ${accepted.join(', ')}: ${summary(accused)}`;
  else if (!found) why = `no path to any of ${expectation.leaks.join(', ')}: ${summary(fitting)}`;
  else if (paths.length === 0)
    why = `first finding has no path to ${expectation.leaks[0]}: ${summary(accused)}`;
  else if (missing.length > 0) why = `/${missing.join('/ and /')}/ not on the path ${textOf(paths[0])}`;
  else if (unseen.length > 0) why = `no path of the first finding shows /${unseen.join('/ and /')}/`;
  else if (!positioned) why = `no location in ${expectation.position} in the first finding`;
  return { found, named, why };
}

/** Scores the report of a program without a leak: the accusations that it does not deserve. */
export function scoreHealthy(report) {
  const accused = accusations(report);
  return { falseAlarms: accused.length, why: accused.length > 0 ? summary(accused, true) : undefined };
}

function pathsTo(finding, leak) {
  // A function goes by its name or, as reports print it, by its name and parentheses.
  const names = leak.split('|').flatMap((name) => [name, `${name}()`]);
  const leads = (path) =>
    path.hops.some((hop) => names.includes(hop.node.name) || names.includes(`(${hop.node.type})`));
  const paths = finding.paths.filter(leads);
  // An anonymous hop, such as a captured string, goes by the name that the finding gives to its objects.
  if (paths.length === 0 && names.includes(finding.objects.className)) return finding.paths.slice(0, 1);
  return paths;
}

function leastMissing(paths, culprits) {
  const missing = paths.map((path) => culprits.filter((culprit) => !new RegExp(culprit).test(textOf(path))));
  return missing.sort((a, b) => a.length - b.length)[0] ?? culprits;
}

/** A path on one line, with all names that a reader of the report sees. */
function textOf(path) {
  return [path.root, ...path.hops.map(({ edge, node }) => `.${edge.name} -> ${node.name}`)].join(' ');
}

function hasPosition(finding, position) {
  const expression = new RegExp(position);
  const hops = [...finding.paths.flatMap((path) => path.hops), finding.holder, finding.closure];
  return hops.some((hop) => hop?.location && expression.test(`${hop.location.file}:${hop.location.line}`));
}

function summary(findings, withPath = false) {
  if (findings.length === 0) return 'no findings at all';
  return findings
    .slice(0, 4)
    .map((finding) => {
      const kinds = [finding.kind, ...finding.also].join('+');
      const births = finding.objects.births.join(' ');
      const path = withPath && finding.paths[0] ? ` at ${textOf(finding.paths[0])}` : '';
      return `${finding.confidence} ${kinds} ${finding.objects.className} (${births})${path}`;
    })
    .join('; ');
}
