/** What `/metrics` said at one moment. */
export class Scrape {
  private constructor(
    /** Every metric that is announced, whether it has a value or not. */
    readonly names: Set<string>,
    private readonly samples: Map<string, number>,
  ) {}

  static of(text: string): Scrape {
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!);
    const samples = [...text.matchAll(/^([^#\s]\S*(?:\{.*\})?) (\S+)$/gm)].map(
      ([, series, value]): [string, number] => [series!, Number(value)],
    );
    return new Scrape(new Set(names), new Map(samples));
  }

  /** @throws when the answer is not a success */
  static async from(url: string, token?: string): Promise<Scrape> {
    const response = await fetch(`${url}/metrics`, {
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    });
    if (!response.ok) throw new Error(`/metrics: ${response.status}`);
    return Scrape.of(await response.text());
  }

  /** @param series as Prometheus writes it: `name{label="value"}`; undefined: it is absent */
  value(series: string): number | undefined {
    return this.samples.get(series);
  }

  /** Names of series, with their labels, that begin like that. */
  series(beginning: string): string[] {
    return [...this.samples.keys()].filter((series) => series.startsWith(beginning));
  }
}

/** By how much series have risen since. */
export function rise(before: Scrape, after: Scrape, series: string[]): number[] {
  return series.map((one) => (after.value(one) ?? 0) - (before.value(one) ?? 0));
}
