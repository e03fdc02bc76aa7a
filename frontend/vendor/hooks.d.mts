/** The part of preact/hooks that this front end uses, typed for `tsc --checkJs`. Written here, not upstream. */
export function useState<T>(initial: T | (() => T)): [T, (next: T | ((value: T) => T)) => void];
export function useRef<T>(initial: T): { current: T };
export function useMemo<T>(make: () => T, inputs: readonly unknown[]): T;
export function useCallback<T extends (...args: any[]) => any>(call: T, inputs: readonly unknown[]): T;
export function useEffect(effect: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useLayoutEffect(effect: () => void | (() => void), inputs?: readonly unknown[]): void;
export function useId(): string;
