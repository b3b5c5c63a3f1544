// The simple baseline beside docs/labs/names-18lang: naive Bayes over the 1- to 3-grams of a name's letters, on the
// same split (duplicates removed, line number modulo 10: 9 test, the rest training), smoothing 0.1 chosen on residue 8.
// node test/corpora/namesBaseline.mjs FOLDER-OF-NAMES
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const folder = process.argv[2];
const fold = (name) => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
const examples = [];
for (const file of readdirSync(folder)
  .filter((name) => /^[A-Z][a-z]+\.txt$/.test(name))
  .sort()) {
  const label = file.slice(0, -4);
  const seen = new Set();
  readFileSync(path.join(folder, file), 'utf8')
    .split(/\r?\n/)
    .forEach((row, line) => {
      const name = row.trim();
      if (name === '' || seen.has(name)) return;
      seen.add(name);
      examples.push({ name: fold(name), label, line });
    });
}
const labels = [...new Set(examples.map(({ label }) => label))];
const part = (residues) => examples.filter(({ line }) => residues.includes(line % 10));

function gramsOf(name) {
  const padded = `^${name}$`;
  return [1, 2, 3].flatMap((n) =>
    Array.from({ length: Math.max(0, padded.length - n + 1) }, (_, at) => padded.slice(at, at + n)),
  );
}

function fit(training, smoothing) {
  const vocabulary = new Set(training.flatMap(({ name }) => gramsOf(name)));
  const models = labels.map((label) => {
    const members = training.filter((each) => each.label === label);
    const counts = new Map();
    for (const gram of members.flatMap(({ name }) => gramsOf(name))) counts.set(gram, (counts.get(gram) ?? 0) + 1);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0) + smoothing * vocabulary.size;
    return {
      prior: Math.log(members.length / training.length),
      of: (gram) => Math.log(((counts.get(gram) ?? 0) + smoothing) / total),
    };
  });
  return (name) => {
    const grams = gramsOf(name).filter((gram) => vocabulary.has(gram));
    const scores = models.map(({ prior, of }) => grams.reduce((sum, gram) => sum + of(gram), prior));
    return labels[scores.indexOf(Math.max(...scores))];
  };
}

function figures(answer, test) {
  const pairs = test.map(({ name, label }) => [label, answer(name)]);
  const f1 = labels
    .map((label) => {
      const right = pairs.filter(([is, said]) => is === label && said === label).length;
      const all = pairs.filter(([is]) => is === label).length + pairs.filter(([, said]) => said === label).length;
      return all === 0 ? null : (2 * right) / all;
    })
    .filter((value) => value !== null);
  return {
    accuracy: pairs.filter(([is, said]) => is === said).length / pairs.length,
    macroF1: f1.reduce((sum, value) => sum + value, 0) / f1.length,
    count: pairs.length,
  };
}

const training = part([0, 1, 2, 3, 4, 5, 6, 7]);
const rated = [0.01, 0.03, 0.1, 0.3, 1].map((smoothing) => ({
  smoothing,
  ...figures(fit(training, smoothing), part([8])),
}));
const best = rated.reduce((a, b) => (b.macroF1 > a.macroF1 ? b : a));
const most = labels.reduce((a, b) =>
  training.filter(({ label }) => label === b).length > training.filter(({ label }) => label === a).length ? b : a,
);
console.log(
  JSON.stringify(
    {
      smoothing: best.smoothing,
      naiveBayes: figures(fit(training, best.smoothing), part([9])),
      majority: figures(() => most, part([9])),
    },
    null,
    1,
  ),
);
