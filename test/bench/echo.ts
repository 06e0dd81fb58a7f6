/** The component that is measured: echo in Rust where this machine can build it, else the same in JavaScript. */
import { javascriptComponent } from '../conformance/components.ts';
import { rustComponent, rustToolchain } from '../conformance/rust-components.ts';

export interface Echo {
  readonly language: 'Rust' | 'QuickJS';
  readonly component: Uint8Array;
}

export async function buildEcho(): Promise<Echo> {
  const toolchain = rustToolchain();
  if (toolchain.available) return { language: 'Rust', component: await rustComponent('echo') };
  console.log(`${toolchain.reason}: QuickJS is measured, whose interpreter is most of the time.`);
  return { language: 'QuickJS', component: await javascriptComponent('echo') };
}
