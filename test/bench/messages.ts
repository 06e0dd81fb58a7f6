/** What a message costs: the bare hop, the kernel alone, a component, and a component that asks another. */
import { createProcessHost } from '../../dev-node/process-host/host.ts';
import type { Echo } from './echo.ts';
import { crowdedFor, dearer, inTurn, measured, ms, perSecond, type Row, timedFor, times } from './figures.ts';
import { type LonelyKernel, startKernel } from './kernel-alone.ts';
import { startHop } from './worker-hop.ts';

const body = new Uint8Array(100).fill(120);
const rounds = 7;
const roundMs = 400;
/** Requests under way at once in the crowded measurements. */
const crowd = 32;

const first = 'echo:bench:bench.os';
const second = 'other:bench:bench.os';
const askSecond = new TextEncoder().encode(`ask ${second}`);

export async function measureMessages({ component, language }: Echo): Promise<Row[]> {
  const host = createProcessHost({
    workerEntry: new URL('../../dev-node/process-host/worker.ts', import.meta.url),
  });
  const hop = startHop(body);
  try {
    const kernels = { traced: startKernel(host, true), untraced: startKernel(host, false) };
    for (const kernel of Object.values(kernels)) {
      kernel.run(first, component);
      kernel.run(second, component);
      // Compiled to its last step: the first thousands of calls are slower.
      await crowdedFor(1500, crowd, () => kernel.ask(first, askSecond, { mime: undefined, bytes: body }));
    }
    const bounce = (kernel: LonelyKernel) => () =>
      measured(() => {
        const start = performance.now();
        let count = 0;
        while (performance.now() - start < roundMs) for (let n = 0; n < 500; n += 1, count += 2) kernel.bounce(body);
        return count;
      });
    const ask = (kernel: LonelyKernel) => () => kernel.ask(first, body);
    const askOther = (kernel: LonelyKernel) => () => kernel.ask(first, askSecond, { mime: undefined, bytes: body });
    const { traced, untraced } = kernels;

    const routing = await inTurn(rounds, { traced: bounce(traced), untraced: bounce(untraced) });
    const single = await inTurn(rounds, {
      hop: () => timedFor(roundMs, hop.once),
      traced: () => timedFor(roundMs, ask(traced)),
      untraced: () => timedFor(roundMs, ask(untraced)),
      other: () => timedFor(roundMs, askOther(traced)),
    });
    // Tracing is a small difference of two large numbers: it needs more of them.
    const crowded = await inTurn(rounds * 3, {
      hop: () => crowdedFor(roundMs, crowd, hop.once),
      traced: () => crowdedFor(roundMs, crowd, ask(traced)),
      untraced: () => crowdedFor(roundMs, crowd, ask(untraced)),
      other: () => crowdedFor(roundMs, crowd, askOther(traced)),
    });
    const name = `${language} component`;
    const tracing = dearer(crowded.traced, crowded.untraced);
    return [
      {
        what: 'kernel alone, tracing on',
        value: perSecond(routing.traced.perSecond, ' messages'),
        cpu: ms(routing.traced.cpu!),
        ratio: times(routing.traced.perSecond, routing.untraced.perSecond, 'tracing off'),
        goal: { text: '≥ 200,000/s', met: routing.traced.perSecond >= 200_000 },
      },
      {
        what: 'kernel alone, tracing off',
        value: perSecond(routing.untraced.perSecond, ' messages'),
        cpu: ms(routing.untraced.cpu!),
      },
      {
        what: 'bare worker hop, there and back',
        value: ms(single.hop.median),
        p99: ms(single.hop.p99!),
        cpu: ms(single.hop.cpu!),
      },
      {
        what: `${name}, round trip, tracing on`,
        value: ms(single.traced.median),
        p99: ms(single.traced.p99!),
        cpu: ms(single.traced.cpu!),
        ratio: times(single.traced.median, single.hop.median, 'bare hop'),
        goal: { text: 'p99 < 1 ms', met: single.traced.p99! < 1 },
      },
      {
        what: `${name}, round trip, tracing off`,
        value: ms(single.untraced.median),
        p99: ms(single.untraced.p99!),
        cpu: ms(single.untraced.cpu!),
        ratio: times(single.untraced.median, single.hop.median, 'bare hop'),
      },
      {
        what: 'component asks component, tracing on',
        value: ms(single.other.median),
        p99: ms(single.other.p99!),
        cpu: ms(single.other.cpu!),
        ratio: times(single.other.median, single.hop.median, 'bare hop'),
      },
      {
        what: `bare worker hop, ${crowd} under way`,
        value: perSecond(crowded.hop.perSecond, ' round trips'),
        cpu: ms(crowded.hop.cpu!),
      },
      {
        what: `${name}, ${crowd} under way, tracing on`,
        value: perSecond(crowded.traced.perSecond, ' round trips'),
        cpu: ms(crowded.traced.cpu!),
        ratio: times(crowded.traced.perSecond, crowded.hop.perSecond, 'bare hop'),
        goal: { text: '≥ 20,000/s', met: crowded.traced.perSecond >= 20_000 },
      },
      {
        what: `${name}, ${crowd} under way, tracing off`,
        value: perSecond(crowded.untraced.perSecond, ' round trips'),
        cpu: ms(crowded.untraced.cpu!),
        ratio: times(crowded.untraced.perSecond, crowded.hop.perSecond, 'bare hop'),
      },
      {
        what: 'cost of tracing, CPU time',
        value: `${(tracing * 100).toFixed(1)} %`,
        goal: { text: '< 10 %', met: tracing < 0.1 },
      },
      {
        what: `component asks component, ${crowd} under way`,
        value: perSecond(crowded.other.perSecond, ' round trips'),
        cpu: ms(crowded.other.cpu!),
        ratio: times(crowded.other.perSecond, crowded.hop.perSecond, 'bare hop'),
      },
    ];
  } finally {
    await hop.dispose();
    await host.dispose();
  }
}
