// failed RESULTS: the files that failed, a line each. count RESULTS CODE [AGAIN]: the plain line that ends a run; where the failed files ran once more, their second outcome counts, and the first is named.
const { existsSync, readFileSync } = require("node:fs");
const { relative } = require("node:path");

const [, , command, file, code, again] = process.argv;
const read = (from) => JSON.parse(readFileSync(from, "utf8"));
const failedIn = (results) => results.testResults.filter(({ status }) => status === "failed");
/** A file that could not be loaded has no tests to count, yet it failed. */
const failuresOf = (results) => results.numFailedTests + failedIn(results).filter(({ assertionResults }) => !assertionResults.some(({ status }) => status === "failed")).length;

function listFailed() {
  if (existsSync(file)) for (const { name } of failedIn(read(file))) console.log(relative(process.cwd(), name));
}

function count() {
  let passed = 0;
  let failed = 0;
  try {
    const results = read(file);
    passed = results.numPassedTests;
    failed = failuresOf(results);
    if (existsSync(again)) {
      const second = read(again);
      for (const { name, assertionResults } of failedIn(results)) for (const test of assertionResults) if (test.status === "failed") console.log(`failed among the others: ${relative(process.cwd(), name)} > ${test.fullName}`);
      const before = failedIn(results).reduce((sum, { assertionResults }) => sum + assertionResults.filter(({ status }) => status === "passed").length, 0);
      passed += second.numPassedTests - before;
      failed = failuresOf(second);
    }
  } catch (fault) {
    console.log(`no results: ${fault.message}`);
  }
  if (failed === 0 && (Number(code) !== 0 || passed === 0)) failed = 1;
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(Number(code) || (failed > 0 ? 1 : 0));
}

if (command === "failed") listFailed();
else count();
