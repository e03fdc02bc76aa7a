/** The part of preact that this front end uses, typed for `tsc --checkJs`. Written here, not upstream. */
export type VNode = any;
export function h(type: any, props?: any, ...children: any[]): VNode;
export function render(node: VNode, parent: Element): void;
export const Fragment: any;
