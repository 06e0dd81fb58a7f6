import { CallError, call, Err, http, hyperapp, local, Ok, our, type Result, remote, source, type u32 } from 'hyperapp';

@hyperapp({
  name: 'Echo',
  endpoints: [{ http: '/api', authenticated: false }],
  saveConfig: 'on-diff',
  witWorld: 'echo-template-dot-os-v0',
})
export class Echo {
  heard = 0;

  /** Says what it is told, and who told it. */
  @http
  @local
  @remote
  echo(text: string): string {
    this.heard++;
    return `${source().node}: ${text}`;
  }

  /** How often it was spoken to; kept over restarts. */
  @http
  @local
  getHeard(_requestBody: string): u32 {
    return this.heard;
  }

  /** Lets another node's echo say it. */
  @http
  @local
  async echoFrom(node: string, text: string): Promise<Result<string, string>> {
    try {
      const answer = await call<string>({ node, process: our().process }, { Echo: text }, { timeoutSeconds: 5 });
      return Ok(answer);
    } catch (error) {
      if (error instanceof CallError) return Err(error.message);
      throw error;
    }
  }
}
