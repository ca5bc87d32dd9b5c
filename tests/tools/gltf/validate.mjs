// Prints one JSON array: for each GLB given as an argument its path, counts of issues, and the issues themselves.
import { readFile } from "node:fs/promises";
import { validateBytes } from "gltf-validator";

const reports = [];
for (const path of process.argv.slice(2)) {
  const report = await validateBytes(new Uint8Array(await readFile(path)), { uri: path, maxIssues: 20 });
  const { numErrors: errors, numWarnings: warnings, numInfos: infos, numHints: hints, messages } = report.issues;
  reports.push({ path, errors, warnings, infos, hints, messages, animations: report.info?.animationCount ?? 0 });
}
console.log(JSON.stringify(reports));
process.exitCode = reports.some((report) => report.errors > 0) ? 1 : 0;
