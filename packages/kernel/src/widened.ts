// Growing a typed array: copies the old content to the front of a larger one. The one place for it; who grows what, and to
// which limit, is the owner's.

export function widened<T extends Float64Array | Int32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
