// A mocha reporter that prints as it goes and writes { files, passed, failed, skipped, failures, skips } to the file
// that LSTM_INSPECTOR_RESULTS names. It runs in plain Node and inside the extension host.
const { writeFileSync } = require('node:fs');

module.exports = class CountingReporter {
  constructor(runner) {
    const results = {
      files: runner.suite.suites.map((suite) => suite.file),
      passed: 0,
      failed: 0,
      failures: [],
      skips: [],
    };
    // Inside VS Code the workbench logs to the same place; the prefix tells our lines from its own.
    const prefix = process.env['LSTM_INSPECTOR_REPORT_PREFIX'] ?? '';
    const print = (text) => console.log(`${prefix}${text}`);
    const depthOf = (suite) => suite.titlePath().length;
    runner.on('suite', (suite) => {
      if (!suite.root) print(`${'  '.repeat(depthOf(suite) - 1)}${suite.title}`);
    });
    runner.on('pass', (test) => {
      results.passed += 1;
      const slow = test.duration > 2000 ? ` (${(test.duration / 1000).toFixed(1)} s)` : '';
      print(`${'  '.repeat(depthOf(test.parent))}ok ${test.title}${slow}`);
    });
    runner.on('pending', (test) => {
      results.skips.push(test.fullTitle());
      print(`${'  '.repeat(depthOf(test.parent))}skipped: ${test.title}`);
    });
    runner.on('fail', (test, error) => {
      results.failed += 1;
      const text = error?.stack ?? String(error?.message ?? error);
      results.failures.push({ title: test.fullTitle(), file: test.file, text });
      print(`${'  '.repeat(depthOf(test.parent))}FAILED ${test.title}\n${text}`);
    });
    // A hook that fails takes the rest of its suite with it: those tests neither passed nor were skipped, they are
    // failures.
    runner.on('end', () => {
      let planned = 0;
      runner.suite.eachTest((test) => {
        planned += 1;
        const ran = test.state !== undefined || test.isPending();
        if (!ran) results.failed += 1;
      });
      const out = process.env['LSTM_INSPECTOR_RESULTS'];
      if (out) writeFileSync(out, JSON.stringify({ ...results, planned, skipped: results.skips.length }));
    });
  }
};
