/**
 * Loaded into every server before its own code (`node --import`): answers the bench's questions about
 * the process from within, over the channel to its parent.
 */
import { setTimeout as pause } from 'node:timers/promises';

const COLLECTIONS = 6;
const SAMPLE_MS = 50;

let peak = 0;
let sampling;

const answers = {
  /** Processor time since the start in microseconds, memory in bytes. */
  usage() {
    const { user, system } = process.cpuUsage();
    return { cpu: user + system, rss: process.memoryUsage.rss() };
  },

  /** Memory when nothing is left to collect: some of it is freed only by callbacks between two. */
  async settled() {
    for (let round = 0; round < COLLECTIONS; round += 1) {
      globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
      await pause(100);
    }
    return { rss: process.memoryUsage.rss(), heap: process.memoryUsage().heapUsed };
  },

  watch() {
    peak = 0;
    const sample = () => (peak = Math.max(peak, process.memoryUsage.rss()));
    sampling = setInterval(sample, SAMPLE_MS);
    sampling.unref();
    return { rss: sample() };
  },

  peak() {
    clearInterval(sampling);
    return { rss: Math.max(peak, process.memoryUsage.rss()) };
  },

  exit() {
    process.exit(0);
  },
};

if (process.send) {
  process.on('message', async ({ id, question }) => {
    process.send({ id, answer: await answers[question]() });
  });
  // A channel that waits for questions must not keep the process alive, nor a server that ends it.
  process.channel.unref();
}
