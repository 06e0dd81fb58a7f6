/** Every process that a node itself provides, assembled (kernel/module-set.ts). */
import * as path from 'node:path';
import type { CreateModules, InstalledPackage } from '../kernel/module-set.ts';
import { createChain } from './app-store/chain.ts';
import { createDownloads } from './app-store/downloads.ts';
import { createAppStore } from './app-store/main.ts';
import { createContacts } from './contacts.ts';
import { createEth } from './eth/module.ts';
import { siteFiles } from './homepage/files.ts';
import { createHomepage, homepagePaths } from './homepage/module.ts';
import { createHttpClient } from './http-client/module.ts';
import { openHttpServer } from './http-server/module.ts';
import { defaultHttpServerSettings } from './http-server/settings.ts';
import { createCacher, createNameIndexer } from './indexer.ts';
import { createKv } from './kv/module.ts';
import { createNet } from './net.ts';
import { createNotifications } from './notifications.ts';
import { secretOf } from './secrets.ts';
import { createSign } from './sign.ts';
import { createSilent, silentProcesses } from './silent.ts';
import { createSqlite } from './sqlite/module.ts';
import { createTerminal } from './terminal/module.ts';
import { testerApi } from './tester/api.ts';
import { createTester } from './tester/module.ts';
import { createTimer } from './timer.ts';
import { createVfs } from './vfs/module.ts';

/** Takes the HTTP port (throws an Error with the code `port-in-use`) and makes the modules. Nothing is answered before they are started. */
export const createModules: CreateModules = async (options) => {
  const { home, our, store, port, settings, version, kernelView, networkView } = options;
  const httpServer = await openHttpServer({
    node: our.node,
    settings: {
      ...defaultHttpServerSettings,
      port,
      requestTimeoutMs: settings.httpTimeoutSeconds * 1000,
      exposeLocal: settings.exposeLocal,
      maxChannels: settings.webSocketChannels,
      maxFrameBytes: settings.webSocketMessageMb * 1024 * 1024,
      autoLogin: !settings.login,
    },
    secret: secretOf(home, 'login'),
    files: siteFiles(our.node),
    homepagePaths,
  });
  const appStore = createAppStore(new Map([['tester:sys', testerApi]]));
  return {
    modules: [
      createVfs(path.join(home, 'vfs')),
      createKv(path.join(home, 'kv')),
      createSqlite(path.join(home, 'sqlite')),
      createTimer(),
      createHttpClient(),
      createNet(networkView),
      createEth({ store, endpoints: settings.ethRpc, kernelView }),
      createNotifications(),
      createNameIndexer(networkView),
      createCacher(),
      createHomepage({ store, version }),
      createChain(),
      createDownloads(store),
      appStore.module,
      ...createTerminal(store),
      createSign(),
      createContacts(store),
      createTester(),
      ...silentProcesses.map(createSilent),
      // Last: it answers from its start on, and by then everything behind it has started.
      httpServer.module,
    ],
    http: { url: `http://localhost:${httpServer.port}`, port: httpServer.port },
    async packages() {
      const installed = await appStore.installed();
      return installed.map(([id, { versionHash, processes }]): InstalledPackage => {
        const ui = processes.find((process) => httpServer.bindsRoot(process));
        return { id, versionHash, processes, ui: ui && `/${ui}/` };
      });
    },
    dispose: () => httpServer.close(),
  };
};
