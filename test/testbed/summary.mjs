// A trace in a few lines for the terminal.

const meanings = {
  f: 'forget gate (1 keeps the cell state, 0 clears it)',
  i: 'input gate (1 lets the candidate in)',
  o: 'output gate (1 shows the cell state)',
  z: 'update gate (1 keeps the hidden state)',
  r: 'reset gate (0 ignores the hidden state)',
};

/** Tokens, mean gates and surprise of a trace as `trace --out O.json` writes it. */
export function summarizeTrace({ tokens, arrays, outputOverTime }, model) {
  const lines = [`${model} read ${tokens.length} tokens: ${preview(tokens)}`];
  for (const [field, meaning] of Object.entries(meanings)) {
    const array = arrays[`0.forward.${field}`];
    if (array) lines.push(`  mean of the ${meaning}: ${mean(array.data.flat()).toFixed(3)}`);
  }
  const surprises = surprisesOf(tokens, outputOverTime);
  if (surprises.length > 0) {
    const worst = surprises.reduce((most, next) => (next.nats > most.nats ? next : most));
    const average = mean(surprises.map(({ nats }) => nats));
    lines.push(`  surprise: ${average.toFixed(2)} nats per token, ${(average / Math.LN2).toFixed(2)} bits`);
    lines.push(
      `  most surprising: ${JSON.stringify(worst.text)} after ${JSON.stringify(worst.before)}, ${worst.nats.toFixed(1)} nats`,
    );
  }
  return lines.join('\n');
}

function preview(tokens) {
  const text = tokens
    .slice(0, 60)
    .map(({ text: part }) => part)
    .join('');
  return JSON.stringify(tokens.length > 60 ? `${text}...` : text);
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** -ln p(token | the text before it), from the second token on, where the trace has predictions over time. */
function surprisesOf(tokens, outputOverTime) {
  const rows = outputOverTime?.data ?? outputOverTime;
  if (!Array.isArray(rows) || !Array.isArray(rows[0])) return [];
  return tokens.slice(1).map(({ text, id }, step) => ({
    text,
    before: tokens
      .slice(Math.max(0, step - 11), step + 1)
      .map((token) => token.text)
      .join(''),
    nats: -Math.log(rows[step][id]),
  }));
}
