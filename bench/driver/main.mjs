/** The load driver's process: does what the bench asks for over the channel, nothing else. */
import { LoadGenerator } from './load-generator.mjs';

/** @type {LoadGenerator} */
let loadGenerator;

process.on('message', async ({ id, method, options }) => {
  try {
    if (method === 'begin') loadGenerator = new LoadGenerator(options);
    const answer = method === 'begin' ? true : await loadGenerator[method](options);
    process.send({ id, answer });
  } catch (error) {
    process.send({ id, error: String(error.stack ?? error) });
  }
});
process.on('disconnect', () => process.exit(0));
