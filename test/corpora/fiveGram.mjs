// The baseline that code-lstm is held against: a character 5-gram with interpolated Witten-Bell smoothing (Bell, Cleary
// and Witten 1990), trained on the same training files and measured on the same held-out files, over the same 98
// symbols. `node --import tsx test/corpora/fiveGram.mjs RECIPE [FOLDER]` prints nats per character.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readCorpus } from '../../src/lab/training/corpus.ts';
import { parseLabSettings } from '../../src/lab/training/labSettings.ts';

const order = 5;

/** Contexts of 0 to 4 characters -> counts of what follows: total, and a map. The key is a number in base V + 1. */
export function countGrams(sequences, V) {
  const tables = Array.from({ length: order }, () => new Map());
  for (const ids of sequences) {
    for (let at = 0; at < ids.length; at++) {
      for (let length = 0; length < order && length <= at; length++) {
        const key = contextKey(ids, at, length, V);
        let entry = tables[length].get(key);
        if (!entry) tables[length].set(key, (entry = { total: 0, next: new Map() }));
        entry.total++;
        entry.next.set(ids[at], (entry.next.get(ids[at]) ?? 0) + 1);
      }
    }
  }
  return tables;
}

function contextKey(ids, at, length, V) {
  let key = 0;
  for (let back = length; back > 0; back--) key = key * (V + 1) + ids[at - back] + 1;
  return key;
}

/** p(c | context) = (count + kinds p(c | shorter context)) / (total + kinds), down to 1 / V. */
export function probability(tables, ids, at, V) {
  let p = 1 / V;
  for (let length = 0; length < order && length <= at; length++) {
    const entry = tables[length].get(contextKey(ids, at, length, V));
    if (!entry) break;
    const kinds = entry.next.size;
    p = ((entry.next.get(ids[at]) ?? 0) + kinds * p) / (entry.total + kinds);
  }
  return p;
}

/** Mean nats per character over sequences; the first character of each is context only, as for the network. */
export function measure(tables, sequences, V) {
  let sum = 0;
  let count = 0;
  for (const ids of sequences) {
    for (let at = 1; at < ids.length; at++) {
      sum -= Math.log(probability(tables, ids, at, V));
      count++;
    }
  }
  return { loss: sum / count, count };
}

if (process.argv[1]?.endsWith('fiveGram.mjs')) {
  const [recipe, folder] = process.argv.slice(2);
  const settings = parseLabSettings(readFileSync(recipe, 'utf8'), recipe);
  const corpus = await readCorpus(settings, folder ?? path.resolve(path.dirname(recipe), settings.data.folder));
  const V = corpus.inspector.vocabulary.length;
  const idsOf = (part) => part.map(({ ids }) => ids);
  console.log(JSON.stringify(measure(countGrams(idsOf(corpus.texts.training), V), idsOf(corpus.texts.test), V)));
}
