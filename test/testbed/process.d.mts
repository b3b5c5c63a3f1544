/** Ends every child process that the testbed started. */
export function endAllChildren(): Promise<void>;
