/** The interface of `tester:sys`, which test packages are built against (kit.md §9.6): what `GetApi` gives out. */
import { zipSync } from 'fflate';

const wit = `/// Runs test packages inside a node.
interface tester {
    /// Messages to the tester and, the same ones, from it to a test.
    variant request {
        run(run-request),
    }

    variant response {
        run(result<_, fail-response>)
    }

    record run-request {
        /// The first one is the master.
        input-node-names: list<string>,
        test-names: list<string>,
        /// In seconds.
        test-timeout: u64,
    }

    /// Where the test that failed gave up.
    record fail-response {
        test: string,
        file: string,
        line: u32,
        column: u32,
    }
}

world tester-sys-v0 {
    import tester;
    include process-v1;
}
`;

/** api.zip: the same bytes for every node. */
export const testerApi: Uint8Array = zipSync(
  { 'tester:sys-v0.wit': new TextEncoder().encode(wit) },
  { mtime: new Date(2023, 5, 19) },
);
