import { figures, atMost, reported } from '../report/lines.mjs';
import { SERVERS } from '../fixture/servers.mjs';
import { readable } from '../statistics.mjs';
import { alternate, medians } from './common.mjs';

/** Opened and closed first, so that code and buffers of the first ones are not counted. */
const WARM_STREAMS = 200;

/** Memory of a stream on which nothing happens. @param {import('./index.mjs').Bench} bench */
export async function memory(bench) {
  const { runs, 'memory-streams': count } = bench.sizes;
  const kinds = [SERVERS.ours, SERVERS.nestSse, SERVERS.nodeSse];
  const contestants = kinds.map((kind) => [kind.name, () => weigh(bench, kind, count)]);
  const results = await alternate(Object.fromEntries(contestants), Math.min(runs, 2));
  const kilobytes = medians(results, 'kilobytes');
  const nest = SERVERS.nestSse.name;
  const what = `memory of an idle stream, RSS over ${count}`;
  return {
    id: 'memory',
    title: 'Memory of an idle stream',
    values: { kilobytes, runs: results },
    lines: [
      atMost(
        1.1,
        kilobytes.ours / kilobytes[nest],
        `${what} (× bare Nest)`,
        figures(kilobytes, 'KB'),
      ),
      reported('the same on the heap', figures(medians(results, 'heapKilobytes'), 'KB')),
    ],
    faults: [],
  };
}

function weigh(bench, kind, count) {
  return bench.fixture.with(kind, { users: WARM_STREAMS + count }, async ({ server, driver }) => {
    await driver.send('open', { count: WARM_STREAMS });
    await driver.send('cut', { count: WARM_STREAMS });
    const before = await server.ask('settled');
    const { ms } = await driver.send('open', { first: WARM_STREAMS, count });
    const after = await server.ask('settled');
    const kilobytes = (after.rss - before.rss) / count / 1_024;
    const heapKilobytes = (after.heap - before.heap) / count / 1_024;
    bench.progress(
      `${kind.name}: ${readable(kilobytes)} KB a stream, ${count} opened in ${readable(ms)} ms`,
    );
    return { kilobytes, heapKilobytes, openMs: ms };
  });
}
