/** What an HTTP request to a handler costs, against a bare node:http server that gives back what it gets. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import * as http from 'node:http';
import { TestNode } from '../conformance/node.ts';
import type { Echo } from './echo.ts';
import { crowdedFor, inTurn, ms, perSecond, type Row, timedFor, times } from './figures.ts';
import { installEcho } from './packages.ts';

const rounds = 7;
const roundMs = 400;
const crowd = 32;
const body = Buffer.alloc(100, 'x');

export async function measureHttp({ component, language }: Echo): Promise<Row[]> {
  const bare = fork(new URL('bare-http.ts', import.meta.url));
  const nodes: TestNode[] = [];
  const agent = new http.Agent({ keepAlive: true, maxSockets: crowd });
  try {
    const [port] = await once(bare, 'message');
    const started = async (settings: Record<string, unknown>) => {
      const node = await TestNode.start(`n${nodes.length}.os`, { settings });
      nodes.push(node);
      return `${node.http}${await installEcho(node, component)}`;
    };
    const urls = {
      bare: `http://localhost:${port}/`,
      traced: await started({}),
      untraced: await started({ traceEvents: 0 }),
    };
    const post = (url: string) => () => posted(agent, url);
    for (const url of Object.values(urls)) await crowdedFor(1500, crowd, post(url));

    const single = await inTurn(rounds, {
      bare: () => timedFor(roundMs, post(urls.bare)),
      traced: () => timedFor(roundMs, post(urls.traced)),
      untraced: () => timedFor(roundMs, post(urls.untraced)),
    });
    const crowded = await inTurn(rounds, {
      bare: () => crowdedFor(roundMs, crowd, post(urls.bare)),
      traced: () => crowdedFor(roundMs, crowd, post(urls.traced)),
      untraced: () => crowdedFor(roundMs, crowd, post(urls.untraced)),
    });
    const name = `HTTP to a ${language} component`;
    return [
      { what: 'HTTP to a bare node:http server', value: ms(single.bare.median), p99: ms(single.bare.p99!) },
      {
        what: `${name}, tracing on`,
        value: ms(single.traced.median),
        p99: ms(single.traced.p99!),
        ratio: times(single.traced.median, single.bare.median, 'bare http'),
      },
      {
        what: `${name}, tracing off`,
        value: ms(single.untraced.median),
        p99: ms(single.untraced.p99!),
        ratio: times(single.untraced.median, single.bare.median, 'bare http'),
      },
      { what: `HTTP to a bare server, ${crowd} under way`, value: perSecond(crowded.bare.perSecond, ' requests') },
      {
        what: `${name}, ${crowd} under way, tracing on`,
        value: perSecond(crowded.traced.perSecond, ' requests'),
        ratio: times(crowded.traced.perSecond, crowded.bare.perSecond, 'bare http'),
      },
      {
        what: `${name}, ${crowd} under way, tracing off`,
        value: perSecond(crowded.untraced.perSecond, ' requests'),
        ratio: times(crowded.untraced.perSecond, crowded.bare.perSecond, 'bare http'),
      },
    ];
  } finally {
    agent.destroy();
    bare.kill();
    for (const node of nodes) await node.close();
  }
}

/** One POST, whose answer must be its own body. */
function posted(agent: http.Agent, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      url,
      { method: 'POST', agent, headers: { 'content-length': body.length } },
      (response) => {
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
        });
        response.once('end', () => {
          if (response.statusCode === 200 && length === body.length) resolve();
          else reject(new Error(`${url} answered ${response.statusCode} with ${length} bytes`));
        });
      },
    );
    request.once('error', reject);
    request.end(body);
  });
}
