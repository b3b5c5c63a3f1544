import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { sharedData } from '../../support/sharedData';
import { labFaults } from '../../support/faults/labFaults';
import { modelFaults } from '../../support/faults/modelFaults';
import { type FaultTable, runFault } from '../../support/faults/runFault';
import { securityFaults } from '../../support/faults/securityFaults';
import { studyFaults } from '../../support/faults/studyFaults';
import { textFaults } from '../../support/faults/textFaults';

const cli = path.resolve(__dirname, '../../../dist/cli.js');
const folder = sharedData('faults');
const tables: readonly FaultTable[] = [modelFaults, textFaults, labFaults, studyFaults, securityFaults];
const known = tables.flatMap((table) => Object.entries(table));
const why = folder === null ? ' (skipped: no shared/data/faults)' : existsSync(cli) ? '' : ' (skipped: not built)';

describe(`the faults that strangers' files found${why}`, function () {
  this.timeout(180_000);
  before(function () {
    if (why !== '') this.skip();
  });

  for (const [name, cases] of known) {
    for (const fault of cases)
      it(`${name}: ${fault.args.join(' ')} ${fault.refuses === undefined ? 'gives what is right' : 'is refused'}`, () =>
        runFault(cli, path.join(folder ?? '', name), fault));
  }

  // Folders whose rows are still to come; any other without a row fails.
  const waiting = ['maxpool-in-front', 'security'];
  const folders = folder === null ? [] : readdirSync(folder, { withFileTypes: true }).filter((it) => it.isDirectory());
  for (const { name } of folders) {
    if (known.some(([row]) => row === name || row.startsWith(`${name}/`))) continue;
    if (waiting.includes(name)) it(`${name}: has no row yet`);
    else it(`${name}: has a row`, () => assert.fail(`Add ${name} to a table of test/support/faults.`));
  }
});
