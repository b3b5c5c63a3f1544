import assert from 'node:assert/strict';
import path from 'node:path';
import { ESLint } from 'eslint';

const root = path.resolve(__dirname, '../../..');
const modules = ['node:fs', 'fs', 'node:fs/promises', 'fs/promises'];
const code = modules.map((name, k) => `import * as fs${k} from '${name}';\nfs${k};\n`).join('');

describe('the door to the file system', () => {
  const eslint = new ESLint({ cwd: root });

  async function complaints(file: string): Promise<number> {
    const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
    assert.ok(result);
    return result.messages.filter(({ ruleId }) => ruleId === 'no-restricted-imports').length;
  }

  it('is the only way to open a file, in whichever way the module is named', async () => {
    for (const file of ['src/models/openModel.ts', 'src/lab/search/study.ts'])
      assert.equal(await complaints(file), modules.length, file);
  });

  it('is open for those who stand in it', async () => {
    assert.equal(await complaints('src/files/reach.ts'), 0);
  });
}).timeout(60_000);
