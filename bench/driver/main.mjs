/** The load driver's process: does what the bench asks for over the channel, nothing else. */
import { Crowd } from './load-generator.mjs';

/** @type {Crowd} */
let crowd;

process.on('message', async ({ id, method, options }) => {
  try {
    if (method === 'begin') crowd = new Crowd(options);
    const answer = method === 'begin' ? true : await crowd[method](options);
    process.send({ id, answer });
  } catch (error) {
    process.send({ id, error: String(error.stack ?? error) });
  }
});
process.on('disconnect', () => process.exit(0));
