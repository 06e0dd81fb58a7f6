export const root: string;
export function run(command: string, args: readonly string[], options?: { cwd?: string }): void;
export function install(folder: string, args?: readonly string[]): boolean;
export function stand(): void;
