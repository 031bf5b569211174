// What came out of a run, from Playwright's report: each test that failed, or passed only when run
// again, with the first lines of its error; then the numbers of passed, failed and skipped tests.

import { readFileSync } from 'node:fs';

const LINES = 6;
const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));

const specs = ({ suites = [], specs: own = [] }) => [...own, ...suites.flatMap(specs)];
const plain = (text) => text.replaceAll(/\u001b\[[\d;]*m/g, '');
const firstLines = (text) => plain(text).split('\n').filter((line) => line.trim()).slice(0, LINES);

const words = { unexpected: 'failed', flaky: 'passed only when run again' };
for (const spec of specs(report)) {
  for (const { status, results } of spec.tests) {
    if (!(status in words)) continue;
    console.log(`\n${words[status]}: ${spec.file}:${spec.line} ${spec.title}`);
    const error = results.find(({ error }) => error)?.error;
    for (const line of firstLines(error?.message ?? 'no error is told')) console.log(`    ${line}`);
    const { file, line } = error?.location ?? {};
    if (file) console.log(`    at ${file.split('/end2end/').pop()}:${line}`);
  }
}

const { expected, unexpected, flaky, skipped } = report.stats;
console.log(`\n${expected + flaky} ${unexpected} ${skipped}`);
