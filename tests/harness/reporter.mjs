// Tells tools/test what a Vitest run did: counts, failures with their first message, skips with their
// reason. Written to PARLEY_TEST_REPORT; without it, nothing is written.
import fs from 'node:fs';

export default class Reporter {
  #report = { passed: 0, failed: [], skipped: [] };

  onTestCaseResult(test) {
    const result = test.result();
    const name = test.fullName;
    if (result.state === 'passed') this.#report.passed += 1;
    if (result.state === 'skipped') {
      this.#report.skipped.push({ name, why: result.note ?? 'no reason given' });
    }
    if (result.state === 'failed') {
      const error = result.errors[0];
      const where = error?.stacks?.[0];
      const place = where ? `\n${where.file}:${where.line}` : '';
      this.#report.failed.push({ name, why: `${error?.message ?? 'failed'}${place}` });
    }
  }

  onTestRunEnd(modules, errors) {
    for (const error of errors) {
      this.#report.failed.push({ name: 'outside of a test', why: String(error.message ?? error) });
    }
    for (const module of modules) {
      for (const suite of [module, ...module.children.allSuites()]) {
        for (const error of suite.errors()) {
          const name = suite === module ? module.relativeModuleId : suite.fullName;
          this.#report.failed.push({ name, why: String(error.message ?? error) });
        }
      }
    }
    const path = process.env.PARLEY_TEST_REPORT;
    if (path) fs.writeFileSync(path, JSON.stringify(this.#report, null, 1));
  }
}
